"""Control charts of a study: frames, groups, weights, words and refusals."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.change import monitor
from cxkit.errors import NothingMatched, OptionError, UnknownNameError, UsageError

FIRST = dt.date(2025, 1, 6)  # a Monday
COLUMNS = ["period", "metric", "estimate", "centre", "lower", "upper", "n", "signal", "charted"]


def weekly(scores, *, by=None):
    """A frame from ``{week: {answer: n}}``-like lists, one dict a week."""
    rows = [
        {"day": FIRST + dt.timedelta(weeks=w), "nps": answer, **(by or {})}
        for w, counts in enumerate(scores)
        for answer, n in counts.items()
        for _ in range(n)
    ]
    return pd.DataFrame(rows).assign(day=lambda f: pd.to_datetime(f["day"]))


def drawn(weeks=30, n=80, step_at=None, seed=1):
    rng = np.random.default_rng(seed)
    out = []
    for w in range(weeks):
        up = 0.3 if step_at is not None and w >= step_at else 0.0
        a, b, c = rng.multinomial(n, [0.35 - up, 0.3, 0.35 + up])
        out.append({3: int(a), 8: int(b), 10: int(c)})
    return weekly(out)


def study(frame, **roles):
    return cx.Study(frame, nps="nps", date="day", **roles)


def test_a_p_chart_by_hand():
    """A share's limits are p ± 3 sqrt(p (1 - p) / n), and follow the base of each week."""
    frame = weekly([{10: 30, 3: 70}, {10: 60, 3: 140}, {10: 12, 3: 28}, {10: 38, 3: 12}])
    wow = cx.linear_metric("wow", on="nps", scale=(0, 10), points={range(9): 0, (9, 10): 100}, unit="%")
    found = monitor(study(frame), wow, baseline=3, overdispersion=False).to_frame()
    assert list(found) == COLUMNS
    half = 300 * np.sqrt(0.3 * 0.7 / np.array([100, 200, 40, 50]))
    assert found["centre"].tolist() == pytest.approx([30] * 4)
    assert found["upper"].tolist() == pytest.approx(30 + half)
    assert found["lower"].tolist() == pytest.approx(30 - half)
    assert found["n"].tolist() == [100, 200, 40, 50]
    assert found["signal"].tolist() == ["", "", "", "beyond_limits"]
    assert found["period"].tolist() == [pd.Timestamp(FIRST) + pd.Timedelta(weeks=w) for w in range(4)]


@pytest.mark.parametrize("chart", ["shewhart", "ewma", "cusum"])
def test_each_chart_sees_a_large_lasting_rise_and_not_before(chart):
    found = monitor(study(drawn(step_at=20)), "nps", chart=chart, baseline=15)
    assert found.signalled
    assert min(found.signalled) >= 20
    assert all(found.charted[i] > found.upper[i] or "nine_on_one_side" in found.signals[i] for i in found.signalled)
    assert all(0 <= c.chance <= 1 for c in found.charts)


def test_signals_are_the_rules_broken():
    found = monitor(study(drawn(step_at=18)), "nps", baseline=15, rules=cx_rules())
    named = {rule for names in found.signals for rule in names}
    assert {"beyond_limits", "two_of_three", "four_of_five", "nine_on_one_side"} <= named
    frame = found.to_frame()
    assert frame["signal"].str.contains(", ").any()
    assert monitor(study(drawn(step_at=18)), "nps", rules="beyond_limits").rules == ("beyond_limits",)


def cx_rules():
    from cxkit.stats.control import RULES

    return RULES


def test_limits_stay_on_the_scale():
    frame = weekly([{10: 9, 3: 1}] * 4)
    found = monitor(study(frame), "nps")
    assert max(found.upper) == 100
    assert not found.signalled


def test_groups_have_a_chart_each():
    calm, moved = drawn(seed=3).assign(g="calm"), drawn(step_at=20, seed=4).assign(g="moved")
    found = monitor(study(pd.concat([calm, moved])), "nps", by="g", baseline=15)
    frame = found.to_frame()
    assert list(frame) == ["g", *COLUMNS]
    assert [c.group for c in found.charts] == [("calm",), ("moved",)]
    assert set(frame.loc[(frame["signal"] != "") & (frame["g"] == "moved"), "period"]) >= {
        pd.Timestamp(FIRST) + pd.Timedelta(weeks=22)
    }
    alone = monitor(study(moved), "nps", baseline=15)
    assert [found.estimate[i] for i in found.rows_of(("moved",))] == list(alone.estimate)
    assert "charts would signal by chance" in found.explain()


def test_weights_widen_the_limits_and_leave_the_base():
    frame = drawn()
    frame["w"] = np.random.default_rng(0).choice([0.2, 3.0], len(frame))
    plain, weighted = (monitor(study(frame, **r), "nps", overdispersion=False) for r in ({}, {"weight": "w"}))
    assert plain.n == weighted.n
    assert weighted.weighted
    assert np.mean(weighted.upper) - np.mean(weighted.lower) > 1.2 * (np.mean(plain.upper) - np.mean(plain.lower))


