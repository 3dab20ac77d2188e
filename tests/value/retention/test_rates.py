"""Churn rates: lost in a period, of the customers at its start."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import cxkit as cx
from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.value.retention.annual import annual_churn, period_churn
from cxkit.value.retention.rate import churn

ROLES = {"id": "who", "since": "came", "left": "gone"}


def row(result, **where):
    frame = result.to_frame()
    for name, value in where.items():
        frame = frame[frame[name].isna()] if value is None else frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_s2_three_percent_a_month_is_30_6_a_year_not_36():
    assert annual_churn(0.03) == pytest.approx(0.306, abs=5e-4)
    assert annual_churn(0.03) == pytest.approx(1 - 0.97**12, rel=1e-14)
    assert annual_churn(0.03) != pytest.approx(0.36, abs=0.01)


def test_annual_churn_and_back():
    rates = np.array([0, 1e-12, 0.03, 0.5, 1.0])
    assert period_churn(annual_churn(rates, 4), 4) == pytest.approx(rates)
    assert annual_churn(1.0) == 1.0
    assert isinstance(annual_churn(0.03), float)


@pytest.mark.parametrize(
    ("rate", "hint"), [(3, "3 % is 0.03"), (-0.1, "between 0 and 1"), ("x", "0.03 is 3 %"), (np.nan, "between")]
)
def test_rates_that_are_no_shares_are_refused(rate, hint):
    with pytest.raises(OptionError, match=hint):
        annual_churn(rate)
    with pytest.raises(OptionError, match="periods"):
        annual_churn(0.1, 0)


def test_of_those_at_the_start_joiners_are_no_part(table):
    found = churn(table, **ROLES, as_of="2026-03-31")
    january, february, march = (row(found, period=f"2026-{m}-01", item="churn") for m in ("01", "02", "03"))
    assert (january.n, january.lost) == (6, 2)  # C6 came and went in January
    assert (february.n, february.lost) == (4, 1)
    assert (march.n, march.lost) == (5, 1)
    whole = row(found, period=None, item="churn")
    assert (whole.n, whole.lost, whole.estimate) == (15, 4, pytest.approx(100 * 4 / 15))
    assert row(found, period=None, item="annual_churn").estimate == pytest.approx(100 * (1 - (11 / 15) ** 12))
    low, high = proportion_confint(4, 15, method="wilson")
    assert (whole.low, whole.high) == (pytest.approx(100 * low), pytest.approx(100 * high))


def test_the_running_period_is_left_out_and_said(table):
    found = churn(table, **ROLES)
    assert [c.key for c in found.cautions if c.key in ("as_of", "running")] == ["as_of"]
    early = churn(table, **ROLES, as_of="2026-03-15")
    assert "running" in [c.key for c in early.cautions]
    assert early.to_frame()["period"].max() == pd.Timestamp("2026-02-01")
    assert dict(early.cautions[1].values)["n"] == 1  # C9 came later


def test_money_lost_is_of_the_money_at_the_start(table):
    found = churn(table, **ROLES, revenue="money", as_of="2026-03-31")
    january = row(found, period="2026-01-01", item="revenue_churn")
    assert january.estimate == pytest.approx(100 * 30 / 210)
    assert 0 <= january.low < january.estimate < january.high <= 100


def test_equal_money_has_the_interval_of_the_heads():
    flag = pd.DataFrame({"gone": [1, 0, 0, 1, 0, 0, 0, 0], "money": 5.0})
    found = churn(flag, churned="gone", revenue="money", months=12)
    heads, money = (row(found, item=i) for i in ("churn", "revenue_churn"))
    assert money.estimate == heads.estimate
    assert money.low == pytest.approx(heads.low, abs=3)  # n - 1 for n


def test_a_flag_gives_one_rate_with_its_period_named(table):
    table["flag"] = table["gone"].notna().map({True: "oui", False: "non"})
    found = churn(table, churned="flag")
    assert (found.value, found.months) == (50.0, None)
    assert "flag_period" in [c.key for c in found.cautions]
    quarter = churn(table, churned="flag", months=3)
    assert row(quarter, item="annual_churn").estimate == pytest.approx(100 * (1 - 0.5**4))
    assert "in 3 months" in quarter.explain()
    assert "en 3 mois" in quarter.explain("fr")


def test_groups_are_compared_with_a_chi_squared():
    frame = pd.DataFrame({"gone": [1] * 30 + [0] * 70 + [1] * 10 + [0] * 90, "plan": ["a"] * 100 + ["b"] * 100})
    found = churn(frame, "plan", churned="gone", months=12)
    assert found.p == pytest.approx(0.000407, rel=2e-3)  # scipy.stats.chi2_contingency without correction
    assert "differ" in found.explain()
    assert list(found.to_frame().columns) == ["plan", "period", "item", "estimate", "low", "high", "unit", "n", "lost"]


def test_coverage_of_the_pooled_monthly_rate():
    """300 tables of 400 customers at 2 % a month: the truth is inside about 95 % of the time."""
    rng = np.random.default_rng(4)
    start = np.datetime64("2026-01-01")
    inside = 0
    for _ in range(300):
        month = rng.geometric(0.02, 400) - 1
        left = (start.astype("datetime64[M]") + month.astype("timedelta64[M]")).astype(
            "datetime64[D]"
        ) + np.timedelta64(10, "D")
        frame = pd.DataFrame({"came": np.full(400, np.datetime64("2025-06-01")), "gone": left})
        frame["gone"] = frame["gone"].where(month < 12).astype("datetime64[us]")
        found = churn(frame, since="came", left="gone", as_of="2026-12-31")
        rate = next(r for r in found.rates if r.period is None and r.item == "churn")
        inside += rate.low <= 2 <= rate.high
    assert 0.92 <= inside / 300 <= 0.98


# What cannot be right --------------------------------------------------------------------------------


def test_left_before_they_came_is_refused_with_rows_or_left_out_and_counted(table):
    table.loc[[1, 3], "gone"] = pd.Timestamp("2024-12-31")
    with pytest.raises(UsageError, match=r"2 customers left before they came \(rows 2, 4\)") as caught:
        churn(table, **ROLES)
    assert caught.value.code == "left_before_since"
    found = churn(table, **ROLES, impossible="leave_out", as_of="2026-03-31")
    assert ("left_before_since", (("n", 2),)) in [(c.key, c.values) for c in found.cautions]
    assert row(found, period="2026-01-01").n == 4


def test_missing_days_and_flags_that_contradict_are_refused(table):
    table["flag"] = table["gone"].notna()
    with pytest.raises(UsageError, match="1 customers have no day on which they came"):
        churn(table.assign(came=table["came"].mask(table.index == 0)), **ROLES)
    for value, code in ((True, "no_left"), (False, "still_marked")):
        odd = table.assign(flag=table["flag"].where(table["flag"] != (not value), value))
        with pytest.raises(UsageError) as caught:
            churn(odd, **ROLES, churned="flag")
        assert caught.value.code == code


def test_one_class_is_refused(table):
    for value, what in ((0, "nobody left: all 10"), (1, "everybody left: none of the 10")):
        with pytest.raises(UsageError, match=what):
            churn(table.assign(flag=value), churned="flag")
    with pytest.raises(UsageError, match="nobody left"):
        churn(table.assign(gone=pd.NaT), **ROLES)


def test_several_rows_a_customer_are_refused_with_counts(table):
    twice = pd.concat([table, table.iloc[:3]])
    with pytest.raises(UsageError, match=r"3 customers stand in several rows \(6 rows in all\)") as caught:
        churn(twice, **ROLES)
    assert caught.value.code == "duplicate_customers"


def test_of_answers_the_last_of_each_customer_counts(answers):
    study = cx.Study(answers, id="who", date="day", nps="nps", left="left", since="since", guess=False)
    found = churn(study, "nps", period="whole")
    assert sum(r.n for r in found.rates if r.item == "churn") == 2000
    last = answers.sort_values("day").groupby("who").last()
    detractors = last[last["nps"] <= 6]
    expected = 100 * detractors["left"].notna().mean()
    assert row(found, nps="Detractors", item="churn").estimate == pytest.approx(expected)
    assert "Détracteurs" in found.explain("fr")


def test_customers_with_two_days_of_leaving_are_refused(answers):
    odd = answers.copy()
    first = odd.index[odd["who"].duplicated()][0]
    odd.loc[first, "left"] = pd.Timestamp("2031-01-01")
    with pytest.raises(UsageError, match="1 customers have several values of 'left'"):
        churn(cx.Study(odd, id="who", date="day", left="left", guess=False))


def test_negative_money_is_counted_and_left_out_of_the_money_only(table):
    table.loc[0, "money"] = -5
    found = churn(table, **ROLES, revenue="money", as_of="2026-03-31")
    assert ("bad_money", (("n", 1),)) in [(c.key, c.values) for c in found.cautions]
    assert row(found, period="2026-01-01", item="churn").n == 6
    assert row(found, period="2026-01-01", item="revenue_churn").n == 5
    with pytest.raises(UsageError, match="no customer has a positive revenue"):
        churn(table.assign(money=0.0), **ROLES, revenue="money")


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({}, RoleError, "no column says who left"),
        ({"churned": "plan"}, UsageError, "cannot be read as answers"),
        ({"left": "gone", "period": "D"}, OptionError, "unknown period 'D'"),
        ({"left": "money"}, RoleError, "date"),
        ({"left": "gone", "months": 3}, OptionError, "for a flag"),
        ({"left": "gone", "as_of": "soon"}, OptionError, "as_of"),
        ({"left": "gone", "level": 95}, OptionError, "level"),
        ({"left": "gone", "impossible": "drop"}, OptionError, "impossible"),
        ({"left": "goen"}, cx.CxkitError, "goen"),
    ],
)
def test_wrong_calls_are_refused(table, options, error, what):
    with pytest.raises(error, match=what):
        churn(table, **options)


def test_dates_as_text_and_every_engine_give_the_same(table):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    expected = churn(table, "plan", **ROLES, as_of="2026-03-31").to_frame()
    texts = table.assign(came=table["came"].dt.strftime("%d/%m/%Y"), gone=table["gone"].dt.strftime("%d/%m/%Y"))
    frames = (texts, duckdb.connect().from_df(table), polars.from_pandas(table), polars.from_pandas(table).lazy())
    for frame in frames:
        found = churn(frame, "plan", **ROLES, as_of="2026-03-31").to_frame()
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)
