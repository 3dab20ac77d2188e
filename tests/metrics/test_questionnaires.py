"""SUS and UMUX-LITE: scored by row, with the base that each row earns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxkit as cx

NAMES = [f"q{i}" for i in range(1, 11)]
STABLE = settings(derandomize=True, deadline=None, max_examples=25)


def answers(*rows) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=NAMES)


@STABLE
@given(st.lists(st.lists(st.integers(1, 5), min_size=10, max_size=10), min_size=2, max_size=8))
def test_sus_is_brookes_rule_row_by_row(rows):
    table = np.array(rows)
    expected = ((table[:, 0::2] - 1).sum(axis=1) + (5 - table[:, 1::2]).sum(axis=1)) * 2.5
    scores = cx.sus(answers(*rows), NAMES)
    assert scores.value == pytest.approx(expected.mean(), abs=1e-9)
    assert 0 <= scores.low[0] <= scores.value <= scores.high[0] <= 100
    assert scores.n == (len(rows),)


@STABLE
@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=2, max_size=8))
def test_umux_lite_is_its_rule_row_by_row(rows):
    expected = np.mean([((a - 1) + (b - 1)) / 12 * 100 for a, b in rows])
    scores = cx.umux_lite(pd.DataFrame(rows, columns=["useful", "easy"]), ["useful", "easy"])
    assert scores.value == pytest.approx(expected, abs=1e-9)
    assert 0 <= scores.low[0] <= scores.high[0] <= 100


def test_the_interval_is_students():
    frame = answers([5, 1] * 5, [3] * 10, [4, 2] * 5, [2, 4] * 5)
    scores = cx.sus(frame, NAMES)
    values = np.array([100, 50, 75, 25.0])
    half = 3.182446305284263 * values.std(ddof=1) / 2
    assert scores.method == "t"
    assert scores.low[0] == pytest.approx(max(0, values.mean() - half), rel=1e-9)
    assert scores.to_frame()["metric"].tolist() == ["sus"]
    assert scores.metric.unit == "points"


def test_rows_that_lack_an_item_are_left_out_and_counted():
    frame = answers([5, 1] * 5, [3] * 9 + [None], [None] * 10, [1, 5] * 5)
    scores = cx.sus(frame, NAMES)
    assert scores.n == (2,)
    assert scores.value == 50
    assert scores.info.missing == 2
    assert [str(r) for r in scores.remarks] == ["Rows left out because an item is missing: 2."]
    assert cx.sus(answers([3] * 10), NAMES).remarks == ()


def test_groups_and_weights_and_codes_for_no_answer():
    frame = answers([5, 1] * 5, [3] * 10, [99] + [3] * 9, [1, 5] * 5).assign(
        g=["A", "A", "B", "B"], w=[1.0, 3.0, 1.0, 2.0]
    )
    by = cx.sus(frame, NAMES, by="g", missing=[99])
    assert by.keys == (("A",), ("B",))
    assert by.estimate == (75, 0)
    assert by.n == (2, 1)
    weighted = cx.sus(frame, NAMES, weight="w", missing=99)
    assert weighted.value == pytest.approx((100 * 1 + 50 * 3 + 0 * 2) / 6)
    assert weighted.n == (3,)
    study = cx.Study(frame, weight="w", by="g", guess=False)
    assert cx.sus(study, NAMES, missing=99) == weighted
    with pytest.raises(cx.UsageError, match="weight="):
        cx.sus(study, NAMES, weight="w", missing=99)


@pytest.mark.parametrize(
    ("bad", "code"),
    [(0, "score_out_of_range"), (6, "score_out_of_range"), (3.5, "score_fraction"), ("oui", "score_text")],
)
def test_items_off_the_scale_name_their_column(bad, code):
    frame = answers([3] * 10, [3] * 10).astype(object)
    frame.loc[1, "q7"] = bad
    if not isinstance(bad, str):
        frame["q7"] = frame["q7"].astype(float)
    else:
        frame["q7"] = frame["q7"].astype(str)
    with pytest.raises(cx.ScaleError) as caught:
        cx.sus(frame, NAMES)
    assert (caught.value.column, caught.value.code) == ("q7", code)
    assert "missing=" in caught.value.hint
    with pytest.raises(cx.ScaleError) as caught:
        cx.umux_lite(pd.DataFrame({"a": [1, 8], "b": [1, 7]}), ["a", "b"])
    assert caught.value.column == "a"


@pytest.mark.parametrize("empty", [None, float("nan")])
def test_an_item_that_nobody_answered_is_named(empty):
    with pytest.raises(cx.ScaleError) as caught:
        cx.sus(answers([3] * 10, [3] * 10).assign(q4=empty), NAMES)
    assert (caught.value.column, caught.value.code) == ("q4", "score_all_null")


def test_booleans_are_no_agreement():
    with pytest.raises(cx.ScaleError) as caught:
        cx.umux_lite(pd.DataFrame({"a": [True, True], "b": [1, 7]}), ["a", "b"])
    assert caught.value.column == "a"


def test_no_complete_row_is_an_error():
    frame = pd.DataFrame({"a": [7, None], "b": [None, 7]})
    with pytest.raises(cx.ScaleError, match="all 2 items") as caught:
        cx.umux_lite(frame, ["a", "b"])
    assert caught.value.code == "score_all_null"


@pytest.mark.parametrize("items", [NAMES[:9], [*NAMES, "x"], [*NAMES[:9], "q1"]])
def test_ten_columns_each_once(items):
    with pytest.raises(cx.OptionError, match="10 items") as caught:
        cx.sus(answers([3] * 10).assign(x=3), items)
    assert "order of the questionnaire" in caught.value.hint


def test_a_pattern_takes_items_by_their_number():
    """Columns of an export may come as q1, q10, q2: the order of the items decides their direction."""
    frame = answers([5, 1] * 5)[sorted(NAMES)]
    assert list(frame.columns)[:2] == ["q1", "q10"]
    assert cx.sus(frame, "q*").value == 100


def test_an_unknown_item_gets_the_nearest_name():
    with pytest.raises(cx.ColumnError) as caught:
        cx.sus(answers([3] * 10), [*NAMES[:9], "Q_10x"])
    assert "q10" in caught.value.hint


@pytest.mark.parametrize("as_text", ["str", "category", "object"])
def test_text_answers_are_read(as_text):
    frame = answers([5, 1] * 5, [3] * 10).astype(str).astype(as_text)
    assert cx.sus(frame, NAMES).value == 75


def test_the_callers_frame_is_left_alone_even_with_a_like_named_column():
    frame = answers([3] * 10, [5, 1] * 5).assign(**{"sus score": ["a", "b"]})
    before = frame.copy(deep=True)
    by = cx.sus(frame, NAMES)
    assert by.value == 75
    pd.testing.assert_frame_equal(frame, before)


def test_both_are_said_in_words():
    scores = cx.sus(answers([5, 1] * 5, [3] * 10), NAMES)
    assert scores.explain("en").startswith("SUS is 75.0")
    assert scores.explain("fr").startswith("SUS : 75,0")
    assert "10 items" in repr(scores)
    assert scores._repr_html_().startswith("<table")
