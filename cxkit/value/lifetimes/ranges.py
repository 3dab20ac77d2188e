"""A figure as it is given: one number, a range, or what was measured; drawn by its own seeded stream."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.stats.uncertain import triangular, uniform_draws

__all__ = ["Figure", "given"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and how sure it is.

    Attributes
    ----------
    name : str
    value : float
        The likely value; the middle of a range that names none.
    low, high : float
        Ends of a range, or of the interval of what was measured; the value itself where it is certain.
    source : {"assumed", "observed"}
    shape : {"fixed", "uniform", "triangular", "normal", "beta"}
    n : int
        Customers behind what was observed.
    lost : float
        Those who left, of a rate that was observed.
    error : float
        Standard error of a mean that was observed.
    """

    name: str
    value: float
    low: float
    high: float
    source: str = "assumed"
    shape: str = "fixed"
    n: int = 0
    lost: float = 0.0
    error: float = 0.0

    def draws(self, size: int, seed: int, *, stream: str = "") -> Floats:
        """(size,) draws."""
        if self.shape == "fixed":
            return np.full(size, self.value)
        u = uniform_draws(stream + self.name, size, seed)
        if self.shape == "triangular":
            return triangular(u, self.low, self.value, self.high)
        if self.shape == "uniform":
            return np.asarray(self.low + u * (self.high - self.low))
        from scipy.special import betaincinv, ndtri

        if self.shape == "normal":
            return np.asarray(self.value + self.error * ndtri(u))
        # Jeffreys' prior: its intervals cover as they should for rates near 0 and 1 too.
        return np.asarray(betaincinv(self.lost + 0.5, self.n - self.lost + 0.5, u))


def given(name: str, value: Any, *, least: float = -math.inf, most: float = math.inf, fix: str) -> Figure:
    """A figure from what a caller said: a number, ``(low, high)`` or ``(low, likely, high)``.

    Raises
    ------
    OptionError
        No number, ends in the wrong order, or out of ``least`` to ``most``; ``fix`` is the hint.
    """
    parts = list(value) if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, str) else [value]
    try:
        numbers = [float(x) for x in parts]
    except (TypeError, ValueError):
        raise OptionError(f"{name}= is {value!r}", hint=fix) from None
    if len(numbers) not in (1, 2, 3) or not all(map(math.isfinite, numbers)) or any(isinstance(x, bool) for x in parts):
        raise OptionError(f"{name}= is {value!r}", hint=f"{fix}, or a range (low, high) or (low, likely, high)")
    if numbers != sorted(numbers):
        raise OptionError(f"{name}= is {value!r}, whose ends are not in order", hint="(low, likely, high)")
    if numbers[0] < least or numbers[-1] > most:
        raise OptionError(f"{name}= is {value!r}", hint=fix)
    low, high = numbers[0], numbers[-1]
    if low == high:
        return Figure(name, low, low, high)
    middle = numbers[1] if len(numbers) == 3 else (low + high) / 2
    return Figure(name, middle, low, high, shape="triangular" if len(numbers) == 3 else "uniform")
