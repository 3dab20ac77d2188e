"""Survival in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, colon, count, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import SMALL_BASE, percent
from cxkit.present.words import phrase as present
from cxkit.value.retention.caution import caution, notes
from cxkit.value.retention.shared_words import (
    common,
    counted,
    group_said,
    interval_or_dash,
    p_said,
    share_said,
    time_said,
)

if TYPE_CHECKING:
    from cxkit.value.retention.curves_result import Curve, Stay, Survival

__all__ = ["explain_survival", "reason_said", "say", "survival_grid"]

_SAID = 4

#: Phrases of a survival analysis.
say = Phrases(
    {
        "after": {
            "en": "{group}after {time} {share} are still here {interval}",
            "fr": "{group}après {time}, {share} sont encore clients {interval}",
        },
        "median": {
            "en": "half have left by {time} {interval}",
            "fr": "la moitié est partie à {time} {interval}",
        },
        "no_median": {
            "en": "fewer than half left in the time seen",
            "fr": "moins de la moitié est partie sur la durée observée",
        },
        "base": {"en": "{n}, {lost}", "fr": "{n}, {lost}"},
        "differ": {
            "en": "The groups leave at different rates ({p}, log-rank test{within}).",
            "fr": "Les groupes partent à des rythmes différents ({p}, test du log-rank{within}).",
        },
        "alike": {
            "en": "The groups may all leave at one rate ({p}, log-rank test{within}).",
            "fr": "Les groupes peuvent partir tous au même rythme ({p}, test du log-rank{within}).",
        },
        "family": {"en": " adjusted for {k} tests", "fr": " après ajustement pour {k} tests"},
        "within": {"en": ", within {strata}", "fr": ", par {strata}"},
        "reasons": {
            "en": "{group}by {time} gone for{colon}{reasons}.",
            "fr": "{group}à {time}, partis pour{colon}{reasons}.",
        },
        "method": {
            "en": "Kaplan-Meier; log(-log) intervals at {level} with Greenwood's variance.",
            "fr": "Kaplan-Meier ; intervalles log(-log) à {level}, variance de Greenwood.",
        },
        "method_reasons": {
            "en": "Shares by reason: Aalen-Johansen. With those still here they add up to 100%.",
            "fr": "Parts par motif : Aalen-Johansen. Avec les clients présents, elles totalisent 100 %.",
        },
        "caption": {"en": "How long customers stay", "fr": "Durée de vie des clients"},
        "retained": {"en": "Still here", "fr": "Encore clients"},
        "gone": {"en": "Gone", "fr": "Partis"},
        "gone_for": {"en": "Gone: {reason}", "fr": "Partis : {reason}"},
        "median_stay": {"en": "Median stay", "fr": "Durée médiane"},
        "mean_stay": {"en": "Mean stay in the first {time}", "fr": "Durée moyenne sur {time}"},
        "at_risk": {"en": "At risk", "fr": "À risque"},
        "no_reason": {"en": "(no reason given)", "fr": "(sans motif)"},
        "time_axis": {"en": "Time as a customer ({unit})", "fr": "Ancienneté ({unit})"},
        "axis": {"en": "Still here (%)", "fr": "Encore clients (%)"},
        "gone_axis": {"en": "Gone (%)", "fr": "Partis (%)"},
        "unit_days": {"en": "days", "fr": "jours"},
        "unit_weeks": {"en": "weeks", "fr": "semaines"},
        "unit_months": {"en": "months", "fr": "mois"},
        "unit_quarters": {"en": "quarters", "fr": "trimestres"},
        "unit_years": {"en": "years", "fr": "ans"},
    }
)


def explain_survival(result: Survival, lang: str) -> str:
    """Of each of the first groups how many stay, then the test, the reasons, and the cautions."""
    check_lang(lang)
    out = [_one(result, curve, lang) for curve in result.curves[:_SAID]]
    if math.isfinite(result.p):
        within = "" if result.strata is None else say("within", lang, strata=clean_text(result.strata))
        word = "differ" if result.p <= 1 - result.level else "alike"
        said = p_said(result.p, lang)
        if result.size > 1:
            said += say("family", lang, k=count(result.size, lang))
        out.append(say(word, lang, p=said, within=within))
    if result.reasons:
        out += [_why(result, curve, lang) for curve in result.curves[:_SAID]]
    out.append(say("method", lang, level=percent(result.level, lang)))
    if result.reasons:
        out.append(say("method_reasons", lang))
    few = sum(c.n < SMALL_BASE for c in result.curves)
    more = (caution("small", small=SMALL_BASE, n=few),) if few else ()
    return " ".join([*out, *notes((*more, *result.cautions), lang)])


def _one(result: Survival, curve: Curve, lang: str) -> str:
    own = [s for s in result.stays if s.key == curve.key]
    seen = [s for s in own if s.item == "retained" and math.isfinite(s.estimate)]
    median = next(s for s in own if s.item == "median_stay")
    group = group_said(curve.key, result.names, lang) + colon(lang) if curve.key else ""
    parts = [
        say("after", lang, group=group, time=time_said(seen[-1].time, result.unit, lang),
            share=share_said(seen[-1].estimate, lang), interval=interval_or_dash(seen[-1].low, seen[-1].high, lang))
    ] if seen else [group.rstrip()]  # fmt: skip
    if math.isfinite(median.estimate):
        parts.append(say("median", lang, time=time_said(median.estimate, result.unit, lang),
                         interval=_ends(median, lang)))  # fmt: skip
    else:
        parts.append(say("no_median", lang))
    base = say("base", lang, n=counted(curve.n, "customers", lang), lost=counted(curve.lost, "gone", lang))
    text = f"{' ; '.join(parts) if lang == 'fr' else '; '.join(parts)} ({base})."
    return text[:1].upper() + text[1:]


def _why(result: Survival, curve: Curve, lang: str) -> str:
    found = [s for s in result.stays if s.key == curve.key and s.item == "gone" and math.isfinite(s.estimate)]
    if not found:
        return ""
    last = max(s.time for s in found)
    said = [
        f"{reason_said(s.reason, lang)} {share_said(s.estimate, lang)} {interval_or_dash(s.low, s.high, lang)}"
        for s in found if s.time == last
    ]  # fmt: skip
    group = group_said(curve.key, result.names, lang) + colon(lang) if curve.key else ""
    text = say("reasons", lang, group=group, time=time_said(last, result.unit, lang), colon=colon(lang),
               reasons=", ".join(said))  # fmt: skip
    return text[:1].upper() + text[1:]


def reason_said(reason: str | None, lang: str) -> str:
    """A reason as readers see it."""
    return clean_text(reason) if reason else say("no_reason", lang)


def survival_grid(result: Survival, lang: str) -> Grid:
    """A row a figure, group after group."""
    heads = [" · ".join(result.by)] if result.by else []
    heads += [common("item", lang), common("time", lang), common("estimate", lang),
              present("ci", lang, level=percent(result.level, lang)), say("at_risk", lang)]  # fmt: skip
    rows = []
    for s in result.stays:
        cells = [Cell(group_said(s.key, result.names, lang), "head")] if result.by else []
        cells += [
            Cell(_item(s, result, lang), "left" if result.by else "head"),
            Cell(time_said(s.time, result.unit, lang) if s.item in ("retained", "gone") else "", unbroken=True),
            Cell(_amount(s, result, lang), unbroken=True), Cell(_ends(s, lang), unbroken=True),
            Cell(count(s.n, lang), pale=s.n < SMALL_BASE),
        ]  # fmt: skip
        rows.append(tuple(cells))
    said = [present("method", lang), say("method", lang, level=percent(result.level, lang))]
    said += [say("method_reasons", lang)] if result.reasons else []
    return Grid(say("caption", lang), tuple(heads), tuple(rows), (*said, *notes(result.cautions, lang)))


def _item(s: Stay, result: Survival, lang: str) -> str:
    if s.item == "gone":
        return say("gone_for", lang, reason=reason_said(s.reason, lang))
    return say(s.item, lang, time=time_said(s.time, result.unit, lang)) if s.item == "mean_stay" else say(s.item, lang)


def _amount(s: Stay, result: Survival, lang: str) -> str:
    if not math.isfinite(s.estimate):
        return common("none" if s.item == "median_stay" else "unseen", lang)
    return share_said(s.estimate, lang) if s.unit == "%" else time_said(s.estimate, result.unit, lang)


def _ends(s: Stay, lang: str) -> str:
    if s.item == "median_stay" and math.isfinite(s.low) and not math.isfinite(s.high):
        return f"[{number(s.low, lang)} ; +∞)"
    return interval_or_dash(s.low, s.high, lang)
