"""Recency, frequency and value: who bought last when, how often, for how much, and who holds the value."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item
from cxkit.present.result import SCHEMA, json_value
from cxkit.stats.buying.concentration import fifths, gini, lorenz, ratio_error, top_share
from cxkit.stats.intervals import student_t, wilson, z_value
from cxkit.tally.purchases import buyers, day_of
from cxkit.value.lifetimes.cautions import Caution, Euros, Share, caution
from cxkit.value.lifetimes.itemised import Group, check_level, groups_frame, groups_list
from cxkit.value.lifetimes.orders import asked, day_asked, row_cautions
from cxkit.value.lifetimes.rfm_plots import RfmPlots
from cxkit.value.lifetimes.rfm_segments import SEGMENTS, segments_of
from cxkit.value.masking import masked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Rfm", "Tier", "rfm"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOPS = (0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Tier:
    """The top share of customers by value.

    Attributes
    ----------
    top : float
        Share of customers, such as .2.
    customers : int
    share, low, high : float
        Of all value, in %.
    least : float
        The value of the last customer in it.
    """

    top: float
    customers: int
    share: float
    low: float
    high: float
    least: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Rfm(Shown):
    """Customers by recency, frequency and value.

    Attributes
    ----------
    groups : tuple of Group
        The segment ``all``, then those that have customers, the most valuable first. Items ``customers,
        share_customers, share_value, value_each, orders_each, days_since``; of all also ``gini``.
    tiers : tuple of Tier
    ids : tuple
        Customers, as they are: shown masked unless asked for.
    days, orders : (n,) int
        Days since the last order; orders.
    value : (n,) float
        Sales less returns.
    scores : (n, 3) int
        Of recency, frequency and value, 1 to 5.
    segments : tuple of str
        Of each customer.
    end : date
    currency : str
    level : float
    cautions : tuple of Caution
    """

    groups: tuple[Group, ...]
    tiers: tuple[Tier, ...]
    ids: tuple[Any, ...]
    days: Ints
    orders: Ints
    value: Floats
    scores: Ints
    segments: tuple[str, ...]
    end: dt.date
    currency: str
    level: float
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, item: str) -> Item:
        """An item of all customers."""
        return self.groups[0][item]

    @property
    def n(self) -> int:
        """Customers."""
        return len(self.ids)

    @property
    def plot(self) -> RfmPlots:
        """Drawings: ``plot()`` for segments; ``plot.lorenz()``, ``plot.tiers()``, ``plot.grid()``."""
        return RfmPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``segment, item, estimate, low, high, unit``; the segment ``all`` first."""
        return groups_frame(("segment",), self.groups)

    def tiers_frame(self) -> "pd.DataFrame":
        """A frame of ``top, customers, share, low, high, least``: shares in %."""
        import pandas as pd

        rows = [(100 * t.top, t.customers, t.share, t.low, t.high, t.least) for t in self.tiers]
        return pd.DataFrame(rows, columns=["top", "customers", "share", "low", "high", "least"])

    def customers(self, *, ids: Literal["masked", "shown"] = "masked") -> "pd.DataFrame":
        """A row a customer, the most valuable first.

        Columns ``customer, days_since, orders, value, r, f, m, segment``.
        """
        import pandas as pd

        if ids not in ("masked", "shown"):
            raise OptionError(f"ids= is {ids!r}", hint="'masked' or 'shown'")
        frame = pd.DataFrame({
            "customer": masked([str(x) for x in self.ids]) if ids == "masked" else list(self.ids), "days_since": self.days,
            "orders": self.orders, "value": self.value, "r": self.scores[:, 0], "f": self.scores[:, 1],
            "m": self.scores[:, 2], "segment": list(self.segments),
        })  # fmt: skip
        return frame.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold, without customers; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "rfm", "n": self.n, "end": self.end.isoformat(), "currency": self.currency,
            "level": self.level, "segments": groups_list(("segment",), self.groups),
            "tiers": [
                {"top": 100 * t.top, "customers": t.customers, "share": t.share, "low": json_value(t.low),
                 "high": json_value(t.high), "least": t.least}
                for t in self.tiers
            ],
            "cautions": [c.to_dict() for c in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How concentrated value is, and which segments hold it."""
        from cxkit.value.lifetimes.rfm_words import explain_rfm

        return explain_rfm(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.rfm_words import rfm_grid

        return rfm_grid(self, lang)


def rfm(
    orders: Any,
    *,
    id: str | None = None,
    date: str | None = None,
    revenue: str | None = None,
    order: str | None = None,
    end: Any = None,
    level: float = 0.95,
    currency: str | None = None,
) -> Rfm:
    """Recency, frequency and value of customers in fifths, named segments, and who holds the value.

    Parameters
    ----------
    orders : Study, frame or place
        One row an order, or a line of one.
    id, date, revenue : str, optional
        Columns; the study's roles when not said. A column of margins as ``revenue`` gives shares of margin.
    order : str, optional
        Column of the order's name; without it all that a customer bought on one day is one order.
    end : date or str, optional
        The day that recency is counted to: the last one in the data when not said.

    Returns
    -------
    Rfm

    Notes
    -----
    Scores run from 1 to 5 (most recent, most frequent, most valuable). Customers with equal figures share the score of
    the middle of their ranks, so that groups need not be fifths. Value is sales less returns; a customer below 0 counts
    as 0 in shares of value.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(i, f"2026-{1 + k:02}-{1 + i % 28:02}", 10.0 * i) for i in range(1, 41) for k in range(1 + i % 5)]
    >>> found = rfm(pd.DataFrame(rows, columns=["customer", "date", "amount"]), id="customer", date="date",
    ...             revenue="amount")
    >>> found.n, [t.customers for t in found.tiers]
    (40, [4, 8, 20])
    """
    level = check_level(level)
    source = asked(orders, id=id, date=date, revenue=revenue, order=order, currency=currency)
    last = day_asked(end, "end")
    found = buyers(source.study.data, source.orders, end=last)
    cautions = row_cautions(found.ledger, found, source, end=last)
    if found.ledger.anonymous:
        cautions.insert(0, caution("anonymous", n=found.ledger.anonymous, of=found.ledger.rows))
    here = np.flatnonzero(found.n > 0)
    if not len(here):
        raise NothingMatched("no customer bought anything", hint="check id= and revenue=, or end=")
    if len(here) < len(found):
        cautions.append(caution("never_bought", n=len(found) - len(here)))
    today = last if last is not None else day_of(found.ledger.last)
    days = today.toordinal() - found.last[here]
    count, value = found.n[here], found.gross[here] + found.returned[here]
    scores = np.stack([fifths(-days), fifths(count), fifths(value)], axis=1)
    segments = tuple(segments_of(scores[:, 0], scores[:, 1]))
    held = np.maximum(value, 0.0)
    if (value < 0).any():
        below = value[value < 0]
        cautions.append(caution("below_zero", n=len(below), sum=Euros(float(below.sum()), source.currency)))
    cautions += _tied(days, count)
    if not held.sum() > 0:
        raise NothingMatched("no customer has a value above 0", hint="returns exceed purchases: check revenue=")
    groups = _groups(segments, days, count, value, held, source.currency, level)
    tiers = tuple(_tier(held, top, level) for top in TOPS)
    ids = tuple(found.ids[i] for i in here.tolist())
    return Rfm(groups, tiers, ids, days, count, value, scores, segments, today, source.currency, level, tuple(cautions))


def _groups(segments: tuple[str, ...], days: Ints, count: Ints, value: Floats, held: Floats, currency: str,
            level: float) -> tuple[Group, ...]:  # fmt: skip
    names = np.array(segments)
    out = []
    for name in ("all", *SEGMENTS):
        rows = np.ones(len(names), bool) if name == "all" else names == name
        if not rows.any():
            continue
        k = int(rows.sum())
        items = [Item("customers", float(k), unit="customers")]
        if name != "all":
            low, high = (float(np.asarray(x).reshape(-1)[0]) for x in wilson(k / len(names), len(names), level))
            items.append(Item("share_customers", 100 * k / len(names), 100 * low, 100 * high, "%"))
            share, error = ratio_error(held * rows, held)
            items.append(_near("share_value", 100 * share, 100 * error, level, "%", 0.0, 100.0))
        else:
            items.append(Item("value_total", float(value.sum()), unit=currency))
            found, error = gini(held)
            items.append(_near("gini", found, error, level, "", 0.0, 1.0))
        items += [
            _mean("value_each", value[rows], level, currency, -math.inf),
            _mean("orders_each", count[rows], level, "", 0.0),
            _mean("days_since", days[rows], level, "days", 0.0),
        ]
        out.append(Group((name,), tuple(items), k))
    worth = {g.key[0]: g["share_value"].estimate if g.key[0] != "all" else math.inf for g in out}
    return tuple(sorted(out, key=lambda g: -worth[g.key[0]]))


def _mean(name: str, values: NDArray[Any], level: float, unit: str, least: float) -> Item:
    n, mean = len(values), float(values.mean())
    if n < 2:
        return Item(name, mean, unit=unit)
    low, high = (float(x) for x in student_t(mean, values.std(ddof=1) / math.sqrt(n), n - 1, level))
    return Item(name, mean, max(low, least), high, unit)


def _near(name: str, estimate: float, error: float, level: float, unit: str, least: float, most: float) -> Item:
    if not math.isfinite(error):
        return Item(name, estimate, unit=unit)
    width = float(z_value(level)) * error
    return Item(name, estimate, max(estimate - width, least), min(estimate + width, most), unit)


def _tier(held: Floats, top: float, level: float) -> Tier:
    share, error = top_share(held, top)
    near = _near("", 100 * share, 100 * error, level, "%", 100 * top, 100.0)
    k = max(1, math.ceil(top * len(held) - 1e-9))
    least = float(np.sort(held)[-k])
    return Tier(top, k, near.estimate, near.low, near.high, least)


def _tied(days: Ints, count: Ints) -> list[Caution]:
    out = []
    for values, what in ((days, "recency"), (count, "frequency")):
        _, often = np.unique(values, return_counts=True)
        share = float(often.max() / len(values))
        if share > 0.3:
            out.append(caution(f"tied_{what}", share=Share(share)))
    return out


def lorenz_of(result: Rfm) -> tuple[Floats, Floats]:
    """The Lorenz curve of customers' value."""
    return lorenz(np.maximum(result.value, 0.0))
