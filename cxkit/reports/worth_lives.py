"""Who leaves, how long customers stay and what that is worth, as far as a page may show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import CxkitError
from cxkit.present.money import amount, amount_interval
from cxkit.present.words import group_name
from cxkit.reports.worth_texts import say
from cxkit.study import Study

if TYPE_CHECKING:
    from cxkit.reports.worth_page import WorthPage
    from cxkit.value.behaviour import Linkage
    from cxkit.value.lifetimes.worth import LifetimeValue
    from cxkit.value.retention.curves import Survival
    from cxkit.value.retention.rate import Churn

__all__ = ["lifetime_by_class", "lives_said", "rate_of_leaving", "stays_by_class"]

_PERIODS = {1: "month", 3: "quarter", 12: "year"}


def rate_of_leaving(page: WorthPage) -> Churn | str:
    """The churn rate of the customers of a page, or why there is none."""
    from cxkit.value.retention.rate import churn

    dated = "left" in page.study.roles
    period, months = (None, None) if dated else ("whole", page.months)
    try:
        found = churn(page.focus, period=period, months=months, as_of=_extract(page), impossible="leave_out")
    except CxkitError as exc:
        return say("refused", page.lang, what=exc.what, hint=exc.hint or "")
    held = "churned" in page.linked.held or min((r.n for r in found.rates), default=0) < page.min_n
    held |= not dated and 0 < found.rates[0].n - _in_classes(page) < page.min_n
    return say("held_lives", page.lang, min_n=page.min_n) if held else found


def _extract(page: WorthPage) -> str | None:
    """The day of the demo's tables, so that its figures are the same whatever the day; else the data tell."""
    from cxkit.sources.demo.story import EXTRACT_DAY

    return EXTRACT_DAY if page.study.reading.source == "demo" and "left" in page.study.roles else None


def _in_classes(page: WorthPage) -> int:
    """Customers whose departure is shown by class: those of everybody less these are the ones who gave no score."""
    found = page.linked.found
    return 0 if found is None else sum(v.n for v in found.groups[0].of("churned") if v.band != "all")


def stays_by_class(page: WorthPage) -> Survival | str:
    """How long customers of each class stay, or why that is not known."""
    from cxkit.value.retention.curves import survival

    if not {"since", "left"} <= set(page.study.roles):
        return say("no_since", page.lang)
    try:
        found = survival(page.focus, by=page.focus.column(page.main), as_of=_extract(page), impossible="leave_out")
    except CxkitError as exc:
        return say("refused", page.lang, what=exc.what, hint=exc.hint or "")
    # Reasons by class would tell of a few: the page says how many leave, not why.
    found = replace(found, curves=tuple(replace(curve, incidence=None) for curve in found.curves), reasons=())
    few = any(curve.n < page.min_n for curve in found.curves) or "churned" in page.linked.held
    return say("held_lives", page.lang, min_n=page.min_n) if few else found


def lifetime_by_class(page: WorthPage) -> LifetimeValue | str:
    """What a customer of each class is worth, or why that is not known."""
    from cxkit.value.lifetimes.worth import lifetime_value

    found = page.classes
    known = () if found is None else tuple(o.name for o in found.outcomes)
    paid = page.money == "margin" or (page.money == "revenue" and page.margin_rate > 0)
    period = _PERIODS.get(round(page.months)) if float(page.months).is_integer() else None
    if not paid or "churned" not in known:
        return say("no_lifetime", page.lang)
    if period is None:
        return say("odd_months", page.lang)
    rate = page.margin_rate if page.money == "revenue" else None
    assert found is not None
    try:
        lives = lifetime_value(
            _customers(found, page.money, page), by=page.label(page.main), margin_rate=rate, discount=page.discount,
            period="year", margin_period=period, churn_period=period,
        )  # fmt: skip
    except CxkitError as exc:
        return say("refused", page.lang, what=exc.what, hint=exc.hint or "")
    # The highest class first, as in every other table.
    names = [b.title(page.lang) for b in reversed(found.bands)]
    order = sorted(range(len(lives)), key=lambda g: names.index(lives.groups[g].key[0]))
    return replace(
        lives, groups=tuple(lives.groups[g] for g in order),
        assumptions=replace(lives.assumptions, parts=tuple(lives.assumptions[g] for g in order)),
        draws=lives.draws[order],
    )  # fmt: skip


def lives_said(lives: LifetimeValue, lang: str) -> str:
    """``A customer is worth: Promoters €2,988 [€2,612 ; €3,372], ...``"""
    said = []
    for group in lives.groups:
        item = group["lifetime_value"]
        interval = f" {amount_interval(item.low, item.high, item.unit, lang)}" if item.low == item.low else ""
        said.append(f"{group_name(group.key, lang)} {amount(item.estimate, item.unit, lang)}{interval}")
    return say("lives", lang, values=", ".join(said))


def _customers(found: Linkage, money: str, page: WorthPage) -> Study:
    """One row a customer: the class of the last answer, what was brought, and who left."""
    import numpy as np
    import pandas as pd

    names = [o.name for o in found.outcomes]
    group = found.found.groups[0]
    titles = np.array([b.title(page.lang) for b in found.bands], object)
    gone = group.y[:, names.index("churned")]
    known = (group.band >= 0) & np.isfinite(gone)
    frame = pd.DataFrame({
        page.label(page.main): titles[group.band[known]], money: group.y[known, names.index(money)],
        "churned": (gone[known] > 0).astype(int),
    })  # fmt: skip
    roles: dict[str, Any] = {"churned": "churned", money: money}
    return Study(frame, guess=False, currency=found.currency, **roles)
