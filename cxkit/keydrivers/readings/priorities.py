"""What to do first: what a step of each driver may bring, against the effort that it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.errors import OptionError
from cxkit.keydrivers.readings.moves import combined, good_way, known, plain_number, room, room_outcome
from cxkit.keydrivers.readings.priorities_plots import PriorityPlots
from cxkit.keydrivers.result import Drivers
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Priorities", "Priority", "priorities"]

#: Verdicts that recommend the driver.
RECOMMENDED = ("quick_win", "big_bet", "fill_in", "later", "recommended")


@dataclass(frozen=True, slots=True)
class Priority:
    """A driver and what a step of it may bring.

    Attributes
    ----------
    rank : int or None
        Among the recommended drivers of the group, by gain per effort (or by gain without efforts).
    performance, target, move : float
        Mean of the driver now, after the step, and the step.
    impact, low, high : float
        Gain of the outcome, positive where it is a better one, in its own unit, with the interval.
    effort, ratio, ratio_low, ratio_high : float
        Effort as given, and gain per effort; NaN without one.
    verdict : str
        ``quick_win``, ``big_bet``, ``fill_in`` or ``later`` (``recommended`` where no efforts are given);
        or why the driver is not recommended: ``unproven``, ``unclear``, ``check_scale`` (the outcome is worse as it
        rises), ``no_room``, ``no_effort``, ``harmful`` (a target that goes with a loss).
    """

    key: tuple[Any, ...]
    rank: int | None
    driver: str
    performance: float
    target: float
    move: float
    impact: float
    low: float
    high: float
    p_adjusted: float
    effort: float
    ratio: float
    ratio_low: float
    ratio_high: float
    verdict: str

    @property
    def recommended(self) -> bool:
        return self.verdict in RECOMMENDED


@dataclass(frozen=True, slots=True, repr=False)
class Priorities(Shown):
    """Drivers by what a step of each may bring for its effort; what is not established stays visible.

    Attributes
    ----------
    rows : tuple of Priority
        By group, the recommended first.
    step : float
        Length of a step as a share of the driver's scale, where no target is stated.
    headroom : bool
        Whether a step stops at the end of the scale.
    efforts : bool
        Whether any were given.
    """

    outcome: MetricLabel
    by: tuple[str, ...]
    rows: tuple[Priority, ...]
    step: float
    headroom: bool
    efforts: bool
    targets: tuple[str, ...]
    level: float
    correction: str | None
    freq: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> tuple[tuple[Any, ...], ...]:
        """The groups."""
        return tuple(dict.fromkeys(row.key for row in self.rows))

    def of(self, key: tuple[Any, ...]) -> tuple[Priority, ...]:
        """The rows of a group."""
        return tuple(row for row in self.rows if row.key == key)

    @property
    def plot(self) -> PriorityPlots:
        """Drawings: ``plot()`` for impact against effort, ``plot.bars()`` for impact alone."""
        return PriorityPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``rank, driver, performance, target, move, impact, low, high,
        p_adjusted, effort, ratio, ratio_low, ratio_high, verdict``.
        """
        import pandas as pd

        rows = [(*r.key, *(getattr(r, name) for name in _COLUMNS)) for r in self.rows]
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS]).astype({"rank": "Int64"})

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "priorities", "outcome": self.outcome.name, "unit": self.outcome.unit,
            "by": list(self.by), "step": self.step, "headroom": self.headroom, "level": self.level,
            "correction": self.correction,
            "rows": [
                {"group": dict(zip(self.by, map(json_value, r.key), strict=True))}
                | {name: json_value(getattr(r, name)) for name in _COLUMNS}
                for r in self.rows
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What comes first and why, what is left out, and that association is not cause."""
        from cxkit.keydrivers.readings.priorities_words import explain_priorities

        return explain_priorities(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.priorities_words import priorities_grid

        return priorities_grid(self, lang)


def priorities(
    drivers: Drivers,
    effort: Mapping[str, float] | None = None,
    *,
    targets: Mapping[str, float] | None = None,
    step: float = 0.1,
    headroom: bool = True,
) -> Priorities:
    """List drivers by what a step of each may bring, for the effort that it takes.

    Parameters
    ----------
    effort : mapping of str to float, optional
        Driver -> effort of its step, in any positive unit (days, euros, points).
    targets : mapping of str to float, optional
        Driver -> mean to reach, on its own scale; the others take a step the good way.
    step : float
        Length of a step, as a share of the driver's scale.
    headroom : bool
        Stop at the end of the scale: a driver that is nearly perfect has little left to bring.

    Returns
    -------
    Priorities
        Only drivers whose effect is established are recommended, and never to worsen one: where the outcome falls as
        the driver rises, its scale may be turned round, or low be good; a target says so. Impact is high, or effort low, against the
        median of the recommended drivers.

    Raises
    ------
    UnknownNameError
        A name that is no driver.
    OptionError
        An effort that is not positive, a target off the scale, a step that is no share.
    """
    if not 0 < step <= 1:
        raise OptionError(f"step is {step!r}", hint="a share of the scale, such as 0.1")
    efforts, goals = _numbers(effort, "effort"), _numbers(targets, "target")
    known([*efforts, *goals], drivers.names)
    for name, given in efforts.items():
        if given <= 0:
            raise OptionError(f"the effort of {name!r} is {given!r}", hint="a positive number, in any unit")
    rows: list[Priority] = []
    for m in range(len(drivers.models)):
        rows += _judged(
            [_row(drivers, m, i, efforts, goals, step, headroom) for i in _order(drivers, m)], bool(efforts)
        )
    return Priorities(
        drivers.outcome, drivers.by, tuple(rows), step, headroom, bool(efforts), tuple(goals), drivers.level,
        drivers.correction, drivers.freq,
    )  # fmt: skip


def _numbers(given: Mapping[str, float] | None, what: str) -> dict[str, float]:
    out = {}
    for name, x in (given or {}).items():
        found = plain_number(x)
        if found is None:
            raise OptionError(f"the {what} of {name!r} is {x!r}", hint="a number")
        out[name] = found
    return out


def _order(drivers: Drivers, m: int) -> list[int]:
    return [int(i) for i in drivers.models[m].order]


def _row(
    drivers: Drivers, m: int, i: int, efforts: dict[str, float], goals: dict[str, float], step: float, headroom: bool
) -> Priority:
    model = drivers.models[m]
    name, mean, (bottom, top) = model.names[i], float(model.performance[i]), model.scales[i]
    way = int(good_way(model, drivers.outcome.better)[i])
    if name in goals:
        if not bottom <= goals[name] <= top:
            raise OptionError(
                f"the target of {name!r} is {goals[name]:g}", hint=f"a mean on its scale, {bottom:g} to {top:g}"
            )
        move = goals[name] - mean
    else:
        move = way * step * (top - bottom)
        if headroom:
            move = float(np.clip(move, *room(model, i)))
    weights = np.where(np.arange(len(model.names)) == i, move, 0.0)
    ends = room_outcome(drivers.outcome, model.mean)
    change, low, high = (float(x) for x in np.clip(combined(model.fit, weights, drivers.level), *ends))
    if drivers.outcome.better == "lower":
        change, low, high = -change, -high, -low
    given = efforts.get(name, np.nan)
    proven = drivers.significant(m)[i]
    verdict = (
        "unproven" if not proven
        else "unclear" if not np.isfinite(mean)  # a product of drivers, which nobody answers
        else "unclear" if (change < 0 or not way) and name not in goals
        else "check_scale" if way < 0 and name not in goals
        else "no_room" if abs(move) <= 1e-12
        else "harmful" if change <= 0
        else "no_effort" if efforts and name not in efforts
        else "recommended"
    )  # fmt: skip
    return Priority(
        model.key, None, name, mean, mean + move, move, change + 0.0, low + 0.0, high + 0.0,
        float(drivers.p_adjusted[m][i]), given, change / given, low / given, high / given, verdict,
    )  # fmt: skip


def _judged(rows: list[Priority], efforts: bool) -> list[Priority]:
    """The rows of a group in order, ranked and, where efforts are given, each in its quadrant."""
    from dataclasses import replace

    good = [r for r in rows if r.verdict == "recommended"]
    good.sort(key=lambda r: -(r.ratio if efforts else r.impact))
    rest = sorted((r for r in rows if r.verdict != "recommended"), key=lambda r: -_size(r.impact))
    if good and efforts:
        impact, effort = (float(np.median([getattr(r, name) for r in good])) for name in ("impact", "effort"))
        good = [replace(r, verdict=_QUADRANTS[r.impact >= impact, r.effort <= effort]) for r in good]
    return [replace(r, rank=k) for k, r in enumerate(good, 1)] + rest


def _size(x: float) -> float:
    return x if np.isfinite(x) else -np.inf


#: Whether the impact is high and the effort low -> the word.
_QUADRANTS = {
    (True, True): "quick_win",
    (True, False): "big_bet",
    (False, True): "fill_in",
    (False, False): "later",
}
_COLUMNS = (
    "rank", "driver", "performance", "target", "move", "impact", "low", "high", "p_adjusted", "effort", "ratio",
    "ratio_low", "ratio_high", "verdict",
)  # fmt: skip
