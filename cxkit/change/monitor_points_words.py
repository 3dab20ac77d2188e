"""Changes of level in sentences and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.change.monitor_phrases import date_range, group_title, level_text, p_text, say, units
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, period, with_unit
from cxkit.present.palette import HIGHER, LOWER
from cxkit.present.words import group_name, percent, phrase

if TYPE_CHECKING:
    from cxkit.change.points import ChangePoint, ChangePoints

__all__ = ["changes_grid", "explain_changes"]


def explain_changes(found: ChangePoints, lang: str) -> str:
    """Each change with its set of dates, and the groups without one."""
    check_lang(lang)
    out, silent = [], 0
    for series in found.series:
        changes = [c for c in found.changes if c.group == series.group]
        out += [_one_change(found, c, lang) for c in changes]
        if not changes and len(found.series) > 1:
            silent += 1
        elif not changes:
            first, last = (period(series.starts[i], found.freq, lang) for i in (0, -1))
            name = group_title(found.metric, series.group, lang)
            out.append(
                say(
                    "no_change",
                    lang,
                    name=name,
                    k=len(series.starts),
                    units=units(found.freq, lang),
                    first=first,
                    last=last,
                )
            )
    if silent and out:
        out.append(say("silent_changes", lang, k=silent))
    elif silent:
        out.append(say("all_silent_changes", lang, name=found.metric.title(lang), k=silent))
    if found.changes:
        out.append(say("date_not_cause", lang))
    return " ".join([*out, *_assumed(found, lang)])


def _assumed(found: ChangePoints, lang: str) -> list[str]:
    return [say("repeated", lang, units=units(found.freq, lang))] if found.returning else []


def _one_change(found: ChangePoints, change: ChangePoint, lang: str) -> str:
    return say(
        "changed",
        lang,
        name=group_title(found.metric, change.group, lang),
        moved=say("rose" if change.delta > 0 else "fell", lang),
        delta=with_unit(abs(change.delta), found.metric.unit, lang, digits=found.metric.digits),
        before=level_text(found.metric, change.before, lang),
        after=level_text(found.metric, change.after, lang),
        period=period(change.period, found.freq, lang),
        range=date_range(change.low, change.high, found.freq, lang),
        level=percent(found.level, lang),
        p=p_text(change.p, lang),
        n=count(change.n, lang),
    )


def changes_grid(found: ChangePoints, lang: str) -> Grid:
    label, lang = found.metric, check_lang(lang)
    names = " · ".join(found.by[:-1]) or phrase("score", lang)
    heads = (
        names, say("since", lang, unit=say(found.freq, lang)), say("between", lang), say("before", lang),
        say("after", lang), say("delta", lang), say("p", lang), phrase("n", lang),
    )  # fmt: skip
    rows = []
    for series in found.series:
        name = group_name(series.group, lang) if series.group else label.title(lang)
        changes = [c for c in found.changes if c.group == series.group]
        if not changes:
            rows.append((Cell(name, "head"), Cell(say("changes_none_row", lang), "left", pale=True), *[Cell("–", pale=True)] * 5,
                         Cell(count(sum(series.n), lang))))  # fmt: skip
        for c in changes:
            up = c.delta > 0
            rows.append((
                Cell(name, "head"),
                Cell(period(c.period, found.freq, lang), "left", strong=True),
                Cell(date_range(c.low, c.high, found.freq, lang), "right"),
                Cell(level_text(label, c.before, lang)),
                Cell(level_text(label, c.after, lang)),
                Cell(f"{'▲' if up else '▼'} {level_text(label, c.delta, lang, sign=True)}", colour=HIGHER if up else LOWER),
                Cell(p_text(c.p, lang).removeprefix("p = ").removeprefix("p ")),
                Cell(count(c.n, lang)),
            ))  # fmt: skip
    caption = say(
        "changes_caption", lang, name=label.title(lang), unit=say(found.freq, lang), level=percent(found.level, lang)
    )
    notes = (phrase("method", lang), *_assumed(found, lang), *(r.text(lang) for r in found.remarks))
    return Grid(caption, heads, tuple(rows), notes)
