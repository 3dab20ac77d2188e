"""A metric's estimate in each group, and its interval at any level: what scores and tests are made of."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.protocols import Metric
from cxkit.stats import bootstrap, intervals
from cxkit.stats.moments import Moments, implied_base, moments
from cxkit.tally import Tally

__all__ = ["METHODS", "Estimates", "estimate_tally", "is_linear", "levels_of", "share_of", "values_of"]

Floats = NDArray[np.float64]

#: Every interval method by name; which apply is the metric's ``methods``.
METHODS = ("adjusted-wald", "wald", "wilson", "t", "bootstrap")
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """G estimates in the metric's unit with what their intervals need.

    Attributes
    ----------
    method : str
    bounds : (low, high) or None
        Ends that the metric cannot leave.
    ends : (low, high)
        Lowest and highest value of an answer, for the methods of shares and net scores.
    estimate, variance, se, n_eff, n_star, df : (G,) float
        ``df`` are the degrees of freedom of the error; infinite where it is taken as known.
    n : (G,) int
    top, bottom : (G,) float
        Shares, 0 to 1, of the answers that count the most and the least.
    draws : (G, B) float or None
        Bootstrap estimates.
    """

    method: str
    bounds: tuple[float, float] | None
    ends: tuple[float, float]
    estimate: Floats
    variance: Floats
    se: Floats
    n: NDArray[np.int64]
    n_eff: Floats
    n_star: Floats
    df: Floats
    top: Floats
    bottom: Floats
    draws: Floats | None = None

    def __len__(self) -> int:
        return len(self.estimate)

    def take(self, rows: NDArray[np.int64]) -> Estimates:
        """The same of these rows, in this order."""
        kept = {
            f.name: getattr(self, f.name)[rows] for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)
        }
        return replace(self, **kept)

    def with_errors(self, se: Floats, df: Floats) -> Estimates:
        """The same with standard errors of answers that are not independent, and their degrees of freedom."""
        base = implied_base(self.variance, se, self.n.astype(np.float64), self.n_eff)
        return replace(self, se=se, df=df, n_star=base)

    @property
    def alike(self) -> NDArray[np.bool_]:
        """(G,) Where all answers are alike (or one), so that t and Wald see no error."""
        return np.asarray((self.n > 0) & ((self.se == 0) | (self.n == 1)))

    def interval(self, level: ArrayLike = 0.95) -> tuple[Floats, Floats]:
        """Low and high ends at ``level``, one for all groups or one each; inside the metric's bounds."""
        low, high = self._interval(np.asarray(level, float))
        if self.method != "bootstrap":
            low, high = self._cautious(level, low, high)
            # The adjusted Wald interval is about a shrunken centre: where nearly all answers are
            # alike it can end short of the estimate itself. It is widened to hold it.
            low, high = np.minimum(low, self.estimate), np.maximum(high, self.estimate)
        return (low, high) if self.bounds is None else (np.clip(low, *self.bounds), np.clip(high, *self.bounds))

    def _interval(self, level: Floats) -> tuple[Floats, Floats]:
        if self.method == "bootstrap":
            return self._resampled(level)
        if self.method == "t":
            return intervals.student_t(self.estimate, self.se, self.df, level)
        level = intervals.widened(level, self.df)
        if self.method == "wald":
            return intervals.wald(self.estimate, self.se, level)
        floor, span = self.ends[0], self.ends[1] - self.ends[0]
        if self.method == "wilson":
            low, high = intervals.wilson((self.estimate - floor) / span, self.n_star, level)
            return floor + span * low, floor + span * high
        low, high = intervals.adjusted_wald_net(self.top, self.bottom, self.n_star, level)
        middle = floor + span / 2
        return middle + span / 2 * low, middle + span / 2 * high

    def _cautious(self, level: ArrayLike, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        if self.method not in ("t", "wald") or not self.alike.any():
            return low, high
        if self.bounds is None:
            return np.where(self.alike, np.nan, low), np.where(self.alike, np.nan, high)
        floor, ceiling = intervals.constant_margin(self.estimate, self.n_eff, *self.bounds, level)
        return np.where(self.alike, floor, low), np.where(self.alike, ceiling, high)

    def _resampled(self, level: Floats) -> tuple[Floats, Floats]:
        assert self.draws is not None
        low, high = (np.full(len(self), np.nan) for _ in range(2))
        levels = np.broadcast_to(level, len(self))
        for g, draws in enumerate(self.draws):
            low[g], high[g] = bootstrap.percentile(draws, float(levels[g]))
        # Answers that are all alike resample to themselves: the draws know of no error.
        blind = np.isclose(low, high, rtol=1e-9, atol=1e-9)
        if not blind.any():
            return low, high
        if self.bounds is None:
            return np.where(blind, np.nan, low), np.where(blind, np.nan, high)
        floor, ceiling = (np.full(len(self), end) for end in self.bounds)
        if np.isfinite(self.variance).any():
            floor, ceiling = intervals.constant_margin(self.estimate, self.n_eff, *self.bounds, level)
        return np.where(blind, floor, low), np.where(blind, ceiling, high)


def estimate_tally(
    metric: Metric,
    tally: Tally,
    *,
    method: str | None = None,
    seed: int = 0,
) -> Estimates:
    """Value a tally.

    Parameters
    ----------
    method : str, optional
        The metric's own default when not given.
    seed : int
        Of the bootstrap.

    Raises
    ------
    OptionError
        The method does not apply to the metric.
    """
    method = _method(metric, method)
    linear = is_linear(metric)
    value = values_of(metric, tally)
    base = _base(tally, value)
    estimate = base.mean
    if linear and metric.bounds is not None:  # rounding alone may carry a weighted mean past the end of the scale
        estimate = np.clip(estimate, *metric.bounds)
    levels = levels_of(metric)
    ends = (levels[0], levels[-1]) if levels else (np.nan, np.nan)
    net = method == "adjusted-wald"
    nothing = np.full(len(tally), np.nan)
    draws = None
    if method == "bootstrap":
        own, draws = _bootstrapped(metric, tally, value, base, seed)
        estimate = estimate if linear else own
    error = base.se
    if method == "t" and not tally.weighted:
        with np.errstate(invalid="ignore", divide="ignore"):
            # The sample form of the error; a weighted one is of that form already.
            error = base.se * np.sqrt(base.n / (base.n - 1))
    if draws is not None and not linear:
        error = draws.std(axis=1)
    df = (base.n - 1).astype(float) if method == "t" else np.full(len(tally), np.inf)
    return Estimates(
        method,
        metric.bounds,
        ends,
        estimate,
        base.variance if linear else nothing,
        error,
        base.n,
        base.n_eff,
        base.n_star,
        df,
        share_of(tally, value, ends[1]) if net else nothing,
        share_of(tally, value, ends[0]) if net else nothing,
        draws,
    )


def is_linear(metric: Metric) -> bool:
    """Whether the metric is the mean of a value per answer."""
    return not hasattr(metric, "estimate")


def values_of(metric: Metric, tally: Tally) -> Floats:
    """(C,) value of each cell; 0 where there is no answer (those cells carry no weight)."""
    out = np.zeros(len(tally.answer))
    if is_linear(metric):
        distinct, where = np.unique(tally.answer[tally.answered], return_inverse=True)
        out[tally.answered] = np.array([metric.value(a) for a in distinct.tolist()])[where] if len(distinct) else []
    return out


def share_of(tally: Tally, value: Floats, wanted: float) -> Floats:
    """(G,) weighted share, 0 to 1, of the answers that count ``wanted``."""
    cells = tally.answered
    weight = np.bincount(tally.group[cells], weights=tally.w[cells], minlength=len(tally))
    chosen = cells & (value == wanted)
    part = np.bincount(tally.group[chosen], weights=tally.w[chosen], minlength=len(tally))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / weight)


