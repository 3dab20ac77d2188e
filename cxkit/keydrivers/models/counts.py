"""Drivers of a count or of money spent: Poisson, negative binomial and gamma with a logarithmic link."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.dispersion import dispersion, overdispersion
from cxkit.keydrivers.models.marginal import Effects
from cxkit.keydrivers.models.rows import Rows, Scaled, scaled
from cxkit.keydrivers.models.sandwich import covariances, degrees, kind_of
from cxkit.keydrivers.models.tall import crossed

__all__ = ["FAMILIES", "fit_counts"]

Floats = NDArray[np.float64]

FAMILIES = ("poisson", "negbin", "gamma")

# Pearson's chi-squared over its degrees of freedom, from which counts are said to vary too much.
_OVER = 1.5
_ROUNDS = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Loglinear:
    """A model of log mean: parameters of the constant and the scaled terms."""

    rows: Rows
    scale: Scaled
    weight: Floats
    params: Floats
    mu: Floats
    family: Any  # statsmodels' family: variance and likelihood

    def parts(self) -> Iterator[tuple[slice, Floats]]:
        """Chunks with the constant and the scaled terms, (c, 1 + t)."""
        for part in self.rows.chunks():
            x = self.scale.rows(self.rows.x[part])
            yield part, np.column_stack([np.ones(len(x)), x])

    def scores(self, spread: float) -> Iterator[tuple[slice, Floats]]:
        """Score of each row: (y - mu) mu / V(mu) / spread · x."""
        for part, x in self.parts():
            mu = self.mu[part]
            away = (self.rows.y[part] - mu) * mu / (self.family.variance(mu) * spread)
            yield part, away[:, None] * x

    def information(self, spread: float, *, observed: bool = False) -> Floats:
        """(k, k) Expected, or minus the Hessian."""
        out = np.zeros((len(self.params), len(self.params)))
        for part, x in self.parts():
            mu = self.mu[part]
            v = self.family.variance(mu)
            curve = mu**2 / v
            if observed:
                curve -= mu * (self.rows.y[part] - mu) * (v - mu * self.family.variance.deriv(mu)) / v**2
            out += crossed(x * (self.weight[part] * curve)[:, None], x)
        return out / spread


def fit_counts(rows: Rows, *, family: str = "poisson", covariance: str | None = None, unit: float = 1.0) -> Fit:
    """A model of the mean of a count or an amount: log mean = constant + x · coef, fitted by statsmodels' GLM.

    Parameters
    ----------
    rows : Rows
        ``y`` is 0 or more; for "negbin" whole numbers, for "gamma" above 0.
    family : {"poisson", "negbin", "gamma"}
        The Poisson estimate is right for any outcome of 0 or more whose mean is as said, and its robust errors
        allow for any variance. The negative binomial (variance mu + alpha mu²) fits alpha by maximum likelihood.
    covariance : {"HC0", "cluster", "nonrobust"}, optional
        "cluster" where the rows have clusters, else "HC0"; those of "negbin" hold alpha fixed, as R's
        ``glm.nb`` does. Robust ones take the observed information, as statsmodels does.
    unit : float
        Multiplies the effects.

    Returns
    -------
    Fit
        ``effect`` is the change of the mean outcome: coefficient times mean. R² is McFadden's; that of
        "gamma" is the share of the deviance.

    Raises
    ------
    UsageError
        Outcomes that the family does not have, one value only, too few rows, a term that is constant or made up
        of others, coefficients without a finite value.

    References
    ----------
    Gourieroux, Monfort & Trognon (1984), Pseudo maximum likelihood methods: applications to Poisson models,
    Econometrica 52, 701-720; Cameron & Windmeijer (1997), An R-squared measure of goodness of fit for some common
    nonlinear regression models, Journal of Econometrics 77, 329-342.

    Examples
    --------
    >>> rows = Rows.of([[0.0], [0.0], [1.0], [1.0]], [1, 3, 2, 6], ["late"], frequency=[10, 10, 10, 10])
    >>> fit = fit_counts(rows)
    >>> fit.coef.round(4).tolist(), fit.effect.round(4).tolist()
    ([0.6931], [2.0794])
    """
    if family not in FAMILIES:
        raise OptionError(f"{family!r} is no family of counts", hint=did_you_mean(family, list(FAMILIES)))
    kind = kind_of(rows, covariance)
    _check_outcome(rows, family)
    scale = scaled(rows, 1 + len(rows.terms))
    model, alpha = _fitted(rows, scale, family)
    null = float(rows.w @ rows.y / rows.w.sum())
    over = dispersion(rows.y, model.mu, model.family.variance(model.mu), model.weight, rows.n - len(model.params))
    spread = over if family == "gamma" else 1.0
    information = model.information(spread, observed=kind != "nonrobust")
    effects = _effects(model)
    cov, effect_cov = covariances(rows, information, model.scores(spread), effects, kind)
    params, matrix = scale.back(model.params, 1, 1.0)
    own = matrix @ cov @ matrix.T
    value, r2, adjusted = _explained(model, null, alpha, spread)
    cautions = (Caution("overdispersed", (), (("dispersion", over),)),) if family == "poisson" and over > _OVER else ()
    return Fit(
        family, rows.terms, params[1:], own[1:, 1:], degrees(rows, kind), params[:1], unit * effects.effect,
        unit**2 * effect_cov, kind, r2, adjusted, rows.n, rows.clusters if kind == "cluster" else 0, value, cautions,
    )  # fmt: skip


def _check_outcome(rows: Rows, family: str) -> None:
    name, lowest = rows.outcome, float(rows.y.min())
    if lowest < 0:
        raise UsageError(f"{name!r} holds {lowest:g}", hint='counts and amounts are 0 or more; use model="ols"')
    if family == "gamma" and lowest == 0:
        share = 100 * rows.frequency[rows.y == 0].sum() / rows.n
        raise UsageError(
            f"{name!r} is 0 in {share:.1f} % of rows, and a gamma model has no zeros",
            hint='two models: model="logit" of whether anything was spent, and this one where it was; '
            'or model="poisson", which takes zeros',
        )
    if family == "negbin" and (rows.y != np.rint(rows.y)).any():
        broken = rows.y[rows.y != np.rint(rows.y)][0]
        raise UsageError(
            f"{name!r} holds {broken:g}, and a negative binomial counts whole numbers",
            hint='use model="poisson" or, for amounts above 0, model="gamma"',
        )
    if (rows.y == rows.y[0]).all():
        raise UsageError(f"{name!r} is {rows.y[0]:g} in every row", hint="an outcome that never varies has no drivers")


def _fitted(rows: Rows, scale: Scaled, family: str) -> tuple[_Loglinear, float]:
    """The estimate, and alpha of a negative binomial (0 for the others)."""
    import statsmodels.api as sm

    link = sm.families.links.Log()
    if family == "gamma":
        return _glm(rows, scale, sm.families.Gamma(link)), 0.0
    model, alpha = _glm(rows, scale, sm.families.Poisson()), 0.0
    if family == "poisson":
        return model, alpha
    for _ in range(_ROUNDS):
        # Mean and alpha in turn, as each hardly depends on the other.
        before, alpha = alpha, overdispersion(rows.y, model.mu, model.weight)
        if alpha == 0 or abs(alpha - before) <= 1e-10 * alpha:
            break
        model = _glm(rows, scale, sm.families.NegativeBinomial(link, alpha=alpha), model.params)
    return model, alpha


def _glm(rows: Rows, scale: Scaled, family: Any, start: Floats | None = None) -> _Loglinear:
    import statsmodels.api as sm

    x = np.column_stack([np.ones(len(rows.y)), scale.rows(rows.x)])
    with warnings.catch_warnings():
        # statsmodels warns of an alpha that is not its own; a fit that fails is refused below.
        warnings.simplefilter("ignore")
        try:
            params = sm.GLM(rows.y, x, family=family, freq_weights=rows.shares).fit(
                start_params=start, tol=0, rtol=1e-14, maxiter=100
            ).params  # fmt: skip
            with np.errstate(over="ignore", invalid="ignore"):
                model = _Loglinear(rows, scale, rows.shares, params, np.exp(x @ params), family)
                gradient = sum(rows.shares[part] @ s for part, s in model.scores(1.0))
                step = np.linalg.solve(model.information(1.0), gradient)
        except (np.linalg.LinAlgError, ValueError):
            step = np.full(x.shape[1], np.inf)
    if not np.isfinite(step).all() or np.abs(step).max() > 1e-4:
        wild = np.abs(np.nan_to_num(step[1:], nan=np.inf))
        names = [t for t, s in zip(rows.terms, wild, strict=True) if s >= 1e-3 * wild.max()]
        raise UsageError(
            f"the model of {rows.outcome!r} has no finite estimate ({', '.join(map(repr, names))}): a group that "
            "is all 0, or a few huge values",
            hint='merge rare answers, leave a driver out, or use model="ols"',
            code="separation",
        )
    return model


def _effects(model: _Loglinear) -> Effects:
    """Coefficients times the mean of mu, which is also the slope of the mean."""
    coef, total = model.params[1:], model.weight.sum()
    mean, turn = 0.0, np.zeros(len(model.params))
    for part, x in model.parts():
        w = model.weight[part] * model.mu[part] / total
        mean += float(w.sum())
        turn += crossed(w[:, None], x)[0]
    jacobian = np.outer(coef, turn)
    jacobian[:, 1:] += mean * np.eye(len(coef))
    spread = model.scale.spread
    return Effects(mean * coef / spread, jacobian / spread[:, None], model.mu, coef / spread)


def _explained(model: _Loglinear, null: float, alpha: float, spread: float) -> tuple[float, float, float]:
    """Log-likelihood, R² and adjusted R²."""
    import statsmodels.api as sm

    y, w, family, terms = model.rows.y, model.weight, model.family, len(model.rows.terms)
    even = np.full(len(y), null)
    value = float(family.loglike(y, model.mu, freq_weights=w, scale=spread))
    if isinstance(family, sm.families.Gamma):
        # Its density has no bound, so its log-likelihood is no share of anything.
        left = family.deviance(y, model.mu, freq_weights=w) / family.deviance(y, even, freq_weights=w)
        df = model.rows.n - 1
        return value, 1 - left, 1 - left * df / (df - terms)
    if alpha > 0:
        link = sm.families.links.Log()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            family = sm.families.NegativeBinomial(link, alpha=overdispersion(y, even, w) or alpha)
    base = float(family.loglike(y, even, freq_weights=w, scale=1.0))
    return value, 1 - value / base, 1 - (value - terms) / base
