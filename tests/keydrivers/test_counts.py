"""Counts and spend: against statsmodels and R, and what is refused."""

from __future__ import annotations

import driver_models as models  # conftest puts it there
import numpy as np
import pytest
import statsmodels.api as sm

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.models.counts import fit_counts
from cxkit.keydrivers.models.dispersion import overdispersion
from cxkit.keydrivers.models.rows import Rows

D, R = models.answers(), models.reference()
X = D[list(models.TERMS)].to_numpy(float)
OUTCOME = {"poisson": "visits", "negbin": "visits", "gamma": "spend"}
LOG = sm.families.links.Log()


def rows_of(family, **words):
    return Rows.of(X, D[OUTCOME[family]], models.TERMS, **words)


def near(number, rel=1e-9):
    return pytest.approx(number, rel=rel)


@pytest.mark.parametrize("family", ["poisson", "negbin", "gamma"])
def test_r_glm_and_mass_glm_nb(family):
    fit, theirs = fit_counts(rows_of(family), family=family, covariance="nonrobust"), R[family]
    assert [*fit.constant, *fit.coef] == near(theirs["coef"], rel=1e-7)
    assert fit.std_err == near(theirs["se"][1:], rel=1e-7)
    if family == "gamma":
        assert fit.r2 == near(1 - theirs["deviance"] / theirs["null"])
    else:
        assert fit.log_likelihood == near(theirs["log_likelihood"])


def test_r_glm_nb_has_the_same_alpha():
    x = sm.add_constant(X)
    visits = D["visits"].to_numpy(float)
    mu = np.exp(x @ R["negbin"]["coef"])
    assert overdispersion(visits, mu, np.ones(600)) == near(R["negbin"]["alpha"], rel=1e-6)


@pytest.mark.parametrize(("design", "cluster"), [("weighted", None), ("clusters", D["account"])])
def test_weights_are_r_survey_svyglm(design, cluster):
    fit = fit_counts(rows_of("poisson", w=D["w"], cluster=cluster))
    assert [*fit.constant, *fit.coef] == near(R[design]["poisson"]["coef"], rel=1e-8)
    assert fit.std_err == near(R[design]["poisson"]["se"][1:], rel=1e-8)


@pytest.mark.parametrize("covariance", ["HC0", "cluster", "nonrobust"])
@pytest.mark.parametrize("family", ["poisson", "negbin", "gamma"])
def test_compressed_rows_are_statsmodels_glm_on_the_single_rows(family, covariance):
    y = D[OUTCOME[family]].to_numpy(float)
    clusters = D["account"].to_numpy() if covariance == "cluster" else None
    words = {"cov_kwds": {"groups": clusters}} if covariance == "cluster" else {}
    table = np.column_stack([X, y] + ([] if clusters is None else [clusters]))
    different, often = np.unique(table, axis=0, return_counts=True)
    rows = Rows.of(
        different[:, :3], different[:, 3], models.TERMS, frequency=often,
        cluster=None if clusters is None else different[:, 4],
    )  # fmt: skip
    fit = fit_counts(rows, family=family, covariance=covariance, unit=2.0)
    alpha = R["negbin"]["alpha"]
    theirs_family = {
        "poisson": sm.families.Poisson(),
        "gamma": sm.families.Gamma(LOG),
        "negbin": sm.families.NegativeBinomial(LOG, alpha=alpha),
    }[family]
    theirs = sm.GLM(y, sm.add_constant(X), family=theirs_family).fit(tol=1e-13, cov_type=covariance, **words)
    loose = 1e-6 if family == "negbin" else 1e-9  # R's alpha has 7 digits
    assert fit.coef == near(theirs.params[1:], rel=loose)
    assert fit.std_err == near(theirs.bse[1:], rel=loose)
    assert fit.log_likelihood == near(theirs.llf, rel=loose)
    # The effect by statsmodels' own way of it, and its error by the delta method written out.
    x, cov = sm.add_constant(X), theirs.cov_params()
    mu = theirs.predict()
    assert fit.effect == near(2 * theirs.params[1:] * mu.mean(), rel=loose)
    jacobian = np.outer(theirs.params[1:], (mu[:, None] * x).mean(axis=0))
    jacobian[:, 1:] += mu.mean() * np.eye(3)
    if covariance == "nonrobust":
        sampled = np.outer(theirs.params[1:], theirs.params[1:]) * mu.var() / 600
        expected = 4 * (jacobian @ cov @ jacobian.T + sampled)
        assert fit.effect_cov == near(expected, rel=1e-5 if family == "negbin" else 1e-8)


def test_statsmodels_negative_binomial_with_its_own_alpha():
    y = D["visits"].to_numpy(float)
    theirs = sm.NegativeBinomial(y, sm.add_constant(X)).fit(disp=0, method="newton", maxiter=100, cov_type="HC0")
    fit = fit_counts(rows_of("negbin"), family="negbin")
    assert fit.coef == near(theirs.params[1:4], rel=1e-6)
    assert fit.log_likelihood == near(theirs.llf)
    assert fit.r2 == near(theirs.prsquared, rel=1e-6)
    # Its errors let alpha vary too; the two hardly depend on each other.
    assert fit.std_err == near(theirs.bse[1:4], rel=5e-3)


