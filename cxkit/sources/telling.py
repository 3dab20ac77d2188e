"""What a person is told after a reading: warnings for repairs, one line for decisions."""

from __future__ import annotations

import sys
import warnings
from dataclasses import asdict
from typing import Any

from cxkit.errors import DataWarning, SourceError
from cxkit.sources.reading import Reading

__all__ = ["as_pandas", "history", "is_interactive", "tell"]


def as_pandas(reading: Reading) -> Any:
    """The frame of a reading as pandas; a lazy relation is computed here."""
    import pandas as pd

    frame = reading.frame
    if isinstance(frame, pd.DataFrame):
        return frame
    if hasattr(frame, "fetchdf"):
        try:
            return frame.df()
        except Exception as error:
            from cxkit.sources.relation import translate

            raise SourceError(
                translate(error), code="corrupt", file=reading.uri,
                hint="check the file or the query; nothing was read",
            ) from error  # fmt: skip
    import narwhals.stable.v2 as nw

    return nw.from_native(frame).lazy().collect("pandas").to_native()


def history(reading: Reading) -> dict[str, Any]:
    """The history of a reading as plain JSON-able values."""
    return {
        "uri": reading.uri,
        "source": reading.source,
        "call": reading.call,
        "options": dict(reading.options),
        "decided": dict(reading.decided),
        "notes": [asdict(n) for n in reading.notes],
        "labels": {column: [list(pair) for pair in names.items()] for column, names in reading.labels.items()},
    }


def is_interactive() -> bool:
    """Is somebody at a prompt or in a notebook?"""
    if hasattr(sys, "ps1"):
        return True
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return getattr(shell, "kernel", None) is not None


def tell(reading: Reading, *, stacklevel: int = 3) -> None:
    """Warn about every note; when somebody is there, print the call that repeats the reading."""
    for note in reading.notes:
        message = f"{reading.uri}: {note.message}"
        warnings.warn(DataWarning(message, code=note.code, count=note.count), stacklevel=stacklevel)
    if reading.decided and is_interactive():
        print(f"decided from the data: {', '.join(reading.decided)}; to repeat exactly: {reading.call}")
