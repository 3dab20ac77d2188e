"""Survival: who is still here after how long, by group, and for which reason the others left."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.present.words import SMALL_BASE
from cxkit.stats.competing import cumulative_incidence
from cxkit.stats.survival import Survived, kaplan_meier, log_rank
from cxkit.study.names import refuse_reserved
from cxkit.study.roles import SCORE_ROLES
from cxkit.tally.tally import grouped
from cxkit.value.retention.asked import IMPOSSIBLE, Asked, asked, check_level, check_word, day_of
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.curves_result import Curve, Survival
from cxkit.value.retention.grouping import grouping
from cxkit.value.retention.people import RESERVED, missing_leavers
from cxkit.value.retention.spells import DAYS, Spells, held_spells, once, refuse_entered
from cxkit.value.retention.standing import changing

__all__ = ["Survival", "survival"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def survival(
    data: Any,
    by: str | Sequence[str] | None = None,
    *,
    id: str | None = None,
    date: str | None = None,
    since: str | None = None,
    left: str | None = None,
    churned: str | None = None,
    duration: str | None = None,
    reason: str | None = None,
    entered: str | None = None,
    strata: str | None = None,
    at: Sequence[float] | float | None = None,
    horizon: float | None = None,
    unit: str = "months",
    as_of: dt.date | str | None = None,
    impossible: str = "refuse",
    level: float = 0.95,
) -> Survival:
    """How long customers stay: Kaplan-Meier curves, their median and mean, and whether groups differ.

    Parameters
    ----------
    data : Study, frame or place
        One row a customer; of a table of answers (with ``date``) the last answer of each.
    by : str or list of str, optional
        Columns or roles. A score role (``"nps"``) with dates of answers, and any column that changes with the answers,
        groups by the answer in force: a customer counts in its class from the day of the answer until the next.
    since, left, churned, duration : str, optional
        Columns, where the study has no such roles: days of coming and leaving (an empty ``left`` is still here), or
        a duration and whether the customer left at its end.
    reason : str, optional
        Why customers left: the share gone for each reason (Aalen-Johansen), the others taken into account. The role
        ``reason`` of a study is used where it has one.
    entered : str, optional
        A column, or a date for all: customers were observed only from then on, and those gone before are not in the
        table (late entry).
    strata : str, optional
        A column within whose values the log-rank test compares.
    at : float or list of float, optional
        After how long, in ``unit``.
    horizon : float, optional
        Up to when the mean stay is taken; as long as every group was seen, when not given.
    unit : {"days", "weeks", "months", "quarters", "years"}
        Of time; of ``duration`` what it is counted in.
    as_of, impossible, level
        As in :func:`cxkit.churn`.

    Returns
    -------
    Survival
        ``to_frame()`` has the ``by`` columns, ``reason``, ``time``, then ``item, estimate, low, high, unit, n``. Items:
        ``retained`` (% still here), ``gone`` (% gone for a reason), ``median_stay``, ``mean_stay``.
        Intervals: log(-log) with Greenwood's variance for shares; a median that nobody reached is NaN.

    Raises
    ------
    RoleError, UsageError
        No days and no durations; impossible dates; nobody left.

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; Aalen & Johansen (1978), Scandinavian Journal of Statistics 5, 141-150;
    late entry: Tsai, Jewell & Wang (1987), Biometrika 74, 883-886.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"months": [6, 6, 6, 7, 10], "gone": [1, 1, 1, 1, 0]})
    >>> found = survival(table, duration="months", churned="gone", at=6)
    >>> found.to_frame()[["item", "estimate"]].values.tolist()
    [['retained', 40.0], ['median_stay', 6.0], ['mean_stay', 7.0]]
    """
    check_level(level)
    check_word("impossible", impossible, IMPOSSIBLE)
    check_word("unit", unit, tuple(DAYS))
    names = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    call = asked(
        data, scores=names, by=by, more=(strata,), dates=(entered,), id=id, date=date, since=since, left=left,
        churned=churned, duration=duration, reason=reason,
    )  # fmt: skip
    keys = call.study.by_columns(by)
    refuse_reserved(keys, RESERVED)
    scored = [k for k in keys if any(call.study.roles.get(r) == (k,) for r in SCORE_ROLES)]
    said: list[Caution] = []
    if not call.has("duration") and changing(call, keys):
        refuse_entered(entered)
        spells = held_spells(call, unit=unit, as_of=as_of, impossible=impossible, score=scored[0] if scored else None)
        said.append(caution("in_force"))
    else:
        spells, found = once(call, unit=unit, as_of=as_of, entered=entered, impossible=impossible, by=by)
        said += missing_leavers(found) if entered is None and not call.has("duration") else []
        said += [caution("undated_score", score=k) for k in scored]
    table = call.table
    parts, french = grouping(call.study, keys, table, spells.row)
    groups, group = grouped(parts, len(spells)) if keys else (((),), np.zeros(len(spells), np.int64))
    cause, reasons, told = _reasons(call, spells, table)
    said += told
    start = spells.begin
    curves = []
    for g, key in enumerate(groups):
        own = group == g
        begin = None if start is None else start[own]
        km = kaplan_meier(spells.stop[own], spells.event[own], begin, level=level)
        inc = cumulative_incidence(spells.stop[own], cause[own], len(reasons), begin, level=level) if reasons else None
        curves.append(Curve(key, km, inc, len(np.unique(spells.id[own])), int(spells.event[own].sum())))
        said += _early(km, unit)
    layer = (
        None if strata is None else grouping(call.study, (call.study.column(strata),), table, spells.row)[0][0].codes
    )
    test = log_rank(spells.stop, spells.event, group, start, strata=layer) if len(groups) > 1 else None
    until = _horizon(curves, horizon)
    times = _times(at, curves, until)
    said += _thin(curves, spells, group, start, times, unit)
    said += [caution("beyond", time=t, unit=unit) for t in times if t > max(c.survived.last for c in curves)]
    day = day_of(spells.as_of) if np.isfinite(spells.as_of) and not call.has("duration") else None
    return Survival(
        keys, tuple(curves), reasons, times, until, unit, test, strata, level, day, (*spells.cautions, *said), french
    )


def _reasons(call: Asked, spells: Spells, table: dict[str, Any]) -> tuple[Ints, tuple[str, ...], list[Caution]]:
    """Each spell's reason by number (-1: not gone), the reasons from the most common on, what is to be known."""
    nothing = np.full(len(spells), -1, np.int64)
    if not call.has("reason"):
        return nothing, (), []
    column = call.columns["reason"]
    part = grouping(call.study, (column,), table, spells.row)[0][0]
    levels = [None if v is None or not str(v).strip() else str(v) for v in part.levels]
    names = [levels[c] for c in part.codes]
    gone = [names[i] for i in np.flatnonzero(spells.event)]
    blank = sum(r is None for r in gone)
    counted = {r: gone.count(r) for r in dict.fromkeys(gone)}
    order = sorted(counted, key=lambda r: (r is None, -counted[r], str(r)))
    if len(order) > 30:
        raise OptionError(f"{len(order)} reasons are too many", hint="group them into a few categories first")
    place = {r: i for i, r in enumerate(order)}
    cause = np.array([place[names[i]] if spells.event[i] else -1 for i in range(len(spells))], np.int64)
    said = [caution("no_reason", n=blank)] if blank else []
    return cause, tuple("" if r is None else r for r in order), said


