"""Answers that came too fast to have been read."""

from __future__ import annotations

import math
from typing import Any

from cxkit.errors import OptionError, RoleError
from cxkit.quality.finding import Finding, finding
from cxkit.tally.flags import Durations, Rules, count_durations

__all__ = ["SHARE_OF_MEDIAN", "speed"]

#: Below this share of the median time an answer counts as speeding.
SHARE_OF_MEDIAN = 1 / 3


def speed(frame: Any, column: str | None, min_seconds: float | None, rules: Rules) -> tuple[Rules, list[Finding]]:
    """The rule for speeders, and how many there are.

    Parameters
    ----------
    column : str or None
        Seconds, or durations.
    min_seconds : float or None
        The least time in seconds; a third of the median when not given.

    Raises
    ------
    RoleError
        Times that are negative, infinite, all missing, or no numbers.
    OptionError
        A limit that is not a positive number, or has no column.

    References
    ----------
    Greszki, Meyer & Schoen (2015), Exploring the effects of removing "too fast" responses and
    respondents from web surveys, Public Opinion Quarterly 79(2), 471-503: limits relative to the
    median, of which this is a strict one.
    """
    if column is None:
        if min_seconds is not None:
            raise OptionError("min_seconds= needs the times", hint="say their column too: duration='seconds'")
        return rules, [Finding("speeders", "", "not_checked", "say", (("option", "duration='…'"),))]
    times = count_durations(frame, column)
    _refuse(times, column)
    least = _limit(min_seconds, times)
    n, of = int(times.n[times.seconds < least].sum()), int(times.n.sum())
    severity: Any = "ok" if not n else "warning" if n >= 0.05 * of else "info"
    found = finding(
        "speeders", column, severity, "speeders_untimed" if times.missing else "speeders", n=n, of=of,
        least=least, median=times.median, untimed=times.missing, rule="rule_said" if min_seconds else "rule_median",
    )  # fmt: skip
    out = [found]
    if times.median > 36_000:
        out.append(finding("speeders", column, "warning", "speed_unit", median=times.median))
    return Rules(column, least, rules.items, rules.id), out


def _limit(min_seconds: float | None, times: Durations) -> float:
    if min_seconds is None:
        return times.median * SHARE_OF_MEDIAN
    good = isinstance(min_seconds, (int, float)) and not isinstance(min_seconds, bool)
    if not good or not math.isfinite(min_seconds) or min_seconds <= 0:
        raise OptionError(f"min_seconds is {min_seconds!r}", hint="a number of seconds such as 60")
    return float(min_seconds)


def _refuse(times: Durations, column: str) -> None:
    if not len(times.seconds):
        raise RoleError("no answer has a time", column=column, hint="leave duration= out, or name another column")
    low, high = float(times.seconds[0]), float(times.seconds[-1])
    if low < 0:
        count = int(times.n[times.seconds < 0].sum())
        raise RoleError(
            f"times must not be negative: {count} are, the least {low:g} s",
            column=column,
            hint="start and end may be exchanged, or the clock was changed; correct them or set them to missing",
        )
    if not math.isfinite(high):
        raise RoleError("times must be finite", column=column, hint="set the infinite ones to missing")
