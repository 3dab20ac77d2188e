"""The rules behind the flags, against exact values and simulations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxkit.quality.labels import near, one_edit
from cxkit.quality.straight import expected_alike
from cxkit.quality.timing import unlikely_gap

SHARES = [0.05, 0.1, 0.2, 0.4, 0.25]


def test_expected_alike_is_the_agreement_for_two_items_and_the_product_without_excess():
    for agreement in (0.3, 0.5, 0.9, 1.0):
        assert expected_alike(SHARES, agreement, 2) == pytest.approx(agreement)
    assert expected_alike(SHARES, 0.0, 4) == pytest.approx(sum(p**4 for p in SHARES))
    assert expected_alike(SHARES, 1.0, 9) == 1.0
    assert expected_alike([1.0], 1.0, 5) == 1.0


def test_mosimann_1962_compound_multinomial_by_simulation():
    rng = np.random.default_rng(7)
    spread, items = 3.0, 5
    people = rng.dirichlet(spread * np.array(SHARES), 200_000)
    agreement = (people**2).sum(axis=1).mean()
    simulated = (people**items).sum(axis=1)
    error = simulated.std() / np.sqrt(len(simulated))
    assert expected_alike(SHARES, agreement, items) == pytest.approx(simulated.mean(), abs=5 * error)


def test_unlikely_gap_shows_in_one_survey_in_a_hundred():
    rng = np.random.default_rng(11)
    n, days = 300, 100
    times = np.sort(rng.random((4000, n)) * days, axis=1)
    above = (np.diff(times, axis=1).max(axis=1) > unlikely_gap(n, days)).mean()
    assert above == pytest.approx(0.01, abs=0.005)


@given(st.text("ab1", max_size=6), st.text("ab1", max_size=6))
def test_one_edit_against_damerau_distance(a, b):
    assert one_edit(a, b) == (_distance(a, b) == 1) == one_edit(b, a)


def _distance(a: str, b: str) -> int:
    """Damerau's distance with neighbours exchanged once, by the usual table."""
    table = np.zeros((len(a) + 1, len(b) + 1), int)
    table[:, 0], table[0, :] = range(len(a) + 1), range(len(b) + 1)
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = int(a[i - 1] != b[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return int(table[-1, -1])


def test_near_labels_need_a_rare_one_and_leave_numbers_alone():
    assert near({"smb": 1000, "sbm": 50, "retail": 900, "retial": 46}) == [("sbm", "smb")]
    assert near({"store 12": 1000, "store 13": 3, "q1": 900, "q2": 2, "a": 900, "b": 1}) == []
    assert near({"nord": 1000, "nrd": 3, "nordd": 2, "sud": 900}) == [("nordd", "nord"), ("nrd", "nord")]
