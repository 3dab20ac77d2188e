"""Returns: published examples, an independent loop over draws, and what must not change them."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

import cxkit as cx
from cxkit.errors import DataWarning, OptionError, RoleError
from cxkit.value.returns import Roi, RoiScenarios, roi

R1 = {"cost": 100 * 99 * 12, "customers": 1000, "churn": 0.20, "margin": 5000, "after": {"churn": 0.15}, "period": "Y",
      "timing": "end", "horizon": 1, "discount": 0}  # fmt: skip
PLAIN = {"customers": 1000, "churn": 0.03, "margin": 40, "period": "M", "discount": 0.08}


def same(a, b):
    assert a.item("npv") == b.item("npv")


def test_r1_cost_gain_net_roi_and_payback():
    found = roi(**R1)
    assert found.value("cost") == 118_800
    assert found.value("benefit") == pytest.approx(250_000)
    assert found.value("npv") == pytest.approx(131_200)
    assert round(found.value("roi")) == 110
    assert round(found.value("payback_months"), 1) == 5.7
    assert found.value("break_even_share") == pytest.approx(100 * 118_800 / 250_000, abs=1e-6)
    assert found.value("break_even_cost") == pytest.approx(250_000)
    assert found.value("customers_more") == pytest.approx(50)


def test_r4_compounding_gives_223_564_and_not_264_000():
    found = roi(cost=1, customers=1000, churn=0.03, margin=400, after={"churn": 0.02}, period="M", timing="start",
                horizon=1, discount=0)  # fmt: skip
    assert round(found.value("benefit")) == 223_564


def test_revenue_counts_by_the_margin_that_is_kept():
    by_rate = roi(cost=1000, customers=100, churn=0.03, revenue=100, margin_rate=0.3, change={"revenue": 5, "churn": -0.01},
                  period="M")  # fmt: skip
    by_margin = roi(cost=1000, customers=100, churn=0.03, margin=30, change={"margin": 1.5, "churn": -0.01}, period="M")
    assert by_rate.value("npv") == pytest.approx(by_margin.value("npv"))


def slow_worth(x, timing, months, periods):
    """The return of one draw, spelt out: two worlds with measured slopes, month by month."""
    points = sum(min(x[f"improve:{d}"], room) * x[f"effect:{d}"] for d, room in x["rooms"].items())
    points = min(points, x["score_room"])
    year = x["churn"]
    after_year = min(max(year + x["churn_per_point"] * points, 0), 1)
    churn = [1 - (1 - c) ** (months / 12) for c in (year, after_year)]
    reached = x["customers"] * x["reach"]
    stocks, total = [1.0, 1.0], -x["once"] - x["each"] * reached
    path, benefit, cost = [], 0.0, x["once"] + x["each"] * reached
    for t in range(periods):
        discount = (1 + x["discount"]) ** (-t * months / 12)
        running = x["yearly"] * months / 12 * discount
        cost += running
        total -= running
        path.append(total)
        effect = sum(min(max(m - x["delay_months"], 0) / max(x["ramp_months"], 1), 1)
                     * (1 - x["fade"]) ** (max(m - x["delay_months"] - max(x["ramp_months"], 1), 0) / 12)
                     for m in range(t * months + 1, (t + 1) * months + 1)) / months  # fmt: skip
        paid = []
        for world in (0, 1):
            lost = stocks[world] * (churn[0] + world * effect * (churn[1] - churn[0]))
            revenue = x["revenue"] + world * effect * x["revenue_per_point"] * points
            saved = world * effect * min(-x["support_cost_per_point"] * points, x["support_cost"])
            payers = stocks[world] if timing != "end" else stocks[world] - lost
            paid.append(payers * (revenue * x["margin_rate"] - x["support_cost"] + saved))
            stocks[world] -= lost
        gained = (paid[1] - paid[0]) * reached
        when = (t + (timing != "start")) * months / 12
        benefit += gained / (1 + x["discount"]) ** when
        total += gained / (1 + x["discount"]) ** when
        if timing == "start":
            path[-1] = total
    path.append(total)
    return benefit, cost, path


@pytest.mark.parametrize("timing", ["start", "end", "end_all"])
@pytest.mark.parametrize("period", ["M", "Y"])
def test_an_independent_loop_over_draws_finds_the_same(study, slopes_of, timing, period):
    found = roi(
        study, slopes=slopes_of(), improve={"wait": (0.2, 0.4, 0.9), "sat_price": 0.1}, timing=timing, horizon=2,
        cost={"once": (8e4, 1e5), "yearly": (1e4, 2e4), "each": 2}, discount=(0.05, 0.1), margin_rate=(0.3, 0.35, 0.4),
        customers=(9000, 11000), reach=0.6, ramp_months=(0, 6), delay_months=2, fade=(0, 0.3), period=period, draws=200,
    )  # fmt: skip
    x, _ = found.inputs.draw(200, 0, None)
    case = found.case
    for d in range(0, 200, 9):
        one = {name: float(values[d] if values.ndim else values) for name, values in x.items()}
        # Money was turned to the period before it was drawn, churn is of the twelve months that were measured.
        one["rooms"] = {name: high for name, (_, high) in zip(case.drivers, case.room, strict=True)}
        one["score_room"] = case.score_room[1]
        benefit, cost, path = slow_worth(one, timing, case.months, case.periods)
        assert found.benefit[d] == pytest.approx(benefit, rel=1e-9)
        assert found.cost[d] == pytest.approx(cost, rel=1e-9)
        # Rows of the path before the gain of their period: where it is paid at the end they differ by what comes next.
        assert found.cumulative[-1, d] == pytest.approx(path[-1], rel=1e-9)
        if timing == "start":
            assert found.cumulative[:-1, d] == pytest.approx(path[:-1], rel=1e-9)


def test_measured_money_and_churn_are_of_the_months_they_cover(slopes_of):
    yearly = slopes_of(covariance=np.zeros((6, 6)))
    half = slopes_of(
        covariance=np.zeros((6, 6)), months=6.0, base=np.array([450.0, 1 - 0.85**0.5, 20.0]),
        slope=np.array([1.0, 0.0, -0.05]),
    )  # fmt: skip
    kept = slopes_of(covariance=np.zeros((6, 6)), slope=np.array([2.0, 0.0, -0.1]))
    common = {"cost": 1e4, "improve": {"nps": 5}, "margin_rate": 0.3}
    assert roi(slopes=half, **common).value("npv") == pytest.approx(roi(slopes=kept, **common).value("npv"))
    # The churn of a year, in months, is that of a year again.
    months, years = (roi(slopes=yearly, period=p, margin_rate=0.3, cost=1, improve={"nps": 5}, horizon=1) for p in "MY")
    assert months.value("customers_more") == pytest.approx(years.value("customers_more"))
    assert years.value("customers_more") == pytest.approx(1000 * 0.002 * 5)


def test_drivers_move_the_score_by_their_effects(study):
    model = study.drivers("nps", interval=None).model
    i = model.names.index("sat_wait")
    found = roi(study, cost=1e4, improve={"wait": 0.5}, margin_rate=0.35)
    expected = study.drivers("nps", interval=None).what_if({"sat_wait": 0.5}).total
    assert found.value("score_change") == pytest.approx(0.5 * model.fit.effect[i], rel=0.01)
    item = found.item("score_change")
    assert (item.low, item.high) == pytest.approx((expected.low, expected.high), rel=0.02)
    assert found.case.drivers == ("sat_wait",)


def test_the_joint_errors_of_drivers_count(study):
    together = roi(study, cost=1e4, improve={"wait": 0.3, "price": 0.3}, margin_rate=0.35).item("score_change")
    total = study.drivers("nps", interval=None).what_if({"sat_wait": 0.3, "sat_price": 0.3}).total
    assert together.high - together.low == pytest.approx(total.high - total.low, rel=0.04)


def test_a_study_by_its_own_linkage_uses_its_customers(study, answers):
    found = roi(study, cost=1e4, improve={"nps": 5}, margin_rate=0.35)
    assert found.inputs.amounts["customers"].value == len(answers)
    frame = found.assumptions.to_frame().set_index("name")
    assert frame.loc["customers", "source"] == "study"
    assert frame.loc["margin_rate", "source"] == "said"
    assert frame.loc["discount", ["value", "unit", "source"]].tolist() == [8.0, "%", "default"]
    assert frame.loc["revenue_per_point", "unit"] == "EUR/month"
    assert frame.loc["revenue_per_point", "value"] == pytest.approx(2 / 12, rel=0.2)


def test_a_measured_margin_needs_no_rate(answers):
    s = cx.Study(answers, id="customer", nps="nps", margin="margin", revenue="revenue", churned="left")
    found = roi(s, cost=1e4, improve={"nps": 5})
    assert "margin_per_point" in {row.name for row in found.rows}
    assert "margin_rate" not in {row.name for row in found.rows}
    by_rate = roi(s, cost=1e4, improve={"nps": 5}, margin_rate=0.35)
    assert by_rate.value("benefit") == pytest.approx(found.value("benefit"), rel=0.02)


def test_without_a_margin_rate_a_study_says_so_loudly(study):
    found = roi(study, cost=1e4, improve={"nps": 5})
    row = next(row for row in found.rows if row.name == "margin_rate")
    assert (row.source, row.low, row.high) == ("default", 10, 60)
    assert "Revenue is not margin" in found.explain()
    assert "n’est pas la marge" in found.explain("fr")
    assert "Revenue is not margin" in repr(found)


def test_what_was_said_goes_before_what_was_measured(study):
    found = roi(study, cost=1e4, improve={"nps": 5}, churn=0.5, period="Y", margin_rate=0.3, revenue=100)
    rows = {row.name: row for row in found.rows}
    assert (rows["churn"].value, rows["churn"].source) == (50, "said")
    assert (rows["revenue"].value, rows["revenue_per_point"].source) == (100, "measured")
    # A point's worth of churn is still that of a year, and adds to the year that was said.
    slope = rows["churn_per_point"].value / 100
    one = roi(study, cost=1e4, improve={"nps": 5}, churn=0.5, period="Y", margin_rate=0.3, revenue=100, horizon=1)
    kept = -slope * 5 * one.inputs.amounts["customers"].value
    assert one.value("customers_more") == pytest.approx(kept, rel=0.05)


def test_points_from_assumptions_alone():
    found = roi(cost=1e4, improve={"nps": 10}, per_point={"churn": -0.001, "margin": 0.1}, horizon=1, **PLAIN)
    direct = roi(cost=1e4, change={"churn": -0.01, "margin": 1}, horizon=1, **PLAIN)
    assert found.value("npv") == pytest.approx(direct.value("npv"))
    assert found.value("score_change") == 10
    assert found.value("break_even_lift") == pytest.approx(10 * found.value("break_even_share") / 100)


# What must not change a return -----------------------------------------------------------------------


@pytest.mark.parametrize("timing", ["start", "end", "end_all"])
def test_nothing_improved_gains_exactly_nothing(study, timing):
    found = roi(study, cost=5000, improve={"wait": 0}, margin_rate=(0.2, 0.5), timing=timing, discount=0)
    assert (found.benefit == 0).all()
    assert (found.npv == -5000).all()
    assert math.isnan(found.value("break_even_share"))


def test_another_currency_scales_money_alone():
    def in_units(k):
        return roi(cost=(1e4 * k, 3e4 * k), customers=1000, churn=(0.02, 0.05), margin=(30 * k, 50 * k), period="M",
                   change={"churn": (-0.01, 0), "margin": (0, 2 * k)})  # fmt: skip

    one, thousand = in_units(1.0), in_units(1000.0)
    assert thousand.npv == pytest.approx(1000 * one.npv, rel=1e-9)
    for item in ("roi", "probability_positive", "payback_months", "break_even_share"):
        a, b = one.value(item), thousand.value(item)
        assert a == pytest.approx(b, nan_ok=True)


def test_twice_the_customers_is_twice_the_gain_and_half_the_reach_half_of_it():
    one = roi(cost=1e4, change={"churn": (-0.01, 0)}, **PLAIN)
    assert roi(cost=1e4, change={"churn": (-0.01, 0)}, **{**PLAIN, "customers": 2000}).benefit == pytest.approx(
        2 * one.benefit
    )
    assert roi(cost=1e4, change={"churn": (-0.01, 0)}, reach=0.5, **PLAIN).benefit == pytest.approx(one.benefit / 2)


def test_one_figure_more_leaves_the_draws_of_the_others():
    one = roi(cost=(1e4, 2e4), change={"churn": (-0.01, 0)}, **PLAIN)
    other = roi(cost=(1e4, 2e4), change={"churn": (-0.01, 0)}, fade=(0, 0.2), **PLAIN)
    assert (one.cost == other.cost).all()
    assert (one.npv != other.npv).any()
    same(one, roi(cost=(1e4, 2e4), change={"churn": (-0.01, 0)}, **PLAIN))
    assert roi(cost=(1e4, 2e4), change={"churn": (-0.01, 0)}, seed=1, **PLAIN).value("npv") != one.value("npv")


# Sums, ends, distributions ---------------------------------------------------------------------------


def test_the_parts_sum_to_the_gain_exactly(study):
    found = roi(
        study, cost=1e4, improve={"wait": (0.1, 0.6)}, margin_rate=0.35, change={"referrals": (0, 0.01)}, period="M"
    )
    parts = [i.estimate for i in found.items if i.item.startswith("gain_")]
    assert len(parts) == 3
    assert sum(parts) == pytest.approx(found.value("benefit"), rel=1e-12)
    assert found.value("benefit") - found.value("cost") == pytest.approx(found.value("npv"), rel=1e-12)
    assert found.cumulative[-1] == pytest.approx(found.npv, rel=1e-9)


def test_spend_is_gained_on_survivors_alone():
    # All leave at once: what they would have spent more is never paid.
    found = roi(cost=1, customers=100, churn=1.0, margin=10, change={"margin": 5}, period="M", timing="end")
    assert found.value("benefit") == 0


def test_no_more_support_is_saved_than_is_spent():
    found = roi(cost=1, customers=100, churn=0, margin=10, support_cost=2, change={"support_cost": -50}, period="M",
                horizon=1, discount=0)  # fmt: skip
    assert found.value("benefit") == pytest.approx(100 * 2 * 12)


def test_cross_sales_count_by_their_margin():
    found = roi(cost=1, customers=100, churn=0, margin=10, change={"cross_sell": 0.1}, cross_sell_value=50, margin_rate=0.4,
                period="M", horizon=1, discount=0)  # fmt: skip
    assert found.value("gain_cross_sell") == pytest.approx(100 * 0.1 * 50 * 0.4 * 12)


def test_referred_customers_stay_and_refer_like_the_others():
    found = roi(cost=1, customers=1000, churn=0.1, margin=10, change={"referrals": 0.05}, period="Y", timing="start", horizon=3,
                discount=0)  # fmt: skip
    assert found.value("customers_more") == pytest.approx(1000 * (0.95**3 - 0.9**3))
    assert found.value("gain_referrals") == pytest.approx(10_000 * ((0.95 - 0.9) + (0.95**2 - 0.9**2)))


def test_break_even_is_where_the_mean_net_gain_is_0():
    found = roi(cost=(2e4, 4e4), change={"churn": (-0.012, -0.004), "margin": (0, 1)}, **PLAIN)
    share = found.value("break_even_share") / 100
    x, _ = found.inputs.draw(found.draws, 0, None)
    assert found.case.worth(x, share).npv.mean() == pytest.approx(0, abs=1e-3)
    at_cost = roi(cost=found.value("break_even_cost"), change={"churn": (-0.012, -0.004), "margin": (0, 1)}, **PLAIN)
    assert at_cost.value("npv") == pytest.approx(0, abs=1e-6)


def test_what_never_pays_has_no_break_even():
    with pytest.warns(DataWarning, match="gains nothing"):
        found = roi(
            cost=1e4, customers=1000, churn=0.03, margin=10, support_cost=12, change={"churn": -0.01}, period="M"
        )
    assert math.isnan(found.value("break_even_share"))
    assert found.value("benefit") < 0
    assert "no cost would make it pay" in found.explain()


def test_churn_that_would_leave_0_to_1_is_cut_and_counted():
    with pytest.warns(
        DataWarning, match=r"churn is 0.02 a month, and its change goes to -0.04: churn is cut at 0"
    ) as seen:
        found = roi(cost=1e3, customers=100, churn=0.02, margin=40, change={"churn": (-0.04, 0)}, period="M")
    assert [w.message.code for w in seen] == ["past_scale_end"]
    note = next(n for n in found.notes if n.key == "out_of_range")
    assert note.count == pytest.approx(5000, rel=0.05)
    assert f"left 0–100% in {note.count:,} of 10,000 draws" in found.explain()
    assert "Cut where the scale ends: change of churn" in found.explain()


def test_what_all_draws_do_is_counted_in_all_of_them():
    found = roi(cost=1e3, improve={"nps": 60}, per_point={"churn": -0.001}, **PLAIN)
    assert next(n for n in found.notes if n.key == "out_of_range").count == found.draws
    assert "left 0–100% in all 10,000 draws" in found.explain()
    assert "dans la totalité des 10\u202f000 tirages" in found.explain("fr")


def test_a_payback_that_most_draws_never_have_is_no_infinity_in_the_frame():
    found = roi(cost=(1e4, 9e5), change={"churn": (-0.012, -0.004)}, **PLAIN)
    assert found.value("payback_never") > 50
    assert np.isfinite(found.to_frame()["estimate"].dropna()).all()
    assert math.isnan(found.value("payback_months"))
    assert "never" in repr(found)
    assert "jamais" in found.grid("fr").text("fr")
    json.dumps(found.to_dict(), allow_nan=False)


def test_no_cost_has_no_roi_and_says_so():
    found = roi(cost=0, change={"churn": -0.01}, **PLAIN)
    assert math.isnan(found.value("roi"))
    assert found.value("payback_months") == 0
    assert "no ROI" in found.explain()
    assert "pas de ROI" in found.explain("fr")


def test_yearly_costs_run_by_the_month_and_each_by_customer():
    found = roi(cost={"once": 100, "yearly": 1200, "each": 2}, customers=50, churn=0.03, margin=40, change={"churn": -0.01},
                period="M", horizon=1, discount=0)  # fmt: skip
    assert found.value("cost") == pytest.approx(100 + 1200 + 2 * 50)
    assert found.cumulative[0].item() == pytest.approx(-(100 + 100 + 100))


def test_all_forms_of_an_amount():
    frozen = stats.beta(2, 8, loc=0.02, scale=0.02)
    effect = SimpleNamespace(estimate=-1.0, low=-1.5, high=-0.5, unit="points", grade="tested", level=0.95)
    found = roi(
        cost=(5e3, 8e3, 2e4), customers=1000, churn=frozen, margin=(30, 50), change={"churn": effect}, period="Y"
    )
    rows = {row.name: row for row in found.rows}
    assert rows["churn"].shape == "distribution"
    assert rows["churn"].value == pytest.approx(100 * frozen.mean())
    assert (rows["once"].value, rows["once"].low, rows["once"].high) == (8e3, 5e3, 2e4)
    assert (rows["churn_change"].value, rows["churn_change"].low) == pytest.approx((-1.0, -1.5))
    x, _ = found.inputs.draw(10_000, 0, None)
    assert np.quantile(x["churn"], [0.1, 0.9]) == pytest.approx(frozen.ppf([0.1, 0.9]), rel=0.02)
    assert x["churn_change"].std() == pytest.approx(0.01 * 0.5 / 1.96, rel=0.03)
    assert x["margin"].mean() == pytest.approx(40, rel=0.01)


def test_correlated_figures_widen_or_narrow():
    common = {"cost": 1e4, "change": {"churn": -0.01}, "customers": (500, 1500), "churn": 0.03, "margin": (20, 60),
              "period": "M"}  # fmt: skip
    width = [
        found.item("npv").high - found.item("npv").low
        for found in (roi(correlation={("customers", "margin"): r}, **common) for r in (-0.8, 0.0, 0.8))
    ]
    assert width == sorted(width)
    plain_width = roi(**common).item("npv")
    assert width[1] == pytest.approx(plain_width.high - plain_width.low)


def test_tornado_moves_each_figure_alone():
    found = roi(cost=(1e4, 3e4), change={"churn": (-0.012, -0.004)}, **PLAIN)
    frame = found.tornado().set_index("name")
    low = roi(cost=1e4, change={"churn": -0.008}, **PLAIN).value("npv")
    assert frame.loc["once", "npv_low"] == pytest.approx(low)
    assert frame.loc["once", "npv_low"] - frame.loc["once", "npv_high"] == pytest.approx(2e4)
    assert frame.loc["churn_change", "npv_low"] == pytest.approx(
        roi(cost=2e4, change={"churn": -0.012}, **PLAIN).value("npv")
    )


def test_ends_beyond_what_can_be_are_cut_in_the_table_and_the_tornado():
    found = roi(cost=1e4, customers=1000, churn=stats.norm(0.03, 0.02), margin=40, change={"churn": -0.005}, period="M")
    row = next(row for row in found.rows if row.name == "churn")
    assert row.low == 0
    assert row.high == pytest.approx(100 * stats.norm(0.03, 0.02).ppf(0.975))
    swing = found.swings[0]
    # Nobody leaves at the low end, so nobody is kept.
    assert (swing.name, swing.npv_low) == ("churn", -1e4)
    assert "Cut where it ends, in" in found.explain()


def test_fan_ends_in_the_net_gain():
    found = roi(cost=(1e4, 3e4), change={"churn": (-0.012, -0.004)}, **PLAIN)
    fan = found.fan()
    assert fan["month"].tolist() == list(range(37))
    assert fan["mean"].iloc[-1] == pytest.approx(found.value("npv"))
    assert (fan["low"] <= fan["q25"]).all()
    assert (fan["median"] <= fan["high"]).all()


# Evidence ------------------------------------------------------------------------------------------


def test_the_weakest_link_is_the_grade(study):
    found = roi(study, cost=1e4, improve={"wait": 0.5}, margin_rate=0.35)
    assert found.grade == "assumed"
    assert [(x.kind, x.grade) for x in found.links][:2] == [("action", "assumed"), ("score", "observed")]
    better = roi(study, cost=1e4, improve={"wait": 0.5}, margin_rate=0.35, evidence={"sat_wait": "tested"})
    assert better.grade == "observed"


def test_an_effect_that_was_tested_takes_the_place_of_what_was_measured(study):
    effect = SimpleNamespace(estimate=-2.0, low=-3.0, high=-1.0, unit="points", grade="tested", level=0.95)
    found = roi(study, cost=1e4, margin_rate=0.35, period="Y", evidence={"churned": effect})
    assert found.grade == "tested"
    assert [x.what for x in found.links] == ["churn"]
    assert {row.name for row in found.rows} >= {"churn", "revenue", "churn_change"}
    assert found.case.modes == {"churn": "change"}
    wait = SimpleNamespace(estimate=0.4, low=0.2, high=0.6, unit="", grade="matched", level=0.95)
    driver = roi(study, cost=1e4, margin_rate=0.35, evidence={"wait": wait})
    assert driver.links[0].grade == "matched"
    assert driver.grade == "observed"


@pytest.mark.parametrize("name", ["churn", "margin", "referrals"])
def test_the_effect_of_a_test_is_not_counted_anew_each_month(name):
    effect = SimpleNamespace(estimate=-0.01, low=-0.015, high=-0.005, unit="", grade="tested", level=0.95)
    said = {"cost": 1e4, "customers": 1000, "churn": 0.1, "margin": 40, "change": {name: effect}}
    with pytest.raises(OptionError, match="counts by the month") as caught:
        roi(**said, period="M")
    assert "period='Y'" in str(caught.value)
    assert roi(**said, period="Y").grade == "tested"


# Scenarios -----------------------------------------------------------------------------------------


def test_scenarios_differ_by_their_arguments_alone():
    common = {"cost": (1e4, 3e4), "change": {"churn": (-0.012, -0.004)}, **PLAIN}
    found = roi(scenarios={"prudent": {"change": {"churn": (-0.006, 0)}}, "central": {}}, **common)
    assert isinstance(found, RoiScenarios)
    assert isinstance(found["central"], Roi)
    same(found["central"], roi(**common))
    assert list(found.to_frame().columns) == ["scenario", "item", "estimate", "low", "high", "unit"]
    assert found["prudent"].value("npv") < found["central"].value("npv")
    assert "prudent" in found.explain()
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_study_that_knows_no_behaviour_names_link_and_the_assumptions(answers):
    s = cx.Study(answers[["customer", "nps", "sat_wait", "sat_price"]], id="customer", nps="nps", drivers="sat_*")
    with pytest.raises(RoleError, match=r"s\.link\(.*\n?.*per_point"):
        roi(s, cost=1e4, improve={"wait": 0.5})
    found = roi(s, cost=1e4, improve={"wait": 0.5}, churn=0.02, margin=40, period="M", per_point={"churn": -0.0005})
    assert found.case.drivers == ("sat_wait",)
    assert found.inputs.amounts["customers"].value == len(answers)


# What the study's amounts cover ---------------------------------------------------------------------


def monthly(answers):
    return answers.assign(revenue=answers["revenue"] / 12, support=answers["support"] / 12)


def test_the_months_of_a_study_are_an_assumption_that_is_said(study):
    found = roi(study, cost=1e4, improve={"nps": 5}, margin_rate=0.3)
    row = next(row for row in found.rows if row.name == "months")
    assert (row.value, row.unit, row.source) == (12, "months", "default")
    assert (
        "Not said, so by default: period that the amounts and the churn flag of the study cover 12 months"
        in found.explain()
    )
    assert "durée couverte par les montants et l’indicateur d’attrition de l’étude 12\u00a0mois" in found.explain("fr")
    said = roi(study, cost=1e4, improve={"nps": 5}, margin_rate=0.3, months=12)
    assert next(row for row in said.rows if row.name == "months").source == "said"
    assert said.value("npv") == found.value("npv")


def test_monthly_columns_count_every_month(answers):
    roles = {"id": "customer", "nps": "nps", "revenue": "revenue"}
    year = roi(cx.Study(answers, **roles), cost=1, improve={"nps": 5}, margin_rate=0.3, churn=0.01, period="M")
    month = roi(
        cx.Study(monthly(answers), **roles),
        cost=1,
        improve={"nps": 5},
        margin_rate=0.3,
        churn=0.01,
        period="M",
        months=1,
    )
    assert month.value("npv") == pytest.approx(year.value("npv"), rel=0.02)
    assert month.item("npv").high == pytest.approx(year.item("npv").high, rel=0.03)
    cases = roi(cx.Study(answers, **roles), cost=1, improve={"nps": 5}, margin_rate=0.3, churn=0.01, period="M",
                scenarios={"a month": {"months": 1}, "a year": {}})  # fmt: skip
    assert cases["a month"].value("benefit") == pytest.approx(12 * cases["a year"].value("benefit"), rel=0.02)


def test_a_churn_flag_that_nobody_has_is_known_and_not_unknown(answers):
    s = cx.Study(answers.assign(left=False), id="customer", nps="nps", revenue="revenue", churned="left")
    found = roi(s, cost=1e4, improve={"nps": 5}, margin_rate=0.3)
    row = next(row for row in found.rows if row.name == "churn")
    assert (row.value, row.source) == (0, "measured")
    assert row.high == pytest.approx(100 * 3 / 700)
    assert "Nobody of 700 customers left: churn is taken from 0 up to 3 in 700" in found.explain()
    assert "Aucun des 700 clients n’est parti" in found.explain("fr")
    assert "not known" not in found.explain()
    x, _ = found.inputs.draw(20_000, 0, None)
    assert x["churn"].mean() == pytest.approx(1 / 700, rel=0.03)


def test_a_margin_that_is_the_same_for_everybody_is_known(answers):
    s = cx.Study(answers.assign(margin=120.0), id="customer", nps="nps", margin="margin", churned="left")
    found = roi(s, cost=1e4, improve={"nps": 5})
    row = next(row for row in found.rows if row.name == "margin")
    assert (row.value, row.sure, row.source, row.per) == (10, True, "measured", 1)
    assert found.value("benefit") > 0


# Nothing, or less than nothing ----------------------------------------------------------------------


def test_what_brings_nothing_does_not_lose_money():
    found = roi(cost=1e3, change={"margin": 0.0}, **PLAIN)
    assert "It brings nothing, so no cost would make it pay." in found.explain()
    assert "Cela ne rapporte rien" in found.explain("fr")
    assert "loses money" not in found.explain()


def test_a_negative_margin_is_said_wherever_the_return_is():
    with pytest.warns(DataWarning, match="gains nothing"):
        found = roi(
            cost=1e4, customers=1000, churn=0.03, margin=10, support_cost=12, change={"churn": -0.01}, period="M"
        )
    assert "check the margin" in found.explain()
    assert "Vérifiez la marge" in found.grid("fr").text("fr")
    assert {"key": "negative_margin", "what": "", "count": 0} in found.to_dict()["notes"]


def test_a_horizon_of_one_year_is_singular_in_french():
    said = roi(cost=1e3, change={"churn": -0.01}, horizon=1, **PLAIN).grid("fr").text("fr")
    assert "horizon 1\u00a0an ;" in said
    assert "1\u00a0ans" not in said


def test_several_bent_lines_are_one_sentence(slopes_of):
    found = roi(slopes=slopes_of(linear=(False, False, False)), cost=1, improve={"nps": 5}, margin_rate=0.3)
    assert found.explain().count("A straight line fits") == 1
    assert "fits churn, revenue per customer and support cost per customer badly" in found.explain()
