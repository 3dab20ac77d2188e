"""What a reader can work out of hidden groups: exactly by algebra, or within a range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.modular import product, residues, row_reduced
from cxkit.stats.relations import LARGEST, gram

__all__ = ["possible_range", "recoverable", "recoverable_pairs"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def recoverable(member: Ints, n: Ints, hidden: Bools) -> Bools | None:
    """Which hidden groups are a combination of shown ones.

    The attack is made from the other side than :func:`cxkit.stats.disclosure.protect` plans the
    defence: cells that a shown group holds alone are struck out, again and again, and of what
    remains each hidden indicator is projected on the shown ones, modulo a prime.

    Parameters
    ----------
    member : (T, C) int
        The group of each table that holds each fine cell; -1 for none.
    n : (C,) int
        Answers; cells without are taken as known to be empty.
    hidden : (G,) bool

    Returns
    -------
    (G,) bool or None
        None when more than ``LARGEST`` shown groups remain entangled.

    Examples
    --------
    >>> one, alone = np.array([[0, 0, 0], [1, 2, 3]]), np.array([False, False, False, True])
    >>> recoverable(one, np.array([40, 9, 2]), alone).tolist()
    [False, False, False, True]
    """
    left = _left(member, n, hidden)
    if left is None:
        return None
    told, asked, gram_left = left
    told[asked] = np.diagonal(gram_left) == 0
    return told


def recoverable_pairs(member: Ints, n: Ints, hidden: Bools) -> list[tuple[int, int]] | None:
    """Pairs of hidden groups that are not recoverable but whose sum is.

    >>> one, two = np.array([[0, 0, 0], [1, 2, 3]]), np.array([False, False, True, True])
    >>> recoverable_pairs(one, np.array([40, 1, 2]), two)
    [(2, 3)]
    """
    left = _left(member, n, hidden)
    if left is None:
        return None
    _, asked, of = left
    own = np.diagonal(of)
    first, second = np.nonzero(residues(own[:, None] + own[None, :] + 2 * of) == 0)
    pairs = [(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i < j and own[i]]
    return [(int(asked[i]), int(asked[j])) for i, j in pairs]


def _left(member: Ints, n: Ints, hidden: Bools) -> tuple[Bools, Ints, Floats] | None:
    """Groups that striking out recovers; the other hidden ones, and products of what projection leaves of them."""
    groups = len(hidden)
    member = np.unique(member[:, n > 0], axis=1)
    shown = ~hidden
    while True:
        held = member >= 0
        size = np.bincount(member[held], minlength=groups)
        told = (held & (shown & (size == 1))[member]).any(axis=0)
        if not told.any():
            break
        member = member[:, ~told]
    told = hidden & (size == 0)
    asked = np.flatnonzero(hidden & (size > 0))
    base = np.flatnonzero(shown & (size > 0))
    if len(base) + len(asked) > LARGEST + 1000:
        return None
    products = gram(member, groups, seed=2)
    both = np.concatenate([base, asked])
    rows, pivots = row_reduced(products[np.ix_(base, both)], columns=len(base))
    projected = product(products[np.ix_(asked, base[pivots])], rows[:, len(base) :])
    return told, asked, residues(products[np.ix_(asked, asked)] - projected)


def possible_range(member: Ints, n: Ints, hidden: Bools, asked: Ints) -> tuple[Floats, Floats]:
    """The least and the most answers that groups can have, given what is shown and that no count is negative.

    Parameters
    ----------
    asked : (K,) int
        Groups.

    Returns
    -------
    low, high : (K,) float
        Ends of the feasible range by linear programming; high is infinite where nothing bounds it.

    References
    ----------
    Duncan, Elliot & Salazar-González (2011), Statistical Confidentiality, ch. 4 (the attacker's problem).

    Examples
    --------
    >>> tables, hidden = np.array([[0, 0, 0], [1, 2, 3]]), np.array([False, False, True, True])
    >>> low, high = possible_range(tables, np.array([40, 9, 2]), hidden, np.array([3]))
    >>> float(low[0]), float(high[0])
    (0.0, 11.0)
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    groups = len(hidden)
    member, at = np.unique(member[:, n > 0], axis=1, return_inverse=True)
    count = np.bincount(at.reshape(-1), weights=n[n > 0], minlength=member.shape[1])
    table, cell = np.nonzero(member >= 0)
    one = csr_array((np.ones(len(cell)), (member[table, cell], cell)), shape=(groups, member.shape[1]))
    base = one @ count
    given = np.flatnonzero(~hidden & (base > 0))
    low, high = np.zeros(len(asked)), np.full(len(asked), np.inf)
    for k, group in enumerate(asked.tolist()):
        aim = one[[group]].toarray()[0]
        for sign, ends in ((1.0, low), (-1.0, high)):
            options: dict[str, Any] = {"A_eq": one[given], "b_eq": base[given]} if len(given) else {}
            found = linprog(sign * aim, bounds=(0, None), method="highs", **options)
            if found.status == 0:
                ends[k] = sign * float(found.fun)
    return low, high
