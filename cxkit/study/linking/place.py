"""The data to link: a place that is read, a frame, or another study; its columns by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError, SourceError
from cxkit.study.names import fold, match_column
from cxkit.study.opening import reading_of
from cxkit.study.scales import Scale
from cxkit.tally.desk import Desk, engine_of
from cxkit.tally.engine import collected, plain, schema_of

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["Place", "place_of"]

#: Sources whose relation says all that is needed to read them again, on another connection.
_PORTABLE = ("parquet", "csv")

_NUMBERS = ("integer", "floating", "decimal", "mixed-integer-float")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What is linked to the study.

    Attributes
    ----------
    frame : native frame
    columns : tuple of str
    name : str
        As a reader knows it.
    file : str or None
        For messages.
    study : Study or None
        Where the data are another study, whose roles are names too.
    """

    frame: Any
    columns: tuple[str, ...]
    name: str
    file: str | None
    study: Study | None = None

    def column(self, name: str) -> str:
        """The column that is meant.

        Raises
        ------
        ColumnError
        """
        if not isinstance(name, str):
            raise OptionError(f"{name!r} is no column of {self.name}", hint="the name of one column, as a text")
        found = self.known(name)
        return found if found is not None else match_column(name, self.columns, file=self.file)

    def known(self, name: str) -> str | None:
        """The column of that name or role; None without one."""
        if self.study is not None and len(self.study.roles.get(name, ())) == 1:
            return self.study.roles[name][0]
        if name in self.columns:
            return name
        folded = [c for c in self.columns if fold(c) == fold(name)]
        return folded[0] if len(folded) == 1 else None

    def scale_of(self, name: str) -> Scale | None:
        """The scale that a study among the data declares for a role."""
        return None if self.study is None or name not in self.study.scored else self.study.scale_of(name)

    def distinct(self, column: str, most: int) -> list[Any]:
        """Up to ``most`` distinct values of a column."""
        import narwhals.stable.v2 as nw

        value = nw.col(column)
        if isinstance(schema_of(self.frame)[column], (nw.Categorical, nw.Enum, nw.Object)):
            value = value.cast(nw.String)
        lazy = nw.from_native(self.frame).lazy().select(value.alias("v"))
        found = collected(lazy.group_by("v").agg(nw.len().alias("n")).head(most))["v"]
        return [plain(v) for v in (found.tolist() if hasattr(found, "tolist") else found)]

    def holds_numbers(self, column: str) -> bool:
        """Whether a pandas column of Python's own values has numbers only, as databases give decimals."""
        if type(self.frame).__module__.partition(".")[0] != "pandas" or self.frame[column].dtype.kind != "O":
            return False
        from pandas.api.types import infer_dtype

        return infer_dtype(self.frame[column], skipna=True) in _NUMBERS

    def counts(self, column: str) -> list[tuple[Any, int]]:
        """Distinct raw values of a column and how often each occurs."""
        from cxkit.tally import count_cells

        return count_cells(self.frame, answer=column).counts


def place_of(study: Study, data: Any, read: dict[str, Any] | None) -> Place:
    """The data, read where they are a place; on the study's own connection where both are files for DuckDB."""
    roles = getattr(data, "roles", None)
    if roles is not None and hasattr(data, "reading"):
        if read:
            raise OptionError("read= goes with a place to read, not with a study", hint="leave read= out")
        return Place(data.data, tuple(data.columns), data.source, data.reading.uri and data.source, data)
    reading = reading_of(data, dict(read or {}))
    frame = reading.frame
    columns = tuple(schema_of(frame))
    file = Path(reading.uri).name if reading.uri else None
    if reading.source in _PORTABLE and engine_of(frame) == engine_of(study.data) == "duckdb":
        frame = _brought(frame, study.data)
    return Place(frame, columns, file or "data", file)


def _brought(relation: Any, home: Any) -> Any:
    """The same file as a relation on the connection of ``home``; as it was where that cannot be."""
    import duckdb

    try:
        found = Desk(home).run(relation.sql_query())
        found.columns  # noqa: B018 - a query that cannot be bound says so here
    except (duckdb.Error, SourceError):
        return relation
    return found
