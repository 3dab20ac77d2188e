"""What the page "What it is worth" says of customers and their behaviour, in French and English."""

from __future__ import annotations

from cxkit.present.phrasebook import Phrases

__all__ = ["say"]

#: A text about worth in a language with its values filled in.
say = Phrases(
    {
        # Titles
        "unknown": {
            "en": "What {name} is worth is not known yet",
            "fr": "{name} : on ne sait pas encore ce que cela vaut",
        },
        "few": {
            "en": "{name}: too few customers to say what it is worth",
            "fr": "{name} : trop peu de clients pour chiffrer",
        },
        "plain": {"en": "What {name} is worth", "fr": "{name} : ce que cela vaut"},
        # What is missing
        "link_first": {
            "en": "No column of this study says what customers did: revenue, margin, who left, contacts, referrals. "
            "Answers alone have no price. Join what your systems know, by the customer’s id, with [[link]] in "
            "cxkit.toml, then make this page again:",
            "fr": "Aucune colonne de cette étude ne dit ce que les clients ont fait : chiffre d’affaires, marge, "
            "départs, contacts, parrainages. Les réponses seules n’ont pas de prix. Rapprochez-en ce que savent vos "
            "systèmes, par l’identifiant du client, avec [[link]] dans cxkit.toml, puis refaites cette page :",
        },
        "no_margin": {
            "en": "The study has revenue and no margin. What customers pay is not what they bring in: until the role "
            "margin, or the parameter margin_rate (0.35 where 35% of revenue is kept), is there, the return takes a "
            "wide range for it.",
            "fr": "L’étude connaît le chiffre d’affaires, pas la marge. Ce que les clients paient n’est pas ce qu’ils "
            "rapportent : tant que le rôle margin ou le paramètre margin_rate (0.35 si 35\u00a0% du chiffre "
            "d’affaires sont conservés) manque, le retour prend une plage large.",
        },
        "no_money": {
            "en": "The study has no revenue and no margin: a customer’s worth is not known, so there is no return to "
            "compute from customers who stay.",
            "fr": "L’étude ne connaît ni chiffre d’affaires ni marge : on ignore ce que vaut un client, donc ce que "
            "rapporte un client qui reste.",
        },
        "unread": {
            "en": "Left out: {names}. The column holds neither amounts nor yes and no, or the customers’ last answers "
            "are not known (role date).",
            "fr": "Écarté : {names}. La colonne ne contient ni montants ni oui et non, ou l’on ignore la dernière "
            "réponse des clients (rôle date).",
        },
        "held": {
            "en": "Not shown: {names}. A class has fewer than {min_n} customers, whose figures could be computed.",
            "fr": "Non montré : {names}. Une classe a moins de {min_n} clients, dont les chiffres pourraient se "
            "calculer.",
        },
        "held_page": {
            "en": "Not shown: {names}. A class has fewer than {min_n} customers, or this page beside that of "
            "everybody would tell what such a group did.",
            "fr": "Non montré : {names}. Une classe a moins de {min_n} clients, ou cette page, rapprochée de celle de "
            "l’ensemble, dirait ce qu’un tel groupe a fait.",
        },
        "refused": {"en": "Not computed: {what}. {hint}", "fr": "Non calculé (détail en anglais) : {what}. {hint}"},
        "heard": {"en": "Beware: {what}.", "fr": "Attention (détail en anglais) : {what}."},
        # Joined
        "joined": {"en": "What was joined to the answers", "fr": "Ce qui a été rapproché des réponses"},
        "join": {"en": "Joined, {what}", "fr": "Rapproché, {what}"},
        "coverage": {
            "en": "For how many answers it is known what the customer did",
            "fr": "Pour combien de réponses on sait ce que le client a fait",
        },
        "behaviour": {"en": "Behaviour", "fr": "Comportement"},
        "column": {"en": "Column", "fr": "Colonne"},
        "known": {"en": "Answers with it", "fr": "Réponses renseignées"},
        "missing": {"en": "Without", "fr": "Sans"},
        "share": {"en": "Known", "fr": "Connu"},
        "coverage_low": {
            "en": "Beware: {names}, known for fewer than half of the answers. Those who are not known may be other "
            "people.",
            "fr": "Attention : {names}, connu pour moins de la moitié des réponses. Les autres clients sont peut-être "
            "différents.",
        },
        # Value at stake
        "stake": {"en": "What is at stake", "fr": "Ce qui est en jeu"},
        "classes": {"en": "{name}: {values}.", "fr": "{name} : {values}."},
        "apart": {
            "en": "{high} against {low}: {delta} {interval}, a real difference.",
            "fr": "{high} par rapport aux {low} : {delta} {interval}, un écart réel.",
        },
        "not_apart": {
            "en": "{high} against {low}: {delta} {interval}, inconclusive.",
            "fr": "{high} par rapport aux {low} : {delta} {interval}, non concluant.",
        },
        "point": {"en": "What a point is worth", "fr": "Ce que vaut un point"},
        "one_point": {"en": "{one} goes with {parts}.", "fr": "{one} va de pair avec {parts}."},
        "part": {"en": "{delta} {interval} of {name}{per}", "fr": "{delta} {interval} de {name}{per}"},
        "part_open": {
            "en": "{delta} {interval} of {name}{per}, which may be nothing",
            "fr": "{delta} {interval} de {name}{per}, effet possiblement nul",
        },
        "and": {"en": ", and with ", "fr": ", et avec "},
        "instead": {"en": "{frm} → {to}", "fr": "{frm} → {to}"},
        "where": {"en": "Where it is at stake: by {by}", "fr": "Où se joue cette valeur : par {by}"},
        "where_caption": {
            "en": "By {by}: what customers did, and what goes with one point",
            "fr": "Par {by} : ce que les clients ont fait, et ce qui va avec un point",
        },
        "where_left": {
            "en": "Not shown: {names}. A class has fewer than {min_n} customers, or is needed to protect such a one.",
            "fr": "Non montré : {names}. Une classe a moins de {min_n} clients, ou il faut en protéger une.",
        },
        "where_two": {
            "en": "Nothing to compare: fewer than two groups have {min_n} customers in each class.",
            "fr": "Rien à comparer : moins de deux groupes ont {min_n} clients dans chaque classe.",
        },
        "of_point": {"en": "{name}, for one point", "fr": "{name}, pour un point"},
        "points_caption": {
            "en": "What goes with one point of {name}, and with one customer in another class",
            "fr": "Ce qui va de pair avec un point de {name}, et avec un client dans une autre classe",
        },
        "what": {"en": "Change", "fr": "Changement"},
        "each": {"en": "Per customer", "fr": "Par client"},
        "interval": {"en": "95% CI", "fr": "IC 95\u00a0%"},
        "scaled": {"en": "Per 1,000 customers", "fr": "Pour 1\u202f000 clients"},
        "straight": {"en": "Does a straight line hold?", "fr": "La relation est-elle une droite ?"},
        "no_curve": {
            "en": "No drawing by answer: too few answers were given by {min_n} customers or more.",
            "fr": "Pas de dessin par note : trop peu de notes ont été données par au moins {min_n} clients.",
        },
        # Retention and lifetime
        "retention": {"en": "Who leaves", "fr": "Qui part"},
        "no_churn": {
            "en": "Who left is not known: no column has one of the roles churned and left.",
            "fr": "On ignore qui est parti : aucune colonne n’a le rôle churned ou left.",
        },
        "no_since": {
            "en": "How long customers stay is not known: that takes the roles since and left, the days on which they "
            "came and went.",
            "fr": "On ignore combien de temps les clients restent : il faut les rôles since et left, leurs dates "
            "d’arrivée et de départ.",
        },
        "held_lives": {
            "en": "Not shown: a class has fewer than {min_n} customers.",
            "fr": "Non montré : une classe a moins de {min_n} clients.",
        },
        "lifetime": {"en": "What a customer is worth over time", "fr": "Ce que vaut un client dans la durée"},
        "lives": {"en": "A customer is worth: {values}.", "fr": "Un client vaut : {values}."},
        "lives_how": {
            "en": "Margins are taken to be paid at the end of each year by those who stayed, r / (1 + d − r), "
            "discounted by {rate} a year, with churn as it is. Classes differ in more than their answer: this is what "
            "goes with it, no proof of cause.",
            "fr": "Marges supposées perçues en fin d’année auprès des clients restés, r / (1 + d − r), actualisées à "
            "{rate} par an, à attrition constante. Les classes ne diffèrent pas que par leur note : c’est une "
            "association, pas une cause.",
        },
        "no_lifetime": {
            "en": "No lifetime value: that takes what customers bring (margin, or revenue and margin_rate) and who "
            "left.",
            "fr": "Pas de valeur vie client : il faut ce que rapportent les clients (marge, ou chiffre d’affaires et "
            "margin_rate) et qui est parti.",
        },
        "odd_months": {
            "en": "No lifetime value: the money must cover a month, a quarter or a year.",
            "fr": "Pas de valeur vie client : les montants doivent couvrir un mois, un trimestre ou un an.",
        },
        # Method
        "method": {"en": "How these amounts were made", "fr": "Comment ces montants ont été calculés"},
        "how_classes": {
            "en": "Each customer counts once, in the class of the last answer. Money and departures are taken to "
            "cover {months} months. Differences between classes are judged with all the tests of this page.",
            "fr": "Chaque client compte une fois, dans la classe de sa dernière réponse. Les montants et les départs "
            "sont supposés couvrir {months} mois. Les écarts entre classes sont jugés avec tous les tests de cette "
            "page.",
        },
        "how_point": {
            "en": "One point is the slope of a straight line through what customers did; where the drawing by answer "
            "is no line, it is an average, and a gain among the unhappy is not one among the happy.",
            "fr": "Un point est la pente d’une droite à travers ce que les clients ont fait ; là où le dessin par "
            "note n’est pas une droite, c’est une moyenne : gagner chez les mécontents n’est pas gagner chez les "
            "satisfaits.",
        },
        "how_return": {
            "en": "The return holds two worlds of the same customers against each other, with the improvement and "
            "without. A customer who stays and one who spends more are never counted twice. All that was measured is "
            "drawn with its joint error, all that was said within its range; an interval holds 95% of the draws.",
            "fr": "Le retour compare deux mondes des mêmes clients, avec l’amélioration et sans. Un client qui reste "
            "et un client qui dépense plus ne sont jamais comptés deux fois. Ce qui est mesuré est tiré avec son "
            "erreur jointe, ce qui est affirmé dans sa plage ; un intervalle contient 95\u00a0% des tirages.",
        },
        # The executive page
        "worth_heading": {"en": "What {name} is worth", "fr": "{name} : ce que cela vaut"},
        "worth_more": {
            "en": "This is association, not proof of cause. The report roi has churn, lifetime value, the return on "
            "an improvement and its assumptions.",
            "fr": "C’est une association, pas une preuve de causalité. Le rapport roi détaille départs, valeur vie "
            "client, retour d’une amélioration et hypothèses.",
        },
    }
)
