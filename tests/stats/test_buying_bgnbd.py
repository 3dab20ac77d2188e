"""BG/NBD: the likelihood and forecasts against plain integrals, recovery by simulation, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from cxkit.errors import OptionError, UsageError
from cxkit.stats.buying.bgnbd import buyer_counts, fit_bgnbd, log_likelihood, simulated_buyers
from cxkit.stats.buying.bgnbd_forecast import alive, bought_by_age, purchases_ahead, simulated_ahead
from cxkit.stats.buying.maximum import EDGE, maximise

CDNOW = np.array([0.243, 4.414, 0.793, 2.426])
PARAMS = (CDNOW, np.array([1.7, 12.0, 0.3, 0.5]), np.array([0.9, 3.0, 1.0, 4.0]), np.array([0.3, 20.0, 900.0, 6000.0]))
CUSTOMERS = ((0, 0.0, 38.86), (1, 1.71, 38.86), (2, 30.43, 38.86), (7, 29.43, 38.86), (26, 30.0, 33.0))


def over_rate(params: np.ndarray, power: int, time: float) -> float:
    """E[lambda^x exp(-lambda t)] for lambda ~ Gamma(r, alpha), by quadrature."""
    r, alpha = params[:2]
    law = stats.gamma(r, scale=1 / alpha)

    def part(u: float) -> float:
        rate = law.ppf(u)
        return rate**power * np.exp(-rate * time)

    # By powers of u: the density itself has a pole at 0.
    value, _ = integrate.quad(lambda s: part(s**6) * 6 * s**5, 0, 1, limit=400, epsabs=0, epsrel=1e-11)
    return value


def over_death(params: np.ndarray, stayed: int, died: int) -> float:
    """E[(1-p)^stayed p^died] for p ~ Beta(a, b), by quadrature."""
    law = stats.beta(*params[2:])
    value, _ = integrate.quad(lambda u: (1 - law.ppf(u)) ** stayed * law.ppf(u) ** died, 0, 1, limit=400, epsrel=1e-11)
    return value


def by_integration(params: np.ndarray, x: int, recency: float, age: float) -> tuple[float, float]:
    """A customer's likelihood, and the part of it in which he is alive."""
    living = over_death(params, x, 0) * over_rate(params, x, age)
    dead = over_death(params, x - 1, 1) * over_rate(params, x, recency) if x else 0.0
    return living + dead, living


@pytest.mark.parametrize("params", PARAMS[:2])
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_the_likelihood_is_the_integral_over_rates_and_chances(params, customer):
    x, recency, age = customer
    likelihood, living = by_integration(params, x, recency, age)
    value, _ = log_likelihood(params, buyer_counts(np.array([x]), np.array([recency]), np.array([age])))
    assert value == pytest.approx(np.log(likelihood), abs=1e-8)
    assert alive(params, [x], [recency], [age])[0] == pytest.approx(living / likelihood, abs=1e-8)


@pytest.mark.parametrize("params", PARAMS)
def test_the_gradient_is_the_slope_of_the_likelihood(params):
    x, recency, age = (np.array(column) for column in zip(*CUSTOMERS, strict=True))
    counts = buyer_counts(x, recency, age)
    _, gradient = log_likelihood(params, counts)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * params[i]
        slope = (log_likelihood(params + step, counts)[0] - log_likelihood(params - step, counts)[0]) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("params", PARAMS)
@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("horizon", [1.0, 52.0, 520.0])
def test_purchases_ahead_are_the_integral_over_the_chance_of_dying(params, customer, horizon):
    x, recency, age = customer
    r, alpha, a, b = params
    law = stats.beta(a, b + x)

    def given(u: float) -> float:
        p = max(law.ppf(u), 1e-300)
        return -np.expm1(-(r + x) * np.log1p(p * horizon / (alpha + age))) / p

    expected, _ = integrate.quad(lambda s: given(s**4) * 4 * s**3, 0, 1, limit=400, epsrel=1e-11)
    expected *= alive(params, [x], [recency], [age])[0]
    assert purchases_ahead(params, horizon, [x], [recency], [age])[0] == pytest.approx(expected, rel=1e-6)


def test_the_textbook_form_gives_the_same_where_it_does_not_overflow():
    from scipy.special import hyp2f1

    r, alpha, a, b = CDNOW
    x, recency, age, t = 2.0, 30.43, 38.86, 39.0
    z = t / (alpha + age + t)
    top = (
        (a + b + x - 1)
        / (a - 1)
        * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z))
    )
    below = 1 + a / (b + x - 1) * ((alpha + age) / (alpha + recency)) ** (r + x)
    # Published with the CDNOW data: customer 1 is expected to buy 1.226 times in the next 39 weeks.
    assert top / below == pytest.approx(1.226, abs=0.001)
    assert purchases_ahead(CDNOW, t, [x], [recency], [age])[0] == pytest.approx(top / below, rel=1e-10)


