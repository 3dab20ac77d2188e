"""``cxkit demo``: from nothing to a report in one command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cxkit.cli.options import said_warnings

__all__ = ["demo"]


@click.command()
@click.option("--lang", default="en", help="Language of data and report: en or fr.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("build"), help="Folder for the files.")
@click.option(
    "--open/--no-open", "open_", default=None, help="Open the page; on by default where there is a display and no CI."
)
def demo(lang: str, output: Path, open_: bool | None) -> int:
    """Make the executive report on the built-in demo study (generated, not real).

    \b
    Examples:
      cxkit demo
      cxkit demo --lang fr --no-open
    """
    from cxkit.cli.run import finish
    from cxkit.present.numbers import check_lang
    from cxkit.reports.files import check_folder
    from cxkit.reports.plan import plan_jobs
    from cxkit.reports.project import Project
    from cxkit.reports.run import run_jobs
    from cxkit.reports.schema import Settings, SourceSettings
    from cxkit.sources.demo import demo_roles

    language: Any = check_lang(lang)
    roles: dict[str, Any] = demo_roles(language)
    settings = Settings(source=[SourceSettings(uri="demo:", read={"lang": lang})], roles=roles)
    check_folder(output)
    with said_warnings():
        from dataclasses import replace

        from cxkit.reports.study import private_project

        home = Project(Path.cwd(), None, settings)
        study = home.study()
        jobs = plan_jobs(home, study, name="executive", parameters={"lang": lang}, output=output)
        with private_project(study) as folder:
            ran = run_jobs([replace(job, folder=folder) for job in jobs])
    code = finish(ran, ())
    pages = [p for r in ran if r.error is None for p in r.job.files if p.suffix == ".html"]
    if pages and _wants_open(open_):
        click.launch(str(pages[0]))
    return code


def _wants_open(said: bool | None) -> bool:
    if said is not None:
        return said
    if os.environ.get("CI"):
        return False
    return os.name == "nt" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
