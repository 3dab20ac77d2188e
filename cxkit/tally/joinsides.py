"""The two sides of a join on one connection: the answers' distinct keys as a small table, the data where they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cxkit.tally.asof import Value, Window, value_cell
from cxkit.tally.attaching import frame_of
from cxkit.tally.desk import Desk, engine_of, on_one_connection, quoted
from cxkit.tally.joinkeys import Pair, bare_cell, day_cell, id_cell, is_marked, is_text, kind_of

__all__ = ["HELD", "LOCAL", "Ask", "Sides", "any_null", "open_sides", "same_place"]

#: Engines whose rows DuckDB reads where they are.
LOCAL = ("pandas", "polars", "polars_lazy", "pyarrow", "duckdb")

#: Those whose rows are in memory, in an order.
HELD = ("pandas", "polars", "pyarrow")


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be joined: columns that must agree, columns to bring, days around each answer."""

    pairs: tuple[Pair, ...]
    values: tuple[Value, ...]
    window: Window | None = None
    repairs: tuple[str, ...] = ()

    @property
    def ours(self) -> tuple[str, ...]:
        """The columns of the study that are needed, in the order of :attr:`raw`."""
        return (*(p.ours for p in self.pairs), *([self.window.ours] if self.window else []))

    @property
    def theirs(self) -> tuple[str, ...]:
        """The columns of the data that are needed."""
        window = [self.window.theirs] if self.window else []
        return tuple(dict.fromkeys((*(p.theirs for p in self.pairs), *window, *(v.source for v in self.values))))

    @property
    def raw(self) -> list[str]:
        """What the study's columns are called in SQL: ``r0 ...``, and ``rd`` for its date."""
        return [f"r{i}" for i in range(len(self.pairs))] + (["rd"] if self.window else [])

    @property
    def keys(self) -> list[str]:
        """What the keys of both sides are called as they are compared."""
        return [f"k{i}" for i in range(len(self.pairs))]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides as SQL.

    Attributes
    ----------
    desk : Desk
        Where it runs.
    ask : Ask
    source : str
        The data, as they are.
    names, kinds : dict
        Column of the data -> how SQL calls it, and its type.
    table : str
        The answers' distinct raw keys, each with a number ``u`` and its ``n`` rows.
    types : dict
        Their types.
    once : bool
        Whether no id has two dates.
    hows : tuple of str
        How each pair is compared: ``same, number, text, date``.
    longest : tuple of int or None
        For each pair the bytes of the longest text id of the data, where that is known.
    """

    desk: Desk
    ask: Ask
    source: str
    names: dict[str, str]
    kinds: dict[str, str]
    table: str
    types: dict[str, str]
    once: bool
    hows: tuple[str, ...] = ()
    longest: tuple[int | None, ...] = ()

    def is_bare(self, i: int, *, theirs: bool) -> bool:
        """Whether the blanks around the ids of the i-th pair are looked at on this side."""
        kind = self.kinds[self.ask.pairs[i].theirs] if theirs else self.types[f"r{i}"]
        return self.hows[i] == "text" and is_text(kind)

    @property
    def rows(self) -> str:
        """The data, with ``cx_b0 ...``: text ids without blanks."""
        bare = [
            f"{bare_cell(self.names[pair.theirs])} AS cx_b{i}"
            for i, pair in enumerate(self.ask.pairs) if self.is_bare(i, theirs=True)
        ]  # fmt: skip
        return f"(SELECT *, {', '.join(bare)} FROM {self.source})" if bare else self.source

    def their_id(self, i: int) -> str:
        """The i-th id in :attr:`rows`."""
        return f"cx_b{i}" if self.is_bare(i, theirs=True) else self.names[self.ask.pairs[i].theirs]

    def their_keys(self, repairs: tuple[str, ...] | None = None) -> list[str]:
        """The keys of :attr:`rows` as they are compared."""
        out = []
        for i, (pair, how) in enumerate(zip(self.ask.pairs, self.hows, strict=True)):
            cell, kind = self.their_id(i), self.kinds[pair.theirs]
            if how == "date":
                out.append(day_cell(cell, kind, period=pair.period, format=pair.format))
            else:
                out.append(id_cell(cell, kind, how, self.ask.repairs if repairs is None else repairs))
        return out

    def our_keys(self, repairs: tuple[str, ...] | None = None) -> list[str]:
        """The keys of :attr:`table` as they are compared."""
        out = []
        for i, (pair, how) in enumerate(zip(self.ask.pairs, self.hows, strict=True)):
            cell, kind = f"r{i}", self.types[f"r{i}"]
            if how == "date":
                out.append(day_cell(cell, kind, period=pair.period))
                continue
            cell = bare_cell(cell) if self.is_bare(i, theirs=False) else cell
            out.append(id_cell(cell, kind, how, self.ask.repairs if repairs is None else repairs))
        return out

    def cell(self, value: Value) -> str:
        """A value of the data as it is counted."""
        return value_cell(self.names[value.source], self.kinds[value.source], value)

    def on(self, one: str, other: str) -> str:
        """The condition that two tables' keys agree."""
        return " AND ".join(f"{one}.{k} = {other}.{k}" for k in self.ask.keys)


