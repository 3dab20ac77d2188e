"""Answers of the same respondents: paired tests, panels, clusters, by simulation and against rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.metrics.builtin import mean_metric

RATING = mean_metric(on="csat", scale=(1, 7))
JANUARY, FEBRUARY = pd.Timestamp("2026-01-15"), pd.Timestamp("2026-02-15")


def panel(rng: np.random.Generator, n: int = 150, *, change: float = 0.0, back: float = 0.8) -> pd.DataFrame:
    """Two waves; each respondent has a level of his own, so his two answers are alike. Some do not come back."""
    level = rng.normal(4, 1.2, 2 * n)
    first = np.arange(n)
    second = np.where(rng.random(n) < back, first, first + n)

    def wave(who, shift, day):
        score = np.clip(np.rint(level[who] + shift + rng.normal(0, 0.6, n)), 1, 7)
        return pd.DataFrame({"who": who, "csat": score, "nps": 5, "day": day})

    return pd.concat([wave(first, 0, JANUARY), wave(second, change, FEBRUARY)], ignore_index=True)


def study(data: pd.DataFrame, **roles: str) -> cx.Study:
    return cx.Study(data, csat="csat", nps="nps", date="day", scale={"csat": (1, 7)}, guess=False, **roles)


def change(data: pd.DataFrame, **options):
    roles = {k: options.pop(k) for k in ("id", "cluster", "weight") if k in options}
    return cx.compare(study(data, **roles), RATING, freq="M", test="previous", **options)


def test_a_panel_has_a_shorter_interval_than_two_samples_and_it_covers():
    rng, inside, alone, runs = np.random.default_rng(1), 0, 0, 100
    lengths = []
    for _ in range(runs):
        data = panel(rng)
        same, apart = change(data, id="who"), change(data)
        lengths.append((same.delta_high[0] - same.delta_low[0]) / (apart.delta_high[0] - apart.delta_low[0]))
        inside += same.delta_low[0] <= 0 <= same.delta_high[0]
        alone += apart.delta_low[0] <= 0 <= apart.delta_high[0]
    assert max(lengths) < 0.85
    # Three standard errors about 95 %: 6.5 points.
    assert 0.885 <= inside / runs <= 0.995
    assert alone >= inside


def test_the_covariance_of_two_waves_is_that_of_the_rows():
    data = panel(np.random.default_rng(2))
    found = change(data, id="who")
    wide = data.assign(wave=data.day.dt.month).pivot_table(index="who", columns="wave", values="csat")
    a, b, m = wide[1], wide[2], len(wide)
    influence = (b - b.mean()).fillna(0) / b.count() - (a - a.mean()).fillna(0) / a.count()
    assert found.se[0] == pytest.approx(math.sqrt((influence**2).sum() * m / (m - 1)), rel=1e-9)


def test_paired_keeps_only_those_of_both_waves_and_a_week_is_one_pair():
    """Found in review: weeks were paired day by day, and all but one pair of days were lost."""
    rng = np.random.default_rng(3)
    data = panel(rng, back=0.5)
    data["day"] += pd.to_timedelta(rng.integers(0, 3, len(data)), unit="D")
    twice = pd.concat([data, data.assign(day=data.day + pd.Timedelta(days=1), csat=data.csat.clip(2, 6))])
    found = cx.compare(study(twice, id="who"), RATING, freq="W", test="previous", paired=True)
    week = twice.assign(week=twice.day.dt.to_period("W-SUN").dt.start_time.dt.date)
    means = week.groupby(["who", "week"])["csat"].mean().unstack()
    for i, (monday,) in enumerate(found.keys):
        both = means[[found.versus_keys[i][0], monday]].dropna()
        difference = both.iloc[:, 1] - both.iloc[:, 0]
        assert found.n[i] == len(both)
        assert found.delta[i] == pytest.approx(difference.mean(), abs=1e-12)
        assert found.se[i] == pytest.approx(difference.std() / math.sqrt(len(both)), rel=1e-9, abs=1e-12)


def accounts(rng: np.random.Generator, clusters: int, shift: float = 0.0) -> pd.DataFrame:
    """Accounts of uneven size, each with a level of its own; a group is a set of accounts."""
    size = rng.integers(2, 12, clusters)
    level = rng.normal(4, 0.8, clusters)
    who = np.repeat(np.arange(clusters), size)
    group = np.where(who % 2 == 0, "A", "B")
    score = np.clip(np.rint(level[who] + shift * (group == "A") + rng.normal(0, 0.9, len(who))), 1, 7)
    return pd.DataFrame({"account": who, "g": group, "csat": score, "nps": 5, "day": JANUARY})


@pytest.mark.parametrize("clusters", [80, 12])
def test_clustered_intervals_cover_where_ordinary_ones_do_not(clusters):
    rng, runs, inside, ordinary = np.random.default_rng(4), 120, 0, 0
    for _ in range(runs):
        data = accounts(rng, clusters)
        for column in ("account", None):
            roles = {} if column is None else {"cluster": column}
            found = cx.compare(study(data, **roles), RATING, by="g", test="columns")
            covers = found.delta_low[0] <= 0 <= found.delta_high[0]
            inside, ordinary = inside + (covers and column is not None), ordinary + (covers and column is None)
    assert 0.89 <= inside / runs <= 0.995
    assert ordinary / runs < 0.85


def test_one_cluster_shows_no_error_and_says_so():
    data = accounts(np.random.default_rng(5), 20).assign(account=1)
    found = cx.compare(study(data, cluster="account"), RATING, by="g", test="columns")
    assert math.isnan(found.p[0])
    assert math.isnan(found.delta_low[0])
    assert found.verdict == ("inconclusive",)
    assert "No test can be made" in found.explain()
    assert "trop petite ou trop uniforme" in found.explain("fr")
    assert "[– ; –]: inconclusive" in found.explain()


def test_respondents_of_one_answer_change_nothing():
    data = accounts(np.random.default_rng(6), 40).assign(who=lambda d: np.arange(len(d)))
    plain, lone = (cx.compare(study(data, **roles), RATING, by="g") for roles in ({}, {"id": "who"}))
    assert plain.delta_low == lone.delta_low
    assert plain.p == lone.p


@pytest.mark.parametrize("test", ["complement", "columns"])
def test_renaming_respondents_and_moving_rows_change_nothing(test):
    rng = np.random.default_rng(7)
    data = accounts(rng, 30)
    data["g"] = rng.choice(list("ABC"), len(data))  # accounts in several groups
    other = data.assign(account="x" + (997 - data.account).astype(str)).sample(frac=1, random_state=3)
    one, two = (cx.compare(study(d, cluster="account"), RATING, by="g", test=test) for d in (data, other))
    np.testing.assert_allclose(one.se, two.se, rtol=1e-10)
    np.testing.assert_allclose(one.p, two.p, rtol=1e-9)
