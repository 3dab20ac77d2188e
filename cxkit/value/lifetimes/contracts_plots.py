"""Drawings of contracts: who is still there, who renews."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.lifetimes.contracts import Contracts

__all__ = ["ContractPlots"]

_MOST = 8


@dataclass(frozen=True, slots=True)
class ContractPlots:
    """Drawings of contracts. Call it for survival."""

    result: "Contracts"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Who is still there: seen as dots, the model as a line with its interval, dashed where it is projected."""
        return self.survival(ax=ax, lang=lang)

    def survival(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Who is still there after so many periods."""
        import numpy as np

        from cxkit.present.palette import HIGHER, LOWER, NEUTRAL
        from cxkit.present.words import group_name
        from cxkit.value.lifetimes.contracts import YEARLY
        from cxkit.value.lifetimes.contracts_words import say

        result = self.result
        _, axes = canvas(ax, 8)
        colours = [HIGHER, LOWER, NEUTRAL]
        for place, curve in enumerate(result.curves[:_MOST]):
            colour = colours[place] if place < len(colours) else f"C{place}"
            t = np.arange(len(curve.fitted))
            last = len(curve.seen) - 1
            name = label_text(group_name(curve.key, lang)) + ", " if curve.key else ""
            axes.plot(np.arange(last + 1), 100 * curve.seen, "o", color=colour, markersize=4,
                      label=f"{name}{say('seen', lang)}")  # fmt: skip
            axes.plot(t[: last + 1], 100 * curve.fitted[: last + 1], color=colour, label=f"{name}{say('model', lang)}")
            axes.plot(t[last:], 100 * curve.fitted[last:], color=colour, linestyle="--")
            if np.isfinite(curve.low).all():
                axes.fill_between(t, 100 * curve.low, 100 * curve.high, color=colour, alpha=0.15, linewidth=0)
            axes.annotate(f"{100 * curve.fitted[-1]:.0f}", (t[-1], 100 * curve.fitted[-1]), xytext=(5, 0),
                          textcoords="offset points", va="center", fontsize="small")  # fmt: skip
        axes.set_ylim(0, 105)
        axes.set(xlabel=say(YEARLY[result.freq][1], lang), ylabel=say("axis", lang))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes

    def retention(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Who renews at the end of each period, of those who were there: seen as dots, the model as a line."""
        import numpy as np

        from cxkit.present.palette import HIGHER, LOWER, NEUTRAL
        from cxkit.present.words import group_name
        from cxkit.stats.buying.sbg import retention
        from cxkit.value.lifetimes.contracts import YEARLY
        from cxkit.value.lifetimes.contracts_words import say

        result = self.result
        _, axes = canvas(ax, 8)
        colours = [HIGHER, LOWER, NEUTRAL]
        least = 100.0
        for place, curve in enumerate(result.curves[:_MOST]):
            colour = colours[place] if place < len(colours) else f"C{place}"
            t = np.arange(1, len(curve.fitted))
            with np.errstate(invalid="ignore", divide="ignore"):
                seen = 100 * curve.seen[1:] / curve.seen[:-1]
            name = label_text(group_name(curve.key, lang)) + ", " if curve.key else ""
            axes.plot(t[: len(seen)], seen, "o", color=colour, markersize=4, label=f"{name}{say('seen', lang)}")
            kept = 100 * retention(curve.params, t)
            axes.plot(t, kept, color=colour, label=f"{name}{say('model', lang)}")
            least = min(least, *(x for x in (*seen.tolist(), *kept.tolist()) if math.isfinite(x)))
        axes.set_ylim(max(0.0, least - 5), 101)
        axes.set(xlabel=say(YEARLY[result.freq][1], lang), ylabel=say("axis_retention", lang))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes
