"""The chain from an improvement to behaviour, filled from what was said, then from what was measured."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cxkit.errors import DataWarning, OptionError, UsageError
from cxkit.present.money import is_currency
from cxkit.present.result import MetricLabel
from cxkit.study import Study
from cxkit.value.returns.amounts import Amount, amount_of, is_effect
from cxkit.value.returns.asked import Asked
from cxkit.value.returns.evidence import GRADES, Link
from cxkit.value.returns.inputs import Block, Inputs, Note
from cxkit.value.returns.measured import (
    driver_block,
    driver_named,
    drivers_of,
    score_mean,
    score_of,
    score_room,
    slopes_of,
)
from cxkit.value.returns.quantities import QUANTITIES, check_names, checked
from cxkit.value.slopes import Slopes

__all__ = ["Start", "changes", "graded", "started"]

_SCORES = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The part of the chain before behaviour.

    Attributes
    ----------
    drivers : tuple of str
    room : tuple of (low, high)
    score : str or None
        The score whose points are said.
    score_room : (low, high)
    label : MetricLabel or None
    slopes : Slopes or None
    """

    drivers: tuple[str, ...]
    room: tuple[tuple[float, float], ...]
    score: str | None
    score_room: tuple[float, float]
    label: MetricLabel | None
    slopes: Slopes | None
    customers: int | None = None


def graded(name: str, grade: str, words: Mapping[str, str]) -> str:
    """The grade of a link: the word that was said of it goes before what it comes from."""
    found = words.get(name, grade)
    if found not in GRADES:
        raise OptionError(f"the evidence for {name!r} has the grade {found!r}", hint=f"one of {', '.join(GRADES)}")
    return found


def started(
    study: Study | None, asked: Asked, inputs: Inputs, links: list[Link], words: Mapping[str, str], *,
    score: str | None, drivers: Any, slopes: Any,
) -> Start:  # fmt: skip
    """From the improvement to points of the score; what was measured of behaviour comes along."""
    improve = asked.improve
    if not improve:
        # Behaviour itself is said to change: a study still knows its base.
        known = _slopes(study, score, slopes, asked) if study is not None or slopes is not None else None
        return Start((), (), None, (-math.inf, math.inf), known.score if known else None, known, _people(known))
    if study is None and slopes is None and not asked.per_point:
        raise UsageError(
            "improve= needs to know what a point is worth: there is no study, and nothing else says it",
            hint="s.roi(...), slopes=..., or per_point={'churn': -0.0005, 'revenue': 2}",
        )
    if study is None and slopes is None and drivers is None:
        return _assumed(improve, inputs, links, words)
    known = None
    name = score_of(study, score, improve) if study is not None else score
    if not asked.per_point or slopes is not None:
        known = _slopes(study, name, slopes, asked)
    name = name or (known.score.name if known else drivers.outcome.name if drivers is not None else None)
    direct = [n for n in improve if n == name or (n in _SCORES and known is not None and n == known.score.name)]
    if direct:
        if len(improve) > 1:
            raise OptionError(
                f"improve= moves {direct[0]} and drivers of it", hint="say its points, or what moves it, not both"
            )
        label = known.score if known else _label(direct[0])
        room = score_room(label, score_mean(study, direct[0]) if study is not None else math.nan)
        return _direct(direct[0], room, label, known, asked, inputs, links, words)
    if study is None and drivers is None:
        raise UsageError(
            f"what {next(iter(improve))!r} does to {name} is not known without a study",
            hint=f"s.roi(...), drivers=s.drivers('{name}'), or the points themselves: improve={{'{name}': 5}}",
        )
    assert name is not None
    model = drivers_of(study, name, drivers)
    if known is not None and model.outcome.name != known.score.name:
        raise UsageError(
            f"the drivers explain {model.outcome.name}, behaviour was measured against {known.score.name}",
            hint=f"score='{model.outcome.name}', or drivers= of {known.score.name}",
        )
    names = [driver_named(n, model.names) for n in improve]
    if len(set(names)) < len(names):
        raise OptionError(f"improve= moves {names[0]} twice", hint="name each driver once")
    block, rooms = driver_block(model, names)
    for driver, given, room in zip(names, improve.values(), rooms, strict=True):
        _say_improvement(driver, given, "", room, inputs, links, words)
    inputs.blocks.append(block)
    for driver in names:
        inputs.measure(block, f"effect:{driver}", unit=_points(model.outcome), level=asked.level, grade="observed")
    links.append(Link("effect", "score", model.outcome.name, graded(model.outcome.name, "observed", words)))
    room = score_room(model.outcome, model.model.mean)
    return Start(tuple(names), rooms, None, room, model.outcome, known, _people(known) or model.model.n)


