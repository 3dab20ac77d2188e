"""What the pages of a run hide so that none tells what another hides; settled before any kernel starts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import CxkitError, NothingMatched
from cxkit.metrics.functions import metric_of, score, trend
from cxkit.present.calendar import period_end
from cxkit.present.suppression import hidden_groups
from cxkit.reports.contract import read_contract
from cxkit.study.periods import latest_complete, parse_period, period_name

if TYPE_CHECKING:
    from cxkit.reports.run import Job
    from cxkit.study import Study

__all__ = ["Table", "focus_of", "group_code", "hide_across", "page_tables"]

#: The columns of a table: none for the total, a grouping, ``period``, or a grouping by period.
Table = tuple[str, ...]

_MIN_N = 5  # of the executive report, where a job does not say
_SCORES = ("nps", "csat", "ces")


def group_code(metric: str, table: Sequence[str], key: Sequence[Any]) -> str:
    """A group of a table of a page as the text of a parameter; the total has no columns.

    >>> group_code("nps", ("Region",), ("Nord",))
    '["nps", ["Region"], "Nord"]'
    """
    return json.dumps([metric, list(table), *(None if k is None else str(k) for k in key)], ensure_ascii=False)


def focus_of(study: Study, said: str) -> tuple[str, dt.date | None]:
    """Length of a period, and the first day of the one in focus (None for all answers)."""
    freq, start = parse_period(said) if said else ("", None)
    if "date" not in study.roles:
        if said:
            study.column("date")
        return "M", None
    first, last = study.span()
    if not freq:
        days = (last - first).days
        return ("Q" if days > 1100 else "M" if days > 60 else "W" if days > 13 else "D"), None
    if start is None:
        start = latest_complete(study, freq)
    return freq, start


def hide_across(study: Study, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs with the groups that each must hide as its parameter ``hidden``.

    Parameters
    ----------
    study : Study
        The data of all of them, before ``only``.
    jobs : sequence of Job
        Pages of reports that take ``hidden``, ``only``, ``by`` and ``min_n``.
    """
    hidden: list[list[str]] = [[] for _ in jobs]
    ways: dict[tuple[str, dt.date | None, int, str], list[int]] = {}
    for i, job in enumerate(jobs):
        try:
            freq, start = focus_of(study, job.parameters.get("period") or "")
        except NothingMatched:  # no such period is over; the page says so
            continue
        names = job.parameters.get("metrics") or [m for m in _SCORES if m in study.roles]
        for name in names:
            ways.setdefault((freq, start, int(job.parameters.get("min_n", _MIN_N)), name), []).append(i)
    for (freq, start, min_n, name), at in ways.items():
        try:
            found = _hidden(study, [jobs[i] for i in at], name, freq, start, min_n)
        except CxkitError:  # a metric that cannot be computed; the page says why
            continue
        for i, codes in zip(at, found, strict=True):
            hidden[i] += codes
        for i, codes in _parts(study, {i: jobs[i] for i in at}, found, name, freq, start, min_n).items():
            hidden[i] += codes
    return tuple(
        replace(job, parameters={**job.parameters, "hidden": codes}) if codes else job
        for job, codes in zip(jobs, hidden, strict=True)
    )


