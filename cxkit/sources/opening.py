"""Open one place or several: the entry that reading and the Study share."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from cxkit.errors import SourceNotFound, did_you_mean
from cxkit.sources.choose import check_options, choose, scheme_of
from cxkit.sources.reading import Note, Reading

__all__ = ["open_reading"]

_Place = str | os.PathLike[str]


def open_reading(uri: _Place | Sequence[_Place], *, source: str | None = None, **options: Any) -> Reading:
    """Read a place and keep its history; the frame may be a lazy DuckDB relation.

    Parameters and errors are those of :func:`cxkit.sources.read`.
    """
    if isinstance(uri, (list, tuple)):
        places = [os.fspath(u) for u in uri]
        if not places:
            raise SourceNotFound("the list of files is empty", hint="name one file at least")
        return _several(places, cast(str, list(places)), source, options)
    place = os.fspath(cast(_Place, uri))
    if _is_pattern(place):
        found = sorted(glob.glob(place, recursive=True))
        if not found:
            raise SourceNotFound("no file matches this pattern", file=place, hint=_near(place))
        return _several(found, place, source, options)
    return _one(place, source, options)


def _one(place: str, name: str | None, options: dict[str, Any]) -> Reading:
    source = choose(place, name)
    check_options(source, options)
    answer = source.read(place, **options)
    if not isinstance(answer, Reading):
        answer = Reading(answer, place, source.name, MappingProxyType(dict(options)))
    used = {**({"source": name} if name else {}), **answer.options}
    return replace(
        answer,
        uri=answer.uri or place,
        source=answer.source or source.name,
        options=MappingProxyType(used),
    )


def _is_pattern(place: str) -> bool:
    if not glob.has_magic(place) or (scheme_of(place) and not Path(place).suffix):
        return False
    # A query such as duckdb:select * is no pattern, and neither is a file whose name has brackets.
    scheme = scheme_of(place)
    return not Path(place).exists() and scheme is None


def _near(pattern: str) -> str:
    folder = Path(pattern).parent
    while glob.has_magic(str(folder)):
        folder = folder.parent
    if not folder.is_dir():
        return f"the folder {str(folder)!r} does not exist"
    names = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
    return did_you_mean(Path(pattern).name, names, what=f"Files in {str(folder)!r}")


def _several(places: list[str], uri: str, name: str | None, options: dict[str, Any]) -> Reading:
    """Every place under the one before, with a column ``file``; gaps where a column is missing."""
    from cxkit.sources.stacking import stack

    parts = [_one(p, name, options) for p in places]
    frame, notes = stack(parts)
    first = parts[0]
    alike = all(dict(p.options) == dict(first.options) for p in parts)
    used = first.options if alike else {**({"source": name} if name else {}), **options}
    kept: list[Note] = [replace(n, message=f"{Path(p.uri).name}: {n.message}") for p in parts for n in p.notes]
    decided = {k: v for p in parts for k, v in p.decided.items()}
    labels = {k: v for p in parts for k, v in p.labels.items()}
    return Reading(
        frame, uri, first.source, MappingProxyType(dict(used)), MappingProxyType(decided),
        (*kept, *notes), MappingProxyType(labels),
    )  # fmt: skip
