"""The figures on which an improvement works: how many customers, what they bring, how fast they leave, what it costs."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

from cxkit.errors import DataWarning, OptionError
from cxkit.value.returns.amounts import Amount, amount_of
from cxkit.value.returns.asked import Asked
from cxkit.value.returns.chain import Start
from cxkit.value.returns.inputs import Assumption, Block, Inputs, Note
from cxkit.value.returns.quantities import QUANTITIES, checked

__all__ = ["based", "common"]

#: Used where a study knows revenue and nobody said what is kept of it: a wide range, flagged everywhere.
MARGIN_RATE_UNKNOWN = (0.1, 0.3, 0.6)
DISCOUNT, HORIZON = 0.08, 3
_BASES = ("churn", "revenue", "margin", "support_cost", "referrals", "cross_sell")


def common(asked: Asked, start: Start, inputs: Inputs, years: float) -> None:
    """Time, customers and cost.

    Raises
    ------
    OptionError
        Nobody said how many customers; a figure that cannot be.
    """
    said = asked.said
    if "customers" in said:
        _say("customers", said["customers"], asked, inputs, unit="customers")
    elif start.customers:
        counted = float(start.customers)
        inputs.say("customers", Amount(counted, counted, counted, "fixed"), unit="customers", source="study")
    else:
        raise OptionError("how many customers are concerned was not said", hint="customers=1000")
    _say("reach", said.get("reach"), asked, inputs, unit="%", shown=100.0, default=1.0)
    inputs.rows.append(
        Assumption("horizon", years, math.nan, math.nan, "years", "default" if "horizon" in asked.defaults else "said")
    )
    _say("discount", said.get("discount"), asked, inputs, unit="%", shown=100.0, default=DISCOUNT)
    for name in ("delay_months", "ramp_months"):
        _say(name, said.get(name), asked, inputs, unit="months", default=0.0)
    delay = inputs.amounts["delay_months"]
    if delay.low >= 12 * years:
        raise OptionError(
            f"delay_months is {delay.low:g}, and the horizon ends after {12 * years:g} months: no effect is ever seen",
            hint=f"horizon={math.ceil(delay.high / 12) + 1:g}, or a shorter delay",
        )
    _say("fade", said.get("fade"), asked, inputs, unit="%", shown=100.0, default=0.0)
    for name, given in asked.cost.items():
        if name == "once" and len(asked.cost) > 1 and given == 0.0:
            inputs.amounts["once"] = Amount(0.0, 0.0, 0.0, "fixed")
            continue
        amount = checked(
            name, amount_of(f"the cost {name!r}", given), what=f"the cost {name!r}" if len(asked.cost) > 1 else "cost"
        )
        inputs.say(
            name, amount, unit=asked.currency, source="said", per=12 if name == "yearly" else 0,
            limits=None if amount.sure else (0.0, math.inf),
        )  # fmt: skip


def based(
    asked: Asked, start: Start, inputs: Inputs, modes: Mapping[str, str], block: Block | None, less_cost: bool
) -> list[Note]:
    """The levels that customers start from: said, else measured, else refused or flagged.

    Raises
    ------
    OptionError
        What is needed was neither said nor measured.
    """
    said = asked.said
    notes: list[Note] = []
    if "margin" in said and "revenue" in said:
        raise OptionError(
            "margin= and revenue= both say what a customer brings", hint="margin=, or revenue= with margin_rate="
        )
    measured = set(block.names) if block is not None else set()
    # What was said goes before what was measured, and of the two kinds of money there is one.
    used = {n for n in _BASES if n in measured and n not in said}
    if "margin" in said or "revenue" in said:
        used -= {"margin", "revenue"}
    for name in _BASES:
        if name in said:
            share, money = name == "churn", QUANTITIES[name].kind == "money"
            _say(name, said[name], asked, inputs, unit="%" if share else asked.currency if money else "",
                 shown=100.0 if share else 1.0, per=asked.months)  # fmt: skip
    levels = {*used, *(n for n in _BASES if n in said)}
    levels |= _alike(start, asked, inputs, levels, notes)
    for name, mode in modes.items():
        if mode == "after" and name not in levels:
            raise OptionError(f"after= says a new {name}, and what it is now is not known", hint=f"{name}=...")
    if block is not None:
        points = {f"{n}_per_point" for n, mode in modes.items() if mode == "per_point" and n not in asked.per_point}
        kept = block.keep(used | (points & measured))
        if kept.used:
            inputs.blocks.append(kept)
        _show(kept, start, asked, inputs)
    if "churn" not in levels:
        if block is None:
            raise OptionError(
                "how many customers leave in a period was not said", hint="churn=0.02 with period='M', or churn=0"
            )
        inputs.say("churn", Amount(0.0, 0.0, 0.0, "fixed"), unit="%", source="default", per=asked.months, shown=100.0)
        notes.append(Note("nobody_leaves"))
    if not levels & {"margin", "revenue"} and modes.keys() & {"churn", "referrals"}:
        raise OptionError(
            "customers are kept or won, and what one brings is not known",
            hint="margin=40, or revenue=120 with margin_rate=0.35",
        )
    if less_cost and "margin" in used:
        notes.append(Note("less_cost"))
    notes += _rate(asked, inputs, modes, levels)
    if "cross_sell" in modes:
        if "cross_sell_value" not in said:
            raise OptionError("what a cross-sale brings was not said", hint="cross_sell_value=80, its revenue")
        _say("cross_sell_value", said["cross_sell_value"], asked, inputs, unit=asked.currency)
    _unused(asked, modes)
    return [*notes, *_check_margin(inputs)]


def _alike(start: Start, asked: Asked, inputs: Inputs, levels: set[str], notes: list[Note]) -> set[str]:
    """Levels of what was the same for all customers: known, though nothing goes with a point of it."""
    out: set[str] = set()
    for role, value, n in start.slopes.alike if start.slopes is not None else ():
        name = "churn" if role == "churned" else role
        taken = levels | out
        if name not in _BASES or name in taken or (name in ("margin", "revenue") and {"margin", "revenue"} & taken):
            continue
        assert start.slopes is not None
        out.add(name)
        if name != "churn":
            of_period = value * asked.months / start.slopes.months
            unit = asked.currency if QUANTITIES[name].kind == "money" else ""
            inputs.say(
                name, Amount(of_period, of_period, of_period, "fixed"), unit=unit, source="measured", per=asked.months
            )
            continue
        # Nobody of n left: what was not seen may be up to 3 in n (rule of three), and its mean then is 1 in n.
        away = min(3 / n, 1.0)
        low, high = (max(value - away, 0.0), min(value + away, 1.0))
        inputs.say(
            name, Amount(value, low, high, "triangular"), unit="%", source="measured", per=round(start.slopes.months),
            shown=100.0, limits=(0.0, 1.0),
        )  # fmt: skip
        notes.append(Note("nobody_left" if value == 0 else "everybody_left", "churn", n))
    return out


def _say(
    name: str, given: Any, asked: Asked, inputs: Inputs, *, unit: str, shown: float = 1.0, per: int = 0,
    default: float | None = None,
) -> None:  # fmt: skip
    if given is None:
        assert default is not None
        inputs.say(name, Amount(default, default, default, "fixed"), unit=unit, source="default", shown=shown)
        return
    amount = checked(name, amount_of(name, given))
    q = QUANTITIES[name]
    # A discount of 1 would be refused; draws stop short of it.
    limits = None if amount.sure else (q.low, q.high if name != "discount" else 0.999)
    inputs.say(name, amount, unit=unit, source="said", shown=shown, per=per, limits=limits)


def _show(kept: Block, start: Start, asked: Asked, inputs: Inputs) -> None:
    """Rows of the table for what was measured."""
    assert start.slopes is not None
    for name in kept.used:
        quantity = name.removesuffix("_per_point")
        money = QUANTITIES[quantity].kind == "money"
        share = quantity == "churn"
        per = round(start.slopes.months) if share else asked.months
        limits = None
        if quantity == name and not money:
            limits = (0.0, 1.0) if share else (0.0, math.inf)
        elif name == "support_cost":
            limits = (0.0, math.inf)
        inputs.measure(
            kept, name, unit=("%" if quantity == name else "points") if share else asked.currency if money else "", per=per, shown=100.0 if share else 1.0,
            level=asked.level, limits=limits, grade=start.slopes.grade if quantity != name else "",
        )  # fmt: skip


def _rate(asked: Asked, inputs: Inputs, modes: Mapping[str, str], levels: set[str]) -> list[Note]:
    needed = "revenue" in levels or bool(modes.keys() & {"revenue", "cross_sell"})
    if "margin_rate" in asked.said:
        if not needed:
            raise OptionError(
                "margin_rate= would change nothing: what a customer brings is known as a margin",
                hint="leave it out, or say revenue=",
            )
        _say("margin_rate", asked.said["margin_rate"], asked, inputs, unit="%", shown=100.0)
        return []
    if not needed:
        return []
    if (
        "revenue" in asked.said
        or "revenue" in {**asked.after, **asked.change, **asked.per_point}
        or "cross_sell" in modes
    ):
        raise OptionError(
            "revenue is not margin: what is kept of it was not said",
            hint="margin_rate=0.35, or margin= in place of revenue= (margin_rate=1 where the amounts are margins)",
        )
    inputs.say(
        "margin_rate", amount_of("margin_rate", MARGIN_RATE_UNKNOWN), unit="%", source="default", shown=100.0,
        limits=(0.0, 1.0),
    )  # fmt: skip
    return [Note("margin_unknown")]


def _unused(asked: Asked, modes: Mapping[str, str]) -> None:
    for name in ("cross_sell", "cross_sell_value"):
        if name in asked.said and "cross_sell" not in modes:
            raise OptionError(f"{name}= would change nothing: no cross-sale is gained",
                              hint="change={'cross_sell': 0.02}, or leave it out")  # fmt: skip


def _check_margin(inputs: Inputs) -> list[Note]:
    """Say it where keeping a customer costs money."""
    x = inputs.centre
    brought = x["margin"] if "margin" in x else x["revenue"] * x["margin_rate"] if "revenue" in x else None
    if brought is None:
        return []
    left = float(brought) - float(x.get("support_cost", 0.0))
    if left > 0:
        return []
    warnings.warn(
        DataWarning(
            f"a customer brings {left:.4g} a period after support: keeping one gains nothing",
            code="negative_margin",
        ),
        stacklevel=2,
    )
    return [Note("negative_margin")]
