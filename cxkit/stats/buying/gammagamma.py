"""The Gamma-Gamma model of spend: what a purchase is worth on average, by customer.

The value of a purchase is Gamma(p, nu), and nu is Gamma(q, v) over customers: independent of how often they buy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError
from cxkit.stats.buying.maximum import Maximum, maximise

__all__ = ["fit_gamma_gamma", "mean_spend", "population_spend", "simulated_spend", "spend_log_likelihood"]

Floats = NDArray[np.float64]


def spend_log_likelihood(params: Floats, x: Floats, mean: Floats) -> tuple[float, Floats]:
    """Log-likelihood of customers' mean values and its gradient by (p, q, v).

    Parameters
    ----------
    params : (3,) float
        p, q, and v in the unit of money.
    x, mean : (n,) float
        Purchases that each mean is of, 1 or more, and the mean, above 0.

    References
    ----------
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value, note 025, eq. 1a.
    """
    from scipy.special import gammaln, psi

    p, q, v = params
    levels, n_of = np.unique(x, return_counts=True)
    log_mean, sums = np.log(mean), np.log(v + x * mean)
    table = gammaln(p * levels + q) - gammaln(p * levels) + p * levels * np.log(levels)
    value = n_of @ table + len(x) * (q * np.log(v) - gammaln(q)) + (p * x - 1) @ log_mean - (p * x + q) @ sums
    psi_all = psi(p * levels + q)
    gradient = np.array([
        n_of @ (levels * (psi_all - psi(p * levels) + np.log(levels))) + x @ (log_mean - sums),
        n_of @ psi_all + len(x) * (np.log(v) - psi(q)) - sums.sum(),
        len(x) * q / v - ((p * x + q) / (v + x * mean)).sum(),
    ])  # fmt: skip
    return float(value), gradient


def fit_gamma_gamma(x: ArrayLike, mean: ArrayLike, *, near: Maximum | None = None) -> Maximum:
    """The parameters (p, q, v) of highest likelihood.

    Parameters
    ----------
    x, mean : (n,)
        Purchases, 1 or more, and their mean value, above 0.
    near : Maximum, optional
        A fit that these data were drawn from: a start, and no covariance is asked for.

    Raises
    ------
    UsageError
        Fewer than two customers, a mean of 0 or less, a number of purchases under 1.
    """
    x, mean = np.asarray(x, np.float64), np.asarray(mean, np.float64)
    if len(x) < 2:
        raise UsageError(f"{len(x)} customers have a mean value of repeat purchases: at least two are needed")
    if not (np.isfinite(mean).all() and (mean > 0).all() and (x >= 1).all()):
        raise UsageError("mean values must be above 0, of one purchase or more", hint="leave the others out")
    unit = float(np.exp(np.log(mean).mean()))
    first = np.array([2.0, 3.0, 1.0]) if near is None else near.params / np.array([1, 1, unit])

    def slope(logs: Floats) -> tuple[float, Floats]:
        params = np.exp(logs)
        value, gradient = spend_log_likelihood(params, x, mean / unit)
        return value, gradient * params

    metric = None if near is None else near.covariance
    found = maximise(slope, first, metric=metric, curvature=near is None)
    loglik = float(found.loglik - len(x) * np.log(unit))
    return Maximum(found.params * np.array([1, 1, unit]), loglik, found.covariance, found.edge, found.converged)


def population_spend(params: Floats) -> float:
    """The mean value of a purchase over all customers, v p / (q - 1); infinite for q of 1 or less."""
    p, q, v = params
    return float(p * v / (q - 1)) if q > 1 else float("inf")


def mean_spend(params: Floats, x: ArrayLike, mean: ArrayLike) -> Floats:
    """The mean value of a purchase that each customer is expected to have, given the past.

    A mean of the customer's own and of all customers', weighted by what is known of him. Customers with x = 0 get
    that of all customers.

    Parameters
    ----------
    params : (3,) float
        p, q, v.
    x, mean : (n,)
        Purchases, and their mean value; what stands in ``mean`` where x is 0 is not read.

    References
    ----------
    Fader & Hardie (2013), note 025, eq. 5.
    """
    p, q, v = params
    x = np.asarray(x, np.float64)
    spent = np.where(x > 0, x * np.nan_to_num(np.asarray(mean, np.float64)), 0.0)
    below = p * x + q - 1
    with np.errstate(divide="ignore"):
        return np.where(below > 0, p * (v + spent) / np.where(below > 0, below, 1.0), np.inf)


def simulated_spend(params: Floats, x: ArrayLike, rng: np.random.Generator) -> Floats:
    """Mean values of x purchases of customers drawn from the model: (n,) float, for x of 1 or more."""
    p, q, v = params
    x = np.asarray(x, np.float64)
    nu = rng.gamma(q, 1 / v, len(x))
    return np.asarray(rng.gamma(p * x, 1.0) / (np.maximum(nu, 1e-300) * x))
