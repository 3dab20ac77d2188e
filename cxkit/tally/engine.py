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

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, RoleError, SourceError, did_you_mean
from cxkit.tally.coding import Coded, coded

__all__ = [
    "FREQUENCIES",
    "Cells",
    "answer_of",
    "chosen_columns",
    "collected",
    "count_cells",
    "count_filled",
    "count_rows",
    "count_weights",
    "date_span",
    "first_day",
    "group_parts",
    "has_value",
    "is_lazy",
    "plain",
    "schema_of",
]

#: Period lengths by the letter that pandas users type, as narwhals truncates them.
FREQUENCIES = {"D": "1d", "W": "1w", "M": "1mo", "Q": "1q", "Y": "1y"}


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What the engine counted, one cell a group and raw answer: coded keys and answers, sums as arrays."""

    keys: tuple[Coded, ...]
    answer: Coded
    n: NDArray[np.int64]
    w: NDArray[np.float64] | None
    w2: NDArray[np.float64] | None
    left_out: int

    @property
    def counts(self) -> list[tuple[Any, int]]:
        """Raw answer and how often it was given, over all groups."""
        n = np.bincount(self.answer.codes, weights=self.n, minlength=len(self.answer.levels))
        return list(zip(self.answer.levels, n.astype(int).tolist(), strict=True))


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
        Column of weights, none negative (see :func:`count_weights`). Rows whose weight is missing or 0
        are left out and counted.
    date, freq : str, optional
        A date column and a length from :data:`FREQUENCIES`: adds the period's first day as
        the last key.

    Raises
    ------
    RoleError
        Non-numeric weights, or sums of them that are not finite.
    OptionError
        An unknown ``freq``.
    """
    import narwhals.stable.v2 as nw

    lazy, names = chosen_columns(frame, answers=[answer], keys=keys, weight=weight, date=date, freq=freq)
    totals = [nw.len().alias("rows")]
    if weight is not None:
        lazy = lazy.with_columns(w2=nw.col("w") * nw.col("w"))
        totals += [
            nw.col("w").count().alias("n"),
            nw.col("w").sum().alias("sw"),
            nw.col("w2").sum().alias("sw2"),
        ]
    columns = collected(lazy.group_by(*names, "a").agg(*totals))
    return _cells(columns, group_parts(columns, names, freq), weight)


def group_parts(columns: dict[str, Any], names: Sequence[str], freq: str | None, suffix: str = "") -> tuple[Coded, ...]:
    """The grouping columns of an engine's answer as codes; days folded into the periods they lie in."""
    parts = [coded(columns[name + suffix]).mapped(plain) for name in names]
    if freq is not None and names and names[-1] == "period":
        parts[-1] = parts[-1].mapped(lambda day: None if day is None else first_day(day, freq))
    return tuple(parts)


def answer_of(i: int) -> str:
    """The name under which :func:`chosen_columns` gives the i-th column of answers."""
    return f"a{i}" if i else "a"


def chosen_columns(
    frame: Any,
    *,
    answers: Sequence[str],
    keys: Sequence[str] = (),
    weight: str | None = None,
    date: str | None = None,
    freq: str | None = None,
    cluster: str | None = None,
) -> tuple[Any, list[str]]:
    """The columns that a count needs, and no others, as a narwhals plan: keys, answers and, if asked, ``w`` and ``c``.

    The answers are ``a``, then ``a1, a2 ...`` where there are several columns of them.

    Returns
    -------
    lazy : narwhals LazyFrame
    names : list of str
        Its grouping columns: ``k0, k1 ...`` and ``period``.
    """
    import narwhals.stable.v2 as nw

    used = [*answers, *keys, *(name for name in (weight, date, cluster) if name is not None)]
    lazy = nw.from_native(_counted_by_duckdb(frame, used)).lazy()
    schema = lazy.collect_schema()
    plan = [_key(nw, name, schema[name]).alias(f"k{i}") for i, name in enumerate(keys)]
    names = [f"k{i}" for i in range(len(keys))]
    if date is not None and freq is not None:
        plan.append(_period(nw, date, schema[date], _engine_length(lazy, freq)).alias("period"))
        names.append("period")
    plan += [_answer(nw, answer, schema[answer]).alias(answer_of(i)) for i, answer in enumerate(answers)]
    if weight is not None:
        _check_numeric(schema[weight], weight)
        plan.append(_weight(nw, weight).alias("w"))
    if cluster is not None:
        plan.append(_key(nw, cluster, schema[cluster]).alias("c"))
    return lazy.select(*plan), names


