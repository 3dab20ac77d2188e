"""What reading a place gave: the frame, what was decided on the way, and how to say it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["Note", "Reading"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened to the data while it was read: repaired, dropped or odd."""

    code: str
    message: str
    count: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A frame with its history.

    Attributes
    ----------
    frame : native frame
        Whatever engine holds it: pandas, a DuckDB relation, polars ...
    uri : str
        Where it came from.
    source : str
        Which source read it.
    options : mapping
        Every option with the value that was used, so that
        ``cx.read(uri, **options)`` repeats the reading exactly, with no guess left.
    decided : mapping
        Those of ``options`` that were decided from the data, not given: name -> why.
    notes : tuple of Note
        Repairs and oddities, counted.
    labels : mapping
        Value labels of coded columns (SPSS): column -> {code: label}.
    """

    frame: Any
    uri: str = ""
    source: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    decided: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Note, ...] = ()
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def call(self) -> str:
        """The exact call that repeats this reading."""
        words = "".join(f", {k}={v!r}" for k, v in self.options.items())
        return f"cx.read({self.uri!r}{words})"
