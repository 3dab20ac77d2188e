"""Drawings of changes of level."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.change.monitor_axis import Events, mark_events, name_periods, place
from cxkit.change.monitor_phrases import level_text, say
from cxkit.change.monitor_plots import chosen, value_label
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.change.points import ChangePoints

__all__ = ["ChangePlots"]


@dataclass(frozen=True, slots=True)
class ChangePlots:
    """Drawings of changes of level. Call it for the levels of one group, or the dates of several."""

    points: "ChangePoints"

    def __call__(
        self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None, events: Events | None = None
    ) -> "Axes":
        """The levels where there is one group (or one is named), the overview otherwise."""
        if group is None and len(self.points.series) > 1:
            return self.overview(ax=ax, lang=lang, events=events)
        return self.levels(ax=ax, lang=lang, group=group, events=events)

    def levels(
        self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None, events: Events | None = None
    ) -> "Axes":
        """Each period with its standard error, the levels as steps, the sets of dates as bands.

        Parameters
        ----------
        group : value or tuple, optional
            Which group to draw; the first when not given.
        events : mapping, optional
            Date -> name, drawn as named verticals.
        """
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL

        found = self.points
        key = chosen([s.group for s in found.series], group)
        series = next(s for s in found.series if s.group == key)
        changes = [c for c in found.changes if c.group == key]
        _, axes = canvas(ax, 8)
        x = [place(d) for d in series.starts]
        axes.errorbar(
            x, series.estimate, yerr=series.error or None, fmt="o", color=GREY, markersize=3, linewidth=0.8, alpha=0.75,
        )  # fmt: skip
        gap = (x[-1] - x[0]) / max(1, len(x) - 1) / 2
        # A level starts half a period before the middle of its first one: bands and steps meet there.
        edges = [x[0] - gap, *(place(c.period) - gap for c in changes), x[-1] + gap]
        levels = [changes[0].before, *(c.after for c in changes)] if changes else []
        for i, value in enumerate(levels):
            axes.plot(edges[i : i + 2], [value, value], color=NEUTRAL, linewidth=2.2, solid_capstyle="butt")
        for c in changes:
            up = c.delta > 0
            colour = HIGHER if up else LOWER
            axes.axvspan(place(c.low) - gap, place(c.high) + gap, color=colour, alpha=0.15, linewidth=0)
            axes.plot([place(c.period) - gap] * 2, [c.before, c.after], color=colour, linewidth=2.2)
            axes.annotate(
                f"{'▲' if up else '▼'} {level_text(found.metric, c.delta, lang, sign=True)}",
                (place(c.period) - gap, c.after), xytext=(5, 7 if up else -7), textcoords="offset points",
                ha="left", va="bottom" if up else "top", fontsize="small", zorder=5,
                bbox={"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )  # fmt: skip
        axes.margins(x=0.03, y=0.1)
        name_periods(axes, series.starts, found.freq, lang)
        axes.set_ylabel(value_label(found.metric, lang))
        mark_events(axes, events)
        self._title(axes, key, lang)
        return axes

    def overview(self, *, ax: "Axes | None" = None, lang: str = "en", events: Events | None = None) -> "Axes":
        """A line a group with its dates of change, their sets and their sizes."""
        from cxkit.present.palette import GREY, HIGHER, LOWER
        from cxkit.present.words import group_name

        found = self.points
        shown = found.series[:40]
        _, axes = canvas(ax, len(shown) + 1)
        for y, series in enumerate(shown):
            axes.plot([place(series.starts[0]), place(series.starts[-1])], [y, y], color=GREY, linewidth=0.8, alpha=0.6)
            for c in (c for c in found.changes if c.group == series.group):
                up = c.delta > 0
                colour = HIGHER if up else LOWER
                axes.plot([place(c.low), place(c.high)], [y, y], color=colour, linewidth=5, alpha=0.45)
                axes.scatter(
                    [place(c.period)], [y], s=48, marker="^" if up else "v", color=colour, edgecolor="black",
                    linewidth=0.5, zorder=3,
                )  # fmt: skip
                axes.annotate(
                    level_text(found.metric, c.delta, lang, sign=True), (place(c.period), y), xytext=(0, 6),
                    textcoords="offset points", ha="center", va="bottom", fontsize="x-small",
                )  # fmt: skip
        axes.set_yticks(range(len(shown)), [label_text(group_name(s.group, lang)) for s in shown])
        axes.set_ylim(len(shown) - 0.4, -1.8 if events else -0.8)
        axes.margins(x=0.03)
        name_periods(axes, [d for s in shown for d in s.starts], found.freq, lang)
        mark_events(axes, events)
        self._title(axes, (), lang)
        return axes

    def _title(self, axes: "Axes", key: tuple[Any, ...], lang: str) -> None:
        from cxkit.present.words import group_name, percent

        found = self.points
        name = label_text(found.metric.title(lang) + (f" · {group_name(key, lang)}" if key else ""))
        axes.set_title(
            say("changes_caption", lang, name=name, unit=say(found.freq, lang), level=percent(found.level, lang)),
            loc="left", fontsize="medium",
        )  # fmt: skip
