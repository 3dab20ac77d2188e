"""When the answers came: empty periods, unlikely gaps, partial ends, breaks in volume."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from cxkit.present.calendar import period_end
from cxkit.quality.finding import Finding, Periods, finding
from cxkit.study import Study
from cxkit.tally.engine import first_day
from cxkit.tally.flags import count_days

__all__ = ["Volume", "timing", "unlikely_gap", "volume_of"]

# A gap longer than all but one survey in a hundred of this rate would show.
_GAP_RISK = 0.01
_SHARPEST = 4.0


@dataclass(frozen=True, slots=True)
class Volume:
    """Answers by period, empty periods included: first days, and how many answers."""

    freq: str
    starts: tuple[dt.date, ...] = ()
    n: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)


def volume_of(days: Mapping[dt.date, int]) -> Volume:
    """Fold days into days, weeks, months or quarters, by how long they span."""
    if not days:
        return Volume("M")
    first, last = min(days), max(days)
    length = (last - first).days
    freq = "Q" if length > 1100 else "M" if length > 60 else "W" if length > 13 else "D"
    counts: dict[dt.date, int] = {}
    start = first_day(first, freq)
    while start <= last:
        counts[start] = 0
        start = period_end(start, freq)
    for day, n in days.items():
        counts[first_day(day, freq)] += n
    return Volume(freq, tuple(counts), tuple(counts.values()))


def unlikely_gap(answers: int, days: int) -> float:
    """Days without an answer that chance alone hardly makes, if answers came evenly.

    Of n answers spread at random over T days some gap exceeds g with probability of about
    n·exp(-n·g/T) (Holst 1980, On the lengths of the pieces of a stick broken at random, J. Appl.
    Prob. 17, 623-634); solved for a probability of 0.01.

    >>> round(unlikely_gap(100, 100), 1)
    9.2
    """
    return days * math.log(max(answers, 1) / _GAP_RISK) / max(answers, 1)


def timing(study: Study, rows: int) -> tuple[Volume, list[Finding]]:
    """Look at the dates; nothing is checked without a ``date`` role."""
    if "date" not in study.roles:
        option = (("option", "date='…'"),)
        checks = ("dates", "gaps", "partial_period", "volume")
        return Volume("M"), [Finding(check, "", "not_checked", "say", option) for check in checks]
    column = study.column("date")
    days, undated = count_days(study.data, column)
    out = _dates(days, undated, rows, column)
    odd = [day for day in days if day.year < 1990]
    real = {day: n for day, n in days.items() if day.year >= 1990} if len(odd) < len(days) else days
    if not real:
        return Volume("M"), out
    volume = volume_of(real)
    if len(real) == 1:
        return volume, [*out, finding("gaps", column, "info", "gaps_one_day", n=0, of=1)]
    gaps, limit = _gaps(real, volume, column)
    partial, whole = _partial(real, volume, limit, column)
    return volume, [*out, *gaps, *partial, *_breaks(whole, column)]


def _dates(days: Mapping[dt.date, int], undated: int, rows: int, column: str) -> list[Finding]:
    out = []
    if undated:
        severity = "info" if undated < 0.05 * rows else "warning"
        out.append(finding("dates", column, severity, "dates_missing", n=undated, of=rows))  # type: ignore[arg-type]
    odd = {day: n for day, n in days.items() if day.year < 1990}
    if odd:
        out.append(finding("dates", column, "warning", "dates_odd", n=sum(odd.values()), of=rows, first=min(odd)))
    if not out:
        out.append(finding("dates", column, "ok", "dates_none", n=0, of=rows, first=min(days), last=max(days)))
    return out


def _gaps(days: Mapping[dt.date, int], volume: Volume, column: str) -> tuple[list[Finding], float]:
    listed = list(days)
    out = []
    empty = [start for start, n in zip(volume.starts, volume.n, strict=True) if not n]
    if empty:
        names = Periods(volume.freq, tuple(empty))
        out.append(
            finding("gaps", column, "warning", "gaps_periods", n=len(empty), of=len(volume), names=names,
                    first=listed[0], last=listed[-1])
        )  # fmt: skip
    apart = [(after - before).days - 1 for before, after in pairwise(listed)]
    usual = sorted(apart)[int(0.9 * (len(apart) - 1))]
    # Weekends and the like are usual gaps: only what is well beyond them counts.
    limit = max(unlikely_gap(sum(days.values()), (listed[-1] - listed[0]).days + 1), 2.0 * usual, 2.0)
    long = [i for i, gap in enumerate(apart) if gap > limit]
    if long:
        widest = max(long, key=lambda i: apart[i])
        one = dt.timedelta(days=1)
        out.append(
            finding("gaps", column, "info", "gaps_days", n=apart[widest], start=listed[widest] + one,
                    end=listed[widest + 1] - one, gaps=len(long))
        )  # fmt: skip
    return out or [finding("gaps", column, "ok", "gaps_none", n=0, of=len(volume))], limit


def _partial(days: Mapping[dt.date, int], volume: Volume, limit: float, column: str) -> tuple[list[Finding], Volume]:
    """Whether the ends look cut off, and the periods that do not."""
    first, last = min(days), max(days)
    out = []
    cut = [0, len(volume)]
    if volume.freq == "D":
        return [finding("partial_period", column, "ok", "partial_none", n=0, of=len(volume))], volume
    if (period_end(volume.starts[-1], volume.freq) - last).days - 1 > limit:
        name = Periods(volume.freq, volume.starts[-1:])
        out.append(
            finding("partial_period", column, "warning", "partial_last", n=1, of=len(volume), name=name, last=last)
        )
        cut[1] -= 1
    if (first - volume.starts[0]).days > limit:
        name = Periods(volume.freq, volume.starts[:1])
        out.append(
            finding("partial_period", column, "info", "partial_first", n=1, of=len(volume), name=name, first=first)
        )
        cut[0] += 1
    whole = Volume(volume.freq, volume.starts[cut[0] : cut[1]], volume.n[cut[0] : cut[1]])
    return out or [finding("partial_period", column, "ok", "partial_none", n=0, of=len(volume))], whole


def _breaks(volume: Volume, column: str) -> list[Finding]:
    """Neighbouring periods of which one has at least twice the answers, beyond chance."""
    steps = []
    for i in range(1, len(volume)):
        a, b = volume.n[i - 1], volume.n[i]
        # The square root of a Poisson count has variance 1/4 (Anscombe 1948, Biometrika 35).
        z = abs(math.sqrt(b) - math.sqrt(a)) * math.sqrt(2)
        if a and b and max(a, b) >= 2 * min(a, b) and z > _SHARPEST:
            steps.append((z, i))
    if not steps:
        return [finding("volume", column, "ok", "volume_none", n=0, of=len(volume))]
    _, i = max(steps)
    return [
        finding("volume", column, "warning", "volume_break", n=len(steps), of=len(volume), before=volume.n[i - 1],
                after=volume.n[i], name=Periods(volume.freq, (volume.starts[i],)))
    ]  # fmt: skip
