"""What a study tells of an improvement: driver to score by its driver model, score to behaviour by its linkage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cxkit.errors import NothingMatched, OptionError, RoleError, UnknownNameError, UsageError, did_you_mean
from cxkit.keydrivers.readings.moves import room, room_outcome
from cxkit.keydrivers.result import Drivers
from cxkit.present.result import MetricLabel
from cxkit.study import Study
from cxkit.study.names import fold
from cxkit.value.returns.inputs import Block
from cxkit.value.slopes import Slopes

__all__ = [
    "behaviour",
    "driver_block",
    "driver_named",
    "drivers_of",
    "score_mean",
    "score_of",
    "score_room",
    "slopes_of",
]

#: Roles of a study -> quantities of a return.
_QUANTITIES = {
    "churned": "churn", "revenue": "revenue", "margin": "margin", "support_cost": "support_cost",
    "referrals": "referrals",
}  # fmt: skip


def score_of(study: Study, asked: str | None, improve: Iterable[str]) -> str:
    """The score that stands between: the one asked, the one that is improved, else the first there is."""
    held = [role for role in ("nps", "csat", "ces") if role in study.roles]
    if asked is not None:
        return asked
    said = [name for name in improve if name in held]
    if not held:
        raise RoleError(
            "this study has no score that could stand between an improvement and behaviour",
            hint="cx.Study(data, nps='...'), or score= with the role of a rating",
        )
    return (said or held)[0]


def slopes_of(study: Study | None, score: str, given: Any, currency: str, months: float | None = None) -> Slopes:
    """The slopes that were given, or those that the linkage of the study finds.

    Raises
    ------
    RoleError
        The study says nothing about behaviour.
    UsageError
        Slopes that were measured over other months than those that are said.
    """
    if given is not None and not isinstance(given, Slopes):
        if not callable(getattr(given, "slopes", None)):
            raise OptionError(f"slopes= is {given!r}", hint="slopes=cx.linkage(study, 'nps'), or its .slopes()")
        given = given.slopes()
        assert isinstance(given, Slopes)
    if isinstance(given, Slopes):
        if months is not None and given.months != months:
            raise UsageError(
                f"slopes= were measured over {given.months:g} months, and months= says {months:g}",
                hint="say it where they are measured: s.linkage(..., months=...)",
            )
        return given
    assert study is not None
    held = [role for role in _QUANTITIES if role in study.roles]
    if not held:
        raise RoleError(
            "this study does not know what customers do: it has no column for churned, revenue, margin, support_cost "
            "or referrals",
            hint="s = s.link('crm.parquet', on='id', churned='...', margin='...'), or from assumptions: "
            "s.roi(..., churn=0.02, margin=40, period='M', per_point={'churn': -0.0005})",
        )
    from cxkit.value.behaviour import linkage

    outcomes = [*held, *(["cost"] if "cost" in study.roles and "revenue" in held and "margin" not in held else [])]
    return linkage(study, score, outcomes, currency=currency, months=12 if months is None else months).slopes()


def behaviour(slopes: Slopes, months: int, rate_said: bool) -> tuple[Block, bool]:
    """The slopes as figures of a return, and whether revenue less cost stands for the margin.

    Parameters
    ----------
    months : int
        Length of a period: amounts are turned to it, churn is left over the months in which it was measured.
    rate_said : bool
        Whether a margin rate was said: then revenue goes before a measured margin.

    Returns
    -------
    Block
        ``churn, margin | revenue, support_cost, referrals`` and their ``_per_point``.
    """
    k = len(slopes.outcomes)
    at = {name: i for i, name in enumerate(slopes.outcomes)}
    wanted: dict[str, dict[int, float]] = {}
    for role, name in _QUANTITIES.items():
        if role in at:
            wanted[name] = {at[role]: 1.0 if name == "churn" else months / slopes.months}
    less_cost = False
    if "revenue" in wanted and "margin" in wanted:
        del wanted["margin" if rate_said else "revenue"]
    elif "revenue" in wanted and "cost" in at and not rate_said:
        wanted["margin"] = wanted.pop("revenue") | {at["cost"]: -months / slopes.months}
        less_cost = True
    rows = np.zeros((2 * len(wanted), 2 * k))
    for i, parts in enumerate(wanted.values()):
        for column, factor in parts.items():
            rows[i, column] = rows[len(wanted) + i, k + column] = factor
    known = np.concatenate([slopes.base, slopes.slope])
    covariance = np.asarray(slopes.covariance, float)
    names = (*wanted, *(f"{name}_per_point" for name in wanted))
    used = np.flatnonzero(rows.any(axis=0))
    if not np.all(np.isfinite(known[used])) or not np.all(np.isfinite(covariance[np.ix_(used, used)])):
        unknown = [n for n in slopes.outcomes if not np.isfinite(known[[at[n], k + at[n]]]).all()]
        raise NothingMatched(
            f"what goes with a point of {slopes.score.name} is not known for: {', '.join(unknown) or 'some outcomes'}",
            hint="too few customers have both an answer and that figure; leave it out, or say it",
        )
    used_rows = rows[:, used]
    return Block(
        "behaviour", names, used_rows @ known[used], used_rows @ covariance[np.ix_(used, used)] @ used_rows.T
    ), less_cost


def drivers_of(study: Study | None, score: str, given: Any) -> Drivers:
    """The driver analysis that was given, or that of the study, its intervals left out.

    Raises
    ------
    OptionError, UsageError
        No driver analysis; one of several groups.
    """
    if given is None:
        assert study is not None
        from cxkit.keydrivers.analysis import drivers

        given = drivers(study, score, interval=None)
    if not isinstance(given, Drivers):
        raise OptionError(f"drivers= is {given!r}", hint="drivers=s.drivers('nps')")
    if len(given.models) != 1:
        raise UsageError(
            f"the driver analysis has {len(given.models)} groups, a return one",
            hint="an analysis without by=, or of the one group: s.filter(...)",
        )
    return given


def driver_named(asked: str, names: Sequence[str]) -> str:
    """The driver that a name means: its own, or the part after what all have in common (``wait``: ``sat_wait``).

    Raises
    ------
    UnknownNameError
        None, or several.

    Examples
    --------
    >>> driver_named("wait", ["sat_wait", "sat_price"])
    'sat_wait'
    """
    if asked in names:
        return asked
    wanted = fold(asked)
    for fits in (
        [n for n in names if fold(n) == wanted],
        [n for n in names if fold(n).endswith(f" {wanted}")],
        [n for n in names if f" {wanted} " in f" {fold(n)} "],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UnknownNameError(f"{asked!r} fits several drivers", hint=f"name one: {', '.join(fits)}")
    tails = {fold(n).rpartition(" ")[2] for n in names}
    raise UnknownNameError(
        f"{asked!r} is not among the drivers", hint=did_you_mean(asked, {*names, *tails}, what="Drivers")
    )


def driver_block(found: Drivers, names: Sequence[str]) -> tuple[Block, tuple[tuple[float, float], ...]]:
    """Effects of drivers on the score with their joint errors, and how far each can move.

    Raises
    ------
    UsageError
        An effect that is not determined.
    """
    model = found.model
    fit = model.fit
    lost = [name for name in names if np.isnan(fit.effect[model.names.index(name)])]
    if lost:
        raise UsageError(
            f"the effect of {', '.join(lost)} is not determined: other drivers add up to it",
            hint="leave one of the tied drivers out of the analysis; its cautions name them",
        )
    known = [i for i in range(len(model.names)) if np.isfinite(fit.effect[i]) and np.isfinite(fit.effect_cov[i, i])]
    block = Block(
        "drivers", tuple(f"effect:{model.names[i]}" for i in known), fit.effect[known],
        fit.effect_cov[np.ix_(known, known)], tuple(f"effect:{name}" for name in names),
    )  # fmt: skip
    return block, tuple(room(model, model.names.index(name)) for name in names)


def score_mean(study: Study, score: str) -> float:
    """The mean of a score: where its points start from."""
    from cxkit.metrics.functions import score as measured

    return measured(study, score).value


def score_room(label: MetricLabel, mean: float) -> tuple[float, float]:
    """How far the mean of a score can fall and rise; where it is not known, the whole scale."""
    if np.isfinite(mean):
        return room_outcome(label, mean)
    if label.bounds is None:
        return -np.inf, np.inf
    width = label.bounds[1] - label.bounds[0]
    return -width, width
