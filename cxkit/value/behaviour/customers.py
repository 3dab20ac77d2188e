"""The customers of a linkage as arrays: score, class, behaviour, controls, weight and cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import ColumnError, NothingMatched, OptionError
from cxkit.metrics.definition import LinearMetric
from cxkit.study import Study
from cxkit.study.labels import labelled
from cxkit.study.scales import Scale
from cxkit.study.shared import valuation
from cxkit.tally.coding import Coded
from cxkit.tally.engine import schema_of
from cxkit.tally.people import Numbered, People, Wanted, people_of
from cxkit.tally.tally import grouped
from cxkit.value.behaviour.bands import ScoreBand, bands_of
from cxkit.value.behaviour.outcomes import Outcome, numbered

__all__ = ["Asked", "Customers", "Found", "read_customers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A category with more values than this is an identifier rather than a control.
_MOST_LEVELS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A linkage as it was asked for, its names checked."""

    study: Study
    metric: LinearMetric
    scale: Scale
    bands: Mapping[str, Any] | None
    outcomes: tuple[Outcome, ...]
    by: tuple[str, ...]
    controls: tuple[str, ...]
    each: bool
    correction: str | None
    level: float
    currency: str
    months: float


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """The customers of one group.

    Attributes
    ----------
    answer, points : (n,) float
        The answer, and what it counts in the metric.
    band : (n,) int
        Which class; -1 for none.
    y : (n, k) float
        Behaviour: amounts, and 0 or 100 for no and yes; NaN where it is not known.
    stayed : (n,) bool or None
        None where nothing tells who left; False where it is not known.
    weight, cluster : (n,) or None
    controls : (n, c) float
        Numbers and dummies; NaN where a number is missing.
    """

    answer: Floats
    points: Floats
    band: Ints
    y: Floats
    stayed: NDArray[np.bool_] | None
    weight: Floats | None
    cluster: Ints | None
    controls: Floats

    def __len__(self) -> int:
        return len(self.answer)

    def counted(self, j: int, outcome: Outcome, *, controlled: bool = False) -> NDArray[np.bool_]:
        """(n,) The customers who count for an outcome: it is known, and they stayed where it is about these."""
        kept = np.isfinite(self.y[:, j])
        if outcome.among == "stayed" and self.stayed is not None:
            kept &= self.stayed
        if controlled and self.controls.shape[1]:
            kept &= np.isfinite(self.controls).all(axis=1)
        return kept

    def take(self, rows: Any) -> Customers:
        def of(x: Any) -> Any:
            return None if x is None else x[rows]

        return Customers(
            self.answer[rows], self.points[rows], self.band[rows], self.y[rows], of(self.stayed), of(self.weight),
            of(self.cluster), self.controls[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was read: customers by group, with the classes and what the rows were like."""

    keys: tuple[tuple[Any, ...], ...]
    groups: tuple[Customers, ...]
    bands: tuple[ScoreBand, ...]
    control_names: tuple[str, ...]
    people: People


def read_customers(asked: Asked) -> Found:
    """Reduce the rows of a study to customers, on their engine, and bring these here.

    Raises
    ------
    NothingMatched
        Nobody has an answer.
    ColumnError
        An infinite amount.
    OptionError
        A control of too many values.
    """
    study = asked.study
    source = study.column(asked.metric.on)
    itself = asked.metric.points is None and asked.metric.scale is None and not asked.scale.words
    score = Numbered(source, valuation((study.data,), source, asked.scale, float, itself, 0.0))
    behaviour = [numbered(study, o.column, role=o.name, rate=o.kind == "rate") for o in asked.outcomes]
    if "churned" in study.roles:
        behaviour.append(numbered(study, study.column("churned"), role="churned", rate=True))
    numbers, labels = _controls(study, asked.controls)
    roles = {role: study.column(role) for role in ("id", "date", "weight", "cluster") if role in study.roles}
    wanted = Wanted(
        score, (*behaviour, *(numbered(study, c) for c in numbers)), (*asked.by, *labels), each=asked.each, **roles
    )
    people = people_of(study.data, wanted)
    if len(people) == 0:
        raise NothingMatched(f"nobody has an answer in {source!r}", hint="look at the filters and at missing=")
    k = len(asked.outcomes)
    y = people.numbers[:, :k].copy()
    for j, outcome in enumerate(asked.outcomes):
        _check_finite(outcome.column, y[:, j])
        if outcome.kind == "rate":
            y[:, j] *= 100
    stayed = people.numbers[:, k] == 0 if "churned" in study.roles else None
    bands = bands_of(asked.metric, asked.bands, people.answer.tolist() if asked.metric.scale is None else ())
    answers, place = np.unique(people.answer, return_inverse=True)
    points = np.array([asked.metric.value(float(a)) for a in answers])[place.reshape(-1)]
    band = np.full(len(people), -1)
    for i, one in enumerate(bands):
        band[np.isin(people.answer, one.answers)] = i
    dummies, names = _dummies(people.labels[len(asked.by) :], labels, len(people))
    held = people.numbers[:, len(behaviour) :]
    for name, column in zip(numbers, held.T, strict=True):
        _check_finite(name, column)
    whole = Customers(
        people.answer, points, band, y, stayed, people.weight, people.cluster, np.column_stack([held, dummies])
    )
    if not asked.by:
        return Found(((),), (whole,), bands, (*numbers, *names), people)
    parts = labelled(study.reading.labels, asked.by, people.labels[: len(asked.by)])
    keys, group = grouped([part.ranked() for part in parts], len(people))
    groups = tuple(whole.take(np.flatnonzero(group == g)) for g in range(len(keys)))
    return Found(keys, groups, bands, (*numbers, *names), people)


def _controls(study: Study, controls: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Controls that are numbers, and those that are categories."""
    import narwhals.stable.v2 as nw

    schema = schema_of(study.data)
    numbers = [c for c in controls if schema[c].is_numeric() or isinstance(schema[c], nw.Boolean)]
    dates = [c for c in controls if schema[c].is_temporal()]
    if dates:
        raise OptionError(
            f"the control {dates[0]!r} holds dates", hint="make a number of it: days or years until a day, or its year"
        )
    return numbers, [c for c in controls if c not in numbers]


def _dummies(labels: tuple[Coded, ...], names: list[str], size: int) -> tuple[Floats, list[str]]:
    """A 0/1 column for each value of a category but the most frequent one."""
    columns, heads = [], []
    for name, part in zip(names, labels, strict=True):
        if len(part.levels) > _MOST_LEVELS:
            raise OptionError(
                f"the control {name!r} has {len(part.levels)} different values",
                hint=f"at most {_MOST_LEVELS}: group the rare ones, or leave it out",
            )
        often = np.bincount(part.codes, minlength=len(part.levels))
        for code, level in enumerate(part.levels):
            if code != int(often.argmax()):
                columns.append((part.codes == code).astype(np.float64))
                heads.append(f"{name}={'' if level is None else level}")
    return (np.column_stack(columns) if columns else np.empty((size, 0))), heads


def _check_finite(column: str, values: Floats) -> None:
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise ColumnError(
            f"{infinite} values of {column!r} are infinite", column=column, code="column_infinite", hint="correct them"
        )
