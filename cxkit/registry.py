"""What the plugins that are present add, loaded one by one so that none can take the kit down.

Built-ins and strangers pass through the same code. A plugin that misbehaves becomes a
:class:`~cxkit.discovery.Fault` of the registry and one :class:`~cxkit.errors.PluginWarning`;
what it added before that, and everybody else's, keeps working.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
import threading
import traceback
import warnings
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import (
    AsyncGeneratorType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MappingProxyType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any, cast

import pluggy

from cxkit.discovery import (
    VALUE_HOOKS,
    Candidate,
    Fault,
    FaultCode,
    Origin,
    clash,
    discover,
    is_name,
    project_root,
    reason_off,
    unknown_hook,
)
from cxkit.errors import CxkitError, MissingExtra, PluginError, PluginWarning, UnknownNameError, did_you_mean
from cxkit.hooks import HOOKS, Specs

if TYPE_CHECKING:
    from cxkit.protocols import Metric, Report, Source

__all__ = ["PluginRecord", "Registry", "build_registry", "registry", "reset_registry"]

_METRIC = ("name", "on", "scale", "bounds", "unit", "better", "label", "methods", "value")
_SHAPES: dict[str, tuple[str, ...]] = {
    "metric": _METRIC,
    "source": ("name", "extensions", "schemes", "options", "read"),
    "report": ("name", "notebook", "label"),
    "exporter": ("format", "export"),
    "command": ("name", "params", "invoke"),
}
_LIST_HOOKS = {f"cxkit_{kind}s": kind for kind in _SHAPES}
_FOUND_IN_MODULES = ("metric", "source", "report")


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
            caller = _Caller(self._manager, candidate, plugin)
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
        From :func:`cxkit.discovery.discover`.
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


# One plugin --------------------------------------------------------------------------------


class _Manager(pluggy.PluginManager):
    """Takes ``cxkit_*`` functions without ``@hookimpl`` too: pluggy would skip them in silence."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        # By type(): pluggy asks isinstance, at which a proxy among a module's globals may raise.
        if isinstance(plugin, ModuleType) and type(vars(plugin).get(name)) is not FunctionType:
            return None
        options = super().parse_hookimpl_opts(plugin, name)
        if options is not None or not name.startswith("cxkit_"):
            return options
        function = getattr(plugin, name, None)
        function = getattr(function, "__func__", function)
        home = plugin.__name__ if isinstance(plugin, ModuleType) else None
        own = isinstance(function, FunctionType) and function.__module__ != Specs.__module__
        return {} if own and home in (None, function.__module__) else None


