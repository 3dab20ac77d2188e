"""What is to move where nobody said it: half a step of the leading drivers, or some points of the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxkit.keydrivers.readings.moves import good_way, room
from cxkit.reports.driver_models import strongest

if TYPE_CHECKING:
    from cxkit.keydrivers import Drivers
    from cxkit.reports.worth_page import WorthPage

__all__ = ["first_moves", "moves_of"]

#: Half a step of a rating; of a longer scale, such as 0-100, a twentieth of it.
_STEP, _LONG, _SHARE = 0.5, 10.0, 0.05
#: Of the score itself, of the length of its scale: 5 points of NPS.
_SCORE_SHARE = 0.025
#: Fixes that are held against one another where none was named.
_MOST = 5


def first_moves(page: WorthPage) -> dict[str, float]:
    """Half a step of the leading driver that has an effect; without one, some points of the score."""
    moves = moves_of(page)
    return dict(list(moves.items())[:1]) if moves else _score_moves(page)


def moves_of(page: WorthPage) -> dict[str, float]:
    """Half a step, in the good direction, of each driver with an effect and room, the most important first."""
    found = page.drivers_found
    if found is None:
        return {}
    out = {}
    ways = good_way(found.model, found.outcome.better)
    for i in strongest(found, len(found.model.names)):
        step = _step(found, i, int(ways[i]))
        # The effect of a driver in its own right: against the good way there is nothing to gain by it.
        gain = step * float(found.model.fit.effect[i]) * (-1 if found.outcome.better == "lower" else 1)
        if step and gain > 0:
            out[found.model.names[i]] = step
    return dict(list(out.items())[:_MOST])


def _step(found: Drivers, driver: int, way: int) -> float:
    low, high = found.model.scales[driver]
    size = _STEP if high - low <= _LONG else _SHARE * (high - low)
    down, up = room(found.model, driver)
    return float(np.clip(way * size, down, up))


def _score_moves(page: WorthPage) -> dict[str, float]:
    label = page.scores(page.main).metric
    if label.bounds is None:
        return {}
    low, high = label.bounds
    size = _SCORE_SHARE * (high - low)
    mean = page.scores(page.main).estimate[0]
    up = label.better != "lower"
    return {page.main: float(min(size, high - mean) if up else max(-size, low - mean))}
