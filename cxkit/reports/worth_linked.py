"""What stands behind a page's money: the driver model and the linkage that it may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.errors import CxkitError
from cxkit.keydrivers import Drivers
from cxkit.reports.driver_models import enough, modelled, tells_others
from cxkit.reports.worth_safety import class_counts, held_back, shown_outcomes
from cxkit.study.roles import BEHAVIOUR_ROLES, RATE_ROLES

if TYPE_CHECKING:
    from cxkit.reports.page import Page
    from cxkit.study import Study
    from cxkit.value.behaviour import Linkage

__all__ = ["Linked", "behaviour_of", "linked_to", "model_behind"]


@dataclass(frozen=True, slots=True)
class Linked:
    """Behaviour by class of a score, as a page may show it.

    Attributes
    ----------
    found : Linkage or None
    held : tuple of str
        Roles that are not shown, as a class or a group has too few customers.
    unread : tuple of str
        Roles whose columns are neither amounts nor yes and no.
    """

    found: Linkage | None
    held: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def behaviour_of(study: Study) -> list[str]:
    """The roles of a study that say what customers did, money first."""
    return [role for role in (*BEHAVIOUR_ROLES, *RATE_ROLES) if role in study.roles]


def linked_to(page: Page, roles: Sequence[str], months: float) -> Linked:
    """The linkage of a page's first score with these roles, less what would tell what a few customers did."""
    from cxkit.value.behaviour import linkage

    if not roles or page.safe(page.main)[1]:
        return Linked(None, tuple(roles))
    read, unread = _readable(page, roles, months)
    if not read:
        return Linked(None, (), tuple(unread))
    kept, held = shown_outcomes(class_counts(linkage(page.focus, page.main, read, months=months)), page.min_n)
    if page.only and kept:
        more = held_back(page.in_focus(page.everybody), page.only, page.main, kept, page.min_n)
        kept, held = [name for name in kept if name not in more], [*held, *more]
    found = linkage(page.focus, page.main, kept, months=months) if kept else None
    return Linked(found, tuple(held), tuple(unread))


def _readable(page: Page, roles: Sequence[str], months: float) -> tuple[list[str], list[str]]:
    """Roles that hold what they should, and those that do not; their values are nothing for a page to quote."""
    from cxkit.value.behaviour import linkage

    try:
        linkage(page.focus, page.main, list(roles), months=months)
    except CxkitError:
        if len(roles) == 1:
            return [], list(roles)
    else:
        return list(roles), []
    parts = [_readable(page, [role], months) for role in roles]
    return [role for read, _ in parts for role in read], [role for _, unread in parts for role in unread]


def model_behind(page: Page) -> Drivers | None:
    """The model of a page's first score, where the study has drivers and rows for it; quietly none elsewhere."""
    if "drivers" not in page.study.roles or page.safe(page.main)[1]:
        return None
    try:
        found, _ = modelled(page.focus, page.main, ())
        if found is None or not enough(found.model, page.min_n):
            return None
        everybody = page.in_focus(page.everybody) if page.only else None
        telling = everybody is not None and tells_others(everybody, page.only, found, page.main, (), page.min_n)
    except CxkitError:  # a score that is no mean, a driver of words: the drivers report says so
        return None
    return None if telling else found
