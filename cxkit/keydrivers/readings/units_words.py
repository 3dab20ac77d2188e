"""Units against the rest of the organisation in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxkit.keydrivers.readings.reading_words import (
    by_head,
    change_text,
    common_words,
    correction_text,
    interval_text,
    listed,
    means_text,
    move_text,
    on_name,
    own_sign,
    p_cell,
    p_head,
    p_text,
    points_text,
    range_text,
    reading_cell,
    with_points,
)
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.keydrivers.readings.units import Focus, Units

__all__ = ["explain_units", "say", "units_grid"]

_SAID = 6

#: Phrases of units against the rest of the organisation.
say = Phrases(
    {
        "fix": {
            "en": "{unit}: fix {driver} first, {mean} against {rest} elsewhere (gap {gap} {interval}, p {p}); catching up "
            "goes with {worth} {worth_interval}{on}.",
            "fr": "{unit} : corriger d’abord {driver}, {mean} contre {rest} ailleurs (écart {gap} {interval}, p {p}) ; "
            "combler cet écart va de pair avec {worth} {worth_interval}{on}.",
        },
        "then": {"en": "Then {names}.", "fr": "Ensuite : {names}."},
        "level_with": {
            "en": "{unit}: no driver is behind the rest as far as {n} answers can tell.",
            "fr": "{unit} : aucun levier en retard sur le reste, autant que {n} réponses permettent d’en juger.",
        },
        "late_only": {
            "en": "{unit}: behind in {names}, but no gain from catching up is established.",
            "fr": "{unit} : en retard sur {names}, mais aucun gain à combler cet écart n’est établi.",
        },
        "late_too": {
            "en": "Behind too, without an established gain from catching up: {names}.",
            "fr": "En retard aussi, sans gain établi à combler l’écart : {names}.",
        },
        "ahead": {"en": "Ahead in {names}.", "fr": "En avance sur : {names}."},
        "more": {"en": "{k} more units: see the table.", "fr": "{k} autres unités : voir le tableau."},
        "how": {
            "en": "Each unit against the other units together, Welch's t at {level}, {correction}.",
            "fr": "Chaque unité face à l’ensemble des autres, t de Welch à {level}, {correction}.",
        },
        "pooled": {
            "en": "Importance and effects are the mean of the units', weighted by answers.",
            "fr": "Importance et effets : moyenne des unités, pondérée par les réponses.",
        },
        "whole": {
            "en": "Importance and effects are those of the whole organisation.",
            "fr": "Importance et effets : ceux de l’ensemble de l’organisation.",
        },
        "weighted": {
            "en": "Answers are weighted; the errors of the gaps do not know it and may be too small.",
            "fr": "Réponses pondérées ; les erreurs sur les écarts n’en tiennent pas compte et peuvent être trop petites.",
        },
        "caption": {
            "en": "{name}: each unit against the rest",
            "fr": "{name} : chaque unité face au reste",
        },
        "unit": {"en": "Unit", "fr": "Unité"},
        "means": {"en": "Unit / rest", "fr": "Unité / reste"},
        "gap": {"en": "Gap", "fr": "Écart"},
        "share": {"en": "Importance", "fr": "Importance"},
        "worth": {"en": "Worth", "fr": "Enjeu"},
        "behind": {"en": "▼ behind", "fr": "▼ en retard"},
        "ahead_word": {"en": "▲ ahead", "fr": "▲ en avance"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "axis": {
            "en": "Place on the driver's scale, % (dot: unit, bar: rest)",
            "fr": "Position sur l’échelle du levier, % (point : unité, trait : reste)",
        },
    }
)


def explain_units(result: Units, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for key in result.keys[:_SAID]:
        out += _unit(result, [r for r in result.rows if r.key == key], lang)
    if len(result.keys) > _SAID:
        out.append(say("more", lang, k=len(result.keys) - _SAID))
    return " ".join([*out, *_method(result, lang), common_words("association", lang)])


def _unit(result: Units, rows: list[Focus], lang: str) -> list[str]:
    unit = group_name(rows[0].key, lang, freq=result.freq)
    behind = [r for r in rows if r.rank is not None]
    late = [r.driver for r in rows if r.verdict == "behind" and r.rank is None]
    ahead = [r.driver for r in rows if r.verdict == "ahead"]
    if behind:
        r = behind[0]
        worth, low, high = own_sign(result.outcome, r.worth, r.worth_low, r.worth_high)
        out = [
            say(
                "fix", lang, unit=unit, driver=clean_text(r.driver), mean=move_text(r.performance, lang, sign=False),
                rest=move_text(r.rest, lang, sign=False), gap=move_text(r.gap, lang),
                interval=interval_text(r.low, r.high, lang, digits=2), p=p_text(r.p_adjusted, lang),
                worth=with_points(result.outcome, worth, lang), on=on_name(result.outcome, lang),
                worth_interval=range_text(result.outcome, low, high, lang),
            )
        ]  # fmt: skip
        if len(behind) > 1:
            out.append(say("then", lang, names=listed([b.driver for b in behind[1:]], lang)))
    elif late:
        out = [say("late_only", lang, unit=unit, names=listed(late, lang))]
    else:
        out = [say("level_with", lang, unit=unit, n=count(rows[0].n, lang))]
    if behind and late:
        out.append(say("late_too", lang, names=listed(late, lang)))
    return [*out, say("ahead", lang, names=listed(ahead, lang))] if ahead else out


def _method(result: Units, lang: str) -> list[str]:
    correction = correction_text(result.correction, result.size, lang)
    out = [say("how", lang, level=percent(result.level, lang), correction=correction)]
    out.append(say("pooled" if result.pooled else "whole", lang))
    return [*out, say("weighted", lang)] if result.weighted else out


def _worth(result: Units, r: Focus, lang: str) -> str:
    found = range_text(result.outcome, r.worth_low, r.worth_high, lang)
    return f"{change_text(result.outcome, r.worth, lang)} {found}" if r.worth == r.worth else "–"


def word(row: Focus, lang: str) -> str:
    return say("ahead_word" if row.verdict == "ahead" else row.verdict, lang)


def colour(row: Focus) -> str:
    return {"behind": LOWER, "ahead": HIGHER}.get(row.verdict, GREY)


def units_grid(result: Units, lang: str) -> Grid:
    heads = (by_head(result.by, lang, result.freq) or say("unit", lang), common_words("driver", lang), say("means", lang),
             say("gap", lang), present("ci", lang, level=percent(result.level, lang)), p_head(result.correction, lang),
             say("share", lang), say("worth", lang) + points_text(result.outcome, lang, " ({})"), common_words("reading", lang),
             "n")  # fmt: skip
    rows: tuple[tuple[Any, ...], ...] = tuple(
        (
            Cell(group_name(r.key, lang, freq=result.freq), "head"), Cell(r.driver, "left"),
            Cell(means_text(r.performance, r.rest, "/", lang), unbroken=True),
            Cell(move_text(r.gap, lang), strong=r.verdict != "inconclusive"),
            Cell(interval_text(r.low, r.high, lang, digits=2), pale=True, unbroken=True), p_cell(r.p_adjusted, lang),
            Cell(with_unit(r.share, "%", lang, digits=0)),
            Cell(_worth(result, r, lang), unbroken=True),
            reading_cell(word(r, lang), colour(r), pale=r.verdict == "inconclusive"), Cell(count(r.n, lang)),
        )
        for r in result.rows
    )  # fmt: skip
    notes = (present("method", lang), *_method(result, lang), common_words("association", lang))
    return Grid(say("caption", lang, name=result.outcome.title(lang)), heads, rows, notes)
