"""What became of every row of both sides of a join."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Damage", "JoinReport", "Joined", "Nearly"]


@dataclass(frozen=True, slots=True)
class Joined:
    """One column that was brought in.

    Attributes
    ----------
    name, source : str
        What it is called now, and the column of the data.
    rule : str
        What was made of several rows of one id.
    filled : int
        Answers that have a value.
    empty : int
        Rows of the data without a value.
    negative : int
        Rows of the data below 0, such as goods sent back.
    total, covered : float
        Sum over the data, and over the rows of ids that answered; NaN of what is not added up.
    absent : int or None
        Answers whose id the data do not have at all and that count 0, where that was asked for.
    meant : str
        A role that the name is one letter away from, and is not: likely a slip.
    """

    name: str
    source: str
    rule: str
    filled: int
    empty: int = 0
    negative: int = 0
    total: float = math.nan
    covered: float = math.nan
    absent: int | None = None
    meant: str = ""

    @property
    def coverage(self) -> float:
        """Share of the data's sum that belongs to ids that answered, in %; NaN where there is no such share."""
        return 100 * self.covered / self.total if self.total > 0 and math.isfinite(self.covered) else math.nan


@dataclass(frozen=True, slots=True)
class Damage:
    """Ids that a tool changed.

    Attributes
    ----------
    side : {"answers", "data"}
    kind : {"float", "scientific", "excel", "blanks", "decimals"}
        A float beyond 2**53; ``5.7E+17``; fifteen digits and then zeros; blanks around; a ``.0`` behind.
    n : int
        Rows.
    example : str
        One of them, masked.
    """

    side: str
    kind: str
    n: int
    example: str

    @property
    def repaired(self) -> bool:
        """Whether it does no harm: blanks and ``.0`` are levelled, the others match nothing (``excel``: the whole id)."""
        return self.kind in ("blanks", "decimals")


