"""What was asked of an effect, and which designs know it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, did_you_mean
from cxkit.study import Study
from cxkit.tally import FREQUENCIES

__all__ = ["DESIGNS", "Asked", "day_meant", "share_meant"]

#: Design -> the options that it takes beside level and currency.
DESIGNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ab": frozenset({"treated", "control", "before", "cluster", "split", "correction", "power"}),
        "did": frozenset({"treated", "control", "at", "controls", "cluster", "freq"}),
        "its": frozenset({"at", "freq", "method", "season"}),
        "matched": frozenset({"treated", "control", "before", "controls", "cluster", "method"}),
        "remeasured": frozenset({"treated", "control", "at", "among", "reliability", "cluster"}),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a call; None where one was not said."""

    treated: Any = None
    control: Any = None
    at: dt.date | None = None
    before: Any = None
    controls: Any = None
    cluster: str | None = None
    freq: str = "M"
    split: Any = None
    among: Any = None
    method: str | None = None
    season: int | None = None
    reliability: float | None = None
    correction: str | None = "holm"
    power: float = 0.8
    level: float = 0.95
    currency: str = "EUR"

    def check(self, design: str, said: Mapping[str, Any]) -> None:
        """Refuse a design that is not one, and options that it does not take.

        Parameters
        ----------
        said : mapping
            The options that were given.

        Raises
        ------
        OptionError
        """
        if design not in DESIGNS:
            raise OptionError(f"no design {design!r}", hint=did_you_mean(str(design), DESIGNS, what="Designs"))
        stray = next((name for name in said if name not in DESIGNS[design]), None)
        if stray is not None:
            homes = [d for d, names in DESIGNS.items() if stray in names]
            raise OptionError(
                f"{stray}= is no option of design={design!r}",
                hint=f"it goes with {', '.join(homes)}; {design!r} takes {', '.join(sorted(DESIGNS[design]))}",
            )
        if isinstance(self.level, bool) or not isinstance(self.level, (int, float)) or not 0.5 <= self.level < 1:
            raise OptionError(f"level is {self.level!r}", hint="a share such as 0.95")
        if self.freq not in FREQUENCIES:
            raise OptionError(
                f"unknown freq {self.freq!r}", hint=did_you_mean(str(self.freq), FREQUENCIES, what="freq")
            )


def day_meant(at: Any) -> dt.date | None:
    """The day of ``at=``.

    Raises
    ------
    OptionError
    """
    if at is None:
        return None
    try:
        if isinstance(at, str):
            return dt.date.fromisoformat(at)
        return dt.date(at.year, at.month, at.day)
    except (ValueError, AttributeError):
        raise OptionError(f"at={at!r} is no day", hint="the day the action began: a date, or '2026-03-25'") from None


def share_meant(what: str, value: Any, *, least: float = 0.0, most: float = 1.0) -> float | None:
    """A number from ``least`` to ``most``, or None."""
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or not least <= value <= most
    ):
        raise OptionError(f"{what} is {value!r}", hint=f"a number from {least:g} to {most:g}")
    return float(value)


def span_of(study: Study, at: dt.date) -> None:
    """Refuse a day before the first answer or after the last."""
    first, last = study.span()
    if not first < at <= last:
        raise OptionError(
            f"at={at.isoformat()} is outside the dates of the data, {first.isoformat()} to {last.isoformat()}",
            hint="the day the action began; answers are needed before and from it on", code="at_outside",
        )  # fmt: skip
