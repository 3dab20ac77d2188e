"""The table of assumptions that travels with a return."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.value.returns.inputs import Assumption

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Assumptions"]


@dataclass(frozen=True, slots=True, repr=False)
class Assumptions(Shown):
    """Every figure that went into a return.

    Attributes
    ----------
    rows : tuple of Assumption
    currency : str
    """

    rows: tuple[Assumption, ...]
    currency: str

    def __len__(self) -> int:
        return len(self.rows)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``name, value, low, high, unit, source``; shares in %, ends NaN where a figure is taken as known.

        ``source`` is ``said``, ``measured``, ``study`` (counted in it) or ``default``.
        """
        import pandas as pd

        rows = [(r.name, r.value, r.low, r.high, r.per_unit, r.source) for r in self.rows]
        return pd.DataFrame(rows, columns=["name", "value", "low", "high", "unit", "source"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "assumptions", "currency": self.currency,
            "rows": [
                {
                    "name": r.name, "value": json_value(r.value), "low": json_value(r.low), "high": json_value(r.high),
                    "unit": r.per_unit, "source": r.source, "shape": r.shape, "grade": r.grade or None,
                }
                for r in self.rows
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What was said, what was measured and what was taken by default."""
        from cxkit.value.returns.assumption_words import explain_assumptions

        return explain_assumptions(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.returns.assumption_words import assumptions_grid

        return assumptions_grid(self, lang)
