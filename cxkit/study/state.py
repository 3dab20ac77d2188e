"""Everything that a study is, frozen: a changed copy of it is another study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cxkit.sources.reading import Reading
from cxkit.study.scales import Scale

__all__ = ["State"]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    frame: Any
    columns: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Scale]
    reading: Reading
    guessed: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    whole: Any = None  # the frame before any filter, where there is one: what a weighted domain is a part of
    links: tuple[Any, ...] = ()  # reports of the joins that brought columns in, the latest last
    currency: str = "EUR"
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def file(self) -> str | None:
        """Name of the file for messages, without its folder; None for a frame."""
        return Path(self.reading.uri).name if self.reading.uri else None
