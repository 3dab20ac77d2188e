"""Which plugins there are and what each says it adds, found without importing any of them.

Three origins, in this order: the built-ins (a tuple of dotted names), the entry points of the
group ``cxkit``, and the ``.py`` files of the ``plugins/`` folder beside a ``cxkit.toml``. What
a plugin adds, and much of what can be wrong with it, is read from its source with ``ast``:
listing plugins must neither run strangers' code nor pay for what it imports.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxkit.errors import ConfigError, PluginWarning, did_you_mean
from cxkit.hooks import HOOKS, Specs

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["BUILTINS", "Candidate", "Fault", "FaultCode", "Origin", "discover", "project_root", "read_file"]

Origin = Literal["built-in", "entry point", "file"]
FaultCode = Literal[
    "import_error",
    "syntax_error",
    "unknown_hook",
    "duplicate_distribution",
    "duplicate_plugin",
    "duplicate_name",
    "wrong_return",
    "hook_error",
    "exits",
    "mutates",
    "not_conforming",
]

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

KINDS = ("metric", "source", "report")
VALUE_HOOKS = frozenset(n for n in HOOKS if getattr(Specs, n).__annotations__["return"] != "None")
"""The hooks that must return something; the others only act."""

_LISTS = {"cxkit_metrics", "cxkit_sources", "cxkit_reports"}
_MAKERS = re.compile(r"(source|metric|report)$", re.IGNORECASE)
_EXITS = {"sys.exit", "exit", "quit", "os._exit", "_exit"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one plugin: what, where, and the fix."""

    code: FaultCode
    plugin: str
    message: str
    file: str | None = None
    line: int | None = None
    hint: str | None = None

    @property
    def where(self) -> str:
        """``broken.py:2``, or an empty string."""
        if not self.file:
            return ""
        name = Path(self.file).name
        return f"{name}:{self.line}" if self.line else name

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        fix = f"\n  fix: {self.hint}" if self.hint else ""
        return f"plugin {self.plugin!r}: {self.message}{where}{fix}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin as it looks from outside.

    Attributes
    ----------
    name : str
        Unique among the candidates.
    origin : {"built-in", "entry point", "file"}
    version, distribution : str
        Of the distribution that brings it; empty for a file.
    module, attribute : str
        What to import, and what to take from it (empty: the module itself).
    path : Path or None
        Its source file, when there is one.
    adds : tuple of str
        ``"metric:nps"``, ``"source:csv"``, ``"hook:cxkit_study_loaded"`` ...
    lines : tuple of int
        The line of each item of ``adds``.
    borrowed : tuple of str
        Names that its module imports from other packages: what they hold is not its own.
    faults : tuple of Fault
    off : str
        Why it will not be loaded; empty when it will.
    """

    name: str
    origin: Origin
    version: str = ""
    distribution: str = ""
    module: str = ""
    attribute: str = ""
    path: Path | None = None
    adds: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    borrowed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    off: str = ""

    @property
    def owner(self) -> str:
        """What follows the ``@`` of a pin: the distribution, or the file's stem."""
        return self.path.stem if self.origin == "file" and self.path else self.distribution

    @property
    def open_faults(self) -> tuple[Fault, ...]:
        """The faults that matter now: a plugin that is switched off harms nobody."""
        return self.faults if not self.off or self.off == "a second copy" else ()

    @property
    def deadly(self) -> bool:
        """Whether loading it would end the process: ``os._exit`` cannot be caught."""
        return any(f.code == "exits" and "_exit" in f.message for f in self.faults)


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
    _spec.cache_clear()  # what was missing may have been installed since
    root = project_root(project)
    found = [*_builtins(), *_entry_points(), *(_drop_ins(root) if root else ())]
    found = _switch_off(_name_once(found), root)
    return tuple(_clashes([_read(c) for c in found]))


def project_root(start: Path | None = None) -> Path | None:
    """The nearest folder, from ``start`` upwards, that holds a ``cxkit.toml``."""
    here = Path(start or ".").resolve()
    for folder in (here, *here.parents):
        if (folder / "cxkit.toml").is_file():
            return folder
    return None


def read_file(path: Path) -> Candidate:
    """Describe one ``.py`` file as the drop-in that it would be."""
    return _read(Candidate(path.stem, "file", module=path.stem, path=path.resolve()))


# Who is there ------------------------------------------------------------------------------


def _builtins() -> Iterator[Candidate]:
    version = getattr(sys.modules["cxkit"], "__version__", "")
    for dotted in BUILTINS:
        name = dotted.removesuffix(".builtin").rpartition(".")[2]
        yield Candidate(name, "built-in", version, "cxkit", dotted, path=_source(dotted))


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
                _source(point.module),
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


