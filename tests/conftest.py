"""Shared by all tests: the hostile plugin is always installed, figures never open a window."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REAL_DATA = HERE.parents[1] / "shared" / "data"

os.environ.setdefault("MPLBACKEND", "Agg")


def _hostile() -> str:
    """Install the hostile distribution once and make it visible here and in every child process."""
    spec = importlib.util.spec_from_file_location("hostile_install", HERE / "plugins" / "hostile_install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    target = str(module.hostile_target())
    module.install_hostile(Path(target))
    return target


def pytest_configure(config: pytest.Config) -> None:
    target = _hostile()
    if target not in sys.path:
        sys.path.append(target)
    paths = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    if target not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([*paths, target])


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets beside the checkout; the test is skipped, visibly, without it."""
    if not REAL_DATA.is_dir():
        if os.environ.get("CXKIT_CI"):
            pytest.fail("CI has the real data, and they are not beside the checkout")
        pytest.skip("the real data are not beside this checkout")
    return REAL_DATA


@pytest.fixture(autouse=True)
def _no_figures_left() -> object:
    """Close what a test drew, so that figures do not pile up over a run."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
