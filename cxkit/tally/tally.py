"""Counts, sums of weights and sums of squared weights per group and answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UnknownNameError, UsageError, did_you_mean
from cxkit.tally.coding import Coded, coded

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Key", "Tally", "grouped"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often each answer was given in each group.

    Cells are sorted by group, then answer, with "no answer" (NaN) last; a group whose
    answers are all missing is kept. Arrays are read-only. Tallies of disjoint rows merge with
    ``+``: integers exactly, sums of weights to rounding.

    Attributes
    ----------
    by : tuple of str
        Names of the grouping columns; empty for one group of everybody.
    keys : tuple of tuples
        The groups, sorted, missing last.
    group : (C,) int
        Group of each cell.
    answer : (C,) float
        Answer of each cell; NaN for no answer.
    n : (C,) int
        Answers. Rows whose weight is missing or zero are in no cell: see ``left_out``.
    w, w2 : (C,) float
        Sum of weights and of squared weights; equal to ``n`` without weights.
    weighted : bool
    left_out : int
        Rows that the weight excludes (missing or zero).
    design : int
        With weights, the rows of the whole sample that this is a part of; 0 where that is not
        known, and each group is then a sample of its own. A filter leaves a domain, not a sample.
    """

    by: tuple[str, ...]
    keys: tuple[Key, ...]
    group: Ints
    answer: Floats
    n: Ints
    w: Floats
    w2: Floats
    weighted: bool = False
    left_out: int = 0
    design: int = 0

    def __post_init__(self) -> None:
        for array in (self.group, self.answer, self.n, self.w, self.w2):
            array.setflags(write=False)

    @classmethod
    def from_cells(
        cls,
        by: Sequence[str],
        keys: Sequence[Key],
        answer: Iterable[float | None],
        n: Iterable[int],
        w: Iterable[float] | None = None,
        w2: Iterable[float] | None = None,
        *,
        left_out: int = 0,
        design: int = 0,
    ) -> Tally:
        """Build from cells in any order; cells of one group and answer are added up.

        ``keys`` has one key a cell. Without ``w`` the tally is unweighted.
        """
        parts = [coded(part) for part in zip(*keys, strict=True)] if by else []
        value = np.array([np.nan if a is None else a for a in answer], np.float64)
        return cls.from_coded(by, parts, value, n, w, w2, left_out=left_out, design=design)

    @classmethod
    def from_coded(
        cls,
        by: Sequence[str],
        keys: Sequence[Coded],
        answer: Floats,
        n: Iterable[int],
        w: Iterable[float] | None = None,
        w2: Iterable[float] | None = None,
        *,
        left_out: int = 0,
        design: int = 0,
    ) -> Tally:
        """The same from columns of codes: one :class:`Coded` for each grouping column."""
        count = _array(n, np.int64)
        weighted = w is not None and w2 is not None
        sums = count.astype(np.float64) if w is None else _array(w, np.float64)
        squares = count.astype(np.float64) if w2 is None else _array(w2, np.float64)
        ranked = [key.ranked() for key in keys]
        groups, group = grouped(ranked, len(answer))
        order = np.lexsort((answer, group))  # NaN sorts last
        group, value, count = group[order], answer[order], count[order]
        sums, squares = sums[order], squares[order]
        if len(group):
            same = (np.diff(group) == 0) & ((np.diff(value) == 0) | (np.isnan(value[1:]) & np.isnan(value[:-1])))
            start = np.flatnonzero(np.concatenate([[True], ~same]))
            group, value = group[start], value[start]
            count = np.add.reduceat(count, start)
            sums, squares = np.add.reduceat(sums, start), np.add.reduceat(squares, start)
        return cls(tuple(by), groups, group, value, count, sums, squares, weighted, left_out, design)

    @classmethod
    def from_counts(
        cls,
        counts: Mapping[Any, Any],
        *,
        by: str | None = None,
    ) -> Tally:
        """Build from published counts.

        Parameters
        ----------
        counts : mapping
            ``{answer: n}``; with ``by``, the name of a grouping, ``{group: {answer: n}}``. The answer None is "no answer".

        Examples
        --------
        >>> Tally.from_counts({10: 5, 8: 3, 2: 2}).base
        10
        """
        nested: dict[Key, Any] = {(): counts} if by is None else {(k,): v for k, v in counts.items()}
        cells = [(key, a, c) for key, answers in nested.items() for a, c in answers.items()]
        bad = [c for _, _, c in cells if not (c >= 0 and float(c).is_integer())]
        if bad:
            raise UsageError(
                f"counts must be whole numbers of at least 0, not {bad[0]!r}", hint="give answers, not shares"
            )
        return cls.from_cells(
            () if by is None else (by,), [k for k, _, _ in cells], [a for _, a, _ in cells], [c for *_, c in cells]
        )

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(C,) Which cells hold answers."""
        return ~np.isnan(self.answer) & (self.n > 0)

    @property
    def base(self) -> int:
        """Answers in all groups."""
        return int(self.n[self.answered].sum())

    @property
    def missing(self) -> int:
        """Rows without an answer in all groups."""
        return int(self.n[np.isnan(self.answer)].sum())

    def __len__(self) -> int:
        return len(self.keys)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return (
            self.by == other.by
            and self.keys == other.keys
            and self.weighted == other.weighted
            and self.left_out == other.left_out
            and self.design == other.design
            and np.array_equal(self.group, other.group)
            and np.array_equal(self.answer, other.answer, equal_nan=True)
            and np.array_equal(self.n, other.n)
            and np.array_equal(self.w, other.w)
            and np.array_equal(self.w2, other.w2)
        )

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Tally) -> Tally:
        """The tally of both sets of rows."""
        if not isinstance(other, Tally):
            return NotImplemented
        if self.by != other.by or self.weighted != other.weighted:
            raise UsageError(
                f"tallies by {self.by} (weighted={self.weighted}) and by {other.by} "
                f"(weighted={other.weighted}) do not merge",
                hint="tally both with the same by= and weight",
            )
        return self._of(
            [self.keys[g] for g in self.group] + [other.keys[g] for g in other.group],
            np.concatenate([self.answer, other.answer]),
            np.concatenate([self.n, other.n]),
            np.concatenate([self.w, other.w]),
            np.concatenate([self.w2, other.w2]),
            left_out=self.left_out + other.left_out,
            design=self.design + other.design if self.design and other.design else 0,
        )

    merge = __add__

    def rollup(self, *by: str) -> Tally:
        """Add the groups up over every column that is not named."""
        for name in by:
            if name not in self.by:
                raise UnknownNameError(f"the tally is not by {name!r}", hint=did_you_mean(name, self.by))
        at = [self.by.index(name) for name in by]
        short = [tuple(key[i] for i in at) for key in self.keys]
        return self._of([short[g] for g in self.group], self.answer, self.n, self.w, self.w2, by=by)

    def only(self, key: Key) -> Tally:
        """The tally of one group, with no grouping left."""
        if key not in self.keys:
            raise UnknownNameError(
                f"no group {key!r}", hint=did_you_mean(str(key), [str(k) for k in self.keys], what="Groups")
            )
        cells = self.group == self.keys.index(key)
        return self._of(
            [()] * int(cells.sum()), self.answer[cells], self.n[cells], self.w[cells], self.w2[cells], by=(), left_out=0
        )

    def keep(self, groups: Iterable[int]) -> Tally:
        """The tally of some groups, by their place in ``keys``; the grouping stays."""
        kept = sorted(set(groups))
        place = np.full(len(self.keys), -1, np.int64)
        place[kept] = np.arange(len(kept))
        cells = place[self.group] >= 0
        return Tally(
            self.by, tuple(self.keys[g] for g in kept), place[self.group[cells]], self.answer[cells],
            self.n[cells], self.w[cells], self.w2[cells], self.weighted, self.left_out, self.design,
        )  # fmt: skip

    def complements(self, block: Ints) -> Tally:
        """For each group the tally of all the others of its block: every other one, or those of its period.

        Parameters
        ----------
        block : (G,) int
            Block of each group, from 0.

        Returns
        -------
        Tally
            With the same keys; a group that is alone in its block has no cells.
        """
        cells = self.answered
        levels, column = np.unique(self.answer[cells], return_inverse=True)
        shape = (len(self.keys), len(levels))

        def others(x: Any) -> Any:
            own = np.zeros(shape)
            own[self.group[cells], column] = x[cells]
            total = np.zeros((int(block.max(initial=-1)) + 1, len(levels)))
            np.add.at(total, block, own)
            return total[block] - own

        n = np.rint(others(self.n)).astype(np.int64)
        group, answer = np.nonzero(n)
        w, w2 = (np.maximum(others(x)[group, answer], 0) for x in (self.w, self.w2))
        return Tally(
            self.by, self.keys, group.astype(np.int64), levels[answer], n[group, answer], w, w2,
            self.weighted, self.left_out, self.design,
        )  # fmt: skip

    def split(self) -> tuple[Tally, ...]:
        """One tally a group, in the order of ``keys``."""
        return tuple(self.only(key) for key in self.keys)

    def share(self, test: Callable[[float], bool]) -> float:
        """Weighted share (0 to 1) of the answers that pass ``test``; NaN without answers."""
        cells = self.answered
        total = float(self.w[cells].sum())
        chosen = np.array([bool(test(float(a))) for a in self.answer[cells]], bool)
        return float(self.w[cells][chosen].sum()) / total if total else float("nan")

    def mean(self) -> float:
        """Weighted mean of the answers; NaN without answers."""
        cells = self.answered
        total = float(self.w[cells].sum())
        return float((self.w[cells] * self.answer[cells]).sum()) / total if total else float("nan")

    def counts(self) -> dict[float | None, int]:
        """``{answer: n}`` over all groups, ascending; None for no answer."""
        out: dict[float | None, int] = {}
        for answer, n in sorted(zip(self.answer.tolist(), self.n.tolist(), strict=True), key=lambda c: _nan_last(c[0])):
            key = None if np.isnan(answer) else answer
            out[key] = out.get(key, 0) + n
        return out

    def weights(self) -> dict[float, float]:
        """``{answer: sum of weights}`` over all groups, ascending; counts where there are no weights."""
        out: dict[float, float] = {}
        for answer in np.unique(self.answer[self.answered]).tolist():
            out[answer] = float(self.w[self.answer == answer].sum())
        return out

    def to_frame(self) -> pd.DataFrame:
        """A frame of one row a cell: the ``by`` columns, then ``answer, n, w, w2``."""
        import pandas as pd

        columns: dict[str, Any] = {
            name: [self.keys[g][i] for g in self.group.tolist()] for i, name in enumerate(self.by)
        }
        columns |= {"answer": self.answer, "n": self.n, "w": self.w, "w2": self.w2}
        return pd.DataFrame(columns)

    def _of(
        self,
        keys: Sequence[Key],
        answer: Floats,
        n: Ints,
        w: Floats,
        w2: Floats,
        *,
        by: tuple[str, ...] | None = None,
        left_out: int | None = None,
        design: int | None = None,
    ) -> Tally:
        return Tally.from_cells(
            self.by if by is None else by,
            keys,
            answer.tolist(),
            n.tolist(),
            w.tolist() if self.weighted else None,
            w2.tolist() if self.weighted else None,
            left_out=self.left_out if left_out is None else left_out,
            design=self.design if design is None else design,
        )


def _array(x: Iterable[Any], kind: Any) -> Any:
    return np.asarray(x if isinstance(x, np.ndarray) else list(x), kind)


def _nan_last(x: float) -> tuple[bool, float]:
    return (np.isnan(x), x)


def grouped(keys: Sequence[Coded], cells: int) -> tuple[tuple[Key, ...], Ints]:
    """The distinct groups in order of their ranked codes, and the group of each cell."""
    if not keys:
        return ((),) if cells else (), np.zeros(cells, np.int64)
    # Fold one column after the other into one code; folding only codes that occur keeps them small.
    first, group = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
    for key in keys:
        _, first, group = np.unique(group * len(key.levels) + key.codes, return_index=True, return_inverse=True)
    columns = [[key.levels[code] for code in key.codes[first].tolist()] for key in keys]
    return tuple(zip(*columns, strict=True)), group.reshape(-1).astype(np.int64)
