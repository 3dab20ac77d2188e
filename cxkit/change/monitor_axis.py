"""Time along an axis: real dates, names of periods, and the events that a reader wants to see beside them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError
from cxkit.present.numbers import short_period
from cxkit.present.plotting import label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Events", "mark_events", "name_periods", "place"]

Events = Mapping[Any, str]


def place(start: dt.date) -> int:
    """Where a date stands on the axis."""
    return start.toordinal()


def name_periods(axes: Axes, starts: Iterable[dt.date], freq: str, lang: str) -> None:
    """Up to ten periods named under the axis."""
    days = sorted(set(starts))
    step = max(1, math.ceil(len(days) / 10))
    named = days[::step]
    names = [short_period(d, freq, lang) for d in named]
    if freq == "D":  # days are named without their year, which the first of each needs
        years = [None, *(d.year for d in named)]
        names = [
            f"{name} {d.year}" if d.year != before else name
            for name, d, before in zip(names, named, years, strict=False)
        ]
    axes.set_xticks([place(d) for d in named], names, rotation=30, ha="right")
    axes.grid(False, axis="x")
    axes.set_xlabel("")


def mark_events(axes: Axes, events: Events | None) -> None:
    """A named vertical at each date; dates off the axis are left out.

    Raises
    ------
    OptionError
        A key that is no date.
    """
    low, high = axes.get_xlim()
    for when, name in (events or {}).items():
        x = place(_day(when))
        if not low <= x <= high:
            continue
        axes.axvline(x, color="#404040", linestyle=(0, (4, 3)), linewidth=1, zorder=1)
        axes.annotate(
            label_text(name), (x, 1), xycoords=("data", "axes fraction"), xytext=(-3, -4), textcoords="offset points",
            rotation=90, ha="right", va="top", fontsize="x-small", color="#404040", zorder=7,
            bbox={"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )  # fmt: skip
    axes.set_xlim(low, high)


def _day(when: dt.date | str) -> dt.date:
    try:
        return dt.date.fromisoformat(when) if isinstance(when, str) else dt.date(when.year, when.month, when.day)
    except (ValueError, AttributeError):
        raise OptionError(
            f"{when!r} is no day of an event", hint="events={'2026-03-25': 'New app'}: a date, or a text like this"
        ) from None
