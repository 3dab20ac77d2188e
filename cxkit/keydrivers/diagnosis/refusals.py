"""What a driver analysis refuses, and the fix: outcomes, columns and sizes that no model can be made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxkit.errors import RoleError, UsageError
from cxkit.study.names import fold

__all__ = [
    "EXACT_LIMIT",
    "Seen",
    "refuse_columns",
    "refuse_constant_outcome",
    "refuse_few",
    "refuse_many",
    "refuse_names",
]

#: Drivers (or groups of them) up to which all subsets are gone through.
EXACT_LIMIT = 25

_ID_NAME = re.compile(r"\b(id|uuid|guid|identifiant|identifier|matricule|numero|reference|ref)\b")
_TEXT = ("String", "Categorical", "Enum", "Object")
_TIMES = ("Date", "Datetime", "Time", "Duration")


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as it was seen, on any engine.

    Attributes
    ----------
    name : str
    dtype : str
        Name of the narwhals dtype: ``Int64``, ``Float64``, ``Boolean``, ``String``, ``Datetime`` ...
    distinct, rows : int
        Distinct values, and rows that have one.
    examples : tuple
        Some values, or all of them.
    low, high : float, optional
        Ends of a numeric column: dense numbers of which none comes twice are an id.
    """

    name: str
    dtype: str
    distinct: int
    rows: int
    examples: tuple[object, ...] = ()
    low: float | None = None
    high: float | None = None


def refuse_names(outcome: str, drivers: Sequence[str], taken: Mapping[str, str] | None = None) -> None:
    """Refuse an outcome among its drivers, a driver named twice, and none at all.

    Parameters
    ----------
    outcome : str
        The column of the outcome.
    taken : mapping of str to str, optional
        Other columns and what they are: ``{"Poids": "weight"}``.

    Raises
    ------
    RoleError, UsageError
    """
    if not drivers:
        raise UsageError(
            "no driver is named", hint="pass drivers=[...], columns or a pattern such as 'Q*'", code="no_driver"
        )
    if outcome in drivers:
        raise RoleError(
            "the outcome is among the drivers: it would explain itself",
            column=outcome,
            code="outcome_among_drivers",
            hint="leave it out of drivers=" + ("" if len(drivers) > 1 else " and name others"),
        )
    for name in drivers:
        if taken and name in taken:
            raise RoleError(
                f"this column is the {taken[name]} and a driver",
                column=name,
                code="driver_taken",
                hint="leave it out of drivers=",
            )
    twice = [name for name in dict.fromkeys(drivers) if list(drivers).count(name) > 1]
    if twice:
        raise UsageError("a driver is named twice", column=twice[0], code="driver_twice", hint="name each driver once")


def refuse_columns(columns: Sequence[Seen]) -> None:
    """Refuse drivers that are no answers: dates, ids, free text, numbers held as text, categories.

    Raises
    ------
    RoleError
        ``driver_date``, ``driver_id``, ``driver_decimal_comma``, ``driver_number_text``, ``driver_text``,
        ``driver_categories``, ``driver_nested`` or ``driver_empty``, with the column and the fix.
    """
    for column in columns:
        kind = column.dtype.partition("(")[0]
        if not column.rows:
            _refuse(column, "empty", "has no answer at all", "leave it out, or check missing= and the filters")
        if kind in _TIMES:
            _refuse(column, "date", _DATE, _DATE_FIX)
        if kind in _TEXT:
            _refuse_text(column)
        if kind in ("List", "Array", "Struct", "Binary"):
            _refuse(column, "nested", f"holds {kind.lower()} cells, not answers", "make one column for each part")
        if kind != "Boolean" and _is_id(column, kind):
            _refuse(
                column,
                "id",
                f"looks like an identifier: {column.distinct} distinct whole numbers in {column.rows} rows",
                "leave it out of drivers=; if it is a quantity, rename it or bring it to another unit (hundreds, say)",
            )


def refuse_constant_outcome(name: str, distinct: int) -> None:
    """Refuse an outcome of one value: nothing varies, so nothing drives it."""
    if distinct < 2:
        what = "has only one value" if distinct else "has no value"
        raise UsageError(
            f"the outcome {what} in the rows used: there is nothing to explain",
            column=name,
            code="outcome_constant",
            hint="check the filters and missing=, or take the score itself as the outcome",
        )


