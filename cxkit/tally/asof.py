"""Windows of days around each answer, and what is made of the events inside them, as SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxkit.tally.desk import literal
from cxkit.tally.joinkeys import is_number

__all__ = ["RULES", "Value", "Window", "aggregates", "cut_short", "fresh", "inside", "limits", "value_cell"]

#: What can be made of several rows of one id.
RULES = ("sum", "mean", "count", "distinct", "any", "last", "first", "max", "min", "only")


@dataclass(frozen=True, slots=True)
class Window:
    """Days from the answer's own date, the first included, the last excluded.

    Attributes
    ----------
    ours, theirs : str
        Columns of the answer's date and of the event's.
    start, end : int or None
        None: no limit.
    format : str or None
        How to read text dates of the data, as in :func:`cxkit.tally.joinkeys.day_cell`.
    zone : str or None
        The clock of the answers, for events whose times carry a zone.
    whole : bool
        Whether answers whose window reaches out of the days that the data span have no value.
    """

    ours: str
    theirs: str
    start: int | None
    end: int | None
    format: str | None = None
    zone: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A column to bring in.

    Attributes
    ----------
    name, source : str
        What it will be called, and the column of the data.
    rule : str
        One of :data:`RULES`.
    codes : mapping
        What raw values count, of a yes/no column: raw value -> 0 or 1.
    absent : bool
        Whether an id that the data do not have at all counts 0: the data are complete.
    """

    name: str
    source: str
    rule: str
    codes: Mapping[Any, float] = field(default_factory=dict)
    absent: bool = False


def limits(window: Window, *, times: bool) -> dict[str, str]:
    """First moment of an answer's window (``lo``) and the first after it (``up``), of its date ``d``.

    Parameters
    ----------
    times : bool
        Whether both sides have times of day: then a day is 24 hours, else a date.
    """
    out = {}
    for name, days in (("lo", window.start), ("up", window.end)):
        if days is not None:
            out[name] = f"d + INTERVAL ({days}) DAY" if times else f"d + ({days})"
    return out


def cut_short(window: Window, first: Any, last: Any, *, times: bool, date: str = "d") -> str:
    """Whether the window of an answer of this ``date`` begins before the day of the first event or ends after the last.

    Of windows that are open on a side, nothing is: their length is not the same for all anyway.
    """
    if window.start is None or window.end is None or first is None:
        return "FALSE"
    ends = {name: text.replace("d +", f"{date} +") for name, text in limits(window, times=times).items()}
    days = [f"DATE '{str(day)[:10]}'" for day in (first, last)]
    return f"({ends['lo']} < {days[0]} OR {ends['up']} > {days[1]} + 1)"


def inside(window: Window) -> str:
    """Whether an event ``e`` is in the window of an answer."""
    parts = [] if window.start is None else ["e >= k.lo"]
    parts += [] if window.end is None else ["e < k.up"]
    return " AND ".join(parts) or "e IS NOT NULL"


def fresh(window: Window, *, times: bool) -> str:
    """Whether an event of an answer's window is in no window of an answer before (on ``p``) of the same id."""
    if window.end is None:
        return "k.p IS NULL"  # a window without an end holds those that begin later
    before = limits(window, times=times)["up"].replace("d +", "k.p +")
    return f"(k.p IS NULL OR e >= {before})"


def value_cell(cell: str, kind: str, value: Value) -> str:
    """A value as it is counted: yes and no as 1 and 0, numbers that are finite."""
    if value.codes:
        groups: dict[float, list[str]] = {}
        for raw, code in value.codes.items():
            groups.setdefault(code, []).append(literal(raw))
        said = " ".join(f"WHEN {cell} IN ({', '.join(raws)}) THEN {int(code)}" for code, raws in groups.items())
        return f"CAST(CASE {said} END AS TINYINT)"
    if kind in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({cell}) THEN {cell} END"
    if value.rule in ("sum", "mean") and is_number(kind):
        return f"CAST({cell} AS DOUBLE)"
    return f"CAST({cell} AS VARCHAR)" if kind.startswith("ENUM") else cell


def aggregates(values: Sequence[Value], condition: str, *, dated: bool) -> list[str]:
    """What is made of ``v0, v1 ...`` in each window, under the same names; ``z0 ...`` tells values that differ.

    Parameters
    ----------
    condition : str
        Which of the rows of an id count; empty for all.
    dated : bool
        Whether there is an ``e`` that orders them.
    """
    where = f" FILTER (WHERE {condition})" if condition else ""
    held = f"count(*){where}"
    out = []
    for i, value in enumerate(values):
        v, name = f"v{i}", f"v{i}"
        made = {
            "sum": f"sum({v}){where}",
            "mean": f"avg({v}){where}",
            "count": f"count({v}){where}",
            "distinct": f"count(DISTINCT {v}){where}",
            "any": f"CAST(max({v}){where} AS BIGINT)",
            "max": f"max({v}){where}",
            "min": f"min({v}){where}",
            "only": f"min({v}){where}",
        }
        if dated:
            # Of several values of one moment the greatest, so that the order of the rows does not matter.
            made |= {"last": f"arg_max({v}, (e, {v})){where}", "first": f"arg_min({v}, (e, {v})){where}"}
        text = made[value.rule]
        if condition and value.rule in ("sum", "any"):
            text = f"CASE WHEN {held} = 0 THEN 0 ELSE {text} END"
        out.append(f"{text} AS {name}")
        if value.rule == "only":
            out.append(f"max({v}){where} IS DISTINCT FROM min({v}){where} AS z{i}")
    return out
