"""``Study.drivers`` from end to end: the same on every engine, right against statsmodels, refusing what it must."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.errors import CxkitError, NothingMatched, OptionError, RoleError, UsageError
from cxkit.sources.demo.story import EFFECTS

N = 360
COLUMNS = ["driver", "importance", "share", "low", "high", "coef", "std_err", "p", "vif", "performance", "n"]


def answers(n: int = N, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n // 3, n)
    mood = rng.normal(size=n // 3)[who]
    rated = {k: np.clip(np.rint(3.4 + 0.6 * mood + rng.normal(size=n)), 1, 5) for k in ("wait", "price", "staff")}
    latent = 6.5 + 0.9 * (rated["wait"] - 3) + 0.5 * (rated["price"] - 3) + mood + rng.normal(size=n)
    frame = pd.DataFrame(
        {
            **rated, "nps": np.clip(np.rint(latent), 0, 10), "w": rng.uniform(0.3, 2.5, n),
            "who": [f"p{i}" for i in who], "region": rng.choice(["north", "south", "west"], n),
            "day": [dt.datetime(2026, 1, 1) + dt.timedelta(days=int(d)) for d in rng.integers(0, 90, n)],
            "left": rng.random(n) < 1 / (1 + np.exp(0.8 * (latent - 5))),
        }
    )  # fmt: skip
    for name, every in (("wait", 13), ("staff", 17), ("nps", 19)):
        frame.loc[::every, name] = np.nan
    frame.loc[5::23, "w"] = np.nan
    frame.loc[7::29, "who"] = None
    return frame


DRIVERS = ["wait", "price", "staff"]


def study_of(frame, **roles):
    return cx.Study(frame, nps="nps", guess=False, **roles)


def arrow(frame):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def pandas_nullable(frame, _):
    return frame.convert_dtypes()


def pandas_pyarrow(frame, _):
    return frame.convert_dtypes(dtype_backend="pyarrow")


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


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A real local session, torn down at the end; skipped, visibly, only without pyspark."""
    import importlib.util
    import os
    import sys

    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (dependency group 'spark')")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        settings_ = {
            "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "600m", "spark.sql.session.timeZone": "UTC",
        }  # fmt: skip
        builder = SparkSession.builder.master("local[1]").appName("cxkit tests")
        for name, value in settings_.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


ENGINES = (pandas_nullable, pandas_pyarrow, polars_eager, polars_lazy, pyarrow_table, duckdb_relation, dask_frame,
           ibis_memtable, pytest.param(spark_frame, marks=pytest.mark.spark))  # fmt: skip


@pytest.fixture(params=ENGINES)
def engine(request):
    def make(frame):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return request.param(frame, request)

    return make


def assert_alike(found, expected, rtol=1e-9):
    assert found.names == expected.names
    assert [m.key for m in found.models] == [m.key for m in expected.models]
    for one, two in zip(found.models, expected.models, strict=True):
        assert (one.n, one.rows) == (two.n, two.rows)
        assert [c.key for c in one.cautions] == [c.key for c in two.cautions]
        for name in ("importance", "share", "vif", "performance", "spread", "correlation"):
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=rtol, atol=1e-11)
        np.testing.assert_allclose(one.fit.coef, two.fit.coef, rtol=rtol)
        np.testing.assert_allclose(one.fit.std_err, two.fit.std_err, rtol=rtol)
        assert one.fit.r2 == pytest.approx(two.fit.r2, rel=rtol)
        assert one.mean == pytest.approx(two.mean, rel=rtol)


