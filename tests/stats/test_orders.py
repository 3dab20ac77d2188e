"""Shapley values from random orders, against the exact ones."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.stats.importance import r2
from cxkit.stats.orders import sampled_shapley
from cxkit.stats.subsets import lmg


def covariances(p, seed, n=200):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return np.cov(np.column_stack([x, x @ rng.uniform(0, 1, p) + 2 * rng.normal(size=n)]), rowvar=False)


def test_sampled_values_lie_within_five_errors_of_the_exact_ones():
    c = covariances(12, 3)
    estimate, error = sampled_shapley(c, orders=400, seed=1)
    assert (error > 0).all()
    assert (np.abs(estimate - lmg(c)) < 5 * error).all()


def test_the_error_is_that_of_repetition_and_there_is_no_bias():
    c, runs = covariances(6, 4), 300
    found = [sampled_shapley(c, orders=60, seed=seed) for seed in range(runs)]
    estimates, errors = np.stack([f[0] for f in found]), np.stack([f[1] for f in found])
    spread = estimates.std(axis=0, ddof=1)
    assert errors.mean(axis=0) == pytest.approx(spread, rel=0.15)
    assert (np.abs(estimates.mean(axis=0) - lmg(c)) < 4 * spread / np.sqrt(runs)).all()


def test_an_order_and_its_reverse_do_better_than_two_orders():
    c = covariances(6, 4)
    error = sampled_shapley(c, orders=4000)[1]
    rng = np.random.default_rng(0)
    gains = []
    for _ in range(400):
        order, before, gain = rng.permutation(6), 0.0, np.zeros(6)
        for k in range(6):
            at = order[: k + 1]
            now = c[at, -1] @ np.linalg.solve(c[np.ix_(at, at)], c[at, -1]) / c[-1, -1]
            gain[order[k]], before = now - before, now
        gains.append(gain)
    assert (error < 0.8 * np.std(gains, axis=0, ddof=1) / np.sqrt(4000)).all()


@pytest.mark.parametrize("orders", [4, 5, 100])
def test_they_sum_to_r2_however_few_orders(orders):
    c = covariances(40, 5)
    estimate, _ = sampled_shapley(c, orders=orders)
    assert estimate.sum() == pytest.approx(r2(c), abs=1e-12)
    assert (estimate >= 0).all()


def test_a_batch_sees_the_same_orders_and_a_seed_repeats():
    stack = np.stack([covariances(30, seed) for seed in range(2)])
    estimate, error = sampled_shapley(stack, orders=20, seed=7)
    assert estimate.shape == error.shape == (2, 30)
    for c, one in zip(stack, estimate, strict=True):
        assert one.tolist() == sampled_shapley(c, orders=20, seed=7)[0].tolist()
    assert sampled_shapley(stack, orders=20, seed=8)[0].tolist() != estimate.tolist()


def test_copies_constants_and_one_driver():
    c = covariances(3, 6)
    at = [0, 1, 2, 0, 3]
    d = c[np.ix_(at, at)]
    d[1], d[:, 1] = 0, 0
    estimate, _ = sampled_shapley(d, orders=2000)
    assert estimate == pytest.approx(lmg(d), abs=0.02)
    assert estimate[1] == 0
    one, error = sampled_shapley(c[np.ix_([0, 3], [0, 3])])
    assert one == pytest.approx(lmg(c[np.ix_([0, 3], [0, 3])]))
    assert error == pytest.approx([0], abs=1e-15)
    with pytest.raises(OptionError, match="3 orders"):
        sampled_shapley(c, orders=3)


def test_total_rescales():
    c = covariances(5, 1)
    estimate, error = sampled_shapley(c, orders=10)
    half, half_error = sampled_shapley(c, orders=10, total=2 * c[-1, -1])
    assert half == pytest.approx(estimate / 2)
    assert half_error == pytest.approx(error / 2)


def test_correlations_that_no_data_can_have_share_no_more_than_all():
    c = np.array([[1, -0.6, -0.6, 0.9], [-0.6, 1, -0.6, 0.9], [-0.6, -0.6, 1, 0.9], [0.9, 0.9, 0.9, 1]])
    estimate, _ = sampled_shapley(c, orders=200)
    assert (estimate >= 0).all()
    assert estimate.sum() == pytest.approx(1)
