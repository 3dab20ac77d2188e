"""Intervals that stay right however often one looks: confidence sequences for a running mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError

__all__ = ["confidence_sequence", "cumulated", "guarded", "mixing_rate"]

Floats = NDArray[np.float64]


def confidence_sequence(
    mean: ArrayLike, se: ArrayLike, n: ArrayLike, *, level: float = 0.95, tightest_at: float = 1000
) -> tuple[Floats, Floats]:
    """Asymptotic confidence sequence: all intervals together hold the truth with ``level``.

    mean ± se · sqrt(2 (u + 1) / u · log(sqrt(u + 1) / (1 - level))) with u = n rho², which is
    the boundary of the paper's theorem 2.2 with sigma = se · sqrt(n).

    Parameters
    ----------
    mean, se, n : array_like
        Running mean, its standard error and (effective) base at each look.
    level : float
    tightest_at : float
        The base at which the interval is tightest, fixed before looking. Elsewhere it is only
        a little wider; at that base it is 1.5 times as wide as the interval for one look.

    Returns
    -------
    low, high : arrays

    Notes
    -----
    The guarantee is asymptotic: it is for looks from a base of some dozens of answers on.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Time-uniform central limit theory and
    asymptotic confidence sequences, Annals of Statistics 52, 2613-2640, theorem 2.2.

    >>> low, high = confidence_sequence(0.0, 1 / 1000**0.5, 1000)
    >>> round(float(high) * 1000**0.5, 3)
    3.035
    """
    if not 0 < level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    centre, n = np.asarray(mean, float), np.asarray(n, float)
    u = n * mixing_rate(tightest_at, level) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.sqrt(2 * (u + 1) / u * np.log(np.sqrt(u + 1) / (1 - level)))
        margin = np.asarray(se, float) * width
    return centre - margin, centre + margin


def mixing_rate(n: float, level: float = 0.95) -> float:
    """The rho whose interval is tightest at base ``n``.

    The exact solution of u = log(u + 1) - 2 log(1 - level) with u = n rho²; the paper's
    closed form, sqrt((-2 log a + log(1 - 2 log a)) / n) with a = 1 - level, is its first iteration.
    """
    if not n > 0:
        raise OptionError(f"a base of {n!r}", hint="tightest_at= is a number of answers above 0")
    start = u = -2 * np.log(1 - level)
    for _ in range(60):  # a contraction: the slope is 1 / (u + 1)
        u = np.log1p(u) + start
    return float(np.sqrt(u / n))


def guarded(mean: Floats, variance: Floats, n: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Centre and standard error of a mean on a scale, with two answers more at either end of it.

    Early answers are often all alike, or all but a rare few: their own spread is then too
    small, and whoever looks at every base would shut the truth out at one of them. The four
    answers are forgotten as n grows.

    Parameters
    ----------
    mean, variance, n : (T,) float
        Running mean, variance of one answer, (effective) base.
    low, high : float
        Ends of the scale.

    Notes
    -----
    Simulated: a rate of 0.5 to 20 %, 3 to 50 answers a day, a year of daily looks from the
    30th answer on. The truth is ever shut out in at most 3.5 % of years, and in up to 9 %
    without the guard.

    References
    ----------
    Agresti & Coull (1998), The American Statistician 52, 119-126: two of each for a share.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = (high - mean) ** 2 + (mean - low) ** 2
        centre = (n * mean + 2 * (low + high)) / (n + 4)
        return np.asarray(centre), np.asarray(np.sqrt((variance + 2 * ends / n) / n))


def cumulated(
    time: NDArray[np.int64], value: Floats, n: NDArray[np.int64], w: Floats, w2: Floats, *, looks: int
) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64], Floats, Floats]:
    """Cells of a tally by time as cells of everything up to each time.

    Parameters
    ----------
    time : (C,) int
        0 to ``looks`` - 1.
    value, n, w, w2 : (C,)
        What an answer of the cell counts; answers, sums of weights and of squared weights.

    Returns
    -------
    time, value, n, w, w2 : (looks · V,)
        One cell for each time and each of the V distinct values, ready for
        :func:`cxkit.stats.moments.moments`; linear in rows of the tally, never in answers.
    """
    levels, code = np.unique(value, return_inverse=True)
    size = looks * len(levels)

    def up_to(x: NDArray[np.float64]) -> Floats:
        table = np.bincount(time * len(levels) + code, weights=x, minlength=size).reshape(looks, len(levels))
        return np.asarray(table.cumsum(axis=0).ravel())

    counted = np.rint(up_to(n.astype(np.float64))).astype(np.int64)
    return np.repeat(np.arange(looks), len(levels)), np.tile(levels, looks), counted, up_to(w), up_to(w2)
