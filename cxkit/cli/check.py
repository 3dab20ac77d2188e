"""``cxkit check``: the project file and the data, before any kernel."""

from __future__ import annotations

from pathlib import Path

import click

from cxkit.cli.options import from_root, project_option, said_warnings

__all__ = ["check"]


@click.command()
@click.argument("source", required=False)
@project_option
def check(source: str | None, folder: Path | None) -> int:
    """Read SOURCE (the project's own when not given) and hold it against roles and scales.

    \b
    Examples:
      cxkit check
      cxkit check enquete_octobre.csv
    """
    from cxkit.reports.plan import plan_jobs
    from cxkit.reports.project import project

    with said_warnings():
        home = project(folder)
        study = home.study(from_root(source or "", home.root))
        if home.settings.report:
            plan_jobs(home, study)
        for gate in home.settings.gate:
            study.by_columns(gate.by or None)
            from cxkit.metrics.functions import metric_of

            study.column(metric_of(gate.metric, study).on)
    click.echo(repr(study))
    if "ces" in study.roles and study.scale_of("ces").ends != (1, 7):
        from cxkit.reports.texts import text

        click.echo(f"  note: {text('ces_version', home.settings.project.lang)}")
    click.echo("ok")
    return 0
