"""Drawings: on the caller's Axes, whatever the names, the number of rows and the gaps."""

from __future__ import annotations

import itertools
import math

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb

import cxkit as cx
from cxkit.present.palette import BAND_INK, HIGHER, LOWER, NEUTRAL, band_colours

KINDS = ("bars", "stacked", "distribution")
LANGS = ("en", "fr")
NAMES = (
    "$x$", "$\\frac{", "$\\frac{$", "a$b", "line\nbreak", "\u202eright to left\u202c", "\x1b[31m", "",
    "x" * 300, "50 % & co_^{",
    "\u00e9l\u00e8ve", "_hidden", "A",
)  # fmt: skip


def groups(count: int = 3) -> cx.Scores:
    rows = {f"group {i:02d}": {10: 30 + i, 8: 30, 2: 20} for i in range(count)}
    return cx.nps(cx.Tally.from_counts(rows, by="segment"))


def with_gaps() -> cx.Scores:
    return cx.nps(cx.Tally.from_counts({"A": {10: 3, 0: 2}, "B": {None: 4}, None: {10: 1}}, by="g"))


def trend(**options) -> cx.Trend:
    days = pd.date_range("2023-01-15", periods=18, freq="MS").repeat(12)
    frame = pd.DataFrame({"nps": [10, 9, 8, 7, 0, 3] * 36, "day": days, "g": ["A", "$x$", None] * 72})
    return cx.Study(frame, nps="nps", date="day").trend("nps", **options)


def draw(plot) -> mpl.axes.Axes:
    """Draw on Axes of ours, render, and return them; nothing else may be open."""
    figure, ax = plt.subplots()
    try:
        assert plot(ax=ax) is ax
        assert plt.get_fignums() == [figure.number]
        figure.canvas.draw()
        return ax
    finally:
        plt.close(figure)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_draws_on_the_axes_given(kind, lang):
    scores = groups()
    ax = draw(lambda ax: getattr(scores.plot, kind)(ax=ax, lang=lang))
    assert ax.patches
    assert ax.get_xlabel()
    assert not plt.get_fignums()


@pytest.mark.parametrize("kind", KINDS)
def test_without_axes_one_figure_is_made(kind):
    ax = getattr(groups().plot, kind)()
    assert len(plt.get_fignums()) == 1
    assert ax.figure.number in plt.get_fignums()


def test_calling_the_plot_draws_bars_and_the_line():
    assert draw(lambda ax: groups().plot(ax=ax)).patches
    assert draw(lambda ax: trend().plot(ax=ax)).lines


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(kind, name):
    scores = cx.nps(cx.Tally.from_counts({name: {10: 40, 0: 20}, "other": {10: 3, 8: 40}}, by=name or "g"))
    ax = draw(lambda ax: getattr(scores.plot, kind)(ax=ax))
    labels = "".join(t.get_text() for t in ax.get_yticklabels())
    for bad in ("\n", "\u202e", "\x1b"):
        assert bad not in labels


def test_names_that_fold_to_one_label_stay_two_bars():
    scores = cx.nps(cx.Tally.from_counts({"x" * 60 + "1": {10: 40}, "x" * 60 + "2": {0: 40}}, by="g"))
    ax = draw(lambda ax: scores.plot.bars(ax=ax))
    assert len(ax.get_yticks()) == 2
    assert len({t.get_text() for t in ax.get_yticklabels()}) == 2


@pytest.mark.parametrize("name", NAMES)
def test_hostile_groups_of_a_trend(name):
    days = pd.to_datetime(["2024-01-05", "2024-01-06", "2024-02-05", "2024-02-06"])
    frame = pd.DataFrame({"nps": [10, 0, 9, 8], "day": days, "g": [name, "other"] * 2})
    by_group = cx.Study(frame, nps="nps", date="day").trend("nps", by="g")
    ax = draw(lambda ax: by_group.plot.line(ax=ax))
    assert len(ax.get_legend().get_texts()) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "counts",
    [{10: 1}, {None: 3}, {10: 40, 0: 30}, {8: 12}],
    ids=["one answer", "no answer", "two", "passives"],
)
def test_one_row(kind, counts):
    scores = cx.nps(cx.Tally.from_counts(counts))
    draw(lambda ax: getattr(scores.plot, kind)(ax=ax))


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_at_all(kind):
    scores = cx.nps(cx.Tally.from_cells(("g",), [], [], []))
    draw(lambda ax: getattr(scores.plot, kind)(ax=ax))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_without_answers(kind):
    scores = with_gaps()
    assert math.isnan(scores.estimate[1])
    ax = draw(lambda ax: getattr(scores.plot, kind)(ax=ax))
    texts = " ".join(t.get_text() for t in ax.texts)
    assert "nan" not in texts
    if kind != "distribution":
        assert "n=0" in texts
        assert len(ax.get_yticklabels()) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_sixty_groups(kind):
    ax = draw(lambda ax: getattr(groups(60).plot, kind)(ax=ax))
    if kind != "distribution":
        assert len(ax.get_yticklabels()) == 40


