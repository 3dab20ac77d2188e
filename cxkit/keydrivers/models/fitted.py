"""The estimate of a cumulative model as a Fit, in the terms' own units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.cumulative import Cumulative
from cxkit.keydrivers.models.marginal import average_effects
from cxkit.keydrivers.models.newton import Maximum
from cxkit.keydrivers.models.sandwich import covariances, degrees

__all__ = ["cumulative_fit"]


def cumulative_fit(
    family: str,
    model: Cumulative,
    found: Maximum,
    kind: str,
    worth: NDArray[np.float64],
    cautions: tuple[Caution, ...] = (),
) -> Fit:
    """Coefficients, errors, effects and McFadden's R².

    Parameters
    ----------
    kind : {"HC0", "cluster", "nonrobust"}
    worth : (K,)
        What each category counts for the effects.

    References
    ----------
    McFadden (1974), Conditional logit analysis of qualitative choice behavior, in Frontiers in Econometrics,
    105-142: R² is 1 - log-likelihood / log-likelihood without terms.
    """
    rows, cuts = model.rows, model.cuts
    effects = average_effects(model, found.params, worth)
    cov, effect_cov = covariances(rows, found.information, model.scores(found.params), effects, kind)
    params, matrix = model.scale.back(found.params, cuts, -1.0)
    own, null = matrix @ cov @ matrix.T, model.null()
    # A yes/no model has one threshold, and its constant is minus that.
    constant = -params[:cuts] if family == "logit" else params[:cuts]
    return Fit(
        family, rows.terms, params[cuts:], own[cuts:, cuts:], degrees(rows, kind), constant, effects.effect, effect_cov,
        kind, 1 - found.value / null, 1 - (found.value - len(rows.terms)) / null, rows.n,
        rows.clusters if kind == "cluster" else 0, found.value, cautions,
    )  # fmt: skip
