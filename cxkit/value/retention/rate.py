"""Churn rates: lost in a period, of the customers at its start."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.present.calendar import period_end
from cxkit.stats.intervals import wilson
from cxkit.study.roles import SCORE_ROLES
from cxkit.tally.engine import first_day
from cxkit.value.retention.alike import alike, alike_within
from cxkit.value.retention.annual import annual_churn
from cxkit.value.retention.asked import IMPOSSIBLE, Asked, asked, check_level, check_word, day_of
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.people import Key, People, people
from cxkit.value.retention.rate_result import Churn, Rate
from cxkit.value.retention.standing import standing, unseen

__all__ = ["Churn", "churn"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


#: Periods in a year by the letter of their length.
YEARLY = {"W": 365.25 / 7, "M": 12.0, "Q": 4.0, "Y": 1.0}


def churn(
    data: Any,
    by: str | Sequence[str] | None = None,
    *,
    id: str | None = None,
    date: str | None = None,
    since: str | None = None,
    left: str | None = None,
    churned: str | None = None,
    revenue: str | None = None,
    period: str | None = None,
    months: float | None = None,
    as_of: dt.date | str | None = None,
    impossible: str = "refuse",
    level: float = 0.95,
) -> Churn:
    """Churn rate: customers lost in a period, of those at its start.

    Parameters
    ----------
    data : Study, frame or place
        One row a customer; of a table of answers (with ``date``) the last answer of each.
    by : str or list of str, optional
        Columns or roles. By period a score role (``"nps"``), and any column that changes with the answers, groups by the
        answer in force at the start of each period; those who had not answered yet are ``None``, and are not compared.
        One rate of a flag is by the last answer.
    id, date, since, left, churned, revenue : str, optional
        Columns, where the study has no such roles. ``date`` is the day of an answer; ``since`` and ``left`` are days, an
        empty ``left`` is still here; ``churned`` is a yes or no; ``revenue`` is money over equal time, such as a
        charge a month.
    period : {"W", "M", "Q", "Y", "whole"}, optional
        With days of leaving a month when not given. ``"whole"``: one rate of the whole table, from the flag.
    months : float, optional
        What the flag covers, for a rate a year.
    as_of : date or str, optional
        Day of the extract; when not given, the latest date in the data that is not after today.
    impossible : {"refuse", "leave_out"}
        What becomes of customers whose dates cannot be true.
    level : float

    Returns
    -------
    Churn
        ``to_frame()`` has the ``by`` columns, ``period``, then ``item, estimate, low, high, unit, n, lost``.
        Items: ``churn``, ``revenue_churn`` (money of those lost, of the money at the start), ``annual_churn``.
        Intervals are Wilson's; for money on the base that has the same error.

    Raises
    ------
    UsageError
        Nobody left, or everybody (a flag of one class); impossible dates; several rows a customer; classes of a score by
        period without dates of its answers.

    Notes
    -----
    Customers who join during a period are no part of it. The period still running is left out. Groups are compared by
    Pearson's chi-squared, and within periods (Mantel-Haenszel) where there are some.

    References
    ----------
    Mantel (1963), JASA 58, 690-700: the comparison within periods.

    Examples
    --------
    >>> import pandas as pd
    >>> cx_table = pd.DataFrame({"gone": ["yes"] * 3 + ["no"] * 9})
    >>> churn(cx_table, churned="gone", months=1).value
    25.0
    """
    check_level(level)
    check_word("impossible", impossible, IMPOSSIBLE)
    if period is not None:
        check_word("period", period, (*YEARLY, "whole"))
    call = asked(
        data, scores=_names(by), by=by, id=id, date=date, since=since, left=left, churned=churned, revenue=revenue
    )  # fmt: skip
    if not call.has("left") and not call.has("churned"):
        raise RoleError(
            "no column says who left", hint="churned='...' (yes or no), or left='...' (the day; empty: still here)"
        )
    dated = call.has("left") and period != "whole"
    if not dated and period not in (None, "whole"):
        raise RoleError(
            f"no column says when customers left, so there is no rate by period={period!r}",
            hint="left='...', or months= for what the flag covers",
        )
    if dated and months is not None:
        raise OptionError("months= is for a flag without days", hint="leave it out, or period='whole'")
    if months is not None and (not isinstance(months, (int, float)) or not 0 < months < 1200):
        raise OptionError(f"months is {months!r}", hint="how many months the flag covers, such as 3")
    found = people(call, by, as_of=as_of, impossible=impossible, dated=call.has("left"), timed=dated)
    if dated:
        return _by_period(call, found, period or "M", level)
    return _flagged(call, found, months, level)


def _flagged(call: Asked, found: People, months: float | None, level: float) -> Churn:
    """One rate of a flag."""
    _refuse_one_class(found.churned)
    money, said = _money(call, found)
    said += [caution("class_of_last" if call.has("date") else "undated_score", **({} if call.has("date") else {"score": k}))
             for k in found.by if any(call.study.roles.get(r) == (k,) for r in SCORE_ROLES)][:1]  # fmt: skip
    rates = []
    for key, own in found.groups():
        each = _rates(key, None, own, own & found.churned, money, level)
        rates += [*each, *([_yearly(each[0], 12 / months)] if months is not None else [])]
    if months is None:
        said.append(caution("flag_period"))
    said.append(caution("flag_base"))
    as_of = day_of(found.as_of) if np.isfinite(found.as_of) and call.has("left") else None
    return Churn(
        found.by, tuple(rates), None, months, as_of, alike(rates), level, (*found.cautions, *said), found.names
    )


def _by_period(call: Asked, found: People, freq: str, level: float) -> Churn:
    if not found.churned.any():
        _refuse_one_class(found.churned)
    money, said = _money(call, found)
    held, told = standing(call, found)
    if not call.has("since"):
        said.append(caution("no_since_column"))
    start = first_day(day_of(np.nanmin(found.left)), freq)
    said.append(caution("window"))
    spans = []
    while period_end(start, freq) <= day_of(found.as_of + 1):
        spans.append((start, _number(start), _number(period_end(start, freq))))
        start = period_end(start, freq)
    if not spans:
        raise NothingMatched(
            f"no period of length {freq!r} is complete between the first departure and {day_of(found.as_of)}",
            hint="a shorter period=, or as_of= if the extract is of a later day",
        )
    if start <= day_of(found.as_of):
        said.append(caution("running", day=start))
    told += () if held is not None else unseen(call, found, [a for _, a, _ in spans])
    keys, apart = (found.keys, ()) if held is None else (held.keys, held.apart)
    group = [found.group if held is None else held.on(a) for _, a, _ in spans]
    rates: list[Rate] = []
    for g, key in enumerate(keys):
        each = [
            rate
            for own, (day, a, b) in zip(group, spans, strict=True)
            for rate in _in_span(found, key, own == g, day, a, b, money, level)
        ]
        total = _pooled(key, [r for r in each if r.item == "churn"], level)
        rates += [*each, *([] if total is None else [total, *([] if freq == "Y" else [_yearly(total, YEARLY[freq])])])]
    if not rates:
        raise NothingMatched(
            f"no customer was here at the start of a complete period of length {freq!r}",
            hint="a shorter period=, or as_of= if the extract is of a later day",
        )
    shown = {r.key for r in rates}
    apart = tuple(k for k in apart if k in shown)
    p = alike_within(rates, apart)
    told = tuple(c for c in told if c.key != "not_yet_answered" or apart)
    if len(shown) - len(apart) > 1 and np.isnan(p):
        said.append(caution("never_together"))
    # Of whom the last answer is no longer matters where that of each period counts.
    known = [c for c in found.cautions if held is None or c.key not in ("last_answer", "tied")]
    return Churn(
        found.by, tuple(rates), freq, 12 / YEARLY[freq], day_of(found.as_of), p, level,
        (*known, *told, *said), found.names, apart,
    )  # fmt: skip


def _in_span(
    found: People, key: Key, own: Bools, day: dt.date, a: float, b: float, money: Floats | None, level: float
) -> list[Rate]:
    came_before = (found.since < a) | np.isnan(found.since)
    here = own & came_before & ~(found.left < a)
    return _rates(key, day, here, here & (found.left < b), money, level) if here.any() else []


def _rates(key: Key, day: dt.date | None, here: Bools, lost: Bools, money: Floats | None, level: float) -> list[Rate]:
    """The rate of these customers, and of their money."""
    n, k = int(here.sum()), int(lost.sum())
    low, high = wilson(k / n, n, level)
    out = [Rate(key, day, "churn", 100 * k / n, 100 * _in(low), 100 * _in(high), n, k)]
    if money is not None:
        held = here & np.isfinite(money)
        total = float(money[held].sum())
        if total > 0:
            share, base = _of_money(money[held], lost[held])
            low, high = wilson(share, base, level)
            out.append(
                Rate(key, day, "revenue_churn", 100 * share, 100 * _in(low), 100 * _in(high), int(held.sum()),
                     int((held & lost).sum()))
            )  # fmt: skip
    return out


def _of_money(money: Floats, lost: Bools) -> tuple[float, float]:
    """The share of the money that is lost, and the base on which a plain share has the same error (linearised)."""
    total, n = money.sum(), len(money)
    share = float(money @ lost / total)
    kish = float(total**2 / (money @ money))
    if n < 2 or not 0 < share < 1:
        return min(share, 1.0), kish
    variance = n / (n - 1) * float(((money * (lost - share)) ** 2).sum()) / total**2
    return share, min(share * (1 - share) / variance, float(n)) if variance > 0 else kish


def _pooled(key: Key, each: list[Rate], level: float) -> Rate | None:
    """All periods together: lost, of the customers at the start of each."""
    n, k = sum(r.n for r in each), sum(r.lost for r in each)
    if not n:
        return None
    low, high = wilson(k / n, n, level)
    return Rate(key, None, "churn", 100 * k / n, 100 * _in(low), 100 * _in(high), n, k)


def _yearly(rate: Rate, periods: float) -> Rate:
    a, b, c = (100 * annual_churn(x / 100, periods) for x in (rate.estimate, rate.low, rate.high))
    return Rate(rate.key, None, "annual_churn", a, b, c, rate.n, rate.lost)


def _money(call: Asked, found: People) -> tuple[Floats | None, list[Caution]]:
    """Revenue with what is no revenue taken out and counted."""
    if found.amount is None:
        return None, []
    good = np.isfinite(found.amount) & (found.amount >= 0)
    if not (found.amount[good] > 0).any():
        raise UsageError("no customer has a positive revenue", code="bad_money", hint="name another column as revenue=")
    bad = int((~good).sum())
    said = [caution("money_cut", column=call.columns["revenue"])]
    return np.where(good, found.amount, np.nan), [*said, *([caution("bad_money", n=bad)] if bad else [])]


def _refuse_one_class(churned: Bools) -> None:
    n = len(churned)
    if not churned.any():
        raise UsageError(
            f"nobody left: all {n} customers are still here", code="single_class",
            hint="check which value means gone: scale={'churned': {'yes': 1, 'no': 0}} in cx.Study, or another column",
        )  # fmt: skip
    if churned.all():
        raise UsageError(
            f"everybody left: none of the {n} customers is still here", code="single_class",
            hint="those who stayed are missing from the table, or another value means gone",
        )  # fmt: skip


def _number(day: dt.date) -> float:
    return float((day - dt.date(1970, 1, 1)).days)


def _in(share: Any) -> float:
    return min(max(float(share), 0.0), 1.0)


def _names(by: Any) -> tuple[str, ...]:
    return () if by is None else (by,) if isinstance(by, str) else tuple(by)
