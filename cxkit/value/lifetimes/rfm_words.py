"""Segments and tiers in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.money import amount, money
from cxkit.present.numbers import check_lang, count, day, interval, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import percent
from cxkit.present.words import phrase as present
from cxkit.value.lifetimes.cautions import caution_texts
from cxkit.value.lifetimes.rfm_segments import advice, segment_name

if TYPE_CHECKING:
    from cxkit.value.lifetimes.rfm import Rfm

__all__ = ["explain_rfm", "rfm_grid", "say"]

#: Phrases of segments.
say = Phrases(
    {
        "base": {
            "en": "{n} customers until {end} brought {value}.",
            "fr": "Jusqu’au {end}, {n} clients ont apporté {value}.",
        },
        "tier": {
            "en": "The top {top} hold {share} of the value ({level} interval {interval}).",
            "fr": "Les {top} les plus importants en détiennent {share} (intervalle à {level} {interval}).",
        },
        "gini": {"en": "Gini {gini}.", "fr": "Indice de Gini : {gini}."},
        "segment": {
            "en": "{name} ({advice}): {customers} of the customers, {value} of the value.",
            "fr": "{name} ({advice}) : {customers} des clients, {value} de la valeur.",
        },
        "scores": {
            "en": "Scores in fifths, 5 the most recent, frequent or valuable; equal figures share the score of the middle "
            "of their ranks.",
            "fr": "Notes en cinquièmes, 5 pour les plus récents, fréquents ou importants ; à égalité, la note est celle du "
            "milieu des rangs.",
        },
        "caption": {"en": "Customers by recency and frequency", "fr": "Clients par récence et fréquence"},
        "segment_head": {"en": "Segment", "fr": "Segment"},
        "customers": {"en": "Customers", "fr": "Clients"},
        "share_customers": {"en": "Share of customers", "fr": "Part des clients"},
        "share_value": {"en": "Share of value", "fr": "Part de la valeur"},
        "value_each": {"en": "Value each", "fr": "Valeur par client"},
        "orders_each": {"en": "Orders each", "fr": "Commandes par client"},
        "days_since": {"en": "Days since the last", "fr": "Jours depuis la dernière"},
        "lorenz": {"en": "Who holds the value", "fr": "Qui détient la valeur"},
        "lorenz_x": {"en": "Customers, the smallest first (%)", "fr": "Clients, du plus petit au plus grand (%)"},
        "lorenz_y": {"en": "Share of value (%)", "fr": "Part de la valeur (%)"},
        "equal": {"en": "all alike", "fr": "égalité parfaite"},
        "top": {"en": "Top {top}", "fr": "{top} premiers"},
        "grid": {"en": "Customers by score", "fr": "Clients par note"},
        "r": {"en": "Recency (5: latest)", "fr": "Récence (5 : la plus récente)"},
        "f": {"en": "Frequency (5: most often)", "fr": "Fréquence (5 : la plus élevée)"},
    }
)


def explain_rfm(result: Rfm, lang: str) -> str:
    check_lang(lang)
    value = result["value_total"].estimate
    out = [say("base", lang, n=count(result.n, lang), end=day(result.end, lang),
               value=money(value, result.currency, lang))]  # fmt: skip
    for tier in result.tiers:
        if math.isfinite(tier.low):
            out.append(say("tier", lang, top=with_unit(100 * tier.top, "%", lang, digits=0),
                           share=with_unit(tier.share, "%", lang), level=percent(result.level, lang),
                           interval=interval(tier.low, tier.high, lang)))  # fmt: skip
    out.append(say("gini", lang, gini=number(result["gini"].estimate, lang, digits=2)))
    for group in result.groups[1:4]:
        code = group.key[0]
        out.append(say("segment", lang, name=segment_name(code, lang), advice=advice(code, lang),
                       customers=with_unit(group["share_customers"].estimate, "%", lang),
                       value=with_unit(group["share_value"].estimate, "%", lang)))  # fmt: skip
    out.append(say("scores", lang))
    return " ".join([*out, *caution_texts(result.cautions, lang)])


def rfm_grid(result: Rfm, lang: str) -> Grid:
    heads = (say("segment_head", lang), say("customers", lang), say("share_customers", lang), say("share_value", lang),
             present("ci", lang, level=percent(result.level, lang)), say("value_each", lang), say("orders_each", lang),
             say("days_since", lang))  # fmt: skip
    rows = []
    for group in [*result.groups[1:], result.groups[0]]:
        items = {i.item: i for i in group.items}
        everybody = group.key[0] == "all"
        share = items.get("share_value")
        known = share is not None and math.isfinite(share.low)
        rows.append((
            Cell(segment_name(group.key[0], lang), "head", strong=everybody), Cell(count(group.n, lang)),
            Cell(with_unit(100.0 if everybody else items["share_customers"].estimate, "%", lang)),
            Cell(with_unit(100.0 if share is None else share.estimate, "%", lang), strong=True),
            Cell(interval(share.low, share.high, lang) if share is not None and known else "", pale=True, unbroken=True),
            Cell(amount(items["value_each"].estimate, result.currency, lang), unbroken=True),
            Cell(number(items["orders_each"].estimate, lang)), Cell(number(items["days_since"].estimate, lang, digits=0)),
        ))  # fmt: skip
    tiers = [say("tier", lang, top=with_unit(100 * t.top, "%", lang, digits=0), share=with_unit(t.share, "%", lang),
                 level=percent(result.level, lang), interval=interval(t.low, t.high, lang)) for t in result.tiers]  # fmt: skip
    notes = (present("method", lang), say("scores", lang), *tiers, *caution_texts(result.cautions, lang))
    return Grid(say("caption", lang), heads, tuple(rows), notes)
