"""Load one plugin and call its hooks, without trusting it: whatever it does becomes a fault."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
import traceback
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType, ModuleType
from typing import Any, cast

import pluggy

from cxkit.errors import CxkitError, MissingExtra
from cxkit.hooks import Specs
from cxkit.registry.candidate import Candidate, Fault, FaultCode, is_name
from cxkit.registry.plugin_source import VALUE_HOOKS, unknown_hook

__all__ = ["LIST_HOOKS", "SHAPES", "LoadedPlugin", "Manager"]

_METRIC = ("name", "on", "scale", "bounds", "unit", "better", "label", "methods", "value")
SHAPES: dict[str, tuple[str, ...]] = {
    "metric": _METRIC,
    "source": ("name", "extensions", "schemes", "options", "read"),
    "report": ("name", "notebook", "label"),
    "exporter": ("format", "export"),
    "command": ("name", "params", "invoke"),
}
LIST_HOOKS = {f"cxkit_{kind}s": kind for kind in SHAPES}
_FOUND_IN_MODULES = ("metric", "source", "report")


class Manager(pluggy.PluginManager):
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
class LoadedPlugin:
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
        for hook, kind in LIST_HOOKS.items():
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
    **{hook: f"a list of {kind}s is due, empty for none" for hook, kind in LIST_HOOKS.items()},
}


def _missing(kind: str, obj: object) -> list[str]:
    """The members that ``obj`` lacks to be of ``kind``; all, if it is a class or fails to answer."""
    if issubclass(type(obj), type):
        return list(SHAPES[kind])
    missing = []
    for member in SHAPES[kind]:
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
