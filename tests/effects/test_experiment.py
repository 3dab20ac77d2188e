"""Experiments: arms, shares, money, lots, earlier scores, clusters."""

import json
import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect
from cxkit.errors import ColumnError, OptionError, RoleError, UsageError
from cxkit.stats.multiplicity import adjusted


@pytest.fixture
def mail():
    rng = np.random.default_rng(1)
    n = 3000
    arm = rng.choice(["none", "men", "women"], n)
    before = rng.gamma(2, 20, n)
    return pd.DataFrame(
        {
            "arm": arm,
            "visit": (rng.random(n) < 0.10 + 0.06 * (arm == "men")).astype(int),
            "spend": before * 0.8 + rng.normal(0, 15, n) + 4 * (arm == "men"),
            "before": before,
            "nps": np.clip(np.round(rng.normal(7.3 + 0.4 * (arm == "women"), 2)), 0, 10),
        }
    )


@pytest.fixture
def study(mail):
    return cx.Study(mail, revenue="spend", nps="nps", scale={"nps": (0, 10)}, guess=False)


def test_arms_against_the_control_with_the_family_corrected(study):
    found = effect(study, ["visit", "revenue", "nps"], design="ab", treated="arm", control="none")
    assert [(r.outcome.name, r.arm) for r in found.readings] == [
        (o, a) for o in ("visit", "revenue", "nps") for a in ("men", "women")
    ]
    p = [r.p for r in found.readings]
    assert [r.p_adjusted for r in found.readings] == pytest.approx(adjusted(p, "holm").tolist())
    frame = found.to_frame()
    assert list(frame.columns) == ["outcome", "arm", "item", "estimate", "low", "high", "unit"]
    assert found.of(arm="men", outcome="visit").reading.item("total").unit == "customers"


