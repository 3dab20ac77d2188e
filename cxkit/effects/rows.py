"""The rows of an effect, as arrays: what each counts, its group, day, customer and cluster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.outcomes import yes_words
from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError, did_you_mean
from cxkit.study import Study
from cxkit.tally.columns import Column, Design
from cxkit.tally.engine import count_cells, is_lazy
from cxkit.tally.rows import Rows, held_rows

__all__ = ["Grouping", "Table", "day_of", "grouping", "table"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who was treated.

    Attributes
    ----------
    column : str
    arms : tuple of str
        The arm against which others are held first.
    places : mapping
        Raw value -> arm.
    words : bool
        Whether the values say yes and no: who was treated, not where.
    """

    column: str
    arms: tuple[str, ...]
    places: Mapping[Any, int]
    words: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows that are complete in what is asked of them.

    Attributes
    ----------
    x : (n, k) float
        The columns asked for; NaN where there is none.
    w : (n,) float
    arm : (n,) int
        0 for the control, -1 without grouping.
    day : (n,) int
        Days since 1970; 0 without dates.
    person, cluster : (n,) int or None
    customer : (n,) int or None
        Rows with one number are of one customer; a row without an id is a customer of its own.
    lacking : mapping
        Why rows were left out -> how many.
    weighted : bool
    """

    x: Floats
    w: Floats
    arm: Ints
    day: Ints
    person: Ints | None
    cluster: Ints | None
    lacking: Mapping[str, int]
    weighted: bool
    customer: Ints | None = None

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Any) -> Table:
        """Some of the rows."""

        def some(values: Ints | None) -> Ints | None:
            return None if values is None else values[rows]

        return Table(
            self.x[rows], self.w[rows], self.arm[rows], self.day[rows], some(self.person), some(self.cluster),
            self.lacking, self.weighted, some(self.customer),
        )  # fmt: skip

    def customers(self, mine: NDArray[np.bool_]) -> int:
        """Customers behind these rows; as many as rows where no id tells."""
        return int(mine.sum()) if self.customer is None else len(np.unique(self.customer[mine]))


def grouping(study: Study, treated: Any, control: Any, *, several: bool) -> Grouping:
    """Read ``treated=`` and ``control=``.

    Parameters
    ----------
    treated : str or mapping
        A yes/no column; a column of arms, with ``control``; or ``{column: values that were treated}``.
    several : bool
        Whether more than one arm beside the control may be.

    Raises
    ------
    OptionError, UsageError
        Naming the values that there are.
    """
    if treated is None:
        raise OptionError("who was treated is not said", hint="treated='column', yes/no or one value an arm")
    name, chosen = treated, None
    if isinstance(treated, Mapping):
        if len(treated) != 1:
            raise OptionError(f"treated= names {len(treated)} columns", hint="one: treated={'region': ['North']}")
        name, chosen = next(iter(treated.items()))
        chosen = [chosen] if isinstance(chosen, str) or not isinstance(chosen, Iterable) else list(chosen)
    if not isinstance(name, str):
        raise OptionError(f"treated= is {treated!r}", hint="a column, or {column: values that were treated}")
    column = study.column(name)
    counts = {
        raw: n for raw, n in count_cells(study.data, answer=column).counts if raw is not None and str(raw).strip()
    }
    if not counts:
        raise RoleError("treated= has no value", column=column, hint="name another column")
    if chosen is not None:
        read = yes_words(study, column, counts) if len(counts) <= 4 else None
        return replace(_chosen(column, counts, chosen, control), words=read is not None)
    if control is None:
        return _yes_no(study, column, counts, several)
    held = _find(control, counts, column, "control")
    others = sorted((raw for raw in counts if raw != held), key=str)
    if not others:
        raise _one_arm(column, counts)
    if len(others) > 1 and not several:
        raise UsageError(
            f"{column!r} has {len(counts)} values where two are expected: {_names(counts)}", column=column,
            code="arms", hint=f"treated={{{column!r}: [{str(others[0])!r}]}}, or filter the study to two of them",
        )  # fmt: skip
    return Grouping(column, (str(held), *map(str, others)), {held: 0} | {raw: i for i, raw in enumerate(others, 1)})


def table(
    study: Study,
    columns: Sequence[Column],
    *,
    groups: Grouping | None = None,
    dated: bool = False,
    person: str | None = None,
    cluster: str | None = None,
    weighted: bool = True,
) -> Table:
    """Rows of a study with a weight and a group (and a date, where ``dated``); those without are counted.

    Where the study has an ``id``, rows know their customers.

    Raises
    ------
    NothingMatched
        No row is left.
    """
    weight = study.roles["weight"][0] if weighted and "weight" in study.roles else None
    date = study.column("date") if dated else None
    customer = study.roles["id"][0] if "id" in study.roles and person is None else None
    # Where errors are clustered by customer, the engine has numbered them already.
    named = customer if customer != cluster and (groups is None or customer != groups.column) else None
    asked_id = named if person is None else person
    keys = [*([groups.column] if groups is not None else []), *([asked_id] if asked_id is not None else [])]
    used = dict.fromkeys([*(s for c in columns for s in c.source), *keys, *filter(None, (weight, date, cluster))])
    frame = _held(study.data, list(used))
    design = Design(tuple(columns), tuple(keys), weight, cluster, date, "D" if dated else None)
    rows = held_rows(frame, design)
    assert rows is not None  # they were brought here
    lacking = {"no_weight": len_of(frame) - len(rows)} if weight is not None else {}
    at = 0
    arm, kept = np.full(len(rows.keys), -1), np.ones(len(rows.keys), bool)
    if groups is not None:
        arm = np.array([groups.places.get(key[0], -1) for key in rows.keys], np.int64)
        lacking["no_group"] = _count(rows, arm < 0)
        kept &= arm >= 0
        at = 1
    people = None
    if person is not None:
        names = [key[at] for key in rows.keys]
        lacking["no_id"] = _count(rows, kept & np.array([n is None for n in names], bool))
        kept &= np.array([n is not None for n in names], bool)
        place = {n: i for i, n in enumerate(dict.fromkeys(names))}
        people = np.array([place[n] for n in names], np.int64)
    day = np.zeros(len(rows.keys), np.int64)
    if dated:
        undated = np.array([key[-1] is None for key in rows.keys], bool)
        lacking["no_date"] = _count(rows, kept & undated)
        kept &= ~undated
        day = np.array([0 if key[-1] is None else day_of(key[-1]) for key in rows.keys], np.int64)
    customers = rows.cluster if customer is not None and customer == cluster else None
    if customer is not None and customers is None:
        customers = _own_numbers([key[at if named is not None else 0] for key in rows.keys], rows.group)
    mine = kept[rows.group]
    if not mine.any():
        raise NothingMatched("no row has a group, a date and a weight", hint="check treated= and the date role")
    g = rows.group[mine]
    return Table(
        rows.x[mine], rows.w[mine], arm[g], day[g], None if people is None else people[g],
        None if rows.cluster is None else rows.cluster[mine], {k: n for k, n in lacking.items() if n}, weight is not None,
        None if customers is None else customers[mine],
    )  # fmt: skip


def day_of(day: dt.date) -> int:
    """Days since 1970."""
    return dt.date(day.year, day.month, day.day).toordinal() - dt.date(1970, 1, 1).toordinal()


def len_of(frame: Any) -> int:
    import narwhals.stable.v2 as nw

    return len(nw.from_native(frame, eager_only=True))


def _held(frame: Any, columns: list[str]) -> Any:
    """The columns in memory, wherever the frame has its rows."""
    import narwhals.stable.v2 as nw

    if not is_lazy(frame):
        return frame
    return nw.from_native(frame).select(*columns).collect().to_native()


def _own_numbers(names: Sequence[Any], group: Ints) -> Ints:
    """A number for each name; rows without one get numbers of their own."""
    place: dict[Any, int] = {n: i for i, n in enumerate(dict.fromkeys(n for n in names if n is not None))}
    codes = np.array([-1 if n is None else place[n] for n in names], np.int64)[group]
    nameless = codes < 0
    codes[nameless] = len(place) + np.arange(int(nameless.sum()))
    return codes


def _count(rows: Rows, kinds: NDArray[np.bool_]) -> int:
    return int(kinds[rows.group].sum()) if len(rows) else 0


def _chosen(column: str, counts: Mapping[Any, int], chosen: list[Any], control: Any) -> Grouping:
    yes = [_find(value, counts, column, "treated") for value in chosen]
    if control is None:
        others = [raw for raw in counts if raw not in yes]
    else:
        held = [control] if isinstance(control, str) or not isinstance(control, Iterable) else list(control)
        others = [_find(value, counts, column, "control") for value in held]
    both = next((raw for raw in others if raw in yes), None)
    if both is not None:
        raise OptionError(f"{both!r} is treated and control", column=column, hint="name it once")
    if not others:
        raise _one_arm(column, counts)
    names = tuple(" + ".join(map(str, side)) if len(side) <= 3 else "" for side in (others, yes))
    return Grouping(column, (names[0] or "…", names[1] or "…"), dict.fromkeys(others, 0) | dict.fromkeys(yes, 1))


def _yes_no(study: Study, column: str, counts: Mapping[Any, int], several: bool) -> Grouping:
    read = yes_words(study, column, counts) if len(counts) <= 4 else None
    if read is None:
        if len(counts) == 1:
            raise _one_arm(column, counts)
        what = f"which of the {len(counts)} values of {column!r} is the control is not said: {_names(counts)}"
        first = str(sorted(counts, key=str)[0])
        if len(counts) > 2 and not several:
            what = f"{column!r} has {len(counts)} values where two are expected: {_names(counts)}"
            hint = f"treated={{{column!r}: [{first!r}]}}, or filter the study to two of them and say control="
        else:
            hint = f"control={first!r}"
        raise UsageError(what, column=column, code="arms", hint=hint)
    if len(set(read.values())) == 1:
        raise _one_arm(column, counts)
    raw = [next(value for value, yes in read.items() if yes is side) for side in (False, True)]
    names = tuple(value if isinstance(value, str) else word for value, word in zip(raw, ("no", "yes"), strict=True))
    return Grouping(column, names, {raw: int(yes) for raw, yes in read.items()})


def _find(value: Any, counts: Mapping[Any, int], column: str, what: str) -> Any:
    if value in counts:
        return value
    found = {str(raw): raw for raw in counts}
    if isinstance(value, bool) and int(value) in counts:
        return int(value)
    if str(value) not in found:
        raise OptionError(
            f"{what}= names {value!r}, which {column!r} does not hold", column=column,
            hint=did_you_mean(str(value), found, what="Values"),
        )  # fmt: skip
    return found[str(value)]


def _one_arm(column: str, counts: Mapping[Any, int]) -> UsageError:
    return UsageError(
        f"every row of {column!r} is {_names(counts)}: there is nobody to hold the treated against", column=column,
        code="one_arm", hint="add the customers who were not treated; with dates alone, design='its'",
    )  # fmt: skip


def _names(counts: Mapping[Any, int]) -> str:
    listed = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{raw!r} (×{n})" for raw, n in listed[:6]) + (", …" if len(listed) > 6 else "")
