"""Ranking without lies: shrunken estimates, and the ranks that each unit may truly have."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.inference.posterior_counts import Observed, observed
from cxkit.inference.rank_result import Ranking
from cxkit.metrics.differences import against
from cxkit.metrics.estimates import Estimates
from cxkit.present.result import MetricLabel
from cxkit.protocols import Metric
from cxkit.stats import shrinkage
from cxkit.stats.dirichlet import prior_counts
from cxkit.stats.multiplicity import adjusted

__all__ = ["rank"]

Key = tuple[Any, ...]
Floats = NDArray[np.float64]

_SCORED = ("keys", "estimate", "low", "high", "n", "n_eff")

#: Answers whose spread the error of a unit takes in when its scale has no classes: those of all units.
_ADDED = 3.0

#: An error of so small a share of its estimate is rounding.
_UNSEEN = 1e-9


def rank(
    data: Any,
    metric: str | Metric = "nps",
    *,
    by: str | Sequence[str],
    min_n: int = 5,
    level: float = 0.95,
    shrink: bool = True,
    benchmark: float | None = None,
    benchmark_source: str | None = None,
    simulations: int = 10_000,
    seed: int = 0,
) -> Ranking:
    """Rank units, and say within which ranks each may truly stand.

    A rank range comes from the differences of all pairs of units, tested together: at
    confidence ``level`` every range holds the unit's true rank. The rank itself follows
    empirical-Bayes estimates (``shrink``), so that a small unit does not lead by luck.

    Parameters
    ----------
    data : Study, frame, place, Tally or Scores
    metric : str or Metric
    by : str or list of str
        What a unit is.
    min_n : int
        Units with fewer answers are listed, not ranked; nor are units where no error is seen, because
        all answers of all units are alike and the metric has no scale.
    benchmark : float, optional
        A value in the metric's own unit that each unit is tested against (two-sided, Holm over
        the units). cxkit brings none of its own.
    benchmark_source : str
        Where the benchmark comes from; required with it and shown with it.
    simulations, seed : int
        Of the critical value of the largest difference.

    Returns
    -------
    Ranking
        ``to_frame()`` has the ``by`` columns, then
        ``metric, estimate, low, high, n, n_eff, method, shrunk, rank, rank_low, rank_high``.

    Raises
    ------
    OptionError
        A benchmark without its source, or off the scale; a ``min_n`` below 2.

    Notes
    -----
    The error of a unit is that of its answers with the few that the adjusted Wald interval
    adds, never less than the plain one (five answers alike are no proof), and is itself taken as
    uncertain with one degree of freedom less than answers. Respondents who answered
    for several units make these alike, which can only tell pairs apart better than is said here.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm (2024), Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries, Review of Economic Studies
    91, 476-518; Efron & Morris (1975), JASA 70, 311-319.

    Examples
    --------
    >>> import cxkit as cx
    >>> shops = {"A": {10: 80, 3: 20}, "B": {10: 60, 3: 40}, "C": {10: 58, 3: 42}}
    >>> found = rank(cx.Tally.from_counts(shops, by="shop"), "nps", by="shop")
    >>> found.to_frame()[["shop", "rank", "rank_low", "rank_high"]].values.tolist()
    [['A', 1, 1, 1], ['B', 2, 2, 3], ['C', 3, 2, 3]]
    """
    _check(min_n, level, simulations, seed, by)
    found = observed(data, metric, by=by, level=level)
    source = _benchmark_source(benchmark, benchmark_source, found.scores.metric)
    error = _errors(found)
    # An error that is the machine's rounding is none: all these answers are alike, and no scale says what others are.
    seen = np.isfinite(error) & (error > _UNSEEN * np.abs(found.estimates.estimate))
    rows = np.flatnonzero((found.estimates.n >= min_n) & seen)
    return _ranked(found, rows, error, min_n, level, shrink, benchmark, source, simulations, seed)


def _ranked(
    found: Observed, rows: NDArray[np.intp], error: Floats, min_n: int, level: float, shrink: bool,
    benchmark: float | None, source: str, simulations: int, seed: int,
) -> Ranking:  # fmt: skip
    scores = found.scores
    sign = -1.0 if scores.metric.better == "lower" else 1.0
    estimate = np.array(scores.estimate)
    own, se = sign * estimate[rows], error[rows]
    drawn = shrinkage.shrink(own, se) if len(rows) else None
    leading = own if drawn is None or not shrink else drawn.estimate
    above = shrinkage.pairs_told_apart(
        own, se, level, df=_freedom(found.estimates)[rows], simulations=simulations, seed=seed
    )
    place = shrinkage.ranks(leading)
    best, worst = shrinkage.rank_ranges(above)
    # Shrinking can put a small unit outside its own range, which is then widened to hold it.
    best, worst = np.minimum(best, place), np.maximum(worst, place)
    order = np.lexsort((-own, -leading))
    ranked = set(rows.tolist())
    rest = [i for i in range(len(scores)) if i not in ranked]
    at = [*rows[order].tolist(), *rest]
    p, p_adjusted, verdict = _tested(found.estimates.take(rows[order]), benchmark, level)
    first = order[0] if len(order) else 0

    def filled(values: NDArray[Any], filler: Any) -> tuple[Any, ...]:
        """One entry a unit: the ranked in order, then a filler for the others."""
        return (*values[order].tolist(), *[filler] * len(rest))

    more: dict[str, Any] = {}
    if benchmark is not None:
        pad = len(rest)
        more = {
            "p": (*p, *[math.nan] * pad), "p_adjusted": (*p_adjusted, *[math.nan] * pad),
            "verdict": (*verdict, *[""] * pad),
        }  # fmt: skip
    columns = {name: tuple(getattr(scores, name)[i] for i in at) for name in _SCORED}
    return Ranking(
        metric=scores.metric, by=scores.by, method=scores.method, level=level, se=tuple(error[at].tolist()),
        shrunk=filled(sign * leading, math.nan), rank=filled(place, None), rank_low=filled(best, None),
        rank_high=filled(worst, None), shrink=shrink, min_n=min_n,
        apart_from_first=filled(above[first] | above[:, first] if len(rows) else np.zeros(0, bool), False),
        between=0.0 if drawn is None else math.sqrt(drawn.between),
        rank_method="holm" if len(rows) > shrinkage.MOST_SIMULATED else "max-statistic",
        simulations=simulations, benchmark=benchmark, benchmark_source=source, remarks=scores.remarks,
        **columns, **more,
    )  # fmt: skip


def _errors(found: Observed) -> Floats:
    """(G,) Standard error of each unit with a few answers added, at least the plain one.

    The added answers are those of the prior on a short scale, and of all units together on a
    long one; they widen the spread and are not counted in the base.
    """
    base = found.estimates
    known = base.n > 0
    if len(found.values):
        added = prior_counts("adjusted-wald", found.values)
        extra = float(added.sum())
        centre = float(added @ found.values) / extra
        spread = float(added @ (found.values - centre) ** 2) / extra
    else:
        extra = _ADDED
        share = base.n[known] / max(base.n[known].sum(), 1)
        centre = float((share * base.estimate[known]).sum())
        spread = float((share * (base.variance[known] + (base.estimate[known] - centre) ** 2)).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        n = base.n_star
        mixed = (n * base.variance + extra * spread + n * extra / (n + extra) * (base.estimate - centre) ** 2) / (
            n + extra
        )
        sample = np.maximum(base.variance, mixed) / n * base.n / (base.n - 1)
        return np.where(known, np.maximum(base.se, np.sqrt(sample)), np.nan)


def _freedom(estimates: Estimates) -> Floats:
    """(G,) Degrees of freedom of those errors, at least 1: of few answers, weights or clusters no more is known."""
    seen = np.minimum(estimates.n, estimates.n_star) - 1
    return np.asarray(np.maximum(np.minimum(seen, estimates.df), 1.0))


def _tested(estimates: Estimates, benchmark: float | None, level: float) -> tuple[list[float], list[float], list[str]]:
    """p that each unit's own interval gives the benchmark, the same adjusted, and what follows."""
    if benchmark is None:
        return [], [], []
    found = against(estimates, benchmark, level=level)
    holm = adjusted(found.p, "holm")
    side = np.where(found.delta > 0, "higher", "lower")
    return found.p.tolist(), holm.tolist(), np.where(holm <= 1 - level, side, "inconclusive").tolist()


