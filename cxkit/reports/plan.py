"""What to run: every job of a project, its parameters and data checked, before any kernel starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxkit.errors import ConfigError, OptionError, ParameterError
from cxkit.reports.contract import Contract, read_contract
from cxkit.reports.driver_models import check_drivers
from cxkit.reports.events import parse_events
from cxkit.reports.export import exporter_of
from cxkit.reports.files import digest, slug
from cxkit.reports.kernel import check_kernel
from cxkit.reports.run import Job
from cxkit.reports.schema import ReportSettings

if TYPE_CHECKING:
    from cxkit.reports.project import Project
    from cxkit.study import Study

__all__ = ["plan_jobs", "report_notebook"]


def plan_jobs(
    project: Project,
    study: Study,
    *,
    name: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    output: Path | None = None,
    formats: Sequence[str] = (),
    fan_out: bool = True,
) -> tuple[Job, ...]:
    """The jobs of one report, or of every ``[[report]]`` of the project.

    Parameters
    ----------
    study : Study
        The data that the reports will read, already held against its contract.
    name : str, optional
        One report by name; it need not stand in the project file.
    parameters : mapping, optional
        Over those of the file.
    output : Path, optional
        Folder for the files; the project's when not given.
    formats : sequence of str, optional
        Over those of the file.
    fan_out : bool
        Whether a report with ``by`` is made once a value; otherwise once, about everybody.
    """
    wanted = [r for r in project.settings.report if name is None or r.name == name]
    if not wanted and name is not None:
        wanted = [ReportSettings(name=name)]
    if not wanted:
        wanted = [ReportSettings(name="executive")]
    if not fan_out:
        wanted = [w.model_copy(update={"by": []}) for w in wanted]
    folder = output if output is not None else project.root / project.settings.project.output
    jobs = [
        job
        for settings in wanted
        for job in _jobs(
            project, study, settings, dict(parameters or {}), folder, tuple(formats) or tuple(settings.formats)
        )
    ]
    _refuse_collisions(jobs)
    return _safe_together(study, jobs)


def report_notebook(name: str, project: Project) -> Path:
    """The notebook of a report: a project's own ``notebooks/NAME.ipynb``, a path, or an installed one."""
    if name.endswith(".ipynb"):
        path = Path(name)
        if not path.is_file():
            raise ParameterError(f"no notebook {name!r}", hint="check the path")
        return path
    own = project.root / "notebooks" / f"{name}.ipynb"
    if project.file is not None and own.is_file():
        return own
    from cxkit.registry import registry

    return Path(registry().report(name).notebook)


def _jobs(
    project: Project,
    study: Study,
    settings: ReportSettings,
    parameters: dict[str, Any],
    folder: Path,
    formats: tuple[str, ...],
) -> list[Job]:
    for format in formats:
        exporter_of(format)
    notebook = report_notebook(settings.name, project)
    contract = read_contract(notebook)
    check_kernel(notebook)
    values = contract.checked(_defaults(contract, project) | settings.parameters | parameters)
    if contract.needs and not (values.get("metrics") or values.get("outcome")):
        study.require(*contract.needs)
    for role in contract.needs_all:
        if not values.get(role):  # a parameter of that name says the columns
            study.require(role)
    if "drivers" in contract.needs_all:
        check_drivers(study, values)
    study = study.filter(**values["only"]) if values.get("only") else study
    _check_columns(study, values)
    name = notebook.stem if settings.name.endswith(".ipynb") else settings.name
    groups = _groups(study, settings.fan, contract)
    title = project.settings.project.name
    out, used = [], set()
    for group in groups:
        said = slug("-".join(group.values())) if group else ""
        if said in used:  # values that differ by case or accents only
            said = f"{said}-{digest(chr(0).join(group.values()))}"
        used.add(said)
        stem = folder / slug(name) / said if group else folder / slug(name)
        only = {"only": {**values.get("only", {}), **group}} if group else {}
        files = {stem.with_name(f"{stem.name}.{f}"): f for f in formats}
        out.append(Job(name, notebook, {**values, **only}, files, project.root, title, tuple(group.values())))
    return out


def _safe_together(study: Study, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs, where they take ``hidden``, with the groups that other pages would give away."""
    takes = {job.notebook: "hidden" in {p.name for p in read_contract(job.notebook).parameters} for job in jobs}
    at = [i for i, job in enumerate(jobs) if takes[job.notebook]]
    if len(at) < 2:  # a page alone looks after its own tables
        return tuple(jobs)
    from cxkit.reports.hiding import hide_across

    done = dict(zip(at, hide_across(study, [jobs[i] for i in at]), strict=True))
    return tuple(done.get(i, job) for i, job in enumerate(jobs))


def _defaults(contract: Contract, project: Project) -> dict[str, Any]:
    names = {p.name for p in contract.parameters}
    return {"lang": project.settings.project.lang} if "lang" in names and project.file is not None else {}


def _check_columns(study: Study, values: Mapping[str, Any]) -> None:
    """Columns, filters, periods and days that the parameters name are held against the data here."""
    if isinstance(values.get("events"), dict):
        parse_events(values["events"])
    by = values.get("by")
    if by:
        study.by_columns(by)
    for name in values.get("metrics") or ():
        from cxkit.metrics.functions import metric_of

        study.column(metric_of(name, study).on)
    moved = [*(values.get("improve") or {}), *(values.get("costs") or {})]
    if moved and "drivers" in study.roles:
        from cxkit.value.returns.measured import driver_named

        for name in moved:
            if name not in study.scored:  # a score may move itself
                driver_named(name, study.roles["drivers"])
    if values.get("period"):
        from cxkit.present.calendar import period_end
        from cxkit.study.periods import parse_period

        freq, start = parse_period(values["period"])
        study.column("date")
        if start is not None:
            study.between(start, period_end(start, freq))


def _groups(study: Study, fan: Sequence[str], contract: Contract) -> list[dict[str, str]]:
    """The values that get a report each: ``[{}]`` for one report of everybody."""
    if not fan:
        return [{}]
    if "only" not in {p.name for p in contract.parameters}:
        raise ConfigError(
            f"report {contract.notebook!r} has no parameter 'only', so it cannot be made by {', '.join(fan)}",
            hint="add only: dict[str, str] = {} to its parameters cell and filter the study by it",
        )
    columns = study.by_columns(list(fan))
    keys = [key for key in study.groups(columns) if None not in key]
    if not keys:
        raise OptionError(f"{', '.join(columns)} has no values", hint="choose another by=")
    return [dict(zip(columns, map(str, key), strict=True)) for key in keys]


def _refuse_collisions(jobs: Sequence[Job]) -> None:
    seen: dict[Path, str] = {}
    for job in jobs:
        for path in job.files:
            if path in seen:
                raise ConfigError(
                    f"{job.name} and {seen[path]} would both write {path.name}", hint="give one of them another name"
                )
            seen[path] = job.name
