"""Drawings of a survey plan."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.inference.planning import Plan

__all__ = ["PlanPlots"]


@dataclass(frozen=True, slots=True)
class PlanPlots:
    """Drawings of a plan. Call it for the curve."""

    plan: "Plan"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """What a base can tell, and the bases of the plan."""
        return self.curve(ax=ax, lang=lang)

    def curve(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Margin and detectable change against the base, with the goals marked."""
        import numpy as np

        from cxkit.inference.plan_words import say, size_text
        from cxkit.present.numbers import colon, count
        from cxkit.present.palette import GREY, HIGHER, LOWER
        from cxkit.present.words import percent

        plan = self.plan
        _, axes = canvas(ax, 8)
        most = max(goal.answers for goal in plan.goals)
        end = 2.2 * most if plan.population is None else min(2.2 * most, plan.population / plan.segments)
        bases = np.unique(np.linspace(max(10, most / 12), max(end, most, 11), 120).round())
        power = percent(plan.power, lang)
        lines = {
            "margin": (HIGHER, "-", "o", [plan.half_width_at(n) for n in bases], say("curve_margin", lang)),
            "detect": (
                LOWER,
                "--",
                "s",
                [plan.detectable_at(n) for n in bases],
                say("curve_detect", lang, power=power),
            ),
        }
        for colour, style, _, values, label in lines.values():
            axes.plot(bases, values, color=colour, linestyle=style, linewidth=2, label=label)
        for goal in plan.goals:
            colour, _, marker, _, _ = lines[goal.kind]
            axes.plot([goal.answers, goal.answers], [0, goal.target], color=GREY, linewidth=0.8)
            named = say("goal_" + goal.kind, lang, target=size_text(plan, goal.target, lang))
            axes.plot(
                [goal.answers], [goal.target], marker, color=colour, markersize=9,
                label=f"{named}{colon(lang)}n = {count(goal.answers, lang)}",
            )  # fmt: skip
        axes.set_ylim(0, None)
        axes.xaxis.set_major_formatter(lambda x, _: count(round(x), lang))
        axes.set_xlabel(say("x_axis" if plan.segments > 1 else "x_axis_one", lang))
        unit = " (points)" if plan.metric.unit else ""
        axes.set_ylabel(say("y_axis", lang, name=label_text(plan.metric.title(lang))) + unit)
        axes.legend(frameon=False, fontsize="small")
        axes.set_title(say("caption", lang, name=label_text(plan.metric.title(lang))), loc="left", fontsize="medium")
        return axes