@dataclass(slots=True)
class _Caller:
    """One plugin, its faults, and how to call it without trusting it."""

    manager: pluggy.PluginManager
    candidate: Candidate
    plugin: object = None
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self,
        code: FaultCode,
        message: str,
        *,
        hint: str | None = None,
        at: tuple[str | None, int | None] = (None, None),
    ) -> None:
        self.faults.append(Fault(code, self.candidate.name, message, *at, hint))

    def load(self) -> bool:
        """Import the plugin and register its hooks."""
        try:
            with _noise_to_stderr(self.candidate):
                self.plugin = _import(self.candidate)
            self._register()
        except KeyboardInterrupt:
            raise
        except pluggy.PluginValidationError as error:
            # What was read from the source says it better, where it says it.
            if not any(f.code == "not_conforming" for f in self.candidate.faults):
                lines = [line.strip() for line in str(error).splitlines() if line.strip()]
                self.fault("not_conforming", " ".join(lines[1:]) or lines[0], at=self._file())
        except SyntaxError as error:
            at = (error.filename, error.lineno)
            self.fault("syntax_error", f"{type(error).__name__}: {error.msg}", at=at)
        except BaseException as error:
            self._raised("import_error", "at import", error)
        if self.plugin is None:
            return False
        for caller in self.manager.get_hookcallers(self.plugin) or ():
            self._check_hook(caller)
        return True

    def _register(self) -> None:
        if self.plugin is None or self.manager.is_registered(self.plugin):
            why = "is None" if self.plugin is None else "is a plugin already, under another name"
            text = f"{self.candidate.module}:{self.candidate.attribute}".rstrip(":")
            self.fault("not_conforming", f"its entry point {text} {why}", at=self._file())
            self.plugin = None
            return
        self.manager.register(self.plugin, self.candidate.name)

    def _check_hook(self, caller: Any) -> None:
        # What pluggy's check_pending does, for this plugin only and for every name.
        for impl in caller.get_hookimpls():
            if impl.plugin is not self.plugin:
                continue
            at = _function_site(impl.function)
            if impl.wrapper or impl.hookwrapper:
                text = f"{caller.name} is a wrapper, and hooks are called one plugin at a time"
                self.fault("not_conforming", text, hint="use a plain hook", at=at)
            elif not caller.has_spec() and not impl.optionalhook:
                message, hint = unknown_hook(caller.name)
                self.fault("unknown_hook", message, hint=hint, at=at)

    def has(self, hook: str) -> bool:
        return self._impl(hook) is not None

    def _impl(self, hook: str) -> Any:
        impls = getattr(self.manager.hook, hook).get_hookimpls()
        plain = [i for i in impls if i.plugin is self.plugin and not (i.wrapper or i.hookwrapper)]
        return plain[0] if plain else None

    def site(self, hook: str) -> tuple[str | None, int | None]:
        """File and line of the plugin's function for a hook."""
        candidate = self.candidate
        if f"hook:{hook}" in candidate.adds and candidate.path:
            return str(candidate.path), candidate.lines[candidate.adds.index(f"hook:{hook}")]
        return _function_site(self._impl(hook).function)

    def _file(self) -> tuple[str | None, int | None]:
        return (str(self.candidate.path) if self.candidate.path else None, None)

    def call(self, hook: str, arguments: Mapping[str, Any]) -> tuple[bool, Any]:
        """Whether the hook of this plugin behaved, and what it returned."""
        others = [p for p in self.manager.get_plugins() if p is not self.plugin]
        caller = self.manager.subset_hook_caller(hook, others)
        try:
            with _noise_to_stderr(self.candidate):
                results = caller(**arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._raised("hook_error", f"in {hook}", error)
            return False, None
        # pluggy drops None, so no result means that None was returned.
        return self._judge(hook, results[0] if results else None)

    def _judge(self, hook: str, result: Any) -> tuple[bool, Any]:
        got, due = "", _DUE.get(hook, "a plain function is due")
        if isinstance(result, GeneratorType | CoroutineType):
            got = "a coroutine" if isinstance(result, CoroutineType) else "a generator"
            with contextlib.suppress(Exception):
                result.close()
        elif isinstance(result, AsyncGeneratorType):
            got = "an async generator"
        elif hook in VALUE_HOOKS and not isinstance(result, list | tuple):
            got = "None" if result is None else f"{_short(result)} ({type(result).__name__})"
        elif hook == "cxkit_study_loaded" and not all(isinstance(remark, str) for remark in result):
            got = _short(result)
        if not got:
            return True, tuple(result) if isinstance(result, list) else result
        self.fault("wrong_return", f"{hook} returned {got}; {due}", at=self.site(hook))
        return False, None

    def _raised(self, code: FaultCode, when: str, error: BaseException) -> None:
        at = _raise_site(error, self.candidate)
        if isinstance(error, SystemExit):
            hint = "raise an exception instead"
            self.fault("exits", f"sys.exit({error.code!r}) {when}", hint=hint, at=at)
            return
        remedy = error.hint if isinstance(error, CxkitError) else None
        if isinstance(error, ModuleNotFoundError) and error.name and not isinstance(error, MissingExtra):
            remedy = f"pip install {error.name.partition('.')[0]}"
            if error.name == self.candidate.module:
                remedy = f"pip install --force-reinstall {self.candidate.distribution}"
                at = self._file()
        text = error.what if isinstance(error, CxkitError) else _short(error, str)
        text = f"{type(error).__name__}: {text}" + (f" ({when})" if code == "hook_error" else "")
        self.fault(code, text, hint=remedy, at=at)

    def contents(self, owned: Collection[int]) -> list[tuple[str, str, Any]]:
        """(kind, name, object) of all that the plugin adds, its own objects only."""
        out: list[tuple[str, str, Any]] = []
        seen: set[int] = set()
        for obj in self._own_objects():
            for kind in _FOUND_IN_MODULES:
                if id(obj) not in owned and id(obj) not in seen and self._take(kind, obj, out, quiet=True):
                    seen.add(id(obj))
        for hook, kind in _LIST_HOOKS.items():
            if not self.has(hook):
                continue
            ok, result = self.call(hook, {})
            for n, obj in enumerate(result if ok else (), start=1):
                if id(obj) in owned:
                    self.fault("wrong_return", f"item {n} of {hook} belongs to another plugin", at=self.site(hook))
                elif id(obj) not in seen and self._take(kind, obj, out, quiet=False, what=f"item {n} of {hook}"):
                    seen.add(id(obj))
        return out

    def _own_objects(self) -> Iterator[object]:
        if not isinstance(self.plugin, ModuleType):
            yield self.plugin
            return
        for name, obj in list(vars(self.plugin).items()):
            # type(obj), for isinstance asks obj.__class__, and a proxy may raise there.
            plain = not issubclass(type(obj), type | ModuleType | FunctionType)
            if plain and name not in self.candidate.borrowed:
                yield from obj if type(obj) in (list, tuple) else (obj,)

    def _take(self, kind: str, obj: object, out: list[tuple[str, str, Any]], *, quiet: bool, what: str = "") -> bool:
        missing = _missing(kind, obj)
        if missing:
            # In a module's globals only a near miss is worth a word: most objects are no plugin's.
            if not quiet or (kind != "report" and len(missing) == 1):
                text = f"{what or _short(obj)} is no {kind}: it has no {', '.join(missing)}"
                self.fault("not_conforming" if quiet else "wrong_return", text, at=self._file())
            return False
        name = getattr(obj, "format" if kind == "exporter" else "name")
        if not isinstance(name, str) or not is_name(name):
            text = f"{kind} is called {_short(name)}, which is no lower-case word"
            self.fault("not_conforming", text, at=self._file())
            return False
        if any(k == kind and n == name for k, n, _ in out):
            self.fault("duplicate_name", f"{kind} {name!r} is defined twice here; the first is kept", at=self._file())
            return False
        out.append((kind, name, obj))
        return True


_DUE = {
    "cxkit_study_loaded": "a list of remarks is due, empty for none",
    **{hook: f"a list of {kind}s is due, empty for none" for hook, kind in _LIST_HOOKS.items()},
}


def _missing(kind: str, obj: object) -> list[str]:
    """The members that ``obj`` lacks to be of ``kind``; all, if it is a class or fails to answer."""
    if issubclass(type(obj), type):
        return list(_SHAPES[kind])
    missing = []
    for member in _SHAPES[kind]:
        try:
            value = getattr(obj, member)
        except Exception:
            missing.append(member)
            continue
        if member in ("read", "value", "export", "invoke") and not callable(value):
            missing.append(member)
    if kind == "metric" and missing == ["value"] and callable(getattr(obj, "estimate", None)):
        return []
    return missing


def _short(value: object, text: Callable[[Any], str] = repr) -> str:
    """A one-line text of a stranger's object, whose own repr may itself raise."""
    try:
        shown = " ".join(text(value).split())
    except Exception:
        shown = f"<{type(value).__name__}>"
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _function_site(function: Any) -> tuple[str | None, int | None]:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else (None, None)


def _raise_site(error: BaseException, candidate: Candidate) -> tuple[str | None, int | None]:
    """The deepest frame in the plugin's own file, or else in any file but this one."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    real = [f for f in frames if not f.filename.startswith("<frozen") and f.filename != importlib.__file__]
    own = [f for f in real if candidate.path and Path(f.filename) == candidate.path]
    if not real:
        return (str(candidate.path) if candidate.path else None, None)
    last = (own or real)[-1]
    return last.filename, last.lineno


def _import(candidate: Candidate) -> object:
    if candidate.origin != "file":
        found: object = importlib.import_module(candidate.module)
        for part in filter(None, candidate.attribute.split(".")):
            found = getattr(found, part)
        return found() if isinstance(found, type) else found
    path = cast(Path, candidate.path)
    # Two projects may each have a plugins/crm.py: the name in sys.modules tells them apart.
    name = f"cxkit_dropin_{path.stem}_{zlib.crc32(str(path).encode()):08x}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextlib.contextmanager
def _noise_to_stderr(candidate: Candidate) -> Iterator[None]:
    """Keep what a stranger prints, also below Python, out of the output that programs read."""
    if candidate.origin == "built-in":
        yield
        return
    with contextlib.ExitStack() as stack:
        _flush()
        with contextlib.suppress(OSError):
            saved = os.dup(1)
            stack.callback(os.close, saved)
            os.dup2(2, 1)
            stack.callback(os.dup2, saved, 1)
        stack.callback(_flush)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


def _flush() -> None:
    for stream in (sys.stdout, sys.__stdout__):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()  # type: ignore[union-attr]


# All of them -------------------------------------------------------------------------------


def _build(
    candidates: Iterable[Candidate], disabled: Collection[str] = (), load: Collection[str] | None = None
) -> Registry:
    manager = _Manager("cxkit")
    manager.add_hookspecs(Specs)
    records: dict[str, PluginRecord] = {}
    loaded: dict[str, tuple[Candidate, object]] = {}
    made: list[tuple[str, str, Any, Candidate]] = []
    owned: set[int] = set()
    for c in candidates:
        c = replace(c, off=c.off or reason_off(c, disabled, load))
        caller = _Caller(manager, c)
        adds: tuple[str, ...] = c.adds
        if not c.off and not c.deadly and caller.load():
            loaded[c.name] = (c, caller.plugin)
            contents = sorted(caller.contents(owned), key=lambda item: list(_SHAPES).index(item[0]))
            made += [(kind, name, obj, c) for kind, name, obj in contents]
            owned.update(id(obj) for _, _, obj in contents)
            adds = (*(f"{kind}:{name}" for kind, name, _ in contents), *_hooks_of(caller))
        faults = _merge(c, caller.faults, ran=c.name in loaded)
        records[c.name] = PluginRecord(c.name, c.origin, c.version, c.distribution, adds, faults, c.path, c.off)
    return _assemble(manager, records, loaded, made)


def _hooks_of(caller: _Caller) -> list[str]:
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
        return any(fault.message.startswith(f"{hook} ") for hook in HOOKS if hook not in _LIST_HOOKS)

    return (*(f for f in candidate.faults if unsettled(f)), *ran_into)


def _assemble(
    manager: pluggy.PluginManager,
    records: dict[str, PluginRecord],
    loaded: Mapping[str, tuple[Candidate, object]],
    made: Sequence[tuple[str, str, Any, Candidate]],
) -> Registry:
    named: dict[str, dict[str, Any]] = {kind: {} for kind in _SHAPES}
    pins: dict[str, dict[str, Any]] = {kind: {} for kind in _SHAPES}
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
