"""Bias and interval coverage of the ways with missing answers, by simulation: ``python bench/missing.py [runs]``.

500 respondents a run rate four touchpoints 0 to 10; the truth is the regression of a million. ``mcar``: a quarter
of the answers to each is missing, come what may. ``mar``: unhappy respondents skip the first two.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from cxkit.keydrivers.missing.imputed import imputed
from cxkit.keydrivers.missing.pairwise import pairwise
from cxkit.stats.importance import importance
from cxkit.tally.rows import Rows

RESPONDENTS = 500
RESAMPLES = 200


def answers(n: int, rng: np.random.Generator) -> np.ndarray:
    """Four ratings and, last, an outcome of 0 to 10 that they drive."""
    halo = rng.standard_normal((n, 1))
    ratings = np.clip(np.round(6.5 + 1.3 * halo + 1.5 * rng.standard_normal((n, 4))), 0, 10)
    outcome = 0.8 + ratings @ np.array([0.4, 0.25, 0.15, 0.0]) + 1.4 * rng.standard_normal(n)
    return np.column_stack([ratings, outcome])


def with_gaps(table: np.ndarray, how: str, rng: np.random.Generator) -> np.ndarray:
    out, n = table.copy(), len(table)
    if how == "mcar":
        gap = rng.random((n, 4)) < 0.25
    else:
        gap = np.zeros((n, 4), bool)
        gap[:, :2] = rng.random((n, 2)) < 1 / (1 + np.exp(1 + 0.7 * (table[:, 4:] - 6)))
    out[:, :4][gap] = np.nan
    return out


def rows_of(table: np.ndarray) -> Rows:
    n, one = len(table), np.ones(len(table))
    names = ("welcome", "wait", "price", "site", "outcome")
    return Rows(names, table, one, one, np.ones(n, np.int64), ((),), np.zeros(n, np.int64), None)


def main(runs: int) -> None:
    from scipy.stats import t as student

    rng = np.random.default_rng(11)
    everybody = np.cov(answers(1_000_000, rng), rowvar=False)
    truth = np.linalg.solve(everybody[:4, :4], everybody[:4, 4])
    shares = importance(everybody, "lmg")
    print("truth", truth.round(3), "importance", shares.round(4))
    ways = {
        "listwise": lambda r: imputed(r.filled(), resamples=RESAMPLES),
        "pairwise": lambda r: pairwise(r, resamples=RESAMPLES),
        "imputed": lambda r: imputed(r, resamples=RESAMPLES),
    }
    for how in ("mcar", "mar"):
        off = {way: np.zeros(4) for way in ways}
        far = {way: np.zeros(4) for way in ways}
        covered = {way: np.zeros(4) for way in ways}
        within = {way: np.zeros(4) for way in ways}
        took = dict.fromkeys(ways, 0.0)
        for _ in range(runs):
            rows = rows_of(with_gaps(answers(RESPONDENTS, rng), how, rng))
            for way, measure in ways.items():
                start = time.perf_counter()
                found = measure(rows)
                took[way] += time.perf_counter() - start
                fit = found.fit
                off[way] += fit.coef - truth
                far[way] += (fit.coef - truth) ** 2
                covered[way] += np.abs(fit.coef - truth) <= student.ppf(0.975, fit.df) * fit.std_err
                low, high = np.quantile(importance(found.draws, "lmg"), [0.025, 0.975], axis=0)
                within[way] += (low <= shares) & (shares <= high)
        for way in ways:
            print(
                f"{how} {way:9} bias {(off[way] / runs).round(3)} rmse {np.sqrt(far[way] / runs).round(3)} "
                f"coverage {(covered[way] / runs).round(3)} of importance {(within[way] / runs).round(3)} "
                f"{1000 * took[way] / runs:.0f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
