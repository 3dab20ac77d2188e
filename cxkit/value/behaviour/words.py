"""A linkage in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import by_head, correction_text, of_group
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, colon, count, number
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present
from cxkit.value.behaviour.amounts import (
    change,
    change_range,
    level,
    level_range,
    one_point,
    unit_once,
    unit_words,
    words,
)

if TYPE_CHECKING:
    from cxkit.value.behaviour.bands import ScoreBand
    from cxkit.value.behaviour.classes import Difference, Value
    from cxkit.value.behaviour.outcomes import Outcome
    from cxkit.value.behaviour.regression import PointEstimate
    from cxkit.value.behaviour.result import Linkage, LinkedGroup

__all__ = ["difference_colour", "explain_linkage", "linkage_grid", "p_said", "say"]

_SAID_GROUPS, _SAID_OUTCOMES = 4, 6

#: Phrases of a linkage.
say = Phrases(
    {
        "classes": {"en": "{group}{name}{per}{among}: {values}.", "fr": "{group}{name}{per}{among} : {values}."},
        "among": {"en": ", among {who}", "fr": ", parmi les {who}"},
        "per": {"en": ", {per}", "fr": ", {per}"},
        "value": {"en": "{band} {estimate} {interval} (n = {n})", "fr": "{band} {estimate} {interval} (n = {n})"},
        "apart": {
            "en": "{band} against {versus}: {delta} {interval}, {word} (p {p}).",
            "fr": "Écart {band} − {versus} : {delta} {interval}, {word} (p {p}).",
        },
        "point": {
            "en": "{group}{one} goes with {delta} {interval} of {name}{per}{controlled}{open}.",
            "fr": "{group}{one} va de pair avec {delta} {interval} ({name}{per}){controlled}{open}.",
        },
        "also": {
            "en": "{group}Per customer, {one} also goes with {list}.",
            "fr": "{group}Par client, {one} va aussi de pair avec {list}.",
        },
        "part": {"en": "{delta} {interval} of {name}{open}", "fr": "{delta} {interval} ({name}{open})"},
        "open_part": {"en": " (which may be nothing)", "fr": ", effet possiblement nul"},
        "open": {"en": ", which may be nothing", "fr": ", effet possiblement nul"},
        "controlled": {"en": ", {controls} held equal", "fr": ", à valeurs égales de {controls}"},
        "tests": {"en": "Tests between classes: {family}", "fr": "Tests entre classes : {family}"},
        "level": {"en": "Intervals at {level}.", "fr": "Intervalles à {level}."},
        "none": {"en": "nobody", "fr": "personne"},
        "higher": {"en": "higher", "fr": "établi"},
        "lower": {"en": "lower", "fr": "établi"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "up": {"en": "▲ higher", "fr": "▲ plus haut"},
        "down": {"en": "▼ lower", "fr": "▼ plus bas"},
        "caption": {
            "en": "Behaviour by class of {name}, with {level} confidence intervals",
            "fr": "Comportement par classe de {name}, intervalles de confiance à {level}",
        },
        "outcome": {"en": "Outcome", "fr": "Comportement"},
        "class": {"en": "Class", "fr": "Classe"},
        "estimate": {"en": "Mean or rate", "fr": "Moyenne ou taux"},
        "against": {"en": "Against the lowest class", "fr": "Écart à la classe la plus basse"},
        "reference": {"en": "reference", "fr": "référence"},
        "goes_with": {"en": "goes with", "fr": "va de pair avec"},
        "no_value": {"en": "{name}: not known of any customer.", "fr": "{name} : aucune donnée."},
        "more": {"en": "{k} more groups: to_frame().", "fr": "{k} autres groupes : to_frame()."},
        "more_outcomes": {"en": "{k} more outcomes: to_frame().", "fr": "{k} autres comportements : to_frame()."},
        "months": {
            "en": "Money and the churn flag are taken to cover {months} months (months=).",
            "fr": "Les montants et l’indicateur d’attrition sont supposés couvrir {months} mois (months=).",
        },
    }
)


def explain_linkage(result: Linkage, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for group in result.groups[:_SAID_GROUPS]:
        whole = _main(result)
        for outcome in result.outcomes:
            if outcome.name in whole:
                out += _outcome(result, group, outcome, lang)
        out += _others(result, group, [o for o in result.outcomes if o.name not in whole], lang)
    if len(result) > _SAID_GROUPS:
        out.append(say("more", lang, k=len(result) - _SAID_GROUPS))
    tests = sum(math.isfinite(d.p) for group in result.groups for d in group.differences)
    if tests > 1:
        out.append(say("tests", lang, family=correction_text(result.correction, tests, lang)).rstrip(".") + ".")
    out.append(say("level", lang, level=percent(result.level, lang)))
    out += [note.text(lang) for note in result.cautions]
    out.append(words("association", lang))
    return " ".join(out)


def _main(result: Linkage) -> set[str]:
    """The outcomes that are told in full: the first one, the first amount, and churn."""
    amounts = [o.name for o in result.outcomes if o.kind == "amount"]
    return {result.outcomes[0].name, *amounts[:1], *(o.name for o in result.outcomes if o.name == "churned")}


def _others(result: Linkage, group: LinkedGroup, outcomes: list[Outcome], lang: str) -> list[str]:
    """What goes with a point, of the other outcomes in one sentence; all is in the table."""
    points = {p.outcome: p for p in group.points}
    parts = []
    for o in outcomes[:_SAID_OUTCOMES]:
        p = points.get(o.name)
        if p is None:
            continue
        interval = unit_once(change_range(o, p.low, p.high, p.estimate, lang))
        parts.append(
            say("part", lang, delta=change(o, p.estimate, lang, beside=(p.low, p.high)), interval=interval,
                name=_name(o, lang), open="" if p.real else say("open_part", lang))
        )  # fmt: skip
    one = _lower(one_point(result.score, lang), True)
    joint = " ; " if lang == "fr" else "; "
    out = [say("also", lang, group=of_group(group.key, lang), one=one, list=joint.join(parts))] if parts else []
    more = len(outcomes) - _SAID_OUTCOMES
    return [*out, say("more_outcomes", lang, k=more)] if more > 0 else out


def _name(outcome: Outcome, lang: str) -> str:
    """An outcome inside a sentence: of a role in small letters, of a column as it is."""
    title = clean_text(outcome.title(lang))
    return _lower(title, True) if outcome.title(lang) != outcome.name else title


def _outcome(result: Linkage, group: LinkedGroup, outcome: Outcome, lang: str) -> list[str]:
    values = {v.band: v for v in group.of(outcome.name)}
    name = clean_text(outcome.title(lang))
    if not values["all"].n:
        return [say("no_value", lang, name=name)]
    said = ", ".join(_value(outcome, band, values[band.code], lang) for band in reversed(result.bands))
    who = ""
    if outcome.among == "stayed":
        who = say("among", lang, who=words("stayed", lang))
    per = unit_words(outcome, result.months, lang)
    out = [
        say("classes", lang, group=of_group(group.key, lang), name=name, per=say("per", lang, per=per) if per else "",
            among=who, values=said)
    ]  # fmt: skip
    held = [b.code for b in result.bands if values[b.code].n]
    ends = (held[-1], held[0]) if held else ("", "")
    widest = [d for d in group.differences if d.outcome == outcome.name and (d.band, d.versus) == ends]
    titles = {b.code: clean_text(b.title(lang)) for b in result.bands}
    out += [
        say(
            "apart", lang, band=titles[d.band], versus=titles[d.versus], delta=change(outcome, d.delta, lang),
            interval=unit_once(change_range(outcome, d.low, d.high, d.delta, lang)), word=say(d.verdict, lang),
            p=p_said(d.p_adjusted, lang),
        )
        for d in widest
        if math.isfinite(d.p)
    ]  # fmt: skip
    out += [point_sentence(result, outcome, p, lang, group=of_group(group.key, lang)) for p in group.points
            if p.outcome == outcome.name]  # fmt: skip
    return out


def point_sentence(result: Linkage, outcome: Outcome, p: PointEstimate, lang: str, *, group: str = "") -> str:
    """What goes with one point."""
    per = unit_words(outcome, result.months, lang)
    controls = ", ".join(clean_text(c) for c in result.controls)
    return say(
        "point", lang, group=group, one=_lower(one_point(result.score, lang), bool(group)),
        delta=change(outcome, p.estimate, lang, beside=(p.low, p.high)),
        interval=unit_once(change_range(outcome, p.low, p.high, p.estimate, lang)), name=_name(outcome, lang),
        per=_beside(per, lang), controlled=say("controlled", lang, controls=controls) if controls else "",
        open="" if p.real else say("open", lang),
    )  # fmt: skip


def _beside(per: str, lang: str) -> str:
    """What an outcome is of, behind its name: French has it in the same brackets."""
    return "" if not per else f", {per}" if lang == "fr" else f" {per}"


def _value(outcome: Outcome, band: ScoreBand, v: Value, lang: str) -> str:
    if not v.n:
        return f"{clean_text(band.title(lang))} {say('none', lang)}"
    return say("value", lang, band=clean_text(band.title(lang)), estimate=level(outcome, v.estimate, lang),
               interval=unit_once(level_range(outcome, v.low, v.high, lang)), n=count(v.n, lang))  # fmt: skip


def p_said(p: float, lang: str) -> str:
    """``= .032`` or ``< .001``; a dash for none."""
    if not math.isfinite(p):
        return "–"
    return f"< {number(0.001, lang, digits=3)}" if p < 0.001 else f"= {number(p, lang, digits=3)}"


def _lower(text: str, yes: bool) -> str:
    return text[:1].lower() + text[1:] if yes and text[1:2].islower() else text


def difference_colour(outcome: Outcome, d: Difference) -> str:
    """Blue where a class does better, orange where worse; grey where that is open or nobody says what is good."""
    if d.verdict == "inconclusive" or not outcome.better:
        return GREY
    return HIGHER if (d.verdict == "higher") == (outcome.better == "higher") else LOWER


def linkage_grid(result: Linkage, lang: str) -> Grid:
    heads = [say("outcome", lang), say("class", lang), say("estimate", lang),
             present("ci", lang, level=percent(result.level, lang)), say("against", lang), "n"]  # fmt: skip
    if result.by:
        heads.insert(0, by_head(result.by, lang))
    rows = []
    for group in result.groups:
        for outcome in result.outcomes:
            for cells in _rows(result, group, outcome, lang):
                rows.append((Cell(group_name(group.key, lang), "head"), *cells) if result.by else cells)
    tests = sum(math.isfinite(d.p) for g in result.groups for d in g.differences)
    notes = [present("method", lang), *(note.text(lang) for note in result.cautions)]
    notes += [say("tests", lang, family=correction_text(result.correction, tests, lang))] if tests > 1 else []
    if any(o.unit for o in result.outcomes):
        notes.append(say("months", lang, months=f"{result.months:g}"))
    notes.append(words("association", lang))
    caption = say("caption", lang, name=result.score.title(lang), level=percent(result.level, lang))
    return Grid(caption, tuple(heads), tuple(rows), tuple(notes))


def _rows(result: Linkage, group: LinkedGroup, outcome: Outcome, lang: str) -> list[tuple[Cell, ...]]:
    values = {v.band: v for v in group.of(outcome.name)}
    reference = next((b.code for b in result.bands if values[b.code].n), result.bands[0].code)
    apart = {d.band: d for d in group.differences if d.outcome == outcome.name and d.versus == reference}
    name = outcome.title(lang)
    out: list[tuple[Cell, ...]] = []
    for band in reversed(result.bands):
        v = values[band.code]
        out.append((
            Cell(name, "head"), Cell(band.title(lang), "left"), Cell(level(outcome, v.estimate, lang), strong=True),
            Cell(level_range(outcome, v.low, v.high, lang), pale=True, unbroken=True),
            _against(outcome, apart.get(band.code), lang, reference=band.code == reference), Cell(count(v.n, lang)),
        ))  # fmt: skip
    for p in group.points:
        if p.outcome == outcome.name:
            out.append((
                Cell(name, "head"), Cell(one_point(result.score, lang), "left"),
                Cell(change(outcome, p.estimate, lang, beside=(p.low, p.high)), strong=True),
                Cell(change_range(outcome, p.low, p.high, p.estimate, lang), pale=True, unbroken=True),
                Cell(say("goes_with", lang) if p.real else say("open", lang).strip(", "), "left", pale=not p.real),
                Cell(count(p.n, lang)),
            ))  # fmt: skip
    return out


def _against(outcome: Outcome, d: Difference | None, lang: str, *, reference: bool) -> Cell:
    if reference:
        return Cell(say("reference", lang), "left", pale=True)
    if d is None or not math.isfinite(d.p):
        return Cell("–", "left")
    key = {"higher": "up", "lower": "down"}.get(d.verdict, "inconclusive")
    text = f"{change(outcome, d.delta, lang)}{colon(lang)}{say(key, lang)}"
    return Cell(text, "left", colour=difference_colour(outcome, d), pale=d.verdict == "inconclusive")
