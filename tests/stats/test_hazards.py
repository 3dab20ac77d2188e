"""Cox's model with Efron's ties: against R's coxph and cox.zph, and statsmodels' PHReg."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cxkit.stats.hazards import maximised, proportional, risks, robust

_SPEC = importlib.util.spec_from_file_location("survival_rows", Path(__file__).parents[1] / "reference" / "survival.py")
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R, D, ROWS = rows.reference()["cox"], rows.customers(), rows.intervals()
CASES = {
    "fixed": (D, None, None),
    "entry": (D, D["start"], None),
    "changing": (ROWS, ROWS["start"], None),
    "strata": (ROWS, ROWS["start"], ROWS["plan"]),
    "fixed_robust": (D, None, None),
}


def fitted(name):
    data, start, strata = CASES[name]
    risk = risks(data["stop"], data["event"], data[["score", "spend"]], start, strata=strata)
    beta, found = maximised(risk, [0.0, 0.0])
    assert found
    return data, risk, beta


@pytest.mark.parametrize("name", CASES)
def test_coefficients_errors_and_likelihood_against_r_coxph(name):
    data, risk, beta = fitted(name)
    value, gradient, information = risk.evaluate(beta)
    covariance = np.linalg.inv(information)
    assert beta == pytest.approx(R[name]["coef"], rel=1e-8)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(R[name]["se"], rel=1e-8)
    assert value == pytest.approx(R[name]["loglik"], rel=1e-10)
    assert gradient == pytest.approx([0, 0], abs=1e-8)
    if "robust" in R[name]:
        found = robust(risk.scores(beta), covariance, data["i"])
        assert np.sqrt(np.diag(found)) == pytest.approx(R[name]["robust"], rel=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_proportionality_against_r_cox_zph(name):
    _, risk, beta = fitted(name)
    test = proportional(risk, beta)
    assert [*test.statistic, test.overall] == pytest.approx(R[name]["zph"], rel=1e-7)
    assert [*test.p, test.p_overall] == pytest.approx(R[name]["zph_p"], rel=1e-7)


@pytest.mark.parametrize("name", ["fixed", "entry", "strata"])
def test_the_same_as_phreg_of_statsmodels(name):
    """PHReg counts who enters at a time as at risk at that time; R and cxkit do not. Half a step later it agrees."""
    from statsmodels.duration.hazard_regression import PHReg

    data, start, strata = CASES[name]
    fit = PHReg(
        data["stop"].to_numpy(float), data[["score", "spend"]].to_numpy(float), status=data["event"].to_numpy(),
        entry=None if start is None else start.to_numpy(float) + 0.5, strata=None if strata is None else strata.to_numpy(),
        ties="efron",
    ).fit(disp=0)  # fmt: skip
    _, _, beta = fitted(name)
    assert beta == pytest.approx(fit.params, rel=1e-5)


def test_score_residuals_add_up_to_the_gradient():
    _, risk, _ = fitted("changing")
    at = np.array([-0.3, 0.2])
    assert risk.scores(at).sum(axis=0) == pytest.approx(risk.evaluate(at)[1], abs=1e-9)


def test_information_is_the_slope_of_the_gradient():
    _, risk, _ = fitted("strata")
    at, eps = np.array([-0.1, 0.1]), np.array([1e-5, 0])
    slope = (risk.evaluate(at + eps)[1] - risk.evaluate(at - eps)[1]) / 2e-5
    assert -slope == pytest.approx(risk.evaluate(at)[2][:, 0], rel=1e-6)


def test_perfect_separation_has_no_maximum():
    x = np.repeat([0.0, 1.0], 20)[:, None]
    stop = np.r_[np.full(20, 50.0), np.arange(1, 21)]
    assert not maximised(risks(stop, x[:, 0] == 1, x), [0.0])[1]


def test_an_effect_that_fades_is_found_and_a_constant_one_is_not():
    rng = np.random.default_rng(2)
    x = rng.integers(0, 2, 3000).astype(float)
    steady = rng.exponential(1 / np.exp(0.8 * x))
    fading = np.where(rng.random(3000) < 0.5, steady, 1 + rng.exponential(1.0, 3000))
    p = []
    for stop in (steady, fading):
        risk = risks(stop, np.ones(3000), x[:, None])
        p.append(proportional(risk, maximised(risk, [0.0])[0]).p_overall)
    assert p[0] > 0.05
    assert p[1] < 1e-4
