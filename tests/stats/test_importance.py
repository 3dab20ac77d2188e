"""Importance by method: published numbers, then the identities that hold for any data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxkit.errors import OptionError
from cxkit.stats.importance import METHODS, importance, jaccard, r2
from cxkit.stats.relativeweights import standardised_coefficients
from cxkit.stats.schur import partial_out
from cxkit.stats.subsets import conditional_dominance, lmg, subset_r2


def matrix(outcome, *upper):
    """Correlations of p drivers, then the outcome, from the rows of the upper triangle."""
    p = len(outcome)
    out = np.eye(p + 1)
    out[:p, p] = out[p, :p] = outcome
    for i, row in enumerate(upper):
        out[i, i + 1 : p] = out[i + 1 : p, i] = row
    return out


# R's datasets::swiss (Mosteller & Tukey 1977): Fertility by Agriculture, Examination, Education, Catholic, Infant.
SWISS = matrix(
    [0.3530791836, -0.6458827065, -0.6637888570, 0.4636847007, 0.4165560314],
    [-0.6865422086, -0.6395225189, 0.4010950530, -0.0608586084],
    [0.6984152963, -0.5727418061, -0.1140215965],
    [-0.1538589171, -0.0993218458],
    [0.1754959076],
)
# The same with weights 1, 2, 3 in turn.
SWISS_WEIGHTED = matrix(
    [0.384481387933, -0.682079225597, -0.684178352024, 0.475021783196, 0.418375430213],
    [-0.673016403451, -0.687514056871, 0.343544581236, -0.123014806867],
    [0.743571188913, -0.580403334596, -0.118627169797],
    [-0.167096006130, -0.062540530879],
    [0.215309870429],
)
# Grade point average by socio-economic status, IQ and need for achievement.
GPA = matrix([0.33, 0.57, 0.50], [0.30, 0.41], [0.16])


def correlated(p, seed, n=60):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=(n, 1))
    return np.column_stack([x, x @ rng.normal(size=p) + 2 * rng.normal(size=n)])


def covariances(p, seed):
    return np.cov(correlated(p, seed), rowvar=False)


def test_d1_swiss_lmg_as_relaimpo():
    expected = [0.05709122077, 0.17117302890, 0.26013467862, 0.10557015037, 0.11276592293]
    for name in ("lmg", "shapley", "dominance", "general", "conditional"):
        assert importance(SWISS, name) == pytest.approx(expected, abs=2e-10)
    assert r2(SWISS) == pytest.approx(0.7067350016, abs=2e-10)


def test_d2_swiss_johnson_as_relaimpo():
    expected = [0.04841689581, 0.15470824981, 0.27196410465, 0.11468002995, 0.11696572138]
    assert importance(SWISS, "johnson") == pytest.approx(expected, abs=2e-10)


def test_d3_swiss_pratt_as_relaimpo():
    expected = [-0.1104859910, 0.1064274043, 0.4450045676, 0.1611768150, 0.1046122056]
    assert importance(SWISS, "pratt") == pytest.approx(expected, abs=3e-10)


def test_d9_gpa_r2_of_every_subset():
    expected = [0, 0.1089, 0.3249, 0.3526813, 0.25, 0.2687823, 0.4964080, 0.4964735]
    assert subset_r2(GPA) == pytest.approx(expected, abs=5e-8)


def test_d10_gpa_lmg_and_johnson_as_relaimpo():
    assert importance(GPA, "lmg") == pytest.approx([0.04408243, 0.26589530, 0.18649580], abs=1e-8)
    assert importance(GPA, "johnson") == pytest.approx([0.04053455, 0.26793262, 0.18800636], abs=1e-8)


def test_d17_weighted_swiss_as_relaimpo():
    shares = [0.06102021708, 0.18416693341, 0.26026839815, 0.10199280520, 0.11625675972]
    weights = [0.05729269397, 0.16358906568, 0.27130256293, 0.11058323189, 0.12093755908]
    assert importance(SWISS_WEIGHTED, "lmg") == pytest.approx(shares, abs=2e-11)
    assert importance(SWISS_WEIGHTED, "johnson") == pytest.approx(weights, abs=2e-11)
    assert r2(SWISS_WEIGHTED) == pytest.approx(0.7237051135, abs=1e-10)


drawn = {"p": st.integers(1, 8), "seed": st.integers(0, 10_000)}


@given(**drawn)
@settings(max_examples=60, deadline=None)
def test_what_sums_to_r2_does(p, seed):
    c = covariances(p, seed)
    whole = r2(c)
    assert subset_r2(c)[-1] == pytest.approx(whole, abs=1e-9)
    for name in (m.name for m in METHODS.values() if m.sums):
        assert importance(c, name).sum() == pytest.approx(whole, abs=1e-9)


@given(**drawn, data=st.data())
@settings(max_examples=60, deadline=None)
def test_order_shift_and_scale_of_the_data_do_not_matter(p, seed, data):
    rows = correlated(p, seed)
    order = data.draw(st.permutations(range(p)))
    scale = data.draw(st.lists(st.floats(1e-3, 1e3), min_size=p + 1, max_size=p + 1))
    changed = rows[:, [*order, p]] * scale + np.arange(p + 1)
    for name, method in METHODS.items():
        if method.compute is not None:
            before = importance(np.cov(rows, rowvar=False), name)
            after = importance(np.cov(changed, rowvar=False), name)
            assert after == pytest.approx(before[list(order)], abs=1e-7)


@given(**drawn)
@settings(max_examples=40, deadline=None)
def test_exact_copies_share_equally_what_one_of_them_would_have_with_the_other_away(p, seed):
    c = covariances(p, seed)
    twice = np.arange(p + 1).tolist()
    twice.insert(p, 0)
    d = c[np.ix_(twice, twice)]
    for name in ("lmg", "johnson", "pratt"):
        found = importance(d, name)
        assert found[0] == pytest.approx(found[p], abs=1e-9)
        assert found.sum() == pytest.approx(r2(c), abs=1e-9)
    three = lmg(d[np.ix_([0, *range(p + 2)], [0, *range(p + 2)])])
    assert three[[0, 1, p + 1]] == pytest.approx([three[0]] * 3, abs=1e-9)


@given(**drawn)
@settings(max_examples=40, deadline=None)
def test_lmg_is_the_mean_of_conditional_dominance_and_never_negative(p, seed):
    c = covariances(p, seed)
    table = conditional_dominance(c)
    assert lmg(c) == pytest.approx(table.mean(axis=1), abs=1e-15)
    assert (table >= 0).all()
    assert table[:, 0] == pytest.approx(importance(c, "squared"), abs=1e-12)


def test_uncorrelated_drivers_have_their_squared_correlations():
    c = matrix([0.5, -0.4, 0.3, 0.1])
    for name in ("lmg", "johnson", "pratt", "squared", "beta_squared"):
        assert importance(c, name) == pytest.approx([0.25, 0.16, 0.09, 0.01])
    for name in ("beta", "correlation"):
        assert importance(c, name) == pytest.approx([0.5, -0.4, 0.3, 0.1])


def test_standardised_coefficients_are_those_of_least_squares():
    rows = correlated(5, 3)
    z = (rows - rows.mean(0)) / rows.std(0)
    expected = np.linalg.lstsq(z[:, :5], z[:, 5], rcond=None)[0]
    beta, r = standardised_coefficients(np.cov(rows, rowvar=False))
    assert beta == pytest.approx(expected, abs=1e-9)
    assert r == pytest.approx(z[:, :5].T @ z[:, 5] / len(z))


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.compute])
def test_a_batch_is_its_matrices_one_by_one(name):
    stack = np.stack([covariances(4, seed) for seed in range(6)])
    whole = importance(stack.reshape(2, 3, 5, 5), name)
    assert whole.shape == (2, 3, 4)
    assert whole.reshape(6, 4) == pytest.approx(np.stack([importance(c, name) for c in stack]), abs=1e-12)


@given(
    p=st.integers(1, 8),
    rank=st.integers(0, 6),
    seed=st.integers(0, 10_000),
    noise=st.sampled_from([0, 1e-16, 1e-13, 1e-6]),
)
@settings(max_examples=150, deadline=None)
def test_singular_matrices_give_finite_values_that_sum(p, rank, seed, noise):
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 3, (40, rank)) @ rng.integers(-2, 3, (rank, p)) + 0.0
    c = np.cov(np.column_stack([x, rng.normal(size=40)]), rowvar=False)
    c += noise * (wobble := rng.normal(size=c.shape)) + noise * wobble.T
    for name, method in METHODS.items():
        if method.compute is not None:
            found = importance(c, name)
            assert np.isfinite(found).all()
            assert method.signed or (found >= 0).all()
    assert 0 <= lmg(c).sum() <= 1 + 1e-9
    if noise == 0:
        assert lmg(c).sum() == pytest.approx(r2(c), abs=1e-9)


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.compute])
def test_what_does_not_vary_has_no_importance(name):
    c = covariances(4, 1)
    still = c.copy()
    still[2], still[:, 2] = 0, 0
    found = importance(still, name)
    keep = [0, 1, 3, 4]
    assert found[2] == 0
    assert found[[0, 1, 3]] == pytest.approx(importance(c[np.ix_(keep, keep)], name), abs=1e-12)
    c[4], c[:, 4] = 0, 0
    assert importance(c, name).tolist() == [0] * 4


def test_a_driver_that_is_the_outcome_has_all_of_it():
    c = covariances(3, 5)
    at = [0, 1, 3, 3]
    found = lmg(c[np.ix_(at, at)])
    assert found.sum() == pytest.approx(1)
    assert found[2] > found[:2].max()


@pytest.mark.parametrize("name", ["lmg", "johnson", "pratt"])
def test_after_controls_the_sum_is_what_the_drivers_add_to_them(name):
    rows = correlated(6, 8)
    c = np.cov(rows, rowvar=False)
    left = partial_out(c, [1, 4])
    found = importance(left, name, total=c[-1, -1])
    assert found.sum() == pytest.approx(r2(c) - r2(c[np.ix_([1, 4, 6], [1, 4, 6])]), abs=1e-10)
    # On the rows: the residuals of a regression on the controls, R² against the outcome itself.
    z = np.column_stack([np.ones(len(rows)), rows[:, [1, 4]]])
    residual = rows[:, [0, 2, 3, 5, 6]]
    residual = residual - z @ np.linalg.lstsq(z, residual, rcond=None)[0]
    assert left == pytest.approx(np.cov(residual, rowvar=False), abs=1e-9)
    within = importance(np.cov(residual, rowvar=False), name)
    assert found == pytest.approx(within * residual[:, -1].var() / rows[:, -1].var(), abs=1e-10)


def test_a_copy_of_a_control_adds_nothing():
    c = covariances(3, 2)
    at = [0, 0, 1, 3]
    left = partial_out(c[np.ix_(at, at)], [0])
    assert left[0].tolist() == [0, 0, 0]
    assert lmg(left, c[3, 3])[0] == 0


def test_controls_go_out_of_a_batch_at_once():
    stack = np.stack([covariances(4, seed) for seed in range(3)])
    found = importance(partial_out(stack, [2]), total=stack[:, -1, -1])
    for c, one in zip(stack, found, strict=True):
        assert one == pytest.approx(importance(partial_out(c, [2]), total=c[-1, -1]), abs=1e-12)


@pytest.mark.parametrize("shape", [(1,), (2, 3), ()])
def test_the_matrices_given_stay_as_they_are(shape):
    given_ = np.broadcast_to(covariances(4, 3), (*shape, 5, 5)).copy()
    before = given_.copy()
    for name, method in METHODS.items():
        if method.compute is not None:
            importance(given_, name, total=2.0)
    partial_out(given_, [0])
    subset_r2(given_)
    assert given_.tolist() == before.tolist()


def test_jaccard_as_counted_on_rows():
    rng = np.random.default_rng(3)
    x, y, w = rng.random((200, 3)) < 0.4, rng.random(200) < 0.5, rng.uniform(0.5, 2, 200)
    expected = [w[a & y].sum() / w[a | y].sum() for a in x.T]
    assert jaccard((w * y) @ x, w @ x, w @ y) == pytest.approx(expected)
    assert jaccard([0.0, 0.0], [0.0, 3.0], 0.0).tolist() == [0, 0]


def test_a_wrong_method_is_refused_with_the_right_ones():
    with pytest.raises(OptionError, match=r"no method 'lgm'\n  fix: did you mean 'lmg'"):
        importance(GPA, "lgm")
    with pytest.raises(OptionError, match="from counts"):
        importance(GPA, "jaccard")
