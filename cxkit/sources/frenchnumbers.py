"""Numbers as people write them: ``1 234,50 €``, ``$1,234.50``, ``(12,50)``, ``1.234.567,8``.

A column is a number column when every cell is one. Spaces of any kind group thousands; the other
mark (a point where the decimal mark is a comma) groups them only when a cell proves it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["NA_TOKENS", "Numbers", "looks_numeric", "parse_numbers", "proves_thousands"]

# Missing when the column is otherwise numeric; in a text column NA may be Namibia.
NA_TOKENS = ("NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "nan", "NaN", "")

_CURRENCY = r"€|\$|£|¥|EUR|USD|GBP|CHF|CAD|JPY|XOF|MAD"
_SAME = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_GAP = " \u00a0\u202f\u2009"
_ROUGH = re.compile(rf"[(+\-\u2212]?\s*(?:{_CURRENCY})?\s*[-\u2212]?[\d.,'’{_GAP}]*\d\)?-?\s*(?:{_CURRENCY})?\s*\)?")
_FIND = re.compile(_CURRENCY)
_PREFIX = re.compile(rf"^([(+\-\u2212]?)[ \t{_GAP}]*(?:{_CURRENCY})[ \t{_GAP}]*", re.M)
_SUFFIX = re.compile(rf"[ \t{_GAP}]*(?:{_CURRENCY})[ \t{_GAP}]*(\)?)$", re.M)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Parsed values, or why there are none."""

    values: tuple[float, ...] | None
    currencies: tuple[str, ...] = ()


def looks_numeric(cells: Sequence[str]) -> bool:
    """Do these cells have the shape of numbers, whatever their marks?"""
    rest = [t for c in cells if (t := c.strip()) not in NA_TOKENS]
    return bool(rest) and all(map(_ROUGH.fullmatch, rest))


@lru_cache(maxsize=16)
def _not_a_number(decimal: str, thousands: str) -> re.Pattern[str]:
    """Matches the first line that is not a number.

    A leading zero, more than 15 digits or a plus with 8 digits is an id or a phone number.
    """
    mark, dec = f"[{_GAP}'’{re.escape(thousands)}]", re.escape(decimal)
    whole = rf"(?:[1-9]\d{{0,2}}(?:{mark}\d{{3}}){{1,4}}(?!\d)|0|[1-9]\d{{0,14}})(?!\d)"
    number = rf"(?:{whole}(?:{dec}\d+)?|{dec}\d+)"
    if decimal == ".":
        number = rf"{number}(?:[eE]-\d+)?"
    line = rf"(?:(?!\+\d{{8}})[-+\u2212]?{number}|\({number}\)|{number}-)"
    return re.compile(rf"^(?!{line}$).*$", re.M)


def parse_numbers(cells: Sequence[str], decimal: str, thousands: str = "") -> Numbers:
    """All cells as numbers, or None when one is not. Tokens of missing answers must be gone."""
    text = "\n".join(c.strip() for c in cells)
    if not cells or text.count("\n") != len(cells) - 1:
        return Numbers(None)
    found = tuple(sorted({_SAME.get(c, c) for c in _FIND.findall(text)}))
    if found:
        text = _SUFFIX.sub(r"\1", _PREFIX.sub(r"\1", text))
    if len(found) > 1 or _not_a_number(decimal, thousands).search(text):
        return Numbers(None, found)
    if text.count("(") == len(cells) and not found and decimal not in text:
        return Numbers(None)  # (1) (2) (3): labels of answers, not a column of losses
    drop = dict.fromkeys(f"{_GAP}'’){thousands}")
    plain = text.translate(str.maketrans({**drop, "(": "-", "\u2212": "-"}))
    if decimal != ".":
        plain = plain.replace(decimal, ".")
    return Numbers(tuple(map(_float, plain.split("\n"))), found)


def _float(text: str) -> float:
    return -float(text[:-1]) if text.endswith("-") else float(text)


def proves_thousands(cells: Sequence[str], decimal: str) -> str | None:
    """The other mark, when a cell can only be read with it between thousands."""
    other = "." if decimal == "," else ","
    o, d = re.escape(other), re.escape(decimal)
    proof = re.compile(rf"^\D*\d{{1,3}}(?:(?:{o}\d{{3}})+{d}\d|(?:{o}\d{{3}}){{2,}}(?!\d))")
    currency = re.compile(rf"\d{o}\d{{3}}\s*(?:{_CURRENCY})|(?:{_CURRENCY})\s*\d{{1,3}}{o}\d{{3}}(?!\d)")
    return other if any(proof.search(c) or currency.search(c) for c in cells) else None
