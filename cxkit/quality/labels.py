"""Group labels that are one and the same to a reader, but not to a group-by."""

from __future__ import annotations

from collections.abc import Mapping

from cxkit.quality.finding import Finding, finding
from cxkit.study import Study
from cxkit.study.names import fold
from cxkit.tally import count_cells

__all__ = ["labels", "near", "one_edit"]

_GROUPINGS = ("by", "segment", "touchpoint", "stage", "channel")
_MOST_LEVELS = 2000
#: A label is a likely slip of another one that is at least this many times as frequent.
_RARER = 20


def labels(study: Study) -> list[Finding]:
    """Look at the labels of every grouping column."""
    columns = list(dict.fromkeys(c for role in _GROUPINGS for c in study.roles.get(role, ())))
    if not columns:
        return [Finding("labels", "", "not_checked", "say", (("option", "by=['…']"),))]
    return [found for column in columns for found in _of_column(study, column)]


def _of_column(study: Study, column: str) -> list[Finding]:
    counts: dict[str, int] = {}
    coded = study.reading.labels.get(column, {})
    for raw, n in count_cells(study.data, answer=column).counts:
        label = coded.get(raw, raw)
        if isinstance(label, str):
            counts[label] = counts.get(label, 0) + n
    rows = sum(counts.values())
    if len(counts) > _MOST_LEVELS:
        return [Finding("labels", column, "not_checked", "labels_many", (("levels", len(counts)),))]
    same: dict[str, list[str]] = {}
    for label in sorted(counts, key=lambda x: (-counts[x], x)):
        same.setdefault(fold(label), []).append(label)
    out = []
    for group in same.values():
        if len(group) > 1:
            apart = sum(counts[label] for label in group[1:])
            shown = tuple((label, counts[label]) for label in group)
            out.append(finding("labels", column, "warning", "labels_same", n=apart, of=rows, labels=shown))
    together = {key: sum(counts[label] for label in group) for key, group in same.items()}
    for rare, usual in near(together):
        shown = ((same[usual][0], together[usual]), (same[rare][0], together[rare]))
        out.append(finding("labels", column, "info", "labels_near", n=together[rare], of=rows, labels=shown))
    return out or [finding("labels", column, "ok", "labels_none", n=0, of=rows, levels=len(counts))]


def near(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs (rare, usual) of labels that differ by one edit, one being twenty times as frequent.

    Labels under three characters are left alone, and so are those that differ in a digit:
    ``Store 12`` and ``Store 13`` are two stores.

    >>> near({"smb": 900, "sbm": 4, "q1": 900, "q2": 4})
    [('sbm', 'smb')]
    """
    places: dict[str, set[str]] = {}
    for label in counts:
        for short in {label, *(label[:i] + label[i + 1 :] for i in range(len(label)))}:
            places.setdefault(short, set()).add(label)
    found = {
        (rare, usual)
        for group in places.values()
        for rare in group
        for usual in group
        if counts[rare] * _RARER <= counts[usual] and _could_slip(rare, usual)
    }
    best: dict[str, str] = {}
    for rare, usual in sorted(found):
        if rare not in best or counts[usual] > counts[best[rare]]:
            best[rare] = usual
    return sorted(best.items())


def _could_slip(a: str, b: str) -> bool:
    digits = ["".join(c for c in label if c.isdigit()) for label in (a, b)]
    return min(len(a), len(b)) >= 3 and digits[0] == digits[1] and one_edit(a, b)


def one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, left out, replaced, or two neighbours exchanged make one of the other.

    References
    ----------
    Damerau (1964), A technique for computer detection and correction of spelling errors,
    Communications of the ACM 7(3), 171-176.

    >>> one_edit("smb", "sbm"), one_edit("retail", "retial"), one_edit("smb", "bsm")
    (True, True, False)
    """
    if a == b:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    if len(x) == len(y):
        return x[1:] == y[1:] or (x[:2] == y[:2][::-1] and x[2:] == y[2:])
    short, long = sorted((x, y), key=len)
    return long[1:] == short
