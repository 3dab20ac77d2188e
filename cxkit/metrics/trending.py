"""A metric over time: every period with its interval, and its change against the one before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError
from cxkit.metrics.differences import between
from cxkit.metrics.estimates import Estimates, estimate_tally, is_linear
from cxkit.metrics.linked import Linked, unlinked
from cxkit.metrics.scoring import floats, score_tally
from cxkit.present.calendar import period_end
from cxkit.present.result import Scores, Trend
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.tally import Tally

__all__ = ["closed_periods", "trend_tally"]

Ints = NDArray[np.int64]


def trend_tally(
    metric: Metric,
    tally: Tally,
    *,
    freq: str,
    rolling: int = 1,
    shared: Linked | None = None,
    said: bool = False,
    method: str | None = None,
    level: float = 0.95,
    remarks: tuple[Remark, ...] = (),
    source: str = "",
) -> Trend:
    """Value a tally whose last grouping is ``period``, as :func:`closed_periods` leaves it.

    Parameters
    ----------
    rolling : int
        Periods that each row holds: its own and those just before it.
    shared : Linked, optional
        Respondents or accounts that the groups of ``tally`` share.
    said : bool
        Whether these were said to be clusters, so that each row's own interval knows them too.

    Notes
    -----
    A change is the difference of two rows (MOVER on their intervals), less the covariance of
    what they share: respondents who answered in both, and the answers in the overlap of rolling
    windows.
    """
    if isinstance(rolling, bool) or not isinstance(rolling, int) or rolling < 1:
        raise OptionError(f"rolling is {rolling!r}", hint="a whole number of periods, such as 3")
    if rolling > 1 and not is_linear(metric):
        raise OptionError(f"{metric.name!r} is no mean of answers, so its windows cannot overlap", hint="rolling=1")
    held = shared or (unlinked(metric, tally) if rolling > 1 else None)
    if shared is not None:
        blind = (method or metric.methods[0]) == "bootstrap"  # draws of answers know of no clusters
        remarks = (*remarks, Remark("independent" if blind else "clustered", shared.crossed.design))
    choice = [[g] for g in range(len(tally))] if rolling == 1 else _windows(tally, freq, rolling)
    if rolling > 1:
        remarks = (*remarks, Remark("rolling", rolling))
        if not choice:
            raise NothingMatched(
                f"no line has {rolling} periods in a row", hint="a smaller rolling=, or a shorter freq="
            )
        tally = _rolled(tally, choice)
    found = estimate_tally(metric, tally, method=method)
    sides = None if held is None else held.choice(choice)
    linked = found
    if shared is not None and sides is not None and found.method != "bootstrap":
        linked = shared.corrected(found, sides)
        found = linked if said or rolling > 1 else found
    scores = score_tally(metric, tally, estimates=found, level=level, remarks=remarks, source=source)
    before, delta, low, high = _changes(scores, linked, held, sides, level)
    fields = {f.name: getattr(scores, f.name) for f in dataclasses.fields(Scores)}
    return Trend(**fields, freq=freq, before=before, delta=delta, delta_low=low, delta_high=high, rolling=rolling)


def closed_periods(
    tally: Tally, *, freq: str, open_period: bool = False, today: dt.date | None = None
) -> tuple[Tally, tuple[Remark, ...]]:
    """The groups of a tally that lie in a period, and what was left out.

    Parameters
    ----------
    open_period : bool
        Keep the period that is still running (its end is after ``today``); left out by
        default, because a part of a month is not a month.
    today : date, optional
        The clock's date when not given.
    """
    today = today or dt.date.today()
    base = np.bincount(tally.group[tally.answered], weights=tally.n[tally.answered], minlength=len(tally)).astype(int)
    dated = [g for g, key in enumerate(tally.keys) if key[-1] is not None]
    kept = [g for g in dated if open_period or period_end(tally.keys[g][-1], freq) <= today]
    undated, still = int(base.sum() - base[dated].sum()), int(base[dated].sum() - base[kept].sum())
    remarks = [Remark("no_date", undated)] * bool(undated)
    remarks += [Remark("still_open", still)] * (len(kept) < len(dated))
    return tally.keep(kept), tuple(remarks)


Numbers = tuple[float, ...]


def _windows(tally: Tally, freq: str, rolling: int) -> list[list[int]]:
    """For each group its own period and those of its line in the window before it; whole windows only."""
    first: dict[tuple[Any, ...], dt.date] = {}
    place = {key: g for g, key in enumerate(tally.keys)}
    for key in tally.keys:
        first.setdefault(key[:-1], key[-1])
    out = []
    for key in tally.keys:
        days = [period_end(key[-1], freq, -k) for k in range(rolling)]
        if days[-1] >= first[key[:-1]]:
            out.append([place[(*key[:-1], day)] for day in days if (*key[:-1], day) in place])
    return out


def _rolled(tally: Tally, choice: Sequence[Sequence[int]]) -> Tally:
    """Each window as a group, named after its own period."""
    place = np.searchsorted(tally.group, np.arange(len(tally) + 1))  # cells are sorted by group
    cells = [np.concatenate([np.arange(place[g], place[g + 1]) for g in groups]) for groups in choice]
    keys = [tally.keys[groups[0]] for groups, held in zip(choice, cells, strict=True) for _ in held]
    at = np.concatenate(cells) if cells else np.empty(0, np.int64)
    sums = (tally.w[at], tally.w2[at]) if tally.weighted else (None, None)
    return Tally.from_cells(
        tally.by, keys, tally.answer[at].tolist(), tally.n[at].tolist(), *sums,
        left_out=tally.left_out, design=tally.design,
    )  # fmt: skip


def _changes(
    scores: Scores, found: Estimates, held: Linked | None, sides: Any, level: float
) -> tuple[tuple[dt.date | None, ...], Numbers, Numbers, Numbers]:
    """Each row against the period just before in its group, where both have answers."""
    last: dict[tuple[Any, ...], int] = {}
    earlier: list[int | None] = []
    for i, key in enumerate(scores.keys):
        earlier.append(last.get(key[:-1]) if scores.n[i] else None)
        if scores.n[i]:
            last[key[:-1]] = i
    rows = np.array([i for i, e in enumerate(earlier) if e is not None], np.int64)
    back = np.array([e for e in earlier if e is not None], np.int64)
    first, second = found.take(rows), found.take(back)
    covariance = df = None
    if held is not None and found.method != "bootstrap":
        if not np.isinf(found.df).all():
            df = np.minimum(first.df + second.df, held.crossed.design - 1)
        covariance = held.covariance(sides[rows], sides[back], (first.estimate, second.estimate))
    difference = between(first, second, covariance=covariance, df=df, level=level, test=False)
    columns = []
    for values in (difference.delta, difference.low, difference.high):
        column = np.full(len(earlier), math.nan)
        column[rows] = values
        columns.append(floats(column))
    before = tuple(None if e is None else scores.keys[e][-1] for e in earlier)
    return before, columns[0], columns[1], columns[2]
