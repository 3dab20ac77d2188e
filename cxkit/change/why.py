"""Why a score moved: who left, who joined, the mix, and what really changed."""

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from cxkit.change.explained import Sensitivity, Why
from cxkit.change.split import Segment, Split, split
from cxkit.errors import NothingMatched, OptionError, ParameterError, RoleError, UsageError, did_you_mean
from cxkit.metrics.estimates import is_linear
from cxkit.metrics.functions import metric_of
from cxkit.metrics.scoring import described
from cxkit.present.calendar import period_end, year_before
from cxkit.present.words import SMALL_BASE, Remark
from cxkit.protocols import Metric
from cxkit.stats.intervals import constant_margin, wald, widened
from cxkit.study import Study
from cxkit.study.periods import latest_complete, parse_period, period_name
from cxkit.study.shared import moves_between
from cxkit.tally import FREQUENCIES
from cxkit.tally.engine import first_day
from cxkit.tally.moves import Moves

__all__ = ["why"]

By = str | Sequence[str] | None
Span = tuple[str, dt.date, dt.date]

_VERSUS = ("previous", "first", "last_year", "churned")
# Of the earlier respondents, but for those known to have left, so many must answer again for the
# two waves to be the same people: below, absence says more about sampling than about customers.
_PANEL = 0.8
# A standard error of so small a part of the numbers it is made of is the machine's rounding.
_UNSEEN = 1e-7


def why(
    data: Any,
    metric: str | Metric,
    *,
    versus: str = "previous",
    period: str | None = None,
    freq: str = "M",
    by: By = None,
    panel: bool | None = None,
    level: float = 0.95,
) -> Why:
    """Split the change of a score into people who left or joined, mix, and real change.

    Parameters
    ----------
    data : Study, frame or place
        The role ``id`` finds respondents again; the role ``churned`` says who has left.
    metric : str or Metric
        A score that is a mean of values (NPS, box scores, means, rates).
    versus : str
        ``previous``, ``first``, ``last_year``, or an earlier period such as ``2026-08`` or ``2026-T2``: what
        ``period`` is compared with. ``churned``: the score of all against that of those who stayed (role
        ``churned``); it takes no ``by``, ``freq`` or ``panel``.
    period : str, optional
        The later period; when not given the latest one of length ``freq`` that is over today and has answers.
    by : str or list of str, optional
        Segments of the mix. The study's segment, or the first of its groupings, when not given;
        an empty list for no mix.
    panel : bool, optional
        Whether the same people were asked both times. Taken as so, when not given, where at least 80 %
        of the earlier respondents who are not known to have left answered again.

    Returns
    -------
    Why
        ``to_frame()`` has ``item, estimate, low, high, n``: ``total`` first, the others sum to it exactly.

    Raises
    ------
    OptionError
        Overlapping or unknown periods, or the later one as ``versus``.
    RoleError
        No dates, or nothing that says who left.

    Notes
    -----
    An answer counts in the segment in which it was given. Errors are of respondents: what one of
    them answered in several segments, or in both periods, is taken as alike, exactly.

    References
    ----------
    Kitagawa (1955), JASA 50, 1168-1194. Errors: linearisation over respondents (Binder 1983).

    Examples
    --------
    >>> import cxkit as cx
    >>> r = cx.demo().why("nps")
    >>> r.items[0], r.survivors
    ('total', True)
    """
    _check(freq, level)
    study = data if isinstance(data, Study) else Study(data)
    definition = metric_of(metric, study)
    if not is_linear(definition):
        raise UsageError(
            f"{definition.name!r} is no mean of answers, so its change has no exact parts", hint="nps, csat, a mean ..."
        )
    segments = _segments(study, by)
    bands = _bands(definition)
    values = [v for v, _ in bands] or [0.0]
    if versus == "churned":
        _check_churned(by, freq, panel)
        return _who_stayed(study, definition, period, segments, bands, values, level)
    later, earlier = _spans(study, period, versus, freq)
    before, after = (_answers_of(study, span) for span in (earlier, later))
    itself = getattr(definition, "points", ()) is None
    moves, centre = moves_between(
        before, definition.on, definition.value, after=after, bands=values, segment=segments, itself=itself
    )
    known = "churned" in study.roles
    same = _same_people(moves) if panel is None else panel
    if panel and "id" not in study.roles:
        raise RoleError(
            "the same people cannot be found again: this study has no 'id'", hint="cx.Study(data, id='...')"
        )
    mixed = bool(segments)
    found = split(moves, panel=same, bands=len(values), mixed=mixed, centre=centre, known=known)
    if not np.isfinite(found.estimate).all():
        raise _nothing(moves, earlier, later, known=known)
    remarks = [Remark("no_id", moves.unknown)] * bool(moves.unknown)
    return _result(study, definition, found, moves, bands, level, later, earlier, same, known, segments, remarks)


