"""From a tally and a metric to estimates with intervals, all groups at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.present.result import Band, MetricLabel, Scores
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats import bootstrap, intervals
from cxkit.stats.moments import Moments, moments
from cxkit.tally import Tally

__all__ = ["METHODS", "described", "score_tally"]

Floats = NDArray[np.float64]

#: Every interval method by name; which apply is the metric's ``methods``.
METHODS = ("adjusted-wald", "wald", "wilson", "t", "bootstrap")
_RESAMPLES = 2000


def score_tally(
    metric: Metric,
    tally: Tally,
    *,
    method: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    remarks: tuple[Remark, ...] = (),
    source: str = "",
) -> Scores:
    """Value a tally with a metric.

    Parameters
    ----------
    metric : Metric
    tally : Tally
        Counts of decoded answers.
    method : str, optional
        Interval method; the metric's own default when not given.
    level : float
        Confidence level, 0 to 1.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Scores
        One row a group of the tally. A group without answers has estimate, low and high NaN.
    """
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    method = _method(metric, method)
    linear = not hasattr(metric, "estimate")
    value = _values(metric, tally) if linear else np.zeros(len(tally.answer))
    base = _base(tally, value)
    if method == "bootstrap":
        estimate, low, high = _bootstrapped(metric, tally, value, base, level, seed)
    else:
        estimate = base.mean
        low, high = _interval(method, metric, tally, value, base, level)
        low, high = _without_spread(metric, base, method, level, low, high)
        # The adjusted Wald interval is about a shrunken centre: where nearly all answers are
        # alike it can end short of the estimate itself. It is widened to hold it.
        low, high = np.minimum(low, estimate), np.maximum(high, estimate)
    if metric.bounds is not None:
        low, high = np.clip(low, *metric.bounds), np.clip(high, *metric.bounds)
        if linear:  # rounding alone may carry a weighted mean past the end of the scale
            estimate = np.clip(estimate, *metric.bounds)
    return Scores(
        metric=described(metric),
        by=tally.by,
        keys=tally.keys,
        estimate=_floats(estimate),
        low=_floats(low),
        high=_floats(high),
        n=tuple(base.n.tolist()),
        n_eff=_floats(base.n_eff),
        method=method,
        level=level,
        bands=_bands(metric, tally, value) if linear else (),
        tally=tally,
        counted=_counted(tally, value) if linear else (),
        remarks=(*remarks, *_remarks(tally)),
        source=source,
    )


def _floats(array: Floats) -> tuple[float, ...]:
    """Python floats, with one and the same NaN, so that equal results compare equal."""
    return tuple(math.nan if math.isnan(x) else x for x in array.tolist())


def _method(metric: Metric, method: str | None) -> str:
    if method is None:
        return metric.methods[0]
    if method not in metric.methods:
        raise OptionError(
            f"method {method!r} does not apply to {metric.name!r}",
            hint=did_you_mean(method, metric.methods, what="Methods"),
        )
    return method


def _values(metric: Metric, tally: Tally) -> Floats:
    """(C,) value of each cell; 0 where there is no answer (those cells carry no weight)."""
    answers = tally.answer[tally.answered]
    table = {a: metric.value(a) for a in np.unique(answers).tolist()}
    out = np.zeros(len(tally.answer))
    out[tally.answered] = [table[a] for a in answers.tolist()]
    return out


def _base(tally: Tally, value: Floats) -> Moments:
    cells = tally.answered
    return moments(
        len(tally), tally.group[cells], value[cells], tally.n[cells], tally.w[cells], tally.w2[cells],
        weighted=tally.weighted,
    )  # fmt: skip


def _interval(
    method: str, metric: Metric, tally: Tally, value: Floats, base: Moments, level: float
) -> tuple[Floats, Floats]:
    """Interval in the metric's unit. Weighted shares use the base with the same standard error."""
    if method == "wald":
        return intervals.wald(base.mean, base.se, level)
    if method == "t":
        with np.errstate(invalid="ignore", divide="ignore"):
            # The sample form of the error; a weighted one is of that form already.
            se = base.se if tally.weighted else base.se * np.sqrt(base.n / (base.n - 1))
        return intervals.student_t(base.mean, se, base.n - 1, level)
    levels = _levels(metric)
    floor, span = levels[0], levels[-1] - levels[0]
    if method == "wilson":
        low, high = intervals.wilson((base.mean - floor) / span, base.n_star, level)
        return floor + span * low, floor + span * high
    top, bottom = _share(tally, value, levels[-1]), _share(tally, value, floor)
    middle = floor + span / 2
    low, high = intervals.adjusted_wald_net(top, bottom, base.n_star, level)
    return middle + span / 2 * low, middle + span / 2 * high


