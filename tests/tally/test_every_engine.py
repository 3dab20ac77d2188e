"""One set of answers, every engine: the same integers exactly, sums of weights to 1e-12."""

from __future__ import annotations

import datetime as dt
import math
import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.tally import Tally, count_cells

# (segment, day, score, weight); None is null everywhere. Group C has no answer at all.
ROWS = (
    ("A", dt.datetime(2026, 1, 5), 10, 1.5),
    ("A", dt.datetime(2026, 1, 31, 23, 59), 10, 0.25),
    ("A", dt.datetime(2026, 2, 1), 0, 2.0),
    ("A", dt.datetime(2026, 2, 14), None, 1.0),
    ("B", dt.datetime(2026, 1, 9), 7, 1.0),
    ("B", dt.datetime(2026, 2, 28), 9, None),
    ("B", dt.datetime(2026, 3, 1), 9, 0.0),
    ("B", None, 6, 0.1),
    (None, dt.datetime(2026, 3, 31), 8, 3.0),
    (None, dt.datetime(2026, 3, 31), 3, 0.7),
    ("C", dt.datetime(2026, 1, 2), None, 1.0),
    ("C", dt.datetime(2026, 2, 3), None, 1.0),
)
COUNTS = {
    ("A",): {0: 1, 10: 2, None: 1},
    ("B",): {6: 1, 7: 1, 9: 2},
    ("C",): {None: 2},
    (None,): {3: 1, 8: 1},
}
MONTHS = {
    ("A", dt.date(2026, 1, 1)): {10: 2},
    ("A", dt.date(2026, 2, 1)): {0: 1, None: 1},
    ("B", dt.date(2026, 1, 1)): {7: 1},
    ("B", dt.date(2026, 2, 1)): {9: 1},
    ("B", dt.date(2026, 3, 1)): {9: 1},
    ("B", None): {6: 1},
    ("C", dt.date(2026, 1, 1)): {None: 1},
    ("C", dt.date(2026, 2, 1)): {None: 1},
    (None, dt.date(2026, 3, 1)): {3: 1, 8: 1},
}


def base_frame() -> pd.DataFrame:
    columns = list(zip(*ROWS, strict=True))
    return pd.DataFrame(
        {
            "segment": pd.Series(columns[0], dtype="str"),
            "day": pd.Series(pd.to_datetime(list(columns[1])), dtype="datetime64[us]"),
            "score": pd.Series(columns[2], dtype="float64"),
            "weight": pd.Series(columns[3], dtype="float64"),
        }
    )


def arrow_table():
    import pyarrow as pa

    segment, day, score, weight = (list(c) for c in zip(*ROWS, strict=True))
    return pa.table(
        {
            "segment": pa.array(segment, pa.string()),
            "day": pa.array(day, pa.timestamp("us")),
            "score": pa.array(score, pa.int64()),
            "weight": pa.array(weight, pa.float64()),
        }
    )


def pandas_str(_):
    return base_frame()


def pandas_object(_):
    frame = base_frame()
    frame["segment"] = frame["segment"].astype(object).where(frame["segment"].notna(), None)
    frame["score"] = pd.Series([r[2] for r in ROWS], dtype=object)
    return frame


def pandas_category(_):
    frame = base_frame()
    levels = ["A", "B", "C", "never used"]
    frame["segment"] = pd.Categorical(frame["segment"], categories=levels)
    return frame


def pandas_nullable(_):
    frame = base_frame().astype({"segment": "string", "score": "Int64", "weight": "Float64"})
    assert frame["score"].isna().sum() == 3
    return frame


def pandas_pyarrow(_):
    return base_frame().convert_dtypes(dtype_backend="pyarrow")


def pandas_text_answers(_):
    frame = base_frame()
    frame["score"] = pd.Series([None if r[2] is None else str(r[2]) for r in ROWS], dtype="str")
    return frame


def polars_eager(_):
    import polars as pl

    return pl.DataFrame(arrow_table())


def polars_lazy(_):
    return polars_eager(_).lazy()


def polars_nan(_):
    """Missing answers and weights as NaN where another row has null: both are missing."""
    import polars as pl

    frame = polars_eager(_).with_columns(pl.col("score").cast(pl.Float64))
    hole = pl.int_range(pl.len()).is_in([3, 10])
    return frame.with_columns(
        score=pl.when(hole).then(float("nan")).otherwise("score"),
        weight=pl.when(pl.col("weight").is_null()).then(float("nan")).otherwise("weight"),
    )


def polars_enum(_):
    import polars as pl

    return polars_eager(_).with_columns(pl.col("segment").cast(pl.Enum(["C", "B", "A", "Z"])))


def pyarrow_table(_):
    return arrow_table()


