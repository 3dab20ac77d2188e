"""Behaviour by class of a score: the result of a linkage, and what can be asked of it next."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.value.behaviour.bands import ScoreBand, band_named
from cxkit.value.behaviour.bend import bend_of
from cxkit.value.behaviour.classes import Difference, Value
from cxkit.value.behaviour.curve import Curve
from cxkit.value.behaviour.customers import Asked, Found
from cxkit.value.behaviour.note import Note
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.plots import LinkagePlots
from cxkit.value.behaviour.regression import PointEstimate
from cxkit.value.behaviour.worth import PointValue, point_values
from cxkit.value.slopes import Slopes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Linkage", "LinkedGroup"]

_COLUMNS = ("outcome", "band", "item", "estimate", "low", "high", "unit", "n")
_TESTS = ("outcome", "band", "versus", "delta", "delta_low", "delta_high", "unit", "p", "p_adjusted", "verdict")


@dataclass(frozen=True, slots=True)
class LinkedGroup:
    """One group of customers.

    Attributes
    ----------
    key : tuple
        Its values of the ``by`` columns.
    values : tuple of Value
        Of every outcome: its classes, the lowest first, and everybody (``all``).
    differences : tuple of Difference
        Every class against every lower one that somebody is in.
    points : tuple of PointEstimate
        What goes with one point of the score, of the outcomes that have such a value.
    notes : tuple of Note
    """

    key: tuple[Any, ...]
    values: tuple[Value, ...]
    differences: tuple[Difference, ...]
    points: tuple[PointEstimate, ...]
    notes: tuple[Note, ...] = ()

    def of(self, outcome: str) -> tuple[Value, ...]:
        """The values of one outcome."""
        return tuple(v for v in self.values if v.outcome == outcome)


@dataclass(frozen=True, slots=True, repr=False)
class Linkage(Shown):
    """What customers of each class of a score did.

    Attributes
    ----------
    score : MetricLabel
    outcomes : tuple of Outcome
    bands : tuple of ScoreBand
        The classes, the lowest first.
    by : tuple of str
    groups : tuple of LinkedGroup
    level : float
    months : float
        That amounts and the churn flag cover.
    currency : str
    correction : str or None
        Of the tests between classes, all of which are one family.
    controls : tuple of str
        Held equal in the value of a point.
    notes : tuple of Note
        What the rows were like; each group has its own.
    """

    score: MetricLabel
    outcomes: tuple[Outcome, ...]
    bands: tuple[ScoreBand, ...]
    by: tuple[str, ...]
    groups: tuple[LinkedGroup, ...]
    level: float
    months: float
    currency: str
    correction: str | None
    controls: tuple[str, ...]
    notes: tuple[Note, ...]
    asked: Asked = field(compare=False)
    found: Found = field(compare=False)

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def plot(self) -> LinkagePlots:
        """Drawings: ``plot()`` for bars by class, ``plot.bars("churned")`` for another outcome."""
        return LinkagePlots(self)

    @property
    def cautions(self) -> tuple[Note, ...]:
        """Everything a reader must know, once: of the rows, and of each group, by its name where not all have it."""
        about: dict[Note, list[tuple[Any, ...]]] = {}
        for group in self.groups:
            for note in dict.fromkeys(group.notes):
                about.setdefault(note, []).append(group.key)
        every = len(self.groups)
        own = (note if len(keys) == every else replace(note, groups=tuple(keys)) for note, keys in about.items())
        return tuple(dict.fromkeys((*self.notes, *own)))

    def point(
        self,
        outcome: str | None = None,
        *,
        customers: float | None = None,
        controls: str | Sequence[str] | None = None,
        model: str = "linear",
    ) -> PointValue:
        """What goes with one point of the score, per customer.

        Parameters
        ----------
        outcome : str, optional
            The first one when not given.
        customers : float, optional
            A base of customers that it is scaled to: ``point_total``.
        controls : str or list of str, optional
            Held equal, in place of those of the linkage.
        model : {"linear", "logit"}
            Of rates: a straight line, or the average marginal effect of a logit.

        Raises
        ------
        OptionError
            An unknown outcome or model; a logit of amounts; a base of no customers.
        UsageError
            Too few customers, an outcome or a score that does not vary, a score that separates yes from no.
        """
        again, j = self._again(controls), self._place(outcome)
        return point_values(again, again.outcomes[j], j, customers=customers, model=model)

    def converted(
        self,
        outcome: str | None = None,
        *,
        frm: str | None = None,
        to: str | None = None,
        customers: float | None = None,
        controls: str | Sequence[str] | None = None,
    ) -> PointValue:
        """What goes with a customer in class ``to`` instead of ``frm``: of NPS, a promoter instead of a detractor.

        Parameters
        ----------
        frm, to : str, optional
            Codes of classes; the lowest and the highest when not given.
        customers : float, optional
            How many are converted: ``converted_total``.

        Raises
        ------
        OptionError
            No such class, or the same twice.
        UsageError
            As :meth:`point`; nobody in a class.
        """
        again, j = self._again(controls), self._place(outcome)
        first = 0 if frm is None else band_named(again.bands, frm)
        last = len(again.bands) - 1 if to is None else band_named(again.bands, to)
        if first == last:
            raise OptionError(f"from and to are both {again.bands[first].code!r}", hint="two different classes")
        return point_values(again, again.outcomes[j], j, customers=customers, model="linear", move=(first, last))

    def curve(self, outcome: str | None = None) -> Curve:
        """The outcome by answer, with tests of a straight line and what the top of the scale brings.

        Parameters
        ----------
        outcome : str, optional
            The first one when not given.
        """
        j = self._place(outcome)
        chosen = self.outcomes[j]
        bends = tuple(bend_of(group, j, chosen, self.bands, self.level) for group in self.found.groups)
        keys = tuple(group.key for group in self.groups)
        return Curve(self.score, chosen, self.bands, self.by, keys, bends, self.level, self.months)

    def slopes(self, group: tuple[Any, ...] | str | None = None) -> Slopes:
        """Means and slopes of all outcomes with their joint errors, for a return on investment.

        Parameters
        ----------
        group : value or tuple, optional
            Which group, where there are several.

        Raises
        ------
        UsageError
            Several groups and none named; no outcome has a slope.
        """
        from cxkit.value.behaviour.joint import joint_slopes

        at = self._group(group)
        return joint_slopes(self.found.groups[at], self.outcomes, self.score, self.months)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``outcome, band, item, estimate, low, high, unit, n``.

        ``item`` is ``mean`` or ``rate`` (in %) of a class, ``all`` being everybody, and ``point`` for what goes with one
        point of the score (of a rate: percentage points), whose ``band`` is empty.
        """
        import pandas as pd

        kinds = {o.name: ("rate" if o.kind == "rate" else "mean", o.unit) for o in self.outcomes}
        rows: list[tuple[Any, ...]] = []
        for group in self.groups:
            for outcome in self.outcomes:
                item, unit = kinds[outcome.name]
                rows += [
                    (*group.key, v.outcome, v.band, item, v.estimate, v.low, v.high, unit, v.n)
                    for v in group.of(outcome.name)
                ]
                rows += [
                    (*group.key, p.outcome, "", "point", p.estimate, p.low, p.high, unit, p.n)
                    for p in group.points
                    if p.outcome == outcome.name
                ]
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS])

    def tests_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then
        ``outcome, band, versus, delta, delta_low, delta_high, unit, p, p_adjusted, verdict``.
        """
        import pandas as pd

        units = {o.name: o.unit for o in self.outcomes}
        rows = [
            (
                *g.key,
                d.outcome,
                d.band,
                d.versus,
                d.delta,
                d.low,
                d.high,
                units[d.outcome],
                d.p,
                d.p_adjusted,
                d.verdict,
            )
            for g in self.groups
            for d in g.differences
        ]
        return pd.DataFrame(rows, columns=[*self.by, *_TESTS])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "linkage", "score": self.score.name, "by": list(self.by), "level": self.level,
            "months": self.months, "currency": self.currency, "correction": self.correction,
            "controls": list(self.controls),
            "outcomes": [{"name": o.name, "column": o.column, "kind": o.kind, "unit": o.unit, "among": o.among}
                         for o in self.outcomes],
            "bands": [{"code": b.code, "label": dict(b.label), "answers": list(b.answers)} for b in self.bands],
            "rows": _records(self.to_frame()), "tests": _records(self.tests_frame()),
            "cautions": [{"key": c.key, "text": c.text()} for c in self.cautions],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The classes of each outcome, how they differ, what goes with one point, and what must be known of it."""
        from cxkit.value.behaviour.words import explain_linkage

        return explain_linkage(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.behaviour.words import linkage_grid

        return linkage_grid(self, lang)

    def _place(self, outcome: str | None) -> int:
        if outcome is None:
            return 0
        for j, one in enumerate(self.outcomes):
            if outcome in (one.name, one.column):
                return j
        names = [o.name for o in self.outcomes]
        raise OptionError(
            f"{outcome!r} is no outcome of this linkage", hint=did_you_mean(str(outcome), names, what="Outcomes")
        )

    def _group(self, group: Any) -> int:
        if group is None and len(self) == 1:
            return 0
        keys = [g.key for g in self.groups]
        wanted = group if isinstance(group, tuple) else (group,)
        if group is None or wanted not in keys:
            raise UsageError(
                f"{len(self)} groups, and none of them is {group!r}"
                if group is not None
                else f"there are {len(self)} groups",
                hint=f"name one of: {', '.join(str(k[0] if len(k) == 1 else k) for k in keys[:12])}",
            )
        return keys.index(wanted)

    def _again(self, controls: str | Sequence[str] | None) -> "Linkage":
        """This linkage with other controls."""
        if controls is None:
            return self
        from cxkit.value.behaviour.analysis import linked

        columns = self.asked.study.by_columns(controls)
        taken = [c for c in columns if c == self.asked.study.column(self.asked.metric.on)]
        if taken or {o.column for o in self.outcomes} & set(columns):
            raise OptionError("the score or an outcome is no control", hint="leave it out of controls=")
        return linked(replace(self.asked, controls=columns))


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(k): json_value(v) for k, v in row.items()} for row in frame.to_dict("records")]
