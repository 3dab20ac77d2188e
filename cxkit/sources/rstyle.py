"""Files that R wrote: text is quoted, and a missing value is NA without quotes.

There ``"NA"`` is a text (the code of Namibia) and ``NA`` is a gap. Parsers do not tell them
apart, so the quoted ones are marked before parsing and restored after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["is_r_style", "marks_na", "protect", "restore"]

_SHIELD = "\ue001"
_PLAIN = re.compile(r"\s*(?:NA|NaN|-?Inf|TRUE|FALSE|[-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?|)\s*")


def is_r_style(header: str, data: str, delimiter: str) -> bool:
    """Is every name quoted, and every cell either quoted or a number, a truth value or NA?"""
    d = re.escape(delimiter)
    if not re.fullmatch(rf'\s*"(?:[^"]|"")*"(?:{d}"(?:[^"]|"")*")*\s*', header):
        return False
    cells = re.findall(rf'"((?:[^"]|"")*)"(?={d}|[\r\n]|\Z)|([^{d}"\r\n]+)(?={d}|[\r\n])', data)
    bare = [b for _, b in cells if b]
    return len(bare) < len(cells) and all(map(_PLAIN.fullmatch, bare))


def marks_na(body: bytes, delimiter: str) -> bool:
    """Is there a cell NA without quotes?"""
    d = re.escape(delimiter.encode())
    return re.search(rb"(?:^|[\r\n]|" + d + rb")NA(?=[\r\n]|$|" + d + rb")", body) is not None


def protect(body: bytes, delimiter: str, tokens: Iterable[str]) -> tuple[bytes, bool]:
    """Mark quoted cells that equal a token; say whether there were any.

    Inside a quoted text a quote is doubled, so ``,"NA",`` can only be a cell.
    """
    d = re.escape(delimiter.encode())
    words = b"|".join(re.escape(t.encode()) for t in tokens if t)
    if not words:
        return body, False
    cell = rb"(^|[\r\n]|" + d + rb')"(' + words + rb')"(?=[\r\n]|$|' + d + rb")"
    marked, count = re.subn(cell, rb'\1"' + _SHIELD.encode() + rb'\2"', body)
    return marked, count > 0


def restore(frame: Any) -> Any:
    """Take the marks of :func:`protect` away."""
    texts = [c for c in frame.columns if frame[c].dtype in ("str", "object")]
    return frame.assign(**{c: frame[c].str.removeprefix(_SHIELD) for c in texts})
