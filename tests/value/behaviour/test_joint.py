"""The joint errors of means and slopes: against a bootstrap of customers and of accounts."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.value.behaviour import linkage
from cxkit.value.behaviour.customers import Customers
from cxkit.value.behaviour.joint import joint_slopes


def bootstrapped(result, draws: int, seed: int = 1) -> np.ndarray:
    """(2k, 2k) covariance over resamples of customers, or of their clusters."""
    rng, whole = np.random.default_rng(seed), result.found.groups[0]
    found = []
    blocks = None if whole.cluster is None else [np.flatnonzero(whole.cluster == c) for c in np.unique(whole.cluster)]
    for _ in range(draws):
        if blocks is None:
            rows = rng.integers(0, len(whole), len(whole))
        else:
            rows = np.concatenate([blocks[b] for b in rng.integers(0, len(blocks), len(blocks))])
        drawn: Customers = whole.take(rows)
        slopes = joint_slopes(drawn, result.outcomes, result.score, 12)
        found.append(np.concatenate([slopes.base, slopes.slope]))
    return np.cov(np.array(found).T)


def as_correlation(covariance: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(covariance))
    return covariance / np.outer(spread, spread)


@pytest.mark.parametrize("cluster", [None, "account"])
def test_the_covariance_equals_that_of_a_bootstrap(cluster, frame_of, study):
    """Of revenue and contacts (stayed) and churn (all): different customers, one covariance."""
    frame = frame_of(900, 7)
    frame["contacts"] = (frame["contacts"] - frame["revenue"] / 400).round(3)  # goes with revenue beyond the score
    result = linkage(study(frame, contacts="contacts", cluster=cluster))
    slopes = result.slopes()
    assert slopes.outcomes == ("revenue", "contacts", "churned")
    reference = bootstrapped(result, 500)
    assert np.sqrt(np.diag(slopes.covariance)) == pytest.approx(np.sqrt(np.diag(reference)), rel=0.12)
    ours, theirs = as_correlation(slopes.covariance), as_correlation(reference)
    assert np.abs(ours - theirs).max() < 0.15
    assert np.abs(ours - np.eye(6)).max() > 0.3  # they do correlate


def test_covariances_are_positive_and_marginals_those_of_the_parts(study):
    result = linkage(study())
    slopes = result.slopes()
    assert np.linalg.eigvalsh(slopes.covariance).min() > -1e-12
    from scipy.special import stdtrit

    half = result.point().high - result.point().value
    assert np.sqrt(slopes.covariance[2, 2]) == pytest.approx(half / stdtrit(result.point().n - 2, 0.975))
    assert slopes.unit == ("EUR", "")
    assert slopes.months == 12
    assert slopes.n[1] == 3000
    assert slopes.grade == "observed"


def test_a_bent_link_is_marked(frame_of, study):
    frame = frame_of(2000)
    assert linkage(study(frame)).slopes().linear[0] is True
    frame["revenue"] = np.where(frame["nps"] >= 9, 1000.0, 600.0) + 50 * np.random.default_rng(1).normal(size=2000)
    result = linkage(study(frame))
    assert result.slopes().linear[0] is False
    assert "bent" in {note.key for note in result.cautions}


def test_controls_are_held_equal_in_the_slopes_too(study):
    free, held = linkage(study()), linkage(study(), controls="tenure")
    assert held.slopes().slope[0] == pytest.approx(held.point().value)
    assert held.slopes().slope[0] != free.slopes().slope[0]
    assert held.slopes().base == pytest.approx(free.slopes().base)
