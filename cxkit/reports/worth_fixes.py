"""Fixes side by side: which to fund first, and what each may cost at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cxkit.errors import CxkitError
from cxkit.present.grid import Cell
from cxkit.present.money import amount, amount_interval
from cxkit.present.text import clean_text
from cxkit.reports.worth_return_texts import say
from cxkit.reports.worth_texts import say as known
from cxkit.reports.worth_words import moves_text
from cxkit.value.returns.words import share_text

if TYPE_CHECKING:
    from cxkit.reports.worth_page import WorthPage
    from cxkit.value.returns import Portfolio, Roi

__all__ = ["funded", "most_costs"]


def funded(page: WorthPage, moves: Mapping[str, float]) -> Portfolio | str:
    """The fixes to fund under the budget, or why none can be chosen."""
    from cxkit.value.returns import portfolio

    priced = {name: delta for name, delta in moves.items() if name in page.costs}
    rois = {name: roi for name, delta in priced.items() if (roi := page.returned({name: delta}, page.costs[name]))}
    if len(rois) < 2:
        return say("no_costs", page.lang)
    budget = page.budget or sum(page.costs[name] for name in rois)
    try:
        return portfolio(rois, budget)
    except CxkitError as exc:
        return known("refused", page.lang, what=exc.what, hint=exc.hint or "")


def most_costs(page: WorthPage, names: list[str]) -> tuple[tuple[Cell, ...], ...]:
    """A row a fix: what it brings, which is the most that it may cost; the largest first."""
    found: list[tuple[str, Roi]] = []
    for name in names:
        result = page.returned({name: page.fixes()[name]})
        if result is not None:
            found.append((name, result))
    found.sort(key=lambda pair: -pair[1].value("benefit"))
    out = []
    for name, result in found:
        item = result.item("benefit")
        ends = amount_interval(item.low, item.high, item.unit, page.lang) if item.low == item.low else "–"
        out.append((
            Cell(clean_text(moves_text({name: page.fixes()[name]}, page)), "head"),
            Cell(amount(item.estimate, item.unit, page.lang), unbroken=True),
            Cell(ends, pale=True, unbroken=True),
            Cell(share_text(result.value("probability_positive"), page.lang)),
        ))  # fmt: skip
    return tuple(out)
