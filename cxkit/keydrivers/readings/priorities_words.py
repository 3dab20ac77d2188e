"""A list of priorities in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import (
    by_head,
    change_text,
    common_words,
    listed,
    means_text,
    move_text,
    of_group,
    on_name,
    own_sign,
    points_text,
    range_text,
    reading_cell,
    sentence,
    with_points,
)
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, number, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.keydrivers.readings.priorities import Priorities, Priority

__all__ = ["explain_priorities", "priorities_grid", "say"]

_SAID = 5
_LEFT_OUT = ("check_scale", "unproven", "unclear", "no_room", "no_effort", "harmful")

#: Phrases of a list of priorities.
say = Phrases(
    {
        "first": {
            "en": "{group}{driver} comes first: {move} goes with {change} {interval}{on}.",
            "fr": "{group}{driver} vient en premier : {move} va de pair avec {change} {interval}{on}.",
        },
        "first_ratio": {
            "en": "{group}{driver} comes first for its effort: {move} goes with {change} {interval}{on}, a gain of "
            "{ratio} per unit of effort.",
            "fr": "{group}{driver} vient en premier au regard de l’effort : {move} va de pair avec {change} "
            "{interval}{on}, soit un gain de {ratio} par unité d’effort.",
        },
        "next": {"en": "Then {names}.", "fr": "Viennent ensuite : {names}."},
        "nothing": {
            "en": "{group}no driver can be recommended.",
            "fr": "{group}aucun levier à recommander.",
        },
        "close": {
            "en": "The intervals of the first two overlap: their order may be chance.",
            "fr": "Les intervalles des deux premiers se recouvrent : leur ordre peut tenir au hasard.",
        },
        "out_check_scale": {
            "en": "Outcome worse as it rises, so not recommended (check its scale; if low is good, say a target): {names}.",
            "fr": "Résultat moins bon quand il monte, donc non recommandés (vérifier l’échelle ; si bas est bien, donner un "
            "objectif) : {names}.",
        },
        "out_unproven": {
            "en": "Effect not established: {names}.",
            "fr": "Effet non établi : {names}.",
        },
        "out_unclear": {
            "en": "Coefficient against the correlation, so the good way is unclear: {names}.",
            "fr": "Coefficient de sens contraire à la corrélation, sens à privilégier incertain : {names}.",
        },
        "out_no_room": {
            "en": "Already at the end of the scale: {names}.",
            "fr": "Déjà au bout de l’échelle : {names}.",
        },
        "out_no_effort": {
            "en": "Without an effort, so not ranked: {names}.",
            "fr": "Sans effort indiqué, donc non classés : {names}.",
        },
        "out_harmful": {
            "en": "The target goes with a worse outcome: {names}.",
            "fr": "L’objectif va de pair avec un résultat moins bon : {names}.",
        },
        "step": {
            "en": "A step is {step} of the driver's scale{stop}; intervals at {level}.",
            "fr": "Un pas vaut {step} de l’échelle du levier{stop} ; intervalles à {level}.",
        },
        "stop": {"en": ", and stops at its end", "fr": " et s’arrête à son extrémité"},
        "targets": {
            "en": "Moved to a stated target instead: {names}.",
            "fr": "Portés à un objectif donné : {names}.",
        },
        "caption": {"en": "What to do first for {name}", "fr": "Priorités d’action pour {name}"},
        "rank": {"en": "Rank", "fr": "Rang"},
        "gain": {"en": "Gain", "fr": "Gain"},
        "effort": {"en": "Effort", "fr": "Effort"},
        "ratio": {"en": "Gain / effort", "fr": "Gain / effort"},
        "quick_win": {"en": "quick win", "fr": "gain rapide"},
        "big_bet": {"en": "major project", "fr": "grand chantier"},
        "fill_in": {"en": "small step", "fr": "petit pas"},
        "later": {"en": "later", "fr": "plus tard"},
        "recommended": {"en": "recommended", "fr": "recommandé"},
        "unproven": {"en": "not established", "fr": "non établi"},
        "check_scale": {"en": "▼ negative: check the scale", "fr": "▼ effet négatif : vérifier l’échelle"},
        "unclear": {"en": "way unclear", "fr": "sens incertain"},
        "no_room": {"en": "no room left", "fr": "plus de marge"},
        "no_effort": {"en": "no effort given", "fr": "effort non indiqué"},
        "harmful": {"en": "▼ loss", "fr": "▼ perte"},
        "axis": {"en": "Gain of {name} that goes with a step", "fr": "Gain de {name} associé à un pas"},
        "hollow": {"en": "hollow: not recommended", "fr": "vide : non recommandé"},
    }
)


def explain_priorities(result: Priorities, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for key in result.keys[:_SAID]:
        out += _group(result, result.of(key), of_group(key, lang, result.freq), lang)
    if len(result.keys) > _SAID:
        out.append(common_words("more_groups", lang, k=len(result.keys) - _SAID))
    return " ".join([*out, *_method(result, lang), common_words("association", lang)])


def _group(result: Priorities, rows: tuple[Priority, ...], group: str, lang: str) -> list[str]:
    good = [r for r in rows if r.recommended]
    out = [_first(result, good[0], group, lang) if good else sentence(say("nothing", lang, group=group))]
    if len(good) > 1:
        out.append(say("next", lang, names=listed([r.driver for r in good[1:]], lang)))
        first, second = good[:2]
        ends = (first.ratio_low, second.ratio_high) if result.efforts else (first.low, second.high)
        if ends[0] <= ends[1]:
            out.append(say("close", lang))
    for reason in _LEFT_OUT:
        names = [r.driver for r in rows if r.verdict == reason]
        if names:
            out.append(say(f"out_{reason}", lang, names=listed(names, lang)))
    return out


def _first(result: Priorities, row: Priority, group: str, lang: str) -> str:
    change, low, high = own_sign(result.outcome, row.impact, row.low, row.high)
    return say(
        "first_ratio" if result.efforts else "first", lang, group=group, driver=clean_text(row.driver),
        move=move_text(row.move, lang), change=with_points(result.outcome, change, lang),
        on=on_name(result.outcome, lang), interval=range_text(result.outcome, low, high, lang),
        ratio=ratio_text(row.ratio, lang),
    )  # fmt: skip


def ratio_text(x: float, lang: str) -> str:
    """A gain per effort: with three figures, whatever the unit of the effort.

    >>> ratio_text(1.234567, "en"), ratio_text(0.000123456, "fr")
    ('1.23', '0,000123')
    """
    import math

    if not math.isfinite(x) or x == 0:
        return number(x, lang, digits=0)
    return number(x, lang, digits=min(12, max(0, 2 - math.floor(math.log10(abs(x))))))


def _method(result: Priorities, lang: str) -> list[str]:
    step = say(
        "step", lang, step=with_unit(100 * result.step, "%", lang, digits=0), level=percent(result.level, lang),
        stop=say("stop", lang) if result.headroom else "",
    )  # fmt: skip
    return [step, say("targets", lang, names=listed(list(result.targets), lang))] if result.targets else [step]


def colour(row: Priority) -> str:
    return HIGHER if row.recommended else LOWER if row.verdict in ("harmful", "check_scale") else GREY


def priorities_grid(result: Priorities, lang: str) -> Grid:
    heads = [say("rank", lang), common_words("driver", lang), common_words("means", lang),
             say("gain", lang) + points_text(result.outcome, lang, " ({})"),
             present("ci", lang, level=percent(result.level, lang))]  # fmt: skip
    if result.efforts:
        heads += [say("effort", lang), say("ratio", lang)]
    heads.append(common_words("reading", lang))
    if result.by:
        heads.insert(0, by_head(result.by, lang, result.freq))
    rows = []
    for r in result.rows:
        cells = [
            Cell("–" if r.rank is None else str(r.rank), strong=r.recommended), Cell(r.driver, "head"),
            Cell(means_text(r.performance, r.target, "→", lang), unbroken=True), Cell(change_text(result.outcome, r.impact, lang), strong=r.recommended),
            Cell(range_text(result.outcome, r.low, r.high, lang), pale=True, unbroken=True),
        ]  # fmt: skip
        if result.efforts:
            cells += [Cell(ratio_text(r.effort, lang)), Cell(ratio_text(r.ratio, lang))]
        cells.append(reading_cell(say(r.verdict, lang), colour(r), pale=not r.recommended))
        if result.by:
            cells.insert(0, Cell(group_name(r.key, lang, freq=result.freq), "head"))
        rows.append(tuple(cells))
    notes = (present("method", lang), *_method(result, lang), common_words("association", lang))
    return Grid(say("caption", lang, name=result.outcome.title(lang)), tuple(heads), tuple(rows), notes)
