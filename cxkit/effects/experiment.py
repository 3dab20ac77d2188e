"""An experiment: customers drawn by lot into arms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxkit.effects.asked import Asked
from cxkit.effects.outcomes import Outcome, constant, number_column, outcome_meant, refuse_itself
from cxkit.effects.reading_of import (
    alone,
    cluster_check,
    contrast_of,
    corrected,
    left_out,
    reading_of,
    repeated,
    small_check,
)
from cxkit.effects.result import Check, Effect, Reading
from cxkit.effects.rows import Grouping, Table, grouping, table
from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.present.items import Item
from cxkit.stats.experiments import (
    Arm,
    Contrast,
    adjusted_for,
    arm_of,
    detectable_by_t,
    ratio_interval,
    sample_ratio,
    welch,
)
from cxkit.stats.intervals import mover_difference, student_t, wilson
from cxkit.stats.sandwich import joint_test, robust_fit
from cxkit.study import Study
from cxkit.study.shared import said_cluster

__all__ = ["experiment"]

#: The level at which a sample ratio mismatch is an alarm: the test looks at every experiment.
ALARM = 0.001


def experiment(study: Study, outcomes: Sequence[Any], asked: Asked) -> Effect:
    """Each arm against the control, on each outcome."""
    groups = grouping(study, asked.treated, asked.control, several=True)
    cluster = said_cluster(study, asked.cluster)
    readings: list[Reading] = []
    checks: list[Check] = []
    methods: list[str] = []
    for i, wanted in enumerate(outcomes):
        outcome = outcome_meant(study, wanted, asked.currency)
        refuse_itself(study, outcome, groups.column, asked.before)
        before = [] if asked.before is None else [number_column(study, asked.before, "before")]
        rows = table(study, [outcome.column, *before], groups=groups, cluster=cluster)
        if i == 0:
            checks += _split(rows, groups, asked)
            checks += _crossed(rows, asked)
        found, said, method = _read(outcome, rows, groups, asked)
        methods.append(method)
        readings += found
        checks += [c for c in said if c not in checks]
    # Lots that do not add up are no lots: what is left is two groups that were seen.
    grade = "tested" if all(check.ok for check in checks if check.key == "srm") else "observed"
    return Effect(
        "ab", method, corrected(readings, asked.correction), tuple(checks), (), (), grade, asked.currency, asked.level,
        asked.correction if len(readings) > 1 else None, source=study.source, power=asked.power,
    )  # fmt: skip


def _read(
    outcome: Outcome, rows: Table, groups: Grouping, asked: Asked
) -> tuple[list[Reading], list[Check], str]:  # fmt: skip
    answered = np.isfinite(rows.x[:, 0])
    checks = _attrition(rows, answered, groups)
    lacking = int((~answered).sum())
    rows = rows.take(answered)
    sizes = [int((rows.arm == a).sum()) for a in range(len(groups.arms))]
    for name, n in zip(groups.arms, sizes, strict=True):
        if n < 2:
            raise UsageError(
                f"arm {name!r} has {n} answer{'s' * (n != 1)} of {outcome.column.name!r}", column=groups.column,
                hint="an arm needs two at least: filter the study, or name another outcome",
            )  # fmt: skip
    y = rows.x[:, 0]
    if constant(y):
        raise UsageError(
            f"every answer of the outcome is {y[0]:g}: nothing to tell arms apart by", column=outcome.column.name,
            code="constant_outcome", hint="name another outcome",
        )  # fmt: skip
    reached = [rows.customers(rows.arm == a) for a in range(len(sizes))]
    checks += left_out(rows, lacking) + small_check(*reached) + repeated(rows, rows.arm > 0)
    used, theta = y, 0.0
    more: list[Item] = []
    if asked.before is not None:
        used, theta, unknown = adjusted_for(y, rows.x[:, 1])
        checks.append(
            Check("cuped", True, (("before", str(asked.before)), ("theta", theta), ("unknown", float(unknown))))
        )
    cluster = None if alone(rows.cluster) else rows.cluster
    raw, adjusted = _contrasts(y, rows, cluster, len(sizes)), _contrasts(used, rows, cluster, len(sizes))
    if cluster is not None:
        clusters = len(np.unique(cluster))
        checks += cluster_check(clusters, min(c.df for c in adjusted))
    readings = []
    for arm in range(1, len(sizes)):
        found, plain = adjusted[arm - 1], raw[arm - 1]
        simple = cluster is None and not rows.weighted
        share = outcome.shares and simple
        ends = _newcombe(y, rows, arm, asked.level) if share and asked.before is None else None
        if share and asked.before is None:
            found = _pooled(y, rows, arm)
        if not found.se > 0 and ends is None:
            checks.append(Check("no_spread", False, (("arm", groups.arms[arm]),)))
        means = [_mean(y, rows, a) for a in (arm, 0)]
        naive_ends = _newcombe(y, rows, arm, asked.level) if share else plain.interval(asked.level)
        control = _level(outcome, y, rows, asked.level, simple)
        more = [Item("detectable", detectable_by_t(found.se, found.df, asked.level, asked.power), unit=outcome.unit)]
        if asked.before is not None and plain.se > 0:
            more.append(Item("variance_reduction", 100 * (1 - (found.se / plain.se) ** 2), unit="%"))
        relative = None
        if outcome.ratio and simple:
            relative = _relative(used, rows, arm, asked.level, found.df)
        readings.append(reading_of(
            outcome, (groups.arms[arm], groups.arms[0]), found, observed=means[0], n=(sizes[arm], sizes[0]),
            customers=reached[arm], level=asked.level, interval=ends, relative=relative, more=more,
            first=[control, Item("naive", plain.delta, *naive_ends, outcome.unit)],
        ))  # fmt: skip
    method = (
        "newcombe" if outcome.shares and cluster is None and not rows.weighted and asked.before is None else "welch"
    )
    if cluster is not None or rows.weighted:
        method = "cr2" if cluster is not None else "hc2"
    return readings, checks, method + ("+cuped" if asked.before is not None else "")


def _contrasts(y: Any, rows: Table, cluster: Any, arms: int) -> list[Contrast]:
    """Each arm less the control."""
    if cluster is None and not rows.weighted:
        each = [arm_of(y[rows.arm == a]) for a in range(arms)]
        return [welch(each[a], each[0]) for a in range(1, arms)]
    columns = np.column_stack([np.ones(len(y)), *((rows.arm == a).astype(float) for a in range(1, arms))])
    found = robust_fit(columns, y, cluster=cluster, weight=rows.w if rows.weighted else None)
    return [contrast_of(float(found.coef[a]), float(found.se[a]), float(found.df[a])) for a in range(1, arms)]


def _mean(y: Any, rows: Table, arm: int) -> float:
    mine = rows.arm == arm
    return float(rows.w[mine] @ y[mine] / rows.w[mine].sum())


def _newcombe(y: Any, rows: Table, arm: int, level: float) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares, in points."""
    sides = []
    for a in (arm, 0):
        values = y[rows.arm == a] / 100
        share, n = values.mean(), len(values)
        low, high = wilson(share, n, level)
        sides.append((share, low, high))
    _, low, high = mover_difference(*sides)
    return 100 * float(low), 100 * float(high)


