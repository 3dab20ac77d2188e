"""Drawings of transactions: bars by group with their intervals."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.present.plotting import canvas, label_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.value.lifetimes.transactions import Transactions

__all__ = ["TransactionPlots"]

_MOST = 40


@dataclass(frozen=True, slots=True)
class TransactionPlots:
    """Drawings of transactions. Call it for the average transaction."""

    result: "Transactions"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The average transaction by group with its interval."""
        return self._bars("average_transaction_value", "axis", ax, lang)

    def repeat(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The share of customers who ordered more than once, with its interval."""
        return self._bars("repeat_rate", "axis_repeat", ax, lang)

    def _bars(self, item: str, axis: str, ax: "Axes | None", lang: str) -> "Axes":
        from cxkit.present.money import amount, short_money
        from cxkit.present.palette import HIGHER, NEUTRAL
        from cxkit.present.words import SMALL_BASE, group_name
        from cxkit.value.lifetimes.transactions_words import say

        rows = [(g, i) for g in self.result.groups for i in g.items if i.item == item][:_MOST]
        _, axes = canvas(ax, len(rows) + 1)
        for y, (group, found) in enumerate(rows):
            axes.barh(y, found.estimate, height=0.64, color=HIGHER, alpha=0.35 if group.n < SMALL_BASE else 1.0)
            known = math.isfinite(found.low)
            if known:
                axes.plot([found.low, found.high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{amount(found.estimate, found.unit, lang)}  (n={group.n})",
                (found.high if known else found.estimate, y), xytext=(5, 0), textcoords="offset points", va="center",
                fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [label_text(group_name(g.key, lang)) if g.key else "" for g, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(False, axis="y")
        axes.margins(x=0.3)
        if item == "average_transaction_value":
            currency = self.result.currency
            axes.xaxis.set_major_formatter(lambda x, _: short_money(x, currency, lang))
        axes.set(xlabel=say(axis, lang), ylabel=label_text(" · ".join(self.result.by)))
        axes.set_title(say("caption", lang), loc="left", fontsize="medium")
        return axes
