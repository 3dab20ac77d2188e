"""Raking on cells: weights that meet known margins, stay within bounds where asked, and never fail in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError

__all__ = ["Raked", "rake", "shifted"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bounds = tuple[float, float]

#: Rounds without progress after which raking gives up, and what counts as progress.
_PATIENCE, _PROGRESS = 50, 0.999


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """What raking came to.

    Attributes
    ----------
    factors : tuple of (K,) float
        For each margin what each of its categories multiplies a weight by. The factor of a cell
        is their product.
    w : (C,) float
        Sum of weights of each cell, within the bounds.
    iterations : int
        Rounds over all margins.
    gap : float
        Largest distance between a reached share and its target, as a share of the total.
    worst : (int, int)
        Margin and category of that gap.
    converged : bool
        Whether ``gap`` is within the tolerance.
    """

    factors: tuple[Floats, ...]
    w: Floats
    iterations: int
    gap: float
    worst: tuple[int, int]
    converged: bool


def rake(
    w: Floats,
    margins: Sequence[Ints],
    targets: Sequence[Floats],
    *,
    n: Floats | None = None,
    bounds: Bounds | None = None,
    tol: float = 1e-10,
    max_iter: int = 1000,
) -> Raked:
    """Multiply cell weights by a factor a category until every margin meets its targets.

    Parameters
    ----------
    w : (C,) float
        Sum of the design weights of each cell, above 0.
    margins : sequence of (C,) int
        For each margin the category of each cell, 0 to K-1.
    targets : sequence of (K,) float
        Wanted sum of weights of each category, above 0; each margin has the same total.
    n : (C,) float, optional
        Rows of each cell, for ``bounds``. The rows of a cell must then share one weight.
    bounds : (low, high), optional
        Least and greatest weight of a row. Weights are ``clip(design x factors, low, high)``
        with factors such that the margins hold after clipping: the truncated raking of
        Deville and Särndal, R survey's ``calibrate(calfun="raking", bounds.const=TRUE)``.
    tol : float
        Largest gap, as a share of the total.
    max_iter : int
        Most rounds.

    Returns
    -------
    Raked
        ``converged`` is False where the targets contradict each other or the bounds; the sum of
        weights and the bounds hold all the same, as long as the total lies within the bounds.

    Raises
    ------
    OptionError
        Bounds that do not hold the mean weight.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville, Särndal &
    Sautory (1993), JASA 88, 1013-1020, section 2 for the bounds.

    >>> raked = rake(np.array([30.0, 20, 20, 30]), [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])],
    ...              [np.array([60.0, 40]), np.array([50.0, 50])])
    >>> raked.w.round(3).tolist(), raked.converged
    ([34.792, 25.208, 15.208, 24.792], True)
    """
    total = float(targets[0].sum())
    rows = w if n is None else n
    if bounds is not None:
        bounds = _checked(bounds, total, float(rows.sum()), float(rows.min()))
    raw = w / rows  # design weight of a row times its factors
    factors = [np.ones(len(target)) for target in targets]
    shown = 0, float("inf")
    found = _gap(rows, raw, bounds, margins, targets, total)
    iteration = 0
    while found[0] > tol and iteration < max_iter and np.isfinite(found[0]):
        iteration += 1
        for codes, target, factor in zip(margins, targets, factors, strict=True):
            step = _step(rows, raw, codes, target, bounds)
            factor *= step
            raw *= step[codes]
        found = _gap(rows, raw, bounds, margins, targets, total)
        if found[0] < _PROGRESS * shown[1]:
            shown = iteration, found[0]
        elif iteration - shown[0] >= _PATIENCE:
            break
    if bounds is not None:  # where targets and bounds disagree, the total still holds
        everyone = np.zeros(len(raw), np.int64)
        step = _step(rows, raw, everyone, np.array([total]), bounds)
        factors[0] *= step
        raw *= step[0]
        found = _gap(rows, raw, bounds, margins, targets, total)
    # The last correction moves a met gap by rounding only.
    converged = found[0] <= max(tol, 1e-14)
    return Raked(tuple(factors), rows * _within(raw, bounds), iteration, found[0], found[1], converged)


def shifted(w: Floats, n: Floats, bounds: Bounds) -> float:
    """What to add to every weight so that, clipped to the bounds, they keep their sum.

    Parameters
    ----------
    w : (C,) float
        Weights that occur.
    n : (C,) float
        Rows of each.
    bounds : (low, high)

    Returns
    -------
    float
        The shift c of ``clip(w + c, low, high)``. What trimming takes from the large weights is
        given to the others in equal parts, as R survey's ``trimWeights(strict=TRUE)`` does; with
        both bounds at work the result does not depend on which was met first, as it does there.

    Raises
    ------
    OptionError
        Bounds that do not hold the mean weight.

    >>> shifted(np.array([1.0, 2.0, 9.0]), np.ones(3), (0.0, 6.0))
    1.5
    """
    total, rows = float(w @ n), float(n.sum())
    low, high = _checked(bounds, total, rows, float(n.min()))
    below, above = low - float(w.max()), high - float(w.min())
    for _ in range(200):
        middle = (below + above) / 2
        if middle in (below, above):
            break
        if float(n @ np.clip(w + middle, low, high)) < total:
            below = middle
        else:
            above = middle
    # Which weights are held is known now; the shift of the others is exact.
    middle = (below + above) / 2
    free = (w + middle > low) & (w + middle < high)
    if not free.any():
        return middle
    held = float(n[~free] @ np.clip(w[~free] + middle, low, high))
    return (total - held - float(n[free] @ w[free])) / float(n[free].sum())


def _checked(bounds: Bounds, total: float, rows: float, least: float) -> Bounds:
    """The bounds with a finite upper one: no row can weigh more than all together."""
    low, high = bounds
    if not low * rows <= total * (1 + 1e-12) or not high * rows >= total * (1 - 1e-12):
        raise OptionError(
            f"no weights between {low:g} and {high:g} have the mean {total / rows:g}",
            hint="bounds are multiples of the mean weight: one below 1, the other above, such as trim=(0.3, 3)",
        )
    return low, min(high, 2 * total / least)


def _within(raw: Floats, bounds: Bounds | None) -> Floats:
    return raw if bounds is None else np.clip(raw, *bounds)


def _gap(
    rows: Floats,
    raw: Floats,
    bounds: Bounds | None,
    margins: Sequence[Ints],
    targets: Sequence[Floats],
    total: float,
) -> tuple[float, tuple[int, int]]:
    """The largest gap between a margin and its target, and the first place that has it."""
    w = rows * _within(raw, bounds)
    worst, where = -1.0, (0, 0)
    for j, (codes, target) in enumerate(zip(margins, targets, strict=True)):
        gaps = np.abs(np.bincount(codes, weights=w, minlength=len(target)) - target) / total
        largest = float(gaps.max())
        if not largest <= worst * (1 + 1e-9):  # also true of NaN
            worst, where = largest, (j, int(np.argmax(~(gaps < largest * (1 - 1e-9)))))
    return worst, where


def _step(rows: Floats, raw: Floats, codes: Ints, target: Floats, bounds: Bounds | None) -> Floats:
    """For each category the factor with which its weights sum to the target, or come nearest to it."""
    size = len(target)
    if bounds is None:
        sums = np.bincount(codes, weights=rows * raw, minlength=size)
        return np.where(sums > 0, target / np.where(sums > 0, sums, 1.0), 1.0)
    low, high = bounds
    least, most = np.full(size, np.inf), np.zeros(size)
    np.minimum.at(least, codes, raw)
    np.maximum.at(most, codes, raw)
    # Below the first factor every row is at its lower bound, above the second at its upper one.
    below, above = low / most, high / least
    factor = np.clip(np.ones(size), below, above)
    for _ in range(200):  # Newton's method on a rising broken line, halving where it leaves the bracket
        x = raw * factor[codes]
        miss = target - np.bincount(codes, weights=rows * np.clip(x, low, high), minlength=size)
        if (np.abs(miss) <= 4e-16 * target).all():
            break
        below = np.where(miss > 0, factor, below)
        above = np.where(miss < 0, factor, above)
        free = (x > low) & (x < high)
        slope = np.bincount(codes, weights=rows * raw * free, minlength=size)
        newton = factor + miss / np.where(slope > 0, slope, np.inf)
        inside = (slope > 0) & (newton > below) & (newton < above)
        last, factor = factor, np.where(miss == 0, factor, np.where(inside, newton, (below + above) / 2))
        if (np.abs(factor - last) <= 2e-16 * factor).all():
            break
    return factor
