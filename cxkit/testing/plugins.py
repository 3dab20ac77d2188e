"""A whole plugin: does it load, and does each thing that it adds conform?"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cxkit.errors import PluginWarning, UnknownNameError, did_you_mean
from cxkit.registry import PluginRecord, Registry, build_registry
from cxkit.registry.discovery import Candidate, discover, read_file
from cxkit.testing.findings import Finding, Notebook
from cxkit.testing.metrics import check_metric
from cxkit.testing.reports import check_report
from cxkit.testing.sources import check_source

if TYPE_CHECKING:
    from cxkit.protocols import Source

__all__ = ["check_plugin", "find_plugin", "load_alone"]


def check_plugin(
    plugin: ModuleType | Path | str | Candidate,
    *,
    sample: str | Path | None = None,
    raise_on_failure: bool = True,
) -> tuple[Finding, ...]:
    """Load one plugin beside the built-ins and check all that it adds.

    Parameters
    ----------
    plugin : module, Path, str or Candidate
        An imported module, a ``.py`` file, or the name of an installed plugin.
    sample : str or Path, optional
        Given to the sources of the plugin that read files of its ending.
    raise_on_failure : bool
        Give False to look at the findings instead.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    ConformanceError
        Listing all that failed.
    UnknownNameError
        If there is no such plugin.
    """
    candidate = find_plugin(plugin)
    built, record = load_alone(candidate)
    book = Notebook(f"plugin {candidate.name}")
    faults = [*record.faults, *(f for f in candidate.faults if f.code == "duplicate_name")]
    for fault in {(f.code, f.message): f for f in faults}.values():
        where = f" ({fault.where})" if fault.where else ""
        book.write(False, fault.code, fault.message + where + (f"; fix: {fault.hint}" if fault.hint else ""))
    if not faults:
        book.write(True, "loads")
    for item in record.adds:
        kind, _, name = item.partition(":")
        for finding in _check_one(built, kind, f"{name}@{candidate.name}", sample):
            book.findings.append(Finding(finding.ok, f"{item} {finding.name}", finding.message))
    if "hook:cxkit_study_loaded" in record.adds:
        _study_loaded(book, built, candidate.name)
    return book.close(raise_on_failure=raise_on_failure)


def find_plugin(plugin: ModuleType | Path | str | Candidate) -> Candidate:
    """The candidate that is meant: by file, by module, by plugin name, or by what it adds."""
    if isinstance(plugin, Candidate):
        return plugin
    if isinstance(plugin, ModuleType):
        return _of_module(plugin)
    if str(plugin).endswith(".py") and Path(plugin).is_file():
        return read_file(Path(plugin))
    candidates = discover()
    named = [c for c in candidates if c.name == str(plugin)]
    makers = [c for c in candidates if any(str(plugin) in (i, i.partition(":")[2]) for i in c.adds)]
    for found in (*named, *makers):
        return found
    known = [c.name for c in candidates]
    raise UnknownNameError(
        f"no plugin is called {str(plugin)!r}", hint=did_you_mean(str(plugin), known, what="Plugins")
    )


def _of_module(module: ModuleType) -> Candidate:
    for candidate in discover():
        if candidate.module == module.__name__ and candidate.origin != "file":
            return candidate
    file = module.__file__
    if file is None or importlib.util.find_spec(module.__name__) is None:
        raise UnknownNameError(f"module {module.__name__!r} has no file to check")
    read = read_file(Path(file))
    return Candidate(
        module.__name__.rpartition(".")[2],
        "entry point",
        distribution=module.__name__.split(".")[0].replace("_", "-"),
        module=module.__name__,
        path=read.path,
        adds=read.adds,
        lines=read.lines,
        faults=read.faults,
    )


def load_alone(candidate: Candidate) -> tuple[Registry, PluginRecord]:
    """A registry of the built-ins and this one plugin, and the plugin's record in it."""
    others = [c for c in discover() if c.origin == "built-in" and c.name != candidate.name]
    wanted = replace(candidate, off="") if candidate.off != "a second copy" else candidate
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        built = build_registry([*others, wanted])
    return built, next(r for r in built.plugins if r.name == candidate.name)


def _check_one(built: Registry, kind: str, pin: str, sample: str | Path | None) -> Sequence[Finding]:
    if kind == "metric":
        return check_metric(built.metric(pin), raise_on_failure=False)
    if kind == "report":
        return check_report(built.report(pin), raise_on_failure=False)
    if kind == "source":
        source = built.source(pin)
        return check_source(source, sample if _reads(source, sample) else None, raise_on_failure=False)
    return ()


def _reads(source: Source, sample: str | Path | None) -> bool:
    return sample is not None and str(sample).lower().endswith(tuple(source.extensions))


def _study_loaded(book: Notebook, built: Registry, name: str) -> None:
    """Show the plugin a small study; it may look, and must not touch."""
    import pandas as pd

    from cxkit.study import Study

    frame = pd.DataFrame({"score": [0, 7, 9, 10], "segment": ["a", "b", "a", "b"]})
    study: Any = Study(frame, nps="score", by=["segment"])
    before = len(built.faults)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        built.call("cxkit_study_loaded", fingerprint=lambda: study.data.to_csv(), study=study)
    mine = [f for f in built.faults[before:] if f.plugin == name]
    for fault in mine:
        book.write(False, f"hook:cxkit_study_loaded {fault.code}", f"{fault.message} ({fault.where})")
    if not mine:
        book.write(True, "hook:cxkit_study_loaded answers, and leaves the study as it was")
