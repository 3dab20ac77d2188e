"""What an action should move: a metric with its points, a rate, or a number, and the unit of its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxkit.errors import RoleError, UsageError
from cxkit.metrics.builtin import mean_metric, rate_metric
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.functions import metric_of
from cxkit.metrics.scoring import described
from cxkit.present.result import MetricLabel
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.roles import RATE_ROLES
from cxkit.study.scales import Scale, rate_scale
from cxkit.study.shared import valuation
from cxkit.tally.columns import Column
from cxkit.tally.engine import count_cells, schema_of

__all__ = ["Outcome", "number_column", "outcome_meant", "refuse_itself"]

#: What readers call roles.
_TITLES = {
    "revenue": (("en", "revenue"), ("fr", "chiffre d’affaires")),
    "margin": (("en", "margin"), ("fr", "marge")),
    "cost": (("en", "cost"), ("fr", "coût")),
    "support_cost": (("en", "support cost"), ("fr", "coût du support")),
    "contacts": (("en", "contacts with support"), ("fr", "contacts avec le support")),
    "referrals": (("en", "customers referred"), ("fr", "clients parrainés")),
    "churned": (("en", "share of customers lost"), ("fr", "part des clients perdus")),
    "outcome": (("en", "outcome"), ("fr", "résultat")),
}

#: Roles whose numbers are money.
MONEY = ("revenue", "margin", "cost", "support_cost")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an effect.

    Attributes
    ----------
    metric : LinearMetric
    label : MetricLabel
    column : Column
        What each row counts.
    answer : Column
        The answer itself.
    scale : Scale
    unit : str
        Of a change: ``points`` (also of percentage points), a currency, or empty.
    level_unit : str
        Of a level: ``%`` for shares.
    """

    metric: LinearMetric
    label: MetricLabel
    column: Column
    answer: Column
    scale: Scale
    unit: str
    level_unit: str

    @property
    def shares(self) -> bool:
        """Whether each row counts 0 or 100."""
        return self.metric.values == (0.0, 100.0)

    @property
    def ratio(self) -> bool:
        """Whether a change in % has a meaning: not for a score that may be negative, or has no natural 0."""
        return self.shares or self.metric.bounds is None

    @property
    def adds_up(self) -> bool:
        """Whether changes of customers add up to a total: money, counts, customers who did it."""
        return self.ratio


def outcome_meant(study: Study, outcome: str | Metric, currency: str) -> Outcome:
    """The outcome that a metric, a role or a column is.

    Raises
    ------
    UsageError
        A metric that is no mean of what answers count.
    RoleError
        A column of words, or one without any answer.
    """
    metric = _metric(study, outcome)
    if not isinstance(metric, LinearMetric):
        raise UsageError(
            f"{getattr(metric, 'name', outcome)!r} is no mean of what answers count, so no action moves it answer by answer",
            hint="a metric with points for each answer, or a column of numbers",
        )
    source, scale = study.column(metric.on), study.scale_of(metric.on)
    if metric.name == "rate" and scale.ends is None:
        scale = rate_scale(metric.on)
    _check_kind(study, source, scale)
    itself, frames = metric.points is None, (study.data,)
    # Answers that have points are looked at one by one, and refused by name; numbers are only counted.
    counted = study.answered(metric.on)[0] if itself else study.tally(metric.on, weighted=False, scale=scale).base
    if not counted:
        raise RoleError("the outcome has no answer", column=source, hint="name another one")
    value = valuation(frames, source, scale, metric.value, itself, 0.0)
    raw = valuation(frames, source, scale, float, True, 0.0)
    name = metric.on if metric.name in ("mean", "rate") else metric.name
    money = study.role_of(source) in MONEY
    unit = currency if money else "points" if metric.unit in ("%", "points") else ""
    level = currency if money else metric.unit
    label = described(metric)
    if metric.name in ("mean", "rate"):
        label = replace(label, name=name, label=_TITLES.get(name, (("en", name), ("fr", name))))
    return Outcome(
        metric, label, Column(name, (source,), (value,)), Column(f"{name}: answer", (source,), (raw,)), scale, unit,
        level,
    )  # fmt: skip


