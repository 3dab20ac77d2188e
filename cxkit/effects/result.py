"""What an action did: the effect, what would have been without it, and what the number rests on."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cxkit.effects.plots import EffectPlots
from cxkit.errors import OptionError, did_you_mean
from cxkit.present.grid import Grid, Shown
from cxkit.present.items import Item, items_list
from cxkit.present.result import SCHEMA, MetricLabel, json_value

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.effects.worth import Worth

__all__ = ["Balance", "Check", "Effect", "Point", "Reading"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that the number rests on, and whether the data bear it out.

    Attributes
    ----------
    key : str
        ``srm``, ``pretrend``, ``overlap``, ``balance``, ``few_clusters`` ...
    ok : bool
        False where a reader must be warned.
    values : tuple of (str, float or str)
        The numbers of its sentence.
    """

    key: str
    ok: bool
    values: tuple[tuple[str, float | str], ...] = ()

    def text(self, lang: str = "en") -> str:
        """What was looked at and found, in a sentence."""
        from cxkit.effects.check_words import check_text

        return check_text(self, lang)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a series.

    Attributes
    ----------
    period : date
        Its first day.
    estimate, low, high : float
        The coefficient of an event study, against the last period before; or the observed value.
    expected : float
        The value without the action; NaN in an event study.
    after : bool
    n : int
        Answers.
    """

    period: dt.date
    estimate: float
    low: float
    high: float
    expected: float
    after: bool
    n: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Standardised difference of a column between treated and others, before and after they were made comparable."""

    column: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The effect on one outcome of one arm.

    Attributes
    ----------
    outcome : MetricLabel
    unit, level_unit : str
        Of changes and of levels.
    arm, versus : str
    estimate, low, high, se, df, p : float
        The effect, in ``unit``.
    p_adjusted : float
        For all readings of the result together.
    n, n_control : int
        Answers (rows) behind it.
    customers : int or None
        Treated customers behind it, by ``id``; None where the data cannot tell.
    items : tuple of Item
    adds_up : bool
        Whether the effect times customers is a total.
    """

    outcome: MetricLabel
    unit: str
    level_unit: str
    arm: str
    versus: str
    estimate: float
    low: float
    high: float
    se: float
    df: float
    p: float
    n: int
    n_control: int
    items: tuple[Item, ...]
    p_adjusted: float = math.nan
    adds_up: bool = False
    customers: int | None = None

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``open``: which side of 0 the effect is on, if any."""
        if not (self.low > 0 or self.high < 0):
            return "open"
        return "better" if (self.estimate > 0) == (self.outcome.better != "lower") else "worse"

    def item(self, name: str) -> Item:
        """One of the items.

        Raises
        ------
        KeyError
        """
        found = {i.item: i for i in self.items}
        if name not in found:
            raise KeyError(did_you_mean(name, found, what="Items"))
        return found[name]

    def has(self, name: str) -> bool:
        return any(i.item == name for i in self.items)


