"""Why a score moved, in sentences and tables, French and English."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, interval, number, period, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import percent, phrase
from cxkit.study.periods import parse_period

if TYPE_CHECKING:
    from cxkit.change.explained import Why

__all__ = ["explain_why", "item_name", "item_p", "say", "when", "why_grid"]

say = Phrases({
    "total": {"en": "total change", "fr": "variation totale"},
    "leavers": {"en": "people who left", "fr": "personnes parties"},
    "leavers_of": {"en": "people who left ({band})", "fr": "personnes parties ({band})"},
    "quiet_of": {"en": "people who no longer answer ({band})", "fr": "personnes qui ne répondent plus ({band})"},
    "quiet": {"en": "people who no longer answer", "fr": "personnes qui ne répondent plus"},
    "composition": {"en": "people who came, left or fell silent", "fr": "arrivées, départs et silences"},
    "silent": {"en": "customers who did not answer again", "fr": "clients qui n’ont pas répondu à nouveau"},
    "joiners": {"en": "new respondents", "fr": "nouveaux venus"},
    "mix": {"en": "mix of {by}", "fr": "structure ({by})"},
    "stayers": {"en": "real change", "fr": "évolution réelle"},
    "moved": {
        "en": "{metric} went from {before} to {after}: {total} {interval} from {versus} to {period}.",
        "fr": "{metric} passe de {before} à {after} : {total} {interval} entre {versus} et {period}.",
    },
    "moved_churned": {
        "en": "{metric} is {before} for everybody and {after} for those who stayed: {total} {interval}.",
        "fr": "{metric} : {before} pour l’ensemble, {after} pour ceux qui sont restés : {total} {interval}.",
    },
    "of": {"en": "This splits into {parts}", "fr": "Cette variation se décompose : {parts}"},
    "part": {"en": "{item} {value}", "fr": "{item} {value}"},
    "progress": {
        "en": "; the real change is {value}{interval}, {word}.",
        "fr": " ; l’évolution réelle est de {value}{interval}, {word}.",
    },
    "only_real": {"en": "The real change is {value}{interval}, {word}.",
                  "fr": "L’évolution réelle est de {value}{interval}, {word}."},
    "significant": {"en": "significant", "fr": "significative"},
    "not_significant": {"en": "not significant", "fr": "non significative"},
    "unseen": {
        "en": "with no interval: no error can be seen in these answers, and no scale bounds what others would say",
        "fr": "sans intervalle : aucune erreur ne se voit dans ces réponses, et aucune échelle ne borne celles des autres",
    },
    "none": {"en": "nil: these are the same answers", "fr": "nulle : ce sont les mêmes réponses"},
    "trap": {
        "en": "The score moved mostly because of who is gone: no change of mind is seen among those who remain.",
        "fr": "Le score bouge surtout parce que certains n’y sont plus : aucun changement d’avis n’est établi chez ceux qui "
        "restent.",
    },
    "sensitivity": {
        "en": "{share} of the earlier answers come from people who did not answer again ({n}): whatever they would "
        "have said, the real change lies between {low} and {high}; it would be 0 if their score had moved by {tipping}.",
        "fr": "{share} des réponses d’avant viennent de personnes qui n’ont pas répondu de nouveau ({n}) : quoi qu’elles "
        "aient pu dire, l’évolution réelle se situe entre {low} et {high} ; elle serait nulle si leur score avait varié de {tipping}.",
    },
    "sensitivity_beyond": {
        "en": "{share} of the earlier answers come from people who did not answer again ({n}): whatever they would "
        "have said, the real change lies between {low} and {high}.",
        "fr": "{share} des réponses d’avant viennent de personnes qui n’ont pas répondu de nouveau ({n}) : quoi qu’elles "
        "aient pu dire, l’évolution réelle se situe entre {low} et {high}.",
    },
    "samples": {
        "en": "The two periods are compared as two samples, not as the same people asked twice: who is new cannot be told.",
        "fr": "Les deux périodes sont comparées comme deux échantillons, non comme les mêmes personnes interrogées deux "
        "fois : les nouveaux venus ne se distinguent pas.",
    },
    "unknown": {
        "en": "No column says who left (role churned): those who no longer answer are counted as leavers.",
        "fr": "Aucune colonne ne dit qui est parti (rôle churned) : ceux qui ne répondent plus comptent comme partis.",
    },
    "caption": {"en": "Why {metric} moved, {versus} to {period}", "fr": "Pourquoi {metric} a bougé, {versus} à {period}"},
    "caption_churned": {"en": "{metric}: everybody and those who stayed", "fr": "{metric} : l’ensemble et ceux qui restent"},
    "item": {"en": "part", "fr": "part"},
    "points": {"en": "contribution", "fr": "contribution"},
    "method": {
        "en": "Exact parts (Kitagawa 1955); intervals by linearisation over respondents.",
        "fr": "Parts exactes (Kitagawa 1955) ; intervalles par linéarisation sur les répondants.",
    },
    "before": {"en": "before", "fr": "avant"},
    "after": {"en": "after", "fr": "après"},
    "rate_label": {"en": "real change", "fr": "évolution réelle"},
    "mix_label": {"en": "mix", "fr": "structure"},
    "everybody": {"en": "everybody", "fr": "ensemble"},
    "stayed": {"en": "stayed", "fr": "restés"},
})  # fmt: skip


def item_p(estimate: float, se: float) -> float:
    """Two-sided normal p; NaN without an error."""
    return 2 * NormalDist().cdf(-abs(estimate) / se) if se > 1e-12 else math.nan


def item_name(why: Why, item: str, lang: str = "en") -> str:
    """An item as readers see it."""
    if item == "mix":
        return say("mix", lang, by=" × ".join(why.by))
    if not item.startswith("leavers"):
        return say(item, lang)
    band = dict(why.bands).get(item.partition("_")[2])
    if band is None:
        return say("leavers" if why.known else "quiet", lang)
    names = dict(band)
    name = names.get(lang, names.get("en", ""))
    return say("leavers_of" if why.known else "quiet_of", lang, band=name.lower())


def when(code: str, lang: str = "en") -> str:
    """A period code as readers see it: ``2026-09`` as ``September 2026``."""
    freq, start = parse_period(code)
    return code if start is None else period(start, freq, lang)


def explain_why(why: Why, lang: str) -> str:
    check_lang(lang)
    digits = why.metric.digits
    total, low, high = why.item("total")
    values = {
        "metric": why.metric.title(lang), "before": _value(why, why.before, lang), "after": _value(why, why.after, lang),
        "total": number(total, lang, digits=digits, sign=True), "interval": interval(low, high, lang, digits=digits),
    }  # fmt: skip
    churned = why.versus == "churned"
    if churned:
        out = [say("moved_churned", lang, **values)]
    else:
        out = [say("moved", lang, **values, versus=when(why.versus, lang), period=when(why.period, lang))]
    others = [i for i, item in enumerate(why.items) if item not in ("total", "stayers") and why.n[i]]
    others = [i for i in others if round(abs(why.estimate[i]), digits) > 0]
    others.sort(key=lambda i: -abs(why.estimate[i]))
    value, real_low, real_high = why.item("stayers")
    word = "none" if churned else _word(why, real_low)
    real = {"value": number(value, lang, digits=digits, sign=True), "word": say(word, lang),
            "interval": "" if math.isnan(real_low) else " " + interval(real_low, real_high, lang, digits=digits)}  # fmt: skip
    if others:
        parts = ", ".join(
            say("part", lang, value=number(why.estimate[i], lang, digits=digits, sign=True),
                item=item_name(why, why.items[i], lang))
            for i in others
        )  # fmt: skip
        out.append(say("of", lang, total=values["total"], parts=parts) + say("progress", lang, **real))
    else:
        out.append(say("only_real", lang, **real))
    if why.survivors:
        out.append(say("trap", lang))
    out += _caveats(why, lang)
    return " ".join(out)


def _word(why: Why, low: float) -> str:
    if math.isnan(low):
        return "unseen"
    return "significant" if why.real("stayers") else "not_significant"


def _caveats(why: Why, lang: str) -> list[str]:
    out = []
    digits = why.metric.digits
    s = why.sensitivity
    if s is not None:
        bounds = why.metric.bounds or (-math.inf, math.inf)
        reach = bounds[1] - bounds[0]
        told = round(abs(why.item("stayers")[0]), digits) > 0 and abs(s.tipping) <= reach
        key = "sensitivity" if told else "sensitivity_beyond"
        out.append(say(
            key, lang, share=with_unit(100 * s.share, "%", lang, digits=0), n=count(s.n, lang),
            low=number(s.low, lang, digits=digits, sign=True), high=number(s.high, lang, digits=digits, sign=True),
            tipping=number(s.tipping, lang, digits=digits, sign=True),
        ))  # fmt: skip
    if not why.panel:
        out.append(say("samples", lang))
    elif not why.known:
        out.append(say("unknown", lang))
    return out


def why_grid(why: Why, lang: str) -> Grid:
    check_lang(lang)
    digits = why.metric.digits
    rows = []
    for i, item in enumerate(why.items):
        if not why.n[i] and item != "total":
            continue
        clear = why.real(item)
        colour = (HIGHER if why.estimate[i] > 0 else LOWER) if clear else GREY
        rows.append((
            Cell(item_name(why, item, lang), "head", strong=item in ("total", "stayers")),
            Cell(number(why.estimate[i], lang, digits=digits, sign=True), strong=clear, colour=colour),
            Cell(interval(why.low[i], why.high[i], lang, digits=digits), pale=not clear),
            Cell(count(why.n[i], lang)),
        ))  # fmt: skip
    level = percent(why.level, lang)
    heads = (say("item", lang), say("points", lang), phrase("ci", lang, level=level), phrase("n", lang))
    if why.versus == "churned":
        caption = say("caption_churned", lang, metric=why.metric.title(lang))
    else:
        caption = say("caption", lang, metric=why.metric.title(lang), versus=when(why.versus, lang),
                      period=when(why.period, lang))  # fmt: skip
    notes = (phrase("method", lang), say("method", lang), *_caveats(why, lang), *(r.text(lang) for r in why.remarks))
    return Grid(caption, heads, tuple(rows), notes)


def _value(why: Why, x: float, lang: str) -> str:
    signed = why.metric.bounds is not None and why.metric.bounds[0] < 0
    return with_unit(x, why.metric.unit, lang, digits=why.metric.digits, sign=signed)
