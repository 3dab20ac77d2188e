"""Means and slopes of several behaviours with their joint errors: what a return on investment is computed from."""

from __future__ import annotations

import numpy as np

from cxkit.errors import UsageError
from cxkit.present.result import MetricLabel
from cxkit.value.behaviour.bend import line_in_points
from cxkit.value.behaviour.customers import Customers
from cxkit.value.behaviour.linear import added, means
from cxkit.value.behaviour.note import Note, both
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.regression import on_points
from cxkit.value.slopes import Slopes

__all__ = ["joint_slopes"]

#: Below this p a straight line does not fit.
_BENT = 0.05


def joint_slopes(
    customers: Customers,
    outcomes: tuple[Outcome, ...],
    score: MetricLabel,
    months: float,
    notes: tuple[Note, ...] = (),
) -> Slopes:
    """Base means and slopes of the outcomes that have them, and the covariance of all.

    Each estimate is a sum over its own customers: the mean over those whose outcome is known (who stayed, for
    amounts), the slope over those with the controls too. Their covariance is the sum, over all independent customers
    (clusters), of the products of what each adds, 0 where he is in one and not in the other.

    Raises
    ------
    UsageError
        No outcome has a slope.

    References
    ----------
    Influence functions: Hampel (1974), JASA 69, 383-393; joint sandwich of several estimators: Weesie (1999),
    Stata Technical Bulletin 52, 34-47 (``suest``).
    """
    base, slope, kept, n, columns = [], [], [], [], []
    left, alike = list(notes), list[tuple[str, float, int]]()
    for j, outcome in enumerate(outcomes):
        try:
            line = on_points(customers, j, outcome)
        except UsageError as exc:
            if exc.code not in ("too_few", "constant", "one_class", "usage"):
                raise
            left.append(Note("left_out", (both(outcome),)))
            alike += _alike(customers, j, outcome)
            continue
        unit = 100.0 if outcome.kind == "rate" else 1.0
        rows = customers.counted(j, outcome)
        some = customers.take(rows)
        found = means(some.y[:, j], np.zeros(len(some), np.int64), 1, some.weight, some.cluster)
        column = np.zeros((len(customers), 2))
        column[rows, 0] = found.influence[:, 0] / unit
        column[line.rows, 1] = line.fit.influence[:, line.at] / unit
        base.append(float(found.coef[0]) / unit)
        slope.append(float(line.fit.coef[line.at]) / unit)
        n.append(len(some))
        kept.append((j, outcome))
        columns.append(column)
    if not kept:
        raise UsageError(
            "no outcome has a slope on this score", hint="outcomes and scores that vary, of at least 3 customers"
        )
    sums = added(np.column_stack([c[:, side] for side in (0, 1) for c in columns]), customers.cluster)
    tests = [line_in_points(customers, j, outcome) for j, outcome in kept]
    return Slopes(
        score=score,
        outcomes=tuple(outcome.name for _, outcome in kept),
        base=np.array(base),
        slope=np.array(slope),
        covariance=sums.T @ sums,
        n=tuple(n),
        months=months,
        linear=tuple(not test.p <= _BENT for test in tests),
        unit=tuple("" if outcome.unit in ("%", "contacts", "referrals") else outcome.unit for _, outcome in kept),
        remarks=tuple(left),
        alike=tuple(alike),
    )


def _alike(customers: Customers, j: int, outcome: Outcome) -> list[tuple[str, float, int]]:
    """The value of an outcome that is the same for all customers of whom it is known, and how many they are."""
    y = customers.y[customers.counted(j, outcome), j]
    if not len(y) or not np.all(y == y[0]):
        return []
    return [(outcome.name, float(y[0]) / (100.0 if outcome.kind == "rate" else 1.0), len(y))]
