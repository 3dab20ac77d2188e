"""Bring columns of one table to the rows of another, and count what became of every row of both.

The answers' distinct ids (and dates) go to where the data are, the data are aggregated there in one pass, and
what comes back has one row an id and date. So rows are never multiplied, their order never changes, and data
that do not fit in memory never have to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cxkit.tally.asof import aggregates, cut_short, fresh, inside, limits
from cxkit.tally.attaching import Columns, attached, frame_of
from cxkit.tally.desk import Desk, engine_of, zone_of
from cxkit.tally.joinkeys import day_cell, is_number
from cxkit.tally.joinscan import Damaged, Scan, damaged_answers, scan_data
from cxkit.tally.joinsides import HELD, Ask, Sides, any_null, open_sides, same_place

__all__ = ["Facts", "Joining", "ValueFacts", "join_rows"]


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """One column that was brought in.

    Attributes
    ----------
    filled : int
        Answers that have a value now.
    empty, negative : int
        Rows of the data without a value, and with one below 0.
    total, covered : float
        Sum over the data, and over its rows whose id is an answer's; NaN of what is not summed.
    differing : int
        Answers' ids (and dates) with several values, where there may be one only.
    infinite : int
        Rows of the data with an infinite value: no number, and counted in ``empty`` too.
    """

    filled: int
    empty: int
    negative: int
    total: float
    covered: float
    differing: int
    infinite: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What became of the rows of both sides.

    ``answers`` are rows of the study, ``customers`` its distinct ids; ``rows`` are those of the data. ``nameless``
    have no id that can be compared, ``dateless`` no date. ``rows_outside`` have an answer's id and are in no
    window. ``ids`` and ``repeated`` are distinct ids of the data, and those of them on several rows (within a
    window, of the ids that matched). ``compared`` says of each pair: ``same, number, text, date``, or
    ``text_of_number`` where one side is numbers. ``answers_absent`` have an id that the data do not have, and 0
    where that was asked for; ``answers_short`` have a match and a window that is not whole within ``first`` to ``last``,
    the dates of the data.
    """

    answers: int
    answers_matched: int
    answers_nameless: int
    answers_dateless: int
    customers: int
    customers_matched: int
    rows: int
    rows_matched: int
    rows_outside: int
    rows_nameless: int
    rows_dateless: int
    ids: int | None
    repeated: int
    times: bool
    values: tuple[ValueFacts, ...]
    damaged: tuple[Damaged, ...]
    compared: tuple[str, ...]
    answers_absent: int = 0
    answers_short: int = 0
    first: Any = None
    last: Any = None


