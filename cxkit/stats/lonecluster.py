"""One place that was treated against several that were not: how far places drift apart on their own."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from cxkit.stats.experiments import Contrast

__all__ = ["lone_difference"]


def lone_difference(treated: float, others: ArrayLike) -> Contrast:
    """The change of one place less the mean change of others; they tell how much a change varies.

    t with k - 1 degrees of freedom of k others: exact where changes are normal and alike in spread.

    Parameters
    ----------
    treated : float
        Change of the treated place.
    others : (k,)
        Change of each other place, at least two.

    References
    ----------
    Donald & Lang (2007), Review of Economics and Statistics 89, 221-233; Conley & Taber (2011), Review of
    Economics and Statistics 93, 113-125.

    Examples
    --------
    >>> found = lone_difference(6.0, [1.0, 2.0, 3.0])
    >>> found.delta, round(found.se, 4), found.df
    (4.0, 1.1547, 2)
    """
    from scipy.special import stdtr

    change = np.asarray(others, np.float64)
    k = len(change)
    delta = treated - float(change.mean())
    if k < 2:
        return Contrast(delta, math.nan, math.nan, math.nan)
    se = float(change.std(ddof=1)) * math.sqrt(1 + 1 / k)
    return Contrast(delta, se, k - 1, float(2 * stdtr(k - 1, -abs(delta) / se)) if se > 0 else math.nan)
