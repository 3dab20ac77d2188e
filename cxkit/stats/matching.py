"""Customers made comparable with those that were treated: overlap weights, or the nearest of the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Compared", "e_value", "nearest_neighbours", "overlap_weighted", "propensity", "standardised_differences"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Of so many nearest kinds beyond the wanted ones the first within the caliper is taken.
_TRIED = 50


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """An effect on comparable customers.

    Attributes
    ----------
    effect, se : float
    treated, control : float
        Mean of the treated, and what it would have been.
    weight : (n,) float
        What each customer counts in that comparison; sums to 1 among the treated and among the others.
    used : int
        Treated customers that have somebody to be held against.
    """

    effect: float
    se: float
    treated: float
    control: float
    weight: Floats
    used: int


def propensity(x: ArrayLike, treated: ArrayLike) -> tuple[Floats, Floats]:
    """Chance of each to be treated, by logistic regression: (coefficients, chances).

    Newton's steps; a column of ones is added. Where the columns tell the treated apart without fail
    the coefficients have no end: chances then come out as 0 and 1.

    Parameters
    ----------
    x : (n, p)
    treated : (n,)
        0 or 1.

    References
    ----------
    Rosenbaum & Rubin (1983), Biometrika 70, 41-55.
    """
    from scipy.special import expit

    design = np.column_stack([np.ones(len(np.asarray(treated))), np.asarray(x, np.float64)])
    d = np.asarray(treated, np.float64)
    coef = np.zeros(design.shape[1])
    share = d.mean()
    coef[0] = math.log(share / (1 - share))
    for _ in range(60):
        chance = expit(design @ coef)
        w = np.maximum(chance * (1 - chance), 1e-12)
        step = np.linalg.solve(design.T @ (design * w[:, None]), design.T @ (d - chance))
        coef = coef + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        if float(np.abs(step).max()) < 1e-11:
            break
    return coef, np.asarray(expit(design @ coef))


def overlap_weighted(
    x: ArrayLike, treated: ArrayLike, y: ArrayLike, *, estimand: str = "overlap", cluster: ArrayLike | None = None
) -> Compared:
    """The effect with weights from the chance e to be treated; errors know that e was estimated.

    Parameters
    ----------
    estimand : {"overlap", "treated"}
        ``"overlap"``: weights 1 - e and e, the effect among customers that could be in either group; means of
        the columns are then alike to the last digit. ``"treated"``: weights 1 and e / (1 - e), the effect on
        the treated.
    cluster : (n,), optional
        Whole numbers; customers with one number belong together.

    References
    ----------
    Li, Morgan & Zaslavsky (2018), JASA 113, 390-400; errors by stacked estimating equations:
    Lunceford & Davidian (2004), Statistics in Medicine 23, 2937-2960.
    """
    d, outcome = np.asarray(treated, np.float64), np.asarray(y, np.float64)
    _, e = propensity(x, d)
    design = np.column_stack([np.ones(len(d)), np.asarray(x, np.float64)])
    odds = e / np.maximum(1 - e, 1e-12)
    overlap = estimand == "overlap"
    weight = np.where(d == 1, 1 - e if overlap else 1.0, e if overlap else odds)
    mean = {g: float(weight[d == g] @ outcome[d == g] / weight[d == g].sum()) for g in (0, 1)}
    residual = outcome - np.where(d == 1, mean[1], mean[0])
    sign = np.where(d == 1, 1.0, -1.0)
    total = {g: float(weight[d == g].sum()) for g in (0, 1)}
    each = sign * weight * residual / np.where(d == 1, total[1], total[0])
    # Derivative of a weight in the log-odds of e.
    slope = np.where(d == 1, -e * (1 - e) if overlap else 0.0, e * (1 - e) if overlap else odds)
    gradient = design.T @ (sign * slope * residual / np.where(d == 1, total[1], total[0]))
    information = design.T @ (design * (e * (1 - e))[:, None])
    influence = each + (design * (d - e)[:, None]) @ np.linalg.solve(information, gradient)
    n = len(d)
    if cluster is not None:
        code = np.unique(np.asarray(cluster), return_inverse=True)[1].reshape(-1)
        influence = np.asarray(np.bincount(code, weights=influence), np.float64)
        scale = len(influence) / max(len(influence) - 1, 1)
    else:
        scale = n / max(n - design.shape[1] - 1, 1)
    se = math.sqrt(float(influence @ influence) * scale)
    share = weight / np.where(d == 1, total[1], total[0])
    return Compared(mean[1] - mean[0], se, mean[1], mean[0], share, int((d == 1).sum()))


def nearest_neighbours(
    x: ArrayLike, treated: ArrayLike, y: ArrayLike, *, neighbours: int = 1, caliper: float | None = 0.2
) -> Compared:
    """The effect on the treated, each held against the nearest of the others, with replacement.

    Nearest by Mahalanobis' distance; of others who are alike in every column all are taken, so that the
    order of rows does not matter. A treated customer with nobody within ``caliper`` standard deviations of the
    log-odds to be treated is left out. What is left of the distance is taken out by a regression among the
    others. The bootstrap does not hold for such matches; the errors are Abadie and Imbens'.

    Parameters
    ----------
    neighbours : int
        Matches of each treated customer.
    caliper : float, optional
        None: nobody is left out.

    References
    ----------
    Abadie & Imbens (2006), Econometrica 74, 235-267 (theorem 7); Abadie & Imbens (2008), Econometrica 76,
    1537-1557 (why not the bootstrap); Abadie & Imbens (2011), Journal of Business & Economic
    Statistics 29, 1-11 (the regression); Austin (2011), Pharmaceutical Statistics 10, 150-161 (the caliper).
    """
    columns, d, outcome = np.asarray(x, np.float64), np.asarray(treated, np.float64), np.asarray(y, np.float64)
    yes, no = np.flatnonzero(d == 1), np.flatnonzero(d == 0)
    placed = _whitened(columns)
    kinds = _kinds(placed[no], outcome[no])
    first = no[kinds.first]
    m = min(neighbours, len(first))
    match = _nearest(placed[first], placed[yes], min(m if caliper is None else m + _TRIED, len(first)))
    if caliper is not None:
        coef, _ = propensity(columns, d)
        odds = columns @ coef[1:]
        spread = math.sqrt((float(odds[yes].var(ddof=1)) + float(odds[no].var(ddof=1))) / 2)
        near = np.abs(odds[yes][:, None] - odds[first][match]) <= caliper * spread + 1e-12
        # The nearest of those within the caliper: stable sorting puts them first, in their order.
        order = np.argsort(~near, axis=1, kind="stable")[:, :m]
        match = np.take_along_axis(match, order, axis=1)
        kept = np.take_along_axis(near, order, axis=1).all(axis=1)
        yes, match = yes[kept], match[kept]
    if not len(yes):
        return Compared(math.nan, math.nan, math.nan, math.nan, np.zeros(len(d)), 0)
    chosen = np.bincount(match.reshape(-1), minlength=len(first)).astype(np.float64)
    times = (chosen / (m * kinds.size))[kinds.of]
    gap = columns[yes][:, None, :] - columns[first][match]
    expected = (kinds.mean[match] + gap @ _slopes(columns[no], outcome[no], times)).mean(axis=1)
    each = outcome[yes] - expected
    effect, n1 = float(each.mean()), len(yes)
    # Those used more than once are not independent evidence.
    once = (chosen / (m * kinds.size) ** 2)[kinds.of]
    spread2 = float(((each - effect) ** 2).sum() + ((times**2 - once) * kinds.noise[kinds.of]).sum())
    weight = np.zeros(len(d))
    weight[yes], weight[no] = 1 / n1, times / n1
    mean = float(outcome[yes].mean())
    return Compared(effect, math.sqrt(max(spread2, 0.0)) / n1, mean, mean - effect, weight, n1)


def standardised_differences(x: ArrayLike, treated: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """(p,) difference of means in standard deviations (those before any weight), treated less others.

    References
    ----------
    Austin (2009), Statistics in Medicine 28, 3083-3107: beyond 0.1 is an imbalance.
    """
    columns, d = np.asarray(x, np.float64), np.asarray(treated) == 1
    w = np.ones(len(d)) if weight is None else np.asarray(weight, np.float64)
    spread = np.sqrt((columns[d].var(axis=0, ddof=1) + columns[~d].var(axis=0, ddof=1)) / 2)
    gap = w[d] @ columns[d] / w[d].sum() - w[~d] @ columns[~d] / w[~d].sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 0, gap / spread, np.where(gap == 0, 0.0, np.nan)))


def e_value(ratio: float) -> float:
    """How strongly something unseen must go with both treatment and outcome, as a risk ratio, to explain ``ratio``.

    References
    ----------
    VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274.

    >>> round(e_value(3.9), 2), e_value(1.0)
    (7.26, 1.0)
    """
    if not ratio > 0:
        return math.nan
    r = max(ratio, 1 / ratio)
    return r + math.sqrt(r * (r - 1))


def _whitened(columns: Floats) -> Floats:
    """Columns in which plain distance is Mahalanobis'."""
    centred = columns - columns.mean(axis=0)
    _, size, turn = np.linalg.svd(centred / math.sqrt(max(len(columns) - 1, 1)), full_matrices=False)
    kept = size > 1e-10 * size.max(initial=0.0)
    return np.asarray(centred @ turn[kept].T / size[kept])


