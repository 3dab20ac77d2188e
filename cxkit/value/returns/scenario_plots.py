"""A drawing of scenarios: the net gain of each with its interval."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text
from cxkit.value.returns.plots import money_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.returns.scenarios import RoiScenarios

__all__ = ["ScenarioPlots"]


@dataclass(frozen=True, slots=True)
class ScenarioPlots:
    """Drawings of scenarios. Call it for the net gain of each."""

    result: "RoiScenarios"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The expected net gain of each scenario, its interval, and the chance that it pays."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.value.returns.phrases import item_name, say
        from cxkit.value.returns.words import share_text

        result = self.result
        _, axes = canvas(ax, len(result) + 1)
        ends = [0.0]
        for y, roi in enumerate(result.rois):
            npv = roi.item("npv")
            low, high = (x if math.isfinite(x) else npv.estimate for x in (npv.low, npv.high))
            axes.plot([low, high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.plot([npv.estimate], [y], "o" if npv.estimate > 0 else "v", color=HIGHER if npv.estimate > 0 else LOWER,
                      markersize=8)  # fmt: skip
            chance = "" if roi.sure else f" · {share_text(roi.value('probability_positive'), lang)}"
            axes.annotate(short_money(npv.estimate, roi.currency, lang) + chance, (high, y), xytext=(8, 0),
                          textcoords="offset points", va="center", fontsize="small")  # fmt: skip
            ends += [low, high]
        width = (max(ends) - min(ends)) or 1.0
        axes.set_xlim(min(ends) - 0.05 * width, max(ends) + 0.35 * width)
        axes.set_yticks(range(len(result)), [label_text(name) for name in result.names])
        axes.set_ylim(len(result) - 0.5, -0.5)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.grid(False, axis="y")
        currency = result.rois[0].currency
        axes.set_xlabel(say("axis_npv", lang, currency=currency))
        money_axis(axes, "x", currency, lang)
        axes.set_title(f"{item_name('npv', lang)} · {item_name('probability_positive', lang).lower()}", loc="left",
                       fontsize="medium")  # fmt: skip
        return axes
