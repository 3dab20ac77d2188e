"""Cohorts as they are shown."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA
from cxkit.stats.intervals import wilson
from cxkit.value.retention.caution import Caution
from cxkit.value.retention.triangle_plots import CohortPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cohort", "Cohorts"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cell of the triangle.

    Attributes
    ----------
    cohort : date
        First day of the period in which they came.
    age : int
        Periods since; 0 is that of coming.
    estimate, low, high : float
        Share active, in %, with Wilson's interval.
    n, active : int
    """

    cohort: dt.date
    age: int
    estimate: float
    low: float
    high: float
    n: int
    active: int


@dataclass(frozen=True, slots=True, repr=False)
class Cohorts(Shown):
    """Retention by cohort. What was not seen yet is no cell.

    Attributes
    ----------
    cells : tuple of Cohort
    freq : {"W", "M", "Q", "Y"}
    kind : {"activity", "contract"}
        Whether active is "did something in the period" or "had not left when it began".
    as_of : date
    level : float
    cautions : tuple of Caution
    """

    cells: tuple[Cohort, ...]
    freq: str
    kind: str
    as_of: dt.date
    level: float
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def sizes(self) -> dict[dt.date, int]:
        """Customers of each cohort."""
        return {c.cohort: c.n for c in self.cells}

    @property
    def plot(self) -> CohortPlots:
        """Drawings: ``plot()`` for the triangle as a heat map, ``plot.lines()`` for a line a cohort."""
        return CohortPlots(self)

    @property
    def average(self) -> dict[int, tuple[float, float, float, int]]:
        """All cohorts together by age: share active (in %), its interval, customers; of cohorts seen so long."""
        out = {}
        for age in sorted({c.age for c in self.cells}):
            own = [c for c in self.cells if c.age == age]
            n, k = sum(c.n for c in own), sum(c.active for c in own)
            low, high = wilson(k / n, n, self.level)
            out[age] = (100 * k / n, max(100 * float(low), 0.0), min(100 * float(high), 100.0), n)
        return out

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``cohort, age, item, estimate, low, high, unit, n, active``; the item is ``retained``."""
        import pandas as pd

        rows = [(c.cohort, c.age, "retained", c.estimate, c.low, c.high, "%", c.n, c.active) for c in self.cells]
        columns = ["cohort", "age", "item", "estimate", "low", "high", "unit", "n", "active"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["cohort"] = pd.to_datetime(frame["cohort"])
        return frame

    def table(self) -> "pd.DataFrame":
        """The triangle: a row a cohort, ``n``, then a column an age, in %; blank (NaN) where not seen yet."""
        import pandas as pd

        ages = range(max(c.age for c in self.cells) + 1)
        rows = {start: [float("nan")] * len(ages) for start in self.sizes}
        for c in self.cells:
            rows[c.cohort][c.age] = c.estimate
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(ages))
        frame.index = pd.to_datetime(frame.index)
        frame.index.name = "cohort"
        frame.insert(0, "n", list(self.sizes.values()))
        return frame

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA, "kind": "cohorts", "freq": self.freq, "activity": self.kind,
            "as_of": self.as_of.isoformat(), "level": self.level, "cautions": [str(c) for c in self.cautions],
            "rows": [
                {
                    "cohort": c.cohort.isoformat(), "age": c.age, "item": "retained", "estimate": c.estimate,
                    "low": c.low, "high": c.high, "unit": "%", "n": c.n, "active": c.active,
                }
                for c in self.cells
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How many come back, the best and the worst cohort, and what a reader must know."""
        from cxkit.value.retention.triangle_words import explain_cohorts

        return explain_cohorts(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.retention.triangle_words import cohorts_grid

        return cohorts_grid(self, lang)
