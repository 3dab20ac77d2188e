"""Penalties, rewards and Kano categories in sentences and as tables, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.keydrivers.readings.reading_words import (
    change_text,
    common_words,
    correction_text,
    interval_text,
    listed,
    on_name,
    p_cell,
    range_text,
    reading_cell,
    with_points,
)
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import percent
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.keydrivers.readings.kano import Contrast, PenaltyReward
    from cxkit.keydrivers.readings.kanocounts import BetterWorse, Feature

__all__ = ["better_worse_grid", "explain_better_worse", "explain_kano", "kano_grid", "say"]

_SURE = 80

#: Phrases of penalties, rewards and Kano categories.
say = Phrases(
    {
        "said_basic": {
            "en": "Behave like a basic, which costs when it is bad more than it pays when it is good: {names}.",
            "fr": "Se comportent comme un attribut de base, qui coûte quand il est mauvais plus qu’il ne rapporte quand il "
            "est bon : {names}.",
        },
        "said_performance": {
            "en": "Behave like a performance attribute, which costs and pays alike: {names}.",
            "fr": "Se comportent comme un attribut de performance, qui coûte et rapporte autant : {names}.",
        },
        "said_excitement": {
            "en": "Behave like an excitement attribute, which pays when it is good more than it costs when it is bad: "
            "{names}.",
            "fr": "Se comportent comme un attribut d’enchantement, qui rapporte quand il est bon plus qu’il ne coûte quand "
            "il est mauvais : {names}.",
        },
        "said_indifferent": {
            "en": "Neither a penalty nor a reward is established: {names}.",
            "fr": "Ni pénalité ni récompense établie : {names}.",
        },
        "said_reverse": {
            "en": "Against what one expects, low answers pay or high ones cost; check the coding: {names}.",
            "fr": "À l’inverse de l’attendu, les notes basses rapportent ou les hautes coûtent ; vérifier le codage : "
            "{names}.",
        },
        "costliest": {
            "en": "The largest penalty is that of {driver}, {x} {interval}{on}.",
            "fr": "La plus forte pénalité est celle de {driver}, {x} {interval}{on}.",
        },
        "best_paid": {
            "en": "The largest reward is that of {driver}, {x} {interval}{on}.",
            "fr": "La plus forte récompense est celle de {driver}, {x} {interval}{on}.",
        },
        "unsure": {
            "en": "The class is not sure (under {sure} of draws): {names}.",
            "fr": "Classe incertaine (moins de {sure} des tirages) : {names}.",
        },
        "how": {
            "en": "Low and high answers each against the middle ones, all drivers together, intervals at {level}, {correction}; "
            "performance is an asymmetry within ±{cut}.",
            "fr": "Notes basses et hautes comparées chacune aux notes moyennes, tous leviers ensemble, intervalles à {level}, "
            "{correction} ; performance : asymétrie comprise entre ±{cut}.",
        },
        "left_out": {
            "en": "Left out, for nobody gave a low, a middle or a high answer: {names}.",
            "fr": "Écartés, faute de notes basses, moyennes ou hautes : {names}.",
        },
        "limits": {
            "en": "Ratings show how satisfaction goes with performance; what customers expect, only a Kano questionnaire asks.",
            "fr": "Des notes montrent comment la satisfaction suit la performance ; seul un questionnaire de Kano demande ce "
            "qu’attendent les clients.",
        },
        "caption": {"en": "{name}: penalty and reward", "fr": "{name} : pénalité et récompense"},
        "penalty": {"en": "Penalty", "fr": "Pénalité"},
        "reward": {"en": "Reward", "fr": "Récompense"},
        "asymmetry": {"en": "Asymmetry", "fr": "Asymétrie"},
        "class": {"en": "Behaves like", "fr": "Se comporte comme"},
        "sure": {"en": "Sure", "fr": "Sûreté"},
        "basic": {"en": "basic", "fr": "base"},
        "performance": {"en": "performance", "fr": "performance"},
        "excitement": {"en": "excitement", "fr": "enchantement"},
        "indifferent": {"en": "indifferent", "fr": "indifférent"},
        "reverse": {"en": "reverse", "fr": "inversé"},
        "cost_axis": {
            "en": "Cost of low answers, {name}",
            "fr": "Coût des notes basses, {name}",
        },
        "pay_axis": {
            "en": "Gain of high answers, {name}",
            "fr": "Gain des notes hautes, {name}",
        },
        "change_axis": {
            "en": "{name} against middle answers ({level})",
            "fr": "{name} par rapport aux notes moyennes ({level})",
        },
        "bw_caption": {"en": "Kano questionnaire: better and worse", "fr": "Questionnaire de Kano : better et worse"},
        "feature": {"en": "Feature", "fr": "Fonction"},
        "better": {"en": "Better", "fr": "Better (satisfait si présent)"},
        "worse": {"en": "Worse", "fr": "Worse (insatisfait si absent)"},
        "better_axis": {"en": "Better: pleased if it is there", "fr": "Better : satisfaits si présent"},
        "worse_axis": {"en": "Worse: displeased if it is not there", "fr": "Worse : insatisfaits si absent"},
        "category": {"en": "Most frequent", "fr": "La plus fréquente"},
        "M": {"en": "must-be", "fr": "obligatoire"},
        "O": {"en": "one-dimensional", "fr": "proportionnelle"},
        "A": {"en": "attractive", "fr": "attractive"},
        "I": {"en": "indifferent", "fr": "indifférente"},
        "R": {"en": "reverse", "fr": "inversée"},
        "Q": {"en": "questionable", "fr": "douteuse"},
        "": {"en": "–", "fr": "–"},
        "mixed": {"en": "{category}, not sure", "fr": "{category}, incertain"},
        "bw_row": {
            "en": "{feature}: {category}, better {better} {interval}, worse {worse} {worse_interval}, n = {n}.",
            "fr": "{feature} : {category}, better {better} {interval}, worse {worse} {worse_interval}, n = {n}.",
        },
        "bw_none": {"en": "{feature}: no answers.", "fr": "{feature} : aucune réponse."},
        "bw_more": {"en": "{k} more features: see the table.", "fr": "{k} autres fonctions : voir le tableau."},
        "bw_mixed": {
            "en": "Not sure, for the next category is about as frequent: {names}.",
            "fr": "Incertain, car la catégorie suivante est à peu près aussi fréquente : {names}.",
        },
        "bw_level": {
            "en": "Wilson intervals at {level}.",
            "fr": "Intervalles de Wilson à {level}.",
        },
    }
)

_COLOURS = {"basic": LOWER, "excitement": HIGHER, "performance": NEUTRAL, "indifferent": GREY, "reverse": LOWER}
_SAID = 6


def explain_kano(result: PenaltyReward, lang: str) -> str:
    check_lang(lang)
    out = []
    for kind in ("basic", "performance", "excitement", "indifferent", "reverse"):
        names = result.of(kind)
        if names:
            out.append(say(f"said_{kind}", lang, names=listed(list(names), lang)))
    better = -1 if result.outcome.better == "lower" else 1
    bar = 1 - result.level
    costs = [r for r in result.rows if r.penalty_p_adjusted <= bar and r.penalty * better < 0]
    pays = [r for r in result.rows if r.reward_p_adjusted <= bar and r.reward * better > 0]
    if costs:
        r = min(costs, key=lambda r: r.penalty * better)
        out.append(_largest("costliest", result, r.driver, r.penalty, r.penalty_low, r.penalty_high, lang))
    if pays:
        r = max(pays, key=lambda r: r.reward * better)
        out.append(_largest("best_paid", result, r.driver, r.reward, r.reward_low, r.reward_high, lang))
    unsure = [r.driver for r in result.rows if r.sure < _SURE]
    if unsure:
        out.append(say("unsure", lang, sure=with_unit(_SURE, "%", lang, digits=0), names=listed(unsure, lang)))
    return " ".join([*out, *_method(result, lang)])


def _largest(key: str, result: PenaltyReward, driver: str, x: float, low: float, high: float, lang: str) -> str:
    return say(
        key, lang, driver=clean_text(driver), x=with_points(result.outcome, x, lang), on=on_name(result.outcome, lang),
        interval=range_text(result.outcome, low, high, lang),
    )  # fmt: skip


def _method(result: PenaltyReward, lang: str) -> tuple[str, ...]:
    correction = correction_text(result.correction, result.size, lang)
    cut = number(result.cut, lang, digits=1 if round(result.cut, 1) == result.cut else 2)
    how = say("how", lang, level=percent(result.level, lang), correction=correction, cut=cut)
    gone = (say("left_out", lang, names=listed(list(result.left_out), lang)),) if result.left_out else ()
    return *gone, how, say("limits", lang), common_words("association", lang)


def colour(row: Contrast) -> str:
    return _COLOURS[row.kind]


def kano_grid(result: PenaltyReward, lang: str) -> Grid:
    ci = present("ci", lang, level=percent(result.level, lang))
    heads = (common_words("driver", lang), say("penalty", lang), ci, say("reward", lang), ci, say("asymmetry", lang), ci,
             say("class", lang), say("sure", lang))  # fmt: skip
    rows = tuple(
        (
            Cell(r.driver, "head"),
            Cell(change_text(result.outcome, r.penalty, lang), strong=r.penalty_p_adjusted <= 1 - result.level),
            Cell(range_text(result.outcome, r.penalty_low, r.penalty_high, lang), pale=True, unbroken=True),
            Cell(change_text(result.outcome, r.reward, lang), strong=r.reward_p_adjusted <= 1 - result.level),
            Cell(range_text(result.outcome, r.reward_low, r.reward_high, lang), pale=True, unbroken=True),
            Cell(number(r.asymmetry, lang, digits=2, sign=True)),
            Cell(interval_text(r.asymmetry_low, r.asymmetry_high, lang, digits=2), pale=True, unbroken=True),
            reading_cell(say(r.kind, lang), colour(r), pale=r.kind == "indifferent"),
            Cell(with_unit(r.sure, "%", lang, digits=0), pale=r.sure < _SURE),
        )
        for r in result.rows
    )  # fmt: skip
    notes = (present("method", lang), *_method(result, lang))
    return Grid(say("caption", lang, name=result.outcome.title(lang)), heads, rows, notes)


def category_text(row: Feature, level: float, lang: str) -> str:
    """The most frequent category, and that it is not sure where the next is about as frequent."""
    name = say(row.category, lang)
    return say("mixed", lang, category=name) if row.category and row.p > 1 - level else name


def explain_better_worse(result: BetterWorse, lang: str) -> str:
    check_lang(lang)
    out = []
    for r in result.rows[:_SAID]:
        if not r.n:
            out.append(say("bw_none", lang, feature=clean_text(r.feature)))
            continue
        out.append(
            say(
                "bw_row", lang, feature=clean_text(r.feature), category=say(r.category, lang),
                better=number(r.better, lang, digits=2), interval=interval_text(r.better_low, r.better_high, lang, digits=2),
                worse=number(r.worse, lang, digits=2), worse_interval=interval_text(r.worse_low, r.worse_high, lang, digits=2),
                n=count(r.n, lang),
            )
        )  # fmt: skip
    if len(result) > _SAID:
        out.append(say("bw_more", lang, k=len(result) - _SAID))
    mixed = [r.feature for r in result.rows if r.category and r.p > 1 - result.level]
    if mixed:
        out.append(say("bw_mixed", lang, names=listed(mixed, lang)))
    return " ".join([*out, say("bw_level", lang, level=percent(result.level, lang))])


def better_worse_grid(result: BetterWorse, lang: str) -> Grid:
    ci = present("ci", lang, level=percent(result.level, lang))
    heads = (say("feature", lang), say("better", lang), ci, say("worse", lang), ci, say("category", lang), "p", "n")
    rows = tuple(
        (
            Cell(r.feature, "head"), Cell(number(r.better, lang, digits=2), strong=True),
            Cell(interval_text(r.better_low, r.better_high, lang, digits=2), pale=True, unbroken=True),
            Cell(number(r.worse, lang, digits=2), strong=True),
            Cell(interval_text(r.worse_low, r.worse_high, lang, digits=2), pale=True, unbroken=True),
            Cell(category_text(r, result.level, lang), "left", pale=r.p > 1 - result.level), p_cell(r.p, lang),
            Cell(count(r.n, lang)),
        )
        for r in result.rows
    )  # fmt: skip
    notes = (present("method", lang), say("bw_level", lang, level=percent(result.level, lang)))
    return Grid(say("bw_caption", lang), heads, rows, notes)
