"""A keyword that is nearly the name of a role, and is none: it would become a plain column in silence."""

from __future__ import annotations

from collections.abc import Iterable

from cxkit.study.names import fold
from cxkit.study.roles import MULTIPLE, ROLES

__all__ = ["role_meant"]

#: Below so many letters another letter makes another word: "most" is no misspelt "cost", "state" no "stage".
_ANY_EDIT = 6
_SHORTEST = 4


def role_meant(name: str, taken: Iterable[str] = ()) -> str:
    """The role that a name is one edit away from; empty where there is none, or where it is a role itself.

    Parameters
    ----------
    taken : iterable of str
        Roles that cannot be meant, for they are there already.

    Examples
    --------
    >>> role_meant("revenu"), role_meant("Support-cost"), role_meant("town")
    ('revenue', 'support_cost', '')
    """
    if name in ROLES:
        return ""
    others = {*taken, *MULTIPLE, "id"}
    said = fold(name.replace("-", " "))
    return next((role for role in ROLES if role not in others and _near(said, fold(role))), "")


def _near(said: str, role: str) -> bool:
    """Whether one letter less, more, other or two swapped make the one the other."""
    if said == role:
        return True
    if min(len(said), len(role)) < _SHORTEST - 1 or len(role) < _SHORTEST or said[:1] != role[:1]:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(said, role, strict=False)) if a != b), min(len(said), len(role)))
    mine, theirs = said[shared:], role[shared:]
    if len(mine) == len(theirs):
        swapped = mine[1::-1] + mine[2:] == theirs
        return swapped or (len(role) >= _ANY_EDIT and mine[1:] == theirs[1:])
    longer, shorter = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
    # A digit at the end counts columns: revenue2 is a second one.
    return longer[1:] == shorter and not longer[0].isdigit()
