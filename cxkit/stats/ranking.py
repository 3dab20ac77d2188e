"""Rules by which the field ranks units of unequal base."""

from __future__ import annotations

import math

__all__ = ["penalised_score"]


def penalised_score(estimate: float, n: int, *, penalty: float = 160.0, min_n: int = 5) -> float | None:
    """A score minus ``penalty / sqrt(n)``, or None below ``min_n`` answers (not ranked).

    The rule that AskNicely documents as "Smart Ranking" (NPS, penalty 160): offered to
    reproduce a vendor's order, not as an interval.

    >>> penalised_score(50, 100)
    34.0
    """
    return None if n < min_n else estimate - penalty / math.sqrt(n)
