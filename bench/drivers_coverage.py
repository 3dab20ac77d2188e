"""How often 95 % intervals of a driver analysis hold the truth: coefficients, importance, what-if, the demo's story.

Every line is a simulation with a fixed seed of its own: draw answers from a known population, ask ``Study.drivers``,
and see whether the interval holds the true value. The true coefficients and importances come from the population's
covariances; those of the demo from twelve demos of 400,000 answers, as ratings are rounded and recommendations held
within 0 and 10. The error of a share of N runs about 0.95 is sqrt(.95 x .05 / N).

    python bench/drivers_coverage.py [--runs N] [--only WORD]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.sources.demo import demo_roles, read_demo
from cxkit.sources.demo.story import EFFECTS
from cxkit.stats.importance import importance

#: Two strong drivers, two weak ones, and one without any effect.
NAMES = ("strong", "good", "weak", "slight", "none")
BETA = np.array([0.8, 0.5, 0.2, 0.1, 0.0])
TOGETHER = 0.35  # what two drivers correlate
Case = Callable[[np.random.Generator], Iterator[tuple[str, bool]]]


def holds(low: float, high: float, truth: float) -> bool:
    return bool(low - 1e-12 <= truth <= high + 1e-12)


def drawn(rng: np.random.Generator, n: int, *, together: float = TOGETHER, noise: float = 1.5) -> pd.DataFrame:
    """Drivers that share a halo, residuals that spread with the first driver (between 0.4 and 1.6 times)."""
    x = np.sqrt(together) * rng.normal(size=(n, 1)) + np.sqrt(1 - together) * rng.normal(size=(n, 5))
    spread = noise * (0.4 + 1.2 / (1 + np.exp(-2 * x[:, 0])))
    return pd.DataFrame({**dict(zip(NAMES, x.T, strict=True)), "y": x @ BETA + spread * rng.normal(size=n)})


def residual_variance(noise: float = 1.5) -> float:
    """Mean of the squared spread over a normal first driver, by Gauss-Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    return float(weights @ (noise * (0.4 + 1.2 / (1 + np.exp(-2 * nodes)))) ** 2 / weights.sum())


def true_importance(together: float = TOGETHER, method: str = "lmg") -> np.ndarray:
    cov = np.full((5, 5), together) + (1 - together) * np.eye(5)
    both = np.zeros((6, 6))
    both[:5, :5], both[:5, 5], both[5, :5] = cov, cov @ BETA, cov @ BETA
    both[5, 5] = BETA @ cov @ BETA + residual_variance()
    return np.asarray(importance(both, method, total=both[5, 5]))


def asked(frame: pd.DataFrame, **options):
    study = cx.Study(frame, guess=False)
    return study.drivers("mean:y", list(NAMES), **{"interval": None, **options})


def ends(model) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import stdtrit

    reach = stdtrit(model.fit.df, 0.975) * model.fit.std_err
    return model.fit.coef - reach, model.fit.coef + reach


