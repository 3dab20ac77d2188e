"""The columns that a regression needs, decoded on the engine that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cxkit.tally.clusters import Valuation
from cxkit.tally.engine import answer_of, chosen_columns

__all__ = ["ITSELF", "Column", "Design", "planned"]

#: A column of plain numbers, each counting itself.
ITSELF = Valuation(None)


@dataclass(frozen=True, slots=True)
class Column:
    """One variable of a regression.

    Attributes
    ----------
    name : str
        What it is called in the model.
    source : tuple of str
        The column of the frame; several for a product.
    value : tuple of Valuation
        What the answers of each count.
    centre : tuple of float
        Subtracted from each factor of a product.
    fill : float or None
        The value of rows that have none; None leaves them without.
    blank : bool
        Whether the column tells which rows have no value: 1 there, else 0.
    """

    name: str
    source: tuple[str, ...]
    value: tuple[Valuation, ...] = (ITSELF,)
    centre: tuple[float, ...] = (0.0,)
    fill: float | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Design:
    """Which rows and columns of a frame a regression is about.

    Attributes
    ----------
    columns : tuple of Column
    keys : tuple of str
        Grouping columns.
    weight, cluster, date, freq : str or None
        As in :func:`cxkit.tally.count_cells`; ``cluster`` says which rows belong together.
    """

    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    weight: str | None = None
    cluster: str | None = None
    date: str | None = None
    freq: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def planned(frame: Any, design: Design, *, filled: bool) -> tuple[Any, list[str]]:
    """A narwhals plan of the keys, ``v0, v1 ...``, and if asked ``w`` and ``c``.

    Parameters
    ----------
    filled : bool
        Whether rows that lack a value are left out.

    Returns
    -------
    lazy : narwhals LazyFrame
        Rows without a weight are left out of it.
    names : list of str
        Its grouping columns.
    """
    import narwhals.stable.v2 as nw

    sources = tuple(dict.fromkeys(s for column in design.columns for s in column.source))
    lazy, names = chosen_columns(
        frame, answers=sources, keys=design.keys, weight=design.weight, date=design.date, freq=design.freq,
        cluster=design.cluster,
    )  # fmt: skip
    kept = [*names, *(["w"] if design.weight is not None else []), *(["c"] if design.cluster is not None else [])]
    raw = {source: answer_of(i) for i, source in enumerate(sources)}
    values = {f"v{i}": _value(nw, column, raw) for i, column in enumerate(design.columns)}
    lazy = lazy.with_columns(**values).select(*kept, *values)
    if design.weight is not None:
        lazy = lazy.filter(~nw.col("w").is_null())
    if filled:
        lazy = lazy.filter(nw.all_horizontal(*(~nw.col(v).is_null() for v in values), ignore_nulls=False))
    return lazy, names


def _value(nw: Any, column: Column, raw: dict[str, str]) -> Any:
    out: Any = None
    for source, value, centre in zip(column.source, column.value, column.centre, strict=True):
        factor = value.expression(nw, raw[source]) - centre if centre else value.expression(nw, raw[source])
        out = factor if out is None else out * factor
    if column.blank:
        return nw.when(out.is_null()).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    return out if column.fill is None else nw.when(out.is_null()).then(nw.lit(column.fill)).otherwise(out)


def grouped_by(design: Design, names: Sequence[str]) -> tuple[str, ...]:
    """The names of the grouping columns as readers know them."""
    return (*design.keys, "period") if len(names) > len(design.keys) else design.keys
