"""Two groups of the same customers, one treated better: who stays, who pays, and what the difference is worth.

A period (a month or a year) is one step. Vectors run over draws; the loop is over periods, of which there are few.
Stocks are per customer of the first day, so that they read as shares; referred customers come on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TIMINGS", "Channels", "Customers", "Gain", "gain", "payback", "per_months", "profile", "together"]

Floats = NDArray[np.float64]

#: When a period's margin is paid, and by whom: at its start by all; at its end by those who stayed; at its end by all.
TIMINGS = ("start", "end", "end_all")


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """A customer of one world and what changes at full effect in the other, per period.

    Attributes
    ----------
    churn, churn_change : (D,) float
        Share lost in a period, and its change; their sum lies in 0..1.
    margin : (D,) float
        Money that a paying customer brings, support taken off.
    spend, cross_sell, support : (D,) float
        Margin gained on what they buy already, on other products, and cost of contacts saved.
    referrals, referrals_change : (D,) float
        New customers that one brings; they join at the end of the period and are like the others from then on.
    """

    churn: Floats
    churn_change: Floats
    margin: Floats
    spend: Floats
    cross_sell: Floats
    support: Floats
    referrals: Floats
    referrals_change: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """The discounted gain by where it comes from, (D,) each, per customer of the first day; the sum is the gain.

    Shapley values of the five changes: the mean of what each adds over all orders in which they could come.
    """

    retention: Floats
    referrals: Floats
    spend: Floats
    cross_sell: Floats
    support: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What the better world brings above the other, per customer of the first day.

    Attributes
    ----------
    flows : (T + 1, D) float
        Undiscounted, by the number of the period after which they fall: row 0 is today.
    discounted : (D,) float
        Their present value.
    kept : (D,) float
        Customers more at the end, as a share of those of the first day.
    channels : Channels or None
    """

    flows: Floats
    discounted: Floats
    kept: Floats
    channels: Channels | None


