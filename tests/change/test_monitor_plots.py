"""Drawings of monitoring: on the caller's Axes, whatever the names, the gaps and the length."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.change import change_points, monitor, running
from cxkit.errors import OptionError

NAMES = ("$x$", "\\frac{$", "_hidden", "line\nbreak", "\u202eback\u202c", "x" * 200, "")
EVENTS = {"2025-03-01": "New $app", pd.Timestamp("2025-05-02"): "_Strike\n", "1999-01-01": "never"}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def study(weeks=30, groups=("all",), step=0.3, n=40):
    rng = np.random.default_rng(3)
    parts = []
    for k, g in enumerate(groups):
        for w in range(weeks):
            up = step if w >= weeks // 2 and k == 0 else 0
            answers = rng.choice([3, 8, 10], n, p=[0.35 - up, 0.3, 0.35 + up])
            day = pd.Timestamp("2025-01-06") + pd.Timedelta(weeks=w)
            parts.append(pd.DataFrame({"day": day, "nps": answers, "g": g}))
    return cx.Study(pd.concat(parts), nps="nps", date="day")


def draw(plot, **options):
    figure, ax = plt.subplots()
    assert plot(ax=ax, **options) is ax
    assert plt.get_fignums() == [figure.number]
    figure.canvas.draw()
    return ax


def texts(ax):
    return [t.get_text() for t in ax.texts]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("chart", ["shewhart", "ewma", "cusum"])
def test_charts_show_limits_signals_and_events(chart, lang):
    found = monitor(study(), "nps", chart=chart, baseline=12)
    ax = draw(found.plot, lang=lang, events=EVENTS)
    said = texts(ax)
    assert any("New" in t for t in said)
    assert not any("never" in t for t in said)
    named = {"en": ("out", "9 one side"), "fr": ("hors limites", "9 d’un côté")}[lang]
    assert any(t.startswith(named) for t in said)
    assert len(ax.get_xticks()) <= 10
    assert ax.get_ylabel()


def test_limits_of_the_drawing_follow_the_base():
    found = monitor(study(), "nps")
    ax = draw(found.plot)
    edges = [line for line in ax.lines if line.get_drawstyle() == "steps-mid"]
    assert [list(e.get_ydata()) for e in edges] == [list(found.lower), list(found.upper)]


def test_signals_with_names_have_room():
    """A lasting change signals at every point; names are drawn apart, arrows all."""
    found = monitor(study(weeks=60), "nps", baseline=20)
    ax = draw(found.plot)
    named = [t for t in ax.texts if t.get_text().startswith(("out", "9 one"))]
    assert 1 <= len(named) <= 8 < len(found.signalled)
    places = sorted(t.xy[0] for t in named)
    assert (np.diff(places) >= 0.13 * 59 * 7 - 1e-6).all()


@pytest.mark.parametrize("name", NAMES)
def test_hostile_groups_and_events(name):
    s = study(groups=(name, "other"))
    for found in (monitor(s, "nps", by="g", baseline=12), change_points(s, "nps", by="g")):
        draw(found.plot, events={"2025-03-01": name})
        plt.close("all")
        draw(found.plot, group=name)
        plt.close("all")
    draw(running(s, "nps", target=5).plot, events={"2025-03-01": name})


def test_changes_are_drawn_with_their_size():
    ax = draw(change_points(study(), "nps").plot, events=EVENTS)
    assert any(t.startswith("▲ +") for t in texts(ax))
    plt.close("all")
    quiet = change_points(study(step=0), "nps")
    assert not quiet.changes
    draw(quiet.plot)


def test_several_groups_are_drawn_as_lines_of_dates():
    s = study(groups=("a", "b", "c"))
    for found in (monitor(s, "nps", by="g", baseline=12), change_points(s, "nps", by="g")):
        ax = draw(found.plot)
        assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]
        plt.close("all")


def test_no_axes_make_one_figure():
    assert monitor(study(), "nps").plot().figure.number in plt.get_fignums()
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_running_score_shows_its_target_and_looks_where_it_is_of_use(lang):
    found = running(study(), "nps", freq="W", target=5.0)
    ax = draw(found.plot, lang=lang)
    assert any(("cible" if lang == "fr" else "target") in t for t in texts(ax))
    low, high = ax.get_ylim()
    assert low <= 5 <= high
    assert high - low < 150


def test_short_and_alike():
    days = pd.to_datetime(["2025-01-06", "2025-01-13"])
    s = cx.Study(pd.DataFrame({"nps": [10, 10], "day": days}), nps="nps", date="day")
    draw(monitor(s, "nps").plot)
    plt.close("all")
    draw(running(s, "nps").plot)
    plt.close("all")
    one = cx.Study(pd.DataFrame({"nps": [10, 3], "day": days[:1].repeat(2)}), nps="nps", date="day")
    draw(running(one, "nps").plot)


def test_an_event_without_a_date_is_refused():
    with pytest.raises(OptionError, match="no day of an event"):
        monitor(study(), "nps").plot(events={"March": "New app"})