def _pooled(y: Any, rows: Table, arm: int) -> Contrast:
    """Difference of two shares: its own error for power and money, the pooled z test for p."""
    from scipy.special import ndtr

    one, other = (y[rows.arm == a] / 100 for a in (arm, 0))
    delta = float(one.mean() - other.mean())
    apart = math.sqrt(one.var() / len(one) + other.var() / len(other))
    share = float((one.sum() + other.sum()) / (len(one) + len(other)))
    together = math.sqrt(share * (1 - share) * (1 / len(one) + 1 / len(other)))
    p = float(2 * ndtr(-abs(delta) / together)) if together > 0 else 1.0
    return Contrast(100 * delta, 100 * apart, math.inf, p)


def _level(outcome: Outcome, y: Any, rows: Table, level: float, simple: bool) -> Item:
    """Mean of the control, with its interval where rows are independent."""
    mean = _mean(y, rows, 0)
    if not simple:
        return Item("control", mean, unit=outcome.level_unit)
    side: Arm = arm_of(y[rows.arm == 0])
    if outcome.shares:
        low, high = wilson(mean / 100, side.n, level)
        return Item("control", mean, 100 * float(low), 100 * float(high), outcome.level_unit)
    low, high = student_t(mean, math.sqrt(side.error2), side.n - 1, level)
    return Item("control", mean, float(low), float(high), outcome.level_unit)


