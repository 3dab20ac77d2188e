"""Survey plans: published sizes, simulated power and margin, refusals, words, drawing."""

import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cxkit as cx
from cxkit.errors import OptionError, UsageError
from cxkit.inference.planning import plan
from cxkit.metrics.differences import between
from cxkit.metrics.estimates import estimate_tally
from cxkit.metrics.functions import metric_of


@pytest.mark.parametrize(("margin", "expected"), [(10, 382), (5, 1534), (3, 4266)])
def test_n15_answers_for_a_margin_of_nps(margin, expected):
    assert plan("nps", margin=margin).answers == expected == cx.net_sample_size(margin / 100)


def test_x4_answers_to_tell_ten_from_twelve_percent():
    assert plan("csat", expected=10, detect=2).answers == 3841


def simulated(metric, shares, n, runs, seed):
    """A tally of ``runs`` samples of ``n`` answers."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, list(shares.values()), runs)
    counts = {run: dict(zip(shares, row.tolist(), strict=True)) for run, row in enumerate(drawn)}
    return estimate_tally(metric, cx.Tally.from_counts(counts, by="run"))


@pytest.mark.parametrize(
    ("name", "detect", "before", "after"),
    [
        ("nps", 20, {10: 0.5, 8: 0, 0: 0.5}, {10: 0.6, 8: 0, 0: 0.4}),
        ("nps", 15, {10: 0.45, 8: 0.25, 0: 0.30}, {10: 0.525, 8: 0.25, 0: 0.225}),
        ("csat", 8, {1: 0.30, 5: 0.70}, {1: 0.38, 5: 0.62}),
        ("ces", 0.5, {3: 0.25, 5: 0.5, 7: 0.25}, {3: 0.375, 5: 0.5, 7: 0.125}),
    ],
)
def test_planned_answers_have_the_power_that_is_stated(name, detect, before, after):
    metric = metric_of(name)
    values = {a: metric.value(float(a)) for a in before}
    mean = sum(values[a] * s for a, s in before.items())
    spread = sum(s * (values[a] - mean) ** 2 for a, s in before.items())
    expected = mean if name == "csat" else None
    p = plan(name, detect=detect, expected=expected, variance=None if expected else spread)
    runs = 1500
    one, other = (simulated(metric, s, p.answers, runs, seed) for seed, s in enumerate((before, after)))
    found = between(other, one)
    assert abs(sum(values[a] * s for a, s in after.items()) - mean) == pytest.approx(detect)
    assert (found.p < 0.05).mean() == pytest.approx(0.8, abs=3.5 * (0.16 / runs) ** 0.5)


@pytest.mark.parametrize(
    ("name", "margin", "shares"),
    [("nps", 15, {10: 0.8, 8: 0.15, 0: 0.05}), ("csat", 6, {1: 0.15, 5: 0.85}), ("ces", 0.3, {1: 0.2, 4: 0.3, 7: 0.5})],
)
def test_planned_answers_have_the_margin_that_is_stated(name, margin, shares):
    metric = metric_of(name)
    expected = {metric.value(float(a)): s for a, s in shares.items()}
    p = plan(name, margin=margin, expected=expected)
    low, high = simulated(metric, shares, p.answers, 600, 3).interval(0.95)
    assert ((high - low) / 2).mean() == pytest.approx(margin, rel=0.02)
    assert p.half_width_at(p.answers) <= margin < p.half_width_at(p.answers - 2)


def test_segments_share_the_level_of_tests_and_not_of_intervals():
    one, five = (plan("nps", detect=10, margin=5, segments=k) for k in (1, 5))
    assert five.goals[0].answers == one.goals[0].answers
    assert five.goals[0].answers_all == 5 * one.goals[0].answers
    assert five.goals[1].p == pytest.approx(0.01)
    z = [2.8015852, 3.4174506]  # z at 1 - p/2 plus z at 0.8, for p = 0.05 and 0.01
    assert five.goals[1].answers / one.goals[1].answers == pytest.approx((z[1] / z[0]) ** 2, abs=2e-3)


def test_population_invitations_and_days():
    p = plan("nps", margin=5, population=2000, response_rate=0.25, answers_per_day=100)
    assert p.answers == math.ceil(1534 / (1 + 1533 / 2000)) == 869
    assert (p.goals[0].invitations, p.goals[0].days) == (3476, 9)
    assert p.half_width_at(p.answers) == pytest.approx(5, abs=0.01)
    assert "more than can be sent" in p.explain("en")
    assert plan("nps", margin=0.5, population=40).answers == 40


def test_design_effect_multiplies_the_answers():
    assert plan("nps", detect=5, design_effect=1.5).answers == pytest.approx(
        1.5 * plan("nps", detect=5).answers, abs=1.5
    )


def test_a_study_a_tally_scores_and_shares_give_one_profile():
    tally = cx.Tally.from_counts({10: 50, 8: 30, 3: 20})
    by_site = cx.Tally.from_counts({"a": {10: 25, 8: 10, 3: 15}, "b": {10: 25, 8: 20, 3: 5}}, by="site")
    named = {"Promoters": 50, "passives": 30, "Détracteurs": 20}
    plans = [plan("nps", margin=4, study=s) for s in (tally, by_site, cx.nps(by_site, by="site"))]
    plans += [plan("nps", margin=4, expected=e) for e in (named, {100: 0.5, 0: 0.3, -100: 0.2})]
    assert len({p.answers for p in plans}) == 1
    assert plans[0].answers == pytest.approx(plan("nps", margin=4, variance=6100).answers, abs=2)
    assert all(p.variance == pytest.approx(6100) for p in plans)


def test_worst_case_is_the_worst():
    worst = plan("csat", detect=5).answers
    assert all(plan("csat", detect=5, expected=e).answers <= worst for e in (20, 40, 45, 50, 60, 90))


@pytest.mark.parametrize(
    "options",
    [
        {}, {"detect": 0}, {"detect": -5}, {"detect": 200}, {"detect": 201}, {"margin": 100}, {"margin": float("nan")},
        {"detect": 5, "power": 1.2}, {"detect": 5, "power": 0.2}, {"detect": 5, "level": 95}, {"detect": True},
        {"detect": 5, "segments": 0}, {"detect": 5, "segments": 2.5}, {"detect": 5, "response_rate": 20},
        {"detect": 5, "answers_per_day": 0}, {"detect": 5, "design_effect": 0.5}, {"detect": 5, "population": 1},
        {"detect": 5, "variance": 0}, {"detect": 5, "variance": 20000}, {"detect": 5, "expected": 30},
        {"detect": 5, "expected": {"Promotrs": 3}}, {"detect": 5, "expected": {100: 1}},
        {"detect": 5, "expected": {100: -1, 0: 3}}, {"detect": 5, "expected": {100: 1, 0: 1}, "variance": 10},
        {"detect": 5, "study": cx.Tally.from_counts({10: 5})}, {"detect": 5, "study": cx.Tally.from_counts({})},
        {"margin": 1e-6},
    ],
)  # fmt: skip
def test_plans_that_cannot_be_are_refused_with_a_fix(options):
    with pytest.raises(OptionError) as raised:
        plan("nps", **options)
    assert raised.value.hint


def test_a_metric_without_ends_or_that_is_no_mean_is_refused():
    from cxkit.metrics.builtin import mean_metric

    with pytest.raises(OptionError, match="no worst case"):
        plan(mean_metric(on="basket"), margin=3)
    assert plan(mean_metric(on="basket"), margin=3, variance=225).answers == 100  # 1.9842 * 15 / sqrt(99) = 2.9913
    spread = cx.metric("spread", on="nps", scale=(0, 10))(lambda tally: 1.0)
    with pytest.raises(UsageError, match="function of all answers"):
        plan(spread, margin=3)


def test_frame_dict_words_and_page():
    p = plan("nps", detect=5, margin=4, segments=3, response_rate=0.2, answers_per_day=50)
    assert list(p.to_frame().columns) == [
        "metric", "goal", "target", "answers", "answers_all", "half_width", "detectable", "p", "invitations", "days",
    ]  # fmt: skip
    assert json.loads(json.dumps(p.to_dict()))["goals"][1]["kind"] == "detect"
    assert "Bonferroni" in p.explain("en")
    assert "each of 3 segments" in p.explain("en")
    assert "chacun des 3 segments" in p.explain("fr")
    assert "80\u00a0%" in p.explain("fr")
    assert "Answers needed: NPS" in repr(p)
    assert "<table" in p._repr_html_()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_drawn_on_the_callers_axes(lang):
    figure, axes = plt.subplots()
    p = plan("ces", detect=0.3, margin=0.2, population=700)
    assert p.plot(ax=axes, lang=lang) is axes
    assert len(axes.lines) >= 4
    plt.close(figure)
