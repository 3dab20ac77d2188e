"""What the readings of a driver analysis say alike, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Cell
from cxkit.present.numbers import count, interval, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import group_name
from cxkit.present.words import phrase as present

if TYPE_CHECKING:
    from cxkit.present.result import MetricLabel

__all__ = [
    "by_head", "change_text", "common_words", "correction_text", "interval_text", "listed", "means_text", "move_text",
    "of_group", "on_name", "p_cell", "p_head", "p_text", "points_text", "range_text", "reading_cell", "sentence", "with_points",
]  # fmt: skip

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
        "versus": {"en": "Against", "fr": "Face à"},
        "p": {"en": "p adjusted", "fr": "p ajusté"},
        "p_alone": {"en": "p", "fr": "p"},
        "reading": {"en": "Reading", "fr": "Lecture"},
        "means": {"en": "Mean", "fr": "Moyenne"},
        "bh": {"en": "Benjamini-Hochberg over {k} tests", "fr": "Benjamini-Hochberg sur {k} tests"},
        "holm": {"en": "Holm over {k} tests", "fr": "Holm sur {k} tests"},
        "bonferroni": {"en": "Bonferroni over {k} tests", "fr": "Bonferroni sur {k} tests"},
        "uncorrected": {"en": "{k} tests, not corrected", "fr": "{k} tests, sans correction"},
        "more_groups": {"en": "{k} more groups: see the table.", "fr": "{k} autres groupes : voir le tableau."},
        "on": {"en": " on {name}", "fr": " sur {name}"},
        "points": {"en": "points", "fr": "points"},
        "%": {"en": "percentage points", "fr": "points"},
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
    return interval_text(low, high, lang, digits=label.digits)


def interval_text(low: float, high: float, lang: str = "en", *, digits: int = 1) -> str:
    """An interval; a dash for none.

    >>> interval_text(1.8, 4.4), interval_text(float("nan"), float("nan"))
    ('[1.8 ; 4.4]', '–')
    """
    return interval(low, high, lang, digits=digits) if math.isfinite(low) or math.isfinite(high) else "–"


def points_text(label: MetricLabel, lang: str = "en", form: str = "{}") -> str:
    """What a change of the outcome is counted in, in a form such as ``" ({})"``; empty for a mean, which has no unit."""
    return form.format(common_words(label.unit, lang)) if label.unit in common_words else ""


def own_sign(label: MetricLabel, x: float, low: float, high: float) -> tuple[float, float, float]:
    """A gain and its interval as the outcome moves: a gain of an outcome that is better when low is a fall."""
    return (-x + 0.0, -high + 0.0, -low + 0.0) if label.better == "lower" else (x, low, high)


def with_points(label: MetricLabel, x: float, lang: str = "en") -> str:
    """A change of the outcome and what it is counted in: ``+3.1 points``."""
    return change_text(label, x, lang) + points_text(label, lang, " {}")


def on_name(label: MetricLabel, lang: str = "en") -> str:
    """`` on NPS``."""
    return common_words("on", lang, name=clean_text(label.title(lang)))


def means_text(here: float, there: float, between: str, lang: str = "en") -> str:
    """Two means on a driver's scale: ``5 → 6``; a dash for none, such as those of a product of drivers."""
    if not (math.isfinite(here) or math.isfinite(there)):
        return "–"
    return f"{move_text(here, lang, sign=False)} {between} {move_text(there, lang, sign=False)}"


def by_head(by: tuple[str, ...], lang: str, freq: str | None = None) -> str:
    """The head over groups: the columns' names, that of periods translated."""
    return " · ".join(present("period", lang) if part == "period" and freq else part for part in by)


def correction_text(correction: str | None, size: int, lang: str = "en") -> str:
    """How many tests were judged together, and how."""
    return common_words(correction or "uncorrected", lang, k=count(size, lang))


def p_head(correction: str | None, lang: str = "en") -> str:
    """The head over p-values: whether they are adjusted."""
    return common_words("p" if correction else "p_alone", lang)


def p_cell(p: float, lang: str = "en") -> Cell:
    """A p-value in a table, without its sign of equality."""
    return Cell(p_text(p, lang).removeprefix("= "), unbroken=True)


def reading_cell(text: str, colour: str, *, pale: bool) -> Cell:
    """What a row says, on one line, with the dot of its colour."""
    return Cell(text, "left", colour=colour, pale=pale, unbroken=True)


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
