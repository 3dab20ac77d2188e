"""From a contrast to a reading: its interval, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.outcomes import Outcome
from cxkit.effects.result import Check, Reading
from cxkit.effects.rows import Table
from cxkit.present.items import Item
from cxkit.stats.experiments import Contrast
from cxkit.stats.multiplicity import adjusted

__all__ = ["contrast_of", "corrected", "left_out", "reading_of", "repeated", "small_check"]

#: Clusters below which errors are known to be uncertain themselves.
FEW = 20


def contrast_of(estimate: float, se: float, df: float) -> Contrast:
    """A contrast with its p-value; without an error where there is none to see."""
    from scipy.special import stdtr

    if not se > 0 or not df > 0:
        return Contrast(estimate, se if se >= 0 else math.nan, math.nan, math.nan)
    return Contrast(estimate, se, df, float(2 * stdtr(df, -abs(estimate) / se)))


def reading_of(
    outcome: Outcome,
    arms: tuple[str, str],
    found: Contrast,
    *,
    observed: float,
    n: tuple[int, int],
    level: float,
    customers: int | None = None,
    interval: tuple[float, float] | None = None,
    relative: Item | None = None,
    more: Sequence[Item] = (),
    first: Sequence[Item] = (),
) -> Reading:
    """The effect as a reading.

    Parameters
    ----------
    arms : (arm, control)
    observed : float
        Mean of the treated; ``expected_without`` is this less the effect, ``relative`` the effect against that.
    n : (treated, others)
    customers : int, optional
        Treated customers, where they are fewer than rows.
    interval : (low, high), optional
        t on the contrast's error when not given.
    first, more : sequence of Item
        Ahead of the effect, and after all else.
    """
    low, high = found.interval(level) if interval is None else interval
    if outcome.label.bounds is not None:  # nothing moves further than the scale is long
        wide = outcome.label.bounds[1] - outcome.label.bounds[0]
        low, high = max(low, -wide), min(high, wide)
    ends = _on_scale(outcome, observed - high, observed - low)
    without = Item("expected_without", observed - found.delta, *ends, outcome.level_unit)
    items = [
        Item("observed", observed, unit=outcome.level_unit), *first, without,
        Item("effect", found.delta, low, high, outcome.unit),
    ]  # fmt: skip
    if outcome.ratio:
        items.append(relative or _relative(found.delta, low, high, observed))
    if outcome.adds_up:
        scale, unit = (0.01, "customers") if outcome.shares else (1.0, outcome.unit)
        times = scale * (n[0] if customers is None else customers)
        items.append(Item("total", times * found.delta, times * low, times * high, unit))
    return Reading(
        outcome.label, outcome.unit, outcome.level_unit, arms[0], arms[1], found.delta, low, high, found.se, found.df,
        found.p, n[0], n[1], (*items, *more), found.p, outcome.adds_up,
        n[0] if customers is None else customers,
    )  # fmt: skip


def _on_scale(outcome: Outcome, low: float, high: float) -> tuple[float, float]:
    if outcome.label.bounds is None:
        return low, high
    ends = outcome.label.bounds
    return min(max(low, ends[0]), ends[1]), min(max(high, ends[0]), ends[1])


def _relative(delta: float, low: float, high: float, observed: float) -> Item:
    """The effect in % of what would have been, with the mean of the treated taken as it is."""

    def against(x: float) -> float:
        return 100 * x / (observed - x) if observed - x > 0 else math.nan

    ends = (against(low), against(high)) if observed - high > 0 and observed - low > 0 else (math.nan, math.nan)
    return Item("relative", against(delta), *ends, "%")


def corrected(readings: Sequence[Reading], correction: str | None) -> tuple[Reading, ...]:
    """Readings with p-values for all of them together."""
    if len(readings) < 2:
        return tuple(readings)
    p = adjusted([r.p for r in readings], correction)
    return tuple(replace(r, p_adjusted=float(q)) for r, q in zip(readings, p, strict=True))


def small_check(*n: int) -> list[Check]:
    """A warning where a side has fewer than 30."""
    least = min(n)
    return [Check("small", False, (("n", float(least)),))] if least < 30 else []


def left_out(rows: Table, lacking: int) -> list[Check]:
    """How many rows were left out, and why."""
    counts = {**rows.lacking, **({"no_answer": lacking} if lacking else {})}
    return [Check("left_out", True, tuple((key, float(n)) for key, n in counts.items()))] if counts else []


def repeated(rows: Table, mine: NDArray[np.bool_]) -> list[Check]:
    """What is counted where customers have several rows each."""
    n = int(mine.sum())
    if rows.customer is None:
        return [] if alone(rows.cluster) else [Check("no_customers", True)]
    customers = rows.customers(mine)
    return [Check("repeated", True, (("n", float(n)), ("used", float(customers))))] if customers < n else []


def cluster_check(clusters: int, df: float) -> list[Check]:
    """A warning where few clusters tell."""
    if clusters >= FEW and not df < 8:
        return [Check("clusters", True, (("clusters", float(clusters)), ("df", float(df))))]
    return [Check("few_clusters", False, (("clusters", float(clusters)), ("df", float(df))))]


def alone(codes: object) -> bool:
    """Whether every cluster has one row only."""
    return codes is None or len(np.unique(np.asarray(codes))) == len(np.asarray(codes))
