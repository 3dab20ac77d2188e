"""Notebooks and projects made on the spot, and executed reports that many tests look at."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture(scope="session", autouse=True)
def _kernels_find_this_checkout() -> None:
    """A kernel starts in another folder, and the checkout need not be installed."""
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


@pytest.fixture(scope="session")
def reader() -> ModuleType:
    """What can be told of a page: see page_reader.py beside this file."""
    spec = importlib.util.spec_from_file_location("page_reader", Path(__file__).with_name("page_reader.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["page_reader"] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


def notebook_text(*cells: str | tuple[str, dict[str, Any]], parameters: str | None = "", **metadata: Any) -> str:
    """A notebook as JSON: its parameters cell, then cells of code (or Markdown when they start with '#')."""
    made: list[dict[str, Any]] = []

    def add(source: str, tags: tuple[str, ...] = ()) -> None:
        kind = "markdown" if source.startswith("#") else "code"
        cell = {"id": f"c{len(made)}", "cell_type": kind, "metadata": {"tags": list(tags)}, "source": source}
        made.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))

    if parameters is not None:
        add(parameters or 'lang: str = "en"', ("parameters",))
        made[0]["cell_type"] = "code"
        made[0] |= {"outputs": [], "execution_count": None}
    for cell in cells:
        add(cell) if isinstance(cell, str) else add(cell[0], tuple(cell[1].get("tags", ())))
    return json.dumps({"cells": made, "metadata": KERNEL | metadata, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook with this parameters cell and these cells."""

    def make(parameters: str | None = "", *cells: str, name: str = "mine.ipynb", **metadata: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(*cells, parameters=parameters, **metadata), encoding="utf-8")
        return path

    return make


SURVEY = "\n".join(
    ["id,NPS,Segment,Canal"]
    + [f"{i},{(i * 7) % 11},{('SMB', 'Grands comptes')[i % 2]},{('web', 'tel', 'shop')[i % 3]}" for i in range(1, 121)]
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A project folder, made and entered: cxkit.toml as given and survey.csv of 120 answers."""

    def make(toml: str = "", *, survey: str = SURVEY, name: str = "project") -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        (root / "survey.csv").write_text(survey, encoding="utf-8")
        if toml:
            (root / "cxkit.toml").write_text(toml, encoding="utf-8")
        monkeypatch.chdir(root)
        return root

    return make


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Executing a notebook fails the test: whatever is refused must be refused before."""
    import papermill

    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("a kernel was started")

    monkeypatch.setattr(papermill, "execute_notebook", refuse)


@pytest.fixture
def cxkit_here(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command line in this process: exit code, stdout, stderr."""
    from cxkit.cli import _run

    def call(*args: str) -> tuple[int, str, str]:
        code = _run(list(args))
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return call


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the blocks of a page display, as (kind, text), without a kernel."""
    from cxkit.reports import brief, keydrivers, page, tracking

    shown: list[tuple[str, str]] = []
    for part in (brief, keydrivers, page, tracking):
        monkeypatch.setattr(part, "heading", lambda text, level=2: shown.append((f"h{level}", text)))
        monkeypatch.setattr(part, "paragraph", lambda text: shown.append(("p", text)))
        monkeypatch.setattr(part, "raw_html", lambda markup: shown.append(("html", markup)))
        monkeypatch.setattr(part, "figure", _closing(shown))
    return shown


def _closing(shown: list[tuple[str, str]]) -> Callable[[Any, str], None]:
    def figure(axes: Any, alt: str) -> None:
        import matplotlib.pyplot as plt

        axes.get_figure().canvas.draw()  # what cannot be drawn fails here
        plt.close(axes.get_figure())
        shown.append(("alt", alt))

    return figure
