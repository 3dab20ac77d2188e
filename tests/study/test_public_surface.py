"""The public names: all there, loaded when used, and importing them costs nothing."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import cxkit as cx

HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "seaborn",
    "statsmodels",
    "papermill",
    "narwhals",
    "duckdb",
    "nbformat",
)


@pytest.mark.parametrize("name", cx.__all__)
def test_every_public_name_resolves(name):
    assert getattr(cx, name) is not None
    assert name in dir(cx)


def test_public_names_are_listed_once_and_sorted():
    assert list(cx.__all__) == sorted(set(cx.__all__))
    assert not [name for name in cx.__all__ if name.startswith("_") and name != "__version__"]


def test_what_the_design_promises_is_there():
    promised = {
        "read",
        "Study",
        "demo",
        "nps",
        "csat",
        "ces",
        "metric",
        "source",
        "report",
        "Tally",
        "CxkitError",
    }
    assert promised <= set(cx.__all__)


def test_names_for_type_checkers_are_those_at_run_time():
    """The imports under TYPE_CHECKING and the lazy table must not drift apart."""
    tree = ast.parse(Path(cx.__file__).read_text(encoding="utf-8"))
    typed: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for item in node.body:
                if isinstance(item, ast.ImportFrom):
                    typed |= {alias.asname or alias.name: item.module for alias in item.names}
    assert set(typed) == set(cx.__all__) - {"__version__"}
    for name, module in typed.items():
        assert getattr(importlib.import_module(module), name) is getattr(cx, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="npss"):
        cx.npss  # noqa: B018


@pytest.mark.parametrize(
    "statement",
    ["import cxkit", "import cxkit; dir(cxkit); cxkit.CxkitError; cxkit.__version__"],
)
def test_import_loads_nothing_heavy(statement):
    code = f"{statement}\nimport sys\nprint(','.join(sorted(set({HEAVY!r}) & set(sys.modules))))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_scoring_draws_nothing_and_runs_no_report():
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import cxkit as cx, pandas as pd, sys\n"
        "cx.nps(pd.DataFrame({'nps': [10, 9, 0]})).explain()\n"
        "late = {'matplotlib', 'seaborn', 'papermill', 'statsmodels', 'nbconvert'}\n"
        "print(','.join(sorted(late & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


METHODS = ("nps", "csat", "ces", "mean", "index", "box", "rate", "trend")


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_a_function_of_the_same_options(name):
    method, function = inspect.signature(getattr(cx.Study, name)), inspect.signature(getattr(cx, name))
    frame_only = {"data", "self", "weight", "missing", "scale", "score"}
    assert set(method.parameters) - frame_only == set(function.parameters) - frame_only
    for option in set(method.parameters) & set(function.parameters):
        assert method.parameters[option].default == function.parameters[option].default
    assert method.return_annotation is not inspect.Signature.empty


def test_signatures_that_checks_rely_on():
    assert list(inspect.signature(cx.Study.nps).parameters) == ["self", "by", "method", "level"]
    parameters = inspect.signature(cx.Study).parameters
    assert {"data", "scale", "missing", "read", "outcome", "guess", "roles"} <= set(parameters)
    assert inspect.signature(cx.Study.nps).parameters["method"].default == "adjusted-wald"


@pytest.mark.parametrize(
    "name", ["nps", "csat", "ces", "box", "rate", "mean", "index", "score", "trend", "sus", "umux_lite"]
)
def test_public_functions_are_documented(name):
    doc = inspect.getdoc(getattr(cx, name))
    assert doc
    assert doc.splitlines()[0].endswith(".")


def test_errors_carry_code_hint_and_exit_code():
    from cxkit import errors

    tree = [getattr(errors, n) for n in errors.__all__ if isinstance(getattr(errors, n), type)]
    kinds = [k for k in tree if issubclass(k, cx.CxkitError)]
    assert len(kinds) > 12
    for kind in kinds:
        extra = {"extra": "x"} if kind is cx.MissingExtra else {"hint": "do this"}
        error = kind("what", **extra)
        assert error.code
        assert error.exit_code in (2, 3, 4)
        assert str(error).startswith("what\n  fix: ")
    assert len({k.code for k in kinds}) == len(kinds)
