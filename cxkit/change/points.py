"""When did a score change its level, and how sure is the date?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.change.monitor_points_plots import ChangePlots
from cxkit.change.monitor_series import Series, counted, series_of
from cxkit.errors import NothingMatched, OptionError, UsageError
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats.changepoints import level_changes, scatter

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChangePoint", "ChangePoints", "Searched", "change_points"]

By = str | Sequence[str] | None
_LEAST = 2
_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """One change of level.

    Attributes
    ----------
    group : tuple
    period, low, high : date
        Most likely first period of the new level; first and last date of its confidence set.
    among : tuple of date
        The whole set: not always without gaps.
    before, after, delta : float
        Levels up to the neighbouring changes, in the metric's unit.
    p : float
        Adjusted for every stretch and every group searched.
    n : int
        Answers of the two levels.
    """

    group: tuple[Any, ...]
    period: dt.date
    low: dt.date
    high: dt.date
    among: tuple[dt.date, ...]
    before: float
    after: float
    delta: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Searched:
    """The series of one group: ``error`` is the standard error that the search took for each period.

    ``dispersion`` is how many times sampling error it is; ``error`` is empty where all answers
    are alike or the series is too short to be searched.
    """

    group: tuple[Any, ...]
    starts: tuple[dt.date, ...]
    estimate: tuple[float, ...]
    error: tuple[float, ...]
    n: tuple[int, ...]
    dispersion: float


@dataclass(frozen=True, slots=True, repr=False)
class ChangePoints(Shown):
    """Every change of level found, by group and in time, with the series searched.

    ``returning``: respondents or accounts answer in several periods and make these alike.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    changes: tuple[ChangePoint, ...]
    series: tuple[Searched, ...]
    freq: str
    level: float
    weighted: bool = False
    remarks: tuple[Remark, ...] = ()
    source: str = ""
    returning: bool = False

    def __len__(self) -> int:
        return len(self.changes)

    @property
    def plot(self) -> ChangePlots:
        """Drawings: ``plot()`` for the levels of one group, ``plot.overview()`` for the dates of all."""
        return ChangePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame, one row a change: ``by`` columns, ``period, low, high, before, after, delta, p, n``."""
        import pandas as pd

        columns: dict[str, Any] = {name: [c.group[i] for c in self.changes] for i, name in enumerate(self.by[:-1])}
        for name in ("period", "low", "high"):
            columns[name] = pd.to_datetime(pd.Series([getattr(c, name) for c in self.changes], dtype=object))
        for name in ("before", "after", "delta", "p"):
            columns[name] = np.array([getattr(c, name) for c in self.changes], float)
        columns["n"] = np.array([c.n for c in self.changes], int)
        return pd.DataFrame(columns, index=range(len(self.changes)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "kind": "change_points",
            "metric": self.metric.name,
            "by": list(self.by[:-1]),
            "freq": self.freq,
            "level": self.level,
            "weighted": self.weighted,
            "remarks": [str(r) for r in self.remarks],
            "searched": [
                {"group": [json_value(x) for x in s.group], "periods": len(s.starts), "dispersion": s.dispersion, "n": sum(s.n)}
                for s in self.series
            ],
            "rows": [
                {
                    "group": dict(zip(self.by[:-1], map(json_value, c.group), strict=True)),
                    **{name: getattr(c, name).isoformat() for name in ("period", "low", "high")},
                    "among": [d.isoformat() for d in c.among],
                    "before": c.before, "after": c.after, "delta": c.delta, "p": c.p, "n": c.n,
                }
                for c in self.changes
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What changed, when, and what a date does not say.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        from cxkit.change.monitor_points_words import explain_changes

        return explain_changes(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.change.monitor_points_words import changes_grid

        return changes_grid(self, lang)


def change_points(
    data: Any,
    metric: str | Metric,
    *,
    freq: str = "W",
    by: By = None,
    level: float = 0.95,
    most: int = 5,
    overdispersion: bool = True,
    open_period: bool = False,
    seed: int = 0,
) -> ChangePoints:
    """The dates at which a score changed its level, each with a confidence set.

    Parameters
    ----------
    data : Study, frame or Tally
        A tally has ``period`` as its last grouping.
    metric : str or Metric
        Any mean of values.
    freq : {"D", "W", "M", "Q", "Y"}
    by : str or list of str, optional
        A search a group; their p-values are corrected together (Bonferroni).
    level : float
        If nothing changed anywhere, nothing is found with this probability; and the
        confidence of each set of dates.
    most : int
        Most changes a group.
    overdispersion : bool
        Widen the errors where neighbouring periods differ more than sampling alone explains.
    open_period : bool
        Keep the period that is still running.
    seed : int
        Of the simulations behind p-values and sets.

    Returns
    -------
    ChangePoints
        ``delta`` has no interval: a change that was found because it is large is overstated
        by its estimate, and the usual interval does not know.

    Notes
    -----
    Several answers of a respondent or account (roles ``id``, ``cluster``) in one period count for
    what they are worth together. Respondents who come back in other periods make these alike, so that
    levels drift with those who come and go; p-values and dates allow for it.

    Raises
    ------
    OptionError
        Unknown ``freq``, ``level`` or ``most``.
    UsageError
        Fewer than four periods, or a metric that is no mean of values.

    References
    ----------
    Vostrikova (1981), Soviet Mathematics Doklady 24; Siegmund (1988), International
    Statistical Review 56.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = change_points(cx.demo(), "nps", freq="M")
    >>> list(found.to_frame())
    ['period', 'low', 'high', 'before', 'after', 'delta', 'p', 'n']
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise OptionError(f"most is {most!r}", hint="a number of changes, at least 1")
    read = counted(data, metric, freq=freq, by=by, open_period=open_period)
    series = series_of(read)
    if not series:
        raise NothingMatched(
            f"no finished period has answers to {read.label.name!r}", hint="open_period=True keeps the running one"
        )
    longest = max(map(len, series))
    if longest < 2 * _LEAST:
        raise UsageError(
            f"{read.label.name!r} has {longest} period(s): a change of level needs at least {2 * _LEAST}",
            hint="a shorter freq, or more data",
        )
    searched = [_searched(s, overdispersion) for s in series]
    family = sum(bool(s.error) for s in searched)
    changes = [
        change
        for s, found in zip(series, searched, strict=True)
        for change in _found(s, found, level=level, most=most, family=family, seed=seed)
    ]
    return ChangePoints(
        metric=read.label, by=read.tally.by, changes=tuple(changes), series=tuple(searched), freq=freq, level=level,
        weighted=read.tally.weighted, remarks=read.remarks, source=read.source,
        returning=any(s.alike is not None for s in series),
    )  # fmt: skip


