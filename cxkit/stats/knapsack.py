"""Which of a few things to buy with a budget: every choice is looked at, so the answer is exact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MOST", "best_choices", "choices", "codes", "frontier"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Things of which all choices can be looked at.
MOST = 20


def choices(cost: ArrayLike, alternatives: Sequence[tuple[int, int]] = ()) -> tuple[Bools, Floats]:
    """Every choice, and what it costs, the cheapest first; the empty one is among them.

    Parameters
    ----------
    cost : (n,) array_like
    alternatives : sequence of (int, int)
        Pairs of which at most one is bought.

    Returns
    -------
    chosen : (S, n) bool
    total : (S,) float

    Raises
    ------
    ValueError
        More than 20 things.

    Examples
    --------
    >>> chosen, total = choices([3, 5], [(0, 1)])
    >>> total.tolist()
    [0.0, 3.0, 5.0]
    """
    price = np.asarray(cost, float)
    n = len(price)
    if n > MOST:
        raise ValueError(f"{n} things have too many choices")
    chosen = (np.arange(2**n)[:, None] >> np.arange(n)) % 2 == 1
    for a, b in alternatives:
        chosen = chosen[~(chosen[:, a] & chosen[:, b])]
    total = chosen @ price
    # Among equal costs the smaller choice first: nothing is bought for nothing.
    order = np.lexsort((chosen.sum(axis=1), total))
    return chosen[order], total[order]


def frontier(total: Floats, value: Floats) -> NDArray[np.int64]:
    """Rows of the choices that no cheaper one beats, the cheapest first.

    >>> frontier(np.array([0.0, 1, 2, 3]), np.array([0.0, 5, 4, 9])).tolist()
    [0, 1, 3]
    """
    best = np.maximum.accumulate(value)
    better = np.concatenate([[True], value[1:] > best[:-1]])
    rows = np.flatnonzero(better)
    # Of several at one cost only the last, which is the best.
    last = np.concatenate([total[rows][1:] > total[rows][:-1], [True]])
    return np.asarray(rows[last], np.int64)


def best_choices(
    chosen: Bools,
    value: ArrayLike,
    joint: Sequence[tuple[Sequence[int], Floats]] = (),
    most: int = 200_000_000,
) -> tuple[NDArray[np.int64], int]:
    """(D',) The row of the best choice in each draw, and how many draws were looked at.

    Parameters
    ----------
    chosen : (S, n) bool
        Those that can be afforded.
    value : (D, n) array_like
        Of each thing, by draw.
    joint : sequence of (places, (2 ** k, D) float)
        Of k things that are worth something else together than one by one: their places, and the value of every set of
        them by its :func:`codes`. What ``value`` says of them is not read.
    most : int
        Choices times draws that are looked at: where there are many choices, fewer of the draws are.
    """
    worth = np.asarray(value, float)
    draws = max(1, min([len(worth), most // len(chosen), *(table.shape[1] for _, table in joint)]))
    alone = np.setdiff1d(np.arange(chosen.shape[1]), [i for places, _ in joint for i in places])
    membership = chosen[:, alone].astype(float)
    read = [(codes(chosen, places), table) for places, table in joint]
    step = max(1, 4_000_000 // len(chosen))
    found = []
    for start in range(0, draws, step):
        rows = slice(start, min(start + step, draws))
        total = membership @ worth[rows, alone].T
        for code, table in read:
            total = total + table[code, rows]
        found.append(np.argmax(total, axis=0))
    return np.concatenate(found), draws


def codes(chosen: Bools, places: Sequence[int]) -> NDArray[np.int64]:
    """(S,) The number of the set of some things that a choice takes: the i-th of them counts 2 ** i.

    >>> codes(np.array([[True, False, True], [False, True, True]]), [0, 2]).tolist()
    [3, 2]
    """
    return np.asarray(chosen[:, list(places)] @ (1 << np.arange(len(places))), np.int64)
