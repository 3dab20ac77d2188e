"""From the invitation to the answer: who was invited, reached, opened, started, finished."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cxkit.errors import ColumnError, OptionError, RoleError, did_you_mean
from cxkit.quality.finding import Finding, finding
from cxkit.stats.intervals import wilson
from cxkit.study import Study
from cxkit.study.dates import date_format
from cxkit.study.names import fold, match_column
from cxkit.study.scales import rate_scale
from cxkit.tally import count_cells
from cxkit.tally.engine import count_filled, count_rows, schema_of

__all__ = ["STEPS", "Step", "funnel"]

#: The steps, in order, with the French names that are understood as well.
STEPS: Mapping[str, tuple[str, ...]] = {
    "invited": ("invités", "invitées", "invitations", "sent", "envoyés"),
    "delivered": ("délivrés", "délivrées", "reçus", "reçues"),
    "opened": ("ouverts", "ouvertes"),
    "started": ("commencés", "commencées", "débutés"),
    "finished": ("terminés", "terminées", "completed", "complets"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: how many, and their share in % of the step before and of the invited.

    Each share is (share, low, high); the first step has none of a step before (NaN).
    """

    name: str
    n: int
    of_previous: tuple[float, float, float]
    of_invited: tuple[float, float, float]


def funnel(study: Study, invited: Any, rows: int, level: float) -> tuple[tuple[Step, ...], list[Finding]]:
    """The steps with Wilson intervals, and the response rate.

    Raises
    ------
    OptionError
        A funnel that grows, counts that are none, steps that are not known, fewer invited than answers.
    """
    if invited is None:
        return (), [Finding("funnel", "", "not_checked", "say", (("option", "invited=…"),))]
    counts, own = _counts(study, invited, rows)
    names = [name for name in STEPS if name in counts]
    if "invited" not in names or len(names) < 2:
        raise OptionError(
            "a response rate needs the people invited and one step more",
            hint="invited={'invited': 1000, 'opened': 640, 'finished': 320}",
        )
    _refuse_growth(counts, names, study, rows, own)
    base = counts["invited"]
    steps = tuple(
        Step(
            name,
            counts[name],
            _share(counts[name], counts[before], level) if before else (math.nan, math.nan, math.nan),
            _share(counts[name], base, level) if before else (100.0, 100.0, 100.0),
        )
        for before, name in zip([None, *names], names, strict=False)
    )
    if "finished" not in counts:
        return steps, [Finding("funnel", names[-1], "not_checked", "response_partly")]
    _, low, high = steps[-1].of_invited
    out = [finding("funnel", "finished", "info", "response", n=counts["finished"], of=base, low=low, high=high)]
    if not own and counts["finished"] != rows:
        out.append(
            Finding("funnel", "finished", "warning", "response_rows", (("n", counts["finished"]), ("of", rows)),
                    counts["finished"])
        )  # fmt: skip
    return steps, out


def _share(n: int, of: int, level: float) -> tuple[float, float, float]:
    if not of:
        return math.nan, math.nan, math.nan
    low, high = wilson(n / of, of, level)
    return 100 * n / of, 100 * max(float(low), 0.0), 100 * min(float(high), 1.0)


def _counts(study: Study, invited: Any, rows: int) -> tuple[dict[str, int], bool]:
    """How many reached each step, and whether the rows of the study are themselves the invitations."""
    if isinstance(invited, (int, float)):
        return {"invited": _whole("invited", invited), "finished": rows}, False
    if isinstance(invited, Mapping):
        said = {_step(name): value for name, value in invited.items()}
        own = any(isinstance(value, str) for value in said.values())
        counts = {
            name: _reached(study.data, study.column(value)) if isinstance(value, str) else _whole(name, value)
            for name, value in said.items()
        }
        return ({"invited": rows, **counts}, True) if own else ({"finished": rows, **counts}, False)
    try:
        columns = tuple(schema_of(invited))
    except (TypeError, AttributeError):
        raise OptionError(
            f"invited= is {type(invited).__name__}",
            hint="a number, {'invited': 1000, 'opened': 640 ...}, step: column, or a frame with one row an invitation",
        ) from None
    known = {name: column for name in STEPS if (column := _column(name, columns)) is not None}
    if not known:
        raise ColumnError(
            f"no column of invited= is a step of the funnel ({', '.join(STEPS)})",
            hint=did_you_mean("", columns, what="Columns"),
        )
    counts = {name: _reached(invited, column) for name, column in known.items()}
    return {"invited": count_rows(invited), "finished": rows, **counts}, False


def _step(name: Any) -> str:
    folded = fold(str(name))
    for step, others in STEPS.items():
        if folded == step or folded in map(fold, others):
            return step
    raise OptionError(f"no step {name!r}", hint=did_you_mean(str(name), STEPS, what="Steps"))


def _column(step: str, columns: tuple[str, ...]) -> str | None:
    for name in (step, f"{step}_at", f"{step}_date", *STEPS[step]):
        try:
            return match_column(name, columns)
        except ColumnError:
            continue
    return None


def _whole(step: str, value: Any) -> int:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good or value < 0 or value != int(value):
        raise OptionError(f"{step} is {value!r}", hint="a number of people, or the name of a column")
    return int(value)


def _reached(frame: Any, column: str) -> int:
    """How many rows say yes, or have a date.

    Raises
    ------
    RoleError
        A column that is neither.
    """
    dtype = schema_of(frame)[column]
    if dtype.is_temporal():
        return count_filled(frame, column)[0]
    scale = rate_scale("outcome")
    cells = [(scale.decode(raw), n) for raw, n in count_cells(frame, answer=column).counts]
    held = [(answer, n) for answer, n in cells if answer is not None]
    if all(answer in (0.0, 1.0) for answer, _ in held):
        return sum(n for answer, n in held if answer == 1.0)
    texts = [answer for answer, _ in held if isinstance(answer, str)]
    if len(texts) < len(held):
        raise RoleError("neither yes/no nor dates", column=column, hint="name a column of yes/no or of dates")
    date_format(texts, column)
    return sum(n for _, n in held)


def _refuse_growth(counts: Mapping[str, int], names: list[str], study: Study, rows: int, own: bool) -> None:
    if counts["invited"] < 1:
        raise OptionError("nobody was invited", hint="invited= is the number of people invited, at least 1")
    if not own and counts["invited"] < rows:
        raise OptionError(
            f"{counts['invited']} invited, and the study holds {rows} answers",
            hint="say everybody who was invited, for the same survey and period as the answers",
        )
    for before, name in pairwise(names):
        if counts[name] > counts[before]:
            raise OptionError(
                f"the funnel grows: {counts[before]} {before}, then {counts[name]} {name}",
                hint="each step counts people of the step before; count people, not messages or clicks",
            )
