"""Results that are items by group: one frame, one list, one table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError
from cxkit.present.grid import Cell, Grid, Shown
from cxkit.present.items import Item, items_list
from cxkit.present.money import amount, amount_interval
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import json_value
from cxkit.present.words import group_name, percent, phrase

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Group", "Grouped", "check_level", "groups_frame", "groups_grid", "group_title", "groups_list", "one_item"]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one group.

    Attributes
    ----------
    key : tuple
        Values of the ``by`` columns.
    items : tuple of Item
    n : int
        Customers (or orders) behind them.
    """

    key: tuple[Any, ...]
    items: tuple[Item, ...]
    n: int

    def __getitem__(self, item: str) -> Item:
        return one_item(self.items, item)


class Grouped(Shown):
    """What results that are items by group have in common."""

    __slots__ = ()
    by: tuple[str, ...]
    groups: tuple[Group, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, item: str) -> Item:
        """An item of the only group.

        Raises
        ------
        ValueError
            There are several groups.
        """
        if len(self.groups) != 1:
            raise ValueError(f"there are {len(self.groups)} groups: take one of .groups")
        return self.groups[0][item]

    def to_frame(self) -> pd.DataFrame:
        """A frame of the ``by`` columns, then ``item, estimate, low, high, unit``."""
        return groups_frame(self.by, self.groups)


def one_item(items: Sequence[Item], name: str) -> Item:
    """The item of that name.

    Raises
    ------
    KeyError
        No such item.
    """
    for found in items:
        if found.item == name:
            return found
    raise KeyError(f"no item {name!r}; there are {', '.join(i.item for i in items)}")


def groups_frame(by: Sequence[str], groups: Sequence[Group]) -> pd.DataFrame:
    """A frame of the ``by`` columns, then ``item, estimate, low, high, unit``."""
    import pandas as pd

    rows = [(*g.key, i.item, i.estimate, i.low, i.high, i.unit) for g in groups for i in g.items]
    return pd.DataFrame(rows, columns=[*by, "item", "estimate", "low", "high", "unit"])


def groups_list(by: Sequence[str], groups: Sequence[Group]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {"group": dict(zip(by, map(json_value, g.key), strict=True)), "n": g.n, "items": items_list(g.items)}
        for g in groups
    ]


def groups_grid(
    caption: str,
    by: Sequence[str],
    groups: Sequence[Group],
    names: Callable[[str], str],
    lang: str,
    *,
    level: float,
    notes: Sequence[str] = (),
) -> Grid:
    """A table of items, one group under the other."""
    heads = [*([" · ".join(by)] if by else []), _SAY("item", lang), _SAY("estimate", lang),
             phrase("ci", lang, level=percent(level, lang))]  # fmt: skip
    rows = []
    for g in groups:
        for place, i in enumerate(g.items):
            held = math.isfinite(i.low) or math.isfinite(i.high)
            row = [
                Cell(names(i.item), "head"), Cell(amount(i.estimate, i.unit, lang), unbroken=True),
                Cell(amount_interval(i.low, i.high, i.unit, lang) if held else "", pale=True, unbroken=True),
            ]  # fmt: skip
            if by:
                row.insert(0, Cell(group_title(g.key, lang) if not place else "", "head", strong=True))
            rows.append(tuple(row))
    return Grid(caption, tuple(heads), tuple(rows), (phrase("method", lang), *notes) if notes else ())


def group_title(key: tuple[Any, ...], lang: str) -> str:
    """What a reader calls a group: its values, classes of NPS in the reader's language."""
    return group_name(tuple(_CLASSES(k, lang) if isinstance(k, str) and k in _CLASSES else k for k in key), lang)


def check_level(level: Any) -> float:
    """A confidence level, 0.5 to less than 1."""
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level= is {level!r}", hint="a share: level=.95")
    return float(level)


_CLASSES = Phrases(
    {
        "detractor": {"en": "Detractors", "fr": "Détracteurs"},
        "passive": {"en": "Passives", "fr": "Passifs"},
        "promoter": {"en": "Promoters", "fr": "Promoteurs"},
    }
)
_SAY = Phrases({"item": {"en": "Item", "fr": "Poste"}, "estimate": {"en": "Estimate", "fr": "Estimation"}})
