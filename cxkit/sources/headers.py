"""Column names: cleaned of what nobody sees, never silently made up or doubled."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxkit.errors import SourceError
from cxkit.sources.reading import Note

__all__ = ["clean_names"]

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]")
_SPACES = re.compile("[\\s\u00a0\u202f]+")


def clean_names(raw: Sequence[object], uri: str) -> tuple[list[str], list[Note]]:
    """Names without invisible characters, and what was changed.

    A blank first name (row names, as R writes them) becomes ``row``; another blank one becomes
    ``column_3``. Two columns with one name are refused: nobody could say which is meant.
    """
    texts = ["" if n is None else str(n) for n in raw]
    names = [_SPACES.sub(" ", _INVISIBLE.sub("", t)).strip() for t in texts]
    notes: list[Note] = []
    hidden = [n for n, t in zip(names, texts, strict=True) if n and n != t.strip(" \t\ufeff")]
    if hidden:
        what = ", ".join(map(repr, hidden))
        notes.append(Note("header_cleaned", f"invisible characters removed from names: {what}", len(hidden)))
    blank = [i for i, n in enumerate(names) if not n]
    for i in blank:
        names[i] = _free("row" if i == 0 and len(names) > 1 else f"column_{i + 1}", names)
    if blank:
        what = ", ".join(names[i] for i in blank)
        notes.append(Note("header_blank", f"columns without a name are called: {what}", len(blank), what))
    _refuse_doubles(names, uri)
    return names, notes


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _refuse_doubles(names: Sequence[str], uri: str) -> None:
    doubles = sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else []
    if doubles:
        positions = [str(i + 1) for i, n in enumerate(names) if n == doubles[0]]
        raise SourceError(
            f"several columns have one name: {', '.join(map(repr, doubles))} (columns {', '.join(positions)})",
            code="header_duplicate",
            file=uri,
            column=doubles[0],
            hint="give each column its own name in the file's header",
        )