@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.parametrize("lang", LANGS)
def test_trends(by, lang):
    result = trend(by=by)
    ax = draw(lambda ax: result.plot.line(ax=ax, lang=lang))
    assert len(ax.lines) == (3 if by else 1)
    assert len(ax.get_xticks()) <= 12
    assert "2023" in ax.get_xticklabels()[0].get_text()
    assert (ax.get_legend() is not None) == bool(by)


def test_a_trend_of_one_period_and_of_none():
    days = pd.to_datetime(["2024-01-05", "2024-01-06"])
    study = cx.Study(pd.DataFrame({"nps": [10, 0], "day": days}), nps="nps", date="day")
    assert draw(lambda ax: study.trend("nps").plot(ax=ax)).lines
    future = cx.Study(
        pd.DataFrame({"nps": [10], "day": pd.to_datetime(["2999-01-01"])}),
        nps="nps",
        date="day",
    )
    assert len(future.trend("nps")) == 0
    draw(lambda ax: future.trend("nps").plot(ax=ax))


def test_a_trend_of_many_groups():
    days = pd.to_datetime(["2024-01-05", "2024-02-05"] * 30)
    frame = pd.DataFrame({"nps": [10, 0] * 30, "day": days, "g": [f"g{i // 2:02d}" for i in range(60)]})
    result = cx.Study(frame, nps="nps", date="day").trend("nps", by="g")
    assert len(draw(lambda ax: result.plot(ax=ax)).lines) == 30


def test_bands_are_orange_grey_and_blue():
    ax = draw(lambda ax: groups(1).plot.stacked(ax=ax))
    assert [to_hex(p.get_facecolor()) for p in ax.patches] == [LOWER, NEUTRAL, HIGHER]
    answers = draw(lambda ax: groups(1).plot.distribution(ax=ax))
    found = [to_hex(p.get_facecolor()) for p in answers.patches]
    assert len(found) == 11
    assert (found[2], found[8], found[10]) == (LOWER, NEUTRAL, HIGHER)


def test_small_bases_are_pale():
    scores = cx.nps(cx.Tally.from_counts({"A": {10: 20}, "B": {10: 20, 0: 20}}, by="g"))
    ax = draw(lambda ax: scores.plot.bars(ax=ax))
    assert [p.get_alpha() for p in ax.patches[:2]] == [0.35, ax.patches[1].get_alpha()]
    assert ax.patches[1].get_alpha() in (None, 1)


def test_stacked_bars_are_the_shares():
    scores = groups(2)
    ax = draw(lambda ax: scores.plot.stacked(ax=ax))
    widths = [p.get_width() for p in ax.patches]
    assert widths == pytest.approx([share for band in scores.bands for share in band.share])
    assert ax.get_xlim() == (0, 100)


def test_bars_and_intervals_are_the_numbers():
    scores = groups(2)
    ax = draw(lambda ax: scores.plot.bars(ax=ax))
    assert [p.get_width() for p in ax.patches[:2]] == pytest.approx(list(scores.estimate))
    drawn = [tuple(line.get_xdata()) for line in ax.lines]
    spans = [x for x in drawn if all(map(math.isfinite, x)) and x[0] != x[1]]
    assert spans == [pytest.approx((lo, hi)) for lo, hi in zip(scores.low, scores.high, strict=True)]


def test_a_theme_of_the_caller_is_kept():
    with mpl.rc_context({"axes.facecolor": "#112233", "font.size": 7.0}):
        ax = draw(lambda ax: groups().plot(ax=ax))
        assert to_hex(ax.get_facecolor()) == "#112233"
        assert mpl.rcParams["font.size"] == 7.0


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", list(BAND_INK))
def test_small_text_on_a_band_can_be_read(colour):
    """WCAG 2.1, 1.4.3: at least 4.5:1."""
    assert contrast(colour, BAND_INK[colour]) >= 4.5


@pytest.mark.parametrize("count", range(1, 12))
def test_there_is_a_colour_for_every_band(count):
    colours = band_colours(count)
    assert len(colours) == count
    assert all(to_rgb(c) for c in colours)
    assert colours[-1] == HIGHER
    if count in (3, 5, 7):
        assert len(set(colours)) == count


def test_no_two_neighbouring_bands_look_alike():
    for count in range(2, 8):
        colours = band_colours(count)
        assert all(a != b for a, b in itertools.pairwise(colours)), count
