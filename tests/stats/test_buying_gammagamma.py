"""Gamma-Gamma: the likelihood against a plain integral, published means, recovery, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from cxkit.errors import UsageError
from cxkit.stats.buying.gammagamma import (
    fit_gamma_gamma,
    mean_spend,
    population_spend,
    simulated_spend,
    spend_log_likelihood,
)

CDNOW = np.array([6.25, 3.74, 15.44])


def test_v11_mean_spend_of_all_customers_is_35_22():
    assert population_spend(CDNOW) == pytest.approx(35.22, abs=0.005)
    # The spreadsheet has 35.17 from parameters that are not rounded.
    assert population_spend(np.array([6.2488, 3.7446, 15.4477])) == pytest.approx(35.17, abs=0.005)


@pytest.mark.parametrize(("x", "mean"), [(1, 22.35), (2, 11.77), (7, 73.74), (30, 35.0)])
def test_the_likelihood_is_the_integral_over_scales(x, mean):
    p, q, v = CDNOW
    law = stats.gamma(q, scale=1 / v)

    def given(u: float) -> float:
        nu = law.ppf(u)
        return stats.gamma.pdf(mean, p * x, scale=1 / (x * nu)) if nu > 0 else 0.0

    density, _ = integrate.quad(given, 0, 1, limit=400, epsabs=0, epsrel=1e-11)
    assert spend_log_likelihood(CDNOW, np.array([x]), np.array([mean]))[0] == pytest.approx(np.log(density), abs=1e-8)

    def spent(u: float) -> float:
        return given(u) * p / law.ppf(u)

    expected, _ = integrate.quad(spent, 0, 1, limit=400, epsabs=0, epsrel=1e-11)
    assert mean_spend(CDNOW, [x], [mean])[0] == pytest.approx(expected / density, rel=1e-7)


def test_the_gradient_is_the_slope_of_the_likelihood():
    x, mean = np.array([1.0, 2.0, 7.0, 30.0]), np.array([22.35, 11.77, 73.74, 35.0])
    _, gradient = spend_log_likelihood(CDNOW, x, mean)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-6 * CDNOW[i]
        ends = [spend_log_likelihood(CDNOW + s * step, x, mean)[0] for s in (1, -1)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / (2 * step[i]), rel=1e-5, abs=1e-6)


def test_parameters_are_recovered():
    rng = np.random.default_rng(11)
    x = rng.integers(1, 9, 20_000).astype(float)
    found = fit_gamma_gamma(x, simulated_spend(CDNOW, x, rng))
    error = np.sqrt(np.diag(found.covariance))
    assert found.converged
    assert (np.abs(np.log(found.params / CDNOW)) < 3 * error).all()


def test_the_unit_of_money_changes_v_alone():
    rng = np.random.default_rng(12)
    x = rng.integers(1, 6, 2000).astype(float)
    mean = simulated_spend(CDNOW, x, rng)
    euros, cents = (fit_gamma_gamma(x, mean * k) for k in (1, 100))
    assert cents.params == pytest.approx(euros.params * [1, 1, 100], rel=1e-4)
    assert cents.loglik == pytest.approx(euros.loglik - len(x) * np.log(100), rel=1e-9)


def test_the_more_is_known_of_a_customer_the_more_it_counts():
    found = mean_spend(CDNOW, [0, 1, 5, 500], [np.nan, 100.0, 100.0, 100.0])
    assert found[0] == pytest.approx(population_spend(CDNOW))
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(100, abs=1)


def test_no_finite_mean_is_infinite_and_not_negative():
    assert population_spend(np.array([6.0, 0.9, 10.0])) == np.inf
    assert mean_spend(np.array([0.1, 0.2, 10.0]), [0], [0.0])[0] == np.inf


@pytest.mark.parametrize(
    ("x", "mean"), [([1], [5.0]), ([1, 2], [0.0, 5.0]), ([1, 2], [-3.0, 5.0]), ([0, 2], [3.0, 5.0])]
)
def test_means_that_are_none_are_refused(x, mean):
    with pytest.raises(UsageError):
        fit_gamma_gamma(x, mean)
