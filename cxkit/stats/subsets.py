"""R² of every subset of drivers, and what follows from the sums over them: LMG, conditional dominance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError
from cxkit.stats.schur import Rows, pieces, rows_of, standardised
from cxkit.stats.sizesums import diagonals, increments, indicators, product, sums

__all__ = [
    "MOST_EXACT",
    "by_size",
    "conditional_dominance",
    "conditional_of",
    "lmg",
    "r2_sums",
    "shapley_of",
    "subset_r2",
]

Floats = NDArray[np.float64]

#: More drivers than this are refused: 33 million subsets take a second, and each driver doubles them.
MOST_EXACT = 25

#: Drivers whose subsets become R² in one step, and those swept out ahead of them in another.
_DEPTH, _AHEAD = 10, 8


def by_size(rows: Rows, sizes: Sequence[int], leaf: Callable[[Rows], Floats]) -> Floats:
    """Sum over the subsets of leading blocks, by number of blocks swept out, of a value of what they leave.

    Parameters
    ----------
    rows : list of (q - i, 1, B)
        A batch of matrices (:func:`cxkit.stats.schur.rows_of`).
    sizes : sequence of int
        Variables of each block.
    leaf : callable
        (K, m) values of m matrices given as rows.

    Returns
    -------
    (blocks + 1, K, B)
    """
    if not sizes:
        return leaf(rows)[None]
    parts = []
    for now, _, found in pieces(rows, sizes, _DEPTH):
        value = by_size(_merged(found), sizes[now:], leaf)
        later, kinds = value.shape[:2]
        value = product(indicators(now)[0], value.reshape(later, kinds, 2**now, -1)).swapaxes(1, 2)
        parts.append(diagonals(value.reshape(later, now + 1, -1)).reshape(later + now, kinds, -1))
    return np.concatenate(parts, axis=2)


def r2_sums(rows: Rows, sizes: Sequence[int]) -> tuple[Floats, Floats]:
    """Sums of minus the R² over the subsets of k blocks, by number of blocks: all, and those that hold each.

    Parameters
    ----------
    rows : list of (q - i, 1, B)
        A batch of matrices, of the drivers and the outcome alone.
    sizes : sequence of int
        Drivers of each of the k blocks.

    Returns
    -------
    (k + 1, B), (k, k + 1, B)
    """
    k, batch = len(sizes), rows[0].shape[2]
    every, holding = np.empty((k + 1, batch)), np.empty((k, k + 1, batch))
    for now, here, found in pieces(rows, sizes, k if k <= _DEPTH else min(k - _DEPTH, _AHEAD)):
        m = found[0].shape[2]
        if now == k:
            np.maximum(found[0], -1, out=found[0])
            every[:, here], holding[:, :, here] = sums(found[0][0])
            continue
        later = k - now
        total, held = r2_sums(_merged(found), sizes[now:])
        t, h = sums(total.reshape(later + 1, 2**now, m).swapaxes(0, 1).reshape(2**now, -1))
        every[:, here] = diagonals(t.reshape(now + 1, later + 1, m))
        holding[:now, :, here] = diagonals(h.reshape(now, now + 1, later + 1, m))
        held = product(indicators(now)[0], held.reshape(later, later + 1, 2**now, m))
        holding[now:, :, here] = diagonals(held)
    return every, holding


def _merged(rows: Rows) -> Rows:
    """The branches as a batch of their own."""
    return [row.reshape(len(row), 1, -1) for row in rows]


def _checked(matrices: ArrayLike) -> Floats:
    stack = np.asarray(matrices, np.float64)
    if stack.ndim < 2 or stack.shape[-1] != stack.shape[-2] or stack.shape[-1] < 2:
        raise UsageError(f"matrices of drivers and an outcome are (..., p + 1, p + 1), not {stack.shape}")
    if stack.shape[-1] - 1 > MOST_EXACT:
        raise UsageError(
            f"{stack.shape[-1] - 1} drivers: all subsets of at most {MOST_EXACT} are gone through",
            hint="Owen values of grouped drivers, or sampled orders of entry with their error",
        )
    return stack


def conditional_dominance(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """Mean increment of R² by each driver, given how many others are already in.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome; at most 25 drivers.
    total : (...), optional
        Variance of the outcome to which R² refers, when ``matrices`` are what controls leave.

    Returns
    -------
    (..., p, p) float
        Row j, column s: mean increment by driver j over the subsets of s other drivers.

    References
    ----------
    Azen & Budescu (2003), Psychological Methods 8, 129-148.

    >>> conditional_dominance(np.array([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]])).round(4).tolist()
    [[0.36, 0.27], [0.09, 0.0]]
    """
    stack = _checked(matrices)
    p = stack.shape[-1] - 1
    raised = increments(*r2_sums(rows_of(standardised(stack, total)), (1,) * p))
    # A minus for the sign of the sums; below 0 there is nothing but rounding.
    return np.maximum(np.moveaxis(-raised, 2, 0), 0).reshape(*stack.shape[:-2], p, p)


def lmg(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """Shapley values of R²: the increment of each driver, averaged over all orders of entry.

    Parameters
    ----------
    matrices, total
        As of :func:`conditional_dominance`.

    Returns
    -------
    (..., p) float
        They are not negative and sum to R². Exact copies share equally.

    References
    ----------
    Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis, 120ff;
    Grömping (2007), The American Statistician 61, 139-147.
    """
    return np.asarray(conditional_dominance(matrices, total).mean(axis=-1))


def subset_r2(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """R² of every subset of drivers.

    Parameters
    ----------
    matrices, total
        As of :func:`conditional_dominance`.

    Returns
    -------
    (..., 2^p) float
        Driver j is in subset b when bit j of b is set.
    """
    stack = _checked(matrices)
    rows = rows_of(standardised(stack, total))
    return np.ascontiguousarray(_each(rows).T).reshape(*stack.shape[:-2], -1)


def _each(rows: Rows) -> Floats:
    """(2^p, B) R² of every subset."""
    p = len(rows) - 1
    parts = []
    for now, _, found in pieces(rows, (1,) * p, p):
        if now == p:
            parts.append(np.minimum(-found[0][0], 1))
        else:
            # The drivers swept out first are the low bits of the subset.
            parts.append(_each(_merged(found)).reshape(2**p, -1))
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def conditional_of(values: ArrayLike) -> Floats:
    """Mean increment of each player at each size, of any game.

    Parameters
    ----------
    values : (..., 2^p)
        Worth of each subset; player j is in subset b when bit j of b is set.

    Returns
    -------
    (..., p, p) float
    """
    worth = np.asarray(values, np.float64)
    count = worth.shape[-1]
    p = count.bit_length() - 1
    if p < 1 or count != 2**p:
        raise UsageError(f"the worths of all subsets of p players are 2^p, not {count}")
    every, holding = sums(np.ascontiguousarray(worth.reshape(-1, count).T))
    return np.moveaxis(increments(every, holding), 2, 0).reshape(*worth.shape[:-1], p, p)


def shapley_of(values: ArrayLike) -> Floats:
    """Shapley values of any game, such as the pseudo-R² of each subset of a non-linear model.

    Parameters
    ----------
    values : (..., 2^p)
        As of :func:`conditional_of`.

    Returns
    -------
    (..., p) float
        They sum to the worth of all less the worth of none.

    References
    ----------
    Shapley (1953), Contributions to the Theory of Games 2, 307-317.

    >>> shapley_of([0, 3, 1, 6]).tolist()
    [4.0, 2.0]
    """
    return np.asarray(conditional_of(values).mean(axis=-1))
