"""Transactions: orders, returns, customers who come back, contracts; intervals by customer."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, NothingMatched, RoleError
from cxkit.value.lifetimes import transactions

# customer, day, amount, invoice, country
LINES = pd.DataFrame(
    [
        ("a", "2026-01-01", 10.0, "i1", "FR"),
        ("a", "2026-01-01", 5.0, "i1", "FR"),
        ("a", "2026-03-01", 25.0, "i2", "FR"),
        ("b", "2026-02-01", 20.0, "i3", "DE"),
        ("b", "2026-02-02", -8.0, "C4", "DE"),
        ("c", "2026-02-03", 0.0, "i5", "DE"),
        (None, "2026-02-04", 40.0, "i6", "FR"),
        (None, "2026-02-05", -10.0, "C7", "FR"),
    ],
    columns=["who", "day", "amount", "invoice", "country"],
)
NAMES = {"id": "who", "date": "day", "revenue": "amount", "order": "invoice"}


def test_every_item_by_hand():
    found = transactions(LINES, **NAMES)
    # Orders: i1 (15), i2 (25), i3 (20), i5 (0), i6 (40); a and b and c known.
    assert found["orders"].estimate == 5
    assert found["customers"].estimate == 3
    assert found["average_transaction_value"].estimate == pytest.approx(100 / 5)
    assert found["orders_per_customer"].estimate == pytest.approx(4 / 3)
    assert found["repeat_rate"].estimate == pytest.approx(100 / 3)
    assert found["gross_revenue"].estimate == 100
    assert found["returns"].estimate == -18
    assert found["net_revenue"].estimate == 82
    assert found["returns_share"].estimate == 18
    assert found["revenue_per_customer"].estimate == pytest.approx((40 + 12 + 0) / 3)
    years = 60 / 365.25  # 1 January to 1 March, both counted
    assert found["purchase_frequency"].estimate == pytest.approx(4 / 3 / years)
    codes = {c.code: dict(c.values) for c in found.cautions}
    assert (codes["anonymous_kept"]["n"], codes["anonymous_kept"]["orders"]) == (2, 1)
    assert codes["returns"]["n"] == 2
    assert codes["free"]["n"] == 1


def test_sums_have_no_interval_and_say_so():
    found = transactions(LINES, **NAMES)
    assert all(np.isnan(found[name].low) for name in ("orders", "gross_revenue", "net_revenue"))
    assert "counted, not estimated" in found.explain()
    assert "comptés et non estimés" in found.explain("fr")


def test_intervals_are_those_of_resampled_customers():
    rng = np.random.default_rng(4)
    n = 300
    orders = rng.poisson(2, n) + 1
    who = np.repeat(np.arange(n), orders)
    amount = rng.gamma(3, 10, n)[who] * rng.gamma(5, 0.2, len(who))
    back = rng.random(len(who)) < 0.1
    frame = pd.DataFrame({"who": [*who, *who[back]], "amount": [*amount, *-amount[back]]})
    found = transactions(frame, id="who", revenue="amount")
    each = pd.DataFrame({"n": orders, "v": np.bincount(who, amount)}).assign(b=np.bincount(who[back], amount[back], n))
    drawn = []
    for _ in range(800):
        rows = each.iloc[rng.integers(0, n, n)].sum()
        drawn.append((rows["v"] / rows["n"], 100 * rows["b"] / rows["v"], rows["n"] / n))
    spread = np.std(drawn, axis=0)
    names = ("average_transaction_value", "returns_share", "orders_per_customer")
    for name, error in zip(names, spread, strict=True):
        item = found[name]
        assert (item.high - item.low) / (2 * 1.968) == pytest.approx(error, rel=0.1), name


def test_orders_without_a_customer_widen_by_their_own_spread():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"who": [None] * 200 + [1, 2], "amount": [*rng.gamma(4, 10, 200), 40.0, 41.0]})
    item = transactions(frame, id="who", revenue="amount")["average_transaction_value"]
    error = frame["amount"].std(ddof=1) / np.sqrt(202)
    assert (item.high - item.low) / (2 * 1.972) == pytest.approx(error, rel=0.01)
    nobody = transactions(frame.head(200), id="who", revenue="amount")
    assert nobody["average_transaction_value"].estimate == pytest.approx(frame["amount"].head(200).mean())
    assert "repeat_rate" not in set(nobody.to_frame()["item"])


def test_groups_and_rows_as_orders():
    found = transactions(LINES.drop(columns="invoice"), id="who", date="day", revenue="amount", by="country")
    assert [g.key for g in found.groups] == [("DE",), ("FR",)]
    assert found.groups[1]["orders"].estimate == 4
    assert found.to_frame().columns.tolist() == ["country", "item", "estimate", "low", "high", "unit"]
    assert found.groups[1]["net_revenue"].estimate == 70
    assert "one_customer" in {c.code for c in found.cautions}
    assert "FR" in found.explain()


def test_the_average_contract_is_a_years():
    frame = pd.DataFrame({"who": list("abcd"), "amount": [1200.0, 3600.0, 500.0, 900.0], "months": [12, 36, 6, 12]})
    found = transactions(frame, id="who", revenue="amount", term="months")
    assert found["average_contract_value"].estimate == pytest.approx(6200 / (66 / 12))
    assert found["average_contract_value"].low < found["average_contract_value"].estimate
    assert "contract is worth" in found.explain()
    assert "contrat vaut" in found.explain("fr")


def test_one_customer_has_no_interval_and_says_so():
    found = transactions(LINES[LINES["who"] == "a"], **NAMES)
    assert np.isnan(found["average_transaction_value"].low)
    assert "one_customer" in {c.code for c in found.cautions}
    assert found["repeat_rate"].low > 0


def test_a_study_and_a_last_day():
    s = cx.Study(LINES, id="who", date="day", revenue="amount", currency="GBP", guess=False)
    found = transactions(s, order="invoice", end="2026-02-01")
    assert found["gross_revenue"].unit == "GBP"
    assert found["orders"].estimate == 2
    assert {c.code for c in found.cautions} >= {"late"}
    assert found.to_dict()["end"] == "2026-02-01"


def test_what_cannot_be_right_is_refused():
    with pytest.raises(RoleError, match="several currencies"):
        transactions(LINES.assign(amount=["12 €", "13 $"] * 4), **NAMES)
    with pytest.raises(RoleError, match="customers"):
        transactions(LINES, revenue="amount")
    with pytest.raises(ColumnError):
        transactions(LINES, **{**NAMES, "order": "invoices"})
    with pytest.raises(NothingMatched):
        transactions(LINES.assign(amount=np.nan), **NAMES)
    with pytest.raises(RoleError, match="text"):
        transactions(LINES, **NAMES, term="country")


def test_returns_alone():
    found = transactions(LINES[LINES["amount"] < 0], **NAMES)
    assert found["net_revenue"].estimate == -18
    assert found.explain("fr")


def test_shown_in_both_languages_and_drawn(orders):
    frame = orders.assign(channel=np.where(np.arange(len(orders)) % 3, "web", "$boutique$"))
    found = transactions(frame, id="customer", date="date", revenue="amount", by="channel")
    for lang in ("en", "fr"):
        assert found.explain(lang)
        assert found.grid(lang).text(lang)
        for draw in (found.plot, found.plot.repeat):
            assert draw(lang=lang).get_title(loc="left")
    assert "<table" in found._repr_html_()
    json.dumps(found.to_dict(), allow_nan=False)
    assert "panier moyen" in found.explain("fr")
