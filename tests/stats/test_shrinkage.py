"""Shrinkage and ranks against published figures, a second implementation and simulation."""

import numpy as np
import pytest

from cxkit.stats.dirichlet import credible, linear_draws, linear_moments, prior_counts, probability_above
from cxkit.stats.shrinkage import between_variance, pairs_told_apart, rank_ranges, ranks, shrink

# Colditz et al. (1994), JAMA 271, 698-702: 13 trials of the BCG vaccine, cases and non-cases.
_TREATED = np.array([[4, 119], [6, 300], [3, 228], [62, 13536], [33, 5036], [180, 1361], [8, 2537], [505, 87886],
                     [29, 7470], [17, 1699], [186, 50448], [5, 2493], [27, 16886]])  # fmt: skip
_CONTROL = np.array([[11, 128], [29, 274], [11, 209], [248, 12619], [47, 5761], [372, 1079], [10, 619], [499, 87892],
                     [45, 7232], [65, 1600], [141, 27197], [3, 2338], [29, 17825]])  # fmt: skip


def _bcg():
    a, b = _TREATED, _CONTROL
    y = np.log(a[:, 0] / a.sum(1)) - np.log(b[:, 0] / b.sum(1))
    return y, np.sqrt(1 / a[:, 0] - 1 / a.sum(1) + 1 / b[:, 0] - 1 / b.sum(1))


def test_bcg_between_variance_as_published_with_metafor():
    y, se = _bcg()
    assert between_variance(y, se) == pytest.approx(0.3132, abs=5e-5)
    assert between_variance(y, se, "moments") == pytest.approx(0.3088, abs=5e-5)
    assert shrink(y, se).mean == pytest.approx(-0.7145, abs=5e-5)


def test_moment_estimator_agrees_with_a_second_implementation():
    from statsmodels.stats.meta_analysis import combine_effects

    rng = np.random.default_rng(4)
    y, se = rng.normal(0, 3, 20), rng.uniform(0.5, 2, 20)
    assert between_variance(y, se, "moments") == pytest.approx(combine_effects(y, se**2, method_re="dl").tau2)


def test_units_that_differ_by_chance_only_are_drawn_together():
    s = shrink(np.array([1.0, 1.2, 0.9]), np.array([2.0, 2.0, 2.0]))
    assert s.between == 0
    assert s.estimate == pytest.approx([s.mean] * 3)


def test_a_small_unit_is_drawn_further_than_a_large_one():
    s = shrink(np.array([30.0, 30.0, 0.0, -10.0, 5.0]), np.array([2.0, 20.0, 2.0, 2.0, 2.0]))
    assert s.mean < s.estimate[1] < s.estimate[0] < 30


def test_shrunken_estimates_lie_nearer_the_truth():
    rng = np.random.default_rng(1)
    own = drawn = 0.0
    for _ in range(200):
        se = rng.uniform(2, 15, 15)
        truth = rng.normal(20, 6, 15)
        seen = rng.normal(truth, se)
        own += ((seen - truth) ** 2).sum()
        drawn += ((shrink(seen, se).estimate - truth) ** 2).sum()
    assert drawn < 0.5 * own


def test_one_unit_and_none():
    assert pairs_told_apart(np.array([3.0]), np.array([1.0])).tolist() == [[False]]
    assert between_variance(np.array([3.0]), np.array([1.0])) == 0
    assert ranks(np.zeros(0)).tolist() == []


def test_two_units_are_told_apart_as_by_a_z_test():
    for gap, told in ((2.70, False), (2.85, True)):  # 1.96 * sqrt(2) = 2.772
        assert pairs_told_apart(np.array([gap, 0.0]), np.ones(2), simulations=100_000)[0, 1] == told


def test_critical_value_is_tukeys():
    from scipy.stats import studentized_range

    limit = studentized_range.ppf(0.95, 6, np.inf)
    for step, told in ((0.97, False), (1.03, True)):
        y = np.array([limit * step, 0, 0, 0, 0, 0.0]) + np.array([0, *[limit * step / 2] * 4, 0])
        assert pairs_told_apart(y, np.ones(6), simulations=40_000)[0, 5] == told


def test_stepping_down_finds_at_least_what_one_step_finds_and_is_consistent():
    y, se = np.array([60.0, 30, 9, 0, 0.5]), np.ones(5)
    above = pairs_told_apart(y, se)
    assert not (above & above.T).any()
    low, high = rank_ranges(above)
    assert (low <= ranks(y)).all()
    assert (ranks(y) <= high).all()
    assert low[0] == high[0] == 1


def test_many_units_fall_back_on_holm():
    y = np.concatenate([np.zeros(200), [50.0]])
    above = pairs_told_apart(y, np.ones(201))
    assert above[200, :200].all()
    assert above.sum() == 200


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
def test_all_true_ranks_are_covered_together(spread):
    rng = np.random.default_rng(7)
    hits, runs = 0, 300
    for run in range(runs):
        se = rng.uniform(0.5, 2, 8)
        truth = rng.normal(0, spread, 8)
        low, high = rank_ranges(pairs_told_apart(rng.normal(truth, se), se, simulations=1000, seed=run))
        best, worst = ranks(truth), 9 - ranks(-truth)
        hits += bool((low <= best).all() and (worst <= high).all())
    assert hits / runs >= 0.95 - 2 * (0.05 * 0.95 / runs) ** 0.5


def test_dirichlet_moments_against_draws_and_scipy():
    from scipy.stats import dirichlet

    alpha, values = np.array([3.0, 1.5, 7.0, 0.4]), np.array([1.0, 2.0, 3.0, 5.0])
    mean, variance = linear_moments(alpha[None], values)
    assert mean[0] == pytest.approx(dirichlet(alpha).mean() @ values)
    assert variance[0] == pytest.approx(values @ dirichlet(alpha).cov() @ values)
    drawn = linear_draws(alpha, values, 100_000, np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(mean[0], abs=0.01)
    assert drawn.var() == pytest.approx(variance[0], rel=0.03)


def test_tiny_counts_do_not_underflow():
    drawn = linear_draws(np.array([1e-4, 1e-4]), np.array([0.0, 1.0]), 2000, np.random.default_rng(0))
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_two_classes_are_exact_beta():
    from scipy.stats import beta

    alpha, values = np.array([6.0, 14.0]), np.array([0.0, 100.0])
    assert credible(alpha, values, 0.9) == pytest.approx(100 * beta(14, 6).ppf([0.05, 0.95]))
    assert probability_above(alpha, values, 75, np.zeros(1)) == pytest.approx(beta(14, 6).sf(0.75))


def test_priors_add_what_they_say():
    assert prior_counts("adjusted-wald", [-100, 0, 100]).tolist() == [0.75, 1.5, 0.75]
    assert prior_counts("adjusted-wald", [1, 2, 3, 4, 5]).sum() == pytest.approx(3)
    assert prior_counts("jeffreys", [0, 100]).tolist() == [0.5, 0.5]
