"""The correlation matrix nearest to a symmetric one that no data could have, for many matrices at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["nearest_correlation"]

Floats = NDArray[np.float64]

#: Smallest eigenvalue of a repaired matrix: a variance inflation of 1,000 at most. On the edge of what is
#: possible (0) the coefficients that are solved from the matrix would be as large as rounding makes them.
FLOOR = 1e-3
#: Rounding may turn the eigenvalue 0 of duplicate columns into so much below 0.
_ROUNDING = 1e-9
_MOST, _NEAR = 500, 1e-7


def nearest_correlation(matrices: ArrayLike) -> tuple[Floats, Floats]:
    """Matrices of which every eigenvalue is at least 0 stay; the others give way to the nearest that has.

    Parameters
    ----------
    matrices : (..., k, k) array_like
        Symmetric, with 1 on the diagonal.

    Returns
    -------
    repaired : (..., k, k) float
        Nearest in the sum of squared differences among the correlation matrices whose eigenvalues are at least
        0.001, by alternating projections with Dykstra's correction (Higham 2002, IMA Journal of Numerical
        Analysis 22, 329-343, algorithm 3.3).
    moved : (...) float
        Largest change of an entry; 0 where none was needed.

    >>> fixed, moved = nearest_correlation([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    >>> fixed.round(2).tolist()
    [[1.0, 0.5, -0.5], [0.5, 1.0, 0.5], [-0.5, 0.5, 1.0]]
    >>> float(moved.round(2))
    0.4
    """
    given = np.asarray(matrices, np.float64)
    k = given.shape[-1]
    stack = given.reshape(-1, k, k).copy()
    moved = np.zeros(len(stack))
    wrong = np.flatnonzero(np.linalg.eigvalsh(stack)[:, 0] < -_ROUNDING)
    if len(wrong):
        before = stack[wrong]
        stack[wrong] = _projected(before)
        moved[wrong] = np.abs(stack[wrong] - before).max(axis=(1, 2))
    return stack.reshape(given.shape), moved.reshape(given.shape[:-2])


def _projected(stack: Floats) -> Floats:
    found, on = stack.copy(), np.arange(stack.shape[-1])
    correction = np.zeros_like(stack)
    open_ = np.arange(len(stack))
    for _ in range(_MOST):
        inner = found[open_] - correction[open_]
        lifted = _lifted(inner)
        correction[open_] = lifted - inner
        last = found[open_]
        lifted[:, on, on] = 1.0
        found[open_] = lifted
        open_ = open_[np.abs(lifted - last).max(axis=(1, 2)) > _NEAR]
        if not len(open_):
            break
    # The last step set the diagonal, which may leave an eigenvalue just below the floor.
    found = _lifted(found)
    root = np.sqrt(found[:, on, on])
    return np.asarray(found / (root[:, :, None] * root[:, None, :]))


def _lifted(stack: Floats) -> Floats:
    """No eigenvalue below the floor."""
    values, vectors = np.linalg.eigh(stack)
    return np.asarray((vectors * np.maximum(values, FLOOR)[:, None, :]) @ vectors.transpose(0, 2, 1))
