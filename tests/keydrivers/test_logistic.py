"""The binary logit: against statsmodels and R, on single and on compressed rows, and what it refuses."""

from __future__ import annotations

import driver_models as models  # conftest puts it there
import numpy as np
import pytest
import statsmodels.api as sm

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.models import logistic
from cxkit.keydrivers.models.logistic import fit_logit
from cxkit.keydrivers.models.rows import Rows

D, R = models.answers(), models.reference()
X = D[list(models.TERMS)].to_numpy(float)
Y = D["late"].to_numpy(float)
NAMES = ("a", "b", "c")


def compressed(cluster: bool = False) -> Rows:
    """Each different row of the 600 once."""
    table = np.column_stack([X, Y] + ([D["account"]] if cluster else []))
    different, often = np.unique(table, axis=0, return_counts=True)
    codes = different[:, 4] if cluster else None
    return Rows.of(different[:, :3], different[:, 3], models.TERMS, frequency=often, cluster=codes)


def effect_cov(fit, covariance):
    """Of the average effects of statsmodels' logit: scores of the rows, and slopes of rows that are a sample."""
    x, p = fit.model.exog, fit.predict()
    slope, coef = p * (1 - p), fit.params[1:]
    jacobian = np.outer(coef, ((slope * (1 - 2 * p))[:, None] * x).mean(axis=0))
    jacobian[:, 1:] += slope.mean() * np.eye(3)
    # The rows as they are: what statsmodels' margins take.
    assert np.sqrt(np.diag(jacobian @ fit.cov_params() @ jacobian.T)) == near(fit.get_margeff().margeff_se)
    away, size = np.outer(slope - slope.mean(), coef) / 600, x.shape[1]
    if covariance == "nonrobust":
        return jacobian @ fit.cov_params() @ jacobian.T + away.T @ away
    each = fit.model.score_obs(fit.params) @ np.linalg.inv(-fit.model.hessian(fit.params)) @ jacobian.T + away
    if covariance == "HC0":
        return each.T @ each
    sums = np.array([each[D["account"] == a].sum(axis=0) for a in range(75)])
    return sums.T @ sums * 75 / 74 * 599 / (600 - size)


def near(number, rel=1e-9):
    return pytest.approx(number, rel=rel)


def test_the_rows_are_those_of_r():
    assert D.sum().to_dict() == near(R["rows"]["sums"])
    assert (D**2).sum().to_dict() == near(R["rows"]["squares"])


@pytest.mark.parametrize("covariance", ["HC0", "cluster", "nonrobust"])
def test_compressed_rows_are_statsmodels_on_the_single_rows(covariance):
    fit = fit_logit(compressed(covariance == "cluster"), unit=100, covariance=covariance)
    words = {"cov_kwds": {"groups": D["account"].to_numpy()}} if covariance == "cluster" else {}
    theirs = sm.Logit(Y, sm.add_constant(X)).fit(disp=0, tol=1e-13, cov_type=covariance, **words)
    effects = theirs.get_margeff()
    assert fit.n == 600
    assert fit.clusters == (75 if covariance == "cluster" else 0)
    assert fit.coef == near(theirs.params[1:])
    assert fit.constant == near(theirs.params[:1])
    assert fit.std_err == near(theirs.bse[1:])
    assert fit.cov == near(theirs.cov_params()[1:, 1:])
    assert fit.effect == near(100 * effects.margeff)
    assert fit.effect_cov == near(1e4 * effect_cov(theirs, covariance), rel=1e-8)
    assert fit.r2 == near(theirs.prsquared)
    assert fit.log_likelihood == near(theirs.llf)
    if covariance != "cluster":  # t with G - 1 degrees of freedom in the place of the normal
        assert fit.p == near(theirs.pvalues[1:], rel=1e-7)


def test_r_glm():
    fit = fit_logit(compressed(), covariance="nonrobust")
    assert [*fit.constant, *fit.coef] == near(R["logit"]["coef"], rel=1e-8)
    assert fit.std_err == near(R["logit"]["se"][1:], rel=1e-8)
    assert fit.log_likelihood == near(R["logit"]["log_likelihood"])


