"""Drawings of posterior distributions and of the probabilities read from them."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.inference.posterior_chances import Chances
    from cxkit.inference.posteriors import Posterior

__all__ = ["ChancePlots", "PosteriorPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class PosteriorPlots:
    """Drawings of a posterior. Call it for the ridge."""

    result: "Posterior"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The posterior density of each group, one above the other."""
        return self.ridge(ax=ax, lang=lang)

    def ridge(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The posterior density of each group with its credible interval in the stronger tone."""
        import numpy as np

        from cxkit.present.palette import HIGHER, NEUTRAL

        rows = [i for i, n in enumerate(self.result.n) if n][:_MOST]
        _, axes = canvas(ax, 2 * len(rows))
        low, high = self._ends()
        for y, i in enumerate(rows):
            density, edges = np.histogram(self.result.drawn(i), bins=self._bins(i))
            middle = (edges[:-1] + edges[1:]) / 2
            height = -0.85 * density / density.max()
            axes.fill_between(middle, y, y + height, color=HIGHER, alpha=0.25, linewidth=0)
            inside = (middle >= self.result.low[i]) & (middle <= self.result.high[i])
            axes.fill_between(middle, y, y + height, where=inside, color=HIGHER, alpha=0.55, linewidth=0)
            axes.plot(middle, y + height, color=HIGHER, linewidth=1)
            axes.plot([self.result.estimate[i]] * 2, [y, y - 0.85], color=NEUTRAL, linewidth=1.2)
        self._dress(axes, rows, lang)
        axes.set(ylim=(len(rows) - 0.6, -1.05), xlim=(low, high))
        return axes

    def intervals(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Posterior mean and credible interval of each group."""
        from cxkit.present.palette import HIGHER, NEUTRAL

        rows = [i for i, n in enumerate(self.result.n) if n][:_MOST]
        _, axes = canvas(ax, len(rows))
        for y, i in enumerate(rows):
            axes.plot([self.result.low[i], self.result.high[i]], [y, y], color=NEUTRAL, linewidth=2)
            axes.plot([self.result.estimate[i]], [y], "o", color=HIGHER)
        self._dress(axes, rows, lang, beside=True)
        axes.margins(x=0.5)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        return axes

    def _bins(self, i: int) -> list[float]:
        drawn = self.result.drawn(i)
        start, end = float(drawn.min()), float(drawn.max())
        step = (end - start) / 48 or 1.0
        return [start + k * step for k in range(49)]

    def _ends(self) -> tuple[float, float]:
        known = [i for i, n in enumerate(self.result.n) if n]
        if not known:
            return self.result.metric.bounds or (0.0, 1.0)
        low, high = min(self.result.low[i] for i in known), max(self.result.high[i] for i in known)
        room = 0.35 * (high - low)
        bounds = self.result.metric.bounds or (-math.inf, math.inf)
        return max(low - room, bounds[0]), min(high + 1.3 * room, bounds[1])

    def _dress(self, axes: "Axes", rows: list[int], lang: str, *, beside: bool = False) -> None:
        from cxkit.inference.posterior_words import posterior_grid, say
        from cxkit.present.words import group_name, percent

        result = self.result
        names = [label_text(group_name(result.keys[i], lang, freq=result.freq)) for i in rows]
        axes.set_yticks(range(len(rows)), [f"{name}  (n={result.n[i]})" for name, i in zip(names, rows, strict=True)])
        shown = posterior_grid(result, lang).rows
        for y, i in enumerate(rows):
            axes.annotate(
                f"{shown[i][1].text}  {shown[i][2].text}", (result.high[i], y), xytext=(8, 0) if beside else (6, 5),
                textcoords="offset points", va="center" if beside else "bottom", fontsize="small",
            )  # fmt: skip
        axes.grid(False, axis="y")
        unit = f" ({result.metric.unit})" if result.metric.unit else ""
        axes.set(xlabel=label_text(result.metric.title(lang)) + unit, ylabel=_groupings(result, lang))
        title = say("caption", lang, name=label_text(result.metric.title(lang)), level=percent(result.level, lang))
        axes.set_title(title, loc="left", fontsize="medium")


@dataclass(frozen=True, slots=True)
class ChancePlots:
    """Drawings of probabilities. Call it for the bars."""

    chances: "Chances"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group, in %."""
        return self.bars(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group, in %, with the number beside it."""
        from cxkit.inference.posterior_words import chance_label, probability_text, say
        from cxkit.present.palette import HIGHER
        from cxkit.present.words import group_name

        rows = list(range(len(self.chances.keys)))[:_MOST]
        _, axes = canvas(ax, len(rows))
        axes.barh(rows, [100 * self.chances.probability[i] for i in rows], color=HIGHER, height=0.72)
        for i in rows:
            p = self.chances.probability[i]
            axes.annotate(
                probability_text(p, lang), (100 * p, i), xytext=(5, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(
            rows, [label_text(group_name(self.chances.keys[i], lang, freq=self.chances.freq)) for i in rows]
        )
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.set(xlim=(0, 115), xticks=range(0, 101, 25))
        axes.set(xlabel=say("probability_axis", lang), ylabel=_groupings(self.chances, lang))
        axes.set_title(label_text(chance_label(self.chances, lang)), loc="left", fontsize="medium")
        return axes


def _groupings(result: "Posterior | Chances", lang: str) -> str:
    from cxkit.inference.posterior_words import groupings

    return label_text(groupings(result, lang))
