"""Ranks with their ranges in sentences, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, interval, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as common

if TYPE_CHECKING:
    from cxkit.inference.rank_result import Ranking

__all__ = ["explain_ranking", "ordinal", "rank_grid", "rank_range", "say"]

say = Phrases(
    {
        "first": {
            "en": "{name} by {by}: {group} ranks first of {k} with {estimate} {interval}; true rank: {range}.",
            "fr": "{name} par {by} : {group} est en tête sur {k}, avec {estimate} {interval} ; vrai rang : {range}.",
        },
        "together": {
            "en": "{groups} share the first rank.",
            "fr": "{groups} partagent le premier rang.",
        },
        "level": {
            "en": "All rank ranges hold together with a confidence of {level}.",
            "fr": "L’ensemble de ces plages de rangs vaut avec une confiance de {level}.",
        },
        "alone": {
            "en": "Every other unit is told apart from it.",
            "fr": "Toutes les autres unités s’en distinguent.",
        },
        "alone_one": {"en": "The other unit is told apart from it.", "fr": "L’autre unité s’en distingue."},
        "tied_other": {
            "en": "The other unit cannot be told from it: this ranking may be chance.",
            "fr": "L’autre unité ne s’en distingue pas : ce classement peut tenir au hasard.",
        },
        "tied_one": {
            "en": "One of the {others} other units cannot be told from it: {named}.",
            "fr": "Une des {others} autres unités ne s’en distingue pas : {named}.",
        },
        "tied": {
            "en": "{k} of the {others} other units cannot be told from it.",
            "fr": "{k} des {others} autres unités ne s’en distinguent pas.",
        },
        "tied_all": {
            "en": "None of the {others} other units can be told from it: this ranking may be chance.",
            "fr": "Aucune des {others} autres unités ne s’en distingue : ce classement peut tenir au hasard.",
        },
        "shrunk": {
            "en": "Ranks follow estimates drawn towards the mean of all units, the more the smaller the base.",
            "fr": "Les rangs suivent des estimations ramenées vers la moyenne des unités, d’autant plus que la base "
            "est faible.",
        },
        "raw": {
            "en": "Ranks follow the plain estimates.",
            "fr": "Les rangs suivent les estimations brutes.",
        },
        "unranked": {
            "en": "Not ranked, with fewer than {min_n} answers: {groups}.",
            "fr": "Non classés, moins de {min_n} réponses : {groups}.",
        },
        "alike": {
            "en": "Not ranked, because all answers are alike and no error can be seen: {groups}.",
            "fr": "Non classés, car toutes les réponses y sont identiques et aucune erreur ne se voit : {groups}.",
        },
        "no_error": {
            "en": "{name} by {by}: there is nothing to rank.",
            "fr": "{name} par {by} : il n’y a rien à classer.",
        },
        "nothing": {
            "en": "{name} by {by}: no unit has the {min_n} answers that a rank needs.",
            "fr": "{name} par {by} : aucune unité n’a les {min_n} réponses qu’exige un rang.",
        },
        "only": {
            "en": "{name} by {by}: only {group} has the {min_n} answers that a rank needs; there is nothing to rank.",
            "fr": "{name} par {by} : seul {group} a les {min_n} réponses qu’exige un rang ; il n’y a rien à classer.",
        },
        "benchmark": {
            "en": "Against the benchmark of {x} ({source}): {higher} higher, {lower} lower, {open} inconclusive "
            "(Holm over {k} units).",
            "fr": "Par rapport à la référence de {x} ({source}) : {higher} au-dessus, {lower} au-dessous, "
            "{open} non concluants (Holm sur {k} unités).",
        },
        "caption": {
            "en": "{name} by {by}: ranks and their ranges",
            "fr": "{name} par {by} : rangs et plages de rangs",
        },
        "rank": {"en": "Rank", "fr": "Rang"},
        "range": {"en": "True rank", "fr": "Vrai rang"},
        "shrunk_head": {"en": "Shrunk", "fr": "Ramenée"},
        "versus": {"en": "vs benchmark", "fr": "vs référence"},
        "rank_axis": {"en": "Rank (true ranks at {level})", "fr": "Rang (vrais rangs à {level})"},
        "method": {
            "en": "Rank ranges: {method}; between units {between}.",
            "fr": "Plages de rangs : {method} ; écart type entre unités {between}.",
        },
        "max-statistic": {
            "en": "all pairwise differences, largest-statistic step-down by {k} simulations",
            "fr": "toutes les différences deux à deux, pas à pas sur la plus grande, {k} simulations",
        },
        "holm": {"en": "all pairwise differences, Holm", "fr": "toutes les différences deux à deux, Holm"},
        "higher": {"en": "higher", "fr": "au-dessus"},
        "lower": {"en": "lower", "fr": "au-dessous"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "own": {"en": "own estimate", "fr": "estimation propre"},
        "drawn": {"en": "shrunk estimate", "fr": "estimation ramenée"},
        "like_first": {"en": "not told from the first", "fr": "ne se distingue pas du premier"},
        "behind": {"en": "↓ behind the first", "fr": "↓ derrière le premier"},
    }
)

_NAMED = 8


def ordinal(rank: int, lang: str = "en") -> str:
    """A rank as it is written.

    >>> [ordinal(r) for r in (1, 2, 3, 4, 11, 22)], ordinal(1, "fr"), ordinal(2, "fr")
    (['1st', '2nd', '3rd', '4th', '11th', '22nd'], '1er', '2e')
    """
    if lang == "fr":
        return "1er" if rank == 1 else f"{rank}e"
    tail = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{tail}"


def rank_range(low: int, high: int, lang: str = "en") -> str:
    """The ranks that a unit may have.

    >>> rank_range(2, 5), rank_range(2, 5, "fr"), rank_range(1, 1)
    ('2nd–5th', '2e–5e', '1st')
    """
    return ordinal(low, lang) if low == high else f"{ordinal(low, lang)}–{ordinal(high, lang)}"


def explain_ranking(result: Ranking, lang: str) -> str:
    """Who leads, within which ranks, and how many cannot be told from the first."""
    check_lang(lang)
    name, by = result.metric.title(lang), clean_text(" × ".join(result.by))
    rows = result.ranked
    out: list[str] = []
    if len(rows) < 2:
        only = group_name(result.keys[rows[0]], lang) if rows else ""
        key = "no_error" if result.without_error else "only" if rows else "nothing"
        out.append(say(key, lang, name=name, by=by, min_n=result.min_n, group=only))
    else:
        out += _leader(result, rows, name, by, lang)
    if result.benchmark is not None and rows:
        out.append(_benchmark(result, rows, lang))
    alike = result.without_error
    few = tuple(key for key in result.unranked if key not in set(alike))
    for reason, keys in (("unranked", few), ("alike", alike)):
        if keys:
            names = [group_name(key, lang) for key in keys]
            listed = ", ".join(names[:_NAMED]) + (f", … ({len(names)})" if len(names) > _NAMED else "")
            out.append(say(reason, lang, min_n=result.min_n, groups=listed))
    return " ".join(out)


def _leader(result: Ranking, rows: tuple[int, ...], name: str, by: str, lang: str) -> list[str]:
    first = rows[0]
    sentence = say(
        "first", lang, name=name, by=by, group=group_name(result.keys[first], lang), k=len(rows),
        estimate=_estimate(result, first, lang), interval=_interval(result, first, lang),
        range=rank_range(*result.range_of(first), lang),
    )  # fmt: skip
    out = [sentence]
    level = [i for i in rows if result.rank[i] == 1]
    if len(level) > 1:
        out.append(say("together", lang, groups=", ".join(group_name(result.keys[i], lang) for i in level[:_NAMED])))
    others, tied = len(rows) - 1, result.tied_with_first
    if not tied:
        out.append(say("alone" if others > 1 else "alone_one", lang))
    elif len(tied) == others:
        out.append(say("tied_all" if others > 1 else "tied_other", lang, others=others))
    elif len(tied) == 1:
        out.append(say("tied_one", lang, others=others, named=group_name(tied[0], lang)))
    else:
        out.append(say("tied", lang, k=len(tied), others=others))
    out.append(say("level", lang, level=percent(result.level, lang)))
    out.append(say("shrunk" if result.shrink else "raw", lang))
    return out


def _benchmark(result: Ranking, rows: tuple[int, ...], lang: str) -> str:
    words = [result.verdict[i] for i in rows]
    return say(
        "benchmark", lang, x=value_text(result, result.benchmark, lang), source=clean_text(result.benchmark_source),
        higher=words.count("higher"), lower=words.count("lower"), open=words.count("inconclusive"), k=len(rows),
    )  # fmt: skip


def value_text(result: Ranking, x: float | None, lang: str) -> str:
    label = result.metric
    signed = label.bounds is not None and label.bounds[0] < 0
    return with_unit(x, label.unit, lang, digits=label.digits, sign=signed)


def _estimate(result: Ranking, i: int, lang: str) -> str:
    return value_text(result, result.estimate[i], lang)


def _interval(result: Ranking, i: int, lang: str) -> str:
    return interval(result.low[i], result.high[i], lang, digits=result.metric.digits)


def rank_grid(result: Ranking, lang: str) -> Grid:
    heads = [say("rank", lang), say("range", lang), " · ".join(result.by), result.metric.title(lang),
             common("ci", lang, level=percent(result.level, lang)), common("n", lang)]  # fmt: skip
    if result.shrink:
        heads.append(say("shrunk_head", lang))
    if result.benchmark is not None:
        heads.append(say("versus", lang))
    rows = []
    for i in range(len(result)):
        rank = result.rank[i]
        ranked = rank is not None
        cells = [
            Cell("–" if rank is None else ordinal(rank, lang), strong=ranked),
            Cell(rank_range(*result.range_of(i), lang) if ranked else "–"),
            Cell(group_name(result.keys[i], lang), "head"), Cell(_estimate(result, i, lang), strong=ranked),
            Cell(_interval(result, i, lang), pale=True), Cell(count(result.n[i], lang)),
        ]  # fmt: skip
        if result.shrink:
            cells.append(Cell(value_text(result, result.shrunk[i], lang)))
        if result.benchmark is not None:
            word = result.verdict[i]
            colour = _colour(result, word)
            cells.append(Cell(say(word, lang) if word else "–", "left", colour=colour, pale=word == "inconclusive"))
        rows.append(tuple(cells))
    method = say(
        "method", lang, method=say(result.rank_method, lang, k=count(result.simulations, lang)),
        between=with_unit(result.between, result.metric.unit, lang, digits=result.metric.digits),
    )  # fmt: skip
    notes = (common("method", lang), method, *(r.text(lang) for r in result.remarks))
    caption = say("caption", lang, name=result.metric.title(lang), by=" × ".join(result.by))
    return Grid(caption, tuple(heads), tuple(rows), notes)


def _colour(result: Ranking, word: str) -> str:
    if word not in ("higher", "lower"):
        return GREY if word else ""
    return HIGHER if word == result.metric.better else LOWER
