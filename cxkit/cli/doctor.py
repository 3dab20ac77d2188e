"""``cxkit doctor``: versions, and what works here."""

from __future__ import annotations

import click

__all__ = ["doctor"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def doctor(as_json: bool) -> int:
    """Show versions, engines, file kinds and the kernel that reports would use.

    \b
    Examples:
      cxkit doctor
      cxkit doctor --json
    """
    from cxkit.diagnosis import diagnosis

    rows = diagnosis()
    if as_json:
        import json

        click.echo(json.dumps({"schema": 1, "checks": [r.to_dict() for r in rows]}, indent=1))
    else:
        width = max(len(r.name) for r in rows)
        for r in rows:
            click.echo(f"{r.mark} {r.name:<{width}}  {r.found}" + (f"\n    fix: {r.hint}" if r.hint else ""))
    return 0 if all(r.ok or not r.needed for r in rows) else 3
