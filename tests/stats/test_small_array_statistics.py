"""Moments, intervals and quantiles against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from cxkit.stats.bootstrap import multinomial_weights, percentile
from cxkit.stats.intervals import constant_margin, mover_difference, student_t, wald, wilson, z_value
from cxkit.stats.moments import moments

STABLE = settings(derandomize=True, deadline=None, max_examples=50)


def of_rows(value, weight):
    value, weight = np.asarray(value, float), np.asarray(weight, float)
    zero = np.zeros(len(value), np.int64)
    return moments(1, zero, value, np.ones_like(zero), weight, weight**2, weighted=True)


@STABLE
@given(st.lists(st.tuples(st.integers(0, 10), st.floats(0.1, 10)), min_size=2, max_size=30))
def test_moments_of_cells_are_those_of_rows(pairs):
    y, w = (np.array(x, float) for x in zip(*pairs, strict=True))
    found = of_rows(y, w)
    mean = np.average(y, weights=w)
    n = len(y)
    se = np.sqrt(n / (n - 1) * (w**2 * (y - mean) ** 2).sum() / w.sum() ** 2)
    assert found.mean[0] == pytest.approx(mean, rel=1e-12, abs=1e-12)
    assert found.se[0] == pytest.approx(se, rel=1e-9, abs=1e-9)
    assert found.variance[0] == pytest.approx(np.average((y - mean) ** 2, weights=w), rel=1e-9, abs=1e-12)
    assert found.n_eff[0] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    assert found.n_star[0] <= n + 1e-9


def test_unweighted_moments_are_the_textbook_ones():
    y = np.array([1.0, 2, 2, 5])
    zero, one = np.zeros(4, np.int64), np.ones(4, np.int64)
    found = moments(1, zero, y, one, one.astype(float), one.astype(float), weighted=False)
    assert found.mean[0] == y.mean()
    assert found.variance[0] == pytest.approx(y.var())
    assert found.se[0] == pytest.approx(np.sqrt(y.var() / 4))
    assert found.n_eff[0] == found.n_star[0] == 4


@pytest.mark.parametrize("constant", [100.0, -100.0, 0.1, 7.0])
@pytest.mark.parametrize("factor", [0.1, 1 / 3, 44.14922641981, 1e-7, 1e9])
def test_answers_that_are_all_alike_have_exactly_that_mean_and_no_error(constant, factor):
    """Whatever the weights: rounding must not make a mean that nobody gave, or a spread that nobody has."""
    found = of_rows([constant] * 7, np.array([1.25, 1.25, 3.7, 0.3, 1.1, 9.9, 2.0]) * factor)
    assert found.mean[0] == constant
    assert found.se[0] == 0
    assert found.n_star[0] == pytest.approx(found.n_eff[0])


def test_a_group_without_answers_has_no_moments_and_spoils_no_other():
    value, group = np.array([1.0, 3.0]), np.array([1, 1])
    one = np.ones(2, np.int64)
    for weighted in (False, True):
        found = moments(3, group, value, one, np.ones(2), np.ones(2), weighted=weighted)
        assert found.n.tolist() == [0, 2, 0]
        assert np.isnan(found.mean[[0, 2]]).all()
        assert found.mean[1] == 2


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_quantiles_are_two_sided(level):
    assert z_value(level) == pytest.approx(scipy_stats.norm.ppf(0.5 + level / 2), rel=1e-9)
    low, high = student_t(0, 1, 7, level)
    assert float(high) == pytest.approx(scipy_stats.t.ppf(0.5 + level / 2, 7), rel=1e-9)
    assert float(low) == -float(high)
    low, high = wald(1, 2, level)
    assert float(high) == pytest.approx(1 + 2 * z_value(level))


def test_t_has_no_interval_without_degrees_of_freedom():
    low, high = student_t([5.0, 5.0], [1.0, 1.0], [0, 1])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert np.isfinite(low[1])


@STABLE
@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_solves_its_equation(yes, more, level):
    """Its ends are the shares whose score test just holds the observed share."""
    n = yes + more
    low, high = (float(x) for x in wilson(yes / n, n, level))
    z = z_value(level)
    for end in (low, high):
        assert abs(yes / n - end) == pytest.approx(z * np.sqrt(max(end * (1 - end), 0) / n), abs=1e-7)
    assert -1e-12 <= low <= yes / n <= high <= 1 + 1e-12


def test_the_cautious_margin_shrinks_with_the_base_and_stays_inside():
    wide = 200.0
    for n in (1, 2, 5, 20, 100, 1000):
        low, high = (float(x) for x in constant_margin(100.0, n, -100, 100))
        assert -100 <= low < 100
        assert high == 100
        assert 100 - low < wide
        wide = 100 - low
    assert wide < 1


def test_a_difference_holds_zero_where_both_are_the_same():
    same = (50.0, 40.0, 60.0)
    delta, low, high = (float(x) for x in mover_difference(same, same))
    assert delta == 0
    assert (low, high) == pytest.approx((-np.sqrt(200), np.sqrt(200)))
    forth = mover_difference((60.0, 50.0, 65.0), (20.0, 10.0, 40.0))
    back = mover_difference((20.0, 10.0, 40.0), (60.0, 50.0, 65.0))
    assert [float(x) for x in forth] == pytest.approx([-float(back[0]), -float(back[2]), -float(back[1])])


def test_percentiles_ignore_draws_without_a_value():
    draws = np.array([np.nan, *np.linspace(0, 100, 1001), np.inf])
    assert percentile(draws, 0.9) == pytest.approx((5, 95))
    assert all(np.isnan(x) for x in percentile(np.array([np.nan])))


def test_resampled_weights_keep_mean_and_variance():
    """The sum over a cell that is drawn N times has mean N w/n and variance N (w2/n - (w/n)^2)."""
    rng = np.random.default_rng(3)
    w = rng.uniform(0.2, 3, 40)
    n, sums, squares = np.array([40, 60]), np.array([w.sum(), 60.0]), np.array([(w**2).sum(), 60.0])
    draws = multinomial_weights(n, sums, squares, resamples=20_000, rng=rng, weighted=True)
    assert draws.shape == (20_000, 2)
    assert (draws >= 0).all()
    assert draws.mean(axis=0) == pytest.approx(sums, rel=0.01)
    share = 0.4
    mean = sums[0] / 40
    variance = squares[0] - 40 * mean**2 + 100 * share * (1 - share) * mean**2
    assert draws[:, 0].var() == pytest.approx(variance, rel=0.05)


def test_resampled_weights_of_few_answers_are_not_biased():
    """Two answers of weights 1 and 3: cutting negative draws off at 0 would raise the mean."""
    rng = np.random.default_rng(4)
    draws = multinomial_weights(
        np.array([2]), np.array([4.0]), np.array([10.0]), resamples=40_000, rng=rng, weighted=True
    )
    assert draws.mean() == pytest.approx(4, rel=0.01)


def test_resamples_without_answers_are_empty_sums():
    rng = np.random.default_rng(5)
    nothing = multinomial_weights(
        np.array([0]),
        np.array([0.0]),
        np.array([0.0]),
        resamples=3,
        rng=rng,
        weighted=False,
    )
    assert nothing.tolist() == [[0], [0], [0]]
