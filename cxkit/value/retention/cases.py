"""What a list of customers at risk is learnt from, and who may be on it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, UsageError
from cxkit.value.retention.answered import in_order, together
from cxkit.value.retention.asked import Asked, day_of, days, moments
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.leakage import told_apart
from cxkit.value.retention.people import People, people, renumbered
from cxkit.value.retention.spells import DAYS
from cxkit.value.retention.terms import Terms

__all__ = ["Cases", "dated_cases", "flagged_cases"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Past starts of the horizon that are learnt from, at most.
_WAVES = 24


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Cases to learn from, and customers still here.

    Attributes
    ----------
    names : tuple of str
        The p terms.
    y : (n,) float
        1 where the customer of a case left within the horizon.
    x : (n, p) float
        What was known at its start.
    who : (n,) int
        Customers by number.
    now : (m, p) float
        The same of those still here.
    row : (m,) int
        Row of the table of each of these, with their last answer.
    as_of : date or None
    cautions : tuple of Caution
    """

    names: tuple[str, ...]
    y: Floats
    x: Floats
    who: Ints
    now: Floats
    row: Ints
    as_of: dt.date | None
    cautions: tuple[Caution, ...]


def flagged_cases(call: Asked, terms: Terms, score: str, months: float | None, as_of: Any, impossible: str) -> Cases:
    """One case a customer, from a flag."""
    call.need("churned", "a list of customers at risk needs who left")
    found = people(call, None, as_of=as_of, impossible=impossible, dated=call.has("left"), score=terms.answers)
    x = terms.x[found.row]
    known = np.isfinite(x).all(axis=1)
    said = [*found.cautions, caution("undated_score", score=score), caution("flag_future")]
    said += [] if months is not None else [caution("flag_period")]
    said += _lacking(x, score)
    here = known & ~found.churned
    y = found.churned[known].astype(np.float64)
    out = Cases(terms.names, y, x[known], found.id[known], x[here], found.row[here], None, tuple(said))
    _refuse_told(out)
    return out


def dated_cases(call: Asked, terms: Terms, score: str, months: float, as_of: Any, impossible: str) -> Cases:
    """Customers as they stood on earlier days, each a horizon apart, and whether they left within it."""
    found = people(call, None, as_of=as_of, impossible=impossible, dated=True, timed=call.has("since"))
    when = days(call.table[call.columns["date"]], call.columns["date"])
    person, rows, tied = _answers(call, found, terms, when)
    width = months * DAYS["months"]
    pieces = []
    # The horizon must be over by the day of the extract.
    for back in range(1, _WAVES + 1):
        day = found.as_of - back * width
        if day < when[rows].min():
            break
        here, row = _standing(found, rows, when, person, day)
        gone = found.churned[here] & (found.left[here] <= day + width)
        pieces.append((gone.astype(np.float64), _design(terms, found, here, row, day, call), here))
    if not pieces:
        raise NothingMatched(
            f"answers do not reach back {months:g} months before {day_of(found.as_of)}", hint="a shorter months="
        )
    here, row = _standing(found, rows, when, person, found.as_of)
    now = _design(terms, found, here, row, found.as_of, call)
    y, x, who = (np.concatenate([p[i] for p in pieces]) for i in range(3))
    said = [c for c in found.cautions if c.key not in ("last_answer", "tied")]
    said += [*([caution("tied", n=tied)] if tied else []), *_lacking(x, score)]
    known, listed = np.isfinite(x).all(axis=1), np.isfinite(now).all(axis=1)
    names = (*terms.names, *(("log months as a customer",) if call.has("since") else ()))
    out = Cases(names, y[known], x[known], who[known], now[listed], row[listed], day_of(found.as_of), tuple(said))
    _refuse_told(out)
    return out


def _answers(call: Asked, found: People, terms: Terms, when: Floats) -> tuple[Ints, Ints, int]:
    """The place of each row's customer among those found (-1: not there); the rows with an answer, by day; those tied."""
    code = renumbered(call.table[call.columns["id"]])[0] if call.has("id") else np.arange(len(when))
    place = np.full(int(code.max(initial=-1)) + 2, -1)
    place[found.id] = np.arange(len(found))
    person = place[code]  # the last place is that of no id
    rows = np.flatnonzero((person >= 0) & np.isfinite(when) & np.isfinite(terms.answers))
    if not len(rows):
        raise NothingMatched("no customer has a dated answer", hint="check date= and the score")
    moment = moments(call.table[call.columns["date"]], call.columns["date"])
    rows = in_order(rows, person, moment, terms.answers, call.table)
    tied = len(np.unique(person[rows][together(person[rows], moment[rows])]))
    return person, rows, tied


def _standing(found: People, rows: Ints, when: Floats, person: Ints, day: float) -> tuple[Ints, Ints]:
    """Customers who were here on a day and had answered by then, and the row of their last answer."""
    before = rows[when[rows] <= day]
    last = np.full(len(found), -1)
    last[person[before]] = before  # in order of moments: the last one stays
    here = (last >= 0) & ~(found.left <= day) & ~(found.since > day)
    held = np.flatnonzero(here)
    return held, last[held]


def _design(terms: Terms, found: People, here: Ints, row: Ints, day: float, call: Asked) -> Floats:
    x = terms.x[row]
    if not call.has("since"):
        return x
    tenure = np.log1p((day - found.since[here]) / DAYS["months"])
    return np.column_stack([x, tenure])


def _lacking(x: Floats, score: str) -> list[Caution]:
    none = np.isnan(x[:, 0])
    other = ~np.isfinite(x).all(axis=1) & ~none
    out = [caution("no_score", n=int(none.sum()), score=score)] if none.any() else []
    return [*out, *([caution("no_control", n=int(other.sum()))] if other.any() else [])]


def _refuse_told(cases: Cases) -> None:
    """Refuse what cannot be learnt: one outcome only, or a term that knows the outcome."""
    if not len(cases.y):
        raise NothingMatched("no customer has the score and all controls", hint="leave a control out")
    for value, what in ((0.0, "nobody left"), (1.0, "everybody left")):
        if (cases.y == value).all():
            raise UsageError(
                f"{what} of the {len(cases.y)} cases to learn from", code="single_class",
                hint="check left= or churned=; a longer horizon (months=) has more departures",
            )  # fmt: skip
    for name, values in zip(cases.names, cases.x.T, strict=False):
        told = told_apart(values, cases.y)
        if told is not None:
            raise UsageError(
                f"{name!r} tells without error who left: of those who answered {told[0]} all left, of {told[1]} none",
                code="separation",
                hint="such answers are often given after, or because of, leaving (leakage): take answers from before, or "
                "another score",
            )
