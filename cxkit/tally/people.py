"""One row a customer, on any engine: his last answer, what he did, and what he counts.

Behaviour belongs to the customer, answers to the day. Before the two can be held against each
other, several answers of one customer must become one: the last that says something. The engine
picks it; what comes here is one row a customer, as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import RoleError
from cxkit.tally.clusters import Valuation
from cxkit.tally.coding import Coded, coded
from cxkit.tally.engine import answer_of, chosen_columns, collected, plain

__all__ = ["ITSELF", "Numbered", "People", "Wanted", "people_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A column of plain numbers, each counting itself.
ITSELF = Valuation(None)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A column read as numbers: where it is, and what its raw values count."""

    source: str
    value: Valuation = ITSELF


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the rows.

    Attributes
    ----------
    answer : Numbered
        The score. Rows without it say nothing and are left out.
    numbers : tuple of Numbered
        Behaviour and numeric controls; may be missing.
    labels : tuple of str
        Columns of groups and categories.
    id : str or None
        Column of customers. Rows without one, or with a blank one, are each a customer of their own.
    date : str or None
        Which answer of a customer is the last.
    weight, cluster : str or None
        As in :func:`cxkit.tally.count_cells`; ``cluster`` holds several customers, such as an account.
    each : bool
        Whether every answer is a unit, clustered by ``id``, instead of every customer.
    """

    answer: Numbered
    numbers: tuple[Numbered, ...] = ()
    labels: tuple[str, ...] = ()
    id: str | None = None
    date: str | None = None
    weight: str | None = None
    cluster: str | None = None
    each: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers (or answers, with ``each``), one entry each in all arrays.

    Attributes
    ----------
    answer : (n,) float
    numbers : (n, k) float
        NaN where there is none.
    labels : tuple of Coded
        Levels sorted, missing last.
    weight : (n,) float or None
    cluster : (n,) int or None
        Equal numbers belong together; None where all are independent.
    rows : int
        Rows of the frame.
    unanswered : int
        Of these, rows without an answer.
    unweighted : int
        Rows with an answer and no weight.
    anonymous : int
        Units without an id.
    repeated : int
        Customers who answered several times.
    earlier : int
        Answers that a later one of the same customer stands for.
    tied : int
        Customers with several answers on their last day or time; the lowest is taken.
    varying : int
        Customers whose ``numbers`` are not the same at all their answers; those of the last are taken.
    """

    answer: Floats
    numbers: Floats
    labels: tuple[Coded, ...]
    weight: Floats | None
    cluster: Ints | None
    rows: int
    unanswered: int = 0
    unweighted: int = 0
    anonymous: int = 0
    repeated: int = 0
    earlier: int = 0
    tied: int = 0
    varying: int = 0

    def __len__(self) -> int:
        return len(self.answer)


