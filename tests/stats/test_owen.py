"""Owen values of grouped drivers, against all orders that keep groups together."""

from __future__ import annotations

from itertools import chain, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxkit.errors import UsageError
from cxkit.stats.owen import group_shapley, owen, subsets_of
from cxkit.stats.subsets import lmg, shapley_of, subset_r2


def covariances(p, seed, n=80):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return np.cov(np.column_stack([x, x @ rng.uniform(-1, 1, p) + rng.normal(size=n)]), rowvar=False)


def over_orders(worth, groups):
    out, orders = np.zeros(sum(map(len, groups))), 0
    for outer in permutations(groups):
        for inner in product(*(permutations(g) for g in outer)):
            b, orders = 0, orders + 1
            for j in chain(*inner):
                out[j] += worth[b | 1 << j] - worth[b]
                b |= 1 << j
    return out / orders


@pytest.mark.parametrize(
    "groups", [[[0, 2], [1], [3, 4, 5]], [[5, 0], [4, 1], [3, 2]], [[1, 2, 3], [0, 4, 5]], [[3], [2], [0, 1], [5], [4]]]
)
def test_owen_values_are_the_mean_over_the_orders_that_keep_groups_together(groups):
    c = covariances(6, 1)
    found = owen(c, groups)
    assert found == pytest.approx(over_orders(subset_r2(c), groups), abs=1e-12)
    assert group_shapley(c, groups) == pytest.approx([found[g].sum() for g in groups], abs=1e-12)


def partition(data, p):
    label = data.draw(st.lists(st.integers(0, 3), min_size=p, max_size=p))
    return [[j for j in range(p) if label[j] == g] for g in sorted(set(label))]


@given(p=st.integers(1, 8), seed=st.integers(0, 1000), data=st.data())
@settings(max_examples=60, deadline=None)
def test_identities_of_the_owen_value(p, seed, data):
    c = covariances(p, seed)
    groups = partition(data, p)
    found, whole = owen(c, groups), group_shapley(c, groups)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(subset_r2(c)[-1], abs=1e-10)
    assert whole == pytest.approx([found[g].sum() for g in groups], abs=1e-10)
    # The game between groups, worth by worth.
    every = subset_r2(c)
    inside = [sum(1 << j for j in g) for g in groups]
    quotient = [every[sum(inside[k] for k in range(len(groups)) if b >> k & 1)] for b in range(2 ** len(groups))]
    assert whole == pytest.approx(shapley_of(quotient), abs=1e-10)
    assert owen(c, [[j] for j in range(p)]) == pytest.approx(lmg(c), abs=1e-12)
    assert owen(c, [range(p)]) == pytest.approx(lmg(c), abs=1e-12)


def test_fifty_drivers_in_ten_groups():
    c = covariances(50, 4, n=400)
    groups = [range(5 * g, 5 * g + 5) for g in range(10)]
    found = owen(c, groups)
    solved = c[:-1, -1] @ np.linalg.solve(c[:-1, :-1], c[:-1, -1]) / c[-1, -1]
    assert found.sum() == pytest.approx(solved)
    assert group_shapley(c, groups) == pytest.approx(found.reshape(10, 5).sum(axis=1))
    assert subsets_of(groups) == 2**10 + 10 * 2**14


def test_groups_of_twelve_steps_and_a_batch():
    stack = np.stack([covariances(13, seed) for seed in range(3)])
    groups = [[0, 12], *([j] for j in range(1, 12))]
    found = owen(stack, groups)
    for c, one in zip(stack, found, strict=True):
        assert one == pytest.approx(owen(c, groups), abs=1e-12)
    merged = group_shapley(stack[1], groups)
    assert merged[0] == pytest.approx(found[1][[0, 12]].sum())
    assert merged[1:] == pytest.approx(found[1][1:12])


def test_a_copy_within_a_group_shares_and_takes_nothing_from_the_other_groups():
    c = covariances(4, 6)
    at = [0, 1, 2, 3, 0, 4]
    alone = owen(c, [[0, 1], [2, 3]])
    found = owen(c[np.ix_(at, at)], [[0, 1, 4], [2, 3]])
    assert found[0] == pytest.approx(found[4], abs=1e-12)
    assert found[2:4] == pytest.approx(alone[2:], abs=1e-10)


@pytest.mark.parametrize("groups", [[[0, 1]], [[0, 1], [1, 2]], [[0, 1, 2], []], [[0, 1], [2, 3]]])
def test_groups_that_are_no_partition_are_refused(groups):
    with pytest.raises(UsageError, match="each of the 3 drivers is in one group"):
        owen(covariances(3, 0), groups)


def test_too_many_subsets_are_refused_before_any_work():
    with pytest.raises(UsageError, match=r"2\^35.9 subsets"):
        owen(np.eye(61), [range(2 * k, 2 * k + 2) for k in range(30)])
    with pytest.raises(UsageError, match=r"2\^30.0 subsets"):
        group_shapley(np.eye(31), [[k] for k in range(30)])


@given(seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_correlations_that_no_data_can_have_never_give_less_than_0(seed):
    c = np.random.default_rng(seed).uniform(-0.9, 0.9, (6, 6))
    c = (c + c.T) / 2
    c[range(6), range(6)] = 1
    found = owen(c, [[0, 3], [1], [2, 4]])
    assert np.isfinite(found).all()
    assert (found >= 0).all()