def test_a_tally_by_period_gives_the_same_as_its_study():
    s = study(drawn())
    assert monitor(s.tally("nps", freq="W"), "nps").to_frame().equals(monitor(s, "nps").to_frame())
    assert monitor(drawn().rename(columns={"day": "date"}), "nps").estimate == monitor(s, "nps").estimate


def test_other_metrics_are_charted_in_their_unit():
    rng = np.random.default_rng(5)
    days = pd.to_datetime([FIRST + dt.timedelta(weeks=i % 12) for i in range(600)])
    frame = pd.DataFrame({"day": days, "ces": rng.integers(1, 8, 600), "lost": rng.random(600) < 0.1})
    s = cx.Study(frame, ces="ces", churned="lost", date="day")
    ces = monitor(s, "ces")
    assert 1 <= min(ces.lower) < ces.charts[0].centre < max(ces.upper) <= 7


def test_the_running_period_and_undated_answers_are_told():
    today = dt.date.today()
    frame = pd.DataFrame(
        {"nps": [10, 0] * 40, "day": pd.to_datetime([today - dt.timedelta(weeks=w // 10) for w in range(80)])}
    )
    frame.loc[3, "day"] = pd.NaT
    s = study(frame)
    assert len(monitor(s, "nps", open_period=True)) == len(monitor(s, "nps")) + 1
    keys = {r.key for r in monitor(s, "nps").remarks}
    assert keys == {"no_date", "still_open"}


def test_answers_that_are_all_alike_have_no_limits_and_say_so():
    found = monitor(study(weekly([{10: 5}] * 6)), "nps")
    assert all(math.isnan(x) for x in (*found.lower, *found.upper))
    assert not found.signalled
    assert "no limits" in found.explain()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"][0]["upper"] is None
    assert repr(found)


def test_one_group_of_one_period_does_not_spoil_the_others():
    late = weekly([{10: 3, 0: 2}]).assign(g="late")
    found = monitor(study(pd.concat([drawn().assign(g="a"), late])), "nps", by="g", baseline=10)
    assert [c.periods for c in found.charts] == [30, 1]
    assert "late: no limits" in found.explain().replace("· ", "").replace("NPS late", "late")


@pytest.mark.parametrize("chart", ["shewhart", "ewma", "cusum"])
def test_to_dict_and_words_in_both_languages(chart):
    found = monitor(study(drawn(step_at=20)), "nps", chart=chart, baseline=15)
    said = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert said["kind"] == "monitor"
    assert said["chart"] == chart
    assert len(said["rows"]) == 30
    en, fr = found.explain(), found.explain("fr")
    assert "signals in" in en
    assert "above its normal level" in en
    assert "au-dessus du niveau habituel" in fr
    assert "provisional" in en
    assert "provisoires" in fr
    assert "▲" in found.grid("fr").text("fr")
    assert "<script" not in found._repr_html_()


def test_answers_of_one_account_count_as_what_they_are_worth():
    """Every answer given four times by its account: the limits are those of the answers given once."""
    once = drawn(weeks=30, n=40)
    four = once.assign(acc=np.arange(len(once))).loc[once.index.repeat(4)]
    plain, clustered, naive = (
        monitor(s, "nps", overdispersion=False)
        for s in (study(once), study(four, cluster="acc"), study(four))
    )  # fmt: skip
    assert clustered.upper == pytest.approx(plain.upper, abs=0.5)
    assert max(naive.upper) < min(clustered.upper) - 10
    assert [r.key for r in clustered.remarks] == ["clustered"]
    assert not clustered.returning
    assert clustered.charts[0].chance == pytest.approx(plain.charts[0].chance, abs=0.04)


def rotating(seed, *, weeks=30, new=6, stay=8):
    """A steady score of people who answer for 8 weeks, each at a level of his own."""
    rng, parts = np.random.default_rng(seed), []
    for start in range(-stay, weeks):
        level = rng.normal(size=new)
        for w in range(max(start, 0), min(start + stay, weeks)):
            x = level + rng.normal(size=new)
            day = pd.Timestamp(FIRST) + pd.Timedelta(weeks=w)
            nps = np.where(x > 0.5, 10, np.where(x > -0.5, 8, 3))
            parts.append(pd.DataFrame({"who": 1000 * (start + stay) + np.arange(new), "day": day, "nps": nps}))
    return pd.concat(parts, ignore_index=True)


def test_the_chance_of_a_signal_allows_for_people_who_stay_a_while():
    found = [monitor(study(rotating(seed), cluster="who"), "nps") for seed in range(24)]
    true = np.mean([bool(f.signalled) for f in found])
    said = np.mean([f.charts[0].chance for f in found])
    assert said == pytest.approx(true, abs=0.15)
    plain = np.mean([monitor(study(rotating(seed)), "nps").charts[0].chance for seed in range(6)])
    assert said > 2 * plain


def test_correlations_are_those_of_the_shared_answers():
    """Two periods of the same people: close to the covariance that the design gives for these two."""
    from cxkit.change.monitor_series import counted, series_of

    read = counted(study(rotating(2, weeks=20, new=40, stay=40), cluster="who"), "nps", freq="W")
    (series,) = series_of(read)
    rows = np.arange(len(series))
    errors = read.shared.errors(read.shared.sides(rows), series.mean)
    for lag in (1, 5):
        left, right = read.shared.sides(rows[lag:]), read.shared.sides(rows[:-lag])
        covariance = read.shared.covariance(left, right, (series.mean[lag:], series.mean[:-lag]))
        other = covariance / errors[lag:] / errors[:-lag]
        assert np.diag(series.alike, lag).mean() == pytest.approx(other.mean(), abs=0.03)
    assert np.linalg.eigvalsh(series.alike).min() > -1e-9


def test_people_who_come_back_are_told_of():
    data = rotating(1, weeks=12)
    found = monitor(study(data, cluster="who"), "nps")
    assert found.returning
    assert "make these alike" in found.explain()
    assert "ressemblants" in found.explain("fr")
    assert any("ressemblants" in note for note in found.grid("fr").notes)
    assert "make these alike" not in monitor(study(data), "nps").explain()


def test_scores_at_the_ceiling_are_no_run():
    """300 tens and one 0 gave signals in 36 of 44 weeks: nearly every week is above the mean."""
    weeks = [{10: 7} for _ in range(43)] + [{10: 6, 0: 1}]
    assert len(monitor(study(weekly(weeks)), "nps", overdispersion=False, rules="nine_on_one_side").signalled) == 0


def test_the_chance_of_a_rare_answer_is_not_that_of_a_normal_distribution():
    rng = np.random.default_rng(2)
    weeks = [{3: int(k), 10: 30 - int(k)} for k in rng.binomial(30, 0.02, 40)]
    wow = cx.linear_metric("unhappy", on="nps", scale=(0, 10), points={range(7): 100, range(7, 11): 0}, unit="%")
    assert monitor(study(weekly(weeks)), wow, overdispersion=False).charts[0].chance > 0.25


def test_a_chance_of_nothing_is_said_in_words():
    found = monitor(study(drawn(weeks=8)), "nps", limits=8, rules="beyond_limits")
    assert "less than 1% of cases" in found.explain()
    assert "moins de 1" in found.explain("fr")


def test_groups_that_are_all_silent_are_no_others():
    found = monitor(study(pd.concat([drawn(seed=k).assign(g=k) for k in range(3)])), "nps", by="g", limits=9,
                    rules="beyond_limits")  # fmt: skip
    assert "no signal in any of the 3 groups" in found.explain()
    assert "other groups" not in found.explain()
    assert "aucun des 3 groupes" in found.explain("fr")


def test_an_unknown_language_is_refused():
    found = monitor(study(drawn()), "nps")
    for said in (found.explain, found.grid):
        with pytest.raises(OptionError, match="'de'"):
            said("de")


def test_no_signal_is_not_proof():
    found = monitor(study(drawn(seed=8)), "nps", rules="beyond_limits", limits=5)
    assert "does not prove that nothing moved" in found.explain()
    assert "cela ne prouve pas" in found.explain("fr")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"chart": "shewart"}, OptionError, "did you mean 'shewhart'"),
        ({"rules": ["nine_on_one_sid"]}, OptionError, "did you mean 'nine_on_one_side'"),
        ({"rules": []}, OptionError, "rules= is empty"),
        ({"rules": "two_of_three", "chart": "ewma"}, OptionError, "does not apply to 'ewma'"),
        ({"freq": "weekly"}, OptionError, "unknown freq 'weekly'"),
        ({"freq": None}, OptionError, "unknown freq"),
        ({"baseline": 31}, OptionError, "a baseline of 31 periods, and the series has 30"),
        ({"baseline": 1}, OptionError, "at least 2"),
        ({"baseline": 0.5}, OptionError, "baseline is 0.5"),
        ({"limits": -1}, OptionError, "limits is -1"),
        ({"smoothing": 1.5}, OptionError, "smoothing is 1.5"),
        ({"allowance": 0}, OptionError, "allowance is 0"),
        ({"freq": "Y"}, UsageError, "has one period"),
    ],
)
def test_refusals(options, error, said):
    with pytest.raises(error) as caught:
        monitor(study(drawn()), "nps", **options)
    assert said in str(caught.value)


def test_what_has_no_periods_or_no_mean_is_refused():
    with pytest.raises(UsageError, match="it has no periods"):
        monitor(cx.Tally.from_counts({10: 4, 0: 2}), "nps")
    with pytest.raises(UsageError, match="it has no periods"):
        monitor(cx.Tally.from_counts({"a": {10: 4, 0: 2}}, by="period"), "nps")

    @cx.metric("polarized", on="nps", scale=(0, 10), bounds=(0, 1))
    def polarized(tally):
        return tally.share(lambda a: a >= 9)

    with pytest.raises(UsageError, match="computed by a function"):
        monitor(study(drawn()), polarized)
    with pytest.raises(NothingMatched, match="no finished period"):
        monitor(study(drawn()).tally("nps", freq="W").keep([]), "nps")


def test_an_unknown_group_of_a_drawing_is_refused():
    with pytest.raises(UnknownNameError, match="no group"):
        monitor(study(drawn()), "nps").plot(group="x")
