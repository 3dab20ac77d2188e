"""What must hold for any sample: order, duplicates, scale, bounds, and that raking starts from the design weight."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.stats.raking import rake as rake_cells
from cxkit.stats.raking import shifted
from cxkit.weighting import post_stratify, rake

LEVELS = {"a": "xyz", "b": "pq"}


@st.composite
def samples(draw):
    """Every combination at least once, so that any targets can be met."""
    more = draw(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("pq")), max_size=25))
    rows = [(x, p) for x in "xyz" for p in "pq"] + more
    weights = draw(st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.5]), min_size=len(rows), max_size=len(rows)))
    frame = pd.DataFrame(rows, columns=["a", "b"]).assign(d=weights)
    targets = {}
    for column, levels in LEVELS.items():
        raw = np.array(draw(st.lists(st.integers(1, 20), min_size=len(levels), max_size=len(levels))), float)
        targets[column] = dict(zip(levels, raw.tolist(), strict=True))
    return frame, targets


def weights(frame: pd.DataFrame, targets, **options) -> np.ndarray:
    found = rake(cx.Study(frame, weight="d", guess=False), targets, counts=True, **options)
    return found.study[found.column].to_numpy()


def same_total(targets):
    totals = {c: sum(t.values()) for c, t in targets.items()}
    return {c: {k: v / totals[c] * 100 for k, v in t.items()} for c, t in targets.items()}


@settings(max_examples=25, deadline=None)
@given(samples())
def test_raking_multiplies_the_design_weight(sample):
    frame, targets = sample
    targets = same_total(targets)
    cells = frame.groupby(["a", "b"])
    w = pd.Series(weights(frame, targets))
    ratio = (w / frame["d"]).groupby([frame["a"], frame["b"]])
    assert (ratio.max() / ratio.min() - 1).max() < 1e-9
    # The odds ratios of the design-weighted table are kept; those of the rows are not the start.
    before, after = cells["d"].sum().unstack(), w.groupby([frame["a"], frame["b"]]).sum().unstack()
    odds = [t["p"] / t["q"] / (t["p"] / t["q"]).iloc[0] for t in (before, after)]
    np.testing.assert_allclose(odds[0], odds[1], rtol=1e-7)


@settings(max_examples=15, deadline=None)
@given(samples(), st.permutations(["a", "b"]), st.randoms(use_true_random=False))
def test_neither_the_order_of_columns_nor_of_rows_nor_the_scale_of_weights_matters(sample, order, random):
    frame, targets = sample
    targets = same_total(targets)
    first = weights(frame, targets)
    turned = {c: dict(reversed(list(targets[c].items()))) for c in order}
    np.testing.assert_allclose(weights(frame, turned), first, atol=1e-7)
    np.testing.assert_allclose(weights(frame.assign(d=frame["d"] * 1e4), targets), first, atol=1e-7)
    shuffled = list(range(len(frame)))
    random.shuffle(shuffled)
    np.testing.assert_allclose(weights(frame.iloc[shuffled], targets), first[shuffled], atol=1e-7)


@settings(max_examples=15, deadline=None)
@given(samples())
def test_a_row_twice_is_a_row_of_weight_two(sample):
    frame, targets = sample
    targets = same_total(targets)
    twice = pd.concat([frame, frame.iloc[:3]], ignore_index=True)
    heavy = frame.assign(d=frame["d"].where(frame.index >= 3, 2 * frame["d"]))
    one, two = weights(heavy, targets), weights(twice, targets)
    share = two / two.sum()
    np.testing.assert_allclose(share[:3] + share[-3:], (one / one.sum())[:3], atol=1e-9)
    np.testing.assert_allclose(share[3:-3], (one / one.sum())[3:], atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(samples(), st.integers(1, 4))
def test_rows_of_weight_0_stay_out_whatever_they_hold(sample, extra):
    frame, targets = sample
    targets = same_total(targets)
    bare = pd.DataFrame({"a": ["x", "no such", None, "y"][:extra], "b": ["p"] * extra, "d": 0.0})
    with_bare = weights(pd.concat([frame, bare], ignore_index=True), targets)
    np.testing.assert_allclose(with_bare[: len(frame)], weights(frame, targets), rtol=1e-12)
    assert (with_bare[len(frame) :] == 0).all()


@settings(max_examples=30, deadline=None)
@given(samples(), st.floats(0.05, 0.9), st.floats(1.2, 6))
def test_bounds_and_total_always_hold_and_margins_hold_or_the_result_says_no(sample, low, high):
    frame, targets = sample
    study = cx.Study(frame, weight="d", guess=False)
    found = rake(study, same_total(targets), trim=(low, high))
    w = found.study[found.column].to_numpy()
    assert w.min() >= low * (1 - 1e-12)
    assert w.max() <= high * (1 + 1e-12)
    assert w.sum() == pytest.approx(len(frame), rel=1e-9)
    gap = max(abs(row.gap) for row in found.margins)
    assert found.gap == pytest.approx(gap, abs=1e-9)
    assert found.converged == (gap <= 1e-8)
    # Weights inside the bounds still are a product of factors, the mark of the nearest solution.
    if found.converged:
        inside = (w > low * (1 + 1e-9)) & (w < high * (1 - 1e-9))
        logs = np.log(w / frame["d"])[inside]
        design = pd.get_dummies(frame[["a", "b"]]).to_numpy(float)[inside]
        if inside.sum():
            fitted = design @ np.linalg.lstsq(design, logs, rcond=None)[0]
            np.testing.assert_allclose(fitted, logs, atol=1e-6)


def test_one_margin_is_post_stratification():
    frame = pd.DataFrame({"a": list("xxyz"), "b": list("pqpq"), "d": [1.0, 2, 3, 4]})
    study = cx.Study(frame, weight="d", guess=False)
    raked = rake(study, {"a": {"x": 0.2, "y": 0.3, "z": 0.5}})
    post = post_stratify(study, {"x": 0.2, "y": 0.3, "z": 0.5}, by="a")
    assert raked.study["weight"].tolist() == post.study["weight"].tolist()
    np.testing.assert_allclose(raked.study["weight"], [0.8 / 3, 1.6 / 3, 1.2, 2.0], rtol=1e-12)


def test_margins_of_two_columns_and_of_one_rake_together():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({c: rng.choice(list(v), 300) for c, v in {"a": "xy", "b": "pq", "c": "uvw"}.items()})
    pairs = {("x", "p"): 0.3, ("x", "q"): 0.3, ("y", "p"): 0.15, ("y", "q"): 0.25}
    found = rake(frame, {("a", "b"): pairs, "c": {"u": 0.5, "v": 0.3, "w": 0.2}})
    got = found.study.data.groupby(["a", "b"])["weight"].sum() / 300
    assert got.to_dict() == pytest.approx(pairs)
    assert [row.margin for row in found.margins] == ["a × b"] * 4 + ["c"] * 3


def test_targets_that_hold_already_leave_equal_weights():
    found = rake(pd.DataFrame({"a": list("xxyy")}), {"a": {"x": 0.5, "y": 0.5}})
    assert found.study["weight"].tolist() == [1.0] * 4
    assert (found.iterations, found.n_eff, found.deff) == (0, 4.0, 1.0)


def test_shift_keeps_the_sum_and_shares_the_excess_equally():
    w, n = np.array([1.0, 2.0, 4.0, 20.0]), np.array([5.0, 3.0, 2.0, 1.0])
    c = shifted(w, n, (0.0, 8.0))
    assert n @ np.clip(w + c, 0, 8) == pytest.approx(n @ w, rel=1e-14)
    assert c == pytest.approx(12 / 10)


def test_contradicting_margins_are_reported_not_looped_over():
    raked = rake_cells(np.ones(2), [np.array([0, 1])] * 2, [np.array([1.5, 0.5]), np.array([0.5, 1.5])])
    assert not raked.converged
    assert raked.gap == pytest.approx(0.5)
    assert raked.iterations < 100
    assert np.isfinite(raked.w).all()
