"""The parameters cell: parsed, never executed, and every value held against it before a kernel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxkit.errors import CxkitError, ParameterError
from cxkit.reports.contract import read_contract


def contract(notebook, cell):
    return read_contract(notebook(cell))


@pytest.mark.parametrize(
    ("annotation", "default", "given", "expected"),
    [
        ("str", '""', "x=1", "x=1"),
        ("str", '""', "", ""),
        ("int", "1", "7", 7),
        ("int", "1", "-3", -3),
        ("int", "1", 30, 30),
        ("float", "0.5", "1e-3", 1e-3),
        ("float", "0.5", "2", 2.0),
        ("bool", "False", "true", True),
        ("bool", "True", "no", False),
        ("bool", "True", "0", False),
        ("list[str]", "[]", "Segment", ["Segment"]),
        ("list[str]", "[]", ["a", "b"], ["a", "b"]),
        ("list[str]", "[]", "", []),
        ("list[int]", "[]", ["1", "2"], [1, 2]),
        ("list[float]", "[]", "1.5", [1.5]),
        ("list", "[]", ["a"], ["a"]),
        ("dict[str, str]", "{}", "Segment=SMB", {"Segment": "SMB"}),
        ("dict[str, str]", "{}", ["a=1", "b=x=y"], {"a": "1", "b": "x=y"}),
        ("dict[str, str]", "{}", {"a": "b"}, {"a": "b"}),
        ("dict[str, float]", "{}", "wait=0.5", {"wait": 0.5}),
        ("dict", "{}", {"a": 1}, {"a": 1}),
        ("str | None", "None", "x", "x"),
        ("str | None", "None", None, None),
        ("None | str", "None", "x", "x"),
        ("int | None", "None", "3", 3),
        ("list[str] | None", "None", ["a", "b"], ["a", "b"]),
        ("dict[str, str] | None", "None", "k=v", {"k": "v"}),
        ('Literal["en", "fr"]', '"en"', "fr", "fr"),
        ('Literal["only"]', '"only"', "only", "only"),
        ('Literal["a", "b"] | None', "None", None, None),
        ("Literal[1, 2]", "1", 2, 2),
        ("list[list[int]]", "[]", [[1], [2, 3]], [[1], [2, 3]]),
        ("int | str", "1", "x", "x"),
        ("None", "None", None, None),
    ],
)
def test_every_annotation_and_its_conversion(notebook, annotation, default, given, expected):
    found = contract(notebook, f"x: {annotation} = {default}  # what it is")
    (parameter,) = found.parameters
    assert (parameter.name, parameter.help) == ("x", "what it is")
    checked = found.checked({"x": given})["x"]
    assert checked == expected
    assert type(checked) is type(expected)


def test_a_choice_of_numbers_can_be_typed_on_the_command_line(notebook):
    assert contract(notebook, "level: Literal[90, 95] = 95").checked({"level": "90"}) == {"level": 90}


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        ("int", "abc"),
        ("int", "1.5"),
        ("int", ""),
        ("int", None),
        ("int", ["1", "2"]),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "-Infinity"),
        ("float", float("nan")),
        ("float", float("inf")),
        ("float", "1e999"),
        ("list[float]", ["1", "nan"]),
        ("dict[str, float]", "a=inf"),
        ("dict", {"a": [float("nan")]}),
        ("bool", "perhaps"),
        ("str", 3),
        ("str", ["a", "b"]),
        ("str", None),
        ("str", "\udcff"),
        ("list[str]", ["fine", "\ud800"]),
        ("dict[str, str]", {"\udcff": "x"}),
        ("dict[str, str]", {"x": "\udcff"}),
        ("dict[str, str]", "SMB"),
        ("list[str]", {"a": "b"}),
        ("list[int]", ["1", "x"]),
        ('Literal["en", "fr"]', "de"),
        ('Literal["en", "fr"]', "EN"),
        ("str | None", 3),
    ],
)
def test_what_does_not_fit_is_refused(notebook, annotation, given):
    default = {"i": "1", "f": "1.0", "b": "True", "l": "[]", "d": "{}", "L": '"en"', "s": '""'}[annotation[0]]
    found = contract(notebook, f"size: {annotation} = {default}  # how big")
    with pytest.raises(ParameterError) as caught:
        found.checked({"size": given})
    assert caught.value.exit_code == 2
    assert "size" in str(caught.value)
    assert "how big" in (caught.value.hint or "")
    str(caught.value).encode("utf-8")  # the message itself can be printed and logged


def test_an_unknown_name_is_refused_with_the_nearest_one(notebook):
    found = contract(notebook, 'period: str = ""\nmin_n: int = 5')
    with pytest.raises(ParameterError, match="did you mean 'period'") as caught:
        found.checked({"peirod": "2026"})
    assert "min_n" in str(caught.value)


def test_every_fault_is_in_one_error(notebook):
    found = contract(notebook, 'period: str = ""\nmin_n: int = 5')
    with pytest.raises(ParameterError) as caught:
        found.checked({"nope": 1, "min_n": "many", "period": "2026"})
    assert "nope" in caught.value.what
    assert "min_n" in caught.value.what
    assert "period=" not in caught.value.what


@pytest.mark.parametrize(
    "name",
    [
        "x=1;open('{marker}','w')",
        "p = 1\nopen('{marker}','w')",
        "class",
        "None",
        "a b",
        "",
        "1x",
        "x\x00",
        "\udcff",
        "__import__('os').system('touch {marker}')",
        "x" * 5000,
    ],
)
def test_code_in_a_parameter_name_is_refused_and_never_runs(notebook, tmp_path, name):
    marker = tmp_path / "executed"
    found = contract(notebook, "x: int = 1")
    with pytest.raises(ParameterError) as caught:
        found.checked({name.replace("{marker}", str(marker)): "1"})
    assert not marker.exists()
    assert len(str(caught.value)) < 500


def test_the_cell_is_never_executed(notebook, tmp_path):
    marker = tmp_path / "executed"
    with pytest.raises(ParameterError, match="computed"):
        contract(notebook, f"x: str = open({str(marker)!r}, 'w').name")
    assert not marker.exists()


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1 + y",
        "x = [i for i in range(3)]",
        "x: str = f'{1}'",
        "x: dict = dict(k=1)",
        "x: dict = {[1]: 2}",
        "x: set = {1, []}",
        "x = -'a'",
        "x: int",
        "x, y = 1, 2",
        "x = y = 1",
        "x[0] = 1",
        "self.x = 1",
        "import os",
        "from os import path",
        "from typing_extensions import Literal",
        "print('x')",
        "if True:\n    x = 1",
        "def f(): pass",
        "x: int = 1 if True else 2",
        "del x",
        "for i in []: pass",
        "x += 1",
        "x: 'int' = 1",
        "x: Optional[str] = None",
        "x: datetime.date = None",
        "x: tuple[int, int] = (1, 2)",
        "x: list[open] = []",
        "x: Literal[y] = 1",
        "x: Literal[f()] = 1",
        "x: None | None = None",
        "x: dict[str] = {}",
        "x: (lambda: 1)() = 1",
        "x: int = ",
        "x: int = (",
        "  x = 1",
        "x = 1\n\ty = 2",
        "%matplotlib inline",
        "!ls",
        "x = '\x00'",
        "x\u0000 = 1",
    ],
)
def test_a_cell_that_is_more_than_plain_defaults_is_refused(notebook, cell):
    with pytest.raises(ParameterError) as caught:
        contract(notebook, cell).checked({"x": "1"} if "dict[str]" in cell else {})
    assert caught.value.file == "mine.ipynb" or "x=" in caught.value.what
    assert caught.value.hint


def test_doc_strings_comments_imports_and_blank_lines_are_fine(notebook):
    cell = (
        '"""About."""\nfrom typing import Literal\n\n# a remark\nx = 1  # one\ny: float = -0.5\nz = {"a": [1, None]}\n'
    )
    found = contract(notebook, cell)
    assert [(p.name, p.type, p.default) for p in found.parameters] == [
        ("x", "int", 1),
        ("y", "float", -0.5),
        ("z", "dict", {"a": [1, None]}),
    ]
    assert not any(p.required for p in found.parameters)


def test_a_hash_in_the_default_is_not_its_help(notebook):
    (p,) = contract(notebook, 'colour: str = "#3d7af2"  # of the bars').parameters
    assert p.default == "#3d7af2"
    assert p.help == "of the bars"


def test_a_source_in_a_list_of_lines(tmp_path):
    path = tmp_path / "lines.ipynb"
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": ["x: int = 1\n", "y: int = 2"]}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert [p.name for p in read_contract(path).parameters] == ["x", "y"]


def test_no_parameters_cell(notebook):
    with pytest.raises(ParameterError) as caught:
        read_contract(notebook(None, "print(1)"))
    assert caught.value.code == "no_parameters_cell"
    assert "parameters" in caught.value.hint


def test_two_parameters_cells(tmp_path):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "x: int = 1"}
    path = tmp_path / "two.ipynb"
    path.write_text(json.dumps({"cells": [cell, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    with pytest.raises(ParameterError) as caught:
        read_contract(path)
    assert caught.value.code == "parameters_cells"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"worksheets": []}',
        b'{"cells": 3}',
        b'{"cells": [1]}',
        b'{"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}}]}',
        b'{"cells": [{"cell_type": "code", "metadata": null, "source": ""}]}',
        b'{"cells": [{"cell_type": "code", "metadata": {"tags": null}, "source": ""}]}',
        b'{"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 3}]}',
        b"\xff\xfe\x00",
        b'{"cells": [' + b"[" * 3000,
    ],
)
def test_what_is_no_notebook_says_so(tmp_path, content):
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content)
    with pytest.raises(ParameterError) as caught:
        read_contract(path)
    assert caught.value.exit_code == 2
    assert "odd.ipynb" in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(ParameterError, match=r"no notebook 'gone\.ipynb'"):
        read_contract(tmp_path / "gone.ipynb")


def test_what_a_report_needs_is_in_its_metadata(notebook):
    assert read_contract(notebook("x: int = 1", cxkit={"needs": ["nps", "csat"]})).needs == ("nps", "csat")


def test_the_shipped_report_has_the_documented_contract():
    from cxkit.reports.builtin import EXECUTIVE

    found = read_contract(EXECUTIVE.notebook)
    assert {"source", "by", "period", "lang", "min_n", "only"} <= {p.name for p in found.parameters}
    assert all(p.help for p in found.parameters)
    assert {"nps", "csat", "ces"} <= set(found.needs) or not found.needs
    for p in found.parameters:  # a default fits its own type
        assert found.checked({p.name: p.default}) == {p.name: p.default}


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from("abcdefg"), value=_ANYTHING)
def test_any_value_is_taken_as_its_type_or_refused(tmp_path_factory, name, value):
    found = _wide_contract(tmp_path_factory.getbasetemp())
    try:
        checked = found.checked({name: value})
    except CxkitError:
        return
    # Whatever passes can be written into a notebook that JupyterLab opens, and read back the same.
    assert json.loads(json.dumps(checked, allow_nan=False)) == checked


def _wide_contract(base: Path):
    path = base / "wide.ipynb"
    if not path.exists():
        lines = [
            'a: str = ""',
            "b: int = 1",
            "c: float = 1.0",
            "d: list[str] = []",
            "e: dict[str, str] = {}",
            "f: dict = {}",
            "g: list | None = None",
        ]
        cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "\n".join(lines)}
        path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return read_contract(path)
