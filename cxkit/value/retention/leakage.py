"""Scores and controls that know the outcome: answers given after, or because of, leaving, and totals that it cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxkit.study.roles import BEHAVIOUR_ROLES
from cxkit.tally.coding import coded
from cxkit.tally.engine import plain
from cxkit.value.retention.asked import Asked
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.people import renumbered

__all__ = ["told_apart", "totals"]

Floats = NDArray[np.float64]

#: Answers given by fewer than so many customers prove nothing.
_FEW = 20


def told_apart(values: Floats, gone: Floats) -> tuple[str, str] | None:
    """Answers of which all left and those of which none did, where chance alone hardly ever makes both.

    Parameters
    ----------
    values : (n,) float
        Answers, of 3 to 20 different ones.
    gone : (n,) float
        1 for who left, else 0.

    Returns
    -------
    (always, never) : tuple of str, or None

    Examples
    --------
    >>> answers = np.repeat([1.0, 2.0, 3.0, 4.0], 50)
    >>> told_apart(answers, (answers < 3).astype(float))
    ('1, 2', '3, 4')
    """
    levels, code = np.unique(values, return_inverse=True)
    if not 3 <= len(levels) <= 20:
        return None
    n = np.bincount(code.reshape(-1))
    share = np.bincount(code.reshape(-1), weights=gone) / n
    always, never = (n >= _FEW) & (share == 1), (n >= _FEW) & (share == 0)
    if not always.any() or not never.any() or n[never].sum() * gone.mean() < 10:
        return None
    return _said(levels[always]), _said(levels[never])


def _said(levels: Floats) -> str:
    return ", ".join(f"{x:g}" for x in levels[:6])


def totals(asked: Asked, controls: str | Sequence[str] | None) -> tuple[Caution, ...]:
    """Controls that may be totals up to the extract, which leaving cuts short: they would know who left.

    Money and contacts that the study knows as such, and numbers that are the same at all answers of a customer; not those
    that were linked from a window before the answer.
    """
    study = asked.study
    listed = [] if controls is None else [controls] if isinstance(controls, str) else list(controls)
    before = {
        column.name
        for link in study.links
        if link.when and link.window[1] is not None and link.window[1] <= 0
        for column in link.columns
    }
    behaviour = {column for role in BEHAVIOUR_ROLES for column in study.roles.get(role, ())}
    found = []
    for name in dict.fromkeys(study.column(c) for c in listed):
        if name not in before and (name in behaviour or _one_number(asked, name)):
            found.append(name)
    return (caution("totals", controls=", ".join(found)),) if found else ()


def _one_number(asked: Asked, name: str) -> bool:
    """Whether a column holds one number a customer, of customers who answered several times."""
    if not asked.has("id", "date"):
        return False
    part = coded(asked.table[name]).mapped(plain)
    if len(part.levels) < 3 or any(isinstance(v, (str, bool)) for v in part.levels):
        return False
    who = renumbered(asked.table[asked.columns["id"]])[0]
    pairs = np.unique(np.column_stack([who, part.codes])[who >= 0], axis=0)
    several = len(np.unique(who[who >= 0])) < int((who >= 0).sum())
    return several and bool((np.diff(pairs[:, 0]) > 0).all())
