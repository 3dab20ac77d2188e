"""Where the SQL of a join runs: a DuckDB connection of our own, or the one that a relation lives on.

A relation does not tell its connection, but runs statements on it. So what is larger than memory stays where
it is, and the small side of a join is brought to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxkit.errors import SourceError
from cxkit.tally.engine import schema_of
from cxkit.tally.loading import plain_table

__all__ = ["Desk", "engine_of", "literal", "on_one_connection", "quoted", "zone_of"]

_HERE = "cx_link_here"
_number = itertools.count(1)


class Desk:
    """Runs statements on one connection, and leaves nothing behind but the temporary tables it holds.

    Parameters
    ----------
    relation : DuckDB relation, optional
        The connection is that of this relation, which statements name as :attr:`here`; without it, a new one
        in memory.
    """

    __slots__ = ("_connection", "relation")

    #: What statements call the relation.
    here = _HERE

    def __init__(self, relation: Any = None) -> None:
        self.relation = relation
        self._connection = None if relation is not None else _connect()

    def run(self, statement: str, cx_frame: Any = None) -> Any:
        """The relation of a query; None of any other statement. ``cx_frame`` is a frame that it may name.

        Raises
        ------
        SourceError
            Rows that cannot be read, such as those of a damaged file.
        """
        import duckdb

        try:
            if self._connection is not None:
                if cx_frame is not None:
                    self._connection.register("cx_frame", cx_frame)
                return self._connection.sql(statement)
            # DuckDB finds ``cx_frame`` among the names of this function.
            return self.relation.query(_HERE, statement)
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as exc:
            raise SourceError(
                f"the rows could not be read: {str(exc).strip().splitlines()[0]}", code="corrupt",
                hint="correct the file or the query that they come from",
            ) from exc  # fmt: skip

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query with a small answer."""
        found: list[tuple[Any, ...]] = self.run(query).fetchall()
        return found

    def row(self, query: str) -> dict[str, Any]:
        """The one row of a query, by column."""
        relation = self.run(query)
        (values,) = relation.fetchall()
        return dict(zip(relation.columns, values, strict=True))

    def arrays(self, query: str) -> dict[str, Any]:
        """A query's answer as (masked) arrays by column."""
        return dict(self.run(query).fetchnumpy())

    def hold(self, query: str, cx_frame: Any = None) -> str:
        """The answer of a query as a temporary table; its name."""
        name = f"cx_link_{next(_number)}"
        self.run(f"CREATE TEMP TABLE {name} AS {query}", cx_frame)
        return name

    def load(self, frame: Any, columns: Mapping[str, str]) -> str:
        """Columns of a frame in memory under a table name, not copied where the connection is ours.

        Parameters
        ----------
        columns : mapping
            New name -> column of the frame.
        """
        table = plain_table(frame, columns)
        if self._connection is None:
            return self.hold("SELECT * FROM cx_frame", table)
        name = f"cx_link_{next(_number)}"
        self._connection.register(name, table)
        return name

    def drop(self, *tables: str) -> None:
        for name in tables:
            self.run(f"DROP TABLE IF EXISTS {name}")
        if self._connection is None:
            self.run(f"DROP VIEW IF EXISTS {_HERE}")

    def types(self, table: str) -> dict[str, str]:
        """Column -> DuckDB type, in capitals."""
        relation = self.run(f"SELECT * FROM {table} LIMIT 0")
        return {n: str(t).upper() for n, t in zip(relation.columns, relation.types, strict=True)}


def _connect() -> Any:
    """A connection in memory, whose clock is UTC: days must not depend on the machine."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def on_one_connection(one: Any, other: Any) -> bool:
    """Whether two DuckDB relations can be joined."""
    import duckdb

    try:
        one.set_alias("cx_one").join(other.set_alias("cx_other"), "1 = 1")
    except duckdb.InvalidInputException:
        return False
    except duckdb.Error:
        return True
    return True


def engine_of(frame: Any) -> str:
    """Which engine holds a frame: ``pandas``, ``polars``, ``polars_lazy``, ``pyarrow``, ``duckdb``, ``pyspark`` ..."""
    import narwhals.stable.v2 as nw

    opened = nw.from_native(frame)
    name = str(opened.implementation.name).lower()
    return "polars_lazy" if name == "polars" and isinstance(opened, nw.LazyFrame) else name


def zone_of(frame: Any, column: str) -> str | None:
    """The time zone that a column of times is kept in, if any."""
    if type(frame).__module__.partition(".")[0] == "pandas":
        zone = getattr(frame[column].dtype, "tz", None)
    else:
        zone = getattr(schema_of(frame)[column], "time_zone", None)
    return None if zone is None else str(zone)


def literal(value: Any) -> str:
    """A number, truth or text as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
