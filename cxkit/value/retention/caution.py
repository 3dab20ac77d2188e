"""What a reader of a churn result must know, named and in words."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cxkit.present.numbers import count, day, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.value.retention.shared_words import p_said, share_said, time_said

__all__ = ["Caution", "Said", "caution", "notes"]


@dataclass(frozen=True, slots=True)
class Said:
    """A name that is another one in French."""

    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Caution:
    """A named warning or assumption.

    Attributes
    ----------
    key : str
        Stable name, such as ``left_before_since``.
    values : tuple of (str, value)
        The figures of its sentence, by name: whole numbers, numbers, days or texts.
    """

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def text(self, lang: str = "en") -> str:
        """The sentence, in the reader's language."""
        unit = dict(self.values).get("unit", "")
        said = {name: _said(name, value, unit, lang) for name, value in self.values}
        return _SAY(self.key, lang, **said)

    def __str__(self) -> str:
        return self.text()


def caution(key: str, **values: Any) -> Caution:
    """A caution of this name with its figures."""
    return Caution(key, tuple(values.items()))


def notes(cautions: tuple[Caution, ...], lang: str = "en") -> list[str]:
    """Their sentences."""
    return [c.text(lang) for c in cautions]


def _said(name: str, value: Any, unit: str, lang: str) -> str:
    if name == "share":
        return share_said(100 * value, lang, digits=0)
    if name == "p":
        return p_said(value, lang)
    return time_said(value, unit, lang) if name == "time" else _shown(value, lang)


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, Said):
        return clean_text(value.fr if lang == "fr" else value.en)
    if isinstance(value, dt.date):
        return day(value, lang)
    if isinstance(value, int):
        return count(value, lang)
    if isinstance(value, float):
        return number(value, lang, digits=3 if abs(value) < 0.1 else 2 if abs(value) < 10 else 1)
    return clean_text(value)


