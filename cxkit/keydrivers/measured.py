"""What is counted of one group, whatever the model: a fit, and the matrices whose shares are the importance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.model import Fit

__all__ = ["Measured"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A fit and the moments behind it. Columns are the terms of the fit and, last, the outcome.

    Attributes
    ----------
    fit : Fit
    mean, covariance : (t + 1,), (t + 1, t + 1) float
        Of the answers themselves, weighted.
    weighed : (t + 1, t + 1) float
        The covariances that importance is taken from: the same for least squares, those of the working
        response at the fit for other models.
    draws : (B, t + 1, t + 1) float or None
        Bootstrap draws of ``weighed``.
    mean_draws : (B, t + 1) float or None
        Bootstrap draws of ``mean``; only least squares has them.
    n, rows : int
        Rows used; rows with a weight.
    answered : (t + 1,) int
        Rows that have a value in each column.
    low, high : (t + 1,) float
        Lowest and highest value seen.
    outlying : int
        Rows far off the fit.
    largest : float
        Largest studentised residual.
    exact : (p,) float or None
        Importance that was found by fitting the model on every subset of the drivers.
    cautions : tuple of Caution
        On how this was counted.
    n_eff : float
        Effective base of the weights (Kish); 0 where it is not known.
    """

    fit: Fit
    mean: Floats
    covariance: Floats
    weighed: Floats
    draws: Floats | None
    mean_draws: Floats | None
    n: int
    rows: int
    answered: NDArray[np.int64]
    low: Floats
    high: Floats
    outlying: int = 0
    largest: float = 0.0
    exact: Floats | None = None
    cautions: tuple[Caution, ...] = ()
    n_eff: float = 0.0
