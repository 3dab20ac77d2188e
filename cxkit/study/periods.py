"""Periods as people write them: 2026-09, 2026-T3, 2026-W40, 2026; or just M, Q, Y."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from cxkit.errors import NothingMatched, ParameterError
from cxkit.tally.engine import first_day

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["latest_complete", "parse_period", "period_name"]

_FORMS = (
    ("Y", re.compile(r"(\d{4})")),
    ("M", re.compile(r"(\d{4})-(\d{1,2})")),
    ("Q", re.compile(r"(\d{4})-?[QT]([1-4])")),
    ("W", re.compile(r"(\d{4})-?[WS](\d{1,2})")),
    ("D", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
)


def parse_period(text: str) -> tuple[str, dt.date | None]:
    """Length and first day of a period; no day where only a length was said.

    >>> parse_period("2026-T3"), parse_period("M")
    (('Q', datetime.date(2026, 7, 1)), ('M', None))

    Raises
    ------
    ParameterError
        Not one of the forms.
    """
    said = text.strip().upper()
    if said in ("D", "W", "M", "Q", "Y"):
        return said, None
    for freq, pattern in _FORMS:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        try:
            return freq, _first_day(freq, [int(g) for g in match.groups()])
        except ValueError:
            break
    raise ParameterError(
        f"period {text!r} is not one",
        hint="2026-09, 2026-T3 (or Q3), 2026-W40, 2026, or M, Q, Y for the latest complete one",
    )


def _first_day(freq: str, numbers: list[int]) -> dt.date:
    if freq == "W":
        return dt.date.fromisocalendar(numbers[0], numbers[1], 1)
    if freq == "Q":
        return dt.date(numbers[0], 3 * numbers[1] - 2, 1)
    return dt.date(*[*numbers, 1, 1][:3])


def period_name(start: Any, freq: str | None) -> str:
    """A period as it is typed: ``2026-09``, ``2026-Q3``, ``2026-W40``, ``2026``; a wave as it is.

    >>> period_name(dt.date(2026, 7, 1), "Q")
    '2026-Q3'
    """
    if freq is None or not isinstance(start, dt.date):
        return "" if start is None else str(start)
    if freq == "W":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    quarter = (start.month + 2) // 3
    return {"Y": f"{start:%Y}", "Q": f"{start:%Y}-Q{quarter}", "M": f"{start:%Y-%m}"}.get(freq, start.isoformat())


def latest_complete(study: Study, freq: str) -> dt.date:
    """First day of the latest period that is over today and has answers, whatever later dates the data hold.

    Raises
    ------
    NothingMatched
        No period is over.
    """
    first, last = study.span()
    running = first_day(dt.date.today(), freq)
    if last >= running:
        try:
            _, last = study.between(first, running).span()
        except NothingMatched:
            raise NothingMatched(
                f"no period of length {freq!r} is over and has answers: the data run from {first} to {last}",
                hint="a shorter freq=, or two periods of the data: period= and versus=",
            ) from None
    return first_day(last, freq)