@pytest.mark.parametrize(
    "options",
    [{}, {"by": "region"}, {"freq": "M", "roles": {"date": "day"}}, {"cluster": "who"}, {"controls": "region"},
     {"interactions": ["wait:price"]}, {"missing": "dummy"}, {"importance": "johnson", "roles": {"weight": "w"}},
     {"cluster": "who", "roles": {"weight": "w"}, "by": "region"}],
    ids=lambda o: "-".join(str(x) for x in o) or "plain",
)  # fmt: skip
def test_the_same_answer_on_every_engine(engine, options):
    options = dict(options)
    roles = options.pop("roles", {})
    found = study_of(engine(answers()), **roles).drivers("nps", DRIVERS, interval=None, **options)
    assert_alike(found, study_of(answers(), **roles).drivers("nps", DRIVERS, interval=None, **options))
    frame = found.to_frame()
    assert list(frame.columns) == [*found.by, *COLUMNS]


@pytest.mark.parametrize("model", ["logit", "ordered", "poisson"])
def test_models_of_rows_are_the_same_on_every_engine(engine, model):
    outcome = {"logit": "left", "ordered": "nps", "poisson": "mean:nps"}[model]
    options = {"model": model, "interval": None}
    found = study_of(engine(answers()), weight="w").drivers(outcome, DRIVERS, **options)
    expected = study_of(answers(), weight="w").drivers(outcome, DRIVERS, **options)
    assert_alike(found, expected, rtol=1e-6)


def test_intervals_of_an_engine_are_about_those_of_the_rows(engine):
    """The blocks differ, so the draws do; both are of 2,000 answers."""
    frame = answers(2000)
    found = study_of(engine(frame)).drivers("mean:nps", DRIVERS, resamples=400).model
    rows = study_of(frame).drivers("mean:nps", DRIVERS, resamples=400).model
    np.testing.assert_allclose(found.importance, rows.importance, rtol=1e-9)
    np.testing.assert_allclose(found.high - found.low, rows.high - rows.low, rtol=0.2)
    assert (found.low <= found.importance).all()
    assert (found.importance <= found.high).all()


# Against statsmodels on the rows ------------------------------------------------------------------------


def reference(frame, *, weighted=False, clustered=False):
    import statsmodels.api as sm

    held = frame[frame["w"] > 0] if weighted else frame
    held = held.dropna(subset=[*DRIVERS, "nps"])
    points = 100.0 * ((held["nps"] >= 9).astype(int) - (held["nps"] <= 6).astype(int))
    model = sm.WLS(points, sm.add_constant(held[DRIVERS]), weights=held["w"] if weighted else 1.0)
    if clustered:
        codes, levels = pd.factorize(held["who"])
        codes = np.where(codes < 0, len(levels) + np.arange(len(codes)), codes)
        return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    return model.fit(cov_type="HC3", use_t=True)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_coefficients_errors_and_p_are_those_of_statsmodels(weighted, clustered):
    frame = answers()
    roles = {"weight": "w"} if weighted else {}
    options = {"cluster": "who"} if clustered else {}
    model = study_of(frame, **roles).drivers("nps", DRIVERS, interval=None, **options).model
    expected = reference(frame, weighted=weighted, clustered=clustered)
    np.testing.assert_allclose(model.fit.coef, expected.params[1:], rtol=1e-9)
    np.testing.assert_allclose(model.fit.std_err, expected.bse[1:], rtol=1e-9)
    np.testing.assert_allclose(model.p, expected.pvalues[1:], rtol=1e-7)
    assert model.fit.r2 == pytest.approx(expected.rsquared, rel=1e-10)
    assert model.fit.covariance == ("cluster" if clustered else "HC3")
    assert model.importance.sum() == pytest.approx(expected.rsquared, rel=1e-10)


def test_each_group_is_a_model_of_its_rows():
    frame = answers()
    found = study_of(frame).drivers("nps", DRIVERS, by="region", interval=None)
    assert [m.key for m in found.models] == [("north",), ("south",), ("west",)]
    for model in found.models:
        expected = reference(frame[frame["region"] == model.key[0]])
        np.testing.assert_allclose(model.fit.coef, expected.params[1:], rtol=1e-9)
        np.testing.assert_allclose(model.fit.std_err, expected.bse[1:], rtol=1e-9)
    assert found.size == 9  # one family of all drivers of all groups


