"""The sentences of the cautions of a driver analysis, in English and French."""

from __future__ import annotations

import math
from collections.abc import Callable
from string import Formatter

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text

__all__ = ["CAUTIONS", "FOREMOST", "ORDER", "caution_text", "in_order"]

#: Blanks are the figures of the caution, by name, and ``drivers``; ``{rows:row|rows}`` is the word that
#: goes with the figure. ``key/2`` takes the place of ``key`` where the first figure is 2, ``key/named``
#: where drivers are named. The order is that in which cautions are read.
CAUTIONS = Phrases(
    _ENTRIES := {
        # --- the data
        "incomplete": {
            "en": "{percent} of rows are incomplete ({lost} of {rows}): {used} are used; "
            'missing="impute" keeps those that have an outcome.',
            "fr": "{percent} des lignes sont incomplètes ({lost} sur {rows}) : {used} sont utilisées ; "
            'missing="impute" conserve celles qui ont un résultat.',
        },
        "incomplete/named": {
            "en": "{percent} of rows are incomplete ({lost} of {rows}): {used} are used; the emptiest "
            '{drivers:driver is|drivers are} {drivers}; missing="impute" keeps those that have an outcome.',
            "fr": "{percent} des lignes sont incomplètes ({lost} sur {rows}) : {used} sont utilisées ; "
            '{drivers:le levier le moins renseigné est|les leviers les moins renseignés sont} {drivers} ; missing="impute" '
            "conserve celles qui ont un résultat.",
        },
        "imputed": {
            "en": "{percent} of rows are incomplete ({lost} of {rows}): their gaps were filled by multiple imputation "
            "({imputations} {imputations:draw|draws}); intervals include what that leaves uncertain, if answers are "
            "missing at random given the other columns.",
            "fr": "{percent} des lignes sont incomplètes ({lost} sur {rows}) : les valeurs manquantes sont remplacées "
            "par imputation multiple ({imputations} {imputations:tirage|tirages}) ; les intervalles en tiennent compte, "
            "à condition que l’absence de réponse ne dépende que des autres colonnes.",
        },
        "pairwise": {
            "en": "{percent} of rows are incomplete: each correlation rests on the rows that have both answers, "
            "{low} to {high} of them; the figures mix different respondents.",
            "fr": "{percent} des lignes sont incomplètes : chaque corrélation repose sur les lignes où les deux réponses "
            "existent, de {low} à {high} ; les chiffres mêlent des répondants différents.",
        },
        "dummy_adjusted": {
            "en": "{percent} of rows are incomplete: gaps hold the driver’s mean and have an indicator of their own, "
            "which is biased where drivers are correlated.",
            "fr": "{percent} des lignes sont incomplètes : les valeurs manquantes reçoivent la moyenne du levier et une "
            "indicatrice ; la méthode est biaisée dès que les leviers sont corrélés.",
        },
        "repaired": {
            "en": "The correlations of different respondents contradict each other and were moved to the nearest that "
            "do not (by {moved} at most).",
            "fr": "Les corrélations, tirées de répondants différents, se contredisent ; elles sont remplacées par les "
            "plus proches qui sont cohérentes (écart maximal {moved}).",
        },
        "imputed_unweighted": {
            "en": "Gaps were filled without the weights, which the analysis uses.",
            "fr": "Les valeurs manquantes sont remplacées sans tenir compte des poids, que l’analyse utilise.",
        },
        "no_outcome": {
            "en": "{lost} of {rows} {lost:row has|rows have} no outcome and {lost:is|are} left out.",
            "fr": "{lost} {lost:ligne|lignes} sur {rows} n’{lost:a|ont} pas de résultat et {lost:est écartée|sont écartées}.",
        },
        "unweighted_rows": {
            "en": "{lost} {lost:row has|rows have} no weight and {lost:is|are} left out; fill the weight column to keep "
            "{lost:it|them}.",
            "fr": "{lost} {lost:ligne sans poids est écartée|lignes sans poids sont écartées} ; renseignez la colonne de "
            "poids pour {lost:la|les} garder.",
        },
        "stray_code": {
            "en": "{drivers} holds {value} ({times} {times:time|times}), far from the other answers ({low} to {high}): if it "
            "means no answer, declare it with missing= in cx.Study.",
            "fr": "{drivers} contient {value} ({times} fois), loin des autres réponses ({low} à {high}) : si c’est un code "
            "d’absence de réponse, déclarez-le par missing= dans cx.Study.",
        },
        "constant": {
            "en": "{drivers} {drivers:has|have} only one value and {drivers:is|are} left out.",
            "fr": "{drivers} : une seule valeur, {drivers:levier écarté|leviers écartés} de l’analyse.",
        },
        "merged_categories": {
            "en": "{categories} rare {categories:answer was|answers were} merged with {categories:its|their} neighbours.",
            "fr": "{categories} {categories:réponse rare a été regroupée avec sa voisine|réponses rares ont été regroupées "
            "avec leurs voisines}.",
        },
        "merged_categories/named": {
            "en": "{categories} rare {categories:category|categories} of {drivers} {categories:was|were} merged with "
            "{categories:its neighbour|their neighbours}.",
            "fr": "{drivers} : {categories} {categories:modalité rare a été regroupée avec sa voisine|modalités rares ont "
            "été regroupées avec leurs voisines}.",
        },
        "too_few": {
            "en": "{drivers}: {rows} complete {rows:row is|rows are} too few for a model; none was fitted.",
            "fr": "{drivers} : {rows} {rows:ligne complète, c’est|lignes complètes, c’est} trop peu pour un modèle ; aucun "
            "n’a été ajusté.",
        },
        "no_model": {
            "en": "{drivers}: nothing to model in {rows} complete {rows:row|rows}, as the outcome or all drivers have one "
            "value there, or are told apart entirely; none was fitted.",
            "fr": "{drivers} : rien à modéliser dans {rows} {rows:ligne complète|lignes complètes}, car le résultat ou tous "
            "les leviers y sont constants, ou s’y séparent entièrement ; aucun modèle n’a été ajusté.",
        },
        "few_rows": {
            "en": "{rows} {rows:row|rows} for {terms} {terms:term|terms} ({per_term} each): under 10 rows per term the "
            "figures move a lot from one sample to the next; use fewer drivers, or groups=.",
            "fr": "{rows} {rows:ligne|lignes} pour {terms} {terms:terme|termes} ({per_term} par terme) : en dessous de 10 "
            "lignes par terme, les chiffres varient beaucoup d’un échantillon à l’autre ; retenez moins de leviers, ou "
            "regroupez-les avec groups=.",
        },
        "few_clusters": {
            "en": "Errors rest on {clusters} {clusters:cluster|clusters} only: under 30, intervals tend to be too short.",
            "fr": "Les erreurs types ne reposent que sur {clusters} {clusters:grappe|grappes} : en dessous de 30, les "
            "intervalles sont souvent trop courts.",
        },
        # --- what the model explains
        "weak": {
            "en": "The drivers explain almost nothing (adjusted R² {r2_adjusted}, n = {n}): do not act on their order; "
            "look for drivers that are not in the data.",
            "fr": "Les leviers n’expliquent presque rien (R² ajusté {r2_adjusted}, n = {n}) : leur ordre ne permet pas de "
            "décider ; cherchez des leviers absents des données.",
        },
        "linear_probability": {
            "en": "The outcome takes {levels} values and is fitted by least squares: effects are in points, an "
            'approximation; check with model="ordered".',
            "fr": "Le résultat ne prend que {levels} valeurs et il est ajusté par moindres carrés : les effets, en points, "
            'sont une approximation ; vérifiez avec model="ordered".',
        },
        "linear_probability/2": {
            "en": "The outcome is yes or no and is fitted by least squares: effects are in points, an approximation; "
            'check with model="logit".',
            "fr": "Le résultat est binaire et il est ajusté par moindres carrés : les effets, en points, sont une "
            'approximation ; vérifiez avec model="logit".',
        },
        "not_parallel": {
            "en": "The effects are not the same at every step of the scale ({p}): one coefficient for all steps is a "
            'summary; compare with model="logit" on one threshold, or model="ols".',
            "fr": "Les effets ne sont pas les mêmes à chaque degré de l’échelle ({p}) : un coefficient unique les "
            'résume ; comparez avec model="logit" sur un seuil, ou model="ols".',
        },
        "not_parallel/named": {
            "en": "The effect of {drivers} is not the same at every step of the scale ({p}): one coefficient for all "
            'steps is a summary; compare with model="logit" on one threshold, or model="ols".',
            "fr": "L’effet de {drivers} n’est pas le même à chaque degré de l’échelle ({p}) : un coefficient unique le "
            'résume ; comparez avec model="logit" sur un seuil, ou model="ols".',
        },
        "separation": {
            "en": "The drivers tell the outcomes apart without error: their coefficients have no finite value; merge "
            'rare answers, leave a driver out, or use model="ols".',
            "fr": "Les leviers séparent parfaitement les réponses : leurs coefficients n’ont pas de valeur finie ; "
            'regroupez les réponses rares, retirez un levier, ou prenez model="ols".',
        },
        "separation/named": {
            "en": "{drivers} {drivers:tells|tell} outcomes apart without error: no finite coefficient exists; merge rare "
            'answers, leave {drivers:it|them} out, or use model="ols".',
            "fr": "{drivers} {drivers:sépare|séparent} parfaitement les réponses : aucun coefficient fini n’existe ; "
            'regroupez les réponses rares, retirez {drivers:ce levier|ces leviers}, ou prenez model="ols".',
        },
        "nearly_separated": {
            "en": "{drivers} all but {drivers:tells|tell} outcomes apart without error: {drivers:its coefficient is|their "
            "coefficients are} very large and uncertain; merge rare answers, or leave {drivers:it|them} out.",
            "fr": "{drivers} : séparation presque parfaite des réponses ; {drivers:le coefficient est très grand et très "
            "incertain|les coefficients sont très grands et très incertains} ; regroupez les réponses rares ou retirez "
            "{drivers:ce levier|ces leviers}.",
        },
        "overdispersed": {
            "en": "The counts vary {dispersion} times as much as a Poisson model says; the robust errors shown allow for "
            'that, and model="negbin" may fit better.',
            "fr": "Les comptages varient {dispersion} fois plus que ne le prévoit le modèle de Poisson ; les erreurs types "
            'robustes affichées en tiennent compte, et model="negbin" peut mieux convenir.',
        },
        "outliers": {
            "en": "{rows} {rows:answer lies|answers lie} far from what the model expects (studentised residual beyond "
            "{limit}); check {rows:it|them}: a few rows can carry a coefficient.",
            "fr": "{rows} {rows:réponse s’écarte|réponses s’écartent} fortement de la valeur attendue (résidu studentisé "
            "au-delà de {limit}) ; à vérifier : quelques lignes suffisent à porter un coefficient.",
        },
        # --- drivers that say the same
        "duplicate": {
            "en": "{drivers} hold the same answers, up to shift and scale: nothing can tell them apart, and they share "
            "their importance; keep one.",
            "fr": "{drivers} contiennent les mêmes réponses, à un décalage et une échelle près : rien ne permet de les "
            "départager et ils se partagent leur importance ; n’en gardez qu’un.",
        },
        "aliased": {
            "en": "{drivers} are tied by a relation that is exact to the last digit that can be seen (such as a total and its "
            "parts): their coefficients cannot be told apart, and R² may be understated; leave one out.",
            "fr": "{drivers} sont liés par une relation exacte au dernier chiffre visible (un total et ses composantes, par "
            "exemple) : leurs coefficients sont indéterminés et le R² peut être sous-estimé ; retirez-en un.",
        },
        "collinear": {
            "en": "{drivers} overlap (VIF up to {vif}, condition number {condition}): the split of importance between them "
            "is uncertain and each coefficient unstable; join them with groups=, or keep one.",
            "fr": "{drivers} se recoupent (VIF jusqu’à {vif}, conditionnement {condition}) : le partage de l’importance "
            "entre eux est incertain et chaque coefficient instable ; réunissez-les avec groups=, ou n’en gardez qu’un.",
        },
        "halo": {
            "en": "The ratings move together: one common factor carries {share} of their variance ({chance} by chance); "
            "importance is hard to separate, and small gaps between drivers mean little.",
            "fr": "Les notes évoluent ensemble (effet de halo) : un facteur commun porte {share} de leur variance "
            "({chance} par hasard) ; l’importance de chacune est difficile à isoler et de petits écarts entre leviers ne "
            "veulent rien dire.",
        },
        # --- signs
        "sign_flip": {
            "en": "{drivers}: the coefficient has the opposite sign to the simple correlation with the outcome, as "
            "happens when other drivers overlap with {drivers:it|them}; do not read {drivers:it|them} alone.",
            "fr": "{drivers} : le coefficient est de signe contraire à la corrélation simple avec le résultat, ce qui "
            "arrive quand d’autres leviers s’y mêlent ; ne {drivers:le|les} lisez pas isolément.",
        },
        "negative": {
            "en": "{drivers}: the higher the answer, the worse the outcome, other drivers equal; check which end of the "
            "scale is good.",
            "fr": "{drivers} : plus la réponse est élevée, moins le résultat est bon, à autres leviers égaux ; vérifiez le "
            "sens de l’échelle.",
        },
        # --- how the importance was computed
        "pratt_negative": {
            "en": 'Pratt’s measure is negative for {drivers}: it is no share of R²; use importance="lmg".',
            "fr": "La mesure de Pratt est négative pour {drivers} : ce n’est pas une part du R² ; prenez "
            'importance="lmg".',
        },
        "not_a_share": {
            "en": "These values sum to {total}, not to R² ({r2}): they rank drivers but are no shares of what is "
            "explained.",
            "fr": "Ces valeurs totalisent {total} et non le R² ({r2}) : elles classent les leviers mais ne sont pas des "
            "parts de ce qui est expliqué.",
        },
        "pseudo_approximate": {
            "en": "The importance of each driver in this model’s R² is approximate: fitting every set of drivers would "
            "take too long, so the gains of sets are taken to a first order.",
            "fr": "L’importance de chaque levier dans le R² de ce modèle est approchée : ajuster tous les ensembles de "
            "leviers serait trop long, leurs gains sont calculés au premier ordre.",
        },
        "approximate": {
            "en": "Importance is approximate: the standard error of the approximation is at most {error} (in R²).",
            "fr": "L’importance est approchée : l’erreur type de l’approximation ne dépasse pas {error} (en R²).",
        },
        "blocks": {
            "en": "Intervals rest on {blocks} random blocks of rows; resampling the rows one by one would be slower and "
            "scarcely different.",
            "fr": "Les intervalles reposent sur {blocks} blocs de lignes tirés au hasard ; rééchantillonner ligne à ligne "
            "serait plus long et changerait peu.",
        },
        # --- acting on it
        "saturated": {
            "en": "{drivers}: the mean is within {percent} of the end of the scale; little room is left to improve.",
            "fr": "{drivers} : la moyenne est à moins de {percent} du bout de l’échelle ; il reste peu de marge de "
            "progrès.",
        },
        "bounded": {
            "en": "{drivers}: the change asked for goes past the end of the scale; it is counted to the end only.",
            "fr": "{drivers} : la variation demandée dépasse le bout de l’échelle ; elle n’est comptée que jusqu’à ce bout.",
        },
    }
)

