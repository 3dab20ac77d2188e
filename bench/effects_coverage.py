"""How often 95 % intervals of effects hold the truth, by design; and how often no effect is called one.

Every line is a simulation with a fixed seed: make customers with a known effect (or none), ask `cx.effect`, and see
whether its interval holds it. The error of a share of N runs about 0.95 is sqrt(.95 x .05 / N): 0.97 points for 500.

    python bench/effects_coverage.py [--runs N] [--only WORD]
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from cxkit.effects import Effect, effect
from cxkit.study import Study

#: 0 was offered, whether anybody took it or not.
ZERO = {"scale": {"nps": (0, 10)}, "guess": False}
Case = Callable[[np.random.Generator], Iterator[tuple[str, Effect, float]]]


def points(answers: np.ndarray) -> np.ndarray:
    return np.where(answers >= 9, 100.0, np.where(answers >= 7, 0.0, -100.0))


def answers(rng: np.random.Generator, mean: np.ndarray, spread: float = 2.0) -> np.ndarray:
    return np.clip(np.round(rng.normal(mean, spread)), 0, 10)


def experiments(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    for n in (40, 400):
        arm = rng.permutation(np.arange(n) % 2)
        before = answers(rng, np.full(n, 7.5))
        spend = rng.lognormal(3, 1, n) + 5 * arm
        stay = rng.random(n) < 0.80 + 0.08 * arm
        late = 20 * before + rng.normal(0, 30, n) + 6 * arm
        frame = pd.DataFrame(
            {"arm": np.where(arm == 1, "yes", "no"), "spend": spend, "stay": stay, "late": late, "first": before}
        )
        study = Study(frame, guess=False)
        yield f"ab, lognormal spend, {n // 2} an arm", effect(study, "spend", design="ab", treated="arm"), 5.0
        yield f"ab, share, {n // 2} an arm", effect(study, "stay", design="ab", treated="arm"), 8.0
        yield f"ab, CUPED, {n // 2} an arm", effect(study, "late", design="ab", treated="arm", before="first"), 6.0
    for clusters in (8, 30):
        shop = np.repeat(np.arange(clusters), 20)
        arm = rng.permutation(np.arange(clusters) % 2)[shop]
        y = 50 + 4 * rng.normal(size=clusters)[shop] + 10 * rng.normal(size=len(shop)) + 3 * arm
        study = Study(pd.DataFrame({"arm": arm, "shop": shop, "y": y}), guess=False)
        yield f"ab, {clusters} shops drawn", effect(study, "y", design="ab", treated="arm", cluster="shop"), 3.0


def panel(rng: np.random.Generator, treated: int, others: int, truth: float) -> Study:
    """Shops over 12 months with shocks that last (AR(1), .5), answers of different people."""
    k = treated + others
    shock = np.zeros((k, 13))
    for t in range(1, 13):
        shock[:, t] = 0.5 * shock[:, t - 1] + rng.normal(0, 6, k)
    level, season = rng.normal(0, 15, k), rng.normal(0, 10, 12)
    shop, month = np.repeat(np.arange(k), 12 * 8), np.tile(np.repeat(np.arange(12), 8), k)
    y = level[shop] + season[month] + shock[shop, month + 1] + rng.normal(0, 40, len(shop))
    y += truth * (shop < treated) * (month >= 6)
    days = [dt.date(2025, m + 1, 15) for m in month.tolist()]
    return Study(
        pd.DataFrame({"shop": shop, "pilot": shop < treated, "day": days, "y": y}), date="day", cluster="shop",
        guess=False,
    )  # fmt: skip


def differences(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    for treated, others in ((1, 9), (3, 7), (4, 20), (20, 20)):
        study = panel(rng, treated, others, 8.0)
        found = effect(study, "y", design="did", treated="pilot", at="2025-07-01")
        yield f"did, {treated} shops against {others}", found, 8.0


def people(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    n = 150
    own, group = rng.normal(7, 1.5, n), rng.random(n) < 0.4
    first, second = answers(rng, own, 1.5), answers(rng, own + 0.3, 1.5)
    frame = pd.DataFrame(
        {
            "id": np.r_[np.arange(n), np.arange(n)], "called": np.r_[group, group],
            "day": [dt.date(2025, 1, 10)] * n + [dt.date(2025, 6, 10)] * n, "nps": np.r_[first, second],
        }
    )  # fmt: skip
    study = Study(frame, id="id", date="day", nps="nps", **ZERO)
    yield (
        "did, panel of 150 people, no effect",
        effect(study, "nps", design="did", treated="called", at="2025-03-01"),
        0.0,
    )


def series(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    for months, rho in ((18, 0.0), (24, 0.4), (48, 0.4), (48, 0.7)):
        shock = np.zeros(months + 50)
        for t in range(1, len(shock)):
            shock[t] = rho * shock[t - 1] + rng.normal(0, 4)
        half = months // 2
        time_ = np.arange(months)
        level = 30 + 0.3 * time_ + shock[50:] + (time_ >= half) * (5 + 0.2 * (time_ - half))
        truth = 5 + 0.2 * (time_[half:] - half).mean()
        start = [dt.date(2020 + t // 12, t % 12 + 1, 10) for t in time_.tolist()]
        frame = pd.DataFrame({"day": np.repeat(start, 20), "y": np.repeat(level, 20) + rng.normal(0, 10, 20 * months)})
        study = Study(frame, date="day", guess=False)
        at = start[half].replace(day=1)
        for method in ("ar1", "newey-west"):
            found = effect(study, "y", design="its", at=at, method=method, season=0)
            yield f"its, {months} months, correlation {rho}, {method}", found, truth


def matches(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    for n in (300, 1000):
        x = rng.normal(size=(n, 2))
        words = rng.choice(["small", "large", "public"], n)
        odds = -1 + 0.8 * x[:, 0] - 0.4 * x[:, 1] + 0.6 * (words == "large")
        called = rng.random(n) < 1 / (1 + np.exp(-odds))
        y = 100 + 15 * x[:, 0] + 5 * x[:, 1] + 10 * (words == "large") + 6 * called + rng.normal(0, 20, n)
        study = Study(pd.DataFrame({"called": called, "a": x[:, 0], "b": x[:, 1], "size": words, "y": y}), guess=False)
        for method in ("overlap", "treated", "nearest"):
            found = effect(study, "y", design="matched", treated="called", controls=["a", "b", "size"], method=method)
            yield f"matched, {n} customers, {method}", found, 6.0


def twice(rng: np.random.Generator, share: float, n: int, waves: int = 2) -> Study:
    """Customers asked in waves with nothing done; of those with 0 to 6 in the last wave but one a share is called."""
    own = rng.normal(7.5, 1.5, n)
    given = [answers(rng, own, 1.5) for _ in range(waves)]
    called = (given[-2] <= 6) & (rng.random(n) < share)
    frames = [
        pd.DataFrame({"id": np.arange(n), "day": dt.date(2025, 2 * w + 1, 10), "nps": a, "called": called})
        for w, a in enumerate(given)
    ]
    return Study(pd.concat(frames, ignore_index=True), id="id", date="day", nps="nps", **ZERO)


def rebounds(rng: np.random.Generator) -> Iterator[tuple[str, Effect, float]]:
    for n in (200, 1500):
        half = twice(rng, 0.5, n)
        yield (
            f"remeasured, holdout, {n} customers, no effect",
            effect(half, "nps", design="remeasured", treated="called"),
            0.0,
        )
        all_ = twice(rng, 1.0, n)
        yield (
            f"remeasured, all called, {n} customers, no effect",
            effect(all_, "nps", design="remeasured", treated="called"),
            0.0,
        )
        waves = twice(rng, 1.0, n, 3)
        found = effect(waves, "nps", design="remeasured", treated="called", at="2025-04-01")
        yield f"remeasured, pairs from before, {n} customers, no effect", found, 0.0


CASES: tuple[Case, ...] = (experiments, differences, people, series, matches, rebounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    for case in CASES:
        if given.only not in case.__name__:
            continue
        held: dict[str, list[bool]] = {}
        naive: dict[str, list[bool]] = {}
        begun = time.perf_counter()
        for seed in range(given.runs):
            for name, found, truth in case(np.random.default_rng(seed)):
                held.setdefault(name, []).append(found.low <= truth <= found.high)
                first = found.reading.item("naive")
                naive.setdefault(name, []).append(first.low <= truth <= first.high)
        took = time.perf_counter() - begun
        for name, hits in held.items():
            print(f"{name:58s} {100 * np.mean(hits):5.1f} %   plain difference {100 * np.mean(naive[name]):5.1f} %")
        print(f"    {case.__name__}: {given.runs} runs, {took:.0f} s")


if __name__ == "__main__":
    main()
