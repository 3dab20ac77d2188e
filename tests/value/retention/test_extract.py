"""Until which day a table tells: no day that is still to come moves it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxkit.value.retention import extract
from cxkit.value.retention.curves import survival
from cxkit.value.retention.rate import churn
from cxkit.value.retention.triangle import cohorts

ROLES = {"id": "id", "since": "since", "left": "left"}
NOW = float((pd.Timestamp("2026-06-30") - pd.Timestamp("1970-01-01")).days)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Today is the last of June 2026."""
    monkeypatch.setattr(extract, "today", lambda: NOW)


@pytest.fixture
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    found = pd.DataFrame({"id": range(500)})
    found["since"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, 500), unit="D")
    gone = found["since"] + pd.to_timedelta(rng.integers(30, 240, 500), unit="D")
    return found.assign(left=gone.where(found["id"] % 8 == 0)).astype(
        dict.fromkeys(("since", "left"), "datetime64[us]")
    )


def keys(result) -> dict:
    return {c.key: dict(c.values) for c in result.cautions}


def test_a_day_of_leaving_far_ahead_is_no_departure_and_moves_nothing(customers):
    before = churn(customers.assign(left=customers["left"].mask(customers["id"] == 0)), **ROLES)
    odd = customers.copy()
    odd.loc[0, "left"] = pd.Timestamp("2099-12-31")
    found = churn(odd, **ROLES)
    assert found.as_of == before.as_of < pd.Timestamp("2026-06-30").date()
    pd.testing.assert_frame_equal(found.to_frame(), before.to_frame())
    assert keys(found)["as_of_capped"]["n"] == keys(found)["left_later"]["n"] == 1
    assert "2099" in found.explain()
    assert "2099" in found.explain("fr")
    assert survival(odd, **ROLES).as_of == before.as_of
    assert cohorts(odd, since="since", left="left").as_of == before.as_of


def test_one_contract_that_ends_next_month_is_no_departure_yet(customers):
    customers.loc[8, "left"] = pd.Timestamp("2026-07-31")
    found = churn(customers, **ROLES)
    assert found.as_of < pd.Timestamp("2026-06-30").date()
    assert keys(found)["left_later"]["n"] == 1


def test_many_near_ones_may_be_ahead_of_the_clock_and_are_said(customers):
    gone = customers.index[customers["left"].notna()]
    customers.loc[gone[:20], "left"] = pd.Timestamp("2026-07-15")
    customers.loc[gone[20], "left"] = pd.Timestamp("2040-01-01")
    found = churn(customers, **ROLES)
    assert found.as_of == pd.Timestamp("2026-07-15").date()
    assert keys(found)["announced"] == {"n": 20, "today": extract.day_of(NOW), "iso": "2026-06-30"}
    assert keys(found)["as_of_capped"]["n"] == 1
    said = churn(customers, **ROLES, as_of="2026-06-30")
    assert keys(said)["left_later"]["n"] == 21


def test_data_of_a_time_of_their_own_are_left_alone(customers):
    later = customers.assign(**{c: customers[c] + pd.DateOffset(years=20) for c in ("since", "left")})
    found = churn(later, **ROLES)
    assert found.as_of == later["left"].max().date()
    assert "as_of_capped" not in keys(found)


def test_a_day_that_stands_alone_is_said(customers):
    old = customers.assign(**{c: customers[c] - pd.DateOffset(years=4) for c in ("since", "left")})
    old.loc[0, "left"] = pd.Timestamp("2025-03-01")
    found = churn(old, **ROLES)
    assert "as_of_alone" in keys(found)
    assert "stands alone" in found.explain()
    assert "as_of_alone" not in keys(churn(customers, **ROLES))


def test_activity_after_today_makes_no_periods():
    orders = pd.DataFrame({"who": [1, 1, 2, 3, 1], "day": pd.to_datetime(
        ["2026-01-05", "2026-02-09", "2026-01-20", "2026-02-03", "2026-04-30"])}).loc[lambda t: t.index.repeat(30)]  # fmt: skip
    orders["who"] = orders["who"] * 100 + np.arange(len(orders)) % 30
    odd = pd.concat([orders, pd.DataFrame({"who": [100], "day": pd.to_datetime(["2091-01-01"])})])
    found = cohorts(odd, id="who", date="day")
    assert found.as_of == pd.Timestamp("2026-04-30").date()
    assert keys(found)["as_of_capped"]["n"] == 1
    assert len(found.table()) == len(cohorts(orders, id="who", date="day").table())


def test_revenue_churn_says_what_it_takes_the_money_for(customers):
    found = churn(customers.assign(money=10.0), **ROLES, revenue="money")
    assert "takes money for money over equal time" in found.explain()
    assert "money_cut" in keys(found)
    assert "money_cut" not in keys(churn(customers, **ROLES))
