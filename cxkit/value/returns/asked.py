"""What was asked of a return, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.present.money import check_currency
from cxkit.stats.cashflow import TIMINGS
from cxkit.study import Study
from cxkit.value.returns.amounts import plain

__all__ = ["Asked", "PERIODS", "checked_call", "spans"]

#: Months in a period.
PERIODS = {"M": 1, "Y": 12}

#: Figures of a period: their period must be known as soon as one is said.
_OF_A_PERIOD = ("churn", "revenue", "margin", "support_cost", "referrals", "cross_sell")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The call, its frame of time checked.

    Attributes
    ----------
    said : dict
        Figures by argument name, those that were given.
    cost, improve, after, change, per_point : mapping
    periods, months : int
        Number of periods and months in each.
    timing : str
    defaults : tuple of str
        Of ``horizon``, ``period``, ``timing``: those not given.
    covered : float or None
        Months that amounts and churn flag of a study are said to cover.
    """

    said: dict[str, Any]
    cost: dict[str, Any]
    improve: dict[str, Any]
    after: dict[str, Any]
    change: dict[str, Any]
    per_point: dict[str, Any]
    periods: int
    months: int
    timing: str
    defaults: tuple[str, ...]
    currency: str
    draws: int
    seed: int
    level: float
    covered: float | None = None


def checked_call(
    study: Study | None, said: dict[str, Any], *, cost: Any, improve: Any, after: Any, change: Any, per_point: Any,
    horizon: Any, period: Any, timing: Any, currency: str | None, draws: Any, seed: Any, level: Any,
    months: Any = None,
) -> Asked:  # fmt: skip
    """The call, or why it cannot be right.

    Raises
    ------
    OptionError
    """
    said = {name: value for name, value in said.items() if value is not None}
    after, change, per_point = (
        _mapping(what, given, "churn")
        for what, given in (("after", after), ("change", change), ("per_point", per_point))
    )
    improve = _mapping("improve", improve, "wait")
    per = [name for name in _OF_A_PERIOD if name in said or name in after or name in change or name in per_point]
    if period is None and per:
        raise OptionError(
            f"{per[0]} is an amount of a period, and which one was not said",
            hint="period='M' for a month, 'Y' for a year",
        )
    if period is not None and period not in PERIODS:
        raise OptionError(f"period={period!r}", hint="period='M' for a month, 'Y' for a year")
    if timing is not None and timing not in TIMINGS:
        raise OptionError(f"no timing {timing!r}", hint=did_you_mean(str(timing), TIMINGS, what="Timings"))
    covered = plain(months)
    if months is not None and (covered is None or not 0 < covered <= 1200):
        raise OptionError(f"months is {months!r}", hint="the months that the study's amounts cover: months=1, or 12")
    length = PERIODS[period or "M"]
    if plain(level) is None or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    for what, given, least in (("draws", draws, 100), ("seed", seed, 0)):
        if isinstance(given, bool) or not isinstance(given, int) or given < least:
            raise OptionError(f"{what} is {given!r}", hint=f"a whole number of {least} or more")
    defaults = tuple(n for n, v in (("horizon", horizon), ("period", period), ("timing", timing)) if v is None)
    return Asked(
        said, _cost(cost), improve, after, change, per_point, spans(3 if horizon is None else horizon, length), length,
        timing or "end", defaults, _currency(study, currency),
        draws, seed, float(level), covered,
    )  # fmt: skip


def _currency(study: Study | None, asked: str | None) -> str:
    """The currency of the return.

    Raises
    ------
    UsageError
        The study says another one.
    """
    own = study.currency if study is not None else None
    if asked is None:
        return own or "EUR"
    code = check_currency(asked)
    if own is not None and own not in ("EUR", code):  # EUR may be nobody's word
        raise UsageError(
            f"the amounts of the study are in {own}, the return is asked for in {code}",
            hint=f"currency='{own}', and the cost in it too; nothing is converted here",
        )
    return code


def spans(horizon: Any, months: int) -> int:
    """The periods in a horizon of years.

    Raises
    ------
    OptionError
        0 or less, more than 50 years, or not a whole number of periods.
    """
    years = plain(horizon)
    if years is None or not 0 < years <= 50:
        raise OptionError(f"horizon is {horizon!r}", hint="years, up to 50: horizon=3, or 0.5 for six months")
    found = years * 12 / months
    if abs(found - round(found)) > 1e-6 or round(found) < 1:
        what = "months" if months == 1 else "years"
        raise OptionError(f"{years:g} years are not a whole number of {what}", hint="horizon=3, or period='M'")
    return round(found)


def _mapping(what: str, given: Any, example: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise OptionError(f"{what}= is {given!r}", hint=f"name what it is of: {what}={{'{example}': ...}}")
    return {("churn" if name == "churned" else name): value for name, value in given.items()}


def _cost(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        return {"once": given}
    if not given:
        raise OptionError("cost= is empty", hint="cost=250_000, or cost={'once': 200_000, 'yearly': 50_000}")
    for name in given:
        if name not in ("once", "yearly", "each"):
            raise OptionError(
                f"cost= names {name!r}",
                hint=did_you_mean(str(name), ("once", "yearly", "each"), what="Costs")
                + " (each: for every customer reached)",
            )
    return {"once": 0.0, **given}
