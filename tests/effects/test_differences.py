"""Differences in differences: the estimate, its errors, the periods before, and refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import cxkit as cx
from cxkit.effects import effect
from cxkit.errors import OptionError, RoleError, UsageError

NPS = {"design": "did", "treated": "pilot", "at": "2025-07-01"}


def points(answers):
    return np.where(answers >= 9, 100.0, np.where(answers >= 7, 0.0, -100.0))


def test_the_estimate_is_that_of_two_way_fixed_effects(shops):
    study = shops()
    found = effect(study, "nps", **NPS)
    frame = study.data.assign(y=points(study.data.nps), month=[d.month for d in study.data.day.dt.date])
    frame["d"] = ((frame.pilot == "yes") & (frame.month >= 7)).astype(float)
    theirs = smf.ols("y ~ C(shop) + C(month) + d", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame.shop.factorize()[0]}
    )
    assert found.estimate == pytest.approx(theirs.params["d"], abs=1e-8)
    assert found.se == pytest.approx(theirs.bse["d"], rel=0.12)  # CR1 there, CR2 here
    assert found.method == "cr2"
    assert found.df < 23
    assert found.low < 18 < found.high
    assert found.grade == "matched"


def test_the_event_study_has_every_period_and_the_last_before_as_zero(shops):
    found = effect(shops(), "nps", **NPS)
    frame = found.series_frame()
    assert len(frame) == 12
    assert frame.estimate[5] == 0
    assert frame.after.tolist() == [False] * 6 + [True] * 6
    assert (frame.low < frame.estimate).sum() == 11
    check = next(c for c in found.checks if c.key == "pretrend")
    assert check.ok
    assert dict(check.values)["df1"] == 5


def test_groups_that_drifted_apart_before_are_a_caution(shops):
    study = shops(effect=0.0)
    drift = np.where(study.data.pilot == "yes", [d.month for d in study.data.day.dt.date], 0)
    late = cx.Study(study.data.assign(y=drift * 2.0 + study.data.nps), date="day", cluster="shop", guess=False)
    found = effect(late, "y", **NPS)
    assert "pretrend" in [c.key for c in found.cautions]
    assert "already moved apart" in found.explain()
    assert "s’écartaient déjà" in found.explain("fr")


def test_a_period_that_holds_the_day_is_cut_there(shops):
    found = effect(shops(), "nps", **{**NPS, "at": "2025-07-10"})
    frame = found.series_frame()
    assert len(frame) == 13
    assert frame.period[7] == pd.Timestamp("2025-07-10")
    assert frame.after.tolist() == [False] * 7 + [True] * 6


def test_one_pilot_is_held_against_how_places_drift(shops):
    found = effect(shops(treated=1, count=9), "nps", **NPS)
    assert found.method == "one_place"
    assert found.df == 7
    assert "one_place" in [c.key for c in found.cautions]
    mirrored = effect(shops(treated=8, count=9, effect=0.0), "nps", **NPS)
    assert mirrored.df == 7


def test_one_against_one_takes_rows_and_says_so(shops):
    found = effect(shops(treated=1, count=2), "nps", **NPS)
    assert "two_places" in [c.key for c in found.cautions]
    assert found.method == "hc2"
    assert effect(shops(cluster=None), "nps", **NPS).cautions[0].key == "no_cluster"


def test_few_shops_are_said_and_widen_the_interval(shops):
    found = effect(shops(treated=3, count=8), "nps", **NPS)
    assert "few_clusters" in [c.key for c in found.cautions]
    assert found.df < 7
    assert (found.high - found.low) / (2 * found.se) > 2.2


def test_the_same_people_have_a_level_of_their_own():
    rng = np.random.default_rng(5)
    n = 200
    own, group = rng.normal(50, 20, n), np.arange(n) < 80
    frame = pd.DataFrame(
        {
            "id": np.r_[np.arange(n), np.arange(n)],
            "day": pd.to_datetime(["2025-01-10"] * n + ["2025-06-10"] * n),
            "called": np.r_[group, group],
            "y": np.r_[own + rng.normal(0, 5, n), own + 2 + 4 * group + rng.normal(0, 5, n)],
        }
    )
    found = effect(
        cx.Study(frame, id="id", date="day", guess=False), "y", design="did", treated="called", at="2025-03-01"
    )
    change = frame.y[n:].to_numpy() - frame.y[:n].to_numpy()
    assert found.estimate == pytest.approx(change[group].mean() - change[~group].mean())
    # With two periods CR2 by person is Welch's error of the changes.
    welch = np.sqrt(change[group].var(ddof=1) / 80 + change[~group].var(ddof=1) / 120)
    assert found.se == pytest.approx(welch, rel=1e-8)
    assert "pretrend_unknown" in [c.key for c in found.cautions]


def test_a_mix_that_changed_is_a_caution(shops):
    study = shops(seed=3)
    rng = np.random.default_rng(1)
    late = (study.data.pilot == "yes") & (study.data.day >= "2025-07-01") & (rng.random(len(study.data)) < 0.4)
    moved = cx.Study(
        study.data.assign(size=np.where(late, "small", study.data["size"])), date="day", nps="nps", cluster="shop",
        scale={"nps": (0, 10)}, guess=False,
    )  # fmt: skip
    assert "composition" in [c.key for c in effect(moved, "nps", **NPS, controls="size").cautions]
    assert next(c for c in effect(study, "nps", **NPS, controls="size").checks if c.key == "composition").ok


def test_weights_enter(shops):
    study = shops()
    frame = study.data.assign(w=1.0 + (study.data["size"] == "small"))
    weighted = cx.Study(frame, date="day", nps="nps", cluster="shop", weight="w", scale={"nps": (0, 10)}, guess=False)
    y = points(frame.nps)
    fit = smf.wls(
        "y ~ C(shop) + C(month) + d",
        frame.assign(
            y=y, month=frame.day.dt.month, d=((frame.pilot == "yes") & (frame.day >= "2025-07-01")).astype(float)
        ),
        weights=frame.w,
    ).fit()
    assert effect(weighted, "nps", **NPS).estimate == pytest.approx(fit.params["d"], abs=1e-8)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"at": None}, OptionError, "when the action began"),
        ({"at": "2024-01-01"}, OptionError, "outside the dates"),
        ({"at": "2026-01-01"}, OptionError, "outside the dates"),
        ({"at": "soon"}, OptionError, "is no day"),
        ({"treated": "shop"}, UsageError, "24 values where two are expected"),
        ({"treated": {"shop": ["S0", "S99"]}}, OptionError, "S99"),
        ({"controls": "nps"}, RoleError, "another part"),
        ({"controls": "shop", "freq": "fortnight"}, OptionError, "freq"),
        ({"freq": "D"}, OptionError, "gives 300 periods"),
        ({"split": {"yes": 1}}, OptionError, "no option of design='did'"),
    ],
)
def test_refusals_say_the_fix(shops, options, error, said):
    with pytest.raises(error, match=said) as caught:
        effect(shops(), "nps", **{**NPS, **options})
    assert caught.value.hint


def test_no_period_before_is_refused(shops):
    frame = shops().data
    late = frame[(frame.pilot == "no") | (frame.day >= "2025-07-01")]
    study = cx.Study(late, date="day", nps="nps", cluster="shop", scale={"nps": (0, 10)}, guess=False)
    with pytest.raises(UsageError, match="'yes' has no answer before") as caught:
        effect(study, "nps", **NPS)
    assert caught.value.code == "no_pre_period"
    undated = cx.Study(frame.drop(columns="day"), nps="nps", scale={"nps": (0, 10)}, guess=False)
    with pytest.raises(RoleError, match="'date'"):
        effect(undated, "nps", **NPS)


def test_a_constant_outcome_is_refused(shops):
    study = cx.Study(shops().data.assign(y=3.0), date="day", guess=False)
    with pytest.raises(UsageError, match="nothing to tell apart"):
        effect(study, "y", **NPS)


def test_intervals_hold_the_truth_with_few_shops():
    rng = np.random.default_rng(2)
    held = 0
    shop, month = np.repeat(np.arange(8), 6), np.tile(np.arange(6), 8)
    days = [f"2025-{m + 1:02d}-15" for m in month]
    for _ in range(120):
        shock = np.zeros((8, 7))
        for t in range(1, 7):
            shock[:, t] = 0.6 * shock[:, t - 1] + rng.normal(0, 5, 8)
        y = rng.normal(0, 9, 8)[shop] + shock[shop, month + 1] + 4 * (shop < 3) * (month >= 3)
        frame = pd.DataFrame({"shop": shop, "pilot": shop < 3, "day": pd.to_datetime(days), "y": y})
        study = cx.Study(frame, date="day", cluster="shop", guess=False)
        found = effect(study, "y", design="did", treated="pilot", at="2025-04-01")
        held += found.low <= 4 <= found.high
    assert 0.89 <= held / 120 <= 1


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pyarrow"])
def test_other_engines_say_the_same(shops, engine):
    frame = shops(count=6).data
    if engine == "duckdb":
        import duckdb

        other = duckdb.connect().from_df(frame)
    elif engine == "polars":
        other = pytest.importorskip("polars").from_pandas(frame).lazy()
    else:
        other = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    roles = {"date": "day", "nps": "nps", "cluster": "shop", "scale": {"nps": (0, 10)}, "guess": False}
    one, two = (
        effect(cx.Study(f, **roles), "nps", design="did", treated={"shop": ["S0", "S1"]}, at="2025-07-01")
        for f in (frame, other)
    )
    assert (one.estimate, one.se, one.df) == pytest.approx((two.estimate, two.se, two.df))


@pytest.fixture
def regions():
    """Customers of regions, a row a month; what happens to a region happens to all of its customers."""

    def make(count, seed=2):
        rng = np.random.default_rng(seed)
        who, month = np.repeat(np.arange(200), 12), np.tile(np.arange(12), 200)
        region = who % count
        shared = rng.normal(0, 2, (count, 12))[region, month]
        return pd.DataFrame(
            {
                "who": who,
                "region": np.array([f"R{r}" for r in range(count)])[region],
                "day": pd.to_datetime([f"2025-{m + 1:02d}-10" for m in month]),
                "spend": 30 + rng.normal(0, 3, 200)[who] + shared + rng.normal(0, 1, len(who)),
            }
        )

    return make


def test_two_regions_are_a_caution_whoever_is_the_cluster(regions):
    study = cx.Study(regions(2), id="who", date="day", guess=False)
    found = effect(study, "spend", design="did", treated={"region": ["R0"]}, at="2025-07-01")
    assert "two_places" in [c.key for c in found.cautions]
    assert "only 2 places" in found.explain()
    # Who was treated, said by a yes and no of each customer, is no place.
    flagged = study.data.assign(called=np.where(study.data.who % 2, "yes", "no"))
    by_word = effect(
        cx.Study(flagged, id="who", date="day", guess=False), "spend", design="did", treated={"called": ["yes"]},
        at="2025-07-01",
    )  # fmt: skip
    assert "two_places" not in [c.key for c in by_word.checks]


def test_regions_that_were_treated_are_the_clusters(regions):
    study = cx.Study(regions(8), id="who", date="day", guess=False)
    options = {"design": "did", "treated": {"region": ["R0", "R1", "R2"]}, "at": "2025-07-01"}
    found, named = effect(study, "spend", **options), effect(study, "spend", **options, cluster="region")
    people = effect(study, "spend", **options, cluster="id")
    assert (found.estimate, found.se, found.df) == (named.estimate, named.se, named.df)
    assert found.se > 2 * people.se
    assert "few_clusters" in [c.key for c in found.cautions]


def test_customers_of_several_months_count_once(regions):
    study = cx.Study(regions(8), id="who", margin="spend", date="day", guess=False)
    found = effect(study, "margin", design="did", treated={"region": ["R0", "R1"]}, at="2025-07-01")
    assert (found.n, found.reading.customers) == (300, 50)
    assert found.reading.item("total").estimate == pytest.approx(50 * found.estimate)
    worth = found.money()
    assert worth.customers == 50
    assert "one row (such as a month)" in worth.explain()
    assert "6.0 on average" in found.money(customers=5_000).explain()
    assert worth.to_dict()["rows_per_customer"] == 6


def test_customers_treated_by_name_are_customers(regions):
    frame = regions(8).assign(account=lambda d: d.who % 40)
    study = cx.Study(frame, id="who", cluster="account", date="day", guess=False)
    found = effect(study, "spend", design="did", treated={"id": [1, 2, 3, 4, 5]}, at="2025-07-01", cluster="account")
    assert found.reading.customers == 5
