"""The figures of a return by name, as a table and in sentences, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.money import amount, amount_interval, is_currency
from cxkit.present.numbers import check_lang, colon, number
from cxkit.present.palette import GREY, HIGHER, NEUTRAL
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.value.behaviour.amounts import unit_once

if TYPE_CHECKING:
    from cxkit.value.returns.assumptions import Assumptions
    from cxkit.value.returns.inputs import Assumption

__all__ = [
    "assumptions_grid",
    "decimals",
    "end_text",
    "explain_assumptions",
    "figure_name",
    "figure_text",
    "quantity_name",
    "source_word",
]

#: Quantities as readers call them.
_NAMES = Phrases(
    {
        "customers": {"en": "customers", "fr": "clients"},
        "reach": {"en": "share of customers reached", "fr": "part des clients touchés"},
        "churn": {"en": "churn", "fr": "attrition"},
        "revenue": {"en": "revenue per customer", "fr": "chiffre d’affaires par client"},
        "margin": {"en": "margin per customer", "fr": "marge par client"},
        "margin_rate": {"en": "margin rate", "fr": "taux de marge"},
        "support_cost": {"en": "support cost per customer", "fr": "coût de support par client"},
        "referrals": {"en": "referrals per customer", "fr": "parrainages par client"},
        "cross_sell": {"en": "cross-sales per customer", "fr": "ventes croisées par client"},
        "cross_sell_value": {"en": "revenue of a cross-sale", "fr": "montant d’une vente croisée"},
        "discount": {"en": "discount rate a year", "fr": "taux d’actualisation annuel"},
        "horizon": {"en": "horizon", "fr": "horizon"},
        "months": {
            "en": "period that the amounts and the churn flag of the study cover",
            "fr": "durée couverte par les montants et l’indicateur d’attrition de l’étude",
        },
        "delay_months": {"en": "delay before any effect", "fr": "délai avant tout effet"},
        "ramp_months": {"en": "ramp until the whole effect", "fr": "montée en charge"},
        "fade": {"en": "effect lost each year", "fr": "effet perdu chaque année"},
        "once": {"en": "cost, once", "fr": "coût, une fois"},
        "yearly": {"en": "cost, each year", "fr": "coût annuel"},
        "each": {"en": "cost per customer reached", "fr": "coût par client touché"},
    }
)
say = Phrases(
    {
        "caption": {"en": "Assumptions", "fr": "Hypothèses"},
        "name": {"en": "Assumption", "fr": "Hypothèse"},
        "value": {"en": "Value", "fr": "Valeur"},
        "range": {"en": "Range", "fr": "Plage"},
        "source": {"en": "Source", "fr": "Origine"},
        "improve": {"en": "improvement of {name}", "fr": "progrès ({name})"},
        "effect": {"en": "effect of one unit of {name} on the score", "fr": "effet d’une unité sur le score ({name})"},
        "after": {"en": "{name}, afterwards", "fr": "{name}, après"},
        "change": {"en": "change of {name}", "fr": "variation {of}"},
        "per_point": {"en": "{name}, for one point of the score", "fr": "{name}, pour un point du score"},
        "said": {"en": "said", "fr": "indiqué"},
        "measured": {"en": "measured", "fr": "mesuré"},
        "study": {"en": "customers of the study", "fr": "clients de l’étude"},
        "default": {"en": "default", "fr": "par défaut"},
        "month": {"en": " a month", "fr": " par mois"},
        "year": {"en": " a year", "fr": " par an"},
        "months": {"en": " over {k} months", "fr": " sur {k} mois"},
        "known": {"en": "taken as known", "fr": "supposé connu"},
        "triangular": {"en": " (triangular)", "fr": " (triangulaire)"},
        "uniform": {"en": " (uniform)", "fr": " (uniforme)"},
        "normal": {"en": "", "fr": ""},
        "distribution": {"en": " (distribution)", "fr": " (loi)"},
        "fixed": {"en": "", "fr": ""},
        "said_list": {"en": "Said{colon}{list}.", "fr": "Indiqué{colon}{list}."},
        "measured_list": {"en": "Measured{colon}{list}.", "fr": "Mesuré{colon}{list}."},
        "study_list": {"en": "Counted in the study{colon}{list}.", "fr": "Compté dans l’étude{colon}{list}."},
        "default_list": {
            "en": "Not said, so by default{colon}{list}.",
            "fr": "Non indiqué, donc par défaut{colon}{list}.",
        },
        "sample": {
            "en": "Customers of the study stand for all: a sample is fewer than there are.",
            "fr": "Seuls les clients de l’étude sont comptés : un échantillon en compte moins que la réalité.",
        },
    }
)


# What French needs after « variation ».
_OF = {
    "churn": "de l’attrition", "revenue": "du chiffre d’affaires par client", "margin": "de la marge par client",
    "support_cost": "du coût de support par client", "referrals": "des parrainages par client",
    "cross_sell": "des ventes croisées par client",
}  # fmt: skip


def quantity_name(name: str, lang: str = "en") -> str:
    """A quantity, driver or score as readers call it."""
    return (
        _NAMES(name, lang) if name in _NAMES else name.upper() if name in ("nps", "csat", "ces") else clean_text(name)
    )


def figure_name(code: str, lang: str = "en") -> str:
    """The name of an assumption: ``churn_after`` is ``churn, afterwards``.

    >>> figure_name("revenue_per_point"), figure_name("improve:wait", "fr")
    ('revenue per customer, for one point of the score', 'progrès (wait)')
    """
    kind, _, name = code.partition(":")
    if name:
        return say(kind, lang, name=quantity_name(name, lang))
    for mode in ("after", "change", "per_point"):
        if code.endswith(f"_{mode}"):
            quantity = code.removesuffix(f"_{mode}")
            return say(mode, lang, name=quantity_name(quantity, lang), of=_OF.get(quantity, quantity))
    return quantity_name(code, lang)


def source_word(source: str, lang: str = "en") -> str:
    return say(source, lang)


def figure_text(row: Assumption, lang: str = "en") -> str:
    """Value and unit, with its period: ``20.0% a year``."""
    return _amount(row, row.value, lang) + _per(row, lang)


def end_text(row: Assumption, x: float, lang: str = "en") -> str:
    """An end of a figure's range, without its period."""
    return _amount(row, x, lang)


