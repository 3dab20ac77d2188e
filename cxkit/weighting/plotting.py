"""Margins before and after weighting, beside what they should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text
from cxkit.weighting.margins import MarginRow
from cxkit.weighting.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MarginPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class MarginPlots:
    """Drawings of weights. Call it for the margins."""

    rows: tuple[MarginRow, ...]
    title: str
    before_key: str = "before"
    target_key: str = "target"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Each category before and after, and its target."""
        return self.margins(ax=ax, lang=lang)

    def margins(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A line a category: a hollow circle before, a full one after, a bar at the target."""
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL

        rows = self.rows[:_MOST]
        _, axes = canvas(ax, len(rows))
        places = list(range(len(rows)))
        for y, row in zip(places, rows, strict=True):
            axes.plot([row.before, row.after], [y, y], color=GREY, linewidth=1.5, zorder=1)
        axes.scatter(
            [r.target for r in rows], places, marker="|", s=320, color=NEUTRAL, linewidths=2.5,
            label=say(self.target_key, lang), zorder=2,
        )  # fmt: skip
        axes.scatter(
            [r.before for r in rows], places, s=45, facecolors="none", edgecolors=NEUTRAL, linewidths=1.5,
            label=say(self.before_key, lang), zorder=3,
        )  # fmt: skip
        axes.scatter([r.after for r in rows], places, s=45, color=HIGHER, label=say("after", lang), zorder=4)
        axes.set_yticks(places, _names(rows))
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.margins(y=0.5 / max(1, len(rows)))
        axes.set_xlim(left=0)
        axes.set(xlabel=say("share", lang), ylabel="")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize="small")
        axes.set_title(label_text(say(self.title, lang)), loc="right", fontsize="medium")
        return axes


def _names(rows: Sequence[MarginRow]) -> list[str]:
    """Margin and category of each line; only the margin's first line names it."""
    out, last = [], None
    for row in rows:
        name = label_text(row.category)
        out.append(f"{label_text(row.margin)}: {name}" if row.margin != last else name)
        last = row.margin
    return out
