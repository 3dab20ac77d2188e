"""The ordered logit and probit: against statsmodels and R, the check of parallel lines, and what is refused."""

from __future__ import annotations

import driver_models as models  # conftest puts it there
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.models import rows as rows_module
from cxkit.keydrivers.models.cumulative import cumulative, maximum
from cxkit.keydrivers.models.logistic import fit_logit
from cxkit.keydrivers.models.newton import maximise
from cxkit.keydrivers.models.ordered import fit_ordered
from cxkit.keydrivers.models.parallel import parallel_lines
from cxkit.keydrivers.models.rows import Rows

D, R = models.answers(), models.reference()
X = D[list(models.TERMS)].to_numpy(float)
Y = D["score"].to_numpy(float)
NPS = {score: 100.0 * (score >= 9) - 100.0 * (score <= 6) for score in range(11)}


def compressed() -> Rows:
    different, often = np.unique(np.column_stack([X, Y]), axis=0, return_counts=True)
    return Rows.of(different[:, :3], different[:, 3], models.TERMS, frequency=often)


def near(number, rel=1e-9):
    return pytest.approx(number, rel=rel)


def made(n, p=3, seed=0, cuts=(-1, 0.5, 1, 3), slope=0.5):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, (n, p)).astype(float)
    latent = (x - 3) @ np.linspace(slope, 0.1, p) + rng.logistic(size=n)
    return x, np.digitize(latent, cuts).astype(float)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_mass_polr(link):
    """R's optimiser gets to 1e-6 of the maximum and inverts a Hessian of differences."""
    fit, theirs = fit_ordered(compressed(), link=link, covariance="nonrobust"), R["polr"][link]
    assert fit.coef == near(theirs["coef"], rel=2e-5)
    assert fit.constant == near(theirs["thresholds"], rel=2e-5)
    assert fit.std_err == near(theirs["se"], rel=2e-4)
    assert fit.log_likelihood == near(theirs["log_likelihood"])
    assert fit.log_likelihood >= theirs["log_likelihood"] - 1e-10


def test_r_survey_svyolr():
    fit = fit_ordered(Rows.of(X, Y, models.TERMS, w=D["w"]))
    assert fit.coef == near(R["svyolr"]["coef"], rel=1e-4)
    assert fit.constant == near(R["svyolr"]["thresholds"], rel=1e-3)


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("covariance", ["nonrobust", "HC0", "cluster"])
def test_statsmodels_ordered_model(link, covariance):
    """Its errors come from numerical derivatives, hence 1e-5."""
    words = {"cov_kwds": {"groups": D["account"].to_numpy()}} if covariance == "cluster" else {}
    how = {} if covariance == "nonrobust" else {"cov_type": covariance, **words}
    model = OrderedModel(Y, X, distr=link)
    theirs = model.fit(method="bfgs", disp=0, gtol=1e-8, maxiter=500, **how)
    clusters = D["account"] if covariance == "cluster" else None
    fit = fit_ordered(Rows.of(X, Y, models.TERMS, cluster=clusters), link=link, covariance=covariance)
    assert fit.coef == near(theirs.params[:3], rel=1e-6)
    assert fit.constant == near(model.transform_threshold_params(theirs.params[3:])[1:-1], rel=1e-6)
    assert fit.std_err == near(theirs.bse[:3], rel=1e-5)
    assert fit.log_likelihood == near(theirs.llf)
    assert fit.r2 == near(theirs.prsquared)


def test_frequencies_are_the_single_rows():
    few, every = fit_ordered(compressed()), fit_ordered(Rows.of(X, Y, models.TERMS))
    assert few.n == every.n == 600
    for name in ("coef", "cov", "constant", "effect", "effect_cov", "r2", "log_likelihood"):
        assert getattr(few, name) == near(getattr(every, name))


def test_two_categories_are_the_logit():
    yes = (Y > 5).astype(float)
    ordered = fit_ordered(Rows.of(X, yes, models.TERMS), unit=100)
    logit = fit_logit(Rows.of(X, yes, models.TERMS), unit=100)
    assert ordered.coef == near(logit.coef)
    assert ordered.constant == near(-logit.constant)
    assert ordered.effect_cov == near(logit.effect_cov)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(2, 7), st.sampled_from(["logit", "probit"]))
