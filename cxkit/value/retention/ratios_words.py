"""Hazard ratios in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, interval, number, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import percent
from cxkit.present.words import phrase as present
from cxkit.value.retention.caution import notes
from cxkit.value.retention.shared_words import common, counted, p_said

if TYPE_CHECKING:
    from cxkit.value.retention.ratios_result import Hazard, Ratio

__all__ = ["colour", "explain_hazard", "hazard_grid", "say", "word"]

#: Phrases of hazard ratios.
say = Phrases(
    {
        "point": {
            "en": "One more on the answer to {score}{scale} goes with a risk of leaving {change} ({what} {ratio} {interval}, "
            "{p}){open}.",
            "fr": "Un point de plus sur la note {score}{scale} va de pair avec un risque de départ {change} ({what} {ratio} "
            "{interval}, {p}){open}.",
        },
        "class": {
            "en": "{name}: risk of leaving {change} against {reference} ({what} {ratio} {interval}, {p}){open}.",
            "fr": "{name} : risque de départ {change} par rapport aux {reference} ({what} {ratio} {interval}, {p}){open}.",
        },
        "lower": {"en": "{share} lower", "fr": "inférieur de {share}"},
        "higher": {"en": "{share} higher", "fr": "supérieur de {share}"},
        "times": {"en": "{times} times as high", "fr": "multiplié par {times}"},
        "open": {"en": ", which may be chance", "fr": ", ce qui peut être dû au hasard"},
        "hr": {"en": "hazard ratio", "fr": "rapport de risques"},
        "or": {"en": "odds ratio", "fr": "rapport de cotes"},
        "base": {
            "en": "{n}, {events}, {spells}; {model}{errors}.",
            "fr": "{n}, {events}, {spells} ; {model}{errors}.",
        },
        "cox": {"en": "Cox model (Efron)", "fr": "modèle de Cox (Efron)"},
        "discrete": {
            "en": "discrete-time model ({link}, by {unit})",
            "fr": "modèle à temps discret ({link}, par {unit})",
        },
        "robust": {
            "en": ", errors robust to several rows a customer",
            "fr": ", erreurs robustes à plusieurs lignes par client",
        },
        "unit_days": {"en": "day", "fr": "jour"},
        "unit_weeks": {"en": "week", "fr": "semaine"},
        "unit_months": {"en": "month", "fr": "mois"},
        "unit_quarters": {"en": "quarter", "fr": "trimestre"},
        "unit_years": {"en": "year", "fr": "an"},
        "caption": {"en": "Risk of leaving and {score}", "fr": "Risque de départ et {score}"},
        "term": {"en": "Term", "fr": "Terme"},
        "reading": {"en": "Reading", "fr": "Lecture"},
        "down": {"en": "leave less", "fr": "partent moins"},
        "up": {"en": "leave more", "fr": "partent plus"},
        "maybe": {"en": "may be chance", "fr": "hasard possible"},
        "p": {"en": "p", "fr": "p"},
        "axis": {"en": "Factor on the risk of leaving (1: none)", "fr": "Facteur sur le risque de départ (1 : aucun)"},
    }
)


def word(result: Hazard, ratio: Ratio) -> str:
    """``down``, ``up`` or ``maybe``."""
    return "down" if ratio.high < 1 else "up" if ratio.low > 1 else "maybe"


def colour(said: str) -> str:
    """Fewer departures are good: blue."""
    return {"down": HIGHER, "up": LOWER}.get(said, GREY)


def explain_hazard(result: Hazard, lang: str) -> str:
    """The score's ratios, the base, that association is not cause, and the cautions."""
    check_lang(lang)
    out = [_one(result, r, lang) for r in result.ratios if r.scored]
    model = say(
        result.model, lang, **({"link": result.link, "unit": say(f"unit_{result.unit}", lang)} if result.link else {})
    )  # fmt: skip
    out.append(
        say("base", lang, n=counted(result.n, "customers", lang), events=counted(result.events, "departures", lang),
            spells=counted(result.spells, "rows", lang),
            model=model, errors=say("robust", lang) if result.robust else "")
    )  # fmt: skip
    return " ".join([*out, common("association", lang), *notes(result.cautions, lang)])


def _one(result: Hazard, r: Ratio, lang: str) -> str:
    values = {
        "change": _change(r.estimate, lang), "what": say("or" if result.link == "logit" else "hr", lang),
        "ratio": number(r.estimate, lang, digits=2), "interval": interval(r.low, r.high, lang, digits=2),
        "p": p_said(r.p, lang), "open": say("open", lang) if word(result, r) == "maybe" else "",
    }  # fmt: skip
    if not result.reference[0]:
        scale = ""
        if result.scale is not None:
            low, high = (number(x, lang, digits=0) for x in result.scale)
            scale = f" ({low} à {high})" if lang == "fr" else f" ({low}–{high})"
        return say("point", lang, score=clean_text(result.score), scale=scale, **values)
    reference = result.reference[1 if lang == "fr" else 0].lower()
    return say("class", lang, name=clean_text(_class(r, lang)), reference=reference, **values)


def _class(r: Ratio, lang: str) -> str:
    """The class alone: ``Detractors`` of ``NPS: Detractors``."""
    return r.french.split(" : ", 1)[-1] if lang == "fr" else r.item.split(": ", 1)[-1]


def _change(ratio: float, lang: str) -> str:
    if ratio >= 2:
        return say("times", lang, times=number(ratio, lang, digits=1))
    share = with_unit(100 * abs(ratio - 1), "%", lang, digits=0 if abs(ratio - 1) >= 0.1 else 1)
    return say("lower" if ratio < 1 else "higher", lang, share=share)


def hazard_grid(result: Hazard, lang: str) -> Grid:
    """A row a term; controls set back."""
    rows = []
    for r in result.ratios:
        said = word(result, r)
        rows.append(
            (
                Cell(r.french if lang == "fr" else r.item, "head", strong=r.scored),
                Cell(number(r.estimate, lang, digits=3)),
                Cell(interval(r.low, r.high, lang, digits=3) if math.isfinite(r.low) else "–", unbroken=True),
                Cell(p_said(r.p, lang), unbroken=True),
                Cell(say(said, lang), "left", colour=colour(said), pale=said == "maybe" or not r.scored),
            )
        )
    what = say("or" if result.link == "logit" else "hr", lang)
    heads = (say("term", lang), what[:1].upper() + what[1:], present("ci", lang, level=percent(result.level, lang)),
             say("p", lang), say("reading", lang))  # fmt: skip
    said_too = (present("method", lang), common("association", lang), *notes(result.cautions, lang))
    return Grid(say("caption", lang, score=clean_text(result.score)), heads, tuple(rows), said_too)
