"""Products of tall matrices in pieces so small that BLAS does them in the calling thread.

Waking other threads for a product of some million multiplications costs more than the product, and up to a
hundred times as much where the processors are busy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["crossed", "times"]

Floats = NDArray[np.float64]

# Multiplications from which OpenBLAS asks for more threads.
_ALONE = 2**18
# Products of this many columns by columns are worth threads.
_WIDE = 4096


def crossed(a: Floats, b: Floats) -> Floats:
    """(s, t) a' b of (c, s) and (c, t).

    >>> crossed(np.ones((1000, 2)), np.arange(2000.0).reshape(1000, 2))[0].tolist()
    [999000.0, 1000000.0]
    """
    s, t = a.shape[1], b.shape[1]
    if s * t > _WIDE:
        return np.asarray(a.T @ b)
    block = _ALONE // max(1, s * t)
    whole = len(a) // block * block
    out = a[whole:].T @ b[whole:] if whole < len(a) else np.zeros((s, t))
    if whole:
        left = a[:whole].reshape(-1, block, s).transpose(0, 2, 1)
        out = out + np.matmul(left, b[:whole].reshape(-1, block, t)).sum(axis=0)
    return np.asarray(out)


def times(a: Floats, b: Floats) -> Floats:
    """(c, t) a b of (c, s) and (s, t), or (c,) of a vector.

    >>> times(np.ones((3, 2)), np.array([1.0, 2.0])).tolist()
    [3.0, 3.0, 3.0]
    """
    if b.ndim == 1:
        return np.asarray(np.einsum("ij,j->i", a, b))
    block = max(1, _ALONE // max(1, b.size))
    whole = len(a) // block * block
    parts = [np.matmul(a[:whole].reshape(-1, block, len(b)), b).reshape(-1, b.shape[1])] if whole else []
    return np.concatenate([*parts, a[whole:] @ b])
