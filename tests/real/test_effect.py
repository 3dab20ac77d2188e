"""A real e-mail test with a control group (Hillstrom 2008) through ``effect``, against computed figures."""

from __future__ import annotations

import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect

pytestmark = pytest.mark.real
EXACT = pytest.approx


@pytest.fixture
def mail(real_data):
    frame = pd.read_csv(real_data / "email_hillstrom" / "hillstrom.csv")
    return cx.Study(frame, revenue="spend", guess=False, currency="USD")


@pytest.fixture
def figures(expected):
    return expected("email_hillstrom")


def test_email_hillstrom_visits_conversions_and_spend(mail, figures):
    found = effect(mail, ["visit", "conversion", "revenue"], design="ab", treated="segment", control="No E-Mail")
    for reading in found.readings:
        name = {"revenue": "spend"}.get(reading.outcome.name, reading.outcome.name)
        scale = 1.0 if name == "spend" else 100.0
        theirs = figures["vs_control"][reading.arm][name]
        assert reading.estimate == EXACT(scale * theirs["lift"], rel=1e-10)
        assert reading.item("observed").estimate == EXACT(scale * figures["segment"][reading.arm][name], rel=1e-10)
        assert reading.item("control").estimate == EXACT(scale * figures["segment"]["No E-Mail"][name], rel=1e-10)
        assert reading.n == figures["segment"][reading.arm]["n"]
        if name == "spend":
            assert reading.estimate / reading.se == EXACT(theirs["welch_t"], rel=1e-9)
            assert reading.p == EXACT(theirs["p"], rel=1e-6)
        assert reading.verdict == "better"
        assert reading.low > 0
    # Published: 18.28, 15.14, 10.62 %.
    visits = [
        round(found.of(arm=a, outcome="visit").reading.item("observed").estimate, 2)
        for a in ("Mens E-Mail", "Womens E-Mail")
    ]
    assert visits == [18.28, 15.14]
    assert not found.cautions


def test_email_hillstrom_incremental_spend(mail, figures):
    found = effect(mail, "revenue", design="ab", treated="segment", control="No E-Mail").of(arm="Mens E-Mail")
    worth = found.money(margin=1)
    assert worth.item("gain").estimate == EXACT(figures["incremental_spend_total_mens"], abs=1e-6)
    assert worth.item("gain").estimate == EXACT(16_402.71, abs=5e-3)
    assert worth.currency == "USD"
    assert found.reading.item("total").estimate == EXACT(figures["incremental_spend_total_mens"], abs=1e-6)
    dear = found.money(cost=10_000, margin=0.3)
    assert dear.item("net").high < 0
    assert dear.item("probability_positive").estimate < 1


def test_email_hillstrom_cuped_by_earlier_spend_saves_little_and_says_so(mail):
    found = effect(mail, "revenue", design="ab", treated="segment", control="No E-Mail", before="history")
    for reading in found.readings:
        assert 0 < reading.item("variance_reduction").estimate < 1
        assert abs(reading.estimate - reading.item("naive").estimate) < 0.01


def test_email_hillstrom_matching_agrees_with_the_lots_that_were_drawn(mail):
    """Where lots were drawn, weights for what is known change next to nothing."""
    two = mail.filter(segment=["Mens E-Mail", "No E-Mail"])
    lots = effect(two, "visit", design="ab", treated="segment", control="No E-Mail")
    alike = effect(
        two, "visit", design="matched", treated="segment", control="No E-Mail",
        controls=["recency", "history", "newbie", "channel", "zip_code"],
    )  # fmt: skip
    assert alike.estimate == EXACT(lots.estimate, abs=0.2)
    assert alike.low < lots.estimate < alike.high
    assert max(abs(b.before) for b in alike.balance) < 0.05
