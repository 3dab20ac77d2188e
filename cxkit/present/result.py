"""What every call returns: numbers with their interval, base, method and way of being shown."""

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxkit.present.calendar import period_end
from cxkit.present.plotting import ScorePlots, TrendPlots
from cxkit.present.words import Remark

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.tally import Tally

__all__ = ["SCHEMA", "Band", "Change", "Info", "MetricLabel", "Scores", "Trend", "json_value"]

#: Version of ``to_dict``; it rises when a key changes its meaning.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class MetricLabel:
    """What travels with a number about its metric."""

    name: str
    label: tuple[tuple[str, str], ...]
    detail: str
    unit: str
    better: str
    bounds: tuple[float, float] | None
    scale: tuple[float, float] | None

    @property
    def digits(self) -> int:
        """Decimals that readers see: one for points and shares, two for means on short scales."""
        return 1 if self.unit else 2

    def detail_in(self, lang: str = "en") -> str:
        """The detail in the reader's language: ``T2B of 5 (4–5)``, ``T2B sur 5 (4–5)``."""
        return self.detail.replace(" of ", " sur ").replace(" as ", " en ") if lang == "fr" else self.detail

    def title(self, lang: str = "en") -> str:
        """The name that readers see, in their language if it is given."""
        names = dict(self.label)
        return names.get(lang) or names.get("en") or self.name


