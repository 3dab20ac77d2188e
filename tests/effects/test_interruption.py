"""Interrupted series: the line of before drawn on, errors that know neighbours are alike, seasons, refusals."""

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect
from cxkit.errors import NothingMatched, OptionError, UsageError
from cxkit.stats.interrupted import newey_west_fit, segmented


def monthly(level, each=25, noise=8.0, seed=2, start="2021-01"):
    rng = np.random.default_rng(seed)
    months = pd.period_range(start, periods=len(level), freq="M").to_timestamp()
    day = np.repeat(months.to_numpy(), each) + pd.to_timedelta(np.tile(np.arange(each) % 27, len(level)), unit="D")
    y = np.repeat(level, each) + rng.normal(0, noise, each * len(level))
    return cx.Study(pd.DataFrame({"day": day, "y": y}), date="day", guess=False)


STEP = 40 + 0.3 * np.arange(36) + 6.0 * (np.arange(36) >= 24)


def test_level_and_average_effect_of_a_step():
    found = effect(monthly(STEP), "y", design="its", at="2023-01-01")
    reading = found.reading
    assert found.low < 6 < found.high
    assert found.high - found.low < 6
    assert reading.item("level_change").low < 6 < reading.item("level_change").high
    assert reading.item("slope_change").low < 0 < reading.item("slope_change").high
    assert reading.item("slope_before").estimate == pytest.approx(0.3, abs=0.15)
    # The line rises by itself: after less before is more than the effect.
    assert reading.item("naive").estimate > found.estimate + 3
    assert reading.item("expected_without").estimate == pytest.approx(
        reading.item("observed").estimate - found.estimate
    )
    assert found.grade == "observed"
    frame = found.series_frame()
    after = frame[frame.after]
    assert found.estimate == pytest.approx((after.estimate - after.expected).mean(), abs=0.3)


def test_newey_west_by_name_equals_the_statistic():
    study = monthly(STEP)
    found = effect(study, "y", design="its", at="2023-01-01", method="newey-west", season=0)
    y = np.array(study.trend("mean:y").estimate)
    t = np.arange(36)
    mean_bend = (t[24:] - 24).mean()
    theirs = newey_west_fit(segmented(t, t >= 24, start=24), y, [[0, 0, 1, mean_bend]])
    assert (found.estimate, found.se) == pytest.approx((theirs.estimate[0], theirs.se[0]))
    assert "too short" in str(found)


def test_a_year_is_in_the_model_from_two_years_on():
    t = np.arange(36)
    wavy = STEP + 5 * np.sin(2 * np.pi * t / 12)
    found = effect(monthly(wavy), "y", design="its", at="2023-01-01")
    plain = effect(monthly(wavy), "y", design="its", at="2023-01-01", season=0)
    assert found.high - found.low < plain.high - plain.low
    assert next(c for c in found.checks if c.key == "season").ok
    assert "season_unknown" in [c.key for c in plain.cautions]
    assert "time of year" in plain.explain()


def test_a_day_within_a_period_leaves_that_period_out():
    found = effect(monthly(STEP), "y", design="its", at="2023-01-10")
    assert "split_period" in [c.key for c in found.cautions]
    assert len(found.points) == 35
    assert found.estimate == pytest.approx(6, abs=3.5)


def test_months_without_answers_are_gaps_in_time():
    study = monthly(STEP)
    kept = study.data[~study.data.day.dt.month.isin([3, 8])]
    found = effect(cx.Study(kept, date="day", guess=False), "y", design="its", at="2023-01-01")
    assert len(found.points) == 30
    assert found.low < 6 < found.high
    assert found.reading.item("slope_before").estimate == pytest.approx(0.3, abs=0.15)


