"""Columns of a frame in memory as DuckDB reads them: what it would misread is made plain first."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

__all__ = ["plain_table"]

#: Whole numbers from here on are not all floats.
_LIMIT = 2.0**53


def plain_table(frame: Any, columns: Mapping[str, str]) -> Any:
    """A pandas frame or an Arrow table of the columns, under their new names.

    Parameters
    ----------
    frame : pandas, polars or pyarrow frame
    columns : mapping
        New name -> column.
    """
    kind = type(frame).__module__.partition(".")[0]
    if kind == "pandas":
        import pandas as pd

        made = {new: _pandas_column(frame[old]).reset_index(drop=True) for new, old in columns.items()}
        return pd.DataFrame(made, index=range(len(frame)) if not made else None)
    if kind == "pyarrow":
        import pyarrow as pa  # type: ignore[import-untyped]

        return pa.table({new: frame[old] for new, old in columns.items()})
    return _polars_table(frame, columns)


def _polars_table(frame: Any, columns: Mapping[str, str]) -> Any:
    import polars as pl

    texts = (pl.Categorical, pl.Enum)
    chosen = frame.select(
        (pl.col(old).cast(pl.String) if isinstance(frame.schema[old], texts) else pl.col(old)).alias(new)
        for new, old in columns.items()
    )
    try:
        return chosen.to_arrow()
    except ImportError:  # polars without pyarrow
        import pandas as pd

        return pd.DataFrame({name: _pandas_column(pd.Series(chosen[name].to_list())) for name in chosen.columns})


def _pandas_column(column: Any) -> Any:
    """Plain kinds as they are; categories, periods and columns of Python's own values as what they hold."""
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        values = pd.Series(column.cat.categories)
        return _pandas_column(values.reindex(column.cat.codes).reset_index(drop=True))
    if isinstance(dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    return _objects(column) if dtype.kind == "O" and isinstance(dtype, np.dtype) else column


def _objects(column: Any) -> Any:
    import pandas as pd

    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("empty", "string"):
        return column.astype("str")
    if kind == "boolean":
        return column.astype("boolean")
    if kind in ("date", "datetime", "datetime64"):
        return pd.to_datetime(column)
    if kind == "integer":
        try:
            return column.astype("Int64")
        except (OverflowError, TypeError, ValueError):
            return column.map(_text).astype("str")
    if kind in ("floating", "decimal", "mixed-integer-float"):
        return column.map(_float).astype("float64")
    return column.map(_text).astype("str")


def _float(value: Any) -> float:
    return math.nan if value is None or str(value) in ("<NA>", "NaT") else float(value)


def _text(value: Any) -> str | None:
    """A value as a text that equals the same value of another kind: 12, 12.0 and '12' are one."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (float, Decimal)):
        if value != value:
            return None
        number = float(value)
        return str(int(number)) if abs(number) < _LIMIT and number.is_integer() else repr(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return None if str(value) == "<NA>" else str(value)