def people_of(frame: Any, wanted: Wanted) -> People:
    """One row a customer.

    Parameters
    ----------
    frame : native frame
        Any frame that narwhals knows, eager or lazy.
    wanted : Wanted

    Returns
    -------
    People
        Sorted in no particular way. A customer's last answer is the one of the latest date; an answer
        without a date comes before all that have one; of several at the same time the lowest counts,
        whatever the order of the rows, so that every engine says the same.

    Raises
    ------
    RoleError
        Customers who answered several times, and no date that says which answer is the last.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"who": ["a", "a", None], "day": pd.to_datetime(["2026-01-01", "2026-02-01", None]),
    ...                       "nps": [3, 9, 7], "spend": [120.0, 120.0, 80.0]})
    >>> found = people_of(frame, Wanted(Numbered("nps"), (Numbered("spend"),), id="who", date="day"))
    >>> sorted(found.answer.tolist()), found.earlier
    ([7.0, 9.0], 1)
    """
    import narwhals.stable.v2 as nw

    rows, names, counts = _rows(nw, frame, wanted)
    if wanted.id is None:
        return _people(collected(rows.select(*names)), wanted, counts)
    if wanted.each:
        return _people(collected(rows.select(*names, "c")), wanted, counts)
    known = rows.filter(~nw.col("c").is_null())
    seen = _seen(nw, known, wanted)
    counts |= {"repeated": seen["repeated"], "earlier": seen["rows"] - seen["ids"], "varying": seen["varying"]}
    if not seen["repeated"]:
        return _people(collected(rows.select(*names)), wanted, counts)
    if wanted.date is None:
        raise RoleError(
            f"{seen['repeated']} customers answered several times, and no date says which answer is the last",
            hint="name the date role, date='...', or count every answer: answer='each'",
        )
    latest = known.group_by("c").agg(nw.col("d").max().alias("latest"))
    last = known.join(latest, on="c", how="inner")
    last = last.filter((nw.col("d") == nw.col("latest")) | nw.col("latest").is_null())
    alone = collected(rows.filter(nw.col("c").is_null()).select(*names))
    if _count(nw, last) == seen["ids"]:
        return _people(_stacked(collected(last.select(*names)), alone), wanted, counts)
    chosen, tied = _lowest(collected(last.select(*names, "c")), names)
    return _people(_stacked(chosen, alone), wanted, counts | {"tied": tied})


def _rows(nw: Any, frame: Any, wanted: Wanted) -> tuple[Any, list[str], dict[str, int]]:
    """The rows that have an answer and a weight as a plan; its columns; and how many rows these are not."""
    numbers = (wanted.answer, *wanted.numbers)
    sources = tuple(dict.fromkeys(one.source for one in numbers))
    said = [name for name in (wanted.date, wanted.cluster) if name is not None]
    lazy, keys = chosen_columns(
        frame, answers=sources, keys=[*wanted.labels, *said], weight=wanted.weight, cluster=wanted.id
    )
    if wanted.id is not None and isinstance(lazy.collect_schema()["c"], nw.String):
        # A blank text names nobody, as a missing one.
        lazy = lazy.with_columns(c=nw.when(nw.col("c").str.strip_chars() != "").then(nw.col("c")))
    raw = {source: answer_of(i) for i, source in enumerate(sources)}
    values = {f"v{i}": one.value.expression(nw, raw[one.source]).cast(nw.Float64) for i, one in enumerate(numbers)}
    labels = {f"l{i}": nw.col(keys[i]) for i in range(len(wanted.labels))}
    placed = iter(keys[len(wanted.labels) :])
    if wanted.date is not None:
        labels["d"] = nw.col(next(placed))
    if wanted.cluster is not None:
        labels["g"] = nw.col(next(placed))
    kept = [*(["w"] if wanted.weight is not None else []), *(["c"] if wanted.id is not None else [])]
    lazy = lazy.with_columns(**values, **labels).select(*values, *labels, *kept)
    answered = ~nw.col("v0").is_null()
    weighed = ~nw.col("w").is_null() if wanted.weight is not None else answered
    own = nw.col("c").is_null() if wanted.id is not None else ~answered
    flags = {"answered": answered, "used": answered & weighed, "own": answered & weighed & own}
    seen = collected(
        lazy.select(**{k: nw.when(flag).then(nw.lit(1)).otherwise(nw.lit(0)) for k, flag in flags.items()}).select(
            nw.len().alias("rows"), *(nw.col(k).sum() for k in flags)
        )
    )
    rows, answers, used, anonymous = (int(seen[k][0] or 0) for k in ("rows", *flags))
    counts = {"rows": rows, "unanswered": rows - answers, "unweighted": answers - used, "anonymous": anonymous}
    names = [*values, *(f"l{i}" for i in range(len(wanted.labels)))]
    names += [*(["g"] if wanted.cluster is not None else []), *(["w"] if wanted.weight is not None else [])]
    return lazy.filter(answered & weighed), names, counts


