"""Behaviour by class of customer as the page shows it: one line, and the tables of a point and a converted customer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.errors import UsageError
from cxkit.present.grid import Cell
from cxkit.present.money import amount, is_currency
from cxkit.present.numbers import count, interval, number
from cxkit.present.text import clean_text
from cxkit.reports.sentences import capital
from cxkit.reports.worth_texts import say
from cxkit.value.behaviour.amounts import change, change_range, level, level_range, one_point, unit_words

if TYPE_CHECKING:
    from cxkit.value.behaviour import Linkage, PointValue
    from cxkit.value.behaviour.classes import Difference, Value
    from cxkit.value.behaviour.outcomes import Outcome

__all__ = ["MONEY", "apart", "drawn_first", "point_line", "point_rows", "value_said"]

#: What a customer brings, the better measure first.
MONEY = ("margin", "revenue")
#: Customers that a point is scaled to.
BASE = 1000


def drawn_first(found: Linkage) -> list[Outcome]:
    """The outcomes that are drawn: what customers bring, and who left; else the first."""
    by_name = {o.name: o for o in found.outcomes}
    money = next((by_name[role] for role in MONEY if role in by_name), None)
    chosen = [o for o in (money, by_name.get("churned")) if o is not None]
    return chosen or [found.outcomes[0]]


def apart(found: Linkage, outcome: Outcome, lang: str) -> str:
    """The highest and the lowest class, and whether they differ."""
    (group,) = found.groups
    values = {v.band: v for v in group.of(outcome.name)}
    bands = [b for b in found.bands if values[b.code].n]
    per = unit_words(outcome, found.months, lang)
    name = clean_text(outcome.title(lang)) + (f", {per}" if per else "")
    listed = ", ".join(
        f"{clean_text(b.title(lang))} {value_said(outcome, values[b.code], lang)}" for b in reversed(bands)
    )
    said = say("classes", lang, name=capital(name), values=listed)
    d = _widest(found, outcome)
    if d is None:
        return said
    titles = {b.code: clean_text(b.title(lang)) for b in found.bands}
    key = "apart" if d.verdict != "inconclusive" else "not_apart"
    return f"{said} " + say(
        key, lang, high=titles[d.band], low=titles[d.versus], delta=change(outcome, d.delta, lang),
        interval=change_range(outcome, d.low, d.high, d.delta, lang),
    )  # fmt: skip


def value_said(outcome: Outcome, value: Value, lang: str) -> str:
    """A mean or rate with its interval: ``€386 [€383 ; €389]``, ``0.59 [0.54 ; 0.65]``."""
    if is_currency(outcome.unit) or outcome.kind == "rate":
        return f"{level(outcome, value.estimate, lang)} {level_range(outcome, value.low, value.high, lang)}"
    # What is counted stands in the name.
    return f"{number(value.estimate, lang, digits=2)} {interval(value.low, value.high, lang, digits=2)}"


def point_line(found: Linkage, lang: str) -> str:
    """What goes with one point, of what customers bring and of who left."""
    (group,) = found.groups
    said = []
    for outcome in drawn_first(found):
        for p in group.points:
            if p.outcome == outcome.name:
                name = clean_text(outcome.title(lang)).lower()
                delta = change(outcome, p.estimate, lang, beside=(p.low, p.high))
                ends = change_range(outcome, p.low, p.high, p.estimate, lang)
                per = unit_words(outcome, found.months, lang)
                key = "part" if p.real else "part_open"
                said.append(say(key, lang, name=name, delta=delta, interval=ends, per=f" {per}" if per else ""))
    if not said:
        return ""
    return say("one_point", lang, one=one_point(found.score, lang), parts=say("and", lang).join(said))


def point_rows(found: Linkage, lang: str) -> list[tuple[Cell, ...]]:
    """A row for one point of each outcome, and one for a customer in the highest class instead of the lowest."""
    out = []
    for outcome in found.outcomes:
        for made in (found.point, found.converted):
            try:
                value = made(outcome.name, customers=BASE)
            except UsageError:  # it does not vary, or nobody is in a class: the note says so
                continue
            out.append(_row(found, outcome, value, lang))
    return out


def _row(found: Linkage, outcome: Outcome, value: PointValue, lang: str) -> tuple[Cell, ...]:
    estimate = value.only
    if value.move is None:
        what = one_point(found.score, lang)
    else:
        frm, to = (clean_text(b.title(lang)) for b in value.move)
        what = say("instead", lang, frm=frm, to=to)
    total = next((i for i in value.items() if i.item == "point_total"), None)
    scaled = "" if total is None else _scaled(outcome, total.estimate, lang)
    text = change(outcome, value.value, lang, beside=(value.low, value.high))
    return (
        Cell(clean_text(outcome.title(lang)), "head"), Cell(what, "left"),
        Cell(text, strong=estimate.real, pale=not estimate.real, unbroken=True),
        Cell(change_range(outcome, value.low, value.high, value.value, lang), pale=True, unbroken=True),
        Cell(scaled, unbroken=True), Cell(count(value.n, lang)),
    )  # fmt: skip


def _scaled(outcome: Outcome, x: float, lang: str) -> str:
    if outcome.kind == "rate":
        return amount(x, "customers", lang, digits=1, sign=True)
    return amount(x, outcome.unit, lang, sign=True)


def _widest(found: Linkage, outcome: Outcome) -> Difference | None:
    """The highest class against the lowest, where both have somebody and a test."""
    ends = (found.bands[-1].code, found.bands[0].code)
    found_one = [d for d in found.groups[0].differences if d.outcome == outcome.name and (d.band, d.versus) == ends]
    return found_one[0] if found_one and math.isfinite(found_one[0].p) else None
