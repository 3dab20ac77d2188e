"""Who may leave next: cross-fitted, masked, never more than asked, nothing from the future."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.value.retention.leakage import told_apart
from cxkit.value.retention.leaving import at_risk
from cxkit.value.retention.ratios import hazard

DATED = {"id": "who", "date": "day", "since": "since", "left": "left"}


@pytest.fixture
def flags() -> pd.DataFrame:
    """3,000 customers; log odds of leaving -0.5 - 0.3 x (score - 7)."""
    rng = np.random.default_rng(2)
    score = rng.integers(0, 11, 3000)
    chance = 1 / (1 + np.exp(0.5 + 0.3 * (score - 7)))
    return pd.DataFrame(
        {"who": [f"client-{i}" for i in range(3000)], "nps": score, "gone": rng.random(3000) < chance, "chance": chance}
    )


def keys(result):
    return {c.key for c in result.cautions}


def test_a_logit_on_flags_finds_what_was_planted(flags):
    found = at_risk(flags, id="who", churned="gone", months=12, top=0)
    assert found.terms[0][1] == pytest.approx(np.exp(-0.3), abs=0.03)
    assert found.here == (~flags["gone"]).sum()
    true = flags.loc[~flags["gone"], "chance"].sum()
    assert found.expected_low < true < found.expected_high
    assert found.quality.p > 0.01
    assert found.quality.slope == pytest.approx(1, abs=0.15)
    assert found.quality.brier.skill > 0
    assert found.quality.n == 3000
    assert len(found) == 0


def test_predictions_are_of_customers_that_the_model_had_not_seen(flags):
    """Of a score of pure noise the AUC is that of chance, and the list says so."""
    noise = flags.assign(nps=np.random.default_rng(9).integers(0, 11, 3000))
    found = at_risk(noise, id="who", churned="gone", months=12)
    assert found.quality.auc < 0.53
    assert {"no_better"} <= keys(found)
    assert "chance" in found.explain()


def test_ids_are_masked_and_cannot_be_found_again(flags):
    found = at_risk(flags, id="who", churned="gone", months=12, top=8)
    again = at_risk(flags, id="who", churned="gone", months=12, top=8)
    everything = "".join(
        (repr(found), found._repr_html_(), json.dumps(found.to_dict()), found.to_frame().to_csv(), found.explain("fr"))
    )
    assert "client-" not in everything
    assert len({c.customer for c in found.customers}) == 8
    assert {c.customer for c in found.customers}.isdisjoint(c.customer for c in again.customers)
    shown = at_risk(flags, id="who", churned="gone", months=12, top=8, ids="shown")
    assert all(c.customer.startswith("client-") for c in shown.customers)
    here = flags.set_index("who")["gone"]
    assert not here[[c.customer for c in shown.customers]].any()


@pytest.mark.parametrize("top", [0, 1, 7])
def test_never_more_rows_than_asked(flags, top):
    found = at_risk(flags, id="who", churned="gone", months=12, top=top)
    assert len(found.to_frame()) == len(found.to_dict()["rows"]) == len(found.grid().rows) == top
    assert [c.estimate for c in found.customers] == sorted((c.estimate for c in found.customers), reverse=True)


def test_the_seed_settles_the_parts(flags):
    one, two, other = (at_risk(flags, id="who", churned="gone", months=12, seed=s).quality.auc for s in (1, 1, 2))
    assert one == two != other


def test_dated_answers_look_at_the_past_from_earlier_days(answers):
    study = answers.rename(columns={"nps": "answer"})
    found = at_risk(study, "answer", months=3, as_of="2021-01-31", **DATED)
    assert found.here == (~(answers.groupby("who")["left"].first() <= "2021-01-31")).sum()
    assert found.terms[0][1] < 0.95
    assert [name for name, _ in found.terms] == ["answer", "log months as a customer"]
    assert 0 < found.quality.events <= answers.drop_duplicates("who")["left"].notna().sum()


def test_nothing_later_than_the_day_is_used(answers):
    """Answers and departures after a day, changed at will, leave what was learnt by that day as it was."""
    table = answers.rename(columns={"nps": "answer"})
    day = pd.Timestamp("2020-08-01")
    before = at_risk(table, "answer", months=2, as_of=day.date(), **DATED)
    changed = table.copy()
    changed.loc[changed["day"] > day, "answer"] = 0
    changed["left"] = changed["left"].mask(changed["left"] > day, day + pd.Timedelta(days=30))
    after = at_risk(changed, "answer", months=2, as_of=day.date(), **DATED)
    assert after.terms == before.terms
    assert [c.estimate for c in after.customers] == [c.estimate for c in before.customers]


def test_leaving_within_the_horizon_is_what_comes_true(make_panel):
    """Predicted on one day, counted three months later: as many leave as were expected."""
    table = make_panel(4000, -0.25, 5).rename(columns={"nps": "answer"})
    day, end = pd.Timestamp("2020-10-15"), pd.Timestamp("2021-01-14")
    found = at_risk(table, "answer", months=3, as_of=day.date(), top=10**6, ids="shown", **DATED)
    left = table.groupby("who")["left"].first()
    here = left.isna() | (left > day)
    here &= table[table["day"] <= day].groupby("who").size().reindex(left.index, fill_value=0) > 0
    true = ((left <= end) & here).sum()
    assert found.here == here.sum()
    assert true == pytest.approx(found.expected, rel=0.15)


def test_a_score_that_knows_the_outcome_is_refused_by_name():
    score = np.repeat([1, 2, 3, 4, 5], 60)
    gone = (score <= 2) | ((score == 3) & (np.arange(300) % 6 == 0))
    frame = pd.DataFrame({"who": np.arange(300), "score": score, "gone": gone})
    with pytest.raises(UsageError, match="1, 2 all left, of 4, 5 none") as caught:
        at_risk(frame, "score", id="who", churned="gone")
    assert caught.value.code == "separation"
    yes_no = frame.assign(score=(score <= 2).astype(int), gone=score <= 2)
    with pytest.raises(UsageError, match="without error"):
        at_risk(yes_no, "score", id="who", churned="gone")


def test_rare_departures_are_no_leak():
    """Levels without a departure by chance are not called a leak."""
    values = np.repeat(np.arange(5.0), 30)
    gone = np.zeros(150)
    gone[[3, 40]] = 1
    assert told_apart(values, gone) is None
    assert told_apart(np.zeros(50), np.zeros(50)) is None


def test_too_few_departures_are_flagged(flags):
    few = flags.assign(gone=flags["gone"] & (np.arange(3000) % 400 == 0))
    found = at_risk(few, id="who", churned="gone", months=12)
    assert "few_events" in keys(found)


def test_probabilities_that_do_not_come_true_are_called_out():
    """A risk that is highest at both ends: a straight line in the score cannot tell."""
    rng = np.random.default_rng(3)
    score = rng.integers(0, 11, 6000)
    chance = np.where(score <= 1, 0.9, np.where(score >= 9, 0.35, 0.02))
    frame = pd.DataFrame({"who": np.arange(6000), "nps": score, "gone": rng.random(6000) < chance})
    found = at_risk(frame, id="who", churned="gone", months=12)
    off = found.calibration
    assert ((off["predicted"] < off["low"]) | (off["predicted"] > off["high"])).sum() >= 4
    assert "off_tenths" in keys(found)
    assert found.quality.p_bins < 1e-6


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"ids": "clear"}, OptionError, "ids"),
        ({"top": -1}, OptionError, "top"),
        ({"top": 2.5}, OptionError, "top"),
        ({"folds": 1}, OptionError, "folds"),
        ({"months": 0}, OptionError, "months"),
        ({"churned": None}, RoleError, "who left"),
        ({"score": "who"}, RoleError, "not a term"),
    ],
)
def test_wrong_calls_are_refused(flags, options, error, what):
    with pytest.raises(error, match=what):
        at_risk(flags, **{"score": "nps", "id": "who", "churned": "gone", **options})


def test_one_class_and_answers_that_do_not_reach_back_are_refused(flags, answers):
    for value in (0, 1):
        with pytest.raises(UsageError, match="left of the 3000"):
            at_risk(flags.assign(gone=value), id="who", churned="gone")
    with pytest.raises(NothingMatched, match="do not reach back"):
        at_risk(answers, months=36, **DATED)


def test_totals_up_to_the_extract_know_who_left(make_panel):
    """TRAP: leaving at random, 10 a month while here: the total tells who left."""
    table = make_panel(600, 0.0, 3)
    end = table["left"].fillna(table["day"].max() + pd.Timedelta(days=90))
    table["spend"] = 10 * ((end - table["since"]).dt.days / 30).round()
    found = at_risk(table, "nps", controls="spend", months=2, **DATED)
    keys = [c.key for c in found.cautions]
    assert "totals" in keys
    assert found.quality.auc > 0.9
    assert "too_good" in keys
    assert "spend: if that is a total" in found.explain()
    for fair in (None, "plan"):
        assert "totals" not in [c.key for c in at_risk(table, "nps", controls=fair, months=2, **DATED).cautions]
    noise = np.random.default_rng(0).lognormal(0, 1.5, 600)
    table["spend"] *= noise[table["who"]]
    study = cx.Study(table, **DATED, nps="nps", revenue="spend", guess=False)
    assert "totals" in [c.key for c in hazard(study, controls="revenue").cautions]
    orders = table[["who", "day"]].assign(paid=np.arange(len(table)) % 9, at=lambda t: t["day"] - pd.Timedelta(days=3))
    before = cx.Study(table.drop(columns="spend"), **DATED, nps="nps", guess=False).link(
        orders.drop(columns="day"), on={"who": "who"}, when="at", window=(-30, 0), revenue="paid"
    )
    name = before.roles["revenue"][0]
    assert "totals" not in [c.key for c in hazard(before, controls=name).cautions]


def test_controls_of_a_join_without_a_window_may_be_totals():
    study = cx.demo(n=1500)  # its links have no window
    found = at_risk(study, controls=["revenue"], as_of="2026-12-31", months=3)
    assert "totals" in [c.key for c in found.cautions]
    assert "totals" not in [c.key for c in at_risk(study, as_of="2026-12-31", months=3).cautions]
