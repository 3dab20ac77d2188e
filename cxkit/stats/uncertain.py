"""Seeded draws of uncertain amounts: ranges by their quantiles, measured ones by their joint normal."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["is_correlation", "joint_normal", "normal_scores", "triangular", "uniform_draws"]

Floats = NDArray[np.float64]


def uniform_draws(name: str, draws: int, seed: int) -> Floats:
    """(D,) Uniform numbers of a named stream: one amount more leaves the draws of the others as they were.

    >>> bool((uniform_draws("churn", 5, 0) == uniform_draws("churn", 5, 0)).all())
    True
    """
    return _stream(name, seed).random(draws)


def triangular(u: ArrayLike, low: float, likely: float, high: float) -> Floats:
    """Quantiles of the triangular distribution.

    >>> triangular([0, 0.5, 1], 10, 20, 30).tolist()
    [10.0, 20.0, 30.0]
    """
    u = np.asarray(u, float)
    width = high - low
    if width == 0:
        return np.full(u.shape, low, float)
    rising = (likely - low) / width
    with np.errstate(invalid="ignore"):
        left = low + np.sqrt(u * width * (likely - low))
        right = high - np.sqrt((1 - u) * width * (high - likely))
    return np.where(u < rising, left, right)


def joint_normal(mean: ArrayLike, covariance: ArrayLike, draws: int, seed: int, name: str) -> Floats:
    """(D, k) Draws of a joint normal; a covariance that lacks a rank is no trouble.

    Raises
    ------
    ValueError
        A covariance that no normal has: not symmetric, or with a variance below 0.
    """
    mu, cov = np.asarray(mean, float), np.atleast_2d(np.asarray(covariance, float))
    if not np.all(np.isfinite(mu)) or not np.all(np.isfinite(cov)):
        raise ValueError("means and covariances must be finite")
    # Scaled to ones on the diagonal: an amount in thousands would drown a rate in rounding.
    spread = np.sqrt(np.maximum(np.diag(cov), 0))
    safe = np.where(spread > 0, spread, 1.0)
    scaled = cov / np.outer(safe, safe)
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    if np.any(np.diag(cov) < 0) or values.min(initial=0) < -1e-6 or not np.allclose(scaled, scaled.T, atol=1e-8):
        raise ValueError("this is no covariance: it is not symmetric, or not positive semi-definite")
    # The symmetric root: the one that does not hang on the signs which a machine gives eigenvectors.
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    z = _stream(name, seed).standard_normal((draws, len(mu)))
    return np.asarray(mu + (z @ root.T) * spread, float)


def normal_scores(names: Sequence[str], correlation: ArrayLike, draws: int, seed: int) -> Floats:
    """(D, k) Uniform numbers whose normal scores are correlated (a Gaussian copula).

    Each column starts from the stream of its own name, so that the first ones keep their draws.
    """
    from scipy.special import ndtr, ndtri

    z = ndtri(np.stack([uniform_draws(name, draws, seed) for name in names], axis=1))
    root = _root(np.asarray(correlation, float))
    return np.asarray(ndtr(z @ root.T), float)


def is_correlation(matrix: ArrayLike) -> bool:
    """Whether amounts can be correlated like this.

    >>> is_correlation([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    False
    """
    found = np.asarray(matrix, float)
    return bool(np.all(np.isfinite(found)) and np.linalg.eigvalsh(found).min(initial=0) >= -1e-9)


def _root(correlation: Floats) -> Floats:
    """A lower triangle L with LL' the correlation, also where it lacks a rank."""
    size = len(correlation)
    out = np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1):
            rest = correlation[i, j] - out[i, :j] @ out[j, :j]
            if i == j:
                out[i, i] = np.sqrt(max(rest, 0.0))
            elif out[j, j] > 1e-9:
                out[i, j] = rest / out[j, j]
    return out


def _stream(name: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, crc32(name.encode())])