def _early(km: Survived, unit: str) -> list[Caution]:
    """With late entry a curve may fall to the ground while hardly anybody is at risk."""
    steps = km.steps
    fullest = int(np.argmax(steps.at_risk))
    at_risk, events = steps.at_risk[:fullest], steps.events[:fullest]
    few = np.flatnonzero(
        (events > 0) & ((at_risk < 10) | (20 * events > at_risk)) & (5 * at_risk < steps.at_risk[fullest])
    )
    if not len(few):
        return []
    return [caution("early_empty", n=int(steps.at_risk[few[0]]), time=float(steps.time[few[0]]), unit=unit)]


def _thin(
    curves: list[Curve], spells: Spells, group: Ints, start: Floats | None, times: tuple[float, ...], unit: str
) -> list[Caution]:
    """Whether the end that is shown of a curve of many customers rests on few of them."""
    found = []
    for g, curve in enumerate(curves):
        seen = [t for t in times if t <= curve.survived.last]
        if curve.n < SMALL_BASE or not seen:
            continue
        begun = True if start is None else start[group == g] < seen[-1]
        found.append((int((begun & (spells.stop[group == g] >= seen[-1])).sum()), seen[-1]))
    n, time = min(found, default=(SMALL_BASE, 0.0))
    return [caution("thin", n=n, time=time, unit=unit)] if n < SMALL_BASE else []


def _horizon(curves: list[Curve], said: float | None) -> float:
    seen = [c.survived.last for c in curves if c.survived.survival[-1] > 0 and c.survived.last > 0]
    longest = min(seen, default=max(c.survived.last for c in curves))
    if said is None:
        return longest
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not 0 < said <= longest:
        raise OptionError(
            f"horizon is {said!r}, and all groups were seen up to {longest:g}", hint=f"horizon={longest:g} or less"
        )
    return float(said)


def _times(at: Any, curves: list[Curve], until: float) -> tuple[float, ...]:
    if at is None:
        longest = max(c.survived.last for c in curves)
        usual = [t for t in (1, 3, 6, 12, 24, 36, 48, 60, 120) if t <= longest]
        return tuple(float(t) for t in usual[-4:]) or (longest,)
    try:
        times = tuple(float(t) for t in np.atleast_1d(np.asarray(at, np.float64)))
    except (TypeError, ValueError):
        times = ()
    if not times or not all(0 <= t < np.inf for t in times):
        raise OptionError(f"at is {at!r}", hint="times in the unit of the result, such as at=[6, 12]")
    return times
