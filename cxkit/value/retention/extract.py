"""The day of the extract: as said, or the latest date in the data that can have been."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.value.retention.asked import day_of, the_date
from cxkit.value.retention.caution import Caution, caution

__all__ = ["extract_day", "today"]

Floats = NDArray[np.float64]

#: Departures after today by more days than this are typing errors or ends of contracts.
_FAR = 366
#: So large a share of departures after today, and near, may be of data that are kept ahead of this computer's clock.
_MANY = 0.05


def today() -> float:
    """Today, as days since 1970-01-01."""
    return float((dt.date.today() - dt.date(1970, 1, 1)).days)


def extract_day(
    said: Any, left: Floats | None, since: Floats | None, answered: Floats | None
) -> tuple[float, list[Caution]]:
    """Until which day the table tells, NaN without dates, and what is to be said of it.

    A day of leaving after today is no departure yet: one typing error, or one contract that ends next year, would
    keep everybody else a customer until then. Data whose answers lie after today are of a time of their own (a
    simulation, a wrong clock), and today says nothing about them.
    """
    if said is not None:
        until = the_date(said, "as_of")
        return until, [caution("as_of_said", day=day_of(until))]
    known = [d[np.isfinite(d)] for d in (left, since, answered) if d is not None]
    every = np.concatenate(known) if known else np.empty(0)
    if not len(every):
        return float("nan"), []
    now, latest = today(), float(every.max())
    gone = np.empty(0) if left is None else left[np.isfinite(left)]
    own_time = (every > now).mean() > 0.5 or (answered is not None and _share(answered, now) > 0.01)
    if latest <= now or own_time:
        return latest, [caution("as_of", day=day_of(latest)), *_alone(gone, since, answered, latest)]
    near = gone[gone <= now + _FAR]
    limit = now
    if len(near) and (near > now).mean() > _MANY:
        limit = now + _FAR
    held = every[every <= limit]
    until = float(held.max())
    out = []
    if until > now:
        said_now = day_of(now)
        out = [
            caution("as_of", day=day_of(until)),
            caution("announced", n=int((near > now).sum()), today=said_now, iso=said_now.isoformat()),
        ]
    if (every > limit).any():
        n = int((every > limit).sum())
        out.insert(0, caution("as_of_capped", day=day_of(until), n=n, latest=day_of(latest)))
        out = [c for c in out if c.key != "as_of"]
    return until, out


def _share(days: Floats, now: float) -> float:
    known = days[np.isfinite(days)]
    return float((known > now).mean()) if len(known) else 0.0


def _alone(gone: Floats, since: Floats | None, answered: Floats | None, latest: float) -> list[Caution]:
    """Whether the latest date is one day of leaving that stands more than a year after every other date."""
    other = np.concatenate([d[np.isfinite(d)] for d in (gone, since, answered) if d is not None])
    below = other[other < latest]
    if not len(below) or len(other) < 30 or (other == latest).sum() > 0.01 * len(other):
        return []
    return [caution("as_of_alone", latest=day_of(below.max()))] if latest - below.max() > _FAR else []
