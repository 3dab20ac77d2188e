"""Driver analysis of 20 drivers over a million rows, against numpy and statsmodels on the same rows.

- ``lmg``: exact LMG from Parquet through DuckDB (least squares, classical errors, no bootstrap), against reading
  the columns and forming the Gram matrix with numpy. The peer stops at the matrix; ours goes on to the answer.
- ``hc3``: coefficients with HC3 errors, LMG, VIF and diagnosis of a pandas frame in memory, against
  statsmodels' OLS and ``get_robustcov_results("HC3")`` alone.
- ``robust``: as ``lmg`` with HC3 errors, and with 200 bootstrap resamples: what they cost on top. No peer.

Each case in fresh processes with one BLAS thread, in turn; numbers are equal to 1e-9 or the run fails.

    python bench/drivers.py [--rows N] [--repeats N]
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from paired import Case, Clock, Numbers, assert_same, column, measure, parser, ratio, scratch, serve, spread, table

DRIVERS, SEED = 20, 20261122
NAMES = [f"d{i:02}" for i in range(DRIVERS)]


def write(path: Path, rows: int) -> str:
    import pandas as pd

    rng = np.random.default_rng(SEED)
    mood = rng.standard_normal(rows)
    x = np.clip(np.rint(3.5 + 0.6 * mood[:, None] + 0.9 * rng.standard_normal((rows, DRIVERS))), 1, 5)
    effects = np.linspace(0, 0.3, DRIVERS)
    y = np.clip(np.rint(7 + (x - 3.5) @ effects + 1.2 * rng.standard_normal(rows)), 0, 10)
    frame = pd.DataFrame(x, columns=NAMES).astype("int8").assign(score=y.astype("int8"))
    frame.to_parquet(path, index=False)
    return str(path)


def analysed(data: object, clock: Clock, **options: object) -> Numbers:
    import cxkit as cx

    study = cx.Study(data, drivers=NAMES, guess=False)
    clock.lap("study")
    found = study.drivers("score", **options).model  # type: ignore[arg-type]
    clock.lap("analysis")
    assert abs(found.importance.sum() - found.fit.r2) < 1e-12, "importance does not sum to R²"
    return {"covariance": found.correlation.ravel(), "coef": found.fit.coef, "std_err": found.fit.std_err}


def ours_lmg(path: str, clock: Clock) -> Numbers:
    return {"correlation": analysed(path, clock, interval=None, covariance="nonrobust")["covariance"]}


def peer_lmg(path: str, clock: Clock) -> Numbers:
    """Reads the columns into numpy and forms the Gram matrix about the means."""
    import duckdb

    columns = duckdb.sql(f"select {', '.join(NAMES)}, score from '{path}'").fetchnumpy()
    x = np.column_stack([np.ma.getdata(columns[name]).astype(np.float64) for name in [*NAMES, "score"]])
    x -= x.mean(axis=0)
    gram = x.T @ x
    clock.lap("analysis")
    spread = np.sqrt(np.diag(gram))
    return {"correlation": (gram / np.outer(spread, spread)).ravel()}


def frame_of(path: str, clock: Clock) -> object:
    import pandas as pd

    frame = pd.read_parquet(path)
    clock.start()
    return frame


def ours_hc3(path: str, clock: Clock) -> Numbers:
    found = dict(analysed(frame_of(path, clock), clock, interval=None))
    found.pop("covariance")
    return found


def peer_hc3(path: str, clock: Clock) -> Numbers:
    import statsmodels.api as sm

    frame = frame_of(path, clock)
    fit = sm.OLS(frame["score"].astype(float), sm.add_constant(frame[NAMES].astype(float))).fit()  # type: ignore[index]
    robust = fit.get_robustcov_results("HC3")
    numbers = {"coef": np.asarray(robust.params)[1:], "std_err": np.asarray(robust.bse)[1:]}
    clock.lap("analysis")
    return numbers


def ours_robust(path: str, clock: Clock) -> Numbers:
    return analysed(path, clock, interval=None)


def ours_bootstrap(path: str, clock: Clock) -> Numbers:
    return analysed(path, clock, resamples=200)


CASES: dict[str, Case] = {
    "lmg": ours_lmg, "numpy": peer_lmg, "hc3": ours_hc3, "statsmodels": peer_hc3,
    "robust": ours_robust, "bootstrap": ours_bootstrap,
}  # fmt: skip
PAIRS = (("lmg", "numpy", "exact LMG from Parquet"), ("hc3", "statsmodels", "OLS with HC3 in memory"))
ALONE = (("robust", "the first with HC3 errors"), ("bootstrap", "and 200 resamples"))


def main() -> None:
    options = parser(__doc__ or "", rows=1_000_000, repeats=5).parse_args()
    if options.case:
        name, tiny, data, answer = options.case
        serve(CASES[name], tiny, data, answer)
        return
    # One BLAS thread for all: on so few columns more of them only wait for each other.
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    lines = []
    with scratch() as folder:
        tiny = write(Path(folder) / "tiny.parquet", 500)
        data = write(Path(folder) / "data.parquet", options.rows)
        how = {"tiny": tiny, "data": data, "folder": folder, "repeats": options.repeats}
        script = str(Path(__file__).resolve())
        for mine, theirs, what in PAIRS:
            runs, numbers = measure(script, [mine, theirs], **how)
            assert_same(numbers[mine], numbers[theirs])
            lines += [_line(f"{what}: cxkit", runs[mine]), _line(f"{what}: {theirs}", runs[theirs])]
            times = [column(runs[name], ["analysis"], "wall") for name in (mine, theirs)]
            memory = [column(runs[name], ["study", "analysis"], "rss") for name in (mine, theirs)]
            above = np.median(memory[0]) - np.median(memory[1])
            lines.append((f"{what}: ratio", f"{ratio(*times):.2f}", f"{above:+.0f} MB"))
        for mine, what in ALONE:
            runs, _ = measure(script, [mine], **{**how, "repeats": max(1, options.repeats // 2)})
            lines.append(_line(f"{what}: cxkit", runs[mine]))
    print(table([f"{DRIVERS} drivers, {options.rows:,} rows", "analysis, s", "memory added, MB"], lines))


def _line(what: str, runs: list[dict]) -> tuple[str, str, str]:
    memory = column(runs, ["study", "analysis"], "rss")
    return what, spread(column(runs, ["analysis"], "wall")), spread(memory, 0)


if __name__ == "__main__":
    main()
