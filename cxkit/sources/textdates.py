"""Dates written as text: recognised by shape, converted by one explicit format a column.

``03/04/2026`` is 3 April or 4 March. The whole file decides: a part above 12, or a French dialect
(semicolons, decimal commas). Where nothing decides, the column stays text and the note says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["DateShape", "evidence", "shape_of", "to_dates"]

_TIME = r"(?P<time>[ T]\d{1,2}:\d{2}(?P<sec>:\d{2}(?P<frac>\.\d{1,9})?)?)?"
_ISO = re.compile(rf"\d{{4}}(?P<sep>[-/.])\d{{2}}(?P=sep)\d{{2}}{_TIME}(?P<zone> ?(?:Z|UTC|[+-]\d\d:?\d\d))?")
_DAY = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d\d){_TIME}")


@dataclass(frozen=True, slots=True)
class DateShape:
    """What all dates of a column look like."""

    kind: str  # "iso", "day" (parts need an order), "short" (two-digit year), "mixed"
    sep: str = "-"
    time: str = ""
    zone: bool = False


def shape_of(cells: Sequence[str]) -> DateShape | None:
    """The one shape of all cells; kind "mixed" when all are dates of several shapes; None otherwise."""
    shapes: set[DateShape] = set()
    zones: set[str] = set()
    for cell in cells:
        text = cell.strip()
        if iso := _ISO.fullmatch(text):
            zones.add((iso["zone"] or "").strip())
            time = _time(iso) if iso["sep"] != "-" else ""
            shapes.add(DateShape("iso", iso["sep"], time, bool(iso["zone"])))
        elif day := _DAY.fullmatch(text):
            shapes.add(DateShape("day" if len(day["y"]) == 4 else "short", day["sep"], _time(day)))
        else:
            return None
    if not shapes:
        return None
    return shapes.pop() if len(shapes) == 1 and len(zones) <= 1 else DateShape("mixed")


def _time(match: re.Match[str]) -> str:
    if not match["time"]:
        return ""
    seconds = ":%S" if match["sec"] else ""
    return f"{match['time'][0]}%H:%M{seconds}{'.%f' if match['frac'] else ''}"


def evidence(cells: Sequence[str]) -> tuple[int, int]:
    """How many cells prove day first, and how many month first (a part above 12)."""
    parts = [(int(m["a"]), int(m["b"])) for c in cells if (m := _DAY.fullmatch(c.strip()))]
    return sum(a > 12 for a, _ in parts), sum(b > 12 for _, b in parts)


def to_dates(series: Any, shape: DateShape, dayfirst: bool) -> tuple[Any, int | None]:
    """The column as datetimes, or None with the position of the first impossible date."""
    import pandas as pd

    text = series.str.strip()
    if shape.kind == "iso" and shape.sep == "-":
        text, form = text.str.replace(" UTC", "Z") if shape.zone else text, "ISO8601"
    elif shape.kind == "iso":
        form = f"%Y{shape.sep}%m{shape.sep}%d{shape.time}" + (" %z" if shape.zone else "")
    else:
        form = shape.sep.join(("%d", "%m") if dayfirst else ("%m", "%d")) + f"{shape.sep}%Y{shape.time}"
    dates = pd.to_datetime(text, format=form, errors="coerce")
    bad = dates.isna() & series.notna()
    if bad.any():
        return None, int(bad.to_numpy().argmax())
    return dates, None
