"""Waves come in the order of time, never in that of the alphabet."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import cxkit as cx
from cxkit.study.waves import ordered_waves


@pytest.mark.parametrize(
    "waves",
    [
        ["T4 2025", "T1 2026"],
        ["2025-Q4", "2026-Q1"],
        ["W9", "W10", "W11"],
        ["Vague 2", "Vague 10"],
        ["janv. 2026", "févr. 2026"],
        ["décembre 2025", "janvier 2026"],
        ["1 before", "2 after"],
        ["A", "B", "C"],
        [2, 10, 100],
        [dt.date(2025, 12, 1), dt.date(2026, 1, 1)],
    ],
)
def test_names_with_numbers_months_and_years_are_read(waves):
    assert ordered_waves(waves[::-1], "wave") == waves


@pytest.mark.parametrize("waves", [["before", "after"], ["W1", "V2"], ["Q1", "Q1 bis"]])
def test_an_order_that_nothing_tells_is_refused(waves):
    with pytest.raises(cx.OptionError, match="order of the waves in 'wave' is not known") as refused:
        ordered_waves(waves, "wave")
    assert "ordered=True" in refused.value.hint


def test_an_ordered_category_says_its_order():
    frame = pd.DataFrame({"q": [0] * 40 + [10] * 40, "wave": ["before"] * 40 + ["after"] * 40})
    study = cx.Study(frame.assign(wave=pd.Categorical(frame["wave"], ["before", "after"], ordered=True)), nps="q")
    found = study.compare("nps", by="wave", test="previous")
    assert (found.keys, found.versus, found.verdict) == ((("after",),), ("before",), ("rise",))
    with pytest.raises(cx.OptionError, match="not known"):
        cx.Study(frame, nps="q").compare("nps", by="wave", test="previous")


def test_a_said_role_goes_before_a_column_of_its_name():
    frame = pd.DataFrame(
        {"reco": [10, 10, 0, 8] * 20, "nps": [0, 1, 2, 0] * 20, "channel": "x", "Canal": ["a", "b"] * 40}
    )
    study = cx.Study(frame, nps="reco", channel="Canal", guess=False)
    assert study.nps().value == 25.0
    assert study.nps(by="channel").keys == (("a",), ("b",))
    assert study.compare("nps", by="channel").by == ("Canal",)


def test_a_column_called_like_a_role_is_checked_like_one():
    frame = pd.DataFrame({"nps": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 20, "seg": ["a", "b"] * 100})
    for asked in (lambda: cx.compare(frame, "nps", by="seg"), lambda: cx.Study(frame).nps()):
        with pytest.raises(cx.ScaleError, match="1–10"):
            asked()


def test_effort_from_1_to_5_is_no_effort_from_1_to_7():
    """CES 1.0 runs 1-5 with low good, CES 2.0 runs 1-7 with high good (worked example E4)."""
    frame = pd.DataFrame({"ces": [1, 2, 3, 4, 5] * 20})
    with pytest.raises(cx.ScaleError, match=r"CES 1\.0"):
        cx.Study(frame, ces="ces")
    assert cx.Study(frame, ces="ces", scale={"ces": (1, 7)}).ces().value == 3.0
