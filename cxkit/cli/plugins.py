"""``cxkit plugins``: which plugins there are, what each adds, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxkit.errors import did_you_mean
from cxkit.registry.discovery import Candidate, Fault, discover

if TYPE_CHECKING:
    from cxkit.registry import Registry

__all__ = ["plugins"]

SCHEMA = "cxkit.plugins/1"


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
@click.pass_context
def plugins(context: click.Context, as_json: bool) -> None:
    """List the plugins that are installed, what they add, and their faults.

    \b
    Examples:
      cxkit plugins                        # imports none of what it lists
      cxkit plugins --json
      cxkit plugins show zendesk
      cxkit plugins check plugins/zendesk.py --sample exports/sept.zd.json
    """
    if context.invoked_subcommand is not None:
        return
    candidates = discover()
    if as_json:
        click.echo(json.dumps({"schema": SCHEMA, "plugins": [_as_dict(c) for c in candidates]}, indent=2))
        return
    _list(candidates)
    click.echo("\nNothing was imported to list them; `cxkit plugins check` loads and tests them.")


@plugins.command()
@click.argument("name")
def show(name: str) -> None:
    """Load one plugin and show what it adds, with options, types and defaults.

    \b
    Examples:
      cxkit plugins show zendesk           # a plugin, or something that one adds
      cxkit plugins show source:csv
    """
    from cxkit.testing.plugins import load_alone

    candidate = _find(name)
    built, record = load_alone(candidate)
    _line(candidate, "", failed=bool(record.faults))
    if record.path:
        _say(f"    {record.path}")
    for item in record.adds:
        _say(f"\n  {item}")
        kind, _, thing = item.partition(":")
        for text in _details(built, kind, f"{thing}@{candidate.name}"):
            _say(f"    {text}")
    if not record.adds:
        _say("    adds nothing")
    _faults(record.faults)


@plugins.command()
@click.argument("name", required=False)
@click.option("--sample", type=click.Path(exists=True, path_type=Path), help="A file for its source to read.")
@click.pass_context
def check(context: click.Context, name: str | None, sample: Path | None) -> None:
    """Load plugins for real and run the conformance kit on all that they add.

    Exit code 3 when a plugin is at fault, 2 when there is none of that name.

    \b
    Examples:
      cxkit plugins check                  # every plugin that is not disabled
      cxkit plugins check zendesk
      cxkit plugins check plugins/zendesk.py --sample exports/sept.zd.json
    """
    from cxkit.testing import check_plugin

    chosen = [_find(name)] if name else list(discover())
    failed = 0
    for candidate in chosen:
        if candidate.off == "a second copy" or (name is None and candidate.off):
            _line(candidate, ", ".join(candidate.adds) or "-")
            _faults(candidate.open_faults)
            failed += bool(candidate.open_faults)
            continue
        findings = check_plugin(candidate, sample=sample, raise_on_failure=False)
        bad = [f for f in findings if not f.ok]
        passed = f"{len(findings) - len(bad)} of {len(findings)} checks passed"
        _line(candidate, passed, failed=bool(bad))
        # One plugin: everything; all of them: what failed.
        for finding in findings if name else bad:
            _say(f"    {_mark(finding.ok)} {finding}")
        failed += bool(bad)
    if failed:
        _say(f"\n{failed} of {len(chosen)} plugins at fault")
        context.exit(3)


def _find(name: str) -> Candidate:
    from cxkit.errors import UnknownNameError
    from cxkit.testing.plugins import find_plugin

    try:
        return find_plugin(name)
    except UnknownNameError as error:
        if name.endswith(".py"):
            raise click.UsageError(f"no such file: {name}") from None
        known = [c.name for c in discover()]
        raise click.UsageError(f"{error.what}\n  fix: {did_you_mean(name, known, what='Plugins')}") from None


# Printing ----------------------------------------------------------------------------------


def _list(candidates: Sequence[Candidate]) -> None:
    widths = [max((len(v) for v in column), default=0) for column in zip(*map(_cells, candidates), strict=True)]
    for candidate in candidates:
        _line(candidate, ", ".join(candidate.adds) or "-", widths=widths)
        _faults(candidate.open_faults)


def _cells(candidate: Candidate) -> tuple[str, str, str]:
    return candidate.name, candidate.origin, candidate.version or "-"


def _line(candidate: Candidate, end: str, *, widths: Sequence[int] = (0, 0, 0), failed: bool | None = None) -> None:
    cells = [cell.ljust(width) for cell, width in zip(_cells(candidate), widths, strict=True)]
    failed = bool(candidate.open_faults) if failed is None else failed
    off = [f"[{candidate.off}]"] if candidate.off else []
    _say("  ".join([f"{_mark(not failed, candidate.off)} {cells[0]}", *cells[1:], *off, end]).rstrip())


def _faults(faults: Sequence[Fault]) -> None:
    for fault in faults:
        where = f"  ({fault.where})" if fault.where else ""
        _say(f"    error: {fault.message}{where}")
        if fault.hint:
            _say(f"    hint:  {fault.hint}")


def _mark(ok: bool, off: str = "") -> str:
    mark, plain = ("✗", "x") if not ok else ("·", "-") if off else ("✓", "+")
    try:
        mark.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return plain
    return mark


def _say(text: str) -> None:
    """Print one line: names and messages are strangers' text, and could steer the terminal."""
    kept = "".join(c if c == "\n" or c.isprintable() else " " for c in text)
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    click.echo(kept.encode(encoding, "replace").decode(encoding))


# What a plugin adds ------------------------------------------------------------------------


def _details(built: Registry, kind: str, pin: str) -> list[str]:
    if kind == "source":
        return _source_details(built.source(pin))
    if kind == "metric":
        metric = built.metric(pin)
        scale = f"{metric.scale[0]:g} to {metric.scale[1]:g}" if metric.scale else "any answer"
        unit = metric.unit or "the scale's own unit"
        text = [f"{metric.label.get('en', '')}: reads {metric.on}, {scale}; in {unit}; {metric.better} is better"]
        return [*text, f"intervals: {', '.join(metric.methods)}"]
    if kind == "report":
        report = built.report(pin)
        return [str(report.label.get("en", "")), f"notebook: {report.notebook}"]
    if kind == "hook":
        from cxkit.hooks import Specs

        return [(getattr(Specs, pin.partition("@")[0]).__doc__ or "").partition("\n")[0]]
    return []


def _source_details(source: Any) -> list[str]:
    text = [getattr(source, "help", "") or ""]
    reads = [*source.extensions, *(f"{s}:" for s in source.schemes)]
    text.append(f"reads {', '.join(reads) or 'by name only'}")
    for option in source.options:
        default = "required" if option.required else f"= {option.default!r}"
        text.append(f"{option.name}: {option.type} {default}" + (f"  {option.help}" if option.help else ""))
    return [t for t in text if t]


def _as_dict(candidate: Candidate) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "origin": candidate.origin,
        "version": candidate.version or None,
        "distribution": candidate.distribution or None,
        "module": candidate.module,
        "file": str(candidate.path) if candidate.path else None,
        "adds": list(candidate.adds),
        "lines": list(candidate.lines),
        "off": candidate.off or None,
        "ok": not candidate.open_faults,
        "faults": [
            {"code": f.code, "message": f.message, "file": f.file, "line": f.line, "hint": f.hint}
            for f in candidate.open_faults
        ],
    }
