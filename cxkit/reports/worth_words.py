"""What the page "What it is worth" says in its title and in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cxkit.keydrivers.shown.figures import named
from cxkit.present.money import short_money
from cxkit.present.numbers import colon, number
from cxkit.reports.sentences import shortened
from cxkit.reports.worth_return_texts import say
from cxkit.reports.worth_texts import say as known
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.returns.figures import CHANNELS
from cxkit.value.returns.phrases import say as returned
from cxkit.value.returns.words import item_texts, share_text, whole, years_text

if TYPE_CHECKING:
    from cxkit.present.items import Item
    from cxkit.reports.worth_page import WorthPage
    from cxkit.value.returns import Roi

__all__ = ["LINK_FIRST", "finding", "gain_said", "is_paid", "moves_text", "names_of", "summary"]

#: What to write into the project file where a study knows nothing of behaviour.
LINK_FIRST = """[[link]]
uri = "crm.csv"
on = "id"
[link.roles]
revenue = "revenue_12m"
margin = "margin_12m"
churned = "has_left"
support_cost = "support_cost_12m"
"""

_NBSP = "\u00a0"  # an interval in a title stays on one line
_SHOWN = 2  # moves in a title


def names_of(roles: Iterable[str], lang: str) -> str:
    """Roles as readers call them: ``Revenue, Customers lost``."""
    return ", ".join(Outcome(role, role, "amount", "", "").title(lang) for role in roles)


def moves_text(moves: Mapping[str, float], page: WorthPage) -> str:
    """What moves, and by how much: ``sat_wait +0.5``."""
    said = []
    for name, delta in list(moves.items())[:_SHOWN]:
        key = "move_score" if name == page.main else "move"
        digits = 0 if float(delta).is_integer() else 1 if round(delta, 1) == delta else 2
        by = number(delta, page.lang, digits=digits, sign=True)
        said.append(say(key, page.lang, name=page.label(page.main), driver=shortened(name), delta=by))
    return named(said, page.lang) + (" …" if len(moves) > _SHOWN else "")


def finding(page: WorthPage) -> str:
    """The one thing to remember, for a title."""
    name, lang = page.label(page.main), page.lang
    if not page.behaviour:
        return known("unknown", lang, name=name)
    if page.classes is None:
        return known("few" if page.linked.held else "unknown", lang, name=name)
    result = page.result
    if result is None:
        return known("plain", lang, name=name)
    npv = result.item("npv")
    keys = ("gain", "loss", "open") if is_paid(result) else ("benefit", "harm", "no_benefit")
    gains = npv.low > 0 or (result.sure and npv.estimate > 0)
    loses = npv.high < 0 or (result.sure and npv.estimate < 0)
    key = keys[0] if gains else keys[1] if loses else keys[2]
    return say(key, lang, what=moves_text(page.improved, page), npv=_money(npv.estimate, result, lang),
               interval=_interval(npv, result, lang), years=_years(result, lang)).replace("  ", " ")  # fmt: skip


def summary(page: WorthPage) -> list[str]:
    """Two or three lines under the title: how sure, at which cost, and how well it is known."""
    result, lang = page.result, page.lang
    if result is None:
        return []
    npv = result.item("benefit")
    values = {
        "share": share_text(result.value("probability_positive"), lang), "years": _years(result, lang),
        "most": _money(npv.estimate, result, lang), "interval": _interval(npv, result, lang),
        "payback": item_texts(result, result.item("payback_months"), lang)[0],
    }  # fmt: skip
    if not is_paid(result):
        key = "no_cost" if npv.low > 0 or (result.sure and npv.estimate > 0) else "no_worth"
    elif result.value("payback_never") > 50:
        key = "not_paid"
    else:
        key = "paid"
    return [say(key, lang, **values), say(f"rests_{result.grade}", lang)]


def gain_said(result: Roi, lang: str) -> list[str]:
    """What the improvement brings before any cost, and where that comes from."""
    item = result.item("benefit")
    said = say("gain_first", lang, years=_years(result, lang), most=_money(item.estimate, result, lang),
               interval=_interval(item, result, lang)).replace("  ", " ")  # fmt: skip
    parts = {c: i.estimate for c in CHANNELS for i in result.items if i.item == f"gain_{c}"}
    total = sum(parts.values())
    if len(parts) < 2 or min(parts.values()) < 0 or total <= 0:
        return [said]
    listed = ", ".join(
        returned("part", lang, name=returned(c, lang), share=whole(100 * parts[c] / total, lang))
        for c in sorted(parts, key=lambda c: -parts[c])
    )
    return [said, returned("from", lang, parts=listed, colon=colon(lang))]


def is_paid(result: Roi) -> bool:
    """Whether the improvement is said to cost anything."""
    return bool(result.value("cost") > 0)


def _years(result: Roi, lang: str) -> str:
    return years_text(result.case.periods * result.case.months, lang)


def _money(x: float, result: Roi, lang: str) -> str:
    return short_money(x, result.currency, lang).replace(" ", _NBSP)


def _interval(item: Item, result: Roi, lang: str) -> str:
    """``[€1.2M ; €2.3M]``; nothing where nothing is uncertain."""
    if item.low != item.low:
        return ""
    low, high = (short_money(x, result.currency, lang) for x in (item.low, item.high))
    return f"[{low} ; {high}]".replace(" ", _NBSP)
