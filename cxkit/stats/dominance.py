"""Complete dominance: whether one driver adds more than another to every subset of the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError
from cxkit.stats.subsets import subset_r2

__all__ = ["MOST_COMPLETE", "complete_dominance", "complete_of"]

Floats = NDArray[np.float64]

#: The worth of every subset is held in memory, and every pair looks at a quarter of them.
MOST_COMPLETE = 16

#: Increments this close are equal: what rounding leaves between exact copies.
_EQUAL = 1e-12


def complete_dominance(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """Share of the subsets of the other drivers to which one driver adds more than another.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome; at most 16 drivers.
    total : (...), optional
        Variance of the outcome to which R² refers, when ``matrices`` are what controls leave.

    Returns
    -------
    (..., p, p) float
        Row i, column j: driver i over driver j; NaN on the diagonal. Equal increments count half, so that the
        shares of i over j and of j over i sum to 1. A share of 1 is complete dominance.

    References
    ----------
    Budescu (1993), Psychological Bulletin 114, 542-551; Azen & Budescu (2003), Psychological Methods 8, 129-148.

    >>> complete_dominance(np.array([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]])).tolist()
    [[nan, 1.0], [0.0, nan]]
    """
    stack = np.asarray(matrices, np.float64)
    if stack.shape[-1] - 1 > MOST_COMPLETE:
        raise UsageError(
            f"{stack.shape[-1] - 1} drivers: complete dominance is worked out for at most {MOST_COMPLETE}",
            hint="general dominance (lmg) goes further",
        )
    return complete_of(subset_r2(stack, total))


def complete_of(values: ArrayLike) -> Floats:
    """Complete dominance in any game.

    Parameters
    ----------
    values : (..., 2^p)
        Worth of each subset; player j is in subset b when bit j of b is set.

    Returns
    -------
    (..., p, p) float
        As of :func:`complete_dominance`.
    """
    worth = np.asarray(values, np.float64)
    count = worth.shape[-1]
    p = count.bit_length() - 1
    if p < 1 or count != 2**p or p > MOST_COMPLETE:
        raise UsageError(f"the worths of all subsets of 1 to {MOST_COMPLETE} players are 2^p, not {count}")
    flat = worth.reshape(-1, count)
    index = np.arange(count)
    out = np.full((len(flat), p, p), np.nan)
    for i in range(p):
        for j in range(i + 1, p):
            rest = index[(index >> i & 1) + (index >> j & 1) == 0]
            gap = flat[:, rest | 1 << i] - flat[:, rest | 1 << j]
            more = (gap > _EQUAL).mean(axis=1)
            less = (gap < -_EQUAL).mean(axis=1)
            out[:, i, j] = more + (1 - more - less) / 2
            out[:, j, i] = 1 - out[:, i, j]
    return out.reshape(*worth.shape[:-1], p, p)
