"""Survival of customers: dates, durations, reasons, late entry, classes in force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.stats.survival import kaplan_meier
from cxkit.value.retention.curves import survival


@pytest.fixture
def frame(rows):
    d = rows.customers()
    return d.assign(
        reason=d["cause"].map({0: None, 1: "price", 2: "service", 3: "moved"}),
        came=pd.Timestamp("2026-01-01"),
        left=pd.to_datetime("2026-01-01") + pd.to_timedelta(d["stop"].where(d["event"] == 1), unit="D"),
    )


def figures(result, item, **where):
    frame = result.to_frame()
    frame = frame[frame["item"] == item]
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame


def test_durations_against_r(frame, rows):
    found = survival(frame, duration="stop", churned="event", at=[5, 20], horizon=24, unit="days")
    expected = rows.reference()["km"]["all"]
    at = [np.searchsorted(expected["time"], t, side="right") - 1 for t in (5, 20)]
    retained = figures(found, "retained")
    for name, key in (("estimate", "surv"), ("low", "low"), ("high", "high")):
        assert retained[name].tolist() == pytest.approx([100 * expected[key][i] for i in at], rel=1e-9)
    assert figures(found, "median_stay")[["estimate", "low", "high"]].iloc[0].tolist() == expected["median"]
    assert figures(found, "mean_stay")["estimate"].iloc[0] == pytest.approx(expected["rmst"][0])


def test_log_rank_within_strata_against_r(frame, rows):
    frame["class"] = np.where(frame["score"] >= 9, 2, np.where(frame["score"] >= 7, 1, 0))
    found = survival(frame, "class", duration="stop", churned="event", strata="plan", unit="days")
    expected = rows.reference()["logrank"]["class_in_plan"]
    assert found.test.statistic == pytest.approx(expected["chisq"])
    assert found.test.p == pytest.approx(expected["p"])
    assert "within plan" in found.explain()


def test_days_of_coming_and_leaving_are_the_same_durations():
    came = pd.Timestamp("2026-01-01")
    left = [came + pd.Timedelta(days=d) if g else pd.NaT for d, g in ((5, 1), (9, 1), (20, 0), (30, 1))]
    frame = pd.DataFrame({"came": came, "left": left})
    found = survival(frame, since="came", left="left", at=[5, 9, 31], unit="days", as_of="2026-02-01")
    expected = kaplan_meier([5, 9, 31, 30], [1, 1, 0, 1]).at([5, 9, 31])[0]
    assert figures(found, "retained")["estimate"].tolist() == pytest.approx(100 * expected)
    months = survival(frame, since="came", left="left", at=[9 / (365.25 / 12)], as_of="2026-02-01")
    assert figures(months, "retained")["estimate"].iloc[0] == 50.0


def test_reasons_against_r_and_they_sum_to_those_gone(frame, rows):
    found = survival(frame, duration="stop", churned="event", reason="reason", at=20, unit="days")
    expected = rows.reference()["incidence"]["all"]
    place = np.searchsorted(expected["time"], 20, side="right") - 1
    by_reason = figures(found, "gone").set_index("reason")["estimate"]
    for i, name in enumerate(("price", "service", "moved")):
        assert by_reason[name] == pytest.approx(100 * expected["share"][place][i])
    assert by_reason.sum() == pytest.approx(100 - figures(found, "retained")["estimate"].iloc[0])
    assert found.reasons[0] == frame["reason"].value_counts().index[0]  # the most common first


def test_departures_without_a_reason_stay_in_and_are_counted(frame):
    frame.loc[frame.index[frame["event"] == 1][:4], "reason"] = [None, " ", None, ""]
    found = survival(frame, duration="stop", churned="event", reason="reason", unit="days")
    assert found.reasons[-1] == ""
    assert ("no_reason", (("n", 4),)) in [(c.key, c.values) for c in found.cautions]
    assert "(sans motif)" in found.explain("fr")


def test_late_entry_against_r(frame, rows):
    found = survival(frame, duration="stop", churned="event", entered="start", at=10, unit="days")
    expected = rows.reference()["km"]["entry"]
    place = np.searchsorted(expected["time"], 10, side="right") - 1
    assert figures(found, "retained")["estimate"].iloc[0] == pytest.approx(100 * expected["surv"][place])


def test_a_table_that_lost_its_early_leavers_is_found_out():
    """Customers since 2016, a table that starts in 2026: who left before is not in it."""
    rng = np.random.default_rng(0)
    came = np.datetime64("2016-01-01") + rng.integers(0, 3650, 6000).astype("timedelta64[D]")
    left = came + rng.exponential(900, 6000).astype("timedelta64[D]")
    kept = left > np.datetime64("2026-01-01")
    gone = np.where(left < np.datetime64("2026-12-31"), left, np.datetime64("NaT", "D"))
    frame = pd.DataFrame({"came": came[kept], "gone": gone[kept]}).astype("datetime64[us]")
    said = survival(frame, since="came", left="gone", at=24, as_of="2026-12-31")
    assert "survivors_only" in [c.key for c in said.cautions]
    entered = survival(frame, since="came", left="gone", at=24, as_of="2026-12-31", entered="2026-01-01")
    assert "survivors_only" not in [c.key for c in entered.cautions]
    truth = 100 * np.exp(-24 * 365.25 / 12 / 900)
    assert figures(entered, "retained")["estimate"].iloc[0] == pytest.approx(truth, abs=8)
    assert figures(said, "retained")["estimate"].iloc[0] > truth + 25


def test_classes_are_those_of_the_answer_in_force(answers):
    study = cx.Study(answers, id="who", date="day", nps="nps", left="left", since="since", guess=False)
    found = survival(study, "nps", unit="days", at=200)
    assert "in_force" in [c.key for c in found.cautions]
    shares = figures(found, "retained").set_index("nps")["estimate"]
    assert shares["Detractors"] < shares["Passives"] < shares["Promoters"]
    assert found.test.p < 1e-6
    assert sum(c.lost for c in found.curves) == answers.drop_duplicates("who")["left"].notna().sum()


def test_what_nobody_was_seen_to_reach_is_said_in_words(frame):
    found = survival(frame, duration="stop", churned="event", at=[10, 500], unit="days")
    assert np.isnan(figures(found, "retained")["estimate"].iloc[1])
    assert "beyond" in [c.key for c in found.cautions]
    assert "not seen so long" in found.grid().text()
    few = frame.assign(event=(frame.index < 10).astype(int))
    few = survival(few, duration="stop", churned="event", unit="days")
    assert "not reached" in few.grid().text()
    assert "fewer than half" in few.explain()


def test_one_customer_who_left_and_everybody_left(frame):
    one = survival(frame[frame["event"] == 1].iloc[:1], duration="stop", churned="event", unit="days")
    assert "all_left" in [c.key for c in one.cautions]
    stays = figures(one, "retained")
    assert ((stays["low"] >= 0) & (stays["low"] <= stays["high"]) & (stays["high"] <= 100)).all()


def test_leaving_on_the_day_of_coming_counts(frame):
    frame.loc[0, ["stop", "event"]] = [0, 1]
    found = survival(frame, duration="stop", churned="event", at=0, unit="days", entered="start")
    assert figures(found, "retained")["estimate"].iloc[0] < 100


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"duration": "stop"}, RoleError, "churned"),
        ({"since": "came"}, RoleError, "left"),
        ({"duration": "stop", "churned": "event", "unit": "fortnights"}, OptionError, "unit"),
        ({"duration": "stop", "churned": "event", "at": "x"}, OptionError, "at is 'x'"),
        ({"duration": "stop", "churned": "event", "horizon": 999}, OptionError, "horizon"),
        ({"duration": "reason", "churned": "event"}, RoleError, "words"),
        ({"since": "came", "left": "left", "entered": "whenever"}, OptionError, "entered"),
    ],
)
def test_wrong_calls_are_refused(frame, options, error, what):
    with pytest.raises(error, match=what):
        survival(frame, **options)


def test_negative_durations_and_nobody_gone_are_refused(frame):
    bad = frame.assign(stop=frame["stop"].where(frame.index != 7, -1))
    with pytest.raises(UsageError, match=r"1 customers have a missing or negative duration \(row 8\)"):
        survival(bad, duration="stop", churned="event")
    found = survival(bad, duration="stop", churned="event", impossible="leave_out", unit="days")
    assert ("bad_duration", (("n", 1),)) in [(c.key, c.values) for c in found.cautions]
    with pytest.raises(UsageError, match="nobody left"):
        survival(frame.assign(event=0), duration="stop", churned="event")


def test_weights_of_a_study_are_not_used_and_that_is_said(frame):
    study = cx.Study(frame.assign(w=2.0), weight="w", churned="event", guess=False)
    found = survival(study, duration="stop")
    assert "unweighted" in [c.key for c in found.cautions]


def test_an_engine_that_never_gives_its_rows_in_one_order(answers):
    """Columns are read in one go: rows that come in another order next time must not be paired with others."""
    duckdb = pytest.importorskip("duckdb")
    from cxkit.value.retention.leaving import at_risk
    from cxkit.value.retention.rate import churn
    from cxkit.value.retention.ratios import hazard

    con = duckdb.connect()
    con.register("answers", answers)
    shuffled = con.sql("select * from answers order by random()")
    roles = {"id": "who", "date": "day", "nps": "nps", "since": "since", "left": "left", "guess": False}
    mixed, straight = cx.Study(shuffled, **roles), cx.Study(answers, **roles)
    for call in (
        lambda s: churn(s, ["nps", "plan"]),
        lambda s: survival(s, ["nps", "plan"], strata="plan"),
        lambda s: hazard(s, controls="plan", per="class"),
        lambda s: hazard(s, controls="plan", model="discrete"),
    ):
        pd.testing.assert_frame_equal(call(mixed).to_frame(), call(straight).to_frame(), check_dtype=False, rtol=1e-9)
    one, two = (at_risk(s, controls="plan", ids="shown", top=5) for s in (mixed, straight))
    assert [t[0] for t in one.terms] == [t[0] for t in two.terms]
    assert [t[1] for t in one.terms] == pytest.approx([t[1] for t in two.terms])
    assert [c.estimate for c in one.customers] == pytest.approx([c.estimate for c in two.customers])


def test_an_end_of_a_curve_that_rests_on_few_is_said(answers):
    study = cx.Study(answers, id="who", date="day", nps="nps", left="left", since="since", guess=False)
    found = survival(study, at=[3, 12])
    here = answers.drop_duplicates("who")
    end = here["left"].fillna(pd.Timestamp(found.as_of))
    months = (end - here["since"]).dt.days / (365.25 / 12)
    assert (months >= 12).sum() > 30
    assert "thin" not in [c.key for c in found.cautions]
    late = float(months.nlargest(7).iloc[-1])
    few = survival(study, at=[3, late])
    said = {c.key: dict(c.values) for c in few.cautions}
    assert said["thin"]["n"] == (months >= late - 1e-9).sum() < 30
    assert said["thin"]["time"] == pytest.approx(late)
    assert "observed as long as" in few.explain()


def test_a_group_that_changes_with_the_answers_is_that_in_force():
    """TRAP: by the channel of the last answer those who answered in the shop, later, seem never to leave early."""
    rng = np.random.default_rng(6)
    n = 400
    left = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.exponential(500, n).astype(int) + 1, unit="D")
    one = pd.DataFrame({"who": np.arange(n), "day": pd.Timestamp("2025-01-01"), "channel": "web", "left": left})
    two = one.assign(day=pd.Timestamp("2025-10-01"), channel=np.where(rng.random(n) < 0.5, "shop", "web"))
    frame = pd.concat([one, two[two["left"] > two["day"]]]).assign(since=pd.Timestamp("2025-01-01"))
    frame["left"] = frame["left"].mask(frame["left"] > pd.Timestamp("2026-06-30"))
    frame = frame.astype(dict.fromkeys(("day", "left", "since"), "datetime64[us]"))
    study = cx.Study(frame, id="who", date="day", left="left", since="since", guess=False)
    found = survival(study, "channel", as_of="2026-06-30", at=12)
    assert found.test.p > 0.05
    assert "in_force" in [c.key for c in found.cautions]
    shop = next(c for c in found.curves if c.key == ("shop",))
    assert shop.n == (frame["channel"] == "shop").sum()
    plain = survival(study, as_of="2026-06-30")
    assert "in_force" not in [c.key for c in plain.cautions]
