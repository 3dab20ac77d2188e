"""What the plugins that are present add, loaded one by one so that none can take the kit down.

Built-ins and strangers pass through the same code. A plugin that misbehaves becomes a
:class:`~cxkit.registry.candidate.Fault` of the registry and one :class:`~cxkit.errors.PluginWarning`;
what it added before that, and everybody else's, keeps working.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pluggy

from cxkit.errors import PluginError, PluginWarning, UnknownNameError, did_you_mean
from cxkit.hooks import HOOKS, Specs
from cxkit.registry.candidate import Candidate, Fault, Origin
from cxkit.registry.discovery import clash, discover, project_root, reason_off
from cxkit.registry.loading import LIST_HOOKS, SHAPES, LoadedPlugin, Manager

if TYPE_CHECKING:
    from cxkit.protocols import Metric, Report, Source

__all__ = ["PluginRecord", "Registry", "build_registry", "registry", "reset_registry"]


@dataclass(frozen=True, slots=True)
class PluginRecord:
    """One plugin of a registry; ``off`` says why it was not loaded (empty when it was)."""

    name: str
    origin: Origin
    version: str
    distribution: str
    adds: tuple[str, ...]
    faults: tuple[Fault, ...]
    path: Path | None = None
    off: str = ""


@dataclass(frozen=True, eq=False)
class Registry:
    """Everything that plugins added, by kind and name.

    The mappings hold plain names, and ``name@owner`` where two plugins claim a plain one.
    The look-ups (:meth:`metric` and its siblings) take the pin ``name@owner`` of any object.

    Attributes
    ----------
    sources, metrics, reports, exporters, commands : read-only mapping
    plugins : tuple of PluginRecord
    """

    sources: Mapping[str, Source]
    metrics: Mapping[str, Metric]
    reports: Mapping[str, Report]
    exporters: Mapping[str, Any]
    commands: Mapping[str, Any]
    plugins: tuple[PluginRecord, ...]
    _pins: Mapping[str, Mapping[str, Any]] = field(repr=False)
    _contested: Mapping[str, Fault] = field(repr=False)
    _loaded: Mapping[str, tuple[Candidate, object]] = field(repr=False)
    _manager: pluggy.PluginManager = field(repr=False)
    _late: list[Fault] = field(default_factory=list, repr=False)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults so far: those of loading, then those of :meth:`call`."""
        return (*(f for p in self.plugins for f in p.faults), *self._late)

    def metric(self, name: str) -> Metric:
        """The metric called ``name`` or ``name@owner``."""
        return cast("Metric", self._find("metric", name))

    def source(self, name: str) -> Source:
        """The source called ``name`` or ``name@owner``."""
        return cast("Source", self._find("source", name))

    def report(self, name: str) -> Report:
        """The report called ``name`` or ``name@owner``."""
        return cast("Report", self._find("report", name))

    def _find(self, kind: str, name: str) -> object:
        names: Mapping[str, object] = getattr(self, f"{kind}s")
        if name in names:
            return names[name]
        if name in self._pins[kind]:
            return self._pins[kind][name]
        contested = self._contested.get(f"{kind}:{name}")
        if contested is not None:
            raise UnknownNameError(contested.message, hint=contested.hint, code="duplicate_name")
        base, _, owner = str(name).partition("@")
        pins = [p for p in self._pins[kind] if p.startswith(f"{base}@")]
        known = pins if owner and pins else names
        hint = did_you_mean(name, known, what=f"{kind.capitalize()}s")
        raise UnknownNameError(f"no {kind} is called {name!r}", hint=hint)

    def call(
        self, hook: str, *, fingerprint: Callable[[], object] | None = None, **arguments: Any
    ) -> list[tuple[str, Any]]:
        """Call one hook of every plugin that has it, each on its own.

        Parameters
        ----------
        hook : str
            ``"cxkit_study_loaded"``, ``"cxkit_report_finished"`` or ``"cxkit_gates_finished"``.
        fingerprint : callable, optional
            Sums up what the plugins are shown. When its answer differs after a plugin ran,
            that plugin is at fault (``mutates``).
        **arguments
            The hook's arguments. Each plugin gets its own copy of a list, set or dict.

        Returns
        -------
        list of (plugin name, result)
            Of the plugins that behaved. Those that did not are in ``faults``, and warned about.
            Empty when a plugin's own hook leads back here: a hook never runs inside itself.
        """
        if hook not in HOOKS:
            raise UnknownNameError(f"no hook is called {hook!r}", hint=did_you_mean(hook, HOOKS))
        if hook in _RUNNING.get():
            return []
        token = _RUNNING.set(_RUNNING.get() | {hook})
        try:
            return self._call_each(hook, arguments, fingerprint)
        finally:
            _RUNNING.reset(token)

    def _call_each(
        self, hook: str, arguments: Mapping[str, Any], fingerprint: Callable[[], object] | None
    ) -> list[tuple[str, Any]]:
        out, before = [], len(self._late)
        for name, (candidate, plugin) in self._loaded.items():
            caller = LoadedPlugin(self._manager, candidate, plugin)
            if not caller.has(hook):
                continue
            own = {k: v.copy() if isinstance(v, list | set | dict) else v for k, v in arguments.items()}
            copies = {k: v for k, v in own.items() if v is not arguments[k]}
            seen = fingerprint() if fingerprint else None
            ok, result = caller.call(hook, own)
            changed = [k for k, v in copies.items() if _ids(v) != _ids(arguments[k])]
            if fingerprint and fingerprint() != seen:
                changed = changed or list(arguments)
            if changed:
                text = f"{hook} changed the {' and '.join(changed)} that it was given"
                caller.fault("mutates", text, hint="work on a copy", at=caller.site(hook))
            if ok:
                out.append((name, result))
            # Hooks are called for every study: the same fault is noted once.
            self._late.extend(f for f in caller.faults if f not in self._late)
        _warn(self._late[before:])
        return out


