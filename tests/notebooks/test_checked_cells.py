"""The shipped notebooks keep only the outputs that are compared, and the checker sees when not."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[1] / "notebooks").glob("*.ipynb"))
OUTPUT = [{"output_type": "stream", "name": "stdout", "text": "1\n"}]


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("checked_cells", HERE / "checked_cells.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cell(source="print(1)", *tags, count=None, outputs=(), kind="code", **more):
    made = {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source, "id": "abc"}
    return made | ({"execution_count": count, "outputs": list(outputs)} if kind == "code" else {}) | more


PARAMETERS = cell("x: int = 1", "parameters")
CHECKED = cell("print(1)", "nbval-check-output", count=1, outputs=OUTPUT)


@pytest.fixture
def said(checker, tmp_path, capsys):
    """Exit code and faults of a notebook of these cells."""

    def check(*cells, text=None):
        path = tmp_path / "report.ipynb"
        path.write_text(text if text is not None else json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
        code = checker.main([str(path)])
        return code, capsys.readouterr().err

    return check


def test_a_clean_notebook_passes(said):
    marked = cell("# NBVAL_CHECK_OUTPUT\nprint(1)", count=2, outputs=OUTPUT)
    assert said(PARAMETERS, CHECKED, marked, cell(), cell("# text", kind="markdown")) == (0, "")


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (cell("print(1)", "nbval-check-output", count=None, outputs=OUTPUT), "never run"),
        (cell("print(1)", "nbval-check-output", count=1), "no output"),
        (cell("print(1)", "nbval-check-output"), "never run"),
        (cell("# NBVAL_CHECK_OUTPUT\nprint(1)"), "never run"),
        (cell("#NBVAL_CHECK_OUTPUT\nprint(1)", count=3), "no output"),
        (cell(["x = 1\n", "  # NBVAL_CHECK_OUTPUT\n", "print(x)"]), "never run"),
        (cell(outputs=OUTPUT), "keeps outputs"),
        (cell(count=4), "keeps an execution count"),
        (cell(count=0), "keeps an execution count"),
        (cell("print(1)", "other", count=1, outputs=OUTPUT), "keeps outputs"),
        (cell("x = 'NBVAL_CHECK_OUTPUT'", count=1, outputs=OUTPUT), "keeps outputs"),
        (cell("text", "nbval-check-output", kind="markdown"), "no code"),
    ],
)
def test_each_fault_is_named_with_notebook_and_cell(said, bad, fault):
    code, err = said(PARAMETERS, CHECKED, bad)
    assert code == 1
    assert fault in err
    assert "report.ipynb: cell 3 [abc]" in err


def test_every_fault_is_listed(said):
    code, err = said(cell("print(1)", "nbval-check-output"), cell(count=1, outputs=OUTPUT))
    assert code == 1
    assert len(err.splitlines()) == 5  # two, two, and no parameters cell


@pytest.mark.parametrize(("cells", "count"), [((CHECKED,), 0), ((PARAMETERS, PARAMETERS), 2)])
def test_one_parameters_cell(said, cells, count):
    code, err = said(*cells)
    assert code == 1
    assert f"{count} cells are tagged parameters" in err


def test_null_metadata_is_no_crash(said):
    assert said(PARAMETERS, cell(metadata=None), cell(metadata={"tags": None})) == (0, "")


@pytest.mark.parametrize("text", ["", "not json", "[]", "3", '{"worksheets": []}', '{"cells": [1]}'])
def test_what_is_no_notebook_fails(said, text):
    code, err = said(text=text)
    assert code == 1
    assert "not a notebook" in err


def test_a_missing_file_and_no_file_fail(checker, tmp_path, capsys):
    assert checker.main([str(tmp_path / "gone.ipynb")]) == 1
    assert "gone.ipynb" in capsys.readouterr().err
    assert checker.main([]) == 1


def test_the_script_exits_1_and_one_bad_file_among_good_ones_is_found(tmp_path):
    bad = tmp_path / "bad.ipynb"
    bad.write_text(json.dumps({"cells": [PARAMETERS, cell(count=1)]}))
    done = subprocess.run(
        [sys.executable, str(HERE / "checked_cells.py"), str(SHIPPED[0]), str(bad)],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 1
    assert "bad.ipynb: cell 2" in done.stderr
    assert "executive.ipynb" not in done.stderr


@pytest.mark.parametrize("notebook", SHIPPED, ids=lambda p: p.name)
def test_the_shipped_notebooks_are_clean(checker, notebook):
    assert checker.faults(notebook) == []


@pytest.mark.parametrize("notebook", SHIPPED, ids=lambda p: p.name)
def test_the_shipped_notebooks_are_valid_and_have_a_contract(notebook):
    import nbformat

    from cxkit.reports.contract import read_contract

    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    assert content.metadata.kernelspec.name == "python3"
    assert len({c.id for c in content.cells}) == len(content.cells)
    if content.metadata.get("cxkit", {}).get("tour"):
        assert any("nbval-check-output" in c.metadata.get("tags", []) for c in content.cells)
        return
    contract = read_contract(notebook)
    for p in contract.parameters:  # every default fits its own type
        assert contract.checked({p.name: p.default}) == {p.name: p.default}
