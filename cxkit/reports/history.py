"""The history of a reading as JSON, so that a study in memory keeps it on its way to a kernel."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxkit.sources.reading import Note, Reading

if TYPE_CHECKING:
    from cxkit.study import Study

__all__ = ["history_of", "with_history"]


def history_of(study: Study) -> str:
    """Where a study's frame came from, what was decided and noted, and its filters, as JSON."""
    reading = study.reading
    notes = [asdict(n) for n in reading.notes]
    notes += [asdict(Note("filter", f"only rows where {f}")) for f in study.filters]
    return json.dumps(
        {
            "uri": study.source,
            "source": reading.source,
            "options": dict(reading.options),
            "decided": dict(reading.decided),
            "notes": notes,
        }
    )


def with_history(reading: Reading, file: Path) -> Reading:
    """The reading with the history of the file in the place of its own."""
    told = json.loads(file.read_text(encoding="utf-8"))
    notes = tuple(Note(**n) for n in told["notes"])
    return replace(
        reading, uri=told["uri"], source=told["source"], options=told["options"], decided=told["decided"], notes=notes
    )
