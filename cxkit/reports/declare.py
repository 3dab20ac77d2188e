"""Make a report from a notebook: the decorator behind ``@cx.report``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = ["NotebookReport", "report"]


@dataclass(frozen=True, slots=True)
class NotebookReport:
    """A notebook with a cell tagged ``parameters``."""

    name: str
    notebook: Path
    label: Mapping[str, str]
    help: str = ""


def report(
    name: str, *, notebook: str | Path, label: str | Mapping[str, str] | None = None
) -> Callable[[Callable[..., Any]], NotebookReport]:
    """Turn a notebook into a report that ``cxkit run NAME`` executes.

    Parameters
    ----------
    name : str
        Unique name, a lower-case word.
    notebook : path
        The ``.ipynb``, relative to the file that holds the decorated function.
    label : str or mapping, optional
        What readers see, by language.

    Returns
    -------
    decorator
        The decorated function's docstring is the report's help; its notebook's
        ``parameters`` cell is the contract.
    """

    def wrap(function: Callable[..., Any]) -> NotebookReport:
        home = Path(inspect.getfile(function)).resolve().parent
        names = {"en": label or name} if label is None or isinstance(label, str) else dict(label)
        return NotebookReport(name, home / notebook, MappingProxyType(names), inspect.getdoc(function) or "")

    return wrap