def _benchmark_source(benchmark: float | None, source: str | None, metric: MetricLabel) -> str:
    if benchmark is None:
        if source is not None:
            raise OptionError("benchmark_source= without a benchmark", hint="benchmark=32, benchmark_source='...'")
        return ""
    if isinstance(benchmark, bool) or not isinstance(benchmark, (int, float)) or not math.isfinite(benchmark):
        raise OptionError(f"benchmark is {benchmark!r}", hint="a number in the metric's own unit")
    if metric.bounds is not None and not metric.bounds[0] <= benchmark <= metric.bounds[1]:
        raise OptionError(
            f"a benchmark of {benchmark:g} is off the scale of {metric.name!r}",
            hint=f"it runs from {metric.bounds[0]:g} to {metric.bounds[1]:g}",
        )
    if not isinstance(source, str) or not source.strip():
        raise OptionError(
            "a benchmark needs its source",
            hint="benchmark_source='who measured it, when, on whom': readers cannot judge a number from nowhere",
        )
    return source.strip()


def _check(min_n: int, level: float, simulations: int, seed: int, by: Any) -> None:
    if not by:
        raise OptionError("nothing to rank by", hint="rank(data, 'nps', by='shop')")
    if isinstance(min_n, bool) or not isinstance(min_n, int) or min_n < 2:
        raise OptionError(f"min_n is {min_n!r}", hint="a whole number of at least 2")
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if isinstance(simulations, bool) or not isinstance(simulations, int) or not 1000 <= simulations <= 1_000_000:
        raise OptionError(f"simulations is {simulations!r}", hint="a whole number from 1,000 to 1,000,000")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise OptionError(f"seed is {seed!r}", hint="a whole number of at least 0")
