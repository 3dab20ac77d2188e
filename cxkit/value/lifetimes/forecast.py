"""Purchases and spend of a customer base ahead: fitted, forecast, and how far it may turn out otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.buying.bgnbd import BuyerCounts, buyer_counts, fit_bgnbd, simulated_buyers
from cxkit.stats.buying.bgnbd_forecast import alive, purchases_ahead, simulated_ahead
from cxkit.stats.buying.gammagamma import fit_gamma_gamma, mean_spend, simulated_spend
from cxkit.stats.buying.maximum import Maximum

__all__ = ["Base", "Fitted", "Forecast", "fitted", "forecast"]

Floats = NDArray[np.float64]

#: Customers up to which parameters are drawn by a bootstrap; beyond, from the curvature of the likelihood.
BOOTSTRAP = 10_000
#: Rows times draws up to which totals are computed in every draw; beyond, linearised.
_EXACT = 5_000_000
_FUTURES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Customers as the models need them: repeat purchases, age at the last, age, mean repeat value (NaN: none)."""

    x: Floats
    recency: Floats
    age: Floats
    mean: Floats

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The models and draws of their parameters.

    Attributes
    ----------
    buying, spend : Maximum or None
    draws, spend_draws : (B, 4) and (B, 3) float
    method : {"bootstrap", "normal"}
    """

    buying: Maximum
    spend: Maximum | None
    draws: Floats
    spend_draws: Floats
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Of each customer, and of all with draws.

    Attributes
    ----------
    alive, expected, spend, revenue : (n,) float
        Chance to be alive; purchases ahead; mean value of one; their product, each part discounted.
    undiscounted : (n,) float
    total_alive, total_purchases, total_revenue, total_undiscounted : (B,) float
        Draws of the sums: parameters and chance.
    """

    alive: Floats
    expected: Floats
    spend: Floats
    revenue: Floats
    undiscounted: Floats
    total_alive: Floats
    total_purchases: Floats
    total_revenue: Floats
    total_undiscounted: Floats


def fitted(base: Base, *, draws: int, rng: np.random.Generator, money: bool) -> Fitted:
    """Both models fitted, and their parameters drawn."""
    counts = buyer_counts(base.x, base.recency, base.age)
    buying = fit_bgnbd(counts)
    back = (base.x > 0) & (base.mean > 0)
    spend = fit_gamma_gamma(base.x[back], base.mean[back]) if money and back.sum() >= 2 else None
    normal = len(base) > BOOTSTRAP and np.isfinite(buying.covariance).all()
    drawn = _normal(buying, draws, rng) if normal else np.array([_refitted(buying, base, rng) for _ in range(draws)])
    spent = np.empty((0, 3))
    if spend is not None:
        if normal and np.isfinite(spend.covariance).all():
            spent = _normal(spend, draws, rng)
        else:
            x = base.x[back]
            spent = np.array([
                fit_gamma_gamma(x, simulated_spend(spend.params, x, rng), near=spend).params
                for _ in range(draws)
            ])  # fmt: skip
    return Fitted(buying, spend, drawn, spent, "normal" if normal else "bootstrap")


def _normal(found: Maximum, draws: int, rng: np.random.Generator) -> Floats:
    root = np.linalg.cholesky(found.covariance + 1e-12 * np.eye(len(found.params)))
    return np.asarray(found.params * np.exp(rng.standard_normal((draws, len(found.params))) @ root.T))


def _refitted(found: Maximum, base: Base, rng: np.random.Generator) -> Floats:
    for _ in range(20):
        x, recency = simulated_buyers(found.params, base.age, rng)
        if (x > 0).any():
            counts: BuyerCounts = buyer_counts(x, recency, base.age)
            return fit_bgnbd(counts, near=found).params
    return found.params


