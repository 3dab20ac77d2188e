"""Drivers two by two: differences of share, how often they could be chance, and ranks in the resamples."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.readings.pairs import pairs
from cxkit.stats.multiplicity import adjusted


def test_p_and_interval_are_those_of_the_draws(drivers_of, model_of):
    model = model_of(draws=400)
    row = pairs(drivers_of(model), correction=None).rows[0]
    share = 100 * model.draws / model.draws.sum(axis=1, keepdims=True)
    draws = share[:, 0] - share[:, 1]
    delta = 100 * (0.16 - 0.14) / 0.40
    assert (row.driver, row.versus, row.delta) == ("wait", "welcome", pytest.approx(delta))
    assert row.p == (1 + sum(abs(d - delta) >= delta for d in draws)) / 401
    assert (row.low, row.high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=0.2)
    assert row.p == row.p_adjusted


def test_stepdown_equals_the_algorithm_written_out(drivers_of, model_of):
    """Romano & Wolf (2005), algorithm 4.1, one hypothesis after the other."""
    model = model_of(importance=(0.12, 0.11, 0.10, 0.09), spread=0.012, draws=300)
    found = pairs(drivers_of(model))
    share = 100 * model.draws / model.draws.sum(axis=1, keepdims=True)
    at = {n: i for i, n in enumerate(model.names)}
    draws = np.array([share[:, at[r.driver]] - share[:, at[r.versus]] for r in found.rows]).T
    delta = np.array([r.delta for r in found.rows])
    spread, left, floor, expected = draws.std(axis=0), list(range(6)), 0.0, {}
    while left:
        t = np.abs(delta[left]) / spread[left]
        first = left[int(np.argmax(t))]
        largest = (np.abs(draws[:, left] - delta[left]) / spread[left]).max(axis=1)
        floor = max(floor, (1 + (largest >= t.max()).sum()) / 301)
        expected[first] = floor
        left.remove(first)
    assert [r.p_adjusted for r in found.rows] == pytest.approx([expected[k] for k in range(6)])
    assert all(r.p_adjusted >= r.p for r in found.rows)


@pytest.mark.parametrize("correction", ["holm", "bh", "bonferroni"])
def test_other_corrections_are_those_of_the_family(drivers_of, correction):
    found = pairs(drivers_of(), correction=correction)
    assert [r.p_adjusted for r in found.rows] == adjusted([r.p for r in found.rows], correction).tolist()


def test_stepdown_reaches_its_floor_however_many_pairs(drivers_of, model_of):
    """190 pairs: Holm could not go below 190 / 1001."""
    names = tuple(f"d{i}" for i in range(20))
    model = model_of(
        names=names, importance=tuple(np.linspace(0.01, 1, 20)), effect=(1.0,) * 20, performance=(5.0,) * 20,
        spread=0.001,
    )  # fmt: skip
    drivers = drivers_of(model)
    assert all(r.apart for r in pairs(drivers).rows)
    assert min(r.p_adjusted for r in pairs(drivers).rows) == pytest.approx(1 / 1001)
    assert not any(r.apart for r in pairs(drivers, correction="holm").rows)


def test_ranks_are_shares_of_resamples(drivers_of, model_of):
    found = pairs(drivers_of(model_of(importance=(0.09, 0.14, 0.138, 0.01), spread=0.004)))
    frame = found.ranks_frame()
    assert list(frame.columns) == ["driver", "rank", "share"]
    assert frame.groupby("driver")["share"].sum().tolist() == pytest.approx([100] * 4, abs=1e-9)
    assert found.names[0] == ("welcome", "price", "wait", "app")
    assert 50 < found.ranks[0][0][0] < 90
    assert found.ranks[0][3][3] == 100
    assert found.tied_with_first() == ("price",)
    assert "It cannot be told apart from price" in found.explain()
    assert "Il ne se distingue pas de price" in found.explain("fr")


def test_equal_drivers_are_not_told_apart(drivers_of, model_of):
    model = model_of(importance=(0.1, 0.1, 0.1, 0.1))
    same = replace(model, draws=np.repeat(model.draws[:, :1], 4, axis=1))
    for m in (model, same):
        found = pairs(drivers_of(m))
        assert [r.p_adjusted for r in found.rows] == [1.0] * 6
        assert not any(r.apart for r in found.rows)


def test_groups_are_one_family(drivers_of, model_of):
    models = [model_of(key=(city,), seed=k, spread=0.006) for k, city in enumerate(("Lyon", "Paris"))]
    both = pairs(drivers_of(*models))
    assert both.size == 12
    alone = pairs(drivers_of(models[0]))
    assert all(b.p_adjusted >= a.p_adjusted - 0.01 for a, b in zip(alone.rows, both.of(0), strict=True))
    assert list(both.to_frame()["city"]) == ["Lyon"] * 6 + ["Paris"] * 6
    assert "Paris: wait ranks first" in both.explain()


def test_nothing_explained_is_said(drivers_of, model_of):
    nothing = replace(model_of(), importance=np.zeros(4), draws=np.zeros((1000, 4)))
    found = pairs(drivers_of(nothing))
    assert not any(r.apart for r in found.rows)
    assert "the drivers explain nothing" in found.explain()
    json.dumps(found.to_dict(), allow_nan=False)
    repr(found)
    found.plot.differences()


def test_bad_input_is_refused(drivers_of, model_of):
    with pytest.raises(UsageError, match="needs bootstrap draws"):
        pairs(drivers_of(model_of(draws=0)))
    with pytest.raises(UsageError, match="at least 50 draws"):
        pairs(drivers_of(model_of(draws=20)))
    with pytest.raises(OptionError, match="did you mean 'holm'"):
        pairs(drivers_of(), correction="hom")
    one = model_of(names=("wait",), importance=(0.1,), effect=(1.0,), performance=(5.0,))
    with pytest.raises(UsageError, match="one driver"):
        pairs(drivers_of(one))


def test_drawings(drivers_of):
    found = pairs(drivers_of())
    ranks = found.plot(lang="fr")
    assert [t.get_text() for t in ranks.get_yticklabels()] == ["wait", "welcome", "price", "app"]
    assert "rééchantillonnages" in ranks.get_title(loc="left")
    assert found.plot.differences().get_yticklabels()[0].get_text() == "wait – welcome"
