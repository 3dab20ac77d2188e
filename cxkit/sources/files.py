"""Local files: is it there, may it be read, and is it what its name says."""

from __future__ import annotations

import os
from pathlib import Path

from cxkit.errors import SourceError, SourceNotFound, did_you_mean

__all__ = ["check_file", "check_format", "format_of", "read_bytes"]

# First bytes -> (what people call it, how to read it).
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "a Parquet file", 'source="parquet"'),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first"),
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
    (b"$FL2", "an SPSS file", 'source="spss"'),
    (b"$FL3", "an SPSS file", 'source="spss"'),
    (b"SQLite format 3", "a SQLite database", "read it as sqlite:///FILE"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<table", b"<?xml")


def check_file(uri: str) -> Path:
    """The path of a file that exists and can be opened, or an error that says why not."""
    path = Path(uri).expanduser()
    if path.is_dir():
        raise SourceError(
            "this is a folder, not a file",
            code="not_a_file",
            file=uri,
            hint=f'name a file in it, or read several: cx.read("{path.as_posix()}/*.csv")',
        )
    try:
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise SourceNotFound("no such file", file=uri, hint=_near(path)) from None
    except PermissionError:
        raise SourceError(
            "this file may not be read by you",
            code="permission",
            file=uri,
            hint="ask its owner for the right to read it, or close the program that locks it",
        ) from None
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot be opened: {error}", code="not_a_file", file=uri, hint="check its name") from error


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"the folder {str(folder)!r} does not exist (the working folder is {os.getcwd()!r})"
    try:
        names = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
    except PermissionError:
        return f"the folder {str(folder)!r} may not be listed by you"
    return did_you_mean(path.name, names, what=f"Files in {str(folder)!r}")


def read_bytes(path: Path, uri: str) -> bytes:
    """All of a file; an empty one is refused."""
    data = path.read_bytes()
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe\x1a"):
        raise SourceError("the file is empty", code="empty", file=uri, hint="export it again")
    return data


def format_of(head: bytes) -> tuple[str, str] | None:
    """What the first bytes say a file is, with how to read it; None for plain text."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        book = b"[Content_Types].xml" in head or b"xl/" in head
        return ("an Excel workbook", 'source="excel"') if book else ("a zip archive", "unpack it first")
    for magic, what, fix in _MAGIC:
        if head.startswith(magic):
            return what, fix
    if head[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_HTML):
        return "a web page (HTML or XML), often a login page", "download the file again, signed in"
    return None


def check_format(head: bytes, uri: str, *, expected: str) -> None:
    """Refuse a file whose first bytes are those of another kind than ``expected``."""
    found = format_of(head)
    if found is None or found[0] == expected:
        return
    what, fix = found
    hint = f"cx.read({uri!r}, {fix})" if fix.startswith("source=") else fix
    raise SourceError(f"this is {what}, not {expected}", code="format_mismatch", file=uri, hint=hint)
