"""Delimited files too large for memory: a lazy DuckDB relation, every decision passed explicitly."""

from __future__ import annotations

import codecs
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cxkit.sources.celltext import Rules, convert
from cxkit.sources.frenchnumbers import NA_TOKENS
from cxkit.sources.plan import SAMPLE, Given, Plan, decide_na, make_plan
from cxkit.sources.reading import Reading
from cxkit.sources.relation import connect, quote, text_literal

__all__ = ["LARGE", "is_large", "read_large"]

LARGE = 200_000_000
"""Bytes above which a UTF-8 file is left to DuckDB."""

_UTF8 = (None, "utf-8", "utf8", "utf-8-sig")


def is_large(path: Path, encoding: str | None) -> bool:
    """Is the file above the threshold, and UTF-8 to the last byte (the only encoding DuckDB reads)?"""
    if path.stat().st_size <= LARGE or encoding not in _UTF8:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                if b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def read_large(path: Path, uri: str, given: Given, encoding: str | None) -> Reading:
    """A relation over the file: text cells are trimmed of nothing, numbers and dates are cast.

    A cell that does not fit its column raises when the relation is computed, with DuckDB's message.
    """
    bom, pieces = _pieces(path)
    head = pieces[0].decode("utf-8", "ignore")
    more = [p.decode("utf-8", "ignore") for p in pieces[1:]]
    plan = make_plan(head, more, uri, given, complete=False)
    decide_na(plan, b"".join(pieces), given)
    rules = Rules(plan.decimal, given.thousands, given.dayfirst, plan.french)
    sample = _sample(head[len(head.encode()[: plan.offset].decode()) :], more, plan)
    typed = convert(sample, rules)
    used = encoding or ("utf-8-sig" if bom else "utf-8")
    if encoding is None:
        plan.decided["encoding"] = "every byte is valid UTF-8"
    options = {
        "delimiter": plan.delimiter, "encoding": used, "decimal": plan.decimal,
        "thousands": rules.thousands or "", "dayfirst": rules.dayfirst,
        "na": plan.na, "skip_rows": plan.skip_rows,
    }  # fmt: skip
    relation = connect().sql(_query(path, plan, rules, typed))
    return Reading(
        relation, uri, "csv", MappingProxyType(options),
        MappingProxyType(plan.decided | rules.decided), (*plan.notes, *rules.notes),
    )  # fmt: skip


def _pieces(path: Path) -> tuple[bool, list[bytes]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        pieces = [head.removeprefix(codecs.BOM_UTF8)]
        for at in (size // 2, size - 16384):
            if at > SAMPLE:
                file.seek(at)
                pieces.append(file.read(16384))
    return head.startswith(codecs.BOM_UTF8), pieces


def _sample(data: str, more: list[str], plan: Plan) -> Any:
    """The sample's rows as a frame of text, to decide each column's type as a small file would."""
    import pandas as pd

    from cxkit.sources.plan import sample_rows

    rows = sample_rows(data, more, plan.delimiter, len(plan.names), complete=False)
    frame = pd.DataFrame(rows, columns=plan.names, dtype="str")
    return frame.replace(dict.fromkeys(["", *plan.na]), float("nan"))


def _query(path: Path, plan: Plan, rules: Rules, typed: Any) -> str:
    columns = ", ".join(f"{text_literal(n)}: 'VARCHAR'" for n in plan.names)
    cells = ", ".join(_cell(n, typed[n].dtype, plan, rules) for n in plan.names)
    nulls = ", ".join(text_literal(t) for t in ["", *plan.na])
    return (
        f"SELECT {cells} FROM read_csv({text_literal(str(path))}, auto_detect=false, header=false, "
        f"skip={plan.lines}, delim={text_literal(plan.delimiter)}, quote='\"', escape='\"', "
        f"nullstr=[{nulls}], columns={{{columns}}}, max_line_size=16777216)"
    )


def _cell(name: str, dtype: Any, plan: Plan, rules: Rules) -> str:
    cell = quote(name)
    if dtype.kind in "iuf":
        gaps = text_literal(" \u00a0\u202f\u2009'’€$£¥" + (rules.thousands or ""))
        tokens = ", ".join(text_literal(t) for t in NA_TOKENS)
        number = f"replace(translate({cell}, {gaps}, ''), {text_literal(plan.decimal)}, '.')"
        return f"CASE WHEN trim({cell}) NOT IN ({tokens}) THEN CAST({number} AS DOUBLE) END AS {cell}"
    if dtype.kind == "M":
        return f"{_date(cell, bool(rules.dayfirst))} AS {cell}"
    return cell


def _date(cell: str, dayfirst: bool) -> str:
    """ISO text casts as it is; otherwise the parts are put in order with their zeros."""
    order = "\\3-\\2-\\1\\4" if dayfirst else "\\3-\\1-\\2\\4"
    parts = r"'^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)$'"
    return f"CAST(replace(regexp_replace({cell}, {parts}, '{order}'), '/', '-') AS TIMESTAMP)"
