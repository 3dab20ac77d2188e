"""Arms of an experiment: the split they should have, their difference, their ratio, and what an earlier score explains."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError

__all__ = ["Arm", "Contrast", "adjusted_for", "arm_of", "detectable_by_t", "ratio_interval", "sample_ratio", "welch"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arm:
    """Base, mean and sample variance (divisor n - 1) of one arm."""

    n: int
    mean: float
    variance: float

    @property
    def error2(self) -> float:
        """Squared standard error of the mean."""
        return self.variance / self.n if self.n else math.nan


@dataclass(frozen=True, slots=True)
class Contrast:
    """A difference with its standard error, degrees of freedom and two-sided p-value."""

    delta: float
    se: float
    df: float
    p: float

    @property
    def t(self) -> float:
        return self.delta / self.se if self.se > 0 else math.nan

    def interval(self, level: float) -> tuple[float, float]:
        """delta ± t · se."""
        from scipy.special import stdtrit

        margin = float(stdtrit(min(self.df, 1e9), 0.5 + level / 2)) * self.se if self.df > 0 else math.nan
        return self.delta - margin, self.delta + margin


def arm_of(values: ArrayLike) -> Arm:
    """The arm of these values.

    >>> arm_of([1.0, 2.0, 6.0])
    Arm(n=3, mean=3.0, variance=7.0)
    """
    y = np.asarray(values, np.float64)
    if len(y) == 0:
        return Arm(0, math.nan, math.nan)
    return Arm(len(y), float(y.mean()), float(y.var(ddof=1)) if len(y) > 1 else math.nan)


def sample_ratio(counts: ArrayLike, expected: ArrayLike | None = None) -> tuple[float, float]:
    """Whether arms have the sizes that were planned: chi-square and its p-value.

    Parameters
    ----------
    counts : (k,)
        Customers of each arm.
    expected : (k,), optional
        Planned shares, of any sum; equal ones when not given.

    References
    ----------
    Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments,
    KDD 2019, 2156-2164.

    Examples
    --------
    >>> chi2, p = sample_ratio([5100, 4900])
    >>> round(chi2, 6), round(p, 4)
    (4.0, 0.0455)
    """
    from scipy.special import chdtrc

    seen = np.asarray(counts, np.float64)
    planned = np.ones(len(seen)) if expected is None else np.asarray(expected, np.float64)
    if len(planned) != len(seen) or (planned <= 0).any() or not np.isfinite(planned).all():
        raise OptionError(f"planned shares are {planned.tolist()!r}", hint="one above 0 for each arm, such as 0.5")
    wanted = planned / planned.sum() * seen.sum()
    chi2 = float(((seen - wanted) ** 2 / wanted).sum())
    return chi2, float(chdtrc(len(seen) - 1, chi2))


def welch(first: Arm, second: Arm) -> Contrast:
    """``first`` minus ``second``, their variances apart.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35; degrees of freedom: Satterthwaite (1946), Biometrics
    Bulletin 2, 110-114.

    Examples
    --------
    >>> found = welch(Arm(20, 5.0, 4.0), Arm(20, 4.0, 4.0))
    >>> round(found.t, 4), round(found.df, 1)
    (1.5811, 38.0)
    """
    from scipy.special import stdtr

    delta, spread = first.mean - second.mean, first.error2 + second.error2
    if not spread > 0:
        return Contrast(delta, 0.0 if spread == 0 else math.nan, math.nan, math.nan)
    df = spread**2 / (first.error2**2 / (first.n - 1) + second.error2**2 / (second.n - 1))
    se = math.sqrt(spread)
    return Contrast(delta, se, df, float(2 * stdtr(df, -abs(delta) / se)))


def detectable_by_t(se: float, df: float, level: float = 0.95, power: float = 0.8) -> float:
    """The smallest true difference that a two-sided t test finds with probability ``power``.

    The non-centrality at which t goes beyond its quantile, times ``se``; by the normal distribution without
    (or with very many) degrees of freedom. NaN where there is no error.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, section 12.8 (the noncentral t).

    Examples
    --------
    >>> round(detectable_by_t(1.0, 10.0), 3), round(detectable_by_t(1.0, math.inf), 4)
    (3.11, 2.8016)
    """
    from scipy.special import nctdtrinc, stdtrit

    from cxkit.stats.power import detectable

    normal = float(detectable(se, 1 - level, power)) if se >= 0 else math.nan
    if not se > 0 or math.isnan(df) or df <= 0:
        return math.nan
    if df > 1e4:
        return normal
    return float(nctdtrinc(df, 1 - power, float(stdtrit(df, 0.5 + level / 2)))) * se


def ratio_interval(
    top: float, bottom: float, top2: float, bottom2: float, covariance: float, quantile: float
) -> tuple[float, float]:
    """Fieller's interval of ``top / bottom``; NaN where the bottom may be 0, for then any ratio may be.

    Parameters
    ----------
    top2, bottom2, covariance : float
        Squared errors of the two, and their covariance.
    quantile : float
        Of the normal or t distribution, such as 1.96.

    References
    ----------
    Fieller (1954), JRSS B 16, 175-185.

    Examples
    --------
    >>> low, high = ratio_interval(12.0, 10.0, 0.25, 0.25, 0.0, 1.96)
    >>> round(low, 4), round(high, 4)
    (1.0574, 1.3659)
    """
    g = quantile**2 * bottom2 / bottom**2 if bottom else math.inf
    if not g < 1:
        return math.nan, math.nan
    ratio = top / bottom
    centre = ratio - g * covariance / bottom2 if bottom2 > 0 else ratio
    inside = top2 - 2 * ratio * covariance + ratio**2 * bottom2
    inside -= g * (top2 - covariance**2 / bottom2) if bottom2 > 0 else 0.0
    margin = quantile / abs(bottom) * math.sqrt(max(inside, 0.0))
    return (centre - margin) / (1 - g), (centre + margin) / (1 - g)


def adjusted_for(y: ArrayLike, before: ArrayLike) -> tuple[Floats, float, int]:
    """CUPED: the outcome less what an earlier measure explains of it.

    Rows without an earlier measure stay as they are: they count the mean of the others.

    Returns
    -------
    adjusted : (n,) float
    theta : float
        Slope of the outcome on the earlier measure, all arms together.
    lacking : int
        Rows without an earlier measure.

    References
    ----------
    Deng, Xu, Kohavi & Walker (2013), Improving the sensitivity of online controlled experiments
    by utilizing pre-experiment data, WSDM 2013, equation 4.

    Examples
    --------
    >>> adjusted, theta, lacking = adjusted_for([1.0, 3.0, 5.0], [0.0, 1.0, 2.0])
    >>> adjusted.tolist(), theta, lacking
    ([3.0, 3.0, 3.0], 2.0, 0)
    """
    outcome, x = np.asarray(y, np.float64), np.asarray(before, np.float64)
    known = np.isfinite(x)
    if known.sum() < 3:
        raise OptionError(f"{int(known.sum())} rows have an earlier measure", hint="leave before= out")
    centred = np.where(known, x - x[known].mean(), 0.0)
    spread = float(centred @ centred)
    if spread <= 0:
        raise OptionError("the earlier measure has one value only", hint="leave before= out")
    theta = float(centred @ np.where(known, outcome - outcome[known].mean(), 0.0)) / spread
    return outcome - theta * centred, theta, int((~known).sum())
