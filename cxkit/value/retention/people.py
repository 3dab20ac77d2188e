"""One row a customer: when each came and left, in which group, for which reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, RoleError, UsageError
from cxkit.study.names import refuse_reserved
from cxkit.study.roles import SCORE_ROLES
from cxkit.tally.engine import plain
from cxkit.tally.tally import grouped
from cxkit.value.retention.answered import in_order, together
from cxkit.value.retention.asked import Asked, day_of, days, moments
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.extract import extract_day
from cxkit.value.retention.grouping import Names, decoded, grouping

__all__ = ["RESERVED", "Key", "People", "amounts", "missing_leavers", "people", "renumbered"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Key = tuple[Any, ...]

#: Columns of the results, which a grouping cannot be named.
RESERVED = ("period", "reason", "time", "item", "estimate", "low", "high", "unit", "n", "lost")


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers.

    Attributes
    ----------
    row : (n,) int
        Row of the table that each was taken from.
    id : (n,) int
        Customers by number.
    since, left : (n,) float
        Days since 1970; NaN where not known, or not gone by ``as_of``.
    churned : (n,) bool
    by : tuple of str
    keys : tuple of tuples
        Groups, sorted.
    group : (n,) int
    reason : (n,) object or None
    amount : (n,) float or None
        Revenue.
    as_of : float
        Day of the extract, since 1970; NaN without dates.
    names : tuple of (str, str)
        French names of classes that stand among the keys.
    cautions : tuple of Caution
    """

    row: Ints
    id: Ints
    since: Floats
    left: Floats
    churned: Bools
    by: tuple[str, ...]
    keys: tuple[Key, ...]
    group: Ints
    reason: NDArray[np.object_] | None
    amount: Floats | None
    as_of: float
    names: Names = ()
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    def take(self, keep: Bools, *more: Caution) -> People:
        """Those of ``keep``, with more to know about them."""
        return replace(
            self, row=self.row[keep], id=self.id[keep], since=self.since[keep], left=self.left[keep],
            churned=self.churned[keep], group=self.group[keep],
            reason=None if self.reason is None else self.reason[keep],
            amount=None if self.amount is None else self.amount[keep], cautions=(*self.cautions, *more),
        )  # fmt: skip

    def groups(self) -> tuple[tuple[Key, Bools], ...]:
        """Each group that has customers, and who is in it."""
        found = ((key, self.group == g) for g, key in enumerate(self.keys))
        return tuple((key, own) for key, own in found if own.any())


def people(
    asked: Asked,
    by: str | Sequence[str] | None = None,
    *,
    as_of: Any = None,
    impossible: str = "refuse",
    dated: bool = True,
    timed: bool = False,
    score: Floats | None = None,
) -> People:
    """Read the customers of a call.

    Parameters
    ----------
    by : str or list of str, optional
        A score role groups by the classes of the last answer.
    as_of : date or str, optional
        The day of the extract; the latest date in the data when not given.
    impossible : {"refuse", "leave_out"}
    dated : bool
        Whether days of leaving are used; else the flag alone.
    timed : bool
        Whether the day on which each came is needed.
    score : (n,) float, optional
        Answers by row of the table: a customer's row is that of the last one. Those of the ``by`` score when not given.

    Raises
    ------
    UsageError
        Several rows a customer without dates of answers; impossible dates.
    NothingMatched
        No row.
    """
    columns, study = asked.columns, asked.study
    keys = study.by_columns(by)
    refuse_reserved(keys, RESERVED)
    table = asked.table
    n = len(next(iter(table.values()))) if table else 0
    if not n:
        raise NothingMatched("there is no row", hint="check the filter or the file")
    since = days(table[columns["since"]], columns["since"]) if asked.has("since") else np.full(n, np.nan)
    left = days(table[columns["left"]], columns["left"]) if asked.has("left") and dated else np.full(n, np.nan)
    flag = decoded(study, "churned", columns["churned"], table[columns["churned"]]) if asked.has("churned") else None
    when = moments(table[columns["date"]], columns["date"]) if asked.has("date") else None
    code, told = renumbered(table[columns["id"]]) if asked.has("id") else (np.arange(n), ())
    scored = [decoded(study, r, k, table[k]) for k in keys for r in SCORE_ROLES if study.roles.get(r) == (k,)]
    answers = score if score is not None else scored[0] + 0 * np.sum(scored, axis=0) if scored else None
    row, more = _one_each(asked, code, when, {"since": since, "left": left, "churned": flag}, answers, bool(keys))
    parts, names = grouping(study, keys, table, row)
    sorted_keys, group = grouped(parts, len(row)) if keys else (((),), np.zeros(len(row), np.int64))
    answered = days(table[columns["date"]], columns["date"]) if asked.has("date") else None
    until, stated = extract_day(as_of, left[row], since[row], answered)
    out = People(
        row, code[row], since[row], left[row], np.zeros(len(row), bool), keys, sorted_keys, group,
        _objects(table[columns["reason"]])[row] if asked.has("reason") else None,
        amounts(table[columns["revenue"]], columns["revenue"])[row] if asked.has("revenue") else None,
        until, names, (*told, *more, *stated),
    )  # fmt: skip
    if "weight" in study.roles:
        out = replace(out, cautions=(*out.cautions, caution("unweighted")))
    return _possible(asked, out, None if flag is None else flag[row], impossible, dated and asked.has("left"), timed)


