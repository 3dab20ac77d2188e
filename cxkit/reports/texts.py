"""The fixed texts of the report pages, in French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases
from cxkit.sources.reading import Note

__all__ = ["note_text", "text"]

#: A fixed text in a language with its values filled in.
text = Phrases(
    {
        "title": {"en": "{metric} is {estimate} {interval}", "fr": "{metric} : {estimate} {interval}"},
        "synthetic": {
            "en": "These data are synthetic: the built-in demo study, with a planted story.",
            "fr": "Ces données sont synthétiques : l’étude de démonstration, avec un scénario connu d’avance.",
        },
        "rows": {"en": "{rows} rows.", "fr": "{rows} lignes."},
        "source": {"en": "{rows} rows from {source}.", "fr": "{rows} lignes de {source}."},
        "span": {"en": "Answers from {first} to {last}.", "fr": "Réponses du {first} au {last}."},
        "only": {"en": "Only {what}.", "fr": "Seulement {what}."},
        "change_sentence": {
            "en": "{period}: {estimate}, {delta} {interval} against {before}: {word}.",
            "fr": "{period} : {estimate}, soit {delta} {interval} par rapport à la période précédente ({before}) : {word}.",
        },
        "no_change": {"en": "no earlier period to compare with", "fr": "pas de période antérieure à comparer"},
        "by": {"en": "{metric} by {by}", "fr": "{metric} par {by}"},
        "all_hidden": {"en": "Hidden: fewer than {min_n} answers.", "fr": "Masqué : moins de {min_n} réponses."},
        "hidden": {
            "en": "Hidden: {names}. Fewer than {min_n} answers, or needed to keep such a group from being computed.",
            "fr": "Masqué : {names}. Moins de {min_n} réponses, ou nécessaire pour qu’un tel groupe ne se calcule pas.",
        },
        "hidden_periods": {
            "en": "{k} periods are hidden: fewer than {min_n} answers, or needed to protect such a one.",
            "fr": "{k} périodes masquées : moins de {min_n} réponses, ou pour en protéger une.",
        },
        "hidden_period": {
            "en": "One period is hidden: fewer than {min_n} answers, or needed to protect another table.",
            "fr": "Une période masquée : moins de {min_n} réponses, ou pour protéger un autre tableau.",
        },
        "trend": {"en": "Trend", "fr": "Évolution"},
        "no_trend": {
            "en": "No trend: the study has no date column (role date).",
            "fr": "Pas d’évolution : l’étude n’a pas de colonne de date (rôle date).",
        },
        "one_period": {
            "en": "No trend: there are not two complete periods to show.",
            "fr": "Pas d’évolution : il n’y a pas deux périodes complètes à montrer.",
        },
        "distribution": {"en": "Answers", "fr": "Réponses"},
        "distribution_alt": {"en": "Distribution of {metric}: {shares}.", "fr": "Distribution de {metric} : {shares}."},
        "method": {"en": "Method and data health", "fr": "Méthode et qualité des données"},
        "nothing_compared": {
            "en": "No change is reported: the period, or the one before it, is missing or hidden.",
            "fr": "Aucune variation n’est indiquée : la période, ou la précédente, manque ou est masquée.",
        },
        "method_line": {
            "en": "{metric}: {method} interval at {level}. {reference}.",
            "fr": "{metric} : intervalle {method} à {level}. {reference}.",
        },
        "reader": {
            "en": "How to read an interval: with the same survey done again many times, 95 of 100 such "
            "intervals would hold the true score. It speaks of chance alone: not of those who do not answer. "
            "A difference is called real only where it stands up to all the comparisons of this page taken "
            "together, with at least 10 answers on both sides: that its own interval leaves out 0 is not enough.",
            "fr": "Lire un intervalle : si l’enquête était refaite de nombreuses fois, 95 intervalles sur 100 "
            "contiendraient le vrai score. Il ne parle que du hasard, pas de ceux qui ne répondent pas. "
            "Un écart n’est dit réel que s’il résiste à l’ensemble des comparaisons de cette page, avec au "
            "moins 10 réponses de chaque côté : que son propre intervalle exclue 0 ne suffit pas.",
        },
        "shared": {
            "en": "These answers come from {k} respondents. The comparisons take this into account; the intervals of "
            "the scores themselves take each answer as independent, so those that hold several answers of the "
            "same people are too narrow. The role cluster, on the column of the role id, widens them.",
            "fr": "Ces réponses viennent de {k} répondants. Les comparaisons en tiennent compte ; les intervalles des "
            "scores eux-mêmes tiennent chaque réponse pour indépendante : ceux qui couvrent plusieurs réponses des "
            "mêmes personnes sont trop étroits. Le rôle cluster, sur la colonne du rôle id, les élargit.",
        },
        "shared_known": {
            "en": "These answers come from {k} respondents or accounts; intervals and comparisons take this into account.",
            "fr": "Ces réponses viennent de {k} répondants ou comptes ; intervalles et comparaisons en tiennent compte.",
        },
        "moved": {
            "en": "{metric}, {period}: {estimate}; change {delta} {interval}, {word}",
            "fr": "{metric}, {period} : {estimate} ; variation {delta} {interval}, {word}",
        },
        "why": {"en": "Why {metric} moved", "fr": "{metric} : pourquoi le score a bougé"},
        "parts": {"en": "What the change of {metric} is made of", "fr": "{metric} : de quoi la variation est faite"},
        "parts_open": {
            "en": "That {metric} moved is not established. The table has the parts of the difference observed.",
            "fr": "{metric} : aucune variation n’est établie. Le tableau donne les parts de l’écart observé.",
        },
        "survivors": {
            "en": "Beware: the score moved because customers left. No change of mind is established among "
            "those who stayed.",
            "fr": "Attention : le score a bougé parce que des clients sont partis. Aucun changement d’avis n’est "
            "établi chez ceux qui restent.",
        },
        "survivors_silent": {
            "en": "Beware: the score moved because some people no longer answer. No change of mind is established "
            "among those who still do.",
            "fr": "Attention : le score a bougé parce que certains ne répondent plus. Aucun changement d’avis n’est "
            "établi chez ceux qui répondent encore.",
        },
        "could_show": {
            "en": "These bases show a change of {least} or more.",
            "fr": "Ces bases permettent de voir une variation d’au moins {least}.",
        },
        "rolling": {"en": "Rolling over {k} periods", "fr": "Moyenne glissante sur {k} périodes"},
        "monitoring": {"en": "Monitoring", "fr": "Surveillance"},
        "no_chart": {
            "en": "No control chart: a period has fewer than {min_n} answers, or the score is no mean of answers.",
            "fr": "Pas de carte de contrôle : une période a moins de {min_n} réponses, ou le score n’est pas une moyenne.",
        },
        "few_points": {
            "en": "No control chart: {k} periods are too few to say what is normal.",
            "fr": "Pas de carte de contrôle : {k} périodes ne suffisent pas à dire ce qui est normal.",
        },
        "no_baseline": {
            "en": "No control chart: {baseline} first periods cannot say what is normal in a series of {k}.",
            "fr": "Pas de carte de contrôle : {baseline} premières périodes ne peuvent dire ce qui est normal dans une "
            "série de {k}.",
        },
        "own_errors": {
            "en": "Signals and dates of change are judged apart from the comparisons of this page, with the risks said here.",
            "fr": "Signaux et dates de changement sont jugés à part des comparaisons de cette page, avec les risques dits ici.",
        },
        "events": {"en": "Events: {events}.", "fr": "Événements : {events}."},
        "no_event": {
            "en": "Outside the periods shown: {events}.",
            "fr": "Hors des périodes montrées : {events}.",
        },
        "drawn": {
            "en": "The drawing has {k} of {groups} groups: those that moved, then the largest.",
            "fr": "Le dessin montre {k} groupes sur {groups} : ceux qui ont bougé, puis les plus grands.",
        },
        "hidden_cells": {
            "en": "{k} cells are hidden: fewer than {min_n} answers, or needed to protect one.",
            "fr": "{k} cases masquées : moins de {min_n} réponses, ou pour en protéger une.",
        },
        "hidden_cell": {
            "en": "One cell is hidden: fewer than {min_n} answers, or needed to protect another table.",
            "fr": "Une case masquée : moins de {min_n} réponses, ou pour protéger un autre tableau.",
        },
        "health": {"en": "Data", "fr": "Données"},
        "health_caption": {
            "en": "Answers behind each score, of {rows} rows",
            "fr": "Réponses par score, sur {rows} lignes",
        },
        "role": {"en": "Score", "fr": "Score"},
        "column": {"en": "Column", "fr": "Colonne"},
        "scale": {"en": "Scale", "fr": "Échelle"},
        "answered": {"en": "Answers", "fr": "Réponses"},
        "missing": {"en": "Missing", "fr": "Manquantes"},
        "decided": {"en": "Decided while reading: {decided}", "fr": "Décidé à la lecture : {decided}"},
        "skipped": {"en": "{metric} is left out: {what}", "fr": "{metric} écarté (détail en anglais) : {what}"},
        "remark": {"en": "{remark}.", "fr": "Remarque sur les colonnes (en anglais) : {remark}."},
        "weighted": {"en": "Weighted by {column}.", "fr": "Pondéré par la colonne « {column} »."},
        "ces_version": {
            "en": "CES is left out: on a scale other than 1–7 its version must be said. For CES 1.0 (1–5, low is good) "
            'write metrics = ["nps", "csat", "ces1"] in the report’s parameters.',
            "fr": "CES écarté : sur une autre échelle que 1–7, sa version doit être dite. Pour CES 1.0 (1–5, bas = bien), "
            'écrire metrics = ["nps", "csat", "ces1"] dans les paramètres du rapport.',
        },
        "made": {"en": "Made with cxkit {version} on {today}.", "fr": "Produit avec cxkit {version} le {today}."},
    }
)


#: What sources note, for French readers; a code that is not here keeps its English message.
_NOTES_FR = {
    "encoding_mixed": "{count} octets DOS (CP850) dans un fichier Windows-1252 ont été réparés",
    "encoding_guessed": "l’encodage a été déduit : Windows-1252",
    "mojibake": 'le fichier est en UTF-8 mais a été lu autrement : encoding="utf-8" rendrait les accents',
    "blank_rows": "{count} lignes sans aucune réponse ont été écartées",
    "quote_unbalanced": "un guillemet n’est pas refermé",
    "header_cleaned": "des caractères invisibles ont été ôtés de {count} noms de colonnes",
    "type_mixed": "une colonne mêle nombres et texte selon les fichiers",
    "number_format_mixed": "une colonne de nombres reste du texte : virgules et points s’y contredisent",
    "header_blank": "des colonnes sans nom ont reçu un nom",
    "preamble_skipped": "des lignes de titre au-dessus de l’en-tête ont été passées",
    "synthetic": "données synthétiques : tirées au hasard avec des effets plantés, personne n’existe",
    "user_missing": "{count} codes déclarés manquants dans le fichier ne comptent pas comme réponses",
    "date_ambiguous": "une colonne de dates reste du texte : jour ou mois en premier, rien ne le dit",
    "date_invalid": "une colonne de dates reste du texte : une date impossible",
    "currency_mixed": "une colonne de montants reste du texte : plusieurs monnaies",
}


def note_text(note: Note, lang: str) -> str:
    """A note of a reading in ``lang``."""
    if lang == "fr" and note.code in _NOTES_FR:
        column = f" ({note.column})" if note.column else ""
        return _NOTES_FR[note.code].format(count=note.count) + column
    return note.message