def _slopes(study: Study | None, score: str | None, given: Any, asked: Asked) -> Slopes:
    if given is None and study is not None:
        score = score_of(study, score, asked.improve)
    return slopes_of(study, score or "", given, asked.currency, asked.covered)


def _people(known: Slopes | None) -> int | None:
    return max(known.n, default=0) or None if known is not None else None


def _assumed(improve: Mapping[str, Any], inputs: Inputs, links: list[Link], words: Mapping[str, str]) -> Start:
    """Points of a score from assumptions alone."""
    if len(improve) > 1 or next(iter(improve)) not in _SCORES:
        raise UsageError(
            f"what {', '.join(map(repr, improve))} would do to a score is not known without a study",
            hint="s.roi(...), or the points of the score: improve={'nps': 5}",
        )
    ((name, given),) = improve.items()
    label = _label(name)
    return _direct(name, score_room(label, math.nan), label, None, None, inputs, links, words, given)


def _direct(
    name: str, room: tuple[float, float], label: MetricLabel, known: Slopes | None, asked: Asked | None, inputs: Inputs,
    links: list[Link], words: Mapping[str, str], given: Any = None,
) -> Start:  # fmt: skip
    _say_improvement(
        name, asked.improve[name] if asked is not None else given, _points(label), room, inputs, links, words
    )
    return Start((), (), name, room, label, known, _people(known))


def _label(name: str) -> MetricLabel:
    from cxkit.metrics.functions import metric_of
    from cxkit.metrics.scoring import described

    return described(metric_of(name))


def _say_improvement(
    name: str,
    given: Any,
    unit: str,
    room: tuple[float, float],
    inputs: Inputs,
    links: list[Link],
    words: Mapping[str, str],
) -> None:
    """Take in what improves, cut where its scale ends.

    Raises
    ------
    OptionError
        The scale has no room at all.
    """
    amount = amount_of(f"the improvement of {name}", given)
    if is_effect(given) and is_currency(str(getattr(given, "unit", ""))):
        raise UsageError(f"the effect for {name} is in {given.unit}, and {name} is no money", hint="an effect on it")
    low, high = room
    if (amount.low >= 0 and amount.high > 0 and high <= 0) or (amount.high <= 0 and amount.low < 0 and low >= 0):
        raise OptionError(
            f"{name} cannot improve by {amount.value:g}: it is at the end of its scale already",
            hint="improve what has room",
        )
    slack = 1e-9 * max(1.0, abs(amount.low), abs(amount.high))
    past = amount.high > high + slack or amount.low < low - slack
    if past and amount.shape in ("fixed", "uniform", "triangular"):
        asked, end = (amount.high, high) if amount.high > high + slack else (amount.low, low)
        warnings.warn(
            DataWarning(
                f"improve: {name} by {asked:+g} passes the end of its scale; cut at {end:+.4g}", code="past_scale_end"
            ),
            stacklevel=2,
        )
        inputs.notes.append(Note("past_end", f"improve:{name}"))
    if past and amount.sure:
        amount = Amount(end, end, end, "fixed", amount.grade)
    grade = graded(name, amount.grade, words)
    inputs.say(
        f"improve:{name}", amount, unit=unit, source=_source(given), grade=grade, limits=None if amount.sure else room
    )
    links.append(Link(f"improve:{name}", "action", name, grade))


def _points(label: MetricLabel) -> str:
    """The unit of a change of a score: points, of NPS and of shares alike; none of a mean on its scale."""
    return "points" if label.unit else ""


def _source(given: Any) -> str:
    """An effect was measured, whatever else was said."""
    return "measured" if is_effect(given) else "said"


