"""The blocks of the executive page: each method displays one of them in the reader's language."""

from __future__ import annotations

import html
import math

from cxkit.inference import Comparison
from cxkit.inference.comparison_words import verdict_text
from cxkit.keydrivers import Drivers
from cxkit.present.numbers import colon, count, period, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.result import Scores
from cxkit.present.rows import best_first, shown
from cxkit.present.tables import score_html
from cxkit.present.words import SMALL_BASE, estimate_text, group_name, interval_text, percent, phrase
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.driver_texts import say
from cxkit.reports.driver_words import by_action, finding, first_cautions
from cxkit.reports.page import Claim, Page
from cxkit.reports.sentences import change_sentence, difference, level_only
from cxkit.reports.texts import text
from cxkit.reports.worth_claims import ClassTests
from cxkit.reports.worth_classes import MONEY, apart, point_line
from cxkit.reports.worth_linked import linked_to, model_behind
from cxkit.reports.worth_texts import say as worth

__all__ = ["Brief"]


#: At most so many hidden groups are named.
_NAMED = 12


class Brief(Page):
    """An executive's page about one study."""

    __doc__ = Page.__doc__

    def _asked(self) -> list[tuple[str, Claim | None]]:
        changes = {metric: self._changes(metric) for metric in self.metrics}
        asked: list[tuple[str, Claim | None]] = [(f"change {m}", c) for m, c in changes.items()]
        asked += [(f"by {column}", self._differences(self.main, column)) for column in self.by]
        asked += [("why", self._why(changes[self.main])), ("drivers", model_behind(self))]
        return [*asked, ("value", self._value())]

    def _value(self) -> ClassTests | None:
        """What customers brought (or whether they left) by class of the first score; None where that is not known."""
        role = next((r for r in (*MONEY, "churned", "support_cost") if r in self.study.roles), None)
        found = linked_to(self, [role] if role else [], 12).found
        return None if found is None else ClassTests(found)

    def latest_change(self) -> Comparison | None:
        return self.claims().get(f"change {self.main}")  # type: ignore[return-value]

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """The finding as the title, then two or three sentences."""
        first, hidden = self.safe(self.main)
        heading(self._title(first), 1)
        self.scope()
        paragraph(text("all_hidden", self.lang, min_n=self.min_n) if hidden else first.explain(self.lang))
        change = self.latest_change()
        if change is not None:
            paragraph(change_sentence(change, self.lang))
        self.beware()
        differences = self.claim(f"by {self.by[0]}") if self.by and not hidden else None
        if differences is not None and differences.flagged:
            paragraph(differences.take(differences.flagged[:2]).explain(self.lang, family=False))

    def tiles(self) -> None:
        """A tile a score: the number, its interval and base, the latest change."""
        raw_html(
            '<div style="display:flex;flex-wrap:wrap;gap:14px;margin:10px 0">'
            + "".join(self._tile(m) for m in self.metrics)
            + "</div>"
        )

    def segments(self) -> None:
        """For each grouping, the first score: bars, the table behind them, and who differs from the others."""
        for column in self.by:
            heading(text("by", self.lang, metric=self.label(self.main), by=column))
            scores, hidden = self.safe(self.main, (column,))
            visible = best_first(shown(scores))
            if not len(visible):
                paragraph(text("all_hidden", self.lang, min_n=self.min_n))
                continue
            differences = self.claim(f"by {column}")
            said = visible.explain(self.lang) if differences is None else differences.explain(self.lang, family=False)
            plots = visible.plot
            figure(plots.stacked(lang=self.lang) if visible.bands else plots(lang=self.lang), said)
            raw_html(score_html(visible, self.lang))
            if differences is not None:
                paragraph(said)
                raw_html(differences.grid(self.lang).html(self.lang))
            if hidden:
                names = ", ".join(group_name(scores.keys[i], self.lang) for i in hidden[:_NAMED])
                names += ", …" if len(hidden) > _NAMED else ""
                paragraph(text("hidden", self.lang, names=names, min_n=self.min_n))

    def drivers(self) -> None:
        """What drives the first score and what to fix first, where the study has drivers."""
        found = self.claim("drivers")
        if found is None:
            return
        heading(say("drivers_heading", self.lang, name=self.label(self.main)))
        n = count(found.model.n, self.lang)
        said = say("drivers_base", self.lang, finding=finding(found, self.lang), n=n)
        for caution in first_cautions(found):
            paragraph(self._incomplete(found) if caution.key == "incomplete" else caution.text(self.lang))
        paragraph(said)
        lines = by_action(found, self.lang)
        figure(
            (found.plot.quadrant if len(found.model.names) > 1 else found.plot.bars)(lang=self.lang),
            " ".join([said, *lines]),
        )
        for line in lines[:1]:
            paragraph(line)
        paragraph(say("drivers_quick", self.lang))

    def value(self) -> None:
        """What customers of each class bring, and what goes with a point, where the study has it."""
        claim = self.claim("value")
        if claim is None:
            return
        found = claim.linkage
        heading(worth("worth_heading", self.lang, name=self.label(self.main)))
        outcome = found.outcomes[0]
        said = apart(found, outcome, self.lang)
        figure(found.plot.bars(outcome.name, lang=self.lang), said)
        for line in (said, point_line(found, self.lang), worth("worth_more", self.lang)):
            if line:
                paragraph(line)
        raw_html(found.grid(self.lang).html(self.lang))

    def _incomplete(self, found: Drivers) -> str:
        """How many rows a model rests on, without the option of the function that would keep more."""
        n, rows = found.model.n, found.model.rows
        share = with_unit(100 * n / rows, "%", self.lang, digits=0)
        return say("drivers_rows", self.lang, share=share, n=count(n, self.lang), rows=count(rows, self.lang))

    def trend(self) -> None:
        """The first score by period, or a sentence why there is no trend."""
        heading(text("trend", self.lang))
        trend = self.by_period(self.main)
        if trend is None or len(trend) < 2:
            paragraph(text("no_trend" if trend is None else "one_period", self.lang))
            return
        visible = shown(trend)
        hidden = len(trend) - len(visible)
        change = self.latest_change()
        if len(visible):
            level = level_only(visible).explain(self.lang)
            said = level if change is None else change_sentence(change, self.lang)
            marks = {} if change is None else {change.keys[-1][-1]: change.verdict[-1]}
            figure(visible.plot.line(lang=self.lang, marks=marks), said)
            if change is None:  # otherwise the headline has it
                paragraph(level)
        if hidden:
            self.say_hidden("hidden_period", hidden)
        self.say_remarks(trend)

    def distribution(self) -> None:
        """How often each answer was given."""
        heading(text("distribution", self.lang))
        drawn = [self.scores(m) for m in self.metrics if sum(self.safe(m)[0].n) >= self.min_n]
        if not drawn:
            paragraph(text("all_hidden", self.lang, min_n=self.min_n))
            return
        import matplotlib.pyplot as plt

        across = min(len(drawn), 3)
        down = math.ceil(len(drawn) / across)
        size = (3.6 * across, 2.8 * down)
        _, axes = plt.subplots(down, across, figsize=size, layout="constrained", squeeze=False)
        for ax in axes.flat[len(drawn) :]:
            ax.set_axis_off()
        for scores, ax in zip(drawn, axes.flat, strict=False):
            scores.plot.distribution(ax=ax, lang=self.lang)
        shares = [
            text("distribution_alt", self.lang, metric=s.metric.title(self.lang), shares=_shares(s, self.lang))
            for s in drawn
        ]
        figure(axes[0][0], " ".join(shares))

    # Words -----------------------------------------------------------------------------------

    def _title(self, scores: Scores) -> str:
        who = self.who()
        when = f" · {period(self.start, self.freq, self.lang)}" if self.start else ""
        if not scores.n[0]:
            return scores.metric.title(self.lang) + who + when
        return text(
            "title",
            self.lang,
            metric=scores.metric.title(self.lang),
            estimate=estimate_text(scores, 0, self.lang),
            interval=interval_text(scores, 0, self.lang),
        ) + who + when  # fmt: skip

    def _tile(self, metric: str) -> str:
        scores, _ = self.safe(metric)
        level = percent(scores.level, self.lang)
        n = scores.n[0]
        if n < self.min_n:
            main, under = "–", text("all_hidden", self.lang, min_n=self.min_n)
        else:
            main = estimate_text(scores, 0, self.lang)
            under = f"{phrase('ci', self.lang, level=level)} {interval_text(scores, 0, self.lang)} · n = {count(n, self.lang)}"
            under += f" ⚠ {phrase('flag_small', self.lang, small=SMALL_BASE)}" if n < SMALL_BASE else ""
        detail = self.detailed(metric)
        return (
            '<div style="border:1px solid #9996;border-radius:8px;padding:10px 16px;flex:1 1 210px">'
            f'<div style="font-size:90%;opacity:0.8">{html.escape(detail)}</div>'
            f'<div style="font-size:200%;font-weight:600;line-height:1.2">{html.escape(main)}</div>'
            f'<div style="font-size:85%">{html.escape(under)}</div>'
            f'<div style="font-size:85%;margin-top:4px">{self._tile_change(metric)}</div></div>'
        )

    def _tile_change(self, metric: str) -> str:
        change = self.claim(f"change {metric}")
        if change is None:
            return f'<span style="opacity:0.7">{html.escape(text("no_change", self.lang))}</span>'
        word = change.verdict[-1]
        good = (word == "rise") == (change.metric.better == "higher")
        colour = (HIGHER if good else LOWER) if word in ("rise", "fall") else GREY
        said = (
            f"{period(change.keys[-1][-1], self.freq, self.lang)}{colon(self.lang)}"
            f"{verdict_text(change, len(change) - 1, self.lang)} {difference(change, self.lang)}"
        )
        mark = f'<span style="display:inline-block;width:8px;height:8px;border-radius:4px;background-color:{colour}"></span> '
        return mark + html.escape(said)


def _shares(scores: Scores, lang: str) -> str:
    if scores.bands and len(scores.bands) <= 3:
        return ", ".join(f"{b.title(lang)} {with_unit(b.share[0], '%', lang, digits=0)}" for b in scores.bands)
    counts = scores.tally.weights()
    base = sum(counts.values()) or 1
    return ", ".join(f"{a:g}{colon(lang)}{with_unit(100 * n / base, '%', lang, digits=0)}" for a, n in counts.items())
