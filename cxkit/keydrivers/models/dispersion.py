"""How much counts vary beyond what their mean says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["dispersion", "overdispersion"]

Floats = NDArray[np.float64]


def dispersion(y: Floats, mu: Floats, variance: Floats, weight: Floats, df: int) -> float:
    """Pearson's chi-squared over its degrees of freedom: 1 where the variance is right.

    >>> dispersion(np.array([0.0, 4.0]), np.array([2.0, 2.0]), np.array([2.0, 2.0]), np.array([2.0, 2.0]), 4)
    2.0
    """
    return float(weight @ ((y - mu) ** 2 / variance)) / df


def overdispersion(y: Floats, mu: Floats, weight: Floats) -> float:
    """Alpha of a negative binomial of known means, variance mu + alpha mu²; 0 where counts vary no more than Poisson's.

    References
    ----------
    Lawless (1987), Negative binomial and mixed Poisson regression, Canadian Journal of Statistics 15, 209-225.

    >>> round(overdispersion(np.array([0.0, 1, 2, 9]), np.full(4, 3.0), np.ones(4)), 6)
    1.232656
    """
    from scipy.optimize import brentq
    from scipy.special import digamma

    if weight @ ((y - mu) ** 2 - y) <= 0:
        return 0.0  # the slope of the log-likelihood at alpha = 0

    def slope(log_alpha: float) -> float:
        size = np.exp(-log_alpha)
        inside = digamma(y + size) - digamma(size) + np.log(size / (size + mu)) + (mu - y) / (size + mu)
        # In log alpha, so that it does not vanish or explode at the ends.
        return float(-size * (weight @ inside))

    low = -1.0
    while slope(low) < 0 and low > -16:
        low -= 2.0
    high = 1.0
    while slope(high) > 0 and high < 16:
        high += 2.0
    if slope(low) <= 0:
        return 0.0
    return float(np.exp(brentq(slope, low, high, xtol=1e-13)))