#: Keys in the order in which a reader needs them.
ORDER = tuple(dict.fromkeys(key.partition("/")[0] for key in _ENTRIES))

#: Those without which the finding itself would mislead: they stand before it.
FOREMOST = frozenset(
    {"incomplete", "imputed", "pairwise", "dummy_adjusted", "unweighted_rows", "no_outcome", "few_rows", "separation"}
)

_NAMED = 6


class _Said:
    """A blank: its text, and by ``{name:one|many}`` the word that goes with it."""

    def __init__(self, text: str, alone: bool) -> None:
        self._text, self._alone = text, alone

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self._alone else many) if bar else self._text


def in_order(cautions: tuple[Caution, ...]) -> tuple[Caution, ...]:
    """Cautions as they are read: those about the data first; each said once.

    >>> [c.key for c in in_order((Caution("halo"), Caution("incomplete"), Caution("halo")))]
    ['incomplete', 'halo']
    """
    rank = {key: i for i, key in enumerate(ORDER)}
    return tuple(sorted(dict.fromkeys(cautions), key=lambda c: rank.get(c.key, len(rank))))


def caution_text(caution: Caution, lang: str = "en") -> str:
    """What a caution says: the fact, its figures and the fix, as plain text.

    Parameters
    ----------
    caution : Caution
        Its key is in ``CAUTIONS``; a figure that it lacks, or that is not finite, is an en dash.

    >>> caution_text(Caution("unweighted_rows", values=(("lost", 3.0),)))
    '3 rows have no weight and are left out; fill the weight column to keep them.'
    >>> caution_text(Caution("constant", ("Accueil",)), "fr")
    '« Accueil » : une seule valeur, levier écarté de l’analyse.'
    """
    check_lang(lang)
    key, figures = _entry(caution), dict(caution.values)
    blanks = [field for _, field, _, _ in Formatter().parse(_ENTRIES[key][lang]) if field]
    said = {name: _figure(name, figures.get(name), lang) for name in blanks if name != "drivers"}
    names = _listed(caution.drivers, lang)
    text = CAUTIONS(key, lang, drivers=_Said(names, len(caution.drivers) == 1), **said)
    return text[:1].upper() + text[1:]