def test_a_share_has_newcombes_interval_and_the_pooled_test(mail, study):
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    found = effect(study, "visit", design="ab", treated="arm", control="none").of(arm="men")
    x = [int(mail.visit[mail.arm == a].sum()) for a in ("men", "none")]
    n = [int((mail.arm == a).sum()) for a in ("men", "none")]
    ends = confint_proportions_2indep(x[0], n[0], x[1], n[1], method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx([100 * e for e in ends], rel=1e-8)
    assert found.p == pytest.approx(proportions_ztest(x, n)[1], rel=1e-8)
    assert found.unit == "points"
    assert found.reading.item("expected_without").unit == "%"


def test_nps_counts_points_and_has_no_share_of_itself(study):
    found = effect(study, "nps", design="ab", treated="arm", control="none").of(arm="women")
    assert found.estimate == pytest.approx(study.nps(by="arm").estimate[2] - study.nps(by="arm").estimate[1])
    assert not found.reading.has("relative")
    assert not found.reading.has("total")


def test_cuped_says_what_it_saves_and_shows_the_unadjusted(mail, study):
    plain = effect(study, "revenue", design="ab", treated="arm", control="none").of(arm="men")
    found = effect(study, "revenue", design="ab", treated="arm", control="none", before="before").of(arm="men")
    naive = found.reading.item("naive")
    assert (naive.estimate, naive.low, naive.high) == pytest.approx((plain.estimate, plain.low, plain.high))
    saved = found.reading.item("variance_reduction").estimate
    assert saved == pytest.approx(100 * (1 - (found.se / plain.se) ** 2))
    assert saved > 60
    assert abs(found.estimate - 4) < 3 * found.se
    assert "Unadjusted" in found.explain()
    assert "CUPED" in str(found)


def test_a_mismatch_of_lots_is_an_alarm(study, mail):
    lost = mail[(mail.arm != "men") | (np.arange(len(mail)) % 3 > 0)]
    found = effect(cx.Study(lost, guess=False), "visit", design="ab", treated="arm", control="none")
    assert [c.key for c in found.cautions] == ["srm"]
    assert "SAMPLE RATIO MISMATCH" in found.explain()
    assert "RÉPARTITION ANORMALE" in found.explain("fr")
    planned = effect(
        cx.Study(lost, guess=False), "visit", design="ab", treated="arm", control="none",
        split={"none": 3, "women": 3, "men": 2},
    )  # fmt: skip
    assert not planned.cautions


def test_an_outcome_that_is_missing_more_often_in_one_arm(study, mail):
    holes = mail.assign(spend=np.where((mail.arm == "men") & (np.arange(len(mail)) % 4 == 0), np.nan, mail.spend))
    found = effect(cx.Study(holes, guess=False), "spend", design="ab", treated="arm", control="none")
    assert "attrition" in [c.key for c in found.cautions]
    left = next(c for c in found.checks if c.key == "left_out")
    assert dict(left.values)["no_answer"] == int(holes.spend.isna().sum())


def test_drawn_shops_have_clustered_errors(mail):
    rng = np.random.default_rng(2)
    shop = np.arange(3000) % 30
    frame = mail.assign(
        shop=shop, test=np.where(shop < 15, "yes", "no"), spend=mail.spend + 20 * rng.normal(size=30)[shop]
    )
    found = effect(cx.Study(frame, guess=False), "spend", design="ab", treated="test", cluster="shop")
    alone = effect(cx.Study(frame, guess=False), "spend", design="ab", treated="test")
    assert found.estimate == pytest.approx(alone.estimate)
    assert found.se > 3 * alone.se
    assert 20 < found.df < 29
    assert next(c for c in found.checks if c.key == "srm").ok


def test_customers_in_two_arms_are_named(mail):
    frame = mail.assign(id=np.arange(3000) // 2)
    found = effect(cx.Study(frame, id="id", guess=False), "visit", design="ab", treated="arm", control="none")
    assert "crossed" in [c.key for c in found.cautions]


def test_weights_enter_the_difference(mail):
    frame = mail.assign(w=np.where(mail.before > 40, 2.0, 0.5))
    found = effect(
        cx.Study(frame, weight="w", guess=False), "spend", design="ab", treated="arm", control="none"
    ).of(arm="men")  # fmt: skip
    means = {a: np.average(g.spend, weights=g.w) for a, g in frame.groupby("arm")}
    assert found.estimate == pytest.approx(means["men"] - means["none"])
    assert found.method == "hc2"


def test_the_treated_may_be_named_by_value_and_be_true_or_words(mail):
    by_value = effect(
        cx.Study(mail, guess=False), "spend", design="ab", treated={"arm": ["men", "women"]}, control="none"
    )
    flag = mail.assign(mailed=mail.arm != "none", said=np.where(mail.arm != "none", "Oui", "Non"))
    for name in ("mailed", "said"):
        found = effect(cx.Study(flag, guess=False), "spend", design="ab", treated=name)
        assert (found.estimate, found.low) == pytest.approx((by_value.estimate, by_value.low))


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_other_engines_say_the_same(mail, engine):
    frame = mail
    if engine == "duckdb":
        import duckdb

        frame = duckdb.connect().from_df(mail)
    else:
        frame = pytest.importorskip("polars").from_pandas(mail).lazy()
    one, other = (
        effect(cx.Study(f, guess=False), "spend", design="ab", treated="arm", control="none", before="before")
        for f in (mail, frame)
    )
    assert [r.estimate for r in one.readings] == pytest.approx([r.estimate for r in other.readings])


def test_x4_the_smallest_effect_shrinks_with_power(study):
    sizes = [
        effect(study, "revenue", design="ab", treated="arm", control="none", power=p).of(arm="men").reading
        .item("detectable").estimate
        for p in (0.5, 0.8, 0.9)
    ]  # fmt: skip
    assert sizes == sorted(sizes)
    se = effect(study, "revenue", design="ab", treated="arm", control="none").of(arm="men").se
    assert sizes[1] == pytest.approx(2.801585 * se, rel=1e-3)  # t with some 2,000 degrees of freedom


def test_shares_of_all_and_of_none_keep_an_interval():
    frame = pd.DataFrame({"t": ["yes"] * 40 + ["no"] * 40, "did": [1] * 40 + [0] * 40})
    found = effect(cx.Study(frame, guess=False), "did", design="ab", treated="t")
    assert found.estimate == 100
    assert 80 < found.low < 100 <= found.high <= 100
    flat = pd.DataFrame({"t": ["yes"] * 5 + ["no"] * 5, "x": [4.0] * 5 + [9.0] * 5})
    none = effect(cx.Study(flat, guess=False), "x", design="ab", treated="t")
    assert math.isnan(none.low)
    assert {"no_spread", "small"} <= {c.key for c in none.cautions}
    assert "without an interval" in none.explain()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"treated": "arm"}, UsageError, "which of the 3 values"),
        ({"treated": "arm", "control": "nobody"}, OptionError, "does not hold"),
        ({"treated": "amr", "control": "none"}, ColumnError, "amr"),
        ({}, OptionError, "who was treated"),
        ({"treated": "arm", "control": "none", "at": "2025-01-01"}, OptionError, "no option of design='ab'"),
        ({"treated": "arm", "control": "none", "before": "arm"}, RoleError, "who was treated"),
        ({"treated": "arm", "control": "none", "before": "lacking"}, ColumnError, "lacking"),
        ({"treated": "arm", "control": "none", "split": {"none": 1}}, OptionError, "split"),
        ({"treated": "arm", "control": "none", "level": 95}, OptionError, "level"),
        ({"treated": "arm", "control": "none", "power": 2}, OptionError, "power"),
        ({"treated": {"arm": ["none"]}, "control": "none"}, OptionError, "treated and control"),
    ],
)
def test_refusals_say_the_fix(study, options, error, said):
    with pytest.raises(error, match=said) as caught:
        effect(study, "visit", design="ab", **options)
    assert caught.value.hint


