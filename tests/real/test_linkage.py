"""Linkage of real surveys with what their customers did, against figures that others computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import UsageError
from cxkit.value.behaviour import linkage

pytestmark = pytest.mark.real
EXACT = pytest.approx


def by_band(result, outcome):
    return {v.band: v for v in result.groups[0].of(outcome)}


def keys(result) -> set[str]:
    return {note.key for note in result.cautions}


# A garden centre: baskets and visits by class, with returns -------------------------------------------------


@pytest.fixture(scope="module")
def jardinerie(request):
    folder = request.getfixturevalue("real_data") / "nps_jardinerie_fr"
    study = cx.Study(folder / "nps_utf8_from_rds.csv", nps="nps", id="id", scale={"nps": (1, 10)}, guess=False)
    return linkage(study, outcomes=["CaTicket", "NbPassageKS"])


def test_jardinerie_baskets_and_visits_by_class(jardinerie, expected):
    said = expected("nps_jardinerie_fr")["basket"]
    for outcome, key in (("CaTicket", "mean_by_class"), ("NbPassageKS", "visits_by_class")):
        found = by_band(jardinerie, outcome)
        assert {band: found[band].estimate for band in said[key]} == EXACT(said[key], rel=1e-11)
    assert sum(by_band(jardinerie, "CaTicket")[b].n for b in ("detractor", "passive", "promoter")) == 13_612


def test_jardinerie_returns_are_kept_and_named(jardinerie, real_data, expected):
    raw = pd.read_csv(real_data / "nps_jardinerie_fr" / "nps_utf8_from_rds.csv")
    negative = raw["CaTicket"] < 0
    assert negative.sum() == expected("nps_jardinerie_fr")["basket"]["negative_rows"] == 220
    note = next(n for n in jardinerie.cautions if n.key == "negative")
    assert dict(note.values)["negative"] == (negative & raw["nps"].notna()).sum() == 217


def test_jardinerie_promoters_come_more_often_and_spend_no_more_than_passives(jardinerie):
    tests = jardinerie.tests_frame().set_index(["outcome", "band", "versus"])
    assert tests.loc[("NbPassageKS", "promoter", "passive"), "verdict"] == "higher"
    assert tests.loc[("CaTicket", "promoter", "passive"), "verdict"] == "inconclusive"
    assert tests.loc[("CaTicket", "promoter", "detractor"), "verdict"] == "higher"
    assert "bent" in keys(jardinerie)


# A telephone company: churn by satisfaction ------------------------------------------------------------------


@pytest.fixture(scope="module")
def telco(request):
    folder = request.getfixturevalue("real_data") / "telco_churn_ibm"
    parts = [
        pd.read_excel(folder / f"Telco_customer_churn_{name}.xlsx", engine="openpyxl")
        for name in ("status", "services")
    ]
    frame = parts[0].merge(parts[1].drop(columns=["Count", "Quarter"]), on="Customer ID")
    return cx.Study(frame, id="Customer ID", csat="Satisfaction Score", churned="Churn Value", revenue="Total Revenue", guess=False)  # fmt: skip


def test_telco_churn_by_satisfaction(telco, expected):
    result = linkage(telco, "mean:csat", "churned", bands={str(i): i for i in range(1, 6)})
    found = by_band(result, "churned")
    said = expected("telco_churn_ibm")["churn_by_satisfaction"]
    assert {a: found[a].estimate for a in said} == EXACT(said, rel=1e-10)
    assert found["all"].estimate == EXACT(26.5369870794, rel=1e-10)
    assert (found["1"].high, found["5"].low) == (100.0, 0.0)
    assert 0 < found["5"].high < 0.5


def test_telco_separation_is_cautioned_and_gives_no_logit(telco):
    result = linkage(telco, "mean:csat")
    assert "separated" in keys(result)
    assert "given after it" in result.explain()
    assert "donné après coup" in result.explain("fr")
    # The middle answer has both; without it the score tells yes from no.
    with pytest.raises(UsageError, match="no logit"):
        linkage(telco, "mean:csat", "churned").point(model="logit")


def test_telco_money_is_of_the_5174_who_stayed_and_the_lost_are_not_counted_twice(telco):
    result = linkage(telco, "mean:csat")
    assert by_band(result, "revenue")["all"].n == 5174
    assert by_band(result, "revenue")["low"].n == 0
    assert "none_stayed" in keys(result)
    every = linkage(telco, "mean:csat", "revenue", among="all")
    assert by_band(every, "revenue")["all"].estimate == EXACT(21371131.69 / 7043, rel=1e-9)


# Orders: late delivery and the review ----------------------------------------------------------------------------


def test_olist_late_orders_by_review(real_data, expected):
    folder = real_data / "olist_ecommerce" / "olist_a"
    orders = pd.read_csv(next(folder.glob("*orders*")), parse_dates=["order_delivered_customer_date", "order_estimated_delivery_date"])  # fmt: skip
    reviews = pd.read_csv(next(folder.glob("*reviews*")))
    frame = reviews.merge(orders, on="order_id").dropna(subset=["order_delivered_customer_date"])
    # Late by the day: an order that comes in the evening of the day that was promised is on time.
    frame["late"] = frame["order_delivered_customer_date"].dt.normalize() > frame["order_estimated_delivery_date"]
    result = linkage(cx.Study(frame, csat="review_score", guess=False), "mean:csat", "late")
    curve = result.curve("late").to_frame()
    late = curve["estimate"] / 100 * curve["n"]
    said = expected("olist_ecommerce")["olist_a"]
    assert late.sum() == EXACT(said["late"]["n"], abs=1e-6)
    assert (curve["answer"] * late).sum() / late.sum() == EXACT(said["late"]["mean"], rel=1e-9)
    held = curve["n"] - late
    assert (curve["answer"] * held).sum() / held.sum() == EXACT(said["on_time"]["mean"], rel=1e-9)
    assert result.converted(frm="high", to="low").low > 20  # percentage points
    assert result.curve().straight is False


# A call centre: a rating that does not follow whether the matter was resolved --------------------------------------------


def test_call_centre_ratings_do_not_follow_what_was_resolved(real_data, expected):
    path = next((real_data / "call_centre_pwc").glob("*.xlsx"))
    frame = pd.read_excel(path, engine="openpyxl").rename(columns={"Satisfaction rating": "rating"})
    frame["answered"] = frame["Answered (Y/N)"] == "Y"
    study = cx.Study(frame[frame["answered"]], csat="rating", id="Call Id", guess=False)
    result = linkage(study, "mean:csat", ["Resolved", "Speed of answer in seconds"])
    said = expected("call_centre_pwc")
    found = by_band(result, "Resolved")["all"]
    assert (found.n, found.estimate) == (4054, EXACT(said["resolved_of_answered"], rel=1e-9))
    curve = result.curve("Resolved").to_frame()
    yes = curve["estimate"] / 100 * curve["n"]
    assert (curve["answer"] * yes).sum() / yes.sum() == EXACT(said["csat_by_resolved"]["Y"], rel=1e-9)
    assert not result.point("Resolved").only.real
    assert result.curve("Resolved").top.reading == "flat"
    assert by_band(result, "Speed of answer in seconds")["all"].estimate == EXACT(
        said["speed_of_answer_mean"], rel=1e-9
    )
    assert np.isfinite(result.tests_frame()["p"]).all()
