"""Respondents and accounts who answer more than once: what they leave of the base of a series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.metrics.linked import Linked

__all__ = ["base_so_far", "bases_within", "correlations"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def base_so_far(shared: Linked, mean: Floats) -> tuple[Floats, Floats]:
    """Standard error of the mean of all groups up to each, and how many clusters these are worth.

    Parameters
    ----------
    shared : Linked
        Its groups are periods in order.
    mean : (T,) float
        Of all answers up to each period.

    Returns
    -------
    se : (T,) float
        As ``shared.errors`` of the groups up to each, with the factor k/(k-1) of ``worth``.
    worth : (T,) float
        Kish's number of clusters, (sum W)² / sum W² over clusters: what the error is known from.

    Notes
    -----
    The same sums over clusters serve every period, so that this is linear in pairs of periods.
    Cumulated means of clusters keep what a confidence sequence needs: the covariance of an earlier
    with a later mean is the variance of the later (exactly so where clusters answer evenly).
    """
    crossed, size = shared.crossed, len(shared.weight)
    group, column = shared.place.nonzero()
    at = np.full(len(crossed.keys), -1)
    at[column] = group
    last = np.where(
        (at[crossed.first] < 0) | (at[crossed.second] < 0), size, np.maximum(at[crossed.first], at[crossed.second])
    )

    def up_to(x: Floats) -> Floats:
        return np.asarray(np.bincount(last, weights=x, minlength=size + 1)[:size].cumsum())

    y, squares = mean - crossed.centre, up_to(crossed.ww)
    weight = shared.weight.cumsum()
    total = up_to(crossed.tt) - y * (up_to(crossed.tw) + up_to(crossed.wt)) + y**2 * squares
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = weight**2 / squares
        factor = np.where(worth > 1 + 1e-9, worth / (worth - 1), np.nan)
        return np.asarray(np.sqrt(np.maximum(total, 0) * factor) / weight), np.asarray(worth)


def bases_within(
    shared: Linked, rows: list[list[int]], mean: Floats, variance: Floats, n: Ints, base: Floats, squares: Floats
) -> list[Floats]:
    """(T,) bases of the periods of each series, less what answers of one cluster in one period repeat.

    Parameters
    ----------
    rows : list of lists of int
        Groups of the tally that make up each series.
    mean, variance, n, base, squares : (G,)
        Of the groups: mean, variance of one answer, answers, base of independent answers, sum of
        squared weights.

    Notes
    -----
    One intraclass correlation for all periods of a series, from the excess of clustered over
    independent variances: the error of a period with three clusters says little of itself. A period's
    design effect is then 1 + rho (m - 1), m the mean size of its clusters as an answer meets them
    (Kish 1965, section 5.4).
    """
    crossed = shared.crossed
    own = crossed.first == crossed.second
    ww = shared.place @ np.bincount(crossed.first[own], weights=crossed.ww[own], minlength=len(crossed.keys))
    with np.errstate(invalid="ignore", divide="ignore"):
        size, clusters = ww / squares, shared.weight**2 / ww
        single = variance / base
        error = shared.errors(shared.sides(np.arange(len(mean))), mean) ** 2
        known = (clusters > 1.5) & (size > 1 + 1e-9) & (n > 1)
        excess = np.where(known, n**2 * (error * clusters / (clusters - 1) - single * n / (n - 1)), 0.0)
        held = np.where(known, n**2 * single * (size - 1), 0.0)
    out = []
    for at in rows:
        total = float(held[at].sum())
        rho = min(max(float(excess[at].sum()) / total, 0.0), 1.0) if total > 0 else 0.0
        out.append(np.asarray(base[at] / (1 + rho * np.fmax(size[at] - 1, 0))))
    return out


def correlations(
    shared: Linked, rows: list[list[int]], mean: Floats, variance: Floats, n: Ints, bases: list[Floats]
) -> list[Floats | None]:
    """Of each series the correlation of its periods, None where nobody answers in two of them.

    Parameters
    ----------
    rows : list of lists of int
        Groups of the tally that make up each series.
    mean, variance, n : (G,)
        Of the groups.
    bases : list of (T,) float
        Of each series, as :func:`bases_within` leaves them.

    Notes
    -----
    One correlation rho between answers of one cluster in two periods, for all pairs of them; that of
    two means is then rho sqrt(base base') sum_c W_c W'_c / (W W'), which respects who is in which period.
    """
    crossed, size = shared.crossed, len(shared.weight)
    line, place = np.full(size + 1, -1), np.zeros(size + 1, np.int64)
    for k, at in enumerate(rows):
        line[at], place[at] = k, np.arange(len(at))
    group, column = shared.place.nonzero()
    of = np.full(len(crossed.keys), size)
    of[column] = group
    s, t = of[crossed.first], of[crossed.second]
    pairs = np.flatnonzero((s != t) & (line[s] >= 0) & (line[s] == line[t]))
    pairs = pairs[np.argsort(line[s[pairs]], kind="stable")]
    s, t, y, z = s[pairs], t[pairs], mean[s[pairs]] - crossed.centre, mean[t[pairs]] - crossed.centre
    ww = crossed.ww[pairs]
    product = crossed.tt[pairs] - z * crossed.tw[pairs] - y * crossed.wt[pairs] + y * z * ww
    ends = np.searchsorted(line[s], np.arange(len(rows) + 1))
    out: list[Floats | None] = []
    for k, (at, base) in enumerate(zip(rows, bases, strict=True)):
        held = slice(ends[k], ends[k + 1])
        one = float((n[at] * variance[at]).sum() / n[at].sum())
        rho = min(float(product[held].sum() / (one * ww[held].sum())), 1.0) if one > 0 and ww[held].size else 0.0
        if rho <= 0:
            out.append(None)
            continue
        scale = np.sqrt(base) / shared.weight[at]
        i, j = place[s[held]], place[t[held]]
        found = np.zeros((len(at), len(at)))
        found[i, j] = rho * ww[held] * scale[i] * scale[j]
        # A correlation matrix, whatever rounding and two estimates of likeness make of it.
        least = float(np.linalg.eigvalsh(found).min())
        out.append(found / max(1.0, -least) + np.eye(len(at)))
    return out
