"""Orders as one row a customer: every engine counts the same, and no row disappears."""

from __future__ import annotations

import datetime as dt
import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest

from cxkit.tally.purchases import Orders, buyers, count_repeated, day_of, texts_of

# customer, day, amount, invoice, country, months
ROWS = (
    ("a", dt.datetime(2026, 1, 1, 9), 10.0, "i1", "FR", 12),
    ("a", dt.datetime(2026, 1, 1, 18), 5.0, "i2", "FR", 6),
    ("a", dt.datetime(2026, 1, 8), 30.0, "i3", "FR", 12),
    ("a", dt.datetime(2026, 1, 9), -4.0, "i4", "FR", 12),
    ("a", dt.datetime(2026, 2, 20), 7.0, "i5", "FR", 12),
    ("b", dt.datetime(2026, 1, 2), 8.0, "i6", "DE", 24),
    ("b", dt.datetime(2026, 1, 3), 6.0, "i7", "DE", 24),
    ("b", dt.datetime(2026, 1, 3, 12), -6.0, "i8", "DE", 24),
    ("c", dt.datetime(2026, 1, 4), -2.0, "i9", "DE", 12),
    ("d", dt.datetime(2026, 1, 5), 0.0, "i10", "FR", 12),
    (None, dt.datetime(2026, 1, 6), 100.0, "i11", "FR", 12),
    (None, dt.datetime(2026, 1, 6), 3.0, "i11", "FR", 12),
    ("a", None, 1.0, "i12", "FR", 12),
    ("a", dt.datetime(2026, 1, 10), None, "i13", "FR", 12),
)
SPEC = Orders("who", "day", "amount")


def frame() -> pd.DataFrame:
    return pd.DataFrame(list(ROWS), columns=["who", "day", "amount", "invoice", "country", "months"])


def arrow():
    import pyarrow as pa

    names = ["who", "day", "amount", "invoice", "country", "months"]
    kinds = [pa.string(), pa.timestamp("us"), pa.float64(), pa.string(), pa.string(), pa.int64()]
    columns = zip(names, zip(*ROWS, strict=True), kinds, strict=True)
    return pa.table({name: pa.array(list(column), kind) for name, column, kind in columns})


def polars_lazy():
    import polars as pl

    return pl.DataFrame(arrow()).lazy()


def duck():
    table = arrow()
    connection = duckdb.connect()
    connection.register("orders", table)
    return connection.sql("select * from orders")


def dask_frame():
    import dask.dataframe as dd

    return dd.from_pandas(frame(), npartitions=3)


def ibis_memtable():
    import ibis

    return ibis.memtable(arrow())


def nullable():
    return frame().convert_dtypes(dtype_backend="pyarrow")


def polars_nan():
    import polars as pl

    made = pl.DataFrame(arrow())
    return made.with_columns(amount=pl.when(pl.col("amount").is_null()).then(float("nan")).otherwise("amount"))


ENGINES = (frame, nullable, arrow, polars_lazy, polars_nan, duck, dask_frame, ibis_memtable)