@dataclass(frozen=True, slots=True)
class Joining:
    """A join that is counted and not yet attached.

    Attributes
    ----------
    sides : Sides
    answers : str
        The answers' keys as they are compared, with their date ``d``, as SQL.
    data : str
        The data as they are joined, as SQL.
    lookup : str
        The keys that can match, with their windows, as SQL.
    result : str
        A table: raw keys of the answers that matched, and their values.
    short : str
        Whether the window of an answer ``a`` is not whole, as SQL.
    facts : Facts
    """

    sides: Sides
    answers: str
    data: str
    lookup: str
    result: str
    short: str
    facts: Facts

    def frame(self, ours: Any) -> Any:
        """The study's frame with the new columns, on its own engine."""
        desk, ask = self.sides.desk, self.sides.ask
        names = [value.name for value in ask.values]
        keys = dict(zip(ask.raw, ask.ours, strict=True))
        engine, table = engine_of(ours), self._with_absent()
        if engine in HELD:
            rows = desk.load(ours, keys)
            on = " AND ".join(f"a.{name} = b.{name}" for name in ask.raw)
            listed = ", ".join(f"b.v{i}" for i in range(len(names)))
            found = desk.arrays(
                f"SELECT {listed} FROM (SELECT row_number() OVER () AS cx_row, * FROM {rows}) a LEFT JOIN "
                f"{table} b ON {on} ORDER BY a.cx_row"
            )
            desk.drop(table)
            return attached(ours, {n: found[f"v{i}"] for i, n in enumerate(names)})
        if engine == "duckdb":
            home = Desk(ours)
            if not same_place(desk, self.sides.source, ours):
                held = frame_of(desk.arrays(f"SELECT * FROM {table}"))
                desk.drop(table)
                table = home.hold("SELECT * FROM cx_frame", held)
            return Columns(keys, names).joined(ours, home, table)
        arrays = desk.arrays(f"SELECT * FROM {table}")
        desk.drop(table)
        return Columns(keys, names).joined_lazily(ours, arrays)

    def _with_absent(self) -> str:
        """The table of values, with the answers whose id the data do not have where these count 0."""
        sides, values = self.sides, self.sides.ask.values
        if not any(value.absent for value in values):
            return self.result
        kinds, raw = sides.desk.types(self.result), ", ".join(sides.ask.raw)
        hidden = self.short if sides.ask.window is not None and sides.ask.window.whole else "FALSE"
        zeros = (
            f"CAST({f'CASE WHEN NOT {hidden} THEN 0 END' if v.absent else 'NULL'} AS {kinds[f'v{i}']}) AS v{i}"
            for i, v in enumerate(values)
        )
        found = sides.desk.hold(
            f"SELECT {raw}, {', '.join(f'v{i}' for i in range(len(values)))} FROM {self.result} UNION ALL "
            f"SELECT {raw}, {', '.join(zeros)} FROM {self.answers} a WHERE {_absent(sides, self.result)}"
        )
        sides.desk.drop(self.result)
        return found

    def clear(self) -> None:
        """Drop the tables that only the counting needed."""
        held = (self.sides.table, self.answers, self.lookup)
        self.sides.desk.drop(*dict.fromkeys(t for t in held if not t.startswith("(")))


def join_rows(ours: Any, theirs: Any, ask: Ask) -> Joining:
    """Match the rows of two frames of local engines (:data:`cxkit.tally.joinsides.LOCAL`).

    Returns
    -------
    Joining
        Its ``facts``, and :meth:`Joining.frame`: ``ours`` with the new columns.
    """
    sides, window, event = open_sides(ours, theirs, ask), ask.window, ""
    if window is not None:
        zone = window.zone or zone_of(theirs, window.theirs)
        event = day_cell(sides.names[window.theirs], sides.kinds[window.theirs], format=window.format, zone=zone)
    scan = scan_data(sides, event)
    times = scan.times and _has_times(sides)
    if event and not times and window is not None and sides.kinds[window.theirs] != "DATE":
        event = f"CAST({event} AS DATE)"
    data = _data(sides, scan, event)
    day = _day(sides, times)
    # Where keys are compared as they are, and no id has two dates, there is nothing to number and to look up.
    plain = sides.once and all(how == "same" for how in sides.hows) and day in ("", "rd")
    answers = _keyed(sides, day, plain=plain)
    lookup = _lookup(sides, answers, times, plain=plain)
    made = _made(sides, lookup, data, times, plain=plain, dateless=bool(scan.dateless))
    short = "FALSE" if window is None else cut_short(window, scan.first, scan.last, times=times, date="a.d")
    result = _result(sides, answers, lookup, made, short, plain=plain)
    facts = _facts(sides, scan, answers, lookup, data, made, result, times, short, plain=plain)
    sides.desk.drop(made)
    return Joining(sides, answers, data, lookup, result, short, facts)


def _has_times(sides: Sides) -> bool:
    """Whether the answers have times of day."""
    if sides.types["rd"] == "DATE":
        return False
    return bool(sides.desk.row(f"SELECT bool_or(rd <> date_trunc('day', rd)) AS t FROM {sides.table}")["t"])


def _day(sides: Sides, times: bool) -> str:
    if sides.ask.window is None:
        return ""
    cell = day_cell("rd", sides.types["rd"])
    return cell if times or sides.types["rd"] == "DATE" else f"CAST({cell} AS DATE)"


def _data(sides: Sides, scan: Scan, event: str) -> str:
    cells = [f"{cell} AS {key}" for cell, key in zip(sides.their_keys(), sides.ask.keys, strict=True)]
    cells += [f"{event} AS e"] if event else []
    for i, value in enumerate(sides.ask.values):
        cells.append(f"{sides.cell(value) if scan.odd[i] else sides.names[value.source]} AS v{i}")
    return f"(SELECT {', '.join(cells)} FROM {sides.rows})"


