"""Customers who came and left, as whole periods of contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, RoleError
from cxkit.stats.buying.sbg import Ended
from cxkit.study import Study
from cxkit.study.labels import labelled
from cxkit.tally.engine import count_cells
from cxkit.value.lifetimes.cautions import Caution, caution
from cxkit.value.lifetimes.orders import day_asked

__all__ = ["from_customers"]

Floats = NDArray[np.float64]
_MONTHS = {"Y": 12, "Q": 3, "M": 1}


def from_customers(
    data: Any, *, since: str | None, left: str | None, by: str | Sequence[str] | None, freq: str, end: Any
) -> tuple[Study, tuple[str, ...], list[tuple[tuple[Any, ...], Ended, int, Floats]], list[Caution]]:
    """How the contracts of a table of customers ended, by group.

    Raises
    ------
    RoleError
        No column of starts or ends.
    NothingMatched
        No customer has finished a period.
    """
    if isinstance(data, Study) and since is None and left is None:
        study = data
    elif isinstance(data, Study):
        study = Study(data.data, guess=False, currency=data.currency, since=since or data.roles.get("since", (None,))[0],
                      left=left or data.roles.get("left", (None,))[0])  # fmt: skip
    else:
        study = Study(data, guess=False, since=since, left=left)
    for role in ("since", "left"):
        if role not in study.roles:
            raise RoleError(f"no column has the role {role!r}", hint=f"{role}='...': when customers "
                            f"{'came' if role == 'since' else 'left, empty for those who are still there'}")  # fmt: skip
    columns = study.by_columns(by)
    start, stop = study.column("since"), study.column("left")
    cells = count_cells(study.data, answer=stop, keys=[*columns, start, stop])
    keys = labelled(study.reading.labels, columns, cells.keys[: len(columns)])
    came, went = ([_day(part.levels[i]) for i in part.codes.tolist()] for part in cells.keys[len(columns) :])
    n = cells.n.astype(np.int64)
    days = [d for d in (*came, *went) if d is not None]
    if not days:
        raise RoleError(f"{start!r} holds no day", column=start, hint="name another column as since=")
    said = day_asked(end, "end")
    today = said if said is not None else min(max(days), dt.date.today())
    cautions = []
    bad = {
        "no_since": [c is None for c in came],
        "backwards": [c is not None and w is not None and w < c for c, w in zip(came, went, strict=True)],
        "future": [c is not None and c > today for c in came],
    }
    keep = np.ones(len(n), bool)
    for code, flags in bad.items():
        out = np.array(flags, bool) & keep
        if out.any():
            more = {"end": today} if code == "future" else {}
            cautions.append(caution(code, n=int(n[out].sum()), **more))
        keep &= ~out
    groups: dict[tuple[Any, ...], list[tuple[int, int | None, int]]] = {}
    for i in np.flatnonzero(keep).tolist():
        key = tuple(part.levels[part.codes[i]] for part in keys)
        begun = came[i]
        assert begun is not None
        gone = went[i]
        whole, _ = divmod(_months(begun, today), _MONTHS[freq])
        lost = None
        if gone is not None and gone <= today:
            # A contract that ended on the last day of a period is of that period.
            lost = max(1, -(-_months_up(begun, gone) // _MONTHS[freq]))
        groups.setdefault(key, []).append((whole, lost if lost is not None and lost <= whole else None, int(n[i])))
    unfinished = sum(k for rows in groups.values() for whole, _, k in rows if whole == 0)
    if unfinished:
        cautions.append(caution("unfinished", n=unfinished))
    order = sorted(groups, key=lambda key: [(v is None, str(v)) for v in key])
    found = [(key, *_ended(groups[key])) for key in order]
    if not any(len(e.lost) for _, e, _, _ in found):
        raise NothingMatched("no customer has finished a period", hint="a shorter one: freq='M'")
    return study, columns, [f for f in found if len(f[1].lost)], cautions


def _ended(rows: list[tuple[int, int | None, int]]) -> tuple[Ended, int, Floats]:
    """Sums by period; customers; and the share still there, of those who could be seen (Kaplan-Meier)."""
    longest = max(whole for whole, _, _ in rows)
    lost, kept, exposure = np.zeros(longest), np.zeros(longest + 1), np.zeros(longest + 1)
    for whole, gone, k in rows:
        exposure[whole] += k
        if gone is None:
            kept[whole] += k
        else:
            lost[gone - 1] += k
    at_risk = lost[::-1].cumsum()[::-1] + kept[1:][::-1].cumsum()[::-1]
    with np.errstate(invalid="ignore"):
        stayed = np.where(at_risk > 0, 1 - lost / np.where(at_risk > 0, at_risk, 1.0), np.nan)
    return Ended(lost, kept, exposure), int(sum(k for _, _, k in rows)), np.concatenate([[1.0], np.cumprod(stayed)])


def _day(value: Any) -> dt.date | None:
    return None if value is None else dt.date(value.year, value.month, value.day)


def _months(first: dt.date, last: dt.date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < _same_day(first, last))


def _months_up(first: dt.date, last: dt.date) -> int:
    """The same, a begun month as a whole one."""
    return (last.year - first.year) * 12 + last.month - first.month + (last.day > _same_day(first, last))


def _same_day(first: dt.date, last: dt.date) -> int:
    """The day of the month that closes a month begun on ``first``: the last one where the month is shorter."""
    following = dt.date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return min(first.day, (following - dt.timedelta(days=1)).day)
