"""What goes with one point of a score: the contract between linkage, which measures it, and returns, which uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.present.result import MetricLabel

__all__ = ["Slopes"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Means of behaviour per customer and their change for one point of a score, with joint errors.

    Attributes
    ----------
    score : MetricLabel
        What the points are of; ``NPS``: -100..100.
    outcomes : tuple of str
        k roles: ``revenue, margin, churned, support_cost, contacts, referrals`` ...
    base : (k,) float
        Mean of each outcome per customer over ``months``; a share, 0 to 1, for ``churned``.
    slope : (k,) float
        Change of that mean for one point of the score.
    covariance : (2k, 2k) float
        Of ``(base, slope)``, customers being independent.
    n : tuple of int
        Customers behind each outcome.
    months : float
        What the money columns and the churn flag cover.
    linear : tuple of bool
        Whether the data are in keeping with a straight line.
    unit : tuple of str
        Of each base: a currency, ``""`` for counts and shares.
    grade : {"observed", "matched", "tested"}
        What the slopes rest on.
    remarks : tuple
        What a reader must know of them.
    alike : tuple of (str, float, int)
        Outcomes that were the same for all customers, so that nothing can go with a point: role, that value (a share
        0 to 1), customers. Not among ``outcomes``.
    """

    score: MetricLabel
    outcomes: tuple[str, ...]
    base: Floats
    slope: Floats
    covariance: Floats
    n: tuple[int, ...]
    months: float
    linear: tuple[bool, ...]
    unit: tuple[str, ...]
    grade: str = "observed"
    remarks: tuple[Any, ...] = ()
    alike: tuple[tuple[str, float, int], ...] = ()
