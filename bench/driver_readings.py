"""Do the readings of a driver analysis keep what they promise? Coverage and size by simulation from rows.

- What-if: the total of two correlated drivers, errors of unequal variance, HC3, n = 100, 300, 1,000.
- Drift: two to four groups with the same importance, shares by LMG, real bootstrap of the rows; and with another one.
- Pairs: drivers of equal importance, chance that any is told apart, step-down, real bootstrap.
- Penalty and reward: coverage of the asymmetry's interval, dummies fitted on rows.
- Units: coverage of the interval of worth.

    python bench/driver_readings.py [--repeats N] [--resamples B]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from cxkit.keydrivers.model import Fit, Model
from cxkit.keydrivers.readings.drift import drift
from cxkit.keydrivers.readings.kano import penalty_reward
from cxkit.keydrivers.readings.pairs import pairs
from cxkit.keydrivers.readings.units import units
from cxkit.keydrivers.readings.whatif import what_if
from cxkit.keydrivers.result import Drivers
from cxkit.present.result import MetricLabel
from cxkit.stats.importance import importance

LABEL = MetricLabel("nps", (("en", "NPS"),), "", "points", "higher", None, None)
SEED = 20261122
Rows = tuple[np.ndarray, np.ndarray]


def fitted(x: np.ndarray, y: np.ndarray) -> Fit:
    """OLS with HC3, written out."""
    z = np.c_[np.ones(len(y)), x]
    bread = np.linalg.inv(z.T @ z)
    b = bread @ z.T @ y
    residual = (y - z @ b) / (1 - np.einsum("ij,jk,ik->i", z, bread, z))
    v = (bread @ (z.T * residual**2) @ z @ bread)[1:, 1:]
    names = tuple(f"x{i}" for i in range(x.shape[1]))
    df = float(len(y) - z.shape[1])
    return Fit("ols", names, b[1:], v, df, b[:1], b[1:], v, "HC3", np.nan, np.nan, len(y))


def model(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, resamples: int, key: tuple[int, ...] = ()) -> Model:
    """A model of rows, with a bootstrap of the rows if resamples are asked."""
    data, n, p = np.c_[x, y], len(y), x.shape[1]
    matrix = np.cov(data, rowvar=False)
    seen, draws = importance(matrix), None
    if resamples:
        counts = rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n
        means = counts @ data
        products = np.einsum("ni,nj->nij", data, data).reshape(n, -1)
        draws = importance((counts @ products).reshape(-1, p + 1, p + 1) - means[:, :, None] * means[:, None, :])
    fit, nothing = fitted(x, y), np.full(p, np.nan)
    return Model(
        key, fit.terms, fit, seen, nothing, nothing, draws, float(seen.sum()), nothing, x.mean(axis=0),
        x.std(axis=0, ddof=1), ((-np.inf, np.inf),) * p, np.corrcoef(data, rowvar=False), float(y.mean()), n, n,
    )  # fmt: skip


def analysis(*models: Model) -> Drivers:
    by = ("group",) if models[0].key else ()
    return Drivers(LABEL, by, models, "lmg", "bootstrap", 0.95, 0, "listwise", False, (), None,
                   tuple(m.p for m in models), 0, None, "")  # fmt: skip


def rows(rng: np.random.Generator, n: int, effect: np.ndarray, r2: float = 0.4) -> Rows:
    """Answers 1 to 5 with a common factor, and an outcome of -100, 0, 100."""
    p = len(effect)
    latent = rng.normal(size=(n, p)) + 0.8 * rng.normal(size=(n, 1))
    x = np.clip(np.round(3.3 + 0.9 * latent), 1, 5)
    signal = latent @ effect
    y = signal + rng.normal(size=n) * np.sqrt(signal.var() * (1 - r2) / r2)
    cuts = np.quantile(y, [0.3, 0.6])
    return x, 100.0 * (np.searchsorted(cuts, y) - 1)


def rate(name: str, trial: Callable[[np.random.Generator], float], repeats: int) -> None:
    rng = np.random.default_rng(SEED)
    found = np.array([trial(rng) for _ in range(repeats)])
    error = found.std() / np.sqrt(repeats)
    print(f"{name:<62} {100 * found.mean():6.2f} %  ± {100 * 1.96 * error:.2f}  ({repeats:,} times)", flush=True)


def what_if_covers(n: int) -> Callable[[np.random.Generator], float]:
    effect = np.array([3.0, 2.0, 1.0])

    def trial(rng: np.random.Generator) -> float:
        x = 5 + rng.normal(size=(n, 3)) @ np.array([[1, 0.7, 0], [0, 1, 0], [0, 0, 1]])
        y = x @ effect + rng.normal(size=n) * (2 + np.abs(x[:, 0] - 5))
        total = what_if(analysis(model(x, y, rng, 0)), {"x0": 0.5, "x1": 0.3}).total
        return float(total.low <= 2.1 <= total.high)

    return trial


def drift_flags(
    n: int, groups: int, effect: np.ndarray, resamples: int, which: str
) -> Callable[[np.random.Generator], float]:
    def trial(rng: np.random.Generator) -> float:
        models = [model(*rows(rng, n, effect), rng, resamples, (g,)) for g in range(groups)]
        found = drift(analysis(*models))
        return float({"shares": found.overall.p <= 0.05, "effects": found.overall_effects.p <= 0.05,
                      "any driver": bool(found.moved)}[which])  # fmt: skip

    return trial


def drift_of_six(
    sizes: tuple[int, ...],
    resamples: int,
    *,
    slope: float = 1.0,
    noise: tuple[float, ...] = (),
    first: tuple[float, ...] | None = None,
) -> Callable[[np.random.Generator], float]:
    """Groups that answer one questionnaire of six drivers, 1 to 5, on 0-10, read as NPS; the last driver has no effect."""
    effect = np.array([1.1, 0.7, 0.5, 0.4, 0.2, 0.0])

    def trial(rng: np.random.Generator) -> float:
        models = []
        for g, n in enumerate(sizes):
            x = np.clip(np.rint(3 + 0.55 * rng.normal(size=(n, 1)) + 0.9 * rng.normal(size=(n, 6))), 1, 5)
            b = slope * (effect if g or first is None else np.asarray(first))
            y = 6.5 + (x - 3) @ b + rng.normal(0, noise[g] if noise else 2.0, n)
            score = np.clip(np.rint(y), 0, 10)
            models.append(model(x, 100.0 * (score >= 9) - 100.0 * (score <= 6), rng, resamples, (g,)))
        return float(drift(analysis(*models)).overall.p <= 0.05)

    return trial


def pairs_flag(n: int, effect: np.ndarray, resamples: int) -> Callable[[np.random.Generator], float]:
    def trial(rng: np.random.Generator) -> float:
        return float(any(r.apart for r in pairs(analysis(model(*rows(rng, n, effect), rng, resamples))).rows))

    return trial


def asymmetry_covers(n: int) -> Callable[[np.random.Generator], float]:
    penalty, reward = np.array([-20.0, -12.0]), np.array([8.0, 12.0])
    true = (reward + penalty) / (reward - penalty)

    def trial(rng: np.random.Generator) -> float:
        answers = rng.choice([-1, 0, 1], size=(n, 2), p=[0.25, 0.4, 0.35])
        d = np.c_[answers == -1, answers == 1].astype(float)
        y = d @ np.r_[penalty, reward] + 35 * rng.normal(size=n)
        fit = fitted(d, y)
        found = penalty_reward(
            fit, ["a", "b"], fit.terms[:2], fit.terms[2:], outcome=LABEL, correction=None, draws=1000
        )
        hit = [r.asymmetry_low <= t <= r.asymmetry_high for r, t in zip(found.rows, true, strict=True)]
        return float(np.mean(hit))

    return trial


def worth_covers(n: int) -> Callable[[np.random.Generator], float]:
    effect = np.array([3.0, 2.0])

    def trial(rng: np.random.Generator) -> float:
        models = []
        for g, mean in enumerate((4.5, 5.0, 5.0)):
            x = rng.normal(np.array([mean, 5.0]), 1.0, size=(n, 2))
            models.append(model(x, x @ effect + 4 * rng.normal(size=n), rng, 0, (g,)))
        row = next(r for r in units(analysis(*models)).rows if r.key == (0,) and r.driver == "x0")
        return float(row.worth_low <= 1.5 <= row.worth_high)

    return trial


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--repeats", type=int, default=1000, help="of the simulations with a bootstrap")
    asked.add_argument("--resamples", type=int, default=300)
    given = asked.parse_args()
    many, b = 10 * given.repeats, given.resamples
    for n in (100, 300, 1000):
        rate(f"what-if covers, n = {n}", what_if_covers(n), many if n < 1000 else many // 2)
    same, weak = np.array([1.0, 1.0, 1.0, 1.0]), np.array([1.0, 0.7, 0.4, 0.1])
    for n in (300, 1000):
        for name, effect in (("equal drivers", same), ("a weak driver", weak)):
            rate(
                f"drift of shares, no drift, 2 groups, {name}, n = {n}",
                drift_flags(n, 2, effect, b, "shares"),
                given.repeats,
            )
    rate(
        "drift of shares, no drift, 3 groups, a weak driver, n = 500",
        drift_flags(500, 3, weak, b, "shares"),
        given.repeats,
    )
    rate(
        "drift, any driver named, 3 groups, a weak driver, n = 500",
        drift_flags(500, 3, weak, b, "any driver"),
        given.repeats,
    )
    for sizes in ((240,) * 4, (300,) * 2, (1000,) * 4, (150, 600), (100,) * 3):
        rate(f"drift of shares, no drift, 6 drivers, n = {sizes}", drift_of_six(sizes, b), given.repeats)
    weakly = drift_of_six((240,) * 4, b, slope=0.33)
    rate("drift of shares, no drift, 4 groups of 240, little explained", weakly, given.repeats)
    unlike = drift_of_six((150, 600), b, noise=(4.0, 1.0))
    rate("drift of shares, no drift, n = (150, 600), unlike R²", unlike, given.repeats)
    swapped = drift_of_six((300, 300), b, first=(0.5, 0.7, 1.1, 0.4, 0.2, 0.0))
    rate("drift of shares, two drivers change places, n = (300, 300)", swapped, given.repeats)
    rate("drift of effects, no drift, 3 groups, n = 500", drift_flags(500, 3, weak, 60, "effects"), given.repeats)
    for n in (300, 1000):
        rate(f"pairs of equal drivers, any told apart, n = {n}", pairs_flag(n, same, b), given.repeats)
    for n in (600, 2000):
        rate(f"asymmetry covers, n = {n}", asymmetry_covers(n), given.repeats)
    rate("worth of a gap covers, 3 units of 200", worth_covers(200), 2 * given.repeats)


if __name__ == "__main__":
    main()
