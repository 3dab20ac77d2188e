"""Numbers, dates and units as French and English readers write them.

The operating system's locale is never asked: containers have none.
"""

from __future__ import annotations

import datetime as dt
import math

from cxkit.errors import OptionError, did_you_mean

__all__ = [
    "LANGUAGES",
    "MONTHS",
    "SHORT_MONTHS",
    "check_lang",
    "colon",
    "count",
    "day",
    "interval",
    "number",
    "period",
    "short_period",
    "with_unit",
]

LANGUAGES = ("en", "fr")
_MINUS, _THIN, _NBSP = "\u2212", "\u202f", "\u00a0"
MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


SHORT_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
}


def check_lang(lang: str) -> str:
    """``lang`` if it is one of ours."""
    if lang not in LANGUAGES:
        raise OptionError(f"no language {lang!r}", hint=did_you_mean(lang, LANGUAGES, what="Languages"))
    return lang


def number(x: float | None, lang: str = "en", *, digits: int = 1, sign: bool = False) -> str:
    """A rounded number; an en dash for none. Halves round away from zero.

    >>> number(-1234.56, "en"), number(1234.5, "fr", sign=True)
    ('−1,234.6', '+1\u202f234,5')
    """
    if x is None or not math.isfinite(x):
        return "–"
    scaled = math.floor(abs(x) * 10**digits + 0.5 + 1e-9) / 10**digits
    text = f"{scaled:,.{digits}f}"
    if lang == "fr":
        text = text.replace(",", _THIN).replace(".", ",")
    if scaled == 0:
        return text
    return (_MINUS if x < 0 else "+" if sign else "") + text


def count(n: int, lang: str = "en") -> str:
    """A whole number with thousands apart."""
    return number(n, lang, digits=0)


def with_unit(x: float | None, unit: str, lang: str = "en", *, digits: int = 1, sign: bool = False) -> str:
    """A number and its unit. NPS and means stand alone; % as the language sets it."""
    text = number(x, lang, digits=digits, sign=sign)
    if unit != "%" or text == "–":
        return text
    return f"{text}{_NBSP}%" if lang == "fr" else f"{text}%"


def interval(low: float, high: float, lang: str = "en", *, digits: int = 1) -> str:
    """``[18.2 ; 28.4]``: a semicolon, because French decimals take the comma.

    >>> interval(18.2, 28.44, "fr")
    '[18,2 ; 28,4]'
    """
    return f"[{number(low, lang, digits=digits)} ; {number(high, lang, digits=digits)}]"


def colon(lang: str = "en") -> str:
    """A colon as the language sets it: French puts a no-break space before it."""
    return f"{_NBSP}: " if lang == "fr" else ": "


def day(value: dt.date, lang: str = "en") -> str:
    """``21 November 2026``.

    >>> day(dt.date(2026, 11, 1), "fr")
    '1er novembre 2026'
    """
    first = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{first} {MONTHS[lang][value.month - 1]} {value.year}"


def period(start: dt.date, freq: str, lang: str = "en") -> str:
    """The name of the period that begins on ``start``.

    >>> period(dt.date(2026, 7, 1), "Q", "fr"), period(dt.date(2026, 7, 1), "M", "en")
    ('T3 2026', 'July 2026')
    """
    if freq == "Y":
        return str(start.year)
    if freq == "Q":
        return f"{'T' if lang == 'fr' else 'Q'}{(start.month + 2) // 3} {start.year}"
    if freq == "M":
        return f"{MONTHS[lang][start.month - 1]} {start.year}"
    if freq == "W":
        year, week, _ = start.isocalendar()
        return f"{'S' if lang == 'fr' else 'W'}{week:02d} {year}"
    return day(start, lang)


def short_period(start: dt.date, freq: str, lang: str = "en") -> str:
    """The same, short enough for a year of months on one axis.

    >>> short_period(dt.date(2026, 7, 1), "M", "fr")
    'juil. 2026'
    """
    if freq == "M":
        return f"{SHORT_MONTHS[lang][start.month - 1]} {start.year}"
    if freq == "D":
        return f"{start.day} {SHORT_MONTHS[lang][start.month - 1]}"
    return period(start, freq, lang)
