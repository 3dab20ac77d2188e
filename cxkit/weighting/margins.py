"""One category of one margin: its share before weighting, after it, and as it should be."""

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cxkit.present.grid import Cell
from cxkit.present.numbers import count, number
from cxkit.weighting.rows import Floats
from cxkit.weighting.words import say

__all__ = ["MarginRow", "everybody_margins", "margin_cells", "margin_dicts", "margin_heads"]


@dataclass(frozen=True, slots=True)
class MarginRow:
    """A category and its shares.

    Attributes
    ----------
    margin : str
        Its column, or columns joined by ``×``.
    category : str
        As readers see it.
    n : int
        Rows that hold it.
    target, before, after : float
        Shares in %.
    """

    margin: str
    category: str
    n: int
    target: float
    before: float
    after: float

    @property
    def gap(self) -> float:
        """How far it is from its target, in % points."""
        return self.after - self.target


def margin_heads(lang: str, before: str, target: str) -> tuple[str, ...]:
    """The heads of a table of margins; what comes before and what is aimed at have a phrase each."""
    return (say("category", lang), say("n", lang), say(before, lang), say("after", lang), say(target, lang))


def margin_cells(rows: Sequence[MarginRow], lang: str) -> tuple[tuple[Cell, ...], ...]:
    """A line a category."""

    def share(x: float) -> Cell:
        return Cell(number(x, lang))

    return tuple(
        (
            Cell(f"{row.margin} · {row.category}", "head"), Cell(count(row.n, lang)),
            share(row.before), share(row.after), share(row.target),
        )
        for row in rows
    )  # fmt: skip


def margin_dicts(rows: Sequence[MarginRow]) -> list[dict[str, Any]]:
    """The same as plain values: ``margin, category, n, target, before, after``."""
    return [asdict(row) for row in rows]


def everybody_margins(columns: dict[str, list[Any]], who: Any, w: Floats, weights: Floats) -> tuple[MarginRow, ...]:
    """The people of each category: respondents as they are, weighted, and everybody."""
    out = []
    for name, values in columns.items():
        labels, codes = _categories(values)
        size = len(labels)
        everybody = np.bincount(codes, weights=w, minlength=size) / w.sum()
        n = np.bincount(codes[who], minlength=size)
        before = np.bincount(codes[who], weights=w[who], minlength=size) / w[who].sum()
        after = np.bincount(codes[who], weights=weights, minlength=size) / weights.sum()
        out += [
            MarginRow(name, labels[c], int(n[c]), *(100 * float(x[c]) for x in (everybody, before, after)))
            for c in range(size)
        ]
    return tuple(out)


def _categories(values: Sequence[Any]) -> tuple[list[str], Any]:
    """Categories of a column, or the quarters of the people by a number of more than six values."""
    levels = sorted(set(values), key=lambda v: (isinstance(v, str), v if not isinstance(v, str) else 0, str(v)))
    if len(levels) > 6 and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in levels):
        numbers = np.array(values, np.float64)
        cuts = np.unique(np.quantile(numbers, [0.25, 0.5, 0.75]))
        codes = np.searchsorted(cuts, numbers, side="left")
        texts = [f"{cut:.4g}" for cut in cuts.tolist()]
        between = [f"{a} – {b}" for a, b in itertools.pairwise(texts)]
        labels = [f"≤ {texts[0]}", *between, f"> {texts[-1]}"]
        return labels[: int(codes.max()) + 1], codes
    place = {level: i for i, level in enumerate(levels)}
    return [str(level) for level in levels], np.array([place[v] for v in values], np.int64)
