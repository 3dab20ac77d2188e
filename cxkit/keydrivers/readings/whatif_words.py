"""A what-if in sentences and as a table, French and English."""

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
    points_text,
    range_text,
    reading_cell,
    sentence,
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
    from cxkit.keydrivers.readings.whatif import Move, Scenario, WhatIf

__all__ = ["explain_what_if", "say", "what_if_grid"]

_SAID = 5

#: Phrases of a what-if.
say = Phrases(
    {
        "one": {
            "en": "{group}{delta} on {driver} goes with {change} {interval}{on}{open}.",
            "fr": "{group}{delta} sur {driver} va de pair avec {change} {interval}{on}{open}.",
        },
        "together": {
            "en": "{group}{k} moves together go with {change} {interval}, from {before} to {after}{open}.",
            "fr": "{group}ensemble, {k} variations vont de pair avec {change} {interval}, de {before} à {after}{open}.",
        },
        "open": {"en": ", which may be nothing", "fr": ", effet possiblement nul"},
        "level": {
            "en": "Intervals at {level}.",
            "fr": "Intervalles à {level}.",
        },
        "cut": {
            "en": "Cut where the scale ends: {driver} by {delta} instead of {asked}{group}.",
            "fr": "Limité par l’échelle : {driver} de {delta} au lieu de {asked}{group}.",
        },
        "capped": {
            "en": "{group}the straight line leaves the scale of {name}; the change stops at its end.",
            "fr": "{group}la droite sort de l’échelle de {name} ; la variation s’arrête à son extrémité.",
        },
        "absent": {
            "en": "{group}no total, for {names} is no driver there.",
            "fr": "{group}pas de total, car {names} n’y figure pas parmi les leviers.",
        },
        "line": {
            "en": "A straight line drawn from what was seen, all else equal.",
            "fr": "Prolongement linéaire de ce qui a été observé, toutes choses égales par ailleurs.",
        },
        "line_average": {
            "en": "The average effect of a curved model ({family}), drawn on as a straight line, all else equal.",
            "fr": "Effet moyen d’un modèle non linéaire ({family}), prolongé en ligne droite, toutes choses égales par "
            "ailleurs.",
        },
        "caption": {"en": "What if: {name}", "fr": "Et si : {name}"},
        "total": {"en": "Together", "fr": "Ensemble"},
        "move": {"en": "Move", "fr": "Variation"},
        "change": {"en": "Goes with", "fr": "Va de pair avec"},
        "up": {"en": "▲ gain", "fr": "▲ gain"},
        "down": {"en": "▼ loss", "fr": "▼ perte"},
        "maybe": {"en": "may be nothing", "fr": "effet possiblement nul"},
        "axis": {
            "en": "Change of {name} that goes with it",
            "fr": "Variation de {name} associée",
        },
        "ends": {"en": "end of scale", "fr": "fin d’échelle"},
    }
)


def explain_what_if(result: WhatIf, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for scenario in result.scenarios[:_SAID]:
        out += _scenario(result, scenario, lang)
    if len(result) > _SAID:
        out.append(common_words("more_groups", lang, k=len(result) - _SAID))
    out.append(say("level", lang, level=percent(result.level, lang)))
    out.append(say("line" if result.family == "ols" else "line_average", lang, family=result.family))
    out.append(common_words("association", lang))
    return " ".join(out)


def _scenario(result: WhatIf, scenario: Scenario, lang: str) -> list[str]:
    group, name = of_group(scenario.key, lang, result.freq), result.outcome.title(lang)
    out = [
        say(
            "one", lang, group=group, delta=move_text(m.delta, lang), driver=clean_text(m.driver),
            on=on_name(result.outcome, lang), **_change(result, m, lang),
        )
        for m in scenario.moves
    ]  # fmt: skip
    if scenario.absent:
        out.append(sentence(say("absent", lang, group=group, names=listed(list(scenario.absent), lang))))
    elif len(scenario.moves) > 1:
        out.append(
            sentence(say(
                "together", lang, group=group, k=len(scenario.moves),
                before=level_text(result, scenario.total.before, lang),
                after=level_text(result, scenario.total.after, lang), **_change(result, scenario.total, lang),
            ))
        )  # fmt: skip
    place = f" ({group_name(scenario.key, lang, freq=result.freq)})" if scenario.key else ""
    out += [
        say(
            "cut", lang, driver=clean_text(m.driver), delta=move_text(m.delta, lang), asked=move_text(m.asked, lang),
            group=place,
        )
        for m in scenario.moves
        if m.cut
    ]  # fmt: skip
    if any(m.capped for m in (scenario.total, *scenario.moves)):
        out.append(sentence(say("capped", lang, group=group, name=name)))
    return out


def _change(result: WhatIf, move: Move, lang: str) -> dict[str, str]:
    return {
        "change": with_points(result.outcome, move.change, lang),
        "interval": range_text(result.outcome, move.low, move.high, lang),
        "open": "" if move.real else say("open", lang),
    }


def level_text(result: WhatIf, x: float, lang: str) -> str:
    """A level of the outcome: ``12.0``, ``41.2%``."""
    label = result.outcome
    return with_unit(x, label.unit, lang, digits=label.digits, sign=label.bounds is not None and label.bounds[0] < 0)


def word(result: WhatIf, move: Move) -> str:
    """``up`` where the outcome gains, ``down`` where it loses, ``maybe`` where it may be nothing."""
    if not move.real:
        return "maybe"
    return "up" if (move.change > 0) == (result.outcome.better != "lower") else "down"


def colour(name: str) -> str:
    return {"up": HIGHER, "down": LOWER}.get(name, GREY)


def what_if_grid(result: WhatIf, lang: str) -> Grid:
    name = result.outcome.title(lang)
    heads = [common_words("driver", lang), say("move", lang), common_words("means", lang),
             say("change", lang) + points_text(result.outcome, lang, " ({})"),
             present("ci", lang, level=percent(result.level, lang)), common_words("reading", lang), "n"]  # fmt: skip
    if result.by:
        heads.insert(0, by_head(result.by, lang, result.freq))
    rows = []
    for scenario in result.scenarios:
        # A total of one move would only repeat it.
        single = len(scenario.moves) == 1 and not scenario.absent
        for move in scenario.moves if single else (*scenario.moves, scenario.total):
            total = not move.driver
            means = (
                " → ".join(level_text(result, x, lang) for x in (move.before, move.after))
                if total
                else means_text(move.before, move.after, "→", lang)
            )
            said = word(result, move)
            ended = " (" + say("ends", lang) + ")" if move.cut or move.capped else ""
            cells = [
                Cell(say("total", lang) if total else move.driver, "head", strong=total),
                Cell("" if total else move_text(move.delta, lang)), Cell(means, unbroken=True),
                Cell(change_text(result.outcome, move.change, lang), strong=True),
                Cell(range_text(result.outcome, move.low, move.high, lang), pale=True, unbroken=True),
                reading_cell(say(said, lang) + ended, colour(said), pale=said == "maybe"),
                Cell(count(scenario.n, lang)),
            ]  # fmt: skip
            if result.by:
                cells.insert(0, Cell(group_name(scenario.key, lang, freq=result.freq), "head"))
            rows.append(tuple(cells))
    line = say("line" if result.family == "ols" else "line_average", lang, family=result.family)
    notes = (present("method", lang), line, common_words("association", lang))
    return Grid(say("caption", lang, name=name), tuple(heads), tuple(rows), notes)
