"""How much columns say the same, from their correlations: VIF, condition indices, first factor, duplicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "TIED",
    "chance_share",
    "collisions",
    "condition_indices",
    "condition_number",
    "duplicates",
    "first_factor_share",
    "variance_proportions",
    "vif",
    "with_constant",
]

Floats = NDArray[np.float64]
Groups = tuple[tuple[int, ...], ...]

#: Eigenvalues under this are nought: what is left of a column given the others is rounding.
TIED = 1e-9


def vif(correlation: Floats) -> Floats:
    """Variance inflation factor of each column: 1 / (1 - R²) of it on the others.

    Parameters
    ----------
    correlation : (..., p, p)
        A column without variance has NaN for its correlations.

    Returns
    -------
    (..., p)
        At least 1. NaN, never infinite, where the others determine a column exactly (1 - R² under about
        1e-9) and where it has no variance.

    References
    ----------
    Marquardt (1970), Technometrics 12, 591-612.

    >>> vif(np.array([[1, 0.6], [0.6, 1]])).round(4).tolist()
    [1.5625, 1.5625]
    """
    values, vectors, empty = _spectrum(correlation)
    tied = values < TIED
    square = vectors**2
    part = np.where(tied[..., None, :], 0, square / np.where(tied, 1, values)[..., None, :])
    out = np.maximum(part.sum(axis=-1), 1)
    in_a_tie = (np.where(tied[..., None, :], square, 0) > 1e-12).any(axis=-1)
    return np.where(empty | in_a_tie, np.nan, out)


def condition_indices(products: Floats) -> Floats:
    """(..., p) Root of the largest eigenvalue over each, ascending; NaN for those that are nought.

    Parameters
    ----------
    products : (..., p, p)
        Correlations, or for Belsley's uncentred form what ``with_constant`` makes of them.

    References
    ----------
    Belsley, Kuh & Welsch (1980), Regression Diagnostics, Wiley, 98-104.
    """
    values = _spectrum(products)[0][..., ::-1]
    gone = values < _rounding(values)
    return np.where(gone, np.nan, np.sqrt(values[..., :1] / np.where(gone, 1, values)))


def condition_number(products: Floats) -> Floats:
    """(...) The largest condition index; NaN where an eigenvalue is nought.

    >>> float(condition_number(np.array([[1, 0.8], [0.8, 1]])).round(12))
    3.0
    """
    return np.asarray(condition_indices(products)[..., -1])


def with_constant(correlation: Floats, mean: Floats, spread: Floats) -> Floats:
    """Products of the columns and, first, the constant, each scaled to length 1: Belsley's form.

    Parameters
    ----------
    correlation : (..., p, p)
    mean, spread : (..., p)
        Mean and standard deviation (divisor n).

    Returns
    -------
    (..., 1 + p, 1 + p)
        The condition number of these depends on where the scale has its zero; that of correlations
        does not.

    References
    ----------
    Belsley, Kuh & Welsch (1980), Regression Diagnostics, Wiley, 120.
    """
    p = correlation.shape[-1]
    length = np.hypot(mean, spread)
    length = np.where(length > 0, length, np.nan)
    out = np.ones((*correlation.shape[:-2], p + 1, p + 1))
    level, width = mean / length, spread / length
    out[..., 0, 1:] = out[..., 1:, 0] = level
    out[..., 1:, 1:] = (
        level[..., :, None] * level[..., None, :] + correlation * width[..., :, None] * width[..., None, :]
    )
    return out


def variance_proportions(products: Floats) -> Floats:
    """Share of the variance of each coefficient that comes from each component.

    Returns
    -------
    (..., k, j)
        Row k is the component of the k-th condition index, ascending; each column j sums to 1. Columns
        that load together, at 0.5 or more, on a component of a high index collide.

    References
    ----------
    Belsley, Kuh & Welsch (1980), Regression Diagnostics, Wiley, 105-107.

    >>> variance_proportions(np.array([[1, 0.6], [0.6, 1]])).round(2).tolist()
    [[0.2, 0.2], [0.8, 0.8]]
    """
    values, vectors, empty = _spectrum(products)
    part = (vectors**2 / np.maximum(values, _rounding(values))[..., None, :])[..., ::-1]
    share = part / part.sum(axis=-1, keepdims=True)
    return np.swapaxes(np.where(empty[..., :, None], np.nan, share), -1, -2)


def first_factor_share(correlation: Floats) -> Floats:
    """(...) Share of the variance of all columns in their first principal component, 1/p to 1.

    >>> float(first_factor_share(np.full((4, 4), 0.5) + 0.5 * np.eye(4)))
    0.625
    """
    values = _spectrum(correlation)[0]
    return np.asarray(values[..., -1] / values.shape[-1])


def chance_share(p: int, n: int, *, draws: int = 200, seed: int = 0) -> float:
    """Mean share of the first component among p unrelated normal columns of n rows.

    The time does not depend on n: the factor of the Gram matrix is drawn, not the rows.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185; Bartlett (1933), Proceedings of the Royal Society of
    Edinburgh 53, 260-283.

    >>> chance_share(1, 50), round(chance_share(10, 1_000_000), 3)
    (1.0, 0.1)
    """
    rng = np.random.default_rng(seed)
    if n - 1 <= p:
        rows = rng.standard_normal((draws, max(n, 2), p))
        root = np.swapaxes(rows - rows.mean(axis=1, keepdims=True), 1, 2)
    else:
        root = np.tril(rng.standard_normal((draws, p, p)), -1)
        root[:, range(p), range(p)] = np.sqrt(rng.chisquare(n - 1 - np.arange(p), (draws, p)))
    gram = root @ np.swapaxes(root, 1, 2)
    length = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))
    return float(first_factor_share(gram / (length[:, :, None] * length[:, None, :])).mean())


def duplicates(correlation: Floats, tolerance: float = TIED) -> Groups:
    """Groups of columns, of two or more, that are the same up to shift and scale: ``|r| > 1 - tolerance``.

    Parameters
    ----------
    correlation : (p, p)

    >>> duplicates(np.array([[1, 0.2, -1], [0.2, 1, -0.2], [-1, -0.2, 1]]))
    ((0, 2),)
    """
    same = np.abs(np.nan_to_num(correlation)) > 1 - tolerance
    return tuple(g for g in _linked(same) if len(g) > 1)


def collisions(correlation: Floats, limit: float = 5.0) -> Groups:
    """Groups of columns that collide: each has one at least with a VIF over ``limit`` or none at all.

    A column over the limit goes with those whose correlation with it is 0.8 or more, alone, or 0.5 or
    more given all others, and with the nearest one if there is none. (Variance proportions cannot part
    two collisions of equal strength: their eigenvectors are arbitrary.)

    Parameters
    ----------
    correlation : (p, p)

    >>> r = np.array([[1, 0.97, 0.1], [0.97, 1, 0.1], [0.1, 0.1, 1]])
    >>> collisions(r)
    ((0, 1),)
    """
    values, vectors, empty = _spectrum(correlation)
    factor = vif(correlation)
    over = (np.isnan(factor) | (factor > limit)) & ~empty
    if not over.any():
        return ()
    precision = (vectors / np.maximum(values, TIED)) @ vectors.T
    scale = np.sqrt(np.diag(precision))
    partial = np.abs(precision / (scale[:, None] * scale))
    np.fill_diagonal(partial, 0)
    near = (partial >= 0.5) | (np.abs(np.nan_to_num(correlation)) >= 0.8)
    near[np.arange(len(near)), partial.argmax(axis=1)] = True
    near &= over[:, None]
    return tuple(g for g in _linked(near | near.T) if over[list(g)].any())


def _spectrum(products: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Eigenvalues ascending and at least 0, eigenvectors, and which columns have no variance.

    Those are set apart, as if uncorrelated with everything: they must not spoil the others.
    """
    empty = np.isnan(np.diagonal(products, axis1=-2, axis2=-1))
    products = np.where(np.isnan(products), 0.0, products)
    at = np.arange(products.shape[-1])
    products[..., at, at] = np.where(empty, 1.0, products[..., at, at])
    values, vectors = np.linalg.eigh(products)
    return np.maximum(values, 0), vectors, empty


def _rounding(values: Floats) -> Floats:
    """(..., 1) Eigenvalues under this are rounding."""
    return np.asarray(values.max(axis=-1, keepdims=True) * values.shape[-1] * np.finfo(float).eps)


def _linked(near: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """Connected groups of a symmetric relation, each in order."""
    left, out = set(range(len(near))), []
    while left:
        group, edge = set(), {min(left)}
        while edge:
            group |= edge
            edge = {int(j) for i in edge for j in np.flatnonzero(near[i])} - group
        left -= group
        out.append(tuple(sorted(group)))
    return out
