"""Cohorts: of those who came in one period, how many are still active in each period after."""

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, RoleError
from cxkit.present.calendar import period_end
from cxkit.stats.intervals import wilson
from cxkit.tally.engine import chosen_columns, collected, first_day
from cxkit.value.retention.asked import IMPOSSIBLE, Asked, asked, check_level, check_word, day_of, days
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.extract import extract_day
from cxkit.value.retention.people import missing_leavers, people, renumbered
from cxkit.value.retention.triangle_result import Cohort, Cohorts

__all__ = ["Cohorts", "cohorts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: More cohorts than this are no table to read.
_MOST = 36


def cohorts(
    data: Any,
    *,
    id: str | None = None,
    date: str | None = None,
    revenue: str | None = None,
    since: str | None = None,
    left: str | None = None,
    freq: str | None = None,
    as_of: dt.date | str | None = None,
    impossible: str = "refuse",
    level: float = 0.95,
) -> Cohorts:
    """Retention by cohort: from dated activity (orders, visits, answers), or from days of coming and leaving.

    Parameters
    ----------
    data : Study, frame or place
        Rows of activity with ``id`` and ``date``; or one row a customer with ``since`` and ``left``.
    revenue : str, optional
        With activity: rows with a revenue of zero or less (returns) are no activity.
    freq : {"W", "M", "Q", "Y"}, optional
        Length of the periods; not given, months, or quarters or years where these make more than 36 cohorts.
    as_of : date or str, optional
        Day of the extract; when not given, the latest date in the data that is not after today.
    impossible : {"refuse", "leave_out"}
        As in :func:`cxkit.churn`.
    level : float

    Returns
    -------
    Cohorts
        ``to_frame()`` has ``cohort, age, item, estimate, low, high, unit, n, active``; ``table()`` is the triangle.
        The period still running is left out, and what was not seen yet is blank.

    Raises
    ------
    RoleError
        Neither activity nor days of coming and leaving.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"who": [1, 1, 2, 3, 1], "day": pd.to_datetime(
    ...     ["2026-01-05", "2026-02-09", "2026-01-20", "2026-02-03", "2026-03-31"])})
    >>> cohorts(orders, id="who", date="day").table().fillna(-1).values.tolist()
    [[2.0, 100.0, 50.0, 50.0], [1.0, 100.0, 0.0, -1.0]]
    """
    check_level(level)
    if freq is not None:
        check_word("freq", freq, ("W", "M", "Q", "Y"))
    check_word("impossible", impossible, IMPOSSIBLE)
    contract = since is not None or left is not None
    call = asked(data, read=False, id=id, date=date, revenue=revenue, since=since, left=left)
    if contract or (call.has("since", "left") and date is None):
        call.need("since", "cohorts are of the period in which customers came")
        call.need("left", "the day on which each customer left (empty: still here)")
        call = asked(data, id=id, date=date, since=since, left=left)
        return _contracts(call, freq, as_of, impossible, level)
    if not call.has("id", "date"):
        raise RoleError(
            "cohorts need who was active and when: id= and date=, or since= and left=",
            hint=f"name the columns. Columns: {', '.join(call.study.columns[:15])}",
        )
    return _activity(call, freq, as_of, level, revenue)


def _activity(call: Asked, asked_freq: str | None, as_of: Any, level: float, revenue: str | None) -> Cohorts:
    who, when, until, freq, said = _active_periods(call, asked_freq, as_of, revenue)
    starts, running = _periods(int(when.min()), freq, until)
    said += [caution("running", day=running)] if running is not None else []
    seen = np.isin(when, starts)
    if not seen.any():
        raise NothingMatched(
            f"no period of length {freq!r} is complete by {day_of(until)}", hint="a shorter freq=, or as_of="
        )
    place = np.searchsorted(starts, when[seen])
    first = np.full(int(who.max()) + 1, len(starts))
    np.minimum.at(first, who[seen], place)
    counts = np.zeros((len(starts), len(starts)), np.int64)
    np.add.at(counts, (first[who[seen]], place), 1)
    cells = [
        cell for i in range(len(starts)) if counts[i, i] for cell in _cells(starts[i], counts[i, i:], int(counts[i, i]), level)
    ]  # fmt: skip
    said.append(caution("first_cohort", cohort=day_of(starts[0])))
    return Cohorts(tuple(cells), freq, "activity", day_of(until), level, tuple(said))


def _contracts(call: Asked, asked_freq: str | None, as_of: Any, impossible: str, level: float) -> Cohorts:
    found = people(call, None, as_of=as_of, impossible=impossible, dated=True, timed=True)
    freq, said = _length_of(asked_freq, float(found.since.min()), found.as_of)
    born = np.array([_number(first_day(day_of(d), freq)) for d in found.since])
    starts, running = _periods(int(born.min()), freq, found.as_of)
    said += [caution("running", day=running)] if running is not None else []
    cells = []
    for i, start in enumerate(starts):
        own = born == start
        if own.any():
            left = found.left[own]
            counts = np.array([int((~(left < s)).sum()) for s in starts[i:]], np.int64)
            counts[0] = int(own.sum())
            cells += _cells(start, counts, int(own.sum()), level)
    if not cells:
        raise NothingMatched(
            f"no period of length {freq!r} is complete by {day_of(found.as_of)}", hint="a shorter freq=, or as_of="
        )
    return Cohorts(
        tuple(cells), freq, "contract", day_of(found.as_of), level, (*found.cautions, *said, *missing_leavers(found))
    )


def _active_periods(
    call: Asked, asked_freq: str | None, as_of: Any, revenue: str | None
) -> tuple[Ints, Ints, float, str, list[Caution]]:
    """Who was active in which period (its first day), each once, counted by the engine; the day of the extract; the length."""
    import narwhals.stable.v2 as nw

    columns = call.columns
    said: list[Caution] = []
    frame = nw.from_native(call.study.data)
    if revenue is not None:
        paid = nw.col(columns["revenue"]) > 0
        rows = _length(frame)
        frame = frame.filter(paid)
        if rows - _length(frame):
            said.append(caution("returns", n=rows - _length(frame)))
    lazy, names = chosen_columns(
        frame.to_native(), answers=[], keys=[columns["id"]], date=columns["date"], freq="D"
    )  # fmt: skip
    found = collected(lazy.group_by(*names).agg(nw.len().alias("n")))
    n = np.asarray(found["n"], np.int64)
    code, _ = renumbered(found[names[0]])
    day = days(found["period"], columns["date"])
    nobody, never = int(n[code < 0].sum()), int(n[(code >= 0) & np.isnan(day)].sum())
    said += [caution("no_id", n=nobody)] if nobody else []
    said += [caution("no_date", n=never)] if never else []
    held = (code >= 0) & np.isfinite(day)
    if not held.any():
        raise NothingMatched("no row has an id and a date", hint="check id= and date=")
    until, stated = extract_day(as_of, None, day[held], None)
    held &= day <= until
    if not held.any():
        raise NothingMatched(f"nobody was active by {day_of(until)}", hint="check as_of=")
    unique, back = np.unique(day[held], return_inverse=True)
    freq, chosen = _length_of(asked_freq, float(unique.min()), float(unique.max()))
    start = np.array([_number(first_day(day_of(d), freq)) for d in unique], np.int64)[back.reshape(-1)]
    pairs = np.unique(np.column_stack([code[held], start]), axis=0)
    who = np.unique(pairs[:, 0], return_inverse=True)[1].reshape(-1)
    return who.astype(np.int64), pairs[:, 1], until, freq, [*stated, *said, *chosen]


def _length_of(said: str | None, first: float, last: float) -> tuple[str, list[Caution]]:
    """The length of the periods: as said, or so that there are no more than 36 cohorts."""
    if said is not None:
        return said, []
    months = (last - first) / 30.4
    if months <= _MOST:
        return "M", []
    freq = "Q" if months <= 3 * _MOST else "Y"
    return freq, [caution(f"chosen_{freq}", n=_MOST)]


def _length(frame: Any) -> int:
    import narwhals.stable.v2 as nw

    return int(collected(frame.lazy().select(nw.len().alias("n")))["n"][0])


def _periods(first: int, freq: str, until: float) -> tuple[list[int], dt.date | None]:
    """First days of the complete periods, and where the one still running begins."""
    start = first_day(day_of(first), freq)
    out = []
    while period_end(start, freq) <= day_of(until + 1):
        out.append(_number(start))
        start = period_end(start, freq)
    return out, start if start <= day_of(until) else None


def _cells(start: int, counts: Ints, n: int, level: float) -> list[Cohort]:
    share = counts / n
    low, high = wilson(share, n, level)
    return [
        Cohort(day_of(start), age, 100 * float(s), 100 * max(float(a), 0.0), 100 * min(float(b), 1.0), n, int(k))
        for age, (s, a, b, k) in enumerate(zip(share, low, high, counts, strict=True))
    ]


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days
