"""Does importance differ between groups or periods: shares, effects, and the size of the tests."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.readings.drift import drift
from cxkit.keydrivers.readings.equality import all_equal

QUARTERS = [dt.date(2026, m, 1) for m in (1, 4, 7)]


def cities(model_of, *importance, **options):
    return [
        model_of(key=(f"city {i}",), importance=w, seed=i, **{"spread": 0.006, **options})
        for i, w in enumerate(importance)
    ]


SAME, OTHER = (0.16, 0.14, 0.09, 0.01), (0.09, 0.14, 0.16, 0.01)


def test_what_rose_and_fell_is_named(drivers_of, model_of):
    models = [
        model_of(key=(q,), importance=w, seed=i, spread=0.006)
        for i, (q, w) in enumerate(zip(QUARTERS, (SAME, SAME, OTHER), strict=True))
    ]
    found = drift(drivers_of(*models, by=("period",), freq="Q"))
    assert found.versus == "previous"
    assert {(r.key[0], r.driver, r.verdict) for r in found.moved} == {
        (QUARTERS[2], "wait", "fell"), (QUARTERS[2], "price", "rose"),
    }  # fmt: skip
    assert found.overall.p < 0.001
    assert "Q3 2026 against Q2 2026: wait weighs less, 23% of importance against 40%" in found.explain()
    assert "T3 2026 face à T2 2026 : price pèse davantage" in found.explain("fr")
    axes = found.plot(lang="fr")
    assert [t.get_text() for t in axes.get_xticklabels()] == ["T1 2026", "T2 2026", "T3 2026"]


def test_delta_and_error_come_from_the_draws(drivers_of, model_of):
    models = cities(model_of, SAME, OTHER, n=1000)
    found = drift(drivers_of(*models))
    shares = [100 * m.draws / m.draws.sum(axis=1, keepdims=True) for m in models]
    se = np.sqrt(shares[0][:, 0].var(ddof=1) + shares[1][:, 0].var(ddof=1))
    first = found.rows[0]
    assert (first.driver, first.delta) == ("wait", pytest.approx(100 * (0.16 - 0.09) / 0.4))
    assert (first.low, first.high) == pytest.approx((first.delta - 1.959964 * se, first.delta + 1.959964 * se))
    assert first.verdict == "higher"


def test_two_groups_are_compared_once(drivers_of, model_of):
    found = drift(drivers_of(*cities(model_of, SAME, OTHER)))
    assert {(r.key, r.versus) for r in found.rows} == {(("city 0",), ("city 1",))}


def test_the_others_are_weighted_by_their_answers(drivers_of, model_of):
    models = cities(model_of, SAME, OTHER, OTHER)
    models[2] = replace(models[2], n=3 * models[1].n, importance=np.array([0.19, 0.14, 0.06, 0.01]))
    found = drift(drivers_of(*models))
    assert found.rows[0].share_versus == pytest.approx((100 * 0.09 / 0.4 + 3 * 100 * 0.19 / 0.4) / 4)
    assert found.rows[0].versus == "complement"


def test_first_is_the_reference(drivers_of, model_of):
    found = drift(drivers_of(*cities(model_of, SAME, OTHER, SAME)), "first")
    assert [r.key for r in found.rows[::4]] == [("city 1",), ("city 2",)]
    assert {r.versus for r in found.rows} == {("city 0",)}
    assert found.overall.df == 2 * 3


def test_periods_are_compared_within_a_segment(drivers_of, model_of):
    models = [
        model_of(key=(city, q), importance=w, seed=i, spread=0.006)
        for i, (city, q, w) in enumerate(
            [("Lyon", QUARTERS[0], SAME), ("Lyon", QUARTERS[1], SAME), ("Paris", QUARTERS[0], OTHER),
             ("Paris", QUARTERS[1], OTHER)]
        )
    ]  # fmt: skip
    found = drift(drivers_of(*models, by=("city", "period"), freq="Q"))
    assert found.overall.df == 2 * 3
    assert found.overall.p > 0.001
    assert not found.moved
    assert all(r.key[0] == r.versus[0] for r in found.rows)
    assert "no difference of importance" in found.explain()


def test_the_statistic_of_two_groups_is_hotellings():
    """With known covariances it is d'(V1 + V2)^-1 d, whatever the parametrisation."""
    rng = np.random.default_rng(1)
    v1, v2 = (a @ a.T for a in rng.normal(size=(2, 3, 3)))
    d = np.array([0.5, -1.0, 2.0])
    expected = float(d @ np.linalg.solve(v1 + v2, d))
    found = all_equal([(d, v1, np.inf), (np.zeros(3), v2, np.inf)], [[0, 1]])
    assert (found.statistic, found.df) == (pytest.approx(expected), 3)
    assert found.p == pytest.approx(chi2.sf(expected, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turned = all_equal([(turn @ d, turn @ v1 @ turn.T, np.inf), (np.zeros(3), turn @ v2 @ turn.T, np.inf)], [[0, 1]])
    assert turned.statistic == pytest.approx(expected)


def test_shares_that_sum_to_100_lose_one_degree_of_freedom(drivers_of, model_of):
    assert drift(drivers_of(*cities(model_of, SAME, OTHER, SAME))).overall.df == 2 * 3
    assert drift(drivers_of(*cities(model_of, SAME, OTHER, SAME))).overall_effects.df == 2 * 4


def test_the_test_has_its_size(drivers_of, model_of):
    """1,000 times three groups with the same importance: 5 % ± 2 for shares; 250 draws each."""
    rng = np.random.default_rng(5)
    true = np.array([0.16, 0.14, 0.09, 0.06])
    root = np.linalg.cholesky(0.012**2 * (0.6 * np.eye(4) + 0.4))
    base = [model_of(key=(i,), importance=tuple(true), effect=(3.0,) * 4, draws=60) for i in range(3)]
    hits = effects = flagged = 0
    for _ in range(1000):
        models = []
        for m in base:
            seen = true + root @ rng.normal(size=4)
            draws = seen + rng.normal(size=(250, 4)) @ root.T
            effect = 3 + 0.4 * rng.normal(size=4)
            models.append(replace(m, importance=seen, draws=draws, fit=replace(m.fit, effect=effect)))
        found = drift(drivers_of(*models))
        hits += found.overall.p <= 0.05
        effects += found.overall_effects.p <= 0.05
        flagged += bool(found.moved)
    assert 0.03 <= hits / 1000 <= 0.07
    assert 0.03 <= effects / 1000 <= 0.07
    assert flagged / 1000 <= 0.07


def test_drivers_that_a_group_lacks_are_left_out(drivers_of, model_of):
    few = model_of(key=("city 1",), names=("wait", "welcome"), importance=(0.1, 0.1), effect=(1, 1), performance=(5, 5))
    found = drift(drivers_of(model_of(key=("city 0",)), few))
    assert found.left_out == ("price", "app")
    assert found.shares[0] == pytest.approx((100 * 16 / 30, 100 * 14 / 30))
    assert "Left out, for some groups lack them: price, app." in found.explain()


def test_a_group_that_explains_nothing_is_not_tested(drivers_of, model_of):
    models = cities(model_of, SAME, OTHER)
    models[1] = replace(models[1], importance=np.zeros(4), draws=np.zeros((1000, 4)))
    found = drift(drivers_of(*models))
    assert np.isnan(found.overall.p)
    assert not found.moved
    assert "could not be tested" in found.explain()
    assert "n’a pas pu être testée" in found.explain("fr")
    json.dumps(found.to_dict(), allow_nan=False)
    repr(found)
    found.plot()


def test_a_driver_that_no_resample_uses_costs_its_degree_of_freedom(drivers_of, model_of):
    models = cities(model_of, (0.16, 0.14, 0.09, 0.0), (0.1, 0.2, 0.09, 0.0))
    for k, m in enumerate(models):
        draws = m.draws.copy()
        draws[:, 3] = 0
        models[k] = replace(m, draws=draws)
    found = drift(drivers_of(*models))
    assert found.overall.df == 2
    assert found.rows[3].verdict == "inconclusive"


def test_effects_have_their_own_test(drivers_of, model_of):
    models = [model_of(key=(1,), seed=1), model_of(key=(2,), seed=2, effect=(8.2, 3.6, -2.4, 0.2))]
    found = drift(drivers_of(*models))
    wait = found.rows[0]
    assert (wait.effect, wait.effect_versus, wait.effect_delta) == pytest.approx((4.2, 8.2, -4.0))
    assert wait.effect_p < 1e-6
    assert not wait.moved
    assert "Effects per unit do differ" in found.explain()
    frame = found.to_frame()
    assert list(frame.columns[:5]) == ["city", "driver", "versus", "share", "share_versus"]
    assert frame.columns[-1] == "effect_p_adjusted"


def test_small_groups_are_said(drivers_of, model_of):
    few = cities(model_of, SAME, OTHER, n=320)
    assert "The smallest group has 320 answers" in drift(drivers_of(*few)).explain()
    assert "compte 320 réponses" in drift(drivers_of(*few)).explain("fr")
    assert "smallest group" not in drift(drivers_of(*cities(model_of, SAME, OTHER))).explain()


def test_bad_input_is_refused(drivers_of, model_of):
    with pytest.raises(UsageError, match="one group"):
        drift(drivers_of())
    with pytest.raises(UsageError, match="needs bootstrap draws"):
        drift(drivers_of(*[model_of(key=(i,), draws=0) for i in range(2)]))
    two = drivers_of(*cities(model_of, SAME, OTHER))
    with pytest.raises(OptionError, match="did you mean 'previous'"):
        drift(two, "previuos")
    with pytest.raises(UsageError, match="no periods"):
        drift(two, "previous")
    with pytest.raises(OptionError, match="unknown correction"):
        drift(two, correction="none")
    apart = [
        model_of(key=(i,), names=(n,), importance=(0.1,), effect=(1,), performance=(5,)) for i, n in enumerate("ab")
    ]
    with pytest.raises(UsageError, match="no driver is in all groups"):
        drift(drivers_of(*apart))


def test_dumbbells_name_what_is_compared(drivers_of, model_of):
    axes = drift(drivers_of(*cities(model_of, SAME, OTHER))).plot()
    assert axes.get_yticklabels()[0].get_text() == "city 0 · wait"
    assert "(| city 1)" in axes.get_title(loc="left")
    assert {"▲ higher", "▼ lower", "inconclusive"} <= {t.get_text() for t in axes.texts}
