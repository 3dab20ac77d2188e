"""Rows that an audit looks at, found and counted by the engine that holds them.

Speeders, straight-liners, repeated rows and damaged ids are expressions; what comes back is a few
counts, or the frame without the flagged rows on its own engine. Nothing here judges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import RoleError
from cxkit.tally.engine import collected, has_value, plain

__all__ = [
    "Alike",
    "Durations",
    "FEWEST_ITEMS",
    "Item",
    "Rules",
    "answers_each",
    "count_alike",
    "count_damaged",
    "count_days",
    "count_durations",
    "rows_with",
    "rows_without",
]

Ints = NDArray[np.int64]

#: Answered items from which one and the same answer to all of them is worth a flag.
FEWEST_ITEMS = 4

# Texts that a spreadsheet made of a long number: 5.7E+17, or fifteen digits and then zeros.
_DAMAGE = {"scientific": r"^[0-9]+(?:[.,][0-9]+)?[eE][+]?[0-9]+$", "zeros": r"^[0-9]{15}0{3,}(?:[.]0)?$"}
# Whole numbers from here on are not all floats any more.
_FLOAT_LIMIT = float(2**53)


@dataclass(frozen=True, slots=True)
class Item:
    """A rated column: for each answer that any item holds, the raw values that mean it in this column."""

    column: str
    raw: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """How rows are found: seconds under a limit, the same answer to all items, a row that came before.

    Attributes
    ----------
    duration, least : str and float, or None
        Column of seconds; answers in less are speeders.
    items : tuple of Item
    id : str or None
        Identical rows are repeats only where they name the same person: rows of different people
        may well be identical.
    """

    duration: str | None = None
    least: float = 0.0
    items: tuple[Item, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """Times to answer to the tenth of a second: distinct seconds, ascending, and how often each."""

    seconds: NDArray[np.float64]
    n: Ints
    missing: int

    @property
    def median(self) -> float:
        """The middle time; NaN where none is known."""
        total = int(self.n.sum())
        if not total:
            return float("nan")
        upto = np.cumsum(self.n)
        low, high = np.searchsorted(upto, [(total - 1) // 2 + 1, total // 2 + 1])
        return float(self.seconds[low] + self.seconds[high]) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Per number of items answered (M) and answer (A): what is needed to judge straight-lining.

    Attributes
    ----------
    answered, rows : (M,) int
        Items answered, and rows that answered as many.
    straight : (M, A) int
        Rows that gave this answer to every item they answered, if those are at least ``FEWEST_ITEMS``.
    given : (A,) int
        How often the answer was given, over all rows and items.
    agreeing, pairs : int
        Ordered pairs of items of one row that have the same answer, and all such pairs.
    """

    answered: Ints
    rows: Ints
    straight: Ints
    given: Ints
    agreeing: int
    pairs: int


def count_durations(frame: Any, column: str) -> Durations:
    """The distinct times to answer, in seconds.

    Raises
    ------
    RoleError
        Neither numbers nor durations.
    """
    nw, lazy, schema = _opened(frame)
    seconds = _seconds(nw, column, schema[column])
    found = collected(lazy.select(seconds.alias("s")).group_by("s").agg(nw.len().alias("n")))
    pairs = sorted((float(s), int(n)) for s, n in _pairs(found, "s", "n") if s is not None)
    missing = sum(int(n) for s, n in _pairs(found, "s", "n") if s is None)
    values = np.array([s for s, _ in pairs], np.float64)
    return Durations(values, np.array([n for _, n in pairs], np.int64), missing)


