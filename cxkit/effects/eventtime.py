"""Periods about the day an action began: none holds days from both sides of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.engine import first_day

__all__ = ["Periods", "periods_about"]

Ints = NDArray[np.int64]
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """The period of each row.

    Attributes
    ----------
    starts : tuple of date
        First day of each period, ascending; of the one that holds ``at`` in two parts, the second starts there.
    of : (n,) int
        The period of each row.
    after : (k,) bool
        Whether a period is after the beginning of the action.
    """

    starts: tuple[dt.date, ...]
    of: Ints
    after: NDArray[np.bool_]

    @property
    def reference(self) -> int:
        """The last period before."""
        return int(np.flatnonzero(~self.after)[-1])


def periods_about(day: Ints, at: dt.date, freq: str) -> Periods:
    """The periods of length ``freq`` that rows lie in, cut at ``at``.

    Parameters
    ----------
    day : (n,) int
        Days since 1970.
    """
    days, place = np.unique(day, return_inverse=True)
    starts = []
    for number in days.tolist():
        date = _EPOCH + dt.timedelta(days=number)
        start = first_day(date, freq)
        starts.append(max(start, at) if date >= at else start)
    held = sorted(set(starts))
    of = np.array([held.index(start) for start in starts], np.int64)
    after = np.array([start >= at for start in held], bool)
    return Periods(tuple(held), of[place.reshape(-1)], after)
