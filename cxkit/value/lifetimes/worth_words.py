"""A lifetime value in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cxkit.present.grid import Grid
from cxkit.present.money import amount, amount_interval, money
from cxkit.present.numbers import check_lang, colon, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import percent
from cxkit.value.lifetimes.assumed_words import SAID, assumed_sentences
from cxkit.value.lifetimes.cautions import caution_texts
from cxkit.value.lifetimes.itemised import group_title, groups_grid
from cxkit.value.lifetimes.timing import TIMINGS, multiple

if TYPE_CHECKING:
    from cxkit.value.lifetimes.worth import LifetimeValue

__all__ = ["explain_worth", "item_name", "say", "worth_grid"]

#: Phrases of a lifetime value.
say = Phrases(
    {
        "worth": {
            "en": "{group}a customer is worth {value}{interval}{span}.",
            "fr": "{group}un client vaut {value}{interval}{span}.",
        },
        "interval": {"en": " ({level} interval {interval})", "fr": " (intervalle à {level} {interval})"},
        "for_ever": {"en": " over the whole relation", "fr": " sur toute la durée de la relation"},
        "horizon": {"en": " over {k} {periods}", "fr": " sur {k} {periods}"},
        "convention": {
            "en": "Convention: {timing}. With the same figures the other conventions give {others}.",
            "fr": "Convention : {timing}. Avec les mêmes chiffres, les autres conventions donnent {others}.",
        },
        "convention_only": {"en": "Convention: {timing}.", "fr": "Convention : {timing}."},
        "simple": {
            "en": "Margin times lifespan: neither discounted nor thinned by churn.",
            "fr": "Marge multipliée par la durée : ni actualisée, ni diminuée par l’attrition.",
        },
        "cac": {
            "en": "{group}winning one costs {cost}: {ratio} times as much comes back{paid}.",
            "fr": "{group}l’acquisition coûte {cost} : elle rapporte {ratio} fois sa mise{paid}.",
        },
        "paid": {
            "en": ", and it is paid back after {months}, not discounted",
            "fr": ", et elle est amortie en {months}, sans actualisation",
        },
        "unpaid": {"en": ", and it is never paid back", "fr": ", et elle n’est jamais amortie"},
        "never": {
            "en": "{group}in {share} of the draws it is never paid back.",
            "fr": "{group}dans {share} des tirages, elle n’est jamais amortie.",
        },
        "keeping": {
            "en": "{group}winning a customer costs {ratio} times what keeping one for a {period} does.",
            "fr": "{group}acquérir un client coûte {ratio} fois ce que coûte en fidéliser un pendant {period}.",
        },
        "point": {
            "en": "{group}one point of retention more is worth {value} a customer.",
            "fr": "{group}un point de rétention de plus vaut {value} par client.",
        },
        "more_groups": {"en": "And {k} more groups.", "fr": "Et {k} autres groupes."},
        "caption": {"en": "Lifetime value of a customer", "fr": "Valeur vie client"},
        "axis": {"en": "Lifetime value of a customer", "fr": "Valeur vie d’un client"},
        "growth": {"en": "Value so far, a customer won", "fr": "Valeur cumulée d’un client acquis"},
        "growth_net": {
            "en": "Value so far less acquisition, a customer won",
            "fr": "Valeur cumulée nette d’acquisition, par client acquis",
        },
        "drawn": {"en": "Share of draws", "fr": "Part des tirages"},
        "likely": {"en": "likely", "fr": "probable"},
        # Timings
        "end": {
            "en": "each margin at the end of the period, from those who stayed (r / (1 + d - r))",
            "fr": "marge perçue en fin de période, auprès des clients restés (r / (1 + d - r))",
        },
        "end_all": {
            "en": "each margin at the end of the period, from all who began it (1 / (1 + d - r))",
            "fr": "marge perçue en fin de période, auprès de tous les clients présents au début (1 / (1 + d - r))",
        },
        "start": {
            "en": "each margin at the start of the period, the first one now ((1 + d) / (1 + d - r))",
            "fr": "marge perçue en début de période, la première immédiatement ((1 + d) / (1 + d - r))",
        },
        "undiscounted": {
            "en": "each margin at the start of the period, not discounted (1 / (1 - r))",
            "fr": "marge perçue en début de période, sans actualisation (1 / (1 - r))",
        },
        # Periods
        "year": {"en": "year", "fr": "un an"},
        "quarter": {"en": "quarter", "fr": "un trimestre"},
        "month": {"en": "month", "fr": "un mois"},
        "years": {"en": "years", "fr": "ans"},
        "quarters": {"en": "quarters", "fr": "trimestres"},
        "months": {"en": "months", "fr": "mois"},
        # Figures
        "acquisition_cost": {"en": "acquisition", "fr": "acquisition"},
    }
)

_ITEMS = Phrases(
    {
        "lifetime_value": {"en": "Lifetime value", "fr": "Valeur vie client"},
        "margin_multiple": {"en": "Margin multiple", "fr": "Multiple de marge"},
        "value_of_retention_point": {"en": "One point of retention", "fr": "Un point de rétention"},
        "net_value": {"en": "Less acquisition", "fr": "Nette d’acquisition"},
        "clv_cac": {"en": "Value to acquisition cost", "fr": "Valeur / coût d’acquisition"},
        "payback_months": {"en": "Payback of acquisition", "fr": "Amortissement de l’acquisition"},
        "payback_never": {"en": "Chance of no payback", "fr": "Risque de non-amortissement"},
        "acquisition_to_retention": {
            "en": "Acquisition to retention cost",
            "fr": "Coût d’acquisition / de fidélisation",
        },
    }
)


def item_name(item: str, lang: str) -> str:
    """What a reader calls an item."""
    return _ITEMS(item, lang)


def explain_worth(result: LifetimeValue, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for group, part in list(zip(result.groups, result.assumptions, strict=True))[:SAID]:
        name = f"{group_title(group.key, lang)}{colon(lang)}" if group.key else ""
        items = {i.item: i for i in group.items}
        value = items["lifetime_value"]
        span = "" if not result.timing else say("for_ever", lang)
        if result.horizon is not None:
            span = say("horizon", lang, k=count(result.horizon, lang), periods=say(f"{result.period}s", lang))
        out.append(_start(say(
            "worth", lang, group=name, value=money(value.estimate, result.currency, lang), span=span,
            interval=_interval(value.low, value.high, value.unit, result.level, lang),
        )))  # fmt: skip
        if "clv_cac" in items:
            months = items["payback_months"]
            paid = (
                say("paid", lang, months=amount(months.estimate, "months", lang))
                if math.isfinite(months.estimate)
                else say("unpaid", lang)
            )
            out.append(_start(say("cac", lang, group=name, paid=paid, ratio=number(items["clv_cac"].estimate, lang),
                                  cost=money(part["acquisition_cost"].value, result.currency, lang))))  # fmt: skip
            never = items["payback_never"].estimate
            if 0 < never < 100:
                out.append(_start(say("never", lang, group=name, share=with_unit(never, "%", lang))))
        if "acquisition_to_retention" in items:
            ratio = number(items["acquisition_to_retention"].estimate, lang)
            out.append(_start(say("keeping", lang, group=name, ratio=ratio, period=say(result.period, lang))))
        if "value_of_retention_point" in items:
            point = money(items["value_of_retention_point"].estimate, result.currency, lang)
            out.append(_start(say("point", lang, group=name, value=point)))
    if len(result) > SAID:
        out.append(say("more_groups", lang, k=len(result) - SAID))
    out.append(_convention(result, lang))
    out += assumed_sentences(result.assumptions, lang)
    return " ".join([*out, *caution_texts(result.cautions, lang)])


def _convention(result: LifetimeValue, lang: str) -> str:
    if not result.timing:
        return say("simple", lang)
    timing = say(result.timing, lang)
    if len(result) > 1:
        return say("convention_only", lang, timing=timing)
    part = result.assumptions[0]
    values = {f.name: f.value for f in part.figures}
    margin, kept, discount = result.steady(part)
    others = []
    for other in TIMINGS:
        if other == result.timing or (other != "undiscounted" and "discount" not in values):
            continue
        found = margin * float(multiple(np.array(kept), np.array(discount), other, result.horizon))
        others.append(f"{money(found, result.currency, lang)} ({other})")
    if not others:
        return say("convention_only", lang, timing=timing)
    return say("convention", lang, timing=timing, others=", ".join(others))


def _interval(low: float, high: float, unit: str, level: float, lang: str) -> str:
    if not (math.isfinite(low) or math.isfinite(high)):
        return ""
    return say("interval", lang, level=percent(level, lang), interval=amount_interval(low, high, unit, lang))


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def worth_grid(result: LifetimeValue, lang: str) -> Grid:
    notes = [
        _convention(result, lang),
        *assumed_sentences(result.assumptions, lang),
        *caution_texts(result.cautions, lang),
    ]
    return groups_grid(
        say("caption", lang), result.by, result.groups, lambda item: item_name(item, lang), lang, level=result.level,
        notes=notes,
    )  # fmt: skip
