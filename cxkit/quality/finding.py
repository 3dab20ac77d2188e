"""What one check found: what it concerns, how much, how grave, and the sentence that says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from cxkit.present.numbers import count, day, number, period, with_unit
from cxkit.present.result import MetricLabel
from cxkit.quality.words import detail, say

__all__ = ["Finding", "Periods", "Score", "Severity", "finding", "scored"]

Severity = Literal["ok", "info", "warning", "not_checked"]


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods by their first days, to be named in the reader's language."""

    freq: str
    starts: tuple[dt.date, ...]

    def text(self, lang: str) -> str:
        """The first four names."""
        named = ", ".join(period(start, self.freq, lang) for start in self.starts[:4])
        return named + (" …" if len(self.starts) > 4 else "")


@dataclass(frozen=True, slots=True)
class Score:
    """A value of a metric, to be written with its own decimals, unit and sign."""

    value: float
    unit: str
    digits: int
    sign: bool

    def text(self, lang: str) -> str:
        return with_unit(self.value, self.unit, lang, digits=self.digits, sign=self.sign)


def scored(label: MetricLabel, value: float, *, delta: bool = False, bare: bool = False) -> Score:
    """A value of that metric: an estimate, a difference (``delta``), or an end of an interval (``bare``)."""
    signed = label.bounds is not None and label.bounds[0] < 0
    return Score(value, "" if bare or delta else label.unit, label.digits, delta or (signed and not bare))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an audit.

    Attributes
    ----------
    check : str
        Name of the check: ``speeders``, ``labels``, ``gaps`` ...
    what : str
        The column, role or metric that it concerns.
    severity : {"ok", "info", "warning", "not_checked"}
        ``ok`` was looked at and nothing found; ``not_checked`` was not looked at.
    count : int or None
        How many: rows, unless the sentence says people, labels, days or periods.
    share : float or None
        The same in % of all there are.
    key, values
        The sentence and what fills its blanks.
    """

    check: str
    what: str
    severity: Severity
    key: str
    values: tuple[tuple[str, Any], ...] = ()
    count: int | None = None
    share: float | None = None

    def detail(self, lang: str = "en") -> str:
        """The finding as a sentence."""
        return detail(self.key, lang, **{name: _said(name, value, lang) for name, value in self.values})


def finding(
    check: str,
    what: str,
    severity: Severity,
    key: str,
    *,
    n: int | None = None,
    of: int | None = None,
    **values: Any,
) -> Finding:
    """A finding of ``n`` out of ``of``; ``values`` fill its sentence.

    >>> finding("duplicates", "id", "ok", "duplicates_none", n=0, of=10).share
    0.0
    """
    share = 100 * n / of if n is not None and of else None
    filled = {"n": n, "of": of, "share": share, **values}
    return Finding(check, what, severity, key, tuple(filled.items()), n, share)


def _said(name: str, value: Any, lang: str) -> str:
    """A value as a sentence in that language writes it; names that begin with ``share`` are percentages."""
    if value is None or isinstance(value, bool):
        return "–"
    if name == "rule":
        return say(value, lang)
    if isinstance(value, int):
        return count(value, lang)
    if isinstance(value, float):
        if name.startswith("share"):
            return with_unit(value, "%", lang)
        whole = value == int(value)
        return number(value, lang, digits=2 if name == "mean" else 0 if whole else 1)
    if isinstance(value, dt.date):
        return day(value, lang)
    if isinstance(value, (Periods, Score)):
        return value.text(lang)
    if isinstance(value, tuple):  # a label with its count
        return ", ".join(f"“{label}” ({count(n, lang)})" if lang == "en" else f"« {label} » ({count(n, lang)})"
                         for label, n in value)  # fmt: skip
    return str(value)
