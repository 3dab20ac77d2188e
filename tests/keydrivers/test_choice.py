"""Which columns may be drivers and controls: each refusal with its column and its fix, on rows and on engines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, OptionError, RoleError, UsageError

N = 200


def answers() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    wait, price = rng.integers(1, 6, N), rng.integers(1, 6, N)
    return pd.DataFrame(
        {
            "wait": wait, "price": price, "staff": rng.integers(1, 6, N),
            "nps": np.clip(wait + price // 2 + rng.integers(0, 4, N), 0, 10),
            "client_id": np.arange(50_000, 50_000 + N), "token": [f"x{i * 7919:06x}" for i in range(N)],
            "when": [dt.datetime(2026, 1, 1) + dt.timedelta(hours=i) for i in range(N)],
            "day": [f"2026-03-{1 + i % 28:02d}" for i in range(N)],
            "comment": [f"waited {i} minutes and nobody came" for i in range(N)],
            "comma": rng.choice(["1,5", "2,5", "3,0"], N), "thousands": rng.choice(["1.234,5", "2.000,0"], N),
            "text_number": rng.choice(["1", "2", "3"], N), "city": rng.choice(["Lyon", "Paris", "Nice"], N),
            "w": rng.uniform(0.5, 2, N), "nothing": np.full(N, np.nan), "flag": rng.random(N) < 0.4,
        }
    )  # fmt: skip


def on(engine: str, frame: pd.DataFrame):
    import duckdb
    import polars as pl

    return {"pandas": lambda: frame, "polars": lambda: pl.from_pandas(frame).lazy(),
            "duckdb": lambda: duckdb.connect().from_df(frame)}[engine]()  # fmt: skip


@pytest.fixture(params=["pandas", "polars", "duckdb"])
def study(request):
    return cx.Study(on(request.param, answers()), nps="nps", guess=False)


def refused(study, drivers, error, match, hint, column=None, **options):
    with pytest.raises(error, match=match) as caught:
        study.drivers("nps", drivers, interval=None, **options)
    assert hint in (caught.value.hint or "")
    if column is not None:
        assert caught.value.column == column
    return caught.value


@pytest.mark.parametrize("outcome", ["nps", "mean:nps", "promoter", "detractor"])
def test_the_outcome_among_the_drivers_is_refused(study, outcome):
    with pytest.raises(RoleError, match="the outcome is among the drivers") as caught:
        study.drivers(outcome, ["wait", "nps"], interval=None)
    assert caught.value.column == "nps"
    assert caught.value.code == "outcome_among_drivers"
    assert "leave it out" in caught.value.hint


def test_the_outcome_in_the_role_of_drivers_is_left_out():
    study = cx.Study(answers(), nps="nps", drivers=["wait", "price", "staff"], guess=False)
    assert study.drivers("mean:wait", interval=None).names == ("price", "staff")


@pytest.mark.parametrize(
    ("driver", "code", "match", "hint"),
    [
        ("client_id", "driver_id", "looks like an identifier: 200 distinct whole numbers in 200 rows", "leave it out"),
        ("token", "driver_id", "looks like an identifier: 200 distinct texts", "leave it out"),
        ("when", "driver_date", "holds dates or times", "days of delay"),
        ("day", "driver_date", "holds dates or times", "days of delay"),
        ("comment", "driver_text", "holds free text", "a score or a yes/no made of it"),
        ("comma", "driver_decimal_comma", "text with decimal commas", 'decimal=","'),
        ("thousands", "driver_decimal_comma", "text with decimal commas", 'decimal=","'),
        ("text_number", "driver_number_text", "numbers written as text", "cx.read"),
        ("city", "driver_categories", "holds 3 text categories", "by='city'"),
        ("nothing", "driver_empty", "has no answer at all", "leave it out"),
    ],
)
def test_what_is_no_rating_is_refused_with_the_fix(study, driver, code, match, hint):
    found = refused(study, ["wait", driver], RoleError, match, hint, column=driver)
    assert found.code == code


@pytest.mark.parametrize("kind", ["timedelta", "list", "category", "enum"])
def test_other_kinds_of_columns_are_refused(kind):
    import polars as pl

    frame = pl.from_pandas(answers()[["wait", "nps", "city"]])
    made = {
        "timedelta": frame.with_columns(x=pl.duration(hours=pl.col("wait"))),
        "list": frame.with_columns(x=pl.concat_list("wait", "nps")),
        "category": frame.with_columns(x=pl.col("city").cast(pl.Categorical)),
        "enum": frame.with_columns(x=pl.col("city").cast(pl.Enum(["Lyon", "Paris", "Nice"]))),
    }[kind]
    found = refused(
        cx.Study(made, nps="nps", guess=False), ["wait", "x"], RoleError, "the driver holds", "", column="x"
    )
    assert found.hint


@pytest.mark.parametrize(("role", "column"), [("weight", "w"), ("id", "client_id"), ("date", "when")])
def test_a_column_that_has_another_task_is_no_driver(role, column):
    study = cx.Study(answers(), nps="nps", guess=False, **{role: column})
    found = refused(study, ["wait", column], RoleError, f"this column is the {role} and a driver", "leave it out")
    assert found.column == column


def test_unknown_columns_are_refused_with_what_was_meant(study):
    refused(study, ["wiat", "price"], ColumnError, "no column 'wiat'", "did you mean 'wait'")
    refused(study, "sat_*", ColumnError, r"sat_\*", "Columns")
    refused(study, ["wait"], ColumnError, "no column 'prise'", "did you mean 'price'", controls="prise")
    refused(study, ["wait"], ColumnError, "no column 'citi'", "did you mean 'city'", by="citi")
    refused(study, ["wait", "price"], ColumnError, "no column 'prcie'", "did you mean 'price'",
            interactions=["wait:prcie"])  # fmt: skip


def test_a_driver_named_twice_or_none_at_all_is_refused(study):
    refused(study, ["wait", "price", "wait"], UsageError, "named twice", "name each driver once", column="wait")
    refused(study, [], UsageError, "no driver is named", "drivers=[...]")
    refused(study, None, RoleError, "no drivers are named", "s.drivers(outcome")
    refused(study, [1, 2], OptionError, "drivers= holds 1", "names of columns")
    refused(study, {"wait": 1}, OptionError, "drivers= is", "a list")


def test_patterns_roles_and_names_name_drivers(study):
    assert study.drivers("nps", "[wp]*i*", interval=None).names == ("wait", "price")
    held = cx.Study(answers(), nps="nps", drivers=["wait", "staff"], guess=False)
    assert held.drivers("nps", interval=None).names == ("wait", "staff")
    assert held.drivers("nps", ["drivers", "price"], interval=None).names == ("wait", "staff", "price")


def test_more_than_25_drivers_are_refused_with_three_ways_out():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(1, 6, (N, 26)), columns=[f"q{i}" for i in range(26)])
    study = cx.Study(frame.assign(nps=rng.integers(0, 11, N)), nps="nps", guess=False)
    found = refused(study, "q*", UsageError, "26 drivers: exact importance goes through all subsets of up to 25",
                    "groups=")  # fmt: skip
    assert 'importance="sampled"' in found.hint
    assert 'importance="johnson"' in found.hint
    sampled = study.drivers("nps", "q*", importance="sampled")
    assert "approximate" in [c.key for c in sampled.cautions]
    assert sampled.model.importance.sum() == pytest.approx(sampled.model.fit.r2, abs=1e-9)
    johnson = study.drivers("nps", "q*", importance="johnson", interval=None)
    assert johnson.model.importance.sum() == pytest.approx(johnson.model.fit.r2, abs=1e-9)
    grouped = study.drivers("nps", "q*", groups={"A": [f"q{i}" for i in range(8)], "B": [f"q{i}" for i in range(8, 16)],
                                                 "C": [f"q{i}" for i in range(16, 26)]}, interval=None)  # fmt: skip
    assert grouped.model.importance.sum() == pytest.approx(grouped.model.fit.r2, abs=1e-9)


# Controls ------------------------------------------------------------------------------------------------


def test_a_control_of_words_enters_by_value_and_importance_is_of_what_it_leaves(study):
    import statsmodels.formula.api as smf

    model = study.drivers("mean:nps", ["wait", "price"], controls="city", interval=None).model
    assert model.fit.terms == ("wait", "price", "city = Nice", "city = Paris")
    expected = smf.ols("nps ~ wait + price + city", answers()).fit()
    alone = smf.ols("nps ~ city", answers()).fit()
    np.testing.assert_allclose(model.fit.coef[:2], expected.params[["wait", "price"]], rtol=1e-9)
    assert model.fit.r2 == pytest.approx(expected.rsquared, rel=1e-10)
    assert model.importance.sum() == pytest.approx(expected.rsquared - alone.rsquared, rel=1e-9)


@pytest.mark.parametrize(
    ("control", "match"),
    [("comma", "decimal commas"), ("text_number", "numbers written as text"), ("when", "dates or times"),
     ("comment", "free text"), ("token", "identifier"), ("day", "dates or times")],
)  # fmt: skip
def test_a_control_that_is_no_word_is_refused_as_a_driver_is(study, control, match):
    refused(study, ["wait"], RoleError, match, "", column=control, controls=control)


def test_a_control_that_is_in_the_model_already_is_refused(study):
    refused(study, ["wait"], RoleError, "a control and a driver", "leave it out", column="wait", controls="wait")
    refused(study, ["wait"], RoleError, "a control and the outcome", "leave it out", column="nps", controls="nps")


# Interactions and groups --------------------------------------------------------------------------------


def test_products_are_about_the_means_and_weighed(study):
    import statsmodels.formula.api as smf

    data = answers().assign(a=lambda d: d["wait"] - d["wait"].mean(), b=lambda d: d["price"] - d["price"].mean())
    for pairs in (["wait:price"], [("wait", "price")], "wait:price", [["wait", "price"]]):
        model = study.drivers("mean:nps", ["wait", "price"], interactions=pairs, interval=None).model
        assert model.names == ("wait", "price", "wait × price")
        expected = smf.ols("nps ~ a * b", data).fit()
        np.testing.assert_allclose(model.fit.coef, expected.params[1:], rtol=1e-8)
        assert np.isnan(model.performance[2])


@pytest.mark.parametrize("pair", ["wait", "wait:price:staff", ("wait",), 3, ("wait", 3), ""])
def test_what_is_no_pair_is_refused(study, pair):
    with pytest.raises((OptionError, ColumnError)) as caught:
        study.drivers("nps", ["wait", "price"], interactions=[pair], interval=None)
    assert caught.value.hint


def test_a_product_of_what_is_no_driver_is_refused(study):
    refused(study, ["wait", "price"], UsageError, "has 'staff', which is no driver", "Drivers: price, wait",
            interactions=["wait:staff"])  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "error", "match"),
    [
        ({"A": ["wait", "staff"]}, UsageError, "which is no driver"),
        ({"A": ["wait"], "B": ["wait", "price"]}, UsageError, "two groups"),
        (["wait", "price"], OptionError, "groups= is"),
        ({"A": ["wiat"]}, ColumnError, "no column 'wiat'"),
    ],
)
def test_groups_that_are_no_parts_of_the_drivers_are_refused(study, groups, error, match):
    with pytest.raises(error, match=match) as caught:
        study.drivers("nps", ["wait", "price"], groups=groups, interval=None)
    assert caught.value.hint


# Kinds of numbers -----------------------------------------------------------------------------------------


def test_decimals_booleans_and_objects_of_true_and_false_are_drivers():
    data = answers()
    expected = cx.Study(data.assign(flag=data["flag"].astype(float)), nps="nps", guess=False)
    want = expected.drivers("nps", ["wait", "flag"], interval=None).model.fit.coef
    for held in (
        data,
        data.assign(flag=data["flag"].astype(object)),
        data.assign(flag=data["flag"].astype("boolean")),
        data.convert_dtypes(),
    ):
        found = cx.Study(held, nps="nps", guess=False).drivers("nps", ["wait", "flag"], interval=None).model
        np.testing.assert_allclose(found.fit.coef, want, rtol=1e-10)
    import pyarrow as pa

    table = pa.Table.from_pandas(data[["nps", "flag"]]).append_column(
        "wait", pa.array([Decimal(x) for x in data["wait"].tolist()], pa.decimal128(5, 2))
    )
    found = cx.Study(table, nps="nps", guess=False).drivers("nps", ["wait", "flag"], interval=None).model
    np.testing.assert_allclose(found.fit.coef, want, rtol=1e-10)


def test_objects_of_true_false_and_none_are_answers_with_gaps():
    data = answers()
    flag = data["flag"].astype(object).where(np.arange(N) % 9 != 0, None)
    model = (
        cx.Study(data.assign(flag=flag), nps="nps", guess=False).drivers("nps", ["wait", "flag"], interval=None).model
    )
    kept = data[np.arange(N) % 9 != 0]
    want = cx.Study(kept, nps="nps", guess=False).drivers("nps", ["wait", "flag"], interval=None).model
    assert model.n == len(kept)
    np.testing.assert_allclose(model.fit.coef, want.fit.coef, rtol=1e-10)


def test_reversed_scales_and_codes_of_no_answer_are_decoded(study):
    data = answers()
    turned = data.assign(price=np.where(np.arange(N) % 10 == 0, 99, 6 - data["price"]))
    held = cx.Study(turned, nps="nps", drivers=["wait", "price"], missing={"drivers": [99]}, guess=False)
    model = held.drivers("nps", interval=None).model
    want = cx.Study(data[np.arange(N) % 10 != 0], nps="nps", guess=False)
    expected = want.drivers("nps", ["wait", "price"], interval=None).model
    assert model.n == expected.n
    np.testing.assert_allclose(model.fit.coef * [1, -1], expected.fit.coef, rtol=1e-10)
