"""The same join for frames that live on an engine of their own, as one narwhals plan: Spark, Dask, Ibis.

What every engine can do is done: ids that are whole numbers or texts, windows by the day, and rules that add,
count or compare. What is asked beyond that is refused with a way round it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, RoleError
from cxkit.tally.asof import Value, Window
from cxkit.tally.desk import engine_of
from cxkit.tally.engine import collected, count_rows, plain
from cxkit.tally.joinkeys import Pair
from cxkit.tally.joins import Facts, ValueFacts
from cxkit.tally.joinsides import Ask

__all__ = ["Elsewhere", "join_elsewhere"]

_RULES = ("sum", "mean", "count", "any", "max", "min", "only")
_BACK = "give both sides as files or DuckDB relations, or bring the columns that are needed to pandas first"


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """The frame with the new columns, the counts, and some ids of both sides."""

    frame: Any
    facts: Facts
    examples: tuple[tuple[str, ...], tuple[str, ...]]


def join_elsewhere(ours: Any, theirs: Any, ask: Ask) -> Elsewhere:
    """Match the rows of two frames of one engine. As :func:`cxkit.tally.joins.join_rows`.

    Raises
    ------
    OptionError
        A rule, a repair or a kind of id that not every engine knows.
    """
    import narwhals.stable.v2 as nw

    _check(ask, engine_of(ours))
    a, b = nw.from_native(ours).lazy(), nw.from_native(theirs).lazy()
    mine, others = a.collect_schema(), b.collect_schema()
    both = [_keys(nw, pair, mine[pair.ours], others[pair.theirs]) for pair in ask.pairs]
    names = [f"cx_k{i}" for i in range(len(both))]
    window = ask.window
    left = [one.alias(name) for name, (one, _) in zip(names, both, strict=True)]
    right = [other.alias(name) for name, (_, other) in zip(names, both, strict=True)]
    if window is not None:
        left.append(_day(nw, window.ours, mine[window.ours]).alias("cx_d"))
        right.append(_day(nw, window.theirs, others[window.theirs]).alias("cx_e"))
    groups = [*names, "cx_d"] if window is not None else names
    right += [_value(nw, value, others[value.source]).alias(f"cx_v{i}") for i, value in enumerate(ask.values)]
    data = b.select(*right)
    answers = a.select(*left).group_by(*groups).agg(nw.len().alias("cx_n"))
    known = answers.filter(nw.all_horizontal(*(~nw.col(name).is_null() for name in groups), ignore_nulls=False))
    known = known if window is None else _with_before(nw, known, names, groups)
    joined = known.join(data.filter(~_null(nw, names)), on=names, how="inner")
    made = _aggregated(nw, joined, groups, ask)
    frame = _attached(nw, a, left, groups, made, ask.values)
    facts = _facts(nw, answers, known, data, made, names, ask)
    examples = (_some(nw, answers, names[0]), _some(nw, data, names[0])) if not facts.answers_matched else ((), ())
    return Elsewhere(frame, facts, examples)


def _check(ask: Ask, engine: str) -> None:
    odd = next((v for v in ask.values if v.rule not in _RULES), None)
    if odd is not None:
        raise OptionError(f"the rule {odd.rule!r} is not known on {engine}", hint=_BACK)
    if "zeros" in ask.repairs:
        raise OptionError(f"leading zeros cannot be levelled on {engine}", hint=_BACK)
    if ask.window is not None and ask.window.whole:
        raise OptionError(f"unfinished='null' is not known on {engine}", hint=_BACK)
    if ask.repairs:
        raise OptionError(f"ids cannot be levelled on {engine}", hint=_BACK)


def _keys(nw: Any, pair: Pair, mine: Any, other: Any) -> tuple[Any, Any]:
    one, two = nw.col(pair.ours), nw.col(pair.theirs)
    if pair.period is not None:
        if pair.format is not None:
            raise RoleError(f"{pair.theirs!r} holds texts, not dates", column=pair.theirs, hint="convert it to dates")
        return _number(nw, one, pair.period), _number(nw, two, pair.period)
    if mine.is_integer() and other.is_integer():
        return one.cast(nw.Int64), two.cast(nw.Int64)
    for name, kind in ((pair.ours, mine), (pair.theirs, other)):
        if kind.is_numeric() and not kind.is_integer():
            raise RoleError(
                f"ids must be whole numbers or texts here, and {name!r} holds {kind}", column=name,
                hint="cast the column to integers, or to texts",
            )  # fmt: skip
    return _text(nw, one), _text(nw, two)


def _text(nw: Any, column: Any) -> Any:
    text = column.cast(nw.String).str.strip_chars()
    return nw.when(text != "").then(text).otherwise(None)


def _day(nw: Any, name: str, kind: Any) -> Any:
    if not isinstance(kind, (nw.Date, nw.Datetime)):
        raise RoleError(f"{name!r} holds {kind}, not dates", column=name, hint="convert it to dates")
    return _number(nw, nw.col(name), "D")


def _number(nw: Any, day: Any, period: str) -> Any:
    """The number of a day since the year 1, or of the week, month, quarter or year that holds it."""
    year = day.dt.year()
    if period in ("M", "Q", "Y"):
        return ((year * 12 + (day.dt.month() - 1)) // {"M": 1, "Q": 3, "Y": 12}[period]).cast(nw.Float64)
    last = year - 1
    number = last * 365 + last // 4 - last // 100 + last // 400 + day.dt.ordinal_day()
    return ((number - 1) // 7 if period == "W" else number).cast(nw.Float64)


def _value(nw: Any, value: Value, kind: Any) -> Any:
    column = nw.col(value.source)
    if value.codes:
        if isinstance(kind, nw.Boolean):
            return nw.when(column).then(nw.lit(1)).when(~column).then(nw.lit(0)).otherwise(None)
        yes = [raw for raw, code in value.codes.items() if code == 1]
        no = [raw for raw, code in value.codes.items() if code == 0]
        coded: Any = None
        for raws, code in ((yes, 1), (no, 0)):
            if raws:
                test = column.is_in(raws)
                coded = nw.when(test).then(nw.lit(code)) if coded is None else coded.when(test).then(nw.lit(code))
        return coded.otherwise(None)
    if value.rule in ("sum", "mean"):
        number = column.cast(nw.Float64)
        return nw.when(~number.is_nan()).then(number).otherwise(None)
    return column


def _null(nw: Any, names: Sequence[str]) -> Any:
    found = nw.col(names[0]).is_null()
    for name in names[1:]:
        found = found | nw.col(name).is_null()
    return found


def _with_before(nw: Any, known: Any, names: Sequence[str], groups: Sequence[str]) -> Any:
    """The answers' keys with the day ``cx_p`` of the answer before of the same id."""
    others = known.select(*names, nw.col("cx_d").alias("cx_o"))
    before = known.join(others, on=list(names), how="inner").filter(nw.col("cx_o") < nw.col("cx_d"))
    last = before.group_by(*groups).agg(nw.col("cx_o").max().alias("cx_p"))
    return known.join(last, on=list(groups), how="left")


