"""``cxkit report``: one report into the files that you name."""

from __future__ import annotations

from pathlib import Path

import click

from cxkit.cli.options import from_root, parameter_values, project_option, said_warnings, with_parameters

__all__ = ["report"]


@click.command()
@click.argument("name", default="executive")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="File to write; its ending names the format. Repeat for several.",
)
@click.option("--lang", help="Language of the report: en or fr.")
@with_parameters
@project_option
def report(
    name: str,
    outputs: tuple[Path, ...],
    lang: str | None,
    pairs: tuple[str, ...],
    file: Path | None,
    folder: Path | None,
) -> int:
    """Make report NAME (executive when not given) in the files of -o.

    \b
    Examples:
      cxkit report executive -o bilan.html --lang fr
      cxkit report executive -o bilan.html -o bilan.ipynb -p source=enquete.csv
    """
    from dataclasses import replace

    from cxkit.cli.run import finish
    from cxkit.reports.files import check_folder
    from cxkit.reports.plan import plan_jobs
    from cxkit.reports.project import project
    from cxkit.reports.run import run_jobs

    values = parameter_values(pairs, file) | ({"lang": lang} if lang else {})
    with said_warnings():
        home = project(folder)
        source = from_root(str(values.get("source") or ""), home.root)
        values |= {"source": source} if source else {}
        formats = [path.suffix.lstrip(".") for path in outputs]
        job = plan_jobs(home, home.study(source), name=name, parameters=values, formats=formats, fan_out=False)[0]
        for path in outputs:
            check_folder(path.resolve().parent)
        job = replace(job, files=dict(zip(outputs, formats, strict=True)))
        return finish(run_jobs([job]), ())
