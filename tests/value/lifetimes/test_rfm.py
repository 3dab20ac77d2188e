"""Recency, frequency, value: scores, segments, tiers, refunds."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import NothingMatched, RoleError, UsageError
from cxkit.value.lifetimes import rfm
from cxkit.value.lifetimes.rfm_segments import SEGMENTS, advice, segment_name, segments_of


@pytest.fixture(scope="module")
def found(orders):
    return rfm(orders, id="customer", date="date", revenue="amount")


def test_every_pair_of_scores_is_in_one_segment():
    held = [pair for rs, fs in SEGMENTS.values() for pair in ((r, f) for r in rs for f in fs)]
    assert sorted(held) == [(r, f) for r in range(1, 6) for f in range(1, 6)]
    assert segments_of(np.array([5, 1, 3]), np.array([5, 1, 3])) == ["champions", "hibernating", "need_attention"]
    for code in (*SEGMENTS, "all"):
        assert segment_name(code, "en") != ""
        assert segment_name(code, "fr") != ""
        assert advice(code, "fr") or code == "all"


def test_the_figures_of_customers(orders, found):
    frame = found.customers(ids="shown").set_index("customer")
    days = orders.groupby("customer")["date"].max()
    assert (frame["days_since"] == (orders["date"].max() - days).dt.days.reindex(frame.index)).all()
    assert (frame["orders"] == orders.groupby("customer")["date"].nunique().reindex(frame.index)).all()
    assert np.allclose(frame["value"], orders.groupby("customer")["amount"].sum().reindex(frame.index))
    assert set(frame["r"]) == {1, 2, 3, 4, 5}
    assert (frame.groupby("orders")["f"].nunique() == 1).all()
    assert not found.customers()["customer"].str.contains("C0").any()
    assert "C0" not in json.dumps(found.to_dict()) + repr(found)


def test_segments_add_up(found):
    frame = found.to_frame()
    assert frame.columns.tolist() == ["segment", "item", "estimate", "low", "high", "unit"]
    parts = frame[frame["segment"] != "all"].pivot(index="segment", columns="item", values="estimate")
    assert parts["customers"].sum() == found.n == found["customers"].estimate
    assert parts["share_value"].sum() == pytest.approx(100)
    assert parts["share_customers"].sum() == pytest.approx(100)
    whole = (parts["customers"] * parts["value_each"]).sum()
    assert whole == pytest.approx(found["value_total"].estimate)
    held = frame.dropna(subset=["low"])
    assert ((held["low"] <= held["estimate"]) & (held["estimate"] <= held["high"])).all()


def test_tiers_are_what_the_top_holds(found):
    value = np.sort(found.value)[::-1]
    tiers = found.tiers_frame()
    assert tiers["top"].tolist() == [10, 20, 50]
    for _, tier in tiers.iterrows():
        k = int(tier["customers"])
        assert k == np.ceil(tier["top"] / 100 * found.n)
        assert tier["share"] == pytest.approx(100 * value[:k].sum() / value.sum(), abs=0.1)
        assert tier["low"] < tier["share"] < tier["high"]
        assert tier["least"] == value[k - 1]
    assert 0 < found["gini"].low < found["gini"].estimate < found["gini"].high < 1


def test_intervals_of_tiers_cover():
    truth_of = np.random.default_rng(0).gamma(0.8, 50, 400_000)
    truth = 100 * np.sort(truth_of)[::-1][:80_000].sum() / truth_of.sum()
    hits = 0
    for seed in range(60):
        value = np.random.default_rng(seed + 1).gamma(0.8, 50, 500)
        frame = pd.DataFrame({"id": range(500), "date": pd.Timestamp("2026-01-01"), "amount": value + 1e-6})
        tier = rfm(frame, id="id", date="date", revenue="amount").tiers[1]
        hits += tier.low <= truth <= tier.high
    assert hits >= 53


def test_returns_are_taken_off_and_named(orders):
    back = pd.DataFrame({"customer": ["C000000", "C000001", "nobody bought"], "date": pd.Timestamp("2026-06-01"),
                         "amount": [-1e5, -3.0, -2.0]})  # fmt: skip
    with_returns = rfm(pd.concat([orders, back], ignore_index=True), id="customer", date="date", revenue="amount")
    codes = {c.code: dict(c.values) for c in with_returns.cautions}
    assert codes["returns"]["n"] == 3
    assert codes["never_bought"]["n"] == 1
    assert codes["below_zero"]["n"] == 1
    assert with_returns.n == orders["customer"].nunique()
    assert 0 <= with_returns.tiers[0].share <= 100
    assert "retours" in with_returns.explain("fr")


def test_invoices_are_orders_where_they_are_named(orders):
    lines = pd.concat([orders.assign(invoice=range(len(orders)))] * 2, ignore_index=True)
    found = rfm(lines, id="customer", date="date", revenue="amount", order="invoice")
    assert found.orders.sum() == len(orders)
    assert found["value_total"].estimate == pytest.approx(2 * orders["amount"].sum())


def test_ties_are_named(orders):
    found = rfm(orders.assign(date=pd.Timestamp("2026-01-01")), id="customer", date="date", revenue="amount")
    assert {"tied_recency", "tied_frequency"} <= {c.code for c in found.cautions}
    assert set(found.scores[:, 0].tolist()) == {3}


def test_a_day_of_reckoning(orders):
    names = {"id": "customer", "date": "date", "revenue": "amount"}
    early = rfm(orders, **names, end="2025-06-30")
    assert early.end.isoformat() == "2025-06-30"
    assert {c.code for c in early.cautions} >= {"late"}
    assert early.days.min() >= 0


def test_one_customer_and_none():
    one = pd.DataFrame({"id": ["a", "a"], "date": pd.to_datetime(["2026-01-01", "2026-02-01"]), "amount": [5.0, 6.0]})
    found = rfm(one, id="id", date="date", revenue="amount")
    assert found.n == 1
    assert found.tiers[0].share == pytest.approx(10)
    assert found.explain()
    with pytest.raises(NothingMatched, match="no customer bought"):
        rfm(one.assign(amount=-1.0), id="id", date="date", revenue="amount")
    with pytest.raises(NothingMatched, match="returns exceed"):
        rfm(pd.concat([one, one.assign(amount=-99.0, date=pd.Timestamp("2026-03-01"))]), id="id", date="date",
            revenue="amount")  # fmt: skip
    with pytest.raises(RoleError, match="amounts"):
        rfm(one, id="id", date="date")
    with pytest.raises(UsageError, match="masked"):
        found.customers(ids="no")


def test_shown_in_both_languages_and_drawn(found):
    for lang in ("en", "fr"):
        assert "Champions" in found.explain(lang)
        assert segment_name("hibernating", lang) in found.grid(lang).text(lang)
        for draw in (found.plot, found.plot.segments, found.plot.lorenz, found.plot.tiers, found.plot.grid):
            assert draw(lang=lang).get_title(loc="left")
    assert "<table" in found._repr_html_()
    json.dumps(found.to_dict(), allow_nan=False)
