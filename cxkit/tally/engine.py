"""The only code that touches rows: one group-by, on the engine that holds them.

narwhals translates one plan for pandas, polars, pyarrow, DuckDB, PySpark, Dask and Ibis. What
comes back is small: one row a group and answer. Three differences between the engines are
levelled here: NaN counts as missing everywhere; whatever is summed is a column before the
aggregation (pyarrow and Dask refuse expressions inside it); and a missing key is a group.
"""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cxkit.errors import OptionError, RoleError, did_you_mean

__all__ = [
    "FREQUENCIES",
    "Cells",
    "count_cells",
    "count_filled",
    "count_rows",
    "date_span",
    "first_day",
    "is_lazy",
    "plain",
    "schema_of",
]

#: Period lengths by the letter that pandas users type, as narwhals truncates them.
FREQUENCIES = {"D": "1d", "W": "1w", "M": "1mo", "Q": "1q", "Y": "1y"}


@dataclass(frozen=True, slots=True)
class Cells:
    """What the engine counted: columns of equal length, one row a group and raw answer."""

    keys: tuple[tuple[Any, ...], ...]
    answer: tuple[Any, ...]
    n: tuple[int, ...]
    w: tuple[float, ...] | None
    w2: tuple[float, ...] | None
    left_out: int


def count_cells(
    frame: Any,
    *,
    answer: str,
    keys: Sequence[str] = (),
    weight: str | None = None,
    date: str | None = None,
    freq: str | None = None,
) -> Cells:
    """Count the rows of ``frame`` by group and raw answer.

    Parameters
    ----------
    frame : native frame
        Any frame that narwhals knows, eager or lazy.
    answer : str
        The column of answers: numbers, texts or booleans, not yet decoded.
    keys : sequence of str
        Grouping columns.
    weight : str, optional
        Column of weights. Rows whose weight is missing or 0 are left out and counted.
    date, freq : str, optional
        A date column and a length from :data:`FREQUENCIES`: adds the period's first day as
        the last key.

    Raises
    ------
    RoleError
        Negative or non-numeric weights.
    OptionError
        An unknown ``freq``.
    """
    import narwhals.stable.v2 as nw

    lazy = nw.from_native(frame).lazy()
    schema = lazy.collect_schema()
    plan = [_key(nw, name, schema[name]).alias(f"k{i}") for i, name in enumerate(keys)]
    names = [f"k{i}" for i in range(len(keys))]
    if date is not None and freq is not None:
        plan.append(_period(nw, date, schema[date], _engine_length(lazy, freq)).alias("period"))
        names.append("period")
    plan.append(_answer(nw, answer, schema[answer]).alias("a"))
    if weight is not None:
        if not schema[weight].is_numeric():
            raise RoleError(
                f"weights must be numbers, and {weight!r} is {schema[weight]}",
                column=weight,
                hint="convert the column, or name another one as weight=",
            )
        plan.append(_clean(nw, nw.col(weight).cast(nw.Float64)).alias("w"))
    lazy = lazy.select(*plan)
    totals = [nw.len().alias("rows")]
    if weight is not None:
        valid = (~nw.col("w").is_null()) & (nw.col("w") != 0)
        lazy = lazy.with_columns(
            w2=nw.col("w") * nw.col("w"),
            valid=nw.when(valid).then(nw.lit(1)).otherwise(nw.lit(0)),
        )
        totals += [
            nw.col("valid").sum().alias("n"),
            nw.col("w").sum().alias("sw"),
            nw.col("w2").sum().alias("sw2"),
            nw.col("w").min().alias("least"),
        ]
    columns = _collect(lazy.group_by(*names, "a").agg(*totals))
    if "period" in names:
        columns["period"] = [None if d is None else first_day(d, str(freq)) for d in map(plain, columns["period"])]
    return _cells(columns, names, weight)


def _key(nw: Any, name: str, dtype: Any) -> Any:
    column = nw.col(name)
    if dtype.is_float():
        return _clean(nw, column)
    if isinstance(dtype, (nw.Categorical, nw.Enum, nw.Object)):
        return column.cast(nw.String)
    return column


def _answer(nw: Any, name: str, dtype: Any) -> Any:
    column = nw.col(name)
    if dtype.is_integer():
        return column
    if dtype.is_numeric():
        return _clean(nw, column.cast(nw.Float64))
    if isinstance(dtype, nw.Boolean):
        return nw.when(column).then(nw.lit(1)).when(~column).then(nw.lit(0)).otherwise(None)
    return column.cast(nw.String)


def _clean(nw: Any, column: Any) -> Any:
    return nw.when(~column.is_nan()).then(column).otherwise(None)


def count_rows(frame: Any) -> int:
    """Number of rows of a native frame, counted by its engine."""
    import narwhals.stable.v2 as nw

    rows = _collect(nw.from_native(frame).lazy().select(nw.len().alias("rows")))["rows"]
    return int(rows[0])


def count_filled(frame: Any, column: str) -> tuple[int, int]:
    """How many rows have a value in ``column`` (a blank text is none), and how many have not."""
    import narwhals.stable.v2 as nw

    lazy = nw.from_native(frame).lazy()
    dtype = lazy.collect_schema()[column]
    value = nw.col(column)
    filled = ~value.is_null()
    if dtype.is_float():
        filled = filled & ~value.is_nan()
    elif isinstance(dtype, (nw.String, nw.Object, nw.Categorical)):
        filled = filled & (value.cast(nw.String).str.strip_chars() != "")
    flags = lazy.select(nw.when(filled).then(nw.lit(1)).otherwise(nw.lit(0)).alias("filled"))
    columns = _collect(flags.select(nw.len().alias("rows"), nw.col("filled").sum().alias("filled")))
    held = int(columns["filled"][0] or 0)
    return held, int(columns["rows"][0]) - held


