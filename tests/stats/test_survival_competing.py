"""Cumulative incidence by reason: against R's multi-state survfit, a matrix recursion, and by simulation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cxkit.stats.competing import cumulative_incidence
from cxkit.stats.survival import kaplan_meier

_SPEC = importlib.util.spec_from_file_location("survival_rows", Path(__file__).parents[1] / "reference" / "survival.py")
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R, D = rows.reference(), rows.customers()


@pytest.mark.parametrize("name", ["all", "entry"])
def test_shares_and_errors_against_r_survfit(name):
    found = cumulative_incidence(D["stop"], D["cause"] - 1, 3, D["start"] if name == "entry" else None)
    expected = R["incidence"][name]
    place = np.searchsorted(expected["time"], found.steps.time)  # R also lists times of entry
    assert pytest.approx(np.array(expected["share"])[place], abs=1e-9) == found.estimate.T
    # With late entry R's infinitesimal jackknife is another estimate of the same error.
    near = {"abs": 1e-9} if name == "all" else {"rel": 5e-3}
    assert pytest.approx(np.array(expected["se"])[place], **near) == found.error.T


@pytest.mark.parametrize("name", ["all", "entry"])
def test_errors_against_the_recursion_of_matrices(name):
    found = cumulative_incidence(D["stop"], D["cause"] - 1, 3, D["start"] if name == "entry" else None)
    expected = R["incidence_delta"][name]
    place = np.searchsorted(found.steps.time, expected["time"])
    assert pytest.approx(np.array(expected["se"]), abs=1e-9) == found.error[:, place].T


def test_reasons_and_those_who_stay_make_up_everybody():
    found = cumulative_incidence(D["stop"], D["cause"] - 1, 3)
    assert found.estimate.sum(axis=0) == pytest.approx(1 - kaplan_meier(D["stop"], D["event"]).survival)


def test_one_reason_is_one_minus_kaplan_meier_with_its_interval():
    found, km = cumulative_incidence(D["stop"], D["event"] - 1, 1), kaplan_meier(D["stop"], D["event"])
    assert found.estimate[0] == pytest.approx(1 - km.survival)
    assert found.low[0] == pytest.approx(1 - km.high)


def test_naive_curves_of_one_reason_would_sum_to_more_than_left():
    """TRAP: 1 - KM of each reason, the others cut off."""
    naive = sum(1 - kaplan_meier(D["stop"], D["cause"] == k).survival[-1] for k in (1, 2, 3))
    found = cumulative_incidence(D["stop"], D["cause"] - 1, 3)
    assert naive > found.estimate[:, -1].sum() + 0.2


def test_intervals_stay_on_the_scale_at_both_ends():
    found = cumulative_incidence([1, 1, 2], [0, 0, 0], 2)
    assert found.estimate[:, -1].tolist() == [1, 0]
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    assert 0 < found.high[1, 0] < 1


def test_interval_covers_95_percent_of_the_time():
    rng = np.random.default_rng(7)
    truth = 0.4 * (1 - np.exp(-0.1 * 5))
    inside = 0
    for _ in range(1500):
        life, seen = rng.exponential(10, 80), rng.uniform(2, 20, 80)
        why = np.where(rng.random(80) < 0.4, 0, 1)
        found = cumulative_incidence(np.minimum(life, seen), np.where(life <= seen, why, -1), 2)
        _, low, high = found.at([5.0])
        inside += low[0, 0] <= truth <= high[0, 0]
    assert 0.93 <= inside / 1500 <= 0.97
