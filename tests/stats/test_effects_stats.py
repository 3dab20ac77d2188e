"""The statistics of effects: published figures, statsmodels as a second implementation, and ends of their range."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from cxkit.errors import OptionError
from cxkit.stats.experiments import Arm, adjusted_for, arm_of, ratio_interval, sample_ratio, welch
from cxkit.stats.interrupted import autocorrelated_fit, default_lags, newey_west_fit, segmented
from cxkit.stats.latentretest import answers_given, fit_link, known_link
from cxkit.stats.lonecluster import lone_difference
from cxkit.stats.matching import e_value, nearest_neighbours, overlap_weighted, propensity, standardised_differences
from cxkit.stats.power import base_for_shares
from cxkit.stats.remeasured import known_again, line_again, untreated_fit
from cxkit.stats.sandwich import independent_columns, joint_test, robust_fit


def test_x3_sample_ratio_of_5100_and_4900():
    chi2, p = sample_ratio([5100, 4900])
    assert (chi2, p) == pytest.approx((4.0, 0.0455003), abs=1e-6)
    assert p > 0.001


def test_x4_power_of_10_against_12_percent_needs_3841_an_arm():
    assert int(np.ceil(base_for_shares(0.10, 0.12))) == 3841


def test_sample_ratio_knows_an_unequal_plan():
    assert sample_ratio([900, 100], [0.9, 0.1])[0] == pytest.approx(0.0)
    with pytest.raises(OptionError, match="planned shares"):
        sample_ratio([900, 100], [1.0, 0.0])


def test_an_arm_without_spread_or_of_one_has_no_p():
    assert np.isnan(welch(Arm(5, 1.0, 0.0), Arm(5, 2.0, 0.0)).p)
    assert np.isnan(welch(arm_of([1.0]), arm_of([2.0, 3.0])).se)


def test_fieller_holds_the_ratio_as_often_as_it_says():
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(600):
        one, other = rng.normal(6, 3, 60), rng.normal(5, 3, 60)
        a, b = arm_of(one), arm_of(other)
        low, high = ratio_interval(a.mean, b.mean, a.error2, b.error2, 0.0, 1.98)
        held += low <= 1.2 <= high
    assert 0.925 < held / 600 < 0.975


def test_fieller_of_a_bottom_that_may_be_nothing_says_nothing():
    assert np.isnan(ratio_interval(1.0, 0.1, 0.04, 0.04, 0.0, 1.96)).all()
    assert np.isnan(ratio_interval(1.0, 0.0, 0.04, 0.04, 0.0, 1.96)).all()


def test_cuped_takes_the_share_of_variance_that_the_correlation_squared_is():
    rng = np.random.default_rng(2)
    before = rng.normal(size=4000)
    y = 2 * before + rng.normal(size=4000)
    adjusted, theta, lacking = adjusted_for(y, before)
    assert theta == pytest.approx(np.polyfit(before, y, 1)[0])
    assert adjusted.var() / y.var() == pytest.approx(1 - np.corrcoef(y, before)[0, 1] ** 2)
    assert adjusted.mean() == pytest.approx(y.mean())
    assert lacking == 0


def test_cuped_leaves_rows_without_an_earlier_measure_as_they_are():
    adjusted, _, lacking = adjusted_for([1.0, 2.0, 4.0, 9.0], [1.0, 2.0, 3.0, np.nan])
    assert lacking == 1
    assert adjusted[3] == 9.0
    with pytest.raises(OptionError, match="one value"):
        adjusted_for([1.0, 2.0, 3.0], [5.0, 5.0, 5.0])


@pytest.mark.parametrize("lags", [0, 2, 5])
def test_newey_west_equals_statsmodels(lags):
    rng = np.random.default_rng(1)
    t = np.arange(40)
    x = segmented(t, t >= 25, start=25, season=1)
    y = 5 + 0.1 * t + np.cumsum(rng.normal(size=40))
    ours = newey_west_fit(x, y, np.eye(6), lags=lags)
    theirs = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    assert ours.estimate == pytest.approx(theirs.params, abs=1e-8)
    assert ours.se == pytest.approx(theirs.bse, rel=1e-8)
    assert default_lags(100) == 4


def test_hc2_equals_statsmodels():
    rng = np.random.default_rng(8)
    x = sm.add_constant(rng.normal(size=(60, 2)))
    y = x @ [1, 2, 3] + rng.normal(size=60) * np.abs(x[:, 1])
    found = robust_fit(x, y)
    assert found.se == pytest.approx(sm.OLS(y, x).fit(cov_type="HC2").bse, rel=1e-10)


def test_without_correlation_restricted_likelihood_gives_least_squares():
    """An alternating residual has its best correlation below 0; white noise has it near 0."""
    rng = np.random.default_rng(12)
    t = np.arange(400)
    x = segmented(t, t >= 200, start=200)
    y = rng.normal(size=400)
    found = autocorrelated_fit(x, y, t, np.eye(4))
    least = sm.OLS(y, x).fit()
    assert abs(found.rho) < 0.1
    assert found.estimate == pytest.approx(least.params, abs=0.03)
    assert found.df.min() > 20


def test_gaps_in_a_series_count_as_time():
    rng = np.random.default_rng(3)
    shock = np.zeros(300)
    for i in range(1, 300):
        shock[i] = 0.8 * shock[i - 1] + rng.normal()
    kept = np.flatnonzero(rng.random(300) < 0.5)
    found = autocorrelated_fit(np.ones((len(kept), 1)), shock[kept], kept, [[1.0]])
    assert found.rho == pytest.approx(0.8, abs=0.12)


def test_a_line_without_noise_has_no_error_and_no_warning():
    t = np.arange(12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = autocorrelated_fit(segmented(t, t >= 6, start=6), 3.0 + 0.0 * t, t, [[0, 0, 1, 0]])
    assert found.estimate[0] == pytest.approx(0.0, abs=1e-9)


def test_columns_that_are_sums_of_others_are_found():
    x = np.random.default_rng(1).normal(size=(30, 3))
    design = np.column_stack([x, x[:, 0] + x[:, 1], np.zeros(30)])
    assert independent_columns(design) == [0, 1, 2]


def test_one_cluster_tells_nothing():
    with pytest.raises(OptionError, match="one cluster"):
        robust_fit(np.ones((5, 1)), np.arange(5.0), cluster=np.zeros(5))


def test_more_periods_than_clusters_cannot_be_tested_together():
    assert np.isnan(joint_test(np.ones(5), np.eye(5), 5)[3])


def test_lone_difference_holds_the_truth_with_few_places():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        found = lone_difference(2 + rng.normal(), rng.normal(size=5))
        low, high = found.interval(0.95)
        held += low <= 2 <= high
    assert 0.93 < held / 1000 < 0.97
    assert np.isnan(lone_difference(1.0, [2.0]).p)


def test_propensity_equals_statsmodels():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(300, 2))
    d = (rng.random(300) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    coef, chance = propensity(x, d)
    theirs = sm.Logit(d, sm.add_constant(x)).fit(disp=0, tol=1e-12)
    assert coef == pytest.approx(theirs.params, abs=1e-8)
    assert chance == pytest.approx(theirs.predict(), abs=1e-8)


def test_overlap_weights_balance_means_to_the_last_digit():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(400, 3))
    d = (rng.random(400) < 1 / (1 + np.exp(-x[:, 0] + x[:, 1]))).astype(int)
    found = overlap_weighted(x, d, x[:, 0])
    assert np.abs(standardised_differences(x, d, found.weight)).max() < 1e-8
    assert np.abs(standardised_differences(x, d)).max() > 0.5
    assert found.effect == pytest.approx(0.0, abs=1e-8)


def test_neighbours_do_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(9)
    x = rng.integers(0, 4, size=(200, 2)).astype(float)
    d = (rng.random(200) < 0.2 + 0.1 * x[:, 0]).astype(int)
    y = x[:, 0] + rng.normal(size=200)
    order = rng.permutation(200)
    one, other = nearest_neighbours(x, d, y), nearest_neighbours(x[order], d[order], y[order])
    assert (one.effect, one.se, one.used) == pytest.approx((other.effect, other.se, other.used))
    assert one.weight[order] == pytest.approx(other.weight)


def test_alike_customers_are_all_taken():
    """One treated at x = 0 is held against the mean of the two others there."""
    found = nearest_neighbours(
        [[0.0], [0.0], [0.0], [5.0], [5.0]], [1, 0, 0, 1, 0], [9.0, 1.0, 3.0, 7.0, 7.0], caliper=None
    )
    assert found.effect == pytest.approx((9 - 2 + 0) / 2)


def test_e_value_of_vanderweele_and_ding():
    """Their example: a risk ratio of 3.9 with lower limit 1.8 has E-values 7.26 and 3.0."""
    assert (e_value(3.9), e_value(1.8)) == pytest.approx((7.26, 3.0), abs=5e-3)
    assert e_value(0.5) == e_value(2.0)


def test_known_reliability_shrinks_towards_the_mean():
    assert known_again([6.0, 8.0], [3.0, 3.0], [4.0, 6.0], 0.5)[0] == 5.0
    assert known_again([6.0, 8.0], [3.0, 3.0], [4.0, 6.0], 1.0)[0] == 3.0


def test_the_line_of_second_on_first_numbers_is_that_of_statsmodels():
    rng = np.random.default_rng(13)
    x = rng.normal(10, 2, 80)
    y = 3 + 0.4 * x + rng.normal(0, 1, 80)
    found, slope = line_again(x, y, 5.0)
    theirs = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC2")
    assert slope == pytest.approx(theirs.params[1])
    assert found.coef[0] == pytest.approx(theirs.params @ [1, 5])
    assert found.se[0] == pytest.approx(np.sqrt(np.array([1, 5]) @ theirs.cov_params() @ [1, 5]))
    assert line_again([2.0, 2.0], [1.0, 3.0], 7.0)[0].coef[0] == pytest.approx(2.0)


def test_chosen_people_are_read_at_their_own_first_answer():
    first = np.array([1.0, 2, 3, 4, 5, 6, 1, 2, 3, 4])
    second = first + 2 + 0.5 * np.r_[np.zeros(6), np.ones(4)]
    found, centre = untreated_fit(first, second, np.r_[np.zeros(6), np.ones(4)])
    assert centre == 2.5
    assert found.coef == pytest.approx([0.5, 5.0, 4.5])


def opinions(rng, n):
    """Answers 0-10 of opinions with a correlation of .5, the ends of the scale included."""
    own = rng.normal(7.5, 1.5, n)
    return tuple(np.clip(np.round(own + rng.normal(0, 1.5, n)), 0, 10) for _ in range(2))


def test_the_link_of_answers_is_found_though_only_high_ones_were_left_alone():
    rng = np.random.default_rng(10)
    first, second = opinions(rng, 20_000)
    levels, left = answers_given(0, 10), first > 6
    link = fit_link(levels, first, first[left], second[left], np.flatnonzero(left))
    assert (link.mean, link.spread) == pytest.approx((7.5, np.sqrt(4.5)), abs=0.05)
    assert link.slope == pytest.approx(0.5, abs=0.05)
    points = np.where(levels >= 9, 100.0, np.where(levels >= 7, 0.0, -100.0))
    expected, se = link.expected(first[~left], points)
    truth = points[second[~left].astype(int)].mean()
    assert abs(expected - truth) < 3 * np.hypot(se, 80 / np.sqrt((~left).sum()))
    known = known_link(levels, first, 0.5).expected(first[~left], points)[0]
    assert known == pytest.approx(truth, abs=4)
