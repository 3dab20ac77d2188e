"""Control charts of a score, as a result: rows, words, table and drawings."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.change.monitor_plots import MonitorPlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel
from cxkit.present.words import Remark

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Charted", "Monitor"]


@dataclass(frozen=True, slots=True)
class Charted:
    """The chart of one group.

    Attributes
    ----------
    group : tuple
    periods, baseline : int
        Periods with answers, and how many of them made the baseline.
    centre : float
        Mean of the baseline, in the metric's unit.
    dispersion : float
        How many times wider the periods scatter than sampling alone says (Laney's sigma_z).
    chance : float
        Share of steady series of this length and these bases that would show a signal; NaN
        where there are no limits.
    """

    group: tuple[Any, ...]
    periods: int
    baseline: int
    centre: float
    dispersion: float
    chance: float


@dataclass(frozen=True, slots=True, repr=False)
class Monitor(Shown):
    """A metric by period with control limits and the rules that each period breaks.

    One entry a period and group in ``keys, estimate, charted, centre, lower, upper, n, signals``.
    ``charted`` is what the limits are for: the estimate itself (shewhart) or its moving average
    (ewma), in the metric's unit; for cusum the larger cumulative sum in standard errors, below
    0 for the sum downwards, with 0 as its centre. ``returning``: respondents or accounts answer in
    several periods and make these alike.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    estimate: tuple[float, ...]
    charted: tuple[float, ...]
    centre: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    n: tuple[int, ...]
    signals: tuple[tuple[str, ...], ...]
    charts: tuple[Charted, ...]
    chart: str
    rules: tuple[str, ...]
    limits: float
    freq: str
    baseline: int | None
    weighted: bool = False
    remarks: tuple[Remark, ...] = ()
    source: str = ""
    returning: bool = False

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def plot(self) -> MonitorPlots:
        """Drawings: ``plot()`` for the chart of one group, ``plot.overview()`` for all of them."""
        return MonitorPlots(self)

    @property
    def signalled(self) -> tuple[int, ...]:
        """Rows with a signal."""
        return tuple(i for i, names in enumerate(self.signals) if names)

    def rows_of(self, group: tuple[Any, ...]) -> tuple[int, ...]:
        """Rows of one group, in time."""
        return tuple(i for i, key in enumerate(self.keys) if key[:-1] == group)

    def to_frame(self) -> "pd.DataFrame":
        """A frame: ``by`` columns, ``period, metric, estimate, centre, lower, upper, n, signal, charted``.

        ``signal`` names the rules broken, with ", " between them; empty where none is.
        """
        import pandas as pd

        groups: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        groups["period"] = pd.to_datetime(pd.Series(groups["period"], dtype=object))
        rows = {
            "metric": self.metric.name, "estimate": self.estimate, "centre": self.centre, "lower": self.lower,
            "upper": self.upper, "n": self.n, "signal": [", ".join(s) for s in self.signals], "charted": self.charted,
        }  # fmt: skip
        return pd.DataFrame(groups | rows, index=range(len(self.keys)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        columns = ("estimate", "charted", "centre", "lower", "upper")
        return {
            "schema": SCHEMA,
            "kind": "monitor",
            "metric": self.metric.name,
            "by": list(self.by),
            "freq": self.freq,
            "chart": self.chart,
            "rules": list(self.rules),
            "limits": self.limits,
            "baseline": self.baseline,
            "weighted": self.weighted,
            "remarks": [str(r) for r in self.remarks],
            "charts": [
                {
                    "group": [_plain(x) for x in c.group], "periods": c.periods, "baseline": c.baseline,
                    "centre": _plain(c.centre), "dispersion": _plain(c.dispersion), "chance": _plain(c.chance),
                }
                for c in self.charts
            ],
            "rows": [
                {
                    "group": dict(zip(self.by, map(_plain, key), strict=True)),
                    **{name: _plain(getattr(self, name)[i]) for name in columns},
                    "n": self.n[i],
                    "signal": list(self.signals[i]),
                }
                for i, key in enumerate(self.keys)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What signals, and how often a steady series would too.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        from cxkit.change.monitor_words import explain_monitor

        return explain_monitor(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.change.monitor_words import monitor_grid

        return monitor_grid(self, lang)


def _plain(x: Any) -> Any:
    if isinstance(x, float) and not math.isfinite(x):
        return None
    return x.isoformat() if isinstance(x, (dt.date, dt.datetime)) else x
