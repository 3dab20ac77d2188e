"""Rankings: ranges that hold the true ranks, shrinkage, benchmarks with a source, words."""

import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cxkit as cx
from cxkit.errors import OptionError
from cxkit.inference.rank_words import ordinal, rank_range
from cxkit.inference.ranks import rank
from cxkit.metrics.functions import metric_of

SHOPS = {
    "top": {10: 160, 8: 20, 3: 20}, "good": {10: 120, 8: 40, 3: 40}, "fair": {10: 110, 8: 45, 3: 45},
    "low": {10: 40, 8: 60, 3: 100}, "tiny": {10: 3}, "small": {10: 5},
}  # fmt: skip


def ranking(**options):
    return rank(cx.Tally.from_counts(SHOPS, by="shop"), "nps", by="shop", **options)


def test_clear_leaders_and_ties_that_are_not_told_apart():
    found = {row["shop"]: row for row in ranking().to_frame().to_dict("records")}
    assert (found["good"]["rank_low"], found["good"]["rank_high"]) == (2, 4)
    assert (found["fair"]["rank_low"], found["fair"]["rank_high"]) == (2, 4)
    assert found["low"]["rank"] == found["low"]["rank_high"] == found["low"]["rank_low"] == 5


def test_a_unit_of_few_equal_answers_does_not_lead_by_luck():
    shops = {f"shop {j}": {10: 80 + 5 * j, 8: 60, 3: 60 - 5 * j} for j in range(6)} | {"small": {10: 5}}
    tally = cx.Tally.from_counts(shops, by="shop")
    found = rank(tally, "nps", by="shop")
    assert found.keys[0] == ("shop 5",)
    assert ("small",) in found.tied_with_first
    assert found.range_of(found.keys.index(("small",))) == (1, 7)
    plain = rank(tally, "nps", by="shop", shrink=False)
    assert plain.keys[0] == ("small",)  # what shrinking is there to prevent
    assert plain.range_of(0) == (1, 7)


def test_units_under_min_n_are_listed_and_not_ranked():
    found = ranking()
    assert found.unranked == (("tiny",),)
    last = found.to_frame().iloc[-1]
    assert last["shop"] == "tiny"
    assert last[["rank", "rank_low", "rank_high"]].isna().all()
    assert math.isnan(last["shrunk"])
    assert last["estimate"] == 100
    assert "Not ranked, with fewer than 5 answers: tiny." in found.explain("en")
    assert found.se[-1] > 0


def test_every_range_holds_its_rank():
    for options in ({}, {"shrink": False}, {"level": 0.5}):
        found = ranking(**options)
        assert all(found.range_of(i)[0] <= found.rank[i] <= found.range_of(i)[1] for i in found.ranked)


def test_lower_is_better_for_effort():
    counts = {"easy": {1: 90, 2: 20}, "hard": {4: 60, 5: 50}}
    found = rank(cx.Tally.from_counts(counts, by="g"), "ces1", by="g")
    assert found.keys == (("easy",), ("hard",))
    assert found.rank == (1, 2)
    assert found.estimate[0] < found.shrunk[0] < found.shrunk[1] < found.estimate[1]


@pytest.mark.parametrize(
    ("name", "classes", "centre", "spread", "size"),
    [
        ("nps", {3: 0.25, 8: 0.3, 10: 0.45}, 8.0, 0.0, (8, 60)),
        ("nps", {3: 0.1, 8: 0.1, 10: 0.8}, 3.0, 0.6, (8, 60)),
        ("csat", {2: 0.15, 5: 0.85}, 6.0, 0.5, (10, 80)),
        ("ces", {1: 0.1, 4: 0.3, 7: 0.6}, 5.0, 0.5, (8, 60)),
    ],
)
def test_ranges_cover_all_true_ranks_together(name, classes, centre, spread, size):
    rng = np.random.default_rng(11)
    answers, runs, hits = list(classes), 120, 0
    metric = metric_of(name)
    values = np.array([metric.value(float(a)) for a in answers])
    for run in range(runs):
        tilt = np.exp(spread * rng.standard_normal((8, 1)) * (values - values.mean()) / np.ptp(values) * 2)
        shares = np.array(list(classes.values())) * tilt
        shares /= shares.sum(axis=1, keepdims=True)
        truth = shares @ values
        n = rng.integers(*size, 8)
        counts = {
            j: dict(zip(answers, rng.multinomial(n[j], shares[j]).tolist(), strict=True)) for j in range(8)
        }  # fmt: skip
        found = rank(cx.Tally.from_counts(counts, by="u"), name, by="u", simulations=1000, seed=run)
        mine = np.array([truth[key[0]] for key in found.keys])
        best = 1 + (truth[None] > mine[:, None] + 1e-9).sum(axis=1)
        worst = 8 - (truth[None] < mine[:, None] - 1e-9).sum(axis=1)
        hits += bool((np.array(found.rank_low) <= best).all() and (worst <= np.array(found.rank_high)).all())
    assert hits / runs >= 0.95 - 2 * (0.05 * 0.95 / runs) ** 0.5


