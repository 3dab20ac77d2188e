"""Units drawn together: between-unit variance, shrunken estimates, and ranks with their ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shrunk", "between_variance", "pairs_told_apart", "rank_ranges", "ranks", "shrink"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Above this many units the pairs are tested by Holm's method: simulating them takes too long.
MOST_SIMULATED = 200


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Estimates drawn towards the mean of all units.

    Attributes
    ----------
    estimate, se : (J,)
        Shrunken estimates and their errors (that of the mean of all is in them).
    kept : (J,)
        Share of each unit's own deviation that is kept, 0 to 1.
    mean, between : float
        Mean of all units and variance between them.
    """

    estimate: Floats
    se: Floats
    kept: Floats
    mean: float
    between: float


def between_variance(estimate: Floats, se: Floats, method: str = "reml") -> float:
    """Variance of the true values between units, at least 0.

    Parameters
    ----------
    estimate, se : (J,)
        Estimates and their standard errors, all above 0.
    method : {"reml", "moments"}
        Restricted maximum likelihood, or the moment estimator of DerSimonian and Laird.

    References
    ----------
    DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188; Viechtbauer (2005),
    Journal of Educational and Behavioral Statistics 30, 261-293.
    """
    if len(estimate) < 2:
        return 0.0
    weight = 1 / se**2
    mean = (weight * estimate).sum() / weight.sum()
    excess = (weight * (estimate - mean) ** 2).sum() - (len(estimate) - 1)
    moment = max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
    return moment if method == "moments" else _reml(estimate, se**2)


def _reml(estimate: Floats, variance: Floats) -> float:
    """The highest point of the restricted likelihood; a search, which no start can lead astray."""
    from scipy.optimize import minimize_scalar

    def loss(root: float) -> float:
        weight = 1 / (variance + root**2)
        mean = (weight * estimate).sum() / weight.sum()
        return float((np.log(1 / weight)).sum() + np.log(weight.sum()) + (weight * (estimate - mean) ** 2).sum())

    top = float(np.ptp(estimate)) or 1.0
    grid = np.linspace(0, top, 41)
    at = int(np.argmin([loss(x) for x in grid]))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, 40)]
    best = float(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-9 * top}).x)
    return best**2 if loss(best) < loss(0.0) else 0.0


def shrink(estimate: Floats, se: Floats, method: str = "reml") -> Shrunk:
    """Empirical Bayes: each unit drawn to the mean of all, the more the less it knows.

    References
    ----------
    Efron & Morris (1975), JASA 70, 311-319; Morris (1983), JASA 78, 47-55.

    >>> s = shrink(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    >>> s.estimate.round(2).tolist(), round(s.between, 2)
    ([0.1, 9.9], 49.0)
    """
    between = between_variance(estimate, se, method)
    weight = 1 / (between + se**2)
    mean = float((weight * estimate).sum() / weight.sum())
    kept = between / (between + se**2)
    error = np.sqrt(kept * se**2 + (1 - kept) ** 2 / weight.sum())
    return Shrunk(mean + kept * (estimate - mean), error, kept, mean, between)


def pairs_told_apart(
    estimate: Floats,
    se: Floats,
    level: float = 0.95,
    *,
    df: Floats | None = None,
    simulations: int = 10_000,
    seed: int = 0,
) -> Flags:
    """(J, J) Whether unit j (row) is truly above unit k (column), over all pairs at once.

    All J(J - 1) one-sided statements are one family: the chance that any is wrong is at most
    1 - ``level``. The critical value is that of the largest standardised difference, by
    simulation of independent normal estimates, and falls as pairs are settled (step-down);
    above 200 units Holm's method takes its place.

    Parameters
    ----------
    estimate, se : (J,)
    df : (J,), optional
        Degrees of freedom of each ``se``: errors known from few answers are themselves uncertain,
        and are simulated so. Taken as known when not given.

    References
    ----------
    Romano & Wolf (2005), Econometrica 73, 1237-1282; Mogstad, Romano, Shaikh & Wilhelm (2024),
    Review of Economic Studies 91, 476-518, sections 3.2 and 3.3.
    """
    units = len(estimate)
    apart = np.zeros((units, units), bool)
    if units < 2:
        return apart
    error = np.hypot(se[:, None], se[None, :])
    ratio = (estimate[:, None] - estimate[None, :]) / error
    if units > MOST_SIMULATED:
        return _holm(ratio, level, se, df)
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((simulations, units)) * se
    square = np.broadcast_to(se**2, (simulations, units)) if df is None else se**2 * rng.chisquare(df, noise.shape) / df
    while True:
        open_pairs = ~apart & ~np.eye(units, dtype=bool)
        largest = np.full(simulations, -np.inf)
        for j in range(units):
            k = np.flatnonzero(open_pairs[j])
            if k.size:
                gap = (noise[:, [j]] - noise[:, k]) / np.sqrt(square[:, [j]] + square[:, k])
                np.maximum(largest, gap.max(axis=1), out=largest)
        # The (1 - level) quantile of the draws themselves, never an interpolation below it.
        found = open_pairs & (ratio > np.quantile(largest, level, method="higher"))
        if not found.any():
            return apart
        apart |= found


def _holm(ratio: Floats, level: float, se: Floats, df: Floats | None) -> Flags:
    from scipy.special import ndtr, stdtr

    from cxkit.stats.multiplicity import adjusted

    off = ~np.eye(len(ratio), dtype=bool)
    out = np.zeros(ratio.shape, bool)
    if df is None:
        p = ndtr(-ratio[off])
    else:  # Welch and Satterthwaite
        v, of_each = se**2, se**4 / df
        p = stdtr(((v[:, None] + v[None, :]) ** 2 / (of_each[:, None] + of_each[None, :]))[off], -ratio[off])
    out[off] = adjusted(p, "holm") <= 1 - level
    return out


def ranks(value: Floats) -> NDArray[np.int64]:
    """Rank 1 for the highest; equals share the better rank, and the next ones are counted on.

    >>> ranks(np.array([5.0, 9.0, 5.0, 1.0])).tolist()
    [2, 1, 2, 4]
    """
    return np.array([1 + int((value > v).sum()) for v in value], np.int64)


def rank_ranges(above: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Best and worst rank that each unit may truly have, given which pairs are told apart.

    1 + the units told to be above it, and J - the units told to be below it.
    """
    return 1 + above.sum(axis=0), len(above) - above.sum(axis=1)
