"""Rows that are at hand, as arrays: what the regressions of frames in memory work on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.coding import Coded
from cxkit.tally.columns import Design, grouped_by, planned
from cxkit.tally.engine import collected, group_parts, is_lazy
from cxkit.tally.tally import Key, grouped

__all__ = ["Rows", "distinct_rows", "held_rows", "inner", "outer", "scaled", "slices"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Rows that are worked on at a time: small enough for the processor's cache and for memory.
SLICE = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Decoded rows.

    Attributes
    ----------
    names : tuple of str
        The k columns.
    x : (n, k) float
        Values; NaN where there is none.
    w, w2 : (n,) float
        Weight, and squared weight (sums of them where ``frequency`` is more than 1).
    frequency : (n,) int
        How many rows of the frame each stands for.
    keys : tuple of tuples
        Groups, sorted, missing last; ``((),)`` without grouping.
    group : (n,) int
        The group of each row.
    cluster : (n,) int or None
        Rows with one number belong together.
    """

    names: tuple[str, ...]
    x: Floats
    w: Floats
    w2: Floats
    frequency: Ints
    keys: tuple[Key, ...]
    group: Ints
    cluster: Ints | None

    def __len__(self) -> int:
        return len(self.x)

    def of(self, g: int) -> Rows:
        """The rows of one group."""
        if len(self.keys) == 1:
            return self
        return self.take(np.flatnonzero(self.group == g))._alone(self.keys[g])

    def take(self, rows: Any) -> Rows:
        """Some of the rows: a mask or numbers."""
        cluster = None if self.cluster is None else self.cluster[rows]
        return Rows(
            self.names, self.x[rows], self.w[rows], self.w2[rows], self.frequency[rows], self.keys,
            self.group[rows], cluster,
        )  # fmt: skip

    def filled(self) -> Rows:
        """The rows that lack no value."""
        lacking = np.isnan(np.einsum("ij->i", self.x))  # a sum has no value where a part has none
        return self.take(~lacking) if lacking.any() else self

    def of_columns(self, columns: Any) -> Rows:
        """The same rows with some of their columns."""
        names = tuple(self.names[i] for i in columns)
        return Rows(names, self.x[:, columns], self.w, self.w2, self.frequency, self.keys, self.group, self.cluster)

    def joined(self) -> Rows:
        """Rows of one group that are alike (and of one cluster) as one, with how often it occurs."""
        columns = [*self.x.T, *([] if self.cluster is None else [self.cluster])]
        alike = np.zeros(len(self), np.int64)
        for column in columns:
            levels, codes = np.unique(column, return_inverse=True)
            _, alike = np.unique(alike * len(levels) + codes.reshape(-1), return_inverse=True)
            if alike.max(initial=-1) + 1 == len(self):
                return self
        _, first = np.unique(alike, return_index=True)

        def added(values: NDArray[Any]) -> Floats:
            return np.bincount(alike, weights=values, minlength=len(first)).astype(np.float64)

        cluster = None if self.cluster is None else self.cluster[first]
        return Rows(
            self.names, self.x[first], added(self.w), added(self.w2), added(self.frequency).astype(np.int64),
            self.keys, self.group[first], cluster,
        )  # fmt: skip

    def _alone(self, key: Key) -> Rows:
        nought = np.zeros(len(self.x), np.int64)
        return Rows(self.names, self.x, self.w, self.w2, self.frequency, (key,), nought, self.cluster)


def held_rows(frame: Any, design: Design) -> Rows | None:
    """The rows of a frame in memory, those without a weight left out; None where an engine holds them elsewhere."""
    if is_lazy(frame):
        return None
    lazy, names = planned(frame, design, filled=False)
    table = lazy.collect()
    columns = [_floats(table[f"v{i}"]) for i in range(len(design.columns))]
    x = np.empty((len(table), len(columns)))
    for part in slices(len(table)):  # a slice at a time: columns become rows within the processor's cache
        np.stack([column[part] for column in columns], axis=1, out=x[part])
    w = _floats(table["w"]) if design.weight is not None else np.ones(len(table))
    cluster = None if design.cluster is None else _numbered(_values(table["c"]))
    keys, group = _groups({name: _values(table[name]) for name in names}, names, design, len(table))
    return Rows(design.names, x, w, w * w, np.ones(len(table), np.int64), keys, group, cluster)


