"""Answers that are not on their scale: the code, the column, the row, the file, and the fix that works."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

ELEVEN = list(range(11)) * 6


def refused(answers, role: str = "nps", column: str = "q", **options) -> cx.ScaleError:
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(pd.DataFrame({column: answers}), **{role: column}, **options)
    error = caught.value
    assert error.column == column
    assert error.hint
    assert error.exit_code == 2
    assert isinstance(error, ValueError)
    assert f"column {column!r}" in str(error)
    assert "fix: " in str(error)
    return error


def accepted(answers, role: str = "nps", **options) -> cx.Study:
    return cx.Study(pd.DataFrame({"q": answers}), **{role: "q"}, **options)


def test_one_to_ten_without_a_zero():
    answers = list(range(1, 11)) * 6
    error = refused(answers)
    assert error.code == "score_scale_suspect"
    assert "scale={'nps': (1, 10)}" in error.hint
    assert "scale={'nps': (0, 10)}" in error.hint
    assert accepted(answers, scale={"nps": (1, 10)}).nps().value == pytest.approx(20 - 60)
    assert accepted(answers, scale={"nps": (0, 10)}).nps().value == pytest.approx(20 - 60)
    assert accepted(answers, scale={"nps": (1, 10)}).nps().metric.detail == "1–10"


def test_a_real_zero_settles_the_scale():
    assert accepted(ELEVEN).nps().n == (66,)
    assert accepted([*list(range(1, 11)) * 6, 0]).nps().n == (61,)


@pytest.mark.parametrize(
    ("top", "answers"), [(5, [1, 2, 3, 4, 5] * 4), (5, [5, 4, 4, 3, 5]), (7, [1, 3, 4, 5, 6, 7] * 3)]
)
def test_short_scales_are_no_nps(top, answers):
    error = refused(answers)
    assert error.code == "score_scale_suspect"
    assert f"1–{top}" in error.what
    assert "csat=" in error.hint
    assert f"scale={{'csat': (1, {top})}}" in error.hint
    assert accepted(answers, scale={"nps": (0, 10)}).nps().value <= 0


def test_one_to_eleven_is_shifted():
    answers = [a + 1 for a in ELEVEN]
    error = refused(answers)
    assert error.code == "score_out_of_range"
    assert "scale={'nps': (1, 11)}" in error.hint
    assert accepted(answers, scale={"nps": (1, 11)}).nps().value == accepted(ELEVEN).nps().value


@pytest.mark.parametrize("code", [99, -1, 98, 11, 999])
def test_codes_off_the_scale_are_named_with_the_fix(code):
    answers = [*ELEVEN[:20], code, *ELEVEN[20:], code]
    error = refused(answers)
    assert error.code == "score_out_of_range"
    assert error.row == 21
    assert f"{code} (×2)" in error.what
    assert f"missing={{'nps': [{code}]}}" in error.hint
    study = accepted(answers, missing={"nps": [code]})
    assert study.nps().n == (66,)
    assert study.nps().info.missing == 2
    assert accepted(answers, missing={"nps": code}).nps() == study.nps()


def test_several_codes_at_once():
    error = refused([*ELEVEN, 99, 98, 98])
    assert "[98, 99]" in error.hint
    assert accepted([*ELEVEN, 99, 98, 98], missing={"nps": [98, 99]}).nps().n == (66,)


def test_an_answer_inside_the_scale_may_be_declared_missing():
    assert accepted(ELEVEN, missing={"nps": [5]}).nps().n == (60,)
    # Without its 0 the scale is in doubt again, until it is said.
    assert refused(ELEVEN, missing={"nps": [0]}).code == "score_scale_suspect"
    assert accepted(ELEVEN, missing={"nps": [0]}, scale={"nps": (0, 10)}).nps().n == (60,)


@pytest.mark.parametrize(("odd", "row"), [(0, 6), (6, 6)])
def test_zero_and_six_in_csat(odd, row):
    error = refused([1, 2, 3, 4, 5, odd, 5], role="csat")
    assert error.code == "score_out_of_range"
    assert error.row == row
    assert f"missing={{'csat': [{odd}]}}" in error.hint
    assert "scale={'csat': (" in error.hint
    assert accepted([1, 2, 3, 4, 5, odd, 5], role="csat", missing={"csat": [odd]}).csat().n == (6,)


def test_effort_off_seven_points():
    assert refused([1, 7, 8], role="ces").code == "score_out_of_range"
    assert refused([1, 7, 0], role="ces").row == 3


def test_no_opinion_in_words():
    answers = [*map(str, ELEVEN), "Ne sait pas", "Ne sait pas"]
    error = refused(answers)
    assert error.code == "score_text"
    assert error.row == 67
    assert "'Ne sait pas' (×2)" in error.what
    assert "missing={'nps': ['Ne sait pas']}" in error.hint
    for said in ("Ne sait pas", "ne sait pas", ["NE SAIT PAS "]):
        assert accepted(answers, missing={"nps": said}).nps().n == (66,)


def test_words_as_answers_need_their_numbers():
    answers = ["Très satisfait", "Satisfait", "Insatisfait", "Satisfait", None]
    error = refused(answers, role="csat")
    assert error.code == "score_text"
    assert "'Satisfait'" in error.hint
    assert "scale={'csat': {" in error.hint
    words = {"Très insatisfait": 1, "Insatisfait": 2, "Neutre": 3, "Satisfait": 4, "tres satisfait": 5}
    study = accepted(answers, role="csat", scale={"csat": words})
    assert study.csat().value == pytest.approx(75)
    assert study.mean("csat").value == pytest.approx(3.75)
    partial = refused(answers, role="csat", scale={"csat": {"Satisfait": 4, "Insatisfait": 2}})
    assert "'Très satisfait'" in partial.what


def test_an_average_is_no_answer():
    error = refused([10, 9, 8.5, 0])
    assert (error.code, error.row) == ("score_fraction", 3)
    assert refused([5, 4.5], role="csat").code == "score_fraction"


@pytest.mark.parametrize("empty", [[None, None], [np.nan, np.nan], ["", " "], [99, 99]])
def test_nothing_but_missing(empty):
    options = {"missing": {"nps": [99]}}
    error = refused(empty, **options)
    assert error.code == "score_all_null"
    assert "name another column as nps=" in error.hint


@pytest.mark.parametrize("role", ["nps", "csat", "ces"])
def test_booleans_are_no_score(role):
    error = refused([True, False, True, True, False, True], role=role)
    assert error.code.startswith("score_")


@pytest.mark.parametrize("role", ["nps", "csat", "ces"])
def test_only_true_is_no_score_either(role):
    assert refused([True, True, True], role=role).code.startswith("score_")


def test_yes_and_no_are_an_outcome():
    frame = pd.DataFrame(
        {"left": ["oui", "Non", "OUI", None], "flag": [True, False, False, True], "n": [0, 1, 1, 1]},
    )
    assert cx.Study(frame, churned="left").rate("churned").value == pytest.approx(200 / 3)
    assert cx.Study(frame, outcome="flag").rate().value == 50
    assert cx.rate(frame, "n").value == 75
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(frame.assign(left=["parti", "Actif", "Actif", None]), churned="left")
    assert caught.value.code == "score_text"
    study = cx.Study(
        frame.assign(left=["parti", "Actif", "Actif", None]),
        churned="left",
        scale={"churned": {"Parti": 1, "Actif": 0}},
    )
    assert study.rate("churned").value == pytest.approx(100 / 3)


def test_a_reversed_scale_is_mirrored():
    study = accepted([1, 1, 2, 5], role="csat", scale={"csat": (5, 1)})
    assert study.mean("csat").value == pytest.approx((5 + 5 + 4 + 1) / 4)
    assert study.csat().value == 75
    assert accepted([0, 0, 1, 10, 5], scale={"nps": (10, 0)}).nps().value == pytest.approx(100 * (3 - 2) / 5)


@pytest.mark.parametrize("text", ["9,0", "9.0", " 9 ", "9", "9\u00a0", "\u202f9"])
def test_numbers_in_text(text):
    study = accepted([text, "0", "10", None])
    assert study.nps().value == pytest.approx(100 / 3)
    assert study.nps().n == (3,)


@pytest.mark.parametrize("text", ["9/10", "neuf", "9 !", "inf", "nan", "1e400", "0x9"])
def test_texts_that_are_no_numbers(text):
    error = refused(["0", "10", text])
    assert error.code in {"score_text", "score_out_of_range"}
    assert error.row == 3


@pytest.mark.parametrize("bad", [(1, 5), (0, 100), (2, 9), (10, 1)])
def test_scales_that_nps_does_not_have(bad):
    with pytest.raises(cx.OptionError, match="not defined") as caught:
        accepted(ELEVEN, scale={"nps": bad})
    assert "(1, 11)" in caught.value.hint


@pytest.mark.parametrize("bad", [(3, 3), (1,), "1-5", 5, (1, 2, 3), ("a", "b"), {"only": 1}])
def test_scales_that_are_none(bad):
    with pytest.raises(cx.OptionError) as caught:
        accepted([1, 2, 3], role="csat", scale={"csat": bad})
    assert "scale={'csat': (1, 5)}" in caught.value.hint


def test_the_row_is_found_after_missing_values():
    assert refused([10, None, 0, 5, 12, 99]).row == 5


def test_a_file_is_named_without_its_folder(tmp_path):
    place = tmp_path / "enquete_T3.csv"
    pd.DataFrame({"Note": [10, 0, 9, 99], "x": [1, 2, 3, 4]}).to_csv(place, index=False)
    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(place, nps="Note")
    error = caught.value
    assert (error.file, error.row, error.column) == ("enquete_T3.csv", 4, "Note")
    assert str(error).startswith("enquete_T3.csv, row 4, column 'Note': ")
    assert str(tmp_path) not in str(error)


def test_lazy_frames_name_the_column_and_no_row():
    import polars as pl

    with pytest.raises(cx.ScaleError) as caught:
        cx.Study(pl.LazyFrame({"q": [10, 0, 99]}), nps="q")
    assert caught.value.row is None
    assert caught.value.column == "q"


def test_a_column_read_as_a_score_by_name_is_checked_too():
    frame = pd.DataFrame({"a": [10, 0, 99]})
    with pytest.raises(cx.ScaleError) as caught:
        cx.nps(frame, score="a")
    assert caught.value.column == "a"
    assert cx.nps(frame, score="a", missing=[99]).n == (2,)


@pytest.mark.parametrize("weights", [["a", "b"], [True, False], [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]])
def test_weights_that_are_no_numbers(weights):
    with pytest.raises(cx.RoleError) as caught:
        cx.Study(pd.DataFrame({"nps": [10, 0], "w": weights}), nps="nps", weight="w")
    assert caught.value.column == "w"
    assert caught.value.hint


def test_a_study_has_its_weight_role():
    study = cx.Study(pd.DataFrame({"nps": [10, 0], "w": [3.0, 1.0]}), nps="nps", weight="w")
    assert study.nps().value == 50
    assert study.tally("nps", weighted=False).weighted is False
    with pytest.raises(cx.UsageError, match="weight="):
        cx.nps(study, weight="w")


# Dates ---------------------------------------------------------------------------------------------


def dated(texts, **options) -> cx.Study:
    frame = pd.DataFrame({"nps": [10] * len(texts), "when": texts})
    return cx.Study(frame, nps="nps", date="when", **options)


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-03-25", "2026-04-01"], ["2026-03-25 10:00:00", "2026-04-01 23:59:59"],
        ["2026-03-25T10:00:00", "2026-04-01T00:00:00"], ["2026/03/25", "2026/04/01"],
        ["25/03/2026", "01/04/2026"], ["25-03-2026", "01-04-2026"], ["25.03.2026", "01.04.2026"],
        ["25/03/2026 10:30", "01/04/2026 00:00"], ["03/25/2026", "04/01/2026"],
        [" 2026-03-25", "2026-04-01 "],
    ],
)  # fmt: skip
def test_text_dates_of_one_form(texts):
    study = dated(texts)
    assert study.span() == (dt.date(2026, 3, 25), dt.date(2026, 4, 1))
    assert [key[-1] for key in study.tally("nps", freq="M").keys] == [
        dt.date(2026, 3, 1),
        dt.date(2026, 4, 1),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-03-25T10:00:00Z", "2026-04-01T00:00:00Z"],
        ["2026-03-25 10:00:00.123", "2026-04-01 00:00:00.000"],
        ["2026-03-25T10:00:00.123Z", "2026-04-01T00:00:00.000Z"], ["2026-03-25T10:00", "2026-04-01T00:00"],
    ],
)  # fmt: skip
def test_text_timestamps_as_survey_exports_write_them(texts):
    assert dated(texts).span() == (dt.date(2026, 3, 25), dt.date(2026, 4, 1))


def test_missing_text_dates_stay_missing():
    study = dated(["2026-03-25", None, "2026-04-01"])
    assert study.answered("date") == (2, 1)


def test_dates_that_fit_both_ways_are_refused():
    with pytest.raises(cx.RoleError) as caught:
        dated(["01/02/2026", "03/04/2026"])
    error = caught.value
    assert (error.code, error.column) == ("date_ambiguous", "when")
    assert "dayfirst" in error.hint


@pytest.mark.parametrize("odd", ["31/02/2026", "2026-13-01", "hier", "25/03/26", "45000", "2026-04"])
def test_dates_that_are_none_are_refused(odd):
    with pytest.raises(cx.RoleError) as caught:
        dated(["2026-03-25", odd])
    error = caught.value
    assert (error.code, error.column) == ("date_invalid", "when")
    assert repr(odd) in error.what
    assert error.hint


def test_mixed_forms_are_refused():
    with pytest.raises(cx.RoleError) as caught:
        dated(["25/03/2026", "2026-04-01"])
    assert caught.value.code == "date_invalid"


def test_numbers_are_no_dates():
    with pytest.raises(cx.RoleError, match="not dates") as caught:
        dated([45000, 45001])
    assert caught.value.column == "when"
    with pytest.raises(cx.RoleError, match="empty"):
        dated(pd.Series([None, None], dtype="str"))


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow"])
def test_time_zones_count_by_their_own_clock(engine):
    """Half past midnight in Paris on 1 February is February, though it is January in UTC."""
    when = pd.to_datetime(["2026-01-31 23:30", "2026-02-01 00:30"]).tz_localize("Europe/Paris")
    frame = pd.DataFrame({"nps": [10, 0], "when": when})
    if engine == "polars":
        import polars as pl

        frame = pl.from_pandas(frame)
    elif engine == "pyarrow":
        import pyarrow as pa

        frame = pa.Table.from_pandas(frame)
    study = cx.Study(frame, nps="nps", date="when")
    assert study.span() == (dt.date(2026, 1, 31), dt.date(2026, 2, 1))
    assert [key[-1] for key in study.tally("nps", freq="M").keys] == [
        dt.date(2026, 1, 1),
        dt.date(2026, 2, 1),
    ]
    assert study.between(dt.date(2026, 2, 1), dt.date(2026, 3, 1)).rows == 1
