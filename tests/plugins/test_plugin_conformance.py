"""The conformance kit: built-ins pass it, and each thing that it checks can fail."""

import json
from types import SimpleNamespace

import pytest

import cxkit as cx
from cxkit.registry import build_registry
from cxkit.registry.discovery import discover
from cxkit.sources.declare import source
from cxkit.testing import ConformanceError, Finding, check_metric, check_plugin, check_report, check_source

pytestmark = pytest.mark.filterwarnings("ignore::cxkit.errors.PluginWarning")

BUILT_IN = [c.name for c in discover() if c.origin == "built-in"]


def failed(findings):
    return {f.name for f in findings if not f.ok}


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_conforms(name):
    findings = check_plugin(name)
    assert Finding(True, "loads") in findings
    assert len(findings) > 5


def test_delimited_reads_a_sample(tmp_path):
    sample = tmp_path / "two.csv"
    sample.write_text("score;comment\n9;bien\n10;très bien\n", encoding="utf-8")
    check_source(build_registry(discover(), load=[]).source("csv"), sample, rows=2)


def test_demo_reads_the_same_twice():
    check_source(build_registry(discover(), load=[]).source("demo"), "demo:", rows=200, n=200)


def test_good_stranger_conforms():
    assert not failed(check_plugin("hostile-ok"))


def test_file_module_and_name_are_one(drop_in):
    import cxkit_hostile.good

    path = drop_in()
    assert check_plugin(path) == check_plugin(str(path)) == check_plugin("mine")
    assert check_plugin(cxkit_hostile.good) == check_plugin("hostile-ok")


def test_unknown_plugin():
    with pytest.raises(cx.UnknownNameError, match="did you mean 'hostile-ok'"):
        check_plugin("hostile-okk")


def test_error_lists_all_failures():
    with pytest.raises(ConformanceError) as caught:
        check_plugin("hostile-string")
    assert isinstance(caught.value, AssertionError)
    text = str(caught.value)
    assert text.startswith("plugin hostile-string: ")
    assert "wrong_return: cxkit_reports returned 'executive' (str)" in text
    assert "wrong_return: cxkit_metrics returned {'nps': 42} (dict)" in text


def test_plugin_that_changes_the_study_is_found():
    findings = check_plugin("hostile-mutates", raise_on_failure=False)
    assert failed(findings) == {"hook:cxkit_study_loaded mutates"}


# Sources -----------------------------------------------------------------------------------


def read_lines(uri: str, *, encoding: str = "utf-8"):
    """One score a line."""
    import pandas as pd

    return pd.read_csv(uri, names=["score"], encoding=encoding)


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "two.lines"
    path.write_text("9\n10\n")
    return path


def of(function, name="lines", extensions=(".lines",)):
    return source(name, extensions=extensions)(function)


def test_source_conforms(sample):
    findings = check_source(of(read_lines), sample, rows=2)
    assert Finding(True, "reads the sample (2 rows)") in findings
    check_source(of(read_lines), sample, rows=2, encoding="latin-1")


def test_source_row_count(sample):
    with pytest.raises(ConformanceError, match="3 rows: 2 were read"):
        check_source(of(read_lines), sample, rows=3)


def _undocumented(uri: str, *, n: int = 1):
    return read_lines(uri)


def _untyped(uri: str, *, n=1):
    """Doc."""
    return read_lines(uri)


def _no_default(uri: str, *, n: int):
    """Doc."""
    return read_lines(uri)


def _writes(uri: str):
    """Doc."""
    frame = read_lines(uri)
    with open(uri, "a") as file:
        file.write("\n")
    return frame


def _moody(uri: str, *, calls: list = []):  # noqa: B006
    """Doc."""
    calls.append(1)
    return read_lines(uri).assign(calls=len(calls))


def _invents(uri: str):
    """Doc."""
    import pandas as pd

    return pd.DataFrame({"score": [1]})


def _crashes(uri: str):
    """Doc."""
    raise ZeroDivisionError("hostile")


def _exits(uri: str):
    """Doc."""
    raise SystemExit(0)


@pytest.mark.parametrize(
    ("function", "finding"),
    [
        (_undocumented, "documented"),
        (_untyped, "typed options"),
        (_no_default, "options have defaults"),
        (_writes, "does not change its input"),
        (_moody, "same answer twice"),
        (_invents, "a missing file is a CxkitError or FileNotFoundError"),
        (_crashes, "reads the sample"),
        (_exits, "reads the sample"),
    ],
)
def test_source_fails(function, finding, sample):
    assert finding in failed(check_source(of(function), sample, raise_on_failure=False))


def test_source_declaration_fails(sample):
    odd = of(read_lines, name="Two Words", extensions=("lines",))
    names = failed(check_source(odd, sample, raise_on_failure=False))
    assert names >= {"name is a lower-case word", "extensions start with a dot"}


