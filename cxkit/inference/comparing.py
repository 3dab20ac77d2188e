"""Compare groups, periods or a target, with every p-value in one family."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.inference.comparison import COLUMNS, Comparison
from cxkit.inference.families import family
from cxkit.inference.pairing import Pairing, Test, pairing
from cxkit.inference.samepeople import same_people
from cxkit.metrics.differences import Side, against, between
from cxkit.metrics.estimates import Estimates, estimate_tally
from cxkit.metrics.functions import metric_of
from cxkit.metrics.linked import Linked, linked
from cxkit.metrics.scoring import described, floats, left_out
from cxkit.metrics.trending import closed_periods
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats.multiplicity import CORRECTIONS
from cxkit.study import Study
from cxkit.study.names import refuse_reserved
from cxkit.study.waves import known_order
from cxkit.tally import FREQUENCIES, Tally

__all__ = ["compare"]

By = str | Sequence[str] | None
Floats = NDArray[np.float64]


def compare(
    data: Any,
    metric: str | Metric,
    *,
    by: By = None,
    test: Test = "complement",
    freq: str | None = None,
    target: float | None = None,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    side: Side = "two-sided",
    paired: bool = False,
    margin: float | None = None,
    method: str | None = None,
    level: float = 0.95,
    open_period: bool = False,
) -> Comparison:
    """Hold scores against each other, or against a target, and say which differences are real.

    Parameters
    ----------
    data : Study, frame, place or Tally
        Of a tally, the groupings are its own; with ``freq``, its last one must be ``period``.
    metric : str or Metric
    by : str or list of str, optional
        Columns or roles whose groups are compared.
    test : {"complement", "columns", "previous", "first", "last_year", "target"}
        Each group against all others (never against the total that contains it); each two
        groups; each period against the one before, the first, or the same one a year before;
        each group against ``target``. Without ``freq``, "previous" and "first" take the last
        column of ``by`` as waves: numbers, dates, ordered categories, or names with numbers in them.
    freq : {"D", "W", "M", "Q", "Y"}, optional
        Compare within or between periods of the date role.
    correction : {"bh", "holm", "bonferroni"} or None
        Over all rows of the result as one family; see :func:`cxkit.family` for several results.
    side : {"two-sided", "higher", "lower"}
    paired : bool
        Only the same respondents (role ``id``), each against himself.
    margin : float, optional
        A difference that does not matter: an interval inside ± margin is "stable". One fortieth
        of the metric's range when not given (5 NPS points, 2.5 points of a share, 0.1 on 1-5).
    method : str, optional
        Interval method; the metric's own when not given. ``t`` is Welch's test.
    open_period : bool
        Keep the period that is still running.

    Returns
    -------
    Comparison
        ``to_frame()`` has the ``by`` columns (and ``period``), then ``metric, estimate, low, high, n,
        n_eff, method, versus, delta, delta_low, delta_high, p, p_adjusted, verdict``.

    Notes
    -----
    Answers of one respondent (role ``id``) or account (role ``cluster``) are not independent:
    their covariance enters every error here, within a group and between groups.

    Examples
    --------
    >>> import cxkit as cx
    >>> counts = {"A": {10: 60, 8: 20, 3: 20}, "B": {10: 30, 8: 30, 3: 40}}
    >>> cx.compare(cx.Tally.from_counts(counts, by="site"), "nps", test="columns").verdict
    ('rise',)
    """
    _check(test, freq, target, correction, level)
    study = None if isinstance(data, Tally) else data if isinstance(data, Study) else Study(data)
    definition = metric_of(metric, study)
    tally, remarks = _counted(data, study, definition, by, freq, open_period)
    refuse_reserved(tally.by, COLUMNS)
    pairs = pairing(tally, test, freq=freq, waves=_wave_order(study, tally))
    if target is not None:
        _check_target(target, definition)
    options: dict[str, Any] = {"level": level, "side": side}
    if paired:
        if study is None:
            raise UsageError("a tally does not know who answered twice", hint="give the study, or leave paired= out")
        sample = same_people(study, definition, pairs, tally, by=by, freq=freq, test=test)
        pairs, first, second = sample.pairs, sample.first, sample.second
        difference = against(sample.change, 0.0, **options)
    else:
        shared = linked(study, definition.on, definition, tally, by=by, freq=freq)
        plain = estimate_tally(definition, tally, method=method)
        if shared is not None:
            blind = plain.method == "bootstrap"  # draws of answers know of no clusters
            remarks = (*remarks, Remark("independent" if blind else "clustered", shared.crossed.design))
            shared = None if blind else shared
        own = plain if shared is None else shared.corrected(plain, shared.sides(np.arange(len(tally))))
        first = own.take(pairs.left)
        if target is not None:
            second, difference = None, against(first, target, **options)
        else:
            second, covariance, df = _other_side(definition, tally, pairs, test, own, shared, method)
            difference = between(first, second, covariance=covariance, df=df, **options)
        if study is not None and "cluster" not in study.roles:
            # A repeated id belongs to the differences; a score has the interval that it has everywhere.
            own = plain
    low, high = (first if paired else own.take(pairs.left)).interval(level)
    found = Comparison(
        metric=described(definition),
        by=tally.by,
        keys=tuple(tally.keys[g] for g in pairs.left),
        estimate=floats(first.estimate),
        low=floats(low),
        high=floats(high),
        n=tuple(first.n.tolist()),
        n_eff=floats(first.n_eff),
        method=first.method,
        level=level,
        test=test,
        freq=freq,
        versus=pairs.versus or (f"target {target:g}",) * len(pairs.left),
        versus_keys=tuple(tally.keys[g] for g in pairs.right) if test not in ("complement", "target") else (),
        other=floats(second.estimate) if second is not None else (float(target or 0),) * len(pairs.left),
        other_n=tuple(second.n.tolist()) if second is not None else (),
        delta=floats(difference.delta),
        delta_low=floats(difference.low),
        delta_high=floats(difference.high),
        se=floats(_seen_error(difference.se, first, second)),
        p=floats(difference.p),
        margin=_margin(margin, definition),
        side=side,
        paired=paired,
        remarks=(*remarks, *left_out(tally)),
        source=study.source if study else "tally",
    )
    (done,) = family(found, correction=correction)
    return done


def _check(test: str, freq: str | None, target: float | None, correction: str | None, level: float) -> None:
    if correction is not None and correction not in CORRECTIONS:
        raise OptionError(
            f"unknown correction {correction!r}", hint=did_you_mean(str(correction), CORRECTIONS, what="Corrections")
        )
    if freq is not None and (not isinstance(freq, str) or freq not in FREQUENCIES):
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(str(freq), FREQUENCIES, what="freq"))
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if (target is None) == (test == "target"):
        raise OptionError(
            "a target is compared with test='target'" if target is not None else "test='target' needs its target",
            hint="cx.compare(data, metric, test='target', target=30)",
        )


def _seen_error(se: Floats, first: Estimates, second: Estimates | None) -> Floats:
    """The errors; NaN where a side's answers are all alike, so that its part of the error cannot be seen."""
    blind = first.alike if second is None else first.alike | second.alike
    return np.where(blind, np.nan, se)


