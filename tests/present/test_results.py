"""What a result gives: frames, dicts, sentences."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math

import pandas as pd
import pytest

import cxkit as cx

COLUMNS = ["metric", "estimate", "low", "high", "n", "n_eff", "method"]
THIN, NBSP, MINUS = "\u202f", "\u00a0", "\u2212"


def grouped() -> cx.Scores:
    return cx.nps(
        cx.Tally.from_counts(
            {"A": {10: 80, 8: 30, 0: 20}, "B": {10: 5, 0: 15}, None: {None: 2}},
            by="segment",
        )
    )


def monthly() -> cx.Trend:
    days = pd.to_datetime(["2024-01-05"] * 40 + ["2024-02-05"] * 60 + ["2024-03-05"] * 30)
    scores = [10] * 10 + [0] * 30 + [10] * 50 + [0] * 10 + [8] * 30
    return cx.Study(pd.DataFrame({"nps": scores, "day": days}), nps="nps", date="day").trend("nps")


def test_frames_have_fixed_columns():
    assert list(grouped().to_frame().columns) == ["segment", *COLUMNS]
    assert list(cx.nps(cx.Tally.from_counts({10: 1})).to_frame().columns) == COLUMNS
    assert list(monthly().to_frame().columns) == ["period", *COLUMNS]
    frame = cx.Tally.from_cells(("a", "b"), [("x", 1)], [10], [1])
    assert list(cx.nps(frame).to_frame().columns) == ["a", "b", *COLUMNS]


def test_frames_hold_unrounded_numbers_and_counts_of_answers():
    frame = grouped().to_frame()
    assert frame["estimate"].iloc[0] == pytest.approx(100 * 60 / 130, rel=1e-14)
    assert frame["n"].tolist() == [130, 20, 0]
    assert frame["n"].dtype.kind == "i"
    assert frame["metric"].unique().tolist() == ["nps"]
    assert frame["method"].unique().tolist() == ["adjusted-wald"]
    assert math.isnan(frame["estimate"].iloc[2])
    assert monthly().to_frame()["period"].dtype.kind == "M"


def test_frames_of_an_empty_result_keep_their_columns():
    assert list(cx.nps(cx.Tally.from_cells(("g",), [], [], [])).to_frame().columns) == ["g", *COLUMNS]


@pytest.mark.parametrize("make", [grouped, monthly])
def test_dicts_survive_json(make):
    result = make()
    told = result.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["schema"] == 1
    assert told["kind"] in {"scores", "trend"}
    assert len(told["rows"]) == len(result)
    assert set(told["rows"][0]) >= {"group", "estimate", "low", "high", "n", "n_eff"}


def test_no_answer_is_none_in_a_dict():
    row = grouped().to_dict()["rows"][2]
    assert row["group"] == {"segment": None}
    assert (row["estimate"], row["low"], row["high"], row["n_eff"]) == (None,) * 4
    assert row["n"] == 0


def test_a_dict_tells_the_metric_and_the_months():
    told = monthly().to_dict()
    assert told["metric"]["name"] == "nps"
    assert told["metric"]["unit"] == "points"
    assert told["metric"]["better"] == "higher"
    assert told["metric"]["scale"] == [0, 10]
    assert told["freq"] == "M"
    assert [row["group"]["period"] for row in told["rows"]] == ["2024-01-01", "2024-02-01", "2024-03-01"]


def test_value_is_for_one_group_only():
    assert cx.nps(cx.Tally.from_counts({10: 3})).value == 100
    with pytest.raises(ValueError, match="3 groups"):
        _ = grouped().value


def test_equal_data_give_equal_results():
    assert monthly() == monthly()
    assert grouped() != monthly()
    one, other = (cx.nps(cx.Tally.from_counts({10: n, 0: 5})) for n in (5, 6))
    assert one != other
    assert one == cx.nps(cx.Tally.from_counts({0: 5, 10: 5}))


def test_results_with_an_empty_group_are_equal_too():
    """NaN is not equal to itself; a tuple of them must not make equal results differ."""
    first = cx.nps(cx.Tally.from_counts({"A": {10: 1}, "B": {None: 1}}, by="g"))
    again = cx.nps(cx.Tally.from_counts({"A": {10: 1}, "B": {None: 1}}, by="g"))
    assert first == again


def test_results_are_frozen_and_hashable():
    result = cx.nps(cx.Tally.from_counts({10: 3, 0: 4}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.n = (99,)
    assert hash(result) == hash(cx.nps(cx.Tally.from_counts({10: 3, 0: 4})))
    assert len({result, cx.nps(cx.Tally.from_counts({10: 3, 0: 4}))}) == 1


def test_info_holds_base_method_and_reference():
    info = grouped().info
    assert (info.base, info.missing, info.weighted, info.left_out) == (150, 2, False, 0)
    assert info.metric == "nps [0–10]"
    assert info.method == "adjusted-wald"
    assert "Rocks" in info.reference
    assert info.level == 0.95


def test_a_sentence_in_english():
    scores = cx.nps(cx.Tally.from_counts({10: 2000, 8: 1000, 0: 2600}))
    text = scores.explain("en")
    assert text.startswith(f"NPS is {MINUS}10.7 (95% CI [")
    assert "n = 5,600)." in text
    assert "-" not in text


def test_a_sentence_in_french():
    scores = cx.csat(cx.Tally.from_counts({5: 4000, 3: 1600}))
    text = scores.explain("fr")
    assert text.startswith(f"CSAT · T2B sur 5 (4–5) : 71,4{NBSP}% (IC 95{NBSP}% [")
    assert f"n = 5{THIN}600)." in text
    assert " ; " in text
    assert "." not in text.split("(IC")[0]


def test_sentences_in_french_hold_no_english_and_no_plain_minus():
    for result in (grouped(), monthly()):
        text = result.explain("fr")
        for word in (" is ", "highest", "lowest", "against", "fewer", "CI "):
            assert word not in text
        assert "-" not in text.replace("adjusted-wald", "")


def test_groups_are_told_with_their_extremes_and_hedge():
    text = grouped().explain("en")
    assert "highest A" in text
    assert "lowest B" in text
    assert "Groups with fewer than 30 answers: 1 of 3" in text
    # Whether they differ is no matter of overlapping intervals: the sentence names the test.
    assert "overlap" not in text
    assert "compare()" in text
    assert "compare()" in grouped().explain("fr")


def test_low_is_good_is_not_called_the_worst():
    """Effort 1.0: the lowest mean is the best; the sentence must not praise the highest."""
    tally = cx.Tally.from_counts({"easy": {1: 50, 2: 50}, "hard": {4: 50, 5: 50}}, by="g")
    text = cx.ces(tally, version="1.0").explain("en")
    assert "highest hard" in text
    assert "lowest easy" in text
    assert "best" not in text


def test_a_trend_is_told_by_its_latest_change():
    trend = monthly()
    assert "March 2024" in trend.explain("en")
    assert "against February 2024" in trend.explain("en")
    assert "mars 2024" in trend.explain("fr")
    assert "février 2024" in trend.explain("fr")
    change = trend.change()
    assert change.before == dt.date(2024, 2, 1)
    assert change.delta == pytest.approx(trend.estimate[2] - trend.estimate[1])
    assert change.low < change.delta < change.high
    rise = trend.change(1)
    assert rise.low > 0


def test_a_change_that_is_not_clear_is_inconclusive():
    days = pd.to_datetime(["2024-01-05"] * 20 + ["2024-02-05"] * 20)
    scores = [10] * 10 + [0] * 10 + [10] * 11 + [0] * 9
    trend = cx.Study(pd.DataFrame({"nps": scores, "day": days}), nps="nps", date="day").trend("nps")
    assert "inconclusive" in trend.explain("en")
    assert "non concluant" in trend.explain("fr")


def test_an_unknown_language_is_refused():
    with pytest.raises(cx.OptionError) as caught:
        grouped().explain("de")
    assert "en" in caught.value.hint
    assert "fr" in caught.value.hint


def test_the_terminal_table_shows_base_interval_and_flag():
    text = repr(grouped())
    assert "NPS [0–10] by segment: 95% CI, adjusted-wald" in text
    assert "n=130" in text
    assert "base under 30" in text
    assert "(missing)" in text
    assert text.count("\n") == 3


def test_weighted_results_say_so():
    tally = cx.Tally.from_cells((), [()] * 2, [10, 0], [60, 40], [90.0, 30.0], [200.0, 40.0])
    scores = cx.nps(tally)
    assert "effective base" in scores.explain("en")
    assert "base efficace" in scores.explain("fr")
    assert "eff. 60" in repr(scores)
    assert scores.to_dict()["weighted"] is True


def test_many_groups_are_cut_and_the_rest_is_counted():
    tally = cx.Tally.from_counts({f"g{i:03d}": {10: 40, 0: 20} for i in range(75)}, by="g")
    scores = cx.nps(tally)
    assert "15 more rows: to_frame()" in repr(scores)
    assert "15 more rows" in scores._repr_html_()
    assert len(scores.to_frame()) == 75


def test_control_characters_reach_no_terminal():
    scores = cx.nps(
        cx.Tally.from_counts(
            {"\x1b[31mred\x07": {10: 3}, "\u202eabc\u2066": {0: 3}, "a\nb\tc": {8: 1}},
            by="g",
        )
    )
    text = repr(scores)
    for bad in ("\x1b", "\x07", "\u202e", "\u2066", "\t"):
        assert bad not in text
    assert len(text.splitlines()) == 4


def test_numbers_as_each_language_writes_them():
    from cxkit.present.numbers import count, interval, number, with_unit

    assert number(-1234.56, "en") == f"{MINUS}1,234.6"
    assert number(-1234.56, "fr") == f"{MINUS}1{THIN}234,6"
    assert number(0.05) == "0.1"
    assert number(-0.04) == "0.0"
    assert number(2.675, digits=2) == "2.68"
    assert number(float("nan")) == number(None) == number(float("inf")) == "–"
    assert count(1234567, "fr") == f"1{THIN}234{THIN}567"
    assert with_unit(12.5, "%", "fr") == f"12,5{NBSP}%"
    assert with_unit(12.5, "%", "en") == "12.5%"
    assert with_unit(12.5, "points", "en", sign=True) == "+12.5"
    assert interval(-1, 2, "fr") == f"[{MINUS}1,0 ; 2,0]"


@pytest.mark.parametrize(
    ("freq", "start", "en", "fr"),
    [
        ("D", dt.date(2026, 8, 1), "1 August 2026", "1er août 2026"),
        ("W", dt.date(2026, 1, 5), "W02 2026", "S02 2026"), ("Q", dt.date(2026, 4, 1), "Q2 2026", "T2 2026"),
        ("M", dt.date(2026, 8, 1), "August 2026", "août 2026"),
        ("Y", dt.date(2026, 1, 1), "2026", "2026"), ("W", dt.date(2024, 12, 30), "W01 2025", "S01 2025"),
    ],
)  # fmt: skip
def test_periods_by_name(freq, start, en, fr):
    from cxkit.present.numbers import period

    assert period(start, freq, "en") == en
    assert period(start, freq, "fr") == fr