def test_periods_that_are_over_are_models_of_their_rows():
    frame = answers(900)
    found = study_of(frame, date="day").drivers("nps", DRIVERS, freq="M", interval=None)
    assert found.by == ("period",)
    for model in found.models:
        part = frame[(frame["day"].dt.month == model.key[0].month)]
        np.testing.assert_allclose(model.fit.coef, reference(part).params[1:], rtol=1e-9)


def test_the_family_of_tests_is_adjusted():
    found = study_of(answers()).drivers("nps", DRIVERS, by="region", interval=None, correction="bonferroni")
    raw = np.concatenate([m.p for m in found.models])
    np.testing.assert_allclose(np.concatenate(found.p_adjusted), np.minimum(9 * raw, 1), rtol=1e-12)


def test_a_seed_gives_the_same_intervals_and_another_gives_others():
    study = study_of(answers())
    one, two, other = (study.drivers("nps", DRIVERS, resamples=200, seed=s).model for s in (1, 1, 2))
    np.testing.assert_array_equal(one.low, two.low)
    assert (one.low != other.low).any()


def test_bootstrap_of_rows_is_that_of_refitted_rows():
    """The draws of importance are what drawing rows again and weighing them gives."""
    frame = answers().dropna(subset=[*DRIVERS, "nps"]).reset_index(drop=True)
    frame = frame.rename(columns={"nps": "score"})
    model = cx.Study(frame, guess=False).drivers("mean:score", DRIVERS, resamples=100, seed=8).model
    rng = np.random.default_rng(8)
    for b in range(5):
        drawn = frame.iloc[rng.integers(0, len(frame), len(frame))].reset_index(drop=True)
        again = cx.Study(drawn, guess=False).drivers("mean:score", DRIVERS, interval=None).model
        np.testing.assert_allclose(model.draws[b], again.importance, rtol=1e-8, atol=1e-10)


# Identities ----------------------------------------------------------------------------------------------


@st.composite
def surveys(draw):
    p = draw(st.integers(1, 5))
    n = draw(st.integers(p + 6, 60))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, (n, p)).astype(float) + draw(st.sampled_from([0.0, 0.5])) * rng.normal(size=(n, 1))
    y = x @ rng.normal(size=p) + rng.normal(size=n)
    return pd.DataFrame({**{f"q{i}": x[:, i] for i in range(p)}, "y": y})


def asked(frame, names=None, **options):
    names = names or [name for name in frame if name.startswith("q")]
    return cx.Study(frame, guess=False).drivers("mean:y", names, **{"interval": None, **options}).model


SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(surveys())
def test_lmg_and_johnson_sum_to_r2(frame):
    if (frame.nunique() < 2).any():
        return
    for method in ("lmg", "johnson"):
        model = asked(frame, importance=method)
        assert model.importance.sum() == pytest.approx(model.fit.r2, abs=1e-10)
        assert (model.importance >= -1e-12).all()
        assert 0 <= model.fit.r2 <= 1


@SLOW
@given(surveys(), st.floats(-1e6, 1e6), st.sampled_from([2.0**-20, 0.5, 3.0, 2.0**30]))
def test_order_shift_and_scale_change_nothing(frame, shift, scale):
    names = [name for name in frame if name.startswith("q")]
    if (frame.nunique() < 2).any():
        return
    plain = asked(frame)
    moved = asked(frame.assign(q0=scale * (frame["q0"] + round(shift))), names[::-1])
    np.testing.assert_allclose(moved.importance[::-1], plain.importance, rtol=1e-6, atol=1e-9)
    assert moved.fit.r2 == pytest.approx(plain.fit.r2, abs=1e-9)


@SLOW
@given(surveys())
def test_duplicate_drivers_share_equally(frame):
    if (frame.nunique() < 2).any():
        return
    model = asked(frame.assign(q9=1 - 2 * frame["q0"]))
    assert model.importance[-1] == pytest.approx(model.importance[0], abs=1e-9)
    assert model.fit.r2 == pytest.approx(asked(frame).fit.r2, abs=1e-9)
    assert "duplicate" in [c.key for c in model.cautions]


