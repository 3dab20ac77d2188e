"""Retention by cohort: from activity and from days of coming and leaving."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.value.retention.triangle import cohorts


@pytest.fixture
def orders() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    who = rng.integers(0, 300, 3000)
    day = np.datetime64("2026-01-01") + np.minimum(rng.integers(0, 181, 3000), 180) * np.timedelta64(1, "D")
    return pd.DataFrame({"who": who, "day": day.astype("datetime64[us]"), "paid": rng.choice([-5.0, 10, 20], 3000)})


def by_hand(orders: pd.DataFrame) -> pd.DataFrame:
    """The same triangle with pandas."""
    month = orders["day"].dt.to_period("M")
    first = month.groupby(orders["who"]).transform("min")
    age = (month - first).map(lambda x: x.n)
    counts = orders.groupby([first, age])["who"].nunique().unstack()
    return 100 * counts.div(counts[0], axis=0)


def test_triangle_is_that_of_pandas(orders):
    found = cohorts(orders, id="who", date="day", as_of="2026-06-30")
    table, expected = found.table(), by_hand(orders)
    assert table["n"].sum() == orders["who"].nunique()
    for start, row in table.drop(columns="n").iterrows():
        hand = expected.loc[start.to_period("M")].reindex(row.index)
        assert row.fillna(-1).tolist() == pytest.approx(hand.fillna(-1).tolist())
    assert table.drop(columns="n").isna().to_numpy()[np.tril_indices(len(table), -1)[0]].any()  # not seen yet: blank


def test_what_is_not_over_is_left_out(orders):
    found = cohorts(orders, id="who", date="day", as_of="2026-06-15")
    assert max(c.cohort for c in found.cells).month <= 5
    assert max(c.age for c in found.cells) == 4
    assert "running" in [c.key for c in found.cautions]


def test_returns_are_no_activity_when_revenue_is_named(orders):
    found = cohorts(orders, id="who", date="day", revenue="paid", as_of="2026-06-30")
    expected = by_hand(orders[orders["paid"] > 0])
    assert found.table().iloc[0, 2] == pytest.approx(expected.iloc[0, 1])
    assert ("returns", (("n", int((orders["paid"] <= 0).sum())),)) in [(c.key, c.values) for c in found.cautions]


def test_rows_without_id_or_date_are_counted(orders):
    odd = orders.astype({"who": "float"})
    odd.loc[:9, "who"] = np.nan
    odd.loc[10:14, "day"] = pd.NaT
    found = cohorts(odd, id="who", date="day", as_of="2026-06-30")
    assert {("no_id", 10), ("no_date", 5)} <= {(c.key, v) for c in found.cautions for _, v in c.values}


def test_every_engine_gives_the_same(orders):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    expected = cohorts(orders, id="who", date="day").to_frame()
    for frame in (duckdb.connect().from_df(orders), polars.from_pandas(orders).lazy()):
        pd.testing.assert_frame_equal(cohorts(frame, id="who", date="day").to_frame(), expected)


def test_contracts_are_retained_until_they_leave():
    frame = pd.DataFrame(
        {
            "came": pd.to_datetime(["2026-01-10"] * 4),
            "gone": pd.to_datetime(["2026-01-20", "2026-02-10", "2026-03-01", None]),
        }
    )
    found = cohorts(frame, since="came", left="gone", as_of="2026-03-31")
    assert [c.active for c in found.cells] == [4, 3, 2]  # gone on the first of March: still here as it began
    with pytest.raises(UsageError, match="left before they came"):
        cohorts(frame.assign(came=pd.Timestamp("2026-02-15")), since="came", left="gone")


def test_intervals_are_wilsons_and_all_together_add_up(orders):
    found = cohorts(orders, id="who", date="day", as_of="2026-06-30")
    share, low, high, n = found.average[1]
    own = [c for c in found.cells if c.age == 1]
    assert (share, n) == (
        pytest.approx(100 * sum(c.active for c in own) / sum(c.n for c in own)),
        sum(c.n for c in own),
    )
    assert low < share < high
    frame = found.to_frame()
    assert list(frame.columns) == ["cohort", "age", "item", "estimate", "low", "high", "unit", "n", "active"]
    assert ((frame["low"] >= 0) & (frame["low"] <= frame["estimate"]) & (frame["high"] <= 100)).all()


@pytest.mark.parametrize(
    ("options", "error"),
    [({}, RoleError), ({"id": "who"}, RoleError), ({"id": "who", "date": "day", "freq": "D"}, OptionError),
     ({"id": "who", "date": "day", "as_of": "2020-01-01"}, NothingMatched), ({"since": "day"}, RoleError)],
)  # fmt: skip
def test_wrong_calls_are_refused(orders, options, error):
    with pytest.raises(error):
        cohorts(orders, **options)


def test_long_histories_are_by_quarter_or_year_unless_said():
    came = pd.date_range("2016-01-15", periods=120, freq="MS")
    frame = pd.DataFrame({"came": came, "gone": [came[-1] + pd.Timedelta(days=40)] + [pd.NaT] * 119})
    found = cohorts(frame, since="came", left="gone")
    assert (found.freq, "chosen_Y" in [c.key for c in found.cautions]) == ("Y", True)
    assert cohorts(frame, since="came", left="gone", freq="M").freq == "M"
    assert cohorts(frame.iloc[:50].assign(gone=pd.Timestamp("2022-01-01")), since="came", left="gone").freq == "Q"
