"""A survey plan in sentences, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import percent

if TYPE_CHECKING:
    from cxkit.inference.planning import Goal, Plan

__all__ = ["explain_plan", "plan_grid", "say", "size_text"]

say = Phrases(
    {
        "margin": {
            "en": "To know {name} to ±{target} ({level} interval): {n} answers{each}.",
            "fr": "{name} à ±{target} près (intervalle à {level}) : {n} réponses{each}.",
        },
        "detect": {
            "en": "To find a change of {target} in {name} between two equal waves with {power} power "
            "(two-sided test at {p}): {n} answers{each} in each wave; the interval is then about ±{margin}.",
            "fr": "Pour déceler une évolution de {target} ({name}) entre deux vagues égales avec une puissance de "
            "{power} (test bilatéral au seuil de {p}) : {n} réponses{each} à chaque vague ; l’intervalle est alors "
            "d’environ ±{margin}.",
        },
        "each": {
            "en": " in each of {k} segments, {all} in all",
            "fr": " dans chacun des {k} segments, soit {all} en tout",
        },
        "family": {
            "en": "The level of the tests is shared by the {k} segments (Bonferroni), so that the chance of any "
            "false change is at most {alpha}.",
            "fr": "Le seuil des tests est partagé entre les {k} segments (Bonferroni) : le risque d’une fausse "
            "évolution, où que ce soit, est d’au plus {alpha}.",
        },
        "invitations": {
            "en": "At a response rate of {rate}: {n} invitations{wave}.",
            "fr": "À un taux de réponse de {rate} : {n} invitations{wave}.",
        },
        "days": {
            "en": "At {pace} answers a day: {n} days of fieldwork{wave}.",
            "fr": "À {pace} réponses par jour : {n} jours de terrain{wave}.",
        },
        "wave": {"en": " a wave", "fr": " par vague"},
        "worst": {
            "en": "Worst case: answers split between the two ends of the scale; real answers need fewer.",
            "fr": "Cas le plus défavorable : réponses partagées entre les deux extrémités de l’échelle ; "
            "en pratique il en faut moins.",
        },
        "expected": {
            "en": "Based on the expected profile (standard deviation of an answer {sd}); another profile needs more "
            "or fewer.",
            "fr": "D’après le profil attendu (écart type d’une réponse : {sd}) ; un autre profil en demande plus ou "
            "moins.",
        },
        "study": {
            "en": "Based on the answers of {source} (standard deviation {sd}).",
            "fr": "D’après les réponses de {source} (écart type : {sd}).",
        },
        "given": {
            "en": "Based on a standard deviation of an answer of {sd}.",
            "fr": "D’après un écart type de {sd} par réponse.",
        },
        "design": {
            "en": "A design effect of {x} is counted in.",
            "fr": "Un effet de plan de {x} est pris en compte.",
        },
        "observed_design": {
            "en": "Weights or repeated respondents gave that study a design effect of {x}, which is not counted in: "
            "design_effect={x_code}.",
            "fr": "Les pondérations ou les répondants répétés donnent à cette étude un effet de plan de {x}, qui n’est "
            "pas pris en compte : design_effect={x_code}.",
        },
        "population": {
            "en": "Corrected for a population of {n} people.",
            "fr": "Corrigé pour une population de {n} personnes.",
        },
        "too_many": {
            "en": "There are only {n} people: {k} invitations are more than can be sent.",
            "fr": "La population ne compte que {n} personnes : {k} invitations sont hors de portée.",
        },
        "caption": {"en": "Answers needed: {name}", "fr": "Réponses nécessaires : {name}"},
        "goal": {"en": "Goal", "fr": "Objectif"},
        "goal_margin": {"en": "margin ±{target}", "fr": "marge ±{target}"},
        "goal_detect": {"en": "change of {target}", "fr": "évolution de {target}"},
        "answers": {"en": "Answers", "fr": "Réponses"},
        "per_segment": {"en": "per segment", "fr": "par segment"},
        "half_width": {"en": "Interval", "fr": "Intervalle"},
        "detectable": {"en": "Detectable change", "fr": "Évolution décelable"},
        "invited": {"en": "Invitations", "fr": "Invitations"},
        "fieldwork": {"en": "Days", "fr": "Jours"},
        "x_axis": {"en": "Answers per segment and wave", "fr": "Réponses par segment et par vague"},
        "x_axis_one": {"en": "Answers a wave", "fr": "Réponses par vague"},
        "y_axis": {"en": "{name}: margin or change", "fr": "{name} : marge ou évolution"},
        "curve_margin": {"en": "interval, ±", "fr": "intervalle, ±"},
        "curve_detect": {"en": "change found with {power} power", "fr": "évolution décelée, puissance {power}"},
    }
)


def explain_plan(plan: Plan, lang: str) -> str:
    """How many answers, at what level, on which assumptions."""
    check_lang(lang)
    out = [sentence for goal in plan.goals for sentence in _goal(plan, goal, lang)]
    if plan.segments > 1 and any(goal.kind == "detect" for goal in plan.goals):
        out.append(say("family", lang, k=plan.segments, alpha=percent(1 - plan.level, lang)))
    sd = size_text(plan, plan.variance**0.5, lang)
    out.append(say(plan.basis, lang, sd=sd, source=clean_text(plan.source)))
    if plan.design_effect != 1:
        out.append(say("design", lang, x=number(plan.design_effect, lang, digits=2)))
    elif plan.observed_design >= 1.05:
        x = round(plan.observed_design, 2)
        out.append(say("observed_design", lang, x=number(x, lang, digits=2), x_code=f"{x:g}"))
    if plan.population is not None:
        out.append(say("population", lang, n=count(plan.population, lang)))
        over = [goal.invitations for goal in plan.goals if (goal.invitations or 0) > plan.population]
        if over:
            out.append(say("too_many", lang, n=count(plan.population, lang), k=count(max(i or 0 for i in over), lang)))
    return " ".join(out)


def _goal(plan: Plan, goal: Goal, lang: str) -> list[str]:
    name, wave = plan.metric.title(lang), say("wave", lang) if goal.kind == "detect" else ""
    each = ""
    if plan.segments > 1:
        each = say("each", lang, k=plan.segments, all=count(goal.answers_all, lang))
    out = [
        say(
            goal.kind, lang, name=name, target=size_text(plan, goal.target, lang), level=percent(plan.level, lang),
            n=count(goal.answers, lang), each=each, power=percent(plan.power, lang), p=_small(goal.p, lang),
            margin=size_text(plan, goal.half_width, lang),
        )
    ]  # fmt: skip
    if goal.invitations is not None and plan.response_rate is not None:
        rate = percent(plan.response_rate, lang)
        out.append(say("invitations", lang, rate=rate, n=count(goal.invitations, lang), wave=wave))
    if goal.days is not None and plan.answers_per_day is not None:
        pace = number(plan.answers_per_day, lang, digits=0 if float(plan.answers_per_day).is_integer() else 1)
        out.append(say("days", lang, pace=pace, n=count(goal.days, lang), wave=wave))
    return out


def _small(p: float, lang: str) -> str:
    digits = next((d for d in range(5) if round(100 * p, d) == round(100 * p, 6)), 2)
    return with_unit(100 * p, "%", lang, digits=min(digits, 2))


def size_text(plan: Plan, x: float, lang: str) -> str:
    """A margin or a change in the metric's unit: ``5 points``, ``2.5 points``, ``0.10``."""
    label = plan.metric
    if not label.unit:
        return number(x, lang, digits=2)
    digits = 0 if abs(x - round(x)) < 1e-9 else 1
    return f"{number(x, lang, digits=digits)} point{'s' if x >= 2 or (lang == 'en' and x != 1) else ''}"


