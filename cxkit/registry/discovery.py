"""Which plugins there are and what each says it adds, found without importing any of them.

Three origins, in this order: the built-ins (a tuple of dotted names), the entry points of the
group ``cxkit``, and the ``.py`` files of the ``plugins/`` folder beside a ``cxkit.toml``. What
a plugin adds, and much of what can be wrong with it, is read from its source with ``ast``:
listing plugins must neither run strangers' code nor pay for what it imports.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxkit.errors import ConfigError, PluginWarning, did_you_mean
from cxkit.registry.candidate import Candidate, Fault, FaultCode, Origin
from cxkit.registry.plugin_source import forget_specs, read_source, source_file

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["BUILTINS", "Candidate", "Fault", "FaultCode", "Origin", "discover", "project_root", "read_file"]

BUILTINS: tuple[str, ...] = (
    "cxkit.sources.delimited",
    "cxkit.sources.excel",
    "cxkit.sources.parquet",
    "cxkit.sources.jsonlines",
    "cxkit.sources.spss",
    "cxkit.sources.sql",
    "cxkit.sources.duckdb_file",
    "cxkit.sources.demo",
    "cxkit.metrics.builtin",
    "cxkit.reports.builtin",
)
"""Loaded before, and by the same code as, anything else. Each is named after its last part;
a module called ``builtin`` after its folder (``metrics``, ``reports``), as names must differ."""


def discover(project: Path | None = None) -> tuple[Candidate, ...]:
    """List every plugin that is present, importing none.

    Parameters
    ----------
    project : Path, optional
        Where the search for ``cxkit.toml`` starts, upwards; by default the working directory.

    Returns
    -------
    tuple of Candidate
        Built-ins, then entry points by distribution, then the project's own files.

    Raises
    ------
    ConfigError
        If ``cxkit.toml`` is no TOML, or its ``[plugins]`` table is malformed.
    """
    forget_specs()
    root = project_root(project)
    found = [*_builtins(), *_entry_points(), *(_drop_ins(root) if root else ())]
    found = _switch_off(_name_once(found), root)
    return tuple(_clashes([read_source(c) for c in found]))


def project_root(start: Path | None = None) -> Path | None:
    """The nearest folder, from ``start`` upwards, that holds a ``cxkit.toml``."""
    here = Path(start or ".").resolve()
    for folder in (here, *here.parents):
        if (folder / "cxkit.toml").is_file():
            return folder
    return None


def read_file(path: Path) -> Candidate:
    """Describe one ``.py`` file as the drop-in that it would be."""
    return read_source(Candidate(path.stem, "file", module=path.stem, path=path.resolve()))


def _builtins() -> Iterator[Candidate]:
    version = getattr(sys.modules["cxkit"], "__version__", "")
    for dotted in BUILTINS:
        name = dotted.removesuffix(".builtin").rpartition(".")[2]
        yield Candidate(name, "built-in", version, "cxkit", dotted, path=source_file(dotted))


def _entry_points() -> Iterator[Candidate]:
    """The entry points of each distribution; a second copy of one is a candidate that is a fault."""
    from importlib.metadata import distributions

    first: dict[str, Distribution] = {}
    for dist in distributions():
        # Reading METADATA costs ten times this; few distributions have the group.
        if "cxkit" not in (dist.read_text("entry_points.txt") or ""):
            continue
        points = [p for p in dist.entry_points if p.group == "cxkit"]
        if not points:
            continue
        name = re.sub(r"[-_.]+", "-", dist.name).lower()
        kept = first.setdefault(name, dist)
        if kept is not dist:
            if _folder(kept) != _folder(dist):
                yield _second_copy(name, kept, dist)
            continue
        for point in points:
            yield Candidate(
                point.name,
                "entry point",
                dist.version,
                name,
                point.module,
                point.attr or "",
                source_file(point.module),
            )


def _folder(dist: Distribution) -> Path:
    return Path(str(dist.locate_file(""))).resolve()


def _second_copy(name: str, kept: Distribution, other: Distribution) -> Candidate:
    message = (
        f"distribution {name!r} is installed twice: {kept.version} in {_folder(kept)} (used), "
        f"{other.version} in {_folder(other)} (ignored)"
    )
    fault = Fault("duplicate_distribution", name, message, hint=f"pip uninstall {name}, until one is left")
    return Candidate(
        name, "entry point", other.version, name, path=_folder(other), faults=(fault,), off="a second copy"
    )


def _drop_ins(root: Path) -> Iterator[Candidate]:
    for path in sorted((root / "plugins").glob("*.py")):
        if not path.name.startswith("_"):
            yield Candidate(path.stem, "file", module=path.stem, path=path)


def _name_once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first plugin of a name keeps it; a later one is called ``name@owner`` and is at fault."""
    out: dict[str, Candidate] = {}
    for c in candidates:
        name, n = c.name, 1
        while name in out:
            name = f"{c.name}@{c.owner if c.origin != 'file' else 'file'}" + (f"#{n}" if n > 1 else "")
            n += 1
        if name != c.name and not c.off:
            first = out[c.name]
            message = (
                f"two plugins are called {c.name!r}: one of {first.owner} ({first.origin}), "
                f"one of {c.owner} ({c.origin}); the second is known as {name!r}"
            )
            hint = f'rename one, or [plugins] disable = ["{name}"] in cxkit.toml'
            fault = Fault("duplicate_plugin", name, message, str(c.path) if c.path else None, hint=hint)
            c = replace(c, name=name, faults=(*c.faults, fault))
        out[name] = c
    return list(out.values())