def _method(metric: Metric, method: str | None) -> str:
    if method is None:
        return metric.methods[0]
    if method not in metric.methods:
        raise OptionError(
            f"method {method!r} does not apply to {metric.name!r}",
            hint=did_you_mean(method, metric.methods, what="Methods"),
        )
    return method


def _base(tally: Tally, value: Floats) -> Moments:
    cells = tally.answered
    return moments(
        len(tally), tally.group[cells], value[cells], tally.n[cells], tally.w[cells], tally.w2[cells],
        weighted=tally.weighted, design=tally.design,
    )  # fmt: skip


def levels_of(metric: Metric) -> tuple[float, ...]:
    """The distinct values of a metric on a scale of whole answers, ascending."""
    if metric.scale is None or not is_linear(metric):
        return ()
    low, high = metric.scale
    return tuple(sorted({metric.value(float(a)) for a in range(int(low), int(high) + 1)}))


def _bootstrapped(metric: Metric, tally: Tally, value: Floats, base: Moments, seed: int) -> tuple[Floats, Floats]:
    """Estimates by the metric's own function (NaN for a linear one), and the draws of each group."""
    rng = np.random.default_rng(seed)
    estimate, draws = np.full(len(tally), np.nan), np.full((len(tally), _RESAMPLES), np.nan)
    function: Any = getattr(metric, "estimate", None)
    for g in range(len(tally)):
        cells = (tally.group == g) & tally.answered
        if not cells.any():
            continue
        weights = bootstrap.multinomial_weights(
            tally.n[cells], tally.w[cells], tally.w2[cells],
            resamples=_RESAMPLES, rng=rng, weighted=tally.weighted,
        )  # fmt: skip
        if function is None:
            draws[g] = weights @ value[cells] / weights.sum(axis=1)
            continue
        estimate[g] = function(tally.only(tally.keys[g]))
        answers = tally.answer[cells].tolist()
        draws[g] = [function(_one_draw(answers, row)) for row in weights]
    return estimate, draws


def _one_draw(answers: list[float], weights: Floats) -> Tally:
    """A tally whose weights are one bootstrap draw."""
    kept = [(a, w) for a, w in zip(answers, weights.tolist(), strict=True) if w > 0]
    return Tally.from_cells(
        (), [()] * len(kept), [a for a, _ in kept], [max(1, round(w)) for _, w in kept],
        [w for _, w in kept], [w for _, w in kept],
    )  # fmt: skip
