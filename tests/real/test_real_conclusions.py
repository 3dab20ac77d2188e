"""Conclusions from real surveys: what compare and why say, beside figures that others computed."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import cxkit as cx
from cxkit.metrics.builtin import mean_metric

pytestmark = pytest.mark.real
EXACT = pytest.approx


# A telecom operator: the score of those who stayed -------------------------------------------------


@pytest.fixture
def telco(real_data):
    return pd.read_excel(real_data / "telco_churn_ibm" / "Telco_customer_churn_status.xlsx", engine="openpyxl")


@pytest.fixture
def stayed(telco):
    return cx.Study(telco, csat="Satisfaction Score", churned="Churn Label", guess=False)


def test_leaving_churned_customers_out_raises_satisfaction_without_anyone_being_happier(stayed, expected):
    want = expected("telco_churn_ibm")
    mean = cx.linear_metric("mean_csat", on="csat", scale=(1, 5), points={i: i for i in range(1, 6)}, unit="")
    found = stayed.why(mean, versus="churned")
    assert (round(found.before, 3), round(found.after, 3)) == (3.245, 3.790)
    assert found.before == EXACT(want["satisfaction_all"]["mean"], abs=1e-9)
    assert found.after == EXACT(want["satisfaction_stayed_only"]["mean"], abs=1e-9)
    assert found.leaving == EXACT(found.after - found.before, abs=1e-9)
    assert found.real("total")
    assert found.survivors
    assert found.item("stayers") == pytest.approx((0, 0, 0), abs=1e-12)
    assert sum(n for item, n in zip(found.items, found.n, strict=True) if item.startswith("leavers")) == 1869
    assert "who is gone" in found.explain()


def test_those_who_stayed_are_all_the_satisfied(stayed, expected):
    want = expected("telco_churn_ibm")
    found = stayed.why("csat", versus="churned")
    assert found.before == EXACT(want["satisfaction_all"]["top2_box"], abs=1e-8)
    assert found.after == EXACT(want["satisfaction_stayed_only"]["top2_box"], abs=1e-8)
    # Nobody who gave 4 or 5 left: all of the rise is unsatisfied leavers.
    assert found.n[found.items.index("leavers_other_answers")] == 1869
    assert found.item("leavers_other_answers")[0] == EXACT(found.estimate[0], abs=1e-8)


# One survey by e-mail, mobile and web: +10 for nobody ----------------------------------------------


@pytest.fixture
def channels(real_data):
    parts = [
        pd.read_csv(real_data / "nps_multichannel" / f"nps_{name}.csv", parse_dates=["response_date"]).assign(
            source=name
        )
        for name in ("email", "mobile", "web")
    ]
    return cx.Study(pd.concat(parts), nps="nps_rating", date="response_date", by="source", guess=False)


def test_a_pooled_score_of_plus_10_hides_three_channels_and_compare_flags_them(channels, expected):
    want = expected("nps_multichannel")
    assert round(channels.nps().value, 2) == 10.00
    found = channels.compare("nps", by="source")
    by_source = want["by_source"]
    assert found.estimate == tuple(EXACT(by_source[key[0]]["nps"], abs=1e-9) for key in found.keys)
    assert [round(x, 1) for x in found.estimate] == [18.6, -14.7, 22.1]
    assert found.verdict == ("rise", "fall", "rise")
    assert found.keys[found.flagged[0]] == ("mobile",)
    rest = [by_source[name] for name in ("email", "web")]
    others = sum(x["promoters"] - x["detractors"] for x in rest) / sum(x["n"] for x in rest) * 100
    assert found.other[1] == EXACT(others, abs=1e-9)
    table = channels.compare("nps", by="source", test="columns")
    assert table.letters == {("email",): ("a", "B"), ("mobile",): ("b", ""), ("web",): ("c", "B")}


def test_no_month_of_the_channels_moved_beyond_chance(channels, expected):
    want = expected("nps_multichannel")["by_month_source"]
    found = channels.compare("nps", by="source", freq="M", test="previous")
    assert found.family_size == 6
    for key, estimate in zip(found.keys, found.estimate, strict=True):
        assert estimate == EXACT(want[f"{key[1]:%Y-%m}|{key[0]}"], abs=1e-9)
    assert "rise" not in found.verdict
    why = channels.why("nps", period="2020-12", by="source")
    assert sum(why.estimate[1:]) == EXACT(why.estimate[0], abs=1e-9)
    assert why.before == EXACT(expected("nps_multichannel")["by_month"]["2020-11"]["nps"], abs=1e-9)


# Season passes: a bundle that sells better only because of where it was offered --------------------


@pytest.fixture
def passes(real_data):
    frame = pd.read_csv(real_data / "chapman_feit_marketing" / "season_pass_channel_promo.csv")
    frame["bought"] = frame["Pass"] == "YesPass"
    # The two promotions as two periods, so that why can tell the mix of channels from the rest.
    frame["day"] = pd.to_datetime(frame["Promo"].map({"NoBundle": "2026-01-15", "Bundle": "2026-02-15"}))
    return cx.Study(frame, outcome="bought", date="day", segment="Channel", guess=False)


def log_odds(percent):
    return math.log(percent / (100 - percent))


def test_the_bundle_sells_better_pooled_and_worse_where_most_were_offered_it(passes, expected):
    want = expected("chapman_feit_marketing")["season_pass"]
    pooled = passes.compare("rate", by="Promo", test="columns")
    assert pooled.keys == (("Bundle",),)
    assert pooled.verdict == ("rise",)
    crude = log_odds(pooled.estimate[0]) - log_odds(pooled.other[0])
    assert crude == EXACT(want["logit_promo"]["C(Promo, Treatment('NoBundle'))[T.Bundle]"], abs=1e-6)
    assert round(crude, 3) == 0.389
    rates = {}
    for channel, verdict in (("Mail", "fall"), ("Park", "fall"), ("Email", "rise")):
        found = passes.filter(Channel=channel).compare("rate", by="Promo", test="columns")
        assert found.verdict == (verdict,), channel
        rates[channel] = found.delta[0]
        cells = want["rate_by_channel_promo"]
        assert found.delta[0] == EXACT(100 * (cells[f"{channel}|Bundle"] - cells[f"{channel}|NoBundle"]), abs=1e-8)
    why = passes.why("rate", period="2026-02", by="Channel")
    assert why.item("total")[0] == EXACT(
        100 * (want["rate_by_promo"]["Bundle"] - want["rate_by_promo"]["NoBundle"]), abs=1e-8
    )
    # Freed of the mix of channels the bundle sells worse, as the logit with channel says (-0.560).
    assert want["logit_promo_channel"]["C(Promo, Treatment('NoBundle'))[T.Bundle]"] == EXACT(-0.560, abs=1e-3)
    assert why.item("stayers")[2] < 0
    assert why.item("mix")[0] > why.item("total")[0] > 0


def test_a_mean_of_the_shown_scale_is_welchs(telco):
    s = cx.Study(telco, csat="Satisfaction Score", by="Churn Label", guess=False)
    found = s.compare(mean_metric(on="csat", scale=(1, 5)), by="Churn Label", test="columns")
    assert found.keys == (("No",),)
    assert found.estimate[0] == EXACT(3.78991109393, abs=1e-9)
    assert found.verdict == ("rise",)
