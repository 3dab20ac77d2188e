"""A score watched as it comes in."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.change import running
from cxkit.change.monitor_series import counted
from cxkit.change.monitor_shared import base_so_far
from cxkit.errors import NothingMatched, OptionError

COLUMNS = ["period", "metric", "estimate", "low", "high", "n", "n_eff", "verdict"]


def frame(days=60, a_day=20, seed=1):
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2026-01-05", periods=days).repeat(a_day)
    return pd.DataFrame({"day": dates, "nps": rng.choice([3, 8, 10], len(dates), p=[0.2, 0.3, 0.5])})


def study(data=None, **roles):
    return cx.Study(frame() if data is None else data, nps="nps", date="day", **roles)


def test_each_look_is_the_score_of_everything_so_far():
    s = study()
    found = running(s, "nps")
    rows = found.to_frame()
    assert list(rows) == COLUMNS
    assert len(rows) == 60
    assert rows["n"].tolist() == list(range(20, 1201, 20))
    so_far = s.between("2026-01-05", "2026-01-15").nps()
    assert rows["estimate"][9] == pytest.approx(so_far.value)
    assert found.estimate[-1] == pytest.approx(s.nps().value)
    assert ((rows["low"] <= rows["estimate"]) & (rows["estimate"] <= rows["high"])).all()
    last = s.nps()
    assert 1.3 < (found.high[-1] - found.low[-1]) / (last.high[0] - last.low[0]) < 1.8


def test_early_looks_have_the_whole_scale():
    found = running(study(frame(5, 10)), "nps")
    assert list(zip(found.low, found.high, strict=True))[:2] == [(-100, 100)] * 2
    assert found.low[2] > -100
    assert "Under 30 answers" in running(study(frame(2, 10)), "nps").explain()


def test_without_a_scale_early_looks_are_unknown():
    data = frame().assign(spend=lambda f: f["nps"] * 1.5)
    spend = cx.mean(study(data), "spend").metric
    assert spend.bounds is None
    from cxkit.metrics.builtin import mean_metric

    found = running(study(data), mean_metric(on="spend", scale=None))
    assert math.isnan(found.low[0])
    assert found.low[-1] < found.estimate[-1] < found.high[-1]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"][0]["low"] is None


def test_a_target_is_settled_once_the_interval_is_clear_of_it():
    found = running(study(), "nps", target=0)
    assert found.verdict[-1] == "above"
    i = found.periods.index(found.decided)
    assert found.low[i] > 0
    assert not found.verdict[i - 1]
    assert "Above the target of" in found.explain()
    assert "Au-dessus de la cible" in found.explain("fr")
    open_one = running(study(), "nps", target=round(found.estimate[-1]))
    assert open_one.decided is None
    assert "Neither above nor below" in open_one.explain()
    assert "Pas encore tranché" in open_one.explain("fr")
    assert "above" in repr(found)


def test_start_leaves_out_what_came_before():
    found = running(study(), "nps", start="2026-02-01")
    assert found.periods[0].isoformat() == "2026-02-01"
    assert found.n[-1] == study().between("2026-02-01", "2027-01-01").nps().n[0]
    tally = study().tally("nps", freq="D")
    assert running(tally, "nps", start="2026-02-01").estimate == pytest.approx(found.estimate)


def test_weights_use_the_effective_base():
    data = frame()
    data["w"] = np.random.default_rng(0).choice([0.2, 3.0], len(data))
    found = running(study(data, weight="w"), "nps")
    assert found.n[-1] == 1200
    assert found.n_eff[-1] < 900
    plain = running(study(data), "nps")
    assert found.high[-1] - found.low[-1] > 1.15 * (plain.high[-1] - plain.low[-1])
    assert found.estimate[-1] == pytest.approx(study(data, weight="w").nps().value)


def test_answers_that_are_all_alike_leave_room():
    found = running(study(frame().assign(nps=10)), "nps", target=99)
    assert found.estimate[-1] == 100
    assert found.high[-1] == 100
    assert 0 < found.low[5] < found.low[-1] < 100


def test_a_column_of_days_without_answers_is_no_look():
    data = frame()
    data["nps"] = data["nps"].astype(float)
    data.loc[data["day"] == "2026-01-10", "nps"] = np.nan
    assert len(running(study(data), "nps")) == 59


def panel(seed, *, people=60, days=30):
    """The same people every day, each with a level of his own."""
    rng = np.random.default_rng(seed)
    who, day = np.repeat(np.arange(people), days), np.tile(np.arange(days), people)
    x = rng.normal(size=people)[who] + rng.normal(size=len(who))
    nps = np.where(x > 0.5, 10, np.where(x > -0.5, 8, 3))  # NPS 0
    return pd.DataFrame({"who": who, "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, "D"), "nps": nps})


def test_people_who_answer_every_day_are_counted_for_what_they_are_worth():
    """The finding: 60 people for 30 days, the truth shut out in 19 of 40 runs of a 95 % interval."""
    missed = {"": 0, "who": 0}
    for seed in range(20):
        for cluster in missed:
            found = running(study(panel(seed), **({"cluster": cluster} if cluster else {})), "nps")
            missed[cluster] += any(low > 0 or high < 0 for low, high in zip(found.low, found.high, strict=True))
            assert [r.key for r in found.remarks] == ["clustered"] * bool(cluster)
    assert missed["who"] <= 1
    assert missed[""] >= 4


def test_errors_so_far_are_those_of_all_clusters_so_far():
    """A second way: the errors of the sides that hold periods 0 to t, but for the factor of few clusters."""
    s = study(panel(3, people=40, days=12).assign(w=lambda f: 1 + f["who"] % 3), cluster="who", weight="w")
    read = counted(s, "nps", freq="D", open_period=True)
    looks = len(read.tally)
    mean = np.array([s.between("2026-01-01", f"2026-01-{t + 2:02d}").nps().value for t in range(looks)])
    se, worth = base_so_far(read.shared, mean)
    other = read.shared.errors(read.shared.choice([list(range(t + 1)) for t in range(looks)]), mean)
    factor = np.sqrt(worth / (worth - 1) * 39 / 40)
    assert se == pytest.approx(other * factor)
    w = 1 + np.arange(40) % 3
    assert worth == pytest.approx(np.full(looks, w.sum() ** 2 / (w**2).sum()))


def test_five_accounts_are_too_few_however_much_they_answer():
    found = running(study(frame().assign(acc=lambda f: np.arange(len(f)) % 5), cluster="acc"), "nps", target=0)
    assert (found.low[-1], found.high[-1]) == (-100, 100)
    assert found.n_eff[-1] <= 5
    assert "worth 5 independent ones" in found.explain()
    assert "en valent 5 indépendantes" in found.explain("fr")


def test_answers_of_different_people_are_as_before():
    data = frame().assign(who=lambda f: np.arange(len(f)))
    assert running(study(data, cluster="who"), "nps").low == running(study(data), "nps").low


def test_a_constant_without_a_scale_has_no_interval_and_says_why():
    from cxkit.metrics.builtin import mean_metric

    found = running(study(frame().assign(spend=12.5)), mean_metric(on="spend", scale=None))
    assert "holds however often" not in found.explain()
    assert "all answers so far are alike" in found.explain()
    assert "identiques" in found.explain("fr")
    early = running(study(frame(2, 10).assign(spend=lambda f: f["nps"] * 1.5)), mean_metric(on="spend", scale=None))
    assert "Under 30 answers no interval is given" in early.explain()


def test_an_unknown_language_is_refused():
    found = running(study(), "nps")
    for said in (found.explain, found.grid):
        with pytest.raises(OptionError, match="'de'"):
            said("de")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"target": 130}, OptionError, "runs from -100 to 100"),
        ({"target": "30"}, OptionError, "target is '30'"),
        ({"target": math.nan}, OptionError, "target is nan"),
        ({"freq": "daily"}, OptionError, "unknown freq"),
        ({"start": "01/02/2026"}, OptionError, "no day"),
        ({"level": 1.0}, OptionError, "level is 1.0"),
        ({"tightest_at": -5}, OptionError, "a base of -5"),
        ({"start": "2027-01-01"}, NothingMatched, "2027-01-01"),
    ],
)
def test_refusals(options, error, said):
    with pytest.raises(error) as caught:
        running(study(), "nps", **options)
    assert said in str(caught.value)
