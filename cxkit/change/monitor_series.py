"""From data and a metric to one series of period means a group, ready for the charts of ``stats``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.change.monitor_shared import bases_within, correlations
from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.metrics.estimates import is_linear, values_of
from cxkit.metrics.functions import metric_of
from cxkit.metrics.linked import Linked, linked
from cxkit.metrics.scoring import described
from cxkit.metrics.trending import closed_periods
from cxkit.present.result import MetricLabel
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats.control import Answers
from cxkit.stats.moments import moments
from cxkit.study import Study
from cxkit.tally import FREQUENCIES, Tally

__all__ = ["Counted", "Series", "counted", "series_of"]

Floats = NDArray[np.float64]
By = str | Sequence[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Counts by group and period, what else a result says of its origin, and who answers in several groups."""

    metric: Metric
    label: MetricLabel
    tally: Tally
    freq: str
    remarks: tuple[Remark, ...]
    source: str
    shared: Linked | None = None

    def cells(self) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64], Floats, Floats]:
        """Group, value, n, sum of weights and of squared weights of the cells that hold answers."""
        held, tally = self.tally.answered, self.tally
        return tally.group[held], values_of(self.metric, tally)[held], tally.n[held], tally.w[held], tally.w2[held]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The periods of one group that have answers, in order.

    Attributes
    ----------
    group : tuple
        Key without its period.
    starts : tuple of date
        First day of each period.
    mean, variance : (T,) float
        Score, and population variance of what one answer counts.
    n : (T,) int
        Answers.
    base : (T,) float
        The base of an unweighted sample of independent answers with the same standard error.
    row, value, weight : (C,)
        Its cells: the period, what one answer counts, sum of weights.
    alike : (T, T) float, optional
        Correlation of the means, where respondents come back in other periods.
    """

    group: tuple[Any, ...]
    starts: tuple[dt.date, ...]
    mean: Floats
    variance: Floats
    n: NDArray[np.int64]
    base: Floats
    row: NDArray[np.int64]
    value: Floats
    weight: Floats
    alike: Floats | None = None

    def answers(self, first: int) -> Answers:
        """What the answers of the first periods are."""
        held = self.row < first
        return Answers.of(self.value[held], self.weight[held])

    def alike_at(self, dispersion: float) -> Floats | None:
        """The correlation where periods scatter so many times wider, of which respondents are not the cause."""
        return None if self.alike is None else self.alike / dispersion**2 + np.eye(len(self)) * (1 - dispersion**-2)

    def __len__(self) -> int:
        return len(self.starts)


def counted(
    data: Any,
    metric: str | Metric,
    *,
    freq: str,
    by: By = None,
    open_period: bool = False,
    start: dt.date | None = None,
) -> Counted:
    """Count the answers by group and period.

    Parameters
    ----------
    data : Study, frame or Tally
        A tally must have ``period`` (dates) as its last grouping.
    start : date, optional
        Leave out what came before; of a tally, the periods that begin before.

    Raises
    ------
    OptionError
        An unknown ``freq``.
    UsageError
        A metric that is not a mean of values, or a tally without periods.
    """
    if not isinstance(freq, str) or freq not in FREQUENCIES:
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(str(freq), FREQUENCIES, what="freq"))
    study: Study | None = None
    if isinstance(data, Tally):
        definition, tally, source = metric_of(metric), _periods(data, by), "tally"
    else:
        study = data if isinstance(data, Study) else Study(data)
        definition, source = metric_of(metric, study), study.source
        if start is not None:
            study = study.between(start, max(study.span()[1], start) + dt.timedelta(days=1))
        tally = study.tally(definition.on, by=by, freq=freq)
    if not is_linear(definition):
        raise UsageError(
            f"metric {definition.name!r} is computed by a function, and this follows means of values over time",
            hint="a metric made by cx.linear_metric, or cx.trend for intervals by bootstrap",
        )
    kept, remarks = closed_periods(tally, freq=freq, open_period=open_period)
    if tally.left_out:
        remarks = (Remark("no_weight", tally.left_out), *remarks)
    if start is not None and isinstance(data, Tally):
        kept = kept.keep(g for g, key in enumerate(kept.keys) if key[-1] >= start)
    shared = linked(study, definition.on, definition, kept, by=by, freq=freq)
    if shared is not None:
        remarks = (*remarks, Remark("clustered", shared.crossed.design))
    return Counted(definition, described(definition), kept, freq, remarks, source, shared)


def _periods(tally: Tally, by: By) -> Tally:
    names = (by,) if isinstance(by, str) else tuple(by or ())
    dates = tally.by[-1:] == ("period",) and all(isinstance(k[-1], dt.date | None) for k in tally.keys)
    if not dates:
        raise UsageError(
            f"this tally is by {', '.join(tally.by) or 'nothing'}: it has no periods",
            hint="study.tally(role, by=..., freq='W') ends with the grouping 'period'; or give the study",
        )
    return tally.rollup(*names, "period")


def series_of(data: Counted) -> tuple[Series, ...]:
    """One series a group: its periods with answers."""
    group, value, n, w, w2 = data.cells()
    tally = data.tally
    base = moments(len(tally), group, value, n, w, w2, weighted=tally.weighted, design=tally.design)
    rows: dict[tuple[Any, ...], list[int]] = {}
    for g, key in enumerate(tally.keys):
        if base.n[g]:
            rows.setdefault(key[:-1], []).append(g)
    squares = np.bincount(group, weights=w2, minlength=len(tally)).astype(np.float64)
    place = np.searchsorted(group, np.arange(len(tally) + 1))  # cells are sorted by group
    bases = [base.n_star[at] for at in rows.values()]
    alike: list[Floats | None] = [None] * len(rows)
    shared = data.shared
    if shared is not None:
        lines = list(rows.values())
        bases = bases_within(shared, lines, base.mean, base.variance, base.n, base.n_star, squares)
        alike = correlations(shared, lines, base.mean, base.variance, base.n, bases)
    out = []
    for (key, at), size, tie in zip(rows.items(), bases, alike, strict=True):
        cells = np.concatenate([np.arange(place[g], place[g + 1]) for g in at])
        row = np.repeat(np.arange(len(at)), [place[g + 1] - place[g] for g in at])
        starts = tuple(tally.keys[g][-1] for g in at)
        values = base.mean[at], base.variance[at], base.n[at]
        out.append(Series(key, starts, *values, size, row, value[cells], w[cells], tie))
    return tuple(out)
