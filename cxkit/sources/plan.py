"""How one delimited file will be read: everything decided once, from a sample, before the reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cxkit.errors import OptionError, SourceError
from cxkit.sources.dialect import Dialect, decimal_mark, parse, sniff
from cxkit.sources.frenchnumbers import NA_TOKENS
from cxkit.sources.headers import clean_names
from cxkit.sources.reading import Note
from cxkit.sources.rstyle import is_r_style, marks_na

__all__ = ["SAMPLE", "Given", "Kind", "Plan", "decide_na", "make_plan", "sample_rows"]

SAMPLE = 65536
Kind = Literal["number", "words", "text", "unknown"]


@dataclass(frozen=True, slots=True)
class Given:
    """The options as the caller passed them; None means: decide."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    dayfirst: bool | None = None
    na: Sequence[str] | None = None
    skip_rows: int | None = None

    def __post_init__(self) -> None:
        d = self.delimiter
        if d is not None and (len(d) != 1 or not d.isascii() or d in '"\r\n\0'):
            raise OptionError(f"delimiter={d!r} is not one plain character", hint="delimiter=';' or ',' or '\\t'")
        if self.decimal not in (None, ",", "."):
            raise OptionError(f"decimal={self.decimal!r} is no decimal mark", hint="decimal=',' or '.'")
        if self.thousands not in (None, "", ",", ".", " ") or (self.thousands or "") == self.decimal:
            raise OptionError(f"thousands={self.thousands!r} cannot be", hint="thousands='.' or ',' or ''")
        if isinstance(self.na, str):
            raise OptionError("na takes a list of words", hint=f"na=[{self.na!r}]")
        if self.skip_rows is not None and self.skip_rows < 0:
            raise OptionError("skip_rows cannot be negative", hint="skip_rows=0")


@dataclass(slots=True)
class Plan:
    """The dialect, the columns and where the data start."""

    delimiter: str
    decimal: str
    names: list[str]
    kinds: list[Kind]
    na: list[str]
    r_style: bool
    skip_rows: int
    offset: int  # bytes above the first record
    lines: int  # lines above it
    decided: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def french(self) -> bool:
        return self.delimiter == ";" or self.decimal == ","


def make_plan(head: str, more: Sequence[str], uri: str, given: Given, *, complete: bool) -> Plan:
    """Decide from the first 64 kB (``head``) and a few pieces from further down (``more``)."""
    decided: dict[str, str] = {}
    above, said = _separator_line(head)
    if said and given.delimiter is None:
        decided["delimiter"] = "the first line says so (sep=)"
    skipped = _skip(head[len(above) :], given.skip_rows or 0)
    rest = head[len(above) + len(skipped) :]
    best = sniff(rest, complete=complete)
    dialect = _choose(best, given, said, rest, uri)
    if given.delimiter is None and not said:
        decided["delimiter"] = f"gives {dialect.width} columns in the sample"
    if given.skip_rows is None:
        title = _skip(rest, dialect.preamble)
        skipped, rest = skipped + title, rest[len(title) :]
        decided |= {"skip_rows": "lines above the header hold no table"} if dialect.preamble else {}
    header, raw, data = _header(rest, dialect.delimiter, uri)
    names, notes = clean_names(header, uri)
    rows = sample_rows(data, more, dialect.delimiter, len(names), complete=complete)
    if dialect.preamble and given.skip_rows is None:
        what = f"{dialect.preamble} lines above the header were skipped"
        notes.append(Note("preamble_skipped", what, dialect.preamble))
    columns = [list(c) for c in zip(*rows, strict=True)] or [[] for _ in names]
    decimal = given.decimal or _decimal(columns, dialect.delimiter, decided)
    top = above + skipped + raw
    return Plan(
        dialect.delimiter, decimal, names, [_kind(c, decimal) for c in columns],
        list(given.na or ()), is_r_style(raw, data, dialect.delimiter),
        (given.skip_rows or 0) if given.skip_rows is not None else dialect.preamble,
        len(top.encode()), len(re.findall(r"\r\n|\r|\n", top)), decided, notes,
    )  # fmt: skip


