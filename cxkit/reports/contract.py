"""The typed contract of a report: read from its ``parameters`` cell, held against every value.

The cell is parsed, never executed, and all is settled before a kernel starts. papermill alone
takes an unknown name with one log line and exit 0, executes code in a parameter *name*, and
ignores the annotations.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from cxkit.errors import ParameterError, did_you_mean

__all__ = ["Contract", "Parameter", "read_contract"]

#: What an annotation may be built from: all of it can be written into a notebook as it is.
_TYPES: dict[str, Any] = {
    "str": str, "int": int, "float": float, "bool": bool, "None": None,
    "list": list, "dict": dict, "Literal": Literal,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: name, type as written, default and the comment behind it."""

    name: str
    type: str
    default: Any
    help: str
    annotation: Any

    @property
    def required(self) -> bool:
        """Never: every parameter of a notebook has a default."""
        return False


@dataclass(frozen=True, slots=True)
class Contract:
    """The parameters of one notebook, and what its metadata ``cxkit`` says of it.

    Attributes
    ----------
    needs : tuple of str
        The roles of which it needs one.
    needs_all : tuple of str
        The roles that it cannot do without.
    crossed : bool
        Whether it shows groupings by period, so that a run can tell what its pages give away.
    """

    notebook: str
    parameters: tuple[Parameter, ...]
    needs: tuple[str, ...] = ()
    crossed: bool = False
    needs_all: tuple[str, ...] = ()

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The given values, converted to their types.

        Parameters
        ----------
        given : mapping
            Name -> a value, or the text of one from the command line.

        Raises
        ------
        ParameterError
            Naming every unknown name and every value that does not fit.
        """
        known = {p.name: p for p in self.parameters}
        out, faults, hints = {}, [], []
        for name, value in given.items():
            if name not in known:
                faults.append(f"report {self.notebook!r} has no parameter {_quoted(name)}")
                hints.append(did_you_mean(str(name), known, what="Parameters"))
                continue
            try:
                out[name] = _fitted(known[name], value)
            except ValueError as exc:
                faults.append(f"{name}={value!r}: {exc}")
                hints.append(f"{name} is {known[name].type}" + (f": {known[name].help}" if known[name].help else ""))
        if faults:
            raise ParameterError("; ".join(faults), hint="; ".join(dict.fromkeys(hints)))
        return out


def read_contract(notebook: Path) -> Contract:
    """Read the parameters of a notebook without running it.

    Raises
    ------
    ParameterError
        Not a notebook, no cell tagged ``parameters`` or several, or a cell that is more than
        annotated assignments with literal defaults.
    """
    content = _content(notebook)
    cells = [c for c in content["cells"] if "parameters" in _tags(c)]
    if len(cells) != 1:
        raise ParameterError(
            f"{len(cells)} cells are tagged 'parameters'; a report has one",
            file=notebook.name,
            code="no_parameters_cell" if not cells else "parameters_cells",
            hint="tag the cell that holds the defaults 'parameters' (JupyterLab: property inspector, Cell Tags)",
        )
    text = _source(cells[0], notebook.name)
    try:
        tree = ast.parse(text)
    except SyntaxError as exc:
        raise ParameterError(
            f"the parameters cell does not parse: {exc.msg} (line {exc.lineno})",
            file=notebook.name,
            hint="one assignment a line: min_n: int = 30",
        ) from None
    lines = text.splitlines()
    found = [p for node in tree.body if (p := _parameter(node, lines, notebook.name)) is not None]
    said = (content.get("metadata") or {}).get("cxkit") or {}
    return Contract(
        notebook.stem,
        tuple(found),
        needs=tuple(said.get("needs") or []),
        crossed=bool(said.get("crossed")),
        needs_all=tuple(said.get("needs_all") or []),
    )


def _content(notebook: Path) -> dict[str, Any]:
    import json

    try:
        content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
        if not all(isinstance(cell, dict) for cell in content["cells"]):
            raise TypeError("cells are objects")
        return content
    except FileNotFoundError:
        raise ParameterError(f"no notebook {notebook.name!r}", hint="check the report's path") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ParameterError(
            "not a Jupyter notebook (format 4)", file=notebook.name, hint="save it again from JupyterLab"
        ) from None


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return (cell.get("metadata") or {}).get("tags") or []


def _source(cell: Mapping[str, Any], file: str) -> str:
    text = cell.get("source")
    if isinstance(text, str):
        return text
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    raise ParameterError("the parameters cell holds no text", file=file, hint="save the notebook again from JupyterLab")


def _parameter(node: ast.stmt, lines: Sequence[str], file: str) -> Parameter | None:
    if isinstance(node, ast.ImportFrom) and node.module == "typing":
        return None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return None
    target, annotation, value = _parts(node)
    if target is None or value is None:
        raise ParameterError(
            f"line {node.lineno} of the parameters cell is no parameter: {lines[node.lineno - 1].strip()}",
            file=file,
            hint="only assignments with plain defaults: min_n: int = 30  # help",
        )
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError):
        raise ParameterError(
            f"the default of {target!r} is computed", file=file, hint="write a plain value: text, number, list, dict"
        ) from None
    text = ast.unparse(annotation) if annotation is not None else type(default).__name__
    # Offsets count bytes of UTF-8.
    rest = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset or 0 :].decode()
    comment = rest.partition("#")[2].strip()
    kind = _resolve(annotation, file) if annotation is not None else type(default)
    return Parameter(target, text, default, comment, kind)


def _parts(node: ast.stmt) -> tuple[str | None, ast.expr | None, ast.expr | None]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.annotation, node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, None, node.value
    return None, None, None


def _resolve(node: ast.expr, file: str) -> Any:
    """The type behind an annotation, from our short list of names; nothing is evaluated."""
    try:
        return _resolved(node, file)
    except (ValueError, TypeError):
        raise _no_type(node, file) from None


def _resolved(node: ast.expr, file: str) -> Any:
    match node:
        case ast.Name(id=name) if name in _TYPES:
            return _TYPES[name]
        case ast.Constant(value=None):
            return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _resolve(left, file) | _resolve(right, file)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            choices = [ast.literal_eval(e) for e in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
            return Literal[tuple(choices)]
        case ast.Subscript(value=ast.Name(id="list" | "dict" as name), slice=inner):
            parts = [_resolve(e, file) for e in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
            return _TYPES[name][tuple(parts) if len(parts) > 1 else parts[0]]
    raise _no_type(node, file)


def _no_type(node: ast.expr, file: str) -> ParameterError:
    return ParameterError(
        f"the type {ast.unparse(node)!r} is not one that a parameter can have",
        file=file,
        hint=f"built from {', '.join(_TYPES)}",
    )


def _fitted(parameter: Parameter, value: Any) -> Any:
    """``value`` as the parameter's type; ValueError says why not."""
    from pydantic import TypeAdapter, ValidationError

    if not parameter.name.isidentifier() or keyword.iskeyword(parameter.name):
        raise ValueError("is no name for a variable")
    value = _from_text(parameter, value)
    try:
        fitted = TypeAdapter(parameter.annotation).validate_python(value)
    except ValidationError as exc:
        raise ValueError(exc.errors()[0]["msg"]) from None
    _refuse_odd(fitted)
    return fitted


