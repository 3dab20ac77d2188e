"""How small a true difference a sample can show, and how large a sample a difference needs.

Elementwise over arrays, in whatever unit the standard errors have; the metric knows its scale.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError

__all__ = [
    "achieved_power",
    "base_for_difference",
    "base_for_margin",
    "base_for_shares",
    "detectable",
    "finite_base",
    "times_needed",
]

Floats = NDArray[np.float64]


def detectable(se: ArrayLike, level_p: ArrayLike = 0.05, power: float = 0.8) -> Floats:
    """The smallest true difference that a two-sided test finds with probability ``power``.

    (z[1 - p/2] + z[power]) · se. The other tail, at most p/2 and next to nothing from a power
    of one half upwards, is left out, as is usual.

    Parameters
    ----------
    se : array_like
        Standard error of the difference, in any unit; NaN where it is not known.
    level_p : array_like
        The p-value that the test must stay under, 0 to 1: after a family correction each
        comparison may have its own.
    power : float
        0 to 1.

    Returns
    -------
    array
        In the unit of ``se``; NaN where ``se`` is.

    References
    ----------
    Lachin (1981), Introduction to sample size determination and power analysis for clinical
    trials, Controlled Clinical Trials 2, 93-113, equation 4.

    >>> round(float(detectable(1.0)), 4)
    2.8016
    """
    error = np.asarray(se, float)
    if (error < 0).any():
        raise OptionError("a standard error below 0", hint="give errors, not differences")
    return np.asarray(_quantile(level_p, power) * error)


def times_needed(delta: ArrayLike, se: ArrayLike, level_p: ArrayLike = 0.05, power: float = 0.8) -> Floats:
    """By how much all bases must be multiplied for the observed difference to be settled.

    If the true difference is the observed one, bases this many times as large (all of them:
    the error shrinks with the square root) would show it with probability ``power``. Below 1
    the bases at hand were more than enough.

    Parameters
    ----------
    delta, se : array_like
        Observed difference and its standard error, in one unit.
    level_p, power
        As in :func:`detectable`.

    Returns
    -------
    array
        NaN where ``delta`` is 0 or either is unknown: no base settles a difference of nothing.

    >>> round(float(times_needed(2.0, 1.0)), 3)
    1.962
    """
    least, seen = np.broadcast_arrays(detectable(se, level_p, power), np.abs(np.asarray(delta, float)))
    known = (seen > 0) & np.isfinite(seen) & np.isfinite(least)
    with np.errstate(over="ignore"):
        times = (np.where(known, least, np.nan) / np.where(known, seen, 1.0)) ** 2
    return np.where(np.isfinite(times), times, np.nan)


def achieved_power(delta: ArrayLike, se: ArrayLike, level_p: ArrayLike = 0.05) -> Floats:
    """Probability that a two-sided z test finds a true difference of ``delta``; both tails.

    >>> round(float(achieved_power(2.8016, 1.0)), 3)
    0.8
    """
    from scipy.special import ndtr

    z, error = _upper(level_p), np.asarray(se, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(error > 0, np.abs(np.asarray(delta, float)) / error, np.nan)
    return np.asarray(ndtr(ratio - z) + ndtr(-ratio - z))


def base_for_margin(variance: ArrayLike, margin: ArrayLike, level: float = 0.95, *, added: float = 0.0) -> Floats:
    """Answers for an interval of ± ``margin``: variance · z² / margin² - ``added``, not rounded.

    ``added`` is the number of answers that an adjusted interval adds of its own (3 for the
    adjusted Wald interval of a net score, z² for Wilson's of a share).

    References
    ----------
    Sauro & Lewis (2016), Quantifying the User Experience, 2nd ed., chapter 7.

    >>> float(np.ceil(base_for_margin(1.0, 0.10, added=3)))
    382.0
    """
    z = _upper(1 - level)
    return np.asarray(np.asarray(variance, float) * z**2 / np.asarray(margin, float) ** 2 - added)


def base_for_difference(
    first: ArrayLike, second: ArrayLike, difference: ArrayLike, level_p: ArrayLike = 0.05, power: float = 0.8
) -> Floats:
    """Answers in each of two equal, independent samples to find ``difference``, not rounded.

    (z[1 - p/2] + z[power])² · (variance of the first + of the second) / difference².
    """
    spread = np.asarray(first, float) + np.asarray(second, float)
    return np.asarray(_quantile(level_p, power) ** 2 * spread / np.asarray(difference, float) ** 2)


def base_for_shares(first: float, second: float, level_p: float = 0.05, power: float = 0.8) -> float:
    """Answers in each of two equal samples to tell two shares apart by the pooled z test.

    The error under "no difference" is the pooled one, under the difference the separate one.

    References
    ----------
    Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
    equation 4.14 (without continuity correction).

    >>> import math
    >>> math.ceil(base_for_shares(0.10, 0.12))
    3841
    """
    if first == second:
        raise OptionError("two shares that are equal", hint="no base tells equal shares apart")
    pooled = (first + second) / 2
    null = float(_upper(level_p)) * (2 * pooled * (1 - pooled)) ** 0.5
    other = NormalDist().inv_cdf(_probability(power)) * (first * (1 - first) + second * (1 - second)) ** 0.5
    return float((null + other) ** 2 / (first - second) ** 2)


def finite_base(n: ArrayLike, population: float | None) -> Floats:
    """Answers that do the same in a population of ``population`` people: n / (1 + (n - 1) / N).

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 4.4.

    >>> round(float(finite_base(385, 1000)), 1)
    278.2
    """
    base = np.asarray(n, float)
    return base if population is None else np.asarray(base / (1 + (base - 1) / population))


def _quantile(level_p: ArrayLike, power: float) -> Floats:
    return np.asarray(_upper(level_p) + NormalDist().inv_cdf(_probability(power)))


def _upper(level_p: ArrayLike) -> Floats:
    """The two-sided normal quantile of each p; NaN stays NaN."""
    from scipy.special import ndtri

    p = np.asarray(level_p, float)
    if ((p <= 0) | (p >= 1)).any():
        raise OptionError(f"a level of significance of {level_p!r}", hint="a share between 0 and 1, such as 0.05")
    return np.asarray(-ndtri(p / 2))


def _probability(power: float) -> float:
    if isinstance(power, bool) or not isinstance(power, (int, float)) or not 0 < power < 1:
        raise OptionError(f"power is {power!r}", hint="a share between 0 and 1, such as 0.8")
    return float(power)
