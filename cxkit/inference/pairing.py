"""Which group is held against which: the question that each test asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError, UsageError, did_you_mean
from cxkit.present.calendar import year_before
from cxkit.study.periods import period_name
from cxkit.study.waves import ordered_waves
from cxkit.tally import Tally

__all__ = ["TESTS", "Pairing", "Test", "pairing"]

Ints = NDArray[np.int64]
Key = tuple[Any, ...]
Test = Literal["complement", "columns", "previous", "first", "last_year", "target"]
TESTS = ("complement", "columns", "previous", "first", "last_year", "target")


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """R comparisons of the groups of a tally.

    Attributes
    ----------
    left : (R,) int
        Groups that are compared.
    right : (R,) int
        Groups that they are held against; for ``complement`` the same as ``left``, and then
        the others of their block are meant; empty for ``target``.
    block : (G,) int
        Groups that are held against each other only.
    versus : tuple of str
        What each row is held against, as the frame says it.
    """

    left: Ints
    right: Ints
    block: Ints
    versus: tuple[str, ...]


def pairing(tally: Tally, test: str, *, freq: str | None, waves: Sequence[Any] | None = None) -> Pairing:
    """Pair the groups that have answers.

    Parameters
    ----------
    freq : str or None
        Length of the periods in the last grouping; None where it holds no periods, and
        ``previous`` and ``first`` then take it as waves.
    waves : sequence, optional
        The order of these waves, where their column says it.

    Raises
    ------
    OptionError, UsageError
        An unknown test, or one that does not fit the grouping.
    NothingMatched
        Fewer than two groups to compare.
    """
    if test not in TESTS:
        raise OptionError(f"unknown test {test!r}", hint=did_you_mean(str(test), TESTS, what="Tests"))
    base = np.bincount(tally.group[tally.answered], weights=tally.n[tally.answered], minlength=len(tally))
    rows = [g for g in range(len(tally)) if base[g]]
    if not rows:
        raise NothingMatched("no group has an answer", hint="check the filter and the column")
    if test == "target":
        found = np.array(rows, np.int64)
        return Pairing(found, found[:0], np.zeros(len(tally), np.int64), ())
    if not tally.by:
        need = "by='...' or freq='M'" if test in ("previous", "first") else "by='...'"
        raise UsageError(f"test={test!r} compares groups, and there is one", hint=f"say {need}")
    blocks = _blocks(tally, by_period=freq is not None and test in ("complement", "columns"))
    if test == "complement":
        members = np.bincount(blocks[rows], minlength=len(tally))
        left = [g for g in rows if members[blocks[g]] > 1]
        names: list[str] = ["complement"] * len(left)
        right = left
    elif test == "columns":
        pairs = _columns(rows, blocks)
        left, right = [a for a, _ in pairs], [b for _, b in pairs]
        names = [_name(tally.keys[h][:-1] if freq is not None else tally.keys[h]) for h in right]
    else:
        pairs = _in_time(tally, rows, test, freq, waves)
        left, right = [a for a, _ in pairs], [b for _, b in pairs]
        names = [period_name(tally.keys[h][-1], freq) for h in right]
    if not left:
        raise NothingMatched(
            f"nothing to compare: {len(rows)} group{'s' * (len(rows) > 1)} with answers",
            hint=_alone(tally, test, freq),
        )
    return Pairing(np.array(left, np.int64), np.array(right, np.int64), blocks, tuple(names))


def _blocks(tally: Tally, *, by_period: bool) -> Ints:
    if not by_period:
        return np.zeros(len(tally), np.int64)
    periods = {p: i for i, p in enumerate(dict.fromkeys(key[-1] for key in tally.keys))}
    return np.array([periods[key[-1]] for key in tally.keys], np.int64)


def _columns(rows: Sequence[int], block: Ints) -> list[tuple[int, int]]:
    groups: dict[int, list[int]] = {}
    for g in rows:
        groups.setdefault(int(block[g]), []).append(g)
    return [(a, b) for members in groups.values() for i, a in enumerate(members) for b in members[i + 1 :]]


def _in_time(
    tally: Tally, rows: Sequence[int], test: str, freq: str | None, waves: Sequence[Any] | None
) -> list[tuple[int, int]]:
    """Each row with the one before it, the first one, or the one a year before, in its own line."""
    lines: dict[Key, list[int]] = {}
    for g in rows:
        if tally.keys[g][-1] is not None:
            lines.setdefault(tally.keys[g][:-1], []).append(g)
    if freq is None and test == "last_year":
        raise UsageError("test='last_year' compares periods", hint="say freq='M' or freq='Q'")
    if freq is None:
        order = ordered_waves([tally.keys[g][-1] for g in rows], tally.by[-1], waves)
        for line in lines.values():
            line.sort(key=lambda g: order.index(tally.keys[g][-1]))
    if test == "previous":
        return [(b, a) for line in lines.values() for a, b in pairwise(line)]
    if test == "first":
        return [(b, line[0]) for line in lines.values() for b in line[1:]]
    pairs = []
    for line in lines.values():
        at = {tally.keys[g][-1]: g for g in line}
        pairs += [(g, at[day]) for g in line if (day := year_before(tally.keys[g][-1], str(freq))) in at]
    return pairs


def _alone(tally: Tally, test: str, freq: str | None) -> str:
    if test == "last_year":
        return "two years of periods are needed"
    if test in ("previous", "first"):
        return (
            "two periods are needed; a shorter freq= may give them"
            if freq
            else (f"the waves in {tally.by[-1]!r} are one; name the column of waves last in by=, or say freq='M'")
        )
    if freq is not None and len(tally.by) == 1:
        return "by='...' compares groups within each period; test='previous' compares the periods"
    return "two groups with answers are needed: another by=, or a wider filter"


def _name(key: Key) -> str:
    return " · ".join("(missing)" if part is None else str(part) for part in key)
