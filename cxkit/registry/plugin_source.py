"""What a plugin's source says, read with ``ast``: what it adds, and the faults that need no running."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cxkit.hooks import HOOKS, Specs
from cxkit.registry.candidate import Candidate, Fault, FaultCode, is_name

__all__ = ["KINDS", "VALUE_HOOKS", "forget_specs", "read_source", "source_file", "unknown_hook"]

KINDS = ("metric", "source", "report")
VALUE_HOOKS = frozenset(n for n in HOOKS if getattr(Specs, n).__annotations__["return"] != "None")
"""The hooks that must return something; the others only act."""

_LISTS = {"cxkit_metrics", "cxkit_sources", "cxkit_reports"}
_MAKERS = re.compile(r"(source|metric|report)$", re.IGNORECASE)
_EXITS = {"sys.exit", "exit", "quit", "os._exit", "_exit"}


def read_source(candidate: Candidate) -> Candidate:
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


def forget_specs() -> None:
    """Look again for packages that were not there: they may have been installed since."""
    _spec.cache_clear()


@cache
def _spec(root: str) -> Any:
    """The spec of a top-level package: finding it imports nothing, unlike that of a submodule."""
    try:
        return find_spec(root)
    except (ImportError, ValueError, AttributeError):
        return None


def source_file(module: str) -> Path | None:
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