@SLOW
@given(surveys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame, random):
    if (frame.nunique() < 2).any():
        return
    order = list(range(len(frame)))
    random.shuffle(order)
    one, two = asked(frame), asked(frame.iloc[order])
    np.testing.assert_allclose(one.importance, two.importance, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.fit.std_err, two.fit.std_err, rtol=1e-8, atol=1e-12)


# What must be refused or said -------------------------------------------------------------------------------


def shown(found):
    """Every way of showing it works, and holds no infinite number."""
    frame = found.to_frame()
    assert not np.isinf(frame.select_dtypes("number").to_numpy(float)).any()
    for model in found.models:
        assert 0 <= model.fit.r2 <= 1
    for text in (found.explain(), found.explain("fr"), str(found), found._repr_html_()):
        assert text
        assert "inf " not in text
    found.to_dict()
    return frame


def refused(study, error, match, hint, outcome="nps", drivers=DRIVERS, **options):
    with pytest.raises(error, match=match) as caught:
        study.drivers(outcome, list(drivers), **{"interval": None, **options})
    assert hint in (caught.value.hint or "")
    return caught.value


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
@pytest.mark.parametrize("model", ["ols", "ordered"])
@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
def test_fewer_rows_than_terms_are_refused(rows, model, make):
    frame = answers().dropna().head(rows).assign(nps=np.arange(rows) + 2.0)
    study = study_of(make(frame, None))
    match = "only one value|" + f"{rows} complete rows of {rows} for 3 terms: at least 5 are needed"
    refused(study, UsageError, match, "" if rows == 1 else "fewer drivers", outcome="mean:nps", model=model)


def test_too_few_complete_rows_name_the_emptiest_driver():
    frame = answers().head(60)
    frame.loc[frame.index > 3, "staff"] = np.nan
    found = refused(study_of(frame), UsageError, "'staff' has the fewest answers", "leave out 'staff'")
    assert found.code == "too_few_rows"


@pytest.mark.parametrize("rows", [5, 6, 8, 12])
@pytest.mark.parametrize("interval", ["bootstrap", None])
def test_hardly_more_rows_than_terms_are_shown_with_a_word(rows, interval):
    frame = answers(3000).dropna().drop_duplicates(DRIVERS).head(rows)
    found = study_of(frame).drivers("mean:nps", DRIVERS, interval=interval)
    shown(found)
    assert "few_rows" in [c.key for c in found.cautions]


def test_rows_without_a_weight_are_left_out_and_said():
    frame = answers()
    found = study_of(frame, weight="w").drivers("nps", DRIVERS, interval=None)
    assert found.model.rows == frame["w"].notna().sum()
    (said,) = [c for c in found.cautions if c.key == "unweighted_rows"]
    assert dict(said.values)["lost"] == frame["w"].isna().sum()


@pytest.mark.parametrize(
    ("w", "match"),
    [(-1.0, "must not be negative"), (np.inf, "must be finite"), (0.0, "no row has a weight")],
)
@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation, polars_lazy])
def test_weights_that_are_none_are_refused(w, match, make):
    frame = answers()
    frame["w"] = w if w == 0 else frame["w"].where(frame.index != 9, w)
    with pytest.raises(RoleError, match=match) as caught:
        study_of(make(frame, None), weight="w").drivers("nps", DRIVERS, interval=None)
    assert caught.value.column == "w"
    assert caught.value.hint


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
@pytest.mark.parametrize("column", ["wait", "nps"])
@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation, polars_lazy, dask_frame])
@pytest.mark.parametrize("model", ["ols", "poisson"])
def test_infinite_values_are_refused_on_every_engine(bad, column, make, model):
    frame = answers()
    frame.loc[10, column] = bad
    with pytest.raises(CxkitError) as caught:
        study_of(make(frame, None)).drivers("mean:nps", DRIVERS, interval=None, model=model)
    assert caught.value.hint
    assert caught.value.column == column


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e300])
@pytest.mark.parametrize("column", ["wait", "score"])
@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
def test_values_that_cannot_be_multiplied_are_refused(size, column, make):
    frame = answers().rename(columns={"nps": "score"})
    held = make(frame.assign(**{column: frame[column] * size}), None)
    found = refused(cx.Study(held, guess=False), UsageError, "multiplied", "another unit", outcome="mean:score")
    assert found.column == column


