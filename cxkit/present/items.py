"""Results that are a list of named amounts: value, ROI, churn, effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Cell, Grid
from cxkit.present.money import amount, amount_interval
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import json_value
from cxkit.present.words import percent, phrase

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Item", "items_frame", "items_grid", "items_list"]


@dataclass(frozen=True, slots=True)
class Item:
    """A named amount with its interval.

    Attributes
    ----------
    item : str
        A stable code in snake_case: ``npv``, ``payback_months``.
    estimate, low, high : float
        Unrounded; NaN bounds where there is no uncertainty to tell of.
    unit : str
        A currency (``EUR``), ``%``, ``points``, ``months``, ``customers``, or empty.
    """

    item: str
    estimate: float
    low: float = math.nan
    high: float = math.nan
    unit: str = ""


def items_frame(items: Sequence[Item]) -> pd.DataFrame:
    """A frame of ``item, estimate, low, high, unit``."""
    import pandas as pd

    rows = [(i.item, i.estimate, i.low, i.high, i.unit) for i in items]
    return pd.DataFrame(rows, columns=["item", "estimate", "low", "high", "unit"])


def items_list(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The same as plain values that JSON can hold; NaN becomes None."""
    return [
        {
            "item": i.item, "estimate": json_value(i.estimate), "low": json_value(i.low),
            "high": json_value(i.high), "unit": i.unit,
        }
        for i in items
    ]  # fmt: skip


def items_grid(
    caption: str,
    items: Sequence[Item],
    names: Callable[[str], str],
    lang: str = "en",
    *,
    level: float = 0.95,
    notes: Sequence[str] = (),
) -> Grid:
    """A table of three columns: what, how much, and its interval where any has one.

    Parameters
    ----------
    names : callable
        What a reader calls an item.
    notes : sequence of str
        Folded away under the table.
    """
    known = any(math.isfinite(i.low) or math.isfinite(i.high) for i in items)
    heads = [_SAY("item", lang), _SAY("estimate", lang)]
    heads += [phrase("ci", lang, level=percent(level, lang))] if known else []
    rows = []
    for i in items:
        row = [Cell(names(i.item), "head"), Cell(amount(i.estimate, i.unit, lang), unbroken=True)]
        if known:
            held = math.isfinite(i.low) or math.isfinite(i.high)
            row.append(Cell(amount_interval(i.low, i.high, i.unit, lang) if held else "", unbroken=True))
        rows.append(tuple(row))
    folded = (phrase("method", lang), *notes) if notes else ()
    return Grid(caption, tuple(heads), tuple(rows), folded)


_SAY = Phrases({"item": {"en": "Item", "fr": "Poste"}, "estimate": {"en": "Estimate", "fr": "Estimation"}})
