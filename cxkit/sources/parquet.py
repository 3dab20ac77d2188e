"""Parquet files, left to DuckDB: lazy, so a file of any size can be counted without loading it."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from cxkit.errors import ColumnError, SourceError, did_you_mean
from cxkit.sources.declare import source
from cxkit.sources.files import check_file
from cxkit.sources.reading import Reading
from cxkit.sources.relation import connect, quote, text_literal, translate

__all__ = ["read_parquet"]


@source("parquet", extensions=(".parquet", ".pq"))
def read_parquet(uri: str, *, columns: Sequence[str] | None = None) -> Reading:
    """Read a Parquet file as a lazy DuckDB relation.

    Parameters
    ----------
    uri : str
        The file.
    columns : list of str, optional
        The columns to keep; all without it.
    """
    path = check_file(uri)
    with path.open("rb") as file:
        head = file.read(4096)
    _check(head, path.stat().st_size, uri)
    import duckdb

    # The path is a literal, and glob signs in it are escaped: this is one file.
    name = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    try:
        relation = connect().sql(f"SELECT * FROM read_parquet({text_literal(name)})")
    except duckdb.Error as error:
        raise SourceError(
            f"the Parquet file cannot be read: {translate(error)}", code="corrupt", file=uri,
            hint="write or download it again",
        ) from error  # fmt: skip
    options: dict[str, Any] = {"columns": None if columns is None else list(columns)}
    return Reading(_select(relation, columns, uri), uri, "parquet", MappingProxyType(options))


def _check(head: bytes, size: int, uri: str) -> None:
    if size == 0:
        raise SourceError("the file is empty", code="empty", file=uri, hint="write it again")
    if head.startswith(b"PAR1"):
        return
    from cxkit.sources.files import check_format

    check_format(head, uri, expected="a Parquet file")
    raise SourceError(
        "this is not a Parquet file (it does not start with PAR1)", code="format_mismatch", file=uri,
        hint=f'if it is text: cx.read({uri!r}, source="csv")',
    )  # fmt: skip


def _select(relation: Any, columns: Sequence[str] | None, uri: str) -> Any:
    if columns is None:
        return relation
    for name in columns:
        if name not in relation.columns:
            raise ColumnError(
                f"no column {name!r}", file=uri, hint=did_you_mean(name, relation.columns, what="Columns")
            )
    return relation.project(", ".join(map(quote, columns)))