def _wave_order(study: Study | None, tally: Tally) -> tuple[Any, ...] | None:
    return known_order(study, tally.by[-1]) if study is not None and tally.by and tally.by[-1] != "period" else None


def _check_target(target: float, metric: Metric) -> None:
    if isinstance(target, bool) or not isinstance(target, (int, float)) or not math.isfinite(target):
        raise OptionError(f"target is {target!r}", hint="a number in the metric's unit")
    if metric.bounds is not None and not metric.bounds[0] <= target <= metric.bounds[1]:
        raise OptionError(
            f"the target {target:g} is off the scale of {metric.name!r}",
            hint=f"a number from {metric.bounds[0]:g} to {metric.bounds[1]:g}",
        )


def _margin(margin: float | None, metric: Metric) -> float:
    """The difference that does not matter, in the metric's unit; 0 where no scale tells."""
    if margin is None:
        return 0.0 if metric.bounds is None else (metric.bounds[1] - metric.bounds[0]) / 40
    if isinstance(margin, bool) or not isinstance(margin, (int, float)) or not 0 <= margin < math.inf:
        raise OptionError(f"margin is {margin!r}", hint="a difference of at least 0, in the metric's unit")
    return float(margin)


def _counted(
    data: Any, study: Study | None, metric: Metric, by: By, freq: str | None, open_period: bool
) -> tuple[Tally, tuple[Remark, ...]]:
    if study is not None:
        tally = study.tally(metric.on, by=by, freq=freq)
    else:
        tally = data
        if by is not None:
            names = [by] if isinstance(by, str) else list(by)
            tally = data.rollup(*names, *(["period"] if freq is not None else []))
        elif freq is not None and data.by[-1:] != ("period",):
            raise UsageError("this tally has no periods", hint="tally with freq=, or leave freq= out")
    return closed_periods(tally, freq=freq, open_period=open_period) if freq is not None else (tally, ())


def _other_side(
    metric: Metric,
    tally: Tally,
    pairs: Pairing,
    test: str,
    own: Estimates,
    shared: Linked | None,
    method: str | None,
) -> tuple[Estimates, Floats | None, Floats | None]:
    """What each row is held against, with the covariance and degrees of freedom where respondents are shared."""
    if test != "complement":
        second = own.take(pairs.right)
        if shared is None:
            return second, None, None
        left, right = shared.sides(pairs.left), shared.sides(pairs.right)
    else:
        rest = tally.complements(pairs.block)
        second = estimate_tally(metric, rest, method=method).take(pairs.left)
        if shared is None:
            return second, None, None
        left, right = shared.sides(pairs.left), shared.others(pairs.left, pairs.block)
        second = shared.corrected(second, right, others=pairs.left)
    means = (own.estimate[pairs.left], second.estimate)
    df = np.minimum(own.df[pairs.left] + second.df, shared.crossed.design - 1)
    return second, shared.covariance(left, right, means), df
