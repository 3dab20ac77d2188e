"""Penalty and reward, Kano classes, and the questionnaire's coefficients."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from cxkit.errors import OptionError, UnknownNameError, UsageError
from cxkit.keydrivers.asymmetry import kano
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.readings.kano import penalty_reward
from cxkit.keydrivers.readings.kanocounts import better_worse
from cxkit.present.result import MetricLabel
from cxkit.study import Study

NPS = MetricLabel("nps", (("en", "NPS"), ("fr", "NPS")), "", "points", "higher", (-100.0, 100.0), (0.0, 10.0))
CHURN = replace(NPS, name="churn", label=(("en", "Churn"), ("fr", "Attrition")), unit="%", better="lower")
NAMES = ("base", "perf", "wow", "meh", "odd")


def fit_of(penalty, reward, error=1.0, cov=None, df=np.inf):
    names = NAMES[: len(penalty)]
    b = np.r_[np.asarray(penalty, float), np.asarray(reward, float)]
    v = np.diag(np.full(len(b), float(error) ** 2)) if cov is None else cov
    terms = (*(f"{n} −" for n in names), *(f"{n} +" for n in names))
    return Fit("ols", terms, b, v, df, np.zeros(1), b, v, "HC3", 0.3, 0.3, 2000)


def read(fit, outcome=NPS, **options):
    k = len(fit.terms) // 2
    return penalty_reward(fit, NAMES[:k], fit.terms[:k], fit.terms[k:], outcome=outcome, **options)


def test_K1_one_attribute_alone_gives_the_differences_of_means():
    rng = np.random.default_rng(4)
    answers = rng.choice([1, 2, 3, 4, 5], size=500, p=[0.1, 0.1, 0.3, 0.3, 0.2])
    y = rng.choice([-100.0, 0.0, 100.0], size=500)
    low, high = answers <= 2, answers >= 4
    found = sm.OLS(y, sm.add_constant(np.c_[low, high].astype(float))).fit(cov_type="HC3", use_t=True)
    cov = np.asarray(found.cov_params())[1:, 1:]
    fit = Fit("ols", ("low", "high"), found.params[1:], cov, found.df_resid, found.params[:1], found.params[1:], cov,
              "HC3", found.rsquared, found.rsquared_adj, 500)  # fmt: skip
    row = penalty_reward(fit, ["wait"], ["low"], ["high"], outcome=NPS).rows[0]
    middle = y[answers == 3].mean()
    assert row.penalty == pytest.approx(y[low].mean() - middle, abs=1e-10)
    assert row.reward == pytest.approx(y[high].mean() - middle, abs=1e-10)
    assert (row.penalty_low, row.penalty_high) == pytest.approx(tuple(found.conf_int()[1]), abs=1e-8)
    assert (row.penalty_p, row.reward_p) == pytest.approx(tuple(found.pvalues[1:]), abs=1e-10)


def test_a_middle_that_is_worst_is_no_reverse():
    """In-flight wifi: low answers pay a little, high ones a lot."""
    assert [r.kind for r in read(fit_of([4.9, -5.1], [24.0, -2.6])).rows] == ["excitement", "basic"]


def test_K2_better_and_worse():
    row = better_worse({"app": {"A": 30, "O": 40, "M": 15, "I": 15}}).rows[0]
    assert (row.better, row.worse, row.n) == (pytest.approx(0.70), pytest.approx(-0.55), 100)
    assert (row.better_low, row.better_high) == pytest.approx(proportion_confint(70, 100, method="wilson"))
    low, high = proportion_confint(55, 100, method="wilson")
    assert (row.worse_low, row.worse_high) == pytest.approx((-high, -low))


def test_classes():
    found = read(fit_of([-20, -20, -1, 0.5, 15], [1, 20, 20, -0.5, -10]))
    assert [r.kind for r in found.rows] == ["basic", "performance", "excitement", "indifferent", "reverse"]
    assert all(r.sure > 80 for r in found.rows)
    assert "low answers pay or high ones cost; check the coding: odd" in found.explain()
    assert "cost" in found.explain()
    assert "attribut de base" in found.explain("fr")


def test_both_established_the_asymmetry_decides():
    found = read(fit_of([-20, -20, -20], [20, 8, 29]))
    assert [r.asymmetry for r in found.rows] == pytest.approx([0, -12 / 28, 9 / 49])
    assert [r.kind for r in found.rows] == ["performance", "basic", "performance"]
    assert [r.kind for r in read(fit_of([-20, -20, -20], [20, 8, 29]), asymmetry=0.1).rows] == [
        "performance", "basic", "excitement",
    ]  # fmt: skip


def test_the_asymmetry_has_the_delta_methods_error_where_it_is_nearly_linear():
    """a = (r - c) / (r + c): da/dc = -2 r / (r + c)², da/dr = 2 c / (r + c)²."""
    cov = np.array([[1.0, 0.4], [0.4, 2.25]])
    row = read(fit_of([-40], [60], cov=cov), draws=40_000).rows[0]
    gradient = np.array([2 * 60, 2 * 40]) / 100**2  # the coefficient is -cost, so its sign turns
    se = np.sqrt(gradient @ cov @ gradient)
    assert row.asymmetry == pytest.approx(0.2)
    assert (row.asymmetry_low, row.asymmetry_high) == pytest.approx(
        (0.2 - 1.96 * se, 0.2 + 1.96 * se), abs=0.03 * se * 4
    )


def test_the_asymmetry_never_leaves_its_scale():
    for row in read(fit_of([-5, -0.5], [0.4, 4], error=2)).rows:
        if np.isfinite(row.asymmetry):
            assert -1 <= row.asymmetry_low <= row.asymmetry <= row.asymmetry_high <= 1


def test_of_what_is_not_established_no_balance_is_shown():
    row = read(fit_of([-0.5], [0.4])).rows[0]
    assert row.kind == "indifferent"
    assert np.isnan(row.asymmetry)
    grid = read(fit_of([-0.5], [0.4])).grid("fr")
    assert [cell.text for cell in grid.rows[0][5:7]] == ["–", "–"]
    assert grid.rows[0][7].unbroken


def test_sureness_is_the_share_of_draws():
    """A penalty of z standard errors alone: its class recurs where a draw passes the family's bar too."""
    from scipy.stats import norm

    row = read(fit_of([-3.0], [0.0]), correction=None, draws=40_000).rows[0]
    bar = norm.isf(0.025)
    expected = norm.cdf(3 - bar) * norm.cdf(bar)  # a reward of the wrong sign counts nothing
    assert row.kind == "basic"
    assert row.sure == pytest.approx(100 * expected, abs=1.0)
    assert "The class is not sure (under 80% of draws): base" in read(fit_of([-2.3], [0.0]), correction=None).explain()