def test_poisson_with_margins_is_statsmodels():
    theirs = sm.Poisson(D["visits"], sm.add_constant(X)).fit(disp=0, tol=1e-13, cov_type="HC0")
    fit, margins = fit_counts(rows_of("poisson")), theirs.get_margeff()
    assert fit.effect == near(margins.margeff, rel=1e-8)
    # Theirs take the rows for the population.
    assert (np.sqrt(np.diag(fit.effect_cov)) > 0.9 * margins.margeff_se).all()
    assert fit.r2 == near(theirs.prsquared)


def test_counts_that_vary_too_much_are_said():
    (caution,) = fit_counts(rows_of("poisson")).cautions
    assert caution.key == "overdispersed"
    assert dict(caution.values)["dispersion"] > 1.5
    assert str(caution)
    rng = np.random.default_rng(2)
    assert fit_counts(Rows.of(X, rng.poisson(np.exp(X @ [0.2, 0.1, 0])), models.TERMS)).cautions == ()
    assert fit_counts(rows_of("negbin"), family="negbin").cautions == ()


def test_counts_that_vary_too_little_are_poisson():
    """Alpha is 0 where the counts vary less than Poisson's."""
    rng = np.random.default_rng(2)
    y = rng.binomial(6, 1 / (1 + np.exp(-(X[:, 0] - 3) / 3)))
    negbin, poisson = (fit_counts(Rows.of(X, y, models.TERMS), family=f) for f in ("negbin", "poisson"))
    assert negbin.coef == near(poisson.coef)
    assert negbin.log_likelihood == near(poisson.log_likelihood)


def test_zeros_of_spend_are_refused_with_the_way_out():
    spend = np.where(D["i"] % 3 == 0, 0, D["spend"])
    with pytest.raises(UsageError, match=r"'spend' is 0 in 33\.3 % of rows") as caught:
        fit_counts(Rows.of(X, spend, models.TERMS, outcome="spend"), family="gamma")
    assert "logit" in caught.value.hint
    assert "poisson" in caught.value.hint
    assert fit_counts(Rows.of(X, spend, models.TERMS)).effect[0] > 0


def test_outcomes_that_are_no_counts_are_refused():
    for y, family, match in (
        (D["visits"] - 5, "poisson", "holds -"),
        (D["spend"], "negbin", "whole numbers"),
        (np.full(600, 2.0), "poisson", "is 2 in every row"),
        (np.zeros(600), "poisson", "is 0 in every row"),
    ):
        with pytest.raises(UsageError, match=match) as caught:
            fit_counts(Rows.of(X, y, models.TERMS), family=family)
        assert caught.value.hint
    with pytest.raises(OptionError, match="no family"):
        fit_counts(rows_of("poisson"), family="poison")


@pytest.mark.parametrize("family", ["poisson", "negbin"])
def test_a_group_that_is_all_nought_is_separated(family):
    rare = (D["i"].to_numpy() < 20).astype(float)
    y = np.where(rare == 1, 0, D["visits"])
    with pytest.raises(UsageError, match="no finite estimate \\('rare'\\)"):
        fit_counts(Rows.of(np.column_stack([X, rare]), y, [*models.TERMS, "rare"]), family=family)


def test_huge_amounts_and_units_do_no_harm():
    one = fit_counts(rows_of("gamma"), family="gamma")
    for scale in (1e-8, 1e12):
        other = fit_counts(Rows.of(X, scale * D["spend"], models.TERMS), family="gamma")
        assert other.coef == near(one.coef, rel=1e-7)
        assert other.effect == near(scale * one.effect, rel=1e-7)
        assert other.r2 == near(one.r2, rel=1e-7)
    one, other = (fit_counts(Rows.of(X * s, D["visits"], models.TERMS)) for s in (1, 1e30))
    assert 1e30 * other.coef == near(one.coef, rel=1e-7)


@pytest.mark.parametrize("family", ["poisson", "negbin"])
def test_effects_cover(family):
    """93.5 to 97.5 % of 95 % intervals hold the effect on the mean (400 samples of 400)."""
    rng = np.random.default_rng(31)
    beta, draws = np.array([0.5, -0.15]), 400
    cells = np.array([[a, b] for a in range(1, 6) for b in range(1, 6)], float)
    mean = np.exp(cells @ beta)
    effect = beta * mean.mean()
    covered = np.zeros(2)
    for _ in range(draws):
        at = rng.integers(0, 25, 400)
        y = rng.negative_binomial(2, 2 / (2 + mean[at]))
        different, often = np.unique(np.column_stack([cells[at], y]), axis=0, return_counts=True)
        fit = fit_counts(Rows.of(different[:, :2], different[:, 2], ("a", "b"), frequency=often), family=family)
        covered += np.abs(fit.effect - effect) < 1.959964 * np.sqrt(np.diag(fit.effect_cov))
    assert ((covered / draws > 0.93) & (covered / draws < 0.975)).all(), covered / draws
