"""What if drivers moved: the sum, its interval, and the ends of the scales."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from cxkit.errors import OptionError, UnknownNameError, UsageError
from cxkit.keydrivers.readings.whatif import what_if
from cxkit.present.result import MetricLabel


def fitted(model, x, y, key=()):
    """A model of this package around the fit that statsmodels makes."""
    found = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    p = x.shape[1]
    cov = np.asarray(found.cov_params())[1:, 1:]
    fit = replace(
        model.fit, terms=model.names, coef=found.params[1:], cov=cov, df=float(found.df_resid), effect=found.params[1:],
        effect_cov=cov, n=len(y),
    )  # fmt: skip
    scales = ((0.0, 10.0),) * p
    return replace(
        model, key=key, fit=fit, performance=x.mean(axis=0), scales=scales, mean=float(y.mean()), n=len(y)
    ), found


def test_the_delta_method_equals_statsmodels_t_test(model_of, drivers_of):
    rng = np.random.default_rng(3)
    x = 5 + rng.normal(size=(300, 3)) @ np.array([[1, 0.6, 0.2], [0, 1, 0.5], [0, 0, 1]])
    y = x @ [3.0, 1.0, -2.0] + rng.normal(size=300) * (1 + np.abs(x[:, 0] - 5))
    names = ("wait", "welcome", "price")
    model, reference = fitted(model_of(names=names, importance=(0.1,) * 3, effect=(1,) * 3, performance=(5,) * 3), x, y)
    found = what_if(drivers_of(model), {"price": -0.3, "wait": 0.5}).scenarios[0]
    together = reference.t_test(np.array([[0, 0.5, 0, -0.3]]))
    alone = reference.t_test(np.array([[0, 0.5, 0, 0]]))
    assert [found.total.change, found.total.low, found.total.high] == pytest.approx(
        [float(together.effect[0]), *together.conf_int()[0]], abs=1e-10
    )
    assert [found.moves[1].low, found.moves[1].high] == pytest.approx(list(alone.conf_int()[0]), abs=1e-10)
    assert found.moves[1].driver == "wait"


def test_the_covariance_between_drivers_counts(model_of, drivers_of):
    model = model_of()
    cov = model.fit.effect_cov.copy()
    cov[0, 1] = cov[1, 0] = 0.9 * 0.16
    correlated = replace(model, fit=replace(model.fit, effect_cov=cov))
    width = [
        t.high - t.low for t in (what_if(drivers_of(m), {"wait": 1, "welcome": 1}).total for m in (model, correlated))
    ]
    assert width[1] / width[0] == pytest.approx(math.sqrt(1.9), abs=1e-9)


def test_the_sentence_of_the_issue(model_of, drivers_of):
    model = model_of(effect=(6.2, 3.6, -2.4, 0.2), error=1.3264)
    found = what_if(drivers_of(model), {"wait": 0.5})
    assert "+0.5 on wait goes with +3.1 points [1.8 ; 4.4] on NPS." in found.explain()
    assert "+0,5 sur wait va de pair avec +3,1 points [1,8 ; 4,4] sur NPS." in found.explain("fr")
    assert "not a cause" in found.explain()
    assert "n’est pas une cause" in found.explain("fr")


def test_a_mean_cannot_pass_the_end_of_its_scale(model_of, drivers_of):
    found = what_if(drivers_of(model_of()), {"welcome": 5, "wait": -20})
    welcome, wait = found.scenarios[0].moves
    assert (welcome.delta, welcome.after) == pytest.approx((2.1, 10.0))
    assert (wait.delta, wait.after) == pytest.approx((-5.5, 0.0))
    assert welcome.cut
    assert wait.cut
    assert welcome.change == pytest.approx(2.1 * 3.6)
    assert found.total.change == pytest.approx(2.1 * 3.6 - 5.5 * 4.2)
    assert "Cut where the scale ends: welcome by +2.1 instead of +5" in found.explain()


def test_a_driver_at_its_end_does_not_move_back(model_of, drivers_of):
    over = model_of(performance=(10.4, 7.9, 6.0, 8.2))
    move = what_if(drivers_of(over), {"wait": 1}).scenarios[0].moves[0]
    assert (move.delta, move.change, move.low, move.high) == (0, 0, 0, 0)


def test_the_outcome_stays_within_its_bounds(model_of, drivers_of):
    steep = model_of(effect=(40.0, 3.6, -2.4, 0.2), error=6.0)
    total = what_if(drivers_of(steep), {"wait": 4}).total
    assert total.change == pytest.approx(100 - 21.4)
    assert total.after == pytest.approx(100)
    assert total.high == pytest.approx(100 - 21.4)
    assert total.capped
    assert "leaves the scale" in what_if(drivers_of(steep), {"wait": 4}).explain()


def test_one_row_a_group(model_of, drivers_of):
    models = [model_of(key=("Lyon",)), model_of(key=("Paris",), effect=(1.0, 2.0, 3.0, 0.1))]
    found = what_if(drivers_of(*models), {"wait": 0.5})
    frame = found.to_frame()
    assert list(frame.columns) == ["city", "item", "asked", "delta", "before", "after", "change", "low", "high", "n"]
    assert frame["item"].tolist() == ["total", "wait"] * 2
    assert frame["change"].tolist() == pytest.approx([2.1, 2.1, 0.5, 0.5])
    with pytest.raises(ValueError, match="2 groups"):
        _ = found.total
    assert "Lyon: +0.5 on wait" in found.explain()


def test_a_driver_that_a_group_lacks_leaves_no_total(model_of, drivers_of):
    few = model_of(key=("Paris",), names=("welcome",), importance=(0.1,), effect=(2.0,), performance=(5.0,))
    found = what_if(drivers_of(model_of(key=("Lyon",)), few), {"wait": 0.5, "welcome": 0.5})
    assert found.scenarios[1].absent == ("wait",)
    assert math.isnan(found.scenarios[1].total.change)
    assert "Paris: no total, for wait is no driver there." in found.explain()
    assert "–" in repr(found)
    found.plot()
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_driver_without_effect_harms_no_other(model_of, drivers_of):
    model = model_of(effect=(4.2, np.nan, -2.4, 0.2))
    assert what_if(drivers_of(model), {"wait": 0.5}).total.change == pytest.approx(2.1)
    with pytest.raises(UsageError, match="'welcome' is not determined"):
        what_if(drivers_of(model), {"wait": 0.5, "welcome": 1})


def test_an_outcome_where_lower_is_better(model_of, drivers_of, churn):
    found = what_if(drivers_of(model_of(), outcome=churn), {"wait": 0.5})
    assert "▼ loss" in repr(found)
    assert "Goes with (percentage points)" in repr(found)
    assert "va de pair avec +2,1 points [1,7 ; 2,5] sur Attrition." in found.explain("fr")


def test_a_mean_has_no_unit_and_a_product_of_drivers_no_mean(model_of, drivers_of):
    label = MetricLabel("spend", (), "", "", "higher", None, None)
    model = model_of(performance=(np.nan, 7.9, 6.0, 8.2), scales=((np.nan, np.nan), *((0.0, 10.0),) * 3))
    found = what_if(drivers_of(model, outcome=label), {"wait": 0.5})
    assert "+0.5 on wait goes with +2.10 [1.71 ; 2.49] on spend." in found.explain()
    heads, row = found.grid("en").heads, found.grid("en").rows[0]
    assert (heads[2:4], row[2].text) == (("Mean", "Goes with"), "–")


@pytest.mark.parametrize("family", ["ols", "logit"])
def test_a_curved_model_says_that_effects_are_averages(model_of, drivers_of, family):
    found = what_if(drivers_of(model_of(family=family)), {"wait": 0.5})
    assert ("average effect of a curved model (logit)" in found.explain()) == (family == "logit")


def test_bad_input_is_refused(drivers_of):
    drivers = drivers_of()
    with pytest.raises(UnknownNameError, match="did you mean 'wait'"):
        what_if(drivers, {"wiat": 0.5})
    for bad in (float("nan"), "0.5", True, [1], None):
        with pytest.raises(OptionError, match="the move of 'wait'"):
            what_if(drivers, {"wait": bad})
    for nothing in ({}, [], None):
        with pytest.raises(OptionError, match="nothing to change"):
            what_if(drivers, nothing)


def test_the_drawing_names_what_moves(model_of, drivers_of):
    axes = what_if(drivers_of(), {"wait": 0.5, "price": 1}).plot(lang="fr")
    assert [t.get_text() for t in axes.get_yticklabels()] == ["wait +0,5", "price +1", "Ensemble"]
    assert axes.get_title(loc="left") == "Et si : NPS"


def test_the_interval_covers_at_its_level(model_of, drivers_of):
    """1,500 samples with errors of unequal variance: 95 % ± 1.7 (three standard errors)."""
    rng = np.random.default_rng(11)
    effect, move, hits = np.array([3.0, 2.0, 1.0]), np.array([0.5, 0.3, 0.0]), 0
    base = model_of(names=("a", "b", "c"), importance=(0.1,) * 3, effect=(1,) * 3, performance=(5,) * 3)
    for _ in range(1500):
        x = 5 + rng.normal(size=(200, 3)) @ np.array([[1, 0.7, 0], [0, 1, 0], [0, 0, 1]])
        y = x @ effect + rng.normal(size=200) * (2 + np.abs(x[:, 0] - 5))
        model = replace(base, fit=_hc3(base.fit, x, y), performance=x.mean(axis=0), mean=float(y.mean()))
        total = what_if(drivers_of(model), {"a": 0.5, "b": 0.3}).total
        hits += total.low <= move @ effect <= total.high
    assert 0.933 < hits / 1500 < 0.967


def _hc3(fit, x, y):
    z = np.c_[np.ones(len(y)), x]
    bread = np.linalg.inv(z.T @ z)
    b = bread @ z.T @ y
    w = (y - z @ b) / (1 - np.einsum("ij,jk,ik->i", z, bread, z))
    cov = (bread @ (z.T * w**2) @ z @ bread)[1:, 1:]
    return replace(fit, coef=b[1:], effect=b[1:], cov=cov, effect_cov=cov, df=float(len(y) - 4), n=len(y))
