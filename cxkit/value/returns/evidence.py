"""How each link of the chain from an action to money is known; the weakest one says how the whole is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, did_you_mean
from cxkit.value.returns.amounts import is_effect

__all__ = ["GRADES", "Link", "split_evidence", "weakest"]

#: From the weakest to the strongest.
GRADES = ("assumed", "observed", "matched", "tested")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain.

    Attributes
    ----------
    name : str
        The code of the assumption that it is.
    kind : {"action", "score", "behaviour"}
        From the action to what improves; from that to the score; from the score, or the action, to behaviour.
    what : str
        What is moved by it: a driver, a score, a quantity.
    grade : str
        One of :data:`GRADES`.
    """

    name: str
    kind: str
    what: str
    grade: str


def weakest(links: tuple[Link, ...]) -> str:
    """The lowest grade of the links.

    >>> weakest((Link("a", "action", "a", "tested"), Link("b", "score", "b", "observed")))
    'observed'
    """
    return min((link.grade for link in links), key=GRADES.index, default="assumed")


def split_evidence(given: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Names whose grade was said in a word, and names for which an effect was found.

    Raises
    ------
    OptionError
        Neither a grade nor an effect.
    """
    if given is None:
        return {}, {}
    if not isinstance(given, Mapping):
        raise OptionError(f"evidence= is {given!r}", hint="name what it is about: evidence={'churn': effect}")
    words: dict[str, str] = {}
    effects: dict[str, Any] = {}
    for name, what in given.items():
        name = "churn" if name == "churned" else str(name)
        if isinstance(what, str):
            if what not in GRADES:
                raise OptionError(f"no grade {what!r} of evidence", hint=did_you_mean(what, GRADES, what="Grades"))
            words[name] = what
        elif is_effect(what):
            effects[name] = what
        else:
            raise OptionError(
                f"the evidence for {name!r} is {what!r}",
                hint=f"an effect (cx.effect(...)), or one of {', '.join(GRADES)}",
            )
    return words, effects
