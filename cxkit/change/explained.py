"""The result of asking why: a change and its parts."""

import dataclasses
import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cxkit.change.split import Segment
from cxkit.change.why_plots import WhyPlots
from cxkit.change.why_words import item_p
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
    estimate, low, high : tuple of float
    covariance : tuple of tuples of float
        Of the items.
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
    p_adjusted : float or None
        Of the real change, where it was judged in a family.
    """

    metric: MetricLabel
    items: tuple[str, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
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
    p_adjusted: float | None = None

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
    def se(self) -> tuple[float, ...]:
        """Standard error of each item."""
        return tuple(math.sqrt(max(row[i], 0.0)) for i, row in enumerate(self.covariance))

    @property
    def tested(self) -> tuple[float, ...]:
        """What this result adds to a family: the p of the real change, NaN where no error is seen."""
        i = self.items.index("stayers")
        return (item_p(self.estimate[i], self.se[i]),)

    @property
    def established(self) -> int:
        """Whether its claim, the real change, stands: 1 or 0."""
        return int(self.real("stayers"))

    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> Self:
        """The same with its real change judged in a family."""
        return dataclasses.replace(self, p_adjusted=float(adjusted[0]))

    def real(self, item: str) -> bool:
        """Whether an item is clear of 0: its interval, or its p within the family it was judged in."""
        if item == "stayers" and self.p_adjusted is not None:
            return self.p_adjusted <= 1 - self.level
        _, low, high = self.item(item)
        return low > 0 or high < 0

    def coarse(self, min_n: int) -> Self:
        """The parts joined until none stands on fewer than ``min_n`` answers: leavers first, then all that is not real
        change."""
        found = self
        for names, new in ((_is_leavers, "leavers"), (_is_composition, "composition")):
            few = any(0 < n < min_n for item, n in zip(found.items, found.n, strict=True) if names(item))
            if few:
                found = found._joined([i for i, item in enumerate(found.items) if names(item)], new)
        return found

    def _joined(self, rows: Sequence[int], name: str) -> Self:
        """These items as one, in the place of the first."""
        groups = [[i] for i in range(len(self)) if i not in rows]
        groups.insert(rows[0], list(rows))
        sums = np.array([[float(i in group) for i in range(len(self))] for group in groups])
        covariance = sums @ np.asarray(self.covariance) @ sums.T
        z = NormalDist().inv_cdf(0.5 + self.level / 2)
        estimate = [sum(self.estimate[i] for i in group) for group in groups]
        margin = z * np.sqrt(np.maximum(np.diag(covariance), 0))
        one = [len(group) == 1 for group in groups]
        return dataclasses.replace(
            self,
            items=tuple(self.items[g[0]] if alone else name for g, alone in zip(groups, one, strict=True)),
            estimate=tuple(estimate),
            low=tuple(
                self.low[g[0]] if alone else e - m for g, alone, e, m in zip(groups, one, estimate, margin, strict=True)
            ),
            high=tuple(
                self.high[g[0]] if alone else e + m
                for g, alone, e, m in zip(groups, one, estimate, margin, strict=True)
            ),
            covariance=tuple(tuple(row) for row in covariance.tolist()),
            n=tuple(sum(self.n[i] for i in group) for group in groups),
        )

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


def _is_leavers(item: str) -> bool:
    return item.startswith("leavers")


def _is_composition(item: str) -> bool:
    return item not in ("total", "stayers", "mix")
