"""Names of points on a map, placed so that none covers another or the intervals of the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.keydrivers.shown.label_places import label_places
from cxkit.present.palette import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["corner_words", "name_points"]


def corner_words(axes: Axes, words: dict[tuple[int, int], str], **look: Any) -> list[Any]:
    """Words in the corners of a map: (0 left or 1 right, 0 bottom or 1 top) -> word; ``look`` as matplotlib's texts."""
    look = look or {"fontsize": "small", "style": "italic", "color": "#606060"}
    return [
        axes.annotate(
            word, (x, y), xycoords="axes fraction", xytext=(6 - 12 * x, 5 - 10 * y), textcoords="offset points",
            ha="right" if x else "left", va="top" if y else "bottom", **look,
        )
        for (x, y), word in words.items()
    ]  # fmt: skip


def name_points(
    axes: Axes,
    points: Sequence[tuple[float, float, str]],
    bars: Sequence[tuple[float, float, float, float]] = (),
    words: Sequence[Any] = (),
    looks: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the name of each point beside it; a thin line leads to a name that stands away.

    Call it last, when the limits of the axes stand.

    Parameters
    ----------
    points : sequence of (x, y, text)
    bars : sequence of (left, bottom, right, top)
        Intervals that names should not cross, in data units.
    words : sequence of Text
        What is written already.
    looks : sequence of mapping
        How each name is written, as matplotlib's texts take it.
    """
    if not points:
        return
    figure: Any = axes.get_figure(root=True)
    labels = [
        axes.annotate(
            text, (x, y), xytext=(0, 0), textcoords="offset points", ha="center", va="center", fontsize="small", **look
        )
        for (x, y, text), look in zip(points, looks or [{}] * len(points), strict=True)
    ]
    for label in labels:
        label.set_in_layout(False)
    figure.draw_without_rendering()
    unit = 72 / figure.dpi
    at = unit * axes.transData.transform(np.array([(x, y) for x, y, _ in points]))
    sizes = np.array([unit * np.ptp(label.get_window_extent().get_points(), axis=0) for label in labels])
    taken = [np.r_[p - 6, p + 6] for p in at]
    taken += [(unit * word.get_window_extent().get_points()).ravel() for word in words]
    thick = np.array([-1.5, -1.5, 1.5, 1.5])
    crossed = [thick + unit * axes.transData.transform([b[:2], b[2:]]).ravel() for b in bars]
    frame = (unit * axes.get_window_extent().get_points()).ravel()
    for label, point, size, centre in zip(
        labels, at, sizes, label_places(at, sizes, frame.tolist(), taken, crossed), strict=True
    ):
        label.set_position(tuple(centre - point))
        # The nearest spot of the name's box; a line there where it is not beside its point.
        edge = np.clip(point, centre - size / 2, centre + size / 2)
        if np.hypot(*(edge - point)) > 16:
            line = axes.annotate(
                "", label.xy, xytext=tuple(edge - point), textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 4}, zorder=1.5,
            )  # fmt: skip
            line.set_in_layout(False)
