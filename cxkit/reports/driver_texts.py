"""What the pages say of drivers, in French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["say"]

#: A text about drivers in a language with its values filled in.
say = Phrases(
    {
        "drivers_lead": {
            "en": "{name}: {driver} weighs most, {share} of {whole}",
            "fr": "{name} : {driver} pèse le plus, {share} {whole}",
        },
        "drivers_level": {
            "en": "{name}: {driver} comes first, {share} of {whole}, with no established lead over {others}",
            "fr": "{name} : {driver} en tête, {share} {whole}, sans avance établie sur {others}",
        },
        "drivers_one": {
            "en": "{name}: {driver} is the only driver, {r2} {value}",
            "fr": "{name} : {driver} est le seul levier, {r2} de {value}",
        },
        "drivers_weak": {
            "en": "{name}: the drivers explain almost nothing, {r2} {value}",
            "fr": "{name} : les leviers n’expliquent presque rien, {r2} de {value}",
        },
        "drivers_chance": {
            "en": "{name}: no driver’s effect is established",
            "fr": "{name} : aucun effet de levier n’est établi",
        },
        "drivers_none": {"en": "{name}: no driver analysis", "fr": "{name} : pas d’analyse des leviers"},
        "drivers_few": {
            "en": "No model: there are fewer than {least} complete rows ({k} drivers, 10 rows for each, and never under "
            "{min_n}).",
            "fr": "Pas de modèle : il y a moins de {least} lignes complètes ({k} leviers, 10 lignes pour chacun, et jamais "
            "moins de {min_n}).",
        },
        "drivers_refused": {"en": "No model: {what}.", "fr": "Pas de modèle (détail en anglais) : {what}."},
        "drivers_held": {
            "en": "No model is shown: beside that of everybody it would tell what a small group answered.",
            "fr": "Aucun modèle n’est montré : rapproché de celui de l’ensemble, il dirait ce qu’un petit groupe a répondu.",
        },
        "drivers_heading": {"en": "What drives {name}", "fr": "{name} : les leviers"},
        "drivers_base": {"en": "{finding} (n = {n}).", "fr": "{finding} (n = {n})."},
        "drivers_rows": {
            "en": "{share} of rows ({n} of {rows}) have all the answers that this takes; the others are left out.",
            "fr": "{share} des lignes ({n} sur {rows}) ont toutes les réponses qu’il faut ici ; les autres sont écartées.",
        },
        "drivers_quick": {
            "en": "This is association, not proof of cause. The report drivers has effects, groups and what to try first.",
            "fr": "C’est une association, pas une preuve de causalité. Le rapport drivers détaille effets, groupes et pistes d’action.",
        },
        "importance": {"en": "Importance and effect of each driver", "fr": "Importance et effet de chaque levier"},
        "quadrant": {"en": "What to fix first", "fr": "Que corriger d’abord"},
        "driver_action": {"en": "{action}: {names} – {why}.", "fr": "{action} : {names} – {why}."},
        "why_fix": {
            "en": "more important than the average driver, and doing worse",
            "fr": "plus important que la moyenne des leviers, et moins bon",
        },
        "why_protect": {
            "en": "more important than the average driver, and doing better",
            "fr": "plus important que la moyenne des leviers, et meilleur",
        },
        "why_watch": {
            "en": "less important than the average driver, and doing worse",
            "fr": "moins important que la moyenne des leviers, et moins bon",
        },
        "why_maintain": {
            "en": "less important than the average driver, and doing better",
            "fr": "moins important que la moyenne des leviers, et meilleur",
        },
        "no_quadrant": {
            "en": "No driver is placed: none has both an established effect and a clear direction.",
            "fr": "Aucun levier n’est placé : aucun n’a un effet établi dans un sens clair.",
        },
        "what_if": {"en": "What if the first drivers improved", "fr": "Et si les premiers leviers progressaient"},
        "what_if_step": {
            "en": "Each moves by one tenth of its scale.",
            "fr": "Chacun progresse d’un dixième de son échelle.",
        },
        "no_what_if": {
            "en": "Nothing to simulate: no driver has an established effect in a clear direction.",
            "fr": "Rien à simuler : aucun levier n’a un effet établi dans un sens clair.",
        },
        "kano": {"en": "Penalty and reward", "fr": "Pénalité et récompense"},
        "kano_few": {
            "en": "Not on the map: {names}. Fewer than {least} low or high answers, none between, or too many different "
            "ones to tell low from high.",
            "fr": "Hors de la carte : {names}. Moins de {least} notes basses ou hautes, aucune entre les deux, ou trop de "
            "valeurs différentes pour dire lesquelles sont basses.",
        },
        "kano_none": {
            "en": "No penalty-reward map: no driver has {least} low answers (of the lowest third of its scale) and {least} "
            "high ones, with others between.",
            "fr": "Pas de carte pénalité-récompense : aucun levier n’a {least} notes basses (du tiers inférieur de l’échelle) "
            "et {least} notes hautes, avec d’autres entre les deux.",
        },
        "priorities": {"en": "Priorities", "fr": "Priorités"},
        "drivers_by": {"en": "Do drivers differ by {by}?", "fr": "Les leviers diffèrent-ils par {by} ?"},
        "drivers_two": {
            "en": "Nothing to compare: fewer than two groups have a model (at least {least} complete rows each).",
            "fr": "Rien à comparer : moins de deux groupes ont un modèle (au moins {least} lignes complètes chacun).",
        },
        "drivers_left": {
            "en": "Without a model: {names}. Fewer than {least} complete rows, or needed to protect such a group.",
            "fr": "Sans modèle : {names}. Moins de {least} lignes complètes, ou nécessaire pour protéger un tel groupe.",
        },
        "units": {"en": "Each group against the rest", "fr": "Chaque groupe face aux autres"},
        "driver_table": {"en": "The whole table", "fr": "Le tableau complet"},
        "drivers_when": {"en": "Do drivers change over time?", "fr": "Les leviers changent-ils dans le temps ?"},
        "drivers_no_time": {
            "en": "No comparison over time: fewer than two complete periods have {least} complete rows.",
            "fr": "Pas de comparaison dans le temps : moins de deux périodes complètes ont {least} lignes complètes.",
        },
        "drivers_periods": {
            "en": "Periods with fewer than {least} complete rows have no model.",
            "fr": "Les périodes de moins de {least} lignes complètes n’ont pas de modèle.",
        },
        "drivers_method": {"en": "How to read the drivers", "fr": "Comment lire les leviers"},
        "how_lmg": {
            "en": "Importance is what a driver adds to {r2}, averaged over every order in which the drivers can enter the "
            "model (LMG, or Shapley value): drivers that say the same share what they say.",
            "fr": "L’importance est ce qu’un levier ajoute au {r2}, en moyenne sur tous les ordres d’entrée des leviers dans "
            "le modèle (LMG, ou valeur de Shapley) : des leviers qui disent la même chose se partagent ce qu’ils disent.",
        },
        "how_other": {"en": "Importance: {method}.", "fr": "Importance : {method}."},
        "how_effect": {
            "en": "Effect is the change of the score that goes with one unit more of a driver, the other drivers equal. A "
            "driver can be important and have a small effect of its own, where others carry the same message.",
            "fr": "L’effet est la variation du score qui va de pair avec une unité de plus du levier, à autres leviers "
            "égaux. Un levier peut être important et avoir un faible effet propre, quand d’autres portent le même message.",
        },
        "how_tested": {
            "en": "Effects are judged with all the tests of this page. Differences between groups and periods, gaps, and "
            "penalties and rewards are judged apart, each table as a family of its own, with the risk that it says.",
            "fr": "Les effets sont jugés avec tous les tests de cette page. Les différences entre groupes et entre périodes, "
            "les écarts, les pénalités et récompenses sont jugés à part, chaque tableau comme sa propre famille, avec le "
            "risque qu’il indique.",
        },
        "how_cause": {
            "en": "None of this proves a cause: something else may move both the driver and the score, and ratings given "
            "together colour each other. To know, improve one driver in places or for customers drawn by lot, leave the "
            "others as they are, and compare the score of the two.",
            "fr": "Rien de cela ne prouve une cause : autre chose peut faire bouger à la fois le levier et le score, et des "
            "notes données ensemble s’influencent. Pour savoir, améliorez un levier dans des lieux ou pour des clients "
            "tirés au sort, laissez les autres tels quels, et comparez le score des deux.",
        },
        "driver": {"en": "driver", "fr": "levier"},
    }
)
