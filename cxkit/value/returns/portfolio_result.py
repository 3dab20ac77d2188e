"""The answer of a portfolio: what to fund, what a budget brings, and how sure the choice is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item, items_frame, items_list
from cxkit.present.result import SCHEMA, json_value
from cxkit.value.returns.portfolio_plots import PortfolioPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fix", "FrontierPoint", "Portfolio"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One improvement in the choice.

    Attributes
    ----------
    name : str
    funded : bool
        Whether the best choice has it.
    items : tuple of Item
        ``npv, cost, roi, probability_positive`` of the fix alone; ``npv_added`` to the others of the best choice;
        ``chosen_share, funded``.
    """

    name: str
    funded: bool
    items: tuple[Item, ...]

    def value(self, item: str) -> float:
        return next(i.estimate for i in self.items if i.item == item)


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The best that can be had for a cost.

    Attributes
    ----------
    cost, npv, low, high : float
        Expected cost, and net gain with its interval.
    probability_positive : float
        In %.
    fixes : tuple of str
    """

    cost: float
    npv: float
    low: float
    high: float
    probability_positive: float
    fixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Portfolio(Shown):
    """The improvements to fund under a budget.

    Attributes
    ----------
    fixes : tuple of Fix
        In the order given.
    total : tuple of Item
        ``npv, cost, budget_left, probability_positive, choice_share`` of the best choice; ``npv_sum``, that of its fixes
        each alone, where several are for the same customers.
    frontier : tuple of FrontierPoint
        From nothing to all, the budget aside.
    budget : float
    currency : str
    level : float
    alternatives : tuple of (str, str)
        Pairs of which only one was allowed.
    draws : int
        In which the best choice was looked for anew.
    groups : tuple of tuple of str
        Fixes for the same customers, valued together; gains of different groups are added up.
    left : tuple of str
        Fixes that were not looked at: more than 12 for the same customers, and these bring least alone.
    months : int
        The horizon.
    """

    fixes: tuple[Fix, ...]
    total: tuple[Item, ...]
    frontier: tuple[FrontierPoint, ...]
    budget: float
    currency: str
    level: float
    alternatives: tuple[tuple[str, str], ...]
    draws: int
    groups: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]
    months: int

    def __len__(self) -> int:
        return len(self.fixes)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What to fund, the greatest net gain first."""
        funded = [fix for fix in self.fixes if fix.funded]
        return tuple(fix.name for fix in sorted(funded, key=lambda fix: -fix.value("npv")))

    @property
    def plot(self) -> PortfolioPlots:
        """Drawings: ``plot()`` for the net gain of each fix, ``plot.frontier()`` for what a budget brings."""
        return PortfolioPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``fix, item, estimate, low, high, unit``; the fix ``total`` first, which is the best choice.

        ``npv`` is of the fix alone, ``npv_added`` what it adds to the others of the best choice; ``chosen_share`` is the
        share of draws, in %, in whose best choice it is; ``funded`` is 1 or 0.
        """
        import pandas as pd

        frames = []
        for name, items in (("total", self.total), *((fix.name, fix.items) for fix in self.fixes)):
            frame = items_frame(items)
            frame.insert(0, "fix", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def frontier_frame(self) -> "pd.DataFrame":
        """A frame of ``cost, npv, low, high, probability_positive, fixes``: the best choice for each cost."""
        import pandas as pd

        rows = [(p.cost, p.npv, p.low, p.high, p.probability_positive, ", ".join(p.fixes)) for p in self.frontier]
        return pd.DataFrame(rows, columns=["cost", "npv", "low", "high", "probability_positive", "fixes"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "portfolio", "currency": self.currency, "budget": self.budget,
            "level": self.level, "chosen": list(self.chosen), "total": items_list(self.total),
            "fixes": [{"fix": f.name, "funded": f.funded, "items": items_list(f.items)} for f in self.fixes],
            "alternatives": [list(pair) for pair in self.alternatives],
            "groups": [list(group) for group in self.groups], "left": list(self.left),
            "frontier": [
                {
                    "cost": p.cost, "npv": p.npv, "low": json_value(p.low), "high": json_value(p.high),
                    "probability_positive": p.probability_positive, "fixes": list(p.fixes),
                }
                for p in self.frontier
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What to fund, what it brings, how sure the choice is, and how gains were put together."""
        from cxkit.value.returns.portfolio_words import explain_portfolio

        return explain_portfolio(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.returns.portfolio_words import portfolio_grid

        return portfolio_grid(self, lang)