def coefficients(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    for n in (200, 1000):
        model = asked(drawn(rng, n)).model
        low, high = ends(model)
        for i, name in enumerate(NAMES):
            yield f"HC3, residuals that spread, n = {n}: {name}", holds(low[i], high[i], BETA[i])


def clusters(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """Respondents with 1 to 5 answers, a level and a halo of their own."""
    for people in (60, 300):
        times = rng.integers(1, 6, people)
        who = np.repeat(np.arange(people), times)
        frame = drawn(rng, len(who))
        halo = rng.normal(size=people)[who]
        for name, beta in zip(NAMES, BETA, strict=True):
            frame[name] += 0.7 * halo
            frame["y"] += beta * 0.7 * halo
        frame["y"] += rng.normal(size=people)[who]
        frame["who"] = who
        model = asked(frame, cluster="who").model
        low, high = ends(model)
        for i in (0, 2, 4):
            yield f"clustered, {people} respondents with 1-5 answers: {NAMES[i]}", holds(low[i], high[i], BETA[i])


def importances(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    truth = true_importance()
    for n in (200, 1000):
        model = asked(drawn(rng, n), interval="bootstrap", seed=int(rng.integers(2**31))).model
        for i, name in enumerate(NAMES):
            yield f"LMG, n = {n}: {name} ({truth[i]:.4f})", holds(model.low[i], model.high[i], truth[i])


def johnson(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    truth = true_importance(method="johnson")
    options = {"importance": "johnson", "interval": "bootstrap", "seed": int(rng.integers(2**31))}
    model = asked(drawn(rng, 200), **options).model
    for i, name in enumerate(NAMES):
        yield f"Johnson, n = 200: {name} ({truth[i]:.4f})", holds(model.low[i], model.high[i], truth[i])


def independent(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """Drivers that do not correlate: the truth of the last is 0, the end of its scale, and no interval holds it."""
    truth = true_importance(0.0)
    for n in (200, 1000):
        frame = drawn(rng, n, together=0.0)
        model = asked(frame, interval="bootstrap", seed=int(rng.integers(2**31))).model
        for i in (0, 2, 3, 4):
            yield (
                f"LMG, uncorrelated, n = {n}: {NAMES[i]} ({truth[i]:.4f})",
                holds(model.low[i], model.high[i], truth[i]),
            )


def what_ifs(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    for n in (200, 1000):
        found = asked(drawn(rng, n), interval="bootstrap", seed=int(rng.integers(2**31)))
        row = found.what_if({"strong": 0.5}).to_frame().iloc[-1]
        yield f"what-if strong + 0.5, n = {n}", holds(row["low"], row["high"], 0.5 * BETA[0])
        both = found.what_if({"strong": 0.2, "weak": 0.3}).to_frame()
        total = both[both.iloc[:, 0].isna() | (both.iloc[:, 0] == "total")] if len(both) > 2 else both.iloc[-1:]
        low, high = float(total["low"].iloc[-1]), float(total["high"].iloc[-1])
        yield f"what-if strong + 0.2 and weak + 0.3, n = {n}", holds(low, high, 0.2 * BETA[0] + 0.3 * BETA[2])


def demo_study(n: int, seed: int) -> cx.Study:
    """``cx.demo`` with its scale said: in 2 % of small ones nobody answers 0."""
    return cx.Study(read_demo.read("demo:", n=n, seed=seed), scale={"nps": (0, 10)}, **demo_roles("en"))


_WHOLE: list[tuple[np.ndarray, np.ndarray]] = []


def population() -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and importance of the demo's population: means of twelve demos of 400,000 answers."""
    if not _WHOLE:
        found = [cx.demo(n=400_000, seed=1000 + k).drivers("mean:nps", interval=None).model for k in range(12)]
        coef = np.array([m.fit.coef for m in found])
        print("population of the demo", coef.mean(axis=0).round(4), "±", (coef.std(axis=0) / 12**0.5).round(4))
        _WHOLE.append((coef.mean(axis=0), np.mean([m.importance for m in found], axis=0)))
    return _WHOLE[0]


def demo(rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """300 demos of 1,500 answers: coefficients, clustered by respondent and weighted; is the app found to do nothing?"""
    truth, shares = population()
    found = demo_study(1500, int(rng.integers(2**31))).drivers("mean:nps", seed=int(rng.integers(2**31)))
    model = found.model
    low, high = ends(model)
    for i, name in enumerate(model.names):
        yield f"demo, coefficient of {name} ({truth[i]:.3f})", holds(low[i], high[i], truth[i])
        yield f"demo, importance of {name} ({shares[i]:.4f})", holds(model.low[i], model.high[i], shares[i])
    yield "demo, the app is not significant alone (p >= 0.05)", bool(model.p[-1] >= 0.05)
    yield "demo, the app is not significant in the family", not found.significant()[-1]
    yield "demo, the wait is first", bool(model.importance.argmax() == 0)


CASES: dict[str, tuple[Case, int]] = {
    "coefficients": (coefficients, 2000), "clusters": (clusters, 2000), "importance": (importances, 600),
    "johnson": (johnson, 600), "uncorrelated": (independent, 400), "whatif": (what_ifs, 1000), "demo": (demo, 300),
}  # fmt: skip


def planted() -> None:
    """The planted effects themselves: an ordered logit over the distance of its thresholds where nobody is held back.

    A latent recommendation is rounded to 0-10, so that neighbouring thresholds are one point apart: coefficients over the
    mean distance of the thresholds of 5 to 9 are points of the latent recommendation for one more of a driver.
    """
    for n, seed in ((400_000, 1), (400_000, 2), (20_000, 3)):
        fit = cx.demo(n=n, seed=seed).drivers("mean:nps", model="ordered", interval=None).model.fit
        apart = (fit.constant[8] - fit.constant[5]) / 3
        print(f"planted {EFFECTS} found at n = {n}:", (fit.coef / apart).round(3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, help="instead of each case's own number")
    parser.add_argument("--only", default="")
    asked_for = parser.parse_args()
    for k, (name, (case, runs)) in enumerate(CASES.items()):
        if asked_for.only not in name:
            continue
        runs, begun = asked_for.runs or runs, time.perf_counter()
        hits: dict[str, list[bool]] = defaultdict(list)
        for seed in range(runs):
            for label, hit in case(np.random.default_rng([k, seed])):
                hits[label].append(hit)
        for label, held in hits.items():
            share = float(np.mean(held))
            error = (max(share * (1 - share), 1e-4) / len(held)) ** 0.5
            print(f"{100 * share:5.1f} % ± {100 * error:.1f}  {label}  ({len(held)} runs)")
        print(f"-- {name}: {time.perf_counter() - begun:.0f} s", flush=True)
    if asked_for.only in "planted":
        planted()


if __name__ == "__main__":
    main()