def _nearest(among: Floats, of: Floats, m: int) -> Ints:
    from scipy.spatial import cKDTree

    _, found = cKDTree(among).query(of, k=m)
    return np.asarray(found, np.int64).reshape(len(of), m)


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """Customers that are alike in every column: one of each kind, how many, their mean, and the noise about it."""

    of: Ints
    first: Ints
    size: Floats
    mean: Floats
    noise: Floats


def _kinds(placed: Floats, outcome: Floats) -> _Kinds:
    _, first, of = np.unique(placed.round(9), axis=0, return_index=True, return_inverse=True)
    of = of.reshape(-1)
    size = np.bincount(of).astype(np.float64)
    mean = np.bincount(of, weights=outcome) / size
    squares = np.bincount(of, weights=(outcome - mean[of]) ** 2)
    noise = squares / np.maximum(size - 1, 1)
    alone = np.flatnonzero(size == 1)
    if len(alone) and len(first) > 1:
        # Of one of a kind, the gap to the nearest other kind tells the noise.
        other = _nearest(placed[first], placed[first[alone]], 2)
        near = np.where(other[:, 0] == alone, other[:, 1], other[:, 0])
        noise[alone] = (mean[alone] - mean[near]) ** 2 * size[near] / (size[near] + 1)
    return _Kinds(of, first, size, mean, noise)


def _slopes(columns: Floats, outcome: Floats, times: Floats) -> Floats:
    """(p,) slopes of the outcome among controls, each as often as it was matched."""
    root = np.sqrt(times)
    design = np.column_stack([np.ones(len(columns)), columns])
    coef, *_ = np.linalg.lstsq(design * root[:, None], outcome * root, rcond=None)
    return np.asarray(coef[1:])
