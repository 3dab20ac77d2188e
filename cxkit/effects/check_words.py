"""What checks say, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from cxkit.effects.result import Check

__all__ = ["check_text", "p_text"]

_COUNTS = ("n", "clusters", "df", "df1", "df2", "before", "after", "least", "most", "unknown", "pairs", "used", "waves")


def p_text(p: float, lang: str) -> str:
    """``p = 0.032``, ``p < 0.001``."""
    if math.isnan(p):
        return "p –"
    return f"p < {number(0.001, lang, digits=3)}" if p < 0.001 else f"p = {number(p, lang, digits=3)}"


def check_text(check: Check, lang: str) -> str:
    """The sentence of a check."""
    check_lang(lang)
    values = dict(check.values)
    if check.key == "left_out":
        said = [_SAY(key, lang, n=count(round(float(n)), lang)) for key, n in check.values]
        return _SAY("left_out", lang, said=", ".join(said))
    key = check.key
    if f"{key}_{'ok' if check.ok else 'bad'}" in _SAY:
        key = f"{key}_{'ok' if check.ok else 'bad'}"
    return _SAY(key, lang, **{name: _shown(check.key, name, x, lang) for name, x in values.items()})


def _shown(key: str, name: str, x: float | str, lang: str) -> str:
    if isinstance(x, str):
        return clean_text(x)
    if name == "p":
        return p_text(x, lang)
    if key.startswith("answered_again"):
        return with_unit(x, "%", lang)
    if name == "common":
        return with_unit(x, "%", lang, digits=0)
    if key == "few_periods" or (name in _COUNTS and not (name == "before" and key != "few_periods")):
        return number(x, lang, digits=1 if name == "df" and x < 20 else 0)
    if name == "years":
        text = number(x, lang, digits=0 if abs(x - round(x)) < 0.05 else 1)
        one = "an" if lang == "fr" and x < 1.95 else "year" if text == "1" else ""
        return f"{text} {one or ('ans' if lang == 'fr' else 'years')}"
    if name == "alarm":
        return number(x, lang, digits=3)
    return number(x, lang, digits=4 if name == "theta" and abs(x) < 0.1 else 2)


_SAY = Phrases(
    {
        "srm_ok": {
            "en": "Sample ratio as planned: {counts} (χ² {chi2}, {p}; alarm below {alarm}).",
            "fr": "Répartition conforme au plan : {counts} (χ² {chi2}, {p} ; alerte sous {alarm}).",
        },
        "srm_bad": {
            "en": "SAMPLE RATIO MISMATCH: {counts} (χ² {chi2}, {p}, below {alarm}). Lots were not drawn as planned, or "
            "customers were lost; the effect cannot be trusted until the reason is known, and counts as observed, not tested.",
            "fr": "RÉPARTITION ANORMALE : {counts} (χ² {chi2}, {p}, sous {alarm}). Le tirage n’a pas suivi le plan, ou "
            "des clients ont été perdus ; l’effet n’est pas fiable tant que la cause est inconnue ; il vaut observation, et non "
            "test.",
        },
        "attrition_ok": {
            "en": "The outcome is missing about equally often in each arm: {shares} ({p}).",
            "fr": "Le résultat manque à peu près aussi souvent dans chaque groupe : {shares} ({p}).",
        },
        "attrition_bad": {
            "en": "The outcome is missing more often in one arm than in another ({shares}, {p}): those who answered may "
            "no longer be comparable.",
            "fr": "Le résultat manque plus souvent dans un groupe que dans l’autre ({shares}, {p}) : les répondants ne "
            "sont peut-être plus comparables.",
        },
        "crossed": {
            "en": "{n} customers or clusters are in more than one arm.",
            "fr": "{n} clients ou grappes figurent dans plus d’un groupe.",
        },
        "small": {
            "en": "A side has fewer than 30 ({n}): an indication, not a result.",
            "fr": "Un côté compte moins de 30 cas ({n}) : une indication, pas un résultat.",
        },
        "repeated": {
            "en": "The treated have {n} rows of {used} customers: the effect is that on one row, and a total counts each "
            "customer once.",
            "fr": "Les traités ont {n} lignes pour {used} clients : l’effet est celui d’une ligne, et un total compte chaque "
            "client une fois.",
        },
        "no_customers": {
            "en": "No id says which rows are of one customer: a total counts each row as a customer.",
            "fr": "Aucun identifiant ne dit quelles lignes sont d’un même client : un total compte chaque ligne comme un "
            "client.",
        },
        "left_out": {"en": "Rows left out: {said}.", "fr": "Lignes écartées : {said}."},
        "no_weight": {"en": "{n} without a weight", "fr": "{n} sans poids"},
        "no_group": {"en": "{n} in no group", "fr": "{n} hors des groupes"},
        "no_id": {"en": "{n} without an id", "fr": "{n} sans identifiant"},
        "no_date": {"en": "{n} without a date", "fr": "{n} sans date"},
        "no_answer": {"en": "{n} without the outcome", "fr": "{n} sans le résultat"},
        "still_open": {
            "en": "The period still running was left out ({n} answers).",
            "fr": "La période en cours a été écartée ({n} réponses).",
        },
        "cuped": {
            "en": "Adjusted for {before} (CUPED, slope {theta}); {unknown} without it stay as they are.",
            "fr": "Ajusté sur {before} (CUPED, pente {theta}) ; {unknown} cas sans cette mesure restent inchangés.",
        },
        "clusters": {
            "en": "Errors know which rows belong together: {clusters} clusters ({df} degrees of freedom).",
            "fr": "Les erreurs tiennent compte des lignes liées : {clusters} grappes ({df} degrés de liberté).",
        },
        "few_clusters": {
            "en": "Few clusters: {clusters} of them, {df} degrees of freedom. The interval allows for that, but rests on "
            "little.",
            "fr": "Peu de grappes : {clusters}, soit {df} degrés de liberté. L’intervalle en tient compte, mais repose "
            "sur peu de choses.",
        },
        "one_place": {
            "en": "One place against {clusters}: the error is how far places drift apart on their own, so it is only as "
            "good as these are like it.",
            "fr": "Un seul site face à {clusters} : l’erreur est l’écart que les sites prennent d’eux-mêmes ; elle ne "
            "vaut que s’ils se ressemblent.",
        },
        "two_places": {
            "en": "Only {clusters} places: whatever else happened in one of them counts as effect, and the interval does "
            "not know it.",
            "fr": "Seulement {clusters} sites : tout autre événement propre à l’un d’eux passe pour un effet, et "
            "l’intervalle l’ignore.",
        },
        "no_cluster": {
            "en": "Answers are taken as independent, in one treated and one other group: an event of its own in one group "
            "counts as effect, and the interval does not know it (cluster= names places or people).",
            "fr": "Les réponses sont supposées indépendantes, dans un groupe traité et un groupe témoin : un événement "
            "propre à un groupe passe pour un effet, et l’intervalle l’ignore (cluster= désigne sites ou personnes).",
        },
        "no_spread": {
            "en": "No spread to hold the difference against, so there is no interval.",
            "fr": "Aucune dispersion à laquelle comparer l’écart : pas d’intervalle.",
        },
        "pretrend_ok": {
            "en": "Before the action the groups moved alike as far as can be seen (F {f}, {p}); that is no proof that "
            "they would have gone on so.",
            "fr": "Avant l’action, les groupes évoluaient de même, pour autant qu’on puisse le voir (F {f}, {p}) ; cela "
            "ne prouve pas qu’ils auraient continué.",
        },
        "pretrend_bad": {
            "en": "The groups already moved apart before the action (F {f}, {p}): the effect may be that drift.",
            "fr": "Les groupes s’écartaient déjà avant l’action (F {f}, {p}) : l’effet peut n’être que cette dérive.",
        },
        "pretrend_unknown": {
            "en": "Whether the groups moved alike before the action could not be tested: too few periods or clusters.",
            "fr": "L’évolution parallèle avant l’action n’a pas pu être testée : trop peu de périodes ou de grappes.",
        },
        "composition_ok": {
            "en": "The mix of customers did not change differently in the two groups, by the controls named ({p}).",
            "fr": "La composition n’a pas évolué différemment dans les deux groupes, d’après les variables de contrôle "
            "({p}).",
        },
        "composition_bad": {
            "en": "The mix of customers changed differently in the two groups ({column}, {p}): part of the effect may be "
            "other customers, not changed ones.",
            "fr": "La composition a évolué différemment dans les deux groupes ({column}, {p}) : une part de l’effet peut "
            "tenir à d’autres clients plutôt qu’à des clients changés.",
        },
        "composition_unknown": {
            "en": "Not the same customers before and after; controls= would test whether their mix changed.",
            "fr": "Ce ne sont pas les mêmes clients avant et après ; controls= testerait si leur composition a changé.",
        },
        "split_period": {
            "en": "The action began within a period ({day}); that period is left out.",
            "fr": "L’action a commencé au cours d’une période ({day}), qui est écartée.",
        },
        "season_ok": {
            "en": "Yearly seasons are in the model ({years} of data).",
            "fr": "La saisonnalité annuelle est dans le modèle ({years} de données).",
        },
        "season_bad": {
            "en": "Yearly seasons are in the model, on {years} of data only: they are hardly known.",
            "fr": "La saisonnalité annuelle est dans le modèle, mais sur {years} seulement : elle est mal connue.",
        },
        "season_unknown": {
            "en": "Seasons are not in the model ({years} of data): a usual rise or fall at this time of year counts "
            "as effect.",
            "fr": "La saisonnalité n’est pas dans le modèle ({years} de données) : une variation habituelle à cette "
            "saison passe pour un effet.",
        },
        "few_periods": {
            "en": "Few periods: {before} before and {after} after.",
            "fr": "Peu de périodes : {before} avant et {after} après.",
        },
        "uneven": {
            "en": "Bases of the periods differ much ({least} to {most} answers).",
            "fr": "Les bases des périodes sont très inégales (de {least} à {most} réponses).",
        },
        "autocorrelation": {
            "en": "Neighbouring periods correlate by {rho}; the interval knows it.",
            "fr": "Les périodes voisines sont corrélées à {rho} ; l’intervalle en tient compte.",
        },
        "overlap_ok": {
            "en": "Treated and others overlap: {common} of the treated have a chance that others have too.",
            "fr": "Traités et témoins se recouvrent : {common} des traités ont une probabilité que des témoins ont aussi.",
        },
        "overlap_bad": {
            "en": "Only {common} of the treated have a chance to be treated that others have too: the rest is "
            "extrapolation or left out.",
            "fr": "Seuls {common} des traités ont une probabilité d’être traités que des témoins ont aussi : le reste est "
            "extrapolé ou écarté.",
        },
        "balance_ok": {
            "en": "Balanced by what is known: the largest difference is {largest} standard deviations ({column}).",
            "fr": "Groupes équilibrés sur ce qui est connu : l’écart le plus grand est de {largest} écart-type ({column}).",
        },
        "balance_bad": {
            "en": "Not balanced: {column} still differs by {largest} standard deviations.",
            "fr": "Déséquilibre : {column} diffère encore de {largest} écart-type.",
        },
        "unmatched_ok": {
            "en": "{n} treated customers have nobody like them and are left out ({used} remain).",
            "fr": "{n} clients traités sans témoin semblable sont écartés ({used} restent).",
        },
        "unmatched_bad": {
            "en": "{n} treated customers have nobody like them and are left out: the effect is that on the other {used}.",
            "fr": "{n} clients traités sans témoin semblable sont écartés : l’effet est celui des {used} autres.",
        },
        "no_control_value": {
            "en": "Customers left out because a control is missing: {n}.",
            "fr": "Clients écartés car une variable de contrôle manque : {n}.",
        },
        "unweighted": {
            "en": "The study’s weights are not used here: the effect is that on these customers.",
            "fr": "Les poids de l’étude ne sont pas utilisés ici : l’effet est celui de ces clients.",
        },
        "answered_again_ok": {
            "en": "Of the chosen, {treated} of the treated and {untreated} of the others answered again ({p}).",
            "fr": "Parmi les clients retenus, {treated} des traités et {untreated} des autres ont répondu à nouveau ({p}).",
        },
        "answered_again_bad": {
            "en": "Of the chosen, {treated} of the treated but {untreated} of the others answered again ({p}): those who "
            "did may no longer be comparable.",
            "fr": "Parmi les clients retenus, {treated} des traités mais {untreated} des autres ont répondu à nouveau "
            "({p}) : ils ne sont peut-être plus comparables.",
        },
        "answered_again_one": {
            "en": "Of the chosen, {treated} answered again; those who did not may think otherwise.",
            "fr": "Parmi les clients retenus, {treated} ont répondu à nouveau ; les autres peuvent penser autrement.",
        },
        "earlier": {
            "en": "The untreated pairs are from before the action: had scores moved anyway since, that would count as "
            "effect.",
            "fr": "Les paires non traitées datent d’avant l’action : si les notes ont bougé depuis pour une autre raison, "
            "cela passe pour un effet.",
        },
        "start": {
            "en": "Mean first answer: {treated} of the treated, {untreated} of those left alone; held against each other "
            "at the same first answer.",
            "fr": "Première réponse moyenne : {treated} chez les traités, {untreated} chez les autres ; comparaison à "
            "première réponse égale.",
        },
        "reliability": {
            "en": "With nothing done between, an answer keeps {reliability} of its distance from the mean of {mean} the "
            "next time ({pairs} pairs).",
            "fr": "Sans action entre deux réponses, la seconde garde en moyenne {reliability} de l’écart de la première à "
            "la moyenne de {mean} ({pairs} paires).",
        },
        "reliability_said": {
            "en": "The agreement of two answers of one person, {reliability}, was said, not measured here; the interval "
            "takes it as exact.",
            "fr": "La concordance de deux réponses d’une même personne, {reliability}, a été indiquée et non mesurée ici ; "
            "l’intervalle la tient pour exacte.",
        },
        "extrapolated": {
            "en": "Nobody with such a low answer was left alone: what would have come is drawn on from people with "
            "higher answers.",
            "fr": "Personne avec une réponse aussi basse n’a été laissé de côté : ce qui serait advenu est extrapolé à "
            "partir de réponses plus hautes.",
        },
    }
)