def plan_grid(plan: Plan, lang: str) -> Grid:
    per = f" ({say('per_segment', lang)})" if plan.segments > 1 else ""
    heads = [say("goal", lang), say("answers", lang) + per]
    heads += [f"{say('answers', lang)} × {plan.segments}"] if plan.segments > 1 else []
    heads += [say("half_width", lang), say("detectable", lang)]
    heads += [say("invited", lang)] if plan.response_rate is not None else []
    heads += [say("fieldwork", lang)] if plan.answers_per_day is not None else []
    rows = []
    for goal in plan.goals:
        cells = [
            Cell(say(f"goal_{goal.kind}", lang, target=size_text(plan, goal.target, lang)), "head"),
            Cell(count(goal.answers, lang), strong=True),
        ]
        cells += [Cell(count(goal.answers_all, lang))] if plan.segments > 1 else []
        cells += [Cell("±" + size_text(plan, goal.half_width, lang)), Cell(size_text(plan, goal.detectable, lang))]
        cells += [Cell(count(goal.invitations, lang))] if goal.invitations is not None else []
        cells += [Cell(count(goal.days, lang))] if goal.days is not None else []
        rows.append(tuple(cells))
    sd = size_text(plan, plan.variance**0.5, lang)
    notes = (percent(plan.level, lang), say(plan.basis, lang, sd=sd, source=clean_text(plan.source)))
    return Grid(say("caption", lang, name=plan.metric.title(lang)), tuple(heads), tuple(rows), notes)
