"""Drawings of control charts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.change.monitor_axis import Events, mark_events, name_periods, place
from cxkit.change.monitor_phrases import say, signal_names
from cxkit.errors import UnknownNameError, did_you_mean
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.change.monitor_result import Monitor

__all__ = ["MonitorPlots", "chosen", "value_label"]


@dataclass(frozen=True, slots=True)
class MonitorPlots:
    """Drawings of a control chart. Call it for the chart of one group, or the overview of several."""

    monitor: "Monitor"

    def __call__(
        self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None, events: Events | None = None
    ) -> "Axes":
        """The chart where there is one group (or one is named), the overview otherwise."""
        if group is None and len(self.monitor.charts) > 1:
            return self.overview(ax=ax, lang=lang, events=events)
        return self.chart(ax=ax, lang=lang, group=group, events=events)

    def chart(
        self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None, events: Events | None = None
    ) -> "Axes":
        """Each period, the centre, limits that follow the base, and signals as named markers.

        Parameters
        ----------
        group : value or tuple, optional
            Which group to draw; the first when not given.
        events : mapping, optional
            Date -> name, drawn as named verticals.
        """
        from cxkit.present.palette import GREY, NEUTRAL

        found = self.monitor
        key = chosen([c.group for c in found.charts], group)
        rows = found.rows_of(key)
        _, axes = canvas(ax, 8)
        x = [place(found.keys[i][-1]) for i in rows]
        lower, upper = ([getattr(found, name)[i] for i in rows] for name in ("lower", "upper"))
        axes.fill_between(x, lower, upper, step="mid", color=GREY, alpha=0.13, linewidth=0)
        for edge in (lower, upper):
            axes.step(x, edge, where="mid", color=GREY, linewidth=1)
        axes.plot(x, [found.centre[i] for i in rows], color=GREY, linewidth=1, linestyle=(0, (6, 3)))
        charted = [found.charted[i] for i in rows]
        if found.chart == "ewma":
            axes.scatter(
                x, [found.estimate[i] for i in rows], s=9, color=GREY, alpha=0.7, linewidth=0,
                label=say("each", lang, unit=say(found.freq, lang)),
            )  # fmt: skip
        dense = len(rows) > 120
        axes.plot(
            x, charted, color=NEUTRAL, linewidth=0.8 if dense else 1.3, marker=None if dense else "o", markersize=3,
            label=self._line(lang),
        )  # fmt: skip
        self._signals(axes, rows, lang)
        self._baseline(axes, rows, key, lang)
        axes.margins(x=0.03, y=0.14)
        name_periods(axes, [found.keys[i][-1] for i in rows], found.freq, lang)
        axes.set_ylabel(say("sum_axis", lang) if found.chart == "cusum" else value_label(found.metric, lang))
        if found.chart == "ewma":
            axes.legend(frameon=False, fontsize="x-small", loc="lower right", ncols=2)
        mark_events(axes, events)
        _title(axes, found, key, lang)
        return axes

    def overview(self, *, ax: "Axes | None" = None, lang: str = "en", events: Events | None = None) -> "Axes":
        """A line a group: a dot a period, an arrow at each signal."""
        from cxkit.present.palette import GREY, HIGHER, LOWER
        from cxkit.present.words import group_name

        found = self.monitor
        groups = [c.group for c in found.charts][:40]
        _, axes = canvas(ax, len(groups) + 1)
        for y, key in enumerate(groups):
            rows = found.rows_of(key)
            axes.scatter([place(found.keys[i][-1]) for i in rows], [y] * len(rows), s=4, color=GREY, linewidth=0)
            for up, marker, colour in ((True, "^", HIGHER), (False, "v", LOWER)):
                hits = [i for i in rows if found.signals[i] and (found.charted[i] > found.centre[i]) is up]
                axes.scatter(
                    [place(found.keys[i][-1]) for i in hits], [y] * len(hits), s=48, marker=marker, color=colour,
                    edgecolor="black", linewidth=0.5, zorder=3, label=say("above" if up else "below", lang) if y == 0 else None,
                )  # fmt: skip
        axes.set_yticks(range(len(groups)), [label_text(group_name(key, lang)) for key in groups])
        axes.set_ylim(len(groups) - 0.4, -1.6 if events else -0.6)
        axes.margins(x=0.03)
        name_periods(axes, [key[-1] for key in found.keys], found.freq, lang)
        axes.legend(frameon=False, fontsize="x-small", loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        mark_events(axes, events)
        _title(axes, found, (), lang)
        return axes

    def _line(self, lang: str) -> str | None:
        return say("average", lang) if self.monitor.chart == "ewma" else None

    def _signals(self, axes: "Axes", rows: tuple[int, ...], lang: str) -> None:
        """An arrow at each signal; the first is named, and each later one that has room for its name."""
        from cxkit.present.palette import HIGHER, LOWER

        found = self.monitor
        days = [place(found.keys[i][-1]) for i in rows]
        room, free = 0.13 * (days[-1] - days[0]), -1.0
        size = 62 if len(rows) <= 120 else 30
        for x, i in zip(days, rows, strict=True):
            rules, up, y = found.signals[i], found.charted[i] > found.centre[i], found.charted[i]
            if not rules:
                continue
            axes.scatter(
                [x], [y], s=size, marker="^" if up else "v", color=HIGHER if up else LOWER, edgecolor="black",
                linewidth=0.6, zorder=4,
            )  # fmt: skip
            if x < free:
                continue
            free = x + room
            more = ", …" if len(rules) > 1 else ""
            axes.annotate(
                signal_names(rules[:1], lang, short=True) + more, (x, y), xytext=(0, 8 if up else -8),
                textcoords="offset points", ha="center", va="bottom" if up else "top", fontsize="x-small", zorder=6,
                bbox={"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
            )  # fmt: skip

    def _baseline(self, axes: "Axes", rows: tuple[int, ...], key: tuple[Any, ...], lang: str) -> None:
        """Where the periods end that said what is normal."""
        from cxkit.present.palette import GREY

        used = next(c.baseline for c in self.monitor.charts if c.group == key)
        if used >= len(rows):
            return
        ends = [place(self.monitor.keys[rows[k]][-1]) for k in (used - 1, used)]
        x = sum(ends) / 2
        axes.axvline(x, color=GREY, linewidth=1, linestyle=":")
        axes.annotate(
            f"← {say('baseline', lang)}", (x, 0), xycoords=("data", "axes fraction"), xytext=(-4, 4),
            textcoords="offset points", ha="right", va="bottom", fontsize="x-small", color="#404040",
        )  # fmt: skip


def chosen(groups: list[tuple[Any, ...]], group: Any) -> tuple[Any, ...]:
    """The group to draw: the one named, or the first.

    Raises
    ------
    UnknownNameError
        No such group.
    """
    if group is None:
        return groups[0]
    key = group if isinstance(group, tuple) else (group,)
    if key not in groups:
        names = [" · ".join(map(str, g)) for g in groups]
        raise UnknownNameError(
            f"no group {group!r}", hint=did_you_mean(" · ".join(map(str, key)), names, what="Groups")
        )
    return key


def value_label(metric: Any, lang: str) -> str:
    """The metric and its unit, for an axis."""
    return label_text(metric.title(lang)) + (f" ({metric.unit})" if metric.unit else "")


def _title(axes: "Axes", found: "Monitor", key: tuple[Any, ...], lang: str) -> None:
    from cxkit.present.numbers import number
    from cxkit.present.words import group_name

    name = label_text(found.metric.title(lang) + (f" · {group_name(key, lang)}" if key else ""))
    limits = number(found.limits, lang, digits=2 if found.limits % 1 else 0)
    axes.set_title(
        say("monitor_caption", lang, name=name, unit=say(found.freq, lang), chart=say(found.chart, lang), limits=limits),
        loc="left", fontsize="medium",
    )  # fmt: skip
