"""Contracts: how many renew, projected beyond what was seen, and what a subscriber is worth (sBG)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError
from cxkit.present.grid import Grid
from cxkit.present.items import Item
from cxkit.present.result import SCHEMA, json_value
from cxkit.present.words import SMALL_BASE
from cxkit.stats.buying.sbg import (
    Ended,
    constant_churn,
    discounted_lifetime,
    ended,
    fit_sbg,
    mean_lifetime,
    residual_lifetime,
    retention,
    simulated_ends,
    survival,
)
from cxkit.value.lifetimes.cautions import Caution, caution
from cxkit.value.lifetimes.contracts_plots import ContractPlots
from cxkit.value.lifetimes.itemised import Group, Grouped, check_level, groups_list
from cxkit.value.lifetimes.orders import currency_of
from cxkit.value.lifetimes.ranges import given
from cxkit.value.lifetimes.timing import check_discount

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Contracts", "Curve", "contracts"]

Floats = NDArray[np.float64]
#: Periods a year, and what one is called in an item's unit.
YEARLY = {"Y": (1, "years"), "Q": (4, "quarters"), "M": (12, "months")}


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One group's contracts over periods 0, 1 ... P.

    Attributes
    ----------
    key : tuple
    params : (2,) float
        alpha, beta.
    draws : (B, 2) float
        The same in bootstrap samples; none where no base is known.
    seen : (t + 1,) float
        Share still there after 0 ... t periods, as it was seen (of those who could be).
    fitted, low, high : (P + 1,) float
        The same by the model, with its interval.
    n : int
        Customers; 0 where it is not known.
    alike : bool
        Customers do not visibly differ: a constant churn does as well.
    """

    key: tuple[Any, ...]
    params: Floats
    draws: Floats
    seen: Floats
    fitted: Floats
    low: Floats
    high: Floats
    n: int
    alike: bool = False


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Contracts(Grouped):
    """How contracts are renewed, by group.

    Attributes
    ----------
    by : tuple of str
    groups : tuple of Group
        Items ``alpha, beta, churn_first, retention_next, survival_projected, lifetime, discounted_lifetime,
        lifetime_value`` as far as they apply.
    curves : tuple of Curve
    freq : {"Y", "Q", "M"}
        What a period is.
    project : int
        Periods projected.
    discount : float or None
        A year's.
    currency : str
    level : float
    cautions : tuple of Caution
    """

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    curves: tuple[Curve, ...]
    freq: str
    project: int
    discount: float | None
    currency: str
    level: float
    cautions: tuple[Caution, ...] = ()

    @property
    def plot(self) -> ContractPlots:
        """Drawings: ``plot()`` for survival seen and projected, ``plot.retention()``."""
        return ContractPlots(self)

    def curve(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``period, seen, estimate, low, high, retention, residual_lifetime``.

        Shares in %. ``residual_lifetime``: discounted periods still to be paid by a customer who is there after so many
        periods, just before the next renewal; NaN without a discount.
        """
        import pandas as pd

        rows = []
        for c in self.curves:
            t = np.arange(len(c.fitted))
            kept = 100 * retention(c.params, t[1:])
            left = np.full(len(t), np.nan)
            if self.discount:
                rate = (1 + self.discount) ** (1 / YEARLY[self.freq][0]) - 1
                left = residual_lifetime(c.params, rate, t)
            for i in t.tolist():
                seen = 100 * c.seen[i] if i < len(c.seen) else math.nan
                rows.append((*c.key, i, seen, 100 * c.fitted[i], 100 * c.low[i], 100 * c.high[i],
                             kept[i - 1] if i else math.nan, left[i]))  # fmt: skip
        return pd.DataFrame(
            rows, columns=[*self.by, "period", "seen", "estimate", "low", "high", "retention", "residual_lifetime"]
        )

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "contracts", "freq": self.freq, "project": self.project,
            "discount": json_value(self.discount), "currency": self.currency, "level": self.level, "by": list(self.by),
            "groups": groups_list(self.by, self.groups),
            "curves": [
                {
                    "group": dict(zip(self.by, map(json_value, c.key), strict=True)),
                    **{name: [json_value(100 * float(x)) for x in getattr(c, name)] for name in _CURVE},
                }
                for c in self.curves
            ],
            "cautions": [c.to_dict() for c in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Who stays, how far that is from a constant churn, and what was projected."""
        from cxkit.value.lifetimes.contracts_words import explain_contracts

        return explain_contracts(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.lifetimes.contracts_words import contracts_grid

        return contracts_grid(self, lang)


def contracts(
    data: Any,
    *,
    n: Any = None,
    since: str | None = None,
    left: str | None = None,
    by: str | Sequence[str] | None = None,
    freq: str = "Y",
    end: Any = None,
    project: int = 12,
    discount: float | None = None,
    margin: float | None = None,
    draws: int = 300,
    seed: int = 0,
    level: float = 0.95,
    currency: str | None = None,
) -> Contracts:
    """The shifted-beta-geometric model of renewals, by maximum likelihood.

    Parameters
    ----------
    data : sequence, mapping, Study, frame or place
        Survivors of a cohort after 0, 1, 2 ... periods (``[1000, 869, 743]``, or shares with ``n``), several by name
        (``{"regular": [...], "high-end": [...]}``), or customers with the day they came and the day they left.
    n : int or mapping, optional
        Customers at the start, where survivors are shares: without it there is no interval.
    since, left : str, optional
        Columns of a table of customers; the study's roles when not said.
    by : str or list of str, optional
        Groups of customers.
    freq : {"Y", "Q", "M"}
        Length of a contract: a year, a quarter, a month.
    end : date or str, optional
        The day the table is of: the latest day in it when not said.
    project : int
        Periods to project.
    discount : float, optional
        A year's, as a share.
    margin : float, optional
        What a customer brings in a period; paid at the start of it, the first one now.
    draws, seed : int
        Of the parametric bootstrap.

    Returns
    -------
    Contracts

    Raises
    ------
    UsageError
        Survivors that rise; everybody or nobody left; fewer than two periods seen.

    Notes
    -----
    A customer counts as lost at the end of the period in which he left. Those whose current period is not over are
    taken as they were at the end of the last one.

    References
    ----------
    Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76-90.

    Examples
    --------
    >>> found = contracts([100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1], n=1000, draws=20)
    >>> round(found["alpha"].estimate, 3), round(found["survival_projected"].estimate, 1)
    (0.668, 37.8)
    """
    if freq not in YEARLY:
        raise OptionError(f"no freq {freq!r}", hint="freq= 'Y', 'Q' or 'M'")
    level = check_level(level)
    if isinstance(project, bool) or not isinstance(project, int) or project < 1:
        raise OptionError(f"project= is {project!r}", hint="a whole number of periods")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 20:
        raise OptionError(f"draws= is {draws!r}", hint="a whole number of 20 or more; 300 is usual")
    yearly = None if discount is None else float(check_discount(discount))
    worth = None if margin is None else given("margin", margin, fix="an amount of money a period").value
    if worth is not None and not yearly:
        raise OptionError("margin= needs a discount above 0", hint="discount=.10, a year's")
    study = None
    if isinstance(data, Mapping) or _is_numbers(data):
        if since is not None or left is not None or by is not None or end is not None:
            raise OptionError("since=, left=, by= and end= go with a table of customers, not with survivors")
        columns, ends, cautions = _from_survivors(data, n)
    else:
        from cxkit.value.lifetimes.terms import from_customers

        if n is not None:
            raise OptionError("n= goes with survivors, not with a table of customers", hint="leave n= out")
        study, columns, ends, cautions = from_customers(data, since=since, left=left, by=by, freq=freq, end=end)
    rng = np.random.default_rng(seed)
    curves = tuple(_curve(key, found, base, seen, project, draws, level, rng) for key, found, base, seen in ends)
    money = currency_of(study, currency)
    groups = tuple(_group(c, freq, project, yearly, worth, money, level) for c in curves)
    cautions += _cautions(curves)
    return Contracts(columns, groups, curves, freq, project, yearly, money, level, tuple(cautions))


Ends = list[tuple[tuple[Any, ...], Ended, int, Floats]]


def _is_numbers(data: Any) -> bool:
    if isinstance(data, np.ndarray):
        return data.ndim == 1
    return isinstance(data, (list, tuple)) and bool(data) and all(isinstance(x, (int, float)) for x in data)


def _from_survivors(data: Any, n: Any) -> tuple[tuple[str, ...], Ends, list[Caution]]:
    named = data if isinstance(data, Mapping) else {None: data}
    out: Ends = []
    unknown = False
    for name, survivors in named.items():
        base = n.get(name) if isinstance(n, Mapping) else n
        try:
            found = ended(survivors)
        except (UsageError, TypeError, ValueError) as exc:
            if name is None or not isinstance(exc, UsageError):
                raise
            raise UsageError(f"{name}: {exc.what}", hint=exc.hint) from None
        first = float(np.asarray(survivors, np.float64)[0])
        seen = np.asarray(survivors, np.float64) / first
        if base is None:
            # 100 that becomes 86.9 is a share; 1000 that becomes 869 are customers.
            whole = np.allclose(np.asarray(survivors, float) % 1, 0) and first not in (1, 100)
            base, unknown = (round(first), unknown) if whole else (0, True)
        elif isinstance(base, bool) or not isinstance(base, (int, float)) or base < 1:
            raise OptionError(f"n= is {base!r}", hint="customers at the start: n=1000")
        scale = base / first if base else 1.0
        scaled = Ended(found.lost * scale, found.kept * scale, found.exposure * scale)
        out.append((() if name is None else (name,), scaled, int(base), seen))
    return (() if None in named else ("cohort",)), out, [caution("no_base")] if unknown else []


def _curve(key: tuple[Any, ...], found: Ended, base: int, seen: Floats, project: int, draws: int, level: float,
           rng: np.random.Generator) -> Curve:  # fmt: skip
    if len(seen) < 3:
        raise UsageError(
            f"{' · '.join(map(str, key)) + ': ' if key else ''}only {len(seen) - 1} period was seen, and the model has two "
            "parameters: nothing tells whether churn falls", code="not_identified",
            hint="survivors after two periods or more, or a shorter one: freq='Q' or 'M'",
        )  # fmt: skip
    try:
        fit = fit_sbg(found)
    except UsageError as exc:
        if not key:
            raise
        raise UsageError(f"{' · '.join(map(str, key))}: {exc.what}", hint=exc.hint, code=exc.code) from None
    t = np.arange(max(project, len(seen) - 1) + 1)
    params = fit.params[0]
    # One parameter more must raise the likelihood by 1.35 (5 % of a half chi-square, for it is at its bound).
    alike = bool(fit.edge[0]) or (base > 0 and float(fit.loglik[0]) - constant_churn(found)[1] < 1.353)
    fitted = survival(params, t)
    drawn = np.empty((0, 2))
    low = high = np.full(len(t), np.nan)
    if base:
        drawn = fit_sbg(simulated_ends(params, found.exposure, draws, rng)).params
        # Samples in which nobody left do not say where alpha is.
        drawn = drawn[np.isfinite(drawn).all(axis=1)]
        if len(drawn) >= draws / 2:
            low, high = np.quantile(survival(drawn, t), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Curve(key, params, drawn, seen, fitted, low, high, base, alike)


def _group(c: Curve, freq: str, project: int, discount: float | None, margin: float | None, currency: str,
           level: float) -> Group:  # fmt: skip
    a_year, unit = YEARLY[freq]
    last = len(c.seen) - 1

    def item(name: str, of: Any, kind: str) -> Item:
        estimate = float(of(c.params))
        low = high = math.nan
        if c.alike and name in ("alpha", "beta"):
            return Item(name, math.nan, unit=kind)
        if len(c.draws) and not (c.alike and name in _BEYOND):
            low, high = (float(x) for x in np.quantile(of(c.draws), [(1 - level) / 2, (1 + level) / 2],
                                                       method="inverted_cdf"))  # fmt: skip
        value, low, high = (x if math.isfinite(x) else math.nan for x in (estimate, low, high))
        return Item(name, value, low, high, kind)

    items = [
        item("alpha", lambda p: p[..., 0], ""),
        item("beta", lambda p: p[..., 1], ""),
        item("churn_first", lambda p: 100 - 100 * retention(p, [1])[..., 0], "%"),
        item("retention_next", lambda p: 100 * retention(p, [last + 1])[..., 0], "%"),
        item("survival_projected", lambda p: 100 * survival(p, [project])[..., 0], "%"),
        item("lifetime", mean_lifetime, unit),
    ]
    if discount:
        rate = (1 + discount) ** (1 / a_year) - 1
        items.append(item("discounted_lifetime", lambda p: discounted_lifetime(p, rate), unit))
        if margin is not None:
            items.append(item("lifetime_value", lambda p: margin * discounted_lifetime(p, rate), currency))
    return Group(c.key, tuple(items), c.n)


def _cautions(curves: Sequence[Curve]) -> list[Caution]:
    alike = [" · ".join(map(str, c.key)) for c in curves if c.alike]
    out = []
    if alike:
        out.append(caution("alike_in" if any(alike) else "alike", names=", ".join(alike[:6])))
    for c in curves:
        if c.alike:
            continue
        if c.params[0] <= 1:
            out.append(caution("endless", alpha=float(c.params[0])))
            break
        if len(c.draws) and float(np.mean(c.draws[:, 0] <= 1)) > 0.005:
            out.append(caution("open_lifetime"))
            break
    few = [" · ".join(map(str, c.key)) or "all" for c in curves if 0 < c.n < SMALL_BASE]
    if few:
        out.append(caution("small", names=", ".join(few[:6]), small=SMALL_BASE))
    return out


#: Items that rest on what was not seen: how long those who stay will.
_BEYOND = ("lifetime", "discounted_lifetime", "lifetime_value")
_CURVE = ("seen", "fitted", "low", "high")
