"""Measured properties of plans, posteriors and rank ranges, by simulation with a fixed seed.

python bench/plans_and_ranks.py
"""

from __future__ import annotations

import numpy as np

import cxkit as cx
from cxkit.inference.planning import plan
from cxkit.inference.posteriors import posterior
from cxkit.inference.ranks import rank
from cxkit.metrics.differences import between
from cxkit.metrics.estimates import estimate_tally
from cxkit.metrics.functions import metric_of


def samples(metric, shares, n, runs, rng):
    drawn = rng.multinomial(n, list(shares.values()), runs)
    counts = {run: dict(zip(shares, row.tolist(), strict=True)) for run, row in enumerate(drawn)}
    return estimate_tally(metric, cx.Tally.from_counts(counts, by="run"))


def planned_power(rng, runs=10_000):
    cases = [
        ("nps", 10, {10: 0.5, 8: 0.0, 0: 0.5}, {10: 0.55, 8: 0.0, 0: 0.45}),
        ("nps", 10, {10: 0.45, 8: 0.30, 0: 0.25}, {10: 0.50, 8: 0.30, 0: 0.20}),
        ("csat", 2, {1: 0.90, 5: 0.10}, {1: 0.88, 5: 0.12}),
        ("ces", 0.3, {3: 0.25, 5: 0.5, 7: 0.25}, {3: 0.325, 5: 0.5, 7: 0.175}),
    ]
    for name, detect, before, after in cases:
        metric = metric_of(name)
        value = {a: metric.value(float(a)) for a in before}
        mean = sum(value[a] * s for a, s in before.items())
        spread = sum(s * (value[a] - mean) ** 2 for a, s in before.items())
        p = plan(name, detect=detect, **({"expected": mean} if name == "csat" else {"variance": spread}))
        first, second = (samples(metric, s, p.answers, runs, rng) for s in (before, after))
        found = (between(second, first).p < 0.05).mean()
        print(f"power     {name:5} detect {detect:4}: n = {p.answers:5}, stated 0.80, found {found:.3f}")


def planned_margin(rng, runs=5000):
    for name, margin, shares in (
        ("nps", 5, {10: 0.5, 8: 0.3, 0: 0.2}), ("nps", 15, {10: 0.8, 8: 0.15, 0: 0.05}),
        ("csat", 4, {1: 0.1, 5: 0.9}), ("ces", 0.2, {1: 0.1, 4: 0.3, 7: 0.6}),
    ):  # fmt: skip
        metric = metric_of(name)
        p = plan(name, margin=margin, expected={metric.value(float(a)): s for a, s in shares.items()})
        low, high = samples(metric, shares, p.answers, runs, rng).interval(0.95)
        mean = sum(metric.value(float(a)) * s for a, s in shares.items())
        held = ((low <= mean) & (mean <= high)).mean()
        print(
            f"margin    {name:5} ±{margin:4}: n = {p.answers:5}, found ±{((high - low) / 2).mean():.3f}, covers {held:.3f}"
        )


def credible_coverage(rng, runs=4000):
    values, prior = np.array([-100.0, 0, 100]), np.array([0.75, 1.5, 0.75])
    for n in (3, 10, 40):
        shares = rng.dirichlet(prior, runs)
        counts = {k: dict(zip((3, 8, 10), rng.multinomial(n, s).tolist(), strict=True)) for k, s in enumerate(shares)}
        found = posterior(cx.Tally.from_counts(counts, by="k"), "nps", by="k", draws=4000)
        truth = shares @ values
        held = ((np.array(found.low) <= truth) & (truth <= np.array(found.high))).mean()
        print(f"posterior nps   n = {n:2}: 95 % credible intervals cover {held:.3f} under the prior")


def rank_coverage(rng, runs=1000, units=12):
    cases = [
        ("nps", {3: 0.25, 8: 0.3, 10: 0.45}, 0.0, (5, 16)), ("nps", {3: 0.5, 8: 0.0, 10: 0.5}, 0.0, (5, 16)), ("nps", {3: 0.25, 8: 0.3, 10: 0.45}, 0.5, (5, 16)),
        ("nps", {3: 0.05, 8: 0.1, 10: 0.85}, 0.0, (5, 40)), ("nps", {3: 0.05, 8: 0.1, 10: 0.85}, 0.0, (5, 400)),
        ("nps", {3: 0.25, 8: 0.3, 10: 0.45}, 0.5, (30, 300)), ("csat", {2: 0.1, 5: 0.9}, 0.0, (5, 60)),
        ("csat", {2: 0.1, 5: 0.9}, 0.5, (30, 300)), ("ces", {1: 0.05, 4: 0.2, 7: 0.75}, 0.0, (5, 40)),
        ("ces", {1: 0.1, 4: 0.3, 7: 0.6}, 0.5, (30, 300)),
    ]  # fmt: skip
    for name, classes, spread, size in cases:
        metric = metric_of(name)
        values = np.array([metric.value(float(a)) for a in classes])
        hits = 0
        for run in range(runs):
            tilt = np.exp(2 * spread * rng.standard_normal((units, 1)) * (values - values.mean()) / np.ptp(values))
            shares = np.array(list(classes.values())) * tilt
            shares /= shares.sum(axis=1, keepdims=True)
            truth, n = shares @ values, rng.integers(*size, units)
            counts = {
                j: dict(zip(classes, rng.multinomial(n[j], shares[j]).tolist(), strict=True)) for j in range(units)
            }
            found = rank(cx.Tally.from_counts(counts, by="u"), name, by="u", simulations=1000, seed=run)
            mine = np.array([truth[key[0]] for key in found.keys])
            best = 1 + (truth[None] > mine[:, None] + 1e-9).sum(axis=1)
            worst = units - (truth[None] < mine[:, None] - 1e-9).sum(axis=1)
            hits += bool((np.array(found.rank_low) <= best).all() and (worst <= np.array(found.rank_high)).all())
        print(
            f"ranks     {name:5} n {size[0]}-{size[1] - 1}, spread {spread}: all {units} ranges hold {hits / runs:.3f}"
        )


if __name__ == "__main__":
    generator = np.random.default_rng(2026)
    planned_power(generator)
    planned_margin(generator)
    credible_coverage(generator)
    rank_coverage(generator)
