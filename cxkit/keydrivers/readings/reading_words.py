"""What the readings of a driver analysis say alike, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cxkit.present.numbers import interval, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name

if TYPE_CHECKING:
    from cxkit.present.result import MetricLabel

__all__ = ["change_text", "common_words", "listed", "move_text", "of_group", "p_text", "range_text", "sentence"]

_NAMED = 6

#: Phrases of several readings.
common_words = Phrases(
    {
        "association": {
            "en": "An association is not a cause: to know, make the change in places drawn by lot and compare.",
            "fr": "Une association n’est pas une cause : pour le savoir, appliquer le changement dans des lieux tirés au "
            "sort et comparer.",
        },
        "driver": {"en": "Driver", "fr": "Levier"},
        "group": {"en": "Group", "fr": "Groupe"},
        "more": {"en": "{names} and {k} more", "fr": "{names} et {k} autres"},
        "share_points": {"en": "share points", "fr": "points de part"},
        "below": {"en": "p {p}", "fr": "p {p}"},
        "not_established": {"en": "not established", "fr": "non établi"},
    }
)


def move_text(x: float, lang: str = "en", *, sign: bool = True) -> str:
    """A value on a driver's scale, with the decimals that it needs, two at most.

    >>> move_text(0.5), move_text(1.0), move_text(-0.257)
    ('+0.5', '+1', '−0.26')
    """
    digits = next((d for d in (0, 1) if math.isfinite(x) and abs(x - round(x, d)) < 1e-9), 2)
    return number(x, lang, digits=digits, sign=sign)


def change_text(label: MetricLabel, x: float, lang: str = "en") -> str:
    """A change of the outcome, signed: ``+3.1``."""
    return number(x, lang, digits=label.digits, sign=True)


def range_text(label: MetricLabel, low: float, high: float, lang: str = "en") -> str:
    """Its interval: ``[1.8 ; 4.4]``."""
    return interval(low, high, lang, digits=label.digits)


def of_group(key: tuple[Any, ...], lang: str, freq: str | None = None) -> str:
    """``North: `` before what is said of one of several groups."""
    if not key:
        return ""
    return group_name(key, lang, freq=freq) + (" : " if lang == "fr" else ": ")


def sentence(text: str) -> str:
    """A sentence of ours with its capital; names from data keep their own."""
    return text[:1].upper() + text[1:]


def listed(names: list[str], lang: str) -> str:
    """Names in a row, the first six."""
    shown = ", ".join(clean_text(n) for n in names[:_NAMED])
    return shown if len(names) <= _NAMED else common_words("more", lang, names=shown, k=len(names) - _NAMED)


def p_text(p: float, lang: str = "en") -> str:
    """A p-value as it is written: ``= 0.012``, ``< 0.001``.

    >>> p_text(0.0123), p_text(0.00001, "fr")
    ('= 0.012', '< 0,001')
    """
    if not math.isfinite(p):
        return "–"
    return f"< {number(0.001, lang, digits=3)}" if p < 0.001 else f"= {number(p, lang, digits=3)}"
