"""What was observed, as the Bayesian mode, the ranking and the plan need it: estimates and shares of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.metrics.estimates import Estimates, is_linear, levels_of, values_of
from cxkit.metrics.functions import metric_of
from cxkit.metrics.linked import clustered, linked
from cxkit.metrics.scoring import score_tally
from cxkit.metrics.trending import closed_periods
from cxkit.present.result import Scores
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.tally import FREQUENCIES, Tally

__all__ = ["MOST_CLASSES", "Observed", "class_values", "definition_of", "observed"]

Floats = NDArray[np.float64]

#: A scale of more answers than this is not "short": its mean has no class to put a prior on.
MOST_CLASSES = 21


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Scores with what lies behind them.

    Attributes
    ----------
    definition : Metric
    scores : Scores
        One row a group (and a period).
    estimates : Estimates
        Of the same rows; answers of one respondent or account are not taken as independent.
    values : (V,) float
        What the classes of answers count, ascending; empty on a long or open scale.
    shares : (G, V) float
        Weighted shares of the classes, 0 to 1; 0 where a group has no answers.
    freq : str or None
    """

    definition: Metric
    scores: Scores
    estimates: Estimates
    values: Floats
    shares: Floats
    freq: str | None = None


def observed(
    data: Any,
    metric: str | Metric,
    *,
    by: Any = None,
    freq: str | None = None,
    open_period: bool = False,
    level: float = 0.95,
) -> Observed:
    """Count and value ``data``: a study, a frame, a place, a tally, or scores that were computed before."""
    if freq is not None and freq not in FREQUENCIES:
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(str(freq), FREQUENCIES, what="freq"))
    study = None if isinstance(data, (Tally, Scores)) else data if isinstance(data, Study) else Study(data)
    definition = definition_of(metric, data if study is None else study)
    tally, remarks = _counted(data, study, definition, by, freq, open_period)
    shared = linked(study, definition.on, definition, tally, by=by, freq=freq)
    if shared is not None:
        remarks = (*remarks, Remark("clustered", shared.crossed.design))
    found = clustered(definition, tally, shared)
    source = study.source if study is not None else data.source if isinstance(data, Scores) else "tally"
    scores = score_tally(definition, tally, estimates=found, level=level, remarks=remarks, source=source)
    values, shares = _classes(definition, tally)
    return Observed(definition, scores, found, values, shares, freq)


def _counted(
    data: Any, study: Study | None, metric: Metric, by: Any, freq: str | None, open_period: bool
) -> tuple[Tally, tuple[Remark, ...]]:
    if study is not None:
        tally = study.tally(metric.on, by=by, freq=freq)
    else:
        tally = data.tally if isinstance(data, Scores) else data
        names = [] if by is None else [by] if isinstance(by, str) else list(by)
        if names:
            tally = tally.rollup(*names, *(["period"] if freq is not None else []))
        if freq is not None and tally.by[-1:] != ("period",):
            raise UsageError("this tally has no periods", hint="tally with freq=, or leave freq= out")
    return closed_periods(tally, freq=freq, open_period=open_period) if freq is not None else (tally, ())


def definition_of(metric: str | Metric, data: Any = None) -> Metric:
    """The metric, on the scale that the data are on.

    Raises
    ------
    UsageError
        A metric that is no mean of values.
    """
    definition = metric_of(metric, data if isinstance(data, Study) else None)
    if isinstance(data, Scores) and data.metric.scale is not None and hasattr(definition, "on_scale"):
        definition = definition.on_scale(data.metric.scale)
    if not is_linear(definition):
        raise UsageError(
            f"metric {definition.name!r} is a function of all answers, not a mean of what each counts",
            hint="a score, share or mean; cx.score(..., method='bootstrap') gives this one an interval",
        )
    return definition


def class_values(definition: Metric) -> Floats:
    """(V,) The distinct values of a metric on a short scale of whole answers; empty otherwise."""
    if definition.scale is None or definition.scale[1] - definition.scale[0] > 200:
        return np.zeros(0)
    found = levels_of(definition)
    return np.array(found if len(found) <= MOST_CLASSES else [], np.float64)


def _classes(definition: Metric, tally: Tally) -> tuple[Floats, Floats]:
    cells = tally.answered
    value, values = values_of(definition, tally)[cells], class_values(definition)
    if not np.isin(value, values).all():  # a mean of 7.5 is in no class
        values = np.zeros(0)
    shares = np.zeros((len(tally), len(values)))
    if len(values):
        np.add.at(shares, (tally.group[cells], np.searchsorted(values, value)), tally.w[cells])
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return values, shares
