"""Control charts of any score: which periods left what the series' own past makes likely."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.change.monitor_result import Charted, Monitor
from cxkit.change.monitor_series import Series, counted, series_of
from cxkit.errors import NothingMatched, OptionError, UsageError, did_you_mean
from cxkit.protocols import Metric
from cxkit.stats import control

__all__ = ["monitor"]

By = str | Sequence[str] | None
Floats = NDArray[np.float64]
Chart = Literal["shewhart", "ewma", "cusum"]


def monitor(
    data: Any,
    metric: str | Metric,
    *,
    freq: str = "W",
    by: By = None,
    chart: Chart = "shewhart",
    baseline: int | None = None,
    rules: str | Iterable[str] | None = None,
    limits: float | None = None,
    smoothing: float = 0.2,
    allowance: float = 0.5,
    overdispersion: bool = True,
    open_period: bool = False,
) -> Monitor:
    """A control chart of a score by period.

    Parameters
    ----------
    data : Study, frame or Tally
        A tally has ``period`` as its last grouping.
    metric : str or Metric
        Any mean of values: NPS, a box score, a mean, a rate.
    freq : {"D", "W", "M", "Q", "Y"}
    by : str or list of str, optional
        A chart a group.
    chart : {"shewhart", "ewma", "cusum"}
        Shewhart sees a large change at once; ewma and cusum see a small lasting one sooner.
    baseline : int, optional
        How many first periods say what is normal; all when not given, which describes the past
        rather than watches for news.
    rules : str or list of str, optional
        For shewhart, of ``beyond_limits, two_of_three, four_of_five, nine_on_one_side,
        six_in_a_row``; the first and the fourth when not given.
    limits : float, optional
        Width of the limits in standard errors: 3 (shewhart), 2.86 (ewma), 5 (cusum).
    smoothing : float
        Of ewma: weight of the newest period.
    allowance : float
        Of cusum: half the shift that matters, in standard errors.
    overdispersion : bool
        Widen limits where periods scatter more than sampling alone explains (Laney).
    open_period : bool
        Keep the period that is still running.

    Returns
    -------
    Monitor

    Notes
    -----
    ``nine_on_one_side`` is judged about the median, and a period within half an answer of it is on
    neither side: scores near the end of their scale lie on one side of the mean most of the time.
    How often a steady series signals is simulated with the answers of the baseline.

    Several answers of a respondent or account (roles ``id``, ``cluster``) in one period count for
    what they are worth together. Respondents who come back in other periods make these alike; limits
    do not change for it, the chance of a signal does.

    Raises
    ------
    OptionError
        Unknown chart, rule or ``freq``, or a baseline that the series does not have.
    UsageError
        Fewer than two periods, or a metric that is no mean of values.

    References
    ----------
    Montgomery (2009), Introduction to Statistical Quality Control, 6th ed., ch. 7 and 9; Laney
    (2002), Quality Engineering 14; Nelson (1984), Journal of Quality Technology 16.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = monitor(cx.demo(), "nps", freq="M", baseline=6)
    >>> found.chart, len(found), found.limits
    ('shewhart', 12, 3.0)
    """
    if chart not in control.CHARTS:
        raise OptionError(f"no chart {chart!r}", hint=did_you_mean(str(chart), control.CHARTS, what="Charts"))
    named = _rules(rules, chart)
    width = _positive("limits", control.CHARTS[chart] if limits is None else limits)
    if not 0 < _positive("smoothing", smoothing) <= 1:
        raise OptionError(f"smoothing is {smoothing!r}", hint="above 0 and at most 1, such as 0.2")
    _positive("allowance", allowance)
    read = counted(data, metric, freq=freq, by=by, open_period=open_period)
    series = series_of(read)
    _check_length(series, baseline, read.label.name)
    draws = min(2000, max(300, 40_000 // len(series)))  # what many groups would show is told of all together
    plan = _Plan(chart, named, width, baseline, overdispersion, smoothing, allowance, draws)
    drawn = [plan.drawn(s, read.label.bounds) for s in series]
    columns = {name: tuple(x for _, rows in drawn for x in rows[name]) for name in drawn[0][1]}
    return Monitor(
        metric=read.label, by=read.tally.by, charts=tuple(c for c, _ in drawn), chart=chart, rules=named,
        limits=width, freq=freq, baseline=baseline, weighted=read.tally.weighted, remarks=read.remarks,
        source=read.source, returning=any(s.alike is not None for s in series), **columns,
    )  # fmt: skip


def _rules(rules: str | Iterable[str] | None, chart: str) -> tuple[str, ...]:
    if rules is None:
        return control.DEFAULT_RULES if chart == "shewhart" else ("beyond_limits",)
    named = (rules,) if isinstance(rules, str) else tuple(rules)
    for rule in named:
        if rule not in control.RULES:
            raise OptionError(f"no run rule {rule!r}", hint=did_you_mean(str(rule), control.RULES, what="Rules"))
        if chart != "shewhart" and rule != "beyond_limits":
            raise OptionError(
                f"rule {rule!r} does not apply to {chart!r}",
                hint="its neighbouring points share answers, so runs mean nothing; chart='shewhart' takes run rules",
            )
    if not named:
        raise OptionError("rules= is empty", hint=f"name some of {', '.join(control.RULES)}")
    return tuple(dict.fromkeys(named))


def _positive(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise OptionError(f"{name} is {value!r}", hint="a number above 0")
    return float(value)


def _check_length(series: tuple[Series, ...], baseline: int | None, name: str) -> None:
    longest = max((len(s) for s in series), default=0)
    if longest == 0:
        raise NothingMatched(
            f"no finished period has answers to {name!r}", hint="open_period=True keeps the running one"
        )
    if longest < 2:
        raise UsageError(
            f"{name!r} has one period ({series[0].starts[0]}): nothing to compare it with",
            hint="a shorter freq, more data, or open_period=True for the running period",
        )
    if baseline is not None:
        if isinstance(baseline, bool) or not isinstance(baseline, int) or baseline < 2:
            raise OptionError(f"baseline is {baseline!r}", hint="a number of first periods, at least 2")
        if baseline > longest:
            raise OptionError(
                f"a baseline of {baseline} periods, and the series has {longest}",
                hint="fewer periods, or baseline=None for all of them",
            )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which chart, as it was asked for."""

    chart: str
    rules: tuple[str, ...]
    limits: float
    baseline: int | None
    overdispersion: bool
    smoothing: float
    allowance: float
    draws: int

    def drawn(self, series: Series, bounds: tuple[float, float] | None) -> tuple[Charted, dict[str, Sequence[Any]]]:
        """The chart of one group, and its rows by column."""
        first = min(self.baseline or len(series), len(series))
        base = control.learned(
            series.mean, series.variance, series.base, first=first, overdispersion=self.overdispersion,
            answers=series.answers(first),
        )  # fmt: skip
        known = base.spread > 0 and len(series) > 1
        charted, middle, half, flags = self._limits(series, base)
        if not known:
            half, flags = np.full(len(series), math.nan), {}
        lower, upper = middle - half, middle + half
        if bounds is not None and self.chart != "cusum":
            lower, upper = np.maximum(lower, bounds[0]), np.minimum(upper, bounds[1])
        broken = [tuple(r for r in self.rules if r in flags and flags[r][t]) for t in range(len(series))]
        rows: dict[str, Sequence[Any]] = {
            "keys": [(*series.group, start) for start in series.starts], "estimate": series.mean.tolist(),
            "charted": charted.tolist(), "centre": middle.tolist(), "lower": lower.tolist(), "upper": upper.tolist(),
            "n": series.n.tolist(), "signals": broken,
        }  # fmt: skip
        chance = self._chance(series, base, first) if known else math.nan
        return Charted(series.group, len(series), first, float(base.centre), float(base.dispersion), chance), rows

    def _limits(self, series: Series, base: control.Baseline) -> tuple[Floats, Floats, Floats, dict[str, Any]]:
        """What is charted, its centre, half the width of its limits, and where each rule is broken."""
        centre = np.full(len(series), float(base.centre))
        if self.chart == "ewma":
            average, error = control.ewma(series.mean, base.centre, base.se, smoothing=self.smoothing)
            half = self.limits * error
            return average, centre, half, {"beyond_limits": np.abs(average - centre) > half}
        if self.chart == "cusum":
            up, down = control.cusum(base.z, allowance=self.allowance)
            charted, half = np.where(up >= down, up, -down), np.full(len(series), self.limits)
            return charted, np.zeros(len(series)), half, {"beyond_limits": np.abs(charted) > half}
        flags = {
            r: control.broken(r, base.z, points=series.mean, side=base.side, limits=self.limits) for r in self.rules
        }
        return series.mean, centre, self.limits * base.se, flags

    def _chance(self, series: Series, base: control.Baseline, first: int) -> float:
        return control.chance_of_signal(
            self.chart, series.answers(first), series.base, limits=self.limits, rules=self.rules,
            first=first, overdispersion=self.overdispersion, dispersion=float(base.dispersion),
            smoothing=self.smoothing, allowance=self.allowance, draws=self.draws,
            alike=series.alike_at(float(base.dispersion)),
        )  # fmt: skip
