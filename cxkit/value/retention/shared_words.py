"""What the results on churn say alike, French and English."""

from __future__ import annotations

import math
from typing import Any

from cxkit.present.numbers import count, interval, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import group_name

__all__ = ["common", "counted", "group_said", "interval_or_dash", "p_said", "share_said", "time_said"]

#: Phrases of several results.
common = Phrases(
    {
        "group": {"en": "Group", "fr": "Groupe"},
        "estimate": {"en": "Estimate", "fr": "Estimation"},
        "lost": {"en": "Lost", "fr": "Perdus"},
        "item": {"en": "Item", "fr": "Poste"},
        "time": {"en": "After", "fr": "Après"},
        "reason": {"en": "Reason", "fr": "Motif"},
        "none": {"en": "not reached", "fr": "non atteinte"},
        "unseen": {"en": "not seen so long", "fr": "non observé"},
        "days": {"en": "{x} days", "fr": "{x} jours"},
        "weeks": {"en": "{x} weeks", "fr": "{x} semaines"},
        "months": {"en": "{x} months", "fr": "{x} mois"},
        "quarters": {"en": "{x} quarters", "fr": "{x} trimestres"},
        "years": {"en": "{x} years", "fr": "{x} ans"},
        "association": {
            "en": "An association is not a cause: whether a better score would keep customers is for a test to say.",
            "fr": "Une association n’est pas une cause : seul un test dira si un meilleur score retient les clients.",
        },
        "p_small": {"en": "p < 0.001", "fr": "p < 0,001"},
        "p": {"en": "p = {p}", "fr": "p = {p}"},
    }
)


#: What is counted: one and several, in English and in French.
_COUNTED = {
    "customers": (("customer", "customers"), ("client", "clients")),
    "present": (("customer", "customers"), ("client présent", "clients présents")),
    "departures": (("departure", "departures"), ("départ", "départs")),
    "rows": (("row", "rows"), ("ligne", "lignes")),
    "cases": (("case", "cases"), ("cas", "cas")),
    "lost": (("lost", "lost"), ("perdu", "perdus")),
    "gone": (("gone", "gone"), ("parti", "partis")),
}


def counted(n: int, what: str, lang: str = "en") -> str:
    """``1 customer``, ``2 customers``; « 0 client », for French counts nought as one.

    >>> counted(1, "departures", "en"), counted(0, "departures", "fr")
    ('1 departure', '0 départ')
    """
    one, several = _COUNTED[what][lang == "fr"]
    single = n == 1 or (lang == "fr" and n == 0)
    return f"{count(n, lang)} {one if single else several}"


def group_said(key: tuple[Any, ...], names: tuple[tuple[str, str], ...], lang: str = "en") -> str:
    """A group as readers see it, classes of a score in their language."""
    french = dict(names) if lang == "fr" else {}
    return group_name(tuple(french.get(k, k) if isinstance(k, str) else k for k in key), lang)


def share_said(x: float, lang: str = "en", *, digits: int = 1) -> str:
    """A share in %, with one more digit where it is small."""
    return with_unit(x, "%", lang, digits=digits + (1 if 0 < abs(x) < 1 else 0))


def interval_or_dash(low: float, high: float, lang: str = "en", *, digits: int = 1) -> str:
    """``[1.2 ; 3.4]``; an open end is a dash."""
    return interval(low, high, lang, digits=digits) if math.isfinite(low) or math.isfinite(high) else "–"


def time_said(x: float, unit: str, lang: str = "en") -> str:
    """``12 months``, ``3,5 ans``; the unit as the user said it where it is none of ours."""
    text = number(x, lang, digits=0 if abs(x - round(x)) < 0.05 else 1)
    if unit not in common:
        return f"{text} {unit}".rstrip()
    said = common(unit, lang, x=text)
    one = {"en": {"days": "day", "weeks": "week", "months": "month", "quarters": "quarter", "years": "year"},
           "fr": {"jours": "jour", "semaines": "semaine", "trimestres": "trimestre", "ans": "an"}}[lang]  # fmt: skip
    if text == "1" or (lang == "fr" and abs(x) < 2):
        word = said.rsplit(" ", 1)[-1]
        return said[: len(said) - len(word)] + one.get(word, word)
    return said


def p_said(p: float, lang: str = "en") -> str:
    """``p = 0.012``; a dash where there is none."""
    if not math.isfinite(p):
        return "–"
    return common("p_small", lang) if p < 0.001 else common("p", lang, p=number(p, lang, digits=3))
