"""What a report must be: a notebook whose parameters can be read without running it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxkit.registry.candidate import is_name
from cxkit.testing.findings import Finding, Notebook

if TYPE_CHECKING:
    from cxkit.protocols import Report

__all__ = ["check_report"]

REQUIRED = ("source", "lang")
"""The parameters that every report takes: what to read, and for whom to write."""


def check_report(report: Report, *, raise_on_failure: bool = True) -> tuple[Finding, ...]:
    """Check a report's notebook and its parameter contract.

    Parameters
    ----------
    report : Report
        What ``@cx.report`` made, or any object of that shape.
    raise_on_failure : bool
        Give False to look at the findings instead.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    ConformanceError
        Listing all that failed.
    """
    book = Notebook(f"report:{getattr(report, 'name', '?')}")
    with book.step("has the members of a report"):
        book.write(is_name(report.name), "name is a lower-case word", repr(report.name))
        label = dict(report.label)
        text = all(isinstance(v, str) and v.strip() for v in label.values())
        book.write("en" in label and text, "label has English text", repr(report.label))
        path = Path(report.notebook)
        if book.write(path.is_file(), "its notebook exists", str(path)):
            with book.step("notebook is valid nbformat 4"):
                _notebook(book, path)
    return book.close(raise_on_failure=raise_on_failure)


def _notebook(book: Notebook, path: Path) -> None:
    import nbformat

    notebook: Any = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    version = f"nbformat {notebook.nbformat}"
    book.write(notebook.nbformat == 4, "notebook is valid nbformat 4", version)
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    one = len(tagged) == 1 and tagged[0].cell_type == "code"
    if not book.write(one, "one code cell is tagged parameters", f"{len(tagged)} are"):
        return
    declared, wrong = _parameters(tagged[0].source)
    book.write(not wrong, "parameters are annotated, with literal defaults", "; ".join(wrong))
    missing = [name for name in REQUIRED if name not in declared]
    book.write(not missing, f"declares {' and '.join(REQUIRED)}", f"no {', '.join(missing)}")


def _parameters(code: str) -> tuple[set[str], list[str]]:
    """Names that the cell declares, and the statements that declare none."""
    declared: set[str] = set()
    wrong: list[str] = []
    for node in ast.parse(code).body:
        text = ast.unparse(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "typing":
            continue
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            declared.add(node.target.id)
            try:
                ast.literal_eval(node.value)
            except ValueError:
                wrong.append(f"{text} (no literal)")
        else:
            wrong.append(f"{text} (not `name: type = value`)")
    return declared, wrong
