"""The blocks of the tracking page: what moved, why, since when, and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cxkit.change import change_points, monitor
from cxkit.change.explained import Why
from cxkit.errors import OptionError
from cxkit.inference import Comparison
from cxkit.metrics.estimates import is_linear
from cxkit.metrics.functions import metric_of, trend
from cxkit.present.calendar import period_end
from cxkit.present.numbers import colon, count, day
from cxkit.present.result import Trend
from cxkit.present.rows import rows_of, shown
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.events import parse_events
from cxkit.reports.page import Page
from cxkit.reports.sentences import capital, change_title, level_only
from cxkit.reports.texts import text

__all__ = ["Tracking"]

#: The control chart runs on shorter periods than the trend, so that it has points to judge.
_SHORTER = {"Y": "Q", "Q": "M", "M": "W", "W": "D", "D": "D"}
_LEAST_POINTS = 12

#: More lines than these cannot be told apart.
_LINES = 8


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
        if len(self.metrics) > 1 and options.get("metrics"):
            raise OptionError(
                f"tracking follows one score, not {len(self.metrics)}", hint="make the report once a score"
            )
        self.metrics = self.metrics[:1]
        self.rolling, self.baseline = rolling, baseline
        self.events = parse_events(events or {})

    def _asked(self) -> list[tuple[str, Comparison | Why | None]]:
        changes = self._changes(self.main, every=True)
        asked: list[tuple[str, Comparison | Why | None]] = [("changes", changes)]
        asked += [(f"by {column}", self._changes(self.main, by=column)) for column in self.by]
        return [*asked, ("why", self._why(self._latest_of(changes)))]

    def latest_change(self) -> Comparison | None:
        return self._latest_of(self.claim("changes"))

    def _latest_of(self, changes: Comparison | None) -> Comparison | None:
        """The row of the period in focus; earlier ones are no news."""
        if changes is None:
            return None
        last = self.start or max(key[-1] for key in self.safe(self.main, ("period",))[0].keys)
        rows = [i for i, key in enumerate(changes.keys) if key[-1] == last]
        return changes.take(rows) if rows else None

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """What the latest period did, as the title."""
        change = self.latest_change()
        if change is None:
            heading(self.label(self.main) + self.who(), 1)
            self.scope()
            if self.claim("changes") is not None:
                paragraph(text("nothing_compared", self.lang))
            return
        heading(change_title(change, self.lang) + self.who(), 1)
        self.scope()
        self.beware()
        paragraph(capital(change.explain(self.lang, family=False)))

    def trend(self) -> None:
        """The score by period, marked where it really moved, and every change in a table."""
        heading(text("trend", self.lang))
        found = self.by_period(self.main)
        visible = None if found is None else level_only(shown(found))
        if found is None or visible is None or not len(visible):
            paragraph(text("all_hidden" if found else "one_period", self.lang, min_n=self.min_n))
            return
        if len(visible) < 2:
            paragraph(text("one_period", self.lang))
            paragraph(visible.explain(self.lang))
        else:
            self._draw_trend(visible)
        if len(visible) < len(found):
            self.say_hidden("hidden_period", len(found) - len(visible))
        elif self.rolling > 1 and is_linear(metric_of(self.main, self.study)):
            self._draw_rolling()
        self.say_remarks(found)

    def _draw_trend(self, visible: Trend) -> None:
        changes, latest = self.claim("changes"), self.latest_change()
        marks = {} if changes is None else {k[-1]: w for k, w in zip(changes.keys, changes.verdict, strict=True)}
        said = [visible.explain(self.lang)]
        if changes is not None:
            said.append(capital(changes.explain(self.lang, family=False)))
        events = self._say_events([key[-1] for key in visible.keys])
        figure(visible.plot.line(lang=self.lang, marks=marks, events=self.events), " ".join([*said, *events]))
        if changes is not None:
            # The headline has the latest.
            before = [i for i, key in enumerate(changes.keys) if latest is None or key != latest.keys[0]]
            if before:
                paragraph(capital(changes.take(before).explain(self.lang, family=False)))
            raw_html(changes.grid(self.lang).html(self.lang))
        for line in events:
            paragraph(line)

    def _say_events(self, starts: list[dt.date]) -> list[str]:
        """The events in words: those on the chart, and those that lie outside of it."""
        first, last = min(starts), period_end(max(starts), self.freq)
        out = []
        for key, inside in (("events", True), ("no_event", False)):
            named = [
                f"{day(when, self.lang)}{colon(self.lang)}{what}"
                for when, what in self.events.items()
                if (first <= when < last) is inside
            ]
            if named:
                out.append(text(key, self.lang, events="; ".join(named) if self.lang == "en" else " ; ".join(named)))
        return out

    def _draw_rolling(self) -> None:
        rolled = trend(self.study, self.main, freq=self.freq, rolling=self.rolling)
        if len(rolled):
            heading(text("rolling", self.lang, k=self.rolling), 3)
            level = level_only(rolled)
            figure(level.plot.line(lang=self.lang, events=self.events), level.explain(self.lang))

    def monitoring(self) -> None:
        """A control chart on shorter periods, and the dates at which the level changed."""
        heading(text("monitoring", self.lang))
        # A page of a fan-out shows no periods but those of its trend, which its run has made safe.
        freq = self.freq if self.only else _SHORTER[self.freq]
        bases = [n for n in trend(self.study, self.main, freq=freq).n if n]
        few = any(n < self.min_n for n in bases)
        if few or self.safe(self.main, ("period",))[1] or not is_linear(metric_of(self.main, self.study)):
            paragraph(text("no_chart", self.lang, min_n=self.min_n))
            return
        if len(bases) < _LEAST_POINTS:
            paragraph(text("few_points", self.lang, k=len(bases)))
            return
        if self.baseline and not 2 <= self.baseline <= len(bases):
            paragraph(text("no_baseline", self.lang, baseline=self.baseline, k=len(bases)))
            return
        chart = monitor(self.study, self.main, freq=freq, baseline=self.baseline or None)
        points = change_points(self.study, self.main, freq=freq)
        said = chart.explain(self.lang)
        figure(chart.plot(lang=self.lang, events=self.events), said)
        paragraph(said)
        paragraph(points.explain(self.lang))
        paragraph(text("own_errors", self.lang))

    def segments(self) -> None:
        """For each grouping the score by period, and which groups moved in the latest one."""
        for column in self.by:
            heading(text("by", self.lang, metric=self.label(self.main), by=column))
            scores, hidden = self.safe(self.main, (column, "period"))
            visible = level_only(shown(scores))  # type: ignore[arg-type]
            if not len(visible):
                paragraph(text("all_hidden", self.lang, min_n=self.min_n))
                continue
            changes = self.claim(f"by {column}")
            drawn = self._drawn(visible, changes)
            said = drawn.explain(self.lang) if changes is None else changes.explain(self.lang, family=False)
            figure(drawn.plot.line(lang=self.lang, events=self.events), said)
            groups, lines = (len({key[0] for key in t.keys}) for t in (visible, drawn))
            if lines < groups:
                paragraph(text("drawn", self.lang, k=lines, groups=count(groups, self.lang)))
            if changes is not None:
                paragraph(said)
                # Those that moved first: a long table is cut.
                rows = sorted(range(len(changes)), key=lambda i: i not in changes.flagged)
                raw_html(changes.take(rows).grid(self.lang).html(self.lang))
            if hidden:
                self.say_hidden("hidden_cell", len(hidden))

    def _drawn(self, visible: Trend, changes: Comparison | None) -> Trend:
        """The lines that a chart can hold: of groups that moved, then of the largest."""
        size: dict[Any, int] = {}
        for key, n in zip(visible.keys, visible.n, strict=True):
            size[key[0]] = size.get(key[0], 0) + n
        moved = set() if changes is None else {changes.keys[i][0] for i in changes.flagged}
        kept = set(sorted(size, key=lambda group: (group not in moved, -size[group]))[:_LINES])
        return rows_of(visible, [i for i, key in enumerate(visible.keys) if key[0] in kept])
