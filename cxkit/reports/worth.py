"""The blocks of the page "What it is worth": from what was joined to how it was made."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import count, number, with_unit
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.worth_classes import MONEY, apart, drawn_first, point_line, point_rows
from cxkit.reports.worth_groups import by_group, group_grid
from cxkit.reports.worth_lives import lifetime_by_class, lives_said, rate_of_leaving, stays_by_class
from cxkit.reports.worth_returns import WorthReturns
from cxkit.reports.worth_safety import safe_curve
from cxkit.reports.worth_texts import say
from cxkit.reports.worth_words import LINK_FIRST, finding, names_of, summary
from cxkit.value.retention.rate import Churn

if TYPE_CHECKING:
    from cxkit.value.behaviour import Linkage

__all__ = ["Worth"]

#: A longer table is folded.
_ROWS = 20


class Worth(WorthReturns):
    __doc__ = WorthReturns.__doc__

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """The finding as the title; what it rests on; or what is missing, and how to bring it in."""
        heading(finding(self) + self.who(), 1)
        self.scope()
        if not self.behaviour:
            paragraph(say("link_first", self.lang))
            raw_html(f"<pre>{html.escape(LINK_FIRST)}</pre>")
            return
        for line in (*summary(self), *([point_line(self.classes, self.lang)] if self.classes is not None else [])):
            if line:
                paragraph(line)
        for line in (*(say("heard", self.lang, what=what) for what in self.said), *self._missing()):
            paragraph(line)

    def _missing(self) -> list[str]:
        """What is not known, or may not be shown, and what follows from that."""
        out = []
        if self.linked.unread:
            out.append(say("unread", self.lang, names=names_of(self.linked.unread, self.lang)))
        if self.linked.held:
            key = "held_page" if self.only and self.classes is None else "held"
            out.append(say(key, self.lang, names=names_of(self.linked.held, self.lang), min_n=self.min_n))
        if self.classes is not None and not self.money and not set(MONEY) & set(self.linked.held):
            out.append(say("no_money", self.lang))
        elif self.money == "revenue" and not self.margin_rate:
            out.append(say("no_margin", self.lang))
        return out

    def joined(self) -> None:
        """What was linked to the answers, and what was not."""
        if not self.behaviour:
            return
        heading(say("joined", self.lang))
        for report in self.study.links:
            paragraph(say("join", self.lang, what=report.explain(self.lang)))
            self._table(report, folded=True)
        rows, poor = [], []
        for role in self.behaviour:
            known, missing = self.focus.answered(role)
            share = 100 * known / (known + missing) if known + missing else 0.0
            if share < 50:
                poor.append(role)
            rows.append((
                Cell(names_of([role], self.lang), "head"), Cell(self.study.column(role), "left"),
                Cell(count(known, self.lang)), Cell(count(missing, self.lang)),
                Cell(with_unit(share, "%", self.lang, digits=0)),
            ))  # fmt: skip
        heads = tuple(say(key, self.lang) for key in ("behaviour", "column", "known", "missing", "share"))
        raw_html(Grid(say("coverage", self.lang), heads, tuple(rows)).html(self.lang))
        if poor:
            paragraph(say("coverage_low", self.lang, names=names_of(poor, self.lang)))

    def at_stake(self) -> None:
        """What customers of each class did."""
        found = self.classes
        if found is None:
            return
        heading(say("stake", self.lang))
        for outcome in drawn_first(found):
            said = apart(found, outcome, self.lang)
            figure(found.plot.bars(outcome.name, lang=self.lang), said)
            paragraph(said)
        # What goes with a point has a table of its own.
        shown = replace(found, groups=tuple(replace(group, points=()) for group in found.groups))
        self._table(shown)

    def point(self) -> None:
        """What goes with a point and with one customer converted, and whether a straight line holds."""
        found = self.classes
        rows = [] if found is None else point_rows(found, self.lang)
        if found is None or not rows:
            return
        heading(say("point", self.lang))
        heads = (*(say(key, self.lang) for key in ("behaviour", "what", "each", "interval", "scaled")), "n")
        self._grid(Grid(say("points_caption", self.lang, name=self.label(self.main)), heads, tuple(rows)))
        self._curve(found)

    def _curve(self, found: Linkage) -> None:
        """The money (or the loss) by answer."""
        first = drawn_first(found)[0]
        heading(say("straight", self.lang), 3)
        curve = safe_curve(found.curve(first.name), self.min_n)
        if curve is None:
            paragraph(say("no_curve", self.lang, min_n=self.min_n))
            return
        said = curve.explain(self.lang)
        figure(curve.plot(lang=self.lang), said)
        paragraph(said)

    def segments(self) -> None:
        """Where it is at stake: each grouping, on the page about everybody."""
        found = self.classes
        # Beside those of everybody, tables by group of the pages of a fan-out would tell a third.
        if found is None or self.only:
            return
        for column in self.by:
            heading(say("where", self.lang, by=column))
            groups, left = by_group(self, column)
            if groups is None:
                paragraph(say("where_two", self.lang, min_n=self.min_n))
                continue
            self._grid(group_grid(groups, self.lang), folded=len(groups) > _ROWS)
            if left:
                paragraph(say("where_left", self.lang, names=", ".join(left), min_n=self.min_n))

    def retention(self) -> None:
        """How many leave, and how long those of each class stay."""
        if self.classes is None:
            return
        heading(say("retention", self.lang))
        if not {"churned", "left"} & set(self.study.roles):
            paragraph(say("no_churn", self.lang))
            return
        for found in (rate_of_leaving(self), stays_by_class(self)):
            if isinstance(found, str):
                paragraph(found)
                continue
            said = replace(found, cautions=()).explain(self.lang)  # the table has them
            if not isinstance(found, Churn) or found.freq is not None:
                figure(found.plot(lang=self.lang), said)
            paragraph(said)
            self._table(found, folded=True)

    def lifetime(self) -> None:
        """What a customer of each class is worth over time."""
        if self.classes is None:
            return
        found = lifetime_by_class(self)
        heading(say("lifetime", self.lang))
        if isinstance(found, str):
            paragraph(found)
            return
        said = lives_said(found, self.lang)
        figure(found.plot(lang=self.lang), said)
        paragraph(said)
        paragraph(say("lives_how", self.lang, rate=with_unit(100 * self.discount, "%", self.lang, digits=1)))
        self._table(found, folded=True)

    def method(self) -> None:
        """How amounts were made and what to beware of; then as on every page."""
        found = self.classes
        if found is not None:
            heading(say("method", self.lang))
            for key in ("how_classes", "how_point", "how_return"):
                paragraph(say(key, self.lang, months=number(found.months, self.lang, digits=0)))
        super().method()