def count_alike(frame: Any, items: Sequence[Item]) -> Alike:
    """How often the items of a row have the same answer.

    Raises
    ------
    RoleError
        A yes/no column among the items.
    """
    nw, lazy, schema = _opened(frame)
    lazy, levels = _with_answers(nw, lazy, schema, items)
    parts = [f"__cx_{kind}{a}" for kind in ("s", "q") for a in range(levels)]
    lazy = lazy.with_columns(
        *(_one(nw, _is_straight(nw, a)).alias(f"__cx_s{a}") for a in range(levels)),
        *((nw.col(f"__cx_c{a}") * nw.col(f"__cx_c{a}")).alias(f"__cx_q{a}") for a in range(levels)),
    )
    counts = [f"__cx_c{a}" for a in range(levels)]
    sums = [nw.col(name).sum().alias(name) for name in (*counts, *parts)]
    found = collected(
        lazy.select("__cx_m", *counts, *parts).group_by("__cx_m").agg(nw.len().alias("rows"), *sums)
    )  # fmt: skip
    table = {name: np.array([int(x or 0) for x in values], np.int64) for name, values in found.items()}
    order = np.argsort(table["__cx_m"])
    answered, rows = table["__cx_m"][order], table["rows"][order]
    given = np.array([table[f"__cx_c{a}"].sum() for a in range(levels)], np.int64)
    squares = sum(int(table[f"__cx_q{a}"].sum()) for a in range(levels))
    straight = np.array([table[f"__cx_s{a}"][order] for a in range(levels)], np.int64).T
    pairs = int((answered * (answered - 1) * rows).sum())
    return Alike(answered, rows, straight.reshape(len(answered), levels), given, squares - int(given.sum()), pairs)


def rows_without(frame: Any, rules: Rules, *flags: str) -> Any:
    """The frame, on its own engine, without the rows that any of the flags finds.

    Parameters
    ----------
    *flags : {"speeders", "straight_liners", "duplicates"}
        Of identical rows of one person the first is kept.
    """
    import narwhals.stable.v2 as nw

    kept = nw.from_native(frame)
    if "speeders" in flags and rules.duration is not None:
        fast = _seconds(nw, rules.duration, kept.collect_schema()[rules.duration]) < rules.least
        kept = kept.filter(nw.when(fast).then(nw.lit(False)).otherwise(nw.lit(True)))
    if "straight_liners" in flags and rules.items:
        names = kept.collect_schema().names()
        kept, levels = _with_answers(nw, kept, kept.collect_schema(), rules.items)
        kept = kept.filter(~nw.any_horizontal(*(_is_straight(nw, a) for a in range(levels)), ignore_nulls=True))
        kept = kept.select(*names)
    if "duplicates" in flags and rules.id is not None:
        kept = _first_of_each(nw, kept, rules.id)
    return kept.to_native()


def rows_with(frame: Any, column: str, *, value: bool) -> Any:
    """The frame's rows that have a value in ``column`` (a blank text is none), or those that have not."""
    import narwhals.stable.v2 as nw

    opened = nw.from_native(frame)
    has = has_value(nw, column, opened.collect_schema()[column])
    return opened.filter(has if value else ~has).to_native()


def answers_each(frame: Any, id: str, *, date: str | None = None, length: str | None = None) -> dict[int, int]:
    """How many people (in how many periods) gave one answer, two, three ...: ``{answers: people}``.

    Parameters
    ----------
    date, length : str, optional
        A date column and what narwhals truncates it to, ``"1d"`` or ``"1mo"``: counts per person and period.
    """
    nw, lazy, schema = _opened(frame)
    lazy = lazy.filter(has_value(nw, id, schema[id]))
    keys = [nw.col(id).alias("id")]
    if date is not None and length is not None:
        keys.append(nw.col(date).dt.truncate(length).alias("period"))
        lazy = lazy.filter(~nw.col(date).is_null())
    each = lazy.select(*keys).group_by(*(["id", "period"] if len(keys) > 1 else ["id"])).agg(nw.len().alias("k"))
    found = collected(each.group_by("k").agg(nw.len().alias("people")))
    return {int(k): int(people) for k, people in sorted(_pairs(found, "k", "people"))}


def count_damaged(frame: Any, id: str) -> dict[str, int]:
    """Ids that a float or a spreadsheet damaged: ``float``, ``scientific`` and ``zeros``, with their counts."""
    nw, lazy, schema = _opened(frame)
    dtype = schema[id]
    if dtype.is_float():
        tests = {"float": nw.col(id).abs() >= _FLOAT_LIMIT}
    elif dtype.is_integer() or isinstance(dtype, (nw.String, nw.Object, nw.Categorical)):
        text = nw.col(id).cast(nw.String).str.strip_chars()
        tests = {name: text.str.contains(pattern) for name, pattern in _DAMAGE.items()}
    else:
        return {}
    flags = lazy.select(*(_one(nw, test).alias(name) for name, test in tests.items()))
    found = collected(flags.select(*(nw.col(name).sum().alias(name) for name in tests)))
    return {name: int(values[0] or 0) for name, values in found.items()}


