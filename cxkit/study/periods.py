"""Periods as people write them: 2026-09, 2026-T3, 2026-W40, 2026; or just M, Q, Y."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from cxkit.errors import ParameterError

__all__ = ["parse_period", "period_name"]

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
