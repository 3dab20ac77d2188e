"""Comparisons from a tally of 200 segments x 24 months, and a tally that grows by a day.

Measured, in one process, medians of repeats:

- every segment's month against the month before, 4,600 tests in one family with Benjamini-Hochberg, from a
  tally of ``--rows`` answers: the time must not depend on them;
- the same against the other segments of the month (the complement), and a rolling quarter;
- a new day: counting that day and merging it, against counting all answers again. The two tallies must be
  equal, number for number.

    python bench/compare.py [--rows N] [--repeats N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.metrics.functions import metric_of
from cxkit.metrics.trending import trend_tally

SEGMENTS, SEED = 200, 20261122


def answers(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(SEED)
    days = pd.date_range("2023-01-01", "2024-12-31")
    return pd.DataFrame({
        "segment": rng.integers(0, SEGMENTS, rows), "nps": rng.integers(0, 11, rows),
        "day": days[np.sort(rng.integers(0, len(days), rows))],
    })  # fmt: skip


def median(call: Callable[[], Any], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def counted(frame: pd.DataFrame, **options: Any) -> cx.Tally:
    return cx.Study(frame, nps="nps", date="day", guess=False).tally("nps", by="segment", **options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    print(
        f"{'answers':>12} {'tests':>7} {'previous':>10} {'complement':>11} {'rolling 3':>10}   seconds, from the tally"
    )
    for rows in (options.rows // 20, options.rows):
        tally = counted(answers(rows), freq="M")
        found = cx.compare(tally, "nps", freq="M", test="previous")
        times = [
            median(lambda t=tally, test=test: cx.compare(t, "nps", freq="M", test=test), options.repeats)
            for test in ("previous", "complement")
        ]
        times.append(median(lambda t=tally: trend_tally(metric_of("nps"), t, freq="M", rolling=3), options.repeats))
        print(f"{rows:12,} {found.family_size:7,} {times[0]:10.3f} {times[1]:11.3f} {times[2]:10.3f}")
    frame = answers(options.rows)
    last = frame.day.max()
    old, new = frame[frame.day < last], frame[frame.day == last]
    held = counted(old, freq="M")
    merged, whole = held + counted(new, freq="M"), counted(frame, freq="M")
    assert merged == whole, "a merged tally is not the full one"
    update = median(lambda: held + counted(new, freq="M"), options.repeats)
    full = median(lambda: counted(frame, freq="M"), options.repeats)
    print(f"a new day of {len(new):,} answers, counted and merged: {update:.3f} s; all {len(frame):,} again: {full:.3f} s; "
          f"ratio 1/{full / update:.1f}; equal number for number")  # fmt: skip


if __name__ == "__main__":
    main()
