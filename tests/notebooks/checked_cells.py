"""Fail a notebook whose checked cells were never run: nbval passes such a one without a word.

Usage: ``python checked_cells.py NOTEBOOK...``. A cell is checked when it is tagged
``nbval-check-output`` or says ``# NBVAL_CHECK_OUTPUT``; it needs an execution count and outputs.
Every other code cell is kept without both, so that a diff shows what is meant, and a report has
one cell tagged ``parameters`` (a tour, metadata ``cxkit.tour``, has none). Exit code 1 with a line a fault, 0 without.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["faults", "main"]

_MARK = re.compile(r"^\s*#\s*NBVAL_CHECK_OUTPUT\b", re.M)
_TAG = "nbval-check-output"


def faults(notebook: Path) -> list[str]:
    """What is wrong with a notebook, one sentence each, with the notebook and the cell."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        cells = [dict(cell) for cell in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        return [f"{notebook}: not a notebook of format 4 ({exc})"]
    out = [
        f"{notebook}: cell {number}{_name(cell)}: {said}" for number, cell in enumerate(cells, 1) for said in _of(cell)
    ]
    tagged = sum("parameters" in _tags(cell) for cell in cells)
    tour = bool(((content.get("metadata") or {}).get("cxkit") or {}).get("tour"))
    if tagged != (0 if tour else 1):
        out.append(f"{notebook}: {tagged} cells are tagged parameters; a report has one")
    return out


def _of(cell: Mapping[str, Any]) -> Iterator[str]:
    checked = _TAG in _tags(cell) or (cell.get("cell_type") == "code" and bool(_MARK.search(_source(cell))))
    if cell.get("cell_type") != "code":
        if checked:
            yield f"is tagged {_TAG} and is no code"
        return
    counted, outputs = cell.get("execution_count") is not None, bool(cell.get("outputs"))
    if checked and not counted:
        yield "is checked and was never run: no execution count"
    if checked and not outputs:
        yield "is checked and has no output to compare with"
    if not checked and outputs:
        yield "keeps outputs and is not checked"
    if not checked and counted:
        yield "keeps an execution count and is not checked"


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return (cell.get("metadata") or {}).get("tags") or ()


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _name(cell: Mapping[str, Any]) -> str:
    """The cell's id and first line, so that it is found in JupyterLab too."""
    line = next((t.strip() for t in _source(cell).splitlines() if t.strip()), "")
    return "".join([f" [{cell['id']}]" if cell.get("id") else "", f" ({line[:50]!r})" if line else ""])


def main(arguments: Sequence[str]) -> int:
    """Check every notebook named; faults on stderr."""
    if not arguments:
        print("usage: python checked_cells.py NOTEBOOK...", file=sys.stderr)
        return 1
    found = [fault for name in arguments for fault in faults(Path(name))]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
