"""Orders drawn from the BG/NBD and Gamma-Gamma models, day by day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

CDNOW = (0.243, 4.414, 0.793, 2.426)
SPEND = (6.25, 3.74, 15.44)


def drawn_orders(n: int, seed: int, *, weeks: int = 78, entry: int = 84, buying=CDNOW, spend=SPEND) -> pd.DataFrame:
    """Orders of n customers who come during ``entry`` days and are seen until ``weeks``."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = buying
    p, q, v = spend
    first = rng.integers(0, entry, n)
    last = rng.geometric(np.maximum(rng.beta(a, b, n), 1e-12))
    would = rng.poisson(rng.gamma(r, 1 / alpha, n) * (weeks - first / 7))
    who = np.repeat(np.arange(n), would)
    day = first[who] + np.ceil(rng.random(len(who)) * (7 * weeks - first[who]))
    place = np.lexsort((day, who))
    who, day = who[place], day[place]
    start = np.concatenate([[0], np.cumsum(would)])[:-1]
    kept = np.arange(len(who)) - start[who] + 1 <= last[who]
    who, day = np.concatenate([np.arange(n), who[kept]]), np.concatenate([first, day[kept]])
    amount = rng.gamma(p, 1 / rng.gamma(q, 1 / v, n)[who]).round(2) + 0.01
    return pd.DataFrame(
        {
            "customer": [f"C{i:06}" for i in who],
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(day, unit="D"),
            "amount": amount,
        }
    )


@pytest.fixture(scope="session")
def orders() -> pd.DataFrame:
    return drawn_orders(1200, 1)


NAMES = {"id": "customer", "date": "date", "revenue": "amount"}


@pytest.fixture
def names() -> dict[str, str]:
    return dict(NAMES)


@pytest.fixture
def draw():
    return drawn_orders
