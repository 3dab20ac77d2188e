"""The BG/NBD model of repeat purchases without a contract: likelihood, fit, simulation.

While alive a customer buys as a Poisson process of rate lambda, and after each purchase dies with
probability p; lambda is Gamma(r, alpha) and p is Beta(a, b) over customers, independently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError
from cxkit.stats.buying.maximum import Maximum, maximise

__all__ = ["BuyerCounts", "buyer_counts", "fit_bgnbd", "log_likelihood", "simulated_buyers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class BuyerCounts:
    """What the likelihood needs of customers, those without a repeat purchase counted by age.

    Attributes
    ----------
    x, recency, age : (m,) float
        Repeat purchases (1 or more), age at the last one, and age, of customers who came back.
    once_age, once : (k,) float
        Ages of customers who did not, and how many have each.
    levels, of_level : (q,) float
        Distinct numbers of repeat purchases, 0 among them, and customers with each.
    """

    x: Floats
    recency: Floats
    age: Floats
    once_age: Floats
    once: Floats
    levels: Floats
    of_level: Floats

    @property
    def n(self) -> int:
        """Customers."""
        return int(self.of_level.sum())


def buyer_counts(x: NDArray[np.generic], recency: NDArray[np.generic], age: NDArray[np.generic]) -> BuyerCounts:
    """Customers as the likelihood needs them.

    Parameters
    ----------
    x : (n,)
        Repeat purchases: purchases after the first one.
    recency, age : (n,)
        Time from the first purchase to the last and to the end of observation, in one unit.

    Raises
    ------
    UsageError
        Negative or unfinite values, a last purchase after the end, a repeat purchase at age 0.
    """
    x, recency, age = (np.asarray(v, np.float64) for v in (x, recency, age))
    if not (np.isfinite(x).all() and np.isfinite(recency).all() and np.isfinite(age).all()):
        raise UsageError("purchases or times that are no numbers", hint="leave these customers out")
    if (x < 0).any() or (recency < 0).any() or (recency > age * (1 + 1e-12)).any():
        raise UsageError("recency must lie between 0 and the age, and purchases must not be negative")
    if ((x > 0) & (recency <= 0)).any() or ((x == 0) & (recency > 0)).any():
        raise UsageError("recency is the age at the last repeat purchase: above 0 where there is one, else 0")
    back = x > 0
    once_age, once = np.unique(age[~back], return_counts=True)
    levels, of_level = np.unique(x, return_counts=True)
    return BuyerCounts(
        x[back], recency[back], age[back], once_age, once.astype(np.float64), levels, of_level.astype(np.float64)
    )


def log_likelihood(params: Floats, counts: BuyerCounts) -> tuple[float, Floats]:
    """Log-likelihood and its gradient by (r, alpha, a, b).

    Notes
    -----
    Without the terms x! that do not depend on the parameters, as published. The two ways to have been seen (alive,
    or dead since the last purchase) are added on the scale of logarithms, so nothing overflows.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275-284, eq. 6.
    """
    from scipy.special import betaln, expit, gammaln, psi

    r, alpha, a, b = params
    levels, of = counts.levels, counts.of_level
    n = of.sum()
    table = gammaln(r + levels) - gammaln(r) + betaln(a, b + levels) - betaln(a, b)
    once, log_once = counts.once, np.log(alpha + counts.once_age)
    x, age, recency = counts.x, alpha + counts.age, alpha + counts.recency
    log_age = np.log(age)
    gap = log_age - np.log(recency)
    odds = np.log(a) - np.log(b + x - 1) + (r + x) * gap
    dead = expit(odds)
    value = (
        of @ table + n * r * np.log(alpha) - r * (once @ log_once) - (r + x) @ log_age + np.logaddexp(0.0, odds).sum()
    )
    both = psi(a + b) - psi(a + b + levels)
    gradient = np.array([
        of @ (psi(r + levels) - psi(r)) + n * np.log(alpha) - once @ log_once - log_age.sum() + dead @ gap,
        n * r / alpha - r * (once @ (1 / (alpha + counts.once_age))) - ((r + x) / age).sum()
        + dead @ ((r + x) * (1 / age - 1 / recency)),
        of @ both + dead.sum() / a,
        of @ (both + psi(b + levels) - psi(b)) - dead @ (1 / (b + x - 1)),
    ])  # fmt: skip
    return float(value), gradient


def fit_bgnbd(counts: BuyerCounts, *, near: Maximum | None = None) -> Maximum:
    """The parameters (r, alpha, a, b) of highest likelihood; alpha in the unit of the ages.

    Parameters
    ----------
    counts : BuyerCounts
    near : Maximum, optional
        A fit that these data were drawn from: a start, and no covariance is asked for.

    Raises
    ------
    UsageError
        No customer came back, or all ages are 0: nothing tells the rate of purchase.
    """
    if not len(counts.x):
        raise UsageError(
            "no customer bought twice: the model of repeat purchases is not identified",
            hint="take a longer history, or describe first purchases with cx.transactions",
            code="not_identified",
        )
    ages = counts.once @ counts.once_age + counts.age.sum()
    # Ages around 10 keep alpha and the other parameters of one size.
    unit = ages / counts.n / 10
    scaled = BuyerCounts(
        counts.x, counts.recency / unit, counts.age / unit, counts.once_age / unit, counts.once, counts.levels,
        counts.of_level,
    )  # fmt: skip
    first = np.array([0.5, 0.5 * ages / unit / counts.x.sum(), 0.5, 2.0])
    if near is not None:
        first = near.params / np.array([1, unit, 1, 1])

    def slope(logs: Floats) -> tuple[float, Floats]:
        params = np.exp(logs)
        value, gradient = log_likelihood(params, scaled)
        return value, gradient * params

    metric = None if near is None else near.covariance
    found = maximise(slope, first, metric=metric, curvature=near is None)
    params = found.params * np.array([1, unit, 1, 1])
    # In units of the given ages each repeat purchase has a density 1/unit times as high.
    loglik = found.loglik - counts.x.sum() * np.log(unit)
    return Maximum(params, float(loglik), found.covariance, found.edge, found.converged)


def simulated_buyers(params: Floats, age: NDArray[np.generic], rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Repeat purchases and recency of customers of these ages, drawn from the model.

    Parameters
    ----------
    params : (4,) float
        r, alpha, a, b.
    age : (n,)
        How long each customer is observed.

    Returns
    -------
    x : (n,) int
    recency : (n,) float
        0 where there is no repeat purchase.

    Notes
    -----
    Nothing is walked through: of N purchases that a Poisson process would make, a customer who dies after the G-th
    makes min(N, G), and the time of the k-th of N uniform times is age · Beta(k, N - k + 1).
    """
    r, alpha, a, b = _checked(params)
    ages = np.asarray(age, np.float64)
    rate = rng.gamma(r, 1 / alpha, len(ages))
    would = rng.poisson(rate * ages)
    # A share of exactly 0 would never die; the smallest number stands for it.
    last = rng.geometric(np.maximum(rng.beta(a, b, len(ages)), 1e-15))
    x = np.minimum(would, last).astype(np.int64)
    recency = np.zeros(len(ages))
    back = x > 0
    recency[back] = ages[back] * rng.beta(x[back], would[back] - x[back] + 1)
    return x, recency


def _checked(params: Floats) -> tuple[float, float, float, float]:
    values = np.asarray(params, np.float64)
    if values.shape != (4,) or not (np.isfinite(values).all() and (values > 0).all()):
        raise OptionError("the parameters r, alpha, a, b are four positive numbers")
    r, alpha, a, b = values.tolist()
    return r, alpha, a, b
