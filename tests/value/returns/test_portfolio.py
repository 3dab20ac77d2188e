"""Fixes for the same customers are worth what they bring together: against a loop over all choices, and bad input."""

import itertools

import numpy as np
import pytest

from cxkit.errors import UsageError
from cxkit.value.returns import portfolio, roi
from cxkit.value.returns.combined import Drawn, joint_values

BASE = {"customers": 10_000, "churn": 0.02, "margin": 30, "period": "M"}


def total(found):
    return {i.item: i.estimate for i in found.total}


@pytest.fixture(scope="module")
def overlapping():
    return {"chatbot": roi(cost=100_000, after={"churn": 0}, **BASE),
            "crm": roi(cost=1_000_000, after={"churn": 0}, **BASE),
            "upsell": roi(cost=300_000, change={"margin": 2}, **BASE)}  # fmt: skip


def test_two_fixes_that_both_end_churn_are_not_counted_twice(overlapping):
    found = portfolio(overlapping, 1_150_000)
    assert found.chosen == ("chatbot", "upsell")
    added = {f.name: f.value("npv_added") for f in found.fixes}
    assert added["crm"] == pytest.approx(-1_000_000)
    assert "crm would bring €1,757,272 alone, and −€1,000,000 on top of this choice." in found.explain()
    assert "crm rapporterait 1\u202f757\u202f272\u00a0€ à elle seule" in found.explain("fr")
    assert "more together" in found.explain()
    assert "Adds to the rest of the choice" in repr(found)
    assert all("crm" not in point.fixes for point in found.frontier)


def test_what_the_fixes_bring_together_is_one_return_with_all_of_their_changes(overlapping):
    both = roi(cost=400_000, after={"churn": 0}, change={"margin": 2}, **BASE)
    assert total(portfolio(overlapping, 1_150_000))["npv"] == pytest.approx(both.value("npv"))


def slow_best(fixes, cost, value, budget):
    """The affordable choice of the greatest value, spelt out."""
    sets = [
        s for k in range(len(fixes) + 1) for s in itertools.combinations(fixes, k) if sum(cost[f] for f in s) <= budget
    ]
    return max(sets, key=value)


def test_the_choice_is_that_of_a_loop_over_all_choices():
    changes = {"a": -0.008, "b": -0.009, "c": -0.006, "d": -0.004}
    cost = {"a": 250_000, "b": 280_000, "c": 150_000, "d": 120_000}
    fixes = {name: roi(cost=cost[name], change={"churn": c}, **BASE) for name, c in changes.items()}

    def value(taken):
        if not taken:
            return 0.0
        change = max(sum(changes[name] for name in taken), -0.02)
        return roi(cost=sum(cost[name] for name in taken), change={"churn": change}, **BASE).value("npv")

    for budget in (200_000, 400_000, 550_000, 1e6):
        found = portfolio(fixes, budget)
        wanted = slow_best(tuple(fixes), cost, value, budget)
        assert set(found.chosen) == set(wanted)
        assert total(found)["npv"] == pytest.approx(value(wanted))


def test_customers_reached_by_chance_live_in_four_worlds():
    half = [roi(cost=0, reach=r, change=change, **BASE)
            for r, change in ((0.5, {"churn": -0.01}), (0.4, {"margin": 3}))]  # fmt: skip
    found = joint_values([Drawn.of(r, r.inputs.draw(1000, 0, None)[0]) for r in half])[:, 0]
    whole = {
        0: 0.0, 1: roi(cost=0, change={"churn": -0.01}, **BASE).value("benefit"),
        2: roi(cost=0, change={"margin": 3}, **BASE).value("benefit"),
        3: roi(cost=0, change={"churn": -0.01, "margin": 3}, **BASE).value("benefit"),
    }  # fmt: skip
    assert found[[1, 2]] == pytest.approx([half[0].value("benefit"), half[1].value("benefit")])
    assert found[3] == pytest.approx(0.5 * 0.4 * whole[3] + 0.5 * 0.6 * whole[1] + 0.5 * 0.4 * whole[2])


def test_points_add_up_to_the_end_of_the_scale():
    common = {"per_point": {"churn": -1e-4}, "cost": 0, **BASE}
    lots = [roi(improve={"nps": (150, 150 + 1e-9)}, **common) for _ in range(2)]
    found = joint_values([Drawn.of(r, r.inputs.draw(100, 0, None)[0]) for r in lots])
    end = roi(improve={"nps": 200}, **common).value("npv")
    assert found[3].mean() == pytest.approx(end, rel=1e-6)


def test_one_fix_has_one_interval_everywhere():
    ranged = {"wait": roi(cost=(1e5, 1.5e5), change={"churn": (-0.004, -0.001)}, **BASE),
              "app": roi(cost=9e7, change={"margin": (0, 1)}, **BASE)}  # fmt: skip
    found = portfolio(ranged, 2e5)
    item = ranged["wait"].item("npv")
    point = next(p for p in found.frontier if p.fixes == ("wait",))
    assert (point.npv, point.low, point.high) == (item.estimate, item.low, item.high)
    assert next(i for i in found.total if i.item == "npv") == item


def test_other_customers_add_up_and_it_is_said(overlapping):
    other = roi(cost=100_000, after={"churn": 0}, **{**BASE, "customers": 9_999})
    found = portfolio({"chatbot": overlapping["chatbot"], "other": other}, 1e6)
    assert total(found)["npv"] == pytest.approx(overlapping["chatbot"].value("npv") + other.value("npv"))
    assert "npv_sum" not in total(found)
    assert "The gains of chatbot and other are added up" in found.explain()
    assert "Les gains de chatbot et other sont additionnés" in found.explain("fr")
    added = portfolio(overlapping, 1_150_000, same_customers=False)
    assert added.chosen == ("chatbot", "crm")
    with pytest.raises(UsageError, match="chatbot and other are not for the same customers"):
        portfolio({"chatbot": overlapping["chatbot"], "other": other}, 1e6, same_customers=True)


def test_of_many_fixes_the_twelve_best_are_looked_at():
    fixes = {f"f{i}": roi(cost=1e4 + i, change={"churn": -0.0005}, draws=100, horizon=1, **BASE) for i in range(13)}
    found = portfolio(fixes, 1e9)
    assert found.left == ("f12",)
    assert "12 were, those that bring most alone. Not looked at: f12." in found.explain()
    assert np.isnan(found.fixes[12].value("npv_added"))


@pytest.mark.parametrize("pairs", [[("chatbot", "chatbot")], "chatbot", [("chatbot",)]])
def test_alternatives_are_pairs_of_two_fixes(overlapping, pairs):
    with pytest.raises(ValueError, match="alternatives="):
        portfolio(overlapping, 1e6, alternatives=pairs)
