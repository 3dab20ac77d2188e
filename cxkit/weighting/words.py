"""What is said of weights, in French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["say"]

say = Phrases(
    {
        "category": {"en": "Category", "fr": "Modalité"},
        "n": {"en": "n", "fr": "n"},
        "before": {"en": "Before (%)", "fr": "Avant (%)"},
        "after": {"en": "Weighted (%)", "fr": "Redressé (%)"},
        "target": {"en": "Target (%)", "fr": "Cible (%)"},
        "respondents": {"en": "Respondents (%)", "fr": "Répondants (%)"},
        "everybody": {"en": "Invited (%)", "fr": "Sollicités (%)"},
        "rake": {"en": "Raked weights", "fr": "Redressement par calage sur marges"},
        "post-stratify": {"en": "Post-stratified weights", "fr": "Redressement par post-stratification"},
        "trim": {"en": "Trimmed weights", "fr": "Poids écrêtés"},
        "response": {"en": "Weights for non-response", "fr": "Correction de la non-réponse"},
        "size": {
            "en": "{n} rows weigh as many as {n_eff} of equal weight (design effect {deff}).",
            "fr": "{n} lignes pondérées valent {n_eff} lignes de même poids (effet de plan {deff}).",
        },
        "range": {
            "en": "Weights run from {low} to {high}, with mean 1.",
            "fr": "Les poids vont de {low} à {high}, pour une moyenne de 1.",
        },
        "met": {
            "en": "Every share meets its target.",
            "fr": "Toutes les parts atteignent leur cible.",
        },
        "moved": {
            "en": "The largest correction is {name}: {before} of the rows, {after} once weighted.",
            "fr": "La plus forte correction porte sur {name} : {before} des lignes, {after} après redressement.",
        },
        "moved_design": {
            "en": "The largest correction is {name}: {before} by the design weights, {after} once weighted.",
            "fr": "La plus forte correction porte sur {name} : {before} selon les poids initiaux, "
            "{after} après redressement.",
        },
        "unmet": {
            "en": "The bounds keep the weights from every target: {name} reaches {after}, its target is {target}. "
            "Widen trim=, or merge small categories.",
            "fr": "Les bornes empêchent d’atteindre toutes les cibles : {name} atteint {after} pour une cible de "
            "{target}. Élargissez trim= ou regroupez les petites modalités.",
        },
        "trimmed": {
            "en": "Rows held at a bound ({low} to {high}): {k}.",
            "fr": "Lignes ramenées à une borne ({low} à {high}) : {k}.",
        },
        "design": {
            "en": "They start from the design weights in “{column}”.",
            "fr": "Ils partent des poids initiaux de la colonne « {column} ».",
        },
        "left_out": {
            "en": "Rows left out for want of a design weight: {k}.",
            "fr": "Lignes écartées faute de poids initial : {k}.",
        },
        "dear": {
            "en": "A design effect this high makes estimates noisy: merge small categories or trim.",
            "fr": "Un effet de plan aussi élevé rend les estimations instables : regroupez les petites modalités "
            "ou écrêtez les poids.",
        },
        "honest": {
            "en": "Weights correct only what the weighting columns explain.",
            "fr": "Le redressement ne corrige que ce que les variables de calage expliquent.",
        },
        "about": {"en": "Method and limits", "fr": "Méthode et limites"},
        "fixed": {
            "en": "Standard errors take the weights as given; they are linearised, weights-only.",
            "fr": "Les erreurs types, linéarisées, considèrent les poids comme fixés.",
        },
        "share": {"en": "Share (%)", "fr": "Part (%)"},
        "rate": {
            "en": "{answered} of {invited} people answered ({rate}); their chance of answering, by {on}, "
            "runs from {low} to {high}.",
            "fr": "{answered} personnes sur {invited} ont répondu ({rate}) ; leur probabilité de réponse, "
            "selon {on}, va de {low} à {high}.",
        },
        "classes": {
            "en": "Respondents are weighted by the response rate of their class ({k} classes).",
            "fr": "Les répondants sont pondérés par le taux de réponse de leur classe ({k} classes).",
        },
        "inverse": {
            "en": "Respondents are weighted by the inverse of their own propensity.",
            "fr": "Les répondants sont pondérés par l’inverse de leur propre propension.",
        },
        "floored": {
            "en": "Respondents whose propensity was raised to the floor of {floor}: {k}.",
            "fr": "Répondants dont la propension a été relevée au plancher de {floor} : {k}.",
        },
        "observed": {
            "en": "This removes bias only if, among people alike in these columns, those who answered are like "
            "those who did not.",
            "fr": "Le biais n’est corrigé que si, à caractéristiques égales, les répondants ressemblent aux "
            "non-répondants.",
        },
    }
)