@dataclass(frozen=True, slots=True)
class Band:
    """The answers that count the same (promoters ...) and their share of each group, in %."""

    value: float
    label: tuple[tuple[str, str], ...]
    share: tuple[float, ...]

    def title(self, lang: str = "en") -> str:
        names = dict(self.label)
        return names.get(lang) or names.get("en") or f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Info:
    """Base, weights, method and reference of a result."""

    metric: str
    scale: tuple[float, float] | None
    unit: str
    better: str
    method: str
    level: float
    base: int
    missing: int
    weighted: bool
    left_out: int
    reference: str
    source: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A period against the one before it: difference with its interval, and the smaller of the two bases."""

    before: dt.date
    delta: float
    low: float
    high: float
    least: int

    @property
    def word(self) -> str:
        """``rise``, ``fall`` or ``inconclusive``.

        A rise or a fall has an interval clear of 0 and at least 10 answers in both periods: with
        one answer against two, one in four "changes" would be pure chance.
        """
        if self.least < 10 or not (math.isfinite(self.low) and math.isfinite(self.high)):
            return "inconclusive"
        return "rise" if self.low > 0 else "fall" if self.high < 0 else "inconclusive"


_REFERENCES = {
    "adjusted-wald": "Rocks (2016), The American Statistician 70: adjusted Wald (0.75, 1.5, 0.75)",
    "wald": "estimate ± z · standard error",
    "wilson": "Wilson (1927), JASA 22",
    "t": "Student (1908), Biometrika 6",
    "bootstrap": "Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13: percentile interval",
}


@dataclass(frozen=True, slots=True)
class Scores:
    """A metric by group.

    One entry a group in ``keys, estimate, low, high, n, n_eff``; NaN where a group has no
    answers. Estimates are unrounded, in the metric's unit; ``n`` counts answers.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    method: str
    level: float
    bands: tuple[Band, ...]
    tally: "Tally" = field(repr=False, compare=False)
    counted: tuple[tuple[float, float], ...] = ()
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def answer_values(self) -> dict[float, float]:
        """What each answer that occurs counts."""
        return dict(self.counted)

    @property
    def value(self) -> float:
        """The one estimate, where there is one group.

        Raises
        ------
        ValueError
            There are several groups.
        """
        if len(self.estimate) != 1:
            raise ValueError(f"{len(self.estimate)} groups have no single value; see to_frame()")
        return self.estimate[0]

    @property
    def info(self) -> Info:
        """Base, weights, method and reference."""
        detail = f" [{self.metric.detail}]" if self.metric.detail else ""
        return Info(
            f"{self.metric.name}{detail}", self.metric.scale, self.metric.unit, self.metric.better,
            self.method, self.level, sum(self.n), self.tally.missing, self.tally.weighted,
            self.tally.left_out, _REFERENCES.get(self.method, ""), self.source, tuple(map(str, self.remarks)),
        )  # fmt: skip

    @property
    def plot(self) -> ScorePlots:
        """Drawings: ``plot()`` for score bars, ``plot.stacked()``, ``plot.distribution()``."""
        return ScorePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``metric, estimate, low, high, n, n_eff, method``."""
        import pandas as pd

        groups: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        if isinstance(self, Trend):
            groups["period"] = pd.to_datetime(pd.Series(groups["period"], dtype=object))
        numbers = {
            "metric": self.metric.name, "estimate": self.estimate, "low": self.low, "high": self.high,
            "n": self.n, "n_eff": self.n_eff, "method": self.method,
        }  # fmt: skip
        return pd.DataFrame(groups | numbers, index=range(len(self.keys)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA,
            "kind": "scores",
            "metric": {
                "name": self.metric.name, "label": dict(self.metric.label), "detail": self.metric.detail,
                "unit": self.metric.unit, "better": self.metric.better,
                "scale": self.metric.scale and list(self.metric.scale),
            },
            "by": list(self.by),
            "method": self.method,
            "level": self.level,
            "weighted": self.tally.weighted,
            "missing": self.tally.missing,
            "remarks": [str(r) for r in self.remarks],
            "rows": [
                {
                    "group": dict(zip(self.by, map(json_value, key), strict=True)),
                    "estimate": json_value(estimate), "low": json_value(low), "high": json_value(high),
                    "n": n, "n_eff": json_value(n_eff),
                }
                for key, estimate, low, high, n, n_eff in zip(
                    self.keys, self.estimate, self.low, self.high, self.n, self.n_eff, strict=True
                )
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The numbers in sentences, with the hedge that they require.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        from cxkit.present.words import explain_scores

        return explain_scores(self, lang)

    def __repr__(self) -> str:
        from cxkit.present.tables import score_text

        return score_text(self)

    def _repr_html_(self) -> str:
        from cxkit.present.tables import score_html

        return score_html(self)


@dataclass(frozen=True, slots=True, repr=False)
class Trend(Scores):
    """A metric by period (the last of ``by``), and by group if asked."""

    freq: str = "M"
    before: tuple[dt.date | None, ...] = ()
    delta: tuple[float, ...] = ()
    delta_low: tuple[float, ...] = ()
    delta_high: tuple[float, ...] = ()
    rolling: int = 1

    def first_of(self, start: dt.date) -> dt.date:
        """First period of the rolling window that ends with the period ``start``."""
        return period_end(start, self.freq, 1 - self.rolling)

    def change(self, row: int = -1) -> Change | None:
        """The change of a row against the period before it in its group; None for a first period."""
        start = self.before[row] if self.before else None
        if start is None:
            return None
        earlier = dict(zip(self.keys, self.n, strict=True)).get((*self.keys[row][:-1], start), 0)
        least = min(self.n[row], earlier)
        return Change(start, self.delta[row], self.delta_low[row], self.delta_high[row], least)

    @property
    def plot(self) -> TrendPlots:  # type: ignore[override]
        """Drawings: ``plot()`` for the line with its band."""
        return TrendPlots(self)

    def to_dict(self) -> dict[str, Any]:
        return {**Scores.to_dict(self), "kind": "trend", "freq": self.freq}

    def explain(self, lang: str = "en") -> str:
        """The latest period and its change against the one before, in sentences."""
        from cxkit.present.words import explain_trend

        return explain_trend(self, lang)


def json_value(x: Any) -> Any:
    """A value as JSON holds it: no NaN, dates as text."""
    if isinstance(x, float) and not math.isfinite(x):
        return None
    return x.isoformat() if isinstance(x, (dt.date, dt.datetime)) else x
