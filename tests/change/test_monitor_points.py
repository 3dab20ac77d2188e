"""Dates of change of a study."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.change import change_points
from cxkit.errors import OptionError, UsageError

FIRST = dt.date(2025, 1, 6)
COLUMNS = ["period", "low", "high", "before", "after", "delta", "p", "n"]


def frame(levels, *, n=60, seed=1, wobble=0.0):
    """``levels``: promoter share minus detractor share of each week, /100."""
    rng = np.random.default_rng(seed)
    parts = []
    for w, level in enumerate(levels):
        half = np.clip((level + rng.normal(0, wobble)) / 200, -0.34, 0.34)
        answers = rng.choice([3, 8, 10], n, p=[0.35 - half, 0.3, 0.35 + half])
        parts.append(pd.DataFrame({"day": pd.Timestamp(FIRST) + pd.Timedelta(weeks=w), "nps": answers}))
    return pd.concat(parts, ignore_index=True)


def study(data, **roles):
    return cx.Study(data, nps="nps", date="day", **roles)


STEP = [0] * 20 + [40] * 20


def test_a_step_is_found_with_its_levels_and_its_date():
    found = change_points(study(frame(STEP)), "nps")
    rows = found.to_frame()
    assert list(rows) == COLUMNS
    assert len(rows) == 1
    row = rows.iloc[0]
    assert row["low"] <= pd.Timestamp(FIRST) + pd.Timedelta(weeks=20) <= row["high"]
    assert row["low"] <= row["period"] <= row["high"]
    assert row["n"] == 2400
    assert row["p"] < 0.01
    assert row["delta"] == pytest.approx(40, abs=12)
    assert row["delta"] == row["after"] - row["before"]
    # Levels are the scores of all answers on either side.
    before = study(frame(STEP)).between(FIRST, row["period"].date())
    assert row["before"] == pytest.approx(before.nps().value)


def test_a_steady_series_has_the_columns_and_no_row():
    found = change_points(study(frame([10] * 30)), "nps")
    rows = found.to_frame()
    assert list(rows) == COLUMNS
    assert len(found) == len(rows) == 0
    assert "no change of level found" in found.explain()
    assert "aucun changement" in found.explain("fr")
    assert "no change found" in repr(found)


def test_weeks_that_wobble_are_no_changes():
    """3,000 answers a week whose level wanders by 4 points: sampling error alone would see changes everywhere."""
    data = study(frame([10] * 40, n=3000, wobble=4.0, seed=6))
    assert len(change_points(data, "nps", overdispersion=False)) > 0
    assert len(change_points(data, "nps")) == 0


def test_groups_are_one_family():
    data = pd.concat([frame(STEP).assign(g="b"), frame([5] * 40, seed=2).assign(g="a")])
    found = change_points(study(data), "nps", by="g")
    assert list(found.to_frame()) == ["g", *COLUMNS]
    assert found.to_frame()["g"].tolist() == ["b"]
    assert [s.group for s in found.series] == [("a",), ("b",)]
    alone = change_points(study(frame(STEP)), "nps")
    assert found.changes[0].p == pytest.approx(2 * alone.changes[0].p)
    assert "other groups: 1" in found.explain()


def test_the_same_seed_finds_the_same_and_a_tally_too():
    s = study(frame(STEP))
    assert change_points(s, "nps") == change_points(s, "nps")
    assert change_points(s.tally("nps", freq="W"), "nps").changes == change_points(s, "nps").changes


def test_weights_and_words():
    data = frame(STEP)
    data["w"] = np.random.default_rng(0).choice([0.3, 2.0], len(data))
    found = change_points(study(data, weight="w"), "nps")
    assert found.weighted
    assert len(found) == 1
    said = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert said["kind"] == "change_points"
    assert said["rows"][0]["among"]
    assert "NPS rose by" in found.explain()
    assert "A date is not a cause" in found.explain()
    assert "hausse de" in found.explain("fr")
    assert "▲" in found.grid("fr").text("fr")


def test_answers_that_are_all_alike_are_not_searched():
    data = pd.concat([frame(STEP).assign(g="a"), frame(STEP).assign(g="b", nps=10)])
    found = change_points(study(data), "nps", by="g")
    assert {c.group for c in found.changes} == {("a",)}
    assert found.series[1].error == ()


def test_more_changes_than_wanted_are_not_sought():
    data = study(frame([0] * 15 + [45] * 15 + [-30] * 15))
    assert len(change_points(data, "nps")) == 2
    assert len(change_points(data, "nps", most=1)) == 1


def test_answers_of_one_account_are_no_news():
    """Every answer of a steady series given nine times: each week would differ from the next."""
    data = frame([10] * 30, n=25, seed=4)
    many = data.assign(acc=np.arange(len(data))).loc[data.index.repeat(9)]
    assert len(change_points(study(many), "nps", overdispersion=False)) > 0
    found = change_points(study(many, cluster="acc"), "nps", overdispersion=False)
    assert len(found) == 0
    assert [r.key for r in found.remarks] == ["clustered"]
    once = change_points(study(data), "nps", overdispersion=False)
    assert found.series[0].error == pytest.approx(once.series[0].error, rel=0.03)


def test_people_who_stay_a_while_are_no_changes():
    """Steady answers of people who come for 8 weeks: levels drift with them, and nothing has changed."""
    found = {"": 0, "who": 0}
    for seed in range(15):
        rng, parts = np.random.default_rng(seed), []
        for start in range(-8, 40):
            level = rng.normal(size=6)
            for w in range(max(start, 0), min(start + 8, 40)):
                x = level + rng.normal(size=6)
                day = pd.Timestamp(FIRST) + pd.Timedelta(weeks=w)
                nps = np.where(x > 0.5, 10, np.where(x > -0.5, 8, 3))
                parts.append(pd.DataFrame({"who": 1000 * (start + 8) + np.arange(6), "day": day, "nps": nps}))
        data = pd.concat(parts, ignore_index=True).rename(columns={"who": "person"})
        for cluster in found:
            roles = {"cluster": "person"} if cluster else {}
            found[cluster] += bool(len(change_points(study(data, **roles), "nps")))
    assert found["who"] <= 3
    assert found[""] >= found["who"] + 3


def test_groups_that_are_dates_are_json():
    data = pd.concat([frame(STEP).assign(g=dt.date(2026, 1, 1)), frame([5] * 40).assign(g=dt.date(2026, 2, 1))])
    said = json.loads(json.dumps(change_points(study(data), "nps", by="g").to_dict(), allow_nan=False))
    assert said["searched"][0]["group"] == ["2026-01-01"]
    assert said["rows"][0]["group"] == {"g": "2026-01-01"}


def test_groups_that_are_all_silent_are_no_others():
    data = pd.concat([frame([5] * 20, seed=k).assign(g=k) for k in range(3)])
    found = change_points(study(data), "nps", by="g")
    assert "no change of level found in any of the 3 groups" in found.explain()
    assert "other groups" not in found.explain()


def test_an_unknown_language_is_refused():
    found = change_points(study(frame(STEP)), "nps")
    for said in (found.explain, found.grid):
        with pytest.raises(OptionError, match="'de'"):
            said("de")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"freq": "w"}, OptionError, "did you mean 'W'"),
        ({"level": 95}, OptionError, "level is 95"),
        ({"most": 0}, OptionError, "most is 0"),
        ({"freq": "Q"}, UsageError, "needs at least 4"),
    ],
)
def test_refusals(options, error, said):
    with pytest.raises(error) as caught:
        change_points(study(frame([10] * 30)), "nps", **options)
    assert said in str(caught.value)
