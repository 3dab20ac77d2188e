"""Drawings of segments and tiers: who they are, and who holds the value."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.lifetimes.rfm import Rfm

__all__ = ["RfmPlots"]


@dataclass(frozen=True, slots=True)
class RfmPlots:
    """Drawings of segments. Call it for their shares."""

    result: "Rfm"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Each segment's share of customers and of value."""
        return self.segments(ax=ax, lang=lang)

    def segments(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Each segment's share of customers (grey) and of value (blue, with its interval)."""
        from cxkit.present.numbers import with_unit
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.value.lifetimes.rfm_segments import segment_name
        from cxkit.value.lifetimes.rfm_words import say

        groups = self.result.groups[1:]
        _, axes = canvas(ax, 2 + len(groups))
        for y, group in enumerate(groups):
            people, value = group["share_customers"], group["share_value"]
            axes.barh(
                y - 0.2, value.estimate, height=0.38, color=HIGHER, label=say("share_value", lang) if not y else None
            )
            axes.barh(
                y + 0.2, people.estimate, height=0.38, color=GREY, label=say("share_customers", lang) if not y else None
            )
            if math.isfinite(value.low):
                axes.plot([value.low, value.high], [y - 0.2, y - 0.2], color=NEUTRAL, linewidth=1.6)
            end = value.high if math.isfinite(value.high) else value.estimate
            for shift, x, item in ((-0.2, end, value), (0.2, people.estimate, people)):
                axes.annotate(with_unit(item.estimate, "%", lang, digits=0), (x, y + shift), xytext=(4, 0),
                              textcoords="offset points", va="center", fontsize="small")  # fmt: skip
        axes.set_yticks(range(len(groups)), [segment_name(g.key[0], lang) for g in groups])
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.margins(x=0.12)
        axes.set_xlabel("%")
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small", loc="lower right")
        return axes

    def lorenz(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The Lorenz curve: the share of value that the smallest customers hold."""
        import numpy as np

        from cxkit.present.numbers import number
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.value.lifetimes.rfm import lorenz_of
        from cxkit.value.lifetimes.rfm_words import say

        at, held = lorenz_of(self.result)
        # Thousands of points would draw the same line.
        kept = np.unique(np.linspace(0, len(at) - 1, 400).astype(int))
        _, axes = canvas(ax, 10)
        axes.plot([0, 100], [0, 100], color=GREY, linestyle="--", linewidth=1, label=say("equal", lang))
        axes.fill_between(100 * at[kept], 100 * held[kept], 100 * at[kept], color=HIGHER, alpha=0.15, linewidth=0)
        gini = self.result["gini"].estimate
        axes.plot(
            100 * at[kept], 100 * held[kept], color=HIGHER, linewidth=2, label=f"Gini {number(gini, lang, digits=2)}"
        )
        axes.set(xlim=(0, 100), ylim=(0, 100), xlabel=say("lorenz_x", lang), ylabel=say("lorenz_y", lang))
        axes.set_title(say("lorenz", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small", loc="upper left")
        return axes

    def tiers(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The share of value that the top of the customers hold, with its interval."""
        from cxkit.present.numbers import with_unit
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.value.lifetimes.rfm_words import say

        tiers = self.result.tiers
        _, axes = canvas(ax, 1 + len(tiers))
        for y, tier in enumerate(tiers):
            axes.barh(y, tier.share, height=0.6, color=HIGHER)
            axes.plot([100 * tier.top] * 2, [y - 0.3, y + 0.3], color=GREY, linewidth=2)
            if math.isfinite(tier.low):
                axes.plot([tier.low, tier.high], [y, y], color=NEUTRAL, linewidth=2)
            end = tier.high if math.isfinite(tier.high) else tier.share
            axes.annotate(with_unit(tier.share, "%", lang), (end, y), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize="small")  # fmt: skip
        names = [say("top", lang, top=with_unit(100 * t.top, "%", lang, digits=0)) for t in tiers]
        axes.set_yticks(range(len(tiers)), names)
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.set(xlim=(0, 112), xlabel=say("lorenz_y", lang))
        axes.set_title(say("lorenz", lang), loc="left", fontsize="medium")
        return axes

    def grid(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How many customers have each pair of scores of recency and frequency."""
        import numpy as np

        from cxkit.present.numbers import count
        from cxkit.value.lifetimes.rfm_words import say

        table = np.zeros((5, 5))
        np.add.at(table, (self.result.scores[:, 1] - 1, self.result.scores[:, 0] - 1), 1)
        _, axes = canvas(ax, 8)
        axes.pcolormesh(np.arange(1, 6), np.arange(1, 6), table, cmap="Blues", vmin=0, vmax=1.4 * table.max(),
                        shading="nearest")  # fmt: skip
        for f in range(5):
            for r in range(5):
                axes.text(r + 1, f + 1, count(int(table[f, r]), lang), ha="center", va="center", fontsize="small")
        axes.grid(False)
        axes.set(xlabel=say("r", lang), ylabel=say("f", lang))
        axes.set_title(say("grid", lang), loc="left", fontsize="medium")
        return axes
