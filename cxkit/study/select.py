"""Filters as expressions that any engine can run, their values held against the data first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from cxkit.errors import FilterError, did_you_mean
from cxkit.study.names import fold
from cxkit.study.state import State
from cxkit.tally.engine import count_cells, plain

__all__ = ["all_of", "any_value", "listed"]


def all_of(conditions: Sequence[Any]) -> Any:
    """One expression that holds where all do.

    Raises
    ------
    FilterError
        Something that is no expression.
    """
    import narwhals.stable.v2 as nw

    for condition in conditions:
        if not isinstance(condition, nw.Expr):
            raise FilterError(
                f"where() takes expressions, not {type(condition).__name__}",
                hint='cx.col("Panier") > 50; for plain values use filter(Segment="PME")',
            )
    expr = conditions[0]
    for condition in conditions[1:]:
        expr = expr & condition
    return expr


def listed(value: Any) -> list[Any]:
    """One wanted value or several, as a list.

    Raises
    ------
    FilterError
        An empty list.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return [value]
    values = list(value)
    if not values:
        raise FilterError("a filter on no value at all", hint="give a value or a list of values")
    return values


def any_value(state: State, column: str, wanted: Sequence[Any]) -> tuple[Any, str]:
    """An expression for "the column is one of these", and the same in words.

    Raises
    ------
    FilterError
        A value that the column does not hold.
    """
    import narwhals.stable.v2 as nw

    held = _held(state, column, wanted)
    days = [w for w in held if type(w) is dt.date]
    some = [w for w in held if w is not None and type(w) is not dt.date]
    expr = nw.col(column).is_in(some) if some else None
    for day in days:  # a column of times holds a day as all times of it
        start = dt.datetime(day.year, day.month, day.day)
        when = nw.col(column).cast(nw.Datetime)
        within = (when >= start) & (when < start + dt.timedelta(days=1))
        expr = within if expr is None else expr | within
    if len(some) < len(held):
        empty = nw.col(column).is_null()
        expr = empty if expr is None else expr | empty
    names = state.reading.labels.get(column, {})
    return expr, f"{column} = {' | '.join('(missing)' if w is None else str(names.get(w, w)) for w in held)}"


def _held(state: State, column: str, wanted: Sequence[Any]) -> list[Any]:
    """The values as the data hold them: exactly, by value label, or folded where only one fits."""
    values = count_cells(state.frame, answer=column, keys=[column]).keys[0].levels
    code_of = {label: code for code, label in state.reading.labels.get(column, {}).items()}
    out = []
    for value in (plain(w) for w in wanted):
        value = code_of.get(value, value)
        if value in values:
            out.append(value)
            continue
        near = [v for v in values if v is not None and fold(str(v)) == fold(str(value))]
        if len(near) != 1:
            raise FilterError(
                f"no {column!r} is {value!r}",
                column=column,
                file=state.file,
                hint=did_you_mean(str(value), [str(v) for v in values if v is not None], what="Values"),
            )
        out.append(near[0])
    return out
