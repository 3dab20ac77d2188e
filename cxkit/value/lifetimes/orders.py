"""A table of orders as given, its columns found and its amounts checked."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from cxkit.errors import NothingMatched, OptionError, RoleError
from cxkit.present.money import check_currency
from cxkit.study import Study
from cxkit.study.names import fold
from cxkit.tally.engine import collected, plain, schema_of
from cxkit.tally.purchases import Buyers, Ledger, Orders, count_repeated, texts_of
from cxkit.value.lifetimes.cautions import Caution, Euros, Share, caution

__all__ = ["Asked", "asked", "check_money", "currency_of", "day_asked", "row_cautions"]

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
#: Names of a column that says which currency amounts are in.
_BESIDE = frozenset({"currency", "currency code", "devise", "monnaie", "code devise"})
_CODE = re.compile(r"€|\$|£|¥|\b(?:EUR|USD|GBP|CHF|CAD|JPY|XOF|MAD)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """Orders of a study, ready to be counted."""

    study: Study
    orders: Orders
    currency: str


def asked(
    data: Any,
    *,
    id: str | None,
    date: str | None,
    revenue: str | None,
    order: str | None = None,
    by: Any = None,
    unit: Literal["day", "order", "row"] = "day",
    dated: bool = True,
    priced: bool = True,
    currency: str | None = None,
) -> Asked:
    """The columns of a table of orders: those named, else the study's roles.

    Raises
    ------
    RoleError
        No column of customers, dates or amounts; dates or amounts that are none.
    """
    said: dict[str, Any] = {"id": id, "date": date, "revenue": revenue}
    if isinstance(data, Study):
        study = data
        for role, column in said.items():
            if column is not None and (role != "date" or study.column(column) != study.roles.get("date", ("",))[0]):
                study = _with_role(study, role, column)
    else:
        study = Study(data, guess=False, **said)
    columns = {role: _column(study, role) for role in said}
    for role, needed in (("id", True), ("date", dated), ("revenue", priced)):
        if needed and columns[role] is None:
            raise RoleError(
                f"orders need a column of {_WHAT[role]}",
                hint=f"name it: {role}='...'. Columns: {', '.join(study.columns[:15])}",
            )
    if columns["revenue"] is not None:
        check_money(study, columns["revenue"], currency_of(study, currency))
    found = None if order is None else study.column(order)
    orders = Orders(
        str(columns["id"]), columns["date"], columns["revenue"], found, "order" if found is not None else unit,
        study.by_columns(by),
    )  # fmt: skip
    return Asked(study, orders, currency_of(study, currency))


def _with_role(study: Study, role: str, column: str) -> Study:
    """The same rows with another column in a role."""
    roles: dict[str, Any] = {r: c[0] for r, c in study.roles.items() if r in _WHAT and len(c) == 1}
    roles[role] = study.column(column)
    return Study(study.reading if study.data is study.reading.frame else study.data, guess=False,
                 currency=study.currency, **roles)  # fmt: skip


def _column(study: Study, role: str) -> str | None:
    found = study.roles.get(role, ())
    return found[0] if len(found) == 1 else None


def currency_of(study: Study | None, currency: str | None) -> str:
    """The currency said, else the study's."""
    if currency is not None:
        return check_currency(currency)
    return "EUR" if study is None else study.currency


def check_money(study: Study, column: str, currency: str | None = None) -> None:
    """Refuse amounts that are text, infinite, in several currencies, or by another column in another than the one said.

    Raises
    ------
    RoleError
        ``currency_mixed`` with how many rows have each currency; ``money_text`` for other texts; ``not_finite``.
    """
    dtype = schema_of(study.data)[column]
    if dtype.is_numeric():
        _check_finite(study, column, floats=dtype.is_float())
        _check_currency(study, column, study.currency if currency is None else currency)
        return
    if not isinstance(dtype, _texts()):
        raise RoleError(
            f"amounts must be numbers, and {column!r} holds {dtype}", column=column, hint="name another one"
        )
    seen: Counter[str] = Counter()
    texts = texts_of(study.data, column)
    for text, n in texts:
        for sign in _CODE.findall(text.upper()) or [""]:
            seen[_SIGNS.get(sign, sign)] += n
    named = {code: n for code, n in seen.items() if code}
    if len(named) > 1:
        counts = ", ".join(f"{n} in {code}" for code, n in sorted(named.items(), key=lambda x: -x[1]))
        raise RoleError(
            f"amounts in several currencies: {counts}", column=column, code="currency_mixed",
            hint="convert them to one currency first, or analyse each: s.filter(...)",
        )  # fmt: skip
    first = next((text for text, _ in texts if text.strip()), "")
    raise RoleError(
        f"amounts are text, such as {first!r}", column=column, code="money_text",
        hint="cx.read('orders.csv') reads amounts such as '1 234,50 €'; or convert the column to numbers",
    )  # fmt: skip