def _relative(y: Any, rows: Table, arm: int, level: float, df: float) -> Item:
    """Lift in % of the control, by Fieller."""
    from scipy.special import stdtrit

    one, other = (arm_of(y[rows.arm == a]) for a in (arm, 0))
    if not other.mean > 0:
        return Item("relative", math.nan, unit="%")
    quantile = float(stdtrit(min(df, 1e6) if df > 0 else 1e6, 0.5 + level / 2))
    low, high = ratio_interval(one.mean, other.mean, one.error2, other.error2, 0.0, quantile)
    return Item("relative", 100 * (one.mean / other.mean - 1), 100 * (low - 1), 100 * (high - 1), "%")


def _split(rows: Table, groups: Grouping, asked: Asked) -> list[Check]:
    """The sample ratio check, on what was drawn by lot: clusters, customers, or rows where no id tells."""
    drawn, arms = _drawn(rows, asked), rows.arm
    if drawn is not None:
        k = len(groups.arms)
        arms = np.unique(drawn * k + rows.arm) % k
    counts = np.bincount(arms, minlength=len(groups.arms)).tolist()
    expected = _planned(asked.split, groups)
    chi2, p = sample_ratio(counts, expected)
    shares = ", ".join(f"{name} {n}" for name, n in zip(groups.arms, counts, strict=True))
    return [Check("srm", p >= ALARM, (("chi2", chi2), ("p", p), ("alarm", ALARM), ("counts", shares)))]


def _drawn(rows: Table, asked: Asked) -> Any:
    """Numbers of what was drawn: the clusters that were named, or that lie in one arm each; else customers."""
    if rows.cluster is None:
        return rows.customer
    if asked.cluster is None and rows.customer is not None:
        pairs = len(np.unique(rows.cluster * (int(rows.arm.max()) + 1) + rows.arm))
        if pairs > len(np.unique(rows.cluster)):
            return rows.customer
    return rows.cluster


def _planned(split: Any, groups: Grouping) -> list[float] | None:
    if split is None:
        return None
    if isinstance(split, Mapping):
        stray = next((k for k in split if str(k) not in groups.arms), None)
        if stray is not None or len(split) != len(groups.arms):
            raise OptionError(
                f"split= names {', '.join(map(str, split))}",
                hint=did_you_mean(
                    str(stray if stray is not None else ""), groups.arms, what="a share for each of the arms"
                ),
            )
        return [float(split[k]) for name in groups.arms for k in split if str(k) == name]
    raise OptionError(f"split is {split!r}", hint=f"a share for each arm: split={{{groups.arms[0]!r}: 0.5, ...}}")


def _crossed(rows: Table, asked: Asked) -> list[Check]:
    """Customers that are in more than one arm."""
    if rows.cluster is None:
        return []
    pairs = np.unique(np.column_stack([rows.cluster, rows.arm]), axis=0)
    twice = len(pairs) - len(np.unique(pairs[:, 0]))
    return [Check("crossed", False, (("n", float(twice)),))] if twice else []


def _attrition(rows: Table, answered: Any, groups: Grouping) -> list[Check]:
    """Whether arms lack the outcome equally often."""
    gone = np.bincount(rows.arm, weights=~answered, minlength=len(groups.arms))
    there = np.bincount(rows.arm, minlength=len(groups.arms)).astype(float)
    if not gone.sum():
        return []
    from scipy.special import chdtrc

    said = ", ".join(f"{name} {100 * g / t:.1f} %" for name, g, t in zip(groups.arms, gone, there, strict=True))
    codes = rows.cluster if rows.cluster is not None else rows.customer
    if not alone(codes):
        # Rows of one customer lack the outcome together.
        columns = np.column_stack([np.ones(len(rows)), *((rows.arm == a) for a in range(1, len(there)))])
        found = robust_fit(columns.astype(float), (~answered).astype(float), cluster=codes)
        p = joint_test(found.coef[1:], found.cov[1:, 1:], found.clusters)[3]
        if math.isfinite(p):
            return [Check("attrition", p >= 0.01, (("p", p), ("shares", said)))]
    share = gone.sum() / there.sum()
    if share >= 1:
        return []
    chi2 = float(((gone - share * there) ** 2 / (there * share * (1 - share))).sum())
    p = float(chdtrc(len(there) - 1, chi2))
    return [Check("attrition", p >= 0.01, (("p", p), ("shares", said)))]
