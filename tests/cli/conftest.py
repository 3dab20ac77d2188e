"""The command line as a person runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _children_find_this_checkout() -> None:
    """Child processes and kernels start elsewhere, and the checkout need not be installed."""
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


@pytest.fixture
def cxkit(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``python -m cxkit``; whatever happens, no traceback reaches the user."""

    def call(*args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-W", "error::SyntaxWarning", "-m", "cxkit", *args],
            cwd=cwd or tmp_path,
            env={k: v for k, v in os.environ.items() if k != "CXKIT_TRACEBACK"} | env,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=120,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return call


@pytest.fixture
def here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """The command line in this process, in ``tmp_path``: exit code, stdout, stderr."""
    from cxkit.cli import _run

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CXKIT_TRACEBACK", raising=False)

    def call(*args: str) -> tuple[int, str, str]:
        code = _run(list(args))
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return call


@pytest.fixture
def survey(tmp_path: Path) -> Callable[..., Path]:
    """Write a survey file."""

    def make(text: str | bytes, name: str = "survey.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make