def distinct_rows(frame: Any, design: Design) -> Rows:
    """The distinct complete rows with how often each occurs, grouped by the engine that holds them.

    Without a ``cluster``: what a model that needs rows can be fitted on, however many rows there are.
    """
    import narwhals.stable.v2 as nw

    lazy, names = planned(frame, design, filled=True)
    values = [f"v{i}" for i in range(len(design.columns))]
    totals = [nw.len().alias("n")]
    if design.weight is not None:
        lazy = lazy.with_columns(w2=nw.col("w") * nw.col("w"))
        totals += [nw.col("w").sum().alias("sw"), nw.col("w2").sum().alias("sw2")]
    together = ["c"] if design.cluster is not None else []
    found = collected(lazy.group_by(*names, *values, *together).agg(*totals))
    n = np.asarray(found["n"], np.float64).astype(np.int64)
    x = np.column_stack([np.asarray(found[v], np.float64) for v in values]) if len(n) else np.empty((0, len(values)))
    w = np.asarray(found["sw"], np.float64) if design.weight is not None else n.astype(np.float64)
    w2 = np.asarray(found["sw2"], np.float64) if design.weight is not None else n.astype(np.float64)
    keys, group = _groups(found, names, design, len(n))
    cluster = _numbered(found["c"]) if together else None
    return Rows(design.names, x, w, w2, n, keys, group, cluster)


def scaled(rows: Rows, at: Any, centre: Floats, scale: Floats) -> Floats:
    """(value - centre) / scale of some rows."""
    z: Floats = rows.x[at] - centre
    z *= 1 / scale
    return z


def slices(n: int, size: int = SLICE) -> Iterator[slice]:
    """The row numbers up to ``n`` in parts."""
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


#: A product of matrices below so many multiplications stays in one thread. More threads gain nothing on matrices of
#: few columns, and wait for each other where the machine is busy.
_ONE_THREAD = 200_000


def inner(a: Floats, b: Floats) -> Floats:
    """``a.T @ b`` of tall matrices (n, p) and (n, q), in pieces."""
    size = max(_ONE_THREAD // (a.shape[1] * b.shape[1] or 1), 8)
    whole = len(a) // size * size if a.size and b.size else 0
    out = a[whole:].T @ b[whole:]
    if whole:
        pieces = (x[:whole].reshape(-1, size, x.shape[1]) for x in (a, b))
        left, right = pieces
        out = out + (left.transpose(0, 2, 1) @ right).sum(axis=0)
    return np.asarray(out)


def outer(a: Floats, b: Floats) -> Floats:
    """``a @ b`` of a tall (n, p) and a small (p, q) matrix, in pieces."""
    size = max(_ONE_THREAD // (b.size or 1), 8)
    out = np.empty((len(a), b.shape[1]))
    whole = len(a) // size * size if a.size and b.size else 0
    if whole:
        np.matmul(a[:whole].reshape(-1, size, a.shape[1]), b, out=out[:whole].reshape(-1, size, b.shape[1]))
    np.matmul(a[whole:], b, out=out[whole:])
    return out


def _groups(columns: dict[str, Any], names: list[str], design: Design, n: int) -> tuple[tuple[Key, ...], Ints]:
    if not names:
        return ((),), np.zeros(n, np.int64)
    freq = design.freq if len(grouped_by(design, names)) > len(design.keys) else None
    parts: list[Coded] = [part.ranked() for part in group_parts(columns, names, freq)]
    return grouped(parts, n)


def _floats(series: Any) -> Floats:
    """A narwhals column as floats, NaN where there is nothing, for every kind of frame in memory."""
    native = series.to_native()
    if hasattr(native, "to_numpy") and type(native).__module__.partition(".")[0] == "pandas":
        return np.asarray(native.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.asarray(series.to_numpy(), np.float64)


def _values(series: Any) -> list[Any]:
    """A narwhals column as Python's own values, None where there is nothing."""
    native = series.to_native()
    if type(native).__module__.partition(".")[0] == "pandas" and not isinstance(native.dtype, np.dtype):
        # Nullable and Arrow columns, whose <NA> is not even false.
        return list(native.to_numpy(dtype=object, na_value=None).tolist())
    return list(series.to_list())


def _numbered(values: Any) -> Ints:
    """Equal values get one number; each missing one a number of its own, as it belongs to nobody."""
    import pandas as pd

    codes, levels = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=True)
    alone = codes < 0
    codes = codes.astype(np.int64)
    codes[alone] = len(levels) + np.arange(int(alone.sum()))
    return codes