def _keyed(sides: Sides, day: str, *, plain: bool) -> str:
    cells = [f"{cell} AS {key}" for cell, key in zip(sides.our_keys(), sides.ask.keys, strict=True)]
    cells += [f"{day} AS d"] if day else []
    query = f"SELECT *, {', '.join(cells)} FROM {sides.table}"
    return f"({query})" if plain else sides.desk.hold(query)


def _lookup(sides: Sides, answers: str, times: bool, *, plain: bool) -> str:
    """Distinct compared keys (and dates): a number ``g``, the limits of the window, and the date ``p`` before."""
    window, keys = sides.ask.window, ", ".join(sides.ask.keys)
    known = f"NOT ({any_null(sides.ask.keys)})" + ("" if window is None else " AND d IS NOT NULL")
    ends = "" if window is None else "".join(f", {x} AS {name}" for name, x in limits(window, times=times).items())
    if plain:
        return f"(SELECT *, u AS g{ends} FROM {answers} WHERE {known})"
    if window is None:
        return sides.desk.hold(f"SELECT min(u) AS g, {keys}, NULL AS p FROM {answers} WHERE {known} GROUP BY {keys}")
    once = f"SELECT min(u) AS g, {keys}, d FROM {answers} WHERE {known} GROUP BY {keys}, d"
    return sides.desk.hold(f"SELECT *{ends}, lag(d) OVER (PARTITION BY {keys} ORDER BY d) AS p FROM ({once})")


def _made(sides: Sides, lookup: str, data: str, times: bool, *, plain: bool, dateless: bool) -> str:
    """For each ``g`` that has rows in the data: how many, in its window, new there; and the values."""
    window, values = sides.ask.window, sides.ask.values
    condition = "" if window is None else inside(window)
    cells = ["k.g", "count(*) AS r", f"{'TRUE' if plain else 'any_value(k.p) IS NULL'} AS one"]
    if window is not None:
        new = condition if plain else f"{condition} AND {fresh(window, times=times)}"
        cells.append(f"count(*) FILTER (WHERE {new}) AS f")
        cells.append(f"{'count(*) - count(e)' if dateless else '0'} AS x")
        cells += [f"sum(v{i}) AS t{i}" for i in _summed(sides)]
    cells += aggregates(values, condition, dated=window is not None)
    return sides.desk.hold(
        f"SELECT {', '.join(cells)} FROM {lookup} k JOIN {data} d ON {sides.on('k', 'd')} GROUP BY k.g"
    )


def _summed(sides: Sides) -> list[int]:
    return [i for i, value in enumerate(sides.ask.values) if value.rule == "sum"]


def _result(sides: Sides, answers: str, lookup: str, made: str, short: str, *, plain: bool) -> str:
    """Raw keys of the answers that have a match, with the values."""
    hide = sides.ask.window is not None and sides.ask.window.whole and short != "FALSE"
    cells = ["a.n", *(f"a.{name}" for name in sides.ask.raw)]
    cells += [
        f"CASE WHEN NOT {short} THEN m.v{i} END AS v{i}" if hide else f"m.v{i}" for i in range(len(sides.ask.values))
    ]
    chosen = f"SELECT {', '.join(cells)} FROM {answers} a JOIN"
    if plain:
        return sides.desk.hold(f"{chosen} {made} m ON a.u = m.g")
    on = sides.on("a", "k") + ("" if sides.ask.window is None else " AND a.d = k.d")
    return sides.desk.hold(f"{chosen} {lookup} k ON {on} JOIN {made} m ON k.g = m.g")


