"""JSON Lines: one object a line, nested objects flattened with dots (``answers.nps``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cxkit.errors import SourceError
from cxkit.sources.celltext import Rules, convert
from cxkit.sources.declare import source
from cxkit.sources.encodings import decode
from cxkit.sources.files import check_file, check_format, read_bytes
from cxkit.sources.reading import Reading

__all__ = ["read_jsonlines"]

_DEEP = 20


@source("jsonlines", extensions=(".jsonl", ".ndjson"))
def read_jsonlines(uri: str) -> Reading:
    """Read JSON Lines, one object a line.

    Numbers stay numbers and text stays text, except that texts which are all dates become dates.
    Lists are kept as JSON text.
    """
    path = check_file(uri)
    data = read_bytes(path, uri)
    check_format(data[:4096], uri, expected="JSON Lines")
    text = decode(data, uri, "utf-8-sig").body.decode("utf-8")
    records = list(_records(text, uri))
    if not records:
        raise SourceError("there is no object in the file", code="no_rows", file=uri, hint="export it again")
    names = list(dict.fromkeys(n for r in records for n in r))
    import pandas as pd

    columns = {n: _column([r.get(n) for r in records]) for n in names}
    frame = pd.DataFrame(columns)
    # JSON has numbers of its own: a text of digits is an id, and only dates are looked for.
    rules = Rules(numbers=False)
    return Reading(convert(frame, rules), uri, "jsonlines", notes=tuple(rules.notes))


def _records(text: str, uri: str) -> Iterator[dict[str, Any]]:
    # Not str.splitlines(): it also splits at characters that may stand inside a comment.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise SourceError(
                f"line {number} is not JSON: {reason}", code="bad_line", file=uri, row=number,
                hint="each line must hold one complete object",
            ) from None  # fmt: skip
        if not isinstance(value, dict):
            raise SourceError(
                f"line {number} is {type(value).__name__}, not an object",
                code="bad_line", file=uri, row=number,
                hint='each line must look like {"id": 1, "nps": 9}',
            )  # fmt: skip
        yield dict(_flat(value, "", 0, number, uri))


def _flat(value: dict[str, Any], prefix: str, depth: int, line: int, uri: str) -> Iterator[tuple[str, Any]]:
    if depth > _DEEP:
        raise SourceError(
            f"line {line} is nested more than {_DEEP} deep", code="too_deep", file=uri, row=line,
            hint="flatten the export",
        )  # fmt: skip
    for key, item in value.items():
        if isinstance(item, dict):
            yield from _flat(item, f"{prefix}{key}.", depth + 1, line, uri)
        else:
            yield f"{prefix}{key}", json.dumps(item, ensure_ascii=False) if isinstance(item, list) else item


def _column(values: list[Any]) -> Any:
    """A column that loses nothing: integers beyond a float's precision become text when gaps are there."""
    import pandas as pd

    kinds = {type(v) for v in values if v is not None}
    gaps = any(v is None for v in values)
    if kinds == {int} and max(abs(v) for v in values if v is not None) >= 1e15:
        return pd.Series([None if v is None else str(v) for v in values], dtype="str")
    if kinds and kinds <= {int, float}:
        return pd.Series(values, dtype="float64") if gaps or float in kinds else pd.Series(values)
    if kinds == {bool} and not gaps:
        return pd.Series(values, dtype=bool)
    texts = [None if v is None else v if isinstance(v, str) else json.dumps(v) for v in values]
    return pd.Series(texts, dtype="str") if kinds else pd.Series(values, dtype="float64")
