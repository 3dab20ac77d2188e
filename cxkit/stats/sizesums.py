"""Sums over all subsets of k things by the size of the subset, the work of Shapley values."""

from __future__ import annotations

from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["diagonals", "increments", "indicators", "product", "sums"]

Floats = NDArray[np.float64]

#: Multiplications in one product below which OpenBLAS uses one thread.
_ONE_THREAD = 2**18


@lru_cache(maxsize=64)
def indicators(bits: int) -> tuple[Floats, Floats]:
    """(bits + 1, 2^bits) of each size, and (bits (bits + 1), 2^bits) of each size that hold a bit."""
    index = np.arange(2**bits)
    held = (index >> np.arange(bits)[:, None]) & 1
    size = (held.sum(axis=0) == np.arange(bits + 1)[:, None]).astype(np.float64)
    return size, np.ascontiguousarray((held[:, None, :] * size).reshape(-1, 2**bits))


def diagonals(table: Floats) -> Floats:
    """Sums of (..., a, b, m) over entries with the same i + j: (..., a + b - 1, m)."""
    a, b = table.shape[-3:-1]
    out = np.zeros((*table.shape[:-3], a + b - 1, table.shape[-1]))
    for i in range(a):
        out[..., i : i + b, :] += table[..., i, :, :]
    return out


def product(left: Floats, stack: Floats) -> Floats:
    """``left @ stack`` in pieces that BLAS does in the calling thread: waking others costs more than the work."""
    width = max(1, _ONE_THREAD // max(1, left.size))
    if stack.shape[-1] <= width:
        return left @ stack
    out = np.empty((*stack.shape[:-2], len(left), stack.shape[-1]))
    for start in range(0, stack.shape[-1], width):
        here = slice(start, start + width)
        np.matmul(left, stack[..., here], out=out[..., here])
    return out


def sums(values: Floats) -> tuple[Floats, Floats]:
    """Sums of (2^k, m) values by size of the subset, over all and over those that hold each bit.

    The bits are taken in two halves, so that the products are with matrices of 2^(k/2) columns.

    Returns
    -------
    (k + 1, m), (k, k + 1, m)
    """
    count, m = values.shape
    k = count.bit_length() - 1
    high = k // 2
    low = k - high
    size_low, bits_low = indicators(low)
    size_high, bits_high = indicators(high)
    grid = values.reshape(2**high, 2**low, m)
    inner = product(size_low, grid).swapaxes(0, 1)
    outer = product(size_high, grid.swapaxes(0, 1)).swapaxes(0, 1)
    every = diagonals(product(size_high, inner))
    of_low = product(bits_low, outer).reshape(high + 1, low, low + 1, m).swapaxes(0, 1)
    of_high = product(bits_high, inner).reshape(low + 1, high, high + 1, m).swapaxes(0, 1)
    return every, np.concatenate([diagonals(of_low), diagonals(of_high)])


def increments(every: Floats, holding: Floats) -> Floats:
    """(p, p, B) mean increment of each driver at each size before it, from the two sums."""
    p = len(holding)
    ways = np.array([comb(p - 1, s) for s in range(p)], np.float64)[:, None]
    return (holding[:, 1:] - every[None, :-1] + holding[:, :-1]) / ways
