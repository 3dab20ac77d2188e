"""Parquet, DuckDB, SQL, and delimited files too large for memory."""

from __future__ import annotations

import sqlite3
import sys

import pandas as pd
import pytest

from cxkit.errors import ColumnError, MissingExtra, OptionError, SourceError, SourceNotFound, UnknownNameError
from cxkit.sources import largefile, open_reading, read
from cxkit.sources.delimited import read_delimited
from cxkit.sources.duckdb_file import read_duckdb
from cxkit.sources.parquet import read_parquet
from cxkit.sources.sql import read_sql

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "it's [T3].parquet"
    duckdb.connect().execute(
        'COPY (SELECT i AS id, i % 11 AS nps, \'x\' AS "a""b" FROM range(50) t(i)) TO \''
        + str(path).replace("'", "''")
        + "' (FORMAT parquet)"
    )
    return str(path)


@pytest.fixture
def base(tmp_path):
    path = str(tmp_path / "answers.duckdb")
    with duckdb.connect(path) as con:
        con.execute('CREATE TABLE "my answers" AS SELECT 9 AS nps; CREATE SCHEMA crm;')
        con.execute("CREATE TABLE crm.people AS SELECT 1 AS id")
    return path


def test_parquet_is_lazy(parquet):
    reading = read_parquet(parquet)
    assert isinstance(reading.frame, duckdb.DuckDBPyRelation)
    assert len(reading.frame.df()) == 50
    few = read_parquet(parquet, columns=['a"b', "nps"])
    assert few.frame.columns == ['a"b', "nps"]
    with pytest.raises(ColumnError, match="did you mean 'nps'"):
        read_parquet(parquet, columns=["npss"])


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"id;nps\n1;9\n", "format_mismatch"), (b"PAR1" + b"\0" * 40 + b"PAR1", "corrupt")],
)
def test_parquet_refused(write, content, code):
    with pytest.raises(SourceError) as caught:
        read_parquet(write(content, "x.parquet"))
    assert caught.value.code == code
    assert "x.parquet" in str(caught.value)
    assert caught.value.hint


@pytest.mark.usefixtures("installed")
def test_read_makes_pandas_of_a_relation_and_translates_late_errors(parquet, write):
    df = read(parquet)
    assert isinstance(df, pd.DataFrame)
    assert df.attrs["cxkit"]["source"] == "parquet"
    path = write("nps\n9\nx\n", "late.txt")
    query = f"duckdb:select cast(nps as integer) as n from read_csv('{path}', all_varchar=true)"
    assert open_reading(query).frame is not None
    with pytest.raises(SourceError, match="Could not convert"):
        read(query)


def test_duckdb_tables_and_queries(base, parquet):
    assert read_duckdb(base, table="my answers").frame.fetchall() == [(9,)]
    assert read_duckdb(f"duckdb:{base}", table="crm.people").frame.fetchall() == [(1,)]
    assert read_duckdb(base, query='select nps + 1 from "my answers"').frame.fetchall() == [(10,)]
    folder = parquet.rpartition("/")[0]
    count = read_duckdb(f"duckdb:select count(*) from '{folder}/*.parquet'".replace("it's", "it''s"))
    assert count.frame.fetchall() == [(50,)]
    with pytest.raises(OptionError, match="2 tables") as caught:
        read_duckdb(base)
    assert "my answers" in caught.value.hint
    with pytest.raises(UnknownNameError, match="did you mean 'my answers'"):
        read_duckdb(base, table="my answer")
    with pytest.raises(OptionError, match="exclude"):
        read_duckdb(base, table="a", query="b")


@pytest.mark.parametrize(
    "query",
    ["drop table crm.people", "select 1; select 2", "create table x as select 1", "copy (select 1) to 'x'"],
)
def test_duckdb_reads_only(base, query):
    with pytest.raises(SourceError) as caught:
        read_duckdb(base, query=query)
    assert caught.value.code == "query"


def test_duckdb_errors_hold_the_message_of_the_engine(base, write):
    with pytest.raises(SourceError, match='column "npss" not found'):
        read_duckdb(base, query='select npss from "my answers"')
    with pytest.raises(SourceError) as caught:
        read_duckdb(write("not a database at all" * 500, "x.duckdb"))
    assert caught.value.code == "corrupt"
    with pytest.raises(SourceNotFound):
        read_duckdb("duckdb:absent.duckdb")


