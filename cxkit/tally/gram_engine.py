"""The Gram matrix of rows that an engine holds: it makes the sums, and no row comes here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.blocks import with_blocks
from cxkit.tally.columns import Design, grouped_by, planned
from cxkit.tally.engine import collected, group_parts
from cxkit.tally.gram import Extent, Gram, centred_by
from cxkit.tally.tally import Key, grouped

__all__ = ["of_engine"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def of_engine(frame: Any, design: Design, blocks: bool, seed: int) -> tuple[Gram, ...]:
    import narwhals.stable.v2 as nw

    extents = _extents(frame, design)
    if not extents:
        return ()
    whole = _together([e for _, e in extents])
    centre, scale = centred_by(design.names, whole)
    k = len(design.columns)
    lazy, names = planned(frame, design, filled=True)
    z = {f"z{i}": (nw.col(f"v{i}") - float(centre[i])) * float(1 / scale[i]) for i in range(k)}
    lazy = lazy.with_columns(**z)
    if design.weight is None:
        lazy = lazy.with_columns(w=nw.lit(1.0))
    weighted = {f"y{i}": nw.col("w") * nw.col(f"z{i}") for i in range(k)} if design.weight is not None else {}
    lazy = lazy.with_columns(**weighted) if weighted else lazy
    block: list[str] = []
    if blocks:
        lazy = with_blocks(lazy, "c" if design.cluster is not None else None, seed)
        block = ["block"]
    left = [f"y{i}" if weighted else f"z{i}" for i in range(k)]
    products = {f"p{i}_{j}": nw.col(left[i]) * nw.col(f"z{j}") for i in range(k) for j in range(i + 1)}
    sums = {"w": nw.col("w"), "w2": nw.col("w") * nw.col("w"), **{f"f{i}": nw.col(left[i]) for i in range(k)}}
    found = _summed(lazy, [*names, *block], sums | products)
    keys, group = _keys(found, names, design, len(found["rows"]))
    at = {key: np.flatnonzero(group == g) for g, key in enumerate(keys)}
    nobody = np.empty(0, np.int64)
    return tuple(
        _gram(found, at.get(key, nobody), key, extent, design, centre, scale, bool(block)) for key, extent in extents
    )


def _summed(lazy: Any, by: Sequence[str], sums: dict[str, Any]) -> dict[str, Any]:
    """Sums of expressions by group. Dask and pyarrow sum columns only; others need no column for each."""
    import narwhals.stable.v2 as nw

    rows = nw.len().alias("rows")
    if lazy.implementation.name in ("DASK",):
        lazy = lazy.with_columns(**{f"s_{name}": x for name, x in sums.items()})
        sums = {name: nw.col(f"s_{name}") for name in sums}
    totals = [rows, *(x.sum().alias(name) for name, x in sums.items())]
    return collected(lazy.group_by(*by).agg(*totals) if by else lazy.select(*totals))


def _extents(frame: Any, design: Design) -> list[tuple[Key, Extent]]:
    """The first pass, by group, groups sorted."""
    import narwhals.stable.v2 as nw

    lazy, names = planned(frame, design, filled=False)
    k = len(design.columns)
    totals = [nw.len().alias("rows")]
    for i in range(k):
        v = nw.col(f"v{i}")
        totals += [v.count().alias(f"n{i}"), v.min().alias(f"l{i}"), v.max().alias(f"h{i}"), v.mean().alias(f"m{i}")]
    found = collected(lazy.group_by(*names).agg(*totals) if names else lazy.select(*totals))
    keys, group = _keys(found, names, design, len(found["rows"]))
    rows = _added(found["rows"], group, len(keys))
    held = np.column_stack([_added(found[f"n{i}"], group, len(keys)) for i in range(k)])
    out = []
    for g, key in enumerate(keys):
        at = group == g
        counted = np.column_stack([_array(found[f"n{i}"])[at] for i in range(k)])
        means = np.column_stack([_array(found[f"m{i}"])[at] for i in range(k)])
        lows = np.column_stack([_array(found[f"l{i}"])[at] for i in range(k)])
        highs = np.column_stack([_array(found[f"h{i}"])[at] for i in range(k)])
        out.append(
            (
                key,
                _merged(int(rows[g]), rows[g].astype(np.int64) - held[g].astype(np.int64), counted, means, lows, highs),
            )
        )
    return out


def _merged(rows: int, lacking: Ints, n: Floats, means: Floats, lows: Floats, highs: Floats) -> Extent:
    """One extent of several parts of a group (periods that the engine cut finer)."""
    total = n.sum(axis=0)
    mean = np.divide(
        (n * np.nan_to_num(means, posinf=0, neginf=0)).sum(axis=0),
        total,
        out=np.full(n.shape[1], np.nan),
        where=total > 0,
    )
    none = total == 0
    low = np.where(none, np.nan, np.where(np.isnan(lows), np.inf, lows).min(axis=0))
    high = np.where(none, np.nan, np.where(np.isnan(highs), -np.inf, highs).max(axis=0))
    return Extent(rows, lacking, low, high, mean)


def _together(extents: Sequence[Extent]) -> Extent:
    """The extent of all groups."""
    n = np.array([e.rows - e.lacking for e in extents], np.float64)
    parts = [np.array([getattr(e, name) for e in extents]) for name in ("mean", "low", "high")]
    lacking = np.sum([e.lacking for e in extents], axis=0)
    return _merged(sum(e.rows for e in extents), lacking, n, *parts)


def _gram(found: dict[str, Any], at: Ints, key: Key, extent: Extent, design: Design, centre: Floats, scale: Floats,
          blocks: bool) -> Gram:  # fmt: skip
    """The Gram matrix of one group from the rows of the engine's answer that are about it."""
    k = len(design.columns)
    label = np.asarray(found["block"])[at].astype(np.int64) if blocks else np.zeros(len(at), np.int64)
    _, unit = np.unique(label, return_inverse=True)
    count = int(unit.max(initial=-1)) + 1

    def added(name: str) -> Floats:
        return _added(_array(found[name])[at], unit, count)

    second = np.empty((count, k, k))
    for i in range(k):
        for j in range(i + 1):
            second[:, i, j] = second[:, j, i] = added(f"p{i}_{j}")
    first = np.empty((count, k))
    for i in range(k):
        first[:, i] = added(f"f{i}")
    return Gram(
        key, design.names, centre, scale, added("rows").astype(np.int64), added("w"), added("w2"), first, second,
        blocks and design.cluster is not None, False, extent,
    )  # fmt: skip


def _keys(found: dict[str, Any], names: list[str], design: Design, n: int) -> tuple[tuple[Key, ...], Ints]:
    """The groups of the engine's answer, sorted, and the group of each of its rows."""
    freq = design.freq if len(grouped_by(design, names)) > len(design.keys) else None
    parts = group_parts(found, names, freq) if names else ()
    return grouped([part.ranked() for part in parts], n)


def _array(values: Any) -> Floats:
    """Sums as floats; NaN where the engine gave nothing."""
    return np.array([np.nan if x is None else x for x in values], np.float64)


def _added(values: Any, group: Ints, groups: int) -> Floats:
    return np.bincount(group, weights=_array(values), minlength=groups).astype(np.float64)