#: Rows from which a pandas frame is counted by DuckDB, on the same memory.
_LARGE = 200_000


def _counted_by_duckdb(frame: Any, used: Sequence[str]) -> Any:
    """A large pandas frame as a DuckDB relation over its own memory: its group-by is several times as fast.

    Only where every column used is of a plain kind, so that both read it alike; else the frame itself.
    """
    if type(frame).__module__.partition(".")[0] != "pandas" or len(frame) < _LARGE:
        return frame
    names = list(dict.fromkeys(used))
    chosen = frame.loc[:, names]
    if len(chosen.columns) != len(names) or not all(map(_is_plain, chosen.dtypes)):
        return frame
    import duckdb

    return duckdb.connect().from_df(chosen)


def _is_plain(dtype: Any) -> bool:
    return (dtype.kind in "biuM" or dtype in ("float32", "float64")) if hasattr(dtype, "char") else dtype == "str"


def _weight(nw: Any, name: str) -> Any:
    """The weight as a float; null where it is missing or 0, so that counting it counts the rows that count."""
    w = nw.col(name).cast(nw.Float64)
    return nw.when(~w.is_nan() & (w != 0)).then(w).otherwise(None)


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

    rows = collected(nw.from_native(frame).lazy().select(nw.len().alias("rows")))["rows"]
    return int(rows[0])


def has_value(nw: Any, column: str, dtype: Any) -> Any:
    """Whether a row has a value in ``column`` (a blank text is none): true or false, never null."""
    value = nw.col(column)
    has = ~value.is_null()
    if dtype.is_float():
        return has & ~value.is_nan().fill_null(True)
    if isinstance(dtype, (nw.String, nw.Object, nw.Categorical)):
        return has & (value.cast(nw.String).str.strip_chars().fill_null("") != "")
    return has


def count_filled(frame: Any, column: str) -> tuple[int, int]:
    """How many rows have a value in ``column`` (a blank text is none), and how many have not."""
    import narwhals.stable.v2 as nw

    lazy = nw.from_native(frame).lazy()
    filled = has_value(nw, column, lazy.collect_schema()[column])
    flags = lazy.select(nw.when(filled).then(nw.lit(1)).otherwise(nw.lit(0)).alias("filled"))
    columns = collected(flags.select(nw.len().alias("rows"), nw.col("filled").sum().alias("filled")))
    held = int(columns["filled"][0] or 0)
    return held, int(columns["rows"][0]) - held


def count_weights(frame: Any, column: str) -> int:
    """How many rows have a weight other than 0: one pass, no groups.

    Raises
    ------
    RoleError
        Negative or non-numeric weights.
    """
    import narwhals.stable.v2 as nw

    lazy = nw.from_native(_counted_by_duckdb(frame, [column])).lazy()
    _check_numeric(lazy.collect_schema()[column], column)
    lazy = lazy.select(_weight(nw, column).alias("w")).with_columns(w2=nw.col("w") * nw.col("w"))
    w, w2 = nw.col("w"), nw.col("w2")
    found = collected(
        lazy.select(w.count().alias("n"), w.min().alias("least"), w.sum().alias("sw"), w2.sum().alias("sw2"))
    )
    _refuse_negative(float(_sums(found["least"]).min(initial=0)), column)
    _refuse_infinite(_sums(found["sw"]), _sums(found["sw2"]), column)
    return int(found["n"][0])


def date_span(frame: Any, column: str) -> tuple[dt.date, dt.date] | None:
    """First and last day in a date column; None where all is missing."""
    import narwhals.stable.v2 as nw

    day = nw.col(column)
    lazy = nw.from_native(frame).lazy().select(day.min().alias("first"), day.max().alias("last"))
    first, last = (plain(x[0]) for x in collected(lazy).values())
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