def test_an_outcome_where_lower_is_better():
    found = read(fit_of([20, 1], [-1, -20]), CHURN)
    assert [r.kind for r in found.rows] == ["basic", "excitement"]
    assert "The largest penalty is that of base, +20.0 percentage points [18.0 ; 22.0] on Churn." in found.explain()


def test_the_family_is_that_of_both_sides():
    found = read(fit_of([-2.2, 0, 0, 0, 0], [0, 0, 0, 0, 0]))
    assert found.size == 10
    assert found.rows[0].penalty_p < 0.05
    assert found.rows[0].kind == "indifferent"
    assert read(fit_of([-2.2, 0, 0, 0, 0], [0, 0, 0, 0, 0]), correction=None).rows[0].kind == "basic"


def test_an_error_of_nothing_claims_nothing():
    found = read(fit_of([-20, -5], [3, 2], cov=np.zeros((4, 4))))
    assert [r.kind for r in found.rows] == ["indifferent"] * 2
    json.dumps(found.to_dict(), allow_nan=False)
    repr(found)
    lost = read(fit_of([np.nan, -5], [3, 2]))
    assert lost.rows[0].kind != "reverse"
    lost.plot()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        ({"high_terms": ["base"]}, UnknownNameError, "did you mean 'base"),
        ({"names": []}, UsageError, "0 drivers"),
        ({"names": ["a", "b"]}, UsageError, "2 drivers, 1 low"),
        ({"asymmetry": 1.5}, OptionError, "asymmetry is 1.5"),
        ({"correction": "hom"}, OptionError, "did you mean 'holm'"),
        ({"draws": 3}, OptionError, "100 or more"),
    ],
)
def test_bad_input_is_refused(call, error, match):
    fit = fit_of([-20], [3])
    given = {"names": ["base"], "low_terms": fit.terms[:1], "high_terms": fit.terms[1:], **call}
    with pytest.raises(error, match=match):
        penalty_reward(fit, given.pop("names"), given.pop("low_terms"), given.pop("high_terms"), outcome=NPS, **given)


