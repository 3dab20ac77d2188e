"""Where the names of points go on a drawing, so that none covers another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["label_places", "overlap"]

Floats = NDArray[np.float64]

_ANGLES = np.deg2rad([0, 180, 25, 155, -25, -155, 55, 125, -55, -125, 90, -90])
_RINGS = (7.0, 13.0, 22.0, 34.0, 50.0, 70.0, 95.0, 125.0, 160.0)
_PASSES = 6


def overlap(box: ArrayLike, others: ArrayLike) -> Floats:
    """Area that a box ``(left, bottom, right, top)`` has in common with each of others, (k, 4) -> (k,).

    >>> overlap((0, 0, 2, 2), [(1, 1, 3, 3), (5, 5, 6, 6)]).tolist()
    [1.0, 0.0]
    """
    a, b = np.asarray(box, float), np.asarray(others, float).reshape(-1, 4)
    wide = np.minimum(a[..., 2, None], b[:, 2]) - np.maximum(a[..., 0, None], b[:, 0])
    tall = np.minimum(a[..., 3, None], b[:, 3]) - np.maximum(a[..., 1, None], b[:, 1])
    return np.asarray(np.maximum(wide, 0) * np.maximum(tall, 0))


def label_places(
    points: ArrayLike, sizes: ArrayLike, frame: Sequence[float], taken: ArrayLike = (), crossed: ArrayLike = (), *,
    gap: float = 2.0,
) -> Floats:  # fmt: skip
    """Centres of the labels of points: beside their point where there is room, else farther away.

    Each label tries twelve directions at nine distances and takes the place that costs least: labels that
    it would cover, other things that it would cover, the part outside the frame, the distance. Labels are then
    placed again, in the same order, until none moves or six times. Nothing is drawn by lot.

    Parameters
    ----------
    points, sizes : (k, 2) array_like
        Positions, and widths and heights of the labels, in one unit such as typographic points.
    frame : (left, bottom, right, top)
        Where labels may stand.
    taken : (m, 4) array_like
        Boxes that labels should not cover: markers, titles.
    crossed : (m, 4) array_like
        Boxes that labels may cross at need: thin bars.
    gap : float
        Blank kept about each label.

    Returns
    -------
    (k, 2) array
        Centres of the labels.
    """
    at, size = np.asarray(points, float).reshape(-1, 2), np.asarray(sizes, float).reshape(-1, 2) + gap
    blocked = np.asarray(taken, float).reshape(-1, 4), np.asarray(crossed, float).reshape(-1, 4)
    tried = [_candidates(p, s) for p, s in zip(at, size, strict=True)]
    still = [_still_cost(c, s, frame, *blocked) for c, s in zip(tried, size, strict=True)]
    chosen = np.full(len(at), -1)
    # The crowded first: they have the fewest places to choose from.
    near = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) if len(at) else np.zeros((0, 0))
    order = np.argsort(np.exp(-near / 60).sum(axis=1) * -1, kind="stable")
    for _ in range(_PASSES):
        moved = False
        for i in order.tolist():
            others = [j for j in range(len(at)) if j != i and chosen[j] >= 0]
            centres = np.array([tried[j][chosen[j]] for j in others]).reshape(-1, 2)
            placed = _boxes(centres, size[others].reshape(-1, 2))
            cost = still[i] + 20 * overlap(_boxes(tried[i], size[i]), placed).sum(axis=1)
            best = int(np.argmin(cost))
            moved |= best != chosen[i]
            chosen[i] = best
        if not moved:
            break
    return np.array([tried[i][chosen[i]] for i in range(len(at))]).reshape(-1, 2)


def _candidates(point: Floats, size: Floats) -> Floats:
    """Centres such that the label's edge is at each distance in each direction."""
    towards = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
    half = size / 2
    return np.concatenate([point + towards * ring + np.sign(np.round(towards, 6)) * half for ring in _RINGS])


def _still_cost(centres: Floats, size: Floats, frame: Sequence[float], taken: Floats, crossed: Floats) -> Floats:
    """What a place costs wherever the other labels stand."""
    boxes, area = _boxes(centres, size), float(size.prod())
    inside = overlap(boxes, [frame])[:, 0]
    distance = np.repeat(np.asarray(_RINGS), len(_ANGLES))
    preferred = np.tile(np.arange(len(_ANGLES)) * 0.4, len(_RINGS))
    covered = 15 * overlap(boxes, taken).sum(axis=1) + 1.2 * overlap(boxes, crossed).sum(axis=1)
    return np.asarray(40 * (area - inside) + covered + 3 * distance + preferred)


def _boxes(centres: Floats, size: Floats) -> Floats:
    return np.concatenate([centres - size / 2, centres + size / 2], axis=-1)
