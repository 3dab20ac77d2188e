"""How a return hangs on its figures: break-even, and each figure moved alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.value.returns.case import Case
from cxkit.value.returns.inputs import Assumption, Inputs

__all__ = ["Swing", "break_even", "swings"]

Floats = NDArray[np.float64]
_FARTHEST = 1024.0


@dataclass(frozen=True, slots=True)
class Swing:
    """The net gain when one figure goes from its low end to its high one and all others stay at their values.

    Attributes
    ----------
    name : str
        Of the assumption.
    low, high : float
        Its ends, in the unit shown.
    unit : str
    npv_low, npv_high : float
        The net gain there, in money.
    """

    name: str
    low: float
    high: float
    unit: str
    npv_low: float
    npv_high: float

    @property
    def width(self) -> float:
        return abs(self.npv_high - self.npv_low)


def break_even(case: Case, x: Mapping[str, Floats], benefit: float, cost: float) -> float:
    """The share of the improvement at which the mean net gain is 0; NaN where no multiple of it pays.

    Parameters
    ----------
    benefit, cost : float
        Mean present values of the whole improvement, which saves computing them again.
    """
    if cost <= 0:
        return 0.0
    effect = case.effect(x)

    def net(scale: float) -> float:
        return case.expected(x, scale, effect) - cost

    if benefit >= cost:
        low, high = 0.0, 1.0
    else:
        low, high, before = 1.0, 2.0, benefit
        while True:
            found = net(high) + cost
            if found >= cost:
                break
            # The scales have ended, or more of it loses money.
            if high >= _FARTHEST or found <= before + 1e-12 * abs(before):
                return math.nan
            low, high, before = high, 2 * high, found
    from scipy.optimize import brentq

    return float(brentq(net, low, high, xtol=1e-9, rtol=1e-9))


def swings(case: Case, inputs: Inputs, rows: Sequence[Assumption]) -> tuple[Swing, ...]:
    """One for each uncertain figure, the widest first."""
    free = [row for row in rows if not row.sure]
    if not free:
        return ()
    centre = inputs.centre
    x = {name: np.repeat(value, 2 * len(free)) if value.ndim == 0 else value for name, value in centre.items()}
    for i, row in enumerate(free):
        # Rows are in the unit shown, the computation in its own.
        shown = inputs.shown[row.name]
        x[row.name][2 * i : 2 * i + 2] = row.low / shown, row.high / shown
    net = case.worth(x).npv
    found = [
        Swing(row.name, row.low, row.high, row.per_unit, float(net[2 * i]), float(net[2 * i + 1]))
        for i, row in enumerate(free)
    ]
    return tuple(sorted(found, key=lambda s: -s.width))