def _searched(series: Series, overdispersion: bool) -> Searched:
    # One spread for all periods, from within them: a change of level must not widen its own yardstick.
    free = float((series.base * (1 - 1 / series.n)).sum())
    spread = float((series.base * series.variance).sum() / free) ** 0.5 if free > 0 else 0.0
    error: NDArray[np.float64] = spread / np.sqrt(series.base)
    times = 1.0
    if spread > 0 and len(series) >= 2 * _LEAST:
        times = scatter(series.mean, error, series.alike) if overdispersion else 1.0
        errors = tuple((error * times).tolist())
    else:
        errors = ()
    return Searched(series.group, series.starts, tuple(series.mean.tolist()), errors, tuple(series.n.tolist()), times)


def _found(series: Series, searched: Searched, *, level: float, most: int, family: int, seed: int) -> list[ChangePoint]:
    if not searched.error:
        return []
    draws = _DRAWS * -(-family // 10)  # the smallest p-value must survive the correction
    found = level_changes(
        series.mean,
        np.array(searched.error),
        level=level,
        most=most,
        least=_LEAST,
        family=family,
        draws=draws,
        seed=seed,
        alike=series.alike_at(searched.dispersion),
    )
    starts = series.starts
    return [
        ChangePoint(
            series.group, starts[c.at], starts[c.among[0]], starts[c.among[-1]], tuple(starts[k] for k in c.among),
            c.before, c.after, c.after - c.before, c.p, int(series.n[c.start : c.end].sum()),
        )
        for c in found
    ]  # fmt: skip
