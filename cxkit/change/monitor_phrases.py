"""The phrases of monitoring in French and English, and how its values and dates are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cxkit.present.numbers import number, period, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import MetricLabel
from cxkit.present.words import group_name

__all__ = ["date_range", "group_title", "level_text", "p_text", "say", "signal_names", "units"]

say = Phrases(
    {
        "D": {"en": "day", "fr": "jour"},
        "W": {"en": "week", "fr": "semaine"},
        "M": {"en": "month", "fr": "mois"},
        "Q": {"en": "quarter", "fr": "trimestre"},
        "Y": {"en": "year", "fr": "année"},
        "Ds": {"en": "days", "fr": "jours"},
        "Ws": {"en": "weeks", "fr": "semaines"},
        "Ms": {"en": "months", "fr": "mois"},
        "Qs": {"en": "quarters", "fr": "trimestres"},
        "Ys": {"en": "years", "fr": "années"},
        # Rules, long for tables and short for labels in a drawing.
        "beyond_limits": {"en": "beyond the limits", "fr": "hors limites"},
        "two_of_three": {"en": "2 of 3 far out on one side", "fr": "2 sur 3 loin du même côté"},
        "four_of_five": {"en": "4 of 5 out on one side", "fr": "4 sur 5 du même côté"},
        "nine_on_one_side": {"en": "9 in a row on one side", "fr": "9 de suite du même côté"},
        "six_in_a_row": {"en": "6 in a row up or down", "fr": "6 de suite en hausse ou en baisse"},
        "beyond_limits_short": {"en": "out", "fr": "hors limites"},
        "two_of_three_short": {"en": "2 of 3", "fr": "2 sur 3"},
        "four_of_five_short": {"en": "4 of 5", "fr": "4 sur 5"},
        "nine_on_one_side_short": {"en": "9 one side", "fr": "9 d’un côté"},
        "six_in_a_row_short": {"en": "6 in a row", "fr": "6 de suite"},
        "shewhart": {"en": "Shewhart chart", "fr": "carte de Shewhart"},
        "ewma": {"en": "EWMA chart", "fr": "carte EWMA"},
        "cusum": {"en": "CUSUM chart", "fr": "carte CUSUM"},
        "quiet": {
            "en": "{name}: no signal in {k} {units}. The scatter is what a steady score of this base shows; "
            "that does not prove that nothing moved.",
            "fr": "{name} : aucun signal en {k} {units}. La dispersion est celle d’un score stable sur ces bases ; "
            "cela ne prouve pas que rien n’a bougé.",
        },
        "signals": {
            "en": "{name}: signals in {s} of {k} {units}; the latest is {period}, at {estimate} (n = {n}), "
            "{side} its normal level of {centre} ({rules}).",
            "fr": "{name} : signaux sur {s} des {k} {units} ; le dernier, {period}, à {estimate} (n = {n}), "
            "{side} du niveau habituel de {centre} ({rules}).",
        },
        "above": {"en": "above", "fr": "au-dessus"},
        "below": {"en": "below", "fr": "en dessous"},
        "chance": {
            "en": "A steady series like this one would show at least one signal in {chance} of cases: "
            "a signal is a reason to look for a cause, not a finding.",
            "fr": "Une série stable comparable montrerait au moins un signal dans {chance} des cas : "
            "un signal invite à chercher une cause, il ne la prouve pas.",
        },
        "chance_rare": {
            "en": "A steady series like this one would show a signal in less than 1% of cases: "
            "a signal is a reason to look for a cause, not a finding.",
            "fr": "Une série stable comparable montrerait un signal dans moins de 1 % des cas : "
            "un signal invite à chercher une cause, il ne la prouve pas.",
        },
        "chance_many": {
            "en": "If nothing had moved, about {expected} of these {groups} charts would signal by chance.",
            "fr": "Si rien n’avait bougé, environ {expected} de ces {groups} cartes donneraient un signal par hasard.",
        },
        "silent": {"en": "No signal in the other groups: {k}.", "fr": "Aucun signal dans les autres groupes : {k}."},
        "all_silent": {
            "en": "{name}: no signal in any of the {k} groups. That does not prove that nothing moved.",
            "fr": "{name} : aucun signal dans aucun des {k} groupes. Cela ne prouve pas que rien n’a bougé.",
        },
        "repeated": {
            "en": "Respondents who answer in several {units} make these alike; what is said of chance allows for it, "
            "with one correlation for all {units}.",
            "fr": "Des répondants présents sur plusieurs {units} rendent leurs scores ressemblants ; la part du hasard "
            "en tient compte, avec une seule corrélation pour l’ensemble.",
        },
        "laney": {
            "en": "The {units} scatter {times} times as much as sampling alone explains; the limits are widened for it.",
            "fr": "Les {units} se dispersent {times} fois plus que ne l’explique l’échantillonnage seul ; "
            "les limites en tiennent compte.",
        },
        "provisional": {
            "en": "Limits from only {k} {units} are provisional: 20 or more make them firm.",
            "fr": "Des limites tirées de {k} {units} seulement sont provisoires : il en faut au moins 20.",
        },
        "no_limits": {
            "en": "{name}: no limits, because the answers of the baseline are all alike or there is one period only.",
            "fr": "{name} : pas de limites, car les réponses de référence sont toutes identiques ou il n’y a qu’une période.",
        },
        "small_periods": {
            "en": "{units} with fewer than {small} answers: {k}; their limits are approximate.",
            "fr": "{units} de moins de {small} réponses : {k} ; leurs limites sont approximatives.",
        },
        "all_periods": {
            "en": "The limits come from all periods, those that signal included.",
            "fr": "Les limites viennent de toutes les périodes, y compris celles qui donnent un signal.",
        },
        "monitor_caption": {
            "en": "{name} by {unit}: {chart}, limits at {limits} standard errors",
            "fr": "{name} par {unit} : {chart}, limites à {limits} erreurs types",
        },
        "centre": {"en": "Centre", "fr": "Centre"},
        "limits": {"en": "Limits", "fr": "Limites"},
        "signal": {"en": "Signal", "fr": "Signal"},
        "average": {"en": "Moving average", "fr": "Moyenne mobile"},
        "sum": {"en": "Cumulative sum", "fr": "Somme cumulée"},
        "sum_axis": {"en": "Cumulative sum (standard errors)", "fr": "Somme cumulée (erreurs types)"},
        "baseline": {"en": "baseline", "fr": "référence"},
        "each": {"en": "Score of the {unit}", "fr": "Score ({unit})"},
        # Dates of change.
        "no_change": {
            "en": "{name}: no change of level found in {k} {units} (from {first} to {last}). "
            "Smaller changes than these bases can show may be there.",
            "fr": "{name} : aucun changement de niveau décelé en {k} {units} (entre {first} et {last}). "
            "Des changements trop petits pour ces bases ont pu passer inaperçus.",
        },
        "changed": {
            "en": "{name} {moved} by {delta}, from {before} to {after}, most likely in {period} "
            "({level} confidence: {range}; {p}; n = {n}).",
            "fr": "{name} : {moved} de {delta}, de {before} à {after}, le plus probablement en {period} "
            "(confiance {level} : {range} ; {p} ; n = {n}).",
        },
        "rose": {"en": "rose", "fr": "hausse"},
        "fell": {"en": "fell", "fr": "baisse"},
        "range": {"en": "{low} to {high}", "fr": "{low} à {high}"},
        "silent_changes": {
            "en": "No change found in the other groups: {k}.",
            "fr": "Aucun changement décelé dans les autres groupes : {k}.",
        },
        "all_silent_changes": {
            "en": "{name}: no change of level found in any of the {k} groups. "
            "Smaller changes than these bases can show may be there.",
            "fr": "{name} : aucun changement de niveau décelé dans aucun des {k} groupes. "
            "Des changements trop petits pour ces bases ont pu passer inaperçus.",
        },
        "date_not_cause": {
            "en": "A date is not a cause: what else happened then remains to be checked.",
            "fr": "Une date n’est pas une cause : il reste à vérifier ce qui s’est passé alors.",
        },
        "changes_caption": {
            "en": "{name}: changes of level by {unit}, dates at {level} confidence",
            "fr": "{name} : changements de niveau par {unit}, dates à {level} de confiance",
        },
        "changes_none_row": {"en": "no change found", "fr": "aucun changement décelé"},
        "since": {"en": "First {unit} of the new level", "fr": "Début du nouveau niveau"},
        "between": {"en": "Between", "fr": "Entre"},
        "before": {"en": "Before", "fr": "Avant"},
        "after": {"en": "After", "fr": "Après"},
        "delta": {"en": "Change", "fr": "Écart"},
        "p": {"en": "p", "fr": "p"},
        # A running score.
        "run_now": {
            "en": "{name} since {start}: {estimate} (n = {n}), {level} anytime-valid interval {interval}: "
            "it holds however often one looks.",
            "fr": "{name} depuis le {start} : {estimate} (n = {n}), intervalle {interval} à {level}, "
            "valable quel que soit le nombre de consultations.",
        },
        "run_alone": {
            "en": "{name} since {start}: {estimate} (n = {n}).",
            "fr": "{name} depuis le {start} : {estimate} (n = {n}).",
        },
        "run_alike": {
            "en": "No interval is given: all answers so far are alike, which says nothing of how far others may be.",
            "fr": "Aucun intervalle n’est donné : toutes les réponses à ce jour sont identiques, "
            "ce qui ne dit rien de l’écart possible des suivantes.",
        },
        "run_above": {
            "en": "Above the target of {target} since {when}: that may be acted on without waiting.",
            "fr": "Au-dessus de la cible de {target} depuis le {when} : on peut agir sans attendre.",
        },
        "run_below": {
            "en": "Below the target of {target} since {when}: that may be acted on without waiting.",
            "fr": "En dessous de la cible de {target} depuis le {when} : on peut agir sans attendre.",
        },
        "run_open": {
            "en": "Neither above nor below the target of {target} yet.",
            "fr": "Pas encore tranché par rapport à la cible de {target}.",
        },
        "run_mixture": {
            "en": "It is the mean of all answers so far; if the level moved on the way, it is a mixture.",
            "fr": "C’est la moyenne de toutes les réponses à ce jour ; si le niveau a bougé en route, c’est un mélange.",
        },
        "run_early": {
            "en": "Under {first} answers no interval narrower than the scale is given.",
            "fr": "Sous {first} réponses, aucun intervalle plus étroit que l’échelle n’est donné.",
        },
        "run_early_base": {
            "en": "These {n} answers are worth {base} independent ones (weights, or several from one respondent or "
            "account); under {first} no interval narrower than the scale is given.",
            "fr": "Ces {n} réponses en valent {base} indépendantes (poids, ou plusieurs d’un même répondant ou compte) ; "
            "sous {first}, aucun intervalle plus étroit que l’échelle n’est donné.",
        },
        "run_early_unknown": {
            "en": "Under {first} answers no interval is given.",
            "fr": "Sous {first} réponses, aucun intervalle n’est donné.",
        },
        "run_caption": {
            "en": "{name} so far, with {level} intervals that hold at every look",
            "fr": "{name} cumulé, intervalles à {level} valables à chaque consultation",
        },
        "target": {"en": "target {target}", "fr": "cible {target}"},
        "versus_target": {"en": "Target", "fr": "Cible"},
        "open": {"en": "undecided", "fr": "non tranché"},
    }
)


def level_text(label: MetricLabel, x: float, lang: str, *, sign: bool = False) -> str:
    """A value of the metric; signed where its scale goes below 0, as scores are shown elsewhere."""
    signed = sign or (label.bounds is not None and label.bounds[0] < 0)
    return with_unit(x, label.unit, lang, digits=label.digits, sign=signed)


def signal_names(rules: tuple[str, ...], lang: str, *, short: bool = False) -> str:
    """The rules broken, as readers see them."""
    return ", ".join(say(f"{rule}_short" if short else rule, lang) for rule in rules)


def group_title(label: MetricLabel, group: tuple[Any, ...], lang: str) -> str:
    """The metric, and the group if there is one."""
    return label.title(lang) + (f" · {group_name(group, lang)}" if group else "")


def p_text(p: float, lang: str) -> str:
    """``p = 0.012``, ``p < 0.001``."""
    bound = number(0.001, lang, digits=3)
    return f"p < {bound}" if p < 0.001 else f"p = {number(p, lang, digits=3)}"


def units(freq: str, lang: str) -> str:
    """The periods that are counted: ``weeks``."""
    return say(f"{freq}s", lang)


def date_range(low: dt.date, high: dt.date, freq: str, lang: str) -> str:
    """``W09 2026 to W12 2026``; one period stands alone."""
    if low == high:
        return period(low, freq, lang)
    return say("range", lang, low=period(low, freq, lang), high=period(high, freq, lang))
