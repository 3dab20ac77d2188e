"""Few answers: neither the score nor anything it could be computed from is on the page."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from cxkit.reports.brief import Brief


@pytest.fixture
def page(folder, said):
    """Everything that the page of these rows says, block by block, without a kernel."""

    def make(frame, roles, **parameters):
        folder(f'[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n{roles}[scale]\nnps = [0, 10]\n',
               survey=frame.to_csv(index=False))  # fmt: skip
        said.clear()
        made = Brief(**parameters)
        for block in (
            made.headline, made.tiles, made.trend, made.why, made.segments, made.distribution, made.method
        ):  # fmt: skip
            block()
        return "\n".join(text for _, text in said)

    return make


def rows(**groups):
    return pd.DataFrame([(a, g) for g, answers in groups.items() for a in answers], columns=["NPS", "Segment"])


BIG = [10] * 30 + [8] * 20 + [0] * 10  # +33.3


def test_a_small_total_is_not_shown(page):
    said = page(rows(a=[10, 10, 0]), "")
    assert "33.3" not in said
    assert "66" not in said  # nor the shares of its answers
    assert "fewer than 5" in said


def test_a_small_segment_is_hidden_with_the_next_smallest(page):
    said = page(rows(big=BIG * 3, middle=[10] * 7 + [0] * 6, tiny=[10, 10, 10]), 'by = "Segment"\n')
    assert "Hidden: middle, tiny" in said
    assert "+100.0" not in said
    assert "n = 3)" not in said
    assert "+7.7" not in said


def test_two_small_segments_hide_each_other(page):
    said = page(rows(big=BIG, other=[10] * 6 + [8] * 6, tiny=[10, 10, 10], small=[0, 0]), 'by = "Segment"\n')
    assert "Hidden: small, tiny" in said
    assert "+50.0" in said


def test_the_minimum_is_a_parameter(page):
    frame = rows(big=BIG, tiny=[10, 10, 10])
    assert "+100.0" in page(frame, 'by = "Segment"\n', min_n=3)
    assert "+100.0" not in page(frame, 'by = "Segment"\n', min_n=4)


def test_a_base_under_30_is_flagged(page):
    said = page(rows(big=BIG, thin=[10] * 12), 'by = "Segment"\n')
    assert "⚠" in said
    assert "base under 30" in said


def dated(**months):
    pairs = [
        (a, f"{m.replace('_', '-')[1:]}-{1 + i % 27:02}")
        for m, answers in months.items()
        for i, a in enumerate(answers)
    ]
    return pd.DataFrame(pairs, columns=["NPS", "Date"])


def test_a_small_last_month_is_not_shown(page):
    said = page(dated(m2026_01=BIG, m2026_02=BIG, m2026_03=BIG, m2026_04=[10, 10, 10]), 'date = "Date"\n')
    assert "April" not in re.sub(r"Answers from.*", "", said)
    assert "+100.0" not in said


def test_a_change_against_a_small_month_is_not_shown(page):
    said = page(dated(m2026_01=BIG, m2026_02=BIG, m2026_03=[10, 10, 10], m2026_04=BIG), 'date = "Date"\n')
    assert "March" not in said
    assert "−66.7" not in said  # April against March gives March away


def test_a_page_of_one_small_segment_says_no_score(page):
    said = page(rows(big=BIG, tiny=[10, 10, 10]), 'by = "Segment"\n', only={"Segment": "tiny"})
    assert "100.0" not in said


def test_several_tiny_groups_do_not_give_each_other_away():
    """Two groups of one answer each: the total less the others is both of them."""
    import cxkit as cx
    from cxkit.present.rows import suppressed

    counts = {"A": {9: 60, 3: 40}, "B": {10: 40, 2: 20}, "C": {0: 1}, "D": {0: 1}}
    hidden = suppressed(cx.nps(cx.Tally.from_counts(counts, by="seg")), 5)[1]
    bases = [sum(answers.values()) for answers in counts.values()]
    assert sum(bases[i] for i in hidden) >= 5
    assert len(hidden) == 3
