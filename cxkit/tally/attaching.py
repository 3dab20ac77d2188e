"""New columns for the rows of a frame, on the engine that holds them: never a row more, never another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxkit.tally.desk import Desk, quoted

__all__ = ["Columns", "attached", "frame_of"]

#: Whole numbers from here on are not all floats.
_LIMIT = 2**53


def attached(frame: Any, columns: Mapping[str, Any]) -> Any:
    """A frame in memory with more columns, given in its row order.

    Parameters
    ----------
    columns : mapping
        Name -> (masked) array, as long as the frame.
    """
    kind = type(frame).__module__.partition(".")[0]
    if kind == "pandas":
        return frame.assign(**{name: _pandas_values(values) for name, values in columns.items()})
    if kind == "pyarrow":
        import pyarrow as pa  # type: ignore[import-untyped]

        for name, values in columns.items():
            frame = frame.append_column(name, pa.array(_listed(values), pa.from_numpy_dtype(_dtype(values))
                                                       if values.dtype.kind in "iufbM" else None))  # fmt: skip
        return frame
    return frame.with_columns(*(_polars_series(name, values) for name, values in columns.items()))


def frame_of(arrays: Mapping[str, Any]) -> Any:
    """A pandas frame that keeps whole numbers whole where some are missing."""
    import pandas as pd

    return pd.DataFrame({name: _kept(values) for name, values in arrays.items()})


@dataclass(frozen=True, slots=True)
class Columns:
    """How the table of new values fits the frame: raw key -> its column, and the names of ``v0, v1 ...``."""

    keys: Mapping[str, str]
    names: Sequence[str]

    def joined(self, relation: Any, desk: Desk, table: str) -> Any:
        """A DuckDB relation with the columns of a table of its connection, in its order."""
        values = desk.run(f"SELECT {', '.join([*self.keys, *self._values])} FROM {table}")
        on = " AND ".join(f"cx_a.{quoted(old)} = cx_b.{raw}" for raw, old in self.keys.items())
        chosen = ", ".join(f"cx_b.v{i} AS {quoted(name)}" for i, name in enumerate(self.names))
        numbered = relation.project("*, row_number() OVER () AS cx_row").set_alias("cx_a")
        both = numbered.join(values.set_alias("cx_b"), on, how="left").project(f"cx_a.*, {chosen}")
        return both.order("cx_row").project("* EXCLUDE (cx_row)")

    def joined_lazily(self, frame: Any, arrays: Mapping[str, Any]) -> Any:
        """A polars LazyFrame with the columns of a small table, given as (masked) arrays."""
        import polars as pl

        schema = frame.collect_schema()
        keys = [_polars_series(old, arrays[raw]).cast(schema[old]) for raw, old in self.keys.items()]
        values = [_polars_series(name, arrays[v]) for v, name in zip(self._values, self.names, strict=True)]
        small = pl.DataFrame([*keys, *values]).lazy()
        return frame.join(small, on=[*self.keys.values()], how="left", maintain_order="left")

    @property
    def _values(self) -> list[str]:
        return [f"v{i}" for i in range(len(self.names))]


def _pandas_values(values: Any) -> Any:
    import pandas as pd

    gaps = np.ma.getmaskarray(values)
    plain = np.ma.getdata(values)
    if plain.dtype.kind in "iu":
        if not gaps.any():
            return plain.astype(np.int64) if plain.dtype.kind == "i" else plain
        if np.abs(plain[~gaps].astype(np.float64)).max(initial=0) >= _LIMIT:
            return _kept(values).array
        return np.where(gaps, np.nan, plain.astype(np.float64))
    if plain.dtype.kind == "f":
        return np.where(gaps, np.nan, plain.astype(np.float64))
    if plain.dtype.kind == "M":
        return np.where(gaps, np.datetime64("NaT", "us"), plain.astype("datetime64[us]"))
    if plain.dtype.kind == "b":
        return pd.array(plain, dtype="boolean") if not gaps.any() else pd.arrays.BooleanArray(plain, gaps)
    texts = [None if gap or x is None else x for x, gap in zip(plain.tolist(), gaps.tolist(), strict=True)]
    all_text = all(x is None or isinstance(x, str) for x in texts)
    return pd.array(texts, dtype="str") if all_text else np.array(texts, dtype=object)


def _kept(values: Any) -> Any:
    import pandas as pd

    gaps, plain = np.ma.getmaskarray(values), np.ma.getdata(values)
    if plain.dtype.kind in "iu" and gaps.any():
        return pd.Series(pd.arrays.IntegerArray(plain.copy(), gaps.copy()))
    if plain.dtype.kind in "iu":
        return pd.Series(plain)
    return pd.Series(_pandas_values(values))


def _dtype(values: Any) -> Any:
    return np.dtype("datetime64[us]") if values.dtype.kind == "M" else values.dtype


def _listed(values: Any) -> list[Any]:
    plain = values.astype("datetime64[us]") if values.dtype.kind == "M" else values
    gaps = np.ma.getmaskarray(values)
    nan = plain.dtype.kind == "f"
    return [
        None if gap or (nan and x != x) else x
        for x, gap in zip(np.ma.getdata(plain).tolist(), gaps.tolist(), strict=True)
    ]


def _polars_series(name: str, values: Any) -> Any:
    import polars as pl

    kinds: dict[str, Any] = {"i": pl.Int64, "u": pl.UInt64, "f": pl.Float64, "M": pl.Datetime("us"), "b": pl.Boolean}
    listed = _listed(values)
    kind = kinds.get(values.dtype.kind)
    if kind is None and all(x is None or isinstance(x, str) for x in listed):
        kind = pl.String
    return pl.Series(name, listed, dtype=kind)
