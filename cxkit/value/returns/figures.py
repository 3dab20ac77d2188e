"""The figures of a return that readers see: means and quantiles of its draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cxkit.present.items import Item
from cxkit.value.returns.asked import Asked
from cxkit.value.returns.case import Case, Worth
from cxkit.value.returns.inputs import Inputs

__all__ = ["CHANNELS", "figures", "months_quantiles", "spread"]

Floats = NDArray[np.float64]

#: Where a gain comes from, in the order in which it is shown.
CHANNELS = ("retention", "referrals", "spend", "cross_sell", "support")

# The channel of each quantity.
_CHANNEL_OF = {
    "churn": "retention", "referrals": "referrals", "revenue": "spend", "margin": "spend", "cross_sell": "cross_sell",
    "support_cost": "support",
}  # fmt: skip


def spread(x: Floats, level: float) -> tuple[float, float]:
    """The interval of draws; NaN where they are all the same."""
    if x.size < 2 or np.ptp(x) == 0:
        return math.nan, math.nan
    low, high = np.quantile(x, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)


def months_quantiles(payback: Floats, level: float) -> tuple[float, float, float]:
    """Median and interval of the months until payback; infinite where the draw there is never paid back."""
    q = np.quantile(payback, [0.5, 0.5 - level / 2, 0.5 + level / 2], method="inverted_cdf")
    return float(q[0]), float(q[1]), float(q[2])


def figures(worth: Worth, case: Case, inputs: Inputs, asked: Asked, share: float, unit: str) -> tuple[Item, ...]:
    """The items of a return, in order.

    Parameters
    ----------
    share : float
        Of the improvement, at which it breaks even.
    unit : str
        Of a change of the score.
    """
    level, currency = asked.level, asked.currency
    cost = float(np.mean(worth.cost))

    def item(name: str, x: Floats, unit: str) -> Item:
        return Item(name, float(np.mean(x)), *spread(x, level), unit)

    out = [item("npv", worth.npv, currency)]
    if cost > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(worth.cost > 0, 100 * worth.npv / worth.cost, np.nan)
        # The return on the mean cost: a mean of ratios would follow the few draws in which it costs next to nothing.
        out.append(Item("roi", 100 * float(np.mean(worth.npv)) / cost, *spread(ratio[np.isfinite(ratio)], level), "%"))
    else:
        out.append(Item("roi", math.nan, unit="%"))
    out.append(Item("probability_positive", 100 * float(np.mean(worth.npv > 0)), unit="%"))
    out += _payback(worth, level)
    out += [item("benefit", worth.benefit, currency), item("cost", worth.cost, currency)]
    active = {_CHANNEL_OF[name] for name in case.modes}
    out += [item(f"gain_{c}", getattr(worth.channels, c), currency) for c in CHANNELS if c in active]
    if case.scored:
        out.append(item("score_change", worth.points, unit))
    if active & {"retention", "referrals"}:
        out.append(item("customers_more", worth.kept, "customers"))
    out.append(Item("break_even_share", 100 * share, unit="%"))
    lift = _lift(case, inputs)
    if lift is not None:
        out.append(Item("break_even_lift", share * lift[0], unit=lift[1]))
    out.append(Item("break_even_cost", float(np.mean(worth.benefit)), unit=currency))
    return tuple(out)


def _payback(worth: Worth, level: float) -> list[Item]:
    never = float(np.mean(np.isinf(worth.payback)))
    middle, low, high = (x if math.isfinite(x) else math.nan for x in months_quantiles(worth.payback, level))
    if low == middle == high:
        low = high = math.nan
    return [Item("payback_months", middle, low, high, "months"), Item("payback_never", 100 * never, unit="%")]


def _lift(case: Case, inputs: Inputs) -> tuple[float, str] | None:
    """The one improvement that there is and its unit; None where there are several."""
    names = [f"improve:{n}" for n in ((case.score,) if case.score else case.drivers)]
    names += [f"{n}_change" for n, mode in case.modes.items() if mode == "change"]
    if len(names) != 1 or "after" in case.modes.values():
        return None
    row = next(row for row in inputs.rows if row.name == names[0])
    return row.value, row.unit