_SAY = Phrases(
    {
        "as_of": {
            "en": "As of {day}, the latest date in the data: say as_of= if the extract is of a later day.",
            "fr": "Situation au {day}, dernière date présente dans les données : préciser as_of= si l’extraction est plus récente.",
        },
        "as_of_capped": {
            "en": "As of {day}, the latest date in the data that is not after today. Later ones (up to {latest}), taken as not "
            "yet come: {n}; say as_of= if the extract is of another day.",
            "fr": "Situation au {day}, dernière date des données qui ne soit pas à venir. Dates postérieures (jusqu’au {latest}), "
            "considérées comme non échues : {n} ; préciser as_of= si l’extraction est d’un autre jour.",
        },
        "announced": {
            "en": "Days of leaving after today ({today}), counted as departures: {n}. If they are only announced, say "
            "as_of='{iso}'.",
            "fr": "Dates de départ postérieures à aujourd’hui ({today}), comptées comme des départs : {n}. Si ces départs sont "
            "seulement annoncés, préciser as_of='{iso}'.",
        },
        "as_of_alone": {
            "en": "That date stands alone, more than a year after the one before ({latest}): if it is a typing error, everybody "
            "seems to stay longer than he did; say as_of=.",
            "fr": "Cette date est isolée, plus d’un an après la précédente ({latest}) : si c’est une erreur de saisie, tous les "
            "clients semblent rester plus longtemps ; préciser as_of=.",
        },
        "as_of_said": {"en": "As of {day}.", "fr": "Situation au {day}."},
        "left_before_since": {
            "en": "Customers who left before they came, left out: {n}.",
            "fr": "Clients partis avant d’être arrivés, écartés : {n}.",
        },
        "no_since": {
            "en": "Customers without the day on which they came, left out: {n}.",
            "fr": "Clients sans date d’arrivée, écartés : {n}.",
        },
        "no_left": {
            "en": "Customers marked as gone without a day of leaving, left out: {n}.",
            "fr": "Clients marqués comme partis sans date de départ, écartés : {n}.",
        },
        "still_marked": {
            "en": "Customers with a day of leaving but marked as still here, left out: {n}.",
            "fr": "Clients avec une date de départ mais marqués comme présents, écartés : {n}.",
        },
        "no_flag": {
            "en": "Customers of whom it is not known whether they left, left out: {n}.",
            "fr": "Clients dont on ne sait pas s’ils sont partis, écartés : {n}.",
        },
        "bad_duration": {
            "en": "Customers with no usable duration, left out: {n}.",
            "fr": "Clients sans durée exploitable, écartés : {n}.",
        },
        "bad_money": {
            "en": "Customers with missing or negative revenue, left out of the revenue churn: {n}.",
            "fr": "Clients au revenu manquant ou négatif, écartés de l’attrition en revenu : {n}.",
        },
        "not_yet": {
            "en": "Customers who came only after that day, left out: {n}.",
            "fr": "Clients arrivés après cette date, écartés : {n}.",
        },
        "left_later": {
            "en": "Customers who left only after that day, counted as still here: {n}.",
            "fr": "Clients partis après cette date, comptés comme présents : {n}.",
        },
        "gone_before_entry": {
            "en": "Customers who had left before they were observed, left out: {n}.",
            "fr": "Clients partis avant le début de l’observation, écartés : {n}.",
        },
        "no_id": {
            "en": "Rows without a customer id, left out: {n}.",
            "fr": "Lignes sans identifiant client, écartées : {n}.",
        },
        "last_answer": {
            "en": "One row a customer. Customers with several answers, of whom the last counts: {n}.",
            "fr": "Une ligne par client. Clients ayant plusieurs réponses, dont la dernière compte : {n}.",
        },
        "tied": {
            "en": "Customers with several answers at one time: {n}; the lowest one counts.",
            "fr": "Clients ayant plusieurs réponses au même moment : {n} ; la plus basse est retenue.",
        },
        "class_at_start": {
            "en": "Each customer counts, in each period, in the group of the answer in force at its start.",
            "fr": "Dans chaque période, chaque client compte dans le groupe de sa réponse en vigueur au début de celle-ci.",
        },
        "not_yet_answered": {
            "en": "Customers who had not answered by the start of a period stand as (missing) in it. Who answers later cannot "
            "have left before, so that their rate is too low: they are not compared.",
            "fr": "Les clients qui n’avaient pas encore répondu au début d’une période y figurent comme (non renseigné). Qui répond "
            "plus tard n’a pas pu partir avant : leur taux est trop bas, et ils ne sont pas comparés.",
        },
        "before_answers": {
            "en": "Everybody in the table has answered, and nobody can have left before that: {share} of the time counted lies "
            "before first answers, so that the rate is too low. A table of all customers has no such gap.",
            "fr": "Tous les clients du fichier ont répondu, et aucun n’a pu partir avant : {share} du temps compté précède la "
            "première réponse, et le taux est donc trop bas. Un fichier de tous les clients n’a pas ce défaut.",
        },
        "never_together": {
            "en": "The groups were never here in one and the same period, so that nothing tells a difference between them from "
            "one between the periods.",
            "fr": "Les groupes n’ont jamais coexisté dans une même période : rien ne distingue un écart entre eux d’un écart entre "
            "les périodes.",
        },
        "class_of_last": {
            "en": "Each customer counts in the class of the last answer. Who left early could not give a later one: part of a "
            "difference may come from that.",
            "fr": "Chaque client compte dans la classe de sa dernière réponse. Qui est parti tôt n’a pas pu répondre plus tard : "
            "une partie d’un écart peut en venir.",
        },
        "money_cut": {
            "en": "Revenue churn takes {column} for money over equal time, such as a charge a month. Where it is what a customer "
            "brought in all, leaving has cut it short, and the rate is too low.",
            "fr": "L’attrition en revenu suppose que {column} porte sur une durée égale pour tous, comme un montant mensuel. Si "
            "c’est un cumul, le départ l’a écourté, et le taux est trop bas.",
        },
        "unweighted": {
            "en": "Every customer counts once: the weights of the study are not used here.",
            "fr": "Chaque client compte pour un : les pondérations de l’étude ne sont pas utilisées ici.",
        },
        "no_since_column": {
            "en": "Without the day on which customers came (since=), new ones cannot be told from those of the start of a period.",
            "fr": "Sans date d’arrivée (since=), les nouveaux clients ne se distinguent pas de ceux du début de période.",
        },
        "window": {
            "en": "Periods begin with the first departure in the data; who had gone before may not be in the table.",
            "fr": "Les périodes commencent au premier départ présent dans les données ; les clients partis avant peuvent "
            "manquer au fichier.",
        },
        "running": {
            "en": "The period still running, from {day}, is left out.",
            "fr": "La période en cours, à partir du {day}, est écartée.",
        },
        "flag_period": {
            "en": "The period that the flag covers is not stated, so that no annual rate follows: say months=.",
            "fr": "La durée couverte par l’indicateur n’est pas précisée, donc pas de taux annuel : indiquer months=.",
        },
        "flag_base": {
            "en": "The base is every customer of the table, so those who joined during the period too.",
            "fr": "La base comprend tous les clients du fichier, y compris ceux arrivés pendant la période.",
        },
        "undated_score": {
            "en": "The answers of {score} have no date: some may have been given after, or because of, leaving.",
            "fr": "Les réponses de {score} ne sont pas datées : certaines ont pu être données après le départ, ou à cause de lui.",
        },
        "in_force": {
            "en": "Each customer counts in the group of the answer in force, from the day of that answer on: a curve is that of "
            "somebody who would be in its group all the time, not of those who once were.",
            "fr": "Chaque client compte dans le groupe de sa réponse en vigueur, à partir du jour de cette réponse : une courbe est "
            "celle de qui resterait toujours dans son groupe, et non de ceux qui y sont passés.",
        },
        "after_leaving": {
            "en": "Answers given on or after the day of leaving, left out: {n}.",
            "fr": "Réponses données le jour du départ ou après, écartées : {n}.",
        },
        "later_answers": {
            "en": "Answers given only after that day, left out: {n}.",
            "fr": "Réponses données après cette date, écartées : {n}.",
        },
        "no_score": {
            "en": "Customers without an answer of {score}, left out: {n}.",
            "fr": "Clients sans réponse à {score}, écartés : {n}.",
        },
        "no_control": {
            "en": "Rows that lack a control, left out: {n}.",
            "fr": "Lignes auxquelles manque une variable de contrôle, écartées : {n}.",
        },
        "all_left": {
            "en": "Everybody in the table has left: if those still here are missing from it, people stay longer than this.",
            "fr": "Tous les clients du fichier sont partis : si les clients présents n’y figurent pas, la fidélité réelle est "
            "plus longue.",
        },
        "survivors_only": {
            "en": "Nobody left before {day}, where about {n} should have: who left earlier seems to be missing from the "
            "table, and people then seem to stay too long. In survival() say entered='{iso}'.",
            "fr": "Aucun départ avant le {day}, là où on en attendrait environ {n} : les clients partis plus tôt semblent "
            "absents du fichier, et la fidélité paraît alors trop longue. Dans survival(), préciser entered='{iso}'.",
        },
        "early_empty": {
            "en": "With late entry few are at risk early on ({n} at {time}): the whole curve rests on them.",
            "fr": "Avec l’entrée tardive, peu de clients sont à risque au début ({n} à {time}) : toute la courbe en dépend.",
        },
        "thin": {
            "en": "Customers observed as long as {time}, in the group that has fewest: {n}. That end of a curve may change much "
            "with a few of them.",
            "fr": "Clients observés jusqu’à {time}, dans le groupe qui en a le moins : {n}. La fin de cette courbe peut beaucoup "
            "changer avec quelques-uns d’entre eux.",
        },
        "beyond": {
            "en": "Nobody was seen as long as {time}: no estimate there.",
            "fr": "Personne n’a été observé aussi longtemps que {time} : pas d’estimation.",
        },
        "no_reason": {
            "en": "Departures without a reason, a reason of their own here: {n}.",
            "fr": "Départs sans motif, comptés comme un motif à part : {n}.",
        },
        "few_events": {
            "en": "Few departures ({n}) for the number of terms ({terms}), under ten each: the estimates are unstable.",
            "fr": "Peu de départs ({n}) pour le nombre de termes ({terms}), moins de dix par terme : estimations instables.",
        },
        "not_proportional": {
            "en": "The effect changes with time (test of proportional hazards, {p}: {terms}): the ratio is an average.",
            "fr": "L’effet varie dans le temps (test des risques proportionnels, {p} : {terms}) : le rapport est une moyenne.",
        },
        "baseline": {
            "en": "The course of the risk over time is taken as smooth (logarithm of time and time).",
            "fr": "L’évolution du risque dans le temps est supposée régulière (logarithme du temps et temps).",
        },
        "poor_calibration": {
            "en": "The probabilities do not come true as they stand (slope {slope}, {p}): use the order, not the figures.",
            "fr": "Les probabilités ne se vérifient pas telles quelles (pente {slope}, {p}) : se fier à l’ordre, pas aux chiffres.",
        },
        "off_tenths": {
            "en": "Of {of} classes of predictions, those where more or fewer left than predicted: {n} ({p}). Use the order, not "
            "the figures.",
            "fr": "Sur {of} classes de prédictions, celles où les départs diffèrent de ce qui était prédit : {n} ({p}). Se fier à "
            "l’ordre, pas aux chiffres.",
        },
        "told": {
            "en": "{score} tells without error who left (those who answered {always} all left, {never} none): such answers "
            "are often given after, or because of, leaving (leakage), and the ratio then means nothing.",
            "fr": "{score} indique sans erreur qui est parti (réponses {always} : tous ; {never} : aucun) : de telles réponses "
            "sont souvent données après le départ ou à cause de lui (fuite), et le rapport n’a alors pas de sens.",
        },
        "totals": {
            "en": "{controls}: if that is a total up to the day of the extract, leaving has cut it short, and it knows who left "
            "(leakage): the proof is then too good and the score seems to matter less. Link it with when= and a window that "
            "ends before the answer.",
            "fr": "{controls} : s’il s’agit d’un cumul jusqu’à l’extraction, le départ l’a écourté et il sait qui est parti "
            "(fuite) : la preuve est alors trop belle et la note semble moins compter. Le lier avec when= et une fenêtre qui "
            "s’achève avant la réponse.",
        },
        "flag_future": {
            "en": "The flag tells of a past period: the list supposes that the next one is like it.",
            "fr": "L’indicateur porte sur une période passée : la liste suppose que la suivante lui ressemblera.",
        },
        "too_good": {
            "en": "AUC {auc}: so good a prediction often means that a term knows the outcome (leakage).",
            "fr": "AUC {auc} : une prédiction aussi bonne signifie souvent qu’une variable connaît déjà le résultat (fuite).",
        },
        "no_better": {
            "en": "The predictions are no better than the overall rate: the order of the list may be chance.",
            "fr": "Les prédictions ne font pas mieux que le taux moyen : l’ordre de la liste peut être dû au hasard.",
        },
        "chosen_Q": {
            "en": "By quarter, for there would be more than {n} cohorts by month: freq= says another length.",
            "fr": "Par trimestre, car il y aurait plus de {n} cohortes mensuelles : freq= fixe une autre durée.",
        },
        "chosen_Y": {
            "en": "By year, for there would be more than {n} cohorts by quarter: freq= says another length.",
            "fr": "Par année, car il y aurait plus de {n} cohortes trimestrielles : freq= fixe une autre durée.",
        },
        "first_cohort": {
            "en": "The first cohort ({cohort}) is everybody seen in the first period, old customers too.",
            "fr": "La première cohorte ({cohort}) réunit tous les clients vus dans la première période, anciens compris.",
        },
        "returns": {
            "en": "Rows with a revenue of zero or less (returns), not counted as activity: {n}.",
            "fr": "Lignes au revenu nul ou négatif (retours), non comptées comme activité : {n}.",
        },
        "no_date": {"en": "Rows without a date, left out: {n}.", "fr": "Lignes sans date, écartées : {n}."},
        "small": {
            "en": "Bases under {small}: {n}. An indication, not a result.",
            "fr": "Bases inférieures à {small} : {n}. Une indication, pas un résultat.",
        },
    }
)
