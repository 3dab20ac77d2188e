"""Kaplan-Meier, its median and mean, and the log-rank test: against R's survival 3.5-3, by hand, by simulation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.stats.survival import kaplan_meier, log_rank, steps

_SPEC = importlib.util.spec_from_file_location("survival_rows", Path(__file__).parents[1] / "reference" / "survival.py")
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R, D = rows.reference(), rows.customers()
CLASS = np.where(D["score"] >= 9, 2, np.where(D["score"] >= 7, 1, 0))


def near(numbers):
    return pytest.approx(np.array(numbers, float), rel=1e-9, abs=1e-9, nan_ok=True)


def test_rows_are_those_of_r():
    place = D["i"] + 1
    for name in ("stop", "event", "cause", "start", "score", "spend"):
        assert float((D[name] * place).sum()) == pytest.approx(R["rows"][name])
    found = rows.intervals()
    assert (len(found), int((found["score"] * (found["i"] + 1)).sum())) == (
        R["rows"]["intervals"],
        R["rows"]["varying"],
    )


@pytest.mark.parametrize(("name", "entry", "horizon"), [("all", False, 24), ("entry", True, 24), ("plan0", False, 20)])
def test_curve_median_and_mean_against_r_survfit(name, entry, horizon):
    data = D[D["plan"] == 0] if name == "plan0" else D
    curve = kaplan_meier(data["stop"], data["event"], data["start"] if entry else None)
    expected = R["km"][name]
    assert curve.steps.time == near(expected["time"])
    assert curve.steps.at_risk.tolist() == expected["n"]
    assert curve.steps.events.tolist() == expected["events"]
    assert curve.survival == near(expected["surv"])
    known = np.array([x is not None for x in expected["low"]])  # R has no interval where all or none are left
    assert curve.low[known] == near([x for x in expected["low"] if x is not None])
    assert curve.high[known] == near([x for x in expected["high"] if x is not None])
    assert np.isfinite(curve.low).all()
    assert np.isfinite(curve.high).all()
    assert np.array(curve.quantile()) == near([np.nan if x is None else x for x in expected["median"]])
    assert np.array(curve.mean(horizon)) == near(expected["rmst"])


@pytest.mark.parametrize(
    ("name", "group", "strata"),
    [("plan", D["plan"], None), ("class", CLASS, None), ("class_in_plan", CLASS, D["plan"])],
)
def test_log_rank_against_r_survdiff(name, group, strata):
    test = log_rank(D["stop"], D["event"], group, strata=strata)
    expected = R["logrank"][name]
    assert test.statistic == near(expected["chisq"])
    assert test.p == near(expected["p"])
    assert np.array(test.observed) == near(expected["observed"])
    assert np.array(test.expected) == near(expected["expected"])


def test_log_rank_with_late_entry_is_the_score_test_of_cox_without_ties():
    from cxkit.stats.hazards import risks

    rng = np.random.default_rng(5)
    stop, group = rng.permutation(80) + 1.0, np.arange(80) % 2
    start, event = np.maximum(stop - rng.integers(1, 30, 80), 0), rng.random(80) < 0.6
    _, gradient, information = risks(stop, event, group[:, None], start).evaluate(np.zeros(1))
    assert log_rank(stop, event, group, start).statistic == pytest.approx(gradient[0] ** 2 / information[0, 0])


def test_curve_ends_where_everybody_has_left_and_stays_on_the_scale():
    curve = kaplan_meier([1, 2, 3], [1, 1, 1])
    assert curve.survival.tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert curve.low[-1] == 0
    assert curve.high[-1] == curve.high[1]
    assert curve.mean(10) == (2.0, pytest.approx(np.sqrt(2 / 9)))


@pytest.mark.parametrize("event", [0, 1])
def test_one_customer_has_a_curve_with_an_interval(event):
    curve = kaplan_meier([4.0], [event])
    assert 0 <= curve.low[0] <= curve.survival[0] <= curve.high[0] <= 1
    assert curve.high[0] - curve.low[0] > 0.5


def test_at_says_what_was_not_seen():
    curve = kaplan_meier([2, 5], [1, 0])
    share, low, high, n = curve.at([0, 1, 2, 5, 6])
    assert share[:4].tolist() == [1, 1, 0.5, 0.5]
    assert np.isnan([share[4], low[4], high[4]]).all()
    assert n.tolist() == [2, 2, 2, 1, 0]


def test_intervals_without_length_and_horizons_not_seen_are_refused():
    with pytest.raises(OptionError, match="end no later"):
        steps([1.0, 2.0], [1, 1], [1.0, 0.0])
    with pytest.raises(OptionError, match="no mean up to 9"):
        kaplan_meier([2, 5], [1, 0]).mean(9)


def test_log_rank_of_one_group_is_no_test():
    assert np.isnan(log_rank([1, 2], [1, 1], [0, 0]).p)


def test_interval_covers_95_percent_of_the_time():
    """2,000 tables of 60 customers, half of them cut off: the truth at one time is inside about 95 % of the time."""
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(2000):
        life, seen = rng.exponential(10, 60), rng.uniform(2, 20, 60)
        curve = kaplan_meier(np.minimum(life, seen), life <= seen)
        _, low, high, _ = curve.at([5.0])
        inside += low[0] <= np.exp(-0.5) <= high[0]
    assert 0.935 <= inside / 2000 <= 0.965


def test_late_entry_is_unbiased_where_leaving_it_out_is_not():
    """Customers seen from a day on only: without late entry they seem to stay too long."""
    rng = np.random.default_rng(3)
    life, entry = rng.exponential(10, 40_000), rng.uniform(0, 10, 40_000)
    kept = life > entry
    right = kaplan_meier(life[kept], np.ones(kept.sum()), entry[kept]).at([10.0])[0][0]
    wrong = kaplan_meier(life[kept], np.ones(kept.sum())).at([10.0])[0][0]
    assert right == pytest.approx(np.exp(-1), abs=0.02)
    assert wrong > 0.5