def _from_text(parameter: Parameter, value: Any) -> Any:
    """Command-line texts of a list (repeated) or a dict (``key=value``) as such."""
    texts = [value] if isinstance(value, str) else value
    if parameter.type.startswith("list"):
        return [t for t in texts if t != ""] if isinstance(texts, (list, tuple)) else texts
    if (
        parameter.type.startswith("dict")
        and isinstance(texts, (list, tuple))
        and all(isinstance(t, str) for t in texts)
    ):
        pairs = [t.partition("=") for t in texts if t]
        if not all(sep for _, sep, _ in pairs):
            raise ValueError(f"give it as -p {parameter.name}=KEY=VALUE")
        return {k.strip(): v.strip() for k, _, v in pairs}
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return value[0]
    if isinstance(value, (list, tuple)):
        raise ValueError("given several times")
    if isinstance(value, str) and get_origin(parameter.annotation) is Literal:
        # A choice of numbers, typed on a command line.
        return next((choice for choice in get_args(parameter.annotation) if str(choice) == value), value)
    return value


def _refuse_odd(value: Any) -> None:
    """What a notebook file cannot hold: JupyterLab does not open one with NaN in it."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("holds a broken character (lone surrogate)") from None
    items = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        _refuse_odd(item)


def _quoted(name: object) -> str:
    text = str(name)
    return repr(text if len(text) <= 60 else text[:57] + "...")
