"""Choose the rows that are shown: hide what too few answers stand behind, and what would give it away."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from cxkit.present.result import Scores, Trend

__all__ = ["best_first", "hide_rows", "rows_of", "shown", "suppressed"]

S = TypeVar("S", bound=Scores)
_CHANGE = ("before", "delta", "delta_low", "delta_high")


def suppressed(scores: S, min_n: int) -> tuple[S, tuple[int, ...]]:
    """The scores with groups under ``min_n`` answers hidden.

    The hidden together can be computed from the total and the others, so the next smallest are
    hidden with them until they are at least two and have ``min_n`` answers between them.

    Returns
    -------
    scores : the same kind
        Hidden rows have NaN for estimate, interval, effective base and shares, and base 0.
    hidden : tuple of int
        Their row numbers.
    """
    small = [i for i, n in enumerate(scores.n) if 0 < n < min_n]
    others = [i for _, i in sorted((n, i) for i, n in enumerate(scores.n) if n >= min_n)]
    while small and others and (len(small) < 2 or sum(scores.n[i] for i in small) < min_n):
        small.append(others.pop(0))
    return hide_rows(scores, small), tuple(sorted(small))


def hide_rows(scores: S, rows: Iterable[int]) -> S:
    """The scores with these rows hidden: NaN, base 0, and no change that would tell them."""
    gone = set(rows)
    if not gone:
        return scores

    def hide(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(math.nan if i in gone else v for i, v in enumerate(values))

    more: dict[str, Any] = {}
    if isinstance(scores, Trend) and scores.before:
        # A change tells the two scores it lies between.
        starts = {scores.keys[i] for i in gone}
        told = [i in gone or (*scores.keys[i][:-1], b) in starts for i, b in enumerate(scores.before)]
        more["before"] = tuple(None if t else b for t, b in zip(told, scores.before, strict=True))
        for name in _CHANGE[1:]:
            more[name] = tuple(math.nan if t else x for t, x in zip(told, getattr(scores, name), strict=True))
    return dataclasses.replace(
        scores,
        **more,
        estimate=hide(scores.estimate),
        low=hide(scores.low),
        high=hide(scores.high),
        n_eff=hide(scores.n_eff),
        n=tuple(0 if i in gone else n for i, n in enumerate(scores.n)),
        bands=tuple(dataclasses.replace(b, share=hide(b.share)) for b in scores.bands),
    )


def shown(scores: S) -> S:
    """The scores without their hidden or empty rows."""
    return rows_of(scores, [i for i in range(len(scores)) if scores.n[i] and math.isfinite(scores.estimate[i])])


def best_first(scores: S) -> S:
    """The scores with the best group on top."""
    sign = -1 if scores.metric.better == "higher" else 1
    return rows_of(scores, sorted(range(len(scores)), key=lambda i: sign * scores.estimate[i]))


def rows_of(scores: S, rows: Sequence[int]) -> S:
    """The scores with only these rows, in this order."""

    def pick(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(values[i] for i in rows)

    more: dict[str, Any] = {}
    if isinstance(scores, Trend):
        more = {name: tuple(getattr(scores, name)[i] for i in rows) for name in _CHANGE if getattr(scores, name)}
    return dataclasses.replace(
        scores,
        **more,
        keys=tuple(scores.keys[i] for i in rows),
        estimate=pick(scores.estimate),
        low=pick(scores.low),
        high=pick(scores.high),
        n=tuple(scores.n[i] for i in rows),
        n_eff=pick(scores.n_eff),
        bands=tuple(dataclasses.replace(b, share=pick(b.share)) for b in scores.bands),
    )