def _amount(row: Assumption, x: float, lang: str) -> str:
    if row.unit == "customers":
        return number(x, lang, digits=0)
    digits = decimals(x)
    if is_currency(row.unit):
        # Cents or none; what a point is worth may be less than a cent.
        digits = 0 if digits == 0 or abs(x) >= 100 else max(digits, 2)
    sign = row.name.startswith(("improve:", "effect:")) or row.name.endswith(("_change", "_per_point"))
    # In French the plural begins at 2.
    one = abs(x) == 1 if lang == "en" else abs(x) < 2
    unit = _ONE[lang].get(row.unit, row.unit) if one else row.unit
    return amount(x, unit, lang, digits=digits, sign=sign)


_ONE = {"en": {"years": "year", "months": "month"}, "fr": {"years": "an"}}


def decimals(x: float) -> int:
    """Decimals that show three figures, and no zero behind what is whole."""
    if x == 0 or abs(x - round(x)) < 1e-9 * max(1.0, abs(x)):
        return 0
    wanted = max(0, 2 - math.floor(math.log10(abs(x))))
    for digits in range(wanted):
        if abs(round(x, digits) - x) < 1e-9 * abs(x):
            return digits
    return min(wanted, 6)


def _per(row: Assumption, lang: str) -> str:
    if not row.per:
        return ""
    return say({1: "month", 12: "year"}.get(row.per, "months"), lang, k=row.per)


def range_text(row: Assumption, lang: str = "en") -> str:
    """The ends of a figure and the shape between them."""
    if row.sure:
        return say("known", lang)
    widest = max(abs(row.low), abs(row.high))
    # Three figures of the wider end are enough for both.
    most = max(0, 2 - math.floor(math.log10(widest))) if widest else 0
    digits = min(max(decimals(row.low), decimals(row.high)), most)
    if is_currency(row.unit):
        digits = 0 if widest >= 100 or decimals(row.low) == decimals(row.high) == 0 else max(digits, 2)
    return amount_interval(row.low, row.high, row.unit, lang, digits=digits) + say(row.shape, lang)


def assumptions_grid(result: Assumptions, lang: str) -> Grid:
    check_lang(lang)
    colours = {"measured": HIGHER, "study": NEUTRAL, "default": GREY}
    rows = [
        (
            Cell(_first_upper(figure_name(row.name, lang)), "head"), Cell(figure_text(row, lang), unbroken=True),
            Cell(range_text(row, lang), pale=row.sure, unbroken=True),
            Cell(source_word(row.source, lang), "left", colour=colours.get(row.source, ""), pale=row.source == "default"),
        )
        for row in result.rows
    ]  # fmt: skip
    heads = tuple(say(head, lang) for head in ("name", "value", "range", "source"))
    return Grid(say("caption", lang), heads, tuple(rows))


def explain_assumptions(result: Assumptions, lang: str) -> str:
    """One sentence a source, and a warning where a sample stands for all customers."""
    out = [said for source in ("said", "measured", "study", "default") if (said := listed(result.rows, source, lang))]
    if any(row.source == "study" for row in result.rows):
        out.append(say("sample", lang))
    return " ".join(out)


def listed(rows: tuple[Assumption, ...], source: str, lang: str) -> str:
    """The figures of one source in a sentence; empty where there are none."""
    check_lang(lang)
    found = [
        f"{figure_name(r.name, lang)} {figure_text(r, lang)}"
        + ("" if r.sure else f" {unit_once(range_text(r, lang))}{say(r.shape, lang)}")
        for r in rows
        if r.source == source
    ]
    return (
        say(f"{source}_list", lang, colon=colon(lang), list="; ".join(found) if lang == "en" else " ; ".join(found))
        if found
        else ""
    )


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
