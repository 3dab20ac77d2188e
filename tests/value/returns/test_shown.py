"""What readers see of a return: sentences, tables and pictures in both languages."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest

from cxkit.value.returns import portfolio, roi
from cxkit.value.returns.assumption_words import decimals, figure_name

R1 = {"cost": 118_800, "customers": 1000, "churn": 0.20, "margin": 5000, "after": {"churn": 0.15}, "period": "Y",
      "horizon": 1, "discount": 0}  # fmt: skip
RANGES = {"cost": {"once": (1e5, 1.5e5), "yearly": 1e4}, "customers": 8000, "churn": (0.02, 0.03, 0.05), "margin": (30, 40),
          "period": "M", "support_cost": 5, "ramp_months": 3, "referrals": 0.001,
          "change": {"churn": (-0.004, -0.001), "margin": (0, 1), "support_cost": (-1, 0), "referrals": (0, 0.001)}}  # fmt: skip


@pytest.fixture(scope="module")
def ranged():
    return roi(**RANGES)


@pytest.fixture
def axes():
    import matplotlib.pyplot as plt

    yield plt.subplots()[1]
    plt.close("all")


def texts(axes):
    axes.figure.canvas.draw()
    shown = [t.get_text() for t in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())]
    return " ".join([*shown, axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")])


def test_the_sentence_of_r1():
    found = roi(**R1)
    said = found.explain()
    assert (
        "Over 1 year the expected net gain is €131,200 in today’s money, on a cost of €118,800: an ROI of 110%." in said
    )
    assert "It is paid back after 5.7 months." in said
    assert "nothing here says how uncertain" in said
    french = found.explain("fr")
    assert "Sur 1 an, le gain net attendu est de 131\u202f200\u00a0€ en valeur actuelle" in french
    assert "un ROI de 110\u00a0%" in french
    assert "Récupéré au bout de 5,7\u00a0mois." in french


def test_assumptions_travel_with_the_number(ranged):
    for lang, default, source in (
        ("en", "Not said, so by default", "said"),
        ("fr", "Non indiqué, donc par défaut", "indiqué"),
    ):
        said = ranged.grid(lang).text(lang)
        assert default in said
        assert source in ranged.assumptions.grid(lang).text(lang)
        assert default in ranged.explain(lang)
        assert default in ranged.assumptions.explain(lang)
    frame = ranged.assumptions.to_frame()
    assert list(frame.columns) == ["name", "value", "low", "high", "unit", "source"]
    assert frame.set_index("name").loc["churn"].tolist() == [3, 2, 5, "%/month", "said"]
    assert {"discount", "horizon", "delay_months", "fade", "reach"} <= set(frame[frame["source"] == "default"]["name"])


def test_uncertain_returns_say_their_chance_and_what_they_hang_on(ranged):
    said = ranged.explain()
    assert "of 10,000 draws" in said
    assert "It hangs most on change of churn" in said
    assert "Evidence: assumed, after the weakest link" in said
    assert "Of the gain," in said
    french = ranged.explain("fr")
    assert "variation de l’attrition" in french
    assert "Niveau de preuve\u00a0: supposé" in french
    assert "Origine du gain\u00a0:" in french


def test_association_is_said_not_to_be_a_cause(study):
    found = roi(study, cost=1e4, improve={"wait": 0.5}, margin_rate=0.35)
    assert "Association is not a cause" in found.explain()
    assert "n’est pas une cause" in found.explain("fr")
    assert "Association is not a cause" not in roi(**R1).explain()


def test_frames_and_dicts(ranged):
    frame = ranged.to_frame()
    assert list(frame.columns) == ["item", "estimate", "low", "high", "unit"]
    assert frame["item"].tolist()[:3] == ["npv", "roi", "probability_positive"]
    assert frame.set_index("item").loc["npv", "unit"] == "EUR"
    assert not np.isinf(frame[["estimate", "low", "high"]].to_numpy(float)).any()
    plain = json.loads(json.dumps(ranged.to_dict(), allow_nan=False))
    assert plain["kind"] == "roi"
    assert plain["schema"] == 1
    assert [i["item"] for i in plain["items"]] == frame["item"].tolist()
    assert {a["name"] for a in plain["assumptions"]} == set(ranged.assumptions.to_frame()["name"])


def test_html_escapes_what_comes_from_data(answers):
    import cxkit as cx

    evil = "sat_<b>x"
    s = cx.Study(answers.rename(columns={"sat_wait": evil}), id="customer", nps="nps", drivers="sat_*", revenue="revenue",
                 churned="left")  # fmt: skip
    found = roi(s, cost=1e4, improve={evil: 0.5}, margin_rate=0.3)
    for html in (found._repr_html_(), found.assumptions._repr_html_()):
        assert "<b>x" not in html
        assert "&lt;b&gt;x" in html


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", ["distribution", "tornado", "fan", "steps"])
def test_pictures_of_a_return(ranged, axes, kind, lang):
    assert getattr(ranged.plot, kind)(ax=axes, lang=lang) is axes
    shown = texts(axes)
    assert {"distribution": "%", "tornado": "€", "fan": "", "steps": "€"}[kind] in shown
    assert ("k€" in shown) == (lang == "fr")
    assert "Net gain" in shown if lang == "en" else "Gain net" in shown


@pytest.mark.parametrize("kind", ["distribution", "tornado", "fan", "steps"])
def test_pictures_of_what_is_certain(axes, kind):
    getattr(roi(**R1).plot, kind)(ax=axes)
    axes.figure.canvas.draw()


def test_steps_add_up_to_the_net_gain(ranged, axes):
    ranged.plot.steps(ax=axes)
    bars = axes.patches
    assert sum(b.get_height() for b in bars[:-1]) == pytest.approx(ranged.value("npv"))
    assert bars[-1].get_height() == pytest.approx(ranged.value("npv"))


def test_no_bar_both_pays_and_loses(ranged, axes):
    ranged.plot(ax=axes)
    edges = [(b.get_x(), b.get_x() + b.get_width()) for b in axes.patches]
    width = edges[0][1] - edges[0][0]
    assert all(high <= 1e-6 * width or low >= -1e-6 * width for low, high in edges)
    assert sum(b.get_height() for b in axes.patches) == pytest.approx(ranged.draws, rel=0.01)


def test_figures_have_names_and_digits():
    assert figure_name("churn_after") == "churn, afterwards"
    assert figure_name("revenue_change", "fr") == "variation du chiffre d’affaires par client"
    assert figure_name("improve:nps", "fr") == "progrès (NPS)"
    assert [decimals(x) for x in (0, 3.0, 0.5, 19.21, -0.2317, 0.00168, 123.456)] == [0, 0, 1, 1, 3, 5, 0]


# Portfolio -----------------------------------------------------------------------------------------

COMMON = {"customers": 10_000, "churn": (0.01, 0.03), "margin": (25, 45), "period": "M"}


@pytest.fixture(scope="module")
def fixes():
    return {
        "wait": roi(cost=(200_000, 280_000), change={"churn": (-0.004, -0.001)}, **COMMON),
        "price": roi(cost=150_000, change={"margin": (0, 1.8)}, **COMMON),
        "app": roi(cost=90_000, change={"margin": (-0.2, 0.8)}, **COMMON),
    }


def test_the_choice_has_the_greatest_net_gain_that_can_be_paid(fixes):
    found = portfolio(fixes, budget=400_000)
    assert found.chosen == ("wait", "price")
    total = {i.item: i.estimate for i in found.total}
    # Who stays because of the wait also pays the better price.
    assert total["npv"] > total["npv_sum"]
    assert total["npv_sum"] == pytest.approx(fixes["wait"].value("npv") + fixes["price"].value("npv"))
    assert total["cost"] == pytest.approx(fixes["wait"].value("cost") + 150_000)
    assert total["budget_left"] == pytest.approx(400_000 - total["cost"])
    assert portfolio(fixes, budget=200_000).chosen == ("price",)
    assert portfolio(fixes, budget=1e9).chosen == ("wait", "price")
    assert portfolio(fixes, budget=0).chosen == ()


def test_shared_figures_are_shared_and_own_ones_are_not():
    def alone(**given):
        return roi(**{"cost": 1e3, "customers": 1000, "churn": 0.02, "margin": 40, "period": "M", **given})

    def widths(pair):
        found = portfolio(pair, 1e9, alternatives=[], same_customers=False)
        both, one = next(i for i in found.total if i.item == "npv"), pair["a"].item("npv")
        return (both.high - both.low) / (one.high - one.low)

    shared = {
        "a": alone(margin=(10, 70), change={"churn": -0.01}),
        "b": alone(margin=(10, 70), change={"churn": -0.01}),
    }
    # The margin is one, so the sum is twice as wide; two changes of their own are a triangle, wider by 1.63.
    assert widths(shared) == pytest.approx(2, rel=0.02)
    own = {"a": alone(change={"churn": (-0.02, -0.008)}), "b": alone(change={"churn": (-0.02, -0.008)})}
    assert widths(own) == pytest.approx(2 * (1 - np.sqrt(0.05)) / 0.95, rel=0.02)


def test_two_fixes_of_one_driver_are_alternatives(study):
    common = {"customers": 50_000, "margin_rate": 0.35}
    pair = {"train": roi(study, cost=1e5, improve={"wait": 0.2}, **common),
            "staff": roi(study, cost=2e5, improve={"wait": 0.4}, **common)}  # fmt: skip
    with pytest.warns(UserWarning, match="train and staff both improve sat_wait"):
        found = portfolio(pair, 1e6)
    assert len(found.chosen) == 1
    assert found.alternatives == (("train", "staff"),)
    assert "train / staff" in found.explain()
    assert len(portfolio(pair, 1e6, alternatives=[]).chosen) == 2


def test_frames_of_a_portfolio(fixes):
    found = portfolio(fixes, budget=400_000)
    frame = found.to_frame()
    assert list(frame.columns) == ["fix", "item", "estimate", "low", "high", "unit"]
    assert frame["fix"].drop_duplicates().tolist() == ["total", "wait", "price", "app"]
    share = frame[frame["item"] == "chosen_share"].set_index("fix")["estimate"]
    assert share.between(0, 100).all()
    line = found.frontier_frame()
    assert isinstance(line, pd.DataFrame)
    assert line["npv"].is_monotonic_increasing
    assert line["fixes"].iloc[0] == ""
    json.dumps(found.to_dict(), allow_nan=False)


def test_words_of_a_portfolio(fixes):
    found = portfolio(fixes, budget=400_000)
    assert "With €400,000, fund wait and price: an expected net gain of" in found.explain()
    assert "Avec 400\u202f000\u00a0€, financer wait et price" in found.explain("fr")
    assert "▲ fund" in repr(found)
    assert "fund nothing" in portfolio(fixes, budget=10).explain()
    assert "ne rien financer" in portfolio(fixes, budget=10).explain("fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", ["fixes", "frontier", "robust"])
def test_pictures_of_a_portfolio(fixes, axes, kind, lang):
    found = portfolio(fixes, budget=400_000)
    assert getattr(found.plot, kind)(ax=axes, lang=lang) is axes
    assert "wait" in texts(axes)


def test_returns_that_differ_in_kind_are_refused(fixes):
    for other in (roi(cost=1, change={"churn": -0.01}, currency="USD", **COMMON),
                  roi(cost=1, change={"churn": -0.01}, horizon=1, **COMMON),
                  roi(cost=1, change={"churn": -0.01}, discount=0.2, **COMMON)):  # fmt: skip
        with pytest.raises(ValueError, match="different"):
            portfolio({**fixes, "other": other}, 1e5)
    for wrong in ({}, [fixes["wait"]], {"wait": 3}):
        with pytest.raises(ValueError, match="returns by name"):
            portfolio(wrong, 1e5)
    with pytest.raises(ValueError, match="budget is -1"):
        portfolio(fixes, -1)
    with pytest.raises(KeyError, match="no fix 'prize'"):
        portfolio(fixes, 1e5, alternatives=[("wait", "prize")])
    with pytest.raises(ValueError, match="too many choices"):
        portfolio({str(i): fixes["wait"] for i in range(21)}, 1e5)


def test_pictures_of_scenarios(axes):
    found = roi(scenarios={"prudent": {"change": {"churn": (-0.002, 0)}}, "central": {}}, **RANGES)
    assert found.plot(ax=axes, lang="fr") is axes
    assert "prudent" in texts(axes)
    assert "Rentabilité par scénario" in found.grid("fr").text("fr")
    assert len(found) == 2
    with pytest.raises(KeyError, match="no scenario"):
        _ = found["centrale"]


def test_few_customers_are_flagged(slopes_of):
    found = roi(slopes=slopes_of(n=(12, 25, 25)), cost=1, improve={"nps": 5}, margin_rate=0.3)
    assert "Measured on 12 customers, under 30" in found.explain()
    assert "Seuls les clients de l’étude sont comptés" in found.explain("fr")


def test_ticks_of_money_stand_apart(ranged):
    import matplotlib.pyplot as plt

    try:
        for draw in (ranged.plot.tornado, ranged.plot.distribution):
            axes = draw(lang="fr")
            axes.figure.canvas.draw()
            boxes = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_text()]
            assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))
    finally:
        plt.close("all")


def test_the_legend_of_a_fan_covers_nothing_of_it():
    import matplotlib.pyplot as plt

    lost = roi(
        cost=100_000,
        customers=1000,
        churn=(0.02, 0.04),
        margin=(20, 40),
        change={"churn": (-0.004, -0.001)},
        period="M",
    )
    try:
        axes = lost.plot.fan()
        axes.figure.canvas.draw()
        assert axes.get_legend().get_window_extent().y0 >= axes.get_window_extent().y1
    finally:
        plt.close("all")


def test_a_sentence_says_a_unit_once(ranged, fixes):
    said = ranged.explain() + ranged.explain("fr") + portfolio(fixes, budget=400_000).explain("fr")
    assert not re.search(r"%\s?\[[^]]*\]\s?%|€\s?\[[^]]*\]\s?€", said)
