"""Times under observation: a spell a customer, or one for each answer, which holds until the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.value.retention.answered import in_order, together
from cxkit.value.retention.asked import Asked, days, moments, the_date
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.grouping import decoded
from cxkit.value.retention.people import People, amounts, people, renumbered

__all__ = ["DAYS", "Spells", "held_spells", "once", "refuse_entered", "unit_days"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Days in a unit of time; a month is a twelfth of 365.25 days.
DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "quarters": 365.25 / 4, "years": 365.25}


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Spells (start, stop] under observation, in the unit of time of the call.

    Attributes
    ----------
    row : (n,) int
        Row of the table that tells what holds during the spell.
    id : (n,) int
        Customers by number.
    start, stop : (n,) float
    event : (n,) bool
        Whether the customer left at ``stop``.
    cautions : tuple of Caution
    """

    row: Ints
    id: Ints
    start: Floats
    stop: Floats
    event: Bools
    cautions: tuple[Caution, ...]
    as_of: float = float("nan")

    def __len__(self) -> int:
        return len(self.row)

    @property
    def late(self) -> bool:
        """Whether any spell begins later than 0."""
        return bool((self.start > 0).any())

    @property
    def begin(self) -> Floats | None:
        """Starts for a model of late entry, None without one. Who is there from the start on is at risk at time 0, too."""
        return np.where(self.start > 0, self.start, -1.0) if self.late else None

    def take(self, keep: Any, *more: Caution) -> Spells:
        return Spells(
            self.row[keep], self.id[keep], self.start[keep], self.stop[keep], self.event[keep],
            (*self.cautions, *more), self.as_of,
        )  # fmt: skip


def unit_days(unit: str) -> float:
    """Days in a unit of time.

    Raises
    ------
    OptionError
    """
    if unit not in DAYS:
        raise OptionError(f"unknown unit {unit!r}", hint=f"one of {', '.join(DAYS)}")
    return DAYS[unit]


def once(
    asked: Asked,
    *,
    unit: str,
    as_of: Any = None,
    entered: str | None = None,
    impossible: str = "refuse",
    by: Any = None,
    score: Floats | None = None,
) -> tuple[Spells, People]:
    """One spell a customer: from ``since`` to ``left`` or the day of the extract, or a column of durations.

    Parameters
    ----------
    entered : str, optional
        A column, or a date for all: the customer was observed only from then on (late entry).
    by, score
        Of several rows a customer, what decides between those of one moment.

    Raises
    ------
    RoleError
        Neither days nor durations.
    """
    timed = not asked.has("duration")
    if timed:
        asked.need("since", "survival needs the day on which each customer came, or duration=")
        asked.need("left", "survival needs the day on which each customer left (empty: still here), or duration=")
    else:
        asked.need("churned", "durations need a yes or no for who left at their end")
    found = people(asked, by, as_of=as_of, impossible=impossible, dated=timed, timed=timed, score=score)
    if timed:
        scale = unit_days(unit)
        stop = (np.where(found.churned, found.left, found.as_of) - found.since) / scale
    else:
        column = asked.columns["duration"]
        stop = amounts(asked.table[column], column)[found.row]
        bad = ~(np.isfinite(stop) & (stop >= 0))
        if bad.any():
            if impossible == "refuse":
                raise UsageError(
                    f"{int(bad.sum())} customers have a missing or negative duration"
                    f"{asked.rows_said(np.sort(found.row[bad]))}",
                    column=column, code="bad_duration", hint="correct the table, or impossible='leave_out'",
                )  # fmt: skip
            found, stop = found.take(~bad, caution("bad_duration", n=int(bad.sum()))), stop[~bad]
    start = np.zeros(len(found))
    if entered is not None:
        start = np.maximum(_entered(asked, found, entered, unit, timed), 0.0)
        seen = (stop > start) | ((start == 0) & (stop == 0))
        if not seen.all():
            found = found.take(seen, caution("gone_before_entry", n=int((~seen).sum())))
            start, stop = start[seen], stop[seen]
    if not len(found):
        raise NothingMatched("no customer is left", hint="check duration= or entered=")
    if not found.churned.any():
        raise UsageError(
            f"nobody left: all {len(found)} customers are still here", code="single_class",
            hint="check left= or churned=; with nobody gone there is nothing to time",
        )  # fmt: skip
    said = (caution("all_left"),) if found.churned.all() else ()
    return Spells(found.row, found.id, start, stop, found.churned, (*found.cautions, *said), found.as_of), found


