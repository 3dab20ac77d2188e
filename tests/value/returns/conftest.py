"""A study of customers whose worth is planted, and slopes made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.present.result import MetricLabel
from cxkit.value.slopes import Slopes

NPS = MetricLabel("nps", (("en", "NPS"), ("fr", "NPS")), "", "points", "higher", (-100.0, 100.0), (0.0, 10.0))


def build_slopes(**changes: Any) -> Slopes:
    """A point brings 2 a year more revenue and 0.2 points less churn, each a little uncertain."""
    k = 3
    covariance = np.diag([25.0, 1e-4, 0.25, 0.01, 4e-8, 1e-4])
    covariance[0, 3] = covariance[3, 0] = -0.1
    given: dict[str, Any] = {
        "score": NPS, "outcomes": ("revenue", "churned", "support_cost"), "base": np.array([900.0, 0.15, 40.0]),
        "slope": np.array([2.0, -0.002, -0.1]), "covariance": covariance, "n": (800, 1000, 1000), "months": 12.0,
        "linear": (True,) * k, "unit": ("EUR", "", "EUR"),
    }  # fmt: skip
    return Slopes(**{**given, **changes})


def build_answers(n: int = 700, seed: int = 0) -> pd.DataFrame:
    """Answers of customers: the wait moves the NPS, and the NPS goes with revenue and churn."""
    rng = np.random.default_rng(seed)
    ratings = np.clip(np.rint(3.4 + rng.normal(size=(n, 3))), 1, 5)
    nps = np.clip(np.rint(1.5 + ratings @ [0.9, 0.6, 0.1] + rng.normal(scale=1.2, size=n)), 0, 10)
    points = np.where(nps >= 9, 100, np.where(nps <= 6, -100, 0))
    left = rng.random(n) < 0.12 - 0.0008 * points
    revenue = np.round(900 + 2 * points + rng.normal(scale=90, size=n), 2)
    return pd.DataFrame(
        {
            "customer": [f"C{i:04d}" for i in range(n)], "nps": nps.astype(int), "revenue": revenue, "left": left,
            "margin": np.round(0.35 * revenue, 2), "support": np.round(rng.gamma(2, 10, n), 2),
        }
        | {f"sat_{name}": ratings[:, j].astype(int) for j, name in enumerate(("wait", "price", "app"))}
    )  # fmt: skip


@pytest.fixture
def slopes_of() -> Callable[..., Slopes]:
    return build_slopes


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    return build_answers()


@pytest.fixture(scope="session")
def study(answers: pd.DataFrame) -> cx.Study:
    return cx.Study(answers, id="customer", nps="nps", drivers="sat_*", revenue="revenue", churned="left")