def test_one_arm_only_and_a_constant_outcome_are_refused(mail):
    one = cx.Study(mail[mail.arm == "men"], guess=False)
    with pytest.raises(UsageError, match="nobody to hold the treated against"):
        effect(one, "visit", design="ab", treated="arm", control="men")
    with pytest.raises(UsageError, match="nobody to hold"):
        effect(cx.Study(mail.assign(t="yes"), guess=False), "visit", design="ab", treated="t")
    with pytest.raises(UsageError, match="nothing to tell arms apart"):
        effect(cx.Study(mail.assign(y=1.5), guess=False), "y", design="ab", treated="arm", control="none")
    with pytest.raises(OptionError, match="no design 'abtest'"):
        effect(one, "visit", design="abtest", treated="arm")


def test_money_multiplies_and_subtracts(study):
    found = effect(study, "revenue", design="ab", treated="arm", control="none").of(arm="men")
    worth = found.money(cost=500, margin=0.4)
    scale = 0.4 * found.n
    assert worth.item("gain").estimate == pytest.approx(scale * found.estimate)
    assert worth.item("net").low == pytest.approx(scale * found.low - 500)
    assert worth.item("roi").estimate == pytest.approx(100 * (scale * found.estimate - 500) / 500)
    assert worth.item("break_even").estimate == pytest.approx(500 / scale)
    assert list(worth.to_frame().columns) == ["item", "estimate", "low", "high", "unit"]
    assert "margin" not in worth.explain()
    assert "margin=1" in found.money(margin=1).explain()
    assert "margin=1" in found.money(margin=1).explain("fr")
    with pytest.raises(UsageError, match="only its margin"):
        found.money()
    with pytest.raises(OptionError, match="is money already"):
        found.money(50, margin=0.4)
    json.dumps(worth.to_dict(), allow_nan=False)
    visits = effect(study, "visit", design="ab", treated="arm", control="none").of(arm="men")
    assert visits.money(20.0).item("gain").estimate == pytest.approx(20 * visits.estimate / 100 * visits.n)
    with pytest.raises(UsageError, match="is no money"):
        visits.money()
    for options in (
        {"cost": -1},
        {"margin": 1.2},
        {"customers": float("nan")},
        {"currency": "euros"},
        {"currency": "USD"},
    ):
        with pytest.raises(OptionError):
            found.money(**{"margin": 0.4, **options})


def test_a_cost_that_falls_is_a_gain(mail):
    study = cx.Study(mail.assign(c=-mail.spend), support_cost="c", guess=False)
    found = effect(study, "support_cost", design="ab", treated="arm", control="none").of(arm="men")
    assert found.estimate < 0
    assert found.reading.verdict == "better"
    assert found.money().item("gain").estimate > 0


