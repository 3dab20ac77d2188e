"""Which answer holds, and when: nobody's class is known before he answered, whatever the engine or the order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import UsageError
from cxkit.value.retention.answered import in_order
from cxkit.value.retention.leaving import at_risk
from cxkit.value.retention.rate import churn
from cxkit.value.retention.ratios import hazard

START = np.datetime64("2024-01-01")
ROLES = {"id": "who", "date": "day", "since": "since", "left": "left"}


def days(number):
    return np.asarray(number).astype("timedelta64[D]")


def no_effect(seed: int, n: int = 600, trend: bool = False) -> pd.DataFrame:
    """Everybody leaves at 3 % a month (or more and more), whatever the answers; later answers are worse."""
    rng = np.random.default_rng(seed)
    monthly = np.linspace(0.01, 0.06, 18) if trend else np.full(18, 0.03)
    gone_in = np.where(rng.random((n, 18)) < monthly, np.arange(18), 99).min(axis=1)
    month = START.astype("datetime64[M]") + gone_in.astype("timedelta64[M]")
    left = month.astype("datetime64[D]") + days(rng.integers(0, 28, n))
    left = np.where(gone_in == 99, np.datetime64("NaT", "D"), left)
    rows = []
    for wave in range(3):
        day = START + days(170 * wave - 20 + rng.integers(0, 150, n))
        score = np.where(rng.random(n) < 0.25 * (wave + 1), rng.integers(0, 7, n), rng.integers(7, 11, n))
        rows.append(pd.DataFrame({"who": np.arange(n), "day": day, "nps": score, "left": left}))
    found = pd.concat(rows, ignore_index=True)
    found = found[found["left"].isna() | (found["day"] < found["left"])]
    found = found.assign(since=START - days(300))
    return found.astype(dict.fromkeys(("day", "left", "since"), "datetime64[us]"))


def study(table: pd.DataFrame) -> cx.Study:
    return cx.Study(table, **ROLES, nps="nps", guess=False)


@pytest.mark.parametrize("trend", [False, True])
def test_immortal_time_a_score_without_effect_shows_none(trend):
    """TRAP: by the class of the last answer promoters seem to leave far more often: who left early never came to answer
    worse. With a risk that grows over time even classes in force differ, unless they are compared within periods."""
    small = 0
    for seed in range(30):
        found = churn(study(no_effect(seed, trend=trend)), "nps", as_of="2025-06-30")
        small += found.p < 0.05
    assert small <= 4
    rates = {r.key[0]: r for r in found.rates if r.item == "churn" and r.period is None}
    assert set(rates) == {"Promoters", "Passives", "Detractors", None}
    assert found.apart == ((None,),)
    assert rates[None].estimate < rates["Promoters"].estimate / 2  # who answers later cannot have left before
    text = found.explain()
    assert "may all have one rate" in text or found.p < 0.05
    assert "(missing)," not in text.split("chi-squared")[0]
    assert "not_yet_answered" in [c.key for c in found.cautions]


def test_an_effect_of_the_answer_in_force_is_still_found(answers):
    found = churn(study(answers), "nps", as_of="2020-12-31")
    rates = {r.key[0]: r for r in found.rates if r.item == "churn" and r.period is None}
    assert found.p < 1e-4
    assert rates["Detractors"].low > rates["Promoters"].high


def test_the_class_at_the_start_of_each_period_against_a_loop():
    table = no_effect(3, n=80)
    found = churn(study(table), "nps", as_of="2025-06-30")
    for rate in (r for r in found.rates if r.item == "churn" and r.period is not None):
        a = pd.Timestamp(rate.period)
        b = a + pd.DateOffset(months=1)
        here = lost = 0
        for _, own in table.groupby("who"):
            before = own[own["day"] < a].sort_values("day")
            left = own["left"].iloc[0]
            score = before["nps"].iloc[-1] if len(before) else None
            name = None if score is None else "Promoters" if score >= 9 else "Passives" if score >= 7 else "Detractors"
            if name == rate.key[0] and not left < a:
                here += 1
                lost += left < b
        assert (rate.n, rate.lost) == (here, lost)


def test_a_group_that_changes_with_the_answers_is_that_in_force_and_one_that_does_not_is_the_customers_own():
    table = no_effect(5, n=200).assign(plan=lambda t: np.where(t["who"] % 2, "a", "b"))
    table["channel"] = np.where(table["day"] < table["day"].median(), "web", "shop")
    fixed = churn(study(table), "plan", as_of="2025-06-30")
    once = churn(table.drop_duplicates("who")[["who", "since", "left", "plan"]], "plan", id="who", since="since",
                 left="left", as_of="2025-06-30")  # fmt: skip
    pd.testing.assert_frame_equal(fixed.to_frame(), once.to_frame())
    moving = churn(study(table), ["plan", "channel"], as_of="2025-06-30")
    frame = moving.to_frame()
    frame = frame[(frame["item"] == "churn") & (frame["period"] == pd.Timestamp("2024-01-01"))]
    january = table[table["day"] < "2024-01-01"]
    assert set(frame["channel"].dropna()) == {"web"}
    assert frame.loc[frame["channel"] == "web", "n"].sum() == january["who"].nunique()
    assert set(moving.apart) == {("a", None), ("b", None)}


def test_classes_that_were_never_here_together_are_not_compared():
    """All say 10 in January and 3 in November 2024."""
    table = no_effect(1).sort_values("day").drop_duplicates("who")
    first = table.assign(day=pd.Timestamp("2023-12-10"), nps=10)
    later = first.assign(day=pd.Timestamp("2024-11-10"), nps=3)
    both = pd.concat([first, later[later["left"].isna() | (later["left"] > "2024-11-10")]])
    found = churn(study(both), "nps", as_of="2025-06-30")
    assert np.isnan(found.p)
    assert "never here in one and the same period" in found.explain()
    assert "ne peuvent pas être comparés" in found.explain("fr")


def test_classes_by_period_need_dates_of_answers(table):
    scored = table.assign(nps=range(1, 11))
    with pytest.raises(UsageError, match="have no date") as caught:
        churn(scored, "nps", id="who", since="came", left="gone", as_of="2026-03-31")
    assert caught.value.code == "undated_score"
    whole = churn(scored, "nps", id="who", since="came", left="gone", period="whole", as_of="2026-03-31")
    assert "undated_score" in [c.key for c in whole.cautions]
    dated = churn(scored.assign(day=pd.Timestamp("2025-12-01")), "nps", date="day", id="who", since="came", left="gone",
                  as_of="2026-03-31")  # fmt: skip
    assert "class_at_start" in [c.key for c in dated.cautions]


def test_one_rate_by_the_last_answer_says_what_it_hides(answers):
    found = churn(study(answers), "nps", period="whole")
    assert "class_of_last" in [c.key for c in found.cautions]


# Several answers at one moment ------------------------------------------------------------------------


def twins(n: int = 40) -> pd.DataFrame:
    """Two answers of everybody on one day, 2 and 10; the risk is the same for all."""
    rng = np.random.default_rng(2)
    left = pd.Timestamp("2026-02-01") + pd.to_timedelta(rng.integers(1, 150, n), unit="D")
    one = pd.DataFrame({"who": np.arange(n), "day": pd.Timestamp("2026-01-10"), "nps": 2, "left": left})
    one["left"] = one["left"].mask(one["who"] % 2 == 0).astype("datetime64[us]")
    one["since"] = pd.Timestamp("2025-06-01")
    later = one.assign(day=pd.Timestamp("2026-03-10"), nps=5, place="x")
    out = pd.concat([one.assign(place="x"), one.assign(nps=10, place="y"), later[~(later["left"] < "2026-03-11")]])
    return out.astype(dict.fromkeys(("day", "left", "since"), "datetime64[us]")).reset_index(drop=True)


def engines(table: pd.DataFrame):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    shuffled = table.sample(frac=1, random_state=8)
    return (
        table, table.iloc[::-1], shuffled, polars.from_pandas(shuffled), polars.from_pandas(table).lazy(),
        duckdb.connect().from_df(shuffled), duckdb.connect().from_df(table),
    )  # fmt: skip


def test_of_two_answers_at_one_moment_the_lowest_holds_on_every_engine():
    frames = engines(twins().query("nps != 5"))
    found = [churn(study(f), "nps", as_of="2026-08-31") for f in frames]
    assert {r.key for r in found[0].rates} == {("Detractors",)}
    assert ("tied", (("n", 40),)) in [(c.key, c.values) for c in found[0].cautions]
    assert "the lowest one counts" in found[0].explain()
    for other in found[1:]:
        pd.testing.assert_frame_equal(other.to_frame(), found[0].to_frame(), check_dtype=False)
    whole = [churn(study(f), "nps", period="whole") for f in frames]
    assert all({r.key for r in one.rates} == {("Detractors",)} for one in whole)
    assert all("tied" in [c.key for c in one.cautions] for one in whole)


def test_ties_count_the_lowest_in_curves_ratios_and_lists_too(make_panel):
    table = make_panel(300, -0.2, 4).drop(columns="plan")
    double = pd.concat([table, table[table["who"] < 150].assign(nps=10)], ignore_index=True)
    alone = cx.Study(table, **ROLES, nps="nps", guess=False)
    for frame in engines(double):
        both = study(frame)
        for call in (lambda s: s.survival("nps"), hazard, lambda s: at_risk(s, top=500, ids="shown"),
                     lambda s: churn(s, "nps")):  # fmt: skip
            found, expected = call(both), call(alone)
            assert ("tied", (("n", 150),)) in [(c.key, c.values) for c in found.cautions]
            a, b = (r.to_frame() for r in (found, expected))
            if "customer" in a:
                a, b = (t.set_index("customer").sort_index() for t in (a, b))
                assert a["score"].tolist() == b["score"].tolist()
            else:
                assert a["estimate"].to_numpy() == pytest.approx(b["estimate"].to_numpy(), rel=1e-6, nan_ok=True)


def test_a_later_time_of_the_same_day_is_no_tie():
    table = twins().query("nps != 5")
    table.loc[table["nps"] == 10, "day"] += pd.Timedelta(hours=8)
    found = churn(study(table.iloc[::-1]), "nps", as_of="2026-08-31")
    assert {r.key for r in found.rates} == {("Promoters",)}
    assert "tied" not in [c.key for c in found.cautions]
    assert {c.key for c in study(table).survival("nps", as_of="2026-08-31").curves} == {("Promoters",)}


def test_order_of_rows_of_one_moment_is_that_of_their_answers_then_of_their_values():
    table = {"a": np.array(["z", "y", "x", "w"], object)}
    who, moment = np.zeros(4, int), np.zeros(4)
    answer = np.array([5.0, np.nan, 3.0, 3.0])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        assert in_order(np.array(order), who, moment, answer, table).tolist()[-2:] == [3, 2]
        assert in_order(np.array(order), who, moment, answer, table).tolist()[:2] == [1, 0]


def test_a_blank_id_is_nobody():
    table = twins().query("nps == 2").assign(who=lambda t: t["who"].astype(str))
    table.loc[table.index[:5], "who"] = ["", " ", "", "  ", ""]
    found = churn(study(table), as_of="2026-08-31")
    assert ("no_id", (("n", 5),)) in [(c.key, c.values) for c in found.cautions]


def test_time_before_first_answers_is_said_where_the_table_is_of_those_who_answered():
    found = churn(study(no_effect(7)), as_of="2025-06-30")
    said = {c.key: c.text() for c in found.cautions}
    assert "of the time counted lies before first answers" in said["before_answers"]
    early = no_effect(7)
    early["day"] -= pd.Timedelta(days=250)
    assert "before_answers" not in [c.key for c in churn(study(early), as_of="2025-06-30").cautions]


def test_who_has_not_answered_is_drawn_apart():
    found = churn(study(no_effect(7)), "nps", as_of="2025-06-30")
    axes = found.plot(lang="fr")
    lines = {line.get_label(): line for line in axes.get_lines()}
    assert lines["(non renseigné)"].get_linestyle() == ":"
    assert len(axes.collections) == 3  # a band each for detractors, passives and promoters
    assert found.grid().rows
    assert found.to_dict()["rows"][0]["group"] == {"nps": found.rates[0].key[0]}
