"""Whatever a study is made of, as a reading: a place, a frame of any engine, or a reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cxkit.errors import UsageError
from cxkit.sources.reading import Note, Reading

__all__ = ["reading_of"]


def reading_of(data: Any, options: dict[str, Any]) -> Reading:
    """Read a place, or wrap a frame with the history that ``cx.read`` left in its ``attrs``."""
    if isinstance(data, Reading):
        return data
    if isinstance(data, (str, Path)) or _is_list_of_places(data):
        from cxkit.sources import open_reading

        return open_reading(data, **options)
    if options:
        raise UsageError("read= goes with a place to read, not with a frame", hint="leave read= out")
    _check_frame(data)
    attrs = getattr(data, "attrs", None)
    told = attrs.get("cxkit") if isinstance(attrs, dict) else None
    if not told:
        return Reading(data)
    notes = tuple(Note(**n) for n in told["notes"])
    labels = {column: dict(pairs) for column, pairs in told["labels"].items()}
    return Reading(data, told["uri"], told["source"], told["options"], told["decided"], notes, labels)


def _is_list_of_places(data: Any) -> bool:
    return isinstance(data, (list, tuple)) and bool(data) and all(isinstance(x, (str, Path)) for x in data)


def _check_frame(data: Any) -> None:
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import DuplicateError

    try:
        nw.from_native(data)
    except DuplicateError:
        names = [str(c) for c in data.columns]
        twice = next(n for n in names if names.count(n) > 1)
        raise UsageError(
            f"two columns are called {twice!r}", code="header_duplicate", hint="rename one of them"
        ) from None
    except TypeError:
        raise UsageError(
            f"{type(data).__name__} is neither a place to read nor a data frame",
            hint="give a path, or a pandas, polars, pyarrow, DuckDB, PySpark, Dask or Ibis frame",
        ) from None
