"""Drawings of a ranking: the caterpillar with the ranks that each unit may have."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.inference.rank_result import Ranking

__all__ = ["RankPlots"]

_MOST = 60


@dataclass(frozen=True, slots=True)
class RankPlots:
    """Drawings of a ranking. Call it for the caterpillar."""

    result: "Ranking"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Estimates in order with their intervals, and the true ranks that each unit may have."""
        return self.caterpillar(ax=ax, lang=lang)

    def caterpillar(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Estimates in order with their intervals; the rank range stands beside each name.

        A filled dot is the unit's own estimate, a ring the shrunken one. Grey marks the units
        that cannot be told from the first, orange with ↓ those that stand behind it.
        """
        from cxkit.inference.rank_words import rank_range, say, value_text
        from cxkit.present.palette import NEUTRAL
        from cxkit.present.words import group_name, percent

        result, rows = self.result, self.result.ranked[:_MOST]
        _, axes = canvas(ax, len(rows))
        colours, arrows = self._standing(rows)
        for y, i in enumerate(rows):
            colour = colours[y]
            axes.plot([result.low[i], result.high[i]], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
            axes.plot([result.estimate[i]], [y], "o", color=colour, label=say("own", lang) if y == 0 else None)
            if result.shrink:
                axes.plot(
                    [result.shrunk[i]], [y], "o", markerfacecolor="none", markeredgecolor=NEUTRAL, markersize=9,
                    label=say("drawn", lang) if y == 0 else None,
                )  # fmt: skip
        if result.benchmark is not None:
            named = f"{value_text(result, result.benchmark, lang)} · {label_text(result.benchmark_source)}"
            axes.axvline(result.benchmark, color=NEUTRAL, linestyle="--", linewidth=1, label=named)
        axes.set_yticks(
            range(len(rows)),
            [
                f"{label_text(group_name(result.keys[i], lang))}  (n={result.n[i]})  "
                f"{rank_range(*result.range_of(i), lang)}{arrow}"
                for i, arrow in zip(rows, arrows, strict=True)
            ],
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        self._dress(axes, lang, say("rank_axis", lang, level=percent(result.level, lang)))
        return axes

    def ranges(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The ranks that each unit may truly have, as bars on the axis of ranks."""
        from cxkit.inference.rank_words import rank_range, say
        from cxkit.present.palette import NEUTRAL
        from cxkit.present.words import group_name, percent

        result, rows = self.result, self.result.ranked[:_MOST]
        _, axes = canvas(ax, len(rows))
        colours, arrows = self._standing(rows)
        for y, i in enumerate(rows):
            low, high = result.range_of(i)
            axes.barh(y, high - low + 0.7, left=low - 0.35, color=colours[y], alpha=0.55, height=0.6)
            axes.plot([result.rank[i] or 0], [y], "o", color=NEUTRAL)
            axes.annotate(
                rank_range(low, high, lang) + arrows[y], (high + 0.35, y), xytext=(5, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [label_text(group_name(result.keys[i], lang)) for i in rows])
        axes.set(ylim=(len(rows) - 0.4, -0.6), xlim=(0.3, 1.15 * len(rows) + 0.7))
        axes.set_xticks(range(1, len(rows) + 1, max(1, len(rows) // 12)))
        self._legend(axes, lang)
        axes.set_xlabel(say("rank_axis", lang, level=percent(result.level, lang)))
        axes.set_ylabel(label_text(" · ".join(result.by)))
        axes.grid(False, axis="y")
        return axes

    def _dress(self, axes: "Axes", lang: str, ranks: str) -> None:
        result = self.result
        unit = f" ({result.metric.unit})" if result.metric.unit else ""
        axes.set_xlabel(label_text(result.metric.title(lang)) + unit)
        axes.set_ylabel(f"{label_text(' · '.join(result.by))}  |  {ranks}", fontsize="small")
        axes.margins(x=0.1)
        self._legend(axes, lang)

    def _standing(self, rows: tuple[int, ...]) -> tuple[list[str], list[str]]:
        """The colour of each row and the arrow beside it: first, like the first, behind it."""
        from cxkit.present.palette import GREY, HIGHER, LOWER

        tied = set(self.result.tied_with_first)
        behind = [y > 0 and self.result.keys[i] not in tied for y, i in enumerate(rows)]
        colours = [HIGHER if y == 0 else LOWER if b else GREY for y, b in enumerate(behind)]
        return colours, [" ↓" if b else "" for b in behind]

    def _legend(self, axes: "Axes", lang: str) -> None:
        from cxkit.inference.rank_words import say
        from cxkit.present.palette import GREY, LOWER

        ranked, tied = len(self.result.ranked), len(self.result.tied_with_first)
        if tied:
            axes.plot([], [], "s", color=GREY, label=say("like_first", lang))
        if tied < ranked - 1:
            axes.plot([], [], "s", color=LOWER, label=say("behind", lang))
        handles = axes.get_legend_handles_labels()[0]
        if handles:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize="small")
        # The title stands above the rows of the legend.
        axes.set_title(self._title(lang), loc="left", fontsize="medium", pad=8 + 17 * math.ceil(len(handles) / 2))

    def _title(self, lang: str) -> str:
        from cxkit.inference.rank_words import say

        by = label_text(" × ".join(self.result.by))
        return say("caption", lang, name=label_text(self.result.metric.title(lang)), by=by)
