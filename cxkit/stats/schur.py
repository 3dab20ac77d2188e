"""Correlation matrices from which variables are swept out, one subset after another, in contiguous vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["TOLERANCE", "Rows", "partial_out", "pieces", "rows_of", "standardised"]

Floats = NDArray[np.float64]

#: Upper triangle of a batch of matrices: row i holds the entries (i, i), (i, i + 1), ... as (q - i, branches, B).
Rows = list[Floats]

#: A variable of which less than this share of its variance is left, given those already in, adds nothing.
#: Sweeping out a variable with the share t magnifies the rounding of its matrix (1e-16) to 1e-16/t, so a share
#: below 1e-10 (a variance inflation above 10 billion) would decide by the last digits whether R² rises.
TOLERANCE = 1e-10

#: Numbers in the working memory (4 MB): few enough for the cache, enough to keep numpy busy.
ROOM = 2**19


def standardised(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """Correlations of a batch of covariance or correlation matrices, batch last.

    Parameters
    ----------
    matrices : (..., q, q)
        Covariances or correlations; the outcome is the last variable.
    total : (...), optional
        Variance of the outcome in whose units its row is scaled; that in the matrix when not given.

    Returns
    -------
    (q, q, B) float
        A variable without variance has a row of zeros; so has every variable when ``total`` is 0.
    """
    stack = np.asarray(matrices, np.float64)
    q = stack.shape[-1]
    last = np.array(stack.reshape(-1, q, q).transpose(1, 2, 0), order="C")  # a copy, even where it is contiguous
    variance = np.maximum(last[range(q), range(q)], 0)
    if total is not None:
        variance[-1] = np.broadcast_to(np.asarray(total, np.float64), stack.shape[:-2]).reshape(-1)
    root = np.sqrt(variance)
    scale = np.divide(1, root, out=np.zeros_like(root), where=root > 0)
    last *= scale[:, None]
    last *= scale[None, :]
    return last


def partial_out(matrices: ArrayLike, columns: Sequence[int]) -> Floats:
    """The matrices of what remains of the other variables once some are taken out (Schur complement).

    Parameters
    ----------
    matrices : (..., q, q)
        Covariances or correlations.
    columns : sequence of int
        Variables to take out, such as controls.

    Returns
    -------
    (..., q - k, q - k) float
        Residual covariances, in the units of ``matrices`` and in the order of the variables left. A variable
        that those taken out explain to within the tolerance has a row of zeros.

    >>> partial_out(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), [0]).round(3).tolist()
    [[0.64, 0.1], [0.1, 0.75]]
    """
    stack = np.array(matrices, np.float64)
    own = np.maximum(np.diagonal(stack, axis1=-2, axis2=-1), 0)
    for v in columns:
        pivot = stack[..., v, v]
        held = pivot > TOLERANCE * own[..., v]
        row = stack[..., v, :] * np.divide(1, pivot, out=np.zeros_like(pivot), where=held)[..., None]
        stack -= stack[..., :, v, None] * row[..., None, :]
    left = np.setdiff1d(np.arange(stack.shape[-1]), np.asarray(columns, np.int64))
    alive = np.diagonal(stack, axis1=-2, axis2=-1) > TOLERANCE * own
    stack *= alive[..., :, None] & alive[..., None, :]
    return np.ascontiguousarray(stack[..., left[:, None], left])


def rows_of(correlations: Floats) -> Rows:
    """The upper triangle of (q, q, B) correlations, with 0 for the variance of the outcome.

    Sweeping then leaves minus the R² there, to its own last digit however small it is.
    """
    rows = [correlations[i, i:, None, :] for i in range(len(correlations) - 1)]
    return [*rows, np.zeros((1, 1, correlations.shape[2]))]


def pieces(rows: Rows, sizes: Sequence[int], most: int) -> Iterator[tuple[int, slice, Rows]]:
    """Sweep leading blocks out of a batch of matrices, as many of both at once as the working memory holds.

    Parameters
    ----------
    rows : list of (q - i, 1, B)
    sizes : sequence of int
        Variables of each block.
    most : int
        Blocks at once, at most.

    Yields
    ------
    blocks : int
        Leading blocks swept out; the same in every piece.
    here : slice
        Of the batch.
    rows : list of (., 2^blocks, m)
        What each subset of the blocks leaves, until the next piece.
    """
    q, batch = len(rows), rows[0].shape[2]
    blocks = min(most, len(sizes))
    while blocks > 1 and Branches.numbers(sizes[:blocks], q - sum(sizes[:blocks])) > ROOM:
        blocks -= 1
    left = q - sum(sizes[:blocks])
    # Steps that others follow hold half as much each: together they stay within some 15 MB.
    most_numbers = ROOM if blocks == len(sizes) else ROOM // 2
    step = max(1, min(batch, most_numbers // Branches.numbers(sizes[:blocks], left)))
    room = Branches(sizes[:blocks], left, step)
    for start in range(0, batch, step):
        here = slice(start, min(start + step, batch))
        yield blocks, here, room.run([row[:, :, here] for row in rows])


class Branches:
    """The matrices that are left after every subset of some leading blocks of variables is swept out.

    Branch b holds block k when bit k of b is set. Each block doubles the branches: the half without it is
    already in place, the half with it is its Schur complement. A row therefore needs only as many branches as
    there are before its block, and all work and memory is linear in the number of subsets.

    Parameters
    ----------
    sizes : sequence of int
        Variables of each block.
    left : int
        Variables after the blocks, the outcome included.
    batch : int
        Matrices at once, at most.
    """

    __slots__ = ("_batch", "_factor", "_product", "_room", "_sizes")

    def __init__(self, sizes: Sequence[int], left: int, batch: int) -> None:
        self._sizes, self._batch = tuple(sizes), batch
        room = _room(sizes, left)
        self._room = [np.empty(n * batch) for n in room]
        widest = max(room[: len(room) - left], default=0)
        self._factor = np.empty(widest * batch)
        self._product = np.empty(widest * batch if max(self._sizes, default=1) > 1 else 0)

    @staticmethod
    def numbers(sizes: Sequence[int], left: int) -> int:
        """Numbers that one matrix takes."""
        return sum(_room(sizes, left))

    def run(self, source: Rows) -> Rows:
        """Rows of the variables left, (., 2^blocks, m); the next run writes over them."""
        m = source[0].shape[2]
        rows = [
            held[: held.size // self._batch * m].reshape(len(row), -1, m)
            for held, row in zip(self._room, source, strict=True)
        ]
        for row, given in zip(rows, source, strict=True):
            row[:, :1] = given
        v = 0
        for k, size in enumerate(self._sizes):
            without, within = slice(0, 2**k), slice(2**k, 2 ** (k + 1))
            self._sweep(rows, v, without, within)
            for more in range(v + 1, v + size):
                self._sweep(rows, more, within, within)
            v += size
        return rows[v:]

    def _sweep(self, rows: Rows, v: int, given: slice, out: slice) -> None:
        """Write what variable v leaves of the branches ``given`` to the branches ``out``."""
        own = rows[v][:, given]
        factor = self._factor[: own.size].reshape(own.shape)
        held, inverse = own[0] > TOLERANCE, factor[0]
        np.maximum(own[0], TOLERANCE, out=inverse)
        np.divide(held, inverse, out=inverse)
        np.multiply(own[1:], inverse, out=factor[1:])
        for i in range(v + 1, len(rows)):
            before, after = rows[i][:, given], rows[i][:, out]
            # Where nothing is overwritten that is still needed, the product goes to its place at once.
            product = self._product[: after.size].reshape(after.shape) if given == out else after
            np.multiply(own[i - v :], factor[i - v], out=product)
            np.subtract(before, product, out=after)


def _room(sizes: Sequence[int], left: int) -> list[int]:
    """Numbers that each row takes: its entries times the branches that there are when its turn comes."""
    branches: list[int] = []
    for k, size in enumerate(sizes):
        # The first of a block is swept from the half without it; the others from the half with it.
        branches += [2**k] + [2 ** (k + 1)] * (size - 1)
    branches += [2 ** len(sizes)] * left
    return [(len(branches) - i) * n for i, n in enumerate(branches)]
