"""Databases through SQLAlchemy: a query or a table, and a password that is never shown."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from cxkit.errors import MissingExtra, OptionError, SourceError, UnknownNameError, did_you_mean
from cxkit.sources.declare import source
from cxkit.sources.files import check_file
from cxkit.sources.reading import Reading

__all__ = ["read_sql"]

_SCHEMES = ("sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "snowflake")


@source("sql", schemes=_SCHEMES)
def read_sql(uri: str, *, query: str | None = None, table: str | None = None) -> Reading:
    """Read a query or a table of a database.

    Parameters
    ----------
    uri : str
        An SQLAlchemy URL: ``sqlite:///answers.db``, ``postgresql+psycopg://user@host/base``.
    query : str, optional
        An SQL query.
    table : str, optional
        A table (``schema.table`` too), instead of ``query``.
    """
    if (query is None) == (table is None):
        raise OptionError(
            "give exactly one of query= and table=",
            file=_masked(uri), hint='table="answers" or query="SELECT ..."',
        )  # fmt: skip
    engine = _engine(uri)
    shown = engine.url.render_as_string(hide_password=True)
    if engine.url.get_backend_name() == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        check_file(str(engine.url.database))
    try:
        frame = _fetch(engine, query, table, shown)
    finally:
        engine.dispose()
    options = {"query": query} if query is not None else {"table": table}
    return Reading(frame, shown, "sql", MappingProxyType(options))


def _masked(uri: str) -> str:
    """The uri without its password, also when it is too broken for SQLAlchemy to parse."""
    head, sep, tail = uri.partition("://")
    user, at, host = tail.rpartition("@")
    return f"{head}{sep}{user.partition(':')[0]}:***@{host}" if at and ":" in user else uri


def _engine(uri: str) -> Any:
    try:
        import sqlalchemy
    except ImportError:
        raise MissingExtra("reading databases needs SQLAlchemy", extra="sql") from None
    url = uri.replace("postgres://", "postgresql://", 1) if uri.startswith("postgres://") else uri
    try:
        return sqlalchemy.create_engine(url)
    except sqlalchemy.exc.NoSuchModuleError:
        raise SourceError(
            "SQLAlchemy knows no such kind of database", code="scheme", file=_masked(uri),
            hint="install the package that adds it",
        ) from None  # fmt: skip
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise SourceError(
            "this is not a database URL", code="scheme", file=_masked(uri),
            hint="sqlite:///answers.db or postgresql+psycopg://user@host/base",
        ) from None  # fmt: skip
    except ImportError as error:
        missing = MissingExtra(f"the database driver {error.name!r} is not installed", extra="sql")
        missing.hint = f"pip install {error.name}, or name another driver: postgresql+psycopg://..."
        raise missing from None


def _fetch(engine: Any, query: str | None, table: str | None, shown: str) -> Any:
    import pandas as pd
    import sqlalchemy as sa

    secret = engine.url.password
    try:
        with engine.connect() as connection:
            statement = sa.text(query) if query is not None else _select(connection, str(table), shown)
            return pd.read_sql_query(statement, connection)
    except (sa.exc.SQLAlchemyError, pd.errors.DatabaseError) as error:
        cause = error.__cause__ if isinstance(error, pd.errors.DatabaseError) else error
        what = str(getattr(cause, "orig", None) or cause).strip()
        if secret:
            what = what.replace(str(secret), "***")
        raise SourceError(
            f"the database answered: {what}", code="query", file=shown,
            hint="check the query, the name of the table, and your rights",
        ) from None  # fmt: skip


def _select(connection: Any, name: str, shown: str) -> Any:
    """SELECT * with the name quoted by SQLAlchemy; the table must exist."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    known = [*inspector.get_table_names(), *inspector.get_view_names()]
    schema: str | None = None
    bare = name
    if name not in known and "." in name:
        schema, _, bare = name.partition(".")
        known = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    if bare not in known:
        hint = did_you_mean(bare, known, what="Tables")
        raise UnknownNameError(f"no table {name!r}", file=shown, hint=hint)
    return sa.select(sa.text("*")).select_from(sa.table(bare, schema=schema))