def test_nps_by_week_in_its_points():
    rng = np.random.default_rng(4)
    day = pd.date_range("2025-01-06", periods=7 * 30, freq="D").repeat(12)
    late = day >= "2025-05-05"
    nps = np.clip(np.round(rng.normal(7.4 + 0.6 * late, 2)), 0, 10)
    study = cx.Study(pd.DataFrame({"day": day, "nps": nps}), date="day", nps="nps", scale={"nps": (0, 10)}, guess=False)
    found = effect(study, "nps", design="its", at="2025-05-05", freq="W")
    assert found.unit == "points"
    assert found.low < 13 < found.high
    assert len(found.points) == 30
    assert not found.reading.has("relative")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({}, OptionError, "when the action began"),
        ({"at": "2023-01-01", "treated": "y"}, OptionError, "no option of design='its'"),
        ({"at": "2021-02-01"}, UsageError, "1 periods before"),
        ({"at": "2030-01-01"}, OptionError, "outside the dates"),
        ({"at": "2023-01-01", "method": "arima"}, OptionError, "no method"),
        ({"at": "2023-01-01", "season": 9}, OptionError, "season"),
        ({"at": "2023-01-01", "freq": "Y"}, UsageError, "periods before"),
    ],
)
def test_refusals_say_the_fix(options, error, said):
    with pytest.raises(error, match=said) as caught:
        effect(monthly(STEP), "y", design="its", **options)
    assert caught.value.hint


def test_a_constant_series_is_refused_and_an_empty_one():
    with pytest.raises(UsageError, match="nothing changed"):
        effect(monthly(np.full(24, 5.0), noise=0.0), "y", design="its", at="2022-01-01")
    with pytest.raises((UsageError, NothingMatched)):
        effect(monthly(STEP[:1]), "y", design="its", at="2021-01-05")


def test_intervals_hold_the_truth_where_neighbours_are_alike():
    rng = np.random.default_rng(9)
    held = short = 0
    for k in range(80):
        shock = np.zeros(80)
        for i in range(1, 80):
            shock[i] = 0.4 * shock[i - 1] + rng.normal(0, 4)
        study = monthly(STEP[:30] + shock[50:], each=4, noise=1.0, seed=k)
        for method in ("ar1", "newey-west"):
            found = effect(study, "y", design="its", at="2023-01-01", method=method, season=0)
            inside = found.low <= 6 <= found.high
            held += inside * (method == "ar1")
            short += inside * (method != "ar1")
    assert 0.87 <= held / 80 <= 1
    assert short < held


def test_the_effect_stays_where_the_scale_lets_it_be():
    rng = np.random.default_rng(5)
    months = pd.period_range("2025-10", periods=12, freq="M").to_timestamp()
    answers = np.concatenate([rng.integers(0 if m < 6 else 5, 11, 12) for m in range(12)])
    study = cx.Study(pd.DataFrame({"day": np.repeat(months, 12), "nps": answers}), date="day", nps="nps", guess=False)
    found = effect(study, "nps", design="its", at="2026-04-01", season=0)
    seen = found.reading.item("observed").estimate
    assert seen - 100 <= found.low < found.high <= seen + 100
    assert found.high - found.low > 100  # half a year tells little: the scale's end is what bounds it
    without = found.reading.item("expected_without")
    assert (without.low, without.high) == pytest.approx((seen - found.high, seen - found.low))


def test_a_series_does_not_know_its_customers():
    days = pd.date_range("2023-01-01", periods=364, freq="D")
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"day": np.repeat(days, 3), "who": np.arange(1_092) % 40, "y": rng.normal(20, 2, 1_092)})
    study = cx.Study(frame, id="who", date="day", margin="y", guess=False)
    found = effect(study, "margin", design="its", at="2023-07-01")
    assert found.reading.customers is None
    with pytest.raises(UsageError, match="how many customers") as caught:
        found.money()
    assert "customers=" in caught.value.hint
    assert found.money(customers=40).item("gain").estimate == pytest.approx(40 * found.estimate)
    # Twelve months are a year, in both languages.
    check = next(c for c in found.checks if c.key == "season_unknown")
    assert "1 year of data" in check.text()
    assert "1 an de données" in check.text("fr")
