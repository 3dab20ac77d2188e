"""Whether the model of purchases foretells: fitted on the past, held against what came after."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.buying.bgnbd_forecast import bought_by_age

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

__all__ = ["Calibration", "Tracking", "calibrated", "tracked"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MOST = 7
_POINTS = 120


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Repeat purchases so far, as they were and as the model has them.

    Attributes
    ----------
    day : (m,) int
        As of ``date.toordinal``.
    actual, expected : (m,) float
    split : date or None
        The last day that the model has seen; all of them where None.
    """

    day: Ints
    actual: Floats
    expected: Floats
    split: "dt.date | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Purchases in the days held out, foretold from those before.

    Attributes
    ----------
    split, end : date
        The last day that the model has seen, and the last one held out.
    actual : float
        Purchases of all customers in the days held out.
    predicted, low, high : float
        The same as foretold, with the interval of what may happen.
    frequency, customers : (k,) int
        Repeat purchases until the split (the last is "or more"), and customers with so many.
    mean_actual, mean_predicted : (k,) float
        Purchases a customer.
    correlation : float
        Between customers' actual and foretold purchases; NaN where one of them does not vary.
    error : float
        Mean absolute error of a customer.
    n : int
        Customers.
    tracking : Tracking
    """

    split: "dt.date"
    end: "dt.date"
    actual: float
    predicted: float
    low: float
    high: float
    frequency: Ints
    customers: Ints
    mean_actual: Floats
    mean_predicted: Floats
    correlation: float
    error: float
    n: int
    tracking: Tracking

    @property
    def inside(self) -> bool:
        """Whether what happened lies in the interval."""
        return self.low <= self.actual <= self.high

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``frequency, customers, actual, predicted``; purchases a customer, by repeat purchases before."""
        import pandas as pd

        names = [f"{f}+" if i == len(self.frequency) - 1 and f >= _MOST else str(f)
                 for i, f in enumerate(self.frequency.tolist())]  # fmt: skip
        return pd.DataFrame({
            "frequency": names, "customers": self.customers, "actual": self.mean_actual,
            "predicted": self.mean_predicted,
        })  # fmt: skip


def calibrated(
    x: Floats,
    later: Ints,
    expected: Floats,
    total: tuple[float, float],
    *,
    split: "dt.date",
    end: "dt.date",
    tracking: Tracking,
) -> Calibration:
    """Actual and foretold purchases side by side.

    Parameters
    ----------
    x : (n,) float
        Repeat purchases until the split.
    later : (n,) int
        Purchases after it.
    expected : (n,) float
        The same as foretold.
    total : pair of float
        Interval of the sum of ``later``.
    """
    held = np.minimum(x, _MOST).astype(np.int64)
    levels, at = np.unique(held, return_inverse=True)
    count = np.bincount(at)
    varied = len(x) > 2 and later.std() > 0 and expected.std() > 0
    return Calibration(
        split, end, float(later.sum()), float(expected.sum()), *total, levels, count,
        np.bincount(at, weights=later) / count, np.bincount(at, weights=expected) / count,
        float(np.corrcoef(later, expected)[0, 1]) if varied else float("nan"),
        float(np.abs(later - expected).mean()), len(x), tracking,
    )  # fmt: skip


def tracked(
    params: Floats, first: Ints, days: tuple[Ints, Ints], last: int, unit: float, split: "dt.date | None" = None
) -> Tracking:
    """Repeat purchases so far at up to 120 days between the first purchase of all and the last day.

    Parameters
    ----------
    params : (4,) float
    first : (n,) int
        Each customer's first day.
    days : pair of (m,) int
        Days of repeat purchases and how many each saw.
    last : int
        The last day.
    unit : float
        Days that make the unit of the parameters.
    """
    begin = int(first.min())
    step = max(1, -(-(last - begin) // _POINTS))
    # Whole weeks where they fit, so that no weekday makes a wave.
    step = step if step < 7 else -(-step // 7) * 7
    at = np.unique(np.append(np.arange(begin + step, last, step), last))
    starts, n = np.unique(first, return_counts=True)
    so_far = np.concatenate([[0], days[1].cumsum()])[np.searchsorted(days[0], at, side="right")]
    expected = np.array([n @ bought_by_age(params, np.maximum(day - starts, 0) / unit) for day in at.tolist()])
    return Tracking(at, so_far.astype(np.float64), expected, split)
