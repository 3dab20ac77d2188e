"""Phrases of a return, French and English."""

from cxkit.present.phrasebook import Phrases

__all__ = ["item_name", "say"]

_ITEMS = Phrases(
    {
        "npv": {"en": "Net gain (today’s money)", "fr": "Gain net actualisé (VAN)"},
        "roi": {"en": "Return on investment (ROI)", "fr": "Retour sur investissement (ROI)"},
        "probability_positive": {"en": "Chance that it pays", "fr": "Probabilité que ce soit rentable"},
        "payback_months": {"en": "Payback (median)", "fr": "Délai de récupération (médiane)"},
        "payback_never": {"en": "Not paid back within the horizon", "fr": "Non récupéré dans l’horizon"},
        "benefit": {"en": "Gain before cost", "fr": "Gain avant coût"},
        "cost": {"en": "Cost", "fr": "Coût"},
        "gain_retention": {"en": "· from customers who stay", "fr": "· clients qui restent"},
        "gain_referrals": {"en": "· from referrals", "fr": "· parrainage"},
        "gain_spend": {"en": "· from higher spend", "fr": "· dépense accrue"},
        "gain_cross_sell": {"en": "· from cross-sales", "fr": "· ventes croisées"},
        "gain_support": {"en": "· from support saved", "fr": "· support économisé"},
        "score_change": {"en": "Change of the score", "fr": "Variation du score"},
        "customers_more": {"en": "Customers more at the end", "fr": "Clients en plus à la fin"},
        "break_even_share": {
            "en": "Breaks even at this share of the improvement",
            "fr": "Seuil : part du progrès qui suffit",
        },
        "break_even_lift": {"en": "Breaks even at an improvement of", "fr": "Seuil : progrès qui suffit"},
        "break_even_cost": {"en": "Breaks even at a cost of", "fr": "Seuil : coût à ne pas dépasser"},
    }
)


def item_name(code: str, lang: str = "en") -> str:
    """What readers call an item."""
    return _ITEMS(code, lang)