def _check(freq: str, level: float) -> None:
    if not isinstance(freq, str) or freq not in FREQUENCIES:
        raise OptionError(f"unknown freq {freq!r}", hint=did_you_mean(str(freq), FREQUENCIES, what="freq"))
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")


def _check_churned(by: By, freq: str, panel: bool | None) -> None:
    """Refuse what splits a change in time: here the same answers stand on both sides."""
    said = [name for name, given in (("by", by), ("panel", panel is not None), ("freq", freq != "M")) if given]
    if said:
        raise OptionError(
            f"{said[0]}= does not go with versus='churned': the same answers are on both sides",
            hint="leave it out; period='2026-Q3' takes the answers of one period" if said == ["freq"]
            else "leave it out; s.where(...) or s.filter(...) takes the answers of some",
        )  # fmt: skip


def _answers_of(study: Study, span: Span) -> Study:
    try:
        return study.between(span[1], span[2])
    except NothingMatched:
        first, last = study.span()
        raise NothingMatched(
            f"no answer in {span[0]}",
            hint=f"the data run from {first} to {last}: name two periods of them, period= and versus=",
        ) from None


def _nothing(moves: Moves, earlier: Span, later: Span, *, known: bool) -> NothingMatched:
    for span, some in ((earlier, moves.before), (later, moves.after)):
        if not some.any():
            return NothingMatched(f"no answer in {span[0]}", hint="name two periods with answers, period= and versus=")
    if known and (moves.gone | ~moves.before).all():
        return NothingMatched(
            f"everybody who answered in {earlier[0]} has left",
            hint="cx.compare(..., test='previous') compares the periods",
        )
    return NothingMatched(
        f"nobody answered both in {earlier[0]} and in {later[0]}",
        hint="panel=False compares the two periods as samples",
    )


def _who_stayed(
    study: Study, metric: Metric, period: str | None, segments: tuple[str, ...], bands: list[Any], values: list[float],
    level: float,
) -> Why:  # fmt: skip
    """The score of everybody against the score of those who are still customers."""
    if "churned" not in study.roles:
        raise RoleError("nothing says who left: this study has no 'churned'", hint="cx.Study(data, churned='...')")
    span: Span | None = None
    if period is not None:
        span = _said(period)
        study = _answers_of(study, span)
    itself = getattr(metric, "points", ()) is None
    moves, centre = moves_between(study, metric.on, metric.value, bands=values, itself=itself)
    found = split(moves, panel=True, bands=len(values), mixed=False, centre=centre, known=True)
    if not np.isfinite(found.estimate).all():
        raise NothingMatched("nobody stayed, or nobody answered", hint="check the churned column")
    keep = [i for i, item in enumerate(found.items) if item not in ("silent", "joiners")]
    found = Split(tuple(found.items[i] for i in keep), found.estimate[keep], found.covariance[np.ix_(keep, keep)],
                  _once(found, moves)[keep], found.before, found.after, ())  # fmt: skip
    return _result(study, metric, found, moves, bands, level, span, None, True, True, (), [])


