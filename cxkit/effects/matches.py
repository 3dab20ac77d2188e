"""Treated customers against customers like them, where nobody drew lots."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.asked import Asked
from cxkit.effects.covariates import covariates, listed
from cxkit.effects.outcomes import Outcome, constant, outcome_meant, refuse_itself
from cxkit.effects.reading_of import alone, contrast_of, left_out, reading_of, repeated, small_check
from cxkit.effects.result import Balance, Check, Effect
from cxkit.effects.rows import Grouping, Table, grouping, table
from cxkit.errors import OptionError, RoleError, UsageError, did_you_mean
from cxkit.present.items import Item
from cxkit.protocols import Metric
from cxkit.stats.experiments import arm_of, welch
from cxkit.stats.matching import (
    Compared,
    e_value,
    nearest_neighbours,
    overlap_weighted,
    propensity,
    standardised_differences,
)
from cxkit.stats.sandwich import independent_columns
from cxkit.study import Study
from cxkit.study.shared import said_cluster

__all__ = ["matches"]

Floats = NDArray[np.float64]

#: Overlap weights (those who could be in either group), weights or nearest neighbours for the treated.
METHODS = ("overlap", "treated", "nearest")

#: Log-odds beyond which a chance is certainty, and the columns tell the treated apart.
_CERTAIN = 20.0


def matches(study: Study, wanted: str | Metric, asked: Asked) -> Effect:
    """The effect among comparable customers, by what is known of them from before."""
    outcome = outcome_meant(study, wanted, asked.currency)
    method = asked.method or "overlap"
    if method not in METHODS:
        raise OptionError(f"no method {method!r}", hint=did_you_mean(str(method), METHODS, what="Methods"))
    groups = grouping(study, asked.treated, asked.control, several=False)
    names = [*listed("before", asked.before), *listed("controls", asked.controls)]
    if not names:
        raise OptionError(
            "nothing makes customers comparable", hint="before='last_score', controls=['segment', 'tenure']: what was "
            "known before the action",
        )  # fmt: skip
    refuse_itself(study, outcome, groups.column)
    extra = covariates(study, names, taken=[*outcome.column.source, groups.column])
    cluster = said_cluster(study, asked.cluster)
    rows = table(study, [outcome.column, *extra], groups=groups, cluster=cluster, weighted=False)
    answered = np.isfinite(rows.x[:, 0])
    known = np.isfinite(rows.x[:, 1:]).all(axis=1)
    checks = left_out(rows, int((~answered).sum()))
    if (answered & ~known).any():
        checks.append(Check("no_control_value", True, (("n", float((answered & ~known).sum())),)))
    if "weight" in study.roles:
        checks.append(Check("unweighted", False))
    rows = rows.take(answered & known)
    x, kept = _comparable(rows, [c.name for c in extra], groups, outcome)
    checks += _overlap(rows, x, kept)
    y = rows.x[:, 0]
    code = None if alone(rows.cluster) else rows.cluster
    if code is not None and method == "nearest":
        raise OptionError(
            f"rows of one {cluster!r} go together, and nearest neighbours know no clusters",
            hint="method='overlap', or one row for each",
        )
    if method == "nearest":
        found = nearest_neighbours(x, rows.arm, y)
        lost = int((rows.arm == 1).sum()) - found.used
        if not found.used:
            raise _no_overlap(kept, "no treated customer has anybody within the caliper")
        if lost:
            checks.append(
                Check("unmatched", lost <= 0.1 * (found.used + lost), (("n", float(lost)), ("used", float(found.used))))
            )
    else:
        found = overlap_weighted(x, rows.arm, y, estimand=method, cluster=code)
    used = _used(found.weight, rows.arm)
    checks += small_check(*(int(u) for u in used))
    gaps = [standardised_differences(x, rows.arm), standardised_differences(x, rows.arm, found.weight)]
    balance = tuple(Balance(name, float(b), float(a)) for name, b, a in zip(kept, *gaps, strict=True))
    worst = max(balance, key=lambda b: abs(b.after))
    checks.append(Check("balance", abs(worst.after) <= 0.1, (("column", worst.column), ("largest", abs(worst.after)))))
    free = (len(np.unique(code)) if code is not None else len(y) - x.shape[1] - 1) - 1
    if code is not None and free < 19:
        checks.append(Check("few_clusters", False, (("clusters", float(free + 1)), ("df", float(free)))))
    contrast = contrast_of(found.effect, found.se, float(max(free, 1)))
    plain = welch(*(arm_of(y[rows.arm == a]) for a in (1, 0)))
    sizes = [int((rows.arm == a).sum()) for a in (1, 0)]
    reached = found.used if method == "nearest" else rows.customers(rows.arm == 1)
    checks += repeated(rows, rows.arm == 1)
    reading = reading_of(
        outcome, (groups.arms[1], groups.arms[0]), contrast, observed=found.treated,
        n=(found.used, sizes[1]), level=asked.level, customers=reached,
        first=[Item("naive", plain.delta, *plain.interval(asked.level), outcome.unit)],
        more=_unseen(outcome, found, contrast.interval(asked.level), float(y.std())),
    )  # fmt: skip
    return Effect(
        "matched", method, (reading,), tuple(checks), (), balance, "matched", asked.currency, asked.level,
        source=study.source,
    )  # fmt: skip


def _comparable(rows: Table, names: Sequence[str], groups: Grouping, outcome: Outcome) -> tuple[Floats, list[str]]:
    """The columns in standard deviations, those that follow from others left out."""
    for arm, name in enumerate(groups.arms):
        n = int((rows.arm == arm).sum())
        if n < 2:
            raise UsageError(
                f"{name!r} has {n} customers with all that is asked for", column=groups.column,
                hint="fewer controls=, or a larger study",
            )  # fmt: skip
    if constant(rows.x[:, 0]):
        raise UsageError(
            f"every answer of the outcome is {rows.x[0, 0]:g}: nothing to tell apart", column=outcome.column.name,
            code="constant_outcome", hint="name another outcome",
        )  # fmt: skip
    columns = rows.x[:, 1:]
    spread = columns.std(axis=0)
    varied = np.flatnonzero(spread > 1e-12 * np.maximum(1.0, np.abs(columns).max(axis=0)))
    if not len(varied):
        raise RoleError("every control has one value only", hint="name columns in which customers differ")
    scaled = (columns[:, varied] - columns[:, varied].mean(axis=0)) / spread[varied]
    kept = independent_columns(scaled)
    return scaled[:, kept], [names[varied[j]] for j in kept]


def _overlap(rows: Table, x: Floats, names: Sequence[str]) -> list[Check]:
    """Refuse groups that have nobody in common; say how many of the treated are like any other."""
    coef, chance = propensity(x, rows.arm)
    odds = coef[0] + x @ coef[1:]
    if not np.isfinite(odds).all() or float(np.abs(odds).max()) > _CERTAIN:
        raise _no_overlap(names, "they tell the treated apart without fail")
    low, high = chance[rows.arm == 0].min(), chance[rows.arm == 0].max()
    treated = chance[rows.arm == 1]
    common = float(((treated >= low) & (treated <= high)).mean())
    if common < 0.5:
        raise _no_overlap(names, f"only {100 * common:.0f} % of the treated have a chance that any other customer has")
    return [Check("overlap", common >= 0.95, (("common", 100 * common),))]


def _no_overlap(names: Sequence[str], why: str) -> UsageError:
    listed = ", ".join(map(repr, names[:5])) + (", …" if len(names) > 5 else "")
    return UsageError(
        f"treated and others are not comparable by {listed}: {why}", code="no_overlap",
        hint="leave out what decides alone who is treated, or design='did' with the answers from before",
    )  # fmt: skip


def _used(weight: Floats, arm: NDArray[np.int64]) -> list[float]:
    """Effective bases of the two sides under the weights."""
    return [float(weight[arm == a].sum() ** 2 / (weight[arm == a] ** 2).sum()) for a in (1, 0)]


def _unseen(outcome: Outcome, found: Compared, ends: tuple[float, float], spread: float) -> list[Item]:
    """E-values of the effect and of the end of its interval that is nearer to none."""
    if outcome.shares and found.control > 0 and found.treated > 0:
        near = 0.0 if ends[0] <= 0 <= ends[1] else min(ends, key=abs)
        ratio, limit = found.treated / found.control, (found.control + near) / found.control
    elif spread > 0:
        near = 0.0 if ends[0] <= 0 <= ends[1] else min(ends, key=abs)
        ratio, limit = math.exp(0.91 * found.effect / spread), math.exp(0.91 * near / spread)
    else:
        return []
    return [Item("e_value", e_value(ratio)), Item("e_value_limit", e_value(limit))]
