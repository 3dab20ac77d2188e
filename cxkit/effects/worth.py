"""An effect in money: what it brought over those it reached, less what the action cost."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError, UsageError
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item, items_frame, items_grid, items_list
from cxkit.present.money import amount, amount_interval, check_currency, is_currency, money
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import SCHEMA
from cxkit.present.words import percent

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.effects.result import Effect

__all__ = ["Worth", "worth"]


@dataclass(frozen=True, slots=True, repr=False)
class Worth(Shown):
    """An effect in money.

    Attributes
    ----------
    items : tuple of Item
        ``gain, cost, net, roi, break_even, probability_positive``; ``roi`` only with a cost.
    value : float
        Money of one unit of the outcome and customer.
    customers : float
    margin : float or None
        Share of revenue counted; None where money is counted as it came.
    currency, grade : str
    level : float
    sales : bool
        Whether revenue is counted in full (``margin=1``), though only margin pays.
    rows : float
        Rows of a customer in the data, on average; the gain is that of one.
    failed : bool
        Whether the experiment failed its sample ratio check.
    """

    items: tuple[Item, ...]
    value: float
    customers: float
    margin: float | None
    currency: str
    grade: str
    level: float
    sales: bool
    rows: float = 1.0
    failed: bool = False

    def item(self, name: str) -> Item:
        """One of the items by its code."""
        return next(i for i in self.items if i.item == name)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, unit``."""
        return items_frame(self.items)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "effect_worth", "items": items_list(self.items), "value": self.value,
            "customers": self.customers, "margin": self.margin, "currency": self.currency, "grade": self.grade,
            "level": self.level, "rows_per_customer": self.rows, "failed": self.failed,
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Gain, cost and net in sentences, with what they rest on."""
        check_lang(lang)
        net, gain, cost = (self.item(k) for k in ("net", "gain", "cost"))
        out = [_SAY(
            "gain", lang, gain=amount(gain.estimate, self.currency, lang), customers=count(round(self.customers), lang),
            interval=amount_interval(gain.low, gain.high, self.currency, lang), level=percent(self.level, lang),
        )]  # fmt: skip
        if cost.estimate:
            out.append(_SAY(
                "net", lang, cost=money(cost.estimate, self.currency, lang), net=money(net.estimate, self.currency, lang),
                interval=amount_interval(net.low, net.high, self.currency, lang),
                chance=_sure(self.item("probability_positive").estimate, lang),
            ))  # fmt: skip
        return " ".join([*out, *self._notes(lang)])

    def grid(self, lang: str = "en") -> Grid:
        return items_grid(_SAY("caption", lang), self.items, lambda k: _SAY(k + "_name", lang), lang, level=self.level,
                          notes=self._notes(lang))  # fmt: skip

    def _notes(self, lang: str) -> tuple[str, ...]:
        """What is counted, and what it rests on."""
        rows = _SAY("rows", lang, rows=number(self.rows, lang, digits=1)) if self.rows > 1 else ""
        sales = _SAY("sales", lang) if self.sales else ""
        return (*filter(None, (rows, sales)), _SAY("grade_failed" if self.failed else f"grade_{self.grade}", lang))


def worth(
    effect: "Effect", value: float | None, *, cost: float, customers: float | None, margin: float | None,
    currency: str | None,
) -> Worth:  # fmt: skip
    """See :meth:`cxkit.effects.Effect.money`.

    Raises
    ------
    UsageError
        An outcome that is not money, and no value for its unit.
    OptionError
    """
    reading = effect.reading
    code = effect.currency if currency is None else check_currency(currency)
    in_money = is_currency(reading.unit)
    if in_money and currency is not None and code != reading.unit:
        raise OptionError(
            f"the outcome is in {reading.unit}, not {code}", hint=f"currency={reading.unit!r}, or convert it"
        )
    if value is None and not in_money:
        each = (
            "customer who did it"
            if reading.level_unit == "%"
            else "point and customer"
            if reading.unit == "points"
            else "unit"
        )
        raise UsageError(
            f"{reading.outcome.name!r} is no money", hint=f"value=...: {code} for each {each}", code="no_value"
        )
    if value is not None and in_money:
        raise OptionError(
            f"{reading.outcome.name!r} is money already: value= would multiply it",
            hint="leave value= out; margin= is a share",
        )
    if in_money and reading.outcome.name == "revenue" and margin is None:
        raise UsageError(
            "revenue is no gain: only its margin is", code="no_margin",
            hint="margin=0.35, the share of revenue that is margin; margin=1 counts revenue in full",
        )  # fmt: skip
    if customers is None and reading.customers is None:
        raise UsageError(
            "how many customers the effect is on is not known: a series holds means of periods", code="no_customers",
            hint="customers=..., those whom the action reaches",
        )  # fmt: skip
    worth_one = 1.0 if value is None else _number("value", value)
    reached = float(reading.customers or 0) if customers is None else _number("customers", customers, least=0.0)
    spent = _number("cost", cost, least=0.0)
    kept = None if margin is None else _number("margin", margin, least=0.0, most=1.0)
    # A cost that falls is a gain, and so is a customer who does not leave.
    sign = -1.0 if reading.outcome.better == "lower" else 1.0
    scale = sign * worth_one * (1.0 if kept is None else kept) * reached * (0.01 if reading.level_unit == "%" else 1.0)
    gain = _scaled("gain", effect, scale, code)
    net = Item("net", gain.estimate - spent, gain.low - spent, gain.high - spent, code)
    items = [gain, Item("cost", spent, unit=code), net]
    if spent > 0:
        share = 100 / spent
        items.append(Item("roi", share * net.estimate, share * net.low, share * net.high, "%"))
    if scale:
        items.append(Item("break_even", spent / scale, unit=reading.unit))
    items.append(Item("probability_positive", 100 * _chance(net.estimate, abs(scale) * effect.se, effect.df), unit="%"))
    sales = in_money and reading.outcome.name == "revenue" and kept == 1
    rows = reading.n / reading.customers if reading.customers else 1.0
    return Worth(
        tuple(items), worth_one, reached, kept, code, effect.grade, effect.level, sales, rows, effect.failed,
    )  # fmt: skip


def _scaled(name: str, effect: "Effect", scale: float, unit: str) -> Item:
    ends = sorted((scale * effect.low, scale * effect.high)) if math.isfinite(effect.low) else [math.nan, math.nan]
    return Item(name, scale * effect.estimate, ends[0], ends[1], unit)


def _chance(net: float, se: float, df: float) -> float:
    """How sure it is that the net is above 0: from the t distribution of the effect about its estimate."""
    from scipy.special import stdtr

    if not se > 0 or not df > 0:
        return math.nan
    return float(stdtr(min(df, 1e9), net / se))


def _sure(chance: float, lang: str) -> str:
    """A chance in whole per cent that never says certain of what is not."""
    if math.isfinite(chance) and not 0.5 <= chance < 99.5:
        sign, end = (">", 99) if chance > 50 else ("<", 1)
        return f"{sign} {with_unit(end, '%', lang, digits=0)}"
    return with_unit(chance, "%", lang, digits=0)


def _number(what: str, x: Any, *, least: float = -math.inf, most: float = math.inf) -> float:
    if isinstance(x, bool) or not isinstance(x, (int, float)) or not math.isfinite(x) or not least <= x <= most:
        bounds = f" from {least:g}" * math.isfinite(least) + f" to {most:g}" * math.isfinite(most)
        raise OptionError(f"{what} is {x!r}", hint=f"a number{bounds}")
    return float(x)


_SAY = Phrases(
    {
        "caption": {"en": "The effect in money", "fr": "L’effet en argent"},
        "gain": {
            "en": "Over {customers} customers the effect comes to {gain} ({level} CI {interval}).",
            "fr": "Sur {customers} clients, l’effet représente {gain} (IC {level} {interval}).",
        },
        "net": {
            "en": "Less the cost of {cost} that leaves {net} {interval}; the chance that it is a gain is {chance}.",
            "fr": "Déduction faite du coût de {cost}, il reste {net} {interval} ; probabilité d’un gain : {chance}.",
        },
        "sales": {
            "en": "This is revenue in full (margin=1): only its margin pays the action.",
            "fr": "Le chiffre d’affaires est compté en entier (margin=1) : seule la marge finance l’action.",
        },
        "rows": {
            "en": "The gain is that of one row (such as a month) of each customer: there are {rows} on average, and the effect "
            "is on one.",
            "fr": "Le gain est celui d’une ligne par client (un mois, par exemple) : il y en a {rows} en moyenne, et l’effet "
            "porte sur une.",
        },
        "grade_failed": {
            "en": "Evidence: observed only, as the experiment failed its sample ratio check.",
            "fr": "Preuve : simple observation, car la répartition de l’expérience est anormale.",
        },
        "grade_tested": {
            "en": "Evidence: tested by an experiment.", "fr": "Preuve : testé par une expérience aléatoire.",
        },
        "grade_matched": {
            "en": "Evidence: comparable customers or periods, no lots drawn.",
            "fr": "Preuve : clients ou périodes comparables, sans tirage au sort.",
        },
        "grade_observed": {
            "en": "Evidence: observed only; nobody comparable was left alone.",
            "fr": "Preuve : simple observation, sans clients comparables laissés de côté.",
        },
        "gain_name": {"en": "Gain", "fr": "Gain"},
        "cost_name": {"en": "Cost of the action", "fr": "Coût de l’action"},
        "net_name": {"en": "Net", "fr": "Gain net"},
        "roi_name": {"en": "Return on the cost", "fr": "Retour sur le coût"},
        "break_even_name": {"en": "Effect that pays the cost", "fr": "Effet qui couvre le coût"},
        "probability_positive_name": {"en": "Chance of a gain", "fr": "Probabilité d’un gain"},
    }
)  # fmt: skip
