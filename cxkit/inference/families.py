"""One family: everything that one report prints is judged together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, Self, TypeVar

import numpy as np

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.stats.multiplicity import CORRECTIONS, adjusted, critical, expected_false

__all__ = ["Family", "Tested", "family"]


class Tested(Protocol):
    """A result that makes claims: a comparison, or why a score moved."""

    @property
    def level(self) -> float: ...
    @property
    def tested(self) -> tuple[float, ...]: ...
    @property
    def established(self) -> int: ...
    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> Self: ...


T = TypeVar("T", bound=Tested)


@dataclass(frozen=True, slots=True)
class Family(Generic[T]):
    """Results whose p-values were adjusted together; iterating gives them in order.

    Attributes
    ----------
    results : tuple
    correction : str or None
    level : float
    size : int
        Tests in all.
    flagged : int
        Tests that are real as far as this family can tell.
    """

    results: tuple[T, ...]
    correction: str | None
    level: float
    size: int
    flagged: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @property
    def expected_false(self) -> float:
        """Flags that chance alone would raise without a correction."""
        return expected_false(self.size, 1 - self.level)

    def explain(self, lang: str = "en") -> str:
        """How many tests, how they were corrected, and what that promises."""
        from cxkit.inference.comparison_words import family_text

        return family_text(self.size, self.correction, self.level, lang)


def family(*results: T, correction: Literal["bh", "holm", "bonferroni"] | None = "bh") -> Family[T]:
    """Judge several results as one family, as a report does with all that it prints.

    Parameters
    ----------
    *results : Comparison or Why
        Of :func:`cxkit.compare` (each row is a test) and :func:`cxkit.why` (its real change is one), all at one level.
    correction : {"bh", "holm", "bonferroni"} or None

    Returns
    -------
    Family
        The same results with new ``p_adjusted`` and what follows from it.

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
    for result in results:
        if not hasattr(result, "tested"):
            raise UsageError(
                f"{type(result).__name__} makes no claim that can be tested",
                hint="cx.family(first, second, ...), each from cx.compare or cx.why",
            )
    levels = {result.level for result in results}
    if len(levels) > 1:
        raise UsageError(f"a family has one level, not {sorted(levels)}", hint="compare all at the same level=")
    level = levels.pop() if levels else 0.95
    p = np.array([x for result in results for x in result.tested], float)
    together, demanded = adjusted(p, correction), critical(p, correction, 1 - level)
    size = int((~np.isnan(p)).sum())
    starts = np.cumsum([0, *(len(result.tested) for result in results)])
    judged = tuple(
        result.judged(correction, together[a:b].tolist(), demanded, size)
        for result, a, b in zip(results, starts, starts[1:], strict=False)
    )
    return Family(judged, correction, level, size, sum(result.established for result in judged))
