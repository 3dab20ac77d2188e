"""Results as text and as HTML that survives JupyterLab's sanitizer.

Only tables, spans and details with inline styles and literal colours: no style sheet, script,
svg or ``var()``, no ARIA. Text colour is inherited, so the table reads on a dark screen; bars
repeat what a text says beside them. Every value passes :func:`html.escape`.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from cxkit.present.numbers import colon, count, number, with_unit
from cxkit.present.palette import BAND_INK, band_colours
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import SMALL_BASE, estimate_text, group_name, interval_text, percent, phrase

if TYPE_CHECKING:
    from cxkit.present.result import Scores

__all__ = ["MOST_ROWS", "score_html", "score_text", "table_html"]

MOST_ROWS = 60

_say = Phrases({"hidden": {"en": "hidden", "fr": "masqué"}})
_CELL = "padding:3px 10px;text-align:left;border-bottom:1px solid #9994"
_RIGHT = "padding:3px 10px;text-align:right;border-bottom:1px solid #9994;font-variant-numeric:tabular-nums"


def score_text(scores: Scores) -> str:
    """A plain table for terminals: one line a group."""
    freq = getattr(scores, "freq", None)
    gone = _hidden(scores)
    rows = [
        (clean_text(group_name(key, "en", freq=freq)), _say("hidden"), "", "", "")
        if i in gone
        else (
            clean_text(group_name(key, "en", freq=freq)),
            estimate_text(scores, i, "en"),
            interval_text(scores, i, "en"),
            f"n={scores.n[i]}" + (f" (eff. {number(scores.n_eff[i], digits=0)})" if scores.tally.weighted else ""),
            f"! base under {SMALL_BASE}" if scores.n[i] < SMALL_BASE else "",
        )
        for i, key in enumerate(scores.keys[:MOST_ROWS])
    ]
    widths = [max((len(r[c]) for r in rows), default=0) for c in range(5)]
    detail = f" [{scores.metric.detail}]" if scores.metric.detail else ""
    by = f" by {' × '.join(scores.by)}" if scores.by else ""
    head = f"{scores.metric.title()}{detail}{by}: {percent(scores.level, 'en')} CI, {scores.method}"
    body = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows]
    if len(scores) > MOST_ROWS:
        body.append(phrase("more_rows", k=len(scores) - MOST_ROWS))
    return "\n".join([head, *("  " + line for line in body), *(f"  note: {r}" for r in scores.remarks)])


def score_html(scores: Scores, lang: str = "en") -> str:
    """A table: group, profile bar, estimate, interval, base."""
    freq = getattr(scores, "freq", None)
    level = percent(scores.level, lang)
    names = [phrase("period", lang) if n == "period" and freq else n for n in scores.by] or [phrase("score", lang)]
    weighted = scores.tally.weighted
    heads = [" · ".join(names), phrase("profile", lang), scores.metric.title(lang), phrase("ci", lang, level=level)]
    heads += [phrase("n", lang)] + ([phrase("n_eff", lang)] if weighted else [])
    if not scores.bands:
        heads.pop(1)
    rows, gone = [], _hidden(scores)
    for i, key in enumerate(scores.keys[:MOST_ROWS]):
        if i in gone:
            blank = [("–", "right")] * (2 + weighted)
            profile = [("–", "left")] if scores.bands else []
            name = escape(group_name(key, lang, freq=freq))
            rows.append([(name, "head"), *profile, (f"<i>{_say('hidden', lang)}</i>", "right"), *blank])
            continue
        cells: list[tuple[str, str]] = [(escape(group_name(key, lang, freq=freq)), "head")]
        if scores.bands:
            cells.append((_profile(scores, i, lang), "left"))
        cells.append((f"<b>{estimate_text(scores, i, lang)}</b>", "right"))
        cells.append((interval_text(scores, i, lang), "right"))
        cells.append((_base(scores.n[i], lang), "right"))
        if weighted:
            cells.append((number(scores.n_eff[i], lang, digits=0), "right"))
        rows.append(cells)
    caption = phrase("caption", lang, name=scores.metric.title(lang), level=level)
    return table_html(caption, heads, rows, notes=_notes(scores, lang))


def table_html(
    caption: str, heads: list[str], rows: list[list[tuple[str, str]]], *, notes: tuple[str, ...] = ()
) -> str:
    """A table from ready cells.

    Parameters
    ----------
    caption, heads : str
        Plain text; escaped here.
    rows : list of lists of (html, kind)
        Cells whose HTML is already safe; kind is ``"head"``, ``"left"`` or ``"right"``.
    notes : tuple of str
        Plain text under the table, folded away.
    """
    style = {"left": _CELL, "right": _RIGHT, "head": _CELL}
    kinds = [kind for _, kind in rows[0]] if rows else []
    kinds += ["left"] * (len(heads) - len(kinds))
    head = "".join(
        f'<th scope="col" style="{style[kind]};font-weight:600">{escape(clean_text(h))}</th>'
        for h, kind in zip(heads, kinds, strict=True)
    )
    body = []
    for row in rows:
        cells = "".join(
            f'<th scope="row" style="{style[kind]};font-weight:400">{html}</th>'
            if kind == "head"
            else f'<td style="{style[kind]}">{html}</td>'
            for html, kind in row
        )
        body.append(f"<tr>{cells}</tr>")
    folded = ""
    if notes:
        items = "".join(f"<li>{escape(clean_text(n))}</li>" for n in notes[1:])
        folded = (
            f'<details style="opacity:0.8;font-size:90%"><summary>{escape(notes[0])}</summary>'
            f"<ul>{items}</ul></details>"
        )
    return (
        f'<table style="border-collapse:collapse;margin:4px 0"><caption style="caption-side:top;text-align:left;'
        f'font-weight:600;padding:4px 10px">{escape(clean_text(caption))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{folded}"
    )


def _hidden(scores: Scores) -> frozenset[int]:
    """Rows without numbers although their group has answers: hidden, which is not the same as empty."""
    blank = [i for i, n in enumerate(scores.n) if not n and not math.isfinite(scores.estimate[i])]
    if not blank:
        return frozenset()
    tally = scores.tally
    answered = {tally.keys[g] for g in tally.group[tally.answered].tolist()}
    return frozenset(i for i in blank if scores.keys[i] in answered)


def _profile(scores: Scores, i: int, lang: str) -> str:
    """A 100 % bar of the bands; each part says its name and share as a title."""
    parts = []
    colours = band_colours(len(scores.bands))
    for band, colour in zip(scores.bands, colours, strict=True):
        share = band.share[i]
        if not share > 0:
            continue
        name = escape(f"{band.title(lang)} {with_unit(share, '%', lang, digits=0)}", quote=True)
        text = number(share, lang, digits=0) if share >= 12 else "&nbsp;"
        ink = BAND_INK.get(colour, "#000000")
        parts.append(
            f'<span title="{name}" style="display:inline-block;width:{share:.2f}%;background-color:{colour};'
            f'color:{ink};font-size:80%;text-align:center;overflow:hidden">{text}</span>'
        )
    return (
        f'<div style="width:180px;white-space:nowrap;font-size:0;line-height:1.5"><span style="font-size:13px">{"".join(parts)}</span></div>'
        if parts
        else "–"
    )


def _base(n: int, lang: str) -> str:
    if n >= SMALL_BASE:
        return count(n, lang)
    why = escape(phrase("flag_small", lang, small=SMALL_BASE), quote=True)
    return f'<span title="{why}">{count(n, lang)} ⚠</span>'


def _notes(scores: Scores, lang: str) -> tuple[str, ...]:
    info: Any = scores.info
    detail = f"{scores.metric.detail_in(lang)}; " if scores.metric.detail else ""
    lines = [phrase("method", lang), f"{scores.metric.title(lang)}{colon(lang)}{detail}{info.reference}"]
    if scores.bands:
        lines.append(" | ".join(band.title(lang) for band in scores.bands))
    if len(scores) > MOST_ROWS:
        lines.append(phrase("more_rows", lang, k=len(scores) - MOST_ROWS))
    return (*lines, *(r.text(lang) for r in scores.remarks))
