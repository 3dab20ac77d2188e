"""What if drivers moved: the change of the outcome that goes with it, within the scales."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.readings.moves import combined, known, plain_number, room, room_outcome
from cxkit.keydrivers.readings.whatif_plots import WhatIfPlots
from cxkit.keydrivers.result import Drivers
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Move", "Scenario", "WhatIf", "what_if"]


@dataclass(frozen=True, slots=True)
class Move:
    """One driver that moves, or all of them (the total).

    Attributes
    ----------
    driver : str
        Empty for the total.
    asked, delta : float
        The move that was asked, and what of it the scale has room for; NaN for the total.
    before, after : float
        Mean of the driver; for the total, of the outcome.
    change, low, high : float
        Of the outcome, in its own unit, with the interval.
    capped : bool
        Cut where the outcome's scale ends.
    """

    driver: str
    asked: float
    delta: float
    before: float
    after: float
    change: float
    low: float
    high: float
    capped: bool

    @property
    def cut(self) -> bool:
        """Whether the driver's scale ends before the move that was asked."""
        return bool(np.isfinite(self.delta) and abs(self.delta - self.asked) > 1e-12 * max(1.0, abs(self.asked)))

    @property
    def real(self) -> bool:
        """Whether the interval is clear of 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """The moves of one group and their total.

    Attributes
    ----------
    absent : tuple of str
        What was asked to move and is no driver in this group: there is no total then.
    """

    key: tuple[Any, ...]
    total: Move
    moves: tuple[Move, ...]
    n: int
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class WhatIf(Shown):
    """The change of the outcome that goes with moves of drivers, one scenario a group.

    Attributes
    ----------
    outcome : MetricLabel
    by : tuple of str
    scenarios : tuple of Scenario
    family : str
        Of the models; for all but ``ols`` the effects are averages of marginal effects.
    level : float
        Of the intervals.
    freq : str or None
    """

    outcome: MetricLabel
    by: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    family: str
    level: float
    freq: str | None = None

    def __len__(self) -> int:
        return len(self.scenarios)

    @property
    def total(self) -> Move:
        """The total of the one group there is.

        Raises
        ------
        ValueError
            There are several groups.
        """
        if len(self.scenarios) != 1:
            raise ValueError(f"there are {len(self.scenarios)} groups: take one of .scenarios")
        return self.scenarios[0].total

    @property
    def plot(self) -> WhatIfPlots:
        """Drawings: ``plot()`` for bars with their intervals."""
        return WhatIfPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then
        ``item, asked, delta, before, after, change, low, high, n``; the item ``total`` first.

        ``before`` and ``after`` are means of the driver; of the outcome in the row of the total.
        """
        import pandas as pd

        rows = [
            (*s.key, m.driver or "total", m.asked, m.delta, m.before, m.after, m.change, m.low, m.high, s.n)
            for s in self.scenarios
            for m in (s.total, *s.moves)
        ]
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "what_if", "outcome": self.outcome.name, "unit": self.outcome.unit,
            "by": list(self.by), "family": self.family, "level": self.level,
            "scenarios": [
                {
                    "group": dict(zip(self.by, map(json_value, s.key), strict=True)), "n": s.n,
                    "absent": list(s.absent), "total": _plain(s.total), "moves": [_plain(m) for m in s.moves],
                }
                for s in self.scenarios
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What goes with the moves, what was cut, and that association is not cause."""
        from cxkit.keydrivers.readings.whatif_words import explain_what_if

        return explain_what_if(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.whatif_words import what_if_grid

        return what_if_grid(self, lang)


def what_if(drivers: Drivers, changes: Mapping[str, float]) -> WhatIf:
    """The change of the outcome that goes with moving the means of drivers.

    Parameters
    ----------
    drivers : Drivers
        Of :func:`cxkit.drivers`.
    changes : mapping of str to float
        Driver -> move of its mean, in units of its own scale: ``{"wait": 0.5}``.

    Returns
    -------
    WhatIf
        Effects times moves. The interval of the total counts the covariance of the effects. A move is cut
        where the driver's scale ends, a change where the outcome's does.

    Raises
    ------
    UnknownNameError
        A name that is no driver.
    OptionError
        No move, or one that is no number.

    Notes
    -----
    A straight line from what was seen: effects of ``ols``, average marginal effects of other models.
    """
    if not isinstance(changes, Mapping) or not changes:
        raise OptionError("nothing to change", hint='name each driver and its move: {"wait": 0.5}')
    known(changes, drivers.names)
    moves: dict[str, float] = {}
    for name, delta in changes.items():
        found = plain_number(delta)
        if found is None:
            raise OptionError(f"the move of {name!r} is {delta!r}", hint="a number of units of its scale, such as 0.5")
        moves[name] = found
    scenarios = tuple(_scenario(model, moves, drivers) for model in drivers.models)
    family = drivers.models[0].fit.family if drivers.models else "ols"
    return WhatIf(drivers.outcome, drivers.by, scenarios, family, drivers.level, drivers.freq)


def _scenario(model: Model, changes: dict[str, float], drivers: Drivers) -> Scenario:
    moved = np.zeros(len(model.names))
    rows: list[Move] = []
    absent = tuple(name for name in changes if name not in model.names)
    for name, asked in changes.items():
        if name in absent:
            continue
        i = model.names.index(name)
        if asked and np.isnan(model.fit.effect[i]):
            raise UsageError(
                f"the effect of {name!r} is not determined: other drivers add up to it",
                hint="leave one of the tied drivers out of the analysis; its cautions name them",
            )
        moved[i] = np.clip(asked, *room(model, i))
        alone = np.where(np.arange(len(moved)) == i, moved, 0.0)
        before = float(model.performance[i])
        rows.append(_move(model, drivers, name, asked, float(moved[i]), before, alone))
    total = _move(model, drivers, "", np.nan, np.nan, model.mean, np.full(len(moved), np.nan) if absent else moved)
    return Scenario(model.key, total, tuple(rows), model.n, absent)


def _move(model: Model, drivers: Drivers, name: str, asked: float, delta: float, before: float, weights: Any) -> Move:
    found = combined(model.fit, weights, drivers.level)
    ends = room_outcome(drivers.outcome, model.mean)
    change, low, high = (float(x) for x in np.clip(found, *ends))
    after = before + (delta if name else change)
    return Move(
        name, asked, delta, before, after, change, low, high, capped=change != found[0] and found[0] == found[0]
    )


def _plain(move: Move) -> dict[str, Any]:
    fields = ("asked", "delta", "before", "after", "change", "low", "high")
    values: dict[str, Any] = {name: json_value(getattr(move, name)) for name in fields}
    return {"driver": move.driver or None, **values, "cut": move.cut, "capped": move.capped}


_COLUMNS = ("item", "asked", "delta", "before", "after", "change", "low", "high", "n")
