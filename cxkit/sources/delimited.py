"""CSV, TSV and text files: sniff a sample, then one explicit call of pandas' C parser."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cxkit.errors import SourceError
from cxkit.sources.celltext import Rules, convert
from cxkit.sources.declare import source
from cxkit.sources.encodings import Decoded, decode
from cxkit.sources.files import check_file, check_format, read_bytes
from cxkit.sources.frenchnumbers import NA_TOKENS
from cxkit.sources.grid import find_fault, measure, swallowed_note
from cxkit.sources.largefile import is_large, read_large
from cxkit.sources.plan import SAMPLE, Given, Plan, decide_na, make_plan
from cxkit.sources.reading import Note, Reading
from cxkit.sources.rstyle import protect, restore

__all__ = ["read_delimited"]


@source("csv", extensions=(".csv", ".tsv", ".txt"))
def read_delimited(
    uri: str,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    dayfirst: bool | None = None,
    na: Sequence[str] | None = None,
    skip_rows: int | None = None,
) -> Reading:
    """Read a delimited text file; what is not given is decided from the file and told.

    Parameters
    ----------
    uri : str
        The file.
    delimiter : str, optional
        One character between cells.
    encoding : str, optional
        Any Python encoding, or a named repair: ``cp1252+cp850``, ``utf-8+cp1252``.
    decimal, thousands : str, optional
        ``","`` or ``"."``. Spaces always group thousands.
    dayfirst : bool, optional
        Whether ``03/04/2026`` is 3 April.
    na : list of str, optional
        Further words for a missing answer, in every column.
    skip_rows : int, optional
        Lines above the header.

    Returns
    -------
    Reading
        A pandas frame; above 200 MB of UTF-8, a lazy DuckDB relation.
    """
    given = Given(delimiter, decimal, thousands, dayfirst, na, skip_rows)
    path = check_file(uri)
    if is_large(path, encoding):
        return read_large(path, uri, given, encoding)
    data = read_bytes(path, uri)
    check_format(data[:SAMPLE], uri, expected="a delimited text file")
    text = decode(data, uri, encoding)
    plan = _plan(text.body, uri, given)
    if encoding is None and text.reason:
        plan.decided["encoding"] = text.reason
    body = text.body[plan.offset :].rstrip(b"\x1a")
    if not body.strip():
        raise SourceError(
            "there is a header and no row below it", code="no_rows", file=uri, hint="export the data again"
        )
    decide_na(plan, body, given)
    frame, rules = _read(body, plan, given, uri)
    frame, blanks = _drop_blank_rows(frame, body, plan.delimiter)
    notes = (*text.notes, *plan.notes, *rules.notes, *blanks)
    decided = MappingProxyType(plan.decided | rules.decided)
    return Reading(frame, uri, "csv", _options(plan, rules, text), decided, notes)


def _options(plan: Plan, rules: Rules, text: Decoded) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "delimiter": plan.delimiter,
            "encoding": text.encoding,
            "decimal": plan.decimal,
            "thousands": rules.thousands or "",
            "dayfirst": rules.dayfirst,
            "na": plan.na,
            "skip_rows": plan.skip_rows,
        }
    )


def _plan(body: bytes, uri: str, given: Given) -> Plan:
    if (nul := body.find(b"\0")) >= 0:
        from cxkit.sources.dialect import place_of

        row, column, line = place_of(body[:nul].decode("utf-8"))
        raise SourceError(
            f"a NUL byte (line {line}): the file is damaged, or UTF-16 read as something else",
            code="nul", file=uri, row=row, column=column, hint="export it again, or encoding='utf-16-le'",
        )  # fmt: skip
    size = len(body)
    # A few pieces from further down: decimals or long answers often start late.
    starts = [at for at in (size // 2, size - 16384) if at > SAMPLE]
    more = [body[at : at + 16384].decode("utf-8", "ignore") for at in starts]
    head = body[:SAMPLE].decode("utf-8", "ignore")
    return make_plan(head, more, uri, given, complete=size <= SAMPLE)


def _read(body: bytes, plan: Plan, given: Given, uri: str) -> tuple[Any, Rules]:
    """The frame with its numbers and dates, and the rules that applied."""
    width = len(plan.names)
    grid = measure(body, plan.delimiter, width)
    if not grid.regular:
        fault = find_fault(body, plan.delimiter, width, uri, plan.lines)
        if fault is not None:
            raise fault
        plan.kinds = ["text"] * width  # stray quotes: the grid could not look for ids
    ids = [plan.names[i] for i in grid.ids]
    plan.kinds = ["text" if n in ids else k for n, k in zip(plan.names, plan.kinds, strict=True)]
    plan.notes += swallowed_note(grid)
    shielded = False
    if plan.r_style and plan.na:
        body, shielded = protect(body, plan.delimiter, plan.na)
    frame = _parse(body, plan, uri)
    late = _late_text(frame, plan)
    if late:
        plan.kinds = ["text" if n in late else k for n, k in zip(plan.names, plan.kinds, strict=True)]
        frame = frame.assign(**dict(_parse(body, plan, uri, late).items()))
    if shielded:
        frame = restore(frame)
    rules = Rules(plan.decimal, given.thousands, given.dayfirst, plan.french)
    return convert(frame, rules, ids), rules


def _parse(body: bytes, plan: Plan, uri: str, only: Sequence[str] | None = None) -> Any:
    """One explicit call of the C parser."""
    import pandas as pd

    kinds = dict(zip(plan.names, plan.kinds, strict=True))
    read_csv: Any = pd.read_csv
    try:
        return read_csv(
            io.BytesIO(body),
            engine="c",
            sep=plan.delimiter,
            decimal=plan.decimal,
            header=None,
            names=plan.names,
            index_col=False,
            usecols=only,
            dtype={n: "str" for n, k in kinds.items() if k == "text" and (only is None or n in only)},
            keep_default_na=False,
            na_values={n: ["", *plan.na, *(NA_TOKENS if k == "number" else ())] for n, k in kinds.items()},
            low_memory=False,
            encoding="utf-8",
        )
    except pd.errors.ParserError as error:
        fault = find_fault(body, plan.delimiter, len(plan.names), uri, plan.lines)
        raise fault or SourceError(str(error), code="ragged", file=uri, hint="check the quotes") from error


def _late_text(frame: Any, plan: Plan) -> list[str]:
    """Columns to read again as text: a late cell is no number, or a long id would lose digits."""
    import numpy as np

    late = []
    for name, kind in zip(plan.names, plan.kinds, strict=True):
        column = frame[name]
        if kind in ("text", "words"):
            continue
        if column.dtype.kind in "iuf":
            values = column.to_numpy()
            top = max(abs(float(np.nanmin(values, initial=0))), abs(float(np.nanmax(values, initial=0))))
            if top >= 1e15:
                late.append(name)
        elif kind == "number" or column.dtype.kind in "bO":
            late.append(name)
    return late


def _drop_blank_rows(frame: Any, body: bytes, delimiter: str) -> tuple[Any, tuple[Note, ...]]:
    """Leave out rows that hold only delimiters, as spreadsheets append them."""
    blank = None
    for name in frame.columns:
        empty = frame[name].isna().to_numpy()
        blank = empty if blank is None else blank & empty
        if not blank.any():
            return frame, ()
    if blank is None or blank.all():
        return frame, ()
    count = int(blank.sum())
    cell = re.escape(delimiter.encode())
    if count != len(re.findall(rb"(?:^|(?<=[\r\n]))(?:" + cell + rb'|"")+(?=[\r\n]|$)', body)):
        return frame, ()  # some of them say NA: that is an answer sheet, if an empty one
    note = Note("blank_rows", f"{count} rows without any answer were left out", count)
    kept = frame[~blank].reset_index(drop=True)
    whole = {n: "int64" for n in kept.columns if _is_whole(kept[n])}
    return kept.astype(whole), (note,)


def _is_whole(column: Any) -> bool:
    """Integers that only a blank row had made floats."""
    return bool(column.dtype.kind == "f" and column.notna().all() and (column % 1 == 0).all())
