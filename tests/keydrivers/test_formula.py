"""Formulas are read, never executed: a name in one is the name of a column, whatever it holds."""

from __future__ import annotations

import builtins
import os

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, UsageError
from cxkit.keydrivers.formula import parsed

COLUMNS = ("y", "a", "b", "c", "Délai d'attente", "Wait (a+b)", "x:y", "p~q", "two words", "a*b", "😀")


@pytest.fixture(scope="module")
def study():
    rng = np.random.default_rng(0)
    return cx.Study(pd.DataFrame(rng.normal(size=(80, len(COLUMNS))), columns=list(COLUMNS)), guess=False)


@pytest.mark.parametrize(
    ("formula", "outcome", "names", "pairs"),
    [
        ("y ~ a", "y", ["a"], []),
        ("y~a+b", "y", ["a", "b"], []),
        ("  y  ~  a +   b + c  ", "y", ["a", "b", "c"], []),
        ("y ~ a + b + a:b", "y", ["a", "b"], [("a", "b")]),
        ("y ~ a:b + a + b", "y", ["a", "b"], [("a", "b")]),
        ("y ~ a*b", "y", ["a", "b"], [("a", "b")]),
        ("y ~ c + a*b", "y", ["c", "a", "b"], [("a", "b")]),
        ("y ~ a + a", "y", ["a"], []),
        ("y ~ Délai d'attente + two words", "y", ["Délai d'attente", "two words"], []),
        ("y ~ `Wait (a+b)` + `x:y` + `p~q` + `a*b`", "y", ["Wait (a+b)", "x:y", "p~q", "a*b"], []),
        ("`p~q` ~ `x:y`:a + `x:y` + a", "p~q", ["x:y", "a"], [("x:y", "a")]),
        ("`mean:y` ~ a", "mean:y", ["a"], []),
        ("y ~ 😀", "y", ["😀"], []),
        ("y ~ a\n  + b", "y", ["a", "b"], []),
        ("y ~ `a`+`b`", "y", ["a", "b"], []),
    ],
)
def test_a_formula_names_outcome_drivers_and_products(study, formula, outcome, names, pairs):
    assert parsed(formula, study, None, None) == (outcome, names, pairs)


@pytest.mark.parametrize(
    "formula",
    ["~ a", "y ~", "y ~ ", "y ~ a +", "y ~ + a", "y ~ a + + b", "y ~ a ~ b", "y ~ a:", "y ~ :a", "y ~ a:b:c", "y ~ a*b*c",
     "y + a ~ b", "y ~ a `b`", "y ~ ``", "y ~ `  `+"],
)  # fmt: skip
def test_what_is_no_formula_is_said_with_one_that_is(study, formula):
    with pytest.raises(UsageError, match="is no formula") as caught:
        parsed(formula, study, None, None)
    assert "outcome ~ a + b + a:b" in caught.value.hint


@pytest.mark.parametrize("formula", ["y ~ `a", "y ~ a` + b", "y ~ a + `b + c"])
def test_a_backtick_that_is_not_closed_is_no_formula(study, formula):
    with pytest.raises(UsageError, match="is no formula"):
        parsed(formula, study, None, None)


def test_drivers_are_named_once_by_the_formula_or_by_the_argument(study):
    for more in ({"drivers": ["a"]}, {"interactions": ["a:b"]}):
        with pytest.raises(UsageError, match="names the drivers already") as caught:
            study.drivers("y ~ a + b", interval=None, **more)
        assert "leave drivers= and interactions= out" in caught.value.hint


def test_the_model_of_a_formula_is_that_of_its_names(study):
    said = study.drivers("y ~ `Wait (a+b)` + b*c", interval=None).model
    given = study.drivers("y", ["Wait (a+b)", "b", "c"], interactions=[("b", "c")], interval=None).model
    assert said.names == given.names == ("Wait (a+b)", "b", "c", "b × c")
    np.testing.assert_array_equal(said.fit.coef, given.fit.coef)
    np.testing.assert_array_equal(said.importance, given.importance)


def test_a_column_that_looks_like_a_formula_is_a_column():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"y ~ a": rng.normal(size=50), "a": rng.normal(size=50), "b": rng.normal(size=50)})
    model = cx.Study(frame, guess=False).drivers("y ~ a", ["b"], interval=None).model
    expected = cx.Study(frame.rename(columns={"y ~ a": "y"}), guess=False).drivers("y", ["b"], interval=None).model
    np.testing.assert_array_equal(model.fit.coef, expected.fit.coef)


HOSTILE = (
    "__import__('os').system('touch {mark}')",
    "I(open('{mark}', 'w').write('x'))",
    "eval(\"open('{mark}', 'w')\")",
    "(lambda: open('{mark}', 'w'))()",
    "np.log(a)", "Q('a')", "C(a)", "bs(a, 3)", "exec('raise SystemExit')", "{{a}}", "a; open('{mark}','w')",
    "a'); COPY (SELECT 1) TO '{mark}' --",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["driver", "quoted", "outcome", "product"])
def test_code_in_a_formula_is_never_executed(study, tmp_path, monkeypatch, text, place):
    mark = tmp_path / "executed"
    text = text.format(mark=mark)
    plain = text.replace("+", "").replace("*", "").replace(":", "").replace("~", "")
    formula = {"driver": f"y ~ a + {plain}", "quoted": f"y ~ a + `{text}`", "outcome": f"`{text}` ~ a",
               "product": f"y ~ a + a:`{text}`"}[place]  # fmt: skip

    def never(*args, **kwargs):
        raise AssertionError(f"executed: {args!r}")

    monkeypatch.setattr(os, "system", never)
    monkeypatch.setattr(builtins, "eval", never)
    with pytest.raises((ColumnError, UsageError)) as caught:
        study.drivers(formula, interval=None)
    assert caught.value.hint
    assert not mark.exists()


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_a_column_named_like_code_is_a_driver(tmp_path, engine):
    import duckdb
    import polars as pl

    mark = tmp_path / "executed"
    rng = np.random.default_rng(2)
    names = [text.format(mark=mark) for text in HOSTILE]
    frame = pd.DataFrame(rng.normal(size=(120, len(names) + 1)), columns=[*names, "y"])
    made = {"pandas": lambda: frame, "duckdb": lambda: duckdb.connect().from_df(frame),
            "polars": lambda: pl.from_pandas(frame).lazy()}[engine]()  # fmt: skip
    said = "y ~ " + " + ".join(f"`{name}`" for name in names)
    model = cx.Study(made, guess=False).drivers(said, interval=None).model
    assert model.names == tuple(names)
    plain = frame.set_axis([*(f"q{i}" for i in range(len(names))), "y"], axis=1)
    expected = cx.Study(plain, guess=False).drivers("y", "q*", interval=None).model
    np.testing.assert_allclose(model.fit.coef, expected.fit.coef, rtol=1e-9)
    assert not mark.exists()