def renumbered(values: Any) -> tuple[Ints, tuple[Caution, ...]]:
    """Customers by number, -1 for no id, and how many those are."""
    import pandas as pd

    plain_ones = values if isinstance(values, np.ndarray) else np.asarray([_named(v) for v in values], dtype=object)
    code = pd.factorize(plain_ones, use_na_sentinel=True)[0].astype(np.int64)
    none = int((code < 0).sum())
    return code, (caution("no_id", n=none),) if none else ()


def _named(value: Any) -> Any:
    """An id; a blank text is none."""
    found = plain(value)
    return None if isinstance(found, str) and not found.strip() else found


def _one_each(
    asked: Asked,
    code: Ints,
    when: Floats | None,
    same: dict[str, Floats | None],
    answers: Floats | None,
    in_groups: bool,
) -> tuple[Ints, list[Caution]]:
    """The row of each customer: the only one, or that of the last answer (of those that have a score, if any has)."""
    known = np.flatnonzero(code >= 0)
    times = np.bincount(code[known]) if len(known) else np.zeros(1, np.int64)
    repeated = int((times > 1).sum())
    if not repeated:
        return known, []
    column = asked.columns["id"]
    if when is None:
        raise UsageError(
            f"{repeated} customers stand in several rows ({int(times[times > 1].sum())} rows in all), and no date of "
            "answers says which is the last",
            column=column, code="duplicate_customers",
            hint="one row a customer; for a table of answers name date=; for orders or contracts, sum them up first",
        )  # fmt: skip
    for role, values in same.items():
        if values is None or role not in asked.columns:
            continue
        first = np.full(len(times), np.nan)
        first[code[known][::-1]] = values[known][::-1]
        differ = (values[known] != first[code[known]]) & ~(np.isnan(values[known]) & np.isnan(first[code[known]]))
        if differ.any():
            raise UsageError(
                f"{len(np.unique(code[known][differ]))} customers have several values of {asked.columns[role]!r}",
                column=asked.columns[role], code="customer_disagrees",
                hint="one value a customer: correct the table, or link a customer table to the answers",
            )  # fmt: skip
    given = known if answers is None else known[np.isfinite(answers[known])]
    # Who never answered keeps a row: the last one.
    without = known[~np.isin(code[known], code[given])]
    order = in_order(np.concatenate([given, without]), code, when, answers, asked.table)
    final = np.r_[np.diff(code[order]) != 0, True]
    tied = int((final & together(code[order], np.nan_to_num(when[order], nan=-np.inf))).sum())
    said = [caution("last_answer", n=repeated)]
    if tied and (in_groups or answers is not None):
        said.append(caution("tied", n=tied))
    return np.sort(order[final]), said


def _possible(asked: Asked, found: People, flag: Floats | None, impossible: str, dated: bool, timed: bool) -> People:
    """Those whose dates can be true, by the day of the extract."""
    later = found.left > found.as_of
    came_later = found.since > found.as_of
    gone = np.isfinite(found.left) & ~later
    bad: list[tuple[str, str, Bools]] = []
    if dated and asked.has("since"):
        bad.append(("left_before_since", "customers left before they came", found.left < found.since))
    if timed and asked.has("since"):
        bad.append(("no_since", "customers have no day on which they came", np.isnan(found.since)))
    if flag is not None:
        bad.append(("no_flag", "customers have no answer to whether they left", np.isnan(flag)))
        if dated:
            bad.append(
                ("no_left", "customers are marked as gone, with no day of leaving", (flag == 1) & np.isnan(found.left))
            )
            bad.append(
                ("still_marked", "customers have a day of leaving, but are marked as still here", (flag == 0) & gone)
            )
    if not dated and flag is not None:
        gone = flag == 1
    keep, said = np.ones(len(found), bool), []
    for key, what, mask in bad:
        mask = mask & keep
        if not mask.any():
            continue
        if impossible == "refuse" and key != "no_flag":
            raise UsageError(
                f"{int(mask.sum())} {what}{asked.rows_said(np.sort(found.row[mask]))}", code=key,
                hint="correct the table, or impossible='leave_out' to leave them out and have them counted",
            )  # fmt: skip
        keep &= ~mask
        said.append(caution(key, n=int(mask.sum())))
    if (came_later & keep).any():
        said.append(caution("not_yet", n=int((came_later & keep).sum())))
        keep &= ~came_later
    if (later & keep).any():
        said.append(caution("left_later", n=int((later & keep).sum())))
    if not keep.any():
        raise NothingMatched("no customer is left", hint="check the roles since=, left=, churned= and as_of=")
    out = replace(found, churned=gone, left=np.where(later, np.nan, found.left))
    return out.take(keep, *said)


def missing_leavers(found: People) -> list[Caution]:
    """Whether a table seems to hold no one who left before some day: from the rate at which people left after it."""
    if not found.churned.any():
        return []
    first = float(np.nanmin(found.left))
    end = np.where(found.churned, found.left, found.as_of)
    after = np.maximum(end - np.maximum(found.since, first), 0.0).sum()
    before = np.maximum(first - found.since, 0.0).sum()
    expected = before * found.churned.sum() / after if after > 0 else 0.0
    if expected < 5:
        return []
    return [caution("survivors_only", n=round(expected), day=day_of(first), iso=day_of(first).isoformat())]


def _objects(values: Any) -> NDArray[np.object_]:
    return np.array([plain(v) for v in values], dtype=object)


def amounts(values: Any, column: str) -> Floats:
    """A column of numbers, NaN where there is none."""
    try:
        return np.array([np.nan if (v := plain(x)) is None else v for x in values], np.float64)
    except (TypeError, ValueError):
        raise RoleError("this column holds words, not amounts", column=column, hint="convert it to numbers") from None
