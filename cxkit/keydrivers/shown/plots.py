"""Drawings of a driver analysis."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.errors import UnknownNameError, UsageError, did_you_mean
from cxkit.keydrivers.shown.magnitudes import magnitudes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.result import Drivers

__all__ = ["DriverPlots"]

_MOST = 60
_MOST_GROUPS = 16


@dataclass(frozen=True, slots=True)
class DriverPlots:
    """Drawings of a driver analysis. Call it for the ranked bars; for the matrix where there are several groups.

    Every drawing of one model takes ``group=``, the group's value (or tuple of values, or name as it is shown).
    It can be left out where there is one model; where there are several, one picture cannot hold them
    all, so that leaving it out is an error that lists them, and ``matrix`` holds them side by side.

    Filled marks are established effects, hollow grey ones (≈) are not; ▼ marks a negative effect.
    """

    result: "Drivers"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None) -> "Axes":
        """The ranked bars of one model, the matrix of several."""
        if group is None and len(self.result.models) > 1:
            return self.matrix(ax=ax, lang=lang)
        return self.bars(ax=ax, lang=lang, group=group)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None) -> "Axes":
        """Drivers by importance, in % of what is explained, with the interval of the importance."""
        from cxkit.keydrivers.shown.dress import axis_label, dress, empty, look, names_of
        from cxkit.keydrivers.shown.figures import share_range, share_text
        from cxkit.keydrivers.shown.quadrants import share_interval
        from cxkit.present.palette import GREY, NEUTRAL
        from cxkit.present.plotting import canvas

        drivers, m = magnitudes(self.result), self._chosen(group)
        model = drivers.models[m]
        rows = model.order.tolist()[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        if not rows or not np.isfinite(model.share).all():
            return empty(axes, drivers, m, "bars_title", lang)
        low, high = share_interval(model)
        for y, i in enumerate(rows):
            colour, real, mark = look(drivers, m, i)
            share = float(model.share[i])
            axes.barh(y, share, height=0.68, facecolor=colour if real else "none", edgecolor=colour, linewidth=1.2)
            known = math.isfinite(low[i]) and math.isfinite(high[i])
            if known:
                axes.plot([low[i], high[i]], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{share_text(share, lang)} {share_range(model, i, lang)}".rstrip() + mark,
                (max(high[i] if known else share, share, 0), y), xytext=(5, 0), textcoords="offset points", va="center",
                fontsize="small", color="#000000" if real else "#606060",
            )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(rows)), names_of([model.names[i] for i in rows]))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        reach = float(np.nanmax(np.r_[model.share[rows], high[rows]]))
        least = float(np.nanmin(np.r_[0.0, model.share[rows], low[rows]]))
        # Room for the figures beside the bars.
        axes.set_xlim(1.05 * min(least, 0.0), max(reach, 1.0) * 1.5)
        axes.grid(False, axis="y")
        axes.set(xlabel=axis_label(drivers, model, "share_axis", lang), ylabel="")
        dress(axes, drivers, m, "bars_title", rows, lang)
        return axes

    def quadrant(self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None) -> "Axes":
        """Importance against performance, in four quadrants about the means; bars are importance intervals.

        Where drivers have different scales, or are better when low, performance is in % of each scale
        from its bad end to its good end, and the axis says so. A share in brackets beside a name tells in how
        many resamples, if under 90 %, the driver stays on its side of the mean importance. Names are placed for the
        axes as they are: where several drawings share a figure, draw this one last.
        """
        from cxkit.keydrivers.shown.quadrant_plot import draw_quadrant
        from cxkit.present.plotting import canvas

        m = self._chosen(group)
        _, axes = canvas(ax, 14)
        return draw_quadrant(magnitudes(self.result), m, axes, lang)

    def coefficients(self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None) -> "Axes":
        """What one unit more of each driver goes with, in the outcome's unit, with its interval; drivers only.

        Each interval stands on its own, while what is called established is judged with all tests of the family.
        """
        from cxkit.keydrivers.shown.dress import dress, empty, look, names_of
        from cxkit.keydrivers.shown.figures import effect_interval, effect_text
        from cxkit.keydrivers.shown.phrases import say
        from cxkit.present.palette import GREY
        from cxkit.present.plotting import canvas, label_text
        from cxkit.present.words import percent

        drivers, m = magnitudes(self.result), self._chosen(group)
        model = drivers.models[m]
        rows = model.order.tolist()[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        if not rows or not np.isfinite(model.fit.effect[rows]).any():
            return empty(axes, drivers, m, "coefficients_title", lang)
        axes.axvline(0, color=GREY, linewidth=1)
        for y, i in enumerate(rows):
            colour, real, mark = look(drivers, m, i)
            low, high = effect_interval(drivers, model, i)
            if math.isfinite(low):
                axes.plot([low, high], [y, y], color=colour, linewidth=2.2 if real else 1.2, solid_capstyle="butt")
            axes.plot([model.fit.effect[i]], [y], "o", color=colour, markersize=7,
                      markerfacecolor=colour if real else "white")  # fmt: skip
            axes.annotate(
                " ".join(effect_text(drivers, model, i, lang)).rstrip() + mark, (1, y), xycoords=("axes fraction", "data"),
                xytext=(6, 0), textcoords="offset points", va="center", fontsize="small",
                color="#000000" if real else "#606060",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), names_of([model.names[i] for i in rows]))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        unit = " (points)" if drivers.outcome.unit in ("points", "%") else ""
        axes.set_xlabel(
            say("effect_axis", lang, name=label_text(drivers.outcome.title(lang)), unit=unit,
                level=percent(drivers.level, lang))
        )  # fmt: skip
        axes.set_ylabel("")
        dress(axes, drivers, m, "coefficients_title", rows, lang)
        return axes

    def stability(self, *, ax: "Axes | None" = None, lang: str = "en", group: Any = None) -> "Axes":
        """In how many resamples each driver has each rank: dark where the order is sure.

        Raises
        ------
        UsageError
            The importance was not resampled.
        """
        from cxkit.keydrivers.shown.dress import names_of, title
        from cxkit.keydrivers.shown.phrases import say
        from cxkit.present.numbers import count, number
        from cxkit.present.plotting import canvas

        drivers, m = magnitudes(self.result), self._chosen(group)
        model = drivers.models[m]
        shares = model.rank_shares
        if shares is None or model.draws is None or not len(model.draws):
            raise UsageError("no resamples to draw ranks from", hint='ask for them: drivers(..., interval="bootstrap")')
        rows = model.order.tolist()[:_MOST]
        cells = 100 * shares[rows][:, : len(rows)]
        _, axes = canvas(ax, len(rows) + 1)
        axes.imshow(cells, cmap="Blues", vmin=0, vmax=100, aspect="auto")
        for y, x in np.argwhere(cells >= (0.5 if len(rows) <= 15 else 5)).tolist():
            axes.text(x, y, number(cells[y, x], lang, digits=0), ha="center", va="center", fontsize="small",
                      color="#ffffff" if cells[y, x] > 55 else "#000000")  # fmt: skip
        axes.set_yticks(range(len(rows)), names_of([model.names[i] for i in rows]))
        step = max(1, math.ceil(len(rows) / 20))
        axes.set_xticks(range(0, len(rows), step), [str(r + 1) for r in range(0, len(rows), step)])
        axes.grid(False)
        axes.set_xlabel(say("rank_axis", lang, b=count(len(model.draws), lang)))
        title(axes, drivers, m, "stability_title", lang)
        return axes

    def matrix(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Drivers by group: the area of a dot is the share, which is printed beside it; the first 16 groups."""
        from cxkit.keydrivers.shown.dress import legend, look, names_of, wrapped
        from cxkit.keydrivers.shown.figures import r2_text, share_text
        from cxkit.keydrivers.shown.phrases import say
        from cxkit.present.numbers import count
        from cxkit.present.plotting import canvas, label_text
        from cxkit.present.words import group_name

        drivers = magnitudes(self.result)
        models = drivers.models[:_MOST_GROUPS]
        names = _by_mean_share(drivers)[:_MOST]
        _, axes = canvas(ax, len(names) + 3)
        if ax is None:
            figure: Any = axes.get_figure(root=True)
            figure.set_figwidth(max(8.0, 2.6 + 1.05 * len(models)))
        most = max((float(np.nanmax(model.share)) for model in models if np.isfinite(model.share).all()), default=1.0)
        for x, model in enumerate(models):
            for y, name in enumerate(names):
                i = model.names.index(name) if name in model.names else None
                share = math.nan if i is None else float(model.share[i])
                if i is None or not math.isfinite(share):
                    axes.text(x, y, "–", ha="center", va="center", color="#606060")
                    continue
                colour, real, mark = look(drivers, x, i)
                size = 430 * max(share, 0) / most
                axes.scatter(
                    [x], [y], s=max(size, 6), facecolor=colour if real else "none", edgecolor=colour, linewidth=1.2
                )
                axes.annotate(
                    share_text(share, lang) + mark, (x, y), xytext=(math.sqrt(max(size, 6) / math.pi) + 4, 0),
                    textcoords="offset points", va="center", fontsize="small", color="#000000" if real else "#606060",
                )  # fmt: skip
        axes.set_yticks(range(len(names)), names_of(names))
        heads = [
            f"{wrapped(label_text(group_name(model.key, lang, freq=drivers.freq)), 16)}\n"
            f"R² {r2_text(model.fit.r2, lang)}\nn = {count(model.n, lang)}"
            for model in models
        ]
        axes.set_xticks(range(len(models)), heads, fontsize="small")
        axes.set(xlim=(-0.5, len(models) - 0.3), ylim=(len(names) - 0.4, -0.6), xlabel="", ylabel="")
        axes.grid(False)
        rows = [(m, i) for m in range(len(models)) for i in range(len(models[m].names))]
        padding = legend(axes, drivers, rows, lang)
        said = say(
            "title", lang, name=label_text(drivers.outcome.title(lang)), group="", what=say("matrix_title", lang)
        )
        unit = "share_axis" if all(m.fit.family == "ols" for m in models) else "share_axis_explained"
        axes.set_title(f"{said}\n{_unit(drivers, unit, lang)}", loc="left", fontsize="medium", pad=padding)
        return axes

    def _chosen(self, group: Any) -> int:
        """The model of a group.

        Raises
        ------
        UsageError
            None was named and there are several.
        UnknownNameError
            There is no such group.
        """
        from cxkit.present.words import group_name

        drivers = self.result
        keys = [model.key for model in drivers.models]
        names = [group_name(key, "en", freq=drivers.freq) for key in keys]
        if group is None:
            if len(keys) == 1:
                return 0
            shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
            raise UsageError(
                f"there are {len(keys)} groups, and this drawing shows one",
                hint=f"name it with group=, or draw plot.matrix(). Groups: {shown}",
            )
        key = group if isinstance(group, tuple) else (group,)
        if key in keys:
            return keys.index(key)
        if isinstance(group, str) and group in names:
            return names.index(group)
        said = group_name(key, "en")
        raise UnknownNameError(f"no group {group!r}", hint=did_you_mean(said, names, what="Groups"))


def _by_mean_share(drivers: "Drivers") -> list[str]:
    """Drivers by their mean share over the groups where they have one."""
    shares: dict[str, list[float]] = {name: [] for name in drivers.names}
    for model in drivers.models:
        if np.isfinite(model.share).all():
            for name, share in zip(model.names, model.share.tolist(), strict=True):
                shares[name].append(share)
    return sorted(shares, key=lambda name: -(sum(shares[name]) / len(shares[name]) if shares[name] else 0.0))


def _unit(drivers: "Drivers", axis: str, lang: str) -> str:
    from cxkit.keydrivers.shown.figures import label_of, shares_r2
    from cxkit.keydrivers.shown.phrases import say

    method = label_of(drivers.importance, lang)
    return f"{say(axis if shares_r2(drivers) else 'share_axis_total', lang, r2='R²')} · {method}"
