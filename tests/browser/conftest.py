"""A headless Chromium. Where it is missing the tests are skipped, visibly; in CI that is a failure."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _missing(what: str) -> None:
    if os.environ.get("CXKIT_CI"):
        pytest.fail(f"CI has a browser, and {what} is missing")
    pytest.skip(f"{what} is not here")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests; nothing but files is opened in it."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        _missing("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def page_file(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The executive page of the demo study, in French, by segment."""
    from cxkit.cli import _run

    folder = tmp_path_factory.mktemp("page")
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder), contextlib.redirect_stdout(said):
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("CXKIT_LOAD_PLUGINS", "")
        assert _run(["demo", "--no-open", "--lang", "fr", "-o", "out"]) == 0
    return folder / said.getvalue().splitlines()[-1]