def build_registry(
    candidates: Iterable[Candidate],
    *,
    disabled: Collection[str] = (),
    load: Collection[str] | None = None,
) -> Registry:
    """Load candidates, one by one.

    Parameters
    ----------
    candidates : iterable of Candidate
        From :func:`cxkit.registry.discovery.discover`.
    disabled : collection of str
        Plugins to list but not to load, beside those that are already marked ``off``.
    load : collection of str, optional
        The plugins to load beside the built-ins; None for all.

    Returns
    -------
    Registry
        Faults are in it, and each is one PluginWarning a process.
    """
    built = _build(candidates, disabled, load)
    _warn(built.faults)
    return built


def registry(project: Path | None = None) -> Registry:
    """The registry of the project around ``project`` (default: the working directory).

    Built once a process and project; :func:`reset_registry` forgets it.
    """
    root = project_root(project)
    key = (root, os.environ.get("CXKIT_LOAD_PLUGINS"))
    with _LOCK:
        if key not in _CACHE:
            if key in _BUILDING:
                raise PluginError(
                    "a plugin used cxkit's registry while it was itself being loaded",
                    hint="read, score and report inside functions, not at the top of the plugin",
                )
            _BUILDING.add(key)
            try:
                _CACHE[key] = _build(discover(root or project))
            finally:
                _BUILDING.discard(key)
        built = _CACHE[key]
    _warn(built.faults)
    return built


def reset_registry() -> None:
    """Forget every registry and which faults were warned about; for tests and reloads."""
    with _LOCK:
        _CACHE.clear()
        _WARNED.clear()


# Re-entrant, so that a plugin asking for the registry at import is told so, not deadlocked.
_LOCK = threading.RLock()
_CACHE: dict[tuple[Path | None, str | None], Registry] = {}
_BUILDING: set[tuple[Path | None, str | None]] = set()
_WARNED: set[Fault] = set()
_RUNNING: ContextVar[frozenset[str]] = ContextVar("cxkit_hooks_running", default=frozenset())


def _ids(values: Collection[Any]) -> list[int]:
    """Which objects a list or set holds, or a dict has: compared by identity, for == may be a frame's."""
    return [id(v) for v in (*values, *(values.values() if isinstance(values, dict) else ()))]


def _warn(faults: Iterable[Fault]) -> None:
    new = [f for f in dict.fromkeys(faults) if f not in _WARNED]
    # All are marked first: where warnings are errors, the first one must not repeat for ever.
    _WARNED.update(new)
    for fault in new:
        warnings.warn(PluginWarning(str(fault), code=fault.code), stacklevel=3)