def test_frame_and_drawings():
    found = read(fit_of([-20, -20, -1, 0.5, 15], [1, 20, 20, -0.5, 10]))
    frame = found.to_frame()
    assert frame.columns[0] == "driver"
    assert list(frame.columns[-3:]) == ["class", "sure", "n"]
    axes = found.plot(lang="fr")
    assert "wow (enchantement)" in {t.get_text() for t in axes.texts}
    assert found.plot.bars().get_yticklabels()[0].get_text() == "base (basic)"
    assert found.of("basic") == ("base",)


def answers_of(rng, **columns):
    n = 600
    scores = rng.integers(0, 11, n)
    return pd.DataFrame({"NPS": scores, "a": rng.integers(1, 6, n), **columns})


def test_a_driver_that_nobody_rates_low_is_left_out_and_named():
    rng = np.random.default_rng(3)
    data = answers_of(rng, b=rng.integers(3, 6, 600), c=rng.choice([1, 5], 600))
    s = Study(data, nps="NPS", drivers=["a", "b", "c"], scale={"nps": (0, 10), "drivers": (1, 5)})
    found = kano(s, "nps", ["a", "b", "c"])
    assert [r.driver for r in found.rows] == ["a"]
    assert found.left_out == ("b", "c")
    assert found.to_dict()["left_out"] == ["b", "c"]
    assert "Left out, for nobody gave a low, a middle or a high answer: b, c." in found.explain()
    assert "Écartés, faute de notes basses, moyennes ou hautes : b, c." in " ".join(found.grid("fr").notes)
    with pytest.raises(UsageError, match="no driver has low, middle and high answers"):
        kano(s, "nps", ["b", "c"])
    with pytest.raises(UsageError, match=r"\[3.0\] are both low and high"):
        kano(s, "nps", ["a", "b"], low=(1, 2, 3), high=(3, 4, 5))


def test_a_side_lost_with_incomplete_rows_costs_its_driver_alone():
    rng = np.random.default_rng(4)
    data = answers_of(rng, b=rng.integers(1, 6, 600).astype(float))
    data["a"] = data["a"].astype(float).where(data["b"] > 2)  # low answers to b stand in incomplete rows alone
    s = Study(data, nps="NPS", drivers=["a", "b"], scale={"nps": (0, 10), "drivers": (1, 5)})
    found = kano(s, "nps", ["a", "b"])
    assert [r.driver for r in found.rows] == ["a"]
    assert found.left_out == ("b",)


def test_categories_that_are_not_sure():
    counts = {
        "price": {"A": 5, "O": 20, "M": 60, "I": 15}, "app": {"A": 30, "O": 40, "M": 15, "I": 15}, "none": {},
        "odd": {"A": 1, "R": 30, "Q": 2},
    }  # fmt: skip
    found = better_worse(counts)
    assert [r.category for r in found.rows] == ["M", "O", "", "R"]
    assert [r.others for r in found.rows] == [0, 0, 0, 32]
    assert found.rows[0].p < 0.001
    assert found.rows[1].p > 0.05
    assert "none: no answers." in found.explain()
    assert "about as frequent: app." in found.explain()
    json.dumps(found.to_dict(), allow_nan=False)
    assert "price (must-be)" in {t.get_text() for t in found.plot().texts}
    assert "one-dimensional, not sure" in repr(found)


@pytest.mark.parametrize(("a", "b"), [(0, 5), (5, 0)])
def test_coefficients_at_the_ends_stay_on_the_scale(a, b):
    row = better_worse({"x": {"A": a, "I": b}}).rows[0]
    assert 0 <= row.better_low <= row.better <= row.better_high <= 1
    assert -1 <= row.worse_low <= row.worse <= row.worse_high <= 0


@pytest.mark.parametrize("counts", [{}, {"x": {"Z": 3}}, {"x": {"A": -1}}, {"x": {"A": 1.5}}, {"x": {"A": True}}])
def test_bad_counts_are_refused(counts):
    with pytest.raises(OptionError):
        better_worse(counts)
