"""Churn and retention on real data, against figures that others computed."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import UsageError
from cxkit.value.retention.curves import survival
from cxkit.value.retention.leaving import at_risk
from cxkit.value.retention.rate import churn
from cxkit.value.retention.ratios import hazard
from cxkit.value.retention.triangle import cohorts

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def telco(real_data):
    pytest.importorskip("python_calamine")
    folder = real_data / "telco_churn_ibm"
    parts = [
        pd.read_excel(folder / f"Telco_customer_churn_{name}.xlsx", engine="calamine")
        for name in ("status", "services")
    ]
    return parts[0].merge(parts[1].drop(columns=["Count", "Quarter"]), on="Customer ID", validate="one_to_one")


def by(result, name):
    frame = result.to_frame()
    return frame[frame["item"] == "churn"].set_index(name)["estimate"].to_dict()


def test_telco_churn_is_26_54_percent_and_by_contract(telco, expected):
    published = expected("telco_churn_ibm")
    found = churn(telco, churned="Churn Value", id="Customer ID", months=3)
    assert found.value == pytest.approx(published["churn_rate_pct"], abs=1e-9)
    assert by(churn(telco, "Contract", churned="Churn Label", months=3), "Contract") == pytest.approx(
        published["churn_by_contract"], abs=1e-9
    )


def test_telco_share_of_the_monthly_charges_that_left(telco, expected):
    found = churn(telco, churned="Churn Value", revenue="Monthly Charge", months=3).to_frame().set_index("item")
    lost = expected("telco_churn_ibm")["revenue"]["monthly_charge_churned"]
    assert found.loc["revenue_churn", "estimate"] == pytest.approx(100 * lost / telco["Monthly Charge"].sum())


def test_telco_curves_and_reasons(telco, expected):
    """Against statsmodels; the shares by reason and those still here make up everybody."""
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    found = survival(
        telco, "Contract", duration="Tenure in Months", churned="Churn Value", reason="Churn Category", at=[12, 24, 60]
    )
    frame = found.to_frame()
    for contract, part in telco.groupby("Contract"):
        km = SurvfuncRight(part["Tenure in Months"], part["Churn Value"])
        at = 100 * np.r_[1.0, km.surv_prob][np.searchsorted(km.surv_times, [12, 24, 60], side="right")]
        own = frame[(frame["Contract"] == contract) & (frame["item"] == "retained")]
        assert own["estimate"].tolist() == pytest.approx(at)
    chi, p = survdiff(
        telco["Tenure in Months"].to_numpy(), telco["Churn Value"].to_numpy(), telco["Contract"].to_numpy()
    )
    assert found.test.statistic == pytest.approx(chi, rel=1e-9)
    assert found.test.p == pytest.approx(p, abs=1e-12)
    assert found.reasons == tuple(expected("telco_churn_ibm")["churn_category"])  # 841, 314, 303, 211, 200
    summed = frame[frame["item"].isin(["retained", "gone"])].groupby(["Contract", "time"])["estimate"].sum()
    assert summed.to_numpy() == pytest.approx(100)


def test_telco_satisfaction_knows_who_left(telco):
    """1-2 always left, 4-5 never: no list is made of that, and a hazard ratio comes with the name of the trap."""
    with pytest.raises(UsageError, match="1, 2 all left, of 4, 5 none"):
        at_risk(telco, "Satisfaction Score", churned="Churn Value", id="Customer ID")
    found = hazard(telco, "Satisfaction Score", duration="Tenure in Months", churned="Churn Value")
    assert "told" in [c.key for c in found.cautions]


def test_telco_list_at_risk_from_what_was_known_before(telco):
    found = at_risk(
        telco, "Number of Referrals", controls=["Contract", "Monthly Charge"], churned="Churn Value", id="Customer ID",
        months=3, top=10,
    )  # fmt: skip
    assert found.quality.auc > 0.8
    assert len(found) == 10
    assert not telco["Customer ID"].isin([c.customer for c in found.customers]).any()
    assert found.calibration["n"].sum() == 7043


def test_online_retail_cohorts_are_those_of_pandas(real_data):
    orders = pd.read_parquet(real_data / "online_retail_uci" / "online_retail.parquet")
    found = cohorts(orders, id="CustomerID", date="InvoiceDate")
    known = orders.dropna(subset=["CustomerID"])
    month = known["InvoiceDate"].dt.tz_localize(None).dt.to_period("M")
    first = month.groupby(known["CustomerID"]).transform("min")
    counts = known.groupby([first, month])["CustomerID"].nunique().unstack()
    assert {(c.cohort, c.age): c.active for c in found.cells} == {
        (start.start_time.date(), (when - start).n): int(counts.loc[start, when])
        for start in counts.index[:-1]
        for when in counts.columns[:-1]  # December 2011 ends on the 9th
        if when >= start
    }
    assert ("no_id", 135_080) in {(c.key, v) for c in found.cautions for _, v in c.values}
    assert "running" in [c.key for c in found.cautions]
    assert found.sizes[found.cells[0].cohort] == 948


# The demo: made up, but by a story that is written down --------------------------------------------------


@pytest.fixture(scope="module")
def demo():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cx.DataWarning if hasattr(cx, "DataWarning") else UserWarning)
        customers = cx.read("demo:customers")
        survey = cx.demo().data
    table = survey[["respondent", "date", "nps"]].merge(
        customers[["customer", "since", "churned", "churn_date"]], left_on="respondent", right_on="customer"
    )
    return cx.Study(
        table, id="customer", date="date", nps="nps", since="since", left="churn_date", churned="churned", guess=False
    )


def test_demo_churn_by_class_of_the_last_score_is_what_was_planted(demo):
    """.04, .10 and .22, without those of the exodus."""
    from cxkit.sources.demo.story import CHURN_RATES, LEAVE_DAY

    stayed = demo.where((cx.col("churn_date") != pd.Timestamp(LEAVE_DAY)) | cx.col("churn_date").is_null())
    found = churn(stayed, "nps", period="whole").to_frame().set_index("nps")
    for name, rate in zip(("Promoters", "Passives", "Detractors"), CHURN_RATES, strict=True):
        assert found.loc[name, "low"] <= 100 * rate <= found.loc[name, "high"], name


def test_demo_detractors_leave_sooner_whatever_they_answered_before(demo):
    found = hazard(demo, per="class", as_of="2026-12-31")
    assert [r.item for r in found.ratios] == ["NPS: Detractors", "NPS: Passives"]
    assert found.ratios[0].low > found.ratios[1].high > 1


def test_demo_table_lost_those_who_left_before_the_survey(demo):
    found = survival(demo)
    assert "survivors_only" in [c.key for c in found.cautions]
