"""Customers without a contract: who is still alive, what they will buy, what the base is worth (BG/NBD, Gamma-Gamma)."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError, UsageError
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item, items_frame, items_list
from cxkit.present.result import SCHEMA, json_value
from cxkit.present.words import SMALL_BASE
from cxkit.stats.buying.gammagamma import population_spend
from cxkit.tally.purchases import Buyers, buyers, day_of
from cxkit.value.lifetimes.calibration import Calibration, Tracking, calibrated, tracked
from cxkit.value.lifetimes.cautions import Caution, Share, caution
from cxkit.value.lifetimes.forecast import Base, Fitted, Forecast, fitted, forecast
from cxkit.value.lifetimes.itemised import check_level, one_item
from cxkit.value.lifetimes.orders import Asked, asked, day_asked, row_cautions
from cxkit.value.lifetimes.purchases_plots import PurchasePlots
from cxkit.value.lifetimes.timing import check_discount
from cxkit.value.masking import masked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Purchases", "purchases"]

Floats = NDArray[np.float64]
#: Days of a unit of time, units a year, and what they are called.
UNITS = {"W": (7.0, 365.25 / 7, "weeks"), "D": (1.0, 365.25, "days")}
YEAR = {"W": 52.0, "D": 365.0}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Purchases(Shown):
    """A customer base by the BG/NBD and Gamma-Gamma models.

    Items that the data do not identify are NaN and named in ``cautions``: ``a, b`` and ``alive`` where nobody is seen to
    drop out, ``p, q, v`` where the model of spend has no maximum.

    Attributes
    ----------
    items : tuple of Item
        ``r, alpha, a, b``; ``p, q, v`` with amounts; ``repeat_share, alive, purchases_expected,
        purchases_each``; with amounts ``spend_population, revenue_expected, revenue_each``; with a margin
        ``value_total, value_each``.
    ids : tuple
        Customers, as they are: shown masked unless asked for.
    base : Base
        Repeat purchases, recency, age and mean repeat value of each.
    models : Fitted
    ahead : Forecast
        What is expected of each.
    freq : {"W", "D"}
        Unit of time.
    horizon : float
        Units of time ahead.
    first, end : date
        First purchase of all; last day of the history.
    margin, discount : float or None
    returns : float
        Share of returns in sales, taken off money ahead.
    currency : str
    level : float
    tracking : Tracking
    calibration : Calibration or None
        With ``holdout``.
    cautions : tuple of Caution
    """

    items: tuple[Item, ...]
    ids: tuple[Any, ...]
    base: Base
    models: Fitted
    ahead: Forecast
    freq: str
    horizon: float
    first: dt.date
    end: dt.date
    margin: float | None
    discount: float | None
    returns: float
    currency: str
    level: float
    tracking: Tracking
    calibration: Calibration | None = None
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, item: str) -> Item:
        return one_item(self.items, item)

    @property
    def n(self) -> int:
        """Customers."""
        return len(self.ids)

    @property
    def dropout(self) -> bool:
        """Whether anybody is seen to drop out; else a, b and who is still active are not identified."""
        return _drops_out(self.models)

    @property
    def loglik(self) -> float:
        """Log-likelihood of the model of purchases, without the terms that hold no parameter, as published."""
        return self.models.buying.loglik

    @property
    def plot(self) -> PurchasePlots:
        """Drawings: ``plot()`` for tracking; ``plot.alive()``, ``plot.matrix()``, ``plot.calibration()``."""
        return PurchasePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, unit``."""
        return items_frame(self.items)

    def customers(self, *, ids: Literal["masked", "shown"] = "masked") -> "pd.DataFrame":
        """A row a customer, the most valuable first.

        Columns ``customer, purchases, recency, age, mean_value, alive, expected, spend, value``: purchases with the
        first one; times in the unit; mean value of repeat purchases; chance to be alive in %; purchases expected over
        the horizon; their mean value; and what they bring (margin and discount counted where they were said).
        """
        import pandas as pd

        if ids not in ("masked", "shown"):
            raise OptionError(f"ids= is {ids!r}", hint="'masked' or 'shown'")
        b, a = self.base, self.ahead
        frame = pd.DataFrame({
            "customer": masked([str(x) for x in self.ids]) if ids == "masked" else list(self.ids),
            "purchases": b.x.astype(np.int64) + 1, "recency": b.recency, "age": b.age, "mean_value": b.mean,
            "alive": 100 * a.alive if self.dropout else math.nan, "expected": a.expected, "spend": a.spend, "value": self.values,
        })  # fmt: skip
        by = ["value", "expected"] if math.isfinite(float(self.values[0])) else ["expected"]
        return frame.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)

    @property
    def values(self) -> Floats:
        """(n,) what each customer brings over the horizon: margin if it is known, else revenue; NaN without amounts."""
        money = self.ahead.revenue * (1 - self.returns)
        return money if self.margin is None else money * self.margin

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold, without customers; NaN becomes None."""
        c = self.calibration
        return {
            "schema": SCHEMA, "kind": "purchases", "n": self.n, "freq": self.freq, "horizon": self.horizon,
            "first": self.first.isoformat(), "end": self.end.isoformat(), "margin": self.margin,
            "discount": self.discount, "returns": json_value(self.returns), "currency": self.currency,
            "level": self.level, "interval": self.models.method, "loglik": json_value(self.loglik),
            "items": items_list(self.items),
            "calibration": None if c is None else {
                "split": c.split.isoformat(), "end": c.end.isoformat(), "n": c.n, "actual": c.actual,
                "predicted": c.predicted, "low": json_value(c.low), "high": json_value(c.high), "inside": c.inside,
                "correlation": json_value(c.correlation), "error": c.error,
            },
            "cautions": [one.to_dict() for one in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Who is alive, what they will buy, what it is worth, and whether the model foretold."""
        from cxkit.value.lifetimes.purchases_words import explain_purchases

        return explain_purchases(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.purchases_words import purchases_grid

        return purchases_grid(self, lang)


def purchases(
    orders: Any,
    *,
    id: str | None = None,
    date: str | None = None,
    revenue: str | None = None,
    end: Any = None,
    freq: str = "W",
    holdout: Any = None,
    horizon: float | None = None,
    margin: float | None = None,
    discount: float | None = None,
    draws: int = 200,
    seed: int = 0,
    level: float = 0.95,
    currency: str | None = None,
) -> Purchases:
    """Repeat purchases without a contract (BG/NBD) and their value (Gamma-Gamma), by maximum likelihood.

    Parameters
    ----------
    orders : Study, frame or place
        One row an order, or a line of one. All that a customer bought on one day is one purchase.
    id, date, revenue : str, optional
        Columns; the study's roles when not said. Without ``revenue`` only purchases are forecast.
    end : date or str, optional
        Last day of the history: the last one in the data when not said. Later rows are left out and counted.
    freq : {"W", "D"}
        Unit of time: weeks (of seven days, not rounded) or days.
    holdout : date or str, optional
        The model is also fitted on the days up to this one alone, and held against those after: ``.calibration``.
    horizon : float, optional
        Units of time ahead; 52 weeks or 365 days when not said.
    margin : float, optional
        Share of revenue that is margin. Without it, money is revenue.
    discount : float, optional
        A year's, as a share.
    draws, seed : int
        Of the parametric bootstrap of the parameters (above 10,000 customers: of their normal approximation).

    Returns
    -------
    Purchases

    Raises
    ------
    UsageError
        No customer bought twice.
    RoleError
        No column of customers or dates; amounts in several currencies.

    Notes
    -----
    Days that sum to 0 or less are no purchase; the share of returns is taken off money ahead. Intervals of sums hold the
    uncertainty of the parameters and the chance of what customers will do.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275-284;
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value, note 025.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(i, f"2026-{1 + 2 * k:02}-{1 + i % 28:02}", 20.0 + i) for i in range(60) for k in range(1 + i % 4)]
    >>> frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    >>> found = purchases(frame, id="customer", date="date", revenue="amount", draws=20)
    >>> found.n, round(found["repeat_share"].estimate)
    (60, 75)
    """
    if freq not in UNITS:
        raise OptionError(f"no freq {freq!r}", hint="freq='W' for weeks or 'D' for days")
    days, a_year, _ = UNITS[freq]
    level = check_level(level)
    ahead = YEAR[freq] if horizon is None else _positive("horizon", horizon, f"a number of {UNITS[freq][2]} above 0")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 20:
        raise OptionError(f"draws= is {draws!r}", hint="a whole number of 20 or more; 200 is usual")
    if margin is not None and not 0 < _positive("margin", margin, "a share of revenue: margin=.35") <= 1:
        raise OptionError(f"margin= is {margin!r}", hint="a share of revenue: margin=.35 for 35 %")
    yearly = 0.0 if discount is None else float(check_discount(discount))
    source = asked(orders, id=id, date=date, revenue=revenue, priced=False, currency=currency)
    last, split = day_asked(end, "end"), day_asked(holdout, "holdout")
    found = buyers(source.study.data, source.orders, end=last, daily=True)
    cautions = row_cautions(found.ledger, found, source, end=last)
    if found.ledger.anonymous:
        cautions.insert(0, caution("anonymous", n=found.ledger.anonymous, of=found.ledger.rows))
    here = np.flatnonzero(found.n > 0)
    if not len(here):
        raise NothingMatched("no customer bought anything", hint="check id= and revenue=, or end=")
    if len(here) < len(found):
        cautions.append(caution("never_bought", n=len(found) - len(here)))
    today = last if last is not None else day_of(found.ledger.last)
    rng = np.random.default_rng(seed)
    money = source.orders.revenue is not None
    base = _base(found, here, today.toordinal(), days)
    models = fitted(base, draws=draws, rng=rng, money=money)
    future = forecast(base, models, horizon=ahead, a_year=a_year, discount=yearly, rng=rng)
    assert found.days is not None
    tracking = tracked(models.buying.params, found.first[here], found.days, today.toordinal(), days)
    gross = float(found.gross.sum())
    share = min(1.0, float(-found.returned.sum()) / gross) if money and gross else 0.0
    held = None if split is None else _calibrated(source, split, today, freq, draws, level, np.random.default_rng(seed))
    seen = (today - day_of(found.ledger.first)).days / days
    cautions += _cautions(base, models, money, margin, discount, share, ahead, seen, freq)
    ids = tuple(found.ids[i] for i in here.tolist())
    bare = Purchases(
        (), ids, base, models, future, freq, ahead, day_of(int(found.first[here].min())), today, margin, discount, share,
        source.currency, level, tracking, held, tuple(cautions),
    )  # fmt: skip
    return replace(bare, items=_items(bare))


def _positive(name: str, value: Any, fix: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
        raise OptionError(f"{name}= is {value!r}", hint=fix)
    return float(value)


def _base(found: Buyers, here: NDArray[np.int64], last: int, days: float) -> Base:
    x = (found.n[here] - 1).astype(np.float64)
    first = found.first[here]
    later = found.gross[here] - found.first_value[here]
    mean = np.where(x > 0, later / np.maximum(x, 1), np.nan)
    return Base(x, (found.last[here] - first) / days, (last - first) / days, mean)


def _calibrated(source: Asked, split: dt.date, end: dt.date, freq: str, draws: int, level: float,
                rng: np.random.Generator) -> Calibration:  # fmt: skip
    days, a_year, _ = UNITS[freq]
    if split >= end:
        raise OptionError(f"holdout= is {split}, and the history ends on {end}", hint="an earlier day")
    found = buyers(source.study.data, source.orders, end=end, split=split, daily=True)
    here = np.flatnonzero(found.n > 0)
    if not len(here):
        raise UsageError(f"nobody had bought by {split}", hint="a later day as holdout=")
    base = _base(found, here, split.toordinal(), days)
    models = fitted(base, draws=draws, rng=rng, money=False)
    ahead = (end - split).days / days
    future = forecast(base, models, horizon=ahead, a_year=a_year, discount=0.0, rng=rng)
    low, high = np.quantile(future.total_purchases, [(1 - level) / 2, (1 + level) / 2]).tolist()
    assert found.days is not None
    tracking = tracked(models.buying.params, found.first[here], found.days, end.toordinal(), days, split)
    return calibrated(base.x, found.later[here], future.expected, (low, high), split=split, end=end, tracking=tracking)


def _items(result: Purchases) -> tuple[Item, ...]:
    models, ahead, level, n = result.models, result.ahead, result.level, result.n
    kept = 1 - result.returns
    out = [
        _parameter(name, models.buying.params[i], models.draws[:, i], "", level, known=result.dropout or i < 2)
        for i, name in enumerate(("r", "alpha", "a", "b"))
    ]
    if models.spend is not None:
        out += [
            _parameter(
                name,
                models.spend.params[i],
                models.spend_draws[:, i],
                result.currency if name == "v" else "",
                level,
                known=not models.spend.edge.any(),
            )
            for i, name in enumerate(("p", "q", "v"))
        ]
    again = int((result.base.x > 0).sum())
    out += [
        _share("repeat_share", again, n, level),
        _drawn("alive", ahead.alive.sum(), ahead.total_alive, "customers", level)
        if result.dropout
        else Item("alive", math.nan, unit="customers"),
        _drawn("purchases_expected", ahead.expected.sum(), ahead.total_purchases, "purchases", level),
        _drawn("purchases_each", ahead.expected.mean(), ahead.total_purchases / n, "purchases", level),
    ]
    if models.spend is not None:
        means = np.array([population_spend(p) for p in models.spend_draws])
        out.append(_drawn("spend_population", population_spend(models.spend.params), means, result.currency, level))
        total, drawn = float(ahead.undiscounted.sum()) * kept, ahead.total_undiscounted * kept
        out.append(_drawn("revenue_expected", total, drawn, result.currency, level))
        out.append(_drawn("revenue_each", total / n, drawn / n, result.currency, level))
        if result.margin is not None:
            total, drawn = float(result.values.sum()), ahead.total_revenue * kept * result.margin
            out.append(_drawn("value_total", total, drawn, result.currency, level))
            out.append(_drawn("value_each", total / n, drawn / n, result.currency, level))
    return tuple(out)


def _drawn(name: str, estimate: Any, draws: Floats, unit: str, level: float) -> Item:
    ends = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf").tolist()
    value, low, high = (x if math.isfinite(x) else math.nan for x in (float(estimate), *ends))
    return Item(name, value, low, high, unit)


def _parameter(name: str, estimate: Any, draws: Floats, unit: str, level: float, *, known: bool) -> Item:
    """A parameter; without a value where the data do not tell it, without an interval that would not hold it."""
    if not known:
        return Item(name, math.nan, unit=unit)
    found = _drawn(name, estimate, draws, unit, level)
    return found if found.low <= found.estimate <= found.high else Item(name, found.estimate, unit=unit)


def _share(name: str, hits: int, n: int, level: float) -> Item:
    from cxkit.stats.intervals import wilson

    low, high = (float(np.asarray(x).reshape(-1)[0]) for x in wilson(hits / n, n, level))
    return Item(name, 100 * hits / n, 100 * low, 100 * high, "%")


def _cautions(base: Base, models: Fitted, money: bool, margin: float | None, discount: float | None, share: float,
              ahead: float, seen: float, freq: str) -> list[Caution]:  # fmt: skip
    out = []
    back = base.x > 0
    again = int(back.sum())
    if again < SMALL_BASE:
        out.append(caution("few_repeat", n=again))
    loose = [name for name, at in zip(("r", "alpha", "a", "b"), models.buying.edge.tolist(), strict=True) if at]
    if not _drops_out(models):
        out.append(caution("no_dropout"))
    elif loose:
        out.append(caution("edge", names=", ".join(loose)))
    if models.method == "normal":
        out.append(caution("normal", n=len(base)))
    if ahead > seen:
        out.append(caution(f"extrapolated_{UNITS[freq][2]}", ahead=round(ahead), seen=round(seen)))
    if not money:
        return [*out, caution("no_spend")]
    if models.spend is not None and models.spend.edge.any():
        out.append(caution("spend_open"))
    if models.spend is not None and models.spend.params[1] <= 1:
        out.append(caution("spend_edge", q=float(models.spend.params[1])))
    r = _rank_correlation(base.x[back], base.mean[back])
    if abs(r) >= 0.15 and abs(r) * math.sqrt(max(again - 1, 0)) > 2.58:
        out.append(caution("dependent", r=r, n=again))
    if share:
        out.append(caution("returns_taken", share=Share(share)))
    if margin is None:
        out.append(caution("revenue"))
    elif not discount:
        out.append(caution("undiscounted"))
    return out


def _drops_out(models: Fitted) -> bool:
    """Whether the share who drop out after a purchase, a / (a + b), is anything but 0."""
    a, b = models.buying.params[2:]
    return bool(a / (a + b) >= 1e-4)


def _rank_correlation(x: Floats, y: Floats) -> float:
    """Spearman's, 0 where one of the two does not vary."""
    from scipy.stats import rankdata

    if len(x) < 3 or x.std() == 0 or y.std() == 0:
        return 0.0
    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])
