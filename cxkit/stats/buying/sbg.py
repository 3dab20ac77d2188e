"""The shifted-beta-geometric model of contracts: who renews, period after period.

At the end of each period a customer leaves with probability theta, which is Beta(alpha, beta) over customers. Those
who are likely to leave go first, so that the retention of a cohort rises although nobody's changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, UsageError

__all__ = [
    "Ended",
    "Fitted",
    "constant_churn",
    "discounted_lifetime",
    "ended",
    "fit_sbg",
    "mean_lifetime",
    "residual_lifetime",
    "retention",
    "simulated_ends",
    "survival",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """How contracts ended.

    Attributes
    ----------
    lost : (t,) float
        Customers who left at the end of period 1, 2 ... t.
    kept : (t + 1,) float
        Customers still there when last seen after 0, 1 ... t whole periods.
    exposure : (t + 1,) float
        Customers who could have been seen for 0, 1 ... t whole periods, whether they left or not.
    """

    lost: Floats
    kept: Floats
    exposure: Floats

    @property
    def n(self) -> float:
        """Customers in all."""
        return float(self.lost.sum() + self.kept.sum())

    @property
    def stayed(self) -> Floats:
        """Customers who renewed at the end of period 1, 2 ... t."""
        later = np.append(self.lost[1:], 0.0)[::-1].cumsum()[::-1]
        return np.asarray(later + self.kept[1:][::-1].cumsum()[::-1])


def ended(survivors: ArrayLike) -> Ended:
    """One cohort's survivors after 0, 1, 2 ... periods as how its contracts ended.

    Raises
    ------
    UsageError
        Fewer than two numbers, negative ones, or more survivors than the period before.
    """
    left = np.asarray(survivors, np.float64)
    if left.ndim != 1 or len(left) < 2 or not np.isfinite(left).all() or (left < 0).any() or left[0] <= 0:
        raise UsageError("survivors are two or more numbers, the first above 0: [1000, 869, 743]")
    if (np.diff(left) > 0).any():
        at = int(np.flatnonzero(np.diff(left) > 0)[0])
        raise UsageError(
            f"survivors rise from {left[at]:g} after period {at} to {left[at + 1]:g}",
            hint="give the customers of one cohort who are still there, without new ones",
        )
    kept = np.zeros(len(left))
    exposure = np.zeros(len(left))
    kept[-1], exposure[-1] = left[-1], left[0]
    return Ended(-np.diff(left), kept, exposure)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Where the likelihood is highest, for B data sets.

    Attributes
    ----------
    params : (B, 2) float
        alpha, beta.
    loglik : (B,) float
    edge : (B,) bool
        Customers who do not visibly differ: alpha + beta ran to the end of the search, and their ratio is that of a
        constant churn.
    """

    params: Floats
    loglik: Floats
    edge: NDArray[np.bool_]


