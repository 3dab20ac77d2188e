"""What is to be noticed in the customers of a linkage: how rows became customers, odd values, thin classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxkit.value.behaviour.classes import Value
from cxkit.value.behaviour.customers import Asked, Customers, Found
from cxkit.value.behaviour.note import Note, both

__all__ = ["group_notes", "row_notes"]

_SMALL = 30


def row_notes(asked: Asked, found: Found) -> tuple[Note, ...]:
    """What the rows were like."""
    people = found.people
    notes = []
    if asked.each:
        notes.append(Note("each"))
    elif "id" not in asked.study.roles:
        notes.append(Note("no_id"))
    for key, fields in _ROWS.items():
        values = tuple((name, float(getattr(people, name))) for name in fields)
        if values[0][1]:
            notes.append(Note(key, (), values))
    if people.cluster is not None and not asked.each:
        notes.append(Note("clustered", (), (("clusters", float(len(np.unique(people.cluster)))),)))
    if people.weight is not None:
        notes.append(Note("weighted"))
    for joined in asked.study.links:
        brought = {c.name for c in joined.columns}
        cut = tuple(both(o) for o in asked.outcomes if o.column in brought)
        if cut and joined.unfinished == "kept" and joined.short:
            notes.append(Note("cut_short", cut, (("short", float(joined.short)),)))
    amounts = tuple(both(o) for o in asked.outcomes if o.kind == "amount")
    if amounts and "churned" in asked.study.roles:
        stayed = asked.outcomes[[o.kind for o in asked.outcomes].index("amount")].among == "stayed"
        left = people.numbers[:, len(asked.outcomes)]
        if stayed:
            notes.append(Note("stayed", amounts, (("lost", float((left == 1).sum())),)))
        else:
            notes.append(Note("all", amounts))
        unknown = int(np.isnan(left).sum())
        if unknown and stayed:
            notes.append(Note("unknown_left", (), (("unknown", float(unknown)),)))
    return tuple(notes)


def group_notes(group: Customers, asked: Asked, found: Found, values: Sequence[Value]) -> list[Note]:
    """What is odd about the outcomes and classes of one group."""
    notes = []
    for j, outcome in enumerate(asked.outcomes):
        y = group.y[:, j]
        unknown, negative = int(np.isnan(y).sum()), int((y < 0).sum())
        if unknown:
            notes.append(Note("missing", (both(outcome),), (("missing", unknown), ("customers", len(y)))))
        if negative:
            notes.append(Note("negative", (both(outcome),), (("negative", negative),)))
    classes = [v for v in values if v.band != "all"]
    rates = {o.name: o for o in asked.outcomes if o.kind == "rate"}
    by_code = {b.code: b for b in found.bands}
    clean = {
        v.outcome: None
        for v in classes
        if v.outcome in rates and v.n >= 10 and v.estimate in (0.0, 100.0)
        and any(x.outcome == v.outcome and x.estimate != v.estimate and x.n for x in classes)
    }  # fmt: skip
    if clean:
        notes.append(Note("separated", tuple(both(rates[name]) for name in clean)))
    rough = tuple(dict.fromkeys(v.outcome for v in classes if v.few and v.n))
    if rough:
        titles = {o.name: both(o) for o in asked.outcomes}
        notes.append(Note("few", tuple(titles[name] for name in rough)))
    small = tuple(dict.fromkeys(both(by_code[v.band]) for v in classes if 1 <= v.n < _SMALL))
    if small:
        notes.append(Note("small", small))
    inside = {b.code for i, b in enumerate(found.bands) if (group.band == i).any()}
    empty = tuple(both(b) for b in found.bands if b.code not in inside)
    if empty:
        notes.append(Note("empty", empty))
    titles = {o.name: both(o) for o in asked.outcomes}
    # The class has answers, and none of its customers counts for this outcome.
    unseen: dict[str, list[tuple[str, str]]] = {}
    for v in classes:
        if not v.n and v.band in inside:
            unseen.setdefault(v.outcome, []).append(both(by_code[v.band]))
    for name, bands in unseen.items():
        amount = next(o.kind for o in asked.outcomes if o.name == name) == "amount"
        key = "none_stayed" if amount and group.stayed is not None else "none_known"
        notes.append(Note(key, (titles[name], *bands)))
    loose = int((group.band < 0).sum())
    if loose:
        notes.append(Note("unbanded", (), (("unbanded", loose),)))
    return notes


_ROWS = {
    "last": ("repeated", "earlier"), "tied": ("tied",), "varying": ("varying",), "anonymous": ("anonymous",),
    "unanswered": ("unanswered",), "unweighted": ("unweighted",),
}  # fmt: skip
