"""How often a page about noise bears a flag, and how often it warns of survivors who are none.

    python bench/page_claims.py [PAGES]

Each study has four months and four segments in which nothing differs; every other one is a panel
that people leave at random. Prints the share of pages with any flag under Benjamini-Hochberg (what
pages use) and Holm, and the share that says "Beware".
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.reports.brief import Brief
from cxkit.reports.tracking import Tracking

ROLES = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\nby = ["Segment"]\ndate = "Date"\n{more}[scale]\nnps = [0, 10]\n'
CHANCES = [0.04, 0.02, 0.02, 0.04, 0.04, 0.08, 0.08, 0.13, 0.2, 0.15, 0.2]


def study(seed: int) -> pd.DataFrame:
    """Noise; of an odd seed the same 120 people each month, of whom some leave."""
    rng = np.random.default_rng(seed)
    if seed % 2 == 0:
        months = rng.integers(1, 5, 480)
        people = np.arange(480)
        answers = rng.choice(11, 480, p=CHANCES)
        segment = rng.choice(list("ABCD"), 480)
    else:
        stays = np.array([[m < 4 or rng.random() < 0.9 for m in range(1, 5)] for _ in range(120)])
        people, month = np.nonzero(stays)
        months = month + 1
        usual, now = rng.choice(11, 120, p=CHANCES), rng.choice(11, stays.shape, p=CHANCES)
        answers = np.where(rng.random(stays.shape) < 0.7, usual[:, None], now)[people, month]
        segment = rng.choice(list("ABCD"), 120)[people]
    days = [f"2026-{m:02}-{d:02}" for m, d in zip(months, rng.integers(1, 29, len(months)), strict=True)]
    return pd.DataFrame({"NPS": answers, "Segment": segment, "Date": days, "Client": people})


def main(pages: int) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for kind in (Brief, Tracking):
            for panel in (False, True):
                flags = dict.fromkeys(("bh", "holm"), 0)
                warned = 0
                Path("cxkit.toml").write_text(ROLES.format(more='id = "Client"\n' if panel else ""), encoding="utf-8")
                for k in range(pages):
                    study(2 * k + panel).to_csv("survey.csv", index=False)
                    page = kind()
                    for correction in flags:
                        flags[correction] += cx.family(*page.claims().values(), correction=correction).flagged > 0
                    change, why = page.latest_change(), page.claim("why")
                    warned += bool(why is not None and why.survivors and change is not None and change.flagged)
                said = ", ".join(f"{name} {n / pages:.1%}" for name, n in flags.items())
                what = "panel" if panel else "samples"
                print(f"{kind.__name__:9}{what:8} {pages} pages: any flag {said}; warned {warned / pages:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
