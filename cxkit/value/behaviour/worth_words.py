"""The value of a point or of a converted customer in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import by_head, of_group
from cxkit.present.grid import Cell, Grid
from cxkit.present.money import amount, amount_interval, is_currency
from cxkit.present.numbers import check_lang, count
from cxkit.present.numbers import interval as interval_text
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present
from cxkit.value.behaviour.amounts import change, change_range, level, one_point, unit_once, unit_words, words
from cxkit.value.behaviour.words import p_said

if TYPE_CHECKING:
    from cxkit.present.items import Item
    from cxkit.value.behaviour.regression import PointEstimate
    from cxkit.value.behaviour.worth import PointValue

__all__ = ["explain_worth", "say", "worth_grid"]

_SAID = 5

#: Phrases of a value.
say = Phrases(
    {
        "value": {
            "en": "{group}{what} goes with {delta} {interval} of {name}{per}{among}{controlled}{open} "
            "({level} CI, n = {n}, p {p}).",
            "fr": "{group}{what} va de pair avec {delta} {interval} ({name}{per}){among}{controlled}{open} "
            "(IC {level}, n = {n}, p {p}).",
        },
        "converted": {
            "en": "A customer in the class {to} instead of {frm}",
            "fr": "Un client dans la classe {to} plutôt que {frm}",
        },
        "total": {
            "en": "{group}For {customers} customers: {total} {interval}.",
            "fr": "{group}Pour {customers} clients : {total} {interval}.",
        },
        "among": {"en": ", among the {who}", "fr": ", parmi les {who}"},
        "controlled": {"en": ", {controls} held equal", "fr": ", à valeurs égales de {controls}"},
        "open": {"en": ", which may be nothing", "fr": ", effet possiblement nul"},
        "logit": {
            "en": "The average effect of a logit.",
            "fr": "Effet moyen d’un modèle logit.",
        },
        "caption": {"en": "{what}: {name}{per}", "fr": "{what} : {name}{per}"},
        "point": {"en": "Goes with", "fr": "Va de pair avec"},
        "point_total": {"en": "For {customers} customers", "fr": "Pour {customers} clients"},
        "mean": {"en": "Mean", "fr": "Moyenne"},
        "item": {"en": "Item", "fr": "Poste"},
        "estimate": {"en": "Estimate", "fr": "Estimation"},
        "more": {"en": "{k} more groups: to_frame().", "fr": "{k} autres groupes : to_frame()."},
    }
)


def explain_worth(result: PointValue, lang: str) -> str:
    check_lang(lang)
    out = []
    for g, key in enumerate(result.keys[:_SAID]):
        out.append(_sentence(result, result.estimates[g], of_group(key, lang), lang))
        out += [
            _total(result, item, of_group(key, lang), lang) for item in result.items(g) if item.item.endswith("_total")
        ]
    if len(result) > _SAID:
        out.append(say("more", lang, k=len(result) - _SAID))
    if result.model == "logit":
        out.append(say("logit", lang))
    out += [note.text(lang) for note in result.notes]
    out.append(words("association", lang))
    return " ".join(out)


def what(result: PointValue, lang: str) -> str:
    """``One point of NPS``, or the move."""
    if result.move is None:
        return one_point(result.score, lang)
    frm, to = (clean_text(b.title(lang)) for b in result.move)
    return say("converted", lang, frm=frm, to=to)


def _sentence(result: PointValue, e: PointEstimate, group: str, lang: str) -> str:
    outcome = result.outcome
    per = unit_words(outcome, result.months, lang)
    controls = ", ".join(clean_text(c) for c in result.controls)
    name = clean_text(outcome.title(lang))
    if name != outcome.column and name[1:2].islower():
        name = name[:1].lower() + name[1:]
    return say(
        "value", lang, group=group, what=what(result, lang),
        delta=change(outcome, e.estimate, lang, beside=(e.low, e.high)),
        interval=unit_once(change_range(outcome, e.low, e.high, e.estimate, lang)), name=name,
        per="" if not per else f", {per}" if lang == "fr" else f" {per}",
        among=say("among", lang, who=words("stayed", lang)) if outcome.among == "stayed" else "",
        controlled=say("controlled", lang, controls=controls) if controls else "",
        open="" if e.real else say("open", lang), level=percent(result.level, lang), n=count(e.n, lang),
        p=p_said(e.p, lang),
    )  # fmt: skip


def _total(result: PointValue, item: Item, group: str, lang: str) -> str:
    interval = unit_once(_total_range(item, lang)) if math.isfinite(item.low) else ""
    return say(
        "total", lang, group=group, customers=count(int(result.customers or 0), lang),
        total=amount(item.estimate, item.unit, lang, digits=_whole(item), sign=True), interval=interval,
    ).replace(" .", ".")  # fmt: skip


def _whole(item: Item) -> int | None:
    """Decimals of a total: few customers have tenths."""
    return None if item.unit != "customers" else 0 if abs(item.estimate) >= 10 else 1


def _total_range(item: Item, lang: str) -> str:
    if item.unit and item.unit != "%" and not is_currency(item.unit):  # said beside the estimate already
        whole = _whole(item)
        return interval_text(item.low, item.high, lang, digits=1 if whole is None else whole)
    return amount_interval(item.low, item.high, item.unit, lang)


def worth_grid(result: PointValue, lang: str) -> Grid:
    outcome = result.outcome
    heads = [say("item", lang), say("estimate", lang), present("ci", lang, level=percent(result.level, lang)), "p", "n"]
    if result.by:
        heads.insert(0, by_head(result.by, lang))
    rows = []
    for g, key in enumerate(result.keys):
        e = result.estimates[g]
        for item in result.items(g):
            cells = _cells(result, e, item, lang)
            rows.append((Cell(group_name(key, lang), "head"), *cells) if result.by else cells)
    per = unit_words(outcome, result.months, lang)
    caption = say("caption", lang, what=what(result, lang), name=outcome.title(lang), per=f", {per}" if per else "")
    notes = (present("method", lang), *(note.text(lang) for note in result.notes), words("association", lang))
    return Grid(caption, tuple(heads), tuple(rows), notes)


def _cells(result: PointValue, e: PointEstimate, item: Item, lang: str) -> tuple[Cell, ...]:
    outcome = result.outcome
    if item.item == "mean":
        return (Cell(say("mean", lang), "head"), Cell(level(outcome, item.estimate, lang)), Cell(""), Cell(""),
                Cell(count(e.n, lang)))  # fmt: skip
    if item.item.endswith("_total"):
        name = say("point_total", lang, customers=count(int(result.customers or 0), lang))
        known = math.isfinite(item.low)
        return (
            Cell(name, "head"), Cell(amount(item.estimate, item.unit, lang, digits=_whole(item), sign=True), strong=True, unbroken=True),
            Cell(_total_range(item, lang) if known else "–", pale=True, unbroken=True),
            Cell(""), Cell(""),
        )  # fmt: skip
    return (
        Cell(say("point", lang), "head"),
        Cell(change(outcome, item.estimate, lang, beside=(item.low, item.high)), strong=True, unbroken=True),
        Cell(change_range(outcome, item.low, item.high, item.estimate, lang), pale=True, unbroken=True),
        Cell(p_said(e.p, lang).removeprefix("= "), unbroken=True), Cell(count(e.n, lang)),
    )  # fmt: skip
