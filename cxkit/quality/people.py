"""Who answered: repeated rows, people who answered more than once, ids that a tool damaged."""

from __future__ import annotations

from dataclasses import replace

from cxkit.quality.finding import Finding, finding
from cxkit.study import Study
from cxkit.tally.engine import count_filled, count_rows
from cxkit.tally.flags import Rules, answers_each, count_damaged, rows_without

__all__ = ["people"]


def people(study: Study, rules: Rules) -> tuple[Rules, list[Finding]]:
    """The rule for duplicates, and what the ids say. Nothing is checked without an ``id`` role.

    Rows of different people may well be identical, so that without an id no row is a duplicate.
    """
    if "id" not in study.roles:
        option = (("option", "id='…'"),)
        checks = ("duplicates", "same_day", "repeats", "ids")
        return rules, [Finding(check, "", "not_checked", "say", option) for check in checks]
    column = study.column("id")
    rules = replace(rules, id=column)
    rows = study.rows
    once = rows_without(study.data, rules, "duplicates")
    twice = rows - count_rows(once)
    found = "duplicates" if twice else "duplicates_none"
    out = [finding("duplicates", column, "warning" if twice else "ok", found, n=twice, of=rows)]
    out += _same_day(study, once, column, rows)
    out += _repeats(study, once, column)
    return rules, [*out, *_ids(study, column, rows)]


def _same_day(study: Study, once: object, column: str, rows: int) -> list[Finding]:
    if "date" not in study.roles:
        return [Finding("same_day", "", "not_checked", "say", (("option", "date='…'"),))]
    each = answers_each(once, column, date=study.column("date"), length="1d")
    more = sum((k - 1) * times for k, times in each.items())
    key = "same_day" if more else "same_day_none"
    return [finding("same_day", column, "warning" if more else "ok", key, n=more, of=rows)]


def _repeats(study: Study, once: object, column: str) -> list[Finding]:
    out = []
    for key, period in (("repeats", False), ("repeats_month", True)):
        if period and "date" not in study.roles:
            continue
        each = (
            answers_each(once, column, date=study.column("date"), length="1mo")
            if period
            else answers_each(once, column)
        )
        of = sum(each.values())
        if not of:
            continue
        several = of - each.get(1, 0)
        tail = "" if several and "cluster" not in study.roles else "_known" if several else "_none"
        mean = sum(k * times for k, times in each.items()) / of
        out.append(
            finding(
                "repeats",
                column,
                "info" if several else "ok",
                f"{key}{tail}",
                n=several,
                of=of,
                most=max(each),
                mean=mean,
            )
        )
    return out


def _ids(study: Study, column: str, rows: int) -> list[Finding]:
    damaged = {kind: n for kind, n in count_damaged(study.data, column).items() if n}
    out = [finding("ids", column, "warning", f"ids_{kind}", n=n, of=rows) for kind, n in damaged.items()]
    missing = count_filled(study.data, column)[1]
    if missing:
        out.append(
            finding("ids", column, "info" if missing < 0.05 * rows else "warning", "ids_missing", n=missing, of=rows)
        )
    return out or [finding("ids", column, "ok", "ids_none", n=0, of=rows)]
