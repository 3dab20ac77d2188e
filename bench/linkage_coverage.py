"""How often 95 % intervals of a linkage hold the truth: the planted value of a point, skewed money, accounts, weights.

Every line is a simulation with a fixed seed of its own. The demo study plants 2 EUR of revenue in twelve months for one
NPS point of the last score, for customers who stayed; its orders are summed by customer and linked to the answers, one
demo a seed. Lognormal spend has a mean that is known, so that intervals of class means can be held against it, and
against plain Student's t. The error of a share of N runs about 0.95 is sqrt(.95 x .05 / N).

    python bench/linkage_coverage.py [--runs N] [--only WORD]
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.special import stdtrit

import cxkit as cx
from cxkit.sources.demo import demo_roles, read_demo
from cxkit.sources.demo.story import MARGIN_RATE, REVENUE_PER_POINT
from cxkit.value.behaviour import linkage

Case = Callable[[int], Iterator[tuple[str, bool]]]
POINTS = np.array([-100.0] * 7 + [0.0] * 2 + [100.0] * 2)


def holds(low: float, high: float, truth: float) -> bool:
    return bool(low <= truth <= high)


def demo(seed: int) -> Iterator[tuple[str, bool]]:
    tables = {name: read_demo(f"demo:{name}", n=6000, seed=seed).frame for name in ("survey", "customers", "orders")}
    spent = tables["orders"].groupby("customer", as_index=False)["amount"].sum()
    crm = tables["customers"][["customer", "churned", "monthly_margin"]].merge(spent, on="customer", how="left")
    crm["from_margin"] = crm["monthly_margin"] * 12 / MARGIN_RATE
    frame = tables["survey"].merge(crm, left_on="respondent", right_on="customer", how="left")
    roles = {k: v for k, v in demo_roles().items() if k in ("id", "date", "nps")}
    study = cx.Study(frame, revenue="amount", churned="churned", guess=False, **roles)
    found = linkage(study, outcomes=["revenue", "from_margin"])
    for outcome, name in (("revenue", "orders summed"), ("from_margin", "monthly margin x 12 / .35")):
        point = found.point(outcome)
        yield f"demo, planted 2 EUR a point: {name}", holds(point.low, point.high, REVENUE_PER_POINT)


def asked(frame: pd.DataFrame, **roles: str):
    return linkage(cx.Study(frame, nps="nps", revenue="spend", scale={"nps": (0, 10)}, guess=False, **roles))


def lognormal(seed: int) -> Iterator[tuple[str, bool]]:
    for sigma in (1.0, 1.5):
        for n in (30, 100, 300):
            rng = np.random.default_rng([seed, n, int(10 * sigma)])
            score = np.repeat([3, 7, 10], n)
            level = np.exp(np.repeat([6.0, 6.2, 6.4], n))
            spend = level * np.exp(sigma * rng.standard_normal(3 * n) - sigma**2 / 2)
            group = asked(pd.DataFrame({"nps": score, "spend": spend})).groups[0]
            passive = group.of("revenue")[1]
            truth = float(np.exp(6.2))
            label = f"lognormal {sigma:g}, n = {n}"
            yield f"{label}: class mean, as shown", holds(passive.low, passive.high, truth)
            half = stdtrit(n - 1, 0.975) * spend[n : 2 * n].std(ddof=1) / np.sqrt(n)
            yield f"{label}: class mean, plain t", abs(spend[n : 2 * n].mean() - truth) <= half
            line = (np.exp(6.4) - np.exp(6.0)) / 200
            yield f"{label}: one point", holds(group.points[0].low, group.points[0].high, line)
            apart = next(d for d in group.differences if (d.band, d.versus) == ("promoter", "detractor"))
            yield f"{label}: promoters less detractors", holds(apart.low, apart.high, float(np.exp(6.4) - np.exp(6.0)))


def accounts(seed: int) -> Iterator[tuple[str, bool]]:
    rng = np.random.default_rng([seed, 5])
    for groups in (40, 150):
        account = np.repeat(np.arange(groups), rng.integers(1, 9, groups))
        mood = rng.normal(size=groups)[account]
        score = np.clip(np.round(7.5 + 1.6 * mood + 1.4 * rng.normal(size=len(account))), 0, 10).astype(int)
        spend = 900 + 2 * POINTS[score] + 150 * rng.normal(size=groups)[account] + 120 * rng.normal(size=len(account))
        frame = pd.DataFrame({"nps": score, "spend": spend, "account": account})
        for name, roles in (("clustered", {"cluster": "account"}), ("taken as independent", {})):
            point = asked(frame, **roles).point()
            yield f"{groups} accounts of 1 to 8 customers, {name}: one point", holds(point.low, point.high, 2.0)


def weights(seed: int) -> Iterator[tuple[str, bool]]:
    """Customers drawn with a chance that depends on their score, and weights that make up for it."""
    rng = np.random.default_rng([seed, 6])
    score = rng.integers(0, 11, 1200)
    chance = np.where(score >= 9, 0.6, 0.25)
    score = score[rng.random(len(score)) < chance]
    # Bent on purpose: the weighted line is that of the population, the plain one is not.
    spend = 500 + 40 * score + 6.0 * (score - 5) ** 2 + (80 + 10 * score) * rng.normal(size=len(score))
    frame = pd.DataFrame({"nps": score, "spend": spend, "w": 1 / np.where(score >= 9, 0.6, 0.25)})
    answers = np.arange(11)
    mean = 500 + 40 * answers + 6.0 * (answers - 5) ** 2
    x = POINTS - POINTS.mean()
    truth = float((x * mean).sum() / (x**2).sum())
    point = asked(frame, weight="w").point()
    yield "weights: one point", holds(point.low, point.high, truth)


def churn(seed: int) -> Iterator[tuple[str, bool]]:
    rng = np.random.default_rng([seed, 7])
    for n in (200, 1000):
        score = rng.integers(0, 11, n)
        chance = np.where(score >= 9, 0.04, np.where(score >= 7, 0.10, 0.22))
        left = rng.random(n) < chance
        frame = pd.DataFrame({"nps": score, "left": left})
        found = linkage(cx.Study(frame, nps="nps", churned="left", scale={"nps": (0, 10)}, guess=False))
        for band, truth in (("detractor", 22.0), ("passive", 10.0), ("promoter", 4.0)):
            value = next(v for v in found.groups[0].values if v.band == band)
            yield f"churn, n = {n}: rate of {band}s", holds(value.low, value.high, truth)
        p = np.array([0.22] * 7 + [0.10] * 2 + [0.04] * 2)
        x = POINTS - POINTS.mean()
        point = found.point()
        yield f"churn, n = {n}: one point", holds(point.low, point.high, float(100 * (x * p).sum() / (x**2).sum()))


CASES: dict[str, Case] = {
    "demo": demo, "lognormal": lognormal, "accounts": accounts, "weights": weights, "churn": churn,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    warnings.simplefilter("ignore", cx.DataWarning)
    for name, case in CASES.items():
        if options.only not in name:
            continue
        started, hits = time.perf_counter(), defaultdict(list)
        for seed in range(options.runs):
            for label, hit in case(seed):
                hits[label].append(hit)
        for label, found in hits.items():
            print(f"{label:70} {100 * np.mean(found):5.1f} %  of {len(found)}")
        print(f"  ({name}: {time.perf_counter() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
