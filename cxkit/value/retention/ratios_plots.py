"""Drawings of hazard ratios."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.retention.ratios_result import Hazard

__all__ = ["HazardPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class HazardPlots:
    """Drawings of hazard ratios. Call it for the ratios."""

    result: "Hazard"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The ratios with their intervals."""
        return self.ratios(ax=ax, lang=lang)

    def ratios(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A point a term with its interval, on a logarithmic axis; grey where it may be chance."""
        from matplotlib.ticker import FuncFormatter, NullFormatter

        from cxkit.present.numbers import interval, number
        from cxkit.present.palette import GREY
        from cxkit.value.retention.ratios_words import colour, say, word

        result = self.result
        rows = result.ratios[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, r in enumerate(rows):
            said = word(result, r)
            tint = colour(said)
            axes.plot([r.low, r.high], [y, y], color=tint, linewidth=2.4, solid_capstyle="butt")
            axes.plot([r.estimate], [y], marker="o", color=tint, markerfacecolor="white" if said == "maybe" else tint)
            text = f"{number(r.estimate, lang, digits=2)} {interval(r.low, r.high, lang, digits=2)} · {say(said, lang)}"
            axes.annotate(text, (r.high, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize="small")
        axes.axvline(1, color=GREY, linewidth=0.9)
        axes.set_xscale("log")
        low, high = min([r.low for r in rows] + [1.0]), max([r.high for r in rows] + [1.0])
        width = max(high / low, 1.3)
        axes.set_xlim(low / width**0.06, high * width**0.9)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda x, _: number(x, lang, digits=0 if x >= 1 and x == int(x) else 1 if x >= 0.1 else 2))
        )
        axes.xaxis.set_minor_formatter(NullFormatter())
        near = (
            (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.7, 2)
            if width < 3
            else (0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 100)
        )
        axes.set_xticks([t for t in near if low * 0.95 <= t <= high * 1.05])
        axes.set_yticks(range(len(rows)), [label_text(r.french if lang == "fr" else r.item) for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        axes.set_xlabel(say("axis", lang))
        axes.set_title(say("caption", lang, score=label_text(result.score)), loc="left", fontsize="medium")
        return axes
