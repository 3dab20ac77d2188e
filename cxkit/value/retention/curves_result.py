"""Survival as it is shown: curves by group, and the figures of each."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.stats.competing import Incidence
from cxkit.stats.intervals import z_value
from cxkit.stats.survival import LogRank, Steps, Survived
from cxkit.value.retention.caution import Caution
from cxkit.value.retention.curves_plots import SurvivalPlots
from cxkit.value.retention.grouping import Names
from cxkit.value.retention.people import Key

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Curve", "Stay", "Survival"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The curve of one group.

    Attributes
    ----------
    key : tuple
    survived : Survived
    incidence : Incidence or None
        By reason, where reasons are known.
    n, lost : int
        Customers, and of them gone.
    """

    key: Key
    survived: Survived
    incidence: Incidence | None
    n: int
    lost: int


@dataclass(frozen=True, slots=True)
class Stay:
    """One figure of a survival analysis.

    Attributes
    ----------
    key : tuple
    reason : str or None
    time : float
        Of ``retained`` and ``gone``: after how long. Of ``mean_stay``: up to when. Of ``median_stay`` NaN.
    item : {"retained", "gone", "median_stay", "mean_stay"}
    estimate, low, high : float
        In % or in the unit of time.
    n : int
        At risk at ``time``; of the median and mean, customers.
    """

    key: Key
    reason: str | None
    time: float
    item: str
    estimate: float
    low: float
    high: float
    unit: str
    n: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Survival(Shown):
    """Who is still here after how long.

    Attributes
    ----------
    by : tuple of str
    curves : tuple of Curve
    reasons : tuple of str
        Empty where none were asked for.
    at : tuple of float
    horizon : float
        Up to when the mean is taken.
    unit : str
    test : LogRank or None
        Of the hypothesis that all groups leave alike.
    strata : str or None
        Within what the test compares.
    level : float
    as_of : date or None
    cautions : tuple of Caution
    correction, p_adjusted, size
        Of the test, where it was judged in a family of several.
    """

    by: tuple[str, ...]
    curves: tuple[Curve, ...]
    reasons: tuple[str, ...]
    at: tuple[float, ...]
    horizon: float
    unit: str
    test: LogRank | None
    strata: str | None
    level: float
    as_of: dt.date | None
    cautions: tuple[Caution, ...] = ()
    names: Names = ()
    correction: str | None = None
    p_adjusted: float = float("nan")
    size: int = 1

    def __len__(self) -> int:
        return len(self.curves)

    @property
    def plot(self) -> SurvivalPlots:
        """Drawings: ``plot()`` for the curves, ``plot.reasons()`` for the share gone by reason."""
        return SurvivalPlots(self)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The figures, group after group."""
        return tuple(stay for curve in self.curves for stay in _stays(self, curve))

    @property
    def p(self) -> float:
        """p-value of the log-rank test, adjusted where it was judged in a family; NaN where there is none."""
        if np.isfinite(self.p_adjusted) or self.test is None:
            return self.p_adjusted
        return self.test.p

    @property
    def tested(self) -> tuple[float, ...]:
        """p-values of the tests made, unadjusted."""
        return (self.test.p,) if self.test is not None and np.isfinite(self.test.p) else ()

    @property
    def established(self) -> int:
        """How many of these tests are real."""
        return int(bool(self.tested) and self.p <= 1 - self.level)

    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> Self:
        """The same, its test adjusted in a larger family."""
        p = float(adjusted[0]) if len(adjusted) else float("nan")
        return replace(self, correction=correction, p_adjusted=p, size=size)

    def without(self, *keys: Key) -> Self:
        """The same without some groups: nothing is said or drawn of them. The test stays that of all."""
        return replace(self, curves=tuple(c for c in self.curves if c.key not in keys))

    def cut(self, at_risk: int) -> Self:
        """The same with each curve ended where fewer customers than this were at risk for good."""
        held = [(c, np.flatnonzero(c.survived.steps.at_risk >= at_risk)) for c in self.curves]
        return replace(self, curves=tuple(_until(c, int(place[-1]) + 1) for c, place in held if len(place)))

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, ``reason`` (with reasons), ``time``, then
        ``item, estimate, low, high, unit, n``.
        """
        import pandas as pd

        some = bool(self.reasons)
        rows = [
            (*s.key, *([s.reason] if some else []), s.time, s.item, s.estimate, s.low, s.high, s.unit, s.n)
            for s in self.stays
        ]
        head = [*self.by, *(["reason"] if some else []), "time"]
        return pd.DataFrame(rows, columns=[*head, "item", "estimate", "low", "high", "unit", "n"])

    def steps(self) -> "pd.DataFrame":
        """Every step of the curves: the ``by`` columns, then ``time, retained, low, high, at_risk, lost, censored``,
        and ``gone: REASON`` for each reason; shares in %.
        """
        import pandas as pd

        parts = []
        for curve in self.curves:
            s = curve.survived
            columns: dict[str, Any] = {
                "time": s.steps.time, "retained": 100 * s.survival, "low": 100 * s.low, "high": 100 * s.high,
                "at_risk": s.steps.at_risk, "lost": s.steps.events, "censored": s.steps.censored,
            }  # fmt: skip
            if curve.incidence is not None:
                columns |= {f"gone: {r}": 100 * e for r, e in zip(self.reasons, curve.incidence.estimate, strict=True)}
            frame = pd.DataFrame(columns)
            for place, (name, value) in enumerate(zip(self.by, curve.key, strict=True)):
                frame.insert(place, name, value)
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "survival", "by": list(self.by), "unit": self.unit, "horizon": self.horizon,
            "reasons": list(self.reasons), "level": self.level, "as_of": json_value(self.as_of),
            "test": None if self.test is None else {
                "name": "log_rank", "statistic": json_value(self.test.statistic), "df": self.test.df,
                "p": json_value(self.test.p), "strata": self.strata,
            },
            "cautions": [str(c) for c in self.cautions],
            "groups": [
                {"group": dict(zip(self.by, map(json_value, c.key), strict=True)), "n": c.n, "lost": c.lost}
                for c in self.curves
            ],
            "rows": [
                {
                    "group": dict(zip(self.by, map(json_value, s.key), strict=True)), "reason": s.reason,
                    "time": json_value(s.time), "item": s.item, "estimate": json_value(s.estimate),
                    "low": json_value(s.low), "high": json_value(s.high), "unit": s.unit, "n": s.n,
                }
                for s in self.stays
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How many stay how long, whether groups differ, and what a reader must know."""
        from cxkit.value.retention.curves_words import explain_survival

        return explain_survival(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.retention.curves_words import survival_grid

        return survival_grid(self, lang)


def _until(curve: Curve, end: int) -> Curve:
    """The first ``end`` steps of a curve."""
    s, steps = curve.survived, curve.survived.steps
    kept = Steps(steps.time[:end], steps.at_risk[:end], steps.events[:end], steps.censored[:end])
    survived = Survived(kept, s.survival[:end], s.low[:end], s.high[:end], s.greenwood[:end], s.level)
    found = curve.incidence
    if found is not None:
        found = replace(
            found, steps=kept, events=found.events[:, :end], estimate=found.estimate[:, :end],
            error=found.error[:, :end], low=found.low[:, :end], high=found.high[:, :end],
        )  # fmt: skip
    return replace(curve, survived=survived, incidence=found)


def _stays(result: Survival, curve: Curve) -> list[Stay]:
    survived, unit, at = curve.survived, result.unit, np.array(result.at)
    share, low, high, n = survived.at(at)
    out = [
        Stay(curve.key, None, t, "retained", 100 * s, 100 * a, 100 * b, "%", int(k))
        for t, s, a, b, k in zip(result.at, share, low, high, n, strict=True)
    ]
    if curve.incidence is not None:
        found = curve.incidence.at(at)
        for i, reason in enumerate(result.reasons):
            out += [
                Stay(curve.key, reason, t, "gone", 100 * float(found[0][i, j]), 100 * float(found[1][i, j]),
                     100 * float(found[2][i, j]), "%", int(n[j]))
                for j, t in enumerate(result.at)
            ]  # fmt: skip
    out.append(Stay(curve.key, None, float("nan"), "median_stay", *survived.quantile(), unit, curve.n))
    until = min(result.horizon, survived.last) if survived.survival[-1] > 0 else result.horizon
    if until <= 0:  # seen on the day of coming only
        return out
    mean, error = survived.mean(until)
    margin = z_value(result.level) * error
    out.append(
        Stay(
            curve.key, None, until, "mean_stay", mean, max(mean - margin, 0.0), min(mean + margin, until), unit, curve.n
        )
    )
    return out
