"""Means and least squares by what each customer adds to them, so that errors join across outcomes.

Every estimate here is (nearly) a sum over customers. What a customer adds to its error is his
*influence*; two estimates that rest on some of the same customers then have the covariance that the
products of their influences add up to, whatever each estimate is of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError

__all__ = ["Linear", "added", "least_squares", "means"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A column with less than this of its length left over by the columns before it is made up of them.
_RANK = 1e-9
#: A row that alone decides a coefficient has no residual to show for it.
_LEVER = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Estimates and what each customer adds to their errors.

    Attributes
    ----------
    coef : (p,) float
    influence : (n, p) float
        Scaled so that products summed over independent customers (clusters) are covariances.
    df : (p,) float
        Degrees of freedom of the errors.
    n : int
    dropped : tuple of int
        Columns that others make up; they have no coefficient (NaN).
    """

    coef: Floats
    influence: Floats
    df: Floats
    n: int
    dropped: tuple[int, ...] = ()

    def covariance(self, cluster: Ints | None) -> Floats:
        """(p, p) covariance of the estimates."""
        sums = added(self.influence, cluster)
        return np.asarray(sums.T @ sums)


def added(influence: Floats, cluster: Ints | None) -> Floats:
    """(m, p) influences summed within clusters; themselves where customers are independent."""
    if cluster is None:
        return influence
    _, codes = np.unique(cluster, return_inverse=True)
    codes = codes.reshape(-1)
    size = int(codes.max(initial=-1)) + 1
    return np.column_stack([np.bincount(codes, weights=column, minlength=size) for column in influence.T])


def means(y: Floats, group: Ints, groups: int, weight: Floats | None, cluster: Ints | None) -> Linear:
    """The mean of each group.

    Parameters
    ----------
    y : (n,) float
    group : (n,) int
        0 to ``groups`` - 1.
    weight : (n,) float or None
        Sampling weights.
    cluster : (n,) int or None
        Customers who are not independent of each other.

    Returns
    -------
    Linear
        Without weights and clusters the variance is s²/n with n - 1 degrees of freedom. Otherwise it is
        linearised, with the factor m/(m-1) of the m customers (clusters) of the group, as R survey's
        ``svymean`` on the group. NaN for an empty group; an error of NaN for a single customer (cluster).

    References
    ----------
    Binder (1983), International Statistical Review 51, 279-292.
    """
    w = np.ones(len(y)) if weight is None else weight
    n = np.bincount(group, minlength=groups)
    total = np.bincount(group, weights=w, minlength=groups)
    units = n if cluster is None else _clusters_of(group, groups, cluster)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, weights=w * y, minlength=groups) / total
        # The mean of values that are all alike is that value; a sum may miss it by rounding.
        away = y - mean[group]
        mean = mean + np.bincount(group, weights=w * away, minlength=groups) / total
        factor = np.sqrt(units / (units - 1.0))
    away = y - mean[group]
    flat = np.bincount(group, weights=np.abs(away), minlength=groups) <= 1e-12 * np.maximum(
        np.bincount(group, weights=np.abs(y), minlength=groups), 1e-300
    )
    factor[units < 2] = np.nan
    u = np.zeros((len(y), groups))
    u[np.arange(len(y)), group] = np.where(flat[group], 0.0, w * away / total[group]) * factor[group]
    return Linear(mean, u, np.maximum(units - 1.0, 0.0), len(y))


def _clusters_of(group: Ints, groups: int, cluster: Ints) -> Ints:
    pairs = np.unique(np.column_stack([group, cluster]), axis=0)
    return np.bincount(pairs[:, 0], minlength=groups)


def least_squares(x: Floats, y: Floats, weight: Floats | None = None, cluster: Ints | None = None) -> Linear:
    """Least squares with errors that hold whatever the spread of the residuals.

    Parameters
    ----------
    x : (n, p) float
        Columns, the constant among them. One that those before it make up is left out.
    y : (n,) float
    weight : (n,) float or None
        Sampling weights.
    cluster : (n,) int or None

    Returns
    -------
    Linear
        Errors: HC3 of independent customers; of clusters the sandwich with G/(G-1)·(n-1)/(n-p) as
        statsmodels has it; with weights the linearised ones with m/(m-1) of R survey's ``svyglm``.

    Raises
    ------
    UsageError
        No more customers (clusters) than columns.

    References
    ----------
    MacKinnon & White (1985), Journal of Econometrics 29, 305-325; Liang & Zeger (1986), Biometrika 73, 13-22.

    >>> fit = least_squares(np.array([[1.0, -100], [1, 0], [1, 0], [1, 100]]), np.array([700.0, 880, 920, 1100]))
    >>> fit.coef.round(6).tolist()
    [900.0, 2.0]
    """
    n, w = len(y), np.ones(len(y)) if weight is None else weight
    root = np.sqrt(w)[:, None]
    size = np.sqrt((w[:, None] * x**2).sum(axis=0) / max(float(w.sum()), 1e-300))
    unit = np.divide(1.0, size, out=np.zeros(len(size)), where=size > 0)
    scaled = x * unit
    kept = _independent(root * scaled)
    z = scaled[:, kept]
    units = n if cluster is None else len(np.unique(cluster))
    if n <= len(kept) or units < 2:
        what = "customers" if cluster is None else "clusters of customers"
        raise UsageError(
            f"{units} {what} are too few for a line of {len(kept)} coefficients",
            hint="take fewer controls, or more customers",
        )
    q, r = np.linalg.qr(root * z)
    inverse = np.linalg.inv(r)
    beta = inverse @ (q.T @ (root[:, 0] * y))
    residual = y - z @ beta
    # Once more on what is left over, for the digits that large sums lose.
    beta = beta + inverse @ (q.T @ (root[:, 0] * residual))
    residual = y - z @ beta
    u = (root * residual[:, None] * q) @ inverse.T
    if weight is not None:
        u *= np.sqrt(units / (units - 1))
    elif cluster is not None:
        u *= np.sqrt(units / (units - 1) * (n - 1) / (n - len(kept)))
    else:
        left = 1 - (q * q).sum(axis=1)
        u *= np.where(left > _LEVER, 1 / np.maximum(left, _LEVER), 0.0)[:, None]
    coef, influence = np.full(x.shape[1], np.nan), np.full((n, x.shape[1]), np.nan)
    coef[kept], influence[:, kept] = beta * unit[kept], u * unit[kept]
    df = float(units - 1) if cluster is not None else float(n - len(kept))
    dropped = tuple(sorted(set(range(x.shape[1])) - set(kept)))
    return Linear(coef, influence, np.full(x.shape[1], df), n, dropped)


def _independent(x: Floats) -> list[int]:
    """The columns that those before them do not make up."""
    small: Floats = np.asarray(np.linalg.qr(x, mode="r"))  # its columns depend on each other as those of x do
    kept: list[int] = []
    for j in range(x.shape[1]):
        # The last diagonal of a decomposition is what the column has beyond those before it.
        r: Floats = np.asarray(np.linalg.qr(small[:, [*kept, j]], mode="r"))
        if len(r) > len(kept) and abs(r[-1, -1]) > _RANK * np.sqrt(max(len(x), 1)):
            kept.append(j)
    return kept
