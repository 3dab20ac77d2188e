"""The importance of drivers that come in groups: Owen values, and the Shapley values of the groups."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, log2

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError
from cxkit.stats.schur import Rows, rows_of, standardised
from cxkit.stats.sizesums import increments
from cxkit.stats.subsets import by_size, r2_sums

__all__ = ["MOST_SUBSETS", "group_shapley", "owen", "subsets_of"]

Floats = NDArray[np.float64]
Groups = Sequence[Sequence[int]]

#: More subsets than this are refused: they take some seconds.
MOST_SUBSETS = 2**26


def subsets_of(groups: Groups) -> int:
    """How many subsets the Owen values go through, the cost of them.

    >>> subsets_of([range(5 * g, 5 * g + 5) for g in range(10)])
    164864
    """
    return int(2 ** len(groups) + sum(2 ** (len(groups) - 1 + len(g)) for g in groups if len(g) > 1))


def owen(matrices: ArrayLike, groups: Groups, total: ArrayLike | None = None) -> Floats:
    """Owen values of R²: each driver's mean increment over the orders that keep groups together.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome.
    groups : sequence of sequences of int
        Drivers of each group; each driver is in one.
    total : (...), optional
        Variance of the outcome to which R² refers, when ``matrices`` are what controls leave.

    Returns
    -------
    (..., p) float
        They sum to R², and within a group to the Shapley value of the group. When each driver is a group of its
        own, or all are one group, they are the Shapley values.

    Raises
    ------
    UsageError
        Groups that are not a partition, or more than ``MOST_SUBSETS`` subsets.

    References
    ----------
    Owen (1977), in Mathematical Economics and Game Theory (Henn & Moeschlin, eds.), 76-88.

    >>> r = np.array([[1, 0.5, 0, 0.6], [0.5, 1, 0, 0.3], [0, 0, 1, 0.2], [0.6, 0.3, 0.2, 1]])
    >>> owen(r, [[0, 1], [2]]).round(4).tolist()
    [0.315, 0.045, 0.04]
    """
    r, shape = _checked(matrices, groups, total)
    _affordable(subsets_of(groups))
    out = np.zeros((r.shape[2], len(r) - 1))
    if any(len(g) == 1 for g in groups):
        values = _quotient(r, groups)
        for k, group in enumerate(groups):
            out[:, list(group)] = values[k][:, None]
    count = len(groups)
    for group in groups:
        if len(group) == 1:
            continue
        others = [g for g in groups if g is not group]
        rows = _ordered(r, [j for g in others for j in g] + list(group))
        sums = by_size(rows, [len(g) for g in others], _shapley_within)
        weight = 1 / np.array([count * comb(count - 1, h) for h in range(count)], np.float64)
        out[:, list(group)] = np.einsum("h,hkb->bk", weight, sums)
    return np.maximum(out, 0).reshape(*shape, -1)


def group_shapley(matrices: ArrayLike, groups: Groups, total: ArrayLike | None = None) -> Floats:
    """Shapley values of R² of groups that enter as a whole.

    Parameters
    ----------
    matrices, groups, total
        As of :func:`owen`; at most 26 groups.

    Returns
    -------
    (..., groups) float
        They sum to R².
    """
    r, shape = _checked(matrices, groups, total)
    _affordable(2 ** len(groups))
    return np.maximum(_quotient(r, groups), 0).T.reshape(*shape, -1)


def _quotient(r: Floats, groups: Groups) -> Floats:
    rows = _ordered(r, [j for g in groups for j in g])
    return np.asarray(-increments(*r2_sums(rows, [len(g) for g in groups])).mean(axis=1))


def _shapley_within(rows: Rows) -> Floats:
    return np.asarray(-increments(*r2_sums(rows, (1,) * (len(rows) - 1))).mean(axis=1))


def _ordered(r: Floats, order: list[int]) -> Rows:
    at = np.array([*order, len(r) - 1])
    return rows_of(r[np.ix_(at, at)])


def _affordable(subsets: int) -> None:
    if subsets > MOST_SUBSETS:
        raise UsageError(
            f"these groups have 2^{log2(subsets):.1f} subsets: at most 2^{log2(MOST_SUBSETS):.0f} are gone through",
            hint="fewer groups, or smaller ones",
        )


def _checked(matrices: ArrayLike, groups: Groups, total: ArrayLike | None) -> tuple[Floats, tuple[int, ...]]:
    r = standardised(matrices, total)
    if sorted(j for g in groups for j in g) != list(range(len(r) - 1)) or not all(len(g) for g in groups):
        raise UsageError(f"each of the {len(r) - 1} drivers is in one group, and no group is empty")
    return r, np.shape(matrices)[:-2]
