"""Columns that make customers comparable: numbers as they are, words as one column a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxkit.effects.outcomes import number_column
from cxkit.errors import OptionError, RoleError
from cxkit.study import Study
from cxkit.study.names import match_columns
from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column
from cxkit.tally.engine import count_cells, schema_of

__all__ = ["covariates", "listed"]

#: A column of words becomes a column a word; more than so many are an id or free text.
_LEVELS = 50


def covariates(study: Study, names: Any, *, taken: Sequence[str]) -> tuple[Column, ...]:
    """The columns of ``controls=`` and ``before=``.

    Parameters
    ----------
    names : str, list of str or None
        Columns, roles or patterns.
    taken : sequence of str
        Columns that have another part in the analysis.

    Raises
    ------
    OptionError, RoleError
    """
    out: list[Column] = []
    done: set[str] = set()
    for name in listed("controls", names):
        if name in study.roles and name not in study.columns:
            found: Iterable[str] = study.roles[name]
        else:
            found = match_columns(name, study.columns, file=study.source)
        for column in found:
            if column in taken:
                raise RoleError(
                    "this column has another part in the analysis", column=column, hint="take it out of controls="
                )
            if column not in done:
                done.add(column)
                out += _columns(study, column)
    return tuple(out)


def listed(what: str, spec: Any) -> list[str]:
    """Names from one name or a list of them."""
    if spec is None:
        return []
    if isinstance(spec, str):
        return [spec]
    if isinstance(spec, Mapping) or not isinstance(spec, Iterable):
        raise OptionError(f"{what}= is {spec!r}", hint="a name, a pattern or a list of these")
    names = list(spec)
    odd = next((n for n in names if not isinstance(n, str)), None)
    if odd is not None:
        raise OptionError(f"{what}= holds {odd!r}", hint="names of columns")
    return names


def _columns(study: Study, name: str) -> list[Column]:
    import narwhals.stable.v2 as nw

    dtype = schema_of(study.data)[name]
    if dtype.is_numeric() or isinstance(dtype, nw.Boolean) or study.scale_of(name).words:
        return [number_column(study, name, "controls")]
    if not isinstance(dtype, (nw.String, nw.Object, nw.Categorical, nw.Enum)):
        raise RoleError(f"a control holds {dtype}", column=name, hint="numbers or words; of dates make an age first")
    counts = {raw: n for raw, n in count_cells(study.data, answer=name).counts if raw is not None}
    if not 2 <= len(counts) <= _LEVELS:
        raise RoleError(
            f"the control has {len(counts)} different values", column=name, hint="a control of words has 2 to 50"
        )
    levels = sorted(counts, key=lambda raw: (-counts[raw], str(raw)))
    # The most frequent word is what the others are held against.
    return [
        Column(f"{name} = {level}", (name,), (Valuation({0.0: tuple(o for o in levels if o != level), 1.0: (level,)}),))
        for level in levels[1:]
    ]