def test_derivatives_are_those_of_the_likelihood(seed, terms, categories, link):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, terms))
    y = np.concatenate([np.arange(categories), rng.integers(0, categories, 60 - categories)])
    model = cumulative(Rows.of(x, y, [str(t) for t in range(terms)], w=rng.uniform(0.5, 2, 60)), link)
    params = model.start() + rng.normal(0, 0.2, categories - 1 + terms) * (np.arange(categories - 1 + terms) > 0)
    params[: categories - 1].sort()
    params[: categories - 1] += 0.01 * np.arange(categories - 1)
    value, gradient, hessian = model.evaluate(params)
    assert np.isfinite(value)
    for j, h in enumerate(1e-6 * np.eye(len(params))):
        up, down = model.evaluate(params + h), model.evaluate(params - h)
        assert gradient[j] == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-5, abs=1e-4)
        assert hessian[j] == pytest.approx((up[1] - down[1]) / 2e-6, rel=1e-4, abs=1e-3)
    scores = sum((model.weight[part] @ s for part, s in model.scores(params)), np.zeros(len(params)))
    assert gradient == pytest.approx(scores, rel=1e-9, abs=1e-9)


def test_the_gradient_at_the_end_is_nought():
    x, y = made(5000)
    found = maximum(cumulative(Rows.of(x, y, "abc")))
    assert found.converged
    assert np.abs(found.gradient).max() < 1e-8 * 5000


def test_chunks_change_nothing(monkeypatch):
    one = fit_ordered(compressed())
    monkeypatch.setattr(rows_module, "CHUNK", 17)
    many = fit_ordered(compressed())
    assert one.cov == near(many.cov)
    assert one.effect_cov == near(many.effect_cov)


def test_effects_are_the_change_of_the_expected_points():
    """NPS points by a small step of the driver, counted from the chances of every category."""
    fit = fit_ordered(compressed(), values=NPS)
    ends = np.concatenate([[-np.inf], fit.constant, [np.inf]])
    worth = np.array([NPS[s] for s in range(11)])

    def points(x):
        return float((np.diff(1 / (1 + np.exp(-(ends - (x @ fit.coef)[:, None]))), axis=1) @ worth).mean())

    for j in range(3):
        step = np.zeros(3)
        step[j] = 1e-5
        assert fit.effect[j] == near((points(X + step) - points(X - step)) / 2e-5, rel=1e-6)
    assert fit.effect[0] > 0


def test_the_delta_method_has_the_slope_of_the_effects():
    """Derivatives of the effects in the parameters, by differences."""
    from cxkit.keydrivers.models.marginal import average_effects

    model = cumulative(compressed())
    found = maximum(model)
    size = len(found.params)
    worth = np.array([NPS[s] for s in range(11)])
    h = 1e-5
    jacobian = np.column_stack(
        [
            (average_effects(model, found.params + h * e, worth).effect
             - average_effects(model, found.params - h * e, worth).effect) / (2 * h)
            for e in np.eye(size)
        ]
    )  # fmt: skip
    assert average_effects(model, found.params, worth).jacobian == near(jacobian, rel=1e-6)


def test_scores_that_nobody_gave_change_nothing():
    x, y = made(400)
    gaps = np.array([0, 3, 4, 9, 10])[y.astype(int)]
    assert fit_ordered(Rows.of(x, gaps, "abc")).coef == near(fit_ordered(Rows.of(x, y, "abc")).coef)
    assert len(fit_ordered(Rows.of(x, gaps, "abc")).constant) == 4


def test_a_rare_answer_and_a_strong_driver_have_an_estimate():
    x, y = made(3000, cuts=(-12, -11, 0, 8, 9), slope=4.0)
    fit = fit_ordered(Rows.of(x, y, "abc"))
    assert np.isfinite(fit.cov).all()
    assert fit.coef[0] == pytest.approx(4, abs=0.5)


