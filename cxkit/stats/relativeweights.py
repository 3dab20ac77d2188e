"""Johnson's relative weights, and the regression on standardised drivers that they and others start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.stats.schur import TOLERANCE, standardised

__all__ = ["johnson", "standardised_coefficients"]

Floats = NDArray[np.float64]


def johnson(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """Relative weights: R² attributed to the uncorrelated variables nearest to the drivers, and from them back.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome.
    total : (...), optional
        Variance of the outcome to which R² refers, when ``matrices`` are what controls leave.

    Returns
    -------
    (..., p) float
        They are not negative and sum to R².

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35, 1-19. They equal those of Genizi (1993), Statistica
    Sinica 3, 407-420.

    >>> johnson(np.array([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]])).round(4).tolist()
    [0.315, 0.045]
    """
    stack, values, vectors, outcome = _spectrum(matrices, total)
    root = (vectors * np.sqrt(values)[..., None, :]) @ vectors.swapaxes(-1, -2)
    slope = ((vectors * _inverse(np.sqrt(values))[..., None, :]) @ vectors.swapaxes(-1, -2)) @ outcome[..., None]
    return np.asarray((root**2 @ slope**2)[..., 0]).reshape(*stack.shape[:-2], -1)


def standardised_coefficients(matrices: ArrayLike, total: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Coefficients for one standard deviation of each driver, in those of the outcome, and its correlations.

    Among exactly collinear drivers the coefficients are the shortest of all that fit, so that copies share.

    Parameters
    ----------
    matrices, total
        As of :func:`johnson`.

    Returns
    -------
    (..., p), (..., p) float
        The coefficients; the correlations with the outcome. Their product sums to R².
    """
    stack, values, vectors, outcome = _spectrum(matrices, total)
    along = (vectors.swapaxes(-1, -2) @ outcome[..., None]) * _inverse(values)[..., None]
    shape = (*stack.shape[:-2], -1)
    return (vectors @ along)[..., 0].reshape(shape), outcome.reshape(shape)


def _spectrum(matrices: ArrayLike, total: ArrayLike | None) -> tuple[Floats, Floats, Floats, Floats]:
    stack = np.asarray(matrices, np.float64)
    r = np.ascontiguousarray(np.moveaxis(standardised(stack, total), 2, 0))
    values, vectors = np.linalg.eigh(r[:, :-1, :-1])
    return stack, np.where(values > TOLERANCE, values, 0), vectors, r[:, :-1, -1]


def _inverse(values: Floats) -> Floats:
    return np.divide(1, values, out=np.zeros_like(values), where=values > 0)
