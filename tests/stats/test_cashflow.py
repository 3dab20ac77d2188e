"""Two worlds of customers: against a slow loop, closed forms, and the definition of the Shapley value."""

import itertools
import math

import numpy as np
import pytest

from cxkit.stats.cashflow import Customers, gain, payback, per_months, profile, together

NAMES = ("churn", "churn_change", "margin", "spend", "cross_sell", "support", "referrals", "referrals_change")


def customers(**given):
    return Customers(*(np.asarray(given.get(name, 0.0), float) for name in NAMES))


def whole(periods):
    return np.ones((periods, 1))


def random_draws(draws, rng):
    return {
        "churn": rng.uniform(0.02, 0.3, draws), "churn_change": rng.uniform(-0.02, 0.01, draws),
        "margin": rng.uniform(-5, 50, draws), "spend": rng.uniform(-1, 4, draws),
        "cross_sell": rng.uniform(0, 2, draws), "support": rng.uniform(0, 1, draws),
        "referrals": rng.uniform(0, 0.02, draws), "referrals_change": rng.uniform(0, 0.01, draws),
    }  # fmt: skip


def slow_world(one, effect, improved, months, timing, discount):
    """Payments of one world of one draw, by the time at which they fall, spelt out."""
    stock, flows = 1.0, [0.0] * (len(effect) + 1)
    for t, e in enumerate(effect):
        churn = one["churn"] + (one["churn_change"] * e if "retention" in improved else 0)
        brought = one["referrals"] + (one["referrals_change"] * e if "referrals" in improved else 0)
        margin = one["margin"] + sum(one[c] * e for c in ("spend", "cross_sell", "support") if c in improved)
        leaving = stock * churn
        if timing == "start":
            flows[t] += stock * margin
        elif timing == "end":
            flows[t + 1] += (stock - leaving) * margin
        else:
            flows[t + 1] += stock * margin
        stock = stock - leaving + stock * brought
    return flows, sum(f / (1 + discount) ** (i * months / 12) for i, f in enumerate(flows)), stock


ALL = ("retention", "referrals", "spend", "cross_sell", "support")


