"""Exact importance of p drivers by all 2^p subsets, against pingouin and against plain numpy.

- LMG at p = 5, 10, 15 (and 20 with ``--full``: pingouin takes a minute) and n = 1,000, from the rows: the
  correlations are formed within the time. pingouin is run by ``--peer-python``, an interpreter that has it.
- LMG at p = 20 and 25, ours alone when nobody else can.
- 1,000 bootstrap resamples at p = 10 and n = 1,000, from the rows: the peer solves the regression of every
  subset by numpy, all resamples of a subset in one call. relaimpo, which solves them one by one, took 51 CPU
  seconds for the same task on two such cores, and pingouin has no bootstrap.

Each case in fresh processes, in turn, with one BLAS thread; numbers are equal to 1e-9 or the run fails.

    python bench/importance.py [--repeats N] [--peer-python PYTHON] [--full]
"""

from __future__ import annotations

import json
import subprocess
import sys
from math import comb
from pathlib import Path
from statistics import median

import numpy as np
from paired import Case, Clock, Numbers, assert_same, column, environment, parser, ratio, scratch, serve, spread, table

ROWS, RESAMPLES, SEED = 1000, 1000, 20261122


def write(path: Path, p: int, rows: int = ROWS, resamples: int = RESAMPLES) -> str:
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(rows, p)) + rng.normal(size=(rows, 1))
    y = x @ rng.uniform(0, 1, p) + 2 * rng.normal(size=rows)
    np.savez(path, x=x, y=y, drawn=rng.integers(0, rows, (resamples, rows), dtype=np.int32))
    return str(path)


