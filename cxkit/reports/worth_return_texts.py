"""What the page "What it is worth" says of a return, its evidence and what to fund, in French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["say"]

#: A text about a return in a language with its values filled in.
say = Phrases(
    {
        # Titles
        "gain": {
            "en": "{what}: a net gain of {npv} {interval} over {years}",
            "fr": "{what} : un gain net de {npv} {interval} sur {years}",
        },
        "loss": {
            "en": "{what}: {npv} {interval} over {years}, it does not pay back",
            "fr": "{what} : {npv} {interval} sur {years}, l’opération n’est pas rentable",
        },
        "open": {
            "en": "{what}: {npv} {interval} over {years}, a net gain is not established",
            "fr": "{what} : {npv} {interval} sur {years}, le gain net n’est pas établi",
        },
        "benefit": {
            "en": "{what} may bring {npv} {interval} over {years}, before its cost",
            "fr": "{what} : {npv} {interval} à gagner sur {years}, avant le coût",
        },
        "no_benefit": {
            "en": "{what}: {npv} {interval} over {years}, no benefit is established",
            "fr": "{what} : {npv} {interval} sur {years}, aucun bénéfice n’est établi",
        },
        "harm": {
            "en": "{what}: {npv} {interval} over {years}, it brings nothing in",
            "fr": "{what} : {npv} {interval} sur {years}, cela ne rapporte rien",
        },
        "move": {"en": "{driver} {delta}", "fr": "{driver} {delta}"},
        "move_score": {"en": "{name} {delta}", "fr": "{name} {delta}"},
        # Under the title
        "paid": {
            "en": "If the action works, it pays in {share} of the draws and is paid back after {payback} at the "
            "median; it may cost {most} {interval} at most before it stops paying.",
            "fr": "Si l’action produit son effet, elle est rentable dans {share} des tirages et remboursée au bout de "
            "{payback} (médiane) ; elle ne peut coûter plus de {most} {interval} sans cesser de l’être.",
        },
        "not_paid": {
            "en": "Even if the action works, it pays in {share} of the draws; in most of them it is not paid back "
            "within {years}. It would pay at a cost below {most} {interval}.",
            "fr": "Même si l’action produit son effet, elle n’est rentable que dans {share} des tirages ; le plus "
            "souvent, elle n’est pas remboursée en {years}. Elle le serait à un coût inférieur à {most} {interval}.",
        },
        "no_cost": {
            "en": "No cost is known: {most} {interval} is the most that it may cost over {years}. With the parameter "
            "cost this page has the return, the payback and the chance that it pays.",
            "fr": "Aucun coût n’est connu : {most} {interval} est le plus que l’opération puisse coûter sur {years}. "
            "Avec le paramètre cost, cette page donne le retour, le délai de récupération et la probabilité de gain.",
        },
        "no_worth": {
            "en": "No cost is known, and none may be worth paying: a gain before any cost is not established.",
            "fr": "Aucun coût n’est connu, et aucun n’en vaut peut-être la peine : même avant coût, le gain n’est pas "
            "établi.",
        },
        "rests_assumed": {
            "en": "Evidence: assumed. At least one link of the chain was said, not measured: that the action moves "
            "what it is meant to move. The rest was observed among customers, which is no proof of cause.",
            "fr": "Niveau de preuve : supposé. Un maillon au moins a été affirmé et non mesuré : que l’action fait "
            "bouger ce qu’elle vise. Le reste est observé chez les clients, ce qui ne prouve pas une cause.",
        },
        "rests_observed": {
            "en": "Evidence: observed among customers, which is no proof of cause.",
            "fr": "Niveau de preuve : observé chez les clients, ce qui ne prouve pas une cause.",
        },
        "rests_matched": {
            "en": "Evidence: matched. Customers were held against others like them; what was not measured may still "
            "differ.",
            "fr": "Niveau de preuve : apparié. Les clients ont été comparés à d’autres qui leur ressemblent ; ce qui "
            "n’a pas été mesuré peut encore différer.",
        },
        "rests_tested": {
            "en": "Evidence: tested. Every link was measured on customers drawn by lot.",
            "fr": "Niveau de preuve : testé. Chaque maillon a été mesuré sur des clients tirés au sort.",
        },
        # The return
        "returns": {"en": "What improving brings back", "fr": "Ce que l’amélioration rapporte"},
        "no_move": {
            "en": "Nothing to compute: no driver has an established effect with room to improve, and the score has no "
            "scale.",
            "fr": "Rien à calculer : aucun levier n’a d’effet établi ni de marge de progrès, et le score n’a pas "
            "d’échelle.",
        },
        "by_default": {
            "en": "Nothing was asked for, so this is about {what}; the parameter improve takes another move.",
            "fr": "Rien n’a été demandé : il s’agit donc de {what}. Le paramètre improve en dit un autre.",
        },
        "gain_first": {
            "en": "Over {years} the improvement is expected to bring {most} {interval} in today’s money, before any "
            "cost.",
            "fr": "Sur {years}, l’amélioration rapporterait {most} {interval} en valeur actuelle, avant tout coût.",
        },
        "alt_steps": {
            "en": "Where the gain comes from, step by step, less the cost.",
            "fr": "D’où vient le gain, pas à pas, coût déduit.",
        },
        "alt_fan": {
            "en": "The net gain so far, month by month: the median and the range of the draws.",
            "fr": "Le gain net cumulé, mois par mois : médiane et plage des tirages.",
        },
        "alt_tornado": {
            "en": "The net gain when one assumption moves from one end of its range to the other.",
            "fr": "Le gain net quand une hypothèse va d’un bout à l’autre de sa plage.",
        },
        "assumptions": {"en": "What this number rests on", "fr": "Sur quoi repose ce chiffre"},
        "chain": {"en": "How each link is known", "fr": "Comment chaque maillon est connu"},
        "link": {"en": "Link", "fr": "Maillon"},
        "grade": {"en": "Evidence", "fr": "Preuve"},
        "link_behaviour": {"en": "From {score} to {name}", "fr": "De {score} à : {name}"},
        # Fixes
        "funding": {"en": "Which fixes to fund first", "fr": "Quelles actions financer d’abord"},
        "no_costs": {
            "en": "Which to fund first cannot be said without costs: give the parameter costs, one a driver, and "
            "budget.",
            "fr": "Sans coûts, on ne peut dire lesquelles financer d’abord : donnez le paramètre costs, un par "
            "levier, et budget.",
        },
        "unpriced": {
            "en": "What each brings on its own is the most that it may cost. Together they bring a little more or "
            "less than the sum, where they move the same customers.",
            "fr": "Ce que chacune rapporte seule est le plus qu’elle puisse coûter. Ensemble, elles rapportent un peu "
            "plus ou un peu moins que la somme, quand elles touchent les mêmes clients.",
        },
        "most_costs": {"en": "What each fix may cost at most", "fr": "Ce que chaque action peut coûter au plus"},
        "fix": {"en": "Fix", "fr": "Action"},
        "brings": {"en": "Brings, before its cost", "fr": "Rapporte, avant coût"},
        "likely": {"en": "Gains in so many draws", "fr": "Tirages où elle gagne"},
        # Evidence
        "evidence": {"en": "What would raise the evidence", "fr": "Ce qui renforcerait la preuve"},
        "why_raise": {
            "en": "These amounts say what goes with a better score. Customers who are happier may also be others: "
            "richer, older, nearer to a shop. A test separates the two.",
            "fr": "Ces montants disent ce qui va de pair avec un meilleur score. Les clients plus contents sont "
            "peut-être aussi d’autres clients : plus aisés, plus anciens, plus proches d’un magasin. Un test sépare "
            "les deux.",
        },
        "by_lot": {
            "en": "Test it: make the improvement for customers drawn by lot, leave the others as they are, and "
            "compare the score, the margin and who left.",
            "fr": "Testez : faites l’amélioration pour des clients tirés au sort, laissez les autres tels quels, puis "
            "comparez le score, la marge et les départs.",
        },
        "by_lot_size": {
            "en": "Test it: make the improvement for customers drawn by lot, leave the others as they are, and "
            "compare the score, the margin and who left. About {n} answers on each side would show the change of "
            "{name} that is expected here ({change}) in 8 of 10 such tests; money varies more and takes more "
            "customers.",
            "fr": "Testez : faites l’amélioration pour des clients tirés au sort, laissez les autres tels quels, puis "
            "comparez le score, la marge et les départs. Environ {n} réponses de chaque côté feraient voir la "
            "variation attendue ici ({name} : {change}) 8 fois sur 10 ; l’argent varie davantage et demande plus de "
            "clients.",
        },
        "holdout": {
            "en": "Where it is launched for all, keep a holdout: a few per cent of customers, drawn by lot, who get "
            "it a year later. What they bring in the meantime is the counterfactual.",
            "fr": "Si vous le lancez pour tous, gardez un groupe témoin : quelques pour cent de clients, tirés au "
            "sort, servis un an plus tard. Ce qu’ils rapportent d’ici là est le contrefactuel.",
        },
        "no_lot": {
            "en": "Where lots cannot be drawn, start in some places and compare them, before and after, with the "
            "others; or hold customers against others like them. That is weaker than a test and stronger than what is "
            "observed here.",
            "fr": "Si le tirage au sort est impossible, commencez dans certains lieux et comparez-les aux autres, "
            "avant et après ; ou comparez les clients à d’autres qui leur ressemblent. C’est moins sûr qu’un test, et "
            "plus que l’observé.",
        },
    }
)
