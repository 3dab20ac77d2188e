"""The same weights for every row, in its order, on every engine; rows without a weight stay out."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.tally.engine import collected
from cxkit.weighting import post_stratify, rake, response_weights

FRAME = pd.DataFrame(
    {
        "row": range(12),
        "region": pd.Series(["N", "S", "N", "E", "S", "N", "E", "N", "S", "E", None, "N"], dtype="str"),
        "size": [1.0, 2, 2, 1, 1, 2, np.nan, 1, 2, 1, 2, 1],
        "d": [1.0, 2, 0.5, 1, 1.5, 1, 2, 0, np.nan, 1, 0, 3],
        "vip": [True, False, False, True, True, False, True, False, True, False, True, False],
        "nps": [10, 9, 3, 8, 7, 0, 10, 9, 9, 6, 5, 10],
    }
)
TARGETS = {
    "region": {"N": 0.4, "S": 0.35, "E": 0.25},
    "size": {1: 0.5, 2: 0.4, None: 0.1},
    "vip": {True: 40, False: 60},
}


def pandas_plain():
    return FRAME


def pandas_category():
    return FRAME.assign(region=FRAME["region"].astype("category")).set_index("nps", drop=False)


def pandas_nullable():
    return FRAME.convert_dtypes()


def polars_eager():
    import polars as pl

    return pl.from_pandas(FRAME)


def polars_lazy():
    return polars_eager().lazy()


def polars_nan():
    import polars as pl

    return pl.from_pandas(FRAME, nan_to_null=False)


def pyarrow_table():
    return polars_eager().to_arrow()


def duckdb_relation():
    import duckdb

    return duckdb.connect().from_arrow(pyarrow_table())


def duckdb_nan():
    import duckdb

    return duckdb.connect().from_df(FRAME)


def dask_frame():
    import dask.dataframe as dd

    return dd.from_pandas(FRAME, npartitions=3)


def ibis_memtable():
    import ibis

    return ibis.memtable(pyarrow_table())


ENGINES = (
    pandas_plain, pandas_category, pandas_nullable, polars_eager, polars_lazy, polars_nan, pyarrow_table,
    duckdb_relation, duckdb_nan, dask_frame, ibis_memtable,
)  # fmt: skip


@pytest.fixture(params=ENGINES, ids=lambda f: f.__name__)
def frame(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of making the frame, not of weighting it
        return request.param()


def by_row(study: cx.Study) -> np.ndarray:
    """The weights in the order of ``row``."""
    import narwhals.stable.v2 as nw

    column = study.roles["weight"][0]
    rows = collected(nw.from_native(study.data).lazy().select("row", column))
    pairs = sorted(zip(rows["row"], rows[column], strict=True))
    return np.array([w for _, w in pairs], np.float64)


def expected(trimmed: bool) -> np.ndarray:
    """Plain raking on the rows, many rounds; with bounds, the factors of each round are found by halving."""
    d = FRAME["d"].fillna(0).to_numpy(copy=True)
    held, n = d > 0, int((d > 0).sum())
    low, high = (0.55, 1.8) if trimmed else (0.0, 1e9)
    raw = d / d.sum() * n
    for _ in range(400):
        for column, shares in TARGETS.items():
            for category, share in shares.items():
                at = held & (FRAME[column].isna() if category is None else FRAME[column] == category).to_numpy()
                wanted = share / sum(shares.values()) * n
                below, above = 0.0, 1e6
                for _ in range(100):
                    g = (below + above) / 2
                    below, above = (g, above) if np.clip(raw[at] * g, low, high).sum() < wanted else (below, g)
                raw[at] *= above
    return np.where(held, np.clip(raw, low, high), 0.0)


@pytest.mark.parametrize("trimmed", [False, True])
def test_rows_get_the_same_weights_on_every_engine(frame, trimmed):
    study = cx.Study(frame, nps="nps", weight="d", by="region", missing={"nps": [99]}, guess=False)
    found = rake(study, TARGETS, trim=(0.55, 1.8) if trimmed else None)
    w = by_row(found.study)
    np.testing.assert_allclose(w, expected(trimmed), atol=1e-7)
    assert found.n == 9
    assert found.left_out == 3
    assert w.sum() == pytest.approx(9)
    assert found.low == pytest.approx(w[w > 0].min())
    assert found.high == pytest.approx(w.max())
    assert found.n_eff == pytest.approx(w.sum() ** 2 / (w**2).sum())
    at_bound = int((np.isclose(w, 0.55, atol=1e-9) | np.isclose(w, 1.8, atol=1e-9)).sum())
    assert found.trimmed == (at_bound if trimmed else 0)
    assert at_bound >= 1 or not trimmed
    assert found.converged
    assert [row.after for row in found.margins] == pytest.approx([row.target for row in found.margins], abs=1e-7)
    assert type(found.study) is type(study)
    assert dict(found.study.roles) == {"nps": ("nps",), "weight": ("weight",), "by": ("region",)}
    assert found.study.declared["missing"] == {"nps": [99]}
    assert type(found.study.data) is type(study.data)
    assert study.columns == tuple(FRAME.columns)
    nps = found.study.nps()
    classes = np.select([FRAME["nps"] >= 9, FRAME["nps"] <= 6], [100, -100], 0)
    assert nps.value == pytest.approx((classes * w).sum() / w.sum())
    assert nps.n == (9,)


def test_without_design_weights_and_by_combination_on_every_engine(frame):
    study = cx.Study(frame, guess=False)
    study = study.where(~cx.col("region").is_null())
    found = post_stratify(
        study,
        {("N", True): 15, ("N", False): 25, ("S", True): 10, ("S", False): 20, ("E", True): 20, ("E", False): 10},
        by=["region", "vip"],
    )
    kept = FRAME[FRAME["region"].notna()]
    rows = kept.groupby(["region", "vip"])["row"].transform("size")
    share = [
        {("N", True): 15, ("N", False): 25, ("S", True): 10, ("S", False): 20, ("E", True): 20, ("E", False): 10}[k]
        for k in zip(kept["region"], kept["vip"], strict=True)
    ]
    np.testing.assert_allclose(by_row(found.study), np.array(share) / 100 * len(kept) / rows.to_numpy(), rtol=1e-12)


def test_response_weights_are_the_same_on_every_engine(frame):
    study = cx.Study(frame, id="row", guess=False).where(~cx.col("region").is_null())
    found = response_weights(study, responded="vip", on=["nps"], classes=2)
    again = response_weights(FRAME[FRAME["region"].notna()], responded="vip", on="nps", id="row", classes=2)
    assert dict(zip(found.ids, found.weights, strict=True)) == pytest.approx(
        dict(zip(again.ids, again.weights, strict=True))
    )
    assert found.n == 5


def test_a_frame_with_a_weight_column_gets_a_free_name_and_keeps_its_own():
    frame = FRAME[["row", "vip"]].assign(weight=2.0, weight_2=1)
    found = rake(frame, {"vip": {True: 0.5, False: 0.5}})
    assert found.column == "weight_3"
    assert (found.study.data["weight"] == 2.0).all()
    assert list(frame.columns) == ["row", "vip", "weight", "weight_2"]


def test_two_hundred_categories_are_no_deeper_than_an_engine_can_nest():
    import duckdb

    relation = duckdb.sql("SELECT range % 400 AS g, range % 11 AS nps FROM range(4000)")
    found = rake(relation, {"g": {i: 1 + i % 3 for i in range(400)}}, counts=True)
    assert found.n == 4000
    assert found.converged
