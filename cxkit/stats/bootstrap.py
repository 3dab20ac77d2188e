"""The bootstrap on a tally: resampling n answers is one multinomial draw, whatever n is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["multinomial_weights", "percentile"]

Floats = NDArray[np.float64]


def multinomial_weights(
    n: NDArray[np.int64],
    w: Floats,
    w2: Floats,
    *,
    resamples: int,
    rng: np.random.Generator,
    weighted: bool,
) -> Floats:
    """Resampled sums of weights of one group's cells.

    Parameters
    ----------
    n, w, w2 : (K,)
        Answers, sum of weights, sum of squared weights of each cell.
    resamples : int
        B.

    Returns
    -------
    (B, K) float
        Sum of weights of each cell in each resample. Without weights these are the resampled
        counts, exactly the bootstrap on rows. With weights, a cell that is drawn N times
        carries N draws from its own weights: their sum has mean N·w/n and variance
        N·(w2/n - (w/n)²) and is drawn from the gamma distribution of these moments, which is
        positive as weights are.
    """
    total = int(n.sum())
    if total == 0:
        return np.zeros((resamples, len(n)))
    counts = rng.multinomial(total, n / total, size=resamples).astype(np.float64)
    if not weighted:
        return counts
    safe = np.maximum(n, 1)
    mean = w / safe
    spread = np.maximum(w2 / safe - mean**2, 0)
    varied = spread > 1e-12 * mean**2
    sums = counts * mean
    shape = counts[:, varied] * (mean[varied] ** 2 / spread[varied])
    sums[:, varied] = rng.standard_gamma(shape) * (spread[varied] / mean[varied])
    return sums


def percentile(draws: Floats, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of the finite draws; NaN when there are none."""
    finite = draws[np.isfinite(draws)]
    if not len(finite):
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)