def changes(
    asked: Asked, start: Start, inputs: Inputs, links: list[Link], words: Mapping[str, str], block: Block | None
) -> dict[str, str]:
    """How each quantity changes: by what was said of it, else by the points of the score.

    Returns
    -------
    dict
        Quantity -> ``after``, ``change`` or ``per_point``.
    """
    for what in ("after", "change", "per_point"):
        check_names(what, getattr(asked, what))
    twice = sorted(set(asked.after) & set(asked.change))
    if twice:
        raise OptionError(f"after= and change= both say {twice[0]}", hint="say its new level or its change")
    modes: dict[str, str] = {}
    scored = bool(start.drivers) or start.score is not None
    if asked.per_point and not scored:
        raise OptionError("per_point= is of points, and none are gained", hint="improve={'nps': 5}")
    for mode in ("after", "change", "per_point"):
        for name, given in getattr(asked, mode).items():
            if name in modes:
                raise OptionError(f"{name} is said twice, as {modes[name]}= and {mode}=", hint="say it once")
            modes[name] = mode
            _said_change(name, mode, given, asked, inputs, links, words)
    if scored and block is not None:
        assert start.slopes is not None
        money = {"revenue", "margin"} & modes.keys()
        for name in block.names:
            quantity = name.removesuffix("_per_point")
            if quantity == name or quantity in modes or (money and quantity in ("revenue", "margin")):
                continue
            modes[quantity] = "per_point"
            grade = graded(quantity, start.slopes.grade, words)
            links.append(Link(name, "behaviour", quantity, grade))
    if not modes:
        raise UsageError(
            "nothing that is worth money improves",
            hint="improve={'wait': 0.5} on a study that knows behaviour, or after={'churn': 0.15}, change={'revenue': 2}",
        )
    return modes


def _said_change(
    name: str, mode: str, given: Any, asked: Asked, inputs: Inputs, links: list[Link], words: Mapping[str, str]
) -> None:
    quantity = QUANTITIES[name]
    share = quantity.kind == "share"
    amount = amount_of(f"{mode}={{'{name}': ...}}", given)
    _check_unit(name, getattr(given, "unit", "") if is_effect(given) else "", quantity.kind, asked.currency)
    if is_effect(given) and asked.months != 12:
        # A test's effect is of the time that it ran: taken as one of each month it would count many times over.
        raise OptionError(
            f"the effect on {name} is of the time that it was measured over, and this return counts by the month",
            hint=f"period='Y' where that was a year; else its change for one month, as a range: "
            f"change={{'{name}': (low, high)}}",
        )
    unit = ("%" if mode == "after" else "points") if share else asked.currency if quantity.kind == "money" else ""
    if mode == "after":
        amount = checked(name, amount, replace(quantity, open_low=False), what=f"after={{'{name}': ...}}")
    elif share and is_effect(given):
        # Effects on shares come in percentage points.
        amount = amount.scaled(0.01) if getattr(given, "unit", "") in ("points", "%") else amount
    if share and mode != "after" and max(abs(amount.low), abs(amount.high)) > 1 and amount.shape != "normal":
        raise OptionError(
            f"the change of {name} is {amount.value:g}",
            hint=f"a share: {amount.value / 100:g} for {amount.value:g} points",
        )
    code = f"{name}_{mode}"
    grade = graded(name, amount.grade, words)
    limits = (quantity.low, quantity.high) if mode == "after" and not amount.sure else None
    inputs.say(code, amount, unit=unit, source=_source(given), per=asked.months, shown=100.0 if share else 1.0, limits=limits,
               grade=grade)  # fmt: skip
    links.append(Link(code, "behaviour", name, grade))


def _check_unit(name: str, unit: Any, kind: str, currency: str) -> None:
    """Refuse an effect that was measured in another unit than the quantity has.

    Raises
    ------
    UsageError
    """
    unit = str(unit or "")
    if is_currency(unit) and kind == "money" and unit != currency:
        raise UsageError(
            f"the effect for {name} is in {unit}, the return is in {currency}",
            hint=f"currency='{unit}', and all other amounts in it too; nothing is converted here",
        )
    wrong = {
        "money": unit in ("%", "points"),
        "share": is_currency(unit),
        "count": unit in ("%", "points") or is_currency(unit),
    }
    if wrong.get(kind, False):
        wanted = {"money": f"an amount of {currency}", "share": "a share", "count": "a number of them"}[kind]
        raise UsageError(
            f"the effect for {name} is in {unit}, and its change is {wanted}",
            hint=f"an effect on {name} itself, or the amount: change={{'{name}': ...}}",
        )
