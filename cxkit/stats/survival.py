"""Survival from times that are cut off: Kaplan-Meier, its mean and median, and the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError
from cxkit.stats.intervals import wilson, z_value

__all__ = ["LogRank", "Steps", "Survived", "kaplan_meier", "log_rank", "steps"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Who was there, who left and who was lost from sight at each time that anything happened.

    Attributes
    ----------
    time : (m,) float
        Ascending; times of events and of ends of observation.
    at_risk, events, censored : (m,) int
        Observed just before ``time``; gone at it; seen no longer after it.
    """

    time: Floats
    at_risk: Ints
    events: Ints
    censored: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Survived:
    """A Kaplan-Meier curve.

    Attributes
    ----------
    steps : Steps
    survival : (m,) float
        Share that is left just after each time.
    low, high : (m,) float
        Log(-log) interval with Greenwood's variance. Where nobody has gone yet: Wilson's, for 0 of the number at
        risk. Where everybody has: up to the upper end of the step before.
    greenwood : (m,) float
        Variance of the logarithm of ``survival``; infinite where it is 0.
    level : float
    """

    steps: Steps
    survival: Floats
    low: Floats
    high: Floats
    greenwood: Floats
    level: float

    @property
    def last(self) -> float:
        """The time up to which anything was seen."""
        return float(self.steps.time[-1]) if len(self.steps.time) else float("nan")

    def at(self, times: ArrayLike) -> tuple[Floats, Floats, Floats, Ints]:
        """Share left at ``times`` with its interval, and how many were at risk; NaN beyond what was seen."""
        wanted = np.asarray(times, np.float64)
        place = np.searchsorted(self.steps.time, wanted, side="right")
        seen = (wanted <= self.last) & (wanted >= 0)
        # Before the first step all are there, of those at risk at it.
        first = self.steps.at_risk[:1]
        none = wilson(0.0, float(first[0]) if len(first) else np.nan, self.level)[1]
        columns = [
            np.where(seen, np.r_[before, values][place], np.nan)
            for before, values in ((1.0, self.survival), (1 - none, self.low), (1.0, self.high))
        ]
        counts = np.r_[self.steps.at_risk, 0][np.searchsorted(self.steps.time, wanted, side="left")]
        return columns[0], columns[1], columns[2], np.where(seen, counts, 0).astype(np.int64)

    def quantile(self, share: float = 0.5) -> tuple[float, float, float]:
        """The time by which ``share`` has gone, with its interval; NaN where so many never went.

        References
        ----------
        Brookmeyer & Crowley (1982), Biometrics 38, 29-41: the times at which the interval of the curve holds the share.
        """
        left = 1 - share
        return tuple(_first(self.steps.time, curve, left) for curve in (self.survival, self.low, self.high))  # type: ignore[return-value]

    def mean(self, horizon: float) -> tuple[float, float]:
        """Mean time stayed up to ``horizon`` (the area under the curve) and its standard error.

        References
        ----------
        Klein & Moeschberger (2003), Survival Analysis, 2nd ed., p. 118; Royston & Parmar (2013), BMC Medical Research
        Methodology 13:152, who name it the restricted mean.

        Raises
        ------
        OptionError
            A horizon past what was seen, unless nobody was left.
        """
        beyond = horizon > self.last and (not len(self.survival) or self.survival[-1] > 0)
        if not horizon > 0 or beyond:
            raise OptionError(
                f"no mean up to {horizon:g}: times were seen up to {self.last:g}", hint=f"horizon={self.last:g} or less"
            )
        inside = self.steps.time < horizon
        time = np.r_[0.0, self.steps.time[inside], horizon]
        area = np.r_[1.0, self.survival[inside]] * np.diff(time)
        # The area from each step on: what a departure at it takes away.
        rest = np.cumsum(area[::-1])[::-1][1:]
        d, n = self.steps.events[inside].astype(float), self.steps.at_risk[inside].astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(rest > 0, d / (n * (n - d)), 0.0)
        return float(area.sum()), float(np.sqrt((rest**2 * share).sum()))


@dataclass(frozen=True, slots=True)
class LogRank:
    """A log-rank test.

    Attributes
    ----------
    statistic, p : float
        Chi-squared with ``df`` degrees of freedom; NaN where no comparison can be made.
    observed, expected : tuple of float
        Departures of each group, and those it would have had if all left alike.
    """

    statistic: float
    df: int
    p: float
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def steps(stop: ArrayLike, event: ArrayLike, start: ArrayLike | None = None) -> Steps:
    """Count who was at risk, who left and who was lost from sight.

    Parameters
    ----------
    stop : (n,) float
        End of each observation.
    event : (n,) bool
        Whether it ended by leaving.
    start : (n,) float, optional
        When observation began (delayed entry): at risk from just after it. Observations of no length are refused.

    Raises
    ------
    OptionError
    """
    end, gone = np.asarray(stop, np.float64), np.asarray(event, bool)
    time, place = np.unique(end, return_inverse=True)
    events = np.bincount(place[gone], minlength=len(time))
    ends = np.bincount(place, minlength=len(time))
    at_risk = np.cumsum(ends[::-1])[::-1]
    if start is not None:
        begin = np.asarray(start, np.float64)
        if (begin >= end).any():
            raise OptionError(
                f"{int((begin >= end).sum())} observations end no later than they begin", hint="leave them out"
            )
        at_risk = at_risk - (len(begin) - np.searchsorted(np.sort(begin), time, side="left"))
    return Steps(time, at_risk.astype(np.int64), events.astype(np.int64), (ends - events).astype(np.int64))


