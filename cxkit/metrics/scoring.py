"""From a tally and a metric to estimates with intervals, all groups at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.metrics.estimates import METHODS, Estimates, estimate_tally, is_linear, levels_of, share_of, values_of
from cxkit.present.result import Band, MetricLabel, Scores
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.tally import Tally

__all__ = ["METHODS", "described", "floats", "left_out", "score_tally"]

Floats = NDArray[np.float64]


def score_tally(
    metric: Metric,
    tally: Tally,
    *,
    method: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    estimates: Estimates | None = None,
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
    estimates : Estimates, optional
        What :func:`estimate_tally` found already.

    Returns
    -------
    Scores
        One row a group of the tally. A group without answers has estimate, low and high NaN.
    """
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    found = estimates or estimate_tally(metric, tally, method=method, seed=seed)
    low, high = found.interval(level)
    linear, value = is_linear(metric), values_of(metric, tally)
    return Scores(
        metric=described(metric),
        by=tally.by,
        keys=tally.keys,
        estimate=floats(found.estimate),
        low=floats(low),
        high=floats(high),
        n=tuple(found.n.tolist()),
        n_eff=floats(found.n_eff),
        method=found.method,
        level=level,
        bands=_bands(metric, tally, value) if linear else (),
        tally=tally,
        counted=_counted(tally, value) if linear else (),
        remarks=(*remarks, *left_out(tally)),
        source=source,
    )


def floats(array: Floats) -> tuple[float, ...]:
    """Python floats, with one and the same NaN, so that equal results compare equal."""
    return tuple(math.nan if math.isnan(x) else x for x in array.tolist())


def _bands(metric: Metric, tally: Tally, value: Floats) -> tuple[Band, ...]:
    """Weighted shares of the answers by what they count, in %, lowest value first."""
    levels = levels_of(metric) or tuple(sorted(set(value[tally.answered].tolist())))
    if len(levels) > 11:
        return ()
    names: Any = getattr(metric, "bands", {})
    return tuple(
        Band(v, tuple(dict(names.get(v, {"en": f"{v:g}"})).items()), floats(100 * share_of(tally, value, v)))
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


def left_out(tally: Tally) -> tuple[Remark, ...]:
    """The remark on rows without a weight, if there are any."""
    return (Remark("no_weight", tally.left_out),) if tally.left_out else ()