#: Phrases of a return.
say = Phrases(
    {
        "caption": {"en": "Return over {years}", "fr": "Rentabilité sur {years}"},
        "item": {"en": "Item", "fr": "Poste"},
        "estimate": {"en": "Expected", "fr": "Espérance"},
        "draws": {"en": "{level} of draws", "fr": "{level} des tirages"},
        "under": {"en": "under {share}", "fr": "moins de {share}"},
        "over": {"en": "over {share}", "fr": "plus de {share}"},
        "never": {"en": "never", "fr": "jamais"},
        "none": {"en": "no share of it", "fr": "aucune part n’y suffit"},
        "no_roi": {"en": "no cost, so none", "fr": "sans coût, pas de ROI"},
        "years": {"en": "{k} years", "fr": "{k} ans"},
        "year": {"en": "1 year", "fr": "1 an"},
        "month": {"en": "1 month", "fr": "1 mois"},
        "months": {"en": "{k} months", "fr": "{k} mois"},
        "gain": {
            "en": "Over {years} the expected net gain is {npv}{interval} in today’s money, on a cost of {cost}{roi}.",
            "fr": "Sur {years}, le gain net attendu est de {npv}{interval} en valeur actuelle, pour un coût de {cost}{roi}.",
        },
        "gain_free": {
            "en": "Over {years} the expected gain is {npv}{interval} in today’s money; nothing is said to be spent, so there "
            "is no ROI.",
            "fr": "Sur {years}, le gain attendu est de {npv}{interval} en valeur actuelle ; aucun coût n’est indiqué, donc pas "
            "de ROI.",
        },
        "roi": {"en": ": an ROI of {roi}{interval}", "fr": ", soit un ROI de {roi}{interval}"},
        "chance": {
            "en": "It pays in {share} of {draws} draws.",
            "fr": "C’est rentable dans {share} des {draws} tirages.",
        },
        "chance_all": {
            "en": "It pays in all {draws} draws.",
            "fr": "C’est rentable dans la totalité des {draws} tirages.",
        },
        "chance_none": {
            "en": "It pays in none of {draws} draws.",
            "fr": "Ce n’est rentable dans aucun des {draws} tirages.",
        },
        "sure": {
            "en": "No figure was given a range, so nothing here says how uncertain this is.",
            "fr": "Aucune hypothèse n’a de plage : rien ici ne dit l’incertitude du résultat.",
        },
        "payback": {
            "en": "It is paid back after {months} at the median{interval}{never}.",
            "fr": "Récupération médiane au bout de {months}{interval}{never}.",
        },
        "payback_sure": {"en": "It is paid back after {months}.", "fr": "Récupéré au bout de {months}."},
        "payback_never": {
            "en": "It is not paid back within the horizon.",
            "fr": "Le coût n’est pas récupéré dans l’horizon.",
        },
        "payback_mostly_never": {
            "en": "In {share} of the draws it is not paid back within the horizon.",
            "fr": "Dans {share} des tirages, le coût n’est pas récupéré dans l’horizon.",
        },
        "never_share": {"en": ", and never in {share} of the draws", "fr": ", et jamais dans {share} des tirages"},
        "break_even": {
            "en": "It breaks even at {share} of the improvement{lift}, or at a cost of {cost}.",
            "fr": "Le seuil de rentabilité est à {share} du progrès{lift}, ou à un coût de {cost}.",
        },
        "break_even_none": {
            "en": "No multiple of the improvement within its scale would pay; it would at a cost of {cost}.",
            "fr": "Aucun multiple du progrès, dans les limites de l’échelle, ne serait rentable ; il le serait à un coût de {cost}.",
        },
        "break_even_loss": {
            "en": "It loses money before any cost is counted, so no cost would make it pay.",
            "fr": "Il fait perdre de l’argent avant même tout coût : aucun coût ne le rendrait rentable.",
        },
        "break_even_nothing": {
            "en": "It brings nothing, so no cost would make it pay.",
            "fr": "Cela ne rapporte rien : aucun coût ne le rendrait rentable.",
        },
        "lift": {"en": " ({lift})", "fr": " ({lift})"},
        "from": {"en": "Of the gain, {parts}.", "fr": "Origine du gain{colon}{parts}."},
        "part": {"en": "{share} is from {name}", "fr": "{name} {share}"},
        "retention": {"en": "customers who stay", "fr": "clients qui restent"},
        "referrals": {"en": "referrals", "fr": "parrainage"},
        "spend": {"en": "higher spend", "fr": "dépense accrue"},
        "cross_sell": {"en": "cross-sales", "fr": "ventes croisées"},
        "support": {"en": "support saved", "fr": "support économisé"},
        "hangs": {
            "en": "It hangs most on {name}: from {low} to {high} net gain across its range.",
            "fr": "Le résultat dépend surtout de : {name}, de {low} à {high} de gain net sur sa plage.",
        },
        "grade": {
            "en": "Evidence{colon}{grade}, after the weakest link ({links}).",
            "fr": "Niveau de preuve{colon}{grade}, celui du maillon le plus faible ({links}).",
        },
        "assumed": {"en": "assumed", "fr": "supposé"},
        "observed": {"en": "observed", "fr": "observé"},
        "matched": {"en": "matched", "fr": "comparé à un groupe témoin apparié"},
        "tested": {"en": "tested", "fr": "testé"},
        "link_action": {"en": "that {name} improves", "fr": "le fait que {name} progresse"},
        "link_score": {"en": "from drivers to {name}", "fr": "des leviers à {name}"},
        "link_behaviour": {"en": "{name}", "fr": "{name}"},
        "cause": {
            "en": "Association is not a cause: what is observed may not follow when the score is moved.",
            "fr": "Une association n’est pas une cause : ce qui est observé peut ne pas suivre quand le score bouge.",
        },
        "margin_unknown": {
            "en": "Revenue is not margin, and what is kept of it was not said: a rate of 10 to 60% is assumed. Say margin_rate=.",
            "fr": "Le chiffre d’affaires n’est pas la marge, et le taux de marge n’est pas indiqué : 10 à 60 % sont supposés. "
            "Précisez margin_rate=.",
        },
        "nobody_leaves": {
            "en": "Churn is not known: nobody is taken to leave, which makes gains last. Say churn=.",
            "fr": "L’attrition n’est pas connue : personne n’est supposé partir, ce qui prolonge les gains. Précisez churn=.",
        },
        "nobody_left": {
            "en": "Nobody of {count} customers left: churn is taken from 0 up to 3 in {count}, which such data do not exclude "
            "(rule of three).",
            "fr": "Aucun des {count} clients n’est parti : l’attrition va de 0 à 3 sur {count}, ce que ces données n’excluent "
            "pas (règle de trois).",
        },
        "everybody_left": {
            "en": "All of {count} customers left: churn is taken from 100% down to 3 fewer in {count}, which such data do not "
            "exclude (rule of three).",
            "fr": "La totalité des {count} clients est partie : l’attrition va de 100 % à 3 de moins sur {count}, ce que ces "
            "données n’excluent pas (règle de trois).",
        },
        "negative_margin": {
            "en": "A customer brings no more than his support costs, so keeping one gains nothing: check the margin.",
            "fr": "Un client ne rapporte pas plus que son support ne coûte : en garder un ne fait rien gagner. Vérifiez la marge.",
        },
        "draw_one": {"en": "1 draw", "fr": "1 tirage"},
        "draw_some": {"en": "{count} of {all} draws", "fr": "{count} des {all} tirages"},
        "draw_all": {"en": "all {all} draws", "fr": "la totalité des {all} tirages"},
        "less_cost": {
            "en": "The margin is revenue less cost, as the study has them.",
            "fr": "La marge est le chiffre d’affaires moins le coût de l’étude.",
        },
        "cut": {
            "en": "Cut where it ends, in {draws}{colon}{what}.",
            "fr": "Limité à ses bornes dans {draws}{colon}{what}.",
        },
        "small": {
            "en": "Measured on {count} customers, under 30: an indication, not a result.",
            "fr": "Mesuré sur {count} clients, moins de 30 : une indication, pas un résultat.",
        },
        "past_end": {
            "en": "Cut where the scale ends{colon}{what}.",
            "fr": "Limité par l’échelle{colon}{what}.",
        },
        "out_of_range": {
            "en": "Churn with the improvement left 0–100% in {draws} and was cut there.",
            "fr": "L’attrition après progrès sortait de 0–100 % dans {draws} et y a été limitée.",
        },
        "curved": {
            "en": "A straight line fits {what} badly: what a point is worth depends on where it is won.",
            "fr": "Une droite convient mal ({what}) : la valeur d’un point dépend de l’endroit où il est gagné.",
        },
        "no_cost": {"en": "No cost was said, so there is no ROI.", "fr": "Aucun coût n’est indiqué : pas de ROI."},
        "timing": {
            "en": "Two worlds of the same customers, period by period; margin is paid {timing}; discounting compounds by "
            "period, (1 + d)^(months / 12). The return is on the cost in today’s money.",
            "fr": "Deux mondes pour les mêmes clients, période par période ; la marge est versée {timing} ; actualisation "
            "composée par période, (1 + d)^(mois / 12). Le ROI rapporte le gain net au coût, en valeur actuelle.",
        },
        "start": {
            "en": "at the start of a period, by all who begin it",
            "fr": "en début de période, par tous les présents",
        },
        "end": {
            "en": "at the end of a period, by those who stayed",
            "fr": "en fin de période, par ceux qui sont restés",
        },
        "end_all": {
            "en": "at the end of a period, by all who began it",
            "fr": "en fin de période, par tous ceux du début",
        },
        "shapley": {
            "en": "The gain is split by Shapley values over where it comes from, so nothing is counted twice.",
            "fr": "Le gain est réparti entre ses origines par les valeurs de Shapley : rien n’est compté deux fois.",
        },
        "draw_note": {
            "en": "{draws} draws, seed {seed}.",
            "fr": "{draws} tirages, graine {seed}.",
        },
        "referred": {
            "en": "Referred customers stay, pay and refer like the others, from the period after.",
            "fr": "Les clients parrainés restent, paient et parrainent comme les autres, dès la période suivante.",
        },
        "plot_distribution": {"en": "Net gain over {years}", "fr": "Gain net sur {years}"},
        "axis_npv": {"en": "Net gain in today’s money ({currency})", "fr": "Gain net actualisé ({currency})"},
        "axis_draws": {"en": "Draws", "fr": "Tirages"},
        "pays": {"en": "▲ pays: {share}", "fr": "▲ rentable : {share}"},
        "loses": {"en": "▼ loses: {share}", "fr": "▼ à perte : {share}"},
        "expected": {"en": "expected {npv}", "fr": "espérance {npv}"},
        "plot_tornado": {
            "en": "Net gain when one figure moves alone",
            "fr": "Gain net quand une seule hypothèse bouge",
        },
        "plot_fan": {"en": "Cumulative net gain", "fr": "Gain net cumulé"},
        "axis_months": {"en": "Months", "fr": "Mois"},
        "median": {"en": "median", "fr": "médiane"},
        "half": {"en": "50% of draws", "fr": "50 % des tirages"},
        "most": {"en": "{level} of draws", "fr": "{level} des tirages"},
        "plot_steps": {"en": "Where the net gain comes from", "fr": "D’où vient le gain net"},
        "net": {"en": "Net gain", "fr": "Gain net"},
        "nothing_moves": {"en": "no figure has a range", "fr": "aucune hypothèse n’a de plage"},
    }
)