def kaplan_meier(stop: ArrayLike, event: ArrayLike, start: ArrayLike | None = None, *, level: float = 0.95) -> Survived:
    """The share that stays beyond each time.

    Parameters
    ----------
    stop, event, start
        As in :func:`steps`.
    level : float

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; variance: Greenwood (1926); interval: Kalbfleisch & Prentice (2002), The
    Statistical Analysis of Failure Time Data, 2nd ed., p. 18.

    Examples
    --------
    >>> curve = kaplan_meier([6, 6, 6, 7, 10], [1, 1, 1, 1, 0])
    >>> curve.survival.round(3).tolist(), [round(x, 3) for x in curve.quantile()]
    ([0.4, 0.2, 0.2], [6.0, 6.0, nan])
    """
    found = steps(stop, event, start)
    d, n = found.events.astype(float), found.at_risk.astype(float)
    survival = np.cumprod(1 - d / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0))
        log_s = np.log(survival)
        margin = z_value(level) * np.sqrt(greenwood) / log_s
        low, high = survival ** np.exp(-margin), survival ** np.exp(margin)
    all_there, all_gone = survival == 1, survival <= 0
    low = np.where(all_there, 1 - wilson(np.zeros_like(n), n, level)[1], low)
    high = np.where(all_there, 1.0, high)
    if all_gone.any():
        before = int(np.argmax(all_gone)) - 1
        everybody = wilson(0.0, n[0], level)[1]
        low = np.where(all_gone, 0.0, low)
        high = np.where(all_gone, high[before] if before >= 0 else everybody, high)
    return Survived(found, survival, low, high, greenwood, level)


def log_rank(
    stop: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    start: ArrayLike | None = None,
    *,
    strata: ArrayLike | None = None,
) -> LogRank:
    """Whether groups leave at one rate.

    Parameters
    ----------
    stop, event, start
        As in :func:`steps`.
    group : (n,) int
        0 to k - 1.
    strata : (n,) int, optional
        Observations are compared within these only.

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; Peto & Peto (1972), JRSS A 135, 185-207.

    Examples
    --------
    >>> test = log_rank([1, 2, 3, 4, 5, 6], [1] * 6, [0, 0, 0, 1, 1, 1])
    >>> round(test.statistic, 3), test.df
    (5.052, 1)
    """
    end, gone, of = np.asarray(stop, np.float64), np.asarray(event, bool), np.asarray(group, np.int64)
    k = int(of.max(initial=-1)) + 1
    begin = None if start is None else np.asarray(start, np.float64)
    layer = np.zeros(len(end), np.int64) if strata is None else np.asarray(strata, np.int64)
    observed, expected, variance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for s in np.unique(layer):
        here = layer == s
        d, n = _crossed(end[here], gone[here], of[here], None if begin is None else begin[here], k)
        total, left = n.sum(axis=0), d.sum(axis=0)
        share = n / total
        observed += d.sum(axis=1)
        expected += (share * left).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(total > 1, left * (total - left) / (total - 1), 0.0)
        variance += np.diag((share * each).sum(axis=1)) - (share * each) @ share.T
    seen = np.diag(variance) > 0
    df = int(seen.sum()) - 1
    if df < 1:
        return LogRank(float("nan"), 0, float("nan"), tuple(observed.tolist()), tuple(expected.tolist()))
    from scipy.special import chdtrc

    gap = (observed - expected)[seen][:-1]
    statistic = float(gap @ np.linalg.pinv(variance[np.ix_(seen, seen)][:-1, :-1]) @ gap)
    return LogRank(
        statistic, df, float(chdtrc(df, statistic)), tuple(observed.tolist()), tuple(expected.tolist())
    )  # fmt: skip


def _crossed(
    stop: Floats, event: NDArray[np.bool_], group: Ints, start: Floats | None, k: int
) -> tuple[Floats, Floats]:
    """(k, m) departures and numbers at risk of each group at each time of departure."""
    time = np.unique(stop[event])
    d, n = np.zeros((k, len(time))), np.zeros((k, len(time)))
    for g in range(k):
        own = group == g
        d[g] = np.bincount(np.searchsorted(time, stop[own & event]), minlength=len(time))
        n[g] = own.sum() - np.searchsorted(np.sort(stop[own]), time, side="left")
        if start is not None:
            n[g] -= own.sum() - np.searchsorted(np.sort(start[own]), time, side="left")
    return d, n


def _first(time: Floats, curve: Floats, share: float) -> float:
    """When a falling curve first is at ``share`` or below; halfway along where it stays exactly there."""
    below = np.flatnonzero(curve <= share + 1e-12)
    if not len(below):
        return float("nan")
    at = below[0]
    if abs(curve[at] - share) > 1e-12:
        return float(time[at])
    lower = np.flatnonzero(curve < share - 1e-12)
    return float((time[at] + time[lower[0]]) / 2) if len(lower) else float(time[at])
