"""A metric over time: every period with its interval, and its change against the one before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from cxkit.metrics.scoring import score_tally
from cxkit.present.result import Change, Scores, Trend
from cxkit.present.rows import rows_of
from cxkit.protocols import Metric
from cxkit.stats.intervals import mover_difference
from cxkit.tally import Tally

__all__ = ["period_end", "trend_tally"]


def trend_tally(
    metric: Metric,
    tally: Tally,
    *,
    freq: str,
    open_period: bool = False,
    today: dt.date | None = None,
    **options: Any,
) -> Trend:
    """Value a tally whose last grouping is ``period``.

    Parameters
    ----------
    open_period : bool
        Keep the period that is still running (its end is after ``today``); left out by
        default, because a part of a month is not a month.
    today : date, optional
        The clock's date when not given.

    Notes
    -----
    A change is the difference of independent samples (MOVER on the two intervals). Rows with
    no date are in no period; they are counted in a remark.
    """
    today = today or dt.date.today()
    scores = score_tally(metric, tally, **options)
    dated = [i for i, key in enumerate(scores.keys) if key[-1] is not None]
    kept = [i for i in dated if open_period or period_end(scores.keys[i][-1], freq) <= today]
    remarks = list(scores.remarks)
    undated = sum(scores.n[i] for i in range(len(scores)) if scores.keys[i][-1] is None)
    if undated:
        remarks.append(f"{undated} answers have no date and are in no period")
    if len(kept) < len(dated):
        still = sum(scores.n[i] for i in dated if i not in set(kept))
        remarks.append(f"the period still running is left out ({still} answers)")
    chosen = rows_of(scores, kept)
    fields = {f.name: getattr(chosen, f.name) for f in dataclasses.fields(Scores)}
    return Trend(**(fields | {"remarks": tuple(remarks)}), freq=freq, changes=_changes(scores, kept))


def period_end(start: dt.date, freq: str) -> dt.date:
    """First day after the period of length ``freq`` that begins on ``start``.

    >>> period_end(dt.date(2026, 10, 1), "Q")
    datetime.date(2027, 1, 1)
    """
    if freq in ("D", "W"):
        return start + dt.timedelta(days=1 if freq == "D" else 7)
    months = start.month - 1 + {"M": 1, "Q": 3, "Y": 12}[freq]
    return dt.date(start.year + months // 12, months % 12 + 1, 1)


def _changes(scores: Scores, rows: list[int]) -> tuple[Change | None, ...]:
    """Against the period just before, where the group has answers in both."""
    last: dict[tuple[Any, ...], int] = {}
    out: list[Change | None] = []
    for i in rows:
        group, before = scores.keys[i][:-1], last.get(scores.keys[i][:-1])
        if before is None or not scores.n[i]:
            out.append(None)
        else:
            delta, low, high = mover_difference(_triple(scores, i), _triple(scores, before))
            out.append(Change(scores.keys[before][-1], float(delta), float(low), float(high)))
        if scores.n[i]:
            last[group] = i
    return tuple(out)


def _triple(scores: Scores, i: int) -> tuple[float, float, float]:
    return scores.estimate[i], scores.low[i], scores.high[i]
