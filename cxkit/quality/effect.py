"""What the flagged answers do to the scores, and how those who comment differ from those who do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cxkit.errors import CxkitError, NothingMatched
from cxkit.metrics.functions import ces, metric_of, score
from cxkit.present.result import MetricLabel, Scores
from cxkit.protocols import Metric
from cxkit.quality.finding import Finding, finding, scored
from cxkit.stats.intervals import mover_difference
from cxkit.study import Study
from cxkit.tally.engine import count_rows
from cxkit.tally.flags import Rules, rows_with, rows_without

__all__ = ["Commented", "Without", "comment_bias", "usable_metrics", "with_and_without"]

_DEFAULT = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class Without:
    """A score without some rows: ``without`` is "" (all rows), a flag, or ``flagged`` for all flags."""

    metric: MetricLabel
    without: str
    rows: int
    estimate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Commented:
    """A score of those who comment and of those who do not, each (estimate, low, high, n), and their difference."""

    metric: MetricLabel
    commented: tuple[float, float, float, int]
    silent: tuple[float, float, float, int]
    delta: float
    low: float
    high: float


def usable_metrics(study: Study, metrics: Any, level: float) -> tuple[list[str | Metric], list[Finding]]:
    """The metrics asked for; where none is, those of nps, csat and ces that can be computed.

    Returns
    -------
    metrics : list
    findings : list of Finding
        Why one that the study has a column for cannot.
    """
    if metrics is not None:
        asked = [metrics] if isinstance(metrics, str) or not isinstance(metrics, Sequence) else list(metrics)
        for metric in asked:
            study.column(metric_of(metric, study).on)  # refuses what the study has no column for
        return asked, []
    found: list[str | Metric] = []
    out = []
    for name in _DEFAULT:
        if name not in study.roles:
            continue
        try:
            _scores(study, name, level)
        except CxkitError as exc:
            reason = exc.what + (f" ({exc.hint})" if exc.hint else "")
            out.append(Finding("scores", name, "not_checked", "unavailable", (("reason", reason),)))
            continue
        found.append(name)
    if not found and not out:
        out.append(Finding("scores", "", "not_checked", "say", (("option", "nps='…'"),)))
    return found, out


def with_and_without(
    study: Study, metrics: Sequence[str | Metric], rules: Rules, flags: Sequence[str], level: float
) -> tuple[tuple[Without, ...], list[Finding]]:
    """Each metric with all rows, without the rows of each flag, and without all of them."""
    sets = {"": study.data} | {flag: rows_without(study.data, rules, flag) for flag in flags}
    if len(flags) > 1:
        sets["flagged"] = rows_without(study.data, rules, *flags)
    rows = {name: count_rows(frame) for name, frame in sets.items()}
    scored = []
    out = []
    for metric in metrics:
        first = _scores(study, metric, level)
        own = [
            _without(first.metric, name, rows[name], _maybe(study, sets[name], metric, level) if name else first)
            for name in sets
        ]
        scored += own
        if flags:
            out.append(_shift(own[0], own[-1], rows[""]))
    if metrics and not flags:
        out.append(Finding("scores", "", "not_checked", "say", (("option", "duration='…', items=[…], id='…'"),)))
    return tuple(scored), out


def comment_bias(
    study: Study, metrics: Sequence[str | Metric], level: float
) -> tuple[tuple[Commented, ...], list[Finding]]:
    """Each metric of those who comment against those who do not, with the difference and its interval."""
    if "comment" not in study.roles:
        return (), [Finding("comments", "", "not_checked", "say", (("option", "comment='…'"),))]
    column = study.column("comment")
    sides = [rows_with(study.data, column, value=value) for value in (True, False)]
    biases, out = [], []
    for metric in metrics:
        scores = [_maybe(study, side, metric, level) for side in sides]
        label = _scores(study, metric, level).metric
        if any(s is None or not s.n or not s.n[0] for s in scores):
            out.append(Finding("comments", label.name, "not_checked", "comments_one_side"))
            continue
        first, second = (_four(s) for s in scores if s is not None)
        delta, low, high = (float(x) for x in mover_difference(first[:3], second[:3]))
        biases.append(Commented(label, first, second, delta, low, high))
        out.append(_gap(biases[-1]))
    return tuple(biases), out


def shown(label: MetricLabel, x: float, lang: str) -> str:
    """A score of that metric as readers see it."""
    return scored(label, x).text(lang)


def _scores(study: Study, metric: str | Metric, level: float) -> Scores:
    return ces(study, level=level) if metric == "ces" else score(study, metric, level=level)


def _maybe(study: Study, frame: Any, metric: str | Metric, level: float) -> Scores | None:
    """The score of some of the rows; None where no answer is among them."""
    try:
        return _scores(study.with_rows(frame, []), metric, level)
    except NothingMatched:
        return None


def _without(label: MetricLabel, name: str, rows: int, scores: Scores | None) -> Without:
    if scores is None or not scores.n:
        return Without(label, name, rows, math.nan, math.nan, math.nan, 0)
    return Without(label, name, rows, scores.estimate[0], scores.low[0], scores.high[0], scores.n[0])


def _four(scores: Scores) -> tuple[float, float, float, int]:
    return scores.estimate[0], scores.low[0], scores.high[0], scores.n[0]


def _gap(bias: Commented) -> Finding:
    label, n, others = bias.metric, bias.commented[3], bias.silent[3]
    clear = (bias.low > 0 or bias.high < 0) and min(n, others) >= 10
    return finding(
        "comments",
        label.name,
        "warning" if clear else "ok",
        "comments",
        n=n,
        of=n + others,
        others=others,
        with_estimate=scored(label, bias.commented[0]),
        without_estimate=scored(label, bias.silent[0]),
        delta=scored(label, bias.delta, delta=True),
        low=scored(label, bias.low, bare=True),
        high=scored(label, bias.high, bare=True),
    )


def _shift(all_rows: Without, kept: Without, rows: int) -> Finding:
    label, gone = all_rows.metric, all_rows.rows - kept.rows
    if not gone:
        return finding("scores", label.name, "ok", "shift_none", n=0, of=rows)
    outside = not all_rows.low <= kept.estimate <= all_rows.high
    return finding(
        "scores",
        label.name,
        "warning" if outside else "info",
        "shift",
        n=gone,
        of=rows,
        before=scored(label, all_rows.estimate),
        after=scored(label, kept.estimate),
        delta=scored(label, kept.estimate - all_rows.estimate, delta=True),
        low=scored(label, all_rows.low, bare=True),
        high=scored(label, all_rows.high, bare=True),
    )
