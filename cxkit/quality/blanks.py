"""Scores that were left blank, and whether that changes over time."""

from __future__ import annotations

import numpy as np

from cxkit.quality.finding import Finding, Periods, finding
from cxkit.study import Study
from cxkit.tally import Tally

__all__ = ["blanks"]

_FEWEST = 30


def blanks(study: Study, freq: str, rows: int) -> list[Finding]:
    """The share without an answer of each scored role, over the periods of length ``freq``."""
    roles = [role for role in study.scored if len(study.roles[role]) == 1]
    return [_of_role(study, role, freq, rows) for role in roles]


def _of_role(study: Study, role: str, freq: str, rows: int) -> Finding:
    dated = "date" in study.roles
    tally = study.tally(role, freq=freq if dated else None, weighted=False)
    n = tally.missing
    severity = "ok" if not n else "info" if n < 0.2 * rows else "warning"
    least_most = _moving(tally) if dated and n else None
    if least_most is None:
        key = "missing" if n else "missing_none"
        return finding("missing", role, severity, key, n=n, of=rows)  # type: ignore[arg-type]
    (least, low), (most, high) = least_most
    return finding(
        "missing", role, "warning", "missing_moves", n=n, of=rows,
        least=Periods(freq, (tally.keys[least][-1],)), share_least=low,
        most=Periods(freq, (tally.keys[most][-1],)), share_most=high,
    )  # fmt: skip


def _moving(tally: Tally) -> tuple[tuple[int, float], tuple[int, float]] | None:
    """The periods with the least and the most missing, where they differ by 5 points and beyond chance."""
    from scipy.special import chdtrc

    blank = np.bincount(tally.group, weights=np.where(np.isnan(tally.answer), tally.n, 0), minlength=len(tally))
    total = np.bincount(tally.group, weights=tally.n, minlength=len(tally))
    known = np.array([key[-1] is not None for key in tally.keys]) & (total >= _FEWEST)
    if known.sum() < 2:
        return None
    rows = np.flatnonzero(known)
    share = blank[rows] / total[rows]
    overall = blank[rows].sum() / total[rows].sum()
    if not 0 < overall < 1:
        return None
    # Pearson's test of equal shares; 0.001, because a study has several scores.
    statistic = float((total[rows] * (share - overall) ** 2).sum() / (overall * (1 - overall)))
    if chdtrc(len(rows) - 1, statistic) >= 0.001 or share.max() - share.min() < 0.05:
        return None
    low, high = int(share.argmin()), int(share.argmax())
    return (int(rows[low]), 100 * float(share[low])), (int(rows[high]), 100 * float(share[high]))
