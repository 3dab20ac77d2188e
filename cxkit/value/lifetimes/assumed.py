"""The table of assumptions that travels with a lifetime value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.value.lifetimes.ranges import Figure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Assumptions", "AssumptionsTable"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a group's value is made of.

    Attributes
    ----------
    key : tuple
        The group.
    figures : tuple of Figure
    """

    key: tuple[Any, ...]
    figures: tuple[Figure, ...]

    def __getitem__(self, name: str) -> Figure:
        return next(f for f in self.figures if f.name == name)

    def get(self, name: str) -> Figure | None:
        return next((f for f in self.figures if f.name == name), None)


@dataclass(frozen=True, slots=True, repr=False)
class AssumptionsTable(Shown):
    """Every figure that went into a lifetime value; a sequence of :class:`Assumptions`, one a group.

    Attributes
    ----------
    parts : tuple of Assumptions
    by : tuple of str
    currency : str
    period, margin_period, churn_period : {"month", "quarter", "year"}
        What periods, margins and churn are of.
    """

    parts: tuple[Assumptions, ...]
    by: tuple[str, ...]
    currency: str
    period: str = "year"
    margin_period: str = "year"
    churn_period: str = "year"

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[Assumptions]:
        return iter(self.parts)

    def __getitem__(self, place: int) -> Assumptions:
        return self.parts[place]

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``name, value, low, high, source, shape, n``; shares 0 to 1.

        ``source`` is ``assumed`` or ``observed``.
        """
        import pandas as pd

        rows = [(*a.key, f.name, f.value, f.low, f.high, f.source, f.shape, f.n) for a in self for f in a.figures]
        return pd.DataFrame(rows, columns=[*self.by, "name", "value", "low", "high", "source", "shape", "n"])

    def to_list(self) -> list[dict[str, Any]]:
        """The groups with their figures as plain values; NaN becomes None."""
        return [
            {
                "group": dict(zip(self.by, map(json_value, a.key), strict=True)),
                "figures": [
                    {"name": f.name, "value": json_value(f.value), "low": json_value(f.low),
                     "high": json_value(f.high), "source": f.source, "shape": f.shape, "n": f.n}
                    for f in a.figures
                ],
            }
            for a in self
        ]  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA, "kind": "assumptions", "currency": self.currency, "by": list(self.by),
            "groups": self.to_list(),
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What was said and what was measured."""
        from cxkit.value.lifetimes.assumed_words import assumed_sentences

        return " ".join(assumed_sentences(self, lang))

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.assumed_words import assumed_grid

        return assumed_grid(self, lang)
