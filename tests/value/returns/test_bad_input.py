"""What cannot be computed is refused with the fix; what is cut is said by name."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

import cxkit as cx
from cxkit.errors import DataWarning, NothingMatched, OptionError, RoleError, UnknownNameError, UsageError
from cxkit.value.returns import roi

PLAIN = {"cost": 1e4, "customers": 1000, "churn": 0.03, "margin": 40, "period": "M", "change": {"churn": -0.01}}


@pytest.mark.parametrize(
    ("changes", "says", "fix"),
    [
        ({"discount": 10}, "discount is 10", "discount=0.1 for 10 %"),
        ({"discount": 1.0}, "discount is 1,", "discount=0.01 for 1 %"),
        ({"discount": -0.1}, "discount is -0.1", "discount=0.1"),
        ({"discount": float("nan")}, "discount is nan", "a number, a range"),
        ({"margin": 0}, "margin is 0", "no gain to keep"),
        ({"margin": -5}, "margin is -5", "no gain to keep"),
        ({"margin": None, "revenue": 100}, "revenue is not margin", "margin_rate=0.35"),
        ({"margin": None, "revenue": 100, "margin_rate": 35}, "margin_rate is 35", "margin_rate=0.35 for 35 %"),
        ({"revenue": 100}, "both say what a customer brings", "margin="),
        ({"margin_rate": 0.3}, "would change nothing", "leave it out"),
        ({"churn": 3}, "churn is 3", "churn=0.03 for 3 %"),
        ({"churn": -0.1}, "churn is -0.1", "0 to 1"),
        ({"churn": (0.20, 0.15)}, "does not rise", r"churn=0.2, after=\{'churn': 0.15\}"),
        ({"churn": "3%"}, "churn is '3%'", "a number, a range"),
        ({"churn": None, "change": {"margin": 2}}, "how many customers leave", "churn=0.02"),
        ({"margin": None}, "what one brings is not known", "margin=40"),
        ({"customers": None}, "how many customers", "customers=1000"),
        ({"customers": 0}, "customers is 0", "customers="),
        ({"reach": 50}, "reach is 50", "reach=0.5 for 50 %"),
        ({"fade": 2}, "fade is 2", "fade=0.02"),
        ({"ramp_months": -1}, "ramp_months is -1", "ramp_months=1"),
        ({"horizon": 0}, "horizon is 0", "years, up to 50"),
        ({"horizon": 100}, "horizon is 100", "years, up to 50"),
        ({"horizon": 1.5, "period": "Y"}, "not a whole number of years", "period='M'"),
        ({"cost": -1}, "cost is -1", "0 or more"),
        ({"cost": {}}, "cost= is empty", "cost=250_000"),
        ({"cost": {"annual": 3}}, "cost= names 'annual'", "each, once, yearly"),
        ({"cost": None}, "is None", "a number"),
        ({"period": None}, "which one was not said", "period='M'"),
        ({"period": "W"}, "period='W'", "'M' for a month"),
        ({"timing": "begin"}, "no timing", "end, end_all, start"),
        ({"change": {"churn": -5}}, "change of churn is -5", "-0.05 for -5 points"),
        ({"change": {"churn": -0.5}}, "no churn is -0.47", r"-0.005\} for -0.5 percentage points"),
        ({"change": {"churn": 0.98}}, "no churn is 1.01", "0.0098"),
        ({"change": {"churn": (-0.5, -0.2)}}, "no churn is -0.47", "-0.005"),
        ({"change": {"churn": (-0.001, -0.005)}}, "does not rise", r"the lowest first$"),
        ({"delay_months": 36}, "no effect is ever seen", "horizon=4"),
        ({"months": 0}, "months is 0", "months=1"),
        ({"months": 1}, "months= would change nothing", "period="),
        ({"change": None, "after": {"churn": 15}}, r"after=\{'churn': ...\} is 15", "0.15 for 15 %"),
        ({"after": {"churn": 0.01}}, "both say churn", "its new level or its change"),
        ({"change": None, "after": {"support_cost": 3}}, "what it is now is not known", "support_cost="),
        ({"change": {"cross_sell": 0.1}, "margin_rate": 0.3}, "what a cross-sale brings", "cross_sell_value=80"),
        ({"change": {"cross_sell": 0.1}, "cross_sell_value": 30}, "revenue is not margin", "margin_rate=0.35"),
        ({"cross_sell": 0.1}, "would change nothing", "cross_sell"),
        ({"per_point": {"churn": -0.001}}, "none are gained", "improve="),
        ({"level": 95}, "level is 95", "0.95"),
        ({"draws": 10}, "draws is 10", "100 or more"),
        ({"currency": "euros"}, "no currency", "EUR"),
        ({"correlation": {("churn", "margin"): 0.3}}, "no uncertain figure", "none"),
        ({"correlation": [1]}, "correlation= is", "-0.3"),
        ({"churn": (0.01, 0.02), "margin": (30, 40), "correlation": {("churn", "margin"): 3}}, "is 3", "-1 to 1"),
        ({"scenarios": {}}, "scenarios= is", "prudent"),
        ({"scenarios": {"a": 3}}, "scenario 'a' is 3", "arguments that differ"),
        ({"evidence": {"churn": "guessed"}}, "no grade", "observed"),
        ({"evidence": {"churn": 3}}, "evidence for 'churn' is 3", "cx.effect"),
        ({"margin": stats.cauchy()}, "no finite mean", "a number"),
    ],
)
def test_what_cannot_be_is_refused_with_its_fix(changes, says, fix):
    with pytest.raises(OptionError, match=says) as caught:
        roi(**{**PLAIN, **changes})
    assert re.search(fix, caught.value.hint or ""), caught.value.hint


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ({"change": {"chrun": -0.01}}, "did you mean 'churn'"),
        ({"scenarios": {"a": {"improv": 3}}}, "did you mean 'improve'"),
        ({"evidence": {"churns": "tested"}}, "did you mean 'churn'"),
    ],
)
def test_a_wrong_name_has_its_nearest(changes, near):
    with pytest.raises(UnknownNameError, match=near):
        roi(**{**PLAIN, **changes})


def test_a_wrong_driver_has_its_nearest(study):
    with pytest.raises(UnknownNameError, match="did you mean 'wait'"):
        roi(study, cost=1, improve={"wiat": 0.5}, margin_rate=0.3)


def test_a_name_that_fits_several_drivers_is_refused(answers):
    s = cx.Study(answers.assign(tel_wait=answers["sat_price"]), id="customer", nps="nps", revenue="revenue",
                 drivers=["sat_wait", "tel_wait"])  # fmt: skip
    with pytest.raises(UnknownNameError, match="fits several"):
        roi(s, cost=1, improve={"wait": 0.5}, margin_rate=0.3)


def test_an_improvement_past_the_scale_is_cut_by_name(study):
    with pytest.warns(DataWarning, match=r"sat_wait by \+50 passes the end"):
        found = roi(study, cost=1e4, improve={"wait": 50}, margin_rate=0.3)
    mean = study.drivers("nps", interval=None).model
    room = 5 - mean.performance[mean.names.index("sat_wait")]
    row = next(r for r in found.rows if r.name == "improve:sat_wait")
    assert row.value == pytest.approx(room)
    assert "Cut where the scale ends: improvement of sat_wait" in found.explain()
    with pytest.warns(DataWarning, match="passes the end"):
        ranged = roi(study, cost=1e4, improve={"wait": (0.5, 50)}, margin_rate=0.3)
    x, cut = ranged.inputs.draw(10_000, 0, None)
    assert x["improve:sat_wait"].max() == pytest.approx(room)
    assert cut["improve:sat_wait"] > 9000


def test_what_is_at_the_end_of_its_scale_cannot_improve(study):
    with pytest.raises(OptionError, match="nps cannot improve by 5"):
        roi(
            study.filter(nps=[9, 10]),
            cost=1,
            improve={"nps": 5},
            per_point={"margin": 1},
            churn=0.1,
            margin=40,
            period="M",
        )
    found = study.drivers("nps", interval=None)
    full = replace(found, models=(replace(found.model, performance=np.array([5.0, 3, 3])),))
    with pytest.raises(OptionError, match="sat_wait cannot improve"):
        roi(study, cost=1, improve={"wait": (0.1, 0.2)}, margin_rate=0.3, drivers=full)


def test_a_customer_who_costs_more_than_he_brings_is_warned_of():
    with pytest.warns(DataWarning, match="keeping one gains nothing"):
        roi(**{**PLAIN, "support_cost": 45})


def test_other_than_one_score_is_refused(study):
    with pytest.raises(OptionError, match="not both"):
        roi(study, cost=1, improve={"nps": 5, "wait": 0.5}, margin_rate=0.3)
    with pytest.raises(OptionError, match="twice"):
        roi(study, cost=1, improve={"sat_wait": 0.1, "wait": 0.5}, margin_rate=0.3)
    by = study.drivers("nps", by="left", interval=None)
    with pytest.raises(UsageError, match="2 groups"):
        roi(study, cost=1, improve={"wait": 0.5}, margin_rate=0.3, drivers=by)
    for wrong in ({"drivers": "sat_*"}, {"slopes": 3}, {"improve": 0.5}):
        with pytest.raises(OptionError):
            roi(study, **{"cost": 1, "improve": {"wait": 0.5}, "margin_rate": 0.3, **wrong})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"improve": {"wait": 0.5}}, "what a point is worth"),
        ({"improve": {"wait": 0.5}, "per_point": {"churn": -0.001}, "period": "M"}, "not known without a study"),
        ({}, "nothing that is worth money improves"),
    ],
)
def test_without_a_study_the_chain_must_be_said(call, says):
    with pytest.raises(UsageError, match=says):
        roi(cost=1, **call)


def test_nothing_improves(study):
    with pytest.raises(UsageError, match="nothing that is worth money"):
        roi(study, cost=1)


def test_another_currency_is_refused(slopes_of):
    dollars = slopes_of(unit=("USD", "", "USD"))
    with pytest.raises(UsageError, match="measured in USD"):
        roi(slopes=dollars, cost=1, improve={"nps": 5}, margin_rate=0.3, currency="EUR")
    assert roi(slopes=dollars, cost=1, improve={"nps": 5}, margin_rate=0.3).currency == "USD"


def test_slopes_that_are_not_known_are_refused(slopes_of):
    with pytest.raises(NothingMatched, match="not known for: revenue"):
        roi(slopes=slopes_of(slope=np.array([np.nan, -0.002, -0.1])), cost=1, improve={"nps": 5}, margin_rate=0.3)


def test_a_study_without_a_score(answers):
    s = cx.Study(answers[["customer", "revenue", "left"]], id="customer", revenue="revenue", churned="left")
    with pytest.raises(RoleError, match="no score"):
        roi(s, cost=1, improve={"nps": 5})


def test_the_currency_of_the_study_is_not_renamed(answers):
    swiss = cx.Study(answers, id="customer", nps="nps", revenue="revenue", currency="CHF")
    asked = {"cost": 1e4, "improve": {"nps": 5}, "margin_rate": 0.3}
    with pytest.raises(UsageError, match="the study are in CHF, the return is asked for in USD") as caught:
        roi(swiss, currency="USD", **asked)
    assert "currency='CHF'" in (caught.value.hint or "")
    assert roi(swiss, currency="chf", **asked).currency == roi(swiss, **asked).currency == "CHF"


@pytest.mark.parametrize(
    ("name", "unit", "says"),
    [
        ("margin", "USD", "in USD, the return is in EUR"),
        ("margin", "%", "in %, and its change is an amount of EUR"),
        ("margin", "points", "in points"),
        ("churn", "EUR", "in EUR, and its change is a share"),
        ("referrals", "%", "a number of them"),
    ],
)
def test_an_effect_of_another_unit_is_refused(name, unit, says):
    effect = SimpleNamespace(estimate=0.01, low=0.001, high=0.02, unit=unit)
    for given in ({"change": {name: effect}}, {"change": None, "evidence": {name: effect}}):
        with pytest.raises(UsageError, match=says):
            roi(**{**PLAIN, **given})


def test_an_effect_in_money_moves_no_score(slopes_of):
    effect = SimpleNamespace(estimate=5, low=1, high=9, unit="EUR")
    with pytest.raises(UsageError, match="nps is no money"):
        roi(slopes=slopes_of(), cost=1, improve={"nps": effect}, margin_rate=0.3)


def test_slopes_of_other_months_are_not_renamed(slopes_of):
    with pytest.raises(UsageError, match="over 12 months, and months= says 1"):
        roi(slopes=slopes_of(), cost=1, improve={"nps": 5}, margin_rate=0.3, months=1)
