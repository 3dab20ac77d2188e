"""Rows as arrays, and the distinct ones with how often each occurs: the same on every engine."""

from __future__ import annotations

import warnings
from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column, Design
from cxkit.tally.rows import distinct_rows, held_rows, inner, outer, slices

COLUMNS = (
    Column("a", ("a",), (Valuation(None, (9.0,)),)),
    Column("flag", ("flag",)),
    Column("d", ("d",)),
    Column("y", ("y",), (Valuation(None, (), 6.0, -1.0),)),
)
N = 300
ROWS = [
    {
        "g": ("north", "south", None)[i % 3],
        "a": None if i % 17 == 5 else (1, 2, 3, 9)[(i * 7) % 4],
        "flag": None if i % 23 == 3 else bool(i % 2),
        "d": None if i % 31 == 8 else Decimal(i % 3) / 2,
        "y": None if i % 19 == 1 else 1 + (i // 5) % 5,
        "w": (None, 0.0)[i % 2] if i % 29 == 4 else 0.5 + (i % 3) / 4,
        "who": None if i % 37 == 9 else f"p{i % 11}",
    }
    for i in range(N)
]


def arrow_table():
    import pyarrow as pa

    types = {"g": pa.string(), "a": pa.int64(), "flag": pa.bool_(), "d": pa.decimal128(5, 2), "y": pa.int64(),
             "w": pa.float64(), "who": pa.string()}  # fmt: skip
    return pa.table({name: pa.array([row[name] for row in ROWS], kind) for name, kind in types.items()})


def pandas_numpy(_):
    frame = arrow_table().to_pandas()
    for name in ("flag", "d"):
        frame[name] = [np.nan if r[name] is None else float(r[name]) for r in ROWS]
    return frame


def pandas_nullable(_):
    return pandas_numpy(_).convert_dtypes()


def pandas_pyarrow(_):
    return arrow_table().to_pandas(types_mapper=pd.ArrowDtype)


def polars_eager(_):
    import polars as pl

    return pl.DataFrame(arrow_table())


def polars_lazy(_):
    return polars_eager(_).lazy()


def polars_nan(_):
    import polars as pl

    return polars_eager(_).with_columns(pl.col("a", "d", "y", "w").cast(pl.Float64).fill_null(float("nan")))


def pyarrow_table(_):
    return arrow_table()


def duckdb_relation(_):
    import duckdb

    return duckdb.connect().from_arrow(arrow_table())


def dask_frame(_):
    import dask.dataframe as dd

    return dd.from_pandas(pandas_numpy(_), npartitions=3)


def ibis_memtable(_):
    import ibis

    return ibis.memtable(arrow_table())


def spark_frame(request):
    return request.getfixturevalue("spark").createDataFrame(arrow_table())


LOCAL = (pandas_numpy, pandas_nullable, pandas_pyarrow, polars_eager, polars_nan, pyarrow_table)
LAZY = (polars_lazy, duckdb_relation, dask_frame, ibis_memtable, pytest.param(spark_frame, marks=pytest.mark.spark))


@pytest.fixture(params=(*LOCAL, *LAZY))
def frame(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return request.param(request)


def decoded(row: dict) -> tuple[float, ...]:
    """The four values, NaN where there is none."""
    gap = float("nan")
    return (
        gap if row["a"] in (None, 9) else float(row["a"]), gap if row["flag"] is None else float(row["flag"]),
        gap if row["d"] is None else float(row["d"]), gap if row["y"] is None else 6.0 - row["y"],
    )  # fmt: skip


def test_rows_in_memory_are_decoded_and_the_others_left_where_they_are(frame, request):
    rows = held_rows(frame, Design(COLUMNS, ("g",), "w", "who"))
    if "lazy" in request.node.name or not any(made.__name__ in request.node.name for made in LOCAL):
        assert rows is None
        return
    kept = [r for r in ROWS if r["w"]]
    np.testing.assert_array_equal(rows.x, [decoded(r) for r in kept])
    np.testing.assert_array_equal(rows.w, [r["w"] for r in kept])
    np.testing.assert_array_equal(rows.w2, [r["w"] ** 2 for r in kept])
    assert rows.frequency.tolist() == [1] * len(kept)
    assert rows.keys == (("north",), ("south",), (None,))
    assert [rows.keys[g][0] for g in rows.group] == [r["g"] for r in kept]
    together = {}
    for row, number in zip(kept, rows.cluster.tolist(), strict=True):
        together.setdefault(row["who"], set()).add(number)
    nobody = together.pop(None)
    assert len(nobody) == sum(r["who"] is None for r in kept)  # each without a name is alone
    assert all(len(numbers) == 1 for numbers in together.values())
    assert len(set.union(nobody, *together.values())) == len(nobody) + len(together)


def grouped(rows, weighted: bool, clustered: bool = False) -> dict:
    out: dict = {}
    for row in rows:
        if (weighted and not row["w"]) or np.isnan(decoded(row)).any():
            continue
        w = row["w"] if weighted else 1.0
        key = (row["g"], *decoded(row), *([row["who"]] if clustered else []))
        n, total, squares = out.get(key, (0, 0.0, 0.0))
        out[key] = (n + 1, total + w, squares + w * w)
    return out


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_distinct_rows_are_counted_by_the_engine(frame, weighted):
    rows = distinct_rows(frame, Design(COLUMNS, ("g",), "w" if weighted else None))
    expected = grouped(ROWS, weighted)
    assert len(rows) == len(expected) < N / 3
    assert rows.keys == (("north",), ("south",), (None,))
    for i in range(len(rows)):
        n, total, squares = expected[(rows.keys[rows.group[i]][0], *rows.x[i].tolist())]
        assert rows.frequency[i] == n
        assert (rows.w[i], rows.w2[i]) == pytest.approx((total, squares), rel=1e-12)


def test_distinct_rows_of_clusters_keep_them_apart(frame):
    rows = distinct_rows(frame, Design(COLUMNS, ("g",), "w", "who"))
    expected = grouped(ROWS, True, clustered=True)
    assert rows.frequency.sum() == sum(n for n, _, _ in expected.values())
    named = {key for key in expected if key[-1] is not None}
    assert len(np.unique(rows.cluster)) >= len({key[-1] for key in named})
    by_cluster = Counter()
    for number, n in zip(rows.cluster.tolist(), rows.frequency.tolist(), strict=True):
        by_cluster[number] += n
    sizes = Counter()
    for key, (n, _, _) in expected.items():
        if key[-1] is not None:
            sizes[key[-1]] += n
    assert not Counter(sizes.values()) - Counter(by_cluster.values())


def test_no_complete_row_gives_none(frame):
    import narwhals.stable.v2 as nw

    nobody = nw.from_native(frame).filter(nw.col("g") == "nobody").to_native()
    rows = distinct_rows(nobody, Design(COLUMNS, (), "w"))
    assert rows.x.shape == (0, 4)
    assert rows.frequency.sum() == 0


def test_rows_alike_are_joined_as_the_engine_groups_them():
    frame = polars_eager(None)
    design = Design(COLUMNS, (), "w")
    joined = held_rows(frame, design).filled().joined()
    counted = distinct_rows(frame, design)
    assert len(joined) == len(counted)
    order, other = (np.lexsort(rows.x.T) for rows in (joined, counted))
    np.testing.assert_array_equal(joined.x[order], counted.x[other])
    np.testing.assert_array_equal(joined.frequency[order], counted.frequency[other])
    np.testing.assert_allclose(joined.w[order], counted.w[other], rtol=1e-13)
    np.testing.assert_allclose(joined.w2[order], counted.w2[other], rtol=1e-13)


def test_rows_alike_of_other_clusters_stay_apart():
    frame = pd.DataFrame({"a": [1.0] * 4, "y": [2.0] * 4, "who": ["p", "p", "q", None]})
    design = Design((Column("a", ("a",)), Column("y", ("y",))), cluster="who")
    joined = held_rows(frame, design).joined()
    assert sorted(joined.frequency.tolist()) == [1, 1, 2]


def test_rows_of_which_none_are_alike_are_given_back():
    frame = pd.DataFrame({"a": np.arange(50.0), "y": np.arange(50.0) % 3})
    rows = held_rows(frame, Design((Column("a", ("a",)), Column("y", ("y",)))))
    joined = rows.joined()
    np.testing.assert_array_equal(np.sort(joined.x[:, 0]), np.arange(50.0))
    assert (joined.frequency == 1).all()


def test_one_group_and_some_columns_of_rows():
    rows = held_rows(polars_eager(None), Design(COLUMNS, ("g",)))
    south = rows.of(1)
    assert south.keys == (("south",),)
    np.testing.assert_array_equal(south.x, [decoded(r) for r in ROWS if r["g"] == "south"])
    part = south.of_columns(np.array([3, 0]))
    assert part.names == ("y", "a")
    np.testing.assert_array_equal(part.x, south.x[:, [3, 0]])
    assert not np.isnan(south.filled().x).any()
    assert len(south.filled()) == sum(not np.isnan(decoded(r)).any() for r in ROWS if r["g"] == "south")


@pytest.mark.parametrize(("n", "size"), [(0, 5), (1, 5), (5, 5), (11, 5)])
def test_slices_cover_all_rows_once(n, size):
    assert [i for part in slices(n, size) for i in range(n)[part]] == list(range(n))


@pytest.mark.parametrize("n", [0, 1, 7, 9, 5000, 70_001])
@pytest.mark.parametrize(("p", "q"), [(1, 1), (3, 2), (20, 20)])
def test_products_in_pieces_are_products(n, p, q):
    rng = np.random.default_rng(n + p)
    a, b, c = rng.normal(size=(n, p)), rng.normal(size=(n, q)), rng.normal(size=(p, q))
    np.testing.assert_allclose(inner(a, b), a.T @ b, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(outer(a, c), a @ c, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", ["Int64", "Float64", "boolean", "int64[pyarrow]", "double[pyarrow]", "bool", "uint8"])
def test_every_kind_of_pandas_number_is_read(kind):
    gaps = kind not in ("bool", "uint8")
    frame = pd.DataFrame({"a": pd.Series([1, 0, None if gaps else 1], dtype=kind), "y": [1.0, 2.0, 3.0]})
    rows = held_rows(frame, Design((Column("a", ("a",)), Column("y", ("y",)))))
    np.testing.assert_array_equal(rows.x[:, 0], [1, 0, np.nan if gaps else 1])
