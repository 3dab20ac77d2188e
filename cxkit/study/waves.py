"""The order of waves: from a category, a code, a number or a date in their names; never from the alphabet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError
from cxkit.present.numbers import MONTHS, SHORT_MONTHS
from cxkit.study.names import fold

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["known_order", "ordered_waves"]

_WORD = re.compile(r"[^\W\d_]+\.?|\d+")
_YEAR = range(1900, 2200)
_MONTH = {
    fold(name).rstrip("."): i for names in (*MONTHS.values(), *SHORT_MONTHS.values()) for i, name in enumerate(names, 1)
}


def ordered_waves(waves: Sequence[Any], column: str, known: Sequence[Any] | None = None) -> list[Any]:
    """The distinct waves, first to last.

    Parameters
    ----------
    waves : sequence
        Values of the column, missing ones left out.
    known : sequence, optional
        Their order, where the column itself says it (an ordered category, value codes).

    Raises
    ------
    OptionError
        Texts whose order cannot be known.

    Examples
    --------
    >>> ordered_waves(["T4 2025", "T1 2026"], "wave"), ordered_waves(["W10", "W9"], "wave")
    (['T4 2025', 'T1 2026'], ['W9', 'W10'])
    """
    distinct = list(dict.fromkeys(w for w in waves if w is not None))
    if known is not None and all(w in known for w in distinct):
        return sorted(distinct, key=list(known).index)
    if len(distinct) < 2:
        return distinct
    if all(isinstance(w, (bool, int, float)) for w in distinct) or all(isinstance(w, dt.date) for w in distinct):
        return sorted(distinct)
    if all(isinstance(w, str) and len(w) == 1 for w in distinct):  # A, B, C
        return sorted(distinct)
    parts = {w: _parts(str(w)) for w in distinct}
    shapes = {shape for shape, _ in parts.values()}
    places = [place for _, place in parts.values()]
    if len(shapes) == 1 and all(places) and len(set(places)) == len(places):
        return sorted(distinct, key=lambda w: parts[w][1])
    raise OptionError(
        f"the order of the waves in {column!r} is not known: {', '.join(map(repr, sorted(map(str, distinct))[:4]))}",
        hint="make it an ordered category (pd.Categorical(..., ordered=True)), or number them: '1 before', '2 after'",
    )


def known_order(study: Study, column: str) -> tuple[Any, ...] | None:
    """The order of a column's groups, where it says one: an ordered category, or codes with labels."""
    labels = study.reading.labels.get(column)
    if labels:
        return tuple(labels[code] for code in sorted(labels))
    frame = study.data
    dtype = getattr(frame, "dtypes", {}).get(column) if type(frame).__module__.startswith("pandas") else None
    return tuple(map(str, dtype.categories)) if dtype is not None and getattr(dtype, "ordered", False) else None


def _parts(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words of a name with its numbers left out, and these numbers, a year first."""
    shape, numbers = [], []
    for token in _WORD.findall(fold(text)):
        if token.isdigit():
            numbers.append(int(token))
            shape.append("#")
        elif token.rstrip(".") in _MONTH:
            numbers.append(_MONTH[token.rstrip(".")])
            shape.append("#")
        else:
            shape.append(token)
    # A number at the head orders whatever words follow it.
    kind = ("#",) if shape[:1] == ["#"] and len(numbers) == 1 else tuple(shape)
    return kind, tuple(sorted(numbers, key=lambda n: n not in _YEAR))
