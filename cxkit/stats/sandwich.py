"""Least squares with errors that hold when answers of a cluster go together, also with few clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError

__all__ = ["Robust", "independent_columns", "joint_test", "robust_fit", "within"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Numbers that are held at a time while clusters are worked on.
_HELD = 2_000_000

#: A product of matrices below so many multiplications stays in one thread.
_ONE_THREAD = 200_000

#: A cluster whose leverage is this near 1 is fitted by a coefficient of its own.
_OWN = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """Coefficients, or contrasts of them, with a sandwich covariance.

    Attributes
    ----------
    coef : (k,) float
    cov : (k, k) float
    df : (k,) float
        Degrees of freedom of each: Bell and McCaffrey's, which are few where few clusters tell.
    clusters, n : int
    residual : (n,) float
        Of each row, in the unit of the outcome.
    """

    coef: Floats
    cov: Floats
    df: Floats
    clusters: int
    n: int
    residual: Floats

    @property
    def se(self) -> Floats:
        return np.asarray(np.sqrt(np.maximum(np.diag(self.cov), 0)))

    @property
    def p(self) -> Floats:
        """(k,) two-sided p-values; NaN where there is no error to hold the coefficient against."""
        from scipy.special import stdtr

        with np.errstate(invalid="ignore", divide="ignore"):
            t = np.where(self.se > 0, np.abs(self.coef) / self.se, np.nan)
        return np.asarray(2 * stdtr(self.df, -t))


def robust_fit(
    x: ArrayLike,
    y: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    absorb: ArrayLike | None = None,
    contrasts: ArrayLike | None = None,
) -> Robust:
    """Least squares with the bias-reduced covariance CR2 (HC2 where each row is a cluster).

    Parameters
    ----------
    x : (n, p)
        Columns, none a sum of others (see :func:`independent_columns`).
    y : (n,)
    cluster : (n,), optional
        Whole numbers; rows with one number belong together.
    weight : (n,), optional
        Above 0.
    absorb : (n,), optional
        Units, each within one cluster, whose own levels are taken out first: fixed effects.
    contrasts : (k, p), optional
        What is wanted of the coefficients; each coefficient when not given.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169-181; Imbens & Kolesár (2016), Review of
    Economics and Statistics 98, 701-712; for absorbed levels Pustejovsky & Tipton (2018), Journal
    of Business & Economic Statistics 36, 672-683, theorem 2.

    Examples
    --------
    >>> found = robust_fit([[1, 0], [1, 0], [1, 0], [1, 1], [1, 1]], [1, 2, 6, 7, 9])
    >>> found.coef.round(6).tolist(), found.se.round(6).tolist()
    ([3.0, 5.0], [1.527525, 1.825742])
    """
    design, outcome = np.array(x, np.float64), np.array(y, np.float64)
    root = np.ones(len(outcome)) if weight is None else np.sqrt(np.asarray(weight, np.float64))
    if absorb is not None:
        levels = np.unique(np.asarray(absorb), return_inverse=True)[1].reshape(-1)
        design, outcome = within(design, levels, root**2), within(outcome[:, None], levels, root**2)[:, 0]
    design, outcome = design * root[:, None], outcome * root
    q, r = np.linalg.qr(design)
    inverse = np.linalg.inv(r)
    fitted = q.T @ outcome
    coef, residual = inverse @ fitted, outcome - q @ fitted
    wanted = np.eye(design.shape[1]) if contrasts is None else np.atleast_2d(np.asarray(contrasts, np.float64))
    label = np.arange(len(outcome)) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    label = np.asarray(label).reshape(-1)
    spread, df = _sandwich(q, residual, label, wanted @ inverse)
    return Robust(wanted @ coef, spread, df, int(label.max(initial=-1)) + 1, len(outcome), residual / root)


def joint_test(coef: ArrayLike, cov: ArrayLike, clusters: int) -> tuple[float, float, float, float]:
    """Whether several coefficients are all 0: (F, df of the numerator, of the denominator, p).

    Hotelling's T² with clusters - 1 degrees of freedom; NaN where there are too few clusters.

    References
    ----------
    Hotelling (1931), Annals of Mathematical Statistics 2, 360-378; for clusters Cameron & Miller
    (2015), Journal of Human Resources 50, section VII.
    """
    from scipy.special import fdtrc

    b, v = np.asarray(coef, np.float64), np.asarray(cov, np.float64)
    k, free = len(b), clusters - 1
    below = free - k + 1
    if k == 0 or below < 1 or np.linalg.matrix_rank(v) < k:
        return float("nan"), float(k), float(max(below, 0)), float("nan")
    wald = float(b @ np.linalg.solve(v, b))
    f = below / (free * k) * wald
    return f, float(k), float(below), float(fdtrc(k, below, f))


def independent_columns(x: ArrayLike, *, tolerance: float = 1e-9) -> list[int]:
    """The columns that are no sum of those before them.

    >>> independent_columns([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0]])
    [0, 2]
    """
    design = np.asarray(x, np.float64)
    kept: list[int] = []
    basis = np.empty((len(design), 0))
    for j in range(design.shape[1]):
        column = design[:, j]
        size = float(np.linalg.norm(column))
        left = column - basis @ (basis.T @ column)
        left = left - basis @ (basis.T @ left)
        rest = float(np.linalg.norm(left))
        if size > 0 and rest > tolerance * size * max(1.0, np.sqrt(len(design))):
            kept.append(j)
            basis = np.column_stack([basis, left / rest])
    return kept


def within(x: Floats, level: Ints, weight: Floats) -> Floats:
    """(n, p) columns less the mean of each level, numbered from 0."""
    total = np.bincount(level, weights=weight)
    means = np.stack([np.bincount(level, weights=weight * column) / total for column in x.T], axis=1)
    return np.asarray(x - means[level])


def _sandwich(q: Floats, residual: Floats, label: Ints, wanted: Floats) -> tuple[Floats, Floats]:
    """(k, k) covariance and (k,) degrees of freedom of contrasts ``wanted @ coefficients of q``."""
    if len(np.unique(label)) < 2:
        raise OptionError(
            "all rows belong to one cluster, so their spread tells nothing", hint="another cluster=, or none"
        )
    order = np.argsort(label, kind="stable")
    q, residual, label = q[order], residual[order], label[order]
    start = np.flatnonzero(np.r_[True, label[1:] != label[:-1]])
    clusters, p = len(start), q.shape[1]
    scored = np.add.reduceat(q * residual[:, None], start, axis=0)
    middle, k = np.zeros((p, p)), len(wanted)
    own, diagonal, product, mixed = np.zeros(k), np.zeros(k), np.zeros((k, p, p)), np.zeros(k)
    ends = np.r_[start[1:], len(label)]
    step = max(_HELD // (p * p), 1)
    for first in range(0, clusters, step):
        last = min(first + step, clusters)
        held, power = _adjusted(q, start[first:last], ends[first:last])
        score = (power @ scored[first:last, :, None])[:, :, 0]
        middle += _squared(score)
        v = power @ wanted.T  # (G, p, k)
        w = held @ v
        d, size = (v * w).sum(axis=1), (w * w).sum(axis=1)
        own += (d - size).sum(axis=0)
        diagonal += (d**2).sum(axis=0)
        mixed += (d * size).sum(axis=0)
        for one, spread in zip(product, np.ascontiguousarray(w.transpose(2, 0, 1)), strict=True):
            one += _squared(spread)
    squares = diagonal - 2 * mixed + (product**2).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        df = np.where(squares > 0, own**2 / squares, np.nan)
    return wanted @ middle @ wanted.T, df


def _squared(x: Floats) -> Floats:
    """``x.T @ x`` of a tall matrix in pieces that stay in one thread: more only wait for each other."""
    size = max(_ONE_THREAD // x.shape[1] ** 2, 8)
    whole = len(x) // size * size
    out = x[whole:].T @ x[whole:]
    if whole:
        pieces = x[:whole].reshape(-1, size, x.shape[1])
        out = out + (pieces.transpose(0, 2, 1) @ pieces).sum(axis=0)
    return np.asarray(out)


def _adjusted(q: Floats, start: Ints, ends: Ints) -> tuple[Floats, Floats]:
    """(G, p, p) cross-products of clusters, and (1 - these) to the power -1/2 (0 where a cluster is fitted alone)."""
    p, size = q.shape[1], ends - start
    held, power = np.empty((len(start), p, p)), np.empty((len(start), p, p))
    for m in np.unique(size).tolist():
        mine = np.flatnonzero(size == m)
        rows = q[start[mine][:, None] + np.arange(m)]
        turned = rows.transpose(0, 2, 1)
        held[mine] = turned @ rows
        # Of few rows the eigenvalues of their own products are as good, and fewer.
        small = m < p
        value, vector = np.linalg.eigh(rows @ turned if small else held[mine])
        left = 1 - value
        root = np.where(left > _OWN, np.maximum(left, _OWN) ** -0.5, 0.0)
        if small:
            vector = turned @ vector
            factor = np.where(value > _OWN, (root - 1) / np.maximum(value, _OWN), 0.0)
            power[mine] = np.eye(p) + (vector * factor[:, None, :]) @ vector.transpose(0, 2, 1)
        else:
            power[mine] = (vector * root[:, None, :]) @ vector.transpose(0, 2, 1)
    return held, power
