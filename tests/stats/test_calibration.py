"""Brier score, AUC, calibration and lift: by hand, against R and by simulation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cxkit.stats.calibration import auc, brier, calibrated, comes_true, reliability

_SPEC = importlib.util.spec_from_file_location("survival_rows", Path(__file__).parents[1] / "reference" / "survival.py")
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R, D = rows.reference()["auc"], rows.customers()
P = 1 / (1 + np.exp(0.3 * D["score"].to_numpy() - 1 + 0.1 * D["plan"].to_numpy()))


def test_auc_with_its_error_against_r():
    area, low, high = auc(D["event"], P)
    assert area == pytest.approx(R["auc"], rel=1e-9)
    scale = 1.959963984540054 * R["se"] / (area * (1 - area))
    logit = np.log(area / (1 - area))
    assert (low, high) == pytest.approx((1 / (1 + np.exp(scale - logit)), 1 / (1 + np.exp(-scale - logit))), rel=1e-9)


def test_brier_and_recalibration_against_r():
    assert brier(D["event"], P).score == pytest.approx(R["brier"], rel=1e-12)
    assert calibrated(D["event"], P)[:2] == pytest.approx(R["recalibrated"], rel=1e-7)


def test_saying_the_overall_share_to_everybody_has_no_skill():
    y = np.arange(50) % 5 == 0
    found = brier(y, np.full(50, 0.2))
    assert found.skill == pytest.approx(0)
    assert found.score == pytest.approx(0.16)
    assert found.low < 0.16 < found.high


@pytest.mark.parametrize(("y", "p"), [([1, 1], [0.2, 0.8]), ([0, 0], [0.2, 0.8])])
def test_one_class_has_no_auc_and_no_calibration(y, p):
    assert np.isnan(auc(y, p)[0])
    assert np.isnan(calibrated(y, p)[1])
    assert np.isnan(brier(y, p).skill)


def test_perfect_predictions_have_an_interval_on_the_scale():
    area, low, high = auc([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    assert area == 1
    assert 0 < low < 1
    assert high == pytest.approx(1)
    assert np.isnan(calibrated([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])[1])  # no finite slope


def test_tenths_hold_everybody_once_the_highest_first():
    p = np.arange(100) / 100
    y = p > 0.75
    found = reliability(y, p)
    assert found.n.tolist() == [10] * 10
    assert found.observed[:3].tolist() == [1, 1, 0.4]
    assert found.lift[0] == pytest.approx(1 / 0.24)
    assert found.captured[-1] == 1
    assert (np.diff(found.predicted) < 0).all()


def test_equal_predictions_stay_in_one_class():
    found = reliability(np.arange(60) % 2, np.repeat([0.1, 0.5, 0.6], 20))
    assert found.n.tolist() == [20, 20, 20]
    assert reliability([0, 1, 0], [0.3, 0.3, 0.3]).n.tolist() == [3]


def test_true_probabilities_are_found_calibrated_95_percent_of_the_time():
    rng = np.random.default_rng(8)
    passed = covered = true = 0
    for _ in range(400):
        p = rng.beta(2, 6, 500)
        y = rng.random(500) < p
        passed += calibrated(y, p)[2] > 0.05
        true += comes_true(reliability(y, p)) > 0.05
        _, low, high = auc(y, p)
        covered += low <= TRUE_AUC <= high
    assert 0.92 <= passed / 400 <= 0.98
    assert 0.92 <= covered / 400 <= 0.98
    assert 0.92 <= true / 400 <= 0.98


def _true_auc() -> float:
    rng = np.random.default_rng(0)
    p = rng.beta(2, 6, 1_000_000)
    return auc(rng.random(1_000_000) < p, p)[0]


TRUE_AUC = _true_auc()