def test_source_must_refuse_unknown_options(sample):
    class Lax:
        name, extensions, schemes, options, help = "lax", (".lines",), (), (), "Lax."

        def read(self, uri, **options):
            return read_lines(uri)

    assert failed(check_source(Lax(), sample, raise_on_failure=False)) == {
        "an unknown option is refused by OptionError"
    }


def test_source_that_is_none():
    assert failed(check_source(SimpleNamespace(name="x"), raise_on_failure=False)) >= {"has the members of a source"}


# Metrics -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("hostile_raises", "is computed from a tally"),
        ("hostile_nan", "every answer: estimate within bounds"),
        ("hostile_outside", "every answer: estimate within bounds"),
        ("hostile_mutates", "leaves the tally as it was"),
        ("hostile_moody", "every answer: each answer twice, same estimate"),
    ],
)
def test_metric_fails(name, finding):
    metric = build_registry(discover(), load=["hostile-metrics"]).metric(name)
    assert finding in failed(check_metric(metric, raise_on_failure=False))


class Plain:
    """A metric that nobody's decorator made."""

    name, on, scale, bounds, unit, better = "plain", "nps", (0, 10), (0, 10), "", "higher"
    label, methods = {"en": "Plain"}, ("t",)

    def __init__(self, **changes):
        vars(self).update(changes)

    def value(self, answer):
        return float(answer)


def test_plain_metric_conforms():
    check_metric(Plain())


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"name": "Upper"}, "name is a lower-case word"),
        ({"name": "a@b"}, "name is a lower-case word"),
        ({"label": {"fr": "Seulement"}}, "label has English text"),
        ({"label": {"en": " "}}, "label has English text"),
        ({"better": "bigger"}, "better is higher or lower"),
        ({"unit": "EUR"}, "unit is points, % or empty"),
        ({"methods": ()}, "names its interval methods"),
        ({"bounds": (10, 0)}, "bounds is finite and ordered"),
        ({"scale": (0, float("inf"))}, "scale is finite and ordered"),
        ({"bounds": (0, 5)}, "every answer has a value within bounds"),
        ({"value": lambda answer: float("nan")}, "every answer has a value within bounds"),
        ({"value": lambda answer: 1 / answer}, "values its answers"),
        ({"methods": ("t", "no such method")}, "its interval methods exist"),
    ],
)
def test_plain_metric_fails(changes, finding):
    assert finding in failed(check_metric(Plain(**changes), raise_on_failure=False))


def test_metric_without_members():
    assert failed(check_metric(SimpleNamespace(name="x"), raise_on_failure=False)) == {"has the members of a metric"}


# Reports -----------------------------------------------------------------------------------

GOOD_CELL = '"""What to read."""\nsource: str = "demo:"\nlang: str = "en"\nmin_n: int = 30'


@pytest.fixture
def report(tmp_path):
    def make(*cells, **changes):
        tagged = [
            {"cell_type": "code", "id": f"c{n}", "source": code, "metadata": {"tags": ["parameters"]},
             "outputs": [], "execution_count": None}
            for n, code in enumerate(cells)
        ]  # fmt: skip
        path = tmp_path / "page.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": tagged}))
        return SimpleNamespace(**{"name": "page", "notebook": path, "label": {"en": "Page"}, **changes})

    return make


def test_report_conforms(report):
    check_report(report(GOOD_CELL))
    check_report(report("from typing import Literal\n" + GOOD_CELL))


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ((), "one code cell is tagged parameters"),
        ((GOOD_CELL, GOOD_CELL), "one code cell is tagged parameters"),
        (('source: str = "x"',), "declares source and lang"),
        ((GOOD_CELL + "\nx = 1",), "parameters are annotated, with literal defaults"),
        ((GOOD_CELL + "\nx: str = open('y')",), "parameters are annotated, with literal defaults"),
        ((GOOD_CELL + "\nimport os",), "parameters are annotated, with literal defaults"),
        (("source: str = ",), "notebook is valid nbformat 4"),
    ],
)
def test_report_fails(cells, finding, report):
    assert finding in failed(check_report(report(*cells), raise_on_failure=False))


def test_report_without_notebook(report, tmp_path):
    made = report(GOOD_CELL, notebook=tmp_path / "absent.ipynb", name="Two words", label={})
    names = {"its notebook exists", "name is a lower-case word", "label has English text"}
    assert failed(check_report(made, raise_on_failure=False)) == names


def test_report_that_is_no_notebook(report, tmp_path):
    (tmp_path / "odd.ipynb").write_text("{}")
    made = report(GOOD_CELL, notebook=tmp_path / "odd.ipynb")
    assert "notebook is valid nbformat 4" in failed(check_report(made, raise_on_failure=False))
