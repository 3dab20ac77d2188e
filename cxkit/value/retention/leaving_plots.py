"""Drawings of a list of customers at risk: calibration and lift."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.retention.leaving_result import AtRisk

__all__ = ["RiskPlots"]


@dataclass(frozen=True, slots=True)
class RiskPlots:
    """Drawings of how good the probabilities are. Call it for the calibration."""

    result: "AtRisk"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Predicted against observed, by tenth."""
        return self.calibration(ax=ax, lang=lang)

    def calibration(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Mean prediction of each tenth against the share that left, with its interval; on the line they come true."""
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.value.retention.leaving_words import say

        b = self.result.quality.bins
        _, axes = canvas(ax, 10)
        top = 100 * max(float(b.predicted.max()), float(b.high.max())) * 1.05
        axes.plot([0, top], [0, top], color=GREY, linestyle="--", linewidth=1, label=say("perfect", lang))
        axes.vlines(100 * b.predicted, 100 * b.low, 100 * b.high, color=HIGHER, linewidth=2)
        axes.plot(100 * b.predicted, 100 * b.observed, color=HIGHER, marker="o", linestyle="none")
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        axes.set_xlabel(say("predicted", lang))
        axes.set_ylabel(say("observed", lang))
        axes.set_title(say("calibration", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes

    def lift(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Departures of each tenth against the average rate; above 1 more than average."""
        from cxkit.present.numbers import number
        from cxkit.present.palette import GREY, LOWER, NEUTRAL
        from cxkit.value.retention.leaving_words import say

        b = self.result.quality.bins
        rate = self.result.quality.events / self.result.quality.n
        _, axes = canvas(ax, 9)
        x = range(1, len(b.n) + 1)
        axes.bar(x, b.lift, color=[LOWER if v > 1 else GREY for v in b.lift], width=0.72)
        axes.vlines(x, b.low / rate, b.high / rate, color=NEUTRAL, linewidth=2)
        for place, value, high in zip(x, b.lift, b.high / rate, strict=True):
            axes.annotate(number(float(value), lang), (place, high), xytext=(0, 3), textcoords="offset points", ha="center",
                          fontsize="small")  # fmt: skip
        axes.axhline(1, color=NEUTRAL, linewidth=0.8)
        axes.set_xticks(list(x))
        axes.grid(False, axis="x")
        axes.set_xlabel(say("tenth", lang))
        axes.set_ylabel(say("lift_axis", lang))
        axes.set_title(say("lift_title", lang), loc="left", fontsize="medium")
        return axes
