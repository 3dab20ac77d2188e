"""A running score in sentences and as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.change.monitor_phrases import level_text, say
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, day, interval, period
from cxkit.present.palette import HIGHER, LOWER
from cxkit.present.words import percent, phrase

if TYPE_CHECKING:
    from cxkit.change.watching import Running

__all__ = ["explain_running", "running_grid"]


def explain_running(found: Running, lang: str) -> str:
    last, lang = len(found) - 1, check_lang(lang)
    known = not math.isnan(found.low[last])
    out = [
        say(
            "run_now" if known else "run_alone",
            lang,
            name=found.metric.title(lang),
            start=day(found.periods[0], lang),
            estimate=level_text(found.metric, found.estimate[last], lang),
            n=count(found.n[last], lang),
            level=percent(found.level, lang),
            interval=interval(found.low[last], found.high[last], lang, digits=found.metric.digits),
        )
    ]
    early = min(found.n[last], found.n_eff[last]) < found.first
    if not known and not early:
        out.append(say("run_alike", lang))
    if found.target is not None:
        target = level_text(found.metric, found.target, lang)
        verdict = found.verdict[last]
        if verdict and found.decided is not None:
            out.append(say(f"run_{verdict}", lang, target=target, when=day(found.decided, lang)))
        else:
            out.append(say("run_open", lang, target=target))
    out.append(say("run_mixture", lang))
    if found.n[last] < found.first:
        out.append(say("run_early" if known else "run_early_unknown", lang, first=found.first))
    elif early:
        base = count(int(found.n_eff[last]), lang)
        out.append(say("run_early_base", lang, n=count(found.n[last], lang), base=base, first=found.first))
    return " ".join(out)


def running_grid(found: Running, lang: str) -> Grid:
    """The latest look first."""
    check_lang(lang)
    heads = [phrase("period", lang), found.metric.title(lang), phrase("ci", lang, level=percent(found.level, lang))]
    heads += [phrase("n", lang)] + ([say("versus_target", lang)] if found.target is not None else [])
    rows = []
    for i in reversed(range(len(found))):
        early = min(found.n[i], found.n_eff[i]) < found.first
        cells = [
            Cell(period(found.periods[i], found.freq, lang), "head"),
            Cell(level_text(found.metric, found.estimate[i], lang), strong=True, pale=early),
            Cell(interval(found.low[i], found.high[i], lang, digits=found.metric.digits), pale=early),
            Cell(count(found.n[i], lang), pale=early),
        ]
        if found.target is not None:
            verdict = found.verdict[i]
            arrow = {"above": "▲ ", "below": "▼ "}.get(verdict, "")
            colour = {"above": HIGHER, "below": LOWER}.get(verdict, "")
            cells.append(Cell(arrow + say(verdict or "open", lang), "left", colour=colour, pale=not verdict))
        rows.append(tuple(cells))
    caption = say("run_caption", lang, name=found.metric.title(lang), level=percent(found.level, lang))
    early_note = say("run_early", lang, first=found.first)
    notes = (phrase("method", lang), say("run_mixture", lang), early_note, *(r.text(lang) for r in found.remarks))
    return Grid(caption, tuple(heads), tuple(rows), notes)
