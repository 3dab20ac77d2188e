"""An interrupted series: the line of before drawn on, and what came instead."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.asked import Asked, span_of
from cxkit.effects.outcomes import constant, outcome_meant
from cxkit.effects.reading_of import contrast_of, reading_of
from cxkit.effects.result import Check, Effect, Point
from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.metrics.estimates import estimate_tally
from cxkit.metrics.trending import closed_periods
from cxkit.present.calendar import period_end
from cxkit.present.items import Item
from cxkit.protocols import Metric
from cxkit.stats.experiments import Contrast
from cxkit.stats.interrupted import Fitted, autocorrelated_fit, newey_west_fit, segmented
from cxkit.study import Study
from cxkit.tally.engine import first_day

__all__ = ["interruption"]

Floats = NDArray[np.float64]

#: Periods of a year.
YEAR = {"D": 365.25, "W": 52.1775, "M": 12.0, "Q": 4.0, "Y": 1.0}
METHODS = ("ar1", "newey-west")


def interruption(study: Study, wanted: str | Metric, asked: Asked) -> Effect:
    """Level and slope of a metric before and after a day, without a group to hold it against."""
    outcome = outcome_meant(study, wanted, asked.currency)
    method = asked.method or "ar1"
    if method not in METHODS:
        raise OptionError(f"no method {method!r} for a series", hint=did_you_mean(str(method), METHODS, what="Methods"))
    if asked.at is None:
        raise OptionError("when the action began is not said", hint="at='2026-03-01'")
    span_of(study, asked.at)
    tally, remarks = closed_periods(
        study.tally(outcome.metric.on, freq=asked.freq, scale=outcome.scale), freq=asked.freq, open_period=False
    )
    found = estimate_tally(outcome.metric, tally)
    low, high = found.interval(asked.level)
    starts = [key[-1] for key in tally.keys]
    split = first_day(asked.at, asked.freq) != asked.at
    kept = [
        i for i, start in enumerate(starts)
        if found.n[i] and not (split and start == first_day(asked.at, asked.freq))
    ]  # fmt: skip
    checks = [Check(remark.key, True, (("n", float(remark.count)),)) for remark in remarks]
    if split:
        checks.append(Check("split_period", False, (("day", asked.at.isoformat()),)))
    starts = [starts[i] for i in kept]
    y, n = found.estimate[kept], found.n[kept]
    after = np.array([start >= asked.at for start in starts], bool)
    _refuse(y, after, asked, outcome.column.name)
    number = np.array([_number(starts[0], start, asked.freq) for start in starts], float)
    begin = float(
        _number(
            starts[0], asked.at if not split else period_end(first_day(asked.at, asked.freq), asked.freq), asked.freq
        )
    )
    waves, said = _season(asked, number, after)
    checks += said + _checks(after, n)
    x = segmented(number, after, start=begin, season=waves, year=YEAR[asked.freq])
    rest = [0.0] * (2 * waves)
    mean_bend = float((number[after] - begin).mean())
    contrasts = [[0, 0, 1, mean_bend, *rest], [0, 0, 1, 0, *rest], [0, 0, 0, 1, *rest], [0, 1, 0, 0, *rest]]
    fit = autocorrelated_fit(x, y, number, contrasts) if method == "ar1" else newey_west_fit(x, y, contrasts)
    checks.append(Check("autocorrelation", True, (("rho", fit.rho),)))
    if not fit.se[0] > 1e-12 * max(1.0, float(np.abs(y).max())):
        checks.append(Check("no_spread", False, (("arm", ""),)))
    without = x.copy()
    without[:, 2:4] = 0
    expected = without @ fit.coef
    change = float(y[after].mean() - y[~after].mean())
    observed, contrast = float(y[after].mean()), _contrast(fit, 0)
    low_end, high_end = contrast.interval(asked.level)
    if outcome.label.bounds is not None:  # what would have been lies on the scale
        worst, best = outcome.label.bounds
        low_end, high_end = max(low_end, observed - best), min(high_end, observed - worst)
    reading = reading_of(
        outcome, ("", ""), contrast, observed=observed, interval=(low_end, high_end),
        n=(int(n[after].sum()), int(n[~after].sum())), level=asked.level,
        first=[Item("before", float(y[~after].mean()), unit=outcome.level_unit), Item("naive", change, unit=outcome.unit)],
        more=[_item(name, fit, k, asked.level, outcome.unit) for k, name in enumerate(_NAMES, 1)],
    )  # fmt: skip
    # A series holds means of periods: nothing in it says how many customers there are.
    reading = replace(
        reading, items=tuple(i for i in reading.items if i.item != "total"), adds_up=False, customers=None
    )
    points = tuple(
        Point(
            starts[i],
            float(y[i]),
            float(low[kept[i]]),
            float(high[kept[i]]),
            float(expected[i]),
            bool(after[i]),
            int(n[i]),
        )
        for i in range(len(y))
    )
    return Effect(
        "its", method, (reading,), tuple(checks), points, (), "observed", asked.currency, asked.level, at=asked.at,
        freq=asked.freq, source=study.source,
    )  # fmt: skip


_NAMES = ("level_change", "slope_change", "slope_before")


def _contrast(fit: Fitted, k: int) -> Contrast:
    return contrast_of(float(fit.estimate[k]), float(fit.se[k]), float(fit.df[k]))


def _item(name: str, fit: Fitted, k: int, level: float, unit: str) -> Item:
    one = _contrast(fit, k)
    return Item(name, one.delta, *one.interval(level), unit)


def _refuse(y: Floats, after: NDArray[np.bool_], asked: Asked, name: str) -> None:
    before, later = int((~after).sum()), int(after.sum())
    if before < 4 or later < 3:
        raise UsageError(
            f"{before} periods before {asked.at} and {later} after: a line needs 4 before and 3 after",
            code="few_periods", hint="a shorter freq= ('W'), or a longer span",
        )  # fmt: skip
    if constant(y):
        raise UsageError(
            f"the series is {y[0]:g} in every period: nothing changed", column=name, code="constant_outcome",
            hint="name another outcome",
        )  # fmt: skip


def _number(first: dt.date, start: dt.date, freq: str) -> int:
    """Periods from the first one."""
    if freq in ("D", "W"):
        return (start - first).days // (1 if freq == "D" else 7)
    months = 12 * (start.year - first.year) + start.month - first.month
    return months // {"M": 1, "Q": 3, "Y": 12}[freq]


def _season(asked: Asked, number: Floats, after: NDArray[np.bool_]) -> tuple[int, list[Check]]:
    """Pairs of yearly waves in the model: one from two whole years on, where nothing was said."""
    years = (float(number[-1]) + 1) / YEAR[asked.freq]
    if asked.freq == "Y":
        return 0, []
    if asked.season is None:
        waves = 1 if years >= 2 else 0
    elif isinstance(asked.season, int) and 0 <= asked.season <= 3:
        waves = int(asked.season)
    else:
        raise OptionError(f"season is {asked.season!r}", hint="pairs of yearly waves: 0, 1, 2 or 3")
    most = {"Q": 1}.get(asked.freq, 3)
    waves = min(waves, most)
    if waves and len(number) - 4 - 2 * waves < 3:
        raise OptionError(
            f"{len(number)} periods are too few for season={asked.season}", hint="season=0, or a shorter freq="
        )
    if waves:
        return waves, [Check("season", years >= 2, (("waves", float(waves)), ("years", years)))]
    return 0, [Check("season_unknown", False, (("years", years),))]


def _checks(after: NDArray[np.bool_], n: NDArray[np.int64]) -> list[Check]:
    out = []
    before, later = int((~after).sum()), int(after.sum())
    if min(before, later) < 8:
        out.append(Check("few_periods", False, (("before", float(before)), ("after", float(later)))))
    if n.max() > 5 * n.min():
        out.append(Check("uneven", False, (("least", float(n.min())), ("most", float(n.max())))))
    return out
