"""How the groups of several tables depend on each other: which sums of some equal sums of others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.modular import PRIME, null_space, residues

__all__ = ["LARGEST", "Nested", "gram", "nested", "relations"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Dependencies among more entangled groups than this are not worked out: minutes, not seconds.
LARGEST = 2000
_WIDEST = 3e7


def relations(member: Ints, groups: int) -> Floats | None:
    """Every linear dependency between groups.

    Parameters
    ----------
    member : (T, C) int
        The group of each table that holds each fine cell; -1 for none.
    groups : int
        Number of groups over all tables, G.

    Returns
    -------
    (d, G) float or None
        A basis, as residues (:mod:`cxkit.stats.modular`), of the coefficients with which the
        groups add up to nothing in every cell. None when there are too many groups.

    Examples
    --------
    A total (group 0) and a table of two groups depend in one way:

    >>> relations(np.array([[0, 0], [1, 2]]), 3).shape
    (1, 3)
    """
    member = np.unique(member, axis=1)
    held = np.bincount(member[member >= 0], minlength=groups) > 0
    open_cells = np.ones(member.shape[1], bool)
    rounds: list[tuple[Ints, Ints]] = []
    settled = np.zeros(groups, bool)
    while True:
        inside = member[:, open_cells]
        degree = np.bincount(inside[inside >= 0], minlength=groups)
        # A group with one cell left has the coefficient that this cell asks for, whatever the others have.
        leaf = (member >= 0) & (degree == 1)[member] & open_cells
        cells = np.flatnonzero(leaf.any(axis=0))
        if not len(cells):
            break
        last = member[leaf[:, cells].argmax(axis=0), cells]
        rounds.append((last, cells))
        settled[last] = True
        open_cells[cells] = False
    core = np.flatnonzero(degree > 0)
    loose = np.flatnonzero(held & ~settled & (degree == 0))
    if len(core) > LARGEST or (len(core) + len(loose)) * groups > _WIDEST:
        return None
    known = null_space(gram(member[:, open_cells], groups, seed=1)[np.ix_(core, core)])
    basis = np.zeros((len(known) + len(loose), groups))
    basis[: len(known), core] = known
    basis[len(known) + np.arange(len(loose)), loose] = 1
    for last, cells in rounds[::-1]:
        total = np.zeros((len(basis), len(cells)))
        for table in range(len(member)):
            held_by = member[table, cells]
            total += np.where(held_by >= 0, basis[:, held_by], 0)
        basis[:, last] = residues(-total)
    return basis


def gram(member: Ints, groups: int, *, seed: int) -> Floats:
    """(G, G) Products of the groups' indicators under random weights of the cells, modulo the prime.

    Groups that depend on each other do so here; with random weights the converse holds too.
    """
    from scipy.sparse import csr_array

    table, cell = np.nonzero(member >= 0)
    shape = (groups, member.shape[1])
    one = csr_array((np.ones(len(cell)), (member[table, cell], cell)), shape=shape)
    weight: Floats = np.array(np.random.default_rng(seed).integers(1, PRIME, member.shape[1]), np.float64)
    weighted = csr_array((weight[cell], (member[table, cell], cell)), shape=shape)
    return residues((weighted @ one.T).toarray())


class Nested:
    """Pairs of groups of which one holds the other, by the answers they hold.

    Attributes
    ----------
    outer, inner : (K,) int
        Groups; every answer of ``inner[k]`` is in ``outer[k]``.
    table : (K,) int
        Table of the inner group.
    """

    __slots__ = ("inner", "outer", "table")

    def __init__(self, outer: Ints, inner: Ints, table: Ints) -> None:
        self.outer, self.inner, self.table = outer, inner, table


def nested(member: Ints, n: Ints, base: Ints) -> Nested:
    """The nested pairs of groups from different tables; groups without answers are left out."""
    found: list[tuple[Ints, Ints, Ints]] = []
    groups = len(base)
    for t in range(len(member)):
        for u in range(len(member)):
            both = (member[t] >= 0) & (member[u] >= 0) & (n > 0)
            if t == u or not both.any():
                continue
            code, at = np.unique(member[t][both] * groups + member[u][both], return_inverse=True)
            shared = np.rint(np.bincount(at.reshape(-1), weights=n[both])).astype(np.int64)
            whole = shared == base[code % groups]
            pairs = code[whole]
            found.append((pairs // groups, pairs % groups, np.full(len(pairs), u)))
    if not found:
        none = np.zeros(0, np.int64)
        return Nested(none, none, none)
    outer, inner, table = (np.concatenate(column) for column in zip(*found, strict=True))
    return Nested(outer, inner, table)
