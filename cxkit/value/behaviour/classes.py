"""Behaviour by class of the score: means and rates with intervals, differences with tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.intervals import mover_difference, student_t, widened, wilson
from cxkit.stats.moments import implied_base
from cxkit.stats.multiplicity import adjusted
from cxkit.value.behaviour.bands import ScoreBand
from cxkit.value.behaviour.customers import Customers
from cxkit.value.behaviour.linear import Linear, added, means
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.skewness import few_for_skew, skewed_interval, skewness

__all__ = ["Difference", "Value", "class_values", "corrected", "mean_values"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Value:
    """The mean or rate of one outcome among one class of customers.

    Attributes
    ----------
    outcome, band : str
        ``all`` is everybody.
    estimate, low, high : float
        In the outcome's unit; NaN where nobody is in the class; NaN bounds where no error can be seen.
    n : int
    few : bool
        Whether n is small for the skewness of the amounts.
    """

    outcome: str
    band: str
    estimate: float
    low: float
    high: float
    n: int
    few: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """``band`` minus ``versus``.

    Attributes
    ----------
    p, p_adjusted : float
        NaN where no test could be made.
    verdict : {"higher", "lower", "inconclusive"}
    """

    outcome: str
    band: str
    versus: str
    delta: float
    low: float
    high: float
    p: float
    p_adjusted: float = math.nan
    verdict: str = "inconclusive"


def class_values(
    customers: Customers, j: int, outcome: Outcome, bands: tuple[ScoreBand, ...], level: float
) -> tuple[tuple[Value, ...], tuple[Difference, ...]]:
    """Each class and everybody; and every class against every lower one."""
    kept = customers.counted(j, outcome) & (customers.band >= 0)
    some = customers.take(kept)
    y = some.y[:, j]
    found, values = mean_values(some, y, some.band, [b.code for b in bands], outcome, level)
    # Everybody: once more, as one group.
    _, everybody = mean_values(some, y, np.zeros(len(y), np.int64), ["all"], outcome, level)
    pairs = [
        _difference(some, y, outcome, found, (values[b], values[a]), (b, a), level)
        for a, b in combinations(range(len(bands)), 2)
        if values[a].n and values[b].n
    ]
    return (*values, *everybody), tuple(pairs)


def mean_values(
    customers: Customers, y: Floats, group: Ints, names: list[str], outcome: Outcome, level: float
) -> tuple[Linear, list[Value]]:
    """The mean of ``y`` in each group with its interval: Wilson for rates, skewness-corrected t for amounts.

    Amounts that are never negative have no mean below 0, so no interval goes there; nor above 0 where none is positive.
    """
    ends = (0.0 if y.min(initial=0) >= 0 else -math.inf, 0.0 if y.max(initial=0) <= 0 else math.inf)
    found = means(y, group, len(names), customers.weight, customers.cluster)
    sums = added(found.influence, customers.cluster)
    n = np.bincount(group, minlength=len(names))
    out = []
    for g, name in enumerate(names):
        u = sums[:, g]
        u = u[u != 0] if customers.cluster is None else u
        se = float(np.sqrt((u**2).sum())) if np.isfinite(u).all() and n[g] > 1 else math.nan
        mean, df = float(found.coef[g]), float(found.df[g])
        if n[g] == 0:
            out.append(Value(outcome.name, name, math.nan, math.nan, math.nan, 0))
        elif outcome.kind == "rate":
            low, high = _rate_interval(mean, se, df, int(n[g]), customers, group == g, level)
            out.append(Value(outcome.name, name, mean, low, high, int(n[g])))
        else:
            skew = (
                skewness(y[group == g] - mean)
                if customers.cluster is None and customers.weight is None
                else skewness(u)
            )
            units = int(df) + 1
            low, high = skewed_interval(mean, se, df, skew, units, level)
            low, high = (min(max(x, ends[0]), ends[1]) for x in (low, high))
            out.append(Value(outcome.name, name, mean, low, high, int(n[g]), few_for_skew(units, skew)))
    return found, out


def _rate_interval(
    mean: float, se: float, df: float, n: int, customers: Customers, rows: NDArray[np.bool_], level: float
) -> tuple[float, float]:
    base, at = _rate_base(mean, se, n, customers, rows), level
    if customers.cluster is not None and df >= 1:
        at = float(widened(level, df))
    low, high = wilson(mean / 100, base, at)
    return 100 * float(np.clip(low, 0, 1)), 100 * float(np.clip(high, 0, 1))


def _rate_base(mean: float, se: float, n: int, customers: Customers, rows: NDArray[np.bool_]) -> float:
    """The base of a plain sample with the same error."""
    if customers.weight is None and customers.cluster is None:
        return float(n)
    w = np.ones(n) if customers.weight is None else customers.weight[rows]
    n_eff = float(w.sum() ** 2 / (w**2).sum())
    p = mean / 100
    error = se / 100 if np.isfinite(se) else 0.0
    return float(implied_base(np.array(p * (1 - p)), np.array(error), np.array(float(n)), np.array(n_eff)))


def _difference(
    customers: Customers, y: Floats, outcome: Outcome, found: Linear, values: tuple[Value, Value],
    which: tuple[int, int], level: float,
) -> Difference:  # fmt: skip
    upper, lower = values
    b, a = which
    delta = upper.estimate - lower.estimate
    plain = customers.weight is None and customers.cluster is None
    if outcome.kind == "rate":
        ends = mover_difference((upper.estimate, upper.low, upper.high), (lower.estimate, lower.low, lower.high))
        low, high = (float(np.clip(end, -100, 100)) for end in ends[1:])
        p = _shares_p(upper, lower) if plain else _wald(customers, found, b, a, delta, level)[2]
        return Difference(outcome.name, upper.band, lower.band, delta, low, high, p)
    low, high, p = _wald(customers, found, b, a, delta, level)
    return Difference(outcome.name, upper.band, lower.band, delta, low, high, p)


def _wald(
    customers: Customers, found: Linear, b: int, a: int, delta: float, level: float
) -> tuple[float, float, float]:
    """Welch's test on the errors of both means; of clusters with what these share."""
    from scipy.special import stdtr

    sums = added(found.influence[:, [b, a]], customers.cluster)
    if not np.isfinite(sums).all():
        return math.nan, math.nan, math.nan
    variance = (sums**2).sum(axis=0)
    se = float(np.sqrt(((sums[:, 0] - sums[:, 1]) ** 2).sum()))
    if se <= 0:
        return math.nan, math.nan, math.nan
    df_b, df_a = float(found.df[b]), float(found.df[a])
    if customers.cluster is None:
        df = float(variance.sum() ** 2 / (variance[0] ** 2 / df_b + variance[1] ** 2 / df_a))
    else:
        df = max(min(df_a, df_b), 1.0)
    low, high = student_t(delta, se, df, level)
    return float(low), float(high), float(2 * stdtr(df, -abs(delta) / se))


