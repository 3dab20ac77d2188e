"""Lifetime value: formulas, ranges, customers measured, acquisition, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import NothingMatched, OptionError, RoleError
from cxkit.value.lifetimes import lifetime_value


def customers(n: int = 600, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    nps = rng.integers(0, 11, n)
    return pd.DataFrame(
        {
            "id": range(n),
            "nps": nps,
            "segment": np.where(np.arange(n) % 3 == 0, "PME", "Grand compte"),
            "margin": rng.gamma(4, 25, n),
            "cost": rng.gamma(9, 10, n),
            "gone": np.where(rng.random(n) < np.where(nps >= 9, 0.05, 0.25), "yes", "no"),
        }
    )


def study(frame: pd.DataFrame | None = None, **roles) -> cx.Study:
    return cx.Study(
        customers() if frame is None else frame,
        guess=False,
        **{"id": "id", "nps": "nps", "margin": "margin", "churned": "gone", **roles},
    )


@pytest.mark.parametrize(
    ("timing", "value"), [("end", 266.67), ("end_all", 333.33), ("start", 366.67), ("undiscounted", 500.0)]
)
def test_v2_the_convention_is_said_with_the_number(timing, value):
    found = lifetime_value(margin=100, retention=0.8, discount=0.1, timing=timing)
    assert found.value == pytest.approx(value, abs=0.005)
    others = {"end": "€267", "end_all": "€333", "start": "€367", "undiscounted": "€500"}
    assert all(text in found.explain() for text in others.values())
    assert found.to_dict()["timing"] == timing


def test_the_default_timing_is_named():
    found = lifetime_value(margin=100, churn=0.2, discount=0.1)
    assert found.timing == "end"
    assert "at the end of the period, from those who stayed" in found.explain()
    assert "fin de période, auprès des clients restés" in found.explain("fr")


def test_a_month_is_discounted_by_the_twelfth_root_and_churn_compounds():
    monthly = lifetime_value(margin=10, retention=0.97, discount=0.12, period="month", timing="start")
    d = 1.12 ** (1 / 12) - 1
    assert monthly.value == pytest.approx(10 * (1 + d) / (1 + d - 0.97))
    yearly = lifetime_value(margin=10, churn=0.03, discount=0.12, margin_period="month", churn_period="month")
    assert yearly.value == pytest.approx(120 * 0.97**12 / (1.12 - 0.97**12))


def test_a_horizon_counts_so_many_periods():
    found = lifetime_value(margin=100, retention=0.8, discount=0.1, timing="start", horizon=3)
    assert found.value == pytest.approx(100 * (1 + 0.8 / 1.1 + (0.8 / 1.1) ** 2))
    assert "over 3 years" in found.explain()
    assert "sur 3 ans" in found.explain("fr")
    assert lifetime_value(margin=100, retention=1.0, discount=0.1, horizon=3, timing="start").value == pytest.approx(
        100 * (1 + 1 / 1.1 + 1 / 1.21)
    )


def test_the_simple_product():
    found = lifetime_value(margin=120, lifespan=5, acquisition_cost=200)
    assert found.value == 600
    assert found["clv_cac"].estimate == 3
    assert found["net_value"].estimate == 400
    assert found["payback_months"].estimate == pytest.approx(20)
    assert "neither discounted" in found.explain()
    assert "ni actualisée" in found.explain("fr")


def test_acquisition_is_paid_back_by_those_who_stay():
    found = lifetime_value(margin=100, retention=0.8, discount=0.1, timing="start", acquisition_cost=150)
    # 100 in the first year, 80 a year in the second: 150 after 1 + 50/80 years.
    assert found["payback_months"].estimate == pytest.approx(12 * (1 + 50 / 80))
    end = lifetime_value(margin=100, retention=0.8, discount=0.1, timing="end", acquisition_cost=150)
    assert end["payback_months"].estimate == pytest.approx(12 * (2 + 6 / 51.2))
    never = lifetime_value(margin=100, retention=0.8, discount=0.1, timing="end", acquisition_cost=401)
    assert np.isnan(never["payback_months"].estimate)
    assert never["payback_never"].estimate == 100
    assert "never paid back" in never.explain()
    assert "jamais amortie" in never.explain("fr")
    late = lifetime_value(margin=100, retention=0.8, discount=0.1, horizon=2, timing="start", acquisition_cost=190)
    assert late["payback_never"].estimate == 100
    nothing = lifetime_value(margin=100, retention=0.8, discount=0.1, acquisition_cost=0)
    assert nothing["payback_months"].estimate == 0
    assert lifetime_value(margin=-5, retention=0.8, discount=0.1, acquisition_cost=10)["payback_never"].estimate == 100


def test_keeping_a_customer_costs_margin_and_is_held_against_winning_one():
    found = lifetime_value(margin=100, retention=0.8, discount=0.1, acquisition_cost=150, retention_cost=30)
    assert found.value == pytest.approx(70 * 0.8 / 0.3)
    assert found["acquisition_to_retention"].estimate == 5
    assert "5.0 times what keeping one" in found.explain()


def test_one_point_of_retention():
    found = lifetime_value(margin=100, retention=0.8, discount=0.1, timing="end")
    assert found["value_of_retention_point"].estimate == pytest.approx(100 * (0.81 / 0.29 - 0.8 / 0.3))


def test_ranges_become_an_interval_and_the_seed_repeats_it():
    asked = {"margin": (80, 120), "retention": (0.7, 0.8, 0.9), "discount": 0.1}
    first, again = (lifetime_value(**asked, seed=3) for _ in range(2))
    assert first.to_dict() == again.to_dict()
    item = first["lifetime_value"]
    assert item.estimate == pytest.approx(266.67, abs=0.01)
    assert 80 * 0.7 / 0.4 < item.low < item.estimate < item.high < 120 * 0.9 / 0.2
    other = lifetime_value(**asked, seed=4)["lifetime_value"]
    assert other.low == pytest.approx(item.low, rel=0.05)
    assert other.low != item.low
    only = lifetime_value(margin=(80, 120), retention=0.8, discount=0.1)["lifetime_value"]
    assert only.low == pytest.approx((80 + 0.025 * 40) * 8 / 3, rel=0.01)


def test_certain_figures_have_no_interval():
    found = lifetime_value(margin=100, retention=0.8, discount=0.1)
    assert np.isnan(found["lifetime_value"].low)
    assert found.to_frame().columns.tolist() == ["item", "estimate", "low", "high", "unit"]


def test_customers_are_measured_by_segment_and_class():
    frame = customers()
    found = lifetime_value(study(frame, cost="cost"), by="segment", discount=0.1)
    assert [g.key for g in found.groups] == [("Grand compte",), ("PME",)]
    rows = frame[frame["segment"] == "PME"]
    stayed, churn = rows.loc[rows["gone"] == "no", "margin"].mean(), (rows["gone"] == "yes").mean()
    part = found.assumptions[1]
    assert (part["margin"].value, part["churn"].value) == (pytest.approx(stayed), pytest.approx(churn))
    assert part["acquisition_cost"].value == pytest.approx(rows["cost"].mean())
    assert found.groups[1]["lifetime_value"].estimate == pytest.approx(stayed * (1 - churn) / (0.1 + churn))
    assert found.groups[1].n == len(rows)
    assert found.to_frame().columns.tolist() == ["segment", "item", "estimate", "low", "high", "unit"]
    table = found.assumptions_frame()
    assert set(table["source"]) == {"assumed", "observed"}
    classes = lifetime_value(study(frame), by="nps", discount=0.1)
    assert [g.key[0] for g in classes.groups] == ["detractor", "passive", "promoter"]
    assert classes.groups[2]["lifetime_value"].low > classes.groups[0]["lifetime_value"].high
    assert "Détracteurs" in classes.explain("fr")


def test_revenue_is_not_margin():
    frame = customers().rename(columns={"margin": "ca"})
    s = cx.Study(frame, id="id", revenue="ca", churned="gone", guess=False)
    found = lifetime_value(s, discount=0.1)
    assert "not_margin" in {c.code for c in found.cautions}
    assert "surestimée" in found.explain("fr")
    rated = lifetime_value(s, discount=0.1, margin_rate=0.4)
    assert rated.value == pytest.approx(0.4 * found.value)
    assert "not_margin" not in {c.code for c in rated.cautions}


def test_what_is_left_out_or_odd_is_counted():
    frame = customers()
    frame.loc[:4, "margin"] = -3.0
    frame.loc[5:6, "margin"] = np.nan
    frame.loc[7, "gone"] = None
    codes = {c.code: dict(c.values) for c in lifetime_value(study(frame), discount=0.1).cautions}
    assert codes["negative_margin"]["n"] == 5
    assert codes["incomplete"]["n"] == 3
    assert codes["incomplete"]["of"] == 600
    few = lifetime_value(study(customers(20)), discount=0.1)
    assert "small" in {c.code for c in few.cautions}


def test_the_currency_is_the_studys():
    s = cx.Study(customers(), id="id", margin="margin", churned="gone", guess=False, currency="CHF")
    assert lifetime_value(s, discount=0.1)["lifetime_value"].unit == "CHF"
    assert lifetime_value(s, discount=0.1, currency="usd")["lifetime_value"].unit == "USD"


def test_interval_covers_the_value_of_many_samples():
    true = 100 * 0.8 / (1.1 - 0.8)
    hits = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"id": range(400), "m": rng.gamma(4, 25, 400), "gone": rng.random(400) < 0.2})
        s = cx.Study(frame, id="id", margin="m", churned="gone", guess=False)
        item = lifetime_value(s, discount=0.1, draws=1000, seed=seed)["lifetime_value"]
        hits += item.low <= true <= item.high
    assert 70 <= hits <= 80


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"margin": 100, "retention": 0.8}, "needs a discount"),
        ({"margin": 100, "retention": 0.8, "discount": 10}, "discount=0.1 for 10 %"),
        ({"margin": 100, "retention": 0.8, "discount": (0.05, 8)}, "discount=0.08 for 8 %"),
        ({"margin": 100, "retention": 1.0, "discount": 0.1}, "horizon=10"),
        ({"margin": 100, "retention": (0.9, 1.0), "discount": 0.1}, "horizon=10"),
        ({"margin": 100, "churn": 0.0, "discount": 0.1}, "horizon=10"),
        ({"margin": 100, "retention": 80, "discount": 0.1}, ".8 for 80 %"),
        ({"margin": 100, "churn": 0.1, "retention": 0.9, "discount": 0.1}, "one of the two"),
        ({"retention": 0.8, "discount": 0.1}, "no margin"),
        ({"margin": 100, "discount": 0.1}, "neither retention nor churn"),
        ({"margin": (120, 80), "retention": 0.8, "discount": 0.1}, "not in order"),
        ({"margin": "lots", "retention": 0.8, "discount": 0.1}, "margin= is 'lots'"),
        ({"margin": True, "retention": 0.8, "discount": 0.1}, "margin= is True"),
        ({"margin": (1, 2, 3, 4), "retention": 0.8, "discount": 0.1}, "(low, likely, high)"),
        ({"margin": 100, "lifespan": 5, "discount": 0.1}, "lifespan= goes without discount"),
        ({"margin": 100, "lifespan": 5, "timing": "end"}, "lifespan= goes without"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "horizon": 2.5}, "whole number"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "period": "week"}, "no period"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "by": "x"}, "by= needs data"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "draws": 5}, "draws="),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "level": 95}, "level=.95"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "currency": "euros"}, "no currency"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "acquisition_cost": -1}, "0 or more"),
        ({"margin": 100, "retention": 0.8, "discount": 0.1, "margin_rate": 35}, "margin_rate=.35"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_fix(asked, said):
    with pytest.raises(OptionError) as caught:
        lifetime_value(**asked)
    assert said in str(caught.value)


def test_a_group_in_which_nobody_left_is_named():
    frame = customers()
    frame.loc[frame["segment"] == "PME", "gone"] = "no"
    with pytest.raises(OptionError, match="nobody leaves in PME"):
        lifetime_value(study(frame), by="segment", discount=0.1)
    assert len(lifetime_value(study(frame), by="segment", discount=0.1, horizon=5)) == 2


def test_money_that_is_text_is_refused_with_counts():
    frame = customers(9).assign(margin=["12 €", "13 $", "14 €"] * 3)
    with pytest.raises(RoleError, match="several currencies: 6 in EUR, 3 in USD") as caught:
        lifetime_value(study(frame), discount=0.1)
    assert caught.value.code == "currency_mixed"
    with pytest.raises(RoleError, match="amounts are text"):
        lifetime_value(study(frame.assign(margin="12 €")), discount=0.1)


def test_studies_without_what_is_needed():
    bare = cx.Study(customers(), id="id", guess=False)
    with pytest.raises(RoleError, match="no money column"):
        lifetime_value(bare, discount=0.1)
    with pytest.raises(RoleError, match="churned"):
        lifetime_value(cx.Study(customers(), margin="margin", guess=False), discount=0.1)
    with pytest.raises(RoleError, match="every figure was said"):
        lifetime_value(bare, margin=100, retention=0.8, discount=0.1)
    empty = customers(8).assign(margin=np.nan)
    with pytest.raises((NothingMatched, RoleError)):
        lifetime_value(study(empty), discount=0.1)


def test_shown_in_both_languages_and_drawn():
    found = lifetime_value(study(cost="cost"), by="segment", discount=0.1, acquisition_cost=(50, 90))
    for lang in ("en", "fr"):
        assert "PME" in found.explain(lang)
        assert found.grid(lang).text(lang)
        for draw in (found.plot, found.plot.bars, found.plot.distribution, found.plot.growth):
            assert draw(lang=lang).get_title(loc="left")
    assert "<table" in found._repr_html_()
    json.dumps(found.to_dict(), allow_nan=False)
    one = lifetime_value(margin=(80, 120), lifespan=3)
    assert one.plot().get_title(loc="left")
    assert one.plot.growth()
