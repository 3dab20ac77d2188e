"""Drawings of a comparison of drivers: ranks in the resamples, and differences with intervals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.pairs import DriverPairs

__all__ = ["PairPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class PairPlots:
    """Drawings of a comparison of drivers. Call it for the ranks."""

    result: "DriverPairs"

    def __call__(self, *, group: int = 0, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How often each driver has each rank."""
        return self.ranks(group=group, ax=ax, lang=lang)

    def ranks(self, *, group: int = 0, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How often each driver has each rank, as tiles with their figure; one group, by its number."""
        import numpy as np

        from cxkit.keydrivers.readings.pairs_words import say
        from cxkit.present.numbers import count, number
        from cxkit.present.palette import HIGHER
        from cxkit.present.words import group_name

        result = self.result
        shares = np.array(result.ranks[group])[:_MOST]
        _, axes = canvas(ax, len(shares) + 2)
        for y, row in enumerate(shares):
            for x, share in enumerate(row):
                axes.barh(y, 1, left=x + 0.5, height=1, color=HIGHER, alpha=0.85 * share / 100, edgecolor="white")
                if share >= 0.5:
                    axes.text(x + 1, y, number(share, lang, digits=0), ha="center", va="center", fontsize="small")
        axes.set_yticks(range(len(shares)), [label_text(n) for n in result.names[group][:_MOST]])
        axes.set_xticks(range(1, shares.shape[1] + 1))
        axes.set(xlim=(0.5, shares.shape[1] + 0.5), ylim=(len(shares) - 0.5, -0.5), xlabel=say("rank", lang))
        axes.grid(False)
        name = label_text(result.outcome.title(lang))
        if result.keys[group]:
            name += f" · {label_text(group_name(result.keys[group], lang, freq=result.freq))}"
        axes.set_title(say("ranks", lang, name=name, k=count(result.resamples, lang)), loc="left", fontsize="medium")
        return axes

    def differences(self, *, group: int = 0, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Differences of share with their intervals; grey and hollow where the two cannot be told apart."""
        from cxkit.keydrivers.readings.pairs_words import say
        from cxkit.present.palette import GREY, HIGHER
        from cxkit.present.words import group_name, percent

        result = self.result
        rows = [row for row in result.of(group) if row.delta == row.delta][:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, row in enumerate(rows):
            colour = HIGHER if row.apart else GREY
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
            axes.plot([row.delta], [y], "o", color=colour, markerfacecolor=colour if row.apart else "white")
            axes.annotate(
                say(row.verdict, lang), (max(row.high, row.delta), y), xytext=(7, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [f"{label_text(r.driver)} – {label_text(r.versus)}" for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.22 * (high - low))
        axes.set_xlabel(f"{say('axis', lang)} ({percent(result.level, lang)})")
        name = label_text(result.outcome.title(lang))
        if result.keys[group]:
            name += f" · {label_text(group_name(result.keys[group], lang, freq=result.freq))}"
        axes.set_title(say("caption", lang, name=name), loc="left", fontsize="medium")
        return axes
