"""What several improvements bring at once to the same customers: every set of them, in two worlds computed jointly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.stats.cashflow import Customers, together
from cxkit.stats.knapsack import codes
from cxkit.value.returns.result import Roi

__all__ = ["MOST_AT_ONCE", "Drawn", "Values", "alike", "joint_values"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Improvements of the same customers of which every set is computed; twice as many sets for each one more.
MOST_AT_ONCE = 12
#: Sets times draws that are computed.
_CELLS = 6_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One improvement with its draws.

    Attributes
    ----------
    roi : Roi
    x : mapping
        Draws of its figures by name.
    who : Customers
    points : (D,) float
        Points that its score gains; NaN where none does.
    """

    roi: Roi
    x: Mapping[str, Floats]
    who: Customers
    points: Floats

    @classmethod
    def of(cls, roi: Roi, x: Mapping[str, Floats]) -> Drawn:
        who, points, _ = roi.case.customers(x)
        return cls(roi, x, who, points)

    @property
    def knows_margin(self) -> bool:
        """Whether anything is known of what a customer brings today; a change of it alone needs no level."""
        return bool({"margin", "revenue", "support_cost"} & self.x.keys())

    def first(self, draws: int) -> Drawn:
        """The same with the first of the draws."""

        def cut(value: Floats) -> Floats:
            return value[:draws] if np.ndim(value) else value

        return Drawn.of(self.roi, {name: cut(value) for name, value in self.x.items()})


def alike(found: Sequence[Drawn]) -> list[list[int]]:
    """Places of the improvements that are for the same customers: same study, time, and figures of today."""
    groups: list[list[int]] = []
    for i, one in enumerate(found):
        home = next((g for g in groups if all(_same(found[j], one) for j in g)), None)
        if home is None:
            groups.append([i])
        else:
            home.append(i)
    return groups


def _same(a: Drawn, b: Drawn) -> bool:
    one, two = a.roi.case, b.roi.case
    if (one.timing, one.months, one.periods, a.roi.source) != (two.timing, two.months, two.periods, b.roi.source):
        return False
    pairs = [(a.who.churn, b.who.churn), (a.who.referrals, b.who.referrals)]
    pairs += [(a.x[name], b.x[name]) for name in ("customers", "discount")]
    if a.knows_margin and b.knows_margin:
        pairs.append((a.who.margin, b.who.margin))
    return all(np.array_equal(x, y) for x, y in pairs)


def joint_values(found: Sequence[Drawn]) -> Floats:
    """(2 ** k, D') Net gain of every set of k improvements; set ``i`` has the improvements of the bits of ``i``.

    Where improvements reach only some customers, whom one reaches is taken to say nothing of whom another does.
    Points of one score add up until its scale ends. D' is fewer than all draws where there are many sets.
    """
    k = len(found)
    draws = max((np.size(x) for one in found for x in one.x.values()), default=1)
    draws = min(draws, _CELLS >> k)
    parts = [one.first(draws) for one in found]
    base = next((one for one in parts if one.knows_margin), parts[0])
    case, x = base.roi.case, base.x
    effects = [one.roi.case.effect(one.x) for one in parts]
    most = next((one.x["support_cost"] for one in parts if "support_cost" in one.x), None)
    values = np.zeros((2**k, draws))
    for code in range(1, 2**k):
        taken = [i for i in range(k) if code >> i & 1]
        changed = _within_scale([parts[i] for i in taken])
        values[code] = together(
            base.who, [(who, effects[i]) for who, i in zip(changed, taken, strict=True)], x["discount"],
            months=case.months, timing=case.timing, most_saved=most,
        )  # fmt: skip
    for i, one in enumerate(parts):
        reach = one.x["reach"]
        if np.any(reach != 1):
            # Who is not reached lives as if the improvement were not there.
            having = np.flatnonzero(np.arange(2**k) >> i & 1)
            values[having] = reach * values[having] + (1 - reach) * values[having - (1 << i)]
    values *= x["customers"]
    for i, one in enumerate(parts):
        having = np.flatnonzero(np.arange(2**k) >> i & 1)
        values[having] -= one.roi.case.worth(one.x).cost
    return values


def _within_scale(parts: Sequence[Drawn]) -> list[Customers]:
    """The changes of each, made smaller where the points of all of them would pass the end of the score's scale."""
    scored = [one for one in parts if one.roi.case.scored and one.roi.score is not None]
    if len(scored) < 2 or len({one.roi.score.name for one in scored if one.roi.score is not None}) > 1:
        return [one.who for one in parts]
    wanted = np.asarray(sum(one.points for one in scored))
    low, high = scored[0].roi.case.score_room
    allowed = np.clip(wanted, low, high)
    if np.array_equal(wanted, allowed):
        return [one.who for one in parts]
    share = np.divide(allowed, wanted, out=np.ones(np.shape(wanted)), where=wanted != 0)
    return [one.roi.case.customers(one.x, share)[0] if one in scored else one.who for one in parts]


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The net gain of any choice of improvements.

    Attributes
    ----------
    npv : (n,) float
        Expected net gain of each alone, as its own return says it.
    alone : (D, n) float
        The same by draw.
    joint : tuple of (places, (2 ** k, D') float)
        Those for the same customers, and what every set of them brings.
    shift : tuple of (2 ** k,) float
        By how much a set is expected to bring more than its members alone.
    left : tuple of int
        Places of those that were too many to be looked at.
    """

    npv: Floats
    alone: Floats
    joint: tuple[tuple[tuple[int, ...], Floats], ...]
    shift: tuple[Floats, ...]
    left: tuple[int, ...]

    @classmethod
    def of(cls, found: Sequence[Drawn], groups: Sequence[Sequence[int]], npv: Sequence[float], draws: int) -> Values:
        alone = np.stack([np.broadcast_to(d.roi.case.worth(d.x).npv, (draws,)) for d in found], axis=1)
        joint, shift, left = [], [], list[int]()
        for group in groups:
            ranked = sorted(group, key=lambda i: -npv[i])
            left += ranked[MOST_AT_ONCE:]
            places = tuple(sorted(ranked[:MOST_AT_ONCE]))
            if len(places) < 2:
                continue
            table = joint_values([found[i] for i in places])
            if table.shape[1] == 1:
                table = np.broadcast_to(table, (len(table), draws))
            joint.append((places, table))
            sets = (np.arange(len(table))[:, None] >> np.arange(len(places)) & 1).astype(float)
            # The same draws of each alone, so that the difference is not one of chance.
            more = table.mean(axis=1) - sets @ alone[: table.shape[1], list(places)].mean(axis=0)
            shift.append(np.where(sets.sum(axis=1) > 1, more, 0.0))
        return cls(np.asarray(npv, float), alone, tuple(joint), tuple(shift), tuple(sorted(left)))

    def expected(self, chosen: Bools) -> Floats:
        """(S,) Expected net gain of each choice."""
        out = chosen @ self.npv
        for (places, _), shift in zip(self.joint, self.shift, strict=True):
            out = out + shift[codes(chosen, places)]
        return np.asarray(out, float)

    def drawn(self, taken: Bools) -> Floats:
        """(D',) Net gain of one choice by draw."""
        draws = min([len(self.alone), *(table.shape[1] for _, table in self.joint)])
        held = {i for places, _ in self.joint for i in places}
        out = self.alone[:draws, [i for i in np.flatnonzero(taken).tolist() if i not in held]].sum(axis=1)
        for places, table in self.joint:
            out = out + table[codes(taken[None], places)[0], :draws]
        return np.asarray(out, float)
