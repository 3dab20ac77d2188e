"""Drawings of priorities: impact against effort, and impact alone."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.keydrivers.shown.point_names import corner_words, name_points
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.priorities import Priorities, Priority

__all__ = ["PriorityPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class PriorityPlots:
    """Drawings of priorities. Call it for impact against effort, or for bars where no effort is given."""

    result: "Priorities"

    def __call__(self, *, key: tuple[Any, ...] | None = None, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Impact against effort; bars of the impact without efforts."""
        return (self.efforts if self.result.efforts else self.bars)(key=key, ax=ax, lang=lang)

    def bars(self, *, key: tuple[Any, ...] | None = None, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The gain of a step of each driver with its interval; grey ones are not recommended.

        Parameters
        ----------
        key : tuple, optional
            The group; the first one without.
        """
        from cxkit.keydrivers.readings.priorities_words import colour, say
        from cxkit.keydrivers.readings.reading_words import change_text, move_text
        from cxkit.present.palette import GREY, NEUTRAL

        rows = [r for r in self._group(key) if math.isfinite(r.impact)][:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, r in enumerate(rows):
            axes.barh(y, r.impact, height=0.62, color=colour(r), alpha=1 if r.recommended else 0.45)
            axes.plot([r.low, r.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{change_text(self.result.outcome, r.impact, lang)} · {say(r.verdict, lang)}",
                (max(r.high, 0), y), xytext=(6, 0), textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [f"{label_text(r.driver)} {move_text(r.move, lang)}" for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        ends = [0.0, *(x for r in rows for x in (r.low, r.high))]
        width = (max(ends) - min(ends)) or 1.0
        axes.set_xlim(min(ends) - 0.06 * width, max(ends) + 0.55 * width)
        axes.set_xlabel(self._axis(lang))
        axes.set_title(self._title(key, lang), loc="left", fontsize="medium")
        return axes

    def efforts(self, *, key: tuple[Any, ...] | None = None, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Gain against effort, with the interval; lines at the medians of the recommended drivers, hollow others."""
        from statistics import median

        from cxkit.keydrivers.readings.priorities_words import colour, say
        from cxkit.present.palette import GREY

        every = [r for r in self._group(key) if math.isfinite(r.impact) and math.isfinite(r.effort)]
        rows = every[:_MOST]
        _, axes = canvas(ax, 11)
        for r in rows:
            hue = colour(r)
            axes.plot([r.effort, r.effort], [r.low, r.high], color=hue, linewidth=1.5, alpha=0.7)
            axes.plot([r.effort], [r.impact], "o", color=hue, markersize=8,
                      markerfacecolor=hue if r.recommended else "white")  # fmt: skip
        good = [r for r in rows if r.recommended]
        if len(good) > 1:
            axes.axvline(median(r.effort for r in good), color=GREY, linestyle=":", linewidth=1)
            axes.axhline(median(r.impact for r in good), color=GREY, linestyle=":", linewidth=1)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.margins(x=0.2, y=0.12)
        if rows:
            axes.set_xlim(left=min(0.0, axes.get_xlim()[0]) if min(r.effort for r in rows) <= 0 else 0.0)
        axes.set(xlabel=say("effort", lang), ylabel=self._axis(lang))
        note = "" if len(good) == len(rows) else f" ({say('hollow', lang)})"
        axes.set_title(self._title(key, lang) + note, loc="left", fontsize="medium")
        corners = {(0, 1): "quick_win", (1, 1): "big_bet", (0, 0): "fill_in", (1, 0): "later"} if len(good) > 1 else {}
        words = corner_words(axes, {at: say(verdict, lang) for at, verdict in corners.items()})
        names = [label_text(r.driver) + ("" if r.recommended else f" ({say(r.verdict, lang)})") for r in rows]
        points = [(r.effort, r.impact, name) for r, name in zip(rows, names, strict=True)]
        name_points(axes, points, [(r.effort, r.low, r.effort, r.high) for r in rows], words)
        return axes

    def _group(self, key: tuple[Any, ...] | None) -> "tuple[Priority, ...]":
        keys = self.result.keys
        return self.result.of(keys[0] if key is None and keys else key or ())

    def _axis(self, lang: str) -> str:
        from cxkit.keydrivers.readings.priorities_words import say
        from cxkit.present.words import percent

        name = label_text(self.result.outcome.title(lang))
        return f"{say('axis', lang, name=name)} ({percent(self.result.level, lang)})"

    def _title(self, key: tuple[Any, ...] | None, lang: str) -> str:
        from cxkit.keydrivers.readings.priorities_words import say
        from cxkit.present.words import group_name

        title = say("caption", lang, name=label_text(self.result.outcome.title(lang)))
        keys = self.result.keys
        shown = keys[0] if key is None and keys else key or ()
        return title + (f" · {label_text(group_name(shown, lang, freq=self.result.freq))}" if shown else "")
