"""Change of level: sizes and coverage by simulation, dates by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.stats.changepoints import change_set, level_changes, scan, scatter


def series(levels, se, seed):
    """Means of levels ``{length: level}``-wise, with noise of known error."""
    truth = np.concatenate([np.full(length, float(level)) for length, level in levels])
    errors = np.resize(np.asarray(se, float), len(truth))
    return truth + np.random.default_rng(seed).standard_normal(len(truth)) * errors, errors


def test_scan_is_the_difference_of_weighted_means_in_its_error():
    rng = np.random.default_rng(1)
    y, se = rng.normal(size=12), rng.uniform(0.5, 2, 12)
    w = 1 / se**2
    z = {
        k: (np.average(y[k:], weights=w[k:]) - np.average(y[:k], weights=w[:k]))
        / np.sqrt(1 / w[:k].sum() + 1 / w[k:].sum())
        for k in range(2, 11)
    }
    at, found, p = scan(y, se, draws=50)
    assert at == max(z, key=lambda k: abs(z[k]))
    assert found == pytest.approx(z[at])
    assert 1 / 51 <= p <= 1


def test_giving_up_early_changes_no_p_that_matters():
    """Besag & Clifford (1991): a clear split keeps its p, and an unclear one is left after a few draws."""
    se = np.ones(20)
    rng = np.random.default_rng(2)
    y = rng.standard_normal(20)
    clear = y + 3 * (np.arange(20) >= 10)
    assert scan(clear, se, draws=3000, until=0.01) == scan(clear, se, draws=3000)
    draws = np.random.default_rng(5)
    p = scan(y, se, draws=100_000, until=0.001, rng=draws)[2]
    assert p == pytest.approx(scan(y, se, draws=100_000)[2], abs=0.1)
    after = np.random.default_rng(5)
    after.standard_normal((500, 20))
    assert draws.standard_normal() == after.standard_normal()


def test_a_series_without_change_shows_one_in_twenty():
    flags = sum(bool(level_changes(*series([(20, 0)], [1, 3], s), draws=200, seed=s)) for s in range(400))
    assert 8 <= flags <= 34


def test_two_clear_changes_are_found_with_their_levels():
    y, se = series([(15, 10), (15, 30), (20, 5)], [2, 3], seed=4)
    found = level_changes(y, se)
    assert [c.at for c in found] == [15, 30]
    assert found[0].before == pytest.approx(10, abs=2)
    assert found[0].after == found[1].before == pytest.approx(30, abs=2)
    assert found[1].after == pytest.approx(5, abs=2)
    assert all(c.at in c.among and c.p < 0.01 for c in found)
    assert [(c.start, c.end) for c in found] == [(0, 30), (15, 50)]
    assert len(level_changes(y, se, most=1)) == 1


@pytest.mark.parametrize("size", [2.0, 4.0])
def test_the_set_of_dates_covers(size):
    held = 0
    for seed in range(200):
        y, se = series([(12, 0), (18, size)], [1, 2], seed)
        held += 12 in change_set(y, se, draws=300, rng=np.random.default_rng(seed))
    assert held >= 180


def test_the_same_seed_finds_the_same():
    y, se = series([(20, 0), (20, 2)], [1.0], seed=9)
    assert level_changes(y, se, seed=3) == level_changes(y, se, seed=3)


def test_correlated_estimates_show_a_change_one_time_in_twenty():
    apart = np.abs(np.subtract.outer(np.arange(30), np.arange(30)))
    alike = np.maximum(0.7 * (1 - apart / 8), 0) + 0.3 * np.eye(30)
    root, seen = np.linalg.cholesky(alike), {False: 0, True: 0}
    for seed in range(150):
        y = root @ np.random.default_rng(seed).standard_normal(30)
        for known in seen:
            found = level_changes(y, np.ones(30), draws=300, seed=seed, alike=alike if known else None)
            seen[known] += bool(found)
    assert seen[True] <= 15
    assert seen[False] > 50


def test_neighbours_that_share_people_scatter_less_by_it():
    alike = np.full((400, 400), 0.8) + 0.2 * np.eye(400)
    y = np.linalg.cholesky(alike) @ np.random.default_rng(1).standard_normal(400)
    assert scatter(2 * y, np.ones(400)) == 1
    assert scatter(2 * y, np.ones(400), alike) == pytest.approx(2, abs=0.3)


def test_a_series_too_short_for_two_levels_has_no_change():
    assert scan(np.array([1.0, 9.0, 1.0]), np.ones(3)) == (0, 0.0, 1.0)
    assert level_changes(np.array([1.0]), np.ones(1)) == ()


def test_no_change_wanted_is_refused():
    with pytest.raises(OptionError, match="at least 1"):
        level_changes(np.zeros(9), np.ones(9), most=0)
