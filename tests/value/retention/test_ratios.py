"""How leaving goes with a score: against R, and free of immortal time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.value.retention.asked import asked
from cxkit.value.retention.discrete import person_periods
from cxkit.value.retention.ratios import hazard
from cxkit.value.retention.spells import held_spells, once

DATED = {"id": "who", "date": "day", "since": "since", "left": "left"}


def dated(rows) -> pd.DataFrame:
    """R's intervals as answers with days: time 0 is the first of January."""
    found, zero = rows.intervals(), pd.Timestamp("2026-01-01")
    ends = found.groupby("i").agg(stop=("stop", "max"), event=("event", "max"))
    left = zero + pd.to_timedelta(ends["stop"].where(ends["event"] == 1), unit="D")
    out = found.assign(day=zero + pd.to_timedelta(found["start"], unit="D"), since=zero)
    out["left"] = out["i"].map(left)
    # Who has not left by then is seen to the end of its last interval only: here as a departure that is none.
    out["until"] = out["i"].map(ends["stop"])
    return out


def test_one_row_a_customer_against_r_coxph(rows):
    d = rows.customers()
    found = hazard(d, "score", controls="spend", duration="stop", churned="event", unit="days")
    expected = rows.reference()["cox"]["fixed"]
    frame = found.to_frame()
    assert frame["coef"].tolist() == pytest.approx(expected["coef"], rel=1e-7)
    assert frame["std_err"].tolist() == pytest.approx(expected["se"], rel=1e-7)
    assert frame["p_constant"].tolist() == pytest.approx(expected["zph_p"][:2], rel=1e-6)
    assert frame["estimate"].tolist() == pytest.approx(np.exp(expected["coef"]))
    assert list(frame.columns) == ["item", "estimate", "low", "high", "unit", "coef", "std_err", "p", "p_constant"]


def test_late_entry_against_r_coxph(rows):
    d = rows.customers()
    found = hazard(d, "score", controls="spend", duration="stop", churned="event", entered="start", unit="days")
    assert found.to_frame()["coef"].tolist() == pytest.approx(rows.reference()["cox"]["entry"]["coef"], rel=1e-7)


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_discrete_time_against_r_glm(rows, link):
    d = rows.customers().assign(stop=lambda t: t["stop"] / 5)
    found = hazard(d, "score", controls="spend", duration="stop", churned="event", model="discrete", link=link)
    expected = rows.reference()["discrete"]
    assert (found.spells, found.events) == (expected["rows"], expected["gone"])
    assert [r.coef for r in found.ratios] == pytest.approx(expected[link]["coef"], rel=1e-6)


def test_changing_answers_make_the_intervals_of_r(rows):
    """The counting process of answers with days is the table that R's coxph was given."""
    table = dated(rows)
    gone = table[table.groupby("i")["event"].transform("max") == 1]  # those who stay end on one day here
    spells = held_spells(asked(gone, id="i", date="day", since="since", left="left"), unit="days")
    expected = gone.sort_values(["i", "start"])
    order = np.lexsort((spells.start, spells.id))
    assert spells.start[order].tolist() == expected["start"].tolist()
    assert spells.stop[order].tolist() == expected["stop"].tolist()
    assert spells.event[order].tolist() == (expected["event"] == 1).tolist()


def test_changing_answers_with_robust_errors_are_those_of_r(rows):
    """The numbers of R, through the table: errors allow for several rows a customer."""
    from cxkit.stats.hazards import maximised, risks, robust

    i = rows.intervals()
    risk = risks(i["stop"], i["event"], i[["score", "spend"]], i["start"])
    beta, _ = maximised(risk, [0, 0])
    covariance = robust(risk.scores(beta), np.linalg.inv(risk.evaluate(beta)[2]), i["i"])
    expected = rows.reference()["cox"]["changing"]
    assert np.sqrt(np.diag(covariance)) == pytest.approx(expected["robust"], rel=1e-8)


def test_no_answer_counts_before_its_day(answers):
    """Whatever is answered later leaves the rows of the time before as they were."""
    call = asked(answers, **DATED)
    spells = held_spells(call, unit="days")
    given = (answers["day"] - answers["since"]).dt.days.to_numpy()
    assert (spells.start >= given[spells.row]).all()
    at, period, _ = person_periods(held_spells(call, unit="months"))
    row = held_spells(call, unit="months").row[at]
    assert (period - 1 >= given[row] / (365.25 / 12) - 1e-6).all()


def test_immortal_time_makes_no_effect_where_there_is_none(make_panel):
    """TRAP: leaving has nothing to do with the score, but only who stays can answer again, and later answers are higher.

    With the last answer as if it had been known from the start a point more seems to save lives.
    """
    inside = naive_inside = 0
    for seed in range(25):
        table = make_panel(300, 0.0, seed)
        wave = table.groupby("who").cumcount()
        table["nps"] = np.clip(4 + 2 * wave + np.random.default_rng(seed).integers(-2, 3, len(table)), 0, 10)
        table = table.rename(columns={"nps": "answer"})
        found = hazard(table, "answer", **DATED).ratios[0]
        inside += found.low <= 1 <= found.high
        last = table.sort_values("day").groupby("who").last().reset_index().drop(columns="day")
        end = table["day"].max()
        last["months"] = (last["left"].fillna(end) - last["since"]).dt.days
        last["gone"] = last["left"].notna()
        naive = hazard(last, "answer", duration="months", churned="gone", unit="days").ratios[0]
        naive_inside += naive.low <= 1 <= naive.high
    assert inside >= 22
    assert naive_inside <= 1


