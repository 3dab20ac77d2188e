"""A straight line, steps, a top that brings no more: each is said only where the data say so."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.value.behaviour import linkage
from cxkit.value.behaviour.shapes import beyond, shape_test

SCORE = np.tile(np.arange(11), 200)


def curve(spend: np.ndarray, *, noise: float = 60.0, seed: int = 1, **roles):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"nps": SCORE, "revenue": spend + noise * rng.normal(size=len(SCORE)), "account": SCORE * 0 + rng.integers(0, 300, len(SCORE))})  # fmt: skip
    return linkage(cx.Study(frame, nps="nps", revenue="revenue", scale={"nps": (0, 10)}, guess=False, **roles)).curve()


def test_a_straight_line_is_in_keeping_with_one():
    found = curve(500 + 40.0 * SCORE)
    assert found.straight is True
    assert found.top.reading == "rising"
    assert found.top.answer == 9.0
    assert "in keeping with a straight line" in found.explain()


def test_steps_between_the_classes_are_seen():
    found = curve(np.where(SCORE >= 9, 1100.0, np.where(SCORE >= 7, 900.0, 700.0)))
    assert found.straight is False
    assert found.only.steps.p > 0.05
    assert (found.top.reading, found.top.answer) == ("saturated", 9.0)
    assert "the class is what counts" in found.explain()
    assert "From 9 on more brings no more that can be seen" in found.explain()


def test_a_top_that_levels_off_early():
    found = curve(500 + 60.0 * np.minimum(SCORE, 6))
    assert (found.top.reading, found.top.answer) == ("saturated", 6.0)
    assert found.top.high < found.top.line


def test_a_top_that_turns_back():
    found = curve(500 + 60.0 * np.minimum(SCORE, 9) - 120.0 * (SCORE == 10))
    assert (found.top.reading, found.top.answer) == ("turning", 9.0)
    assert "turns back" in found.explain()
    assert "s’inverse" in found.explain("fr")


def test_too_much_noise_to_tell_excludes_nothing():
    """No further gain is seen, but a straight line's gain lies within the interval: no saturation is claimed."""
    found = curve(500 + 40.0 * SCORE, noise=900.0)
    assert found.top.reading == "open"
    assert found.top.low < found.top.line < found.top.high
    assert "nor excluded" in found.explain()


def test_nothing_to_follow():
    found = curve(np.full(len(SCORE), 700.0), seed=3)
    assert found.top.reading == "flat"
    assert "no difference to be seen between the answers" in found.explain()


def test_churn_that_falls_and_levels_off():
    rng = np.random.default_rng(8)
    score = np.tile(np.arange(11), 500)
    left = rng.random(len(score)) < np.where(score < 7, 0.62 - 0.08 * score, 0.05)
    found = linkage(cx.Study(pd.DataFrame({"nps": score, "left": left}), nps="nps", churned="left", scale={"nps": (0, 10)}, guess=False)).curve()  # fmt: skip
    assert found.top.reading == "saturated"
    assert found.top.answer in (7.0, 8.0)
    assert found.to_frame()["item"].unique().tolist() == ["rate"]


def test_shares_of_nought_and_of_a_hundred_percent_are_tested_too():
    rng = np.random.default_rng(5)
    score = np.tile(np.arange(1, 6), 100)
    left = np.where(score == 3, rng.random(500) < 0.16, score < 3)
    frame = pd.DataFrame({"csat": score, "left": left.astype(bool)})
    found = linkage(cx.Study(frame, csat="csat", churned="left", guess=False), "mean:csat").curve()
    assert found.straight is False
    assert found.top.reading == "saturated"
    assert found.top.answer == 4.0
    assert found.top.low < 0 < found.top.high
    assert found.top.gain == 0


def test_accounts_make_the_tests_milder():
    clustered = curve(500 + 40.0 * SCORE, cluster="account").only.line
    assert clustered.df_error < 300
    assert 0 < clustered.p < 1


def test_the_test_of_a_line_keeps_its_level():
    """Johansen's test under unequal spread and unequal sizes: 5 % of straight lines are called bent."""
    rng = np.random.default_rng(6)
    n = np.array([12, 15, 20, 40, 80, 60, 30])
    design = np.column_stack([np.ones(7), np.arange(7)])
    bent = 0
    for _ in range(1000):
        groups = [10 + 3 * a + (1 + 2 * a) * rng.normal(size=k) for a, k in enumerate(n)]
        mean = np.array([g.mean() for g in groups])
        covariance = np.diag([g.var(ddof=1) / len(g) for g in groups])
        bent += shape_test(mean, covariance, n - 1.0, beyond(design), clusters=None).p <= 0.05
    assert 33 <= bent <= 68


def test_contrasts_are_nought_on_the_design_and_only_there():
    design = np.column_stack([np.ones(5), np.arange(5.0), np.arange(5.0) * 2])
    found = beyond(design)
    assert found.shape == (3, 5)
    assert np.abs(found @ design).max() < 1e-12
    assert beyond(np.eye(3)).shape == (0, 3)


def test_frames_of_a_curve():
    found = curve(500 + 40.0 * SCORE)
    frame = found.to_frame()
    assert frame.columns.tolist() == ["answer", "band", "item", "estimate", "low", "high", "unit", "n"]
    assert frame["n"].sum() == len(SCORE)
    assert found.tests_frame()["test"].tolist() == ["any", "line", "steps"]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["tops"][0]["reading"] == "rising"
    assert "Answer" in repr(found)
    assert "<table" in found._repr_html_()


def test_several_groups_have_a_curve_each():
    frame = pd.DataFrame({"nps": SCORE, "revenue": SCORE * 1.0, "part": np.where(np.arange(len(SCORE)) % 2, "a", "b")})
    found = linkage(
        cx.Study(frame, nps="nps", revenue="revenue", scale={"nps": (0, 10)}, guess=False), by="part"
    ).curve()
    assert list(found.keys) == [("a",), ("b",)]
    assert found.to_frame()["part"].tolist() == ["a"] * 11 + ["b"] * 11
    with pytest.raises(ValueError, match="there are 2 groups"):
        _ = found.top
    assert found.plot() is not None