def test_a_customer_of_thousands_of_purchases_does_not_overflow():
    found = purchases_ahead(CDNOW, 52.0, [5000.0], [99.9], [100.0])
    assert np.isfinite(found).all()
    assert 1500 < found[0] < 2700
    assert 0 < alive(CDNOW, [5000.0], [99.9], [100.0])[0] < 1
    assert alive(CDNOW, [5000.0], [1.0], [100.0])[0] == pytest.approx(0.0, abs=1e-300)


def test_new_customers_buy_as_simulated_ones_do():
    params = np.array([0.6, 5.0, 0.3, 0.5])  # a + b < 1, where the published formula has a pole nearby
    x, _ = simulated_buyers(params, np.full(200_000, 30.0), np.random.default_rng(4))
    expected = float(bought_by_age(params, 30.0))
    assert x.mean() == pytest.approx(expected, abs=4 * x.std() / np.sqrt(len(x)))


def test_the_future_is_drawn_as_it_is_expected():
    rng = np.random.default_rng(8)
    x, recency, age = np.full(100_000, 3.0), np.full(100_000, 25.0), np.full(100_000, 40.0)
    drawn = simulated_ahead(CDNOW, 52.0, x, recency, age, rng)
    expected = purchases_ahead(CDNOW, 52.0, x[:1], recency[:1], age[:1])[0]
    assert drawn.mean() == pytest.approx(expected, abs=4 * drawn.std() / np.sqrt(len(drawn)))


def test_parameters_are_recovered_from_a_simulation_of_the_published_ones():
    rng = np.random.default_rng(20)
    age = rng.uniform(27, 39, 20_000)
    x, recency = simulated_buyers(CDNOW, age, rng)
    found = fit_bgnbd(buyer_counts(x, recency, age))
    error = np.sqrt(np.diag(found.covariance))
    assert found.converged
    assert not found.edge.any()
    assert (np.abs(np.log(found.params / CDNOW)) < 3 * error).all()
    assert (error < 0.15).all()
    assert found.loglik == pytest.approx(log_likelihood(found.params, buyer_counts(x, recency, age))[0], rel=1e-12)


def test_the_unit_of_time_changes_alpha_alone():
    rng = np.random.default_rng(5)
    age = rng.uniform(27, 39, 3000)
    x, recency = simulated_buyers(CDNOW, age, rng)
    weeks, days = (fit_bgnbd(buyer_counts(x, recency * k, age * k)) for k in (1, 7))
    assert days.params == pytest.approx(weeks.params * [1, 7, 1, 1], rel=1e-5)
    assert days.loglik == pytest.approx(weeks.loglik - x.sum() * np.log(7), rel=1e-9)


def test_a_fit_near_another_one_is_the_same_maximum():
    rng = np.random.default_rng(6)
    age = rng.uniform(27, 39, 2000)
    x, recency = simulated_buyers(CDNOW, age, rng)
    counts = buyer_counts(x, recency, age)
    cold = fit_bgnbd(counts)
    other = simulated_buyers(cold.params, age, rng)
    start = fit_bgnbd(buyer_counts(*other, age))
    assert fit_bgnbd(counts, near=start).loglik == pytest.approx(cold.loglik, abs=1e-4)


def test_nobody_who_bought_twice_is_refused():
    counts = buyer_counts(np.zeros(50), np.zeros(50), np.full(50, 30.0))
    with pytest.raises(UsageError, match="no customer bought twice") as caught:
        fit_bgnbd(counts)
    assert caught.value.code == "not_identified"


def test_customers_who_never_die_run_to_the_edge_and_say_so():
    rng = np.random.default_rng(1)
    age = np.full(800, 50.0)
    n = rng.poisson(rng.gamma(2.0, 0.1, 800) * age)
    recency = np.where(n > 0, age * rng.beta(np.maximum(n, 1), 1), 0.0)
    found = fit_bgnbd(buyer_counts(n, recency, age))
    assert found.params[2] / found.params[2:].sum() < 0.02
    assert np.isfinite(found.params).all()


@pytest.mark.parametrize(
    ("x", "recency", "age"),
    [([1], [5.0], [4.0]), ([-1], [0.0], [4.0]), ([1], [0.0], [4.0]), ([0], [2.0], [4.0]), ([1], [np.nan], [4.0])],
)
def test_impossible_customers_are_refused(x, recency, age):
    with pytest.raises(UsageError):
        buyer_counts(np.array(x), np.array(recency), np.array(age))


def test_parameters_that_are_none_are_refused():
    with pytest.raises(OptionError):
        simulated_buyers(np.array([1.0, -1.0, 1.0, 1.0]), np.ones(3), np.random.default_rng(0))


def test_the_search_stops_at_the_edge_of_a_likelihood_without_a_maximum():
    found = maximise(lambda at: (float(at[0] - (at[1] - 1) ** 2), np.array([1.0, -2 * (at[1] - 1)])), np.ones(2))
    assert found.edge.tolist() == [True, False]
    assert found.params == pytest.approx([np.exp(EDGE), np.e])
