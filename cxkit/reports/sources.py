"""The sources of a project as one reading: renamed to one schema and put under one another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import ConfigError
from cxkit.reports.history import with_history
from cxkit.sources.reading import Reading
from cxkit.study.names import match_column

if TYPE_CHECKING:
    from cxkit.reports.project import Project
    from cxkit.reports.schema import SourceSettings

__all__ = ["read_sources"]


def read_sources(project: Project, source: str | None = None) -> Reading:
    """Read what the project names, or ``source`` with the project's own options."""
    from cxkit.sources import open_reading

    wanted = list(project.settings.source)
    if source:
        options = wanted[0].read if len(wanted) == 1 else {}
        uri = project.path(source)
        reading = open_reading(uri, **options)
        return _shaped(reading, wanted[0]) if len(wanted) == 1 else reading
    if not wanted:
        raise ConfigError(
            "no source to read",
            hint='-p source=survey.csv, or [source] uri = "..." in cxkit.toml (cxkit init); cxkit demo shows the demo study',
        )
    readings = [_read(project, s) for s in wanted]
    return readings[0] if len(readings) == 1 else _stacked(readings)


def _read(project: Project, settings: SourceSettings) -> Reading:
    from cxkit.sources import open_reading

    reading = _shaped(open_reading(project.path(settings.uri), **settings.read), settings)
    return with_history(reading, project.root / settings.history) if settings.history else reading


def _shaped(reading: Reading, settings: SourceSettings) -> Reading:
    """Rename and add columns as the project says, on whatever engine holds the frame."""
    if not settings.rename and not settings.add:
        return reading
    import narwhals.stable.v2 as nw

    frame: Any = nw.from_native(reading.frame)
    columns = tuple(frame.collect_schema().names())
    renamed = {match_column(old, columns, file=settings.uri): new for old, new in settings.rename.items()}
    kept = [c for c in columns if c not in renamed]
    names = [*kept, *renamed.values(), *settings.add]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise ConfigError(
            f"rename and add would make two columns {twice!r}", file=settings.uri, hint="choose another name for one"
        )
    frame = frame.rename(renamed) if renamed else frame
    added = [nw.lit(value).alias(name) for name, value in settings.add.items()]
    return replace(reading, frame=(frame.with_columns(*added) if added else frame).to_native())


def _stacked(readings: list[Reading]) -> Reading:
    """One frame of all rows with the union of the columns; a column that a part lacks is missing there."""
    import narwhals.stable.v2 as nw

    frames: list[Any] = [nw.from_native(r.frame) for r in readings]
    if len({type(f.to_native()) for f in frames}) > 1 or any(isinstance(f, nw.LazyFrame) for f in frames):
        frames = [nw.from_native(_pandas(f)) for f in frames]
    together = nw.concat(frames, how="diagonal").to_native()
    notes = tuple(note for r in readings for note in r.notes)
    first = readings[0]
    labels = {column: names for r in readings for column, names in r.labels.items()}
    return Reading(together, f"{first.uri} and {len(readings) - 1} more", first.source, notes=notes, labels=labels)


def _pandas(frame: Any) -> Any:
    import narwhals.stable.v2 as nw

    eager = frame.collect("pandas") if isinstance(frame, nw.LazyFrame) else frame
    return eager.to_pandas()
