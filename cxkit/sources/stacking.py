"""Several readings under each other: the union of their columns, and where each row came from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cxkit.errors import SourceError
from cxkit.sources.reading import Note, Reading
from cxkit.sources.telling import as_pandas

__all__ = ["stack"]


def stack(parts: Sequence[Reading]) -> tuple[Any, list[Note]]:
    """One pandas frame with a text column ``file``, and notes on columns whose kinds disagreed."""
    import pandas as pd

    frames = [as_pandas(p) for p in parts]
    for part, frame in zip(parts, frames, strict=True):
        if "file" in frame.columns:
            raise SourceError(
                "several files are read, but this one has a column 'file' already",
                code="header_duplicate", file=part.uri, column="file", hint="rename it in the file",
            )  # fmt: skip
    names = list(dict.fromkeys(n for f in frames for n in f.columns))
    notes = []
    for name in names:
        kinds = {_kind(f[name]) for f in frames if name in f.columns and f[name].notna().any()}
        if len(kinds) > 1:
            frames = [f.assign(**{name: _text(f[name])}) if name in f.columns else f for f in frames]
            what = f"column {name!r} is {' and '.join(sorted(kinds))} in different files: kept as text"
            notes.append(Note("type_mixed", what, None, name))
    # An empty column has no type of its own: it must not turn numbers into objects.
    filled = [f.drop(columns=[n for n in f.columns if not f[n].notna().any()]) for f in frames]
    whole = pd.concat(filled, ignore_index=True, sort=False).reindex(columns=names)
    files = [Path(p.uri).stem for p, f in zip(parts, frames, strict=True) for _ in range(len(f))]
    return whole.assign(file=pd.array(files, dtype="str")), notes


def _kind(column: Any) -> str:
    kind = column.dtype.kind
    return {"i": "numbers", "u": "numbers", "f": "numbers", "b": "true/false", "M": "dates"}.get(kind, "text")


def _text(column: Any) -> Any:
    if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str").where(column.notna())
