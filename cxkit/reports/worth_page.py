"""A page about what a score is worth: what it knows of behaviour, and the return that follows from it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cxkit.errors import CxkitError, DataWarning, OptionError, UnknownNameError
from cxkit.inference import Comparison
from cxkit.keydrivers import Drivers
from cxkit.reports.hiding import Table
from cxkit.reports.page import Claim, Page
from cxkit.reports.worth_claims import ClassTests
from cxkit.reports.worth_classes import MONEY
from cxkit.reports.worth_linked import behaviour_of, linked_to, model_behind
from cxkit.reports.worth_moves import first_moves, moves_of
from cxkit.reports.worth_texts import say
from cxkit.value.returns.measured import driver_named

if TYPE_CHECKING:
    from cxkit.value.behaviour import Linkage
    from cxkit.value.returns import Roi

__all__ = ["WorthPage"]


class WorthPage(Page):
    """A page about what a score is worth.

    Parameters
    ----------
    improve : mapping
        Driver (or the score) -> by how much its mean is to move; empty for half a step of the leading driver, or
        some points of the score where the study has no drivers.
    cost, yearly_cost : float or list of float
        Of that: once, and every year; ``[low, high]`` or ``[low, likely, high]`` for a range; 0 where it is not known.
    horizon : float
        Years.
    discount : float
        A year, as a share.
    customers : int
        Who would feel it; 0 for those of the study.
    margin_rate : float
        Share of revenue that is margin; 0 where it is not known.
    months : float
        What money and the churn flag cover.
    budget : float
        For fixes; 0 for none.
    costs : mapping
        Driver -> cost of its fix.
    **options
        Of :class:`cxkit.reports.page.Page`.
    """

    def __init__(
        self,
        source: str = "",
        *,
        improve: Mapping[str, float] | None = None,
        cost: float | Sequence[float] = 0.0,
        yearly_cost: float | Sequence[float] = 0.0,
        horizon: float = 3.0,
        discount: float = 0.08,
        customers: int = 0,
        margin_rate: float = 0.0,
        months: float = 12.0,
        budget: float = 0.0,
        costs: Mapping[str, float] | None = None,
        **options: Any,
    ) -> None:
        metrics = list(options.get("metrics") or ())
        if len(metrics) > 1:
            raise OptionError(f"the page is about one score, not {len(metrics)}", hint="make the report once a score")
        super().__init__(source, **options)
        self.metrics = self.metrics[:1]
        for name, value in (("months", months), ("horizon", horizon)):
            if not value > 0:
                raise OptionError(f"{name} is {value:g}", hint=f"more than 0: {name}=12")
        self.asked = dict(improve or {})
        self.cost, self.yearly_cost = _amount(cost), _amount(yearly_cost)
        self.horizon, self.discount, self.customers = horizon, discount, customers
        self.margin_rate, self.months = margin_rate, months
        self.budget, self.costs = budget, dict(costs or {})
        self.behaviour = behaviour_of(self.study)
        self.linked = linked_to(self, self.behaviour, months)
        self.model = model_behind(self)
        self.asked, self.costs = self._by_driver(self.asked), self._by_driver(self.costs)
        self.said: list[str] = []
        self.refused: tuple[str, str] = ("", "")

    def _by_driver(self, values: Mapping[str, float]) -> dict[str, float]:
        """Values by driver or score, whose names may be short: ``wait`` for ``sat_wait``.

        Raises
        ------
        UnknownNameError
            A driver that there is none of: refused before anything is shown.
        """
        if self.model is None:
            return dict(values)
        names = self.model.model.names
        return {name if name == self.main else driver_named(name, names): value for name, value in values.items()}

    def tables(self, metric: str) -> list[Table]:
        return [()]

    # Claims ----------------------------------------------------------------------------------

    def _asked(self) -> list[tuple[str, Claim | None]]:
        found = self.linked.found
        return [("classes", None if found is None else ClassTests(found)), ("drivers", self.model)]

    def latest_change(self) -> Comparison | None:
        return None

    @property
    def classes(self) -> Linkage | None:
        """Behaviour by class, its tests judged with all others of the page."""
        claim = self.claim("classes")
        return self.linked.found if claim is None else claim.linkage

    def _remarks(self) -> list[str]:
        # What was joined has a block of its own.
        told = [say("join", self.lang, what=link.explain(self.lang)) for link in self.study.links]
        return [said for said in super()._remarks() if said not in told]

    # Numbers ---------------------------------------------------------------------------------

    @property
    def drivers_found(self) -> Drivers | None:
        """The model of the score, judged with all others of the page."""
        claim: Drivers | None = self.claim("drivers")
        return claim

    @property
    def money(self) -> str:
        """The role that says what customers bring and may be shown; empty for none."""
        found = self.linked.found
        names = () if found is None else tuple(o.name for o in found.outcomes)
        return next((role for role in MONEY if role in names), "")

    @property
    def improved(self) -> dict[str, float]:
        """What moves, and by how much; empty where nothing is known of behaviour."""
        if self.linked.found is None:
            return {}
        return self.asked or first_moves(self)

    @cached_property
    def result(self) -> Roi | None:
        """The return of what moves, for what it costs; None where there is none to compute."""
        return self._return(self.improved, self.cost, self.yearly_cost) if self.improved else None

    def fixes(self) -> dict[str, float]:
        """The moves that stand side by side: those that were asked for, or a half step of each leading driver."""
        return self.asked if len(self.asked) > 1 else moves_of(self)

    def returned(self, moves: Mapping[str, float], cost: float | tuple[float, ...] = 0.0) -> Roi | None:
        """The return of some moves for what they cost; None where it cannot be computed."""
        return self._return(dict(moves), cost, 0.0)

    def _return(self, moves: dict[str, float], once: Any, yearly: Any) -> Roi | None:
        from cxkit.value.returns import roi
        from cxkit.value.returns.bases import DISCOUNT, HORIZON

        found = self.linked.found
        assert found is not None
        rate = self.margin_rate if self.margin_rate and "margin" not in [o.name for o in found.outcomes] else None
        cost = {"once": once, "yearly": yearly} if yearly else once
        # A figure that nobody changed is one by default, and the table of assumptions says so.
        horizon = None if self.horizon == HORIZON else self.horizon
        discount = None if self.discount == DISCOUNT else self.discount
        try:
            with warnings.catch_warnings(record=True) as heard:
                warnings.simplefilter("always", DataWarning)
                result = roi(
                    self.focus, cost=cost, improve=moves, score=self.main, horizon=horizon, discount=discount,
                    customers=self.customers or None, margin_rate=rate, drivers=self.model, slopes=found,
                )  # fmt: skip
        except UnknownNameError:  # a name that was asked for: no page passes over it
            raise
        except CxkitError as exc:
            self.refused = (exc.what, exc.hint or "")
            return None
        self.said += [str(w.message) for w in heard if str(w.message) not in self.said]
        return result


def _amount(given: float | Sequence[float]) -> float | tuple[float, ...]:
    """A number, or the ends of a range."""
    if isinstance(given, (list, tuple)):
        if len(given) not in (1, 2, 3) or not all(math.isfinite(x) for x in given):
            raise OptionError(f"a cost is {list(given)}", hint="one number, [low, high] or [low, likely, high]")
        return float(given[0]) if len(given) == 1 else tuple(map(float, given))
    return float(given)  # type: ignore[arg-type]
