"""How leaving goes with a score: hazard ratios from what customers had answered before."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError, UsageError
from cxkit.stats.intervals import z_value
from cxkit.value.retention.asked import IMPOSSIBLE, Asked, asked, check_level, check_word, day_of
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.cox import cox
from cxkit.value.retention.discrete import discrete
from cxkit.value.retention.leakage import told_apart, totals
from cxkit.value.retention.ratios_result import Hazard, Ratio
from cxkit.value.retention.spells import DAYS, Spells, held_spells, once, refuse_entered
from cxkit.value.retention.terms import Terms, check_score, terms_of

__all__ = ["Hazard", "hazard"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def hazard(
    data: Any,
    score: str = "nps",
    *,
    controls: str | Sequence[str] | None = None,
    model: str = "cox",
    per: str = "point",
    answers: str = "each",
    strata: str | None = None,
    link: str = "cloglog",
    id: str | None = None,
    date: str | None = None,
    since: str | None = None,
    left: str | None = None,
    churned: str | None = None,
    duration: str | None = None,
    entered: str | None = None,
    unit: str = "months",
    as_of: dt.date | str | None = None,
    impossible: str = "refuse",
    level: float = 0.95,
) -> Hazard:
    """How the risk of leaving goes with a score: a Cox or a discrete-time model.

    Parameters
    ----------
    data : Study, frame or place
        A table of answers (``id, date, since, left``): each answer holds from its own day until the next, never
        before. Or one row a customer, whose score is taken as known from the start.
    score : str
        A role (``"nps"``) or a column of numbers.
    controls : str or list of str, optional
        Columns that are in the model too, as they were at the answer; words by value.
    model : {"cox", "discrete"}
        Cox's proportional hazards (Efron's ties) in continuous time; or a yes or no for each ``unit`` of time begun.
    per : {"point", "class"}
        One ratio for a point of the answer, or one for each class against the best (promoters).
    answers : {"each", "first"}
        Whether later answers count from their day on, or the first holds throughout.
    strata : str, optional
        A column, each value of which has a baseline of its own (``cox``).
    link : {"cloglog", "logit"}
        Of the discrete model: hazard ratios or odds ratios.
    id, date, since, left, churned, duration, entered, unit, as_of, impossible
        As in :func:`cxkit.survival`. Without ``since`` time runs from the first answer.
    level : float

    Returns
    -------
    Hazard
        ``to_frame()`` has ``item, estimate, low, high, unit, coef, std_err, p, p_constant``. Errors are robust to
        several rows a customer (Lin & Wei).

    Raises
    ------
    UsageError
        Nobody left, a score that tells without error who left, terms that cannot be told apart.

    References
    ----------
    Cox (1972), JRSS B 34, 187-220; Lin & Wei (1989), JASA 84, 1074-1078; proportionality: Grambsch & Therneau
    (1994), Biometrika 81, 515-526; discrete time: Prentice & Gloeckler (1978), Biometrics 34, 57-67.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"months": [2, 3, 5, 6, 8, 9, 11, 12], "gone": [1, 1, 1, 0, 1, 1, 0, 0]})
    >>> found = hazard(table.assign(nps=[3, 9, 2, 10, 6, 8, 9, 10]), duration="months", churned="gone")
    >>> found.ratios[0].estimate < 1, found.events
    (True, 5)
    """
    check_level(level)
    for what, given, known in (
        ("model", model, ("cox", "discrete")), ("per", per, ("point", "class")), ("answers", answers, ("each", "first")),
        ("link", link, ("cloglog", "logit")), ("impossible", impossible, IMPOSSIBLE), ("unit", unit, tuple(DAYS)),
    ):  # fmt: skip
        check_word(what, given, known)
    if model == "discrete" and strata is not None:
        raise OptionError("strata= goes with model='cox'", hint="name the column in controls=")
    check_score(score)
    call = asked(
        data, scores=(score,), more=(score, controls, strata), dates=(entered,), id=id, date=date, since=since, left=left,
        churned=churned, duration=duration,
    )  # fmt: skip
    terms = terms_of(call, score, controls, per)
    spells, said = _observed(call, terms, score, answers, entered, unit, as_of, impossible)
    x = terms.x[spells.row]
    layer = None
    if strata is not None:
        values = call.table[call.study.column(strata)]
        layer = np.unique(np.array([str(v) for v in values]), return_inverse=True)[1].reshape(-1)[spells.row]
    if model == "cox":
        coef, covariance, constant, more = cox(spells, terms, x, layer)
        rows, events = len(spells), int(spells.event.sum())
    else:
        coef, covariance, constant, more, rows, events = discrete(spells, terms, x, link)
    if events < 10 * len(terms.names):
        more.append(caution("few_events", n=events, terms=len(terms.names)))
    ratios = tuple(
        _ratio(terms, i, float(coef[i]), float(np.sqrt(covariance[i, i])), float(constant[i]), level)
        for i in range(len(terms.names))
    )
    day = day_of(spells.as_of) if np.isfinite(spells.as_of) and not call.has("duration") else None
    people = len(np.unique(spells.id))
    return Hazard(
        terms.title, terms.scale, ratios, model, link if model == "discrete" else "", terms.reference, people, rows, events,
        rows > people, unit, level, day, (*spells.cautions, *said, *totals(call, controls), *more),
    )  # fmt: skip


def _observed(
    call: Asked, terms: Terms, score: str, answers: str, entered: str | None, unit: str, as_of: Any, impossible: str
) -> tuple[Spells, list[Caution]]:
    """The spells whose score and controls are known."""
    said: list[Caution] = []
    if call.has("date") and not call.has("duration"):
        refuse_entered(entered)
        spells = held_spells(
            call, unit=unit, as_of=as_of, impossible=impossible, first=answers == "first", score=terms.column
        )
    else:
        spells, _ = once(call, unit=unit, as_of=as_of, entered=entered, impossible=impossible, score=terms.answers)
        said.append(caution("undated_score", score=score))
    given = np.isfinite(terms.x[spells.row])
    no_score = ~given[:, : terms.scored].all(axis=1)
    lacking = ~given.all(axis=1)
    said += [caution("no_score", n=int(no_score.sum()), score=score)] if no_score.any() else []
    said += [caution("no_control", n=int((lacking & ~no_score).sum()))] if (lacking & ~no_score).any() else []
    spells = spells.take(~lacking)
    _refuse_empty(spells)
    told = told_apart(terms.x[spells.row, 0], spells.event.astype(float)) if not call.has("date") else None
    said += [caution("told", score=score, always=told[0], never=told[1])] if told else []
    return spells, said


def _ratio(terms: Terms, i: int, coef: float, error: float, constant: float, level: float) -> Ratio:
    from scipy.special import ndtr

    z = z_value(level)
    found, low, high = (float(np.exp(np.clip(coef + k * z * error, -700, 700))) for k in (0, -1, 1))
    p = float(2 * ndtr(-abs(coef / error))) if error > 0 else float("nan")
    return Ratio(
        terms.names[i], terms.french[i], found, low, high, coef, error, p, constant, i < terms.scored
    )  # fmt: skip


def _refuse_empty(spells: Spells) -> None:
    if not len(spells):
        raise NothingMatched("no row has the score and all controls", hint="leave a control out")
    if not spells.event.any():
        raise UsageError("nobody with a score left", code="single_class", hint="check left= or churned=, and the score")
