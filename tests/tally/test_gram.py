"""Gram matrices: the same sums on every engine, equal to those made with fractions, whatever the columns hold."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import UsageError
from cxkit.tally.blocks import BLOCKS
from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column, Design
from cxkit.tally.gram import Gram
from cxkit.tally.gram_rows import of_rows
from cxkit.tally.grams import count_grams
from cxkit.tally.rows import held_rows

GROUPS = ("A", "B", None, "empty", "no complete row")
N = 120
DAYS = [dt.datetime(2026, 1, 1, 23, 59) + dt.timedelta(days=(i * 7) % 40) for i in range(N)]
#: 99 is no answer, ``a`` counts backwards from 6, ``b`` runs a billion off nought, ``c`` is a value or NaN.
SCORE, REVERSED = Valuation(None, (99.0,)), Valuation(None, (), 6.0, -1.0)
COLUMNS = (
    Column("a", ("a",), (REVERSED,)),
    Column("b", ("b",)),
    Column("flag", ("flag",)),
    Column("d", ("d",)),
    Column("a × b", ("a", "b"), (REVERSED, Valuation(None)), (3.0, 1e9)),
    Column("y", ("y",), (SCORE,)),
)
NAMES = tuple(column.name for column in COLUMNS)


def _rows() -> list[dict]:
    out = []
    for i in range(N):
        group = GROUPS[(i + i // 7) % 3 if i % 10 else 3 + (i // 10) % 2]
        row = {
            "g": group,
            "day": None if i % 29 == 3 else DAYS[i],
            "y": (i * 7 + i // 11) % 11,
            "a": 1 + (i * 3 + i // 7) % 5,
            "b": 1e9 + ((i * 37) % 101) / 64,
            "flag": bool((i * 5 + i // 3) % 3),
            "d": Decimal((i * 11) % 23) / 4,
            "w": 0.25 + ((i * 13) % 17) / 8,
            "who": None if i % 31 == 7 else f"p{(i * 19) % 37}",
        }
        for name, every in (("y", 17), ("a", 19), ("b", 23), ("flag", 13), ("d", 37)):
            if i % every == every - 2:
                row[name] = None
        if i % 21 == 4:
            row["y"] = 99
        if i % 27 == 5:
            row["w"] = (None, 0.0)[i % 2]
        if group == "empty":
            row["y"] = None
        if group == "no complete row":
            row[("a", "b", "d")[i % 3]] = None
        out.append(row)
    return out


ROWS = _rows()


def arrow_table(rows=ROWS):
    import pyarrow as pa

    types = {
        "g": pa.string(), "day": pa.timestamp("us"), "y": pa.int64(), "a": pa.int64(), "b": pa.float64(),
        "flag": pa.bool_(), "d": pa.decimal128(8, 2), "w": pa.float64(), "who": pa.string(),
    }  # fmt: skip
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()})


def pandas_numpy(_):
    frame = arrow_table().to_pandas()
    frame["flag"] = pd.Series([np.nan if r["flag"] is None else float(r["flag"]) for r in ROWS])
    frame["d"] = pd.Series([np.nan if r["d"] is None else float(r["d"]) for r in ROWS])
    return frame


def pandas_decimal_objects(_):
    frame = arrow_table().to_pandas()
    assert frame["d"].dtype == object
    return frame.assign(flag=pandas_numpy(_)["flag"])


def pandas_nullable(_):
    frame = pandas_numpy(_).astype({"g": "string", "y": "Int64", "a": "Int64", "b": "Float64", "w": "Float64"})
    frame["flag"] = pd.array([r["flag"] for r in ROWS], dtype="boolean")
    assert frame["a"].isna().any()
    return frame


def pandas_pyarrow(_):
    return arrow_table().to_pandas(types_mapper=pd.ArrowDtype)


def pandas_category(_):
    frame = pandas_numpy(_)
    return frame.astype({"g": pd.CategoricalDtype(["B", "A", "never used", "empty", "no complete row"])})


def polars_eager(_):
    import polars as pl

    return pl.DataFrame(arrow_table())


def polars_lazy(_):
    return polars_eager(_).lazy()


def polars_nan(_):
    """NaN in place of null, in drivers and weights."""
    import polars as pl

    names = ["y", "a", "b", "d", "w"]
    return polars_eager(_).with_columns(pl.col(names).cast(pl.Float64).fill_null(float("nan")))


def pyarrow_table(_):
    return arrow_table()


def duckdb_relation(_):
    import duckdb

    return duckdb.connect().from_arrow(arrow_table())


def duckdb_nan(_):
    import duckdb

    return duckdb.connect().from_arrow(polars_nan(_).to_arrow())


def dask_frame(_):
    import dask.dataframe as dd

    return dd.from_pandas(pandas_numpy(_), npartitions=3)


def ibis_memtable(_):
    import ibis

    return ibis.memtable(arrow_table())


def spark_frame(request):
    return request.getfixturevalue("spark").createDataFrame(arrow_table())


ENGINES = (
    pandas_numpy, pandas_decimal_objects, pandas_nullable, pandas_pyarrow, pandas_category,
    polars_eager, polars_lazy, polars_nan, pyarrow_table, duckdb_relation, duckdb_nan, dask_frame, ibis_memtable,
    pytest.param(spark_frame, marks=pytest.mark.spark),
)  # fmt: skip


@pytest.fixture(params=ENGINES, ids=lambda f: f.__name__)
def frame(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of making the frame, not of counting it
        return request.param(request)


def values_of(row: dict) -> list[Fraction | None]:
    """The six columns of a row, exactly; None where there is no value."""
    a = None if row["a"] is None else Fraction(6 - row["a"])
    b = None if row["b"] is None else Fraction(row["b"])
    flag = None if row["flag"] is None else Fraction(int(row["flag"]))
    d = None if row["d"] is None else Fraction(row["d"])
    product = None if a is None or b is None else (a - 3) * (b - 10**9)
    y = None if row["y"] in (None, 99) else Fraction(row["y"])
    return [a, b, flag, d, product, y]


def exact(rows: list[dict], weighted: bool) -> tuple[int, float, float, np.ndarray, np.ndarray] | None:
    """Rows, sums of weights and of their squares, means and covariances of complete rows, by fractions."""
    held = [(Fraction(r["w"]) if weighted else Fraction(1), values_of(r)) for r in rows if not weighted or r["w"]]
    held = [(w, v) for w, v in held if None not in v]
    if not held:
        return None
    total = sum(w for w, _ in held)
    mean = [sum(w * v[i] for w, v in held) / total for i in range(6)]
    cov = [[sum(w * (v[i] - mean[i]) * (v[j] - mean[j]) for w, v in held) / total for j in range(6)] for i in range(6)]
    squares = sum(w * w for w, _ in held)
    return len(held), float(total), float(squares), np.array(mean, float), np.array(cov, float)


def assert_gram(gram: Gram, rows: list[dict], weighted: bool) -> None:
    counted = [r for r in rows if not weighted or r["w"]]
    values = [values_of(r) for r in counted]
    assert gram.extent.rows == len(counted)
    for i in range(6):
        held = [v[i] for v in values if v[i] is not None]
        assert gram.extent.lacking[i] == len(values) - len(held)
        if held:
            assert (gram.extent.low[i], gram.extent.high[i]) == (float(min(held)), float(max(held)))
            assert gram.extent.mean[i] == pytest.approx(float(sum(held) / len(held)), rel=1e-12, abs=1e-12)
        else:
            assert np.isnan([gram.extent.low[i], gram.extent.high[i], gram.extent.mean[i]]).all()
    expected = exact(rows, weighted)
    if expected is None:
        assert gram.rows == 0
        assert gram.weight == 0
        return
    n, w, w2, mean, cov = expected
    assert gram.rows == n
    assert gram.weight == pytest.approx(w, rel=1e-12)
    assert gram.w2.sum() == pytest.approx(w2, rel=1e-12)
    np.testing.assert_allclose(gram.mean, mean, rtol=1e-12, atol=1e-12)
    spread = np.sqrt(np.diag(cov))
    spread[spread == 0] = 1
    unit = np.outer(spread, spread)
    np.testing.assert_allclose(gram.covariance / unit, cov / unit, rtol=1e-12, atol=1e-12)


def by_group(rows=ROWS) -> dict:
    return {(g,): [r for r in rows if r["g"] == g] for g in ("A", "B", "empty", "no complete row", None)}


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("blocks", [False, True], ids=["whole", "blocks"])
def test_sums_by_group_agree_with_fractions_to_twelve_digits_on_every_engine(frame, weighted, blocks):
    design = Design(COLUMNS, ("g",), weight="w" if weighted else None)
    grams = count_grams(frame, design, blocks=blocks).parts
    expected = by_group()
    assert tuple(gram.key for gram in grams) == tuple(expected)  # sorted, missing last
    assert [exact(rows, weighted) is None for rows in expected.values()] == [False, False, True, True, False]
    for gram in grams:
        assert gram.names == NAMES
        assert_gram(gram, expected[gram.key], weighted)


def test_all_rows_are_one_group_on_every_engine(frame):
    (gram,) = count_grams(frame, Design(COLUMNS), blocks=False).parts
    assert gram.key == ()
    assert_gram(gram, ROWS, False)


@pytest.mark.parametrize("freq", ["W", "M"])
def test_weeks_and_months_by_group_are_folded_alike_on_every_engine(frame, freq):
    grams = count_grams(frame, Design(COLUMNS, ("g",), "w", None, "day", freq), blocks=True).parts
    expected: dict = {}
    for row in ROWS:
        day = None if row["day"] is None else row["day"].date()
        if day is not None:
            day = day - dt.timedelta(days=day.weekday()) if freq == "W" else day.replace(day=1)
        if row["w"]:
            expected.setdefault((row["g"], day), []).append(row)
    assert {gram.key for gram in grams} == set(expected)
    assert len(grams) == len(expected)
    for gram in grams:
        assert_gram(gram, expected[gram.key], True)


def test_blocks_of_clusters_keep_them_whole_on_every_engine(frame):
    (gram,) = count_grams(frame, Design(COLUMNS, weight="w", cluster="who"), blocks=True).parts
    assert_gram(gram, ROWS, True)
    assert gram.clustered
    held = [r for r in ROWS if r["w"] and None not in values_of(r)]
    sizes: dict = {}
    for i, row in enumerate(held):
        sizes.setdefault(row["who"] or i, []).append(row["w"])
    assert len(gram) <= len(sizes)
    if len(gram) == len(sizes):  # no two clusters fell into one block
        assert sorted(gram.n.tolist()) == sorted(len(w) for w in sizes.values())
        np.testing.assert_allclose(np.sort(gram.w), np.sort([sum(w) for w in sizes.values()]), rtol=1e-12)


def test_the_same_seed_draws_the_same_blocks_twice(frame):
    design = Design(COLUMNS, ("g",), weight="w")
    once, again = (count_grams(frame, design, blocks=True, seed=3).parts for _ in range(2))
    for one, two in zip(once, again, strict=True):
        np.testing.assert_array_equal(np.sort(one.w), np.sort(two.w))


def test_a_mark_of_blanks_and_filled_gaps_on_every_engine(frame):
    columns = (
        replace(COLUMNS[0], fill=2.5),
        Column("a blank", ("a",), (REVERSED,), blank=True),
        Column("y blank", ("y",), (SCORE,), blank=True),
    )
    (gram,) = count_grams(frame, Design(columns), blocks=False).parts
    a = [2.5 if r["a"] is None else 6 - r["a"] for r in ROWS]
    blank = [float(r["a"] is None) for r in ROWS]
    silent = [float(r["y"] in (None, 99)) for r in ROWS]
    assert gram.rows == N
    np.testing.assert_allclose(gram.covariance, np.cov([a, blank, silent], ddof=0), rtol=1e-12, atol=1e-13)


def test_a_column_of_nulls_leaves_no_complete_row(frame):
    import narwhals.stable.v2 as nw

    gone = nw.from_native(frame).with_columns(none=nw.when(nw.col("b") < 0).then(nw.col("b"))).to_native()
    for blocks in (False, True):
        (gram,) = count_grams(gone, Design((*COLUMNS, Column("none", ("none",)))), blocks=blocks).parts
        assert gram.rows == 0
        assert gram.weight == 0
        assert gram.extent.lacking[-1] == N
        assert np.isnan(gram.extent.mean[-1])
        assert np.isfinite(gram.centre).all()
        assert (gram.scale > 0).all()


def test_no_row_at_all_on_every_engine(frame):
    import narwhals.stable.v2 as nw

    nobody = nw.from_native(frame).filter(nw.col("g") == "nobody").to_native()
    assert sum(gram.rows for gram in count_grams(nobody, Design(COLUMNS), blocks=True).parts) == 0
    assert sum(gram.rows for gram in count_grams(nobody, Design(COLUMNS, ("g",)), blocks=True).parts) == 0


def test_a_second_column_that_goes_with_each_row_is_told_by_a_text():
    """Words with a table of values, as a scale of labels has them."""
    frame = pd.DataFrame({"word": ["oui", "non", None, "oui", "peut-être"], "y": [1.0, 2.0, 3.0, 4.0, 5.0]})
    yes = Column("word", ("word",), (Valuation({1.0: ("oui",), 0.0: ("non",)}),))
    (gram,) = count_grams(frame, Design((yes, Column("y", ("y",)))), blocks=False).parts
    assert gram.rows == 3
    assert gram.mean == pytest.approx([2 / 3, 7 / 3], rel=1e-14)
    assert gram.extent.lacking.tolist() == [2, 0]


# Invariance ------------------------------------------------------------------------------------------


def numbers(n: int = 5000, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.integers(1, 6, n).astype(float)
    return pd.DataFrame({"a": a, "b": b, "y": a + b + rng.normal(size=n), "w": rng.uniform(0.5, 2, n)})


PLAIN = Design((Column("a", ("a",)), Column("b", ("b",)), Column("y", ("y",))), weight="w")


def moments(frame, design=PLAIN, blocks=False):
    (gram,) = count_grams(frame, design, blocks=blocks).parts
    return gram.mean, gram.covariance


def test_order_of_rows_changes_nothing():
    frame = numbers()
    for found, expected in zip(moments(frame.sample(frac=1, random_state=2)), moments(frame), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_blocks_add_up_to_the_whole():
    frame = numbers(3 * BLOCKS)
    for found, expected in zip(moments(frame, blocks=True), moments(frame), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_chunks_of_a_frame_add_up_however_it_is_cut():
    import dask.dataframe as dd

    frame = numbers()
    expected = moments(frame)
    for parts in (1, 2, 7, 100):
        found = moments(dd.from_pandas(frame, npartitions=parts))
        for one, two in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-13)


def test_merging_adjacent_groups_gives_the_group_of_both():
    """Sums of two halves about their own centres, brought to one, are those of the whole."""
    frame = numbers()
    halves = [count_grams(part, PLAIN, blocks=False).parts[0] for part in (frame[:1234], frame[1234:])]
    total = sum(gram.weight for gram in halves)
    mean = sum(gram.weight * gram.mean for gram in halves) / total
    between = sum(gram.weight * np.outer(gram.mean - mean, gram.mean - mean) for gram in halves)
    within = sum(gram.weight * gram.covariance for gram in halves)
    found = moments(frame)
    np.testing.assert_allclose(found[0], mean, rtol=1e-12)
    np.testing.assert_allclose(found[1], (within + between) / total, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shift", [0.0, -1e6, 1e9, 1e12])
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 2.0**60])
@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_shift_and_scale_change_no_covariance(shift, scale, engine):
    """The values are whole numbers, so that they are held exactly where they are shifted to."""
    import duckdb

    frame = numbers()
    frame["a"] = (frame["a"] * 1000).round()
    _, expected = moments(frame)
    moved = frame.assign(a=(frame["a"] + shift) * scale)
    _, found = moments(duckdb.connect().from_df(moved) if engine == "duckdb" else moved)
    unit = np.array([scale, 1.0, 1.0])
    spread = np.sqrt(np.diag(expected))
    np.testing.assert_allclose(
        found / np.outer(unit, unit) / np.outer(spread, spread), expected / np.outer(spread, spread),
        rtol=1e-11, atol=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_values_whose_squares_leave_the_range_of_numbers_stay_in_reach(size):
    frame = numbers(500)
    frame["a"] *= size
    (gram,) = count_grams(frame, PLAIN, blocks=False).parts
    one = count_grams(numbers(500), PLAIN, blocks=False).parts[0]
    spread, plain = np.sqrt(np.diag(gram.scatter)), np.sqrt(np.diag(one.scatter))
    np.testing.assert_allclose(
        gram.scatter / np.outer(spread, spread), one.scatter / np.outer(plain, plain), rtol=1e-11
    )


def test_some_columns_of_a_gram_are_the_gram_of_some_columns():
    (gram,) = count_grams(numbers(), PLAIN, blocks=True).parts
    part = gram.take([2, 0])
    assert part.names == ("y", "a")
    np.testing.assert_allclose(part.covariance, gram.covariance[np.ix_([2, 0], [2, 0])], rtol=1e-13)
    np.testing.assert_allclose(part.mean, gram.mean[[2, 0]], rtol=1e-13)


# Resampling ------------------------------------------------------------------------------------------


def spread_of_means(gram: Gram, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    means, covariances = gram.resampled(4000, np.random.default_rng(seed))
    return means.std(axis=0), covariances[:, :2, 2].std(axis=0)


def on(engine: str, frame: pd.DataFrame):
    import dask.dataframe as dd
    import duckdb
    import ibis
    import polars as pl

    table = pl.from_pandas(frame)
    return {
        "pandas": lambda: frame, "polars_lazy": table.lazy, "duckdb": lambda: duckdb.connect().from_df(frame),
        "dask": lambda: dd.from_pandas(frame, npartitions=3), "ibis": lambda: ibis.memtable(table.to_arrow()),
    }[engine]()  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "polars_lazy", "duckdb", "dask", "ibis"])
def test_blocks_of_rows_spread_as_rows_do(engine):
    """20,000 rows in 2,048 blocks: standard errors of means and covariances as those of the formulas of rows."""
    frame = numbers(20_000, seed=5)
    (gram,) = count_grams(on(engine, frame), PLAIN, blocks=True).parts
    assert BLOCKS - 10 <= len(gram) <= BLOCKS  # drawn at random: one may be empty
    assert not gram.each
    x, w = frame[["a", "b", "y"]].to_numpy(), frame["w"].to_numpy()
    about = x - np.average(x, axis=0, weights=w)
    share = w / w.sum()
    expected = np.sqrt(((share[:, None] * about) ** 2).sum(axis=0))
    products = about[:, :2] * about[:, 2:]
    products -= np.average(products, axis=0, weights=w)
    errors = np.sqrt(((share[:, None] * products) ** 2).sum(axis=0))
    means, covariances = spread_of_means(gram)
    # 1.6 % from 2,048 blocks, 1.1 % from 4,000 draws: three of their root of squares.
    np.testing.assert_allclose(means, expected, rtol=0.06)
    np.testing.assert_allclose(covariances, errors, rtol=0.06)


@pytest.mark.parametrize("engine", ["pandas", "polars_lazy", "duckdb", "dask", "ibis"])
def test_blocks_of_clusters_spread_as_clusters_do(engine):
    """10,000 people with three like answers each: the error is that of people, √3 times that of answers."""
    rng = np.random.default_rng(7)
    who = np.repeat(np.arange(10_000), 3)
    frame = pd.DataFrame({"who": who, "a": rng.normal(size=10_000)[who] + 0.01 * rng.normal(size=30_000)})
    frame["b"], frame["y"], frame["w"] = 1.0 * (np.arange(30_000) % 5), frame["a"], 1.0
    frame = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    (gram,) = count_grams(on(engine, frame), replace(PLAIN, cluster="who"), blocks=True).parts
    totals = frame.groupby("who")["a"].sum()
    expected = np.sqrt(((totals - 3 * frame["a"].mean()) ** 2).sum()) / len(frame)
    assert spread_of_means(gram)[0][0] == pytest.approx(expected, rel=0.06)
    assert gram.clustered


def test_few_rows_are_resampled_one_by_one():
    (gram,) = count_grams(numbers(300), PLAIN, blocks=True).parts
    assert gram.each
    assert gram.n.tolist() == [1] * 300
    means, covariances = gram.resampled(50, np.random.default_rng(4))
    frame, rng = numbers(300), np.random.default_rng(4)
    for b in range(50):
        drawn = frame.iloc[rng.integers(0, 300, 300)]
        np.testing.assert_allclose(means[b], np.average(drawn[["a", "b", "y"]], axis=0, weights=drawn["w"]), rtol=1e-11)
        np.testing.assert_allclose(
            covariances[b], np.cov(drawn[["a", "b", "y"]].T, aweights=drawn["w"], ddof=0), rtol=1e-10, atol=1e-12
        )


def test_an_engine_without_random_numbers_says_so():
    import narwhals.stable.v2 as nw

    from cxkit.tally.blocks import with_blocks

    class Other:
        implementation = type("Name", (), {"name": "SQLFRAME"})

    with pytest.raises(UsageError, match="sqlframe draws no random blocks") as caught:
        with_blocks(Other(), None, 0)
    assert "interval=None" in (caught.value.hint or "")
    assert nw is not None


def test_rows_in_memory_are_cut_into_blocks_of_one_size():
    rows = held_rows(numbers(3 * BLOCKS), PLAIN)
    assert rows is not None
    gram = of_rows(rows, True, 0)
    assert gram.n.tolist() == [3] * BLOCKS
    np.testing.assert_allclose(gram.w.sum(), rows.w.sum(), rtol=1e-13)
