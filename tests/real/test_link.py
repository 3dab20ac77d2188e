"""Joins of real answers with real operations, against figures that others computed from the same files."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.study.linking import link

pytestmark = pytest.mark.real


# Telco: satisfaction in one workbook, money and churn in the others ------------------------------------


@pytest.fixture
def telco(real_data):
    place = real_data / "telco_churn_ibm"
    study = cx.Study(
        place / "Telco_customer_churn_status.xlsx", id="Customer ID", csat="Satisfaction Score", guess=False
    )
    study = link(study, place / "Telco_customer_churn_services.xlsx", revenue="Total Revenue", monthly="Monthly Charge",
                 tenure="Tenure in Months", referred="Number of Referrals")  # fmt: skip
    study = link(study, place / "Telco_customer_churn_demographics.xlsx", age="Age")
    study = link(study, place / "Telco_customer_churn.xlsx", on={"id": "CustomerID"}, churned="Churn Value")
    return link(study, place / "Telco-Customer-Churn.csv", on={"id": "customerID"}, left_csv="Churn",
                rules={"left_csv": "any"})  # fmt: skip


def test_telco_five_files_by_customer(telco, expected):
    want = expected("telco_churn_ibm")
    assert [report.share for report in telco.links] == [100.0] * 4
    assert all(report.rows_unmatched == 0 and report.repeated == 0 for report in telco.links)
    assert telco.rows == want["rows"]
    assert telco.rate("churned").value == pytest.approx(want["churn_rate_pct"], abs=1e-9)
    assert telco.mean("csat").value == pytest.approx(want["satisfaction_all"]["mean"], abs=1e-10)
    data = telco.data
    assert data["revenue"].sum() == pytest.approx(want["revenue"]["total"], abs=0.01)
    assert data.loc[data["churned"] == 1, "monthly"].sum() == pytest.approx(want["revenue"]["monthly_charge_churned"])
    assert (data["left_csv"] == data["churned"]).all() == want["v2_file_equal_churn"]
    stayed = telco.filter(churned=0)
    assert stayed.mean("csat").value == pytest.approx(want["satisfaction_stayed_only"]["mean"], abs=1e-10)
    assert telco.links[0].coverage == pytest.approx(100)


def test_telco_leavers_are_refused_as_yes_no_without_their_words(telco, real_data):
    status = real_data / "telco_churn_ibm" / "Telco_customer_churn_status.xlsx"
    with pytest.raises(cx.ScaleError, match="Stayed"):
        link(telco, status, outcome="Customer Status")
    words = {"outcome": {"Churned": 1, "Stayed": 0, "Joined": 0}}
    assert link(telco, status, outcome="Customer Status", scale=words).rate("outcome").value == pytest.approx(
        26.53698, abs=1e-4
    )


# Olist: reviews, and what happened to the order --------------------------------------------------------


@pytest.fixture(params=["pandas", "duckdb"])
def reviews(real_data, request):
    frame = pd.read_csv(real_data / "olist_ecommerce" / "olist_a" / "olist_order_reviews_dataset.csv")
    frame = frame[["review_id", "order_id", "review_score", "review_creation_date"]]
    made = frame if request.param == "pandas" else duckdb.connect().from_df(frame)
    return cx.Study(made, id="order_id", date="review_creation_date", csat="review_score", guess=False)


def orders_of(real_data):
    frame = pd.read_csv(real_data / "olist_ecommerce" / "olist_a" / "olist_orders_dataset.csv")
    arrived, promised = (
        pd.to_datetime(frame[f"order_{name}_date"]) for name in ("delivered_customer", "estimated_delivery")
    )
    delivered = arrived.notna() & (frame["order_status"] == "delivered")
    frame["late"] = np.where(~delivered, None, np.where(arrived.dt.normalize() > promised, "late", "on time"))
    return frame


def test_olist_late_215_on_time_429_after_linking(reviews, real_data, expected):
    want = expected("olist_ecommerce")["olist_a"]
    found = link(reviews, orders_of(real_data), on="order_id", delivery="late")
    scores = found.mean("csat", by="delivery")
    by = {key[0]: (scores.estimate[i], scores.n[i]) for i, key in enumerate(scores.keys)}
    for name, key in (("late", "late"), ("on time", "on_time")):
        assert by[name] == (pytest.approx(want[key]["mean"], abs=1e-10), want[key]["n"])
    assert found.mean("csat").value == pytest.approx(want["overall"]["mean"], abs=1e-10)
    report = found.links[-1]
    assert (report.answers, report.matched) == (want["reviews"], want["joined_rows"])
    assert (report.rows, report.rows_unmatched) == (want["orders"], want["orders"] - report.rows_matched)


def test_olist_payments_and_items_are_many_to_one_answer(reviews, real_data, expected):
    place = real_data / "olist_ecommerce" / "olist_a"
    want = expected("olist_ecommerce")["olist_a"]
    found = link(reviews, place / "olist_order_payments_dataset.csv", on="order_id", revenue="payment_value")
    (paid,) = found.links[-1].columns
    assert paid.covered == pytest.approx(want["paid_total"], abs=0.005)  # of the orders that were reviewed
    payments = pd.read_csv(place / "olist_order_payments_dataset.csv")
    answered = set(pd.read_csv(place / "olist_order_reviews_dataset.csv")["order_id"])
    held = payments[payments["order_id"].isin(answered)]
    assert paid.covered == pytest.approx(held["payment_value"].sum())
    assert found.links[-1].coverage == pytest.approx(100 * want["paid_total"] / payments["payment_value"].sum())
    several = payments["order_id"].value_counts()
    assert found.links[-1].repeated == int((several > 1).sum()) > 0
    with_items = link(found, place / "olist_order_items_dataset.csv", on="order_id", cost="freight_value", items="order_id",
                      rules={"items": "count"})  # fmt: skip
    assert with_items.rows == want["reviews"]
    assert with_items.mean("csat").value == pytest.approx(want["overall"]["mean"], abs=1e-10)


def test_olist_orders_before_the_review_by_day(reviews, real_data):
    """Each order has one purchase, always before its review; none within the days after it."""
    orders = orders_of(real_data)
    before = link(
        reviews, orders, on="order_id", when="order_purchase_timestamp", rules={"bought": "count"}, bought="late"
    )
    report = before.links[-1]
    assert (report.rows_outside, report.rows_dateless) == (0, 0)
    after = link(reviews, orders, on="order_id", when="order_purchase_timestamp", window=(0, 30), rules={"bought": "count"},
                 bought="order_id")  # fmt: skip
    assert after.links[-1].rows_outside == after.links[-1].rows_matched


# Online retail: orders of one shop ------------------------------------------------------------------


def test_online_retail_returns_are_counted_and_net_revenue_is_kept(real_data, expected):
    place = real_data / "online_retail_uci" / "online_retail_customers_mod10.csv"
    want = expected("online_retail_uci")["sample"]
    lines = pd.read_csv(place)
    lines["amount"] = lines["Quantity"] * lines["UnitPrice"]
    customers = lines["CustomerID"].drop_duplicates().sort_values().iloc[::2]
    answers = pd.DataFrame({"id": customers.astype(int), "nps": np.arange(len(customers)) % 11, "day": "2011-06-01"})
    study = cx.Study(answers, id="id", nps="nps", date="day", guess=False)
    found = link(study, lines, on={"id": "CustomerID"}, revenue="amount")
    (revenue,) = found.links[-1].columns
    assert revenue.total == pytest.approx(want["net_revenue"], abs=0.005)
    assert found.links[-1].ids == want["customers"]
    assert revenue.negative == int((lines["amount"] < 0).sum()) > 0
    held = lines[lines["CustomerID"].isin(customers)]
    assert found.data["revenue"].sum() == pytest.approx(held["amount"].sum())
    parts = [
        link(study, lines, on={"id": "CustomerID"}, when="InvoiceDate", window=window, revenue="amount")
        for window in ((None, -90), (-90, 0), (0, 90), (90, None))
    ]
    total = sum(part.data["revenue"] for part in parts)
    np.testing.assert_allclose(total, found.data["revenue"], atol=1e-6)
    assert sum(p.links[-1].rows_matched - p.links[-1].rows_outside for p in parts) == len(held)


def test_online_retail_parquet_is_aggregated_by_duckdb(real_data, expected):
    want = expected("online_retail_uci")
    place = real_data / "online_retail_uci" / "online_retail.parquet"
    ids = duckdb.sql(f'SELECT DISTINCT "CustomerID" AS id FROM \'{place}\' WHERE "CustomerID" IS NOT NULL').fetchall()
    answers = pd.DataFrame({"id": [int(i) for (i,) in ids], "nps": [i % 11 for i in range(len(ids))]})
    found = link(cx.Study(answers, id="id", nps="nps", guess=False), place, on={"id": "CustomerID"}, units="Quantity",
                 rules={"units": "sum"})  # fmt: skip
    report = found.links[-1]
    assert (report.rows, report.rows_nameless, report.customers_matched) == (
        want["rows"], want["rows_without_customer"], want["customers"],
    )  # fmt: skip


# A garden centre: 220 baskets below 0 are returns ----------------------------------------------------


def test_jardinerie_220_negative_baskets_are_counted_as_returns(real_data, expected):
    frame = pd.read_csv(real_data / "nps_jardinerie_fr" / "nps_utf8_from_rds.csv")
    want = expected("nps_jardinerie_fr")
    study = cx.Study(frame[["id", "nps"]], id="id", nps="nps", scale={"nps": (0, 10)}, guess=False)
    found = link(study, frame[["id", "NbPassageKS", "CaTicket"]], revenue="CaTicket", visits="NbPassageKS")
    assert found.links[-1].columns[0].negative == 220
    assert "(goods sent back, credits), counted as they are: 220" in found.links[-1].explain()
    assert found.nps().value == pytest.approx(want["overall"]["nps"], abs=1e-9)
    assert found.rows == want["rows"]
