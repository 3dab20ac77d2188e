"""What customers of each class of a score do: the public function of linkage."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.metrics.builtin import mean_metric
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.functions import metric_of
from cxkit.metrics.scoring import described
from cxkit.present.money import check_currency
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.names import refuse_reserved
from cxkit.value.behaviour.bend import line_in_points
from cxkit.value.behaviour.classes import class_values, corrected
from cxkit.value.behaviour.customers import Asked, Customers, Found, read_customers
from cxkit.value.behaviour.note import Note, both
from cxkit.value.behaviour.noticed import group_notes, row_notes
from cxkit.value.behaviour.outcomes import asked_outcomes
from cxkit.value.behaviour.regression import PointEstimate, estimate_of, on_points
from cxkit.value.behaviour.result import Linkage, LinkedGroup

__all__ = ["RESERVED", "linkage"]

#: Columns of the results, which a grouping cannot be named.
RESERVED = ("outcome", "band", "answer", "item", "estimate", "low", "high", "unit", "n", "versus", "delta", "delta_low",
            "delta_high", "p", "p_adjusted", "verdict")  # fmt: skip


def linkage(
    data: Any,
    score: str | Metric = "nps",
    outcomes: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] | None = None,
    controls: str | Sequence[str] | None = None,
    bands: Mapping[str, Any] | None = None,
    among: str | None = None,
    answer: str = "last",
    correction: str | None = "bh",
    level: float = 0.95,
    currency: str | None = None,
    months: float = 12,
) -> Linkage:
    """What customers did, by class of their last answer, and what goes with one point of the score.

    Parameters
    ----------
    data : Study, frame or place
        Answers with the behaviour of their customers, such as :func:`cxkit.link` brings in.
    score : str or Metric
        A metric by name, a role, or the column of a rating.
    outcomes : str or list of str, optional
        Roles (``revenue, margin, cost, support_cost, contacts, referrals, churned, outcome``) or any columns of
        numbers or yes and no; all such roles of the study when not given.
    by : str or list of str, optional
        Columns or roles to report by.
    controls : str or list of str, optional
        Columns held equal in the value of a point: numbers as they are, categories as dummies.
    bands : mapping, optional
        Name -> answers, in place of the score's own classes.
    among : {"stayed", "all"}, optional
        Of which customers amounts are; those who stayed where the study tells who ``churned``, so that a customer who
        left is not counted a second time as one who spent less.
    answer : {"last", "each"}
        One row a customer, with the last answer (role ``id``, by ``date``), or every answer, clustered by ``id``.
    correction : {"bh", "holm", "bonferroni"} or None
        Of all tests between classes as one family.
    level : float
    currency : str, optional
        Of money; the study's own. It names the amounts, and converts nothing.
    months : float
        That amounts and the churn flag cover.

    Returns
    -------
    Linkage
        ``to_frame()`` has the ``by`` columns, then ``outcome, band, item, estimate, low, high, unit, n``.

    Raises
    ------
    RoleError
        No behaviour; text where there should be amounts; several answers of a customer and no date.
    OptionError
        Unknown options; a control of too many values.
    UsageError
        A score that is no mean of what answers count; another currency than that of the study.

    Notes
    -----
    Means of amounts have intervals of Student's t after Hall's transformation for skewness, rates Wilson's. Classes
    are compared by Welch's test, chi-squared or Fisher's exact test; with weights or clusters by linearised errors.
    One point is the slope of least squares on what answers count (-100, 0, 100 for NPS), with HC3 or clustered errors.
    An association, no proof of cause.

    Examples
    --------
    >>> import pandas as pd, cxkit as cx
    >>> frame = pd.DataFrame({"nps": [2, 5, 7, 8, 9, 10], "spend": [690.0, 710, 890, 910, 1080, 1120]})
    >>> found = linkage(cx.Study(frame, nps="nps", revenue="spend"))
    >>> found.to_frame().query("item == 'mean'")[["band", "estimate", "n"]].values.tolist()
    [['detractor', 700.0, 2], ['passive', 900.0, 2], ['promoter', 1100.0, 2], ['all', 900.0, 6]]
    >>> round(found.point().value, 2)
    2.0
    """
    asked = _asked(data, score, outcomes, by=by, controls=controls, bands=bands, among=among, answer=answer,
                   correction=correction, level=level, currency=currency, months=months)  # fmt: skip
    return linked(asked)


def linked(asked: Asked) -> Linkage:
    """The linkage that was asked for."""
    found = read_customers(asked)
    tables = [
        [class_values(group, j, o, found.bands, asked.level) for j, o in enumerate(asked.outcomes)]
        for group in found.groups
    ]
    differences = corrected(
        [tuple(d for _, pairs in table for d in pairs) for table in tables], asked.correction, asked.level
    )
    groups = []
    for key, group, table, judged in zip(found.keys, found.groups, tables, differences, strict=True):
        points, notes = _points(group, asked, found)
        values = tuple(v for one, _ in table for v in one)
        groups.append(LinkedGroup(key, values, judged, points, (*group_notes(group, asked, found, values), *notes)))
    return Linkage(
        score=described(asked.metric), outcomes=asked.outcomes, bands=found.bands, by=asked.by, groups=tuple(groups),
        level=asked.level, months=asked.months, currency=asked.currency, correction=asked.correction,
        controls=asked.controls, notes=row_notes(asked, found), asked=asked, found=found,
    )  # fmt: skip


def _asked(data: Any, score: Any, outcomes: Any, **said: Any) -> Asked:
    study = data if isinstance(data, Study) else Study(data)
    for name, known in (("among", ("stayed", "all")), ("answer", ("last", "each"))):
        if said[name] is not None and said[name] not in known:
            raise OptionError(f"{name}= is {said[name]!r}", hint=did_you_mean(str(said[name]), known, what="Values"))
    level, months = said["level"], said["months"]
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if isinstance(months, bool) or not isinstance(months, (int, float)) or not 0 < months <= 1200:
        raise OptionError(f"months is {months!r}", hint="the months that amounts cover, such as 12")
    if said["among"] == "stayed" and "churned" not in study.roles:
        raise UsageError(
            "among='stayed' needs to know who left",
            hint="cx.Study(..., churned='...'), or link it: s.link(..., churned='...')",
        )
    metric = metric_meant(study, score)
    currency = _currency(study, said["currency"])
    among = said["among"] or ("stayed" if "churned" in study.roles else "all")
    chosen = tuple(
        replace(o, among=among) if o.kind == "amount" else o for o in asked_outcomes(study, outcomes, currency)
    )
    own_score = [o for o in chosen if o.column == study.column(metric.on)]
    if own_score:
        raise OptionError(
            f"the outcome {own_score[0].name!r} is the score itself",
            hint="what customers did: revenue, churned, contacts ...",
        )
    by = study.by_columns(said["by"])
    refuse_reserved(by, RESERVED)
    controls = study.by_columns(said["controls"])
    own = [c for c in controls if c == study.column(metric.on) or c in {o.column for o in chosen}]
    if own:
        raise OptionError(f"{own[0]!r} is the score or an outcome, and no control", hint="leave it out of controls=")
    return Asked(study, metric, study.scale_of(metric.on), said["bands"], chosen, by, controls,
                 said["answer"] == "each", said["correction"], float(level), currency, float(months))  # fmt: skip


def _currency(study: Study, asked: str | None) -> str:
    """The currency of money: that of the study, which is not renamed.

    Raises
    ------
    UsageError
        The study says another one.
    """
    if asked is None:
        return study.currency
    code = check_currency(asked)
    if study.currency not in ("EUR", code):  # EUR may be nobody's word
        raise UsageError(
            f"the amounts of the study are in {study.currency}, and currency= says {code}",
            hint=f"leave currency= out, or convert the amounts and say cx.Study(..., currency='{code}')",
        )
    return code


def metric_meant(study: Study, score: Any) -> LinearMetric:
    """The metric of a score: by name, of a role, or the mean of a rating.

    Raises
    ------
    UsageError
        A metric that is no mean of what its answers count.
    """
    metric: Any
    if isinstance(score, str) and not score.startswith("mean:"):
        from cxkit.registry import registry

        known = registry().metrics.get(score)
        if known is not None and (known.on in study.roles or score not in study.columns):
            metric = metric_of(score, study)
        else:
            study.column(score)
            metric = mean_metric(on=score, scale=study.scale_of(score).ends)
    else:
        metric = metric_of(score, study)
    if not isinstance(metric, LinearMetric):
        raise UsageError(
            f"{getattr(metric, 'name', score)!r} is no mean of what answers count, so one point of it has no value",
            hint="a metric with points for each answer, or a rating: s.linkage('nps')",
        )
    study.column(metric.on)
    if metric.name == "mean":  # readers know a rating by its column
        return replace(metric, label=MappingProxyType({"en": metric.on, "fr": metric.on}))
    return metric


def _points(group: Customers, asked: Asked, found: Found) -> tuple[tuple[PointEstimate, ...], list[Note]]:
    """The value of a point for each outcome that has one, and why the others have none."""
    out: list[PointEstimate] = []
    notes: list[Note] = []
    bent: list[tuple[str, str]] = []
    for j, outcome in enumerate(asked.outcomes):
        try:
            slope = on_points(group, j, outcome)
        except UsageError as exc:
            key = exc.code if exc.code in ("constant", "one_class") else "too_few"
            note = Note(key, () if key == "one_class" else (both(outcome),))
            notes += [note] if note not in notes else []
            continue
        estimate = estimate_of(slope, group, j, outcome, asked.level)
        out.append(estimate)
        if estimate.dropped:
            dropped = Note("dropped", tuple(both(found.control_names[i - 1]) for i in estimate.dropped))
            notes += [dropped] if dropped not in notes else []
        missing = int(group.counted(j, outcome).sum()) - estimate.n
        if missing:
            notes.append(Note("uncontrolled", (both(outcome),), (("missing", missing),)))
        if line_in_points(group, j, outcome).p <= 1 - asked.level:
            bent.append(both(outcome))
    return tuple(out), [*notes, *([Note("bent", tuple(bent))] if bent else [])]