@pytest.fixture
def sqlite(tmp_path):
    pytest.importorskip("sqlalchemy")
    path = tmp_path / "answers.db"
    with sqlite3.connect(path) as con:
        con.execute('CREATE TABLE "odd; name" (nps INTEGER)')
        con.execute('INSERT INTO "odd; name" VALUES (9), (NULL)')
    con.close()
    return f"sqlite:///{path}"


def test_sql(sqlite):
    assert len(read_sql(sqlite, table="odd; name").frame) == 2
    assert read_sql(sqlite, query='select count(*) as n from "odd; name"').frame["n"].tolist() == [2]
    with pytest.raises(UnknownNameError, match="did you mean 'odd; name'"):
        read_sql(sqlite, table="odd name")
    for options in ({}, {"table": "a", "query": "b"}):
        with pytest.raises(OptionError, match="exactly one"):
            read_sql(sqlite, **options)
    with pytest.raises(SourceError, match="no such column: nope") as caught:
        read_sql(sqlite, query='select nope from "odd; name"')
    assert caught.value.code == "query"
    with pytest.raises(SourceNotFound):
        read_sql("sqlite:///absent/x.db", table="t")


@pytest.mark.usefixtures("installed")
def test_sql_by_scheme(sqlite):
    assert read(sqlite, table="odd; name")["nps"].iloc[0] == 9


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("postgresql+nodriver://ann:s3cret@host/base", SourceError),
        ("mysql+mysqldb://ann:s3cret@host/base", MissingExtra),
        ("oracle://ann:s3cret@ho st:port/base", SourceError),
    ],
)
def test_a_password_is_never_shown(uri, error):
    pytest.importorskip("sqlalchemy")
    with pytest.raises((error, SourceError, MissingExtra)) as caught:
        read_sql(uri, table="t")
    assert "s3cret" not in str(caught.value)
    assert caught.value.hint
    with pytest.raises(OptionError) as asked:
        read_sql(uri)
    assert "s3cret" not in str(asked.value)


def test_missing_sqlalchemy(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(MissingExtra, match=r"cxkit\[sql\]"):
        read_sql("sqlite://", table="t")


LARGE = (
    "\ufeffid;date;nps;CA;segment;avis\n"
    + "".join(f"{i:06d};{i % 28 + 1:02d}/0{i % 9 + 1}/2026;{i % 11};1 {i % 900 + 100},50 €;PME;\n" for i in range(3000))
    + '003000;01/12/2026;NA;2 000,00 €;NA;"a ; ""b"""\n'
)


def test_a_large_file_gives_the_same_values_lazily(write, monkeypatch):
    path = write(LARGE)
    small = read_delimited(path)
    monkeypatch.setattr(largefile, "LARGE", 1000)
    large = read_delimited(path)
    assert isinstance(large.frame, duckdb.DuckDBPyRelation)
    assert dict(large.options) == dict(small.options)
    a, b = small.frame, large.frame.df()
    assert a["CA"].tolist() == b["CA"].tolist()
    assert a["nps"].sum() == b["nps"].sum()
    assert b["nps"].isna().sum() == 1
    assert a["date"].tolist() == b["date"].tolist()
    assert a["id"].tolist() == b["id"].tolist()
    assert b["segment"].iloc[-1] == "NA"
    assert b["avis"].iloc[-1] == 'a ; "b"'
    again = read_delimited(path, **large.options)
    assert dict(again.decided) == {}
    pd.testing.assert_frame_equal(again.frame.df(), b)


def test_a_large_file_with_a_late_word_raises_when_computed(write, monkeypatch, installed):
    monkeypatch.setattr(largefile, "LARGE", 1000)
    path = write("id;nps\n" + "".join(f"{i};{i % 11}\n" for i in range(40_000)) + "40000;neuf\n")
    with pytest.raises(SourceError, match="neuf"):
        read(path)


def test_a_large_file_that_is_not_utf8_is_read_whole(write, monkeypatch):
    monkeypatch.setattr(largefile, "LARGE", 10)
    reading = read_delimited(write("id;avis\n1;très\n", encoding="cp1252"))
    assert isinstance(reading.frame, pd.DataFrame)
