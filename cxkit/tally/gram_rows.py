"""The Gram matrix of rows in memory, a slice at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.blocks import BLOCKS
from cxkit.tally.gram import Extent, Gram, centred_by
from cxkit.tally.rows import Rows, inner, scaled, slices

__all__ = ["of_rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Blocks of fewer rows are summed all at once.
_FEW = 16


def of_rows(rows: Rows, blocks: bool, seed: int) -> Gram:
    """The Gram matrix of one group."""
    extent = _extent_of(rows)
    kept = rows.filled()
    centre, scale = centred_by(rows.names, extent)
    label, count, each = _labels(kept, seed) if blocks else (None, 1, False)
    if label is None:
        sums = _sums(kept, centre, scale)[None]
    elif len(kept) < _FEW * count:
        sums = np.zeros((count, 3 + _size(kept)))
        for part in slices(len(kept)):
            _add_small_blocks(sums, label[part], scaled(kept, part, centre, scale), kept.w[part, None])
    else:
        # The rows of a block brought together, and each block summed as if it were all.
        order = np.argsort(label.astype(np.int16 if count < 2**15 else np.int64), kind="stable")
        ends = np.cumsum(np.bincount(label, minlength=count))
        sums = np.stack(
            [_sums(kept, centre, scale, order[b - n : b]) for b, n in zip(ends, np.diff(ends, prepend=0), strict=True)]
        )
    k = len(rows.names)
    return Gram(
        kept.keys[0], rows.names, centre, scale, sums[:, 0].astype(np.int64), sums[:, 1], sums[:, 2],
        sums[:, 3 : k + 3], sums[:, k + 3 :].reshape(len(sums), k, k), blocks and rows.cluster is not None, each, extent,
    )  # fmt: skip


def _size(rows: Rows) -> int:
    k = len(rows.names)
    return k + k * k


def _sums(rows: Rows, centre: Floats, scale: Floats, chosen: Ints | None = None) -> Floats:
    """(3 + k + k²,) Rows, sums of weights and their squares, of ``w z`` and of ``w z zᵀ``: of all rows, or some."""
    out = np.zeros(3 + _size(rows))
    for part in slices(len(rows) if chosen is None else len(chosen)):
        at = part if chosen is None else chosen[part]
        z, w = scaled(rows, at, centre, scale), rows.w[at, None]
        wz = w * z
        out[:3] += (len(z), w.sum(), (w * w).sum())
        out[3:] += np.concatenate([inner(np.ones((len(z), 1)), wz)[0], inner(wz, z).reshape(-1)])
    return out


def _extent_of(rows: Rows) -> Extent:
    k = rows.x.shape[1]
    held, total = np.zeros(k, np.int64), np.zeros(k)
    low, high = np.full(k, np.inf), np.full(k, -np.inf)
    for part in slices(len(rows)):
        x = np.ascontiguousarray(rows.x[part].T)  # a column at a time is several times as fast
        known = ~np.isnan(x)
        if known.all():
            held += x.shape[1]
            total, low, high = total + x.sum(axis=1), np.minimum(low, x.min(axis=1)), np.maximum(high, x.max(axis=1))
            continue
        held += known.sum(axis=1)
        total += np.where(known, x, 0).sum(axis=1)
        low = np.minimum(low, np.where(known, x, np.inf).min(axis=1))
        high = np.maximum(high, np.where(known, x, -np.inf).max(axis=1))
    none = held == 0
    mean = np.divide(total, held, out=np.full(k, np.nan), where=~none)
    return Extent(len(rows), len(rows) - held, np.where(none, np.nan, low), np.where(none, np.nan, high), mean)


def _labels(rows: Rows, seed: int) -> tuple[Ints, int, bool]:
    """The block of each row, how many blocks, and whether each is one row or one cluster."""
    if rows.cluster is not None:
        unit = np.unique(rows.cluster, return_inverse=True)[1].astype(np.int64)
        units = int(unit.max(initial=-1)) + 1
    else:
        unit, units = np.arange(len(rows)), len(rows)
    if units <= 2 * BLOCKS:
        return unit, max(units, 1), True
    # A random order of the units, cut into blocks of one size.
    return (np.random.default_rng(seed).permutation(units) % BLOCKS)[unit], BLOCKS, False


def _add_small_blocks(sums: Floats, label: Ints, z: Floats, w: Floats) -> None:
    """Add rows to the sums of their blocks; the rows of a block are brought together and summed in one go."""
    order = np.argsort(label, kind="stable")
    z, w = z[order], w[order]
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) > 0])
    wz = w * z
    k = z.shape[1]
    found = np.empty((len(starts), sums.shape[1]))
    found[:, 0] = np.diff(np.r_[starts, len(z)])
    found[:, 1], found[:, 2] = np.add.reduceat(w[:, 0], starts), np.add.reduceat(w[:, 0] ** 2, starts)
    found[:, 3 : k + 3] = np.add.reduceat(wz, starts, axis=0)
    products = np.empty((len(z), k))
    for i in range(k):  # one column's products at a time: k matrices of a slice, never one of k² columns
        np.multiply(wz[:, i : i + 1], z, out=products)
        found[:, k + 3 + i * k : k + 3 + (i + 1) * k] = np.add.reduceat(products, starts, axis=0)
    sums[label[order][starts]] += found