@pytest.mark.parametrize("size", [1e-50, 1e-20, 1e20, 1e50])
@pytest.mark.parametrize("column", ["wait", "score"])
@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
def test_values_far_off_one_are_right(size, column, make):
    frame = answers().rename(columns={"nps": "score"})
    held = make(frame.assign(**{column: frame[column] * size}), None)
    found = cx.Study(held, guess=False).drivers("mean:score", DRIVERS, resamples=100)
    plain = cx.Study(frame, guess=False).drivers("mean:score", DRIVERS, interval=None).model
    shown(found)
    np.testing.assert_allclose(found.model.importance, plain.importance, rtol=1e-9)
    np.testing.assert_allclose(found.model.p, plain.p, rtol=1e-6)


@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
def test_a_constant_driver_is_left_out_by_name(make):
    frame = answers().assign(always=3)
    found = study_of(make(frame, None)).drivers("nps", [*DRIVERS, "always"], interval=None)
    assert ("constant", ("always",)) in [(c.key, c.drivers) for c in found.cautions]
    assert found.names == ("wait", "price", "staff")
    without = study_of(frame).drivers("nps", DRIVERS, interval=None).model
    np.testing.assert_allclose(found.model.importance, without.importance, rtol=1e-10)
    shown(found)


def test_drivers_that_are_all_constant_are_refused():
    frame = answers().assign(one=1, two=2)
    refused(study_of(frame), UsageError, "every driver has only one value", "check the filters", drivers=["one", "two"])


@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
@pytest.mark.parametrize("interval", ["bootstrap", None])
def test_duplicates_and_totals_are_named_and_nothing_is_infinite(make, interval):
    frame = answers().assign(twice=lambda d: 2 * d["wait"], total=lambda d: d["price"] + d["staff"])
    found = study_of(make(frame, None)).drivers("mean:nps", [*DRIVERS, "twice", "total"], interval=interval)
    said = {c.key: set(c.drivers) for c in found.cautions}
    assert said["duplicate"] == {"wait", "twice"}
    assert said["aliased"] == {"price", "staff", "total"}
    shown(found)
    model = found.model
    assert model.importance.sum() == pytest.approx(model.fit.r2, abs=1e-9)
    plain = study_of(frame).drivers("mean:nps", DRIVERS, interval=None).model
    assert model.fit.r2 == pytest.approx(plain.fit.r2, abs=1e-9)


def test_tied_drivers_have_no_effect_to_ask_about():
    """Nothing can tell how much of the effect each has, so no reading says that it has none."""
    frame = answers().assign(twice=lambda d: 2 * d["wait"])
    study = study_of(frame)
    found = study.drivers("mean:nps", [*DRIVERS, "twice"])
    coef = dict(zip(found.names, found.model.fit.coef, strict=True))
    assert np.isnan([coef["wait"], coef["twice"]]).all()
    assert np.isfinite([coef["price"], coef["staff"]]).all()
    for changes in ({"wait": 0.5}, {"price": 0.2, "twice": 0.5}):
        with pytest.raises(UsageError) as caught:
            found.what_if(changes)
        assert caught.value.hint
    assert found.what_if(price=0.5).to_frame()["low"].notna().any()
    sentence = next((s for s in found.explain().split(". ") if s.startswith("Effect not established")), "")
    assert "wait" not in sentence
    assert "twice" not in sentence
    with pytest.raises(UsageError) as caught:
        study.kano("mean:nps", [*DRIVERS, "twice"])
    assert caught.value.hint