def count_days(frame: Any, date: str) -> tuple[dict[dt.date, int], int]:
    """Answers by day, ascending, and how many have no date."""
    nw, lazy, _ = _opened(frame)
    day = lazy.select(nw.col(date).dt.truncate("1d").alias("day"))
    found = collected(day.group_by("day").agg(nw.len().alias("n")))
    counted = [(plain(day), int(n)) for day, n in _pairs(found, "day", "n")]
    days = {dt.date(d.year, d.month, d.day): n for d, n in counted if d is not None}
    return dict(sorted(days.items())), sum(n for d, n in counted if d is None)


def _opened(frame: Any) -> tuple[Any, Any, Any]:
    import narwhals.stable.v2 as nw

    lazy = nw.from_native(frame).lazy()
    return nw, lazy, lazy.collect_schema()


def _pairs(found: dict[str, Any], first: str, second: str) -> list[tuple[Any, Any]]:
    return [(plain(a), plain(b)) for a, b in zip(found[first], found[second], strict=True)]


def _one(nw: Any, test: Any) -> Any:
    """1 where the test holds, 0 where it does not or cannot be told: what every engine can sum."""
    return nw.when(test).then(nw.lit(1)).otherwise(nw.lit(0))


def _seconds(nw: Any, column: str, dtype: Any) -> Any:
    """Seconds to the tenth, so that few values are distinct; null where unknown."""
    if isinstance(dtype, nw.Duration):
        return (nw.col(column).dt.total_microseconds().cast(nw.Float64) / 1e5).round(0) / 10
    if not dtype.is_numeric():
        raise RoleError(
            f"the time to answer must be seconds, and {column!r} holds {dtype}",
            column=column,
            hint="convert it to seconds: pandas.to_timedelta(df[...]).dt.total_seconds()",
        )
    value = nw.col(column).cast(nw.Float64)
    return (nw.when(~value.is_nan()).then(value).otherwise(None) * 10).round(0) / 10


def _with_answers(nw: Any, frame: Any, schema: Any, items: Sequence[Item]) -> tuple[Any, int]:
    """Columns ``__cx_c0 ...``: how many items have each answer; ``__cx_m``: how many are answered."""
    levels = len(items[0].raw)
    counts = []
    for a in range(levels):
        said = [_one(nw, _raw(nw, i.column, schema[i.column]).is_in(list(i.raw[a]))) for i in items if i.raw[a]]
        counts.append(nw.sum_horizontal(*said).alias(f"__cx_c{a}"))
    frame = frame.with_columns(*counts)
    return frame.with_columns(nw.sum_horizontal(*(f"__cx_c{a}" for a in range(levels))).alias("__cx_m")), levels


def _raw(nw: Any, column: str, dtype: Any) -> Any:
    """An item as its distinct values were counted."""
    if isinstance(dtype, nw.Boolean):
        raise RoleError(
            f"the item {column!r} is yes/no, not a rating", column=column, hint="name rating columns as items="
        )
    if dtype.is_integer():
        return nw.col(column)
    return nw.col(column).cast(nw.Float64 if dtype.is_numeric() else nw.String)


def _is_straight(nw: Any, answer: int) -> Any:
    return (nw.col("__cx_m") >= FEWEST_ITEMS) & (nw.col(f"__cx_c{answer}") == nw.col("__cx_m"))


def _first_of_each(nw: Any, frame: Any, id: str) -> Any:
    """The frame with identical rows of one person once, in the old order where rows have one."""
    schema = frame.collect_schema()
    names = schema.names()
    # What cannot be hashed (lists in a pandas column) is compared as text.
    odd = [name for name, dtype in schema.items() if isinstance(dtype, nw.Object)]
    if odd:
        frame = frame.with_columns(*(nw.col(name).cast(nw.String).alias(f"__cx_{name}") for name in odd))
    keys = [f"__cx_{name}" if name in odd else name for name in names]
    held = isinstance(frame, nw.DataFrame)
    if held:
        frame = frame.with_row_index("__cx_row")
    has = has_value(nw, id, schema[id])
    once = frame.filter(has).unique(subset=keys, keep="first" if held else "any")
    nameless = frame.filter(~has)
    if not held or len(nameless):
        once = nw.concat([once, nameless], how="vertical")
    return (once.sort("__cx_row") if held else once).select(*names)
