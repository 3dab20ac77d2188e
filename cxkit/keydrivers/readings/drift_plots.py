"""Drawings of drift: dumbbells between groups, lines over periods."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.drift import Drift, Shift

__all__ = ["DriftPlots"]

_MOST = 40
_MARKERS = "osD^vPX*hp"


@dataclass(frozen=True, slots=True)
class DriftPlots:
    """Drawings of drift. Call it for lines over three periods or more, dumbbells otherwise."""

    result: "Drift"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Shares of importance over periods, or in each group and what it is compared with."""
        result = self.result
        strands = {key[:-1] for key in result.keys}
        if result.versus == "previous" and len(strands) == 1 and len(result.keys) > 2:
            return self.lines(ax=ax, lang=lang)
        return self.dumbbells(ax=ax, lang=lang)

    def dumbbells(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Share in the group (dot) and in what it is compared with (bar); hollow where nothing is established."""
        from cxkit.keydrivers.readings.drift_words import colour, say, versus_name
        from cxkit.present.palette import NEUTRAL

        rows = self._shown()
        _, axes = canvas(ax, len(rows) + 1)
        for y, r in enumerate(rows):
            hue = colour(r)
            axes.plot([r.share_versus, r.share], [y, y], color=hue, linewidth=2)
            axes.plot([r.share_versus], [y], "|", color=NEUTRAL, markersize=13, markeredgewidth=2.5)
            axes.plot([r.share], [y], "o", color=hue, markersize=8, markerfacecolor=hue if r.moved else "white")
            axes.annotate(
                say(r.verdict, lang), (max(r.share, r.share_versus), y), xytext=(9, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [self._name(r, lang) for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        low, high = axes.get_xlim()
        axes.set_xlim(max(0.0, low), high + 0.25 * (high - low))
        axes.set_xlabel(say("axis", lang))
        versus = {versus_name(r, self.result, lang) for r in rows}
        bar = f" (| {label_text(versus.pop())})" if len(versus) == 1 else ""
        self._title(axes, lang, bar)
        return axes

    def lines(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Share of each driver by period with its interval; a filled marker where the change is established."""
        from cxkit.keydrivers.readings.drift_words import say
        from cxkit.present.numbers import short_period
        from cxkit.stats.intervals import z_value

        result = self.result
        seaborn, axes = canvas(ax, 9)
        order = sorted((g for g in range(len(result.keys)) if result.keys[g][-1] is not None), key=self._when)
        last = order[-1]
        shown = sorted(range(len(result.names)), key=lambda k: -_size(result.shares[last][k]))[: len(_MARKERS)]
        z = float(z_value(result.level))
        moved = {(r.key, r.driver) for r in result.moved}
        palette = seaborn.color_palette("colorblind", len(shown))
        ends: list[tuple[float, str, Any]] = []
        for k, hue, marker in zip(shown, palette, _MARKERS, strict=False):
            y = [result.shares[g][k] for g in order]
            e = [z * result.errors[g][k] for g in order]
            low, high = (
                [max(a - b, 0.0) for a, b in zip(y, e, strict=True)],
                [min(a + b, 100.0) for a, b in zip(y, e, strict=True)],
            )
            axes.fill_between(range(len(order)), low, high, color=hue, alpha=0.10, linewidth=0)
            axes.plot(range(len(order)), y, color=hue, linewidth=1.8)
            for x, g in enumerate(order):
                filled = (result.keys[g], result.names[k]) in moved
                axes.plot([x], [y[x]], marker, color=hue, markersize=8, markerfacecolor=hue if filled else "white")
            ends.append((y[-1], result.names[k], hue))
        self._ends(axes, ends, len(order) - 1)
        freq = result.freq or "M"
        axes.set_xticks(range(len(order)), [short_period(result.keys[g][-1], freq, lang) for g in order],
                        rotation=30 if len(order) > 5 else 0, ha="right" if len(order) > 5 else "center")  # fmt: skip
        axes.set(ylabel=say("axis", lang), xlim=(-0.2, (len(order) - 1) * 1.28 + 0.2))
        axes.set_ylim(bottom=0)
        self._title(axes, lang, f" ({say('hollow', lang)})")
        return axes

    def _ends(self, axes: "Axes", ends: list[tuple[float, str, Any]], x: int) -> None:
        """The name of each line at its end, one above the other where lines end together."""
        gap = 0.055 * (axes.get_ylim()[1] - min(0.0, axes.get_ylim()[0]))
        floor = -math.inf
        for y, name, hue in sorted(e for e in ends if math.isfinite(e[0])):
            floor = max(y, floor + gap)
            axes.annotate(label_text(name), (x, floor), xytext=(9, 0), textcoords="offset points", va="center",
                          color=hue, fontsize="small")  # fmt: skip

    def _shown(self) -> "list[Shift]":
        """All rows; where there are too many, those that moved and then the largest differences."""
        rows = [r for r in self.result.rows if math.isfinite(r.share) and math.isfinite(r.share_versus)]
        if len(rows) <= _MOST:
            return rows
        kept = set(sorted(range(len(rows)), key=lambda i: (not rows[i].moved, -abs(rows[i].delta)))[:_MOST])
        return [r for i, r in enumerate(rows) if i in kept]

    def _name(self, row: "Shift", lang: str) -> str:
        from cxkit.present.words import group_name

        return f"{label_text(group_name(row.key, lang, freq=self.result.freq))} · {label_text(row.driver)}"

    def _when(self, g: int) -> Any:
        return self.result.keys[g][-1]

    def _title(self, axes: "Axes", lang: str, more: str = "") -> None:
        from cxkit.keydrivers.readings.drift_words import say

        name = label_text(self.result.outcome.title(lang))
        axes.set_title(say("caption", lang, name=name) + more, loc="left", fontsize="medium")


def _size(x: float) -> float:
    return x if math.isfinite(x) else -math.inf
