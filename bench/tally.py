"""Weighted NPS with intervals by 200 segments x 24 months, from answers that lie in Parquet.

Measured, each in a fresh process, cxkit and its peer in turn:

- DuckDB: ``cx.Study("answers.parquet").trend("nps", freq="M", by="segment")`` against the same tally in
  SQL and against direct sums in SQL, intervals finished in numpy;
- polars: the same on ``pl.scan_parquet`` against the same tally and direct sums as lazy expressions;
- pandas: the same on a frame in memory against ``groupby.apply`` as analysts write it, and against the
  fast way, one ``groupby.agg`` on ready columns.

``Study()`` checks answers and weights once; ``trend()`` is the analysis. "first use" is what imports and a
tiny file cost. The numbers of every case must be equal: bases exactly, scores and ends of intervals to
1e-9, with the one month of one segment in which nobody answered.

    python bench/tally.py [--rows N] [--repeats N] [--engine duckdb|polars|pandas]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import paired

SEGMENTS, MONTHS, SEED = 200, 24, 20260105
Z = 1.959963984540054


def write_answers(path: str, rows: int) -> None:
    """Answers in no order: about 6 % without a score, one segment without any in one month."""
    import duckdb
    import numpy as np

    rng = np.random.default_rng(SEED)
    days = np.arange("2023-01-01", "2025-01-01", dtype="datetime64[D]")
    segment = rng.integers(0, SEGMENTS, rows, dtype=np.int16)
    day = rng.integers(0, len(days), rows, dtype=np.int16)
    score = rng.choice(11, rows, p=[0.04, 0.01, 0.02, 0.02, 0.03, 0.07, 0.08, 0.14, 0.21, 0.17, 0.21])
    may = (days[day] >= np.datetime64("2023-05-01")) & (days[day] < np.datetime64("2023-06-01"))
    score[(rng.random(rows) < 0.06) | ((segment == SEGMENTS - 1) & may)] = -1
    weight = np.round(rng.gamma(4.0, 0.25, rows) + 0.05, 4)
    columns = {"s": segment, "d": day, "a": score.astype(np.int8), "w": weight}
    with duckdb.connect() as con:
        con.register("columns", columns)
        con.execute(
            "COPY (SELECT 'Segment ' || lpad(s::VARCHAR, 3, '0') AS segment, "
            "DATE '2023-01-01' + d::INTEGER AS date, nullif(a, -1)::TINYINT AS nps, w AS weight "
            f"FROM columns) TO '{path}' (FORMAT parquet)"
        )


# What every case returns, and how a peer finishes its sums ----------------------------------------


def numbers(segment: Any, period: Any, **values: Any) -> dict[str, Any]:
    """Columns in the order of segment and period, for comparison."""
    import numpy as np

    segment = np.asarray(segment, dtype=str)
    period = np.asarray(period).astype("datetime64[D]").astype(str)
    order = np.lexsort((period, segment))
    n = np.asarray(values.pop("n"), np.int64)
    out = {"segment": segment[order], "period": period[order], "n": n[order]}
    return out | {k: np.asarray(v, float)[order] for k, v in values.items()}


def finish(rows: int, n: Any, w: Any, w2: Any, pro: Any, det: Any, pro2: Any, det2: Any) -> dict[str, Any]:
    """Estimate, interval and effective base from sums of weights and of squared weights by group.

    ``rows`` are those of the whole weighted sample, of which every group is a domain.
    """
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        p, d = pro / w, det / w
        mean = p - d
        variance = p + d - mean**2
        squares = pro2 * (1 - mean) ** 2 + det2 * (1 + mean) ** 2 + (w2 - pro2 - det2) * mean**2
        error = squares / w**2 * rows / (rows - 1)
        base = np.where(error > 0, np.minimum(variance / error, n), w**2 / w2)
        up, down = (p * base + 0.75) / (base + 3), (d * base + 0.75) / (base + 3)
        margin = Z * np.sqrt((up + down - (up - down) ** 2) / (base + 3))
        low, high = (np.clip(100 * (up - down + side * margin), -100, 100) for side in (-1, 1))
        return {"n": n, "estimate": 100 * mean, "low": low, "high": high, "n_eff": w**2 / w2}


def finish_cells(segment: Any, period: Any, answer: Any, n: Any, w: Any, w2: Any) -> dict[str, Any]:
    """The same from one row a group and answer (NaN for no answer)."""
    import numpy as np

    names, s = np.unique(np.asarray(segment, dtype=str), return_inverse=True)
    months, m = np.unique(np.asarray(period).astype("datetime64[D]"), return_inverse=True)
    key = s * len(months) + m
    groups, g = np.unique(key, return_inverse=True)

    def total(x: Any, chosen: Any) -> Any:
        return np.bincount(g, np.where(chosen, x, 0.0), len(groups))

    held, pro, det = ~np.isnan(answer), answer >= 9, answer <= 6
    out = finish(
        int(np.sum(n)), total(n, held), total(w, held), total(w2, held),
        total(w, pro), total(w, det), total(w2, pro), total(w2, det),
    )  # fmt: skip
    return {"segment": names[groups // len(months)], "period": months[groups % len(months)], **out}


# cxkit --------------------------------------------------------------------------------------------


def _trend(data: Any, clock: paired.Clock) -> dict[str, Any]:
    import cxkit as cx

    study = cx.Study(data, nps="nps", date="date", weight="weight", by="segment")
    clock.lap("study")
    result = study.trend("nps", freq="M", by="segment")
    clock.lap("analysis")
    segment, period = zip(*result.keys, strict=True)
    return numbers(
        segment, period, n=result.n, estimate=result.estimate, low=result.low, high=result.high,
        n_eff=result.n_eff,
    )  # fmt: skip


def duckdb_cxkit(path: str, clock: paired.Clock) -> dict[str, Any]:
    return _trend(path, clock)


def polars_cxkit(path: str, clock: paired.Clock) -> dict[str, Any]:
    import polars as pl

    return _trend(pl.scan_parquet(path), clock)


def pandas_cxkit(path: str, clock: paired.Clock) -> dict[str, Any]:
    frame = _frame(path)
    clock.start()
    return _trend(frame, clock)


# DuckDB by hand -----------------------------------------------------------------------------------


def duckdb_tally(path: str, clock: paired.Clock) -> dict[str, Any]:
    import duckdb

    cells = duckdb.connect().execute(
        "SELECT segment, date_trunc('month', date) AS period, nps::DOUBLE AS nps, "
        "count(*) AS n, sum(weight) AS w, sum(weight * weight) AS w2 "
        "FROM read_parquet(?) WHERE weight <> 0 GROUP BY segment, period, nps", [path],
    ).fetchnumpy()  # fmt: skip
    import numpy as np

    answer = np.ma.filled(cells["nps"], np.nan)
    out = finish_cells(cells["segment"], cells["period"], answer, cells["n"], cells["w"], cells["w2"])
    clock.lap("analysis")
    return numbers(**out)


def duckdb_sums(path: str, clock: paired.Clock) -> dict[str, Any]:
    import duckdb
    import numpy as np

    sums = duckdb.connect().execute(
        "SELECT segment, date_trunc('month', date) AS period, count(*) AS rows, count(nps)::DOUBLE AS n, "
        "sum(weight) FILTER (nps IS NOT NULL) AS w, sum(weight * weight) FILTER (nps IS NOT NULL) AS w2, "
        "sum(weight) FILTER (nps >= 9) AS pro, sum(weight) FILTER (nps <= 6) AS det, "
        "sum(weight * weight) FILTER (nps >= 9) AS pro2, sum(weight * weight) FILTER (nps <= 6) AS det2 "
        "FROM read_parquet(?) WHERE weight <> 0 GROUP BY segment, period", [path],
    ).fetchnumpy()  # fmt: skip
    parts = [np.ma.filled(sums[k], 0.0) for k in ("n", "w", "w2", "pro", "det", "pro2", "det2")]
    out = finish(int(sums["rows"].sum()), *parts)
    clock.lap("analysis")
    return numbers(sums["segment"], sums["period"], **out)


# polars by hand -----------------------------------------------------------------------------------


def polars_tally(path: str, clock: paired.Clock) -> dict[str, Any]:
    import numpy as np
    import polars as pl

    weight = pl.col("weight")
    cells = (
        pl.scan_parquet(path)
        .filter(weight != 0)
        .group_by("segment", pl.col("date").dt.truncate("1mo").alias("period"), "nps")
        .agg(n=pl.len(), w=weight.sum(), w2=(weight * weight).sum())
        .collect()
    )
    answer = cells["nps"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    segment, period = cells["segment"].to_numpy(), cells["period"].to_numpy()
    out = finish_cells(segment, period, answer, *(cells[k].to_numpy() for k in ("n", "w", "w2")))
    clock.lap("analysis")
    return numbers(**out)


def polars_sums(path: str, clock: paired.Clock) -> dict[str, Any]:
    import polars as pl

    score, weight = pl.col("nps"), pl.col("weight")
    groups = {"": score.is_not_null(), "pro": score >= 9, "det": score <= 6}
    first = {(k or "w"): weight.filter(v).sum() for k, v in groups.items()}
    second = {(k or "w") + "2": (weight * weight).filter(v).sum() for k, v in groups.items()}
    sums = (
        pl.scan_parquet(path)
        .filter(weight != 0)
        .group_by("segment", pl.col("date").dt.truncate("1mo").alias("period"))
        .agg(rows=pl.len(), n=score.count().cast(pl.Float64), **first, **second)
        .collect()
    )
    out = finish(int(sums["rows"].sum()), *(sums[k].to_numpy() for k in ("n", "w", "w2", "pro", "det", "pro2", "det2")))
    clock.lap("analysis")
    return numbers(sums["segment"].to_numpy(), sums["period"].to_numpy(), **out)


# pandas by hand -----------------------------------------------------------------------------------


def _frame(path: str) -> Any:
    import pandas as pd

    return pd.read_parquet(path)[["segment", "date", "nps", "weight"]].assign(
        date=lambda f: pd.to_datetime(f["date"]), nps=lambda f: f["nps"].astype("float64")
    )


def pandas_apply(path: str, clock: paired.Clock) -> dict[str, Any]:
    import numpy as np
    import pandas as pd

    frame = _frame(path)
    clock.start()
    names, rows = ["n", "estimate", "low", "high", "n_eff"], len(frame)

    def score(group: Any) -> Any:
        group = group.dropna(subset=["nps"])
        w, y = group["weight"], group["nps"]
        n, total = len(group), w.sum()
        if n == 0:
            return pd.Series([0, *[np.nan] * 4], names)
        p, d = w[y >= 9].sum() / total, w[y <= 6].sum() / total
        value = np.where(y >= 9, 1, np.where(y <= 6, -1, 0))
        error = (w**2 * (value - (p - d)) ** 2).sum() / total**2 * rows / (rows - 1)
        base = min((p + d - (p - d) ** 2) / error, n)
        up, down = (p * base + 0.75) / (base + 3), (d * base + 0.75) / (base + 3)
        margin = Z * np.sqrt((up + down - (up - down) ** 2) / (base + 3))
        low, high = max(100 * (up - down - margin), -100), min(100 * (up - down + margin), 100)
        n_eff = total**2 / (w**2).sum()
        return pd.Series([n, 100 * (p - d), low, high, n_eff], names)

    with np.errstate(invalid="ignore", divide="ignore"):
        out = (
            frame.assign(period=frame["date"].dt.to_period("M").dt.to_timestamp())
            .groupby(["segment", "period"], dropna=False)
            .apply(score)
            .reset_index()
        )
    clock.lap("analysis")
    return numbers(**{name: out[name].to_numpy() for name in out.columns})


def pandas_agg(path: str, clock: paired.Clock) -> dict[str, Any]:
    frame = _frame(path)
    clock.start()
    frame = frame.assign(
        period=frame["date"].to_numpy().astype("datetime64[M]").astype("datetime64[s]"),
        w2=frame["weight"] ** 2,
    )
    keys = ["segment", "period", "nps"]
    cells = (
        frame[frame["weight"] != 0]
        .groupby(keys, dropna=False, sort=False)
        .agg(n=("weight", "size"), w=("weight", "sum"), w2=("w2", "sum"))
        .reset_index()
    )
    out = finish_cells(
        cells["segment"].to_numpy(), cells["period"].to_numpy(), cells["nps"].to_numpy(float),
        *(cells[k].to_numpy(float) for k in ("n", "w", "w2")),
    )  # fmt: skip
    clock.lap("analysis")
    return numbers(**out)


CASES: dict[str, paired.Case] = {
    "duckdb cxkit": duckdb_cxkit,
    "duckdb by hand, tally": duckdb_tally,
    "duckdb by hand, sums": duckdb_sums,
    "polars cxkit": polars_cxkit,
    "polars by hand, tally": polars_tally,
    "polars by hand, sums": polars_sums,
    "pandas cxkit": pandas_cxkit,
    "pandas groupby.apply": pandas_apply,
    "pandas groupby.agg": pandas_agg,
}


def report(engine: str, names: list[str], runs: dict[str, Any]) -> str:
    """One row a case and part; ratios are cxkit over the peer, pair by pair."""
    ours = runs[names[0]]
    rows = []
    for name in names:
        mine = runs[name]
        for label, laps in (
            ("first use", ["first use"]), ("Study()", ["study"]), ("analysis", ["analysis"]),
            ("Study() + analysis", ["study", "analysis"]),
        ):  # fmt: skip
            if "study" in laps and "study" not in mine[0]:
                continue
            wall, cpu, rss = (paired.column(mine, laps, what) for what in ("wall", "cpu", "rss"))
            cells = [paired.spread(wall), paired.spread(cpu), f"{sorted(rss)[len(rss) // 2]:.0f}"]
            if name != names[0] and label == "analysis":
                both = [paired.column(ours, ["study", "analysis"], w) for w in ("wall", "rss")]
                alone = paired.column(ours, ["analysis"], "wall")
                cells += [
                    f"{paired.ratio(alone, wall):.2f}", f"{paired.ratio(both[0], wall):.2f}",
                    f"{paired.ratio(both[1], rss):.2f}",
                ]  # fmt: skip
            else:
                cells += ["", "", ""]
            rows.append([f"{name}: {label}", *cells])
    heads = [engine, "wall s", "CPU s", "peak MB", "cxkit/peer", "with Study()", "peak"]
    return paired.table(heads, rows)


def compare(options: argparse.Namespace) -> None:
    """Run the cases and print what they cost."""
    script = str(Path(__file__).resolve())
    with paired.scratch() as folder:
        tiny, data = str(Path(folder) / "tiny.parquet"), str(Path(folder) / "answers.parquet")
        for path, rows in ((tiny, 400), (data, options.rows)):
            subprocess.run([sys.executable, script, "--write", path, str(rows)], check=True)
        size = Path(data).stat().st_size / paired.MB
        print(f"{options.rows:,} answers, {SEGMENTS} segments x {MONTHS} months, {size:.0f} MB of Parquet")
        for engine in options.engine or ("duckdb", "polars", "pandas"):
            names = [name for name in CASES if name.startswith(engine)]
            runs, held = paired.measure(script, names, tiny=tiny, data=data, folder=folder, repeats=options.repeats)
            groups = [paired.assert_same(held[names[0]], held[name]) for name in names[1:]]
            print(f"\n{report(engine, names, runs)}")
            empty = int((held[names[0]]["n"] == 0).sum())
            print(f"equal numbers in {groups[0]} groups ({empty} without answers)", flush=True)


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], rows=10_000_000)
    parser.add_argument("--engine", choices=("duckdb", "polars", "pandas"), action="append")
    parser.add_argument("--write", nargs=2, metavar=("PATH", "ROWS"), help="write the answers and stop")
    options = parser.parse_args()
    if options.write:
        write_answers(options.write[0], int(options.write[1]))
    elif options.case:
        name, *places = options.case
        paired.serve(CASES[name], *places)
    else:
        compare(options)


if __name__ == "__main__":
    main()
