"""Bytes to text: UTF-8 when every byte agrees, else Windows-1252, and never a silent guess beyond.

Two repairs have names, because files glued from two exports are common: ``cp1252+cp850``
(Windows letters with DOS letters among them) and ``utf-8+cp1252``.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from cxkit.errors import OptionError, SourceError, did_you_mean
from cxkit.sources.dialect import place_of
from cxkit.sources.reading import Note

__all__ = ["Decoded", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# In cp1252 these are a low quote, a double dagger and a capital S caron: never inside a word.
_DOS_WORD = re.compile(rb"[A-Za-z][\x82\x87\x8a][a-z]")
_UTF8_SEQUENCE = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_ASCII_BLANK = bytes([32] * 128 + list(range(128, 256)))
_REPAIRS = ("cp1252+cp850", "utf-8+cp1252")
_COMMON = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "iso-8859-15", "mac-roman", *_REPAIRS)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The whole file as UTF-8 without BOM, and how it was read."""

    body: bytes
    encoding: str
    reason: str | None = None
    notes: tuple[Note, ...] = ()


def decode(data: bytes, uri: str, encoding: str | None = None) -> Decoded:
    """Decode a file, deciding its encoding when none is given."""
    if encoding is not None:
        return _given(data, uri, encoding)
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Decoded(_strict(data, uri, name), name, "the file starts with its mark (BOM)")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(data, uri, error)
    return Decoded(data, "utf-8", "every byte is valid UTF-8")


def _given(data: bytes, uri: str, encoding: str) -> Decoded:
    if encoding == "cp1252+cp850":
        text, count = _repair_cp850(data)
        return Decoded(text.encode(), encoding, None, (_mixed(count, "DOS (CP850)", "Windows-1252"),))
    if encoding == "utf-8+cp1252":
        body, count = _repair_utf8(data.removeprefix(codecs.BOM_UTF8))
        return Decoded(body, encoding, None, (_mixed(count, "Windows-1252", "UTF-8"),))
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise OptionError(
            f"no encoding is called {encoding!r}", hint=did_you_mean(encoding, _COMMON, what="Common ones")
        ) from None
    return Decoded(_strict(data, uri, encoding), encoding, None, _mojibake(data, encoding))


def _strict(data: bytes, uri: str, encoding: str) -> bytes:
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise _refuse(data, uri, start, f"is not {encoding}", _other(data, encoding)) from None
    # UTF-8 is already what the parser wants; only the others are written anew.
    return data if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") else text.encode("utf-8")


def _other(data: bytes, encoding: str) -> str:
    """The fix for a wrong ``encoding=``: the one that cxkit would have chosen."""
    try:
        return f'encoding="{decode(data, "").encoding}"'
    except SourceError as error:
        return error.hint or 'encoding="cp1252+cp850"'


def _not_utf8(data: bytes, uri: str, error: UnicodeDecodeError) -> Decoded:
    if data[:4096].count(0) > len(data[:4096]) // 4:
        little = data[1:2] == b"\0"
        hint = f'encoding="utf-16-{"le" if little else "be"}"'
        raise _refuse(data, uri, error.start, "is not UTF-8 (it looks like UTF-16 without its mark)", hint)
    if error.reason == "unexpected end of data" and error.end >= len(data):
        raise SourceError(
            "the file stops in the middle of a letter: it was cut", code="truncated", file=uri,
            hint="export or download it again",
        )  # fmt: skip
    if found := _foreign_letter(data):
        where = found.end() - 1 if len(found.group()) == 1 else found.start() + 1
        what = f"byte 0x{data[where]:02X} is no letter of Windows-1252: DOS letters (CP850) are mixed in"
        raise _refuse(data, uri, where, what, 'encoding="cp1252+cp850"')
    runs = data.translate(_ASCII_BLANK).split()  # no sequence reaches beyond a run of high bytes
    high = sum(map(len, runs))
    valid = sum(map(len, re.findall(_UTF8_SEQUENCE, b" ".join(runs))))
    if valid * 2 > high:
        what = f"byte 0x{data[error.start]:02X} is not UTF-8, in a file that mostly is"
        raise _refuse(data, uri, error.start, what, 'encoding="utf-8+cp1252"')
    note = Note("encoding_guessed", "not UTF-8; read as Windows-1252 (cp1252): check the accents", high)
    return Decoded(_strict(data, uri, "cp1252"), "cp1252", "not valid UTF-8", (note,))


