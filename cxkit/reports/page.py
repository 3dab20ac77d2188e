"""What every built-in page is made of: a study in focus, tables that are safe to show, one family of claims."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cxkit.change.explained import Why
from cxkit.change.why import why
from cxkit.errors import CxkitError, NothingMatched, OptionError, RoleError
from cxkit.inference import Comparison, Family, compare, family
from cxkit.inference.families import Tested
from cxkit.metrics.estimates import is_linear
from cxkit.metrics.functions import ces, metric_of, score, trend
from cxkit.metrics.linked import linked
from cxkit.present.calendar import period_end
from cxkit.present.numbers import check_lang, count, day
from cxkit.present.result import Scores, Trend
from cxkit.present.rows import hide_rows, shown
from cxkit.present.suppression import suppress_together
from cxkit.present.tables import table_html
from cxkit.present.text import clean_text
from cxkit.present.words import percent, phrase
from cxkit.protocols import Metric
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.hiding import Table, focus_of, group_code, page_tables
from cxkit.reports.project import project
from cxkit.reports.sentences import capital, shortened
from cxkit.reports.texts import note_text, text
from cxkit.reports.why_hiding import parts_to_show, safe_why
from cxkit.reports.worth_texts import say as worth
from cxkit.study import Study
from cxkit.study.periods import period_name

__all__ = ["Claim", "Page"]

Safe = tuple[Scores, tuple[int, ...]]

#: What a page tests, such as a comparison: one or several p-values, judged with those of all others.
Claim = Tested


class Page(ABC):
    """A page about one study.

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

    #: Whether the page shows groupings by period too.
    crossed = False
    #: What a page is about where nothing is asked, the first of these that the study has.
    scored: tuple[str, ...] = ("nps", "csat", "ces")

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
        self._tables: dict[str, dict[Table, Safe]] = {}
        self._claims: dict[str, Claim] | None = None
        self._family: Family[Any] | None = None
        self._hidden = frozenset(hidden)
        self.lang = check_lang(lang)
        self.min_n = min_n
        self.only = dict(only or {})
        home = project()
        self.is_demo = not source and not home.settings.source
        self.study: Study = home.study("demo:" if self.is_demo else source)
        # Before the filter, so that all pages of a run have periods of the same length.
        self.freq, start = focus_of(self.study, period)
        self.everybody = self.study
        if self.only:
            self.study = self.study.filter(**self.only)
        columns = self.study.by_columns(list(by) or (["by"] if "by" in self.study.roles else None))
        # A page about one group has nothing to say by that group.
        about = {self.study.column(name) for name in self.only}
        self.by = tuple(c for c in columns if c not in about)
        self.start = start
        self.focus = self.in_focus(self.study)
        self.skipped: list[str] = []
        if metrics:
            self.metrics = list(metrics)
        else:
            self.metrics = [m for m in self.scored if m in self.study.roles and self._usable(m)]
        if not self.metrics:
            self.study.require(*self.scored)
            raise RoleError("no score can be computed: " + "; ".join(self.skipped), hint="see docs/metrics.md")

    @property
    def main(self) -> str:
        """The metric that the page is about."""
        return self.metrics[0]

    def in_focus(self, study: Study) -> Study:
        """The rows of a study that lie in the period in focus."""
        return study if self.start is None else study.between(self.start, period_end(self.start, self.freq))

    # Claims ----------------------------------------------------------------------------------

    def claims(self) -> dict[str, Claim]:
        """Everything that this page tests, judged as one family, by a name of our own."""
        if self._claims is None:
            asked = {name: claim for name, claim in self._asked() if claim is not None and len(claim.tested)}
            self._family = family(*asked.values())
            self._claims = dict(zip(asked, self._family, strict=True))
        return self._claims

    @abstractmethod
    def _asked(self) -> Sequence[tuple[str, Claim | None]]:
        """What the page tests; each page names its own."""

    @abstractmethod
    def latest_change(self) -> Comparison | None:
        """The change of the first score in the period in focus, one row; None where there is none to show."""

    def claim(self, name: str) -> Any:
        """A claim of this page; None where there was nothing to compare."""
        return self.claims().get(name)

    def _changes(self, metric: str, *, by: str | None = None, every: bool = False) -> Comparison | None:
        """Each period against the one before, of the periods that are shown; only the latest unless ``every``."""
        table: Table = ("period",) if by is None else (by, "period")
        if "date" not in self.study.roles:
            return None
        visible = {k for k, e in zip(*_rows(self.safe(metric, table)[0]), strict=True) if e == e}
        try:
            found = compare(self.study, metric, test="previous", freq=self.freq, by=by)
        except NothingMatched:
            return None
        rows = [i for i, key in enumerate(found.keys) if key in visible and found.versus_keys[i] in visible]
        last = self.start or max((key[-1] for key in visible), default=None)
        if last is not None:
            rows = [i for i in rows if (found.keys[i][-1] <= last if every else found.keys[i][-1] == last)]
        return found.take(rows) if rows else None

    def _differences(self, metric: str, column: str) -> Comparison | None:
        """Each group against all others, of the groups that are shown."""
        scores, _ = self.safe(metric, (column,))
        visible = set(shown(scores).keys)
        if len(visible) < 2 or self.safe(metric)[1]:
            return None
        try:
            found = compare(self.focus, metric, by=column)
        except NothingMatched:
            return None
        return found.take([i for i, key in enumerate(found.keys) if key in visible])

    def _why(self, change: Comparison | None) -> Why | None:
        """The latest change split, where a mean of answers has one."""
        if change is None or not is_linear(metric_of(self.main, self.study)):
            return None
        later, earlier = (period_name(key[-1], self.freq) for key in (change.keys[-1], change.versus_keys[-1]))
        try:
            # A page about one group has no mix of these groups.
            mix = list(self.by[:1]) if self.only else None
            found = why(self.study, self.main, period=later, versus=earlier, by=mix)
        except NothingMatched:
            return None
        if not any(n for item, n in zip(found.items, found.n, strict=True) if item not in ("total", "stayers")):
            return None  # nothing but the change itself, which is a claim already
        return safe_why(found, self.min_n, parts_to_show(self._hidden, self.main))

    # Blocks that pages share -------------------------------------------------------------------

    def why(self) -> None:
        """The latest change split into who left, who joined, mix and real change."""
        found = self.claim("why")
        if found is None:
            return
        title = text("why" if self._moved() else "parts", self.lang, metric=self.label(self.main))
        heading(title)
        # Its own words for a trap take for granted that the score moved.
        quiet = found.survivors and not self._moved()
        said = text("parts_open", self.lang, metric=self.label(self.main)) if quiet else found.explain(self.lang)
        paragraph(said)
        figure(found.plot(lang=self.lang), said)
        grid = found.grid(self.lang)
        raw_html((grid if self._moved() else dataclasses.replace(grid, caption=title)).html(self.lang))

    def beware(self) -> None:
        """A word of warning where the score moved for want of those who made it low, or high."""
        found = self.claim("why")
        if found is not None and found.survivors and self._moved():
            paragraph(text("survivors" if found.known else "survivors_silent", self.lang))

    def _moved(self) -> bool:
        change = self.latest_change()
        return change is not None and bool(change.flagged)

    def say_hidden(self, what: str, k: int) -> None:
        """How many periods (``hidden_period``) or cells (``hidden_cell``) are not shown."""
        paragraph(text(what if k == 1 else f"{what}s", self.lang, k=count(k, self.lang), min_n=self.min_n))

    def say_remarks(self, scores: Scores) -> None:
        """The remarks on a table; how answers share respondents is said once, with the method."""
        for remark in scores.remarks:
            if remark.key != "clustered":
                paragraph(remark.text(self.lang))

    def method(self) -> None:
        """How every number was made, and the health of the data behind it."""
        heading(text("method", self.lang))
        for metric in self.metrics:
            info = self.scores(metric).info
            paragraph(
                text(
                    "method_line",
                    self.lang,
                    metric=self.detailed(metric),
                    method=phrase(info.method, self.lang),
                    level=percent(info.level, self.lang),
                    reference=info.reference,
                )
            )
        paragraph(text("reader", self.lang))
        shared = self._shared()
        if shared:
            said = "shared_known" if "cluster" in self.study.roles else "shared"
            paragraph(text(said, self.lang, k=count(shared, self.lang)))
        if self.claims() and self._family is not None:
            paragraph(self._family.explain(self.lang))
        heading(text("health", self.lang), 3)
        rows = [
            [
                (html.escape(self._named(role)), "head"),
                (html.escape(self.study.column(role)), "left"),
                (html.escape(_scale_text(self.study, role)), "left"),
                (count(answered, self.lang), "right"),
                (count(missing, self.lang), "right"),
            ]
            for role in self._roles()
            for answered, missing in [self._answered(role)]
        ]
        heads = [text(k, self.lang) for k in ("role", "column", "scale", "answered", "missing")]
        raw_html(table_html(text("health_caption", self.lang, rows=count(self.focus.rows, self.lang)), heads, rows))
        for remark in self._remarks():
            paragraph(remark)
        paragraph(_made_with(self.lang))

    # Numbers ---------------------------------------------------------------------------------

    def scores(self, metric: str, by: str | None = None) -> Scores:
        """A metric of the rows in focus; each is counted once for the whole page."""
        key = (metric, by)
        if key not in self._counted:
            asked = self.meant(metric)
            self._counted[key] = ces(self.focus, by=by) if asked == "ces" else score(self.focus, asked, by=by)
        return self._counted[key]

    def meant(self, metric: str) -> str | Metric:
        """What a name stands for: a page about any column knows more names than there are metrics."""
        return metric

    def tables(self, metric: str) -> list[Table]:
        """The tables of a metric that this page may show."""
        columns = self.by if metric == self.main else ()
        return page_tables(columns, dated="date" in self.study.roles, crossed=self.crossed)

    def safe(self, metric: str, table: Table = ()) -> Safe:
        """A table of this page with what must be hidden, and the hidden rows."""
        if metric not in self._tables:
            names = self.tables(metric)
            tables = [self._made(metric, name) for name in names]
            dated = "date" in self.study.roles
            columns = list(dict.fromkeys(c for name in names for c in name if c != "period")) or None
            if self._hidden:
                safe = [self._as_planned(metric, n, t) for n, t in zip(names, tables, strict=True)]
            else:
                scopes: list[dict[str, Any]] = [
                    {"period": self.start} if self.start and "period" not in name else {} for name in names
                ]
                fine = (
                    trend(self.study, self.meant(metric), freq=self.freq, by=columns, open_period=True).tally
                    if dated
                    else score(self.focus, self.meant(metric), by=columns).tally
                )
                safe = list(suppress_together(tables, fine, self.min_n, within=scopes))
            self._tables[metric] = dict(zip(names, safe, strict=True))
        return self._tables[metric][table]

    def by_period(self, metric: str) -> Trend | None:
        """The metric by period, what must be hidden being so; None without dates."""
        return cast(Trend, self.safe(metric, ("period",))[0]) if "date" in self.study.roles else None

    def _made(self, metric: str, table: Table) -> Scores:
        if table[-1:] != ("period",):
            return self.scores(metric, *table)
        return trend(self.study, self.meant(metric), freq=self.freq, by=list(table[:-1]) or None)

    def _as_planned(self, metric: str, table: Table, scores: Scores) -> Safe:
        rows = tuple(
            i
            for i, key in enumerate(scores.keys)
            if 0 < scores.n[i] < self.min_n or group_code(metric, table, key) in self._hidden
        )
        return hide_rows(scores, rows), rows

    def _roles(self) -> list[str]:
        """The roles that the metrics of this page read, each once."""
        return list(dict.fromkeys(metric_of(self.meant(m), self.study).on for m in self.metrics))

    def _answered(self, role: str) -> tuple[int, int]:
        """Rows in focus with an answer, and without one."""
        return self.focus.answered(role)

    def _named(self, role: str) -> str:
        """The metrics that read a role."""
        return ", ".join(
            dict.fromkeys(self.label(m) for m in self.metrics if metric_of(self.meant(m), self.study).on == role)
        )

    def _shared(self) -> int:
        """How many respondents or accounts gave the answers in focus; 0 where each gave one."""
        metric = metric_of(self.meant(self.main), self.study)
        found = linked(self.focus, metric.on, metric, self.scores(self.main).tally)
        return found.crossed.design if found is not None else 0

    def _usable(self, metric: str) -> bool:
        try:
            self.scores(metric)
        except NothingMatched:
            raise
        except CxkitError as exc:
            asked = metric == "ces" and isinstance(exc, OptionError)
            what = f"{exc.what}. {exc.hint}"
            self.skipped.append(
                text("ces_version", self.lang)
                if asked
                else text("skipped", self.lang, metric=metric.upper(), what=what)
            )
            return False
        return True

    # Words -----------------------------------------------------------------------------------

    def label(self, metric: str) -> str:
        """A metric as readers see it."""
        return self.scores(metric).metric.title(self.lang)

    def detailed(self, metric: str) -> str:
        """A metric with what identifies it: ``CSAT · T2B of 5 (4–5)``."""
        label = self.scores(metric).metric
        return label.title(self.lang) + (f" · {label.detail_in(self.lang)}" if label.detail else "")

    def who(self) -> str:
        """What a title says of the rows that the page is about."""
        return f" · {', '.join(map(shortened, self.only.values()))}" if self.only else ""

    def scope(self) -> None:
        """Whether the data are synthetic, where they come from, when, and about whom."""
        synthetic = self.is_demo or self.study.reading.source == "demo"
        if synthetic:
            paragraph(text("synthetic", self.lang))
        rows = count(self.focus.rows, self.lang)
        parts = [text("rows" if synthetic else "source", self.lang, source=self.study.source, rows=rows)]
        if "date" in self.study.roles:
            first, last = self.focus.span()
            parts.append(text("span", self.lang, first=day(first, self.lang), last=day(last, self.lang)))
        if self.only:
            parts.append(text("only", self.lang, what=", ".join(f"{k} = {v}" for k, v in self.only.items())))
        paragraph(" ".join(parts))

    def _remarks(self) -> list[str]:
        # That the data are synthetic stands under the title.
        out = [f"{capital(note_text(n, self.lang))}." for n in self.study.reading.notes if n.code != "synthetic"]
        # Of what was joined the reports say more, and in the reader's language.
        out += [worth("join", self.lang, what=link.explain(self.lang)) for link in self.study.links]
        told = tuple(f"linked {clean_text(link.data)}" for link in self.study.links)
        out += [text("remark", self.lang, remark=r) for r in self.study.remarks if not r.startswith(told)]
        out += self.skipped
        if self.study.reading.decided:
            options = self.study.reading.options
            decided = (" ; " if self.lang == "fr" else "; ").join(
                f"{name}={options.get(name)!r}" for name in self.study.reading.decided
            )
            out.append(text("decided", self.lang, decided=decided))
        if "weight" in self.study.roles:
            out.append(text("weighted", self.lang, column=self.study.roles["weight"][0]))
        return out


def _rows(scores: Scores) -> tuple[tuple[Any, ...], tuple[float, ...]]:
    return scores.keys, scores.estimate


def _scale_text(study: Study, role: str) -> str:
    """The scale of a role; a dash where none was said."""
    scale = study.scale_of(role)
    return "–" if scale.ends is None else str(scale)


def _made_with(lang: str) -> str:
    from cxkit import __version__

    return text("made", lang, version=__version__, today=day(dt.date.today(), lang))
