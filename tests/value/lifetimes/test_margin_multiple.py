"""The margin multiple: four conventions, none of them by accident."""

from __future__ import annotations

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.value.lifetimes import margin_multiple
from cxkit.value.lifetimes.timing import TIMINGS, multiple


def test_v1_retention_80_discount_10():
    assert margin_multiple(0.8, 0.10, timing="end") == pytest.approx(2.667, abs=5e-4)


@pytest.mark.parametrize(
    ("timing", "value"), [("end", 266.67), ("end_all", 333.33), ("start", 366.67), ("undiscounted", 500.0)]
)
def test_v2_trap_four_formulas_for_the_same_inputs(timing, value):
    assert 100 * margin_multiple(0.8, 0.10, timing=timing) == pytest.approx(value, abs=0.005)


def test_v2_trap_the_timing_must_be_said():
    with pytest.raises(OptionError, match="when is a margin paid") as caught:
        margin_multiple(0.8, 0.10)
    assert all(name in str(caught.value) for name in TIMINGS)


@pytest.mark.parametrize("timing", TIMINGS)
def test_a_multiple_is_the_sum_of_what_is_paid(timing):
    r, d, t = 0.8, 0.1, np.arange(400)
    paid = {
        "end": r ** (t + 1) / (1 + d) ** (t + 1),
        "end_all": r**t / (1 + d) ** (t + 1),
        "start": r**t / (1 + d) ** t,
        "undiscounted": r**t,
    }[timing]
    assert margin_multiple(r, d, timing) == pytest.approx(paid.sum())
    assert multiple(r, d, timing, 5) == pytest.approx(paid[:5].sum())


def test_a_limited_horizon_takes_a_retention_of_one():
    assert multiple(1.0, 0.0, "start", 7) == pytest.approx(7)
    assert multiple(1.0, 0.1, "end", 2) == pytest.approx(1 / 1.1 + 1 / 1.21)


def test_arrays_keep_their_shape():
    found = margin_multiple(np.array([0.7, 0.8]), 0.1, timing="end")
    assert isinstance(found, np.ndarray)
    assert found == pytest.approx([1.75, 8 / 3])
    assert isinstance(margin_multiple(0.8, timing="undiscounted"), float)


@pytest.mark.parametrize(
    ("retention", "discount", "timing", "said"),
    [
        (0.8, 10, "end", "discount=0.1 for 10 %"),
        (0.8, 1.0, "end", "discount="),
        (0.8, -0.1, "end", "0 or more"),
        (0.8, "ten", "end", "discount=.10"),
        (0.8, None, "end", "undiscounted"),
        (1.0, 0.1, "end", "horizon"),
        (80, 0.1, "end", "a share below 1"),
        (-0.1, 0.1, "end", "a share"),
        (float("nan"), 0.1, "end", "a share"),
        (0.8, 0.1, "ends", "did you mean 'end'"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_fix(retention, discount, timing, said):
    with pytest.raises(OptionError) as caught:
        margin_multiple(retention, discount, timing)
    assert said in str(caught.value)
