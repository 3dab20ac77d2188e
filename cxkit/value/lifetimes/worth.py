"""Lifetime value from margin, retention and discount: an interval, its assumptions, and what winning a customer costs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.present.grid import Grid
from cxkit.present.items import Item
from cxkit.present.result import SCHEMA
from cxkit.value.lifetimes.assumed import Assumptions, AssumptionsTable
from cxkit.value.lifetimes.cautions import Caution, caution
from cxkit.value.lifetimes.itemised import Group, Grouped, check_level, groups_list
from cxkit.value.lifetimes.orders import currency_of
from cxkit.value.lifetimes.ranges import Figure, given
from cxkit.value.lifetimes.timing import check_discount, check_timing, multiple
from cxkit.value.lifetimes.worth_plots import WorthPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LifetimeValue", "lifetime_value"]

Floats = NDArray[np.float64]
#: Periods a year.
PERIODS = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class LifetimeValue(Grouped):
    """What a customer is worth, by group.

    Attributes
    ----------
    by : tuple of str
    groups : tuple of Group
        Items ``lifetime_value, margin_multiple`` (or ``lifespan``), ``net_value, clv_cac, payback_months,
        payback_never, acquisition_to_retention, value_of_retention_point`` as far as they apply.
    assumptions : AssumptionsTable
        What was put in, one a group: print it, or take its ``to_frame()``.
    draws : (g, D) float
        Drawn lifetime values.
    timing : str
        Empty for the simple product.
    period : {"month", "quarter", "year"}
    margin_period, churn_period : {"month", "quarter", "year"}
        What the margin and the churn are of.
    horizon : int or None
        Periods counted; all where None.
    currency : str
    level : float
    cautions : tuple of Caution
    """

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    assumptions: AssumptionsTable
    draws: Floats
    timing: str
    period: str
    horizon: int | None
    currency: str
    level: float
    cautions: tuple[Caution, ...] = ()
    margin_period: str = "year"
    churn_period: str = "year"

    @property
    def value(self) -> float:
        """The lifetime value of the only group."""
        return self["lifetime_value"].estimate

    def steady(self, part: Assumptions) -> tuple[float, float, float]:
        """Likely margin, retention and discount of one period (NaN retention for the simple product)."""
        x = {f.name: f.value for f in part.figures}
        a_year, margins, churns = (PERIODS[p] for p in (self.period, self.margin_period, self.churn_period))
        margin = (x["margin"] - x.get("retention_cost", 0.0)) * margins / a_year
        kept = x.get("retention", 1 - x.get("churn", math.nan)) ** (churns / a_year)
        return margin, kept, (1 + x.get("discount", 0.0)) ** (1 / a_year) - 1

    @property
    def plot(self) -> WorthPlots:
        """Drawings: ``plot()`` for values with their intervals, ``plot.distribution()``, ``plot.growth()``."""
        return WorthPlots(self)

    def assumptions_frame(self) -> "pd.DataFrame":
        """The same as ``assumptions.to_frame()``."""
        return self.assumptions.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "lifetime_value", "timing": self.timing or None, "period": self.period,
            "horizon": self.horizon, "currency": self.currency, "level": self.level, "by": list(self.by),
            "groups": groups_list(self.by, self.groups),
            "assumptions": self.assumptions.to_list(),
            "cautions": [c.to_dict() for c in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The value with its interval, the convention behind it, and what it rests on."""
        from cxkit.value.lifetimes.worth_words import explain_worth

        return explain_worth(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.worth_words import worth_grid

        return worth_grid(self, lang)


def lifetime_value(
    data: Any = None,
    *,
    margin: Any = None,
    margin_rate: Any = None,
    retention: Any = None,
    churn: Any = None,
    discount: Any = None,
    timing: str | None = None,
    horizon: int | None = None,
    lifespan: Any = None,
    acquisition_cost: Any = None,
    retention_cost: Any = None,
    period: str = "year",
    margin_period: str | None = None,
    churn_period: str | None = None,
    by: str | Sequence[str] | None = None,
    draws: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
    currency: str | None = None,
) -> LifetimeValue:
    """What a customer is worth over the time he stays.

    Every figure is one number, a range ``(low, high)`` (any value of it alike) or ``(low, likely, high)``.

    Parameters
    ----------
    data : Study, frame or place, optional
        Customers: their mean margin (role ``margin``, else ``revenue`` times ``margin_rate``; of those who stayed),
        churn (role ``churned``) and acquisition cost (role ``cost``) are measured. What is said here goes before it.
    margin : figure
        What a customer brings in a period, costs taken off.
    margin_rate : figure
        Margin as a share of revenue: the revenue of ``data`` is measured, even where they have a margin too.
    retention, churn : figure
        Share who stay, or who leave, in a period: one of the two.
    discount : figure
        A year's, as a share: .10. It is turned into the period's, (1 + d)^(1/12) - 1 a month.
    timing : {"end", "end_all", "start", "undiscounted"}
        When a margin is paid, as in :func:`margin_multiple`. ``"end"`` when not said, and named with the number.
    horizon : int, optional
        Periods (years, unless ``period`` says otherwise) that count; all when not said.
    lifespan : figure
        Periods that a customer stays: value is margin times lifespan, without retention and discount.
    acquisition_cost, retention_cost : figure
        Of winning a customer, once; of keeping one, each period (taken off the margin).
    period : {"year", "quarter", "month"}
        In which margins are paid and customers leave.
    margin_period, churn_period : {"year", "quarter", "month"}, optional
        What the margin (and the cost of retention) and the churn are of, where it is another period: a margin a month is
        12 times as much a year, a churn of 3 % a month 30.6 % a year. What is measured on ``data`` covers a year when
        not said, whatever the ``period``; what is said covers the period.
    by : str or list of str, optional
        Groups of customers.
    draws, seed : int
        Of the simulation that carries the ranges to the interval.
    level : float
    currency : str, optional
        The study's own, else EUR.

    Returns
    -------
    LifetimeValue

    Raises
    ------
    OptionError
        No margin, no retention, a discount in percent, a retention of 1 without a horizon.

    Notes
    -----
    ``estimate`` is the value at the likely figures; ``low`` and ``high`` are quantiles of the draws. Acquisition pays
    back when the margins so far of those who stay, not discounted, reach its cost; a period is shared out evenly.

    Examples
    --------
    >>> found = lifetime_value(margin=100, retention=0.8, discount=0.10, timing="end")
    >>> round(found.value, 2)
    266.67
    """
    for name, value in (("period", period), ("margin_period", margin_period), ("churn_period", churn_period)):
        if value not in PERIODS and (value is not None or name == "period"):
            raise OptionError(f"no {name} {value!r}", hint=f"{name}= 'year', 'quarter' or 'month'")
    level = check_level(level)
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 100:
        raise OptionError(f"draws= is {draws!r}", hint="a whole number of 100 or more; 10_000 is usual")
    if horizon is not None and (isinstance(horizon, bool) or not isinstance(horizon, int) or horizon < 1):
        raise OptionError(f"horizon= is {horizon!r}", hint=f"a whole number of {period}s")
    said = _said(margin, margin_rate, retention, churn, discount, lifespan, acquisition_cost, retention_cost)
    simple = "lifespan" in said
    if simple:
        clash = [name for name in ("retention", "churn", "discount") if name in said]
        if clash or timing is not None or horizon is not None:
            raise OptionError(
                f"lifespan= goes without {', '.join(clash) or 'timing= and horizon='}",
                hint="value x lifespan, or retention= with discount= and horizon=",
            )
    convention = "" if simple else check_timing("end" if timing is None else timing)
    cautions: list[Caution] = []
    columns: tuple[str, ...] = ()
    parts = [Assumptions((), tuple(said.values()))]
    study = None
    if data is not None:
        from cxkit.value.lifetimes.observed import observed

        study, columns, parts, cautions = observed(data, said, by=by, simple=simple, level=level, currency=currency)
    elif by is not None:
        raise OptionError("by= needs data", hint="cx.lifetime_value(study, by='segment')")
    money = currency_of(study, currency)
    paid, left = (
        _span(parts, names, said_, period)
        for names, said_ in ((("margin",), margin_period), (("churn", "retention"), churn_period))
    )
    if period != "year":
        silent = [
            name
            for name, said_ in (("margin", margin_period), ("churn", churn_period))
            if said_ is None and _measured(parts, (name,))
        ]
        cautions += [caution("a_year", names=", ".join(silent))] if silent else []
    cautions += _worthless(parts)
    _check_parts(parts, convention, horizon, simple)
    found = [_valued(p, convention, (period, paid, left), horizon, money, draws, seed, level) for p in parts]
    if not simple and horizon is None:
        cautions.append(caution("constant_churn"))
    return LifetimeValue(
        columns, tuple(g for g, _ in found), AssumptionsTable(tuple(parts), columns, money, period, paid, left),
        np.stack([d for _, d in found]), convention, period, horizon, money, level, tuple(cautions), paid, left,
    )  # fmt: skip


def _measured(parts: Sequence[Assumptions], names: Sequence[str]) -> bool:
    return any(f.source == "observed" and f.name in names for part in parts for f in part.figures)


def _span(parts: Sequence[Assumptions], names: Sequence[str], said: str | None, period: str) -> str:
    """What a figure is of: as said, else a year where it was measured, as everywhere, else the period."""
    return said if said is not None else "year" if _measured(parts, names) else period


def _worthless(parts: Sequence[Assumptions]) -> list[Caution]:
    """A margin of 0 or less turns every advice on keeping customers round."""
    poor = []
    for part in parts:
        margin, keeping = part.get("margin"), part.get("retention_cost")
        if margin is not None and margin.value - (0.0 if keeping is None else keeping.value) <= 0:
            poor.append(" · ".join(map(str, part.key)))
    named = f" ({', '.join(poor[:6])})" if any(poor) else ""
    return [caution("worthless", names=named)] if poor else []


def _said(margin: Any, margin_rate: Any, retention: Any, churn: Any, discount: Any, lifespan: Any, acquisition: Any,
          keeping: Any) -> dict[str, Figure]:  # fmt: skip
    share = "a share: .8 for 80 %"
    out = {}
    if retention is not None and churn is not None:
        raise OptionError("retention= and churn= both", hint="one of the two: retention = 1 - churn")
    for name, value, least, most, fix in (
        ("margin", margin, -math.inf, math.inf, "an amount of money a period"),
        ("margin_rate", margin_rate, 0.0, 1.0, "a share of revenue: margin_rate=.35"),
        ("retention", retention, 0.0, 1.0, share),
        ("churn", churn, 0.0, 1.0, "a share: .2 for 20 %"),
        ("lifespan", lifespan, 0.0, math.inf, "a number of periods, 0 or more"),
        ("acquisition_cost", acquisition, 0.0, math.inf, "an amount of money, 0 or more"),
        ("retention_cost", keeping, 0.0, math.inf, "an amount of money a period, 0 or more"),
    ):
        if value is not None:
            out[name] = given(name, value, least=least, most=most, fix=fix)
    if margin is not None and margin_rate is not None:
        raise OptionError(
            "margin= and margin_rate= both",
            hint="margin= is an amount; margin_rate= makes one of the revenue of a study",
        )
    if discount is not None:
        out["discount"] = given("discount", discount, fix="a share: discount=.10")
        check_discount([out["discount"].low, out["discount"].high])
    return out


def _check_parts(parts: Sequence[Assumptions], timing: str, horizon: int | None, simple: bool) -> None:
    for part in parts:
        place = f" in {' · '.join(map(str, part.key))}" if part.key else ""
        if part.get("margin") is None:
            raise OptionError(f"no margin{place}", hint="margin=..., or a study with a margin role")
        if simple:
            continue
        kept, lost = part.get("retention"), part.get("churn")
        if kept is None and lost is None:
            raise OptionError(
                f"neither retention nor churn{place}", hint="retention=.8, churn=.2, lifespan=5, or a churned role"
            )
        if timing != "undiscounted" and part.get("discount") is None:
            raise OptionError(
                f"timing={timing!r} needs a discount", hint="discount=.10 (a year's), or timing='undiscounted'"
            )
        never = kept.high >= 1 if kept is not None else lost is not None and (lost.value <= 0 or lost.low < 0)
        if never and horizon is None:
            raise OptionError(
                f"nobody leaves{place}: retention reaches 1, and the value has no end", code="no_end",
                hint="horizon=10 for ten periods, or a retention below 1",
            )  # fmt: skip


def _valued(part: Assumptions, timing: str, periods: tuple[str, str, str], horizon: int | None, currency: str, draws: int, seed: int,
            level: float) -> tuple[Group, Floats]:  # fmt: skip
    """One group's items at the likely figures, and their intervals from draws."""
    stream = "|".join(map(str, part.key))
    drawn = {f.name: f.draws(draws, seed, stream=stream if f.source == "observed" else "") for f in part.figures}
    likely = {f.name: np.array([f.value]) for f in part.figures}
    points = _items(likely, timing, periods, horizon)
    spread = _items(drawn, timing, periods, horizon)
    certain = all(f.shape == "fixed" for f in part.figures)
    units = {"lifetime_value": currency, "net_value": currency, "value_of_retention_point": currency,
             "payback_months": "months", "payback_never": "%"}  # fmt: skip
    items = []
    if not math.isfinite(float(points.get("value_of_retention_point", np.zeros(1))[0])):
        del points["value_of_retention_point"]
    for name, point in points.items():
        estimate, low, high = float(point[0]), math.nan, math.nan
        if name == "payback_never":
            # A chance that comes from the draws: its own estimate is their mean.
            estimate = 100 * float(np.mean(spread[name]))
        elif not certain:
            low, high = _quantiles(spread[name], level)
        items.append(Item(name, estimate if math.isfinite(estimate) else math.nan, low, high, units.get(name, "")))
    n = max((f.n for f in part.figures), default=0)
    return Group(part.key, tuple(items), n), spread["lifetime_value"]


def _quantiles(values: Floats, level: float) -> tuple[float, float]:
    # A payback that never comes is later than any other; an interval that reaches it is open.
    low, high = (float(np.quantile(values, q, method="inverted_cdf")) for q in ((1 - level) / 2, (1 + level) / 2))
    return (low if math.isfinite(low) else math.nan, high if math.isfinite(high) else math.nan)


def _items(x: dict[str, Floats], timing: str, periods: tuple[str, str, str], horizon: int | None) -> dict[str, Floats]:
    a_year, margins, churns = (PERIODS[p] for p in periods)
    margin = (x["margin"] - x.get("retention_cost", 0.0)) * (margins / a_year)
    out: dict[str, Floats] = {}
    if not timing:
        out["lifetime_value"] = margin * x["lifespan"]
        kept, ends = None, False
    else:
        r = (x["retention"] if "retention" in x else 1 - x["churn"]) ** (churns / a_year)
        d = (1 + x.get("discount", np.zeros(1))) ** (1 / a_year) - 1
        times = multiple(r, d, timing, horizon)
        out["lifetime_value"], out["margin_multiple"] = margin * times, times
        kept, ends = r, timing == "end"
        # One point more must leave somebody to go, or the value has no end; draws where it does not are the largest.
        more = np.minimum(r + 0.01, 1.0) if horizon is not None else np.where(r < 0.99, r + 0.01, np.nan)
        gained = margin * (multiple(more, d, timing, horizon) - times)
        out["value_of_retention_point"] = np.where(np.isnan(gained), np.inf, gained)
    if "acquisition_cost" in x:
        cost = x["acquisition_cost"]
        out["net_value"] = out["lifetime_value"] - cost
        if (cost > 0).all():
            out["clv_cac"] = out["lifetime_value"] / cost
        months = _payback(margin, cost, kept, ends) * 12 / a_year
        most = x["lifespan"] if kept is None else np.inf if horizon is None else horizon
        months = np.where(months > np.asarray(most) * 12 / a_year, np.inf, months)
        out["payback_months"] = months
        out["payback_never"] = np.isinf(months).astype(np.float64)
        if "retention_cost" in x and (x["retention_cost"] > 0).all():
            out["acquisition_to_retention"] = cost / x["retention_cost"]
    return out


def _payback(margin: Floats, cost: Floats, kept: Floats | None, ends: bool) -> Floats:
    """Periods until the margins so far of those who stay reach the cost; infinite where they never do."""
    margin, cost = np.broadcast_arrays(np.asarray(margin, float), np.asarray(cost, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        if kept is None:
            return np.where(cost <= 0, 0.0, np.where(margin > 0, cost / margin, np.inf))
        first = margin * (kept if ends else 1.0)
        # After k whole periods: first (1 - r^k) / (1 - r).
        share = 1 - cost * (1 - kept) / first
        certain = np.floor(cost / first * (1 + 1e-12))
        whole = np.where(kept >= 1, certain, np.where(kept <= 0, 0.0, np.floor(np.log(share) / np.log(kept) + 1e-9)))
        so_far = np.where(kept >= 1, first * whole, first * (1 - kept**whole) / (1 - kept))
        here = first * kept**whole
        out = whole + np.maximum(cost - so_far, 0.0) / here
        reached = (first > 0) & ((share > 0) | ((kept <= 0) & (cost <= first)))
    return np.where(cost <= 0, 0.0, np.where(reached & np.isfinite(out), out, np.inf))
