"""Which columns of the data belong to which of the study: what ``on=``, ``when=`` and ``window=`` mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxkit.errors import ColumnError, OptionError, RoleError, did_you_mean
from cxkit.study.dates import date_format
from cxkit.study.linking.place import Place
from cxkit.tally.asof import Window
from cxkit.tally.desk import zone_of
from cxkit.tally.engine import schema_of
from cxkit.tally.joinkeys import Pair

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["pairs_of", "window_of"]

_MOST_TEXTS = 20_000
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?=.*[0-9]{4})(?=.*[QTqt][1-4])[0-9QTqt \-/]{6,8}")


def pairs_of(study: Study, place: Place, on: Any) -> tuple[Pair, ...]:
    """The columns that must agree.

    Parameters
    ----------
    on : str, list of str, or mapping
        A role or column of the study, several, or ours -> theirs.

    Raises
    ------
    OptionError, ColumnError, RoleError
    """
    if isinstance(on, str):
        wanted: list[tuple[str, str | None]] = [(on, None)]
    elif isinstance(on, Mapping) and on:
        wanted = [(str(ours), theirs) for ours, theirs in on.items()]
    elif isinstance(on, Sequence) and on and all(isinstance(name, str) for name in on):
        wanted = [(name, None) for name in on]
    else:
        raise OptionError(f"on= is {on!r}", hint='a role or column such as "id", or {"ours": "theirs"}')
    return tuple(_pair(study, place, ours, theirs) for ours, theirs in wanted)


def window_of(study: Study, place: Place, when: str | None, window: Any, unfinished: Any = "kept") -> Window | None:
    """The days around each answer whose events count; None where time plays no part.

    Raises
    ------
    OptionError
        A window without ``when=``, or one that ends before it starts.
    RoleError
        The study has no dates, or the column of the data holds none.
    """
    if unfinished not in ("kept", "null"):
        raise OptionError(f"unfinished= is {unfinished!r}", hint="'kept', or 'null' for windows that are whole only")
    if when is None:
        if window is not None:
            raise OptionError(
                "window= counts days from each answer to the events of data, and when= does not name their dates",
                hint=f'when="the date column of the data". Columns: {", ".join(place.columns[:15])}',
            )
        return None
    if "date" not in study.roles:
        raise RoleError(
            "events are matched by date to answers that have none: this study has no 'date' column",
            hint=f"cx.Study(data, date='...'), or leave when= out. Columns: {', '.join(study.columns[:15])}",
        )
    ours, theirs = study.column("date"), place.column(when)
    start, end = _limits(window)
    form, _ = _form(place, theirs, period=False)
    return Window(ours, theirs, start, end, form, _own_zone(study, ours), unfinished == "null")


def _limits(window: Any) -> tuple[int | None, int | None]:
    if window is None:
        return None, 0
    if not isinstance(window, (tuple, list)) or len(window) != 2:
        raise OptionError(f"window= is {window!r}", hint="days from the answer: (0, 365) after it, (-90, 0) before it")
    for limit in window:
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int)):
            if isinstance(limit, float) and limit.is_integer():
                continue
            raise OptionError(
                f"window= is {window!r}: {limit!r} is no number of days",
                hint="whole days, or None for no limit: (0, 365), (-90, 0), (None, 0)",
            )
    start, end = (None if x is None else int(x) for x in window)
    if start is not None and end is not None and start >= end:
        what = "is empty, for its end is not counted" if start == end else "ends before it starts"
        hint = f"window=({start}, {start + 1}) is one day" if start == end else f"window=({end}, {start})"
        raise OptionError(f"window=({start}, {end}) {what}", hint=hint)
    return start, end


def _own_zone(study: Study, column: str) -> str | None:
    """The clock by which the study counts its days: it drops the zone of its dates when it is made."""
    first = study.reading.frame
    return zone_of(first, column) if column in schema_of(first) else None


def _pair(study: Study, place: Place, ours: str, theirs: str | None) -> Pair:
    import narwhals.stable.v2 as nw

    mine = study.column(ours)
    other = place.column(theirs) if theirs is not None else _same_name(place, ours, mine)
    kind = schema_of(study.data)[mine]
    if not isinstance(kind, (nw.Date, nw.Datetime)):
        return Pair(mine, other)
    form, period = _form(place, other, period=True)
    return Pair(mine, other, period, form)


def _same_name(place: Place, ours: str, mine: str) -> str:
    """The column of the data that has the name of the role, or that of our column."""
    for name in (ours, mine):
        found = place.known(name)
        if found is not None:
            return found
    raise ColumnError(
        f"the data have no column {ours!r}" + (f" or {mine!r}" if mine != ours else ""),
        file=place.file,
        hint=f"say which one holds it: on={{{ours!r}: '...'}}. {did_you_mean(mine, place.columns, what='Columns')}",
    )


def _form(place: Place, column: str, *, period: bool) -> tuple[str | None, str]:
    """How to read the dates of a column, and the period that each stands for."""
    import narwhals.stable.v2 as nw

    kind = schema_of(place.frame)[column]
    if isinstance(kind, (nw.Date, nw.Datetime)) or _odd_zone(place, column):
        return None, _length(place, column) if period else "D"
    if period and kind.is_integer():
        years = [v for v in place.distinct(column, _MOST_TEXTS) if v is not None]
        if years and all(1900 <= int(v) <= 2200 for v in years):
            return "year", "Y"
    if not isinstance(kind, (nw.String, nw.Object, nw.Categorical, nw.Enum)):
        raise RoleError(
            f"{column!r} holds {kind}, not dates", column=column, file=place.file,
            hint="convert it with pandas.to_datetime, or name another column",
        )  # fmt: skip
    texts = [str(t).strip() for t in place.distinct(column, _MOST_TEXTS) if t is not None and str(t).strip()]
    if not texts:
        raise RoleError("the date column is empty", column=column, file=place.file, hint="name another one")
    if period and all(map(_MONTH.fullmatch, texts)):
        return "month", "M"
    if period and all(map(_QUARTER.fullmatch, texts)):
        return "quarter", "Q"
    try:
        form, length = date_format(texts, column)
    except RoleError as exc:
        exc.file = place.file
        exc.hint = f"{exc.hint}; events without a date would be left out in silence"
        raise
    return ("iso" if length else form), "D"


def _odd_zone(place: Place, column: str) -> bool:
    return type(place.frame).__module__.partition(".")[0] == "pandas" and zone_of(place.frame, column) is not None


def _length(place: Place, column: str) -> str:
    """``M`` where every date is the first (or the last) of a month, ``Q`` of a quarter, ``Y`` of a year, else ``D``.

    One date alone is a day.
    """
    days = {dt.date(d.year, d.month, d.day) for d in place.distinct(column, _MOST_TEXTS) if d is not None}
    if len(days) < 2 or len(days) >= _MOST_TEXTS:
        return "D"
    after = {day + dt.timedelta(days=1) for day in days}
    for first in (days, after):
        if all(day.day == 1 for day in first):
            months = {(day.month - 1) % 12 for day in first}
            return "Y" if months == {0} else "Q" if all(m % 3 == 0 for m in months) else "M"
    return "D"
