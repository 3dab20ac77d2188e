"""Files to read, made on the spot, and the real ones where the shared data are mounted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

REAL = Path(__file__).parents[2].parent / "shared" / "data"
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes to a file and give its path as text."""

    def make(content: str | bytes, name: str = "enquete.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(path)

    return make


@pytest.fixture
def real() -> Callable[[str], str]:
    """The path of a real file, or a visible skip."""

    def find(name: str) -> str:
        path = REAL / name
        if not path.exists():
            if os.environ.get("CXKIT_CI"):
                pytest.fail(f"CI has the real data, and this is not there: {name}")
            pytest.skip(f"real data not here: {name}")
        return str(path)

    return find


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A registry that holds the built-in sources and whatever a test adds."""
    from cxkit.sources import delimited, duckdb_file, excel, jsonlines, parquet, spss, sql

    found = [
        delimited.read_delimited,
        duckdb_file.read_duckdb,
        excel.read_excel,
        jsonlines.read_jsonlines,
        parquet.read_parquet,
        spss.read_spss,
        sql.read_sql,
    ]
    sources: dict[str, object] = {s.name: s for s in found}
    module = ModuleType("cxkit.registry")
    module.registry = lambda: SimpleNamespace(sources=sources)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cxkit.registry", module)
    return sources
