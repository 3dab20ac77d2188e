"""Shapley values of R² from random orders of entry, for more drivers than all subsets allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError
from cxkit.stats.schur import TOLERANCE, standardised

__all__ = ["sampled_shapley"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Numbers in the working memory (8 MB).
_ROOM = 2**20


def sampled_shapley(
    matrices: ArrayLike, *, orders: int = 2000, seed: int = 0, total: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Mean increment of R² by each driver over random orders, each with its reverse.

    Parameters
    ----------
    matrices : (..., p + 1, p + 1)
        Covariances or correlations of the drivers and, last, the outcome.
    orders : int
        Orders drawn, reverses included; at least 4. All matrices see the same ones.
    seed : int
    total : (...), optional
        Variance of the outcome to which R² refers, when ``matrices`` are what controls leave.

    Returns
    -------
    estimate, std_err : (..., p) float
        The estimates are unbiased, not negative, and sum to R² whatever the number of orders; the errors are
        those of the drawing of orders alone.

    References
    ----------
    Castro, Gómez & Tejada (2009), Computers & Operations Research 36, 1726-1730; Mitchell, Cooper, Frank &
    Holmes (2022), Journal of Machine Learning Research 23(43), section 3 (antithetic orders).
    """
    if orders < 4:
        raise OptionError(f"{orders} orders of entry", hint="at least 4: two with their reverses")
    r = standardised(matrices, total)
    p, batch = len(r) - 1, r.shape[2]
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(np.arange(p), (orders // 2, 1)), axis=1)
    estimate, error = np.empty((batch, p)), np.empty((batch, p))
    step = max(1, _ROOM // (p + 1) ** 2)
    for b in range(batch):
        means = np.concatenate([_pairs(r[:, :, b], drawn[s : s + step]) for s in range(0, len(drawn), step)])
        estimate[b] = means.mean(axis=0)
        error[b] = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    shape = (*np.shape(matrices)[:-2], p)
    return estimate.reshape(shape), error.reshape(shape)


def _pairs(r: Floats, orders: Ints) -> Floats:
    """(orders, p) mean increment of each driver over each order and its reverse."""
    return (_increments(r, orders) + _increments(r, orders[:, ::-1])) / 2


def _increments(r: Floats, orders: Ints) -> Floats:
    """(orders, p) increment of each driver when drivers enter in these orders."""
    count, p = orders.shape
    entry = np.concatenate([orders, np.full((count, 1), p)], axis=1).T
    rows = [r[entry[i], entry[i:]] for i in range(p)]
    factor, product = np.empty((p + 1, count)), np.empty((p + 1, count))
    left = np.ones(count)
    out = np.empty((count, p))
    for i, own in enumerate(rows):
        given = factor[: len(own)]
        np.divide(own[0] > TOLERANCE, np.maximum(own[0], TOLERANCE), out=given[0])
        np.multiply(own[1:], given[0], out=given[1:])
        gain = np.minimum(own[-1] * given[-1], left)
        left -= gain
        out[np.arange(count), entry[i]] = gain
        for j in range(i + 1, p):
            part = product[: p + 1 - j]
            np.multiply(own[j - i :], given[j - i], out=part)
            rows[j] -= part
    return out