def _facts(sides: Sides, scan: Scan, answers: str, lookup: str, data: str, made: str, result: str, times: bool,
           short: str, *, plain: bool) -> Facts:  # fmt: skip
    desk, values, window = sides.desk, sides.ask.values, sides.ask.window
    dateless = "sum(n) FILTER (WHERE d IS NULL)" if window else "0"
    mine = desk.row(
        f"SELECT sum(n) AS n, sum(n) FILTER (WHERE {any_null(sides.ask.keys)}) AS nameless, {dateless} AS dateless "
        f"FROM {answers}"
    )
    customers = desk.row(f"SELECT count(*) AS k FROM {lookup}{'' if plain else ' WHERE p IS NULL'}")["k"]
    filled = desk.row(
        f"SELECT sum(n) AS n{''.join(f', sum(n) FILTER (WHERE v{i} IS NOT NULL) AS v{i}' for i in range(len(values)))} "
        f"FROM {result}"
    )
    cells = ["count(*) FILTER (WHERE one) AS k", "sum(r) FILTER (WHERE one) AS r"]
    cells.append("count(*) FILTER (WHERE one AND r > 1) AS several")
    cells += ["sum(f) AS f", "sum(x) FILTER (WHERE one) AS x"] if window else []
    cells += [f"sum({'t' if window else 'v'}{i}) FILTER (WHERE one) AS t{i}" for i in _summed(sides)]
    cells += [f"count(*) FILTER (WHERE z{i}) AS z{i}" for i, v in enumerate(values) if v.rule == "only"]
    them = desk.row(f"SELECT {', '.join(cells)} FROM {made}")
    ids, repeated = (None, _int(them["several"])) if window else _ids(sides, data)
    matched = _int(them["r"])
    absent = 0
    if any(value.absent for value in values):
        hidden = f" AND NOT {short}" if window is not None and window.whole else ""
        absent = _int(desk.row(f"SELECT sum(n) AS n FROM {answers} a WHERE {_absent(sides, result)}{hidden}")["n"])
    cut = 0
    if short != "FALSE":
        same = " AND ".join(f"b.{name} = a.{name}" for name in sides.ask.raw)
        cut = _int(desk.row(f"SELECT sum(a.n) AS n FROM {answers} a JOIN {result} b ON {same} WHERE {short}")["n"])
    return Facts(
        _int(mine["n"]), _int(filled["n"]), _int(mine["nameless"]), _int(mine["dateless"]),
        customers, _int(them["k"]), scan.rows, matched,
        matched - _int(them["f"]) - _int(them["x"]) if window else 0, scan.nameless, scan.dateless, ids, repeated, times,
        tuple(
            ValueFacts(
                _int(filled[f"v{i}"]) + absent * value.absent, scan.empty[i], scan.negative[i], scan.total[i],
                float("nan") if them.get(f"t{i}") is None else float(them[f"t{i}"]), _int(them.get(f"z{i}")),
                scan.infinite[i],
            )
            for i, value in enumerate(values)
        ),
        (*damaged_answers(sides), *scan.damaged), tuple(_compared(sides)), absent, cut,
        scan.first, scan.last,
    )  # fmt: skip


def _absent(sides: Sides, result: str) -> str:
    """Whether an answer ``a`` has an id (and a date, where dates count), and the data do not have that id."""
    same = " AND ".join(f"b.{name} = a.{name}" for name in sides.ask.raw)
    dated = "" if sides.ask.window is None else " AND d IS NOT NULL"
    return f"NOT ({any_null(sides.ask.keys)}){dated} AND NOT EXISTS (SELECT 1 FROM {result} b WHERE {same})"


def _ids(sides: Sides, data: str) -> tuple[int, int]:
    """Distinct ids of the data, and those of them on several rows."""
    keys = ", ".join(sides.ask.keys)
    found = sides.desk.row(
        f"SELECT count(*) AS ids, count(*) FILTER (WHERE c > 1) AS several FROM (SELECT {keys}, count(*) AS c "
        f"FROM {data} WHERE NOT ({any_null(sides.ask.keys)}) GROUP BY {keys})"
    )
    return _int(found["ids"]), _int(found["several"])


def _compared(sides: Sides) -> list[str]:
    out = []
    for i, (pair, how) in enumerate(zip(sides.ask.pairs, sides.hows, strict=True)):
        kinds = (sides.types[f"r{i}"], sides.kinds[pair.theirs])
        out.append("text_of_number" if how == "text" and any(map(is_number, kinds)) else how)
    return out


def _int(value: Any) -> int:
    return int(value or 0)