def fit_sbg(data: Ended | Sequence[Ended]) -> Fitted:
    """The parameters of highest likelihood, of one data set or of many with the same periods at once.

    Raises
    ------
    UsageError
        One data set, in which everybody or nobody left: the model is not identified. Of many, such have NaN.

    Notes
    -----
    Of those who come to the end of period i, the lost give ln alpha - ln(alpha + beta + i - 1), the others
    ln(beta + i - 1) - ln(alpha + beta + i - 1). Newton's steps in logit(alpha / (alpha + beta)) and
    log(alpha + beta), damped (Levenberg-Marquardt).

    References
    ----------
    Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76-90.
    """
    many = [data] if isinstance(data, Ended) else list(data)
    lost = np.stack([one.lost for one in many])
    stay = np.stack([one.stayed for one in many])
    known = (lost.sum(axis=1) > 0) & (stay.sum(axis=1) > 0)
    if isinstance(data, Ended) and not known.all():
        raise UsageError(
            "everybody or nobody left: the model of contracts is not identified", code="not_identified",
            hint="take more periods, or cx.lifetime_value(retention=(low, high))",
        )  # fmt: skip
    at = np.zeros((len(many), 2))
    first = (lost[:, 0] + 0.5) / (lost[:, 0] + stay[:, 0] + 1)
    at[:, 0], at[:, 1] = np.log(first / (1 - first)), np.log(4.0)
    value, gradient, hessian = _slopes(at, lost, stay)
    damping = np.full(len(many), 1e-3)
    eye = np.eye(2)
    for _ in range(100):
        # The largest eigenvalue of the Hessian makes it negative definite wherever it is not.
        top = np.maximum(np.linalg.eigvalsh(hessian)[:, -1], 0.0)
        scale = np.abs(np.trace(hessian, axis1=1, axis2=2)) + 1e-12
        shift = (damping * scale + 1.01 * top)[:, None, None] * eye
        step = np.linalg.solve(shift - hessian, gradient[:, :, None])[:, :, 0]
        length = np.sqrt((step**2).sum(axis=1, keepdims=True))
        step *= np.minimum(1.0, 1.5 / np.maximum(length, 1e-300))
        trial = np.clip(at + step, -_EDGE, _EDGE)
        found = _slopes(trial, lost, stay)
        better = found[0] >= value
        moved = np.abs(trial - at).max(axis=1)
        at = np.where(better[:, None], trial, at)
        value = np.where(better, found[0], value)
        gradient = np.where(better[:, None], found[1], gradient)
        hessian = np.where(better[:, None, None], found[2], hessian)
        damping = np.where(better, damping / 10, damping * 10)
        if ((moved < 1e-10) | (damping > 1e12) | ~known).all():
            break
    alpha, beta = _shape(at)
    params = np.stack([alpha, beta], axis=1)
    params[~known] = np.nan
    return Fitted(params, value, at[:, 1] > _EDGE - 1e-3)


def constant_churn(data: Ended) -> tuple[float, float]:
    """The share lost at the end of every period if it is the same for all and always, and its log-likelihood."""
    lost, stayed = float(data.lost.sum()), float(data.stayed.sum())
    share = lost / (lost + stayed)
    return share, float(lost * np.log(share) + stayed * np.log1p(-share))


_EDGE = 14.0


def _shape(at: Floats) -> tuple[Floats, Floats]:
    share = 1 / (1 + np.exp(-at[:, 0]))
    total = np.exp(at[:, 1])
    return total * share, total * (1 - share)


