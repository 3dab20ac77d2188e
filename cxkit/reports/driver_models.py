"""Which driver models a page may show: each on enough rows, and no mean that tells what another hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxkit.errors import NothingMatched, UsageError
from cxkit.keydrivers import Drivers, drivers
from cxkit.keydrivers.choice import chosen
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.outcome import outcome_of
from cxkit.keydrivers.readings.moves import known
from cxkit.study import Study

__all__ = [
    "SCORED",
    "check_drivers",
    "enough",
    "kept",
    "least_rows",
    "modelled",
    "sides",
    "strongest",
    "tells_others",
    "told_apart",
]

#: Complete rows that a model needs for each driver: with fewer, the next sample tells another story.
_PER_DRIVER = 10

#: What a page explains where nothing is asked: the first of these roles that the study has.
SCORED = ("nps", "csat", "ces", "outcome", "churned")

#: What is wrong with the question, not with the rows: a page must not pass over it in silence.
_ASKED_WRONGLY = frozenset({"no_driver", "driver_twice", "too_many_drivers"})


def modelled(study: Study, outcome: str, names: Sequence[str], **options: Any) -> tuple[Drivers | None, str]:
    """The driver analysis of some rows, or why these rows have none.

    Raises
    ------
    UsageError
        The outcome, a driver or an option is not what it must be, whatever the rows.
    """
    try:
        return drivers(study, outcome, list(names) or None, **options), ""
    except NothingMatched as exc:
        return None, exc.what
    except UsageError as exc:
        # Subclasses speak of columns and options.
        if type(exc) is not UsageError or exc.code in _ASKED_WRONGLY:
            raise
        return None, exc.what


def check_drivers(study: Study, values: Mapping[str, Any]) -> None:
    """Hold the outcome, the drivers and the efforts of a report against the columns; nothing is modelled.

    Parameters
    ----------
    study : Study
        With a role ``drivers``, unless ``values`` names them.
    values : mapping
        Parameters of the report: ``outcome``, ``metrics``, ``drivers``, ``effort``, each if it was given.

    Raises
    ------
    RoleError, ColumnError, UsageError
        The first that is not what it must be.
    """
    said = [values.get("outcome"), *(values.get("metrics") or ())]
    outcome = next((name for name in said if name), None) or next(r for r in SCORED if r in study.roles)
    choice = chosen(study, outcome_of(study, outcome).column.source[0], values.get("drivers") or None)
    known(values.get("effort") or {}, choice.names)


def least_rows(model: Model, min_n: int) -> int:
    """Complete rows under which a page does not show a model."""
    return max(min_n, _PER_DRIVER * len(model.names))


def enough(model: Model, min_n: int) -> bool:
    return model.n >= least_rows(model, min_n)


def kept(found: Drivers, rows: Sequence[int]) -> Drivers:
    """Some of the models; what they say of rows and of groups that are not there is left to the page."""
    return replace(
        found,
        models=tuple(replace(found.models[m], cautions=()) for m in rows),
        p_adjusted=tuple(found.p_adjusted[m] for m in rows),
    )


def told_apart(found: Drivers, whole: int, min_n: int) -> list[int]:
    """The models of groups that may stand beside the model of all of them.

    Parameters
    ----------
    found : Drivers
        One model a group; groups too small for one are missing.
    whole : int
        Complete rows of everybody.

    Returns
    -------
    list of int
        Those with enough rows. Where the others are together fewer than ``min_n``, the means of everybody less
        those shown would be theirs: then the smallest of those shown goes too.
    """
    rows = [m for m, model in enumerate(found.models) if enough(model, min_n)]
    left = whole - sum(found.models[m].n for m in rows)
    if rows and 0 < left < min_n:
        rows.remove(min(rows, key=lambda m: found.models[m].n))
    return rows


def tells_others(
    study: Study, only: dict[str, str], found: Drivers, outcome: str, names: Sequence[str], min_n: int
) -> bool:
    """Whether the page about ``only`` must hold back its means, lest those of everybody tell a small group's.

    Every page of a fan-out works it out from the same rows, so that all of them agree.
    """
    options: dict[str, Any] = {"interval": None, "model": found.model.fit.family}
    columns = list(only)
    whole, _ = modelled(study, outcome, names, **options)
    groups, _ = modelled(study, outcome, names, by=columns, **options)
    if whole is None or groups is None:
        return False
    shown = {tuple(map(str, groups.models[m].key)) for m in told_apart(groups, whole.model.n, min_n)}
    return tuple(str(v) for v in only.values()) not in shown


def strongest(found: Drivers, most: int) -> list[int]:
    """The most important drivers whose effect is established, the first first."""
    real = found.significant()
    return [i for i in np.asarray(found.model.order).tolist() if real[i]][:most]


def sides(study: Study, name: str) -> tuple[int, int]:
    """How many answers lie in the lowest and in the highest third of a driver's scale."""
    tally = study.tally(name, weighted=False)
    answers, n = tally.answer[tally.answered], tally.n[tally.answered]
    if not len(answers):
        return 0, 0
    first, last = study.scale_of(name).ends or (float(answers.min()), float(answers.max()))
    third = (last - first) / 3
    return int(n[answers < first + third].sum()), int(n[answers > last - third].sum())
