"""A driver analysis built from arrays: what is shown needs no engine and no model."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.model import Fit, Model
from cxkit.keydrivers.result import Drivers
from cxkit.present.result import MetricLabel

# The rows that R fitted too: the tests of models import them as ``driver_models``.
_SPEC = importlib.util.spec_from_file_location(
    "driver_models", Path(__file__).parents[1] / "reference" / "driver_models.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
sys.modules["driver_models"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["driver_models"])

NPS = MetricLabel("nps", (("en", "NPS"), ("fr", "NPS")), "", "points", "higher", (-100.0, 100.0), (0.0, 10.0))
CHURN = MetricLabel("churn", (("en", "Churn"), ("fr", "Attrition")), "", "%", "lower", (0.0, 100.0), None)


def build_model(
    names: tuple[str, ...] = ("wait", "welcome", "price", "app"),
    importance: tuple[float, ...] = (0.16, 0.14, 0.09, 0.01),
    effect: tuple[float, ...] = (4.2, 3.6, -2.4, 0.2),
    error: tuple[float, ...] | float = 0.4,
    *,
    key: tuple[Any, ...] = (),
    performance: tuple[float, ...] = (5.5, 7.9, 6.0, 8.2),
    scales: tuple[tuple[float, float], ...] | None = None,
    spread: float = 0.012,
    draws: int = 1000,
    n: int = 5210,
    rows: int | None = None,
    r2: float | None = None,
    r2_adjusted: float | None = None,
    family: str = "ols",
    covariance: str = "HC3",
    clusters: int = 0,
    controls: int = 0,
    cautions: tuple[Caution, ...] = (),
    seed: int = 1,
) -> Model:
    """One model: ``spread`` is the standard deviation of the bootstrap draws; ``draws=0`` for none."""
    p, t = len(names), len(names) + controls
    weights = np.asarray(importance, float)
    total = float(weights.sum())
    coef = np.r_[np.asarray(effect, float), np.full(controls, 1.5)]
    cov = np.diag(np.r_[np.broadcast_to(np.asarray(error, float), p), np.full(controls, 0.5)] ** 2)
    whole = total if r2 is None else r2
    made = low = high = None
    if draws:
        made = np.maximum(weights + np.random.default_rng(seed).normal(0, spread, (draws, p)), 0.0)
        low, high = np.quantile(made, [0.025, 0.975], axis=0)
        low, high = np.minimum(low, weights), np.maximum(high, weights)
    fit = Fit(
        family, (*names, *(f"control {j}" for j in range(controls))), coef, cov,
        float(n - t - 1) if family == "ols" else np.inf, np.zeros(1), coef, cov, covariance, whole,
        whole - 0.001 if r2_adjusted is None else r2_adjusted, n, clusters,
    )  # fmt: skip
    correlation = np.eye(p + 1)
    correlation[:p, p] = correlation[p, :p] = 0.3 * np.sign(np.asarray(effect, float))
    nothing = np.full(p, np.nan)
    return Model(
        key, names, fit, weights, nothing if low is None else low, nothing if high is None else high, made,
        total, np.linspace(1.2, 3.1, p), np.asarray(performance, float),
        np.full(p, 2.0), scales or ((0.0, 10.0),) * p, correlation, 21.4, n, n if rows is None else rows, cautions,
    )  # fmt: skip


def build(*models: Model, **options: Any) -> Drivers:
    """An analysis of these models, its p-values as they are unless ``p_adjusted`` is given."""
    models = models or (build_model(),)
    size = sum(len(m.names) for m in models)
    given: dict[str, Any] = {
        "outcome": NPS, "by": ("city",) if models[0].key else (), "importance": "lmg",
        "interval": None if models[0].draws is None else "bootstrap", "level": 0.95,
        "resamples": 0 if models[0].draws is None else len(models[0].draws), "missing": "listwise", "weighted": False,
        "groups": (), "correction": "bh", "p_adjusted": tuple(m.p for m in models), "size": size, "freq": None,
        "source": "answers.csv",
    }  # fmt: skip
    return Drivers(**{**given, "models": models, **options})


@pytest.fixture
def model_of() -> Callable[..., Model]:
    return build_model


@pytest.fixture
def drivers_of() -> Callable[..., Drivers]:
    return build


@pytest.fixture
def churn() -> MetricLabel:
    return CHURN
