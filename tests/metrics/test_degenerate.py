"""Input at the edge: never inf, NaN only without answers or bounds, never off the scale, always a word."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

import cxkit as cx
from cxkit.metrics import score_tally
from cxkit.tally import Tally

METHODS = ("adjusted-wald", "wald", "t", "bootstrap")


def cells(answers: list[float], weights: list[float] | None = None) -> Tally:
    n = len(answers)
    squares = None if weights is None else [w * w for w in weights]
    return Tally.from_cells((), [()] * n, answers, [1] * n, weights, squares)


def nothing() -> Tally:
    return Tally.from_cells((), [()], [None], [4])


TALLIES = {
    "one answer": cells([10]),
    "one passive": cells([8]),
    "two unlike": cells([10, 0]),
    "all promoters": cells([10] * 40),
    "all detractors": cells([0] * 3),
    "one class of several answers": cells([7, 8, 7, 8]),
    "one weighted": cells([9], [3.3]),
    "all promoters weighted": cells([10] * 5, [0.1, 0.2, 0.3, 0.7, 0.11]),
    "huge weights": cells([10, 0, 8], [1e100, 2e100, 3e100]),
    "huge and tiny weights": cells([10, 0, 8, 9], [1e12, 1e-12, 1.0, 1e-300]),
    "tiny weights": cells([10, 0, 8], [1e-100, 2e-100, 1e-100]),
    "one weight rules": cells([10, 0, 0, 0], [1e9, 1.0, 1.0, 1.0]),
}


def check(scores: cx.Scores) -> None:
    assert len(scores) == 1
    low, high = scores.metric.bounds or (-math.inf, math.inf)
    for x in (scores.value, scores.low[0], scores.high[0]):
        assert math.isfinite(x), scores
        assert low <= x <= high
    assert scores.low[0] - 1e-9 <= scores.value <= scores.high[0] + 1e-9
    assert 0 < scores.n_eff[0] <= scores.n[0] * (1 + 1e-9)
    shown(scores)


def shown(scores: cx.Scores) -> None:
    """Every way of showing it works, and none says nan or inf."""
    texts = [scores.explain("en"), scores.explain("fr"), repr(scores), scores._repr_html_()]
    texts.append(json.dumps(scores.to_dict(), allow_nan=False))
    for text in texts:
        assert text
        assert "nan" not in text.lower().replace("maintenant", "")
        assert "inf" not in text.lower().replace("inférieure", "").replace("info", "")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", TALLIES)
def test_nps_at_the_edge(name, method):
    check(cx.nps(TALLIES[name], method=method))


@pytest.mark.parametrize("method", ["wilson", "wald", "t", "bootstrap"])
@pytest.mark.parametrize("name", TALLIES)
def test_box_scores_at_the_edge(name, method):
    check(cx.box(TALLIES[name], "a", boxes=(9, 10), scale=(0, 10), method=method))


@pytest.mark.parametrize("method", ["t", "wald", "bootstrap"])
@pytest.mark.parametrize("name", TALLIES)
def test_bounded_means_at_the_edge(name, method):
    check(cx.mean(TALLIES[name], "a", scale=(0, 10), method=method))
    check(cx.index(TALLIES[name], "a", scale=(0, 10), method=method))


@pytest.mark.parametrize("metric", ["nps", "box", "mean"])
@pytest.mark.parametrize("method", ["wald", "t", "bootstrap"])
@pytest.mark.parametrize("answer", [0, 10])
def test_a_few_equal_answers_are_never_certain(metric, method, answer):
    """Three tens are no proof of 100: every method has an interval of some width."""
    tally = cells([answer] * 3)
    call = {
        "nps": lambda: cx.nps(tally, method=method),
        "box": lambda: cx.box(tally, "a", boxes=(9, 10), scale=(0, 10), method=method),
        "mean": lambda: cx.mean(tally, "a", scale=(0, 10), method=method),
    }[metric]
    scores = call()
    low, high = scores.metric.bounds
    assert scores.high[0] - scores.low[0] > 0.05 * (high - low)


@pytest.mark.parametrize("method", ["t", "wald"])
def test_an_unbounded_mean_of_equal_answers_has_no_interval(method):
    for tally in (cells([5.0]), cells([5.0, 5.0])):
        scores = cx.mean(tally, "basket", method=method)
        assert scores.value == 5
        assert math.isnan(scores.low[0])
        assert math.isnan(scores.high[0])
        shown(scores)


@pytest.mark.parametrize("method", METHODS)
def test_no_answer_at_all(method):
    scores = cx.nps(nothing(), method=method)
    assert scores.n == (0,)
    assert all(math.isnan(x) for x in (scores.value, scores.low[0], scores.high[0]))
    assert scores.info.missing == 4
    assert "no answers" in scores.explain("en")
    assert "aucune réponse" in scores.explain("fr")
    shown(scores)


def test_an_empty_tally_has_no_rows_and_still_speaks():
    scores = cx.nps(Tally.from_cells((), [], [], []))
    assert len(scores) == 0
    assert scores.to_frame().empty
    assert "no answers" in scores.explain("en")
    shown(scores)


@pytest.mark.parametrize("method", METHODS)
def test_a_group_without_answers_leaves_the_others_alone(method):
    tally = Tally.from_counts({"A": {10: 8, 0: 4}, "B": {None: 3}, "C": {9: 1}}, by="g")
    scores = cx.nps(tally, method=method)
    assert scores.n == (12, 0, 1)
    assert [math.isnan(x) for x in scores.estimate] == [False, True, False]
    assert [math.isnan(x) for x in scores.low] == [False, True, False]
    assert scores.estimate[0] == pytest.approx(100 / 3)
    assert scores.to_dict()["rows"][1]["estimate"] is None
    for lang in ("en", "fr"):
        assert scores.explain(lang)
    shown(scores)


def test_no_weight_at_all_is_refused_when_the_study_is_made():
    frame = pd.DataFrame({"nps": [10, 0], "w": [0.0, None]})
    with pytest.raises(cx.RoleError, match="no row has a weight") as caught:
        cx.Study(frame, nps="nps", weight="w")
    assert caught.value.column == "w"


def test_a_group_whose_weights_are_all_zero_has_no_score():
    frame = pd.DataFrame({"nps": [10, 0, 9], "w": [1.0, 1.0, 0.0], "g": ["A", "A", "B"]})
    scores = cx.Study(frame, nps="nps", weight="w").nps(by="g")
    assert scores.n == (2, 0)
    assert math.isnan(scores.estimate[1])
    assert scores.info.left_out == 1
    shown(scores)


@pytest.mark.parametrize("weight", [float("inf"), -float("inf"), 1e150])
def test_infinite_weights_are_refused_and_huge_ones_counted(weight):
    frame = pd.DataFrame({"nps": [10, 0, 9], "w": [1.0, 1.0, weight]})
    if math.isfinite(weight):
        check(cx.Study(frame, nps="nps", weight="w").nps())
        return
    with pytest.raises(cx.RoleError) as caught:
        cx.Study(frame, nps="nps", weight="w").nps()
    assert caught.value.column == "w"
    assert caught.value.hint


def test_a_function_metric_that_has_no_value_for_some_resamples():
    @cx.metric("spread", on="nps", scale=(0, 10), bounds=(0, 100))
    def spread(tally):
        counts = tally.counts()
        return float("nan") if len(counts) < 2 else 50.0

    scores = score_tally(spread, cells([10, 0]))
    assert scores.value == 50
    # Draws that are all alike know of no error, and a function has no cautious margin: the whole scale.
    assert (scores.low[0], scores.high[0]) == (0, 100)
    alone = score_tally(spread, cells([10]))
    assert math.isnan(alone.value)
    shown(alone)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_small_base_is_said(lang):
    small, large = cx.nps(cells([10] * 20 + [0] * 9)), cx.nps(cells([10] * 21 + [0] * 9))
    words = {"en": "A base under 30", "fr": "Base inférieure à 30"}[lang]
    assert words in small.explain(lang)
    assert words not in large.explain(lang)
