"""How long a return takes, and does its interval hold what it promises?

- 10,000 draws of 20 uncertain assumptions over 36 months: cx.roi with its break-even, tornado and parts, against a
  plain loop over draws and months that finds the net gain alone. Both find the same net gain to 1e-9 or the run fails.
- A portfolio of 12 fixes of the same customers: every set of them computed in two worlds, the best one looked for anew in
  each draw.
- Coverage: studies of n customers drawn from a known world (wait -> NPS -> revenue and churn); the share of them whose
  95 % interval holds the gain of that world.

    python bench/roi.py [--repeats N] [--studies N] [--customers N]
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.value.returns import portfolio, roi

SEED = 20261122
TWENTY = {
    "cost": {"once": (150e3, 250e3), "yearly": (10e3, 20e3), "each": (0.5, 1.5)}, "customers": (9_000, 11_000),
    "reach": (0.5, 0.9), "churn": (0.015, 0.02, 0.03), "revenue": (90, 110), "margin_rate": (0.25, 0.35, 0.4),
    "support_cost": (2, 4), "referrals": (0.0005, 0.0015), "cross_sell_value": (30, 60), "discount": (0.06, 0.10),
    "ramp_months": (2, 8), "delay_months": (0, 3), "fade": (0, 0.2), "horizon": 3, "period": "M", "timing": "end",
    "change": {"churn": (-0.004, -0.002, 0), "revenue": (0, 2), "support_cost": (-0.5, 0), "referrals": (0, 0.0005),
               "cross_sell": (0, 0.01)}, "cross_sell": (0.01, 0.03),
}  # fmt: skip


def by_hand(x: dict[str, np.ndarray], draws: int) -> np.ndarray:
    """The net gain of each draw, in a loop over draws and months."""
    out = np.empty(draws)
    for d in range(draws):
        v = {name: float(a[d]) if a.ndim else float(a) for name, a in x.items()}
        reached = v["customers"] * v["reach"]
        net = -v["once"] - v["each"] * reached
        stocks = [1.0, 1.0]
        for t in range(36):
            back = (1 + v["discount"]) ** (-t / 12)
            net -= v["yearly"] / 12 * back
            month, steps = t + 1, max(v["ramp_months"], 1)
            e = min(max((month - v["delay_months"]) / steps, 0), 1)
            e *= (1 - v["fade"]) ** (max(month - v["delay_months"] - steps, 0) / 12)
            flows = []
            for w in (0, 1):
                churn = min(max(v["churn"] + w * v["churn_change"], 0), 1) - v["churn"]
                stay = stocks[w] * (1 - v["churn"] - churn * e)
                margin = v["margin_rate"] * (
                    v["revenue"] + w * e * (v["revenue_change"] + v["cross_sell_change"] * v["cross_sell_value"])
                ) - v["support_cost"] + w * e * min(-v["support_cost_change"], v["support_cost"])  # fmt: skip
                flows.append(stay * margin)
                stocks[w] = stay + stocks[w] * (v["referrals"] + w * e * v["referrals_change"])
            net += (flows[1] - flows[0]) * reached * (1 + v["discount"]) ** (-(t + 1) / 12)
        out[d] = net
    return out


def timed(repeats: int) -> None:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        found = roi(**TWENTY)
        times.append(perf_counter() - start)
    uncertain = len(found.swings)
    x, _ = found.inputs.draw(found.draws, 0, None)
    start = perf_counter()
    slow = by_hand(x, found.draws)
    loop = perf_counter() - start
    assert np.allclose(found.npv, slow, rtol=1e-9, atol=1e-6), "the loop finds another net gain"
    print(f"{found.draws:,} draws, {uncertain} uncertain assumptions, 36 months: {median(times):.3f} s "
          f"({min(times):.3f} to {max(times):.3f}); the loop {loop:.2f} s, ratio 1/{loop / median(times):.0f}")  # fmt: skip
    fixes = {f"fix {i}": roi(**{**TWENTY, "seed": i, "cost": (40e3, 90e3), "reach": 0.2 + 0.05 * i}) for i in range(12)}
    start = perf_counter()
    chosen = portfolio(fixes, 300e3)
    print(f"portfolio of 12, {chosen.draws:,} draws: {perf_counter() - start:.2f} s")


def world(n: int, rng: np.random.Generator) -> pd.DataFrame:
    ratings = np.clip(np.rint(3.4 + rng.normal(size=(n, 2)) + 0.5 * rng.normal(size=(n, 1))), 1, 5)
    nps = np.clip(np.rint(1.5 + ratings @ [0.9, 0.6] + rng.normal(scale=1.2, size=n)), 0, 10)
    points = np.where(nps >= 9, 100.0, np.where(nps <= 6, -100.0, 0.0))
    return pd.DataFrame(
        {
            "customer": np.arange(n), "nps": nps.astype(int), "sat_wait": ratings[:, 0].astype(int),
            "sat_price": ratings[:, 1].astype(int), "left": rng.random(n) < 0.12 - 0.0008 * points,
            "revenue": 900 + 2 * points + rng.normal(scale=150, size=n), "points": points,
        }
    )  # fmt: skip


def coverage(studies: int, customers: int) -> None:
    rng = np.random.default_rng(SEED)
    everybody = world(2_000_000, rng)
    design = np.column_stack([np.ones(len(everybody)), everybody[["sat_wait", "sat_price"]]])
    effect = float(np.linalg.lstsq(design, everybody["points"].to_numpy(), rcond=None)[0][1])
    stayed = everybody[~everybody["left"]]
    truth = {"effect:sat_wait": effect, "churn": 0.12 - 0.0008 * everybody["points"].mean(), "churn_per_point": -0.0008,
             "revenue": stayed["revenue"].mean() / 12, "revenue_per_point": 2 / 12}  # fmt: skip
    held: dict[str, list[bool]] = {"benefit": [], "score_change": []}
    above = 0
    for _ in range(studies):
        frame = world(customers, rng).drop(columns="points")
        s = cx.Study(frame, id="customer", nps="nps", drivers="sat_*", revenue="revenue", churned="left",
                     scale={"nps": (0, 10)})  # fmt: skip
        found = roi(s, cost=1e4, improve={"wait": 0.4}, margin_rate=0.35, draws=2000)
        x = found.inputs.centre | {name: np.asarray(value) for name, value in truth.items()}
        worth = found.case.worth(x)
        for name, value in (("benefit", float(worth.benefit)), ("score_change", float(worth.points))):
            item = found.item(name)
            held[name].append(item.low <= value <= item.high)
        above += found.value("benefit") > float(worth.benefit)
    for name, hits in held.items():
        error = np.sqrt(0.95 * 0.05 / studies)
        print(f"coverage of {name}, {studies} studies of {customers}: {100 * np.mean(hits):.1f} % "
              f"(95 ± {196 * error:.1f} by chance)")  # fmt: skip
    print(f"estimates above the truth: {100 * above / studies:.0f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--customers", type=int, default=1500)
    asked = parser.parse_args()
    timed(asked.repeats)
    coverage(asked.studies, asked.customers)


if __name__ == "__main__":
    main()
