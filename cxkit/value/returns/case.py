"""One improvement and what it costs, computed for any number of draws of its figures at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.cashflow import Channels, Customers, gain, payback, per_months, profile

__all__ = ["Case", "Worth"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """The return of each draw.

    Attributes
    ----------
    benefit, cost : (D,) float
        Present values, all customers together.
    cumulative : (T + 1, D) float
        Discounted net gain so far, by the number of the period; row 0 is today.
    payback : (D,) float
        Months until it is paid back for good; infinite where the horizon ends before.
    kept : (D,) float
        Customers more at the end.
    points : (D,) float
        Points that the score gains; NaN where no score stands between.
    channels : Channels
        The benefit by where it comes from, all customers together.
    out_of_range : float
        Share of the draws, 0 to 1, in which a rate of the better world had to be cut to what a rate can be.
    """

    benefit: Floats
    cost: Floats
    cumulative: Floats
    payback: Floats
    kept: Floats
    points: Floats
    channels: Channels
    out_of_range: float

    @property
    def npv(self) -> Floats:
        return self.benefit - self.cost


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is computed from the figures, which come by name.

    Attributes
    ----------
    periods, months : int
        Number of periods, and months in each.
    timing : {"start", "end", "end_all"}
    drivers : tuple of str
        What improves; empty where the score, or behaviour itself, is said to.
    room : tuple of (low, high)
        How far each driver can move.
    score : str or None
        The score whose points are said directly (``improve:nps``).
    score_room : (low, high)
        How far the mean of the score can move.
    modes : mapping
        Quantity -> ``after``, ``change`` or ``per_point``: how its change is known.
    rated : bool
        Whether money is revenue, of which the margin rate is kept.
    churn_months, slope_months : float
        What the churn rate, and its change for a point, are of.
    """

    periods: int
    months: int
    timing: str
    drivers: tuple[str, ...]
    room: tuple[tuple[float, float], ...]
    score: str | None
    score_room: tuple[float, float]
    modes: Mapping[str, str]
    rated: bool
    churn_months: float
    slope_months: float

    @property
    def scored(self) -> bool:
        """Whether points of a score stand between the improvement and behaviour."""
        return bool(self.drivers) or self.score is not None

    def points(self, x: Mapping[str, Floats], scale: Floats | float = 1.0) -> Floats:
        """(D,) Points that the score gains, within its scale and those of the drivers."""
        if self.score is not None:
            found = x[f"improve:{self.score}"] * scale
        else:
            found = np.asarray(0.0)
            for name, (low, high) in zip(self.drivers, self.room, strict=True):
                found = found + np.clip(x[f"improve:{name}"] * scale, low, high) * x[f"effect:{name}"]
        return np.clip(found, *self.score_room)

    def change(self, name: str, x: Mapping[str, Floats], points: Floats, scale: Floats | float) -> Floats:
        """(D,) Change of a quantity, but for the churn that goes with points."""
        mode = self.modes.get(name)
        if mode == "after":
            return (x[f"{name}_after"] - x[name]) * scale
        if mode == "change":
            return x[f"{name}_change"] * scale
        return x[f"{name}_per_point"] * points if mode == "per_point" else np.asarray(0.0)

    def customers(self, x: Mapping[str, Floats], scale: Floats | float = 1.0) -> tuple[Customers, Floats, float]:
        """A customer of both worlds, the points gained, and the share of draws in which a rate had to be cut."""
        points = self.points(x, scale) if self.scored else np.asarray(np.nan)
        churn, churn_after, outside = self._churn(x, points, scale)
        rate = x["margin_rate"] if self.rated else np.asarray(1.0)
        money = "revenue" if "revenue" in x else "margin"
        margin = x[money] * (rate if money == "revenue" else 1.0) if money in x else np.asarray(0.0)
        lift = self.change(money, x, points, scale) * (rate if money == "revenue" else 1.0)
        other = "margin" if money == "revenue" else "revenue"
        if self.modes.get(other):
            lift = lift + self.change(other, x, points, scale) * (rate if other == "revenue" else 1.0)
        cross = np.asarray(0.0)
        if self.modes.get("cross_sell"):
            cross = self.change("cross_sell", x, points, scale) * x["cross_sell_value"] * rate
        support, saved = x.get("support_cost"), -self.change("support_cost", x, points, scale)
        if support is not None:
            # No more can be saved than is spent.
            saved = np.minimum(saved, support)
        brought = x.get("referrals", np.asarray(0.0))
        referrals = np.maximum(brought + self.change("referrals", x, points, scale), 0) - brought
        found = Customers(
            churn, churn_after - churn, margin - (0.0 if support is None else support), lift, cross, saved, brought,
            referrals,
        )  # fmt: skip
        return found, points, outside

    def churn(self, x: Mapping[str, Floats]) -> Floats:
        """(D,) The share who leave in a period today."""
        return per_months(x["churn"], self.churn_months, self.months)

    def _churn(self, x: Mapping[str, Floats], points: Floats, scale: Floats | float) -> tuple[Floats, Floats, float]:
        base = self.churn(x)
        if self.modes.get("churn") == "per_point":
            # A point's worth of churn is of the months in which it was measured, and so is what it is added to.
            before = per_months(base, self.months, self.slope_months)
            wanted = before + x["churn_per_point"] * points
            after = per_months(np.clip(wanted, 0, 1), self.slope_months, self.months)
        else:
            wanted = base + self.change("churn", x, points, scale)
            after = np.clip(wanted, 0, 1)
        # Rounding is not worth a word.
        outside = (wanted < -1e-12) | (wanted > 1 + 1e-12)
        return base, after, float(np.mean(outside))

    def costs(self, x: Mapping[str, Floats], reached: Floats) -> tuple[Floats, Floats]:
        """Once, and in each period, all customers together."""
        once = x["once"] + x["each"] * reached if "each" in x else x["once"]
        running = x["yearly"] * (self.months / 12) if "yearly" in x else np.asarray(0.0)
        return once, running

    def effect(self, x: Mapping[str, Floats]) -> Floats:
        """(T, D) The share of the effect that is there in each period."""
        return profile(self.periods, self.months, x["delay_months"], x["ramp_months"], x["fade"])

    def worth(self, x: Mapping[str, Floats], scale: float = 1.0) -> Worth:
        """The return for each draw of the figures, (D,) or () each."""
        who, points, outside = self.customers(x, scale)
        reached = x["customers"] * x["reach"]
        found = gain(who, self.effect(x), x["discount"], months=self.months, timing=self.timing)
        once, running = self.costs(x, reached)
        shape = np.broadcast_shapes(found.discounted.shape, np.shape(reached), np.shape(once), np.shape(running))
        factor = (1 + x["discount"]) ** (-self.months / 12)
        discounted = np.asarray(1.0)
        cumulative = np.empty((self.periods + 1, *shape))
        spent = np.zeros(shape) + once
        total = -spent
        for t in range(self.periods + 1):
            if t < self.periods:
                # What runs is paid at the start of each period.
                spent = spent + running * discounted
                total = total - running * discounted
            total = total + found.flows[t] * reached * discounted
            cumulative[t] = total
            discounted = discounted * factor
        channels = found.channels
        assert channels is not None
        every = Channels(*(np.broadcast_to(getattr(channels, c) * reached, shape) for c in _CHANNELS))
        flat = cumulative.reshape(self.periods + 1, -1)
        return Worth(
            np.broadcast_to(found.discounted * reached, shape), spent, cumulative,
            (payback(flat) * self.months).reshape(shape), np.broadcast_to(found.kept * reached, shape),
            np.broadcast_to(points, shape), every, outside,
        )  # fmt: skip

    def expected(self, x: Mapping[str, Floats], scale: float, effect: Floats) -> float:
        """The mean benefit of the improvement times ``scale``; ``effect`` is that of :meth:`effect`."""
        who, _, _ = self.customers(x, scale)
        found = gain(who, effect, x["discount"], months=self.months, timing=self.timing, attribute=False)
        return float(np.mean(found.discounted * x["customers"] * x["reach"]))


_CHANNELS = ("retention", "referrals", "spend", "cross_sell", "support")
