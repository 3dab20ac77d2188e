"""The dialect of a delimited file: which character separates, where the header is, which decimal mark.

The guess is made on a sample of parsed records, never on characters alone: a comma in a comment or
in ``12,5`` is not a separator.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["CANDIDATES", "Dialect", "decimal_mark", "parse", "place_of", "sniff"]

CANDIDATES = (";", ",", "\t", "|", "^")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A delimiter, how many cells its records have, and how many lines stand above the header."""

    delimiter: str
    width: int
    preamble: int = 0
    score: float = 0.0


def parse(text: str, delimiter: str) -> Iterator[list[str]]:
    """Records of ``text``; a field beyond the reader's limit ends the iteration."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        return


def sniff(sample: str, *, complete: bool) -> Dialect:
    """The most consistent dialect of a sample (its last record is ignored unless complete)."""
    found = [d for c in CANDIDATES if (d := _judge(sample, c, complete)) is not None]
    return max(found, key=lambda d: d.score, default=Dialect(",", 1))


def _judge(sample: str, delimiter: str, complete: bool) -> Dialect | None:
    if delimiter not in sample:
        return None
    records = list(parse(sample, delimiter))
    if not complete and len(records) > 2:
        records.pop()
    widths = [len(r) for r in records if r]
    if not widths:
        return None
    width = Counter(widths).most_common(1)[0][0]
    if widths[0] > 1 and (width == 1 or len(widths) <= 2):
        width = widths[0]
    if width == 1:
        return None
    above = _preamble(records, width)
    # More columns is better; a title line above the header is possible, but never preferred.
    share = widths.count(width) / len(widths)
    score = share * (1 - 1 / width) * (0.5 if above else 1.0)
    return Dialect(delimiter, width, above, score)


def _preamble(records: Sequence[Sequence[str]], width: int) -> int:
    """Records above the header, when each holds at most one filled cell (a title, a date, a blank)."""
    for i, record in enumerate(records):
        if len(record) >= width and sum(map(bool, record)) > 1:
            return i
        if sum(bool(cell.strip()) for cell in record) > 1:
            return 0
    return 0


def place_of(before: str) -> tuple[int | None, str | None, int]:
    """Data row, column name and line of the position after ``before`` (row None in the header)."""
    head = before[:65536]
    delimiter = sniff(head, complete=len(head) < 65536).delimiter
    records = [r for r in parse(before + "x", delimiter) if r]
    line = len(re.findall(r"\r\n|\r|\n", before)) + 1
    if len(records) < 2:
        return None, None, line
    header, last = records[0], records[-1]
    column = header[len(last) - 1].strip("\ufeff ") if len(last) <= len(header) else None
    return len(records) - 1, column, line


_SHAPE = re.compile(r"\(?[-+\u2212]?[\d.,'\u2019 \u00a0\u202f]*\d\)?")
_SIGNS = re.compile(r"[-+()\u2212 \u00a0\u202f'\u2019]|€|\$|£|EUR|USD|GBP|CHF")


def decimal_mark(columns: Sequence[Sequence[str]]) -> str | None:
    """``","`` or ``"."`` when the numeric columns of a sample prove one, else None."""
    votes: Counter[str] = Counter()
    for cells in columns:
        if not any("," in c or "." in c for c in cells):
            continue
        bare: list[str] = []
        for cell in cells:
            text = _SIGNS.sub("", cell)
            if text and not _SHAPE.fullmatch(text):
                break
            bare.append(text)
        else:
            votes.update(v for c in bare if (v := _vote(c)))
    if not votes:
        return None
    return "," if votes[","] > votes["."] else "."


def _vote(cell: str) -> str | None:
    """What one cell proves: ``12,5`` a comma, ``1,234,567`` a point, ``1,234`` nothing."""
    comma, point = cell.count(","), cell.count(".")
    if comma and point:
        return "," if cell.rfind(",") > cell.rfind(".") else "."
    if not comma and not point:
        return None
    mark, other = (",", ".") if comma else (".", ",")
    if comma + point > 1:
        return other if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", cell) else None
    return None if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", cell) else mark
