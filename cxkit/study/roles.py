"""The roles that a column can play, and which of them may be guessed from a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cxkit.errors import UnknownNameError, did_you_mean
from cxkit.study.names import fold

__all__ = [
    "BEHAVIOUR_ROLES",
    "DATE_ROLES",
    "MULTIPLE",
    "RATE_ROLES",
    "ROLES",
    "SCORE_ROLES",
    "check_role_names",
    "guess",
]

#: Role -> what it is, as the documentation prints it.
ROLES: dict[str, str] = {
    "id": "respondent or customer, one value each",
    "date": "when the answer was given",
    "nps": "likelihood to recommend, 0-10",
    "csat": "satisfaction, 1-5 unless scale= says otherwise",
    "ces": "effort, 1-7 (CES 2.0) unless scale= says otherwise",
    "by": "segments to report by: one column or several",
    "segment": "customer segment",
    "touchpoint": "the contact that is rated",
    "stage": "stage of the journey",
    "channel": "channel of the contact or of the answer",
    "drivers": "ratings that may explain a score: columns or a pattern",
    "weight": "survey weight, never guessed",
    "cluster": "answers with one value are not independent (an account, a respondent), never guessed",
    "comment": "free text",
    "outcome": "a yes/no behaviour, never guessed",
    "churned": "whether the customer left, never guessed",
    "since": "when the customer's relation began, never guessed",
    "left": "when the customer left (empty: still here), never guessed",
    "reason": "why the customer left, never guessed",
    "revenue": "money a customer brought, never guessed",
    "margin": "margin a customer brought, never guessed",
    "cost": "money a customer cost, never guessed",
    "support_cost": "cost of the customer's contacts, never guessed",
    "contacts": "how often the customer called support, never guessed",
    "referrals": "customers that this customer brought, never guessed",
}

SCORE_ROLES = ("nps", "csat", "ces")
RATE_ROLES = ("outcome", "churned")
DATE_ROLES = ("date", "since", "left")
#: What customers did, as numbers: money first.
BEHAVIOUR_ROLES = ("revenue", "margin", "cost", "support_cost", "contacts", "referrals")
MULTIPLE = ("by", "drivers")

# Patterns are matched against folded names. Weights, money and outcomes have none on purpose:
# a name guesser once took "respondent_id" for a weight, because both contain "pond".
_GUESSES: dict[str, re.Pattern[str]] = {
    "nps": re.compile(r"\bnps\b|\b(likelihood to )?recommend\b|\brecommandation\b"),
    "csat": re.compile(r"\bcsat\b|^(overall )?satisfaction( globale)?$"),
    "ces": re.compile(r"\bces\b|^(customer )?effort$"),
    "date": re.compile(r"\bdate\b|\btimestamp\b|\bhorodateur\b|\bsubmitted( at)?\b|\bcreated at\b"),
    "comment": re.compile(r"\b(comments?|commentaires?|verbatims?)\b"),
    "id": re.compile(r"^(respondent|repondant|customer|client|user|response)( ?id)?$|^id( (client|repondant))?$"),
}


def guess(columns: Iterable[str], taken: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each guessable role, the columns whose name suggests it, best first."""
    free = [c for c in columns if c not in set(taken)]
    out: dict[str, tuple[str, ...]] = {}
    for role, pattern in _GUESSES.items():
        found = [c for c in free if pattern.search(fold(c))]
        # "NPS" is a better NPS column than "NPS comment".
        out[role] = tuple(sorted(found, key=lambda c: (fold(c) != role, len(c))))
    return out


def check_role_names(names: Iterable[str], ratings: Iterable[str]) -> None:
    """Refuse a role that is neither built in nor a rating with a declared scale or a metric.

    Without this a typo such as ``wieght=`` would become a rating of that name.
    """
    extra = set(ratings)
    for name in names:
        if name not in ROLES and name not in extra:
            raise UnknownNameError(
                f"no role {name!r}",
                hint=f"{did_you_mean(name, ROLES, what='Roles')}. "
                f"For a rating of your own say its scale: scale={{{name!r}: (1, 5)}}",
            )
