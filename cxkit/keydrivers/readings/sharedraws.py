"""Bootstrap draws of importance as shares, the raw material of every statement on how sure a ranking is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.result import Drivers

__all__ = ["FEWEST_DRAWS", "centred_share_draws", "need_draws", "share_draws", "shares_of"]

Floats = NDArray[np.float64]

#: Under this many draws neither a spread nor a tail can be read.
FEWEST_DRAWS = 50


def need_draws(drivers: Drivers, purpose: str) -> None:
    """Refuse an analysis without bootstrap draws, or with too few of them.

    Raises
    ------
    UsageError
    """
    for model in drivers.models:
        if model.draws is None:
            raise UsageError(
                f"{purpose} needs bootstrap draws of the importance",
                hint='drivers(..., interval="bootstrap")',
                code="no_draws",
            )
        if len(model.draws) < FEWEST_DRAWS:
            raise UsageError(
                f"{purpose} needs at least {FEWEST_DRAWS} draws, not {len(model.draws)}",
                hint="drivers(..., resamples=1000)",
                code="few_draws",
            )


def shares_of(model: Model, names: Sequence[str] | None = None) -> Floats:
    """(k,) Shares, in %, of these drivers in what they explain together; NaN where that is nothing."""
    return np.asarray(_share(model.importance[_columns(model, names)][None, :])[0])


def share_draws(model: Model, names: Sequence[str] | None = None) -> Floats:
    """(B, k) The same of every draw; draws that explain nothing are left out."""
    if model.draws is None:
        raise ValueError("no draws")
    found = _share(model.draws[:, _columns(model, names)])
    return found[np.isfinite(found).all(axis=1)]


def centred_share_draws(model: Model, names: Sequence[str] | None = None) -> Floats:
    """(B, k) The same, of draws less what they add to the importance on average.

    Importance is a square, so noise adds to it; resamples add it a second time, which levels their shares and makes
    the shares of two groups seem better known than they are. Matters where little is explained.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 10.2: the bias that resamples show.
    """
    if model.draws is None:
        raise ValueError("no draws")
    at = _columns(model, names)
    draws, seen = model.draws[:, at], model.importance[at]
    centred = draws - (draws.mean(axis=0) - seen)
    # Only a signed measure may be negative.
    found = _share(centred if (seen < 0).any() or (draws < 0).any() else np.maximum(centred, 0.0))
    return found[np.isfinite(found).all(axis=1)]


def _columns(model: Model, names: Sequence[str] | None) -> list[int]:
    return list(range(len(model.names))) if names is None else [model.names.index(n) for n in names]


def _share(importance: Floats) -> Floats:
    total: Floats = importance.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, 100 * importance / total, np.nan))
