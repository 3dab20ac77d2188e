"""The difference of two estimates: its interval, and the p-value that this interval has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.metrics.estimates import Estimates
from cxkit.stats import intervals

__all__ = ["SIDES", "Difference", "Side", "against", "between"]

Floats = NDArray[np.float64]
Side = Literal["two-sided", "higher", "lower"]
SIDES = ("two-sided", "higher", "lower")

# Halvings of the bracket in the search for a p-value; 8.2 standard errors is p = 2e-16.
_STEPS, _FARTHEST = 52, 8.2


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """R differences in the metric's unit.

    Attributes
    ----------
    delta, low, high : (R,) float
    se : (R,) float
        Standard error of the difference; NaN where it is not known.
    p : (R,) float
        The level at which the interval just touches 0: test and interval never contradict.
    """

    delta: Floats
    low: Floats
    high: Floats
    se: Floats
    p: Floats


def between(
    first: Estimates,
    second: Estimates,
    *,
    covariance: Floats | None = None,
    df: Floats | None = None,
    level: float = 0.95,
    side: Side = "two-sided",
    test: bool = True,
) -> Difference:
    """``first`` minus ``second``, row by row.

    Parameters
    ----------
    covariance : (R,) float, optional
        Of the two estimates, where they share respondents; 0 when not given.
    df : (R,) float, optional
        Degrees of freedom of the difference, where clusters were counted; Welch's for ``t`` otherwise.
    side : {"two-sided", "higher", "lower"}
        A one-sided interval ends at the end of the scale on the other side.
    test : bool
        Whether p is wanted.

    Notes
    -----
    Method ``t`` is Welch's test. The others recover variances from the two intervals (MOVER): with
    Wilson intervals that is Newcombe's method 10, with Wald intervals the z test. Their p is
    found by lowering the level until the interval reaches 0.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35; Newcombe (1998), Statistics in Medicine 17, 873-890; Zou & Donner
    (2008), Statistics in Medicine 27, 1693-1702.
    """
    shared = np.zeros(len(first)) if covariance is None else np.nan_to_num(covariance)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(first.se**2 + second.se**2 - 2 * shared, 0))
        rho = np.clip(np.where(first.se * second.se > 0, shared / (first.se * second.se), 0), -1, 1)

    def interval(at: Floats | float) -> tuple[Floats, Floats, Floats]:
        one, other = first.interval(at), second.interval(at)
        return intervals.mover_difference((first.estimate, *one), (second.estimate, *other), rho)

    two_sided = _two_sided(level, side)
    delta, low, high = interval(two_sided)
    p = _touching(interval, delta) if test else np.full(len(delta), np.nan)
    if first.method == "t":
        plain = ~(first.alike | second.alike) & (error > 0)
        if df is None:
            df = _welch(first, second)
        student = intervals.student_t(delta, error, df, two_sided)
        low, high = np.where(plain, student[0], low), np.where(plain, student[1], high)
        p = np.where(plain, _student_p(delta, error, df), p)
    if first.draws is not None:  # no p can be smaller than the draws can show
        p = np.maximum(p, 1 / (first.draws.shape[1] + 1))
    return _sided(delta, low, high, error, p, side, None if first.bounds is None else np.ptp(first.bounds))


def against(estimates: Estimates, target: float, *, level: float = 0.95, side: Side = "two-sided") -> Difference:
    """Each estimate against a fixed ``target``: the p that the estimate's own interval gives it."""
    delta = estimates.estimate - target

    def interval(at: Floats | float) -> tuple[Floats, Floats, Floats]:
        low, high = estimates.interval(at)
        return delta, low - target, high - target

    _, low, high = interval(_two_sided(level, side))
    p = _touching(interval, delta)
    if estimates.method == "t":
        plain = ~estimates.alike & (estimates.se > 0)
        p = np.where(plain, _student_p(delta, estimates.se, estimates.df), p)
    if estimates.draws is not None:
        p = np.maximum(p, 1 / (estimates.draws.shape[1] + 1))
    found = _sided(delta, low, high, estimates.se, p, side, None)
    if estimates.bounds is None:
        return found
    floor, ceiling = (end - target for end in estimates.bounds)
    low, high = np.maximum(found.low, floor), np.minimum(found.high, ceiling)
    if side == "higher":  # the open end is the end of the scale
        high = np.where(np.isnan(low), np.nan, ceiling)
    elif side == "lower":
        low = np.where(np.isnan(high), np.nan, floor)
    return Difference(found.delta, low, high, found.se, found.p)


def _two_sided(level: float, side: str) -> float:
    """The level of the two-sided interval that has the wanted end."""
    if side not in SIDES:
        raise OptionError(f"side is {side!r}", hint=did_you_mean(side, SIDES, what="Sides"))
    return level if side == "two-sided" else 2 * level - 1


def _touching(interval: object, delta: Floats) -> Floats:
    """(R,) two-sided p: one minus the highest level whose interval keeps clear of 0."""
    from scipy.special import ndtr

    near, far = np.zeros(len(delta)), np.full(len(delta), _FARTHEST)
    for _ in range(_STEPS):
        z = (near + far) / 2
        _, low, high = interval(1 - 2 * ndtr(-z))  # type: ignore[operator]
        with np.errstate(invalid="ignore"):
            clear = np.where(delta > 0, low > 0, high < 0)
        near, far = np.where(clear, z, near), np.where(clear, far, z)
    p = 2 * ndtr(-(near + far) / 2)
    known = np.isfinite(delta) & np.isfinite(low) & np.isfinite(high)
    return np.where(known, np.where(delta == 0, 1.0, p), np.nan)


def _welch(first: Estimates, second: Estimates) -> Floats:
    """Welch and Satterthwaite's degrees of freedom."""
    a, b = first.se**2, second.se**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((a + b) ** 2 / (a**2 / first.df + b**2 / second.df))


def _student_p(delta: Floats, se: Floats, df: Floats) -> Floats:
    from scipy.special import stdtr

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * stdtr(np.where(df >= 1, df, np.nan), -np.abs(delta) / se))


def _sided(delta: Floats, low: Floats, high: Floats, se: Floats, p: Floats, side: str,
           span: float | None) -> Difference:  # fmt: skip
    end = np.inf if span is None else float(span)
    low, high = np.maximum(low, -end), np.minimum(high, end)
    if side == "two-sided":
        return Difference(delta, low, high, se, p)
    up = side == "higher"
    one_sided = np.where((delta > 0) == up, p / 2, 1 - p / 2)
    open_end = np.full(len(delta), end if np.isfinite(end) else np.nan)
    return Difference(delta, low if up else -open_end, open_end if up else high, se, one_sided)
