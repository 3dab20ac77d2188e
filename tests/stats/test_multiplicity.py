"""Corrections for many tests against published numbers, statsmodels and their own algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from cxkit.errors import OptionError
from cxkit.stats.multiplicity import CORRECTIONS, adjusted, critical, expected_false

STABLE = settings(derandomize=True, deadline=None, max_examples=100)
FAMILY = st.lists(st.floats(0, 1), min_size=1, max_size=40)
THEIRS = {"bh": "fdr_bh", "holm": "holm", "bonferroni": "bonferroni"}

# Benjamini & Hochberg (1995), section 3.2: thrombolysis with rt-PA and APSAC.
T1 = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0]  # fmt: skip


@pytest.mark.parametrize(("method", "flags"), [(None, 9), ("bonferroni", 3), ("holm", 3), ("bh", 4)])
def test_t1_benjamini_hochberg_1995(method, flags):
    assert int((adjusted(T1, method) <= 0.05).sum()) == flags


def test_t1_critical_values_of_benjamini_hochberg_1995():
    """Page 295: p(4) = .0095 <= 4/15 x .05 = .013 is the first to satisfy the constraint."""
    assert critical(T1, "bh") == pytest.approx(4 / 15 * 0.05)
    assert critical(T1, "bonferroni") == pytest.approx(0.05 / 15)
    assert critical(T1, "holm") == pytest.approx(0.05 / 12)
    assert critical(T1, None) == 0.05


@STABLE
@given(FAMILY, st.sampled_from(CORRECTIONS))
def test_statsmodels_finds_the_same(p, method):
    theirs = multipletests(p, method=THEIRS[method])[1]
    assert adjusted(p, method) == pytest.approx(theirs, rel=1e-9, abs=1e-15)


@STABLE
@given(FAMILY, st.sampled_from(CORRECTIONS), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_is_kept(p, method, random):
    order = list(range(len(p)))
    random.shuffle(order)
    found = adjusted(p, method)
    assert adjusted(np.array(p)[order], method) == pytest.approx(found[order], rel=1e-12)
    by_p = found[np.argsort(p, kind="stable")]
    assert (np.diff(by_p) >= 0).all()


@STABLE
@given(FAMILY)
def test_each_correction_is_at_least_as_strict_as_the_one_before(p):
    bh, holm, bonferroni = (adjusted(p, m) for m in CORRECTIONS)
    slack = 1e-12
    assert (np.asarray(p) <= bh + slack).all()
    assert (bh <= holm + slack).all()
    assert (holm <= bonferroni + slack).all()
    assert (bonferroni <= 1).all()


@STABLE
@given(FAMILY, st.sampled_from([*CORRECTIONS, None]), st.sampled_from([0.01, 0.05, 0.2]))
def test_the_critical_value_splits_the_family(p, method, level):
    """Flagged and not above, or above and not flagged; equality to rounding is left aside."""
    bar, found = critical(p, method, level), adjusted(p, method)
    clear = np.abs(np.asarray(p) - bar) > 1e-12
    assert ((np.asarray(p) <= bar) == (found <= level))[clear].all()


@pytest.mark.parametrize("method", [*CORRECTIONS, None])
def test_a_test_that_was_not_made_is_not_counted(method):
    made = np.array([0.001, 0.02, 0.9])
    with_gap = adjusted([0.001, np.nan, 0.02, 0.9], method)
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2, 3]] == pytest.approx(adjusted(made, method))
    assert critical([0.001, np.nan, 0.02, 0.9], method) == critical(made, method)


@pytest.mark.parametrize("method", [*CORRECTIONS, None])
def test_families_of_none_and_of_one(method):
    assert adjusted([], method).shape == (0,)
    assert np.isnan(adjusted([np.nan, np.nan], method)).all()
    assert critical([np.nan], method) == 0.05
    assert adjusted([0.03], method).tolist() == [0.03]
    assert critical([0.03], method) == critical([0.3], method) == 0.05


def test_the_shape_and_the_input_are_left_alone():
    p = np.array([[0.01, 0.2], [0.03, 1.0]])
    before = p.copy()
    assert adjusted(p, "bh").shape == (2, 2)
    assert (p == before).all()
    assert adjusted(p, "bh").ravel() == pytest.approx(adjusted(p.ravel(), "bh"))


def test_flags_that_chance_raises():
    assert expected_false(120) == 6
    assert expected_false(0) == 0
    assert expected_false(10, 0.1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: adjusted([0.1], "holms"), "did you mean 'holm'"),
        (lambda: adjusted([0.1], "fdr"), "Corrections: None, bh"),
        (lambda: critical([0.1], "BH!"), "did you mean 'bh'"),
        (lambda: adjusted([0.1, 1.2]), "1.2"),
        (lambda: critical([0.1], "bh", 95), "level is 95"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(OptionError) as caught:
        call()
    assert said in str(caught.value)
