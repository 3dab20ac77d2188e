"""How each link of a return is known, and which test would say more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.errors import CxkitError
from cxkit.inference import plan
from cxkit.present.grid import Cell
from cxkit.present.numbers import count, number
from cxkit.reports.sentences import capital
from cxkit.reports.worth_return_texts import say
from cxkit.value.returns.assumption_words import quantity_name
from cxkit.value.returns.phrases import say as returned

if TYPE_CHECKING:
    from cxkit.reports.worth_page import WorthPage
    from cxkit.value.returns import Roi

__all__ = ["chain_rows", "raised"]

#: More answers a side than this are no test that anybody makes.
_MOST = 1_000_000


def chain_rows(result: Roi, lang: str) -> tuple[tuple[Cell, ...], ...]:
    """A row a link of the chain: from the action to the score, from the score to what customers do."""
    rows = []
    for link in result.links:
        name = quantity_name(link.what, lang)
        said = capital(returned(f"link_{link.kind}", lang, name=name)) if link.kind != "behaviour" else say(
            "link_behaviour", lang, score=result.score.title(lang) if result.score is not None else "–", name=name
        )  # fmt: skip
        rows.append((Cell(said, "head"), Cell(returned(link.grade, lang), "left", strong=link.grade == result.grade)))
    return tuple(rows)


def raised(page: WorthPage) -> list[str]:
    """What would raise the evidence: a test by lot and its size, a holdout, and what comes next to a lot."""
    lang, result = page.lang, page.result
    out = [say("why_raise", lang)]
    if result is not None:
        size = _size(page, result)
        change = abs(result.value("score_change")) if any(i.item == "score_change" for i in result.items) else math.nan
        key = "by_lot_size" if size else "by_lot"
        shown = number(change, lang, digits=1 if change >= 1 else 2)
        out.append(say(key, lang, n=count(size, lang), change=shown, name=page.label(page.main)))
    else:
        out.append(say("by_lot", lang))
    return [*out, say("holdout", lang), say("no_lot", lang)]


def _size(page: WorthPage, result: Roi) -> int:
    """Answers a side that show the expected change of the score; 0 where that is not known."""
    found = next((i.estimate for i in result.items if i.item == "score_change"), math.nan)
    if not math.isfinite(found) or found == 0:
        return 0
    try:
        answers = plan(page.main, detect=abs(found), study=page.focus).answers
    except CxkitError:  # a score for which no size can be planned
        return 0
    return answers if answers <= _MOST else 0