def _aggregated(nw: Any, joined: Any, groups: Sequence[str], ask: Ask) -> Any:
    window = ask.window
    here = _inside(nw, window)
    new = {"cx_in": nw.lit(1), "cx_one": nw.lit(1), "cx_f": nw.lit(1), "cx_x": nw.lit(0)}
    if window is not None:
        first = nw.col("cx_p").is_null()
        fresh = first if window.end is None else first | (nw.col("cx_e") >= nw.col("cx_p") + window.end)
        new = {
            "cx_in": _one(nw, here), "cx_one": _one(nw, first), "cx_f": _one(nw, here & fresh),
            "cx_x": _one(nw, nw.col("cx_e").is_null()),
        }  # fmt: skip
    for i, value in enumerate(ask.values):
        v = nw.col(f"cx_v{i}")
        new[f"cx_t{i}"] = v
        held = v if window is None else nw.when(here).then(v).otherwise(None)
        new[f"cx_w{i}"] = held if value.rule != "count" else _one(nw, ~held.is_null())
    rows = joined.with_columns(**new)
    totals = [nw.len().alias("cx_r"), nw.col("cx_one").max().alias("cx_one")]
    totals += [nw.col(name).sum().alias(name) for name in ("cx_in", "cx_f", "cx_x")]
    for i, value in enumerate(ask.values):
        w = nw.col(f"cx_w{i}")
        if value.rule == "sum":
            totals += [nw.col(f"cx_t{i}").sum().alias(f"cx_t{i}"), w.count().alias(f"cx_c{i}")]
        made = {"sum": w.sum, "mean": w.mean, "count": w.sum, "any": w.max, "max": w.max, "min": w.min, "only": w.min}
        totals.append(made[value.rule]().alias(f"cx_m{i}"))
        totals += [w.max().alias(f"cx_z{i}")] if value.rule == "only" else []
    grouped = rows.group_by(*groups).agg(*totals)
    final = {}
    for i, value in enumerate(ask.values):
        m = nw.col(f"cx_m{i}")
        if value.rule == "sum":  # a sum of nothing known is not 0, unless nothing happened
            final[f"cx_m{i}"] = nw.when((nw.col(f"cx_c{i}") > 0) | (nw.col("cx_in") == 0)).then(m).otherwise(None)
        elif value.rule == "any" and window is not None:
            final[f"cx_m{i}"] = nw.when(nw.col("cx_in") == 0).then(nw.lit(0)).otherwise(m)
    return grouped.with_columns(**final) if final else grouped


