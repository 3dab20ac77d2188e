"""The hostile distribution is present in every test here, and no registry outlives its test."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest

from cxkit.registry import Registry, build_registry, reset_registry
from cxkit.registry.discovery import discover

sys.path.insert(0, str(Path(__file__).parent))

from hostile_install import hostile_target, install_hostile

GOOD = '''
import cxkit as cx
from cxkit.hooks import hookimpl

wow = cx.linear_metric(
    "wow", on="nps", scale=(0, 10), points={range(0, 10): 0, 10: 100}, label="Share of 10s"
)


@cx.source("lines", extensions=(".lines",))
def read_lines(uri: str, *, encoding: str = "utf-8"):
    """One score a line."""
    import pandas as pd

    return pd.read_csv(uri, names=["score"], encoding=encoding)


@hookimpl
def cxkit_study_loaded(study):
    return ["seen"]
'''


@pytest.fixture(scope="session")
def hostile() -> Path:
    """The folder that holds the hostile distribution, on ``sys.path`` and ``PYTHONPATH``."""
    try:
        folder = Path(str(distribution("cxkit-hostile").locate_file("")))
    except PackageNotFoundError:
        folder = hostile_target()
        install_hostile(folder)
        sys.path.append(str(folder))
        importlib.invalidate_caches()
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(folder) not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([*filter(None, known), str(folder)])
    return folder


@pytest.fixture(autouse=True)
def _fresh(hostile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv("CXKIT_LOAD_PLUGINS", raising=False)
    monkeypatch.chdir(tmp_path)
    reset_registry()
    yield
    reset_registry()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a cxkit.toml and an empty plugins/."""
    (tmp_path / "cxkit.toml").write_text('[project]\nname = "test"\n', encoding="utf-8")
    (tmp_path / "plugins").mkdir()
    return tmp_path


@pytest.fixture
def drop_in(project: Path) -> Callable[..., Path]:
    """Write ``plugins/<name>.py`` into the project."""

    def write(code: str = GOOD, name: str = "mine") -> Path:
        path = project / "plugins" / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(drop_in: Callable[..., Path], project: Path) -> Callable[..., Registry]:
    """A registry of the built-ins and one drop-in, ``mine``."""

    def build(code: str = GOOD) -> Registry:
        drop_in(code)
        return build_registry(discover(project), load=["mine"])

    return build


@pytest.fixture
def listed() -> Callable[..., dict[str, dict[str, Any]]]:
    """What ``cxkit plugins --json`` says, by plugin."""
    from click.testing import CliRunner

    from cxkit.cli.plugins import plugins

    def run() -> dict[str, dict[str, Any]]:
        done = CliRunner().invoke(plugins, ["--json"])
        assert done.exit_code == 0, done.output
        return {p["name"]: p for p in json.loads(done.output)["plugins"]}

    return run