@cache
def _spec(root: str) -> Any:
    """The spec of a top-level package: finding it imports nothing, unlike that of a submodule."""
    try:
        return find_spec(root)
    except (ImportError, ValueError, AttributeError):
        return None


def _source(module: str) -> Path | None:
    """The source file of a module, by walking down from its root package by hand."""
    root, *rest = module.split(".")
    spec = _spec(root)
    if spec is None:
        return None
    if not rest:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for folder in spec.submodule_search_locations or ():
        stem = Path(folder, *rest)
        for path in (stem / "__init__.py", stem.with_name(stem.name + ".py")):
            if path.is_file():
                return path
    return None


def _compiled(module: str) -> bool:
    """Whether a module is there without Python source: an extension, a zip, a namespace."""
    from importlib.machinery import all_suffixes

    root, *rest = module.split(".")
    folders = _spec(root).submodule_search_locations or ()
    if not rest or not all(Path(folder).is_dir() for folder in folders):
        return True
    stems = [Path(folder, *rest) for folder in folders]
    return any(s.is_dir() or s.with_name(s.name + end).is_file() for s in stems for end in all_suffixes())


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


# What a source file says -------------------------------------------------------------------


def _read(candidate: Candidate) -> Candidate:
    """Add what the candidate's source shows: contents, and the faults that need no running."""
    if candidate.off == "a second copy":
        return candidate
    if candidate.path is None:
        if _spec(candidate.module.split(".")[0]) is not None and _compiled(candidate.module):
            return candidate
        hint = f"pip install --force-reinstall {candidate.distribution}"
        fault = Fault("import_error", candidate.name, _absent(candidate.module), hint=hint)
        return replace(candidate, faults=(*candidate.faults, fault))
    try:
        tree = ast.parse(candidate.path.read_bytes(), str(candidate.path))
    except (SyntaxError, ValueError, OSError) as error:
        text = f"{type(error).__name__}: {getattr(error, 'msg', error)}"
        line = getattr(error, "lineno", None)
        fault = Fault("syntax_error", candidate.name, text, str(candidate.path), line)
        return replace(candidate, faults=(*candidate.faults, fault))
    reader = _Reader(candidate)
    reader.module(tree)
    # By kind, then as they stand; hooks in the order of the contract, as the registry lists them.
    order = {kind: n for n, kind in enumerate((*KINDS, *(f"hook:{hook}" for hook in HOOKS)))}
    items = sorted(reader.adds.items(), key=lambda i: order.get(i[0], order.get(i[0].partition(":")[0], -1)))
    return replace(
        candidate,
        adds=tuple(name for name, _ in items),
        lines=tuple(line for _, line in items),
        borrowed=tuple(sorted(reader.borrowed)),
        faults=(*candidate.faults, *reader.faults),
    )


def _absent(module: str) -> str:
    return f"ModuleNotFoundError: No module named {module!r}"


