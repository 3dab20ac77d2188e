"""Tests that vectors of estimates are the same in independent groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "Group", "Joint", "alike", "all_equal", "difference", "normal_p"]

Floats = NDArray[np.float64]
#: Estimates (k,), their covariance (k, k), and how many draws it was estimated from (infinite: a formula).
Group = tuple[Floats, Floats, float]


@dataclass(frozen=True, slots=True)
class Joint:
    """A test of many parameters at once.

    Attributes
    ----------
    statistic : float
        Wald's; chi-squared where nothing differs.
    df : int
    p : float
        NaN where nothing could be tested.
    """

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """(k,) Estimates of a group, of a weighted mean of others, their difference and its standard error."""

    here: Floats
    there: Floats
    delta: Floats
    se: Floats


def difference(group: Group, others: Sequence[Group], weights: Sequence[float]) -> Difference:
    """A group against a weighted mean of others, all independent."""
    there = np.sum([w * x for w, (x, _, _) in zip(weights, others, strict=True)], axis=0)
    variance = np.diag(group[1]) + np.sum(
        [w**2 * np.diag(v) for w, (_, v, _) in zip(weights, others, strict=True)], axis=0
    )
    return Difference(group[0], there, group[0] - there, np.sqrt(np.maximum(variance, 0)))


def normal_p(delta: Floats, se: Floats, df: float) -> Floats:
    """(k,) Two-sided p-values, t with ``df`` or normal; NaN where the error is 0 or unknown."""
    from scipy.special import ndtr, stdtr

    with np.errstate(invalid="ignore", divide="ignore"):
        z = -np.abs(np.where(se > 1e-12, delta / se, np.nan))
    return np.asarray(2 * (stdtr(df, z) if np.isfinite(df) else ndtr(z)))


def alike(groups: Sequence[Group], n: Sequence[int]) -> list[Group]:
    """The groups, their covariances given one shape, that of all together, and each its own size.

    A covariance that a small group estimates goes with the estimates themselves, so a test that weighs by it finds
    differences where there are none; the shape is what needs the most answers, the size needs few.

    Parameters
    ----------
    n : sequence of int
        Answers of each group: they weight the shape.
    """
    known = [g for g, (x, v, _) in enumerate(groups) if n[g] and np.isfinite(x).all() and np.isfinite(v).all()]
    if len(known) < 2:
        return list(groups)
    each = {g: n[g] * groups[g][1] for g in known}
    shape = np.average([each[g] for g in known], axis=0, weights=[n[g] for g in known])
    basis = _directions(shape)
    if not basis.shape[1]:
        return list(groups)
    whitened = np.linalg.inv(basis.T @ shape @ basis)
    draws = float(sum(groups[g][2] for g in known))
    out = list(groups)
    for g in known:
        size = float(np.trace(whitened @ basis.T @ each[g] @ basis)) / basis.shape[1]
        out[g] = groups[g][0], size * shape / n[g], draws
    return out


def all_equal(groups: Sequence[Group], blocks: Sequence[Sequence[int]], df: float = np.inf) -> Joint:
    """Test that, within each block of groups, all have the same expectation.

    Parameters
    ----------
    blocks : sequence of sequence of int
        Numbers of the groups that are compared with each other.
    df : float
        Of the errors of the estimates: finite, the statistic over its degrees of freedom is judged as an F.

    Notes
    -----
    Sum over groups of (x - m)'V^-1(x - m) with m the mean weighted by precision. Directions without any spread
    (shares that sum to 100, a driver that no resample used) are left out, and their degree of freedom with them.
    The inverse of a covariance estimated from B draws in r directions is too large by (B - 1) / (B - r - 2):
    it is brought back.
    """
    from scipy.special import chdtrc, fdtrc

    statistic, free = 0.0, 0
    for block in blocks:
        part = [groups[g] for g in block if np.isfinite(groups[g][0]).all() and np.isfinite(groups[g][1]).all()]
        if len(part) < 2:
            continue
        basis = _directions(np.sum([v for _, v, _ in part], axis=0))
        rank = basis.shape[1]
        if rank == 0 or any(b <= rank + 2 for _, _, b in part):
            continue
        inverses = [_inverse(basis.T @ v @ basis, b) for _, v, b in part]
        if any(i is None for i in inverses):
            continue
        weights = np.array(inverses)
        x = np.array([v @ basis for v, _, _ in part])
        mean = np.linalg.solve(weights.sum(axis=0), np.einsum("gij,gj->i", weights, x))
        statistic += float(np.einsum("gi,gij,gj->", x - mean, weights, x - mean))
        free += (len(part) - 1) * rank
    if not free:
        return Joint(float("nan"), 0, float("nan"))
    p = fdtrc(free, df, statistic / free) if np.isfinite(df) else chdtrc(free, statistic)
    return Joint(statistic, free, float(p))


def _directions(v: Floats) -> Floats:
    """(k, r) Orthonormal directions in which there is spread, on the scale of each estimate."""
    scale = np.sqrt(np.maximum(np.diag(v), 0))
    kept = scale > 1e-10 * max(float(scale.max(initial=0)), 1e-300)
    if not kept.any():
        return np.zeros((len(v), 0))
    inner = v[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
    values, vectors = np.linalg.eigh(inner)
    good = values > 1e-9 * values.max()
    out = np.zeros((len(v), int(good.sum())))
    out[kept] = vectors[:, good] / scale[kept][:, None]
    return out


def _inverse(v: Floats, draws: float) -> Floats | None:
    """The precision; None where a group has no spread in a direction in which others have."""
    values = np.linalg.eigvalsh(v)
    if values.min() <= 1e-12 * max(float(values.max()), 1e-300):
        return None
    shrink = (draws - len(v) - 2) / (draws - 1) if np.isfinite(draws) else 1.0
    return np.asarray(shrink * np.linalg.inv(v))
