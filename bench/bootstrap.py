"""The bootstrap of a score: on the tally of eleven counts, or on the rows.

Measured: ``cxkit.stats.bootstrap`` with 999 resamples at n = 1,000 to 1,000,000 answers. A resample of n
answers is one multinomial draw of the counts, whatever n is, so the time must not grow. The peer is
``scipy.stats.bootstrap`` with 999 vectorised resamples of the n = 1,000,000 values, in batches that fit
memory. "count" is the one pass that makes the tally from a frame. The estimate must be equal; two bootstraps
differ by chance, so the ends of their intervals must agree within a quarter of a standard error.

    python bench/bootstrap.py [--rows N] [--repeats N]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import paired

RESAMPLES, BATCH, SEED = 999, 10, 20260105


def answers(n: int) -> Any:
    """Answers 0-10, the same in every case."""
    import numpy as np

    shares = [0.04, 0.01, 0.02, 0.02, 0.03, 0.07, 0.08, 0.14, 0.21, 0.17, 0.21]
    return np.random.default_rng(SEED).choice(11, int(n), p=shares).astype(np.int8)


def values(raw: Any) -> Any:
    """What each answer counts."""
    import numpy as np

    return np.where(raw >= 9, 100.0, np.where(raw <= 6, -100.0, 0.0))


def cxkit_tally(n: str, clock: paired.Clock) -> dict[str, Any]:
    import numpy as np
    import pandas as pd

    import cxkit as cx
    from cxkit.stats.bootstrap import multinomial_weights, percentile

    frame = pd.DataFrame({"score": answers(int(n))})
    study = cx.Study(frame, nps="score")
    rng = np.random.default_rng(SEED)
    clock.start()
    tally = study.tally("nps")
    clock.lap("count")
    counted = values(tally.answer)
    draws = multinomial_weights(tally.n, tally.w, tally.w2, resamples=RESAMPLES, rng=rng, weighted=False)
    low, high = percentile(draws @ counted / draws.sum(axis=1))
    clock.lap("bootstrap")
    estimate = float(tally.n @ counted / tally.n.sum())
    return {"estimate": [estimate], "interval": [low, high], "n": [int(n)]}


def scipy_rows(n: str, clock: paired.Clock) -> dict[str, Any]:
    import numpy as np
    from scipy import stats

    rows = values(answers(int(n)))
    rng = np.random.default_rng(SEED)
    clock.start()
    found = stats.bootstrap(
        (rows,), np.mean, n_resamples=RESAMPLES, batch=BATCH, vectorized=True, method="percentile", rng=rng
    )
    clock.lap("bootstrap")
    low, high = found.confidence_interval
    error = rows.std() / len(rows) ** 0.5
    return {"estimate": [rows.mean()], "interval": [low, high], "n": [int(n)], "error": [error]}


CASES: dict[str, paired.Case] = {"cxkit": cxkit_tally, "scipy": scipy_rows}


def check(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """How far the ends of the two intervals are apart, in standard errors."""
    import numpy as np

    paired.assert_same({"e": ours["estimate"], "n": ours["n"]}, {"e": theirs["estimate"], "n": theirs["n"]})
    away = float(np.abs(ours["interval"] - theirs["interval"]).max() / theirs["error"][0])
    assert away < 0.25, f"the intervals are {away:.2f} standard errors apart"
    return away


def compare(options: argparse.Namespace) -> None:
    """Run the cases and print what they cost."""
    script = str(Path(__file__).resolve())
    rows: list[list[str]] = []
    with paired.scratch() as folder:

        def run(names: list[str], n: int) -> Any:
            return paired.measure(script, names, tiny="1000", data=str(n), folder=folder, repeats=options.repeats)

        def add(name: str, n: int, found: list[dict[str, Any]], ratio: str = "") -> None:
            for lap in ("count", "bootstrap"):
                if lap in found[0]:
                    wall, cpu, rss = (paired.column(found, [lap], w) for w in ("wall", "cpu", "rss"))
                    cells = [paired.spread(wall, 4), paired.spread(cpu, 4), f"{max(rss):.0f}"]
                    rows.append([f"{name}, n = {n:,}: {lap}", *cells, ratio if lap == "bootstrap" else ""])

        for n in (n for n in (1000, 10_000, 100_000) if n < options.rows):
            add("cxkit", n, run(["cxkit"], n)[0]["cxkit"])
        runs, held = run(["cxkit", "scipy"], options.rows)
        times = [paired.column(runs[k], ["bootstrap"], "wall") for k in ("cxkit", "scipy")]
        whole = paired.column(runs["cxkit"], ["count", "bootstrap"], "wall")
        add("cxkit", options.rows, runs["cxkit"])
        add("scipy", options.rows, runs["scipy"], f"{1 / paired.ratio(*times):.0f}x")
        away = check(held["cxkit"], held["scipy"])
    print(f"{RESAMPLES} resamples; scipy in batches of {BATCH}")
    print(paired.table(["", "wall s", "CPU s", "peak MB", "scipy/cxkit"], rows))
    print(f"with the count, cxkit is {1 / paired.ratio(whole, times[1]):.0f}x as fast as scipy")
    print(f"estimates equal; ends of the intervals at most {away:.2f} standard errors apart")


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], rows=1_000_000)
    options = parser.parse_args()
    if options.case:
        name, *places = options.case
        paired.serve(CASES[name], *places)
    else:
        compare(options)


if __name__ == "__main__":
    main()
