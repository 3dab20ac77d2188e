"""Intervals for means, shares, net scores and differences, elementwise over groups.

All functions take and return arrays of one length (or scalars), in the unit of their input,
and take ``level`` as a share, 0.95, or as an array of shares. None of them clips; the metric knows its scale.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError

__all__ = [
    "adjusted_wald_net",
    "constant_margin",
    "mover_difference",
    "net_sample_size",
    "student_t",
    "wald",
    "widened",
    "wilson",
    "z_value",
]

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]


def z_value(level: ArrayLike) -> Any:
    """The two-sided normal quantile: 1.959964 at 0.95; an array for an array of levels.

    >>> round(z_value(0.95), 6)
    1.959964
    """
    if isinstance(level, (int, float)):
        return NormalDist().inv_cdf(0.5 + level / 2)
    from scipy.special import ndtri

    return -ndtri((1 - np.asarray(level, float)) / 2)


def widened(level: ArrayLike, df: ArrayLike) -> Floats:
    """The level at which a normal quantile equals Student's t at ``level`` with ``df`` degrees of freedom.

    For intervals that are written with a normal quantile, where their error is itself estimated
    from few clusters. NaN where df < 1.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24, 193-201: the same correction of the quantile.
    """
    level, df = np.asarray(level, float), np.asarray(df, float)
    if np.isinf(df).all():
        return level
    from scipy.special import ndtr, stdtrit

    with np.errstate(invalid="ignore"):
        quantile = stdtrit(np.where(df >= 1, df, np.nan), 0.5 + level / 2)
    return np.where(np.isinf(df), level, 1 - 2 * ndtr(-quantile))


def wald(estimate: ArrayLike, se: ArrayLike, level: ArrayLike = 0.95) -> Interval:
    """estimate ± z · se. Too narrow below n of about 200 and may leave the scale."""
    centre, margin = np.asarray(estimate, float), z_value(level) * np.asarray(se, float)
    return centre - margin, centre + margin


def adjusted_wald_net(positive: ArrayLike, negative: ArrayLike, n: ArrayLike, level: ArrayLike = 0.95) -> Interval:
    """Adjusted Wald interval of a net score (share positive minus share negative).

    Adds 0.75 positive, 1.5 neutral and 0.75 negative answers, then takes the Wald interval.

    Parameters
    ----------
    positive, negative : array_like
        Shares, 0 to 1.
    n : array_like
        Base (an effective base for weighted shares).

    Returns
    -------
    low, high : arrays
        On the scale -1 to 1.

    References
    ----------
    Rocks (2016), Interval estimation for the "net promoter score", The American Statistician 70;
    the variant (3, T).
    """
    n = np.asarray(n, float)
    p = (np.asarray(positive, float) * n + 0.75) / (n + 3)
    d = (np.asarray(negative, float) * n + 0.75) / (n + 3)
    return wald(p - d, np.sqrt(np.maximum(p + d - (p - d) ** 2, 0) / (n + 3)), level)


def wilson(share: ArrayLike, n: ArrayLike, level: ArrayLike = 0.95) -> Interval:
    """Wilson's score interval of a share, 0 to 1.

    References
    ----------
    Wilson (1927), JASA 22; Newcombe (1998), Statistics in Medicine 17, 857-872, method 3.

    >>> low, high = wilson(74 / 107, 107)
    >>> round(float(low), 6), round(float(high), 6)
    (0.598715, 0.771183)
    """
    p, n, z = np.asarray(share, float), np.asarray(n, float), z_value(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        margin = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return centre - margin, centre + margin


def student_t(mean: ArrayLike, se: ArrayLike, df: ArrayLike, level: ArrayLike = 0.95) -> Interval:
    """mean ± t · se with ``df`` degrees of freedom; NaN where df < 1."""
    from scipy.special import stdtrit

    centre, df = np.asarray(mean, float), np.asarray(df, float)
    with np.errstate(invalid="ignore"):
        quantile = stdtrit(np.where(df >= 1, df, np.nan), 0.5 + np.asarray(level, float) / 2)
    margin = quantile * np.asarray(se, float)
    return centre - margin, centre + margin


def constant_margin(mean: ArrayLike, n: ArrayLike, low: float, high: float, level: ArrayLike = 0.95) -> Interval:
    """Interval where all n answers are alike, so that no standard error can be seen.

    At most a share u of the population answers otherwise, with u the upper Wilson limit of
    0 in n; in the worst case all of those sit at an end of the scale.
    """
    centre = np.asarray(mean, float)
    _, u = wilson(np.zeros_like(centre), n, level)
    return centre - u * (centre - low), centre + u * (high - centre)


def mover_difference(
    first: tuple[ArrayLike, ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike, ArrayLike],
    correlation: ArrayLike = 0.0,
) -> tuple[Floats, Floats, Floats]:
    """``first`` minus ``second``, each given as (estimate, low, high).

    The method of variance estimates recovery: it inherits the good behaviour of the two
    intervals. With Wilson intervals of independent samples it is Newcombe's method 10.

    Parameters
    ----------
    correlation : array_like
        Of the two estimates; 0 for independent samples.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890; Zou & Donner (2008), Statistics in
    Medicine 27, 1693-1702.
    """
    e1, l1, u1 = (np.asarray(x, float) for x in first)
    e2, l2, u2 = (np.asarray(x, float) for x in second)
    delta, rho = e1 - e2, np.asarray(correlation, float)

    def margin(a: Floats, b: Floats) -> Floats:
        return np.sqrt(np.maximum(a**2 + b**2 - 2 * rho * a * b, 0))

    return delta, delta - margin(e1 - l1, u2 - e2), delta + margin(u1 - e1, e2 - l2)


def net_sample_size(margin: float, *, variance: float = 1.0, level: float = 0.95) -> int:
    """Answers needed for a net score's interval of ± ``margin`` (a share: 0.05 is 5 points).

    s² z² / d² - 3, the inverse of the adjusted Wald interval, rounded up to a whole answer;
    ``variance`` 1 is the worst case.

    >>> net_sample_size(0.10)
    382
    """
    if not 0 < margin < 1 or not 0 < level < 1:
        raise OptionError(
            f"a margin of {margin!r} at level {level!r}", hint="shares between 0 and 1: 0.05 is 5 points, 0.95 is 95 %"
        )
    return int(np.ceil(variance * z_value(level) ** 2 / margin**2 - 3))
