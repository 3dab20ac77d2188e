"""How an outcome follows the answers one by one: a line or not, steps or not, and where more brings no more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.stats.intervals import mover_difference, student_t, wilson
from cxkit.value.behaviour.bands import ScoreBand
from cxkit.value.behaviour.classes import Value, mean_values
from cxkit.value.behaviour.customers import Customers
from cxkit.value.behaviour.linear import Linear, added, means
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.shapes import NO_TEST, ShapeTest, beyond, shape_test

__all__ = ["AnswerValue", "Bend", "Top", "bend_of", "line_in_points"]

Floats = NDArray[np.float64]

#: Answers of fewer customers are drawn, and take no part in tests.
LEAST = 10
#: More different answers than this are no curve by answer.
MOST_ANSWERS = 21


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """The outcome among the customers of one answer.

    Attributes
    ----------
    answer : float
    band : str
        Code of its class; empty for none.
    estimate, low, high : float
    n : int
    """

    answer: float
    band: str
    estimate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Top:
    """What the answers above ``answer`` have beyond those at it.

    Attributes
    ----------
    reading : {"rising", "turning", "saturated", "open", "flat", "unknown"}
        ``rising``: the last step still brings something. ``turning``: it takes something back. ``saturated``: no more
        is seen from ``answer`` on, and what a straight line would bring is excluded. ``open``: no more is seen, and
        the straight line's gain is not excluded either. ``flat``: the outcome does not follow the answers at all.
        ``unknown``: too few answers to tell.
    answer : float
    gain, low, high : float
        Mean of the answers above, minus that at ``answer``.
    line : float
        What a straight line through all answers has there.
    """

    reading: Literal["rising", "turning", "saturated", "open", "flat", "unknown"]
    answer: float = math.nan
    gain: float = math.nan
    low: float = math.nan
    high: float = math.nan
    line: float = math.nan


@dataclass(frozen=True, slots=True)
class Bend:
    """A curve of one outcome in one group.

    Attributes
    ----------
    answers : tuple of AnswerValue
    any, line, steps : ShapeTest
        That all answers have one mean; that their means are on a line; that they are the same within each class.
    top : Top
    slope, constant : float
        The straight line through all customers, in the answer.
    """

    answers: tuple[AnswerValue, ...]
    any: ShapeTest
    line: ShapeTest
    steps: ShapeTest
    top: Top
    slope: float
    constant: float


def bend_of(customers: Customers, j: int, outcome: Outcome, bands: tuple[ScoreBand, ...], level: float) -> Bend:
    """The curve of an outcome by answer, with its tests.

    Raises
    ------
    UsageError
        More answers than a curve has points.
    """
    some = customers.take(customers.counted(j, outcome))
    y = some.y[:, j]
    held, group = np.unique(some.answer, return_inverse=True)
    if len(held) > MOST_ANSWERS:
        raise UsageError(
            f"the score has {len(held)} different answers, too many for a curve by answer",
            hint="a score on a scale; or the classes of bands={...} in .to_frame()",
        )
    if not len(held):
        return Bend((), NO_TEST, NO_TEST, NO_TEST, Top("unknown"), math.nan, math.nan)
    group = group.reshape(-1).astype(np.int64)
    found, values = mean_values(some, y, group, [f"{a:g}" for a in held], outcome, level)
    code = {a: band.code for band in bands for a in band.answers}
    answers = tuple(_answer(float(a), code, v) for a, v in zip(held, values, strict=True))
    slope, constant = _line(some, y)
    n = np.array([v.n for v in values], np.int64)
    used = np.flatnonzero(n >= LEAST)
    level_of = np.array([[a.band == b for b in dict.fromkeys(x.band for x in answers)] for a in answers], float)
    designs = (np.ones((len(used), 1)), np.column_stack([np.ones(len(used)), held[used]]), level_of[used])
    rate = _shares(found, n, outcome)
    tests = [_test(found, some, used, design, rate) for design in designs]
    top = _top(some, y, group, held, used, slope, tests[0], level, outcome.kind == "rate")
    return Bend(answers, tests[0], tests[1], tests[2], top, slope, constant)


def line_in_points(customers: Customers, j: int, outcome: Outcome) -> ShapeTest:
    """Whether the classes that the metric counts apart lie on a line in what they count."""
    some = customers.take(customers.counted(j, outcome))
    held, group = np.unique(some.points, return_inverse=True)
    if not 2 < len(held) <= MOST_ANSWERS:
        return NO_TEST
    group = group.reshape(-1).astype(np.int64)
    found = means(some.y[:, j], group, len(held), some.weight, some.cluster)
    n = np.bincount(group)
    used = np.flatnonzero(n >= LEAST)
    return _test(found, some, used, np.column_stack([np.ones(len(used)), held[used]]), _shares(found, n, outcome))


def _shares(found: Linear, n: NDArray[np.int64], outcome: Outcome) -> tuple[Floats, Floats] | None:
    """Counts of yes and bases, of a rate."""
    base = n.astype(np.float64)
    return (found.coef / 100 * base, base) if outcome.kind == "rate" else None


def _answer(answer: float, code: dict[float, str], v: Value) -> AnswerValue:
    return AnswerValue(answer, code.get(answer, ""), v.estimate, v.low, v.high, v.n)


def _line(some: Customers, y: Floats) -> tuple[float, float]:
    w = np.ones(len(y)) if some.weight is None else some.weight
    x = some.answer - float((w * some.answer).sum() / w.sum())
    spread = float((w * x**2).sum())
    slope = float((w * x * y).sum()) / spread if spread > 0 else math.nan
    mean = float((w * y).sum() / w.sum())
    return slope, mean - slope * float((w * some.answer).sum() / w.sum())


def _test(
    found: Linear, some: Customers, used: NDArray[np.int64], design: Floats, rate: tuple[Floats, Floats] | None
) -> ShapeTest:
    if len(used) < 2:
        return NO_TEST
    sums = added(found.influence[:, used], some.cluster)
    clusters = None if some.cluster is None else len(sums)
    covariance = sums.T @ sums
    if rate is not None:  # a share of 0 or 100 % has the variance of half an answer more of each kind
        share = (rate[0][used] + 0.5) / (rate[1][used] + 1)
        alike = np.diag(covariance) <= 0
        covariance[alike, alike] += (1e4 * share * (1 - share) / rate[1][used])[alike]
    varied = np.diag(covariance) > 0  # amounts that are all alike have no error to be held against
    if varied.sum() < 2:
        return NO_TEST
    kept = np.flatnonzero(varied)
    return shape_test(
        found.coef[used][kept], covariance[np.ix_(kept, kept)], found.df[used][kept], beyond(design[kept]),
        clusters=clusters,
    )  # fmt: skip


def _top(some: Customers, y: Floats, group: NDArray[np.int64], held: Floats,
         used: NDArray[np.int64], slope: float, any_: ShapeTest, level: float, rate: bool) -> Top:  # fmt: skip
    """Down from the top: the lowest answer from which on nothing more is seen."""
    if len(used) < 3 or not math.isfinite(any_.p) or not math.isfinite(slope):
        return Top("unknown")
    if any_.p > 1 - level:
        return Top("flat")
    last: Top | None = None
    for i in range(len(used) - 2, -1, -1):
        step, clear = _beyond(some, y, group, held, used[i], used[i + 1 :], slope, level, rate)
        if clear:
            if last is None:
                return Top("rising" if step.gain * slope > 0 else "turning", step.answer, step.gain, step.low, step.high,
                           step.line)  # fmt: skip
            break
        last = step
    assert last is not None
    excluded = last.high < last.line if slope > 0 else last.low > last.line
    return Top("saturated" if excluded else "open", last.answer, last.gain, last.low, last.high, last.line)


def _alike(gain: float, two: Linear, n: NDArray[np.int64], level: float) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares of 0 or 100 %."""
    share = np.clip(two.coef / 100, 0, 1)
    low, high = wilson(share, n, level)
    _, below, above = mover_difference((share[1], low[1], high[1]), (share[0], low[0], high[0]))
    return 100 * float(below), 100 * float(above)