def test_a_customer_fewer_who_leaves_is_a_gain():
    treated, left = [True] * 200 + [False] * 200, [1] * 10 + [0] * 190 + [1] * 40 + [0] * 160
    study = cx.Study(pd.DataFrame({"treated": treated, "left_us": left}), churned="left_us", guess=False)
    worth = effect(study, "churned", design="ab", treated="treated").money(300, cost=1_000)
    assert worth.item("gain").estimate == pytest.approx(300 * 30)
    assert worth.item("net").estimate == pytest.approx(300 * 30 - 1_000)
    assert 0 < worth.item("gain").low < worth.item("gain").high


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        arm = np.arange(200) % 2
        frame = pd.DataFrame({"t": arm, "y": rng.gamma(2, 10, 200) + 3 * arm})
        found = effect(cx.Study(frame, guess=False), "y", design="ab", treated="t")
        held += found.low <= 3 <= found.high
    assert 0.905 <= held / 200 <= 0.99


@pytest.fixture
def months():
    """1,043 and 957 customers, five months each, of whom one in five spends: customers are 50 to 50, or nearly."""
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(2_000), 5)
    arm = np.where(who < 1_043, "B", "A")
    own = rng.gamma(2, 20, 2_000)[who]
    return pd.DataFrame({"who": who, "arm": arm, "spend": own + rng.normal(0, 5, 10_000) + 4 * (arm == "B")})


def test_customers_with_several_rows_are_drawn_and_reached_once(months):
    study = cx.Study(months, id="who", revenue="spend", guess=False)
    found = effect(study, "revenue", design="ab", treated="arm", control="A")
    srm = next(c for c in found.checks if c.key == "srm")
    values = dict(srm.values)
    assert (values["counts"], srm.ok) == ("A 957, B 1043", True)
    assert values["chi2"] == pytest.approx((1_043 - 957) ** 2 / 2_000)
    assert (found.reading.n, found.reading.customers) == (5_215, 1_043)
    assert found.reading.item("total").estimate == pytest.approx(1_043 * found.estimate)
    assert "Over the 1,043 customers reached, one row of each (of 5.0 on average)" in found.explain()
    assert "n = 5,215 rows of 1,043 customers" in found.explain()
    assert "1\u202f043 clients" in found.explain("fr")
    worth = found.money(margin=0.5)
    assert worth.customers == 1_043
    assert worth.item("gain").estimate == pytest.approx(0.5 * 1_043 * found.estimate)
    assert "there are 5.0 on average" in worth.explain()
    assert "5,0 en moyenne" in worth.explain("fr")
    assert found.to_dict()["readings"][0]["customers"] == 1_043


