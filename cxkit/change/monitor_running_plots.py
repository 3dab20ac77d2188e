"""The drawing of a running score."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.change.monitor_axis import Events, mark_events, name_periods, place
from cxkit.change.monitor_phrases import level_text, say
from cxkit.change.monitor_plots import value_label
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.change.watching import Running

__all__ = ["RunningPlots"]


@dataclass(frozen=True, slots=True)
class RunningPlots:
    """Drawings of a running score. Call it for the line."""

    running: "Running"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en", events: Events | None = None) -> "Axes":
        """The score so far with its band, and the target."""
        return self.line(ax=ax, lang=lang, events=events)

    def line(self, *, ax: "Axes | None" = None, lang: str = "en", events: Events | None = None) -> "Axes":
        """The score so far with its band, the target, and the day that settles it.

        Parameters
        ----------
        events : mapping, optional
            Date -> name, drawn as named verticals.
        """
        from cxkit.present.palette import HIGHER, LOWER, NEUTRAL
        from cxkit.present.words import percent

        found = self.running
        _, axes = canvas(ax, 8)
        x = [place(d) for d in found.periods]
        axes.fill_between(x, found.low, found.high, color=HIGHER, alpha=0.18, linewidth=0)
        axes.plot(x, found.estimate, color=HIGHER, linewidth=1.6)
        axes.annotate(
            level_text(found.metric, found.estimate[-1], lang), (x[-1], found.estimate[-1]), xytext=(5, 0),
            textcoords="offset points", va="center", fontsize="small",
        )  # fmt: skip
        if found.target is not None:
            axes.axhline(found.target, color=NEUTRAL, linewidth=1.2, linestyle=(0, (5, 3)))
            axes.annotate(
                say("target", lang, target=level_text(found.metric, found.target, lang)), (1, found.target),
                xycoords=("axes fraction", "data"), xytext=(-4, 3), textcoords="offset points", ha="right", fontsize="x-small",
            )  # fmt: skip
        if found.decided is not None:
            i = found.periods.index(found.decided)
            up = found.verdict[-1] == "above"
            axes.scatter(
                [x[i]], [found.estimate[i]], s=62, marker="^" if up else "v", color=HIGHER if up else LOWER,
                edgecolor="black", linewidth=0.6, zorder=4,
            )  # fmt: skip
            axes.annotate(
                say(found.verdict[-1], lang), (x[i], found.estimate[i]), xytext=(0, 8 if up else -8),
                textcoords="offset points", ha="center", va="bottom" if up else "top", fontsize="x-small",
            )  # fmt: skip
        self._window(axes)
        axes.set_xlim(x[0] - 0.03 * (x[-1] - x[0] + 1), x[-1] + 0.09 * (x[-1] - x[0] + 1))
        name_periods(axes, found.periods, found.freq, lang)
        axes.set_ylabel(value_label(found.metric, lang))
        mark_events(axes, events)
        name = label_text(found.metric.title(lang))
        axes.set_title(
            say("run_caption", lang, name=name, level=percent(found.level, lang)), loc="left", fontsize="medium"
        )
        return axes

    def _window(self, axes: "Axes") -> None:
        """Look where the intervals have become of use; the first ones fill the scale."""
        found = self.running
        late = [i for i in range(len(found)) if found.n[i] >= max(found.first, 0.1 * found.n[-1])] or [len(found) - 1]
        ends = [v for i in late for v in (found.low[i], found.high[i], found.estimate[i]) if math.isfinite(v)]
        ends += [] if found.target is None else [found.target]
        low, high = min(ends), max(ends)
        room = 0.15 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
