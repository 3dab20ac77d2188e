"""Lifetime value on real tables, against figures that plain pandas computed beside the data."""

from __future__ import annotations

import pandas as pd
import pytest

import cxkit as cx
from cxkit.value.lifetimes import lifetime_value, purchases, rfm, transactions

pytestmark = pytest.mark.real
NAMES = {"id": "CustomerID", "date": "InvoiceDate", "revenue": "amount"}


@pytest.fixture
def sample(real_data):
    frame = pd.read_csv(real_data / "online_retail_uci" / "online_retail_customers_mod10.csv")
    return frame.assign(amount=frame["Quantity"] * frame["UnitPrice"])


@pytest.fixture
def retail(real_data):
    frame = pd.read_parquet(real_data / "online_retail_uci" / "online_retail.parquet")
    return frame.assign(amount=frame["Quantity"] * frame["UnitPrice"])


def test_online_retail_sample_average_transaction_487_01(sample, expected):
    known = expected("online_retail_uci")["sample"]
    found = transactions(sample, **NAMES, order="InvoiceNo", currency="GBP")
    assert found["orders"].estimate == known["orders"] == 1711
    assert found["gross_revenue"].estimate == pytest.approx(known["gross_revenue"])
    assert found["average_transaction_value"].estimate == pytest.approx(known["average_transaction_value"])
    assert round(found["average_transaction_value"].estimate, 2) == 487.01
    assert found["repeat_rate"].estimate == pytest.approx(known["repeat_customer_pct"])
    assert found["orders_per_customer"].estimate == pytest.approx(known["orders_per_customer"])
    assert found["net_revenue"].estimate == pytest.approx(known["net_revenue"])


def test_online_retail_net_9_747_747_93_with_135_080_rows_without_a_customer(retail, expected):
    known = expected("online_retail_uci")
    found = transactions(retail, **NAMES, order="InvoiceNo", currency="GBP")
    assert found["net_revenue"].estimate == pytest.approx(known["net_revenue"], abs=0.005)
    codes = {c.code: dict(c.values) for c in found.cautions}
    assert codes["anonymous_kept"]["n"] == known["rows_without_customer"] == 135_080
    orders = found["orders"].estimate + codes["returns"]["n"]
    assert orders == known["invoices"]
    by = transactions(retail, **NAMES, order="InvoiceNo", by="Country", currency="GBP")
    assert sum(g["net_revenue"].estimate for g in by.groups) == pytest.approx(known["net_revenue"])


def test_online_retail_segments_hold_all_customers(retail):
    found = rfm(retail, **NAMES, order="InvoiceNo", currency="GBP")
    assert found.n == retail.loc[retail["amount"] > 0, "CustomerID"].nunique()
    assert 70 < found.tiers[1].share < 77
    assert {c.code: dict(c.values) for c in found.cautions}["anonymous"]["n"] == 135_080


def test_online_retail_purchases_say_that_the_season_was_not_foretold(sample):
    found = purchases(sample, **NAMES, holdout="2011-08-31", draws=20, currency="GBP")
    assert found.n == 441 or found.n == 442
    assert found.calibration is not None
    # Christmas is not in a model of steady buyers: what is true of this shop is said, not hidden.
    assert found.calibration.actual > found.calibration.predicted
    assert "more than the interval allows" in found.explain()


def test_telco_lifetime_value_by_satisfaction(real_data):
    frame = pd.read_excel(real_data / "telco_churn_ibm" / "Telco_customer_churn_status.xlsx", engine="calamine")
    study = cx.Study(frame, id="Customer ID", margin="CLTV", guess=False)
    found = lifetime_value(study, by="Satisfaction Score", lifespan=1)
    values = {g.key[0]: round(g["lifetime_value"].estimate, 1) for g in found.groups}
    assert values == {1: 4158.2, 2: 4104.4, 3: 4473.4, 4: 4514.3, 5: 4380.8}
    assert all(g["lifetime_value"].low < g["lifetime_value"].estimate < g["lifetime_value"].high for g in found.groups)
