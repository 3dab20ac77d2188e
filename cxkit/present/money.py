"""Money and other amounts as French and English readers write them."""

from __future__ import annotations

import math

from cxkit.errors import OptionError
from cxkit.present.numbers import number, with_unit
from cxkit.present.phrasebook import Phrases

__all__ = ["amount", "amount_interval", "check_currency", "is_currency", "money", "short_money"]

_NBSP = "\u00a0"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
# Steps of a short amount, the largest first, and their letter in each language.
_STEPS = ((1e9, {"en": "B", "fr": "Md"}), (1e6, {"en": "M", "fr": "M"}), (1e3, {"en": "k", "fr": "k"}))


def check_currency(code: str) -> str:
    """The code of a currency in capitals.

    Raises
    ------
    OptionError
        Not three letters.

    Examples
    --------
    >>> check_currency("eur")
    'EUR'
    """
    found = code.strip().upper() if isinstance(code, str) else ""
    if not is_currency(found):
        raise OptionError(f"{code!r} is no currency", hint="its three letters: EUR, USD, CHF ...")
    return found


def is_currency(unit: str) -> bool:
    """Whether a unit is that of money: three capitals."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def money(x: float | None, currency: str, lang: str = "en", *, digits: int | None = None, sign: bool = False) -> str:
    """An amount of money; an en dash for none.

    Parameters
    ----------
    x : float or None
    currency : str
        Three letters.
    digits : int, optional
        Decimals; none from 100 on, else two, when not given.
    sign : bool
        Whether a gain shows its plus.

    Examples
    --------
    >>> money(-1234.5, "EUR"), money(12.5, "USD"), money(900, "CHF")
    ('−€1,235', '$12.50', 'CHF\xa0900')
    >>> money(1234.5, "EUR", "fr")
    '1\u202f235\xa0€'
    """
    if x is None or not math.isfinite(x):
        return "–"
    return _set(x, number(abs(x), lang, digits=_digits(x) if digits is None else digits), currency, lang, sign)


def short_money(x: float | None, currency: str, lang: str = "en", *, sign: bool = False) -> str:
    """The same in three figures or so, for axes and headlines.

    >>> short_money(1_234_567, "EUR"), short_money(-45_600, "EUR", "fr")
    ('€1.23M', '−45,6\xa0k€')
    """
    if x is None or not math.isfinite(x):
        return "–"
    for step, letters in _STEPS:
        # What would round up to a thousand of a step is one of the next.
        if abs(x) >= 0.9995 * step:
            scaled = abs(x) / step
            text = number(scaled, lang, digits=2 if scaled < 9.995 else 1 if scaled < 99.95 else 0)
            return _set(x, text, currency, lang, sign, letters[lang])
    return money(x, currency, lang, sign=sign)


def amount(x: float | None, unit: str, lang: str = "en", *, digits: int | None = None, sign: bool = False) -> str:
    """A number of any unit: money, %, points, months, customers ...

    >>> amount(5.7, "months"), amount(5.7, "months", "fr"), amount(110.4, "%", "fr")
    ('5.7 months', '5,7\xa0mois', '110,4\xa0%')
    """
    if x is None or not math.isfinite(x):
        return "–"
    if is_currency(unit):
        return money(x, unit, lang, digits=digits, sign=sign)
    if unit in ("", "%"):
        return with_unit(x, unit, lang, digits=(1 if unit else 2) if digits is None else digits, sign=sign)
    if digits is None:
        digits = 0 if unit in _COUNTED else 1
    text = number(x, lang, digits=digits, sign=sign)
    word = _UNITS(unit, lang) if unit in _UNITS else unit
    return f"{text}{_NBSP if lang == 'fr' else ' '}{word}"


def amount_interval(low: float, high: float, unit: str, lang: str = "en", *, digits: int | None = None) -> str:
    """``[€1,000 ; €2,000]``, and no unit twice where it stands behind: ``[1.2 ; 3.4] months``.

    >>> amount_interval(1000, 2000, "EUR", "fr"), amount_interval(1.2, 3.4, "months")
    ('[1\u202f000 ; 2\u202f000]\xa0€', '[1.2 ; 3.4] months')
    """
    finite = [abs(x) for x in (low, high) if math.isfinite(x)]
    if digits is None:
        widest = max(finite, default=0.0)
        digits = _digits(widest) if is_currency(unit) else 0 if unit in _COUNTED else 1 if unit else 2
    ahead = is_currency(unit) and lang == "en"
    inside = [amount(x, unit, lang, digits=digits) if ahead else number(x, lang, digits=digits) for x in (low, high)]
    text = f"[{inside[0]} ; {inside[1]}]"
    if ahead or not unit:
        return text
    if unit == "%":
        return f"{text}{_NBSP}%" if lang == "fr" else f"{text}%"
    word = _SIGNS.get(unit, unit) if is_currency(unit) else _UNITS(unit, lang) if unit in _UNITS else unit
    return f"{text}{_NBSP if lang == 'fr' else ' '}{word}"


_COUNTED = ("customers", "answers", "orders", "rows")
_UNITS = Phrases(
    {
        "points": {"en": "points", "fr": "points"},
        "months": {"en": "months", "fr": "mois"},
        "quarters": {"en": "quarters", "fr": "trimestres"},
        "years": {"en": "years", "fr": "ans"},
        "days": {"en": "days", "fr": "jours"},
        "weeks": {"en": "weeks", "fr": "semaines"},
        "customers": {"en": "customers", "fr": "clients"},
        "answers": {"en": "answers", "fr": "réponses"},
        "orders": {"en": "orders", "fr": "commandes"},
        "rows": {"en": "rows", "fr": "lignes"},
        "purchases": {"en": "purchases", "fr": "achats"},
        "contacts": {"en": "contacts", "fr": "contacts"},
        "referrals": {"en": "referrals", "fr": "parrainages"},
    }
)


def _digits(x: float) -> int:
    # A whole amount has no cents to show, and from 100 on nobody reads them.
    return 0 if abs(x) >= 99.995 or x == 0 else 2


def _set(x: float, text: str, currency: str, lang: str, sign: bool, step: str = "") -> str:
    """A positive number with its step (k, M), currency and sign."""
    nothing = not any(c in "123456789" for c in text)
    before = "" if nothing else "\u2212" if x < 0 else "+" if sign else ""
    if lang == "fr":
        unit = step + _SIGNS[currency] if currency in _SIGNS else _NBSP.join([step, currency][not step :])
        return f"{before}{text}{_NBSP}{unit}"
    if currency in _SIGNS:
        return f"{before}{_SIGNS[currency]}{text}{step}"
    return f"{before}{currency}{_NBSP}{text}{step}"
