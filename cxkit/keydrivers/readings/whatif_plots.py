"""Drawings of a what-if: bars of the change, with their intervals."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.whatif import Move, Scenario, WhatIf

__all__ = ["WhatIfPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class WhatIfPlots:
    """Drawings of a what-if. Call it for the bars."""

    result: "WhatIf"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The change that goes with each move, and with all together."""
        return self.bars(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a move with its interval, and one for all moves together; grey ones may be nothing.

        With several groups and several moves, one bar a group: the total.
        """
        from cxkit.keydrivers.readings.reading_words import change_text, range_text
        from cxkit.keydrivers.readings.whatif_words import colour, say, word
        from cxkit.present.palette import GREY, NEUTRAL
        from cxkit.present.words import percent

        result = self.result
        rows = self._rows()[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, (_, move) in enumerate(rows):
            said = word(result, move)
            known = math.isfinite(move.change)
            axes.barh(
                y, move.change if known else 0, height=0.62, color=colour(said), alpha=0.45 if said == "maybe" else 1,
                hatch=None if move.driver else "//", edgecolor="white", linewidth=0,
            )  # fmt: skip
            if known:
                axes.plot([move.low, move.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            text = f"{change_text(result.outcome, move.change, lang)} {range_text(result.outcome, move.low, move.high, lang)}"
            said_too = "" if said == "up" else " · " + say(said, lang)
            axes.annotate(
                text + said_too, (max(move.high, 0) if known else 0, y), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [self._name(s, m, lang) for s, m in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        self._widen(axes, rows)
        name = label_text(result.outcome.title(lang))
        axes.set_xlabel(f"{say('axis', lang, name=name)} ({percent(result.level, lang)})")
        axes.set_title(say("caption", lang, name=name), loc="left", fontsize="medium")
        return axes

    def _rows(self) -> "list[tuple[Scenario, Move]]":
        result = self.result
        several = len(result) > 1
        rows = []
        for s in result.scenarios:
            moves = s.moves if len(s.moves) == 1 and not s.absent else (s.total,) if several else (*s.moves, s.total)
            rows += [(s, m) for m in moves]
        return rows

    def _name(self, scenario: "Scenario", move: "Move", lang: str) -> str:
        from cxkit.keydrivers.readings.reading_words import move_text
        from cxkit.keydrivers.readings.whatif_words import say
        from cxkit.present.words import group_name

        said = say("total", lang) if not move.driver else f"{label_text(move.driver)} {move_text(move.delta, lang)}"
        if move.cut or move.capped:
            said += f" ({say('ends', lang)})"
        if not scenario.key:
            return said
        return f"{label_text(group_name(scenario.key, lang, freq=self.result.freq))} · {said}"

    def _widen(self, axes: "Axes", rows: "list[tuple[Scenario, Move]]") -> None:
        """Room at the right for what is written there."""
        ends = [x for _, m in rows for x in (m.low, m.high, 0.0) if math.isfinite(x)]
        low, high = min(ends, default=0.0), max(ends, default=0.0)
        width = (high - low) or 1.0
        axes.set_xlim(low - 0.06 * width, high + 0.85 * width)
