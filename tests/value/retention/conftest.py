"""Customers and answers of the tests, made by rule; and the rows that R has seen."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pandas as pd
import pytest

DAY = np.datetime64("2020-01-01")


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    """The rows of survival.R and its numbers."""
    path = Path(__file__).parents[2] / "reference" / "survival.py"
    spec = importlib.util.spec_from_file_location("survival_rows", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def table() -> pd.DataFrame:
    """Ten customers; the extract is of the end of March 2026."""
    return pd.DataFrame(
        {
            "who": [f"C{i}" for i in range(10)],
            "came": pd.to_datetime(["2025-01-10"] * 6 + ["2026-01-15", "2026-02-01", "2026-02-20", "2026-03-31"]),
            "gone": pd.to_datetime(
                ["2026-01-01", "2026-01-31", "2026-02-14", None, None, None, "2026-01-20", "2026-03-02", None, None]
            ),
            "plan": ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"],
            "money": [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100],
        }
    )


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    """2,000 customers who answer up to four times; leaving goes with the answer in force, beta = -0.2 a point."""
    return panel(2000, -0.2, seed=1)


def panel(n: int, beta: float, seed: int) -> pd.DataFrame:
    """Answers every 90 days; the risk of leaving in each of these stretches follows the answer at its start."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 60, n).astype("timedelta64[D]")
    mood = rng.normal(7, 2, n)
    out = []
    left = np.full(n, np.datetime64("NaT", "D"), dtype="datetime64[D]")
    here = np.ones(n, bool)
    for wave in range(4):
        score = np.clip(np.round(mood + rng.normal(0, 1.5, n)), 0, 10)
        day = DAY + base + np.timedelta64(90 * wave, "D")
        out.append(pd.DataFrame({"who": np.arange(n), "day": day, "nps": score}).loc[here])
        wait = rng.exponential(1 / (0.0012 * np.exp(beta * (score - 7))))
        goes = here & (wait < 90)
        left[goes] = (day + np.ceil(wait).astype("timedelta64[D]"))[goes]
        here &= ~goes
    found = pd.concat(out, ignore_index=True).astype({"nps": int})
    found["since"] = (DAY + base - np.timedelta64(30, "D"))[found["who"]]
    found["left"] = left[found["who"]]
    found["plan"] = np.where(found["who"] % 2 == 0, "basic", "plus")
    for name in ("day", "since", "left"):
        found[name] = found[name].astype("datetime64[us]")
    return found


@pytest.fixture(scope="session")
def make_panel():
    return panel
