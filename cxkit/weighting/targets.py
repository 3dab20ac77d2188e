"""Targets as users write them, held against the categories that the data hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import ColumnError, OptionError, did_you_mean
from cxkit.study import Study
from cxkit.tally.engine import plain

__all__ = ["Target", "column_text", "held_against", "shown", "target_of", "targets_of"]

#: How far shares may be from 1 (or 100) in all: rounding of the machine, not of a table.
_ROUNDING = 1e-6

#: Counts of two margins describe one population when their totals differ by less than this.
_SAME_POPULATION = 0.01


@dataclass(frozen=True, slots=True)
class Target:
    """The wanted share of each category of a column, or of each combination of several.

    Attributes
    ----------
    columns : tuple of str
    keys : tuple of tuple
        Categories as the data hold them, one value a column.
    share : tuple of float
        They sum to 1.
    total : float
        What the numbers summed to as they were given.
    """

    columns: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    share: tuple[float, ...]
    total: float

    @property
    def name(self) -> str:
        return " × ".join(self.columns)

    def codes(self, values: Sequence[tuple[Any, ...]]) -> NDArray[np.int64]:
        """The category of each combination that the data hold."""
        place = {key: i for i, key in enumerate(self.keys)}
        return np.array([place[value] for value in values], np.int64)


def targets_of(study: Study, targets: Any, *, counts: bool) -> tuple[Target, ...]:
    """Every margin of ``targets={column: {category: share}}``.

    Raises
    ------
    OptionError, ColumnError
        No mapping of mappings (or of pandas series), an unknown column, numbers that are no shares.
    """
    targets = _margins(targets)
    if not isinstance(targets, Mapping) or not targets:
        raise OptionError(f"targets= is {targets!r}", hint="targets={'Region': {'North': 0.4, 'South': 0.6}}")
    out = tuple(target_of(study, name, wanted, counts=counts) for name, wanted in targets.items())
    seen: set[tuple[str, ...]] = set()
    for target in out:
        if target.columns in seen:
            raise OptionError(f"two targets for {target.name!r}", hint="keep one of them")
        seen.add(target.columns)
        if counts and abs(target.total / out[0].total - 1) > _SAME_POPULATION:
            raise OptionError(
                f"the counts of {out[0].name!r} sum to {out[0].total:,.0f} and those of {target.name!r} "
                f"to {target.total:,.0f}: two populations",
                hint="take both tables from one population, or give shares",
            )
    return out


def target_of(study: Study, by: Any, wanted: Any, *, counts: bool) -> Target:
    """One margin: a column (or several, for categories that are tuples) and its shares."""
    names = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, (tuple, list)) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise OptionError(f"{by!r} names no column", hint="a column, or a tuple of columns")
    columns = study.by_columns(names)
    if len(columns) != len(names):
        raise OptionError(f"{by!r} is {len(columns)} columns", hint="name each column once, not a role of several")
    pairs = _pairs(wanted)
    if not pairs:
        raise OptionError(
            f"the target of {column_text(columns)} is {wanted!r}", hint="{category: share}, such as {'North': 0.4, ...}"
        )
    numbers: dict[tuple[Any, ...], float] = {}
    for said, share in pairs:
        key = _key(study, columns, said)
        if key in numbers:
            raise OptionError(f"two targets for {column_text(columns)} = {said!r}", hint="keep one of them")
        numbers[key] = _number(columns, said, share)
    total = math.fsum(numbers.values())
    if not counts and min(abs(total - 1), abs(total / 100 - 1)) > _ROUNDING:
        raise OptionError(
            f"the targets of {column_text(columns)} sum to {total:.10g}, neither 1 nor 100",
            hint="correct them, or say counts=True to weight to any numbers in their proportion",
        )
    return Target(columns, tuple(numbers), tuple(x / total for x in numbers.values()), total)


def _pairs(wanted: Any) -> list[tuple[Any, Any]]:
    """Category and share, from a mapping or a pandas series; none from anything else."""
    return list(wanted.items()) if isinstance(wanted, Mapping) or _is_series(wanted) else []


def _is_series(x: Any) -> bool:
    return type(x).__name__ == "Series" and hasattr(x, "items") and hasattr(x, "index")


def _margins(targets: Any) -> Any:
    """One margin as a pandas series, such as ``value_counts(normalize=True)`` gives: its index names the columns."""
    if not _is_series(targets):
        return targets
    names = tuple(targets.index.names)
    if any(name is None for name in names):
        raise OptionError("the index of targets= has no name", hint="targets={'Region': series}")
    return {names if len(names) > 1 else names[0]: targets}


def column_text(columns: Sequence[str]) -> str:
    """The columns of a margin as messages name them."""
    return repr(columns[0]) if len(columns) == 1 else " × ".join(map(repr, columns))


def _key(study: Study, columns: Sequence[str], said: Any) -> tuple[Any, ...]:
    """A category as the data hold it: one value a column, value labels (SPSS) as their codes."""
    parts = said if isinstance(said, tuple) else (said,)
    if len(parts) != len(columns):
        raise OptionError(
            f"{said!r} is no combination of {column_text(columns)}",
            hint=f"one value a column: ({', '.join(f'<{c}>' for c in columns)})",
        )
    labels = study.reading.labels
    codes = [{label: code for code, label in labels.get(column, {}).items()} for column in columns]
    return tuple(code.get(value, value) for code, value in zip(codes, map(plain, parts), strict=True))


def _number(columns: Sequence[str], said: Any, share: Any) -> float:
    try:
        number = float("nan") if isinstance(share, (bool, np.bool_, str)) else float(share)
    except (TypeError, ValueError):
        number = float("nan")
    if not math.isfinite(number):
        raise OptionError(f"the target of {column_text(columns)} = {said!r} is {share!r}", hint="a share above 0")
    if number <= 0:
        raise OptionError(
            f"the target of {column_text(columns)} = {said!r} is {share!r}, and no weight above 0 can reach it",
            hint="leave these rows out first: s.where(cx.col(...) != ...)" if number == 0 else "shares are above 0",
        )
    return number


def held_against(study: Study, target: Target, n: Mapping[tuple[Any, ...], int], unweighted: Sequence[Any]) -> None:
    """Refuse a target that does not fit the data: missing values, categories on one side only.

    Parameters
    ----------
    n : mapping
        Category -> rows with a weight.
    unweighted : sequence
        Categories of rows whose weight is missing or 0, for the message.
    """
    file, text = study.reading.uri.rpartition("/")[2] or None, column_text(target.columns)
    column = target.columns[0] if len(target.columns) == 1 else None
    for key in target.keys:
        if key not in n:
            only = " with a weight above 0" if key in unweighted else ""
            free = {shown(study, target.columns, k): k for k in n if k not in target.keys}
            name = shown(study, target.columns, key)
            if name in free:  # the text '1' for the number 1
                near = f"the data hold {_bare(free[name])!r}: write it so; "
            else:
                near = f"{did_you_mean(name, free, what='Without a target')}; otherwise " if free else ""
            raise OptionError(
                f"no row{only} has {text} = {name!r}, which has a target",
                column=column,
                file=file,
                code="target_empty",
                hint=f"{near}merge it with a neighbour, in the data and in the targets",
            )
    for key, rows in n.items():
        if key in target.keys:
            continue
        if None in key:
            empty = target.columns[key.index(None)]
            raise ColumnError(
                f"{rows} rows have no {empty!r}, so they have no target",
                column=empty,
                file=file,
                code="target_missing",
                hint=f"leave them out with s.where(~cx.col({empty!r}).is_null()), fill the column, "
                "or give None a target of its own",
            )
        raise OptionError(
            f"{text} = {shown(study, target.columns, key)!r} has {rows} rows and no target",
            column=column,
            file=file,
            code="target_absent",
            hint=did_you_mean(
                shown(study, target.columns, key),
                [shown(study, target.columns, k) for k in target.keys],
                what="Targets",
            ),
        )


def shown(study: Study, columns: Sequence[str], key: Sequence[Any]) -> str:
    """A category as readers see it, by its value labels."""
    labels = study.reading.labels
    parts = [labels.get(column, {}).get(value, value) for column, value in zip(columns, key, strict=True)]
    return " · ".join("(missing)" if part is None else str(part) for part in parts)


def _bare(key: tuple[Any, ...]) -> Any:
    """A category as it is typed in a target."""
    return key[0] if len(key) == 1 else key
