"""The public functions: a study or a frame in, scores out. Every Study method calls one of these."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxkit.errors import OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.metrics.builtin import (
    box_metric,
    ces_metric,
    csat_metric,
    index_metric,
    mean_metric,
    nps_metric,
    rate_metric,
)
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.linked import clustered, linked
from cxkit.metrics.scoring import score_tally
from cxkit.metrics.trending import closed_periods, trend_tally
from cxkit.present.result import Scores, Trend
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.scales import DEFAULT_SCALES, Scale, missing_codes, parse_scale, rate_scale
from cxkit.tally import FREQUENCIES, Tally

__all__ = ["box", "ces", "csat", "index", "mean", "metric_of", "nps", "rate", "score", "trend"]

By = str | Sequence[str] | None


def nps(
    data: Any,
    *,
    score: str | None = None,
    by: By = None,
    weight: str | None = None,
    scale: tuple[float, float] | None = None,
    missing: Any = None,
    method: str = "adjusted-wald",
    level: float = 0.95,
) -> Scores:
    """Net Promoter Score, in points from -100 to 100.

    Parameters
    ----------
    data : Study, frame, place or Tally
    score : str, optional
        The column of 0-10 answers; the role ``nps`` of a study when not given.
    by : str or list of str, optional
        Columns or roles to report by.
    weight : str, optional
        Column of weights, for a frame; a study has its role.
    scale, missing : optional
        For a frame, as in :class:`Study`.
    method : {"adjusted-wald", "wald", "t", "bootstrap"}
    level : float
        Confidence level as a share.

    Returns
    -------
    Scores
        ``to_frame()`` has the ``by`` columns, then
        ``metric, estimate, low, high, n, n_eff, method``.

    References
    ----------
    Reichheld (2003), HBR 81(12); interval: Rocks (2016), The American Statistician 70.

    Examples
    --------
    >>> import cxkit as cx
    >>> r = cx.nps(cx.Tally.from_counts({10: 40, 8: 30, 3: 30}))
    >>> round(r.value, 1), r.n
    (10.0, (100,))
    """
    counted = _count(data, "nps", score, by, weight, scale, missing)
    return counted.valued(nps_metric(counted.ends or (0, 10)), method, level)


def csat(
    data: Any,
    *,
    score: str | None = None,
    by: By = None,
    boxes: Sequence[float] | None = None,
    weight: str | None = None,
    scale: tuple[float, float] | None = None,
    missing: Any = None,
    method: str = "wilson",
    level: float = 0.95,
) -> Scores:
    """Customer satisfaction: share of answers in the boxes, in %.

    Parameters
    ----------
    boxes : sequence of answers, optional
        The answers that count as satisfied: ``(4, 5)``. The two top answers of the scale when
        not given. They are part of the metric's identity and shown with it.

    Other parameters as in :func:`nps`; ``method`` is one of wilson, wald, t, bootstrap.
    """
    counted = _count(data, "csat", score, by, weight, scale, missing)
    return counted.valued(csat_metric(counted.ends or (1, 5), boxes), method, level)


def ces(
    data: Any,
    *,
    score: str | None = None,
    by: By = None,
    version: str | None = None,
    weight: str | None = None,
    scale: tuple[float, float] | None = None,
    missing: Any = None,
    method: str = "t",
    level: float = 0.95,
) -> Scores:
    """Customer Effort Score: the mean answer.

    Parameters
    ----------
    version : {"2.0", "1.0"}, optional
        2.0 is agreement on 1-7, high is good; 1.0 is effort on 1-5, low is good. Must be said
        on any scale other than 1-7.

    Other parameters as in :func:`nps`; ``method`` is one of t, wald, bootstrap.
    """
    if version == "1.0" and scale is None and not (isinstance(data, Study) and data.scale_of("ces").declared):
        scale = (1, 5)
    counted = _count(data, "ces", score, by, weight, scale, missing)
    ends = counted.ends or (1, 7)
    if version is None and ends != (1, 7):
        raise OptionError(
            f"which CES is this, on {ends[0]:g}-{ends[1]:g}?",
            hint="version='1.0' (effort, low is good) or version='2.0' (ease, high is good)",
        )
    if version == "1.0" and ends != (1, 5):
        raise OptionError(
            f"CES 1.0 runs 1-5, and this scale is {ends[0]:g}-{ends[1]:g}",
            hint="version='2.0' for agreement that it was easy; cx.mean for another effort question",
        )
    return counted.valued(ces_metric(version or "2.0", ends), method, level)


def mean(
    data: Any,
    score: str,
    *,
    by: By = None,
    weight: str | None = None,
    scale: tuple[float, float] | None = None,
    missing: Any = None,
    method: str = "t",
    level: float = 0.95,
) -> Scores:
    """The mean of any rating or number, in its own unit.

    Parameters
    ----------
    score : str
        Role or column. Without a known scale the interval is not bounded.
    """
    counted = _count(data, score, score, by, weight, scale, missing)
    return counted.valued(mean_metric(on=score, scale=counted.ends), method, level)


def index(
    data: Any,
    score: str,
    *,
    scale: tuple[float, float] | None = None,
    by: By = None,
    weight: str | None = None,
    missing: Any = None,
    method: str = "t",
    level: float = 0.95,
) -> Scores:
    """The mean answer moved to 0..100 over its scale."""
    counted = _count(data, score, score, by, weight, scale, missing)
    if counted.ends is None:
        raise OptionError(f"the index of {score!r} needs its scale", hint="scale=(1, 5)")
    return counted.valued(index_metric(on=score, scale=counted.ends), method, level)


def box(
    data: Any,
    score: str,
    *,
    boxes: Sequence[float],
    scale: tuple[float, float] | None = None,
    by: By = None,
    weight: str | None = None,
    missing: Any = None,
    method: str = "wilson",
    level: float = 0.95,
) -> Scores:
    """Share of the answers in ``boxes`` of any rating, in %: top-2-box, bottom box, any set."""
    counted = _count(data, score, score, by, weight, scale, missing)
    if counted.ends is None:
        raise OptionError(f"boxes of {score!r} need its scale", hint="scale=(1, 5)")
    return counted.valued(box_metric("box", on=score, scale=counted.ends, boxes=boxes), method, level)


def rate(
    data: Any,
    outcome: str = "outcome",
    *,
    by: By = None,
    weight: str | None = None,
    scale: Any = None,
    missing: Any = None,
    method: str = "wilson",
    level: float = 0.95,
) -> Scores:
    """Share of yes in a yes/no column, in %.

    Parameters
    ----------
    outcome : str
        Role or column of booleans, 0/1, or words for yes and no.
    scale : mapping, optional
        ``{"Perdu": 1, "Actif": 0}`` for other words.
    """
    counted = _count(data, "outcome", outcome, by, weight, scale, missing)
    return counted.valued(rate_metric(outcome), method, level)


def score(data: Any, metric: str | Metric, *, by: By = None, method: str | None = None, level: float = 0.95) -> Scores:
    """Any metric by name or object; a plugin's looks exactly like a built-in one.

    Parameters
    ----------
    metric : str or Metric
        ``"nps"``, ``"wow"``, ``"nps@some-plugin"``, or what :func:`cxkit.linear_metric` returns.
    """
    study = None if isinstance(data, Tally) else _as_study(data)
    definition = metric_of(metric, study)
    return _count(data if study is None else study, definition.on, None, by, None, None, None).valued(
        definition, method, level
    )


def trend(
    data: Any,
    metric: str | Metric,
    *,
    freq: str = "M",
    by: By = None,
    method: str | None = None,
    level: float = 0.95,
    rolling: int = 1,
    open_period: bool = False,
) -> Trend:
    """A metric by period, each with its interval and its change against the one before.

    Parameters
    ----------
    metric : str or Metric
    freq : {"D", "W", "M", "Q", "Y"}
        Length of a period; weeks start on Monday.
    by : str or list of str, optional
        A line a group.
    rolling : int
        Periods that each row holds; 3 with ``freq="M"`` is a rolling quarter. The overlap of two
        windows is taken out of the test of their change.
    open_period : bool
        Keep the period that is still running.

    Notes
    -----
    Respondents who answered in two periods (role ``id`` or ``cluster``) make these alike; their
    covariance is part of the interval of a change.

    Returns
    -------
    Trend
        ``to_frame()`` has the ``by`` columns, ``period`` (its first day), then the columns of scores.
    """
    if not isinstance(freq, str) or freq not in FREQUENCIES:
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(str(freq), FREQUENCIES, what="freq"))
    study = _as_study(data)
    definition = metric_of(metric, study)
    tally, remarks = closed_periods(study.tally(definition.on, by=by, freq=freq), freq=freq, open_period=open_period)
    return trend_tally(
        definition, tally, freq=freq, rolling=rolling, method=method, level=level, remarks=remarks, source=study.source,
        shared=linked(study, definition.on, definition, tally, by=by, freq=freq), said="cluster" in study.roles,
    )  # fmt: skip


def metric_of(metric: str | Metric, study: Study | None = None) -> Metric:
    """The metric of that name (or itself), restated on the scale that the study declares.

    ``mean:COLUMN`` is the mean of any rating or number, by role or column.
    """
    if isinstance(metric, str) and metric.startswith("mean:"):
        name = metric.removeprefix("mean:").strip()
        return mean_metric(on=name, scale=None if study is None else study.scale_of(name).ends)
    if isinstance(metric, str):
        from cxkit.registry import registry

        metric = registry().metric(metric)
    if not isinstance(metric, Metric):
        raise UsageError(f"{metric!r} is no metric", hint="a name, or an object made by cx.linear_metric or @cx.metric")
    if isinstance(metric, LinearMetric) and study is not None:
        declared = study.scale_of(metric.on)
        if declared.declared and metric.restate is not None:
            return metric.on_scale(declared.ends)
        if metric.on == "ces" and declared.declared and declared.ends != metric.scale:
            raise UnknownNameError(
                f"metric {metric.name!r} is on {metric.scale}, and this study's ces on {declared.ends}",
                hint="'ces1' is CES 1.0 on 1-5; s.ces(version=...) takes any scale",
            )
    return metric


@dataclass(frozen=True, slots=True)
class _Counted:
    """A tally with what the metric needs to know of its origin."""

    tally: Tally
    ends: tuple[float, float] | None
    source: str
    study: Study | None = None
    name: str = ""
    by: By = None
    scale: Scale | None = None

    def valued(self, metric: Metric, method: str | None, level: float) -> Scores:
        shared = linked(self.study, self.name, metric, self.tally, by=self.by, scale=self.scale, only_said=True)
        found = clustered(metric, self.tally, shared, method)
        blind = shared is not None and found.method == "bootstrap"
        remarks = (Remark("independent", shared.crossed.design),) if shared is not None and blind else ()
        return score_tally(metric, self.tally, estimates=found, level=level, remarks=remarks, source=self.source)


def _as_study(data: Any) -> Study:
    if isinstance(data, Tally):
        raise UsageError("a tally has no dates", hint="give a study or a frame")
    return data if isinstance(data, Study) else Study(data)


def _count(data: Any, role: str, column: str | None, by: By, weight: str | None, scale: Any, missing: Any) -> _Counted:
    """Count the answers of ``role`` (or ``column``, read as that role) in whatever was given."""
    if isinstance(data, Tally):
        names = [] if by is None else [by] if isinstance(by, str) else list(by)
        return _Counted(data.rollup(*names) if names else data, scale, "tally")
    if isinstance(data, Study):
        if weight is not None:
            raise UsageError("weight= goes with a frame", hint="a study has its weight role: cx.Study(..., weight=...)")
        study = data
    else:
        study = Study(data, weight=weight, guess=column is None)
    name = column or role
    known = study.scale_of(name)
    if known.declared and scale is not None and tuple(scale) != known.ends:
        raise OptionError(
            f"the study declares {name!r} on {known}, and this call says {scale!r}",
            hint="leave scale= out, or declare it so in the study",
        )
    if not known.declared and (scale is not None or (known.ends is None and role in DEFAULT_SCALES)):
        known = replace(parse_scale(role, scale, default=DEFAULT_SCALES.get(role)), missing=known.missing)
    elif role == "outcome" and known.ends is None:
        known = rate_scale(role, scale)
    if study is not data:
        known = replace(known, in_call=True)
    if missing is not None:
        known = replace(known, missing=known.missing | missing_codes(missing))
    return _Counted(study.tally(name, by=by, scale=known), known.ends, study.source, study, name, by, known)
