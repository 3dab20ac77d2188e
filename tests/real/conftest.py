"""Real surveys as projects: run in a process like any user's, judged by numbers that others computed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _kernels_find_this_checkout() -> None:
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


@pytest.fixture
def expected(real_data: Path) -> Callable[[str], Any]:
    """The reference figures beside a data set."""

    def read(name: str) -> Any:
        return json.loads((real_data / name / "expected.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture
def here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """The command line in ``tmp_path``, after its cxkit.toml was written: exit code, stdout, stderr."""
    from cxkit.cli import _run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "")

    def call(toml: str, *args: str) -> tuple[int, str, str]:
        (tmp_path / "cxkit.toml").write_text(toml, encoding="utf-8")
        code = _run(list(args))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
