"""From text columns to numbers, dates and booleans: the same rules for CSV and Excel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cxkit.sources.frenchnumbers import NA_TOKENS, looks_numeric, parse_numbers, proves_thousands
from cxkit.sources.reading import Note
from cxkit.sources.textdates import DateShape, evidence, shape_of, to_dates

__all__ = ["Rules", "convert"]

_BOOLS = {"true": True, "false": False}


@dataclass(slots=True)
class Rules:
    """How text is read; convert() fills in what it decides (``thousands``, ``dayfirst``)."""

    decimal: str = "."
    thousands: str | None = None
    dayfirst: bool | None = None
    french: bool = False
    numbers: bool = True
    decided: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def convert(frame: Any, rules: Rules, keep: Collection[str] = ()) -> Any:
    """Convert the text columns of ``frame`` that are numbers, dates or booleans in every cell.

    Columns in ``keep`` are known to be ids and stay text.
    """
    texts = {c: frame[c] for c in frame.columns if c not in keep and _is_text(frame[c])}
    heads = {c: h for c, s in texts.items() if (h := _head(s))}
    numeric = {c: texts[c] for c, h in heads.items() if rules.numbers and looks_numeric(h)}
    dated = {c: texts[c] for c, h in heads.items() if c not in numeric and shape_of(h)}
    truths = [c for c, h in heads.items() if rules.numbers and _all_bools(h)]
    new: dict[str, Any] = {c: _booleans(texts[c]) for c in truths}
    new |= _numbers({c: s for c, s in numeric.items() if _worth_it(c, heads[c], rules)}, rules)
    dated |= {c: s for c, s in numeric.items() if new.get(c) is None and shape_of(heads[c])}
    new |= _dates(dated, rules)
    return frame.assign(**{c: s for c, s in new.items() if s is not None})


def _is_text(series: Any) -> bool:
    from pandas.api.types import is_object_dtype, is_string_dtype

    if is_object_dtype(series.dtype):
        kinds = set(map(type, series.dropna()))
        return kinds == {str}
    return bool(is_string_dtype(series.dtype))


def _head(series: Any) -> list[str]:
    head = series.iloc[:2000].dropna()
    if len(head) == 0:
        head = series.dropna()
    return [str(c) for c in head.iloc[:200]]


def _all_bools(cells: list[str]) -> bool:
    return {c.casefold() for c in cells} <= set(_BOOLS)


def _booleans(series: Any) -> Any:
    # With a gap the column would become a mix of objects, so it stays text.
    values = series.str.casefold().map(_BOOLS)
    return None if values.isna().any() else values.astype(bool)


# --- numbers ---------------------------------------------------------------------------
def _worth_it(name: str, head: list[str], rules: Rules) -> bool:
    """Try the first cells before all of them: most columns of postcodes and phones end here."""
    cells = [t for c in head if (t := c.strip()) not in NA_TOKENS]
    marks = {rules.thousands or "", *(",." if rules.thousands is None else "")} - {rules.decimal}
    found = [parse_numbers(cells, rules.decimal, m) for m in sorted(marks)]
    if any(f.values is not None for f in found):
        return True
    _explain(name, cells, found[0].currencies, rules)
    return False


def _numbers(columns: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    import pandas as pd

    coded = {c: pd.factorize(s.str.strip().where(lambda t: ~t.isin(NA_TOKENS))) for c, s in columns.items()}
    if rules.thousands is None:
        for name, (_, unique) in coded.items():
            other = "." if rules.decimal == "," else ","
            if other in "".join(unique) and (mark := proves_thousands(list(unique), rules.decimal)):
                rules.thousands = mark
                rules.decided["thousands"] = f"column {name!r} has {mark!r} between thousands"
                break
    return {c: _column(columns[c], codes, list(u), rules) for c, (codes, u) in coded.items()}


def _column(series: Any, codes: Any, unique: list[str], rules: Rules) -> Any:
    import numpy as np
    import pandas as pd

    numbers = parse_numbers(unique, rules.decimal, rules.thousands or "")
    if numbers.values is None:
        _explain(str(series.name), unique, numbers.currencies, rules)
        return None
    values = np.append(np.array(numbers.values, dtype=float), np.nan)[codes]
    if np.isfinite(values).all() and (values == np.round(values)).all() and not _decimals(unique, rules):
        values = values.astype("int64")
    return pd.Series(values, index=series.index, name=series.name)


def _decimals(cells: list[str], rules: Rules) -> bool:
    return any(rules.decimal in c for c in cells)


def _explain(name: str, cells: list[str], currencies: tuple[str, ...], rules: Rules) -> None:
    """Say why a column that looks numeric stays text, when a choice of the reader would change it."""
    if len(currencies) > 1:
        what = f"column {name!r} mixes {' and '.join(currencies)}: left as text, never added up"
        rules.notes.append(Note("currency_mixed", what, len(cells), name))
        return
    other = "." if rules.decimal == "," else ","
    fixes = [f"decimal={other!r}"] if parse_numbers(cells, other).values else []
    if not rules.thousands and parse_numbers(cells, rules.decimal, other).values:
        fixes.append(f"thousands={other!r}")
    if fixes:
        what = f"column {name!r} has {other!r} inside its numbers: left as text; pass {' or '.join(fixes)}"
        rules.notes.append(Note("number_format_mixed", what, None, name))


# --- dates -----------------------------------------------------------------------------
def _dates(columns: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    shapes: dict[str, DateShape] = {}
    day = month = 0
    for name, series in columns.items():
        unique = [str(u) for u in series.dropna().unique()]
        if (shape := shape_of(unique)) is None:
            continue
        shapes[name] = shape
        if shape.kind == "day":
            more = evidence(unique)
            day, month = day + more[0], month + more[1]
    if rules.dayfirst is None and any(s.kind == "day" for s in shapes.values()):
        _decide_order(day, month, rules)
    return {c: _date_column(columns[c], s, rules) for c, s in shapes.items()}


def _decide_order(day: int, month: int, rules: Rules) -> None:
    if day > month or (day == month and rules.french):
        rules.dayfirst = True
        reason = "a first part is above 12" if day else "the file is French in its other marks"
    elif month > day:
        rules.dayfirst, reason = False, "a second part is above 12"
    else:
        return
    rules.decided["dayfirst"] = reason


def _date_column(series: Any, shape: DateShape, rules: Rules) -> Any:
    name = str(series.name)
    if shape.kind == "mixed":
        _note(rules, "date_mixed", f"column {name!r} holds dates of several forms: left as text", name)
    elif shape.kind == "short":
        what = f"column {name!r} has years of two digits: left as text; write them with four"
        _note(rules, "date_ambiguous", what, name)
    elif shape.kind == "day" and rules.dayfirst is None:
        what = f"column {name!r} could be day/month or month/day: left as text; pass dayfirst=True or False"
        _note(rules, "date_ambiguous", what, name)
    else:
        dates, bad = to_dates(series, shape, bool(rules.dayfirst))
        if bad is None:
            return dates
        what = f"row {bad + 1}, column {name!r}: {series.iloc[bad]!r} is no date; the column stays text"
        _note(rules, "date_invalid", what, name)
    return None


def _note(rules: Rules, code: str, message: str, column: str) -> None:
    rules.notes.append(Note(code, message, None, column))
