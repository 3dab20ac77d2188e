"""Names as people type them, roles said, roles guessed, and what is never guessed."""

from __future__ import annotations

import pandas as pd
import pytest

import cxkit as cx
from cxkit.study.names import fold, match_columns

NBSP, CURLY = "\u00a0", "\u2019"


def survey(**columns) -> pd.DataFrame:
    base = {"nps": [10, 9, 0, 7], "segment": ["A", "B", "A", None]}
    return pd.DataFrame({**base, **columns})


@pytest.mark.parametrize(
    "typed",
    [f"Date d{CURLY}enquête", "Date d'enquête", "date d'enquete", f"Date{NBSP}d'enquête", "DATE D'ENQUÊTE ",
     "Date_d'enquête", "Date d\u02bcenquête", "Date d'enque\u0302te"],
)  # fmt: skip
def test_a_column_is_found_by_accent_case_blank_and_apostrophe(typed):
    column = f"Date d{CURLY}enquête"
    frame = pd.DataFrame({"nps": [10, 0], column: pd.to_datetime(["2026-01-01", "2026-02-01"])})
    study = cx.Study(frame, nps="nps", date=typed)
    assert study.roles["date"] == (column,)


def test_a_column_with_a_blank_of_its_own_is_found():
    frame = pd.DataFrame({f"Note{NBSP}NPS ": [10, 0]})
    assert cx.Study(frame, nps="note nps").nps().n == (2,)


def test_an_exact_name_wins_over_a_folded_one():
    frame = pd.DataFrame({"Note": [10, 10], "note": [0, 0]})
    assert cx.Study(frame, nps="note").nps().value == -100
    assert cx.Study(frame, nps="Note").nps().value == 100


def test_a_folded_name_that_fits_two_columns_is_refused():
    frame = pd.DataFrame({"Résilié": [0, 1], "Resilie": [1, 0], "nps": [10, 0]})
    with pytest.raises(cx.ColumnError, match="several columns") as caught:
        cx.Study(frame, nps="nps", churned="resilié")
    assert "'Résilié'" in caught.value.hint
    assert "'Resilie'" in caught.value.hint


def test_an_unknown_column_gets_the_nearest_name():
    with pytest.raises(cx.ColumnError) as caught:
        cx.Study(survey(), nps="nsp")
    assert caught.value.code == "column_unknown"
    assert "did you mean 'nps'" in caught.value.hint
    assert "segment" in caught.value.hint
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).count("\n") == 1


def test_an_unknown_column_in_a_file_names_the_file(tmp_path):
    place = tmp_path / "enquete.csv"
    survey().to_csv(place, index=False)
    with pytest.raises(cx.ColumnError) as caught:
        cx.Study(place, nps="note")
    assert caught.value.file == "enquete.csv"
    assert str(tmp_path) not in str(caught.value)


def test_patterns_and_lists_of_columns():
    frame = survey(sat_web=[1, 2, 3, 4], Sat_Shop=[5, 4, 3, 2], other=[1, 1, 1, 1])
    study = cx.Study(frame, nps="nps", drivers="sat_*", by=["segment", "other"])
    assert study.roles["drivers"] == ("sat_web", "Sat_Shop")
    assert study.roles["by"] == ("segment", "other")
    assert match_columns(["sat_*", "sat_web"], study.columns) == ("sat_web", "Sat_Shop")
    with pytest.raises(cx.ColumnError, match="pattern"):
        cx.Study(frame, nps="nps", drivers="note_*")


def test_fold_is_idempotent():
    for name in (f"Date d{CURLY}enquête ", "A__B", "\u202fx", "ﬁn", "İ"):
        assert fold(fold(name)) == fold(name)


def test_scores_dates_comments_and_ids_are_guessed_and_marked():
    frame = pd.DataFrame(
        {
            "Respondent ID": [1, 2], "Date": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "NPS": [10, 0], "NPS comment": ["good", "bad"], "Satisfaction": [5, 1], "Effort": [7, 1],
        }
    )  # fmt: skip
    study = cx.Study(frame)
    assert {r: c[0] for r, c in study.roles.items()} == {
        "nps": "NPS", "csat": "Satisfaction", "ces": "Effort", "date": "Date", "comment": "NPS comment",
        "id": "Respondent ID",
    }  # fmt: skip
    assert study.guessed == frozenset(study.roles)
    assert "(guessed)" in repr(study)
    assert "(guessed)" in study._repr_html_()


@pytest.mark.parametrize(
    "column",
    ["weight", "Weight", "poids", "pond", "ponderation", "respondent_weight", "wgt", "revenue", "CA",
     "ca_12m",     "churned", "resilie", "outcome", "cost", "support_cost", "segment", "channel"],
)  # fmt: skip
def test_weights_money_outcomes_and_segments_are_never_guessed(column):
    frame = pd.DataFrame({"nps": [10, 0, 9], column: [1, 0, 1]})
    study = cx.Study(frame)
    assert set(study.roles) == {"nps"}
    assert not study.nps().tally.weighted


