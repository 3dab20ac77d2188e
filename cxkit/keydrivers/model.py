"""What a driver model says of one group of answers: a fit, and the importance of each driver in it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution

__all__ = ["Fit", "Model"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A regression of the outcome on its terms.

    Attributes
    ----------
    family : str
        ``ols``, ``logit``, ``ordered``, ``poisson``, ``negbin`` or ``gamma``.
    terms : tuple of str
        Drivers, then interactions, then controls; the constant is not one of them.
    coef, cov : (t,), (t, t) float
        Coefficients for one unit more of the term: outcome units for ``ols``, logits or logs for the others.
    df : float
        Degrees of freedom of the errors; infinite where they are taken as known.
    constant : (c,) float
        The constant, or the thresholds of an ordered model.
    effect, effect_cov : (t,), (t, t) float
        Mean change of the outcome, in its own unit, for one unit more: the coefficients of ``ols``, the
        average marginal effects of the others.
    covariance : str
        ``HC3``, ``cluster``, ``HC0``, ``blocks`` or ``nonrobust``.
    r2, r2_adjusted : float
        R²; for the other families McFadden's, and the same less the number of terms over the log-likelihood.
    n : int
        Rows.
    clusters : int
        Clusters of the errors; 0 where rows are independent.
    log_likelihood : float
        NaN for ``ols``.
    cautions : tuple of Caution
        What this model found amiss: separation, lines that are not parallel ...
    """

    family: str
    terms: tuple[str, ...]
    coef: Floats
    cov: Floats
    df: float
    constant: Floats
    effect: Floats
    effect_cov: Floats
    covariance: str
    r2: float
    r2_adjusted: float
    n: int
    clusters: int = 0
    log_likelihood: float = float("nan")
    cautions: tuple[Caution, ...] = ()

    @property
    def std_err(self) -> Floats:
        """(t,) Standard errors of the coefficients."""
        return np.sqrt(np.maximum(np.diag(self.cov), 0))

    @property
    def p(self) -> Floats:
        """(t,) Two-sided p-values of the coefficients, t or normal; NaN where the error is 0."""
        from scipy.special import ndtr, stdtr

        with np.errstate(invalid="ignore", divide="ignore"):
            z = -np.abs(np.where(self.std_err > 0, self.coef / self.std_err, np.nan))
        return np.asarray(2 * (stdtr(self.df, z) if np.isfinite(self.df) else ndtr(z)))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The drivers of one group.

    Attributes
    ----------
    key : tuple
        The group; empty without ``by``.
    names : tuple of str
        The p drivers, in the order in which they were given.
    fit : Fit
        Its first p terms are the drivers.
    importance, low, high : (p,) float
        In units of R²; the interval is NaN where none was asked.
    draws : (B, p) float or None
        Bootstrap draws of the importance.
    explained : float
        The sum of the importance: R² less that of always-in controls.
    vif : (p,) float
    performance : (p,) float
        Mean answer of each driver, on its own scale.
    spread : (p,) float
        Standard deviation of each driver.
    scales : tuple of (low, high)
        Ends of each driver's scale: declared, else the lowest and highest answer seen.
    correlation : (p + 1, p + 1) float
        Of the drivers and, last, the outcome, after the controls are taken out.
    mean : float
        Mean outcome of the rows used.
    n, rows : int
        Rows used; rows of the group that have a weight.
    cautions : tuple of Caution
    performance_se : (p,) float or None
        Standard errors of the performance, weights and clusters included.
    adds_up : bool
        Whether the importance sums to ``explained``; of a measure that does not, sizes are shared.
    share_low, share_high : (p,) float or None
        Interval of the share, in %: in each resample the importance of a driver over that of all.
    ratings : tuple of bool or None
        Which drivers are ratings, whose high end is the good one; None where that is not known.
    """

    key: tuple[Any, ...]
    names: tuple[str, ...]
    fit: Fit
    importance: Floats
    low: Floats
    high: Floats
    draws: Floats | None
    explained: float
    vif: Floats
    performance: Floats
    spread: Floats
    scales: tuple[tuple[float, float], ...]
    correlation: Floats
    mean: float
    n: int
    rows: int
    cautions: tuple[Caution, ...] = ()
    performance_se: Floats | None = None
    adds_up: bool = True
    ratings: tuple[bool, ...] | None = None
    share_low: Floats | None = None
    share_high: Floats | None = None

    @property
    def share(self) -> Floats:
        """(p,) Importance in % of what the drivers explain; NaN where they explain nothing."""
        found = self.importance if self.adds_up else np.abs(self.importance)
        total = found.sum()
        return 100 * found / total if total > 0 else np.full(len(self.names), np.nan)

    @property
    def p(self) -> Floats:
        """(p,) p-values of the drivers' coefficients, each on its own."""
        return self.fit.p[: len(self.names)]

    @property
    def order(self) -> NDArray[np.int64]:
        """(p,) Drivers by importance, the greatest first; equal ones in the order given."""
        found = self.importance if self.adds_up else np.abs(self.importance)
        return np.argsort(-found, kind="stable")

    @property
    def rank_shares(self) -> Floats | None:
        """(p, p) Share of resamples, 0 to 1, in which driver i has rank r; ties share the better rank."""
        if self.draws is None:
            return None
        ranks = 1 + (self.draws[:, None, :] > self.draws[:, :, None]).sum(axis=2)
        return np.stack([(ranks == r).mean(axis=0) for r in range(1, len(self.names) + 1)], axis=1)
