"""The audit of a study: one call, every check that its columns allow, and the list of those they do not."""

from collections.abc import Iterable
from typing import Any

from cxkit.errors import NothingMatched, OptionError, UsageError
from cxkit.quality.blanks import blanks
from cxkit.quality.effect import comment_bias, usable_metrics, with_and_without
from cxkit.quality.funnel import funnel
from cxkit.quality.labels import labels
from cxkit.quality.people import people
from cxkit.quality.result import Audit
from cxkit.quality.speed import speed
from cxkit.quality.straight import straight_lining
from cxkit.quality.timing import timing
from cxkit.study import Study
from cxkit.study.names import match_columns
from cxkit.tally import Tally
from cxkit.tally.flags import Rules

__all__ = ["audit"]


def audit(
    data: Any,
    *,
    duration: str | None = None,
    items: str | Iterable[str] | None = None,
    invited: Any = None,
    metrics: Any = None,
    level: float = 0.95,
    min_seconds: float | None = None,
) -> Audit[Any]:
    """Look at the quality of the answers. Nothing is removed; what cannot be checked is listed as such.

    Parameters
    ----------
    data : Study, frame or place
    duration : str, optional
        Column of the seconds (or durations) that an answer took: speeders are under a third of the median.
    items : str or list of str, optional
        Rating columns, or a pattern, for straight-lining; the ``drivers`` role when not given. At least 4.
    invited : int, mapping or frame, optional
        People invited: their number; ``{"invited": 1000, "delivered": 960, "opened": 610, "started": 400}``
        with numbers, or with columns of the study if each of its rows is an invitation; or a frame with
        one row an invitation and columns of yes/no or dates named after the steps. ``finished`` is the
        number of answers when not said.
    metrics : str, Metric or list, optional
        Scores to recompute; those of nps, csat and ces that can be computed when not given.
    level : float
        Confidence level of the intervals.
    min_seconds : float, optional
        The least plausible time, instead of a third of the median.

    Returns
    -------
    Audit
        ``to_frame()`` has ``check, what, count, share, severity, detail``; ``.scores``, ``.comments`` and
        ``.funnel`` are frames; ``.clean(...)`` is the study without flagged rows.

    Raises
    ------
    ColumnError
        No such column, with the nearest name.
    RoleError
        Times that are text or negative, items that are no ratings.
    OptionError
        A funnel that grows, fewer invited than answers, items on different scales.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = audit(cx.demo(n=600), invited=2400)
    >>> found.funnel["share_invited"].tolist()
    [100.0, 25.0]
    >>> [f.check for f in found.not_checked]
    ['speeders']
    """
    study = _study(data)
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    rows = study.rows
    if not rows:
        raise NothingMatched("no row to audit", hint="check the source and the filter")
    rules, findings = speed(study.data, _column(study, duration), min_seconds, Rules())
    rules, found = straight_lining(study, _items(study, items), rules)
    findings += found
    rules, found = people(study, rules)
    findings += found
    findings += labels(study)
    volume, found = timing(study, rows)
    findings += found
    findings += blanks(study, volume.freq, rows)
    steps, found = funnel(study, invited, rows, level)
    findings += found
    asked, found = usable_metrics(study, metrics, level)
    findings += found
    commented, found = comment_bias(study, asked, level)
    findings += found
    flags = [flag for flag, rule in (("speeders", rules.duration), ("straight_liners", rules.items),
                                     ("duplicates", rules.id)) if rule]  # fmt: skip
    without, found = with_and_without(study, asked, rules, flags, level)
    findings += found
    return Audit(
        tuple(findings), without, commented, steps, volume, rows, level, study.source, rules, study
    )  # fmt: skip


def _study(data: Any) -> Study:
    if isinstance(data, Tally):
        raise UsageError("a tally has no rows to audit", hint="give a study or a frame")
    return data if isinstance(data, Study) else Study(data)


def _column(study: Study, name: str | None) -> str | None:
    if name is not None and not isinstance(name, str):
        raise OptionError(f"duration= is {name!r}", hint="the name of a column of seconds")
    return None if name is None else study.column(name)


def _items(study: Study, items: str | Iterable[str] | None) -> tuple[str, ...]:
    if items is None:
        return study.roles.get("drivers", ())
    if not isinstance(items, str) and not (isinstance(items, Iterable) and all(isinstance(i, str) for i in items)):
        raise OptionError(f"items= is {items!r}", hint="a pattern such as 'sat_*', or a list of columns")
    columns = match_columns(items, study.columns)
    if len(columns) < 4:
        raise OptionError(
            f"straight-lining needs at least 4 items, and items= names {len(columns)}",
            hint="name rating columns of one scale: items='sat_*'",
        )
    return columns
