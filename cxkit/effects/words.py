"""An effect in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.effects.check_words import p_text
from cxkit.present.grid import Cell, Grid
from cxkit.present.items import Item
from cxkit.present.money import amount, amount_interval
from cxkit.present.numbers import check_lang, count, day, number
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import percent, phrase
from cxkit.study.names import fold
from cxkit.study.scales import YES_NO

if TYPE_CHECKING:
    from cxkit.effects.result import Effect, Reading

__all__ = [
    "amount_of",
    "colour_of",
    "effect_grid",
    "explain_effect",
    "interval_of",
    "item_name",
    "object_of",
    "reading_name",
    "say",
    "standing",
]

_SAID = 5

say = Phrases(
    {
        "caption": {"en": "Effect on {outcome} ({design})", "fr": "Effet sur {outcome} ({design})"},
        "ab": {"en": "experiment", "fr": "expérience aléatoire"},
        "did": {"en": "difference in differences", "fr": "double différence"},
        "its": {"en": "interrupted series", "fr": "série interrompue"},
        "matched": {"en": "matched customers", "fr": "clients appariés"},
        "remeasured": {"en": "asked again", "fr": "réinterrogés"},
        "against": {"en": "{arm} against {versus}", "fr": "{arm} contre {versus}"},
        "better": {"en": "▲ it worked", "fr": "▲ effet favorable"},
        "worse": {"en": "▼ it did harm", "fr": "▼ effet défavorable"},
        "open": {"en": "○ not settled", "fr": "○ non concluant"},
        "doubtful": {"en": "? not to be trusted", "fr": "? non fiable"},
        "said_doubtful": {
            "en": "{head}{effect} on {outcome} {interval}, not to be trusted: the sample ratio check failed ({p}{n}).",
            "fr": "{head}{effect} sur {outcome} {interval}, non fiable : la répartition entre groupes est anormale ({p}{n}).",
        },
        "said_better": {
            "en": "{head}{effect} on {outcome} {interval}, for the better ({p}{n}).",
            "fr": "{head}{effect} sur {outcome} {interval}, effet favorable ({p}{n}).",
        },
        "said_worse": {
            "en": "{head}{effect} on {outcome} {interval}, for the worse ({p}{n}).",
            "fr": "{head}{effect} sur {outcome} {interval}, effet défavorable ({p}{n}).",
        },
        "said_open": {
            "en": "{head}{effect} on {outcome} {interval}: no effect is shown, and none is ruled out ({p}{n}).",
            "fr": "{head}{effect} sur {outcome} {interval} : aucun effet n’est démontré, ni exclu ({p}{n}).",
        },
        "said_none": {
            "en": "{head}{effect} on {outcome}, without an interval{n_alone}.",
            "fr": "{head}{effect} sur {outcome}, sans intervalle{n_alone}.",
        },
        "p_family": {"en": "{p} for all {k} together", "fr": "{p} pour les {k} ensemble"},
        "n": {"en": "n = {n} against {other}", "fr": "n = {n} contre {other}"},
        "n_rows": {
            "en": "n = {n} rows of {customers} customers against {other} rows",
            "fr": "n = {n} lignes de {customers} clients contre {other} lignes",
        },
        "n_one": {"en": "n = {n}", "fr": "n = {n}"},
        "relative": {
            "en": "That is {relative} {interval} of what would have been.",
            "fr": "Soit {relative} {interval} de ce qui aurait été observé sans l’action.",
        },
        "naive_ab": {
            "en": "Unadjusted: {naive} {interval}; the earlier score takes {saved} of the variance away.",
            "fr": "Sans ajustement : {naive} {interval} ; la note antérieure retire {saved} de la variance.",
        },
        "naive_did": {
            "en": "The treated alone changed by {naive} {interval}; without the action they would have been at {without} "
            "instead of {observed}.",
            "fr": "Les traités seuls ont varié de {naive} {interval} ; sans l’action ils auraient été à {without} au "
            "lieu de {observed}.",
        },
        "naive_its": {
            "en": "After less before is {naive}; drawn on, the line of before gives {without} instead of {observed}. At "
            "the start the level moved by {level} {level_interval}, then the slope by {slope} {slope_interval} a period.",
            "fr": "Après moins avant : {naive} ; la droite d’avant, prolongée, donne {without} au lieu de {observed}. Au "
            "départ le niveau a varié de {level} {level_interval}, puis la pente de {slope} {slope_interval} par "
            "période.",
        },
        "naive_matched": {
            "en": "All customers compared as they are: {naive} {interval}.",
            "fr": "Tous les clients comparés tels quels : {naive} {interval}.",
        },
        "naive_remeasured": {
            "en": "They rose by {naive} {interval}, but {rise} {rise_interval} of that is expected with no action: people "
            "chosen for a low answer answer higher the next time (regression to the mean).",
            "fr": "Ils ont gagné {naive} {interval}, mais {rise} {rise_interval} étaient attendus sans aucune action : "
            "des clients retenus pour une note basse répondent plus haut la fois suivante (régression vers la moyenne).",
        },
        "total": {
            "en": "Over the {n} customers reached: {total} {interval}.",
            "fr": "Sur les {n} clients concernés : {total} {interval}.",
        },
        "total_rows": {
            "en": "Over the {n} customers reached, one row of each (of {rows} on average): {total} {interval}.",
            "fr": "Sur les {n} clients concernés, à raison d’une ligne chacun (sur {rows} en moyenne) : {total} {interval}.",
        },
        "detectable": {
            "en": "This base would have found an effect of {size} with a probability of {power}.",
            "fr": "Cette base aurait décelé un effet de {size} avec une probabilité de {power}.",
        },
        "detects_nothing": {
            "en": "This base is too small to find even the largest effect that the scale allows.",
            "fr": "Cette base est trop petite pour déceler même le plus grand effet que permet l’échelle.",
        },
        "e_value": {
            "en": "Something unseen would have to go with both treatment and outcome by a risk ratio of {value} to "
            "explain it away ({limit} to take the interval to 0).",
            "fr": "Pour l’expliquer, un facteur inconnu devrait être lié au traitement et au résultat par un risque "
            "relatif de {value} ({limit} pour que l’intervalle touche 0).",
        },
        "assumes_ab": {
            "en": "It rests on lots having been drawn, and on customers not affecting each other.",
            "fr": "Hypothèses : un vrai tirage au sort, et des clients qui ne s’influencent pas.",
        },
        "assumes_did": {
            "en": "It rests on both groups having gone on alike without the action, which no data can show.",
            "fr": "Hypothèse : sans l’action, les deux groupes auraient évolué de même, ce qu’aucune donnée ne peut "
            "montrer.",
        },
        "assumes_its": {
            "en": "It rests on the line of before having gone on, and on nothing else having happened at that time: there "
            "is no group to tell.",
            "fr": "Hypothèses : la tendance d’avant se serait prolongée, et rien d’autre ne s’est produit à ce moment ; "
            "aucun groupe témoin ne permet d’en juger.",
        },
        "assumes_matched": {
            "en": "It rests on everything that decides both treatment and outcome being among the columns named.",
            "fr": "Hypothèse : tout ce qui détermine à la fois le traitement et le résultat figure parmi les variables "
            "citées.",
        },
        "assumes_untreated": {
            "en": "It rests on treated people and those left alone being alike but for their first answer.",
            "fr": "Hypothèse : hormis leur première réponse, traités et non traités se ressemblent.",
        },
        "assumes_earlier": {
            "en": "It rests on people before the action having answered again as these would have.",
            "fr": "Hypothèse : avant l’action, les clients répondaient à nouveau comme ceux-ci l’auraient fait.",
        },
        "assumes_shrinkage": {
            "en": "It rests on second answers following first ones in a straight line, as they do in people left alone.",
            "fr": "Hypothèse : la seconde réponse suit la première en ligne droite, comme chez les clients laissés de côté.",
        },
        "overlap": {
            "en": "The effect is that among customers who could have been in either group.",
            "fr": "L’effet est celui des clients qui auraient pu être dans l’un ou l’autre groupe.",
        },
        "treated": {"en": "The effect is that on the treated.", "fr": "L’effet est celui sur les traités."},
        "nearest": {
            "en": "The effect is that on the treated who have somebody like them.",
            "fr": "L’effet est celui sur les traités qui ont un témoin semblable.",
        },
        "caution": {"en": "Caution: {said}", "fr": "Attention : {said}"},
        "grade_tested": {"en": "Evidence: tested.", "fr": "Niveau de preuve : testé."},
        "grade_failed": {
            "en": "Evidence: observed only, as the experiment failed its sample ratio check.",
            "fr": "Niveau de preuve : simple observation, car la répartition de l’expérience est anormale.",
        },
        "grade_matched": {
            "en": "Evidence: comparable, not drawn by lot.", "fr": "Niveau de preuve : comparable, sans tirage au sort.",
        },
        "grade_observed": {"en": "Evidence: observed only.", "fr": "Niveau de preuve : simple observation."},
        "more": {"en": "{k} more: to_frame().", "fr": "{k} autres : to_frame()."},
        "since": {"en": "from {day}", "fr": "à partir du {day}"},
        "method_welch": {"en": "difference of means, Welch’s interval", "fr": "écart de moyennes, intervalle de Welch"},
        "method_newcombe": {
            "en": "difference of shares, Newcombe’s interval, pooled z test",
            "fr": "écart de parts, intervalle de Newcombe, test z",
        },
        "method_cr2": {
            "en": "regression with errors by cluster (CR2, Bell and McCaffrey’s degrees of freedom)",
            "fr": "régression, erreurs par grappe (CR2, degrés de liberté de Bell et McCaffrey)",
        },
        "method_hc2": {"en": "regression with HC2 errors", "fr": "régression, erreurs HC2"},
        "method_one_place": {
            "en": "change of one place against those of the others (Donald and Lang)",
            "fr": "variation d’un site comparée à celle des autres (Donald et Lang)",
        },
        "method_ar1": {
            "en": "segmented line, errors AR(1) by restricted likelihood, Satterthwaite’s degrees of freedom",
            "fr": "droite segmentée, erreurs AR(1) par vraisemblance restreinte, degrés de liberté de Satterthwaite",
        },
        "method_newey-west": {
            "en": "segmented line, Newey and West’s errors (too short in series of fewer than 100 periods)",
            "fr": "droite segmentée, erreurs de Newey et West (trop courtes en deçà de 100 périodes)",
        },
        "method_overlap": {
            "en": "overlap weights from the chance to be treated, errors that know it was estimated",
            "fr": "poids de recouvrement tirés de la probabilité d’être traité, erreurs tenant compte de son estimation",
        },
        "method_treated": {
            "en": "weights for the effect on the treated, errors that know the chance was estimated",
            "fr": "poids pour l’effet sur les traités, erreurs tenant compte de l’estimation de la probabilité",
        },
        "method_nearest": {
            "en": "nearest neighbour with a caliper, rest of the distance regressed out, Abadie and Imbens’ errors",
            "fr": "plus proche voisin avec limite de distance, écart restant corrigé par régression, erreurs d’Abadie et "
            "Imbens",
        },
        "method_untreated": {
            "en": "second on first answer, a line for each group, errors by person (CR2)",
            "fr": "seconde réponse selon la première, une droite par groupe, erreurs par personne (CR2)",
        },
        "method_earlier": {
            "en": "second on first answer, against pairs from before the action, errors by person (CR2)",
            "fr": "seconde réponse selon la première, face aux paires d’avant l’action, erreurs par personne (CR2)",
        },
        "method_shrinkage": {
            "en": "shrinkage by the agreement of two answers of people left alone (opinions behind a scale with ends), errors by "
            "person",
            "fr": "rétrécissement d’après la concordance de deux réponses de personnes laissées de côté (opinions derrière une "
            "échelle bornée), erreurs par personne",
        },
        "method_cuped": {"en": ", adjusted for the earlier measure (CUPED)", "fr": ", ajusté sur la mesure antérieure (CUPED)"},
        "corrected": {"en": "p-values corrected together ({name}), intervals each on their own", "fr": "p corrigés ensemble ({name}), intervalles pris un à un"},
        "observed": {"en": "With the action", "fr": "Avec l’action"},
        "control": {"en": "Control", "fr": "Groupe témoin"},
        "before": {"en": "Before", "fr": "Avant"},
        "naive": {"en": "Plain difference", "fr": "Écart brut"},
        "expected_rise": {"en": "Expected with no action", "fr": "Attendu sans action"},
        "expected_without": {"en": "Would have been without", "fr": "Sans l’action"},
        "effect": {"en": "Effect", "fr": "Effet"},
        "relative_item": {"en": "Effect in %", "fr": "Effet en %"},
        "total_item": {"en": "Over those reached", "fr": "Sur l’ensemble des clients concernés"},
        "detectable_item": {"en": "Smallest effect it could find", "fr": "Plus petit effet décelable"},
        "variance_reduction": {"en": "Variance taken away", "fr": "Variance retirée"},
        "level_change": {"en": "Change of level", "fr": "Changement de niveau"},
        "slope_change": {"en": "Change of slope, a period", "fr": "Changement de pente, par période"},
        "slope_before": {"en": "Slope before, a period", "fr": "Pente d’avant, par période"},
        "e_value_item": {"en": "E-value", "fr": "E-value"},
        "e_value_limit": {"en": "E-value of the interval", "fr": "E-value de l’intervalle"},
        "item": {"en": "Item", "fr": "Poste"},
        "estimate": {"en": "Estimate", "fr": "Estimation"},
        "reading": {"en": "Reading", "fr": "Lecture"},
    }
)  # fmt: skip


def explain_effect(result: Effect, lang: str) -> str:
    """Each effect, what else there is to know of one alone, the assumption, failed checks, and the grade."""
    check_lang(lang)
    out = [_finding(result, r, lang) for r in result.readings[:_SAID]]
    if len(result) > _SAID:
        out.append(say("more", lang, k=len(result) - _SAID))
    if len(result) == 1:
        out += _more(result, result.readings[0], lang)
    if result.design == "matched":
        out.append(say(result.method, lang))
    out.append(say(f"assumes_{result.method if result.design == 'remeasured' else result.design}", lang))
    out += [say("caution", lang, said=_lowered(check.text(lang))) for check in result.cautions]
    out.append(say("grade_failed" if result.failed else f"grade_{result.grade}", lang))
    return " ".join(out)


def _lowered(text: str) -> str:
    """A sentence after a colon; a word in capitals stays."""
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def amount_of(x: float, unit: str, lang: str, *, sign: bool = False) -> str:
    """A change or level with its unit: ``0,9 point``, ``2,0 points``."""
    text = amount(x, unit, lang, sign=sign)
    shown = round(abs(x), 0 if unit == "customers" else 1)
    # French counts from two on, English all but one.
    single = shown < 2 if lang == "fr" else shown == 1 and unit == "customers"
    return text.removesuffix("s") if unit in ("points", "customers") and single else text


def interval_of(item: Item, lang: str) -> str:
    """``[1.2 ; 3.4]``, nothing where none is known; money keeps its sign."""
    if not (math.isfinite(item.low) and math.isfinite(item.high)):
        return ""
    bare = item.unit in ("points", "%", "customers")
    return amount_interval(
        item.low,
        item.high,
        "" if bare else item.unit,
        lang,
        digits=0 if item.unit == "customers" else 1 if bare else None,
    )


def item_name(code: str, lang: str) -> str:
    """What readers call an item."""
    return say(f"{code}_item" if f"{code}_item" in say else code, lang)


def reading_name(result: Effect, reading: Reading, lang: str) -> str:
    """The arm and what it is held against; the outcome where there are several; empty where there is one of each."""
    several = len({r.outcome.name for r in result.readings}) > 1
    parts = [reading.outcome.title(lang)] if several else []
    if _tells(reading.arm) and (result.design == "ab" or len(result) > 1):
        parts.append(say("against", lang, arm=clean_text(reading.arm), versus=clean_text(reading.versus)))
    return " · ".join(parts)


def _tells(arm: str) -> bool:
    """Whether the name of an arm says more than yes."""
    return bool(arm) and fold(arm) not in YES_NO


def standing(result: Effect, reading: Reading) -> str:
    """``better``, ``worse`` or ``open``; ``doubtful`` after a sample ratio check that failed."""
    return "doubtful" if result.failed else reading.verdict


def colour_of(result: Effect, reading: Reading) -> str:
    return {"better": HIGHER, "worse": LOWER}.get(standing(result, reading), GREY)


def _finding(result: Effect, r: Reading, lang: str) -> str:
    head = ""
    if result.design == "ab" and _tells(r.arm):
        head = say("against", lang, arm=clean_text(r.arm), versus=clean_text(r.versus)) + (
            " : " if lang == "fr" else ": "
        )
    elif result.at is not None:
        begun = say("since", lang, day=day(result.at, lang))
        head = begun[0].upper() + begun[1:] + (" : " if lang == "fr" else ": ")
    effect = r.item("effect")
    p = p_text(r.p_adjusted, lang)
    if len(result) > 1 and result.correction is not None:
        p = say("p_family", lang, p=p, k=len(result))
    n = _base(r, lang)
    key = f"said_{standing(result, r)}" if math.isfinite(r.low) and math.isfinite(r.high) else "said_none"
    text = say(
        key, lang, head=head, effect=amount_of(effect.estimate, effect.unit, lang, sign=True), outcome=object_of(r, lang),
        interval=f"({percent(result.level, lang)} {'IC' if lang == 'fr' else 'CI'} {interval_of(effect, lang)})"
        if lang == "en" else f"(IC {percent(result.level, lang)} {interval_of(effect, lang)})",
        p=p, n=f", {n}", n_alone=f" ({n})",
    )  # fmt: skip
    return text[0].upper() + text[1:]


def _base(r: Reading, lang: str) -> str:
    if not r.n_control:
        return say("n_one", lang, n=count(r.n, lang))
    if r.customers is not None and r.customers < r.n:
        return say(
            "n_rows", lang, n=count(r.n, lang), customers=count(r.customers, lang), other=count(r.n_control, lang)
        )
    return say("n", lang, n=count(r.n, lang), other=count(r.n_control, lang))


#: What French puts before a name that it does not take bare.
_ARTICLES = {
    "revenue": "le ", "margin": "la ", "cost": "le ", "support_cost": "le ", "contacts": "les ", "referrals": "les ",
    "churned": "la ", "outcome": "le ", "nps": "le ", "csat": "le ", "ces": "le ",
}  # fmt: skip


def object_of(r: Reading, lang: str) -> str:
    """The outcome after "on": ``le chiffre d’affaires``."""
    return (_ARTICLES.get(r.outcome.name, "") if lang == "fr" else "") + _named(r, lang)


def _named(r: Reading, lang: str) -> str:
    return clean_text(r.outcome.title(lang))


def _more(result: Effect, r: Reading, lang: str) -> list[str]:
    """What goes with one effect: its relative size, the naive figure, the total, power."""
    out = []
    if r.has("relative") and math.isfinite(r.item("relative").estimate):
        item = r.item("relative")
        out.append(
            say(
                "relative",
                lang,
                relative=amount_of(item.estimate, "%", lang, sign=True),
                interval=interval_of(item, lang),
            )
        )
    out += _naive(result, r, lang)
    if r.has("total") and result.design == "ab":
        item, reached = r.item("total"), r.n if r.customers is None else r.customers
        values = {
            "n": count(reached, lang), "interval": interval_of(item, lang),
            "total": amount_of(item.estimate, item.unit, lang, sign=True),
        }  # fmt: skip
        key = "total_rows" if reached < r.n else "total"
        out.append(say(key, lang, **values, rows=number(r.n / reached, lang, digits=1)))
    if r.has("detectable") and r.verdict == "open" and math.isfinite(r.item("detectable").estimate):
        size, ends = r.item("detectable").estimate, r.outcome.bounds
        if ends is not None and size > ends[1] - ends[0]:
            out.append(say("detects_nothing", lang))
        else:
            out.append(say("detectable", lang, size=amount_of(size, r.unit, lang), power=percent(result.power, lang)))
    if r.has("e_value") and r.verdict != "open":
        value, limit = (amount_of(r.item(k).estimate, "", lang) for k in ("e_value", "e_value_limit"))
        out.append(say("e_value", lang, value=value, limit=limit))
    return [text.replace("  ", " ") for text in out]


def _naive(result: Effect, r: Reading, lang: str) -> list[str]:
    if result.design == "ab" and not r.has("variance_reduction"):
        return []
    naive = r.item("naive")
    values = {"naive": amount_of(naive.estimate, naive.unit, lang, sign=True), "interval": interval_of(naive, lang)}
    if result.design == "ab":
        values["saved"] = amount_of(r.item("variance_reduction").estimate, "%", lang)
    if result.design in ("did", "its"):
        values |= {
            "without": amount_of(r.item("expected_without").estimate, r.level_unit, lang),
            "observed": amount_of(r.item("observed").estimate, r.level_unit, lang),
        }
    if result.design == "its":
        for name, key in (("level", "level_change"), ("slope", "slope_change")):
            item = r.item(key)
            values |= {
                name: amount_of(item.estimate, item.unit, lang, sign=True),
                f"{name}_interval": interval_of(item, lang),
            }
    if result.design == "remeasured":
        rise = r.item("expected_rise")
        values |= {
            "rise": amount_of(rise.estimate, rise.unit, lang, sign=True),
            "rise_interval": interval_of(rise, lang),
        }
    return [say(f"naive_{result.design}", lang, **values)]


def effect_grid(result: Effect, lang: str) -> Grid:
    """A row an item; with several readings a row each, its effect."""
    names = " · ".join(dict.fromkeys(object_of(r, lang) for r in result.readings[:_SAID]))
    caption = say("caption", lang, outcome=names, design=say(result.design, lang))
    notes = (phrase("method", lang), _method(result, lang), *(check.text(lang) for check in result.checks))
    ci = phrase("ci", lang, level=percent(result.level, lang))
    if len(result) == 1:
        few = (say("item", lang), say("estimate", lang), ci, say("reading", lang))
        return Grid(caption, few, _item_rows(result, lang), notes)
    names_of = ("observed", "expected_without", "effect")
    heads = ("", *(say(key, lang) for key in names_of), ci, "p", say("reading", lang), "n")
    return Grid(caption, heads, tuple(_row(result, r, lang) for r in result.readings), notes)


def _item_rows(result: Effect, lang: str) -> tuple[tuple[Cell, ...], ...]:
    rows, r = [], result.reading
    for i in r.items:
        main = i.item == "effect"
        rows.append(
            (
                Cell(item_name(i.item, lang), "head", strong=main),
                Cell(_shown(i, lang), strong=main, unbroken=True),
                Cell(interval_of(i, lang), unbroken=True),
                _verdict(result, r, lang) if main else Cell("", "left"),
            )
        )
    return tuple(rows)


def _row(result: Effect, r: Reading, lang: str) -> tuple[Cell, ...]:
    return (
        Cell(reading_name(result, r, lang), "head"),
        Cell(_shown(r.item("observed"), lang)),
        Cell(_shown(r.item("expected_without"), lang)),
        Cell(_shown(r.item("effect"), lang), strong=True, unbroken=True),
        Cell(interval_of(r.item("effect"), lang), unbroken=True),
        Cell(p_text(r.p_adjusted, lang)),
        _verdict(result, r, lang),
        Cell(count(r.n, lang)),
    )


def _shown(item: Item, lang: str) -> str:
    change = item.item in (
        "effect",
        "naive",
        "expected_rise",
        "relative",
        "total",
        "level_change",
        "slope_change",
        "slope_before",
    )
    return amount_of(item.estimate, item.unit, lang, sign=change)


def _verdict(result: Effect, r: Reading, lang: str) -> Cell:
    word = standing(result, r)
    pale = word in ("open", "doubtful")
    return Cell(say(word, lang), "left", colour=colour_of(result, r), pale=pale, unbroken=True)


def _method(result: Effect, lang: str) -> str:
    said = []
    for name in result.method.split(", "):
        base, _, more = name.partition("+")
        said.append(say(f"method_{base}", lang) + (say("method_cuped", lang) if more else ""))
    if result.correction is not None:
        said.append(say("corrected", lang, name=result.correction))
    text = ("; " if lang == "en" else " ; ").join(said)
    return text[0].upper() + text[1:] + "."
