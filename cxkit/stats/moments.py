"""Design-correct moments from a tally's three numbers: n, sum of weights, sum of squared weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "implied_base", "moments"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Per group: base, effective base, mean, population variance and standard error.

    Attributes
    ----------
    n : (G,) int
        Answers. Weights never change it.
    n_eff : (G,) float
        Kish's effective base, (sum w)^2 / sum w^2; equals ``n`` without weights.
    mean : (G,) float
        Weighted mean of the values; NaN where ``n`` is 0.
    variance : (G,) float
        Weighted population variance (divisor W, not W - 1).
    se : (G,) float
        Standard error of the mean. Without weights sqrt(variance / n). With weights the
        linearised (Taylor) error of a weights-only design,
        n/(n-1) * sum w^2 (y - mean)^2 / W^2 with n the rows of the design, which is R survey's
        ``svymean`` and ``svyby``; 0 where n is 1.
    n_star : (G,) float
        The base of an unweighted sample with the same standard error, at most ``n``;
        Kish's ``n_eff`` where the design effect cannot be seen: all answers are alike, or one weight
        outweighs the others (``n_eff`` below 2).
    """

    n: NDArray[np.int64]
    n_eff: Floats
    mean: Floats
    variance: Floats
    se: Floats
    n_star: Floats


def moments(
    groups: int,
    group: NDArray[np.int64],
    value: Floats,
    n: NDArray[np.int64],
    w: Floats,
    w2: Floats,
    *,
    weighted: bool,
    design: int = 0,
) -> Moments:
    """Moments of ``value`` in each group, from cells.

    Parameters
    ----------
    groups : int
        Number of groups, G.
    group : (C,) int
        Group of each cell, 0 to G-1.
    value : (C,) float
        What an answer of that cell counts.
    n, w, w2 : (C,)
        Answers, sum of weights and sum of squared weights of each cell.
    weighted : bool
        Whether the weights are real; otherwise ``w`` and ``w2`` equal ``n``.
    design : int
        Rows of the whole weighted sample that the groups are domains of: the factor n/(n-1) is
        then the design's (R survey's ``svyby`` and ``subset``). 0: each group is a sample of its own.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys,
    International Statistical Review 51; Kish (1965), Survey Sampling, section 11.7.
    """

    def total(x: Floats) -> Floats:
        return np.bincount(group, weights=x, minlength=groups).astype(np.float64)

    base = total(n.astype(np.float64))
    weight = total(w)
    squared = total(w2)
    with np.errstate(invalid="ignore", divide="ignore"):
        # The mean of answers that are all alike is that answer; a weighted sum may miss it by rounding.
        one = np.zeros(groups)
        one[group] = value
        alike = total(np.abs(value - one[group])) == 0
        mean = np.where(alike & (weight > 0), one, total(w * value) / weight)
        deviation = value - mean[group]
        variance = total(w * deviation**2) / weight
        n_eff = np.where(base > 0, weight**2 / squared, np.nan) if weighted else np.where(base > 0, base, np.nan)
        if not weighted:
            return Moments(np.rint(base).astype(np.int64), n_eff, mean, variance, np.sqrt(variance / base), n_eff)
        rows = np.full(groups, float(design)) if design else base
        linearised = total(w2 * deviation**2) / weight**2 * rows / (rows - 1)
        se = np.sqrt(np.where(base > 1, linearised, np.where(base == 1, 0.0, np.nan)))
    return Moments(np.rint(base).astype(np.int64), n_eff, mean, variance, se, implied_base(variance, se, base, n_eff))


def implied_base(variance: Floats, se: Floats, n: Floats, n_eff: Floats) -> Floats:
    """The base of an unweighted sample with the same standard error, at most ``n``: see :class:`Moments`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        # One weight that outweighs all others is one answer: its error cannot be seen either.
        return np.where((se > 0) & (n_eff >= 2), np.minimum(variance / se**2, n), np.minimum(n_eff, n))