def refuse_itself(study: Study, outcome: Outcome, treated: str, before: Any = None) -> None:
    """Refuse an outcome that is who was treated, or that is known from before.

    Raises
    ------
    RoleError
    """
    source = outcome.column.source
    if treated in source:
        raise RoleError(
            "the outcome is the column that says who was treated",
            column=treated,
            hint="name what the action should move",
        )
    if isinstance(before, str) and study.column(before) in (*source, treated):
        what = "who was treated" if study.column(before) == treated else "the outcome itself"
        raise RoleError(
            f"before= is {what}", column=study.column(before), hint="before= is a measure taken before the action began"
        )


def number_column(study: Study, name: str, what: str) -> Column:
    """A column of numbers, or of answers on a scale, by role or name.

    Raises
    ------
    RoleError
        It holds no numbers.
    """
    column = study.column(name)
    scale = study.scale_of(name)
    if study.role_of(column) in RATE_ROLES and scale.ends is None:
        scale = rate_scale(name)
    dtype = schema_of(study.data)[column]
    if not (dtype.is_numeric() or scale.words or _boolean(dtype)):
        raise RoleError(
            f"{what}= holds {dtype}, not numbers", column=column, hint=f"name a column of numbers as {what}="
        )
    return Column(name, (column,), (valuation((study.data,), column, scale, float, True, 0.0),))


def _metric(study: Study, outcome: Any) -> Metric:
    if not isinstance(outcome, str) or outcome.startswith("mean:"):
        return metric_of(outcome, study)
    named = outcome in study.columns and study.role_of(outcome) is None
    if not named:
        from cxkit.registry import registry

        if outcome in RATE_ROLES and outcome in study.roles:
            return replace(rate_metric(outcome), better="lower" if outcome == "churned" else "higher")
        known = registry().metrics.get(outcome)
        if known is not None and outcome != "rate" and known.on in study.roles:
            return metric_of(outcome, study)
    column = study.column(outcome)
    role = study.role_of(column)
    if role in RATE_ROLES or _yes_no(study, column):
        return replace(rate_metric(outcome), better="lower" if role == "churned" else "higher")
    better = "lower" if role in ("cost", "support_cost", "contacts") else "higher"
    return mean_metric(on=outcome, scale=study.scale_of(outcome).ends, better=better)


def _yes_no(study: Study, column: str) -> bool:
    """Whether a column holds true and false, words for yes and no, or nothing but 0 and 1."""
    dtype = schema_of(study.data)[column]
    if _boolean(dtype):
        return True
    if not dtype.is_numeric() and study.scale_of(column).ends is None:
        counts = {raw: n for raw, n in count_cells(study.data, answer=column).counts if raw is not None}
        return 0 < len(counts) <= 4 and yes_words(study, column, counts) is not None
    if not dtype.is_numeric() or study.scale_of(column).ends is not None:
        return False
    import narwhals.stable.v2 as nw

    from cxkit.tally.engine import collected

    lazy = nw.from_native(study.data).lazy()
    number = nw.col(column)
    odd = lazy.select(number).filter((number != 0) & (number != 1)).head(1)
    return not len(collected(odd)[column]) and bool(
        len(collected(lazy.select(number).filter(number == 1).head(1))[column])
    )


def _boolean(dtype: Any) -> bool:
    import narwhals.stable.v2 as nw

    return isinstance(dtype, nw.Boolean)


def _check_kind(study: Study, column: str, scale: Scale) -> None:
    dtype = schema_of(study.data)[column]
    if dtype.is_numeric() or scale.words or _boolean(dtype):
        return
    raise RoleError(
        f"the outcome holds {dtype}, not numbers", column=column,
        hint=f"cx.Study(data, outcome={column!r}, scale={{'outcome': {{'yes word': 1, 'no word': 0}}}}), "
        "or numbers for each answer",
    )  # fmt: skip


def constant(values: Any) -> bool:
    """Whether all values are one."""
    y = np.asarray(values, np.float64)
    return bool(len(y) and np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())))


def yes_words(study: Study, column: str, levels: Mapping[Any, int]) -> dict[Any, bool] | None:
    """Which of two values means yes; None where they are no words for yes and no."""
    scale = rate_scale(column)
    read = {level: scale.decode(level) for level in levels}
    if set(read.values()) <= {0.0, 1.0}:
        return {level: number == 1.0 for level, number in read.items()}
    return None
