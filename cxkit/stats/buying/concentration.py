"""How unequal values are over customers: the Lorenz curve, shares of the top, Gini, with linearised errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError

__all__ = ["fifths", "gini", "lorenz", "ratio_error", "top_share"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def lorenz(values: ArrayLike) -> tuple[Floats, Floats]:
    """Share of customers, poorest first, and the share of all value that they hold; both from 0 to 1.

    Raises
    ------
    UsageError
        Negative values, or none above 0.
    """
    v = np.sort(_checked(values))
    return np.arange(len(v) + 1) / len(v), np.concatenate([[0.0], v.cumsum()]) / v.sum()


def top_share(values: ArrayLike, share: float) -> tuple[float, float]:
    """The share of all value that the top ``share`` of customers hold, and its standard error.

    Parameters
    ----------
    values : (n,)
        0 or more each.
    share : float
        Such as .2.

    References
    ----------
    Langel & Tillé (2011), Statistical inference for the quintile share ratio, Journal of Statistical Planning and
    Inference 141, 2976-2985: the influence of one value on a point of the Lorenz curve.

    >>> round(top_share([1, 1, 1, 1, 6], 0.2)[0], 3)
    0.6
    """
    v = _checked(values)
    at, held = lorenz(v)
    below = float(np.interp(1 - share, at, held))
    cut = float(np.quantile(v, 1 - share, method="inverted_cdf"))
    influence = ((v - cut) * (v <= cut) + (1 - share) * cut - below * v) / v.mean()
    return 1 - below, _error(influence)


def gini(values: ArrayLike) -> tuple[float, float]:
    """Gini's coefficient (0: all alike) and its standard error.

    References
    ----------
    Kovačević & Binder (1997), Variance estimation for measures of income inequality and polarization, Journal of
    Official Statistics 13, 41-58.

    >>> round(gini([1, 1, 1, 1])[0], 6), round(gini([0, 0, 0, 1])[0], 3)
    (0.0, 0.75)
    """
    v = _checked(values)
    n, mean = len(v), v.mean()
    order = np.argsort(v, kind="stable")
    rank = np.empty(n)
    rank[order] = np.arange(1, n + 1)
    found = float(2 * (rank @ v) / (n * v.sum()) - (n + 1) / n)
    above = np.empty(n)
    above[order] = v[order][::-1].cumsum()[::-1] / n
    share = (rank - 0.5) / n
    influence = 2 / mean * (v * (share - (found + 1) / 2) + above - v / (2 * n) - mean * (found + 1) / 2)
    return found, _error(influence)


def ratio_error(top: ArrayLike, bottom: ArrayLike) -> tuple[float, float]:
    """A ratio of sums over independent units, and its linearised standard error; NaN error for fewer than two.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, eq. 6.13.

    >>> [round(x, 3) for x in ratio_error([10, 30, 20], [1, 2, 2])]
    [12.0, 1.833]
    """
    y, x = np.asarray(top, np.float64), np.asarray(bottom, np.float64)
    below = x.sum()
    if below == 0:
        return float("nan"), float("nan")
    found = float(y.sum() / below)
    m = len(y)
    if m < 2:
        return found, float("nan")
    return found, float(np.sqrt(m / (m - 1) * ((y - found * x) ** 2).sum()) / below)


def fifths(values: ArrayLike, groups: int = 5) -> Ints:
    """A score from 1 (lowest) to ``groups`` for each value; equal values get the same score.

    The score is that of the middle of their ranks: where 60 % of customers bought once, all of them get 2.

    >>> fifths([1, 1, 1, 2, 9]).tolist()
    [2, 2, 2, 4, 5]
    """
    from scipy.stats import rankdata

    v = np.asarray(values, np.float64)
    middle = (rankdata(v) - 0.5) / max(len(v), 1)
    return np.asarray(np.clip(np.floor(middle * groups).astype(np.int64) + 1, 1, groups))


def _checked(values: ArrayLike) -> Floats:
    v = np.asarray(values, np.float64)
    if not len(v) or not np.isfinite(v).all() or (v < 0).any() or v.sum() <= 0:
        raise UsageError("shares of value need values of 0 or more, and one above 0")
    return v


def _error(influence: Floats) -> float:
    n = len(influence)
    if n < 2:
        return float("nan")
    centred = influence - influence.mean()
    return float(np.sqrt((centred @ centred) / (n * (n - 1))))
