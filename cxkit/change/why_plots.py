"""Drawings of why a score moved."""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.change.explained import Why

__all__ = ["WhyPlots"]


@dataclass(frozen=True, slots=True)
class WhyPlots:
    """Drawings of a split change. Call it for the waterfall."""

    why: "Why"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """From the earlier score to the later one, part by part."""
        return self.waterfall(ax=ax, lang=lang)

    def waterfall(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """From the earlier score to the later one, part by part, each with its interval."""
        from cxkit.change.why_words import item_name, say, when
        from cxkit.present.numbers import number
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.present.plotting import canvas, label_text

        why = self.why
        digits = why.metric.digits
        parts = [i for i, item in enumerate(why.items) if item != "total" and why.n[i]]
        _, axes = canvas(ax, len(parts) + 3)
        churned = why.versus == "churned"
        names = [say("everybody", lang) if churned else when(why.versus, lang)]
        level, y = why.before, 0
        axes.plot([why.before], [0], marker="D", color=NEUTRAL, markersize=8)
        # Room for the text: beyond the farthest point that any bar or interval reaches.
        reach = [why.before, why.after]
        for y, i in enumerate(parts, 1):
            value, low, high = why.estimate[i], why.low[i], why.high[i]
            clear = why.real(why.items[i])
            colour = (HIGHER if value > 0 else LOWER) if clear else GREY
            axes.barh([y], [value], left=level, color=colour if clear else "none", edgecolor=colour, height=0.62)
            axes.plot([level + low, level + high], [y, y], color="#303030", linewidth=1.3)
            axes.plot([level, level], [y - 1, y], color=GREY, linewidth=0.8)
            reach += [level + low, level + high]
            axes.annotate(
                number(value, lang, digits=digits, sign=True), (max(level, level + value, level + high), y),
                xytext=(6, 0), textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
            names.append("\n".join(map(label_text, wrap(item_name(why, why.items[i], lang), 30))))
            level += value
        axes.plot([level, level], [y, y + 1], color=GREY, linewidth=0.8)
        axes.plot([why.after], [y + 1], marker="D", color=NEUTRAL, markersize=8)
        names.append(say("stayed", lang) if churned else when(why.period, lang))
        for row, value in ((0, why.before), (y + 1, why.after)):
            axes.annotate(number(value, lang, digits=digits), (value, row), xytext=(9, 0),
                          textcoords="offset points", va="center", fontsize="small", fontweight="bold")  # fmt: skip
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        room = max(reach) - min(reach) or 1.0
        axes.set_xlim(min(reach) - 0.04 * room, max(reach) + 0.16 * room)
        axes.set(xlabel=label_text(why.metric.title(lang)), ylabel="")
        return axes

    def segments(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Real change and mix effect of each segment, side by side."""
        from cxkit.change.why_words import say
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.present.plotting import canvas, label_text
        from cxkit.present.words import group_name

        found = self.why.segments
        _, axes = canvas(ax, len(found) + 1)
        for offset, name, colour in ((-0.19, "rate", HIGHER), (0.19, "mix", NEUTRAL)):
            axes.barh([y + offset for y in range(len(found))], [getattr(s, name) for s in found], height=0.36,
                      color=colour, label=say(f"{name}_label", lang))  # fmt: skip
        axes.set_yticks(range(len(found)), [label_text(group_name(s.key, lang)) for s in found])
        axes.invert_yaxis()
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        axes.legend(frameon=False, fontsize="small")
        axes.set(xlabel=label_text(self.why.metric.title(lang)), ylabel="")
        return axes
