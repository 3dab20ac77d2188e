"""People who were chosen for a low answer and asked again: how far they rise when nothing was done."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.stats.sandwich import Robust, robust_fit

__all__ = ["known_again", "line_again", "untreated_fit"]

Floats = NDArray[np.float64]


def line_again(
    first: ArrayLike, second: ArrayLike, at: float, *, cluster: ArrayLike | None = None
) -> tuple[Robust, float]:
    """The second number to expect of people whose first one is ``at``, from pairs with nothing done between.

    A straight line of the second on the first number: it is the same whoever is chosen by the first, so that people
    with high numbers tell it too.

    Returns
    -------
    found : Robust
        One contrast: the expected second number.
    slope : float

    References
    ----------
    Galton (1886), Journal of the Anthropological Institute 15, 246-263; Barnett, van der Pols & Dobson
    (2005), International Journal of Epidemiology 34, 215-220.

    >>> found, slope = line_again([2.0, 4.0, 6.0, 8.0], [4.0, 5.0, 6.0, 7.0], 0.0)
    >>> found.coef.round(6).tolist(), round(slope, 6)
    ([3.0], 0.5)
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    centre = float(x.mean())
    columns = [np.ones(len(x)), x - centre]
    flat = np.ptp(x) == 0  # nothing to draw a line by: the mean stands for all
    design = np.column_stack(columns[:1] if flat else columns)
    wanted = [[1.0]] if flat else [[1.0, at - centre]]
    slope = 0.0 if flat else float((x - centre) @ y / ((x - centre) @ (x - centre)))
    return robust_fit(design, y, cluster=cluster, contrasts=wanted), slope


def known_again(
    everybody: ArrayLike, first: ArrayLike, second: ArrayLike, reliability: float
) -> tuple[float, float, float]:
    """The same where the correlation of two numbers of one person is known, and nothing moves them as a whole.

    Parameters
    ----------
    everybody : (n,)
        First numbers of everybody.
    first, second : (m,)
        Both numbers of the chosen.

    Returns
    -------
    expected : float
        Mean second number of the chosen without any action: mean + reliability · (their first - mean).
    error : float
        Its standard error.
    effect_error : float
        Standard error of what their second numbers are beyond it.

    >>> known_again([6.0, 8.0], [3.0, 3.0], [5.0, 5.0], 0.5)[0]
    5.0
    """
    x0, x, y = (np.asarray(a, np.float64) for a in (everybody, first, second))
    mean, m = float(x0.mean()), len(x)
    drift = (1 - reliability) ** 2 * float(x0.var(ddof=1)) / len(x0)
    own = float((y - reliability * x).var(ddof=1)) / m
    chosen = reliability**2 * float(x.var(ddof=1)) / m
    expected = mean + reliability * (float(x.mean()) - mean)
    return expected, float(np.sqrt(drift + chosen)), float(np.sqrt(drift + own))


def untreated_fit(
    first: ArrayLike, second: ArrayLike, treated: ArrayLike, *, cluster: ArrayLike | None = None
) -> tuple[Robust, float]:
    """Second answers of the treated against those of untreated people with the same first answer.

    Second on first answer, a line for each group; the gap is read at the mean first answer of the treated.

    Returns
    -------
    found : Robust
        Contrasts: the gap, the second answer of the treated, and what it is expected to be without.
    centre : float
        Mean first answer of the treated.

    References
    ----------
    Lin (2013), Annals of Applied Statistics 7, 295-318 (one line a group); Vickers & Altman (2001), BMJ 323,
    1123-1124 (why not the difference of changes).
    """
    x, y, d = (np.asarray(a, np.float64) for a in (first, second, treated))
    centre = float(x[d == 1].mean())
    gap = x - centre
    columns = [np.ones(len(x)), d]
    for mine in (d == 0, d == 1):
        if np.ptp(x[mine]) > 0:
            columns.append(np.where(mine, gap, 0.0))
    rest = [0.0] * (len(columns) - 2)
    return robust_fit(
        np.column_stack(columns), y, cluster=cluster, contrasts=[[0, 1, *rest], [1, 1, *rest], [1, 0, *rest]]
    ), centre  # fmt: skip