def test_duplicates_are_refused_by_name_where_a_model_has_no_estimate():
    frame = answers().assign(twice=lambda d: 2 * d["wait"])
    for model in ("logit", "ordered"):
        outcome = "left" if model == "logit" else "nps"
        refused(study_of(frame), UsageError, "'twice' is made up of 'wait'", "leave one of them out", outcome=outcome,
                drivers=["wait", "price", "twice"], model=model)  # fmt: skip


@pytest.mark.parametrize("make", [pandas_nullable, duckdb_relation])
def test_separation_is_refused_by_name_with_a_way_out(make):
    frame = answers().dropna()
    frame["perfect"] = 2.0 * frame["left"] + frame["price"] / 10
    study = study_of(make(frame, None))
    found = refused(study, UsageError, "told apart without error by 'perfect'", 'model="ols"', outcome="left",
                    drivers=["wait", "perfect"], model="logit")  # fmt: skip
    assert found.code == "separation"
    shown(study.drivers("left", ["wait", "perfect"], interval=None))


def test_a_perfect_fit_is_no_news_but_works():
    frame = answers().assign(nps=lambda d: d["wait"] + d["price"])
    found = study_of(frame).drivers("mean:nps", DRIVERS)
    shown(found)
    assert found.model.fit.r2 == pytest.approx(1)
    assert found.model.importance.sum() == pytest.approx(1)


def test_nothing_explained_is_said_and_shares_nothing():
    rng = np.random.default_rng(1)
    x = rng.permutation(np.repeat([1.0, 5.0], 50))
    frame = pd.DataFrame({"x": x, "z": rng.permutation(np.tile([2.0, 4.0], 50)), "y": 0.0})
    frame["y"] = np.where(np.arange(100) % 2, 1.0, -1.0)
    x_free = frame["y"].groupby([frame["x"], frame["z"]]).transform("mean")
    frame["y"] -= x_free  # no relation at all
    found = cx.Study(frame, guess=False).drivers("mean:y", ["x", "z"])
    shown(found)
    assert "weak" in [c.key for c in found.cautions]
    assert found.model.fit.r2 == pytest.approx(0, abs=1e-12)


def test_one_cluster_is_refused():
    frame = answers().assign(firm="one")
    for make in (pandas_nullable, duckdb_relation):
        found = refused(study_of(make(frame, None)), UsageError, "belong to one cluster", "another cluster=",
                        cluster="firm")  # fmt: skip
        assert found.column == "firm"


def test_few_clusters_are_said():
    found = study_of(answers()).drivers("nps", DRIVERS, cluster="region", interval=None)
    assert "few_clusters" in [c.key for c in found.cautions]
    shown(found)


def test_groups_that_cannot_be_modelled_are_left_out_and_said():
    frame = answers()
    frame.loc[frame.index[:3], "region"] = "tiny"
    found = study_of(frame).drivers("nps", DRIVERS, by="region", interval=None)
    assert [m.key[0] for m in found.models] == ["north", "south", "west"]
    assert any("tiny" in c.drivers for c in found.cautions)
    shown(found)


def test_no_group_that_can_be_modelled_is_refused():
    frame = answers().assign(each=lambda d: [f"g{i // 2}" for i in range(len(d))])
    found = refused(study_of(frame), NothingMatched, "none of 180 groups could be modelled", "", by="each")
    assert found.hint


@pytest.mark.parametrize("by", ["wait", "nps"])
def test_a_group_that_is_in_the_model_is_refused(by):
    assert refused(study_of(answers()), UsageError, "in the model and in by=", "leave it out", by=by).column == by