def pyarrow_nan(_):
    import pyarrow as pa

    table = arrow_table()
    scores = [float("nan") if r[2] is None else float(r[2]) for r in ROWS]
    return table.set_column(2, "score", pa.array(scores, pa.float64()))


def duckdb_relation(_):
    import duckdb

    return duckdb.connect().from_arrow(arrow_table())


def duckdb_nan(_):
    import duckdb

    return duckdb.connect().from_arrow(pyarrow_nan(_))


def duckdb_decimal(_):
    import duckdb

    relation = duckdb.connect().from_arrow(arrow_table())
    return relation.project("segment, day, score::DECIMAL(4, 1) AS score, weight::DECIMAL(6, 2) AS weight")


def dask_frame(_):
    import dask.dataframe as dd

    return dd.from_pandas(base_frame(), npartitions=3)


def ibis_memtable(_):
    import ibis

    return ibis.memtable(arrow_table())


def spark_frame(request):
    session = request.getfixturevalue("spark")
    return session.createDataFrame(arrow_table())


ENGINES = (
    pandas_str, pandas_object, pandas_category, pandas_nullable, pandas_pyarrow, pandas_text_answers,
    polars_eager, polars_lazy, polars_nan, polars_enum, pyarrow_table, pyarrow_nan,
    duckdb_relation, duckdb_nan, duckdb_decimal, dask_frame, ibis_memtable,
    pytest.param(spark_frame, marks=pytest.mark.spark),
)  # fmt: skip


