"""Contracts: published curves, customers who came and left, intervals, refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.stats.buying.sbg import survival
from cxkit.value.lifetimes import contracts

HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]


@pytest.fixture(scope="module")
def both():
    return contracts({"high-end": HIGH_END, "regular": REGULAR}, n=1000, discount=0.1, margin=100, draws=200)


def test_v5_parameters_and_v6_projection(both):
    high, regular = both.groups
    assert [round(high[x].estimate, 3) for x in ("alpha", "beta")] == [0.668, 3.806]
    assert [round(regular[x].estimate, 3) for x in ("alpha", "beta")] == [0.704, 1.182]
    assert round(high["survival_projected"].estimate, 1) == 37.8
    assert round(regular["survival_projected"].estimate, 1) == 17.0
    # What became of them: 39.4 % and 17.3 %.
    assert high["survival_projected"].low < 39.4 < high["survival_projected"].high
    assert regular["survival_projected"].low < 17.3 < regular["survival_projected"].high


def test_a_subscriber_is_worth_the_discounted_sum_of_those_who_stay(both):
    params = both.curves[0].params
    t = np.arange(20_000)
    worth = 100 * float(survival(params, t) @ 1.1 ** -t.astype(float))
    assert both.groups[0]["lifetime_value"].estimate == pytest.approx(worth, rel=1e-9)
    assert both.groups[0]["lifetime_value"].unit == "EUR"
    assert np.isnan(both.groups[0]["lifetime"].estimate)
    assert "endless" in {c.code for c in both.cautions}


def test_the_curve_holds_what_was_seen_and_what_is_projected(both):
    curve = both.curve()
    assert curve.columns.tolist() == [
        "cohort", "period", "seen", "estimate", "low", "high", "retention", "residual_lifetime",
    ]  # fmt: skip
    rows = curve[curve["cohort"] == "regular"]
    assert rows["seen"].dropna().tolist() == pytest.approx(REGULAR)
    assert len(rows) == 13
    assert (rows["low"] <= rows["estimate"]).all()
    assert (np.diff(rows["residual_lifetime"]) > 0).all()


def test_the_interval_covers_the_share_of_many_cohorts():
    truth = survival((0.668, 3.806), np.arange(13))
    rng = np.random.default_rng(5)
    hits = 0
    for seed in range(120):
        ends = rng.multinomial(500, np.append(-np.diff(truth[:8]), truth[7]))
        survivors = 500 - np.concatenate([[0], ends[:-1].cumsum()])
        item = contracts(survivors, draws=150, seed=seed)["survival_projected"]
        hits += item.low <= 100 * truth[12] <= item.high
    assert 107 <= hits <= 120


def test_survivors_as_customers_shares_and_shares_without_a_base():
    counts = contracts([1000, 869, 743, 653, 593, 551, 517, 491], draws=30)
    assert counts.curves[0].n == 1000
    assert np.isfinite(counts["alpha"].low)
    shares = contracts(HIGH_END)
    assert np.isnan(shares["alpha"].low)
    assert "no_base" in {c.code for c in shares.cautions}
    assert "n=1000" in shares.explain()
    each = contracts({"a": HIGH_END, "b": REGULAR}, n={"a": 500, "b": 2000}, draws=30)
    assert [c.n for c in each.curves] == [500, 2000]
    width = [c.high[12] - c.low[12] for c in each.curves]
    assert width[0] > width[1]


def cohort(n: int = 4000, seed: int = 2, params=(1.2, 4.0)) -> pd.DataFrame:
    """Customers of yearly contracts who come during five years and leave at the end of one."""
    rng = np.random.default_rng(seed)
    since = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 5 * 365, n), unit="D")
    stays = rng.geometric(np.maximum(rng.beta(*params, n), 1e-12))
    left = [a + pd.DateOffset(years=int(min(k, 60))) for a, k in zip(since, stays, strict=True)]
    left = pd.to_datetime(pd.Series(left))
    left = left.where(left <= pd.Timestamp("2025-06-30"))
    return pd.DataFrame({"id": range(n), "since": since, "left": left, "segment": np.where(np.arange(n) % 2, "A", "B")})


def test_customers_who_came_and_left():
    found = contracts(cohort(), since="since", left="left", end="2025-06-30", draws=60)
    curve = found.curves[0]
    assert found.groups[0].n == 4000
    assert curve.fitted[5] == pytest.approx(survival((1.2, 4.0), [5])[0], abs=0.02)
    assert curve.seen[1] == pytest.approx(survival((1.2, 4.0), [1])[0], abs=0.03)
    by = contracts(cohort(), since="since", left="left", by="segment", end="2025-06-30", draws=40)
    assert [g.key for g in by.groups] == [("A",), ("B",)]
    assert sum(g.n for g in by.groups) == 4000


@pytest.mark.parametrize(
    ("left", "end", "lost", "kept"),
    [
        ("2021-03-01", "2024-12-31", [1, 0, 0, 0], [0, 0, 0, 0, 0]),  # at the end of the first year
        ("2021-03-02", "2024-12-31", [0, 1, 0, 0], [0, 0, 0, 0, 0]),  # in the second
        ("2020-04-01", "2024-12-31", [1, 0, 0, 0], [0, 0, 0, 0, 0]),  # within the first
        (None, "2024-12-31", [0, 0, 0, 0], [0, 0, 0, 0, 1]),
        ("2024-06-01", "2024-12-31", [0, 0, 0, 0], [0, 0, 0, 0, 1]),  # in a year that is not over
    ],
)
def test_when_a_customer_counts_as_lost(left, end, lost, kept):
    from cxkit.value.lifetimes.terms import from_customers

    frame = pd.DataFrame({"since": pd.to_datetime(["2020-03-01"]), "left": pd.to_datetime([left])})
    _, _, ((_, found, n, _),), _ = from_customers(frame, since="since", left="left", by=None, freq="Y", end=end)
    assert (found.lost.tolist(), found.kept.tolist(), n) == (lost, kept, 1)
    assert found.exposure.tolist() == [0, 0, 0, 0, 1]


def test_a_month_closes_on_its_last_day_where_it_is_short():
    from cxkit.value.lifetimes.terms import from_customers

    frame = pd.DataFrame(
        {"since": pd.to_datetime(["2026-01-31"] * 2), "left": pd.to_datetime(["2026-02-28", "2026-03-01"])}
    )
    _, _, ((_, found, _, _),), _ = from_customers(
        frame, since="since", left="left", by=None, freq="M", end="2026-05-31"
    )
    assert found.lost.tolist() == [1, 1, 0, 0]


def test_impossible_customers_are_counted():
    frame = cohort(300)
    frame.loc[0, "left"] = frame.loc[0, "since"] - pd.Timedelta(days=3)
    frame.loc[1, "since"] = pd.NaT
    frame.loc[2, ["since", "left"]] = [pd.Timestamp("2030-01-01"), pd.NaT]
    frame.loc[3, ["since", "left"]] = [pd.Timestamp("2025-06-01"), pd.NaT]
    found = contracts(frame, since="since", left="left", end="2025-06-30", draws=30)
    codes = {c.code: dict(c.values)["n"] for c in found.cautions if dict(c.values).get("n")}
    assert codes == {"backwards": 1, "no_since": 1, "future": 1, "unfinished": 1}
    assert found.groups[0].n == 297


def test_a_constant_churn_is_named():
    survivors = (100_000 * 0.9 ** np.arange(9)).round()
    found = contracts(survivors, draws=30)
    assert "alike" in {c.code for c in found.cautions}
    assert "constant churn" in found.explain()
    assert found["retention_next"].estimate == pytest.approx(90, abs=0.05)


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        ([100], {}, "two or more numbers"),
        ([100, 110], {}, "survivors rise from 100 after period 0 to 110"),
        ({"new": [100, 110]}, {}, "new: survivors rise"),
        ([100, 100, 100], {}, "not identified"),
        ({"new": [100, 0, 0]}, {}, "new: everybody or nobody left"),
        (HIGH_END, {"n": 0}, "customers at the start"),
        (HIGH_END, {"freq": "W"}, "freq= 'Y', 'Q' or 'M'"),
        (HIGH_END, {"project": 0}, "whole number of periods"),
        (HIGH_END, {"draws": 3}, "300 is usual"),
        (HIGH_END, {"margin": 100}, "discount=.10"),
        (HIGH_END, {"discount": 10}, "discount=0.1"),
        (HIGH_END, {"since": "x"}, "go with a table of customers"),
        (cohort(20), {"since": "since", "left": "left", "n": 5}, "leave n= out"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_fix(data, options, said):
    with pytest.raises(UsageError) as caught:
        contracts(data, **options)
    assert said in str(caught.value)


def test_tables_without_starts_or_finished_periods():
    with pytest.raises(RoleError, match="'since'"):
        contracts(cohort(20))
    young = pd.DataFrame(
        {"since": pd.to_datetime(["2026-01-05"] * 9), "left": pd.to_datetime([None] * 8 + ["2026-01-20"])}
    )
    with pytest.raises(NothingMatched, match="finished a period"):
        contracts(young, since="since", left="left", end="2026-02-01")
    with pytest.raises(OptionError, match="end="):
        contracts(young, since="since", left="left", end="soon")


def test_shown_in_both_languages_and_drawn(both):
    for lang in ("en", "fr"):
        assert "regular" in both.explain(lang).casefold()
        assert both.grid(lang).text(lang)
        for draw in (both.plot, both.plot.survival, both.plot.retention):
            assert draw(lang=lang).get_title(loc="left")
    assert "37.8%" in both.explain()
    assert "37,8\u00a0%" in both.explain("fr")
    assert "<table" in both._repr_html_()
    json.dumps(both.to_dict(), allow_nan=False)
    assert "Seen for 7 years" in contracts(HIGH_END).explain()
