"""Made-up customers for effects, with known effects."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

ZERO = {"scale": {"nps": (0, 10)}, "guess": False}


def nps_answers(rng, mean, spread=2.0):
    return np.clip(np.round(rng.normal(mean, spread)), 0, 10)


@pytest.fixture
def shops():
    """24 shops over 12 months; 10 are pilots from July on: +0.9 on the answer, some 18 points."""

    def make(effect=0.9, treated=10, count=24, seed=1, **roles):
        rng = np.random.default_rng(seed)
        shop = np.repeat(np.arange(count), 12 * 20)
        month = np.tile(np.repeat(np.arange(12), 20), count)
        level = rng.normal(7.3, 0.6, count)[shop] + rng.normal(0, 0.15, (count, 12))[shop, month]
        pilot = shop < treated
        answers = nps_answers(rng, level + effect * pilot * (month >= 6))
        frame = pd.DataFrame(
            {
                "shop": [f"S{s}" for s in shop],
                "pilot": np.where(pilot, "yes", "no"),
                "day": [dt.date(2025, m + 1, 3 + i % 25) for i, m in enumerate(month.tolist())],
                "nps": answers,
                "size": np.where(rng.random(len(shop)) < 0.5, "small", "large"),
            }
        )
        return cx.Study(frame, date="day", nps="nps", **{"cluster": "shop", **roles}, **ZERO)

    return make


@pytest.fixture
def twice():
    """Customers asked in waves. Of those with 0-6 in the last wave but one a share is called; that brings ``effect``."""

    def make(share=0.5, n=1500, waves=2, effect=0.0, seed=1):
        rng = np.random.default_rng(seed)
        own = rng.normal(7.5, 1.5, n)
        given = [nps_answers(rng, own, 1.5) for _ in range(waves - 1)]
        called = (given[-1] <= 6) & (rng.random(n) < share)
        given.append(nps_answers(rng, own + effect * called, 1.5))
        frame = pd.concat(
            [
                pd.DataFrame({"id": np.arange(n), "day": dt.date(2025, 2 * w + 1, 10), "nps": a, "called": called})
                for w, a in enumerate(given)
            ],
            ignore_index=True,
        )
        return cx.Study(frame, id="id", date="day", nps="nps", **ZERO)

    return make


@pytest.fixture
def callers():
    """Customers of whom the older ones were called more often; a call brings 6."""
    rng = np.random.default_rng(3)
    n = 800
    age, size = rng.normal(size=n), rng.choice(["small", "large", "public"], n)
    called = rng.random(n) < 1 / (1 + np.exp(-(-0.6 + 0.8 * age + 0.5 * (size == "large"))))
    y = 100 + 15 * age + 10 * (size == "large") + 6 * called + rng.normal(0, 20, n)
    stays = np.where(rng.random(n) < 0.6 + 0.05 * np.clip(age, -3, 3) + 0.15 * called, "oui", "non")
    return pd.DataFrame({"called": called, "age": age, "size": size, "spend": y, "stays": stays})
