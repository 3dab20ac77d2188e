"""Text from data without the characters that turn a line around or command a terminal."""

from __future__ import annotations

__all__ = ["clean_text"]


def clean_text(text: object) -> str:
    """Text without control and direction-changing characters, for a terminal or a label."""
    return "".join(c for c in str(text) if (c.isprintable() or c in _BLANKS) and c not in _BIDI)


# Python calls the blanks that French numbers are set with unprintable.
_BLANKS = frozenset("\u00a0\u202f\u2009")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
