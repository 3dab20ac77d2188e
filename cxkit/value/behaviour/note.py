"""What a reader must know of a linkage: who was counted, what is odd, what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from cxkit.present.numbers import check_lang, count, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name

__all__ = ["Note", "both"]


class _Titled(Protocol):
    def title(self, lang: str = "en") -> str: ...


def both(named: _Titled | str) -> tuple[str, str]:
    """The name of an outcome or class in English and in French; of a column as it is."""
    return (named, named) if isinstance(named, str) else (named.title("en"), named.title("fr"))


@dataclass(frozen=True, slots=True)
class Note:
    """A named caution.

    Attributes
    ----------
    key : str
        Stable name, such as ``negative`` or ``separated``.
    names : tuple of (str, str)
        Outcomes, classes or columns that it is about, in English and French.
    values : tuple of (str, float)
        The figures of its sentence.
    groups : tuple of tuples
        The groups that it is about, of several; empty where it is about everybody.
    """

    key: str
    names: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, float], ...] = ()
    groups: tuple[tuple[Any, ...], ...] = ()

    def text(self, lang: str = "en") -> str:
        """The sentence, in the reader's language."""
        check_lang(lang)
        said = {k: count(int(x), lang) if float(x).is_integer() else number(x, lang, digits=1) for k, x in self.values}
        shown = [clean_text(name[lang == "fr"]) for name in self.names]
        first, rest = shown[0] if shown else "", ", ".join(shown[1:])
        about = ", ".join(group_name(key, lang) for key in self.groups)
        text = _SAY(self.key, lang, names=", ".join(shown), first=first, rest=rest, **said)
        return f"{about} – {text}" if about else text

    def __str__(self) -> str:
        return self.text()


