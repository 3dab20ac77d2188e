"""What joins: ids made comparable, dates by day or period, and ids that a tool damaged.

Two spellings of one id are one: 12, 12.0 and ' 12 '. Blanks around an id and a ``.0`` behind it carry nothing,
so they never keep two ids apart. Lost zeros and case may carry something, and are levelled only where that was
asked. A float beyond 2**53 and ``5.7E+17`` stand for many ids, so they match none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxkit.tally.desk import literal

__all__ = [
    "EXCEL",
    "Pair",
    "REPAIRS",
    "bare_cell",
    "damage_tests",
    "day_cell",
    "id_cell",
    "is_date",
    "is_marked",
    "is_number",
    "is_text",
    "is_whole",
    "kind_of",
]

#: What is levelled on request only.
REPAIRS = ("zeros", "case")

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
          "UHUGEINT")  # fmt: skip
_LIMIT = "9007199254740992"  # 2**53: from here on floats are not all whole numbers
#: Whole numbers below this one have too few digits for a spreadsheet to cut.
EXCEL = 10**17

_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8239)"
_MARKED = r"^[\s\x{00A0}\x{202F}]|[\s\x{00A0}\x{202F}]$|[0-9][.]0$|^$"
_SCIENTIFIC = r"[0-9]([.,][0-9]+)?[eE]\+[0-9]+"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns that must agree.

    Attributes
    ----------
    ours, theirs : str
        Columns of the study and of the data.
    period : str or None
        ``D, W, M, Q, Y``: dates that agree when they lie in one period; None for ids.
    format : str or None
        How to read text dates of the data.
    """

    ours: str
    theirs: str
    period: str | None = None
    format: str | None = None


def is_date(kind: str) -> bool:
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def is_number(kind: str) -> bool:
    return kind in _WHOLE or _is_float(kind)


def is_whole(kind: str) -> bool:
    return kind in _WHOLE


def is_text(kind: str) -> bool:
    return kind == "VARCHAR" or kind.startswith("ENUM")


def _is_float(kind: str) -> bool:
    return kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL")


def kind_of(ours: str, theirs: str) -> str:
    """How ids of these two types are compared: ``same`` as they are, as a ``number``, or as a ``text``."""
    if ours == theirs and ours in _WHOLE:
        return "same"
    return "number" if is_number(ours) and is_number(theirs) else "text"


def bare_cell(cell: str) -> str:
    """A text without the blanks around it."""
    return f"trim(CAST({cell} AS VARCHAR), {_BLANKS})"


def id_cell(cell: str, kind: str, how: str, repairs: Sequence[str] = ()) -> str:
    """An id in the form in which it is compared; null where there is none, or it is past recognition.

    Parameters
    ----------
    cell : str
        Of texts that are compared as ``text``, the bare one.
    kind : str
        DuckDB type.
    how : str
        As :func:`kind_of` says.
    """
    if how == "same":
        return cell
    known = f"abs({cell}) < {_LIMIT}"
    if how == "number":
        if kind in _WHOLE:
            return f"CAST({cell} AS HUGEINT)"
        return f"CASE WHEN {known} AND {cell} = trunc({cell}) THEN CAST({cell} AS HUGEINT) END"
    if kind in _WHOLE:
        text = f"CAST({cell} AS VARCHAR)"
    elif _is_float(kind):
        whole = f"CAST(CAST({cell} AS HUGEINT) AS VARCHAR)"
        text = (
            f"CASE WHEN {known} THEN CASE WHEN {cell} = trunc({cell}) THEN {whole} ELSE CAST({cell} AS VARCHAR) END END"
        )
    elif is_text(kind):
        text = (
            f"CASE WHEN {cell} = '' OR {_is_scientific(cell)} THEN NULL "
            f"WHEN {_is_decimal(cell)} THEN left({cell}, length({cell}) - 2) ELSE {cell} END"
        )
    else:
        text = f"CAST({cell} AS VARCHAR)"
    if "zeros" in repairs:
        text = f"regexp_replace({text}, '^0+([0-9]+)$', '\\1')"
    return f"lower({text})" if "case" in repairs else text


def _is_scientific(text: str) -> str:
    # The plain test goes first: a pattern costs ten times as much.
    return f"(contains({text}, '+') AND regexp_full_match({text}, {literal(_SCIENTIFIC)}))"


def _is_decimal(text: str) -> str:
    return f"(ends_with({text}, '.0') AND regexp_full_match({text}, '[0-9]+[.]0'))"


def is_marked(cell: str) -> str:
    """Whether a text id is empty, or has something around it that does not belong to it."""
    return f"regexp_matches({cell}, {literal(_MARKED)})"


def damage_tests(cell: str, kind: str, *, long: bool = True) -> dict[str, str]:
    """Conditions that tell what happened to an id.

    ``float``: beyond 2**53, or no whole number; ``scientific``: 5.7E+17; ``excel``: fifteen digits and then zeros;
    ``decimals``: a ``.0`` behind it, which does no harm here.

    Parameters
    ----------
    cell : str
        Of texts, the bare one.
    long : bool
        Whether any has the digits that a spreadsheet cuts.
    """
    if _is_float(kind):
        return {"float": f"abs({cell}) >= {_LIMIT} OR {cell} <> trunc({cell})"}
    if kind in _WHOLE:
        return {"excel": f"{cell} >= {EXCEL} AND {cell} % 1000 = 0"} if long else {}
    if not is_text(kind):
        return {}
    cut = f"length({cell}) >= 18 AND ends_with({cell}, '000') AND regexp_full_match({cell}, '[0-9]{{15}}0{{3,}}')"
    return {"scientific": _is_scientific(cell), "decimals": _is_decimal(cell)} | ({"excel": cut} if long else {})


def day_cell(cell: str, kind: str, *, period: str | None = None, format: str | None = None,
             zone: str | None = None) -> str:  # fmt: skip
    """A time without a zone; with a ``period``, the first day of it. Null where there is no date.

    Parameters
    ----------
    kind : str
        DuckDB type of the cell.
    format : str, optional
        For ``strptime``, of texts; ``month``, ``quarter`` and ``year`` for names of periods (:mod:`joindates`).
    zone : str, optional
        The clock that counts, for times that carry a zone.
    """
    if kind == "TIMESTAMP WITH TIME ZONE":
        when = f"timezone({literal(zone or 'UTC')}, {cell})"
    elif is_date(kind):
        when = cell
    elif format == "year":
        when = f"make_date(CAST({cell} AS INTEGER), 1, 1)"
    elif format == "quarter":
        text = f"CAST({cell} AS VARCHAR)"
        year = f"CAST(regexp_extract({text}, '[0-9]{{4}}') AS INTEGER)"
        quarter = f"CAST(regexp_extract({text}, '[QTqt]([1-4])', 1) AS INTEGER)"
        when = f"make_date({year}, 3 * {quarter} - 2, 1)"
    elif format == "month":
        when = f"try_strptime(trim(CAST({cell} AS VARCHAR)), '%Y-%m')"
    elif format == "iso":
        when = f"TRY_CAST(left(trim(CAST({cell} AS VARCHAR)), 19) AS TIMESTAMP)"
    else:
        when = f"try_strptime(trim(CAST({cell} AS VARCHAR)), {literal(format or '%Y-%m-%d')})"
    if period is None:
        return when
    unit = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}[period]
    return f"CAST(date_trunc('{unit}', {when}) AS DATE)"
