"""The frames of the demo data: the survey, the customers and their orders, put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxkit.sources.demo.comments import comments
from cxkit.sources.demo.panel import Answers, codes, draw_answers, generator, group
from cxkit.sources.demo.story import (
    ACQUISITION_COST,
    BASE_REVENUE,
    CHURN_RATES,
    CONTACT_COST,
    CONTACT_RATES,
    EXTRACT_DAY,
    FIRST_MONTH,
    LAST_DAY,
    LEAVE_DAY,
    MARGIN_RATE,
    ORDERS_MEAN,
    REASON_OF_GRUDGE,
    REASON_SHARES,
    REFERRAL_RATES,
    RETURN_SHARE,
    REVENUE_NOISE,
    REVENUE_PER_POINT,
)
from cxkit.sources.demo.words import COLUMNS, LABELS, RATED, STAGE_OF, Lang

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.sources.demo.panel import Bools, Days, Floats, Ints, Spans, Texts

__all__ = ["FRAMES", "customers_frame", "orders_frame", "survey_frame"]


def survey_frame(n: int, seed: int, lang: Lang) -> pd.DataFrame:
    """One row an answer."""
    import numpy as np
    import pandas as pd

    answers = draw_answers(n, seed)
    people, who = answers.people, answers.customer
    labels = LABELS[lang]
    columns: dict[str, Any] = {
        "respondent": _ids(len(people.segment))[who],
        "date": _dates(answers.date),
        "segment": _words(people.segment[who], labels["segment"]),
        "channel": _words(answers.channel, labels["channel"]),
        "region": _words(people.region[who], labels["region"]),
        "stage": _words(np.array(STAGE_OF)[answers.touchpoint], labels["stage"]),
        "touchpoint": _words(answers.touchpoint, labels["touchpoint"]),
        "weight": people.weight[who],
        "comment": comments(answers, seed, lang),
    }
    for position, name in enumerate(RATED):
        blank = answers.missing[:, position]
        # A masked integer, not a float with holes: an answer is a whole number.
        columns[name] = pd.arrays.IntegerArray(answers.ratings[:, position].copy(), blank.copy())
    return _frame(columns, "survey", lang)


def customers_frame(n: int, seed: int, lang: Lang) -> pd.DataFrame:
    """One row a customer, whether surveyed or not."""
    import numpy as np

    answers = draw_answers(n, seed)
    people = answers.people
    size = len(people.segment)
    churned, leave = _churn(answers, seed)
    rng = generator(seed, 4)
    joined = np.datetime64("2016-01-01") + _span(rng.random(size) ** 0.7, "2016-01-01", "2025-09-30")
    cost = np.array(ACQUISITION_COST)[people.segment] * np.exp(0.2 * rng.standard_normal(size))
    labels = LABELS[lang]
    last, rng = _last_score(answers), generator(seed, 6)
    contacts = rng.poisson(np.array(CONTACT_RATES)[last])
    referrals = rng.poisson(np.array(REFERRAL_RATES)[last])
    said = (rng.random((size, 1)) > np.cumsum(REASON_SHARES, axis=1)[last][:, :-1]).sum(axis=1)
    reason = _words(np.where(people.grudge, REASON_OF_GRUDGE, said), labels["churn_reason"])
    reason[~churned] = None
    columns: dict[str, Any] = {
        "customer": _ids(size),
        "since": _dates(joined),
        "segment": _words(people.segment, labels["segment"]),
        "contract": _words(codes(rng.random(size), (0.6, 0.4)), labels["contract"]),
        "monthly_margin": np.round(MARGIN_RATE * _revenue(answers, seed) / 12, 2),
        "churned": churned,
        "churn_date": _dates(leave),
        "churn_reason": reason,
        "contacts": contacts,
        "support_cost": np.round(CONTACT_COST * contacts, 2),
        "referrals": referrals,
        "acquisition_cost": np.round(cost, 2),
    }
    return _frame(columns, "customers", lang)


def orders_frame(n: int, seed: int, lang: Lang) -> pd.DataFrame:
    """One row an order or a return, over the twelve months of the survey, by date."""
    import numpy as np

    answers = draw_answers(n, seed)
    revenue = _revenue(answers, seed)
    rng = generator(seed, 5)
    most = 2 * np.array(ORDERS_MEAN)[answers.people.segment] - 1
    count = 1 + np.floor(rng.random(revenue.size) * most).astype(np.int64)
    who = np.repeat(np.arange(revenue.size), count)
    share = 0.2 - np.log1p(-rng.random(who.size))
    share /= np.bincount(who, weights=share, minlength=revenue.size)[who]
    amount = np.round(revenue[who] * share, 2)
    date = np.datetime64(FIRST_MONTH, "D") + _span(rng.random(who.size), FIRST_MONTH, LAST_DAY)
    # A purchase made twice and sent back leaves the customer's total as it was.
    back = np.flatnonzero(rng.random(who.size) < RETURN_SHARE)
    wait = (3 + np.floor(rng.random(back.size) * 18)).astype("timedelta64[D]")
    returned = np.minimum(date[back] + wait, np.datetime64(LAST_DAY))
    who = np.concatenate([who, who[back], who[back]])
    amount = np.concatenate([amount, amount[back], -amount[back]])
    # The second purchase is kept or dropped with its return when the customer leaves.
    until = np.concatenate([date, returned, returned])
    date = np.concatenate([date, date[back], returned])
    _, leave = _churn(answers, seed)
    keep = np.isnat(leave[who]) | (until < leave[who])
    rows = np.flatnonzero(keep)[np.argsort(date[keep], kind="stable")]
    columns = {"customer": _ids(revenue.size)[who[rows]], "date": _dates(date[rows]), "amount": amount[rows]}
    columns["margin"] = np.round(MARGIN_RATE * amount[rows], 2)
    return _frame(columns, "orders", lang)


FRAMES = {"survey": survey_frame, "customers": customers_frame, "orders": orders_frame}


def _last_score(answers: Answers) -> Ints:
    """The class of each customer's last score; passive for those who never gave one."""
    import numpy as np

    scored = ~answers.missing[:, 0]
    last = np.full(len(answers.people.segment), 1)
    # Rows are in order of date, and of repeated indices the last one assigns.
    last[answers.customer[scored]] = group(answers.ratings[scored, 0])
    return last