def profile(periods: int, months: int, delay: Floats, ramp: Floats, fade: Floats) -> Floats:
    """(T, D) The share of the effect that is there in each period.

    Parameters
    ----------
    periods, months : int
        How many, and the length of each.
    delay : (D,) float
        Months without any effect.
    ramp : (D,) float
        Months over which it then grows in equal steps; in the last of them it is whole.
    fade : (D,) float
        Share of it lost in each year after that, compounded.

    Examples
    --------
    >>> profile(4, 1, np.array(1.0), np.array(2.0), np.array(0.0)).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    delay, ramp, fade = (np.asarray(x, float) for x in (delay, ramp, fade))
    shape = np.broadcast_shapes(delay.shape, ramp.shape, fade.shape)
    out = np.empty((periods, *shape))
    steps = np.maximum(ramp, 1.0)
    for t in range(periods):
        level = np.zeros(shape)
        for month in range(1 + t * months, 1 + (t + 1) * months):
            grown = np.clip((month - delay) / steps, 0, 1)
            level = level + grown * (1 - fade) ** (np.maximum(month - delay - steps, 0) / 12)
        out[t] = level / months
    return out


def per_months(share: Floats, of: float, to: float) -> Floats:
    """A share lost over ``of`` months, over ``to`` months: survivors compound.

    >>> float(per_months(np.array(0.03), 1, 12).round(4))
    0.3062
    """
    share = np.asarray(share, float)
    return share if of == to else 1 - (1 - share) ** (to / of)


def gain(who: Customers, effect: Floats, discount: Floats, *, months: int, timing: str, attribute: bool = True) -> Gain:
    """The difference between the two worlds, period by period.

    Parameters
    ----------
    who : Customers
    effect : (T, D) float
        Of :func:`profile`.
    discount : (D,) float
        A year; a period is discounted by ``(1 + d) ** (months / 12)``.
    months : int
        Length of a period.
    timing : {"start", "end", "end_all"}
        First margin now and paid by all who begin a period; at its end by those who stayed; at its end by all.
    attribute : bool
        Whether the channels are wanted, which takes one more world or three.

    Returns
    -------
    Gain

    References
    ----------
    Timing of margins: Fader & Hardie, notes 024 and 033. Channels: Shapley (1953), A value for n-person games.
    """
    once = (1 + np.asarray(discount, float)) ** (-months / 12)
    lifts = who.spend + who.cross_sell + who.support
    spreads = bool(np.any(who.referrals_change))
    # Worlds by what is improved in them: retention, referrals.
    worlds: list[tuple[int, int]] = [(0, 0), (1, 1)]
    if spreads and attribute:
        worlds += [(1, 0), (0, 1)]
    shape = np.broadcast_shapes(*(np.shape(x) for x in (who.churn, who.churn_change, who.margin, lifts, who.referrals,
                                                         who.referrals_change, discount, effect[0])))  # fmt: skip
    stock: dict[tuple[int, int], Floats] = {w: np.ones(shape) for w in worlds}
    plain: dict[tuple[int, int], Floats] = {w: np.zeros(shape) for w in worlds}
    lifted: dict[tuple[int, int], Floats] = {w: np.zeros(shape) for w in worlds}
    flows = np.zeros((len(effect) + 1, *shape))
    factor = np.ones(np.shape(once)) if timing == "start" else once
    grows = spreads or bool(np.any(who.referrals))
    for t, e in enumerate(effect):
        paying: dict[tuple[int, int], Floats] = {}
        for world in worlds:
            stay = 1 - who.churn - (who.churn_change * e if world[0] else 0)
            staying = stock[world] * stay
            paying[world] = staying if timing == "end" else stock[world]
            plain[world] += factor * paying[world]
            lifted[world] += (factor * e) * paying[world]
            if grows:
                brought = who.referrals + (who.referrals_change * e if world[1] else 0)
                staying = staying + stock[world] * brought
            stock[world] = staying
        flows[t + (timing != "start")] = paying[1, 1] * (who.margin + lifts * e) - paying[0, 0] * who.margin
        factor = factor * once
    discounted = who.margin * (plain[1, 1] - plain[0, 0]) + lifts * lifted[1, 1]
    channels = _channels(who, lifts, plain, lifted) if attribute else None
    return Gain(flows, discounted, stock[1, 1] - stock[0, 0], channels)


def together(
    who: Customers,
    parts: Sequence[tuple[Customers, Floats]],
    discount: Floats,
    *,
    months: int,
    timing: str,
    most_saved: Floats | None = None,
) -> Floats:
    """(D,) Present value of several improvements of the same customers at once, per customer of the first day.

    Parameters
    ----------
    who : Customers
        Levels of today; its changes are not read.
    parts : sequence of (Customers, (T, D) float)
        Each improvement, of which only the changes are read, and its profile.
    discount : (D,) float
    most_saved : (D,) float, optional
        What support costs today: no more can be saved.

    Notes
    -----
    Changes add up, within what a rate can be: of two improvements that each take churn to 0 the second adds nothing,
    and a customer who stays because of one also spends more because of another.
    """
    once = (1 + np.asarray(discount, float)) ** (-months / 12)
    factor = np.ones(np.shape(once)) if timing == "start" else once
    stocks: list[Floats] = [np.ones(()), np.ones(())]
    total: Floats = np.zeros(())
    if not parts:
        return total
    before: list[Floats] = []
    for t in range(len(parts[0][1])):
        size = [effect[t] for _, effect in parts]
        # Once the improvements have grown, all months are alike.
        if not before or any(not np.array_equal(a, b) for a, b in zip(size, before, strict=True)):
            better = _improved(who, [p for p, _ in parts], size, most_saved)
            before = size
        churn, margin, brought = better
        stay = [stocks[0] * (1 - who.churn), stocks[1] * (1 - churn)]
        plain, improved = stay if timing == "end" else stocks
        total = total + factor * (improved * margin - plain * who.margin)
        stocks = [stay[0] + stocks[0] * who.referrals, stay[1] + stocks[1] * brought]
        factor = factor * once
    return total


def _improved(
    who: Customers, parts: Sequence[Customers], size: Sequence[Floats], most_saved: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """Churn, margin and referrals of a period with several improvements at once."""

    def of(name: str) -> Floats:
        return np.asarray(sum(s * getattr(p, name) for s, p in zip(size, parts, strict=True)))

    saved = of("support") if most_saved is None else np.minimum(of("support"), most_saved)
    churn = np.clip(who.churn + of("churn_change"), 0, 1)
    brought = np.maximum(who.referrals + of("referrals_change"), 0)
    return churn, who.margin + of("spend") + of("cross_sell") + saved, brought


def _channels(
    who: Customers, lifts: Floats, plain: dict[tuple[int, int], Floats], lifted: dict[tuple[int, int], Floats]
) -> Channels:
    """Shapley values in closed form: money per customer is a sum, so only retention and referrals have an order."""

    def of(sums: dict[tuple[int, int], Floats], retention: int, referrals: int) -> Floats:
        # Without referrals the worlds with and without them are the same.
        return sums.get((retention, referrals), sums[retention, retention])

    def own(first: bool) -> Floats:
        """Of retention (first) or of referrals: what it adds to the plain margin, and to what is lifted."""
        a, b = ((1, 0), (0, 1)) if first else ((0, 1), (1, 0))
        alone, after = (of(plain, *a) - of(plain, 0, 0)), (of(plain, 1, 1) - of(plain, *b))
        alone_lifted, after_lifted = (of(lifted, *a) - of(lifted, 0, 0)), (of(lifted, 1, 1) - of(lifted, *b))
        return who.margin * (alone + after) / 2 + lifts * (alone_lifted / 6 + after_lifted / 3)

    zero = np.zeros_like(plain[0, 0])
    spreads = (1, 0) in plain
    if spreads:
        customers = of(lifted, 0, 0) / 3 + of(lifted, 1, 0) / 6 + of(lifted, 0, 1) / 6 + of(lifted, 1, 1) / 3
        retention, referrals = own(True), own(False)
    else:
        customers = (of(lifted, 0, 0) + of(lifted, 1, 1)) / 2
        retention = who.margin * (of(plain, 1, 1) - of(plain, 0, 0))
        retention = retention + lifts * (of(lifted, 1, 1) - of(lifted, 0, 0)) / 2
        referrals = zero
    return Channels(retention, referrals, who.spend * customers, who.cross_sell * customers, who.support * customers)


def payback(cumulative: Floats) -> Floats:
    """(D,) Periods until a cumulative gain is 0 or more and stays so; infinite where it ends below.

    Between two periods the line is straight. A gain that falls below again is not paid back yet.

    Parameters
    ----------
    cumulative : (T + 1, D) float

    Examples
    --------
    >>> payback(np.array([[-100.0], [-20.0], [60.0]])).tolist()
    [1.25]
    """
    rows = cumulative.shape[0]
    # A hair below 0 after sums of large amounts is 0.
    below = cumulative < -1e-9 * np.max(np.abs(cumulative), axis=0, initial=1e-300)
    last = np.where(below.any(axis=0), rows - 1 - np.argmax(below[::-1], axis=0), -1)
    out = np.zeros(cumulative.shape[1:])
    out[last == rows - 1] = np.inf
    crossing = np.flatnonzero((last >= 0) & (last < rows - 1))
    at = last[crossing]
    before, after = cumulative[at, crossing], cumulative[at + 1, crossing]
    out[crossing] = at - before / (after - before)
    return out
