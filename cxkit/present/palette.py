"""Colours that colour-blind readers, grey printers and dark screens can all tell apart."""

from __future__ import annotations

__all__ = ["BAND_INK", "GREY", "HIGHER", "LOWER", "NEUTRAL", "band_colours"]

#: Detractors and "lower", passives, promoters and "higher": orange, grey, blue.
LOWER, NEUTRAL, HIGHER = "#e87400", "#606060", "#3d7af2"
GREY = "#8a8a8a"

#: Ink for a label on each band: at least 5:1. White on the orange is 3.0:1, on the blue 4.0:1.
BAND_INK = {LOWER: "#000000", NEUTRAL: "#ffffff", HIGHER: "#000000"}

_STEPS = ("#e87400", "#f0a35c", "#f5c79b", "#606060", "#9cbcf8", "#6c9af5", "#3d7af2")


def band_colours(count: int) -> tuple[str, ...]:
    """A colour for each of ``count`` bands, lowest value first.

    >>> band_colours(3)
    ('#e87400', '#606060', '#3d7af2')
    """
    if count == 1:
        return (HIGHER,)
    if count == 2:
        return (NEUTRAL, HIGHER)
    if count == 3:
        return (LOWER, NEUTRAL, HIGHER)
    last = len(_STEPS) - 1
    return tuple(_STEPS[round(i * last / (count - 1))] for i in range(count))