def _build(
    candidates: Iterable[Candidate], disabled: Collection[str] = (), load: Collection[str] | None = None
) -> Registry:
    manager = Manager("cxkit")
    manager.add_hookspecs(Specs)
    records: dict[str, PluginRecord] = {}
    loaded: dict[str, tuple[Candidate, object]] = {}
    made: list[tuple[str, str, Any, Candidate]] = []
    owned: set[int] = set()
    for c in candidates:
        c = replace(c, off=c.off or reason_off(c, disabled, load))
        caller = LoadedPlugin(manager, c)
        adds: tuple[str, ...] = c.adds
        if not c.off and not c.deadly and caller.load():
            loaded[c.name] = (c, caller.plugin)
            contents = sorted(caller.contents(owned), key=lambda item: list(SHAPES).index(item[0]))
            made += [(kind, name, obj, c) for kind, name, obj in contents]
            owned.update(id(obj) for _, _, obj in contents)
            adds = (*(f"{kind}:{name}" for kind, name, _ in contents), *_hooks_of(caller))
        faults = _merge(c, caller.faults, ran=c.name in loaded)
        records[c.name] = PluginRecord(c.name, c.origin, c.version, c.distribution, adds, faults, c.path, c.off)
    return _assemble(manager, records, loaded, made)


def _hooks_of(caller: LoadedPlugin) -> list[str]:
    return [f"hook:{hook}" for hook in HOOKS if caller.has(hook)]


def _merge(candidate: Candidate, ran_into: Sequence[Fault], *, ran: bool) -> tuple[Fault, ...]:
    """Faults of loading, and those of reading that loading neither confirmed nor refuted."""
    if candidate.off:
        return candidate.open_faults
    codes = {f.code for f in ran_into}

    def unsettled(fault: Fault) -> bool:
        if fault.code in ("duplicate_plugin", "not_conforming"):
            return True
        if not ran:
            return fault.code not in {*codes, "duplicate_name"}
        # The hooks that loading calls have shown what they do; the later ones have not yet.
        return any(fault.message.startswith(f"{hook} ") for hook in HOOKS if hook not in LIST_HOOKS)

    return (*(f for f in candidate.faults if unsettled(f)), *ran_into)


def _assemble(
    manager: pluggy.PluginManager,
    records: dict[str, PluginRecord],
    loaded: Mapping[str, tuple[Candidate, object]],
    made: Sequence[tuple[str, str, Any, Candidate]],
) -> Registry:
    named: dict[str, dict[str, Any]] = {kind: {} for kind in SHAPES}
    pins: dict[str, dict[str, Any]] = {kind: {} for kind in SHAPES}
    contested: dict[str, Fault] = {}
    groups: dict[tuple[str, str], list[tuple[Any, Candidate]]] = {}
    for kind, name, obj, c in made:
        groups.setdefault((kind, name), []).append((obj, c))
        for owner in (c.owner, c.name):
            pins[kind].setdefault(f"{name}@{owner}", obj)
    for (kind, name), group in groups.items():
        owners = [c for _, c in group]
        built_in = owners[0].origin == "built-in"
        if built_in or len(group) == 1:
            named[kind][name] = group[0][0]
        item = f"{kind}:{name}"
        for obj, c in group[1 if built_in else 0 :] if len(group) > 1 else ():
            fault = clash(item, c, owners, c.lines[c.adds.index(item)] if item in c.adds else None)
            records[c.name] = replace(records[c.name], faults=(*records[c.name].faults, fault))
            contested.setdefault(item, fault)
            alone = pins[kind][f"{name}@{c.owner}"] is obj
            named[kind][f"{name}@{c.owner if alone else c.name}"] = obj
    views = {kind: MappingProxyType(objects) for kind, objects in named.items()}
    return Registry(
        sources=views["source"],
        metrics=views["metric"],
        reports=views["report"],
        exporters=views["exporter"],
        commands=views["command"],
        plugins=tuple(records.values()),
        _pins=MappingProxyType({k: MappingProxyType(v) for k, v in pins.items()}),
        _contested=MappingProxyType(contested),
        _loaded=MappingProxyType(dict(loaded)),
        _manager=manager,
    )
