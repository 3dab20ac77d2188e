"""One family: everything that one report prints is judged together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.inference.comparison import Comparison, judged
from cxkit.stats.multiplicity import CORRECTIONS, expected_false

__all__ = ["Family", "family"]


@dataclass(frozen=True, slots=True)
class Family:
    """Comparisons whose p-values were adjusted together; iterating gives them in order.

    Attributes
    ----------
    comparisons : tuple of Comparison
    correction : str or None
    level : float
    size : int
        Tests in all.
    """

    comparisons: tuple[Comparison, ...]
    correction: str | None
    level: float
    size: int

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self.comparisons)

    def __len__(self) -> int:
        return len(self.comparisons)

    @property
    def expected_false(self) -> float:
        """Flags that chance alone would raise without a correction."""
        return expected_false(self.size, 1 - self.level)

    @property
    def flagged(self) -> int:
        """Differences that are real as far as this family can tell."""
        return sum(len(c.flagged) for c in self.comparisons)

    def explain(self, lang: str = "en") -> str:
        """How many tests, how they were corrected, and what that promises."""
        from cxkit.inference.comparison_words import family_text

        return family_text(self.size, self.correction, self.level, lang)


def family(*comparisons: Comparison, correction: Literal["bh", "holm", "bonferroni"] | None = "bh") -> Family:
    """Judge several comparisons as one family, as a report does with all that it prints.

    Parameters
    ----------
    *comparisons : Comparison
        Results of :func:`cxkit.compare`, all at one level.
    correction : {"bh", "holm", "bonferroni"} or None

    Returns
    -------
    Family
        The same comparisons with new ``p_adjusted``, ``verdict`` and ``detectable``.

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57, 289-300; Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> import cxkit as cx
    >>> s = cx.demo(n=1200)
    >>> both = cx.family(s.compare("nps", by="segment"), s.compare("csat", by="segment"))
    >>> both.size
    6
    """
    if correction is not None and correction not in CORRECTIONS:
        raise OptionError(
            f"unknown correction {correction!r}", hint=did_you_mean(str(correction), CORRECTIONS, what="Corrections")
        )
    levels = {c.level for c in comparisons}
    if len(levels) > 1:
        raise UsageError(f"a family has one level, not {sorted(levels)}", hint="compare all at the same level=")
    every = np.concatenate([np.asarray(c.p, float) for c in comparisons]) if comparisons else np.empty(0)
    starts = np.cumsum([0, *(len(c) for c in comparisons)])
    found = tuple(
        judged(c, correction, family=every, start=int(start)) for c, start in zip(comparisons, starts, strict=False)
    )
    size = int((~np.isnan(every)).sum())
    return Family(found, correction, levels.pop() if levels else 0.95, size)
