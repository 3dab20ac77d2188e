"""DuckDB database files, and queries over files: ``duckdb:select ... from 'x/*.parquet'``."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, SourceError, UnknownNameError, did_you_mean
from cxkit.sources.declare import source
from cxkit.sources.files import check_file
from cxkit.sources.reading import Reading
from cxkit.sources.relation import connect, quote, translate

__all__ = ["read_duckdb"]


@source("duckdb", extensions=(".duckdb", ".ddb"), schemes=("duckdb",))
def read_duckdb(uri: str, *, table: str | None = None, query: str | None = None) -> Reading:
    """Read a table or a query of a DuckDB file, read-only, as a lazy relation.

    Parameters
    ----------
    uri : str
        ``answers.duckdb``, ``duckdb:answers.duckdb``, or ``duckdb:select ...`` for a query over files.
    table : str, optional
        A table or view (``schema.table`` too); not needed when there is only one.
    query : str, optional
        An SQL query, instead of ``table``.
    """
    place = uri.removeprefix("duckdb:").removeprefix("//")
    if table is not None and query is not None:
        raise OptionError("table= and query= exclude each other", hint="keep one of them")
    if uri.startswith("duckdb:") and place.lstrip().split(None, 1)[0:1] and _is_query(place):
        if table is not None or query is not None:
            raise OptionError("the uri holds a query already", hint="drop table= and query=")
        return Reading(_run(connect(), place, uri), uri, "duckdb")
    path = check_file(place)
    connection = _open(str(path), uri)
    decided = {}
    if table is None and query is None:
        table = _only_table(connection, uri)
        decided["table"] = "the only one in the file"
    relation = _run(connection, query or f"SELECT * FROM {_table(connection, str(table), uri)}", uri)
    options: dict[str, Any] = {"query": query} if query else {"table": table}
    return Reading(relation, uri, "duckdb", MappingProxyType(options), MappingProxyType(decided))


def _is_query(text: str) -> bool:
    return text.split(None, 1)[0].lower() in {"select", "with", "from", "(select", "values"}


def _open(path: str, uri: str) -> Any:
    import duckdb

    try:
        return connect(path)
    except duckdb.Error as error:
        raise SourceError(
            f"the database cannot be opened: {translate(error)}", code="corrupt", file=uri,
            hint="check that it is a DuckDB file and that no other program writes to it",
        ) from error  # fmt: skip


def _tables(connection: Any) -> list[str]:
    rows = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL").fetchall()
    return [name if schema == "main" else f"{schema}.{name}" for schema, name in rows]


def _only_table(connection: Any, uri: str) -> str:
    tables = _tables(connection)
    if len(tables) == 1:
        return tables[0]
    raise OptionError(
        f"the database has {len(tables)} tables: which one?", file=uri, code="table_choice",
        hint=f"table={tables[0]!r} (there are: {', '.join(tables)})" if tables else "it holds no table",
    )  # fmt: skip


def _table(connection: Any, name: str, uri: str) -> str:
    tables = _tables(connection)
    if name not in tables:
        raise UnknownNameError(f"no table {name!r}", file=uri, hint=did_you_mean(name, tables, what="Tables"))
    return ".".join(map(quote, name.split("."))) if "." in name else quote(name)


def _run(connection: Any, query: str, uri: str) -> Any:
    """A lazy relation; only a query that returns rows and changes nothing is accepted."""
    import duckdb

    try:
        statements = connection.extract_statements(query)
        kinds = {s.type for s in statements}
        if len(statements) != 1 or kinds != {duckdb.StatementType.SELECT}:
            raise SourceError(
                "only one SELECT can be read; nothing was run",
                code="query", file=uri, hint="query='SELECT ...'",
            )  # fmt: skip
        return connection.sql(query)
    except duckdb.Error as error:
        raise SourceError(
            f"the query failed: {translate(error)}", code="query", file=uri,
            hint="try the query in the duckdb shell",
        ) from error  # fmt: skip
