"""Orders as one row a customer, on any engine: how often he bought, first and last when, for how much.

An engine groups the lines into orders (a day, an invoice or a row each) and the orders by customer; what comes here is
one row a customer. Orders below 0 are returns: they are summed apart and never buy anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.coding import coded
from cxkit.tally.engine import chosen_columns, collected, count_cells, group_parts, plain
from cxkit.tally.tally import Key, grouped

__all__ = ["Buyers", "Ledger", "Orders", "buyers", "count_repeated", "day_of", "texts_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: What is smaller than this in an order's total is rounding, in any currency.
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Orders:
    """Which columns of a frame hold orders.

    Attributes
    ----------
    id, date, revenue : str
        Columns of customers, of days or times, and of amounts; without ``revenue`` every row is one purchase.
    order : str or None
        Column of the order's (invoice's) name: its rows are lines of one order.
    unit : {"day", "order", "row"}
        What one order is: all lines of a customer and day, all lines of one ``order``, or each row.
    keys : tuple of str
        Grouping columns.
    term : str or None
        Column of the months that an order runs, such as a contract's.
    """

    id: str
    date: str | None
    revenue: str | None
    order: str | None = None
    unit: Literal["day", "order", "row"] = "day"
    keys: tuple[str, ...] = ()
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of the rows: every one is in ``used`` or in one of the others.

    Attributes
    ----------
    rows, used : int
    anonymous : int
        Rows without a customer, the other columns filled.
    undated, unpriced, late : int
        Rows without a date, without an amount, and after the end.
    first, last : int
        First and last day of the rows used, as ``date.toordinal``; 0 without dates.
    """

    rows: int
    used: int
    anonymous: int
    undated: int
    unpriced: int
    late: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Buyers:
    """Customers, one entry each in all arrays; with grouping columns one a customer and group.

    Attributes
    ----------
    ids : tuple
        Customers; None for orders that name none, one entry each group of them.
    n : (c,) int
        Orders above 0.
    free : (c,) int
        Orders of 0.
    gross, squares : (c,) float
        Sum of orders above 0, and of their squares.
    returns, returned : (c,) int and float
        Orders below 0, and their sum.
    back_squares : (c,) float
        Sum of the squares of orders below 0.
    first, last : (c,) int
        Days of the first and the last order above 0; 0 where there is none.
    first_value : (c,) float
        Sum of the orders on the first day.
    later : (c,) int
        Orders above 0 after ``split``.
    months : (c,) float
        Sum of the terms of orders above 0; 0 where none is asked for.
    days : pair of (m,) int, or None
        Days with repeat purchases (those after ``split`` too, of customers from before it), and how many each.
    keys, group : tuple of tuples, (c,) int
        Groups, sorted, missing last, and the group of each entry.
    ledger : Ledger
    """

    ids: tuple[Any, ...]
    n: Ints
    free: Ints
    gross: Floats
    squares: Floats
    returns: Ints
    returned: Floats
    back_squares: Floats
    first: Ints
    last: Ints
    first_value: Floats
    later: Ints
    months: Floats
    keys: tuple[Key, ...]
    group: Ints
    ledger: Ledger
    days: tuple[Ints, Ints] | None = None

    def __len__(self) -> int:
        return len(self.ids)


