"""R² of all subsets, against least squares on the rows; sums over subsets, against the subsets one by one."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxkit.errors import UsageError
from cxkit.stats.dominance import complete_dominance, complete_of
from cxkit.stats.subsets import conditional_dominance, conditional_of, lmg, shapley_of, subset_r2


def sample(p, seed, n=50):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return np.column_stack([x, x @ rng.uniform(-1, 1, p) + rng.normal(size=n)])


def worths(rows):
    """R² of every subset by least squares on the rows."""
    p = rows.shape[1] - 1
    y = rows[:, -1] - rows[:, -1].mean()
    out = np.zeros(2**p)
    for b in range(1, 2**p):
        x = np.column_stack([np.ones(len(rows)), rows[:, [j for j in range(p) if b >> j & 1]]])
        out[b] = 1 - ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum() / (y**2).sum()
    return out


@pytest.mark.parametrize("p", range(1, 8))
def test_all_subsets_as_least_squares_on_the_rows(p):
    rows = sample(p, p)
    expected = worths(rows)
    c = np.cov(rows, rowvar=False)
    assert subset_r2(c) == pytest.approx(expected, abs=1e-12)
    table = np.zeros((p, p))
    for j in range(p):
        for b in range(2**p):
            if not b >> j & 1:
                size = b.bit_count()
                table[j, size] += (expected[b | 1 << j] - expected[b]) / comb(p - 1, size)
    assert conditional_dominance(c) == pytest.approx(table, abs=1e-12)
    assert lmg(c) == pytest.approx(table.mean(axis=1), abs=1e-12)


@pytest.mark.parametrize("p", [11, 13, 19])
def test_steps_over_many_drivers_are_the_subsets_one_by_one(p):
    c = np.cov(sample(p, p, n=100), rowvar=False)
    every = subset_r2(c)
    assert every.shape == (2**p,)
    some = np.random.default_rng(0).integers(1, 2**p, 30)
    for b in some:
        at = [j for j in range(p) if b >> j & 1]
        assert every[b] == pytest.approx(
            c[at, -1] @ np.linalg.solve(c[np.ix_(at, at)], c[at, -1]) / c[-1, -1], abs=1e-10
        )
    assert conditional_dominance(c) == pytest.approx(np.maximum(conditional_of(every), 0), abs=1e-12)


@pytest.mark.parametrize(("p", "batch"), [(1, 3), (6, 700), (12, 40), (14, 3)])
def test_a_batch_over_several_steps_is_its_matrices_one_by_one(p, batch):
    stack = np.stack([np.cov(sample(p, seed), rowvar=False) for seed in range(batch)])
    table, every = conditional_dominance(stack), subset_r2(stack)
    for b in (0, 1, batch // 2, batch - 1):
        assert table[b] == pytest.approx(conditional_dominance(stack[b]), abs=1e-13)
        assert every[b] == pytest.approx(subset_r2(stack[b]), abs=1e-13)


def test_a_tiny_r2_keeps_its_digits():
    c = np.eye(3)
    c[:2, 2] = c[2, :2] = [1e-9, 2e-9]
    assert lmg(c) == pytest.approx([1e-18, 4e-18], rel=1e-12, abs=0)


def test_the_shapley_value_is_the_mean_over_all_orders():
    worth = np.random.default_rng(5).normal(size=2**5)
    mean = np.zeros(5)
    for order in permutations(range(5)):
        b = 0
        for j in order:
            mean[j] += (worth[b | 1 << j] - worth[b]) / 120
            b |= 1 << j
    assert shapley_of(worth) == pytest.approx(mean)
    assert shapley_of(worth).sum() == pytest.approx(worth[-1] - worth[0])


@given(p=st.integers(1, 9), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_shapley_values_of_a_sum_of_games_add_up(p, seed):
    one, other = np.random.default_rng(seed).normal(size=(2, 2**p))
    assert shapley_of(np.stack([one, other, one + other]))[2] == pytest.approx(shapley_of(one) + shapley_of(other))


def test_complete_dominance_pair_by_pair():
    rows = sample(4, 9)
    worth = worths(rows)
    found = complete_dominance(np.cov(rows, rowvar=False))
    for i in range(4):
        for j in range(4):
            rest = [b for b in range(16) if not (b >> i & 1 or b >> j & 1)]
            if i == j:
                assert np.isnan(found[i, j])
            else:
                assert found[i, j] == np.mean([worth[b | 1 << i] > worth[b | 1 << j] for b in rest])


def test_copies_do_not_dominate_each_other():
    c = np.cov(sample(3, 4), rowvar=False)[np.ix_([0, 1, 2, 0, 3], [0, 1, 2, 0, 3])]
    found = complete_dominance(c)
    assert found[0, 3] == found[3, 0] == 0.5
    off = ~np.eye(4, dtype=bool)
    assert (found + found.T)[off] == pytest.approx(1)


def test_complete_dominance_of_a_batch():
    stack = np.stack([np.cov(sample(3, seed), rowvar=False) for seed in range(4)]).reshape(2, 2, 4, 4)
    found = complete_dominance(stack)
    assert np.array_equal(found[1, 0], complete_dominance(stack[1, 0]), equal_nan=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lmg(np.eye(27)), "26 drivers: all subsets of at most 25"),
        (lambda: lmg(np.ones((2, 3))), r"not \(2, 3\)"),
        (lambda: lmg([[1.0]]), r"not \(1, 1\)"),
        (lambda: shapley_of([0, 1, 2]), "not 3"),
        (lambda: shapley_of([1.0]), "not 1"),
        (lambda: complete_dominance(np.eye(18)), "17 drivers: complete dominance"),
        (lambda: complete_of(np.zeros(2**17)), "not 131072"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(UsageError, match=words):
        call()


def test_a_driver_with_next_to_nothing_of_its_own_adds_nothing():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 100))
    rows = np.column_stack([x, x + 1e-7 * y, y])
    found = lmg(np.corrcoef(rows, rowvar=False))
    assert found.sum() == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2, abs=1e-6)
    assert found[0] == pytest.approx(found[1], abs=1e-6)


def test_correlations_that_no_data_can_have_stay_within_0_and_1():
    # As pairwise deletion can give: the drivers agree with the outcome and not with each other.
    c = np.array([[1, -0.6, -0.6, 0.9], [-0.6, 1, -0.6, 0.9], [-0.6, -0.6, 1, 0.9], [0.9, 0.9, 0.9, 1]])
    assert np.linalg.eigvalsh(c)[0] < 0
    assert (conditional_dominance(c) >= 0).all()
    assert subset_r2(c).max() == pytest.approx(1)
    assert lmg(c) == pytest.approx([1 / 3] * 3)
