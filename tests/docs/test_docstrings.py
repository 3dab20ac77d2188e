"""The examples in the docstrings of the package run, and give what they show."""

from __future__ import annotations

import doctest
import importlib
import warnings
from pathlib import Path

import pytest

from cxkit.errors import CxkitWarning

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "cxkit").rglob("*.py"))
WITH_EXAMPLES = [path for path in FILES if ">>> " in path.read_text(encoding="utf-8")]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("name", [module_of(path) for path in WITH_EXAMPLES])
def test_examples_of_a_module_give_what_they_show(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cxkit's own warnings are the reader's business; any other is an error, as in all tests."""
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    said: list[str] = []
    runner = doctest.DocTestRunner()
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        if example.examples:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CxkitWarning)
                runner.run(example, out=said.append)
    assert not said, "".join(said)


def test_every_package_has_examples() -> None:
    """A folder whose functions are all without an example would pass in silence."""
    folders = {path.relative_to(ROOT / "cxkit").parts[0] for path in WITH_EXAMPLES}
    assert {"inference", "change", "weighting", "quality", "stats", "metrics", "present", "study", "tally"} <= folders
