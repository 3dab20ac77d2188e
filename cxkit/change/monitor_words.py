"""A control chart in sentences and as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.change.monitor_phrases import group_title, level_text, say, signal_names, units
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, interval, number, period
from cxkit.present.palette import HIGHER, LOWER
from cxkit.present.words import SMALL_BASE, group_name, percent, phrase

if TYPE_CHECKING:
    from cxkit.change.monitor_result import Charted, Monitor

__all__ = ["explain_monitor", "monitor_grid"]


def explain_monitor(found: Monitor, lang: str) -> str:
    """The groups that signal, then how often chance alone would."""
    check_lang(lang)
    out, silent = [], 0
    for chart in found.charts:
        if math.isnan(chart.chance):
            out.append(say("no_limits", lang, name=group_title(found.metric, chart.group, lang)))
            continue
        rows = [i for i in found.rows_of(chart.group) if found.signals[i]]
        if rows:
            out.append(_latest_signal(found, chart, rows, lang))
        elif len(found.charts) > 1:
            silent += 1
        else:
            out.append(
                say(
                    "quiet",
                    lang,
                    name=group_title(found.metric, chart.group, lang),
                    k=chart.periods,
                    units=units(found.freq, lang),
                )
            )
    if silent and out:
        out.append(say("silent", lang, k=silent))
    elif silent:
        out.append(say("all_silent", lang, name=found.metric.title(lang), k=silent))
    return " ".join([*out, *_hedges(found, lang)])


def _latest_signal(found: Monitor, chart: Charted, rows: list[int], lang: str) -> str:
    i = rows[-1]
    return say(
        "signals",
        lang,
        name=group_title(found.metric, chart.group, lang),
        s=len(rows),
        k=chart.periods,
        units=units(found.freq, lang),
        period=period(found.keys[i][-1], found.freq, lang),
        estimate=level_text(found.metric, found.estimate[i], lang),
        n=count(found.n[i], lang),
        side=say("above" if found.charted[i] > found.centre[i] else "below", lang),
        centre=level_text(found.metric, chart.centre, lang),
        rules=signal_names(found.signals[i], lang),
    )


def _hedges(found: Monitor, lang: str) -> list[str]:
    known = [c for c in found.charts if not math.isnan(c.chance)]
    out = []
    if len(known) == 1:
        chance = round(known[0].chance, 2)
        out.append(say("chance" if chance else "chance_rare", lang, chance=percent(chance, lang)))
        if known[0].dispersion > 1.05:
            times = number(known[0].dispersion, lang, digits=1)
            out.append(say("laney", lang, units=units(found.freq, lang), times=times))
    elif known:
        expected = number(sum(c.chance for c in known), lang, digits=1)
        out.append(say("chance_many", lang, expected=expected, groups=len(known)))
    least = min((c.baseline for c in known), default=20)
    if least < 20:
        out.append(say("provisional", lang, k=least, units=units(found.freq, lang)))
    if found.baseline is None and found.signalled:
        out.append(say("all_periods", lang))
    if found.returning:
        out.append(say("repeated", lang, units=units(found.freq, lang)))
    few = sum(n < SMALL_BASE for n in found.n)
    if few:
        out.append(say("small_periods", lang, units=units(found.freq, lang).capitalize(), k=few, small=SMALL_BASE))
    return out


def monitor_grid(found: Monitor, lang: str) -> Grid:
    """A row a period, the latest first: it is what is watched."""
    label, lang = found.metric, check_lang(lang)
    heads = [phrase("period", lang), label.title(lang)]
    if found.chart != "shewhart":
        heads.append(say("average" if found.chart == "ewma" else "sum", lang))
    heads += [say("limits", lang), phrase("n", lang), say("signal", lang)]
    rows = []
    for i in sorted(range(len(found)), key=lambda i: found.keys[i][-1], reverse=True):
        on = bool(found.signals[i])
        up = found.charted[i] > found.centre[i]
        cells = [
            Cell(group_name(found.keys[i], lang, freq=found.freq), "head"),
            Cell(level_text(label, found.estimate[i], lang), strong=True),
        ]
        if found.chart == "ewma":
            cells.append(Cell(level_text(label, found.charted[i], lang)))
        elif found.chart == "cusum":
            cells.append(Cell(number(found.charted[i], lang, sign=True)))
        digits = 1 if found.chart == "cusum" else label.digits
        cells += [
            Cell(interval(found.lower[i], found.upper[i], lang, digits=digits)),
            Cell(count(found.n[i], lang), pale=found.n[i] < SMALL_BASE),
            Cell(
                f"{'▲' if up else '▼'} {signal_names(found.signals[i], lang)}" if on else "–",
                "left", colour=(HIGHER if up else LOWER) if on else "", pale=not on,
            ),
        ]  # fmt: skip
        rows.append(tuple(cells))
    caption = say(
        "monitor_caption", lang, name=label.title(lang), unit=say(found.freq, lang), chart=say(found.chart, lang),
        limits=number(found.limits, lang, digits=2 if found.limits % 1 else 0),
    )  # fmt: skip
    rules = signal_names(found.rules, lang)
    notes = (phrase("method", lang), rules, *_hedges(found, lang), *(r.text(lang) for r in found.remarks))
    return Grid(caption, tuple(heads), tuple(rows), notes)
