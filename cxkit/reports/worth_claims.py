"""The tests between classes of customers, as claims of a page's one family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxkit.value.behaviour import Linkage

__all__ = ["ClassTests"]


@dataclass(frozen=True, slots=True)
class ClassTests:
    """What a linkage without groups tests: each class against every lower one.

    Attributes
    ----------
    linkage : Linkage
        Its verdicts are those of the family once it was judged in one.
    """

    linkage: Linkage

    @property
    def level(self) -> float:
        return self.linkage.level

    @property
    def tested(self) -> tuple[float, ...]:
        """p-values, in the order of the linkage."""
        return tuple(d.p for group in self.linkage.groups for d in group.differences)

    @property
    def established(self) -> int:
        """Differences that are real as far as the family can tell."""
        return sum(d.verdict != "inconclusive" for group in self.linkage.groups for d in group.differences)

    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> ClassTests:
        """The same, its p-values adjusted in a larger family."""
        found = iter(adjusted)
        groups = []
        for group in self.linkage.groups:
            differences = []
            for d in group.differences:
                p = next(found)
                word = "inconclusive" if not p <= 1 - self.level else "higher" if d.delta > 0 else "lower"
                differences.append(replace(d, p_adjusted=p, verdict=word))
            groups.append(replace(group, differences=tuple(differences)))
        return ClassTests(replace(self.linkage, groups=tuple(groups), correction=correction))