_SAY = Phrases(
    {
        "last": {
            "en": "Customers who answered several times: {repeated}; the last answer stands for each (earlier answers "
            "set aside: {earlier}).",
            "fr": "Clients ayant répondu plusieurs fois : {repeated} ; la dernière réponse de chacun fait foi (réponses "
            "antérieures écartées : {earlier}).",
        },
        "tied": {
            "en": "Customers with several answers at their last time: {tied}; the lowest one counts.",
            "fr": "Clients ayant plusieurs réponses à leur dernière date : {tied} ; la plus basse est retenue.",
        },
        "cut_short": {
            "en": "{names}: summed over a window that the data do not hold whole for {short} answers, so that those "
            "customers seem to do less, and classes that answered at other times differ for that alone. "
            's.link(..., unfinished="null") leaves them out.',
            "fr": "{names} : cumul sur une fenêtre que les données ne couvrent pas en entier pour {short} réponses ; ces "
            "clients semblent en faire moins, et des classes interrogées à d’autres dates diffèrent pour cette seule "
            'raison. s.link(..., unfinished="null") les écarte.',
        },
        "varying": {
            "en": "Customers whose rows do not all tell the same behaviour: {varying}; that of the last answer is taken.",
            "fr": "Clients dont les lignes ne donnent pas toutes le même comportement : {varying} ; celui de la dernière "
            "réponse est retenu.",
        },
        "no_id": {
            "en": "No id: every row is taken for a customer of its own.",
            "fr": "Pas d’identifiant : chaque ligne compte pour un client distinct.",
        },
        "anonymous": {
            "en": "Answers without an id, each a customer of its own: {anonymous}.",
            "fr": "Réponses sans identifiant, chacune comptant pour un client distinct : {anonymous}.",
        },
        "each": {
            "en": "Every answer counts; errors know which answers are of one customer.",
            "fr": "Chaque réponse compte ; les erreurs tiennent compte des réponses d’un même client.",
        },
        "clustered": {
            "en": "Errors know which customers belong together ({clusters} groups).",
            "fr": "Les erreurs tiennent compte des clients liés entre eux ({clusters} groupes).",
        },
        "weighted": {
            "en": "Weighted: figures are about the population that the weights stand for.",
            "fr": "Pondéré : les chiffres portent sur la population que représentent les poids.",
        },
        "unweighted": {
            "en": "Rows left out for want of a weight: {unweighted}.",
            "fr": "Lignes écartées faute de poids : {unweighted}.",
        },
        "unanswered": {
            "en": "Rows without an answer, which say nothing here: {unanswered}.",
            "fr": "Lignes sans réponse, sans effet ici : {unanswered}.",
        },
        "missing": {
            "en": "{names}: not known for {missing} of {customers} customers, left out of it.",
            "fr": "{names} : donnée absente, donc non comptée, pour {missing} sur {customers} clients.",
        },
        "stayed": {
            "en": "{names}: among the customers who stayed. Those who left ({lost}) are counted as lost, and not a "
            "second time as lower amounts.",
            "fr": "{names} : parmi les clients restés. Les clients partis ({lost}) sont comptés comme perdus, et non "
            "une seconde fois comme montants plus faibles.",
        },
        "all": {
            "en": "{names}: among all customers, those who left included. Adding these amounts to what churn costs "
            "counts the same loss twice.",
            "fr": "{names} : parmi tous les clients, y compris ceux qui sont partis. Additionner ces montants et le coût "
            "de l’attrition compterait deux fois la même perte.",
        },
        "unknown_left": {
            "en": "Customers of whom it is not known whether they left, and who are not counted as having stayed: {unknown}.",
            "fr": "Clients dont on ignore s’ils sont partis, non comptés parmi les clients restés : {unknown}.",
        },
        "negative": {
            "en": "{names}: negative amounts (returns, refunds), kept and counted: {negative}.",
            "fr": "{names} : montants négatifs (retours, avoirs), conservés et comptés : {negative}.",
        },
        "constant": {
            "en": "{names}: the same for everybody, so nothing can be linked to it.",
            "fr": "{names} : même valeur pour tous, donc rien ne peut y être relié.",
        },
        "separated": {
            "en": "{names}: nobody or everybody in some class. A score that tells the outcome so cleanly was perhaps "
            "given after it, or made from it.",
            "fr": "{names} : personne ou tout le monde dans une classe. Un score qui sépare aussi nettement a peut-être "
            "été donné après coup, ou construit à partir du comportement.",
        },
        "few": {
            "en": "{names}: a few large customers weigh so much that intervals are rough (n at most 25 times the squared "
            "skewness).",
            "fr": "{names} : quelques gros clients pèsent tant que les intervalles sont approximatifs (n au plus 25 fois "
            "le carré de l’asymétrie).",
        },
        "small": {
            "en": "Classes of fewer than 30 customers: {names}. Read them as an indication.",
            "fr": "Classes de moins de 30 clients : {names}. Une indication, pas un résultat.",
        },
        "empty": {
            "en": "Nobody is in {names}.",
            "fr": "Personne dans : {names}.",
        },
        "none_stayed": {
            "en": "{first}: nobody who stayed to count in {rest}.",
            "fr": "{first} : aucun client resté à compter dans {rest}.",
        },
        "none_known": {
            "en": "{first}: not known of anybody in {rest}.",
            "fr": "{first} : aucune donnée dans {rest}.",
        },
        "unbanded": {
            "en": "Customers whose answer is in no class: {unbanded}.",
            "fr": "Clients dont la réponse n’est dans aucune classe : {unbanded}.",
        },
        "one_class": {
            "en": "All customers count the same in the score, so one point has no value here.",
            "fr": "Tous les clients comptent pareil dans le score : la valeur d’un point ne peut être mesurée.",
        },
        "too_few": {
            "en": "{names}: too few customers for the value of a point.",
            "fr": "{names} : trop peu de clients pour la valeur d’un point.",
        },
        "dropped": {
            "en": "Controls that others make up are left out: {names}.",
            "fr": "Variables de contrôle redondantes, écartées : {names}.",
        },
        "uncontrolled": {
            "en": "{names}: customers left out of the value of a point for want of a control: {missing}.",
            "fr": "{names} : clients exclus de la valeur d’un point faute de variable de contrôle : {missing}.",
        },
        "bent": {
            "en": "{names}: does not follow the score in a straight line; the value of a point is an average, and "
            ".curve() shows where it comes from.",
            "fr": "{names} : pas de relation en ligne droite avec le score ; la valeur d’un point est une moyenne, et "
            ".curve() montre d’où elle vient.",
        },
        "straight": {
            "en": "{names}: a straight line through yes and no; far from the mean it may leave 0 to 100%. "
            'model="logit" gives the average effect of a curve.',
            "fr": "{names} : droite ajustée sur des oui et des non ; loin de la moyenne elle peut sortir de 0 à 100 %. "
            'model="logit" donne l’effet moyen d’une courbe.',
        },
        "left_out": {
            "en": "{names}: no slope could be measured, so it is left out.",
            "fr": "{names} : aucune pente mesurable, donc pas de valeur.",
        },
    }
)
