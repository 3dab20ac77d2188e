"""Transactions in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Grid
from cxkit.present.money import amount, amount_interval
from cxkit.present.numbers import check_lang, colon, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import group_name, percent
from cxkit.value.lifetimes.cautions import caution_texts
from cxkit.value.lifetimes.itemised import groups_grid

if TYPE_CHECKING:
    from cxkit.present.items import Item
    from cxkit.value.lifetimes.transactions import Transactions

__all__ = ["explain_transactions", "item_name", "say", "transactions_grid"]

_SAID = 6

#: Phrases of transactions.
say = Phrases(
    {
        "average": {
            "en": "{group}an order is worth {value}{interval} on average ({n} orders).",
            "fr": "{group}le panier moyen est de {value}{interval} ({n} commandes).",
        },
        "often": {
            "en": "{group}{n} customers order {each} times each{interval}; {repeat} of them come back.",
            "fr": "{group}{n} clients commandent {each} fois chacun{interval} ; {repeat} d’entre eux reviennent.",
        },
        "net": {
            "en": "{group}sales of {gross} less returns of {returns} ({share}) leave {net}.",
            "fr": "{group}{gross} de ventes, moins {returns} de retours ({share}), laissent {net}.",
        },
        "gross": {"en": "{group}sales are {gross}, without returns.", "fr": "{group}{gross} de ventes, sans retour."},
        "contract": {
            "en": "{group}a contract is worth {value}{interval} a year.",
            "fr": "{group}un contrat vaut {value}{interval} par an.",
        },
        "interval": {"en": " ({level} interval {interval})", "fr": " (intervalle à {level} {interval})"},
        "clustered": {
            "en": "Intervals are by customer: orders of one customer are alike.",
            "fr": "Intervalles par client : les commandes d’un même client se ressemblent.",
        },
        "more_groups": {"en": "And {k} more groups.", "fr": "Et {k} autres groupes."},
        "caption": {"en": "Transactions", "fr": "Transactions"},
        "axis": {"en": "Average transaction", "fr": "Panier moyen"},
        "axis_repeat": {
            "en": "Customers who ordered more than once (%)",
            "fr": "Clients ayant commandé plus d’une fois (%)",
        },
    }
)

_ITEMS = Phrases(
    {
        "average_transaction_value": {"en": "Average transaction", "fr": "Panier moyen"},
        "orders_per_customer": {"en": "Orders a customer", "fr": "Commandes par client"},
        "purchase_frequency": {"en": "Orders a customer and year", "fr": "Commandes par client et par an"},
        "repeat_rate": {"en": "Ordered more than once", "fr": "Ont commandé plus d’une fois"},
        "revenue_per_customer": {"en": "Net revenue a customer", "fr": "Chiffre d’affaires net par client"},
        "returns_share": {"en": "Returns in gross sales", "fr": "Retours / ventes brutes"},
        "average_contract_value": {"en": "Average contract, a year", "fr": "Contrat moyen, par an"},
        "orders": {"en": "Orders", "fr": "Commandes"},
        "customers": {"en": "Customers with an order", "fr": "Clients ayant commandé"},
        "gross_revenue": {"en": "Gross sales", "fr": "Ventes brutes"},
        "returns": {"en": "Returns", "fr": "Retours"},
        "net_revenue": {"en": "Net revenue", "fr": "Chiffre d’affaires net"},
    }
)


def item_name(item: str, lang: str) -> str:
    """What a reader calls an item."""
    return _ITEMS(item, lang)


def explain_transactions(result: Transactions, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for group in result.groups[:_SAID]:
        name = f"{group_name(group.key, lang)}{colon(lang)}" if group.key else ""
        items = {i.item: i for i in group.items}
        if "average_transaction_value" in items:
            value = items["average_transaction_value"]
            out.append(_start(say("average", lang, group=name, value=_shown(value, lang),
                                  interval=_interval(value, result, lang),
                                  n=count(round(items["orders"].estimate), lang))))  # fmt: skip
        if "orders_per_customer" in items:
            each = items["orders_per_customer"]
            inside = ""
            if math.isfinite(each.low):
                shown = amount_interval(each.low, each.high, "", lang)
                inside = say("interval", lang, level=percent(result.level, lang), interval=shown)
            out.append(_start(say("often", lang, group=name, n=count(group.n, lang), interval=inside,
                                  each=number(each.estimate, lang, digits=2),
                                  repeat=with_unit(items["repeat_rate"].estimate, "%", lang))))  # fmt: skip
        if "average_contract_value" in items:
            value = items["average_contract_value"]
            out.append(_start(say("contract", lang, group=name, value=_shown(value, lang),
                                  interval=_interval(value, result, lang))))  # fmt: skip
        if items["returns"].estimate and "returns_share" in items:
            out.append(_start(say("net", lang, group=name, gross=_shown(items["gross_revenue"], lang),
                                  returns=amount(-items["returns"].estimate, items["returns"].unit, lang), net=_shown(items["net_revenue"], lang),
                                  share=with_unit(items["returns_share"].estimate, "%", lang))))  # fmt: skip
        else:
            out.append(_start(say("gross", lang, group=name, gross=_shown(items["gross_revenue"], lang))))
    if len(result) > _SAID:
        out.append(say("more_groups", lang, k=len(result) - _SAID))
    out.append(say("clustered", lang))
    return " ".join([*out, *caution_texts(result.cautions, lang)])


def _shown(item: Item, lang: str) -> str:
    return amount(item.estimate, item.unit, lang)


def _interval(item: Item, result: Transactions, lang: str) -> str:
    if not math.isfinite(item.low):
        return ""
    shown = amount_interval(item.low, item.high, item.unit, lang)
    return say("interval", lang, level=percent(result.level, lang), interval=shown)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def transactions_grid(result: Transactions, lang: str) -> Grid:
    notes = [say("clustered", lang), *caution_texts(result.cautions, lang)]
    return groups_grid(
        say("caption", lang), result.by, result.groups, lambda item: item_name(item, lang), lang, level=result.level,
        notes=notes,
    )  # fmt: skip