def test_a_benchmark_is_tested_over_all_units_and_keeps_its_source():
    found = ranking(benchmark=40, benchmark_source="Panel of 2026, 400 customers")
    frame = found.to_frame()
    assert list(frame.columns)[-7:] == ["versus", "delta", "delta_low", "delta_high", "p", "p_adjusted", "verdict"]
    said = dict(zip(frame["shop"], frame["verdict"], strict=True))
    assert (said["top"], said["good"], said["low"], said["tiny"]) == ("higher", "inconclusive", "lower", "")
    known = frame["p"].dropna().to_numpy()
    assert (frame["p_adjusted"].dropna().to_numpy() >= known).all()
    assert (frame["delta"] == frame["estimate"] - 40).all()
    assert "Panel of 2026, 400 customers" in found.explain("en")
    assert "Holm" in found.explain("fr")


@pytest.mark.parametrize(
    "options",
    [
        {"benchmark": 30}, {"benchmark": 30, "benchmark_source": "  "}, {"benchmark_source": "x"},
        {"benchmark": 130, "benchmark_source": "x"}, {"benchmark": float("nan"), "benchmark_source": "x"},
        {"min_n": 1}, {"min_n": 5.5}, {"level": 95}, {"simulations": 10}, {"seed": -1},
    ],
)  # fmt: skip
def test_rankings_that_cannot_be_are_refused_with_a_fix(options):
    with pytest.raises(OptionError) as raised:
        ranking(**options)
    assert raised.value.hint


def test_nothing_to_rank_by_is_refused():
    with pytest.raises(OptionError, match="nothing to rank by"):
        rank(cx.Tally.from_counts({10: 5}), "nps", by=[])


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"a": {10: 2}}, "no unit has the 5 answers"), ({"a": {10: 9, 3: 4}, "b": {10: 1}}, "only a has"),
        ({"a": {10: 9}, "b": {10: 9}}, "share the first rank"), ({"a": {None: 3}}, "no unit has"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("benchmark", [None, 20])
def test_few_and_equal_units_have_words(counts, said, benchmark):
    source = None if benchmark is None else "own target"
    found = rank(cx.Tally.from_counts(counts, by="u"), "nps", by="u", benchmark=benchmark, benchmark_source=source)
    assert said in found.explain("en")
    assert found.explain("fr")
    assert len(found.to_frame()) == len(counts)
    assert "<table" in found._repr_html_()
    json.dumps(found.to_dict(), allow_nan=False)
    figure, axes = plt.subplots()
    assert found.plot(ax=axes) is axes
    assert found.plot.ranges(ax=axes) is axes
    plt.close(figure)


def test_an_open_scale_borrows_the_spread_of_all_units():
    from cxkit.metrics.builtin import mean_metric

    counts = {"a": {12: 3, 15: 4}, "b": {14: 6}, "c": {30: 9, 31: 8}}
    found = rank(cx.Tally.from_counts(counts, by="u"), mean_metric(on="basket", better="lower"), by="u")
    assert found.keys[-1] == ("c",)
    assert found.rank_low[-1] == 3
    assert found.se[found.keys.index(("b",))] > 0


def test_words_of_ranks_and_who_cannot_be_told_from_the_first():
    assert rank_range(2, 5) == "2nd–5th"
    assert rank_range(2, 5, "fr") == "2e–5e"
    assert [ordinal(k) for k in (11, 12, 13, 21, 101, 111)] == ["11th", "12th", "13th", "21st", "101st", "111th"]
    found = ranking()
    tied = len(found.tied_with_first)
    assert 1 < tied < 4
    assert f"{tied} of the 4 other units cannot be told from it." in found.explain("en")
    assert f"{tied} des 4 autres unités ne s’en distinguent pas." in found.explain("fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_drawn_on_the_callers_axes(lang):
    counts = {f"$a$ {j}": {10: 20 + j, 3: 10} for j in range(5)}
    found = rank(cx.Tally.from_counts(counts, by="_u"), "nps", by="_u", benchmark=10, benchmark_source="_own $")
    for draw in (found.plot, found.plot.caterpillar, found.plot.ranges):
        figure, axes = plt.subplots()
        assert draw(ax=axes, lang=lang) is axes
        figure.canvas.draw()
        plt.close(figure)


def test_units_whose_answers_are_all_alike_are_not_said_to_have_few():
    """Found in review: 250 equal answers each were "fewer than 5 answers"."""
    from cxkit.metrics.builtin import mean_metric

    found = rank(cx.Tally.from_counts({"A": {3: 250}, "B": {3: 250}, "C": {3: 2}}, by="u"), mean_metric(on="x"), by="u")
    assert found.without_error == (("A",), ("B",))
    said = found.explain()
    assert "nothing to rank" in said
    assert "no error can be seen: A, B." in said
    assert "fewer than 5 answers: C." in said
    assert "aucune erreur ne se voit : A, B." in found.explain("fr")


def test_one_other_unit_is_named_as_one():
    """Found in review: "None of the 1 other units"."""
    counts = {"A": {10: 30, 3: 20}, "B": {10: 29, 3: 21}}
    tied = rank(cx.Tally.from_counts(counts, by="u"), "nps", by="u")
    assert "The other unit cannot be told from it" in tied.explain()
    assert "L’autre unité ne s’en distingue pas" in tied.explain("fr")
    apart = rank(cx.Tally.from_counts({"A": {10: 90, 3: 10}, "B": {10: 10, 3: 90}}, by="u"), "nps", by="u")
    assert "The other unit is told apart from it." in apart.explain()
