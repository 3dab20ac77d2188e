"""Which columns a driver analysis is about: from lists, patterns, roles or a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, RoleError, UsageError, did_you_mean
from cxkit.keydrivers.diagnosis.refusals import Seen, refuse_columns, refuse_names
from cxkit.study import Study
from cxkit.study.names import match_column, match_columns
from cxkit.study.shared import valuation
from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column
from cxkit.tally.engine import count_cells, schema_of

__all__ = ["Choice", "chosen"]

#: A control of words becomes one column a word; more than so many are no control.
_LEVELS = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """The terms of a model.

    Attributes
    ----------
    drivers : tuple of Column
    products : tuple of (str, str)
        Pairs of drivers (or controls) that enter together as a product.
    controls : tuple of Column
    groups : tuple of (str, tuple of str)
        Drivers that enter together, each driver in one; empty where none was named.
    """

    drivers: tuple[Column, ...]
    products: tuple[tuple[str, str], ...]
    controls: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The drivers and products: what importance is shared among."""
        return (*(column.name for column in self.drivers), *(product_name(*pair) for pair in self.products))


def product_name(first: str, second: str) -> str:
    return f"{first} × {second}"


def chosen(
    study: Study,
    outcome: str,
    drivers: Any,
    *,
    controls: Any = None,
    interactions: Any = None,
    groups: Mapping[str, Any] | None = None,
) -> Choice:
    """The columns that are meant, each held against its kind.

    Parameters
    ----------
    outcome : str
        The column of the outcome.
    drivers : str, list of str or None
        Columns, roles or patterns; the role ``drivers`` where None.
    controls : str or list of str, optional
        Columns that are always in; one of words enters as a yes/no column for each word but the first.
    interactions : list of pairs, optional
        Such as ``[("wait", "price")]`` or ``["wait:price"]``.
    groups : mapping, optional
        Name -> drivers that enter together.

    Raises
    ------
    ColumnError, RoleError, UsageError
    """
    names = _driver_names(study, outcome, drivers)
    taken = {c: role for role in ("id", "date", "weight", "cluster", "comment") for c in study.roles.get(role, ())}
    refuse_names(outcome, names, taken)
    pairs = tuple(_pair(study, pair, names) for pair in _listed("interactions", interactions))
    held = _columns(study, "controls", controls)
    for name in held:
        if name == outcome or name in names:
            raise RoleError(
                "this column is a control and " + ("the outcome" if name == outcome else "a driver"),
                column=name,
                hint="leave it out of one of them",
            )
    refuse_columns([seen for name in names if (seen := _seen(study, name)) is not None])
    return Choice(
        tuple(_column(study, name) for name in names),
        pairs,
        tuple(column for name in held for column in _control(study, name)),
        _groups(study, groups, names),
    )


def _driver_names(study: Study, outcome: str, drivers: Any) -> tuple[str, ...]:
    if drivers is None:
        if "drivers" not in study.roles:
            raise RoleError(
                "no drivers are named, and the study has no role 'drivers'",
                hint="s.drivers(outcome, ['wait', 'price']), or cx.Study(data, drivers='sat_*')",
            )
        return tuple(name for name in study.roles["drivers"] if name != outcome)
    return _columns(study, "drivers", drivers)


def _columns(study: Study, what: str, spec: Any) -> tuple[str, ...]:
    """Columns by name, role or pattern, as given: one that is named twice comes twice."""
    out: list[str] = []
    for name in _listed(what, spec):
        if not isinstance(name, str):
            raise OptionError(f"{what}= holds {name!r}", hint="names of columns or a pattern such as 'sat_*'")
        if name in study.roles and name not in study.columns:
            out += study.roles[name]
        else:
            out += match_columns(name, study.columns, file=study._state.file)
    return tuple(out)


def _listed(what: str, spec: Any) -> list[Any]:
    if spec is None:
        return []
    if isinstance(spec, str):
        return [spec]
    if isinstance(spec, Mapping) or not isinstance(spec, Iterable):
        raise OptionError(f"{what}= is {spec!r}", hint="a name, a pattern or a list of these")
    return list(spec)