def _revenue(answers: Answers, seed: int) -> Floats:
    """Revenue of twelve months in EUR, had nobody left."""
    import numpy as np

    last = _last_score(answers)
    noise = REVENUE_NOISE * generator(seed, 2).standard_normal(last.size)
    points = np.array([100.0, 0.0, -100.0])[last]
    return np.maximum(BASE_REVENUE + REVENUE_PER_POINT * points + noise, 20.0)


def _churn(answers: Answers, seed: int) -> tuple[Bools, Days]:
    """Who left, and when (NaT for those who stay): always after the last answer."""
    import numpy as np

    day = np.timedelta64(1, "D")
    rng = generator(seed, 3)
    grudge = answers.people.grudge
    churned = rng.random(grudge.size) < np.array(CHURN_RATES)[_last_score(answers)]
    seen = np.full(grudge.size, np.datetime64(FIRST_MONTH, "D") - day)
    seen[answers.customer] = answers.date
    left = (np.datetime64(EXTRACT_DAY) - seen).astype(np.int64)
    leave = seen + day + np.floor(rng.random(grudge.size) * left).astype("timedelta64[D]")
    # The day of the exodus is kept for the exodus: it can be told apart by its date.
    leave[leave == np.datetime64(LEAVE_DAY)] += day
    leave[~churned] = np.datetime64("NaT", "D")
    leave[grudge] = np.datetime64(LEAVE_DAY)
    return churned | grudge, leave


def _ids(size: int) -> Texts:
    """Identifiers, ``C000001`` first."""
    import numpy as np

    return np.array([f"C{number:06d}" for number in range(1, size + 1)], dtype=object)


def _words(index: Ints, labels: tuple[str, ...]) -> Texts:
    import numpy as np

    return np.array(labels, dtype=object)[index]


def _dates(days: Days) -> Days:
    # Microseconds: what pandas itself makes of dates, and what every engine reads.
    return days.astype("datetime64[us]")


def _span(uniform: Floats, first: str, last: str) -> Spans:
    """A number of days from 0 to those between two days, both ends in."""
    import numpy as np

    length = (np.datetime64(last, "D") - np.datetime64(first, "D")).astype(np.int64) + 1
    return np.floor(uniform * length).astype("timedelta64[D]")


def _frame(columns: dict[str, Any], table: str, lang: Lang) -> pd.DataFrame:
    """The columns in their order, under their name in the language."""
    import pandas as pd

    names = COLUMNS[lang][table]
    return pd.DataFrame({names[key]: columns[key] for key in names})
