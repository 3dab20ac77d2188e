"""Which groups to hide so that small ones cannot be worked out from what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.stats.modular import PRIME, product, residues, row_reduced
from cxkit.stats.relations import Nested, nested, relations

__all__ = ["Protection", "protect", "small_rests"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: A set of answers made from groups: the first ones together less the others.
Rest = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Protection:
    """Which groups of several tables are hidden.

    Attributes
    ----------
    hidden : (G,) bool
    small : (G,) bool
        Hidden for their own base; the other hidden ones protect these.
    exact : bool
        False when there were too many groups to work out every dependency: then each table was
        protected within each group that holds it, and combinations of three tables or more were not looked at.
    """

    hidden: Bools
    small: Bools
    exact: bool

    @property
    def complementary(self) -> Bools:
        """(G,) Hidden to protect others."""
        return self.hidden & ~self.small


def protect(member: Ints, n: Ints, min_n: int, *, groups: int | None = None) -> Protection:
    """Choose the groups to hide, in all tables at once.

    Parameters
    ----------
    member : (T, C) int
        The group of each table that holds each fine cell (a combination of all the columns
        involved); -1 for none. Groups are numbered over all tables; the total is a table of one group.
    n : (C,) int
        Answers of each cell.
    min_n : int
        Groups with 1 to ``min_n - 1`` answers are small.
    groups : int, optional
        Number of groups, G, where the last ones may hold no cell.

    Returns
    -------
    Protection
        After hiding, no sum or difference of shown groups is a small group, nor a small difference
        of two nested groups, nor a small rest of a group less the shown groups of one table in it, nor
        two hidden groups with few answers between them. Showing any one of the complementary groups again would undo that. Empty groups are shown.

    Notes
    -----
    A base and a score give a sum, so every shown group is a linear equation on the sums of the
    fine cells, and a hidden group is recoverable exactly when its indicator is a combination of
    theirs. Whoever knows which cells are empty knows more, so empty cells are taken as known; all
    other counts are positive, hence what is not recoverable by algebra is not pinned by ``n >= 0``
    either. In the space of dependencies this turns round: a hidden group is safe exactly when its
    column is a combination of the columns of *other hidden* groups, which one elimination tells for
    all. Which group joins the hidden ones is chosen by the fewest answers lost; ties by number.

    References
    ----------
    Cox (1980), Suppression methodology and statistical disclosure control, JASA 75, 377-385
    (complementary suppression); Duncan, Elliot & Salazar-González (2011), Statistical Confidentiality, ch. 4.

    Examples
    --------
    A total and three groups of 40, 9 and 2: the 2 is under 5, and 51 - 40 - 9 would tell it.

    >>> protect(np.array([[0, 0, 0], [1, 2, 3]]), np.array([40, 9, 2]), 5).hidden.tolist()
    [False, False, True, True]
    """
    member, n = np.asarray(member, np.int64), np.asarray(n, np.int64)
    if member.ndim != 2 or n.shape != member.shape[1:]:
        raise UsageError(f"cells of {member.shape} groups and {n.shape} counts do not match")
    if min_n < 1 or (n < 0).any():
        raise UsageError(f"min_n is {min_n} and the least count {n.min(initial=0)}", hint="counts of at least 0")
    groups = int(member.max(initial=-1)) + 1 if groups is None else groups
    member, n = member[:, n > 0], n[n > 0]
    held = member >= 0
    base = _sums(member[held], np.broadcast_to(n, member.shape)[held], groups)
    small = (base > 0) & (base < min_n)
    pairs = nested(member, n, base)
    rests = _differences(pairs, base, min_n)
    if not small.any() and not rests and not small_rests(pairs, base, small, min_n):
        return Protection(small, small.copy(), True)
    known = relations(member, groups)
    if known is None:
        return Protection(_by_table(pairs, base, small, min_n), small, False)
    # What is told by several groups together shows only once it is settled who is hidden: each such
    # set is protected from then on like a small group, so the rounds end.
    while True:
        hidden, told, twos = _chosen(*_with_rests(known, small, base, rests))
        more = small_rests(pairs, base, hidden[:groups] & ~told[:groups], min_n)
        more += [(two, ()) for two in twos if max(two) < groups and 0 < base[list(two)].sum() < min_n]
        if not more:
            return Protection(hidden[:groups], small, True)
        rests += more


def small_rests(pairs: Nested, base: Ints, unknown: Bools, min_n: int) -> list[Rest]:
    """Groups less the known groups of one table in them, where few answers are left.

    Parameters
    ----------
    pairs : Nested
    base : (G,) int
    unknown : (G,) bool
        Groups that a reader cannot know.
    """
    if not len(pairs.outer):
        return []
    tables = int(pairs.table.max()) + 1
    seen = ~unknown[pairs.outer]
    outer, inner, table = pairs.outer[seen], pairs.inner[seen], pairs.table[seen]
    code = outer * tables + table
    inside = _sums(code, np.where(unknown[inner], 0, base[inner]), len(base) * tables)
    left = base[np.unique(code) // tables] - inside[np.unique(code)]
    few = np.unique(code)[(left > 0) & (left < min_n)]
    return [((int(c // tables),), tuple(inner[(code == c) & ~unknown[inner]].tolist())) for c in few.tolist()]


def _differences(pairs: Nested, base: Ints, min_n: int) -> list[Rest]:
    """Few answers between a group that is no small one itself and a group in it."""
    gap = base[pairs.outer] - base[pairs.inner]
    few = (gap > 0) & (gap < min_n) & (base[pairs.outer] >= min_n)
    return [((g,), (h,)) for g, h in zip(pairs.outer[few].tolist(), pairs.inner[few].tolist(), strict=True)]


def _with_rests(known: Floats, small: Bools, base: Ints, rests: list[Rest]) -> tuple[Floats, Bools, Ints]:
    """The dependencies, what to protect and the bases, with each rest as one more group never shown."""
    groups, more = len(base), len(rests)
    wide = np.zeros((len(known) + more, groups + more))
    wide[: len(known), :groups] = known
    for k, (together, less) in enumerate(rests):
        row = wide[len(known) + k]
        row[groups + k] = 1
        row[list(together)], row[list(less)] = PRIME - 1, 1
    return wide, np.append(small, np.ones(more, bool)), np.append(base, np.zeros(more, np.int64))


def _chosen(known: Floats, sensitive: Bools, base: Ints) -> tuple[Bools, Bools, list[tuple[int, int]]]:
    """Hidden groups, those that can be recovered all the same (none is sensitive), and pairs whose sum can be."""
    order = np.lexsort((np.arange(len(base)), base, ~sensitive))
    rows, pivots = row_reduced(known[:, order])
    cost, secret = base[order].astype(np.float64), sensitive[order]
    linked, hidden = rows != 0, secret.copy()
    for i, pivot in enumerate(pivots.tolist()):
        if not secret[pivot]:
            break
        if (linked[i] & hidden).sum() > 1:
            continue
        # Any other column of this row, hidden with the pivots that it is made of, covers the group.
        ways = np.flatnonzero(linked[i])
        ways = ways[ways != pivot]
        if not len(ways):  # shown nowhere else in any form
            continue
        lost = np.where(hidden, 0.0, cost)
        price = lost[ways] + lost[pivots] @ linked[:, ways]
        way = int(ways[price.argmin()])
        hidden[way] = True
        hidden[pivots[linked[:, way]]] = True
    m, head, at = _needed(rows, pivots, hidden, secret, cost)
    kept, told = np.zeros(len(base), bool), np.zeros(len(base), bool)
    kept[order[hidden]] = True
    told[order[at[head[(m != 0).sum(axis=1) == 1]]]] = True
    return kept, told, [(int(order[at[a]]), int(order[at[b]])) for a, b in _told_pairs(m, head)]


def _needed(rows: Floats, pivots: Ints, hidden: Bools, secret: Bools, cost: Floats) -> tuple[Floats, Ints, Ints]:
    """Show again (in ``hidden``), the largest first, whatever is hidden for nothing; the rows that remain.

    Returns
    -------
    m : (k, h) float
        Reduced rows over the columns of what was hidden at the start, 0 where it is shown now.
    head : (k,) int
        Pivot of each row.
    at : (h,) int
        Number of each column.
    """
    at = np.flatnonzero(hidden)
    inside = hidden[pivots]
    m = rows[np.ix_(inside, at)]
    head = np.searchsorted(at, pivots[inside])
    private = secret[at]
    for c in sorted(np.flatnonzero(~private).tolist(), key=lambda c: (-cost[at[c]], c)):
        row = np.flatnonzero(head == c)
        if len(row):
            r = int(row[0])
            others = np.flatnonzero(m[r])
            others = others[others != c]
            if not len(others):  # told by what is shown: it covers nobody
                m, head = np.delete(m, r, axis=0), np.delete(head, r)
                hidden[at[c]] = False
                continue
            q = int(others[0])
            m[r] = residues(m[r] * pow(int(m[r, q]), -1, PRIME))
            factor = m[:, q].copy()
            factor[r] = 0
            m = residues(m - np.outer(factor, m[r]))
            head[r] = q
        alone = (m != 0).sum(axis=1) == 2
        if not (private[head] & alone & (m[:, c] != 0)).any():
            m[:, c] = 0
            hidden[at[c]] = False
    return m, head, at


def _told_pairs(m: Floats, head: Ints) -> list[tuple[int, int]]:
    """Pairs of columns whose sum is told: a row that is 1 in both, or two rows that are opposite elsewhere."""
    rest = m.copy()
    rest[np.arange(len(m)), head] = 0
    rows, columns = np.nonzero(rest)
    single = (rest != 0).sum(axis=1)[rows] == 1
    out = [
        (int(head[r]), int(c)) for r, c in zip(rows[single], columns[single], strict=True) if rest[r, c] == 1
    ]  # fmt: skip
    weight = np.random.default_rng(3).integers(1, PRIME, (m.shape[1], 2)).astype(np.float64)
    mark = product(rest, weight)
    alike: dict[tuple[float, ...], list[int]] = {}
    for r in np.unique(rows).tolist():
        opposite = tuple((PRIME - x) % PRIME for x in mark[r].tolist())
        out += [(int(head[r]), int(head[other])) for other in alike.get(opposite, ())]
        alike.setdefault(tuple(mark[r].tolist()), []).append(r)
    return out


def _by_table(pairs: Nested, base: Ints, small: Bools, min_n: int) -> Bools:
    """In every shown group, of every table in it: no group hidden alone, no few answers hidden together."""
    hidden = small.copy()
    tables = int(pairs.table.max(initial=0)) + 1
    code = pairs.outer * tables + pairs.table
    order = np.lexsort((pairs.inner, base[pairs.inner], code))
    outer, inner = pairs.outer[order], pairs.inner[order]
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    blocks = [(int(outer[s]), inner[s:e]) for s, e in zip(starts, [*starts[1:], len(outer)], strict=True)]
    same = base[pairs.outer] == base[pairs.inner]
    changed = True
    while changed:
        changed = False
        hidden[pairs.inner[same & hidden[pairs.outer]]] = True
        for group, within in blocks:
            while not hidden[group]:
                covered = hidden[within]
                left = int(base[group] - base[within][~covered].sum())
                alone = covered.sum() == 1 and left == base[within][covered].sum() and small[within][covered].all()
                if not alone and not 0 < left < min_n:
                    break
                hidden[group if covered.all() else within[~covered][0]] = True
                changed = True
    return hidden


def _sums(at: Ints, values: Ints, length: int) -> Ints:
    return np.rint(np.bincount(at, weights=values, minlength=length)).astype(np.int64)
