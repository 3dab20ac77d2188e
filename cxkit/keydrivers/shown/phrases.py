"""The phrases of a driver analysis, French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["ACTIONS", "say"]

say = Phrases({
    # --- methods of importance
    "lmg": {"en": "LMG (Shapley)", "fr": "LMG (Shapley)"},
    "johnson": {"en": "Johnson relative weights", "fr": "poids relatifs de Johnson"},
    "dominance": {"en": "general dominance", "fr": "dominance générale"},
    "conditional": {"en": "conditional dominance", "fr": "dominance conditionnelle"},
    "pratt": {"en": "Pratt’s measure", "fr": "mesure de Pratt"},
    "squared": {"en": "squared correlations", "fr": "corrélations au carré"},
    "correlation": {"en": "correlations with the outcome", "fr": "corrélations avec le résultat"},
    "beta": {"en": "standardised coefficients", "fr": "coefficients standardisés"},
    "beta_squared": {"en": "squared standardised coefficients", "fr": "coefficients standardisés au carré"},
    "jaccard": {"en": "Jaccard coefficients", "fr": "coefficients de Jaccard"},
    "owen": {"en": "Owen values (drivers in groups)", "fr": "valeurs d’Owen (leviers groupés)"},
    "sampled": {"en": "LMG (Shapley) on sampled orders", "fr": "LMG (Shapley) sur des ordres tirés au hasard"},
    # --- families of models
    "ols": {"en": "linear regression", "fr": "régression linéaire"},
    "logit": {"en": "logistic regression", "fr": "régression logistique"},
    "ordered": {"en": "ordered logit", "fr": "logit ordonné"},
    "poisson": {"en": "Poisson regression", "fr": "régression de Poisson"},
    "negbin": {"en": "negative binomial regression", "fr": "régression binomiale négative"},
    "gamma": {"en": "gamma regression (log link)", "fr": "régression gamma (lien log)"},
    # --- errors
    "HC3": {"en": "robust errors (HC3)", "fr": "erreurs types robustes (HC3)"},
    "HC2": {"en": "robust errors (HC2)", "fr": "erreurs types robustes (HC2)"},
    "HC1": {"en": "robust errors (HC1)", "fr": "erreurs types robustes (HC1)"},
    "HC0": {"en": "robust errors (HC0)", "fr": "erreurs types robustes (HC0)"},
    "cluster": {"en": "errors clustered{by} ({k} clusters)", "fr": "erreurs types par grappes{by} ({k} grappes)"},
    "by_cluster": {"en": " by “{name}”", "fr": " de « {name} »"},
    "bootstrap": {"en": "errors by bootstrap", "fr": "erreurs types par bootstrap"},
    "blocks": {"en": "errors from blocks of rows", "fr": "erreurs types par blocs de lignes"},
    "nonrobust": {"en": "classical errors", "fr": "erreurs types classiques"},
    # --- quadrants
    "fix": {"en": "Fix first", "fr": "À corriger d’abord"},
    "protect": {"en": "Protect", "fr": "Atouts à protéger"},
    "watch": {"en": "Watch", "fr": "À surveiller"},
    "maintain": {"en": "Maintain", "fr": "Acquis"},
    # --- who leads
    "leads": {
        "en": "{name}: {driver} explains the most, {share} of {whole}{often}.",
        "fr": "{name} : {driver} explique le plus, {share} {whole}{often}.",
    },
    "often": {
        "en": "; it ranks first in {times} of resamples",
        "fr": " ; il arrive en tête dans {times} des rééchantillonnages",
    },
    "always": {
        "en": "; it ranks first in all {b} resamples",
        "fr": " ; il arrive en tête dans les {b} rééchantillonnages",
    },
    "ahead": {
        "en": "Its lead over the next, {next} ({share}), is established.",
        "fr": "Son avance sur le suivant, {next} ({share}), est établie.",
    },
    "level": {
        "en": "Its lead over {names} is not established.",
        "fr": "Son avance sur {names} n’est pas établie.",
    },
    "no_draws": {
        "en": "No interval was computed: how sure this order is remains unknown.",
        "fr": "Aucun intervalle n’a été calculé : la solidité de cet ordre reste inconnue.",
    },
    "only": {
        "en": "{name}: {driver} is the only driver; {r2} {value}{interval}.",
        "fr": "{name} : {driver} est le seul levier ; {r2} de {value}{interval}.",
    },
    "of_r2": {"en": "{r2} {value}", "fr": "du {r2} de {value}"},
    "of_added": {
        "en": "the {r2} of {value} that the drivers add to the other terms",
        "fr": "du {r2} de {value} que les leviers ajoutent aux autres termes",
    },
    "of_explained": {
        "en": "what the drivers explain ({value}; {r2} {other})",
        "fr": "de ce que les leviers expliquent ({value} ; {r2} {other})",
    },
    "of_total": {
        "en": "the total of {method} ({r2} {value})",
        "fr": "du total ({method} ; {r2} {value})",
    },
    "nothing": {
        "en": "{name}: the drivers explain almost nothing ({r2} {value}, adjusted {adjusted}, n = {n}): their order "
        "means little.",
        "fr": "{name} : les leviers n’expliquent presque rien ({r2} {value}, ajusté {adjusted}, n = {n}) : leur ordre "
        "ne veut pas dire grand-chose.",
    },
    "no_answers": {"en": "{name}: no answers to explain.", "fr": "{name} : aucune réponse à expliquer."},
    "effect": {
        "en": "On average, one unit more of {driver} goes with {effect}{interval}{unit} on {name}{rest}.",
        "fr": "En moyenne, une unité de plus sur {driver} va de pair avec {effect}{interval}{unit} sur {name}{rest}.",
    },
    "rest": {"en": ", other drivers equal", "fr": ", à autres leviers égaux"},
    # --- what to do
    "to_fix": {"en": "More important than average, and doing worse (fix first): {names}.",
               "fr": "Plus important que la moyenne, et moins bon (à corriger d’abord) : {names}."},
    "none_to_fix": {
        "en": "No driver with an established effect is both more important than average and doing worse.",
        "fr": "Aucun levier à l’effet établi n’est à la fois plus important que la moyenne et moins bon.",
    },
    "shaky": {"en": "{driver} (over the mean importance in {times} of resamples only)",
              "fr": "{driver} (au-dessus de l’importance moyenne dans {times} des rééchantillonnages seulement)"},
    "not_established": {"en": "Effect not established: {names} ({p} ≥ {alpha}).",
                        "fr": "Effet non établi : {names} ({p} ≥ {alpha})."},
    "none_determined": {
        "en": "{name}: no driver’s effect can be determined, as others add up to each of them.",
        "fr": "{name} : aucun effet ne peut être déterminé, chaque levier étant la somme d’autres.",
    },
    "none_established": {
        "en": "{name}: no driver’s effect is established ({p} ≥ {alpha} for each of the {k}).",
        "fr": "{name} : aucun effet n’est établi ({p} ≥ {alpha} pour chacun des {k} leviers).",
    },
    "largest": {
        "en": "In these answers {driver} has the largest share, {share} of {whole}, but that order may be chance.",
        "fr": "Dans ces réponses, {driver} a la plus grande part, {share} {whole}, mais cet ordre peut tenir au hasard.",
    },
    "none_at_all": {
        "en": "No driver’s effect is established ({p} ≥ {alpha} for each of the {k}).",
        "fr": "Aucun effet n’est établi ({p} ≥ {alpha} pour chacun des {k} leviers).",
    },
    "one_not_established": {
        "en": "Its effect is not established ({p} ≥ {alpha}).",
        "fr": "Son effet n’est pas établi ({p} ≥ {alpha}).",
    },
    "some_established": {
        "en": "Established all the same ({p} < {alpha}): {names}.",
        "fr": "Effet établi malgré tout ({p} < {alpha}) : {names}.",
    },
    "p_adjusted": {"en": "adjusted p", "fr": "p ajusté"},
    "p_alone": {"en": "p", "fr": "p"},
    "method": {"en": "{method}, {family} on n = {n} answers{weighted}, {errors}.",
               "fr": "{method}, {family} sur n = {n} réponses{weighted}, {errors}."},
    "weighted": {"en": ", weighted", "fr": ", pondérées"},
    "association": {
        "en": "This is association, not proof of cause: to know, improve {driver} for a random part of customers and "
        "compare.",
        "fr": "C’est une association, pas une preuve de causalité : pour savoir, améliorez {driver} pour une partie des "
        "clients tirée au sort et comparez.",
    },
    "one_of_them": {"en": "one driver", "fr": "un levier"},
    # --- several groups
    "same_leader": {"en": "{name} by {by}: {driver} comes first in {groups}.",
                    "fr": "{name} par {by} : {driver} arrive en tête dans {groups}."},
    "all_groups": {"en": "all {k} groups", "fr": "les {k} groupes"},
    "some_groups": {"en": "{k} of {m} groups", "fr": "{k} groupes sur {m}"},
    "all_nothing": {"en": "{name} by {by}: the drivers explain almost nothing in any group.",
                    "fr": "{name} par {by} : les leviers n’expliquent presque rien, dans aucun groupe."},
    "no_leader": {"en": "{name} by {by}: no driver comes first in more than one group.",
                  "fr": "{name} par {by} : aucun levier n’arrive en tête dans plus d’un groupe."},
    "differs": {"en": "Another driver leads in {groups}.", "fr": "Groupes où un autre levier est en tête : {groups}."},
    "in_group": {"en": "{group}: {driver}, {share} of {whole}, n = {n}{open}",
                 "fr": "{group} : {driver}, {share} {whole}, n = {n}{open}"},
    "in_open": {"en": " (lead not established)", "fr": " (avance non établie)"},
    "in_unclear": {"en": " (effect not established)", "fr": " (effet non établi)"},
    "in_nothing": {"en": "{group}: almost nothing is explained ({r2} {value}, n = {n})",
                   "fr": "{group} : presque rien n’est expliqué ({r2} {value}, n = {n})"},
    "more_groups": {"en": "{k} more groups: see the table.", "fr": "{k} autres groupes : voir le tableau."},
    "one_more_group": {"en": "One more group: see the table.", "fr": "Un autre groupe : voir le tableau."},
    "groups_test": {
        "en": "A different leader does not show that the groups differ: that takes a test of its own.",
        "fr": "Un levier de tête différent ne prouve pas que les groupes diffèrent : il y faut un test.",
    },
    "count_not_established": {
        "en": "Effects not established: {k} of {m} ({p} ≥ {alpha}).",
        "fr": "Effets non établis : {k} sur {m} ({p} ≥ {alpha}).",
    },
    "of_caution": {"en": "{group} – {text}", "fr": "{group} – {text}"},
    "more_cautions": {"en": "{k} more warnings: see the notes of the table.",
                      "fr": "{k} autres avertissements : voir les notes du tableau."},
    "one_more_caution": {"en": "One more warning: see the notes of the table.",
                         "fr": "Un autre avertissement : voir les notes du tableau."},
    # --- the table
    "caption": {"en": "What drives {name}", "fr": "{name} : leviers"},
    "caption_by": {"en": "What drives {name}, by {by}", "fr": "{name} par {by} : leviers"},
    "driver": {"en": "Driver", "fr": "Levier"},
    "share": {"en": "Share", "fr": "Part"},
    "share_ci": {"en": "Share [{level}]", "fr": "Part [{level}]"},
    "importance": {"en": "Importance", "fr": "Importance"},
    "effect_ci": {"en": "Effect [{level}]", "fr": "Effet [{level}]"},
    "p_head": {"en": "adj. p", "fr": "p ajusté"},
    "performance": {"en": "Mean", "fr": "Moyenne"},
    "reading": {"en": "Reading", "fr": "Lecture"},
    "open": {"en": "not established", "fr": "non établi"},
    "tied": {"en": "not determined", "fr": "indéterminé"},
    "established": {"en": "established", "fr": "établi"},
    "unclear": {"en": "sign unclear", "fr": "signe incertain"},
    "negative": {"en": "negative effect", "fr": "effet négatif"},
    "note_model": {"en": "{group}{method}, {family}: {r2} {value}, adjusted {adjusted}.",
                   "fr": "{group}{method}, {family} : {r2} {value}, ajusté {adjusted}."},
    "note_rows": {"en": "{group}{n} of {rows} rows used{weighted}; {errors}.",
                  "fr": "{group}{n} lignes utilisées sur {rows}{weighted} ; {errors}."},
    "note_share": {
        "en": "Share: importance in % of {whole}; its interval is that of the share over {b} resamples.",
        "fr": "Part : importance en % {whole} ; son intervalle est celui de la part sur {b} rééchantillonnages.",
    },
    "note_controls": {
        "en": "Also in the model, and not weighed: {names}.",
        "fr": "Aussi dans le modèle, sans être pesés : {names}.",
    },
    "note_magnitudes": {
        "en": "The measure has a sign: importance is its size, whatever the sign.",
        "fr": "Cette mesure a un signe : l’importance est sa valeur absolue.",
    },
    "note_share_alone": {"en": "Share: importance in % of {whole}; no interval was computed.",
                         "fr": "Part : importance en % {whole} ; aucun intervalle n’a été calculé."},
    "whole_r2": {"en": "the {r2}", "fr": "du {r2}"},
    "whole_explained": {"en": "what the drivers explain", "fr": "de ce que les leviers expliquent"},
    "whole_total": {"en": "their total", "fr": "de leur total"},
    "note_effect": {"en": "Effect: change of {name}{unit} that goes with one unit more of the driver, other drivers equal; "
                          "each interval on its own.",
                    "fr": "Effet : variation{unit} associée à une unité de plus du levier, à autres leviers égaux ; chaque "
                          "intervalle pris isolément."},
    "note_effect_average": {
        "en": "Effect: average change of {name}{unit} that goes with one unit more of the driver, other drivers equal; "
        "each interval on its own.",
        "fr": "Effet : variation moyenne{unit} associée à une unité de plus du levier, à autres leviers égaux ; chaque "
        "intervalle pris isolément."},
    "bh": {"en": "{m} tests judged as one family (Benjamini-Hochberg), at {share}.",
           "fr": "{m} tests jugés comme une seule famille (Benjamini-Hochberg), au seuil de {share}."},
    "holm": {"en": "{m} tests judged as one family (Holm), at {share}.",
             "fr": "{m} tests jugés comme une seule famille (Holm), au seuil de {share}."},
    "bonferroni": {"en": "{m} tests judged as one family (Bonferroni), at {share}.",
                   "fr": "{m} tests jugés comme une seule famille (Bonferroni), au seuil de {share}."},
    "None": {"en": "{m} effects, each judged alone at {share}: chance alone would establish about {false} of them.",
             "fr": "{m} effets, chacun jugé seul au seuil de {share} : le hasard seul en établirait environ {false}."},
    "single": {"en": "One effect, judged at {share}.", "fr": "Un seul effet, jugé au seuil de {share}."},
    "note_quadrant": {
        "en": "Reading: above or below the mean importance and the mean performance of the drivers.",
        "fr": "Lecture : au-dessus ou au-dessous de l’importance moyenne et de la performance moyenne des leviers.",
    },
    "note_quadrant_percent": {
        "en": "Reading: above or below the mean importance and the mean performance, in % of each driver’s scale from its "
        "bad end to its good end.",
        "fr": "Lecture : au-dessus ou au-dessous de l’importance moyenne et de la performance moyenne, en % de l’échelle "
        "de chaque levier, de son mauvais bout vers le bon.",
    },
    "note_turned": {"en": "Low is good: {names}.", "fr": "Bas = bien : {names}."},
    "note_scales": {"en": "Scales of the means: {scales}.", "fr": "Échelles des moyennes : {scales}."},
    "note_groups": {"en": "Drivers that enter together: {groups}.", "fr": "Leviers entrés ensemble : {groups}."},
    "note_association": {
        "en": "Association, not proof of cause: a trial on customers drawn at random tells.",
        "fr": "Association, pas preuve de causalité : un essai sur des clients tirés au sort permet de trancher.",
    },
    # --- drawings
    "share_axis": {"en": "Share of {r2} (%)", "fr": "Part du {r2} (%)"},
    "share_axis_explained": {"en": "Share of what is explained (%)", "fr": "Part de ce qui est expliqué (%)"},
    "share_axis_total": {"en": "Share of the total (%)", "fr": "Part du total (%)"},
    "importance_axis": {"en": "Importance: share of {r2} (%)", "fr": "Importance : part du {r2} (%)"},
    "importance_axis_explained": {"en": "Importance: share of what is explained (%)",
                                  "fr": "Importance : part de ce qui est expliqué (%)"},
    "importance_axis_total": {"en": "Importance: share of the total (%)", "fr": "Importance : part du total (%)"},
    "mean_axis": {"en": "Performance: mean ({low} to {high})", "fr": "Performance : moyenne (de {low} à {high})"},
    "percent_axis": {"en": "Performance: % of each driver’s scale (100 = best end)",
                     "fr": "Performance : % de l’échelle de chaque levier (100 = meilleur bout)"},
    "effect_axis": {"en": "Effect of one unit more on {name}{unit}, {level} intervals",
                    "fr": "Effet d’une unité de plus sur {name}{unit}, intervalles à {level}"},
    "rank_axis": {"en": "Rank in the resamples ({b}); % of resamples", "fr": "Rang dans les rééchantillonnages ({b}) ; en %"},
    "title": {"en": "{name}{group}: {what}", "fr": "{name}{group} : {what}"},
    "facts": {"en": "{r2} {value} · n = {n} · {method}", "fr": "{r2} {value} · n = {n} · {method}"},
    "bars_title": {"en": "importance of drivers", "fr": "importance des leviers"},
    "quadrant_title": {"en": "importance and performance", "fr": "importance et performance"},
    "coefficients_title": {"en": "effects of drivers", "fr": "effets des leviers"},
    "stability_title": {"en": "stability of ranks", "fr": "stabilité des rangs"},
    "matrix_title": {"en": "importance of drivers by group", "fr": "importance des leviers par groupe"},
    "stays": {"en": "(%): of resamples on this side of the mean importance, if under 90",
              "fr": "(%) : rééchantillonnages du même côté de l’importance moyenne, si moins de 90"},
    "low_good": {"en": "low is good", "fr": "bas = bien"},
    "empty": {"en": "The drivers explain nothing: there is nothing to rank.",
              "fr": "Les leviers n’expliquent rien : il n’y a rien à classer."},
    "absent": {"en": "Not drawn, no known performance: {names}", "fr": "Non placés, performance inconnue : {names}"},
})  # fmt: skip

#: Quadrants in the order of what to look at.
ACTIONS = ("fix", "protect", "watch", "maintain")