def _levels(metric: Metric) -> tuple[float, ...]:
    """The distinct values of a metric on a scale of whole answers, ascending."""
    if metric.scale is None:
        return ()
    low, high = metric.scale
    return tuple(sorted({metric.value(float(a)) for a in range(int(low), int(high) + 1)}))


def _share(tally: Tally, value: Floats, wanted: float) -> Floats:
    """(G,) weighted share, 0 to 1, of the answers that count ``wanted``."""
    cells = tally.answered
    weight = np.bincount(tally.group[cells], weights=tally.w[cells], minlength=len(tally))
    chosen = cells & (value == wanted)
    part = np.bincount(tally.group[chosen], weights=tally.w[chosen], minlength=len(tally))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / weight)


def _without_spread(
    metric: Metric, base: Moments, method: str, level: float, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Where all answers are alike (or one), t and Wald see no error: take the cautious margin."""
    if method not in ("t", "wald"):
        return low, high
    alike = (base.n > 0) & ((base.se == 0) | (base.n == 1))
    if not alike.any():
        return low, high
    if metric.bounds is None:
        return np.where(alike, np.nan, low), np.where(alike, np.nan, high)
    cautious = intervals.constant_margin(base.mean, base.n_eff, *metric.bounds, level)
    return np.where(alike, cautious[0], low), np.where(alike, cautious[1], high)


def _bootstrapped(
    metric: Metric, tally: Tally, value: Floats, base: Moments, level: float, seed: int
) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    estimate, low, high = (np.full(len(tally), np.nan) for _ in range(3))
    function = getattr(metric, "estimate", None)
    for g in range(len(tally)):
        cells = (tally.group == g) & tally.answered
        if not cells.any():
            continue
        weights = bootstrap.multinomial_weights(
            tally.n[cells], tally.w[cells], tally.w2[cells],
            resamples=_RESAMPLES, rng=rng, weighted=tally.weighted,
        )  # fmt: skip
        if function is None:
            estimate[g] = base.mean[g]
            draws = weights @ value[cells] / weights.sum(axis=1)
        else:
            one = tally.only(tally.keys[g])
            estimate[g] = function(one)
            answers = tally.answer[cells].tolist()
            draws = np.array([function(_resampled(answers, row)) for row in weights])
        low[g], high[g] = bootstrap.percentile(draws, level)
        if np.isclose(low[g], high[g], rtol=1e-9, atol=1e-9):
            # Answers that are all alike resample to themselves: the draws know of no error.
            if metric.bounds is None:
                low[g] = high[g] = np.nan
            elif function is not None:
                low[g], high[g] = metric.bounds
            else:
                low[g], high[g] = intervals.constant_margin(base.mean[g], base.n_eff[g], *metric.bounds, level)
    return estimate, low, high


def _resampled(answers: list[float], weights: Floats) -> Tally:
    """A tally whose weights are one bootstrap draw."""
    kept = [(a, w) for a, w in zip(answers, weights.tolist(), strict=True) if w > 0]
    return Tally.from_cells(
        (), [()] * len(kept), [a for a, _ in kept], [max(1, round(w)) for _, w in kept],
        [w for _, w in kept], [w for _, w in kept],
    )  # fmt: skip


def _bands(metric: Metric, tally: Tally, value: Floats) -> tuple[Band, ...]:
    """Weighted shares of the answers by what they count, in %, lowest value first."""
    levels = _levels(metric) or tuple(sorted(set(value[tally.answered].tolist())))
    if len(levels) > 11:
        return ()
    names: Any = getattr(metric, "bands", {})
    return tuple(
        Band(v, tuple(dict(names.get(v, {"en": f"{v:g}"})).items()), _floats(100 * _share(tally, value, v)))
        for v in levels
    )


def _counted(tally: Tally, value: Floats) -> tuple[tuple[float, float], ...]:
    pairs = dict(zip(tally.answer[tally.answered].tolist(), value[tally.answered].tolist(), strict=True))
    return tuple(sorted(pairs.items()))


def described(metric: Metric) -> MetricLabel:
    return MetricLabel(
        metric.name,
        tuple(metric.label.items()),
        getattr(metric, "detail", ""),
        metric.unit,
        metric.better,
        metric.bounds,
        metric.scale,
    )


def _remarks(tally: Tally) -> tuple[Remark, ...]:
    return (Remark("no_weight", tally.left_out),) if tally.left_out else ()
