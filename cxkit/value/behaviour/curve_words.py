"""A curve in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import by_head, of_group
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as present
from cxkit.value.behaviour.amounts import change, change_range, level, level_range, unit_once, unit_words, words
from cxkit.value.behaviour.words import p_said

if TYPE_CHECKING:
    from cxkit.value.behaviour.bend import Bend
    from cxkit.value.behaviour.curve import Curve

__all__ = ["curve_grid", "explain_curve", "say", "top_sentence"]

_SAID = 4

#: Phrases of a curve.
say = Phrases(
    {
        "straight": {
            "en": "{group}{name}: in keeping with a straight line over the answers (p {p}).",
            "fr": "{group}{name} : compatible avec une droite sur l’ensemble des réponses (p {p}).",
        },
        "bent": {
            "en": "{group}{name}: not a straight line over the answers (p {p}).",
            "fr": "{group}{name} : pas de droite sur l’ensemble des réponses (p {p}).",
        },
        "untested": {
            "en": "{group}{name}: too few answers to test a straight line.",
            "fr": "{group}{name} : trop peu de réponses pour tester une droite.",
        },
        "steps": {
            "en": "Within the classes answers do not differ (p {p}): the class is what counts.",
            "fr": "Au sein des classes, les réponses ne diffèrent pas (p {p}) : c’est la classe qui compte.",
        },
        "within": {
            "en": "Answers also differ within the classes (p {p}).",
            "fr": "Les réponses diffèrent aussi au sein des classes (p {p}).",
        },
        "rising": {
            "en": "The top of the scale still brings something: the answers above {answer} have {gain} {interval}.",
            "fr": "Le haut de l’échelle apporte encore : les réponses au-dessus de {answer} ont {gain} {interval}.",
        },
        "turning": {
            "en": "At the top it turns back: the answers above {answer} have {gain} {interval}.",
            "fr": "Le mouvement s’inverse en haut : les réponses au-dessus de {answer} ont {gain} {interval}.",
        },
        "saturated": {
            "en": "From {answer} on more brings no more that can be seen: the answers above it have {gain} {interval}, and "
            "the {line} of a straight line lie outside.",
            "fr": "À partir de {answer}, davantage n’apporte plus rien de visible : les réponses au-dessus ont {gain} "
            "{interval}, et les {line} d’une droite en sont exclus.",
        },
        "open": {
            "en": "From {answer} on no further change is seen, nor excluded: the answers above it have {gain} {interval}, "
            "and a straight line would have {line}.",
            "fr": "À partir de {answer}, aucun changement n’est visible, ni exclu : les réponses au-dessus ont {gain} "
            "{interval}, et une droite donnerait {line}.",
        },
        "flat": {
            "en": "{group}{name}: no difference to be seen between the answers (p {p}).",
            "fr": "{group}{name} : aucune différence visible selon la réponse (p {p}).",
        },
        "unknown": {
            "en": "Too few customers by answer to tell where it levels off.",
            "fr": "Trop peu de clients par réponse pour dire où la courbe plafonne.",
        },
        "caption": {
            "en": "{name} by answer on {score}{per}, with {level} confidence intervals",
            "fr": "{name} par réponse ({score}){per}, intervalles de confiance à {level}",
        },
        "answer": {"en": "Answer", "fr": "Réponse"},
        "class": {"en": "Class", "fr": "Classe"},
        "estimate": {"en": "Mean or rate", "fr": "Moyenne ou taux"},
        "line": {"en": "straight line", "fr": "droite"},
        "more": {"en": "{k} more groups: to_frame().", "fr": "{k} autres groupes : to_frame()."},
    }
)


def explain_curve(result: Curve, lang: str) -> str:
    check_lang(lang)
    out: list[str] = []
    for key, bend in list(zip(result.keys, result.bends, strict=True))[:_SAID]:
        out += _shape(result, bend, of_group(key, lang), lang)
    if len(result) > _SAID:
        out.append(say("more", lang, k=len(result) - _SAID))
    out.append(words("association", lang))
    return " ".join(out)


def _shape(result: Curve, bend: Bend, group: str, lang: str) -> list[str]:
    name = clean_text(result.outcome.title(lang))
    if bend.top.reading == "flat":
        return [say("flat", lang, group=group, name=name, p=p_said(bend.any.p, lang))]
    if not math.isfinite(bend.line.p):
        return [say("untested", lang, group=group, name=name)]
    clear = bend.line.p <= 1 - result.level
    out = [say("bent" if clear else "straight", lang, group=group, name=name, p=p_said(bend.line.p, lang))]
    if clear and math.isfinite(bend.steps.p):
        out.append(say("within" if bend.steps.p <= 1 - result.level else "steps", lang, p=p_said(bend.steps.p, lang)))
    return [*out, top_sentence(result, bend, lang)]


def top_sentence(result: Curve, bend: Bend, lang: str) -> str:
    """Where more of the score is seen to bring no more."""
    top, outcome = bend.top, result.outcome
    if top.reading in ("unknown", "flat"):
        return say("unknown", lang)
    return say(
        top.reading, lang, answer=f"{top.answer:g}", gain=change(outcome, top.gain, lang, beside=(top.low, top.high)),
        interval=unit_once(change_range(outcome, top.low, top.high, top.gain, lang)), line=change(outcome, top.line, lang),
    )  # fmt: skip


def curve_grid(result: Curve, lang: str) -> Grid:
    heads = [say("answer", lang), say("class", lang), say("estimate", lang),
             present("ci", lang, level=percent(result.level, lang)), "n"]  # fmt: skip
    if result.by:
        heads.insert(0, by_head(result.by, lang))
    titles = {b.code: b.title(lang) for b in result.bands}
    rows = []
    for key, bend in zip(result.keys, result.bends, strict=True):
        for a in bend.answers:
            cells = (
                Cell(f"{a.answer:g}", "head"), Cell(titles.get(a.band, "–"), "left"),
                Cell(level(result.outcome, a.estimate, lang), strong=True),
                Cell(level_range(result.outcome, a.low, a.high, lang), pale=True, unbroken=True), Cell(count(a.n, lang)),
            )  # fmt: skip
            rows.append((Cell(group_name(key, lang), "head"), *cells) if result.by else cells)
    return Grid(
        _caption(result, lang), tuple(heads), tuple(rows), (present("method", lang), explain_curve(result, lang))
    )


def _caption(result: Curve, lang: str) -> str:
    per = unit_words(result.outcome, result.months, lang)
    return say("caption", lang, name=result.outcome.title(lang), score=result.score.title(lang),
               per=f" ({per})" if per else "", level=percent(result.level, lang))  # fmt: skip