@pytest.mark.parametrize("timing", ["start", "end", "end_all"])
@pytest.mark.parametrize("months", [1, 12])
def test_a_slow_loop_over_draws_finds_the_same(timing, months):
    rng = np.random.default_rng(4)
    draws, periods = 25, 14
    x, discount = random_draws(draws, rng), rng.uniform(0, 0.2, draws)
    delay, ramp, fade = rng.uniform(0, 3, draws), rng.uniform(0, 6, draws), rng.uniform(0, 0.5, draws)
    effect = profile(periods, months, delay, ramp, fade)
    found = gain(customers(**x), effect, discount, months=months, timing=timing)
    for d in range(draws):
        one = {name: float(x[name][d]) for name in NAMES}
        curve = [
            sum(
                min(max((m - delay[d]) / max(ramp[d], 1), 0), 1)
                * (1 - fade[d]) ** (max(m - delay[d] - max(ramp[d], 1), 0) / 12)
                for m in range(1 + t * months, 1 + (t + 1) * months)
            )
            / months
            for t in range(periods)
        ]
        better, worth, stock = slow_world(one, curve, ALL, months, timing, discount[d])
        plain, worth_plain, stock_plain = slow_world(one, curve, (), months, timing, discount[d])
        assert found.flows[:, d] == pytest.approx(np.subtract(better, plain), rel=1e-9, abs=1e-9)
        assert found.discounted[d] == pytest.approx(worth - worth_plain, rel=1e-9, abs=1e-9)
        assert found.kept[d] == pytest.approx(stock - stock_plain, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("referred", [True, False])
def test_channels_are_the_mean_over_all_orders_and_sum_to_the_gain(referred):
    rng = np.random.default_rng(8)
    x = random_draws(6, rng)
    if not referred:
        x["referrals_change"] = np.zeros(6)
    effect = profile(10, 1, np.array(1.0), np.array(3.0), np.array(0.1))
    found = gain(customers(**x), effect, np.array(0.1), months=1, timing="end")
    for d in range(6):
        one = {name: float(x[name][d]) for name in NAMES}
        total = dict.fromkeys(ALL, 0.0)
        for order in itertools.permutations(ALL):
            held, before = set(), slow_world(one, effect.ravel(), (), 1, "end", 0.1)[1]
            for channel in order:
                held.add(channel)
                after = slow_world(one, effect.ravel(), held, 1, "end", 0.1)[1]
                total[channel] += (after - before) / math.factorial(5)
                before = after
        for channel in ALL:
            assert getattr(found.channels, channel)[d] == pytest.approx(total[channel], rel=1e-9, abs=1e-9)
    assert sum(getattr(found.channels, c) for c in ALL) == pytest.approx(found.discounted, rel=1e-12)


def test_r4_compounding_gives_223_564_and_not_264_000():
    who = customers(churn=0.03, churn_change=-0.01, margin=400.0)
    found = gain(who, whole(12), np.asarray(0.0), months=1, timing="start")
    assert round(1000 * found.discounted.item()) == 223_564
    # The trap: 1 % more of the first thousand stay each month, as if nobody of those left later.
    assert sum(1000 * 0.01 * t * 400 for t in range(12)) == 264_000


def test_r1_a_year_paid_at_its_end_by_those_who_stayed():
    who = customers(churn=0.20, churn_change=-0.05, margin=5000.0)
    found = gain(who, whole(1), np.asarray(0.0), months=12, timing="end")
    assert 1000 * found.discounted.item() == pytest.approx(250_000)


@pytest.mark.parametrize(
    ("timing", "expected"), [("end", 266.6667), ("end_all", 333.3333), ("start", 366.6667)], ids=["V2", "V2", "V2"]
)
def test_v2_a_customer_kept_for_ever_is_worth_the_margin_multiple(timing, expected):
    # Nobody stays in the one world; in the other 80 % do, of a hundred a year, at 10 %.
    who = customers(churn=1.0, churn_change=-0.8, margin=100.0)
    found = gain(who, whole(300), np.asarray(0.10), months=12, timing=timing)
    nobody = {"end": 0.0, "end_all": 100 / 1.1, "start": 100.0}[timing]
    assert found.discounted.item() + nobody == pytest.approx(expected, abs=1e-4)


def test_v1_the_multiple_is_2_667():
    who = customers(churn=1.0, churn_change=-0.8, margin=1.0)
    assert gain(who, whole(300), np.asarray(0.10), months=12, timing="end").discounted.item() == pytest.approx(
        2.667, abs=5e-4
    )


def test_s2_three_percent_a_month_is_30_6_a_year():
    assert 100 * per_months(np.asarray(0.03), 1, 12).item() == pytest.approx(30.6, abs=0.05)
    there_and_back = per_months(per_months(np.asarray(0.2), 12, 1), 1, 12)
    assert there_and_back.item() == pytest.approx(0.2, abs=1e-12)


def test_nothing_improved_gains_exactly_nothing():
    rng = np.random.default_rng(1)
    x = random_draws(50, rng)
    for name in ("churn_change", "spend", "cross_sell", "support", "referrals_change"):
        x[name] = np.zeros(50)
    found = gain(customers(**x), whole(36), np.asarray(0.08), months=1, timing="end")
    assert (found.discounted == 0).all()
    assert (found.flows == 0).all()


def test_months_discount_to_the_year():
    who = customers(spend=1.0)
    monthly = gain(who, whole(12), np.asarray(0.21), months=1, timing="end")
    # The twelfth month is paid a year from now.
    assert monthly.discounted.item() == pytest.approx(sum(1.21 ** (-t / 12) for t in range(1, 13)))


def test_profile_delays_grows_and_fades():
    found = profile(15, 1, np.asarray(1.0), np.asarray(2.0), np.asarray(0.5))
    assert found[:4].tolist() == pytest.approx([0, 0.5, 1.0, 0.5 ** (1 / 12)])
    assert found[14] == pytest.approx(0.5)
    assert profile(2, 12, np.asarray(6.0), np.asarray(0.0), np.asarray(0.0)).tolist() == pytest.approx([0.5, 1.0])


def test_payback_interpolates_and_waits_for_good():
    paths = np.array([[-100.0, -100, -100, 0], [50, -50, 10, 5], [-10, -10, -20, 6], [40, -5, 30, 7]])
    assert payback(paths).tolist() == pytest.approx([2 + 10 / 50, np.inf, 2 + 20 / 50, 0])


def test_one_improvement_together_is_its_own_gain():
    rng = np.random.default_rng(3)
    x = random_draws(8, rng)
    effect = profile(12, 1, np.array(1.0), np.array(3.0), np.array(0.1))
    for timing in ("start", "end", "end_all"):
        alone = gain(customers(**x), effect, np.array(0.1), months=1, timing=timing).discounted
        who = customers(**x)
        at_once = together(who, [(who, effect)], np.array(0.1), months=1, timing=timing)
        assert at_once == pytest.approx(alone, rel=1e-9, abs=1e-9)


def test_who_stays_for_one_improvement_spends_more_for_the_other():
    stay, spend = customers(churn=0.1, churn_change=-0.05, margin=10.0), customers(churn=0.1, margin=10.0, spend=2.0)
    both = customers(churn=0.1, churn_change=-0.05, margin=10.0, spend=2.0)
    found = together(stay, [(stay, whole(12)), (spend, whole(12))], np.asarray(0.1), months=1, timing="end")
    of = [gain(x, whole(12), np.asarray(0.1), months=1, timing="end").discounted for x in (stay, spend, both)]
    assert found.item() == pytest.approx(of[2].item())
    assert found.item() > of[0].item() + of[1].item()


def test_the_second_of_two_improvements_that_end_churn_adds_nothing():
    ends = customers(churn=0.02, churn_change=-0.02, margin=30.0)
    one, two = (
        together(ends, [(ends, whole(36))] * k, np.asarray(0.08), months=1, timing="end").item() for k in (1, 2)
    )
    assert two == pytest.approx(one, rel=1e-12)
    assert together(ends, [], np.asarray(0.08), months=1, timing="end").item() == 0


def test_no_more_support_is_saved_together_than_is_spent():
    saves = customers(margin=30.0, support=4.0)
    free = together(saves, [(saves, whole(1))] * 2, np.asarray(0.0), months=1, timing="end")
    capped = together(
        saves, [(saves, whole(1))] * 2, np.asarray(0.0), months=1, timing="end", most_saved=np.asarray(5.0)
    )
    assert (free.item(), capped.item()) == (8, 5)
