"""A score as it comes in, with an interval that may be looked at every day."""

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.change.monitor_running_plots import RunningPlots
from cxkit.change.monitor_series import Counted, counted
from cxkit.change.monitor_shared import base_so_far
from cxkit.errors import NothingMatched, OptionError
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats.anytime import confidence_sequence, cumulated, guarded
from cxkit.stats.moments import Moments, moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Running", "running"]

#: Answers before the first interval: the guarantee is asymptotic.
_FIRST = 30


@dataclass(frozen=True, slots=True, repr=False)
class Running(Shown):
    """A cumulated score after each period, with anytime-valid intervals.

    Attributes
    ----------
    periods : tuple of date
        First day of each period that brought answers.
    estimate, low, high, n, n_eff : tuple
        Of all answers up to the end of the period, in the metric's unit. ``n_eff`` is Kish's base of
        weighted answers; of respondents or accounts with several, no more than these are worth.
    verdict : tuple of str
        ``above``, ``below`` or "" (not settled) against the target.
    decided : date or None
        The first period from which on the last verdict has held.
    first : int
        Answers (``n`` and ``n_eff``) before the first interval narrower than the scale.
    """

    metric: MetricLabel
    periods: tuple[dt.date, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    verdict: tuple[str, ...]
    target: float | None
    decided: dt.date | None
    freq: str
    level: float
    first: int = _FIRST
    weighted: bool = False
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.periods)

    @property
    def plot(self) -> RunningPlots:
        """Drawings: ``plot()`` for the line with its band and the target."""
        return RunningPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame: ``period, metric, estimate, low, high, n, n_eff, verdict``."""
        import pandas as pd

        return pd.DataFrame({
            "period": pd.to_datetime(pd.Series(self.periods, dtype=object)), "metric": self.metric.name,
            "estimate": self.estimate, "low": self.low, "high": self.high, "n": self.n, "n_eff": self.n_eff,
            "verdict": self.verdict,
        })  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA,
            "kind": "running",
            "metric": self.metric.name,
            "freq": self.freq,
            "level": self.level,
            "target": self.target,
            "decided": self.decided and self.decided.isoformat(),
            "weighted": self.weighted,
            "remarks": [str(r) for r in self.remarks],
            "rows": [
                {
                    "period": start.isoformat(), "estimate": self.estimate[i], "low": _known(self.low[i]),
                    "high": _known(self.high[i]), "n": self.n[i], "n_eff": self.n_eff[i], "verdict": self.verdict[i],
                }
                for i, start in enumerate(self.periods)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Where it stands, and against the target if there is one.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        from cxkit.change.monitor_running_words import explain_running

        return explain_running(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.change.monitor_running_words import running_grid

        return running_grid(self, lang)


def running(
    data: Any,
    metric: str | Metric,
    *,
    freq: str = "D",
    start: dt.date | str | None = None,
    target: float | None = None,
    level: float = 0.95,
    tightest_at: int = 1000,
) -> Running:
    """A score of everything so far, with intervals that stay right however often one looks.

    A 95 % interval holds for one look. Looked at every day for a year, it shuts the truth out
    at some look nearly every second time; these intervals at most once in twenty.

    Parameters
    ----------
    data : Study, frame or Tally
        A tally has ``period`` as its last grouping.
    metric : str or Metric
        Any mean of values.
    freq : {"D", "W", "M", "Q", "Y"}
        How often to look.
    start : date or str, optional
        Count from this day: a launch, the start of a test.
    target : float, optional
        A value of the metric to be above or below of.
    level : float
        Confidence over all looks together.
    tightest_at : int
        The number of answers at which intervals are tightest. Fix it before looking.

    Returns
    -------
    Running
        The period still running is kept: any look is as good as another.

    Notes
    -----
    Respondents or accounts (roles ``id``, ``cluster``) with several answers are counted for what
    their answers are worth together, at every look. A tally does not know them; give the study.

    Raises
    ------
    OptionError
        Unknown ``freq`` or ``level``, or a target that is off the metric's scale.
    NothingMatched
        No answers since ``start``.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52, 2613-2640.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = running(cx.demo(), "nps", freq="M", target=0)
    >>> len(found), found.n[-1], found.verdict[-1] in ("above", "below", "")
    (12, 5894, True)
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    read = counted(data, metric, freq=freq, open_period=True, start=_day(start))
    target = _on_scale(target, read.label)
    if not read.tally.base:
        raise NothingMatched(f"no answers to {read.label.name!r}", hint="an earlier start=" if start else None)
    looks = len(read.tally)
    time, value, n, w, w2 = cumulated(*read.cells(), looks=looks)
    weighted, design = read.tally.weighted, read.tally.design
    base = moments(looks, time, value, n, w, w2, weighted=weighted, design=design)
    if read.shared is not None:
        base = _clustered(base, *base_so_far(read.shared, base.mean))
    low, high = _interval(read, base, level, tightest_at)
    new = np.diff(base.n, prepend=0) > 0
    shown = np.flatnonzero(new).tolist()
    verdict = [_verdict(low[g], high[g], target) for g in shown]
    periods = tuple(read.tally.keys[g][-1] for g in shown)
    return Running(
        metric=read.label, periods=periods, estimate=tuple(base.mean[shown].tolist()),
        low=tuple(low[shown].tolist()), high=tuple(high[shown].tolist()), n=tuple(base.n[shown].tolist()),
        n_eff=tuple(base.n_eff[shown].tolist()), verdict=tuple(verdict), target=target,
        decided=_decided(periods, verdict), freq=freq, level=level, weighted=read.tally.weighted,
        remarks=read.remarks, source=read.source,
    )  # fmt: skip