def _foreign_letter(data: bytes) -> re.Match[bytes] | None:
    """The first byte that is no letter of Windows-1252; the patterns run only where such a byte occurs."""
    found = _UNDEFINED.search(data) if any(bytes([b]) in data for b in b"\x81\x8d\x8f\x90\x9d") else None
    return found or (_DOS_WORD.search(data) if any(bytes([b]) in data for b in b"\x82\x87\x8a") else None)


def _refuse(data: bytes, uri: str, position: int, what: str, hint: str) -> SourceError:
    row, column, line = place_of(data[:position].decode("latin-1"))
    return SourceError(
        f"the text {what} (line {line})" if what.startswith("is ") else f"{what} (line {line})",
        code="encoding", file=uri, row=row, column=column, hint=hint,
    )  # fmt: skip


def _mixed(count: int, stray: str, main: str) -> Note:
    return Note("encoding_mixed", f"{count} bytes were {stray} in a file that is {main}; repaired", count)


def _mojibake(data: bytes, encoding: str) -> tuple[Note, ...]:
    """A single-byte encoding accepts nearly any byte, so say when the file is really UTF-8."""
    if encoding.casefold().startswith("utf") or data.isascii():
        return ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    return (Note("mojibake", f'the file is valid UTF-8 but was read as {encoding}: try encoding="utf-8"'),)


# --- DOS letters among Windows letters -------------------------------------------------
# A letter, or a byte that is one in CP850. 0x91, 0x92, 0x9c are quotes and oe in cp1252,
# and CP850 has only rare signs there, so they are never repaired.
_LETTER = rb"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff\x81-\x84\x86-\x8a\x8c-\x90]"
_DOS = re.compile(
    rb"(?<=" + _LETTER + rb")[\x81\x82\x83\x84\x86-\x8a\x8c-\x90\x96\x97]"  # after a letter
    rb"|[\x80-\x83\x86-\x8a\x8d-\x90\x97](?=" + _LETTER + rb")"  # before one
    rb"|(?<=" + _LETTER + rb")[\x80\x85\x8b\x93-\x95\x98-\x9b](?=" + _LETTER + rb")"  # between two
    rb"|\x8c(?=" + _LETTER + rb")(?![uU])"  # an i circumflex, unless the word starts with oe + u
    rb"|(?<=[ '])\x85(?= )|(?<=d\x82j)\x85|(?<=voil)\x85|(?<=\bl)\x85"  # a grave, not an ellipsis
    rb"|[\x81\x8d\x8f\x90\x9d]"  # nothing else in cp1252
)


def _repair_cp850(data: bytes) -> tuple[str, int]:
    parts: list[str] = []
    last = count = 0
    for match in _DOS.finditer(data):
        parts.append(data[last : match.start()].decode("cp1252"))
        parts.append(match.group().decode("cp850"))
        last = match.end()
        count += 1
    parts.append(data[last:].decode("cp1252"))
    return "".join(parts), count


def _repair_utf8(data: bytes) -> tuple[bytes, int]:
    count = 0

    def fix(match: re.Match[bytes]) -> bytes:
        nonlocal count
        if match.group(1):
            return match.group()
        count += 1
        return match.group().decode("cp1252", "replace").encode()

    return re.sub(rb"(" + _UTF8_SEQUENCE + rb")|[\x80-\xff]", fix, data), count
