"""Reading a French survey export: semicolons, decimal commas, Windows-1252, days first, accents, gaps.

Measured: ``cx.read(path)``, which decides all of that from the file, checks that no row is short and keeps
ids with leading zeros, against ``pandas.read_csv`` with every option already spelt out by somebody who
knows the file. The two frames must hold the same columns, types and values.

    python bench/read.py [--rows N] [--repeats N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import paired

SEED = 20260105
DATES = ["Date d’enquête", "Date d'achat"]
TEXTS = ["Répondant", "Code postal", "Segment", "Canal", "Région", "Commentaire"]


def write_survey(path: str, rows: int) -> None:
    """A file of 18 columns as a French spreadsheet or survey tool exports it."""
    import numpy as np

    rng = np.random.default_rng(SEED)

    def pick(words: list[str], gaps: float = 0.0) -> list[str]:
        chosen = np.array(words, dtype=object)[rng.integers(0, len(words), rows)]
        chosen[rng.random(rows) < gaps] = ""
        return chosen.tolist()

    def days(first: str, count: int) -> list[str]:
        day = np.datetime64(first) + rng.integers(0, count, rows)
        return [f"{d[8:]}/{d[5:7]}/{d[:4]}" for d in np.datetime_as_string(day)]

    def decimals(mean: float, digits: int) -> list[str]:
        return [f"{x:.{digits}f}".replace(".", ",") for x in rng.gamma(2.0, mean / 2, rows).tolist()]

    def rating(low: int, high: int) -> list[str]:
        return pick([str(i) for i in range(low, high + 1)], 0.04)

    comments = [
        "Très satisfait, équipe à l’écoute", "Délai trop long ; rappel jamais reçu", "Rien à signaler",
        "Le prix a augmenté de 10 € sans prévenir", "Échange agréable, merci à Hélène", "Site lent le soir",
    ]  # fmt: skip
    columns = {
        "Répondant": [f"{i:08d}" for i in range(rows)],
        DATES[0]: days("2025-01-01", 365),
        DATES[1]: days("2024-06-01", 400),
        "Note NPS": rating(0, 10),
        "Satisfaction": rating(1, 5),
        "Effort": rating(1, 7),
        "sat_accueil": rating(1, 5),
        "sat_prix": rating(1, 5),
        "sat_délai": rating(1, 5),
        "sat_conseil": rating(1, 5),
        "Code postal": [f"{n:05d}" for n in rng.integers(1000, 95999, rows).tolist()],
        "Segment": pick(["Particulier", "PME", "Grand compte", "Association"]),
        "Canal": pick(["Boutique", "Téléphone", "Site", "Réseau"], 0.02),
        "Région": pick(["Île-de-France", "Provence-Alpes-Côte d'Azur", "Bretagne", "Grand Est"]),
        "Panier": decimals(84, 2),
        "Ancienneté": decimals(6, 1),
        "poids": decimals(1, 4),
        "Commentaire": [f'"{c}"' if ";" in c else c for c in pick(comments, 0.6)],
    }
    lines = map(";".join, zip(*columns.values(), strict=True))
    with open(path, "w", encoding="cp1252", newline="") as file:
        file.write(";".join(columns) + "\r\n")
        file.writelines(line + "\r\n" for line in lines)


def numbers(frame: Any) -> dict[str, Any]:
    """The frame as plain arrays: texts (gaps as ""), days and floats."""
    out = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind in "iuf":
            out[f"number {name}"] = column.to_numpy(float)
        elif column.dtype.kind == "M":
            out[f"day {name}"] = column.to_numpy().astype("datetime64[D]").astype(str)
        else:
            out[f"text {name}"] = column.fillna("").to_numpy().astype(str)
    return out


def cxkit_read(path: str, clock: paired.Clock) -> dict[str, Any]:
    import cxkit as cx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cxkit says that it took the file for Windows-1252
        frame = cx.read(path)
    clock.lap("read")
    return numbers(frame)


def pandas_read(path: str, clock: paired.Clock) -> dict[str, Any]:
    import pandas as pd

    frame = pd.read_csv(
        path, sep=";", decimal=",", encoding="cp1252", dtype=dict.fromkeys(TEXTS, "str"),
        parse_dates=DATES, date_format="%d/%m/%Y", keep_default_na=False, na_values=[""], low_memory=False,
    )  # fmt: skip
    clock.lap("read")
    return numbers(frame)


CASES: dict[str, paired.Case] = {"cxkit": cxkit_read, "pandas": pandas_read}


def compare(options: argparse.Namespace) -> None:
    """Run the cases and print what they cost."""
    script = str(Path(__file__).resolve())
    with paired.scratch() as folder:
        tiny, data = str(Path(folder) / "petit.csv"), str(Path(folder) / "enquête.csv")
        for path, count in ((tiny, 50), (data, options.rows)):
            subprocess.run([sys.executable, script, "--write", path, str(count)], check=True)
        size = Path(data).stat().st_size / paired.MB
        names = list(CASES)
        runs, held = paired.measure(script, names, tiny=tiny, data=data, folder=folder, repeats=options.repeats)
    rows = paired.assert_same(held["cxkit"], held["pandas"])
    print(f"{rows:,} rows x {len(held['cxkit'])} columns, {size:.1f} MB")
    lines = []
    for lap in ("first use", "read"):
        for name in names:
            wall, cpu, rss = (paired.column(runs[name], [lap], what) for what in ("wall", "cpu", "rss"))
            theirs = paired.column(runs["pandas"], [lap], "wall")
            ratio = f"{paired.ratio(wall, theirs):.2f}" if name == "cxkit" else ""
            figures = [paired.spread(wall), paired.spread(cpu), f"{max(rss):.0f}", ratio]
            lines.append([f"{name}: {lap}", *figures])
    print(paired.table(["", "wall s", "CPU s", "peak MB", "cxkit/pandas"], lines))
    print("the two frames hold the same columns, types and values")


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], rows=100_000, repeats=7)
    parser.add_argument("--write", nargs=2, metavar=("PATH", "ROWS"), help="write the file and stop")
    options = parser.parse_args()
    if options.write:
        write_survey(options.write[0], int(options.write[1]))
    elif options.case:
        name, *places = options.case
        paired.serve(CASES[name], *places)
    else:
        compare(options)


if __name__ == "__main__":
    main()
