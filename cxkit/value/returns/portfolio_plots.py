"""Drawings of a portfolio: each fix, what a budget brings, and how robust the choice is."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text
from cxkit.value.returns.plots import money_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.returns.portfolio_result import Portfolio

__all__ = ["PortfolioPlots"]


@dataclass(frozen=True, slots=True)
class PortfolioPlots:
    """Drawings of a portfolio. Call it for the fixes."""

    result: "Portfolio"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The net gain of each fix with its interval; what is left out is grey and hollow."""
        return self.fixes(ax=ax, lang=lang)

    def fixes(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The net gain of each fix with its interval; what is left out is grey."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.value.returns.phrases import say as roi_say
        from cxkit.value.returns.portfolio_words import say

        result = self.result
        ranked = sorted(result.fixes, key=lambda fix: -fix.value("npv"))
        _, axes = canvas(ax, len(ranked) + 1)
        ends = [0.0]
        for y, fix in enumerate(ranked):
            npv = fix.items[0]
            axes.barh(
                y, npv.estimate, height=0.62, color=HIGHER if fix.funded else GREY, alpha=1 if fix.funded else 0.5
            )
            low, high = (x if math.isfinite(x) else npv.estimate for x in (npv.low, npv.high))
            axes.plot([low, high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            said = say("yes" if fix.funded else "no", lang)
            axes.annotate(
                f"{short_money(npv.estimate, result.currency, lang)} · {said}", (max(high, 0.0), y), xytext=(6, 0),
                textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
            ends += [low, high, npv.estimate]
        width = (max(ends) - min(ends)) or 1.0
        axes.set_xlim(min(ends) - 0.05 * width, max(ends) + 0.4 * width)
        axes.set_yticks(range(len(ranked)), [label_text(fix.name) for fix in ranked])
        axes.invert_yaxis()
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        axes.set_xlabel(roi_say("axis_npv", lang, currency=result.currency))
        money_axis(axes, "x", result.currency, lang)
        axes.set_title(say("plot", lang), loc="left", fontsize="medium")
        return axes

    def frontier(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The best net gain for each cost, with its interval, and where the budget lies."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.value.returns.phrases import say as roi_say
        from cxkit.value.returns.portfolio_words import say

        result = self.result
        _, axes = canvas(ax, 7)
        points = result.frontier
        x, y = [p.cost for p in points], [p.npv for p in points]
        last = max(x[-1], result.budget) * 1.05 or 1.0
        low = [p.low if math.isfinite(p.low) else p.npv for p in points]
        high = [p.high if math.isfinite(p.high) else p.npv for p in points]
        axes.fill_between(
            [*x, last], [*low, low[-1]], [*high, high[-1]], step="post", color=HIGHER, alpha=0.18, linewidth=0
        )
        axes.step([*x, last], [*y, y[-1]], where="post", color=HIGHER)
        axes.plot(x, y, "o", color=HIGHER, markersize=4)
        for p in points[1:]:
            axes.annotate(label_text(" + ".join(p.fixes)), (p.cost, p.npv), xytext=(4, 4), textcoords="offset points",
                          fontsize="x-small")  # fmt: skip
        axes.axvline(result.budget, color=NEUTRAL, linestyle="--", linewidth=1.2)
        axes.annotate(
            say("budget", lang, budget=short_money(result.budget, result.currency, lang)), (result.budget, 0),
            xycoords=("data", "axes fraction"), xytext=(-4, 4), textcoords="offset points", ha="right", fontsize="small",
        )  # fmt: skip
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set(xlabel=say("axis_cost", lang, currency=result.currency),
                 ylabel=roi_say("axis_npv", lang, currency=result.currency))  # fmt: skip
        for which in ("x", "y"):
            money_axis(axes, which, result.currency, lang)
        axes.set_title(say("frontier", lang), loc="left", fontsize="medium")
        return axes

    def robust(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The share of draws in whose best choice each fix is."""
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.value.returns.portfolio_words import say
        from cxkit.value.returns.words import share_text

        ranked = sorted(self.result.fixes, key=lambda fix: -fix.value("chosen_share"))
        _, axes = canvas(ax, len(ranked) + 1)
        for y, fix in enumerate(ranked):
            share = fix.value("chosen_share")
            axes.barh(y, share, height=0.62, color=HIGHER if fix.funded else GREY, alpha=1 if fix.funded else 0.5)
            said = say("yes" if fix.funded else "no", lang)
            axes.annotate(f"{share_text(share, lang)} · {said}", (share, y), xytext=(6, 0), textcoords="offset points",
                          va="center", fontsize="small")  # fmt: skip
        axes.set_yticks(range(len(ranked)), [label_text(fix.name) for fix in ranked])
        axes.invert_yaxis()
        axes.set(xlim=(0, 135), xticks=range(0, 101, 20), xlabel=say("axis_often", lang))
        axes.grid(False, axis="y")
        axes.set_title(say("robust", lang), loc="left", fontsize="medium")
        return axes