def refuse_few(names: Sequence[str], used: int, terms: int, rows: int, answered: Sequence[int]) -> None:
    """Refuse as many terms as complete rows, naming the driver that has the fewest answers.

    Parameters
    ----------
    names, answered : (p,)
        Drivers, and in how many rows each has an answer.
    used, rows : int
        Rows in which nothing is missing; all rows.
    terms : int
        Drivers, interactions and controls.
    """
    if used > terms + 1:
        return
    what = f"{used} complete rows of {rows} for {terms} terms: at least {terms + 2} are needed"
    hint = "use fewer drivers, or more rows"
    least = min(range(len(names)), key=lambda i: answered[i], default=None)
    if least is not None and answered[least] < rows:
        what += f"; {names[least]!r} has the fewest answers ({answered[least]})"
        hint = f'leave out {names[least]!r}, or pass missing="impute"'
    raise UsageError(what, hint=hint, code="too_few_rows")


def refuse_many(players: int, *, limit: int = EXACT_LIMIT) -> None:
    """Refuse more drivers, or groups of them, than exact importance can go through."""
    if players > limit:
        raise UsageError(
            f"{players} drivers: exact importance goes through all subsets of up to {limit} (2^{players} is too many)",
            code="too_many_drivers",
            hint='join drivers with groups={...}, estimate with importance="sampled" (which gives its error), '
            'or use importance="johnson", which has no such limit',
        )


_DATE = "holds dates or times, which are no answers"
_DATE_FIX = "leave it out, pass a number made of it (days of delay, hour of the day), or use by= on a period"


def _refuse(column: Seen, code: str, what: str, hint: str) -> None:
    raise RoleError(f"the driver {what}", column=column.name, code=f"driver_{code}", hint=hint)


def _refuse_text(column: Seen) -> None:
    from cxkit.sources.frenchnumbers import parse_numbers

    cells = [t for t in (str(e).strip() for e in column.examples if e is not None) if t]
    shown = ", ".join(repr(t) for t in cells[:3])
    if parse_numbers(cells, ".").values:
        _refuse(
            column,
            "number_text",
            f"holds numbers written as text ({shown})",
            "read the file with cx.read(...), or convert the column to numbers first (pandas.to_numeric, polars cast)",
        )
    if parse_numbers(cells, ",").values or parse_numbers(cells, ",", ".").values:
        _refuse(
            column,
            "decimal_comma",
            f"holds text with decimal commas ({shown}), which are never taken for categories",
            'read the file with cx.read(..., decimal=","), or convert the column: replace "," by "." and make it a number',
        )
    if cells and _are_dates(cells):
        _refuse(column, "date", _DATE, _DATE_FIX)
    if column.distinct > max(20, 0.5 * column.rows) or any(len(t) > 60 for t in cells):
        free = sum(" " in t for t in cells) > len(cells) / 2
        if free or any(len(t) > 60 for t in cells):
            _refuse(
                column,
                "text",
                f"holds free text ({column.distinct} distinct)",
                "leave it out, or pass a score or a yes/no made of it",
            )
        _refuse(
            column,
            "id",
            f"looks like an identifier: {column.distinct} distinct texts in {column.rows} rows",
            "leave it out of drivers=",
        )
    _refuse(
        column,
        "categories",
        f"holds {column.distinct} text categories ({shown})",
        f"compare them with by={column.name!r}, or make a yes/no column of each category but one",
    )


def _are_dates(cells: Sequence[str]) -> bool:
    from cxkit.study.dates import date_format

    try:
        date_format(cells, "")
    except RoleError as exc:
        return exc.code == "date_ambiguous"
    return True


def _is_id(column: Seen, kind: str) -> bool:
    """Whole numbers of which hardly any comes twice, where a quantity would repeat."""
    numbers = [e for e in column.examples if isinstance(e, (int, float)) and not isinstance(e, bool)]
    whole = "Int" in kind or (bool(numbers) and all(float(n).is_integer() for n in numbers))
    if not whole or column.rows < 20 or column.distinct < 0.95 * column.rows:
        return False
    if _ID_NAME.search(fold(column.name)):
        return True
    if "Int" not in kind or column.distinct < column.rows:
        return False
    if column.low is not None and column.high is not None:
        # n draws from R values are all distinct with a probability of about exp(-n² / 2R).
        return column.rows**2 > 14 * (column.high - column.low + 1)
    return column.rows >= 100
