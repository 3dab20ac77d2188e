"""The quadrant: importance against performance, its names placed so that none covers another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.keydrivers.readings.reading_words import move_text
from cxkit.keydrivers.shown.dress import axis_label, empty, legend, title, wrapped
from cxkit.keydrivers.shown.figures import named, share_text
from cxkit.keydrivers.shown.phrases import say
from cxkit.keydrivers.shown.point_names import corner_words, name_points
from cxkit.keydrivers.shown.quadrants import (
    Performance,
    performance_of,
    quadrant_of,
    quadrant_stability,
    share_interval,
)
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.plotting import label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

    Floats = NDArray[np.float64]

__all__ = ["draw_quadrant"]

_COLOURS = {"fix": LOWER, "protect": HIGHER, "watch": NEUTRAL, "maintain": NEUTRAL, "": NEUTRAL}
#: Corner of the axes of each quadrant, in fractions.
_CORNERS = {"fix": (0, 1), "protect": (1, 1), "watch": (0, 0), "maintain": (1, 0)}
_STEADY, _WRAP = 0.9, 22


def draw_quadrant(drivers: Drivers, m: int, axes: Axes, lang: str) -> Axes:
    """Draw one model's quadrant; see ``DriverPlots.quadrant``."""
    model = drivers.models[m]
    did = performance_of(model, drivers.outcome.better)
    rows = [i for i in model.order.tolist() if math.isfinite(model.share[i]) and math.isfinite(did.values[i])]
    if not rows:
        return empty(axes, drivers, m, "quadrant_title", lang)
    # A measure that can be negative is drawn at 0; its figure stands in the table.
    share = np.maximum(model.share, 0.0)
    _points(drivers, m, axes, rows, did, share)
    _scales(drivers, model, axes, rows, did, share, lang)
    stays = quadrant_stability(model)
    texts = {i: _text(drivers, m, i, did, float(stays[i]), lang) for i in rows}
    notes = []
    if any(stays[i] < _STEADY for i in rows):
        notes.append(say("stays", lang))
    if did.turned[rows].any():
        notes.append(f"↓ {say('low_good', lang)}")
    absent = [model.names[i] for i in model.order.tolist() if i not in rows]
    if absent:
        notes.append(say("absent", lang, names=named([label_text(name) for name in absent], lang)))
    pad = legend(axes, drivers, [(m, i) for i in rows], lang, notes)
    title(axes, drivers, m, "quadrant_title", lang, pad)
    corners = _corners(axes, lang) if len(rows) > 1 else []
    _named(axes, rows, texts, did, share, share_interval(model), corners)
    return axes


def _points(drivers: Drivers, m: int, axes: Axes, rows: list[int], did: Performance, share: Floats) -> None:
    model = drivers.models[m]
    words, real = quadrant_of(model, drivers.outcome.better), drivers.significant(m)
    low, high = share_interval(model)
    for i in rows:
        colour = _COLOURS[words[i]] if real[i] else GREY
        if math.isfinite(low[i]) and math.isfinite(high[i]):
            axes.plot([did.values[i]] * 2, [max(low[i], 0.0), max(high[i], 0.0)], color=colour,
                      linewidth=1.6 if real[i] else 1.0, alpha=0.8 if real[i] else 0.55, zorder=2)  # fmt: skip
        axes.plot([did.values[i]], [share[i]], "o", color=colour, markerfacecolor=colour if real[i] else "white",
                  markersize=8, zorder=3)  # fmt: skip


def _scales(
    drivers: Drivers, model: Model, axes: Axes, rows: list[int], did: Performance, share: Floats, lang: str
) -> None:
    """Lines at the means, limits with a margin for names, and what the axes measure."""
    x = did.values[rows]
    high = share_interval(model)[1][rows]
    top = float(np.nanmax(np.r_[share[rows], np.where(np.isfinite(high), high, 0.0), 1.0]))
    ends = did.ends
    span = max(float(x.max() - x.min()), 0.2 * (ends[1] - ends[0]), 1e-9)
    left, right = float(x.min()) - 0.22 * span, float(x.max()) + 0.22 * span
    axes.set(xlim=(left, right), ylim=(-0.12 * top, 1.17 * top))
    axes.set_yticks([t for t in axes.get_yticks() if 0 <= t <= 1.17 * top])
    if len(rows) > 1:
        axes.axhline(float(share.mean() if (model.importance < 0).any() else model.share.mean()), color=GREY, linewidth=1,
                     linestyle=(0, (5, 3)), zorder=1)  # fmt: skip
        axes.axvline(float(x.mean()), color=GREY, linewidth=1, linestyle=(0, (5, 3)), zorder=1)
    axes.grid(False)
    axes.set_ylabel(axis_label(drivers, model, "importance_axis", lang))
    if did.percent:
        axes.set_xlabel(say("percent_axis", lang))
    else:
        low_end, high_end = (move_text(float(e), lang, sign=False) for e in ends)
        axes.set_xlabel(say("mean_axis", lang, low=low_end, high=high_end))


def _text(drivers: Drivers, m: int, i: int, did: Performance, stays: float, lang: str) -> str:
    marks = " ▼" if drivers.models[m].fit.effect[i] < 0 else ""
    marks += " ↓" if did.turned[i] else ""
    if stays < _STEADY:
        marks += f" ({share_text(100 * stays, lang)})"
    marks += "" if drivers.significant(m)[i] else " ≈"
    return wrapped(label_text(drivers.models[m].names[i]), _WRAP) + marks


def _corners(axes: Axes, lang: str) -> list[Any]:
    words = {at: say(word, lang) for word, at in _CORNERS.items()}
    return corner_words(axes, words, fontsize="medium", fontweight="bold", color="#505050")


def _named(
    axes: Axes, rows: list[int], texts: dict[int, str], did: Performance, share: Floats,
    spans: tuple[Floats, Floats], corners: list[Any],
) -> None:  # fmt: skip
    """Names beside their points, pale where the effect is not established."""
    box = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.75, "pad": 0.4}
    looks = [
        {"linespacing": 1.1, "zorder": 2.5, "color": "#606060" if texts[i].endswith("≈") else "#000000", "bbox": box}
        for i in rows
    ]
    points = [(float(did.values[i]), float(share[i]), texts[i]) for i in rows]
    ends = [(float(did.values[i]), *(max(float(end[i]), 0.0) for end in spans)) for i in rows]
    bars = [(x, low, x, high) for x, low, high in ends if math.isfinite(low) and math.isfinite(high)]
    name_points(axes, points, bars, corners, looks)
