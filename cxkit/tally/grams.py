"""Gram matrices of any frame: from its rows where they are in memory, else from its engine."""

from __future__ import annotations

from typing import Any

from cxkit.tally.columns import Design
from cxkit.tally.gram import Grams
from cxkit.tally.gram_engine import of_engine
from cxkit.tally.gram_rows import of_rows
from cxkit.tally.rows import held_rows

__all__ = ["count_grams"]


def count_grams(frame: Any, design: Design, *, blocks: bool, seed: int = 0) -> Grams:
    """Make the Gram matrices of ``frame``, one a group, in two passes on the engine that holds it.

    Parameters
    ----------
    blocks : bool
        Whether the sums are kept by block, for a bootstrap.
    seed : int
        Of the blocks.

    Raises
    ------
    RoleError
        Weights that are negative or no numbers.
    """
    rows = held_rows(frame, design)
    if rows is not None:
        return Grams(tuple(of_rows(rows.of(g), blocks, seed) for g in range(len(rows.keys))), rows)
    return Grams(of_engine(frame, design, blocks, seed), None)
