"""Value labels (SPSS) of grouping columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxkit.tally.coding import Coded

__all__ = ["labelled", "labelled_key"]


def labelled(labels: Mapping[str, Mapping[Any, str]], columns: Sequence[str], keys: Sequence[Coded]) -> list[Coded]:
    """Grouping columns with value labels in the place of their codes.

    Parameters
    ----------
    labels : mapping
        Column -> code -> label, as a reading has them; a code without one stays.
    columns : sequence of str
    keys : sequence of Coded
        One for each column; what follows them (periods) has no labels.
    """
    out = list(keys)
    for i, column in enumerate(columns):
        known = labels.get(column)
        if known:
            names = {level: known.get(level, level) for level in keys[i].levels}
            out[i] = keys[i].mapped(names.__getitem__)
    return out


def labelled_key(
    labels: Mapping[str, Mapping[Any, str]], columns: Sequence[str], key: tuple[Any, ...]
) -> tuple[Any, ...]:
    """One group's values with labels in the place of codes; what follows the columns stays."""
    named = [labels.get(column, {}).get(value, value) for column, value in zip(columns, key, strict=False)]
    return (*named, *key[len(columns) :])