def test_newton_halves_a_step_that_goes_too_far():
    x, y = made(300)
    model = cumulative(Rows.of(x, y, "abc"))
    far = model.start()
    far[model.cuts :] = 6.0
    assert maximise(model.evaluate, far).params == near(maximum(model).params, rel=1e-7)


# Parallel lines ------------------------------------------------------------------------------------


def test_brant_1990_against_r():
    found, theirs = parallel_lines(cumulative(compressed()), maximum(cumulative(compressed())).params), R["brant"]
    assert found.above.tolist() == theirs["cuts"]
    assert found.coef == near(np.array(theirs["coef"]), rel=1e-7)
    assert found.statistic == near(theirs["statistic"], rel=1e-7)
    assert found.p == near(theirs["p"], rel=1e-7)
    assert (found.overall, found.overall_p) == (
        near(theirs["overall"], rel=1e-7), near(theirs["overall_p"], rel=1e-7)
    )  # fmt: skip


def test_parallel_lines_are_not_accused():
    """No term is named in more than 5 of 100 samples (1 % expected), and p-values are not too small."""
    named, small = 0, 0
    for seed in range(100):
        x, y = made(500, seed=seed)
        model = cumulative(Rows.of(x, y, "abc"))
        found = parallel_lines(model, maximum(model).params)
        named += bool(found.uneven)
        small += found.overall_p < 0.1
    assert named <= 5
    assert 2 <= small <= 20


