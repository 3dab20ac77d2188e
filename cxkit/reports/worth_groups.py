"""Where a score is worth most: what customers of each group bring, who left, and what goes with a point."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxkit.errors import CxkitError
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import count
from cxkit.present.text import clean_text
from cxkit.present.words import group_name
from cxkit.reports.worth_classes import drawn_first, value_said
from cxkit.reports.worth_safety import class_counts, safe_groups
from cxkit.reports.worth_texts import say
from cxkit.value.behaviour.amounts import change, change_range

if TYPE_CHECKING:
    from cxkit.reports.worth_page import WorthPage
    from cxkit.value.behaviour import Linkage
    from cxkit.value.behaviour.outcomes import Outcome
    from cxkit.value.behaviour.result import LinkedGroup

__all__ = ["by_group", "group_grid"]

_NAMED = 12


def by_group(page: WorthPage, column: str) -> tuple[Linkage | None, list[str]]:
    """The groups of a column that may be shown (None for fewer than two), and the names of those that may not."""
    from cxkit.value.behaviour import linkage

    assert page.classes is not None
    names = [o.name for o in drawn_first(page.classes)]
    try:
        found = linkage(page.focus, page.main, names, by=column, months=page.months)
    except CxkitError:  # one group has none of it: nothing to compare
        return None, []
    shown = safe_groups(class_counts(found), [column], names, page.min_n)
    kept = tuple(g for g in found.groups if tuple(map(str, g.key)) in shown)
    left = [group_name(g.key, page.lang) for g in found.groups if g not in kept]
    if len(kept) < 2:
        return None, left
    return replace(found, groups=kept), [*left[:_NAMED], *(["…"] if len(left) > _NAMED else [])]


def group_grid(found: Linkage, lang: str) -> Grid:
    """A row a group."""
    money = found.outcomes[0]
    heads = [", ".join(found.by), *(clean_text(o.title(lang)) for o in found.outcomes)]
    heads.append(say("of_point", lang, name=clean_text(money.title(lang))))
    rows = [
        (
            Cell(group_name(group.key, lang), "head"),
            *(Cell(_mean(group, outcome, lang), unbroken=True) for outcome in found.outcomes),
            _point(group, money, lang), Cell(count(max(v.n for v in group.values), lang)),
        )
        for group in found.groups
    ]  # fmt: skip
    return Grid(say("where_caption", lang, by=", ".join(found.by)), (*heads, "n"), tuple(rows))


def _mean(group: LinkedGroup, outcome: Outcome, lang: str) -> str:
    """Of everybody in the group."""
    return value_said(outcome, next(v for v in group.of(outcome.name) if v.band == "all"), lang)


def _point(group: LinkedGroup, outcome: Outcome, lang: str) -> Cell:
    point = next((p for p in group.points if p.outcome == outcome.name), None)
    if point is None:
        return Cell("–")
    said = change(outcome, point.estimate, lang, beside=(point.low, point.high))
    said += f" {change_range(outcome, point.low, point.high, point.estimate, lang)}"
    return Cell(said, pale=not point.real, unbroken=True)