def held_spells(
    asked: Asked,
    *,
    unit: str,
    as_of: Any = None,
    impossible: str = "refuse",
    first: bool = False,
    score: str | None = None,
) -> Spells:
    """A spell for each answer: from its day until the next answer, the day of leaving or of the extract.

    An answer counts only from its own day on, so that none tells of time before it was given.

    Parameters
    ----------
    first : bool
        Whether each customer's first answer holds throughout.
    score : str, optional
        Column of which rows without an answer are no answers.
    """
    columns = asked.columns
    asked.need("left", "the day on which each customer left (empty: still here)")
    found = people(asked, None, as_of=as_of, impossible=impossible, dated=True, timed=asked.has("since"))
    table = asked.table
    when = days(table[columns["date"]], columns["date"])
    code = renumbered(table[columns["id"]])[0] if asked.has("id") else np.arange(len(when))
    who = np.full(int(code.max(initial=-1)) + 1, -1)
    who[found.id] = np.arange(len(found))
    said = [c for c in found.cautions if c.key not in ("last_answer", "tied")]
    given = (code >= 0) & (who[code] >= 0)
    if np.isnan(when[given]).any():
        said.append(caution("no_date", n=int(np.isnan(when[given]).sum())))
    given &= np.isfinite(when)
    values = None
    if score is not None:
        values = _scored(asked, score, table[score])
        none = len(np.setdiff1d(code[given], code[given & np.isfinite(values)]))
        given &= np.isfinite(values)
        if none:
            said.append(caution("no_score", n=none, score=score))
    end = np.where(found.churned, found.left, found.as_of)
    after = given & (when >= np.r_[end, np.inf][who[code]]) & np.r_[found.churned, False][who[code]]
    if after.any():
        said.append(caution("after_leaving", n=int(after.sum())))
    later = given & (when > found.as_of)
    if later.any():
        said.append(caution("later_answers", n=int(later.sum())))
    given &= when < np.r_[end, -np.inf][who[code]]
    rows = np.flatnonzero(given)
    moment = moments(table[columns["date"]], columns["date"])
    rows = in_order(rows, code, moment, values, table)
    if not len(rows):
        raise NothingMatched("no answer was given while its customer was here", hint="check date=, since= and left=")
    tied = together(code[rows], moment[rows])
    if tied.any():
        said.append(caution("tied", n=len(np.unique(code[rows][tied]))))
    same = np.r_[code[rows][1:] == code[rows][:-1], False]
    # Of the answers of one day the last holds.
    rows = rows[~(same & np.r_[when[rows][1:] == when[rows][:-1], False])]
    if first:
        rows = rows[np.r_[True, code[rows][1:] != code[rows][:-1]]]
    last = np.r_[code[rows][1:] != code[rows][:-1], True]
    person = who[code[rows]]
    until = np.where(last, end[person], np.r_[when[rows][1:], 0.0])
    begin = found.since[person] if asked.has("since") else _first_of(code[rows], when[rows])
    scale = unit_days(unit)
    start, stop = np.maximum(when[rows] - begin, 0.0) / scale, (until - begin) / scale
    spells = Spells(rows, code[rows], start, stop, last & found.churned[person], tuple(said), found.as_of)
    spells = spells.take(stop > start)  # answers from before the customer came, where another follows
    if not spells.event.any():
        raise UsageError(
            f"nobody of the {len(np.unique(spells.id))} customers who answered left afterwards", code="single_class",
            hint="check left= and date=; with nobody gone there is nothing to learn from",
        )  # fmt: skip
    return spells


def refuse_entered(entered: Any) -> None:
    """Refuse a start of observation where that is the day of the answer.

    Raises
    ------
    OptionError
    """
    if entered is not None:
        raise OptionError(
            f"entered={entered!r}, and customers are observed from the day of their answer",
            hint="leave entered= out; for one row a customer leave out the date of the answer",
        )


def _scored(asked: Asked, column: str, values: Any) -> Floats:
    role = asked.study.role_of(column)
    return decoded(asked.study, role or column, column, values)


def _first_of(code: Ints, when: Floats) -> Floats:
    """The day of each customer's first answer; rows are sorted by customer and day."""
    new = np.r_[True, code[1:] != code[:-1]]
    return np.asarray(when[np.flatnonzero(new)][np.cumsum(new) - 1])


def _entered(asked: Asked, found: People, entered: str, unit: str, timed: bool) -> Floats:
    """Time from the start of the relation to that of its observation."""
    if entered in asked.study.columns or entered in asked.study.roles:
        column = asked.study.column(entered)
        values = asked.table[column]
        if not timed:
            return np.nan_to_num(amounts(values, column)[found.row])
        return np.nan_to_num((days(values, column)[found.row] - found.since) / unit_days(unit))
    if not timed:
        raise RoleError(f"no column {entered!r}", hint="with duration= late entry is a column of durations")
    return (the_date(entered, "entered") - found.since) / unit_days(unit)
