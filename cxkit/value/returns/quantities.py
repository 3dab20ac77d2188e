"""What customers do that is worth money: the quantities of a return, their units and what they can be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cxkit.errors import OptionError, UnknownNameError, did_you_mean
from cxkit.value.returns.amounts import Amount

__all__ = ["CHANGES", "QUANTITIES", "Quantity", "check_names", "checked"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a figure is.

    Attributes
    ----------
    kind : {"share", "money", "count", "months"}
    per : bool
        Whether it is of a period, so that a month and a year differ.
    low, high : float
        What it can be.
    open_low : bool
        Whether ``low`` itself is excluded.
    """

    kind: str
    per: bool = False
    low: float = 0.0
    high: float = math.inf
    open_low: bool = False


#: Figures by the name of their argument.
QUANTITIES: dict[str, Quantity] = {
    "customers": Quantity("count", open_low=True),
    "reach": Quantity("share", high=1.0, open_low=True),
    "churn": Quantity("share", per=True, high=1.0),
    "revenue": Quantity("money", per=True, open_low=True),
    "margin": Quantity("money", per=True, open_low=True),
    "margin_rate": Quantity("share", high=1.0, open_low=True),
    "support_cost": Quantity("money", per=True),
    "referrals": Quantity("count", per=True),
    "cross_sell": Quantity("count", per=True),
    "cross_sell_value": Quantity("money", open_low=True),
    "discount": Quantity("share", high=1.0),
    "ramp_months": Quantity("months"),
    "delay_months": Quantity("months"),
    "fade": Quantity("share", high=1.0),
    "once": Quantity("money"),
    "yearly": Quantity("money"),
    "each": Quantity("money"),
}

#: Those that an improvement can change.
CHANGES = ("churn", "revenue", "margin", "support_cost", "referrals", "cross_sell")


def check_names(what: str, names: Iterable[str]) -> None:
    """Refuse a change of what cannot change.

    Raises
    ------
    UnknownNameError
    """
    for name in names:
        if name not in CHANGES:
            raise UnknownNameError(
                f"{what}= names {name!r}, which no improvement changes here",
                hint=did_you_mean(str(name), CHANGES, what="Changes"),
            )


def checked(name: str, amount: Amount, quantity: Quantity | None = None, *, what: str = "") -> Amount:
    """The amount, if it is one that the quantity can be.

    Raises
    ------
    OptionError
        It is not; a share that was typed in % gets its fix.
    """
    q = quantity or QUANTITIES[name]
    what = what or name
    low, high = amount.low, amount.high
    if low > q.low or (low == q.low and not q.open_low):
        if high < q.high or (high == q.high and name != "discount"):
            return amount
    elif amount.shape in ("normal", "distribution") and amount.value > q.low:
        # The tail that cannot be is cut when it is drawn, and counted.
        return amount
    raise OptionError(f"{what} is {_said(amount)}, and can be {_room(name, q)}", hint=_fix(name, q, amount, what))


def _said(amount: Amount) -> str:
    return f"{amount.value:g}" if amount.sure else f"{amount.low:g} to {amount.high:g}"


def _room(name: str, q: Quantity) -> str:
    start = f"{'above' if q.open_low else 'from'} {q.low:g}"
    if math.isinf(q.high):
        return start if q.open_low else f"{q.low:g} or more"
    return f"{start} {'to below' if name == 'discount' else 'to'} {q.high:g}"


def _fix(name: str, q: Quantity, amount: Amount, what: str) -> str:
    if q.kind == "share" and amount.high >= 1 and amount.low >= 0:
        shown = f"{amount.value / 100:g} for {amount.value:g} %"
        return f"a share: {shown if what != name else f'{name}={shown}'}"
    if name in ("revenue", "margin", "margin_rate"):
        return "customers who bring nothing, or cost money, are no gain to keep: check the amounts, or leave them out"
    if name == "churn":
        return "a share of customers lost in a period, from 0 to 1"
    if name in ("once", "yearly", "each"):
        return "what it costs is 0 or more; what it saves is a gain: change={'support_cost': ...}"
    return f"{name}={max(abs(amount.value), 1):g}" if q.open_low else f"{name}={abs(amount.value):g}"
