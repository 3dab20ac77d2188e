"""What a base can show: published sample sizes, identities, and power by simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from cxkit.errors import OptionError
from cxkit.stats.power import (
    achieved_power,
    base_for_difference,
    base_for_margin,
    base_for_shares,
    detectable,
    finite_base,
    times_needed,
)


def test_detectable_is_elementwise_with_a_level_for_each():
    se, p = np.array([1.0, 2.0, np.nan]), np.array([0.05, 0.01, 0.05])
    expected = [(stats.norm.isf(q / 2) + stats.norm.isf(0.2)) * s for s, q in zip(se[:2], p[:2], strict=True)]
    found = detectable(se, p)
    assert found[:2] == pytest.approx(expected)
    assert math.isnan(found[2])


def test_times_needed_undoes_detectable():
    delta, se = np.array([3.0, -0.7, 12.0]), np.array([2.0, 1.0, 0.5])
    times = times_needed(delta, se, power=0.9)
    assert detectable(se / np.sqrt(times), power=0.9) == pytest.approx(np.abs(delta))


def test_times_needed_has_no_answer_for_no_difference_or_an_unknown_error():
    assert np.isnan(times_needed([0.0, 1.0, np.nan, 1e-320], [1.0, np.nan, 1.0, 1.0])).all()


def test_detected_with_the_power_that_was_asked_for():
    assert achieved_power(detectable(1.7, 0.01, 0.9), 1.7, 0.01) == pytest.approx(0.9, abs=1e-4)


@pytest.mark.parametrize(("margin", "expected"), [(0.10, 382), (0.05, 1534), (0.03, 4266)])
def test_n15_margin_of_a_net_score(margin, expected):
    assert math.ceil(base_for_margin(1.0, margin, added=3)) == expected


def test_x4_ten_against_twelve_percent():
    assert math.ceil(base_for_shares(0.10, 0.12)) == 3841


def test_shares_agree_with_a_second_implementation():
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import power_proportions_2indep

    n = base_for_shares(0.30, 0.36, 0.05, 0.8)
    found = power_proportions_2indep(0.06, 0.30, n, return_results=False)
    assert found == pytest.approx(0.8, abs=5e-4)
    each = base_for_difference(1.0, 1.0, 0.2, 0.05, 0.8)
    assert NormalIndPower().power(0.2, each, 0.05) == pytest.approx(0.8, abs=1e-6)


def test_a_whole_population_needs_no_more_than_itself():
    assert finite_base(1e9, 500) == pytest.approx(500, rel=1e-5)
    assert finite_base(400, None) == 400


@pytest.mark.parametrize(
    "call",
    [
        lambda: detectable(1, 0), lambda: detectable(1, 0.05, 1.2), lambda: detectable(-1),
        lambda: detectable(1, power=True), lambda: base_for_shares(0.2, 0.2),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call):
    with pytest.raises(OptionError):
        call()