@pytest.fixture(params=ENGINES, ids=lambda e: e.__name__)
def orders(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of making the frame, not of counting it
        return request.param()


@pytest.mark.spark
def test_spark_counts_the_same(spark):
    found = buyers(spark.createDataFrame(arrow()), SPEC, daily=True)
    assert (found.ids, found.n.tolist(), found.gross.tolist()) == (
        ("a", "b", "c", "d"),
        [3, 1, 0, 0],
        [52.0, 8.0, 0, 0],
    )


def test_every_engine_counts_the_same(orders):
    found = buyers(orders, SPEC, daily=True)
    assert found.ids == ("a", "b", "c", "d")
    assert found.n.tolist() == [3, 1, 0, 0]
    assert found.free.tolist() == [0, 1, 0, 1]
    assert found.gross.tolist() == [52.0, 8.0, 0.0, 0.0]
    assert found.squares.tolist() == [15.0**2 + 30**2 + 7**2, 64.0, 0.0, 0.0]
    assert (found.returns.tolist(), found.returned.tolist()) == ([1, 0, 1, 0], [-4.0, 0.0, -2.0, 0.0])
    assert [day_of(x) for x in found.first[:2]] == [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]
    assert [day_of(x) for x in found.last[:2]] == [dt.date(2026, 2, 20), dt.date(2026, 1, 2)]
    assert found.first_value.tolist() == [15.0, 8.0, 0.0, 0.0]
    assert found.days is not None
    assert [day_of(x) for x in found.days[0]] == [dt.date(2026, 1, 8), dt.date(2026, 2, 20)]


def test_every_row_is_in_the_ledger(orders):
    ledger = buyers(orders, SPEC, end=dt.date(2026, 1, 31)).ledger
    assert ledger.rows == len(ROWS)
    assert (ledger.used, ledger.anonymous, ledger.undated, ledger.unpriced, ledger.late) == (9, 2, 1, 1, 1)
    assert ledger.used + ledger.anonymous + ledger.undated + ledger.unpriced + ledger.late == ledger.rows
    assert (day_of(ledger.first), day_of(ledger.last)) == (dt.date(2026, 1, 1), dt.date(2026, 1, 9))


def test_a_split_keeps_what_comes_later_apart(orders):
    found = buyers(orders, SPEC, split=dt.date(2026, 1, 7), daily=True)
    assert found.n.tolist() == [1, 1, 0, 0]
    assert found.later.tolist() == [2, 0, 0, 0]
    assert found.gross.tolist()[0] == 15.0
    assert found.days is not None
    assert len(found.days[0]) == 2


def test_invoices_and_groups(orders):
    spec = Orders("who", "day", "amount", order="invoice", unit="order", keys=("country",), term="months")
    found = buyers(orders, spec, anonymous=True)
    rows = {(found.keys[g][0], who): i for i, (g, who) in enumerate(zip(found.group, found.ids, strict=True))}
    assert set(rows) == {("FR", "a"), ("FR", "d"), ("FR", None), ("DE", "b"), ("DE", "c")}
    a, nobody = rows["FR", "a"], rows["FR", None]
    assert (found.n[a], found.gross[a], found.months[a]) == (4, 52.0, 12 + 6 + 12 + 12)
    # Two lines of one invoice are one order, and its term counts once.
    assert (found.n[nobody], found.gross[nobody], found.squares[nobody]) == (1, 103.0, 103.0**2)
    assert found.months[nobody] == 12
    assert found.back_squares[rows["DE", "b"]] == 36.0


def test_rows_as_orders_without_dates(orders):
    found = buyers(orders, Orders("who", None, "amount", unit="row"))
    assert found.n.tolist() == [5, 2, 0, 0]
    assert found.ledger.used == 11


def test_without_amounts_every_day_is_a_purchase(orders):
    found = buyers(orders, Orders("who", "day", None))
    assert found.n.tolist() == [5, 2, 1, 1]


def test_rows_said_twice_are_counted_and_lines_of_orders_are_not():
    twice = pd.concat([frame(), frame().head(3)], ignore_index=True)
    assert count_repeated(frame(), SPEC) == 0
    assert count_repeated(twice, SPEC) == 3
    lines = pd.DataFrame({"who": "a", "day": pd.Timestamp("2026-01-01"), "amount": [5.0] * 40})
    assert count_repeated(lines, SPEC) == 0


def test_customers_come_in_one_order_whatever_their_kind():
    mixed = pd.DataFrame({"who": [3.0, 10.0, 2.0, np.nan], "day": pd.Timestamp("2026-01-01"), "amount": 1.0})
    assert buyers(mixed, SPEC).ids == (2, 3, 10)
    odd = mixed.assign(who=pd.Series([True, False, True, None], dtype=object).astype("string"))
    assert buyers(odd, SPEC).ids == ("False", "True")


def test_a_refund_on_the_same_day_leaves_no_cent_behind():
    cents = pd.DataFrame({"who": "a", "day": pd.Timestamp("2026-01-01"), "amount": [0.1, 0.2, -0.3]})
    found = buyers(cents, SPEC)
    assert (found.n[0], found.free[0], found.returns[0]) == (0, 1, 0)


def test_texts_and_how_often():
    assert sorted(texts_of(pd.DataFrame({"x": ["1 €", "2 $", "1 €", None]}), "x")) == [("1 €", 2), ("2 $", 1)]
