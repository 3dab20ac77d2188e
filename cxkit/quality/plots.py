"""Drawings of an audit. Each takes ``ax=`` and ``lang=`` and returns the Axes."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.errors import OptionError, UnknownNameError, did_you_mean
from cxkit.present.numbers import count, interval, short_period, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.plotting import canvas, label_text
from cxkit.present.words import percent
from cxkit.quality.effect import Without, shown
from cxkit.quality.funnel import Step
from cxkit.quality.timing import Volume
from cxkit.quality.words import FLAGS, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AuditPlots"]


@dataclass(frozen=True, slots=True)
class AuditPlots:
    """Drawings of an audit. Call it for the scores with and without the flagged answers."""

    without: tuple[Without, ...]
    steps: tuple[Step, ...]
    periods: Volume
    level: float

    def __call__(self, metric: str | None = None, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The score with all answers and without each kind of flagged ones, with intervals.

        Parameters
        ----------
        metric : str, optional
            Which metric, by name; the first when not given.
        """
        names = list(dict.fromkeys(w.metric.name for w in self.without))
        if not names:
            raise OptionError("no score to draw", hint="the study needs an nps, csat or ces column")
        if metric is not None and metric not in names:
            raise UnknownNameError(f"no score {metric!r} in this audit", hint=did_you_mean(metric, names))
        rows = [w for w in self.without if w.metric.name == (metric or names[0])]
        _, axes = canvas(ax, len(rows) + 1)
        first = rows[0]
        if first.n:
            axes.axvspan(first.low, first.high, color=GREY, alpha=0.15, linewidth=0)
            axes.axvline(first.estimate, color=GREY, linewidth=0.8)
        for y, w in enumerate(rows):
            if not w.n:
                continue
            outside = first.n and not first.low <= w.estimate <= first.high
            colour = LOWER if outside else HIGHER if y == 0 else NEUTRAL
            if math.isfinite(w.low) and math.isfinite(w.high):
                axes.plot([w.low, w.high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
            axes.plot([w.estimate], [y], color=colour, marker="D" if outside else "o", linestyle="none")
            said = f"{shown(w.metric, w.estimate, lang)} {interval(w.low, w.high, lang, digits=w.metric.digits)}"
            axes.annotate(
                f"{said}  (n={count(w.n, lang)})", (w.estimate, y), xytext=(0, 7), textcoords="offset points",
                ha="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [FLAGS(w.without, lang) for w in rows])
        axes.set_ylim(len(rows) - 0.5, -0.7)
        axes.margins(x=0.15)
        axes.grid(False, axis="y")
        unit = {"points": "points", "%": "%"}.get(first.metric.unit, "")
        title = label_text(first.metric.title(lang))
        axes.set(xlabel=title + (f" ({unit})" if unit else ""), ylabel="")
        axes.set_title(say("forest", lang, metric=title, level=percent(self.level, lang)), loc="left",
                       fontsize="medium")  # fmt: skip
        return axes

    def funnel(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How many reached each step, with their share of the step before."""
        if not self.steps:
            raise OptionError("no funnel to draw", hint="audit(..., invited={'invited': 1000, 'opened': 640})")
        _, axes = canvas(ax, len(self.steps))
        top = self.steps[0].n
        for y, step in enumerate(self.steps):
            axes.barh(y, step.n, color=HIGHER, height=0.72)
            share, low, high = step.of_previous
            said = count(step.n, lang)
            if math.isfinite(share):
                of = with_unit(share, "%", lang)
                said += f"\n{say('of_previous', lang, share=of)} {interval(low, high, lang)}"
            axes.annotate(said, (step.n, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize="small")
        axes.set_yticks(range(len(self.steps)), [say(step.name, lang) for step in self.steps])
        axes.invert_yaxis()
        axes.set_xlim(0, 1.75 * top)
        axes.grid(False, axis="y")
        axes.set(xlabel=say("people", lang), ylabel="")
        axes.set_title(say("funnel", lang), loc="left", fontsize="medium")
        return axes

    def volume(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Answers by period; a period without any is marked."""
        if not len(self.periods):
            raise OptionError("no dates to draw", hint="the study needs a date column")
        _, axes = canvas(ax, 7)
        axes.bar(range(len(self.periods)), self.periods.n, color=HIGHER, width=0.8)
        for x, n in enumerate(self.periods.n):
            if not n:
                axes.annotate(say("empty", lang), (x, 0), xytext=(0, 4), textcoords="offset points", ha="center",
                              rotation=90, fontsize="small", color=NEUTRAL)  # fmt: skip
        step = max(1, math.ceil(len(self.periods) / 12))
        axes.set_xticks(
            range(0, len(self.periods), step),
            [short_period(start, self.periods.freq, lang) for start in self.periods.starts[::step]],
            rotation=30, ha="right",
        )  # fmt: skip
        axes.grid(False, axis="x")
        axes.set(xlabel="", ylabel=say("people", lang))
        axes.set_title(say("volume", lang), loc="left", fontsize="medium")
        return axes
