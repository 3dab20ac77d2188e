"""Measures of importance that have a sign are shown by their size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

__all__ = ["SIGNED", "magnitudes"]

#: Methods of which a large negative value is as important as a large positive one. Pratt's is none: it splits R².
SIGNED = frozenset({"beta", "correlation"})


def magnitudes(drivers: Drivers) -> Drivers:
    """The analysis with the size of each importance, where the method gives it a sign; else as it is.

    Shares and ranks of signed values would put the strongest negative driver last, and could sum to 0.
    """
    if drivers.importance not in SIGNED:
        return drivers
    return replace(drivers, models=tuple(_sizes(model, drivers.level) for model in drivers.models))


def _sizes(model: Model, level: float) -> Model:
    sizes = np.abs(model.importance)
    total = float(sizes.sum())
    if model.draws is None or not len(model.draws):
        unknown = np.full(len(sizes), np.nan)
        return replace(model, importance=sizes, low=unknown, high=unknown.copy(), explained=total)
    draws = np.abs(model.draws)
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    # Sizes of draws about 0 lie above the size of what was seen; the interval never leaves it out.
    low, high = np.minimum(low, sizes), np.maximum(high, sizes)
    return replace(model, importance=sizes, low=low, high=high, draws=draws, explained=total)