@pytest.mark.parametrize(
    ("options", "match", "hint"),
    [
        ({"importance": "lmgg"}, "unknown importance 'lmgg'", "did you mean 'lmg'"),
        ({"model": "logti"}, "unknown model 'logti'", "did you mean 'logit'"),
        ({"missing": "impue"}, "unknown missing 'impue'", "did you mean 'impute'"),
        ({"interval": "bootstap"}, "unknown interval", "did you mean 'bootstrap'"),
        ({"correction": "hol"}, "unknown correction 'hol'", "did you mean 'holm'"),
        ({"level": 95}, "level is 95", "0.95"),
        ({"level": 1.0}, "level is 1.0", "0.95"),
        ({"level": "0.95"}, "level is '0.95'", "0.95"),
        ({"resamples": 5}, "resamples is 5", "100 or more"),
        ({"resamples": 1e3}, "resamples is 1000.0", "whole number"),
        ({"importance": "johnson", "groups": {"A": ["wait", "price"]}}, "groups= goes with", "leave one of them out"),
        ({"importance": "johnson", "model": "logit", "outcome": "left"}, "do not go with model='logit'", "model='ols'"),
        ({"missing": "impute", "model": "logit", "outcome": "left"}, "do not go with model='logit'", "model='ols'"),
    ],
)  # fmt: skip
def test_options_that_are_none_are_refused(options, match, hint):
    refused(study_of(answers()), OptionError, match, hint, **options)


@pytest.mark.parametrize("missing", ["pairwise", "impute"])
def test_ways_that_need_rows_are_refused_where_an_engine_holds_them(missing):
    refused(study_of(duckdb_relation(answers(), None)), UsageError, "needs the rows in memory", "missing='dummy'",
            missing=missing)  # fmt: skip


def test_a_frame_goes_as_well_as_a_study():
    frame = answers()
    found = cx.drivers(frame, "mean:nps", DRIVERS, weight="w", interval=None).model
    want = study_of(frame, weight="w").drivers("mean:nps", DRIVERS, interval=None).model
    np.testing.assert_array_equal(found.fit.coef, want.fit.coef)
    with pytest.raises(UsageError, match="weight= goes with a frame"):
        cx.drivers(study_of(frame), "nps", DRIVERS, weight="w")


# Hostile names ------------------------------------------------------------------------------------------------

HOSTILE = (
    "v0", "v1", "w", "c", "k0", "rows", "block", "a", "a1", "x0", "u0", "z0", "y0", "p0_0", "f0", "n0", "m0", "s_w",
    "period", "free", "we", "e", "far", "beyond", "literal", "len", "__row", "index", "driver", "n", '"quoted"', "l'été",
    "`tick`", "__import__('os').system('false')", "😀 délai", "two words", "a.b", "a~b", "a+b:c", "[x]", "wait?", "sat_*",
    "%s", "{x}", "$x$", r"a\b", "<b>x</b>", "select", "a\nb", "x; drop table t", "-- x", "' or 1=1 --", "y ~ x", "mean:x",
    "x" * 300,
)  # fmt: skip


@pytest.fixture(scope="module")
def plain():
    return (
        study_of(answers(120), weight="w").drivers("mean:nps", ["wait", "price"], interval=None, controls="staff").model
    )


