"""What the links of a cumulative model say of the chance of a category between two thresholds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LINKS", "Between", "Link"]

Floats = NDArray[np.float64]

_ROOT = np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """log[F(a) - F(b)] and its derivatives, elementwise."""

    log_p: Floats
    da: Floats
    db: Floats
    daa: Floats
    dab: Floats
    dbb: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A distribution of the latent score.

    Attributes
    ----------
    between : callable
        Of a and b, above and below a category; infinite at the ends.
    density, slope : callable
        f and f'.
    quantile : callable
        F⁻¹.
    """

    between: Callable[[Floats, Floats], Between]
    density: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    quantile: Callable[[Floats], Floats]


def _logit_between(a: Floats, b: Floats) -> Between:
    """F(a) - F(b) = F(a) F(-b) (1 - exp(b - a)): a product, so nothing cancels in the tails."""
    from scipy.special import expit, log_expit

    # 1 where an end is infinite; never 0, also where rounding makes one threshold of two.
    rest = np.maximum(-np.expm1(b - a), 1e-100)
    apart = (1 - rest) / rest
    above, below = expit(a), expit(b)
    curve = apart * (1 + apart)
    return Between(
        log_expit(a) + log_expit(-b) + np.log(rest),
        1 - above + apart,
        -below - apart,
        -above * (1 - above) - curve,
        curve,
        -below * (1 - below) - curve,
    )


def _logit_density(z: Floats) -> Floats:
    from scipy.special import expit

    p = expit(z)
    return np.asarray(p * (1 - p))


def _logit_slope(z: Floats) -> Floats:
    from scipy.special import expit

    p = expit(z)
    return np.asarray(p * (1 - p) * (1 - 2 * p))


def _logit_quantile(p: Floats) -> Floats:
    return np.asarray(np.log(p) - np.log1p(-p))


def _probit_between(a: Floats, b: Floats) -> Between:
    from scipy.special import ndtr

    # In the upper tail both probabilities are next to 1: the difference is taken from above.
    turned = b > 0
    p = np.where(turned, ndtr(-b) - ndtr(-a), ndtr(a) - ndtr(b))
    p = np.maximum(p, np.finfo(float).tiny)
    u, v = _probit_density(a) / p, _probit_density(b) / p
    with np.errstate(invalid="ignore"):
        au, bv = np.where(u > 0, a * u, 0), np.where(v > 0, b * v, 0)
    return Between(np.log(p), u, -v, -au - u * u, u * v, bv - v * v)


def _probit_density(z: Floats) -> Floats:
    return np.asarray(np.exp(-z * z / 2) / _ROOT)


def _probit_slope(z: Floats) -> Floats:
    return np.asarray(-z * np.exp(-z * z / 2) / _ROOT)


def _probit_quantile(p: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(p))


LINKS = {
    "logit": Link(_logit_between, _logit_density, _logit_slope, _logit_quantile),
    "probit": Link(_probit_between, _probit_density, _probit_slope, _probit_quantile),
}
