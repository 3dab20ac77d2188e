"""Levels and changes of an outcome as readers see them: money, shares, counts."""

from __future__ import annotations

import math

from cxkit.present.money import amount, amount_interval, is_currency
from cxkit.present.numbers import interval, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import MetricLabel
from cxkit.present.text import clean_text
from cxkit.value.behaviour.outcomes import Outcome

__all__ = ["change", "change_range", "level", "level_range", "one_point", "unit_once", "unit_words", "words"]

_VOWELS = tuple("aeiouyàâéèêëîïôûœh")
_NBSP = "\u00a0"

#: Phrases that all results of a linkage share.
words = Phrases(
    {
        "pp": {"en": "percentage points", "fr": "points de pourcentage"},
        "pp_one": {"en": "percentage points", "fr": "point de pourcentage"},  # plural from 2 on in French
        "one_point": {"en": "One point of {name}", "fr": "Un point {of}{name}"},
        "one_share": {"en": "One percentage point of {name}", "fr": "Un point de pourcentage {of}{name}"},
        "one_step": {"en": "One point of {name} ({scale})", "fr": "Un point {of}{name} ({scale})"},
        "per": {"en": "per customer", "fr": "par client"},
        "per_months": {"en": "per customer over {months} months", "fr": "par client sur {months} mois"},
        "over": {"en": "over {months} months", "fr": "sur {months} mois"},
        "association": {
            "en": "Association, not proof of cause: what a changed score would bring is for a test to show.",
            "fr": "Association, et non preuve de causalité : seul un test montrerait l’effet d’un score modifié.",
        },
        "stayed": {"en": "customers who stayed", "fr": "clients restés"},
    }
)


def _plain(outcome: Outcome) -> str:
    """The unit that is written beside a number: that of contacts and referrals is their name already."""
    return outcome.unit if outcome.kind == "rate" or is_currency(outcome.unit) else ""


def level(outcome: Outcome, x: float, lang: str = "en") -> str:
    """A mean or rate: ``€1,100``, ``4.0%``, ``6.91``."""
    return amount(
        x, _plain(outcome), lang, digits=None if is_currency(outcome.unit) else 1 if outcome.kind == "rate" else 2
    )


def level_range(outcome: Outcome, low: float, high: float, lang: str = "en") -> str:
    """Its interval; a dash where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    digits = None if is_currency(outcome.unit) else 1 if outcome.kind == "rate" else 2
    return amount_interval(low, high, _plain(outcome), lang, digits=digits)


def change(outcome: Outcome, x: float, lang: str = "en", *, beside: tuple[float, float] = (math.nan, math.nan)) -> str:
    """A change, signed, with as many digits as its size asks for: ``+€2.01``, ``−0.09 percentage points``."""
    digits = _digits(outcome, x, *beside)
    if is_currency(outcome.unit):
        return amount(x, outcome.unit, lang, digits=digits, sign=True)
    text = number(x, lang, digits=digits, sign=True)
    if text == "–" or outcome.kind != "rate":
        return text
    return text + (_NBSP if lang == "fr" else " ") + words("pp" if abs(x) >= 2 else "pp_one", lang)


def change_range(outcome: Outcome, low: float, high: float, x: float, lang: str = "en") -> str:
    """The interval of a change, as :func:`change` writes it."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    digits = _digits(outcome, x, low, high)
    if is_currency(outcome.unit):
        return amount_interval(low, high, outcome.unit, lang, digits=digits)
    return interval(low, high, lang, digits=digits)


def unit_once(text: str) -> str:
    """An interval without the unit behind it, where the estimate before it has said it.

    >>> unit_once("[1.5 ; 17.7]%")
    '[1.5 ; 17.7]'
    """
    return text if "]" not in text else text.partition("]")[0] + "]"


def one_point(score: MetricLabel, lang: str = "en") -> str:
    """``One point of NPS``, as the unit of the score asks."""
    step = "one_point" if score.scale is None else "one_step"
    key = {"points": "one_point", "%": "one_share"}.get(score.unit, step)
    scale = "" if score.scale is None else f"{score.scale[0]:g}–{score.scale[1]:g}"
    name = clean_text(score.title(lang))
    return words(key, lang, name=name, of="d’" if name[:1].lower() in _VOWELS else "de ", scale=scale)


def unit_words(outcome: Outcome, months: float, lang: str = "en") -> str:
    """``per customer over 12 months`` of money and counts of a role, ``over 12 months`` of churn."""
    span = f"{months:g}" if lang == "en" else f"{months:g}".replace(".", ",")
    if outcome.kind == "rate":
        return words("over", lang, months=span) if outcome.name == "churned" else ""
    return words("per_months", lang, months=span) if outcome.unit else words("per", lang)


def _digits(outcome: Outcome, *numbers: float) -> int:
    """Decimals that show two figures of the largest of some numbers; of money two, and none from 100 on."""
    size = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)
    if size == 0:
        return 1
    fine = min(max(1 - math.floor(math.log10(size)), 0), 6)
    if is_currency(outcome.unit):
        return 0 if size >= 99.995 else max(fine, 2)
    return max(fine, 1 if size < 100 else 0)
