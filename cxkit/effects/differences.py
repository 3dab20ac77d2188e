"""Differences in differences: how much more the treated changed than those who were not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.asked import Asked, span_of
from cxkit.effects.covariates import covariates
from cxkit.effects.eventtime import Periods, periods_about
from cxkit.effects.outcomes import Outcome, constant, outcome_meant, refuse_itself
from cxkit.effects.reading_of import cluster_check, contrast_of, left_out, reading_of, repeated, small_check
from cxkit.effects.result import Check, Effect, Point
from cxkit.effects.rows import Grouping, Table, day_of, grouping, table
from cxkit.errors import OptionError, UsageError
from cxkit.present.items import Item
from cxkit.protocols import Metric
from cxkit.stats.experiments import Contrast
from cxkit.stats.lonecluster import lone_difference
from cxkit.stats.multiplicity import adjusted
from cxkit.stats.sandwich import Robust, independent_columns, joint_test, robust_fit, within
from cxkit.study import Study
from cxkit.study.shared import said_cluster

__all__ = ["differences"]

Floats = NDArray[np.float64]

#: Places below which their spread tells nothing.
_FEW = 4

#: Periods, each with a level of its own: more tell nothing of their own.
_MOST = 150


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    """Rows with their periods, and how they hang together.

    ``own`` says whether each cluster has a level of its own in the model; ``cluster`` is None where rows are
    taken as independent.
    """

    y: Floats
    controls: Floats
    names: tuple[str, ...]
    w: Floats | None
    treated: Floats
    after: Floats
    periods: Periods
    cluster: NDArray[np.int64] | None
    own: bool


def differences(study: Study, wanted: str | Metric, asked: Asked) -> Effect:
    """Change of the treated less change of the others, with the periods before as a test of the design."""
    outcome = outcome_meant(study, wanted, asked.currency)
    if asked.at is None:
        raise OptionError("when the action began is not said", hint="at='2026-03-01'")
    groups = grouping(study, asked.treated, asked.control, several=False)
    refuse_itself(study, outcome, groups.column)
    cluster, few = _together(study, groups, asked)
    taken = [*outcome.column.source, groups.column, study.column("date")]
    extra = covariates(study, asked.controls, taken=taken)
    span_of(study, asked.at)
    rows = table(study, [outcome.column, *extra], groups=groups, dated=True, cluster=cluster)
    complete = np.isfinite(rows.x).all(axis=1)
    lacking = int((~complete).sum())
    rows = rows.take(complete)
    _refuse(rows, groups, asked.at, outcome)
    panel, checks = _panel(rows, [c.name for c in extra], groups, asked)
    checks = [*left_out(rows, lacking), *checks]
    if few and not any(check.key == "two_places" for check in checks):
        checks.append(Check("two_places", False, (("clusters", float(few)),)))
    sizes = _sizes(panel)
    checks += small_check(*sizes)
    found, method = _effect(panel, checks)
    points, tested = _events(panel, asked.level, method)
    checks += tested + _composition(panel)
    mine = panel.treated == 1
    checks += repeated(rows, mine & (panel.after == 1))
    post, pre = mine & (panel.after == 1), mine & (panel.after == 0)
    w = np.ones(len(panel.y)) if panel.w is None else panel.w
    observed, earlier = (float(w[side] @ panel.y[side] / w[side].sum()) for side in (post, pre))
    if not found.se > 0:
        checks.append(Check("no_spread", False, (("arm", groups.arms[1]),)))
    reading = reading_of(
        outcome, (groups.arms[1], groups.arms[0]), found, observed=observed, n=(int(post.sum()), _controls(panel)),
        level=asked.level, customers=rows.customers(post),
        first=[Item("before", earlier, unit=outcome.level_unit), _naive(panel, mine, outcome, asked.level)],
    )  # fmt: skip
    return Effect(
        "did", method, (reading,), tuple(checks), points, (), "matched", asked.currency, asked.level, at=asked.at,
        freq=asked.freq, source=study.source,
    )  # fmt: skip


def _together(study: Study, groups: Grouping, asked: Asked) -> tuple[str | None, int]:
    """The column whose rows go together; and how many places there are, where too few to go by.

    Where places were treated (``treated={"region": ["North"]}``), what happens to a place happens to all of its
    customers: places are the clusters, unless others are named. Fewer than four tell nothing of how places drift.
    """
    cluster = said_cluster(study, asked.cluster)
    if not isinstance(asked.treated, Mapping) or groups.words or cluster == groups.column:
        return cluster, 0
    if len(groups.places) < _FEW:
        return cluster, len(groups.places)
    return (groups.column if asked.cluster is None else cluster), 0


def _refuse(rows: Table, groups: Grouping, at: dt.date, outcome: Outcome) -> None:
    if not len(rows):
        raise UsageError("no row has the outcome, a group and a date", hint="check the columns")
    after = rows.day >= day_of(at)
    for arm, name in enumerate(groups.arms):
        for side, word in ((~after, "before"), (after, "from")):
            if not ((rows.arm == arm) & side).any():
                hint = "treated= says who belongs to the group that was treated, at any time; at= says when"
                raise UsageError(
                    f"{name!r} has no answer {word} {at.isoformat()}", column=groups.column, code="no_pre_period",
                    hint=hint if word == "before" else "a later span of answers, or an earlier at=",
                )  # fmt: skip
    if constant(rows.x[:, 0]):
        raise UsageError(
            f"every answer of the outcome is {rows.x[0, 0]:g}: nothing to tell apart", column=outcome.column.name,
            code="constant_outcome", hint="name another outcome",
        )  # fmt: skip


def _panel(rows: Table, names: Sequence[str], groups: Grouping, asked: Asked) -> tuple[_Panel, list[Check]]:
    """How rows hang together: places or people with a level of their own, clusters, or each row alone."""
    assert asked.at is not None
    periods = periods_about(rows.day, asked.at, asked.freq)
    if len(periods.starts) > _MOST:
        raise OptionError(
            f"freq={asked.freq!r} gives {len(periods.starts)} periods", hint="longer ones: freq='W' or 'M'"
        )
    after = periods.after[periods.of].astype(float)
    cluster, checks, own = rows.cluster, [], False
    if cluster is not None:
        _, cluster = np.unique(cluster, return_inverse=True)
        cluster = cluster.reshape(-1)
        k = int(cluster.max()) + 1
        arms = [np.bincount(cluster, weights=rows.arm == a, minlength=k) > 0 for a in (0, 1)]
        sides = [np.bincount(cluster, weights=after == s, minlength=k) > 0 for s in (0, 1)]
        nested, both = not (arms[0] & arms[1]).any(), sides[0] & sides[1]
        own = nested and bool(both.mean() >= 0.5)
        if nested and k < _FEW and k < len(rows):
            # With so few places their spread tells nothing: rows stand in, and the reader is told.
            cluster, own = None, False
            checks.append(Check("two_places", False, (("clusters", float(k)),)))
        elif k == len(rows):
            cluster = None
    if cluster is None and not checks:
        checks.append(Check("no_cluster", False))
    weight = rows.w if rows.weighted else None
    return _Panel(
        rows.x[:, 0], rows.x[:, 1:], tuple(names), weight, rows.arm.astype(float), after, periods, cluster, own
    ), checks  # fmt: skip


def _sizes(panel: _Panel) -> list[int]:
    return [int(((panel.treated == a) & (panel.after == s)).sum()) for a in (0, 1) for s in (0, 1)]


def _controls(panel: _Panel) -> int:
    return int(((panel.treated == 0) & (panel.after == 1)).sum())


def _fit(panel: _Panel, y: Floats, columns: Floats, *, controls: bool = True) -> Robust | None:
    """``columns`` beside levels of periods and of units (or groups); None where they cannot be told from these."""
    n, periods = len(y), len(panel.periods.starts)
    base = [panel.periods.of == k for k in range(1, periods)]
    head = [*([] if panel.own else [np.ones(n), panel.treated]), *base]
    extra = panel.controls if controls else np.empty((n, 0))
    design = np.column_stack([*(np.asarray(h, float) for h in head), extra, columns])
    seen = design
    if panel.own:
        assert panel.cluster is not None
        seen = within(design, panel.cluster, np.ones(n) if panel.w is None else panel.w)
    kept = independent_columns(seen)
    wanted = range(design.shape[1] - columns.shape[1], design.shape[1])
    if not set(wanted) <= set(kept):
        return None
    contrasts = np.zeros((len(wanted), len(kept)))
    for row, j in enumerate(wanted):
        contrasts[row, kept.index(j)] = 1
    return robust_fit(
        design[:, kept], y, cluster=panel.cluster, weight=panel.w, absorb=panel.cluster if panel.own else None,
        contrasts=contrasts,
    )  # fmt: skip


def _effect(panel: _Panel, checks: list[Check]) -> tuple[Contrast, str]:
    """The effect, and the method."""
    lone = _lone(panel)
    if lone is not None:
        changes, which = lone
        checks.append(Check("one_place", False, (("clusters", float(len(changes) - 1)),)))
        one = int(np.flatnonzero(which)[0]) if which.sum() == 1 else int(np.flatnonzero(~which)[0])
        sign = 1.0 if which.sum() == 1 else -1.0
        found = lone_difference(sign * float(changes[one]), sign * np.delete(changes, one))
        return found, "one_place"
    fit = _fit(panel, panel.y, (panel.treated * panel.after)[:, None])
    if fit is None:
        raise UsageError(
            "the change of the treated cannot be told from the controls", hint="leave out of controls= what changes with it",
        )  # fmt: skip
    df = float(fit.df[0])
    if panel.cluster is not None:
        checks += cluster_check(fit.clusters, df)
    method = "cr2" if panel.cluster is not None else "hc2"
    return contrast_of(float(fit.coef[0]), float(fit.se[0]), df), method


def _lone(panel: _Panel) -> tuple[Floats, NDArray[np.bool_]] | None:
    """Changes of places, and which are treated, where one stands alone on its side."""
    if panel.cluster is None or not panel.own or panel.controls.shape[1]:
        return None
    k = int(panel.cluster.max()) + 1
    w = np.ones(len(panel.y)) if panel.w is None else panel.w
    means = []
    for side in (0, 1):
        at = panel.after == side
        total = np.bincount(panel.cluster, weights=w * at, minlength=k)
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append(np.bincount(panel.cluster, weights=w * at * panel.y, minlength=k) / total)
    changes = means[1] - means[0]
    known = np.isfinite(changes)
    which = np.bincount(panel.cluster, weights=panel.treated, minlength=k) > 0
    which, changes = which[known], changes[known]
    return (changes, which) if min(which.sum(), (~which).sum()) == 1 and len(which) >= 4 else None


def _naive(panel: _Panel, mine: NDArray[np.bool_], outcome: Outcome, level: float) -> Item:
    """Change of the treated alone."""
    cluster = None if panel.cluster is None else panel.cluster[mine]
    if cluster is not None and len(np.unique(cluster)) < 2:
        cluster = None
    found = robust_fit(
        np.column_stack([np.ones(int(mine.sum())), panel.after[mine]]), panel.y[mine], cluster=cluster,
        weight=None if panel.w is None else panel.w[mine],
    )  # fmt: skip
    change = contrast_of(float(found.coef[1]), float(found.se[1]), float(found.df[1]))
    return Item("naive", change.delta, *change.interval(level), outcome.unit)


def _events(panel: _Panel, level: float, method: str) -> tuple[tuple[Point, ...], list[Check]]:
    """The gap between the groups in each period against the last before, and whether it moved before."""
    reference = panel.periods.reference
    counts = [int(((panel.periods.of == k) & (panel.treated == 1)).sum()) for k in range(len(panel.periods.starts))]
    others = [int(((panel.periods.of == k) & (panel.treated == 0)).sum()) for k in range(len(panel.periods.starts))]
    shown = [k for k in range(len(counts)) if k != reference and counts[k] and others[k]]
    columns = np.column_stack([panel.treated * (panel.periods.of == k) for k in shown]) if shown else None
    fit = None if columns is None or not counts[reference] or not others[reference] else _fit(panel, panel.y, columns)
    if fit is None:
        return (), [Check("pretrend_unknown", False)]
    points = []
    for k, start in enumerate(panel.periods.starts):
        if k == reference:
            points.append(Point(start, 0.0, 0.0, 0.0, np.nan, False, counts[k]))
        elif k in shown:
            j = shown.index(k)
            one = contrast_of(float(fit.coef[j]), float(fit.se[j]), float(fit.df[j]))
            ends = one.interval(level) if method != "one_place" else (np.nan, np.nan)
            points.append(Point(start, one.delta, *ends, np.nan, bool(panel.periods.after[k]), counts[k]))
    before = [j for j, k in enumerate(shown) if not panel.periods.after[k]]
    if not before or method == "one_place":
        return tuple(points), [Check("pretrend_unknown", False)]
    f, top, free, p = joint_test(fit.coef[before], fit.cov[np.ix_(before, before)], fit.clusters)
    if not np.isfinite(p):
        return tuple(points), [Check("pretrend_unknown", False)]
    values = (("f", f), ("df1", top), ("df2", free), ("p", p), ("largest", float(np.abs(fit.coef[before]).max())))
    return tuple(points), [Check("pretrend", p >= 0.05, values)]


def _composition(panel: _Panel) -> list[Check]:
    """Whether customers changed differently in the two groups: the same analysis with each control as the outcome."""
    if not panel.controls.shape[1]:
        return [] if panel.own else [Check("composition_unknown", True)]
    found = []
    for j, name in enumerate(panel.names):
        fit = None
        if np.ptp(panel.controls[:, j]) > 0:
            fit = _fit(panel, panel.controls[:, j], (panel.treated * panel.after)[:, None], controls=False)
        if fit is not None and np.isfinite(fit.p[0]) and np.abs(fit.coef[0]) > 1e-12:
            found.append((float(fit.p[0]), name))
    if not found:
        return []
    p = adjusted([p for p, _ in found], "holm")
    least = int(np.argmin(p))
    return [Check("composition", bool(p[least] >= 0.05), (("p", float(p[least])), ("column", found[least][1])))]