class _Reader:
    """Walks the top level of one module."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.adds: dict[str, int] = {}
        self.borrowed: set[str] = set()
        self.functions: set[str] = set()
        self.faults: list[Fault] = []

    def fault(self, code: FaultCode, node: ast.AST, message: str, hint: str | None = None) -> None:
        line = getattr(node, "lineno", None)
        self.faults.append(Fault(code, self.candidate.name, message, str(self.candidate.path), line, hint))

    def module(self, tree: ast.Module) -> None:
        ends = _ending(tree.body)
        self.functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        for node in tree.body:
            if node is ends:
                code: FaultCode = "exits" if _called(node) else "import_error"
                self.fault(code, node, f"always runs at import: {ast.unparse(node)}", "remove it")
                return
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.function(node)
            elif isinstance(node, ast.ClassDef):
                for item in node.body:
                    if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                        self.function(item)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                self.made(node.value, target.id.lower() if isinstance(target, ast.Name) else "")

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.ImportFrom) and node.level:
            return
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        own = self.candidate.module.split(".")[0]
        for name in names:
            root = name.split(".")[0]
            if root != own or self.candidate.origin == "file":
                self.borrowed.update(a.asname or a.name.split(".")[0] for a in node.names)
            if root not in sys.stdlib_module_names and root not in sys.modules and _spec(root) is None:
                self.fault("import_error", node, _absent(root), f"pip install {root}")

    def made(self, value: ast.expr, target: str = "") -> None:
        """Record ``x = linear_metric("x", ...)``, also inside a tuple, list or dict."""
        if isinstance(value, ast.Tuple | ast.List | ast.Set | ast.Dict):
            for item in value.values if isinstance(value, ast.Dict) else value.elts:
                self.made(item)
        elif isinstance(value, ast.Call):
            kind = _MAKERS.search(_last(value.func))
            if kind:
                # A function of this module may know the name itself: NPS = nps_metric().
                own = target if _last(value.func) in self.functions else ""
                self.add(kind.group(1).lower(), value, own)

    def add(self, kind: str, call: ast.Call, otherwise: str = "") -> None:
        given = [k.value for k in call.keywords if k.arg == "name"] + call.args[:1]
        name = getattr(given[0], "value", None) if given else None
        name = name if isinstance(name, str) and is_name(name) else otherwise
        if name:
            self.adds.setdefault(f"{kind}:{name}", call.lineno)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        hook, options = (node.name if node.name.startswith("cxkit_") else ""), {}
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            last = _last(call.func if call else decorator)
            if call and last in KINDS:
                self.add(last, call)
            elif last == "hookimpl":
                options = {k.arg: getattr(k.value, "value", None) for k in call.keywords} if call else {}
                hook = str(options.get("specname") or node.name)
        if hook:
            self.hook(hook, node, options)

    def hook(self, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, options: dict[str | None, Any]) -> None:
        if name not in HOOKS:
            if not options.get("optionalhook"):
                self.fault("unknown_hook", node, *unknown_hook(name))
            return
        self.adds.setdefault(f"hook:{name}", node.lineno)
        if name in _LISTS:
            for value in _returned(node):
                self.made(value)
        unknown = [a.arg for a in node.args.args if a.arg not in (*_arguments(name), "self")]
        if unknown:
            text = f"{name} asks for {', '.join(unknown)}, which it is not given"
            self.fault("not_conforming", node, text, f"def {name}({', '.join(_arguments(name))})")
        self.outcome(name, node)

    def outcome(self, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What calling the hook is bound to end in, if that is a fault."""
        due = "return a list or a tuple" if name in VALUE_HOOKS else "use a plain function"
        ends, values = _ending(node.body), _returned(node)
        if isinstance(node, ast.AsyncFunctionDef):
            self.fault("wrong_return", node, f"{name} is async: it returns a coroutine", due)
        elif any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own_nodes(node)):
            self.fault("wrong_return", node, f"{name} is a generator, and its body never runs", due)
        elif ends is not None and _called(ends):
            self.fault("exits", ends, f"{name} calls {_called(ends)}()", "raise an exception instead")
        elif ends is not None:
            self.fault("hook_error", ends, f"{name} always raises: {ast.unparse(ends)}")
        elif name in VALUE_HOOKS and not values:
            self.fault("wrong_return", node, f"{name} returns None", due)
        for value in values if name in VALUE_HOOKS else ():
            if isinstance(value, ast.Constant | ast.JoinedStr | ast.Dict | ast.Set):
                self.fault("wrong_return", value, f"{name} returns {ast.unparse(value)}", due)
            elif isinstance(value, ast.List | ast.Tuple) and name != "cxkit_study_loaded":
                for n, item in enumerate(value.elts, start=1):
                    if isinstance(item, ast.Constant | ast.JoinedStr):
                        self.fault("wrong_return", item, f"item {n} of {name} is {ast.unparse(item)}")


def _arguments(hook: str) -> tuple[str, ...]:
    code = getattr(Specs, hook).__code__
    return tuple(code.co_varnames[1 : code.co_argcount])


def is_name(name: str) -> bool:
    """Whether people can type ``name``, and a pin can follow it: a lower-case word."""
    plain = name.replace("_", "").replace("-", "")
    return plain.isalnum() and name == name.lower() and name[0].isalpha()


def unknown_hook(name: str) -> tuple[str, str]:
    """Message and hint for a hook that does not exist."""
    import difflib

    near = difflib.get_close_matches(name, HOOKS, n=1, cutoff=0.5)
    guess = f". Did you mean {near[0]!r}?" if near else ""
    return f"unknown hook {name!r}{guess}", "hooks: " + ", ".join(HOOKS)


def _last(node: ast.expr) -> str:
    """The last part of a dotted name: ``metric`` for ``cx.metric``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _called(node: ast.stmt) -> str:
    """The name of the exit function that a statement calls, or of the exception that exits, if any."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        name = ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        return name if name == "SystemExit" else ""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = ast.unparse(node.value.func)
        return name if name in _EXITS else ""
    return ""


def _ending(body: Sequence[ast.stmt]) -> ast.stmt | None:
    """The first statement that raises or exits whatever happens, if none returns before it."""
    for node in body:
        if isinstance(node, ast.Return):
            return None
        if isinstance(node, ast.Raise) or _called(node):
            return node
    return None


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, those of functions inside it left out."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield node
            yield from _own_nodes(node)


def _returned(function: ast.AST) -> list[ast.expr]:
    values = [n.value for n in _own_nodes(function) if isinstance(n, ast.Return)]
    return [v for v in values if v is not None and not (isinstance(v, ast.Constant) and v.value is None)]
