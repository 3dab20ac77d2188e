"""Churn rates in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, period
from cxkit.present.phrasebook import Phrases
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
    from cxkit.value.retention.rate_result import Churn, Rate

__all__ = ["churn_grid", "explain_churn", "say"]

#: Phrases of a churn rate.
say = Phrases(
    {
        "one": {
            "en": "{group}{rate} churn {span} ({level} CI {interval}; {lost} of {n}).",
            "fr": "{group}attrition de {rate} {span} (IC {level} {interval} ; {lost} sur {n}).",
        },
        "whole": {"en": "over the period that the flag covers", "fr": "sur la période couverte par l’indicateur"},
        "span": {"en": "in {time}", "fr": "en {time}"},
        "W": {"en": "a week on average", "fr": "par semaine en moyenne"},
        "M": {"en": "a month on average", "fr": "par mois en moyenne"},
        "Q": {"en": "a quarter on average", "fr": "par trimestre en moyenne"},
        "Y": {"en": "a year on average", "fr": "par an en moyenne"},
        "year": {"en": "That makes {rate} a year {interval}.", "fr": "Soit {rate} par an {interval}."},
        "money": {
            "en": "Of the revenue at the start, {rate} {interval} went with them.",
            "fr": "Ils représentaient {rate} {interval} du revenu de départ.",
        },
        "ends": {
            "en": "Highest: {top}, {best} {best_interval} ({best_n}). Lowest: {bottom}, {worst} {worst_interval} ({worst_n}). "
            "{verdict}",
            "fr": "Le plus élevé : {top}, {best} {best_interval} ({best_n}). Le plus bas : {bottom}, {worst} "
            "{worst_interval} ({worst_n}). {verdict}",
        },
        "told": {"en": "{verdict} ({p}, chi-squared).", "fr": "{verdict} ({p}, khi-deux)."},
        "untold": {"en": "They cannot be compared.", "fr": "Ils ne peuvent pas être comparés."},
        "differ": {"en": "The groups differ", "fr": "Les groupes diffèrent"},
        "alike": {"en": "The groups may all have one rate", "fr": "Les groupes peuvent avoir tous le même taux"},
        "last": {
            "en": "Last period, {period}: {rate} {interval}, {lost} of {n}.",
            "fr": "Dernière période, {period} : {rate} {interval}, {lost} sur {n}.",
        },
        "of": {"en": "{lost} of {n}", "fr": "{lost} sur {n}"},
        "caption": {"en": "Churn rate", "fr": "Taux d’attrition"},
        "all": {"en": "All periods", "fr": "Toutes périodes"},
        "churn": {"en": "Churn", "fr": "Attrition"},
        "revenue_churn": {"en": "Revenue churn", "fr": "Attrition en revenu"},
        "annual_churn": {"en": "Churn a year", "fr": "Attrition annuelle"},
        "start": {"en": "At the start", "fr": "Au départ"},
    }
)


def explain_churn(churn: Churn, lang: str) -> str:
    """The overall rate (of several groups the ends), a year of it, the money, and the cautions."""
    check_lang(lang)
    every = [r for r in churn.rates if r.item == "churn" and r.period is None]
    overall = [r for r in every if r.key not in churn.apart] or every
    if len(overall) > 1:
        out = [_ends(churn, overall, lang)]
    else:
        out = [_one(churn, overall[0], lang)]
        out += [say("year", lang, rate=share_said(r.estimate, lang), interval=_interval(r, lang))
                for r in churn.rates if r.item == "annual_churn"]  # fmt: skip
        money = [r for r in churn.rates if r.item == "revenue_churn"]
        out += [say("money", lang, rate=share_said(r.estimate, lang), interval=_interval(r, lang)) for r in money[-1:]
                if r.period is None]  # fmt: skip
        last = [r for r in churn.rates if r.item == "churn" and r.period is not None][-1:]
        for r in last:
            out.append(
                say("last", lang, period=period(r.period, churn.freq or "M", lang), rate=share_said(r.estimate, lang),  # type: ignore[arg-type]
                    interval=_interval(r, lang), lost=counted(r.lost, "lost", lang), n=count(r.n, lang))
            )  # fmt: skip
    few = sum(r.n < SMALL_BASE for r in every)
    more = (caution("small", small=SMALL_BASE, n=few),) if few else ()
    return " ".join([*out, *notes((*more, *churn.cautions), lang)])


def _one(churn: Churn, r: Rate, lang: str) -> str:
    group = group_said(r.key, churn.names, lang) + (" : " if lang == "fr" else ": ") if r.key else ""
    text = say(
        "one", lang, group=group, rate=share_said(r.estimate, lang), span=span_said(churn, lang),
        level=percent(churn.level, lang), interval=_interval(r, lang), lost=counted(r.lost, "lost", lang),
        n=count(r.n, lang),
    )  # fmt: skip
    return text[:1].upper() + text[1:]


def span_said(churn: Churn, lang: str) -> str:
    """What one rate covers: ``a month on average``."""
    if churn.freq is not None:
        return say(churn.freq, lang)
    return (
        say("whole", lang) if churn.months is None else say("span", lang, time=time_said(churn.months, "months", lang))
    )


def _ends(churn: Churn, overall: list[Rate], lang: str) -> str:
    order = sorted(overall, key=lambda r: r.estimate)
    worst, best = order[0], order[-1]
    return f"{say('caption', lang)}, {span_said(churn, lang)}. " + say(
        "ends", lang, top=group_said(best.key, churn.names, lang), best=share_said(best.estimate, lang),
        best_interval=_interval(best, lang), best_n=_of(best, lang), bottom=group_said(worst.key, churn.names, lang),
        worst=share_said(worst.estimate, lang), worst_interval=_interval(worst, lang), worst_n=_of(worst, lang),
        verdict=say("untold" if math.isnan(churn.p) else "told", lang,
                    verdict=say("differ" if churn.p < 1 - churn.level else "alike", lang), p=p_said(churn.p, lang)),
    )  # fmt: skip


def _of(r: Rate, lang: str) -> str:
    return say("of", lang, lost=count(r.lost, lang), n=count(r.n, lang))


def _interval(r: Rate, lang: str) -> str:
    return interval_or_dash(r.low, r.high, lang, digits=2 if r.high < 2 else 1)


def churn_grid(churn: Churn, lang: str) -> Grid:
    """What is overall first, then the periods, the latest on top."""
    overall = [r for r in churn.rates if r.period is None]
    each = sorted((r for r in churn.rates if r.period is not None), key=lambda r: r.period, reverse=True)  # type: ignore[arg-type, return-value]
    rows = []
    for r in [*overall, *each]:
        cells = [Cell(group_said(r.key, churn.names, lang), "head")] if churn.by else []
        if churn.freq is not None:
            span = say("all", lang) if r.period is None else period(r.period, churn.freq, lang)
            cells.append(Cell(span, "left" if churn.by else "head", unbroken=True))
        cells += [
            Cell(say(r.item, lang), "left" if cells else "head"), Cell(share_said(r.estimate, lang), unbroken=True),
            Cell(_interval(r, lang), unbroken=True), Cell(count(r.lost, lang)), Cell(count(r.n, lang), pale=r.n < SMALL_BASE),
        ]  # fmt: skip
        rows.append(tuple(cells))
    heads = [" · ".join(churn.by)] if churn.by else []
    heads += [present("period", lang)] if churn.freq is not None else []
    heads += [common("item", lang), common("estimate", lang), present("ci", lang, level=percent(churn.level, lang)),
              common("lost", lang), say("start", lang)]  # fmt: skip
    said = [present("method", lang), *notes(churn.cautions, lang)]
    return Grid(f"{say('caption', lang)}, {span_said(churn, lang)}", tuple(heads), tuple(rows), tuple(said))
