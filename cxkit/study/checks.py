"""Roles held against the data, once, when a study is made."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cxkit.errors import RoleError, ScaleError, UsageError
from cxkit.study.dates import date_format
from cxkit.study.roles import DATE_ROLES, MULTIPLE, guess
from cxkit.study.scales import Scale
from cxkit.study.state import State
from cxkit.tally.engine import count_cells, count_weights, is_lazy, plain, schema_of

__all__ = ["checked", "with_guesses"]


def checked(state: State) -> State:
    """The state with every role found to fit its column (text dates become dates).

    Raises
    ------
    ScaleError, RoleError
        Naming file, row where rows are at hand, column and fix.
    """
    frame = state.frame
    for role, columns in state.roles.items():
        if role in state.scales and role not in MULTIPLE:
            _check_answers(frame, role, columns[0], state.scales[role], state.file)
    if "weight" in state.roles:
        _check_weights(frame, state.roles["weight"][0], state.file)
    remarks = state.remarks
    for role in DATE_ROLES:
        if role not in state.roles:
            continue
        column = state.roles[role][0]
        zone = getattr(schema_of(frame)[column], "time_zone", None)
        if zone is not None:
            remarks = (*remarks, f"{role}: times of {column!r} carry a zone and are counted by the clock of {zone}")
        frame = _dated(frame, column, state.file)
    return replace(state, frame=frame, remarks=remarks)


def with_guesses(state: State) -> State:
    """The state with scores, date, comment and id by name, where the values bear the name out."""
    taken = [c for columns in state.roles.values() for c in columns]
    roles, remarks, guessed = dict(state.roles), list(state.remarks), set()
    for role, candidates in guess(state.columns, taken).items():
        if role in roles or not candidates:
            continue
        column = candidates[0]
        try:
            trial = checked(replace(state, roles={role: (column,)}, remarks=()))
            state = replace(state, frame=trial.frame)
            remarks += trial.remarks
        except UsageError as exc:
            remarks.append(f"{role}: column {column!r} has the name but not the values: {exc.what}. {exc.hint}")
            continue
        roles[role] = (column,)
        guessed.add(role)
    return replace(state, roles=MappingProxyType(roles), guessed=frozenset(guessed), remarks=tuple(remarks))


def _check_answers(frame: Any, role: str, column: str, scale: Scale, file: str | None) -> None:
    import narwhals.stable.v2 as nw

    if isinstance(schema_of(frame)[column], nw.Boolean) and scale.ends != (0, 1):
        raise ScaleError(
            f"true and false are no answers on {scale} (role {role!r})",
            code="score_text",
            column=column,
            file=file,
            hint=f"name the column of scores as {role}=; a yes/no column is an outcome=",
        )
    cells = count_cells(frame, answer=column)
    try:
        scale.check(role, cells.counts, column=column, file=file)
    except ScaleError as exc:
        exc.row = _first_row(frame, column, scale)
        raise


def _first_row(frame: Any, column: str, scale: Scale) -> int | None:
    """Where the first refused answer stands; only on frames that hold their rows."""
    import narwhals.stable.v2 as nw

    if is_lazy(frame):
        return None
    for row, raw in enumerate(nw.from_native(frame)[column].to_list(), 1):
        number = scale.decode(plain(raw))
        if isinstance(number, str) or (number is not None and not scale.holds(number)):
            return row
    return None


def _check_weights(frame: Any, column: str, file: str | None) -> None:
    if not count_weights(frame, column):
        raise RoleError("no row has a weight", column=column, file=file, hint="leave weight= out")


def _dated(frame: Any, column: str, file: str | None) -> Any:
    """The frame with a text date column as datetimes; unchanged when it already holds dates."""
    import narwhals.stable.v2 as nw

    dtype = schema_of(frame)[column]
    if isinstance(dtype, nw.Unknown) and type(frame).__module__.partition(".")[0] == "pandas":
        # Zones that narwhals does not know by name, such as America/Argentina/Buenos_Aires.
        zoned = frame[column]
        if getattr(zoned.dtype, "tz", None) is not None:
            return frame.assign(**{column: zoned.dt.tz_localize(None)})
    if isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
        # Days are those of the column's own clock, not of Greenwich.
        return _with(frame, column, nw.col(column).dt.replace_time_zone(None))
    if isinstance(dtype, (nw.Datetime, nw.Date)):
        return frame
    if not isinstance(dtype, (nw.String, nw.Object, nw.Categorical)):
        raise RoleError(
            f"the date column holds {dtype}, not dates",
            column=column,
            file=file,
            hint="convert it with pandas.to_datetime",
        )
    texts = [str(a) for a in count_cells(frame, answer=column).answer.levels if a is not None]
    if not texts:
        raise RoleError(
            "the date column is empty", column=column, file=file, hint="name another one as date=, or leave it out"
        )
    fmt, length = date_format(texts, column)
    text = nw.col(column).cast(nw.String).str.strip_chars()
    return _with(frame, column, (text.str.slice(0, length) if length else text).str.to_datetime(format=fmt))


def _with(frame: Any, column: str, expr: Any) -> Any:
    import narwhals.stable.v2 as nw

    return nw.from_native(frame).with_columns(expr.alias(column)).to_native()
