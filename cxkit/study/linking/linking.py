"""Link operational data to the answers of a study, by id and, if asked, by date."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from cxkit.errors import DataWarning, OptionError, did_you_mean
from cxkit.study.checks import checked
from cxkit.study.linking.asked import COUNTED, values_of
from cxkit.study.linking.masking import masked
from cxkit.study.linking.matching import pairs_of, window_of
from cxkit.study.linking.misspelt import role_meant
from cxkit.study.linking.place import Place, place_of
from cxkit.study.linking.refusals import (
    refuse_collisions,
    refuse_differing,
    refuse_engines,
    refuse_infinite,
    refuse_no_match,
)
from cxkit.study.linking.report import Damage, Joined, JoinReport, Nearly
from cxkit.study.linking.words import join_remarks, misspelt_text
from cxkit.study.roles import DATE_ROLES, RATE_ROLES, ROLES, SCORE_ROLES
from cxkit.study.scales import rate_scale
from cxkit.tally.desk import engine_of
from cxkit.tally.engine import schema_of
from cxkit.tally.joinfaults import differing, examples, nearly
from cxkit.tally.joinkeys import REPAIRS
from cxkit.tally.joins import Facts, Joining, join_rows
from cxkit.tally.joins_elsewhere import join_elsewhere
from cxkit.tally.joinsides import LOCAL, Ask

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["link"]

S = TypeVar("S", bound="Study")


def link(
    study: S,
    data: Any,
    *,
    on: str | Sequence[str] | Mapping[str, str] = "id",
    when: str | None = None,
    window: tuple[int | None, int | None] | None = None,
    rules: Mapping[str, str] | None = None,
    repair: str | Sequence[str] = (),
    scale: Mapping[str, Any] | None = None,
    read: Mapping[str, Any] | None = None,
    absent: float | Mapping[str, float] | None = None,
    unfinished: str = "kept",
    **columns: str,
) -> S:
    """The study with columns of other data beside its answers: same rows, same order, same scores.

    Parameters
    ----------
    study : Study
    data : path, uri, frame or Study
        Customers, orders, tickets, contracts, weather ...: whatever :func:`cxkit.read` reads, or a frame.
    on : str, list of str, or mapping
        What agrees: the role ``id`` (the data's column ``id``, or the one named as ours), another role or
        column, or ours -> theirs, as in ``{"region": "region", "date": "day"}``. Dates agree by the day; where
        the data have one date a month, quarter or year, by that period.
    when : str, optional
        The column of dates of ``data``: its rows are then events, counted for each answer by its own date.
    window : (int or None, int or None), optional
        Days from the answer, the first included, the last not: ``(0, 365)`` begins on the day of the answer,
        ``(-90, 0)`` ends the day before. None: no limit. Without it, all before the answer: ``(None, 0)``. Where
        both sides have times of day, days are 24 hours from the answer's moment.
    rules : mapping, optional
        Name -> what several rows of one id become: ``sum, mean, count, distinct, any, last, first, max, min`` or
        ``only`` (they must be equal). Amounts, contacts and referrals are summed, ``churned`` and ``outcome`` are
        ``any``, all else is ``only``, when not said. ``last`` and ``first`` need ``when``.
    repair : {"zeros", "case"} or list, optional
        Differences between ids to level: leading zeros, upper and lower case. Blanks and a ``.0`` always are.
    scale : mapping, optional
        How yes and no are written in a column: ``{"churned": {"gone": 1, "here": 0}}``.
    read : mapping, optional
        Options for the source, when ``data`` is a place.
    absent : 0 or mapping, optional
        What ids that ``data`` do not have at all count, where ``data`` hold everything that happened: 0 for all that
        is summed or counted, or by column: ``{"revenue": 0}``. Without it they have no value, for a table may be
        incomplete. The report says how many answers that is.
    unfinished : {"kept", "null"}
        What answers are worth whose window reaches out of the dates of ``data``, so that something of it is not known:
        what there is of it, counted in the report, or no value. It matters where answers are recent.
    **columns : str
        Name -> column of ``data``. Each becomes a column of that name; the name of a role makes it that role. A name
        that is nearly a role is a plain column, with a remark and a :class:`cxkit.DataWarning`.

    Returns
    -------
    Study
        With the report of the join as the last of its ``links``. Answers without a match have no value, unless
        ``absent`` says so. An id of the data without an event in the window has 0 where events are summed or counted.

    Raises
    ------
    NothingMatched
        No answer has an id of the data: with ids of both sides, masked, and the likely cause.
    ColumnError, RoleError, OptionError
        A column that is not there or has a name already taken; values that do not fit; rows of one id that
        differ; amounts that are infinite, in several currencies, or in another than the study's; a window that ends
        before it starts.

    Examples
    --------
    >>> import pandas as pd, cxkit as cx
    >>> answers = cx.Study(pd.DataFrame({"id": [1, 2, 3], "nps": [9, 3, 10]}), id="id", nps="nps")
    >>> orders = pd.DataFrame({"id": [1, 1, 3, 8], "amount": [20.0, 5.0, 8.0, 1.0]})
    >>> linked = link(answers, orders, revenue="amount")
    >>> linked.data["revenue"].tolist()
    [25.0, nan, 8.0]
    >>> linked.links[-1].matched, round(linked.links[-1].coverage, 1)
    (2, 97.1)
    """
    place = place_of(study, data, dict(read or {}))
    pairs = pairs_of(study, place, on)
    span = window_of(study, place, when, window, unfinished)
    scale = _scales(scale)
    values = values_of(study, place, columns, rules, span, scale, absent)
    ask = Ask(pairs, values, span, _repairs(repair))
    refuse_engines(study, place)
    if engine_of(study.data) not in LOCAL or engine_of(place.frame) not in LOCAL:
        frame, report = _elsewhere(study, place, ask)
    else:
        joining = join_rows(study.data, place.frame, ask)
        refuse_collisions(joining, place)
        report = _report(study, place, ask, joining)
        refuse_no_match(report, lambda: examples(joining), place)
        refuse_infinite(ask, joining.facts.values, place)
        refuse_differing(ask, joining.facts.values, lambda i: differing(joining, i), place)
        frame = joining.frame(study.data)
        joining.clear()
    for column in report.columns:
        if column.meant:
            warnings.warn(DataWarning(misspelt_text(column)), stacklevel=3)
    return _changed(study, frame, _whole(study, place, ask), report, values)


def _elsewhere(study: Study, place: Place, ask: Ask) -> tuple[Any, JoinReport]:
    """The same where neither side can be read by DuckDB: on the engine that holds both."""
    found = join_elsewhere(study.data, place.frame, ask)
    report = _made(study, place, ask, found.facts, ())
    refuse_no_match(report, lambda: found.examples, place)
    refuse_infinite(ask, found.facts.values, place)
    refuse_differing(ask, found.facts.values, lambda i: None, place)
    return found.frame, report


def _whole(study: Study, place: Place, ask: Ask) -> Any:
    """The rows before any filter with the same columns: weights and clusters are counted over all of them."""
    whole = study._state.whole
    if whole is None:
        return None
    if engine_of(whole) not in LOCAL or engine_of(place.frame) not in LOCAL:
        return join_elsewhere(whole, place.frame, ask).frame
    joining = join_rows(whole, place.frame, ask)
    frame = joining.frame(whole)
    joining.clear()
    return frame


def _changed(study: S, frame: Any, whole: Any, report: JoinReport, values: Any) -> S:
    named = {v.name: (v.name,) for v in values if v.name in ROLES or v.name in study._state.scales}
    scales = dict(study._state.scales)
    # Yes and no were decoded on the way: they are 1 and 0 now.
    scales |= {name: rate_scale(name) for name in named if name in RATE_ROLES}
    state = replace(
        study._state, frame=frame, columns=tuple(schema_of(frame)), roles=MappingProxyType(named),
        scales=MappingProxyType(scales), remarks=(),
    )  # fmt: skip
    scored = {
        role: spec for role, spec in named.items() if role in SCORE_ROLES or role in DATE_ROLES or role == "weight"
    }
    state = replace(state, roles=MappingProxyType(scored))
    whole = None if whole is None else checked(replace(state, frame=whole)).frame
    state = checked(state)
    return study._changed(
        frame=state.frame, whole=whole, columns=state.columns, scales=state.scales,
        roles=MappingProxyType({**study.roles, **named}),
        remarks=(*study.remarks, *join_remarks(report), *state.remarks),
        links=(*study._state.links, report),
    )  # fmt: skip


def _report(study: Study, place: Place, ask: Ask, joining: Joining) -> JoinReport:
    facts = joining.facts
    lost = facts.answers - facts.answers_matched - facts.answers_nameless
    alike = nearly(joining) if lost > 0 else []
    return _made(study, place, ask, facts, [Nearly(n.kind, n.answers, masked(n.ours), masked(n.theirs)) for n in alike])


def _made(study: Study, place: Place, ask: Ask, facts: Facts, alike: Sequence[Nearly]) -> JoinReport:
    window = ask.window
    return JoinReport(
        data=place.name,
        on=tuple((p.ours, p.theirs) for p in ask.pairs),
        periods=tuple(p.period or "" for p in ask.pairs),
        when="" if window is None else window.theirs,
        window=(None, None) if window is None else (window.start, window.end),
        times=facts.times,
        compared=facts.compared,
        repairs=ask.repairs,
        answers=facts.answers,
        matched=facts.answers_matched,
        nameless=facts.answers_nameless,
        dateless=facts.answers_dateless,
        customers=facts.customers,
        customers_matched=facts.customers_matched,
        rows=facts.rows,
        rows_matched=facts.rows_matched,
        rows_outside=facts.rows_outside,
        rows_nameless=facts.rows_nameless,
        rows_dateless=facts.rows_dateless,
        ids=facts.ids,
        repeated=facts.repeated,
        short=facts.answers_short if any(v.rule in COUNTED for v in ask.values) else 0,
        unfinished="" if window is None else "null" if window.whole else "kept",
        span=tuple(None if day is None else dt.date.fromisoformat(str(day)[:10]) for day in (facts.first, facts.last)),
        columns=tuple(
            Joined(v.name, v.source, v.rule, f.filled, f.empty,
                   *((f.negative, f.total, f.covered) if v.rule == "sum" else (0, math.nan, math.nan)),
                   absent=facts.answers_absent if v.absent else None, meant=role_meant(v.name, study.roles))
            for v, f in zip(ask.values, facts.values, strict=True)
        ),
        damaged=tuple(
            Damage(d.side, d.kind, d.rows, masked(d.example))
            for d in facts.damaged
            # One in a thousand whole ids ends in three zeros.
            if d.kind != "excel" or d.rows > 0.01 * (facts.answers if d.side == "answers" else facts.rows)
        ),
        nearly=tuple(alike),
    )  # fmt: skip


def _repairs(repair: Any) -> tuple[str, ...]:
    named = [repair] if isinstance(repair, str) else list(repair or ())
    for one in named:
        if one not in REPAIRS:
            raise OptionError(f"no repair {one!r}", hint=did_you_mean(str(one), REPAIRS, what="Repairs"))
    return tuple(dict.fromkeys(named))


def _scales(scale: Any) -> dict[str, Any]:
    if scale is None:
        return {}
    if not isinstance(scale, Mapping):
        raise OptionError(f"scale= is {scale!r}", hint='name the column: scale={"churned": {"gone": 1, "here": 0}}')
    return dict(scale)
