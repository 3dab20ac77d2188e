"""Control charts against the examples of the textbook and published run lengths."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.stats.control import (
    CHARTS,
    DEFAULT_RULES,
    RULES,
    Answers,
    broken,
    chance_of_signal,
    cusum,
    ewma,
    learned,
)  # fmt: skip

# Montgomery, Introduction to Statistical Quality Control, 6th ed.: table 7.1 (cans, n = 50) and table 9.1.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
TABLE_9_1 = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
    9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
]  # fmt: skip


def shares(counts, n):
    p, n = np.array(counts) / n, np.broadcast_to(np.asarray(n, float), len(counts))
    return p, p * (1 - p), n


def test_montgomery_example_7_1_p_chart():
    """Centre .2313, limits .0524 and .4102; samples 15 and 23 are out."""
    found = learned(*shares(CANS, 50), overdispersion=False)
    assert float(found.centre) == pytest.approx(0.2313, abs=5e-5)
    assert found.centre + 3 * found.se[0] == pytest.approx(0.4102, abs=1e-4)
    assert found.centre - 3 * found.se[0] == pytest.approx(0.0524, abs=1e-4)
    assert (broken("beyond_limits", found.z).nonzero()[0] + 1).tolist() == [15, 23]


def test_laney_2002_p_prime_of_equal_bases_is_the_chart_of_individual_values():
    p, v, n = shares(CANS, 50)
    found = learned(p, v, n)
    assert float(found.dispersion) > 1
    assert 3 * found.se[0] == pytest.approx(3 * np.abs(np.diff(p)).mean() / 1.128379, rel=1e-6)
    assert (np.diff(found.se) == 0).all()


def test_dispersion_below_one_is_luck_unless_asked():
    p, v, n = shares([10, 11, 10, 11, 10, 11], 100)
    assert float(learned(p, v, n).dispersion) == 1
    assert 0 < float(learned(p, v, n, least=0).dispersion) < 0.5


def test_montgomery_example_9_1_cusum():
    """Signals at period 29 with C+ = 5.28; the sum has been above 0 for 7 periods, since period 23."""
    up, down = cusum(np.array(TABLE_9_1) - 10)
    assert (up > 5).nonzero()[0].tolist() == [28, 29]
    assert up[28] == pytest.approx(5.28)
    assert down.max() < 5
    assert up[21] == 0
    assert (up[22:] > 0).all()
    assert down[:3] == pytest.approx([0.05, 1.56, 1.77])


def test_montgomery_example_9_2_ewma():
    """Weight .10, width 2.7: limits 9.73, 10.27, then 9.64, 10.36; settled at 9.38, 10.62."""
    x = np.array(TABLE_9_1)
    average, error = ewma(x, np.array(10.0), np.ones(30), smoothing=0.1)
    assert average[:4] == pytest.approx([9.945, 9.7495, 9.70355, 9.8992], abs=5e-5)
    assert (10 - 2.7 * error[:2]).tolist() == pytest.approx([9.73, 9.64], abs=5e-3)
    assert 10 + 2.7 * error[-1] == pytest.approx(10.62, abs=5e-3)
    assert (np.abs(average - 10) > 2.7 * error).nonzero()[0].tolist() == [28, 29]


def run_length(signal):
    """Mean periods to the first signal from (R, T) flags; those without one are known to last T."""
    seen = signal.any(axis=1)
    first = np.where(seen, signal.argmax(axis=1) + 1, signal.shape[1])
    return first.sum() / seen.sum()


@pytest.fixture(scope="module")
def steady():
    return np.random.default_rng(7).standard_normal((3000, 1200))


def test_published_run_lengths_without_change(steady):
    """Shewhart 370.4; Champ & Woodall (1987) 225.4 and 166.1; CUSUM k .5 h 5 465; EWMA .1, 2.814 about 500."""
    out = broken("beyond_limits", steady)
    assert run_length(out) == pytest.approx(370.4, rel=0.06)
    assert run_length(out | broken("two_of_three", steady)) == pytest.approx(225.4, rel=0.06)
    assert run_length(out | broken("four_of_five", steady)) == pytest.approx(166.1, rel=0.06)
    assert run_length(np.maximum(*cusum(steady)) > 5) == pytest.approx(465, rel=0.06)
    average, error = ewma(steady, np.array(0.0), np.ones(1200), smoothing=0.1)
    assert run_length(np.abs(average) > 2.814 * error[..., -1:]) == pytest.approx(500, rel=0.06)


def test_published_run_lengths_after_a_shift_of_one_standard_error(steady):
    """Montgomery, tables 9.3 and 9.11: Shewhart 43.9, CUSUM 10.4, EWMA .1 with 2.814 10.3."""
    moved = steady[:, :300] + 1
    assert run_length(broken("beyond_limits", moved)) == pytest.approx(43.9, rel=0.06)
    assert run_length(np.maximum(*cusum(moved)) > 5) == pytest.approx(10.4, rel=0.03)
    average, error = ewma(moved, np.array(0.0), np.ones(300), smoothing=0.1)
    assert run_length(np.abs(average) > 2.814 * error[..., -1:]) == pytest.approx(10.3, rel=0.03)


@pytest.mark.parametrize(
    ("rule", "z", "at"),
    [
        ("beyond_limits", [0, 3.1, 2.9, -3.1], [1, 3]),
        ("two_of_three", [2.1, 0, 2.1, 0, 0, -2.1, 2.1, -2.1, 0], [2, 7]),
        ("four_of_five", [1.1, 1.1, 0, 1.1, 1.1, 0, -1.1, -1.1, -1.1, -1.1], [4, 9]),
        ("nine_on_one_side", [-1, *[0.1] * 9, 0.1], [9, 10]),
        ("six_in_a_row", [1, 2, 3, 4, 5, 6, 7, 0, -1, -2, -3, -4], [5, 6, 11]),
    ],
)
def test_each_rule_by_hand(rule, z, at):
    z = np.array(z, float)
    assert broken(rule, z).nonzero()[0].tolist() == at
    assert broken(rule, -z).nonzero()[0].tolist() == at
    assert (broken(rule, np.stack([z, z]))[1] == broken(rule, z)).all()


@pytest.mark.parametrize("rule", RULES)
def test_a_short_series_breaks_no_run_rule(rule):
    assert not broken(rule, np.zeros(1)).any()
    assert broken(rule, np.zeros(0)).shape == (0,)


def test_growing_bases_are_no_trend():
    n = np.arange(1, 13) ** 2 * 10.0
    p = np.full(12, 0.55) + np.array([0, 0.001] * 6)
    z = (p - 0.5) / np.sqrt(0.25 / n)
    assert broken("six_in_a_row", z).any()
    assert not broken("six_in_a_row", z, points=p).any()


def test_answers_that_are_all_alike_have_no_limits_and_no_signal():
    found = learned(np.full(5, 100.0), np.zeros(5), np.full(5, 20.0))
    assert found.spread == 0
    assert (found.z == 0).all()


def normal_answers():
    from statistics import NormalDist

    q = np.array([NormalDist().inv_cdf((k + 0.5) / 300) for k in range(300)])
    return Answers.of(q, np.ones(300))


def test_chance_of_a_signal_is_that_of_the_chart():
    """Known: 1 - .9973 ** 50 = 12.6 % with known limits; estimated ones differ a little."""
    n, answers = np.full(50, 100.0), normal_answers()
    found = chance_of_signal("shewhart", answers, n, limits=3, rules=("beyond_limits",), overdispersion=False)
    assert found == pytest.approx(0.126, abs=0.03)
    more = chance_of_signal("shewhart", answers, n, limits=3, rules=RULES, overdispersion=False)
    assert more > found + 0.15
    for chart, limits in (("ewma", 2.86), ("cusum", 5.0)):
        assert 0.02 < chance_of_signal(chart, answers, n, limits=limits, overdispersion=False) < 0.2


def steady_signals(value, share, n, weeks, chart="shewhart", runs=300):
    """True share of steady series with a signal, and the mean of what each of them says."""
    rng, value, share = np.random.default_rng(5), np.asarray(value, float), np.asarray(share, float)
    bases, seen, said = np.full(weeks, float(n)), 0, []
    for run in range(runs):
        counts = rng.multinomial(n, share, weeks)
        mean = counts @ value / n
        answers = Answers.of(value, counts.sum(axis=0) + 1e-12)
        base = learned(mean, counts @ value**2 / n - mean**2, bases, answers=answers)
        if chart == "cusum":
            seen += bool((np.maximum(*cusum(base.z)) > 5).any())
        else:
            seen += any(broken(r, base.z, points=mean, side=base.side).any() for r in DEFAULT_RULES)
        if run < 40:
            said.append(
                chance_of_signal(
                    chart, answers, bases, limits=CHARTS[chart], dispersion=float(base.dispersion), draws=300, seed=run
                )
            )
    return seen / runs, float(np.mean(said))


@pytest.mark.parametrize(
    ("value", "share", "n", "chart"),
    [
        ([0, 100], [0.98, 0.02], 30, "shewhart"),
        ([0, 100], [0.99, 0.01], 50, "shewhart"),
        ([-100, 0, 100], [0.01, 0.03, 0.96], 40, "shewhart"),
        ([0, 100], [0.98, 0.02], 30, "cusum"),
        ([-100, 0, 100], [0.25, 0.30, 0.45], 60, "shewhart"),
    ],
    ids=["rate 2 %", "rate 1 %", "ceiling", "cusum 2 %", "nps"],
)
def test_the_chance_said_is_the_share_of_steady_series_that_signal(value, share, n, chart):
    true, said = steady_signals(value, share, n, 40, chart)
    assert said == pytest.approx(true, abs=0.08)


def test_runs_are_judged_about_the_median():
    """A period at the median of skewed answers is on neither side of it, those beside it are."""
    n = np.full(44, 7.0)
    counts = np.zeros(44)
    counts[20] = 1
    mean = 100 - 100 * counts / 7
    variance = np.array([100**2 * (c / 7) * (1 - c / 7) for c in counts])
    answers = Answers.of(np.array([0.0, 100.0]), np.array([1.0, 307.0]))
    found = learned(mean, variance, n, answers=answers)
    assert broken("nine_on_one_side", found.z).sum() > 20
    assert not broken("nine_on_one_side", found.z, side=found.side).any()
    assert found.side[20] < 0


@pytest.mark.parametrize("expected", [0.2, 0.6, 0.8, 1.5, 2.5, 6.0])
def test_no_side_of_the_median_holds_much_more_than_half(expected):
    """Binomial counts about the median that ``learned`` finds: Cornish-Fisher and half an answer."""
    p, n = expected / 40, 40
    drawn = np.random.default_rng(3).binomial(n, p, 20_000)
    answers = Answers.of(np.array([0.0, 1.0]), np.array([1 - p, p]))
    found = learned(drawn / n, drawn / n * (1 - drawn / n), np.full(len(drawn), 40.0), answers=answers)
    assert max((found.side > 0).mean(), (found.side < 0).mean()) < 0.55


def test_many_answers_are_put_together():
    value = np.random.default_rng(1).lognormal(0, 1, 5000)
    found = Answers.of(value, np.ones(5000))
    assert len(found.value) == 32
    assert found.share @ found.value == pytest.approx(value.mean())
    assert found.step == 0


def test_an_unknown_rule_is_refused():
    with pytest.raises(OptionError, match="did you mean 'two_of_three'"):
        broken("2_of_three", np.zeros(3))
