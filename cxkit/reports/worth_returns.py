"""The blocks of a page about the return of an improvement: what it brings, what to fund first, what would prove it."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from cxkit.present.grid import Grid, Shown
from cxkit.present.words import percent
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.driver_texts import say as driver_say
from cxkit.reports.worth_evidence import chain_rows, raised
from cxkit.reports.worth_fixes import funded, most_costs
from cxkit.reports.worth_page import WorthPage
from cxkit.reports.worth_return_texts import say
from cxkit.reports.worth_texts import say as known
from cxkit.reports.worth_words import gain_said, is_paid, moves_text
from cxkit.value.returns.assumption_words import say as assumed
from cxkit.value.returns.phrases import say as returned

if TYPE_CHECKING:
    from cxkit.value.returns.result import Roi

__all__ = ["WorthReturns"]

#: What is said of a return only where a cost is known.
_OF_COST = (
    "npv", "roi", "probability_positive", "payback_months", "payback_never", "cost", "break_even_share",
    "break_even_lift",
)  # fmt: skip


class WorthReturns(WorthPage):
    __doc__ = WorthPage.__doc__

    def returns(self) -> None:
        """The return of the improvement: how it is spread, where it comes from, when, on what it hangs."""
        if self.classes is None:
            return
        result = self.result
        heading(say("returns", self.lang))
        if result is None:
            what, hint = self.refused
            if not self.money:
                paragraph(known("no_money", self.lang))
            else:
                paragraph(known("refused", self.lang, what=what, hint=hint) if what else say("no_move", self.lang))
            return
        if not self.asked:
            paragraph(say("by_default", self.lang, what=moves_text(self.improved, self)))
        self._outcome(result)
        heading(say("assumptions", self.lang), 3)
        # A cost of 0 is none that anybody said.
        rows = tuple(row for row in result.rows if row.name != "once" or is_paid(result))
        self._table(replace(result, rows=rows).assumptions)
        if not self.customers and not is_paid(result):  # otherwise its sentences have it
            paragraph(assumed("sample", self.lang))
        heads = tuple(say(key, self.lang) for key in ("link", "grade"))
        self._grid(Grid(say("chain", self.lang), heads, chain_rows(result, self.lang)))

    def _outcome(self, result: Roi) -> None:
        """The figures of a return, those of a cost only where there is one."""
        if is_paid(result):
            lines = [replace(result, notes=()).explain(self.lang)]
            shown = result
        else:
            lines = gain_said(result, self.lang)
            shown = replace(
                result,
                items=tuple(i for i in result.items if i.item not in _OF_COST),
                notes=tuple(note for note in result.notes if note.key != "no_cost"),
            )
        for line in lines:
            paragraph(line)
        self._table(shown)
        if is_paid(result):
            figure(result.plot(lang=self.lang), lines[0])
        for key in ("steps", "fan", "tornado"):
            drawn = getattr(result.plot, key)
            figure(drawn(lang=self.lang), say(f"alt_{key}", self.lang))

    def funding(self) -> None:
        """Which fixes to fund first under the budget; without costs, what each may cost at most."""
        if self.result is None:
            return
        moves = self.fixes()
        if len(moves) < 2:
            return
        heading(say("funding", self.lang))
        chosen = funded(self, moves)
        if isinstance(chosen, Shown):
            said = chosen.explain(self.lang)
            figure(chosen.plot(lang=self.lang), said)
            paragraph(said)
            self._table(chosen)
        else:
            paragraph(chosen)
        unpriced = [name for name in moves if name not in self.costs]
        if unpriced:
            level = percent(self.result.level, self.lang)
            heads = (say("fix", self.lang), say("brings", self.lang), returned("draws", self.lang, level=level),
                     say("likely", self.lang))  # fmt: skip
            paragraph(say("unpriced", self.lang))
            self._grid(Grid(say("most_costs", self.lang), heads, most_costs(self, unpriced)))

    def evidence(self) -> None:
        """What is known how, and which test would say more."""
        if self.classes is None:
            return
        heading(say("evidence", self.lang))
        for line in raised(self):
            paragraph(line)

    # Shown -----------------------------------------------------------------------------------

    def _table(self, result: Shown, *, folded: bool = False) -> None:
        self._grid(result.grid(self.lang), folded=folded)

    def _grid(self, grid: Grid, *, folded: bool = False) -> None:
        """A table, wide ones in a strip that scrolls; folded where there is much to read and little to learn."""
        table = f'<div style="overflow:auto">{grid.html(self.lang)}</div>'
        summary = html.escape(driver_say("driver_table", self.lang))
        raw_html(f"<details><summary>{summary}</summary>{table}</details>" if folded else table)