def read(path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with np.load(path) as held:
        return held["x"], held["y"], held["drawn"]


def ours(path: str, clock: Clock) -> Numbers:
    from cxkit.stats.subsets import lmg

    x, y, _ = read(path)
    clock.start()
    found = lmg(np.corrcoef(np.column_stack([x, y]), rowvar=False))
    clock.lap("importance")
    return {"importance": found}


def pingouin(path: str, clock: Clock) -> Numbers:
    import pingouin

    x, y, _ = read(path)
    clock.start()
    found = pingouin.linear_regression(x, y, relimp=True)
    clock.lap("importance")
    return {"importance": found["relimp"].to_numpy(np.float64)[1:]}


def resampled(x: np.ndarray, y: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """(B, p + 1, p + 1) covariances of the resamples, from counts of the rows and their products."""
    z = np.column_stack([x, y])
    z = z - z.mean(axis=0)
    i, j = np.triu_indices(z.shape[1])
    count = np.stack([np.bincount(d, minlength=len(z)) for d in drawn]).astype(np.float64)
    mean = count @ z / len(z)
    out = np.empty((len(drawn), z.shape[1], z.shape[1]))
    out[:, i, j] = out[:, j, i] = count @ (z[:, i] * z[:, j]) / len(z) - mean[:, i] * mean[:, j]
    return out


def our_bootstrap(path: str, clock: Clock) -> Numbers:
    from cxkit.stats.subsets import lmg

    x, y, drawn = read(path)
    clock.start()
    c = resampled(x, y, drawn)
    clock.lap("covariances")
    found = lmg(c)
    clock.lap("importance")
    return {"importance": found}


def plain_bootstrap(path: str, clock: Clock) -> Numbers:
    x, y, drawn = read(path)
    clock.start()
    c = resampled(x, y, drawn)
    clock.lap("covariances")
    p = x.shape[1]
    r2 = np.zeros((2**p, len(c)))
    for b in range(1, 2**p):
        at = [j for j in range(p) if b >> j & 1]
        toward = c[:, at, -1]
        slope = np.linalg.solve(c[:, at][:, :, at], toward[..., None])[..., 0]
        r2[b] = (slope * toward).sum(axis=1) / c[:, -1, -1]
    found = np.zeros((len(c), p))
    for b in range(2**p):
        for j in range(p):
            if not b >> j & 1:
                found[:, j] += (r2[b | 1 << j] - r2[b]) / (p * comb(p - 1, b.bit_count()))
    clock.lap("importance")
    return {"importance": found}


CASES: dict[str, Case] = {
    "cxkit": ours, "pingouin": pingouin, "cxkit bootstrap": our_bootstrap, "plain bootstrap": plain_bootstrap
}  # fmt: skip


def runs_of(
    python: dict[str, str], data: str, tiny: str, folder: str, repeats: int
) -> tuple[dict[str, list], dict[str, Numbers]]:
    """As ``paired.measure``, with an interpreter for each case."""
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    runs: dict[str, list] = {name: [] for name in python}
    numbers: dict[str, Numbers] = {}
    for turn in range(repeats):
        for name in list(python)[:: 1 if turn % 2 == 0 else -1]:
            answer = str(Path(folder) / "answer.npz")
            words = [python[name], str(Path(__file__).resolve()), "--case", name, tiny, data, answer]
            env = {**environment(), **one_thread}
            done = subprocess.run(words, env=env, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
            runs[name].append(json.loads(done.stdout.splitlines()[-1]))
            with np.load(answer) as held:
                numbers[name] = dict(held)
    return runs, numbers


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--peer-python", default=sys.executable, help="an interpreter that has pingouin")
    options.add_argument("--full", action="store_true", help="pingouin at p = 20 too, once")
    chosen = options.parse_args()
    if chosen.case:
        name, tiny, data, answer = chosen.case
        serve(CASES[name], tiny, data, answer)
        return
    peer = (
        subprocess.run([chosen.peer_python, "-c", "import pingouin"], capture_output=True, check=False).returncode == 0
    )
    if not peer:
        print("pingouin is not installed in --peer-python: cxkit alone is measured, and compared with no peer\n")
    laps, lines = ["importance"], []
    with scratch() as folder:
        tiny = write(Path(folder) / "tiny.npz", 3, 50, 2)
        for p in (5, 10, 15, 20, 25):
            data = write(Path(folder) / f"{p}.npz", p, resamples=1)
            both = peer and (p <= 15 or (p == 20 and chosen.full))
            python = {"cxkit": sys.executable, **({"pingouin": chosen.peer_python} if both else {})}
            runs, numbers = runs_of(python, data, tiny, folder, 1 if both and p == 20 else chosen.repeats)
            mine = column(runs["cxkit"], laps, "wall")
            memory = f"{median(column(runs['cxkit'], laps, 'rss')):.0f}"
            line = [f"LMG, p = {p}", spread(mine, 5), memory, "", "", ""]
            if both:
                theirs = column(runs["pingouin"], laps, "wall")
                assert_same(numbers["cxkit"], numbers["pingouin"])
                line[3:] = ["pingouin", spread(theirs), f"1/{ratio(theirs, mine):,.0f}"]
            lines.append(line)
        data = write(Path(folder) / "bootstrap.npz", 10)
        python = dict.fromkeys(("cxkit bootstrap", "plain bootstrap"), sys.executable)
        runs, numbers = runs_of(python, data, tiny, folder, chosen.repeats)
        assert_same(numbers["cxkit bootstrap"], numbers["plain bootstrap"])
        for what, counted in (("from covariances", laps), ("from rows", ["covariances", *laps])):
            mine, theirs = (column(runs[name], counted, "wall") for name in python)
            memory = f"{median(column(runs['cxkit bootstrap'], counted, 'rss')):.0f}"
            name = f"{RESAMPLES:,} resamples, p = 10, {what}"
            lines.append([name, spread(mine, 5), memory, "numpy", spread(theirs), f"1/{ratio(theirs, mine):,.0f}"])
    print(table(["", "cxkit s", "MB added", "peer", "peer s", "ratio"], lines))


if __name__ == "__main__":
    main()
