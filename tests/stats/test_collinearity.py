"""Collinearity against published figures and second implementations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxkit.stats.collinearity import (
    chance_share,
    collisions,
    condition_indices,
    condition_number,
    duplicates,
    first_factor_share,
    variance_proportions,
    vif,
    with_constant,
)

# Longley (1967), JASA 62, 819-841: deflator, GNP, unemployed, armed forces, population, year.
_LONGLEY = np.array(
    [
        [83.0, 234289, 2356, 1590, 107608, 1947], [88.5, 259426, 2325, 1456, 108632, 1948],
        [88.2, 258054, 3682, 1616, 109773, 1949], [89.5, 284599, 3351, 1650, 110929, 1950],
        [96.2, 328975, 2099, 3099, 112075, 1951], [98.1, 346999, 1932, 3594, 113270, 1952],
        [99.0, 365385, 1870, 3547, 115094, 1953], [100.0, 363112, 3578, 3350, 116219, 1954],
        [101.2, 397469, 2904, 3048, 117388, 1955], [104.6, 419180, 2822, 2857, 118734, 1956],
        [108.4, 442769, 2936, 2798, 120445, 1957], [110.8, 444546, 4681, 2637, 121950, 1958],
        [112.6, 482704, 3813, 2552, 123366, 1959], [114.2, 502601, 3931, 2514, 125368, 1960],
        [115.7, 518173, 4806, 2572, 127852, 1961], [116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)  # fmt: skip
_R = np.corrcoef(_LONGLEY, rowvar=False)


def _rows(seed, n=300, p=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, p)) @ rng.standard_normal((p, p)) + rng.uniform(-5, 5, p)


def test_vif_of_longley_as_published_with_the_r_package_genridge():
    assert vif(_R) == pytest.approx([135.53, 1788.51, 33.619, 3.589, 399.15, 758.98], abs=5e-3)


def test_condition_number_of_longley_as_other_programs_print_it():
    number = condition_number(with_constant(_R, _LONGLEY.mean(0), _LONGLEY.std(0)))
    assert number == pytest.approx(43275.04, abs=0.02)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_vif_agrees_with_statsmodels(seed):
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    x = _rows(seed)
    full = np.column_stack([np.ones(len(x)), x])
    theirs = [variance_inflation_factor(full, j) for j in range(1, full.shape[1])]
    assert vif(np.corrcoef(x, rowvar=False)) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_belsleys_diagnosis_agrees_with_singular_values_of_the_rows(seed):
    x = _rows(seed)
    full = np.column_stack([np.ones(len(x)), x])
    full /= np.sqrt((full**2).sum(axis=0))
    _, singular, vt = np.linalg.svd(full, full_matrices=False)
    part = (vt / singular[:, None]) ** 2
    products = with_constant(np.corrcoef(x, rowvar=False), x.mean(0), x.std(0))
    assert condition_indices(products) == pytest.approx(singular[0] / singular, rel=1e-8)
    assert variance_proportions(products) == pytest.approx(part / part.sum(axis=0), rel=1e-6, abs=1e-9)


def test_a_batch_is_each_of_its_matrices():
    batch = np.stack([np.corrcoef(_rows(s), rowvar=False) for s in range(4)]).reshape(2, 2, 5, 5)
    for of_all in (vif, condition_indices, condition_number, first_factor_share, variance_proportions):
        assert of_all(batch)[1, 0] == pytest.approx(of_all(batch[1, 0]), rel=1e-12)


@given(st.integers(0, 10_000), st.integers(2, 8))
@settings(max_examples=40, deadline=None)
def test_identities(seed, p):
    x = _rows(seed, 60, p)
    r = np.corrcoef(x, rowvar=False)
    order = np.random.default_rng(seed).permutation(p)
    assert vif(r)[order] == pytest.approx(vif(r[np.ix_(order, order)]), rel=1e-6)
    assert (vif(r) >= 1).all()
    assert variance_proportions(r).sum(axis=0) == pytest.approx(np.ones(p))
    assert 1 / p - 1e-12 <= first_factor_share(r) <= 1
    # Shift and scale, and turning a scale round, change nothing.
    moved = np.corrcoef(x * np.where(np.arange(p) % 2, -3, 7.0) + 11, rowvar=False)
    assert vif(moved) == pytest.approx(vif(r), rel=1e-6)
    assert condition_number(moved) == pytest.approx(condition_number(r), rel=1e-6)


def test_an_exact_tie_is_nan_and_spares_the_others():
    x = _rows(3, 200, 4)
    x = np.column_stack([x, x[:, 0] + 2 * x[:, 1]])
    out = vif(np.corrcoef(x, rowvar=False))
    assert np.isnan(out[[0, 1, 4]]).all()
    kept = vif(np.corrcoef(x[:, :4], rowvar=False))
    assert out[[2, 3]] == pytest.approx(kept[[2, 3]], rel=1e-6)
    assert not np.isinf(condition_indices(np.corrcoef(x, rowvar=False))).any()


def test_a_constant_column_is_nan_and_spares_the_others():
    r = np.corrcoef(_rows(4, 200, 3), rowvar=False)
    spoilt = np.full((4, 4), np.nan)
    spoilt[np.ix_([0, 2, 3], [0, 2, 3])] = r
    assert np.isnan(vif(spoilt)[1])
    assert vif(spoilt)[[0, 2, 3]] == pytest.approx(vif(r))
    others = tuple(tuple((0, 2, 3)[i] for i in group) for group in collisions(r))
    assert collisions(spoilt) == others
    assert duplicates(spoilt) == ()
    assert np.isnan(with_constant(np.eye(2), np.zeros(2), np.array([1.0, 0.0]))[2, 2])


def test_a_single_column():
    one = np.ones((1, 1))
    assert vif(one).tolist() == [1]
    assert condition_number(one) == 1
    assert first_factor_share(one) == 1
    assert duplicates(one) == collisions(one) == ()


def test_duplicates_turned_round_shifted_and_scaled():
    x = _rows(5, 100, 4)
    x = np.column_stack([x, 3 - 2 * x[:, 1], x[:, 1] / 7, x[:, 2] + 1e-3 * x[:, 0]])
    assert duplicates(np.corrcoef(x, rowvar=False)) == ((1, 4, 5),)


def test_two_collisions_of_equal_strength_are_told_apart():
    r = np.eye(5)
    r[0, 3] = r[3, 0] = r[1, 4] = r[4, 1] = 0.95
    assert collisions(r) == ((0, 3), (1, 4))


@pytest.mark.parametrize(("noise", "over"), [(0.3, 5), (0.7, 1)])
def test_a_total_collides_with_its_parts_and_not_with_a_stranger(noise, over):
    rng = np.random.default_rng(6)
    x = rng.standard_normal((500, 5))
    x = np.column_stack([x, x[:, :4].sum(axis=1) + noise * rng.standard_normal(500)])
    r = np.corrcoef(x, rowvar=False)
    assert (vif(r) > 5).sum() == over
    assert collisions(r) == ((0, 1, 2, 3, 5),)


def test_unrelated_columns_do_not_collide():
    x = np.random.default_rng(7).standard_normal((500, 10))
    assert collisions(np.corrcoef(x, rowvar=False)) == ()


@pytest.mark.parametrize(("p", "n"), [(2, 100), (5, 12), (8, 300), (6, 5)])
def test_share_by_chance_agrees_with_drawing_the_rows(p, n):
    rng = np.random.default_rng(8)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.standard_normal((n, p)), rowvar=False))[-1] / p for _ in range(1000)]
    error = np.std(drawn) * (1 / 1000 + 1 / 2000) ** 0.5
    assert chance_share(p, n, draws=2000) == pytest.approx(np.mean(drawn), abs=4 * error)
