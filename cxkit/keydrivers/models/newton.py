"""The maximum of a concave log-likelihood by Newton's method, and what tells that it has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Evaluation", "Maximum", "inverse", "maximise"]

Floats = NDArray[np.float64]
#: Log-likelihood (-inf where parameters are not allowed), gradient and Hessian.
Evaluation = tuple[float, Floats, Floats]

# Twice what a last step would add to the log-likelihood: with quadratic convergence the parameters are
# then right to their last digits but few.
_DONE = 1e-16
# Steps this long, in standard deviations of a term, that add this little, and hardly less than the step before:
# the maximum is at infinity. (On the way to a finite one each gain is about the square of the one before.)
_FLAT, _LONG, _SLOW = 1e-6, 0.05, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where Newton's method ended.

    Attributes
    ----------
    params, gradient : (k,) float
    value : float
        Log-likelihood.
    information : (k, k) float
        Minus the Hessian.
    step : (k,) float
        The step that would come next: where it does not end, the way to infinity.
    converged : bool
    iterations : int
    """

    params: Floats
    value: float
    gradient: Floats
    information: Floats
    step: Floats
    converged: bool
    iterations: int


def maximise(
    evaluate: Callable[[Floats], Evaluation],
    start: Floats,
    *,
    done: float = _DONE,
    limit: int = 60,
) -> Maximum:
    """Newton's method with step halving.

    Parameters
    ----------
    evaluate : callable
        Of parameters in units in which they are of like size.
    start : (k,)
        Parameters that are allowed.
    done : float
        Ends where the Newton decrement g' I⁻¹ g is at most this.

    References
    ----------
    Boyd & Vandenberghe (2004), Convex Optimization, algorithm 9.5.

    >>> maximise(lambda t: (-float(t @ t), -2 * t, -2 * np.eye(1)), np.ones(1)).params.round(9).tolist()
    [-0.0]
    """
    params, (value, gradient, hessian) = start, evaluate(start)
    step, before = np.zeros_like(start), np.inf
    for iteration in range(limit):
        step = _step(-hessian, gradient)
        gain = float(gradient @ step)
        if gain <= done:
            return Maximum(params, value, gradient, -hessian, step, True, iteration)
        if _FLAT > gain > _SLOW * before and np.abs(step).max() > _LONG:
            return Maximum(params, value, gradient, -hessian, step, False, iteration)
        before, length = gain, 1.0
        while True:
            trial = params + length * step
            found = evaluate(trial)
            if found[0] >= value - 1e-12 * abs(value):
                break
            length /= 2
            if length < 1e-8:
                # Rounding is all that is left of the gain.
                return Maximum(params, value, gradient, -hessian, step, gain < 1e-8, iteration)
        params, (value, gradient, hessian) = trial, found
    return Maximum(params, value, gradient, -hessian, step, False, limit)


def inverse(information: Floats) -> Floats:
    """The inverse of a symmetric matrix, in units in which its diagonal is 1."""
    size = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    return np.asarray(np.linalg.inv(information / np.outer(size, size)) / np.outer(size, size))


def _step(information: Floats, gradient: Floats) -> Floats:
    size = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    matrix = information / np.outer(size, size)
    try:
        lower = np.linalg.cholesky(matrix)
        return np.asarray(np.linalg.solve(lower.T, np.linalg.solve(lower, gradient / size)) / size)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, gradient / size, rcond=1e-13)[0] / size)
