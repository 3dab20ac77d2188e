"""Faults that a reviewer found, each with what it must give."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

import cxkit as cx


def test_a_scale_in_a_call_keeps_the_missing_codes_of_the_study():
    study = cx.Study(pd.DataFrame({"q": [1, 5, 9] * 30}), csat="q", missing={"csat": [9]}, guess=False)
    assert study.box("csat", boxes=(5,), scale=(1, 10)).n == (60,)
    assert study.index("csat", scale=(1, 10)).n == (60,)


def test_a_scale_that_contradicts_the_study_is_refused():
    mirrored = cx.Study(pd.DataFrame({"q": [1] * 30 + [5] * 10}), csat="q", scale={"csat": (5, 1)}, guess=False)
    assert mirrored.index("csat").value == 75
    with pytest.raises(cx.OptionError, match="declares"):
        mirrored.index("csat", scale=(1, 10))


def test_more_missing_codes_add_to_those_of_the_study():
    study = cx.Study(pd.DataFrame({"q": [10, 9, 98, 99]}), nps="q", missing={"nps": [98, 99]}, guess=False)
    assert cx.nps(study, missing=[10, 98]).n == (1,)


def test_codes_are_compared_exactly():
    money = pd.DataFrame({"ca": [1234567.0, 1234568, 9999999, 100.0]})
    assert cx.mean(money, "ca", missing=[1234567]).n == (3,)


@pytest.mark.parametrize("name", ["method", "low", "n", "estimate"])
def test_a_group_may_not_be_called_as_a_column_of_the_result(name):
    frame = pd.DataFrame({"s": [0, 7, 10], name: ["a", "b", "b"]})
    with pytest.raises(cx.ColumnError, match="of its own") as caught:
        cx.nps(frame, score="s", by=name)
    assert "rename" in caught.value.hint


def test_period_is_an_ordinary_group_but_in_a_trend():
    frame = pd.DataFrame(
        {"nps": [0, 7, 10], "period": ["Q1", "Q2", "Q2"], "date": pd.date_range("2025-01-01", periods=3)}
    )
    assert list(cx.nps(frame, score="nps", by="period").to_frame()["period"]) == ["Q1", "Q2"]
    with pytest.raises(cx.ColumnError):
        cx.trend(frame, "nps", by="period")


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("day", [dt.date(2025, 1, 1), "2025-01-01", dt.datetime(2025, 1, 1)])
def test_a_day_filters_a_column_of_times(make, day):
    times = [dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 2)]
    study = cx.Study(make({"nps": [9, 3], "d": times}), nps="nps", date="d", guess=False)
    assert study.filter(d=day).rows == 1
    assert study.between("2025-01-01", "2025-01-02").rows == 1


def test_filters_take_arrays_and_refuse_nothing():
    study = cx.Study(pd.DataFrame({"nps": [9, 3, 3]}), nps="nps", guess=False)
    assert study.filter(nps=np.array([9, 3])).rows == 3
    with pytest.raises(cx.FilterError):
        study.filter(nps=[])


def test_a_change_between_tiny_bases_is_no_fall():
    days = pd.to_datetime(["2025-01-02", "2025-02-02", "2025-02-02"])
    trend = cx.trend(pd.DataFrame({"nps": [9, 3, 3], "date": days}), "nps")
    assert trend.change().word == "inconclusive"
    assert "base under 30" in trend.explain()


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Argentina/Buenos_Aires"])
def test_a_zone_counts_by_its_own_clock_and_says_so(zone):
    times = pd.to_datetime(["2025-01-31 23:30", "2025-02-01 00:30"]).tz_localize(zone)
    study = cx.Study(pd.DataFrame({"s": [9, 3], "d": times}), nps="s", date="d", guess=False)
    assert study.trend("nps").n == (1, 1)


def test_parquet_times_with_a_zone_do_not_depend_on_the_machine(tmp_path):
    times = pd.to_datetime(["2025-01-31 23:30", "2025-02-01 00:30"]).tz_localize("America/New_York")
    pd.DataFrame({"s": [9, 3], "d": times}).to_parquet(tmp_path / "tz.parquet")
    study = cx.Study(tmp_path / "tz.parquet", nps="s", date="d", guess=False)
    assert [key[0] for key in study.trend("nps").keys] == [dt.date(2025, 2, 1)]
    assert any("UTC" in r for r in study.remarks)


def test_hints_of_a_call_can_be_typed_into_it():
    with pytest.raises(cx.ScaleError) as caught:
        cx.nps(pd.DataFrame({"s": [0, 7, 99]}), score="s")
    assert "missing=[99]" in caught.value.hint
    assert cx.nps(pd.DataFrame({"s": [0, 7, 99]}), score="s", missing=[99]).n == (2,)
    with pytest.raises(cx.ScaleError) as caught:
        cx.rate(pd.DataFrame({"Q": ["P", "A"]}), "Q")
    assert "1" in caught.value.hint
    assert "0" in caught.value.hint
    assert cx.rate(pd.DataFrame({"Q": ["P", "A"]}), "Q", scale={"P": 1, "A": 0}).value == 50


@pytest.mark.parametrize(
    "call",
    [
        lambda d: cx.Study(d, nps="Q1", missing=[99]),
        lambda d: cx.Study(d, nps="Q1", scale=(0, 10)),
        lambda d: cx.Study(d, nps="Q1", missing={"nps": [None]}),
        lambda d: cx.nps(d, score="Q1", missing={"Q1": [99]}),
        lambda d: cx.csat(d, score="Q1", scale={"Q1": (0, 10)}),
        lambda d: cx.nps(d, score="Q1", level="0.95"),
        lambda d: cx.nps(d, score="Q1", by=3),
        lambda d: cx.trend(cx.Study(d, nps="Q1"), "nps", freq=["M"]),
        lambda d: cx.box(d, "Q1", boxes=5, scale=(0, 10)),
        lambda d: cx.box(d, "Q1", boxes=("C",), scale=(0, 10)),
        lambda d: cx.nps(pd.DataFrame([[1, 2]], columns=["s", "s"]), score="s"),
        lambda d: cx.nps(pd.DataFrame([[1, 2]]), score="0"),
        lambda d: cx.net_sample_size(5),
        lambda d: cx.net_sample_size(0),
        lambda d: cx.net_sample_size(0.05, level=95),
    ],
)
def test_a_mistake_is_a_cxkit_error_with_a_fix(call):
    with pytest.raises(cx.CxkitError) as caught:
        call(pd.DataFrame({"Q1": [0, 7, 10]}))
    assert caught.value.hint
