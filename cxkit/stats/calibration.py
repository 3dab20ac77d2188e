"""How good predicted probabilities are: do they come true (calibration), and do they tell apart (discrimination)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.stats.intervals import wilson, z_value

__all__ = ["Bins", "Brier", "auc", "brier", "calibrated", "comes_true", "reliability"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Predictions in classes of like size, the highest first.

    Attributes
    ----------
    n, events : (b,) int
    predicted, observed, low, high : (b,) float
        Mean prediction, share that came true, and its Wilson interval; 0 to 1.
    lift, captured : (b,) float
        Observed share over that of everybody; share of all events in this class and those above.
    """

    n: NDArray[np.int64]
    events: NDArray[np.int64]
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    lift: Floats
    captured: Floats


@dataclass(frozen=True, slots=True)
class Brier:
    """Mean squared error of probabilities, and how much of that of the overall share is gone.

    Attributes
    ----------
    score, low, high : float
    skill : float
        1 is perfect, 0 as good as saying the overall share to everybody, below 0 worse.
    """

    score: float
    low: float
    high: float
    skill: float


def brier(outcome: ArrayLike, predicted: ArrayLike, *, level: float = 0.95) -> Brier:
    """The Brier score with its skill against the overall share.

    References
    ----------
    Brier (1950), Monthly Weather Review 78, 1-3.

    Examples
    --------
    >>> found = brier([1, 0, 1, 0], [0.8, 0.2, 0.6, 0.4])
    >>> round(found.score, 3), round(found.skill, 3)
    (0.1, 0.6)
    """
    y, p = np.asarray(outcome, np.float64), np.asarray(predicted, np.float64)
    squares = (y - p) ** 2
    score, worst = float(squares.mean()), float(y.mean() * (1 - y.mean()))
    margin = z_value(level) * float(squares.std(ddof=1)) / np.sqrt(len(y)) if len(y) > 1 else np.nan
    skill = 1 - score / worst if worst > 0 else float("nan")
    return Brier(score, max(score - margin, 0.0), min(score + margin, 1.0), skill)


def auc(outcome: ArrayLike, predicted: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """How often one who left was given more than one who stayed, with its interval (on the logit scale).

    Returns
    -------
    estimate, low, high : float
        NaN where all left or all stayed.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845; computed from ranks as in Sun & Xu (2014), IEEE
    Signal Processing Letters 21, 1389-1393.

    Examples
    --------
    >>> [round(x, 3) for x in auc([0, 0, 1, 0, 1, 1], [0.1, 0.3, 0.35, 0.4, 0.7, 0.8])]
    [0.889, 0.261, 0.995]
    """
    from scipy.stats import rankdata

    y, p = np.asarray(outcome, bool), np.asarray(predicted, np.float64)
    yes, no = p[y], p[~y]
    m, n = len(yes), len(no)
    if not m or not n:
        return float("nan"), float("nan"), float("nan")
    joint = rankdata(p)
    above = (joint[y] - rankdata(yes)) / n
    below = 1 - (joint[~y] - rankdata(no)) / m
    area = float(above.mean())
    if m < 2 or n < 2 or not 0 < area < 1:
        # No spread to be seen: the interval of a share of the smaller class.
        low, high = wilson(area, min(m, n), level)
        return area, float(low), float(high)
    error = np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n)
    logit, margin = np.log(area / (1 - area)), z_value(level) * error / (area * (1 - area))
    return area, float(1 / (1 + np.exp(margin - logit))), float(1 / (1 + np.exp(-margin - logit)))


def reliability(outcome: ArrayLike, predicted: ArrayLike, *, bins: int = 10, level: float = 0.95) -> Bins:
    """Predictions in classes of like size against what came true. Equal predictions stay in one class."""
    y, p = np.asarray(outcome, np.float64), np.asarray(predicted, np.float64)
    levels, place = np.unique(-p, return_inverse=True)
    size = np.bincount(place.reshape(-1), minlength=len(levels))
    middle = np.cumsum(size) - size / 2
    label = np.minimum((middle * min(bins, len(levels)) / len(y)).astype(np.int64), bins - 1)[place.reshape(-1)]
    code = np.unique(label, return_inverse=True)[1].reshape(-1)
    n = np.bincount(code)
    events = np.bincount(code, weights=y).astype(np.int64)
    share = events / n
    low, high = wilson(share, n, level)
    overall = y.mean()
    lift = share / overall if overall > 0 else np.full(len(n), np.nan)
    captured = np.cumsum(events) / max(events.sum(), 1)
    return Bins(n, events, np.bincount(code, weights=p) / n, share, low, high, lift, captured)


def calibrated(outcome: ArrayLike, predicted: ArrayLike) -> tuple[float, float, float]:
    """Logit of the outcome on the logit of the prediction.

    Returns
    -------
    intercept, slope : float
        0 and 1 for predictions that come true; a slope under 1 says that they are too extreme.
    p : float
        Of the hypothesis that both are so: a Wald test with 2 degrees of freedom. NaN where there is no fit.

    References
    ----------
    Cox (1958), Biometrika 45, 562-565; Steyerberg (2019), Clinical Prediction Models, 2nd ed., p. 283.
    """
    from scipy.special import chdtrc, expit, logit

    y, p = np.asarray(outcome, np.float64), np.clip(np.asarray(predicted, np.float64), 1e-9, 1 - 1e-9)
    x = np.column_stack([np.ones(len(y)), logit(p)])
    nothing = (float("nan"), float("nan"), float("nan"))
    if len(np.unique(y)) < 2 or np.ptp(x[:, 1]) < 1e-12:
        return nothing
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        mu = expit(x @ beta)
        information = x.T @ (x * (mu * (1 - mu))[:, None])
        if np.linalg.cond(information) > 1e14:
            return nothing
        step = np.linalg.solve(information, x.T @ (y - mu))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            gap = beta - np.array([0.0, 1.0])
            return float(beta[0]), float(beta[1]), float(chdtrc(2, gap @ information @ gap))
    return nothing


def comes_true(bins: Bins) -> float:
    """p-value of the hypothesis that in every class as many events came as were predicted.

    For predictions of cases that the model had not seen: chi-squared with a degree of freedom for each class. Unlike
    :func:`calibrated` it also sees predictions that are off in the middle.

    References
    ----------
    Hosmer & Lemeshow (1980), Communications in Statistics A 9, 1043-1069.
    """
    from scipy.special import chdtrc

    expected = bins.n * bins.predicted
    spread = expected * (1 - bins.predicted)
    held = spread > 0
    if not held.any():
        return float("nan")
    statistic = float(((bins.events - expected)[held] ** 2 / spread[held]).sum())
    return float(chdtrc(int(held.sum()), statistic))
