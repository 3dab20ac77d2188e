"""The value of one point of a score, and of a customer who is converted, with its interval."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError, did_you_mean
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.value.behaviour.bands import ScoreBand
from cxkit.value.behaviour.note import Note, both
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.plots import PointPlots
from cxkit.value.behaviour.regression import PointEstimate, estimate_of, moved, on_points, on_points_logit

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.value.behaviour.result import Linkage

__all__ = ["PointValue", "point_values"]


@dataclass(frozen=True, slots=True, repr=False)
class PointValue(Shown):
    """What goes with one point of a score, or with a customer in one class instead of another.

    Attributes
    ----------
    score : MetricLabel
    outcome : Outcome
    by : tuple of str
    keys : tuple of tuples
    estimates : tuple of PointEstimate
        One a group, per customer over ``months``, in the outcome's unit (of a rate: percentage points).
    move : (ScoreBand, ScoreBand) or None
        From which class to which; None for one point.
    customers : float or None
        A base that it is scaled to.
    model : {"linear", "logit"}
    controls : tuple of str
    level, months : float
    notes : tuple of Note
    """

    score: MetricLabel
    outcome: Outcome
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    estimates: tuple[PointEstimate, ...]
    move: tuple[ScoreBand, ScoreBand] | None
    customers: float | None
    model: str
    controls: tuple[str, ...]
    level: float
    months: float
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.estimates)

    @property
    def only(self) -> PointEstimate:
        """The one estimate, where there is one group.

        Raises
        ------
        ValueError
            There are several groups.
        """
        if len(self) != 1:
            raise ValueError(f"there are {len(self)} groups: take one of .estimates")
        return self.estimates[0]

    @property
    def value(self) -> float:
        return self.only.estimate

    @property
    def low(self) -> float:
        return self.only.low

    @property
    def high(self) -> float:
        return self.only.high

    @property
    def p(self) -> float:
        return self.only.p

    @property
    def n(self) -> int:
        return self.only.n

    @property
    def unit(self) -> str:
        return self.outcome.unit

    @property
    def plot(self) -> PointPlots:
        """Drawings: ``plot()`` for a bar a group with its interval."""
        return PointPlots(self)

    def items(self, g: int = 0) -> tuple[Item, ...]:
        """The amounts of one group: ``point`` (or ``converted``), its total for ``customers``, and the ``mean``."""
        e, code = self.estimates[g], "point" if self.move is None else "converted"
        out = [Item(code, e.estimate, e.low, e.high, self.unit)]
        if self.customers is not None:
            rate = self.outcome.kind == "rate"
            scale = self.customers / 100 if rate else self.customers
            unit = "customers" if rate else self.unit
            out.append(Item(f"{code}_total", e.estimate * scale, e.low * scale, e.high * scale, unit))
        out.append(Item("mean", e.mean, unit=self.unit))
        return tuple(out)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``item, estimate, low, high, unit``."""
        import pandas as pd

        rows = [
            (*key, i.item, i.estimate, i.low, i.high, i.unit) for g, key in enumerate(self.keys) for i in self.items(g)
        ]
        return pd.DataFrame(rows, columns=[*self.by, "item", "estimate", "low", "high", "unit"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        from cxkit.present.items import items_list

        return {
            "schema": SCHEMA, "kind": "point_value" if self.move is None else "converted", "score": self.score.name,
            "outcome": self.outcome.name, "unit": self.unit, "by": list(self.by), "level": self.level,
            "months": self.months, "model": self.model, "controls": list(self.controls), "customers": self.customers,
            "among": self.outcome.among, "from_to": None if self.move is None else [b.code for b in self.move],
            "groups": [
                {"group": dict(zip(self.by, map(json_value, key), strict=True)), "n": e.n, "p": json_value(e.p),
                 "items": items_list(self.items(g))}
                for g, (key, e) in enumerate(zip(self.keys, self.estimates, strict=True))
            ],
            "cautions": [{"key": c.key, "text": c.text()} for c in self.notes],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The value with its interval and base, what it is scaled to, and that association is not cause."""
        from cxkit.value.behaviour.worth_words import explain_worth

        return explain_worth(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.behaviour.worth_words import worth_grid

        return worth_grid(self, lang)


def point_values(
    linkage: "Linkage",
    outcome: Outcome,
    j: int,
    *,
    customers: float | None,
    model: str,
    move: tuple[int, int] | None = None,
) -> PointValue:
    """The value of a point (of a move) of one outcome in every group.

    Raises
    ------
    OptionError, UsageError
        As :meth:`Linkage.point`.
    """
    if model not in ("linear", "logit"):
        raise OptionError(f"no model {model!r}", hint=did_you_mean(str(model), ("linear", "logit"), what="Models"))
    if model == "logit" and outcome.kind != "rate":
        raise OptionError(f"{outcome.title()!r} is an amount, and a logit is for yes and no", hint="model='linear'")
    if customers is not None and (
        isinstance(customers, bool) or not isinstance(customers, (int, float)) or not customers > 0
    ):
        raise OptionError(f"customers is {customers!r}", hint="how many customers it is scaled to: customers=50_000")
    estimates = []
    for group in linkage.found.groups:
        if move is not None:
            estimates.append(moved(group, j, outcome, *move, linkage.level))
        elif model == "logit":
            estimates.append(on_points_logit(group, j, outcome, linkage.level))
        else:
            estimates.append(estimate_of(on_points(group, j, outcome), group, j, outcome, linkage.level))
    own = both(outcome)
    notes = [n for n in linkage.cautions if (own in n.names and n.key not in ("few", "constant"))]
    if move is not None:
        notes = [n for n in notes if n.key != "bent"]
    if outcome.kind == "rate" and model == "linear" and move is None:
        notes.append(Note("straight", (own,)))
    bands = None if move is None else (linkage.bands[move[0]], linkage.bands[move[1]])
    return PointValue(
        linkage.score, outcome, linkage.by, tuple(g.key for g in linkage.groups), tuple(estimates), bands,
        None if customers is None else float(customers), model, linkage.controls, linkage.level, linkage.months,
        tuple(notes),
    )  # fmt: skip
