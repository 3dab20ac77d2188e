"""The maximum of a smooth log-likelihood whose parameters are all positive: searched in their logarithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["EDGE", "Maximum", "maximise"]

Floats = NDArray[np.float64]
#: Log-likelihood and its gradient at the logarithms of the parameters.
Slope = Callable[[Floats], tuple[float, Floats]]

#: Logarithms of parameters are searched between plus and minus this (parameters from 6e-6 to 160,000).
EDGE = 12.0
_STEP = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where a log-likelihood is highest.

    Attributes
    ----------
    params : (k,) float
    loglik : float
    covariance : (k, k) float
        Of the logarithms of the parameters, from the observed information; NaN where that is not positive
        definite.
    edge : (k,) bool
        Parameters that ran to the end of the search: the data do not bound them.
    converged : bool
    """

    params: Floats
    loglik: float
    covariance: Floats
    edge: NDArray[np.bool_]
    converged: bool


def maximise(slope: Slope, start: Floats, *, metric: Floats | None = None, curvature: bool = True) -> Maximum:
    """Search by BFGS, then Newton's steps; both with differences of the gradient where a curvature is needed.

    Parameters
    ----------
    slope : callable
        Takes the logarithms of the parameters; gives the log-likelihood and its gradient by them.
    start : (k,) float
        Parameters to begin with, not their logarithms.
    metric : (k, k) float, optional
        A covariance to begin with: a bootstrap has that of the fit it is drawn from, and is there in a few steps.
    curvature : bool
        Whether to end with Newton's steps and the covariance; a bootstrap needs neither.

    Notes
    -----
    Not scipy's L-BFGS-B: on problems of four parameters its threads wait for each other longer than they work.
    """
    at = np.clip(np.log(start), 1 - EDGE, EDGE - 1)
    value, gradient = slope(at)
    # A covariance of 0 belongs to a parameter at the edge, and would hold it there.
    usable = metric is not None and bool(np.isfinite(metric).all()) and bool((np.diag(metric) > 0).all())
    inverse = metric.copy() if usable and metric is not None else _inverse(slope, at)
    enough = 1e-9 if curvature else 1e-6
    converged, before = False, value
    for round_ in range(150 if curvature else 40):
        if round_ % 10 == 9:
            # Along a ridge that leads to the edge each step gains next to nothing.
            if value - before < 10 * enough:
                converged = True
                break
            before = value
        # At the edge only a way back counts.
        held = (np.abs(at) >= EDGE) & (np.sign(gradient) == np.sign(at))
        free = np.where(held, 0.0, gradient)
        step = np.where(held, 0.0, inverse @ free)
        gain = float(step @ free)
        if gain < enough:
            converged = bool(np.isfinite(gain)) and gain >= 0
            if converged:
                break
            inverse = _inverse(slope, at)
            continue
        step *= min(1.0, 1.5 / float(np.abs(step).max()))
        moved = _searched(slope, at, value, free, step)
        if moved is None:
            if round_ and metric is None:
                break
            metric, inverse = None, _inverse(slope, at)
            continue
        s, y = moved[0] - at, gradient - moved[2]
        at, value, gradient = moved
        if float(s @ y) > 1e-12 * float(np.sqrt((s @ s) * (y @ y))):
            inverse = _updated(inverse, s, y)
        if round_ % 25 == 24:
            inverse = _inverse(slope, at)
    edge = np.abs(at) > EDGE - 1e-6
    covariance = np.full((len(at), len(at)), np.nan)
    if curvature:
        at, covariance = _polished(slope, at, edge)
    return Maximum(np.exp(at), slope(at)[0] if curvature else value, covariance, edge, converged)


def _searched(
    slope: Slope, at: Floats, value: float, gradient: Floats, step: Floats
) -> tuple[Floats, float, Floats] | None:
    """Where along a step the log-likelihood is higher: the whole, half, a quarter of it ...; None if nowhere."""
    part = 1.0
    for _ in range(20):
        trial = np.clip(at + part * step, -EDGE, EDGE)
        found, there = slope(trial)
        if np.isfinite(found) and found >= value + 1e-4 * float(gradient @ (trial - at)) and found > value:
            return trial, found, there
        part /= 2
    return None


def _updated(inverse: Floats, s: Floats, y: Floats) -> Floats:
    """BFGS: the inverse curvature that also explains the last step."""
    rho = 1 / float(s @ y)
    left = np.eye(len(s)) - rho * np.outer(s, y)
    return np.asarray(left @ inverse @ left.T + rho * np.outer(s, s))


def _inverse(slope: Slope, at: Floats) -> Floats:
    """The inverse of the curvature here, as if it curved downwards in every direction."""
    values, vectors = np.linalg.eigh(-_hessian(slope, at, np.arange(len(at))))
    size = np.abs(values)
    return np.asarray((vectors / np.maximum(size, 1e-6 * max(float(size.max()), 1e-12))) @ vectors.T)


def _polished(slope: Slope, at: Floats, edge: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """A few of Newton's steps on what is not at the edge, and the covariance there."""
    free = np.flatnonzero(~edge)
    covariance = np.full((len(at), len(at)), np.nan)
    covariance[edge] = covariance[:, edge] = 0.0
    for _ in range(4):
        value, gradient = slope(at)
        hessian = _hessian(slope, at, free)
        try:
            np.linalg.cholesky(-hessian)
        except np.linalg.LinAlgError:
            return at, covariance
        step = np.zeros(len(at))
        step[free] = np.linalg.solve(-hessian, gradient[free])
        covariance[np.ix_(free, free)] = np.linalg.inv(-hessian)
        trial = np.clip(at + step, -EDGE, EDGE)
        if np.abs(step).max(initial=0.0) > 0.5 or slope(trial)[0] < value - 1e-9 * abs(value):
            break
        at = trial
        if np.abs(step).max(initial=0.0) < 1e-9:
            break
    return at, covariance


def _hessian(slope: Slope, at: Floats, free: NDArray[np.int64]) -> Floats:
    out = np.empty((len(free), len(free)))
    for row, i in enumerate(free):
        step = np.zeros(len(at))
        step[i] = _STEP
        out[row] = (slope(at + step)[1] - slope(at - step)[1])[free] / (2 * _STEP)
    return np.asarray((out + out.T) / 2)
