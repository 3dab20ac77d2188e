"""A report on a study that is in memory: it travels to the kernel as a private project."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError
from cxkit.reports.export import exporter_of
from cxkit.reports.files import check_folder
from cxkit.reports.history import history_of
from cxkit.reports.plan import plan_jobs
from cxkit.reports.project import FILE, Project, project
from cxkit.reports.run import Job, run_job
from cxkit.reports.schema import Settings, SourceSettings
from cxkit.reports.toml import table

if TYPE_CHECKING:
    from cxkit.study import Study

__all__ = ["PlannedReport", "private_project", "report_of"]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedReport:
    """A report whose parameters are checked; ``save`` runs it."""

    job: Job
    study: Study

    def save(self, path: str | Path, *more: str | Path) -> Path:
        """Run the notebook and write it to each path; the ending names the format.

        Returns
        -------
        Path
            The first path.
        """
        paths = [Path(p) for p in (path, *more)]
        formats = [p.suffix.lstrip(".") for p in paths]
        for p, format in zip(paths, formats, strict=True):
            if not format:
                raise OptionError(f"{p.name!r} has no ending", hint="bilan.html, bilan.ipynb")
            exporter_of(format)
            check_folder(p.resolve().parent)
        with private_project(self.study) as folder:
            run_job(replace(self.job, files=dict(zip(paths, formats, strict=True)), folder=folder))
        return paths[0]

    def __repr__(self) -> str:
        return f"report {self.job.name!r}, not run yet: .save('bilan.html')"


def report_of(study: Study, name: str, *, lang: str | None = None, **parameters: Any) -> PlannedReport:
    """Plan report ``name`` on ``study``; unknown or ill-typed parameters are refused here."""
    values = parameters | ({"lang": lang} if lang is not None else {})
    here = project()
    home = Project(here.root, here.file, Settings(source=[SourceSettings(uri="study")]))
    return PlannedReport(plan_jobs(home, study, name=name, parameters=values, fan_out=False)[0], study)


@contextmanager
def private_project(study: Study) -> Iterator[Path]:
    """A temporary project folder for a kernel: the study's frame as Parquet, its roles and history.

    Plugins of the project in the working directory come along, so that its metrics are known there.
    """
    with tempfile.TemporaryDirectory(prefix="cx-study-") as name:
        root = Path(name)
        write_parquet(study.data, root / "study.parquet")
        (root / FILE).write_text(_settings(study), encoding="utf-8")
        (root / "history.json").write_text(history_of(study), encoding="utf-8")
        here = project()
        if here.file is not None and (here.root / "plugins").is_dir():
            (root / "plugins").mkdir()
            for plugin in (here.root / "plugins").glob("*.py"):
                shutil.copy(plugin, root / "plugins" / plugin.name)
        yield root


def write_parquet(frame: Any, path: Path) -> None:
    """Write a frame of any engine as Parquet through DuckDB, which needs no pyarrow for pandas."""
    import duckdb
    import narwhals.stable.v2 as nw

    if isinstance(frame, duckdb.DuckDBPyRelation):
        frame.write_parquet(str(path))
        return
    wrapped: Any = nw.from_native(frame)
    eager = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    rows = eager.to_native()
    with duckdb.connect() as connection:
        connection.register("study_rows", rows)
        connection.sql("select * from study_rows").write_parquet(str(path))


def _settings(study: Study) -> str:
    roles = {role: list(c) if len(c) > 1 or role in ("by", "drivers") else c[0] for role, c in study.roles.items()}
    scale = {k: dict(v) if hasattr(v, "items") else list(v) for k, v in study.declared.get("scale", {}).items()}
    missing = {
        k: list(v) if isinstance(v, (list, tuple, set)) else [v] for k, v in study.declared.get("missing", {}).items()
    }
    # Every role is said, the guessed ones too, so that nothing is left to guess.
    tables: dict[str, dict[str, Any]] = {
        "project": {"guess": False, "currency": study.currency},
        "source": {"uri": "study.parquet", "history": "history.json"},
        "roles": roles,
        "scale": scale,
        "missing": missing,
    }
    return "\n".join(table(name, values) for name, values in tables.items() if values)