def any_null(cells: list[str]) -> str:
    return " OR ".join(f"{cell} IS NULL" for cell in cells)


def same_place(desk: Desk, source: str, ours: Any) -> bool:
    """Whether statements on the data can name the study's relation."""
    return source != desk.here or on_one_connection(desk.relation, ours)


def open_sides(ours: Any, theirs: Any, ask: Ask) -> Sides:
    """Both sides of two frames of local engines, brought to one connection."""
    if engine_of(theirs) == "polars_lazy":
        theirs = theirs.select(*ask.theirs).collect()
    if engine_of(theirs) == "duckdb":
        desk, source, names = Desk(theirs), Desk.here, {name: quoted(name) for name in ask.theirs}
        plain = {name: name for name in ask.theirs}
    else:
        desk = Desk(ours) if engine_of(ours) == "duckdb" else Desk()
        names = plain = {name: f"t{i}" for i, name in enumerate(ask.theirs)}
        source = desk.load(theirs, {new: old for old, new in names.items()})
    kinds = desk.types(source)
    table, once = _answers(desk, source, ours, ask)
    held = {name: kinds[plain[name]] for name in ask.theirs}
    sides = Sides(desk, ask, source, names, held, table, desk.types(table), once)
    hows: list[str] = []
    longest: list[int | None] = []
    for i, pair in enumerate(ask.pairs):
        how = "date" if pair.period is not None else kind_of(sides.types[f"r{i}"], held[pair.theirs])
        alike, most = _spelt_alike(sides, i) if how == "text" else (False, None)
        hows.append("same" if alike else how)
        longest.append(most)
    return replace(sides, hows=tuple(hows), longest=tuple(longest))


def _spelt_alike(sides: Sides, i: int) -> tuple[bool, int | None]:
    """Whether text ids can be compared as they are, and the bytes of the longest of the data.

    They can where nothing is around them on either side, nor in them a rounded number. Where all ids of both
    sides have one length, none becomes another's equal by losing a blank or a ``.0``.
    """
    pair = sides.ask.pairs[i]
    if sides.ask.repairs or sides.types[f"r{i}"] != "VARCHAR" or sides.kinds[pair.theirs] != "VARCHAR":
        return False, None
    places = ((f"r{i}", sides.table), (sides.names[pair.theirs], sides.source))
    mine, theirs = (
        sides.desk.row(
            f"SELECT min(strlen({cell})) AS a, max(strlen({cell})) AS b, "
            f"count(*) FILTER (WHERE contains({cell}, '+')) AS plus FROM {table}"
        )
        for cell, table in places
    )
    longest = theirs["b"]
    if mine["plus"] or theirs["plus"] or not mine["a"] or not theirs["a"]:
        return False, longest
    if mine["a"] == mine["b"] == theirs["a"] == theirs["b"]:
        return True, longest
    marked = (
        sides.desk.row(f"SELECT count(*) FILTER (WHERE {is_marked(cell)}) AS n FROM {table}")["n"]
        for cell, table in places
    )
    return not any(marked), longest


def _answers(desk: Desk, source: str, ours: Any, ask: Ask) -> tuple[str, bool]:
    """A table of the distinct raw keys of the study, each with a number and its rows; and whether no id has two dates."""
    columns = dict(zip(ask.raw, ask.ours, strict=True))
    engine, names = engine_of(ours), ", ".join(ask.raw)
    number = "row_number() OVER () AS u"
    if engine == "polars_lazy":
        import narwhals.stable.v2 as nw

        chosen = nw.from_native(ours).lazy().select(*(nw.col(old).alias(new) for new, old in columns.items()))
        held = chosen.group_by(*ask.raw).agg(nw.len().alias("n")).collect().to_native()
    elif engine == "duckdb":
        listed = ", ".join(f"{quoted(old)} AS {new}" for new, old in columns.items())
        rows = f"(SELECT {listed} FROM {Desk.here})"
        if same_place(desk, source, ours):
            return _grouped(Desk(ours), rows, ask)
        held = frame_of(Desk(ours).arrays(f"SELECT {names}, count(*) AS n FROM {rows} GROUP BY ALL"))
    else:
        return _grouped(desk, desk.load(ours, columns), ask)
    loaded = desk.load(held, {name: name for name in (*ask.raw, "n")})
    return desk.hold(f"SELECT {number}, * FROM {loaded}"), ask.window is None


def _grouped(desk: Desk, rows: str, ask: Ask) -> tuple[str, bool]:
    number = "SELECT row_number() OVER () AS u, * FROM"
    if ask.window is not None:
        keys = ", ".join(ask.raw[:-1])
        each = (
            f"SELECT {keys}, min(rd) AS rd, max(rd) AS hi, count(rd) AS dn, count(*) AS n FROM {rows} GROUP BY {keys}"
        )
        table = desk.hold(f"{number} ({each})")
        if not desk.row(f"SELECT count(*) AS k FROM {table} WHERE rd IS DISTINCT FROM hi OR dn NOT IN (0, n)")["k"]:
            return table, True
        desk.drop(table)
    each = f"SELECT {', '.join(ask.raw)}, count(*) AS n FROM {rows} GROUP BY ALL"
    return desk.hold(f"{number} ({each})"), ask.window is None
