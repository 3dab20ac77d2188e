"""Excel workbooks: one named sheet, native dates, and the same reading of text cells as CSV."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cxkit.errors import MissingExtra, OptionError, SourceError, did_you_mean
from cxkit.sources.celltext import Rules, convert
from cxkit.sources.declare import source
from cxkit.sources.dialect import decimal_mark
from cxkit.sources.files import check_file, check_format, format_of
from cxkit.sources.headers import clean_names
from cxkit.sources.reading import Note, Reading

__all__ = ["read_excel"]


@source("excel", extensions=(".xlsx", ".xlsm"))
def read_excel(
    uri: str,
    *,
    sheet: str | None = None,
    skip_rows: int = 0,
    decimal: str | None = None,
    thousands: str | None = None,
    dayfirst: bool | None = None,
) -> Reading:
    """Read one sheet of an Excel workbook.

    Parameters
    ----------
    uri : str
        The workbook.
    sheet : str, optional
        Its name; needed when there are several.
    skip_rows : int
        Rows above the header.
    decimal, thousands : str, optional
        Marks of numbers that were typed as text.
    dayfirst : bool, optional
        Whether a text ``03/04/2026`` is 3 April. Real Excel dates need nothing.
    """
    path = check_file(uri)
    _check(path, uri)
    if skip_rows < 0:
        raise OptionError("skip_rows cannot be negative", hint="skip_rows=0")
    decided: dict[str, str] = {}
    frame, used = _load(path, uri, sheet, skip_rows)
    if sheet is None:
        decided["sheet"] = "the only one in the workbook"
    frame, notes = _table(frame, uri)
    mark = decimal or _decimal(frame, decided)
    rules = Rules(mark, thousands, dayfirst, mark == ",")
    frame = convert(frame, rules)
    options = {
        "sheet": used, "skip_rows": skip_rows, "decimal": mark,
        "thousands": rules.thousands or "", "dayfirst": rules.dayfirst,
    }  # fmt: skip
    return Reading(
        frame, uri, "excel", MappingProxyType(options), MappingProxyType(decided | rules.decided),
        (*notes, *rules.notes),
    )  # fmt: skip


def _check(path: Path, uri: str) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise SourceError("the file is empty", code="empty", file=uri, hint="save the workbook again")
    if head.startswith(b"PK"):
        if not zipfile.is_zipfile(path):
            raise SourceError("the workbook was cut", code="truncated", file=uri, hint="download it again")
        return
    if format_of(head) is None:
        raise SourceError(
            "this is text, not an Excel workbook", code="format_mismatch", file=uri,
            hint=f'cx.read({uri!r}, source="csv")',
        )  # fmt: skip
    check_format(head, uri, expected="an Excel workbook")


def _load(path: Path, uri: str, sheet: str | None, skip_rows: int) -> tuple[Any, str]:
    import pandas as pd

    try:
        import python_calamine  # noqa: F401
    except ImportError:
        raise MissingExtra("reading Excel needs python-calamine", extra="excel") from None
    try:
        with pd.ExcelFile(path, engine="calamine") as book:
            name = _sheet([str(n) for n in book.sheet_names], sheet, uri)
            # Everything as found: "NA" may be a country, and text is cleaned by our own rules.
            raw = pd.read_excel(
                book, sheet_name=name, header=None, skiprows=skip_rows, keep_default_na=False, dtype=object
            )
            return raw, name
    except (SourceError, OptionError):
        raise
    except Exception as error:
        raise SourceError(
            f"the workbook cannot be read: {error}", code="corrupt", file=uri,
            hint="open it in Excel and save it again, without a password",
        ) from error  # fmt: skip


def _sheet(names: list[str], wanted: str | None, uri: str) -> str:
    if wanted is not None:
        if wanted not in names:
            raise OptionError(
                f"no sheet is called {wanted!r}", file=uri, hint=did_you_mean(wanted, names, what="Sheets")
            )
        return wanted
    if len(names) == 1:
        return names[0]
    raise SourceError(
        f"the workbook has {len(names)} sheets: {', '.join(map(repr, names))}", code="sheet_choice",
        file=uri, hint=f"sheet={names[0]!r}",
    )  # fmt: skip


def _table(raw: Any, uri: str) -> tuple[Any, list[Note]]:
    """Names from the first row, values below; blank rows and nameless empty columns left out."""
    cells = raw.mask(raw.isin([""]) | raw.isna(), None)
    filled = cells.notna()
    if not filled.to_numpy().any():
        raise SourceError("the sheet is empty", code="empty", file=uri, hint="choose another sheet=")
    top = int(filled.any(axis=1).to_numpy().argmax())
    head, body = cells.iloc[top], cells.iloc[top + 1 :]
    keep = head.notna() | body.notna().any()
    names, notes = clean_names([_name(n) for n in head[keep]], uri)
    body = body.loc[:, keep.to_numpy()].set_axis(names, axis=1)
    blank = ~body.notna().any(axis=1)
    if blank.all():
        what = "there is a header and no row below it"
        raise SourceError(what, code="no_rows", file=uri, hint="check sheet=")
    inside = int(blank.loc[: body.index[~blank][-1]].sum())
    if inside:
        what = f"{inside} rows without any answer were left out"
        notes.append(Note("blank_rows", what, inside))
    return body[~blank].reset_index(drop=True).apply(_typed), notes


def _name(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _typed(column: Any) -> Any:
    """A column with the type that its cells share; numbers among words become words."""
    import pandas as pd

    kinds = Counter(type(v).__name__ for v in column.dropna())
    if set(kinds) <= {"int", "float"}:
        values = pd.to_numeric(column)
        whole = values.notna().all() and (values % 1 == 0).all()
        return values.astype("int64") if whole else values.astype("float64")
    if set(kinds) <= {"datetime", "date", "Timestamp"}:
        return pd.to_datetime(column)
    if set(kinds) == {"bool"} and column.notna().all():
        return column.astype(bool)
    texts = [None if pd.isna(v) else str(_name(v)) for v in column]
    return pd.Series(texts, index=column.index, dtype="str", name=column.name)


def _decimal(frame: Any, decided: dict[str, str]) -> str:
    texts = [frame[c].dropna().iloc[:500].tolist() for c in frame.columns if str(frame[c].dtype) == "str"]
    proved = decimal_mark(texts)
    if proved:
        decided["decimal"] = "numbers typed as text are written with it"
    return proved or "."
