"""``cxkit run``: reports, gates, and an exit code that CI can act on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxkit.cli.options import from_root, parameter_values, project_option, said_warnings, with_parameters

if TYPE_CHECKING:
    from cxkit.reports.gates import GateOutcome
    from cxkit.reports.run import Ran

__all__ = ["finish", "make", "run"]

_MARKS = {"pass": "✓", "fail": "✗", "inconclusive": "?"}


@click.command()
@click.argument("report", required=False)
@with_parameters
@project_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the files (build).")
@click.option("--format", "formats", multiple=True, help="html, ipynb, or a plugin's; repeat for several.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit file of reports and gates.")
@click.option("--strict", is_flag=True, help="Inconclusive gates and warnings fail too.")
@click.option("--help-params", is_flag=True, help="Show the report's parameters and stop.")
def run(
    report: str | None,
    pairs: tuple[str, ...],
    file: Path | None,
    folder: Path | None,
    output: Path | None,
    formats: tuple[str, ...],
    junit: Path | None,
    strict: bool,
    help_params: bool,
) -> int:
    """Run one REPORT, or all of the project, and judge its gates.

    Parameters, project file and data are checked before any kernel starts.

    \b
    Examples:
      cxkit run executive -p source=enquete.csv -p lang=fr
      cxkit run executive -p by=Segment -p by=Canal -p period=2026-T3
      cxkit run --junit build/junit.xml
      cxkit run executive --help-params

    Exit codes: 0 ok, 1 a gate failed, 2 usage, project file, parameters or data, 3 a report
    crashed, 4 nothing matched.
    """
    if help_params:
        _show_parameters(report or "executive", folder)
        return 0
    with said_warnings():
        ran, outcomes = make(report, parameter_values(pairs, file), folder, output, formats)
    return finish(ran, outcomes, junit=junit, strict=strict)


def make(
    report: str | None,
    parameters: dict[str, Any],
    folder: Path | None,
    output: Path | None,
    formats: Sequence[str],
) -> tuple[tuple[Ran, ...], tuple[GateOutcome, ...]]:
    """Plan, run, judge. Everything that can be refused is refused before the first kernel."""
    from cxkit.reports.contract import read_contract
    from cxkit.reports.files import check_folder
    from cxkit.reports.gates import judge
    from cxkit.reports.plan import plan_jobs, report_notebook
    from cxkit.reports.project import project
    from cxkit.reports.run import run_jobs

    home = project(folder)
    if report is not None:
        read_contract(report_notebook(report, home)).checked(parameters)
    source = from_root(str(parameters.get("source") or ""), home.root)
    if source:
        parameters["source"] = source
    study = home.study(source)
    jobs = plan_jobs(home, study, name=report, parameters=parameters, output=output, formats=formats)
    outcomes = judge(home.settings.gate, study, lang=home.settings.project.lang)
    for parent in {path.parent for job in jobs for path in job.files}:
        check_folder(parent)
    with _bar(len(jobs)) as step:
        ran = run_jobs(jobs, progress=lambda done: step())
    if outcomes:
        from cxkit.registry import registry

        registry().call("cxkit_gates_finished", outcomes=outcomes)
    return ran, outcomes


def finish(
    ran: Sequence[Ran], outcomes: Sequence[GateOutcome], *, junit: Path | None = None, strict: bool = False
) -> int:
    """Say what came of it, write the JUnit file, and give the exit code. Paths come last."""
    from cxkit.cli import say_error
    from cxkit.present.text import clean_text

    if junit is not None:
        from cxkit.reports.files import write_all
        from cxkit.reports.junit import junit_xml

        write_all({junit: junit_xml(ran, outcomes)})
    for outcome in outcomes:
        group = f" [{outcome.group}]" if outcome.group else ""
        click.echo(clean_text(f"{_MARKS[outcome.verdict]} {outcome.gate}{group}: {outcome.message}"))
    for done in ran:
        if done.error is not None:
            say_error(done.error)
    for done in ran:
        if done.error is None:
            for path in sorted(done.job.files, key=lambda p: p.suffix == ".html"):
                click.echo(_from_here(path))
    if any(r.error is not None for r in ran):
        return 3
    failed = any(o.failed for o in outcomes)
    doubtful = any(o.verdict != "pass" for o in outcomes)
    return 1 if failed or (strict and doubtful) else 0


def _from_here(path: Path) -> str:
    """The path as the user would type it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _bar(total: int) -> Any:
    """A progress bar on a terminal; nothing elsewhere."""
    from contextlib import contextmanager

    @contextmanager
    def shown() -> Any:
        from tqdm import tqdm

        # disable=None: silent where stderr is no terminal.
        with tqdm(total=total, desc="reports", unit="report", disable=None, leave=False) as bar:
            yield bar.update

    return shown()


def _show_parameters(report: str, folder: Path | None) -> None:
    from cxkit.reports.contract import read_contract
    from cxkit.reports.plan import report_notebook
    from cxkit.reports.project import project

    contract = read_contract(report_notebook(report, project(folder)))
    for p in contract.parameters:
        click.echo(f"{p.name}: {p.type} = {p.default!r}" + (f"\n    {p.help}" if p.help else ""))
