"""Events that a chart is annotated with: a day and what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cxkit.errors import ParameterError

__all__ = ["parse_events"]


def parse_events(events: Mapping[str, str]) -> dict[dt.date, str]:
    """Days as dates.

    >>> parse_events({"2026-03-01": "New app"})
    {datetime.date(2026, 3, 1): 'New app'}

    Raises
    ------
    ParameterError
        A key that is no day.
    """
    out: dict[dt.date, str] = {}
    for day, said in events.items():
        try:
            out[dt.date.fromisoformat(str(day))] = str(said)
        except ValueError:
            raise ParameterError(f"events: {day!r} is no day", hint='days as "2026-03-01"') from None
    return dict(sorted(out.items()))