def forecast(
    base: Base, models: Fitted, *, horizon: float, a_year: float, discount: float, rng: np.random.Generator
) -> Forecast:
    """What the base brings in the time ``horizon``, ``a_year`` of which make a year.

    A purchase is discounted to today from the middle of the month in which it is expected.
    """
    buying = models.buying.params
    expected = purchases_ahead(buying, horizon, base.x, base.recency, base.age)
    living = alive(buying, base.x, base.recency, base.age)
    spend = _spend(base, models)
    weight = _discounted(buying, base, expected, horizon, a_year, discount)
    once = expected * spend
    futures = [_future(base, models, horizon, spend, rng) for _ in range(_FUTURES)]
    bought = np.stack([f[0] for f in futures])
    money = np.stack([f[1] for f in futures])

    def totals(params: Floats, spent: Floats | None) -> Floats:
        here = purchases_ahead(params, horizon, base.x, base.recency, base.age)
        each = here * (spend if spent is None else _spend(base, _with_spend(models, spent)))
        return np.array([
            alive(params, base.x, base.recency, base.age).sum(), here.sum(), each @ weight, each.sum(),
        ])  # fmt: skip

    drawn = _drawn_totals(totals, models, len(base))
    noise = np.sqrt(np.array([
        (living * (1 - living)).sum(), bought.var(axis=0, ddof=1).sum(), (weight**2) @ money.var(axis=0, ddof=1),
        money.var(axis=0, ddof=1).sum(),
    ]))  # fmt: skip
    drawn = np.maximum(drawn + rng.standard_normal(drawn.shape) * noise, 0.0)
    drawn[:, 0] = np.minimum(drawn[:, 0], len(base))
    return Forecast(living, expected, spend, once * weight, once, *drawn.T)


def _with_spend(models: Fitted, params: Floats) -> Fitted:
    """The same models with other parameters of spend."""
    assert models.spend is not None
    return replace(models, spend=replace(models.spend, params=params))


def _spend(base: Base, models: Fitted) -> Floats:
    """The mean value of a purchase that each customer is expected to have; NaN without amounts."""
    if models.spend is None:
        return np.full(len(base), math.nan)
    known = base.mean > 0
    if models.spend.params[1] <= 1:
        # The model's mean is infinite: what was seen stands for it.
        seen = float(np.average(base.mean[known], weights=base.x[known]))
        return np.where(known, base.mean, seen)
    return mean_spend(models.spend.params, np.where(known, base.x, 0.0), base.mean)


def _discounted(params: Floats, base: Base, expected: Floats, horizon: float, a_year: float, discount: float) -> Floats:
    """(n,) what discounting leaves of a customer's purchases, as a share of them."""
    if not discount:
        return np.ones(len(base))
    steps = min(max(1, round(12 * horizon / a_year)), 60)
    ends = horizon * np.arange(1, steps + 1) / steps
    total, before = np.zeros(len(base)), np.zeros(len(base))
    for k, end in enumerate(ends.tolist()):
        so_far = expected if k == steps - 1 else purchases_ahead(params, end, base.x, base.recency, base.age)
        total += (so_far - before) * (1 + discount) ** (-(end - horizon / steps / 2) / a_year)
        before = so_far
    return np.where(expected > 0, total / np.where(expected > 0, expected, 1.0), 1.0)


def _future(
    base: Base, models: Fitted, horizon: float, spend: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """One future of each customer: purchases and their sum of money."""
    n = simulated_ahead(models.buying.params, horizon, base.x, base.recency, base.age, rng).astype(np.float64)
    if models.spend is None or models.spend.params[1] <= 1:
        return n, n * spend
    p, q, v = models.spend.params
    known = base.mean > 0
    x = np.where(known, base.x, 0.0)
    nu = rng.gamma(p * x + q, 1 / (v + x * np.where(known, base.mean, 0.0)))
    return n, np.where(n > 0, rng.gamma(np.maximum(p * n, 1e-9)) / np.maximum(nu, 1e-300), 0.0)


def _drawn_totals(totals: object, models: Fitted, n: int) -> Floats:
    """(B, 4) sums in every draw of the parameters; by their gradient where that would be too many."""
    assert callable(totals)
    spent = models.spend is not None
    size = len(models.draws)
    if n * size <= _EXACT:
        return np.array([
            totals(models.draws[i], models.spend_draws[i] if spent else None) for i in range(size)
        ])  # fmt: skip
    here = [models.buying.params, models.spend.params if models.spend is not None else None]
    centre = totals(*here)
    logs = [np.log(models.draws) - np.log(models.buying.params)]
    if models.spend is not None:
        logs.append(np.log(models.spend_draws) - np.log(models.spend.params))
    shift = np.concatenate(logs, axis=1)
    slope = np.empty((shift.shape[1], 4))
    for k in range(shift.shape[1]):
        ends = []
        for step in (0.01, -0.01):
            moved = [None if part is None else part.copy() for part in here]
            side, at = (0, k) if k < 4 else (1, k - 4)
            part = moved[side]
            assert part is not None
            part[at] *= math.exp(step)
            ends.append(totals(*moved))
        slope[k] = (ends[0] - ends[1]) / 0.02
    return np.asarray(centre + shift @ slope)
