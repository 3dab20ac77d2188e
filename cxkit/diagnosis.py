"""What is installed here and whether it is enough: ``cx.show_versions()`` and ``cxkit doctor``."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict, dataclass
from importlib import metadata, util

__all__ = ["Check", "diagnosis", "show_versions"]

_CORE = [
    "pluggy",
    "pandas",
    "numpy",
    "scipy",
    "narwhals",
    "duckdb",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "papermill",
    "nbformat",
    "nbconvert",
    "ipykernel",
    "pydantic",
    "click",
    "tqdm",
    "nh3",
]
#: Module -> the extra that brings it.
_EXTRAS = {
    "pyarrow": "arrow", "polars": "polars", "pyspark": "spark", "dask": "dask", "python_calamine": "excel",
    "pyreadstat": "spss", "sqlalchemy": "sql", "jupyterlab": "lab",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the diagnosis."""

    name: str
    ok: bool
    needed: bool
    found: str
    hint: str = ""

    @property
    def mark(self) -> str:
        return "✓" if self.ok else "✗" if self.needed else "·"

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def diagnosis() -> tuple[Check, ...]:
    """Python, core packages, extras and the notebook kernel; imports none of them."""
    from cxkit import __version__

    rows = [
        Check("cxkit", True, True, __version__),
        Check("python", sys.version_info >= (3, 11), True, f"{platform.python_version()} on {platform.system()}",
              "" if sys.version_info >= (3, 11) else "cxkit needs Python 3.11 or later"),
    ]  # fmt: skip
    rows += [_package(name, needed=True, hint=f"pip install {name}") for name in _CORE]
    rows += [_package(name, needed=False, hint=f"pip install 'cxkit[{extra}]'") for name, extra in _EXTRAS.items()]
    from cxkit.reports.builtin import EXECUTIVE

    there = EXECUTIVE.notebook.is_file()
    rows.append(
        Check("shipped notebooks", there, True, "found" if there else "missing", "" if there else "reinstall cxkit")
    )
    return tuple(rows)


def _package(name: str, *, needed: bool, hint: str) -> Check:
    if util.find_spec(name) is None:
        return Check(name, False, needed, "not installed", hint)
    try:
        return Check(name, True, needed, metadata.version(name.replace("_", "-")))
    except metadata.PackageNotFoundError:
        return Check(name, True, needed, "installed")


def show_versions() -> None:
    """Print the diagnosis, for a bug report."""
    for row in diagnosis():
        print(f"{row.mark} {row.name}  {row.found}")