def _beyond(some: Customers, y: Floats, group: NDArray[np.int64], held: Floats, at: int,
            above: NDArray[np.int64], slope: float, level: float, rate: bool) -> tuple[Top, bool]:  # fmt: skip
    """The answers above one, taken together, against that one."""
    side = np.where(group == at, 0, np.where(np.isin(group, above), 1, -1))
    rows = np.flatnonzero(side >= 0)
    cluster = None if some.cluster is None else some.cluster[rows]
    weight = None if some.weight is None else some.weight[rows]
    two = means(y[rows], side[rows], 2, weight, cluster)
    far = means(some.answer[rows], side[rows], 2, weight, cluster).coef
    gain = float(two.coef[1] - two.coef[0])
    sums = added(two.influence, cluster)
    se = float(np.sqrt(((sums[:, 1] - sums[:, 0]) ** 2).sum()))
    variance = (sums**2).sum(axis=0)
    line = slope * float(far[1] - far[0])
    if not se > 0:  # all alike on both sides
        low, high = _alike(gain, two, np.bincount(side[rows]), level) if rate else (math.nan, math.nan)
        return Top("open", float(held[at]), gain, low, high, line), gain != 0
    if cluster is None:
        df = float(variance.sum() ** 2 / (variance**2 / np.maximum(two.df, 1)).sum())
    else:
        df = max(float(two.df.min()), 1.0)
    low, high = (float(x) for x in student_t(gain, se, df, level))
    return Top("open", float(held[at]), gain, low, high, line), low > 0 or high < 0