@pytest.mark.parametrize("model", ["cox", "discrete"])
def test_a_planted_effect_is_found_95_percent_of_the_time(make_panel, model):
    inside = 0
    for seed in range(40):
        table = make_panel(500, -0.2, seed).rename(columns={"nps": "answer"})
        found = hazard(table, "answer", model=model, **DATED).ratios[0]
        inside += found.low <= np.exp(-0.2) <= found.high
    assert inside >= 34


def test_classes_against_the_best_and_words_as_controls(answers):
    study = cx.Study(answers, id="who", date="day", nps="nps", left="left", since="since", guess=False)
    found = hazard(study, per="class", controls="plan")
    assert [r.item for r in found.ratios] == ["NPS: Detractors", "NPS: Passives", "plan: plus"]
    assert found.reference == ("Promoters", "Promoteurs")
    assert [r.scored for r in found.ratios] == [True, True, False]
    assert found.ratios[0].estimate > found.ratios[1].estimate > 1
    assert "promoteurs" in found.explain("fr")
    assert "cause" in found.explain("fr")


def test_the_first_answer_may_hold_throughout(answers):
    first = hazard(answers, "nps", answers="first", **DATED)
    each = hazard(answers, "nps", **DATED)
    assert first.spells == first.n == 2000
    assert first.events == each.events
    assert abs(np.log(first.ratios[0].estimate)) < abs(np.log(each.ratios[0].estimate))  # it ages


def test_answers_after_leaving_are_left_out_and_counted(answers):
    odd = answers.copy()
    gone = odd["left"].notna() & ~odd["who"].duplicated(keep="last")
    late = odd[gone].head(7).assign(day=lambda t: t["left"] + pd.Timedelta(days=2), nps=0)
    found = hazard(pd.concat([odd, late], ignore_index=True), "nps", **DATED)
    assert ("after_leaving", (("n", 7),)) in [(c.key, c.values) for c in found.cautions]
    assert found.ratios[0].estimate == pytest.approx(hazard(odd, "nps", **DATED).ratios[0].estimate)


def test_a_score_that_knows_the_outcome_is_called_out():
    """As in the telco data: 1-2 all left, 4-5 nobody."""
    score = np.repeat([1, 2, 3, 4, 5], 60)
    gone = (score <= 2) | ((score == 3) & (np.arange(300) % 6 == 0))
    frame = pd.DataFrame({"score": score, "gone": gone, "months": 1 + (np.arange(300) * 7) % 40})
    found = hazard(frame, "score", duration="months", churned="gone")
    assert {"told", "undated_score"} <= {c.key for c in found.cautions}
    worse = frame.assign(score=score > 2, gone=score <= 2, months=np.where(score <= 2, frame["months"], 50))
    with pytest.raises(UsageError, match="without error") as caught:
        hazard(worse, "score", duration="months", churned="gone")
    assert caught.value.code == "separation"


def test_an_effect_that_fades_is_called_an_average():
    rng = np.random.default_rng(1)
    score = rng.integers(0, 11, 3000)
    early = rng.exponential(10 / np.exp(-0.35 * (score - 5)))
    stop = np.where(early < 5, early, 5 + rng.exponential(10, 3000))
    frame = pd.DataFrame({"nps": score, "months": stop, "gone": 1})
    frame.loc[0, "gone"] = 0
    found = hazard(frame, "nps", duration="months", churned="gone")
    assert "not_proportional" in [c.key for c in found.cautions]


def test_few_departures_are_flagged(rows):
    d = rows.customers()
    few = d.assign(event=((d["event"] == 1) & (d["i"] < 25)).astype(int))
    found = hazard(few, "score", duration="stop", churned="event", unit="days", controls="spend")
    assert "few_events" in [c.key for c in found.cautions]


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"score": "nope"}, cx.CxkitError, "nope"),
        ({"model": "weibull"}, OptionError, "model"),
        ({"per": "class", "score": "spend"}, UsageError, "no classes"),
        ({"controls": "event"}, RoleError, "not a term"),
        ({"controls": "score"}, RoleError, "the score and a control"),
        ({"controls": "one"}, UsageError, "never varies"),
        ({"controls": "double"}, UsageError, "cannot be told apart"),
        ({"score": "word"}, RoleError, "words"),
    ],
)
def test_wrong_calls_are_refused(rows, options, error, what):
    d = rows.customers().assign(one=1, double=lambda t: 2 * t["score"], word="x")
    with pytest.raises(error, match=what):
        hazard(d, **{"score": "score", "duration": "stop", "churned": "event", **options})


def test_periods_that_were_not_seen_to_their_end_are_no_rows():
    frame = pd.DataFrame({"stop": [2.5, 2.5, 1.0, 1.0], "gone": [1, 0, 1, 0]})
    spells, _ = once(asked(frame, duration="stop", churned="gone"), unit="months")
    at, period, gone = person_periods(spells)
    assert list(zip(at.tolist(), period.tolist(), gone.tolist(), strict=True)) == [
        (0, 1, 0), (0, 2, 0), (0, 3, 1), (1, 1, 0), (1, 2, 0), (2, 1, 1), (3, 1, 0),
    ]  # fmt: skip


def test_options_that_do_not_go_together_are_refused(answers):
    with pytest.raises(OptionError, match="strata= goes with"):
        hazard(answers, "nps", model="discrete", strata="plan", **DATED)
    with pytest.raises(OptionError, match="observed from the day of their answer"):
        hazard(answers, "nps", entered="2020-06-01", **DATED)
    with pytest.raises(OptionError, match="score is 3"):
        hazard(answers, 3, **DATED)


def test_answers_after_the_day_of_the_extract_are_counted(answers):
    found = hazard(answers, "nps", as_of="2020-06-01", **DATED)
    later = answers[(answers["day"] > "2020-06-01") & ~(answers["left"] <= "2020-06-01")]
    assert ("later_answers", len(later)) in {(c.key, v) for c in found.cautions for _, v in c.values}