def decide_na(plan: Plan, body: bytes, given: Given) -> None:
    """R writes a missing text as NA without quotes: then NA is missing in every column."""
    if given.na is None and plan.r_style and marks_na(body, plan.delimiter):
        plan.na = ["NA"]
        plan.decided["na"] = "text is quoted and NA is not, as R writes it"


def _separator_line(head: str) -> tuple[str, str | None]:
    found = re.match(r'"?sep=(.)"?[;,\t]*(?:\r\n|\r|\n)', head, re.I)
    return (found.group(), found.group(1)) if found else ("", None)


def _skip(text: str, count: int) -> str:
    found = re.match(rf"(?:[^\r\n]*(?:\r\n|\r|\n)){{{count}}}", text)
    return found.group() if found else text


def _choose(best: Dialect, given: Given, said: str | None, text: str, uri: str) -> Dialect:
    wanted = given.delimiter or said
    if wanted is None or wanted == best.delimiter:
        return best
    width = len(next(parse(text, wanted), []))
    if width <= 1 < best.width and given.delimiter is not None:
        raise SourceError(
            f"with delimiter={wanted!r} there is one column; with {best.delimiter!r} there are {best.width}",
            code="dialect", file=uri, hint=f"delimiter={best.delimiter!r}",
        )  # fmt: skip
    return Dialect(wanted, width)


def _header(text: str, delimiter: str, uri: str) -> tuple[list[str], str, str]:
    """The header's cells, its raw text, and the text below it."""
    import csv

    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = next((r for r in reader if any(c.strip() for c in r)), None)
    except csv.Error:
        header = None
    raw = "".join(lines[: reader.line_num])
    if header is None:
        raise SourceError("there is no header", code="empty", file=uri, hint="export the file again")
    return header, raw, text[len(raw) :]


def sample_rows(data: str, more: Sequence[str], delimiter: str, width: int, *, complete: bool) -> list[list[str]]:
    """Whole records of the sample that have the right width."""
    rows = list(parse(data, delimiter))
    if not complete:
        rows = rows[:-1]
    for piece in more:
        rows += list(parse(piece.partition("\n")[2], delimiter))[:-1]
    return [r for r in rows if len(r) == width and any(r)]


def _decimal(columns: Sequence[Sequence[str]], delimiter: str, decided: dict[str, str]) -> str:
    proved = decimal_mark([[c for c in cells if c.strip() not in NA_TOKENS] for cells in columns])
    if proved is None:
        decided["decimal"] = "no decimals in the sample; the usual mark with this delimiter"
        return "," if delimiter == ";" else "."
    decided["decimal"] = "numbers of the sample are written with it"
    return proved


# A cell that no parser takes for a number or a truth value: its column needs no protection.
_WORD = re.compile(r"(?i)[/:]|^(?!\s*(?:true|false|[+-]?inf(?:inity)?|[+-]?nan)\s*$).*[a-df-zà-ÿ]")


def _kind(cells: Sequence[str], decimal: str) -> Kind:
    """What pandas' parser may do with a column: convert it, or leave it alone.

    "text" must be protected from the parser (ids, phones); "words" no parser could convert.
    """
    mark = re.escape(decimal)
    plain = re.compile(
        rf"\s*[-+]?(?:(?!0\d)\d{{1,15}}(?:{mark}\d*)?(?:(?<=[\d{decimal}])[eE]-\d{{1,3}})?|{mark}\d+)\s*"
    )
    rest = [c for c in cells if c.strip() not in NA_TOKENS]
    if not rest:
        return "unknown" if not any(cells) else "text"
    phone = re.compile(r"\s*\+\d{8}")
    if all(plain.fullmatch(c) and not phone.match(c) for c in rest):
        return "number"
    return "words" if any(map(_WORD.search, rest)) else "text"
