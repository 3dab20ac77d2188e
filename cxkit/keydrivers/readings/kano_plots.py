"""Drawings of penalties and rewards, and of better and worse coefficients."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.keydrivers.shown.point_names import corner_words, name_points
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.readings.kano import PenaltyReward
    from cxkit.keydrivers.readings.kanocounts import BetterWorse

__all__ = ["BetterWorsePlots", "KanoPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class KanoPlots:
    """Drawings of penalties and rewards. Call it for the map."""

    result: "PenaltyReward"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Each driver by what it costs and what it pays."""
        return self.map(ax=ax, lang=lang)

    def map(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Cost of low answers against gain of high ones, with intervals; basics lie at the right, excitement on top.

        Hollow where neither is established. The band around the diagonal is performance.
        """
        from cxkit.keydrivers.readings.kano_words import colour, say
        from cxkit.present.palette import GREY

        result = self.result
        sign = -1.0 if result.outcome.better == "lower" else 1.0
        rows = [r for r in result.rows if math.isfinite(r.penalty) and math.isfinite(r.reward)][:_MOST]
        _, axes = canvas(ax, 13)
        points, bars = [], []
        for r in rows:
            x, y, hue = -sign * r.penalty, sign * r.reward, colour(r)
            crossed = _cross(axes, x, y, sorted((-sign * r.penalty_low, -sign * r.penalty_high)),
                             sorted((sign * r.reward_low, sign * r.reward_high)), hue)  # fmt: skip
            filled = r.kind not in ("indifferent", "reverse")
            axes.plot([x], [y], "o", color=hue, markersize=8, markerfacecolor=hue if filled else "white")
            points.append((x, y, f"{label_text(r.driver)} ({say(r.kind, lang)})"))
            bars += crossed
        self._band(axes)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(0, color=GREY, linewidth=0.8)
        name = label_text(result.outcome.title(lang))
        axes.set(xlabel=say("cost_axis", lang, name=name), ylabel=say("pay_axis", lang, name=name))
        axes.set_title(say("caption", lang, name=name), loc="left", fontsize="medium")
        corners = {(0, 1): "excitement", (1, 1): "performance", (1, 0): "basic"}
        words = corner_words(axes, {at: say(kind, lang) for at, kind in corners.items()})
        name_points(axes, points, bars, words)
        return axes

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Penalty and reward of each driver beside each other, with intervals and class."""
        from cxkit.keydrivers.readings.kano_words import say
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
        from cxkit.present.words import percent

        result = self.result
        rows = [r for r in result.rows if math.isfinite(r.penalty) and math.isfinite(r.reward)][:_MOST]
        _, axes = canvas(ax, 1.4 * len(rows) + 1)  # type: ignore[arg-type]
        bar = 1 - result.level
        for y, r in enumerate(rows):
            sides = (
                (-0.2, LOWER, r.penalty, r.penalty_low, r.penalty_high, r.penalty_p_adjusted, "penalty"),
                (0.2, HIGHER, r.reward, r.reward_low, r.reward_high, r.reward_p_adjusted, "reward"),
            )
            for shift, hue, x, low, high, p, key in sides:
                axes.barh(y + shift, x, height=0.36, color=hue, alpha=1 if p <= bar else 0.3,
                          label=say(key, lang) if y == 0 else None)  # fmt: skip
                axes.plot([low, high], [y + shift, y + shift], color=NEUTRAL, linewidth=1.6)
        axes.set_yticks(range(len(rows)), [f"{label_text(r.driver)} ({say(r.kind, lang)})" for r in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        name = label_text(result.outcome.title(lang))
        axes.set_xlabel(say("change_axis", lang, name=name, level=percent(result.level, lang)))
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize="small")
        axes.set_title(say("caption", lang, name=name), loc="left", fontsize="medium")
        return axes

    def _band(self, axes: "Axes") -> None:
        """Where cost and gain are alike: within the cut of the diagonal."""
        from cxkit.present.palette import GREY

        low, high = axes.get_xlim(), axes.get_ylim()
        end = max(low[1], high[1], 1e-9) * 1.15
        cut = self.result.cut
        # asymmetry = cut: gain / cost = (1 + cut) / (1 - cut)
        slope = (1 + cut) / (1 - cut)
        axes.fill_between([0, end], [0, end / slope], [0, end * slope], color=GREY, alpha=0.12, linewidth=0)
        # Room at the right for the names.
        axes.set_xlim(min(low[0], -0.08 * end), low[1] + 0.2 * (low[1] - min(low[0], 0)))
        axes.set_ylim(min(high[0], -0.08 * end), high[1] * 1.1)


@dataclass(frozen=True, slots=True)
class BetterWorsePlots:
    """Drawings of a Kano questionnaire. Call it for the map."""

    result: "BetterWorse"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Each feature by its two coefficients."""
        return self.map(ax=ax, lang=lang)

    def map(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Better against the size of worse, with Wilson intervals, and the most frequent category in words."""
        from cxkit.keydrivers.readings.kano_words import category_text, say
        from cxkit.present.palette import GREY, HIGHER

        rows = [r for r in self.result.rows if r.n][:_MOST]
        _, axes = canvas(ax, 13)
        points, bars = [], []
        for r in rows:
            x, y = -r.worse, r.better
            sure = r.p <= 1 - self.result.level
            hue = HIGHER if sure else GREY
            bars += _cross(axes, x, y, [-r.worse_high, -r.worse_low], [r.better_low, r.better_high], hue)
            axes.plot([x], [y], "o", color=hue, markersize=8, markerfacecolor=hue if sure else "white")
            points.append((x, y, f"{label_text(r.feature)} ({category_text(r, self.result.level, lang)})"))
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=say("worse_axis", lang), ylabel=say("better_axis", lang))
        axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
        axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
        axes.set_title(say("bw_caption", lang), loc="left", fontsize="medium")
        corners = {(0, 1): "A", (1, 1): "O", (1, 0): "M", (0, 0): "I"}
        words = corner_words(axes, {at: say(category, lang) for at, category in corners.items()})
        name_points(axes, points, bars, words)
        return axes


def _cross(
    axes: "Axes", x: float, y: float, across: Sequence[float], up: Sequence[float], hue: str
) -> list[tuple[float, float, float, float]]:
    """The two intervals of a point, drawn; what they cover."""
    axes.plot(across, [y, y], color=hue, linewidth=1.2, alpha=0.6)
    axes.plot([x, x], up, color=hue, linewidth=1.2, alpha=0.6)
    return [(across[0], y, across[1], y), (x, up[0], x, up[1])]
