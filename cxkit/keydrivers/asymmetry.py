"""Penalty and reward of each driver: does a bad answer cost more than a good one brings?"""

from collections.abc import Sequence
from typing import Any, Literal

from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.keydrivers.analysis import as_study
from cxkit.keydrivers.asked import Asked
from cxkit.keydrivers.choice import Choice, chosen
from cxkit.keydrivers.counting import count
from cxkit.keydrivers.measuring import measure
from cxkit.keydrivers.outcome import outcome_of
from cxkit.keydrivers.readings.kano import PenaltyReward, penalty_reward
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.tally.clusters import Valuation
from cxkit.tally.columns import Column
from cxkit.tally.engine import count_cells

__all__ = ["kano"]

#: A driver of more answers is a quantity, and has no low and high ones until they are said.
_ANSWERS = 21


def kano(
    data: Any,
    outcome: str | Metric,
    drivers: str | Sequence[str] | None = None,
    *,
    low: Sequence[float] | None = None,
    high: Sequence[float] | None = None,
    controls: str | Sequence[str] | None = None,
    cluster: str | None = None,
    weight: str | None = None,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    asymmetry: float = 0.2,
    level: float = 0.95,
    seed: int = 0,
) -> PenaltyReward:
    """Penalty-reward analysis: what low and high answers to each driver do to the outcome, and its Kano class.

    Parameters
    ----------
    data, outcome, drivers, controls, cluster, weight, correction, level : as in :func:`cxkit.drivers`
    low, high : sequence of answers, optional
        Which answers are low and which high; those between are what both are held against. By default the lowest
        and the highest third of each driver's scale: 1-2 and 4-5 of 5, 0-3 and 7-10 of 0-10.
    asymmetry : float
        From what imbalance, -1 to 1, a driver is basic or exciting; between, it is one of performance.
    seed : int
        Of the draws that say how sure a class is.

    Returns
    -------
    PenaltyReward

    Raises
    ------
    UsageError
        No driver has low, middle and high answers. Those that lack one are left out and named.

    References
    ----------
    Brandt (1988), in Surprenant (ed.), Add Value to Your Service, 61-65; Mikulić & Prebežac (2008), Managing Service
    Quality 18(6), 559-576; Kano, Seraku, Takahashi & Tsuji (1984), Hinshitsu 14(2), 39-48.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = cx.demo(n=1200).kano("nps")
    >>> list(found.to_frame()["driver"])[0]
    'sat_wait'
    """
    study = as_study(data, weight)
    target = outcome_of(study, outcome)
    choice = chosen(study, target.column.source[0], drivers, controls=controls)
    found = {column.name: _dummies(study, column, low, high) for column in choice.drivers}
    pairs = {name: pair for name, pair in found.items() if pair is not None}
    while pairs:
        columns = tuple(column for pair in pairs.values() for column in pair)
        dummies = Choice(columns, (), choice.controls, ())
        asked = Asked(target, dummies, "ols", "listwise", (), None, 0, seed, cluster)
        measured = measure(count(study, asked), 0, asked)
        # An answer that was given may be lost with the rows that lack another driver's.
        gone = [name for name, pair in pairs.items() if any(c.name not in measured.fit.terms for c in pair)]
        if not gone:
            break
        pairs = {name: pair for name, pair in pairs.items() if name not in gone}
    else:
        raise UsageError(
            "no driver has low, middle and high answers",
            column=", ".join(found),
            hint="low=(1, 2), high=(4, 5) of a scale of 5",
        )
    tied = [n for n, e in zip(measured.fit.terms, measured.fit.effect, strict=True) if e != e]
    if tied:
        raise UsageError(
            "low and high answers of several drivers add up to each other: nothing tells them apart",
            column=tied[0].rsplit(" ", 1)[0], hint="leave one of the tied drivers out",
        )  # fmt: skip
    return penalty_reward(
        measured.fit, list(pairs), [pair[0].name for pair in pairs.values()], [pair[1].name for pair in pairs.values()],
        outcome=target.label, level=level, correction=correction, asymmetry=asymmetry, seed=seed,
        left_out=[name for name in found if name not in pairs],
    )  # fmt: skip


def _dummies(study: Study, column: Column, low: Any, high: Any) -> tuple[Column, Column] | None:
    """Whether an answer is low, and whether it is high; None where nobody gave a low, a middle or a high one."""
    name = column.source[0]
    scale = study.scale_of(name)
    answers: dict[float, list[Any]] = {}
    for raw in count_cells(study.data, answer=name).answer.levels:
        value = scale.decode(raw)
        if isinstance(value, float):
            answers.setdefault(value, []).append(raw)
    if len(answers) > _ANSWERS and (low is None or high is None):
        raise RoleError(
            f"{len(answers)} different answers: which are low and which high?",
            column=name,
            hint="low=(...), high=(...)",
        )
    if not answers:
        return None
    first, last = scale.ends or (min(answers), max(answers))
    third = (last - first) / 3
    lows = _said("low", low) if low is not None else {a for a in answers if a < first + third}
    highs = _said("high", high) if high is not None else {a for a in answers if a > last - third}
    if lows & highs:
        raise UsageError(
            f"{sorted(lows & highs)} are both low and high answers",
            column=name,
            hint="low=(1, 2), high=(4, 5) of a scale of 5",
        )
    if not (lows & set(answers) and highs & set(answers) and set(answers) - lows - highs):
        return None
    return _is_one(column, "−", lows, answers), _is_one(column, "+", highs, answers)


def _said(what: str, answers: Any) -> set[float]:
    try:
        return {float(a) for a in answers}
    except (TypeError, ValueError):
        raise OptionError(f"{what}= is {answers!r}", hint=f"a list of answers: {what}=(1, 2)") from None


def _is_one(column: Column, mark: str, chosen: set[float], answers: dict[float, list[Any]]) -> Column:
    yes = tuple(raw for a, raws in answers.items() if a in chosen for raw in raws)
    no = tuple(raw for a, raws in answers.items() if a not in chosen for raw in raws)
    return Column(f"{column.name} {mark}", column.source, (Valuation({1.0: yes, 0.0: no}),))
