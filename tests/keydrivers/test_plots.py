"""Drawings of driver analyses: what they show, names that do not cover each other, hostile names."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from cxkit.errors import UnknownNameError, UsageError
from cxkit.keydrivers.shown.label_places import label_places, overlap
from cxkit.present.palette import GREY

NAMES = (
    "Délai d’attente au téléphone", "Accueil en agence", "Prix", "Appli mobile", "Clarté des explications du conseiller",
    "Résolution au premier contact", "Qualité des produits et services", "Horaires d’ouverture", "Propreté",
    "Suivi du dossier après la réclamation", "Courtoisie", "Simplicité des démarches en ligne",
)  # fmt: skip
DRAWINGS = ("bars", "quadrant", "coefficients", "stability")


@pytest.fixture
def twelve(model_of):
    rng = np.random.default_rng(3)
    importance = np.sort(rng.gamma(1.2, 1, 12))[::-1]
    importance *= 0.45 / importance.sum()
    return model_of(NAMES, tuple(importance), tuple(30 * importance + 0.1), 0.5,
                    performance=tuple(rng.normal(7.2, 0.8, 12)))  # fmt: skip


def said(axes) -> str:
    """All text of a drawing."""
    texts = [t.get_text() for t in axes.texts]
    texts += [t.get_text() for t in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    legend = axes.get_legend()
    texts += [t.get_text() for t in legend.get_texts()] if legend else []
    texts += [axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()]
    return "\n".join(texts).replace("\\$", "$")


def extents(axes, texts):
    axes.figure.draw_without_rendering()
    return [t.get_window_extent().get_points().ravel() for t in texts]


def labels_of(axes, corners=4):
    """Names of points: the annotations after those of the corners, without the lines that lead to them."""
    return [t for t in axes.texts[corners:] if t.get_text()]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_drawing_takes_axes_and_returns_them(drivers_of, drawing, lang):
    _, ax = plt.subplots()
    assert getattr(drivers_of().plot, drawing)(ax=ax, lang=lang) is ax
    text = said(ax)
    assert "LMG (Shapley)" in text
    assert ("n = 5,210" if lang == "en" else "n = 5\u202f210") in text
    assert all(name in text for name in ("wait", "welcome", "price", "app"))


def test_bars_are_ranked_hollow_where_not_established_and_signed(drivers_of):
    axes = drivers_of().plot()
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == pytest.approx([40, 35, 22.5, 2.5])
    assert [bool(bar.get_facecolor()[3]) for bar in bars] == [True, True, True, False]
    assert to_rgb(bars[3].get_edgecolor()) == to_rgb(GREY)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["wait", "welcome", "price", "app"]
    texts = [t.get_text() for t in axes.texts]
    assert texts[0] == "40% [34% ; 46%]"
    assert texts[2].endswith("▼")
    assert texts[3].endswith("≈")
    assert "negative effect" in said(axes)
    assert "≈ not established" in said(axes)
    assert axes.get_xlabel() == "Share of R² (%)"
    intervals = [
        line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]
    ]
    assert len(intervals) == 4
    model = drivers_of().model
    assert intervals[0].get_xdata() == pytest.approx(100 * np.array([model.low[0], model.high[0]]) / model.explained)


def test_without_resamples_no_interval_is_drawn(drivers_of, model_of):
    axes = drivers_of(model_of(draws=0)).plot()
    assert axes.texts[0].get_text() == "40%"
    assert not [line for line in axes.lines if len(line.get_xdata()) == 2 and np.ptp(line.get_xdata()) > 0]


@pytest.mark.parametrize(
    ("lang", "names"),
    [("en", ("Fix first", "Protect", "Watch", "Maintain")),
     ("fr", ("À corriger d’abord", "Atouts à protéger", "À surveiller", "Acquis"))],
)  # fmt: skip
def test_the_quadrant_names_its_quadrants_and_draws_lines_at_the_means(drivers_of, model_of, lang, names):
    model = model_of(effect=(4, 3, 2, 0.1))
    axes = drivers_of(model).plot.quadrant(lang=lang)
    assert all(name in said(axes) for name in names)
    dashed = [line for line in axes.lines if line.get_linestyle() == "--" and len(line.get_xdata()) == 2]
    assert {round(float(line.get_ydata()[0]), 6) for line in dashed} >= {25.0}
    assert {round(float(line.get_xdata()[0]), 6) for line in dashed} >= {round(float(model.performance.mean()), 6)}
    points = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    assert len(points) == 4
    assert [to_rgb(p.get_markerfacecolor()) == (1, 1, 1) for p in points] == [False, False, False, True]
    assert ("0 to 10" if lang == "en" else "de 0 à 10") in axes.get_xlabel()


def test_the_quadrant_says_percent_of_scale_where_scales_differ(drivers_of, model_of):
    model = model_of(scales=((0.0, 45.0), (1.0, 5.0), (0.0, 10.0), (0.0, 10.0)), effect=(-4, 3, 2, 0.1),
                     performance=(9, 4.2, 6, 8))  # fmt: skip
    axes = drivers_of(model).plot.quadrant()
    assert axes.get_xlabel().startswith("Performance: % of each driver’s scale")
    points = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    assert sorted(float(p.get_xdata()[0]) for p in points) == pytest.approx([60, 80, 80, 80])
    assert "wait ▼ ↓" in said(axes)
    assert "low is good" in said(axes)


def test_negative_importance_is_not_drawn_under_0(drivers_of, model_of):
    axes = drivers_of(model_of(importance=(0.3, 0.2, -0.1, 0.02)), importance="pratt").plot.quadrant()
    heights = [y for line in axes.lines for y in np.atleast_1d(line.get_ydata()) if line.get_zorder() >= 2]
    assert min(heights) == 0
    assert min(axes.get_yticks()) >= 0
    bars = drivers_of(model_of(importance=(0.3, 0.2, -0.1, 0.02)), importance="pratt").plot()
    assert "−24%" in said(bars)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_names_of_twelve_points_do_not_cover_each_other(drivers_of, twelve, lang):
    axes = drivers_of(twelve).plot.quadrant(lang=lang)
    labels = labels_of(axes)
    assert len(labels) == 12
    boxes = extents(axes, labels)
    corners = extents(axes, axes.texts[:4])
    frame = axes.get_window_extent().get_points().ravel()
    for a, b in itertools.combinations(boxes, 2):
        assert overlap(a, [b])[0] == 0
    for box in boxes:
        assert overlap(box, corners).sum() == 0
        assert overlap(box, [frame])[0] == pytest.approx(overlap(box, [box])[0])  # inside


def test_names_are_placed_the_same_way_every_time(drivers_of, twelve):
    places = [[t.get_position() for t in labels_of(drivers_of(twelve).plot.quadrant())] for _ in range(2)]
    assert places[0] == places[1]


def test_crowded_points_on_one_spot_get_labels_apart():
    points, sizes = np.full((12, 2), 200.0), np.tile([70.0, 10.0], (12, 1))
    centres = label_places(points, sizes, (0, 0, 500, 400), [(194, 194, 206, 206)])
    boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1)
    assert max(overlap(a, [b])[0] for a, b in itertools.combinations(boxes, 2)) == 0
    assert overlap((194, 194, 206, 206), boxes).sum() == 0
    assert label_places(np.empty((0, 2)), np.empty((0, 2)), (0, 0, 1, 1)).shape == (0, 2)


def test_coefficients_have_intervals_in_the_unit_of_the_outcome(drivers_of):
    axes = drivers_of().plot.coefficients()
    assert axes.get_xlabel() == "Effect of one unit more on NPS (points), 95% intervals"
    spans = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and np.ptp(line.get_xdata()) > 0]
    assert len(spans) == 4
    assert spans[0] == pytest.approx([4.2 - 1.9604 * 0.4, 4.2 + 1.9604 * 0.4], abs=1e-4)
    assert [t.get_text() for t in axes.texts][2] == "−2.4 [−3.2 ; −1.6] ▼"


def test_stability_prints_the_share_of_resamples(drivers_of):
    found = drivers_of()
    axes = found.plot.stability(lang="fr")
    shares = 100 * found.model.rank_shares[found.model.order]
    assert np.asarray(axes.images[0].get_array()) == pytest.approx(shares)
    assert f"{shares[0, 0]:.0f}" in [t.get_text() for t in axes.texts]
    assert "1\u202f000" in axes.get_xlabel()


def test_stability_needs_resamples(drivers_of, model_of):
    with pytest.raises(UsageError, match="resamples") as refused:
        drivers_of(model_of(draws=0)).plot.stability()
    assert "bootstrap" in str(refused.value)


# Several groups -----------------------------------------------------------------------------


@pytest.fixture
def cities(drivers_of, model_of):
    other = model_of(("wait", "welcome"), (0.2, 0.1), (4, 0.1), performance=(5, 6), key=("Lille",), n=800)
    return drivers_of(model_of(key=("Lyon",)), other, model_of(key=(None,), importance=(0.0,) * 4, effect=(0.0,) * 4))


def test_several_groups_are_drawn_side_by_side(cities):
    axes = cities.plot(lang="fr")
    text = said(axes)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["wait", "welcome", "price", "app"]
    assert "Lyon" in text
    assert "Lille\nR² 0,30\nn = 800" in text
    assert "(non renseigné)" in text
    shares = [t.get_text() for t in axes.texts]
    assert "67\u00a0%" in shares
    assert shares.count("–") == 2 + 4  # no such driver there; nothing is explained
    assert "23\u00a0% ▼" in shares
    assert "33\u00a0% ≈" in shares
    sizes = [c.get_sizes()[0] for c in axes.collections]
    assert sizes[4] / sizes[5] == pytest.approx(2)  # area follows the share


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_one_of_several_groups_must_be_named(cities, drawing):
    draw = getattr(cities.plot, drawing)
    with pytest.raises(UsageError, match="3 groups") as refused:
        draw()
    assert "Lyon, Lille" in str(refused.value)
    with pytest.raises(UnknownNameError, match="Lyn") as refused:
        draw(group="Lyn")
    assert "Lyon" in str(refused.value)
    assert "NPS · Lille" in said(draw(group="Lille"))
    assert "NPS · Lille" in said(draw(group=("Lille",)))


def test_a_group_without_a_value_can_be_drawn(cities):
    assert "NPS · (missing)" in said(cities.plot.bars(group=(None,)))


# Degenerate input, hostile names ------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_model_that_explains_nothing_says_so(drivers_of, model_of, lang):
    found = drivers_of(model_of(importance=(0.0,) * 4, effect=(0.0,) * 4))
    for drawing in ("bars", "quadrant"):
        assert ("nothing to rank" if lang == "en" else "rien à classer") in said(
            getattr(found.plot, drawing)(lang=lang)
        )
    assert found.plot.coefficients(lang=lang).lines


def test_one_driver_and_unknown_performance_are_drawn(drivers_of, model_of):
    alone = drivers_of(model_of(("wait",), (0.42,), (4.2,), performance=(5.0,)))
    assert all(getattr(alone.plot, drawing)() for drawing in DRAWINGS)
    axes = drivers_of(model_of(performance=(np.nan, 7.9, 6.0, 8.2))).plot.quadrant()
    assert "no known performance: wait" in said(axes).replace("\n", " ")
    axes = drivers_of(model_of(performance=(7.0,) * 4, importance=(0.1,) * 4)).plot.quadrant()
    assert len(labels_of(axes)) == 4


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_hostile_names_are_drawn_as_they_are(drivers_of, model_of, drawing):
    names = ("<script>alert(1)</script>", "a $x$ b^2_{3}", "é" * 80, "li\ngne", "_hidden", "à" * 30 + " " + "ç" * 40)
    model = model_of(
        names, (0.16, 0.12, 0.08, 0.05, 0.03, 0.01), (4, 3, -2, 2, 1, 0.1), performance=(5, 6, 7, 7.1, 8, 8.1)
    )
    axes = getattr(drivers_of(model).plot, drawing)(lang="fr")
    axes.figure.canvas.draw()  # mathematics would fail here
    text = said(axes)
    for part in ("<script>alert(1)</script>", "a $x$ b^2_{3}", "é" * 39 + "…", "ligne", "_hidden"):
        assert part in text


def test_twenty_five_long_names_stay_apart_on_a_usual_figure(drivers_of, model_of):
    rng = np.random.default_rng(5)
    names = tuple(f"{NAMES[i % 12]} {i}" for i in range(25))
    importance = tuple(np.sort(rng.gamma(1.2, 1, 25))[::-1] / 60)
    model = model_of(names, importance, (2.0,) * 25, performance=tuple(rng.normal(7, 1, 25)))
    axes = drivers_of(model).plot.quadrant(lang="fr")
    boxes = extents(axes, labels_of(axes))
    covered = sum(overlap(a, [b])[0] for a, b in itertools.combinations(boxes, 2))
    assert len(boxes) == 25
    assert covered < 0.005 * sum(overlap(a, [a])[0] for a in boxes)
