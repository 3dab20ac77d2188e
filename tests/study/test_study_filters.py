"""filter, where, between: what is kept, what is refused, and what is left."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import cxkit as cx


@pytest.fixture
def study() -> cx.Study:
    frame = pd.DataFrame(
        {
            "nps": [10, 9, 0, 7, 8, 3],
            "Segment": ["PME", "Élite", "PME", None, "Grand compte", "PME"],
            "Point de contact": ["Caisse", "Web", "Web", "Caisse", "Web", "Web"],
            "basket": [10.0, 55.5, 80.0, 20.0, None, 51.0],
            "day": pd.to_datetime(
                ["2024-01-01", "2024-01-31 23:59", "2024-02-01", "2024-02-15", "2024-03-01", None],
                format="ISO8601",
            ),
        }
    )
    return cx.Study(frame, nps="nps", date="day", segment="Segment", by="Segment")


def test_values_lists_roles_and_folded_values(study):
    assert study.filter(Segment="PME").rows == 3
    assert study.filter(Segment=["PME", "Élite"]).rows == 4
    assert study.filter(segment="pme").rows == 3
    assert study.filter(segment="elite").filters == ("Segment = Élite",)
    assert study.filter(**{"Point de contact": "Caisse"}).rows == 2
    assert study.filter(point_de_contact="caisse").rows == 2


def test_missing_is_a_value(study):
    assert study.filter(Segment=None).rows == 1
    assert study.filter(Segment=["PME", None]).rows == 4
    assert "(missing)" in study.filter(Segment=None).filters[0]


def test_filters_add_up_and_are_remembered(study):
    twice = study.filter(Segment="PME").filter(**{"Point de contact": "Web"})
    assert twice.rows == study.filter(Segment="PME", **{"Point de contact": "Web"}).rows == 2
    assert len(twice.filters) == 2
    assert study.filters == ()
    assert study.filter() is study


def test_numbers_are_filtered_by_number(study):
    assert study.filter(basket=55.5).rows == 1
    assert study.filter(nps=[10, 9]).rows == 2
    assert study.filter(basket=10).rows == 1


def test_an_unknown_value_names_the_column_and_the_nearest_value(study):
    with pytest.raises(cx.FilterError) as caught:
        study.filter(Segment="Grand conpte")
    error = caught.value
    assert (error.code, error.column, error.exit_code) == ("filter", "Segment", 2)
    assert "did you mean 'Grand compte'" in error.hint
    assert "PME" in error.hint
    with pytest.raises(cx.FilterError, match="SMB"):
        study.filter(Segment=["PME", "SMB"])


def test_an_unknown_column_in_a_filter(study):
    with pytest.raises(cx.ColumnError) as caught:
        study.filter(Segmnt="PME")
    assert "did you mean 'Segment'" in caught.value.hint


def test_nothing_left_is_its_own_error(study):
    with pytest.raises(cx.NothingMatched) as caught:
        study.filter(Segment="Élite").filter(**{"Point de contact": "Web"}).filter(nps=9).where(
            cx.col("basket") > 1e6,
        )
    assert caught.value.exit_code == 4
    assert caught.value.code == "nothing_matched"
    assert isinstance(caught.value, LookupError)
    with pytest.raises(cx.NothingMatched, match="PME") as caught:
        study.filter(Segment="PME", basket=55.5)
    assert "55.5" in caught.value.what


def test_between_takes_the_first_day_and_not_the_last(study):
    january = study.between(dt.date(2024, 1, 1), dt.date(2024, 2, 1))
    assert january.rows == 2
    assert study.between(dt.date(2024, 1, 31), dt.date(2024, 2, 2)).rows == 2
    assert "2024-01-01 ≤ date < 2024-02-01" in january.filters
    with pytest.raises(cx.NothingMatched):
        study.between(dt.date(2030, 1, 1), dt.date(2031, 1, 1))
    with pytest.raises(cx.NothingMatched):
        study.between(dt.date(2024, 2, 1), dt.date(2024, 1, 1))


def test_between_and_span_need_a_date():
    study = cx.Study(pd.DataFrame({"nps": [10, 0]}))
    for call in (
        lambda: study.between(dt.date(2024, 1, 1), dt.date(2024, 2, 1)),
        study.span,
        lambda: study.trend("nps"),
    ):
        with pytest.raises(cx.RoleError, match="date"):
            call()


def test_where_takes_expressions_only(study):
    assert study.where(cx.col("basket") > 50).rows == 3
    assert study.where(cx.col("basket") > 50, cx.col("nps") >= 9).rows == 1
    with pytest.raises(cx.FilterError, match="expressions"):
        study.where(study["basket"] > 50)
    with pytest.raises(cx.FilterError) as caught:
        study.where(cx.col("baskt") > 50)
    assert "basket" in caught.value.hint
    assert study.where() is study


def test_a_month_of_a_filtered_study_is_that_of_the_group(study):
    by = study.trend("nps", freq="M", by="Segment")
    alone = study.filter(Segment="PME").trend("nps", freq="M")
    rows = [i for i, key in enumerate(by.keys) if key[0] == "PME"]
    assert [by.estimate[i] for i in rows] == list(alone.estimate)


@pytest.mark.parametrize(("freq", "periods"), [("D", 5), ("W", 4), ("M", 3), ("Q", 1), ("Y", 1)])
def test_a_trend_of_every_length(study, freq, periods):
    trend = study.trend("nps", freq=freq)
    assert len(trend) == periods
    assert sum(trend.n) == 5
    assert any("want of a date" in str(remark) for remark in trend.remarks)
    for lang in ("en", "fr"):
        assert trend.explain(lang)


def test_an_unknown_freq_is_refused(study):
    with pytest.raises(cx.OptionError) as caught:
        study.trend("nps", freq="month")
    assert "M" in caught.value.hint


def test_the_running_period_is_left_out_and_counted():
    today = dt.date.today()
    days = [today, today, today.replace(day=1) - dt.timedelta(days=1)]
    study = cx.Study(pd.DataFrame({"nps": [10, 0, 9], "day": pd.to_datetime(days)}), nps="nps", date="day")
    closed, running = study.trend("nps"), study.trend("nps", open_period=True)
    assert sum(closed.n) == 1
    assert sum(running.n) == 3
    assert any("still running" in str(remark) for remark in closed.remarks)
