"""One return, computed: the chain, its figures, the draws, and what hangs on what."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxkit.errors import DataWarning, OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.present.money import is_currency
from cxkit.present.words import SMALL_BASE
from cxkit.study import Study
from cxkit.value.returns.asked import Asked, checked_call
from cxkit.value.returns.bases import based, common
from cxkit.value.returns.case import Case
from cxkit.value.returns.chain import Start, changes, started
from cxkit.value.returns.evidence import Link, split_evidence
from cxkit.value.returns.figures import figures
from cxkit.value.returns.inputs import Assumption, Inputs, Note
from cxkit.value.returns.measured import behaviour
from cxkit.value.returns.quantities import CHANGES
from cxkit.value.returns.result import Roi
from cxkit.value.returns.sensitivity import break_even, swings

__all__ = ["one_return"]


def one_return(study: Study | None, arguments: Mapping[str, Any]) -> Roi:
    """The return of the arguments of :func:`cxkit.roi`, all of them by name."""
    said = {name: arguments[name] for name in _FIGURES}
    words, effects = split_evidence(arguments["evidence"])
    improve, change = _with_effects(arguments["improve"], arguments["change"], effects)
    given = {name: arguments[name] for name in _FRAME}
    currency = arguments["currency"] or (None if study is not None else _currency(arguments["slopes"]))
    asked = checked_call(study, said, improve=improve, change=change, currency=currency, **given)
    inputs, links = Inputs(), list[Link]()
    start = started(study, asked, inputs, links, words, score=arguments["score"], drivers=arguments["drivers"],
                    slopes=arguments["slopes"])  # fmt: skip
    block, less_cost = None, False
    if start.slopes is None and asked.covered is not None:
        raise OptionError(
            "months= would change nothing: no behaviour of a study is used",
            hint="leave it out; period= is of what is said",
        )
    if start.slopes is not None:
        _check_currency(asked, start)
        source = "said" if asked.covered is not None else "measured" if arguments["slopes"] is not None else "default"
        inputs.rows.append(
            Assumption("months", float(start.slopes.months), float("nan"), float("nan"), "months", source)
        )
        block, less_cost = behaviour(start.slopes, asked.months, "margin_rate" in asked.said)
    modes = changes(asked, start, inputs, links, words, block)
    notes = based(asked, start, inputs, modes, block, less_cost)
    common(asked, start, inputs, asked.periods * asked.months / 12)
    _check_words(words, links)
    case = _case(asked, start, modes, inputs)
    return _computed(study, asked, start, inputs, tuple(links), case, notes, arguments["correlation"])


def _with_effects(improve: Any, change: Any, effects: Mapping[str, Any]) -> tuple[Any, Any]:
    """What was found takes the place of what was said."""
    for name, effect in effects.items():
        if name in CHANGES:
            change = {**(change or {}), name: effect}
        else:
            improve = {**(improve or {}), name: effect}
    return improve, change


def _currency(slopes: Any) -> str | None:
    """The currency of slopes that come without a study."""
    return next((unit for unit in getattr(slopes, "unit", ()) if is_currency(unit)), None)


def _check_currency(asked: Asked, start: Start) -> None:
    assert start.slopes is not None
    other = sorted({unit for unit in start.slopes.unit if is_currency(unit)} - {asked.currency})
    if other:
        raise UsageError(
            f"behaviour was measured in {', '.join(other)}, the return is in {asked.currency}",
            hint=f"currency='{other[0]}', and the cost in it too",
        )


def _check_words(words: Mapping[str, str], links: list[Link]) -> None:
    for name in words:
        if name not in {link.what for link in links}:
            raise UnknownNameError(
                f"evidence= names {name!r}, which is no link of this chain",
                hint=did_you_mean(name, {link.what for link in links}, what="Links"),
            )


def _case(asked: Asked, start: Start, modes: Mapping[str, str], inputs: Inputs) -> Case:
    measured = float(start.slopes.months) if start.slopes is not None else float(asked.months)
    said = float(asked.months)
    return Case(
        asked.periods, asked.months, asked.timing, start.drivers, start.room, start.score, start.score_room, dict(modes),
        "margin_rate" in inputs.amounts,
        said if "churn" in asked.said else measured, said if "churn" in asked.per_point else measured,
    )  # fmt: skip


def _computed(
    study: Study | None, asked: Asked, start: Start, inputs: Inputs, links: tuple[Link, ...], case: Case,
    notes: list[Note], correlation: Mapping[tuple[str, str], float] | None,
) -> Roi:  # fmt: skip
    _check_churn(case, inputs)
    x, cut = inputs.draw(asked.draws, asked.seed, correlation)
    worth = case.worth(x)
    benefit, cost = float(np.mean(worth.benefit)), float(np.mean(worth.cost))
    share = break_even(case, x, benefit, cost) if benefit else np.nan
    notes += inputs.notes
    notes += [Note("cut", name, count) for name, count in cut.items()]
    if worth.out_of_range:
        notes.append(Note("out_of_range", "churn", round(worth.out_of_range * asked.draws)))
    if start.slopes is not None:
        bent = dict(zip(start.slopes.outcomes, start.slopes.linear, strict=True))
        notes += [Note("curved", link.what) for link in links
                  if link.kind == "behaviour" and not bent.get({"churn": "churned"}.get(link.what, link.what), True)]  # fmt: skip
    fewest = _fewest(start, links)
    if fewest < SMALL_BASE:
        notes.append(Note("small", "", fewest))
    if cost == 0:
        notes.append(Note("no_cost"))
    items = figures(worth, case, inputs, asked, share, "points" if start.label is None or start.label.unit else "")
    return Roi(
        items=items, rows=tuple(inputs.rows), links=links, swings=swings(case, inputs, inputs.rows), case=case,
        notes=tuple(dict.fromkeys(notes)), currency=asked.currency, level=asked.level, seed=asked.seed,
        source=study.source if study is not None else "", npv=_all(worth.npv, asked.draws),
        benefit=_all(worth.benefit, asked.draws), cost=_all(worth.cost, asked.draws),
        payback=_all(worth.payback, asked.draws), cumulative=worth.cumulative,
        inputs=inputs, correlation=tuple((correlation or {}).items()), centre=float(case.worth(inputs.centre).npv), score=start.label,
    )  # fmt: skip


def _check_churn(case: Case, inputs: Inputs) -> None:
    """Refuse a sure change of churn that no churn can make; warn of a range whose ends are none.

    Raises
    ------
    OptionError
    """
    if case.modes.get("churn") != "change":
        return
    now = float(case.churn(inputs.centre))
    change = inputs.amounts["churn_change"]
    slack = 1e-9
    ends = [end for end in (change.low, change.high) if not -slack <= now + end <= 1 + slack]
    if not ends:
        return
    end, what = ends[0], "a month" if case.months == 1 else "a year"
    if change.sure or len(ends) == 2:
        hint = (
            f"change={{'churn': {end / 100:g}}} for {end:g} percentage points, or after={{'churn': ...}}, its new level"
        )
        raise OptionError(
            f"the change of churn is {end:g}, and churn is {now:.4g} {what}: no churn is {now + end:.4g}", hint=hint
        )
    if change.shape in ("uniform", "triangular"):
        warnings.warn(
            DataWarning(
                f"churn is {now:.4g} {what}, and its change goes to {end:+g}: churn is cut at {0 if end < 0 else 1}",
                code="past_scale_end",
            ),
            stacklevel=2,
        )
        inputs.notes.append(Note("past_end", "churn_change"))


def _fewest(start: Start, links: tuple[Link, ...]) -> int:
    """The smallest base behind what was measured of behaviour."""
    if start.slopes is None:
        return SMALL_BASE
    used = {{"churn": "churned"}.get(link.what, link.what) for link in links if link.name.endswith("_per_point")}
    return min(
        (n for name, n in zip(start.slopes.outcomes, start.slopes.n, strict=True) if name in used), default=SMALL_BASE
    )


def _all(x: Any, draws: int) -> Any:
    return np.broadcast_to(x, (draws,))


_FRAME = ("cost", "after", "per_point", "horizon", "period", "timing", "draws", "seed", "level", "months")
_FIGURES = ("customers", "reach", "churn", "revenue", "margin", "margin_rate", "support_cost", "referrals", "cross_sell",
            "cross_sell_value", "discount", "ramp_months", "delay_months", "fade")  # fmt: skip
