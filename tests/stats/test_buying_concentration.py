"""Shares of the top, Gini, ratios: definitions, errors against resampling, ties."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import UsageError
from cxkit.stats.buying.concentration import fifths, gini, lorenz, ratio_error, top_share

SPENT = np.random.default_rng(7).gamma(0.8, 50, 1500)


def test_gini_is_the_mean_difference_of_two_customers():
    pairs = np.abs(SPENT[:, None] - SPENT[None, :]).mean() / (2 * SPENT.mean())
    assert gini(SPENT)[0] == pytest.approx(pairs, rel=1e-10)


def test_the_top_holds_what_it_holds():
    values = np.sort(SPENT)[::-1]
    assert top_share(SPENT, 0.2)[0] == pytest.approx(values[:300].sum() / values.sum(), rel=1e-10)
    at, held = lorenz(SPENT)
    assert (at[0], held[0], at[-1]) == (0, 0, 1)
    assert held[-1] == pytest.approx(1)
    assert (held <= at + 1e-12).all()


def test_linearised_errors_are_those_of_a_bootstrap():
    rng = np.random.default_rng(1)
    drawn = [rng.choice(SPENT, len(SPENT)) for _ in range(600)]
    assert gini(SPENT)[1] == pytest.approx(np.std([gini(v)[0] for v in drawn]), rel=0.1)
    for share in (0.1, 0.2, 0.5):
        assert top_share(SPENT, share)[1] == pytest.approx(np.std([top_share(v, share)[0] for v in drawn]), rel=0.1)


def test_a_ratio_counts_customers_and_not_orders():
    rng = np.random.default_rng(2)
    orders = rng.poisson(3, 400) + 1
    each = rng.gamma(4, 10, 400)
    spent = orders * each
    found, error = ratio_error(spent, orders)
    drawn = []
    for _ in range(600):
        rows = rng.integers(0, 400, 400)
        drawn.append(spent[rows].sum() / orders[rows].sum())
    assert found == pytest.approx(spent.sum() / orders.sum())
    assert error == pytest.approx(np.std(drawn), rel=0.1)
    assert np.isnan(ratio_error([1.0], [1.0])[1])
    assert np.isnan(ratio_error([1.0, 2.0], [0.0, 0.0])[0])


def test_ties_share_the_score_of_the_middle():
    assert fifths([1] * 60 + [2] * 20 + [3] * 20).tolist() == [2] * 60 + [4] * 20 + [5] * 20
    assert fifths(np.arange(100)).tolist() == sorted([1, 2, 3, 4, 5] * 20)
    assert fifths([7]).tolist() == [3]
    assert set(fifths([4.0] * 9).tolist()) == {3}


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [-1.0, 5.0], [np.nan, 1.0]])
def test_values_without_a_share_are_refused(values):
    with pytest.raises(UsageError):
        gini(values)
