"""Text dates as dates: one format for the whole column, decided on its distinct values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cxkit.errors import RoleError

__all__ = ["date_format"]

_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d")
_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S")


def date_format(texts: Iterable[str], column: str) -> str:
    """The one format that every text fits.

    Raises
    ------
    RoleError
        ``date_ambiguous`` when day first and month first both fit, ``date_invalid`` when
        no format fits; both with the fix.
    """
    values = sorted(set(texts))
    for fmt in _ISO:
        if _fits(values, fmt):
            return fmt
    for day, month in zip(_DAY_FIRST, _MONTH_FIRST, strict=True):
        first, second = _fits(values, day), _fits(values, month)
        if first and second:
            raise RoleError(
                f"{values[0]!r} may be day first or month first, and no value settles it",
                column=column,
                code="date_ambiguous",
                hint='say read={"dayfirst": True} (or False), or convert the column with pandas.to_datetime',
            )
        if first or second:
            return day if first else month
    odd = next((v for v in values if not any(_fits([v], f) for f in (*_ISO, *_DAY_FIRST, *_MONTH_FIRST))), values[0])
    raise RoleError(
        f"{odd!r} is not a date of the same form as the others",
        column=column,
        code="date_invalid",
        hint="correct it in the source, or convert the column with pandas.to_datetime(..., format=...)",
    )


def _fits(values: Iterable[str], fmt: str) -> bool:
    try:
        for value in values:
            dt.datetime.strptime(value.strip(), fmt)
    except ValueError:
        return False
    return True