@pytest.mark.parametrize(("design", "cluster"), [("weighted", None), ("clusters", D["account"])])
def test_weights_are_r_survey_svyglm(design, cluster):
    fit = fit_logit(Rows.of(X, Y, models.TERMS, w=D["w"], cluster=cluster, frequency=np.ones(600)))
    assert [*fit.constant, *fit.coef] == near(R[design]["logit"]["coef"], rel=1e-8)
    assert fit.std_err == near(R[design]["logit"]["se"][1:], rel=1e-8)


def test_weights_survive_compression():
    """Sum and sum of squares of the weights are all that is needed of like rows."""
    table, place = np.unique(np.column_stack([X, Y]), axis=0, return_inverse=True)
    w = D["w"].to_numpy()
    sums = [np.bincount(place.reshape(-1), v) for v in (np.ones(600), w, w**2)]
    few = fit_logit(Rows.of(table[:, :3], table[:, 3], models.TERMS, frequency=sums[0], w=sums[1], w2=sums[2]))
    all_rows = fit_logit(Rows.of(X, Y, models.TERMS, w=w))
    assert few.cov == near(all_rows.cov)
    assert few.effect_cov == near(all_rows.effect_cov)
    assert (few.r2, few.n) == (near(all_rows.r2), all_rows.n)


def test_the_scale_of_weights_changes_nothing():
    one, other = (fit_logit(Rows.of(X, Y, models.TERMS, w=k * D["w"])) for k in (1, 1e6))
    assert one.cov == near(other.cov)
    assert one.log_likelihood == near(other.log_likelihood)


def test_newton_alone_is_the_same(monkeypatch):
    before = fit_logit(compressed())
    monkeypatch.setattr(logistic, "_STATSMODELS", 0)
    after = fit_logit(compressed())
    assert before.coef == near(after.coef, rel=1e-11)
    assert before.cov == near(after.cov, rel=1e-9)


def test_a_driver_in_another_unit_is_the_same_driver():
    there = fit_logit(Rows.of(X * [1e40, 1e-40, -1] + [0, 0, 1e6], Y, models.TERMS))
    here = fit_logit(Rows.of(X, Y, models.TERMS))
    assert there.coef * [1e40, 1e-40, -1] == near(here.coef, rel=1e-6)
    assert there.std_err * [1e40, 1e-40, 1] == near(here.std_err, rel=1e-6)
    assert there.p == near(here.p, rel=1e-5)


def refused(x, y, match, **words):
    with pytest.raises(UsageError, match=match) as caught:
        fit_logit(Rows.of(x, y, NAMES, outcome="churn", **words))
    assert caught.value.hint
    return caught.value


RNG = np.random.default_rng(5)
NORMAL = RNG.normal(size=(200, 3))
COIN = (RNG.random(200) < 0.5).astype(float)
RARE = (np.arange(200) < 10).astype(float)


def with_third(column):
    return np.column_stack([NORMAL[:, :2], column])


def test_complete_separation_names_the_driver():
    error = refused(NORMAL, (NORMAL[:, 1] > 0).astype(float), "by 'b': no finite coefficient")
    assert error.code == "separation"


def test_quasi_complete_separation_names_the_driver():
    refused(with_third(RARE), np.where(RARE == 1, 1, COIN), "by 'c': no finite coefficient")


def test_separation_by_a_sum_names_all_that_take_part():
    y = (NORMAL[:, 0] + NORMAL[:, 1] > 0).astype(float)
    assert "'a', 'b'" in refused(NORMAL, y, "told apart without error").what


@pytest.mark.parametrize("newton", [False, True])
def test_nearly_separated_rows_still_have_an_estimate(newton, monkeypatch):
    """One row of 200 the other way: a large but finite coefficient, as statsmodels has it."""
    if newton:
        monkeypatch.setattr(logistic, "_STATSMODELS", 0)
    y = np.where(RARE == 1, 1, COIN)
    y[0] = 0
    fit = fit_logit(Rows.of(with_third(RARE), y, NAMES))
    theirs = sm.Logit(y, sm.add_constant(with_third(RARE))).fit(disp=0, tol=1e-12)
    assert fit.coef == near(theirs.params[1:], rel=1e-7)


