"""A table said once and shown twice: as plain text in a terminal, as HTML in a notebook or page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from typing import Literal

from cxkit.present.tables import MOST_ROWS, table_html
from cxkit.present.text import clean_text
from cxkit.present.words import phrase

__all__ = ["Cell", "Grid", "Shown"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Plain text (escaped where it is shown) and how it stands.

    Attributes
    ----------
    kind : {"head", "left", "right"}
        ``head`` names the row.
    colour : str
        A dot before the text, in a page only. The text must say the same: colour is never alone.
    pale : bool
        Set back, such as what is not significant.
    unbroken : bool
        On one line, also in a narrow page.
    """

    text: str
    kind: Literal["head", "left", "right"] = "right"
    strong: bool = False
    colour: str = ""
    pale: bool = False
    unbroken: bool = False

    def html(self) -> str:
        said = escape(clean_text(self.text))
        if self.strong:
            said = f"<b>{said}</b>"
        if self.colour:
            said = (
                f'<span style="display:inline-block;width:8px;height:8px;border-radius:4px;'
                f'background-color:{self.colour}"></span> {said}'
            )
        style = ";".join(["opacity:0.6"] * self.pale + ["white-space:nowrap"] * self.unbroken)
        return f'<span style="{style}">{said}</span>' if style else said


@dataclass(frozen=True, slots=True)
class Grid:
    """A captioned table of cells.

    Attributes
    ----------
    notes : tuple of str
        Folded away under it, the first as their title.
    more : int
        Rows that were not made into cells, because so many are never shown.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    more: int = 0

    @property
    def _unseen(self) -> int:
        return self.more + max(0, len(self.rows) - MOST_ROWS)

    def text(self, lang: str = "en") -> str:
        """Lines for a terminal."""
        rows = [[clean_text(cell.text) for cell in row] for row in self.rows[:MOST_ROWS]]
        table = [[clean_text(head) for head in self.heads], *rows]
        widths = [max(len(row[c]) for row in table) for c in range(len(self.heads))]
        right = [bool(self.rows) and cell.kind == "right" for cell in self.rows[0]] if self.rows else []
        right += [False] * (len(self.heads) - len(right))
        lines = [
            "  ".join(t.rjust(w) if r else t.ljust(w) for t, w, r in zip(row, widths, right, strict=True)).rstrip()
            for row in table
        ]
        more = [phrase("more_rows", lang, k=self._unseen)] if self._unseen else []
        notes = [f"note: {clean_text(n)}" for n in self.notes[1:]]
        return "\n".join([clean_text(self.caption), *("  " + line for line in [*lines, *more, *notes])])

    def html(self, lang: str = "en") -> str:
        """A table that survives JupyterLab's sanitizer."""
        notes = self.notes
        if self._unseen:
            notes = (*(notes or (phrase("method", lang),)), phrase("more_rows", lang, k=self._unseen))
        rows: list[list[tuple[str, str]]] = [
            [(cell.html(), cell.kind) for cell in row] for row in self.rows[:MOST_ROWS]
        ]
        return table_html(self.caption, list(self.heads), rows, notes=notes)


class Shown(ABC):
    """What a result gets from saying its ``grid``: its looks in a terminal and in a notebook."""

    __slots__ = ()

    @abstractmethod
    def grid(self, lang: str = "en") -> Grid:
        """The result as a captioned table."""

    def __repr__(self) -> str:
        return self.grid("en").text("en")

    def _repr_html_(self) -> str:
        return self.grid("en").html("en")