@pytest.fixture(params=ENGINES, ids=lambda f: f.__name__)
def frame(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of making the frame, not of counting it
        return request.param(request)


def as_counts(tally: Tally) -> dict:
    return {key: one.counts() for key, one in zip(tally.keys, tally.split(), strict=True)}


def weighted_cells(rows=ROWS) -> dict:
    """What every engine must give, summed here with fsum: (n, w, w2) by segment and answer."""
    out: dict = {}
    for segment, _, score, weight in rows:
        if weight:
            out.setdefault((segment, score), []).append(weight)
    return {k: (len(w), math.fsum(w), math.fsum(x * x for x in w)) for k, w in out.items()}


def study_of(frame, **roles) -> cx.Study:
    return cx.Study(frame, nps="score", by="segment", date="day", guess=False, **roles)


def test_counts_by_group_are_the_same_integers_on_every_engine(frame):
    tally = study_of(frame).tally("nps", by="segment")
    assert as_counts(tally) == COUNTS
    assert all(isinstance(n, int) for one in tally.split() for n in one.counts().values())
    assert tally.keys == (("A",), ("B",), ("C",), (None,))


def test_months_and_undated_rows_are_the_same_on_every_engine(frame):
    assert as_counts(study_of(frame).tally("nps", by="segment", freq="M")) == MONTHS


def test_sums_of_weights_agree_to_twelve_digits_on_every_engine(frame):
    tally = study_of(frame, weight="weight").tally("nps", by="segment")
    expected = weighted_cells()
    found = {
        (tally.keys[g][0], None if math.isnan(a) else int(a)): (int(n), w, w2)
        for g, a, n, w, w2 in zip(tally.group, tally.answer, tally.n, tally.w, tally.w2, strict=True)
        if n
    }
    assert found.keys() == expected.keys()
    for cell, (n, w, w2) in expected.items():
        assert found[cell][0] == n
        assert found[cell][1:] == pytest.approx((w, w2), rel=1e-12, abs=1e-12)
    assert tally.left_out == 2  # one weight missing, one 0
    assert tally.weighted


def test_scores_are_the_same_on_every_engine(frame):
    reference = study_of(base_frame(), weight="weight").nps(by="segment")
    scores = study_of(frame, weight="weight").nps(by="segment")
    assert scores.n == reference.n == (3, 2, 0, 2)
    np.testing.assert_allclose(scores.estimate, reference.estimate, rtol=1e-12)
    np.testing.assert_allclose(scores.low, reference.low, rtol=1e-12)
    assert "Rows left out for want of a weight: 2." in map(str, scores.remarks)


def test_filter_and_days_span_on_every_engine(frame):
    study = study_of(frame)
    assert study.filter(segment="A").nps().n == (3,)
    assert study.filter(segment=None).nps().n == (2,)
    assert study.span() == (dt.date(2026, 1, 2), dt.date(2026, 3, 31))
    assert study.between(dt.date(2026, 2, 1), dt.date(2026, 3, 1)).rows == 4
    assert study.rows == len(ROWS)


def test_questionnaire_is_scored_where_the_rows_are(frame):
    import narwhals.stable.v2 as nw

    twice = nw.from_native(frame).with_columns(nw.col("score").alias("again")).to_native()
    scores = cx.umux_lite(twice, ["score", "again"], missing=[0, 8, 9, 10], by="segment")
    # Only 3, 6 and 7 are on 1-7: (3-1)/6, (6-1)/6 and (7-1)/6 of 100.
    assert scores.n == (0, 2, 0, 1)
    np.testing.assert_allclose(scores.estimate, [np.nan, (500 / 6 + 100) / 2, np.nan, 200 / 6], rtol=1e-12)
    assert "Rows left out because an item is missing: 9." in map(str, scores.remarks)


def test_negative_weights_are_refused_on_every_engine(frame):
    import narwhals.stable.v2 as nw

    bad = nw.from_native(frame).with_columns(nw.col("weight") - 1.0).to_native()
    with pytest.raises(cx.RoleError, match="negative") as caught:
        study_of(bad, weight="weight").nps()
    assert caught.value.column == "weight"
    assert caught.value.hint


@pytest.mark.parametrize("freq", ["D", "W", "M", "Q", "Y"])
def test_every_period_length_starts_on_its_first_day(freq):
    days = pd.date_range("2025-12-27", "2026-04-10", freq="13h")
    frame = pd.DataFrame({"day": days, "score": np.arange(len(days)) % 11})
    expected = {"D": "D", "W": "W-SUN", "M": "M", "Q": "Q-DEC", "Y": "Y-DEC"}[freq]
    starts = pd.Series(days.to_period(expected).start_time.date).value_counts().to_dict()
    cells = count_cells(frame, answer="score", date="day", freq=freq)
    found: dict = {}
    (period,) = cells.keys
    for code, n in zip(period.codes, cells.n, strict=True):
        found[period.levels[code]] = found.get(period.levels[code], 0) + n
    assert found == starts


def test_numeric_and_boolean_group_keys_are_plain_python():
    frame = pd.DataFrame({"g": [1.0, 2.0, np.nan], "b": [True, False, True], "score": [10, 9, 0]})
    tally = cx.Study(frame, nps="score", guess=False).tally("nps", by=["g", "b"])
    assert tally.keys == ((1, True), (2, False), (None, True))
    assert [type(part) for part in tally.keys[0]] == [int, bool]


def test_parquet_is_counted_by_duckdb_and_pandas_is_never_handed_the_rows(tmp_path, monkeypatch):
    import duckdb

    place = tmp_path / "large.parquet"
    duckdb.sql(
        "SELECT (range * 7919) % 11 AS nps, 'S' || (range % 3) AS segment, 'comment ' || range AS text "
        "FROM range(300000)"
    ).write_parquet(str(place))
    study = cx.Study(place, nps="nps")
    assert isinstance(study.data, duckdb.DuckDBPyRelation)

    handed: list[int] = []
    fetch = duckdb.DuckDBPyRelation.fetchnumpy

    def counted(relation, *args, **kwargs):
        columns = fetch(relation, *args, **kwargs)
        handed.append(max(len(column) for column in columns.values()))
        return columns

    monkeypatch.setattr(duckdb.DuckDBPyRelation, "fetchnumpy", counted)
    for name in ("fetchall", "df", "pl", "to_arrow_table"):
        monkeypatch.setattr(duckdb.DuckDBPyRelation, name, _never(name), raising=False)
    scores = study.nps(by="segment")
    assert sum(scores.n) == 300_000
    assert handed
    assert max(handed) <= 3 * 11


def _never(name: str):
    def fetch(self, *args, **kwargs):
        raise AssertionError(f"{name}() would bring rows here")

    return fetch


def test_a_count_fits_in_a_memory_limit_that_the_rows_exceed(tmp_path):
    import duckdb

    place = tmp_path / "wide.parquet"
    rows, text = 400_000, "repeat(md5(range::VARCHAR), 8)"
    large = duckdb.sql(f"SELECT range % 11 AS score, range % 5 AS g, {text} AS text FROM range({rows})")
    large.write_parquet(str(place))
    small = duckdb.connect(config={"memory_limit": "64MB", "threads": 1})
    relation = small.read_parquet(str(place))
    assert rows * 8 * 32 > 64e6  # the rows do not fit
    scores = cx.Study(relation, nps="score", guess=False).nps(by="g")
    assert scores.n == (80_000,) * 5


def test_a_file_that_is_damaged_further_down_is_a_source_error(tmp_path):
    """DuckDB reads rows only when they are counted, so that is when a bad one is met."""
    path = tmp_path / "late.csv"
    path.write_text("score\n" + "9\n" * 50_000 + "nine\n")
    rows = duckdb.connect().sql(f"select * from read_csv('{path}', columns={{'score': 'INTEGER'}}, header=true)")
    with pytest.raises(cx.SourceError, match="could not be read") as caught:
        count_cells(rows, answer="score")
    assert caught.value.code == "corrupt"
    assert caught.value.hint
