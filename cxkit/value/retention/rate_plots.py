"""Drawings of churn rates."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.retention.rate_result import Churn

__all__ = ["ChurnPlots"]

_MOST = 30


@dataclass(frozen=True, slots=True)
class ChurnPlots:
    """Drawings of churn rates. Call it for the rates by period where there are any, else by group."""

    result: "Churn"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The rates with their intervals."""
        return self.bars(ax=ax, lang=lang) if self.result.freq is None else self.line(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval, the highest on top."""
        from cxkit.present.numbers import count
        from cxkit.present.palette import LOWER, NEUTRAL
        from cxkit.value.retention.rate_words import say, span_said
        from cxkit.value.retention.shared_words import group_said, share_said

        result = self.result
        rows = [r for r in result.rates if r.item == "churn" and r.period is None]
        rows = sorted(rows, key=lambda r: -r.estimate)[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, r in enumerate(rows):
            axes.barh(y, r.estimate, height=0.66, color=LOWER)
            axes.plot([r.low, r.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{share_said(r.estimate, lang)}  (n={count(r.n, lang)})", (r.high, y), xytext=(6, 0),
                textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [label_text(group_said(r.key, result.names, lang)) for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, max([r.high for r in rows], default=1) * 1.35)
        axes.grid(False, axis="y")
        axes.set_xlabel(f"{say('churn', lang)} (%)")
        axes.set_title(f"{say('caption', lang)}, {span_said(result, lang)}", loc="left", fontsize="medium")
        return axes

    def line(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The rate by period, its interval as a band; a line a group."""
        from cxkit.present.numbers import short_period
        from cxkit.present.palette import NEUTRAL, band_colours
        from cxkit.value.retention.rate_words import say
        from cxkit.value.retention.shared_words import group_said

        result = self.result
        _, axes = canvas(ax, 8)
        every = list(dict.fromkeys(r.key for r in result.rates))
        # Who has no group is no band among the others: drawn last, grey and without its wide interval.
        nameless = [k for k in every if k in result.apart or (k and all(v is None for v in k))]
        keys = [k for k in every if k not in nameless][:7]
        starts = sorted({r.period for r in result.rates if r.period is not None})
        place = {start: x for x, start in enumerate(starts)}
        for key, colour in zip(keys, band_colours(max(len(keys), 1)), strict=False):
            own = [r for r in result.rates if r.key == key and r.item == "churn" and r.period is not None]
            x = [place[r.period] for r in own if r.period is not None]
            name = label_text(group_said(key, result.names, lang))
            axes.plot(x, [r.estimate for r in own], color=colour, marker="o", markersize=4, label=name)
            axes.fill_between(x, [r.low for r in own], [r.high for r in own], color=colour, alpha=0.18, linewidth=0)
        for key in nameless[: 8 - len(keys)]:
            own = [r for r in result.rates if r.key == key and r.item == "churn" and r.period is not None]
            axes.plot(
                [place[r.period] for r in own if r.period is not None], [r.estimate for r in own], color=NEUTRAL,
                linestyle=":", label=label_text(group_said(key, result.names, lang)),
            )  # fmt: skip
        step = -(-len(starts) // 7) or 1
        shown = range(0, len(starts), step)
        axes.set_xticks(
            list(shown), [short_period(starts[i], result.freq or "M", lang) for i in shown], fontsize="small"
        )
        axes.set_ylim(bottom=0)
        axes.set_ylabel(f"{say('churn', lang)} (%)")
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        if len(every) > 1:
            axes.legend(frameon=False, fontsize="small")
        return axes