def test_guess_can_be_switched_off():
    frame = survey(date=pd.to_datetime(["2026-01-01"] * 4))
    study = cx.Study(frame, guess=False)
    assert dict(study.roles) == {}
    assert study.guessed == frozenset()
    with pytest.raises(cx.RoleError, match="no 'nps' column") as caught:
        cx.Study(frame.drop(columns="nps")).nps()
    assert "cx.Study(data, nps=" in caught.value.hint


def test_a_name_without_the_values_is_not_guessed_and_says_so():
    frame = pd.DataFrame({"NPS": ["detractor", "promoter", "passive"], "x": [1, 2, 3]})
    study = cx.Study(frame)
    assert "nps" not in study.roles
    assert any("NPS" in remark and "not the values" in remark for remark in study.remarks)
    with pytest.raises(cx.RoleError, match="not the values"):
        study.nps()


def test_an_unknown_role_is_a_typo_and_not_a_rating():
    with pytest.raises(cx.UnknownNameError) as caught:
        cx.Study(survey(), nps="nps", wieght="segment")
    assert "did you mean 'weight'" in caught.value.hint
    assert "scale={'wieght': (1, 5)}" in caught.value.hint


@pytest.mark.parametrize("what", ["scale", "missing"])
def test_a_typo_in_the_keys_of_scale_and_missing_is_refused(what):
    with pytest.raises(cx.UsageError) as caught:
        cx.Study(survey(), nps="nps", **{what: {"npss": (0, 10)}})
    assert "npss" in caught.value.what
    assert "did you mean 'nps'" in caught.value.hint


def test_a_rating_of_ones_own_needs_its_scale_and_then_works():
    study = cx.Study(survey(wait=[1, 5, 4, 4]), nps="nps", wait="wait", scale={"wait": (1, 5)})
    assert study.mean("wait").value == 3.5
    assert study.index("wait").value == pytest.approx(62.5)
    assert study.box("wait", boxes=(4, 5)).value == 75
    with pytest.raises(cx.ScaleError):
        cx.Study(survey(wait=[1, 6, 4, 4]), wait="wait", scale={"wait": (1, 5)})


def test_a_role_of_one_column_refuses_two():
    with pytest.raises(cx.RoleError, match="one column") as caught:
        cx.Study(survey(), nps=["nps", "segment"])
    assert "by=" in caught.value.hint


@pytest.mark.parametrize("data", [42, {"nps": [1]}, [[1, 2]], None, object(), pd.Series([1, 2])])
def test_what_is_no_data_is_refused_with_what_would_do(data):
    with pytest.raises(cx.CxkitError) as caught:
        cx.Study(data)
    assert caught.value.hint


def test_read_options_go_with_places_only():
    with pytest.raises(cx.UsageError, match="read="):
        cx.Study(survey(), nps="nps", read={"sep": ";"})


def test_a_study_is_immutable():
    study = cx.Study(survey(), nps="nps")
    with pytest.raises(AttributeError, match="immutable"):
        study.nps_column = "x"
    with pytest.raises(AttributeError):
        study.roles = {}
    with pytest.raises(TypeError):
        study.roles["csat"] = ("segment",)
    with pytest.raises(AttributeError):
        study.guessed.add("csat")


def test_a_filter_makes_another_study_and_leaves_the_frame_alone():
    frame = survey()
    before = frame.copy(deep=True)
    study = cx.Study(frame, nps="nps")
    part = study.filter(segment="A")
    assert part is not study
    assert type(part) is type(study) is cx.Study
    assert (part.rows, study.rows) == (2, 4)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", ["nps", "segment"])
def test_an_eager_column_is_looked_up_by_role_or_name(name):
    study = cx.Study(survey(), nps="nps")
    assert study[name].tolist()[:3] == survey()[name].tolist()[:3]
    assert list(study[["nps", "segment"]].columns) == ["nps", "segment"]
    with pytest.raises(cx.ColumnError, match="segmnt"):
        study["segmnt"]


def test_the_card_names_roles_scale_answers_and_gaps():
    study = cx.Study(survey(csat=[5, None, 4, 1]), nps="nps", csat="csat", by="segment")
    text, html = repr(study), study._repr_html_()
    for part in ("nps", "csat", "segment", "0–10", "1–5", "1 missing", "4"):
        assert part in text
        assert part in html
    assert "where segment = A" in repr(study.filter(segment="A"))


def test_the_card_of_an_empty_frame_and_of_hostile_names():
    empty = pd.DataFrame({"nps": pd.Series([], dtype="int64"), "x": pd.Series([], dtype="str")})
    study = cx.Study(empty, guess=False)
    assert "0 rows" in repr(study)
    assert "0 rows" in study._repr_html_()
    hostile = "<img src=x onerror=alert(1)>\u202e\x1b[31m"
    study = cx.Study(pd.DataFrame({hostile: ["a", "b"], "nps": [1, 10]}), nps="nps", by=hostile)
    assert "<img" not in study._repr_html_()
    assert "\x1b" not in repr(study)
    assert "\u202e" not in repr(study)


def test_an_empty_frame_has_no_answers_and_says_so():
    empty = pd.DataFrame({"nps": pd.Series([], dtype="float64")})
    with pytest.raises(cx.CxkitError) as caught:
        cx.Study(empty, nps="nps")
    assert caught.value.code == "score_all_null"
    assert caught.value.column == "nps"
