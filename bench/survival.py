"""Churn on 100,000 customers against statsmodels, and coverage by simulation: ``python bench/survival.py [runs]``.

Each customer answers up to four times and may leave; the truth of the simulations is the risk that they are drawn with.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from cxkit.stats.competing import cumulative_incidence
from cxkit.stats.survival import kaplan_meier
from cxkit.value.retention.curves import survival
from cxkit.value.retention.leaving import at_risk
from cxkit.value.retention.rate import churn
from cxkit.value.retention.ratios import hazard
from cxkit.value.retention.triangle import cohorts

ROLES = {"id": "who", "date": "day", "since": "since", "left": "left"}


def panel(n: int, beta: float, seed: int) -> pd.DataFrame:
    """Answers every 90 days; until the next one the risk of leaving follows the last."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01") + rng.integers(0, 60, n)
    mood = rng.normal(7, 2, n)
    left = np.full(n, np.datetime64("NaT", "D"), dtype="datetime64[D]")
    here, parts = np.ones(n, bool), []
    for wave in range(4):
        score = np.clip(np.round(mood + rng.normal(0, 1.5, n)), 0, 10).astype(int)
        day = start + 90 * wave
        parts.append(pd.DataFrame({"who": np.arange(n), "day": day, "answer": score})[here])
        wait = rng.exponential(1 / (0.0012 * np.exp(beta * (score - 7))))
        goes = here & (wait < 90)
        left[goes] = (day + np.ceil(wait).astype(int))[goes]
        here &= ~goes
    out = pd.concat(parts, ignore_index=True)
    out["since"], out["left"] = (start - 30)[out["who"]], left[out["who"]]
    return out.astype(dict.fromkeys(("day", "since", "left"), "datetime64[us]"))


def timed(call: Callable[[], object], runs: int = 3) -> float:
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def speed() -> None:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight

    table = panel(100_000, -0.2, 0)
    customers = table.groupby("who").last().reset_index().drop(columns="day")
    once = {k: v for k, v in ROLES.items() if k != "date"}
    end = table["day"].max()
    stop = (customers["left"].fillna(end) - customers["since"]).dt.days.to_numpy(float)
    gone = customers["left"].notna().to_numpy(int)
    print(f"100,000 customers, {len(table):,} answers, {gone.sum():,} departures; medians of 3")
    for name, call in (
        ("churn by month", lambda: churn(customers, **once)),
        ("survival from days", lambda: survival(customers, **once)),
        ("Cox, changing answers, robust errors", lambda: hazard(table, "answer", **ROLES)),
        ("discrete time, changing answers", lambda: hazard(table, "answer", model="discrete", **ROLES)),
        ("list at risk, cross-fitted", lambda: at_risk(table, "answer", **ROLES)),
        ("cohorts of activity", lambda: cohorts(table, id="who", date="day")),
        ("the curve alone", lambda: kaplan_meier(stop, gone)),
        ("statsmodels: the curve alone", lambda: SurvfuncRight(stop, gone)),
        (
            "statsmodels: Cox, one answer a customer",
            lambda: PHReg(stop, customers[["answer"]].to_numpy(float), status=gone, ties="efron").fit(disp=0),
        ),
    ):
        print(f"  {name:42} {timed(call):7.3f} s")


def coverage(runs: int) -> None:
    """How often the 95 % intervals hold the truth: life of mean 10, seen 2 to 20 long, 60 customers."""
    rng = np.random.default_rng(0)
    held = dict.fromkeys(("retained at 5", "median", "mean to 8", "gone for one of two reasons"), 0)
    horizon = 10 * (1 - np.exp(-0.8))
    for _ in range(runs):
        life, seen = rng.exponential(10, 60), rng.uniform(2, 20, 60)
        stop, gone = np.minimum(life, seen), life <= seen
        curve = kaplan_meier(stop, gone)
        _, low, high, _ = curve.at([5.0])
        held["retained at 5"] += bool(low[0] <= np.exp(-0.5) <= high[0])
        _, first, last = curve.quantile()
        held["median"] += not (first > 10 * np.log(2) or last < 10 * np.log(2))
        mean, error = curve.mean(min(8.0, curve.last))
        held["mean to 8"] += abs(mean - horizon) <= 1.96 * error
        why = np.where(gone, rng.random(60) < 0.4, -1).astype(int)
        _, low, high = cumulative_incidence(stop, why, 2).at([5.0])
        held["gone for one of two reasons"] += bool(low[1, 0] <= 0.4 * (1 - np.exp(-0.5)) <= high[1, 0])
    print(f"coverage of 95% intervals, {runs:,} runs of 60 customers")
    for name, k in held.items():
        print(f"  {name:42} {100 * k / runs:6.1f}%")


def ratios(runs: int) -> None:
    for model in ("cox", "discrete"):
        for beta in (0.0, -0.2):
            inside = reject = 0
            for seed in range(runs):
                found = hazard(panel(400, beta, seed), "answer", model=model, **ROLES).ratios[0]
                inside += found.low <= np.exp(beta) <= found.high
                reject += found.p < 0.05
            print(
                f"  {model}, log ratio {beta:4.1f} a point, {runs} runs: inside {100 * inside / runs:.1f}%, "
                f"p < 0.05 {100 * reject / runs:.1f}%"
            )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    speed()
    coverage(count)
    ratios(max(count // 10, 20))
