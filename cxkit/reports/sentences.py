"""What a page says of one change, in a title, a tile or a sentence."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cxkit.inference.comparison_words import delta_text, verdict_text
from cxkit.present.numbers import interval, number, period, with_unit
from cxkit.present.text import clean_text
from cxkit.reports.texts import text

if TYPE_CHECKING:
    from cxkit.inference import Comparison
    from cxkit.present.result import Trend

__all__ = ["capital", "change_sentence", "change_title", "difference", "level_only", "shortened"]

#: Values in titles are cut after so many characters; the line under the title has them whole.
_LONGEST = 60


def change_sentence(change: Comparison, lang: str, row: int = -1) -> str:
    """``September 2026: +27.2, +17.2 [12.8 ; 21.5] against August 2026: a rise.``"""
    row %= len(change)
    out = text("change_sentence", lang, **_said(change, row, lang))
    if change.verdict[row] == "inconclusive" and change.detectable[row] == change.detectable[row]:
        least = number(change.detectable[row], lang, digits=change.metric.digits)
        out += " " + text("could_show", lang, least=least)
    return capital(out)


def change_title(change: Comparison, lang: str, row: int = -1) -> str:
    """``NPS, September 2026: +27.2; change +17.2 [12.8 ; 21.5], a rise``."""
    return text("moved", lang, metric=change.metric.title(lang), **_said(change, row % len(change), lang))


def difference(change: Comparison, lang: str, row: int = -1) -> str:
    """``+17.2 [12.8 ; 21.5]``."""
    said = _said(change, row % len(change), lang)
    return f"{said['delta']} {said['interval']}"


def level_only(trend: Trend) -> Trend:
    """A trend that says nothing of changes: those of a page are claims of its family."""
    return dataclasses.replace(trend, before=(), delta=(), delta_low=(), delta_high=())


def capital(said: str) -> str:
    """A sentence that begins as one: French months have no capital.

    >>> capital("septembre 2026")
    'Septembre 2026'
    """
    return said[:1].upper() + said[1:]


def shortened(name: object) -> str:
    """A value of the data, short enough for a title."""
    clean = clean_text(name)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def _said(change: Comparison, row: int, lang: str) -> dict[str, str]:
    digits, freq = change.metric.digits, change.freq or "M"
    signed = change.metric.bounds is not None and change.metric.bounds[0] < 0
    return {
        "period": period(change.keys[row][-1], freq, lang),
        "estimate": with_unit(change.estimate[row], change.metric.unit, lang, digits=digits, sign=signed),
        "delta": delta_text(change, row, lang),
        "interval": interval(change.delta_low[row], change.delta_high[row], lang, digits=digits),
        "before": period(change.versus_keys[row][-1], freq, lang),
        "word": verdict_text(change, row, lang).partition(" ")[2],
    }
