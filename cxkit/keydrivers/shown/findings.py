"""What a model's numbers allow to be said of its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cxkit.keydrivers.model import Model

__all__ = ["is_weak", "level_with_first"]


def is_weak(model: Model) -> bool:
    """Whether a model explains too little for its order to be read."""
    nothing = not model.names or not np.isfinite(model.share).all() or not model.fit.r2_adjusted > 0
    return nothing or any(c.key == "weak" for c in model.cautions)


def level_with_first(model: Model, level: float) -> tuple[int, ...]:
    """Drivers whose importance cannot be told from that of the first: the interval of the difference holds 0.

    Returns
    -------
    tuple of int
        The most important first; empty without resamples.
    """
    first, *others = model.order.tolist()
    if model.draws is None or not len(model.draws):
        return ()
    tail = (1 - level) / 2
    lead = model.draws[:, [first]] - model.draws[:, others]
    low = np.quantile(lead, tail, axis=0) if others else np.empty(0)
    return tuple(i for i, end in zip(others, low, strict=True) if not end > 0)
