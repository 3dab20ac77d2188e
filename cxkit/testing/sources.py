"""What a source must do: say what it reads, read it the same twice, and leave it as it was."""

from __future__ import annotations

import hashlib
import inspect
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxkit.errors import CxkitError, OptionError
from cxkit.registry.candidate import is_name
from cxkit.sources.reading import Reading
from cxkit.testing.findings import Finding, Notebook

if TYPE_CHECKING:
    from cxkit.protocols import Source

__all__ = ["check_source"]


def check_source(
    source: Source,
    sample: str | Path | None = None,
    rows: int | None = None,
    *,
    raise_on_failure: bool = True,
    **options: Any,
) -> tuple[Finding, ...]:
    """Check a source, and its reading of a sample if there is one.

    Parameters
    ----------
    source : Source
        What ``@cx.source`` made, or any object of that shape.
    sample : str or Path, optional
        A small file, or a uri, that it reads.
    rows : int, optional
        How many rows the sample holds.
    raise_on_failure : bool
        Give False to look at the findings instead.
    **options
        Passed to ``read``.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    ConformanceError
        Listing all that failed.
    """
    book = Notebook(f"source:{getattr(source, 'name', '?')}")
    with book.step("has the members of a source"):
        _declaration(book, source)
    with tempfile.TemporaryDirectory() as folder, book.step("answers a wrong call"):
        _refusals(book, source, Path(folder), sample)
    if sample is not None:
        with book.step("reads the sample"):
            _reading(book, source, str(sample), rows, options)
    return book.close(raise_on_failure=raise_on_failure)


def _declaration(book: Notebook, source: Source) -> None:
    book.write(is_name(source.name), "name is a lower-case word", repr(source.name))
    text = getattr(source, "help", None)
    text = inspect.getdoc(source) if text is None else text
    book.write(text and text.strip(), "documented", "its function has no docstring")
    for what, items in (("extensions", source.extensions), ("schemes", source.schemes)):
        ok = isinstance(items, tuple) and all(isinstance(i, str) for i in items)
        book.write(ok, f"{what} are a tuple of words", repr(items))
    book.write(
        all(e.startswith(".") and len(e) > 1 for e in source.extensions),
        "extensions start with a dot",
        repr(source.extensions),
    )
    book.write(not any(":" in s for s in source.schemes), "schemes have no colon", repr(source.schemes))
    untyped = [o.name for o in source.options if o.type in ("", "any")]
    book.write(not untyped, "typed options", f"no type: {', '.join(untyped)}")
    bare = [o.name for o in source.options if o.required]
    book.write(not bare, "options have defaults", f"no default: {', '.join(bare)}")


def _refusals(book: Notebook, source: Source, folder: Path, sample: str | Path | None) -> None:
    absent = str(folder / f"absent{next(iter(source.extensions), '')}")
    wrong = "no_such_option"
    name = "an unknown option is refused by OptionError"
    try:
        source.read(str(sample or absent), **{wrong: 1})
    except OptionError:
        book.write(True, name)
    except Exception as error:
        book.write(False, name, f"{type(error).__name__} instead")
    else:
        book.write(False, name, f"{wrong}=1 was accepted")
    if not source.extensions:
        return
    name = "a missing file is a CxkitError or FileNotFoundError"
    try:
        source.read(absent)
    except (CxkitError, FileNotFoundError):
        book.write(True, name)
    except Exception as error:
        book.write(False, name, f"{type(error).__name__} instead")
    else:
        book.write(False, name, "it was read")


def _reading(book: Notebook, source: Source, sample: str, rows: int | None, options: dict[str, Any]) -> None:
    before = _digest(sample)
    first = _content(source.read(sample, **options))
    second = _content(source.read(sample, **options))
    count = len(first[1])
    book.write(True, f"reads the sample ({count} rows)")
    book.write(first == second, "same answer twice", "two readings differ")
    book.write(_digest(sample) == before, "does not change its input", f"{Path(sample).name} was written to")
    book.write(first[0], "has columns", "the frame has none")
    if rows is not None:
        book.write(count == rows, f"{rows} rows", f"{count} were read")


def _digest(sample: str) -> str:
    """Of a file; a place that is no file (a database, an API) has none to compare."""
    path = Path(sample)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _content(read: Any) -> tuple[list[str], list[str]]:
    """Column names and rows as text: NaN equals NaN there, whatever engine holds it."""
    import narwhals as nw

    frame = read.frame if isinstance(read, Reading) else read
    if hasattr(frame, "fetchall"):  # a DuckDB relation; narwhals would need pyarrow to collect it
        return list(frame.columns), [repr(row) for row in frame.fetchall()]
    known = nw.from_native(frame)
    collected = known.collect() if isinstance(known, nw.LazyFrame) else known
    return list(collected.columns), [repr(row) for row in collected.iter_rows()]
