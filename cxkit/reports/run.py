"""Run one report: check everything, execute the notebook, write its files when all is complete."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxkit.errors import CxkitError, ReportFailed
from cxkit.reports.contract import read_contract
from cxkit.reports.files import write_all
from cxkit.reports.kernel import check_kernel, kernel_options, quiet_imports

__all__ = ["Job", "Ran", "executed", "run_job", "run_jobs"]


@dataclass(frozen=True, slots=True)
class Job:
    """One execution of a notebook, settled before it starts. Plain values: it can go to another process.

    Attributes
    ----------
    report : str
        Name of the report.
    notebook : Path
    parameters : mapping
        Checked values of the contract.
    files : mapping
        Path to write -> format.
    folder : Path
        Working directory of the kernel.
    title : str
        For a page that has no heading of its own.
    group : tuple of str
        Which group of a fan-out this is; empty for everybody.
    """

    report: str
    notebook: Path
    parameters: Mapping[str, Any]
    files: Mapping[Path, str]
    folder: Path
    title: str = ""
    group: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.report} [{', '.join(self.group)}]" if self.group else self.report


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a job."""

    job: Job
    seconds: float
    error: ReportFailed | None = None


def run_jobs(jobs: Iterable[Job], *, progress: Callable[[Ran], None] | None = None) -> tuple[Ran, ...]:
    """Run jobs one after the other; a report that fails does not keep the next from running."""
    out = []
    for job in jobs:
        start = time.perf_counter()
        error = None
        try:
            run_job(job)
        except ReportFailed as exc:
            error = exc
        out.append(Ran(job, time.perf_counter() - start, error))
        if progress is not None:
            progress(out[-1])
    return tuple(out)


def run_job(job: Job) -> None:
    """Execute the notebook and write its files, all or none.

    Raises
    ------
    ReportFailed
        A cell raised, or the kernel died. The notebook as far as it came is kept beside the
        output as ``NAME.failed.ipynb``.
    OutputError
        The files could not be written; what stood under their names is untouched.
    """
    from cxkit.reports.export import exporter_of

    notebook = executed(job)
    lang = str(job.parameters.get("lang", "en"))
    contents = {}
    for path, format in job.files.items():
        try:
            contents[path] = exporter_of(format).export(notebook, lang=lang, title=job.title or job.name)
        except CxkitError:
            raise
        except Exception as exc:  # an exporter may be a stranger's
            raise ReportFailed(f"report {job.name}: writing {format} failed: {type(exc).__name__}: {exc}") from exc
    write_all(contents)
    from cxkit.registry import registry

    registry().call("cxkit_report_finished", report=job.name, files=tuple(contents))


def executed(job: Job) -> Any:
    """The executed notebook of a job, in memory."""
    check_kernel(job.notebook)
    contract = read_contract(job.notebook)
    parameters = contract.checked(job.parameters)
    quiet_imports()
    import nbformat
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    # Its one warning is of parameters whose annotation it cannot read; ours are checked.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    # papermill takes a path or a file and formats braces in it; ours is read as it is.
    kept = min(job.files, key=lambda path: path.suffix, default=None)
    with kernel_options(job.notebook) as options, _Copy(job.notebook) as copy:
        try:
            done = papermill.execute_notebook(
                str(copy), str(copy), parameters=parameters, cwd=str(job.folder), progress_bar=False,
                log_output=False, request_save_on_cell_execute=False, **options,
            )  # fmt: skip
        except papermill.exceptions.PapermillExecutionError as exc:
            raise _failed(job, exc, copy.read_bytes(), kept, nbformat) from exc
        except (DeadKernelError, CellTimeoutError, NoSuchKernel) as exc:
            where = _keep(copy.read_bytes(), kept)
            raise ReportFailed(
                f"report {job.name}: the kernel stopped ({type(exc).__name__})",
                hint=f"out of memory, or a cell ended the process{'; ' + where if where else ''}",
            ) from exc
    return nbformat.reads(_masked(nbformat.writes(done)), as_version=4)


def _masked(text: str) -> str:
    """Text without the passwords of the uris in it: parameters are written into every output."""
    return _PASSWORD.sub(r"\1:***@", text)


_PASSWORD = re.compile(r"(://[^:/@\s\"\\]+):[^@/\s\"\\]+@")


class _Copy:
    """A private copy of the notebook, where papermill may write what it wants."""

    def __init__(self, notebook: Path) -> None:
        self._notebook = notebook

    def __enter__(self) -> Path:
        import tempfile

        self._folder = tempfile.TemporaryDirectory(prefix="cx-run-")
        copy = Path(self._folder.name) / "notebook.ipynb"
        copy.write_bytes(self._notebook.read_bytes())
        return copy

    def __exit__(self, *exc: object) -> None:
        self._folder.cleanup()


def _failed(job: Job, exc: Any, content: bytes, output: Path | None, nbformat: Any) -> ReportFailed:
    """Three lines: report and heading, what was raised, where the notebook is."""
    heading = _heading(nbformat.reads(content.decode(), as_version=4), int(exc.exec_count or 0))
    text = f"report {job.name} failed{heading}: {exc.ename}: {_masked(str(exc.evalue))}"
    return ReportFailed(text, hint=_keep(content, output) or None)


def _keep(content: bytes, output: Path | None) -> str:
    """Keep the notebook as far as it came beside the output; says where."""
    if output is None:
        return ""
    kept = output.with_name(f"{output.stem}.failed.ipynb")
    write_all({kept: _masked(content.decode()).encode()})
    return f"see {kept}"


def _heading(notebook: Any, count: int) -> str:
    """`` in cell 4 (under "Segments")``, as far as the notebook tells."""
    last = ""
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "markdown" and cell["source"].startswith("#"):
            last = cell["source"].splitlines()[0].strip("# ")
        if cell.get("execution_count") == count and cell["cell_type"] == "code":
            under = f' (under "{last}")' if last else ""
            return f" in cell {number}{under}"
    return ""
