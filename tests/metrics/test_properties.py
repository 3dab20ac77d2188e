"""What must hold for every set of answers, whatever they are."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.metrics import score_tally
from cxkit.stats.intervals import adjusted_wald_net
from cxkit.tally import Tally

STABLE = settings(derandomize=True, deadline=None, max_examples=60)
BRIEF = settings(STABLE, max_examples=25)  # these go through a frame

answers = st.lists(st.integers(0, 10), min_size=1, max_size=40)
stars = st.lists(st.integers(1, 5), min_size=1, max_size=40)
weights = st.floats(0.05, 20, allow_nan=False)
weighed = st.lists(st.tuples(st.integers(0, 10), weights), min_size=1, max_size=30)
grouped = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 10)), min_size=1, max_size=40)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
NPS_METHODS = ("adjusted-wald", "wald", "t", "bootstrap")


def plain(values) -> Tally:
    return Tally.from_cells((), [()] * len(values), values, [1] * len(values))


def heavy(pairs) -> Tally:
    w = [w for _, w in pairs]
    return Tally.from_cells((), [()] * len(w), [a for a, _ in pairs], [1] * len(w), w, [x * x for x in w])


def row(scores: cx.Scores, i: int = 0) -> tuple[float, ...]:
    return scores.estimate[i], scores.low[i], scores.high[i], scores.n[i], scores.n_eff[i]


@BRIEF
@given(answers, st.randoms(use_true_random=False))
def test_order_of_answers_does_not_matter(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    options = {"score": "a", "scale": (0, 10)}
    assert row(cx.nps(pd.DataFrame({"a": values}), **options)) == row(
        cx.nps(pd.DataFrame({"a": shuffled}), **options),
    )


@STABLE
@given(answers, st.integers(2, 6))
def test_copies_leave_the_estimate_and_narrow_the_interval(values, k):
    one, many = cx.nps(plain(values), method="wald"), cx.nps(plain(values * k), method="wald")
    assert many.value == pytest.approx(one.value, abs=1e-9)
    assert many.n[0] == k * one.n[0]
    # Where all answers are alike the cautious margin stands in for Wald's: not comparable by sqrt(k).
    assert many.high[0] - many.low[0] <= one.high[0] - one.low[0] + 1e-9


@STABLE
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 5)), min_size=1, max_size=15))
def test_a_whole_weight_is_as_many_copies(pairs):
    copies = [a for a, k in pairs for _ in range(k)]
    assert cx.nps(heavy(pairs)).value == pytest.approx(cx.nps(plain(copies)).value, abs=1e-9)
    assert cx.nps(heavy(pairs)).n == (len(pairs),)


@STABLE
@given(weighed, st.floats(0.01, 100))
def test_only_the_ratio_of_weights_matters(pairs, factor):
    a, b = cx.nps(heavy(pairs)), cx.nps(heavy([(x, w * factor) for x, w in pairs]))
    assert row(b) == pytest.approx(row(a), rel=1e-7, abs=1e-7)


@STABLE
@given(answers)
def test_equal_weights_are_no_weights(values):
    a, b = cx.nps(plain(values)), cx.nps(heavy([(x, 2.5) for x in values]))
    assert b.value == pytest.approx(a.value, abs=1e-9)
    assert b.n == a.n
    assert b.n_eff == pytest.approx(a.n_eff)


@STABLE
@given(grouped)
def test_groups_sum_to_the_total(pairs):
    tally = Tally.from_cells(("g",), [(g,) for g, _ in pairs], [a for _, a in pairs], [1] * len(pairs))
    parts, whole = cx.nps(tally), cx.nps(tally.rollup())
    assert sum(parts.n) == whole.n[0]
    total = sum(e * n for e, n in zip(parts.estimate, parts.n, strict=True)) / whole.n[0]
    assert total == pytest.approx(whole.value, abs=1e-9)


@BRIEF
@given(grouped)
def test_rollup_of_groups_is_the_ungrouped_result(pairs):
    frame = pd.DataFrame(pairs, columns=["g", "a"])
    study = cx.Study(frame, nps="a", scale={"nps": (0, 10)}, guess=False)
    by = study.nps(by="g")
    assert row(cx.nps(by.tally.rollup())) == row(study.nps())


@BRIEF
@given(grouped)
def test_filter_is_the_row_of_its_group(pairs):
    frame = pd.DataFrame(pairs, columns=["g", "a"])
    study = cx.Study(frame, nps="a", scale={"nps": (0, 10)}, guess=False)
    by = study.nps(by="g")
    for i, (group,) in enumerate(by.keys):
        assert row(study.filter(g=group).nps()) == row(by, i)


@STABLE
@given(
    st.lists(st.sampled_from([0, 3, 6, 7, 8, 9, 10]), min_size=1, max_size=40),
    st.sampled_from(NPS_METHODS[:3]),
)
def test_reflection_turns_the_score_around(values, method):
    swap = {0: 10, 3: 10, 6: 9, 7: 8, 8: 7, 9: 6, 10: 3}
    a, b = cx.nps(plain(values), method=method), cx.nps(plain([swap[x] for x in values]), method=method)
    assert b.value == pytest.approx(-a.value, abs=1e-9)
    assert (b.low[0], b.high[0]) == pytest.approx((-a.high[0], -a.low[0]), abs=1e-9)


@BRIEF
@given(weighed, st.integers(0, 10))
def test_a_row_without_weight_changes_nothing_but_what_is_left_out(pairs, answer):
    frame = pd.DataFrame(pairs, columns=["a", "w"])
    more = pd.concat([frame, pd.DataFrame({"a": [answer, answer], "w": [0.0, None]})], ignore_index=True)
    a, b = (cx.nps(f, score="a", weight="w", scale=(0, 10)) for f in (frame, more))
    assert row(a) == row(b)
    assert (a.info.left_out, b.info.left_out) == (0, 2)
    assert a.bands == b.bands


@BRIEF
@given(answers)
def test_a_scale_shifted_by_one_is_the_same_score(values):
    shifted = cx.nps(pd.DataFrame({"a": [v + 1 for v in values]}), score="a", scale=(1, 11))
    assert row(shifted) == row(cx.nps(plain(values)))


@BRIEF
@given(answers)
def test_a_scale_reversed_is_the_same_score(values):
    mirrored = cx.nps(pd.DataFrame({"a": [10 - v for v in values]}), score="a", scale=(10, 0))
    assert row(mirrored) == row(cx.nps(plain(values)))


@STABLE
@given(weighed, st.sampled_from(NPS_METHODS), levels, st.booleans())
def test_score_and_interval_stay_on_the_scale(pairs, method, level, weighted):
    tally = heavy(pairs) if weighted else plain([a for a, _ in pairs])
    scores = cx.nps(tally, method=method, level=level)
    for x in (scores.value, scores.low[0], scores.high[0]):
        assert -100 <= x <= 100
    assert scores.low[0] <= scores.high[0]


@STABLE
@given(stars, st.sampled_from(("wilson", "wald", "t", "bootstrap")), levels)
def test_box_scores_and_their_intervals_stay_on_0_to_100(values, method, level):
    scores = cx.csat(plain(values), method=method, level=level)
    assert 0 <= scores.low[0] <= scores.high[0] <= 100
    assert 0 <= scores.value <= 100


@STABLE
@given(weighed, st.sampled_from(("wald", "t")), levels, st.booleans())
def test_wald_and_t_hold_their_estimate(pairs, method, level, weighted):
    tally = heavy(pairs) if weighted else plain([a for a, _ in pairs])
    scores = cx.nps(tally, method=method, level=level)
    assert scores.low[0] - 1e-9 <= scores.value <= scores.high[0] + 1e-9


@STABLE
@given(weighed, levels, st.booleans())
def test_wilson_holds_its_estimate(pairs, level, weighted):
    tally = heavy(pairs) if weighted else plain([a for a, _ in pairs])
    scores = cx.box(tally, "a", boxes=(9, 10), scale=(0, 10), level=level)
    assert scores.low[0] - 1e-9 <= scores.value <= scores.high[0] + 1e-9


PROFILES = [(p, n - p - d, d) for n in range(1, 21) for p in range(n + 1) for d in range(n + 1 - p)]


def test_adjusted_wald_as_published_misses_a_single_promoter():
    """It is centred between the estimate and 0, so this is a question of fact: every profile up to n = 20.

    At 95 % only a lone promoter (or detractor) lies outside its own interval, by 1.5 points;
    at 50 % many profiles do, because the centre has moved further than the margin reaches.
    """

    def outside(level: float) -> list[tuple[int, int, int]]:
        found = []
        for p, m, d in PROFILES:
            n = p + m + d
            low, high = adjusted_wald_net(p / n, d / n, n, level)
            if not low - 1e-9 <= (p - d) / n <= high + 1e-9:
                found.append((p, m, d))
        return found

    assert outside(0.95) == [(0, 0, 1), (1, 0, 0)]
    assert len(outside(0.5)) > 20


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_what_is_shown_always_holds_its_estimate(level):
    for p, m, d in PROFILES:
        scores = cx.nps(Tally.from_counts({10: p, 8: m, 0: d}), level=level)
        assert scores.low[0] <= scores.value <= scores.high[0], (p, m, d)


@STABLE
@given(answers, st.sampled_from(NPS_METHODS[:3]))
def test_a_higher_level_is_a_wider_interval(values, method):
    spans = []
    for level in (0.5, 0.8, 0.95, 0.99):
        scores = cx.nps(plain(values), method=method, level=level)
        spans.append((scores.low[0], scores.high[0]))
    for inner, outer in itertools.pairwise(spans):
        assert outer[0] <= inner[0] + 1e-9
        assert outer[1] >= inner[1] - 1e-9


@STABLE
@given(stars, st.lists(st.integers(1, 5), unique=True, min_size=1, max_size=4))
def test_boxes_of_a_partition_sum_to_100(values, chosen):
    rest = sorted(set(range(1, 6)) - set(chosen))
    tally = plain(values)
    first = cx.box(tally, "a", boxes=chosen, scale=(1, 5))
    second = cx.box(tally, "a", boxes=rest, scale=(1, 5))
    assert first.value + second.value == pytest.approx(100, abs=1e-9)
    assert first.low[0] + second.high[0] == pytest.approx(100, abs=1e-9)
    singles = [cx.box(tally, "a", boxes=(b,), scale=(1, 5)).value for b in range(1, 6)]
    assert math.fsum(singles) == pytest.approx(100, abs=1e-9)


@BRIEF
@given(stars)
def test_the_index_is_the_mean_moved_to_0_100(values):
    frame = pd.DataFrame({"a": values})
    mean, index = cx.mean(frame, "a", scale=(1, 5)), cx.index(frame, "a", scale=(1, 5))
    for m, i in zip(
        (mean.value, mean.low[0], mean.high[0]),
        (index.value, index.low[0], index.high[0]),
        strict=True,
    ):
        assert i == pytest.approx(100 * (m - 1) / 4, abs=1e-9)


@STABLE
@given(weighed)
def test_bands_are_the_score(pairs):
    """Promoters less detractors; and the three shares are everybody."""
    scores = cx.nps(heavy(pairs))
    detractors, passives, promoters = (band.share[0] for band in scores.bands)
    assert promoters - detractors == pytest.approx(scores.value, abs=1e-9)
    assert detractors + passives + promoters == pytest.approx(100, abs=1e-9)


@STABLE
@given(answers)
def test_the_bootstrap_repeats_itself(values):
    assert cx.nps(plain(values), method="bootstrap") == cx.nps(plain(values), method="bootstrap")


@STABLE
@given(
    st.lists(st.tuples(st.just(10), weights), min_size=1, max_size=20),
    st.sampled_from(NPS_METHODS),
    st.booleans(),
)
def test_weighted_answers_that_are_all_alike_are_still_uncertain(pairs, method, negative):
    """Rounding in a weighted mean must neither leave the scale nor pass for a spread that was seen."""
    pairs = [(0 if negative else 10, w) for _, w in pairs]
    scores = cx.nps(heavy(pairs), method=method)
    assert scores.value == pytest.approx(-100 if negative else 100, abs=1e-9)
    assert abs(scores.value) <= 100
    equal = cx.nps(plain([a for a, _ in pairs]), method=method)
    # Unequal weights never tell more than the same answers would with equal ones.
    assert scores.high[0] - scores.low[0] >= equal.high[0] - equal.low[0] - 1e-6


@STABLE
@given(st.lists(st.tuples(st.just(4), weights), min_size=2, max_size=20))
def test_a_weighted_mean_of_equal_answers_has_the_cautious_margin(pairs):
    scores = cx.ces(heavy(pairs))
    assert scores.high[0] - scores.low[0] > 0.05
    assert scores.n_eff[0] <= scores.n[0] + 1e-9


@STABLE
@given(stars, stars)
def test_a_new_metric_gets_the_same_treatment_as_nps(first, second):
    twin = cx.linear_metric(
        "twin", on="nps", scale=(0, 10), points={range(7): -100, (7, 8): 0, (9, 10): 100}, bands=None
    )
    tally = plain([*first, *(2 * x for x in second)])
    a, b = score_tally(twin, tally), cx.nps(tally)
    assert row(a) == row(b)
    assert a.method == b.method


@settings(STABLE, max_examples=6)
@given(answers)
def test_a_function_metric_is_its_function(values):
    @cx.metric("top", on="nps", scale=(0, 10), bounds=(0, 1))
    def top(tally):
        return tally.share(lambda a: a >= 9)

    scores = score_tally(top, plain(values))
    assert scores.value == pytest.approx(sum(v >= 9 for v in values) / len(values))
    assert 0 <= scores.low[0] <= scores.high[0] <= 1
    assume(len({v >= 9 for v in values}) == 2)
    assert scores.low[0] <= scores.value <= scores.high[0]