def _slopes(at: Floats, lost: Floats, stay: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood, gradient and Hessian by the logit of the mean and the logarithm of alpha + beta."""
    alpha, beta = (side[:, None] for side in _shape(at))
    i = np.arange(lost.shape[1])
    risk = lost + stay
    value = (lost * np.log(alpha) + stay * np.log(beta + i) - risk * np.log(alpha + beta + i)).sum(axis=1)
    both = (risk / (alpha + beta + i)).sum(axis=1)
    g = np.stack([lost.sum(axis=1) / alpha[:, 0] - both, (stay / (beta + i)).sum(axis=1) - both], axis=1)
    cross = (risk / (alpha + beta + i) ** 2).sum(axis=1)
    h = np.empty((len(at), 2, 2))
    h[:, 0, 0] = cross - lost.sum(axis=1) / alpha[:, 0] ** 2
    h[:, 1, 1] = cross - (stay / (beta + i) ** 2).sum(axis=1)
    h[:, 0, 1] = h[:, 1, 0] = cross
    a, b = alpha[:, 0], beta[:, 0]
    odd = a * b / (a + b)
    jacobian = np.empty((len(at), 2, 2))
    jacobian[:, 0] = np.stack([odd, a], axis=1)
    jacobian[:, 1] = np.stack([-odd, b], axis=1)
    out = np.swapaxes(jacobian, 1, 2) @ h @ jacobian
    bend = odd * (b - a) / (a + b)
    out[:, 0, 0] += (g[:, 0] - g[:, 1]) * bend
    out[:, 0, 1] += (g[:, 0] - g[:, 1]) * odd
    out[:, 1, 0] += (g[:, 0] - g[:, 1]) * odd
    out[:, 1, 1] += g[:, 0] * a + g[:, 1] * b
    return value, (g[:, None, :] @ jacobian)[:, 0], out


def survival(params: ArrayLike, periods: ArrayLike) -> Floats:
    """The share of a cohort that is still there after so many periods.

    Parameters
    ----------
    params : (..., 2) float
        alpha, beta.
    periods : (t,)

    Returns
    -------
    (..., t) float

    >>> [round(float(s), 3) for s in survival((0.668, 3.806), [1, 12])]
    [0.851, 0.378]
    """
    from scipy.special import betaln

    alpha, beta = _sides(params)
    t = np.asarray(periods, np.float64)
    return np.asarray(np.exp(betaln(alpha, beta + t) - betaln(alpha, beta)))


def retention(params: ArrayLike, periods: ArrayLike) -> Floats:
    """The share of those who were there that renews at the end of period 1, 2 ..."""
    alpha, beta = _sides(params)
    t = np.asarray(periods, np.float64)
    return np.asarray((beta + t - 1) / (alpha + beta + t - 1))


def mean_lifetime(params: ArrayLike) -> Floats:
    """Periods that a new customer is expected to pay, the first included; infinite for alpha of 1 or less."""
    alpha, beta = (side[..., 0] for side in _sides(params))
    return np.where(alpha > 1, (alpha + beta - 1) / np.where(alpha > 1, alpha - 1, 1.0), np.inf)


def discounted_lifetime(params: ArrayLike, discount: float) -> Floats:
    """The same, each period discounted to the start: the sum of S(t) / (1 + d)^t from t = 0.

    Parameters
    ----------
    discount : float
        Of one period, above 0: without it the sum need not end.

    References
    ----------
    Fader & Hardie (2010), Customer-base valuation in a contractual setting: the perils of ignoring heterogeneity,
    Marketing Science 29(1), 85-93.
    """
    return residual_lifetime(params, discount, 0) + 1.0


def residual_lifetime(params: ArrayLike, discount: float, renewals: ArrayLike) -> Floats:
    """Discounted periods that a customer is still expected to pay, just before the next renewal.

    Parameters
    ----------
    discount : float
        Of one period; 0 or more.
    renewals : int or array
        How often the customer has renewed already.

    Returns
    -------
    (...) float
        Sum over t = 1, 2 ... of the share still there t periods on, each divided by (1 + d)^t.

    Notes
    -----
    The published DERL counts the payment of the renewal at hand in full: it is (1 + d) times this one.
    """
    from scipy.special import hyp2f1

    if not discount > 0:
        raise OptionError(f"a discounted lifetime needs a discount above 0, and this is {discount}")
    alpha, beta = (side[..., 0] for side in _sides(params))
    beta = beta + np.asarray(renewals, np.float64)
    z = 1 / (1 + discount)
    return np.asarray(z * beta / (alpha + beta) * hyp2f1(1, beta + 1, alpha + beta + 1, z))


def simulated_ends(params: Floats, exposure: Floats, draws: int, rng: np.random.Generator) -> list[Ended]:
    """Draws of customers from the model, each seen for as long as ``exposure`` says."""
    lost = np.zeros((draws, len(exposure) - 1))
    kept = np.zeros((draws, len(exposure)))
    for k in np.flatnonzero(exposure):
        staying = survival(params, np.arange(k + 1))
        shares = np.append(-np.diff(staying), staying[-1])
        found = rng.multinomial(round(float(exposure[k])), shares / shares.sum(), size=draws)
        lost[:, :k] += found[:, :-1]
        kept[:, k] += found[:, -1]
    return [Ended(a, b, exposure) for a, b in zip(lost, kept, strict=True)]


def _sides(params: ArrayLike) -> tuple[Floats, Floats]:
    values = np.asarray(params, np.float64)
    return values[..., 0:1], values[..., 1:2]
