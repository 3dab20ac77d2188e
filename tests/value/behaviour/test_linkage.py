"""Who is counted, for what, in which unit; what is refused and what is said."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, NothingMatched, OptionError, RoleError, ScaleError, UsageError
from cxkit.value.behaviour import linkage


def keys(result) -> set[str]:
    return {note.key for note in result.cautions}


def value(result, outcome, band, group=0):
    return next(v for v in result.groups[group].of(outcome) if v.band == band)


# What is counted ----------------------------------------------------------------------------------------


def test_money_is_of_those_who_stayed_and_churn_of_everybody(frame_of, study):
    frame = frame_of()
    result = linkage(study(frame))
    stayed = frame[~frame["left"]]
    detractors = stayed[stayed["nps"] <= 6]["revenue"]
    found = value(result, "revenue", "detractor")
    assert (found.n, found.estimate) == (len(detractors), pytest.approx(detractors.mean(), rel=1e-12))
    assert value(result, "churned", "all").n == len(frame)
    assert value(result, "churned", "detractor").estimate == pytest.approx(100 * frame[frame.nps <= 6]["left"].mean())
    assert "stayed" in keys(result)
    assert [o.among for o in result.outcomes] == ["stayed", "all"]


def test_money_of_all_is_said_to_count_a_loss_twice(study):
    result = linkage(study(), among="all")
    assert value(result, "revenue", "all").n == 3000
    assert "all" in keys(result)
    assert "counts the same loss twice" in result.explain()


def test_churn_counts_for_money_also_where_it_is_no_outcome(frame_of, study):
    frame = frame_of()
    assert value(linkage(study(frame), outcomes="revenue"), "revenue", "all").n == int((~frame["left"]).sum())


def test_who_may_have_left_is_not_among_those_who_stayed(frame_of, study):
    frame = frame_of(400)
    frame["left"] = frame["left"].astype(object).where(np.arange(400) % 10 > 0, None)
    result = linkage(study(frame))
    unknown = next(n for n in result.cautions if n.key == "unknown_left")
    assert dict(unknown.values) == {"unknown": 40}
    assert value(result, "revenue", "all").n == int((frame["left"] == False).sum())  # noqa: E712


def test_roles_are_found_in_the_order_of_money_first(frame_of, study):
    result = linkage(study(frame_of(), contacts="contacts", margin="tenure"))
    assert [(o.name, o.kind, o.unit) for o in result.outcomes] == [
        ("revenue", "amount", "EUR"), ("margin", "amount", "EUR"), ("contacts", "amount", "contacts"), ("churned", "rate", "%"),
    ]  # fmt: skip


def test_columns_by_name_yes_and_no_in_words_and_counts(frame_of, study):
    frame = frame_of(300)
    frame["again"] = np.where(frame["nps"] > 6, "oui", "non")
    frame["flag"] = (frame["nps"] > 7).astype(int)
    result = linkage(study(frame, revenue=None, churned=None), outcomes=["again", "flag", "contacts"])
    assert [(o.kind, o.unit) for o in result.outcomes] == [("rate", "%"), ("rate", "%"), ("amount", "")]
    assert value(result, "again", "promoter").estimate == 100.0


def test_a_role_named_by_its_column_is_the_role(study):
    result = linkage(study(), outcomes=["revenue", "left"])
    assert [o.name for o in result.outcomes] == ["revenue", "churned"]
    assert result.point("left").value == result.point("churned").value


def test_currency_of_the_study_or_of_the_call(frame_of):
    said = {"nps": "nps", "revenue": "revenue", "scale": {"nps": (0, 10)}, "guess": False}
    assert linkage(cx.Study(frame_of(60), currency="CHF", **said)).point().unit == "CHF"
    assert linkage(cx.Study(frame_of(60), **said), currency="usd").point().unit == "USD"


def test_negative_amounts_are_kept_counted_and_named(frame_of, study):
    frame = frame_of(500)
    frame.loc[:19, "revenue"] = -50.0
    frame["left"] = False
    result = linkage(study(frame, churned=None))
    note = next(n for n in result.cautions if n.key == "negative")
    assert dict(note.values) == {"negative": 20}
    assert value(result, "revenue", "all").estimate == pytest.approx(frame["revenue"].mean())
    assert "negative amounts (returns, refunds), kept and counted: 20" in result.explain()


# Scores and their classes ----------------------------------------------------------------------------------


def test_csat_has_its_boxes_and_ces_its_middle(frame_of):
    frame = frame_of(600)
    frame["sat"], frame["effort"] = 1 + frame["nps"] // 3, 1 + (frame["nps"] * 6) // 10
    study = cx.Study(
        frame, csat="sat", ces="effort", revenue="revenue", guess=False, scale={"csat": (1, 5), "ces": (1, 7)}
    )
    csat, ces = linkage(study, "csat"), linkage(study, "ces")
    assert [b.code for b in csat.bands] == ["other", "box"]
    assert [(b.code, b.answers) for b in ces.bands] == [("low", (1, 2, 3)), ("middle", (4,)), ("high", (5, 6, 7))]
    # One percentage point of CSAT is a hundredth of the difference of its two classes.
    gap = csat.converted(frm="other", to="box").value
    assert csat.point().value == pytest.approx(gap / 100)
    assert "One percentage point of CSAT" in csat.explain()
    assert "One point of CES 2.0 (1–7)" in ces.explain()


def test_a_rating_of_ones_own_with_its_scale(frame_of):
    frame = frame_of(400).rename(columns={"nps": "wow"})
    study = cx.Study(frame, wow="wow", scale={"wow": (0, 10)}, revenue="revenue", guess=False)
    result = linkage(study, "wow")
    assert [b.answers for b in result.bands] == [(0, 1, 2, 3, 4), (5,), (6, 7, 8, 9, 10)]
    slope = np.polyfit(frame["wow"], frame["revenue"], 1)[0]
    assert result.point().value == pytest.approx(slope)


def test_bands_of_ones_own(study, frame_of):
    frame = frame_of()
    result = linkage(study(frame, churned=None), bands={"top": [10], "rest": range(10)})
    assert [b.code for b in result.bands] == ["rest", "top"]
    tens = frame[frame.nps == 10]["revenue"]
    assert value(result, "revenue", "top").estimate == pytest.approx(tens.mean())


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ({"a": [1], "b": [1, 2]}, "the answer 1 is in 'a' and in 'b'"),
        ({"a": [1], "b": [11]}, "off the scale 0–10"),
        ({"a": [1]}, "bands= is"),
        ({"a": [], "b": [1]}, "holds no answer"),
        ({"a": ["x"], "b": [1]}, "the answers of 'a' are"),
    ],
)
def test_bands_that_cannot_be(study, bands, said):
    with pytest.raises(OptionError, match=said):
        linkage(study(), bands=bands)


def test_answers_in_no_class_are_counted(study):
    result = linkage(study(), bands={"low": range(7), "high": [9, 10]})
    assert "unbanded" in keys(result)


def test_a_number_without_a_scale_needs_bands(frame_of):
    study = cx.Study(frame_of(200), revenue="revenue", guess=False)
    with pytest.raises(OptionError, match="'tenure' has no scale"):
        linkage(study, "tenure")
    result = linkage(study, "tenure", bands={"new": range(13), "old": range(13, 60)})
    assert [b.code for b in result.bands] == ["new", "old"]
    with pytest.raises(UsageError, match="too many for a curve"):
        result.curve()


def test_a_metric_that_is_no_mean_has_no_point(study):
    @cx.metric("half", on="nps", scale=(0, 10))
    def half(tally):
        return 0.5

    with pytest.raises(UsageError, match="no mean of what answers count"):
        linkage(study(), half)


# Customers -------------------------------------------------------------------------------------------------


def answers_twice() -> pd.DataFrame:
    return pd.DataFrame({
        "who": ["a", "a", "b", "c", "d", "e"], "nps": [2, 10, 7, 9, 3, 5], "revenue": [10.0, 10.0, 20, 30, 40, 50],
        "when": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]),
    })  # fmt: skip


def test_the_last_answer_stands_for_a_customer(study):
    result = linkage(study(answers_twice(), churned=None, date="when"))
    assert (value(result, "revenue", "promoter").n, value(result, "revenue", "all").n) == (2, 5)
    assert "last" in keys(result)


def test_every_answer_counts_when_asked_with_errors_clustered(frame_of, study):
    once = frame_of(400)
    twice = pd.concat([once, once], ignore_index=True)
    single = linkage(study(once, churned=None)).point()
    doubled = linkage(study(twice, churned=None), answer="each")
    assert doubled.point().n == 800
    assert doubled.point().value == pytest.approx(single.value)
    # The same answers said twice are no more information.
    assert doubled.point().high - doubled.point().low == pytest.approx(single.high - single.low, rel=0.02)
    assert "each" in keys(doubled)


def test_several_answers_and_no_date(study):
    with pytest.raises(RoleError, match="no date says which answer is the last"):
        linkage(study(answers_twice(), churned=None))


def test_groups_are_one_family_of_tests(study):
    both, one = linkage(study(), by="segment"), linkage(study())
    assert both.to_frame().columns.tolist() == [
        "segment",
        "outcome",
        "band",
        "item",
        "estimate",
        "low",
        "high",
        "unit",
        "n",
    ]
    assert [g.key for g in both.groups] == [("North",), ("South",)]
    assert len(both.tests_frame()) == 2 * len(one.tests_frame()) == 12
    assert "Benjamini-Hochberg over 12 tests" in both.explain()
    with pytest.raises(ValueError, match="there are 2 groups"):
        _ = both.point().value
    assert both.slopes("North").n[1] + both.slopes("South").n[1] == one.slopes().n[1]
    with pytest.raises(UsageError, match="there are 2 groups"):
        both.slopes()
    with pytest.raises(UsageError, match="none of them is 'West'"):
        both.slopes("West")


# The value of a point --------------------------------------------------------------------------------------


def test_the_planted_point_is_found_and_scaled(study):
    point = linkage(study()).point(customers=50_000)
    assert point.low < 2 < point.high
    total = point.items()[1]
    assert (total.item, total.unit) == ("point_total", "EUR")
    assert [total.estimate, total.low] == pytest.approx([50_000 * point.value, 50_000 * point.low])
    assert point.to_frame().columns.tolist() == ["item", "estimate", "low", "high", "unit"]


def test_customers_saved_are_customers(study):
    total = linkage(study()).point("churned", customers=10_000).items()[1]
    assert total.unit == "customers"
    assert -15 < total.estimate < -5  # about 0.09 percentage points of 10,000


def test_a_converted_detractor_is_the_difference_of_the_classes(study):
    result = linkage(study())
    moved = result.converted()
    means = [value(result, "revenue", b).estimate for b in ("detractor", "promoter")]
    assert moved.value == pytest.approx(means[1] - means[0])
    assert result.converted(frm="Passives", to="promoter").value < moved.value
    assert [i.item for i in result.converted(customers=100).items()] == ["converted", "converted_total", "mean"]


def test_controls_take_out_what_is_theirs():
    """Spend follows the segment, and so does the score: without the segment the point is worth too much."""
    rng = np.random.default_rng(3)
    rich = rng.random(4000) < 0.5
    score = np.clip(np.round(6.5 + 2 * rich + 1.5 * rng.normal(size=4000)), 0, 10).astype(int)
    points = np.where(score >= 9, 100.0, np.where(score >= 7, 0.0, -100.0))
    frame = pd.DataFrame({"nps": score, "revenue": 500 + 600 * rich + points + 80 * rng.normal(size=4000),
                          "segment": np.where(rich, "rich", "poor")})  # fmt: skip
    result = linkage(cx.Study(frame, nps="nps", revenue="revenue", scale={"nps": (0, 10)}, guess=False))
    assert result.point().low > 2
    held = result.point(controls="segment")
    assert held.low < 1 < held.high
    assert "segment held equal" in held.explain()


def test_missing_and_redundant_controls(frame_of, study):
    frame = frame_of(500)
    frame["t2"] = frame["tenure"] * 2.0
    frame["t3"] = frame["tenure"].where(frame.index > 24).astype(float)
    result = linkage(study(frame, churned=None), controls=["tenure", "t2", "t3"])
    assert {"dropped", "uncontrolled"} <= keys(result)
    assert result.point().n == 475
    assert value(result, "revenue", "all").n == 500  # means are of everybody


# Degenerate --------------------------------------------------------------------------------------------------


def test_an_outcome_of_one_class_has_no_value(study, frame_of):
    frame = frame_of(300).assign(left=False)
    result = linkage(study(frame))
    assert "constant" in keys(result)
    assert [p.outcome for p in result.groups[0].points] == ["revenue"]
    rate = value(result, "churned", "detractor")
    assert (rate.estimate, rate.low) == (0.0, 0.0)
    assert 0 < rate.high < 10
    with pytest.raises(UsageError, match="'Customers lost' is 0 for all 300 customers"):
        result.point("churned")
    slopes = result.slopes()
    assert slopes.outcomes == ("revenue",)
    assert [r.key for r in slopes.remarks] == ["left_out"]


def test_constant_money_has_no_interval_and_says_so(study, frame_of):
    result = linkage(study(frame_of(300).assign(revenue=10.0), churned=None))
    found = value(result, "revenue", "promoter")
    assert found.estimate == 10.0
    assert math.isnan(found.low)
    assert "the same for everybody" in result.explain()
    with pytest.raises(UsageError, match="no outcome has a slope"):
        result.slopes()


def test_a_score_of_one_class(study, frame_of):
    result = linkage(study(frame_of(300).assign(nps=10)))
    assert {"one_class", "empty"} <= keys(result)
    assert value(result, "revenue", "detractor").n == 0
    assert math.isnan(value(result, "revenue", "detractor").estimate)
    with pytest.raises(UsageError, match="count the same in the score"):
        result.point()
    with pytest.raises(UsageError, match="nobody is in one of the two classes"):
        result.converted()
    result.explain("fr"), repr(result), result.plot(), result.curve().explain(), json.dumps(result.to_dict())


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_handful_of_customers_gives_no_nonsense(n, study):
    frame = pd.DataFrame({"who": range(n), "nps": [3, 10, 8, 9][:n], "revenue": [10.0, 40, 20, 30][:n],
                          "left": [True, False, False, False][:n]})  # fmt: skip
    result = linkage(study(frame))
    result.explain(), result.explain("fr"), repr(result), result.plot(), result.plot.bars("churned")
    numbers = result.to_frame()[["low", "high"]].to_numpy(float)
    assert not np.isinf(numbers).any()
    assert "small" in keys(result)
    curve = result.curve("churned")
    curve.explain(), curve.plot(), json.dumps(curve.to_dict())
    json.dumps(result.to_dict(), allow_nan=False)


def test_a_score_that_separates_is_cautioned(study, frame_of):
    frame = frame_of(300)
    frame["left"] = frame["nps"] <= 6
    result = linkage(study(frame))
    assert "separated" in keys(result)
    with pytest.raises(UsageError, match="no logit of 'Customers lost'"):
        result.point("churned", model="logit")
    assert value(result, "revenue", "detractor").n == 0


def test_skewed_money_of_few_customers_is_cautioned(study):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"who": range(90), "nps": [3, 8, 10] * 30, "revenue": np.exp(2 * rng.normal(size=90))})
    result = linkage(study(frame, churned=None))
    assert "few" in keys(result)
    found = value(result, "revenue", "promoter")
    assert found.high - found.estimate > 1.3 * (found.estimate - found.low)  # longer towards the large customers


def test_no_behaviour_no_id_no_answers(frame_of, study):
    with pytest.raises(RoleError, match="no behaviour to link"):
        linkage(study(revenue=None, churned=None))
    assert "no_id" in keys(linkage(study(id=None)))
    half = frame_of(50)
    half["nps"] = half["nps"].astype(float).where(half["nps"] > 20)
    with pytest.raises((NothingMatched, ScaleError)):
        linkage(cx.Study(half, nps="nps", revenue="revenue", scale={"nps": (0, 10)}, guess=False))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (["12,5 EUR", "x", "30"] * 20, "'12,5 EUR', 'x', not amounts"),
        (pd.to_datetime(["2026-01-01"] * 60), "no amounts"),
    ],
)
def test_text_and_dates_are_no_amounts(column, said, frame_of, study):
    with pytest.raises(RoleError, match=said):
        linkage(study(frame_of(60).assign(revenue=column), churned=None))


def test_numbers_stored_as_text_are_read_where_they_are_few(frame_of, study):
    frame = frame_of(60)
    frame["revenue"] = np.where(frame["nps"] > 6, "12,5", "10")
    assert value(linkage(study(frame, churned=None)), "revenue", "promoter").estimate == 12.5


def test_infinite_amounts_are_refused(frame_of, study):
    frame = frame_of(60)
    frame.loc[3, "revenue"] = np.inf
    with pytest.raises(ColumnError, match="1 values of 'revenue' are infinite"):
        linkage(study(frame))


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"outcomes": []}, OptionError, "outcomes= is"),
        ({"outcomes": ["revenue", "revenue"]}, OptionError, "names one twice"),
        ({"outcomes": "revenu"}, ColumnError, "no column 'revenu'"),
        ({"among": "left"}, OptionError, "among= is 'left'"),
        ({"answer": "first"}, OptionError, "answer= is 'first'"),
        ({"level": 95}, OptionError, "level is 95"),
        ({"months": 0}, OptionError, "months is 0"),
        ({"months": True}, OptionError, "months is True"),
        ({"currency": "euros"}, OptionError, "no currency"),
        ({"correction": "tukey"}, OptionError, "no correction"),
        ({"controls": "revenue"}, OptionError, "no control"),
        ({"controls": "nps"}, OptionError, "no control"),
        ({"score": "csat"}, RoleError, "no 'csat' column"),
    ],
)
def test_options_that_cannot_be(study, options, error, said):
    with pytest.raises(error, match=said):
        linkage(study(), **options)


def test_more_options_that_cannot_be(study, frame_of):
    result = linkage(study())
    with pytest.raises(OptionError, match="'spend' is no outcome"):
        result.point("spend")
    with pytest.raises(OptionError, match="no model 'probit'"):
        result.point("churned", model="probit")
    with pytest.raises(OptionError, match="is an amount, and a logit"):
        result.point(model="logit")
    with pytest.raises(OptionError, match="customers is 0"):
        result.point(customers=0)
    with pytest.raises(OptionError, match="no class 'fan'"):
        result.converted(to="fan")
    with pytest.raises(OptionError, match="both 'promoter'"):
        result.converted(frm="promoter")
    with pytest.raises(OptionError, match="the control 'code' has 300 different values"):
        linkage(study(frame_of(300).assign(code=[f"c{i}" for i in range(300)])), controls="code")
    frame = frame_of(300)
    frame["same"] = np.where(frame["nps"] >= 9, 1.0, np.where(frame["nps"] >= 7, 0.0, -1.0))
    told = linkage(study(frame, churned=None))
    with pytest.raises(UsageError, match="the controls tell the score exactly"):
        told.point(controls="same")
    with pytest.raises(UsageError, match="among='stayed' needs"):
        linkage(study(churned=None), among="stayed")
    with pytest.raises(ColumnError, match="'item'"):
        linkage(study(frame_of(60).rename(columns={"segment": "item"})), by="item")


# On every engine the same --------------------------------------------------------------------------------------


def test_a_database_says_the_same_as_a_frame(frame_of, study):
    import duckdb
    import polars as pl

    frame = pd.concat([frame_of(300).assign(when=pd.Timestamp("2026-01-01")),
                       frame_of(300, 2).assign(when=pd.Timestamp("2026-02-01"))])  # fmt: skip
    here = linkage(study(frame, date="when"), by="segment", controls=["tenure", "segment"]).to_frame()
    for other in (duckdb.connect().from_df(frame), pl.from_pandas(frame), pl.from_pandas(frame).lazy()):
        there = linkage(study(other, date="when"), by="segment", controls=["tenure", "segment"]).to_frame()
        pd.testing.assert_frame_equal(here, there, rtol=1e-10)


# Odd designs -----------------------------------------------------------------------------------------------------


def shown(result) -> None:
    """Everything that can be asked of a linkage, without a warning, an infinity or a crash."""
    result.explain(), result.explain("fr"), repr(result), result.plot(), result._repr_html_()
    json.dumps(result.to_dict(), allow_nan=False)
    for outcome in result.outcomes:
        curve = result.curve(outcome.name)
        curve.explain(), curve.explain("fr"), curve.plot(), json.dumps(curve.to_dict(), allow_nan=False)


def test_one_account_for_all_customers(frame_of, study):
    result = linkage(study(frame_of(200).assign(account=1), cluster="account"))
    shown(result)
    assert math.isnan(value(result, "revenue", "all").low)
    assert "too_few" in keys(result)
    with pytest.raises(UsageError, match="1 clusters of customers are too few"):
        result.point()


def test_an_outcome_that_nobody_has(frame_of, study):
    result = linkage(study(frame_of(100).assign(revenue=np.nan)))
    shown(result)
    assert {"missing", "too_few"} <= keys(result)
    assert "Revenue: not known of any customer." in result.explain()
    assert result.slopes().outcomes == ("churned",)


def test_one_weight_that_outweighs_all(frame_of, study):
    frame = frame_of(200).assign(w=1.0)
    frame.loc[5, "w"] = 1e9
    result = linkage(study(frame, weight="w"))
    shown(result)
    frame = result.to_frame().query("item == 'rate'")
    assert frame["low"].between(0, 100).all()
    assert frame["high"].between(0, 100).all()


def test_weights_of_nought_are_left_out(frame_of, study):
    frame = frame_of(200).assign(w=np.where(np.arange(200) < 50, 0.0, 2.0))
    result = linkage(study(frame, weight="w"))
    assert value(result, "churned", "all").n == 150
    assert dict(next(n for n in result.cautions if n.key == "unweighted").values) == {"unweighted": 50}
    # Equal weights are those of no weights.
    plain = linkage(study(frame.iloc[50:]))
    assert result.point().value == pytest.approx(plain.point().value)


def test_scores_in_words_mirrored_and_with_codes_for_no_answer(frame_of):
    frame = frame_of(300)
    sat = np.clip(frame["nps"] // 2, 1, 5)
    words = {1: "Pas du tout", 2: "Peu", 3: "Moyen", 4: "Bien", 5: "Très bien"}
    plain = linkage(cx.Study(frame.assign(s=sat), csat="s", revenue="revenue", guess=False), "csat")
    said = frame.assign(s=[words[x] for x in sat])
    told = cx.Study(said, csat="s", revenue="revenue", guess=False, scale={"csat": {w: n for n, w in words.items()}})
    turned = cx.Study(frame.assign(s=6 - sat), csat="s", revenue="revenue", guess=False, scale={"csat": (5, 1)})
    coded = pd.concat([frame.assign(s=sat), frame.assign(s=99)])
    codes = cx.Study(coded, csat="s", revenue="revenue", guess=False, scale={"csat": (1, 5)}, missing={"csat": [99]})
    for study in (told, turned, codes):
        result = linkage(study, "csat")
        assert result.point().value == pytest.approx(plain.point().value)
        assert result.point().n == 300


def test_a_filtered_study_is_a_linkage_of_its_rows(frame_of, study):
    frame = frame_of(500)
    part = linkage(study(frame).filter(segment="North")).to_frame()
    pd.testing.assert_frame_equal(part, linkage(study(frame[frame["segment"] == "North"])).to_frame())
    groups = linkage(study(frame), by="segment").to_frame().query("segment == 'North'").drop(columns="segment")
    pd.testing.assert_frame_equal(groups.reset_index(drop=True), part)


def test_groups_of_a_missing_value_and_of_one_customer(frame_of, study):
    frame = frame_of(200)
    frame["part"] = np.where(frame.index < 100, "a", np.where(frame.index < 199, None, "alone"))
    result = linkage(study(frame), by="part")
    shown(result)
    assert [g.key for g in result.groups] == [("a",), ("alone",), (None,)]
    with pytest.raises(UsageError, match="too few"):
        result.point()


# What an adversary found --------------------------------------------------------------------------------------


def test_a_class_that_all_left_is_not_called_empty(study):
    frame = pd.DataFrame({"who": range(150), "nps": [3] * 50 + [8] * 50 + [10] * 50, "left": [1] * 50 + [0] * 100,
                          "revenue": np.arange(150.0)})  # fmt: skip
    found = linkage(study(frame))
    assert "empty" not in keys(found)
    assert "Revenue: nobody who stayed to count in Detractors." in found.explain()
    assert "Chiffre d’affaires : aucun client resté à compter dans Détracteurs." in found.explain("fr")
    assert value(found, "churned", "detractor").n == 50
    none = linkage(study(frame[frame["nps"] > 6].reset_index(drop=True)))
    assert "Nobody is in Detractors." in none.explain()


def test_no_mean_of_what_is_never_negative_is_below_zero(study):
    counts = pd.DataFrame(
        {"who": range(240), "nps": [3] * 80 + [8] * 80 + [10] * 80, "referrals": [1] + [0] * 159 + [1, 2] * 40}
    )
    found = linkage(study(counts, revenue=None, churned=None, referrals="referrals"), level=0.99)
    assert value(found, "referrals", "detractor").low == 0
    assert value(found, "referrals", "detractor").high > 1 / 80
    assert found.curve("referrals").only.answers[0].low == 0
    rich = pd.DataFrame({"who": range(20), "nps": [9] * 10 + [3] * 10, "revenue": [10.0] * 9 + [500.0] + [10.0] * 10})
    assert value(linkage(study(rich, churned=None)), "revenue", "promoter").low >= 0
    paid_back = rich.assign(revenue=-rich["revenue"])
    assert value(linkage(study(paid_back, churned=None)), "revenue", "promoter").high <= 0
    mixed = rich.assign(revenue=[10.0] * 9 + [500.0] + [-10.0] * 10)
    assert value(linkage(study(mixed, churned=None)), "revenue", "promoter").low < 0


def yes_no_frames():
    import pyarrow as pa

    values = [0, 1, None, 1, 0, 1] * 20
    plain = {"who": list(range(120)), "nps": [3, 8, 10] * 40, "bought": values}
    yield "pandas float", pd.DataFrame(plain)
    yield "pandas Int64", pd.DataFrame(plain).astype({"bought": "Int64"})
    yield "arrow", pa.table(plain)
    try:
        import polars as pl
    except ImportError:
        return
    yield "polars int", pl.DataFrame(plain)
    yield "polars lazy float", pl.DataFrame(plain, schema_overrides={"bought": pl.Float64}).lazy()


@pytest.mark.parametrize("frame", [pytest.param(f, id=name) for name, f in yes_no_frames()])
def test_zero_and_one_with_a_gap_is_yes_and_no_on_every_engine(frame, study):
    found = linkage(study(frame, revenue=None, churned=None), outcomes=["bought"])
    assert [(o.kind, o.unit) for o in found.outcomes] == [("rate", "%")]
    assert value(found, "bought", "all").estimate == pytest.approx(60)
    assert value(found, "bought", "all").n == 100


def test_a_share_between_zero_and_one_is_no_yes_or_no(study):
    frame = pd.DataFrame({"who": range(60), "nps": [3, 8, 10] * 20, "used": [0.0, 1.0, 0.5] * 20})
    assert linkage(study(frame, revenue=None, churned=None), outcomes=["used"]).outcomes[0].kind == "amount"


def test_blank_ids_name_nobody(frame_of, study):
    frame = frame_of(200).assign(who="")
    frame.loc[:9, "who"] = "  "
    found = linkage(study(frame))
    assert value(found, "churned", "all").n == 200
    assert "last" not in keys(found)
    assert "Answers without an id, each a customer of its own: 200." in found.explain()


def test_a_caution_of_some_groups_names_them(frame_of, study):
    frame = frame_of(900)
    frame.loc[frame.index[frame["segment"] == "North"][0], "revenue"] = np.nan
    found = linkage(study(frame), by="segment")
    noted = next(n for n in found.cautions if n.key == "missing")
    assert noted.groups == (("North",),)
    assert noted.text().startswith("North – Revenue: not known for 1 of")
    assert noted.text("fr").startswith("North – Chiffre d’affaires : donnée absente")
    assert not next(n for n in found.cautions if n.key == "stayed").groups


def test_a_declared_currency_is_not_renamed(frame_of):
    swiss = cx.Study(frame_of(200), id="who", nps="nps", revenue="revenue", currency="CHF", guess=False)
    with pytest.raises(UsageError, match="in CHF, and currency= says USD"):
        linkage(swiss, currency="USD")
    assert linkage(swiss, currency="chf").currency == linkage(swiss).currency == "CHF"


def test_the_score_is_no_outcome_of_itself(study):
    with pytest.raises(OptionError, match="'nps' is the score itself"):
        linkage(study(), outcomes="nps")


def test_outcomes_that_are_the_same_for_all_travel_with_the_slopes(frame_of, study):
    slopes = linkage(study(frame_of(300).assign(left=False))).slopes()
    assert slopes.outcomes == ("revenue",)
    assert slopes.alike == (("churned", 0.0, 300),)


def test_sums_over_windows_that_are_not_over_are_said():
    days = pd.date_range("2025-01-01", "2025-12-31", freq="D")
    orders = pd.DataFrame({"id": np.tile(np.arange(60), 61)[: 10 * len(days)], "day": np.repeat(days, 10), "x": 10.0})
    answers = pd.DataFrame({
        "id": np.arange(60), "date": pd.to_datetime(["2025-02-01", "2025-11-01"] * 30), "nps": [3, 10] * 30,
    })  # fmt: skip
    study = cx.Study(answers, id="id", date="date", nps="nps")
    kept = study.link(orders, on="id", when="day", window=(0, 120), revenue="x").linkage(outcomes="revenue")
    assert kept.point().value < 0  # nobody spends less: later windows are cut short
    assert [n.key for n in kept.cautions].count("cut_short") == 1
    assert "do not hold whole for 30 answers" in kept.explain()
    whole = study.link(orders, on="id", when="day", window=(0, 30), revenue="x").linkage(outcomes="revenue")
    assert "cut_short" not in [n.key for n in whole.cautions]
