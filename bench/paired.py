"""Runs cases in turn (A B A B ...), each in a fresh process, and compares their cost and their numbers.

A case is a function of a data path and a :class:`Clock`. In its process it runs twice: on a tiny copy of
the data, which pays imports and first use, then on the real one, whose laps are measured apart. So a
one-off cost never hides in an analysis, and the memory of imported modules is in no figure.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MB = 1024 * 1024

Numbers = Mapping[str, Any]
Case = Callable[[str, "Clock"], Numbers]


@dataclass
class Clock:
    """Wall, CPU and added peak memory of the named parts of one run."""

    laps: dict[str, dict[str, float]] = field(default_factory=dict)
    _wall: float = 0
    _cpu: float = 0
    _rss: float = 0

    def start(self) -> None:
        """Begin here: what was loaded or imported before is in no lap, nor in the memory."""
        gc.collect()
        _reset_peak()
        self._rss = _resident()
        self._again()

    def lap(self, name: str) -> None:
        """End the part that ran since the start or the last lap."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        self.laps[name] = {"wall": wall, "cpu": cpu, "rss": max(0.0, _peak() - self._rss) / MB}
        self._again()

    def _again(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()


def environment() -> dict[str, str]:
    """The environment of a child: this tree's package first on the path."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])])}


def serve(case: Case, tiny: str, data: str, answer: str) -> None:
    """Run one case in this process; figures go to stdout, numbers to the file ``answer``."""
    import numpy as np

    began, cpu = time.perf_counter(), time.process_time()
    case(tiny, Clock())
    first = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu, "rss": 0.0}
    clock = Clock()
    clock.start()
    numbers = case(data, clock)
    np.savez(answer, **{k: np.asarray(v) for k, v in numbers.items()})
    print(json.dumps({"first use": first, **clock.laps}))


def measure(
    script: str, names: Sequence[str], *, tiny: str, data: str, folder: str, repeats: int
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, Any]]]:
    """Runs of every case in turn, ``repeats`` times, and the numbers of each."""
    import numpy as np

    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(repeats):
        # Every other round starts with the last, so that no case always finds a cache warm.
        for name in names if turn % 2 == 0 else list(reversed(names)):
            answer = str(Path(folder) / f"{names.index(name)}.npz")
            words = [sys.executable, script, "--case", name, tiny, data, answer]
            done = subprocess.run(words, env=environment(), cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
            runs[name].append(json.loads(done.stdout.splitlines()[-1]))
    numbers = {}
    for i, name in enumerate(names):
        with np.load(str(Path(folder) / f"{i}.npz")) as held:
            numbers[name] = dict(held)
    return runs, numbers


def assert_same(ours: Numbers, theirs: Numbers, *, tolerance: float = 1e-9) -> int:
    """Texts and integers must be equal, floats within ``tolerance`` and NaN together; the number of rows."""
    import numpy as np

    assert set(ours) == set(theirs), f"{sorted(ours)} and {sorted(theirs)}"
    rows = 0
    for name, mine in ours.items():
        other = theirs[name]
        assert mine.shape == other.shape, f"{name}: {mine.shape} and {other.shape}"
        rows = max(rows, len(mine))
        if mine.dtype.kind == "f" or other.dtype.kind == "f":
            away = np.abs(mine - other) / np.maximum(1.0, np.abs(other))
            together = np.array_equal(np.isnan(mine), np.isnan(other))
            assert together, f"{name}: not missing in the same groups"
            assert np.nanmax(away, initial=0) <= tolerance, f"{name}: {np.nanmax(away):.2e} apart"
        else:
            assert np.array_equal(mine, other), f"{name} differs"
    return rows


def column(runs: Sequence[Mapping[str, Any]], laps: Sequence[str], what: str) -> list[float]:
    """The sum of some laps in each run (the highest, for memory); laps a case does not have count 0."""
    fold = max if what == "rss" else sum
    return [fold([run[lap][what] for lap in laps if lap in run] or [0.0]) for run in runs]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Median of the pairwise ratios: each pair ran side by side."""
    return median(a / b if b else float("nan") for a, b in zip(ours, theirs, strict=True))


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Median (min-max)."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table, first column to the left, the others to the right."""
    widths = [max(len(r[i]) for r in (heads, *rows)) for i in range(len(heads))]
    lines = []
    for row in (heads, *rows):
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def parser(what: str, *, rows: int | None = None, repeats: int = 5) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    out = argparse.ArgumentParser(description=what)
    if rows is not None:
        out.add_argument("--rows", type=int, default=rows, help=f"answers (default {rows:_})")
    out.add_argument("--repeats", type=int, default=repeats, help=f"runs of each case (default {repeats})")
    out.add_argument("--case", nargs=4, metavar=("NAME", "TINY", "DATA", "ANSWER"), help=argparse.SUPPRESS)
    return out


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes away with the run."""
    return tempfile.TemporaryDirectory(prefix="cxkit-bench-")


def _resident() -> float:
    """Bytes of memory in use now."""
    return _status("VmRSS:") or float(_high_water())


def _peak() -> float:
    """Most bytes in use since the last reset (or since the process began, where there is no reset)."""
    return _status("VmHWM:") or float(_high_water())


def _status(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0.0)


def _high_water() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # not Linux: the peak is that of the whole process
