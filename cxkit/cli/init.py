"""``cxkit init``: a project file for a survey, with what can be told from its columns."""

from __future__ import annotations

from pathlib import Path

import click

from cxkit.cli.options import said_warnings
from cxkit.errors import ConfigError

__all__ = ["init"]


@click.command()
@click.argument("source", required=False)
@click.option("--lang", default="en", help="Language of the reports: en or fr.")
@click.option("--force", is_flag=True, help="Replace a cxkit.toml that is there.")
def init(source: str | None, lang: str, force: bool) -> int:
    """Write cxkit.toml here, for SOURCE if given.

    \b
    Examples:
      cxkit init enquete.csv --lang fr
      cxkit init
    """
    from cxkit.present.numbers import check_lang
    from cxkit.reports.files import write_all
    from cxkit.reports.project import FILE

    file = Path(FILE)
    if file.exists() and not force:
        raise ConfigError(f"{FILE} is already here", hint="edit it, or cxkit init --force to replace it")
    text = _text(source or "", check_lang(lang))
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise ConfigError("the file's name cannot be written as UTF-8", hint="rename the file") from None
    write_all({file: content})
    click.echo(f"wrote {FILE}; next: cxkit check, then cxkit run")
    return 0


def _text(source: str, lang: str) -> str:
    from cxkit.reports.toml import table

    roles: dict[str, object] = {}
    remarks: tuple[str, ...] = ()
    if source:
        from cxkit.study import Study

        with said_warnings():
            study = Study(source)
        roles = {role: columns[0] for role, columns in study.roles.items()}
        remarks = study.remarks
    parts = [
        "# Everything that reports need to know of your survey. Checked by: cxkit check",
        table("project", {"name": Path.cwd().name, "lang": lang, "currency": "EUR"}),
        table("source", {"uri": source or "data/survey.csv"}),
        "# Role = column. Weights, money and outcomes are never guessed: say them here.\n"
        + table("roles", roles or {"nps": "Q1"})
        + '# by = ["Segment"]\n# weight = "weight"\n',
        "# A scale other than 0-10 (nps), 1-5 (csat), 1-7 (ces), and codes that mean no answer:\n"
        "# [scale]\n# nps = [1, 10]\n# [missing]\n# csat = [0, 6]\n",
        table("[report]", {"name": "executive"}),
        '# [[gate]]\n# metric = "nps"\n# test = "above"\n# target = 30\n',
    ]
    parts += [f"# note: {' '.join(r.split())}" for r in remarks]
    return "\n".join(parts) + "\n"