@dataclass(frozen=True, slots=True, repr=False)
class Effect(Shown):
    """Whether an action worked, with the assumption that the answer rests on.

    As evidence for a return on investment it has ``estimate, se, unit`` and ``grade``.

    Attributes
    ----------
    design : str
        ``ab``, ``did``, ``its``, ``matched`` or ``remeasured``.
    method : str
        How effect and interval were found.
    readings : tuple of Reading
        One an outcome and arm.
    checks : tuple of Check
    points : tuple of Point
        Event study (``did``), or the series with what was expected (``its``).
    balance : tuple of Balance
    grade : str
        ``tested``, ``matched`` or ``observed``: the step of evidence.
    currency : str
    level : float
    correction : str or None
        Of p-values, where there are several.
    at : date or None
    freq : str or None
    source : str
    power : float
        Of the smallest effect that an experiment could find.
    """

    design: str
    method: str
    readings: tuple[Reading, ...]
    checks: tuple[Check, ...]
    points: tuple[Point, ...]
    balance: tuple[Balance, ...]
    grade: str
    currency: str
    level: float
    correction: str | None = None
    at: dt.date | None = None
    freq: str | None = None
    source: str = ""
    power: float = 0.8

    def __len__(self) -> int:
        return len(self.readings)

    @property
    def reading(self) -> Reading:
        """The one reading there is.

        Raises
        ------
        ValueError
            There are several: see :meth:`of`.
        """
        if len(self.readings) != 1:
            raise ValueError(f"there are {len(self.readings)} readings: take one by .of(arm=..., outcome=...)")
        return self.readings[0]

    @property
    def estimate(self) -> float:
        """The effect, in :attr:`unit`; of the one reading there is, as all that follows."""
        return self.reading.estimate

    @property
    def low(self) -> float:
        return self.reading.low

    @property
    def high(self) -> float:
        return self.reading.high

    @property
    def se(self) -> float:
        """Standard error of the effect."""
        return self.reading.se

    @property
    def df(self) -> float:
        return self.reading.df

    @property
    def p(self) -> float:
        """Two-sided p-value of no effect."""
        return self.reading.p

    @property
    def unit(self) -> str:
        """``points`` (of a score, or percentage points of a share), a currency, or empty."""
        return self.reading.unit

    @property
    def n(self) -> int:
        """Answers (rows) of the treated."""
        return self.reading.n

    @property
    def failed(self) -> bool:
        """Whether an experiment did not pass its sample ratio check: its lots cannot be trusted."""
        return any(check.key == "srm" and not check.ok for check in self.checks)

    @property
    def cautions(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.ok)

    def of(self, *, arm: str | None = None, outcome: str | None = None) -> "Effect":
        """The same result with the readings of one arm, or outcome, or both.

        Raises
        ------
        OptionError
            No such arm or outcome.
        """
        kept = self.readings
        for what, wanted, names in (
            ("arm", arm, {r: r.arm for r in kept}), ("outcome", outcome, {r: r.outcome.name for r in kept}),
        ):  # fmt: skip
            if wanted is None:
                continue
            held = {*names.values(), *({r.outcome.title() for r in kept} if what == "outcome" else ())}
            if wanted not in held:
                raise OptionError(f"there is no {what} {wanted!r}", hint=did_you_mean(wanted, held, what=f"{what}s"))
            kept = tuple(
                r for r in kept if wanted in ((r.arm,) if what == "arm" else (r.outcome.name, r.outcome.title()))
            )
        return replace(self, readings=kept)

    def money(
        self,
        value: float | None = None,
        *,
        cost: float = 0.0,
        customers: float | None = None,
        margin: float | None = None,
        currency: str | None = None,
    ) -> "Worth":
        """The effect times customers in money, less what the action cost.

        Parameters
        ----------
        value : float, optional
            What one unit better is worth, by customer: one customer more who did it, or fewer who left (shares), one
            point (scores), one unit (numbers). Not for an outcome in money, which is its own value.
        cost : float
            Of the action, at least 0.
        customers : float, optional
            Customers that it reaches; those treated in the data when not given. A customer counts once, however many
            rows there are of him. An interrupted series does not know its customers: say how many.
        margin : float, optional
            Share of revenue that is margin, 0 to 1; needed for ``revenue`` (1 counts it in full).
        currency : str, optional

        Returns
        -------
        Worth
            ``to_frame()`` has ``item, estimate, low, high, unit``: gain, cost, net, roi, break_even,
            probability_positive.
        """
        from cxkit.effects.worth import worth

        return worth(self, value, cost=cost, customers=customers, margin=margin, currency=currency)

    @property
    def plot(self) -> EffectPlots:
        """Drawings: ``plot()`` for the one that fits the design."""
        return EffectPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, unit``; ahead of these ``outcome`` and ``arm`` where there are several."""
        import pandas as pd

        several = self._several()
        rows = [
            (*([r.outcome.name] if several[0] else []), *([r.arm] if several[1] else []),
             i.item, i.estimate, i.low, i.high, i.unit)
            for r in self.readings for i in r.items
        ]  # fmt: skip
        heads = [name for name, there in zip(("outcome", "arm"), several, strict=True) if there]
        return pd.DataFrame(rows, columns=[*heads, "item", "estimate", "low", "high", "unit"])

    def series_frame(self) -> "pd.DataFrame":
        """The periods: ``period, estimate, low, high, expected, after, n``; empty for other designs."""
        import pandas as pd

        rows = [(p.period, p.estimate, p.low, p.high, p.expected, p.after, p.n) for p in self.points]
        frame = pd.DataFrame(rows, columns=["period", "estimate", "low", "high", "expected", "after", "n"])
        return frame.assign(period=pd.to_datetime(frame["period"]))

    def balance_frame(self) -> "pd.DataFrame":
        """Standardised differences: ``column, before, after``; empty for other designs."""
        import pandas as pd

        return pd.DataFrame(
            [(b.column, b.before, b.after) for b in self.balance], columns=["column", "before", "after"]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "effect", "design": self.design, "method": self.method, "grade": self.grade,
            "level": self.level, "correction": self.correction, "at": json_value(self.at), "freq": self.freq,
            "currency": self.currency,
            "failed": self.failed, "power": self.power, "readings": [_plain(r, self.failed) for r in self.readings],
            "checks": [
                {"key": c.key, "ok": c.ok, "values": {k: json_value(v) for k, v in c.values}, "text": c.text()}
                for c in self.checks
            ],
            "points": [{name: json_value(getattr(p, name)) for name in _POINT} for p in self.points],
            "balance": [
                {"column": b.column, "before": json_value(b.before), "after": json_value(b.after)} for b in self.balance
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What it says, what it rests on, and which checks failed."""
        from cxkit.effects.words import explain_effect

        return explain_effect(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.effects.words import effect_grid

        return effect_grid(self, lang)

    def _several(self) -> tuple[bool, bool]:
        return len({r.outcome.name for r in self.readings}) > 1, len({r.arm for r in self.readings}) > 1


_POINT = ("period", "estimate", "low", "high", "expected", "after", "n")


def _plain(reading: Reading, failed: bool) -> Mapping[str, Any]:
    numbers = ("estimate", "low", "high", "se", "df", "p", "p_adjusted")
    return {
        "outcome": reading.outcome.name, "unit": reading.unit, "arm": reading.arm, "versus": reading.versus,
        **{name: json_value(getattr(reading, name)) for name in numbers},
        "n": reading.n, "n_control": reading.n_control, "customers": reading.customers,
        "verdict": "doubtful" if failed else reading.verdict, "items": items_list(reading.items),
    }  # fmt: skip
