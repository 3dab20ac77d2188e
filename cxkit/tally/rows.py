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

__all__ = ["Rows", "distinct_rows", "held_rows", "slices"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Rows that are worked on at a time: small enough for the processor's cache and for memory.
SLICE = 32_768


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
        lacking = np.isnan(self.x).any(axis=1)
        return self.take(~lacking) if lacking.any() else self

    def _alone(self, key: Key) -> Rows:
        nought = np.zeros(len(self.x), np.int64)
        return Rows(self.names, self.x, self.w, self.w2, self.frequency, (key,), nought, self.cluster)


def held_rows(frame: Any, design: Design) -> Rows | None:
    """The rows of a frame in memory, those without a weight left out; None where an engine holds them elsewhere."""
    import narwhals.stable.v2 as nw

    if is_lazy(frame):
        return None
    lazy, names = planned(frame, design, filled=False)
    table = lazy.collect()
    x = np.empty((len(table), len(design.columns)))
    for i in range(len(design.columns)):
        x[:, i] = _floats(table[f"v{i}"])
    w = _floats(table["w"]) if design.weight is not None else np.ones(len(table))
    cluster = None
    if design.cluster is not None:
        cluster = _alike(table["c"])
    keys, group = _groups({name: _plain(nw, table[name]) for name in names}, names, design, len(table))
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


def slices(n: int, size: int = SLICE) -> Iterator[slice]:
    """The row numbers up to ``n`` in parts."""
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


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


def _plain(nw: Any, series: Any) -> Any:
    return series.to_list()


def _alike(series: Any) -> Ints:
    return _numbered(series.to_list())


def _numbered(values: Any) -> Ints:
    """Equal values get one number; each missing one a number of its own, as it belongs to nobody."""
    import pandas as pd

    codes, levels = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=True)
    alone = codes < 0
    codes = codes.astype(np.int64)
    codes[alone] = len(levels) + np.arange(int(alone.sum()))
    return codes
