"""Incomplete rows: pairs of answers and multiple imputation against brute force, R, statsmodels and the truth."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

import cxkit as cx
from cxkit.keydrivers.missing import imputed as missing_imputed
from cxkit.keydrivers.missing.chain import chained
from cxkit.keydrivers.missing.imputed import imputed, pooled
from cxkit.keydrivers.missing.pairwise import _Pairs, pairwise, regress
from cxkit.keydrivers.models.linear import fit_linear
from cxkit.stats.importance import importance
from cxkit.stats.nearcorrelation import nearest_correlation
from cxkit.tally.gram_rows import of_rows
from cxkit.tally.residuals import row_residuals
from cxkit.tally.rows import Rows

_BETA = np.array([0.8, 0.4, 0.2, 0.0])
_BOTH = pytest.mark.parametrize("way", [pairwise, imputed])


def _rows(table, w=None, cluster=None):
    n, k = table.shape
    w = np.ones(n) if w is None else w
    # Names that no formula would survive.
    names = (*("Délai d'attente", "Q1 + Q2", "__import__('os')", "prix €", "Q5", "Q6", "Q7")[: k - 1], "note")
    return Rows(names, table, w, w * w, np.ones(n, np.int64), ((),), np.zeros(n, np.int64), cluster)


def _answers(n, rng):
    x = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, 4))
    return np.column_stack([x, x @ _BETA + rng.standard_normal(n)])


def _gaps(table, how, rng):
    out, n = table.copy(), len(table)
    gap = rng.random((n, 4)) < 0.25
    if how == "mar":  # those who are unhappy skip the first two
        gap = np.zeros((n, 4), bool)
        gap[:, :2] = rng.random((n, 2)) < 1 / (1 + np.exp(1 + 1.2 * table[:, 4:]))
    out[:, :4][gap] = np.nan
    return out


def _listwise(rows, covariance="HC3"):
    gram = of_rows(rows, False, 0)
    return gram, fit_linear(gram, lambda solved: row_residuals(rows, gram, solved), covariance=covariance)[0]


def _keys(measured):
    return [caution.key for caution in measured.cautions]


# --- nothing missing


@_BOTH
def test_without_gaps_both_are_the_plain_fit(way):
    rng = np.random.default_rng(1)
    rows = _rows(_answers(400, rng) + 100, w=rng.random(400) + 0.5)
    gram, fit = _listwise(rows)
    found = way(rows, resamples=10)
    np.testing.assert_allclose(found.fit.coef, fit.coef, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.fit.r2, fit.r2, rtol=1e-12)
    np.testing.assert_allclose(found.covariance, gram.covariance, rtol=1e-11)
    np.testing.assert_allclose(found.mean, gram.mean, rtol=1e-12)
    assert found.n == found.rows == 400
    assert found.cautions == ()
    assert found.draws.shape == (10, 5, 5)
    assert found.mean_draws.shape == (10, 5)


def test_imputing_nothing_changes_nothing_of_the_errors():
    rows = _rows(_answers(200, np.random.default_rng(2)))
    _, fit = _listwise(rows)
    found = imputed(rows).fit
    assert (found.covariance, found.df, found.n) == ("HC3", fit.df, 200)
    np.testing.assert_array_equal(found.cov, fit.cov)


# --- pairs of answers

_NA = np.nan
_TEN = np.array(
    [[3, _NA, 5, 7], [8, 6, _NA, 9], [5, 4, 4, _NA], [9, 9, 7, 10], [_NA, 2, 3, 4],
     [6, 7, _NA, 6], [7, 5, 6, 8], [2, 3, 1, 3], [10, 8, 9, _NA], [4, _NA, 6, 5]]
)  # fmt: skip


def test_covariances_are_those_of_r_cov_pairwise_complete_obs():
    # R 4: cov(x, use = "pairwise.complete.obs") of _TEN, which divides by the rows of the pair less 1.
    of_r = np.array(
        [[7.5, 5, 6.47619047619048, 5.59523809523809], [5, 6, 7, 5.93333333333333],
         [6.47619047619048, 7, 6.125, 5.06666666666667], [5.59523809523809, 5.93333333333333, 5.06666666666667, 6]]
    )  # fmt: skip
    held = ~np.isnan(_TEN)
    both = held.T.astype(int) @ held
    found = _unrepaired(_TEN)
    np.testing.assert_allclose(found * both / (both - 1), of_r, rtol=1e-12)


def _unrepaired(table):
    """Pairwise covariances before any repair."""
    rows = _rows(table)
    return _Pairs(rows, ~np.isnan(table), 0).whole()[1]


def _brute(table, w=None):
    """Pairwise covariances by the book."""
    w, k = np.ones(len(table)) if w is None else w, table.shape[1]
    out = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            both = ~np.isnan(table[:, i]) & ~np.isnan(table[:, j])
            a, b, v = table[both, i], table[both, j], w[both]
            out[i, j] = np.average((a - np.average(a, weights=v)) * (b - np.average(b, weights=v)), weights=v)
    return out


def test_weighted_pairs_equal_brute_force():
    rng = np.random.default_rng(3)
    table = _gaps(_answers(300, rng), "mcar", rng) + 50
    table[rng.random(300) < 0.1, 4] = np.nan
    w = rng.random(300) + 0.2
    found = pairwise(_rows(table, w))
    np.testing.assert_allclose(found.covariance, _brute(table, w), rtol=1e-11)
    s = found.covariance
    np.testing.assert_allclose(found.fit.coef, np.linalg.solve(s[:4, :4], s[:4, 4]), rtol=1e-10)
    held = ~np.isnan(table)
    assert found.n == (held[:, 4] & held[:, :4].any(axis=1)).sum()
    assert found.answered.tolist() == held.sum(axis=0).tolist()
    both = held.T.astype(int) @ held
    pairs = both[np.triu_indices(5, 1)]
    (said,) = found.cautions
    assert dict(said.values) == {"percent": 100 * (~held.all(axis=1)).mean(), "low": pairs.min(), "high": pairs.max()}
    assert found.fit.df == pairs.min() - 5
    assert found.fit.covariance == "bootstrap"


def test_draws_are_the_bootstrap_of_rows_done_by_hand():
    rng = np.random.default_rng(4)
    table = _gaps(_answers(150, rng), "mcar", rng)
    found = pairwise(_rows(table), resamples=600, seed=1)
    rng = np.random.default_rng(1)
    by_hand = np.array([_brute(table[rng.integers(0, 150, 150)]) for _ in range(600)])
    np.testing.assert_allclose(found.draws, by_hand, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.fit.std_err, regress(by_hand)[0].std(axis=0), rtol=0.01)


def test_errors_from_clusters_are_wider_where_answers_of_a_cluster_are_alike():
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(40), 20)
    common = rng.standard_normal((40, 1))[cluster]
    x = common + 0.3 * rng.standard_normal((800, 1))
    table = np.column_stack([x, x[:, 0] + 2 * rng.standard_normal(40)[cluster] + rng.standard_normal(800)])
    table[rng.random(800) < 0.2, 0] = np.nan
    alone, together = pairwise(_rows(table)).fit, pairwise(_rows(table, cluster=cluster)).fit
    assert together.std_err[0] > 2 * alone.std_err[0]
    assert (together.clusters, together.df, alone.clusters) == (40, 39.0, 0)
    kept = _rows(table, cluster=cluster).filled()
    np.testing.assert_allclose(together.std_err, _listwise(kept, "cluster")[1].std_err, rtol=0.2)


def test_many_rows_are_resampled_in_blocks():
    rng = np.random.default_rng(6)
    table = _gaps(_answers(20_000, rng), "mcar", rng)
    found = pairwise(_rows(table), resamples=600)
    # Errors fall with the root of n.
    small = pairwise(_rows(table[:2000]), resamples=600)
    np.testing.assert_allclose(small.fit.std_err / found.fit.std_err, np.sqrt(10), rtol=0.2)


def test_impossible_correlations_are_repaired_and_it_is_said():
    rng = np.random.default_rng(7)
    table = np.full((90, 3), np.nan)
    a = rng.standard_normal(90)
    for part, (i, j), sign in ((slice(0, 30), (0, 1), 1), (slice(30, 60), (0, 2), 1), (slice(60, 90), (1, 2), -1)):
        table[part, i], table[part, j] = a[part], sign * a[part] + 0.05 * rng.standard_normal(30)
    found = pairwise(_rows(table), resamples=50)
    assert np.linalg.eigvalsh(_unrepaired(table)).min() < -0.5
    assert np.linalg.eigvalsh(found.covariance).min() > 0
    assert np.linalg.eigvalsh(found.draws).min() > 0
    assert _keys(found) == ["pairwise", "repaired"]
    assert dict(found.cautions[1].values)["moved"] > 0.3
    assert 0 <= found.fit.r2 <= 1
    assert found.fit.r2 == pytest.approx(importance(found.weighed, "lmg").sum(), rel=1e-9)


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.IterationLimitWarning")
def test_nearest_correlation_is_that_of_statsmodels():
    from statsmodels.stats.correlation_tools import corr_nearest

    rng = np.random.default_rng(8)
    raw = np.triu(rng.uniform(-0.6, 0.6, (12, 5, 5)), 1)
    stack = raw + raw.transpose(0, 2, 1) + np.eye(5)
    fixed, moved = nearest_correlation(stack)
    assert 0 < (moved > 0).sum() < 12
    for before, after, by in zip(stack, fixed, moved, strict=True):
        if by:
            np.testing.assert_allclose(after, corr_nearest(before, threshold=1e-3, n_fact=500), atol=2e-5)
            assert np.linalg.eigvalsh(after).min() > 0.999e-3
        else:
            np.testing.assert_array_equal(after, before)


def test_higham_2002_example():
    # Higham (2002), IMA J. Numer. Anal. 22, p. 334: the tridiagonal matrix of ones; nearest has 0.7607 and 0.1573.
    # On the floor of our eigenvalues (0.001, not 0) it is that to three digits.
    fixed, _ = nearest_correlation([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    np.testing.assert_allclose(fixed, [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]], atol=1.5e-3)


# --- imputation


def test_pooling_is_rubins_rules():
    rng = np.random.default_rng(9)
    _, fit = _listwise(_rows(_answers(100, rng)))
    fits = []
    for _ in range(5):
        fits.append(
            dataclasses.replace(fit, coef=fit.coef + 0.1 * rng.standard_normal(4), cov=fit.cov * rng.uniform(1, 2))
        )
    found = pooled(fits, np.eye(5))
    coefs = np.array([f.coef for f in fits])
    within, between = np.mean([np.diag(f.cov) for f in fits], axis=0), coefs.var(axis=0, ddof=1)
    np.testing.assert_allclose(found.coef, coefs.mean(axis=0))
    np.testing.assert_allclose(np.diag(found.cov), within + 1.2 * between)
    due = 1.2 * between / (within + 1.2 * between)
    old, observed = 4 / due**2, 96 / 98 * 95 * (1 - due)
    assert found.df == pytest.approx((1 / (1 / old + 1 / observed)).min())
    assert found.r2 == 0


def test_filled_values_are_answers_that_somebody_gave():
    rng = np.random.default_rng(10)
    table = np.clip(np.round(7 + 2 * _answers(300, rng)), 0, 10)
    table[:, 3] = table[:, 3] > 6
    gappy = _gaps(table, "mcar", rng)
    sets = list(chained(gappy, 4, 0))
    held = ~np.isnan(gappy)
    for done in sets:
        np.testing.assert_array_equal(done[held], gappy[held])
        for i in range(5):
            assert set(done[:, i]) <= set(gappy[held[:, i], i])
    assert not np.array_equal(sets[0], sets[1])


def test_equal_predictions_draw_on_all_who_answered():
    # Of a yes and a no, two values are predicted: the donors of each must not be the same few rows.
    rng = np.random.default_rng(11)
    yes = (rng.random(3000) < 0.5) * 100.0
    rating = np.clip(np.round(6 + 0.02 * yes + 1.5 * rng.standard_normal(3000)), 0, 10)
    gap = rng.random(3000) < 0.4
    gappy = np.column_stack([np.where(gap, np.nan, rating), yes])
    filled = np.concatenate([done[gap & (yes == 0), 0] for done in chained(gappy, 4, 0)])
    given = rating[~gap & (yes == 0)]
    assert filled.mean() == pytest.approx(given.mean(), abs=0.15)
    assert filled.std() == pytest.approx(given.std(), abs=0.12)


@_BOTH
def test_a_seed_gives_the_same_figures_and_touches_no_other_randomness(way):
    rng = np.random.default_rng(12)
    rows = _rows(_gaps(_answers(150, rng), "mcar", rng))
    before = np.random.get_state()[1].copy()
    one, two, other = (way(rows, resamples=40, seed=s) for s in (3, 3, 4))
    np.testing.assert_array_equal(one.draws, two.draws)
    np.testing.assert_array_equal(one.fit.cov, two.fit.cov)
    assert not np.array_equal(one.draws, other.draws)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_rows_without_outcome_are_not_used_but_said():
    rng = np.random.default_rng(13)
    table = _gaps(_answers(300, rng), "mcar", rng)
    table[:30, 4] = np.nan
    found = imputed(_rows(table, w=rng.random(300) + 0.5), resamples=45, imputations=4)
    assert (found.n, found.fit.n, found.rows, found.answered[4]) == (270, 270, 300, 270)
    assert len(found.draws) == len(found.mean_draws) == 45
    assert _keys(found) == ["no_outcome", "imputed", "imputed_unweighted"]
    gaps = np.isnan(table[30:]).any(axis=1)
    figures = {"percent": 100 * gaps.mean(), "lost": gaps.sum(), "rows": 270, "imputations": 4}
    assert dict(found.cautions[1].values) == pytest.approx(figures)
    assert found.fit.r2 == pytest.approx(importance(found.weighed, "lmg").sum(), rel=1e-9)


def test_clusters_give_their_errors_to_every_data_set():
    rng = np.random.default_rng(14)
    cluster = np.repeat(np.arange(30), 10)
    table = _gaps(_answers(300, rng), "mcar", rng)
    found = imputed(_rows(table, cluster=cluster), imputations=5)
    assert (found.fit.covariance, found.fit.clusters) == ("cluster", 30)
    assert found.fit.df < 29


@pytest.mark.parametrize(("how", "unbiased"), [("mcar", {"listwise", "pairwise", "imputed"}), ("mar", {"imputed"})])
def test_large_samples_estimate_the_truth_where_they_should(how, unbiased):
    rng = np.random.default_rng(15)
    rows = _rows(_gaps(_answers(10_000, rng), how, rng))
    off = {
        "listwise": np.abs(_listwise(rows.filled())[1].coef - _BETA).max(),
        "pairwise": np.abs(pairwise(rows).fit.coef - _BETA).max(),
        "imputed": np.abs(imputed(rows, imputations=5).fit.coef - _BETA).max(),
    }
    # Standard errors are below 0.02.
    assert {way for way, most in off.items() if most < 0.07} == unbiased


def test_imputed_intervals_cover():
    # Short: 40 samples of 4 coefficients; the long run is bench/missing.py.
    rng, hits = np.random.default_rng(16), 0
    for seed in range(40):
        fit = imputed(_rows(_gaps(_answers(250, rng), "mar", rng)), seed=seed, imputations=6).fit
        hits += (np.abs(fit.coef - _BETA) <= stats.t.ppf(0.975, fit.df) * fit.std_err).sum()
    assert 0.90 <= hits / 160 <= 0.99


# --- what cannot be bridged, and what is out of the ordinary


@_BOTH
def test_constant_and_duplicate_drivers_have_no_nan(way):
    rng = np.random.default_rng(17)
    table = _answers(200, rng)
    table[:, 1], table[:, 2] = 3.0, table[:, 0]
    table[rng.random((200, 5)) < 0.2] = np.nan
    found = way(_rows(table), resamples=60)
    assert found.fit.coef[1] == pytest.approx(0, abs=1e-9)
    for values in (found.fit.coef, found.fit.cov, found.covariance, found.draws, found.mean, found.mean_draws):
        assert np.isfinite(values).all()


@_BOTH
def test_a_driver_without_answers_is_refused_by_name(way):
    table = _answers(100, np.random.default_rng(18))
    table[:, 2] = np.nan
    with pytest.raises(cx.UsageError, match="no row has both") as caught:
        way(_rows(table))
    assert caught.value.code == "driver_empty"
    assert "__import__" in str(caught.value)


@_BOTH
@pytest.mark.parametrize("value", [4.0, np.nan])
def test_an_outcome_of_one_value_is_refused(way, value):
    table = _answers(100, np.random.default_rng(19))
    table[:, 4] = value
    with pytest.raises(cx.UsageError) as caught:
        way(_rows(table))
    assert caught.value.code == "outcome_constant"


@_BOTH
def test_a_driver_with_hardly_any_answers_is_refused(way):
    table = _answers(100, np.random.default_rng(20))
    table[6:, 1] = np.nan
    with pytest.raises(cx.UsageError, match="has 6 answers beside the outcome, for 4 terms") as caught:
        way(_rows(table))
    assert caught.value.code == "too_few_rows"


def test_questions_never_asked_together_have_no_correlation_and_are_imputed():
    table = _answers(100, np.random.default_rng(21))
    table[:50, 0] = np.nan
    table[50:, 1] = np.nan
    with pytest.raises(cx.UsageError, match="only 0 rows have an answer to both") as caught:
        pairwise(_rows(table))
    assert caught.value.code == "pair_empty"
    assert np.isfinite(imputed(_rows(table)).fit.std_err).all()


def test_too_much_to_impute_is_refused_and_one_imputation_is_none(monkeypatch):
    rng = np.random.default_rng(22)
    rows = _rows(_gaps(_answers(100, rng), "mcar", rng))
    with pytest.raises(cx.OptionError, match="two at least"):
        imputed(rows, imputations=1)
    monkeypatch.setattr(missing_imputed, "MOST_CELLS", 400)
    with pytest.raises(cx.UsageError, match="too many to impute") as caught:
        imputed(rows)
    assert caught.value.code == "impute_too_large"
    assert 'missing="pairwise"' in caught.value.hint
