"""A list of customers at risk as it is shown, with how good it is."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.stats.calibration import Bins, Brier
from cxkit.stats.intervals import wilson
from cxkit.value.retention.caution import Caution
from cxkit.value.retention.leaving_plots import RiskPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AtRisk", "Chance", "Quality"]


@dataclass(frozen=True, slots=True)
class Chance:
    """One customer of the list.

    Attributes
    ----------
    customer : str
        Masked unless ids were asked for.
    estimate, low, high : float
        Probability of leaving within the horizon, in %, with the interval of the model.
    score : float
        The last answer.
    """

    customer: str
    estimate: float
    low: float
    high: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """How well the probabilities did on customers that the model had not seen.

    Attributes
    ----------
    n, events : int
        Predictions, and how many came true.
    auc, auc_low, auc_high : float
        How often one who left had been given more than one who stayed; 0.5 is chance.
    brier : Brier
    intercept, slope, p : float
        Of the calibration: 0 and 1 where probabilities come true as they stand; p of that hypothesis.
    p_bins : float
        Of the hypothesis that every tenth left as often as predicted.
    bins : Bins
        By tenth, the highest first.
    """

    n: int
    events: int
    auc: float
    auc_low: float
    auc_high: float
    brier: Brier
    intercept: float
    slope: float
    p: float
    p_bins: float
    bins: Bins = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AtRisk(Shown):
    """Customers still here by their probability of leaving.

    Attributes
    ----------
    customers : tuple of Chance
        No more than were asked for, the highest probability first.
    months : float or None
        The horizon; None where it is that of a flag without days.
    here : int
        Customers still here with an answer.
    expected, expected_low, expected_high : float
        How many of them leave within the horizon, and the range of chance about it.
    quality : Quality
    terms : tuple of (str, float)
        Factor on the odds of leaving for each term.
    folds : int
    masked : bool
    score : str
    level : float
    as_of : date or None
    cautions : tuple of Caution
    """

    customers: tuple[Chance, ...]
    months: float | None
    here: int
    expected: float
    expected_low: float
    expected_high: float
    quality: Quality
    terms: tuple[tuple[str, float], ...]
    folds: int
    masked: bool
    score: str
    level: float
    as_of: dt.date | None
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def plot(self) -> RiskPlots:
        """Drawings: ``plot()`` for the calibration, ``plot.lift()`` for the lift by tenth."""
        return RiskPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """The list: ``customer, item, estimate, low, high, unit, score``."""
        import pandas as pd

        rows = [(c.customer, "leaves", c.estimate, c.low, c.high, "%", c.score) for c in self.customers]
        return pd.DataFrame(rows, columns=["customer", "item", "estimate", "low", "high", "unit", "score"])

    @property
    def figures(self) -> "pd.DataFrame":
        """How good it is: ``item, estimate, low, high, unit, n``."""
        import pandas as pd

        return pd.DataFrame(_figures(self), columns=["item", "estimate", "low", "high", "unit", "n"])

    @property
    def calibration(self) -> "pd.DataFrame":
        """By tenth of the predictions, the highest first: ``class, n, events, predicted, observed, low, high, lift,
        captured``; shares in %, of customers that the model had not seen.
        """
        import pandas as pd

        b = self.quality.bins
        return pd.DataFrame(
            {
                "class": range(1, len(b.n) + 1), "n": b.n, "events": b.events, "predicted": 100 * b.predicted,
                "observed": 100 * b.observed, "low": 100 * b.low, "high": 100 * b.high, "lift": b.lift,
                "captured": 100 * b.captured,
            }
        )  # fmt: skip

    @property
    def lift(self) -> "pd.DataFrame":
        """By tenth of the predictions, the highest first: ``class, n, events, lift, captured``; the last in %."""
        return self.calibration[["class", "n", "events", "lift", "captured"]]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "at_risk", "score": self.score, "months": json_value(self.months),
            "here": self.here, "masked": self.masked, "folds": self.folds, "level": self.level,
            "as_of": json_value(self.as_of), "terms": {name: json_value(x) for name, x in self.terms},
            "figures": [
                {"item": i, "estimate": json_value(e), "low": json_value(a), "high": json_value(b), "unit": u, "n": n}
                for i, e, a, b, u, n in _figures(self)
            ],
            "calibration": [
                {k: json_value(v) for k, v in row.items()} for row in self.calibration.to_dict("records")
            ],
            "cautions": [str(c) for c in self.cautions],
            "rows": [
                {"customer": c.customer, "item": "leaves", "estimate": c.estimate, "low": c.low, "high": c.high, "unit": "%",
                 "score": json_value(c.score)}
                for c in self.customers
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How many may leave, how good the list is, and what a reader must know."""
        from cxkit.value.retention.leaving_words import explain_risk

        return explain_risk(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.retention.leaving_words import risk_grid

        return risk_grid(self, lang)


def _figures(result: AtRisk) -> list[tuple[str, float, float, float, str, int]]:
    q, nan = result.quality, float("nan")
    share = q.events / q.n
    low, high = wilson(share, q.n, result.level)
    return [
        ("expected_leavers", result.expected, result.expected_low, result.expected_high, "customers", result.here),
        ("left_before", 100 * share, 100 * float(low), 100 * float(high), "%", q.n),
        ("auc", q.auc, q.auc_low, q.auc_high, "", q.n),
        ("brier", q.brier.score, q.brier.low, q.brier.high, "", q.n),
        ("brier_skill", 100 * q.brier.skill, nan, nan, "%", q.n),
        ("calibration_intercept", q.intercept, nan, nan, "", q.n),
        ("calibration_slope", q.slope, nan, nan, "", q.n),
        ("top_tenth_lift", float(q.bins.lift[0]), nan, nan, "", int(q.bins.n[0])),
        ("top_tenth_captured", 100 * float(q.bins.captured[0]), nan, nan, "%", int(q.bins.n[0])),
    ]
