"""Drawings of units against the rest of their organisation."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.units import Focus, Units

__all__ = ["UnitPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class UnitPlots:
    """Drawings of units. Call it for dumbbells."""

    result: "Units"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Unit and rest, driver by driver."""
        return self.dumbbells(ax=ax, lang=lang)

    def dumbbells(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Mean of the unit (dot) and of the rest (bar) on each driver's own scale, with what catching up is worth.

        Hollow and grey where nothing is established. Beyond 40 rows, the gaps that are worth most.
        """
        from cxkit.keydrivers.readings.reading_words import with_points
        from cxkit.keydrivers.readings.units_words import colour, say, word
        from cxkit.present.palette import NEUTRAL

        rows = self._shown()
        ends = self._ends(rows)
        _, axes = canvas(ax, len(rows) + 1)
        for y, r in enumerate(rows):
            hue, known = colour(r), r.verdict != "inconclusive"
            bottom, top = ends[r.driver]
            here, there = (100 * (x - bottom) / (top - bottom) for x in (r.performance, r.rest))
            axes.plot([there, here], [y, y], color=hue, linewidth=2.5)
            axes.plot([there], [y], "|", color=NEUTRAL, markersize=13, markeredgewidth=2.5)
            axes.plot([here], [y], "o", color=hue, markersize=8, markerfacecolor=hue if known else "white")
            said = word(r, lang)
            if r.rank is not None:
                said += f" ({with_points(self.result.outcome, r.worth, lang)})"
            axes.annotate(said, (max(here, there), y), xytext=(9, 0), textcoords="offset points", va="center",
                          fontsize="small")  # fmt: skip
        axes.set_yticks(range(len(rows)), [self._name(r, lang) for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.38 * (high - low))
        axes.set_xlabel(say("axis", lang))
        axes.set_title(self._title(rows, lang), loc="left", fontsize="medium")
        return axes

    def _shown(self) -> "list[Focus]":
        rows = [r for r in self.result.rows if math.isfinite(r.performance) and math.isfinite(r.rest)]
        if len(rows) <= _MOST:
            return rows
        kept = set(
            sorted(range(len(rows)), key=lambda i: (rows[i].verdict == "inconclusive", -abs(rows[i].worth)))[:_MOST]
        )
        return [r for i, r in enumerate(rows) if i in kept]

    def _ends(self, rows: "list[Focus]") -> dict[str, tuple[float, float]]:
        """Ends of each driver's scale; where they are not known, of what is drawn."""
        known = dict(self.result.scales)
        out = {}
        for name in {r.driver for r in rows}:
            drawn = [x for r in rows if r.driver == name for x in (r.performance, r.rest)]
            low, high = known.get(name, (math.nan, math.nan))
            if not (math.isfinite(low) and math.isfinite(high) and high > low):
                low, high = min(drawn), max(drawn)
            out[name] = (low, high if high > low else low + 1)
        return out

    def _name(self, row: "Focus", lang: str) -> str:
        from cxkit.present.words import group_name

        if len(self.result.keys) == 1:
            return label_text(row.driver)
        return f"{label_text(group_name(row.key, lang, freq=self.result.freq))} · {label_text(row.driver)}"

    def _title(self, rows: "list[Focus]", lang: str) -> str:
        from cxkit.keydrivers.readings.units_words import say
        from cxkit.present.words import group_name

        title = say("caption", lang, name=label_text(self.result.outcome.title(lang)))
        if len(self.result.keys) != 1 or not rows:
            return title
        return f"{title} · {label_text(group_name(rows[0].key, lang, freq=self.result.freq))}"
