"""What the BG/NBD model expects of customers: who is alive, how much they will buy, with which spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["alive", "bought_by_age", "purchases_ahead", "simulated_ahead"]

Floats = NDArray[np.float64]

#: From here on (1-z)^(a-1) may underflow while 2F1 overflows; p hardly varies then.
_LARGE = 100.0


def alive(params: Floats, x: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """The probability that each customer is still alive at the end of observation.

    Parameters
    ----------
    params : (4,) float
        r, alpha, a, b.
    x, recency, age : (n,)
        Repeat purchases, age at the last, age.

    Returns
    -------
    (n,) float
        1 for customers without a repeat purchase: in this model nobody dies before one.

    References
    ----------
    Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model, note 021, eq. 7.
    """
    from scipy.special import expit

    r, alpha, a, b = params
    x, recency, age = (np.asarray(v, np.float64) for v in (x, recency, age))
    back = np.maximum(x, 1)
    odds = np.log(a) - np.log(b + back - 1) + (r + x) * (np.log(alpha + age) - np.log(alpha + recency))
    return np.where(x > 0, expit(-odds), 1.0)


def purchases_ahead(params: Floats, horizon: ArrayLike, x: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """Purchases that each customer is expected to make in the time ``horizon`` from now.

    Returns
    -------
    (n,) float

    Notes
    -----
    The published 2F1(r+x, b+x; a+b+x-1; z) overflows for customers with many purchases. By Euler's transformation its
    product with the factor before it is (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z), which does not: x only stands in
    the denominator.

    References
    ----------
    Fader, Hardie & Lee (2005), Marketing Science 24(2), eq. 10.
    """
    r, alpha, a, b = params
    x, age = np.asarray(x, np.float64), np.asarray(age, np.float64)
    ahead = np.asarray(horizon, np.float64)
    return alive(params, x, recency, age) * _while_alive(r + x, alpha + age, a, b + x, ahead)


def bought_by_age(params: Floats, age: ArrayLike) -> Floats:
    """Repeat purchases that a new customer is expected to have made by each age.

    References
    ----------
    Fader, Hardie & Lee (2005), Marketing Science 24(2), eq. 9.
    """
    r, alpha, a, b = params
    age = np.asarray(age, np.float64)
    return _while_alive(np.full(age.shape, r), np.full(age.shape, alpha), a, np.full(age.shape, b), age)


def simulated_ahead(
    params: Floats, horizon: float, x: ArrayLike, recency: ArrayLike, age: ArrayLike, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Purchases of each customer in the time ``horizon`` from now, drawn from the model given the past.

    Alive customers have lambda ~ Gamma(r + x, alpha + age) and p ~ Beta(a, b + x), independently.
    """
    r, alpha, a, b = params
    x, age = np.asarray(x, np.float64), np.asarray(age, np.float64)
    here = rng.random(x.shape) < alive(params, x, recency, age)
    out = np.zeros(x.shape, np.int64)
    rate = rng.gamma(r + x[here], 1 / (alpha + age[here]))
    last = rng.geometric(np.maximum(rng.beta(a, b + x[here]), 1e-15))
    out[here] = np.minimum(rng.poisson(rate * horizon), last)
    return out


def _while_alive(r: Floats, scale: Floats, a: float, b: Floats, ahead: Floats) -> Floats:
    """E[(1 - exp(-lambda p t)) / p] over lambda ~ Gamma(r, scale) and p ~ Beta(a, b)."""
    from scipy.special import hyp2f1

    if a > _LARGE:
        return _by_quantiles(r, scale, a, b, ahead)
    # 0/0 at a = 1 and at a + b = 1, where the function itself is smooth.
    a = a if abs(a - 1) > 1e-7 else 1 + 1e-7
    c = a + b - 1
    c = np.where(np.abs(c) > 1e-7, c, 1e-7)
    z = ahead / (scale + ahead)
    left = (1 - z) ** (a - 1) * hyp2f1(c - r, a - 1, c, z)
    out = np.asarray(c * (1 - left) / (a - 1))
    # 2F1 fails for some c - r near a whole number once b and r are huge: p hardly varies then.
    lost = ~np.isfinite(out)
    if lost.any():
        r, scale, b, ahead = (np.broadcast_to(v, out.shape)[lost] for v in (r, scale, b, ahead))
        out[lost] = _by_quantiles(r, scale, a, b, ahead)
    return out


def _by_quantiles(r: Floats, scale: Floats, a: float, b: Floats, ahead: Floats) -> Floats:
    """The same by quadrature over the quantiles of p, for a p that hardly varies."""
    from scipy.special import betaincinv, ndtr

    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    levels, at = np.unique(b, return_inverse=True)
    p = betaincinv(a, levels[:, None], ndtr(nodes)[None, :])[at.reshape(-1)].reshape(*np.shape(b), len(nodes))
    p = np.maximum(p, 1e-12)
    ratio = np.log1p(p * (ahead / scale)[..., None])
    return np.asarray(-np.expm1(-r[..., None] * ratio) / p @ (weights / weights.sum()))
