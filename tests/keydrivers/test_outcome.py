"""What an outcome is taken to be: a metric's points, a yes or no, or the answer itself; and what cannot be one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, OptionError, RoleError, ScaleError, UsageError
from cxkit.keydrivers.outcome import outcome_of

N = 240


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    wait = rng.integers(1, 6, N)
    return pd.DataFrame(
        {
            "wait": wait, "price": rng.integers(1, 6, N), "nps": np.clip(wait + rng.integers(1, 7, N), 0, 10),
            "csat": np.clip(wait + rng.integers(-1, 2, N), 1, 5), "left": rng.random(N) < 0.3,
            "spend": rng.gamma(2, 50, N), "answer": rng.choice(["oui", "non"], N), "when": dt.datetime(2026, 1, 1),
            "one": 7, "none": np.nan, "note": [f"some words {i}" for i in range(N)],
        }
    )  # fmt: skip


@pytest.fixture
def study():
    return cx.Study(frame(), nps="nps", csat="csat", churned="left", guess=False)


def counted(study, outcome):
    """What each answer counts, by the coefficient of a driver that is the answer's own value."""
    return outcome_of(study, outcome)


@pytest.mark.parametrize(
    ("outcome", "levels"),
    [
        ("nps", {a: 100.0 * ((a >= 9) - (a <= 6)) for a in range(2, 11)}),
        ("promoter", {a: 100.0 * (a >= 9) for a in range(2, 11)}),
        ("passive", {a: 100.0 * (a in (7, 8)) for a in range(2, 11)}),
        ("detractor", {a: 100.0 * (a <= 6) for a in range(2, 11)}),
        ("csat", {a: 100.0 * (a >= 4) for a in range(1, 6)}),
        ("churned", {0: 0.0, 1: 100.0}),
        ("mean:nps", {a: float(a) for a in range(2, 11)}),
        ("mean:csat", {a: float(a) for a in range(1, 6)}),
    ],
)
def test_a_metric_counts_its_points(study, outcome, levels):
    assert dict(outcome_of(study, outcome).levels) == levels


def test_a_quantity_counts_itself_and_has_no_levels(study):
    found = outcome_of(study, "spend")
    assert dict(found.levels) == {}
    assert found.values is None
    assert found.column.source == ("spend",)


def test_coefficients_are_in_the_unit_of_the_outcome(study):
    """NPS in points is promoters less detractors, all by the same least squares."""

    def of(outcome):
        return study.drivers(outcome, ["wait", "price"], interval=None).model.fit.coef

    np.testing.assert_allclose(of("nps"), of("promoter") - of("detractor"), rtol=1e-9)
    np.testing.assert_allclose(of("promoter") + of("passive") + of("detractor"), 0, atol=1e-11)
    data = frame()
    import statsmodels.api as sm

    x = sm.add_constant(data[["wait", "price"]].astype(float))
    for outcome, y in (("churned", 100.0 * data["left"]), ("mean:nps", data["nps"]), ("spend", data["spend"]),
                       ("csat", 100.0 * (data["csat"] >= 4))):  # fmt: skip
        np.testing.assert_allclose(of(outcome), sm.OLS(y, x).fit().params[1:], rtol=1e-9)


def test_a_column_of_true_and_false_is_a_rate_in_percent(study):
    found = outcome_of(cx.Study(frame(), guess=False), "left")
    assert dict(found.levels) == {0: 0.0, 1: 100.0}
    assert found.label.unit == "%"
    assert found.column.name == "left"


def test_words_with_a_scale_count(study):
    data = frame()
    said = cx.Study(data, churned="answer", scale={"churned": {"oui": 1, "non": 0}}, guess=False)
    model = said.drivers("churned", ["wait", "price"], interval=None).model
    plain = cx.Study(data.assign(answer=data["answer"] == "oui"), guess=False)
    np.testing.assert_allclose(
        model.fit.coef, plain.drivers("answer", ["wait", "price"], interval=None).model.fit.coef, rtol=1e-10
    )


def refused(study, outcome, error, match, hint, **options):
    with pytest.raises(error, match=match) as caught:
        study.drivers(outcome, ["wait", "price"], interval=None, **options)
    assert hint in (caught.value.hint or "")
    return caught.value


def test_an_unknown_outcome_is_refused_with_what_was_meant(study):
    refused(study, "csta", ColumnError, "no column 'csta'", "did you mean 'csat'")
    refused(study, "mean:spendd", ColumnError, "no column 'spendd'", "did you mean 'spend'")


@pytest.mark.parametrize(("column", "kind"), [("answer", "String"), ("note", "String"), ("when", "Datetime")])
def test_words_and_dates_are_no_outcome(study, column, kind):
    assert refused(study, column, RoleError, f"the outcome holds {kind}", "scale=").column == column


def test_an_outcome_without_answers_is_refused(study):
    refused(study, "none", (RoleError, ScaleError), "no answer", "name another")


@pytest.mark.parametrize("model", ["ols", "logit", "ordered", "poisson"])
def test_an_outcome_of_one_value_is_refused(study, model):
    found = refused(study, "mean:one", UsageError, "only one value", "check the filters", model=model)
    assert found.column == "one"


@pytest.mark.parametrize("model", ["ols", "logit"])
def test_a_single_class_is_refused_by_the_name_of_its_column(study, model):
    found = refused(study.filter(left=True), "left", UsageError, "only one value", "check the filters", model=model)
    assert found.column == "left"


def test_a_single_class_among_the_complete_rows_is_refused(study):
    """Both classes are there, one of them only where a driver is missing."""
    data = frame().assign(wait=lambda d: d["wait"].where(~d["left"]))
    for model in ("ols", "logit"):
        found = refused(
            cx.Study(data, guess=False), "left", UsageError, "only one value", "check the filters", model=model
        )
        assert found.column == "left"


@pytest.mark.parametrize(
    ("outcome", "model", "match", "hint"),
    [
        ("nps", "logit", "two values, and 'nps' has 3", "outcome='promoter'"),
        ("mean:csat", "logit", "two values, and 'csat' has 5", "model='ordered'"),
        ("spend", "logit", "two values, and 'spend' has many", "yes/no"),
        ("spend", "ordered", "score of few values", "model='ols'"),
    ],
)
def test_a_model_that_does_not_fit_the_outcome_is_refused_with_one_that_does(study, outcome, model, match, hint):
    refused(study, outcome, OptionError, match, hint, model=model)


def test_a_count_below_nought_and_a_zero_spend_are_refused(study):
    refused(study, "nps", UsageError, "-100", 'model="ols"', model="poisson")
    data = frame().assign(spend=lambda d: d["spend"].where(d.index > 3, 0.0))
    refused(cx.Study(data, guess=False), "spend", UsageError, "has no zeros", 'model="logit"', model="gamma")


def test_a_metric_that_is_no_mean_is_refused(study):
    import dataclasses

    @dataclasses.dataclass(frozen=True)
    class Median:
        name: str = "median"
        on: str = "nps"

    with pytest.raises(UsageError) as caught:
        study.drivers(Median(), ["wait", "price"], interval=None)
    assert caught.value.hint
