"""Drivers of a yes/no answer: the binary logit."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.cumulative import Cumulative, cumulative, maximum
from cxkit.keydrivers.models.fitted import cumulative_fit
from cxkit.keydrivers.models.rows import Rows
from cxkit.keydrivers.models.sandwich import kind_of

__all__ = ["fit_logit"]

Floats = NDArray[np.float64]

# Above this many different rows statsmodels' copies of them take more memory than the fit is worth.
_STATSMODELS = 50_000


def fit_logit(rows: Rows, *, unit: float = 1.0, covariance: str | None = None) -> Fit:
    """A binary logit with average marginal effects.

    Fitted by statsmodels' GLM on each different row once; a Newton step of the same likelihood then proves
    that it is the maximum, or that there is none. Above 50,000 different rows Newton's method starts alone.

    Parameters
    ----------
    rows : Rows
        ``y`` is 0 or 1.
    unit : float
        Multiplies the effects: 100 for an outcome in %.
    covariance : {"HC0", "cluster", "nonrobust"}, optional
        "cluster" where the rows have clusters, else "HC0".

    Raises
    ------
    UsageError
        Other values than 0 and 1, one of them only, too few rows, a term that is constant or made up of
        others, answers that the terms tell apart without error.

    Examples
    --------
    >>> rows = Rows.of([[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1], ["late"], frequency=[20, 60, 15, 5])
    >>> fit = fit_logit(rows, unit=100)
    >>> fit.coef.round(4).tolist(), fit.constant.round(4).tolist(), fit.effect.round(2).tolist()
    ([-2.1972], [1.0986], [-41.2])
    """
    other = rows.y[(rows.y != 0) & (rows.y != 1)]
    if other.size:
        raise UsageError(f"{rows.outcome!r} holds {other[0]:g}", hint="a yes/no outcome is 0 or 1")
    kind = kind_of(rows, covariance)
    model = cumulative(rows)
    found = maximum(model, _by_statsmodels(model) if len(rows.y) <= _STATSMODELS else None)
    return cumulative_fit("logit", model, found, kind, unit * model.categories)


def _by_statsmodels(model: Cumulative) -> Floats | None:
    """(1 + t,) Threshold and coefficients of the scaled terms; None where they grow without end."""
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    x = np.column_stack([np.ones(len(model.code)), model.scale.rows(model.rows.x)])
    with warnings.catch_warnings():
        # Separation makes it warn, overflow or give up; what there is to say is said of the last step.
        warnings.simplefilter("ignore")
        try:
            glm = sm.GLM(model.code, x, family=sm.families.Binomial(), freq_weights=model.weight)
            params = glm.fit(tol=0, rtol=1e-9).params
        except (np.linalg.LinAlgError, ValueError, PerfectSeparationError):
            return None
    if not np.isfinite(params).all() or np.abs(params).max() > 12:
        return None
    return np.concatenate([[-params[0]], params[1:]])
