"""sBG: the published contracts, closed forms against sums, many fits at once, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize
from scipy.special import betaln

from cxkit.errors import OptionError, UsageError
from cxkit.stats.buying.sbg import (
    Ended,
    discounted_lifetime,
    ended,
    fit_sbg,
    mean_lifetime,
    residual_lifetime,
    retention,
    simulated_ends,
    survival,
)

HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]


def test_v5_the_published_contracts():
    high = fit_sbg(ended(HIGH_END)).params[0]
    regular = fit_sbg(ended(REGULAR)).params[0]
    assert high == pytest.approx([0.668, 3.806], abs=5e-4)
    assert regular == pytest.approx([0.704, 1.182], abs=5e-4)
    # .688, which stands in a test of another package, is a slip of the pen for .668.
    assert abs(high[0] - 0.688) > 0.015
    assert high[0] == pytest.approx(0.66809, abs=1e-5)


@pytest.mark.parametrize(("survivors", "share"), [(HIGH_END, 37.8), (REGULAR, 17.0)])
def test_v6_projected_to_year_12(survivors, share):
    assert 100 * survival(fit_sbg(ended(survivors)).params[0], [12])[0] == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("survivors", [HIGH_END, REGULAR])
def test_the_maximum_is_that_of_the_likelihood_written_with_beta_functions(survivors):
    data = ended(survivors)
    t = np.arange(1, len(data.lost) + 1)

    def down(logs: np.ndarray) -> float:
        a, b = np.exp(logs)
        lost, kept = betaln(a + 1, b + t - 1) - betaln(a, b), betaln(a, b + len(t)) - betaln(a, b)
        return -(data.lost @ lost + data.kept[-1] * kept)

    found = optimize.minimize(down, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    fit = fit_sbg(data)
    assert fit.params[0] == pytest.approx(np.exp(found.x), rel=1e-6)
    assert fit.loglik[0] == pytest.approx(-found.fun, abs=1e-8)


def test_lifetimes_are_the_sums_they_stand_for():
    params = np.array([0.668, 3.806])
    t = np.arange(20_000)
    for d in (0.05, 0.1, 0.5):
        assert discounted_lifetime(params, d) == pytest.approx(float(survival(params, t) @ (1 + d) ** -t.astype(float)))
        for renewed in (0, 3):
            ahead = survival(params, t[1:] + renewed) / survival(params, [renewed])
            assert residual_lifetime(params, d, renewed) == pytest.approx(
                float(ahead @ (1 + d) ** -t[1:].astype(float))
            )
    assert mean_lifetime(np.array([3.0, 4.0])) == pytest.approx(
        float(survival(np.array([3.0, 4.0]), t).sum()), rel=1e-4
    )
    assert mean_lifetime(params) == np.inf


def test_retention_rises_as_the_likely_leavers_go():
    params = fit_sbg(ended(REGULAR)).params[0]
    kept = retention(params, np.arange(1, 40))
    assert (np.diff(kept) > 0).all()
    assert np.cumprod(kept) == pytest.approx(survival(params, np.arange(1, 40)))


def test_many_data_sets_at_once_are_fitted_as_one_by_one():
    rng = np.random.default_rng(3)
    data = ended([1000, *(10 * np.array(HIGH_END[1:])).round()])
    many = simulated_ends(np.array([0.668, 3.806]), data.exposure, 40, rng)
    together = fit_sbg(many).params
    for one, params in zip(many, together, strict=True):
        assert params == pytest.approx(fit_sbg(one).params[0], rel=1e-6)
    assert np.median(together, axis=0) == pytest.approx([0.668, 3.806], rel=0.15)


def test_customers_seen_for_different_times():
    rng = np.random.default_rng(9)
    exposure = np.array([0.0, 3000, 3000, 3000, 3000, 3000])
    (drawn,) = simulated_ends(np.array([1.2, 4.0]), exposure, 1, rng)
    assert drawn.lost.sum() + drawn.kept.sum() == exposure.sum()
    assert drawn.n == exposure.sum()
    found = fit_sbg(drawn).params[0]
    assert survival(found, [5])[0] == pytest.approx(survival((1.2, 4.0), [5])[0], abs=0.02)


def test_a_constant_churn_runs_to_the_edge_and_keeps_its_rate():
    found = fit_sbg(ended(100_000 * 0.9 ** np.arange(9)))
    assert found.edge[0]
    assert retention(found.params[0], [1, 5]) == pytest.approx([0.9, 0.9], abs=1e-4)


@pytest.mark.parametrize("survivors", [[100], [100, 110], [-1, -2], [0, 0], [100, np.nan], [[1, 2]]])
def test_survivors_that_are_none_are_refused(survivors):
    with pytest.raises(UsageError):
        ended(survivors)


@pytest.mark.parametrize("survivors", [[100, 100, 100], [100, 0, 0]])
def test_everybody_or_nobody_left_is_refused(survivors):
    with pytest.raises(UsageError, match="not identified"):
        fit_sbg(ended(survivors))


def test_of_many_those_that_say_nothing_have_no_number():
    some = [ended([100, 90, 80]), Ended(np.zeros(2), np.array([0.0, 0.0, 100.0]), np.array([0.0, 0.0, 100.0]))]
    found = fit_sbg(some).params
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


def test_without_discount_there_is_no_discounted_lifetime():
    with pytest.raises(OptionError):
        discounted_lifetime((0.668, 3.806), 0.0)
