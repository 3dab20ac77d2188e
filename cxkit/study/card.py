"""The card of a study: role by role, which column, what scale, how many answers, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cxkit.present.numbers import count, number
from cxkit.present.tables import table_html
from cxkit.present.text import clean_text
from cxkit.study.roles import MULTIPLE

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["CardRow", "card_html", "card_rows", "card_text"]

_SAMPLE_LIMIT = 8


@dataclass(frozen=True, slots=True)
class CardRow:
    """One role: its columns, whether guessed, its scale, answers and missing."""

    role: str
    columns: str
    guessed: bool
    scale: str
    answered: int | None
    missing: int | None


def card_rows(study: Study) -> tuple[CardRow, ...]:
    """Count the answers behind every single-column role."""
    out = []
    for role, columns in study.roles.items():
        scored = role in study.scored
        known = study.scale_of(role)
        scale = str(known) if scored and known.ends else ""
        listed = ", ".join(columns[:_SAMPLE_LIMIT]) + (" …" if len(columns) > _SAMPLE_LIMIT else "")
        if role in MULTIPLE:
            out.append(CardRow(role, listed, role in study.guessed, scale, None, None))
            continue
        answered, missing = study.answered(role)
        out.append(CardRow(role, listed, role in study.guessed, scale, answered, missing))
    return tuple(out)


def card_text(study: Study) -> str:
    """The card for a terminal."""
    rows = card_rows(study)
    lines = [f"Study of {count(study.rows)} rows from {clean_text(study.source)}"]
    lines += [f"  where {clean_text(f)}" for f in study.filters]
    widths = [max((len(getattr(r, c)) for r in rows), default=0) for c in ("role", "columns")]
    for r in rows:
        tail = "" if r.answered is None else f"  {count(r.answered)} answers{_gap(r)}"
        mark = "  (guessed)" if r.guessed else ""
        scale = f"  {r.scale}" if r.scale else ""
        lines.append(f"  {r.role:<{widths[0]}}  {clean_text(r.columns):<{widths[1]}}{scale}{tail}{mark}".rstrip())
    if study.reading.decided:
        lines.append(f"  read with {clean_text(study.reading.call)}")
    lines += [f"  note: {clean_text(n.message)}" for n in study.reading.notes]
    lines += [f"  note: {clean_text(r)}" for r in study.remarks]
    return "\n".join(lines)


def card_html(study: Study) -> str:
    """The card as a table that survives JupyterLab's sanitizer."""
    rows = []
    for r in card_rows(study):
        guessed = ' <span style="opacity:0.7">(guessed)</span>' if r.guessed else ""
        rows.append(
            [
                (f"{escape(r.role)}{guessed}", "head"),
                (escape(clean_text(r.columns)), "left"),
                (escape(r.scale), "left"),
                ("" if r.answered is None else count(r.answered), "right"),
                (escape(_gap(r).strip(" ,")), "left"),
            ]
        )
    where = f" where {' and '.join(study.filters)}" if study.filters else ""
    notes = [n.message for n in study.reading.notes] + list(study.remarks)
    if study.reading.decided:
        notes.insert(0, f"read with {study.reading.call}")
    return table_html(
        f"Study of {count(study.rows)} rows from {study.source}{where}",
        ["Role", "Column", "Scale", "Answers", "Missing"],
        rows,
        notes=("Notes", *notes) if notes else (),
    )


def _gap(row: CardRow) -> str:
    if not row.missing:
        return ""
    share = 100 * row.missing / (row.missing + (row.answered or 0))
    return f", {count(row.missing)} missing ({number(share, digits=1)}%)"
