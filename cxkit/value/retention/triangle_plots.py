"""Drawings of cohorts: the triangle as a heat map, and a line a cohort."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cxkit.present.plotting import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.retention.triangle_result import Cohorts

__all__ = ["CohortPlots"]

_MOST = 24


@dataclass(frozen=True, slots=True)
class CohortPlots:
    """Drawings of cohorts. Call it for the heat map."""

    result: "Cohorts"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The triangle, darker where more are retained; each cell says its figure."""
        return self.heat(ax=ax, lang=lang)

    def heat(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The triangle, darker where more are retained; each cell says its figure, what was not seen is blank."""
        from matplotlib.colors import LinearSegmentedColormap

        from cxkit.present.numbers import count, number, short_period
        from cxkit.present.palette import HIGHER
        from cxkit.value.retention.triangle_words import say

        result = self.result
        starts = list(result.sizes)[-_MOST:]
        ages = min(max(c.age for c in result.cells if c.cohort in starts), _MOST - 1)
        share = np.full((len(starts), ages + 1), np.nan)
        for c in result.cells:
            if c.cohort in starts and c.age <= ages:
                share[starts.index(c.cohort), c.age] = c.estimate
        seaborn, axes = canvas(ax, len(starts) + 2)
        later = share[:, 1:]
        top = float(np.nanmax(later)) if later.size and np.isfinite(later).any() else 100.0
        shades = LinearSegmentedColormap.from_list("retained", ["#ffffff", HIGHER])
        said = np.array([["" if np.isnan(x) else number(float(x), lang, digits=0) for x in row] for row in share])
        seaborn.heatmap(
            np.ma.masked_invalid(np.minimum(share, top)), mask=np.isnan(share), annot=said, fmt="", cmap=shades, vmin=0, vmax=max(top, 1e-9),
            cbar=False, linewidths=0.5, linecolor="white", annot_kws={"fontsize": 8, "color": "black"}, ax=axes,
        )  # fmt: skip
        names = [f"{short_period(s, result.freq, lang)}  (n={count(result.sizes[s], lang)})" for s in starts]
        axes.set_yticks(np.arange(len(starts)) + 0.5, names, rotation=0, fontsize="small")
        axes.set_xticks(np.arange(ages + 1) + 0.5, [str(a) for a in range(ages + 1)], fontsize="small")
        axes.set_xlabel(say("age", lang, unit=say(f"unit_{result.freq}", lang)))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        return axes

    def lines(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Retention by age: a thin line a cohort, all together with their interval."""
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.value.retention.triangle_words import say

        result = self.result
        _, axes = canvas(ax, 9)
        for start in result.sizes:
            own = [c for c in result.cells if c.cohort == start]
            axes.plot([c.age for c in own], [c.estimate for c in own], color=GREY, linewidth=0.8, alpha=0.6)
        average = result.average
        ages = list(average)
        axes.plot(ages, [average[a][0] for a in ages], color=HIGHER, linewidth=2.4)
        axes.fill_between(ages, [average[a][1] for a in ages], [average[a][2] for a in ages], color=HIGHER, alpha=0.2)
        axes.set_ylim(0, 102)
        axes.set_xlabel(say("age", lang, unit=say(f"unit_{result.freq}", lang)))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        return axes