def _once(found: Split, moves: Moves) -> Any:
    """(I,) answers behind each part, where those who stayed are on both sides: they are counted once."""
    n = found.n.copy()
    n[found.items.index("total")], n[found.items.index("stayers")] = moves.n_before.sum(), moves.n_after.sum()
    return n


def _result(
    study: Study, metric: Metric, found: Split, moves: Moves, bands: list[Any], level: float, later: Span | None,
    earlier: Span | None, same: bool, known: bool, segments: tuple[str, ...], remarks: list[Remark],
) -> Why:  # fmt: skip
    span = None if metric.bounds is None else metric.bounds[1] - metric.bounds[0]
    low, high = wald(found.estimate, found.se, _widened(found, level))
    # Where nobody changed, no error is seen: the cautious margin of answers that are all alike.
    if span is not None:
        blind = (found.se < _UNSEEN * span) & (found.n > 0) & np.isin(found.items, ["total", "stayers"])
        wide = constant_margin(found.estimate, np.maximum(found.n / 2, 1), -span, span, level)
        if earlier is not None:
            low, high = np.where(blind, wide[0], low), np.where(blind, wide[1], high)
        low, high = np.maximum(low, -span), np.minimum(high, span)
    elif earlier is not None:  # without a scale nothing bounds what these answers cannot show
        # Against all that moved: what rounding leaves of an error grows with the largest numbers.
        blind = (
            (found.se <= _UNSEEN * max(np.abs(found.estimate).max(), found.se.max()))
            & (found.n > 0)
            & np.isin(found.items, ["total", "stayers"])
        )
        low, high = np.where(blind, np.nan, low), np.where(blind, np.nan, high)
    names = tuple(_item(item, bands) for item in found.items)
    return Why(
        metric=described(metric),
        items=names,
        estimate=tuple(found.estimate.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        covariance=tuple(tuple(row) for row in found.covariance.tolist()),
        n=tuple(found.n.tolist()),
        before=found.before,
        after=found.after,
        level=level,
        period=later[0] if later else "",
        versus=earlier[0] if earlier else "churned",
        spans=tuple((start, end) for _, start, end in (s for s in (earlier, later) if s is not None)),
        panel=same,
        known=known,
        by=segments,
        segments=_labelled(study, segments, found.segments),
        bands=tuple((_slug(labels), tuple(dict(labels).items())) for _, labels in bands),
        sensitivity=_sensitivity(metric, found, moves, known) if same and earlier is not None else None,
        remarks=tuple(remarks),
        source=study.source,
    )


def _widened(found: Split, level: float) -> Any:
    """The level of each item's interval: Student's quantile where few people came or went.

    How many they are is then most of the error, and a normal interval about a small count is too short.
    """
    people = [item.startswith("leavers") or item in ("silent", "joiners") for item in found.items]
    few = np.array(people) & (found.n > 0) & (found.n < SMALL_BASE)
    return widened(level, np.where(few, found.n, np.inf))


def _sensitivity(metric: Metric, found: Split, moves: Moves, known: bool) -> Sensitivity | None:
    """What the real change could be if those who fell silent had answered: their whole scale."""
    only_before = moves.before & ~moves.after
    quiet = only_before & ~moves.gone if known else only_before
    wa, ta = moves.total[:, 0], moves.total[:, 1]
    both = moves.before & moves.after
    if metric.bounds is None or not wa[quiet].sum():
        return None
    share = float(wa[quiet].sum() / (wa[quiet].sum() + wa[both].sum()))
    real = float(sum(e for item, e in zip(found.items, found.estimate, strict=True) if item in ("stayers", "mix")))
    centre = found.before - float(wa @ np.where(wa > 0, ta / np.where(wa > 0, wa, 1), 0) / wa.sum())
    theirs = float(ta[quiet].sum() / wa[quiet].sum()) + centre
    low, high = ((1 - share) * real + share * (end - theirs) for end in metric.bounds)
    return Sensitivity(int(moves.n_before[quiet].sum()), share, low, high, -(1 - share) * real / share)


def _same_people(moves: Moves) -> bool:
    both = moves.units[moves.before & moves.after].sum()
    asked = moves.units[moves.before & ~(moves.gone & ~moves.after)].sum()
    return bool(asked and both >= _PANEL * asked)


def _segments(study: Study, by: By) -> tuple[str, ...]:
    if by is not None:
        return study.by_columns(by)
    for role in ("segment", "by"):
        if role in study.roles:
            return study.roles[role][:1]
    return ()


def _labelled(study: Study, columns: tuple[str, ...], found: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Segments by value labels (SPSS) where there are any, in the order of a comparison of the same groups."""
    if not found:
        return ()
    labels = [study.reading.labels.get(column, {}) for column in columns]
    named = {tuple(known.get(x, x) for known, x in zip(labels, s.key, strict=True)): s for s in found}
    ordered = [key for key in study.groups(columns) if key in named]
    if len(named) < len(found) or len(ordered) < len(named):  # one label for two codes: both are kept
        return tuple(
            dataclasses.replace(s, key=tuple(known.get(x, x) for known, x in zip(labels, s.key, strict=True)))
            for s in found
        )
    return tuple(dataclasses.replace(named[key], key=key) for key in ordered)


def _bands(metric: Metric) -> list[tuple[float, Any]]:
    """The classes by which leavers are told apart: those that the metric names."""
    named = getattr(metric, "bands", {})
    values = getattr(metric, "values", ())
    return [(v, named[v]) for v in values if v in named] if len(named) == len(values) else []


def _item(item: str, bands: list[Any]) -> str:
    if not item.startswith("leavers_"):
        return item
    return f"leavers_{_slug(bands[int(item[8:])][1])}" if bands else "leavers"


def _slug(labels: Any) -> str:
    """A class as part of the name of an item: letters, digits and underscores."""
    return re.sub(r"\W+", "_", str(dict(labels).get("en", "")).lower()).strip("_")


def _said(text: str) -> Span:
    freq, start = parse_period(text)
    if start is None:
        raise OptionError(f"{text!r} is a length, not a period", hint="such as 2026-09, 2026-T3 or 2026")
    return text, start, period_end(start, freq)


def _spans(study: Study, period: str | None, versus: str, freq: str) -> tuple[Span, Span]:
    """The later and the earlier period.

    Raises
    ------
    OptionError
        They overlap, or ``versus`` is neither a word nor a period.
    """
    if period is not None:
        freq, _ = parse_period(period)
        later = _said(period)
    else:
        later = _latest(study, freq)
    first, _ = study.span()
    if versus == "previous":
        start = period_end(later[1], freq, -1)
    elif versus == "first":
        start = first_day(first, freq)
    elif versus == "last_year":
        start = year_before(later[1], freq)
    else:
        earlier = _period(versus)
        if earlier[1] < later[2] and later[1] < earlier[2]:
            raise OptionError(
                f"the periods {later[0]} and {earlier[0]} overlap", hint="compare periods that share no day"
            )
        if later[1] < earlier[1]:
            raise OptionError(
                f"period {later[0]} lies before versus {earlier[0]}",
                hint=f"period= is the later one: period={earlier[0]!r}, versus={later[0]!r}",
            )
        return later, earlier
    if start == later[1]:
        raise NothingMatched(
            f"{later[0]} is the first period: nothing lies before it", hint="a shorter freq=, or period="
        )
    return later, (period_name(start, freq), start, period_end(start, freq))


def _period(text: str) -> Span:
    try:
        return _said(text)
    except (UsageError, ParameterError):
        raise OptionError(
            f"versus is {text!r}", hint=did_you_mean(text, _VERSUS, what="versus=") + ", or a period such as 2026-08"
        ) from None


def _latest(study: Study, freq: str) -> Span:
    start = latest_complete(study, freq)
    return period_name(start, freq), start, period_end(start, freq)
