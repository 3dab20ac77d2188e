"""Transactions: what an order is worth, how often customers buy, who comes back, what is sent back."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched
from cxkit.present.grid import Grid
from cxkit.present.items import Item
from cxkit.present.result import SCHEMA
from cxkit.stats.intervals import student_t, wilson
from cxkit.study.labels import labelled
from cxkit.tally.coding import coded
from cxkit.tally.purchases import Buyers, buyers, day_of
from cxkit.value.lifetimes.cautions import Caution, caution
from cxkit.value.lifetimes.itemised import Group, Grouped, check_level, groups_list
from cxkit.value.lifetimes.orders import asked, check_money, day_asked, row_cautions
from cxkit.value.lifetimes.transactions_plots import TransactionPlots

if TYPE_CHECKING:
    pass

__all__ = ["Transactions", "transactions"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Transactions(Grouped):
    """Orders by group.

    Attributes
    ----------
    by : tuple of str
    groups : tuple of Group
        Items ``average_transaction_value, orders_per_customer, purchase_frequency`` (orders a customer and year),
        ``repeat_rate, revenue_per_customer, returns_share, average_contract_value`` (with a term), and the sums
        ``orders, customers, gross_revenue, returns, net_revenue``.
    first, end : date or None
        Of the orders; None without dates.
    currency : str
    level : float
    cautions : tuple of Caution
    """

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    first: dt.date | None
    end: dt.date | None
    currency: str
    level: float
    cautions: tuple[Caution, ...] = ()

    @property
    def plot(self) -> TransactionPlots:
        """Drawings: ``plot()`` for the average transaction by group; ``plot.repeat()``."""
        return TransactionPlots(self)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "transactions", "by": list(self.by),
            "first": None if self.first is None else self.first.isoformat(),
            "end": None if self.end is None else self.end.isoformat(), "currency": self.currency, "level": self.level,
            "groups": groups_list(self.by, self.groups), "cautions": [c.to_dict() for c in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What an order is worth, how often customers buy, who comes back."""
        from cxkit.value.lifetimes.transactions_words import explain_transactions

        return explain_transactions(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.transactions_words import transactions_grid

        return transactions_grid(self, lang)


def transactions(
    orders: Any,
    *,
    id: str | None = None,
    date: str | None = None,
    revenue: str | None = None,
    order: str | None = None,
    term: str | None = None,
    by: str | Sequence[str] | None = None,
    end: Any = None,
    level: float = 0.95,
    currency: str | None = None,
) -> Transactions:
    """Average transaction, purchase frequency, repeat rate, revenue and returns.

    Parameters
    ----------
    orders : Study, frame or place
        One row an order, or a line of one.
    id, date, revenue : str, optional
        Columns; the study's roles when not said. ``date`` may be left out.
    order : str, optional
        Column of the order's (invoice's) name: rows with one name are lines of one order. Without it every row is one.
    term : str, optional
        Column of the months that a contract runs: gives the average contract value, a year's.
    by : str or list of str, optional
        Groups of orders; a customer may be in several.
    end : date or str, optional
        Last day that counts.

    Returns
    -------
    Transactions

    Notes
    -----
    An order whose lines sum below 0 is a return: it is in ``returns`` and ``net_revenue``, and no order. Intervals are
    by customer (linearised ratios): orders of one customer are alike. Orders without a customer are in amounts and in
    the average transaction, each a customer of its own there. Sums are counted and have no interval.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customer": ["a", "a", "b", "c"], "amount": [10.0, 30.0, 20.0, -5.0]})
    >>> found = transactions(frame, id="customer", revenue="amount")
    >>> found["average_transaction_value"].estimate, found["repeat_rate"].estimate, found["net_revenue"].estimate
    (20.0, 50.0, 55.0)
    """
    level = check_level(level)
    source = asked(
        orders, id=id, date=date, revenue=revenue, order=order, by=by, unit="row", dated=False, currency=currency
    )
    if term is not None:
        column = source.study.column(term)
        check_money(source.study, column)
        source = replace(source, orders=replace(source.orders, term=column))
    last = day_asked(end, "end")
    found = buyers(source.study.data, source.orders, end=last, anonymous=True)
    cautions = row_cautions(found.ledger, found, source, end=last)
    nobody = np.array([x is None for x in found.ids], bool)
    if found.ledger.anonymous:
        inside = int((found.n + found.free)[nobody].sum())
        cautions.insert(0, caution("anonymous_kept", n=found.ledger.anonymous, of=found.ledger.rows, orders=inside))
    if found.free.sum():
        cautions.append(caution("free", n=int(found.free.sum())))
    dated = source.orders.date is not None and found.ledger.used > 0
    first = day_of(found.ledger.first) if dated else None
    final = (last or day_of(found.ledger.last)) if dated else None
    years = ((final - first).days + 1) / 365.25 if first is not None and final is not None else math.nan
    columns = source.orders.keys
    parts = labelled(
        source.study.reading.labels, columns, tuple(coded([k[i] for k in found.keys]) for i in range(len(columns)))
    )
    keys = [tuple(part.levels[part.codes[g]] for part in parts) for g in range(len(found.keys))]
    groups = [
        _group(keys[g], found, found.group == g, nobody, years, source.currency, term is not None, level)
        for g in range(len(found.keys))
    ]
    groups = [g for g in groups if g.items]
    if not groups:
        raise NothingMatched("there is no order", hint="check id= and revenue=, or end=")
    alone = [" · ".join(map(str, g.key)) for g in groups if g.n < 2]
    if any(alone) or (alone and not columns):
        cautions.append(caution("one_customer", names=", ".join(alone[:6]) or "all"))
    cautions.append(caution("totals"))
    return Transactions(columns, tuple(groups), first, final, source.currency, level, tuple(cautions))


def _group(key: tuple[Any, ...], found: Buyers, rows: NDArray[np.bool_], nobody: NDArray[np.bool_], years: float,
           currency: str, term: bool, level: float) -> Group:  # fmt: skip
    n, gross = (found.n + found.free)[rows].astype(np.float64), found.gross[rows]
    back, known = found.returned[rows], ~nobody[rows]
    orders = float(n.sum())
    buys = known & (n > 0)
    customers = int(buys.sum())
    if not orders and not back.any():
        return Group(key, (), 0)
    clusters = customers + int(n[~known].sum())
    items: list[Item] = []
    if orders:
        mean = gross.sum() / orders
        spread = float(((gross[buys] - mean * n[buys]) ** 2).sum())
        # Of orders without a customer only sums are here: each is a customer of its own.
        spread += float((found.squares[rows] - 2 * mean * gross + mean**2 * n)[~known].sum())
        items.append(_ratio("average_transaction_value", mean, spread, orders, clusters, level, currency))
    if customers:
        each = n[buys].sum() / customers
        spread = float(((n[buys] - each) ** 2).sum())
        items.append(_ratio("orders_per_customer", each, spread, customers, customers, level, ""))
        if math.isfinite(years) and years > 0:
            once = items[-1]
            items.append(Item("purchase_frequency", once.estimate / years, once.low / years, once.high / years))
        again = int((n[buys] >= 2).sum())
        low, high = (float(np.asarray(x).reshape(-1)[0]) for x in wilson(again / customers, customers, level))
        items.append(Item("repeat_rate", 100 * again / customers, 100 * low, 100 * high, "%"))
        net = (gross + back)[buys]
        items.append(_ratio("revenue_per_customer", net.mean(), float(((net - net.mean()) ** 2).sum()), customers,
                            customers, level, currency, least=-math.inf))  # fmt: skip
    total, lost = float(gross.sum()), float(-back.sum())
    if total:
        share = lost / total
        spread = float(((-back - share * gross)[known] ** 2).sum())
        spread += float((found.back_squares[rows] + share**2 * found.squares[rows])[~known].sum())
        sent = int((known & (found.returns[rows] > 0) & ~buys).sum() + found.returns[rows][~known].sum())
        items.append(_ratio("returns_share", 100 * share, 1e4 * spread, total, clusters + sent, level, "%"))
    if term and found.months[rows].sum() > 0:
        length = found.months[rows][known] / 12
        a_year = gross[known].sum() / length.sum()
        spread = float(((gross[known] - a_year * length) ** 2).sum())
        items.append(_ratio("average_contract_value", a_year, spread, float(length.sum()), customers, level, currency))
    items += [
        Item("orders", orders, unit="orders"), Item("customers", float(customers), unit="customers"),
        Item("gross_revenue", total, unit=currency), Item("returns", -lost if lost else 0.0, unit=currency),
        Item("net_revenue", total - lost, unit=currency),
    ]  # fmt: skip
    return Group(key, tuple(items), customers)


def _ratio(name: str, estimate: float, spread: float, below: float, clusters: int, level: float, unit: str, *,
           least: float = 0.0) -> Item:  # fmt: skip
    """A ratio with its linearised interval over so many independent customers."""
    estimate = float(estimate)
    if clusters < 2 or not math.isfinite(spread):
        return Item(name, estimate, unit=unit)
    error = math.sqrt(clusters / (clusters - 1) * max(spread, 0.0)) / below
    low, high = (float(x) for x in student_t(estimate, error, clusters - 1, level))
    return Item(name, estimate, max(low, least), high, unit)
