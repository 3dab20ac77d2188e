"""The result of asking why: a change and its parts."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.change.split import Segment
from cxkit.change.why_plots import WhyPlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.present.words import Remark

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "Why"]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the real change could be, whatever those who fell silent would have answered.

    Attributes
    ----------
    n : int
        Their answers in the earlier period.
    share : float
        Their share of those who could have answered both times, 0 to 1.
    low, high : float
        Real change if all of them now gave the worst, the best answer.
    tipping : float
        Change among them, in the metric's unit, that would bring the real change to 0.
    """

    n: int
    share: float
    low: float
    high: float
    tipping: float


@dataclass(frozen=True, slots=True, repr=False)
class Why(Shown):
    """A change split into parts; one entry an item in every tuple, in the metric's unit.

    Attributes
    ----------
    items : tuple of str
        ``total``, ``leavers_...`` by class (or ``leavers``), ``silent``, ``joiners``, ``mix``, ``stayers`` (the real
        change), as far as they can be told. All but ``total`` sum to it.
    estimate, low, high, se : tuple of float
    n : tuple of int
        Answers behind each item.
    before, after : float
        The scores between which the change lies.
    panel : bool
        Whether the same people were asked both times.
    known : bool
        Whether a column says who left; otherwise those who no longer answer count as leavers.
    segments : tuple of Segment
        Kitagawa's rate and mix effect of each segment.
    sensitivity : Sensitivity or None
        Of the real change to those who did not answer again.
    """

    metric: MetricLabel
    items: tuple[str, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    se: tuple[float, ...]
    n: tuple[int, ...]
    before: float
    after: float
    level: float
    period: str
    versus: str
    spans: tuple[tuple[dt.date, dt.date], ...]
    panel: bool
    known: bool
    by: tuple[str, ...]
    segments: tuple[Segment, ...]
    bands: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    sensitivity: Sensitivity | None
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.items)

    def item(self, name: str) -> tuple[float, float, float]:
        """Estimate, low and high of an item; zeros where it has no part in this change."""
        if name not in self.items:
            return 0.0, 0.0, 0.0
        i = self.items.index(name)
        return self.estimate[i], self.low[i], self.high[i]

    @property
    def leaving(self) -> float:
        """What leavers of all classes did to the score."""
        return sum(e for item, e in zip(self.items, self.estimate, strict=True) if item.startswith("leavers"))

    @property
    def p(self) -> tuple[float, ...]:
        """Two-sided p of each item; NaN where no error is seen."""
        from cxkit.change.why_words import item_p

        return tuple(item_p(e, se) for e, se in zip(self.estimate, self.se, strict=True))

    def real(self, item: str) -> bool:
        """Whether the interval of an item keeps clear of 0."""
        _, low, high = self.item(item)
        return low > 0 or high < 0

    @property
    def survivors(self) -> bool:
        """The classic trap: the score moved, mostly because people left, and nobody who stayed changed his mind."""
        total = self.estimate[0]
        return self.real("total") and self.leaving * total >= total * total / 2 and not self.real("stayers")

    @property
    def plot(self) -> WhyPlots:
        """Drawings: ``plot()`` for the waterfall, ``plot.segments()``."""
        return WhyPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, n``; ``total`` first."""
        import pandas as pd

        return pd.DataFrame(
            {"item": self.items, "estimate": self.estimate, "low": self.low, "high": self.high, "n": self.n}
        )

    def segments_frame(self) -> "pd.DataFrame":
        """A frame of the segments: the ``by`` columns, then ``n_before, n_after, share_before, share_after, before,
        after, rate, mix``; rates sum to ``stayers``, mixes to ``mix``."""
        import pandas as pd

        keys: dict[str, Any] = {name: [s.key[i] for s in self.segments] for i, name in enumerate(self.by)}
        names = ("n_before", "n_after", "share_before", "share_after", "before", "after", "rate", "mix")
        return pd.DataFrame(keys | {name: [getattr(s, name) for s in self.segments] for name in names})

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        columns = ("estimate", "low", "high", "n")
        return {
            "schema": SCHEMA, "kind": "why", "metric": self.metric.name, "period": self.period, "versus": self.versus,
            "before": self.before, "after": self.after, "level": self.level, "panel": self.panel, "known": self.known,
            "survivors": self.survivors, "by": list(self.by), "remarks": [str(r) for r in self.remarks],
            "rows": [
                {"item": item} | {name: json_value(getattr(self, name)[i]) for name in columns}
                for i, item in enumerate(self.items)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What moved the score, and how much of it is real, in sentences.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        from cxkit.change.why_words import explain_why

        return explain_why(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        """The table: parts, intervals, answers."""
        from cxkit.change.why_words import why_grid

        return why_grid(self, lang)
