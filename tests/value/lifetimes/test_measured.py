"""Lifetime values measured on customers: spans of time, rates, weights, counts, tables; amounts that are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.value.lifetimes import contracts, lifetime_value, purchases, rfm, transactions


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 400
    return pd.DataFrame({
        "id": np.arange(n), "nps": rng.integers(0, 11, n), "margin": rng.gamma(4, 50, n),
        "revenue": rng.gamma(4, 200, n), "gone": rng.random(n) < 0.2, "w": rng.uniform(0.5, 2, n),
        "date": pd.date_range("2026-01-01", periods=n, freq="h"),
    })  # fmt: skip


def study(frame: pd.DataFrame, **roles: str) -> cx.Study:
    named = {"id": "id", "nps": "nps", "margin": "margin", "churned": "gone", "date": "date"} | roles
    return cx.Study(frame, guess=False, **{k: v for k, v in named.items() if v})


def test_a_margin_rate_is_of_revenue_even_where_there_is_a_margin(frame):
    both = lifetime_value(study(frame, revenue="revenue"), discount=0.1, margin_rate=0.35)
    stayed = frame.loc[~frame["gone"]]
    assert both.assumptions[0]["margin"].value == pytest.approx(0.35 * stayed["revenue"].mean())
    plain = lifetime_value(study(frame, revenue="revenue"), discount=0.1)
    assert plain.assumptions[0]["margin"].value == pytest.approx(stayed["margin"].mean())
    with pytest.raises(RoleError, match="margin_rate= is a share of revenue"):
        lifetime_value(study(frame), discount=0.1, margin_rate=0.35)
    with pytest.raises(OptionError, match="margin= and margin_rate= both"):
        lifetime_value(margin=100, margin_rate=0.3, retention=0.8, discount=0.1)


def test_what_was_measured_covers_a_year_whatever_the_period(frame):
    monthly = lifetime_value(study(frame), discount=0.1, period="month")
    gone = frame["gone"].mean()
    kept, d = (1 - gone) ** (1 / 12), 1.1 ** (1 / 12) - 1
    margin = frame.loc[~frame["gone"], "margin"].mean() / 12
    assert monthly.value == pytest.approx(margin * kept / (1 + d - kept))
    assert "taken to cover a year" in monthly.explain()
    assert "supposées couvrir un an" in monthly.explain("fr")
    assert "a_year" not in {c.code for c in lifetime_value(study(frame), discount=0.1).cautions}
    said = lifetime_value(study(frame), discount=0.1, period="month", margin_period="month", churn_period="month")
    assert said.value == pytest.approx(12 * margin * (1 - gone) / (1 + d - 1 + gone))
    assert "a_year" not in {c.code for c in said.cautions}
    # What is said is of the period.
    typed = lifetime_value(margin=10, churn=0.02, discount=0.1, period="month")
    assert typed.value == pytest.approx(10 * 0.98 / (1 + d - 0.98))


def test_customers_are_counted_not_rows(frame):
    twice = pd.concat([frame, frame.iloc[:3].assign(date=pd.Timestamp("2026-03-01"))])
    twice.loc[twice["id"].isin([0, 1]), "margin"] = np.nan
    found = lifetime_value(study(twice), discount=0.1)
    assert dict({c.code: dict(c.values) for c in found.cautions}["incomplete"]) == {"n": 2, "of": 400}


def test_the_class_is_that_of_the_last_answer_that_says_something(frame):
    later = frame.iloc[:50].assign(nps=np.nan, date=pd.Timestamp("2026-03-01"))
    silent = frame.iloc[-4:].assign(id=[901, 902, 903, 904], nps=np.nan)
    found = lifetime_value(study(pd.concat([frame, later, silent])), discount=0.1, by="nps")
    assert [g.key[0] for g in found.groups] == ["detractor", "passive", "promoter"]
    assert [g.n for g in found.groups] == [int(x.sum()) for x in (
        frame["nps"] <= 6, frame["nps"].between(7, 8), frame["nps"] >= 9
    )]  # fmt: skip
    assert dict({c.code: dict(c.values) for c in found.cautions}["unscored"])["n"] == 4
    assert "sans réponse à la question NPS : 4 sur 404" in found.explain("fr")


def test_weights_that_are_not_used_are_named(frame):
    found = lifetime_value(study(frame, weight="w"), discount=0.1)
    assert found.value == lifetime_value(study(frame), discount=0.1).value
    assert "weights of the study are not used" in found.explain()
    assert "unweighted" not in {c.code for c in lifetime_value(study(frame), discount=0.1).cautions}


def test_the_assumptions_are_a_table_of_their_own(frame):
    found = lifetime_value(study(frame), discount=0.1, by="nps")
    table = found.assumptions
    pd.testing.assert_frame_equal(table.to_frame(), found.assumptions_frame())
    assert [*table.to_frame().columns] == ["nps", "name", "value", "low", "high", "source", "shape", "n"]
    assert len(table) == 3
    assert "margin" in table.explain()
    assert "Détracteurs" in table.grid("fr").text("fr")
    assert "mesuré (n = " in table.grid("fr").text("fr")
    assert table.to_dict()["groups"] == found.to_dict()["assumptions"]
    import dataclasses

    first = dataclasses.replace(
        found,
        groups=found.groups[:1],
        assumptions=dataclasses.replace(table, parts=tuple(table)[:1]),
        draws=found.draws[:1],
    )
    assert first.assumptions.to_frame()["nps"].unique().tolist() == ["detractor"]


def test_a_margin_of_nothing_turns_the_advice_round():
    for margin in (-100, 0):
        found = lifetime_value(margin=margin, retention=0.8, discount=0.1, acquisition_cost=30)
        assert "customer who stays costs money" in found.explain()
        assert "coûte de l’argent" in found.explain("fr")
    paid = lifetime_value(margin=100, retention=0.8, discount=0.1, acquisition_cost=100)
    assert ", not discounted" in paid.explain()
    assert "worthless" not in {c.code for c in paid.cautions}


# Contracts ----------------------------------------------------------------------------------------


def test_one_period_does_not_tell_two_parameters():
    with pytest.raises(UsageError, match="only 1 period was seen") as caught:
        contracts([1000, 500])
    assert caught.value.code == "not_identified"
    with pytest.raises(UsageError, match="new: only 1 period"):
        contracts({"old": [1000, 800, 700], "new": [1000, 800]})


def test_a_constant_churn_says_nothing_of_alpha_and_has_no_interval_beyond():
    found = contracts([1000, 999, 998, 997], discount=0.1, margin=100)
    for name in ("alpha", "beta"):
        assert np.isnan(found[name].estimate)
    for name in ("lifetime", "discounted_lifetime", "lifetime_value"):
        assert np.isfinite(found[name].estimate)
        assert np.isnan([found[name].low, found[name].high]).all()
    assert np.isfinite(found["churn_first"].low)
    assert "not identified" in found.explain()
    assert "pas identifiables" in found.explain("fr")
    assert "open_lifetime" not in {c.code for c in found.cautions}
    differing = contracts([1000, 869, 743, 653, 593, 551, 517, 491], discount=0.1)
    assert np.isfinite([differing["alpha"].low, differing["discounted_lifetime"].low]).all()


# Orders -------------------------------------------------------------------------------------------


@pytest.fixture
def orders() -> pd.DataFrame:
    rows = [(i, f"2026-{1 + 2 * k:02}-{1 + i % 28:02}", 20.0 + i) for i in range(60) for k in range(1 + i % 4)]
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


CALLS = [purchases, rfm, transactions]
NAMES = {"id": "customer", "date": "date", "revenue": "amount"}


@pytest.mark.parametrize("of", CALLS)
def test_infinite_amounts_are_refused(orders, of):
    orders.loc[3, "amount"] = np.inf
    with pytest.raises(RoleError, match="'amount' is infinite in 1 row") as caught:
        of(orders, **NAMES)
    assert caught.value.code == "not_finite"


@pytest.mark.parametrize("of", CALLS)
def test_currencies_by_another_column_are_refused(orders, of):
    mixed = orders.assign(currency=np.where(orders.index % 3, "EUR", "USD"))
    with pytest.raises(RoleError, match=r"several currencies, by 'currency': \d+ in EUR, \d+ in USD"):
        of(mixed, **NAMES)
    with pytest.raises(RoleError, match="is in USD, by 'devise', and EUR is asked for") as caught:
        of(orders.assign(devise="usd"), **NAMES)
    assert "currency='USD'" in caught.value.hint
    found = of(orders.assign(devise="usd"), **NAMES, currency="USD")
    assert found.currency == "USD"
