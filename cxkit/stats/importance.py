"""The importance of drivers in a regression, by the name of a method, from a batch of correlation matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.stats.relativeweights import johnson, standardised_coefficients
from cxkit.stats.subsets import lmg

__all__ = ["METHODS", "Method", "importance", "jaccard", "r2"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to say how much each driver matters.

    Attributes
    ----------
    name : str
    compute : callable or None
        From matrices and the variance of the outcome; None for what needs counts (:func:`jaccard`).
    sums : bool
        Whether the values sum to R².
    signed : bool
        Whether values can be negative.
    """

    name: str
    compute: Callable[[ArrayLike, ArrayLike | None], Floats] | None
    sums: bool = False
    signed: bool = False


def _pratt(matrices: ArrayLike, total: ArrayLike | None) -> Floats:
    beta, r = standardised_coefficients(matrices, total)
    return beta * r


_OF_NAME = {
    # General dominance is the mean of conditional dominance, and both are the Shapley value of R².
    **{name: Method(name, lmg, sums=True) for name in ("lmg", "shapley", "dominance", "general", "conditional")},
    "johnson": Method("johnson", johnson, sums=True),
    "pratt": Method("pratt", _pratt, sums=True, signed=True),
    "squared": Method("squared", lambda m, total: standardised_coefficients(m, total)[1] ** 2),
    "correlation": Method("correlation", lambda m, total: standardised_coefficients(m, total)[1], signed=True),
    "beta": Method("beta", lambda m, total: standardised_coefficients(m, total)[0], signed=True),
    "beta_squared": Method("beta_squared", lambda m, total: standardised_coefficients(m, total)[0] ** 2),
    "jaccard": Method("jaccard", None),
}

#: The methods by name.
METHODS: Mapping[str, Method] = MappingProxyType(_OF_NAME)


def importance(matrices: ArrayLike, method: str = "lmg", *, total: ArrayLike | None = None) -> Floats:
    """Importance of each driver.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome.
    method : str
        One of ``METHODS``. ``lmg`` (also ``shapley``, ``dominance``, ``general``, ``conditional``), ``johnson``
        and ``pratt`` sum to R², Pratt's with negative terms; ``squared``, ``correlation``, ``beta`` (standardised
        coefficients) and ``beta_squared`` do not.
    total : (...), optional
        Variance of the outcome to which R² refers. With controls, ``matrices`` are what
        :func:`cxkit.stats.schur.partial_out` leaves and ``total`` is the variance before: the sum is then R²
        less that of the controls alone.

    Returns
    -------
    (..., p) float
        A driver without variance gets 0, and so do all when the outcome has none.

    References
    ----------
    Grömping (2015), WIREs Computational Statistics 7, 137-152; Pratt (1987), Proceedings of the Second Tampere
    Conference in Statistics, 245-260.

    >>> importance([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]], "pratt").round(4).tolist()
    [0.32, 0.0533]
    """
    found = METHODS.get(method)
    if found is None:
        raise OptionError(f"no method {method!r}", hint=did_you_mean(str(method), METHODS, what="Methods"))
    if found.compute is None:
        raise OptionError(f"{method!r} is worked out from counts, not from correlations", hint="jaccard()")
    return np.asarray(found.compute(matrices, total))


def r2(matrices: ArrayLike, total: ArrayLike | None = None) -> Floats:
    """(...) R² of all drivers together, of any number.

    Parameters
    ----------
    matrices, total
        As of :func:`importance`.
    """
    beta, r = standardised_coefficients(matrices, total)
    return np.asarray(np.clip((beta * r).sum(axis=-1), 0, 1))


def jaccard(both: ArrayLike, drivers: ArrayLike, outcome: ArrayLike) -> Floats:
    """Jaccard similarity of yes/no drivers to a yes/no outcome: weight of both yes over that of either.

    Parameters
    ----------
    both : (..., p)
        Weight of the rows in which driver and outcome are yes.
    drivers : (..., p)
        Weight of the rows in which the driver is.
    outcome : (...)
        Weight of the rows in which the outcome is.

    Returns
    -------
    (..., p) float
        0 to 1; 0 where neither is ever yes. They do not sum to R².

    References
    ----------
    Jaccard (1912), New Phytologist 11, 37-50.

    >>> jaccard([2, 1], [4, 2], 3).tolist()
    [0.4, 0.25]
    """
    joint = np.asarray(both, np.float64)
    either = np.asarray(drivers, np.float64) + np.asarray(outcome, np.float64)[..., None] - joint
    return np.divide(joint, either, out=np.zeros(np.broadcast_shapes(joint.shape, either.shape)), where=either > 0)