def _hidden(
    study: Study, jobs: Sequence[Job], metric: str, freq: str, start: dt.date | None, min_n: int
) -> list[list[str]]:
    """Of each job the hidden groups of one metric."""
    dated = "date" in study.roles
    only = [_columns(study, job.parameters.get("only") or {}) for job in jobs]
    shown = [_shown(study, job, metric) for job in jobs]
    columns = list(
        dict.fromkeys(
            c
            for page, tables in zip(only, shown, strict=True)
            for part in (page, *tables)
            for c in part
            if c != "period"
        )
    )
    if dated:
        fine = trend(study, metric, freq=freq, by=columns, open_period=True).tally
    else:
        fine = score(study, metric, by=columns).tally
    focus = {"period": start} if start is not None else {}
    # Pages of one fan-out are one table by its columns and theirs.
    plan: dict[tuple[tuple[str, ...], Table], tuple[list[str], dict[str, Any]]] = {}
    for page, tables in zip(only, shown, strict=True):
        for table in tables:
            by, within = plan.setdefault(
                (tuple(page), table), (list(dict.fromkeys((*page, *table))), {c: [] for c in page})
            )
            for column, value in page.items():
                within[column].append(value)
            within |= {"period": _closed(fine.keys, freq)} if "period" in table else focus
    found, _ = hidden_groups(list(plan.values()), fine, min_n)
    groups = dict(zip(plan, found, strict=True))
    out = []
    for page, tables in zip(only, shown, strict=True):
        codes = []
        for table in tables:
            by = plan[tuple(page), table][0]
            for key in sorted(groups[tuple(page), table], key=str):
                named = dict(zip(by, key, strict=True))
                if all(str(named[c]) == str(v) for c, v in page.items()):
                    codes.append(group_code(metric, table, [named[c] for c in table]))
        out.append(codes)
    return out


def _parts(
    study: Study, jobs: Mapping[int, Job], hidden: Sequence[Sequence[str]], metric: str, freq: str,
    start: dt.date | None, min_n: int,
) -> dict[int, list[str]]:  # fmt: skip
    """Of the pages of each fan-out what they must hide of how the latest change splits."""
    from cxkit.reports.why_hiding import parts_of_pages

    later = start or (_latest(study, freq) if "date" in study.roles else None)
    if later is None:
        return {}
    spans = (later, period_end(later, freq, -1))
    fans: dict[tuple[str, ...], dict[int, dict[str, Any]]] = {}
    for (i, job), codes in zip(jobs.items(), hidden, strict=True):
        page = _columns(study, job.parameters.get("only") or {})
        # A page that hides one of the two periods shows no change, and so no parts.
        if page and not any(group_code(metric, ("period",), (day,)) in codes for day in spans):
            fans.setdefault(tuple(page), {})[i] = page
    names = (period_name(spans[0], freq), period_name(spans[1], freq))
    out = {}
    for pages in fans.values():
        codes = parts_of_pages(study, list(pages.values()), metric, names, min_n)
        out.update({i: codes for i in pages if codes})
    return out


def _latest(study: Study, freq: str) -> dt.date | None:
    """The latest complete period; None where no period is over."""
    try:
        return latest_complete(study, freq)
    except NothingMatched:
        return None


def _columns(study: Study, only: Mapping[str, Any]) -> dict[str, Any]:
    return {study.column(name): value for name, value in sorted(only.items())}


def _shown(study: Study, job: Job, metric: str) -> list[Table]:
    """The tables of a page: of its first metric one a grouping too."""
    names = job.parameters.get("metrics") or [m for m in _SCORES if m in study.roles]
    by = job.parameters.get("by") or (["by"] if "by" in study.roles else None)
    metric_of(metric, study)
    about = _columns(study, job.parameters.get("only") or {})
    columns = [c for c in study.by_columns(by) if c not in about] if metric == names[0] else []
    return page_tables(columns, dated="date" in study.roles, crossed=read_contract(job.notebook).crossed)


def page_tables(columns: Sequence[str], *, dated: bool, crossed: bool) -> list[Table]:
    """The total, a table a grouping, the periods, and the groupings by period where pages show them."""
    tables: list[Table] = [(), *((c,) for c in columns)]
    if dated:
        tables.append(("period",))
        tables += [(c, "period") for c in columns if crossed]
    return tables


def _closed(keys: Sequence[tuple[Any, ...]], freq: str) -> list[dt.date]:
    today = dt.date.today()
    return sorted({k[-1] for k in keys if k[-1] is not None and period_end(k[-1], freq) <= today})
