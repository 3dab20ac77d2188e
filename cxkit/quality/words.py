"""The sentences of an audit, in English and French."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["CHECKS", "FLAGS", "detail", "say"]

#: Names of the checks.
CHECKS = Phrases(
    {
        "speeders": {"en": "Speeders", "fr": "Réponses trop rapides"},
        "straight_liners": {"en": "Straight-liners", "fr": "Réponses identiques en série"},
        "items_scale": {"en": "Scale of the items", "fr": "Échelle des items"},
        "duplicates": {"en": "Duplicates", "fr": "Doublons"},
        "same_day": {"en": "Same person, same day", "fr": "Même personne, même jour"},
        "repeats": {"en": "Repeat respondents", "fr": "Répondants récurrents"},
        "ids": {"en": "Identifiers", "fr": "Identifiants"},
        "labels": {"en": "Group labels", "fr": "Libellés de groupe"},
        "dates": {"en": "Dates", "fr": "Dates"},
        "gaps": {"en": "Gaps in time", "fr": "Trous dans le temps"},
        "partial_period": {"en": "Partial periods", "fr": "Périodes incomplètes"},
        "volume": {"en": "Breaks in volume", "fr": "Ruptures de volume"},
        "missing": {"en": "Missing answers", "fr": "Réponses manquantes"},
        "funnel": {"en": "Response rate", "fr": "Taux de réponse"},
        "comments": {"en": "Comment bias", "fr": "Biais des commentaires"},
        "scores": {"en": "Scores without the flagged", "fr": "Scores sans les réponses signalées"},
    }
)

#: Which rows are left out.
FLAGS = Phrases(
    {
        "": {"en": "All answers", "fr": "Toutes les réponses"},
        "speeders": {"en": "Without speeders", "fr": "Sans les réponses trop rapides"},
        "straight_liners": {"en": "Without straight-liners", "fr": "Sans les réponses identiques en série"},
        "duplicates": {"en": "Without duplicates", "fr": "Sans les doublons"},
        "flagged": {"en": "Without all of these", "fr": "Sans aucune de celles-ci"},
    }
)

#: Headings and summary.
say = Phrases(
    {
        "ok": {"en": "ok", "fr": "rien à signaler"},
        "info": {"en": "to know", "fr": "à savoir"},
        "warning": {"en": "to look at", "fr": "à examiner"},
        "not_checked": {"en": "not checked", "fr": "non vérifié"},
        "caption": {"en": "Audit of {rows} rows from {source}", "fr": "Audit de {rows} lignes de {source}"},
        "check": {"en": "Check", "fr": "Contrôle"},
        "what": {"en": "Of", "fr": "Objet"},
        "count": {"en": "Count", "fr": "Nombre"},
        "share": {"en": "Share", "fr": "Part"},
        "severity": {"en": "Verdict", "fr": "Verdict"},
        "detail": {"en": "Detail", "fr": "Détail"},
        "summary": {
            "en": "{rows} rows, {checked} checks: {warnings} to look at, {infos} to know, {ok} with nothing to report.",
            "fr": "{rows} lignes, {checked} contrôles : {warnings} à examiner, {infos} à savoir, "
            "{ok} sans rien à signaler.",
        },
        "unchecked": {"en": "Not checked: {names}.", "fr": "Non vérifié : {names}."},
        "effect": {
            "en": "{metric} is {all} {all_interval} with all {n} answers and {kept} {kept_interval} "
            "without the {gone} flagged: {verdict}.",
            "fr": "{metric} : {all} {all_interval} avec les {n} réponses, {kept} {kept_interval} "
            "sans les {gone} signalées : {verdict}.",
        },
        "effect_small": {
            "en": "the change is smaller than the margin of error",
            "fr": "l’écart est inférieur à la marge d’erreur",
        },
        "effect_large": {
            "en": "the change exceeds the margin of error, so say which of the two you report",
            "fr": "l’écart dépasse la marge d’erreur : dites lequel des deux vous publiez",
        },
        "flag_not_fault": {
            "en": "A flag is a reason to look, not a proof: nothing has been removed.",
            "fr": "Un signalement invite à regarder, il ne prouve rien : aucune ligne n’a été retirée.",
        },
        "forest": {
            "en": "{metric} with and without the flagged answers, {level} CI",
            "fr": "{metric} avec et sans les réponses signalées, IC {level}",
        },
        "funnel": {"en": "From the invitation to the answer", "fr": "De l’invitation à la réponse"},
        "invited": {"en": "Invited", "fr": "Invités"},
        "delivered": {"en": "Delivered", "fr": "Délivrés"},
        "opened": {"en": "Opened", "fr": "Ouverts"},
        "started": {"en": "Started", "fr": "Commencés"},
        "finished": {"en": "Finished", "fr": "Terminés"},
        "people": {"en": "Number", "fr": "Nombre"},
        "of_previous": {"en": "{share} of the step before", "fr": "{share} de l’étape précédente"},
        "volume": {"en": "Answers by period", "fr": "Réponses par période"},
        "empty": {"en": "none", "fr": "aucune"},
        "rule_median": {"en": "a third of the median", "fr": "un tiers de la médiane"},
        "rule_said": {"en": "the limit that was said", "fr": "la limite indiquée"},
        "without": {"en": "without {parts}", "fr": "sans {parts}"},
    }
)

#: What was found, by the key of the finding.
detail = Phrases(
    {
        "unavailable": {"en": "not checked: {reason}", "fr": "non vérifié : {reason}"},
        "say": {"en": "not checked: say {option}", "fr": "non vérifié : indiquez {option}"},
        # Speed
        "speeders": {
            "en": "{n} of {of} timed answers ({share}) took less than {least} s ({rule}); the median is {median} s",
            "fr": "{n} réponses chronométrées sur {of} ({share}) ont pris moins de {least} s ({rule}) ; "
            "médiane {median} s",
        },
        "speeders_untimed": {
            "en": "{n} of {of} timed answers ({share}) took less than {least} s ({rule}); the median is {median} s; "
            "{untimed} rows have no time and cannot be judged",
            "fr": "{n} réponses chronométrées sur {of} ({share}) ont pris moins de {least} s ({rule}) ; "
            "médiane {median} s ; {untimed} lignes sans durée ne peuvent être jugées",
        },
        "speed_unit": {
            "en": "the median time is {median} s, more than ten hours: are these milliseconds? Divide by 1000",
            "fr": "la durée médiane est de {median} s, plus de dix heures : s’agit-il de millisecondes ? "
            "Divisez par 1000",
        },
        # Straight-lining
        "straight": {
            "en": "{n} of {of} rows with at least {fewest} of the {items} items answered ({share}) give them all one "
            "answer, {top} of them the best one on offer; about {share_expected} would by chance at this agreement "
            "between items. An honest customer may answer so",
            "fr": "{n} lignes sur {of} ayant au moins {fewest} des {items} items renseignés ({share}) donnent partout "
            "la même réponse, dont {top} la plus haute ; le hasard en donnerait environ {share_expected} à ce niveau "
            "d’accord entre items. Un client sincère peut répondre ainsi",
        },
        "items_scale": {
            "en": "the items do not seem to be on one scale: highest answers {highest}",
            "fr": "les items ne semblent pas sur une même échelle : réponses les plus hautes {highest}",
        },
        # People
        "duplicates": {
            "en": "{n} rows ({share}) repeat another row of the same id in every column",
            "fr": "{n} lignes ({share}) répètent dans toutes leurs colonnes une autre ligne du même identifiant",
        },
        "duplicates_none": {
            "en": "no row repeats another one of the same id",
            "fr": "aucune ligne n’en répète une autre du même identifiant",
        },
        "same_day": {
            "en": "{n} more answers ({share}) come from a person who already answered that day, apart from identical rows",
            "fr": "{n} réponses de plus ({share}) viennent d’une personne ayant déjà répondu ce jour-là, "
            "hors lignes identiques",
        },
        "same_day_none": {
            "en": "nobody answers twice on one day, apart from identical rows",
            "fr": "personne ne répond deux fois le même jour, hors lignes identiques",
        },
        "repeats": {
            "en": "{n} of {of} people ({share}) answered more than once, {most} times at most, {mean} times on average: "
            "intervals of all answers together are too narrow unless the study says cluster=",
            "fr": "{n} personnes sur {of} ({share}) ont répondu plusieurs fois, {most} fois au plus, {mean} fois en "
            "moyenne : les intervalles sur l’ensemble sont trop étroits si l’étude ne dit pas cluster=",
        },
        "repeats_known": {
            "en": "{n} of {of} people ({share}) answered more than once, {most} times at most, {mean} times on average; "
            "the study says cluster=, so the intervals know of it",
            "fr": "{n} personnes sur {of} ({share}) ont répondu plusieurs fois, {most} fois au plus, {mean} fois en "
            "moyenne ; l’étude dit cluster=, les intervalles en tiennent compte",
        },
        "repeats_month_known": {
            "en": "{n} of {of} times that a person answered in a month ({share}), it was more than once, "
            "{most} times at most; the study says cluster=",
            "fr": "sur {of} couples personne-mois, {n} ({share}) comptent plusieurs réponses, {most} au plus ; "
            "l’étude dit cluster=",
        },
        "repeats_month": {
            "en": "{n} of {of} times that a person answered in a month ({share}), it was more than once, "
            "{most} times at most: the month’s interval is too narrow unless the study says cluster=",
            "fr": "sur {of} couples personne-mois, {n} ({share}) comptent plusieurs réponses, {most} au plus : "
            "l’intervalle du mois est trop étroit si l’étude ne dit pas cluster=",
        },
        "repeats_none": {"en": "every person answered once", "fr": "chaque personne a répondu une seule fois"},
        "repeats_month_none": {
            "en": "nobody answered twice in a month",
            "fr": "personne n’a répondu deux fois dans un même mois",
        },
        "ids_float": {
            "en": "{n} ids ({share}) are numbers too long for a float: different people have become one. "
            "Read the column as text",
            "fr": "{n} identifiants ({share}) sont des nombres trop longs pour un flottant : des personnes "
            "différentes sont confondues. Lisez la colonne comme du texte",
        },
        "ids_scientific": {
            "en": "{n} ids ({share}) look like 5.7E+17: a spreadsheet cut them off. Export them as text again",
            "fr": "{n} identifiants ({share}) ressemblent à 5.7E+17 : un tableur les a tronqués. "
            "Exportez-les de nouveau comme du texte",
        },
        "ids_zeros": {
            "en": "{n} ids ({share}) end in zeros after fifteen digits: a spreadsheet rounded them. "
            "Export them as text again",
            "fr": "{n} identifiants ({share}) finissent par des zéros après quinze chiffres : un tableur les a "
            "arrondis. Exportez-les de nouveau comme du texte",
        },
        "ids_missing": {"en": "{n} rows ({share}) have no id", "fr": "{n} lignes ({share}) n’ont pas d’identifiant"},
        "ids_none": {"en": "every row has an id, and none looks damaged",
                     "fr": "chaque ligne a un identifiant, aucun ne semble abîmé"},
        # Labels
        "labels_same": {
            "en": "{labels} are one label but for case, accents or blanks; {n} rows ({share}) are apart from the rest",
            "fr": "{labels} ne diffèrent que par la casse, les accents ou les espaces ; "
            "{n} lignes ({share}) sont à part",
        },
        "labels_near": {
            "en": "{labels} differ by one letter, and one is rare: a slip of the keyboard?",
            "fr": "{labels} diffèrent d’une lettre et l’un est rare : une faute de frappe ?",
        },
        "labels_none": {
            "en": "{levels} labels, none close to another",
            "fr": "{levels} libellés, aucun proche d’un autre",
        },
        "labels_many": {
            "en": "not checked: {levels} different labels are no grouping",
            "fr": "non vérifié : {levels} libellés différents ne forment pas un regroupement",
        },
        # Time
        "dates_missing": {
            "en": "{n} rows ({share}) have no date and are in no period",
            "fr": "{n} lignes ({share}) sans date ne comptent dans aucune période",
        },
        "dates_odd": {
            "en": "{n} rows ({share}) are dated before 1990, the first {first}: a default of the system?",
            "fr": "{n} lignes ({share}) sont datées d’avant 1990, la première du {first} : "
            "une valeur par défaut du système ?",
        },
        "dates_none": {"en": "every row has a date, from {first} to {last}",
                       "fr": "chaque ligne a une date, du {first} au {last}"},
        "gaps_periods": {
            "en": "periods without an answer, of {of} between {first} and {last}: {n} ({names})",
            "fr": "périodes sans réponse, sur {of} entre le {first} et le {last} : {n} ({names})",
        },
        "gaps_days": {
            "en": "{n} days without an answer from {start} to {end}, more than chance makes likely at this rate "
            "(such gaps: {gaps})",
            "fr": "{n} jours sans réponse du {start} au {end}, plus que le hasard ne le rend probable à ce rythme "
            "(trous de ce genre : {gaps})",
        },
        "gaps_none": {
            "en": "answers in each of {of} periods, and no unlikely gap of days",
            "fr": "des réponses dans chacune des {of} périodes, et aucun trou improbable",
        },
        "gaps_one_day": {"en": "all answers are of one day", "fr": "toutes les réponses sont du même jour"},
        "partial_last": {
            "en": "the last period, {name}, stops on {last}: do not read it as a whole one",
            "fr": "la dernière période, {name}, s’arrête le {last} : ne la lisez pas comme complète",
        },
        "partial_first": {
            "en": "the first period, {name}, only starts on {first}",
            "fr": "la première période, {name}, ne commence que le {first}",
        },
        "partial_none": {
            "en": "the first and the last period look whole",
            "fr": "la première et la dernière période semblent complètes",
        },
        "volume_break": {
            "en": "breaks: {n}; the sharpest from {before} answers to {after} in {name}: did the sample or the "
            "invitation change?",
            "fr": "ruptures : {n} ; la plus nette, de {before} réponses à {after} ({name}) : l’échantillon ou "
            "l’invitation ont-ils changé ?",
        },
        "volume_none": {
            "en": "no period has twice or half the answers of the one before",
            "fr": "aucune période n’a le double ou la moitié des réponses de la précédente",
        },
        # Missing
        "missing": {"en": "{n} of {of} rows ({share}) have no answer",
                    "fr": "{n} lignes sur {of} ({share}) sont sans réponse"},
        "missing_none": {"en": "every row has an answer", "fr": "chaque ligne a une réponse"},
        "missing_moves": {
            "en": "{n} of {of} rows ({share}) have no answer, and the share changes over time: {share_least} in "
            "{least}, {share_most} in {most}",
            "fr": "{n} lignes sur {of} ({share}) sont sans réponse, et cette part varie dans le temps : "
            "{share_least} ({least}), {share_most} ({most})",
        },
        # Response
        "response": {
            "en": "{n} of {of} people invited finished: {share} [{low} ; {high}]. The intervals of the scores say "
            "nothing of those who did not answer",
            "fr": "{n} personnes sur {of} invitées ont terminé : {share} [{low} ; {high}]. Les intervalles des scores "
            "ne disent rien de celles qui n’ont pas répondu",
        },
        "response_rows": {
            "en": "{n} people invited finished, and the study holds {of} rows: are these the same survey?",
            "fr": "{n} personnes invitées ont terminé, et l’étude compte {of} lignes : s’agit-il de la même enquête ?",
        },
        "response_partly": {
            "en": "the funnel ends before the answer: say how many finished",
            "fr": "l’entonnoir s’arrête avant la réponse : indiquez combien ont terminé",
        },
        # Comments
        "comments": {
            "en": "{with_estimate} with a comment ({n}), {without_estimate} without ({others}): "
            "difference {delta} [{low} ; {high}]",
            "fr": "{with_estimate} avec commentaire ({n}), {without_estimate} sans ({others}) : "
            "écart {delta} [{low} ; {high}]",
        },
        "comments_one_side": {
            "en": "not checked: all answers have a comment, or none has",
            "fr": "non vérifié : toutes les réponses ont un commentaire, ou aucune",
        },
        # Scores
        "shift": {
            "en": "without the {n} flagged answers ({share}) {after} instead of {before}: moved by {delta}, the margin "
            "of error being [{low} ; {high}]",
            "fr": "sans les {n} réponses signalées ({share}), {after} au lieu de {before} : écart de {delta}, "
            "pour une marge d’erreur [{low} ; {high}]",
        },
        "shift_none": {"en": "no answer is flagged, the score stays", "fr": "aucune réponse signalée, score inchangé"},
    }
)  # fmt: skip
