"""Draws: their distributions against scipy's, and streams that leave each other alone."""

import numpy as np
import pytest
from scipy import stats

from cxkit.stats.uncertain import is_correlation, joint_normal, normal_scores, triangular, uniform_draws


@pytest.mark.parametrize(("low", "likely", "high"), [(2, 3, 10), (0, 0, 1), (-5, 4, 4)])
def test_triangular_quantiles_are_scipys(low, likely, high):
    u = np.linspace(0, 1, 101)
    expected = stats.triang((likely - low) / (high - low), low, high - low).ppf(u)
    assert triangular(u, low, likely, high) == pytest.approx(expected, abs=1e-9)


def test_streams_are_seeded_by_name():
    first = uniform_draws("churn", 1000, 0)
    assert (first == uniform_draws("churn", 1000, 0)).all()
    assert abs(np.corrcoef(first, uniform_draws("margin", 1000, 0))[0, 1]) < 0.1
    assert abs(np.corrcoef(first, uniform_draws("churn", 1000, 1))[0, 1]) < 0.1


def test_joint_normal_has_the_covariance_that_was_given():
    covariance = np.array([[4e6, -900.0, 0], [-900, 1, 0], [0, 0, 0]])
    found = joint_normal([1e5, 0.5, 3], covariance, 100_000, 0, "a")
    assert found.mean(axis=0) == pytest.approx([1e5, 0.5, 3], rel=0.02)
    assert np.corrcoef(found[:, 0], found[:, 1])[0, 1] == pytest.approx(-0.45, abs=0.01)
    assert (found[:, 2] == 3).all()


def test_no_covariance_is_refused():
    with pytest.raises(ValueError, match="no covariance"):
        joint_normal([0, 0], [[1, 2], [2, 1]], 10, 0, "a")
    with pytest.raises(ValueError, match="finite"):
        joint_normal([np.nan], [[1]], 10, 0, "a")


def test_correlated_scores_keep_their_margins():
    found = normal_scores(["a", "b", "c"], [[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1]], 50_000, 0)
    scores = stats.norm.ppf(found)
    assert np.corrcoef(scores.T)[0, 1] == pytest.approx(0.8, abs=0.01)
    assert stats.kstest(found[:, 1], "uniform").pvalue > 1e-3
    assert found[:, 0] == pytest.approx(uniform_draws("a", 50_000, 0), abs=1e-12)


def test_perfect_correlation_is_one():
    found = normal_scores(["a", "b"], [[1, 1], [1, 1]], 100, 0)
    assert found[:, 0] == pytest.approx(found[:, 1])
    assert is_correlation([[1, 1], [1, 1]])
