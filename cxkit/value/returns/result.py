"""The answer of a return: its draws, its assumptions and how they are shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UnknownNameError, did_you_mean
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item, items_frame, items_list
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.value.returns.assumptions import Assumptions
from cxkit.value.returns.case import Case
from cxkit.value.returns.evidence import Link, weakest
from cxkit.value.returns.inputs import Assumption, Inputs, Note
from cxkit.value.returns.plots import RoiPlots
from cxkit.value.returns.sensitivity import Swing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Roi"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Roi(Shown):
    """The return of an improvement, as a distribution.

    Attributes
    ----------
    items : tuple of Item
        What :meth:`to_frame` shows.
    rows : tuple of Assumption
        Every figure that went in, and where it comes from.
    links : tuple of Link
        The chain from the action to money, and how each link is known.
    swings : tuple of Swing
        The net gain when one figure moves alone, the widest first.
    case : Case
    notes : tuple of Note
        What a reader must know.
    currency : str
    level : float
    seed : int
    source : str
        Name of the study; empty where all is assumed.
    npv, benefit, cost : (D,) float
        Draws: net gain, gain and cost in today's money.
    payback : (D,) float
        Months; infinite where the horizon ends before.
    cumulative : (T + 1, D) float
        Net gain so far in today's money, by period; row 0 is today. One column where nothing is uncertain.
    inputs : Inputs
        The figures as they are drawn.
    correlation : tuple of ((str, str), float)
    centre : float
        Net gain with every figure at its value.
    score : MetricLabel or None
    """

    items: tuple[Item, ...]
    rows: tuple[Assumption, ...]
    links: tuple[Link, ...]
    swings: tuple[Swing, ...]
    case: Case
    notes: tuple[Note, ...]
    currency: str
    level: float
    seed: int
    source: str
    npv: Floats
    benefit: Floats
    cost: Floats
    payback: Floats
    cumulative: Floats
    inputs: Inputs
    correlation: tuple[tuple[tuple[str, str], float], ...]
    centre: float
    score: MetricLabel | None = None

    @property
    def draws(self) -> int:
        return len(self.npv)

    @property
    def sure(self) -> bool:
        """Whether nothing is uncertain: the draws are all the same."""
        return bool(np.ptp(self.npv) == 0)

    @property
    def grade(self) -> str:
        """The evidence of the whole: that of the weakest link."""
        return weakest(self.links)

    @property
    def assumptions(self) -> Assumptions:
        """Every figure that went in: value, ends, unit and source."""
        return Assumptions(self.rows, self.currency)

    def item(self, name: str) -> Item:
        """The item of that name.

        Raises
        ------
        UnknownNameError
        """
        found = next((i for i in self.items if i.item == name), None)
        if found is None:
            raise UnknownNameError(
                f"no item {name!r}", hint=did_you_mean(name, [i.item for i in self.items], what="Items")
            )
        return found

    def value(self, name: str) -> float:
        """The estimate of an item: ``found.value("npv")``."""
        return self.item(name).estimate

    @property
    def plot(self) -> RoiPlots:
        """Drawings: ``plot()`` for the distribution, ``plot.tornado()``, ``plot.fan()``, ``plot.steps()``."""
        return RoiPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, unit``.

        ``npv``, ``benefit``, ``cost`` and ``gain_*`` are present values of all customers together; ``payback_months``
        is the median of the draws, NaN where more than half are never paid back (``payback_never``, in %).
        """
        return items_frame(self.items)

    def tornado(self) -> "pd.DataFrame":
        """A frame of ``name, low, high, unit, npv_low, npv_high``: each uncertain figure moved alone."""
        import pandas as pd

        rows = [(s.name, s.low, s.high, s.unit, s.npv_low, s.npv_high) for s in self.swings]
        return pd.DataFrame(rows, columns=["name", "low", "high", "unit", "npv_low", "npv_high"])

    def fan(self) -> "pd.DataFrame":
        """A frame of ``month, mean, low, q25, median, q75, high``: the cumulative net gain in today's money."""
        import pandas as pd

        tails = [0.5 - self.level / 2, 0.25, 0.5, 0.75, 0.5 + self.level / 2]
        flat = self.cumulative.reshape(len(self.cumulative), -1)
        low, q25, median, q75, high = np.quantile(flat, tails, axis=1)
        return pd.DataFrame(
            {
                "month": np.arange(len(flat)) * self.case.months, "mean": flat.mean(axis=1), "low": low, "q25": q25,
                "median": median, "q75": q75, "high": high,
            }
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold, with assumptions and evidence; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "roi", "currency": self.currency, "level": self.level, "draws": self.draws,
            "seed": self.seed, "timing": self.case.timing, "period": {1: "M", 12: "Y"}[self.case.months],
            "items": items_list(self.items), "assumptions": self.assumptions.to_dict()["rows"], "grade": self.grade,
            "evidence": [{"name": x.name, "kind": x.kind, "what": x.what, "grade": x.grade} for x in self.links],
            "tornado": [
                {
                    "name": s.name, "low": json_value(s.low), "high": json_value(s.high), "unit": s.unit,
                    "npv_low": s.npv_low, "npv_high": s.npv_high,
                }
                for s in self.swings
            ],
            "notes": [{"key": n.key, "what": n.what, "count": n.count} for n in self.notes],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What it brings, how sure that is, what it hangs on, what was assumed, and that association is not cause."""
        from cxkit.value.returns.words import explain_roi

        return explain_roi(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.returns.words import roi_grid

        return roi_grid(self, lang)
