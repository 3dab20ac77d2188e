"""Differences of importance in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import (
    by_head,
    common_words,
    correction_text,
    interval_text,
    listed,
    of_group,
    p_cell,
    p_head,
    reading_cell,
    sentence,
)
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.palette import GREY, HIGHER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.keydrivers.readings.pairs import DriverPairs

__all__ = ["explain_pairs", "pairs_grid", "say"]

_SAID = 5

#: Phrases of the comparison of drivers two by two.
say = Phrases(
    {
        "first": {
            "en": "{group}{driver} ranks first in {share} of {k} resamples.",
            "fr": "{group}{driver} est en tête dans {share} des {k} rééchantillonnages.",
        },
        "alone": {
            "en": "It is told apart from every other driver.",
            "fr": "Il se distingue de tous les autres leviers.",
        },
        "tied": {
            "en": "It cannot be told apart from {names}: which of them weighs most may be chance.",
            "fr": "Il ne se distingue pas de {names} : leur ordre peut tenir au hasard.",
        },
        "counted": {
            "en": "{k} of {pairs} pairs are told apart.",
            "fr": "{k} paires sur {pairs} se distinguent.",
        },
        "unknown": {
            "en": "{group}shares cannot be compared, for the drivers explain nothing.",
            "fr": "{group}parts non comparables, car les leviers n’expliquent rien.",
        },
        "how": {
            "en": "Bootstrap p at {level}, {correction}; the smallest that {b} resamples can show is {floor}.",
            "fr": "p par bootstrap à {level}, {correction} ; la plus petite valeur que {b} rééchantillonnages permettent "
            "est {floor}.",
        },
        "stepdown": {
            "en": "all {k} differences judged together against the largest of each resample",
            "fr": "les {k} écarts jugés ensemble contre le plus grand de chaque rééchantillonnage",
        },
        "caption": {
            "en": "{name}: importance two by two, in points of share",
            "fr": "{name} : importances deux à deux, en points de part",
        },
        "delta": {"en": "Difference", "fr": "Écart"},
        "higher": {"en": "▲ weighs more", "fr": "▲ pèse plus"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "axis": {
            "en": "Difference of importance (points of share)",
            "fr": "Écart d’importance (points de part)",
        },
        "ranks": {
            "en": "{name}: rank of each driver, % of {k} resamples",
            "fr": "{name} : rang de chaque levier, % de {k} rééchantillonnages",
        },
        "rank": {"en": "Rank", "fr": "Rang"},
    }
)


def explain_pairs(result: DriverPairs, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for g, key in enumerate(result.keys[:_SAID]):
        group, rows = of_group(key, lang, result.freq), result.of(g)
        if not any(row.p == row.p for row in rows):
            out.append(sentence(say("unknown", lang, group=group)))
            continue
        first, tied = result.names[g][0], result.tied_with_first(g)
        share = with_unit(result.ranks[g][0][0], "%", lang, digits=0)
        out.append(
            say("first", lang, group=group, driver=clean_text(first), share=share, k=count(result.resamples, lang))
        )
        out.append(say("tied", lang, names=listed(list(tied), lang)) if tied else say("alone", lang))
        out.append(say("counted", lang, k=sum(row.apart for row in rows), pairs=len(rows)))
    if len(result.keys) > _SAID:
        out.append(common_words("more_groups", lang, k=len(result.keys) - _SAID))
    out.append(method_text(result, lang))
    return " ".join(out)


def method_text(result: DriverPairs, lang: str) -> str:
    """How p was computed, corrected, and how small it can be."""
    together = (
        say("stepdown", lang, k=count(result.size, lang))
        if result.correction == "stepdown"
        else correction_text(result.correction, result.size, lang)
    )
    return say(
        "how", lang, level=percent(result.level, lang), correction=together,
        b=count(result.resamples, lang), floor=number(1 / (result.resamples + 1), lang, digits=4),
    )  # fmt: skip


def pairs_grid(result: DriverPairs, lang: str) -> Grid:
    heads = [common_words("driver", lang), common_words("versus", lang), say("delta", lang),
             present("ci", lang, level=percent(result.level, lang)), p_head(result.correction, lang),
             common_words("reading", lang)]  # fmt: skip
    if result.by:
        heads.insert(0, by_head(result.by, lang, result.freq))
    rows = []
    for r in result.rows:
        cells = [
            Cell(r.driver, "head"), Cell(r.versus, "left"), Cell(number(r.delta, lang, sign=True), strong=r.apart),
            Cell(interval_text(r.low, r.high, lang), pale=True, unbroken=True), p_cell(r.p_adjusted, lang),
            reading_cell(say(r.verdict, lang), HIGHER if r.apart else GREY, pale=not r.apart),
        ]  # fmt: skip
        if result.by:
            cells.insert(0, Cell(group_name(r.key, lang, freq=result.freq), "head"))
        rows.append(tuple(cells))
    caption = say("caption", lang, name=result.outcome.title(lang))
    return Grid(caption, tuple(heads), tuple(rows), (present("method", lang), method_text(result, lang)))
