"""Churn rates as they are shown."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.value.retention.caution import Caution
from cxkit.value.retention.grouping import Names
from cxkit.value.retention.people import Key
from cxkit.value.retention.rate_plots import ChurnPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Churn", "Rate"]


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate.

    Attributes
    ----------
    key : tuple
        The group.
    period : date or None
        First day of the period; None for all of them together.
    item : {"churn", "revenue_churn", "annual_churn"}
    estimate, low, high : float
        In %.
    n, lost : int
        Customers at the start (of all periods together: customers times periods), and of them lost.
    """

    key: Key
    period: dt.date | None
    item: str
    estimate: float
    low: float
    high: float
    n: int
    lost: int


@dataclass(frozen=True, slots=True, repr=False)
class Churn(Shown):
    """Churn rates by group and period, in %.

    Attributes
    ----------
    by : tuple of str
    rates : tuple of Rate
        With dates, of each period, then of all together (``period`` None) and what that makes a year.
    freq : {"W", "M", "Q", "Y"} or None
        None for one rate of the whole table.
    months : float or None
        What one rate covers.
    as_of : date or None
    p : float
        Of the hypothesis that all groups have one rate (chi-squared, by period within periods); NaN for one group.
    level : float
    cautions : tuple of Caution
    apart : tuple of tuples
        Groups that are shown and not compared: who had not answered yet.
    """

    by: tuple[str, ...]
    rates: tuple[Rate, ...]
    freq: str | None
    months: float | None
    as_of: dt.date | None
    p: float
    level: float
    cautions: tuple[Caution, ...] = ()
    names: Names = ()
    apart: tuple[Key, ...] = ()

    def __len__(self) -> int:
        return len(self.rates)

    @property
    def value(self) -> float:
        """The one overall churn rate, in %, where there is one group.

        Raises
        ------
        ValueError
            There are several groups.
        """
        found = [r.estimate for r in self.rates if r.item == "churn" and r.period is None]
        if len(found) != 1:
            raise ValueError(f"{len(found)} groups have no single rate; see to_frame()")
        return found[0]

    @property
    def plot(self) -> ChurnPlots:
        """Drawings: ``plot()`` for the rates by period, or by group."""
        return ChurnPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, ``period``, then ``item, estimate, low, high, unit, n, lost``.

        Rows without a period are of all periods together.
        """
        import pandas as pd

        rows = [
            (*r.key, r.period, r.item, r.estimate, r.low, r.high, "%", r.n, r.lost) for r in self.rates
        ]  # fmt: skip
        columns = [*self.by, "period", "item", "estimate", "low", "high", "unit", "n", "lost"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["period"] = pd.to_datetime(frame["period"])
        return frame

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "churn", "by": list(self.by), "freq": self.freq, "months": self.months,
            "as_of": json_value(self.as_of), "p": json_value(self.p), "level": self.level, "cautions": [str(c) for c in self.cautions],
            "rows": [
                {
                    "group": dict(zip(self.by, map(json_value, r.key), strict=True)), "period": json_value(r.period),
                    "item": r.item, "estimate": json_value(r.estimate), "low": json_value(r.low),
                    "high": json_value(r.high), "unit": "%", "n": r.n, "lost": r.lost,
                }
                for r in self.rates
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The rate, what it makes a year, and what a reader must know."""
        from cxkit.value.retention.rate_words import explain_churn

        return explain_churn(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.retention.rate_words import churn_grid

        return churn_grid(self, lang)
