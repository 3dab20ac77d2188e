"""Periods of a calendar: when one ends, and the one a year before."""

from __future__ import annotations

import datetime as dt

__all__ = ["period_end", "year_before"]

_MONTHS = {"M": 1, "Q": 3, "Y": 12}


def period_end(start: dt.date, freq: str, periods: int = 1) -> dt.date:
    """First day after ``periods`` periods of length ``freq`` of which the first begins on ``start``.

    >>> period_end(dt.date(2026, 10, 1), "Q"), period_end(dt.date(2026, 1, 1), "M", -2)
    (datetime.date(2027, 1, 1), datetime.date(2025, 11, 1))
    """
    if freq in ("D", "W"):
        return start + dt.timedelta(days=periods * (1 if freq == "D" else 7))
    months = start.month - 1 + periods * _MONTHS[freq]
    return dt.date(start.year + months // 12, months % 12 + 1, 1)


def year_before(start: dt.date, freq: str) -> dt.date:
    """First day of the same period a year before; of weeks and days the same weekday, 52 weeks before.

    >>> year_before(dt.date(2026, 9, 1), "M"), year_before(dt.date(2026, 9, 7), "W")
    (datetime.date(2025, 9, 1), datetime.date(2025, 9, 8))
    """
    return start - dt.timedelta(weeks=52) if freq in ("D", "W") else period_end(start, freq, -12 // _MONTHS[freq])
