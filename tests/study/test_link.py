"""Linking operational data: what becomes a role, what the report says, and what is refused and why."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.study.linking import JoinReport, link


@pytest.fixture
def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client": [101, 102, 103, 104, 105, 101],
            "nps": [9, 3, 10, 0, 7, 8],
            "day": pd.to_datetime(["2026-01-10", "2026-01-11", "2026-01-12", "2026-02-01", "2026-02-02", "2026-03-01"]),
            "region": ["N", "S", "N", "S", "N", "N"],
        }
    )


@pytest.fixture
def study(answers) -> cx.Study:
    return cx.Study(answers, id="client", date="day", nps="nps", guess=False)


@pytest.fixture
def crm() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client": [101, 102, 103, 200], "ca_12m": [120.5, 30.0, -4.5, 854.0], "resilie": ["non", "oui", "non", "oui"],
            "cout": [1.0, None, 2.0, 9.0], "ville": ["Lyon", "Lille", "Lyon", "Brest"],
        }
    )  # fmt: skip


# Columns and roles --------------------------------------------------------------------------------


def test_the_line_of_the_design_from_a_file(study, crm, tmp_path):
    crm.rename(columns={"client": "id"}).to_csv(tmp_path / "crm.csv", index=False)
    found = link(study, tmp_path / "crm.csv", on="id", revenue="ca_12m", churned="resilie", support_cost="cout")
    assert found.roles["revenue"] == ("revenue",)
    assert found.data["revenue"].tolist()[:3] == [120.5, 30.0, -4.5]
    assert found.data["churned"].tolist()[:3] == [0, 1, 0]
    assert np.isnan(found.data["churned"].tolist()[3])
    assert found.rate("churned").n == (4,)
    assert found.nps().estimate == study.nps().estimate
    assert [r for r in found.remarks if r.startswith("linked crm.csv")]
    assert "120.5" not in repr(found)
    assert isinstance(found.links[-1], JoinReport)


def test_a_keyword_that_is_no_role_is_a_plain_column(study, crm):
    found = link(study, crm, town="ville")
    assert found.data["town"].fillna("-").tolist()[:4] == ["Lyon", "Lille", "Lyon", "-"]
    assert "town" not in found.roles
    assert found.nps(by="town").n == (1, 3, 2)


def test_links_add_up_and_the_first_study_stays(study, crm):
    once = link(study, crm, revenue="ca_12m")
    twice = link(once, crm, town="ville")
    assert len(twice.links) == 2
    assert twice.columns == (*study.columns, "revenue", "town")
    assert study.columns == ("client", "nps", "day", "region")


def test_another_study_is_data_with_roles_of_its_own(study, crm):
    other = cx.Study(crm, id="client", revenue="ca_12m", churned="resilie", guess=False)
    found = link(study, other, on="id", revenue="revenue", churned="churned")
    assert found.data["revenue"].tolist()[:3] == [120.5, 30.0, -4.5]
    assert found.links[-1].on == (("client", "client"),)


def test_a_filtered_study_keeps_its_filter(study, crm):
    found = link(study.filter(region="N"), crm, revenue="ca_12m")
    assert found.rows == 4
    assert found.filters == ("region = N",)


def test_yes_and_no_in_words_of_their_own(study, crm):
    state = crm.assign(resilie=["stays", "gone", "joined", "gone"])
    with pytest.raises(cx.ScaleError, match="stays"):
        link(study, state, churned="resilie")
    found = link(study, state, churned="resilie", scale={"churned": {"gone": 1, "stays": 0, "joined": 0}})
    assert found.data["churned"].tolist()[:3] == [0, 1, 0]


# Rules --------------------------------------------------------------------------------------------


def test_several_rows_of_one_customer_by_named_rules(study):
    orders = pd.DataFrame(
        {"client": [101, 101, 101, 102], "amount": [10.0, 30.0, 20.0, 5.0], "shop": ["A", "B", "A", "A"],
         "day": pd.to_datetime(["2025-01-01", "2025-03-01", "2025-02-01", "2025-01-01"])}
    )  # fmt: skip
    rules = {"total": "sum", "mean": "mean", "orders": "count", "shops": "distinct", "most": "max", "least": "min",
             "latest": "last", "earliest": "first"}  # fmt: skip
    columns = dict.fromkeys(("total", "mean", "orders", "most", "least", "latest", "earliest"), "amount")
    found = link(study, orders, when="day", window=(None, None), rules=rules, shops="shop", **columns)
    first = found.data.iloc[0]
    assert [first[name] for name in rules] == [60.0, 20.0, 3, 2, 30.0, 10.0, 30.0, 10.0]
    assert found.links[-1].repeated == 1


def test_last_is_the_state_at_the_time_of_the_answer(study):
    plans = pd.DataFrame(
        {"client": [101, 101, 101], "plan": ["basic", "plus", "none"],
         "since": pd.to_datetime(["2025-06-01", "2026-01-10", "2026-06-01"])}
    )  # fmt: skip
    found = link(study, plans, when="since", rules={"plan": "last"}, plan="plan")
    # The first answer was given on the day of the change: what begins that day does not count yet.
    assert found.data["plan"].fillna("-").tolist() == ["basic", "-", "-", "-", "-", "plus"]
    assert found.links[-1].window == (None, 0)


def test_rows_of_one_id_that_differ_are_refused_with_counts_and_the_fix(study, crm):
    double = pd.concat([crm, crm.iloc[:2].assign(ville="Nice")])
    with pytest.raises(
        cx.UsageError, match=r"2 ids that answered have several values of 'ville'.*'Lyon' and 'Nice'"
    ) as e:
        link(study, double, town="ville")
    assert e.value.code == "values_differ"
    assert "rules={'town': 'max'}" in e.value.hint
    assert "101" not in str(e.value)
    assert link(study, double, rules={"town": "max"}, town="ville").data["town"][0] == "Nice"
    assert link(study, pd.concat([crm, crm]), town="ville").links[-1].repeated == 4


# Windows and dates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "counts"),
    [
        ((0, 1), [1, 0]),
        ((-1, 0), [1, 0]),
        ((1, 2), [1, 0]),
        ((-1, 2), [3, 0]),
        ((None, 0), [1, 0]),
        ((0, None), [2, 0]),
    ],
)
def test_the_first_day_is_in_the_window_and_the_last_is_not(study, window, counts):
    events = pd.DataFrame({"client": [101, 101, 101, 102],
                           "d": pd.to_datetime(["2026-01-09", "2026-01-10", "2026-01-11", None])})  # fmt: skip
    found = link(study, events, when="d", window=window, rules={"contacts": "count"}, contacts="d")
    assert found.data["contacts"].tolist()[:2] == counts


def test_an_id_without_an_event_in_the_window_is_0_and_an_unknown_id_is_nothing(study):
    events = pd.DataFrame({"client": [101, 102], "d": pd.to_datetime(["2020-01-01"] * 2), "x": [5.0, 1.0]})
    rules = {"contacts": "count", "gone": "any", "mean": "mean", "kinds": "distinct"}
    found = link(study, events.assign(z="yes"), when="d", window=(0, 365), rules=rules, revenue="x", contacts="x",
                 gone="z", mean="x", kinds="z")  # fmt: skip
    known, unknown = found.data.iloc[1], found.data.iloc[2]
    assert [known[c] for c in ("revenue", "contacts", "gone", "kinds")] == [0, 0, 0, 0]
    assert np.isnan(known["mean"])
    assert all(np.isnan(unknown[c]) for c in ("revenue", "contacts", "gone", "kinds", "mean"))


def test_times_of_day_count_where_both_sides_have_them():
    answers = pd.DataFrame(
        {"id": [1, 2], "at": pd.to_datetime(["2026-01-10 14:00", "2026-01-10 00:00"]), "nps": [9, 0]}
    )
    calls = pd.DataFrame({"id": [1, 1, 2], "call": pd.to_datetime(["2026-01-10 09:00", "2026-01-10 15:00",
                                                                   "2026-01-09 23:59"])})  # fmt: skip
    study = cx.Study(answers, id="id", date="at", nps="nps", guess=False)
    before = link(study, calls, when="call", window=(-1, 0), rules={"contacts": "count"}, contacts="call")
    assert before.data["contacts"].tolist() == [1, 1]
    assert before.links[-1].times
    days = link(study, calls.assign(call=calls["call"].dt.normalize()), when="call", window=(-1, 0),
                rules={"contacts": "count"}, contacts="call")  # fmt: skip
    assert days.data["contacts"].tolist() == [0, 1]
    assert not days.links[-1].times


def test_zones_are_told_apart():
    """23:30 in Paris on the 9th is 22:30 UTC, and 23:30 UTC is the 10th in Paris."""
    at = pd.to_datetime(["2026-01-10 00:10"]).tz_localize("Europe/Paris")
    answers = pd.DataFrame({"id": [1], "at": at, "nps": [9]})
    study = cx.Study(answers, id="id", date="at", nps="nps", guess=False)
    for clock, text in (("UTC", "2026-01-09 23:05"), ("UTC", "2026-01-09 23:30"), ("Europe/Paris", "2026-01-10 00:05")):
        event = pd.DataFrame({"id": [1], "t": pd.to_datetime([text]).tz_localize(clock)})
        after = link(study, event, when="t", window=(0, 1), rules={"contacts": "count"}, contacts="t")
        assert after.data["contacts"].tolist() == [int(text.endswith("23:30"))]


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"])
def test_dates_as_texts_are_read_in_the_one_form_they_have(study, form):
    days = [dt.datetime(2026, 1, 10), dt.datetime(2026, 1, 23), dt.datetime(2026, 1, 11)]
    events = pd.DataFrame({"client": [101, 101, 102], "d": [d.strftime(form) for d in days]})
    found = link(study, events, when="d", window=(0, 10), rules={"contacts": "count"}, contacts="d")
    assert found.data["contacts"].tolist()[:2] == [1, 1]


def test_external_context_by_region_and_day_month_or_quarter(study):
    weather = pd.DataFrame({"region": ["N", "N", "S"], "day": pd.to_datetime(["2026-01-10", "2026-01-12", "2026-02-01"]),
                            "temp": [-3.0, 4.5, 11.0]})  # fmt: skip
    found = link(study, weather, on={"region": "region", "date": "day"}, temp="temp")
    assert found.data["temp"].tolist()[0:4] == pytest.approx([-3.0, np.nan, 4.5, 11.0], nan_ok=True)
    assert found.links[-1].periods == ("", "D")
    assert "below 0" not in found.links[-1].explain()
    monthly = pd.DataFrame({"month": ["2026-01", "2026-02", "2026-03"], "index": [1.0, 2.0, 3.0]})
    assert link(study, monthly, on={"date": "month"}, index="index").data["index"].tolist() == [1, 1, 1, 2, 2, 3]
    ends = monthly.assign(month=pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"]))
    report = link(study, ends, on={"date": "month"}, index="index").links[-1]
    assert (report.periods, report.matched) == (("M",), 6)
    assert "month" in report.explain()
    quarters = pd.DataFrame({"q": ["T4 2025", "T1 2026"], "index": [7.0, 8.0]})
    assert link(study, quarters, on={"date": "q"}, index="index").data["index"].tolist() == [8.0] * 6
    years = pd.DataFrame({"y": [2025, 2026], "index": [7.0, 9.0]})
    assert link(study, years, on={"date": "y"}, index="index").data["index"].tolist() == [9.0] * 6


# Ids ----------------------------------------------------------------------------------------------


def ids(ours, theirs, **options):
    answers = pd.DataFrame({"id": ours, "nps": [9, 3, 10, 0][: len(ours)]})
    study = cx.Study(answers, id="id", nps="nps", scale={"nps": (0, 10)}, guess=False)
    return link(study, pd.DataFrame({"id": theirs, "x": np.arange(1.0, len(theirs) + 1)}), revenue="x", **options)


def test_numbers_and_texts_of_one_id_agree_and_it_is_said():
    report = ids([12, 13], ["12", " 13 ", "13.0"]).links[-1]
    assert report.matched == 2
    assert report.compared == ("text_of_number",)
    assert "compared as texts" in report.explain()
    assert {(d.kind, d.n, d.repaired) for d in report.damaged} == {("blanks", 1, True), ("decimals", 1, True)}
    assert ids([12.0, None, 13.0], [12, 13]).links[-1].matched == 2
    assert ids(pd.array([12, None, 13], "Int64"), [12, 13]).links[-1].nameless == 1


def test_lost_zeros_are_counted_suggested_and_levelled_on_request_only():
    report = ids(["123", "456", "789"], ["00123", "456", "00789"]).links[-1]
    assert (report.matched, report.nearly[0].kind, report.nearly[0].n) == (1, "zeros", 2)
    assert 'repair="zeros"' in report.explain()
    assert "00•••" in report.nearly[0].theirs
    repaired = ids(["123", "456", "789"], ["00123", "456", "00789"], repair="zeros")
    assert repaired.data["revenue"].tolist() == [1, 2, 3]
    assert repaired.links[-1].repairs == ("zeros",)


def test_a_repair_that_would_take_two_customers_for_one_is_refused():
    with pytest.raises(cx.ColumnError, match="would make one id of different ones") as caught:
        ids(["123"], ["0123", "00123"], repair="zeros")
    assert caught.value.code == "repair_ambiguous"
    with pytest.raises(cx.ColumnError, match="of the study"):
        ids(["Ab", "aB"], ["AB"], repair="case")
    assert ids(["Ab", "C"], ["AB", "c"], repair=["case", "zeros"]).links[-1].matched == 2


def test_nothing_in_common_says_why_with_masked_ids():
    with pytest.raises(cx.NothingMatched, match=r"no answer has an id of the data") as caught:
        ids([123, 456], ["00123", "00456"])
    assert 'repair="zeros"' in caught.value.hint
    assert not re.search(r"123|456", str(caught.value))
    assert caught.value.exit_code == 4
    with pytest.raises(cx.NothingMatched) as caught:
        ids(["C-4711"], ["4711"])
    assert "other letters" in caught.value.hint
    with pytest.raises(cx.NothingMatched) as caught:
        ids(["abc"], ["ABC"])
    assert 'repair="case"' in caught.value.hint
    with pytest.raises(cx.NothingMatched) as caught:
        ids(["a"], ["b"])
    assert "on={" in caught.value.hint
    with pytest.raises(cx.NothingMatched, match="have no rows"):
        ids(["a"], [])


def test_nineteen_digit_ids_turned_floats_match_nothing_and_say_so():
    long = [1234567890123456789, 1234567890123456790, 55]
    report = ids(long, [float(x) for x in long]).links[-1]
    assert report.matched == 1  # the short one
    assert [(d.side, d.kind, d.n, d.repaired) for d in report.damaged] == [("data", "float", 2, False)]
    assert "read the column as text" in report.explain()
    with pytest.raises(cx.NothingMatched) as caught:
        ids([float(long[0]), None], long)
    assert "floats" in str(caught.value)


def test_ids_that_a_spreadsheet_rounded_match_nothing():
    report = ids(["570000000000000001", "8"], ["5.7E+17", "8", "1,23E+18", "5.7E+17"]).links[-1]
    assert (report.matched, report.rows_nameless) == (1, 3)
    (damage,) = [d for d in report.damaged if d.kind == "scientific"]
    assert (damage.n, damage.example, damage.repaired) == (3, "1,23E+18", False)
    cut = ids(["123456789012345678", "8"], ["123456789012345000", "8"]).links[-1]
    assert ("excel", 1) in [(d.kind, d.n) for d in cut.damaged]


def test_long_whole_numbers_match_to_the_last_digit():
    long = [1234567890123456789, 1234567890123456788]
    found = ids(long, list(reversed(long)))
    assert found.data["revenue"].tolist() == [2.0, 1.0]


# Refusals -----------------------------------------------------------------------------------------


def test_the_columns_that_are_not_there(study, crm):
    with pytest.raises(cx.ColumnError, match="no column 'ca_12'") as caught:
        link(study, crm, revenue="ca_12")
    assert "did you mean 'ca_12m'" in caught.value.hint
    with pytest.raises(cx.ColumnError, match="have no column 'id' or 'client'") as caught:
        link(study, crm.rename(columns={"client": "customer"}), revenue="ca_12m")
    assert "on={'id'" in caught.value.hint
    with pytest.raises(cx.ColumnError):
        link(study, crm, on={"id": "clients"}, revenue="ca_12m")
    with pytest.raises(cx.ColumnError, match="no column 'store'"):
        link(study, crm, on={"store": "client"}, revenue="ca_12m")
    with pytest.raises(cx.RoleError, match="no 'id' column"):
        link(cx.Study(study.data, nps="nps", guess=False), crm, revenue="ca_12m")
    with pytest.raises(cx.OptionError, match="no column to bring in"):
        link(study, crm)


def test_names_and_roles_that_are_taken(study, crm):
    with pytest.raises(cx.ColumnError, match="has a column 'region' already") as caught:
        link(study, crm, region="ville")
    assert "region_linked='ville'" in caught.value.hint
    with pytest.raises(cx.RoleError, match="has its 'nps' already"):
        link(study, crm, nps="ca_12m")
    once = link(study, crm, revenue="ca_12m")
    with pytest.raises(cx.RoleError, match="has its 'revenue' already"):
        link(once, crm, revenue="cout")
    with pytest.raises(cx.RoleError, match="cannot be brought in as a role"):
        link(study, crm, drivers="ca_12m")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"window": (0, 30)}, "when= does not name their dates"),
        ({"when": "d", "window": (30, 0)}, "ends before it starts"),
        ({"when": "d", "window": (5, 5)}, "is empty"),
        ({"when": "d", "window": 30}, "window= is 30"),
        ({"when": "d", "window": (0, "30")}, "no number of days"),
        ({"rules": {"revenue": "total"}}, "no rule 'total'"),
        ({"rules": {"spent": "sum"}}, "not brought in"),
        ({"rules": "sum"}, "rules= is 'sum'"),
        ({"rules": {"revenue": "last"}}, "needs an order"),
        ({"repair": "digits"}, "no repair 'digits'"),
        ({"on": []}, "on= is"),
        ({"scale": {"churned": {"x": 1}}}, "not brought in"),
        ({"read": {"sheet": 1}}, "goes with a place"),
    ],
)
def test_options_that_cannot_be_right(study, options, said):
    orders = pd.DataFrame({"client": [101], "amount": [1.0], "d": pd.to_datetime(["2026-01-10"])})
    with pytest.raises(cx.UsageError, match=re.escape(said)) as caught:
        link(study, orders, **{"revenue": "amount"} | options)
    assert caught.value.hint


def test_events_need_dates_on_both_sides(study, answers, crm):
    undated = cx.Study(answers.drop(columns="day"), id="client", nps="nps", guess=False)
    with pytest.raises(cx.RoleError, match="this study has no 'date' column"):
        link(undated, crm.assign(d="2026-01-01"), when="d", revenue="ca_12m")
    with pytest.raises(cx.RoleError, match="holds Float64, not dates"):
        link(study, crm, when="ca_12m", revenue="ca_12m")
    with pytest.raises(cx.RoleError, match="'31/02/2026' is not a date"):
        link(study, crm.assign(d=["31/01/2026", "31/02/2026", "01/03/2026", None]), when="d", revenue="ca_12m")
    with pytest.raises(cx.RoleError, match="day first or month first"):
        link(study, crm.assign(d="01/02/2026"), when="d", revenue="ca_12m")


def test_amounts_in_several_currencies_are_never_added_up(study, crm):
    mixed = crm.assign(ca_12m=["12,50 €", "$15", "20 €", "3 £"])
    with pytest.raises(cx.RoleError, match=r"several currencies.*2 in EUR, 1 in (GBP|USD)") as caught:
        link(study, mixed, revenue="ca_12m")
    assert caught.value.code == "currency_mixed"
    with pytest.raises(cx.RoleError, match=r"'ca_12m' is in several currencies, by 'devise': 3 in EUR, 1 in USD"):
        link(study, crm.assign(devise=["EUR", "EUR", "USD", "EUR"]), revenue="ca_12m")
    assert link(study, crm.assign(devise="EUR"), revenue="ca_12m").links[-1].matched == 4
    with pytest.raises(cx.RoleError, match="holds texts such as 'Lyon'"):
        link(study, crm, revenue="ville")
    with pytest.raises(cx.OptionError, match="does not fit 'churned'"):
        link(study, crm, churned="resilie", rules={"churned": "mean"})


# The report ---------------------------------------------------------------------------------------


def test_the_report_counts_money_and_who_holds_it(study, crm):
    report = link(study, crm, revenue="ca_12m", support_cost="cout").links[-1]
    (revenue, cost) = report.columns
    assert (revenue.total, revenue.covered, revenue.negative, revenue.filled) == (1000.0, 146.0, 1, 4)
    assert report.coverage == pytest.approx(14.6)
    assert (cost.empty, cost.filled) == (1, 3)
    frame = report.to_frame()
    assert [*frame.columns] == ["item", "estimate", "unit"]
    values = dict(zip(frame["item"], frame["estimate"], strict=True))
    assert values["answers_matched_share"] == pytest.approx(100 * 4 / 6)
    assert values["revenue_coverage"] == pytest.approx(14.6)
    assert values["rows_unmatched"] == values["customers_matched"] - 2 == 1
    plain = json.loads(json.dumps(report.to_dict()))
    assert (plain["kind"], plain["schema"]) == ("join", 1)
    assert {"item": "rows", "estimate": 4.0, "unit": "rows"} in plain["items"]


def test_the_report_speaks_french_and_english_and_shows_no_id(study, crm):
    report = link(study, crm.assign(client=crm["client"].astype(str) + " "), revenue="ca_12m").links[-1]
    english, french = report.explain(), report.explain("fr")
    assert "data: 4 of 6 answers found their row by client (66.7%), 3 of 5 customers." in english
    assert "4 réponses sur 6 ont trouvé leur ligne" in french
    assert "66,7" in french
    assert "« revenue » négatives" in french
    for text in (english, french, repr(report), report._repr_html_(), report.grid("fr").text("fr")):
        assert not re.search(r"\b10[1-5]\b", text)
    assert "Jointure avec data" in report.grid("fr").html("fr")
    assert "<script" not in report._repr_html_()


def test_text_from_the_data_cannot_break_the_page(study, crm):
    found = link(study, crm.rename(columns={"ca_12m": "<script>x</script>"}), revenue="<script>x</script>")
    assert "<script>" not in found.links[-1]._repr_html_()
    assert "<script>" not in found._repr_html_()
