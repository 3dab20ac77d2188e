"""Drawings of a linkage: bars by class, the curve by answer, the value of a point by group."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.behaviour.curve import Curve
    from cxkit.value.behaviour.outcomes import Outcome
    from cxkit.value.behaviour.result import Linkage
    from cxkit.value.behaviour.worth import PointValue

__all__ = ["CurvePlots", "LinkagePlots", "PointPlots"]

_MOST = 40
#: Of intervals, on bars of any colour.
INK = "#202020"


@dataclass(frozen=True, slots=True)
class LinkagePlots:
    """Drawings of a linkage. Call it for the bars of the first outcome."""

    result: "Linkage"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The first outcome by class."""
        return self.bars(ax=ax, lang=lang)

    def bars(self, outcome: str | None = None, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a class with its interval, promoters on top; of several groups one block each.

        Parameters
        ----------
        outcome : str, optional
            The first one when not given.
        """
        from cxkit.present.palette import GREY, band_colours
        from cxkit.present.words import group_name, percent
        from cxkit.value.behaviour.amounts import level, level_range, unit_once, words
        from cxkit.value.behaviour.words import say

        result = self.result
        chosen = result.outcomes[result._place(outcome)]
        colours = dict(zip([b.code for b in result.bands], band_colours(len(result.bands)), strict=True))
        rows = []
        for group in result.groups:
            values = {v.band: v for v in group.of(chosen.name)}
            rows += [(group, band, values[band.code]) for band in reversed(result.bands)]
        rows = rows[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, (_, band, v) in enumerate(rows):
            known, drawn = math.isfinite(v.estimate), math.isfinite(v.low) and math.isfinite(v.high)
            axes.barh(
                y, v.estimate if known else 0, height=0.68, color=colours[band.code], alpha=0.4 if v.n < 30 else 1
            )
            if drawn:
                axes.plot([v.low, v.high], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
            text = (
                f"{level(chosen, v.estimate, lang)} {unit_once(level_range(chosen, v.low, v.high, lang))}"
                if known
                else say("none", lang)
            )
            end = max(v.high if drawn else v.estimate, 0) if known else 0
            axes.annotate(f"{text}  (n={v.n})", (end, y), xytext=(6, 0), textcoords="offset points", va="center",
                          fontsize="small")  # fmt: skip
        names = []
        for group, band, _ in rows:
            name = label_text(band.title(lang))
            names.append(f"{label_text(group_name(group.key, lang))} · {name}" if group.key else name)
        _finish(axes, names, [x for *_, v in rows for x in (v.low, v.high, v.estimate)], room=1.05)
        among = f", {words('stayed', lang)}" if chosen.among == "stayed" else ""
        axes.set_xlabel(_axis_title(chosen, result.months, lang) + among)
        _money_ticks(axes, "x", chosen, lang)
        title = say("caption", lang, name=label_text(result.score.title(lang)), level=percent(result.level, lang))
        axes.set_title(_wrapped(title), loc="left", fontsize="medium")
        axes.axvline(0, color=GREY, linewidth=0.8)
        return axes


@dataclass(frozen=True, slots=True)
class PointPlots:
    """Drawings of the value of a point. Call it for the bars."""

    result: "PointValue"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval; grey ones may be nothing."""
        return self.bars(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval; grey ones may be nothing."""
        from cxkit.present.palette import GREY
        from cxkit.present.words import group_name
        from cxkit.value.behaviour.amounts import change, change_range, unit_once, words
        from cxkit.value.behaviour.worth_words import say, what

        result, rows = self.result, list(zip(self.result.keys, self.result.estimates, strict=True))[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, (_, e) in enumerate(rows):
            colour = _good(result.outcome, e.estimate) if e.real else GREY
            axes.barh(y, e.estimate, height=0.6, color=colour, alpha=1 if e.real else 0.45)
            if math.isfinite(e.low):
                axes.plot([e.low, e.high], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
            text = change(result.outcome, e.estimate, lang, beside=(e.low, e.high))
            text += " " + unit_once(change_range(result.outcome, e.low, e.high, e.estimate, lang))
            text += "" if e.real else say("open", lang)
            end = max(e.high if math.isfinite(e.high) else e.estimate, 0)
            axes.annotate(text, (end, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize="small")
        names = [label_text(group_name(key, lang)) for key, _ in rows]
        _finish(axes, names, [x for _, e in rows for x in (e.low, e.high, e.estimate)], room=0.9)
        axes.axvline(0, color=GREY, linewidth=0.8)
        change_of = words("pp", lang) if result.outcome.kind == "rate" else None
        axes.set_xlabel(_axis_title(result.outcome, result.months, lang, change_of))
        _money_ticks(axes, "x", result.outcome, lang)
        axes.set_title(_wrapped(label_text(what(result, lang))), loc="left", fontsize="medium")
        return axes


@dataclass(frozen=True, slots=True)
class CurvePlots:
    """Drawings of a curve. Call it for the curve."""

    result: "Curve"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The outcome by answer."""
        return self.line(ax=ax, lang=lang)

    def line(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The outcome by answer with its intervals, and the straight line through all customers, dashed.

        Of one group, points have the colours of their classes; those of fewer than 30 customers are hollow.
        """
        from cxkit.present.palette import GREY, NEUTRAL, band_colours
        from cxkit.present.words import group_name
        from cxkit.value.behaviour.curve_words import _caption, say

        result = self.result
        seaborn, axes = canvas(ax, 9)
        single = len(result) == 1
        colours = dict(zip([b.code for b in result.bands], band_colours(len(result.bands)), strict=True))
        palette = [NEUTRAL] if single else seaborn.color_palette("colorblind", len(result))
        for i, ((key, bend), own, marker) in enumerate(
            zip(zip(result.keys, result.bends, strict=True), palette, "osD^vPX*hp" * len(result), strict=False)
        ):
            shift = 0.0 if single else 0.12 * (i - (len(result) - 1) / 2)  # so that intervals do not cover each other
            x, y = [a.answer + shift for a in bend.answers], [a.estimate for a in bend.answers]
            name = label_text(group_name(key, lang)) if key else None
            seaborn.lineplot(x=x, y=y, ax=axes, color=own, label=name, linewidth=1.2, errorbar=None)
            for a in bend.answers:
                colour = colours.get(a.band, GREY) if single else own
                if math.isfinite(a.low) and math.isfinite(a.high):
                    axes.plot([a.answer + shift] * 2, [a.low, a.high], color=colour, linewidth=2, solid_capstyle="butt")
                face = colour if a.n >= 30 else "white"
                axes.plot(
                    [a.answer + shift], [a.estimate], marker=marker, color=colour, markerfacecolor=face, markersize=6
                )
            if math.isfinite(bend.slope) and len(x) > 1:
                ends = [min(x), max(x)]
                line = [bend.constant + bend.slope * e for e in ends]
                axes.plot(ends, line, color=own if not single else GREY, linestyle="--", linewidth=1.2,
                          label=say("line", lang) if single else None)  # fmt: skip
        if axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize="small")
        _bands(axes, result, colours, lang) if single else None
        axes.set_xlabel(f"{say('answer', lang)} ({label_text(result.score.title(lang))})")
        axes.set_ylabel(_axis_title(result.outcome, result.months, lang))
        _money_ticks(axes, "y", result.outcome, lang)
        axes.set_title(_wrapped(label_text_long(_caption(result, lang))), loc="left", fontsize="medium")
        held = sorted({a.answer for bend in result.bends for a in bend.answers})
        if len(held) <= 21:
            axes.set_xticks(held, [f"{a:g}" for a in held])
        return axes


def _wrapped(text: str) -> str:
    """A title in lines that half a page holds."""
    import textwrap

    return "\n".join(textwrap.wrap(text, 52))


def _axis_title(outcome: "Outcome", months: float, lang: str, unit: str | None = None) -> str:
    """``Revenue (€), per customer over 12 months``."""
    from cxkit.present.money import is_currency
    from cxkit.value.behaviour.amounts import unit_words

    per = unit_words(outcome, months, lang)
    unit = unit or ("%" if outcome.kind == "rate" else outcome.unit if is_currency(outcome.unit) else "")
    return label_text(outcome.title(lang)) + (f" ({unit})" if unit else "") + (f", {per}" if per else "")


def _money_ticks(axes: "Axes", which: str, outcome: "Outcome", lang: str) -> None:
    """Ticks of money as the language writes it, and few enough to stand apart."""
    from cxkit.present.money import is_currency, money, short_money

    if not is_currency(outcome.unit):
        return
    axis = axes.xaxis if which == "x" else axes.yaxis
    axes.locator_params(axis="x" if which == "x" else "y", nbins=6)
    # What one customer brings is read in full.
    written = money if max(abs(x) for x in axis.get_view_interval()) < 1e5 else short_money
    axis.set_major_formatter(lambda x, _: label_text(written(x, outcome.unit, lang) if x else "0"))


def _bands(axes: "Axes", result: "Curve", colours: dict[str, str], lang: str) -> None:
    """The names of the classes above their answers, so that colours are not alone."""
    held = [a.answer for a in result.bends[0].answers]
    for band in result.bands:
        inside = [a for a in held if a in band.answers]
        if inside:
            axes.annotate(
                label_text(band.title(lang)), ((min(inside) + max(inside)) / 2, 0.01), xycoords=("data", "axes fraction"),
                ha="center", va="bottom", fontsize="small", color="#404040",
                bbox={"boxstyle": "square,pad=0.15", "edgecolor": colours[band.code], "facecolor": "white", "linewidth": 1},
            )  # fmt: skip


def _good(outcome: "Outcome", x: float) -> str:
    from cxkit.present.palette import HIGHER, LOWER, NEUTRAL

    if not outcome.better:
        return NEUTRAL
    return HIGHER if (x > 0) == (outcome.better == "higher") else LOWER


def label_text_long(text: str) -> str:
    from cxkit.present.text import clean_text

    return clean_text(text).replace("$", r"\$")


def _finish(axes: "Axes", names: list[str], numbers: list[Any], *, room: float) -> None:
    """Names at the left, and room at the right for what is written there."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(False, axis="y")
    ends = [x for x in (*numbers, 0.0) if math.isfinite(x)]
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0
    axes.set_xlim(low - (0.06 * width if low < 0 else 0), high + room * width)
