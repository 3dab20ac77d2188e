"""Tests of the shape of means by group: on a line, in steps, all alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ShapeTest", "beyond", "shape_test"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShapeTest:
    """A test that group means have a shape.

    Attributes
    ----------
    statistic : float
        F.
    df, df_error : float
    p : float
        NaN where it could not be made.
    """

    statistic: float
    df: float
    df_error: float
    p: float


#: No test was made: too few groups or customers.
NO_TEST = ShapeTest(float("nan"), 0.0, float("nan"), float("nan"))


def beyond(design: Floats) -> Floats:
    """(k - rank, k) contrasts of k means that are 0 exactly where the means are combinations of ``design``'s columns."""
    k = len(design)
    unit = design / np.maximum(np.sqrt((design**2).sum(axis=0)), 1e-300)
    left, values, _ = np.linalg.svd(unit, full_matrices=True)
    rank = int((values > 1e-9 * max(values.max(initial=0), 1e-300)).sum())
    return left[:, rank:].T if rank < k else np.empty((0, k))


def shape_test(mean: Floats, covariance: Floats, df: Floats, contrasts: Floats, *, clusters: int | None) -> ShapeTest:
    """Test that every contrast of the means is 0, whatever the spread of each group.

    Parameters
    ----------
    mean : (k,) float
    covariance : (k, k) float
        Of the means; diagonal where groups are independent.
    df : (k,) float
        Of each mean's error.
    contrasts : (q, k) float
    clusters : int or None
        Independent clusters in all; None where customers are independent.

    Notes
    -----
    For independent groups Johansen's test, whose special case of equal means is Welch's analysis of variance;
    for clusters the Wald test against F with q and G - q degrees of freedom.

    References
    ----------
    Johansen (1980), The Welch-James approximation to the distribution of the residual sum of squares in a weighted
    linear regression, Biometrika 67, 85-92; Welch (1951), Biometrika 38, 330-336.

    >>> test = shape_test(np.array([1.0, 2.0, 4.0]), np.diag([0.1, 0.1, 0.1]), np.full(3, 19.0),
    ...                   beyond(np.ones((3, 1))), clusters=None)
    >>> round(test.statistic, 3), round(test.df_error, 1), test.p < 0.001
    (22.931, 38.0, True)
    """
    from scipy.special import fdtrc

    q = len(contrasts)
    if q == 0 or not np.isfinite(covariance).all() or (np.diag(covariance) <= 0).any():
        return NO_TEST
    middle = contrasts @ covariance @ contrasts.T
    inner = contrasts.T @ np.linalg.solve(middle, contrasts)
    wald = float(mean @ inner @ mean)
    if clusters is not None:
        free = float(clusters - q)
        if free < 1:
            return NO_TEST
        statistic = wald * free / (q * (clusters - 1))
        return ShapeTest(statistic, float(q), float(free), float(fdtrc(q, free, statistic)))
    part = np.diag(covariance @ inner)
    a = float((part**2 / np.maximum(df, 1)).sum())
    c = q + 2 * a - 6 * a / (q + 2)
    free = q * (q + 2) / (3 * a)
    statistic = wald / c
    return ShapeTest(statistic, float(q), free, float(fdtrc(q, free, statistic)))
