"""The Gram matrix: weighted sums of products of outcome and drivers, all that a linear model needs.

Values are centred and scaled before they are multiplied: raw products of a column that runs around
a million would keep three digits. Centre and scale come from a first look at the columns. The sums
are kept for a few thousand random blocks of rows (or for the clusters of rows that belong together),
so that resampling blocks is the bootstrap, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import RoleError
from cxkit.tally.rows import Rows
from cxkit.tally.tally import Key

__all__ = ["Extent", "Gram", "Grams", "about_mean", "centred_by"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Half of a range must lie between these, so that products of two are numbers.
_LEAST, _MOST = 1e-151, 1e151


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """A first look at the columns of one group.

    Attributes
    ----------
    rows : int
        Rows with a weight.
    lacking : (k,) int
        Rows without a value.
    low, high, mean : (k,) float
        Of the values there are; NaN where there is none.
    """

    rows: int
    lacking: Ints
    low: Floats
    high: Floats
    mean: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Gram:
    """Weighted sums of products of the k columns over the complete rows of one group, by block.

    Attributes
    ----------
    key : tuple
    names : tuple of str
    centre, scale : (k,) float
        The sums are of ``z = (value - centre) / scale``.
    n : (K,) int
        Rows of each block.
    w, w2 : (K,) float
        Sums of weights and of their squares.
    first, second : (K, k), (K, k, k) float
        Sums of ``w z`` and of ``w z zᵀ``.
    clustered : bool
        Whether blocks are made of whole clusters.
    each : bool
        Whether every block is one row, or one cluster: the bootstrap on blocks is then that on rows.
    extent : Extent
    """

    key: Key
    names: tuple[str, ...]
    centre: Floats
    scale: Floats
    n: Ints
    w: Floats
    w2: Floats
    first: Floats
    second: Floats
    clustered: bool
    each: bool
    extent: Extent

    def __len__(self) -> int:
        return len(self.n)

    @property
    def rows(self) -> int:
        """Complete rows."""
        return int(self.n.sum())

    @property
    def weight(self) -> float:
        return float(self.w.sum())

    @property
    def mean(self) -> Floats:
        """(k,) Weighted means."""
        return np.asarray(self.centre + self.scale * self.first.sum(axis=0) / self.weight)

    @property
    def scatter(self) -> Floats:
        """(k, k) Weighted sums of products about the means, of ``z``."""
        return about_mean(self.w.sum(), self.first.sum(axis=0), self.second.sum(axis=0))

    @property
    def covariance(self) -> Floats:
        """(k, k) Weighted covariances of the columns, divided by the sum of weights."""
        return np.asarray(self.scatter * np.outer(self.scale, self.scale) / self.weight)

    def resampled(self, resamples: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Means (B, k) and covariances (B, k, k) of ``B`` resamples of the blocks, in the columns' own units."""
        blocks, k = len(self), len(self.names)
        upper = np.triu_indices(k)
        parts = np.column_stack([self.w, self.first, self.second[:, *upper]])
        counts = np.empty((resamples, blocks))
        for b in range(resamples):
            counts[b] = np.bincount(rng.integers(0, blocks, blocks), minlength=blocks)
        sums = counts @ parts
        weight = np.maximum(sums[:, :1], np.finfo(float).tiny)
        second = np.empty((resamples, k, k))
        second[:, *upper] = second[:, *upper[::-1]] = sums[:, k + 1 :]
        scatter = about_mean(sums[:, 0], sums[:, 1 : k + 1], second)
        unit = np.outer(self.scale, self.scale)
        return self.centre + self.scale * sums[:, 1 : k + 1] / weight, scatter * unit / weight[:, :, None]

    def take(self, columns: Sequence[int]) -> Gram:
        """The same of some of the columns, in this order."""
        at = np.asarray(columns, np.int64)
        e = self.extent
        return Gram(
            self.key, tuple(self.names[i] for i in at), self.centre[at], self.scale[at], self.n, self.w, self.w2,
            self.first[:, at], self.second[:, at[:, None], at], self.clustered, self.each,
            Extent(e.rows, e.lacking[at], e.low[at], e.high[at], e.mean[at]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """One Gram matrix a group, and the rows themselves where they are at hand.

    Attributes
    ----------
    parts : tuple of Gram
        Groups sorted, missing last.
    rows : Rows or None
        All rows of the frame, where it is in memory.
    """

    parts: tuple[Gram, ...]
    rows: Rows | None


def about_mean(weight: Any, first: Floats, second: Floats) -> Floats:
    """Sums of products about the mean, from those about a centre: (..., k, k)."""
    w = np.asarray(weight)[..., None]
    mean = np.divide(first, w, out=np.zeros_like(first), where=w > 0)
    return np.asarray(second - mean[..., :, None] * first[..., None, :])


def centred_by(names: Sequence[str], extent: Extent) -> tuple[Floats, Floats]:
    """A centre near the means, and the range of each column, 1 where it is 0.

    Raises
    ------
    RoleError
        Infinite values, or a range whose square no number can hold.
    """
    for name, low, high in zip(names, extent.low, extent.high, strict=True):
        if np.isinf(low) or np.isinf(high):
            raise RoleError(
                "the column holds infinite values", column=name, code="infinite",
                hint="make them missing, or leave the column out",
            )  # fmt: skip
        if high > low and not _LEAST < high / 2 - low / 2 < _MOST:
            raise RoleError(
                f"values from {low:g} to {high:g} are too large, or too close, to be multiplied", column=name,
                code="infinite", hint="measure it in another unit",
            )  # fmt: skip
    span = np.nan_to_num(extent.high - extent.low)
    return np.nan_to_num(extent.mean), np.where(span > 0, span, 1.0)
