"""Average marginal effects: what one unit more of a term does to the expected outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.models.cumulative import Cumulative
from cxkit.keydrivers.models.tall import crossed

__all__ = ["Effects", "average_effects"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Coefficients times the mean slope of the expected outcome.

    Attributes
    ----------
    effect : (t,) float
        For one unit more of each term.
    jacobian : (t, k) float
        Its derivatives in the parameters of the scaled terms, the rows being as they are.
    slope : (m,) float
        Slope of the expected outcome in the linear part, for each row.
    coef : (t,) float
        Derivative of the effect in the mean slope: the coefficient for one unit.
    """

    effect: Floats
    jacobian: Floats
    slope: Floats
    coef: Floats


def average_effects(model: Cumulative, params: Floats, worth: Floats) -> Effects:
    """Effects on the expected worth of the answer.

    With worth v the expectation is v_K - Σ (v_{k+1} - v_k) F(threshold k - η), so its slope in η is
    Σ (v_{k+1} - v_k) f(threshold k - η): its mean over the rows, times a coefficient, is the effect. A term that is
    a product of drivers has its own.

    Parameters
    ----------
    params : (k,)
        Of the scaled terms.
    worth : (K,)
        What each category counts, in the outcome's unit.

    References
    ----------
    Bartus (2005), Estimation of marginal effects using margeff, Stata Journal 5, 309-329.
    """
    cuts, steps = model.cuts, np.diff(worth)
    held = np.flatnonzero(steps)  # promoters less detractors: two steps out of ten
    turned, slope = np.zeros(len(params)), np.zeros(len(model.code))
    total = model.weight.sum()
    for part, x, eta in model.linear(params):
        w = model.weight[part] / total
        along = np.zeros_like(eta)
        for k in held:
            z = params[k] - eta
            slope[part] += steps[k] * model.link.density(z)
            turn = steps[k] * w * model.link.slope(z)
            turned[k] += turn.sum()
            along += turn
        turned[cuts:] -= crossed(along[:, None], x)[0]
    mean, spread = float((model.weight * slope).sum() / total), model.scale.spread
    jacobian = np.outer(params[cuts:], turned)
    jacobian[:, cuts:] += mean * np.eye(len(spread))
    return Effects(mean * params[cuts:] / spread, jacobian / spread[:, None], slope, params[cuts:] / spread)
