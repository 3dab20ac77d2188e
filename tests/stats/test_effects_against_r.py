"""The statistics of effects against R: tests/reference/effects.R, to 1e-6 (see there for what R itself has)."""

import json
from pathlib import Path

import numpy as np
import pytest

from cxkit.stats.experiments import adjusted_for, arm_of, welch
from cxkit.stats.interrupted import autocorrelated_fit, segmented
from cxkit.stats.matching import nearest_neighbours, overlap_weighted
from cxkit.stats.remeasured import untreated_fit
from cxkit.stats.sandwich import joint_test, robust_fit

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "effects.json").read_text(encoding="utf-8"))
ROWS = {name: np.asarray(values) for name, values in REFERENCE["rows"].items()}
SHOP, MONTH, Y, WEIGHT = ROWS["shop"], ROWS["month"], ROWS["y"], ROWS["weight"]
TREATED, AFTER = (SHOP < 5).astype(float), (MONTH >= 6).astype(float)
CHOSEN = np.asarray(REFERENCE["chosen"])
COLUMNS = np.column_stack([ROWS["tenure"], ROWS["group"] == "b", ROWS["group"] == "c"]).astype(float)
NOISE = ((np.arange(480) * 7919 + 104729) % 1009) / 1009 - 0.5


def close(value):
    return pytest.approx(value, rel=1e-6, abs=1e-9)


def test_the_rows_are_those_of_r():
    i = np.arange(480)
    assert (i % 12 == SHOP).all()
    wave = ((i * i * 31 + 17 * i) % 997) / 997 - 0.5
    y = (
        50
        + 3 * SHOP
        + 1.5 * MONTH
        + 6 * TREATED * AFTER
        + 30 * NOISE
        + 4 * wave * (1 + SHOP / 6)
        + 0.8 * ROWS["tenure"]
    )
    assert close(y) == Y


def test_welch():
    found, r = welch(arm_of(Y[TREATED == 1]), arm_of(Y[TREATED == 0])), REFERENCE["welch"]
    assert (found.delta, found.t, found.df, found.p) == close((r["delta"], r["t"], r["df"], r["p"]))
    assert found.interval(0.95) == close((r["low"], r["high"]))


def test_cuped():
    adjusted, theta, _ = adjusted_for(Y, ROWS["tenure"])
    found, r = welch(arm_of(adjusted[TREATED == 1]), arm_of(adjusted[TREATED == 0])), REFERENCE["cuped"]
    assert theta == close(r["theta"])
    assert (found.delta, *found.interval(0.95), found.p) == close((r["delta"], r["low"], r["high"], r["p"]))


def dummies(values):
    return np.stack([values == v for v in np.unique(values)[1:]], axis=1).astype(float)


@pytest.mark.parametrize("kind", ["plain", "weighted"])
def test_two_way_effects_with_cr2_and_their_degrees_of_freedom(kind):
    design = np.column_stack([dummies(MONTH), TREATED * AFTER])
    found = robust_fit(design, Y, cluster=SHOP, absorb=SHOP, weight=WEIGHT if kind == "weighted" else None)
    r = REFERENCE[f"did_{kind}"]
    assert (found.coef[-1], found.se[-1], found.df[-1]) == close((r["estimate"], r["se"], r["df"]))


def test_event_study_and_the_joint_test_of_periods_before():
    periods = [0, 1, 2, 3, 4, 6, 7, 8, 9]
    design = np.column_stack([dummies(MONTH), *(TREATED * (m == MONTH) for m in periods)])
    found = robust_fit(design, Y, cluster=SHOP, absorb=SHOP)
    r = REFERENCE["events"]
    assert found.coef[9:] == close(r["coef"])
    assert found.se[9:] == close(r["se"])
    assert found.df[9:] == close(r["df"])
    f, _, _, p = joint_test(found.coef[9:14], found.cov[9:14, 9:14], found.clusters)
    assert (f, p) == close((r["F"], r["p"]))


def test_hc2():
    found, r = robust_fit(np.column_stack([np.ones(480), TREATED]), Y), REFERENCE["hc2"]
    assert (found.coef[1], found.se[1], found.df[1]) == close((r["estimate"], r["se"], r["df"]))


def test_series_with_ar1_errors_by_restricted_likelihood():
    r, t = REFERENCE["series"], np.arange(30)
    after = t >= 18
    found = autocorrelated_fit(segmented(t, after, start=18), r["y"], t, [[0, 0, 1, float((t - 18)[after].mean())]])
    assert found.rho == pytest.approx(r["rho"], abs=2e-6)
    assert found.coef == pytest.approx(r["coef"], abs=1e-5)
    assert (found.estimate[0], found.se[0]) == pytest.approx((r["effect"], r["se"]), rel=2e-6)
    assert found.df[0] == pytest.approx(r["df"], rel=1e-4)


@pytest.mark.parametrize("estimand", ["overlap", "treated"])
def test_weights_with_stacked_estimating_equations(estimand):
    found, r = overlap_weighted(COLUMNS, CHOSEN, Y, estimand=estimand), REFERENCE[f"weights_{estimand}"]
    assert (found.effect, found.se) == close((r["effect"], r["se"]))


def test_nearest_neighbours_with_abadie_and_imbens_error():
    columns = COLUMNS + np.column_stack([0.05 * np.sqrt(np.arange(480) + 2), np.zeros((480, 2))])
    found, r = nearest_neighbours(columns, CHOSEN, Y, caliper=None), REFERENCE["nearest"]
    assert (found.effect, found.se) == close((r["effect"], r["se"]))


def test_asked_again_against_untreated():
    r = REFERENCE["again"]
    found, _ = untreated_fit(r["first"], r["second"], CHOSEN)
    assert (found.coef[0], found.se[0], found.df[0]) == close((r["estimate"], r["se"], r["df"]))
