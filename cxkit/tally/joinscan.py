"""One look at every row of the data before they are joined: what is missing, negative or damaged, and totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cxkit.tally.joinkeys import EXCEL, bare_cell, damage_tests, is_number, is_text, is_whole
from cxkit.tally.joinsides import Sides, any_null

__all__ = ["Damaged", "Scan", "damaged_answers", "scan_data"]


@dataclass(frozen=True, slots=True)
class Damaged:
    """Ids of one side (``answers`` or ``data``) that a tool changed: what it did, in how many rows, an example."""

    side: str
    kind: str
    rows: int
    example: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of the data, those without an id or a date, and per value: rows without one, below 0, not finite, infinite, the sum; first and last date."""

    rows: int
    nameless: int
    dateless: int
    times: bool
    empty: tuple[int, ...]
    negative: tuple[int, ...]
    odd: tuple[int, ...]
    infinite: tuple[int, ...]
    total: tuple[float, ...]
    damaged: tuple[Damaged, ...]
    first: Any = None
    last: Any = None


def scan_data(sides: Sides, event: str) -> Scan:
    """Count the rows of the data; ``event`` is the SQL of their date, empty without one."""
    window, values = sides.ask.window, sides.ask.values
    cells = ["count(*) AS rows", f"count(*) FILTER (WHERE {any_null(sides.their_keys())}) AS nameless"]
    cells.append(f"count(*) - count({event}) AS dateless" if event else "0 AS dateless")
    timed = window is not None and sides.kinds[window.theirs] != "DATE"
    cells.append(f"bool_or({event} <> date_trunc('day', {event})) AS times" if timed else "FALSE AS times")
    cells += [f"min({event}) AS first", f"max({event}) AS last"] if event else []
    for i, value in enumerate(values):
        cell, kind = sides.cell(value), sides.kinds[value.source]
        cells.append(f"count(*) - count({cell}) AS empty{i}")
        if kind in ("FLOAT", "DOUBLE") and not value.codes:
            cells.append(f"count(*) FILTER (WHERE isinf({sides.names[value.source]})) AS infinite{i}")
        if is_number(kind) and not value.codes:
            cells += [f"count(*) FILTER (WHERE {cell} < 0) AS negative{i}", f"sum({cell}) AS total{i}"]
            cells += [f"count({sides.names[value.source]}) - count({cell}) AS odd{i}"] if kind == "DOUBLE" else []
    found = sides.desk.row(f"SELECT {', '.join(cells)} FROM {sides.rows}")
    numbered = range(len(values))
    return Scan(
        found["rows"], found["nameless"], found["dateless"], bool(found["times"]),
        tuple(found[f"empty{i}"] for i in numbered),
        tuple(found.get(f"negative{i}", 0) for i in numbered),
        # What is no float needs its own look where it is counted.
        tuple(found.get(f"odd{i}", 1) for i in numbered),
        tuple(found.get(f"infinite{i}", 0) for i in numbered),
        tuple(_float(found.get(f"total{i}")) for i in numbered),
        _damaged(sides, "data"), found.get("first"), found.get("last"),
    )  # fmt: skip


def damaged_answers(sides: Sides) -> tuple[Damaged, ...]:
    """What happened to the ids of the answers, in rows of the study."""
    return _damaged(sides, "answers")


def _damaged(sides: Sides, side: str) -> tuple[Damaged, ...]:
    out = []
    theirs = side == "data"
    for i, pair in enumerate(sides.ask.pairs):
        if pair.period is not None:
            continue
        raw = sides.names[pair.theirs] if theirs else f"r{i}"
        kind = sides.kinds[pair.theirs] if theirs else sides.types[f"r{i}"]
        table = sides.rows if theirs else sides.table
        tests = _tests(sides, i, raw, kind, table, theirs=theirs)
        if not tests:
            continue
        count = "count(*)" if theirs else "sum(n)"
        found = sides.desk.row(
            f"SELECT {', '.join(f'{count} FILTER (WHERE {test}) AS {name}' for name, test in tests.items())} FROM {table}"
        )
        for name, test in tests.items():
            if found[name]:
                example = sides.desk.row(f"SELECT min(CAST({raw} AS VARCHAR)) AS x FROM {table} WHERE {test}")["x"]
                out.append(Damaged(side, name, int(found[name]), str(example)))
    return tuple(out)


def _tests(sides: Sides, i: int, raw: str, kind: str, table: str, *, theirs: bool) -> dict[str, str]:
    if is_whole(kind):
        most = sides.desk.row(f"SELECT max({raw}) AS x FROM {table}")["x"]
        return damage_tests(raw, kind) if most is not None and most >= EXCEL else {}
    if not is_text(kind):
        return damage_tests(raw, kind)
    most = sides.longest[i] if theirs else None
    if most is None:
        most = sides.desk.row(f"SELECT max(strlen(CAST({raw} AS VARCHAR))) AS x FROM {table}")["x"]
    long = most is not None and most >= 18
    if sides.hows[i] == "same":  # nothing else is in them
        tests = damage_tests(raw, kind, long=long)
        return {"excel": tests["excel"]} if long else {}
    bare = sides.their_id(i) if theirs else bare_cell(raw)
    blanks = {"blanks": f"{bare} <> CAST({raw} AS VARCHAR) AND {bare} <> ''"}
    return damage_tests(bare, kind, long=long) | blanks


def _float(value: Any) -> float:
    return float("nan") if value is None else float(value)
