"""A column of few distinct values as codes and levels: Python sees each value once, numpy the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Coded", "coded"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """``levels[codes[i]]`` is the value of cell i; no two levels are equal."""

    codes: Ints
    levels: tuple[Any, ...]

    def mapped(self, function: Callable[[Any], Any]) -> Coded:
        """The column of ``function(value)``; values that become equal become one level."""
        new = coded([function(level) for level in self.levels])
        return Coded(new.codes[self.codes], new.levels)

    def ranked(self) -> Coded:
        """The same column with its levels sorted: numbers, dates and texts each, missing last."""
        order = sorted(range(len(self.levels)), key=lambda i: _place(self.levels[i]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return Coded(rank[self.codes], tuple(self.levels[i] for i in order))


def coded(values: Iterable[Any]) -> Coded:
    """Code a column, its levels in order of appearance (of size, for an array of numbers)."""
    if isinstance(values, np.ndarray):
        unique, codes = np.unique(values, return_inverse=True)
        return Coded(codes.astype(np.int64), tuple(unique.tolist()))
    listed = list(values)
    index = {level: code for code, level in enumerate(dict.fromkeys(listed))}
    return Coded(np.fromiter(map(index.__getitem__, listed), np.int64, len(listed)), tuple(index))


def _place(level: Any) -> tuple[int, str, Any]:
    if level is None:
        return (1, "", "")
    if isinstance(level, (bool, int, float)):
        return (0, "0", level)
    return (0, type(level).__name__, level)
