"""Published numbers, by their id in reference/worked_examples.md. TRAP: the wrong answer is not given."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.stats.intervals import mover_difference, wilson, z_value
from cxkit.stats.ranking import penalised_score

Z = 1.959963984540054


def nps(promoters: int, passives: int, detractors: int, **options) -> cx.Scores:
    return cx.nps(cx.Tally.from_counts({10: promoters, 8: passives, 3: detractors}), **options)


def standard_error(scores: cx.Scores, level: float = 0.95) -> float:
    """In points, from the width of a Wald interval."""
    assert scores.method == "wald"
    return (scores.high[0] - scores.low[0]) / (2 * z_value(level))


def frame_of(counts: dict[float, int], column: str) -> pd.DataFrame:
    return pd.DataFrame({column: [a for a, n in counts.items() for _ in range(n)]})


def test_N1_value_variance_and_error_from_shares():
    """Cross Validated 18603 (whuber): shares 1/2, 1/3, 1/6 of 324."""
    scores = nps(162, 108, 54, method="wald")
    assert scores.value == pytest.approx(100 / 3, rel=1e-14)
    assert scores.n == (324,)
    assert standard_error(scores) == pytest.approx(100 * math.sqrt(5 / 9 / 324), rel=1e-12)
    assert round(standard_error(scores) / 100, 4) == 0.0414


def test_N2_error_of_forty_less_thirty_percent():
    """displayr.com/statistical-testing-net-promoter-score."""
    scores = nps(200, 150, 150, method="wald")
    assert scores.value == pytest.approx(10, rel=1e-14)
    assert round(standard_error(scores), 4) == 3.7148


def test_N3_TRAP_the_two_shares_are_not_independent():
    wrong = 100 * math.sqrt(0.4 * 0.6 / 500 + 0.3 * 0.7 / 500)
    assert round(wrong, 3) == 3.0
    se = standard_error(nps(200, 150, 150, method="wald"))
    assert wrong / se - 1 == pytest.approx(-0.192, abs=5e-4)
    for method in ("adjusted-wald", "t", "bootstrap"):
        scores = nps(200, 150, 150, method=method)
        half = (scores.high[0] - scores.low[0]) / 2
        assert half > 1.18 * Z * wrong  # right: 1.238 times; wrong: 1


def test_N4_wald_that_crosses_the_end_is_kept_on_the_scale():
    """nps_stats `nps.ci(9, 2, 11)`: [0.180510, 1.092217] as it stands."""
    scores = nps(9, 0, 2, method="wald")
    assert scores.value == pytest.approx(63.6364, abs=5e-5)
    assert scores.low[0] == pytest.approx(18.0510, abs=5e-5)
    assert scores.high == (100.0,)
    raw = scores.value + Z * 23.2583
    assert raw == pytest.approx(109.2217, abs=5e-4)


def test_N5_adjusted_wald_of_nine_and_two():
    """Rocks 2016, adding 0.75, 1.5 and 0.75 answers."""
    scores = nps(9, 0, 2)
    assert scores.method == "adjusted-wald"
    assert scores.low[0] == pytest.approx(8.0008, abs=5e-5)
    assert scores.high[0] == pytest.approx(91.9992, abs=5e-5)
    assert (scores.low[0] + scores.high[0]) / 2 == pytest.approx(50, rel=1e-12)


def test_N9_TRAP_ninety_five_percent_uses_the_two_sided_quantile():
    scores = nps(61, 30, 16)
    assert (scores.low[0], scores.high[0]) == pytest.approx((27.0970, 54.7212), abs=5e-5)
    ninety = nps(61, 30, 16, level=0.90)
    assert (ninety.low[0], ninety.high[0]) == pytest.approx((29.3176, 52.5005), abs=1e-4)
    assert (scores.level, ninety.level) == (0.95, 0.90)
    assert "95%" in scores.explain("en")
    assert "90%" in ninety.explain("en")


def test_N10_TRAP_five_scores_make_minus_twenty():
    """The published article makes +20 of 10, 2, 7, 8, 6."""
    scores = cx.nps(pd.DataFrame({"answer": [10, 2, 7, 8, 6]}), score="answer")
    assert scores.value == pytest.approx(-20, abs=1e-12)
    assert [band.share[0] for band in scores.bands] == pytest.approx([40, 40, 20])
    assert scores.n == (5,)


@pytest.mark.parametrize(("n", "expected"), [(10, -0.596), (100, 34), (1000, 44.940)])
def test_N12_smart_rank(n, expected):
    """asknicely.zendesk.com "Smart Ranking": NPS - 160 / sqrt(n)."""
    assert penalised_score(50, n) == pytest.approx(expected, abs=6e-4)
    assert penalised_score(50, 4) is None
    assert penalised_score(50, 5) is not None


def test_N13_theme_impact_is_leave_one_out():
    """help.getthematic.com/article/32 and the Qualtrics custom metric: one quantity."""
    theme = cx.Tally.from_counts({10: 10, 8: 8, 3: 22})
    rest = cx.Tally.from_counts({10: 80, 8: 52, 3: 28})
    whole, without, only = cx.nps(theme + rest), cx.nps(rest), cx.nps(theme)
    assert whole.n == (200,)
    impact = whole.value - without.value
    assert impact == pytest.approx(-12.5, rel=1e-12)
    assert impact == pytest.approx(only.n[0] * (only.value - whole.value) / (200 - only.n[0]), rel=1e-12)


@pytest.mark.parametrize(("margin", "expected"), [(0.10, 382), (0.05, 1534), (0.03, 4266)])
def test_N15_sample_size(margin, expected):
    """measuringu.com/nps-ci-sample-size, worst case; and the interval then has that margin."""
    assert cx.net_sample_size(margin) == expected
    half = expected // 2
    scores = nps(half, 0, expected - half)
    assert (scores.high[0] - scores.low[0]) / 2 == pytest.approx(100 * margin, rel=5e-3)


def test_C1_top_two_of_five_at_delighted():
    """help.delighted.com/article/240: shown as 69."""
    counts = {5: 42, 4: 32, 3: 10, 2: 9, 1: 14}
    scores = cx.csat(cx.Tally.from_counts(counts))
    assert scores.value == pytest.approx(100 * 74 / 107, rel=1e-14)
    assert round(scores.value) == 69
    assert cx.csat(frame_of(counts, "sat"), score="sat").value == scores.value


def test_C2_wilson_of_74_in_107():
    """R prop.test(74, 107, correct = FALSE)."""
    scores = cx.csat(cx.Tally.from_counts({5: 42, 4: 32, 3: 10, 2: 9, 1: 14}))
    assert scores.method == "wilson"
    assert (scores.low[0], scores.high[0]) == pytest.approx((59.8715, 77.1183), abs=5e-5)


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
     (7, 10, 0.3968, 0.8922)],
)  # fmt: skip
def test_C5_wilson_as_newcombe_printed_it(yes, n, low, high):
    """Newcombe 1998, Statistics in Medicine 17, 857-872."""
    scores = cx.rate(cx.Tally.from_counts({1: yes, 0: n - yes}))
    assert (scores.low[0], scores.high[0]) == pytest.approx((100 * low, 100 * high), abs=5.1e-3)


def test_C6_difference_of_shares_by_newcombes_method_10():
    """Newcombe 1998, Statistics in Medicine 17, 873-890, Table II (a): 56/70 against 48/80."""
    first, second = 56 / 70, 48 / 80
    delta, low, high = mover_difference((first, *wilson(first, 70)), (second, *wilson(second, 80)))
    assert float(delta) == pytest.approx(0.2, abs=1e-12)
    assert (float(low), float(high)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_C6_is_the_change_that_a_trend_reports():
    days = pd.to_datetime(["2026-01-05"] * 80 + ["2026-02-05"] * 70)
    answers = [5] * 48 + [1] * 32 + [5] * 56 + [1] * 14
    trend = cx.Study(pd.DataFrame({"day": days, "sat": answers}), csat="sat", date="day").trend("csat")
    change = trend.change(1)
    assert change.delta == pytest.approx(20, abs=1e-9)
    assert (change.low, change.high) == pytest.approx((5.24, 33.39), abs=5e-3)
    assert trend.change(0) is None


def test_E1_mean_effort_of_a_thousand():
    """support.cys.group 3000095529."""
    counts = {1: 80, 2: 210, 3: 140, 4: 110, 5: 160, 6: 180, 7: 120}
    scores = cx.ces(cx.Tally.from_counts(counts))
    assert scores.value == pytest.approx(4.08, abs=1e-12)
    assert scores.n == (1000,)
    assert cx.ces(frame_of(counts, "ces")).value == pytest.approx(4.08, abs=1e-12)


def test_E4_effort_1_0_is_aligned_by_mirroring():
    """support.customergauge.com 5000755869: 6 - x, mean 2.1 becomes 3.9."""
    frame = frame_of({1: 4, 2: 3, 3: 2, 5: 1}, "effort")
    effort = cx.ces(frame, score="effort", version="1.0")
    assert effort.value == pytest.approx(2.1, abs=1e-12)
    assert effort.metric.better == "lower"
    assert effort.metric.scale == (1, 5)
    ease = cx.ces(frame, score="effort", version="2.0", scale=(5, 1))
    assert ease.value == pytest.approx(3.9, abs=1e-12)
    assert ease.metric.better == "higher"
    assert effort.metric.name != ease.metric.name


@pytest.mark.parametrize(("row", "expected"), [([3] * 10, 50.0), ([5, 1] * 5, 100.0), ([1, 5] * 5, 0.0)])
def test_L2_sus(row, expected):
    """Brooke's rule: odd items x - 1, even items 5 - x, sum times 2.5."""
    names = [f"q{i}" for i in range(1, 11)]
    scores = cx.sus(pd.DataFrame([row, row], columns=names), names)
    assert scores.value == expected
    assert scores.metric.bounds == (0, 100)