def buyers(
    frame: Any,
    orders: Orders,
    *,
    end: dt.date | None = None,
    split: dt.date | None = None,
    anonymous: bool = False,
    daily: bool = False,
) -> Buyers:
    """One row a customer.

    Parameters
    ----------
    frame : native frame
        Any frame that narwhals knows, eager or lazy.
    orders : Orders
    end : date, optional
        Rows after it are left out and counted.
    split : date, optional
        All but ``later`` is of the days up to it.
    anonymous : bool
        Whether orders without a customer come too, as entries without an id.
    daily : bool
        Whether ``days`` is asked for: the days of repeat purchases and how many each saw.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"who": ["a", "a", "a", "b"], "amount": [10.0, 30.0, -5.0, 8.0],
    ...                       "day": pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-09", "2026-01-02"])})
    >>> found = buyers(frame, Orders("who", "day", "amount"))
    >>> sorted(zip(found.ids, found.n.tolist(), found.gross.tolist(), found.returned.tolist()))
    [('a', 2, 40.0, -5.0), ('b', 1, 8.0, 0.0)]
    """
    import narwhals.stable.v2 as nw

    rows, names, ledger = _lines(nw, frame, orders, end, anonymous)
    bought = _ordered(nw, rows, names, orders)
    after = nw.col("d") > (split.toordinal() if split is not None else 10**9)
    above, below = nw.col("v") > _NOTHING, nw.col("v") < -_NOTHING
    one, none = nw.lit(1), nw.lit(0)
    # Sums are of columns, not of expressions: pyarrow and Dask take no others.
    flagged = bought.with_columns(
        sale=nw.when(above & ~after).then(one).otherwise(none),
        free=nw.when(~above & ~below & ~after).then(one).otherwise(none),
        back=nw.when(below & ~after).then(one).otherwise(none),
        later=nw.when(above & after).then(one).otherwise(none),
        gross=nw.when(above & ~after).then(nw.col("v")).otherwise(nw.lit(0.0)),
        returned=nw.when(below & ~after).then(nw.col("v")).otherwise(nw.lit(0.0)),
        day=nw.when(above & ~after).then(nw.col("d")).otherwise(None),
        months=nw.when(above & ~after).then(nw.col("m")).otherwise(nw.lit(0.0)),
    ).with_columns(squares=nw.col("gross") * nw.col("gross"), back_squares=nw.col("returned") * nw.col("returned"))
    sums = ("sale", "free", "back", "later", "gross", "returned", "squares", "back_squares", "months")
    each = flagged.group_by(*names, "c").agg(
        *(nw.col(name).sum() for name in sums),
        nw.col("day").min().alias("first"), nw.col("day").max().alias("last"),
    )  # fmt: skip
    found = _in_order(collected(each), names)
    values, days = _first_days(nw, flagged, each, names, found, daily) if orders.date is not None else (None, None)
    parts = [part.ranked() for part in group_parts(found, names, None)]
    keys, group = grouped(parts, len(found["sale"]))
    gross = _floats(found["gross"])
    return Buyers(
        ids=tuple(plain(x) for x in found["c"]),
        n=_ints(found["sale"]), free=_ints(found["free"]), gross=gross, squares=_floats(found["squares"]),
        returns=_ints(found["back"]), returned=_floats(found["returned"]), back_squares=_floats(found["back_squares"]), first=_ints(found["first"]),
        last=_ints(found["last"]), first_value=np.zeros(len(gross)) if values is None else values,
        later=_ints(found["later"]), months=_floats(found["months"]), keys=keys, group=group, ledger=ledger, days=days,
    )  # fmt: skip


def count_repeated(frame: Any, orders: Orders) -> int:
    """Rows that say again what another row says: same customer, time and amount.

    0 where most rows share their customer and time with another one: they are lines of orders, which may well be alike.
    """
    import narwhals.stable.v2 as nw

    keys = [c for c in (orders.date, *orders.keys) if c is not None]
    lazy, names = chosen_columns(frame, answers=[orders.revenue or orders.id], keys=keys, cluster=orders.id)
    each = lazy.filter(~nw.col("c").is_null()).group_by(*names, "c", "a").agg(nw.len().alias("k"))
    alike = collected(each.select(nw.len().alias("rows"), nw.col("k").sum().alias("all")))
    together = collected(each.group_by(*names, "c").agg(nw.len().alias("k")).select(nw.len().alias("rows")))
    rows, distinct, times = (int(x[0] or 0) for x in (alike["all"], alike["rows"], together["rows"]))
    return rows - distinct if times >= rows / 2 else 0


def texts_of(frame: Any, column: str) -> list[tuple[str, int]]:
    """The distinct texts of a column and how often each stands there."""
    return [(str(text), n) for text, n in count_cells(frame, answer=column).counts if text is not None]


def day_of(number: int) -> dt.date:
    """The day of a number of days, as in :class:`Buyers`."""
    return dt.date.fromordinal(int(number))


