"""A series that was interrupted: a line before, a jump and a bend after, with errors of neighbouring periods alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Fitted", "autocorrelated_fit", "default_lags", "newey_west_fit", "segmented"]

Floats = NDArray[np.float64]

#: Correlations of neighbouring periods that are tried; beyond, a series has no level to return to.
_RHO = (-0.9, 0.97)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Contrasts of the coefficients of a series.

    Attributes
    ----------
    coef : (p,) float
    estimate, se, df : (k,) float
        Of the contrasts asked for.
    rho : float
        Correlation of neighbouring periods (of residuals for Newey and West's errors).
    """

    coef: Floats
    estimate: Floats
    se: Floats
    df: Floats
    rho: float


def segmented(time: ArrayLike, after: ArrayLike, *, start: float, season: int = 0, year: float = 12.0) -> Floats:
    """(T, 4 + 2 season) columns: constant, time, jump, bend, and pairs of yearly waves.

    Parameters
    ----------
    time : (T,)
        Number of each period, gaps counted.
    after : (T,) bool
    start : float
        Time of the interruption: there the bend begins.
    season : int
        Pairs of waves: one a year, two a year ...
    year : float
        Periods of a year.

    References
    ----------
    Wagner, Soumerai, Zhang & Ross-Degnan (2002), Journal of Clinical Pharmacy and Therapeutics
    27, 299-309.

    >>> segmented([0, 1, 2], [False, True, True], start=1).tolist()
    [[1.0, -1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    t, post = np.asarray(time, np.float64) - start, np.asarray(after, np.float64)
    waves = [f(2 * np.pi * k * t / year) for k in range(1, season + 1) for f in (np.sin, np.cos)]
    return np.column_stack([np.ones(len(t)), t, post, np.where(post > 0, t, 0.0), *waves])


def default_lags(periods: int) -> int:
    """Lags of Newey and West's errors: 4 (T / 100)^(2/9), whole.

    References
    ----------
    Newey & West (1994), Review of Economic Studies 61, 631-653.
    """
    return int(4 * (periods / 100) ** (2 / 9))


def newey_west_fit(x: ArrayLike, y: ArrayLike, contrasts: ArrayLike, *, lags: int | None = None) -> Fitted:
    """Least squares with Newey and West's errors, in small samples scaled by T / (T - p), and t with T - p.

    References
    ----------
    Newey & West (1987), Econometrica 55, 703-708.
    """
    design, outcome = np.asarray(x, np.float64), np.asarray(y, np.float64)
    t, p = design.shape
    lags = default_lags(t) if lags is None else lags
    inverse = np.linalg.inv(design.T @ design)
    coef = inverse @ design.T @ outcome
    residual = outcome - design @ coef
    score = design * residual[:, None]
    middle = score.T @ score
    for lag in range(1, lags + 1):
        cross = score[lag:].T @ score[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    cov = inverse @ middle @ inverse * t / (t - p)
    wanted = np.atleast_2d(np.asarray(contrasts, np.float64))
    spread = np.sqrt(np.maximum(np.einsum("ki,ij,kj->k", wanted, cov, wanted), 0))
    size = float(residual @ residual)
    rho = float(residual[1:] @ residual[:-1]) / size if size > 0 else 0.0
    return Fitted(coef, wanted @ coef, spread, np.full(len(wanted), float(t - p)), rho)


def autocorrelated_fit(x: ArrayLike, y: ArrayLike, time: ArrayLike, contrasts: ArrayLike) -> Fitted:
    """Generalised least squares whose errors follow an AR(1) process, fitted by restricted likelihood.

    Periods may lack: two that are d apart correlate by rho^d. Degrees of freedom are
    Satterthwaite's, from the curvature of the likelihood in the variance and the correlation.

    References
    ----------
    Turner, Forbes, Karahalios, Taljaard & McKenzie (2021), BMC Medical Research Methodology 21:181
    (restricted likelihood with Satterthwaite's degrees of freedom is among the best for short series).
    """
    design, outcome, t = (np.asarray(a, np.float64) for a in (x, y, time))
    wanted = np.atleast_2d(np.asarray(contrasts, np.float64))
    n, p = design.shape
    low, high = np.arctanh(_RHO)
    z = _least(lambda v: -_profile(design, outcome, t, v), float(low), float(high))
    coef, root, size, _ = _solved(design, outcome, t, z)
    sigma2 = size / (n - p)
    if not sigma2 > 0:
        return Fitted(coef, wanted @ coef, np.zeros(len(wanted)), np.full(len(wanted), np.nan), float(np.tanh(z)))
    spread = np.sqrt(np.maximum(sigma2 * ((wanted @ root) ** 2).sum(axis=1), 0))
    df = _satterthwaite(design, outcome, t, wanted, float(np.log(sigma2)), z)
    return Fitted(coef, wanted @ coef, spread, np.minimum(df, n - p), float(np.tanh(z)))


def _whitened(design: Floats, outcome: Floats, t: Floats, z: float) -> tuple[Floats, Floats, float]:
    """Rows made independent of those before, with the log-determinant of the correlations."""
    rho, gap = np.tanh(z), np.diff(t)
    # A negative correlation alternates; between periods that are whole numbers apart this is well defined.
    link = np.sign(rho) ** np.round(gap) * np.abs(rho) ** gap
    left = 1 - link**2
    scale = np.r_[1.0, left**-0.5]
    x, y = design.copy(), outcome.copy()
    x[1:] -= link[:, None] * design[:-1]
    y[1:] -= link * outcome[:-1]
    return x * scale[:, None], y * scale, float(np.log(left).sum())


def _solved(design: Floats, outcome: Floats, t: Floats, z: float) -> tuple[Floats, Floats, float, float]:
    """Coefficients, a root of their covariance over sigma², the residual sum of squares, and log-determinants."""
    x, y, determinant = _whitened(design, outcome, t, z)
    q, r = np.linalg.qr(x)
    inverse = np.linalg.inv(r)
    projected = q.T @ y
    residual = y - q @ projected
    inner = 2 * float(np.log(np.abs(np.diag(r))).sum())
    return inverse @ projected, inverse, float(residual @ residual), determinant + inner


def _profile(design: Floats, outcome: Floats, t: Floats, z: float) -> float:
    """Restricted log-likelihood, the variance at its best."""
    n, p = design.shape
    _, _, size, determinants = _solved(design, outcome, t, z)
    return float(-0.5 * ((n - p) * np.log(max(size, 1e-300)) + determinants))


def _likelihood(design: Floats, outcome: Floats, t: Floats, log_variance: float, z: float) -> float:
    n, p = design.shape
    _, _, size, determinants = _solved(design, outcome, t, z)
    return float(-0.5 * ((n - p) * log_variance + size * np.exp(-log_variance) + determinants))


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """The least of a grid, made finer: the likelihood may have two hills."""
    from scipy.optimize import minimize_scalar

    grid = np.linspace(low, high, 41)
    values = [function(float(v)) for v in grid]
    best = int(np.argmin(values))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(function, bounds=ends, method="bounded", options={"xatol": 1e-10})
    return float(found.x) if found.fun <= values[best] else float(grid[best])


def _satterthwaite(design: Floats, outcome: Floats, t: Floats, wanted: Floats, s: float, z: float) -> Floats:
    """(k,) degrees of freedom: 2 / variance of the logarithm of the estimated squared error."""
    step = 1e-4

    def like(a: float, b: float) -> float:
        return _likelihood(design, outcome, t, s + a, z + b)

    here = like(0, 0)
    curved = np.empty((2, 2))
    curved[0, 0] = (like(step, 0) - 2 * here + like(-step, 0)) / step**2
    curved[1, 1] = (like(0, step) - 2 * here + like(0, -step)) / step**2
    mixed = like(step, step) - like(step, -step) - like(-step, step) + like(-step, -step)
    curved[0, 1] = curved[1, 0] = mixed / (4 * step**2)
    size = [((wanted @ _solved(design, outcome, t, z + d)[1]) ** 2).sum(axis=1) for d in (step, -step)]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (np.log(size[0]) - np.log(size[1])) / (2 * step)
    gradient = np.stack([np.ones(len(wanted)), np.where(np.isfinite(slope), slope, 0.0)])
    information = -curved
    n, p = design.shape
    if information[1, 1] <= 0 or np.linalg.det(information) <= 0:  # at the end of the range of rho
        return np.full(len(wanted), float(max(n - p - 1, 1)))
    variance = np.einsum("ik,ij,jk->k", gradient, np.linalg.inv(information), gradient)
    return np.asarray(np.maximum(2 / variance, 1.0))
