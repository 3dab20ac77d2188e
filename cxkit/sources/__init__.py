"""Read any place into a frame, and say what was decided on the way.

``read`` gives a pandas frame; ``open_reading`` gives the :class:`Reading` itself, whose frame may
be a lazy DuckDB relation. Each kind of place is one module with one ``@source`` function.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cxkit.sources.declare import source
from cxkit.sources.opening import open_reading
from cxkit.sources.reading import Note, Reading

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Note", "Reading", "open_reading", "read", "source"]


def read(
    uri: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    source: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Read a file, database or query into a pandas frame.

    Parameters
    ----------
    uri : str, path or list of them
        A file (by extension), a URI (by scheme), or a pattern such as ``data/enquete_*.csv``;
        several files are put under each other with a column ``file``.
    source : str, optional
        The source to use, where the extension does not tell.
    **options
        The source's own options; ``cxkit plugins show NAME`` lists them.

    Returns
    -------
    pandas.DataFrame
        ``df.attrs["cxkit"]`` holds the uri, the source, what was decided, the notes, and the call
        that repeats the reading.

    Raises
    ------
    SourceNotFound, SourceError
        The place is not there, or cannot be read as asked; the message names file, row and column.
    UnknownNameError, OptionError
        No such source, no such option.
    """
    from cxkit.sources.telling import as_pandas, history, tell

    reading = open_reading(uri, source=source, **options)
    frame: pd.DataFrame = as_pandas(reading)
    frame.attrs["cxkit"] = history(reading)
    tell(reading)
    return frame
