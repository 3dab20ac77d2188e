"""A return in sentences and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.items import Item
from cxkit.present.money import amount, amount_interval, money, short_money
from cxkit.present.numbers import check_lang, colon, count, number, with_unit
from cxkit.present.palette import HIGHER, LOWER
from cxkit.present.words import percent
from cxkit.present.words import phrase as present
from cxkit.value.behaviour.amounts import unit_once
from cxkit.value.returns.assumption_words import decimals, figure_name, listed, quantity_name
from cxkit.value.returns.assumption_words import say as figures_say
from cxkit.value.returns.figures import CHANNELS, months_quantiles
from cxkit.value.returns.phrases import item_name, say

if TYPE_CHECKING:
    from cxkit.value.returns.result import Roi

__all__ = ["explain_roi", "item_texts", "roi_grid", "share_text", "whole", "years_text"]


def years_text(months: int, lang: str) -> str:
    """A horizon: ``3 years``, ``18 months``."""
    if months == 12:
        return say("year", lang)
    if months == 1:
        return say("month", lang)
    return say("years", lang, k=months // 12) if months % 12 == 0 else say("months", lang, k=months)


def horizon(result: Roi, lang: str) -> str:
    return years_text(result.case.periods * result.case.months, lang)


def share_text(x: float, lang: str) -> str:
    """A share of draws in %, never rounded up to all or down to none."""
    if 0 < x < 0.05 or 99.95 <= x < 100:
        few = x < 50
        return say("under" if few else "over", lang, share=with_unit(0.1 if few else 99.9, "%", lang))
    return with_unit(x, "%", lang, digits=0 if x in (0, 100) else 1)


def explain_roi(result: Roi, lang: str) -> str:
    """The gain, its chance, payback and break-even; where it comes from; what it hangs on; how it is known."""
    check_lang(lang)
    out = [_gain(result, lang)]
    if result.sure:
        out.append(say("sure", lang))
    else:
        chance = result.value("probability_positive")
        key = "chance_none" if chance == 0 else "chance_all" if chance == 100 else "chance"
        out.append(say(key, lang, share=share_text(chance, lang), draws=count(result.draws, lang)))
    out += [_payback(result, lang), _break_even(result, lang), *_origin(result, lang), *_hangs(result, lang)]
    out += [_grade(result, lang)]
    out += _notes(result, lang, but="no_cost")
    if any(link.grade == "observed" for link in result.links):
        out.append(say("cause", lang))
    if any(row.source == "study" for row in result.rows):
        out.append(figures_say("sample", lang))
    default = listed(result.rows, "default", lang)
    return " ".join(part for part in (*out, default) if part)


def _notes(result: Roi, lang: str, but: str = "") -> list[str]:
    """The notes in sentences; those that say the same of several figures are one."""
    what: dict[tuple[str, int], list[str]] = {}
    for note in result.notes:
        if note.key != but:
            what.setdefault((note.key, note.count), []).append(figure_name(note.what, lang) if note.what else "")
    return [
        say(key, lang, what=listed_words(names, lang), count=count(n, lang), draws=_draws(n, result.draws, lang),
            colon=colon(lang))
        for (key, n), names in what.items()
    ]  # fmt: skip


def listed_words(names: Sequence[str], lang: str) -> str:
    """``churn, margin and revenue``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'et' if lang == 'fr' else 'and'} {names[-1]}"


def _draws(n: int, draws: int, lang: str) -> str:
    key = "draw_all" if n >= draws else "draw_one" if n == 1 else "draw_some"
    return say(key, lang, count=count(n, lang), all=count(draws, lang))


def _gain(result: Roi, lang: str) -> str:
    npv, cost, roi = result.item("npv"), result.item("cost"), result.item("roi")
    values = {"years": horizon(result, lang), "npv": money(npv.estimate, result.currency, lang),
              "interval": _interval(npv, lang)}  # fmt: skip
    if not math.isfinite(roi.estimate):
        return say("gain_free", lang, **values)
    said = say("roi", lang, roi=whole(roi.estimate, lang), interval=_interval(roi, lang, digits=0))
    return say("gain", lang, cost=money(cost.estimate, result.currency, lang), roi=said, **values)


def whole(x: float, lang: str) -> str:
    return with_unit(x, "%", lang, digits=0 if abs(x) >= 10 else 1)


def _interval(item: Item, lang: str, digits: int | None = None) -> str:
    if not math.isfinite(item.low):
        return ""
    return " " + unit_once(amount_interval(item.low, item.high, item.unit, lang, digits=digits))


def _payback(result: Roi, lang: str) -> str:
    if not math.isfinite(result.value("roi")):
        return ""
    never = result.value("payback_never")
    if never == 100:
        return say("payback_never", lang)
    if never > 50:
        return say("payback_mostly_never", lang, share=share_text(never, lang))
    middle, low, high = months_quantiles(result.payback, result.level)
    months = amount(middle, "months", lang)
    if low == high:
        return say("payback_sure", lang, months=months)
    interval = f" [{number(low, lang)} ; {number(high, lang) if math.isfinite(high) else say('never', lang)}]"
    share = say("never_share", lang, share=share_text(never, lang)) if never else ""
    return say("payback", lang, months=months, interval=interval, never=share)


