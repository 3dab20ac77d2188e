"""Which behaviour a page may show: no class of a few customers, and none that could be computed from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cxkit.errors import CxkitError

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.study import Study
    from cxkit.value.behaviour import Linkage
    from cxkit.value.behaviour.curve import Curve

__all__ = ["class_counts", "held_back", "safe_curve", "safe_groups", "shown_outcomes"]


def class_counts(found: Linkage) -> pd.DataFrame:
    """How many customers each class has: a frame of the ``by`` columns, ``outcome, band, n, size``.

    ``n`` counts those behind the mean or rate, ``size`` all of the class: that nobody of a few stayed tells of them too.
    """
    import pandas as pd

    rows = []
    for group, customers in zip(found.groups, found.found.groups, strict=True):
        sizes = {band.code: int((customers.band == i).sum()) for i, band in enumerate(found.bands)}
        rows += [(*group.key, v.outcome, v.band, v.n, sizes[v.band]) for v in group.values if v.band in sizes]
    return pd.DataFrame(rows, columns=[*found.by, "outcome", "band", "n", "size"])


def shown_outcomes(counts: pd.DataFrame, min_n: int) -> tuple[list[str], list[str]]:
    """Outcomes that may be shown, and those that may not, each in the order of the frame.

    Parameters
    ----------
    counts : DataFrame
        As :func:`class_counts` makes it, of a linkage without groups.
    min_n : int

    Returns
    -------
    tuple of list of str
        An outcome with a class of fewer customers is left out as a whole: the mean of that class follows from the
        means of the others and of all, or from the value of a point.
    """
    shown: list[str] = []
    held: list[str] = []
    for outcome in dict.fromkeys(counts["outcome"]):
        (shown if _fine(counts[counts["outcome"] == outcome], min_n) else held).append(str(outcome))
    return shown, held


def held_back(study: Study, only: Mapping[str, str], score: str, outcomes: Sequence[str], min_n: int) -> list[str]:
    """Outcomes that the page about ``only`` must hold back, lest those of everybody tell what a small group did.

    Every page of a fan-out works it out from the same rows, so that all of them agree.

    Parameters
    ----------
    study : Study
        Everybody.
    only : mapping
        Column -> value of the page.
    """
    from cxkit.value.behaviour import linkage

    columns = [study.column(name) for name in only]
    try:
        counts = class_counts(linkage(study, score, list(outcomes), by=columns))
    except CxkitError:  # what cannot be told of groups cannot be made safe
        return list(outcomes)
    page = tuple(map(str, only.values()))
    return [name for name in outcomes if page not in safe_groups(counts, columns, [name], min_n)]


def safe_groups(
    counts: pd.DataFrame, columns: Sequence[str], outcomes: Sequence[str], min_n: int
) -> set[tuple[str, ...]]:
    """Groups whose classes may all be shown beside those of everybody.

    Parameters
    ----------
    counts : DataFrame
        As :func:`class_counts` makes it, of a linkage by ``columns``.
    outcomes : sequence of str
        All of which are shown.

    Returns
    -------
    set of tuple of str
        Where the classes of the others are few together, the smallest of those shown go too.
    """
    found = [_shown_groups(counts[counts["outcome"] == name], list(columns), min_n) for name in outcomes]
    return set.intersection(*found) if found else set()


def safe_curve(curve: Curve, min_n: int) -> Curve | None:
    """A curve without answers of a few customers; None where fewer than three answers are left.

    The mean of a class is known: in each, what is hidden is so many customers together that it tells of none.
    """
    bend = curve.only
    held: set[float] = set()
    for band in dict.fromkeys(a.band for a in bend.answers):
        sizes = {a.answer: a.n for a in bend.answers if a.band == band and a.n}
        held |= _hidden(sizes, min_n)
    answers = tuple(a for a in bend.answers if a.n and a.answer not in held)
    return replace(curve, bends=(replace(bend, answers=answers),)) if len(answers) > 2 else None


def _hidden(sizes: Mapping[float, int], min_n: int) -> set[float]:
    """The small ones of a sum that is known, with as many more as keep them from being computed."""
    small = {key for key, n in sizes.items() if n < min_n}
    if not small:
        return set()
    rest = iter(sorted(sizes.keys() - small, key=lambda key: sizes[key]))
    while len(small) < len(sizes) and (len(small) < 2 or sum(sizes[key] for key in small) < min_n):
        small.add(next(rest))
    return small


def _fine(rows: pd.DataFrame, min_n: int) -> bool:
    """Whether no class of one outcome is small, and there is one."""
    return _enough(rows, min_n) and bool((rows["n"] >= min_n).any())


def _enough(rows: pd.DataFrame, min_n: int) -> bool:
    return all(n == 0 or n >= min_n for column in ("n", "size") for n in rows[column])


def _shown_groups(rows: pd.DataFrame, columns: list[str], min_n: int) -> set[tuple[str, ...]]:
    """Groups whose classes may all be shown; the smallest of them go too where the others are few in a class."""
    keys = rows[columns].astype(str).apply(tuple, axis=1)
    parts = {key: rows[keys == key] for key in dict.fromkeys(keys)}
    shown = [key for key, part in parts.items() if _fine(part, min_n)]
    shown.sort(key=lambda key: -int(parts[key]["size"].sum()))
    while shown and not _enough(rows[~keys.isin(shown)].groupby("band")[["n", "size"]].sum(), min_n):
        shown.pop()
    return set(shown)
