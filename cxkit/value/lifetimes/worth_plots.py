"""Drawings of a lifetime value: by group, over draws, over time."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.lifetimes.worth import LifetimeValue

__all__ = ["WorthPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class WorthPlots:
    """Drawings of a lifetime value. Call it for a bar a group."""

    result: "LifetimeValue"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval; the draws where there is one group of ranges."""
        if len(self.result) == 1 and math.isfinite(self.result.groups[0]["lifetime_value"].low):
            return self.distribution(ax=ax, lang=lang)
        return self.bars(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval, and what acquisition costs where it is known."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.value.lifetimes.itemised import group_title
        from cxkit.value.lifetimes.worth_words import say

        result = self.result
        rows = list(zip(result.groups, result.assumptions, strict=True))[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, (group, part) in enumerate(rows):
            value = group["lifetime_value"]
            axes.barh(y, value.estimate, height=0.62, color=HIGHER if value.estimate >= 0 else LOWER)
            known = math.isfinite(value.low) and math.isfinite(value.high)
            if known:
                axes.plot([value.low, value.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            cost = part.get("acquisition_cost")
            text = short_money(value.estimate, result.currency, lang)
            if cost is not None:
                axes.plot([cost.value, cost.value], [y - 0.31, y + 0.31], color="#000000", linewidth=2)
                text += f"  ({say('acquisition_cost', lang)} {short_money(cost.value, result.currency, lang)})"
            axes.annotate(
                text, (max(value.high if known else value.estimate, 0.0 if cost is None else cost.value, 0.0), y), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [label_text(group_title(g.key, lang)) if g.key else "" for g, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        axes.margins(x=0.35)
        _money_axis(axes, "x", result.currency, lang)
        axes.set(xlabel=say("axis", lang), ylabel=label_text(" · ".join(result.by)))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        return axes

    def distribution(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How the draws of the value lie, with the interval; of the first group where there are several."""
        import numpy as np

        from cxkit.present.money import short_money
        from cxkit.present.palette import HIGHER, NEUTRAL
        from cxkit.value.lifetimes.itemised import group_title
        from cxkit.value.lifetimes.worth_words import say

        result = self.result
        value, draws = result.groups[0]["lifetime_value"], result.draws[0]
        _, axes = canvas(ax, 6)
        # The far tail of a value that explodes near a retention of 1 would leave the rest in one bar.
        ends = np.quantile(draws, [0.001, 0.995])
        shown = draws[(draws >= ends[0]) & (draws <= ends[1])]
        axes.hist(shown, bins=60, weights=np.full(len(shown), 100 / len(draws)), color=HIGHER, alpha=0.75)
        for x, style in ((value.low, ":"), (value.high, ":"), (value.estimate, "-")):
            if math.isfinite(x):
                axes.axvline(x, color=NEUTRAL, linestyle=style, linewidth=1.6)
        axes.annotate(
            f"{say('likely', lang)} {short_money(value.estimate, result.currency, lang)}", (value.estimate, 1),
            xycoords=("data", "axes fraction"), xytext=(4, -4), textcoords="offset points", va="top", fontsize="small",
        )  # fmt: skip
        _money_axis(axes, "x", result.currency, lang)
        axes.set(xlabel=say("axis", lang), ylabel=f"{say('drawn', lang)} (%)")
        key = result.groups[0].key
        title = say("caption", lang) + (f" – {label_text(group_title(key, lang))}" if key else "")
        axes.set_title(title, loc="left", fontsize="medium")
        return axes

    def growth(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The value so far, period by period, from the cost of acquisition up: where it crosses 0 it is paid back."""
        import numpy as np

        from cxkit.present.palette import GREY, HIGHER, band_colours
        from cxkit.value.lifetimes.itemised import group_title
        from cxkit.value.lifetimes.timing import multiple
        from cxkit.value.lifetimes.worth_words import say

        result = self.result
        _, axes = canvas(ax, 7)
        net = False
        keys = [g.key for g in result.groups]
        # Classes of a score have colours of their own everywhere; other groups have no order.
        ranks = [("detractor",), ("passive",), ("promoter",)]
        classes = dict(zip(ranks, band_colours(3), strict=True)) if set(keys) <= set(ranks) else {}
        for group, part in list(zip(result.groups, result.assumptions, strict=True))[:8]:
            x = {f.name: f.value for f in part.figures}
            margin, kept, d = result.steady(part)
            cost = x.get("acquisition_cost", 0.0)
            net = net or "acquisition_cost" in x
            if not result.timing:
                steps = np.arange(0, math.ceil(x["lifespan"]) + 1)
                so_far = margin * np.minimum(steps, x["lifespan"])
            else:
                last = result.horizon or max(
                    4, math.ceil(math.log(0.03) / math.log(max(min(kept, 0.995), 0.01) / (1 + d)))
                )
                steps = np.arange(0, last + 1)
                so_far = np.array([
                    margin * float(multiple(np.array(kept), np.array(d), result.timing, int(k))) if k else 0.0
                    for k in steps
                ])  # fmt: skip
            name = label_text(group_title(group.key, lang)) if group.key else None
            axes.plot(
                steps,
                so_far - cost,
                marker="o",
                markersize=3,
                label=name,
                color=classes.get(group.key) if group.key else HIGHER,
            )
        axes.axhline(0, color=GREY, linewidth=0.8)
        _money_axis(axes, "y", result.currency, lang)
        axes.set_xlabel(say(f"{result.period}s", lang))
        axes.set_title(say("growth_net" if net else "growth", lang), loc="left", fontsize="medium")
        if result.by:
            axes.legend(frameon=False, fontsize="small")
        return axes


def _money_axis(axes: "Axes", which: str, currency: str, lang: str) -> None:
    from cxkit.present.money import short_money

    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(lambda x, _: short_money(x, currency, lang))
