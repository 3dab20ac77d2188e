"""Text dates as dates: one format for the whole column, decided on its distinct values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cxkit.errors import RoleError

__all__ = ["date_format"]

_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S")


def date_format(texts: Iterable[str], column: str) -> tuple[str, int | None]:
    """The one format that every text fits.

    Returns
    -------
    format : str
        For ``strptime``.
    length : int or None
        How many characters of each text it reads; all where None. Of ISO timestamps only
        the day is read: their times come in too many forms, and no analysis here asks for them.

    Raises
    ------
    RoleError
        ``date_ambiguous`` when day first and month first both fit, ``date_invalid`` when
        no format fits; both with the fix.
    """
    values = sorted({text.strip() for text in texts})
    if all(map(_is_iso, values)):
        return "%Y-%m-%d", 10
    if _fits(values, "%Y/%m/%d"):
        return "%Y/%m/%d", None
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
            return (day if first else month), None
    known = (*_DAY_FIRST, *_MONTH_FIRST)
    odd = next((v for v in values if not (_is_iso(v) or any(_fits([v], f) for f in known))), values[0])
    raise RoleError(
        f"{odd!r} is not a date of the same form as the others",
        column=column,
        code="date_invalid",
        hint="correct it in the source, or convert the column with pandas.to_datetime(..., format=...)",
    )


def _is_iso(text: str) -> bool:
    """``2026-03-25``, alone or before a time of any precision and zone."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4:5] == "-" and text[7:8] == "-"


def _fits(values: Iterable[str], fmt: str) -> bool:
    try:
        for value in values:
            dt.datetime.strptime(value, fmt)
    except ValueError:
        return False
    return True
