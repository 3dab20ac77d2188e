"""Contracts in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Grid
from cxkit.present.money import amount, amount_interval
from cxkit.present.numbers import check_lang, colon, count, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import group_name, percent
from cxkit.value.lifetimes.cautions import caution_texts
from cxkit.value.lifetimes.itemised import groups_grid

if TYPE_CHECKING:
    from cxkit.present.items import Item
    from cxkit.value.lifetimes.contracts import Contracts

__all__ = ["contracts_grid", "explain_contracts", "item_name", "say"]

_SAID = 6

#: Phrases of contracts.
say = Phrases(
    {
        "stay": {
            "en": "{group}{share}{interval} of a cohort are still there after {k} {periods}.",
            "fr": "{group}{share}{interval} d’une cohorte sont encore là après {k} {periods}.",
        },
        "rise": {
            "en": "{group}{first} leave in the first period and {later} in the next one: the likely leavers go first.",
            "fr": "{group}{first} partent à la première période et {later} à la prochaine : les plus volatils partent "
            "d’abord.",
        },
        "constant": {
            "en": "{group}with the churn of the first period for ever it would be {share}.",
            "fr": "{group}avec l’attrition de la première période à l’infini, il n’en resterait que {share}.",
        },
        "worth": {
            "en": "{group}a new customer is worth {value}{interval}, the first margin paid now.",
            "fr": "{group}un nouveau client vaut {value}{interval}, la première marge étant perçue immédiatement.",
        },
        "lifetime": {
            "en": "{group}discounted at {rate} a year, a new customer pays {value}{interval}.",
            "fr": "{group}actualisé à {rate} par an, un nouveau client paie pendant {value}{interval}.",
        },
        "beyond": {
            "en": "Seen for {seen} {periods}; what lies beyond is the model's (sBG).",
            "fr": "Observé sur {seen} {periods} ; au-delà, c’est le modèle (sBG).",
        },
        "interval": {"en": " ({level} interval {interval})", "fr": " (intervalle à {level} {interval})"},
        "years": {"en": "years", "fr": "ans"},
        "quarters": {"en": "quarters", "fr": "trimestres"},
        "months": {"en": "months", "fr": "mois"},
        "caption": {"en": "Contracts: who stays", "fr": "Contrats : qui reste"},
        "axis": {"en": "Still there (%)", "fr": "Encore clients (%)"},
        "axis_retention": {"en": "Renew at the end of the period (%)", "fr": "Renouvellent en fin de période (%)"},
        "seen": {"en": "seen", "fr": "observé"},
        "model": {"en": "model", "fr": "modèle"},
        "projected": {"en": "projected", "fr": "projeté"},
        "more_groups": {"en": "And {k} more groups.", "fr": "Et {k} autres groupes."},
    }
)

_ITEMS = Phrases(
    {
        "alpha": {"en": "alpha", "fr": "alpha"},
        "beta": {"en": "beta", "fr": "bêta"},
        "churn_first": {"en": "Leave in the first period", "fr": "Partent à la première période"},
        "retention_next": {"en": "Renew in the next period", "fr": "Renouvellent à la prochaine période"},
        "survival_projected": {"en": "Still there after {k} {periods}", "fr": "Encore là après {k} {periods}"},
        "lifetime": {"en": "Expected lifetime", "fr": "Durée de vie attendue"},
        "discounted_lifetime": {"en": "Discounted lifetime", "fr": "Durée de vie actualisée"},
        "lifetime_value": {"en": "Lifetime value", "fr": "Valeur vie client"},
    }
)
_UNITS = {"Y": "years", "Q": "quarters", "M": "months"}


def item_name(result: Contracts, item: str, lang: str) -> str:
    """What a reader calls an item."""
    return _ITEMS(item, lang, k=count(result.project, lang), periods=say(_UNITS[result.freq], lang))


def explain_contracts(result: Contracts, lang: str) -> str:
    check_lang(lang)
    periods = say(_UNITS[result.freq], lang)
    out: list[str] = []
    for group, curve in list(zip(result.groups, result.curves, strict=True))[:_SAID]:
        name = f"{group_name(group.key, lang)}{colon(lang)}" if group.key else ""
        there = group["survival_projected"]
        out.append(_start(say("stay", lang, group=name, share=with_unit(there.estimate, "%", lang), periods=periods,
                              k=count(result.project, lang), interval=_interval(there, result, lang))))  # fmt: skip
        first, later = group["churn_first"].estimate, 100 - group["retention_next"].estimate
        if first - later >= 0.1 and not curve.alike:
            out.append(_start(say("rise", lang, group=name, first=with_unit(first, "%", lang),
                                  later=with_unit(later, "%", lang))))  # fmt: skip
            flat = 100 * (1 - first / 100) ** result.project
            out.append(_start(say("constant", lang, group=name, share=with_unit(flat, "%", lang))))
        items = {i.item: i for i in group.items}
        if "lifetime_value" in items:
            worth = items["lifetime_value"]
            out.append(_start(say("worth", lang, group=name, value=amount(worth.estimate, worth.unit, lang),
                                  interval=_interval(worth, result, lang))))  # fmt: skip
        elif "discounted_lifetime" in items and result.discount is not None:
            time = items["discounted_lifetime"]
            out.append(_start(say(
                "lifetime", lang, group=name, interval=_interval(time, result, lang),
                rate=with_unit(100 * result.discount, "%", lang), value=amount(time.estimate, time.unit, lang),
            )))  # fmt: skip
        if len(curve.seen) - 1 < result.project and len(result) == 1:
            out.append(say("beyond", lang, seen=count(len(curve.seen) - 1, lang), periods=periods))
    if len(result) > _SAID:
        out.append(say("more_groups", lang, k=len(result) - _SAID))
    if len(result) > 1:
        seen = max(len(c.seen) - 1 for c in result.curves)
        out.append(say("beyond", lang, seen=count(seen, lang), periods=periods))
    return " ".join([*out, *caution_texts(result.cautions, lang)])


def _interval(item: Item, result: Contracts, lang: str) -> str:
    if not (math.isfinite(item.low) or math.isfinite(item.high)):
        return ""
    shown = amount_interval(item.low, item.high, item.unit, lang)
    return say("interval", lang, level=percent(result.level, lang), interval=shown)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def contracts_grid(result: Contracts, lang: str) -> Grid:
    notes = [
        "sBG: Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
        *caution_texts(result.cautions, lang),
    ]
    return groups_grid(
        say("caption", lang), result.by, result.groups, lambda item: item_name(result, item, lang), lang,
        level=result.level, notes=notes,
    )  # fmt: skip