@pytest.mark.parametrize(
    ("row", "expected"),
    [([7, 7], 100.0), ([1, 1], 0.0), ([4, 4], 50.0), ([7, 1], 50.0)],
)
def test_L2_umux_lite(row, expected):
    scores = cx.umux_lite(pd.DataFrame([row], columns=["useful", "easy"]), ["useful", "easy"])
    assert scores.value == expected


# R survey's apistrat: 100, 50 and 50 schools, coded -1, 0 and 1. Its weights are 44.21, 20.36 and 15.10
# kept in single precision, which shows in the ninth digit of the published net.
STRATA = tuple(
    (float(np.float32(weight)), counts)
    for weight, counts in ((44.21, (31, 38, 31)), (20.36, (18, 23, 9)), (15.10, (19, 25, 6)))
)


def apistrat() -> cx.Tally:
    answers, n, weights = [], [], []
    for weight, counts in STRATA:
        answers += [0, 7, 10]
        n += counts
        weights += [weight] * 3
    pairs = list(zip(n, weights, strict=True))
    return cx.Tally.from_cells(
        (),
        [()] * 9,
        answers,
        n,
        [k * w for k, w in pairs],
        [k * w * w for k, w in pairs],
    )


def test_W1_kish_effective_base():
    scores = cx.nps(apistrat())
    assert scores.n == (200,)
    assert scores.n_eff[0] == pytest.approx(168.58, abs=5e-3)
    assert scores.n[0] / scores.n_eff[0] == pytest.approx(1.18637, abs=5e-6)