def _check_finite(study: Study, column: str, *, floats: bool) -> None:
    import narwhals.stable.v2 as nw

    if not floats:
        return
    value = nw.col(column)
    endless = ((value == float("inf")) | (value == float("-inf"))).cast(nw.Int64).sum().alias("n")
    n = int(plain(collected(nw.from_native(study.data).lazy().select(endless))["n"][0]) or 0)
    if n:
        raise RoleError(
            f"{column!r} is infinite in {n} {'row' if n == 1 else 'rows'}: nothing can be added up",
            column=column, code="not_finite", hint="correct these amounts, or make them missing",
        )  # fmt: skip


def _check_currency(study: Study, column: str, currency: str) -> None:
    beside = next((c for c in study.columns if fold(c) in _BESIDE), None)
    if beside is None or not isinstance(schema_of(study.data)[beside], _texts()):
        return
    seen: Counter[str] = Counter()
    for text, n in texts_of(study.data, beside):
        if text.strip():
            seen[_SIGNS.get(text.strip(), text.strip().upper())] += n
    if len(seen) > 1:
        counts = ", ".join(f"{n} in {code}" for code, n in seen.most_common(6))
        raise RoleError(
            f"{column!r} is in several currencies, by {beside!r}: {counts}", column=column, code="currency_mixed",
            hint="convert them to one currency first, or analyse each: s.filter(...)",
        )  # fmt: skip
    code = next(iter(seen), currency)
    if _CODE.fullmatch(code) and code != currency:
        raise RoleError(
            f"{column!r} is in {code}, by {beside!r}, and {currency} is asked for", column=column, code="currency_mixed",
            hint=f"currency={code!r}, or convert the amounts to {currency}",
        )  # fmt: skip


def _texts() -> tuple[Any, ...]:
    import narwhals.stable.v2 as nw

    return (nw.String, nw.Object, nw.Categorical, nw.Enum, nw.Unknown)


def row_cautions(
    ledger: Ledger, found: Buyers, asked: Asked, *, end: dt.date | None, returns: bool = True, repeated: bool = True
) -> list[Caution]:
    """What was left out of the rows, and what of the orders was no purchase.

    Raises
    ------
    NothingMatched
        No row is left.
    """
    if not ledger.used and not ledger.anonymous:
        raise NothingMatched(
            f"none of {ledger.rows} rows has a date and an amount", hint="name other columns, or check end="
        )
    out = []
    for code in ("undated", "unpriced"):
        if getattr(ledger, code):
            out.append(caution(code, n=getattr(ledger, code)))
    if ledger.late and end is not None:
        out.append(caution("late", n=ledger.late, end=end))
    if returns and found.returns.sum():
        gross = float(found.gross.sum())
        lost = float(-found.returned.sum())
        out.append(caution("returns", n=int(found.returns.sum()), sum=Euros(-lost, asked.currency),
                           share=Share(lost / gross if gross else float("nan"))))  # fmt: skip
    if repeated and asked.orders.order is None and asked.orders.revenue is not None:
        twice = count_repeated(asked.study.data, asked.orders)
        if twice:
            out.append(caution("repeated", n=twice))
    return out


def day_asked(value: Any, name: str) -> dt.date | None:
    """A day as given: a date, or a text such as 2026-03-25.

    Raises
    ------
    OptionError
    """
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else dt.date(value.year, value.month, value.day)
    except (ValueError, AttributeError):
        raise OptionError(f"{name}= is {value!r}", hint="a date, or a text such as '2026-03-25'") from None


_WHAT = {"id": "customers", "date": "dates", "revenue": "amounts"}