@pytest.mark.parametrize("newton", [False, True])
def test_drivers_that_are_nearly_one_have_an_estimate(newton, monkeypatch):
    """A correlation of 1 - 5e-9: a flat likelihood is not an endless one."""
    if newton:
        monkeypatch.setattr(logistic, "_STATSMODELS", 0)
    twin = NORMAL[:, 0] + 1e-4 * NORMAL[:, 2]
    fit = fit_logit(Rows.of(np.column_stack([NORMAL[:, :2], twin]), COIN, NAMES))
    here = fit_logit(Rows.of(NORMAL, COIN, NAMES))
    assert fit.log_likelihood == near(here.log_likelihood)
    assert fit.coef[2] * 1e-4 == near(here.coef[2], rel=1e-4)
    assert fit.std_err[2] * 1e-4 == near(here.std_err[2], rel=1e-4)


def test_degenerate_rows_are_refused():
    refused(NORMAL, np.ones(200), "'churn' is 1 in every row")
    refused(NORMAL, COIN + 1, "'churn' holds 2")
    refused(with_third(np.full(200, 3.0)), COIN, "'c': only one value")
    refused(with_third(2 * NORMAL[:, 0] + 1), COIN, "'c' is made up of 'a'")
    refused(with_third(NORMAL[:, 0] + NORMAL[:, 1]), COIN, "'c' is made up of 'a', 'b'")
    refused(NORMAL[:4], [0, 1, 1, 0], "4 rows for 4 coefficients")
    refused(NORMAL * 1e200, COIN, "no model can hold")
    refused(NORMAL, COIN, "1 cluster for", cluster=np.zeros(200))


def test_rows_that_are_no_rows_are_refused():
    for words, match in (
        ({"w": np.zeros(200)}, "no row is left"),
        ({"w": -np.ones(200)}, "none of them below 0"),
        ({"frequency": np.full(200, np.nan)}, "none of them below 0"),
    ):
        with pytest.raises(UsageError, match=match):
            Rows.of(NORMAL, COIN, NAMES, **words)
    with pytest.raises(UsageError, match="'b' has missing or infinite values"):
        Rows.of(np.where(NORMAL[3, 1] == NORMAL, np.nan, NORMAL), COIN, NAMES)
    with pytest.raises(UsageError, match="for 200 outcomes and 2 terms"):
        Rows.of(NORMAL, COIN, NAMES[:2])


def test_errors_that_do_not_exist_are_refused():
    with pytest.raises(OptionError, match="no errors of this model"):
        fit_logit(Rows.of(NORMAL, COIN, NAMES), covariance="HC9")
    with pytest.raises(OptionError, match="these have weights"):
        fit_logit(Rows.of(NORMAL, COIN, NAMES, w=1 + RARE), covariance="nonrobust")


def test_rows_of_weight_zero_are_left_out():
    fit = fit_logit(Rows.of(NORMAL, COIN, NAMES, w=1 - RARE, frequency=1 - RARE))
    assert fit.n == 190
    assert fit.coef == near(fit_logit(Rows.of(NORMAL[10:], COIN[10:], NAMES)).coef)


def test_intervals_of_the_effect_cover():
    """93.5 to 97 % of 95 % intervals hold the effect in the population (800 samples of 400)."""
    rng = np.random.default_rng(11)
    beta, draws = np.array([1.2, -0.3]), 800
    cells = np.array([[a, b] for a in range(1, 6) for b in range(1, 6)], float)
    chance = 1 / (1 + np.exp(-((cells - 3) @ beta - 0.6)))
    effect = beta * (chance * (1 - chance)).mean()
    covered = np.zeros(2)
    for _ in range(draws):
        n = rng.multinomial(400, np.full(25, 1 / 25))
        yes = rng.binomial(n, chance)
        rows = Rows.of(np.tile(cells, (2, 1)), np.repeat([0, 1], 25), ("a", "b"), frequency=[*(n - yes), *yes])
        fit = fit_logit(rows)
        covered += np.abs(fit.effect - effect) < 1.959964 * np.sqrt(np.diag(fit.effect_cov))
    assert ((covered / draws > 0.935) & (covered / draws < 0.97)).all()
