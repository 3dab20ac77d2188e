"""Customers with a planted link: 2 EUR of revenue a point of NPS, churn by class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

CHURN = {"detractor": 0.22, "passive": 0.10, "promoter": 0.04}


def planted(n: int = 3000, seed: int = 1, *, noise: float = 120.0) -> pd.DataFrame:
    """One row a customer: nps, revenue, churned, contacts, segment, tenure, account."""
    rng = np.random.default_rng(seed)
    score = rng.choice(11, n, p=[0.02, 0.02, 0.03, 0.03, 0.05, 0.08, 0.07, 0.15, 0.2, 0.15, 0.2])
    points = np.where(score >= 9, 100.0, np.where(score >= 7, 0.0, -100.0))
    chance = np.where(score >= 9, CHURN["promoter"], np.where(score >= 7, CHURN["passive"], CHURN["detractor"]))
    return pd.DataFrame({
        "who": np.arange(n), "nps": score, "revenue": 900 + 2 * points + noise * rng.normal(size=n),
        "left": rng.random(n) < chance, "contacts": rng.poisson(2 - points / 100),
        "segment": rng.choice(["North", "South"], n), "tenure": rng.integers(1, 60, n), "account": rng.integers(0, n // 5, n),
    })  # fmt: skip


def study_of(frame: pd.DataFrame | None = None, **roles: str | None) -> cx.Study:
    said = {"nps": "nps", "id": "who", "revenue": "revenue", "churned": "left", **roles}
    return cx.Study(
        planted() if frame is None else frame, scale={"nps": (0, 10)}, guess=False,
        **{k: v for k, v in said.items() if v is not None},
    )  # fmt: skip


@pytest.fixture(scope="session")
def frame_of() -> Callable[..., pd.DataFrame]:
    return planted


@pytest.fixture(scope="session")
def study() -> Callable[..., cx.Study]:
    return study_of
