"""Drawings of effects: arms, event study, series with what was expected, balance, and the rise that comes anyway."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.errors import UsageError
from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.effects.result import Effect

__all__ = ["EffectPlots"]

_MOST = 30


@dataclass(frozen=True, slots=True)
class EffectPlots:
    """Drawings of an effect. Call it for the one that fits the design."""

    result: "Effect"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Arms, event study, series, balance or the rise that comes anyway, by design."""
        name = {"ab": "arms", "did": "events", "its": "series", "matched": "love", "remeasured": "rebound"}
        kind = name[self.result.design]
        if kind == "events" and not self.result.points:
            kind = "arms"
        drawn: Axes = getattr(self, kind)(ax=ax, lang=lang)
        return drawn

    def arms(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A point a reading with its interval, against no effect."""
        from cxkit.effects.words import amount_of, colour_of, interval_of, reading_name, say, standing
        from cxkit.present.palette import GREY

        rows = self.result.readings[:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        several = len({r.unit for r in rows}) > 1
        for y, r in enumerate(rows):
            # Outcomes of several units share an axis in standard errors.
            scale = r.se if several and r.se > 0 else 1.0
            colour = colour_of(self.result, r)
            if math.isfinite(r.low) and math.isfinite(r.high):
                axes.plot([r.low / scale, r.high / scale], [y, y], color=colour, linewidth=3, solid_capstyle="butt")
            axes.plot(
                [r.estimate / scale],
                [y],
                "o",
                color=colour,
                markersize=8,
                markerfacecolor="white" if standing(self.result, r) in ("open", "doubtful") else colour,
            )
            item = r.item("effect")
            text = f"{amount_of(item.estimate, item.unit, lang, sign=True)} {interval_of(item, lang)} {say(standing(self.result, r), lang)}"
            end = max(r.high if math.isfinite(r.high) else r.estimate, 0) / scale
            axes.annotate(text, (end, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize="small")
        names = [label_text(reading_name(self.result, r, lang) or r.outcome.title(lang)) for r in rows]
        axes.set_yticks(range(len(rows)), names)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        axes.margins(x=0.1)
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.9 * (high - low))
        axes.set_xlabel(say("effect", lang) + _unit(rows[0].unit if not several else "SE", lang))
        return self._titled(axes, lang)

    def events(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The gap between treated and others in each period, against the last before the action."""
        from cxkit.effects.words import say
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL

        self._need(bool(self.result.points) and self.result.design == "did", "events", "did")
        points = self.result.points
        _, axes = canvas(ax, 8)
        for x, p in enumerate(points):
            colour = HIGHER if p.after else NEUTRAL
            if math.isfinite(p.low):
                axes.plot([x, x], [p.low, p.high], color=colour, linewidth=2)
            axes.plot(
                [x],
                [p.estimate],
                "o" if p.after else "s",
                color=colour,
                markersize=6,
                markerfacecolor=colour if p.after else "white",
            )
        axes.axhline(0, color=GREY, linewidth=0.8)
        first = next((x for x, p in enumerate(points) if p.after), len(points))
        axes.axvline(first - 0.5, color=GREY, linestyle=":", linewidth=1.2)
        self._periods(axes, lang)
        axes.set_ylabel(_SAY["gap"][lang] + _unit(self.result.readings[0].unit, lang))
        axes.text(first - 0.45, 1.0, say("since", lang, day=_day(self.result, lang)), transform=axes.get_xaxis_transform(),
                  va="top", fontsize="small", color="#606060")  # fmt: skip
        return self._titled(axes, lang)

    def series(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The observed series, and the line of before drawn on."""
        from cxkit.effects.words import say
        from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL

        self._need(bool(self.result.points) and self.result.design == "its", "series", "its")
        points = self.result.points
        _, axes = canvas(ax, 8)
        x = list(range(len(points)))
        for i, p in enumerate(points):
            if math.isfinite(p.low):
                axes.plot([i, i], [p.low, p.high], color=NEUTRAL, linewidth=1, alpha=0.5)
        axes.plot(
            x,
            [p.estimate for p in points],
            "o-",
            color=HIGHER,
            markersize=5,
            linewidth=1.2,
            label=say("observed", lang),
        )
        axes.plot(
            x, [p.expected for p in points], "--", color=LOWER, linewidth=1.8, label=say("expected_without", lang)
        )
        first = next((i for i, p in enumerate(points) if p.after), len(points))
        axes.axvline(first - 0.5, color=GREY, linestyle=":", linewidth=1.2)
        self._periods(axes, lang)
        reading = self.result.readings[0]
        axes.set_ylabel(label_text(reading.outcome.title(lang)) + _unit(reading.level_unit, lang))
        axes.legend(frameon=False, fontsize="small")
        return self._titled(axes, lang)

    def love(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Standardised differences of the columns, before and after customers were made comparable."""
        from cxkit.present.palette import GREY, HIGHER, LOWER

        self._need(bool(self.result.balance), "love", "matched")
        rows = sorted(self.result.balance, key=lambda b: -abs(b.before))[:_MOST]
        _, axes = canvas(ax, len(rows) + 2)
        y = range(len(rows))
        axes.plot(
            [abs(b.before) for b in rows], y, "o", color=LOWER, markerfacecolor="white", label=_SAY["smd_before"][lang]
        )
        axes.plot([abs(b.after) for b in rows], y, "D", color=HIGHER, label=_SAY["smd_after"][lang])
        axes.axvline(0.1, color=GREY, linestyle=":", linewidth=1.2)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(y, [label_text(b.column) for b in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel(_SAY["smd"][lang])
        axes.legend(frameon=False, fontsize="small")
        return self._titled(axes, lang)

    def rebound(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The rise split: what comes with no action, and what is left."""
        from cxkit.effects.words import amount_of, colour_of, interval_of, say, standing
        from cxkit.present.palette import GREY, NEUTRAL

        self._need(self.result.design == "remeasured", "rebound", "remeasured")
        r = self.result.readings[0]
        _, axes = canvas(ax, 4)
        items = [r.item("naive"), r.item("expected_rise"), r.item("effect")]
        colours = (GREY, GREY, colour_of(self.result, r))
        for y, (item, colour) in enumerate(zip(items, colours, strict=True)):
            axes.barh(y, item.estimate, color=colour, height=0.6, alpha=0.5 if y < 2 or r.verdict == "open" else 1)
            if math.isfinite(item.low):
                axes.plot([item.low, item.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            text = f"{amount_of(item.estimate, item.unit, lang, sign=True)} {interval_of(item, lang)}"
            text += f" {say(standing(self.result, r), lang)}" if y == 2 else ""
            end = max(item.high if math.isfinite(item.high) else item.estimate, 0)
            axes.annotate(text, (end, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize="small")
        axes.set_yticks(range(3), [_SAY["rise"][lang], say("expected_rise", lang), say("effect", lang)])
        axes.set_ylim(2.6, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.grid(False, axis="y")
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.6 * (high - low))
        axes.set_xlabel(label_text(r.outcome.title(lang)) + _unit(r.unit, lang))
        return self._titled(axes, lang)

    def _need(self, there: bool, kind: str, design: str) -> None:
        if not there:
            raise UsageError(
                f"this effect has nothing for .plot.{kind}()", hint=f"it is drawn of design={design!r}; plot() fits any"
            )

    def _periods(self, axes: "Axes", lang: str) -> None:
        from cxkit.present.numbers import short_period

        points = self.result.points
        every = max(1, math.ceil(len(points) / 12))
        at = range(0, len(points), every)
        freq = self.result.freq or "M"
        axes.set_xticks(at, [short_period(points[i].period, freq, lang) for i in at], rotation=30, ha="right")

    def _titled(self, axes: "Axes", lang: str) -> "Axes":
        from cxkit.effects.words import object_of, say

        names = " · ".join(dict.fromkeys(object_of(r, lang) for r in self.result.readings[:5]))
        title = say("caption", lang, outcome=label_text(names), design=say(self.result.design, lang))
        axes.set_title(title, loc="left", fontsize="medium")
        return axes


def _unit(unit: str, lang: str) -> str:
    from cxkit.present.money import is_currency

    if not unit:
        return ""
    shown: Any = {"EUR": "€", "USD": "$", "GBP": "£"}.get(unit, unit) if is_currency(unit) else unit
    return f" ({label_text(_SAY['errors'][lang] if unit == 'SE' else shown)})"


def _day(result: "Effect", lang: str) -> str:
    from cxkit.present.numbers import day

    return day(result.at, lang) if result.at is not None else ""


_SAY = {
    "gap": {"en": "Treated less others, against before", "fr": "Écart traités – témoins, par rapport à avant"},
    "smd": {"en": "Difference in standard deviations (0.1: limit)", "fr": "Écart en écarts-types (limite : 0,1)"},
    "smd_before": {"en": "as they are", "fr": "tels quels"},
    "smd_after": {"en": "made comparable", "fr": "rendus comparables"},
    "rise": {"en": "Rise seen", "fr": "Hausse constatée"},
    "errors": {"en": "standard errors", "fr": "erreurs-types"},
}
