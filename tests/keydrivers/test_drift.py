"""Does importance differ between groups or periods: shares, effects, and the size of the tests."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.readings.drift import drift
from cxkit.keydrivers.readings.equality import alike, all_equal
from cxkit.keydrivers.readings.sharedraws import centred_share_draws, share_draws, shares_of
from cxkit.stats.importance import importance

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
    assert (first.high - first.low) / 2 == pytest.approx(1.959964 * se, rel=0.03)
    assert (first.low + first.high) / 2 == pytest.approx(first.delta)
    assert first.verdict == "higher"


def test_intervals_and_verdicts_agree(drivers_of, model_of):
    found = drift(drivers_of(*cities(model_of, SAME, (0.15, 0.15, 0.09, 0.01), OTHER)), correction=None)
    assert {r.moved for r in found.rows} == {True, False}
    assert all(r.moved == (r.low > 0 or r.high < 0) for r in found.rows)


def test_groups_take_one_shape_of_error_and_keep_their_own_size():
    rng = np.random.default_rng(2)
    shape = (lambda a: a @ a.T)(rng.normal(size=(3, 3)))
    x = np.zeros(3)
    # The same shape already, errors 4 times as large per answer in the second: nothing changes.
    kept = alike([(x, shape / 100, 50.0), (x, 4 * shape / 900, 70.0)], [100, 900])
    assert kept[0][1] == pytest.approx(shape / 100)
    assert kept[1][1] == pytest.approx(4 * shape / 900)
    assert [b for _, _, b in kept] == [120.0, 120.0]
    # Of other shapes, the one of more answers counts more; one that is unknown stays unknown.
    lost = (x, np.full((3, 3), np.nan), 0.0)
    one, gone, other = alike([(x, shape / 100, 50.0), lost, (x, np.diag([1.0, 2, 3]) / 900, 70.0)], [100, 10, 900])
    ratio = one[1] / other[1]
    assert ratio == pytest.approx(np.full((3, 3), ratio[0, 0]))
    together = (100 * shape + 900 * np.diag([1.0, 2, 3])) / 1000
    assert other[1] / other[1][0, 0] == pytest.approx(together / together[0, 0])
    assert gone is lost


def test_resamples_add_noise_twice_and_once_is_taken_back(model_of):
    """Squares of noise: resamples lift a weak driver, and its share would seem half known."""
    model = model_of(importance=(0.010, 0.008, 0.006, 0.001), draws=4000)
    seen = np.asarray(model.importance)
    lifted = seen + 0.004 * np.random.default_rng(1).chisquare(1, (4000, 4))
    model = replace(model, draws=lifted)
    plain, centred = share_draws(model), centred_share_draws(model)
    assert abs(plain.mean(axis=0) - shares_of(model)).max() > 5
    assert abs(centred.mean(axis=0) - shares_of(model)).max() < 4
    assert (centred.std(axis=0) > plain.std(axis=0)).all()
    assert (centred >= 0).all()
    signed = replace(model, importance=np.array([0.3, 0.2, 0.1, -0.1]))
    assert (centred_share_draws(replace(signed, draws=signed.importance + lifted)) < 0).any()


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


def test_the_test_of_real_resamples_has_its_size(drivers_of, model_of):
    """150 times 4 groups of 240 rows, 6 drivers, one of no effect: LMG with a bootstrap of the rows."""
    rng = np.random.default_rng(8)
    effect = np.array([1.1, 0.7, 0.5, 0.4, 0.2, 0.0])
    names = tuple("abcdef")
    base = model_of(names=names, importance=(0.1,) * 6, effect=(1.0,) * 6, performance=(5.0,) * 6, draws=0, n=240)
    base = replace(base, draws=np.zeros((60, 6)))
    hits = 0
    for _ in range(150):
        models = []
        for g in range(4):
            x = 0.55 * rng.normal(size=(240, 1)) + 0.9 * rng.normal(size=(240, 6))
            rows = np.c_[x, x @ effect + 2 * rng.normal(size=240)]
            rows -= rows.mean(axis=0)
            weights = rng.multinomial(240, np.full(240, 1 / 240), size=100) / 240
            means = weights @ rows
            products = np.einsum("ni,nj->nij", rows, rows).reshape(240, -1)
            matrices = (weights @ products).reshape(-1, 7, 7) - means[:, :, None] * means[:, None, :]
            seen, draws = importance(rows.T @ rows / 240), importance(matrices)
            models.append(replace(base, key=(g,), importance=seen, draws=draws))
        hits += drift(drivers_of(*models)).overall.p <= 0.05
    assert hits / 150 <= 0.10


def test_the_others_are_said_in_good_french_and_periods_by_name(drivers_of, model_of):
    three = drift(drivers_of(*cities(model_of, SAME, OTHER, SAME)))
    assert "city 1 face aux autres : wait pèse moins" in three.explain("fr")
    assert "city 1 against the others: wait weighs less" in three.explain()
    models = [model_of(key=(q,), importance=w, seed=i, spread=0.006)
              for i, (q, w) in enumerate(zip(QUARTERS, (SAME, SAME, OTHER), strict=True))]  # fmt: skip
    grid = drift(drivers_of(*models, by=("period",), freq="Q")).grid("fr")
    assert grid.heads[0] == "Période"
    assert [cell.text for cell in grid.rows[0][:2]] == ["T2 2026", "T1 2026"]
    assert not any(cell.text.startswith("= ") for row in grid.rows for cell in row)


def test_what_is_not_listed_stands_in_the_table(drivers_of, model_of):
    sure = {"spread": 0.001}
    found = drift(drivers_of(*cities(model_of, SAME, OTHER, (0.05, 0.05, 0.15, 0.15), **sure)))
    assert len(found.moved) > 6
    for lang, said in (("en", "more differences: see the table."), ("fr", "autres écarts : voir le tableau.")):
        assert said in found.explain(lang)
        assert "to_frame" not in found.explain(lang)


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
