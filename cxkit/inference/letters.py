"""Letters of a table of columns: which groups each one is higher than."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxkit.inference.comparison import Comparison

__all__ = ["column_letters"]


def column_letters(comparison: Comparison) -> dict[tuple[Any, ...], tuple[str, str]]:
    """Group -> (its letter, the letters of the groups of its block that it is higher than)."""
    if comparison.test != "columns":
        return {}
    groups = list(dict.fromkeys((*comparison.keys, *comparison.versus_keys)))
    if len(groups) > len(string.ascii_lowercase):
        return {}
    groups.sort(key=lambda key: tuple((part is None, str(part)) for part in key))
    own = dict(zip(groups, string.ascii_lowercase, strict=False))
    above: dict[Any, list[str]] = {key: [] for key in groups}
    for i in comparison.flagged:
        left, right = comparison.keys[i], comparison.versus_keys[i]
        higher, lower = (left, right) if comparison.delta[i] > 0 else (right, left)
        letter = own[lower]
        above[higher].append(letter.upper() if comparison.p_adjusted[i] < 0.001 else letter)
    return {key: (own[key], " ".join(sorted(above[key], key=str.lower))) for key in groups}
