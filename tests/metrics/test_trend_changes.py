"""Changes between periods: overlap of rolling windows taken out, respondents of both periods known."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.metrics.builtin import mean_metric

RATING = mean_metric(on="csat", scale=(1, 7))


def answers(rng: np.random.Generator, months: int = 9, each: int = 60, gap: int | None = None) -> pd.DataFrame:
    """Answers by month; nobody answers in month ``gap``."""
    month = np.repeat([m for m in range(months) if m != gap], each)
    start = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 27, len(month)), unit="D")
    day = [d + pd.DateOffset(months=int(m)) for d, m in zip(start, month, strict=True)]
    return pd.DataFrame({
        "csat": rng.choice([1, 2, 4, 5, 6, 7], len(month)), "nps": rng.integers(0, 11, len(month)), "month": month,
        "day": pd.to_datetime(day), "w": rng.choice([0.5, 1.0, 3.0], len(month)),
        "who": rng.integers(0, len(month) // 3, len(month)), "g": rng.choice(list("AB"), len(month)),
    })  # fmt: skip


def study(data: pd.DataFrame, **roles: str) -> cx.Study:
    return cx.Study(data, csat="csat", nps="nps", date="day", scale={"csat": (1, 7)}, guess=False, **roles)


def by_rows(data: pd.DataFrame, windows, *, weighted: bool, unit: str | None) -> tuple[float, float]:
    """Difference of the means of two windows (sets of months) and its linearised error, from the rows."""
    w = data.w if weighted else pd.Series(1.0, data.index)
    influence = pd.Series(0.0, data.index)
    means = []
    for sign, window in zip((1, -1), windows, strict=True):
        held = data.month.isin(window)
        mean = float((w * data.csat)[held].sum() / w[held].sum())
        influence += sign * np.where(held, w * (data.csat - mean) / w[held].sum(), 0)
        means.append(mean)
    each = influence if unit is None else influence.groupby(data[unit]).sum()
    factor = len(each) / (len(each) - 1) if weighted or unit else 1.0
    return means[0] - means[1], math.sqrt((each**2).sum() * factor)


@pytest.mark.parametrize("gap", [None, 4])
@pytest.mark.parametrize(("weighted", "unit"), [(False, None), (True, None), (False, "who"), (True, "who")])
def test_the_change_of_a_rolling_window_is_that_of_the_rows(weighted, unit, gap):
    data = answers(np.random.default_rng(1), gap=gap)
    roles = ({"weight": "w"} if weighted else {}) | ({"cluster": unit} if unit else {})
    found = cx.trend(study(data, **roles), RATING, rolling=3, method="wald")
    months = [key[0].month - 1 for key in found.keys]
    assert months == [m for m in range(2, 9) if m != gap]
    for i in range(1, len(found)):
        now, then = ([m - 2, m - 1, m] for m in (months[i], months[i - 1]))
        delta, se = by_rows(data, (now, then), weighted=weighted, unit=unit)
        assert found.delta[i] == pytest.approx(delta, rel=1e-9)
        half = (found.delta_high[i] - found.delta_low[i]) / 2
        # Wald's quantile, or Student's for clusters, on the very error of the rows.
        quantile = half / se
        assert 1.9599 <= quantile <= (1.96 if unit is None else 2.02)


def test_windows_of_a_group_are_its_own():
    data = answers(np.random.default_rng(2))
    both = cx.trend(study(data), RATING, by="g", rolling=3)
    for group in "AB":
        alone = cx.trend(study(data[data.g == group]), RATING, rolling=3)
        rows = [i for i, key in enumerate(both.keys) if key[0] == group]
        assert [both.keys[i][1:] for i in rows] == list(alone.keys)
        for name in ("estimate", "low", "high", "n", "delta", "delta_low", "delta_high"):
            np.testing.assert_allclose([getattr(both, name)[i] for i in rows], getattr(alone, name), rtol=1e-9)


def test_a_window_is_the_sum_of_its_periods():
    data = answers(np.random.default_rng(3))
    rolling, plain = (cx.trend(study(data), "nps", rolling=k) for k in (3, 1))
    assert rolling.n == tuple(sum(plain.n[i - 2 : i + 1]) for i in range(2, len(plain)))
    for row, i in enumerate(range(2, len(plain))):
        pooled = np.average(plain.estimate[i - 2 : i + 1], weights=plain.n[i - 2 : i + 1])
        assert rolling.estimate[row] == pytest.approx(pooled)
    assert rolling.before[1:] == tuple(key[0] for key in rolling.keys[:-1])
    assert rolling.before[0] is None
    assert any("3" in str(remark) for remark in rolling.remarks)


def test_a_rolling_window_of_one_is_the_trend():
    data = answers(np.random.default_rng(4))
    one, plain = cx.trend(study(data), "nps", rolling=1), cx.trend(study(data), "nps")
    assert one.to_dict() == plain.to_dict()


@pytest.mark.parametrize("rolling", [2, 6])
def test_intervals_of_rolling_changes_cover(rolling):
    rng, inside, tried, naive = np.random.default_rng(5), 0, 0, []
    for _ in range(40):
        data = answers(rng, months=9, each=80)
        found = cx.trend(study(data), "nps", rolling=rolling)
        for low, high in zip(found.delta_low[1:], found.delta_high[1:], strict=True):
            tried += 1
            inside += low <= 0 <= high
        apart = math.hypot(*(found.high[i] - found.low[i] for i in (0, 1)))
        naive.append((found.delta_high[1] - found.delta_low[1]) / apart)
    assert 0.91 <= inside / tried <= 0.99
    # As if independent the interval would be sqrt(rolling) times as long.
    assert np.mean(naive) == pytest.approx(1 / math.sqrt(rolling), rel=0.08)


def test_respondents_of_two_periods_shorten_the_interval_of_a_change():
    rng = np.random.default_rng(6)
    level = rng.integers(1, 8, 200)
    data = pd.concat([
        pd.DataFrame({"who": range(200), "csat": np.clip(level + rng.integers(-1, 2, 200), 1, 7), "nps": 5, "day": day})
        for day in pd.to_datetime(["2025-01-05", "2025-02-05"])
    ])  # fmt: skip
    known, blind = cx.trend(study(data, id="who"), RATING), cx.trend(study(data), RATING)
    assert known.delta == pytest.approx(blind.delta, nan_ok=True)
    assert known.delta_high[1] - known.delta_low[1] < 0.7 * (blind.delta_high[1] - blind.delta_low[1])
    assert (known.low, known.high) == (blind.low, blind.high)  # each period is a sample of single answers


@pytest.mark.parametrize("rolling", [0, -1, 1.5, True, "3"])
def test_a_window_is_a_whole_number_of_periods(rolling):
    with pytest.raises(cx.OptionError, match="rolling is") as caught:
        cx.trend(study(answers(np.random.default_rng(7), months=2)), "nps", rolling=rolling)
    assert "whole number" in str(caught.value.hint)


def test_a_metric_that_is_no_mean_has_no_rolling_windows():
    polar = cx.metric("polar", on="nps", scale=(0, 10))(lambda tally: 0.5)
    with pytest.raises(cx.OptionError, match="cannot overlap") as caught:
        cx.trend(study(answers(np.random.default_rng(8), months=2)), polar, rolling=2)
    assert caught.value.hint == "rolling=1"


def test_more_periods_than_there_are_are_refused():
    with pytest.raises(cx.NothingMatched, match="6 periods in a row") as refused:
        cx.trend(study(answers(np.random.default_rng(9), months=2)), "nps", rolling=6)
    assert "smaller rolling" in refused.value.hint


def test_weeks_roll_over_the_new_year():
    days = pd.date_range("2025-12-01", "2026-01-25", freq="D")
    data = pd.DataFrame({"day": days, "nps": 9, "csat": 5})
    found = cx.trend(study(data), "nps", freq="W", rolling=4)
    assert found.keys[0] == (dt.date(2025, 12, 22),)
    assert found.n == (28,) * len(found)