def _switch_off(candidates: Sequence[Candidate], root: Path | None) -> list[Candidate]:
    """Mark those that the project disables, and those that CXKIT_LOAD_PLUGINS leaves out."""
    known = {c.name for c in candidates}
    disabled = _disabled(root)
    listed = os.environ.get("CXKIT_LOAD_PLUGINS")
    load = None if listed is None else [n.strip() for n in listed.split(",") if n.strip()]
    for place, names in (("[plugins] disable", disabled), ("CXKIT_LOAD_PLUGINS", load or ())):
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known, what="Plugins")
                text = f"{place} names {name!r}, which is no plugin here\n  fix: {hint}"
                warnings.warn(PluginWarning(text, code="unknown_plugin"), stacklevel=3)
    return [c if c.off else replace(c, off=reason_off(c, disabled, load)) for c in candidates]


def reason_off(candidate: Candidate, disabled: Collection[str], load: Collection[str] | None) -> str:
    """Why a candidate is not to be loaded, or an empty string."""
    if candidate.name in disabled:
        return "disabled"
    if load is not None and candidate.origin != "built-in" and candidate.name not in load:
        return "not in CXKIT_LOAD_PLUGINS"
    return ""


def _disabled(root: Path | None) -> tuple[str, ...]:
    if root is None:
        return ()
    import tomllib

    file = root / "cxkit.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("plugins", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", file=str(file)) from None
    names = table.get("disable", []) if isinstance(table, dict) else None
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise ConfigError(
            "[plugins] disable is not a list of names",
            hint='[plugins]\ndisable = ["some-plugin"]',
            file=str(file),
        )
    return tuple(names)


def _clashes(candidates: list[Candidate]) -> list[Candidate]:
    """A name that two plugins define is a fault of each, a built-in excepted."""
    makers: dict[str, list[Candidate]] = {}
    for c in candidates:
        for item in dict.fromkeys(c.adds):
            if not c.off and not item.startswith("hook:"):
                makers.setdefault(item, []).append(c)
    faults: dict[str, list[Fault]] = {}
    for item, owners in makers.items():
        for c in owners[1:] if owners[0].origin == "built-in" else owners:
            if len(owners) > 1:
                line = c.lines[c.adds.index(item)]
                faults.setdefault(c.name, []).append(clash(item, c, owners, line))
    return [replace(c, faults=(*c.faults, *faults.get(c.name, ()))) for c in candidates]


def clash(item: str, candidate: Candidate, owners: Sequence[Candidate], line: int | None = None) -> Fault:
    """The fault of ``candidate`` for defining ``item`` (``"metric:nps"``), as ``owners`` all do."""
    kind, _, name = item.partition(":")
    alone = len({c.owner for c in owners}) == len(owners)
    pins = [f"{name}@{c.owner if alone else c.name}" for c in owners]
    who = " and ".join(repr(c.name) + (f" ({c.owner})" if c.owner != c.name else "") for c in owners)
    built_in = owners[0].origin == "built-in"
    keeps = f"{name!r} stays the built-in one" if built_in else "neither gets the plain name"
    return Fault(
        "duplicate_name",
        candidate.name,
        f"{kind} {name!r} is defined by {who}; {keeps}",
        str(candidate.path) if candidate.path else None,
        line,
        "say which one: " + " or ".join(repr(p) for p in pins),
    )