@dataclass(frozen=True, slots=True)
class Nearly:
    """Answers without a match that would find one if ids were written alike.

    Attributes
    ----------
    kind : {"zeros", "case", "prefix"}
        Lost zeros, upper and lower case, or letters around the same digits.
    n : int
        Answers.
    ours, theirs : str
        An id of each side, masked.
    """

    kind: str
    n: int
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, repr=False)
class JoinReport(Shown):
    """A join, counted. Answers are rows of the study; rows are those of the data.

    Attributes
    ----------
    data : str
        Name of the place, without its folder.
    on : tuple of (ours, theirs)
        Columns that agree.
    periods : tuple of str
        For each pair: ``D, W, M, Q, Y`` of dates, ``""`` of ids.
    when : str
        Column of the events' dates; empty without.
    window : (start, end)
        Days from the answer, the first included, the last not; None: no limit.
    times : bool
        Whether times of day count; else events are compared by the day.
    compared : tuple of str
        For each pair how ids were compared: ``same``, ``number``, ``text``, ``date``, or ``text_of_number``.
    repairs : tuple of str
        What was levelled on request.
    answers, matched, nameless, dateless : int
        Answers in all, with a row of the data, without an id, without a date.
    customers, customers_matched : int
        Distinct ids of answers (with a date, where dates count), and those in the data.
    rows, rows_matched, rows_outside, rows_nameless, rows_dateless : int
        Rows of the data in all, of ids that answered, of those in no window, without an id, without a date.
    ids : int or None
        Distinct ids of the data; not counted within a window.
    repeated : int
        Ids on several rows; within a window, of those that answered.
    columns : tuple of Joined
    short : int
        Answers with a match whose window begins before the first date of the data, or ends after the last.
    unfinished : {"kept", "null", ""}
        Whether these have a value; empty without windows.
    span : (date or None, date or None)
        First and last date of the data, where they are events.
    damaged : tuple of Damage
    nearly : tuple of Nearly
    """

    data: str
    on: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    when: str
    window: tuple[int | None, int | None]
    times: bool
    compared: tuple[str, ...]
    repairs: tuple[str, ...]
    answers: int
    matched: int
    nameless: int
    dateless: int
    customers: int
    customers_matched: int
    rows: int
    rows_matched: int
    rows_outside: int
    rows_nameless: int
    rows_dateless: int
    ids: int | None
    repeated: int
    columns: tuple[Joined, ...]
    damaged: tuple[Damage, ...] = ()
    nearly: tuple[Nearly, ...] = ()
    short: int = 0
    unfinished: str = ""
    span: tuple[dt.date | None, ...] = (None, None)

    @property
    def unmatched(self) -> int:
        """Answers without a row in the data, those without an id or a date among them."""
        return self.answers - self.matched

    @property
    def rows_unmatched(self) -> int:
        """Rows of the data whose id did not answer."""
        return self.rows - self.rows_matched - self.rows_nameless

    @property
    def share(self) -> float:
        """Answers with a match, in %."""
        return 100 * self.matched / self.answers if self.answers else math.nan

    @property
    def coverage(self) -> float:
        """Share of the data's revenue (or else of its first money) that belongs to ids that answered, in %."""
        summed = [c for c in self.columns if math.isfinite(c.coverage)]
        chosen = next((c for c in summed if c.name == "revenue"), summed[0] if summed else None)
        return math.nan if chosen is None else chosen.coverage

    def items(self) -> tuple[tuple[str, float, str], ...]:
        """Item, estimate and unit: what :meth:`to_frame` lists."""
        out: list[tuple[str, float, str]] = [
            ("answers", self.answers, "answers"), ("answers_matched", self.matched, "answers"),
            ("answers_unmatched", self.unmatched, "answers"), ("answers_matched_share", self.share, "%"),
            ("answers_without_id", self.nameless, "answers"),
        ]  # fmt: skip
        if self.when:
            out.append(("answers_without_date", self.dateless, "answers"))
        out += [("customers", self.customers, "customers"), ("customers_matched", self.customers_matched, "customers")]
        out += [("rows", self.rows, "rows"), ("rows_matched", self.rows_matched, "rows")]
        out += [("rows_unmatched", self.rows_unmatched, "rows"), ("rows_without_id", self.rows_nameless, "rows")]
        if self.when:
            out += [
                ("rows_out_of_window", self.rows_outside, "rows"),
                ("rows_without_date", self.rows_dateless, "rows"),
                ("answers_window_not_whole", self.short, "answers"),
            ]
        out += [] if self.ids is None else [("ids", self.ids, "ids")]
        out.append(("ids_on_several_rows", self.repeated, "ids"))
        for column in self.columns:
            out.append((f"{column.name}_filled", column.filled, "answers"))
            out.append((f"{column.name}_empty", column.empty, "rows"))
            if column.absent is not None:
                out.append((f"{column.name}_absent", column.absent, "answers"))
            if math.isfinite(column.total):
                out.append((f"{column.name}_negative", column.negative, "rows"))
                out += [(f"{column.name}_total", column.total, ""), (f"{column.name}_covered", column.covered, "")]
                out.append((f"{column.name}_coverage", column.coverage, "%"))
        out += [(f"ids_{d.kind}_in_{d.side}", d.n, "rows") for d in self.damaged]
        out += [(f"nearly_{n.kind}", n.n, "answers") for n in self.nearly]
        return tuple((item, float(value), unit) for item, value, unit in out)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, unit``."""
        import pandas as pd

        return pd.DataFrame(self.items(), columns=["item", "estimate", "unit"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None. Ids are masked."""
        return {
            "schema": SCHEMA, "kind": "join", "data": self.data, "on": [list(pair) for pair in self.on],
            "periods": list(self.periods), "compared": list(self.compared), "repairs": list(self.repairs),
            "when": self.when or None, "window": list(self.window) if self.when else None, "times": self.times,
            "unfinished": self.unfinished or None, "span": [None if x is None else x.isoformat() for x in self.span],
            "columns": [{"name": c.name, "source": c.source, "rule": c.rule, "role_meant": c.meant or None} for c in self.columns],
            "items": [
                {"item": item, "estimate": value if math.isfinite(value) else None, "unit": unit}
                for item, value, unit in self.items()
            ],
            "damaged": [
                {"side": d.side, "kind": d.kind, "n": d.n, "example": d.example, "repaired": d.repaired}
                for d in self.damaged
            ],
            "nearly": [{"kind": n.kind, "n": n.n, "ours": n.ours, "theirs": n.theirs} for n in self.nearly],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What matched, what did not, and what to do about it, in sentences."""
        from cxkit.study.linking.words import explain_join

        return explain_join(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        """The counts as a captioned table."""
        from cxkit.study.linking.words import join_grid

        return join_grid(self, lang)