def _entry(caution: Caution) -> str:
    """The most special entry of the book that fits."""
    key = caution.key
    if caution.values and f"{key}/{caution.values[0][1]:g}" in CAUTIONS:
        return f"{key}/{caution.values[0][1]:g}"
    return f"{key}/named" if caution.drivers and f"{key}/named" in CAUTIONS else key


def _listed(names: tuple[str, ...], lang: str) -> str:
    """``“a”, “b” and “c”``; the names after the sixth are counted."""
    quoted = [f"« {clean_text(n)} »" if lang == "fr" else f"“{clean_text(n)}”" for n in names]
    if len(quoted) > _NAMED + 1:
        rest = count(len(quoted) - _NAMED, lang)
        quoted = [*quoted[:_NAMED], f"{rest} autres" if lang == "fr" else f"{rest} others"]
    last = " et " if lang == "fr" else " and "
    return ", ".join(quoted[:-1]) + (last if len(quoted) > 1 else "") + "".join(quoted[-1:])


def _figure(name: str, x: float | None, lang: str) -> _Said:
    known = x is not None and math.isfinite(x)
    # One is singular in both languages, nought in French only.
    alone = x is not None and known and (x == 1 or (lang == "fr" and abs(x) < 2))
    return _Said(_FORMATS.get(name, _plain)(x, lang) if x is not None and known else "–", alone)


def _plain(x: float, lang: str) -> str:
    return number(x, lang, digits=0 if float(x).is_integer() else 1)


def _percent(x: float, lang: str) -> str:
    """Whole percents; ``99.9%`` is never said to be all, nor ``0.2%`` none."""
    return with_unit(x, "%", lang, digits=0 if 1 <= x < 99.5 or x in (0, 100) else 1)


def _p(p: float, lang: str) -> str:
    return f"p < {number(0.001, lang, digits=3)}" if p < 0.001 else f"p = {number(p, lang, digits=3)}"


def _large(x: float, lang: str) -> str:
    """A VIF or a condition number: what matters is its size."""
    if x >= 1e6:
        return f"> {number(1e6, lang, digits=0)}"
    return number(x, lang, digits=1 if x < 100 else 0)


def _small(x: float, lang: str) -> str:
    return number(x, lang, digits=4 if 0 < abs(x) < 0.001 else 3)


_FORMATS: dict[str, Callable[[float, str], str]] = {
    **dict.fromkeys(("percent", "share", "chance"), _percent),
    **dict.fromkeys(("vif", "condition"), _large),
    **dict.fromkeys(("error", "moved", "total", "r2", "r2_adjusted"), _small),
    "p": _p,
}
