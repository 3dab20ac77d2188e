"""The same answer to every item: a flag, because a contented customer may honestly answer so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cxkit.errors import OptionError, RoleError
from cxkit.quality.finding import Finding, finding
from cxkit.study import Study
from cxkit.study.names import fold
from cxkit.tally import count_cells
from cxkit.tally.flags import FEWEST_ITEMS, Alike, Item, Rules, count_alike

__all__ = ["expected_alike", "straight_lining"]

_MOST_ANSWERS = 21
# Ends of the scales that are in use; an item whose highest answer needs another one stands out.
_ENDS = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 11.0, 100.0)


def straight_lining(study: Study, columns: tuple[str, ...], rules: Rules) -> tuple[Rules, list[Finding]]:
    """How to find rows with one answer to all items, and how many there are.

    Raises
    ------
    OptionError
        Items that are declared on different scales.
    RoleError
        A column that is no rating.
    """
    if len(columns) < FEWEST_ITEMS:
        return rules, [Finding("straight_liners", "", "not_checked", "say", (("option", "items=['…', …] (4+)"),))]
    _refuse_scales(study, columns)
    items, answers, missing = _items(study, columns)
    alike = count_alike(study.data, items)
    out = [_found(alike, answers, columns)]
    highest = _highest(items, answers)
    if len({_end(x) for x in highest.values()}) > 1:
        shown = tuple((column, round(x)) for column, x in highest.items())
        out.append(finding("items_scale", ", ".join(columns[:3]), "warning", "items_scale", highest=shown))
    rows = int(alike.rows.sum())
    column, most = max(missing.items(), key=lambda pair: pair[1])
    if most:
        out.append(finding("missing", column, "info" if most < 0.2 * rows else "warning", "missing", n=most, of=rows))
    return replace(rules, items=items), out


def expected_alike(shares: ArrayLike, agreement: float, items: int) -> float:
    """Probability that ``items`` answers of one person are all the same.

    The answers of a person are drawn from shares of their own, Dirichlet distributed about
    those of everybody, as widely as makes two items agree as often as they do. For two items the
    result is the agreement itself; without any excess agreement the items are independent.

    Parameters
    ----------
    shares : (A,) array_like
        Share of each answer, over all people and items.
    agreement : float
        Share of the pairs of items of one person that have the same answer, 0 to 1.
    items : int
        At least 2.

    References
    ----------
    Mosimann (1962), On the compound multinomial distribution, Biometrika 49, 65-82.

    Examples
    --------
    >>> round(expected_alike([0.5, 0.5], 0.5, 4), 4), round(expected_alike([0.5, 0.5], 0.75, 2), 4)
    (0.125, 0.75)
    """
    p = np.asarray(shares, float)
    chance = float((p**2).sum())
    if agreement <= chance or chance >= 1:
        return float((p**items).sum())
    spread = (1 - agreement) / (agreement - chance)
    steps = np.arange(items)
    if spread == 0:
        return 1.0
    return float(np.prod((spread * p[:, None] + steps) / (spread + steps), axis=1).sum())


def _found(alike: Alike, answers: Sequence[float | str], columns: tuple[str, ...]) -> Finding:
    enough = alike.answered >= FEWEST_ITEMS
    of, n = int(alike.rows[enough].sum()), int(alike.straight.sum())
    if not of:
        return Finding("straight_liners", ", ".join(columns[:3]), "not_checked", "say", (("option", "items=['…', …]"),))
    shares = alike.given / alike.given.sum()
    agreement = alike.agreeing / alike.pairs
    pairs = zip(alike.answered[enough].tolist(), alike.rows[enough].tolist(), strict=True)
    expected = sum(rows * expected_alike(shares, agreement, items) for items, rows in pairs) / of
    best = max(range(len(answers)), key=lambda a: (isinstance(answers[a], float), _size(answers[a])))
    # Twice what is expected, and more than luck (3.3 standard errors) makes of it.
    many = n > 2 * expected * of and n - expected * of > 3.3 * np.sqrt(max(expected * (1 - expected) * of, 1.0))
    what = ", ".join(columns[:3]) + (" …" if len(columns) > 3 else "")
    return finding(
        "straight_liners", what, "ok" if not n else "warning" if many else "info", "straight", n=n, of=of,
        fewest=FEWEST_ITEMS, items=len(columns), top=int(alike.straight[:, best].sum()),
        share_expected=100 * float(expected),
    )  # fmt: skip


def _items(study: Study, columns: tuple[str, ...]) -> tuple[tuple[Item, ...], list[float | str], dict[str, int]]:
    """The items with the raw values of every answer, the answers, and each item's rows without one."""
    raw: dict[float | str, dict[str, list[Any]]] = {}
    missing: dict[str, int] = {}
    for column in columns:
        scale = study.scale_of(column)
        for value, n in count_cells(study.data, answer=column).counts:
            answer = scale.decode(value)
            if answer is None:
                missing[column] = missing.get(column, 0) + n
            else:
                key = fold(answer) if isinstance(answer, str) else answer
                raw.setdefault(key, {}).setdefault(column, []).append(value)
        missing.setdefault(column, 0)
        if len(raw) > _MOST_ANSWERS:
            raise RoleError(
                f"more than {_MOST_ANSWERS} different answers up to the item {column!r}: these are no ratings",
                column=column,
                hint="name the rating columns: items=['Q1', 'Q2', 'Q3', 'Q4']",
            )
    answers = sorted(raw, key=lambda a: (isinstance(a, str), a if isinstance(a, float) else 0.0, str(a)))
    items = tuple(Item(c, tuple(tuple(raw[a].get(c, ())) for a in answers)) for c in columns)
    return items, answers, missing


def _refuse_scales(study: Study, columns: tuple[str, ...]) -> None:
    scales = {column: study.scale_of(column).ends for column in columns}
    known = {ends for ends in scales.values() if ends is not None}
    if len(known) > 1:
        said = ", ".join(f"{column!r} {ends[0]:g}–{ends[1]:g}" for column, ends in scales.items() if ends is not None)
        raise OptionError(f"the items are on different scales: {said}", hint="name items of one scale: items=['…', …]")


def _highest(items: Sequence[Item], answers: Sequence[float | str]) -> dict[str, float]:
    """The highest answer that occurs in each item, where answers are numbers."""
    out = {}
    for item in items:
        held = [a for a, raw in zip(answers, item.raw, strict=True) if raw and isinstance(a, float)]
        if held:
            out[item.column] = max(held)
    return out


def _end(highest: float) -> float:
    return next((end for end in _ENDS if highest <= end), highest)


def _size(answer: float | str) -> float:
    return answer if isinstance(answer, float) else 0.0
