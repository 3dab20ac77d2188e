"""The blocks of the executive page: each method displays one of them in the reader's language."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cxkit.errors import CxkitError, NothingMatched, OptionError, RoleError
from cxkit.metrics.functions import ces, metric_of, score, trend
from cxkit.metrics.trending import period_end
from cxkit.present.numbers import check_lang, colon, count, day, interval, number, period, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.result import Scores, Trend
from cxkit.present.rows import best_first, hide_rows, shown
from cxkit.present.suppression import suppress_together
from cxkit.present.tables import score_html, table_html
from cxkit.present.words import SMALL_BASE, estimate_text, group_name, interval_text, percent, phrase
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.hiding import focus_of, group_code
from cxkit.reports.project import project
from cxkit.reports.texts import note_text, text
from cxkit.study import Study

__all__ = ["Brief"]

_ARROWS = {"rise": "▲", "fall": "▼", "inconclusive": "≈"}


class Brief:
    """An executive's page about one study.

    Parameters
    ----------
    source : str
        A place to read with the project's roles; empty for the project's own source, and for
        the demo study where there is no project.
    by : sequence of str
        Columns or roles to report by; empty for the study's own segments.
    period : str
        The period in focus: ``2026-09``, ``2026-T3``, ``2026``, or ``M``, ``Q``, ``Y`` for the latest
        complete one; empty for all answers.
    lang : {"en", "fr"}
    min_n : int
        Groups with fewer answers are hidden.
    only : mapping
        Column -> value: the report is about these rows only.
    metrics : sequence of str
        Names of metrics, the headline first; empty for the study's own scores.
    hidden : sequence of str
        Groups that a run hides on this page, see :func:`cxkit.reports.hiding.hide_across`. Without
        them the page hides what its own tables would tell.
    """

    def __init__(
        self,
        source: str = "",
        *,
        by: Sequence[str] = (),
        period: str = "",
        lang: str = "en",
        min_n: int = 5,
        only: Mapping[str, str] | None = None,
        metrics: Sequence[str] = (),
        hidden: Sequence[str] = (),
    ) -> None:
        self._counted: dict[tuple[str, str | None], Scores] = {}
        # Changes that the page judges, each once: (metric, period).
        self._judged: set[tuple[str, Any]] = set()
        self._tables: dict[str, dict[str, tuple[Scores, tuple[int, ...]]]] = {}
        self._hidden = frozenset(hidden)
        self.lang = check_lang(lang)
        self.min_n = min_n
        self.only = dict(only or {})
        home = project()
        self.is_demo = not source and not home.settings.source
        self.study: Study = home.study("demo:" if self.is_demo else source, roles=_demo_roles(source, self.is_demo))
        # Before the filter, so that all pages of a run have periods of the same length.
        self.freq, start = focus_of(self.study, period)
        if self.only:
            self.study = self.study.filter(**self.only)
        self.by = self.study.by_columns(list(by) or (["by"] if "by" in self.study.roles else None))
        self.focus = self.study if start is None else _within(self.study, start, self.freq)
        self.start = start
        self.skipped: list[str] = []
        if metrics:
            self.metrics = list(metrics)
        else:
            self.metrics = [m for m in ("nps", "csat", "ces") if m in self.study.roles and self._usable(m)]
        if not self.metrics:
            self.study.require("nps", "csat", "ces")
            raise RoleError("no score can be computed: " + "; ".join(self.skipped), hint="see docs/metrics.md")

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """The finding as the title, then two or three sentences."""
        first, hidden = self._safe(self.metrics[0])
        heading(self._title(first), 1)
        if self.is_demo or self.study.reading.source == "demo":
            paragraph(text("synthetic", self.lang))
        paragraph(self._scope())
        sentences = [text("all_hidden", self.lang, min_n=self.min_n) if hidden else first.explain(self.lang)]
        change = self._change_sentence(self.metrics[0])
        if change:
            sentences.append(change)
        if self.by and not hidden:
            by, _ = self._safe(self.metrics[0], self.by[0])
            sentences.append(shown(by).explain(self.lang))
        for sentence in sentences:
            paragraph(sentence)

    def tiles(self) -> None:
        """A tile a score: the number, its interval and base, the latest change."""
        raw_html(
            '<div style="display:flex;flex-wrap:wrap;gap:14px;margin:10px 0">'
            + "".join(self._tile(m) for m in self.metrics)
            + "</div>"
        )

    def segments(self) -> None:
        """For each grouping, the first score: bars and the table behind them, best first."""
        for column in self.by:
            heading(text("by", self.lang, metric=self._label(self.metrics[0]), by=column))
            scores, hidden = self._safe(self.metrics[0], column)
            visible = best_first(shown(scores))
            if not len(visible):
                paragraph(text("all_hidden", self.lang, min_n=self.min_n))
                continue
            plots = visible.plot
            figure(
                plots.stacked(lang=self.lang) if visible.bands else plots(lang=self.lang), visible.explain(self.lang)
            )
            raw_html(score_html(visible, self.lang))
            if hidden:
                names = ", ".join(group_name(scores.keys[i], self.lang) for i in hidden)
                paragraph(text("hidden", self.lang, names=names, min_n=self.min_n))

    def trend(self) -> None:
        """The first score by period, or a sentence why there is no trend."""
        heading(text("trend", self.lang))
        trend = self._trend(self.metrics[0])
        if trend is None or len(trend) < 2:
            paragraph(text("no_trend" if trend is None else "one_period", self.lang))
            return
        visible = shown(trend)
        hidden = len(trend) - len(visible)
        if len(visible):
            figure(visible.plot(lang=self.lang), visible.explain(self.lang))
            paragraph(visible.explain(self.lang))
            if visible.change() is not None:
                self._judged.add((self.metrics[0], visible.keys[-1][-1]))
        if hidden:
            paragraph(text("hidden_periods", self.lang, k=hidden, min_n=self.min_n))
        for remark in trend.remarks:
            paragraph(remark.text(self.lang))

    def distribution(self) -> None:
        """How often each answer was given."""
        heading(text("distribution", self.lang))
        drawn = [self._scores(m) for m in self.metrics if sum(self._safe(m)[0].n) >= self.min_n]
        if not drawn:
            paragraph(text("all_hidden", self.lang, min_n=self.min_n))
            return
        import matplotlib.pyplot as plt

        _, axes = plt.subplots(1, len(drawn), figsize=(3.6 * len(drawn), 2.8), layout="constrained", squeeze=False)
        for scores, ax in zip(drawn, axes[0], strict=True):
            scores.plot.distribution(ax=ax, lang=self.lang)
        shares = [
            text("distribution_alt", self.lang, metric=s.metric.title(self.lang), shares=_shares(s, self.lang))
            for s in drawn
        ]
        figure(axes[0][0], " ".join(shares))

    def method(self) -> None:
        """How every number was made, and the health of the data behind it."""
        heading(text("method", self.lang))
        for metric in self.metrics:
            info = self._scores(metric).info
            paragraph(
                text(
                    "method_line",
                    self.lang,
                    metric=self._detailed(metric),
                    method=phrase(info.method, self.lang),
                    level=percent(info.level, self.lang),
                    reference=info.reference,
                )
            )
        paragraph(text("reader", self.lang))
        if self._judged:
            paragraph(text("changes", self.lang, k=len(self._judged)))
        heading(text("health", self.lang), 3)
        rows = [
            [
                (html.escape(role), "head"),
                (html.escape(self.study.column(role)), "left"),
                (html.escape(str(self.study.scale_of(role))), "left"),
                (count(answered, self.lang), "right"),
                (count(missing, self.lang), "right"),
            ]
            for role in self._roles()
            for answered, missing in [self.focus.answered(role)]
        ]
        heads = [text(k, self.lang) for k in ("role", "column", "scale", "answered", "missing")]
        raw_html(table_html(text("health_caption", self.lang, rows=count(self.focus.rows, self.lang)), heads, rows))
        for remark in self._remarks():
            paragraph(remark)
        paragraph(_made_with(self.lang))

    # Numbers ---------------------------------------------------------------------------------

    def _roles(self) -> list[str]:
        """The roles that the metrics of this page read, each once."""
        return list(dict.fromkeys(metric_of(m, self.study).on for m in self.metrics))

    def _usable(self, metric: str) -> bool:
        try:
            self._scores(metric)
        except NothingMatched:
            raise
        except CxkitError as exc:
            asked = metric == "ces" and isinstance(exc, OptionError)
            self.skipped.append(text("ces_version", self.lang) if asked else f"{metric}: {exc.what}. {exc.hint}")
            return False
        return True

    def _scores(self, metric: str, by: str | None = None) -> Scores:
        """A metric of the rows in focus; each is counted once for the whole page."""
        key = (metric, by)
        if key not in self._counted:
            self._counted[key] = ces(self.focus, by=by) if metric == "ces" else score(self.focus, metric, by=by)
        return self._counted[key]

    def _trend(self, metric: str) -> Trend | None:
        if "date" not in self.study.roles:
            return None
        return cast(Trend, self._safe(metric, "period")[0])

    def _safe(self, metric: str, table: str = "") -> tuple[Scores, tuple[int, ...]]:
        """A table of this page with what must be hidden, and the hidden rows; empty for the total."""
        if metric not in self._tables:
            by = self.by if metric == self.metrics[0] else ()
            names, tables = ["", *by], [self._scores(metric), *(self._scores(metric, c) for c in by)]
            scopes: list[dict[str, Any]] = [{"period": self.start} if self.start else {} for _ in tables]
            if "date" in self.study.roles:
                names.append("period")
                tables.append(trend(self.study, metric, freq=self.freq))
                scopes.append({})
                fine = trend(self.study, metric, freq=self.freq, by=by or None, open_period=True).tally
            else:
                fine = score(self.focus, metric, by=by or None).tally
            if self._hidden:
                safe = [self._as_planned(metric, n, t) for n, t in zip(names, tables, strict=True)]
            else:
                safe = list(suppress_together(tables, fine, self.min_n, within=scopes))
            self._tables[metric] = dict(zip(names, safe, strict=True))
        return self._tables[metric][table]

    def _as_planned(self, metric: str, name: str, table: Scores) -> tuple[Scores, tuple[int, ...]]:
        rows = tuple(
            i
            for i, key in enumerate(table.keys)
            if 0 < table.n[i] < self.min_n or group_code(metric, name, key) in self._hidden
        )
        return hide_rows(table, rows), rows

    def _latest(self, metric: str) -> tuple[Trend, int] | None:
        """The trend and the row of the period in focus, or of the last one."""
        trend = self._trend(metric)
        if trend is None:
            return None
        rows = [i for i in range(len(trend)) if trend.n[i] >= self.min_n]
        if self.start is not None:
            rows = [i for i in rows if trend.keys[i][-1] == self.start]
        return (trend, rows[-1]) if rows else None

    # Words -----------------------------------------------------------------------------------

    def _label(self, metric: str) -> str:
        return self._scores(metric).metric.title(self.lang)

    def _detailed(self, metric: str) -> str:
        """A metric with what identifies it: ``CSAT · T2B of 5 (4–5)``."""
        label = self._scores(metric).metric
        return label.title(self.lang) + (f" · {label.detail_in(self.lang)}" if label.detail else "")

    def _title(self, scores: Scores) -> str:
        who = f" · {', '.join(self.only.values())}" if self.only else ""
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

    def _scope(self) -> str:
        parts = [text("source", self.lang, source=self.study.source, rows=count(self.focus.rows, self.lang))]
        if "date" in self.study.roles:
            first, last = self.focus.span()
            parts.append(text("span", self.lang, first=day(first, self.lang), last=day(last, self.lang)))
        if self.only:
            parts.append(text("only", self.lang, what=", ".join(f"{k} = {v}" for k, v in self.only.items())))
        return " ".join(parts)

    def _change_sentence(self, metric: str) -> str:
        latest = self._latest(metric)
        if latest is None:
            return ""
        trend, row = latest
        change = trend.change(row)
        if change is None:
            return ""
        return text(
            "change_sentence",
            self.lang,
            period=period(trend.keys[row][-1], trend.freq, self.lang),
            estimate=estimate_text(trend, row, self.lang),
            delta=number(change.delta, self.lang, digits=trend.metric.digits, sign=True),
            interval=interval(change.low, change.high, self.lang, digits=trend.metric.digits),
            before=period(change.before, trend.freq, self.lang),
            word=phrase(change.word, self.lang),
        )

    def _tile(self, metric: str) -> str:
        scores, _ = self._safe(metric)
        level = percent(scores.level, self.lang)
        n = scores.n[0]
        if n < self.min_n:
            main, under = "–", text("all_hidden", self.lang, min_n=self.min_n)
        else:
            main = estimate_text(scores, 0, self.lang)
            under = f"{phrase('ci', self.lang, level=level)} {interval_text(scores, 0, self.lang)} · n = {count(n, self.lang)}"
            under += f" ⚠ {phrase('flag_small', self.lang, small=SMALL_BASE)}" if n < SMALL_BASE else ""
        detail = self._detailed(metric)
        return (
            '<div style="border:1px solid #9996;border-radius:8px;padding:10px 16px;flex:1 1 210px">'
            f'<div style="font-size:90%;opacity:0.8">{html.escape(detail)}</div>'
            f'<div style="font-size:200%;font-weight:600;line-height:1.2">{html.escape(main)}</div>'
            f'<div style="font-size:85%">{html.escape(under)}</div>'
            f'<div style="font-size:85%;margin-top:4px">{self._tile_change(metric)}</div></div>'
        )

    def _tile_change(self, metric: str) -> str:
        latest = self._latest(metric)
        change = latest[0].change(latest[1]) if latest else None
        if latest is None or change is None:
            return f'<span style="opacity:0.7">{html.escape(text("no_change", self.lang))}</span>'
        trend, row = latest
        self._judged.add((metric, trend.keys[row][-1]))
        word = change.word
        good = (word == "rise") == (trend.metric.better == "higher")
        colour = GREY if word == "inconclusive" else HIGHER if good else LOWER
        digits = trend.metric.digits
        said = (
            f"{period(trend.keys[row][-1], trend.freq, self.lang)}{colon(self.lang)}{_ARROWS[word]} {phrase(word, self.lang)} "
            f"{number(change.delta, self.lang, digits=digits, sign=True)} "
            f"{interval(change.low, change.high, self.lang, digits=digits)}"
        )
        mark = f'<span style="display:inline-block;width:8px;height:8px;border-radius:4px;background-color:{colour}"></span> '
        return mark + html.escape(said)

    def _remarks(self) -> list[str]:
        out = [note_text(n, self.lang) for n in self.study.reading.notes]
        out += [*self.study.remarks, *self.skipped]
        if self.study.reading.decided:
            options = self.study.reading.options
            decided = "; ".join(f"{name}={options.get(name)!r}" for name in self.study.reading.decided)
            out.append(text("decided", self.lang, decided=decided))
        if "weight" in self.study.roles:
            out.append(text("weighted", self.lang, column=self.study.roles["weight"][0]))
        return out


def _within(study: Study, start: dt.date, freq: str) -> Study:
    end = period_end(start, freq)
    return study.between(start, end)


def _demo_roles(source: str, is_demo: bool) -> dict[str, Any]:
    """The demo study knows its own roles; they are said, not guessed."""
    if not is_demo and source.partition("?")[0] not in ("demo:", "demo:survey"):
        return {}
    from cxkit.sources.demo import demo_roles

    return dict(demo_roles("en"))


def _shares(scores: Scores, lang: str) -> str:
    if scores.bands and len(scores.bands) <= 3:
        return ", ".join(f"{b.title(lang)} {with_unit(b.share[0], '%', lang, digits=0)}" for b in scores.bands)
    counts = scores.tally.weights()
    base = sum(counts.values()) or 1
    return ", ".join(f"{a:g}{colon(lang)}{with_unit(100 * n / base, '%', lang, digits=0)}" for a, n in counts.items())


def _made_with(lang: str) -> str:
    from cxkit import __version__

    return text("made", lang, version=__version__, today=day(dt.date.today(), lang))
