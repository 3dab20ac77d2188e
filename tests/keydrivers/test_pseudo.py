"""Importance by pseudo-R²: against all models fitted by statsmodels, and the approximation against the exact one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.models import pseudo
from cxkit.keydrivers.models.pseudo import affordable, pseudo_importance
from cxkit.keydrivers.models.rows import Rows

NAMES = ("a", "b", "c", "d")


def made(n=400, p=4, seed=0, strength=0.6, levels=2):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = np.clip(np.round(3 + common + rng.normal(size=(n, p))), 1, 5)
    latent = (x - 3) @ np.linspace(strength, 0, p) + rng.logistic(size=n)
    return x, np.digitize(latent, np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1])).astype(float)


def by_hand(values, p):
    """Shapley values as the mean over all orders of what each driver adds."""
    total = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        seen = 0
        for j in order:
            total[j] += values[seen | 1 << j] - values[seen]
            seen |= 1 << j
    return total / len(orders)


def test_exact_is_every_logit_of_statsmodels():
    x, y = made()
    values = np.zeros(16)
    for subset in range(1, 16):
        inside = [j for j in range(4) if subset >> j & 1]
        values[subset] = sm.Logit(y, sm.add_constant(x[:, inside])).fit(disp=0, tol=1e-12).prsquared
    found = pseudo_importance(Rows.of(x, y, NAMES), 4)
    assert found.method == "exact"
    assert found.values == pytest.approx(values, abs=1e-9)
    assert found.importance == pytest.approx(by_hand(values, 4), abs=1e-9)
    assert found.importance.sum() == pytest.approx(found.r2, abs=1e-9)
    assert found.explained == pytest.approx(found.r2, abs=1e-9)


def test_exact_is_every_ordered_model_of_statsmodels():
    x, y = made(levels=5)
    null = sum(k * np.log(k / 400) for k in np.bincount(y.astype(int)))
    values = np.zeros(8)
    for subset in range(1, 8):
        inside = [j for j in range(3) if subset >> j & 1]
        fit = OrderedModel(y, x[:, inside], distr="logit").fit(method="bfgs", disp=0, gtol=1e-7)
        values[subset] = 1 - fit.llf / null
    found = pseudo_importance(Rows.of(x[:, :3], y, NAMES[:3]), 3, family="ordered")
    assert found.values == pytest.approx(values, abs=1e-9)
    assert found.importance == pytest.approx(by_hand(values, 3), abs=1e-9)


def test_terms_after_the_drivers_are_in_every_model():
    x, y = made()
    rows = Rows.of(x, y, NAMES)
    base = sm.Logit(y, sm.add_constant(x[:, 2:])).fit(disp=0, tol=1e-12).prsquared
    for method in ("exact", "approximate"):
        found = pseudo_importance(rows, 2, method=method)
        assert found.explained == pytest.approx(found.r2 - base, abs=1e-8)
        assert found.importance.sum() == pytest.approx(found.explained, abs=1e-9)


def test_frequencies_and_weights():
    x, y = made()
    different, often = np.unique(np.column_stack([x, y]), axis=0, return_counts=True)
    few = Rows.of(different[:, :4], different[:, 4], NAMES, frequency=often)
    for method in ("exact", "approximate"):
        one = pseudo_importance(few, 4, method=method)
        assert one.importance == pytest.approx(pseudo_importance(Rows.of(x, y, NAMES), 4, method=method).importance)
        heavy = Rows.of(x, y, NAMES, w=np.full(400, 7.5))
        assert one.importance == pytest.approx(pseudo_importance(heavy, 4, method=method).importance, abs=1e-10)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(4)), st.sampled_from(["exact", "approximate"]))
def test_order_shift_and_scale_change_nothing(seed, order, method):
    x, y = made(seed=seed, levels=3)
    one = pseudo_importance(Rows.of(x, y, NAMES), 4, family="ordered", method=method)
    moved = Rows.of((x * [2, 1, -5, 0.1] + [0, 9, 1, 1])[:, order], y, NAMES)
    other = pseudo_importance(moved, 4, family="ordered", method=method)
    assert other.importance == pytest.approx(one.importance[list(order)], abs=1e-8)


@pytest.mark.parametrize("levels", [2, 5, 11])
@pytest.mark.parametrize(("strength", "limit"), [(0.2, 0.01), (0.6, 0.012), (2.5, 0.035)])
def test_the_approximation_is_near(levels, strength, limit):
    """Error of each driver below 1.2 % of R² where it is ordinary, 3.5 % where it is above .5."""
    for seed in range(3):
        x, y = made(1000, seed=seed, strength=strength, levels=levels)
        rows = Rows.of(x, y, NAMES)
        exact, near = (pseudo_importance(rows, 4, family="ordered", method=m) for m in ("exact", "approximate"))
        assert near.method == "approximate"
        assert near.values is None
        assert near.r2 == exact.r2
        assert np.abs(near.importance - exact.importance).max() < limit * exact.r2


def test_exact_where_it_is_affordable(monkeypatch):
    x, y = made()
    rows = Rows.of(x, y, NAMES)
    assert affordable(8, 10_000)
    assert not affordable(8, 1_000_000)
    assert not affordable(21, 10)
    assert pseudo_importance(rows, 4).method == "exact"
    monkeypatch.setattr(pseudo, "_PATIENCE", 0.0)
    assert pseudo_importance(rows, 4).method == "approximate"


def test_a_model_that_explains_nothing_shares_nothing():
    x = np.array([[a, b] for a in (0, 1) for b in (0, 1) for _ in (0, 1)], float)
    rows = Rows.of(x, [0, 1] * 4, ("a", "b"), frequency=np.full(8, 10))
    for method in ("exact", "approximate"):
        found = pseudo_importance(rows, 2, method=method)
        assert found.importance == pytest.approx([0, 0], abs=1e-12)
        assert found.r2 == pytest.approx(0, abs=1e-12)


def test_one_driver():
    x, y = made(p=1)
    for method in ("exact", "approximate"):
        found = pseudo_importance(Rows.of(x, y, "a"), 1, method=method)
        assert found.importance[0] == pytest.approx(found.r2)


def test_strong_drivers_whose_thresholds_move_far():
    x, y = made(300, p=4, seed=3, strength=3, levels=11)
    found = pseudo_importance(Rows.of(x, y, NAMES), 4, family="ordered", method="exact")
    assert found.values[0] == pytest.approx(0, abs=1e-8)
    assert (np.diff(found.values[[0, 1, 3, 7, 15]]) >= -1e-9).all()


def test_refusals():
    x, y = made()
    rows = Rows.of(x, y, NAMES, outcome="churn")
    for words, match in (
        ({"method": "quick"}, "no way to compute"),
        ({"family": "poisson"}, "no pseudo-R²"),
    ):
        with pytest.raises(OptionError, match=match):
            pseudo_importance(rows, 4, **words)
    many = Rows.of(np.random.default_rng(0).normal(size=(400, 22)), y, [f"d{j}" for j in range(22)])
    with pytest.raises(OptionError, match="22 drivers have 4,194,304 models"):
        pseudo_importance(many, 22, method="exact")
    with pytest.raises(UsageError, match="5 drivers among 4 terms"):
        pseudo_importance(rows, 5)
    with pytest.raises(UsageError, match="'churn' is not yes/no"):
        pseudo_importance(Rows.of(x, y + 1, NAMES, outcome="churn"), 4)
    with pytest.raises(UsageError, match="told apart without error"):
        pseudo_importance(Rows.of(x, (x[:, 0] > 3).astype(float), NAMES), 4)
