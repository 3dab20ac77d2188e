"""Drawings of comparisons."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.inference.comparison import Comparison

__all__ = ["ComparisonPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class ComparisonPlots:
    """Drawings of a comparison. Call it for the differences."""

    comparison: "Comparison"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A point and interval a row."""
        return self.differences(ax=ax, lang=lang)

    def differences(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Differences with their intervals about 0: filled and named where real, hollow and grey where not."""
        from cxkit.inference.comparison_words import delta_text, row_name, say, verdict_text
        from cxkit.present.palette import GREY, HIGHER, LOWER
        from cxkit.present.plotting import canvas, label_text

        found = self.comparison
        _, axes = canvas(ax, min(len(found), _MOST) + 1)
        rows = sorted(range(len(found)), key=lambda i: -found.delta[i] if not found.in_time else i)[:_MOST]
        axes.axvline(0, color=GREY, linewidth=1)
        names: list[str] = []
        for y, i in enumerate(rows):
            real = found.verdict[i] in ("rise", "fall")
            colour = (HIGHER if found.delta[i] > 0 else LOWER) if real else GREY
            axes.plot([found.delta_low[i], found.delta_high[i]], [y, y], color=colour, linewidth=2.2 if real else 1.2)
            axes.plot([found.delta[i]], [y], marker="o", color=colour, markerfacecolor=colour if real else "none",
                      markersize=7)  # fmt: skip
            axes.annotate(
                f"{delta_text(found, i, lang)} {verdict_text(found, i, lang)}", (1, y),
                xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
                fontsize="small", color="#000000" if real else "#606060",
            )  # fmt: skip
            names.append(label_text(row_name(found, i, lang)))
        axes.set_yticks(range(len(rows)), _distinct(names))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        axes.set(xlabel=label_text(say("difference", lang, metric=found.metric.title(lang))), ylabel="")
        return axes


def _distinct(names: list[Any]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