def test_W2_linearised_error_is_that_of_svymean():
    scores = cx.nps(apistrat(), method="wald")
    assert scores.value / 100 == pytest.approx(-0.0612754299, abs=1e-10)
    assert standard_error(scores) / 100 == pytest.approx(0.0601485557, abs=1e-10)


def test_W2_through_a_frame_of_rows():
    rows = []
    for weight, counts in STRATA:
        for answer, n in zip((0, 7, 10), counts, strict=True):
            rows += [(answer, weight)] * n
    frame = pd.DataFrame(rows, columns=["answer", "w"])
    scores = cx.nps(frame, score="answer", weight="w", method="wald")
    assert scores.value / 100 == pytest.approx(-0.0612754299, abs=1e-10)
    assert standard_error(scores) / 100 == pytest.approx(0.0601485557, abs=1e-10)


def test_W3_TRAP_neither_kish_nor_the_raw_base_makes_the_error():
    scores = cx.nps(apistrat(), method="wald")
    se = standard_error(scores) / 100
    assert abs(se - 0.0590823) > 1e-3  # Kish
    assert abs(se - 0.0542434) > 5e-3  # raw n
    # The default interval stands on the base that has this very error, not on n or n_eff.
    default = cx.nps(apistrat())
    half = (default.high[0] - default.low[0]) / 200
    assert half == pytest.approx(Z * se, rel=0.02)
    assert half > 1.005 * Z * 0.0590823


def test_boxes_of_a_weighted_share_use_the_same_error():
    scores = cx.box(apistrat(), "answer", boxes=(9, 10), scale=(0, 10), method="wald")
    tally = apistrat()
    w, w2, y = tally.w, tally.w2, (tally.answer >= 9).astype(float)
    mean = (w * y).sum() / w.sum()
    se = np.sqrt((w2 * (y - mean) ** 2).sum() / w.sum() ** 2 * 200 / 199)
    assert scores.value == pytest.approx(100 * mean, rel=1e-12)
    assert standard_error(scores) == pytest.approx(100 * se, rel=1e-10)