def collected(lazy: Any) -> dict[str, Any]:
    """Bring a small lazy result here, without needing pyarrow on any local engine."""
    implementation = lazy.implementation.name
    with warnings.catch_warnings():
        # PySpark says that it does not yet support pandas 3 in full; this conversion it does.
        warnings.simplefilter("ignore")
        if implementation == "DUCKDB":
            return {name: _unmasked(column) for name, column in _computed(lazy).items()}
        if implementation in {"PYSPARK", "PYSPARK_CONNECT", "SQLFRAME", "IBIS"}:
            frame = lazy.collect("pandas")
        else:
            frame = lazy.collect()
        if frame.implementation.is_pandas_like():
            return {name: _unboxed(frame[name].to_native()) for name in frame.columns}
        if frame.implementation.is_polars():
            return {name: _listed(frame[name]) for name in frame.columns}
        columns: dict[str, list[Any]] = frame.to_dict(as_series=False)
    return columns


def _computed(lazy: Any) -> dict[str, Any]:
    """A DuckDB result as (masked) arrays, without a data frame's copies.

    A file that turns out to be damaged further down is a source's error.
    """
    import duckdb

    try:
        columns: dict[str, Any] = lazy.to_native().fetchnumpy()
        return columns
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as exc:
        raise SourceError(
            f"the rows could not be read: {exc}", code="corrupt", hint="correct the file, or export it again"
        ) from exc


def _unmasked(column: Any) -> Any:
    """The values of an array: numbers and dates as they are, the others, and any with a gap, as a list."""
    values = column.astype("datetime64[us]") if column.dtype.kind == "M" else column
    if values.dtype.kind in "iufM" and not np.ma.is_masked(values):
        return np.ma.getdata(values)
    return values.tolist()


def _listed(column: Any) -> Any:
    return column.to_numpy() if column.dtype.is_numeric() and not column.is_null().any() else column.to_list()


def _unboxed(column: Any) -> Any:
    """The values of a pandas column: numbers as an array, the others as a list, dates as Python's own."""
    if not isinstance(column.dtype, np.dtype):  # nullable and Arrow columns, whose <NA> is not even false
        return column.to_numpy(dtype=object, na_value=None).tolist()
    values = column.to_numpy()
    if values.dtype.kind == "M":
        return values.astype("datetime64[us]").tolist()
    return values if values.dtype.kind in "iuf" else values.tolist()


def _sums(values: Any) -> NDArray[np.float64]:
    """Sums as floats; 0 where nothing was summed."""
    try:
        sums = np.array(values, dtype=np.float64)  # None becomes NaN
    except TypeError:  # <NA>, which numpy does not know
        sums = np.array([plain(x) for x in values], dtype=np.float64)
    return np.where(np.isnan(sums), 0.0, sums)  # infinity stays, to be refused


def _cells(columns: dict[str, Any], keys: tuple[Coded, ...], weight: str | None) -> Cells:
    answer = coded(columns["a"]).mapped(plain)
    rows = _sums(columns["rows"]).astype(np.int64)
    if weight is None:
        return Cells(keys, answer, rows, None, None, 0)
    n = _sums(columns["n"]).astype(np.int64)
    sums, squares = _sums(columns["sw"]), _sums(columns["sw2"])
    _refuse_infinite(sums, squares, weight)
    return Cells(keys, answer, n, sums, squares, int(rows.sum() - n.sum()))


def _check_numeric(dtype: Any, weight: str) -> None:
    if not dtype.is_numeric():
        raise RoleError(
            f"weights must be numbers, and {weight!r} is {dtype}",
            column=weight,
            hint="convert the column, or name another one as weight=",
        )


def _refuse_negative(least: float, weight: str) -> None:
    if least < 0:
        raise RoleError(
            f"weights must not be negative, and the least in {weight!r} is {least:g}",
            column=weight,
            hint="correct the weights, or leave weight= out",
        )


def _refuse_infinite(sums: NDArray[np.float64], squares: NDArray[np.float64], weight: str) -> None:
    if not (np.isfinite(sums).all() and np.isfinite(squares).all()):
        raise RoleError(
            f"weights must be finite, and some in {weight!r} are not, or their squares are too large",
            column=weight,
            hint="correct the weights; a mean of 1 is usual",
        )


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
    return None if str(x) == "<NA>" or x != x else str(x)


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
