"""What an expert reviewer checks: reference/worked_examples.md, section 10."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx


def test_pitfall_1_an_average_falls_in_no_class_and_is_refused():
    frame = pd.DataFrame({"nps": [10, 9, 8.5, 0]})
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(frame, nps="nps")
    error = caught.value
    assert error.code == "score_fraction"
    assert (error.column, error.row) == ("nps", 3)
    assert "8.5" in error.what
    assert "mean" in error.hint


def test_pitfall_1_missing_answers_are_outside_the_base():
    """cx-economics 1.0.0 keeps NaN in the base (`len(data)`)."""
    scores = cx.nps(pd.DataFrame({"nps": [10, 10, 0, np.nan, None]}))
    assert scores.n == (3,)
    assert scores.value == pytest.approx(100 / 3)
    assert scores.info.missing == 2
    assert scores.info.base == 3


def test_pitfall_1_intervals_come_low_then_high():
    """R package NPS 1.1 gives (upper, lower)."""
    for method in ("adjusted-wald", "wald", "t", "bootstrap"):
        scores = cx.nps(cx.Tally.from_counts({10: 30, 8: 30, 2: 25}), method=method)
        assert scores.low[0] < scores.value < scores.high[0]


@pytest.mark.parametrize("answers", [[1, 2, 3, 4, 5] * 10, [5, 5, 4, 3, 2, 1]])
def test_pitfall_1_five_points_are_never_mapped_silently(answers):
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(pd.DataFrame({"q": answers}), nps="q")
    assert caught.value.code == "score_scale_suspect"
    assert "1–5" in str(caught.value)


def test_pitfall_2_estimates_are_unrounded_and_in_points():
    scores = cx.nps(cx.Tally.from_counts({10: 1, 8: 1, 0: 1}))
    assert cx.nps(cx.Tally.from_counts({10: 2, 8: 1})).value == pytest.approx(200 / 3, rel=1e-14)
    assert scores.metric.unit == "points"
    assert "%" not in scores.explain("en").split("(")[0]
    assert "%" not in scores.explain("fr").split("(")[0]


def test_pitfall_9_a_weight_never_changes_the_base():
    frame = pd.DataFrame({"nps": [10, 9, 8, 2, 0], "w": [0.1, 3.0, 2.5, 9.0, 0.4]})
    plain, weighted = cx.nps(frame), cx.nps(frame, score="nps", weight="w")
    assert weighted.n == plain.n == (5,)
    assert weighted.n_eff[0] < 5
    assert plain.n_eff == (5.0,)
    assert weighted.n_eff[0] == pytest.approx(frame["w"].sum() ** 2 / (frame["w"] ** 2).sum())


def test_pitfall_10_versions_of_effort_are_two_metrics():
    tally = cx.Tally.from_counts({1: 20, 2: 30, 3: 20, 4: 20, 5: 10})
    first, second = cx.ces(tally, version="1.0"), cx.ces(tally, version="2.0")
    assert (first.metric.name, second.metric.name) == ("ces1", "ces")
    assert (first.metric.better, second.metric.better) == ("lower", "higher")
    assert first.metric.scale != second.metric.scale
    assert first.info.metric != second.info.metric
    assert set(first.to_frame()["metric"]) != set(second.to_frame()["metric"])


def test_pitfall_10_effort_on_another_scale_must_say_its_version():
    study = cx.Study(pd.DataFrame({"effort": [1, 2, 5, 3]}), ces="effort", scale={"ces": (1, 5)})
    with pytest.raises(cx.OptionError, match="which CES") as caught:
        study.ces()
    assert "1.0" in caught.value.hint
    assert "2.0" in caught.value.hint
    assert study.ces(version="1.0").metric.better == "lower"
    assert study.ces(version="2.0").metric.better == "higher"
    with pytest.raises(cx.UnknownNameError, match=r"\(1\.0, 5\.0\)"):
        study.metric("ces")
    assert study.metric("ces1").value == pytest.approx(2.75)


def test_pitfall_10_version_1_is_never_put_on_seven_points():
    """A study whose effort has the default scale of 1-7: `version="1.0"` means 1-5, or an error."""
    study = cx.Study(pd.DataFrame({"effort": [1, 2, 5, 3]}), ces="effort")
    scores = study.ces(version="1.0")
    assert scores.metric.scale == (1, 5)
    assert scores.high[0] <= 5


def test_pitfall_10_sevens_are_no_effort_1_0():
    study = cx.Study(pd.DataFrame({"effort": [1, 2, 7, 6]}), ces="effort")
    with pytest.raises(cx.ScaleError) as caught:
        study.ces(version="1.0")
    assert caught.value.column == "effort"


def test_pitfall_10_an_unknown_version_is_refused():
    with pytest.raises(cx.OptionError, match=r"3\.0"):
        cx.ces(cx.Tally.from_counts({5: 10}), version="3.0")


@pytest.mark.parametrize(
    ("options", "detail", "value"),
    [
        ({}, "T2B of 5 (4–5)", 50.0),
        ({"boxes": (5,)}, "T1B of 5 (5)", 25.0),
        ({"boxes": (1, 2)}, "1–2 of 1–5", 25.0),
        ({"boxes": (3, 4, 5)}, "T3B of 5 (3–5)", 75.0),
    ],
)
def test_pitfall_11_the_boxes_are_named(options, detail, value):
    scores = cx.csat(cx.Tally.from_counts({1: 1, 2: 1, 3: 2, 4: 2, 5: 2}), **options)
    assert scores.metric.detail == detail
    assert detail in repr(scores)
    assert detail in scores._repr_html_()
    assert scores.to_dict()["metric"]["detail"] == detail
    assert scores.value == pytest.approx(value)


def test_pitfall_11_the_boxes_of_ten_are_the_users_choice():
    tally = cx.Tally.from_counts(dict.fromkeys(range(1, 11), 10))
    found = {b: cx.csat(tally, scale=(1, 10), boxes=range(b, 11)).value for b in (7, 8, 9)}
    assert found == pytest.approx({7: 40, 8: 30, 9: 20})


@pytest.mark.parametrize("boxes", [(), (6,), (0, 5), (4.5,), (1, 2, 3, 4, 5)])
def test_pitfall_11_boxes_off_the_scale_are_refused(boxes):
    with pytest.raises(cx.OptionError) as caught:
        cx.csat(cx.Tally.from_counts({5: 4, 1: 2}), boxes=boxes)
    assert "boxes=" in caught.value.hint


def test_pitfall_11_no_opinion_is_no_middle_box():
    frame = pd.DataFrame({"sat": ["5", "4", "1", "Ne sait pas", "Ne sait pas", None]})
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(frame, csat="sat")
    assert caught.value.code == "score_text"
    assert "missing={'csat': ['Ne sait pas']}" in caught.value.hint
    scores = cx.Study(frame, csat="sat", missing={"csat": ["Ne sait pas"]}).csat()
    assert scores.n == (3,)
    assert scores.info.missing == 3
    assert scores.value == pytest.approx(200 / 3)


@pytest.mark.parametrize("counts", [{9: 5}, {0: 5, 3: 5}, {7.5: 2, 3: 1}])
def test_a_tally_of_answers_off_the_scale_is_refused_by_the_mean(counts):
    """Frames are checked by their scale; published counts must not slip past it."""
    with pytest.raises(cx.UsageError):
        cx.ces(cx.Tally.from_counts(counts))


@pytest.mark.parametrize("counts", [{11: 5}, {8.5: 4}, {-1: 1, 9: 3}])
def test_a_tally_of_answers_off_the_scale_is_refused_by_nps(counts):
    with pytest.raises(cx.UsageError, match="no value"):
        cx.nps(cx.Tally.from_counts(counts))


def test_methods_and_levels_that_do_not_exist_are_refused():
    tally = cx.Tally.from_counts({10: 5, 0: 2})
    with pytest.raises(cx.OptionError) as caught:
        cx.nps(tally, method="adjusted_wald")
    assert "did you mean 'adjusted-wald'" in caught.value.hint
    with pytest.raises(cx.OptionError, match="wilson"):
        cx.nps(tally, method="wilson")
    for level in (95, 1, 0, -1, float("nan")):
        with pytest.raises(cx.OptionError, match="level"):
            cx.nps(tally, level=level)
