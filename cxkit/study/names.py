"""Column names as people type them: accents, apostrophes and no-break spaces folded when unambiguous."""

from __future__ import annotations

import fnmatch
import unicodedata
from collections.abc import Iterable, Sequence

from cxkit.errors import ColumnError, did_you_mean

__all__ = ["fold", "match_column", "match_columns", "refuse_reserved"]

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`"), "'")


def fold(name: str) -> str:
    """The name without accents, case and kinds of blank or apostrophe.

    >>> fold("Date d’enquête ")
    "date d'enquete"
    """
    text = unicodedata.normalize("NFKD", str(name).translate(_APOSTROPHES))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.replace("_", " ").casefold().split())


def match_column(name: str, columns: Sequence[str], *, file: str | None = None) -> str:
    """The column that ``name`` means: exactly, or folded where only one fits.

    Raises
    ------
    ColumnError
        No column fits, or several do.
    """
    if name in columns:
        return name
    folded = [c for c in columns if fold(c) == fold(name)]
    if len(folded) == 1:
        return folded[0]
    if folded:
        raise ColumnError(
            f"{name!r} fits several columns", file=file, hint=f"name one exactly: {', '.join(map(repr, folded))}"
        )
    raise ColumnError(f"no column {name!r}", file=file, hint=did_you_mean(name, columns, what="Columns"))


def match_columns(spec: str | Iterable[str], columns: Sequence[str], *, file: str | None = None) -> tuple[str, ...]:
    """The columns of a name, a pattern (``"sat_*"``) or a list of these, each once, in order."""
    out: dict[str, None] = {}
    for name in [spec] if isinstance(spec, str) else spec:
        if name not in columns and any(c in name for c in "*?["):
            found = [c for c in columns if fnmatch.fnmatchcase(fold(c), fold(name))]
            if not found:
                raise ColumnError(
                    f"no column fits the pattern {name!r}", file=file, hint=did_you_mean(name, columns, what="Columns")
                )
            out |= dict.fromkeys(found)
        else:
            out[match_column(name, columns, file=file)] = None
    return tuple(out)


def refuse_reserved(names: Iterable[str], reserved: Iterable[str]) -> None:
    """Refuse to group by a column that a result has under the same name.

    Raises
    ------
    ColumnError
        ``code`` is ``column_reserved``.
    """
    clash = next((name for name in names if name in set(reserved)), None)
    if clash is not None:
        raise ColumnError(
            f"a result has a column {clash!r} of its own, so it cannot be grouped by one of that name",
            hint=f"rename the column: df.rename(columns={{{clash!r}: {clash + '_'!r}}})",
            code="column_reserved",
        )