def _break_even(result: Roi, lang: str) -> str:
    share, cost = result.value("break_even_share"), result.value("break_even_cost")
    if not math.isfinite(result.value("roi")):
        return ""
    if cost <= 0:
        return say("break_even_loss" if cost < 0 else "break_even_nothing", lang)
    said = money(cost, result.currency, lang)
    if not math.isfinite(share):
        return say("break_even_none", lang, cost=said)
    lift = next((i for i in result.items if i.item == "break_even_lift"), None)
    shown = say("lift", lang, lift=lift_text(lift, lang)) if lift is not None else ""
    return say("break_even", lang, share=whole(share, lang), lift=shown, cost=said)


def lift_text(lift: Item, lang: str) -> str:
    """The improvement that breaks even: ``+0.19``, ``+1.9 points``."""
    return amount(lift.estimate, lift.unit, lang, digits=decimals(lift.estimate), sign=True)


def _origin(result: Roi, lang: str) -> list[str]:
    """Shares of the gain, where there are several parts and all of them gain."""
    parts = {c: i.estimate for c in CHANNELS for i in result.items if i.item == f"gain_{c}"}
    total = sum(parts.values())
    if len(parts) < 2 or total <= 0 or min(parts.values()) < 0:
        return []
    ranked = sorted(parts, key=lambda c: -parts[c])
    said = [say("part", lang, name=say(c, lang), share=whole(100 * parts[c] / total, lang)) for c in ranked]
    return [say("from", lang, parts=", ".join(said), colon=colon(lang))]


def _hangs(result: Roi, lang: str) -> list[str]:
    if not result.swings or result.swings[0].width == 0:
        return []
    swing = result.swings[0]
    ends = sorted((swing.npv_low, swing.npv_high))
    low, high = (short_money(x, result.currency, lang) for x in ends)
    return [say("hangs", lang, name=figure_name(swing.name, lang), low=low, high=high)]


def _grade(result: Roi, lang: str) -> str:
    weak = [link for link in result.links if link.grade == result.grade]
    names = dict.fromkeys(say(f"link_{x.kind}", lang, name=quantity_name(x.what, lang)) for x in weak)
    return say("grade", lang, grade=say(result.grade, lang), links=", ".join(names), colon=colon(lang))


# As a table -----------------------------------------------------------------------------------------


def item_texts(result: Roi, item: Item, lang: str) -> tuple[str, str]:
    """An item and its interval as readers see them; no infinite month, and no share where none breaks even."""
    if item.item == "payback_months":
        middle, low, high = months_quantiles(result.payback, result.level)
        texts = [amount(x, "months", lang) if math.isfinite(x) else say("never", lang) for x in (middle, low, high)]
        if low == high:
            return texts[0], ""
        inside = [number(x, lang) if math.isfinite(x) else say("never", lang) for x in (low, high)]
        return texts[0], f"[{inside[0]} ; {inside[1]}]"
    if not math.isfinite(item.estimate):
        key = "no_roi" if item.item == "roi" else "none"
        return say(key, lang), ""
    if item.item in ("probability_positive", "payback_never"):
        return share_text(item.estimate, lang), ""
    if item.item == "break_even_lift":
        return lift_text(item, lang), ""
    text = amount(item.estimate, item.unit, lang, sign=item.item == "score_change")
    return text, amount_interval(item.low, item.high, item.unit, lang) if math.isfinite(item.low) else ""


def roi_grid(result: Roi, lang: str) -> Grid:
    check_lang(lang)
    heads = [say("item", lang), say("estimate", lang)]
    heads += [] if result.sure else [say("draws", lang, level=percent(result.level, lang))]
    rows = []
    for item in result.items:
        # What is never paid back is said only where it happens, and a chance only where anything is left to it.
        if (item.item == "payback_never" and item.estimate == 0) or (
            item.item == "probability_positive" and result.sure
        ):
            continue
        text, interval = item_texts(result, item, lang)
        lead = item.item in ("npv", "roi")
        word = "" if item.item != "npv" else HIGHER if item.estimate > 0 else LOWER
        row = [
            Cell(item_name(item.item, lang), "head", strong=lead),
            Cell(text, strong=lead, colour=word, unbroken=True),
        ]
        if not result.sure:
            row.append(Cell(interval, pale=True, unbroken=True))
        rows.append(tuple(row))
    sources = [said for s in ("said", "measured", "study", "default") if (said := listed(result.rows, s, lang))]
    notes = [
        present("method", lang), *_notes(result, lang), *sources,
        _grade(result, lang), say("timing", lang, timing=say(result.case.timing, lang)),
    ]  # fmt: skip
    notes += [say("shapley", lang)] if sum(i.item.startswith("gain_") for i in result.items) > 1 else []
    notes += [say("referred", lang)] if "referrals" in result.case.modes else []
    notes.append(say("draw_note", lang, draws=count(result.draws, lang), seed=result.seed))
    if any(link.grade == "observed" for link in result.links):
        notes.append(say("cause", lang))
    return Grid(say("caption", lang, years=horizon(result, lang)), tuple(heads), tuple(rows), tuple(notes))