def test_customers_are_counted_by_id_where_errors_go_by_another_column(months):
    """Accounts of four customers each, in both arms: lots were drawn by customer."""
    study = cx.Study(months.assign(account=months.who % 500), id="who", cluster="account", guess=False)
    found = effect(study, "spend", design="ab", treated="arm", control="A")
    assert dict(found.checks[0].values)["counts"] == "A 957, B 1043"
    assert found.reading.customers == 1_043
    # Accounts that lie in one arm each were drawn as such.
    months = months.assign(account=months.who // 7 * 2 + (months.arm == "A"))
    whole = effect(cx.Study(months, id="who", cluster="account", guess=False), "spend", design="ab", treated="arm",
                   control="A")  # fmt: skip
    assert dict(whole.checks[0].values)["counts"] == "A 137, B 149"
    assert whole.reading.customers == 1_043


def test_rows_without_an_id_are_customers_and_that_is_said(months):
    loose = months.assign(who=months.who.where(months.who % 2 == 0).astype(object))
    found = effect(cx.Study(loose, id="who", guess=False), "spend", design="ab", treated="arm", control="A")
    assert found.reading.customers == 522 + 521 * 5
    unnamed = effect(
        cx.Study(months, guess=False), "spend", design="ab", treated="arm", control="A", cluster="who"
    )  # fmt: skip
    assert unnamed.reading.customers == unnamed.n == 5_215
    assert "counts each row as a customer" in unnamed.grid().text("en")


def test_missing_outcomes_of_one_customer_are_one_loss(months):
    """86 of 1,043 against 58 of 957 customers without any answer: nothing, though 430 against 290 rows would be."""
    gone = ((months.arm == "B") & (months.who < 86)) | (months.who >= 2_000 - 58)
    study = cx.Study(months.assign(spend=months.spend.mask(gone)), id="who", guess=False)
    found = effect(study, "spend", design="ab", treated="arm", control="A")
    check = next(c for c in found.checks if c.key == "attrition")
    assert check.ok
    assert 0.02 < dict(check.values)["p"] < 0.08  # the chi-square of customers: 0.057


def test_a_failed_split_is_no_test(mail):
    lost = mail[~((mail.arm == "men") & (mail.index % 3 == 0))]
    found = effect(cx.Study(lost, revenue="spend", guess=False), "revenue", design="ab", treated="arm", control="none")
    assert found.failed
    assert found.grade == "observed"
    plain = found.to_dict()
    assert (plain["grade"], plain["failed"]) == ("observed", True)
    assert {r["verdict"] for r in plain["readings"]} == {"doubtful"}
    for shown in (found.explain(), str(found), found.of(arm="men").explain(), str(found.of(arm="men"))):
        assert "not to be trusted" in shown
        assert "it worked" not in shown
        assert "for the better" not in shown
    assert "observed only, as the experiment failed" in found.explain()
    assert "non fiable" in found.explain("fr")
    worth = found.of(arm="men").money(margin=0.3)
    assert worth.grade == "observed"
    assert "failed its sample ratio check" in worth.explain()
    found.plot()


def test_what_was_known_before_is_not_the_outcome(study):
    with pytest.raises(RoleError, match="the outcome itself"):
        effect(study, "revenue", design="ab", treated="arm", control="none", before="revenue")
    with pytest.raises(RoleError, match="who was treated"):
        effect(study, "visit", design="ab", treated="visit")
    with pytest.raises(RoleError, match="who was treated"):
        effect(study, "visit", design="matched", treated="visit", controls="revenue")


def test_small_arms_say_honestly_what_they_could_find():
    """By the noncentral t: two answers an arm find next to nothing; checked against the power of the t test."""
    from scipy.stats import nct, t

    frame = pd.DataFrame({"arm": ["A", "A", "B", "B"], "y": [1.0, 2.0, 1.5, 3.0]})
    found = effect(cx.Study(frame, guess=False), "y", design="ab", treated="arm", control="A", power=0.9)
    size, reading = found.reading.item("detectable").estimate, found.reading
    beyond = t.ppf(0.975, reading.df)
    power = nct.sf(beyond, reading.df, size / reading.se)
    assert power == pytest.approx(0.9, abs=1e-6)
    assert size > reading.high - reading.estimate
    assert "with a probability of 90%" in found.explain()
    scored = pd.DataFrame({"arm": ["A", "A", "B", "B"], "nps": [3, 10, 9, 7]})
    tiny = effect(cx.Study(scored, nps="nps", scale={"nps": (0, 10)}, guess=False), "nps", design="ab", treated="arm",
                  control="A")  # fmt: skip
    assert "too small to find even" in tiny.explain()
    assert "trop petite" in tiny.explain("fr")
    with pytest.raises(UsageError, match=r"arm 'B' has 1 answer of"):
        effect(cx.Study(frame[:3], guess=False), "y", design="ab", treated="arm", control="A")


def test_roles_are_named_as_readers_say(study):
    found = effect(study, "revenue", design="ab", treated="arm", control="none").of(arm="men")
    assert "sur le chiffre d’affaires" in found.explain("fr")
    assert "sur le chiffre d’affaires" in found.grid("fr").text("fr")
    assert found.of(outcome="revenue").readings == found.readings


def test_a_chance_is_never_said_to_be_certain():
    frame = pd.DataFrame({"arm": ["A", "B"] * 300, "y": np.tile([1.0, 1.5, 2.0, 2.2, 3.0, 3.1], 100)})
    found = effect(cx.Study(frame, margin="y", guess=False), "margin", design="ab", treated="arm", control="A")
    assert 99.5 < found.money(cost=1).item("probability_positive").estimate < 100
    assert "chance that it is a gain is > 99%" in found.money(cost=1).explain()


def test_french_counts_from_two_on():
    from cxkit.effects.words import amount_of

    assert [amount_of(x, "points", "fr") for x in (0.94, -1.94, 1.96)] == [
        "0,9\u00a0point", "−1,9\u00a0point", "2,0\u00a0points",
    ]  # fmt: skip
    assert [amount_of(x, "customers", lang) for x, lang in ((1, "en"), (1, "fr"), (0, "fr"), (0, "en"))] == [
        "1 customer", "1\u00a0client", "0\u00a0client", "0 customers",
    ]  # fmt: skip
    assert amount_of(0.9, "points", "en") == "0.9 points"
