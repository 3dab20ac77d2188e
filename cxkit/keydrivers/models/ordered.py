"""Drivers of an ordered answer, such as a raw score of 0 to 10: proportional odds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.cumulative import Cumulative, cumulative, maximum
from cxkit.keydrivers.models.fitted import cumulative_fit
from cxkit.keydrivers.models.links import LINKS
from cxkit.keydrivers.models.parallel import parallel_lines
from cxkit.keydrivers.models.rows import Rows
from cxkit.keydrivers.models.sandwich import kind_of

__all__ = ["MOST_CATEGORIES", "fit_ordered"]

Floats = NDArray[np.float64]

#: More different answers than this are a measure, not a scale.
MOST_CATEGORIES = 50


def fit_ordered(
    rows: Rows,
    *,
    values: Mapping[float, float] | None = None,
    link: str = "logit",
    covariance: str | None = None,
    parallel: bool = True,
    unit: float = 1.0,
) -> Fit:
    """An ordered logit or probit: P(answer up to k) = F(threshold k - x · coef).

    Every category that somebody chose has a threshold above it; one that nobody chose has none, which
    leaves the estimates as they are. Newton's method on each different row once.

    Parameters
    ----------
    rows : Rows
        ``y`` holds raw scores.
    values : mapping of score to number, optional
        What an answer counts for the effects, such as -100, 0, 100 NPS points; the score itself by default.
    link : {"logit", "probit"}
    covariance : {"HC0", "cluster", "nonrobust"}, optional
        "cluster" where the rows have clusters, else "HC0".
    parallel : bool
        Test whether the coefficients are the same at every threshold; where not, ``not_parallel`` is among
        the cautions. Logit only.
    unit : float
        Multiplies the effects.

    Returns
    -------
    Fit
        ``constant`` holds the K - 1 thresholds, ``effect`` the change of the expected value.

    Raises
    ------
    UsageError
        One answer only, too many different ones, too few rows, a term that is constant or made up of others,
        answers that the terms tell apart without error.

    References
    ----------
    McCullagh (1980), Regression models for ordinal data, JRSS B 42, 109-142.

    Examples
    --------
    >>> rows = Rows.of([[1], [1], [2], [2], [3], [3]], [1, 2, 1, 3, 2, 3], ["wait"], frequency=[8, 4, 5, 6, 3, 9])
    >>> fit = fit_ordered(rows)
    >>> fit.coef.round(4).tolist(), fit.effect.round(4).tolist()
    ([1.6565], [0.5508])
    """
    if link not in LINKS:
        raise OptionError(f"{link!r} is no link", hint=did_you_mean(link, list(LINKS), what="Links"))
    kind = kind_of(rows, covariance)
    different = len(np.unique(rows.y))
    if different > MOST_CATEGORIES:
        raise UsageError(
            f"{rows.outcome!r} takes {different} values", hint='an ordered model is for a scale: use model="ols"'
        )
    model = cumulative(rows, link)
    found = maximum(model)
    cautions = parallel_lines(model, found.params, kind).cautions if parallel and link == "logit" else ()
    return cumulative_fit("ordered", model, found, kind, unit * _worth(model, values), cautions)


def _worth(model: Cumulative, values: Mapping[float, float] | None) -> Floats:
    if values is None:
        return model.categories
    lacking = [c for c in model.categories.tolist() if c not in values]
    if lacking:
        raise OptionError(
            f"values= does not say what {', '.join(f'{c:g}' for c in lacking)} counts", hint="one number a score"
        )
    return np.array([values[c] for c in model.categories.tolist()], np.float64)
