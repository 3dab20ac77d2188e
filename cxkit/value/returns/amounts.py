"""A figure as people say it: a number, a range, a distribution, or what a test found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.stats.uncertain import triangular

__all__ = ["Amount", "amount_of", "is_effect", "plain"]

Floats = NDArray[np.float64]
_FORMS = "a number, a range (low, high), (low, likely, high), or a frozen distribution of scipy.stats"


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    """An amount that may be uncertain.

    Attributes
    ----------
    value : float
        Of a range its middle; of three figures the likely one; of a distribution its mean.
    low, high : float
        Ends of a range; 95 % of a distribution; equal to the value where there is no doubt.
    shape : {"fixed", "uniform", "triangular", "normal", "distribution"}
    grade : str
        ``assumed``, or the grade of the effect that it comes from.
    spread : float
        Standard deviation of a normal.
    law : object
        The frozen distribution that was given.
    factor : float
        What the draws of ``law`` are multiplied with.
    """

    value: float
    low: float
    high: float
    shape: str
    grade: str = "assumed"
    spread: float = 0.0
    law: Any = None
    factor: float = 1.0

    @property
    def sure(self) -> bool:
        return self.shape == "fixed"

    def quantiles(self, u: Floats) -> Floats:
        """(D,) The amount at probabilities 0 to 1."""
        if self.shape == "uniform":
            return self.low + (self.high - self.low) * u
        if self.shape == "triangular":
            return triangular(u, self.low, self.value, self.high)
        if self.shape == "normal":
            from scipy.special import ndtri

            return np.asarray(self.value + self.spread * ndtri(u), float)
        if self.shape == "distribution":
            return np.asarray(self.law.ppf(u), float) * self.factor
        return np.full(u.shape, self.value)

    def scaled(self, factor: float) -> Amount:
        """The same in a unit of which one is ``1 / factor`` of the old one; ``factor`` is above 0."""
        return replace(
            self, value=self.value * factor, low=self.low * factor, high=self.high * factor,
            spread=self.spread * factor, factor=self.factor * factor,
        )  # fmt: skip


def plain(x: object) -> float | None:
    """``x`` as a finite number; None for a text, a truth value, NaN."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, (int, float, np.integer, np.floating)):
        return None
    return float(x) if math.isfinite(x) else None


def is_effect(x: object) -> bool:
    """Whether ``x`` says an effect with its interval, such as the answer of :func:`cxkit.effect`."""
    return all(hasattr(type(x), name) or hasattr(x, name) for name in ("estimate", "low", "high"))


def amount_of(what: str, given: Any) -> Amount:
    """The amount that was said.

    Parameters
    ----------
    what : str
        Its name, for errors.
    given : float, sequence of 2 or 3 floats, frozen distribution, or effect

    Raises
    ------
    OptionError
        It is none of these, or a range that falls.
    """
    number = plain(given)
    if number is not None:
        return Amount(number, number, number, "fixed")
    if isinstance(given, (tuple, list, np.ndarray)):
        return _range(what, given)
    if is_effect(given):
        return _effect(what, given)
    if callable(getattr(given, "ppf", None)):
        return _distribution(what, given)
    raise OptionError(f"{what} is {given!r}", hint=_FORMS)


def _range(what: str, given: Sequence[Any] | NDArray[Any]) -> Amount:
    ends = [plain(x) for x in given]
    if len(ends) not in (2, 3) or any(x is None for x in ends):
        raise OptionError(f"{what} is {given!r}", hint=_FORMS)
    found = [float(x) for x in ends if x is not None]
    if found != sorted(found):
        raise OptionError(
            f"the range of {what}, {tuple(given)}, does not rise",
            hint="(low, high) or (low, likely, high), the lowest first"
            + (
                f"; for a before and an after say {what}={found[0]:g}, after={{'{what}': {found[-1]:g}}}"
                if what.isidentifier()
                else ""
            ),
        )
    low, high = found[0], found[-1]
    if low == high:
        return Amount(low, low, high, "fixed")
    if len(found) == 2:
        return Amount((low + high) / 2, low, high, "uniform")
    return Amount(found[1], low, high, "triangular")


def _effect(what: str, given: Any) -> Amount:
    estimate, low, high = (plain(getattr(given, name)) for name in ("estimate", "low", "high"))
    if estimate is None or low is None or high is None or not low <= estimate <= high:
        raise OptionError(
            f"the effect for {what} has no estimate inside an interval", hint="an effect that was found, or a range"
        )
    level = plain(getattr(given, "level", None)) or 0.95
    from scipy.special import ndtri

    spread = (high - low) / (2 * float(ndtri(0.5 + level / 2)))
    grade = str(getattr(given, "grade", "observed"))
    if spread == 0:
        return Amount(estimate, low, high, "fixed", grade)
    return Amount(estimate, low, high, "normal", grade, spread)


def _distribution(what: str, given: Any) -> Amount:
    low, middle, high = (float(x) for x in np.asarray(given.ppf([0.025, 0.5, 0.975]), float))
    mean = float(given.mean()) if callable(getattr(given, "mean", None)) else middle
    if not all(map(math.isfinite, (low, middle, high, mean))):
        raise OptionError(f"the distribution of {what} has no finite mean or quantiles", hint=_FORMS)
    if low == high:
        return Amount(mean, mean, mean, "fixed")
    return Amount(mean, low, high, "distribution", law=given)