def _lines(nw: Any, frame: Any, orders: Orders, end: dt.date | None, anonymous: bool) -> tuple[Any, list[str], Ledger]:
    """Rows as ``k0 ..., c`` (customer), ``d`` (day), ``v`` (amount) and ``o`` (order); and what was left out."""
    keys = [*orders.keys, *([orders.order] if orders.unit == "order" and orders.order is not None else [])]
    lazy, names = chosen_columns(
        frame, answers=[orders.revenue or orders.id, *([] if orders.term is None else [orders.term])], keys=keys,
        cluster=orders.id, date=orders.date, freq=None if orders.date is None else "D",
    )  # fmt: skip
    grouping = names[: len(orders.keys)]
    plan = {
        "v": nw.col("a").cast(nw.Float64) if orders.revenue is not None else nw.lit(1.0),
        "d": _day_number(nw) if orders.date is not None else nw.lit(1),
        "m": nw.col("a1").cast(nw.Float64) if orders.term is not None else nw.lit(0.0),
    }
    if orders.unit == "order":
        plan["o"] = nw.col(names[len(orders.keys)])
    lazy = lazy.with_columns(**plan).select(*grouping, "c", *plan)
    known, dated, priced = (~nw.col(name).is_null() for name in ("c", "d", "v"))
    early = (nw.col("d") <= (end.toordinal() if end is not None else 10**9)).fill_null(False)
    flags = {
        "undated": ~dated, "unpriced": dated & ~priced, "late": dated & priced & ~early,
        "anonymous": dated & priced & early & ~known, "used": dated & priced & early & known,
    }  # fmt: skip
    one, none = nw.lit(1), nw.lit(0)
    counted = collected(
        lazy.select(
            **{name: nw.when(flag).then(one).otherwise(none) for name, flag in flags.items()},
            day=nw.when(flags["used"]).then(nw.col("d")).otherwise(None),
        ).select(nw.len().alias("rows"), *(nw.col(name).sum() for name in flags),
                 nw.col("day").min().alias("first"), nw.col("day").max().alias("last"))
    )  # fmt: skip
    ledger = Ledger(**{name: int(plain(column[0]) or 0) for name, column in counted.items()})
    wanted = dated & priced & early
    return lazy.filter(wanted if anonymous else wanted & known), grouping, ledger


def _day_number(nw: Any) -> Any:
    """The day's number since the year 1, as of date.toordinal(): whole numbers compare alike on every engine."""
    day = nw.col("period")
    last = day.dt.year() - 1
    return last * 365 + last // 4 - last // 100 + last // 400 + day.dt.ordinal_day()


def _ordered(nw: Any, rows: Any, names: Sequence[str], orders: Orders) -> Any:
    """One row an order: keys, ``c``, its day ``d`` and its total ``v``."""
    if orders.unit == "row":
        return rows
    together = ["d"] if orders.unit == "day" else ["o"]
    total = nw.col("v").sum()
    if orders.unit == "day":
        return rows.group_by(*names, "c", *together).agg(total, nw.col("m").sum())
    # A contract's lines run together, not one after the other.
    return rows.group_by(*names, "c", *together).agg(total, nw.col("d").min(), nw.col("m").max())


def _first_days(nw: Any, flagged: Any, each: Any, names: Sequence[str], found: dict[str, Any], daily: bool) -> Any:
    """What each customer spent on the first day; and the days of later purchases."""
    if names:
        return None, None  # nobody asks for it by group
    sales = flagged.filter((nw.col("sale") == 1) | (nw.col("later") == 1))
    joined = sales.join(each.select("c", "first"), on="c", how="inner")
    begun = collected(joined.filter(nw.col("d") == nw.col("first")).group_by("c").agg(nw.col("gross").sum()))
    value = dict(zip([plain(x) for x in begun["c"]], _floats(begun["gross"]).tolist(), strict=True))
    values = np.array([value.get(plain(x), 0.0) for x in found["c"]])
    if not daily:
        return values, None
    again = collected(joined.filter(nw.col("d") > nw.col("first")).group_by("d").agg(nw.len().alias("k")))
    day, often = _ints(again["d"]), _ints(again["k"])
    order = np.argsort(day)
    return values, (day[order], often[order])


def _in_order(found: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The entries sorted by customer: engines give groups in any order, and seeded draws must not follow it."""
    ids = [plain(x) for x in found["c"]]
    alike = {type(x) for x in ids}
    order = (
        np.argsort(np.array(ids), kind="stable") if alike in ({str}, {int}) else np.argsort(coded(ids).ranked().codes)
    )
    for name in reversed(names):
        order = order[np.argsort(coded([plain(x) for x in found[name]]).ranked().codes[order], kind="stable")]
    rows = order.tolist()
    return {
        name: column[order] if isinstance(column, np.ndarray) else [column[i] for i in rows]
        for name, column in found.items()
    }


def _floats(values: Any) -> Floats:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return np.nan_to_num(values.astype(np.float64))
    return np.array([float(x) if plain(x) is not None else 0.0 for x in values], np.float64)


def _ints(values: Any) -> Ints:
    return _floats(values).astype(np.int64)
