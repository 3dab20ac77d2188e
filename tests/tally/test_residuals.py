"""Robust, clustered and weighted errors of least squares: those of statsmodels on the rows, on every engine."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cxkit.keydrivers.models.linear import fit_linear, solve
from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column, Design
from cxkit.tally.grams import count_grams
from cxkit.tally.residuals import OUTLYING, engine_residuals, row_residuals

TERMS = ("a", "b", "c")
DESIGN = Design(
    (Column("a", ("a",)), Column("b", ("b",), (Valuation(None, (99.0,), 6.0, -1.0),)), Column("c", ("c",)),
     Column("y", ("y",))),
)  # fmt: skip


def answers(n: int = 400) -> pd.DataFrame:
    """Skewed residuals that spread with ``a``; ``c`` runs a billion off nought; gaps; people who answer again."""
    rng = np.random.default_rng(11)
    who = rng.integers(0, n // 4, n)
    a, b, c = rng.normal(size=n), rng.integers(1, 6, n).astype(float), 1e9 + rng.integers(0, 512, n) / 64
    y = 2 + a - 0.5 * (6 - b) + 0.1 * (c - 1e9) + rng.gamma(1, 1, n) * (0.3 + np.abs(a)) + rng.normal(size=n // 4)[who]
    frame = pd.DataFrame(
        {
            "a": a, "b": b, "c": c, "y": y, "w": rng.uniform(0.2, 3, n), "who": [f"p{i}" for i in who],
            "g": rng.choice(["north", "south"], n),
            "day": [dt.datetime(2026, 1, 5) + dt.timedelta(days=int(d)) for d in rng.integers(0, 21, n)],
        }
    )  # fmt: skip
    for name, every in (("a", 17), ("b", 19), ("y", 23)):
        frame.loc[::every, name] = np.nan
    frame.loc[1::29, "b"] = 99
    frame.loc[2::31, "w"] = np.nan
    frame.loc[3::37, "w"] = 0.0
    frame.loc[4::41, "who"] = None
    return frame


def arrow(frame: pd.DataFrame):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def pandas_rows(frame, _):
    return frame


def pandas_nullable(frame, _):
    return frame.convert_dtypes()


def polars_eager(frame, _):
    import polars as pl

    return pl.DataFrame(arrow(frame))


def polars_lazy(frame, _):
    return polars_eager(frame, _).lazy()


def pyarrow_table(frame, _):
    return arrow(frame)


def duckdb_relation(frame, _):
    import duckdb

    return duckdb.connect().from_arrow(arrow(frame))


def dask_frame(frame, _):
    import dask.dataframe as dd

    return dd.from_pandas(frame, npartitions=3)


def ibis_memtable(frame, _):
    import ibis

    return ibis.memtable(arrow(frame))


def spark_frame(frame, request):
    return request.getfixturevalue("spark").createDataFrame(arrow(frame))


LAZY = (polars_lazy, duckdb_relation, dask_frame, ibis_memtable, pytest.param(spark_frame, marks=pytest.mark.spark))


@pytest.fixture(params=(pandas_rows, pandas_nullable, polars_eager, pyarrow_table, *LAZY))
def engine(request):
    def make(frame):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return request.param(frame, request)

    return make


def fitted(frame, design, covariance, key=None):
    """Fit of one group on whatever holds the frame, and what its residuals say."""
    grams = count_grams(frame, design, blocks=False)
    g = 0 if key is None else [gram.key for gram in grams.parts].index(key)
    gram = grams.parts[g]

    def residuals(solved):
        rows = grams.rows
        if rows is None:
            return engine_residuals(frame, design, gram, solved)
        return row_residuals(rows.of(g).filled(), gram, solved)

    return fit_linear(gram, residuals, covariance=covariance)


def reference(frame, covariance, *, weighted=False):
    """statsmodels on the complete rows, the drivers about their means so that it keeps its digits."""
    import statsmodels.api as sm

    held = frame.assign(b=np.where(frame["b"] == 99, np.nan, 6 - frame["b"]))
    held = held[held["w"] > 0] if weighted else held
    held = held.dropna(subset=[*TERMS, "y"])
    x = held[list(TERMS)] - held[list(TERMS)].mean()
    model = sm.WLS(held["y"], sm.add_constant(x), weights=held["w"] if weighted else 1.0)
    if covariance == "cluster":
        codes, levels = pd.factorize(held["who"])
        alone = codes < 0
        codes = np.where(alone, len(levels) + np.arange(len(codes)), codes)
        return model.fit(cov_type="cluster", cov_kwds={"groups": codes}), held, codes
    return model.fit(cov_type=covariance), held, None


def assert_same(fit, expected, rtol=1e-9):
    np.testing.assert_allclose(fit.coef, expected.params[1:], rtol=rtol)
    cov = np.asarray(expected.cov_params())[1:, 1:]
    spread = np.sqrt(np.diag(cov))
    np.testing.assert_allclose(fit.std_err, spread, rtol=rtol)
    np.testing.assert_allclose(fit.cov / np.outer(spread, spread), cov / np.outer(spread, spread), rtol=rtol, atol=rtol)
    assert fit.r2 == pytest.approx(expected.rsquared, rel=rtol)
    assert fit.r2_adjusted == pytest.approx(expected.rsquared_adj, rel=rtol)
    assert fit.n == expected.nobs


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("covariance", ["HC3", "cluster", "nonrobust"])
def test_errors_are_those_of_statsmodels_on_every_engine(engine, covariance, weighted):
    frame = answers()
    design = replace(DESIGN, weight="w" if weighted else None, cluster="who" if covariance == "cluster" else None)
    fit, seen = fitted(engine(frame), design, covariance)
    expected, held, codes = reference(frame, covariance, weighted=weighted)
    assert_same(fit, expected)
    assert fit.df == (len(np.unique(codes)) - 1 if codes is not None else len(held) - 4)
    assert fit.clusters == (len(np.unique(codes)) if codes is not None else 0)
    assert np.abs(seen.score).max() < 1e-8


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_outlying_rows_are_counted_by_studentised_residuals_on_every_engine(engine, weighted):
    frame = answers()
    frame.loc[[50, 60], "y"] += [60.0, -45.0]
    _, seen = fitted(engine(frame), replace(DESIGN, weight="w" if weighted else None), "HC3")
    expected, held, _ = reference(frame, "nonrobust", weighted=weighted)
    w = held["w"].to_numpy() if weighted else np.ones(len(held))
    x = np.column_stack([np.ones(len(held)), held[list(TERMS)] - held[list(TERMS)].mean()])
    root = x * np.sqrt(w)[:, None]
    h = np.einsum("ij,jk,ik->i", root, np.linalg.inv(root.T @ root), root)
    student = np.sqrt(w) * expected.resid.to_numpy() / np.sqrt(expected.scale * (1 - h))
    assert seen.outlying == (np.abs(student) > OUTLYING).sum() > 1
    assert seen.largest == pytest.approx(np.abs(student).max(), rel=1e-9)


def test_each_group_has_its_own_errors_on_every_engine(engine):
    frame = answers()
    for group in ("north", "south"):
        fit, _ = fitted(engine(frame), replace(DESIGN, keys=("g",), weight="w"), "HC3", key=(group,))
        assert_same(fit, reference(frame[frame["g"] == group], "HC3", weighted=True)[0])


@pytest.mark.parametrize("freq", ["W", "M"])
def test_periods_have_their_own_errors_on_every_engine(engine, freq):
    frame = answers()
    first = dt.date(2026, 1, 12) if freq == "W" else dt.date(2026, 1, 1)
    days = 7 if freq == "W" else 31
    design = replace(DESIGN, keys=("g",), date="day", freq=freq)
    fit, _ = fitted(engine(frame), design, "HC3", key=("north", first))
    day = frame["day"].dt.date
    part = frame[(frame["g"] == "north") & (day >= first) & (day < first + dt.timedelta(days=days))]
    assert 30 < len(part) < (100 if freq == "W" else 401)
    assert_same(fit, reference(part, "HC3")[0])


@pytest.mark.parametrize("make", LAZY)
@pytest.mark.parametrize("kind", ["int", "float", "bool", "null", "text"])
def test_a_group_is_found_again_whatever_its_key_is(make, kind, request):
    frame = answers()
    half = (frame["g"] == "north").to_numpy()
    frame["g"] = {
        "int": np.where(half, 2, 3), "float": np.where(half, 2.5, 3.0), "bool": half,
        "null": pd.Series(np.where(half, None, "south"), dtype=object), "text": np.where(half, "l'été \"x\"", "b"),
    }[kind]  # fmt: skip
    key = {"int": 2, "float": 2.5, "bool": True, "null": None, "text": 'l\'été "x"'}[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = make.values[0](frame, request) if hasattr(make, "values") else make(frame, request)
    fit, _ = fitted(held, replace(DESIGN, keys=("g",)), "HC3", key=(key,))
    assert_same(fit, reference(frame[half], "HC3")[0])


# What is degenerate ----------------------------------------------------------------------------------


def pure(n=40, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({name: rng.normal(size=n) for name in "abcy"})
    return frame.assign(**columns)


SIMPLE = Design(tuple(Column(name, (name,)) for name in "abcy"))


@pytest.mark.parametrize("make", [pandas_rows, polars_lazy, duckdb_relation, dask_frame])
def test_a_row_that_alone_decides_a_coefficient_says_nothing_about_errors(make):
    """``c`` is 1 in one row only: leverage 1, residual 0."""
    frame = pure(c=np.r_[1.0, np.zeros(39)])
    fit, seen = fitted(make(frame, None), SIMPLE, "HC3")
    expected, *_ = reference_plain(frame[1:], ["a", "b"])
    assert np.isfinite(fit.cov).all()
    np.testing.assert_allclose(fit.coef[:2], expected.params[1:], rtol=1e-9)
    np.testing.assert_allclose(fit.std_err[:2], expected.bse[1:], rtol=1e-9)
    assert np.isfinite(seen.largest)


def reference_plain(frame, terms, covariance="HC3"):
    import statsmodels.api as sm

    return (sm.OLS(frame["y"], sm.add_constant(frame[terms])).fit(cov_type=covariance),)


@pytest.mark.parametrize("make", [pandas_rows, polars_lazy, duckdb_relation, dask_frame])
def test_a_perfect_fit_has_no_errors_and_no_outliers(make):
    frame = pure()
    frame["y"] = 1 + 2 * frame["a"] - frame["b"] + 3 * frame["c"]
    fit, seen = fitted(make(frame, None), SIMPLE, "HC3")
    np.testing.assert_allclose(fit.coef, [2, -1, 3], rtol=1e-13)
    assert fit.r2 == pytest.approx(1, abs=1e-13)
    assert (fit.std_err < 1e-12).all()
    assert np.isfinite(seen.largest)


@pytest.mark.parametrize("make", [pandas_rows, polars_lazy, duckdb_relation, dask_frame])
def test_duplicate_drivers_have_no_coefficient_of_their_own_and_the_others_keep_theirs(make):
    """The line is right whatever part of the sum each gets: R², and the errors of the others."""
    frame = pure()
    frame["c"] = 10 * frame["a"] + 5
    fit, seen = fitted(make(frame, None), SIMPLE, "HC3")
    expected, *_ = reference_plain(frame, ["a", "b"])
    assert np.isnan(fit.coef[[0, 2]]).all()
    assert np.isnan(fit.std_err[[0, 2]]).all()
    assert fit.coef[1] == pytest.approx(expected.params["b"], rel=1e-9)
    assert fit.std_err[1] == pytest.approx(expected.bse["b"], rel=1e-9)
    assert fit.r2 == pytest.approx(expected.rsquared, rel=1e-12)
    assert fit.r2_adjusted == pytest.approx(expected.rsquared_adj, rel=1e-12)
    assert seen.rss == pytest.approx(expected.ssr / np.ptp(frame["y"]) ** 2, rel=1e-9)


def test_the_solution_shares_what_duplicates_add_up_to():
    frame = pure()
    frame["c"] = 10 * frame["a"] + 5
    gram = count_grams(frame, SIMPLE, blocks=False).parts[0]
    solved = solve(gram)
    expected, *_ = reference_plain(frame, ["a", "b"])
    found = solved.beta * gram.scale[3] / gram.scale[:3]
    np.testing.assert_allclose(found, expected.params[["a", "b", "a"]] / [2, 1, 20], rtol=1e-9)
    assert solved.tied.tolist() == [True, False, True]


@pytest.mark.parametrize("make", [pandas_rows, duckdb_relation])
def test_one_cluster_tells_nothing_and_says_so(make):
    fit, _ = fitted(make(pure(who="one"), None), replace(SIMPLE, cluster="who"), "cluster")
    assert fit.clusters == 1
    assert np.isnan(fit.cov).all()
    assert np.isfinite(fit.coef).all()


@pytest.mark.parametrize("shift", [0.0, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("make", [pandas_rows, duckdb_relation])
def test_an_offset_takes_no_digits(make, shift):
    """Whole numbers, so that the shifted values are held exactly; the raw products would keep none at 1e9."""
    frame = pure(300)
    frame["a"] = (64 * frame["a"]).round()
    expected, *_ = reference_plain(frame, ["a", "b", "c"])
    fit, _ = fitted(make(frame.assign(a=frame["a"] + shift), None), SIMPLE, "HC3")
    np.testing.assert_allclose(fit.coef, expected.params[1:], rtol=1e-11)
    np.testing.assert_allclose(fit.std_err, expected.bse[1:], rtol=1e-10)


def test_the_correction_restores_digits_that_normal_equations_lose():
    """Two drivers that differ by 1e-5 of their spread: condition number 1e10 of the matrix of products."""
    frame = pure(500)
    frame["b"] = frame["a"] + 1e-5 * frame["b"]
    frame["y"] = frame["a"] - 3 * frame["b"] + frame["c"]  # a perfect fit: what is off is rounding
    grams = count_grams(frame, SIMPLE, blocks=False)
    gram = grams.parts[0]
    raw = solve(gram).beta * gram.scale[3] / gram.scale[:3]
    fit, _ = fitted(frame, SIMPLE, "HC3")
    truth = np.array([1.0, -3.0, 1.0])
    assert np.abs(fit.coef - truth).max() < 1e-7
    assert np.abs(raw - truth).max() > 5 * np.abs(fit.coef - truth).max()


def test_slices_of_rows_add_up(monkeypatch):
    frame = answers()
    whole, _ = fitted(frame, replace(DESIGN, weight="w", cluster="who"), "cluster")
    import cxkit.tally.gram_rows as gram_rows
    import cxkit.tally.residuals as residuals

    def thin(n, size=7):
        for start in range(0, n, size):
            yield slice(start, min(start + size, n))

    monkeypatch.setattr(gram_rows, "slices", thin)
    monkeypatch.setattr(residuals, "slices", thin)
    fit, _ = fitted(frame, replace(DESIGN, weight="w", cluster="who"), "cluster")
    np.testing.assert_allclose(fit.coef, whole.coef, rtol=1e-12)
    np.testing.assert_allclose(fit.cov, whole.cov, rtol=1e-10)
