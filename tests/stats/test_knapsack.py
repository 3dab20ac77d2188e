"""The best choice under a budget, against an integer programme."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from cxkit.stats.knapsack import best_choices, choices, codes, frontier


@pytest.mark.parametrize("seed", range(8))
def test_an_integer_programme_finds_the_same_value(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 12))
    cost, value, budget = rng.uniform(1, 10, n), rng.normal(2, 5, n), float(rng.uniform(5, 30))
    pairs = [(0, 1), (1, 2)]
    chosen, total = choices(cost, pairs)
    best = (chosen @ value)[total <= budget].max()
    rows = [cost, *(np.eye(n)[a] + np.eye(n)[b] for a, b in pairs)]
    programme = milp(
        -value,
        constraints=LinearConstraint(np.array(rows), ub=[budget, 1, 1]),
        bounds=Bounds(0, 1),
        integrality=np.ones(n),
    )
    assert best == pytest.approx(-programme.fun, abs=1e-6)


def test_the_frontier_has_no_choice_that_a_cheaper_one_beats():
    rng = np.random.default_rng(0)
    chosen, total = choices(rng.uniform(1, 9, 8))
    value = chosen @ rng.normal(1, 3, 8)
    rows = frontier(total, value)
    assert (np.diff(total[rows]) > 0).all()
    assert (np.diff(value[rows]) > 0).all()
    for row in range(len(total)):
        assert value[row] <= value[rows[total[rows] <= total[row]]].max() + 1e-12


def test_each_draw_has_its_own_best_choice():
    chosen, _ = choices([1, 1], [(0, 1)])
    rows, draws = best_choices(chosen, [[1, 2], [3, 2], [-1, -1]])
    assert draws == 3
    assert chosen[rows].tolist() == [[False, True], [True, False], [False, False]]


def test_where_there_are_many_choices_fewer_draws_are_looked_at():
    chosen, _ = choices([1, 1, 1])
    assert best_choices(chosen, np.ones((100, 3)), most=80)[1] == 10


def test_too_many_things_are_refused():
    with pytest.raises(ValueError, match="too many"):
        choices(np.ones(21))


def test_equal_costs_take_the_smaller_choice_first():
    chosen, total = choices([0.0, 2.0])
    assert chosen.sum(axis=1).tolist() == [0, 1, 1, 2]
    assert total.tolist() == [0, 0, 2, 2]


def test_things_that_are_worth_something_else_together_are_valued_by_the_set():
    chosen, _ = choices([1, 1, 1])
    # The first and the last bring 5 each, and together no more than one; the one between brings 1 in the second draw.
    table = np.array([[0.0, 0], [5, 5], [5, 5], [5, 5]])
    rows, draws = best_choices(chosen, [[9, -1, 9], [9, 1, 9]], joint=[((0, 2), table)])
    assert draws == 2
    assert chosen[rows].tolist() == [[True, False, False], [True, True, False]]
    assert codes(chosen, (0, 2)).max() == 3
