"""Ids as they may be shown: enough to see what is wrong with them, too little to know whose they are."""

from __future__ import annotations

from cxkit.present.text import clean_text

__all__ = ["masked"]

_BLANKS = " \u00a0\u202f\t"


def masked(text: str) -> str:
    """An id with all but its first characters and its marks hidden; blanks around it shown by quotes.

    >>> masked("00123"), masked("CUST-0815"), masked("4711.0"), masked("5.7E+17")
    ('00•••', 'CU••-••••', '47••.0', '5.7E+17')
    """
    core = text.strip(_BLANKS)
    if "+" in core and len(core) < 12 and core[:1].isdigit():
        return core  # a rounded number stands for many ids
    tail = ".0" if core.endswith(".0") and core[:-2].isdigit() else ""
    body = core[: len(core) - len(tail)]
    zeros = len(body) - len(body.lstrip("0"))
    kept = max(min(2, len(body) // 2), min(zeros, len(body) - 1) if body.isdigit() else 0)
    hidden = "".join(c if i < kept or not c.isalnum() else "•" for i, c in enumerate(body)) + tail
    return clean_text(f"'{text.replace(core, hidden)}'" if core != text else hidden)