def _shares_p(upper: Value, lower: Value) -> float:
    """Pearson's chi-squared of two shares; Fisher's exact test where a count expected is below 5."""
    n = np.array([upper.n, lower.n], float)
    yes = np.rint(np.array([upper.estimate, lower.estimate]) / 100 * n)
    pooled = yes.sum() / n.sum()
    if pooled in (0.0, 1.0):
        return 1.0
    if min(pooled, 1 - pooled) * n.min() < 5:
        from scipy.stats import fisher_exact

        return float(fisher_exact(np.array([yes, n - yes]).astype(np.int64)).pvalue)
    from scipy.special import ndtr

    z = (yes[0] / n[0] - yes[1] / n[1]) / np.sqrt(pooled * (1 - pooled) * (1 / n).sum())
    return float(2 * ndtr(-abs(z)))


def corrected(groups: list[tuple[Difference, ...]], method: str | None, level: float) -> list[tuple[Difference, ...]]:
    """All differences as one family of tests, with their verdicts."""
    p = [d.p for group in groups for d in group]
    found = iter(adjusted(np.array(p, float), method).tolist())
    out = []
    for group in groups:
        judged = []
        for d in group:
            q = next(found)
            clear = math.isfinite(q) and q <= 1 - level
            word = "inconclusive" if not clear else "higher" if d.delta > 0 else "lower"
            judged.append(replace(d, p_adjusted=q, verdict=word))
        out.append(tuple(judged))
    return out
