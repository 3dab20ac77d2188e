"""Drawings of survival: curves in steps with their bands, and the share gone by reason."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.retention.curves_result import Survival

__all__ = ["SurvivalPlots"]

_MOST = 7


@dataclass(frozen=True, slots=True)
class SurvivalPlots:
    """Drawings of survival. Call it for the curves."""

    result: "Survival"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The share still here over time, a line a group."""
        return self.curves(ax=ax, lang=lang)

    def curves(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Curves in steps, intervals as bands, and below how many were at risk."""
        from cxkit.present.palette import band_colours
        from cxkit.value.retention.curves_words import say

        result = self.result
        chosen = result.curves[:_MOST]
        _, axes = canvas(ax, 9 + len(chosen))
        for curve, colour, style in zip(chosen, band_colours(len(chosen)), _STYLES, strict=False):
            s = curve.survived
            x = np.r_[0.0, s.steps.time]
            name = self._name(curve.key, lang)
            axes.step(x, 100 * np.r_[1.0, s.survival], where="post", color=colour, linestyle=style, label=name)
            low, high = (100 * np.r_[1.0, v] for v in (s.low, s.high))
            axes.fill_between(x, low, high, step="post", color=colour, alpha=0.16, linewidth=0)
        axes.set_ylim(0, 102)
        axes.set_xlim(left=0)
        axes.set_ylabel(say("axis", lang))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        self._at_risk(axes, chosen, lang)
        if len(chosen) > 1:
            axes.legend(frameon=False, fontsize="small")
        return axes

    def reasons(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The share gone for each reason over time, of the first group."""
        from cxkit.present.palette import band_colours
        from cxkit.value.retention.curves_words import reason_said, say

        result = self.result
        _, axes = canvas(ax, 9)
        curve = result.curves[0]
        if curve.incidence is None:
            return self.curves(ax=axes, lang=lang)
        found = curve.incidence
        x = np.r_[0.0, found.steps.time]
        count = min(len(result.reasons), _MOST)
        for i, colour, style in zip(range(count), band_colours(count), _STYLES, strict=False):
            said = label_text(reason_said(result.reasons[i], lang))
            axes.step(x, 100 * np.r_[0.0, found.estimate[i]], where="post", color=colour, linestyle=style, label=said)
            low, high = (100 * np.r_[0.0, v[i]] for v in (found.low, found.high))
            axes.fill_between(x, low, high, step="post", color=colour, alpha=0.14, linewidth=0)
        axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
        axes.set_ylabel(say("gone_axis", lang))
        axes.set_xlabel(say("time_axis", lang, unit=say(f"unit_{result.unit}", lang)))
        title = say("gone", lang) + (f", {self._name(curve.key, lang)}" if curve.key else "")
        axes.set_title(title, loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes

    def _at_risk(self, axes: "Axes", chosen: Any, lang: str) -> None:
        """Numbers at risk under the axis, a line a group."""
        from cxkit.present.numbers import colon, count
        from cxkit.value.retention.curves_words import say

        axes.figure.canvas.draw_idle()
        ticks = [t for t in axes.get_xticks() if 0 <= t <= axes.get_xlim()[1]]
        lines = [
            say("time_axis", lang, unit=say(f"unit_{self.result.unit}", lang)),
            say("at_risk", lang) + colon(lang).rstrip(),
        ]
        for row, curve in enumerate(chosen):
            s = curve.survived.steps
            at = np.r_[s.at_risk, 0][np.searchsorted(s.time, ticks, side="left")]
            for tick, n in zip(ticks, at, strict=True):
                axes.annotate(
                    count(int(n), lang), (tick, 0), xycoords=("data", "axes fraction"), xytext=(0, -46 - 13 * row),
                    textcoords="offset points", ha="center", va="top", fontsize="x-small", annotation_clip=False,
                )  # fmt: skip
            axes.annotate(
                self._name(curve.key, lang), (0, 0), xycoords="axes fraction", xytext=(-34, -46 - 13 * row),
                textcoords="offset points", ha="right", va="top", fontsize="x-small", annotation_clip=False,
            )  # fmt: skip
        axes.set_xlabel("\n".join(lines) + "\n" * len(chosen), fontsize="small")

    def _name(self, key: tuple[Any, ...], lang: str) -> str:
        from cxkit.value.retention.shared_words import group_said

        return label_text(group_said(key, self.result.names, lang))


_STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