def _pair(study: Study, pair: Any, names: Sequence[str]) -> tuple[str, str]:
    parts = pair.split(":") if isinstance(pair, str) else list(pair) if isinstance(pair, Iterable) else []
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        raise OptionError(f"{pair!r} is no interaction", hint="a pair of drivers: interactions=[('wait', 'price')]")
    first, second = (match_column(part.strip(), study.columns, file=study._state.file) for part in parts)
    for name in (first, second):
        if name not in names:
            raise UsageError(
                f"the interaction has {name!r}, which is no driver", hint=did_you_mean(name, names, what="Drivers")
            )
    return first, second


def _seen(study: Study, name: str) -> Seen | None:
    """A column of another kind than numbers, looked at; None where there is nothing to look at."""
    import narwhals.stable.v2 as nw

    dtype = schema_of(study.data)[name]
    if dtype.is_numeric() or isinstance(dtype, nw.Boolean) or study.scale_of(name).words:
        return None
    if isinstance(dtype, (nw.String, nw.Object, nw.Categorical, nw.Enum)):
        if _truths(study, name, dtype):
            return None
        counts = [(raw, n) for raw, n in count_cells(study.data, answer=name).counts if raw is not None]
        examples = tuple(raw for raw, _ in sorted(counts, key=lambda x: -x[1])[:50])
        return Seen(name, "String", len(counts), sum(n for _, n in counts), examples)
    return Seen(name, str(dtype).partition("(")[0], 2, 2)


def _truths(study: Study, name: str, dtype: Any) -> bool:
    """Whether a column of objects holds nothing but True, False and None, as pandas keeps them."""
    import narwhals.stable.v2 as nw

    if not isinstance(dtype, nw.Object):
        return False
    levels = {raw for raw in count_cells(study.data, answer=name).answer.levels if raw is not None}
    return bool(levels) and levels <= {"True", "False"}


def _column(study: Study, name: str) -> Column:
    """A column of answers on its scale; refuses answers that the declared scale does not have."""
    if _truths(study, name, schema_of(study.data)[name]):
        return Column(name, (name,), (Valuation({1.0: ("True",), 0.0: ("False",)}),))
    scale = study.scale_of(name)
    if scale.declared or scale.words:
        scale.check(name, count_cells(study.data, answer=name).counts, column=name, file=study._state.file)
    return Column(name, (name,), (valuation((study.data,), name, scale, float, True, 0.0),))


def _control(study: Study, name: str) -> list[Column]:
    seen = _seen(study, name)
    if seen is None:
        return [_column(study, name)]
    try:
        refuse_columns([seen])
    except RoleError as exc:
        if exc.code != "driver_categories":  # dates, ids, numbers held as text
            raise
    if len(seen.examples) != seen.distinct or not 2 <= seen.distinct <= _LEVELS:
        raise RoleError(
            f"the control has {seen.distinct} different values", column=name, hint="a control of words has 2 to 50"
        )
    levels = sorted(str(x) for x in seen.examples)
    return [
        Column(f"{name} = {level}", (name,), (Valuation({0.0: tuple(o for o in levels if o != level), 1.0: (level,)}),))
        for level in levels[1:]
    ]


def _groups(study: Study, groups: Any, names: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if groups is None:
        return ()
    if not isinstance(groups, Mapping):
        raise OptionError(f"groups= is {groups!r}", hint="a name for each: groups={'Stay': ['room', 'bed']}")
    out = {str(label): _columns(study, "groups", spec) for label, spec in groups.items()}
    placed = [name for members in out.values() for name in members]
    stray = next((name for name in placed if name not in names), None)
    if stray is not None:
        raise UsageError(f"groups= has {stray!r}, which is no driver", hint=did_you_mean(stray, names, what="Drivers"))
    twice = next((name for name in placed if placed.count(name) > 1), None)
    if twice is not None:
        raise UsageError("a driver is in two groups", column=twice, hint="each driver goes into one group")
    alone = {name: (name,) for name in names if name not in placed}
    return tuple((out | alone).items())