def _clustered(base: Moments, se: Any, worth: Any) -> Moments:
    """The same where answers of one respondent or account are alike; never better than independent answers."""
    se = np.where(np.isnan(se) | (se < base.se), base.se, se)
    with np.errstate(divide="ignore", invalid="ignore"):
        star = np.where(se > 0, np.minimum(base.variance / se**2, base.n_star), np.minimum(base.n_star, worth))
    return dataclasses.replace(base, se=se, n_star=star, n_eff=np.minimum(base.n_eff, np.minimum(worth, star)))


def _interval(read: Counted, base: Moments, level: float, tightest_at: float) -> tuple[Any, Any]:
    """Never off the scale; the whole scale (or unknown, without one) before there are enough answers."""
    bounds = read.label.bounds
    centre, se = base.mean, base.se
    if bounds is not None:
        centre, se = guarded(base.mean, base.variance, base.n_star, *bounds)
    low, high = confidence_sequence(centre, se, base.n_star, level=level, tightest_at=tightest_at)
    low, high = np.minimum(low, base.mean), np.maximum(high, base.mean)
    early = np.minimum(base.n, base.n_eff) < _FIRST
    if bounds is None:
        unknown = early | ~(se > 0)
        return np.where(unknown, math.nan, low), np.where(unknown, math.nan, high)
    return np.where(early, bounds[0], np.maximum(low, bounds[0])), np.where(
        early, bounds[1], np.minimum(high, bounds[1])
    )


def _day(start: Any) -> dt.date | None:
    if start is None:
        return None
    try:
        return dt.date.fromisoformat(start) if isinstance(start, str) else dt.date(start.year, start.month, start.day)
    except (ValueError, AttributeError):
        raise OptionError(
            f"start is {start!r}, which is no day", hint="a date, or a text such as '2026-03-25'"
        ) from None


def _on_scale(target: Any, label: MetricLabel) -> float | None:
    if target is None:
        return None
    if isinstance(target, bool) or not isinstance(target, (int, float)) or not math.isfinite(target):
        raise OptionError(f"target is {target!r}", hint="a value of the metric, such as 30")
    if label.bounds is not None and not label.bounds[0] <= target <= label.bounds[1]:
        low, high = label.bounds
        raise OptionError(
            f"a target of {target:g}, and {label.name!r} runs from {low:g} to {high:g}",
            hint="the target is in the metric's unit: shares in %, NPS in points",
        )
    return float(target)


def _verdict(low: float, high: float, target: float | None) -> str:
    if target is None:
        return ""
    return "above" if low > target else "below" if high < target else ""


def _decided(periods: tuple[dt.date, ...], verdict: list[str]) -> dt.date | None:
    if not verdict[-1]:
        return None
    i = len(verdict)
    while i and verdict[i - 1] == verdict[-1]:
        i -= 1
    return periods[i]


def _known(x: float) -> float | None:
    return x if math.isfinite(x) else None
