"""What the drivers are to explain: a metric's points, a yes or no, or the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.keydrivers.diagnosis.refusals import refuse_constant_outcome
from cxkit.metrics.builtin import box_metric, mean_metric, rate_metric
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.functions import metric_of
from cxkit.metrics.scoring import described
from cxkit.present.result import MetricLabel
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.roles import RATE_ROLES
from cxkit.study.scales import rate_scale
from cxkit.study.shared import valuation
from cxkit.tally.columns import Column
from cxkit.tally.engine import schema_of

__all__ = ["CLASSES", "Outcome", "metric_meant", "outcome_of", "refuse_model"]

#: Outcomes of the role ``nps`` that are yes or no, with their answers.
CLASSES: Mapping[str, tuple[int, int]] = {"promoter": (9, 10), "passive": (7, 8), "detractor": (0, 6)}
_LABELS = {
    "promoter": {"en": "Promoters", "fr": "Promoteurs"},
    "passive": {"en": "Passives", "fr": "Passifs"},
    "detractor": {"en": "Detractors", "fr": "Détracteurs"},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a driver analysis.

    Attributes
    ----------
    label : MetricLabel
    column : Column
        What each row counts.
    levels : mapping
        Answer -> what it counts; empty where every answer counts itself.
    raw : Column
        The answer itself, for an ordered model.
    """

    label: MetricLabel
    column: Column
    levels: Mapping[float, float]
    raw: Column

    @property
    def values(self) -> int | None:
        """How many different values it has, where that is known."""
        return len(set(self.levels.values())) or None


def outcome_of(study: Study, outcome: str | Metric) -> Outcome:
    """The outcome that is meant by a metric, a role, a class of NPS or a column.

    A metric is taken with its points (``"nps"``: -100, 0, 100; ``"csat"``: 0, 100), a column with its answers.

    Raises
    ------
    UsageError
        A metric that is no mean of what answers count.
    RoleError
        A column of words.
    """
    metric = metric_meant(study, outcome)
    if not isinstance(metric, LinearMetric):
        raise UsageError(
            f"{getattr(metric, 'name', outcome)!r} is no mean of what answers count, so nothing can be added up to it",
            hint="a metric with points for each answer, or a column: s.drivers('nps')",
        )
    source, scale = study.column(metric.on), study.scale_of(metric.on)
    if metric.name == "rate" and scale.ends is None:
        scale = rate_scale(metric.on)
    _check_kind(study, source, words=bool(scale.words))
    counts = study.tally(metric.on, weighted=False, scale=scale)
    held = sorted(set(counts.answer[counts.answered].tolist()))
    if not held:
        raise RoleError("the outcome has no answer", column=source, hint="name another one")
    itself = metric.points is None
    levels = {} if itself and len(held) > 12 else {a: metric.value(a) for a in held}
    name = metric.on if metric.name in ("mean", "rate") else metric.name
    frames = (study.data,)
    value = valuation(frames, source, scale, metric.value, itself, 0.0)
    raw = valuation(frames, source, scale, float, True, 0.0)
    return Outcome(
        described(metric), Column(name, (source,), (value,)), levels, Column(name, (source,), (raw,))
    )  # fmt: skip


def metric_meant(study: Study, outcome: Any) -> Metric:
    """The metric that an outcome is: itself, one by name, a class of NPS, a rate, or the mean of a column."""
    if not isinstance(outcome, str):
        return metric_of(outcome, study)
    if outcome.startswith("mean:"):
        return metric_of(outcome, study)
    taken = outcome in study.columns and study.role_of(outcome) is None
    if not taken:
        from cxkit.registry import registry

        if outcome in RATE_ROLES and outcome in study.roles:
            return replace(rate_metric(outcome), better="lower" if outcome == "churned" else "higher")
        known = registry().metrics.get(outcome)
        if known is not None and outcome != "rate" and known.on in study.roles:
            return metric_of(outcome, study)
        if outcome in CLASSES and "nps" in study.roles:
            return _class_metric(study, outcome)
    column = study.column(outcome)
    if study.role_of(column) in RATE_ROLES or _is_boolean(study, column):
        return rate_metric(outcome)
    return mean_metric(on=outcome, scale=study.scale_of(outcome).ends)


def _class_metric(study: Study, name: str) -> LinearMetric:
    scale = study.scale_of("nps").ends or (0, 10)
    low, high = CLASSES[name]
    boxes = [a for a in range(low, high + 1) if a >= scale[0]]
    metric = box_metric(name, on="nps", scale=scale, boxes=boxes, label=_LABELS[name])
    return replace(metric, better="lower" if name == "detractor" else "higher")


def _is_boolean(study: Study, column: str) -> bool:
    import narwhals.stable.v2 as nw

    return isinstance(schema_of(study.data)[column], nw.Boolean)


def _check_kind(study: Study, column: str, *, words: bool) -> None:
    """Refuse a column of words that nobody gave a number."""
    dtype = schema_of(study.data)[column]
    if dtype.is_numeric() or words or _is_boolean(study, column):
        return
    if not study.scale_of(column).words:
        raise RoleError(
            f"the outcome holds {dtype}, not numbers",
            column=column,
            hint=f"cx.Study(data, outcome={column!r}, scale={{'outcome': {{'yes word': 1, 'no word': 0}}}}), "
            "or numbers for each answer",
        )


def refuse_model(outcome: Outcome, model: str) -> None:
    """Refuse a model that does not fit the outcome, with one that does.

    Raises
    ------
    OptionError
    """
    values = outcome.values
    if values == 1:
        refuse_constant_outcome(outcome.column.name, 1)
    if model == "logit" and values != 2:
        hint = "outcome='promoter' or outcome='detractor', or model='ordered'" if outcome.label.name == "nps" else (
            "a yes/no column, or model='ordered' for a score")  # fmt: skip
        raise OptionError(
            f"logit needs an outcome of two values, and {outcome.column.name!r} has {values or 'many'}", hint=hint
        )
    if model == "ordered" and not outcome.levels:
        raise OptionError(
            f"an ordered model needs a score of few values, and {outcome.column.name!r} has more than 12",
            hint="model='ols'",
        )