@pytest.mark.parametrize("make", [pandas_nullable, polars_lazy, duckdb_relation, dask_frame, ibis_memtable])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_any_name_of_a_column_is_a_name(name, make, plain, monkeypatch):
    import os

    monkeypatch.setattr(os, "system", lambda *_: pytest.fail("executed"))
    frame = answers(120).rename(columns={"w": "the weight"}).rename(columns={"wait": name, "price": f"{name}2"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = make(frame, None)
    study = study_of(held, weight="the weight")
    found = study.drivers("mean:nps", [name, f"{name}2"], resamples=100, controls="staff")
    assert found.names == (name, f"{name}2")
    np.testing.assert_allclose(found.model.fit.coef, plain.fit.coef, rtol=1e-9)
    np.testing.assert_allclose(found.model.fit.std_err, plain.fit.std_err, rtol=1e-9)
    html = found._repr_html_()
    assert "<b>x</b>" not in html
    assert found.to_dict()["models"][0]["rows_by_driver"]


@pytest.mark.parametrize("name", ["<script>x</script>", "$x^2$", "{x}", "%d", "a\nb", "😀"])
def test_any_name_can_be_drawn_and_asked_about(name):
    frame = answers(120).rename(columns={"wait": name})
    found = study_of(frame).drivers("nps", [name, "price", "staff"], resamples=100)
    found.plot()
    found.plot.quadrant()
    assert name in found.what_if({name: 0.5}).to_frame().to_numpy().ravel().tolist()
    assert name in found.pairs().to_frame().to_numpy().ravel().tolist()


# Truth by simulation --------------------------------------------------------------------------------------------


def test_intervals_of_coefficients_hold_the_truth_where_residuals_spread():
    """300 samples of 200 (bench/drivers_coverage.py has 2,000 and the figures): 95 % within Monte Carlo error."""
    from scipy.special import stdtrit

    rng = np.random.default_rng(12)
    beta, held = np.array([0.8, 0.2, 0.0]), []
    for _ in range(300):
        x = rng.normal(size=(200, 3)) + 0.7 * rng.normal(size=(200, 1))
        y = x @ beta + (0.4 + np.abs(x[:, 0])) * rng.normal(size=200)
        frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y})
        fit = cx.Study(frame, guess=False).drivers("mean:y", ["a", "b", "c"], interval=None).model.fit
        held.append(np.abs(fit.coef - beta) <= stdtrit(fit.df, 0.975) * fit.std_err)
    assert (np.abs(np.mean(held, axis=0) - 0.95) < 3.3 * (0.95 * 0.05 / 300) ** 0.5).all()


def test_the_effects_planted_in_the_demo_are_recovered():
    """An ordered logit over the distance of its thresholds, where no recommendation is held at 0 or 10.

    Neighbouring thresholds are one point of the latent recommendation apart; grudges and the mix of waves make
    the logit lines a little steep: within 0.05 of the six effects planted, of 0 to 0.8.
    """
    fit = cx.demo(n=20_000, seed=3).drivers("mean:nps", model="ordered", interval=None).model.fit
    apart = (fit.constant[8] - fit.constant[5]) / 3
    np.testing.assert_allclose(fit.coef / apart, EFFECTS, atol=0.05)


def test_the_demo_finds_the_wait_first_and_nothing_in_the_app():
    """0.649, 0.344, 0.245, 0.483, 0.128 and 0.001 are the coefficients in 4.8 million answers."""
    found = cx.demo(n=20_000, seed=3).drivers("mean:nps", resamples=200)
    model = found.model
    whole = np.array([0.6493, 0.3437, 0.2447, 0.4830, 0.1275, 0.0007])
    assert model.fit.covariance == "cluster"
    assert (np.abs(model.fit.coef - whole) < 3.5 * model.fit.std_err).all()
    assert model.names[int(model.importance.argmax())] == "sat_wait"
    assert found.significant() == (True, True, True, True, True, False)


@pytest.mark.parametrize("make", [lambda frame: frame, lambda frame: duckdb_relation(frame, None)])
@pytest.mark.parametrize("model", ["ols", "logit"])
def test_rows_without_a_driver_that_is_left_out_are_left_out_of_the_errors_too(make, model):
    """A constant driver with gaps goes, but its incomplete rows were never counted."""
    frame = answers()
    frame["same"] = np.where(np.arange(len(frame)) % 3 == 0, np.nan, 4.0)
    complete = frame[frame["same"].notna()].drop(columns="same")
    outcome = "left" if model == "logit" else "mean:nps"
    options = {"interval": None, "model": model, "covariance": None if model == "logit" else "HC3"}
    found = study_of(make(frame)).drivers(outcome, [*DRIVERS, "same"], **options).model
    alone = study_of(make(complete)).drivers(outcome, DRIVERS, **options).model
    assert found.n == alone.n
    assert found.fit.coef == pytest.approx(alone.fit.coef, rel=1e-9)
    assert found.fit.std_err == pytest.approx(alone.fit.std_err, rel=1e-9)
    assert any(c.key == "constant" and c.drivers == ("same",) for c in found.cautions)
