"""How often 95 % intervals hold the truth: differences, weights, clusters, panels, rolling windows, parts of a change.

Every line is a simulation with a fixed seed of its own: draw a sample from a known population, compare, and see
whether the interval of the difference holds the true one. The error of a share of N runs about 0.95 is
sqrt(.95 x .05 / N): 0.5 points for 2,000. The last lines are false flags of whole dashboards (T2).

    python bench/coverage.py [--runs N] [--only WORD]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.metrics.builtin import mean_metric
from cxkit.stats.multiplicity import adjusted

RATING = mean_metric(on="csat", scale=(1, 7))
MANY = np.array([0.25, 0.35, 0.40])  # detractors, passives, promoters
GOOD = np.array([0.10, 0.25, 0.65])
Case = Callable[[np.random.Generator], Iterator[tuple[str, bool]]]


def holds(low: float, high: float, truth: float) -> bool:
    return bool(low - 1e-9 <= truth <= high + 1e-9)


def nps_of(shares: np.ndarray) -> float:
    return float(100 * (shares[2] - shares[0]))


def two(rng: np.random.Generator, n: tuple[int, int], method: str) -> bool:
    cells = {
        name: dict(zip((3, 8, 10), rng.multinomial(k, p).tolist(), strict=True))
        for name, k, p in (("A", n[0], GOOD), ("B", n[1], MANY))
    }
    found = cx.compare(cx.Tally.from_counts(cells, by="g"), "nps", test="columns", method=method)
    return holds(found.delta_low[0], found.delta_high[0], nps_of(GOOD) - nps_of(MANY))


def differences(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    for n in ((20, 20), (30, 100), (200, 200)):
        for method in ("adjusted-wald", "wald", "t"):
            yield f"NPS {n[0]} against {n[1]}, {method}", two(rng, n, method)


def shares(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    for n, p in ((30, (0.9, 0.8)), (100, (0.5, 0.4))):
        cells = {g: {5: int(k := rng.binomial(n, q)), 1: int(n - k)} for g, q in zip("AB", p, strict=True)}
        found = cx.compare(cx.Tally.from_counts(cells, by="g"), "csat", test="columns")
        yield (
            f"share {p[0]:.0%} against {p[1]:.0%}, n = {n}",
            holds(found.delta_low[0], found.delta_high[0], 100 * (p[0] - p[1])),
        )


def weighted(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """Two strata drawn one half each of a population that is 80 to 20, whose scores differ."""
    n = 300
    stratum = rng.random(n) < 0.5
    w = np.where(stratum, 1.6, 0.4)
    g = np.where(rng.random(n) < 0.4, "A", "B")
    draw = rng.random(n)
    shares = np.where(stratum[:, None], GOOD, MANY)
    shares = np.where((g == "A")[:, None], shares, shares[:, ::-1])
    cut = shares.cumsum(axis=1)
    nps = np.where(draw < cut[:, 0], 3, np.where(draw < cut[:, 1], 8, 10))
    study = cx.Study(pd.DataFrame({"nps": nps, "w": w, "g": g}), nps="nps", weight="w", guess=False)
    truth = 2 * (0.8 * nps_of(GOOD) + 0.2 * nps_of(MANY))
    for test in ("columns", "complement"):
        found = cx.compare(study, "nps", by="g", test=test)
        yield f"weighted NPS, n = {n}, {test}", holds(found.delta_low[0], found.delta_high[0], truth)


def clustered(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """Accounts of 2 to 11 answers with a level of their own; groups are sets of accounts, or cross them."""
    for clusters in (10, 20, 30, 60, 200):
        size = rng.integers(2, 12, clusters)
        who = np.repeat(np.arange(clusters), size)
        level = rng.normal(4, 0.7, clusters)
        csat = np.clip(np.rint(level[who] + rng.normal(0, 0.9, len(who))), 1, 7)
        nps = np.clip(np.rint(1.5 * level[who] + 1 + rng.normal(0, 1.5, len(who))), 0, 10)
        frame = pd.DataFrame(
            {"who": who, "apart": who % 2, "across": rng.integers(0, 2, len(who)), "csat": csat, "nps": nps}
        )
        study = cx.Study(
            frame, csat="csat", nps="nps", cluster="who", scale={"csat": (1, 7), "nps": (0, 10)}, guess=False
        )
        for by in ("apart", "across"):
            for metric in (RATING, "nps"):
                found = cx.compare(study, metric, by=by, test="columns")
                name = metric if isinstance(metric, str) else "mean"
                yield f"{clusters} accounts, groups {by}, {name}", holds(found.delta_low[0], found.delta_high[0], 0)


def panel(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    n = 120
    level = rng.normal(4, 1.2, 2 * n)
    second = np.where(rng.random(n) < 0.7, np.arange(n), np.arange(n, 2 * n))
    frame = pd.concat([
        pd.DataFrame({"who": who, "csat": np.clip(np.rint(level[who] + rng.normal(0, 0.6, n)), 1, 7), "day": pd.Timestamp(day)})
        for who, day in ((np.arange(n), "2025-01-10"), (second, "2025-02-10"))
    ])  # fmt: skip
    study = cx.Study(frame, csat="csat", date="day", id="who", scale={"csat": (1, 7)}, guess=False)
    for paired in (False, True):
        found = cx.compare(study, RATING, freq="M", test="previous", paired=paired)
        yield (
            f"panel of {n}, 70 % come back, {'paired' if paired else 'all answers'}",
            holds(found.delta_low[0], found.delta_high[0], 0),
        )


def rolling(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    month = np.repeat(np.arange(6), 60)
    nps = rng.choice([3, 8, 10], len(month), p=MANY)
    day = pd.to_datetime([f"2025-{m + 1:02d}-10" for m in month])
    study = cx.Study(pd.DataFrame({"nps": nps, "day": day}), nps="nps", date="day", guess=False)
    for window in (1, 3):
        found = cx.trend(study, "nps", rolling=window)
        yield f"change of a window of {window}, 60 a month", holds(found.delta_low[-1], found.delta_high[-1], 0)


class Parts:
    """Samples of 500 respondents of a population of 40,000 of whom some leave, fall silent, join or move."""

    def __init__(self) -> None:
        rng = np.random.default_rng(42)
        n = 40_000
        shop = rng.choice(list("ABC"), 2 * n)
        score = np.clip(rng.integers(0, 11, 2 * n) + np.select([shop == "A", shop == "B"], [2, 0], -2), 0, 10)
        out = rng.random(n) < np.where(score[:n] <= 6, 0.25, 0.05)
        again = np.flatnonzero(~out & (rng.random(n) < 0.9))
        new = np.flatnonzero(rng.random(n) < np.where(shop[n:] == "A", 0.3, 0.1)) + n
        later = np.clip(score[again] + rng.integers(-2, 4, len(again)), 0, 10)
        frame = pd.DataFrame({
            "who": [*range(n), *again, *new], "nps": [*score[:n], *later, *score[new]],
            "day": pd.to_datetime(["2025-01-10"] * n + ["2025-02-10"] * (len(again) + len(new))),
            "left": [*np.where(out, "yes", "no"), *["no"] * (len(again) + len(new))],
        })  # fmt: skip
        self.frame = frame.assign(shop=shop[frame.who], w=np.where(frame.who % 2, 0.5, 1.5))
        self.rows = list(self.frame.groupby("who").indices.values())
        self.truth = {same: self.split(self.frame, same) for same in (True, False)}

    def split(self, frame: pd.DataFrame, same: bool) -> cx.Why:
        study = cx.Study(
            frame, nps="nps", id="who", date="day", churned="left", segment="shop", weight="w", guess=False
        )
        return study.why("nps", period="2025-02", panel=same)

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
        chosen = rng.choice(len(self.rows), 500, replace=False)
        frame = self.frame.iloc[np.concatenate([self.rows[k] for k in chosen])]
        for same, truth in self.truth.items():
            found = self.split(frame, same)
            for item in truth.items:
                yield (
                    f"why, {'panel' if same else 'samples'}, {item}",
                    holds(*found.item(item)[1:], truth.item(item)[0]),
                )


def coverage(name: str, case: Case, runs: int) -> None:
    rng, inside, tried = np.random.default_rng(20261122), {}, {}  # type: ignore[var-annotated]
    for _ in range(runs):
        for line, hit in case(rng):
            inside[line], tried[line] = inside.get(line, 0) + hit, tried.get(line, 0) + 1
    print(f"\n{name}: {runs:,} runs, ± {196 * (0.95 * 0.05 / runs) ** 0.5:.1f} points")
    for line, n in tried.items():
        share = 100 * inside[line] / n
        print(f"  {line:52} {share:5.1f} %  {'' if 93.5 <= share <= 97.5 else '<- outside 93.5-97.5'}")


def flags(runs: int) -> None:
    """T2: ten segments, twelve changes each, n = 100, nothing moved."""
    rng, alone, some = np.random.default_rng(20261122), [], {"none": 0, "bh": 0, "holm": 0}
    for _ in range(runs):
        draws = rng.multinomial(100, MANY, (10, 13))
        keys = [(f"S{s}", f"{m:02d}") for s in range(10) for m in range(13) for _ in range(3)]
        tally = cx.Tally.from_cells(("segment", "wave"), keys, [3, 8, 10] * 130, draws.reshape(-1).tolist())
        found = cx.compare(tally, "nps", test="previous", correction=None, method="wald")
        alone.append(len(found.flagged))
        some["none"] += bool(found.flagged)
        for correction in ("bh", "holm"):
            some[correction] += bool((adjusted(found.p, correction) <= 0.05).any())
    print(f"\nT2, dashboards of 120 changes, nothing moved: {runs:,} runs")
    print(f"  uncorrected: {np.mean(alone):.2f} false flags each (published 5.9)")
    for name, count in some.items():
        print(f"  dashboards with any flag, {name}: {100 * count / runs:.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    cases: dict[str, Callable[[], Case]] = {
        "differences": lambda: differences, "shares": lambda: shares, "weighted": lambda: weighted,
        "clustered": lambda: clustered, "panel": lambda: panel, "rolling": lambda: rolling, "why": Parts,
    }  # fmt: skip
    for name, case in cases.items():
        if options.only in name:
            coverage(name, case(), options.runs)
    if options.only in "flags":
        flags(options.runs)


if __name__ == "__main__":
    main()
