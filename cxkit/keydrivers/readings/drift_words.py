"""Differences of importance between groups in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxkit.keydrivers.readings.reading_words import (
    by_head,
    common_words,
    correction_text,
    interval_text,
    listed,
    p_cell,
    p_head,
    p_text,
    reading_cell,
)
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, number, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.keydrivers.readings.drift import Drift, Shift

__all__ = ["drift_grid", "explain_drift", "say", "versus_name"]

_SAID = 6

#: Phrases of the test of drift.
say = Phrases(
    {
        "differs": {
            "en": "Taken together, the importance of the drivers of {name} differs between groups "
            "(chi-squared {x} on {df}, p {p}).",
            "fr": "Dans l’ensemble, l’importance des leviers de {name} diffère d’un groupe à l’autre "
            "(khi-deux {x} à {df} ddl, p {p}).",
        },
        "moved": {
            "en": "Taken together, the importance of the drivers of {name} has moved between periods "
            "(chi-squared {x} on {df}, p {p}).",
            "fr": "Dans l’ensemble, l’importance des leviers de {name} a évolué d’une période à l’autre "
            "(khi-deux {x} à {df} ddl, p {p}).",
        },
        "same": {
            "en": "Taken together, no difference of importance between the drivers of {name} is established "
            "(chi-squared {x} on {df}, p {p}); that does not prove that there is none.",
            "fr": "Dans l’ensemble, aucune différence d’importance entre les leviers de {name} n’est établie "
            "(khi-deux {x} à {df} ddl, p {p}) ; cela ne prouve pas qu’il n’y en ait aucune.",
        },
        "untested": {
            "en": "The importance of the drivers of {name} could not be tested: a group without spread, or too few draws.",
            "fr": "L’importance des leviers de {name} n’a pas pu être testée : un groupe sans dispersion, ou trop peu de "
            "tirages.",
        },
        "row": {
            "en": "{group} {against}: {driver} {word}, {share} of importance against {other}, "
            "{delta} points {interval}.",
            "fr": "{group} {against} : {driver} {word}, {share} de l’importance contre {other}, "
            "{delta} points {interval}.",
        },
        "more_rows": {
            "en": "{k} more differences: see the table.",
            "fr": "{k} autres écarts : voir le tableau.",
        },
        "none": {
            "en": "Taken one by one, no driver stands out.",
            "fr": "Pris un à un, aucun levier ne se détache.",
        },
        "effects_differ": {
            "en": "Effects per unit differ too (p {p}).",
            "fr": "Les effets par unité diffèrent aussi (p {p}).",
        },
        "effects_differ_alone": {
            "en": "Effects per unit do differ (p {p}).",
            "fr": "Les effets par unité, eux, diffèrent (p {p}).",
        },
        "effects_same": {
            "en": "No difference of effects per unit is established (p {p}).",
            "fr": "Aucune différence d’effet par unité n’est établie (p {p}).",
        },
        "left_out": {
            "en": "Left out, for some groups lack them: {names}.",
            "fr": "Écartés, car absents de certains groupes : {names}.",
        },
        "how": {
            "en": "Shares of importance at {level}, {correction}, each interval on its own; errors from the bootstrap draws of each group, "
            "of one shape for all; groups taken as independent.",
            "fr": "Parts d’importance à {level}, {correction}, chaque intervalle pris isolément ; erreurs tirées des rééchantillonnages de chaque groupe, "
            "de même forme pour tous ; groupes supposés indépendants.",
        },
        "complement": {"en": "the others", "fr": "les autres"},
        "against_complement": {"en": "against the others", "fr": "face aux autres"},
        "against": {"en": "against {versus}", "fr": "face à {versus}"},
        "rose": {"en": "▲ rose", "fr": "▲ en hausse"},
        "fell": {"en": "▼ fell", "fr": "▼ en baisse"},
        "higher": {"en": "▲ higher", "fr": "▲ plus forte"},
        "lower": {"en": "▼ lower", "fr": "▼ plus faible"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "said_rose": {"en": "weighs more", "fr": "pèse davantage"},
        "said_fell": {"en": "weighs less", "fr": "pèse moins"},
        "caption": {
            "en": "{name}: does the importance of drivers differ?",
            "fr": "{name} : l’importance des leviers diffère-t-elle ?",
        },
        "share": {"en": "Share", "fr": "Part"},
        "delta": {"en": "Points", "fr": "Points"},
        "axis": {"en": "Share of importance (%)", "fr": "Part d’importance (%)"},
        "hollow": {"en": "filled: difference established", "fr": "plein : différence établie"},
    }
)


def versus_name(row: Shift, result: Drift, lang: str) -> str:
    """What a group is compared with, as readers see it."""
    if isinstance(row.versus, str):
        return say(row.versus, lang)
    return group_name(row.versus, lang, freq=result.freq)


def explain_drift(result: Drift, lang: str) -> str:
    check_lang(lang)
    name, joint = result.outcome.title(lang), result.overall
    real = joint.p <= 1 - result.level
    key = (
        "untested"
        if joint.p != joint.p
        else ("moved" if result.versus == "previous" else "differs")
        if real
        else "same"
    )
    out = [say(key, lang, name=name, x=number(joint.statistic, lang), df=joint.df, p=p_text(joint.p, lang))]
    if joint.p == joint.p:
        rows = sorted(result.moved, key=lambda r: -abs(r.delta))
        out += [_row(result, r, lang) for r in rows[:_SAID]] or [say("none", lang)]
        if len(rows) > _SAID:
            out.append(say("more_rows", lang, k=len(rows) - _SAID))
    effects = result.overall_effects.p
    if effects == effects:
        different = "effects_differ" if real else "effects_differ_alone"
        out.append(say(different if effects <= 1 - result.level else "effects_same", lang, p=p_text(effects, lang)))
    if result.left_out:
        out.append(say("left_out", lang, names=listed(list(result.left_out), lang)))
    return " ".join([*out, _method(result, lang)])


def _row(result: Drift, r: Shift, lang: str) -> str:
    word = "said_rose" if r.delta > 0 else "said_fell"
    against = (
        say("against_complement", lang)
        if isinstance(r.versus, str)
        else say("against", lang, versus=versus_name(r, result, lang))
    )
    return say(
        "row", lang, group=group_name(r.key, lang, freq=result.freq), against=against,
        driver=clean_text(r.driver), word=say(word, lang), share=_percent(r.share, lang),
        other=_percent(r.share_versus, lang), delta=number(r.delta, lang, sign=True),
        interval=interval_text(r.low, r.high, lang),
    )  # fmt: skip


def _percent(x: Any, lang: str) -> str:
    return with_unit(x, "%", lang, digits=0)


def _both(result: Drift, r: Shift, lang: str) -> str:
    """``39% → 36%`` in time, ``36% / 39%`` between groups."""
    here, there = _percent(r.share, lang), _percent(r.share_versus, lang)
    return f"{there} → {here}" if result.versus == "previous" else f"{here} / {there}"


def _method(result: Drift, lang: str) -> str:
    correction = correction_text(result.correction, result.size, lang)
    return say("how", lang, level=percent(result.level, lang), correction=correction)


def colour(row: Shift) -> str:
    return GREY if not row.moved else HIGHER if row.delta > 0 else LOWER


def drift_grid(result: Drift, lang: str) -> Grid:
    heads = (by_head(result.by, lang, result.freq), common_words("versus", lang), common_words("driver", lang), say("share", lang),
             say("delta", lang), present("ci", lang, level=percent(result.level, lang)), p_head(result.correction, lang),
             common_words("reading", lang))  # fmt: skip
    rows = tuple(
        (
            Cell(group_name(r.key, lang, freq=result.freq), "head"), Cell(versus_name(r, result, lang), "left"),
            Cell(r.driver, "left"),
            Cell(_both(result, r, lang), unbroken=True),
            Cell(number(r.delta, lang, sign=True), strong=r.moved),
            Cell(interval_text(r.low, r.high, lang), pale=True, unbroken=True), p_cell(r.p_adjusted, lang),
            reading_cell(say(r.verdict, lang), colour(r), pale=not r.moved),
        )
        for r in result.rows
    )  # fmt: skip
    notes = (present("method", lang), _method(result, lang))
    return Grid(say("caption", lang, name=result.outcome.title(lang)), heads, rows, notes)
