"""Importance against performance: where each driver stands, and how surely it stands there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.model import Model
from cxkit.keydrivers.readings.moves import good_way
from cxkit.stats.multiplicity import adjusted

__all__ = [
    "QUADRANTS",
    "Performance",
    "performance_of",
    "quadrant_of",
    "quadrant_stability",
    "share_interval",
    "sign_clear",
]

Floats = NDArray[np.float64]

#: By (importance at or above its mean, performance at or above its mean).
QUADRANTS = {(True, False): "fix", (True, True): "protect", (False, False): "watch", (False, True): "maintain"}

_ALIKE = 0.7
_CLEAR = 0.05  # p-value under which a fall of the outcome with a driver turns the driver's scale round


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """How well each driver does, on one axis.

    Attributes
    ----------
    values : (p,) float
        Means on the drivers' scale, or % of each driver's scale; NaN where it has none.
    percent : bool
        In % of each scale, from its bad end to its good end.
    ends : (low, high)
        Of the axis: the common scale, or 0 and 100.
    turned : (p,) bool
        Drivers whose low end is the good one, such as a waiting time.
    """

    values: Floats
    percent: bool
    ends: tuple[float, float]
    turned: NDArray[np.bool_]


def performance_of(model: Model, better: str = "higher") -> Performance:
    """Performance of the drivers, made comparable.

    Means are comparable on one common scale; scales that nearly coincide, such as 0-10 and 1-10 where nobody
    answered 0, count as one. Where the scales differ, or a driver is better when low
    (the outcome clearly worsens as it rises), performance is in % of the way from the bad end of each
    driver's scale to its good end.

    Parameters
    ----------
    better : {"higher", "lower"}
        Which outcome is the better one.
    """
    turned = (
        (good_way(model, better) < 0) & sign_clear(model) & (np.nan_to_num(adjusted(model.p, "bh"), nan=1.0) < _CLEAR)
    )
    means, ends = np.asarray(model.performance, float), _joined(np.asarray(model.scales, float).reshape(-1, 2))
    known = np.isfinite(means)
    if not turned.any() and known.any() and np.all(ends[known] == ends[known][0]):
        return Performance(means, False, (float(ends[known][0, 0]), float(ends[known][0, 1])), turned)
    length = ends[:, 1] - ends[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        along = np.where((length > 0) & np.isfinite(length), (means - ends[:, 0]) / length, np.nan)
    along = np.clip(along, 0.0, 1.0)
    return Performance(100 * np.where(turned, 1 - along, along), True, (0.0, 100.0), turned)


def sign_clear(model: Model) -> NDArray[np.bool_]:
    """(p,) Whether a driver's coefficient and its correlation with the outcome point the same way.

    Where they do not (a suppressor, drivers that overlap), the model does not say which way is better.
    """
    p = len(model.names)
    seen, fitted = np.sign(model.correlation[:p, p]), np.sign(model.fit.effect[:p])
    return np.asarray((seen == fitted) | np.isnan(seen) | (seen == 0))


def quadrant_of(model: Model, better: str = "higher") -> tuple[str, ...]:
    """The quadrant of each driver, about the mean importance and the mean performance.

    Returns
    -------
    tuple of str
        ``fix`` (matters, does badly), ``protect`` (matters, does well), ``watch`` (matters less, does
        badly) or ``maintain`` (matters less, does well). Empty where it has no place: a single driver, which is
        its own mean, an unknown performance, or a model that explains nothing. A driver on a line counts as above.

    References
    ----------
    Martilla & James (1977), Importance-Performance Analysis, Journal of Marketing 41(1), 77-79.
    """
    p = len(model.names)
    values = performance_of(model, better).values
    if p < 2 or not np.isfinite(model.share).all():
        return ("",) * p
    seen = np.isfinite(values)
    high = _above(model.importance)
    good = np.zeros(p, bool)
    good[seen] = _above(values[seen])
    return tuple(QUADRANTS[bool(h), bool(g)] if s else "" for h, g, s in zip(high, good, seen, strict=True))


def quadrant_stability(model: Model) -> Floats:
    """(p,) Share of resamples, 0 to 1, in which a driver stays on its side of the mean importance.

    NaN without resamples. The mean answer of a driver varies far less than its importance and is held.
    """
    if model.draws is None or len(model.names) < 2 or not len(model.draws):
        return np.full(len(model.names), np.nan)
    return np.asarray((_above(model.draws) == _above(model.importance)).mean(axis=0))


def share_interval(model: Model) -> tuple[Floats, Floats]:
    """(p,), (p,) The interval of the share in %: that of the model, else that of the importance in % of what the drivers
    explain, never over 100; NaN if none.

    A measure that can be negative (Pratt's) keeps its lower end under 0.
    """
    if model.share_low is not None and model.share_high is not None:
        return model.share_low, model.share_high
    total = float(model.importance.sum())
    if not total > 0:
        nothing = np.full(len(model.names), np.nan)
        return nothing, nothing.copy()
    return np.minimum(100 * model.low / total, 100.0), np.minimum(100 * model.high / total, 100.0)


def _joined(ends: Floats) -> Floats:
    """Each scale widened to those that it shares over 70 % with: the ends that were seen depend on who answered."""
    low, high = ends[:, 0], ends[:, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
        either = np.maximum(high[:, None], high) - np.minimum(low[:, None], low)
        alike = both / either > _ALIKE
    np.fill_diagonal(alike, True)
    return np.stack(
        [np.where(alike, low, np.inf).min(axis=1), np.where(alike, high, -np.inf).max(axis=1)], axis=1
    ) if len(ends) else ends  # fmt: skip


def _above(x: Floats) -> NDArray[np.bool_]:
    """At or above the mean of the last axis; equal values stay equal to their mean after rounding."""
    slack = 1e-12 * np.abs(x).max(axis=-1, keepdims=True, initial=0.0)
    return np.asarray(x >= x.mean(axis=-1, keepdims=True) - slack) if x.size else np.zeros(x.shape, bool)
