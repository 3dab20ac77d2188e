"""Which answer of a customer holds: the latest, and of several at one moment the lowest, on every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.engine import plain

__all__ = ["in_order", "together"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def in_order(rows: Ints, who: Ints, moment: Floats, answer: Floats | None, table: Mapping[str, Any]) -> Ints:
    """Rows by customer and moment; of those of one moment the one that holds is the last.

    Parameters
    ----------
    rows : (k,) int
        Rows of the table, in any order: an engine may give them in another one next time.
    who, moment : (n,) int and float
        Customer and moment of every row of the table.
    answer : (n,) float, optional
        The lowest comes last, a missing one first.
    table : mapping
        Column -> (n,) values: they decide where the answers are equal.
    """
    value = np.zeros(len(rows)) if answer is None else np.where(np.isnan(answer[rows]), -np.inf, -answer[rows])
    when = np.where(np.isnan(moment[rows]), -np.inf, moment[rows])
    order = np.lexsort((value, when, who[rows]))
    tied = together(who[rows][order], when[order])
    if not tied.any():
        return np.asarray(rows[order])
    again = order[tied]
    ranks = [_ranks(table[name], rows[again]) for name in sorted(table, reverse=True)]
    order[tied] = again[np.lexsort((*ranks, value[again], when[again], who[rows][again]))]
    return np.asarray(rows[order])


def together(who: Ints, moment: Floats) -> Bools:
    """Whether a row's neighbour is of the same customer and moment; rows are in order."""
    same = (who[1:] == who[:-1]) & (moment[1:] == moment[:-1])
    return np.asarray(np.r_[same, False] | np.r_[False, same])


def _ranks(values: Any, rows: Ints) -> Ints:
    """Numbers by which values of any kind are put in one order."""
    said = np.array([repr(plain(values[int(i)])) for i in rows])
    return np.unique(said, return_inverse=True)[1].reshape(-1).astype(np.int64)
