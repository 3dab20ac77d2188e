"""What a call is about: the study, and the column of each role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, RoleError, did_you_mean
from cxkit.study import Study
from cxkit.study.dates import date_format
from cxkit.study.opening import reading_of
from cxkit.study.roles import ROLES, SCORE_ROLES
from cxkit.tally.engine import chosen_columns, collected, is_lazy, plain

__all__ = ["Asked", "asked", "check_level", "check_word", "day_of", "days", "moments", "the_date"]

Floats = NDArray[np.float64]

#: Microseconds in a day.
_DAY = 86_400e6

#: Ways with rows that cannot be right.
IMPOSSIBLE = ("refuse", "leave_out")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A study and what each role's column is here.

    Attributes
    ----------
    study : Study
    columns : dict
        Role -> column; a role that neither the call nor the study has is not in it.
    table : dict
        The values of every column of the call, read in one go: an engine may give its rows in another order next time.
    """

    study: Study
    columns: dict[str, str]
    table: dict[str, Any]

    def has(self, *roles: str) -> bool:
        return all(role in self.columns for role in roles)

    def need(self, role: str, why: str) -> str:
        """The column of a role.

        Raises
        ------
        RoleError
            There is none.
        """
        if role not in self.columns:
            raise RoleError(
                f"no column says {ROLES.get(role, role)} (role {role!r}): {why}",
                hint=f"name it: {role}='...'. Columns: {', '.join(self.study.columns[:15])}",
            )
        return self.columns[role]

    def rows_said(self, rows: NDArray[np.int64]) -> str:
        """`` (rows 3, 17, 20 and 4 more)``; empty where an engine holds the rows in no order."""
        if is_lazy(self.study.data) or not len(rows):
            return ""
        more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
        return f" (row{'s' if len(rows) > 1 else ''} {', '.join(str(int(r) + 1) for r in rows[:5])}{more})"


def asked(
    data: Any,
    *,
    scores: Sequence[str] = (),
    by: Any = None,
    more: Sequence[Any] = (),
    dates: Sequence[Any] = (),
    read: bool = True,
    **said: str | None,
) -> Asked:
    """The study of a call, with its columns and their values.

    Parameters
    ----------
    data : Study, frame or place
    scores : sequence of str
        Names that may be score roles: of a frame the columns of that name play them.
    by : str or list of str, optional
        Grouping columns or roles.
    more : sequence of str, list of str or None
        Other columns.
    dates : sequence of str or None
        What may be a column or a date.
    read : bool
        Whether the values are wanted.
    **said : str, optional
        Role -> column or role, as named in the call; a study's own role where None.
    """
    named = {role: name for role, name in said.items() if name is not None}
    for role, name in named.items():
        if not isinstance(name, str):
            raise OptionError(f"{role}= is {name!r}", hint="the name of a column")
    study = data if isinstance(data, Study) else _study_of(data, named, scores)
    columns = {role: study.column(name) for role, name in named.items()}
    for role in said:
        if role not in columns and role in study.roles and role not in study.guessed - {"id", "date"}:
            columns[role] = study.roles[role][0]
    # A date that was only guessed may be the day on which a customer came or left.
    if "date" in study.guessed and columns.get("date") in {columns.get("since"), columns.get("left")}:
        columns.pop("date")
    wanted = [*columns.values(), *study.by_columns(by)]
    for spec in more:
        wanted += [study.column(name) for name in ([spec] if isinstance(spec, str) else spec or [])]
    wanted += [study.column(d) for d in dates if isinstance(d, str) and (d in study.columns or d in study.roles)]
    return Asked(study, columns, _read(study, list(dict.fromkeys(wanted))) if read else {})


def _study_of(data: Any, named: dict[str, str], scores: Sequence[str]) -> Study:
    reading = reading_of(data, {})
    study = Study(reading, guess=False)
    roles: dict[str, Any] = {role: name for role, name in named.items() if role in ROLES}
    roles |= {s: s for s in scores if s in SCORE_ROLES and s in study.columns}
    return Study(reading, guess=False, **roles) if roles else study


def _read(study: Study, names: list[str]) -> dict[str, Any]:
    if not names:
        return {}
    lazy, keys = chosen_columns(study.data, answers=[], keys=names)
    found = collected(lazy)
    return {name: found[key] for name, key in zip(names, keys, strict=True)}


def days(values: Any, column: str) -> Floats:
    """Dates as days since 1970-01-01; NaN where there is none.

    Raises
    ------
    RoleError
        Something that is no date.
    """
    return np.asarray(np.floor(moments(values, column) / _DAY))


def moments(values: Any, column: str) -> Floats:
    """Dates and times as microseconds since 1970-01-01; NaN where there is none.

    Raises
    ------
    RoleError
        Something that is no date.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind != "M":
        raise RoleError(
            "this column holds numbers, not dates", column=column, hint="convert it with pandas.to_datetime"
        )
    if not isinstance(values, np.ndarray):
        values = [plain(v) for v in values]
        texts = {v for v in values if isinstance(v, str) and v.strip()}
        if any(isinstance(v, (bool, int, float)) for v in values):
            raise RoleError(
                "this column holds numbers, not dates", column=column, hint="convert it with pandas.to_datetime"
            )
        if texts:
            form, length = date_format(texts, column)
            day = {t: dt.datetime.strptime(t.strip()[:length], form) for t in texts}
            values = [day.get(v) if isinstance(v, str) else v for v in values]
    found = np.asarray(values, dtype="datetime64[us]")
    return np.where(np.isnat(found), np.nan, found.astype(np.int64).astype(np.float64))


def the_date(value: Any, what: str) -> float:
    """A day as said in a call, as days since 1970-01-01.

    Raises
    ------
    OptionError
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    try:
        found = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise OptionError(f"{what}= is {value!r}", hint=f"a date such as {what}='2026-12-31'") from None
    return float((found - dt.date(1970, 1, 1)).days)


def day_of(number: float) -> dt.date:
    """The date of a number of days since 1970-01-01."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(number))


def check_level(level: Any) -> None:
    if not isinstance(level, (int, float)) or isinstance(level, bool) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")


def check_word(what: str, given: Any, known: Sequence[str]) -> None:
    if given not in known:
        raise OptionError(f"unknown {what} {given!r}", hint=did_you_mean(str(given), known, what=what))