def date_span(frame: Any, column: str) -> tuple[dt.date, dt.date] | None:
    """First and last day in a date column; None where all is missing."""
    import narwhals.stable.v2 as nw

    day = nw.col(column)
    lazy = nw.from_native(frame).lazy().select(day.min().alias("first"), day.max().alias("last"))
    first, last = (plain(x[0]) for x in _collect(lazy).values())
    if first is None or last is None:
        return None
    return dt.date(first.year, first.month, first.day), dt.date(last.year, last.month, last.day)


def _engine_length(lazy: Any, freq: str) -> str:
    """The length that the engine truncates to; what it cannot (weeks; on Dask all but days) is folded here."""
    if freq not in FREQUENCIES:
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(freq, FREQUENCIES, what="freq"))
    return "1d" if freq == "W" or lazy.implementation.name == "DASK" else FREQUENCIES[freq]


def first_day(day: dt.date, freq: str) -> dt.date:
    """First day of the period of length ``freq`` that holds ``day``; weeks start on Monday.

    >>> first_day(dt.date(2026, 11, 21), "Q")
    datetime.date(2026, 10, 1)
    """
    day = dt.date(day.year, day.month, day.day)
    if freq == "W":
        return day - dt.timedelta(days=day.weekday())
    month = {"Q": day.month - (day.month - 1) % 3, "Y": 1}.get(freq, day.month)
    return day if freq == "D" else dt.date(day.year, month, 1)


def _period(nw: Any, name: str, dtype: Any, length: str) -> Any:
    if not isinstance(dtype, (nw.Datetime, nw.Date)):
        raise RoleError(
            f"the date column {name!r} holds {dtype}, not dates",
            column=name,
            hint='convert it first, or let cx.read do it: read={"dayfirst": True}',
        )
    return nw.col(name).dt.truncate(length)


def _collect(lazy: Any) -> dict[str, list[Any]]:
    """Bring a small lazy result here, without needing pyarrow on any local engine."""
    implementation = lazy.implementation.name
    with warnings.catch_warnings():
        # PySpark says that it does not yet support pandas 3 in full; this conversion it does.
        warnings.simplefilter("ignore")
        if implementation in {"DUCKDB", "PYSPARK", "PYSPARK_CONNECT", "SQLFRAME", "IBIS"}:
            frame = lazy.collect("pandas")
        else:
            frame = lazy.collect()
        columns: dict[str, list[Any]] = frame.to_dict(as_series=False)
    return columns


def _cells(columns: dict[str, list[Any]], names: Sequence[str], weight: str | None) -> Cells:
    parts = [[plain(x) for x in columns[name]] for name in names]
    keys = tuple(zip(*parts, strict=True)) if parts else ((),) * len(columns["a"])
    answer = tuple(plain(x) for x in columns["a"])
    rows = [int(x) for x in columns["rows"]]
    if weight is None:
        return Cells(keys, answer, tuple(rows), None, None, 0)
    least = [x for x in map(plain, columns["least"]) if x is not None]
    if least and min(least) < 0:
        raise RoleError(
            f"weights must not be negative, and the least in {weight!r} is {min(least):g}",
            column=weight,
            hint="correct the weights, or leave weight= out",
        )
    n = [int(x) for x in columns["n"]]
    sums = tuple(float(plain(x) or 0) for x in columns["sw"])
    squares = tuple(float(plain(x) or 0) for x in columns["sw2"])
    if not all(map(math.isfinite, (*sums, *squares))):
        raise RoleError(
            f"weights must be finite, and some in {weight!r} are not, or their squares are too large",
            column=weight,
            hint="correct the weights; a mean of 1 is usual",
        )
    return Cells(keys, answer, tuple(n), sums, squares, sum(rows) - sum(n))


def plain(x: Any) -> Any:
    """One engine's scalar as Python's own: None for every kind of missing, int for whole numbers."""
    if x is None or isinstance(x, (str, bool, int)):
        return x
    if isinstance(x, float):
        return None if math.isnan(x) else int(x) if x.is_integer() else x
    if isinstance(x, Decimal):
        return plain(float(x))
    if isinstance(x, dt.datetime):  # pandas' NaT is one too, and is not equal to itself
        if x != x:
            return None
        x = x.replace(tzinfo=None)
        return dt.date(x.year, x.month, x.day) if not (x.hour or x.minute or x.second) else _second(x)
    if isinstance(x, dt.date):
        return x
    item = getattr(x, "item", None)
    if item is not None:
        return plain(item())
    return None if x != x or str(x) == "<NA>" else str(x)


def _second(x: dt.datetime) -> dt.datetime:
    return dt.datetime(x.year, x.month, x.day, x.hour, x.minute, x.second)


def schema_of(frame: Any) -> Any:
    """Column names and narwhals dtypes of a native frame, in order."""
    import narwhals.stable.v2 as nw

    return nw.from_native(frame).lazy().collect_schema()


def is_lazy(frame: Any) -> bool:
    """Whether the engine only makes rows when asked."""
    import narwhals.stable.v2 as nw

    return isinstance(nw.from_native(frame), nw.LazyFrame)
