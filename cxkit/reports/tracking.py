"""The blocks of the tracking page: what moved, why, since when, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxkit.change import change_points, monitor
from cxkit.change.explained import Why
from cxkit.errors import CxkitError
from cxkit.inference import Comparison
from cxkit.inference.comparison_words import delta_text, verdict_text
from cxkit.metrics.estimates import is_linear
from cxkit.metrics.functions import metric_of, trend
from cxkit.present.numbers import interval, period, with_unit
from cxkit.present.rows import shown
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.events import parse_events
from cxkit.reports.page import Page
from cxkit.reports.texts import text

__all__ = ["Tracking"]

#: The control chart runs on shorter periods than the trend, so that it has points to judge.
_SHORTER = {"Y": "Q", "Q": "M", "M": "W", "W": "D", "D": "D"}
_LEAST_POINTS = 12


class Tracking(Page):
    """A page that follows one score through time.

    Parameters
    ----------
    rolling : int
        Periods in each point of the trend; 1 for none.
    events : mapping
        Day -> what happened, drawn on the trend and the chart.
    baseline : int
        First periods of the control chart that say what is normal; 0 for all.
    **options
        Of :class:`cxkit.reports.page.Page`.
    """

    crossed = True

    def __init__(
        self,
        source: str = "",
        *,
        rolling: int = 1,
        events: Mapping[str, str] | None = None,
        baseline: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(source, **options)
        self.study.column("date")
        self.rolling, self.baseline = rolling, baseline
        self.events = parse_events(events or {})

    def _asked(self) -> list[tuple[str, Comparison | Why | None]]:
        changes = self._changes(self.main, every=True)
        asked: list[tuple[str, Comparison | Why | None]] = [("changes", changes)]
        asked += [(f"by {column}", self._changes(self.main, by=column)) for column in self.by]
        return [*asked, ("why", self._why(changes))]

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """What the latest period did, as the title."""
        changes = self.claim("changes")
        who = f" · {', '.join(self.only.values())}" if self.only else ""
        if changes is None:
            heading(self.label(self.main) + who, 1)
            self.scope()
            paragraph(text("one_period", self.lang))
            return
        last = len(changes) - 1
        digits = changes.metric.digits
        title = text(
            "moved",
            self.lang,
            metric=self.label(self.main),
            estimate=with_unit(changes.estimate[last], changes.metric.unit, self.lang, digits=digits),
            period=period(changes.keys[last][-1], self.freq, self.lang),
            word=verdict_text(changes, last, self.lang).partition(" ")[2],
            delta=delta_text(changes, last, self.lang),
            interval=interval(changes.delta_low[last], changes.delta_high[last], self.lang, digits=digits),
        )
        heading(title + who, 1)
        self.scope()
        found = self.claim("why")
        if found is not None and found.survivors:
            paragraph(text("survivors", self.lang))
        paragraph(changes.explain(self.lang, family=False))

    def trend(self) -> None:
        """The score by period, marked where it really moved, and every change in a table."""
        heading(text("trend", self.lang))
        found = self.by_period(self.main)
        if found is None or not len(shown(found)):
            paragraph(text("all_hidden", self.lang, min_n=self.min_n))
            return
        visible, changes = shown(found), self.claim("changes")
        marks = {} if changes is None else {k[-1]: w for k, w in zip(changes.keys, changes.verdict, strict=True)}
        said = visible.explain(self.lang) if changes is None else changes.explain(self.lang, family=False)
        figure(visible.plot.line(lang=self.lang, marks=marks, events=self.events), said)
        if changes is not None:
            raw_html(changes.grid(self.lang).html(self.lang))
        if len(visible) < len(found):
            paragraph(text("hidden_periods", self.lang, k=len(found) - len(visible), min_n=self.min_n))
        elif self.rolling > 1 and is_linear(metric_of(self.main, self.study)):
            rolled = trend(self.study, self.main, freq=self.freq, rolling=self.rolling)
            if len(rolled):
                heading(text("rolling", self.lang, k=self.rolling), 3)
                figure(rolled.plot.line(lang=self.lang, events=self.events), rolled.explain(self.lang))
                paragraph(rolled.remarks[-1].text(self.lang))
        for remark in found.remarks:
            paragraph(remark.text(self.lang))

    def monitoring(self) -> None:
        """A control chart on shorter periods, and the dates at which the level changed."""
        heading(text("monitoring", self.lang))
        # A page of a fan-out shows no periods but those of its trend, which its run has made safe.
        freq = self.freq if self.only else _SHORTER[self.freq]
        few = any(0 < n < self.min_n for n in trend(self.study, self.main, freq=freq).n)
        if few or self.safe(self.main, ("period",))[1] or not is_linear(metric_of(self.main, self.study)):
            paragraph(text("no_chart", self.lang, min_n=self.min_n))
            return
        try:
            chart = monitor(self.study, self.main, freq=freq, baseline=self.baseline or None)
            points = change_points(self.study, self.main, freq=freq)
        except CxkitError as exc:
            paragraph(f"{exc.what}. {exc.hint}")
            return
        if len(chart) < _LEAST_POINTS:
            paragraph(text("few_points", self.lang, k=len(chart)))
            return
        said = chart.explain(self.lang)
        figure(chart.plot(lang=self.lang, events=self.events), said)
        paragraph(said)
        paragraph(points.explain(self.lang))

    def segments(self) -> None:
        """For each grouping the score by period, and which groups moved in the latest one."""
        for column in self.by:
            heading(text("by", self.lang, metric=self.label(self.main), by=column))
            scores, hidden = self.safe(self.main, (column, "period"))
            visible = shown(scores)
            if not len(visible):
                paragraph(text("all_hidden", self.lang, min_n=self.min_n))
                continue
            changes = self.claim(f"by {column}")
            said = visible.explain(self.lang) if changes is None else changes.explain(self.lang, family=False)
            figure(visible.plot(lang=self.lang), said)
            if changes is not None:
                paragraph(said)
                raw_html(changes.grid(self.lang).html(self.lang))
            if hidden:
                paragraph(text("hidden_cells", self.lang, k=len(hidden), min_n=self.min_n))
