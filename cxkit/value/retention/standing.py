"""In which group each customer stands on a day: by the answer in force then, never by a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.study.roles import SCORE_ROLES
from cxkit.tally.coding import Coded
from cxkit.value.retention.answered import in_order, together
from cxkit.value.retention.asked import Asked, days, moments
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.grouping import decoded, grouping
from cxkit.value.retention.people import Key, People, renumbered

__all__ = ["Standing", "changing", "standing", "unseen"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The groups of customers by day.

    Attributes
    ----------
    keys : tuple of tuples
        All groups, sorted.
    apart : tuple of tuples
        Groups of those who had not answered yet. Who answers later cannot have left before, so that these are not to
        be compared with others.
    """

    keys: tuple[Key, ...]
    apart: tuple[Key, ...]
    fixed: Ints
    parts: tuple[tuple[Ints, bool], ...]
    sizes: tuple[int, ...]
    every: Ints
    person: Ints
    rows: Ints
    when: Floats

    def on(self, day: float) -> Ints:
        """The group of each customer by the last answer before a day, as a place in ``keys``."""
        before = self.rows[self.when[self.rows] < day]
        last = np.full(len(self.fixed), -1)
        last[self.person[before]] = before  # in order of moments: the last one stays
        code = np.zeros(len(last), np.int64)
        for (codes, moving), size in zip(self.parts, self.sizes, strict=True):
            now = np.where(last >= 0, codes[last], size - 1) if moving else codes[self.fixed]
            code = code * size + now
        return np.searchsorted(self.every, code)


def standing(asked: Asked, found: People) -> tuple[Standing | None, tuple[Caution, ...]]:
    """The groups of a call by day; None where no group changes with the answers.

    Raises
    ------
    UsageError
        Classes of a score whose answers have no date.
    """
    study, table, keys = asked.study, asked.table, found.by
    scored = {k: r for k in keys for r in SCORE_ROLES if study.roles.get(r) == (k,)}
    if not asked.has("date"):
        if scored:
            raise UsageError(
                f"the answers of {next(iter(scored))!r} have no date: some may have been given after, or because of, leaving, "
                "and a rate by period would count the future as known",
                code="undated_score",
                hint="date='...' says when each was given; period='whole' gives one rate, to be read with care",
            )
        return None, ()
    person, when = _rows(asked, found)
    held = person >= 0
    parts, _ = grouping(study, keys, table, np.arange(len(when)))
    moving = [k in scored or _varies(p, person, held) for k, p in zip(keys, parts, strict=True)]
    if not any(moving):
        return None, ()
    scores = [decoded(study, r, k, table[k]) for k, r in scored.items()]
    answers = scores[0] + 0 * np.sum(scores, axis=0) if scores else None
    known = held & np.isfinite(when) & (True if answers is None else np.isfinite(answers))
    moment = moments(table[asked.columns["date"]], asked.columns["date"])
    rows = in_order(np.flatnonzero(known), person, moment, answers, table)
    tied = len(np.unique(person[rows][together(person[rows], moment[rows])]))
    full = [_with_missing(p) if m else p for p, m in zip(parts, moving, strict=True)]
    out = _numbered(full, moving, found, person, rows, when)
    said = [caution("class_at_start")]
    said += [caution("tied", n=tied)] if tied else []
    said += [caution("not_yet_answered")] if out.apart else []
    return out, tuple(said)


def changing(asked: Asked, keys: Sequence[str]) -> bool:
    """Whether groups change with the dated answers: a score does, and any column that is not the same at all of them."""
    if not keys or not asked.has("date"):
        return False
    if any(asked.study.roles.get(r) == (k,) for k in keys for r in SCORE_ROLES):
        return True
    if not asked.has("id"):
        return False
    code = renumbered(asked.table[asked.columns["id"]])[0]
    parts, _ = grouping(asked.study, keys, asked.table, np.arange(len(code)))
    return any(_varies(part, code, code >= 0) for part in parts)


def unseen(asked: Asked, found: People, starts: list[float]) -> tuple[Caution, ...]:
    """Whether much of the time counted is from before first answers, of customers who are here because they answered."""
    if not asked.has("date", "id"):
        return ()
    person, when = _rows(asked, found)
    first = np.full(len(found), np.inf)
    given = (person >= 0) & np.isfinite(when)
    np.minimum.at(first, person[given], when[given])
    if not np.isfinite(first).all():
        return ()
    counted = early = 0
    for day in starts:
        here = ~(found.since >= day) & ~(found.left < day)
        counted += int(here.sum())
        early += int((here & (first >= day)).sum())
    return (caution("before_answers", share=early / counted),) if early > 0.05 * counted else ()


def _rows(asked: Asked, found: People) -> tuple[Ints, Floats]:
    """The place of each row's customer among those found (-1: not there), and the day of its answer."""
    when = days(asked.table[asked.columns["date"]], asked.columns["date"])
    code = renumbered(asked.table[asked.columns["id"]])[0] if asked.has("id") else np.arange(len(when))
    place = np.full(int(code.max(initial=-1)) + 2, -1)
    place[found.id] = np.arange(len(found))
    return place[code], when  # the last place is that of no id


def _varies(part: Coded, person: Ints, held: NDArray[np.bool_]) -> bool:
    """Whether some customer's rows tell of several groups."""
    pairs = np.unique(np.column_stack([person[held], part.codes[held]]), axis=0)
    return bool((np.diff(pairs[:, 0]) == 0).any())


def _with_missing(part: Coded) -> Coded:
    """With a last level for no answer."""
    return part if part.levels and part.levels[-1] is None else Coded(part.codes, (*part.levels, None))


def _numbered(
    parts: list[Coded], moving: list[bool], found: People, person: Ints, rows: Ints, when: Floats
) -> Standing:
    """All combinations that can occur, numbered in order: of answers in force, and of none yet."""
    sizes = tuple(len(p.levels) for p in parts)
    last = found.row[person[rows]]
    some = np.zeros(len(rows), np.int64)
    none = np.zeros(len(found), np.int64)
    for part, moves, size in zip(parts, moving, sizes, strict=True):
        some = some * size + (part.codes[rows] if moves else part.codes[last])
        none = none * size + (size - 1 if moves else part.codes[found.row])
    every = np.unique(np.concatenate([some, none]))
    keys = []
    for code in every.tolist():
        key = []
        for part, size in zip(reversed(parts), reversed(sizes), strict=True):
            code, at = divmod(code, size)
            key.append(part.levels[at])
        keys.append(tuple(reversed(key)))
    apart = tuple(k for k in keys if all(v is None for v, m in zip(k, moving, strict=True) if m))
    return Standing(
        tuple(keys), apart, found.row, tuple((p.codes, m) for p, m in zip(parts, moving, strict=True)), sizes,
        every, person, rows, when,
    )  # fmt: skip
