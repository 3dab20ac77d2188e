"""What goes with one point of a score, and with a customer who moves from one class to another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.stats.intervals import student_t
from cxkit.value.behaviour.customers import Customers
from cxkit.value.behaviour.linear import Linear, added, least_squares
from cxkit.value.behaviour.outcomes import Outcome

__all__ = ["PointEstimate", "Slope", "moved", "on_points", "on_points_logit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PointEstimate:
    """What goes with one point (or one customer moved), in the outcome's unit per customer.

    Attributes
    ----------
    outcome : str
    estimate, low, high, p : float
        NaN where it cannot be measured.
    n : int
        Customers.
    mean : float
        Of the outcome among them.
    dropped : tuple of int
        Controls that others make up.
    """

    outcome: str
    estimate: float
    low: float
    high: float
    p: float
    n: int
    mean: float
    dropped: tuple[int, ...] = ()

    @property
    def real(self) -> bool:
        """Whether the interval is clear of 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """A fit whose last column is the score."""

    fit: Linear
    rows: NDArray[np.bool_]

    @property
    def at(self) -> int:
        return len(self.fit.coef) - 1


def on_points(customers: Customers, j: int, outcome: Outcome) -> Slope:
    """Least squares of an outcome on the points of the score, given the controls.

    Raises
    ------
    UsageError
        Too few customers, an outcome or a score that does not vary, controls that tell the score.
    """
    rows = customers.counted(j, outcome, controlled=True)
    some = customers.take(rows)
    _check(some.y[:, j], some.points, outcome, bool(some.controls.shape[1]))
    x = np.column_stack([np.ones(len(some)), some.controls, some.points])
    fit = least_squares(x, some.y[:, j], some.weight, some.cluster)
    if x.shape[1] - 1 in fit.dropped:
        raise UsageError(
            "the controls tell the score exactly, so nothing is left of it", hint="leave out the control it is made of"
        )
    return Slope(fit, rows)


def estimate_of(slope: Slope, customers: Customers, j: int, outcome: Outcome, level: float) -> PointEstimate:
    some = customers.take(slope.rows)
    u = added(slope.fit.influence[:, [slope.at]], some.cluster)[:, 0]
    return _estimate(outcome, float(slope.fit.coef[slope.at]), float(np.sqrt((u**2).sum())),
                     float(slope.fit.df[slope.at]), some, j, level, slope.fit.dropped)  # fmt: skip


def moved(customers: Customers, j: int, outcome: Outcome, frm: int, to: int, level: float) -> PointEstimate:
    """The difference of two classes' means, given the controls.

    Raises
    ------
    UsageError
        As :func:`on_points`; nobody in one of the classes.
    """
    rows = customers.counted(j, outcome, controlled=True) & (customers.band >= 0)
    some = customers.take(rows)
    held = set(some.band.tolist())
    if not {frm, to} <= held:
        raise UsageError("nobody is in one of the two classes", hint="name classes that customers are in: frm=, to=")
    _check(some.y[:, j], some.band.astype(float), outcome, bool(some.controls.shape[1]))
    others = [b for b in sorted(held) if b not in (frm, to)]
    dummies = [(some.band == b).astype(float) for b in (*others, to)]
    x = np.column_stack([np.ones(len(some)), some.controls, *dummies])
    fit = least_squares(x, some.y[:, j], some.weight, some.cluster)
    if x.shape[1] - 1 in fit.dropped:
        raise UsageError("the controls tell the classes exactly", hint="leave out the control they are made of")
    return estimate_of(Slope(fit, rows), customers, j, outcome, level)


def on_points_logit(customers: Customers, j: int, outcome: Outcome, level: float) -> PointEstimate:
    """The average marginal effect of a logit, in percentage points for one point of the score.

    Raises
    ------
    UsageError
        As :func:`on_points`; a score that tells yes from no without error.
    """
    from cxkit.keydrivers.models.logistic import fit_logit
    from cxkit.keydrivers.models.rows import Rows

    rows = customers.counted(j, outcome, controlled=True)
    some = customers.take(rows)
    _check(some.y[:, j], some.points, outcome, bool(some.controls.shape[1]))
    names = [f"x{i}" for i in range(some.controls.shape[1])]
    x = np.column_stack([some.controls, some.points])
    found = Rows.of(
        x, some.y[:, j] / 100, [*names, "score"], w=some.weight, frequency=None, cluster=some.cluster,
        outcome=outcome.title(),
    )  # fmt: skip
    try:
        fit = fit_logit(found, unit=100.0)
    except UsageError as exc:
        raise UsageError(
            f"no logit of {outcome.title()!r} on the score: {exc.what}",
            code=exc.code,
            hint="the rates by class and the straight line, model='linear', still say what was seen; "
            "look whether the score was given after the outcome",
        ) from None
    se = float(np.sqrt(fit.effect_cov[-1, -1]))
    return _estimate(outcome, float(fit.effect[-1]), se, float(fit.df), some, j, level, ())


def _estimate(outcome: Outcome, estimate: float, se: float, df: float, some: Customers, j: int, level: float,
              dropped: tuple[int, ...]) -> PointEstimate:  # fmt: skip
    from scipy.special import ndtr, stdtr

    w = np.ones(len(some)) if some.weight is None else some.weight
    mean = float((w * some.y[:, j]).sum() / w.sum())
    if not (np.isfinite(se) and se > 0):
        return PointEstimate(outcome.name, estimate, math.nan, math.nan, math.nan, len(some), mean, dropped)
    if np.isinf(df):
        from cxkit.stats.intervals import wald

        low, high = wald(estimate, se, level)
        p = float(2 * ndtr(-abs(estimate) / se))
    else:
        low, high = student_t(estimate, se, df, level)
        p = float(2 * stdtr(df, -abs(estimate) / se))
    return PointEstimate(outcome.name, estimate, float(low), float(high), p, len(some), mean, dropped)


def _check(y: Floats, score: Floats, outcome: Outcome, controlled: bool) -> None:
    name = outcome.title()
    if len(y) < 3:
        raise UsageError(
            f"{len(y)} customers have {name!r}{' and every control' if controlled else ''}: too few for a value",
            hint="look at the link's join report, and at the controls"
            if controlled
            else "look at the link's join report",
            code="too_few",
        )
    if np.ptp(y) == 0:
        raise UsageError(f"{name!r} is {y[0]:g} for all {len(y)} customers", hint="nothing can be linked to it",
                         code="constant")  # fmt: skip
    if np.ptp(score) == 0:
        raise UsageError(f"all {len(y)} customers who have {name!r} count the same in the score",
                         hint="one point has no value here", code="one_class")  # fmt: skip
