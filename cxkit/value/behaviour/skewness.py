"""Intervals of means of skewed amounts: a few large customers make Student's t miss too often on one side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["few_for_skew", "skewed_interval", "skewness"]

Floats = NDArray[np.float64]


def skewness(added: Floats) -> float:
    """Skewness of an estimate's sum, √m times: Σu³ / (Σu²)^1.5 · √m, with the small-sample factor of G1.

    Parameters
    ----------
    added : (m,) float
        What each independent customer (cluster) adds to the estimate.

    Notes
    -----
    Of a plain mean it is the sample skewness G1 of the values.
    """
    u = added[np.isfinite(added)]
    m, squares = len(u), float((u**2).sum())
    if m < 3 or squares <= 0:
        return 0.0
    g = float((u**3).sum()) / squares**1.5 * np.sqrt(m)
    return float(g * np.sqrt(m * (m - 1)) / (m - 2))


def skewed_interval(mean: float, se: float, df: float, skew: float, m: int, level: float) -> tuple[float, float]:
    """Student's t interval of a mean after the cubic transformation that takes the skewness out.

    Parameters
    ----------
    skew : float
        :func:`skewness` of the values; 0 gives the plain t interval.
    m : int
        Customers (clusters).

    Returns
    -------
    low, high : float
        NaN where no error can be seen. 95 % intervals of the mean of lognormal amounts (σ = 1) hold it in
        92 % of samples of 30 and in 94 % of 100, plain t in 88 % and 92 % (``bench/linkage_coverage.py``).

    References
    ----------
    Hall (1992), On the removal of skewness by transformation, JRSS B 54, 221-228, equations 2.2 and 3.1.

    >>> low, high = skewed_interval(10.0, 1.0, 29, 2.0, 30, 0.95)
    >>> round(low, 2), round(high, 2)
    (8.36, 13.18)
    """
    from scipy.special import stdtrit

    if not (np.isfinite(se) and se > 0 and df >= 1):
        return float("nan"), float("nan")
    t = float(stdtrit(df, 0.5 + level / 2))
    a = skew / np.sqrt(m)
    if abs(a) < 1e-6:
        return mean - t * se, mean + t * se
    low, high = (float(3 / a * (np.cbrt(1 + a * (x - a / 6)) - 1)) for x in (t, -t))
    return mean - se * low, mean - se * high


def few_for_skew(n: int, skew: float) -> bool:
    """Whether a sample is too small for its skewness: n at most 25 G1².

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, p. 42.
    """
    return n <= 25 * skew**2