def _seen(nw: Any, known: Any, wanted: Wanted) -> dict[str, int]:
    """How many customers there are, answered several times, and did not do the same all along."""
    ranges = [f"v{i + 1}" for i in range(len(wanted.numbers))]
    each = known.group_by("c").agg(
        nw.len().alias("k"),
        *(nw.col(v).max().alias(f"{v}_high") for v in ranges),
        *(nw.col(v).min().alias(f"{v}_low") for v in ranges),
    )
    varied = nw.lit(False)
    for v in ranges:
        varied = varied | (nw.col(f"{v}_high") > nw.col(f"{v}_low")).fill_null(False)
    one, none = nw.lit(1), nw.lit(0)
    flags = each.select(
        "k",
        several=nw.when(nw.col("k") > 1).then(one).otherwise(none),
        varied=nw.when(varied).then(one).otherwise(none) if ranges else none,
    )
    found = collected(flags.select(nw.len().alias("ids"), *(nw.col(name).sum() for name in ("k", "several", "varied"))))
    ids, rows, repeated, varying = (int(found[k][0] or 0) for k in ("ids", "k", "several", "varied"))
    return {"ids": ids, "rows": rows, "repeated": repeated, "varying": varying}


def _count(nw: Any, lazy: Any) -> int:
    return int(collected(lazy.select(nw.len().alias("rows")))["rows"][0])


def _lowest(columns: dict[str, Any], names: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Of the rows of one customer that with the lowest answer (then the lowest of what follows); how many had several."""
    who = _numbered(columns["c"])
    often = np.bincount(who)
    tied = np.flatnonzero(often[who] > 1)
    order = [_ranks(_taken(columns[name], tied)) for name in reversed(names)]
    place = tied[np.lexsort((*order, who[tied]))]
    first = np.ones(len(place), bool)
    first[1:] = who[place][1:] != who[place][:-1]
    kept = np.concatenate([np.flatnonzero(often[who] == 1), place[first]])
    return {name: _taken(columns[name], kept) for name in names}, int((often > 1).sum())


def _ranks(values: Any) -> Ints:
    array = _listed(values)
    return coded([plain(x) for x in array]).ranked().codes


def _listed(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _taken(values: Any, rows: Ints) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else [values[i] for i in rows.tolist()]


def _stacked(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two sets of rows one under the other."""
    return {name: [*_listed(first[name]), *_listed(second[name])] for name in first} if len(second["v0"]) else first


def _people(columns: dict[str, Any], wanted: Wanted, counts: dict[str, int]) -> People:
    values = [_floats(columns[f"v{i}"]) for i in range(1 + len(wanted.numbers))]
    labels = tuple(coded(_listed(columns[f"l{i}"])).mapped(plain).ranked() for i in range(len(wanted.labels)))
    together = "g" if wanted.cluster is not None else "c" if wanted.each and wanted.id is not None else None
    return People(
        answer=values[0],
        numbers=np.column_stack(values[1:]) if wanted.numbers else np.empty((len(values[0]), 0)),
        labels=labels,
        weight=_floats(columns["w"]) if wanted.weight is not None else None,
        cluster=None if together is None else _clusters(columns[together]),
        **counts,
    )


def _floats(values: Any) -> Floats:
    """Numbers with NaN where there is none."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return values.astype(np.float64)
    return np.array([np.nan if plain(x) is None else float(x) for x in values], np.float64)


def _clusters(values: Any) -> Ints | None:
    """Numbers of clusters; None where no two rows share one."""
    codes = _numbered(values)
    return codes if codes.max(initial=-1) + 1 < len(codes) else None


def _numbered(values: Any) -> Ints:
    """Equal values get one number; each missing one a number of its own, as it belongs to nobody."""
    import pandas as pd

    found, levels = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=True)
    codes = found.astype(np.int64)
    alone = codes < 0
    codes[alone] = len(levels) + np.arange(int(alone.sum()))
    return codes
