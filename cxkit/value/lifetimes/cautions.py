"""What a reader of a lifetime value must know: counted, named, and said in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cxkit.present.money import money
from cxkit.present.numbers import count, day, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import json_value
from cxkit.present.text import clean_text

__all__ = ["Caution", "Euros", "Share", "caution", "caution_texts"]


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount of money inside a caution."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Share:
    """A share, 0 to 1, inside a caution."""

    share: float


@dataclass(frozen=True, slots=True)
class Caution:
    """A caution by its stable code.

    Attributes
    ----------
    code : str
    values : tuple of pairs
        What the sentence names: counts, money, shares, days, texts.
    """

    code: str
    values: tuple[tuple[str, Any], ...] = ()

    def text(self, lang: str = "en") -> str:
        """The sentence."""
        return _SAY(self.code, lang, **{name: _said(value, lang) for name, value in self.values})

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, **{name: _plain(value) for name, value in self.values}}


def caution(code: str, **values: Any) -> Caution:
    """A caution with its values."""
    return Caution(code, tuple(values.items()))


def caution_texts(cautions: Iterable[Caution], lang: str) -> list[str]:
    """All of them as sentences."""
    return [one.text(lang) for one in cautions]


def _said(value: Any, lang: str) -> str:
    if isinstance(value, Euros):
        return money(value.amount, value.currency, lang)
    if isinstance(value, Share):
        digits = 1 if abs(value.share) >= 0.001 else 3
        return with_unit(100 * value.share, "%", lang, digits=digits)
    if isinstance(value, dt.date):
        return day(value, lang)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return clean_text(value)
    return count(value, lang) if isinstance(value, int) else number(value, lang, digits=2)


def _plain(value: Any) -> Any:
    if isinstance(value, Euros):
        return json_value(value.amount)
    if isinstance(value, Share):
        return json_value(value.share)
    return json_value(value)


_SAY = Phrases(
    {
        # Rows
        "anonymous": {
            "en": "Rows without a customer: {n} of {of}, left out.",
            "fr": "Lignes sans client : {n} sur {of}, écartées.",
        },
        "anonymous_kept": {
            "en": "Rows without a customer: {n} of {of} ({orders} orders). Their orders count in amounts and in the "
            "average transaction; no customer's frequency or repeat rate can.",
            "fr": "Lignes sans client : {n} sur {of} ({orders} commandes). Leurs commandes comptent dans les montants et "
            "le panier moyen, mais ni dans la fréquence ni dans le taux de réachat.",
        },
        "undated": {"en": "Rows without a date: {n}, left out.", "fr": "Lignes sans date : {n}, écartées."},
        "unpriced": {"en": "Rows without an amount: {n}, left out.", "fr": "Lignes sans montant : {n}, écartées."},
        "late": {
            "en": "Rows after {end}: {n}, left out.",
            "fr": "Lignes postérieures au {end} : {n}, écartées.",
        },
        "repeated": {
            "en": "Rows that repeat another one (same customer, time and amount): {n}, kept. Orders exported twice count "
            "twice.",
            "fr": "Lignes identiques à une autre (même client, même date, même montant) : {n}, conservées. Une commande "
            "exportée deux fois compte double.",
        },
        "returns": {
            "en": "Orders below 0 (returns, cancellations): {n}, worth {sum}, {share} of gross sales. They buy nothing.",
            "fr": "Commandes négatives (retours, annulations) : {n}, soit {sum}, {share} des ventes brutes. Elles ne "
            "comptent pas comme des achats.",
        },
        "returns_taken": {
            "en": "Future amounts are cut by the share of returns, {share}.",
            "fr": "Les montants futurs sont diminués de la part des retours, {share}.",
        },
        "free": {"en": "Orders of 0: {n}.", "fr": "Commandes d’un montant nul : {n}."},
        "never_bought": {
            "en": "Customers with returns only: {n}, left out.",
            "fr": "Clients n’ayant que des retours : {n}, écartés.",
        },
        "not_yet": {
            "en": "Customers whose first purchase comes after {split}: {n}, left out.",
            "fr": "Clients dont le premier achat est postérieur au {split} : {n}, écartés.",
        },
        # Purchases
        "few_repeat": {
            "en": "Only {n} customers bought again: the model is weakly determined.",
            "fr": "Seuls {n} clients ont racheté : le modèle est mal déterminé.",
        },
        "edge": {
            "en": "The data do not bound {names}: read the probabilities of being alive with care.",
            "fr": "Les données ne bornent pas {names} : lire avec prudence les probabilités d’être actif.",
        },
        "no_dropout": {
            "en": "No dropping out is visible in this history: a, b and how many are still active are not identified. What is "
            "expected ahead takes everybody as active: read it as an upper end. A longer history may show more.",
            "fr": "Aucun abandon n’est visible dans cet historique : a, b et le nombre de clients encore actifs ne sont pas "
            "identifiables. Les prévisions considèrent tous les clients comme actifs : à lire comme un maximum. Un "
            "historique plus long peut en dire plus.",
        },
        "open_lifetime": {
            "en": "The upper end of the lifetime is open: values of alpha without a finite lifetime are within its "
            "interval.",
            "fr": "La borne haute de la durée de vie est ouverte : des valeurs d’alpha sans durée finie sont dans "
            "l’intervalle.",
        },
        "no_spend": {
            "en": "No amount: purchases are forecast, money is not.",
            "fr": "Aucun montant : les achats sont prévus, pas les recettes.",
        },
        "spend_edge": {
            "en": "The model of spend has no finite mean (q = {q}, it needs more than 1): the mean of what was seen is "
            "used.",
            "fr": "Le modèle de dépense n’a pas de moyenne finie (q = {q}, il faut plus de 1) : la moyenne observée est "
            "utilisée.",
        },
        "spend_open": {
            "en": "The model of spend has no maximum within the search: p, q and v are not identified, only the mean that "
            "they give is used.",
            "fr": "Le modèle de dépense n’a pas de maximum dans le domaine exploré : p, q et v ne sont pas identifiables ; "
            "seule la moyenne qui en découle est utilisée.",
        },
        "dependent": {
            "en": "How often customers buy and how much they spend go together (correlation {r}, {n} customers). The model "
            "takes them as independent: the values of frequent buyers are off.",
            "fr": "La fréquence d’achat et le montant dépensé sont liés (corrélation {r}, {n} clients). Le modèle les "
            "suppose indépendants : la valeur des acheteurs fréquents est biaisée.",
        },
        "revenue": {
            "en": "This is revenue, not margin: say margin=.35 (a share of revenue) for a lifetime value.",
            "fr": "Il s’agit de chiffre d’affaires et non de marge : indiquez margin=.35 (part du chiffre d’affaires) "
            "pour une valeur vie client.",
        },
        "undiscounted": {
            "en": "Not discounted: say discount=.10 for today's value.",
            "fr": "Sans actualisation : indiquez discount=.10 pour une valeur actuelle.",
        },
        "extrapolated_weeks": {
            "en": "The horizon, {ahead} weeks, is longer than the history, {seen}.",
            "fr": "L’horizon, {ahead} semaines, dépasse l’historique, {seen}.",
        },
        "extrapolated_days": {
            "en": "The horizon, {ahead} days, is longer than the history, {seen}.",
            "fr": "L’horizon, {ahead} jours, dépasse l’historique, {seen}.",
        },
        "normal": {
            "en": "So many customers ({n}) that the interval is from the curvature of the likelihood, not from a bootstrap.",
            "fr": "Avec autant de clients ({n}), l’intervalle vient de la courbure de la vraisemblance et non d’un "
            "bootstrap.",
        },
        # Contracts
        "no_base": {
            "en": "Shares without a base have no interval: say how many customers began, n=1000.",
            "fr": "Des parts sans effectif n’ont pas d’intervalle : indiquez combien de clients ont commencé, n=1000.",
        },
        "endless": {
            "en": "The expected lifetime has no end (alpha = {alpha}, it needs more than 1): only a discounted or a "
            "limited one can be told.",
            "fr": "La durée de vie attendue est infinie (alpha = {alpha}, il faut plus de 1) : seule une durée actualisée "
            "ou limitée a un sens.",
        },
        "alike": {
            "en": "Customers do not visibly differ: a constant churn fits as well. alpha and beta are not "
            "identified, and a lifetime beyond what was seen has no interval.",
            "fr": "Les clients ne diffèrent pas visiblement : une attrition constante convient aussi bien. alpha et "
            "bêta ne sont pas identifiables, et une durée de vie au-delà de l’observé n’a pas d’intervalle.",
        },
        "alike_in": {
            "en": "Customers do not visibly differ in {names}: a constant churn fits as well. alpha and beta are "
            "not identified there, and a lifetime beyond what was seen has no interval.",
            "fr": "Les clients ne diffèrent pas visiblement dans {names} : une attrition constante convient aussi "
            "bien. alpha et bêta n’y sont pas identifiables, et une durée de vie au-delà de l’observé n’a pas d’intervalle.",
        },
        "unfinished": {
            "en": "Customers who have not yet finished a first period: {n}. They say nothing of renewal.",
            "fr": "Clients dont la première période n’est pas achevée : {n}. Ils ne disent rien du renouvellement.",
        },
        "backwards": {
            "en": "Customers who left before they came: {n}, left out.",
            "fr": "Clients partis avant d’être arrivés : {n}, écartés.",
        },
        "future": {
            "en": "Customers whose contract begins after {end}: {n}, left out.",
            "fr": "Clients dont le contrat commence après le {end} : {n}, écartés.",
        },
        "no_since": {
            "en": "Customers without a start: {n}, left out.",
            "fr": "Clients sans date de début : {n}, écartés.",
        },
        # Lifetime value
        "not_margin": {
            "en": "Revenue counts as margin here: the value is too high. Give margin_rate= or a margin role.",
            "fr": "Le chiffre d’affaires est pris ici pour la marge : la valeur est surestimée. Indiquez margin_rate= ou "
            "une colonne de marge.",
        },
        "small": {
            "en": "Few customers in {names}: fewer than {small}.",
            "fr": "Peu de clients dans {names} : moins de {small}.",
        },
        "constant_churn": {
            "en": "Churn is taken as constant. Where customers differ, the likely leavers go first and those who stay are "
            "worth more than this: see cx.contracts.",
            "fr": "L’attrition est supposée constante. Si les clients diffèrent, les plus volatils partent d’abord et ceux "
            "qui restent valent davantage : voir cx.contracts.",
        },
        "unscored": {
            "en": "Customers without an answer to {score}: {n} of {of}, left out.",
            "fr": "Clients sans réponse à la question {score} : {n} sur {of}, écartés.",
        },
        "worthless": {
            "en": "The margin is 0 or less{names}: a customer who stays costs money, and more retention loses more.",
            "fr": "La marge est nulle ou négative{names} : un client qui reste coûte de l’argent, et fidéliser davantage "
            "aggrave la perte.",
        },
        "unweighted": {
            "en": "Every customer counts once: the weights of the study are not used here.",
            "fr": "Chaque client compte une fois : les pondérations de l’étude ne sont pas utilisées ici.",
        },
        "a_year": {
            "en": "What was measured ({names}) is taken to cover a year: margin_period= and churn_period= say otherwise.",
            "fr": "Les valeurs mesurées ({names}) sont supposées couvrir un an : margin_period= et churn_period= "
            "permettent d’en décider autrement.",
        },
        "negative_margin": {
            "en": "Customers with a margin of 0 or less: {n} of {of}, kept in the mean.",
            "fr": "Clients dont la marge est nulle ou négative : {n} sur {of}, conservés dans la moyenne.",
        },
        "incomplete": {
            "en": "Customers without a margin or a churn flag: {n} of {of}, left out.",
            "fr": "Clients sans marge ou sans indicateur d’attrition : {n} sur {of}, écartés.",
        },
        # RFM
        "below_zero": {
            "en": "Customers whose returns exceed their purchases: {n}, worth {sum}. They count as 0 in shares of value.",
            "fr": "Clients dont les retours dépassent les achats : {n}, soit {sum}. Ils comptent pour 0 dans les parts "
            "de valeur.",
        },
        "tied_recency": {
            "en": "{share} of the customers bought last on the same day: they share one score, so that groups are not "
            "fifths.",
            "fr": "{share} des clients ont la même date de dernier achat : ils partagent une note, et les groupes ne sont "
            "pas des cinquièmes.",
        },
        "tied_frequency": {
            "en": "{share} of the customers have the same number of orders: they share one score, so that groups are not "
            "fifths.",
            "fr": "{share} des clients ont le même nombre de commandes : ils partagent une note, et les groupes ne sont "
            "pas des cinquièmes.",
        },
        "totals": {
            "en": "Sums are counted, not estimated: they have no interval.",
            "fr": "Les totaux sont comptés et non estimés : ils n’ont pas d’intervalle.",
        },
        "one_customer": {
            "en": "Fewer than two customers in {names}: no interval.",
            "fr": "Moins de deux clients dans {names} : pas d’intervalle.",
        },
    }
)
