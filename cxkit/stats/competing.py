"""Leaving for one of several reasons: cumulative incidence, in which a customer leaves once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.stats.intervals import wilson, z_value
from cxkit.stats.survival import Steps, steps

__all__ = ["Incidence", "cumulative_incidence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """Share gone for each reason up to each time; with the share that stays they sum to 1.

    Attributes
    ----------
    steps : Steps
        Departures for any reason.
    events : (k, m) int
        Departures for each reason.
    estimate, error, low, high : (k, m) float
        Share gone, its standard error, and the interval on the log(-log) scale of the share that has not.
    level : float
    """

    steps: Steps
    events: NDArray[np.int64]
    estimate: Floats
    error: Floats
    low: Floats
    high: Floats
    level: float

    def at(self, times: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """(k, t) Share gone at ``times`` with its interval; NaN beyond what was seen."""
        wanted = np.asarray(times, np.float64)
        place = np.searchsorted(self.steps.time, wanted, side="right")
        last = self.steps.time[-1] if len(self.steps.time) else -1.0
        none = wilson(0.0, float(self.steps.at_risk[0]) if len(self.steps.time) else np.nan, self.level)[1]
        out = []
        for before, values in ((0.0, self.estimate), (0.0, self.low), (none, self.high)):
            padded = np.column_stack([np.full(len(values), before), values])
            out.append(np.where((wanted <= last) & (wanted >= 0), padded[:, place], np.nan))
        return out[0], out[1], out[2]


def cumulative_incidence(
    stop: ArrayLike, cause: ArrayLike, causes: int, start: ArrayLike | None = None, *, level: float = 0.95
) -> Incidence:
    """The share gone for each reason, the others taken into account.

    One minus a Kaplan-Meier curve of one reason is not this: it counts as if those who left for another reason
    could still leave for it, and the reasons then sum to more than have left.

    Parameters
    ----------
    stop, start
        As in :func:`cxkit.stats.survival.steps`.
    cause : (n,) int
        0 to ``causes`` - 1 for the reason; -1 for who has not left.

    References
    ----------
    Aalen & Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; error by the delta method on the hazards:
    Marubini & Valsecchi (1995), Analysing Survival Data from Clinical Trials, p. 341.

    Examples
    --------
    >>> found = cumulative_incidence([1, 2, 3, 4], [0, 1, 0, -1], 2)
    >>> found.estimate[:, -1].round(3).tolist(), found.error[:, -1].round(3).tolist()
    ([0.5, 0.25], [0.25, 0.217])
    """
    end, why = np.asarray(stop, np.float64), np.asarray(cause, np.int64)
    found = steps(end, why >= 0, start)
    m, n = len(found.time), found.at_risk.astype(float)
    place = np.searchsorted(found.time, end)
    events = np.stack([np.bincount(place[why == k], minlength=m) for k in range(causes)])
    d = found.events.astype(float)
    after = np.cumprod(1 - d / n)
    before = np.r_[1.0, after[:-1]]
    share = np.cumsum(before * events / n, axis=1)
    error = np.stack([_error(f, e / n, d, n, before) for f, e in zip(share, events.astype(float), strict=True)])
    low, high = _limits(share, error, n, level)
    return Incidence(found, events.astype(np.int64), share, error, low, high, level)


def _error(share: Floats, hazard: Floats, d: Floats, n: Floats, before: Floats) -> Floats:
    """Standard error of one reason's share: sums over the steps up to each, written out so that one pass does it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where the last one left, nothing comes after that this could change.
        left = np.where(n > d, d / (n * (n - d)), 0.0)
    own = before * hazard / n
    first = share**2 * np.cumsum(left) - 2 * share * np.cumsum(left * share) + np.cumsum(left * share**2)
    second = np.cumsum(before**2 * hazard * (1 - hazard) / n)
    third = share * np.cumsum(own) - np.cumsum(own * share)
    return np.asarray(np.sqrt(np.maximum(first + second - 2 * third, 0.0)))


def _limits(share: Floats, error: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    stays = 1 - share
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = z_value(level) * error / (stays * np.log(stays))
        low, high = 1 - stays ** np.exp(margin), 1 - stays ** np.exp(-margin)
    none, every = share <= 0, stays <= 1e-12
    at_most = np.broadcast_to(wilson(np.zeros_like(n), n, level)[1], share.shape)
    low = np.where(none, 0.0, np.where(every, 1 - wilson(0.0, n[0], level)[1], low))
    return low, np.where(none, at_most, np.where(every, 1.0, high))
