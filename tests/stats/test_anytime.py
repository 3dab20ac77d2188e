"""Confidence sequences: their formula, their optimum, and all looks together by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.stats.anytime import confidence_sequence, cumulated, guarded, mixing_rate
from cxkit.stats.intervals import wald
from cxkit.stats.moments import moments


def test_waudby_smith_2024_theorem_2_2_boundary():
    """sigma sqrt(2 (t rho^2 + 1) / (t^2 rho^2) log(sqrt(t rho^2 + 1) / alpha)), written as in the paper."""
    t, sigma, alpha = np.array([30.0, 1000, 50_000]), 2.5, 0.1
    rho = mixing_rate(400, 1 - alpha)
    theirs = sigma * np.sqrt(2 * (t * rho**2 + 1) / (t**2 * rho**2) * np.log(np.sqrt(t * rho**2 + 1) / alpha))
    low, high = confidence_sequence(7.0, sigma / np.sqrt(t), t, level=1 - alpha, tightest_at=400)
    assert high - 7 == pytest.approx(theirs)
    assert 7 - low == pytest.approx(theirs)


@pytest.mark.parametrize("n", [50, 1000, 20_000])
def test_the_rate_is_the_tightest_at_its_base_and_near_the_papers_closed_form(n):
    def width(at):
        low, high = confidence_sequence(0.0, 1.0, float(n), tightest_at=at)
        return float(high - low)

    assert width(n) < min(width(n * 0.9), width(n * 1.1))
    log = -2 * np.log(0.05)
    assert mixing_rate(n) == pytest.approx(np.sqrt((log + np.log(log + 1)) / n), rel=0.02)


def year_of_looks(shares, values, a_day, runs, *, bounds):
    """Shares of runs in which a daily look ever excludes the truth: anytime-valid, 95 % each day."""
    rng = np.random.default_rng(11)
    truth, wrong = float(np.dot(shares, values)), np.zeros(2)
    time, value = np.repeat(np.arange(365), len(values)), np.tile(values, 365)
    for _ in range(runs):
        counts = rng.multinomial(a_day, shares, 365).ravel()
        cells = cumulated(time, value, counts, counts.astype(float), counts.astype(float), looks=365)
        base = moments(365, *cells, weighted=False)
        looked = base.n >= 30
        centre, se = guarded(base.mean, base.variance, base.n_star, *bounds)
        for k, (low, high) in enumerate((confidence_sequence(centre, se, base.n), wald(base.mean, base.se))):
            wrong[k] += ((low > truth) | (high < truth))[looked].any()
    return wrong / runs


@pytest.mark.parametrize(
    ("shares", "values", "bounds"),
    [([0.25, 0.3, 0.45], [-100.0, 0.0, 100.0], (-100, 100)), ([0.97, 0.03], [0.0, 100.0], (0, 100))],
    ids=["nps", "a rare yes"],
)
def test_daily_looks_for_a_year(shares, values, bounds):
    always, often = year_of_looks(shares, values, 10, 200, bounds=bounds)
    assert always <= 0.05
    assert often > 0.3


def test_cumulated_cells_are_those_of_all_rows_so_far():
    rng = np.random.default_rng(2)
    time, value = rng.integers(0, 5, 60), rng.choice([0.0, 50.0, 100.0], 60)
    w = rng.uniform(0.2, 3, 60)
    cells = cumulated(time, value, np.ones(60, np.int64), w, w**2, looks=5)
    found = moments(5, *cells, weighted=True)
    for t in range(5):
        so_far = time <= t
        zero = np.zeros(so_far.sum(), np.int64)
        one = moments(1, zero, value[so_far], zero + 1, w[so_far], w[so_far] ** 2, weighted=True)
        assert found.n[t] == one.n[0]
        assert found.mean[t] == pytest.approx(one.mean[0])
        assert found.se[t] == pytest.approx(one.se[0])
        assert found.n_eff[t] == pytest.approx(one.n_eff[0])


def test_answers_that_are_all_alike_leave_room():
    centre, se = guarded(np.array([100.0, 100.0]), np.zeros(2), np.array([30.0, 3000.0]), 0, 100)
    assert se.tolist() == pytest.approx([100 * 2**0.5 / 30, 100 * 2**0.5 / 3000])
    assert centre.tolist() == pytest.approx([100 * 32 / 34, 100 * 3002 / 3004])


@pytest.mark.parametrize("options", [{"level": 95}, {"tightest_at": 0}, {"tightest_at": float("nan")}])
def test_refusals(options):
    with pytest.raises(OptionError):
        confidence_sequence(0.0, 1.0, 10.0, **options)