def _inside(nw: Any, window: Window | None) -> Any:
    if window is None:
        return None
    after = nw.col("cx_e") - nw.col("cx_d")
    inside = ~after.is_null()
    if window.start is not None:
        inside = inside & (after >= window.start)
    return inside if window.end is None else inside & (after < window.end)


def _one(nw: Any, test: Any) -> Any:
    return nw.when(test).then(nw.lit(1)).otherwise(nw.lit(0))


def _attached(nw: Any, a: Any, left: Sequence[Any], groups: Sequence[str], made: Any, values: Sequence[Value]) -> Any:
    columns = a.collect_schema().names()
    hit = nw.lit(1).alias("cx_hit")
    chosen = made.select(*groups, hit, *(nw.col(f"cx_m{i}").alias(value.name) for i, value in enumerate(values)))
    both = a.with_columns(*left).join(chosen, on=list(groups), how="left")
    absent = nw.col("cx_hit").is_null() & ~_null(nw, groups)
    zeros = [
        nw.when(absent).then(nw.lit(0)).otherwise(nw.col(value.name)).alias(value.name)
        for value in values if value.absent
    ]  # fmt: skip
    both = both.with_columns(*zeros) if zeros else both
    return both.select(*columns, *(value.name for value in values)).to_native()


def _facts(nw: Any, answers: Any, known: Any, data: Any, made: Any, names: Sequence[str], ask: Ask) -> Facts:
    window, values = ask.window, ask.values
    lost = _one(nw, _null(nw, names))
    dateless = _one(nw, nw.col("cx_d").is_null()) if window else nw.lit(0)
    mine = _sums(
        nw, answers, {"n": nw.col("cx_n"), "nameless": lost * nw.col("cx_n"), "dateless": dateless * nw.col("cx_n")}
    )
    new = _one(nw, nw.col("cx_p").is_null()) if window else nw.lit(1)
    customers = _sums(nw, known, {"k": new})["k"]
    parts: dict[str, Any] = {"nameless": lost}
    parts["dateless"] = _one(nw, nw.col("cx_e").is_null()) if window else nw.lit(0)
    for i, value in enumerate(values):
        v = nw.col(f"cx_v{i}")
        parts[f"empty{i}"] = _one(nw, v.is_null())
        if value.rule == "sum":
            parts |= {f"negative{i}": _one(nw, v < 0), f"total{i}": v}
        if value.rule in ("sum", "mean"):
            parts[f"infinite{i}"] = _one(nw, (v == float("inf")) | (v == float("-inf")))
    scan = _sums(nw, data, parts) | {"rows": count_rows(data.to_native())}
    groups = [*names, "cx_d"] if window else list(names)
    whole = made.join(known.select(*groups, "cx_n"), on=groups, how="inner")
    one = nw.col("cx_one")
    wanted: dict[str, Any] = {
        "n": nw.col("cx_n"), "k": one, "r": one * nw.col("cx_r"), "f": nw.col("cx_f"), "x": one * nw.col("cx_x"),
        "several": one * _one(nw, nw.col("cx_r") > 1),
    }  # fmt: skip
    for i, value in enumerate(values):
        wanted[f"v{i}"] = nw.when(~nw.col(f"cx_m{i}").is_null()).then(nw.col("cx_n")).otherwise(nw.lit(0))
        if value.rule == "sum":
            wanted[f"t{i}"] = one * nw.col(f"cx_t{i}")
        if value.rule == "only":
            wanted[f"z{i}"] = _one(nw, nw.col(f"cx_z{i}") != nw.col(f"cx_m{i}"))
    first, last = _span(nw, data) if window is not None else (None, None)
    if (
        window is not None
        and window.start is not None
        and window.end is not None
        and first is not None
        and last is not None
    ):
        short = (nw.col("cx_d") + window.start < first) | (nw.col("cx_d") + window.end > last + 1)
        wanted["short"] = nw.when(short).then(nw.col("cx_n")).otherwise(nw.lit(0))
    them = _sums(nw, whole, wanted)
    matched = int(them["r"])
    absent = int(_sums(nw, known, {"n": nw.col("cx_n")})["n"]) - int(them["n"]) if any(v.absent for v in values) else 0
    return Facts(
        int(mine["n"]), int(them["n"]), int(mine["nameless"]), int(mine["dateless"]), int(customers), int(them["k"]),
        int(scan["rows"]), matched, matched - int(them["f"]) - int(them["x"]) if window else 0, int(scan["nameless"]),
        int(scan["dateless"]), None, int(them["several"]), False,
        tuple(
            ValueFacts(
                int(them[f"v{i}"]) + absent * value.absent, int(scan[f"empty{i}"]), int(scan.get(f"negative{i}", 0)),
                scan.get(f"total{i}", float("nan")), them.get(f"t{i}", float("nan")), int(them.get(f"z{i}", 0)),
                int(scan.get(f"infinite{i}", 0)),
            )
            for i, value in enumerate(values)
        ),
        (), tuple("date" if p.period else "text" for p in ask.pairs), absent,
        int(them.get("short", 0)), _date(first), _date(last),
    )  # fmt: skip


def _span(nw: Any, data: Any) -> tuple[float | None, float | None]:
    """First and last day of the data, as numbers of days."""
    found = collected(data.select(nw.col("cx_e").min().alias("a"), nw.col("cx_e").max().alias("b")))
    first, last = plain(found["a"][0]), plain(found["b"][0])
    return (None, None) if first is None or first != first else (float(first), float(last))


def _date(number: float | None) -> dt.date | None:
    return None if number is None else dt.date.fromordinal(int(number))


def _sums(nw: Any, lazy: Any, parts: dict[str, Any]) -> dict[str, float]:
    names = {f"cx_s{i}": name for i, name in enumerate(parts)}
    columns = lazy.select(
        *(part.cast(nw.Float64).alias(short) for short, part in zip(names, parts.values(), strict=True))
    )
    found = collected(columns.select(*(nw.col(short).sum().alias(short) for short in names)))
    return {name: float(plain(found[short][0]) or 0) for short, name in names.items()}


def _some(nw: Any, lazy: Any, name: str) -> tuple[str, ...]:
    found = collected(lazy.select(nw.col(name).cast(nw.String).alias("x")).filter(~nw.col("x").is_null()).head(3))
    return tuple(str(x) for x in found["x"])
