"""Moving drivers along their scales: how far they can go, which way is good, and what goes with it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UnknownNameError, did_you_mean
from cxkit.keydrivers.model import Fit, Model
from cxkit.present.result import MetricLabel

__all__ = ["combined", "good_way", "known", "plain_number", "quantile", "room", "room_outcome"]

Floats = NDArray[np.float64]


def known(asked: Iterable[str], names: tuple[str, ...]) -> None:
    """Refuse names that are no drivers of the analysis.

    Raises
    ------
    UnknownNameError
        The nearest name is suggested.
    """
    for name in asked:
        if name not in names:
            raise UnknownNameError(
                f"{name!r} is not among the drivers", hint=did_you_mean(str(name), names, what="Drivers")
            )


def plain_number(x: object) -> float | None:
    """``x`` as a finite number; None for a text, a truth value, a list, NaN.

    >>> plain_number(3), plain_number("3"), plain_number(True), plain_number(float("nan"))
    (3.0, None, None, None)
    """
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, (int, float, np.integer, np.floating)):
        return None
    return float(x) if np.isfinite(x) else None


def quantile(df: float, level: float) -> float:
    """Two-sided quantile of errors with ``df``: Student's t, or the normal where they are taken as known (infinite)."""
    from scipy.special import ndtri, stdtrit

    half = 0.5 + level / 2
    return float(stdtrit(df, half) if np.isfinite(df) else ndtri(half))


def combined(fit: Fit, weights: ArrayLike, level: float) -> tuple[float, float, float]:
    """A sum of effects, each times its weight, with its interval; the effects' covariance counts.

    Parameters
    ----------
    weights : (p,) array_like
        Of the first p terms: units that each driver moves.

    Returns
    -------
    estimate, low, high : float
        In the outcome's unit. A driver that does not move adds nothing, even where its effect is NaN.

    References
    ----------
    Variance of a linear combination, w'Vw: Wooldridge (2010), Econometric Analysis, section 4.2.3.
    """
    w = np.asarray(weights, float)
    moved = np.flatnonzero(w)
    if not moved.size:
        return 0.0, 0.0, 0.0
    w = w[moved]
    estimate = float(w @ fit.effect[moved])
    variance = float(w @ fit.effect_cov[np.ix_(moved, moved)] @ w)
    margin = quantile(fit.df, level) * float(np.sqrt(max(variance, 0.0)))
    return estimate, estimate - margin, estimate + margin


def room(model: Model, driver: int) -> tuple[float, float]:
    """How far the mean of a driver can fall (0 or less) and rise (0 or more) on its scale.

    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> room(SimpleNamespace(performance=np.array([4.5]), scales=((1.0, 5.0),)), 0)
    (-3.5, 0.5)
    """
    mean, (low, high) = float(model.performance[driver]), model.scales[driver]
    down = min(low - mean, 0.0) if np.isfinite(low - mean) else -np.inf
    up = max(high - mean, 0.0) if np.isfinite(high - mean) else np.inf
    return float(down), float(up)


def room_outcome(outcome: MetricLabel, mean: float) -> tuple[float, float]:
    """How far the mean outcome can fall and rise within its bounds; infinite where it has none."""
    if outcome.bounds is None or not np.isfinite(mean):
        return -np.inf, np.inf
    low, high = outcome.bounds
    return min(low - mean, 0.0), max(high - mean, 0.0)


def good_way(model: Model, better: str) -> NDArray[np.int64]:
    """(p,) Which way of each driver goes with a better outcome: 1 up, -1 down, 0 neither.

    The correlation with the outcome says it, not the coefficient: where that has the other sign (a suppressor, or
    two drivers that collide), the advice to worsen what customers like would be absurd. A rating is never better
    when low: one that goes with a worse outcome has no clear way.
    """
    p = len(model.names)
    sign = -1.0 if better == "lower" else 1.0
    with np.errstate(invalid="ignore"):
        seen, fitted = np.sign(model.correlation[:p, p]), np.sign(model.fit.effect[:p])
        way = np.where(np.isnan(seen) | (seen == 0), fitted, seen) * sign
    if model.ratings is not None:
        way = np.where(np.asarray(model.ratings) & (way < 0), 0, way)
    return np.nan_to_num(way).astype(np.int64)
