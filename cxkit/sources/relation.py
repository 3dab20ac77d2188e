"""DuckDB relations: one private connection each, kept alive by the relation; names are quoted."""

from __future__ import annotations

from typing import Any

__all__ = ["connect", "quote", "text_literal", "translate"]


def connect(path: str | None = None) -> Any:
    """A connection: to a database file (read-only), or an empty one in memory.

    Its clock is UTC: DuckDB shows times with a zone by the connection's clock, and a month must not depend
    on the machine.
    """
    import duckdb

    connection = duckdb.connect(path, read_only=True) if path else duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def translate(error: Exception) -> str:
    """DuckDB's own message, without its stack of context lines."""
    return str(error).strip().split("\n\n")[0]
