"""Drawings of purchases ahead: tracking, chance of being active, calibration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.errors import UsageError
from cxkit.present.plotting import canvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from cxkit.value.lifetimes.purchases import Purchases

__all__ = ["PurchasePlots"]


@dataclass(frozen=True, slots=True)
class PurchasePlots:
    """Drawings of purchases ahead. Call it for tracking."""

    result: "Purchases"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Repeat purchases so far, actual and by the model."""
        return self.tracking(ax=ax, lang=lang)

    def tracking(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Repeat purchases so far; with days held out, the model knows only those before the line."""
        import datetime as dt

        from cxkit.present.numbers import short_period
        from cxkit.present.palette import GREY, HIGHER, LOWER
        from cxkit.value.lifetimes.purchases_words import say

        c = self.result.calibration
        found = self.result.tracking if c is None else c.tracking
        _, axes = canvas(ax, 8)
        axes.plot(found.day, found.actual, color=LOWER, linewidth=2, label=say("actual", lang))
        axes.plot(found.day, found.expected, color=HIGHER, linewidth=2, linestyle="--", label=say("model", lang))
        if found.split is not None:
            axes.axvline(found.split.toordinal(), color=GREY, linestyle=":", linewidth=1.4)
            axes.annotate(say("held", lang) + " →", (found.split.toordinal(), 0.02), xycoords=("data", "axes fraction"),
                          xytext=(4, 0), textcoords="offset points", fontsize="small")  # fmt: skip
        days = found.day.tolist()
        ticks = days[:: max(1, len(days) // 6)]
        axes.set_xticks(ticks, [short_period(dt.date.fromordinal(d), "M", lang) for d in ticks])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(_counted(lang))
        axes.set_title(say("tracking", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes

    def alive(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How many customers have which chance of being active."""
        from cxkit.present.palette import HIGHER
        from cxkit.value.lifetimes.purchases_words import say

        _, axes = canvas(ax, 6)
        axes.hist(100 * self.result.ahead.alive, bins=list(range(0, 101, 5)), color=HIGHER, edgecolor="white")
        axes.yaxis.set_major_formatter(_counted(lang))
        axes.set(xlabel=say("alive_axis", lang), ylabel=say("customers", lang), xlim=(0, 100))
        axes.set_title(_named("alive_title", self.result, lang), loc="left", fontsize="medium")
        return axes

    def matrix(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The chance of being active by repeat purchases and age at the last one, for the oldest customers."""
        import numpy as np

        from cxkit.present.numbers import count
        from cxkit.stats.buying.bgnbd_forecast import alive
        from cxkit.value.lifetimes.purchases_words import say, unit_of

        result = self.result
        age = float(result.base.age.max())
        most = int(max(5, min(30, np.quantile(result.base.x, 0.995))))
        x = np.arange(1, most + 1)
        recency = np.linspace(age / 60, age, 60)
        chance = 100 * alive(
            result.models.buying.params, x[None, :], recency[:, None], np.full((len(recency), len(x)), age)
        )
        _, axes = canvas(ax, 8)
        drawn = axes.pcolormesh(x, recency, chance, cmap="cividis", vmin=0, vmax=100, shading="nearest")
        axes.figure.colorbar(drawn, ax=axes)
        unit = say(unit_of(result), lang)
        axes.grid(False)
        axes.set(xlabel=say("repeats", lang), ylabel=say("last", lang, unit=unit))
        title = _named("matrix_title", result, lang, age=count(round(age), lang), unit=unit)
        axes.set_title(title, loc="left", fontsize="medium")
        return axes

    def calibration(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """Purchases a customer in the days held out, foretold and actual, by repeat purchases before.

        Raises
        ------
        UsageError
            No days were held out.
        """
        from cxkit.present.numbers import day
        from cxkit.present.palette import HIGHER, LOWER
        from cxkit.value.lifetimes.purchases_words import say

        c = self.result.calibration
        if c is None:
            raise UsageError("no days were held out", hint="cx.purchases(..., holdout='2026-06-30')")
        _, axes = canvas(ax, 8)
        at = range(len(c.frequency))
        axes.plot(at, c.mean_actual, "o-", color=LOWER, label=say("actual", lang))
        axes.plot(at, c.mean_predicted, "s--", color=HIGHER, label=say("predicted", lang))
        axes.set_xticks(list(at), c.to_frame()["frequency"].tolist())
        axes.set_ylim(bottom=0)
        axes.set(xlabel=say("before", lang, split=day(c.split, lang)), ylabel=say("after", lang))
        axes.set_title(say("calibration_title", lang), loc="left", fontsize="medium")
        axes.legend(frameon=False, fontsize="small")
        return axes


def _named(key: str, result: "Purchases", lang: str, **values: str) -> str:
    """A title, which says so where the chance of being active is not identified."""
    from cxkit.value.lifetimes.purchases_words import say

    return say(key, lang, **values) + ("" if result.dropout else say("unidentified", lang))


def _counted(lang: str) -> "Callable[[float, float], str]":
    from cxkit.present.numbers import number

    return lambda x, _: number(x, lang, digits=0)
