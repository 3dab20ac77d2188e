"""SPSS files: codes as numbers, their labels beside them, user-missing codes as gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cxkit.errors import ColumnError, MissingExtra, SourceError, did_you_mean
from cxkit.sources.declare import source
from cxkit.sources.files import check_file
from cxkit.sources.reading import Note, Reading

__all__ = ["read_spss"]


@source("spss", extensions=(".sav", ".zsav"))
def read_spss(uri: str, *, columns: Sequence[str] | None = None, encoding: str | None = None) -> Reading:
    """Read an SPSS file; value labels are in ``Reading.labels``.

    Parameters
    ----------
    uri : str
        The file.
    columns : list of str, optional
        The variables to read; all without it.
    encoding : str, optional
        Of an old file whose accents come out wrong.
    """
    path = check_file(uri)
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise SourceError("the file is empty", code="empty", file=uri, hint="export it again")
    if not head.startswith((b"$FL2", b"$FL3")):
        raise SourceError(
            "this is not an SPSS file", code="format_mismatch", file=uri, hint="name its kind: source=..."
        )
    frame, meta = _load(str(path), uri, columns, encoding)
    frame, notes = _user_missing(frame, meta.missing_ranges)
    labels = {c: MappingProxyType(dict(v)) for c, v in meta.variable_value_labels.items()}
    options = {"columns": None if columns is None else list(columns), "encoding": encoding}
    return Reading(
        _whole_numbers(frame), uri, "spss", MappingProxyType(options),
        notes=tuple(notes), labels=MappingProxyType(labels),
    )  # fmt: skip


def _load(path: str, uri: str, columns: Sequence[str] | None, encoding: str | None) -> tuple[Any, Any]:
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtra("reading SPSS files needs pyreadstat", extra="spss") from None
    try:
        if columns is not None:
            _, meta = pyreadstat.read_sav(path, metadataonly=True, encoding=encoding)
            for name in columns:
                if name not in meta.column_names:
                    hint = did_you_mean(name, meta.column_names, what="Variables")
                    raise ColumnError(f"no variable {name!r}", file=uri, hint=hint)
        return pyreadstat.read_sav(
            path, user_missing=True, encoding=encoding, usecols=None if columns is None else list(columns)
        )
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, ColumnError):
            raise
        raise SourceError(
            f"the SPSS file cannot be read: {error}", code="corrupt", file=uri,
            hint="save it again, or pass encoding='windows-1252' for an old file",
        ) from error  # fmt: skip


def _user_missing(frame: Any, ranges: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Any, list[Note]]:
    notes = []
    for name, spans in ranges.items():
        if name not in frame.columns:
            continue
        column = frame[name]
        hit = column.isin([])
        for span in spans:
            low, high = span["lo"], span["hi"]
            hit |= column == low if low == high else column.between(low, high)
        count = int(hit.sum())
        if count:
            frame = frame.assign(**{name: column.mask(hit)})
            codes = ", ".join(sorted({str(v) for v in column[hit].unique()})[:8])
            what = f"{count} answers of {name!r} are codes declared missing ({codes}): gaps now"
            notes.append(Note("user_missing", what, count, name))
    return frame, notes


def _whole_numbers(frame: Any) -> Any:
    """SPSS has only floats: a complete column of whole numbers is shown as integers."""
    whole = {
        c: "int64"
        for c in frame.columns
        if frame[c].dtype.kind == "f" and frame[c].notna().all() and (frame[c] % 1 == 0).all()
    }
    return frame.astype(whole)
