"""Hidden small groups cannot be worked out from what is shown: tried on random tables by two attackers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxkit.errors import UsageError
from cxkit.stats import relations as relations_module
from cxkit.stats.disclosure import protect, small_rests
from cxkit.stats.modular import PRIME, null_space, product, residues, row_reduced
from cxkit.stats.recovery import possible_range, recoverable, recoverable_pairs
from cxkit.stats.relations import nested, relations


def stacked(*tables):
    """Tables of group codes (-1 for none), numbered over all tables."""
    out, start = [], 0
    for codes in tables:
        held = codes >= 0
        known, at = np.unique(codes[held], return_inverse=True)
        row = np.full(len(codes), -1)
        row[held] = start + at
        out.append(row)
        start += len(known)
    return np.array(out)


def cells(rng, *sizes, mean):
    grid = np.indices(sizes).reshape(len(sizes), -1)
    weight = np.ones(grid.shape[1])
    for codes, size in zip(grid, sizes, strict=True):
        weight *= rng.gamma(1.0, 1.0, size)[codes]
    return list(grid), rng.poisson(mean * weight / weight.mean() * rng.gamma(2.0, 0.5, len(weight)))


def one_way(rng):
    (a, b, c), n = cells(rng, 6, 4, 8, mean=1.0)
    return stacked(a * 0, a, b, c), n


def two_way(rng):
    (a, b), n = cells(rng, 4, 5, mean=20)
    return stacked(a * 0, a, b, a * 5 + b), n


def three_way(rng):
    (a, b, c), n = cells(rng, 2, 3, 4, mean=20)
    return stacked(a * 0, a, b, c, a * 3 + b, a * 4 + c, b * 4 + c, a * 12 + b * 4 + c), n


def fan_out(rng):
    (s, r, p), n = cells(rng, 4, 3, 5, mean=4)
    return stacked(s * 0, s, r, p, s, s * 3 + r, s * 5 + p), n


def some_pages(rng):
    (s, r, p), n = cells(rng, 5, 3, 4, mean=4)
    paged = np.where(s < 3, s, -1)
    return stacked(s * 0, r, p, paged, np.where(paged < 0, -1, s * 3 + r)), n


SHAPES = [one_way, two_way, three_way, fan_out, some_pages]


def indicators(member, n, groups):
    member = member[:, n > 0]
    out = np.zeros((groups, member.shape[1]))
    for row in member:
        held = row >= 0
        out[row[held], np.flatnonzero(held)] = 1
    return out


def projected(member, n, hidden):
    """The second attacker: hidden groups that a floating-point projection leaves nothing of."""
    one = indicators(member, n, len(hidden))
    shown = one[~hidden & one.any(axis=1)]
    if not len(shown):
        return np.zeros(len(hidden), bool)
    _, size, basis = np.linalg.svd(shown, full_matrices=False)
    basis = basis[size > 1e-9]
    return hidden & (np.abs(one - one @ basis.T @ basis).max(axis=1) < 1e-7)


def bases(member, n):
    held = member >= 0
    return np.bincount(member[held], weights=np.broadcast_to(n, member.shape)[held], minlength=member.max() + 1)


@pytest.mark.parametrize("make", SHAPES)
def test_no_hidden_small_group_is_recovered_in_a_thousand_random_tables(make):
    rng = np.random.default_rng(20260105)
    small = naive = 0
    for _ in range(1000 // len(SHAPES)):
        member, n = make(rng)
        done = protect(member, n, 5)
        assert done.exact
        told = recoverable(member, n, done.hidden)
        assert (told == projected(member, n, done.hidden)).all()
        assert not told[done.small].any()
        small += done.small.sum()
        naive += recoverable(member, n, done.small)[done.small].sum()
    # Hiding by the threshold alone leaves much to find: the attackers do attack.
    assert 0.16 < naive / small < 0.99


@pytest.mark.parametrize("make", SHAPES)
def test_both_attackers_recover_the_same_groups_by_threshold_alone(make):
    rng = np.random.default_rng(7)
    for _ in range(20):
        member, n = make(rng)
        small = protect(member, n, 5).small
        assert (recoverable(member, n, small) == projected(member, n, small)).all()


@pytest.mark.parametrize("make", SHAPES)
def test_no_complementary_group_can_be_shown_again(make):
    """Each is needed: without it a small group, difference or rest is told."""
    rng = np.random.default_rng(3)
    for _ in range(15):
        member, n = make(rng)
        done = protect(member, n, 5)
        base = np.rint(bases(member, n)).astype(int)
        pairs = nested(member[:, n > 0], n[n > 0], base)
        for g in np.flatnonzero(done.complementary):
            less = done.hidden.copy()
            less[g] = False
            told = projected(member, n, less)
            gap = base[pairs.outer] - base[pairs.inner]
            known = ~less | told
            differ = (gap > 0) & (gap < 5) & (base[pairs.outer] >= 5) & known[pairs.outer] & known[pairs.inner]
            rests = small_rests(pairs, base, ~known, 5)
            assert told[done.small].any() or differ.any() or rests or _tells_a_rest(member, n, done, less)


def _tells_a_rest(member, n, done, less):
    """Whether a union of up to three hidden groups of one table, of few answers, is told now and was not."""
    one, base = indicators(member, n, len(less)), bases(member, n)
    for row in member:
        candidates = [g for g in np.unique(row[row >= 0]) if done.hidden[g] and base[g] > 0]
        for k in (1, 2, 3):
            for union in itertools.combinations(candidates, k):
                target = one[list(union)].sum(axis=0)
                if target @ n[n > 0] < 5 and _spans(one[~less], target) and not _spans(one[~done.hidden], target):
                    return True
    return False


def _spans(rows, target):
    answer = np.linalg.lstsq(rows.T, target, rcond=None)[0]
    return np.abs(rows.T @ answer - target).max() < 1e-7


@pytest.mark.parametrize("make", SHAPES)
def test_no_few_answers_are_left_to_hidden_groups_together(make):
    rng = np.random.default_rng(11)
    for _ in range(30):
        member, n = make(rng)
        done = protect(member, n, 5)
        base = np.rint(bases(member, n)).astype(int)
        told = projected(member, n, done.hidden)
        assert not small_rests(nested(member[:, n > 0], n[n > 0], base), base, done.hidden & ~told, 5)


@pytest.mark.parametrize("make", SHAPES)
def test_no_two_hidden_groups_with_few_answers_between_them_are_told(make):
    rng = np.random.default_rng(99)
    for _ in range(15):
        member, n = make(rng)
        done = protect(member, n, 5)
        one, base = indicators(member, n, len(done.hidden)), bases(member, n)
        told = {p for p in recoverable_pairs(member, n, done.hidden) if base[list(p)].sum() < 5}
        assert not told
        naive = recoverable_pairs(member, n, done.small)
        shown = one[~done.small & one.any(axis=1)]
        _, size, basis = np.linalg.svd(shown, full_matrices=False)
        basis = basis[size > 1e-9]
        left = one - one @ basis.T @ basis
        secret = [g for g in np.flatnonzero(done.small) if np.abs(left[g]).max() > 1e-7]
        found = [p for p in itertools.combinations(secret, 2) if np.abs(left[list(p)].sum(axis=0)).max() < 1e-7]
        assert found == sorted(naive)


@pytest.mark.parametrize("make", SHAPES)
def test_the_result_is_the_same_every_time_and_hides_no_empty_group(make):
    rng = np.random.default_rng(5)
    member, n = make(rng)
    first, again = protect(member, n, 5), protect(member, n, 5)
    assert (first.hidden == again.hidden).all()
    assert not first.hidden[bases(member, n) == 0].any()
    assert (first.small == ((bases(member, n) > 0) & (bases(member, n) < 5))).all()


def test_nothing_is_hidden_where_no_group_is_small():
    (a, b), _ = cells(np.random.default_rng(0), 3, 3, mean=9)
    assert not protect(stacked(a * 0, a, b, a * 3 + b), np.full(9, 5), 5).hidden.any()


def table(*n, min_n=5):
    codes = np.arange(len(n))
    return protect(stacked(codes * 0, codes), np.array(n), min_n).hidden.tolist()


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ((40, 9, 2), [False, False, True, True]),  # the next smallest goes with the only small one
        ((40, 12, 3, 2), [False, False, False, True, True]),  # two cover each other
        ((40, 12, 1, 2), [False, False, True, True, True]),  # but three answers between them are few
        ((3, 2), [False, True, True]),
        ((3, 1), [True, True, True]),  # the total is small too
        ((3,), [True, True]),
        ((40,), [False, False]),
        ((40, 0, 2, 9), [False, False, False, True, True]),  # an empty group is shown and covers nobody
    ],
)
def test_one_table_and_its_total(n, hidden):
    assert table(*n) == hidden


def test_no_answers_at_all():
    assert table(0, 0) == [False, False, False]
    done = protect(np.zeros((0, 0), int), np.zeros(0, int), 5)
    assert len(done.hidden) == 0


def test_a_minimum_of_one_hides_nothing():
    assert not any(table(1, 2, 3, min_n=1))


def test_answers_in_no_group_of_a_table_are_protected():
    """Total 103 less two pages of 60 and 40 would tell the 3 without a page."""
    member = np.array([[0, 0, 0], [1, 2, -1]])
    done = protect(member, np.array([60, 40, 3]), 5)
    assert not done.small.any()
    assert done.hidden.tolist() == [False, False, True]


def test_a_group_that_differs_from_another_by_few_answers():
    """Of two overlapping groups shown in two tables, one holds the other and three answers more."""
    member = np.array([[0, 0, 0, 0], [1, 1, 2, 2], [3, 4, 5, 5]])
    done = protect(member, np.array([20, 3, 30, 30]), 5)
    assert done.hidden[1] or done.hidden[3]
    assert done.small.tolist() == [False, False, False, False, True, False]


def test_the_same_group_in_two_tables_is_hidden_in_both():
    codes = np.arange(4)
    done = protect(stacked(codes * 0, codes, codes), np.array([2, 20, 30, 40]), 5)
    assert done.hidden.tolist() == [False] + [True, True, False, False] * 2


def test_too_many_groups_fall_back_to_each_table_and_say_so(monkeypatch):
    monkeypatch.setattr(relations_module, "LARGEST", -1)
    rng = np.random.default_rng(2)
    for make in (two_way, three_way, fan_out):
        member, n = make(rng)
        done = protect(member, n, 5)
        assert not done.exact
        assert (done.hidden >= done.small).all()
        base = np.rint(bases(member, n)).astype(int)
        assert not small_rests(nested(member[:, n > 0], n[n > 0], base), base, done.hidden, 5)


def test_relations_hold_in_every_cell_and_are_all_of_them():
    rng = np.random.default_rng(4)
    for make in SHAPES:
        member, n = make(rng)
        groups = member.max() + 1
        one = indicators(member, n, groups)
        held = one.any(axis=1)
        known = relations(member[:, n > 0], groups)
        assert not residues(known @ one).any()
        assert len(known) == held.sum() - np.linalg.matrix_rank(one)
        assert len(row_reduced(known)[1]) == len(known)


def test_elimination_against_numpy():
    rng = np.random.default_rng(8)
    left, right = rng.integers(0, 50, (70, 40)), rng.integers(0, 50, (40, 90))
    matrix = residues(left @ right)
    rows, pivots = row_reduced(matrix)
    assert len(pivots) == np.linalg.matrix_rank(left @ right) == 40
    assert (rows[:, pivots] == np.eye(40)).all()
    kernel = null_space(matrix)
    assert kernel.shape == (50, 90)
    assert not product(matrix, kernel.T).any()
    big = rng.integers(0, PRIME, (20, 100))
    assert (product(big * 1.0, big.T * 1.0) == (big.astype(object) @ big.T.astype(object)) % PRIME).all()


def test_ranges_hold_the_truth_and_shrink_to_it_where_a_group_is_recovered():
    rng = np.random.default_rng(6)
    for _ in range(6):
        member, n = two_way(rng)
        small = protect(member, n, 5).small
        told, asked = recoverable(member, n, small), np.flatnonzero(small)
        low, high = possible_range(member, n, small, asked)
        truth = bases(member, n)[asked]
        assert (low <= truth + 1e-6).all()
        assert (truth <= high + 1e-6).all()
        assert ((high - low < 1e-6) == told[asked]).all()


def test_a_total_that_is_hidden_bounds_nothing():
    low, high = possible_range(np.array([[0, 1]]), np.array([3, 9]), np.array([True, True]), np.array([0]))
    assert (low[0], high[0]) == (0, np.inf)


def test_counts_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="do not match"):
        protect(np.zeros((1, 3), int), np.zeros(2, int), 5)
    with pytest.raises(UsageError, match="min_n"):
        protect(np.zeros((1, 1), int), np.array([-1]), 5)
