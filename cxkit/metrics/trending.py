"""A metric over time: every period with its interval, and its change against the one before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

from cxkit.metrics.scoring import score_tally
from cxkit.present.result import Scores, Trend
from cxkit.present.rows import rows_of
from cxkit.present.words import Remark
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
        remarks.append(Remark("no_date", undated))
    if len(kept) < len(dated):
        still = sum(scores.n[i] for i in dated if i not in set(kept))
        remarks.append(Remark("still_open", still))
    chosen = rows_of(scores, kept)
    fields = {f.name: getattr(chosen, f.name) for f in dataclasses.fields(Scores)}
    before, delta, low, high = _changes(chosen)
    return Trend(
        **(fields | {"remarks": tuple(remarks)}),
        freq=freq,
        before=before,
        delta=delta,
        delta_low=low,
        delta_high=high,
    )


def period_end(start: dt.date, freq: str) -> dt.date:
    """First day after the period of length ``freq`` that begins on ``start``.

    >>> period_end(dt.date(2026, 10, 1), "Q")
    datetime.date(2027, 1, 1)
    """
    if freq in ("D", "W"):
        return start + dt.timedelta(days=1 if freq == "D" else 7)
    months = start.month - 1 + {"M": 1, "Q": 3, "Y": 12}[freq]
    return dt.date(start.year + months // 12, months % 12 + 1, 1)


Numbers = tuple[float, ...]


def _changes(scores: Scores) -> tuple[tuple[dt.date | None, ...], Numbers, Numbers, Numbers]:
    """Each row against the period just before in its group, where both have answers."""
    last: dict[tuple[Any, ...], int] = {}
    earlier: list[int | None] = []
    for i, key in enumerate(scores.keys):
        earlier.append(last.get(key[:-1]) if scores.n[i] else None)
        if scores.n[i]:
            last[key[:-1]] = i
    known = [i for i, e in enumerate(earlier) if e is not None]
    differences = mover_difference(_triple(scores, known), _triple(scores, [e for e in earlier if e is not None]))
    columns = []
    for difference in differences:
        column = [math.nan] * len(earlier)
        for i, x in zip(known, difference.tolist(), strict=True):
            column[i] = x
        columns.append(tuple(column))
    before = tuple(None if e is None else scores.keys[e][-1] for e in earlier)
    return before, columns[0], columns[1], columns[2]


def _triple(scores: Scores, rows: list[int]) -> tuple[list[float], list[float], list[float]]:
    return [scores.estimate[i] for i in rows], [scores.low[i] for i in rows], [scores.high[i] for i in rows]
