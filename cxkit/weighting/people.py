"""Everybody who was invited, as plain values: a regression needs the people, not their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxkit.errors import ColumnError, OptionError, RoleError
from cxkit.study import Study
from cxkit.study.scales import rate_scale
from cxkit.tally.engine import collected, plain, schema_of
from cxkit.weighting.rows import Floats

__all__ = ["answered_of", "check_filled", "check_unique", "people_of", "weights_of"]


def people_of(study: Study, names: Sequence[str]) -> dict[str, list[Any]]:
    """The columns as Python's own values."""
    import narwhals.stable.v2 as nw

    schema = schema_of(study.data)
    plan = []
    for i, name in enumerate(names):
        column = nw.col(name)
        if isinstance(schema[name], (nw.Categorical, nw.Enum, nw.Object)):
            column = column.cast(nw.String)
        elif isinstance(schema[name], nw.Decimal):
            column = column.cast(nw.Float64)
        plan.append(column.alias(f"c{i}"))
    found = collected(nw.from_native(study.data).lazy().select(*plan))
    return {name: [plain(v) for v in _listed(found[f"c{i}"])] for i, name in enumerate(names)}


def _listed(column: Any) -> list[Any]:
    return column.tolist() if hasattr(column, "tolist") else list(column)


def check_filled(study: Study, values: dict[str, list[Any]], names: Sequence[str]) -> None:
    for name in names:
        missing = sum(v is None or (isinstance(v, str) and not v.strip()) for v in values[name])
        if missing:
            raise ColumnError(
                f"{missing} people have no {name!r}",
                column=name,
                file=study.reading.uri.rpartition("/")[2] or None,
                code="column_incomplete",
                hint="operational data are known of everybody: fill the column, or give a category such as 'unknown'",
            )


def check_unique(key: str, ids: Sequence[Any]) -> None:
    seen: set[Any] = set()
    for one in ids:
        if one in seen:
            raise RoleError(f"the key {one!r} is there more than once", column=key, hint="one row for each person")
        seen.add(one)


def weights_of(values: Sequence[Any]) -> Floats:
    return np.array([0.0 if v is None else float(v) for v in values], np.float64)


def answered_of(column: str, values: Sequence[Any]) -> Floats:
    scale = rate_scale("outcome")
    counts: dict[Any, int] = {}
    for v in values:
        counts[v] = counts.get(v, 0) + 1
    coded = {v: scale.decode(v) for v in counts}
    odd = [v for v, x in coded.items() if x not in (0, 1, None)]
    if odd:
        raise OptionError(
            f"{odd[0]!r} in {column!r} is neither yes nor no",
            column=column,
            hint="0 and 1, true and false, or yes and no",
        )
    if None in coded.values():
        raise ColumnError(
            f"{sum(n for v, n in counts.items() if coded[v] is None)} people have no {column!r}",
            column=column,
            code="column_incomplete",
            hint="say 0 for those who did not answer",
        )
    answered = np.array([coded[v] for v in values], np.float64)
    if answered.min() == answered.max():
        raise OptionError(
            f"{'everybody' if answered.min() else 'nobody'} answered, by {column!r}",
            column=column,
            hint="give everybody who was invited, not only those who answered",
        )
    return answered
