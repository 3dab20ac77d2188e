"""Drawings of a return: its distribution, what it hangs on, how it builds up, where it comes from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.returns.result import Roi

__all__ = ["RoiPlots", "money_axis"]

Floats = NDArray[np.float64]

_MOST, _BINS = 12, 40


@dataclass(frozen=True, slots=True)
class RoiPlots:
    """Drawings of a return. Call it for the distribution."""

    roi: "Roi"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How the net gain is spread over the draws."""
        return self.distribution(ax=ax, lang=lang)

    def distribution(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Draws of the net gain: blue where it pays, orange where it loses, each with its share."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.value.returns.phrases import say
        from cxkit.value.returns.words import horizon, share_text

        roi = self.roi
        _, axes = canvas(ax, 6)
        edges = _edges(roi.npv)
        counts, _ = np.histogram(roi.npv, edges)
        middles = (edges[:-1] + edges[1:]) / 2
        axes.bar(
            middles, counts, width=np.diff(edges), color=[HIGHER if x > 0 else LOWER for x in middles],
            edgecolor="white", linewidth=0.3,
        )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=0.8)
        mean = float(roi.npv.mean())
        axes.axvline(mean, color=NEUTRAL, linewidth=1.5, linestyle="--")
        axes.set_ylim(0, 1.3 * max(counts.max(), 1))
        # Away from the line of 0, where there is room.
        left, end = min(edges[0], 0.0), max(edges[-1], 0.0)
        place = (mean - left) / (end - left)
        right = place < 0.6 if mean >= 0 else place < 0.3
        axes.annotate(
            say("expected", lang, npv=short_money(mean, roi.currency, lang)), (mean, 1), xycoords=("data", "axes fraction"),
            xytext=(4 if right else -4, -4), textcoords="offset points", ha="left" if right else "right", va="top",
            fontsize="small", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
        chance = roi.value("probability_positive")
        shown = [(say("pays", lang, share=share_text(chance, lang)), HIGHER, chance),
                 (say("loses", lang, share=share_text(100 - chance, lang)), LOWER, 100 - chance)]  # fmt: skip
        for i, (text, colour, _) in enumerate([x for x in shown if x[2] > 0]):
            # Ink that is readable on white; the bar of the same colour is the key.
            axes.annotate("■", (0.99, 0.87 - 0.09 * i), xycoords="axes fraction", ha="right", color=colour)
            axes.annotate(
                text, (0.99, 0.87 - 0.09 * i), xycoords="axes fraction", xytext=(-14, 0), textcoords="offset points",
                ha="right", fontsize="small",
            )  # fmt: skip
        money_axis(axes, "x", roi.currency, lang)
        axes.grid(False, axis="x")
        axes.set(xlabel=say("axis_npv", lang, currency=roi.currency), ylabel=say("axis_draws", lang))
        axes.set_title(say("plot_distribution", lang, years=horizon(roi, lang)), loc="left", fontsize="medium")
        return axes

    def tornado(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The net gain when each figure goes from one end of its range to the other, the others at their values."""
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.value.returns.assumption_words import end_text, figure_name
        from cxkit.value.returns.phrases import say

        roi = self.roi
        swings = roi.swings[:_MOST]
        _, axes = canvas(ax, len(swings) + 1)
        axes.set_title(say("plot_tornado", lang), loc="left", fontsize="medium")
        axes.set_xlabel(say("axis_npv", lang, currency=roi.currency))
        if not swings:
            axes.annotate(say("nothing_moves", lang), (0.5, 0.5), xycoords="axes fraction", ha="center")
            axes.set(xticks=[], yticks=[])
            return axes
        rows = {row.name: row for row in roi.rows}
        centre = roi.centre
        ends = [x for s in swings for x in (s.npv_low, s.npv_high)] + [centre]
        width = (max(ends) - min(ends)) or 1.0
        for y, s in enumerate(swings):
            for at, value in ((s.npv_low, s.low), (s.npv_high, s.high)):
                axes.barh(y, at - centre, left=centre, height=0.62, color=HIGHER if at > centre else LOWER)
                other = s.npv_high if at == s.npv_low else s.npv_low
                left = at < other
                axes.annotate(
                    end_text(rows[s.name], value, lang), (at, y), xytext=(-4 if left else 4, 0),
                    textcoords="offset points", ha="right" if left else "left", va="center", fontsize="small",
                )  # fmt: skip
        axes.set_yticks(range(len(swings)), [_wrapped(figure_name(s.name, lang)) for s in swings])
        axes.invert_yaxis()
        axes.axvline(centre, color=NEUTRAL, linewidth=1)
        axes.axvline(0, color=GREY, linewidth=1, linestyle=":")
        axes.set_xlim(min(ends) - 0.3 * width, max(ends) + 0.3 * width)
        axes.grid(False, axis="y")
        money_axis(axes, "x", roi.currency, lang)
        return axes

    def fan(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The net gain so far, month by month: the median, half of the draws, and most of them."""
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.present.words import percent
        from cxkit.value.returns.phrases import say

        roi = self.roi
        seaborn, axes = canvas(ax, 7)
        fan = roi.fan()
        months = fan["month"].to_numpy()
        if not roi.sure:
            axes.fill_between(months, fan["low"], fan["high"], color=HIGHER, alpha=0.18, linewidth=0,
                              label=say("most", lang, level=percent(roi.level, lang)))  # fmt: skip
            axes.fill_between(
                months, fan["q25"], fan["q75"], color=HIGHER, alpha=0.35, linewidth=0, label=say("half", lang)
            )
        seaborn.lineplot(x=months, y=fan["median"].to_numpy(), ax=axes, color=HIGHER, errorbar=None,
                         label=say("median", lang))  # fmt: skip
        axes.axhline(0, color=GREY, linewidth=1)
        paid = roi.value("payback_months")
        if np.isfinite(paid) and paid > 0:
            from cxkit.present.numbers import colon
            from cxkit.value.returns.phrases import item_name
            from cxkit.value.returns.words import item_texts

            text = item_name("payback_months", lang) + colon(lang)
            axes.plot([paid], [0], marker="o", color="black", markersize=5)
            # On the side where there is room.
            late = paid > 0.5 * float(months.max())
            axes.annotate(
                text + item_texts(roi, roi.item("payback_months"), lang)[0], (paid, 0),
                xytext=(-6, 6) if late else (6, -14), textcoords="offset points", fontsize="small",
                ha="right" if late else "left",
            )  # fmt: skip
        axes.set(xlabel=say("axis_months", lang), ylabel=say("axis_npv", lang, currency=roi.currency))
        # Above the picture: inside it a fan leaves no corner that is always free, and the line of 0 crosses most.
        axes.legend(
            frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2
        )
        axes.margins(x=0.01)
        money_axis(axes, "y", roi.currency, lang)
        axes.set_title(say("plot_fan", lang), loc="left", fontsize="medium", pad=20)
        return axes

    def steps(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The expected net gain, step by step: what each source brings, less the cost."""
        from cxkit.present.money import short_money
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.value.returns.figures import CHANNELS
        from cxkit.value.returns.phrases import item_name, say

        roi = self.roi
        steps = [(say(c, lang), i.estimate) for c in CHANNELS for i in roi.items if i.item == f"gain_{c}"]
        steps.append((item_name("cost", lang), -roi.value("cost")))
        _, axes = canvas(ax, 7)
        level, ends = 0.0, [0.0]
        for x, (_, value) in enumerate(steps):
            axes.bar(x, value, bottom=level, width=0.62, color=HIGHER if value >= 0 else LOWER)
            self._amount(axes, x, max(level, level + value), short_money(value, roi.currency, lang, sign=True))
            axes.plot([x - 0.31, x + 1.31], [level + value] * 2, color=GREY, linewidth=0.8)
            level += value
            ends.append(level)
        axes.bar(len(steps), level, width=0.62, color=NEUTRAL)
        self._amount(axes, len(steps), max(level, 0), short_money(level, roi.currency, lang, sign=True))
        width = (max(ends) - min(ends)) or 1.0
        axes.set_ylim(min(ends) - 0.05 * width, max(ends) + 0.15 * width)
        axes.axhline(0, color=GREY, linewidth=0.8)
        names = [label_text(name[:1].upper() + name[1:]) for name, _ in steps]
        axes.set_xticks(range(len(steps) + 1), [*(_wrapped(n, 11) for n in names), say("net", lang)], fontsize="small")
        axes.grid(False, axis="x")
        axes.set_ylabel(say("axis_npv", lang, currency=roi.currency))
        money_axis(axes, "y", roi.currency, lang)
        axes.set_title(say("plot_steps", lang), loc="left", fontsize="medium")
        return axes

    def _amount(self, axes: "Axes", x: float, y: float, text: str) -> None:
        axes.annotate(text, (x, y), xytext=(0, 3), textcoords="offset points", ha="center", fontsize="small")


def money_axis(axes: "Axes", which: str, currency: str, lang: str) -> None:
    """Ticks of money as the language sets them."""
    from cxkit.present.money import short_money

    axis = axes.xaxis if which == "x" else axes.yaxis
    # Amounts are wide: more of them along the bottom would run into each other.
    axes.locator_params(axis="x" if which == "x" else "y", nbins=5 if which == "x" else 7)
    axis.set_major_formatter(lambda x, _: label_text(short_money(x, currency, lang) if x else "0"))


def _edges(x: Floats) -> Floats:
    """Edges of the bars, 0 among them, so that no bar both pays and loses."""
    # A few far draws would squeeze the rest.
    low, high = np.quantile(x, [0.001, 0.999])
    if high == low:
        wide = abs(high) * 0.02 or 1.0
        return np.array([low - wide / 2, low + wide / 2])
    step = (high - low) / _BINS
    first, last = np.floor(low / step), np.ceil(high / step)
    return np.asarray(np.arange(first, last + 1) * step, float)


def _wrapped(text: str, width: int = 40) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)[:2])
