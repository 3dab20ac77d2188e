"""Why a score moved, without the few: on one page, and across the pages of a run.

Those who left, joined or fell silent on the pages of a fan-out are together those of the whole
study: where one page joins its few with others, the study less the other pages would have them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxkit.change.explained import Why
from cxkit.change.why import why
from cxkit.errors import CxkitError
from cxkit.reports.hiding import group_code
from cxkit.study import Study

__all__ = ["ALL_PARTS", "CAME_OR_WENT", "NO_PARTS", "parts_of_pages", "parts_to_show", "safe_why"]

#: What pages show of a split change: every part; all who came or went as one; nothing.
ALL_PARTS, CAME_OR_WENT, NO_PARTS = range(3)

_EVERY = 10**12  # no part has so many answers, so that all are joined


def safe_why(found: Why, min_n: int, parts: int = ALL_PARTS) -> Why | None:
    """A split change as a page may show it; None where a part stays too small."""
    if parts == NO_PARTS:
        return None
    joined = found.coarse(_EVERY if parts == CAME_OR_WENT else min_n)
    if any(0 < n < min_n for n in joined.n):
        return None
    few = joined.sensitivity is not None and joined.sensitivity.n < min_n
    return dataclasses.replace(joined, sensitivity=None) if few else joined


def parts_to_show(hidden: Iterable[str], metric: str) -> int:
    """What the parameter ``hidden`` of a page leaves of a split change."""
    codes = set(hidden)
    return max((k for k in (CAME_OR_WENT, NO_PARTS) if _code(metric, k) in codes), default=ALL_PARTS)


def parts_of_pages(
    study: Study, pages: Sequence[Mapping[str, Any]], metric: str, spans: tuple[str, str], min_n: int
) -> list[str]:
    """What the pages of a fan-out must hide of the change of ``metric``, as codes of ``hidden``.

    Parameters
    ----------
    study : Study
        The data of all of them.
    pages : sequence of mappings
        Column -> value of each page that shows this change, the same columns on all.
    spans : tuple of str
        The later and the earlier period.

    Returns
    -------
    list of str
        Empty where every part may be shown: on no page, and in nothing that the pages leave of the
        whole study, does a part stand on fewer than ``min_n`` answers.
    """
    whole = _split(study, {}, metric, spans)
    if whole is None:
        return []
    each = [_split(study, page, metric, spans) for page in pages]
    for parts in (ALL_PARTS, CAME_OR_WENT):
        total, *bases = (_bases(found, parts) for found in (whole, *each))
        names = {name for held in (total, *bases) for name in held}
        rest = (total.get(name, 0) - sum(held.get(name, 0) for held in bases) for name in names)
        if not any(0 < n < min_n for n in (*rest, *(n for held in bases for n in held.values()))):
            return [_code(metric, parts)] if parts else []
    return [_code(metric, NO_PARTS)]


def _split(study: Study, page: Mapping[str, Any], metric: str, spans: tuple[str, str]) -> Why | None:
    try:
        return why(study.filter(**page) if page else study, metric, period=spans[0], versus=spans[1])
    except CxkitError:  # nobody there, or a score without parts: the page shows none
        return None


def _bases(found: Why | None, parts: int) -> dict[str, int]:
    if found is None:
        return {}
    joined = found.coarse(_EVERY) if parts == CAME_OR_WENT else found
    return dict(zip(joined.items, joined.n, strict=True))


def _code(metric: str, parts: int) -> str:
    return group_code(metric, ("why",), (parts,))
