"""Whether groups have one churn rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxkit.value.retention.people import Key
from cxkit.value.retention.rate_result import Rate

__all__ = ["alike", "alike_within"]


def alike(rates: Sequence[Rate]) -> float:
    """p-value of the hypothesis that all groups have one overall rate (Pearson's chi-squared); NaN for one group."""
    from scipy.special import chdtrc

    overall = [r for r in rates if r.item == "churn" and r.period is None]
    n, k = (np.array([getattr(r, name) for r in overall], np.float64) for name in ("n", "lost"))
    share = k.sum() / n.sum()
    if len(overall) < 2 or not 0 < share < 1:
        return float("nan")
    return float(chdtrc(len(n) - 1, float(((k - n * share) ** 2 / (n * share * (1 - share))).sum())))


def alike_within(rates: Sequence[Rate], apart: tuple[Key, ...]) -> float:
    """p-value of the hypothesis that all groups have one rate in each period.

    Groups may be here at different times, and times may differ: only those of one period are held against each other.

    Parameters
    ----------
    rates : sequence of Rate
    apart : tuple of tuples
        Groups that are not compared.

    Returns
    -------
    float
        Generalised Mantel-Haenszel chi-squared; NaN where no two groups were here in one period.

    References
    ----------
    Mantel (1963), JASA 58, 690-700.
    """
    from scipy.special import chdtrc

    each = [r for r in rates if r.item == "churn" and r.period is not None and r.key not in apart]
    place = {key: i for i, key in enumerate(dict.fromkeys(r.key for r in each))}
    excess, spread = np.zeros(len(place)), np.zeros((len(place), len(place)))
    for period in {r.period for r in each}:
        n, k = np.zeros(len(place)), np.zeros(len(place))
        for r in each:
            if r.period == period:
                n[place[r.key]], k[place[r.key]] = r.n, r.lost
        total, lost = n.sum(), k.sum()
        excess += k - n * lost / total
        if total > 1:
            share = n / total
            spread += lost * (total - lost) / (total - 1) * (np.diag(share) - np.outer(share, share))
    rank = int(np.linalg.matrix_rank(spread, tol=1e-9 * max(1.0, float(np.abs(spread).max(initial=0.0)))))
    if not rank:
        return float("nan")
    return float(chdtrc(rank, max(float(excess @ np.linalg.pinv(spread, rcond=1e-9, hermitian=True) @ excess), 0.0)))
