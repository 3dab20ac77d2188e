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
            "fr": "Ces données sont synthétiques : l’étude de démonstration, avec une histoire plantée.",
        },
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
            "en": "{k} periods are hidden: fewer than {min_n} answers, or needed to protect one.",
            "fr": "{k} périodes masquées : moins de {min_n} réponses, ou pour en protéger une.",
        },
        "trend": {"en": "Trend", "fr": "Évolution"},
        "no_trend": {
            "en": "No trend: the study has no date column (role date).",
            "fr": "Pas d’évolution : l’étude n’a pas de colonne de date (rôle date).",
        },
        "one_period": {
            "en": "No trend: the answers lie in one complete period.",
            "fr": "Pas d’évolution : les réponses tiennent dans une seule période complète.",
        },
        "distribution": {"en": "Answers", "fr": "Réponses"},
        "distribution_alt": {"en": "Distribution of {metric}: {shares}.", "fr": "Distribution de {metric} : {shares}."},
        "method": {"en": "Method and data health", "fr": "Méthode et santé des données"},
        "method_line": {
            "en": "{metric}: {method} interval at {level}. {reference}.",
            "fr": "{metric} : intervalle {method} à {level}. {reference}.",
        },
        "reader": {
            "en": "How to read an interval: with the same survey done again many times, 95 of 100 such "
            "intervals would hold the true score. A difference is called real only where it stands up to "
            "all the tests of this page taken together, with at least 10 answers on both sides.",
            "fr": "Lire un intervalle : si l’enquête était refaite de nombreuses fois, 95 intervalles sur 100 "
            "contiendraient le vrai score. Un écart n’est dit réel que s’il résiste à l’ensemble des tests "
            "de cette page, avec au moins 10 réponses de chaque côté.",
        },
        "moved": {
            "en": "{metric} {estimate} in {period}: {word}, {delta} {interval}",
            "fr": "{metric} {estimate} en {period} : {word}, {delta} {interval}",
        },
        "why": {"en": "Why {metric} moved", "fr": "Pourquoi {metric} a bougé"},
        "survivors": {
            "en": "Beware: the score moved because of who is gone, not because customers changed their mind.",
            "fr": "Attention : le score a bougé parce que des clients sont partis, pas parce que les clients "
            "ont changé d’avis.",
        },
        "could_show": {
            "en": "These bases show a change of {least} or more.",
            "fr": "Ces bases permettent de voir une variation d’au moins {least}.",
        },
        "rolling": {"en": "Rolling over {k} periods", "fr": "En glissement sur {k} périodes"},
        "monitoring": {"en": "Monitoring", "fr": "Surveillance"},
        "no_chart": {
            "en": "No control chart: a period has fewer than {min_n} answers, or the score is no mean of answers.",
            "fr": "Pas de carte de contrôle : une période a moins de {min_n} réponses, ou le score n’est pas une moyenne.",
        },
        "few_points": {
            "en": "No control chart: {k} periods are too few to say what is normal.",
            "fr": "Pas de carte de contrôle : {k} périodes ne suffisent pas à dire ce qui est normal.",
        },
        "hidden_cells": {
            "en": "{k} cells are hidden: fewer than {min_n} answers, or needed to protect one.",
            "fr": "{k} cases masquées : moins de {min_n} réponses, ou pour en protéger une.",
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
        "weighted": {"en": "Weighted by {column}.", "fr": "Pondéré par {column}."},
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