def crossed(n, seed=0):
    """A driver that lifts the low answers only."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, (n, 2)).astype(float)
    uniform = rng.random(n)
    chances = [
        1 / (1 + np.exp(-(c + s * (x[:, 0] - 3) + 0.3 * (x[:, 1] - 3)))) for c, s in ((1.5, 1), (0, 0.3), (-1.5, 0))
    ]
    return x, sum(uniform < np.minimum.reduce(chances[: k + 1]) for k in range(3)).astype(float)


@pytest.mark.parametrize("weighted", [False, True])
def test_lines_that_cross_are_named_with_their_sizes(weighted):
    x, y = crossed(3000)
    w = np.tile([0.5, 1.5], 1500) if weighted else None
    cautions = fit_ordered(Rows.of(x, y, ["wait", "staff"], w=w)).cautions
    assert [(c.key, c.drivers) for c in cautions] == [("not_parallel", ("wait",))]
    values = dict(cautions[0].values)
    assert values["p"] < 1e-6
    assert values["cuts"] == 3
    assert values["low wait"] < 0.15
    assert values["high wait"] > 0.8
    assert "wait" in str(cautions[0])
    assert fit_ordered(Rows.of(x, y, ["wait", "staff"], w=w), parallel=False).cautions == ()


def test_clusters_and_products_of_scores_give_much_the_same():
    x, y = crossed(4000)
    model = cumulative(Rows.of(x, y, ["wait", "staff"], cluster=np.arange(4000)))
    params = maximum(model).params
    expected, clustered = parallel_lines(model, params), parallel_lines(model, params, "cluster")
    assert clustered.coef == near(expected.coef)
    assert clustered.std_err == near(expected.std_err, rel=0.1)
    assert clustered.statistic[0] == near(expected.statistic[0], rel=0.25)


def test_few_clusters_test_nothing():
    x, y = crossed(900)
    model = cumulative(Rows.of(x, y, ["wait", "staff"], cluster=np.arange(900) % 3))
    found = parallel_lines(model, maximum(model).params, "cluster")
    assert np.isnan(found.overall_p) or found.df * 2 < 3
    assert np.isfinite(found.coef).all()


def test_small_samples_test_nothing():
    x, y = made(40)
    fit = fit_ordered(Rows.of(x, y, "abc"))
    assert fit.cautions == ()


def test_a_threshold_that_is_separated_takes_no_part():
    x, y = made(600, seed=4)
    top = (y == y.max()).astype(float)
    x = np.column_stack([x[:, :2], np.where(top == 1, 1, np.arange(600) % 2)])
    model = cumulative(Rows.of(x, y, "abc"))
    found = parallel_lines(model, maximum(model).params)
    assert len(found.above) == model.cuts - 1
    assert np.isfinite(found.p).all()


# Refusals ------------------------------------------------------------------------------------------


def test_what_is_no_ordered_answer_is_refused():
    x, _ = made(200)
    for outcome, match in (
        (np.ones(200), "'nps' is 1 in every row"),
        (x @ [1, 10, 100], "takes .* values"),
        (x[:, 0], "told apart without error by 'a'"),
    ):
        with pytest.raises(UsageError, match=match) as caught:
            fit_ordered(Rows.of(x, outcome, "abc", outcome="nps"))
        assert caught.value.hint


def test_a_driver_that_only_one_answer_has_is_separated():
    rng = np.random.default_rng(8)
    rare = (np.arange(300) < 12).astype(float)
    x = np.column_stack([rng.normal(size=(300, 2)), rare])
    y = np.where(rare == 1, 5, rng.integers(0, 6, 300))
    with pytest.raises(UsageError, match="without error by 'c'"):
        fit_ordered(Rows.of(x, y, "abc"))


def test_options_are_checked():
    x, y = made(200)
    rows = Rows.of(x, y, "abc")
    with pytest.raises(OptionError, match="no link"):
        fit_ordered(rows, link="loglog")
    with pytest.raises(OptionError, match="does not say what 3, 4 counts"):
        fit_ordered(rows, values={0: -100, 1: 0, 2: 100})


def test_effects_of_the_ordered_logit_cover():
    """93.5 to 97 % of 95 % intervals hold the effect on NPS in the population (600 samples of 400)."""
    rng = np.random.default_rng(21)
    beta, draws = np.array([1.2, 0.2]), 600
    cells = np.array([[a, b] for a in range(1, 6) for b in range(1, 6)], float)
    cuts = np.array([0.0, 1.5, 2.5, 3.5, 4.5])
    below = 1 / (1 + np.exp(-(cuts - 1.5 - ((cells - 3) @ beta)[:, None])))
    chance = np.diff(below, axis=1, prepend=0, append=1)
    worth = dict(enumerate([-100.0, -100, -100, 0, 0, 100]))
    steps = np.diff(list(worth.values()))
    effect = beta * ((below * (1 - below)) @ steps).mean()
    covered = np.zeros(2)
    for _ in range(draws):
        n = rng.multinomial(400, np.full(25, 1 / 25))
        drawn = rng.multinomial(n, chance)
        rows = Rows.of(np.repeat(cells, 6, axis=0), np.tile(np.arange(6), 25), ("a", "b"), frequency=drawn.reshape(-1))
        fit = fit_ordered(rows, values=worth, parallel=False)
        covered += np.abs(fit.effect - effect) < 1.959964 * np.sqrt(np.diag(fit.effect_cov))
    assert ((covered / draws > 0.935) & (covered / draws < 0.97)).all(), covered / draws


def test_weights_are_those_of_a_weighted_binary_logit():
    """Two categories with weights, against statsmodels' GLM with the same weights."""
    yes = (Y > 6).astype(float)
    theirs = sm.GLM(yes, sm.add_constant(X), family=sm.families.Binomial(), freq_weights=D["w"]).fit(tol=1e-13)
    assert fit_ordered(Rows.of(X, yes, models.TERMS, w=D["w"])).coef == near(theirs.params[1:], rel=1e-8)


def test_a_threshold_in_an_empty_stretch_does_not_hide_the_coefficients():
    """One answer lies far beyond the others: its threshold may be anywhere between, the coefficient may not."""
    x = np.array([0.02, 0.05, 0.16, 0.18, 0.2, 0.25, 0.28, 0.81, 1.22, 5.15, 38.47, 282.05])[:, None]
    y = [2, 4, 1, 0, 1, 3, 0, 0, 1, 2, 4, 6]
    fit = fit_ordered(Rows.of(x, y, ["spend"]))
    farther = fit_ordered(Rows.of(np.where(x > 40, 1000, x), y, ["spend"]))
    assert fit.coef == near(farther.coef, rel=1e-3)
    assert np.isfinite(fit.effect_cov).all()
