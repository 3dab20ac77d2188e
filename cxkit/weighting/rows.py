"""What weighting asks of the engine: the cells to weight, and then a weight for every row.

A new weight is an expression of the row's own columns: its design weight times a factor for
each margin, clipped to the bounds. So the engine that holds the rows gives them their weights,
in their order, and Python sees the cells only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.study import Study
from cxkit.tally import count_cells
from cxkit.tally.engine import collected, plain, schema_of

__all__ = ["Patterns", "count_patterns", "free_name", "weighted_study", "with_weight"]

Floats = NDArray[np.float64]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """The combinations of categories that the rows hold, those with a weight first of all.

    Attributes
    ----------
    keys : tuple of tuple
        One value a column; of rows that have a weight.
    n, w, w2 : (C,) float
        Rows, sum of weights and of squared weights of each.
    bare : tuple of tuple
        Combinations of rows whose weight is missing or 0.
    left_out : int
        How many such rows there are.
    """

    keys: tuple[Key, ...]
    n: Floats
    w: Floats
    w2: Floats
    bare: tuple[Key, ...]
    left_out: int

    def rows_of(self, columns: Sequence[int]) -> dict[Key, int]:
        """Rows by the values of these columns."""
        out: dict[Key, int] = {}
        for key, n in zip(self.keys, self.n.tolist(), strict=True):
            part = tuple(key[c] for c in columns)
            out[part] = out.get(part, 0) + int(n)
        return out


def count_patterns(study: Study, columns: Sequence[str], weight: str | None, *, apart: bool) -> Patterns:
    """Count the rows by combination; with ``apart`` also by design weight, which bounds need."""
    import narwhals.stable.v2 as nw

    schema = schema_of(study.data)
    for column in columns:
        if isinstance(schema[column], (nw.Date, nw.Datetime)):
            raise OptionError(
                f"{column!r} holds dates, which are no categories", column=column, hint="make a column of periods first"
            )
    split = (weight,) if apart and weight is not None else ()
    names = (*columns, *split)
    cells = count_cells(study.data, answer=(names or study.columns)[0], keys=names, weight=weight)
    n = cells.n.astype(np.float64)
    w = n if cells.w is None else cells.w
    w2 = n if cells.w2 is None else cells.w2
    parts = [[key.levels[code] for code in key.codes.tolist()] for key in cells.keys]
    keys = list(zip(*parts, strict=True)) if parts else [()] * len(n)
    held = n > 0
    return Patterns(
        tuple(key for key, h in zip(keys, held, strict=True) if h),
        n[held], w[held], w2[held],
        tuple(key for key, h in zip(keys, held, strict=True) if not h),
        cells.left_out,
    )  # fmt: skip


def free_name(columns: Sequence[str]) -> str:
    """``weight``, or the first of ``weight_2, weight_3 ...`` that is no column yet."""
    if "weight" not in columns:
        return "weight"
    return next(f"weight_{i}" for i in range(2, len(columns) + 3) if f"weight_{i}" not in columns)


def with_weight(
    study: Study,
    name: str,
    *,
    design: str | None,
    scale: float,
    factors: Sequence[tuple[Sequence[str], Sequence[Key], Sequence[float]]],
    add: float = 0.0,
    bounds: tuple[float, float] | None = None,
) -> tuple[Study, float, float]:
    """The study with ``design x scale x factors + add`` within the bounds as its weight.

    Parameters
    ----------
    design : str, optional
        The column of design weights; rows where it is missing or 0 get 0 and stay out.
    factors : sequence of (columns, keys, factor of each key)
    bounds : (low, high), optional

    Returns
    -------
    study : Study
        A new one, with the role ``weight``; the frame that was given is not touched.
    least, greatest : float
        Range of the weights above 0.
    """
    import narwhals.stable.v2 as nw

    frame, schema = nw.from_native(study.data), schema_of(study.data)
    weight: Any = nw.lit(float(scale))
    if design is not None:
        weight = nw.col(design).cast(nw.Float64) * float(scale)
    for columns, keys, values in factors:
        weight = weight * _chosen(nw, schema, columns, keys, values)
    if add:
        weight = weight + float(add)
    if bounds is not None:
        weight = weight.clip(bounds[0], bounds[1])
    if design is not None:
        own = nw.col(design).cast(nw.Float64)
        weight = nw.when(~own.is_nan() & (own > 0)).then(weight).otherwise(nw.lit(0.0))
    new = frame.with_columns(weight.alias(name))
    value = nw.col(name)
    ends = new.lazy().filter(value > 0).select(value.min().alias("least"), value.max().alias("greatest"))
    found = collected(ends)
    least, greatest = (float(plain(found[end][0]) or 0) for end in ("least", "greatest"))
    return weighted_study(study, new.to_native(), name), least, greatest


def weighted_study(study: Study, frame: Any, name: str) -> Study:
    """The study on that frame with that weight, and otherwise as it was."""
    return study.weighted_by(frame, name)


def _chosen(nw: Any, schema: Any, columns: Sequence[str], keys: Sequence[Key], values: Sequence[float]) -> Any:
    """The value of the row's category. Only one term is not 0, and the sum is a balanced tree.

    A chain of if-else as deep as a column has categories would exhaust an engine's stack.
    """
    terms = []
    for key, value in zip(keys, values, strict=True):
        here = None
        for column, part in zip(columns, key, strict=True):
            same = _same(nw, schema[column], nw.col(column), part)
            here = same if here is None else here & same
        terms.append(nw.when(here).then(nw.lit(float(value))).otherwise(nw.lit(0.0)))
    while len(terms) > 1:
        pairs = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*pairs, terms[-1]] if len(terms) % 2 else pairs
    return terms[0]


def _same(nw: Any, dtype: Any, column: Any, value: Any) -> Any:
    if isinstance(dtype, (nw.Categorical, nw.Enum, nw.Object)):
        column = column.cast(nw.String)  # as it was counted
    if value is None:
        return column.is_null() | column.is_nan() if dtype.is_float() else column.is_null()
    return column == value
