"""Purchases ahead: recovery, coverage, a holdout, odd data, refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.value.lifetimes import purchases

END = "2026-06-30"


@pytest.fixture(scope="module")
def found(orders):
    named = {"id": "customer", "date": "date", "revenue": "amount"}
    return purchases(orders, **named, end=END, holdout="2025-10-31", margin=0.3, discount=0.1, draws=60)


def test_planted_parameters_are_inside_their_intervals(found):
    truth = {"r": 0.243, "a": 0.793, "b": 2.426, "p": 6.25, "q": 3.74, "v": 15.44}
    for name, value in truth.items():
        item = found[name]
        assert 0.75 * item.low <= value <= 1.25 * item.high, name
    assert found["alpha"].estimate == pytest.approx(4.414, rel=0.3)
    assert found["spend_population"].estimate == pytest.approx(35.22, rel=0.1)


def test_sums_are_those_of_the_customers(found):
    frame = found.customers(ids="shown")
    assert len(frame) == found.n == 1200
    assert frame["expected"].sum() == pytest.approx(found["purchases_expected"].estimate)
    assert frame["alive"].sum() / 100 == pytest.approx(found["alive"].estimate)
    assert frame["value"].sum() == pytest.approx(found["value_total"].estimate)
    assert (frame["value"].diff().dropna() <= 1e-9).all()
    assert found["value_total"].estimate < 0.3 * found["revenue_expected"].estimate  # discounted
    assert found["value_total"].estimate > 0.3 * found["revenue_expected"].estimate / 1.1
    for name in ("alive", "purchases_expected", "revenue_expected", "value_total"):
        item = found[name]
        assert item.low < item.estimate < item.high


def test_one_customer_by_hand(orders, found):
    who = found.customers(ids="shown").iloc[0]
    rows = orders[(orders["customer"] == who["customer"]) & (orders["date"] <= END)]
    days = rows.groupby("date")["amount"].sum()
    assert who["purchases"] == len(days)
    assert who["recency"] == pytest.approx((days.index[-1] - days.index[0]).days / 7)
    assert who["age"] == pytest.approx((pd.Timestamp(END) - days.index[0]).days / 7)
    assert who["mean_value"] == pytest.approx(days.iloc[1:].mean())


def test_ids_are_masked_unless_asked_for(found):
    shown = found.customers()["customer"]
    assert not shown.str.contains("C0").any()
    assert found.customers(ids="shown")["customer"].str.startswith("C0").all()
    text = found.explain() + repr(found) + found._repr_html_() + json.dumps(found.to_dict())
    assert "C0" not in text
    with pytest.raises(OptionError, match="masked"):
        found.customers(ids="all")


def test_the_holdout_is_foretold(found):
    c = found.calibration
    assert c is not None
    assert c.inside
    assert c.actual == pytest.approx(c.predicted, rel=0.15)
    table = c.to_frame()
    assert table.columns.tolist() == ["frequency", "customers", "actual", "predicted"]
    assert table["customers"].sum() == c.n
    assert (table["customers"] * table["actual"]).sum() == pytest.approx(c.actual)
    assert table["frequency"].iloc[-1] == "7+"
    assert c.correlation > 0.5
    assert c.tracking.actual[-1] == pytest.approx(c.tracking.expected[-1], rel=0.15)
    assert "inside the interval" in found.explain()
    assert "dans l’intervalle" in found.explain("fr")


def test_tracking_ends_on_all_repeat_purchases(found):
    assert found.tracking.actual[-1] == found.base.x.sum()
    assert found.tracking.expected[-1] == pytest.approx(found.base.x.sum(), rel=0.1)
    assert (np.diff(found.tracking.expected) > 0).all()


def test_the_interval_of_purchases_ahead_covers_what_happens(draw, names):
    hits = 0
    for seed in range(20):
        full = draw(300, seed, weeks=104)
        past = full[full["date"] <= "2026-03-31"]
        known = set(past["customer"])
        ahead = purchases(past, **names, end="2026-03-31", draws=20, horizon=39.0, seed=seed)
        later = full[(full["date"] > "2026-03-31") & full["customer"].isin(known)]
        later = later[later["date"] <= pd.Timestamp("2026-03-31") + pd.Timedelta(days=273)]
        item = ahead["purchases_expected"]
        hits += item.low <= len(later.drop_duplicates(["customer", "date"])) <= item.high
    assert hits >= 17


def test_the_seed_repeats_it_and_the_order_of_rows_does_not_matter(orders, names):
    small = orders[orders["customer"] < "C000200"]
    first = purchases(small, **names, draws=20)
    shuffled = small.sample(frac=1, random_state=3)
    assert purchases(small, **names, draws=20).to_dict() == first.to_dict()
    lazy = pytest.importorskip("polars").from_pandas(shuffled).lazy()
    for frame in (shuffled, lazy):  # sums differ in their last digit
        again = purchases(frame, **names, draws=20)
        assert again.ids == first.ids
        table = first.to_frame().set_index("item")[["estimate", "low", "high"]]
        assert again.to_frame().set_index("item")[["estimate", "low", "high"]].to_numpy() == pytest.approx(
            table.to_numpy(), rel=1e-6
        )


def test_days_and_weeks_say_the_same(orders, names):
    weeks, days = (purchases(orders, **names, end=END, draws=20, freq=f, horizon=h) for f, h in (("W", 52), ("D", 364)))
    assert days["alpha"].estimate == pytest.approx(7 * weeks["alpha"].estimate, rel=1e-4)
    assert days["purchases_expected"].estimate == pytest.approx(weeks["purchases_expected"].estimate, rel=1e-3)
    assert "364 prochains jours" in days.explain("fr")
    assert "52 prochaines semaines" in weeks.explain("fr")


def test_a_study_brings_its_roles_and_currency(orders):
    s = cx.Study(orders, id="customer", date="date", revenue="amount", currency="CHF", guess=False)
    found = purchases(s, draws=20, end=END)
    assert found["revenue_expected"].unit == "CHF"
    other = purchases(s, revenue="double", draws=20) if "double" in orders else None
    assert other is None
    assert purchases(cx.Study(orders, guess=False), id="customer", date="date", draws=20).n == found.n


def test_without_amounts_only_purchases(orders):
    found = purchases(orders, id="customer", date="date", draws=20, end=END)
    assert "no_spend" in {c.code for c in found.cautions}
    assert "revenue_expected" not in set(found.to_frame()["item"])
    assert np.isnan(found.values).all()
    assert found.customers()["expected"].is_monotonic_decreasing
    assert found.explain("fr")


def test_money_is_revenue_until_a_margin_is_said(orders, names):
    found = purchases(orders, **names, draws=20, end=END)
    assert {"revenue"} <= {c.code for c in found.cautions}
    assert "value_total" not in set(found.to_frame()["item"])
    undiscounted = purchases(orders, **names, draws=20, end=END, margin=0.5)
    assert undiscounted["value_total"].estimate == pytest.approx(0.5 * found["revenue_expected"].estimate)
    assert "undiscounted" in {c.code for c in undiscounted.cautions}


def test_what_is_left_out_is_counted(orders, names):
    extra = pd.DataFrame(
        {
            "customer": [None, "C000001", "C000002", "only returns", "C000003"],
            "date": pd.to_datetime(["2025-02-01", None, "2025-02-01", "2025-03-01", "2026-12-01"]),
            "amount": [5.0, 5.0, np.nan, -9.0, 5.0],
        }
    )
    found = purchases(pd.concat([orders, extra, orders.head(2)], ignore_index=True), **names, end=END, draws=20)
    codes = {c.code: dict(c.values).get("n") for c in found.cautions}
    late = int((orders["date"] > END).sum())
    expected = {
        "anonymous": 1,
        "undated": 1,
        "unpriced": 1,
        "never_bought": 1,
        "late": late + 1,
        "repeated": 2,
        "returns": 1,
    }
    assert {k: codes[k] for k in expected} == expected
    assert "returns_taken" in codes
    gross = float(orders.loc[orders["date"] <= END, "amount"].sum() + orders["amount"].head(2).sum())
    assert found.returns == pytest.approx(9 / gross, rel=1e-6)


def test_frequency_and_spend_that_go_together_are_named(orders, names):
    often = orders.groupby("customer")["date"].transform("size")
    found = purchases(orders.assign(amount=orders["amount"] * often), **names, draws=20, end=END)
    code = {c.code: dict(c.values) for c in found.cautions}["dependent"]
    assert code["r"] > 0.3
    assert "independent" in found.explain()


def test_few_who_came_back_and_a_long_horizon_are_named(orders, names):
    few = orders[orders["customer"].isin([f"C{i:06}" for i in range(30)])]
    found = purchases(few, **names, draws=20, horizon=500)
    codes = {c.code for c in found.cautions}
    assert {"few_repeat", "extrapolated_weeks"} <= codes
    for item in found.items:
        assert np.isfinite(item.estimate) or item.item in ("a", "b", "alive", "p", "q", "v"), item


def test_customers_who_never_drop_out_are_named(names):
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(200), 12)
    day = np.tile(np.arange(12) * 30, 200) + rng.integers(0, 20, len(who))
    regular = pd.DataFrame({
        "customer": who, "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(day, unit="D"),
        "amount": rng.gamma(5, 10, len(who)),
    })  # fmt: skip
    found = purchases(regular, **names, draws=20)
    assert "no_dropout" in {c.code for c in found.cautions}
    # Nothing tells them, so nothing is said: no interval of width 0, and none without its estimate.
    for name in ("a", "b", "alive"):
        assert np.isnan([found[name].estimate, found[name].low, found[name].high]).all(), name
    assert found.customers()["alive"].isna().all()
    assert "not identified" in found.explain()
    assert "non identifiable" in found.grid("fr").text("fr")
    assert "Still active – not identified" in found.grid().text()
    assert "None" not in found.explain("fr")
    assert found["purchases_expected"].low < found["purchases_expected"].estimate < found["purchases_expected"].high
    assert "not identified" in found.plot.alive().get_title(loc="left")
    alive = next(i for i in found.to_dict()["items"] if i["item"] == "alive")
    assert alive["estimate"] is None


def test_every_parameter_lies_in_its_interval_or_has_none(orders, names, draw):
    for table in (orders, draw(300, 5, buying=(2.0, 10.0, 0.01, 60.0), spend=(60.0, 3.0, 1.0))):
        found = purchases(table, **names, draws=20)
        for name in ("r", "alpha", "a", "b", "p", "q", "v"):
            item = found[name]
            assert np.isnan(item.low) or item.low <= item.estimate <= item.high, item
    assert np.isfinite(purchases(orders, **names, draws=20)["alive"].low)


def test_a_doubt_about_the_sum_stands_beside_it(orders, names):
    often = orders.groupby("customer")["date"].transform("size")
    text = purchases(orders.assign(amount=orders["amount"] * often), **names, draws=20, end=END).explain()
    assert text.index("That is revenue") < text.index("independent") < text.index("Not checked on days held out")


def test_all_the_same_amount_is_no_trouble(orders, names):
    found = purchases(orders.assign(amount=10.0), **names, draws=20, end=END)
    assert found["spend_population"].estimate == pytest.approx(10, rel=0.02)


def test_one_purchase_each_is_refused(names):
    once = pd.DataFrame({"customer": range(40), "date": pd.date_range("2026-01-01", periods=40), "amount": 9.0})
    with pytest.raises(UsageError, match="no customer bought twice") as caught:
        purchases(once, **names)
    assert caught.value.code == "not_identified"


def test_currencies_in_one_column_are_refused_with_counts(names):
    mixed = pd.DataFrame({"customer": list("aabb"), "date": pd.date_range("2026-01-01", periods=4),
                          "amount": ["12 €", "13 $", "14 EUR", "15 €"]})  # fmt: skip
    with pytest.raises(RoleError, match="several currencies: 3 in EUR, 1 in USD") as caught:
        purchases(mixed, **names)
    assert caught.value.code == "currency_mixed"
    with pytest.raises(RoleError, match="amounts are text, such as '12 €'"):
        purchases(mixed.assign(amount="12 €"), **names)
    with pytest.raises(RoleError, match="must be numbers"):
        purchases(mixed.assign(amount=pd.Timestamp("2026-01-01")), **names)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"freq": "M"}, "'W' for weeks"),
        ({"horizon": 0}, "above 0"),
        ({"horizon": "year"}, "above 0"),
        ({"margin": 35}, "margin=.35 for 35 %"),
        ({"margin": -0.1}, "a share of revenue"),
        ({"margin": 0}, "a share of revenue"),
        ({"discount": 10}, "discount=0.1"),
        ({"draws": 1}, "draws="),
        ({"level": 1.0}, "level=.95"),
        ({"end": "soon"}, "end="),
        ({"holdout": "2030-01-01"}, "an earlier day"),
        ({"holdout": "2020-01-01"}, "a later day"),
        ({"currency": "EURO"}, "no currency"),
        ({"id": "nobody"}, "nobody"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_fix(orders, names, options, said):
    with pytest.raises(UsageError) as caught:
        purchases(orders, **{**names, **options})
    assert said in str(caught.value)


def test_orders_without_columns_or_rows(orders, names):
    with pytest.raises(RoleError, match="customers"):
        purchases(orders, date="date")
    with pytest.raises(RoleError, match="dates"):
        purchases(orders, id="customer")
    with pytest.raises(NothingMatched):
        purchases(orders, **names, end="2000-01-01")
    with pytest.raises(NothingMatched, match="no customer bought"):
        purchases(orders.assign(amount=-1.0), **names)


def test_drawn_in_both_languages(found, orders, names):
    for lang in ("en", "fr"):
        for draw in (found.plot, found.plot.tracking, found.plot.alive, found.plot.matrix, found.plot.calibration):
            assert draw(lang=lang).get_title(loc="left")
        assert found.grid(lang).text(lang)
    bare = purchases(orders, **names, draws=20)
    assert bare.plot().get_title(loc="left")
    with pytest.raises(UsageError, match="holdout="):
        bare.plot.calibration()
