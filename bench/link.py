"""An as-of link of 10 million orders to 1 million answers, both in Parquet, against the same query by hand.

What the customer spent in the 365 days from his answer on, beside each answer: 0 where he is a customer without
an order in that time, nothing where he is none. By hand that is one SQL statement of DuckDB; cxkit also checks
ids, counts what became of every row of both files, and keeps the order of the answers. ``Study()`` checks the
answers once and is measured apart. The amounts of all answers must be equal, and missing in the same rows.

    python bench/link.py [--rows ORDERS] [--repeats N] [--ids numbers|texts]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import paired

WINDOW = 365


def write(prefix: str, orders: int, ids: str) -> None:
    """Orders of half as many customers again as answered, most of whom ordered several times."""
    import duckdb

    answers = orders // 10
    name = "'C' || lpad({}::VARCHAR, 8, '0')" if ids == "texts" else "{}::BIGINT"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT {name.format(f'(hash(i) % {answers * 3 // 2})')} AS id, "
            "DATE '2024-01-01' + (hash(i * 7) % 1000)::INT AS day, (hash(i * 3) % 10000) / 100.0::DOUBLE AS amount "
            f"FROM range({orders}) t(i)) TO '{prefix}.orders.parquet' (FORMAT parquet)"
        )
        con.execute(
            f"COPY (SELECT {name.format('i')} AS id, DATE '2025-01-01' + (hash(i) % 365)::INT AS day, "
            f"(hash(i * 11) % 11)::INT AS nps FROM range({answers}) t(i)) TO '{prefix}.answers.parquet' (FORMAT parquet)"
        )


def _numbers(columns: Any) -> dict[str, Any]:
    import numpy as np

    amounts = columns["revenue"]
    return {"nps": np.asarray(columns["nps"]), "revenue": np.ma.filled(np.ma.asarray(amounts, float), np.nan)}


def cxkit_link(prefix: str, clock: paired.Clock) -> dict[str, Any]:
    import cxkit as cx
    from cxkit.study.linking import link

    clock.start()
    study = cx.Study(f"{prefix}.answers.parquet", id="id", nps="nps", date="day", guess=False)
    clock.lap("study")
    found = link(study, f"{prefix}.orders.parquet", when="day", window=(0, WINDOW), revenue="amount")
    columns = found.data.fetchnumpy()
    clock.lap("analysis")
    report = found.links[-1]
    assert report.rows_matched + report.rows_unmatched == report.rows
    return _numbers(columns)


def by_hand(prefix: str, clock: paired.Clock) -> dict[str, Any]:
    import duckdb

    inside = f"o.day >= a.day AND o.day < a.day + {WINDOW}"
    clock.start()
    with duckdb.connect() as con:
        columns = con.sql(
            f"""
            WITH a AS (SELECT * FROM read_parquet('{prefix}.answers.parquet')),
            spent AS (
                SELECT a.id, a.day, coalesce(sum(o.amount) FILTER (WHERE {inside}), 0) AS revenue
                FROM a JOIN read_parquet('{prefix}.orders.parquet') o ON o.id = a.id GROUP BY a.id, a.day
            )
            SELECT a.*, spent.revenue FROM a LEFT JOIN spent USING (id, day) ORDER BY a.id
            """
        ).fetchnumpy()
        clock.lap("analysis")
        return _numbers(columns)


CASES: dict[str, paired.Case] = {"cxkit": cxkit_link, "by hand": by_hand}


def compare(options: argparse.Namespace) -> None:
    """Run both in turn and print what they cost."""
    script, names = str(Path(__file__).resolve()), list(CASES)
    with paired.scratch() as folder:
        tiny, data = str(Path(folder) / "tiny"), str(Path(folder) / "data")
        for prefix, orders in ((tiny, 1000), (data, options.rows)):
            subprocess.run([sys.executable, script, "--write", prefix, str(orders), options.ids], check=True)
        print(f"{options.rows:,} orders, {options.rows // 10:,} answers, ids are {options.ids}")
        runs, held = paired.measure(script, names, tiny=tiny, data=data, folder=folder, repeats=options.repeats)
        rows = []
        for name in names:
            cost = [paired.column(runs[name], ["analysis"], what) for what in ("wall", "cpu", "rss")]
            alone = paired.column(runs[name], ["study"], "wall")
            rows.append([name, *(paired.spread(c) for c in cost[:2]), f"{sorted(cost[2])[len(cost[2]) // 2]:.0f}",
                         paired.spread(alone) if any(alone) else ""])  # fmt: skip
        print(paired.table(["", "wall s", "CPU s", "peak MB", "Study() s"], rows))
        for what in ("wall", "cpu", "rss"):
            ours, theirs = (paired.column(runs[name], ["analysis"], what) for name in names)
            print(f"cxkit / by hand, {what}: {paired.ratio(ours, theirs):.2f}")
        same = paired.assert_same(held["cxkit"], held["by hand"])
        print(f"equal amounts beside {same:,} answers", flush=True)


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], rows=10_000_000)
    parser.add_argument("--ids", choices=("numbers", "texts"), default="numbers")
    parser.add_argument("--write", nargs=3, metavar=("PREFIX", "ORDERS", "IDS"), help="write the files and stop")
    options = parser.parse_args()
    if options.write:
        prefix, orders, ids = options.write
        write(prefix, int(orders), ids)
    elif options.case:
        name, *places = options.case
        paired.serve(CASES[name], *places)
    else:
        compare(options)


if __name__ == "__main__":
    main()
