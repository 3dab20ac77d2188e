"""Hide small groups in several tables at once, so that none tells what another hides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import Scores
from cxkit.present.rows import hide_rows
from cxkit.stats.disclosure import protect

if TYPE_CHECKING:
    from cxkit.tally import Tally

__all__ = [
    "COMMENT_MIN_N",
    "Placed",
    "Suppression",
    "comment_rows",
    "hidden_groups",
    "placed",
    "scores_of",
    "suppress_together",
]

#: Comments of groups with fewer answers are not shown. Twice the 5 of scores: a score says nothing of
#: one person among five, words may be recognised by whoever knows the five. Vendors keep two minimums too.
COMMENT_MIN_N = 10

Within = Sequence[Mapping[str, Any]] | None

_say = Phrases(
    {
        "by_table": {
            "en": "So many groups are shown that each table was protected within its totals only; "
            "combinations across tables were not checked.",
            "fr": "Les groupes publiés sont si nombreux que chaque tableau n'a été protégé que par rapport à ses "
            "totaux ; les recoupements entre tableaux n'ont pas été vérifiés.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """Tables as they may be shown. Iterating gives ``(scores, hidden rows)`` pairs.

    Attributes
    ----------
    tables : tuple of Scores
        Hidden rows have NaN for numbers and base 0; all other numbers are as they were.
    hidden : tuple of tuples of int
        Row numbers, for each table.
    complementary : int
        How many of them protect others and are not small themselves.
    exact : bool
        Whether every dependency between the tables was worked out.
    """

    tables: tuple[Scores, ...]
    hidden: tuple[tuple[int, ...], ...]
    complementary: int
    exact: bool

    def __iter__(self) -> Iterator[tuple[Scores, tuple[int, ...]]]:
        return iter(zip(self.tables, self.hidden, strict=True))

    def __len__(self) -> int:
        return len(self.tables)

    def remark(self, lang: str = "en") -> str:
        """What a reader should know of how this was done; empty when all was worked out."""
        return "" if self.exact else _say("by_table", lang)


def scores_of(tables: "Sequence[Scores] | Suppression", fine: "Tally", min_n: int) -> tuple[Scores, ...]:
    """The tables, those of a :class:`Suppression` too, once all three arguments are of their kinds.

    Raises
    ------
    UsageError
        What should be tables or a tally is something else.
    OptionError
        ``min_n`` is no whole number of at least 1.
    """
    if not all(hasattr(fine, name) for name in ("by", "keys", "group", "answered")):
        raise UsageError(
            f"fine= is {type(fine).__name__}, not a tally",
            hint="fine=study.tally('nps', by=[...]), by all the columns of the tables",
        )
    if isinstance(min_n, (bool, np.bool_)) or not isinstance(min_n, (int, np.integer)) or min_n < 1:
        raise OptionError(f"min_n is {min_n!r}", hint="a whole number of at least 1, such as 5")
    listed = [tables] if isinstance(tables, Scores) else tables.tables if isinstance(tables, Suppression) else tables
    if not isinstance(listed, Iterable) or isinstance(listed, (str, Mapping)):
        raise UsageError(
            f"tables is {type(tables).__name__}", hint="a list of scores, such as [cx.nps(s), s.nps(by='x')]"
        )
    found = tuple(listed)
    for i, table in enumerate(found):
        if not isinstance(table, Scores):
            raise UsageError(
                f"table {i + 1} is {type(table).__name__}, not scores",
                hint="a list of what cx.score(), cx.trend() and the like return",
            )
    return found


def suppress_together(
    tables: "Sequence[Scores] | Suppression", fine: "Tally", min_n: int, *, within: Within = None
) -> Suppression:
    """Hide the groups under ``min_n`` answers, and what would give them away in these tables together.

    Parameters
    ----------
    tables : sequence of Scores
        Everything that is shown of one metric, totals and trends included, before anything is hidden.
    fine : Tally
        The same answers by all the columns of the tables (and ``period``, where there is a trend).
    min_n : int
    within : sequence of mappings, optional
        Of each table the rows it is about, as column -> value: ``{"Segment": "A"}`` for a table
        on the page of A. All rows when not given.

    Raises
    ------
    UnknownNameError
        The tally lacks a column of a table.
    UsageError
        The tally does not have the answers that a table counts, a trend is rolling, or what is given is
        no tables or no tally.
    OptionError
        ``min_n`` is no whole number of at least 1.

    Examples
    --------
    >>> import cxkit as cx
    >>> fine = cx.Tally.from_counts({"A": {10: 40}, "B": {10: 9}, "C": {10: 2}}, by="segment")
    >>> total, segments = suppress_together([cx.nps(fine.rollup()), cx.nps(fine)], fine, 5)
    >>> total[1], segments[1]
    ((), (1, 2))
    """
    tables = scores_of(tables, fine, min_n)
    known = placed(tables, fine, within)
    base = known.base
    for table, start in zip(tables, known.starts, strict=True):
        counted = base[start : start + len(table)].tolist()
        wrong = next((i for i, n in enumerate(table.n) if n != counted[i]), None)
        if wrong is not None:
            raise UsageError(
                f"the group {table.keys[wrong]!r} has {table.n[wrong]} answers in the table and {counted[wrong]} in the tally",
                hint="tally the same answers as the tables, by all their columns; within= says the rows of a page",
            )
    done = protect(known.member, known.n, min_n, groups=known.groups)
    hidden = tuple(
        tuple(np.flatnonzero(done.hidden[start : start + len(table)]).tolist())
        for table, start in zip(tables, known.starts, strict=True)
    )
    changed = tuple(hide_rows(table, rows) for table, rows in zip(tables, hidden, strict=True))
    return Suppression(changed, hidden, int(done.complementary.sum()), done.exact)


def hidden_groups(
    plan: Sequence[tuple[Sequence[str], Mapping[str, Any]]], fine: "Tally", min_n: int
) -> tuple[tuple[frozenset[tuple[Any, ...]], ...], bool]:
    """Which groups of tables still to be made must be hidden, for all pages of a run before any is made.

    Parameters
    ----------
    plan : sequence of (by, within)
        The columns of each table (none for a total), and the rows it is about as column -> a value
        or a collection of values. The pages of a fan-out by ``Segment`` that have a table by
        ``Region`` are two entries: ``(["Segment"], {})`` for their totals, ``(["Segment", "Region"], {})``.

    Returns
    -------
    hidden : tuple of frozensets of keys
        For each entry of the plan, in the order of its columns.
    exact : bool
        As in :class:`Suppression`.

    Examples
    --------
    >>> import cxkit as cx
    >>> fine = cx.Tally.from_counts({"A": {10: 40}, "B": {10: 9}, "C": {10: 2}}, by="segment")
    >>> hidden, exact = hidden_groups([([], {}), (["segment"], {})], fine, 5)
    >>> sorted(hidden[1])
    [('B',), ('C',)]
    """
    scores_of((), fine, min_n)
    tables = [_Planned(tuple(by), tuple(dict.fromkeys(_short(fine, by)))) for by, _ in plan]
    known = placed(tables, fine, [within for _, within in plan])
    done = protect(known.member, known.n, min_n, groups=known.groups)
    hidden = tuple(
        frozenset(key for i, key in enumerate(table.keys) if done.hidden[start + i])
        for table, start in zip(tables, known.starts, strict=True)
    )
    return hidden, done.exact


def comment_rows(scores: Scores, *, min_n: int = COMMENT_MIN_N) -> tuple[int, ...]:
    """The rows whose comments may be shown: shown themselves, and with at least ``min_n`` answers.

    >>> import cxkit as cx
    >>> comment_rows(cx.nps(cx.Tally.from_counts({"A": {10: 40}, "B": {10: 9}}, by="segment")))
    (0,)
    """
    return tuple(i for i, n in enumerate(scores.n) if n >= min_n)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A table of which only the groups are known."""

    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where the groups of tables lie among fine cells; numbered over all tables.

    Attributes
    ----------
    member : (T, C) int
        The group of each table that holds each cell; -1 for none.
    n : (C,) int
        Answers of each cell.
    starts : tuple of int
        Number of the first group of each table.
    """

    member: NDArray[np.int64]
    n: NDArray[np.int64]
    starts: tuple[int, ...]
    groups: int

    @property
    def base(self) -> NDArray[np.int64]:
        """(G,) Answers of each group."""
        held = self.member >= 0
        n = np.broadcast_to(self.n, self.member.shape)[held]
        return np.rint(np.bincount(self.member[held], weights=n, minlength=self.groups)).astype(np.int64)


def placed(tables: Sequence[Scores | _Planned], fine: "Tally", within: Within = None) -> Placed:
    """Find the cells of ``fine`` that each group of each table holds."""
    scopes = [{} for _ in tables] if within is None else list(within)
    if len(scopes) != len(tables):
        raise UsageError(f"{len(tables)} tables and {len(scopes)} entries of within=", hint="one for each table")
    n = np.bincount(fine.group, weights=np.where(fine.answered, fine.n, 0), minlength=len(fine.keys))
    member = np.full((len(tables), len(fine.keys)), -1, np.int64)
    starts: list[int] = []
    count = 0
    for row, table, scope in zip(member, tables, scopes, strict=True):
        if getattr(table, "rolling", 1) > 1:
            raise UsageError(
                "the periods of a rolling trend share answers, so they are no groups of a table",
                hint="give the trend by single periods",
            )
        number = {key: count + i for i, key in enumerate(table.keys)}
        starts.append(count)
        count += len(table)
        row[:] = [number.get(key, -1) for key in _short(fine, table.by)]
        for name, asked in scope.items():
            values = [key[0] for key in _short(fine, [name])]
            fits = {value: _is(value, asked) for value in set(values)}
            row[[not fits[value] for value in values]] = -1
    return Placed(member, np.rint(n).astype(np.int64), tuple(starts), count)


def _short(fine: "Tally", by: Sequence[str]) -> list[tuple[Any, ...]]:
    """The key of each fine cell in these columns only."""
    for name in by:
        if name not in fine.by:
            raise UnknownNameError(f"the tally is not by {name!r}", hint=did_you_mean(name, fine.by))
    if not by:
        return [()] * len(fine.keys)
    columns = list(zip(*fine.keys, strict=True)) or [()] * len(fine.by)
    return list(zip(*(columns[fine.by.index(name)] for name in by), strict=True))


def _is(held: Any, asked: Any) -> bool:
    """Whether a value is (one of) what is asked for; the parameters of a report hold values as text."""
    if isinstance(asked, (list, tuple, set, frozenset)):
        return any(_is(held, one) for one in asked)
    if held is None or asked is None:
        return held is asked
    return bool(held == asked) or str(held) == str(asked)
